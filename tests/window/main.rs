//! The main job in the real window, in English and in Arabic, by real clicks and keys.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod driver;

use driver::App;
use std::path::{Path, PathBuf};

fn publications() -> Vec<PathBuf> {
    vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pdf")]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_english() {
    main_job("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_in_arabic() {
    main_job("ar").await;
}

async fn main_job(lang: &str) {
    let app = App::start(lang, None, &publications()).await;
    let _ = app.home();
    app.close().await;
}

//! Nobody stays at a desk they left, even when its page does not answer.

use std::process::Command;
use std::time::Duration;

use qalam_desk::drafts::NewDraft;
use qalam_desk::locked;
use secrecy::SecretString;
use serde_json::json;

use crate::driver::{self, App};

const TITLE: &str = "Not for other eyes";

/// The process that shows the pages of a program.
fn page_of(app: u32) -> u32 {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|one| one.file_name().to_str()?.parse().ok())
        .find(|pid: &u32| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.contains("(WebKitWebProces") && parents(*pid).contains(&app)
        })
        .expect("the process of the page")
}

fn parents(mut pid: u32) -> Vec<u32> {
    let mut all = Vec::new();
    while pid > 1 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        pid = after_name
            .split_whitespace()
            .nth(1)
            .and_then(|parent| parent.parse().ok())
            .unwrap_or(0);
        all.push(pid);
    }
    all
}

fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill").args([name, &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_hangs_does_not_keep_a_left_desk_open() {
    let place = tempfile::tempdir().unwrap();
    let store = place.path().join("desk");
    let desk = driver::desk(&store, "en");
    desk.set_setting("lock_after", &json!(1)).unwrap();
    desk.drafts_create(NewDraft {
        content_type: "news".into(),
        lang: "en".into(),
        title: TITLE.into(),
        ..NewDraft::default()
    })
    .unwrap();
    drop(desk);
    let passphrase = "four ordinary words here";
    locked::lock(&store, &SecretString::from(passphrase), &mut |_| {}).unwrap();

    let app = App::start("en", Some(&store), &[]).await;
    app.text(&app.word("people/locked")).await;
    app.type_into("input[type=password]", &format!("{passphrase}\u{E007}"))
        .await;
    app.text(TITLE).await;

    let page = page_of(app.pid().unwrap());
    signal(page, "-STOP");
    // The time that was chosen, what a page is given beyond it, and a look of the program.
    tokio::time::sleep(Duration::from_secs(60 + 30 + 10)).await;
    signal(page, "-CONT");
    app.text(&app.word("people/locked")).await;
    app.shoot("en-left-behind").await;
    let shown = app.css("body").await.text().await.unwrap();
    assert!(!shown.contains(TITLE), "{shown}");
    // And it opens again.
    app.type_into("input[type=password]", &format!("{passphrase}\u{E007}"))
        .await;
    app.text(TITLE).await;
    app.close().await;
}

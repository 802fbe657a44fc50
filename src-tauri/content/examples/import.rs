//! Reads one document and prints its body and its report.
//!
//! Run: `cargo run --release -p qalam-content --example import -- FILE [reject | json | times N]`; `json`
//! prints everything but the pictures, `times` the median of N readings in milliseconds.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::time::Instant;

use qalam_content::readers::import::{TrackedWish, import_with};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("which file?");
        return;
    };
    let how = arguments.next().unwrap_or_default();
    let wish = match how.as_str() {
        "reject" => TrackedWish::Reject,
        _ => TrackedWish::Accept,
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{path}: {error}");
            return;
        }
    };
    if how == "times" {
        let rounds = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(9);
        let mut took: Vec<f64> = (0..rounds)
            .map(|_| {
                let began = Instant::now();
                std::hint::black_box(import_with(&path, &bytes, None, wish));
                began.elapsed().as_secs_f64() * 1000.0
            })
            .collect();
        took.sort_by(f64::total_cmp);
        println!("{}", took.get(took.len() / 2).copied().unwrap_or_default());
        return;
    }
    let mut read = import_with(&path, &bytes, None, wish);
    if how == "json" {
        read.pictures.clear();
        match serde_json::to_string(&read) {
            Ok(text) => println!("{text}"),
            Err(error) => eprintln!("{path}: {error}"),
        }
        return;
    }
    print!("{}", read.markdown);
    eprintln!("title: {:?} {}", read.title, read.title_confidence);
    eprintln!("lang: {:?} {}", read.lang, read.lang_confidence);
    eprintln!("{:#?}\n{:#?}", read.report, read.problems);
}

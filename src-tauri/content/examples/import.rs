//! Reads one document and prints its body and its report.
//!
//! Run: `cargo run --release -p qalam-content --example import -- FILE [reject]`
#![allow(clippy::print_stdout, clippy::print_stderr)]

use qalam_content::readers::import::{TrackedWish, import_with};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("which file?");
        return;
    };
    let wish = match arguments.next().as_deref() {
        Some("reject") => TrackedWish::Reject,
        _ => TrackedWish::Accept,
    };
    match std::fs::read(&path) {
        Ok(bytes) => {
            let read = import_with(&path, &bytes, None, wish);
            print!("{}", read.markdown);
            eprintln!("title: {:?} {}", read.title, read.title_confidence);
            eprintln!("lang: {:?} {}", read.lang, read.lang_confidence);
            eprintln!("{:#?}\n{:#?}", read.report, read.problems);
        }
        Err(error) => eprintln!("{path}: {error}"),
    }
}

//! Approval with proof: freezing, hashing and signing a piece with fifty files, verifying a thousand
//! approved releases with their chain, and the rate at which files are hashed while verifying, beside
//! that of `sha256sum` in the same run.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

use std::path::Path;
use std::time::{Duration, Instant};

use qalam_desk::drafts::{NewAttachment, NewDraft};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::{Desk, OpenOptions};

const RELEASES: usize = 1_000;
const FILES: usize = 50;
const ROUNDS: usize = 40;
const WORDS: usize = 50_000;
/// Length of the file that is hashed, in bytes.
const HASHED: usize = 256_000_000;

fn open(at: &Path) -> Desk {
    let desk = Desk::open(at, OpenOptions::default()).unwrap();
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        owner_kind: None,
        name: "Sample Person".into(),
        role: Role::Both,
        display_lang: "en".into(),
    })
    .unwrap();
    desk
}

fn piece(desk: &Desk, n: usize) -> String {
    let new = NewDraft {
        content_type: "news".into(),
        lang: "en".into(),
        title: format!("Piece number {n} about vaccination"),
        summary: "A summary of the length people write: what happened, where, and why it matters to readers.".into(),
        body: include_str!("../tests/fixtures/texts/en.md").into(),
        areas: vec!["ta1".into()],
        fields: serde_json::from_value(
            serde_json::json!({ "eventDate": "2026-03-12", "place": "Sample City" }),
        )
        .unwrap(),
        ..NewDraft::default()
    };
    desk.drafts_create(new).unwrap().id
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[times.len() * share / 100];
    println!("  {what}  p50 {:?}  p95 {:?}", at(50), at(95));
}

/// Everything from the click on: reading the rows, freezing, hashing, signing, and two commits.
fn freeze_hash_sign(folder: &Path) {
    let desk = open(&folder.join("freeze"));
    let (mut submits, mut approves, mut opens) = (Vec::new(), Vec::new(), Vec::new());
    let mut readings = Vec::new();
    for round in 0..ROUNDS {
        let draft = piece(&desk, round);
        for file in 0..FILES {
            let attachment = NewAttachment {
                name: format!("data-{file}.csv"),
                ..NewAttachment::default()
            };
            let bytes = format!("round,file\n{round},{file}\n");
            desk.attachments_add_bytes(&draft, bytes.as_bytes(), attachment)
                .unwrap();
        }
        // Once for each file, in the background of the window.
        let start = Instant::now();
        desk.attachments_read(Some(&draft), &|| false).unwrap();
        readings.push(start.elapsed());
        let start = Instant::now();
        desk.drafts_open(&draft).unwrap();
        opens.push(start.elapsed());
        let start = Instant::now();
        let release = desk.review_submit(&draft, "").unwrap();
        submits.push(start.elapsed());
        let start = Instant::now();
        desk.review_approve(&draft, &release.hash).unwrap();
        approves.push(start.elapsed());
    }
    println!("a piece with {FILES} files, {ROUNDS} times:");
    told("reading the files, once   ", readings);
    told("reading the rows          ", opens);
    told("freeze, hash, sign, submit", submits);
    told("sign the approval         ", approves);
}

fn verify_all(folder: &Path) {
    let desk = open(&folder.join("verify"));
    for n in 0..RELEASES {
        let draft = piece(&desk, n);
        let release = desk.review_submit(&draft, "").unwrap();
        desk.review_approve(&draft, &release.hash).unwrap();
    }
    let mut times = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        assert!(desk.trail_breaks().unwrap().is_empty());
        assert!(desk.unproven().unwrap().is_empty());
        times.push(start.elapsed());
    }
    println!(
        "{RELEASES} releases with a chain of {} entries:",
        desk.trail(None).unwrap().entries.len()
    );
    told("verify all                ", times);
}

/// The rate of verifying one large file, at the desk and in an exported proof, and that of the
/// system's own program over the same bytes. All three read from the page cache.
fn hash_rate(folder: &Path) {
    let desk = open(&folder.join("rate"));
    let draft = piece(&desk, 0);
    let mut state = 1_u64;
    let bytes: Vec<u8> = (0..HASHED / 8)
        .flat_map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state.to_le_bytes()
        })
        .collect();
    let plain = folder.join("plain.bin");
    std::fs::write(&plain, &bytes).unwrap();
    let attachment = NewAttachment {
        name: "data.bin".to_owned(),
        ..NewAttachment::default()
    };
    desk.attachments_add_bytes(&draft, &bytes, attachment)
        .unwrap();
    let release = desk.review_submit(&draft, "").unwrap();
    desk.review_approve(&draft, &release.hash).unwrap();
    let proof = folder.join("rate.qalam");
    desk.review_export(&draft, &proof, "", true).unwrap();
    let best = |act: &dyn Fn()| {
        let time = |_| {
            let start = Instant::now();
            act();
            start.elapsed()
        };
        let least = (0..5).map(time).min().unwrap();
        HASHED as f64 / least.as_secs_f64() / 1e6
    };
    let system = best(&|| {
        let done = std::process::Command::new("sha256sum").arg(&plain).output();
        assert!(done.unwrap().status.success());
    });
    let here = best(&|| assert!(desk.review_verify(&draft).unwrap().valid));
    let file = best(&|| assert!(desk.review_verify_file(&proof).unwrap().valid));
    println!(
        "hashing {} MB while verifying, best of five:",
        HASHED / 1_000_000
    );
    println!("  sha256sum       {system:6.0} MB/s");
    println!(
        "  at the desk     {here:6.0} MB/s  {:.0} %",
        here / system * 100.0
    );
    println!(
        "  exported proof  {file:6.0} MB/s  {:.0} %",
        file / system * 100.0
    );
}

/// Words compared by readers' eyes: two versions of a text of fifty thousand words, every hundredth
/// another, a paragraph moved.
fn compare_words() {
    let version = |other: &str| -> String {
        let mut paragraphs: Vec<String> = (0..500)
            .map(|paragraph| {
                let words = (0..WORDS / 500).map(|n| match n {
                    50 => format!("{other}{paragraph}"),
                    n => format!("word{}", (paragraph * 7 + n * 13) % 4_001),
                });
                words.collect::<Vec<_>>().join(" ")
            })
            .collect();
        if other == "new" {
            let moved = paragraphs.remove(100);
            paragraphs.insert(400, moved);
        }
        paragraphs.join("\n\n")
    };
    let (before, after) = (version("old"), version("new"));
    let (mut plain, mut bodies) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        let start = Instant::now();
        assert!(qalam_content::diff::words(&before, &after).len() > 500);
        plain.push(start.elapsed());
        let start = Instant::now();
        assert!(qalam_content::diff::bodies(&before, &after).len() > 500);
        bodies.push(start.elapsed());
    }
    println!("two versions of {WORDS} words:");
    told("compare the words         ", plain);
    told("compare the bodies        ", bodies);
}

fn main() {
    // `cargo test --benches` and `--list` ask without wanting a measurement.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    freeze_hash_sign(folder.path());
    verify_all(folder.path());
    hash_rate(folder.path());
    compare_words();
}

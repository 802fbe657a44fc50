//! What a lock costs: a large desk, and a copy of it under a passphrase, asked the same in turns.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use qalam_desk::drafts::{NewAttachment, NewDraft, SaveDraft, Text};
use qalam_desk::locked::{self, DeskKey};
use qalam_desk::search::SearchRequest;
use qalam_desk::{Desk, OpenOptions};
use secrecy::SecretString;

const DRAFTS: usize = 3_000;
const ROUNDS: usize = 60;
/// Length of the attached file, in bytes.
const FILE: usize = 64_000_000;

fn open(at: &Path, key: Option<DeskKey>) -> Desk {
    let options = OpenOptions {
        key,
        ..OpenOptions::default()
    };
    Desk::open(at, options).unwrap()
}

/// A desk with many pieces and one large file. The drafts, and the hash of the file.
fn fill(at: &Path) -> (Vec<String>, String) {
    let desk = open(at, None);
    let body = include_str!("../tests/fixtures/texts/en.md");
    let drafts: Vec<String> = (0..DRAFTS)
        .map(|n| {
            let new = NewDraft {
                content_type: "news".into(),
                lang: "en".into(),
                title: format!("Piece number {n} about vaccination"),
                body: format!("{body}\n\nWord{n}.\n"),
                ..NewDraft::default()
            };
            desk.drafts_create(new).unwrap().id
        })
        .collect();
    let mut state = 1_u64;
    let bytes: Vec<u8> = (0..FILE / 8)
        .flat_map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state.to_le_bytes()
        })
        .collect();
    let attachment = NewAttachment {
        name: "data.bin".to_owned(),
        ..NewAttachment::default()
    };
    let file = desk
        .attachments_add_bytes(&drafts[0], &bytes, attachment)
        .unwrap();
    (drafts, file.sha256)
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir(from) {
        let target = to.join(entry.strip_prefix(from).unwrap());
        if entry.is_dir() {
            std::fs::create_dir_all(&target).unwrap();
        } else {
            std::fs::copy(&entry, &target).unwrap();
        }
    }
}

fn walkdir(from: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![from.to_owned()];
    let mut at = 0;
    while at < found.len() {
        if found[at].is_dir() {
            let inside = std::fs::read_dir(&found[at]).unwrap();
            found.extend(inside.map(|entry| entry.unwrap().path()));
        }
        at += 1;
    }
    found
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// The same act on both, in turns; the medians and their ratio.
fn told(what: &str, rounds: usize, mut act: impl FnMut(usize, usize)) {
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for way in [round % 2, 1 - round % 2] {
            let start = Instant::now();
            act(way, round);
            times[way].push(start.elapsed());
        }
    }
    let [plain, sealed] = times.map(median);
    println!(
        "  {what:<24} open {plain:>10.2?}   locked {sealed:>10.2?}   {:.2} times",
        sealed.as_secs_f64() / plain.as_secs_f64()
    );
}

fn main() {
    // `cargo test --benches` and `--list` ask without wanting a measurement.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dirs = [folder.path().join("open"), folder.path().join("locked")];
    let (drafts, sha256) = fill(&dirs[0]);
    copy(&dirs[0], &dirs[1]);
    let passphrase = SecretString::from("four ordinary words here".to_owned());
    let start = Instant::now();
    let (key, _) = locked::lock(&dirs[1], &passphrase, &mut |_| {}).unwrap();
    let bytes = std::fs::metadata(dirs[1].join("desk.sqlite3"))
        .unwrap()
        .len();
    println!(
        "{DRAFTS} drafts in {} MB, one file of {} MB: locked in {:.2?}",
        bytes / 1_000_000,
        FILE / 1_000_000,
        start.elapsed()
    );
    let keys = [None, Some(key)];
    told("open the desk", 15, |way, _| {
        drop(open(&dirs[way], keys[way].clone()))
    });
    let desks = [0, 1].map(|way| open(&dirs[way], keys[way].clone()));
    told("open a draft", ROUNDS * 4, |way, round| {
        desks[way]
            .drafts_open(&drafts[round * 37 % DRAFTS])
            .unwrap();
    });
    told("save a draft", ROUNDS, |way, round| {
        let draft = &drafts[round * 41 % DRAFTS];
        let opened = desks[way].drafts_open(draft).unwrap();
        desks[way]
            .drafts_save(SaveDraft {
                draft: draft.clone(),
                lang: "en".into(),
                base: opened.languages[0].rev.clone(),
                text: Text::Markdown(format!("Another text, number {round}.\n")),
                ..SaveDraft::default()
            })
            .unwrap();
    });
    for (what, query) in [
        ("search one word", "Word77"),
        ("search many", "vaccination"),
    ] {
        told(what, ROUNDS, |way, _| {
            let request = SearchRequest {
                query: query.into(),
                limit: 20,
                ..SearchRequest::default()
            };
            assert!(!desks[way].search(&request).unwrap().hits.is_empty());
        });
    }
    told("read the large file", 8, |way, _| {
        let mut bytes = desks[way].blobs().open(&sha256).unwrap();
        let mut piece = vec![0; 1 << 20];
        let mut sum = 0;
        loop {
            match bytes.read(&mut piece).unwrap() {
                0 => break,
                read => sum += read,
            }
        }
        assert_eq!(sum, FILE);
    });
}

//! How fast the path of a keystroke is; measured on demand:
//! `cargo test --release -p qalam-desk --test core -- --ignored --nocapture bench`.

use std::time::{Duration, Instant};

use qalam_content::diff::bodies;
use qalam_desk::drafts::{DraftQuery, NewAttachment, NewDraft, State};
use qalam_desk::{Desk, OpenOptions};
use rusqlite::Connection;

use crate::{Room, rev, write};

fn percentiles(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

fn bare_commits() -> Vec<Duration> {
    let dir = tempfile::tempdir().unwrap();
    let conn = Connection::open(dir.path().join("bare")).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.pragma_update(None, "synchronous", "FULL").unwrap();
    conn.execute_batch("CREATE TABLE t (a TEXT) STRICT")
        .unwrap();
    (0..2_000)
        .map(|number| {
            let began = Instant::now();
            conn.execute("INSERT INTO t VALUES (?1)", [format!("{number}")])
                .unwrap();
            began.elapsed()
        })
        .collect()
}

#[test]
#[ignore = "a measurement, not a test"]
fn keystrokes_and_lists() {
    let dir = tempfile::tempdir().unwrap();
    let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
    let began = Instant::now();
    let mut last = None;
    for number in 0..10_000 {
        last = Some(
            desk.drafts_create(NewDraft {
                content_type: "news".to_owned(),
                lang: "fr".to_owned(),
                title: format!("Titre {number} du centre"),
                body: "Le centre a ouvert ses portes aux habitants. ".repeat(10),
                ..NewDraft::default()
            })
            .unwrap(),
        );
    }
    println!("10,000 drafts made in {:?}", began.elapsed());
    let draft = last.unwrap();
    for words in [700, 5_000] {
        let mut base = rev(&desk.drafts_open(&draft.id).unwrap(), "fr");
        let mut body = "Le centre a ouvert ses portes. ".repeat(words / 6);
        let mut times = Vec::new();
        for number in 0..500 {
            body.push_str(&format!("mot{number} "));
            let began = Instant::now();
            base = write(&desk, &draft.id, "fr", &base, &body).unwrap().rev;
            times.push(began.elapsed());
        }
        println!("save of {words} words (p50, p99): {:?}", percentiles(times));
    }
    println!("bare commit (p50, p99): {:?}", percentiles(bare_commits()));
    let timed = |what: &str, act: &dyn Fn()| {
        let times = (0..50)
            .map(|_| {
                let began = Instant::now();
                act();
                began.elapsed()
            })
            .collect();
        println!("{what} (p50, p99): {:?}", percentiles(times));
    };
    timed("first page", &|| {
        drop(desk.drafts_list(&DraftQuery::default()).unwrap())
    });
    let far = DraftQuery {
        after: Some("500".to_owned()),
        ..DraftQuery::default()
    };
    timed("a page far down", &|| drop(desk.drafts_list(&far).unwrap()));
    let rare = DraftQuery {
        state: Some(State::InReview),
        ..DraftQuery::default()
    };
    timed("a rare state", &|| drop(desk.drafts_list(&rare).unwrap()));
    timed("the desk", &|| drop(desk.drafts_desk().unwrap()));
    timed("open", &|| drop(desk.drafts_open(&draft.id).unwrap()));
    drop(desk);
    let began = Instant::now();
    let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
    println!("opening the desk: {:?}", began.elapsed());
    drop(desk);
}

/// Handing in and signing with files that are stored already; proving a thousand releases again;
/// comparing two long texts.
#[test]
#[ignore = "a measurement, not a test"]
fn approvals() {
    let room = Room::ready();
    let desk = &room.desk;
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    // The key is made once, before anything is measured.
    let first = room.complete("Un centre ouvre").id;
    let release = desk.review_submit(&first, "").unwrap();
    desk.review_approve(&first, &release.hash).unwrap();
    for files in [0, 50] {
        let mut times = Vec::new();
        for piece in 0..9 {
            let draft = room.complete(&format!("Avec {files} fichiers {piece}")).id;
            for number in 0..files {
                let bytes = format!("fichier {files} {piece} {number}").repeat(100);
                let name = format!("annexe {number}.txt");
                let new = NewAttachment {
                    title: name.clone(),
                    name,
                    ..NewAttachment::default()
                };
                desk.attachments_add_bytes(&draft, bytes.as_bytes(), new)
                    .unwrap();
            }
            desk.attachments_read(Some(&draft), &|| false).unwrap();
            let began = Instant::now();
            let release = desk.review_submit(&draft, "").unwrap();
            desk.review_approve(&draft, &release.hash).unwrap();
            times.push(began.elapsed());
        }
        println!("handed in and signed, {files} files: {:?}", median(times));
    }
    for number in 0..1_000 {
        let draft = room.complete(&format!("Titre {number}")).id;
        let release = desk.review_submit(&draft, "").unwrap();
        desk.review_approve(&draft, &release.hash).unwrap();
    }
    let began = Instant::now();
    assert!(desk.unproven().unwrap().is_empty());
    println!("releases proven again: {:?}", began.elapsed());
    let began = Instant::now();
    assert!(desk.trail_breaks().unwrap().is_empty());
    println!("their trail walked: {:?}", began.elapsed());
    let words: Vec<String> = (0_u32..50_000)
        .map(|number| format!("mot{}", number.wrapping_mul(2_654_435_761) % 5_000))
        .collect();
    let text = |changed: bool| {
        let shown = words.iter().enumerate().map(|(number, word)| {
            let end = if number % 80 == 79 { "\n\n" } else { " " };
            let other = changed && number % 100 == 50;
            format!("{}{end}", if other { "autre" } else { word })
        });
        shown.collect::<String>()
    };
    // Longer than a draft may be: what compares takes it all the same.
    let (old, new) = (text(false), text(true));
    let times = (0..5).map(|_| {
        let began = Instant::now();
        assert!(!bodies(&old, &new).is_empty());
        began.elapsed()
    });
    println!("50,000 words compared: {:?}", median(times.collect()));
}

//! How fast the path of a keystroke is; measured on demand:
//! `cargo test --release -p qalam-desk --test core -- --ignored --nocapture bench`.

use std::time::{Duration, Instant};

use qalam_desk::drafts::{DraftQuery, NewDraft, State};
use qalam_desk::{Desk, OpenOptions};
use rusqlite::Connection;

use crate::{rev, write};

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

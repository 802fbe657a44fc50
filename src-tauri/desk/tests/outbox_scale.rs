//! The ten-thousandth entry costs what the hundredth does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout
)] // a test may fail loudly

mod sending;

use std::sync::Arc;
use std::time::{Duration, Instant};

use qalam_content::canonical::hash;
use qalam_desk::Desk;
use qalam_desk::clock::TestClock;
use qalam_desk::outbox::Step;
use qalam_proof::decision::{Act, Decision, Head};
use qalam_proof::envelope::{Envelope, Statement};
use qalam_proof::key::{Card, SigningKey};
use rusqlite::{Connection, params};
use sending::{approve, draft, put, ready, stored};
use tempfile::TempDir;

fn card(key: &SigningKey) -> Vec<u8> {
    let card = Card {
        format: Card::FORMAT.to_owned(),
        key: key.public().to_text(),
        label: "1".to_owned(),
        name: "Sample Officer".to_owned(),
        owner: "MA".to_owned(),
        made_at: String::new(),
        recovery: String::new(),
        follows: String::new(),
    };
    Envelope::sign(&card, &[key]).unwrap().to_bytes().unwrap()
}

fn decision(key: &SigningKey, draft: &str, release: &str) -> Vec<u8> {
    let decision = Decision {
        format: Decision::FORMAT.to_owned(),
        release: release.to_owned(),
        draft: draft.to_owned(),
        act: Act::Approve,
        key: key.public().id(),
        name: "Sample Officer".to_owned(),
        role: "both".to_owned(),
        owner: "MA".to_owned(),
        at: String::new(),
        words: String::new(),
        urgent: false,
        needed: 1,
        trail: Head {
            desk: String::new(),
            seq: 0,
            hash: String::new(),
        },
    };
    Envelope::sign(&decision, &[key])
        .unwrap()
        .to_bytes()
        .unwrap()
}

/// A desk with so many approved pieces in its outbox, all made after the pattern of one.
fn queued(count: usize) -> (TempDir, Desk) {
    let dir = TempDir::new().unwrap();
    let desk = ready(dir.path(), &Arc::new(TestClock::default()));
    let pattern = draft(&desk, "Pattern", &[], false);
    let release = approve(&desk, &pattern);
    let text = String::from_utf8(desk.review_release(&release).unwrap().1).unwrap();
    let key = SigningKey::from_seed(&[7; 32]);
    desk.key_trust(&card(&key)).unwrap();
    let mut db = Connection::open(dir.path().join("desk.sqlite3")).unwrap();
    let tx = db.transaction().unwrap();
    for number in 1..count {
        let id = format!("0190a5b0-0000-7000-8000-{number:012x}");
        let canonical = text.replace(&pattern, &id);
        let new = hash(canonical.as_bytes());
        let next = i64::try_from(number).unwrap() * 10 + 1_000_000;
        tx.execute(
            "INSERT INTO draft (id, type, primary_lang, changed, content, urgent, trashed_at,
               created_at, updated_at, fields_rev, areas, fields, place)
             SELECT ?2, type, primary_lang, ?3, ?3, urgent, trashed_at, created_at, updated_at,
               fields_rev, areas, fields, place FROM draft WHERE id = ?1",
            params![pattern, id, next],
        )
        .unwrap();
        tx.execute(
            "INSERT INTO release (hash, draft, number, content, state, created_at, submitter,
               submitted_by, note, decided_by, decided_at, reason, bytes, canonical)
             SELECT ?2, ?3, number, ?4, state, created_at, submitter, submitted_by, note,
               decided_by, decided_at, reason, bytes, ?5 FROM release WHERE hash = ?1",
            params![release, new, id, next, canonical.as_bytes()],
        )
        .unwrap();
        let said = decision(&key, &id, &new);
        tx.execute(
            "INSERT INTO decision (hash, release, act, key, envelope) VALUES (?1, ?2, 'approve', ?3, ?4)",
            params![hash(&said), new, key.public().id(), said],
        )
        .unwrap();
        tx.execute(
            "INSERT INTO approval (release, person, name, role, at, signature)
             SELECT ?2, person, name, role, at, ?3 FROM approval WHERE release = ?1",
            params![release, new, hash(&said)],
        )
        .unwrap();
        tx.execute(
            "INSERT INTO outbox (id, draft, release, portal, phase, held, consent, attempts,
               failures, interrupted, reach, attempt_at, moved_at, not_before, failure, reason,
               bytes_left, created_at, updated_at, turn, deadly, calm, kind, next_bytes,
               insisted)
             SELECT ?2, ?2, ?3, portal, phase, held, consent, attempts, failures, interrupted,
               reach, attempt_at, moved_at, not_before, failure, reason, bytes_left, created_at,
               updated_at, turn, deadly, calm, kind, next_bytes, insisted
             FROM outbox WHERE release = ?1",
            params![release, id, new],
        )
        .unwrap();
    }
    tx.commit().unwrap();
    (dir, desk)
}

/// The usual time of one piece, begun and delivered; also the link is told each time, as by a
/// courier.
fn per_piece(desk: &Desk, pieces: usize) -> Duration {
    let mut times: Vec<Duration> = (0..pieces)
        .map(|number| {
            let began = Instant::now();
            let step = desk.outbox_next().unwrap();
            let release = put(step.clone()).release;
            desk.outbox_record(&step, stored(&format!("e{number}"), &release, &[], &[]))
                .unwrap();
            desk.link().unwrap();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

#[test]
fn a_long_queue_is_no_slower_than_a_short_one() {
    let (_short, few) = queued(100);
    let (_long, many) = queued(10_000);
    assert_eq!(many.outbox_counts().unwrap().waiting, 10_000);
    // Twice as slow would still be far from a hundred times; machines are noisy.
    let mut ratios = Vec::new();
    for _ in 0..3 {
        let (short, long) = (per_piece(&few, 30), per_piece(&many, 30));
        println!("a piece among 100: {short:?}, among 10,000: {long:?}");
        ratios.push(long.as_secs_f64() / short.as_secs_f64());
    }
    assert!(ratios.iter().any(|ratio| *ratio < 2.0), "{ratios:?}");
    // Nor is a look that finds everything asleep.
    let many_asleep = Instant::now();
    many.outbox_pause(true).unwrap();
    assert!(matches!(many.outbox_next().unwrap(), Step::Idle { .. }));
    assert!(many_asleep.elapsed() < Duration::from_secs(1));
}

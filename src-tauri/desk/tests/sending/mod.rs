//! A desk with approved pieces, for the tests of the outbox.
#![allow(dead_code)] // each test file uses its part

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use qalam_content::canonical::hash;
use qalam_desk::clock::TestClock;
use qalam_desk::drafts::{NewAttachment, NewDraft, SaveDraft, Text};
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{Outcome, PortalKind, Receipt, Step};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::{Code, Desk, Failure, OpenOptions};
use qalam_proof::decision::{Act, Decision, Head};
use qalam_proof::envelope::{Envelope, Statement};
use qalam_proof::key::{Card, SigningKey};
use rusqlite::{Connection, params};
use serde_json::json;

pub fn open(dir: &Path, clock: &Arc<TestClock>) -> Desk {
    Desk::open(
        dir,
        OpenOptions {
            clock: clock.clone(),
            busy_timeout: Duration::from_secs(10),
            ..OpenOptions::default()
        },
    )
    .unwrap()
}

/// A desk with a profile and one portal, `portal`.
pub fn ready(dir: &Path, clock: &Arc<TestClock>) -> Desk {
    let desk = open(dir, clock);
    profile(&desk);
    add_portal(&desk, "portal");
    desk
}

/// A person who may do everything.
pub fn profile(desk: &Desk) {
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        owner_kind: None,
        name: "Sample Officer".into(),
        role: Role::Both,
        display_lang: "en".into(),
    })
    .unwrap();
}

pub fn add_portal(desk: &Desk, name: &str) {
    desk.portals_add(&NewPortal {
        name: name.into(),
        url: format!("https://{name}.example/"),
        kind: PortalKind::Contract,
        user: None,
    })
    .unwrap();
}

/// A draft ready for review, with files of these bytes.
pub fn draft(desk: &Desk, title: &str, files: &[&[u8]], urgent: bool) -> String {
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "announcement".into(),
            lang: "en".into(),
            title: title.into(),
            summary: "Sample Ministry of Health announces something to everyone.".into(),
            body: format!("{title}: the text of a sample announcement for the public."),
            fields: json!({"kind": "call", "validFrom": "2026-11-21", "organisation": "SESRIC"})
                .as_object()
                .unwrap()
                .clone(),
            areas: vec!["ta1".into()],
            urgent,
        })
        .unwrap()
        .id;
    for (number, bytes) in files.iter().enumerate() {
        desk.attachments_add_bytes(
            &draft,
            bytes,
            NewAttachment {
                name: format!("annex {number}.txt"),
                title: format!("Annex {number}"),
                ..NewAttachment::default()
            },
        )
        .unwrap();
    }
    draft
}

/// Submits and approves; the hash of the release.
pub fn approve(desk: &Desk, draft: &str) -> String {
    let release = desk
        .review_submit(draft, "")
        .unwrap_or_else(|error| panic!("{error} {:?}", error.findings));
    desk.review_approve(draft, &release.hash).unwrap().hash
}

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
        sealing: String::new(),
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
        comments: String::new(),
        together: 1,
    };
    Envelope::sign(&decision, &[key])
        .unwrap()
        .to_bytes()
        .unwrap()
}

/// A desk with so many approved pieces in its outbox, all made after the pattern of one.
pub fn queued(dir: &Path, count: usize) -> Desk {
    let desk = ready(dir, &Arc::new(TestClock::default()));
    let pattern = draft(&desk, "Pattern", &[], false);
    let release = approve(&desk, &pattern);
    let text = String::from_utf8(desk.review_release(&release).unwrap().1).unwrap();
    let key = SigningKey::from_seed(&[7; 32]);
    desk.key_trust(&card(&key)).unwrap();
    let mut db = Connection::open(dir.join("desk.sqlite3")).unwrap();
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
    desk
}

/// Another text.
pub fn rewrite(desk: &Desk, draft: &str, body: &str) {
    let opened = desk.drafts_open(draft).unwrap();
    let version = opened.languages.first().unwrap();
    desk.drafts_save(SaveDraft {
        draft: draft.into(),
        lang: version.lang.clone(),
        base: version.rev.clone(),
        text: Text::Markdown(body.into()),
        ..SaveDraft::default()
    })
    .unwrap();
}

/// The portal stored it and misses these files; nothing missing comes with a receipt over `files`.
pub fn stored(etag: &str, release: &str, missing: &[String], files: &[String]) -> Outcome {
    Outcome::Stored {
        etag: etag.into(),
        remote_id: format!("remote {etag}"),
        url: String::new(),
        missing: missing.to_vec(),
        receipt: missing.is_empty().then(|| Receipt {
            release: release.into(),
            files: files.to_vec(),
            received_at: "2026-11-21T10:00:00Z".into(),
            portal: "portal".into(),
            ..Receipt::default()
        }),
    }
}

pub fn retry(code: Code) -> Outcome {
    Outcome::Retry(Failure::new(code), None)
}

pub fn refused(code: Code) -> Outcome {
    Outcome::Refused(Failure::new(code))
}

/// The word for where a draft's newest entry stands.
pub fn state(desk: &Desk, draft: &str) -> String {
    desk.outbox_list()
        .unwrap()
        .entries
        .into_iter()
        .filter(|entry| entry.draft == draft)
        .map(|entry| entry.state.as_str().to_owned())
        .next()
        .unwrap_or_default()
}

pub fn put(step: Step) -> qalam_desk::outbox::PutStep {
    match step {
        Step::Put(put) => put,
        other => panic!("not a put: {other:?}"),
    }
}

pub fn upload(step: Step) -> qalam_desk::outbox::UploadStep {
    match step {
        Step::Upload(upload) => upload,
        other => panic!("not an upload: {other:?}"),
    }
}

/// Moves the clock to when the outbox wants to go on.
pub fn pass_pause(desk: &Desk, clock: &TestClock) -> bool {
    match desk.outbox_next().unwrap() {
        Step::Idle { next_at: Some(at) } => {
            let wait = at.duration_since(qalam_desk::clock::Clock::now(clock));
            clock.advance(wait + SignedDuration::from_millis(1));
            true
        }
        Step::Idle { next_at: None } => false,
        _ => true,
    }
}

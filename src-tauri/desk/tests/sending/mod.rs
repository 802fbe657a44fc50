//! A desk with approved pieces, for the tests of the outbox.
#![allow(dead_code)] // each test file uses its part

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use qalam_desk::clock::TestClock;
use qalam_desk::drafts::{NewAttachment, NewDraft, SaveDraft, Text};
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{Outcome, PortalKind, Receipt, Step};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::{Code, Desk, Failure, OpenOptions};
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

//! The desk through its public door: drafts, review, store and backups.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

mod attachments;
mod batch;
mod bench;
mod brought;
mod carried;
mod comments;
mod conflicts;
mod drafts;
mod places;
mod proof;
mod receipts;
mod review;
mod settings;
mod store;

use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use qalam_desk::clock::TestClock;
use qalam_desk::drafts::{Draft, NewDraft, SaveDraft, Saved, Text};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::{Desk, OpenOptions, Result};
use serde_json::{Map, Value, json};

/// A desk in a folder of its own, with a clock the test moves.
pub struct Room {
    pub dir: tempfile::TempDir,
    pub clock: Arc<TestClock>,
    pub desk: Desk,
}

impl Room {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::default());
        let desk = open(dir.path(), &clock).unwrap();
        Self { dir, clock, desk }
    }

    /// A desk whose person may do everything.
    pub fn ready() -> Self {
        let room = Self::new();
        room.be(Role::Both);
        room
    }

    pub fn be(&self, role: Role) {
        self.desk
            .set_profile(&NewProfile {
                owner: "MA".to_owned(),
                owner_kind: None,
                name: "Sample Person".to_owned(),
                role,
                display_lang: "fr".to_owned(),
            })
            .unwrap();
    }

    /// The same desk once more, as another program would open it.
    pub fn again(&self) -> Desk {
        open(self.dir.path(), &self.clock).unwrap()
    }

    pub fn wait(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    pub fn news(&self, title: &str) -> Draft {
        self.desk
            .drafts_create(NewDraft {
                content_type: "news".to_owned(),
                lang: "fr".to_owned(),
                title: title.to_owned(),
                ..NewDraft::default()
            })
            .unwrap()
    }

    /// A draft nothing stands in the way of.
    pub fn complete(&self, title: &str) -> Draft {
        let draft = self
            .desk
            .drafts_create(NewDraft {
                content_type: "news".to_owned(),
                lang: "fr".to_owned(),
                title: title.to_owned(),
                summary: "Le ministère ouvre un centre de santé. Il sert trois communes."
                    .to_owned(),
                body: "Le centre a ouvert ses portes.\n".to_owned(),
                fields: object(json!({
                    "eventDate": "2026-11-20",
                    "place": "Ville Exemple",
                    "organisation": "Sample Ministry of Health",
                })),
                areas: vec!["ta1".to_owned()],
                urgent: false,
            })
            .unwrap();
        let checked = self.desk.drafts_check(&draft.id).unwrap();
        assert!(checked.ready, "{:?}", checked.findings);
        draft
    }
}

pub fn open(dir: &Path, clock: &Arc<TestClock>) -> Result<Desk> {
    Desk::open(
        dir,
        OpenOptions {
            clock: clock.clone(),
            ..OpenOptions::default()
        },
    )
}

pub fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// Saves a body on the present text.
pub fn write(desk: &Desk, draft: &str, lang: &str, base: &str, body: &str) -> Result<Saved> {
    desk.drafts_save(SaveDraft {
        draft: draft.to_owned(),
        lang: lang.to_owned(),
        base: base.to_owned(),
        text: Text::Markdown(body.to_owned()),
        ..SaveDraft::default()
    })
}

pub fn rev(draft: &Draft, lang: &str) -> String {
    draft
        .languages
        .iter()
        .find(|version| version.lang == lang)
        .unwrap()
        .rev
        .clone()
}

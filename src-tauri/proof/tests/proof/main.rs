//! Packages, what examining them says, and the golden vectors that other programs are held to.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod alone;
mod batch;
mod comments;
mod package;
mod sent;
mod vectors;

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use qalam_proof::canonical::{self, RELEASE_FORMAT, Release, ReleaseAttachment, ReleaseLanguage};
use qalam_proof::decision::{Act, Decision, Head};
use qalam_proof::envelope::{Envelope, Statement};
use qalam_proof::key::{Card, SigningKey};
use qalam_proof::package::{self as file, PackageHead, Part, PartKind, Purpose};
use qalam_proof::receipt::{Receipt, Stored};
use qalam_proof::trail::{Entry, Line, NOTHING, TRAIL_FORMAT};
use serde_json::json;

pub const DESK: &str = "0190a5b0-0000-7000-8000-00000000d35c";
pub const AT: &str = "2026-11-22T10:00:00.000Z";
const FILE: &[u8] = b"%PDF-1.4 a sample\n";

pub fn key(n: u8) -> SigningKey {
    SigningKey::from_seed(&[n; 32])
}

pub fn release() -> Release {
    Release {
        format: RELEASE_FORMAT.to_owned(),
        draft: "01890000-0000-7000-8000-000000000001".to_owned(),
        content_type: "news".to_owned(),
        owner: "MA".to_owned(),
        primary_lang: "ar".to_owned(),
        areas: vec!["ta1".to_owned(), "ta4".to_owned()],
        fields: json!({"year": 2026, "eventDate": "2026-11-21", "tags": ["b", "a"]})
            .as_object()
            .cloned()
            .unwrap(),
        languages: BTreeMap::from([
            (
                "ar".to_owned(),
                ReleaseLanguage {
                    title: "حملة \"التلقيح\"".to_owned(),
                    summary: "سطر\nثانٍ \u{1f600}".to_owned(),
                    body: "**نص** \\ {\u{1}}\n".to_owned(),
                    fields: serde_json::Map::new(),
                },
            ),
            (
                "fr".to_owned(),
                ReleaseLanguage {
                    title: "Une campagne".to_owned(),
                    summary: "É\u{301}crit".to_owned(),
                    body: "Texte.\n".to_owned(),
                    fields: json!({"place": "Ville Exemple"})
                        .as_object()
                        .cloned()
                        .unwrap(),
                },
            ),
        ]),
        attachments: vec![ReleaseAttachment {
            sha256: canonical::hash(FILE),
            name: "plan.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            bytes: FILE.len() as u64,
            role: "publication".to_owned(),
            title: String::new(),
            alt: BTreeMap::from([("ar".to_owned(), "خطة".to_owned())]),
        }],
    }
}

pub fn card(of: &SigningKey, name: &str) -> Vec<u8> {
    let card = Card {
        format: Card::FORMAT.to_owned(),
        key: of.public().to_text(),
        label: "first".to_owned(),
        name: name.to_owned(),
        owner: "MA".to_owned(),
        made_at: AT.to_owned(),
        recovery: String::new(),
        follows: String::new(),
        sealing: String::new(),
    };
    Envelope::sign(&card, &[of]).unwrap().to_bytes().unwrap()
}

/// A trail that grows as things are said.
pub struct Trail {
    pub entries: Vec<Entry>,
}

impl Trail {
    pub fn head(&self) -> Head {
        Head {
            desk: DESK.to_owned(),
            seq: self.entries.len() as u64,
            hash: self
                .entries
                .last()
                .map_or(NOTHING.to_owned(), |entry| entry.hash().unwrap()),
        }
    }

    pub fn note(&mut self, act: &str, key: &str, release: &str, proof: &str) {
        let head = self.head();
        self.entries.push(Entry {
            format: TRAIL_FORMAT.to_owned(),
            desk: DESK.to_owned(),
            seq: head.seq + 1,
            prev: head.hash,
            act: act.to_owned(),
            draft: release_draft(),
            release: release.to_owned(),
            person: String::new(),
            name: "Sample Officer".to_owned(),
            key: key.to_owned(),
            at: AT.to_owned(),
            words: String::new(),
            proof: proof.to_owned(),
        });
    }

    pub fn say(&mut self, act: Act, by: &SigningKey, release: &str, needed: u64) -> Vec<u8> {
        self.say_beside(act, by, release, needed, "")
    }

    /// The same with comments beside it, by their hash.
    pub fn say_beside(
        &mut self,
        act: Act,
        by: &SigningKey,
        release: &str,
        needed: u64,
        comments: &str,
    ) -> Vec<u8> {
        let decision = Decision {
            format: Decision::FORMAT.to_owned(),
            release: release.to_owned(),
            draft: release_draft(),
            act,
            key: by.public().id(),
            name: "Sample Officer".to_owned(),
            role: "both".to_owned(),
            owner: "MA".to_owned(),
            at: AT.to_owned(),
            words: String::new(),
            urgent: false,
            needed,
            trail: self.head(),
            comments: comments.to_owned(),
            together: 1,
        };
        let bytes = Envelope::sign(&decision, &[by])
            .unwrap()
            .to_bytes()
            .unwrap();
        self.note(
            act.as_str(),
            &decision.key,
            release,
            &canonical::hash(&bytes),
        );
        bytes
    }

    pub fn lines(&self) -> Vec<Line> {
        self.entries
            .iter()
            .map(|entry| Line::Open(Box::new(entry.clone())))
            .collect()
    }
}

pub fn release_draft() -> String {
    release().draft
}

/// The key of the portal.
pub const PORTAL: u8 = 9;

/// What a portal says it stored, signed with this key.
pub fn receipt(release: &str, trail: &Head, by: &SigningKey) -> Vec<u8> {
    let stored = Stored {
        format: Stored::FORMAT.to_owned(),
        portal: "Sample Portal".to_owned(),
        draft: release_draft(),
        release: release.to_owned(),
        files: vec![canonical::hash(FILE)],
        received_at: AT.to_owned(),
        trail: Some(trail.clone()),
    };
    let signed = Envelope::sign(&stored, &[by]).unwrap().to_bytes().unwrap();
    canonical::to_bytes(&Receipt {
        format: Receipt::FORMAT.to_owned(),
        draft: stored.draft,
        release: stored.release,
        portal: "practice".to_owned(),
        remote_id: "7".to_owned(),
        url: "http://127.0.0.1/7".to_owned(),
        received_at: stored.received_at,
        files: stored.files,
        key: key(PORTAL).public().to_text(),
        signed: String::from_utf8(signed).unwrap(),
    })
    .unwrap()
}

/// An approved piece as it is exported, with a receipt.
pub struct Story {
    pub trail: Trail,
    pub parts: Vec<(PartKind, String, Vec<u8>)>,
    pub release: String,
}

pub fn story() -> Story {
    let bytes = release().to_bytes().unwrap();
    let hash = canonical::hash(&bytes);
    let mut trail = Trail {
        entries: Vec::new(),
    };
    let submitted = trail.say(Act::Submit, &key(1), &hash, 0);
    let approved = trail.say(Act::Approve, &key(2), &hash, 1);
    let receipt = receipt(&hash, &trail.head(), &key(PORTAL));
    trail.note("receive", "", &hash, &canonical::hash(&receipt));
    let lines = canonical::to_bytes(&trail.lines()).unwrap();
    let parts = vec![
        (PartKind::Release, "release.json".to_owned(), bytes),
        (
            PartKind::Key,
            "1".to_owned(),
            card(&key(1), "Sample Officer"),
        ),
        (
            PartKind::Key,
            "2".to_owned(),
            card(&key(2), "Sample Officer"),
        ),
        (PartKind::Decision, "submit".to_owned(), submitted),
        (PartKind::Decision, "approve".to_owned(), approved),
        (PartKind::Trail, "trail".to_owned(), lines),
        (PartKind::Receipt, "practice".to_owned(), receipt),
        (PartKind::File, "plan.pdf".to_owned(), FILE.to_vec()),
    ];
    Story {
        trail,
        parts,
        release: hash,
    }
}

impl Story {
    pub fn part(&mut self, kind: PartKind) -> &mut Vec<u8> {
        let found = self.parts.iter_mut().rev().find(|(one, _, _)| *one == kind);
        &mut found.unwrap().2
    }

    pub fn pack(&self) -> Vec<u8> {
        let head = PackageHead {
            purpose: Purpose::Proof,
            id: "0190a5b0-0000-7000-8000-000000000abc".to_owned(),
            made_at: AT.to_owned(),
            key: key(2).public().id(),
            draft: release_draft(),
            release: self.release.clone(),
            base: String::new(),
            title: "حملة".to_owned(),
            words: String::new(),
            parts: self
                .parts
                .iter()
                .map(|(kind, name, bytes)| Part {
                    kind: *kind,
                    name: name.clone(),
                    bytes: bytes.len() as u64,
                    sha256: canonical::hash(bytes),
                })
                .collect(),
        };
        let mut out = Vec::new();
        file::write(&mut out, &head, &key(2), |number, _| {
            let bytes = self.parts[number].2.clone();
            Ok(Box::new(Cursor::new(bytes)) as Box<dyn Read>)
        })
        .unwrap();
        out
    }
}

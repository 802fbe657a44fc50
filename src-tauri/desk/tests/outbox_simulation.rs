//! The outbox against a portal on a bad day: answers get lost, uploads break, the portal lies, the
//! program is killed between a step and its record, and the author goes on correcting.
//!
//! Whatever happens: it ends; nothing unapproved leaves; nothing arrives twice; we never meet our
//! own text as a stranger's change; what is called received is what the portal holds, all of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod sending;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::SignedDuration;
use qalam_content::canonical::hash;
use qalam_desk::clock::{Clock, TestClock};
use qalam_desk::outbox::{Outcome, PutStep, Receipt, Step, UploadStep};
use qalam_desk::{Code, Desk, Failure};
use sending::{approve, draft, open, ready, retry, rewrite};

/// A small generator, so that a seed tells the whole story.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[derive(Default)]
struct Portal {
    items: BTreeMap<String, Held>,
    files: BTreeSet<String>,
    uploads: BTreeMap<String, u64>,
    /// How often a text was really put in place, by release.
    placed: BTreeMap<String, u32>,
    names: u64,
}

struct Held {
    etag: String,
    release: String,
    files: Vec<String>,
}

impl Portal {
    /// As the contract says: the same release is answered the same way, whatever `if_match` says.
    fn put(&mut self, step: &PutStep) -> Outcome {
        let body: serde_json::Value = serde_json::from_slice(&step.body).unwrap();
        let text = body["release"].as_str().unwrap();
        assert_eq!(hash(text.as_bytes()), step.release);
        assert_eq!(body["approval"]["release"], step.release.as_str());
        let held = self.items.get(&step.draft);
        let etag = held.map(|held| held.etag.clone());
        if held.is_none_or(|held| held.release != step.release) {
            if etag != step.if_match {
                let failure = Failure::new(Code::ChangedOnPortal);
                return Outcome::Conflict(match etag {
                    Some(etag) => failure.with("etag", etag),
                    None => failure,
                });
            }
            self.names += 1;
            *self.placed.entry(step.release.clone()).or_default() += 1;
            let release: serde_json::Value = serde_json::from_str(text).unwrap();
            let files = release["attachments"]
                .as_array()
                .unwrap()
                .iter()
                .map(|file| file["sha256"].as_str().unwrap().to_owned())
                .collect();
            self.items.insert(
                step.draft.clone(),
                Held {
                    etag: format!("\"{}\"", self.names),
                    release: step.release.clone(),
                    files,
                },
            );
        }
        let held = &self.items[&step.draft];
        let missing: Vec<String> = held
            .files
            .iter()
            .filter(|file| !self.files.contains(*file))
            .cloned()
            .collect();
        Outcome::Stored {
            etag: held.etag.clone(),
            remote_id: step.draft.clone(),
            url: String::new(),
            receipt: missing.is_empty().then(|| Receipt {
                release: held.release.clone(),
                files: held.files.clone(),
                received_at: "2026-11-21T10:00:00Z".into(),
                portal: "portal".into(),
            }),
            missing,
        }
    }
}

enum Fate {
    Recorded(Outcome),
    /// The program was killed before it could record anything.
    Killed,
}

fn play(dice: &mut Dice, portal: &mut Portal, desk: &Desk, step: &Step, chaos: bool) -> Fate {
    let luck = if chaos { dice.roll(100) } else { 99 };
    match step {
        Step::Put(put) => match luck {
            0..8 => Fate::Killed,
            8..16 => {
                portal.put(put);
                Fate::Killed
            }
            16..24 => Fate::Recorded(retry(Code::ConnectionCut)),
            24..36 => {
                portal.put(put);
                Fate::Recorded(retry(Code::Timeout))
            }
            36..42 => Fate::Recorded(retry(Code::NameLookup)),
            42..48 => {
                let Outcome::Stored { etag, .. } = portal.put(put) else {
                    return Fate::Recorded(portal.put(put));
                };
                // A receipt for something else altogether.
                Fate::Recorded(sending::stored(&etag, &"0".repeat(64), &[], &[]))
            }
            48..52 => Fate::Recorded(Outcome::Retry(
                Failure::new(Code::TooManyRequests),
                Some(std::time::Duration::from_secs(30)),
            )),
            _ => Fate::Recorded(portal.put(put)),
        },
        Step::Upload(upload) => send_file(dice, portal, desk, upload, luck),
        Step::Idle { .. } => unreachable!(),
    }
}

fn send_file(
    dice: &mut Dice,
    portal: &mut Portal,
    desk: &Desk,
    step: &UploadStep,
    luck: u64,
) -> Fate {
    let bytes = std::fs::read(&step.path).unwrap();
    assert_eq!(hash(&bytes), step.sha256);
    let url = step.upload_url.clone().unwrap_or_else(|| {
        portal.names += 1;
        format!("https://portal.example/uploads/{}", portal.names)
    });
    if step.upload_url.is_some() && !portal.uploads.contains_key(&url) {
        return Fate::Recorded(Outcome::UploadGone);
    }
    let there = portal.uploads.entry(url.clone()).or_default();
    match luck {
        0..10 => Fate::Killed,
        10..40 => {
            *there = (*there + 1 + dice.roll(step.length)).min(step.length - 1);
            let offset = *there;
            if luck.is_multiple_of(2) {
                desk.outbox_upload_progress(step, &url, offset).unwrap();
            }
            match luck % 3 {
                0 => Fate::Killed,
                _ => Fate::Recorded(retry(Code::ConnectionCut)),
            }
        }
        40..46 => {
            portal.uploads.remove(&url);
            Fate::Recorded(Outcome::UploadGone)
        }
        46..54 => {
            portal.files.insert(step.sha256.clone());
            Fate::Killed
        }
        // The portal says it has the file and loses it.
        54..60 => Fate::Recorded(Outcome::Uploaded),
        _ => {
            portal.files.insert(step.sha256.clone());
            Fate::Recorded(Outcome::Uploaded)
        }
    }
}

fn simulate(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let mut desk = ready(dir.path(), &clock);
    let mut portal = Portal::default();
    let mut approved: BTreeMap<String, String> = BTreeMap::new();
    let mut ever_approved = BTreeSet::new();
    let drafts: Vec<String> = (0..3)
        .map(|number| {
            let shared = b"a file two pieces share".to_vec();
            let own = vec![b'a' + number; 40 + usize::from(number)];
            let files: Vec<&[u8]> = match number {
                0 => vec![],
                1 => vec![&shared, &own],
                _ => vec![&shared],
            };
            draft(
                &desk,
                &format!("Sample {number}"),
                &files,
                dice.roll(4) == 0,
            )
        })
        .collect();
    for piece in &drafts {
        let release = approve(&desk, piece);
        ever_approved.insert(release.clone());
        approved.insert(piece.clone(), release);
    }

    let mut steps = 0_u32;
    loop {
        steps += 1;
        assert!(steps < 3_000, "seed {seed}: it does not end");
        let chaos = steps < 150;
        if chaos && dice.roll(12) == 0 {
            let piece = &drafts[usize::try_from(dice.roll(3)).unwrap()];
            // Sometimes an earlier text again.
            let text = format!("Text number {} of this sample piece.", dice.roll(4));
            rewrite(&desk, piece, &text);
            if dice.roll(3) > 0 {
                let release = approve(&desk, piece);
                ever_approved.insert(release.clone());
                approved.insert(piece.clone(), release);
            }
        }
        if chaos && dice.roll(40) == 0 {
            desk.outbox_send_now().unwrap();
        }
        let step = desk.outbox_next().unwrap();
        match &step {
            Step::Idle { next_at: None } if chaos => continue,
            Step::Idle { next_at: None } => break,
            Step::Idle { next_at: Some(at) } => {
                clock.advance(at.duration_since(clock.now()) + SignedDuration::from_millis(1));
                continue;
            }
            Step::Put(put) => assert!(ever_approved.contains(&put.release), "seed {seed}"),
            Step::Upload(upload) => {
                assert!(ever_approved.contains(&upload.release), "seed {seed}");
            }
        }
        match play(&mut dice, &mut portal, &desk, &step, chaos) {
            Fate::Recorded(outcome) => {
                assert!(
                    !matches!(outcome, Outcome::Conflict(_)),
                    "seed {seed}: a conflict with ourselves at step {steps}"
                );
                desk.outbox_record(&step, outcome).unwrap();
            }
            Fate::Killed => {
                drop(desk);
                desk = open(dir.path(), &clock);
            }
        }
    }

    let receipts: BTreeSet<(String, String)> = desk
        .outbox_receipts(0)
        .unwrap()
        .into_iter()
        .map(|receipt| (receipt.draft, receipt.release))
        .collect();
    let entries = desk.outbox_list().unwrap().entries;
    for (piece, release) in &approved {
        let held = &portal.items[piece];
        assert_eq!(
            &held.release, release,
            "seed {seed}: the newest approved text is there"
        );
        assert!(
            held.files.iter().all(|file| portal.files.contains(file)),
            "seed {seed}"
        );
        assert!(
            receipts.contains(&(piece.clone(), release.clone())),
            "seed {seed}"
        );
        let entry = entries
            .iter()
            .find(|entry| &entry.draft == piece && &entry.release == release)
            .unwrap();
        assert_eq!(entry.state.as_str(), "received", "seed {seed}");
    }
    assert_eq!(
        portal.items.len(),
        drafts.len(),
        "seed {seed}: nothing twice"
    );
}

#[test]
fn any_bad_day_ends_well() {
    let seeds = std::env::var("QALAM_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(12);
    for seed in 1..=seeds {
        simulate(seed);
    }
}

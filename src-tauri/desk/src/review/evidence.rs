//! What proves an approval, gathered from the desk; and examining it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::SignedDuration;
use qalam_proof::decision::Signed;
use qalam_proof::examine::{Beforehand, Check, Evidence, Outcome, Report, examine};
use qalam_proof::key::{Ending, PublicKey};
use qalam_proof::package::{self, Purpose};
use qalam_proof::trail::Line;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{canonical_of, comments, handed_in, read_release, store};
use crate::clock::stamp;
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::outbox::portals;
use crate::packages::signing_key;
use crate::{id, keys, trail};

/// So far ahead another PC's clock may be.
const CLOCKS_APART: SignedDuration = SignedDuration::from_hours(24);

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProofCheck {
    /// What was checked and how it came out: the key of its sentence.
    pub code: String,
    /// `good`, `note` or `bad`.
    pub outcome: String,
    /// What the sentence needs.
    pub params: BTreeMap<String, String>,
}

/// What came of checking a proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Verification {
    /// Nothing is bad.
    pub valid: bool,
    /// SHA-256 of the release.
    pub release: String,
    /// What was checked, in order.
    pub checks: Vec<ProofCheck>,
}

impl From<Report> for Verification {
    fn from(report: Report) -> Self {
        let word = |check: &Check| match check.outcome {
            Outcome::Good => "good",
            Outcome::Note => "note",
            Outcome::Bad => "bad",
        };
        Self {
            valid: report.valid,
            release: report.release,
            checks: report
                .checks
                .into_iter()
                .map(|check| ProofCheck {
                    outcome: word(&check).to_owned(),
                    code: check.code,
                    params: check.params,
                })
                .collect(),
        }
    }
}

impl Desk {
    /// Checks what this desk has of a draft's newest release: text, files, signatures, audit trail,
    /// receipts.
    ///
    /// # Errors
    /// [`crate::Code::NotHandedIn`] for a draft without a release; [`crate::Code::DeskDamaged`].
    pub fn review_verify(&self, draft: &str) -> Result<Verification> {
        let draft = id::parse(draft)?;
        let (mut evidence, beforehand) = self.read(|read| {
            let row = handed_in(read, &draft)?;
            Ok((gather(read, &draft, &row.hash)?, beforehand(read)?))
        })?;
        let files: Vec<String> = evidence.files.keys().cloned().collect();
        for sha256 in files {
            match self.blobs.rehash(&sha256) {
                Ok((found, _)) => drop(evidence.files.insert(sha256, found)),
                Err(_) => drop(evidence.files.remove(&sha256)),
            }
        }
        let sheets: Vec<String> = evidence.sheets.keys().cloned().collect();
        for sha256 in sheets {
            let whole = self
                .blobs
                .rehash(&sha256)
                .is_ok_and(|(found, _)| found == sha256);
            if !whole {
                evidence.sheets.remove(&sha256);
            }
        }
        Ok(examine(&evidence, &beforehand).into())
    }

    /// Checks a package by the keys this desk trusts. What cannot be read is told as a bad check.
    ///
    /// # Errors
    /// [`crate::Code::PathNotFound`], [`crate::Code::NotAFile`].
    pub fn review_verify_file(&self, file: &Path) -> Result<Verification> {
        let name = super::package::name_of(file);
        let source = self.unsealed(Error::open_file(file)?, &name)?;
        let beforehand = self.read(beforehand)?;
        let report = package::read(source, |_, _| Ok(()))
            .and_then(|package| Evidence::of(&package))
            .map_or_else(
                |fault| Report::unreadable(&fault),
                |evidence| examine(&evidence, &beforehand),
            );
        Ok(report.into())
    }
}

/// What this desk knows before it looks at anything.
pub(super) fn beforehand(read: &ReadTx<'_>) -> Result<Beforehand> {
    let mut trusted = BTreeSet::new();
    let mut ended = BTreeMap::new();
    for kept in keys::store::all(read)? {
        let row = kept.row;
        let why = match row.ended.as_str() {
            "replaced" => Some(Ending::Replaced),
            "left" => Some(Ending::Left),
            "lost" => Some(Ending::Lost),
            _ => None,
        };
        if let Some(why) = why {
            ended.insert(row.id.clone(), why);
        }
        if !row.trusted_at.is_empty() {
            trusted.insert(row.id);
        }
    }
    let latest = read.at().checked_add(CLOCKS_APART).map(stamp);
    Ok(Beforehand {
        trusted: Some(trusted),
        ended,
        portals: portals::store::all(read)?
            .iter()
            .filter_map(signing_key)
            .filter_map(|key| Some(PublicKey::from_text(key).ok()?.id()))
            .collect(),
        latest: latest.unwrap_or_default(),
    })
}

/// Everything this desk has about a release. Of the files only their names are here.
pub(super) fn gather(read: &ReadTx<'_>, draft: &str, release: &str) -> Result<Evidence> {
    let frozen = read_release(read, release)?;
    let decisions: Vec<Vec<u8>> = keys::store::decisions(read, Some(release))?
        .into_iter()
        .map(|(_, bytes)| bytes)
        .collect();
    let mut signers = BTreeSet::new();
    let mut beside = BTreeSet::new();
    for bytes in &decisions {
        let said = Signed::from_bytes(bytes).and_then(|signed| signed.peek());
        if let Ok(said) = said {
            signers.insert(said.key);
            beside.insert(said.comments);
        }
    }
    let mut written = Vec::new();
    for hash in &beside {
        written.extend(comments::store::document(read, hash)?);
    }
    let mut cards = Vec::new();
    let mut revocations = Vec::new();
    for key in &signers {
        if let Some(kept) = keys::store::find(read, key)? {
            cards.push(kept.card);
            if !kept.revocation.is_empty() {
                revocations.push(kept.revocation);
            }
        }
    }
    Ok(Evidence {
        release_hash: release.to_owned(),
        release: canonical_of(read, release)?,
        files: frozen
            .attachments
            .into_iter()
            .map(|file| (file.sha256, String::new()))
            .collect(),
        decisions,
        comments: written,
        sheets: super::paper::sheets(read, release)?
            .into_iter()
            .map(|sheet| (sheet.sha256, sheet.name))
            .collect(),
        cards,
        revocations,
        trail: piece(read, draft, &signers)?,
        receipts: store::receipts(read, release)?
            .into_iter()
            .map(String::into_bytes)
            .collect(),
        purpose: Some(Purpose::Proof),
    })
}

/// The trail from the first entry about a draft or these keys on; entries about others are closed.
fn piece(read: &ReadTx<'_>, draft: &str, keys: &BTreeSet<String>) -> Result<Vec<Line>> {
    Ok(trail::store::entries(read, None)?
        .into_iter()
        .map(|(entry, hash)| {
            let about_key = entry.draft.is_empty() && keys.contains(&entry.key);
            if entry.draft == draft || about_key {
                Line::Open(Box::new(entry))
            } else {
                Line::Closed {
                    seq: entry.seq,
                    hash,
                }
            }
        })
        .skip_while(|line| matches!(line, Line::Closed { .. }))
        .collect())
}

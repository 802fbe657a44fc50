//! Looking into a review package before it is taken in: who sealed it, what was checked, and what
//! taking it in would change. The answer is the real outcome: it is done, and undone.

use std::path::Path;

use qalam_content::canonical::Release;
use qalam_proof::decision::{Act, Signed};
use qalam_proof::examine::{Evidence, Report, examine};
use qalam_proof::package;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::evidence::{Verification, beforehand};
use super::package::{name_of, refused, title, word};
use super::store;
use super::types::ReleaseState;
use crate::desk::Desk;
use crate::error::{Error, Failure, Result};

/// A decision in a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Carried {
    /// `approve` or `return`.
    pub act: String,
    /// The name in the statement.
    pub name: String,
    /// When, by the clock of that desk.
    pub at: String,
    /// The comment or reason; may be empty.
    pub words: String,
}

/// What is in a review package, and what taking it in would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Look {
    /// `review`, `decision` or `proof`.
    pub purpose: String,
    /// The draft.
    pub draft: String,
    /// Title in the original language.
    pub title: String,
    /// Languages it is written in.
    pub languages: Vec<String>,
    /// The name on the key it was sealed with.
    pub by: String,
    /// What the two persons compare by telephone.
    pub fingerprint: String,
    /// That key is trusted here.
    pub trusted: bool,
    /// When it was made.
    pub made_at: String,
    /// What was said with it.
    pub words: String,
    /// The decisions in it.
    pub decisions: Vec<Carried>,
    /// How the release stands here now; none when it is not here.
    pub here: Option<ReleaseState>,
    /// How it would stand; none when it would be refused.
    pub after: Option<ReleaseState>,
    /// Taking it in would change nothing: it was before.
    pub known: bool,
    /// Another release of the piece is in review here and would be set aside.
    pub sets_aside: bool,
    /// Names of files that are not in it.
    pub absent: Vec<String>,
    /// Why it would be refused.
    pub refused: Option<Failure>,
    /// What was checked.
    pub checks: Verification,
}

impl Desk {
    /// Looks into a package. One that cannot be read is told as refused, with nothing else known.
    ///
    /// # Errors
    /// [`crate::Code::PathNotFound`], [`crate::Code::NotAFile`], and what the database fails with.
    pub fn review_look(&self, file: &Path) -> Result<Look> {
        let name = name_of(file);
        let source = match self.unsealed(Error::open_file(file)?, &name) {
            Ok(source) => source,
            Err(error) => {
                return Ok(Look {
                    refused: Some(Failure::from(&error)),
                    ..Look::nothing()
                });
            }
        };
        let beforehand = self.read(beforehand)?;
        let read = package::read(source, |_, _| Ok(())).and_then(|package| {
            let evidence = Evidence::of(&package)?;
            let release = Release::from_bytes(&evidence.release)?;
            let fingerprint = package.sender.public()?.fingerprint();
            Ok((package, evidence, release, fingerprint))
        });
        let (package, evidence, release, fingerprint) = match read {
            Ok(read) => read,
            Err(fault) => {
                return Ok(Look {
                    refused: Some(Failure::from(&refused(&fault, &name))),
                    checks: Report::unreadable(&fault).into(),
                    ..Look::nothing()
                });
            }
        };
        let head = &package.head;
        let (here, other) = self.read(|read| {
            let here = store::find(read, &head.release)?.map(|row| row.state);
            let pending = store::pending(read, &head.draft)?;
            Ok((here, pending.is_some_and(|row| row.hash != head.release)))
        })?;
        let outcome = self.rehearse_import(file);
        let decisions = evidence
            .decisions
            .iter()
            .filter_map(|bytes| {
                Signed::from_bytes(bytes)
                    .and_then(|signed| signed.peek())
                    .ok()
            })
            .filter(|decision| matches!(decision.act, Act::Approve | Act::Return))
            .map(|decision| Carried {
                act: decision.act.as_str().to_owned(),
                name: decision.name,
                at: decision.at,
                words: decision.words,
            })
            .collect();
        let known = outcome.as_ref().is_ok_and(|taken| taken.known);
        let after = outcome.as_ref().ok().map(|taken| taken.release.state);
        let trusted = beforehand
            .trusted
            .as_ref()
            .is_some_and(|trusted| trusted.contains(&head.key));
        Ok(Look {
            purpose: word(head.purpose).to_owned(),
            draft: head.draft.clone(),
            title: title(&release),
            languages: release.languages.keys().cloned().collect(),
            by: package.sender.name.clone(),
            fingerprint,
            trusted,
            made_at: head.made_at.clone(),
            words: head.words.clone(),
            decisions,
            here,
            after,
            known,
            sets_aside: other && here.is_none() && after.is_some(),
            absent: release
                .attachments
                .iter()
                .filter(|file| !evidence.files.contains_key(&file.sha256))
                .map(|file| file.name.clone())
                .collect(),
            refused: outcome.as_ref().err().map(Failure::from),
            checks: examine(&evidence, &beforehand).into(),
        })
    }
}

impl Look {
    fn nothing() -> Self {
        Self {
            purpose: String::new(),
            draft: String::new(),
            title: String::new(),
            languages: Vec::new(),
            by: String::new(),
            fingerprint: String::new(),
            trusted: false,
            made_at: String::new(),
            words: String::new(),
            decisions: Vec::new(),
            here: None,
            after: None,
            known: false,
            sets_aside: false,
            absent: Vec::new(),
            refused: None,
            checks: Verification {
                valid: false,
                release: String::new(),
                checks: Vec::new(),
            },
        }
    }
}

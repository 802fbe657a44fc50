//! Taking a package in: a request, or the decision back.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use qalam_content::canonical::{self, Release};
use qalam_content::limits::MAX_FILE_BYTES;
use qalam_proof::decision::{Act, Decision, Signed};
use qalam_proof::examine::{Evidence, Outcome, Report, examine};
use qalam_proof::package::{self, Package, PartKind, Purpose};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use ts_rs::TS;

use super::super::evidence::beforehand;
use super::super::may::{self, Asked};
use super::super::types::{ReleaseRow, ReleaseState};
use super::super::{comments, complete, note_review, proof, required, store};
use super::{broken, name_of, refused, title, word};
use crate::change::Action;
use crate::db::WriteTx;
use crate::db::blobs::Staged;
use crate::desk::Desk;
use crate::drafts;
use crate::error::{Code, Error, Result};
use crate::id;
use crate::keys;
use crate::profile::{self, OwnerKind, Profile, Role};
use crate::trail::{self, Told};
use crate::vocab;

/// A package that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// `review` or `decision`.
    pub purpose: String,
    /// The draft.
    pub draft: String,
    /// Title in the original language.
    pub title: String,
    /// The release, as it now stands here.
    pub release: ReleaseRow,
    /// The name on the key it was sealed with.
    pub by: String,
    /// What was said with it.
    pub words: String,
    /// Names of files that are not here.
    pub absent: Vec<String>,
    /// Nothing was new: it had been taken in before.
    pub known: bool,
}

impl Desk {
    /// Takes a package in: a request becomes a draft in review, here for a decision only; a decision
    /// is applied to the release it is about, by the rules of this house. The same package again
    /// changes nothing, and one that does not hold changes nothing either.
    ///
    /// # Errors
    /// [`Code::ReviewPackageInvalid`], [`Code::ReviewPackageAltered`], [`Code::KeyUntrusted`],
    /// [`Code::KeyEnded`], [`Code::SignedAhead`], [`Code::ProofBroken`], [`Code::NotInReview`] for a
    /// release that is no longer the one in review, and what the rules refuse.
    pub fn review_import(&self, file: &Path) -> Result<Imported> {
        let (taken, files) = self.examined(file)?;
        let mut staged = Vec::new();
        for kept in files.into_values() {
            staged.push(self.blobs.stage_file(kept.path(), MAX_FILE_BYTES)?);
        }
        self.write(Action::TakePackage, |tx| self.take(tx, &taken, staged))
    }

    /// What [`Desk::review_import`] would answer, with nothing changed.
    pub(in crate::review) fn rehearse_import(&self, file: &Path) -> Result<Imported> {
        let (taken, _) = self.examined(file)?;
        self.rehearse_write(|tx| self.take(tx, &taken, Vec::new()))
    }

    fn take(&self, tx: &WriteTx<'_>, taken: &Taken, staged: Vec<Staged>) -> Result<Imported> {
        match taken.package.head.purpose {
            Purpose::Review => self.take_request(tx, taken, staged),
            Purpose::Decision | Purpose::Proof => self.take_decision(tx, taken),
        }
    }

    /// A package that holds, from a key trusted here, and its files.
    fn examined(&self, file: &Path) -> Result<(Taken, BTreeMap<String, NamedTempFile>)> {
        let name = name_of(file);
        let (package, files) = self.open_package(file, &name)?;
        let evidence = Evidence::of(&package).map_err(|fault| refused(&fault, &name))?;
        let beforehand = self.read(beforehand)?;
        let sender = package
            .sender
            .public()
            .map_err(|fault| refused(&fault, &name))?;
        if beforehand.ended.contains_key(&package.head.key) {
            return Err(Error::new(Code::KeyEnded).with("key", &package.sender.name));
        }
        let known = beforehand.trusted.as_ref();
        if !known.is_some_and(|trusted| trusted.contains(&package.head.key)) {
            return Err(Error::new(Code::KeyUntrusted)
                .with("name", &package.sender.name)
                .with("fingerprint", sender.fingerprint()));
        }
        refuse_bad(&examine(&evidence, &beforehand), &name)?;
        let release =
            Release::from_bytes(&evidence.release).map_err(|fault| refused(&fault, &name))?;
        if release.draft != package.head.draft {
            return Err(broken(&name, "draft"));
        }
        let draft = id::parse(&release.draft)?;
        let taken = Taken {
            name,
            draft,
            release,
            package,
            evidence,
        };
        Ok((taken, files))
    }

    /// The card of whoever sealed a package, so that a person can trust it by its fingerprint.
    ///
    /// # Errors
    /// [`Code::ReviewPackageInvalid`], [`Code::ReviewPackageAltered`].
    pub fn package_card(&self, file: &Path) -> Result<Vec<u8>> {
        let name = name_of(file);
        let source = self.unsealed(Error::open_file(file)?, &name)?;
        let package =
            package::read(source, |_, _| Ok(())).map_err(|fault| refused(&fault, &name))?;
        let card = package.of(PartKind::Key).find(|bytes| {
            keys::read_card(bytes).is_ok_and(|(card, _)| card.key == package.sender.key)
        });
        card.map(<[u8]>::to_vec).ok_or_else(|| broken(&name, "key"))
    }

    /// Reads a package to its end, its files to temporary places.
    fn open_package(
        &self,
        file: &Path,
        name: &str,
    ) -> Result<(Package, BTreeMap<String, NamedTempFile>)> {
        let source = self.unsealed(Error::open_file(file)?, name)?;
        let mut files: BTreeMap<String, NamedTempFile> = BTreeMap::new();
        let package = package::read(source, |part, bytes| {
            if part.bytes > MAX_FILE_BYTES {
                return Err(io::Error::other("too large"));
            }
            if !files.contains_key(&part.sha256) {
                files.insert(part.sha256.clone(), NamedTempFile::new_in(self.tmp())?);
            }
            match files.get_mut(&part.sha256) {
                Some(kept) => kept.write_all(bytes),
                None => Ok(()),
            }
        })
        .map_err(|fault| refused(&fault, name))?;
        Ok((package, files))
    }

    fn take_request(
        &self,
        tx: &WriteTx<'_>,
        taken: &Taken,
        staged: Vec<Staged>,
    ) -> Result<Imported> {
        let (draft, hash) = (&taken.draft, &taken.package.head.release);
        if let Some(row) = store::find(tx, hash)? {
            return Ok(taken.told(row, true));
        }
        let here = drafts::exists(tx, draft)?;
        if here && !store::is_guest(tx, draft)? {
            // A piece of this desk is changed here, and not by what comes in.
            return Err(broken(&taken.name, "draft"));
        }
        for one in staged {
            let named = taken
                .release
                .attachments
                .iter()
                .find(|file| file.sha256 == one.sha256);
            let mime = named.map_or("application/octet-stream", |file| file.mime.as_str());
            self.blobs.place(tx, one, mime)?;
        }
        if here {
            drafts::refresh_in(tx, &self.blobs, draft, &taken.release)?;
        } else {
            drafts::adopt_in(tx, &self.blobs, draft, &taken.release)?;
        }
        store::put_guest(tx, draft, &taken.package.head.id, &taken.package.head.key)?;
        if let Some(pending) = store::pending(tx, draft)? {
            store::supersede(tx, &pending.hash)?;
        }
        let sender = as_profile(
            &taken.package.sender.name,
            &taken.package.sender.owner,
            Role::Author,
        );
        store::submit(
            tx,
            &store::NewRelease {
                hash,
                draft,
                content: drafts::writable(tx, draft)?.content,
                note: &taken.package.head.words,
                canonical: &taken.evidence.release,
            },
            &sender,
        )?;
        let mut present = Vec::new();
        for file in &taken.release.attachments {
            if self.blobs.find(tx, &file.sha256)?.is_some() {
                present.push(file);
            }
        }
        let files = present.iter().map(|file| (*file, file.sha256.as_str()));
        store::put_files(tx, hash, files)?;
        taken.learn_keys(tx)?;
        let mut noted = false;
        for (decision, bytes) in taken.decisions() {
            if decision.act == Act::Submit {
                taken.keep(tx, &decision, bytes)?;
                noted = true;
            }
        }
        if !noted {
            let told = Told {
                act: Act::Submit.as_str(),
                draft,
                release: hash,
                name: &sender.name,
                words: &taken.package.head.words,
                ..Told::default()
            };
            trail::note(tx, &told)?;
        }
        note_review(tx, draft)?;
        Ok(taken.told(required(tx, hash)?, false))
    }

    fn take_decision(&self, tx: &WriteTx<'_>, taken: &Taken) -> Result<Imported> {
        let (draft, hash) = (&taken.draft, &taken.package.head.release);
        let row = store::find(tx, hash)?.ok_or_else(|| Error::not_found("release", hash))?;
        if row.draft != *draft {
            return Err(broken(&taken.name, "draft"));
        }
        let house = crate::settings::approval_in(tx)?;
        taken.learn_keys(tx)?;
        let mut known = true;
        for (decision, bytes) in taken.decisions() {
            let new = trail::store::place_of(tx, &canonical::hash(bytes))?.is_none();
            if !new || !matches!(decision.act, Act::Approve | Act::Return) {
                continue;
            }
            known = false;
            let state = store::find(tx, hash)?.map(|row| row.state);
            let others = proof::approvals_now(tx, hash)?;
            let asked = Asked {
                act: decision.act,
                role: role_of(&decision.role),
                state,
                own: keys::store::handed_in(tx, draft, &decision.key)?,
                signed: others.iter().any(|(one, _)| one.key == decision.key),
                approvals: others.len() as u64,
                needed: house
                    .needed(&taken.release.content_type)
                    .max(decision.needed),
                urgent: decision.urgent,
                words: &decision.words,
            };
            let granted = may::may(&asked, &house)
                .map_err(|code| Error::new(code).with("draft", draft).with("release", hash))?;
            let by = as_profile(&decision.name, &decision.owner, asked.role);
            let proof = taken.keep(tx, &decision, bytes)?;
            match decision.act {
                Act::Return => {
                    store::decide(tx, hash, ReleaseState::Returned, Some(&by), &decision.words)?
                }
                _ if granted.completes => {
                    let before = store::approved(tx, draft)?;
                    complete(tx, draft, hash, before.as_ref(), &by, &proof)?;
                }
                _ => {}
            }
            note_review(tx, draft)?;
        }
        Ok(taken.told(required(tx, hash)?, known))
    }
}

/// A package that holds, about to be taken in.
struct Taken {
    name: String,
    draft: String,
    release: Release,
    package: Package,
    evidence: Evidence,
}

impl Taken {
    /// The decisions in it, all of them verified.
    fn decisions(&self) -> impl Iterator<Item = (Decision, &Vec<u8>)> {
        self.evidence.decisions.iter().filter_map(|bytes| {
            let said = Signed::from_bytes(bytes).and_then(|signed| signed.peek());
            said.ok().map(|decision| (decision, bytes))
        })
    }

    fn learn_keys(&self, tx: &WriteTx<'_>) -> Result<()> {
        let by = profile::current(tx)?;
        for bytes in &self.evidence.cards {
            let (card, _) = keys::read_card(bytes)?;
            keys::learn(tx, &card, bytes, false, by.as_ref())?;
        }
        for bytes in &self.evidence.revocations {
            keys::take_revocation(tx, bytes)?;
        }
        Ok(())
    }

    fn keep(&self, tx: &WriteTx<'_>, decision: &Decision, bytes: &[u8]) -> Result<String> {
        let hash = proof::keep(tx, decision, bytes)?;
        comments::take(tx, decision, &hash, &self.evidence.comments)?;
        let told = Told {
            act: decision.act.as_str(),
            draft: &self.draft,
            release: &decision.release,
            name: &decision.name,
            key: &decision.key,
            words: &decision.words,
            proof: &hash,
            ..Told::default()
        };
        trail::note(tx, &told)?;
        Ok(hash)
    }

    fn told(&self, release: ReleaseRow, known: bool) -> Imported {
        let here = |file: &&qalam_content::canonical::ReleaseAttachment| {
            !self.evidence.files.contains_key(&file.sha256)
        };
        Imported {
            purpose: word(self.package.head.purpose).to_owned(),
            draft: self.draft.clone(),
            title: title(&self.release),
            release,
            by: self.package.sender.name.clone(),
            words: self.package.head.words.clone(),
            absent: self
                .release
                .attachments
                .iter()
                .filter(here)
                .map(|file| file.name.clone())
                .collect(),
            known,
        }
    }
}

fn role_of(word: &str) -> Role {
    match word {
        "approver" => Role::Approver,
        "both" => Role::Both,
        _ => Role::Author,
    }
}

/// A person of another desk, who has no row here.
fn as_profile(name: &str, owner: &str, role: Role) -> Profile {
    let kind = vocab::find_owner(owner, None).map_or(OwnerKind::State, |(_, kind)| kind);
    Profile {
        person: String::new(),
        owner: owner.to_owned(),
        owner_kind: kind,
        name: name.to_owned(),
        role,
        display_lang: String::new(),
    }
}

/// The first bad check, in the words of a failure.
fn refuse_bad(report: &Report, file: &str) -> Result<()> {
    let Some(bad) = report
        .checks
        .iter()
        .find(|check| check.outcome == Outcome::Bad)
    else {
        return Ok(());
    };
    let param = |name: &str| bad.params.get(name).cloned().unwrap_or_default();
    Err(match bad.code.as_str() {
        "key_unknown" => Error::new(Code::KeyUntrusted)
            .with("name", param("name"))
            .with("fingerprint", param("fingerprint")),
        "key_ended" => Error::new(Code::KeyEnded).with("key", param("name")),
        "decision_in_future" => Error::new(Code::SignedAhead)
            .with("name", param("name"))
            .with("at", param("at")),
        other => broken(file, other),
    })
}

//! Review packages: a release to an approver elsewhere, the decision back, a proof for anybody.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write as _};
use std::path::Path;

use qalam_content::canonical::{self, Release};
use qalam_content::limits::MAX_FILE_BYTES;
use qalam_proof::Fault;
use qalam_proof::decision::{Act, Decision, Signed};
use qalam_proof::examine::{Evidence, Outcome, Report, examine};
use qalam_proof::fault::code;
use qalam_proof::package::{self, Package, PackageHead, Part, PartKind, Purpose};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use ts_rs::TS;

use super::evidence::{beforehand, gather};
use super::may::{self, Asked};
use super::types::{ReleaseRow, ReleaseState};
use super::{canonical_of, comments, complete, handed_in, note_review, proof, required, store};
use crate::change::Action;
use crate::db::WriteTx;
use crate::db::blobs::Staged;
use crate::desk::Desk;
use crate::drafts;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::keys;
use crate::profile::{self, OwnerKind, Profile, Role};
use crate::trail::{self, Told};
use crate::vocab;

/// A package that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// `review`, `decision` or `proof`.
    pub purpose: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Length of the file.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Names of files that are in it by their hash only.
    pub absent: Vec<String>,
}

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
    /// Writes a package about the newest release of a draft to the new file `to`: a request while it
    /// is in review, the decision back on the desk of an approver elsewhere, a proof once it is
    /// approved. With `files` the attached files are in it.
    ///
    /// # Errors
    /// [`Code::NotHandedIn`] for a draft without a release, [`Code::TargetNotEmpty`], and what signing
    /// and writing fail with.
    pub fn review_export(
        &self,
        draft: &str,
        to: &Path,
        words: &str,
        files: bool,
    ) -> Result<Exported> {
        self.review_export_sealed(draft, to, words, files, None)
    }

    /// The same, sealed so that only the person with this key (and this desk) can open it.
    ///
    /// # Errors
    /// As [`Desk::review_export`]; [`Code::UnknownKey`], [`Code::KeyUntrusted`], [`Code::KeyEnded`],
    /// [`Code::KeyCannotSeal`].
    pub fn review_export_sealed(
        &self,
        draft: &str,
        to: &Path,
        words: &str,
        files: bool,
        reader: Option<&str>,
    ) -> Result<Exported> {
        let draft = id::parse(draft)?;
        let reader = reader.map(|key| self.recipient(key)).transpose()?;
        if to.exists() {
            return Err(Error::new(Code::TargetNotEmpty).with("path", to.display()));
        }
        let signer = self.signer(None)?;
        let (mut head, mut bodies, frozen, sheets) = self.read(|read| {
            let row = handed_in(read, &draft)?;
            let purpose = match row.state {
                ReleaseState::InReview => Purpose::Review,
                _ if store::is_guest(read, &draft)? => Purpose::Decision,
                ReleaseState::Approved => Purpose::Proof,
                ReleaseState::Returned | ReleaseState::Superseded => {
                    return Err(Error::new(Code::NotInReview).with("release", &row.hash));
                }
            };
            let base = store::approved(read, &draft)?.filter(|base| base.hash != row.hash);
            let evidence = gather(read, &draft, &row.hash)?;
            let frozen = super::read_release(read, &row.hash)?;
            let mut bodies = vec![(PartKind::Release, evidence.release)];
            if purpose == Purpose::Review
                && let Some(base) = &base
            {
                bodies.push((PartKind::Base, canonical_of(read, &base.hash)?));
            }
            let mut cards = evidence.cards;
            let own = keys::store::find(read, &signer.id)?.map(|kept| kept.card);
            cards.extend(own.filter(|card| !cards.contains(card)));
            let lines = canonical::to_bytes(&evidence.trail)
                .map_err(|fault| Error::internal(fault.to_string()))?;
            let all = |kind, list: Vec<Vec<u8>>| list.into_iter().map(move |body| (kind, body));
            bodies.extend(all(PartKind::Key, cards));
            bodies.extend(all(PartKind::Revocation, evidence.revocations));
            bodies.extend(all(PartKind::Decision, evidence.decisions));
            // What author and approver wrote to each other is nobody else's.
            if purpose != Purpose::Proof {
                bodies.extend(all(PartKind::Comments, evidence.comments));
            }
            bodies.push((PartKind::Trail, lines));
            bodies.extend(all(PartKind::Receipt, evidence.receipts));
            let head = PackageHead {
                purpose,
                id: new_id(),
                made_at: read.now().to_owned(),
                key: signer.id.clone(),
                draft: draft.clone(),
                release: row.hash,
                base: base.map(|base| base.hash).unwrap_or_default(),
                title: title(&frozen),
                words: words.trim().to_owned(),
                parts: Vec::new(),
            };
            let sheets = super::paper::sheets(read, &head.release)?;
            Ok((head, bodies, frozen, sheets))
        })?;
        head.parts = bodies
            .iter()
            .map(|(kind, body)| Part {
                kind: *kind,
                name: String::new(),
                bytes: body.len() as u64,
                sha256: canonical::hash(body),
            })
            .collect();
        let mut absent = Vec::new();
        let wanted = files && head.purpose != Purpose::Decision;
        for file in &frozen.attachments {
            if wanted && self.blobs.stands(&file.sha256, file.bytes) {
                let part = Part {
                    kind: PartKind::File,
                    name: file.name.clone(),
                    bytes: file.bytes,
                    sha256: file.sha256.clone(),
                };
                if !head.parts.iter().any(|one| one.sha256 == part.sha256) {
                    head.parts.push(part);
                }
            } else {
                absent.push(file.name.clone());
            }
        }
        // What was signed by hand belongs to what proves the approval.
        if head.purpose == Purpose::Proof {
            for sheet in &sheets {
                if self.blobs.stands(&sheet.sha256, sheet.bytes) {
                    head.parts.push(Part {
                        kind: PartKind::Sheet,
                        name: sheet.name.clone(),
                        bytes: sheet.bytes,
                        sha256: sheet.sha256.clone(),
                    });
                } else {
                    absent.push(sheet.name.clone());
                }
            }
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut out = NamedTempFile::new_in(folder).map_err(|source| Error::io(source, to))?;
        let bytes_of = |number: usize, part: &Part| match bodies.get_mut(number) {
            Some((_, body)) => Ok(Box::new(Cursor::new(std::mem::take(body))) as Box<dyn Read>),
            None => {
                let file = self.blobs.open(&part.sha256).map_err(io::Error::other)?;
                Ok(Box::new(file) as Box<dyn Read>)
            }
        };
        let file = io::BufWriter::new(out.as_file_mut());
        let written = match &reader {
            None => package::write(file, &head, &signer.key, bytes_of),
            Some(reader) => {
                let own = self.recipient(&signer.id)?;
                let readers = [reader, &own].map(|one| one as &dyn age::Recipient);
                sealed(file, readers, |out| {
                    package::write(out, &head, &signer.key, bytes_of)
                })
            }
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(Error::new(Code::BlobDamaged).with("sha256", error));
            }
            done => done.map_err(|source| Error::io(source, to))?,
        }
        out.as_file()
            .sync_all()
            .map_err(|source| Error::io(source, to))?;
        let bytes = out
            .as_file()
            .metadata()
            .map(|facts| facts.len())
            .unwrap_or_default();
        out.persist_noclobber(to)
            .map_err(|failed| Error::io(failed.error, to))?;
        Ok(Exported {
            purpose: word(head.purpose).to_owned(),
            draft,
            release: head.release,
            bytes,
            absent,
        })
    }

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
    pub(super) fn rehearse_import(&self, file: &Path) -> Result<Imported> {
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

/// Writes through a seal that only these can open.
fn sealed<W: io::Write>(
    out: W,
    readers: [&dyn age::Recipient; 2],
    write: impl FnOnce(&mut age::stream::StreamWriter<W>) -> io::Result<()>,
) -> io::Result<()> {
    let seal = age::Encryptor::with_recipients(readers.into_iter()).map_err(io::Error::other)?;
    let mut out = seal.wrap_output(out)?;
    write(&mut out)?;
    out.finish()?.flush()
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

/// The last name of a path.
pub(super) fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

pub(super) const fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Review => "review",
        Purpose::Decision => "decision",
        Purpose::Proof => "proof",
    }
}

pub(super) fn title(release: &Release) -> String {
    let text = release.languages.get(&release.primary_lang);
    text.map(|text| text.title.clone()).unwrap_or_default()
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

fn broken(file: &str, check: &str) -> Error {
    Error::new(Code::ProofBroken)
        .with("file", file)
        .with("check", check)
}

pub(super) fn refused(fault: &Fault, file: &str) -> Error {
    let error = match fault.code {
        code::PACKAGE_INVALID | code::PACKAGE_TRUNCATED => Code::ReviewPackageInvalid,
        code::PACKAGE_ALTERED => Code::ReviewPackageAltered,
        code::PACKAGE_VERSION => Code::PackageVersion,
        code::PACKAGE_TOO_LARGE => Code::PackageTooLarge,
        // What was sealed and altered on its way cannot be read to its end.
        code::UNREADABLE => Code::ReviewPackageAltered,
        _ => return broken(file, fault.code),
    };
    Error::new(error)
        .with("file", file)
        .with("version", &fault.subject)
        .with("limit", &fault.subject)
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

//! Review: freezing a draft, deciding about it, and seeing what changed.
//!
//! What is decided about is a release: the canonical bytes under their hash. A later edit is in no
//! release, and no approval covers it.

mod batch;
mod comments;
mod evidence;
mod files;
mod look;
mod may;
mod package;
mod paper;
mod pictures;
mod proof;
pub(crate) mod rules;
mod standing;
mod store;
mod types;

pub use batch::{BatchRow, BatchSigning};
pub(crate) use comments::findings as comment_findings;
pub use comments::{AnswerRow, CommentRow, CommentStanding, CommentState, NewComment};
pub use evidence::{ProofCheck, Verification};
pub use look::{Carried, Look};
pub use may::HouseRules;
pub use package::{Exported, Imported};
pub use paper::SignedSheet;
pub(crate) use pictures::Drawn;
pub(crate) use proof::gate;
pub use standing::{ReleaseText, Signed, Standing};
pub(crate) use store::is_guest;

pub use types::{
    Against, Approval, FieldDiff, FileChange, FileDiff, LanguageDiff, ReleaseFile, ReleaseRow,
    ReleaseState, ReviewDiff, ReviewEvent,
};

use std::collections::BTreeMap;

use qalam_content::canonical::{self, Release};
use qalam_content::kind::{Finding, Severity, file_findings};
use qalam_proof::Fault;

use crate::change::{Action, Topic};
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::drafts::{self, Draft};
use crate::error::{Code, Error, Result};
use crate::id;
use crate::keys::Signer;
use crate::outbox;
use crate::profile::{self, Profile};
use crate::trail;

use may::Act;
use proof::Said;

impl Desk {
    /// Freezes a draft and hands it to the approver. The same text handed in again is the same
    /// release; a text that is already approved stays approved.
    ///
    /// # Errors
    /// [`Code::NotReady`] with the findings, [`Code::NoProfile`], [`Code::DraftTrashed`],
    /// [`Code::NotFound`].
    pub fn review_submit(&self, draft: &str, note: &str) -> Result<ReleaseRow> {
        let draft = id::parse(draft)?;
        let today = self.today();
        let signer = self.signer_if_any()?;
        self.attachments_prepare(&draft)?;
        self.write(Action::Submit, |tx| {
            let house = crate::settings::approval_in(tx)?;
            let by = profile::required(tx)?;
            let head = drafts::editable(tx, &draft)?;
            let opened = drafts::open_in(tx, &draft)?;
            refuse_unready(tx, &opened, &today)?;
            let release = rules::freeze(&opened, &by.owner);
            let bytes = release.to_bytes().map_err(|fault| cannot_freeze(&fault))?;
            let hash = canonical::hash(&bytes);
            let pending = store::pending(tx, &draft)?;
            let same = |row: &ReleaseRow| row.hash == hash && row.state == ReleaseState::InReview;
            if pending.as_ref().is_some_and(same) {
                store::set_content(tx, &hash, head.content)?;
                note_review(tx, &draft)?;
                return required(tx, &hash);
            }
            if let Some(pending) = &pending {
                store::supersede(tx, &pending.hash)?;
            }
            if store::approved(tx, &draft)?.is_some_and(|row| row.hash == hash) {
                store::set_content(tx, &hash, head.content)?;
                note_review(tx, &draft)?;
                return required(tx, &hash);
            }
            let note = note.trim();
            store::submit(
                tx,
                &store::NewRelease {
                    hash: &hash,
                    draft: &draft,
                    content: head.content,
                    note,
                    canonical: &bytes,
                },
                &by,
            )?;
            let originals: Vec<&str> = opened
                .attachments
                .iter()
                .map(|file| {
                    let sent = file.sent.as_ref();
                    sent.map_or(file.sha256.as_str(), |sent| &sent.original)
                })
                .collect();
            store::put_files(tx, &hash, release.attachments.iter().zip(originals))?;
            let said = Said {
                act: Act::Submit,
                draft: &draft,
                release: &hash,
                words: note,
                needed: house.needed(&release.content_type),
                granted: PLAIN,
            };
            proof::say(tx, &said, &by, signer.as_ref())?;
            drafts::store::pin_all(tx, &draft)?;
            drafts::store::note_handed(tx, &draft)?;
            note_review(tx, &draft)?;
            required(tx, &hash)
        })
    }

    /// Approves the release in review with the newest key of this desk: as [`Desk::review_sign`],
    /// without a word.
    ///
    /// # Errors
    /// As [`Desk::review_sign`].
    pub fn review_approve(&self, draft: &str, release: &str) -> Result<ReleaseRow> {
        self.review_sign(&Signing {
            draft,
            release,
            ..Signing::default()
        })
    }

    /// Signs an approval of the release in review. With the last signature that the rules of the
    /// house ask for it is final, and in the outbox of every portal, when this returns; before that
    /// it stays in review. Approving what is already approved does nothing.
    ///
    /// # Errors
    /// [`Code::NotApprover`], [`Code::OwnDraft`], [`Code::AlreadySigned`],
    /// [`Code::UrgentNotAllowed`], [`Code::ReasonNeeded`]; [`Code::NotInReview`] when the release is
    /// not the one in review; [`Code::NoProfile`], [`Code::NotFound`]; and what signing fails with:
    /// [`Code::KeyGone`], [`Code::UnknownKey`], [`Code::SecretsLocked`], [`Code::NoSecretStore`].
    pub fn review_sign(&self, wanted: &Signing<'_>) -> Result<ReleaseRow> {
        let (draft, release) = (id::parse(wanted.draft)?, id::parse_hash(wanted.release)?);
        let words = wanted.words.trim();
        // Said before the secrets are asked: whoever may not approve need not unlock anything.
        if let Some(done) = self.read(|read| {
            drafts::writable(read, &draft)?;
            let approved = store::approved(read, &draft)?.filter(|row| row.hash == release);
            if approved.is_none() {
                approver(read)?;
                in_review(read, &draft, Some(&release))?;
            }
            Ok(approved)
        })? {
            return Ok(done);
        }
        let signer = self.signer(wanted.key)?;
        self.write(Action::Approve, |tx| {
            let house = crate::settings::approval_in(tx)?;
            let by = approver(tx)?;
            drafts::writable(tx, &draft)?;
            let before = store::approved(tx, &draft)?;
            if let Some(before) = before.as_ref().filter(|before| before.hash == release) {
                return Ok(before.clone());
            }
            let row = in_review(tx, &draft, Some(&release))?;
            let yes = batch::approval_granted(
                tx,
                &row,
                by.role,
                &signer.id,
                wanted.urgent,
                words,
                &house,
            )?;
            let said = Said {
                act: Act::Approve,
                draft: &draft,
                release: &release,
                words,
                needed: yes.needed,
                granted: yes.granted,
            };
            let proof = proof::say(tx, &said, &by, Some(&signer))?;
            if yes.granted.completes {
                complete(tx, &draft, &release, before.as_ref(), &by, &proof)?;
            }
            note_review(tx, &draft)?;
            required(tx, &release)
        })
    }

    /// Sends the release in review back to its author.
    ///
    /// # Errors
    /// [`Code::ReasonNeeded`], [`Code::NotApprover`], [`Code::NotInReview`],
    /// [`Code::AlreadyApproved`], [`Code::NoProfile`], [`Code::NotFound`].
    pub fn review_return(&self, draft: &str, reason: &str) -> Result<ReleaseRow> {
        let draft = id::parse(draft)?;
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::new(Code::ReasonNeeded));
        }
        let signer = self.signer_if_any()?;
        self.write(Action::Return, |tx| {
            let by = approver(tx)?;
            drafts::writable(tx, &draft)?;
            let release = in_review(tx, &draft, None)?.hash;
            store::decide(tx, &release, ReleaseState::Returned, Some(&by), reason)?;
            let said = Said {
                act: Act::Return,
                draft: &draft,
                release: &release,
                words: reason,
                needed: 1,
                granted: PLAIN,
            };
            proof::say(tx, &said, &by, signer.as_ref())?;
            note_review(tx, &draft)?;
            required(tx, &release)
        })
    }

    /// Takes the release in review back. Gives the release that is still approved, if one is.
    ///
    /// # Errors
    /// [`Code::NothingToWithdraw`], [`Code::NoProfile`], [`Code::NotFound`].
    pub fn review_withdraw(&self, draft: &str) -> Result<Option<ReleaseRow>> {
        let draft = id::parse(draft)?;
        let signer = self.signer_if_any()?;
        self.write(Action::Withdraw, |tx| {
            let by = profile::required(tx)?;
            drafts::writable(tx, &draft)?;
            let pending = store::pending(tx, &draft)?
                .filter(|pending| pending.state == ReleaseState::InReview)
                .ok_or_else(|| Error::new(Code::NothingToWithdraw).with("draft", &draft))?;
            store::supersede(tx, &pending.hash)?;
            let said = Said {
                act: Act::Withdraw,
                draft: &draft,
                release: &pending.hash,
                words: "",
                needed: 1,
                granted: PLAIN,
            };
            proof::say(tx, &said, &by, signer.as_ref())?;
            note_review(tx, &draft)?;
            store::approved(tx, &draft)
        })
    }

    /// Handing in, returning and withdrawing are signed where there is a key to sign with; only an
    /// approval needs one. With four eyes whoever hands in must be known.
    fn signer_if_any(&self) -> Result<Option<Signer>> {
        match self.signer(None) {
            Ok(signer) => Ok(Some(signer)),
            Err(error) if error.code == Code::NoProfile => Ok(None),
            Err(error) if self.read(crate::settings::approval_in)?.four_eyes => Err(error),
            Err(error) => {
                tracing::warn!(%error, "not signed");
                Ok(None)
            }
        }
    }

    /// What changed since the release approved last, or since what this portal holds as far as it
    /// is known here: in the release that is in review, or, when none is, in the draft as it is
    /// now.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::UnknownPortal`]; [`Code::BadAnswer`] when the portal's own text
    /// cannot be read.
    pub fn review_diff(&self, draft: &str, portal: Option<&str>) -> Result<ReviewDiff> {
        let draft = id::parse(draft)?;
        let (before, after, warnings, portals, pages) = self.read(|read| {
            let opened = drafts::open_in(read, &draft)?;
            let pending = store::pending(read, &draft)?
                .filter(|pending| pending.state == ReleaseState::InReview);
            let after = match pending {
                Some(pending) => read_release(read, &pending.hash)?,
                None => {
                    let owner = profile::current(read)?
                        .map(|by| by.owner)
                        .unwrap_or_default();
                    rules::freeze(&opened, &owner)
                }
            };
            let before = match portal {
                Some(portal) => outbox::text_on(read, &draft, portal)?,
                None => store::approved(read, &draft)?
                    .map(|before| read_release(read, &before.hash))
                    .transpose()?,
            };
            let warnings = warnings_in(read, &after)?;
            let pages = pages_of(read, before.iter().chain([&after]))?;
            let portals = outbox::on_portals(read, &draft)?;
            Ok((before, after, warnings, portals, pages))
        })?;
        // Comparing long texts takes a while; no reader waits for it.
        let mut diff = rules::compare(before.as_ref(), &after);
        for side in diff.files.iter_mut().flat_map(FileDiff::sides) {
            side.pages = pages.get(&side.sha256).copied();
            side.here = self.blobs.stands(&side.sha256, side.bytes);
        }
        diff.warnings = warnings;
        diff.portals = portals;
        if portal.is_some() && diff.against == Against::Approved {
            diff.against = Against::Portal;
        }
        diff.portal = portal.map(str::to_owned);
        Ok(diff)
    }

    /// What people should know of the files of a release before it leaves, most serious first.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DeskDamaged`].
    pub fn review_warnings(&self, release: &str) -> Result<Vec<Finding>> {
        let release = id::parse_hash(release)?;
        self.read(|read| warnings_in(read, &read_release(read, &release)?))
    }

    /// All releases of a draft, newest first.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn review_releases(&self, draft: &str) -> Result<Vec<ReleaseRow>> {
        let draft = id::parse(draft)?;
        self.read(|read| store::all(read, &draft))
    }

    /// A release with its canonical bytes.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DeskDamaged`] when the bytes no longer have their hash.
    pub fn review_release(&self, release: &str) -> Result<(ReleaseRow, Vec<u8>)> {
        let release = id::parse_hash(release)?;
        self.read(|read| Ok((required(read, &release)?, canonical_of(read, &release)?)))
    }

    /// The approver's statement over a release, if it was approved.
    ///
    /// # Errors
    /// [`Code::BadHash`].
    pub fn review_approval(&self, release: &str) -> Result<Option<Approval>> {
        let release = id::parse_hash(release)?;
        self.read(|read| approval_of(read, &release))
    }

    /// Who did what to which release, in order: of one draft, or of all.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn review_trail(&self, draft: Option<&str>) -> Result<Vec<ReviewEvent>> {
        let draft = draft.map(id::parse).transpose()?;
        self.read(|read| {
            let entries = trail::store::entries(read, draft.as_deref())?;
            Ok(entries
                .into_iter()
                .filter(|(entry, _)| !entry.draft.is_empty())
                .map(|(entry, hash)| ReviewEvent {
                    seq: entry.seq,
                    hash,
                    draft: entry.draft,
                    release: entry.release,
                    act: entry.act,
                    by: entry.name,
                    key: entry.key,
                    at: entry.at,
                    words: entry.words,
                    proof: entry.proof,
                })
                .collect())
        })
    }
}

/// A yes with no rule set aside.
const PLAIN: may::Granted = may::Granted {
    completes: true,
    urgent: false,
};

/// An approval to be signed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signing<'a> {
    /// The draft.
    pub draft: &'a str,
    /// SHA-256 of the release, which must be the one in review.
    pub release: &'a str,
    /// Label or id of the key; `None` for the newest of this desk.
    pub key: Option<&'a str>,
    /// A comment; the reason, on the urgent path.
    pub words: &'a str,
    /// The urgent path: set four eyes or a second signature aside, where the house allows it.
    pub urgent: bool,
}

/// A release has every signature it needs: it is final, and on its way.
fn complete(
    tx: &WriteTx<'_>,
    draft: &str,
    release: &str,
    before: Option<&ReleaseRow>,
    by: &Profile,
    proof: &str,
) -> Result<()> {
    if let Some(before) = before {
        store::supersede(tx, &before.hash)?;
        trail::note(
            tx,
            &trail::Told {
                act: "void",
                draft,
                release: &before.hash,
                person: &by.person,
                name: &by.name,
                words: release,
                ..trail::Told::default()
            },
        )?;
    }
    store::decide(tx, release, ReleaseState::Approved, Some(by), "")?;
    store::put_approval(tx, release, by, proof)?;
    if !store::is_guest(tx, draft)? {
        outbox::enqueue(tx, draft, release)?;
        tx.changed(Topic::Outbox, Some(draft));
    }
    Ok(())
}

/// The release of a draft that counts: the one under decision, else the approved one.
pub(crate) fn newest(read: &ReadTx<'_>, draft: &str) -> Result<Option<ReleaseRow>> {
    match store::pending(read, draft)? {
        Some(pending) => Ok(Some(pending)),
        None => store::approved(read, draft),
    }
}

/// The same, of a draft that was handed in.
///
/// # Errors
/// [`Code::NotFound`], [`Code::NotHandedIn`].
fn handed_in(read: &ReadTx<'_>, draft: &str) -> Result<ReleaseRow> {
    match newest(read, draft)? {
        Some(row) => Ok(row),
        None if drafts::exists(read, draft)? => {
            Err(Error::new(Code::NotHandedIn).with("draft", draft))
        }
        None => Err(Error::not_found("draft", draft)),
    }
}

/// The canonical bytes of a release, after comparing them with their hash.
///
/// # Errors
/// [`Code::NotFound`], [`Code::DeskDamaged`].
pub(crate) fn canonical_of(read: &ReadTx<'_>, release: &str) -> Result<Vec<u8>> {
    let bytes =
        store::canonical(read, release)?.ok_or_else(|| Error::not_found("release", release))?;
    if canonical::hash(&bytes) == release {
        Ok(bytes)
    } else {
        Err(Error::new(Code::DeskDamaged)
            .with("file", crate::db::FILE_NAME)
            .with("detail", release))
    }
}

/// The approver's statement over a release.
pub(crate) fn approval_of(read: &ReadTx<'_>, release: &str) -> Result<Option<Approval>> {
    store::approval(read, release)
}

pub(crate) fn read_release(read: &ReadTx<'_>, hash: &str) -> Result<Release> {
    let bytes = canonical_of(read, hash)?;
    Release::from_bytes(&bytes).map_err(|problem| {
        Error::new(Code::DeskDamaged)
            .with("file", crate::db::FILE_NAME)
            .with("detail", problem.code)
    })
}

fn warnings_in(read: &ReadTx<'_>, release: &Release) -> Result<Vec<Finding>> {
    let mut read_files = Vec::new();
    for file in &release.attachments {
        if let Some((reading, _)) = drafts::readings::reading(read, &file.sha256)? {
            read_files.push((file.name.as_str(), reading));
        }
    }
    let files = read_files.iter().map(|(name, reading)| (*name, reading));
    Ok(file_findings(files))
}

/// How many pages the files of these releases have, by their hashes, as far as they were read.
fn pages_of<'a>(
    read: &ReadTx<'_>,
    releases: impl Iterator<Item = &'a Release>,
) -> Result<BTreeMap<String, u32>> {
    let mut found = BTreeMap::new();
    for file in releases.flat_map(|release| &release.attachments) {
        if let Some((_, Some(pages))) = drafts::readings::reading(read, &file.sha256)? {
            found.insert(file.sha256.clone(), pages);
        }
    }
    Ok(found)
}

fn required(read: &ReadTx<'_>, hash: &str) -> Result<ReleaseRow> {
    store::find(read, hash)?.ok_or_else(|| Error::not_found("release", hash))
}

fn approver(read: &ReadTx<'_>) -> Result<Profile> {
    let profile = profile::required(read)?;
    if profile.role.may_decide() {
        Ok(profile)
    } else {
        Err(Error::new(Code::NotApprover).with("role", profile.role.as_str()))
    }
}

/// The release in review, which must be `wanted` when one is named.
fn in_review(read: &ReadTx<'_>, draft: &str, wanted: Option<&str>) -> Result<ReleaseRow> {
    let pending =
        store::pending(read, draft)?.filter(|pending| pending.state == ReleaseState::InReview);
    match pending {
        Some(pending) if wanted.is_none_or(|wanted| wanted == pending.hash) => Ok(pending),
        Some(_) => Err(Error::new(Code::NotInReview).with("release", wanted.unwrap_or_default())),
        None if wanted.is_none() && store::approved(read, draft)?.is_some() => {
            Err(Error::new(Code::AlreadyApproved).with("draft", draft))
        }
        None => Err(Error::new(Code::NotInReview)
            .with("draft", draft)
            .with("release", wanted.unwrap_or_default())),
    }
}

fn refuse_unready(read: &ReadTx<'_>, draft: &Draft, today: &str) -> Result<()> {
    let checked = drafts::checked(read, draft, today)?;
    if checked.ready {
        return Ok(());
    }
    let errors = checked
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let mut error = Error::new(Code::NotReady)
        .with("draft", &draft.id)
        .with("count", errors);
    error.findings = checked.findings;
    Err(error)
}

fn cannot_freeze(fault: &Fault) -> Error {
    Error::internal(format!("{} {}", fault.code, fault.subject))
}

/// The draft itself changed too: where it stands is another.
fn note_review(tx: &WriteTx<'_>, draft: &str) -> Result<()> {
    tx.changed(Topic::Review, Some(draft));
    drafts::note_change(tx, draft, false)
}

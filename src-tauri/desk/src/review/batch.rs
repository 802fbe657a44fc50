//! Many approvals under one signature: the table to look at first, and signing what was chosen.

use std::collections::BTreeSet;

use qalam_content::kind::{Finding, Severity};
use qalam_proof::batch::{Batch, ManifestLine, Share};
use qalam_proof::decision::{Act, Decision, Signed};
use qalam_proof::envelope::Statement as _;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::may::{self, Asked, Granted};
use super::{
    ReleaseRow, approver, comments, complete, in_review, note_review, package, proof, read_release,
    required, rules, store, warnings_in,
};
use crate::change::Action;
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::drafts;
use crate::error::{Code, Error, Failure, Result};
use crate::id;
use crate::keys;
use crate::profile::{self, Profile, Role};
use crate::trail;

use super::may::HouseRules;

/// A piece in review, with what somebody should know before approving it together with others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct BatchRow {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release in review.
    pub release: String,
    /// Title in the original language.
    pub title: String,
    /// Language of the original.
    pub lang: String,
    /// The languages it is written in.
    pub languages: Vec<String>,
    /// Content type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// How many files it has.
    pub files: usize,
    /// The name of who handed it in.
    pub submitted_by: String,
    /// When.
    pub created_at: String,
    /// An earlier text of it was approved.
    pub before: bool,
    /// Why it cannot be approved here and now; null when it can.
    pub refused: Option<Failure>,
    /// What is to be known: checks that were waived, warnings about files, what is missing or open.
    pub findings: Vec<Finding>,
    /// So many further signatures are needed after this one.
    #[ts(type = "number")]
    pub missing: u64,
}

/// What is to be approved together.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchSigning<'a> {
    /// Each draft with the SHA-256 of its release, which must be the one in review.
    pub pieces: &'a [(String, String)],
    /// Label or id of the key; `None` for the newest of this desk.
    pub key: Option<&'a str>,
    /// A comment.
    pub words: &'a str,
}

impl Desk {
    /// Everything in review, exceptions first: what cannot be approved, then what has findings, the
    /// most of them first, then the rest in the order it was handed in.
    ///
    /// # Errors
    /// [`Code::DeskDamaged`], and what the database may fail with.
    pub fn review_batch(&self) -> Result<Vec<BatchRow>> {
        let today = self.today();
        let mut rows = self.read(|read| {
            let house = crate::settings::approval_in(read)?;
            let role = profile::current(read)?.map_or(Role::Author, |by| by.role);
            let key = keys::store::all(read)?
                .into_iter()
                .rfind(|kept| kept.row.ours && kept.row.ended.is_empty())
                .map_or_else(String::new, |kept| kept.row.id);
            let mut rows = Vec::new();
            for release in store::all_in_review(read)? {
                if drafts::writable(read, &release.draft).is_ok() {
                    rows.push(row(read, release, role, &key, &house, &today)?);
                }
            }
            Ok(rows)
        })?;
        rows.sort_by_key(|row| {
            let exceptions = std::cmp::Reverse(row.findings.len());
            (row.refused.is_none(), exceptions)
        });
        Ok(rows)
    }

    /// Approves many releases with one signature, all or none. Each is proven by itself from then on,
    /// and voided by itself.
    ///
    /// # Errors
    /// As [`Desk::review_sign`], naming the draft; [`Code::CommentsWaiting`] for a piece with comments
    /// that go with a decision of its own; [`Code::BadArgument`] for none or too many.
    pub fn review_sign_batch(&self, wanted: &BatchSigning<'_>) -> Result<Vec<ReleaseRow>> {
        let bad = || Error::new(Code::BadArgument).with("name", "pieces");
        let mut drafts_seen = BTreeSet::new();
        let mut pieces = Vec::new();
        for (draft, release) in wanted.pieces {
            let draft = id::parse(draft)?;
            if !drafts_seen.insert(draft.clone()) {
                return Err(bad());
            }
            pieces.push((draft, id::parse_hash(release)?));
        }
        if pieces.is_empty() || pieces.len() > qalam_proof::batch::MAX_BATCH {
            return Err(bad());
        }
        let words = wanted.words.trim();
        // Said before the secrets are asked.
        self.read(approver)?;
        let signer = self.signer(wanted.key)?;
        self.write(Action::Approve, |tx| {
            let house = crate::settings::approval_in(tx)?;
            let by = approver(tx)?;
            let mut lines = Vec::with_capacity(pieces.len());
            let mut granted = Vec::with_capacity(pieces.len());
            for (draft, release) in &pieces {
                drafts::writable(tx, draft)?;
                let row = in_review(tx, draft, Some(release))?;
                if comments::bundle(tx, Act::Approve, draft, release)?.is_some() {
                    return Err(Error::new(Code::CommentsWaiting).with("draft", draft));
                }
                let one = approval_granted(tx, &row, by.role, &signer.id, false, words, &house)?;
                lines.push(ManifestLine {
                    draft: draft.clone(),
                    needed: one.needed,
                    release: release.clone(),
                });
                granted.push(one.granted.completes);
            }
            let batch = Batch {
                format: Batch::FORMAT.to_owned(),
                root: String::new(),
                count: 0,
                key: signer.id.clone(),
                name: by.name.clone(),
                role: by.role.as_str().to_owned(),
                owner: by.owner.clone(),
                at: tx.now().to_owned(),
                words: words.to_owned(),
                trail: trail::head(tx)?,
            };
            let shares = qalam_proof::batch::sign(batch, &lines, &signer.key)
                .map_err(|fault| Error::internal(fault.to_string()))?;
            let mut done = Vec::with_capacity(shares.len());
            for (share, completes) in shares.into_iter().zip(granted) {
                done.push(take_share(tx, share, completes, &by)?);
            }
            Ok(done)
        })
    }
}

/// Keeps one share, notes it in the trail, and completes its release where it has every signature.
fn take_share(tx: &WriteTx<'_>, share: Share, completes: bool, by: &Profile) -> Result<ReleaseRow> {
    let wrong = |fault: qalam_proof::Fault| Error::internal(fault.to_string());
    let bytes = share.to_bytes().map_err(wrong)?;
    let decision: Decision = Signed::Shared(share).peek().map_err(wrong)?;
    let hash = proof::keep(tx, &decision, &bytes)?;
    trail::note(
        tx,
        &trail::Told {
            act: Act::Approve.as_str(),
            draft: &decision.draft,
            release: &decision.release,
            person: &by.person,
            name: &by.name,
            key: &decision.key,
            words: &decision.words,
            proof: &hash,
        },
    )?;
    if completes {
        let before = store::approved(tx, &decision.draft)?;
        complete(
            tx,
            &decision.draft,
            &decision.release,
            before.as_ref(),
            by,
            &hash,
        )?;
    }
    note_review(tx, &decision.draft)?;
    required(tx, &decision.release)
}

/// A yes, and how many approvals the rules ask for.
pub(super) struct MayApprove {
    pub(super) granted: Granted,
    pub(super) needed: u64,
}

/// Whether this key may approve a release that is in review, and what that means.
pub(super) fn approval_granted(
    read: &ReadTx<'_>,
    row: &ReleaseRow,
    role: Role,
    key: &str,
    urgent: bool,
    words: &str,
    house: &HouseRules,
) -> Result<MayApprove> {
    // What is approved is what will be sent: bytes that no longer have their hash are not.
    let frozen = read_release(read, &row.hash)?;
    let needed = house.needed(&frozen.content_type);
    let others: BTreeSet<String> = proof::approvals_now(read, &row.hash)?
        .into_iter()
        .map(|(decision, _)| decision.key)
        .collect();
    let asked = Asked {
        act: Act::Approve,
        role,
        state: Some(row.state),
        own: keys::store::handed_in(read, &row.draft, key)?,
        signed: others.contains(key),
        approvals: others.len() as u64,
        needed,
        urgent,
        words,
    };
    let granted = may::may(&asked, house)
        .map_err(|code| Error::new(code).with("draft", &row.draft).with("key", key))?;
    Ok(MayApprove { granted, needed })
}

fn row(
    read: &ReadTx<'_>,
    release: ReleaseRow,
    role: Role,
    key: &str,
    house: &HouseRules,
    today: &str,
) -> Result<BatchRow> {
    let frozen = read_release(read, &release.hash)?;
    // What is signed is checked, whatever was written since.
    let opened = rules::thaw(drafts::open_in(read, &release.draft)?, &frozen);
    let mut findings = warnings_in(read, &frozen)?;
    for finding in drafts::checked(read, &opened, today)?.findings {
        if finding.severity != Severity::Hint && !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    let may = approval_granted(read, &release, role, key, false, "", house);
    let signed = proof::approvals_now(read, &release.hash)?.len() as u64;
    let refused = match may {
        Ok(_) if comments::bundle(read, Act::Approve, &release.draft, &release.hash)?.is_some() => {
            Some(Failure::new(Code::CommentsWaiting).with("draft", &release.draft))
        }
        Ok(_) => None,
        Err(error) => Some(Failure::from(&error)),
    };
    Ok(BatchRow {
        title: package::title(&frozen),
        lang: frozen.primary_lang,
        languages: frozen.languages.into_keys().collect(),
        files: frozen.attachments.len(),
        before: store::approved(read, &release.draft)?.is_some(),
        missing: house
            .needed(&frozen.content_type)
            .saturating_sub(signed + 1),
        content_type: frozen.content_type,
        refused,
        findings,
        draft: release.draft,
        release: release.hash,
        submitted_by: release.submitted_by,
        created_at: release.created_at,
    })
}

//! Signing decisions, and the gate: what leaves is what trusted keys approved.

use qalam_proof::canonical;
use qalam_proof::decision::{Act, Decision, Signed};
use qalam_proof::envelope::{Envelope, Statement as _};
use qalam_proof::key::PublicKey;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::comments;
use super::may::Granted;
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::error::{Code, Error, Failure, Result};
use crate::keys::{self, Signer};
use crate::profile::Profile;
use crate::trail::{self, Told};

/// What is said about a release.
pub(super) struct Said<'a> {
    pub(super) act: Act,
    pub(super) draft: &'a str,
    pub(super) release: &'a str,
    pub(super) words: &'a str,
    pub(super) needed: u64,
    pub(super) granted: Granted,
}

/// Signs what is said where there is a key, keeps it, and notes it in the trail. Gives the hash of
/// the signed statement, or nothing.
pub(super) fn say(
    tx: &WriteTx<'_>,
    said: &Said<'_>,
    by: &Profile,
    signer: Option<&Signer>,
) -> Result<String> {
    let beside = comments::bundle(tx, said.act, said.draft, said.release)?;
    let proof = match signer {
        Some(signer) => {
            let decision = Decision {
                format: Decision::FORMAT.to_owned(),
                release: said.release.to_owned(),
                draft: said.draft.to_owned(),
                act: said.act,
                key: signer.id.clone(),
                name: by.name.clone(),
                role: by.role.as_str().to_owned(),
                owner: by.owner.clone(),
                at: tx.now().to_owned(),
                words: said.words.to_owned(),
                urgent: said.granted.urgent,
                needed: said.needed,
                trail: trail::head(tx)?,
                comments: (beside.as_ref()).map_or_else(String::new, |(hash, _)| hash.clone()),
                together: 1,
            };
            let envelope = Envelope::sign(&decision, &[&signer.key])
                .and_then(|envelope| envelope.to_bytes())
                .map_err(|fault| Error::internal(fault.to_string()))?;
            keep(tx, &decision, &envelope)?
        }
        None => String::new(),
    };
    comments::give(tx, said.act, said.draft, &proof, beside.as_ref())?;
    note(tx, said, by, signer.map_or("", |signer| &signer.id), &proof)?;
    Ok(proof)
}

/// Keeps a signed statement; gives its hash.
pub(super) fn keep(tx: &WriteTx<'_>, decision: &Decision, envelope: &[u8]) -> Result<String> {
    let hash = canonical::hash(envelope);
    keys::store::put_decision(
        tx,
        &hash,
        &decision.release,
        decision.act.as_str(),
        &decision.key,
        envelope,
    )?;
    Ok(hash)
}

fn note(tx: &WriteTx<'_>, said: &Said<'_>, by: &Profile, key: &str, proof: &str) -> Result<()> {
    trail::note(
        tx,
        &Told {
            act: said.act.as_str(),
            draft: said.draft,
            release: said.release,
            person: &by.person,
            name: &by.name,
            key,
            words: said.words,
            proof,
        },
    )
}

/// The approvals of a release since it was handed in last: what was signed before a return or a
/// withdrawal counts no more.
pub(super) fn approvals_now(read: &ReadTx<'_>, release: &str) -> Result<Vec<(Decision, Vec<u8>)>> {
    let since = trail::store::handed_in_at(read, release)?;
    let mut found = Vec::new();
    for (decision, bytes) in approvals(read, release)? {
        if trail::store::place_of(read, &canonical::hash(&bytes))? > since {
            found.push((decision, bytes));
        }
    }
    Ok(found)
}

/// The keys that ever approved a release, with their statements.
pub(crate) fn approvals(read: &ReadTx<'_>, release: &str) -> Result<Vec<(Decision, Vec<u8>)>> {
    let mut found = Vec::new();
    for (hash, bytes) in keys::store::decisions(read, Some(release))? {
        if let Some(decision) = proven(read, release, &hash, &bytes)?
            && decision.act == Act::Approve
        {
            found.push((decision, bytes));
        }
    }
    Ok(found)
}

/// A statement as it was signed by a key trusted here, which had not ended when the trail took it up.
fn proven(read: &ReadTx<'_>, release: &str, hash: &str, bytes: &[u8]) -> Result<Option<Decision>> {
    if canonical::hash(bytes) != hash {
        return Ok(None);
    }
    let Ok(signed) = Signed::from_bytes(bytes) else {
        return Ok(None);
    };
    let id = signed.signer().to_owned();
    let Some(kept) = keys::store::find(read, &id)? else {
        return Ok(None);
    };
    let Ok(key) = PublicKey::from_text(&kept.row.public) else {
        return Ok(None);
    };
    let Ok(decision) = signed.open(&key) else {
        return Ok(None);
    };
    let trusted = key.id() == id
        && decision.key == id
        && decision.release == release
        && !kept.row.trusted_at.is_empty();
    let in_time = kept.row.ended.is_empty() || {
        let end = trail::store::end_of(read, &id)?;
        let taken_up = trail::store::place_of(read, hash)?;
        matches!((taken_up, end), (Some(taken_up), Some(end)) if taken_up < end)
    };
    Ok((trusted && in_time).then_some(decision))
}

impl Desk {
    /// Approved releases that nothing proves any more: their bytes are others, or too few keys
    /// trusted here signed them.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn unproven(&self) -> Result<Vec<String>> {
        self.read(|read| {
            let mut found = Vec::new();
            for release in super::store::approved_ever(read)? {
                let whole = super::canonical_of(read, &release).is_ok();
                if !whole || gate(read, &release)?.is_err() {
                    found.push(release);
                }
            }
            Ok(found)
        })
    }
}

/// What goes with an approved release: the approvals, the cards of their keys, and where the trail
/// stands, for the portal to vouch for. Refused when too
/// few keys that are trusted here approved exactly this release.
pub(crate) fn gate(read: &ReadTx<'_>, release: &str) -> Result<Result<Value, Failure>> {
    let approvals = approvals(read, release)?;
    let keys: BTreeSet<&String> = approvals.iter().map(|(one, _)| &one.key).collect();
    let needed = approvals.iter().map(|(one, _)| one.needed).max();
    let urgent = approvals.iter().any(|(one, _)| one.urgent);
    let enough = needed.is_some_and(|needed| urgent || keys.len() as u64 >= needed.max(1));
    if !enough {
        return Ok(Err(
            Failure::new(Code::ApprovalRejected).with("release", release)
        ));
    }
    let mut cards = Vec::new();
    for key in keys {
        if let Some(kept) = keys::store::find(read, key)? {
            cards.push(serde_json::from_slice::<Value>(&kept.card)?);
        }
    }
    let statements = approvals
        .iter()
        .map(|(_, bytes)| serde_json::from_slice(bytes))
        .collect::<Result<Vec<Value>, _>>()?;
    let trail = serde_json::to_value(trail::head(read)?)?;
    Ok(Ok(
        json!({ "approvals": statements, "keys": cards, "trail": trail }),
    ))
}

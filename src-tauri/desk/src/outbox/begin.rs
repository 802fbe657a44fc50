//! Beginning an attempt: the last look before something leaves.

use qalam_content::canonical;
use serde_json::json;

use super::rules::{Choice, Phase, choose, later, pause};
use super::store::mirror;
use super::types::{PutStep, Step, UploadStep};
use super::{portals, store, told};
use crate::clock::stamp;
use crate::db::blobs::Blobs;
use crate::db::{ReadTx, WriteTx};
use crate::error::{Code, Error, Failure, Result};

/// Chooses a step, counts the attempt and says what to send. An entry that is not fit to leave is
/// refused on the spot and the next one chosen.
pub(crate) fn begin(tx: &WriteTx<'_>, blobs: &Blobs, portal: Option<&str>) -> Result<Step> {
    store::forget_broken_attempts(tx)?;
    loop {
        let entries = store::open_entries(tx, portal)?;
        let (seq, sha256) = match choose(tx.at(), &entries) {
            Choice::Idle(next_at) => return Ok(Step::Idle { next_at }),
            Choice::Put(seq) => (seq, None),
            Choice::Upload(seq, sha256) => (seq, Some(sha256)),
        };
        let Some(facts) = entries.iter().find(|entry| entry.seq == seq) else {
            return Err(Error::internal("chose an entry that is not there"));
        };
        let entry = store::entries_of(tx, &facts.draft, &facts.portal)?
            .into_iter()
            .find(|entry| entry.seq == seq)
            .ok_or_else(|| Error::internal("chose an entry that is not there"))?;
        let built = match sha256 {
            None => put(tx, &entry)?,
            Some(sha256) => upload(tx, blobs, &entry, &sha256)?,
        };
        told(tx, &entry.draft);
        match built {
            Ok(step) => {
                // Should this attempt end the program, the same pause holds as after a failure.
                let failures = facts.failures.saturating_add(facts.interrupted) + 1;
                let not_before = later(tx.at(), pause(failures, random()));
                store::count_attempt(tx, seq, &stamp(not_before))?;
                return Ok(step);
            }
            Err(unfit) => store::set_phase(tx, &entry.id, Phase::Refused, Some(&unfit))?,
        }
    }
}

/// The body of a put. Only what an approval covers leaves, and only bytes that still have the
/// approved hash.
pub(crate) fn body(r: &ReadTx<'_>, release: &str) -> Result<Result<Vec<u8>, Failure>> {
    let Some(approved) = store::approved(r, release)? else {
        return Ok(Err(
            Failure::new(Code::ApprovalRejected).with("release", release)
        ));
    };
    let text = match String::from_utf8(approved.canonical) {
        Ok(text) if canonical::hash(text.as_bytes()) == release => text,
        _ => return Ok(Err(Failure::new(Code::BlobDamaged).with("sha256", release))),
    };
    Ok(Ok(serde_json::to_vec(&json!({
        "release": text,
        "approval": {
            "release": release,
            "by": approved.by,
            "role": approved.role,
            "at": approved.at,
            "signature": Some(approved.signature).filter(|signature| !signature.is_empty()),
        },
    }))?))
}

fn put(tx: &WriteTx<'_>, entry: &store::EntryRow) -> Result<Result<Step, Failure>> {
    let body = match body(tx, &entry.release)? {
        Ok(body) => body,
        Err(unfit) => return Ok(Err(unfit)),
    };
    Ok(Ok(Step::Put(PutStep {
        entry: entry.id.clone(),
        portal: portals::by_id(tx, &entry.portal)?,
        draft: entry.draft.clone(),
        release: entry.release.clone(),
        body,
        if_match: mirror::base(tx, &entry.portal, &entry.draft)?,
    })))
}

fn upload(
    tx: &WriteTx<'_>,
    blobs: &Blobs,
    entry: &store::EntryRow,
    sha256: &str,
) -> Result<Result<Step, Failure>> {
    let file = store::files(tx, &entry.id)?
        .into_iter()
        .find(|file| file.sha256 == sha256)
        .ok_or_else(|| Error::internal("chose a file that is not there"))?;
    let path = blobs.path(sha256);
    let code = match std::fs::metadata(&path) {
        Ok(found) if found.len() == file.bytes => None,
        Ok(_) => Some(Code::BlobDamaged),
        Err(_) => Some(Code::BlobMissing),
    };
    if let Some(code) = code {
        return Ok(Err(Failure::new(code)
            .with("sha256", sha256)
            .with("name", &file.name)));
    }
    Ok(Ok(Step::Upload(UploadStep {
        entry: entry.id.clone(),
        portal: portals::by_id(tx, &entry.portal)?,
        draft: entry.draft.clone(),
        release: entry.release.clone(),
        sha256: file.sha256,
        path,
        length: file.bytes,
        mime: file.mime,
        name: file.name,
        upload_url: (!file.upload_url.is_empty()).then_some(file.upload_url),
    })))
}

/// A number drawn from the system; pauses differ between desks by it and nothing depends on it.
pub(crate) fn random() -> u64 {
    getrandom::u64().unwrap_or(u64::MAX / 3)
}

//! Beginning an attempt: the last look before something leaves.

use qalam_content::canonical;
use serde_json::json;

use super::engine::{Lane, Moment, Order, OrderKind, Sending};
use super::store::{lane, sent, turn};
use super::types::{FetchStep, PutStep, Step, UploadStep, WithdrawStep};
use super::{portals, store, told};
use crate::db::blobs::Blobs;
use crate::db::{ReadTx, WriteTx};
use crate::error::{Code, Error, Failure, Result};
use crate::review;

/// Chooses a step, counts the attempt and says what to send. An entry that is not fit to leave is
/// refused on the spot and the next one chosen.
pub(crate) fn begin(
    tx: &WriteTx<'_>,
    blobs: &Blobs,
    only: Option<&str>,
    now: &Moment,
) -> Result<Step> {
    store::forget_broken_attempts(tx)?;
    turn::wake(tx)?;
    let sending = sent::wishes(tx)?;
    let usage = sent::usage(tx, now)?;
    loop {
        let pick = turn::pick(tx, only, turn::UnderWay::default(), &sending, &usage, now)?;
        if let Some(step) = attempt(tx, blobs, pick, &sending, now)? {
            return Ok(step);
        }
    }
}

/// Counts the attempt of what was chosen and says what to send; `None` when it is not fit to leave
/// and was refused.
pub(crate) fn attempt(
    tx: &WriteTx<'_>,
    blobs: &Blobs,
    pick: turn::Pick,
    sending: &Sending,
    now: &Moment,
) -> Result<Option<Step>> {
    let (draft, portal, seq, allowance) = match pick {
        turn::Pick::Idle(next_at) => return Ok(Some(Step::Idle { next_at })),
        turn::Pick::Fetch { draft, portal } => (draft, portal, None, None),
        turn::Pick::Entry {
            draft,
            portal,
            seq,
            allowance,
        } => (draft, portal, Some(seq), allowance),
    };
    let before = lane::load(tx, &draft, &portal)?;
    let mut after = before.clone();
    let place = seq.and_then(|seq| before.entries.iter().position(|one| one.seq == seq));
    let order = match place {
        Some(place) => after.begin(place, allowance, now),
        None => after.begin_fetch(now),
    };
    let order = order.ok_or_else(|| Error::internal("chose what is not there"))?;
    let built = build(tx, blobs, &before, &order)?;
    told(tx, &draft);
    match built {
        Ok(step) => {
            lane::save(tx, &before, &after, sending, false)?;
            if let (Step::Put(_), Some(entry)) =
                (&step, place.and_then(|at| before.entries.get(at)))
            {
                // A text counts when it leaves: its answer may be lost.
                sent::count(tx, now, entry.bytes)?;
            }
            Ok(Some(step))
        }
        Err(unfit) => {
            let mut after = before.clone();
            after.refuse(place.unwrap_or(usize::MAX), unfit);
            lane::save(tx, &before, &after, sending, false)?;
            Ok(None)
        }
    }
}

fn build(
    tx: &WriteTx<'_>,
    blobs: &Blobs,
    lane: &Lane,
    order: &Order,
) -> Result<Result<Step, Failure>> {
    let portal = portals::by_id(tx, &order.portal)?;
    let remote_id = lane
        .mirror
        .as_ref()
        .map(|mirror| mirror.remote_id.clone())
        .filter(|id| !id.is_empty());
    let (entry, draft) = (order.entry.clone(), order.draft.clone());
    let release = order.release.clone();
    Ok(Ok(match &order.kind {
        OrderKind::Withdraw(reason) => Step::Withdraw(WithdrawStep {
            entry,
            portal,
            draft,
            release,
            remote_id,
            reason: reason.clone(),
        }),
        OrderKind::Fetch => Step::Fetch(FetchStep {
            portal,
            draft,
            remote_id,
        }),
        OrderKind::Put(if_match) => match body(tx, &release)? {
            Ok(body) => Step::Put(PutStep {
                entry,
                portal,
                draft,
                release,
                body,
                if_match: if_match.clone(),
                remote_id,
            }),
            Err(unfit) => return Ok(Err(unfit)),
        },
        OrderKind::Upload {
            sha256,
            upload_url,
            allowance,
        } => {
            let file = store::files(tx, &entry)?
                .into_iter()
                .find(|file| file.sha256 == *sha256)
                .ok_or_else(|| Error::internal("chose a file that is not there"))?;
            let code = blobs.fault(sha256, file.bytes);
            if let Some(code) = code {
                return Ok(Err(Failure::new(code)
                    .with("sha256", sha256)
                    .with("name", &file.name)));
            }
            Step::Upload(UploadStep {
                entry,
                portal,
                draft,
                release,
                sha256: file.sha256,
                path: blobs.lend(sha256),
                length: file.bytes,
                mime: file.mime,
                name: file.name,
                upload_url: upload_url.clone(),
                allowance: *allowance,
            })
        }
    }))
}

/// The body of a put. Only what trusted keys approved leaves, and only bytes that still have the
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
    let signature = match review::gate(r, release)? {
        Ok(signature) => signature,
        Err(unfit) => return Ok(Err(unfit)),
    };
    Ok(Ok(serde_json::to_vec(&json!({
        "release": text,
        "approval": {
            "release": release,
            "by": approved.by,
            "role": approved.role,
            "at": approved.at,
            "signature": signature,
        },
    }))?))
}

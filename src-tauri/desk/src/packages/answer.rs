//! What a portal's answer to a package means for the outbox. Everything goes the way an answer on
//! the wire goes; only what such an answer cannot know is decided here: it may be weeks old.

use super::store;
use super::types::{PackageAnswer, PackageEntry, ParcelState, Recorded, Word};
use crate::db::WriteTx;
use crate::error::{Code, Failure, Result};
use crate::outbox::engine::{Entry, Lane, Moment};
use crate::outbox::rules::Phase;
use crate::outbox::store::lane;
use crate::outbox::{Outcome, portals, record as outbox};
use crate::packages::signing_key;

/// Records an answer; the same one again changes nothing.
pub(crate) fn record(tx: &WriteTx<'_>, answer: PackageAnswer, now: &Moment) -> Result<Recorded> {
    let mut recorded = Recorded::default();
    // The keys the portal signed with when the package was made, and signs with now.
    let portal = portals::by_id(tx, &answer.portal)?;
    let then = store::portal_of(tx, &answer.package)?
        .map(|(_, key)| key)
        .filter(|key| !key.is_empty());
    let keys: Vec<&str> = then
        .as_deref()
        .into_iter()
        .chain(signing_key(&portal))
        .collect();
    for (draft, release, word) in answer.words {
        let known = lane::load(tx, &draft, &answer.portal)?;
        let Some(entry) = known.entries.iter().find(|entry| entry.release == release) else {
            recorded.unknown = recorded.unknown.saturating_add(1);
            continue;
        };
        let seen = store::seen(tx, &answer.package, &draft)?;
        let (state, reason) = one(tx, &keys, &known, entry, word, seen, now)?;
        store::set_state(tx, &answer.package, &draft, state, reason.as_ref())?;
        recorded.entries.push(PackageEntry {
            title: store::title(tx, &draft)?,
            draft,
            release,
            state,
            reason,
        });
    }
    store::set_answered(tx, &answer.package)?;
    Ok(recorded)
}

fn one(
    tx: &WriteTx<'_>,
    keys: &[&str],
    known: &Lane,
    entry: &Entry,
    word: Word,
    seen: Option<u32>,
    now: &Moment,
) -> Result<(ParcelState, Option<Failure>)> {
    // What we know the portal to hold, or to have held, may be newer than what this answer saw.
    if let Some(mirror) = &known.mirror
        && (newer(known, entry, &mirror.release) || newer(known, entry, &mirror.base_release))
    {
        return Ok((ParcelState::Overtaken, None));
    }
    let (outcome, state, reason) = match word {
        Word::Stored {
            etag,
            remote_id,
            url,
            missing,
            receipt,
        } => {
            let whole = receipt
                .as_ref()
                .is_some_and(|one| one.release.eq_ignore_ascii_case(&entry.release));
            let state = if whole {
                ParcelState::Received
            } else {
                ParcelState::Incomplete
            };
            let outcome = Outcome::Stored {
                etag,
                remote_id,
                url,
                missing,
                receipt,
            };
            match outbox::witnessed(keys, &known.draft, &entry.release, outcome) {
                Outcome::Retry(failure, _) => {
                    return Ok((ParcelState::Incomplete, Some(failure)));
                }
                outcome => (outcome, state, None),
            }
        }
        Word::Conflict(failure) => {
            let theirs = failure.params.get("release").cloned().unwrap_or_default();
            if newer(known, entry, &theirs) {
                return Ok((ParcelState::Overtaken, None));
            }
            let outcome = Outcome::Conflict(failure.clone());
            (outcome, ParcelState::Conflict, Some(failure))
        }
        Word::Refused(failure) => {
            let outcome = Outcome::Refused(failure.clone());
            (outcome, ParcelState::Refused, Some(failure))
        }
    };
    let Some(after) = outbox::carried(tx, known, &entry.id, outcome, seen, now)? else {
        // Why it was not taken then is no reason now.
        return Ok(match waits(entry) {
            true => (ParcelState::Outdated, None),
            false => (state, reason),
        });
    };
    let still = after
        .entries
        .iter()
        .any(|one| one.id == entry.id && waits(one));
    if state == ParcelState::Received && still {
        // The outbox judged the receipt differently: it leaves out files of ours.
        let failure = Failure::new(Code::ReceiptDiffers)
            .with("ours", &entry.release)
            .with("theirs", &entry.release);
        return Ok((ParcelState::Incomplete, Some(failure)));
    }
    Ok((state, reason))
}

/// Whether it still waits for its receipt.
fn waits(entry: &Entry) -> bool {
    matches!(entry.phase, Phase::Put | Phase::Files)
}

/// Whether `release` is a release of ours that was put on its way after this entry.
fn newer(known: &Lane, entry: &Entry, release: &str) -> bool {
    known
        .entries
        .iter()
        .any(|other| other.seq > entry.seq && other.release == release)
}

//! What a portal's answer to a package means for the outbox. Everything goes the way an answer on
//! the wire goes; only what such an answer cannot know is decided here: it may be weeks old.

use super::store;
use super::types::{PackageAnswer, PackageEntry, ParcelState, Recorded, Word};
use crate::db::WriteTx;
use crate::error::{Code, Failure, Result};
use crate::outbox::rules::Phase;
use crate::outbox::store::{EntryRow, entries_of, entry_of_attempt, mirror, set_phase};
use crate::outbox::{Outcome, PutStep, portals, record};

/// Records an answer; the same one again changes nothing.
pub(crate) fn answer(tx: &WriteTx<'_>, answer: PackageAnswer) -> Result<Recorded> {
    let mut recorded = Recorded::default();
    for (draft, release, word) in answer.words {
        let Some(entry) = entry_of_attempt(tx, "", &release, &answer.portal)?
            .filter(|entry| entry.draft == draft)
        else {
            recorded.unknown = recorded.unknown.saturating_add(1);
            continue;
        };
        let (state, reason) = one(tx, &entry, word)?;
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

fn one(tx: &WriteTx<'_>, entry: &EntryRow, word: Word) -> Result<(ParcelState, Option<Failure>)> {
    // What we know the portal to hold may be newer than what this answer saw.
    let holds = mirror::mirror(tx, &entry.portal, &entry.draft)?.map(|known| known.release);
    if let Some(holds) = holds
        && newer(tx, entry, &holds)?
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
            (outcome, state, None)
        }
        Word::Conflict(failure) => {
            let theirs = failure.params.get("release").cloned().unwrap_or_default();
            if newer(tx, entry, &theirs)? {
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
    // A refusal says nothing any more about a piece that arrived, or was withdrawn, meanwhile.
    if reason.is_some() && !entry.phase.is_open() {
        return Ok((state, reason));
    }
    let step = PutStep {
        entry: entry.id.clone(),
        portal: portals::by_id(tx, &entry.portal)?,
        draft: entry.draft.clone(),
        release: entry.release.clone(),
        body: Vec::new(),
        if_match: None,
    };
    record::put(tx, &step, outcome)?;
    let now = crate::outbox::store::entry(tx, &entry.id)?;
    if state == ParcelState::Received && now.phase.is_open() {
        // The outbox judged the receipt differently: it leaves out files of ours.
        let failure = Failure::new(Code::ReceiptDiffers)
            .with("ours", &entry.release)
            .with("theirs", &entry.release);
        return Ok((ParcelState::Incomplete, Some(failure)));
    }
    if state == ParcelState::Received {
        // Older ones kept open only to learn what became of them; now it is known.
        for older in entries_of(tx, &entry.draft, &entry.portal)? {
            if older.seq < entry.seq && older.phase.is_open() {
                set_phase(tx, &older.id, Phase::Superseded, None)?;
            }
        }
    }
    Ok((state, reason))
}

/// Whether `release` is a release of ours that was put on its way after this entry.
fn newer(tx: &WriteTx<'_>, entry: &EntryRow, release: &str) -> Result<bool> {
    Ok(entries_of(tx, &entry.draft, &entry.portal)?
        .iter()
        .any(|other| other.seq > entry.seq && other.release == release))
}

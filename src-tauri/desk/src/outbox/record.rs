//! Recording what came of a step, in one transaction.

use std::time::Duration;

use super::begin::random;
use super::rules::{Phase, PutVerdict, concerns_the_way, judge_put, later, pause, pause_asked};
use super::store::mirror::{self, MirrorRow};
use super::store::{self, EntryRow};
use super::told;
use super::types::{Outcome, PutStep, Receipt, RemoteState, UploadStep};
use crate::change::Topic;
use crate::clock::stamp;
use crate::db::WriteTx;
use crate::error::{Code, Failure, Result};

/// The code of a piece that the portal's editor sent back; `comment` among the params.
pub const RETURNED_BY_PORTAL: &str = "returned_by_portal";

/// What came of putting a text.
pub(crate) fn put(tx: &WriteTx<'_>, step: &PutStep, outcome: Outcome) -> Result<()> {
    let Some(entry) = store::entry_of_attempt(tx, &step.entry, &step.release, &step.portal.id)?
    else {
        return Ok(());
    };
    match outcome {
        Outcome::Stored {
            etag,
            remote_id,
            url,
            missing,
            receipt,
        } => {
            reached(tx, &entry.portal)?;
            let answer = Answer {
                etag,
                remote_id,
                url,
                missing,
                receipt,
            };
            stored(tx, &entry, answer)?;
        }
        // Makes no sense for a text: the portal may have it, so it is put once more.
        Outcome::Uploaded | Outcome::UploadGone => {
            let failure = Failure::new(Code::BadAnswer).with("detail", "an upload's answer");
            retry(tx, &entry, &failure, None)?;
        }
        other => ended(tx, &entry, other)?,
    }
    told(tx, &entry.draft);
    Ok(())
}

/// What came of uploading a file.
pub(crate) fn upload(tx: &WriteTx<'_>, step: &UploadStep, outcome: Outcome) -> Result<()> {
    let Some(entry) = store::entry_of_attempt(tx, &step.entry, &step.release, &step.portal.id)?
    else {
        return Ok(());
    };
    match outcome {
        Outcome::Uploaded => {
            reached(tx, &entry.portal)?;
            store::set_uploaded(tx, &entry.id, &step.sha256)?;
            if entry.phase == Phase::Files {
                let all_in = !store::files(tx, &entry.id)?.iter().any(|file| file.missing);
                // With the last file in, the text is put once more: its answer is the receipt.
                let phase = if all_in { Phase::Put } else { Phase::Files };
                // A file the portal had lost before counts as progress only once the portal
                // stops asking for it, or the two would turn in circles at full speed.
                let lost = (entry.failure_code == Code::FileDiffers.as_str())
                    .then(|| Failure::new(Code::FileDiffers).with("sha256", &step.sha256));
                let failures = if lost.is_some() { entry.failures } else { 0 };
                store::note_retry(tx, &entry.id, phase, failures, "", lost.as_ref())?;
            }
        }
        Outcome::UploadGone => {
            reached(tx, &entry.portal)?;
            store::set_upload(tx, &entry.id, &step.sha256, "", 0)?;
            if entry.phase.is_open() {
                // The first time it simply begins anew; a portal that forgets every upload at once
                // is not asked again and again without a pause.
                let failures = entry.failures.saturating_add(1);
                let wait = if entry.failures == 0 {
                    Duration::ZERO
                } else {
                    pause(failures, random())
                };
                let not_before = stamp(later(tx.at(), wait));
                store::note_retry(tx, &entry.id, entry.phase, failures, &not_before, None)?;
            }
        }
        Outcome::Stored { .. } => {
            let failure = Failure::new(Code::BadAnswer).with("detail", "a text's answer");
            retry(tx, &entry, &failure, None)?;
        }
        Outcome::Refused(failure) => {
            // The reason names the file; the entry has several.
            let failure = if failure.params.contains_key("name") {
                failure
            } else {
                failure.with("name", &step.name)
            };
            ended(tx, &entry, Outcome::Refused(failure))?;
        }
        other => ended(tx, &entry, other)?,
    }
    told(tx, &entry.draft);
    Ok(())
}

/// How far an upload got.
pub(crate) fn progress(
    tx: &WriteTx<'_>,
    step: &UploadStep,
    upload_url: &str,
    offset: u64,
) -> Result<()> {
    let Some(entry) = store::entry_of_attempt(tx, &step.entry, &step.release, &step.portal.id)?
    else {
        return Ok(());
    };
    let before = store::files(tx, &entry.id)?
        .into_iter()
        .find(|file| file.sha256 == step.sha256)
        .map_or(0, |file| file.upload_offset);
    store::set_upload(tx, &entry.id, &step.sha256, upload_url, offset)?;
    // A cut connection that nevertheless carried bytes is not punished with a growing pause.
    let lost_before = entry.failure_code == Code::FileDiffers.as_str();
    if offset > before && entry.phase.is_open() && !lost_before {
        store::forget_failures(tx, &entry.id)?;
    }
    tx.changed(Topic::Outbox, Some(&entry.draft));
    Ok(())
}

struct Answer {
    etag: String,
    remote_id: String,
    url: String,
    missing: Vec<String>,
    receipt: Option<Receipt>,
}

fn stored(tx: &WriteTx<'_>, entry: &EntryRow, answer: Answer) -> Result<()> {
    let files: Vec<(String, bool)> = store::files(tx, &entry.id)?
        .into_iter()
        .map(|file| (file.sha256, file.uploaded))
        .collect();
    let receipt = answer
        .receipt
        .as_ref()
        .map(|receipt| (receipt.release.as_str(), receipt.files.as_slice()));
    let verdict = judge_put(&entry.release, &files, &answer.missing, receipt);
    let holds_ours = receipt.is_none_or(|(held, _)| held.eq_ignore_ascii_case(&entry.release));
    if holds_ours {
        mirror::set_mirror(
            tx,
            &entry.portal,
            &entry.draft,
            &MirrorRow {
                remote_id: answer.remote_id.clone(),
                url: answer.url.clone(),
                base: answer.etag.clone(),
                etag: answer.etag,
                release: entry.release.clone(),
                state: "received".to_owned(),
                comment: String::new(),
            },
        )?;
    }
    if let (PutVerdict::Received, Some(receipt)) = (&verdict, &answer.receipt) {
        // True whatever a person did meanwhile: the portal holds it.
        let known = matches!(
            entry.phase,
            Phase::Received | Phase::Published | Phase::Returned
        );
        if !known {
            store::insert_receipt(
                tx,
                entry,
                &answer.remote_id,
                &answer.url,
                &receipt.received_at,
                &receipt.files,
            )?;
            store::set_phase(tx, &entry.id, Phase::Received, None)?;
        }
        return Ok(());
    }
    if !entry.phase.is_open() {
        return Ok(());
    }
    if holds_ours && store::has_newer(tx, entry)? {
        // It is settled that the portal has this text; the newer one can now replace it.
        return store::set_phase(tx, &entry.id, Phase::Superseded, None);
    }
    match verdict {
        PutVerdict::Received => Ok(()),
        PutVerdict::Missing { files, again } => {
            store::set_missing(tx, &entry.id, &files)?;
            if !again {
                return store::note_retry(tx, &entry.id, Phase::Files, 0, "", None);
            }
            let failure = Failure::new(Code::FileDiffers)
                .with("sha256", files.first().cloned().unwrap_or_default());
            paused(tx, entry, Phase::Files, &failure, None)
        }
        PutVerdict::ReceiptDiffers => {
            let theirs = answer.receipt.map_or_else(String::new, |one| one.release);
            let failure = Failure::new(Code::ReceiptDiffers)
                .with("ours", &entry.release)
                .with("theirs", theirs);
            paused(tx, entry, Phase::Put, &failure, None)
        }
        PutVerdict::NoReceipt => {
            let failure = Failure::new(Code::BadAnswer).with("detail", "no receipt");
            paused(tx, entry, Phase::Put, &failure, None)
        }
    }
}

/// Outcomes that mean the same for texts and files.
fn ended(tx: &WriteTx<'_>, entry: &EntryRow, outcome: Outcome) -> Result<()> {
    let (phase, failure) = match outcome {
        Outcome::Retry(failure, asked) => return retry(tx, entry, &failure, asked),
        Outcome::Refused(failure) => (Phase::Refused, failure),
        Outcome::Conflict(failure) => {
            let known = mirror::mirror(tx, &entry.portal, &entry.draft)?.unwrap_or_default();
            let etag = failure.params.get("etag").cloned();
            mirror::set_mirror(
                tx,
                &entry.portal,
                &entry.draft,
                &MirrorRow {
                    etag: etag.unwrap_or_else(|| known.etag.clone()),
                    release: String::new(),
                    ..known
                },
            )?;
            (Phase::Conflict, failure)
        }
        Outcome::Stored { .. } | Outcome::Uploaded | Outcome::UploadGone => return Ok(()),
    };
    reached(tx, &entry.portal)?;
    if !entry.phase.is_open() {
        return Ok(());
    }
    if store::has_newer(tx, entry)? {
        return store::set_phase(tx, &entry.id, Phase::Superseded, None);
    }
    store::set_phase(tx, &entry.id, phase, Some(&failure))
}

fn retry(
    tx: &WriteTx<'_>,
    entry: &EntryRow,
    failure: &Failure,
    asked: Option<Duration>,
) -> Result<()> {
    tx.changed(Topic::Link, None);
    if concerns_the_way(&failure.code) {
        // The way is at fault: all entries of the portal wait together and none is blamed.
        let failures = store::note_failure(tx, &entry.portal, failure)?;
        let wait = pause_asked(pause(failures, random()), asked);
        store::pause_portal(tx, &entry.portal, &stamp(later(tx.at(), wait)))?;
        if entry.phase.is_open() {
            store::note_retry(
                tx,
                &entry.id,
                entry.phase,
                entry.failures,
                "",
                Some(failure),
            )?;
        }
        return Ok(());
    }
    if is_trouble(&failure.code) {
        store::note_trouble(tx, &entry.portal, failure)?;
    }
    if !entry.phase.is_open() {
        return Ok(());
    }
    paused(tx, entry, entry.phase, failure, asked)
}

/// Failures that say something about the link although one entry may be their cause.
fn is_trouble(code: &str) -> bool {
    [Code::Timeout, Code::ConnectionCut, Code::PortalDown]
        .iter()
        .any(|trouble| trouble.as_str() == code)
}

/// Counts a failure of the entry itself and lets it wait.
fn paused(
    tx: &WriteTx<'_>,
    entry: &EntryRow,
    phase: Phase,
    failure: &Failure,
    asked: Option<Duration>,
) -> Result<()> {
    let failures = entry.failures.saturating_add(1);
    let wait = pause_asked(pause(failures, random()), asked);
    let not_before = stamp(later(tx.at(), wait));
    store::note_retry(tx, &entry.id, phase, failures, &not_before, Some(failure))
}

fn reached(tx: &WriteTx<'_>, portal: &str) -> Result<()> {
    if store::note_contact(tx, portal)? {
        tx.changed(Topic::Link, None);
        tx.changed(Topic::Portals, None);
    }
    Ok(())
}

/// What a portal's list says about one piece. Answers whether it was news.
pub(crate) fn remote(tx: &WriteTx<'_>, portal: &str, seen: &RemoteState) -> Result<bool> {
    if !mirror::knows_draft(tx, &seen.draft)? {
        return Ok(false);
    }
    let known = mirror::mirror(tx, portal, &seen.draft)?.unwrap_or_default();
    let release = match &seen.release {
        Some(release) if mirror::knows_release(tx, &seen.draft, release)? => release.clone(),
        _ => String::new(),
    };
    let deleted = seen.state == "deleted";
    let etag = if deleted {
        String::new()
    } else {
        seen.etag.clone()
    };
    let row = MirrorRow {
        remote_id: seen.remote_id.clone(),
        url: seen.url.clone(),
        // Only the portal's own marks changed while it holds a text of ours; a text that is not
        // ours keeps the old base, so that the next put meets it as a conflict.
        base: if release.is_empty() && !deleted {
            known.base.clone()
        } else {
            etag.clone()
        },
        etag,
        release,
        state: seen.state.clone(),
        comment: seen.comment.clone(),
    };
    if row == known {
        return Ok(false);
    }
    mirror::set_mirror(tx, portal, &seen.draft, &row)?;
    let entry = store::entries_of(tx, &seen.draft, portal)?
        .into_iter()
        .find(|entry| !row.release.is_empty() && entry.release == row.release);
    if let Some(entry) = entry
        && matches!(
            entry.phase,
            Phase::Received | Phase::Published | Phase::Returned
        )
    {
        match seen.state.as_str() {
            "published" => store::set_phase(tx, &entry.id, Phase::Published, None)?,
            "returned" => {
                let failure = Failure {
                    code: RETURNED_BY_PORTAL.to_owned(),
                    ..Failure::default()
                }
                .with("comment", &seen.comment);
                store::set_phase(tx, &entry.id, Phase::Returned, Some(&failure))?;
            }
            "received" => store::set_phase(tx, &entry.id, Phase::Received, None)?,
            _ => {}
        }
    }
    told(tx, &seen.draft);
    Ok(true)
}

//! Writing down what came of a step: one lane, one transaction.

use super::engine::{Effects, Lane, Moment, UploadMark, Way};
use super::portals;
use super::store::{self, lane, mirror, sent};
use super::told;
use super::types::{Outcome, Step, UploadStep};
use crate::change::{Action, Topic};
use crate::db::WriteTx;
use crate::desk::Desk;
use crate::error::{Code, Failure, Result};
use crate::packages::signing_key;
use qalam_proof::key::PublicKey;
use qalam_proof::receipt;

impl Desk {
    /// Records what came of a step, whatever happened to its entry meanwhile.
    ///
    /// # Errors
    /// What the database may fail with; the step may then be done again.
    pub fn outbox_record(&self, step: &Step, outcome: Outcome) -> Result<()> {
        let (draft, portal) = match step {
            Step::Put(step) => (&step.draft, &step.portal),
            Step::Upload(step) => (&step.draft, &step.portal),
            Step::Withdraw(step) => (&step.draft, &step.portal),
            Step::Fetch(step) => (&step.draft, &step.portal),
            Step::Idle { .. } => return Ok(()),
        };
        self.write(Action::RecordOutcome, |tx| {
            let now = self.moment(tx.at());
            let outcome = match step {
                Step::Put(put) => {
                    // The key may have been learned on the way to this very answer.
                    let portal = portals::by_id(tx, &portal.id)?;
                    let keys: Vec<&str> = signing_key(&portal).into_iter().collect();
                    witnessed(&keys, draft, &put.release, outcome)
                }
                _ => outcome,
            };
            let mut bytes = 0;
            let effects = on_way(tx, draft, &portal.id, |lane, way| {
                Ok(match step {
                    Step::Put(put) => {
                        let over = put.if_match.as_deref();
                        lane.put_done(way, (&put.entry, &put.release, over), outcome, &now)
                    }
                    Step::Upload(upload) => {
                        let (entry, release) = (&upload.entry, &upload.release);
                        let outcome = named(outcome, &upload.name);
                        let (effects, sent) =
                            lane.upload_done(way, entry, release, &upload.sha256, outcome, &now);
                        bytes = sent;
                        effects
                    }
                    Step::Withdraw(step) => {
                        lane.withdraw_done(way, &step.entry, &step.release, outcome, &now)
                    }
                    Step::Fetch(_) => {
                        let ours = match &outcome {
                            Outcome::Fetched(fetched) => match &fetched.release {
                                Some(release) => mirror::knows_release(tx, draft, release)?,
                                None => false,
                            },
                            _ => false,
                        };
                        lane.fetch_done(way, outcome, |_| ours, &now)
                    }
                    Step::Idle { .. } => Effects::default(),
                })
            })?;
            sent::count(tx, &now, bytes)?;
            keep(tx, draft, &portal.id, &effects)?;
            if effects.link {
                tx.changed(Topic::Link, None);
                tx.changed(Topic::Portals, None);
            }
            told(tx, draft);
            Ok(())
        })
    }

    /// Notes where an upload stands, so that it goes on there after any interruption.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_upload_progress(
        &self,
        step: &UploadStep,
        upload_url: &str,
        offset: u64,
    ) -> Result<()> {
        self.write(Action::RecordOutcome, |tx| {
            let now = self.moment(tx.at());
            let mark = UploadMark {
                entry: &step.entry,
                release: &step.release,
                sha256: &step.sha256,
                upload_url,
                offset,
            };
            let bytes = on_way(tx, &step.draft, &step.portal.id, |lane, way| {
                Ok(lane.upload_moved(way, &mark, &now))
            })?;
            sent::count(tx, &now, bytes)?;
            tx.changed(Topic::Outbox, Some(&step.draft));
            Ok(())
        })
    }
}

/// An answer whose receipt is not signed by one of the portal's keys, when such are known, is none:
/// the text is put once more. A receipt about something else is left to be told as that.
pub(crate) fn witnessed(
    keys: &[&str],
    draft: &str,
    release: &str,
    mut outcome: Outcome,
) -> Outcome {
    let Outcome::Stored {
        receipt: Some(receipt),
        ..
    } = &mut outcome
    else {
        return outcome;
    };
    receipt.key.clear();
    if keys.is_empty() {
        // Nobody could check it.
        receipt.signed.clear();
        return outcome;
    }
    if !receipt.release.eq_ignore_ascii_case(release) {
        return outcome;
    }
    let signed = keys.iter().find_map(|text| {
        let key = PublicKey::from_text(text).ok()?;
        let said = receipt::stored(receipt.signed.as_bytes(), &key).ok()?;
        let same =
            said.draft == draft && said.release == receipt.release && said.files == receipt.files;
        same.then_some((said, (*text).to_owned()))
    });
    let Some((said, key)) = signed else {
        return Outcome::Retry(Failure::new(Code::ReceiptUnproven), None);
    };
    receipt.received_at = said.received_at;
    receipt.key = key;
    outcome
}

/// Records a portal's answer to a text that reached it in somebody's bag; `seen` as in
/// [`Lane::carried`]. `None` when the answer is void.
pub(crate) fn carried(
    tx: &WriteTx<'_>,
    known: &Lane,
    entry: &str,
    outcome: Outcome,
    seen: Option<u32>,
    now: &Moment,
) -> Result<Option<Lane>> {
    let mut lane = known.clone();
    let Some(effects) = lane.carried(entry, outcome, seen, now) else {
        return Ok(None);
    };
    lane::save(tx, known, &lane, &sent::wishes(tx)?, false)?;
    keep(tx, &known.draft, &known.portal, &effects)?;
    told(tx, &known.draft);
    Ok(Some(lane))
}

/// Notes that a release left in a package; gives how much is known of its piece, as the answer will
/// need it.
pub(crate) fn packed(tx: &WriteTx<'_>, draft: &str, portal: &str, release: &str) -> Result<u32> {
    let known = lane::load(tx, draft, portal)?;
    let mut lane = known.clone();
    lane.packed(release);
    lane::save(tx, &known, &lane, &sent::wishes(tx)?, false)?;
    told(tx, draft);
    Ok(known.seen())
}

fn keep(tx: &WriteTx<'_>, draft: &str, portal: &str, effects: &Effects) -> Result<()> {
    if let Some(receipt) = &effects.receipt {
        store::insert_receipt(tx, draft, portal, receipt)?;
    }
    if let Some(kept) = &effects.kept {
        mirror::keep_text(tx, portal, draft, mirror::THEIRS, kept)?;
    }
    Ok(())
}

/// Lets a transition happen to a lane and the way to its portal, and writes both down.
fn on_way<T>(
    tx: &WriteTx<'_>,
    draft: &str,
    portal: &str,
    act: impl FnOnce(&mut Lane, &mut Way) -> Result<T>,
) -> Result<T> {
    let (before, way_before) = (lane::load(tx, draft, portal)?, lane::way(tx, portal)?);
    let (mut after, mut way) = (before.clone(), way_before.clone());
    let done = act(&mut after, &mut way)?;
    lane::save(tx, &before, &after, &sent::wishes(tx)?, false)?;
    lane::save_way(tx, portal, &way_before, &way)?;
    Ok(done)
}

/// The reason names the file; the entry has several.
fn named(outcome: Outcome, name: &str) -> Outcome {
    match outcome {
        Outcome::Refused(failure) if !failure.params.contains_key("name") => {
            Outcome::Refused(failure.with("name", name))
        }
        other => other,
    }
}

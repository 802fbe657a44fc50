//! What travels beside the step whose turn it is: small files of the same piece, and further texts
//! to the same portal.

use super::begin;
use super::engine::Moment;
use super::store::turn::{self, Pick, UnderWay};
use super::store::{self, lane, sent};
use super::types::{PutStep, Step, UploadStep};
use crate::change::Action;
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Error, Result};

impl Desk {
    /// The other files of the same entry that the portal still misses and that are at most
    /// `longest` bytes long, smallest first: as many as fit with `step` into what may leave now,
    /// and none that waits for a person's yes. They belong to the attempt that was counted for
    /// `step`; what comes of each is recorded as a step of its own.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_beside(&self, step: &UploadStep, longest: u64) -> Result<Vec<UploadStep>> {
        let (mut files, wishes, consent) = self.read(|r| {
            let known = lane::load(r, &step.draft, &step.portal.id)?;
            let entry = known.entries.iter().find(|one| one.id == step.entry);
            let consent = entry.is_some_and(|one| one.consent);
            Ok((store::files(r, &step.entry)?, sent::wishes(r)?, consent))
        })?;
        files.retain(|file| {
            file.missing
                && file.bytes <= longest
                && file.sha256 != step.sha256
                && !wishes.asks(file.bytes, consent)
        });
        files.sort_by(|one, other| (one.bytes, &one.sha256).cmp(&(other.bytes, &other.sha256)));
        let mut left = step.allowance.map(|most| most.saturating_sub(step.length));
        Ok(files
            .into_iter()
            .take_while(|file| {
                let fits = left.is_none_or(|left| file.bytes <= left);
                left = left.map(|left| left.saturating_sub(file.bytes));
                fits
            })
            .map(|file| UploadStep {
                path: self.blobs.lend(&file.sha256),
                sha256: file.sha256,
                length: file.bytes,
                mime: file.mime,
                name: file.name,
                upload_url: None,
                ..step.clone()
            })
            .collect())
    }

    /// A text to travel beside those of the drafts `under_way`, which are on their way to the
    /// portal with this id: what [`Desk::outbox_next_for`] would hand out next, if that is a text
    /// to the same portal; `only` as there. Its attempt is counted, durably, before this returns.
    /// `None` when something else goes next, and when one of them has to travel alone, because an
    /// attempt of it ended without a word.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_text_beside(
        &self,
        portal: &str,
        under_way: &[String],
        only: Option<&str>,
    ) -> Result<Option<PutStep>> {
        let beside = UnderWay {
            portal,
            drafts: under_way,
        };
        // A look first, as for the next step.
        let may = self.read(|r| {
            let now = self.moment(r.at());
            Ok(turn::something_wakes(r)? || next_text(r, beside, only, &now)?.is_some())
        })?;
        if !may {
            return Ok(None);
        }
        self.write(Action::BeginAttempt, |tx| {
            let now = self.moment(tx.at());
            turn::wake(tx)?;
            let sending = sent::wishes(tx)?;
            while let Some(pick) = next_text(tx, beside, only, &now)? {
                match begin::attempt(tx, &self.blobs, pick, &sending, &now)? {
                    Some(Step::Put(step)) => return Ok(Some(step)),
                    Some(_) => {
                        return Err(Error::internal("chose a text and began something else"));
                    }
                    // It is not fit to leave; the next one may be.
                    None => {}
                }
            }
            Ok(None)
        })
    }
}

/// What goes next, when it is a text that may join those under way.
fn next_text(
    r: &ReadTx<'_>,
    beside: UnderWay<'_>,
    only: Option<&str>,
    now: &Moment,
) -> Result<Option<Pick>> {
    if super::paused(r)? {
        return Ok(None);
    }
    for draft in beside.drafts {
        if !lane::load(r, draft, beside.portal)?.may_be_joined() {
            return Ok(None);
        }
    }
    let (sending, usage) = (sent::wishes(r)?, sent::usage(r, now)?);
    let pick = turn::pick(r, only, beside, &sending, &usage, now)?;
    let Pick::Entry {
        draft, portal, seq, ..
    } = &pick
    else {
        return Ok(None);
    };
    if portal != beside.portal {
        return Ok(None);
    }
    let lane = lane::load(r, draft, portal)?;
    let place = lane.entries.iter().position(|one| one.seq == *seq);
    let joins = place.is_some_and(|place| lane.may_join(place));
    Ok(joins.then_some(pick))
}

//! Approved releases on their way to portals: the desk decides and records, the courier acts.
//!
//! # Why nothing is sent twice or lost
//!
//! 1. [`Desk::outbox_next`] counts the attempt and commits before it hands the step out; no lock
//!    and no transaction is held while the courier talks to the portal.
//! 2. Every step may be repeated: a text is put under the draft's own id with its exact canonical
//!    bytes, a file travels under its hash. A portal answers a repetition as it answered the first.
//!    So a crash, a lost answer or a cut between `next` and `record` costs time and nothing else:
//!    the entry is simply still open.
//! 3. An entry ends as received only through a receipt that names our release hash and covers all
//!    its files. A 2xx alone changes nothing.
//! 4. Of one draft for one portal only one release is on its way. A newer approved one takes the
//!    place of an older one, except while an attempt of the older may have reached the portal
//!    without an answer: then the older is settled first, or the portal's copy of it would look
//!    like a stranger's change.
//! 5. What a put may replace at the portal is the ETag under `mirror.base`: of a state we put there
//!    or a person accepted. Clocks decide nothing.

pub(crate) mod begin;
mod beside;
pub mod portals;
pub(crate) mod record;
pub mod rules;
pub(crate) mod store;
pub mod types;

pub use types::{
    Link, LinkState, Outbox, OutboxCounts, OutboxEntry, Outcome, PortalKind, PortalRow, PutStep,
    Receipt, ReceiptRow, RemoteState, Step, UploadStep,
};

use crate::change::{Action, Topic};
use crate::db::{ReadTx, WriteTx, facts};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use rules::{Choice, Phase, choose};

/// The fact that sending is paused.
const PAUSED: &str = "paused";

impl Desk {
    /// The next step for the courier. The attempt is counted, durably, before this returns.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_next(&self) -> Result<Step> {
        self.outbox_next_for(None)
    }

    /// Like [`Desk::outbox_next`], for the portal of this name only.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], and what the database may fail with.
    pub fn outbox_next_for(&self, portal: Option<&str>) -> Result<Step> {
        // A look first: a courier with nothing to do must not take the write lock every time.
        let idle = self.read(|r| {
            if let Some(name) = portal {
                portals::by_name(r, name)?;
            }
            if paused(r)? {
                return Ok(Some(None));
            }
            Ok(match choose(r.at(), &store::open_entries(r, portal)?) {
                Choice::Idle(at) => Some(at),
                Choice::Put(_) | Choice::Upload(..) => None,
            })
        })?;
        if let Some(next_at) = idle {
            return Ok(Step::Idle { next_at });
        }
        self.write(Action::BeginAttempt, |tx| {
            begin::begin(tx, &self.blobs, portal)
        })
    }

    /// Records what came of a step, whatever happened to its entry meanwhile.
    ///
    /// # Errors
    /// What the database may fail with; the step may then be done again.
    pub fn outbox_record(&self, step: &Step, outcome: Outcome) -> Result<()> {
        self.write(Action::RecordOutcome, |tx| match step {
            Step::Put(put) => record::put(tx, put, outcome),
            Step::Upload(upload) => record::upload(tx, upload, outcome),
            Step::Idle { .. } => Ok(()),
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
            record::progress(tx, step, upload_url, offset)
        })
    }

    /// The outbox as people see it: what is open first, then what ended, newest first.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_list(&self) -> Result<Outbox> {
        self.read(|r| {
            Ok(Outbox {
                entries: store::list::entries(r)?,
                link: link(r)?,
            })
        })
    }

    /// How many entries there are of each sort.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_counts(&self) -> Result<OutboxCounts> {
        self.read(store::list::counts)
    }

    /// The receipts, oldest first; with `after` only those after so many.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_receipts(&self, after: usize) -> Result<Vec<ReceiptRow>> {
        self.read(|r| store::list::receipts(r, after))
    }

    /// Whether the portal is reached, as the last exchanges showed.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn link(&self) -> Result<Link> {
        self.read(link)
    }

    /// Keeps an entry back until it is resumed.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::EntryDelivered`] when there is nothing left to keep back.
    pub fn outbox_hold(&self, entry: &str) -> Result<()> {
        self.write(Action::HoldEntry, |tx| {
            let row = store::entry(tx, entry)?;
            if !row.phase.is_open() {
                return Err(Error::new(Code::EntryDelivered).with("entry", entry));
            }
            store::set_held(tx, entry, true)?;
            told(tx, &row.draft);
            Ok(())
        })
    }

    /// Lets a kept entry go.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn outbox_resume(&self, entry: &str) -> Result<()> {
        self.write(Action::ResumeEntry, |tx| {
            let row = store::entry(tx, entry)?;
            store::set_held(tx, entry, false)?;
            told(tx, &row.draft);
            Ok(())
        })
    }

    /// Tries an entry again, now. For a conflict this is the person's decision that the portal's
    /// present state may be replaced.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::EntryNotRetryable`] for one that arrived, was sent back, or has a
    /// newer one in its place.
    pub fn outbox_retry(&self, entry: &str) -> Result<()> {
        self.write(Action::RetryEntry, |tx| {
            let row = store::entry(tx, entry)?;
            let retryable = matches!(
                row.phase,
                Phase::Put | Phase::Files | Phase::Refused | Phase::Conflict | Phase::Withdrawn
            ) && !store::has_newer(tx, &row)?;
            if !retryable {
                return Err(Error::new(Code::EntryNotRetryable)
                    .with("entry", entry)
                    .with("state", row.phase.as_str()));
            }
            if row.phase == Phase::Conflict {
                store::mirror::accept_theirs_as_base(tx, &row.portal, &row.draft)?;
            }
            let phase = if row.phase == Phase::Files {
                Phase::Files
            } else {
                Phase::Put
            };
            store::restart(tx, entry, phase)?;
            store::wake_portal(tx, &row.portal)?;
            told(tx, &row.draft);
            Ok(())
        })
    }

    /// Puts the approved release of a draft into the outbox for one more portal.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], [`Code::NotFound`] without an approved release.
    pub fn outbox_add(&self, draft: &str, portal: &str) -> Result<()> {
        self.write(Action::Enqueue, |tx| {
            let portal = portals::by_name(tx, portal)?;
            let release = store::approved_release(tx, draft)?
                .ok_or_else(|| Error::not_found("release", draft))?;
            enqueue_for(tx, draft, &release, &portal.id)?;
            told(tx, draft);
            Ok(())
        })
    }

    /// Takes an entry out of the outbox. If an attempt is under way and succeeds nevertheless, the
    /// receipt is recorded: the desk never denies what a portal holds.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::EntryDelivered`] when the portal has it.
    pub fn outbox_withdraw(&self, entry: &str) -> Result<()> {
        self.write(Action::WithdrawEntry, |tx| {
            let row = store::entry(tx, entry)?;
            match row.phase {
                Phase::Received | Phase::Published | Phase::Returned => {
                    Err(Error::new(Code::EntryDelivered).with("entry", entry))
                }
                Phase::Withdrawn | Phase::Superseded => Ok(()),
                Phase::Put | Phase::Files | Phase::Refused | Phase::Conflict => {
                    store::set_phase(tx, entry, Phase::Withdrawn, None)?;
                    told(tx, &row.draft);
                    Ok(())
                }
            }
        })
    }

    /// Pauses or resumes all sending.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_pause(&self, paused: bool) -> Result<()> {
        self.write(Action::PauseSending, |tx| {
            facts::set(tx, PAUSED, if paused { "1" } else { "" })?;
            tx.changed(Topic::Outbox, None);
            tx.changed(Topic::Link, None);
            Ok(())
        })
    }

    /// Forgets all pauses between attempts: a person asked, the machine woke, or a portal changed.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_send_now(&self) -> Result<()> {
        self.write(Action::RetryEntry, |tx| {
            store::wake_all(tx)?;
            tx.changed(Topic::Outbox, None);
            Ok(())
        })
    }

    /// Records what a portal says about pieces of this desk, and where its list was read to.
    /// Pieces this desk does not know are passed over. Answers how many states were new.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], and what the database may fail with.
    pub fn outbox_record_remote(
        &self,
        portal: &str,
        states: &[RemoteState],
        cursor: Option<&str>,
    ) -> Result<u32> {
        self.write(Action::NoteRemote, |tx| {
            let portal = portals::by_name(tx, portal)?;
            let mut new = 0;
            for state in states {
                new += u32::from(record::remote(tx, &portal.id, state)?);
            }
            if let Some(cursor) = cursor {
                store::set_cursor(tx, &portal.id, cursor)?;
            }
            Ok(new)
        })
    }
}

/// Puts an approved release into the outbox; called inside the transaction that approves it. It
/// goes to every portal; to the practice portal only while there is no other, so that nothing a
/// ministry sends for real waits for a training room. Without a portal nothing happens.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn enqueue(tx: &WriteTx<'_>, draft: &str, release: &str) -> Result<()> {
    let portals = store::portals(tx)?;
    let real = portals
        .iter()
        .any(|portal| portal.kind != PortalKind::Practice);
    for portal in portals
        .iter()
        .filter(|portal| !real || portal.kind != PortalKind::Practice)
    {
        enqueue_for(tx, draft, release, &portal.id)?;
    }
    told(tx, draft);
    Ok(())
}

/// Puts an approved release into the outbox for one portal, in the place of older ones.
pub(crate) fn enqueue_for(
    tx: &WriteTx<'_>,
    draft: &str,
    release: &str,
    portal: &str,
) -> Result<()> {
    for older in store::entries_of(tx, draft, portal)? {
        if older.release == release {
            let at_rest = matches!(older.phase, Phase::Received | Phase::Published);
            if at_rest && store::mirror::portal_holds(tx, &older)? && !store::has_newer(tx, &older)?
            {
                // The portal has this very text and nothing came in between.
                return Ok(());
            }
            continue;
        }
        match older.phase {
            // An attempt may have reached the portal unanswered; see the head of this module.
            Phase::Put if older.attempts > 0 && !store::mirror::portal_holds(tx, &older)? => {
                store::set_held(tx, &older.id, false)?;
            }
            Phase::Put | Phase::Files | Phase::Refused | Phase::Conflict => {
                store::set_phase(tx, &older.id, Phase::Superseded, None)?;
            }
            _ => {}
        }
    }
    store::insert(tx, draft, release, portal)
}

/// Whether sending is paused.
pub(crate) fn paused(r: &ReadTx<'_>) -> Result<bool> {
    Ok(facts::get(r, PAUSED)?.as_deref() == Some("1"))
}

/// Where a draft stands may have changed with its entry.
pub(crate) fn told(tx: &WriteTx<'_>, draft: &str) {
    tx.changed(Topic::Outbox, Some(draft));
    tx.changed(Topic::Drafts, Some(draft));
}

/// The portals something waits for speak for the link; when nothing waits, all do.
fn link(r: &ReadTx<'_>) -> Result<Link> {
    let all = store::portals(r)?;
    let waiting = store::portals_with_open_entries(r)?;
    let concerned: Vec<&PortalRow> = if waiting.is_empty() {
        all.iter().collect()
    } else {
        all.iter().filter(|one| waiting.contains(&one.id)).collect()
    };
    let failure = concerned.iter().find_map(|one| one.last_failure.clone());
    let at = concerned
        .iter()
        .filter_map(|one| one.last_contact.clone())
        .max();
    Ok(Link {
        state: match (&failure, &at) {
            (Some(_), _) => LinkState::Failing,
            (None, Some(_)) => LinkState::Reached,
            (None, None) => LinkState::Unknown,
        },
        failure,
        at,
        paused: paused(r)?,
    })
}

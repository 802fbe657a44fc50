//! Approved releases on their way to portals: the desk decides and records, the courier acts.
//!
//! What is decided is in [`engine`]: plain values in, plain values out. Here a lane is loaded, a
//! transition happens to it, and it is saved, all in one transaction.
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
//! 6. A piece that may have reached a portal is never simply forgotten: withdrawing it asks the
//!    portal, as often as it takes.

pub(crate) mod begin;
mod beside;
mod coming;
mod conflicts;
pub mod engine;
pub mod portals;
pub(crate) mod record;
pub mod rules;
mod shown;
pub(crate) mod store;
pub mod types;

pub use conflicts::{Adopted, ConflictView, Marks, Previewed, SettleWith};
pub use shown::{Holds, OnPortal};
pub(crate) use shown::{on_portals, text_on};
pub use types::{
    Asking, AskingKind, FetchStep, Fetched, Link, LinkState, Outbox, OutboxCounts, OutboxEntry,
    Outcome, PortalKind, PortalRow, PutStep, Receipt, ReceiptRow, RemoteAbout, RemoteRow,
    RemoteState, SendingView, Step, UploadStep, Wait, WithdrawStep,
};

use std::cmp::Reverse;

use jiff::Timestamp;

use crate::change::{Action, Topic};
use crate::clock::stamp;
use crate::db::{ReadTx, WriteTx, facts};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use engine::{Class, Gate, Kind, Lane, Moment, NewEntry, Refusal, Sending};
use rules::Phase;
use store::{lane, sent, turn};

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
            if turn::something_wakes(r)? {
                return Ok(None);
            }
            let now = self.moment(r.at());
            let (wishes, usage) = (sent::wishes(r)?, sent::usage(r, &now)?);
            let nothing = turn::UnderWay::default();
            Ok(
                match turn::pick(r, portal, nothing, &wishes, &usage, &now)? {
                    turn::Pick::Idle(at) => Some(at),
                    _ => None,
                },
            )
        })?;
        if let Some(next_at) = idle {
            return Ok(Step::Idle { next_at });
        }
        self.write(Action::BeginAttempt, |tx| {
            let now = self.moment(tx.at());
            begin::begin(tx, &self.blobs, portal, &now)
        })
    }

    /// The outbox as people see it: what is open first, then what ended, newest first.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_list(&self) -> Result<Outbox> {
        self.read(|r| {
            let now = self.moment(r.at());
            let sending = sending_view(r, &now)?;
            Ok(Outbox {
                entries: store::list::entries(r, None, &sending.settings, paused(r)?, &now)?,
                link: link(r)?,
                estimate: store::list::estimate(r)?,
                sending,
            })
        })
    }

    /// What stays where it is until a person has decided, newest first.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_asking(&self) -> Result<Vec<Asking>> {
        self.read(store::asking::all)
    }

    /// How far one draft is at each portal.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_of(&self, draft: &str) -> Result<Vec<OutboxEntry>> {
        let draft = id::parse(draft)?;
        self.read(|r| {
            let (now, wishes) = (self.moment(r.at()), sent::wishes(r)?);
            store::list::entries(r, Some(&draft), &wishes, paused(r)?, &now)
        })
    }

    /// The entry of a release for the portal of this name.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], and what the database may fail with.
    pub fn outbox_entry_of(&self, release: &str, portal: &str) -> Result<Option<String>> {
        self.read(|r| {
            let portal = portals::by_name(r, portal)?;
            store::entry_of_release(r, release, &portal.id)
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
            on_entry(tx, entry, |lane| lane.hold(entry))
        })
    }

    /// Lets a kept entry go.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn outbox_resume(&self, entry: &str) -> Result<()> {
        self.write(Action::ResumeEntry, |tx| {
            on_entry(tx, entry, |lane| lane.resume(entry))
        })
    }

    /// A person's yes to the files of an entry that are larger than what leaves without asking.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn outbox_allow(&self, entry: &str) -> Result<()> {
        self.write(Action::ResumeEntry, |tx| {
            on_entry(tx, entry, |lane| lane.allow(entry))
        })
    }

    /// A person wants an entry sent now, all the same: no budget, quiet hour, metered link or size
    /// keeps it any more. What is paused for all stays paused.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::EntryDelivered`] when there is nothing left to send.
    pub fn outbox_insist(&self, entry: &str) -> Result<()> {
        self.write(Action::RetryEntry, |tx| {
            let (_, portal) = store::key_of(tx, entry)?;
            on_entry(tx, entry, |lane| lane.insist(entry))?;
            store::wake_portal(tx, &portal)
        })
    }

    /// Tries an entry again, now. For a conflict this is the person's decision that the portal's
    /// present state may be replaced; for a piece the portal removed, that it is sent anew.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::EntryNotRetryable`] for one that arrived, was sent back, or has a
    /// newer one in its place.
    pub fn outbox_retry(&self, entry: &str) -> Result<()> {
        self.write(Action::RetryEntry, |tx| {
            let (_, portal) = store::key_of(tx, entry)?;
            on_entry(tx, entry, |lane| lane.retry(entry))?;
            store::wake_portal(tx, &portal)
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

    /// Takes an entry out of the outbox. Where its text may have reached the portal, the portal is
    /// asked to take the piece down, for a reason that its editor will read; where the portal took it
    /// down by itself, that is left as it is. If an attempt is under
    /// way and succeeds nevertheless, the receipt is recorded: the desk never denies what a portal
    /// holds.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::ReasonNeeded`] when the portal has to be asked;
    /// [`Code::EntryDelivered`] when a newer release is on its way or there.
    pub fn outbox_withdraw(&self, entry: &str, reason: &str) -> Result<()> {
        self.write(Action::WithdrawEntry, |tx| {
            on_entry(tx, entry, |lane| lane.withdraw(entry, reason.trim()))
        })
    }

    /// Wishes about sending, and how the budget stands.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_sending(&self) -> Result<SendingView> {
        self.read(|r| sending_view(r, &self.moment(r.at())))
    }

    /// Sets the wishes about sending, all of them.
    ///
    /// # Errors
    /// [`Code::BadArgument`] naming the first that makes no sense.
    pub fn outbox_set_sending(&self, wishes: &Sending) -> Result<SendingView> {
        if let Some(name) = wishes.fault() {
            return Err(Error::new(Code::BadArgument).with("name", name));
        }
        self.write(Action::SetSetting, |tx| {
            sent::set_wishes(tx, wishes)?;
            // What waits for a yes, and what no longer does, finds its place in the queue anew.
            for (draft, portal) in lane::open(tx)? {
                let known = lane::load(tx, &draft, &portal)?;
                lane::save(tx, &known, &known, wishes, true)?;
            }
            tx.changed(Topic::Settings, None);
            tx.changed(Topic::Outbox, None);
            sending_view(tx, &self.moment(tx.at()))
        })
    }

    /// Whether an upload under way may go on: nobody paused or held it, its entry still wants it,
    /// and the budget, the hour and the link allow it.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_may_go_on(&self, step: &UploadStep) -> Result<bool> {
        self.read(|r| {
            let known = lane::load(r, &step.draft, &step.portal.id)?;
            let Some(entry) = known.entries.iter().find(|one| one.id == step.entry) else {
                return Ok(false);
            };
            let now = self.moment(r.at());
            let wishes = sent::wishes(r)?;
            let class = Class {
                deadly: false,
                urgent: Reverse(known.urgent),
                kind: Kind::Upload,
                insisted: Reverse(entry.insisted),
            };
            let gate = wishes.gate(&sent::usage(r, &now)?, class, &now);
            Ok(!paused(r)?
                && !entry.held
                && entry.phase == Phase::Files
                && !wishes.asks(step.length, entry.consent)
                && matches!(gate, Gate::Open(_)))
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

    /// A moment as the engine sees it.
    pub(crate) fn moment(&self, at: Timestamp) -> Moment {
        Moment {
            at,
            local: at.to_zoned(self.clock().zone()).datetime(),
            random: self.clock().jitter(),
        }
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
    let (bytes, files) = store::sizes_of_release(tx, release)?;
    let new = NewEntry {
        id: new_id(),
        release: release.to_owned(),
        bytes,
        files,
    };
    on_lane(tx, draft, portal, |lane| {
        lane.enqueue(new);
        Ok(())
    })
}

/// The author marked a draft urgent, or no longer does.
pub(crate) fn note_urgent(tx: &WriteTx<'_>, draft: &str, urgent: bool) -> Result<()> {
    tx.changed(Topic::Outbox, Some(draft));
    store::set_urgent(tx, draft, urgent)
}

/// Lets a transition happen to the lane of an entry, and writes it down.
fn on_entry(
    tx: &WriteTx<'_>,
    entry: &str,
    act: impl FnOnce(&mut Lane) -> Result<(), Refusal>,
) -> Result<()> {
    let (draft, portal) = store::key_of(tx, entry)?;
    let known = lane::load(tx, &draft, &portal)?;
    let state = known
        .entries
        .iter()
        .find(|one| one.id == entry)
        .map_or("", |one| one.phase.as_str());
    on_lane(tx, &draft, &portal, |lane| {
        act(lane).map_err(|refusal| match refusal {
            Refusal::Unknown => Error::not_found("entry", entry),
            Refusal::Delivered => Error::new(Code::EntryDelivered).with("entry", entry),
            Refusal::NotRetryable => Error::new(Code::EntryNotRetryable)
                .with("entry", entry)
                .with("state", state),
            Refusal::ReasonNeeded => Error::new(Code::ReasonNeeded),
        })
    })?;
    told(tx, &draft);
    Ok(())
}

fn on_lane(
    tx: &WriteTx<'_>,
    draft: &str,
    portal: &str,
    act: impl FnOnce(&mut Lane) -> Result<()>,
) -> Result<()> {
    let before = lane::load(tx, draft, portal)?;
    let mut after = before.clone();
    act(&mut after)?;
    lane::save(tx, &before, &after, &sent::wishes(tx)?, false)
}

fn sending_view(r: &ReadTx<'_>, now: &Moment) -> Result<SendingView> {
    let settings = sent::wishes(r)?;
    let usage = sent::usage(r, now)?;
    Ok(SendingView {
        spent_bytes: usage.spent(settings.budget_period, now),
        left_bytes: settings.left(&usage, now),
        period_ends: stamp(settings.period_ends(now)),
        quiet_until: settings.quiet_until(now).map(stamp),
        settings,
    })
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
    let mut concerned: Vec<&PortalRow> = Vec::new();
    for portal in &all {
        if store::something_waits_for(r, &portal.id)? {
            concerned.push(portal);
        }
    }
    if concerned.is_empty() {
        concerned = all.iter().collect();
    }
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

//! The whole outbox in memory: the naive statement of what the desk does with indexes and
//! transactions, and what the simulation drives.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::begin::{Order, OrderKind};
use super::choose::{Outlook, fetch_outlook, outlook};
use super::gate::{Gate, Sending, Usage};
use super::record::Effects;
use super::state::{Lane, Moment, Way};
use super::upload::UploadMark;
use crate::outbox::types::Outcome;

/// The next thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Do this.
    Do(Order),
    /// Nothing now; something may be from that time on (`None`: only a person or a new approval
    /// can change that).
    Idle(Option<Timestamp>),
}

/// An outbox in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxState {
    /// A person paused everything.
    pub paused: bool,
    /// Wishes about sending.
    pub sending: Sending,
    /// What left so far.
    pub usage: Usage,
    /// The ways, by portal.
    pub ways: BTreeMap<String, Way>,
    /// The lanes.
    pub lanes: Vec<Lane>,
    /// The last place given in the queue.
    pub last_seq: i64,
    /// The releases this desk made.
    pub made: BTreeSet<String>,
}

/// What was found to go next.
struct Chosen {
    outlook: Outlook,
    /// Place of its lane.
    lane: usize,
    allowance: Option<u64>,
}

impl OutboxState {
    /// The lane of a draft at a portal, made when there is none.
    pub fn lane(&mut self, draft: &str, portal: &str) -> &mut Lane {
        let known = self
            .lanes
            .iter()
            .position(|lane| lane.draft == draft && lane.portal == portal);
        let place = known.unwrap_or_else(|| {
            self.lanes.push(Lane::new(draft, portal));
            self.lanes.len() - 1
        });
        #[allow(clippy::indexing_slicing, reason = "just found or just pushed")]
        &mut self.lanes[place]
    }

    /// Gives new entries their places in the queue.
    pub fn queue(&mut self) {
        for entry in self.lanes.iter_mut().flat_map(|lane| &mut lane.entries) {
            if entry.seq == 0 {
                self.last_seq += 1;
                entry.seq = self.last_seq;
            }
        }
    }

    /// The next step, its attempt counted. This looks at everything each time; the desk answers
    /// the same from an index.
    pub fn next(&mut self, now: &Moment) -> Next {
        if self.paused {
            return Next::Idle(None);
        }
        for entry in self.lanes.iter_mut().flat_map(|lane| &mut lane.entries) {
            // One courier per desk: when it asks, nothing else is under way.
            entry.attempt_at = None;
        }
        let (chosen, wake) = self.choose(|_| false, now);
        match chosen.and_then(|chosen| self.begin(&chosen, now)) {
            Some(order) => Next::Do(order),
            None => Next::Idle(wake),
        }
    }

    /// A text, its attempt counted, that travels beside the texts of these drafts, which are under
    /// way to this portal: what would be the next step without them, if it is a text to the same
    /// portal and all of them may travel in company.
    pub fn beside(&mut self, portal: &str, under_way: &[String], now: &Moment) -> Option<Order> {
        let aside = |lane: &Lane| lane.portal == portal && under_way.contains(&lane.draft);
        let joined = self.lanes.iter().filter(|lane| aside(lane));
        if self.paused || !joined.into_iter().all(Lane::may_be_joined) {
            return None;
        }
        let (chosen, _) = self.choose(aside, now);
        let chosen = chosen?;
        let lane = self.lanes.get(chosen.lane)?;
        let joins = lane.portal == portal && lane.may_join(chosen.outlook.place?);
        joins.then(|| self.begin(&chosen, now)).flatten()
    }

    /// What goes first of all lanes but those left aside; without anything, when something may.
    fn choose(
        &self,
        aside: impl Fn(&Lane) -> bool,
        now: &Moment,
    ) -> (Option<Chosen>, Option<Timestamp>) {
        let mut best: Option<Chosen> = None;
        let mut wake: Option<Timestamp> = None;
        for (place, lane) in self.lanes.iter().enumerate() {
            if aside(lane) {
                continue;
            }
            let way = self.ways.get(&lane.portal).and_then(|way| way.not_before);
            let outlooks = [outlook(lane, &self.sending), fetch_outlook(lane)];
            for one in outlooks.into_iter().flatten() {
                let class = one.rank.class;
                let gate = self.sending.gate(&self.usage, class, now);
                let (allowance, shut) = match gate {
                    Gate::Open(allowance) => (allowance, None),
                    Gate::Shut(_, None) => continue,
                    Gate::Shut(_, until) => (None, until),
                };
                let ready = now.sleeps(one.not_before).max(now.sleeps(way)).max(shut);
                if let Some(ready) = ready {
                    wake = Some(wake.map_or(ready, |known| known.min(ready)));
                } else if best.as_ref().is_none_or(|known| {
                    let draft = self.lanes.get(known.lane).map(|lane| &lane.draft);
                    (&one.rank, Some(&lane.draft)) < (&known.outlook.rank, draft)
                }) {
                    best = Some(Chosen {
                        outlook: one,
                        lane: place,
                        allowance,
                    });
                }
            }
        }
        (best, wake)
    }

    fn begin(&mut self, chosen: &Chosen, now: &Moment) -> Option<Order> {
        let lane = self.lanes.get_mut(chosen.lane)?;
        let order = match chosen.outlook.place {
            Some(entry) => lane.begin(entry, chosen.allowance, now),
            None => lane.begin_fetch(now),
        }?;
        // A text counts when it leaves: its answer may be lost.
        if let (OrderKind::Put(_), Some(entry)) = (&order.kind, chosen.outlook.place) {
            let bytes = lane.entries.get(entry).map_or(0, |entry| entry.bytes);
            self.usage.count(now, bytes);
        }
        Some(order)
    }

    /// Writes down what came of an order.
    pub fn record(&mut self, order: &Order, outcome: Outcome, now: &Moment) -> Effects {
        let mut way = self.ways.remove(&order.portal).unwrap_or_default();
        let made = std::mem::take(&mut self.made);
        let lane = self.lane(&order.draft, &order.portal);
        let (entry, release) = (order.entry.as_str(), order.release.as_str());
        let mut sent = 0;
        let effects = match &order.kind {
            OrderKind::Put(over) => {
                let of = (entry, release, over.as_deref());
                lane.put_done(&mut way, of, outcome, now)
            }
            OrderKind::Upload { sha256, .. } => {
                let (effects, bytes) =
                    lane.upload_done(&mut way, entry, release, sha256, outcome, now);
                sent = bytes;
                effects
            }
            OrderKind::Withdraw(_) => lane.withdraw_done(&mut way, entry, release, outcome, now),
            OrderKind::Fetch => {
                lane.fetch_done(&mut way, outcome, |release| made.contains(release), now)
            }
        };
        self.made = made;
        self.ways.insert(order.portal.clone(), way);
        self.usage.count(now, sent);
        effects
    }

    /// Writes down how far an upload got.
    pub fn moved(&mut self, order: &Order, upload_url: &str, offset: u64, now: &Moment) {
        let OrderKind::Upload { sha256, .. } = &order.kind else {
            return;
        };
        let mut way = self.ways.remove(&order.portal).unwrap_or_default();
        let mark = UploadMark {
            entry: &order.entry,
            release: &order.release,
            sha256,
            upload_url,
            offset,
        };
        let lane = self.lane(&order.draft, &order.portal);
        let sent = lane.upload_moved(&mut way, &mark, now);
        self.ways.insert(order.portal.clone(), way);
        self.usage.count(now, sent);
    }
}

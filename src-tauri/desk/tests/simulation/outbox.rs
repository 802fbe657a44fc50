//! The outbox under test: the engine alone.

use std::collections::BTreeMap;

use qalam_desk::outbox::engine::{Effects, Moment, NewEntry, Next, Order, OutboxState, Sending};
use qalam_desk::outbox::rules::Phase;
use qalam_desk::outbox::{Outcome, RemoteState};

use super::bags::Parcel;
use super::portal::{file_bytes, file_name};

/// What a person does to the newest entry of a draft at a portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Hold,
    Resume,
    Allow,
    Insist,
    Retry,
    Withdraw,
}

/// An outbox as the world sees it. Names of drafts, releases, files and portals are the world's.
pub trait Outbox {
    fn state(&self) -> &OutboxState;
    fn next(&mut self, now: &Moment) -> Next;
    /// A text to travel beside those of these drafts, which are under way to this portal.
    fn beside(&mut self, portal: &str, under_way: &[String], now: &Moment) -> Option<Order>;
    fn record(&mut self, order: &Order, outcome: Outcome, now: &Moment) -> Effects;
    fn moved(&mut self, order: &Order, url: &str, offset: u64, now: &Moment);
    fn remote(&mut self, draft: &str, portal: &str, seen: RemoteState, now: &Moment);
    fn approve(&mut self, draft: usize, release: &str, text: u32, files: &[usize], now: &Moment);
    fn deed(&mut self, draft: &str, portal: &str, deed: Deed, now: &Moment);
    fn pause(&mut self, paused: bool, now: &Moment);
    fn wake(&mut self, now: &Moment);
    fn wish(&mut self, wishes: &Sending, now: &Moment);
    fn urgent(&mut self, draft: usize, urgent: bool, now: &Moment);
    /// A person puts the portal's text and ours together. False when it cannot be done.
    fn merge(&mut self, _draft: &str, _portal: &str) -> bool {
        false
    }
    /// Packs what waits for a portal; gives what is in the package.
    fn pack(&mut self, package: &str, portal: &str, now: &Moment) -> Vec<Parcel>;
    /// Records what a portal says of a package: draft, release, and what became of it. Gives the releases of which the
    /// receipt counts.
    fn unpack(
        &mut self,
        package: &str,
        portal: &str,
        words: Vec<(String, String, Outcome)>,
        now: &Moment,
    ) -> Vec<String>;
    /// The program ended and was begun again.
    fn killed(&mut self) {}
}

/// The engine in memory.
#[derive(Clone, Debug)]
pub struct Pure {
    pub state: OutboxState,
    pub portals: Vec<String>,
    pub ids: u64,
    /// Sizes of the texts; a rule when empty.
    pub sizes: Option<u64>,
    /// By package and draft, what was known when it was packed.
    pub seen: BTreeMap<(String, String), u32>,
}

impl Pure {
    pub fn new(portals: &[String]) -> Self {
        Self {
            state: OutboxState::default(),
            portals: portals.to_vec(),
            ids: 0,
            sizes: None,
            seen: BTreeMap::new(),
        }
    }
}

pub fn draft_name(draft: usize) -> String {
    format!("d{draft}")
}

impl Pure {
    fn wake_way(&mut self, portal: &str, done: bool) {
        if let Some(way) = self.state.ways.get_mut(portal).filter(|_| done) {
            way.not_before = None;
            way.failures = 0;
        }
    }
}

impl Outbox for Pure {
    fn state(&self) -> &OutboxState {
        &self.state
    }

    fn next(&mut self, now: &Moment) -> Next {
        self.state.next(now)
    }

    fn beside(&mut self, portal: &str, under_way: &[String], now: &Moment) -> Option<Order> {
        self.state.beside(portal, under_way, now)
    }

    fn record(&mut self, order: &Order, outcome: Outcome, now: &Moment) -> Effects {
        self.state.record(order, outcome, now)
    }

    fn moved(&mut self, order: &Order, url: &str, offset: u64, now: &Moment) {
        self.state.moved(order, url, offset, now);
    }

    fn remote(&mut self, draft: &str, portal: &str, mut seen: RemoteState, _: &Moment) {
        draft.clone_into(&mut seen.draft);
        let ours = seen
            .release
            .as_ref()
            .is_some_and(|release| self.state.made.contains(release));
        self.state.lane(draft, portal).remote(&seen, ours);
    }

    fn approve(&mut self, draft: usize, release: &str, text: u32, files: &[usize], _: &Moment) {
        self.state.made.insert(release.to_owned());
        let bytes = self.sizes.take().unwrap_or(500 + u64::from(text) * 300);
        for portal in &self.portals {
            self.ids += 1;
            let new = NewEntry {
                id: format!("e{}", self.ids),
                release: release.to_owned(),
                bytes,
                files: files
                    .iter()
                    .map(|file| (file_name(*file), file_bytes(*file)))
                    .collect(),
            };
            self.state.lane(&draft_name(draft), portal).enqueue(new);
            self.state.queue();
        }
    }

    fn deed(&mut self, draft: &str, portal: &str, deed: Deed, _: &Moment) {
        let lane = self.state.lane(draft, portal);
        let Some(entry) = lane.entries.last().map(|entry| entry.id.clone()) else {
            return;
        };
        // What is not allowed is refused; that is all a person gets.
        let _ = match deed {
            Deed::Hold => lane.hold(&entry),
            Deed::Resume => lane.resume(&entry),
            Deed::Allow => lane.allow(&entry),
            Deed::Insist => {
                let done = lane.insist(&entry);
                self.wake_way(portal, done.is_ok());
                done
            }
            Deed::Retry => {
                let done = lane.retry(&entry);
                self.wake_way(portal, done.is_ok());
                done
            }
            Deed::Withdraw => lane.withdraw(&entry, "why not"),
        };
    }

    fn merge(&mut self, draft: &str, portal: &str) -> bool {
        self.state.lane(draft, portal).accept_theirs();
        true
    }

    fn pack(&mut self, package: &str, portal: &str, _: &Moment) -> Vec<Parcel> {
        let mut parcels = Vec::new();
        let lanes = &mut self.state.lanes;
        for lane in lanes.iter_mut().filter(|lane| lane.portal == portal) {
            let Some(newest) = lane.entries.last() else {
                continue;
            };
            if newest.held || !matches!(newest.phase, Phase::Put | Phase::Files) {
                continue;
            }
            let release = newest.release.clone();
            let older = lane.entries.iter().rev().skip(1).rev();
            parcels.push(Parcel {
                draft: lane.draft[1..].parse().unwrap(),
                if_match: lane.base(),
                after: older.map(|one| one.release.clone()).collect(),
                release: release.clone(),
            });
            let key = (package.to_owned(), lane.draft.clone());
            self.seen.insert(key, lane.seen());
            lane.packed(&release);
        }
        parcels
    }

    fn unpack(
        &mut self,
        package: &str,
        portal: &str,
        words: Vec<(String, String, Outcome)>,
        now: &Moment,
    ) -> Vec<String> {
        let mut received = Vec::new();
        for (draft, release, outcome) in words {
            let seen = self.seen.get(&(package.to_owned(), draft.clone())).copied();
            let lane = self.state.lane(&draft, portal);
            let known = lane.entries.iter().find(|one| one.release == release);
            let Some(entry) = known.map(|one| one.id.clone()) else {
                continue;
            };
            let effects = lane.carried(&entry, outcome, seen, now);
            received.extend(effects.and_then(|done| done.receipt).map(|one| one.release));
        }
        received
    }

    fn pause(&mut self, paused: bool, _: &Moment) {
        self.state.paused = paused;
    }

    fn wake(&mut self, _: &Moment) {
        for lane in &mut self.state.lanes {
            lane.wake();
        }
        for way in self.state.ways.values_mut() {
            way.not_before = None;
            way.failures = 0;
        }
    }

    fn wish(&mut self, wishes: &Sending, _: &Moment) {
        self.state.sending = wishes.clone();
    }

    fn urgent(&mut self, draft: usize, urgent: bool, _: &Moment) {
        for lane in &mut self.state.lanes {
            if lane.draft == draft_name(draft) {
                lane.urgent = urgent;
            }
        }
    }
}

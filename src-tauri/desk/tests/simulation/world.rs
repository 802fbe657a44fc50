//! The world: desks, people, a network, portals and a clock, all moved by one tape.

use std::collections::BTreeSet;

use jiff::Timestamp;
use qalam_desk::outbox::Outcome;
use qalam_desk::outbox::engine::{MeteredSends, Moment, Next, Order, OrderKind, Sending};
use qalam_desk::outbox::rules::Phase;
use qalam_desk::{Code, Failure};

use super::bags::{Bag, Reply};
use super::outbox::{Deed, Outbox, draft_name};
use super::portal::{Portal, Put};
use super::tape::Tape;

/// When the day begins: 21 November 2026, ten o'clock.
const BEGAN: i64 = 1_795_255_200_000;
/// More steps than any day needs.
const ENDS_WITHIN: u32 = 1_500;

/// What went wrong, in a word that stays the same when the story gets shorter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    DoesNotEnd,
    ApprovedIsLost,
    UnapprovedLeft,
    ReceivedIsNotThere,
    Overwritten,
    ArrivedTwice,
    AgainstWishes,
    NotTakenDown,
    ConflictWithOurselves,
    OutOfTurn,
    BlamedForAnother,
}

/// How a run ended: a number that stands for all that happened.
pub type End = Result<u64, Fault>;

pub struct Shape {
    pub desks: usize,
    /// Packages travel beside the wire.
    pub bags: bool,
    /// Texts travel beside one another.
    pub beside: bool,
    pub portals: usize,
    pub drafts: usize,
    /// Desks that share their drafts may meet each other's texts.
    pub shared: bool,
}

pub(super) struct Site<O> {
    pub(super) outbox: O,
    /// Milliseconds its clock is wrong by.
    pub(super) skew: i64,
    /// By draft: the text approved last, if any.
    pub(super) text: Vec<Option<u32>>,
    pub(super) approved: BTreeSet<String>,
    /// ETags of others' texts a person agreed to replace: portal and ETag.
    pub(super) accepted: BTreeSet<(usize, String)>,
    pub(super) cursors: Vec<u64>,
}

/// A request on its way that nobody waits for any more.
pub(super) struct Late {
    pub(super) portal: usize,
    pub(super) what: LateRequest,
}

#[derive(Debug)]
pub(super) enum LateRequest {
    Put(Put),
    Withdraw(usize),
    File(usize),
}

pub struct World<'a, O> {
    pub(super) tape: &'a mut Tape,
    pub(super) sites: Vec<Site<O>>,
    pub(super) portals: Vec<Portal>,
    pub(super) copies: Vec<Portal>,
    pub(super) names: Vec<String>,
    pub(super) late: Vec<Late>,
    /// Packages that left; copies of each may be anywhere.
    pub(super) bags: Vec<Bag>,
    pub(super) bag_count: u32,
    /// Answers on their way back.
    pub(super) replies: Vec<Reply>,
    /// Folders that an editor may take over.
    pub(super) folders: Vec<(usize, Put)>,
    pub(super) with_bags: bool,
    pub(super) with_beside: bool,
    pub(super) drafts: usize,
    pub(super) shared: bool,
    pub(super) time: i64,
    pub(super) trace: u64,
    pub(super) calm: bool,
    /// Texts that came of merging.
    pub(super) merged: u32,
    /// What happens is written to the error output.
    pub told: bool,
}

impl<'a, O: Outbox> World<'a, O> {
    pub fn new(tape: &'a mut Tape, shape: &Shape, mut make: impl FnMut(&[String]) -> O) -> Self {
        let names: Vec<String> = (0..shape.portals).map(|at| format!("p{at}")).collect();
        let sites = (0..shape.desks)
            .map(|_| Site {
                outbox: make(&names),
                skew: 0,
                text: vec![None; shape.drafts],
                approved: BTreeSet::new(),
                accepted: BTreeSet::new(),
                cursors: vec![0; shape.portals],
            })
            .collect();
        Self {
            tape,
            sites,
            portals: vec![Portal::default(); shape.portals],
            copies: vec![Portal::default(); shape.portals],
            names,
            late: Vec::new(),
            bags: Vec::new(),
            bag_count: 0,
            replies: Vec::new(),
            folders: Vec::new(),
            with_bags: shape.bags,
            with_beside: shape.beside,
            drafts: shape.drafts,
            shared: shape.shared,
            time: BEGAN,
            trace: 0xcbf2_9ce4_8422_2325,
            calm: false,
            merged: 0,
            told: false,
        }
    }

    pub(super) fn tell(&self, site: usize, what: impl FnOnce() -> String) {
        if self.told {
            eprintln!(
                "{:>8} s  desk {site}: {}",
                (self.time - BEGAN) / 1000,
                what()
            );
        }
    }

    /// A bad day, then a calm one on which everything has to arrive.
    pub fn run(mut self) -> End {
        for draft in 0..self.drafts {
            let site = if self.shared {
                0
            } else {
                draft % self.sites.len()
            };
            self.approve(site, draft, 0);
        }
        let length = 8 + self.tape.draw(40);
        for _ in 0..length {
            for site in 0..self.sites.len() {
                self.somebody_acts(site);
                self.courier(site)?;
                if self.with_bags {
                    self.bags_travel(site)?;
                }
            }
            self.portals_live();
        }
        self.calm = true;
        if self.with_bags {
            self.bags_arrive()?;
            self.settle()?;
            // Long after, somebody brings it all once more.
            self.bags_arrive()?;
        }
        self.settle()?;
        self.check()?;
        Ok(self.trace)
    }

    pub(super) fn now(&mut self, site: usize) -> Moment {
        let millis = self.time + self.sites[site].skew;
        let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
        Moment {
            at,
            local: at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
            random: self.tape.jitter(),
        }
    }

    pub(super) fn note(&mut self, value: u64) {
        self.trace = (self.trace ^ value).wrapping_mul(0x0000_0100_0000_01B3);
    }

    pub(super) fn owner(&self, site: usize, draft: usize) -> bool {
        self.shared || draft % self.sites.len() == site
    }

    pub(super) fn files(draft: usize) -> Vec<usize> {
        match draft % 3 {
            0 => vec![],
            1 => vec![0, 2],
            // One file is shared with another piece.
            _ => vec![1, 2, 3],
        }
    }

    pub(super) fn release(site: usize, draft: usize, text: u32) -> String {
        format!("d{draft}-{site}-{text}")
    }

    pub(super) fn approve(&mut self, site: usize, draft: usize, text: u32) {
        if self.sites[site].text[draft] == Some(text) {
            return;
        }
        let now = self.now(site);
        let release = Self::release(site, draft, text);
        self.tell(site, || format!("approves {release}"));
        let here = &mut self.sites[site];
        here.text[draft] = Some(text);
        here.approved.insert(release.clone());
        here.outbox
            .approve(draft, &release, text, &Self::files(draft), &now);
    }

    pub(super) fn pull(&mut self, site: usize) {
        for portal in 0..self.portals.len() {
            let (states, next) = self.portals[portal].feed(self.sites[site].cursors[portal]);
            for (draft, seen) in states {
                if self.owner(site, draft) {
                    let now = self.now(site);
                    let name = self.names[portal].clone();
                    self.tell(site, || format!("hears of d{draft} on {name}: {seen:?}"));
                    self.sites[site]
                        .outbox
                        .remote(&draft_name(draft), &name, seen, &now);
                }
            }
            self.sites[site].cursors[portal] = next;
        }
    }

    /// One step of a desk's courier. True when there was something to do.
    pub(super) fn courier(&mut self, site: usize) -> Result<bool, Fault> {
        let now = self.now(site);
        match self.sites[site].outbox.next(&now) {
            Next::Idle(wake) => {
                if let Some(wake) = wake {
                    let wait = wake.duration_since(now.at).as_millis();
                    let wait = i64::try_from(wait).unwrap_or(0);
                    // No pause is longer than a day, whatever clocks showed when it was made.
                    if wait <= 0 || (self.calm && wait > 86_400_000) {
                        return Err(Fault::DoesNotEnd);
                    }
                    if self.calm || self.tape.once_in(2) {
                        self.time += wait;
                    }
                }
                Ok(self.calm && wake.is_some())
            }
            Next::Do(order) => {
                self.check_order(site, &order, &now)?;
                self.time += 50;
                match order.kind {
                    OrderKind::Put(_) if self.with_beside => self.side_by_side(site, order)?,
                    _ => self.perform(site, &order)?,
                }
                Ok(true)
            }
        }
    }

    pub(super) fn check_order(
        &mut self,
        site: usize,
        order: &Order,
        now: &Moment,
    ) -> Result<(), Fault> {
        let mut sum = order.draft.len() as u64;
        for byte in order.release.bytes() {
            sum = sum.wrapping_mul(31).wrapping_add(u64::from(byte));
        }
        self.note(sum);
        let here = &self.sites[site];
        let state = here.outbox.state();
        let lane = state
            .lanes
            .iter()
            .find(|lane| lane.draft == order.draft && lane.portal == order.portal)
            .ok_or(Fault::UnapprovedLeft)?;
        if order.kind == OrderKind::Fetch {
            return if state.paused {
                Err(Fault::AgainstWishes)
            } else {
                Ok(())
            };
        }
        if !here.approved.contains(&order.release) {
            return Err(Fault::UnapprovedLeft);
        }
        let entry = lane
            .entries
            .iter()
            .find(|entry| entry.id == order.entry)
            .ok_or(Fault::UnapprovedLeft)?;
        let wishes = &state.sending;
        let quiet = match (&wishes.quiet_from, &wishes.quiet_to) {
            (Some(from), Some(to)) if from != to => {
                let time = format!("{:02}:{:02}", now.local.hour(), now.local.minute());
                if from < to {
                    *from <= time && time < *to
                } else {
                    time >= *from || time < *to
                }
            }
            _ => false,
        };
        let file = match &order.kind {
            OrderKind::Upload { sha256, .. } => {
                entry.files.iter().find(|file| file.sha256 == *sha256)
            }
            _ => None,
        };
        let wrong = state.paused
            || entry.held
            || (quiet && !entry.insisted && (file.is_some() || !lane.urgent))
            || file.filter(|_| !entry.insisted).is_some_and(|file| {
                let text_only = wishes.metered && wishes.metered_sends == MeteredSends::Text;
                text_only
                    || (!entry.consent
                        && wishes.ask_above_bytes.is_some_and(|most| file.bytes > most))
            });
        let budget = wishes.budget_bytes.filter(|_| !entry.insisted);
        let over = match (&order.kind, budget) {
            (OrderKind::Upload { allowance, .. }, Some(budget)) => {
                let spent = state.usage.spent(wishes.budget_period, now);
                allowance.is_none_or(|may| may == 0 || spent + may > budget)
            }
            // The text that is leaving is counted already.
            (OrderKind::Put(_), Some(budget)) => {
                let spent = state.usage.spent(wishes.budget_period, now);
                !lane.urgent && spent.saturating_sub(entry.bytes) >= budget
            }
            _ => false,
        };
        if wrong || over {
            Err(Fault::AgainstWishes)
        } else {
            Ok(())
        }
    }

    /// Everything heals, people decide, and all has to come to rest.
    pub(super) fn settle(&mut self) -> Result<(), Fault> {
        for late in std::mem::take(&mut self.late) {
            self.arrive(&late);
        }
        for site in 0..self.sites.len() {
            self.sites[site].skew = 0;
            let now = self.now(site);
            self.sites[site].outbox.pause(false, &now);
            self.sites[site].outbox.wish(&Sending::default(), &now);
        }
        let mut steps = 0;
        // Two people who both insist on their text would go on for ever: each may do so once.
        let mut patience = 4 * self.drafts * self.portals.len();
        loop {
            let mut moved = false;
            for site in 0..self.sites.len() {
                self.pull(site);
                while self.courier(site)? {
                    moved = true;
                    steps += 1;
                    if steps > ENDS_WITHIN {
                        return Err(Fault::DoesNotEnd);
                    }
                }
                if patience > 0 && self.people_decide(site)? {
                    patience -= 1;
                    moved = true;
                }
            }
            if !moved {
                return Ok(());
            }
        }
    }

    pub(super) fn people_decide(&mut self, site: usize) -> Result<bool, Fault> {
        let mut deeds = Vec::new();
        for (portal, name) in self.names.iter().enumerate() {
            for draft in 0..self.drafts {
                let draft_is = draft_name(draft);
                let lane = self.sites[site]
                    .outbox
                    .state()
                    .lanes
                    .iter()
                    .find(|lane| lane.draft == draft_is && lane.portal == *name);
                let Some((lane, newest)) = lane.and_then(|lane| Some((lane, lane.entries.last()?)))
                else {
                    continue;
                };
                // A person is not asked about our own text, once it was looked at.
                let code = newest.failure.as_ref().map_or("", |one| one.code.as_str());
                let looked_at = !lane.mirror.as_ref().is_some_and(|mirror| mirror.wanted);
                let own = self.portals[portal].items.iter().any(|item| {
                    item.draft == draft
                        && item.author == site
                        && !item.edited
                        && item.state != "deleted"
                });
                if newest.phase == Phase::Conflict
                    && code == "changed_on_portal"
                    && looked_at
                    && own
                {
                    return Err(Fault::ConflictWithOurselves);
                }
                if newest.held {
                    deeds.push((draft, portal, Deed::Resume));
                }
                match newest.phase {
                    Phase::Conflict | Phase::Refused => deeds.push((draft, portal, Deed::Retry)),
                    _ => {}
                }
            }
        }
        for (draft, portal, deed) in &deeds {
            self.deed(site, *draft, *portal, *deed);
        }
        Ok(!deeds.is_empty())
    }

    pub(super) fn check(&mut self) -> Result<(), Fault> {
        for site in 0..self.sites.len() {
            self.pull(site);
        }
        for portal in 0..self.portals.len() {
            let mut drafts: Vec<usize> = self.portals[portal]
                .items
                .iter()
                .map(|item| item.draft)
                .collect();
            drafts.sort_unstable();
            drafts.dedup();
            if drafts.len() != self.portals[portal].items.len() {
                return Err(Fault::ArrivedTwice);
            }
            for site in 0..self.sites.len() {
                for draft in 0..self.drafts {
                    self.check_lane(site, portal, draft)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn check_lane(
        &mut self,
        site: usize,
        portal: usize,
        draft: usize,
    ) -> Result<(), Fault> {
        let Some(text) = self.sites[site].text[draft] else {
            return Ok(());
        };
        let release = Self::release(site, draft, text);
        let item = self.portals[portal].find(draft).cloned();
        let name = &self.names[portal];
        let draft_is = draft_name(draft);
        let lane = self.sites[site]
            .outbox
            .state()
            .lanes
            .iter()
            .find(|lane| lane.draft == draft_is && lane.portal == *name)
            .ok_or(Fault::ApprovedIsLost)?;
        let newest = lane.entries.last().ok_or(Fault::ApprovedIsLost)?;
        if newest.release != release {
            return Err(Fault::ApprovedIsLost);
        }
        let mirror = lane.mirror.clone().unwrap_or_default();
        let contested = self.sites.len() > 1 && self.shared;
        match newest.phase {
            Phase::Received | Phase::Published => {
                // It is there as it was sent, or the desk knows that something else is. Files that
                // the portal loses later, of its own, are beyond a receipt.
                let there = item.is_some_and(|item| {
                    item.release == release && !item.edited && item.author == site
                });
                if !there && mirror.release == release {
                    return Err(Fault::ReceivedIsNotThere);
                }
                Ok(())
            }
            Phase::Returned => Ok(()),
            Phase::Withdrawn => {
                let shown = item.is_some_and(|item| {
                    item.release == release
                        && item.author == site
                        && !matches!(item.state, "withdrawn" | "deleted")
                });
                if shown {
                    Err(Fault::NotTakenDown)
                } else {
                    Ok(())
                }
            }
            Phase::Conflict if contested => Ok(()),
            Phase::Conflict => Err(Fault::ConflictWithOurselves),
            _ => Err(Fault::ApprovedIsLost),
        }
    }
}

pub(super) fn lost(code: Code) -> Outcome {
    Outcome::Retry(Failure::new(code), None)
}

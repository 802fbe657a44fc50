//! The world: desks, people, a network, portals and a clock, all moved by one tape.

use std::collections::BTreeSet;

use jiff::Timestamp;
use qalam_desk::outbox::engine::{BudgetPeriod, MeteredSends, Moment, Next, Order, OrderKind, Sending};
use qalam_desk::outbox::rules::Phase;
use qalam_desk::outbox::{Outcome, Receipt};
use qalam_desk::{Code, Failure};

use super::outbox::{Deed, Outbox, draft_name};
use super::portal::{EDITOR, Portal, Put, file_bytes};
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
}

/// How a run ended: a number that stands for all that happened.
pub type End = Result<u64, Fault>;

pub struct Shape {
    pub desks: usize,
    pub portals: usize,
    pub drafts: usize,
    /// Desks that share their drafts may meet each other's texts.
    pub shared: bool,
}

struct Site<O> {
    outbox: O,
    /// Milliseconds its clock is wrong by.
    skew: i64,
    /// By draft: the text approved last, if any.
    text: Vec<Option<u32>>,
    approved: BTreeSet<String>,
    /// ETags of others' texts a person agreed to replace: portal and ETag.
    accepted: BTreeSet<(usize, String)>,
    cursors: Vec<u64>,
}

/// A request on its way that nobody waits for any more.
struct Late {
    portal: usize,
    what: LateRequest,
}

#[derive(Debug)]
enum LateRequest {
    Put(Put),
    Withdraw(usize),
    File(usize),
}

pub struct World<'a, O> {
    tape: &'a mut Tape,
    sites: Vec<Site<O>>,
    portals: Vec<Portal>,
    copies: Vec<Portal>,
    names: Vec<String>,
    late: Vec<Late>,
    drafts: usize,
    shared: bool,
    time: i64,
    trace: u64,
    calm: bool,
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
            drafts: shape.drafts,
            shared: shape.shared,
            time: BEGAN,
            trace: 0xcbf2_9ce4_8422_2325,
            calm: false,
            told: false,
        }
    }

    fn tell(&self, site: usize, what: impl FnOnce() -> String) {
        if self.told {
            eprintln!("{:>8} s  desk {site}: {}", (self.time - BEGAN) / 1000, what());
        }
    }

    /// A bad day, then a calm one on which everything has to arrive.
    pub fn run(mut self) -> End {
        for draft in 0..self.drafts {
            let site = if self.shared { 0 } else { draft % self.sites.len() };
            self.approve(site, draft, 0);
        }
        let length = 8 + self.tape.draw(40);
        for _ in 0..length {
            for site in 0..self.sites.len() {
                self.somebody_acts(site);
                self.courier(site)?;
            }
            self.portals_live();
        }
        self.calm = true;
        self.settle()?;
        self.check()?;
        Ok(self.trace)
    }

    fn now(&mut self, site: usize) -> Moment {
        let millis = self.time + self.sites[site].skew;
        let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
        Moment {
            at,
            local: at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
            random: self.tape.jitter(),
        }
    }

    fn note(&mut self, value: u64) {
        self.trace = (self.trace ^ value).wrapping_mul(0x0000_0100_0000_01B3);
    }

    fn owner(&self, site: usize, draft: usize) -> bool {
        self.shared || draft % self.sites.len() == site
    }

    fn files(draft: usize) -> Vec<usize> {
        match draft % 3 {
            0 => vec![],
            1 => vec![0, 2],
            // One file is shared with another piece.
            _ => vec![1, 2, 3],
        }
    }

    fn release(site: usize, draft: usize, text: u32) -> String {
        format!("d{draft}-{site}-{text}")
    }

    fn approve(&mut self, site: usize, draft: usize, text: u32) {
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

    fn somebody_acts(&mut self, site: usize) {
        self.time += i64::from(self.tape.draw(4)) * 700;
        match self.tape.draw(24) {
            0..=9 => {}
            10..=12 => {
                let draft = self.tape.draw(self.drafts as u32) as usize;
                let text = self.tape.draw(4);
                if self.owner(site, draft) {
                    self.approve(site, draft, text);
                }
            }
            13 => {
                let now = self.now(site);
                self.sites[site].outbox.wake(&now);
            }
            14 => {
                let now = self.now(site);
                let paused = !self.sites[site].outbox.state().paused;
                self.sites[site].outbox.pause(paused, &now);
            }
            15 => {
                let wishes = self.wishes();
                let now = self.now(site);
                self.sites[site].outbox.wish(&wishes, &now);
            }
            16 => {
                // A clock put right, or wrong, by up to years.
                let years = i64::from(self.tape.draw(7)) - 3;
                let hours = i64::from(self.tape.draw(30));
                self.sites[site].skew = years * 31_557_600_000 + hours * 3_600_000;
            }
            17 => self.time += i64::from(1 + self.tape.draw(48)) * 3_600_000,
            18 => {
                let draft = self.tape.draw(self.drafts as u32) as usize;
                let urgent = self.tape.once_in(2);
                let now = self.now(site);
                self.sites[site].outbox.urgent(draft, urgent, &now);
            }
            19 => self.sites[site].outbox.killed(),
            20 => self.pull(site),
            other => {
                let deed = match other {
                    21 => Deed::Withdraw,
                    22 => Deed::Retry,
                    _ => [Deed::Hold, Deed::Resume, Deed::Allow][self.tape.draw(3) as usize],
                };
                let draft = self.tape.draw(self.drafts as u32) as usize;
                let portal = self.tape.draw(self.portals.len() as u32) as usize;
                self.deed(site, draft, portal, deed);
            }
        }
    }

    fn deed(&mut self, site: usize, draft: usize, portal: usize, deed: Deed) {
        let (draft, name) = (draft_name(draft), self.names[portal].clone());
        self.tell(site, || format!("{deed:?} {draft} {name}"));
        let here = &mut self.sites[site];
        let lane = here
            .outbox
            .state()
            .lanes
            .iter()
            .find(|lane| lane.draft == draft && lane.portal == name);
        if let Some(lane) = lane
            && deed == Deed::Retry
            && lane.entries.last().is_some_and(|one| one.phase == Phase::Conflict)
            && let Some(mirror) = &lane.mirror
        {
            // The person saw what the portal holds and says that it may be replaced.
            here.accepted.insert((portal, mirror.etag.clone()));
        }
        let now = self.now(site);
        self.sites[site].outbox.deed(&draft, &name, deed, &now);
    }

    fn wishes(&mut self) -> Sending {
        let mut wishes = Sending::default();
        if self.tape.once_in(2) {
            wishes.budget_bytes = Some(1_000 + u64::from(self.tape.draw(100_000)));
            wishes.budget_period = [BudgetPeriod::Day, BudgetPeriod::Month][self.tape.draw(2) as usize];
        }
        if self.tape.once_in(3) {
            wishes.quiet_from = Some(format!("{:02}:00", self.tape.draw(24)));
            wishes.quiet_to = Some(format!("{:02}:30", self.tape.draw(24)));
        }
        if self.tape.once_in(3) {
            wishes.ask_above_bytes = Some(800);
        }
        wishes.metered = self.tape.once_in(4);
        if self.tape.once_in(2) {
            wishes.metered_sends = MeteredSends::UpToLimit;
        }
        wishes
    }

    fn portals_live(&mut self) {
        if self.tape.once_in(6) {
            let portal = self.tape.draw(self.portals.len() as u32) as usize;
            let item = self.tape.draw(self.drafts as u32) as usize;
            let deed = self.tape.draw(9);
            if self.told {
                eprintln!("            portal {portal}: deed {deed} on item {item}");
            }
            match deed {
                deed @ 0..=4 => {
                    let moves = self.tape.once_in(2);
                    self.portals[portal].edit(item, deed, moves);
                }
                5 => {
                    let copy = self.copies[portal].clone();
                    self.portals[portal].roll_back(&copy);
                }
                6 => self.copies[portal] = self.portals[portal].clone(),
                7 => self.portals[portal].uploads.clear(),
                _ => self.portals[portal].files.clear(),
            }
        }
        if !self.late.is_empty() && self.tape.once_in(3) {
            let at = self.tape.draw(self.late.len() as u32) as usize;
            let late = self.late.remove(at);
            self.arrive(&late);
        }
    }

    /// A request arrives that nobody waits for any more.
    fn arrive(&mut self, late: &Late) {
        if self.told {
            eprintln!("            arrives late: {:?}", late.what);
        }
        let portal = &mut self.portals[late.portal];
        match &late.what {
            LateRequest::Put(put) => {
                portal.put(put);
            }
            LateRequest::Withdraw(draft) => portal.withdraw(*draft),
            LateRequest::File(file) => {
                portal.files.insert(*file);
            }
        }
    }

    fn pull(&mut self, site: usize) {
        for portal in 0..self.portals.len() {
            let (states, next) = self.portals[portal].feed(self.sites[site].cursors[portal]);
            for (draft, seen) in states {
                if self.owner(site, draft) {
                    let now = self.now(site);
                    let name = self.names[portal].clone();
                    self.tell(site, || format!("hears of d{draft} on {name}: {seen:?}"));
                    self.sites[site].outbox.remote(&draft_name(draft), &name, seen, &now);
                }
            }
            self.sites[site].cursors[portal] = next;
        }
    }

    /// One step of a desk's courier. True when there was something to do.
    fn courier(&mut self, site: usize) -> Result<bool, Fault> {
        let now = self.now(site);
        match self.sites[site].outbox.next(&now) {
            Next::Idle(wake) => {
                if let Some(wake) = wake {
                    let wait = wake.duration_since(now.at).as_millis();
                    let wait = i64::try_from(wait).unwrap_or(0);
                    if wait <= 0 {
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
                self.perform(site, &order)?;
                Ok(true)
            }
        }
    }

    fn check_order(&mut self, site: usize, order: &Order, now: &Moment) -> Result<(), Fault> {
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
            return if state.paused { Err(Fault::AgainstWishes) } else { Ok(()) };
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
            || (quiet && (file.is_some() || !lane.urgent))
            || file.is_some_and(|file| {
                let text_only = wishes.metered && wishes.metered_sends == MeteredSends::Text;
                text_only
                    || (!entry.consent && wishes.ask_above_bytes.is_some_and(|most| file.bytes > most))
            });
        if wrong { Err(Fault::AgainstWishes) } else { Ok(()) }
    }

    fn perform(&mut self, site: usize, order: &Order) -> Result<(), Fault> {
        let portal = self.names.iter().position(|name| *name == order.portal).unwrap_or(0);
        let draft: usize = order.draft[1..].parse().unwrap_or(0);
        let outcome = match &order.kind {
            OrderKind::Put(if_match) => {
                let put = Put {
                    desk: site,
                    draft,
                    release: order.release.clone(),
                    if_match: if_match.clone(),
                    files: Self::files(draft),
                };
                self.put(site, portal, put)?
            }
            OrderKind::Upload { sha256, upload_url, allowance } => {
                let file: usize = sha256[1..].parse().unwrap_or(0);
                self.upload(site, portal, order, file, upload_url.clone(), *allowance)
            }
            OrderKind::Withdraw(_) => self.withdraw(portal, draft),
            OrderKind::Fetch => match self.fate(8) {
                0..=5 => Some(self.portals[portal].fetch(draft)),
                6 => Some(lost(Code::ConnectionCut)),
                _ => None,
            },
        };
        let Some(outcome) = outcome else {
            self.tell(site, || format!("{order:?}: left without an outcome"));
            self.sites[site].outbox.killed();
            return Ok(());
        };
        self.tell(site, || format!("{order:?}: {outcome:?}"));
        self.note(match &outcome {
            Outcome::Stored { .. } => 1,
            Outcome::Uploaded => 2,
            Outcome::Conflict(_) => 3,
            Outcome::Refused(_) => 4,
            _ => 5,
        });
        let received = match &outcome {
            Outcome::Stored { receipt: Some(_), .. } => self.really_there(portal, draft, &order.release),
            _ => false,
        };
        let now = self.now(site);
        let effects = self.sites[site].outbox.record(order, outcome, &now);
        match effects.receipt {
            Some(receipt) if receipt.release != order.release || !received => {
                Err(Fault::ReceivedIsNotThere)
            }
            _ => Ok(()),
        }
    }

    fn really_there(&mut self, portal: usize, draft: usize, release: &str) -> bool {
        let files = self.portals[portal].files.clone();
        self.portals[portal].find(draft).is_some_and(|item| {
            item.release == release
                && item.author != EDITOR
                && item.files.iter().all(|file| files.contains(file))
        })
    }

    /// Fate of an exchange: 0 to `sides`; on a calm day always 0.
    fn fate(&mut self, sides: u32) -> u32 {
        if self.calm { 0 } else { self.tape.draw(sides) }
    }

    /// `None`: the program was killed before it could record anything.
    fn put(&mut self, site: usize, portal: usize, put: Put) -> Result<Option<Outcome>, Fault> {
        let fate = self.fate(26);
        Ok(match fate {
            0..=11 => Some(self.place(site, portal, &put)?),
            12 => None,
            13 => {
                self.place(site, portal, &put)?;
                None
            }
            14 => Some(lost(Code::ConnectionCut)),
            15 => Some(lost(Code::NameLookup)),
            16 | 17 => {
                self.place(site, portal, &put)?;
                Some(lost(Code::Timeout))
            }
            18 => {
                self.late.push(Late { portal, what: LateRequest::Put(put) });
                Some(lost(Code::Timeout))
            }
            19 => {
                let answer = self.place(site, portal, &put)?;
                self.late.push(Late { portal, what: LateRequest::Put(put) });
                Some(answer)
            }
            20 => Some(Outcome::Retry(
                Failure::new(Code::TooManyRequests),
                Some(std::time::Duration::from_secs(30)),
            )),
            21 => Some(lost(Code::PortalDown)),
            22 => Some(lost(Code::Credentials)),
            23 => Some(Outcome::Refused(Failure::new(Code::TypeRefused))),
            // The portal speaks of something else altogether, or leaves files out.
            lie => match self.place(site, portal, &put)? {
                Outcome::Stored { etag, remote_id, url, missing, receipt } => Some(Outcome::Stored {
                    etag,
                    remote_id,
                    url,
                    missing: if lie == 24 { vec!["f9".to_owned()] } else { missing },
                    receipt: (lie == 25).then(|| Receipt {
                        release: "other".to_owned(),
                        files: vec![],
                        ..receipt.unwrap_or(Receipt {
                            release: String::new(),
                            files: vec![],
                            received_at: String::new(),
                            portal: String::new(),
                        })
                    }),
                }),
                other => Some(other),
            },
        })
    }

    fn place(&mut self, site: usize, portal: usize, put: &Put) -> Result<Outcome, Fault> {
        let answer = self.portals[portal].put(put);
        if let Some((etag, author)) = answer.replaced
            && author != site
            && !self.sites[site].accepted.contains(&(portal, etag.to_string()))
        {
            return Err(Fault::Overwritten);
        }
        Ok(answer.outcome)
    }

    fn withdraw(&mut self, portal: usize, draft: usize) -> Option<Outcome> {
        match self.fate(10) {
            0..=4 => {
                self.portals[portal].withdraw(draft);
                Some(Outcome::Withdrawn)
            }
            5 => None,
            6 => {
                self.portals[portal].withdraw(draft);
                Some(lost(Code::Timeout))
            }
            7 => {
                self.late.push(Late { portal, what: LateRequest::Withdraw(draft) });
                Some(lost(Code::Timeout))
            }
            8 => Some(lost(Code::NoLink)),
            _ => Some(Outcome::Refused(Failure::new(Code::Rights))),
        }
    }

    fn upload(
        &mut self,
        site: usize,
        portal: usize,
        order: &Order,
        file: usize,
        upload_url: Option<String>,
        allowance: Option<u64>,
    ) -> Option<Outcome> {
        let known = upload_url.and_then(|url| url.parse::<u64>().ok());
        let begun = known.and_then(|id| {
            self.portals[portal].uploads.iter().position(|(known, ..)| *known == id)
        });
        if known.is_some() && begun.is_none() {
            return Some(Outcome::UploadGone);
        }
        let at = begun.unwrap_or_else(|| {
            let id = self.time as u64 * 8 + self.portals[portal].uploads.len() as u64;
            self.portals[portal].uploads.push((id, file, 0));
            self.portals[portal].uploads.len() - 1
        });
        let (id, _, offset) = self.portals[portal].uploads[at];
        let left = file_bytes(file) - offset;
        let may = allowance.unwrap_or(u64::MAX).min(left);
        self.time += i64::try_from(may / 20).unwrap_or(0) + 1;
        let fate = self.fate(20);
        let now = self.now(site);
        let url = id.to_string();
        if may < left {
            // The budget ends before the file does.
            self.portals[portal].uploads[at].2 += may;
            self.sites[site].outbox.moved(order, &url, offset + may, &now);
            return None;
        }
        match fate {
            0..=7 => {
                self.portals[portal].files.insert(file);
                Some(Outcome::Uploaded)
            }
            8..=13 => {
                let part = 1 + u64::from(self.tape.draw(1_000_000)) % left.max(1);
                let there = (offset + part).min(file_bytes(file) - 1);
                self.portals[portal].uploads[at].2 = there;
                if fate.is_multiple_of(2) {
                    self.sites[site].outbox.moved(order, &url, there, &now);
                }
                (!fate.is_multiple_of(3)).then(|| lost(Code::ConnectionCut))
            }
            14 => {
                self.portals[portal].uploads.remove(at);
                Some(Outcome::UploadGone)
            }
            15 => {
                self.portals[portal].files.insert(file);
                None
            }
            16 => {
                self.late.push(Late { portal, what: LateRequest::File(file) });
                Some(lost(Code::Timeout))
            }
            // The portal says it has the file and loses it.
            17 => Some(Outcome::Uploaded),
            18 => Some(lost(Code::NameLookup)),
            _ => Some(Outcome::Refused(Failure::new(Code::TooLargeForPortal))),
        }
    }

    /// Everything heals, people decide, and all has to come to rest.
    fn settle(&mut self) -> Result<(), Fault> {
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
                if patience > 0 && self.people_decide(site) {
                    patience -= 1;
                    moved = true;
                }
            }
            if !moved {
                return Ok(());
            }
        }
    }

    fn people_decide(&mut self, site: usize) -> bool {
        let mut deeds = Vec::new();
        for (portal, name) in self.names.iter().enumerate() {
            for draft in 0..self.drafts {
                let draft_is = draft_name(draft);
                let newest = self.sites[site]
                    .outbox
                    .state()
                    .lanes
                    .iter()
                    .find(|lane| lane.draft == draft_is && lane.portal == *name)
                    .and_then(|lane| lane.entries.last());
                let Some(newest) = newest else { continue };
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
        !deeds.is_empty()
    }

    fn check(&mut self) -> Result<(), Fault> {
        for site in 0..self.sites.len() {
            self.pull(site);
        }
        for portal in 0..self.portals.len() {
            let mut drafts: Vec<usize> = self.portals[portal].items.iter().map(|item| item.draft).collect();
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

    fn check_lane(&mut self, site: usize, portal: usize, draft: usize) -> Result<(), Fault> {
        let Some(text) = self.sites[site].text[draft] else {
            return Ok(());
        };
        let release = Self::release(site, draft, text);
        let there = self.really_there(portal, draft, &release);
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
                // It is there, or the desk knows that somebody else's text is.
                if !there && mirror.release == release {
                    // Files that the portal lost later, of its own, are beyond a receipt.
                    let text_there = item.is_some_and(|item| item.release == release && item.author == site);
                    if !text_there {
                        return Err(Fault::ReceivedIsNotThere);
                    }
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
                if shown { Err(Fault::NotTakenDown) } else { Ok(()) }
            }
            Phase::Conflict if contested => Ok(()),
            Phase::Conflict => Err(Fault::ConflictWithOurselves),
            _ => Err(Fault::ApprovedIsLost),
        }
    }
}

fn lost(code: Code) -> Outcome {
    Outcome::Retry(Failure::new(code), None)
}

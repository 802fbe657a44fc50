//! What people do: authors and approvers, those who pay for the link, a portal's editor, and
//! whoever sets the clock.

use qalam_desk::outbox::engine::{BudgetPeriod, MeteredSends, Sending};
use qalam_desk::outbox::rules::Phase;

use super::outbox::{Deed, Outbox, draft_name};
use super::world::World;

impl<O: Outbox> World<'_, O> {
    pub(super) fn somebody_acts(&mut self, site: usize) {
        self.time += i64::from(self.tape.draw(4)) * 700;
        match self.tape.draw(25) {
            0..=8 => {}
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
            24 => self.merge(site),
            other => {
                let deed = match other {
                    9 => Deed::Insist,
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

    pub(super) fn deed(&mut self, site: usize, draft: usize, portal: usize, deed: Deed) {
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
            && lane
                .entries
                .last()
                .is_some_and(|one| one.phase == Phase::Conflict)
            && let Some(mirror) = &lane.mirror
        {
            // The person saw what the portal holds and says that it may be replaced.
            here.accepted.insert((portal, mirror.etag.clone()));
        }
        let now = self.now(site);
        self.sites[site].outbox.deed(&draft, &name, deed, &now);
    }

    /// A person puts both texts together, and the outcome is approved.
    pub(super) fn merge(&mut self, site: usize) {
        let portal = self.tape.draw(self.portals.len() as u32) as usize;
        let draft = self.tape.draw(self.drafts as u32) as usize;
        let theirs = {
            let (draft, name) = (draft_name(draft), &self.names[portal]);
            let lanes = &self.sites[site].outbox.state().lanes;
            let lane = lanes
                .iter()
                .find(|lane| lane.draft == draft && lane.portal == *name);
            lane.and_then(|lane| lane.mirror.as_ref())
                .map(|mirror| mirror.theirs.clone())
                .unwrap_or_default()
        };
        let name = self.names[portal].clone();
        if theirs.is_empty() || !self.sites[site].outbox.merge(&draft_name(draft), &name) {
            return;
        }
        self.tell(site, || format!("settles d{draft} on {name} by merging"));
        self.sites[site].accepted.insert((portal, theirs));
        self.merged += 1;
        let text = 3 + self.merged;
        self.approve(site, draft, text);
    }

    pub(super) fn wishes(&mut self) -> Sending {
        let mut wishes = Sending::default();
        if self.tape.once_in(2) {
            wishes.budget_bytes = Some(1_000 + u64::from(self.tape.draw(100_000)));
            wishes.budget_period =
                [BudgetPeriod::Day, BudgetPeriod::Month][self.tape.draw(2) as usize];
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

    pub(super) fn portals_live(&mut self) {
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
}

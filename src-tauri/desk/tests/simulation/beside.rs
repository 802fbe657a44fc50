//! Texts beside one another: each reaches the portal and has its answer recorded in any order, people go on meanwhile, and
//! the program may end under all of them.

use qalam_desk::outbox::engine::{Next, Order, OrderKind};
use qalam_desk::outbox::rules::INTERRUPTED_LIMIT;

use super::exchange::Answer;
use super::outbox::Outbox;
use super::world::{Fault, Late, LateRequest, World};

/// More than the courier lets travel.
const MOST: usize = 3;

/// A text on its way, and the answer that nobody recorded yet.
type UnderWay = (Order, Option<Answer>);

impl<O: Outbox> World<'_, O> {
    pub(super) fn side_by_side(&mut self, site: usize, first: Order) -> Result<(), Fault> {
        let mut under_way: Vec<UnderWay> = vec![(first, None)];
        let mut company = false;
        while !under_way.is_empty() {
            if under_way.len() < MOST
                && (self.calm || self.tape.once_in(2))
                && let Some(order) = self.join(site, &under_way)?
            {
                company = true;
                under_way.push((order, None));
            }
            if !self.calm && self.tape.once_in(6) {
                self.somebody_acts(site);
            }
            // The pauses that were noted for the case that the program ends may be over meanwhile.
            self.time += i64::from(self.fate(4)) * 700;
            let at = self.fate(under_way.len() as u32) as usize;
            let (order, answer) = under_way.remove(at);
            if let Some(answer) = answer {
                self.write_down(site, &order, answer)?;
                continue;
            }
            match self.exchange(site, &order)? {
                Some(answer) => under_way.insert(at, (order, Some(answer))),
                None => {
                    self.tell(site, || format!("{order:?}: the program ended"));
                    let others: Vec<Order> = self.lost_with_it(site, under_way)?;
                    let lost = others.iter().chain([&order]);
                    if company && lost.into_iter().any(|order| self.is_deadly(site, order)) {
                        return Err(Fault::BlamedForAnother);
                    }
                    self.sites[site].outbox.killed();
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The outbox is asked for a text to go beside those under way.
    fn join(&mut self, site: usize, under_way: &[UnderWay]) -> Result<Option<Order>, Fault> {
        let portal = under_way[0].0.portal.clone();
        let drafts: Vec<String> = under_way
            .iter()
            .map(|(order, _)| order.draft.clone())
            .collect();
        let now = self.now(site);
        let mut others = self.sites[site].outbox.state().clone();
        others
            .lanes
            .retain(|lane| lane.portal != portal || !drafts.contains(&lane.draft));
        let joined = self.sites[site].outbox.beside(&portal, &drafts, &now);
        if let Some(order) = &joined {
            let text = matches!(order.kind, OrderKind::Put(_)) && order.portal == portal;
            if !text || others.next(&now) != Next::Do(order.clone()) {
                return Err(Fault::OutOfTurn);
            }
            self.tell(site, || format!("{order:?}: sets out beside {drafts:?}"));
            self.check_order(site, order, &now)?;
        }
        Ok(joined)
    }

    /// The program ended: what was on its way beside arrives, arrives late or never does, and its answer is lost.
    fn lost_with_it(&mut self, site: usize, under_way: Vec<UnderWay>) -> Result<Vec<Order>, Fault> {
        let mut lost = Vec::new();
        for (order, answer) in under_way {
            if answer.is_none() {
                let (portal, put) = self.put_of(site, &order);
                match self.fate(3) {
                    0 => {}
                    1 => {
                        self.place(site, portal, &put)?;
                    }
                    _ => self.late.push(Late {
                        portal,
                        what: LateRequest::Put(put),
                    }),
                }
            }
            lost.push(order);
        }
        Ok(lost)
    }

    /// Whether attempts of its entry are taken for what ends the program.
    fn is_deadly(&self, site: usize, order: &Order) -> bool {
        let lanes = &self.sites[site].outbox.state().lanes;
        let entries = lanes.iter().flat_map(|lane| &lane.entries);
        entries
            .filter(|entry| entry.id == order.entry)
            .any(|entry| entry.interrupted >= INTERRUPTED_LIMIT)
    }
}

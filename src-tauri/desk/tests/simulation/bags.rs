//! Packages that somebody else takes along, beside the wire: any number of carriers with copies of the same one, answers
//! that come back weeks later, twice or never, and folders that an editor takes over by hand.

use qalam_desk::outbox::Outcome;
use qalam_desk::{Code, Failure};

use super::outbox::{Outbox, draft_name};
use super::portal::Put;
use super::world::{Fault, World};

/// A release in a package.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub draft: usize,
    pub release: String,
    /// The ETag it may replace.
    pub if_match: Option<String>,
    /// Older releases of ours that it may replace.
    pub after: Vec<String>,
}

/// A package; its copies are alike.
#[derive(Clone, Debug)]
pub struct Bag {
    pub id: String,
    pub site: usize,
    pub portal: usize,
    pub parcels: Vec<Parcel>,
}

/// What a portal says of a package, as its desk may read it: of each release what became of it, and whether that was
/// true when it was said.
#[derive(Clone, Debug)]
pub struct Reply {
    pub bag: Bag,
    pub words: Vec<(usize, String, Outcome, bool)>,
}

impl<O: Outbox> World<'_, O> {
    /// What happens to packages meanwhile.
    pub(super) fn bags_travel(&mut self, site: usize) -> Result<(), Fault> {
        match self.tape.draw(14) {
            7 | 8 => self.pack(site),
            9 | 10 => {
                let at = self.tape.draw(self.bags.len() as u32) as usize;
                let fate = self.tape.draw(7);
                if let Some(bag) = self.bags.get(at).cloned() {
                    self.bring(&bag, fate)?;
                }
            }
            11 | 12 => {
                let at = self.tape.draw(self.replies.len() as u32) as usize;
                let fate = self.tape.draw(6);
                if at < self.replies.len() {
                    // 0 to 2: it comes back. 3: its copies stay on their way. 4: lost. 5: the program ends over it.
                    let reply = match fate {
                        3 => self.replies[at].clone(),
                        _ => self.replies.remove(at),
                    };
                    if fate == 5 {
                        self.sites[reply.bag.site].outbox.killed();
                        self.replies.push(reply);
                    } else if fate != 4 {
                        self.come_back(&reply)?;
                    }
                }
            }
            13 => self.hand_over(site),
            _ => {}
        }
        Ok(())
    }

    /// Whatever is still in somebody's hands arrives, and so does every answer. Every package is brought once more.
    pub(super) fn bags_arrive(&mut self) -> Result<(), Fault> {
        for put in std::mem::take(&mut self.folders) {
            self.take_over(&put);
        }
        for bag in self.bags.clone() {
            self.bring(&bag, 0)?;
        }
        for reply in std::mem::take(&mut self.replies) {
            self.come_back(&reply)?;
        }
        Ok(())
    }

    fn pack(&mut self, site: usize) {
        let portal = self.tape.draw(self.portals.len() as u32) as usize;
        let now = self.now(site);
        let name = self.names[portal].clone();
        self.bag_count += 1;
        let id = format!("b{}", self.bag_count);
        let parcels = self.sites[site].outbox.pack(&id, &name, &now);
        if parcels.is_empty() {
            return;
        }
        self.tell(site, || format!("packs {id} for {name}: {parcels:?}"));
        self.bags.push(Bag {
            id,
            site,
            portal,
            parcels,
        });
    }

    /// Somebody brings a package to its portal.
    fn bring(&mut self, bag: &Bag, fate: u32) -> Result<(), Fault> {
        if bag
            .parcels
            .iter()
            .any(|parcel| !self.sites[bag.site].approved.contains(&parcel.release))
        {
            return Err(Fault::UnapprovedLeft);
        }
        let known = self.portals[bag.portal].packages.get(&bag.id).cloned();
        let words = match known {
            // The same bytes, the same answer.
            Some(words) => words,
            None => {
                let mut words = Vec::new();
                for parcel in &bag.parcels {
                    if fate == 6 && !words.is_empty() {
                        // The portal dies over it; it is brought again.
                        self.tell(bag.site, || format!("{} is half read", bag.id));
                        return Ok(());
                    }
                    words.push(self.take(bag, parcel, fate == 5)?);
                }
                let portal = &mut self.portals[bag.portal];
                portal.packages.insert(bag.id.clone(), words.clone());
                words
            }
        };
        self.tell(bag.site, || format!("{} arrives: {words:?}", bag.id));
        // 4: nobody brings the answer back.
        if fate != 4 {
            let bag = bag.clone();
            self.replies.push(Reply { bag, words });
        }
        Ok(())
    }

    fn take(
        &mut self,
        bag: &Bag,
        parcel: &Parcel,
        refuses: bool,
    ) -> Result<(usize, String, Outcome, bool), Fault> {
        let (draft, release) = (parcel.draft, parcel.release.clone());
        let files = Self::files(draft);
        if refuses {
            let refused = Outcome::Refused(Failure::new(Code::TypeRefused));
            return Ok((draft, release, refused, false));
        }
        self.portals[bag.portal].files.extend(&files);
        let put = Put {
            desk: bag.site,
            draft,
            release: release.clone(),
            if_match: parcel.if_match.clone(),
            files,
        };
        let answer = self.portals[bag.portal].put_from_bag(&put, &parcel.after);
        self.may_replace(bag.site, bag.portal, answer.replaced)?;
        let there = self.really_there(bag.portal, draft, &release);
        Ok((draft, release, answer.outcome, there))
    }

    /// An answer is read by the desk that packed.
    fn come_back(&mut self, reply: &Reply) -> Result<(), Fault> {
        let site = reply.bag.site;
        let now = self.now(site);
        let name = self.names[reply.bag.portal].clone();
        self.tell(site, || format!("reads the answer to {}", reply.bag.id));
        let mut words = Vec::new();
        for (draft, release, outcome, there) in &reply.words {
            if let Outcome::Stored { receipt, .. } = outcome {
                let ours = receipt.as_ref().is_some_and(|one| one.release == *release);
                if ours && !there {
                    return Err(Fault::ReceivedIsNotThere);
                }
            }
            words.push((draft_name(*draft), release.clone(), outcome.clone()));
        }
        let receipts = self.sites[site]
            .outbox
            .unpack(&reply.bag.id, &name, words, &now);
        self.note(11 + receipts.len() as u64);
        for receipt in receipts {
            let told = reply
                .words
                .iter()
                .any(|(_, release, _, there)| *there && *release == receipt);
            if !told {
                return Err(Fault::ReceivedIsNotThere);
            }
        }
        Ok(())
    }

    /// What was approved last leaves as a folder that an editor takes over some day.
    fn hand_over(&mut self, site: usize) {
        let draft = self.tape.draw(self.drafts as u32) as usize;
        let Some(text) = self.sites[site].text[draft] else {
            return;
        };
        let portal = self.tape.draw(self.portals.len() as u32) as usize;
        let put = Put {
            desk: site,
            draft,
            release: Self::release(site, draft, text),
            if_match: None,
            files: Self::files(draft),
        };
        self.tell(site, || format!("hands over {}", put.release));
        if self.tape.once_in(2) {
            self.take_over(&(portal, put));
        } else {
            self.folders.push((portal, put));
        }
    }

    fn take_over(&mut self, (portal, put): &(usize, Put)) {
        self.tell(put.desk, || {
            format!("{} is taken over by hand", put.release)
        });
        self.portals[*portal].files.extend(&put.files);
        self.portals[*portal].put(put);
    }
}

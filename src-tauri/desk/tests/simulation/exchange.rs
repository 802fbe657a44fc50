//! What becomes of an order on its way to a portal.

use qalam_desk::outbox::engine::{Order, OrderKind};
use qalam_desk::outbox::{Outcome, Receipt};
use qalam_desk::{Code, Failure};

use super::outbox::Outbox;
use super::portal::{Put, file_bytes, file_name};
use super::world::{Fault, Late, LateRequest, World, lost};

/// What came back from a portal.
pub(super) struct Answer {
    outcome: Outcome,
    /// The portal holds what was sent, all of it.
    received: bool,
}

impl<O: Outbox> World<'_, O> {
    /// A request arrives that nobody waits for any more.
    pub(super) fn arrive(&mut self, late: &Late) {
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

    pub(super) fn perform(&mut self, site: usize, order: &Order) -> Result<(), Fault> {
        match self.exchange(site, order)? {
            Some(answer) => self.write_down(site, order, answer),
            None => {
                self.tell(site, || format!("{order:?}: left without an outcome"));
                self.sites[site].outbox.killed();
                Ok(())
            }
        }
    }

    /// What becomes of an order at the portal. `None`: the program ended meanwhile.
    pub(super) fn exchange(&mut self, site: usize, order: &Order) -> Result<Option<Answer>, Fault> {
        let portal = self
            .names
            .iter()
            .position(|name| *name == order.portal)
            .unwrap_or(0);
        let draft: usize = order.draft[1..].parse().unwrap_or(0);
        let outcome = match &order.kind {
            OrderKind::Put(_) => {
                let (portal, put) = self.put_of(site, order);
                self.put(site, portal, put)?
            }
            OrderKind::Upload {
                sha256,
                upload_url,
                allowance,
            } => {
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
            return Ok(None);
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
            Outcome::Stored {
                receipt: Some(_), ..
            } => self.really_there(portal, draft, &order.release),
            _ => false,
        };
        Ok(Some(Answer { outcome, received }))
    }

    /// The portal and the request of an order to put a text.
    pub(super) fn put_of(&self, site: usize, order: &Order) -> (usize, Put) {
        let portal = self.names.iter().position(|name| *name == order.portal);
        let draft: usize = order.draft[1..].parse().unwrap_or(0);
        let if_match = match &order.kind {
            OrderKind::Put(if_match) => if_match.clone(),
            _ => None,
        };
        let put = Put {
            desk: site,
            draft,
            release: order.release.clone(),
            if_match,
            files: Self::files(draft),
        };
        (portal.unwrap_or(0), put)
    }

    /// The answer is recorded.
    pub(super) fn write_down(
        &mut self,
        site: usize,
        order: &Order,
        answer: Answer,
    ) -> Result<(), Fault> {
        let now = self.now(site);
        let effects = self.sites[site].outbox.record(order, answer.outcome, &now);
        match effects.receipt {
            Some(receipt) if receipt.release != order.release || !answer.received => {
                Err(Fault::ReceivedIsNotThere)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn really_there(&mut self, portal: usize, draft: usize, release: &str) -> bool {
        let files = self.portals[portal].files.clone();
        self.portals[portal].find(draft).is_some_and(|item| {
            // What the editor made of it afterwards does not undo that it arrived.
            item.release == release && item.files.iter().all(|file| files.contains(file))
        })
    }

    /// Fate of an exchange: 0 to `sides`; on a calm day always 0.
    pub(super) fn fate(&mut self, sides: u32) -> u32 {
        if self.calm { 0 } else { self.tape.draw(sides) }
    }

    /// `None`: the program was killed before it could record anything.
    pub(super) fn put(
        &mut self,
        site: usize,
        portal: usize,
        put: Put,
    ) -> Result<Option<Outcome>, Fault> {
        let fate = self.fate(27);
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
                self.late.push(Late {
                    portal,
                    what: LateRequest::Put(put),
                });
                Some(lost(Code::Timeout))
            }
            19 => {
                let answer = self.place(site, portal, &put)?;
                self.late.push(Late {
                    portal,
                    what: LateRequest::Put(put),
                });
                Some(answer)
            }
            20 => Some(Outcome::Retry(
                Failure::new(Code::TooManyRequests),
                Some(std::time::Duration::from_secs(30)),
            )),
            21 => Some(lost(Code::PortalDown)),
            22 => Some(lost(Code::Credentials)),
            23 => Some(Outcome::Refused(Failure::new(Code::TypeRefused))),
            // It stored nothing and hands out a receipt for something else.
            26 => Some(Outcome::Stored {
                etag: "0".to_owned(),
                remote_id: String::new(),
                url: String::new(),
                missing: vec![],
                receipt: Some(Receipt {
                    release: "other".to_owned(),
                    files: put.files.iter().map(|file| file_name(*file)).collect(),
                    ..Receipt::default()
                }),
            }),
            // The portal speaks of something else altogether, or leaves files out.
            lie => match self.place(site, portal, &put)? {
                Outcome::Stored {
                    etag,
                    remote_id,
                    url,
                    missing,
                    receipt,
                } => Some(Outcome::Stored {
                    etag,
                    remote_id,
                    url,
                    missing: if lie == 24 {
                        vec!["f9".to_owned()]
                    } else {
                        missing
                    },
                    receipt: (lie == 25).then(|| Receipt {
                        release: "other".to_owned(),
                        files: vec![],
                        ..receipt.unwrap_or_default()
                    }),
                }),
                other => Some(other),
            },
        })
    }

    pub(super) fn place(
        &mut self,
        site: usize,
        portal: usize,
        put: &Put,
    ) -> Result<Outcome, Fault> {
        let answer = self.portals[portal].put(put);
        self.may_replace(site, portal, answer.replaced)?;
        Ok(answer.outcome)
    }

    /// Somebody else's text gives way only when a person agreed to that.
    pub(super) fn may_replace(
        &self,
        site: usize,
        portal: usize,
        replaced: Option<(u64, usize)>,
    ) -> Result<(), Fault> {
        match replaced {
            Some((etag, author))
                if author != site
                    && !self.sites[site]
                        .accepted
                        .contains(&(portal, etag.to_string())) =>
            {
                Err(Fault::Overwritten)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn withdraw(&mut self, portal: usize, draft: usize) -> Option<Outcome> {
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
                self.late.push(Late {
                    portal,
                    what: LateRequest::Withdraw(draft),
                });
                Some(lost(Code::Timeout))
            }
            8 => Some(lost(Code::NoLink)),
            _ => Some(Outcome::Refused(Failure::new(Code::Rights))),
        }
    }

    pub(super) fn upload(
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
            self.portals[portal]
                .uploads
                .iter()
                .position(|(known, ..)| *known == id)
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
            self.sites[site]
                .outbox
                .moved(order, &url, offset + may, &now);
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
                self.late.push(Late {
                    portal,
                    what: LateRequest::File(file),
                });
                Some(lost(Code::Timeout))
            }
            // The portal says it has the file and loses it.
            17 => Some(Outcome::Uploaded),
            18 => Some(lost(Code::NameLookup)),
            _ => Some(Outcome::Refused(Failure::new(Code::TooLargeForPortal))),
        }
    }
}

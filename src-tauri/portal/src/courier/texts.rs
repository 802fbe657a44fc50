//! Putting texts. Each waits a round trip for its answer, and far longer when a packet is lost, so a few travel beside one
//! another; which ones, the desk says.

use std::{collections::VecDeque, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use qalam_desk::outbox::{Outcome, PortalKind, PutStep, Step};
use secrecy::SecretString;
use tokio::time::Instant;

use super::{Courier, Error, upload};
use crate::{
    contract::{Contract, Service, crowded, wire::StoredItem},
    http::{Class, Trouble},
    wordpress::companion,
};

/// Texts on their way at once.
const AT_ONCE: usize = 2;

impl Courier {
    /// Puts a text and, beside it, those that the desk hands out next for the same portal. What came of each is recorded
    /// as it comes.
    pub(super) async fn texts(&mut self, first: PutStep) -> Result<(), Error> {
        let portal = first.portal.clone();
        let reached = match self.stock(&portal).await {
            Ok(Some(site)) => {
                // One at a time: this is a talk of several requests, and what one piece makes there (terms, files) the
                // next one finds.
                let answer = site
                    .put(&first.draft, &first.body, first.if_match.as_deref())
                    .await;
                return self.text_ended(Ended::of(first, answer)).await;
            }
            Ok(None) => self.reach(&portal).await,
            Err(trouble) => Err(trouble),
        };
        let way = match reached {
            Ok((contract, token, service)) => Way {
                contract,
                token,
                service,
            },
            Err(trouble) => return self.text_ended(Ended::of(first, Err(trouble))).await,
        };
        let mut under_way = FuturesUnordered::new();
        let mut drafts = vec![first.draft.clone()];
        under_way.push(put(self.errand(&way, first)));
        // Nobody knows yet whether a portal is there that never answered: its first text goes alone.
        let mut room = match self.portals.get(&portal.id) {
            Some(known) if known.answered && !known.habits.alone.at(Instant::now()) => AT_ONCE,
            _ => 1,
        };
        let mut several = false;
        let mut turned_away: VecDeque<(PutStep, Trouble)> = VecDeque::new();
        let mut broken = Ok(());
        loop {
            while !drafts.is_empty() && drafts.len() < room {
                match self.text_beside(&portal.id, &drafts).await {
                    Ok(Some(step)) => {
                        several = true;
                        drafts.push(step.draft.clone());
                        under_way.push(put(self.errand(&way, step)));
                    }
                    Ok(None) => break,
                    Err(error) => {
                        broken = Err(error);
                        room = 0;
                    }
                }
            }
            let Some(ended) = under_way.next().await else {
                let Some((step, trouble)) = turned_away.pop_front() else {
                    return broken;
                };
                // The same attempt, alone.
                several = false;
                tokio::time::sleep(asked(&trouble)).await;
                drafts.push(step.draft.clone());
                under_way.push(put(self.errand(&way, step)));
                continue;
            };
            drafts.retain(|draft| *draft != ended.step.draft);
            if let Err(trouble) = &ended.answer
                && let Class::Retry(_) = trouble.class
            {
                room = 0;
                // Whatever time it names, two at once were too many.
                if several && (crowded(trouble) || trouble.status == Some(429)) {
                    self.had_no_room(&portal.id);
                }
                if several && crowded(trouble) {
                    turned_away.push_back((ended.step, trouble.clone()));
                    continue;
                }
                // Neither alone nor in company: what holds for one holds for the others.
                for (step, trouble) in turned_away.drain(..) {
                    let recorded = self.text_ended(Ended::of(step, Err(trouble))).await;
                    broken = broken.and(recorded);
                }
            }
            let recorded = self.text_ended(ended).await;
            if recorded.is_err() {
                room = 0;
            }
            broken = broken.and(recorded);
        }
    }

    async fn text_beside(
        &self,
        portal: &str,
        under_way: &[String],
    ) -> Result<Option<PutStep>, Error> {
        let (portal, under_way) = (portal.to_owned(), under_way.to_vec());
        let only = self.options.only.clone();
        Ok(self
            .desk(move |desk| desk.outbox_text_beside(&portal, &under_way, only.as_deref()))
            .await?)
    }

    /// A text with all it needs on its way; what is known of its item goes with it.
    fn errand(&mut self, way: &Way, step: PutStep) -> Errand {
        let mut errand = Errand {
            way: way.clone(),
            begun: false,
            told: None,
            ahead: false,
            step,
        };
        if let Some(known) = self.portals.get_mut(&errand.step.portal.id) {
            errand.begun = known.begun.remove(&errand.step.release);
            errand.told = known.told.take();
            // What the portal shows in an older form has its files there already.
            errand.ahead = errand.step.if_match.is_none() && !known.habits.alone.at(Instant::now());
        }
        errand
    }

    async fn text_ended(&mut self, ended: Ended) -> Result<(), Error> {
        let Ended { step, answer, sent } = ended;
        let there = match &answer {
            Ok(_) => true,
            Err(trouble) => !matches!(trouble.class, Class::Retry(_)),
        };
        if let Some(known) = self.portals.get_mut(&step.portal.id).filter(|_| there) {
            known.answered = true;
        }
        let outcome = match answer {
            Ok(stored) => {
                if sent
                    && !stored.missing.is_empty()
                    && let Some(known) = self.portals.get_mut(&step.portal.id)
                {
                    known.begun.insert(step.release.clone());
                }
                Outcome::Stored {
                    etag: stored.etag,
                    remote_id: stored.id,
                    url: stored.url,
                    missing: stored.missing,
                    receipt: stored.receipt.map(Into::into),
                }
            }
            Err(trouble) => self.outcome(&step.portal.id, trouble),
        };
        self.record(Step::Put(step), outcome).await
    }

    /// Keeps in mind that a portal had no room for several, also when it is asked anew.
    fn had_no_room(&mut self, portal: &str) {
        let known = self.portals.get_mut(portal).map(|known| &mut known.habits);
        let behaved = self.habits.get_mut(portal).map(|(_, habits)| habits);
        if let Some(habits) = known.or(behaved) {
            habits.alone.had_no_room(Instant::now());
        }
    }
}

/// How long a portal asks to be left alone before it is tried again.
fn asked(trouble: &Trouble) -> Duration {
    match trouble.class {
        Class::Retry(asked) => asked.unwrap_or_default(),
        _ => Duration::ZERO,
    }
}

/// How a portal is reached.
#[derive(Clone)]
struct Way {
    contract: Contract,
    token: SecretString,
    service: Service,
}

/// A text that sets out.
struct Errand {
    way: Way,
    step: PutStep,
    /// The text is there, and some of its files were not: asked about, not sent again.
    begun: bool,
    /// What the portal said last of an item whose last file came.
    told: Option<Box<StoredItem>>,
    /// Its files will need connections.
    ahead: bool,
}

/// What came of it.
struct Ended {
    step: PutStep,
    answer: Result<StoredItem, Trouble>,
    /// The text itself was sent, by the contract.
    sent: bool,
}

impl Ended {
    fn of(step: PutStep, answer: Result<StoredItem, Trouble>) -> Self {
        Self {
            step,
            answer,
            sent: false,
        }
    }
}

async fn put(errand: Errand) -> Ended {
    let Errand {
        way,
        step,
        begun,
        told,
        ahead,
    } = errand;
    if let Some(stored) = told
        && stored.id == step.draft
        && (stored.receipt.as_ref()).is_some_and(|receipt| receipt.release == step.release)
    {
        return Ended::of(step, Ok(*stored));
    }
    let (contract, token) = (&way.contract, &way.token);
    if begun
        // Whatever stands in the way of the answer, the release itself meets as well and names.
        && let Ok(Some(stored)) = contract.stored(token, &step.draft, &step.release).await
    {
        return Ended::of(step, Ok(stored));
    }
    let rendered = match step.portal.kind {
        PortalKind::Wordpress => match companion::with_rendering(&step.draft, &step.body) {
            Ok(rendered) => Some(rendered),
            Err(trouble) => return Ended::of(step, Err(trouble)),
        },
        _ => None,
    };
    let body = rendered.as_ref().unwrap_or(&step.body);
    if ahead {
        contract.open_ahead(upload::connections_ahead(body));
    }
    let if_match = step.if_match.as_deref();
    let answer = contract
        .put(token, &step.draft, body, if_match, &way.service)
        .await;
    Ended {
        step,
        answer,
        sent: true,
    }
}

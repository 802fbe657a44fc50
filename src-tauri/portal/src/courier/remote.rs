//! Coming back: what the portals say about our pieces.

use std::time::Duration;

use qalam_desk::error::{Code, Failure};
use qalam_desk::outbox::{
    FetchStep, Fetched, Outcome, PortalKind, PortalRow, RemoteAbout, RemoteState, WithdrawStep,
};
use secrecy::SecretString;
use tokio::time::Instant;

use super::{Courier, Error, KNOCK_CAP};
use crate::{
    contract::{
        Contract,
        wire::{ItemPage, ItemState, RemoteItem},
    },
    http::Trouble,
    wordpress::Site,
};

/// The practice portal is on this machine, and a learner watches.
const PRACTICE_EVERY: Duration = Duration::from_secs(4);
/// Pages read in one go; the rest comes next time.
const PAGES: usize = 50;

impl Courier {
    /// Asks the portals (or the one of this name) for news. Gives how many states were new; a portal that is not
    /// reached is noted and passed over.
    ///
    /// # Errors
    /// What the desk fails with.
    pub async fn fetch(&mut self) -> Result<u32, Error> {
        let mut new = 0_u32;
        for portal in self.served().await? {
            new = new.saturating_add(self.pull(&portal).await?);
        }
        self.tell_link().await?;
        Ok(new)
    }

    /// Asks those portals whose time has come.
    pub(super) async fn pull_due(&mut self) -> Result<(), Error> {
        if !self.pull_is_due() {
            return Ok(());
        }
        for portal in self.served().await? {
            let every = match (self.knocks.get(&portal.id), portal.kind) {
                (_, PortalKind::Practice) => PRACTICE_EVERY,
                (Some(pause), _) => *pause,
                (None, _) => self.options.pull_every,
            };
            let due = self
                .pulled
                .get(&portal.id)
                .is_none_or(|last| last.elapsed() >= every);
            if due {
                self.pull(&portal).await?;
            }
        }
        self.looked_at = Some(Instant::now());
        Ok(())
    }

    pub(super) fn pull_is_due(&self) -> bool {
        self.serving
            && self
                .looked_at
                .is_none_or(|last| last.elapsed() >= PRACTICE_EVERY)
    }

    /// After sleep, or on another link, everything is asked anew: old connections lead nowhere, and what was not reached
    /// may be now.
    pub(super) fn look_about(&mut self) {
        let wall = self.desk.clock().now();
        let here = (self.options.addresses)();
        if self.surroundings.changed(Instant::now(), wall, here) {
            tracing::info!("the machine woke, or its links changed");
            self.portals.clear();
            self.sites.clear();
            self.pulled.clear();
            self.knocks.clear();
            self.looked_at = None;
        }
    }

    async fn served(&self) -> Result<Vec<PortalRow>, Error> {
        let only = self.options.only.clone();
        let all = self.desk(|desk| desk.portals_list()).await?;
        Ok(all
            .into_iter()
            .filter(|portal| only.as_deref().is_none_or(|name| name == portal.name))
            .collect())
    }

    async fn pull(&mut self, portal: &PortalRow) -> Result<u32, Error> {
        self.pulled.insert(portal.id.clone(), Instant::now());
        match self.pull_pages(portal).await? {
            Ok(News { new, odd }) => {
                self.knocks.remove(&portal.id);
                // It is back: what waited for it goes now, not when its pause is over.
                if portal.last_failure.as_ref().is_some_and(of_the_way) {
                    self.desk(|desk| desk.outbox_send_now()).await?;
                }
                if let Some(odd) = odd.first() {
                    // The rest was read, and the list goes on after it.
                    let failure = Failure::new(Code::BadAnswer).with("detail", odd);
                    let name = portal.name.clone();
                    self.desk(move |desk| desk.portals_note_failure(&name, &failure))
                        .await?;
                } else if portal.last_failure.is_some() || portal.kind != PortalKind::Practice {
                    let name = portal.name.clone();
                    self.desk(move |desk| desk.portals_note_contact(&name))
                        .await?;
                }
                Ok(new)
            }
            Err(trouble) => {
                self.forget(&portal.id);
                if of_the_way(&trouble.failure) {
                    self.knock_later(&portal.id);
                } else {
                    self.knocks.remove(&portal.id);
                }
                // Said once, not every few seconds.
                // What is known is asked for again: reaching the portal took the former word back.
                let (name, failure) = (portal.name.clone(), trouble.failure);
                self.desk(move |desk| {
                    let known = desk.portal(&name)?.last_failure;
                    if known.is_none_or(|known| known.code != failure.code) {
                        desk.portals_note_failure(&name, &failure)?;
                    }
                    Ok(())
                })
                .await?;
                Ok(0)
            }
        }
    }

    /// Doubles the pause before a portal is asked again, by a little more or less: a portal that comes back must not meet
    /// all desks in one moment.
    fn knock_later(&mut self, portal: &str) {
        let first = self.options.knock;
        let pause = self.knocks.get(portal).map_or(first, |last| *last * 2);
        let spread = u32::try_from(self.desk.clock().jitter() % 32).unwrap_or(0);
        let pause = pause.min(KNOCK_CAP.max(first)) * (84 + spread) / 100;
        self.knocks.insert(portal.to_owned(), pause);
    }

    /// Asks a portal to take a piece down. One it does not have is taken down already.
    pub(super) async fn withdraw(&mut self, step: &WithdrawStep) -> Outcome {
        let asked = match self.stock(&step.portal).await {
            Err(trouble) => Err(trouble),
            Ok(Some(site)) => site.withdraw(&step.draft).await.map(drop),
            Ok(None) => match self.reach(&step.portal).await {
                Err(trouble) => Err(trouble),
                Ok((contract, token, _)) => {
                    contract.withdraw(&token, &step.draft, &step.reason).await
                }
            },
        };
        match asked {
            Ok(()) => Outcome::Withdrawn,
            Err(trouble) if is_gone(&trouble) => Outcome::Withdrawn,
            Err(trouble) => self.outcome(&step.portal.id, trouble),
        }
    }

    /// Fetches what a portal holds for a piece.
    pub(super) async fn fetch_text(&mut self, step: &FetchStep) -> Outcome {
        let found = match self.stock(&step.portal).await {
            Err(trouble) => Err(trouble),
            Ok(Some(site)) => site.item(&step.draft).await,
            Ok(None) => match self.reach(&step.portal).await {
                Err(trouble) => Err(trouble),
                Ok((contract, token, _)) => contract.item(&token, &step.draft).await.map(Some),
            },
        };
        match found {
            Ok(Some(item)) => Outcome::Fetched(Box::new(fetched(item))),
            Ok(None) => Outcome::Refused(Failure::new(Code::NotFound).with("draft", &step.draft)),
            Err(trouble) if is_gone(&trouble) => Outcome::Refused(trouble.failure),
            Err(trouble) => self.outcome(&step.portal.id, trouble),
        }
    }

    async fn pull_pages(&mut self, portal: &PortalRow) -> Result<Result<News, Trouble>, Error> {
        let source = match self.source(portal).await? {
            Ok(source) => source,
            Err(trouble) => return Ok(Err(trouble)),
        };
        let profile = self.desk(|desk| desk.profile()).await?;
        let owner = profile.map(|profile| profile.owner);
        let name = portal.name.clone();
        let mut cursor = self.desk(move |desk| desk.portals_cursor(&name)).await?;
        let mut news = News::default();
        for _ in 0..PAGES {
            let since = Some(cursor.as_str()).filter(|cursor| !cursor.is_empty());
            let page = match source.changes(owner.as_deref(), since).await {
                Ok(page) => page,
                Err(trouble) => return Ok(Err(trouble)),
            };
            if !page.items.is_empty() || page.next != cursor {
                let states: Vec<RemoteState> = page.items.iter().map(state_of).collect();
                let (name, next) = (portal.name.clone(), page.next.clone());
                let told = self
                    .desk(move |desk| desk.outbox_record_remote(&name, &states, Some(&next)))
                    .await?;
                news.new = news.new.saturating_add(told);
                let about: Vec<RemoteAbout> = page.items.iter().map(about).collect();
                let name = portal.name.clone();
                self.desk(move |desk| desk.outbox_record_about(&name, &about))
                    .await?;
            }
            for odd in &page.odd {
                tracing::warn!(portal = portal.name, odd, "an entry cannot be read");
            }
            news.odd.extend(page.odd);
            // A portal whose cursor stands still would keep us here for ever.
            if !page.more || page.next == cursor {
                break;
            }
            cursor = page.next;
        }
        Ok(Ok(news))
    }
}

/// What a look at a portal brought.
#[derive(Default)]
struct News {
    /// States that were new.
    new: u32,
    /// Entries that could not be read.
    odd: Vec<String>,
}

/// Where news come from.
enum Source {
    Contract(Contract, SecretString),
    /// Stock WordPress, and the drafts it held when it was last heard of.
    Stock(Site, Vec<String>),
}

impl Source {
    async fn changes(&self, owner: Option<&str>, since: Option<&str>) -> Result<ItemPage, Trouble> {
        match self {
            Self::Contract(contract, token) => contract.changes(token, owner, since).await,
            Self::Stock(site, known) => site.changes(since, known).await,
        }
    }
}

impl Courier {
    async fn source(&mut self, portal: &PortalRow) -> Result<Result<Source, Trouble>, Error> {
        match self.stock(portal).await {
            Err(trouble) => return Ok(Err(trouble)),
            Ok(None) => {}
            Ok(Some(site)) => {
                let receipts = self.desk(|desk| desk.outbox_receipts(0)).await?;
                let mut known: Vec<String> = receipts
                    .into_iter()
                    .filter(|receipt| receipt.portal == portal.name)
                    .map(|receipt| receipt.draft)
                    .collect();
                known.sort();
                known.dedup();
                return Ok(Ok(Source::Stock(site, known)));
            }
        }
        Ok(self
            .reach(portal)
            .await
            .map(|(contract, token, _)| Source::Contract(contract, token)))
    }
}

/// Whether something between us and the portal is why it was not reached.
fn of_the_way(failure: &Failure) -> bool {
    [
        Code::NoLink,
        Code::CaptivePortal,
        Code::NameLookup,
        Code::Proxy,
        Code::ProxyLogin,
        Code::Certificate,
        Code::ClockWrong,
        Code::PortalNotReached,
        Code::ConnectionCut,
        Code::Timeout,
    ]
    .iter()
    .any(|code| failure.code == code.as_str())
}

fn is_gone(trouble: &Trouble) -> bool {
    matches!(trouble.problem.as_deref(), Some("not_found" | "item_gone"))
}

fn fetched(item: RemoteItem) -> Fetched {
    Fetched {
        etag: item.etag,
        remote_id: item.id,
        // What was thrown away there is nobody's to bring back unasked, not even when it was ours.
        release: (!item.edited && item.state != ItemState::Deleted).then_some(item.release),
        state: item.state.as_str().to_owned(),
        content: item
            .content
            .map_or_else(String::new, |content| content.to_string()),
    }
}

fn about(item: &RemoteItem) -> RemoteAbout {
    RemoteAbout {
        draft: item.id.clone(),
        title: item.title.clone(),
        content_type: item.kind.clone(),
        owner: item.owner.clone(),
        updated_at: item.updated_at.clone(),
    }
}

fn state_of(item: &RemoteItem) -> RemoteState {
    RemoteState {
        draft: item.id.clone(),
        remote_id: item.id.clone(),
        etag: item.etag.clone(),
        release: (!item.edited).then(|| item.release.clone()),
        state: item.state.as_str().to_owned(),
        url: item.url.clone(),
        comment: item
            .comments
            .last()
            .map(|comment| comment.text.clone())
            .unwrap_or_default(),
    }
}

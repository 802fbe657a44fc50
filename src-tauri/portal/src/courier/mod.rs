//! The courier: asks the desk for the next step, does it, reports what came of it.
//!
//! It decides nothing. What to send, in which order, when to try again and what an answer means for a piece is the
//! desk's; how to reach a portal and what went wrong on the way is the adapter's. One courier works per desk, guarded by
//! a lock on a file beside the database; calls of the desk block and run off the async threads.

mod diagnose;
mod lock;
pub(crate) mod reach;
mod remote;
mod surroundings;
mod texts;
mod upload;

use std::{
    collections::HashMap,
    net::IpAddr,
    path::PathBuf,
    sync::{Arc, Weak},
    time::Duration,
};

use jiff::Timestamp;
use qalam_desk::{
    Changes, Desk, Topic,
    error::{Code, Error as DeskError, Failure},
    outbox::{Link, Outcome, Step, UploadStep},
    secrets::Secrets,
};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

pub use self::{
    diagnose::{Diagnosis, DiagnosisStep, STEPS, StepState, diagnose_portal},
    lock::wait_until_empty,
    reach::{Found, guess_kind, secret_name, test_portal},
};
use self::{lock::DeskLock, reach::Known, surroundings::Surroundings};
use crate::{
    contract::Habits,
    http::{Class, ClientError, Http, HttpOptions, Trouble, Wire},
    wordpress::Site,
};

/// How long nothing is asked of the desk at most: another program may have written to it.
const LOOK_AROUND: Duration = Duration::from_secs(2);
/// A portal that is not reached is asked at least so often.
pub const KNOCK_CAP: Duration = Duration::from_secs(5 * 60);
/// A pause that took so much longer than asked: the machine slept.
const OVERSLEPT: Duration = Duration::from_secs(20);
/// The pause after the desk itself failed.
const DESK_PAUSE: Duration = Duration::from_secs(5);

/// How the courier works.
#[derive(Clone, Debug)]
pub struct CourierOptions {
    /// The practice portal's folder; `None` is `practice` in the desk's folder.
    pub practice_dir: Option<PathBuf>,
    /// Patience of the client.
    pub http: HttpOptions,
    /// Serve the portal of this name only.
    pub only: Option<String>,
    /// How often real portals are asked for news while the courier runs for long.
    pub pull_every: Duration,
    /// The first pause before a portal that is not reached is asked again; it doubles up to [`KNOCK_CAP`].
    pub knock: Duration,
    /// From where this machine speaks to the world; when that changes, the portals are asked at once.
    pub addresses: fn() -> Vec<IpAddr>,
}

impl Default for CourierOptions {
    fn default() -> Self {
        Self {
            practice_dir: None,
            http: HttpOptions::default(),
            only: None,
            pull_every: Duration::from_secs(15 * 60),
            knock: Duration::from_secs(5),
            addresses: surroundings::addresses_here,
        }
    }
}

/// Why a courier cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program's courier serves this desk.
    #[error("another courier serves this desk")]
    Busy,
    /// The desk failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The network client cannot be made.
    #[error("network client: {0}")]
    Client(#[from] ClientError),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// Nothing waits any more except what a person holds back.
    pub empty: bool,
    /// The time was over first.
    pub timed_out: bool,
    /// What went over the wire since the courier was made.
    pub wire: Wire,
}

/// The courier of a desk.
pub struct Courier {
    desk: Arc<Desk>,
    secrets: Arc<dyn Secrets>,
    http: Http,
    options: CourierOptions,
    portals: HashMap<String, Known>,
    // How portals that are asked anew behaved before, each with the address it was at.
    habits: HashMap<String, (String, Habits)>,
    // WordPress sites by portal, each with the address it was found at.
    sites: HashMap<String, (String, Site)>,
    pulled: HashMap<String, Instant>,
    // Portals that are not reached: the pause before each is asked again.
    knocks: HashMap<String, Duration>,
    surroundings: Surroundings,
    looked_at: Option<Instant>,
    // True in `run_forever`: only a courier that stays asks for news by itself.
    serving: bool,
    bell: Bell,
    _lock: DeskLock,
}

/// Wakes a courier and tells how the link is; clones share it.
#[derive(Clone, Debug)]
pub struct Bell {
    wake: Arc<Notify>,
    link: Arc<watch::Sender<Option<Link>>>,
    http: Http,
}

impl Bell {
    /// Makes the courier look at the outbox now. Pauses between attempts stay; the desk ends those
    /// (`Desk::outbox_send_now`).
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// The link as the last real exchange showed it; `None` before the first look.
    #[must_use]
    pub fn link(&self) -> watch::Receiver<Option<Link>> {
        self.link.subscribe()
    }

    /// What went over the wire so far.
    #[must_use]
    pub fn wire(&self) -> Wire {
        self.http.totals().now()
    }
}

impl Courier {
    /// Takes the desk's courier lock and makes the client.
    ///
    /// # Errors
    /// [`Error::Busy`] when another program's courier serves this desk.
    pub fn new(
        desk: Arc<Desk>,
        secrets: Arc<dyn Secrets>,
        options: CourierOptions,
    ) -> Result<Self, Error> {
        let lock = DeskLock::take(desk.dir())?;
        let http = Http::new(options.http.clone())?;
        let bell = Bell {
            wake: Arc::new(Notify::new()),
            link: Arc::new(watch::channel(None).0),
            http: http.clone(),
        };
        listen(&desk, &bell.wake);
        Ok(Self {
            desk,
            secrets,
            http,
            options,
            portals: HashMap::new(),
            habits: HashMap::new(),
            sites: HashMap::new(),
            pulled: HashMap::new(),
            knocks: HashMap::new(),
            surroundings: Surroundings::default(),
            looked_at: None,
            serving: false,
            bell,
            _lock: lock,
        })
    }

    /// The bell of this courier.
    #[must_use]
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Does what can be done now, without waiting for anything that is paused.
    ///
    /// # Errors
    /// What the desk fails with.
    pub async fn run_once(&mut self) -> Result<Run, Error> {
        loop {
            match self.next().await? {
                Step::Idle { next_at } => return Ok(self.ended(next_at.is_none(), false)),
                step => self.take(step).await?,
            }
        }
    }

    /// Goes on until nothing waits but what a person holds back, or until the time is over.
    ///
    /// # Errors
    /// What the desk fails with.
    pub async fn run_until_empty(&mut self, timeout: Option<Duration>) -> Result<Run, Error> {
        let over = sleep_for(timeout);
        tokio::pin!(over);
        loop {
            let empty = tokio::select! {
                biased;
                done = self.advance() => done?,
                () = &mut over => return Ok(self.ended(false, true)),
            };
            if empty {
                return Ok(self.ended(true, false));
            }
        }
    }

    /// One step, or one wait. True when nothing is left.
    async fn advance(&mut self) -> Result<bool, Error> {
        match self.next().await? {
            Step::Idle { next_at: None } => Ok(true),
            Step::Idle { next_at } => {
                self.wait(next_at).await?;
                Ok(false)
            }
            step => {
                self.take(step).await?;
                Ok(false)
            }
        }
    }

    /// Serves the desk until `stop`; also asks the portals for news. An upload under way is left where it stands.
    pub async fn run_forever(&mut self, stop: CancellationToken) {
        self.serving = true;
        loop {
            let round = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                round = self.round() => round,
            };
            if let Err(error) = round {
                tracing::error!(%error, "courier");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(DESK_PAUSE) => {}
                }
            }
        }
    }

    async fn round(&mut self) -> Result<(), Error> {
        self.look_about();
        match self.next().await? {
            Step::Idle { next_at } => {
                self.pull_due().await?;
                self.wait(next_at).await
            }
            step => self.take(step).await,
        }
    }

    fn ended(&self, empty: bool, timed_out: bool) -> Run {
        Run {
            empty,
            timed_out,
            wire: self.http.totals().now(),
        }
    }

    async fn next(&self) -> Result<Step, Error> {
        let only = self.options.only.clone();
        Ok(self
            .desk(move |desk| desk.outbox_next_for(only.as_deref()))
            .await?)
    }

    /// Does a step and records what came of it.
    async fn take(&mut self, step: Step) -> Result<(), Error> {
        let outcome = match &step {
            Step::Put(first) => return self.texts(first.clone()).await,
            Step::Upload(upload) => match self.stock(&upload.portal).await {
                Err(trouble) => self.outcome(&upload.portal.id, trouble),
                Ok(Some(site)) => {
                    match site.upload(&upload.draft, &upload::file_of(upload)).await {
                        Ok(()) => Outcome::Uploaded,
                        Err(trouble) => self.outcome(&upload.portal.id, trouble),
                    }
                }
                Ok(None) => {
                    let stop = may_not_go_on(Arc::clone(&self.desk), upload.clone());
                    let outcome = tokio::select! {
                        outcome = self.upload(upload) => outcome,
                        () = stop => None,
                    };
                    match outcome {
                        Some(outcome) => outcome,
                        // Left where it stands, for a text that came meanwhile or by somebody's
                        // wish; nothing failed.
                        None => return Ok(()),
                    }
                }
            },
            Step::Withdraw(withdraw) => self.withdraw(withdraw).await,
            Step::Fetch(fetch) => self.fetch_text(fetch).await,
            Step::Idle { .. } => return Ok(()),
        };
        self.record(step, outcome).await
    }

    async fn record(&self, step: Step, outcome: Outcome) -> Result<(), Error> {
        tracing::info!(outcome = told(&outcome), "step done");
        self.desk(move |desk| desk.outbox_record(&step, outcome))
            .await?;
        self.tell_link().await
    }

    /// What a failure means for the outbox. After one of the way, what is known of the portal is asked anew.
    fn outcome(&mut self, portal: &str, trouble: Trouble) -> Outcome {
        if let Class::Retry(_) = trouble.class {
            self.forget(portal);
        }
        match trouble.class {
            Class::Retry(pause) => Outcome::Retry(trouble.failure, pause),
            Class::Refused => Outcome::Refused(trouble.failure),
            Class::Conflict => Outcome::Conflict(trouble.failure),
        }
    }

    /// Forgets what a portal said of itself. How it behaved stays known, or whatever made an upload fail would be met anew
    /// by each attempt.
    fn forget(&mut self, portal: &str) {
        if let Some(known) = self.portals.remove(portal) {
            let behaved = (known.url, known.habits);
            self.habits.insert(portal.to_owned(), behaved);
        }
        self.sites.remove(portal);
    }

    /// Waits for a time, for the bell, or for another program's hand on the desk.
    async fn wait(&mut self, next_at: Option<Timestamp>) -> Result<(), Error> {
        let seen = self.desk(Desk::data_version).await?;
        loop {
            let left = next_at.map(|at| {
                let now = self.desk.clock().now();
                Duration::try_from(at.duration_since(now)).unwrap_or_default()
            });
            if left.is_some_and(|left| left.is_zero()) {
                return Ok(());
            }
            let pause = left.unwrap_or(LOOK_AROUND).min(LOOK_AROUND);
            let asked = Instant::now();
            tokio::select! {
                () = self.bell.wake.notified() => return Ok(()),
                () = tokio::time::sleep(pause) => {}
            }
            if asked.elapsed() > pause + OVERSLEPT {
                self.surroundings.overslept();
            }
            if self.desk(Desk::data_version).await? != seen || self.pull_is_due() {
                return Ok(());
            }
        }
    }

    async fn tell_link(&self) -> Result<(), Error> {
        let link = self.desk(Desk::link).await?;
        self.bell.link.send_if_modified(|known| {
            let changed = known.as_ref() != Some(&link);
            if changed {
                *known = Some(link);
            }
            changed
        });
        Ok(())
    }

    /// Calls the desk off the async threads.
    async fn desk<T, F>(&self, call: F) -> Result<T, DeskError>
    where
        T: Send + 'static,
        F: FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    {
        let desk = Arc::clone(&self.desk);
        blocking(move || call(&desk)).await
    }

    fn practice_dir(&self) -> PathBuf {
        practice_dir(&self.desk, self.options.practice_dir.as_ref())
    }
}

pub(crate) fn practice_dir(desk: &Desk, chosen: Option<&PathBuf>) -> PathBuf {
    chosen
        .cloned()
        .unwrap_or_else(|| desk.dir().join("practice"))
}

pub(crate) async fn blocking<T, F>(call: F) -> Result<T, DeskError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, DeskError> + Send + 'static,
{
    tokio::task::spawn_blocking(call)
        .await
        .map_err(|source| DeskError::new(Code::Internal).because(source))?
}

/// Ends when an upload under way has to stop: paused or held by a person, the budget used up, the
/// quiet hours begun, the link metered now.
async fn may_not_go_on(desk: Arc<Desk>, step: UploadStep) {
    loop {
        tokio::time::sleep(LOOK_AROUND).await;
        let (asked, of) = (Arc::clone(&desk), step.clone());
        if let Ok(false) = blocking(move || asked.outbox_may_go_on(&of)).await {
            return;
        }
    }
}

async fn sleep_for(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

fn told(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Stored { .. } => "stored",
        Outcome::Uploaded => "uploaded",
        Outcome::UploadGone => "upload_gone",
        Outcome::Withdrawn => "withdrawn",
        Outcome::Fetched(_) => "fetched",
        Outcome::Retry(Failure { code, .. }, _)
        | Outcome::Refused(Failure { code, .. })
        | Outcome::Conflict(Failure { code, .. }) => code,
    }
}

/// Rings when something the courier cares about changes. The thread ends with the desk.
fn listen(desk: &Arc<Desk>, wake: &Arc<Notify>) {
    let changes = desk.subscribe();
    let wake: Weak<Notify> = Arc::downgrade(wake);
    let heard = std::thread::Builder::new()
        .name("courier-ear".to_owned())
        .spawn(move || {
            for Changes { topics, .. } in changes {
                let Some(wake) = wake.upgrade() else {
                    return;
                };
                if topics.contains(&Topic::Outbox) || topics.contains(&Topic::Portals) {
                    wake.notify_one();
                }
            }
        });
    if let Err(error) = heard {
        // The look around every two seconds finds everything, only later.
        tracing::warn!(%error, "no thread to listen with");
    }
}

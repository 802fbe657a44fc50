//! What goes on while the person writes: the practice portal and the courier, on threads of their
//! own, begun after the window is there.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use qalam_desk::secrets::Secrets;
use qalam_desk::{Changes, Code, Desk, Topic};
use qalam_portal::courier::{Courier, CourierOptions, Error as CourierError};
use qalam_portal::http::Wire;
use qalam_portal::practice::{self, Address, PracticeOptions};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::error::TrySendError;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::failure::Failure;
use crate::proxy::http_options;
use crate::text::LANGS;

/// How often a place another program of this desk holds is asked for again.
const TRY_AGAIN: Duration = Duration::from_secs(3);
/// How often the watched folder is looked into; a new file is offered after the second look.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// How long closing waits for answers under way.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// The work in the background of one program.
pub struct Background {
    practice: Arc<Mutex<Option<Place>>>,
    running: Mutex<Option<Running>>,
}

/// Where the practice portal is.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    url: String,
    /// Addresses that open its editor's desk, by language; only the program that runs it has the
    /// key in them.
    editor: Vec<(&'static str, String)>,
}

struct Running {
    runtime: Runtime,
    stop: CancellationToken,
    works: Vec<tokio::task::JoinHandle<()>>,
}

impl Default for Background {
    fn default() -> Self {
        Self::new()
    }
}

impl Background {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            practice: Arc::new(Mutex::new(None)),
            running: Mutex::new(None),
        }
    }

    /// Address of the practice portal while it runs, in this program or in another one of this
    /// desk.
    #[must_use]
    pub fn practice_url(&self) -> Option<String> {
        held(&self.practice).as_ref().map(|place| place.url.clone())
    }

    /// The address that opens the editor's desk of the practice portal, where this program runs it.
    /// It carries a key: not for logs, and not for the pages.
    #[must_use]
    pub fn practice_editor_url(&self, lang: &str) -> Option<String> {
        let practice = held(&self.practice);
        let (_, url) = practice
            .as_ref()?
            .editor
            .iter()
            .find(|(known, _)| *known == lang)?;
        Some(url.clone())
    }

    /// Begins the practice portal and the courier, and goes on with intakes that were cut off. Where another program of this desk already does
    /// their work, its end is waited for.
    ///
    /// # Errors
    /// [`Code::Internal`] when the system gives no threads.
    pub fn start(&self, app: &App) -> Result<(), Failure> {
        let mut running = held(&self.running);
        if running.is_some() {
            return Ok(());
        }
        // A folder whose intake was cut off is gone through to its end without being dropped again.
        if let Err(error) = app.desk.resume_intakes() {
            tracing::warn!(%error, "cut-off intakes stay for the next start");
        }
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("background")
            .enable_all()
            .build()
            .map_err(internal)?;
        let stop = CancellationToken::new();
        let folder = app.practice_folder();
        let secrets: Arc<dyn Secrets> = app.secrets.clone();
        let mut works = vec![
            runtime.spawn({
                let (desk, ending) = (Arc::clone(&app.desk), stop.clone());
                let options = options(app);
                async move {
                    carry(desk, secrets, options, ending).await;
                }
            }),
            runtime.spawn(watch(Arc::clone(&app.desk), stop.clone())),
            runtime.spawn(read_files(Arc::clone(&app.desk), stop.clone())),
        ];
        // The practice portal keeps what it receives in the open, so a locked desk has none.
        if !app.desk.is_locked() {
            works.push(runtime.spawn(practise(
                Arc::clone(&app.desk),
                folder,
                Arc::clone(&self.practice),
                stop.clone(),
            )));
        }
        *running = Some(Running {
            runtime,
            stop,
            works,
        });
        Ok(())
    }

    /// Ends both and waits a moment for them. What was under way goes on at the next start.
    pub fn stop(&self) {
        let Some(running) = held(&self.running).take() else {
            return;
        };
        running.stop.cancel();
        running.runtime.block_on(async {
            let all = async {
                for work in running.works {
                    let _ = work.await;
                }
            };
            let _ = tokio::time::timeout(LAST_WORDS, all).await;
        });
        running.runtime.shutdown_background();
    }
}

/// Waits on this thread for something that needs a runtime. Not for threads of a runtime.
///
/// # Errors
/// [`Code::Internal`] when the system gives none.
pub fn wait_for<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(internal)?;
    Ok(runtime.block_on(work))
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::new(Code::Internal).because(error)
}

fn held<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(|held| held.into_inner())
}

/// Keeps a practice portal running for this desk.
async fn practise(
    desk: Arc<Desk>,
    folder: PathBuf,
    address: Arc<Mutex<Option<Place>>>,
    stop: CancellationToken,
) {
    loop {
        match practice::start(PracticeOptions::in_dir(&folder)).await {
            Ok(mut portal) => {
                let place = Place {
                    url: portal.url.clone(),
                    editor: LANGS.map(|lang| (lang, portal.editor_url(lang))).to_vec(),
                };
                let url = portal.url.clone();
                let of = Arc::clone(&desk);
                let moved =
                    tokio::task::spawn_blocking(move || of.portals_set_practice(&url)).await;
                if let Ok(Err(error)) = moved {
                    tracing::error!(%error, "practice portal not noted");
                }
                tell(&desk, &address, Some(place));
                tokio::select! {
                    () = stop.cancelled() => {
                        portal.stop().await;
                        return;
                    }
                    () = portal.ended() => {}
                }
            }
            // Another program of this desk runs it.
            Err(practice::Error::Taken) => {
                let place = Address::read(&folder).map(|found| Place {
                    url: found.url,
                    editor: Vec::new(),
                });
                tell(&desk, &address, place);
            }
            Err(error) => {
                tracing::error!(%error, "practice portal");
                tell(&desk, &address, None);
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(TRY_AGAIN) => {}
        }
    }
}

/// Notes where the practice portal is, and says so when that is news.
fn tell(desk: &Desk, address: &Mutex<Option<Place>>, place: Option<Place>) {
    let mut known = held(address);
    if *known == place {
        return;
    }
    *known = place;
    drop(known);
    desk.announce(&Changes {
        topics: [Topic::Settings, Topic::Portals].into(),
        ..Changes::default()
    });
}

/// Looks into the watched folder now and then.
async fn watch(desk: Arc<Desk>, stop: CancellationToken) {
    loop {
        let of = Arc::clone(&desk);
        // A share that does not answer keeps this look waiting, and nobody else.
        let looked = tokio::task::spawn_blocking(move || of.publications_look()).await;
        if let Ok(Err(error)) = looked {
            tracing::warn!(%error, "the watched folder was not looked into");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
}

/// Reads what is put on drafts, now and when it is. Files attached while no such program ran are read
/// when one starts.
async fn read_files(desk: Arc<Desk>, stop: CancellationToken) {
    let (told, mut heard) = tokio::sync::mpsc::channel(1);
    let changes = desk.subscribe();
    let listening = std::thread::Builder::new().name("files".to_owned());
    // Ends with the desk, or when nobody listens to it any more.
    let started = listening.spawn(move || {
        while let Ok(changed) = changes.recv() {
            let concerned = changed.topics.contains(&Topic::Drafts);
            if concerned && matches!(told.try_send(()), Err(TrySendError::Closed(()))) {
                return;
            }
        }
    });
    if let Err(error) = started {
        tracing::error!(%error, "files are read when they are submitted");
    }
    loop {
        let (of, ending) = (Arc::clone(&desk), stop.clone());
        let read = tokio::task::spawn_blocking(move || {
            of.attachments_read(None, &|| ending.is_cancelled())
        });
        if let Ok(Err(error)) = read.await {
            tracing::warn!(%error, "files on drafts were not read");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            again = heard.recv() => if again.is_none() { return },
        }
    }
}

/// How a courier of this desk works.
pub(crate) fn options(app: &App) -> CourierOptions {
    CourierOptions {
        practice_dir: Some(app.practice_folder()),
        http: http_options(app),
        ..CourierOptions::default()
    }
}

/// Keeps a courier working for this desk until `stop`; what went over its wire.
pub(crate) async fn carry(
    desk: Arc<Desk>,
    secrets: Arc<dyn Secrets>,
    options: CourierOptions,
    stop: CancellationToken,
) -> Wire {
    loop {
        match Courier::new(Arc::clone(&desk), Arc::clone(&secrets), options.clone()) {
            Ok(mut courier) => {
                courier.run_forever(stop).await;
                return courier.bell().wire();
            }
            // Another program's courier serves this desk; when it ends, its work is ours.
            Err(CourierError::Busy) => {}
            Err(error) => tracing::error!(%error, "courier"),
        }
        tokio::select! {
            () = stop.cancelled() => return Wire::default(),
            () = tokio::time::sleep(TRY_AGAIN) => {}
        }
    }
}

//! `send` and `fetch`: the courier in this process, or watching the one another program runs.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use qalam_desk::drafts::State;
use qalam_desk::outbox::{OutboxEntry, PortalKind, ReceiptRow};
use qalam_desk::secrets::Secrets;
use qalam_desk::{Class, Code, Desk, Topic};
use qalam_portal::courier::{Courier, CourierOptions, Error as CourierError, wait_until_empty};
use qalam_portal::http::Wire;
use qalam_portal::practice::{self, Practice, PracticeOptions};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Told, exit};
use super::args::{Fetch, Send as Wanted};
use super::{Here, Outcome};
use crate::background::{carry, options, wait_for};
use crate::entrance::window_is_there;
use crate::events;
use crate::failure::Failure;
use crate::notices::{Around, Notices};

/// How long a run that does what can be done now waits for another program's courier.
const OTHERS: Duration = Duration::from_secs(30);

impl Here<'_> {
    pub(super) fn send(&self, wanted: &Wanted) -> Outcome {
        let desk = &self.app.desk;
        if let Some(name) = &wanted.portal {
            desk.portal(name)?;
        }
        let before = desk.outbox_receipts(0)?.len();
        // Who starts the sending wants it now, whatever pause an earlier try left.
        desk.outbox_send_now()?;
        let began = Instant::now();
        let wire = wait_for(self.carry(wanted))??;
        let time_over = !wanted.watch
            && wanted
                .timeout
                .is_some_and(|most| began.elapsed() >= Duration::from_secs(most));
        let ours = |portal: &str| wanted.portal.as_deref().is_none_or(|name| name == portal);
        let delivered: Vec<ReceiptRow> = desk
            .outbox_receipts(before)?
            .into_iter()
            .filter(|receipt| ours(&receipt.portal))
            .collect();
        let outbox = desk.outbox_list()?;
        let entries: Vec<OutboxEntry> = outbox
            .entries
            .into_iter()
            .filter(|entry| ours(&entry.portal))
            .collect();
        Ok(self.sent(&delivered, &entries, wire, outbox.link.paused, time_over))
    }

    fn sent(
        &self,
        delivered: &[ReceiptRow],
        entries: &[OutboxEntry],
        wire: Wire,
        paused: bool,
        time_over: bool,
    ) -> Answer {
        let of = |states: &[State]| -> Vec<&OutboxEntry> {
            entries
                .iter()
                .filter(|entry| states.contains(&entry.state))
                .collect()
        };
        let waiting = of(&[State::Waiting, State::Sending, State::Approved]);
        let refused = of(&[State::Refused]);
        let conflicts = of(&[State::Conflict]);
        let mut answer = Answer::of("delivered", delivered.iter().map(told).collect::<Vec<_>>())
            .with("waiting", &waiting)
            .with("refused", &refused)
            .with("conflicts", &conflicts)
            .with("wire", wire)
            .line(self.say(
                "cli.sent",
                &[
                    ("delivered", &delivered.len()),
                    ("waiting", &waiting.len()),
                    ("refused", &refused.len()),
                    ("conflicts", &conflicts.len()),
                ],
            ));
        for receipt in delivered {
            answer = answer.line(format!("  {}  {}", receipt.draft, receipt.url));
        }
        let mut not_reached = false;
        for entry in waiting.iter().chain(&refused).chain(&conflicts) {
            let under_way = matches!(entry.state, State::Waiting | State::Sending);
            let mut failure = match &entry.reason {
                Some(reason) => Failure::from(reason.clone()),
                // No try has ended: a silent portal must not look like nothing to do.
                None if time_over && under_way && !paused => Failure::new(Code::TimeOver),
                None => continue,
            };
            not_reached |= under_way && failure.class() == Class::Portal;
            // A portal that refuses the piece itself names no file.
            let name = failure.params.entry("name".to_owned()).or_default();
            if name.is_empty() {
                name.clone_from(&entry.title);
            }
            let mut told = Told::failure(self.words, &failure);
            told.subject.clone_from(&entry.draft);
            answer.problems.push(told);
        }
        if paused && !waiting.is_empty() {
            answer.problems.push(Told {
                code: "paused".to_owned(),
                subject: String::new(),
                message: self.say("cli.paused", &[]),
                next: self.say("cli.paused.next", &[]),
            });
        }
        if not_reached {
            answer.exit = Some(exit::PORTAL);
        }
        answer
    }

    async fn carry(&self, wanted: &Wanted) -> Result<Wire, Failure> {
        let desk = &self.app.desk;
        let practice = self.practice_if_needed(wanted.portal.as_deref()).await?;
        let timeout = wanted.timeout.map(Duration::from_secs);
        if wanted.watch {
            let wire = self.watch(wanted.portal.clone(), timeout).await;
            if let Some(practice) = practice {
                practice.stop().await;
            }
            return Ok(wire);
        }
        let carried = match self.courier(wanted.portal.clone()) {
            Ok(mut courier) => {
                let bell = courier.bell();
                let run = async {
                    let run = if wanted.until_empty {
                        courier.run_until_empty(timeout).await
                    } else {
                        match timeout {
                            None => courier.run_once().await,
                            Some(most) => {
                                match tokio::time::timeout(most, courier.run_once()).await {
                                    Ok(run) => run,
                                    Err(_) => return Ok(()),
                                }
                            }
                        }
                    };
                    run.map(|_| ())
                };
                run.await.map(|()| bell.wire()).map_err(failed)
            }
            // The app or another command sends already: see how it gets on.
            Err(CourierError::Busy) => {
                let most = match (wanted.until_empty, timeout) {
                    (_, Some(timeout)) => Some(timeout),
                    (true, None) => None,
                    (false, None) => Some(OTHERS),
                };
                let waited = wait_until_empty(desk, wanted.portal.as_deref(), most).await;
                waited.map(|_| Wire::default()).map_err(Failure::from)
            }
            Err(error) => Err(failed(error)),
        };
        if let Some(practice) = practice {
            practice.stop().await;
        }
        carried
    }

    pub(super) fn fetch(&self, wanted: &Fetch) -> Outcome {
        if let Some(name) = &wanted.portal {
            self.app.desk.portal(name)?;
        }
        let updated = wait_for(async {
            let practice = self.practice_if_needed(wanted.portal.as_deref()).await?;
            let fetched = match self.courier(wanted.portal.clone()) {
                Ok(mut courier) => courier.fetch().await.map_err(failed),
                // The courier of the running app asks by itself.
                Err(CourierError::Busy) => Ok(0),
                Err(error) => Err(failed(error)),
            };
            if let Some(practice) = practice {
                practice.stop().await;
            }
            fetched
        })??;
        let mut answer =
            Answer::of("updated", updated).line(self.say("cli.updated", &[("count", &updated)]));
        for row in self.app.desk.portals_list()? {
            let asked = wanted.portal.as_deref().is_none_or(|name| name == row.name);
            if let Some(failure) = row.last_failure.filter(|_| asked) {
                let mut told = Told::failure(self.words, &failure.into());
                told.subject = row.name;
                answer.problems.push(told);
                answer.exit = Some(exit::PORTAL);
            }
        }
        Ok(answer)
    }

    fn courier(&self, only: Option<String>) -> Result<Courier, CourierError> {
        let secrets: Arc<dyn Secrets> = self.app.secrets.clone();
        Courier::new(Arc::clone(&self.app.desk), secrets, self.options(only))
    }

    fn options(&self, only: Option<String>) -> CourierOptions {
        CourierOptions {
            only,
            ..options(self.app)
        }
    }

    /// Sends what comes until the person ends it or the time is over. While another program of this
    /// desk sends, its end is waited for. Where the desk's window is closed, the system is told when
    /// something needs a person.
    async fn watch(&self, only: Option<String>, timeout: Option<Duration>) -> Wire {
        let desk = &self.app.desk;
        let notices = Notices::begin(desk, Arc::new(NoWindow(desk.dir().to_owned())));
        events::watch(desk, move |changes| {
            let concerns = [Topic::Outbox, Topic::Portals, Topic::Link];
            if concerns.iter().any(|topic| changes.topics.contains(topic)) {
                notices.changed();
            }
        });
        let secrets: Arc<dyn Secrets> = self.app.secrets.clone();
        carry(
            Arc::clone(desk),
            secrets,
            self.options(only),
            ending(timeout),
        )
        .await
    }

    /// The desk's own practice portal, where pieces go to it and no other program runs it.
    async fn practice_if_needed(&self, only: Option<&str>) -> Result<Option<Practice>, Failure> {
        let desk: &Desk = &self.app.desk;
        let needed = desk.portals_list()?.into_iter().any(|portal| {
            portal.kind == PortalKind::Practice && only.is_none_or(|name| name == portal.name)
        });
        // What the practice portal receives lies in the open.
        if !needed || desk.is_locked() {
            return Ok(None);
        }
        match practice::start(PracticeOptions::in_dir(self.app.practice_folder())).await {
            Ok(practice) => {
                desk.portals_set_practice(&practice.url)?;
                Ok(Some(practice))
            }
            Err(practice::Error::Taken) => Ok(None),
            Err(error) => {
                tracing::warn!(%error, "the practice portal did not start");
                Ok(None)
            }
        }
    }
}

/// A desk without a window of this program. Where another shows it, that one tells the person.
struct NoWindow(PathBuf);

impl Around for NoWindow {
    fn quiet(&self) -> bool {
        window_is_there(&self.0)
    }
}

/// Ends when the person or the system says so, or when the time is over.
fn ending(timeout: Option<Duration>) -> CancellationToken {
    let stop = CancellationToken::new();
    let ended = stop.clone();
    tokio::spawn(async move {
        let over = async {
            match timeout {
                Some(most) => tokio::time::sleep(most).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = super::practice::asked_to_end() => {}
            () = over => {}
        }
        ended.cancel();
    });
    stop
}

fn failed(error: CourierError) -> Failure {
    match error {
        CourierError::Desk(error) => error.into(),
        other => Failure::new(qalam_desk::Code::Internal).because(other),
    }
}

fn told(receipt: &ReceiptRow) -> serde_json::Value {
    json!({
        "draft": receipt.draft,
        "release": receipt.release,
        "remote_id": receipt.remote_id,
        "url": receipt.url,
        "portal": receipt.portal,
        "receipt": {
            "release": receipt.release,
            "files": receipt.files,
            "received_at": receipt.received_at,
            "portal": receipt.portal,
        },
    })
}

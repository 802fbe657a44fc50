//! Uploading for the desk: where it stands is written down while it runs, and a text that comes meanwhile goes first.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use qalam_content::canonical::Release;
use qalam_desk::{
    Desk,
    outbox::{Outcome, Step, UploadStep},
};
use secrecy::SecretString;
use tokio::{sync::watch, time::Instant};

use super::{Courier, blocking};
use crate::{
    contract::{
        BEGINS_WITH, Contract, FileToSend, Habits, SMALL, Service, UploadEnd, UploadStart,
        WORTH_PARTS, crowded,
        wire::{PutItem, StoredItem},
    },
    http::Trouble,
};

/// Small files on their way at once. Each waits a round trip for its answer, in which the others fill the line.
const AT_ONCE: usize = 10;
/// Of these, so many begin before it is known that the line bears more: the first bytes of all at once overflow the queue
/// before a thin line, and young connections that lose packets are slow for long.
const AT_FIRST: usize = 4;
/// So many small files go with one attempt; then the outbox says again whose turn it is.
const MOST_BESIDE: usize = 500;

/// How often the place of an upload is written down at most.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// How often the pace of small files is looked at at most.
const LOOK_AT_MOST: Duration = Duration::from_millis(100);
/// How often an upload looks whether something more urgent came.
const LOOK_EVERY: Duration = Duration::from_secs(2);

impl Courier {
    /// Sends a file. `None` when it was left for a text that came meanwhile.
    pub(super) async fn upload(&mut self, step: &UploadStep) -> Option<Outcome> {
        let (contract, token, service) = match self.reach(&step.portal).await {
            Ok(reached) => reached,
            Err(trouble) => return Some(self.outcome(&step.portal.id, trouble)),
        };
        let mut habits = self
            .portals
            .get(&step.portal.id)
            .map(|known| known.habits)
            .unwrap_or_default();
        if step.length <= SMALL && step.upload_url.is_none() {
            let work = Work {
                contract: &contract,
                token: &token,
                service: &service,
                at_once: match habits.alone.at(Instant::now()) {
                    true => 1,
                    false => AT_ONCE,
                },
            };
            let beside = tokio::select! {
                done = self.side_by_side(work, step) => done,
                () = self.something_new() => return None,
            };
            if let Some(known) = self.portals.get_mut(&step.portal.id) {
                if beside.turned_away {
                    known.habits.alone.had_no_room(Instant::now());
                }
                known.told = beside.told;
            }
            return Some(match beside.outcome {
                Ok(outcome) => outcome,
                Err(trouble) => self.outcome(&step.portal.id, trouble),
            });
        }
        let file = file_of(step);
        let start = UploadStart {
            noted: step.upload_url.clone(),
            wanted: step.upload_url.is_none(),
            item: Some(step.draft.clone()),
        };
        let (notes, noted) = watch::channel(None);
        let writing = tokio::spawn(write_notes(Arc::clone(&self.desk), step.clone(), noted));
        let mut note = |url: &str, offset: u64| {
            notes.send_replace(Some((url.to_owned(), offset)));
        };
        let end = {
            let sending = contract.upload(&token, &service, &file, start, &mut habits, &mut note);
            tokio::select! {
                end = sending => Some(end),
                () = self.something_new() => None,
            }
        };
        // What was noted last is at the desk before the outcome is.
        drop(notes);
        let _ = writing.await;
        if let Some(known) = self.portals.get_mut(&step.portal.id) {
            known.habits = habits;
        }
        Some(match end? {
            UploadEnd::Uploaded(told) => {
                if let Some(known) = self.portals.get_mut(&step.portal.id) {
                    known.told = told;
                }
                Outcome::Uploaded
            }
            UploadEnd::Gone => Outcome::UploadGone,
            UploadEnd::Trouble(trouble) => self.outcome(&step.portal.id, trouble),
        })
    }

    /// Sends a small file and, beside it, the other small ones of its piece, so many at once that round trips do not
    /// count. What came of the others is recorded as it comes; the outcome of `step` itself is given back.
    async fn side_by_side(&self, work: Work<'_>, step: &UploadStep) -> Beside {
        let of = step.clone();
        let others = self.desk(move |desk| desk.outbox_beside(&of, SMALL)).await;
        let mut waiting = VecDeque::from(others.unwrap_or_default());
        waiting.truncate(MOST_BESIDE);
        waiting.push_front(step.clone());
        let mut under_way = FuturesUnordered::new();
        let mut ours = None;
        let mut failed = None;
        let mut measured: Option<Pace> = None;
        let at_once = work.at_once;
        let mut turned_away = false;
        let mut told = None;
        // Worth measuring only when more will follow.
        let many = waiting.len() > at_once;
        if many {
            work.contract.pace_unmeasured();
        }
        let measuring = async {
            match many {
                true => work.contract.round_trip(work.token, work.service).await,
                false => None,
            }
        };
        tokio::pin!(measuring);
        let mut asked = false;
        loop {
            let now_at_once = match many && !asked {
                true => at_once.min(AT_FIRST),
                false => at_once,
            };
            while failed.is_none()
                && under_way.len() < now_at_once
                && let Some(next) = waiting.pop_front()
            {
                // Each may be the last to arrive of those that are under way with the last one sent.
                let may_be_last = waiting.len() < at_once;
                under_way.push(work.send(next, may_be_last));
            }
            let ended = tokio::select! {
                took = &mut measuring, if !asked => {
                    asked = true;
                    measured = took.map(|took| Pace::begin(took, work.contract));
                    continue;
                }
                () = Pace::look(&mut measured, work, under_way.len()) => continue,
                ended = under_way.next() => ended,
            };
            let Some((sent, end)) = ended else {
                break;
            };
            if let UploadEnd::Trouble(trouble) = &end {
                turned_away |= at_once > 1 && crowded(trouble);
            }
            if sent.sha256 == step.sha256 {
                ours = Some(end);
                continue;
            }
            match end {
                UploadEnd::Uploaded(said) => {
                    told = told.or(said);
                    let recorded = self
                        .desk(move |desk| {
                            desk.outbox_record(&Step::Upload(sent), Outcome::Uploaded)
                        })
                        .await;
                    if let Err(error) = recorded {
                        tracing::warn!(%error, "a file that arrived is not recorded");
                    }
                }
                // It is still missing, so it has its own turn later, with its own verdict.
                UploadEnd::Gone => failed = Some(()),
                UploadEnd::Trouble(trouble) => {
                    tracing::debug!(code = %trouble.failure.code, "a file beside did not arrive");
                    failed = Some(());
                }
            }
        }
        work.contract.no_pace();
        let outcome = match ours {
            Some(UploadEnd::Uploaded(said)) => {
                told = told.or(said);
                Ok(Outcome::Uploaded)
            }
            Some(UploadEnd::Trouble(trouble)) => Err(trouble),
            Some(UploadEnd::Gone) | None => Ok(Outcome::UploadGone),
        };
        Beside {
            outcome,
            turned_away,
            told,
        }
    }

    /// Ends when more waits than did at the beginning: a release was approved, and its text goes before any file.
    async fn something_new(&self) {
        let count = || async {
            let counts = self.desk(Desk::outbox_counts).await;
            counts.map_or(u32::MAX, |counts| counts.waiting)
        };
        let before = count().await;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = count().await;
            if now > before && now != u32::MAX {
                return;
            }
        }
    }
}

/// What came of small files side by side.
struct Beside {
    /// Of the one that was asked for.
    outcome: Result<Outcome, Trouble>,
    /// The portal turned one of several away.
    turned_away: bool,
    /// How the item stands that lacks nothing more.
    told: Option<Box<StoredItem>>,
}

/// A portal that was reached.
#[derive(Clone, Copy)]
struct Work<'w> {
    contract: &'w Contract,
    token: &'w SecretString,
    service: &'w Service,
    /// Requests side by side.
    at_once: usize,
}

/// How quickly small files side by side leave. What each has on its way is bounded, so that what is handed over is what
/// was acknowledged.
struct Pace {
    round_trip: Duration,
    began: Instant,
    before: u64,
    next: Instant,
}

impl Pace {
    fn begin(round_trip: Duration, contract: &Contract) -> Self {
        let now = Instant::now();
        Self {
            round_trip,
            began: now,
            before: contract.written(),
            next: now + round_trip,
        }
    }

    /// Looks once a round trip, as soon as one was measured. When fewer are left at work, each may have more on its way.
    async fn look(measured: &mut Option<Self>, work: Work<'_>, at_work: usize) {
        let Some(pace) = measured else {
            return std::future::pending().await;
        };
        tokio::time::sleep_until(pace.next).await;
        pace.next = Instant::now() + pace.round_trip.max(LOOK_AT_MOST);
        let moved = work.contract.written().saturating_sub(pace.before);
        let took = pace.began.elapsed();
        let at_work = u32::try_from(at_work).unwrap_or(u32::MAX);
        work.contract.pace(moved, took, pace.round_trip, at_work);
    }
}

impl Work<'_> {
    async fn send(self, step: UploadStep, may_be_last: bool) -> (UploadStep, UploadEnd) {
        let start = UploadStart {
            noted: None,
            wanted: true,
            item: may_be_last.then(|| step.draft.clone()),
        };
        let file = file_of(&step);
        let end = self
            .contract
            .upload(
                self.token,
                self.service,
                &file,
                start,
                &mut Habits::default(),
                &mut |_, _| {},
            )
            .await;
        (step, end)
    }
}

/// Connections worth making while a text is on its way, because a large file or so many small ones come after it. The last
/// one is for looking how far the portal is.
pub(super) fn connections_ahead(put: &[u8]) -> usize {
    let read = || -> Option<Release> {
        let put: PutItem = serde_json::from_slice(put).ok()?;
        serde_json::from_str(&put.release).ok()
    };
    let files = read().map_or_else(Vec::new, |release| release.attachments);
    let small = files.iter().filter(|file| file.bytes <= SMALL).count();
    let large = files.iter().any(|file| file.bytes >= WORTH_PARTS);
    match (small > AT_ONCE, large) {
        (true, _) => AT_ONCE,
        (false, true) => BEGINS_WITH,
        (false, false) => 0,
    }
}

/// The file of a step.
pub(super) fn file_of(step: &UploadStep) -> FileToSend {
    FileToSend {
        sha256: step.sha256.clone(),
        path: step.path.clone(),
        length: step.length,
        mime: step.mime.clone(),
        name: step.name.clone(),
    }
}

/// Writes the newest note down, at most once in [`NOTE_EVERY`], and the last one always.
async fn write_notes(
    desk: Arc<Desk>,
    step: UploadStep,
    mut noted: watch::Receiver<Option<(String, u64)>>,
) {
    while noted.changed().await.is_ok() {
        let note = noted.borrow_and_update().clone();
        let Some((url, offset)) = note else {
            continue;
        };
        let (desk, step) = (Arc::clone(&desk), step.clone());
        let written = blocking(move || desk.outbox_upload_progress(&step, &url, offset)).await;
        if let Err(error) = written {
            // The portal knows where it stands; only the screen shows an older number.
            tracing::warn!(%error, "progress not written");
        }
        let open = tokio::time::timeout(NOTE_EVERY, closed(&noted))
            .await
            .is_err();
        if !open && !noted.has_changed().unwrap_or(true) {
            return;
        }
    }
}

async fn closed<T>(noted: &watch::Receiver<T>) {
    // A clone has its own idea of what is new; it ends with the sender.
    let mut noted = noted.clone();
    while noted.changed().await.is_ok() {}
}

//! What the streams of one upload share: the plan, what was measured, and who waits for what.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use qalam_desk::error::Code;

use super::{
    Habits, crowded,
    gauge::{Gauge, MOST},
    late::{Course, Flight, late},
    plan::{Part, Plan},
};
use crate::http::{Progress, Trouble, Url};

/// After a stream was turned away, others may be for so long; then the outbox's pauses take over.
const CROWDED: Duration = Duration::from_secs(10);
/// Bytes that left so shortly ago show that there is a way.
const MOMENT: Duration = Duration::from_secs(10);
/// How often the end of a file is looked at, at most.
const LATE_LOOK: Duration = Duration::from_millis(500);

/// What the streams of one upload share. Locks are held for a moment and never while waiting.
pub(super) struct Shared {
    pub(super) plan: Mutex<Plan>,
    pub(super) gauge: Mutex<Gauge>,
    pub(super) habits: Mutex<Habits>,
    pub(super) began: Instant,
    // How many streams may work, and a call to those that wait for it to change.
    pub(super) wanted: AtomicU32,
    // How many have bytes to hand over.
    turns: AtomicU32,
    pub(super) changed: Notify,
    // An upload of a part began: its address is to be noted before its bytes are many.
    pub(super) begun: Notify,
    // Requests under way, and the parts they are for.
    running: Mutex<Vec<(Option<usize>, Arc<Progress>)>>,
    // Parts that somebody idle should send beside the stream that is late with them.
    pub(super) late: Mutex<Vec<usize>>,
    // When the pace of the end was looked at, and the bytes moved by then.
    pulse: Mutex<(Instant, u64)>,
    // Bytes handed over by requests that ended.
    handed: AtomicU64,
    // Bytes sent that were sent before, or must be.
    again: AtomicU64,
    // The parts that the portal was asked to join.
    asked: Mutex<Option<Vec<Url>>>,
    // When it was first turned away.
    crowded: Mutex<Option<Instant>>,
    // When the portal last answered, and the one who knocks while it does not.
    pub(super) answered: Mutex<Instant>,
    pub(super) door: tokio::sync::Mutex<()>,
}

/// A request under way.
pub(super) struct UnderWay<'s> {
    shared: &'s Shared,
    progress: Arc<Progress>,
}

impl std::ops::Deref for UnderWay<'_> {
    type Target = Arc<Progress>;

    fn deref(&self) -> &Arc<Progress> {
        &self.progress
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        lock(&self.shared.running).retain(|(_, one)| !Arc::ptr_eq(one, &self.progress));
        let handed = self.progress.handed();
        self.shared.handed.fetch_add(handed, Ordering::Relaxed);
    }
}

/// A stream's turn to hand bytes over. It ends with the last of them, where the part has an address: who only waits for the
/// answer keeps nothing busy.
pub(super) struct Turn<'s>(&'s Shared);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.turns.fetch_sub(1, Ordering::Relaxed);
        self.0.changed.notify_waiters();
    }
}

impl Shared {
    /// Takes a part to work on, when it is somebody's turn. A portal that serves one request at a time is asked nothing
    /// before the last one has ended.
    pub(super) fn take(&self) -> Option<(usize, Turn<'_>)> {
        let mut plan = lock(&self.plan);
        if self.alone() && plan.parts.iter().any(|part| part.busy) {
            return None;
        }
        let turns = self.turns.load(Ordering::Relaxed);
        if turns >= self.wanted.load(Ordering::Relaxed) {
            return None;
        }
        let index = plan.take()?;
        // Counted under the plan's lock.
        self.turns.fetch_add(1, Ordering::Relaxed);
        Some((index, Turn(self)))
    }

    /// Waits for the answer to the last bytes of a part, and gives the turn back as soon as they have left.
    pub(super) async fn until_sent<T>(
        &self,
        turn: &mut Option<Turn<'_>>,
        index: usize,
        (progress, bytes): (&Progress, u64),
        answer: impl Future<Output = T>,
    ) -> T {
        tokio::pin!(answer);
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            () = progress.sent(bytes) => {}
        }
        // A portal that serves one request at a time is asked nothing before it has answered.
        if self.alone() {
            return answer.await;
        }
        let left = |left| {
            if let Some(part) = lock(&self.plan).parts.get_mut(index) {
                part.left = left;
            }
        };
        left(true);
        *turn = None;
        self.changed.notify_waiters();
        let answer = answer.await;
        left(false);
        answer
    }

    /// Begins with so many streams.
    pub(super) fn new(plan: Plan, streams: u32, habits: Habits) -> Self {
        Self {
            gauge: Mutex::new(Gauge::new(streams)),
            habits: Mutex::new(habits),
            began: Instant::now(),
            wanted: AtomicU32::new(streams),
            turns: AtomicU32::new(0),
            changed: Notify::new(),
            begun: Notify::new(),
            running: Mutex::default(),
            late: Mutex::default(),
            pulse: Mutex::new((Instant::now(), 0)),
            handed: AtomicU64::new(0),
            again: AtomicU64::new(0),
            asked: Mutex::default(),
            crowded: Mutex::default(),
            answered: Mutex::new(Instant::now()),
            door: tokio::sync::Mutex::new(()),
            plan: Mutex::new(plan),
        }
    }

    /// A request begins, for a part. It is under way until what this gives is dropped.
    pub(super) fn begin(&self, part: Option<usize>) -> UnderWay<'_> {
        let progress = Arc::new(Progress::default());
        lock(&self.running).push((part, Arc::clone(&progress)));
        UnderWay {
            shared: self,
            progress,
        }
    }

    pub(super) fn under_way(&self) -> u64 {
        lock(&self.running)
            .iter()
            .map(|(_, one)| one.handed())
            .sum()
    }

    pub(super) fn held(&self, index: usize, url: &Url, at: u64) {
        self.answered();
        if let Some(part) = lock(&self.plan).parts.get_mut(index)
            && part.url.as_ref() == Some(url)
        {
            part.held = at;
        }
    }

    /// Ends when the part is there, whoever sent it.
    pub(super) async fn whole(&self, index: usize) {
        loop {
            let changed = self.changed.notified();
            if lock(&self.plan).parts.get(index).is_none_or(Part::whole) {
                return;
            }
            changed.await;
        }
    }

    /// Ends when the last bytes of all parts have left; gives the parts to be joined.
    pub(super) async fn all_left(&self) -> Vec<Url> {
        loop {
            let changed = self.changed.notified();
            let parts = {
                let plan = lock(&self.plan);
                (plan.joined && plan.left()).then(|| plan.addresses())
            };
            if let Some(parts) = parts {
                self.asked_for(Some(parts.clone()));
                return parts;
            }
            changed.await;
        }
    }

    /// Notes the parts that the portal is being asked to join.
    pub(super) fn asked_for(&self, parts: Option<Vec<Url>>) {
        *lock(&self.asked) = parts;
    }

    /// Whether it is being asked to join the parts as they are now.
    pub(super) fn asked(&self) -> bool {
        lock(&self.asked).as_ref() == Some(&lock(&self.plan).addresses())
    }

    /// At the end of a file: is one stream late with its part, while others have nothing to do?
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    fn look_for_late(&self) {
        let moved = self.moved();
        let (line, wait) = {
            let gauge = lock(&self.gauge);
            (
                gauge.pace(),
                gauge.shortest().unwrap_or_default().max(LATE_LOOK),
            )
        };
        let now = {
            let mut pulse = lock(&self.pulse);
            let took = pulse.0.elapsed();
            if took < wait {
                return;
            }
            let (_, before) = std::mem::replace(&mut *pulse, (Instant::now(), moved));
            moved.saturating_sub(before) as f64 / took.as_secs_f64()
        };
        let running = lock(&self.running).clone();
        let mut plan = lock(&self.plan);
        let under_way: Vec<Flight> = plan
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| !part.whole())
            .map(|(index, part)| {
                let of = running.iter().find(|(of, _)| *of == Some(index));
                Flight {
                    part: index,
                    length: part.length(),
                    handed: of
                        .map_or(0, |(_, one)| one.handed())
                        .saturating_add(part.held),
                    still: of.map_or(Duration::ZERO, |(_, one)| one.still_for()),
                    doubled: part.doubled,
                }
            })
            .collect();
        let course = Course {
            now,
            line,
            trip: wait,
            length: plan.length,
            again: self.again.load(Ordering::Relaxed),
        };
        let Some(late) = late(&under_way, course) else {
            return;
        };
        if let Some(part) = plan.parts.get_mut(late) {
            part.doubled = true;
            self.sent_again(part.length());
        }
        drop(plan);
        lock(&self.late).push(late);
        self.changed.notify_waiters();
    }

    /// Notes bytes that were sent and must be again, or are sent twice.
    pub(super) fn sent_again(&self, bytes: u64) {
        self.again.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn answered(&self) {
        *lock(&self.answered) = Instant::now();
    }

    /// Whether it was the portal that had no room for a stream, and not the way that is gone: it said so, or said nothing
    /// while bytes of others left.
    pub(super) fn had_no_room(&self, trouble: &Trouble) -> bool {
        let silent = trouble.status.is_none() && trouble.failure.code == Code::Timeout.as_str();
        crowded(trouble)
            || silent
                && lock(&self.running)
                    .iter()
                    .any(|(_, one)| one.handed() > 0 && one.still_for() < MOMENT)
    }

    /// Whether the portal gets one request at a time now.
    pub(super) fn alone(&self) -> bool {
        lock(&self.habits).alone.at(Instant::now())
    }

    /// The portal had no room for one of several streams, whose part began then: one goes on. It may happen again to
    /// those that began when there were several, and for a while; false after that, and when there never were several.
    pub(super) fn one_at_a_time(&self, began: Instant) -> bool {
        if !lock(&self.plan).joined {
            return false;
        }
        let now = Instant::now();
        let anew = lock(&self.habits).alone.had_no_room(now);
        self.wanted.store(1, Ordering::Relaxed);
        let mut since = lock(&self.crowded);
        if anew {
            *since = None;
        }
        began < *since.get_or_insert(now) + CROWDED
    }

    /// Bytes handed over so far.
    fn moved(&self) -> u64 {
        let ended = self.handed.load(Ordering::Relaxed);
        ended.saturating_add(self.under_way())
    }

    /// What each connection may have on its way now. Towards the end of a file few streams share the line.
    pub(super) fn on_the_way(&self) -> u64 {
        let (at_work, ending) = {
            let plan = lock(&self.plan);
            match plan.exhausted() {
                true => (self.turns.load(Ordering::Relaxed), 0),
                false => (MOST, plan.ending()),
            }
        };
        let moved = self.moved();
        let at = self.began.elapsed();
        lock(&self.gauge).on_the_way(at_work, ending, at, moved)
    }

    pub(super) fn measure(&self) {
        if lock(&self.plan).exhausted() {
            // The end of a file is no measure of the link.
            if !self.alone() {
                self.look_for_late();
            }
            return;
        }
        let moved = self.moved();
        let mut gauge = lock(&self.gauge);
        gauge.look(self.began.elapsed(), moved);
        let wanted = match self.alone() {
            true => 1,
            false => gauge.streams(),
        };
        if self.wanted.swap(wanted, Ordering::Relaxed) != wanted {
            tracing::debug!(wanted, rate = gauge.rate(), since = ?self.began.elapsed(), "streams");
            self.changed.notify_waiters();
        }
    }
}

pub(super) fn lock<T>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}

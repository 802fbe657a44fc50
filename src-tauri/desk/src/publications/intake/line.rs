//! The line every file goes through: looked at and copied, described, stored; three stages that
//! work beside each other, each in the order of the walk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use super::super::store::FileSign;
use super::super::walk::FoundPath;
use super::keep::Keeper;
use super::reading::{Prepared, Reader, Work};
use super::{IntakeOptions, Throttled};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::imports::Described;
use crate::imports::describer::Describer;
use crate::job::{IntakeItem, JobHandle};

/// So many files may be copied but not yet stored; bounds the temporary space.
const WINDOW: usize = 16;
/// The most workers describing at once.
const MAX_DESCRIBERS: usize = 4;
/// How often a wait looks whether the person cancelled.
const LOOK_UP: Duration = Duration::from_millis(50);

/// A file on its way to the end.
pub(super) enum Ready {
    /// It ended without a description. With a sign it goes into the journal.
    Ended(Box<IntakeItem>, Option<FileSign>),
    /// The same bytes as a file of this run that comes before it.
    SameAsEarlier {
        path: String,
        sign: FileSign,
        sha256: String,
    },
    /// Described; `None` when the job was cancelled meanwhile.
    Described(Box<Work>, Option<Box<Described>>),
    /// The desk itself failed; the job ends.
    Stopped(Error),
}

type Numbered<T> = (usize, T);

/// How far the last stage is, for the first to wait on.
struct Progress {
    stored: Mutex<usize>,
    moved: Condvar,
    over: AtomicBool,
}

impl Progress {
    fn held(&self) -> MutexGuard<'_, usize> {
        self.stored.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.moved.notify_all();
    }

    fn advance(&self) {
        *self.held() += 1;
        self.moved.notify_all();
    }

    /// Waits until file `number` is near enough. False when everything is over.
    fn wait_for(&self, number: usize, handle: &JobHandle) -> bool {
        let mut stored = self.held();
        loop {
            if self.is_over() || handle.is_cancelled() {
                return false;
            }
            if number < *stored + WINDOW {
                return true;
            }
            stored = self
                .moved
                .wait_timeout(stored, LOOK_UP)
                .map_or_else(|held| held.into_inner().0, |(stored, _)| stored);
        }
    }
}

/// Brings all files to their end, in the order given. Stops early when cancelled.
pub(super) fn all(
    desk: &Desk,
    options: IntakeOptions,
    handle: &JobHandle,
    found: &[FoundPath],
    finished: &mut dyn FnMut(&IntakeItem),
    told: &mut Throttled<'_>,
) -> Result<()> {
    let describers = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .clamp(1, MAX_DESCRIBERS);
    let (to_describe, waiting) = channel::<Numbered<Work>>();
    let (done, ready) = channel::<Numbered<Ready>>();
    let waiting = Mutex::new(waiting);
    let progress = Progress {
        stored: Mutex::new(0),
        moved: Condvar::new(),
        over: AtomicBool::new(false),
    };
    let mut keeper = Keeper::begin(desk, options)?;
    std::thread::scope(|scope| {
        for number in 0..describers {
            let (waiting, progress, done) = (&waiting, &progress, done.clone());
            let thumbnail_to = desk
                .tmp()
                .join(format!("thumbnail-{}-{number}.png", new_id()));
            scope.spawn(move || describe_all(waiting, &done, thumbnail_to, handle, progress));
        }
        let reading = &progress;
        let copied = done.clone();
        scope.spawn(move || {
            let reader = Reader::new(desk, handle, options.dry_run);
            read_all(reader, found, handle, reading, &to_describe, &copied);
        });
        drop(done);
        let outcome = store_all(
            &mut keeper,
            found,
            &ready,
            handle,
            &progress,
            finished,
            told,
        );
        progress.end();
        outcome
    })
}

/// The first stage: looks at files and copies them, not too far ahead.
fn read_all(
    mut reader: Reader<'_>,
    found: &[FoundPath],
    handle: &JobHandle,
    progress: &Progress,
    to_describe: &Sender<Numbered<Work>>,
    ready: &Sender<Numbered<Ready>>,
) {
    for (number, one) in found.iter().enumerate() {
        handle.wait_while_paused();
        if !progress.wait_for(number, handle) {
            return;
        }
        if one.left_out.is_none() {
            handle.set_current(Some(one.path.display().to_string()));
        }
        let sent = match reader.prepare(one) {
            Ok(Some(Prepared::Work(work))) => to_describe.send((number, work)).is_ok(),
            Ok(Some(Prepared::Ready(one))) => ready.send((number, one)).is_ok(),
            Ok(None) => return,
            Err(error) => {
                let _ = ready.send((number, Ready::Stopped(error)));
                return;
            }
        };
        if !sent {
            return;
        }
    }
}

/// The second stage: describes what was copied, each thread through a worker of its own.
fn describe_all(
    waiting: &Mutex<Receiver<Numbered<Work>>>,
    ready: &Sender<Numbered<Ready>>,
    thumbnail_to: PathBuf,
    handle: &JobHandle,
    progress: &Progress,
) {
    let stopped = || progress.is_over() || handle.is_cancelled();
    let mut describer = Describer::new(thumbnail_to);
    while !stopped() {
        handle.wait_while_paused();
        let next = waiting
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .recv_timeout(LOOK_UP);
        let (number, work) = match next {
            Ok(next) => next,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let described = describer.describe(&work.name, work.path(), &stopped);
        let one = Ready::Described(Box::new(work), described.map(Box::new));
        if ready.send((number, one)).is_err() {
            return;
        }
    }
}

/// The last stage: stores what is described, in the order of the walk.
fn store_all(
    keeper: &mut Keeper<'_>,
    found: &[FoundPath],
    ready: &Receiver<Numbered<Ready>>,
    handle: &JobHandle,
    progress: &Progress,
    finished: &mut dyn FnMut(&IntakeItem),
    told: &mut Throttled<'_>,
) -> Result<()> {
    let mut early: BTreeMap<usize, Ready> = BTreeMap::new();
    for (number, one) in found.iter().enumerate() {
        let ready = loop {
            if handle.is_cancelled() {
                return Ok(());
            }
            if let Some(ready) = early.remove(&number) {
                break ready;
            }
            match ready.recv_timeout(LOOK_UP) {
                Ok((number, one)) => {
                    early.insert(number, one);
                }
                // Time that nothing else needs.
                Err(RecvTimeoutError::Timeout) => {
                    keeper.index(false)?;
                    told.tell(false);
                }
                Err(RecvTimeoutError::Disconnected) if handle.is_cancelled() => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::internal("no describer is left"));
                }
            }
        };
        let Some(item) = keeper.store(ready)? else {
            return Ok(());
        };
        handle.finish_item(item.clone(), one.bytes);
        finished(&item);
        progress.advance();
        told.tell(false);
    }
    keeper.index(true)
}

/// Failures after which going on with the next file would only fail again.
pub(super) fn stops_the_job(error: &Error) -> bool {
    matches!(
        error.code,
        Code::DiskFull | Code::DeskBusy | Code::DeskDamaged | Code::DeskNewer | Code::Internal
    )
}

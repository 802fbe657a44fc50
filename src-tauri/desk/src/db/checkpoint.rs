//! Moves what was committed from the log into the database, beside the writing.
//!
//! SQLite would do it inside the commit that makes the log too long, and one save in a hundred
//! would wait for it. Here a thread of its own does it, and a commit only says that it may be time.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::open;
use crate::locked::Access;

/// Pages in the log from which SQLite does it after all, inside a commit: if the thread could not,
/// the log must not grow for ever.
pub(crate) const LAST_RESORT_PAGES: u32 = 16_000;
/// Commits between two looks at the log.
const COMMITS: u32 = 64;

/// The thread; ends when this is dropped.
pub(crate) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
}

impl Checkpointer {
    /// Starts the thread for the database at `path`. Without one, [`LAST_RESORT_PAGES`] holds.
    pub(crate) fn start(access: Access, path: PathBuf, busy: Duration) -> Self {
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(move || run(&access, &path, busy, &woken))
            .inspect_err(|error| tracing::warn!(%error, "no checkpoint thread"))
            .ok();
        Self {
            wake: Some(wake),
            thread,
            commits: 0,
        }
    }

    /// Counts a commit. Never waits.
    pub(crate) fn committed(&mut self) {
        self.commits += 1;
        if self.commits >= COMMITS {
            self.commits = 0;
            if let Some(wake) = &self.wake {
                // A full channel means that the thread has yet to look anyway.
                let _ = wake.try_send(());
            }
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(access: &Access, path: &std::path::Path, busy: Duration, woken: &Receiver<()>) {
    let mut conn = None;
    while woken.recv().is_ok() {
        if conn.is_none() {
            conn = open::writer(access, path, busy)
                .inspect_err(|error| tracing::warn!(%error, "no checkpoint"))
                .ok();
        }
        if let Some(conn) = &conn {
            // Passive: it stops at what a reader still needs and keeps no writer waiting.
            let outcome = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            if let Err(error) = outcome {
                tracing::warn!(%error, "checkpoint failed");
            }
        }
    }
}

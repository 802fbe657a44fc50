//! Telling screens what changed: bursts of changes become one word, and changes other programs
//! make to the same desk are noticed within a second.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use qalam_desk::{Changes, Desk};

/// How long a burst may pause and still be one.
const QUIET: Duration = Duration::from_millis(30);
/// A burst is told at the latest after this long.
const LONGEST: Duration = Duration::from_millis(150);
/// How often other programs' changes are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// Calls `tell` with every change from now on, on a thread of its own, until the desk is closed.
pub fn watch(desk: &Arc<Desk>, tell: impl FnMut(Changes) + Send + 'static) {
    let heard = desk.subscribe();
    let desk = Arc::downgrade(desk);
    let started = std::thread::Builder::new()
        .name("changes".to_owned())
        .spawn(move || run(&desk, &heard, tell));
    if let Err(error) = started {
        tracing::error!(%error, "no thread for changes");
    }
}

fn run(desk: &Weak<Desk>, heard: &Receiver<Changes>, mut tell: impl FnMut(Changes)) {
    let mut version = None;
    let mut look_at = Instant::now();
    loop {
        let now = Instant::now();
        if now >= look_at {
            look_at = now + LOOK;
            let Some(desk) = desk.upgrade() else { return };
            if let Ok(found) = desk.data_version()
                && version.replace(found).is_some_and(|known| known != found)
            {
                tell(Changes::everything());
            }
        }
        match heard.recv_timeout(look_at.saturating_duration_since(Instant::now())) {
            Ok(first) => tell(burst(first, heard)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn burst(first: Changes, heard: &Receiver<Changes>) -> Changes {
    let end = Instant::now() + LONGEST;
    let mut all = first;
    while let Ok(more) =
        heard.recv_timeout(QUIET.min(end.saturating_duration_since(Instant::now())))
    {
        all.join(more);
        if Instant::now() >= end {
            break;
        }
    }
    all
}

//! Connections made before they are needed: many requests that begin at once then do not wait for theirs.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::{sync::Notify, time::Instant};

use super::connect::Line;

/// A server closes what stays silent; long before, nobody counts on it.
const KEPT: Duration = Duration::from_secs(10);

/// Connections nobody uses yet; clones share them.
#[derive(Clone, Default)]
pub(super) struct Spares(Arc<Kept>);

#[derive(Default)]
struct Kept {
    lines: Mutex<Vec<Spare>>,
    // A call to those who wait for one.
    came: Notify,
}

struct Spare {
    to: String,
    made: Instant,
    line: TokioIo<Line>,
}

impl Spares {
    /// Keeps a connection until it is taken or too old, and then is done.
    pub(super) async fn keep(&self, target: &Uri, line: TokioIo<Line>) {
        let spare = Spare {
            to: origin(target),
            made: Instant::now(),
            line,
        };
        self.lock().push(spare);
        self.0.came.notify_waiters();
        tokio::time::sleep(KEPT).await;
        self.lock().retain(Spare::stands);
    }

    /// One that still stands, if there is any.
    pub(super) fn take(&self, target: &Uri) -> Option<TokioIo<Line>> {
        let to = origin(target);
        let mut spares = self.lock();
        spares.retain(Spare::stands);
        let at = spares.iter().position(|spare| spare.to == to)?;
        Some(spares.swap_remove(at).line)
    }

    /// The next one that comes. Never ends when none does.
    pub(super) async fn next(&self, target: &Uri) -> TokioIo<Line> {
        loop {
            let came = self.0.came.notified();
            if let Some(line) = self.take(target) {
                return line;
            }
            came.await;
        }
    }

    /// Ends all of them.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Spare>> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spare {
    fn stands(&self) -> bool {
        self.made.elapsed() < KEPT && self.line.inner().stands()
    }
}

fn origin(target: &Uri) -> String {
    format!(
        "{}://{}",
        target.scheme_str().unwrap_or_default(),
        target.authority().map_or("", http::uri::Authority::as_str)
    )
}

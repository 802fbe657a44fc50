//! How far a request has gone.

use std::{
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hyper_util::client::legacy::connect::CaptureConnection;
use tokio::{sync::Notify, time::Instant};

use super::counted::Written;

/// How far a request body has gone; shared with whoever shows progress.
#[derive(Debug)]
pub struct Progress {
    handed: AtomicU64,
    // Of those, bytes that are counted as sent: not what the client itself still holds.
    counted: AtomicU64,
    // The connection that they go over, and what it had written before.
    over: OnceLock<(Written, u64)>,
    // A call to those who wait for the connection.
    bound: Notify,
    // When bytes moved last, and the longest time between two movements.
    moved: Mutex<(Instant, Duration)>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            handed: AtomicU64::new(0),
            counted: AtomicU64::new(0),
            over: OnceLock::new(),
            bound: Notify::new(),
            moved: Mutex::new((Instant::now(), Duration::ZERO)),
        }
    }
}

impl Progress {
    /// One for a request that nobody watches.
    pub(super) fn shared() -> Arc<Self> {
        Arc::default()
    }

    /// Bytes of the body handed to the connection.
    pub fn handed(&self) -> u64 {
        self.handed.load(Ordering::Relaxed)
    }

    pub(super) fn hand(&self, bytes: usize) {
        let before = self
            .handed
            .fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, longest) = *moved;
        // The first bytes waited for the connection.
        let waited = if before == 0 {
            Duration::ZERO
        } else {
            last.elapsed()
        };
        *moved = (Instant::now(), longest.max(waited));
    }

    /// Notes the connection, once there is one.
    pub(super) fn goes_over(&self, captured: &CaptureConnection) {
        if self.over.get().is_none()
            && let Some(connected) = captured.connection_metadata().as_ref()
        {
            let mut found = http::Extensions::new();
            connected.get_extras(&mut found);
            if let Some(written) = found.remove::<Written>() {
                let before = written.bytes();
                let _ = self.over.set((written, before));
                self.bound.notify_waiters();
            }
        }
    }

    /// Bytes that became sent since this was asked last: those that the system has, `all` when an answer says so.
    pub(super) fn newly_sent(&self, all: bool) -> u64 {
        let handed = self.handed();
        let sent = match self.over.get() {
            _ if all => handed,
            Some((written, before)) => handed.min(written.bytes().saturating_sub(*before)),
            None => 0,
        };
        sent.saturating_sub(self.counted.fetch_max(sent, Ordering::Relaxed))
    }

    /// Ends when so many bytes of the body are with the system.
    pub(crate) async fn sent(&self, bytes: u64) {
        loop {
            let bound = self.bound.notified();
            if let Some((written, before)) = self.over.get() {
                return written.reach(before.saturating_add(bytes)).await;
            }
            bound.await;
        }
    }

    /// For how long no byte of the body was handed over.
    pub(crate) fn still_for(&self) -> Duration {
        let (last, _) = *self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        last.elapsed()
    }

    pub(super) fn longest_wait(&self) -> Duration {
        let (_, longest) = *self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        longest
    }
}

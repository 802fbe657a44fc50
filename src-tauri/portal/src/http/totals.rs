//! Counting what goes over the wire.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use serde::Serialize;

/// Running totals of a client.
#[derive(Debug, Default)]
pub struct Totals {
    requests: AtomicU64,
    bytes_out: AtomicU64,
    bytes_in: AtomicU64,
    payload_bytes: AtomicU64,
    resumed_bytes: AtomicU64,
    micros: AtomicU64,
    // Of the connection that was made quickest without a proxy between; 0 before the first.
    nearest_micros: AtomicU64,
}

/// Totals at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Wire {
    /// Requests begun.
    pub requests: u64,
    /// Bytes written to connections, encryption included.
    pub bytes_out: u64,
    /// Bytes read from connections, encryption included.
    pub bytes_in: u64,
    /// Bytes of texts and files sent, repeated ones included.
    pub payload_bytes: u64,
    /// Bytes that a portal still had after an interruption and that were not sent again.
    pub resumed_bytes: u64,
    /// Seconds spent in exchanges; those side by side add up.
    pub seconds: f64,
}

impl Totals {
    /// The totals now.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "a duration for people")]
    pub fn now(&self) -> Wire {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Wire {
            requests: read(&self.requests),
            bytes_out: read(&self.bytes_out),
            bytes_in: read(&self.bytes_in),
            payload_bytes: read(&self.payload_bytes),
            resumed_bytes: read(&self.resumed_bytes),
            seconds: read(&self.micros) as f64 / 1_000_000.0,
        }
    }

    /// How long the quickest connection took to make. `None` before the first, and behind a proxy.
    pub fn nearest(&self) -> Option<Duration> {
        match self.nearest_micros.load(Ordering::Relaxed) {
            0 => None,
            micros => Some(Duration::from_micros(micros)),
        }
    }

    pub(super) fn connected(&self, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
        let nearer = |known: u64| (known == 0 || took < known).then_some(took);
        let _ = self
            .nearest_micros
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, nearer);
    }

    pub(super) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn sent(&self, bytes: u64) {
        add(&self.payload_bytes, bytes);
    }

    pub(super) fn wrote(&self, bytes: usize) {
        add(&self.bytes_out, u64::try_from(bytes).unwrap_or(0));
    }

    pub(super) fn received(&self, bytes: usize) {
        add(&self.bytes_in, u64::try_from(bytes).unwrap_or(0));
    }

    pub(super) fn spent(&self, time: Duration) {
        add(&self.micros, u64::try_from(time.as_micros()).unwrap_or(0));
    }

    /// Notes bytes that need not be sent again.
    pub fn resumed(&self, bytes: u64) {
        add(&self.resumed_bytes, bytes);
    }
}

fn add(count: &AtomicU64, bytes: u64) {
    count.fetch_add(bytes, Ordering::Relaxed);
}

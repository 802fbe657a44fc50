//! How fast bytes went, and how long the rest will take.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Bytes that counted for a rate, and the milliseconds they took. What is older than
/// [`Rate::WINDOW`] of transfer fades, so that a rate says what the link does now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Bytes.
    pub bytes: u64,
    /// Milliseconds.
    pub millis: u64,
}

impl Rate {
    /// The time of transfer that counts, in milliseconds.
    pub const WINDOW: u64 = 120_000;
    /// A longer sample is no measurement: the clock was moved, or the machine slept.
    pub const LONGEST: u64 = 600_000;
    /// Fewer bytes measure the answer's delay and not the link.
    pub const FEWEST_BYTES: u64 = 16 * 1024;
    /// So many milliseconds have to be measured before anything is promised.
    pub const SHORTEST: u64 = 500;

    /// Counts so many bytes in so many milliseconds.
    pub fn observe(&mut self, bytes: u64, millis: i64) {
        let Ok(millis) = u64::try_from(millis) else {
            return;
        };
        if millis == 0 || millis > Self::LONGEST || bytes == 0 {
            return;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.millis = self.millis.saturating_add(millis);
        if self.millis > Self::WINDOW {
            let kept = u128::from(self.bytes) * u128::from(Self::WINDOW) / u128::from(self.millis);
            self.bytes = u64::try_from(kept).unwrap_or(u64::MAX);
            self.millis = Self::WINDOW;
        }
    }

    /// Bytes a second; `None` while too little was measured.
    #[must_use]
    pub fn per_second(&self) -> Option<u64> {
        if self.bytes < Self::FEWEST_BYTES || self.millis < Self::SHORTEST {
            return None;
        }
        Some((self.bytes.saturating_mul(1000) / self.millis).max(1))
    }

    /// How long so many bytes will take.
    #[must_use]
    pub fn estimate(&self, bytes_left: u64) -> Estimate {
        let rate = self.per_second();
        Estimate {
            bytes_left,
            bytes_per_second: rate,
            seconds: rate.map(|rate| bytes_left.div_ceil(rate)),
        }
    }
}

/// What is still to be sent and how long it will take, by what was measured; waiting for a time or
/// a person is not in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Estimate {
    /// Bytes that still have to leave.
    #[ts(type = "number")]
    pub bytes_left: u64,
    /// What the link did lately; null while it is not known.
    #[ts(type = "number | null")]
    pub bytes_per_second: Option<u64>,
    /// Seconds of sending; null while it is not known.
    #[ts(type = "number | null")]
    pub seconds: Option<u64>,
}

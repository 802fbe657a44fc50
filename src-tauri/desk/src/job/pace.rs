//! How fast a job is, from what it really did.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What was done longer ago says little about what is to come.
const WINDOW: Duration = Duration::from_secs(20);
/// Before so long nothing is promised.
const MIN_TIME: Duration = Duration::from_secs(2);
/// Before so many files nothing is promised.
const MIN_FILES: usize = 3;
/// What one more file costs beside its bytes, in bytes: measured on notes of a few hundred bytes
/// against reports of some hundred thousand.
const PER_FILE: u64 = 32 * 1024;

/// A rate that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) bytes_per_second: u64,
    pub(super) files_per_minute: u32,
}

/// The files finished lately, in the time that was worked.
#[derive(Debug)]
pub(super) struct Pace {
    /// When the work began or went on; `None` while it is held.
    since: Option<Instant>,
    /// The time worked before that.
    before: Duration,
    /// When in the time worked, and how many bytes.
    finished: VecDeque<(Duration, u64)>,
}

impl Pace {
    pub(super) fn begin() -> Self {
        Self {
            since: Some(Instant::now()),
            before: Duration::ZERO,
            finished: VecDeque::new(),
        }
    }

    fn worked(&self) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Holds the clock, or lets it go on.
    pub(super) fn hold(&mut self, hold: bool) {
        self.before = self.worked();
        self.since = (!hold).then(Instant::now);
    }

    /// A file is finished.
    pub(super) fn finished(&mut self, bytes: u64) {
        self.finished_at(self.worked(), bytes);
    }

    fn finished_at(&mut self, at: Duration, bytes: u64) {
        self.finished.push_back((at, bytes));
        while self
            .finished
            .front()
            .is_some_and(|(then, _)| at.saturating_sub(*then) > WINDOW)
        {
            self.finished.pop_front();
        }
    }

    /// The rate of the last moments, once there is enough to tell.
    pub(super) fn rate(&self) -> Option<Rate> {
        self.measured(self.worked())
            .map(|(span, files, bytes)| Rate {
                bytes_per_second: per(bytes, span),
                files_per_minute: u32::try_from(per(files, span / 60)).unwrap_or(u32::MAX),
            })
    }

    /// How long so many files of so many bytes together will take.
    pub(super) fn seconds_left(&self, files: u32, bytes: u64) -> Option<u64> {
        self.left_at(self.worked(), files, bytes)
    }

    fn left_at(&self, now: Duration, files: u32, bytes: u64) -> Option<u64> {
        let (span, done_files, done_bytes) = self.measured(now)?;
        let cost = |files: u64, bytes: u64| bytes.saturating_add(files.saturating_mul(PER_FILE));
        let rate = per(cost(done_files, done_bytes), span).max(1);
        Some(cost(u64::from(files), bytes).div_ceil(rate))
    }

    /// The time looked at, and the files and bytes finished in it.
    fn measured(&self, now: Duration) -> Option<(Duration, u64, u64)> {
        let (first, _) = self.finished.front()?;
        // Within the window the first file may lie anywhere; before it, the work began at zero.
        let from = if now > WINDOW { *first } else { Duration::ZERO };
        let span = now.saturating_sub(from);
        if span < MIN_TIME || self.finished.len() < MIN_FILES {
            return None;
        }
        let bytes = self.finished.iter().map(|(_, bytes)| bytes).sum();
        Some((span, u64::try_from(self.finished.len()).unwrap_or(0), bytes))
    }
}

fn per(amount: u64, span: Duration) -> u64 {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1);
    amount.saturating_mul(1_000) / millis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_promised_that_was_not_measured() {
        let mut pace = Pace::begin();
        assert_eq!(pace.left_at(Duration::from_secs(9), 10, 10), None);
        for second in 1..=4 {
            pace.finished_at(Duration::from_secs(second), 1_000_000);
        }
        let left = pace.left_at(Duration::from_secs(4), 4, 4_000_000).unwrap();
        assert_eq!(left, 4, "as much again takes as long again");
        assert_eq!(pace.left_at(Duration::from_secs(4), 0, 0), Some(0));
        // A file that takes long makes the rest longer, and does not stand still.
        let later = pace.left_at(Duration::from_secs(8), 4, 4_000_000).unwrap();
        assert_eq!(later, 8);
    }

    #[test]
    fn what_was_long_ago_does_not_count() {
        let mut pace = Pace::begin();
        for second in 0..10 {
            pace.finished_at(Duration::from_secs(second), 10);
        }
        for second in 100..140 {
            pace.finished_at(Duration::from_secs(second), 1_000_000);
        }
        let left = pace
            .left_at(Duration::from_secs(140), 10, 10_000_000)
            .unwrap();
        assert!((8..=12).contains(&left), "{left}");
    }
}

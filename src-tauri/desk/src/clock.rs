//! The only way to learn the time.
//!
//! Times are shown and stored, and decide when to try a portal again; they never decide which of
//! two edits is newer. Stored times are RFC 3339 in UTC with milliseconds.

use std::sync::Mutex;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// The time zone of the place; quiet hours and budgets follow it.
    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }

    /// A uniformly drawn number. Pauses differ between desks by it and nothing else depends on it.
    fn jitter(&self) -> u64 {
        getrandom::u64().unwrap_or(u64::MAX / 3)
    }
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved; for tests and simulations.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// A clock that shows `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves the clock by `step`, which may be negative.
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(|held| held.into_inner());
        *now = now.saturating_add(step).unwrap_or(*now);
    }
}

impl Default for TestClock {
    /// A clock that shows ten o'clock on 21 November 2026, UTC.
    fn default() -> Self {
        Self::at(Timestamp::from_second(1_795_255_200).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// A moment as it is stored and sent: RFC 3339, UTC, milliseconds, e.g. `2026-11-21T10:00:00.123Z`.
pub fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The moment in a stored text; `None` for an empty or foreign text.
pub fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_have_milliseconds_and_return() {
        let clock = TestClock::default();
        assert_eq!(stamp(clock.now()), "2026-11-21T10:00:00.000Z");
        clock.advance(SignedDuration::from_millis(1_234));
        assert_eq!(stamp(clock.now()), "2026-11-21T10:00:01.234Z");
        assert_eq!(parse(&stamp(clock.now())), Some(clock.now()));
        assert_eq!(parse(""), None);
    }
}

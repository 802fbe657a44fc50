//! Whether somebody is still at the desk: the page tells when a key was pressed or the mouse moved, the
//! program decides.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A moment on both clocks. The one on the wall goes on while the machine sleeps; the steady one
/// cannot be set back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    wall: Timestamp,
    steady: Instant,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self {
            wall: Timestamp::now(),
            steady: Instant::now(),
        }
    }

    /// The time since another moment by whichever clock saw more of it.
    fn since(self, earlier: Self) -> Duration {
        let wall = Duration::try_from(self.wall.duration_since(earlier.wall)).unwrap_or_default();
        wall.max(self.steady.saturating_duration_since(earlier.steady))
    }
}

/// When the person at the desk last did something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Presence(Moment);

impl Presence {
    /// Somebody sits down.
    pub(super) fn begin(now: Moment) -> Self {
        Self(now)
    }

    /// Nobody did anything for so long.
    pub(super) fn is_over(self, now: Moment, after: Duration) -> bool {
        now.since(self.0) >= after
    }

    /// The page says how long ago the last sign was. False when it is over all the same: the first
    /// sign after a long sleep is not somebody who stayed.
    pub(super) fn heard(&mut self, now: Moment, quiet: Duration, after: Duration) -> bool {
        if self.is_over(now, after) {
            return false;
        }
        if quiet < now.since(self.0) {
            self.0 = Moment {
                wall: now.wall.checked_sub(quiet).unwrap_or(now.wall),
                steady: now.steady.checked_sub(quiet).unwrap_or(now.steady),
            };
        }
        quiet < after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AFTER: Duration = Duration::from_secs(600);

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    /// So long after `start` on each clock.
    fn later(start: Moment, wall: i64, steady: u64) -> Moment {
        Moment {
            wall: start.wall + jiff::SignedDuration::from_secs(wall),
            steady: start.steady + seconds(steady),
        }
    }

    #[test]
    fn it_is_over_after_so_long_without_a_sign_and_a_sign_begins_anew() {
        let start = Moment::now();
        let mut presence = Presence::begin(start);
        assert!(!presence.is_over(later(start, 599, 599), AFTER));
        assert!(presence.is_over(later(start, 600, 600), AFTER));
        assert!(presence.heard(later(start, 500, 500), seconds(10), AFTER));
        assert!(!presence.is_over(later(start, 1_089, 1_089), AFTER));
        assert!(presence.is_over(later(start, 1_090, 1_090), AFTER));
    }

    #[test]
    fn a_page_that_reports_no_new_sign_keeps_nobody_here() {
        let start = Moment::now();
        let mut presence = Presence::begin(start);
        for at in (5..600).step_by(5) {
            assert!(presence.heard(
                later(start, at, at.unsigned_abs()),
                seconds(at.unsigned_abs()),
                AFTER
            ));
        }
        assert!(!presence.heard(later(start, 600, 600), seconds(600), AFTER));
    }

    #[test]
    fn time_the_machine_slept_counts_even_when_a_key_comes_first() {
        let start = Moment::now();
        let mut presence = Presence::begin(start);
        // The steady clock stood still meanwhile.
        let woke = later(start, 7_200, 3);
        assert!(!presence.heard(woke, seconds(0), AFTER));
        assert!(presence.is_over(woke, AFTER));
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_here() {
        let start = Moment::now();
        let mut presence = Presence::begin(start);
        assert!(!presence.is_over(later(start, -86_400, 599), AFTER));
        assert!(presence.is_over(later(start, -86_400, 600), AFTER));
        assert!(presence.heard(later(start, -86_400, 300), seconds(0), AFTER));
        assert!(presence.is_over(later(start, -86_400, 900), AFTER));
    }
}

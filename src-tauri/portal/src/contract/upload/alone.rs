//! A portal that had no room for several streams gets one, and several are tried again later: a small host may only have
//! had a bad hour. Pure: the time comes from outside.

use std::time::Duration;

use tokio::time::Instant;

/// For so long it is believed that there is no room.
const FIRST: Duration = Duration::from_secs(60 * 60);
/// When there is none again soon after several were tried, it is believed twice as long, up to this.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether a portal serves one request at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alone {
    // When it had no room for several, and for how long that is believed.
    seen: Option<(Instant, Duration)>,
}

impl Alone {
    /// Whether it gets one request at a time now.
    #[must_use]
    pub fn at(&self, now: Instant) -> bool {
        self.seen
            .is_some_and(|(since, holds)| now.saturating_duration_since(since) < holds)
    }

    /// Notes that it had no room for several. True when that was not known, or several were tried again.
    pub fn had_no_room(&mut self, now: Instant) -> bool {
        if self.at(now) {
            // Those that began side by side are turned away one after the other.
            return false;
        }
        let holds = match self.seen {
            // Several did not last as long as one had.
            Some((since, held))
                if now.saturating_duration_since(since) < held.saturating_mul(2) =>
            {
                held.saturating_mul(2).min(LONGEST)
            }
            _ => FIRST,
        };
        self.seen = Some((now, holds));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_are_tried_again_after_a_while_and_ever_more_seldom() {
        let began = Instant::now();
        let mut alone = Alone::default();
        assert!(!alone.at(began));
        assert!(alone.had_no_room(began));
        assert!(!alone.had_no_room(began + FIRST / 2), "the same hour");
        assert!(alone.at(began + FIRST - Duration::from_secs(1)));
        let mut now = began + FIRST;
        assert!(!alone.at(now), "tried again");
        for holds in [2, 4, 8, 16, 24, 24] {
            assert!(alone.had_no_room(now));
            now += FIRST * holds;
            assert!(alone.at(now - Duration::from_secs(1)), "{holds} hours");
            assert!(!alone.at(now), "{holds} hours");
        }
    }

    #[test]
    fn a_bad_hour_that_is_over_is_forgotten() {
        let began = Instant::now();
        let mut alone = Alone::default();
        assert!(alone.had_no_room(began));
        let later = began + FIRST * 2;
        assert!(alone.had_no_room(later), "several came through for an hour");
        assert!(!alone.at(later + FIRST), "as short as the first time");
    }
}

//! How many streams a link bears: found by measuring, because one TCP stream starves on a link that loses packets and
//! many of them choke a thin one. Pure: times and counts come from outside.

use std::time::Duration;

/// Never more at once: a portal may have many guests.
pub const MOST: u32 = 12;
/// Where a file that is worth parts begins.
pub const FIRST: u32 = 4;
/// Bytes a stream should have on the way at least, or it is too thin to recover from a loss quickly (two full packets
/// of 1,448 bytes).
const ON_THE_WAY: f64 = 2_896.0;
/// More streams must bring so much more, or they are let go again.
const GAIN: f64 = 1.05;
/// How long a sample lasts at least.
const SAMPLE: Duration = Duration::from_millis(2_000);
/// After a change the link needs so long to find its new pace.
const SETTLE: Duration = Duration::from_millis(1_000);
/// What was found once is looked at again after so long.
const AGAIN: Duration = Duration::from_secs(60);

/// A measuring of one upload.
#[derive(Clone, Debug)]
pub struct Gauge {
    streams: u32,
    // Shortest round trip seen, in seconds.
    round_trip: Option<f64>,
    // When the present number of streams was set, and where the sample began.
    changed: Duration,
    sample: Option<(Duration, u64)>,
    // What the number before brought, in bytes a second, while a new one is on trial.
    trial: Option<(u32, f64)>,
    settled: Option<Duration>,
    rate: f64,
}

impl Gauge {
    /// Begins with so many streams.
    pub fn new(streams: u32) -> Self {
        Self {
            streams: streams.clamp(1, MOST),
            round_trip: None,
            changed: Duration::ZERO,
            sample: None,
            trial: None,
            settled: None,
            rate: 0.0,
        }
    }

    /// How many streams there should be now.
    pub fn streams(&self) -> u32 {
        self.streams
    }

    /// Bytes a second, as last measured; 0 before.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Notes how long a short exchange took.
    pub fn round_trip(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        self.round_trip = Some(self.round_trip.map_or(took, |known| known.min(took)));
    }

    /// The link was cut: what is being measured is worth nothing.
    pub fn interrupted(&mut self, at: Duration) {
        self.sample = None;
        self.trial = None;
        self.changed = at;
    }

    /// Looks at the bytes moved so far, `at` so long after the beginning.
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    pub fn look(&mut self, at: Duration, moved: u64) {
        let Some(round_trip) = self.round_trip else {
            return;
        };
        let trips = |count: f64| Duration::from_secs_f64((round_trip * count).min(30.0));
        if at.saturating_sub(self.changed) < SETTLE.max(trips(2.0)) {
            return;
        }
        let Some((began, before)) = self.sample else {
            self.sample = Some((at, moved));
            return;
        };
        let took = at.saturating_sub(began);
        if took < SAMPLE.max(trips(4.0)) {
            return;
        }
        self.sample = None;
        let rate = moved.saturating_sub(before) as f64 / took.as_secs_f64();
        self.rate = rate;
        if let Some((fewer, brought)) = self.trial.take()
            && rate < brought * GAIN
        {
            // No better than before: the smaller number is kinder to everybody else.
            self.set(fewer.min(self.streams), at);
            self.settled = Some(at);
            return;
        }
        let bears = Self::bears(rate, round_trip);
        let quiet = self
            .settled
            .is_some_and(|since| at.saturating_sub(since) < AGAIN);
        if bears > self.streams && !quiet {
            self.trial = Some((self.streams, rate));
            self.set(self.streams.saturating_mul(2).min(bears), at);
        } else if bears < self.streams {
            self.set(bears, at);
        }
    }

    fn set(&mut self, streams: u32, at: Duration) {
        if streams != self.streams {
            self.streams = streams;
            self.changed = at;
        }
    }

    /// The streams that fit into what is on the way at this rate.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    fn bears(rate: f64, round_trip: f64) -> u32 {
        (rate * round_trip / ON_THE_WAY)
            .ceil()
            .clamp(1.0, f64::from(MOST)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link on which each stream gets `each`, all together `most` bytes a second.
    fn found(round_trip: f64, each: f64, most: f64) -> u32 {
        let mut gauge = Gauge::new(FIRST);
        gauge.round_trip(Duration::from_secs_f64(round_trip));
        let mut moved = 0.0;
        for tick in 0..240 {
            moved += 0.25 * (each * f64::from(gauge.streams())).min(most);
            gauge.look(Duration::from_millis(250 * tick), moved as u64);
        }
        gauge.streams()
    }

    #[test]
    fn the_number_fits_the_link() {
        // 1 Mbit/s, 300 ms, a stream gets a tenth of it.
        assert!(found(0.3, 12_500.0, 125_000.0) >= 8);
        // A stream gets it all: no more than at first.
        assert!(found(0.3, 125_000.0, 125_000.0) <= FIRST);
        // 48 kbit/s, 500 ms: two packets on the way.
        assert!(found(0.5, 6_000.0, 6_000.0) <= 2);
        // Across the room.
        assert_eq!(found(0.000_2, 50e6, 50e6), 4);
        assert_eq!(found(0.000_2, 5e6, 5e6), 1);
    }

    #[test]
    fn a_cut_does_not_count_as_a_slow_link() {
        let mut gauge = Gauge::new(8);
        gauge.round_trip(Duration::from_millis(300));
        gauge.look(Duration::from_secs(2), 100_000);
        gauge.interrupted(Duration::from_secs(30));
        gauge.look(Duration::from_secs(30), 100_000);
        assert_eq!(gauge.streams(), 8);
    }
}

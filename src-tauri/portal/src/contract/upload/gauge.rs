//! How many streams a link bears: found by measuring, because one TCP stream starves on a link that loses packets and
//! many of them choke a thin one. Pure: times and counts come from outside.

use std::{ops::RangeInclusive, time::Duration};

/// Never more at once: a portal has other guests, and a queue on the way that overflows wastes what it was to win.
pub const MOST: u32 = 8;
/// Where a file that is worth parts begins.
pub const FIRST: u32 = 6;
/// Bytes a stream should have on the way at least, or it is too thin to recover from a loss quickly (two full packets
/// of 1,448 bytes).
const ON_THE_WAY: f64 = 2_896.0;
/// Fewer bytes on the way are too few to recover from a loss quickly: three packets must follow one that is lost.
const RECOVERS: f64 = 4.0 * 1_448.0;
/// A round trip so many times the shortest means that a queue stands before the link: it is full, and every byte in the
/// queue would have to be sent again after a cut.
const FULL: f64 = 1.25;
const CROWDED: f64 = 2.0;
/// The wait in the queue as it should be, as a share of the shortest round trip: the line hardly runs dry, and a cut loses
/// little.
const WAITS: f64 = 0.3;
/// The same once the way was cut: it may be again.
const WAITS_ONCE_CUT: f64 = 0.2;
/// What may be on the way at first, as a multiple of what the line holds: room for a pace that was measured too low.
const ROOM: f64 = 1.25;
/// More room is given while nothing waits before the line (a stream with little on its way notices a loss late, and
/// others stand still between two parts), and taken back when too much does.
const ROOMS: RangeInclusive<f64> = 1.1..=2.0;
/// The same once the way was cut. Room that is given while some streams recover from losses fills the queue when they have.
const ROOMS_ONCE_CUT: RangeInclusive<f64> = 1.1..=1.3;
/// The room for small files side by side, whose queue nobody measures: some of them wait for their answers.
const PLAIN_ROOM: f64 = 1.5;
/// As much room as a line mostly needs. Only one that stays dry, because losses keep its streams slow, gets more, and by
/// and by: where it was dry for a moment, all of it would soon stand in the queue.
const ROOMY: f64 = 1.75;
const WIDER_YET: f64 = 1.1;
/// With one look the room becomes no more than so many times as wide, and no narrower than this.
const WIDER: f64 = 1.2;
const NARROWER: f64 = 0.7;
/// What a stream may have on its way before anything was measured, in bytes. Without a bound many young streams fill every
/// queue on the way, and lose half of what they sent.
pub const AT_FIRST: u64 = 8 * 1024;
/// The same in its first moment: what leaves at once must find room in the queue before a thin line.
const AT_ONCE: u64 = 3 * 1024;
/// What young streams have on their way grows by this factor of what arrived in the last round trip. A line that is full
/// brings the same each time, and a queue on the way holds the rest.
const GROWS: f64 = 1.6;
/// The same for so many round trips at most, where they are shorter than the looks.
const GROWS_TRIPS: f64 = 8.0;
/// As `AT_FIRST`, for small files side by side, of which there are more.
pub const PLAIN_AT_FIRST: u64 = 4 * 1024;
/// How long a sample lasts at least: bytes leave in lumps.
const SAMPLE: Duration = Duration::from_millis(2_500);
/// After a change the link needs so long to find its new pace, and new streams fill their buffers.
const SETTLE: Duration = Duration::from_millis(1_500);
/// The first look only tells a thin link from others, and is short.
const FIRST_SAMPLE: Duration = Duration::from_millis(1_500);
const FIRST_SETTLE: Duration = Duration::from_millis(500);
/// A number made smaller so shortly before a cut was made smaller by the cut.
const BY_THE_CUT: Duration = Duration::from_secs(60);

/// A measuring of one upload.
#[derive(Clone, Debug)]
pub struct Gauge {
    streams: u32,
    // Shortest round trip seen, in seconds.
    round_trip: Option<f64>,
    // The round trip while the streams run, when it was looked at since the number was set.
    loaded: Option<f64>,
    // The last of these, and the room that follows from them.
    last: Option<f64>,
    room: f64,
    // When the present number of streams was set, and where the sample began.
    changed: Duration,
    sample: Option<(Duration, u64)>,
    // The number before it was made smaller, and when: a link about to be cut looks thin.
    shrunk: Option<(u32, Duration)>,
    rate: f64,
    // The same smoothed: the pace of bytes leaving is uneven.
    pace: f64,
    // The way was cut.
    cut: bool,
    young: Young,
}

/// Streams before anything was measured.
#[derive(Clone, Debug, Default)]
struct Young {
    // How long a connection took to make, in seconds.
    trip: Option<f64>,
    // What all streams together may have on their way.
    allowed: u64,
    // What had arrived, and when it was looked at.
    arrived: Vec<(Duration, u64)>,
}

impl Gauge {
    /// Begins with so many streams.
    pub fn new(streams: u32) -> Self {
        Self {
            streams: streams.clamp(1, MOST),
            round_trip: None,
            loaded: None,
            last: None,
            room: ROOM,
            changed: Duration::ZERO,
            sample: None,
            shrunk: None,
            rate: 0.0,
            pace: 0.0,
            cut: false,
            young: Young::default(),
        }
    }

    /// Notes how long a connection took to make. It only bounds the opening: whoever answers may stand halfway.
    pub fn connected(&mut self, took: Duration) {
        self.young.trip = Some(took.as_secs_f64().max(0.001));
    }

    /// How many streams there should be now.
    pub fn streams(&self) -> u32 {
        self.streams
    }

    /// Bytes a second, smoothed; 0 before anything was measured.
    pub fn pace(&self) -> f64 {
        self.pace
    }

    /// The shortest round trip seen.
    pub fn shortest(&self) -> Option<Duration> {
        self.round_trip.map(Duration::from_secs_f64)
    }

    /// Bytes a second, as last measured; 0 before.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// How many bytes each of so many streams at work should have on its way at most, so that the line is full and no long
    /// queue stands before it: `at` so long after the beginning, when `moved` bytes were handed over. Beside them the last
    /// bytes of `ending` parts are on their way. Little on its way is little lost with a cut.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative, and saturating"
    )]
    pub fn on_the_way(&mut self, at_work: u32, ending: u32, at: Duration, moved: u64) -> u64 {
        let streams = at_work.clamp(1, self.streams);
        match self.round_trip {
            Some(round_trip) if self.pace > 0.0 => {
                // What a part still has on its way when it ends becomes less by and by: half of it counts.
                let sharing = streams.saturating_add(ending.div_ceil(2));
                share(self.pace, round_trip, self.room, sharing) as u64
            }
            _ => self.young.together(streams, at, moved) / u64::from(streams),
        }
    }

    /// Notes how long a short exchange took.
    pub fn round_trip(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        self.round_trip = Some(self.round_trip.map_or(took, |known| known.min(took)));
    }

    /// Notes how long a short exchange took while the streams run: what it takes longer than the shortest, it waited in
    /// the queue that they fill.
    pub fn loaded_round_trip(&mut self, took: Duration) {
        self.round_trip(took);
        let took = took.as_secs_f64();
        // One that was lost on the way and repeated says nothing about the queue.
        self.loaded = Some(self.loaded.map_or(took, |known| known.min(took)));
        let shortest = self.round_trip.unwrap_or(took);
        if let Some(before) = self.last.replace(took) {
            // Two looks that say the same: what stands in the queue for a moment only is none.
            let waits = |took: f64| (took - shortest) / shortest.max(0.001);
            let (least, most) = (waits(before.min(took)), waits(before.max(took)));
            let (right, rooms) = match self.cut {
                true => (WAITS_ONCE_CUT, ROOMS_ONCE_CUT),
                false => (WAITS, ROOMS),
            };
            let fitting = |waits: f64| (1.0 + right) / (1.0 + waits);
            if least > right {
                self.room *= fitting(least).max(NARROWER);
            } else if most < right && self.room < ROOMY {
                self.room = (self.room * fitting(most).min(WIDER)).min(ROOMY);
            } else if most < right {
                self.room *= fitting(most).min(WIDER_YET);
            }
            self.room = self.room.clamp(*rooms.start(), *rooms.end());
        }
    }

    /// The link was cut: what is being measured is worth nothing, and from now on less is on its way.
    pub fn interrupted(&mut self, at: Duration) {
        self.sample = None;
        self.loaded = None;
        self.last = None;
        self.cut = true;
        self.room = self.room.min(ROOM);
        self.changed = at;
        if let Some((streams, when)) = self.shrunk.take()
            && at.saturating_sub(when) < BY_THE_CUT
        {
            self.streams = streams;
        }
    }

    /// Looks at the bytes moved so far, `at` so long after the beginning.
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    pub fn look(&mut self, at: Duration, moved: u64) {
        let Some(round_trip) = self.round_trip else {
            return;
        };
        let trips = |count: f64| Duration::from_secs_f64((round_trip * count).min(30.0));
        let first = self.rate == 0.0;
        let (settle, sample) = if first {
            (FIRST_SETTLE, FIRST_SAMPLE)
        } else {
            (SETTLE, SAMPLE)
        };
        if at.saturating_sub(self.changed) < settle.max(trips(2.0)) {
            return;
        }
        let Some((began, before)) = self.sample else {
            self.sample = Some((at, moved));
            return;
        };
        let took = at.saturating_sub(began);
        if took < sample.max(trips(4.0)) {
            return;
        }
        self.sample = None;
        if moved == before {
            // Nothing moves: the link is away, and tells nothing about itself.
            return;
        }
        let rate = moved.saturating_sub(before) as f64 / took.as_secs_f64();
        self.rate = rate;
        self.pace = match self.pace > 0.0 {
            true => f64::midpoint(self.pace, rate),
            false => rate,
        };
        let bears = Self::bears(rate, round_trip);
        let waits = self.loaded.take().map(|loaded| loaded / round_trip);
        let thin = bears.saturating_mul(2) < self.streams;
        let crowded = waits.is_some_and(|waits| waits > CROWDED) && self.streams > FIRST;
        if thin || crowded {
            self.shrunk = Some((self.streams, at));
            self.set(bears.min(self.streams.saturating_sub(1)).max(1), at);
        } else if waits.is_some_and(|waits| waits < FULL) {
            // Nothing waits, so there is room: what keeps the streams slow is loss, not each other.
            let more = self.streams.saturating_mul(2);
            self.set(more.min(bears).max(self.streams), at);
        }
    }

    fn set(&mut self, streams: u32, at: Duration) {
        if streams != self.streams {
            self.streams = streams;
            self.loaded = None;
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

impl Young {
    /// What so many streams may have on their way together.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "not negative, and saturating"
    )]
    fn together(&mut self, streams: u32, at: Duration, moved: u64) -> u64 {
        // What was handed over and is not on its way any more.
        let arrived = moved.saturating_sub(self.allowed);
        let of_all = |each: u64| each.saturating_mul(u64::from(streams));
        let opened = of_all(AT_ONCE)
            .saturating_add(arrived)
            .min(of_all(AT_FIRST));
        let grown = match self.trip {
            Some(trip) => {
                let before = self
                    .arrived
                    .iter()
                    .rev()
                    .map(|(when, bytes)| (at.saturating_sub(*when).as_secs_f64(), *bytes))
                    .find(|(since, _)| *since >= trip);
                self.arrived.push((at, arrived));
                before.map_or(0.0, |(since, before)| {
                    let trips = since / trip;
                    let in_one = arrived.saturating_sub(before) as f64 / trips;
                    in_one * GROWS.powf(trips.min(GROWS_TRIPS))
                })
            }
            None => of_all(AT_FIRST) as f64 + arrived as f64 / 2.0,
        };
        self.allowed = self.allowed.max(opened).max(grown as u64);
        self.allowed
    }
}

/// The bytes that one of so many streams may have on its way: together `room` times what the line holds.
#[allow(clippy::cast_precision_loss, reason = "a few thousand")]
fn share(rate: f64, round_trip: f64, room: f64, streams: u32) -> f64 {
    (rate * round_trip * room / f64::from(streams) + ON_THE_WAY / 2.0).max(RECOVERS)
}

/// The same for small files side by side.
pub fn plain_share(rate: f64, round_trip: f64, streams: u32) -> f64 {
    share(rate, round_trip, PLAIN_ROOM, streams)
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
            let wish = each * f64::from(gauge.streams());
            moved += 0.25 * wish.min(most);
            let queue = if wish > most * 0.95 { 1.5 } else { 1.05 };
            gauge.loaded_round_trip(Duration::from_secs_f64(round_trip * queue));
            gauge.look(Duration::from_millis(250 * tick), moved as u64);
        }
        gauge.streams()
    }

    #[test]
    fn the_number_fits_the_link() {
        // 1 Mbit/s, 300 ms, a stream gets an eighth of it.
        assert_eq!(found(0.3, 16_000.0, 125_000.0), MOST);
        // A stream gets it all: no more than at first.
        assert_eq!(found(0.3, 125_000.0, 125_000.0), FIRST);
        // 16 kbit/s: a packet on the way.
        assert!(found(0.5, 2_000.0, 2_000.0) <= 2);
        // Across the room.
        assert!(found(0.000_2, 50e6, 50e6) <= FIRST);
        assert_eq!(found(0.000_2, 5e6, 5e6), 1);
    }

    #[test]
    fn room_follows_the_queue() {
        let measured = |queue: f64| {
            let mut gauge = Gauge::new(FIRST);
            gauge.round_trip(Duration::from_millis(300));
            for tick in 0..240_u64 {
                gauge.loaded_round_trip(Duration::from_secs_f64(0.3 * queue));
                gauge.look(Duration::from_millis(250 * tick), 25_000 * tick);
            }
            gauge.on_the_way(gauge.streams(), 0, Duration::ZERO, 0) * u64::from(gauge.streams())
        };
        // 100 kB a second for 300 ms.
        let line = 30_000;
        let (dry, long) = (measured(1.0), measured(2.2));
        assert!(dry > 2 * line && dry < 3 * line, "{dry}");
        for right in [measured(1.0 + WAITS), measured(1.6)] {
            assert!(right > line && right < 2 * line + 10_000, "{right}");
        }
        let right = measured(1.6);
        assert!(long <= right, "{long}");
    }

    #[test]
    fn a_queue_is_taken_back_with_each_look() {
        let mut gauge = Gauge::new(MOST);
        gauge.round_trip(Duration::from_millis(300));
        gauge.pace = 250_000.0;
        let each = |gauge: &mut Gauge| gauge.on_the_way(MOST, 0, Duration::ZERO, 0);
        let before = each(&mut gauge);
        gauge.loaded_round_trip(Duration::from_millis(600));
        assert_eq!(
            each(&mut gauge),
            before,
            "one may have been lost on its way"
        );
        gauge.loaded_round_trip(Duration::from_millis(600));
        let after = each(&mut gauge);
        assert!(after < before, "{after} of {before}");
        gauge.loaded_round_trip(Duration::from_millis(310));
        gauge.loaded_round_trip(Duration::from_millis(310));
        assert!(each(&mut gauge) > after);
    }

    #[test]
    fn one_look_that_another_does_not_confirm_changes_nothing() {
        let mut gauge = Gauge::new(MOST);
        gauge.round_trip(Duration::from_millis(300));
        let before = gauge.room;
        for took in [600, 310, 600, 310] {
            gauge.loaded_round_trip(Duration::from_millis(took));
        }
        assert!((gauge.room - before).abs() < 1e-9, "{}", gauge.room);
    }

    #[test]
    fn less_is_risked_once_the_way_was_cut() {
        let mut gauge = Gauge::new(MOST);
        gauge.pace = 250_000.0;
        gauge.round_trip(Duration::from_millis(300));
        let dry = |gauge: &mut Gauge| {
            for _ in 0..20 {
                gauge.loaded_round_trip(Duration::from_millis(300));
            }
            gauge.on_the_way(MOST, 0, Duration::ZERO, 0)
        };
        let before = dry(&mut gauge);
        gauge.interrupted(Duration::from_secs(10));
        let cut = gauge.on_the_way(MOST, 0, Duration::ZERO, 0);
        assert!(cut < before, "at once: {cut} of {before}");
        let after = dry(&mut gauge);
        assert!(after >= cut && after < before, "{after} of {before}");
    }

    #[test]
    fn parts_that_end_share_the_line() {
        let mut gauge = Gauge::new(MOST);
        gauge.pace = 250_000.0;
        gauge.round_trip(Duration::from_millis(300));
        let mut each = |ending| gauge.on_the_way(MOST, ending, Duration::ZERO, 0);
        assert!(each(1) < each(0));
        assert_eq!(each(1), each(2), "half of each");
        assert!(each(4) < each(2));
    }

    #[test]
    fn each_stream_has_enough_on_its_way_to_recover_with() {
        assert!(share(20_000.0, 0.3, *ROOMS.start(), MOST) >= 4.0 * 1_448.0);
    }

    /// The most that stood in the queue before a line of so many bytes a second, and what young streams had on their way
    /// in the end.
    fn opening(line: f64, trip: f64, seconds: f64) -> (f64, u64) {
        let mut gauge = Gauge::new(FIRST);
        gauge.connected(Duration::from_secs_f64(trip));
        let (mut left, mut longest, mut allowed) = (0.0_f64, 0.0_f64, 0);
        // When the line had brought how much: what is on the way is what it has not.
        let mut acknowledged = std::collections::VecDeque::new();
        let (step, mut known, mut queue) = (0.01_f64, 0.0_f64, 0.0_f64);
        for tick in 0..(seconds / step) as u32 {
            let now = f64::from(tick) * step;
            if tick % 25 == 0 {
                let at = Duration::from_secs_f64(now);
                allowed = gauge.on_the_way(FIRST, 0, at, left as u64) * u64::from(FIRST);
            }
            while acknowledged.front().is_some_and(|(when, _)| *when <= now) {
                known = acknowledged.pop_front().map_or(known, |(_, bytes)| bytes);
            }
            let more = (known + allowed as f64 - left).max(0.0);
            left += more;
            queue += more;
            longest = longest.max(queue);
            queue -= queue.min(line * step);
            acknowledged.push_back((now + trip, left - queue));
        }
        (longest, allowed)
    }

    #[test]
    fn young_streams_do_not_flood_the_way() {
        // 512 kbit/s and 600 ms: the line holds 38,400 bytes, and never as much again waits before it.
        let (queue, allowed) = opening(64_000.0, 0.6, 4.0);
        assert!(queue < 38_400.0, "{queue}");
        assert!(allowed > 38_400, "the line is full: {allowed}");
        // 1 Mbit/s and 300 ms, with room for 0.4 s before it.
        let (queue, allowed) = opening(125_000.0, 0.3, 3.0);
        assert!(queue < 50_000.0, "{queue}");
        assert!(allowed > 37_500, "{allowed}");
        // 100 Mbit/s and 40 ms: soon free.
        let (_, allowed) = opening(12_500_000.0, 0.04, 2.0);
        assert!(allowed > 500_000, "{allowed}");
    }

    #[test]
    fn without_a_connection_of_their_own_young_streams_grow_with_what_arrived() {
        let mut gauge = Gauge::new(FIRST);
        let later = Duration::from_secs(2);
        assert_eq!(gauge.on_the_way(6, 0, Duration::ZERO, 0), AT_FIRST);
        let full = AT_FIRST * 6;
        assert_eq!(
            gauge.on_the_way(6, 0, later, full),
            AT_FIRST,
            "nothing arrived"
        );
        assert!(gauge.on_the_way(6, 0, later, 1_000_000) > 64 * 1024);
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

//! The end of a file that goes in parts: one stream that lost much is slow for seconds, while the others have nothing left to
//! do and the line is free. Its part is then sent once more beside it. Pure.

use std::time::Duration;

/// Only when so few parts are left is one sent twice.
const MOST: usize = 4;
/// What a line moves at least, as a share of its pace, when it is full.
const FULL: f64 = 0.85;
/// Of a file no more than this fraction is sent again, cuts included: what is sent twice costs somebody money.
const BUDGET: u64 = 40;
/// A part is sent twice when no longer than this, in bytes, or this fraction of the file.
const LONGEST: u64 = 64 * 1024;
const FRACTION: u64 = 128;
/// A stream that handed nothing over for so many round trips stands still.
const STILL: u32 = 3;

/// A part that is not there yet.
#[derive(Clone, Copy, Debug)]
pub struct Flight {
    /// Which.
    pub part: usize,
    /// Bytes of it.
    pub length: u64,
    /// Of these, bytes that were handed to the system.
    pub handed: u64,
    /// For how long none were.
    pub still: Duration,
    /// It is being sent twice already.
    pub doubled: bool,
}

impl Flight {
    fn left(&self) -> u64 {
        self.length.saturating_sub(self.handed)
    }
}

/// How an upload goes.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Bytes a second, moved lately.
    pub now: f64,
    /// The same before the end.
    pub line: f64,
    /// How long a round trip takes.
    pub trip: Duration,
    /// Bytes of the file.
    pub length: u64,
    /// Bytes of it that were sent again so far.
    pub again: u64,
}

/// The part that should be sent once more, of those that are not there yet when all are given out.
pub fn late(flights: &[Flight], course: Course) -> Option<usize> {
    // As long as the line is full, sending something twice makes all later.
    if flights.len() > MOST || course.now > course.line * FULL {
        return None;
    }
    let left = LONGEST
        .max(course.length / BUDGET)
        .saturating_sub(course.again);
    let longest = LONGEST.max(course.length / FRACTION).min(left);
    flights
        .iter()
        .filter(|flight| !flight.doubled && flight.length <= longest)
        // What is nearly there comes sooner by itself.
        .filter(|flight| {
            flight.left().saturating_mul(3) > flight.length || flight.still > course.trip * STILL
        })
        .max_by_key(|flight| flight.left())
        .map(|flight| flight.part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIP: Duration = Duration::from_millis(500);
    const LINE: f64 = 125_000.0;

    fn flight(part: usize, handed: u64) -> Flight {
        Flight {
            part,
            length: 32_768,
            handed,
            still: Duration::ZERO,
            doubled: false,
        }
    }

    fn course(now: f64) -> Course {
        Course {
            now,
            line: LINE,
            trip: TRIP,
            length: 4_000_000,
            again: 0,
        }
    }

    fn chosen(flights: &[Flight], now: f64) -> Option<usize> {
        late(flights, course(now))
    }

    #[test]
    fn the_one_with_most_left_is_sent_once_more() {
        let flights = [flight(7, 20_000), flight(9, 2_000)];
        assert_eq!(chosen(&flights, 10_000.0), Some(9));
        assert_eq!(chosen(&flights[..1], 10_000.0), Some(7));
    }

    #[test]
    fn a_full_line_and_a_part_nearly_there_are_left_alone() {
        assert_eq!(chosen(&[flight(7, 2_000)], 110_000.0), None, "full");
        assert_eq!(chosen(&[flight(7, 30_000)], 10_000.0), None, "nearly there");
        let many: Vec<Flight> = (0..5).map(|part| flight(part, 0)).collect();
        assert_eq!(chosen(&many, 10_000.0), None, "several on their way");
        assert_eq!(chosen(&[], 0.0), None);
    }

    #[test]
    fn one_that_stands_still_is_not_nearly_there() {
        let still = Flight {
            still: TRIP * 4,
            ..flight(7, 32_768)
        };
        assert_eq!(chosen(&[still], 0.0), Some(7));
    }

    #[test]
    fn nothing_is_sent_three_times_and_nothing_long_twice() {
        let doubled = Flight {
            doubled: true,
            ..flight(7, 0)
        };
        assert_eq!(chosen(&[doubled], 0.0), None);
        let long = Flight {
            length: 1_000_000,
            ..flight(7, 0)
        };
        assert_eq!(chosen(&[long], 0.0), None);
        let longer = Course {
            length: 400_000_000,
            ..course(0.0)
        };
        assert_eq!(late(&[long], longer), Some(7));
    }

    #[test]
    fn what_a_cut_cost_leaves_less_to_send_twice() {
        let cut = Course {
            again: 80_000,
            ..course(0.0)
        };
        assert_eq!(late(&[flight(7, 0)], cut), None);
        let little = Course {
            again: 60_000,
            ..course(0.0)
        };
        assert_eq!(late(&[flight(7, 0)], little), Some(7));
    }
}

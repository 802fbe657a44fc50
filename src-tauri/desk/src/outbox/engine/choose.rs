//! What goes next.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::gate::Sending;
use super::state::Lane;
use crate::outbox::rules::{INTERRUPTED_LIMIT, Phase};

/// What a step costs the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A text goes, or a word about one.
    Text,
    /// A text comes.
    Fetch,
    /// A file goes.
    Upload,
}

impl Kind {
    /// In the order in which they go.
    pub const ALL: [Self; 3] = [Self::Text, Self::Fetch, Self::Upload];

    /// The number kept in the database; its order is the order in which they go.
    #[must_use]
    pub const fn as_number(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Fetch => 1,
            Self::Upload => 2,
        }
    }
}

/// The part of a rank that decides what may leave. All candidates of one class pass the same gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class {
    /// Its attempts keep ending the program.
    pub deadly: bool,
    /// Urgent ones first.
    pub urgent: Reverse<bool>,
    /// Texts before files.
    pub kind: Kind,
    /// First of its kind, and no wish about sending keeps it: a person said so.
    pub insisted: Reverse<bool>,
}

impl Class {
    /// Every class, first come first.
    pub fn all() -> impl Iterator<Item = Self> {
        [false, true].into_iter().flat_map(|deadly| {
            [true, false].into_iter().flat_map(move |urgent| {
                Kind::ALL.into_iter().flat_map(move |kind| {
                    [true, false].into_iter().map(move |insisted| Self {
                        deadly,
                        urgent: Reverse(urgent),
                        kind,
                        insisted: Reverse(insisted),
                    })
                })
            })
        })
    }
}

/// What goes first: the lower one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Its class.
    pub class: Class,
    /// One that failed steps behind the others of its class.
    pub failures: u32,
    /// Small before large.
    pub bytes: u64,
    /// Older before newer.
    pub seq: i64,
}

/// What a lane would do next, if it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Its rank among all.
    pub rank: Rank,
    /// Place of the entry in the lane; `None` for a fetch.
    pub place: Option<usize>,
    /// Not before.
    pub not_before: Option<Timestamp>,
}

/// What a lane's entries would do next.
///
/// Of one draft for one portal only the oldest open entry moves: when an attempt for an older
/// release was never answered, the portal may or may not hold it. Putting that same release once
/// more is answered the same way by contract and tells us the portal's ETag; putting the newer one
/// first would be answered as a conflict with ourselves.
#[must_use]
pub fn outlook(lane: &Lane, sending: &Sending) -> Option<Outlook> {
    let place = lane.entries.iter().position(|one| one.phase.is_open())?;
    let entry = lane.entries.get(place)?;
    if entry.held {
        return None;
    }
    let missing = (entry.phase == Phase::Files)
        .then(|| entry.smallest_missing())
        .flatten();
    let (kind, bytes) = match missing {
        Some(file) if sending.asks(file.bytes, entry.consent) => return None,
        Some(file) => (Kind::Upload, file.bytes),
        // All missing files are in: the text is put once more, and the answer is the receipt.
        None => (Kind::Text, entry.bytes),
    };
    Some(Outlook {
        rank: Rank {
            class: Class {
                deadly: entry.interrupted >= INTERRUPTED_LIMIT,
                urgent: Reverse(lane.urgent),
                kind,
                insisted: Reverse(entry.insisted),
            },
            failures: entry.failures,
            bytes,
            seq: entry.seq,
        },
        place: Some(place),
        not_before: entry.not_before,
    })
}

/// The class of every fetch.
#[must_use]
pub const fn class_of_fetch() -> Class {
    Class {
        deadly: false,
        urgent: Reverse(false),
        kind: Kind::Fetch,
        insisted: Reverse(false),
    }
}

/// What a lane would fetch, if it may.
#[must_use]
pub fn fetch_outlook(lane: &Lane) -> Option<Outlook> {
    let mirror = lane.mirror.as_ref().filter(|mirror| mirror.wanted)?;
    Some(Outlook {
        rank: Rank {
            class: class_of_fetch(),
            failures: mirror.failures,
            bytes: 0,
            seq: 0,
        },
        place: None,
        not_before: mirror.not_before,
    })
}

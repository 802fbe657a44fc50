//! Two sides and what both started from.

/// How two sides stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both hold the same.
    Same,
    /// Only ours changed.
    OursNewer,
    /// Only theirs changed.
    TheirsNewer,
    /// Both changed; a person decides.
    Conflict,
}

/// Compares by names of contents (hashes or ETags), never by time. `None` is nothing at all; an
/// unknown base is one that neither side equals.
#[must_use]
pub fn compare(base: Option<&str>, ours: Option<&str>, theirs: Option<&str>) -> Comparison {
    if ours == theirs {
        Comparison::Same
    } else if theirs == base {
        Comparison::OursNewer
    } else if ours == base {
        Comparison::TheirsNewer
    } else {
        Comparison::Conflict
    }
}

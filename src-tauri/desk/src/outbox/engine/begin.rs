//! Beginning an attempt.

use super::state::{Lane, Moment, Reach};
use crate::outbox::rules::Phase;

/// What is to be done for one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The draft.
    pub draft: String,
    /// The portal.
    pub portal: String,
    /// The entry; empty for a fetch.
    pub entry: String,
    /// The release; empty for a fetch.
    pub release: String,
    /// What to do.
    pub kind: OrderKind,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderKind {
    /// Put the text; the ETag it may replace (`None`: there must be nothing yet).
    Put(Option<String>),
    /// Upload a file.
    Upload {
        /// SHA-256 of it.
        sha256: String,
        /// Where an upload of it was begun.
        upload_url: Option<String>,
        /// At most so many bytes now.
        allowance: Option<u64>,
    },
    /// Ask the portal to take the piece down.
    Withdraw(String),
    /// Fetch the portal's own text.
    Fetch,
}

impl Lane {
    /// Counts the attempt of the entry at `place` and says what it is. `allowance`: at most so
    /// many bytes of a file.
    pub fn begin(&mut self, place: usize, allowance: Option<u64>, now: &Moment) -> Option<Order> {
        let base = self.base();
        let entry = self.entries.get_mut(place)?;
        let missing = (entry.phase == Phase::Files)
            .then(|| entry.smallest_missing())
            .flatten();
        let kind = match (entry.phase, missing) {
            (Phase::Withdraw, _) => OrderKind::Withdraw(entry.reason.clone()),
            (_, Some(file)) => OrderKind::Upload {
                sha256: file.sha256.clone(),
                upload_url: Some(file.upload_url.clone()).filter(|url| !url.is_empty()),
                allowance,
            },
            _ => OrderKind::Put(base),
        };
        // Should this attempt end the program, the same pause holds as after a failure.
        let failures = entry.failures.saturating_add(entry.interrupted) + 1;
        entry.not_before = Some(now.after(failures));
        entry.attempts = entry.attempts.saturating_add(1);
        entry.interrupted = entry.interrupted.saturating_add(1);
        entry.attempt_at = Some(now.at);
        entry.moved_at = Some(now.at);
        entry.reach = match entry.reach {
            Reach::Never => Reach::Trying,
            Reach::Trying | Reach::Maybe => Reach::Maybe,
        };
        Some(Order {
            entry: entry.id.clone(),
            release: entry.release.clone(),
            draft: self.draft.clone(),
            portal: self.portal.clone(),
            kind,
        })
    }

    /// Whether the entry at `place` may set out beside other texts: its own text is what goes, and
    /// no attempt of it ended without a word. One that may be what ends the program travels alone,
    /// or the others would be blamed with it each time.
    #[must_use]
    pub fn may_join(&self, place: usize) -> bool {
        self.entries.get(place).is_some_and(|entry| {
            let text = match entry.phase {
                Phase::Put => true,
                Phase::Files => entry.smallest_missing().is_none(),
                _ => false,
            };
            text && entry.interrupted == 0
        })
    }

    /// Whether others may set out beside the attempt that is under way here, for the same reason.
    #[must_use]
    pub fn may_be_joined(&self) -> bool {
        self.entries
            .iter()
            // The attempt under way counts itself until it has an outcome.
            .all(|entry| entry.attempt_at.is_none() || entry.interrupted <= 1)
    }

    /// Counts an attempt to fetch the portal's text.
    pub fn begin_fetch(&mut self, now: &Moment) -> Option<Order> {
        let mirror = self.mirror.as_mut().filter(|mirror| mirror.wanted)?;
        mirror.failures = mirror.failures.saturating_add(1);
        mirror.not_before = Some(now.after(mirror.failures));
        Some(Order {
            draft: self.draft.clone(),
            portal: self.portal.clone(),
            entry: String::new(),
            release: String::new(),
            kind: OrderKind::Fetch,
        })
    }
}

//! What a portal's list of changes says.

use super::compare::{Comparison, compare};
use super::state::{Lane, Mirror};
use crate::error::{Code, Failure};
use crate::outbox::rules::Phase;
use crate::outbox::types::RemoteState;

/// The code of a piece that the portal's editor sent back; `comment` among the params.
pub const RETURNED_BY_PORTAL: &str = "returned_by_portal";
/// The code of a piece that the portal took down; `state` and `comment` among the params.
pub const TAKEN_DOWN_BY_PORTAL: &str = "taken_down_by_portal";
/// The code of a piece of which the portal shows an older text of ours again.
pub const OLDER_ON_PORTAL: &str = "older_on_portal";

impl Lane {
    /// What the portal says about the piece. `is_ours`: the release it names was made by this desk
    /// for this draft. True when it was news.
    pub fn remote(&mut self, seen: &RemoteState, is_ours: bool) -> bool {
        let known = self.mirror.clone().unwrap_or_default();
        let gone = seen.state == "deleted";
        let release = match &seen.release {
            Some(release) if is_ours => release.clone(),
            _ => String::new(),
        };
        let etag = if gone { "" } else { seen.etag.as_str() };
        let mut row = Mirror {
            remote_id: seen.remote_id.clone(),
            url: seen.url.clone(),
            // Only the portal's own marks changed while it holds a text of ours; a text that is
            // not ours keeps the old base, so that the next put meets it as a conflict.
            base: if release.is_empty() && !gone {
                known.base.clone()
            } else {
                etag.to_owned()
            },
            etag: etag.to_owned(),
            state: seen.state.clone(),
            comment: seen.comment.clone(),
            base_release: if release.is_empty() {
                known.base_release.clone()
            } else {
                release.clone()
            },
            release,
            ..known.clone()
        };
        // A text of a stranger that a person already accepted as base is no news to anybody.
        let accepted = !known.base.is_empty() && known.base == row.etag;
        let started = !known.base_release.is_empty() || !known.base.is_empty();
        let strange = row.release.is_empty() && !gone && !accepted && started;
        if strange && row.theirs != row.etag {
            row.wanted = true;
        } else if !row.release.is_empty() {
            row.wanted = false;
        }
        let is_news = row != known;
        // Told again, it may have been another in between, by another way: what is gone was there again, or the portal
        // was restored from a copy.
        row.news = known.news.saturating_add(1);
        if !is_news {
            self.mirror = Some(row);
            return false;
        }
        let base_release = known.base_release;
        self.mirror = Some(row);
        self.apply(seen, &base_release, strange);
        true
    }

    /// Moves the entries to where the portal's words put them.
    pub(super) fn apply(&mut self, seen: &RemoteState, base_release: &str, strange: bool) {
        let held = self
            .mirror
            .as_ref()
            .map(|mirror| mirror.release.clone())
            .unwrap_or_default();
        let newest = self.entries.len().saturating_sub(1);
        for (place, entry) in self.entries.iter_mut().enumerate() {
            let delivered = matches!(
                entry.phase,
                Phase::Received | Phase::Published | Phase::Returned
            );
            let down = matches!(seen.state.as_str(), "withdrawn" | "deleted");
            let this = entry.release == held || (held.is_empty() && entry.release == base_release);
            if entry.phase == Phase::Withdraw && down && place == newest {
                entry.rest(Phase::Withdrawn, None);
            } else if entry.phase == Phase::Withdrawn
                && !entry.reason.is_empty()
                && place == newest
                && this
                && !down
                && !strange
            {
                // A late request or a restored portal brought it back: it is asked once more.
                entry.rest(Phase::Withdraw, None);
            } else if entry.phase == Phase::Withdrawn
                && entry.release == held
                && place == newest
                && !down
            {
                // It was taken out while a request was on its way: it is there all the same, and
                // nobody denies it.
                let phase = match seen.state.as_str() {
                    "published" => Phase::Published,
                    _ => Phase::Received,
                };
                entry.rest(phase, None);
            } else if delivered && down && place == newest {
                let failure = plain(TAKEN_DOWN_BY_PORTAL)
                    .with("state", &seen.state)
                    .with("comment", &seen.comment);
                entry.rest(Phase::Returned, Some(failure));
            } else if delivered && this {
                let note = strange.then(|| Failure::new(Code::ChangedOnPortal));
                match seen.state.as_str() {
                    "published" => entry.rest(Phase::Published, note),
                    "received" => entry.rest(Phase::Received, note),
                    "returned" => {
                        let failure = plain(RETURNED_BY_PORTAL).with("comment", &seen.comment);
                        entry.rest(Phase::Returned, Some(failure));
                    }
                    _ => {}
                }
            } else if delivered && place == newest && !held.is_empty() {
                // The portal shows an older text of ours: restored from a copy, or put back by its
                // editor. Sending ours again could undo somebody's decision.
                let stands = compare(Some(base_release), Some(&entry.release), Some(&held));
                if stands != Comparison::Same {
                    entry.rest(Phase::Conflict, Some(plain(OLDER_ON_PORTAL)));
                }
            } else if entry.phase == Phase::Conflict
                && entry.failure_code() != OLDER_ON_PORTAL
                && !held.is_empty()
                && place == newest
            {
                // What stood in the way is gone, and a text of our own is there again.
                entry.rest(Phase::Put, None);
            } else if entry.phase == Phase::Conflict
                && entry.failure_code() == OLDER_ON_PORTAL
                && entry.release == held
            {
                let phase = match seen.state.as_str() {
                    "published" => Phase::Published,
                    _ => Phase::Received,
                };
                entry.rest(phase, None);
            }
        }
    }
}

fn plain(code: &str) -> Failure {
    Failure {
        code: code.to_owned(),
        ..Failure::default()
    }
}

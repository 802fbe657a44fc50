//! What another way than the wire means for a lane: a text that leaves in somebody's bag, and a
//! portal's answer that comes back in one, perhaps weeks later.

use super::record::Effects;
use super::state::{Lane, Mirror, Moment, Reach, Way};
use crate::outbox::rules::Phase;
use crate::outbox::types::{Outcome, RemoteState};

impl Lane {
    /// How much was learned of the portal until now, to be remembered with a package: the `seen` of [`Lane::carried`].
    #[must_use]
    pub fn seen(&self) -> u32 {
        self.mirror.as_ref().map_or(0, |known| known.news)
    }

    /// A copy of the entry's text leaves with a carrier. From now on it may reach the portal at any
    /// time, whatever becomes of attempts on the wire.
    pub fn packed(&mut self, release: &str) {
        let open = self.entries.iter_mut().find(|one| one.release == release);
        if let Some(entry) = open.filter(|one| matches!(one.phase, Phase::Put | Phase::Files)) {
            entry.attempts = entry.attempts.saturating_add(1);
            entry.reach = Reach::Maybe;
        }
    }

    /// What the portal answered to a text from a bag. `seen` is what [`Lane::seen`] gave when
    /// it was packed (`None`: no longer remembered). Without effects the answer is older than
    /// what is known by now, and changed nothing.
    ///
    /// The portal stores such a text only over what was known when it was packed, or over an older
    /// text of ours. So what is known by now is later, unless it is still that.
    pub fn carried(
        &mut self,
        entry: &str,
        outcome: Outcome,
        seen: Option<u32>,
        now: &Moment,
    ) -> Option<Effects> {
        let place = self.place_of(entry)?;
        let release = self.entries.get(place)?.release.clone();
        if self.is_older_than_known(place, &outcome, seen) {
            return None;
        }
        let later = self
            .mirror
            .clone()
            .filter(|known| self.is_later(known, place, seen));
        // Nothing is learned about the way from this machine.
        let mut nobodys = Way::default();
        let over = self.base();
        let of = (entry, release.as_str(), over.as_deref());
        let mut effects = self.put_done(&mut nobodys, of, outcome, now);
        effects.link = false;
        if let Some(known) = later {
            let since = RemoteState {
                state: known.state.clone(),
                comment: known.comment.clone(),
                ..RemoteState::default()
            };
            let base_release = known.base_release.clone();
            self.mirror = Some(known);
            self.apply(&since, &base_release, false);
        }
        if effects.receipt.is_some() {
            self.settle_older(place);
        }
        Some(effects)
    }

    /// Whether what is known by now makes the answer void.
    fn is_older_than_known(&self, place: usize, outcome: &Outcome, seen: Option<u32>) -> bool {
        if self.is_overtaken(place) {
            return true;
        }
        let unknown = Mirror::default();
        let known = self.mirror.as_ref().unwrap_or(&unknown);
        let waits = self
            .entries
            .get(place)
            .is_some_and(|entry| matches!(entry.phase, Phase::Put | Phase::Files));
        match outcome {
            Outcome::Conflict(failure) => {
                let theirs = failure.params.get("etag").map_or("", String::as_str);
                let release = failure.params.get("release").map_or("", String::as_str);
                // A text of ours stands there since, or a newer one stood there already: it is in nobody's way. Or a
                // person has settled that very conflict since.
                let since = seen != Some(known.news) && !known.release.is_empty();
                !waits
                    || since
                    || self.is_newer(place, release)
                    || (!theirs.is_empty() && theirs == known.base)
            }
            Outcome::Refused(_) => !waits,
            // It has been taken down since, or a person agreed to replace what somebody made of it. Or another text of
            // ours came there meanwhile, before it or, if this one was approved once more, after it: the portal is asked
            // again.
            _ => {
                let other = !known.release.is_empty() && known.release != self.release_at(place);
                (!waits && known.is_down() && known.base_release == self.release_at(place))
                    || ((other || known.is_down() || known.is_accepted())
                        && seen != Some(known.news))
            }
        }
    }

    /// Whether what is known of the portal was learned after it stored this text.
    fn is_later(&self, known: &Mirror, place: usize, seen: Option<u32>) -> bool {
        if seen == Some(known.news) {
            return false;
        }
        if known.release.is_empty() {
            // Somebody else's text came over it. Unless a person accepted that since, it is judged
            // where answers on the wire are.
            return known.is_down() || known.etag == known.base;
        }
        known.release == self.release_at(place)
    }

    fn release_at(&self, place: usize) -> &str {
        self.entries
            .get(place)
            .map_or("", |entry| entry.release.as_str())
    }

    /// Whether the portal is known to hold, or to have held, a release that was put on its way after
    /// the entry at `place`.
    fn is_overtaken(&self, place: usize) -> bool {
        self.mirror.as_ref().is_some_and(|known| {
            self.is_newer(place, &known.release) || self.is_newer(place, &known.base_release)
        })
    }

    /// Whether `release` was put on its way after the entry at `place`.
    fn is_newer(&self, place: usize, release: &str) -> bool {
        let mut newer = self.entries.iter().skip(place.saturating_add(1));
        newer.any(|one| one.release == release)
    }

    /// The portal holds the release at `place`: older ones that were kept open only to learn what
    /// became of them are settled.
    fn settle_older(&mut self, place: usize) {
        for older in self.entries.iter_mut().take(place) {
            if matches!(older.phase, Phase::Put | Phase::Files) {
                older.rest(Phase::Superseded, None);
            }
        }
    }
}

impl Mirror {
    /// Somebody else's text is there, and a person agreed to replace it.
    fn is_accepted(&self) -> bool {
        self.release.is_empty() && !self.etag.is_empty() && self.etag == self.base
    }

    pub(crate) fn is_down(&self) -> bool {
        matches!(self.state.as_str(), "withdrawn" | "deleted")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Lane, Moment, NewEntry, Reach};
    use crate::error::{Code, Failure};
    use crate::outbox::rules::Phase;
    use crate::outbox::types::{Outcome, Receipt, RemoteState};

    fn now() -> Moment {
        let at = Timestamp::from_second(1_795_255_200).unwrap();
        let local = at.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        Moment {
            at,
            local,
            random: 0x7fff_ffff,
        }
    }

    fn lane(releases: &[&str]) -> Lane {
        let mut lane = Lane::new("d", "p");
        for release in releases {
            add(&mut lane, release);
        }
        lane
    }

    fn add(lane: &mut Lane, release: &str) {
        lane.enqueue(NewEntry {
            id: format!("e{release}"),
            release: release.to_owned(),
            bytes: 10,
            files: Vec::new(),
        });
        let seq = lane.entries.len();
        lane.entries.last_mut().unwrap().seq = i64::try_from(seq).unwrap();
    }

    fn stored(etag: &str, release: &str) -> Outcome {
        Outcome::Stored {
            etag: etag.to_owned(),
            remote_id: "r".to_owned(),
            url: String::new(),
            missing: Vec::new(),
            receipt: Some(Receipt {
                release: release.to_owned(),
                files: Vec::new(),
                received_at: String::new(),
                portal: "p".to_owned(),
                ..Receipt::default()
            }),
        }
    }

    /// The wire brought a release, and the portal said so.
    fn put(lane: &mut Lane, release: &str, etag: &str) {
        let entry = format!("e{release}");
        let of = (entry.as_str(), release, None);
        lane.put_done(
            &mut super::Way::default(),
            of,
            stored(etag, release),
            &now(),
        );
    }

    fn seen(lane: &mut Lane, etag: &str, release: Option<&str>, state: &str) {
        let remote = RemoteState {
            etag: etag.to_owned(),
            release: release.map(str::to_owned),
            state: state.to_owned(),
            ..RemoteState::default()
        };
        lane.remote(&remote, release.is_some());
    }

    fn phases(lane: &Lane) -> Vec<Phase> {
        lane.entries.iter().map(|entry| entry.phase).collect()
    }

    fn known(lane: &Lane) -> (&str, &str, &str) {
        let mirror = lane.mirror.as_ref().unwrap();
        (&mirror.base, &mirror.release, &mirror.state)
    }

    #[test]
    fn what_left_in_a_bag_may_be_there_whatever_the_wire_says() {
        let mut lane = lane(&["a"]);
        lane.packed("a");
        lane.begin(0, None, &now()).unwrap();
        let failure = Failure::new(Code::NoLink);
        let mut way = super::Way::default();
        lane.put_done(
            &mut way,
            ("ea", "a", None),
            Outcome::Retry(failure, None),
            &now(),
        );
        assert_eq!(lane.entries[0].reach, Reach::Maybe);
        add(&mut lane, "b");
        assert_eq!(phases(&lane), [Phase::Put, Phase::Put]);
        lane.packed("b");
        lane.carried("eb", stored("2", "b"), Some(0), &now())
            .unwrap();
        assert_eq!(phases(&lane), [Phase::Superseded, Phase::Received]);
        assert_eq!(known(&lane), ("2", "b", "received"));
        assert!(way.last_failure.is_some());
    }

    #[test]
    fn an_answer_does_not_undo_what_was_learned_since() {
        // The portal told of it before the receipt came back, and has published it.
        let mut published = lane(&["a"]);
        published.packed("a");
        seen(&mut published, "3", Some("a"), "published");
        let effects = published.carried("ea", stored("2", "a"), Some(0), &now());
        assert!(effects.unwrap().receipt.is_some());
        assert_eq!(phases(&published), [Phase::Published]);
        assert_eq!(known(&published), ("3", "a", "published"));
        // The same once more.
        published.carried("ea", stored("2", "a"), Some(0), &now());
        assert_eq!(phases(&published), [Phase::Published]);
        assert_eq!(known(&published), ("3", "a", "published"));
        // Taken down since, and told.
        seen(&mut published, "", None, "deleted");
        let before = published.clone();
        published.carried("ea", stored("2", "a"), Some(0), &now());
        assert_eq!(published, before);
    }

    #[test]
    fn an_older_answer_is_void_after_a_newer_release_arrived() {
        let mut lane = lane(&["a"]);
        lane.packed("a");
        add(&mut lane, "b");
        put(&mut lane, "a", "1");
        put(&mut lane, "b", "2");
        // An editor's change on top does not bring the old answer back to life.
        seen(&mut lane, "3", None, "received");
        let before = lane.clone();
        assert_eq!(lane.carried("ea", stored("1", "a"), Some(0), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn an_editors_change_on_top_of_what_was_carried_is_seen() {
        let mut lane = lane(&["a"]);
        put(&mut lane, "a", "1");
        add(&mut lane, "b");
        lane.packed("b");
        seen(&mut lane, "3", None, "received");
        lane.carried("eb", stored("2", "b"), Some(1), &now())
            .unwrap();
        let mirror = lane.mirror.clone().unwrap();
        assert_eq!(
            (mirror.base.as_str(), mirror.base_release.as_str()),
            ("2", "b")
        );
        assert_eq!((mirror.etag.as_str(), mirror.wanted), ("3", true));
        // Accepted by a person, it stays the base.
        lane.mirror.as_mut().unwrap().theirs = "3".to_owned();
        lane.accept_theirs();
        lane.carried("eb", stored("2", "b"), Some(1), &now());
        assert_eq!(known(&lane), ("3", "", "received"));
    }

    #[test]
    fn an_answer_from_before_it_was_approved_once_more_is_void() {
        let mut lane = lane(&["a"]);
        lane.packed("a");
        put(&mut lane, "a", "1");
        add(&mut lane, "b");
        put(&mut lane, "b", "2");
        add(&mut lane, "a");
        let before = lane.clone();
        assert_eq!(lane.carried("ea", stored("1", "a"), Some(0), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn what_a_person_agreed_to_replace_after_it_was_taken_down_is_not_undone() {
        let mut lane = lane(&["a"]);
        put(&mut lane, "a", "1");
        // An editor changed it and took it down; the same text is approved once more and packed.
        seen(&mut lane, "6", None, "withdrawn");
        add(&mut lane, "b");
        lane.packed("b");
        let packed = lane.seen();
        lane.mirror.as_mut().unwrap().theirs = "6".to_owned();
        lane.accept_theirs();
        let before = lane.clone();
        let answer = stored("1", "b");
        assert_eq!(lane.carried("eb", answer, Some(packed), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn what_was_deleted_twice_is_not_what_was_deleted_once() {
        let mut lane = lane(&["a"]);
        put(&mut lane, "a", "1");
        seen(&mut lane, "", None, "deleted");
        add(&mut lane, "b");
        lane.packed("b");
        let packed = lane.seen();
        // The wire was quicker; it was deleted again, and another text is on its way.
        put(&mut lane, "b", "2");
        seen(&mut lane, "", None, "deleted");
        add(&mut lane, "c");
        let before = lane.clone();
        let answer = stored("2", "b");
        assert_eq!(lane.carried("eb", answer, Some(packed), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn what_the_wire_stored_and_the_portal_deleted_again_is_gone() {
        let mut lane = lane(&["a"]);
        seen(&mut lane, "3", None, "deleted");
        lane.packed("a");
        let packed = lane.seen();
        // Its files were still on their way.
        let mut way = super::Way::default();
        let mut partly = stored("7", "a");
        if let Outcome::Stored { receipt, .. } = &mut partly {
            *receipt = None;
        }
        lane.put_done(&mut way, ("ea", "a", None), partly, &now());
        seen(&mut lane, "11", None, "deleted");
        let before = lane.clone();
        let answer = stored("7", "a");
        assert_eq!(lane.carried("ea", answer, Some(packed), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn an_answer_is_older_than_a_portal_that_was_restored() {
        let mut lane = lane(&["a"]);
        put(&mut lane, "a", "1");
        add(&mut lane, "b");
        lane.packed("b");
        let packed = lane.seen();
        // It stored the text, was restored from a copy made before, and tells what it holds.
        seen(&mut lane, "1", Some("a"), "received");
        let before = lane.clone();
        let answer = stored("2", "b");
        assert_eq!(lane.carried("eb", answer, Some(packed), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn what_was_carried_and_deleted_again_is_gone() {
        let mut lane = lane(&["a"]);
        seen(&mut lane, "3", None, "deleted");
        lane.packed("a");
        let packed = lane.seen();
        // Stored for the carrier, and deleted once more before the answer came back.
        seen(&mut lane, "11", None, "deleted");
        let before = lane.clone();
        let answer = stored("7", "a");
        assert_eq!(lane.carried("ea", answer, Some(packed), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn a_text_of_ours_that_a_bag_met_is_nobodys_conflict() {
        let mut lane = lane(&["a"]);
        lane.packed("a");
        put(&mut lane, "a", "1");
        add(&mut lane, "b");
        put(&mut lane, "b", "3");
        seen(&mut lane, "5", Some("b"), "published");
        // The first text is approved once more: what its old copy met is ours all the same.
        add(&mut lane, "a");
        let before = lane.clone();
        let failure = Failure::new(Code::Conflict)
            .with("etag", "3")
            .with("release", "b");
        let answer = Outcome::Conflict(failure);
        assert_eq!(lane.carried("ea", answer, Some(0), &now()), None);
        // Nor is what it did not find before a text of ours was there again.
        let gone = Outcome::Conflict(Failure::new(Code::Conflict).with("gone", "true"));
        assert_eq!(lane.carried("ea", gone, Some(1), &now()), None);
        assert_eq!(lane, before);
    }

    #[test]
    fn a_settled_conflict_does_not_come_back_in_a_bag() {
        let mut lane = lane(&["a"]);
        lane.packed("a");
        let conflict = || {
            let failure = Failure::new(Code::Conflict).with("etag", "9");
            Outcome::Conflict(failure)
        };
        lane.carried("ea", conflict(), Some(0), &now()).unwrap();
        assert_eq!(phases(&lane), [Phase::Conflict]);
        lane.mirror.as_mut().unwrap().theirs = "9".to_owned();
        lane.keep_ours();
        assert_eq!(phases(&lane), [Phase::Put]);
        assert_eq!(lane.carried("ea", conflict(), Some(0), &now()), None);
        assert_eq!(phases(&lane), [Phase::Put]);
    }
}

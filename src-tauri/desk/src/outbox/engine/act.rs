//! What people do to entries.

use super::state::{Entry, File, Lane, Reach};
use crate::error::Failure;
use crate::outbox::rules::{Phase, changed_there};

/// Why something a person asked for is not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No such entry.
    Unknown,
    /// There is nothing left to do about it: the portal has it, or has a newer one.
    Delivered,
    /// It cannot be sent again as it is.
    NotRetryable,
    /// The portal has to be asked, and wants a reason.
    ReasonNeeded,
}

/// A release to be put on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// An id of its own.
    pub id: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Size of the canonical release.
    pub bytes: u64,
    /// SHA-256 and size of its files, each once.
    pub files: Vec<(String, u64)>,
}

impl Lane {
    /// Puts a release on its way, in the place of older ones.
    pub fn enqueue(&mut self, new: NewEntry) {
        let same = self
            .entries
            .iter()
            .position(|entry| entry.release == new.release);
        let at_rest = same.is_some_and(|place| {
            let rests = self
                .entries
                .get(place)
                .is_some_and(|one| matches!(one.phase, Phase::Received | Phase::Published));
            rests && !self.has_newer(place) && self.portal_holds(&new.release)
        });
        if at_rest {
            // The portal has this very text and nothing came in between.
            return;
        }
        let held_release = self.mirror.as_ref().map(|mirror| mirror.release.clone());
        for older in &mut self.entries {
            let unanswered = older.reach != Reach::Never
                && held_release.as_deref() != Some(older.release.as_str());
            match older.phase {
                _ if older.release == new.release => {}
                // An attempt may have reached the portal; see the head of `outbox`.
                Phase::Put if unanswered => older.held = false,
                // The portal was asked to take it down: settled first as well.
                Phase::Withdraw => older.held = false,
                Phase::Put | Phase::Files | Phase::Refused | Phase::Conflict => {
                    older.rest(Phase::Superseded, None);
                }
                _ => {}
            }
        }
        let mut entry = Entry {
            seq: 0,
            id: new.id,
            release: new.release,
            phase: Phase::Put,
            held: false,
            consent: false,
            insisted: false,
            attempts: 0,
            failures: 0,
            interrupted: 0,
            reach: Reach::Never,
            attempt_at: None,
            moved_at: None,
            not_before: None,
            failure: None,
            reason: String::new(),
            bytes: new.bytes,
            files: new
                .files
                .into_iter()
                .map(|(sha256, bytes)| File {
                    sha256,
                    bytes,
                    ..File::default()
                })
                .collect(),
        };
        if let Some(known) = same.map(|place| self.entries.remove(place)) {
            // That it may be there already is remembered.
            entry.reach = known.reach;
            if matches!(known.phase, Phase::Put | Phase::Withdraw) {
                entry.attempts = known.attempts;
            }
        }
        self.entries.push(entry);
    }

    /// Keeps an entry back until it is resumed.
    ///
    /// # Errors
    /// [`Refusal::Unknown`], [`Refusal::Delivered`].
    pub fn hold(&mut self, entry: &str) -> Result<(), Refusal> {
        let entry = self.entry_mut(entry)?;
        if !entry.phase.is_open() {
            return Err(Refusal::Delivered);
        }
        entry.held = true;
        Ok(())
    }

    /// Lets a kept entry go.
    ///
    /// # Errors
    /// [`Refusal::Unknown`].
    pub fn resume(&mut self, entry: &str) -> Result<(), Refusal> {
        self.entry_mut(entry)?.held = false;
        Ok(())
    }

    /// A person's yes to the large files of an entry.
    ///
    /// # Errors
    /// [`Refusal::Unknown`].
    pub fn allow(&mut self, entry: &str) -> Result<(), Refusal> {
        self.entry_mut(entry)?.consent = true;
        Ok(())
    }

    /// A person wants it sent now, all the same: no budget, quiet hour, metered link or size keeps
    /// this entry any more, and no pause it is in.
    ///
    /// # Errors
    /// [`Refusal::Unknown`], [`Refusal::Delivered`].
    pub fn insist(&mut self, entry: &str) -> Result<(), Refusal> {
        let entry = self.entry_mut(entry)?;
        if !entry.phase.is_open() {
            return Err(Refusal::Delivered);
        }
        entry.held = false;
        entry.consent = true;
        entry.insisted = true;
        entry.not_before = None;
        entry.failures = 0;
        Ok(())
    }

    /// Tries an entry again, now. For a conflict this is the person's decision that the portal's
    /// present state may be replaced; for a piece the portal removed, that it is sent anew.
    ///
    /// # Errors
    /// [`Refusal::Unknown`], [`Refusal::NotRetryable`].
    pub fn retry(&mut self, entry: &str) -> Result<(), Refusal> {
        let place = self.place_of(entry).ok_or(Refusal::Unknown)?;
        let newer = self.has_newer(place);
        let removed = self.portal_says(&["deleted"]);
        let entry = self.entries.get_mut(place).ok_or(Refusal::Unknown)?;
        let phase = match entry.phase {
            _ if newer => return Err(Refusal::NotRetryable),
            Phase::Files => Phase::Files,
            Phase::Withdraw => Phase::Withdraw,
            Phase::Put | Phase::Refused | Phase::Conflict | Phase::Withdrawn => Phase::Put,
            // Taken down but kept, the portal would answer that it has this very text.
            Phase::Returned if removed => Phase::Put,
            _ => return Err(Refusal::NotRetryable),
        };
        let was_conflict = entry.phase == Phase::Conflict;
        entry.rest(phase, None);
        entry.held = false;
        if was_conflict && self.mirror.is_some() {
            self.learn(|mirror| {
                mirror.base = mirror.etag.clone();
                mirror.wanted = false;
            });
        }
        Ok(())
    }

    /// Takes an entry out. One whose text may have reached the portal is not simply forgotten: the
    /// portal is asked to take the piece down, which needs a reason.
    ///
    /// # Errors
    /// [`Refusal::Unknown`]; [`Refusal::Delivered`] when a newer release is on its way or there;
    /// [`Refusal::ReasonNeeded`].
    pub fn withdraw(&mut self, entry: &str, reason: &str) -> Result<(), Refusal> {
        let place = self.place_of(entry).ok_or(Refusal::Unknown)?;
        let newer = self.has_newer(place);
        let there = self
            .entries
            .get(place)
            .is_some_and(|entry| self.portal_holds(&entry.release));
        let down = self.portal_says(&["withdrawn", "deleted"]);
        let entry = self.entries.get_mut(place).ok_or(Refusal::Unknown)?;
        match entry.phase {
            Phase::Withdrawn | Phase::Superseded => return Ok(()),
            // The portal took it down itself: there is nothing to ask.
            Phase::Returned if down => {
                entry.rest(Phase::Withdrawn, None);
                return Ok(());
            }
            // What the portal holds is somebody else's text.
            Phase::Conflict => {
                entry.rest(Phase::Withdrawn, None);
                return Ok(());
            }
            Phase::Put | Phase::Refused if entry.reach == Reach::Never && !there => {
                entry.rest(Phase::Withdrawn, None);
                return Ok(());
            }
            Phase::Put
            | Phase::Files
            | Phase::Refused
            | Phase::Withdraw
            | Phase::Received
            | Phase::Published
            | Phase::Returned => {}
        }
        if newer {
            return Err(Refusal::Delivered);
        }
        if reason.is_empty() {
            return Err(Refusal::ReasonNeeded);
        }
        entry.rest(Phase::Withdraw, None);
        entry.held = false;
        entry.reason = reason.to_owned();
        Ok(())
    }

    /// What the portal holds, as it is kept here, is from now on what our next put may replace: a
    /// person saw it and settled. The release in conflict gives way to the one that comes of it.
    pub fn accept_theirs(&mut self) {
        self.settle();
        if let Some(mirror) = &mut self.mirror {
            mirror.base_release = String::new();
        }
        for entry in &mut self.entries {
            match entry.phase {
                Phase::Conflict => entry.rest(Phase::Superseded, None),
                // That it was changed there is settled; what was delivered stays delivered.
                phase if changed_there(phase, entry.failure_code()) => entry.rest(phase, None),
                _ => {}
            }
        }
    }

    /// Ours is sent in the place of what the portal holds, as a person saw it here and decided.
    pub fn keep_ours(&mut self) {
        self.settle();
        if let Some(entry) = self.entries.last_mut()
            && matches!(
                entry.phase,
                Phase::Conflict | Phase::Received | Phase::Published | Phase::Returned
            )
        {
            entry.rest(Phase::Put, None);
        }
    }

    /// What the portal holds becomes a draft of this desk: what both start from.
    pub fn adopt(&mut self) {
        self.settle();
    }

    /// The portal's own text, as it is kept here, is what our next put may replace.
    fn settle(&mut self) {
        if self.mirror.is_some() {
            self.learn(|mirror| {
                mirror.base = std::mem::take(&mut mirror.theirs);
                mirror.wanted = false;
            });
        }
    }

    /// The portal's own text is wanted here.
    pub fn want_theirs(&mut self) {
        let mirror = self.mirror_mut();
        mirror.wanted = true;
        mirror.failures = 0;
        mirror.not_before = None;
    }

    /// An entry whose own bytes are not fit to leave.
    pub fn refuse(&mut self, place: usize, failure: Failure) {
        if let Some(entry) = self.entries.get_mut(place) {
            entry.rest(Phase::Refused, Some(failure));
        }
    }

    /// Forgets the pauses between attempts.
    pub fn wake(&mut self) {
        for entry in self.entries.iter_mut().filter(|one| one.phase.is_open()) {
            entry.not_before = None;
            entry.failures = 0;
        }
        if let Some(mirror) = &mut self.mirror {
            mirror.not_before = None;
            mirror.failures = 0;
        }
    }

    /// Whether the portal's own word for the piece is one of these.
    fn portal_says(&self, states: &[&str]) -> bool {
        self.mirror
            .as_ref()
            .is_some_and(|mirror| states.contains(&mirror.state.as_str()))
    }

    fn entry_mut(&mut self, entry: &str) -> Result<&mut Entry, Refusal> {
        self.entries
            .iter_mut()
            .find(|one| one.id == entry)
            .ok_or(Refusal::Unknown)
    }
}

//! What came of an attempt.

use std::time::Duration;

use super::remote::OLDER_ON_PORTAL;
use super::state::{Lane, Mirror, Moment, Reach, Way};
use super::upload::set_missing;
use crate::error::{Code, Failure};
use crate::outbox::rules::{
    Phase, PutVerdict, concerns_the_way, judge_put, later, never_reached, pause, pause_asked,
};
use crate::outbox::types::{Fetched, Outcome, Receipt, RemoteState};

/// A receipt to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReceipt {
    /// The release.
    pub release: String,
    /// What the portal calls the piece.
    pub remote_id: String,
    /// Where readers find it.
    pub url: String,
    /// When the portal received it.
    pub received_at: String,
    /// The files it holds with it.
    pub files: Vec<String>,
    /// The envelope in which it signed this; empty when it signs nothing.
    pub signed: String,
    /// The key that signature is of; empty when there is none.
    pub key: String,
}

/// The portal's own text, to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its ETag.
    pub etag: String,
    /// It, in the form of a release.
    pub content: String,
}

/// What has to be written down beside the lane and the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// A receipt came.
    pub receipt: Option<NewReceipt>,
    /// The portal's own text came.
    pub kept: Option<Kept>,
    /// Whether the portal is reached is no longer as it was.
    pub link: bool,
}

struct Stored {
    etag: String,
    remote_id: String,
    url: String,
    missing: Vec<String>,
    receipt: Option<Receipt>,
}

impl Lane {
    /// What came of putting a text; `over` is the ETag that the put named, as it may replace that.
    pub fn put_done(
        &mut self,
        way: &mut Way,
        (entry, release, over): (&str, &str, Option<&str>),
        outcome: Outcome,
        now: &Moment,
    ) -> Effects {
        let mut effects = Effects::default();
        let Some(place) = self.of_attempt(entry, release) else {
            return effects;
        };
        match outcome {
            Outcome::Stored {
                etag,
                remote_id,
                url,
                missing,
                receipt,
            } => {
                effects.link = way.answered(now.at);
                self.note_reach(place, false);
                let answer = Stored {
                    etag,
                    remote_id,
                    url,
                    missing,
                    receipt,
                };
                effects.receipt = self.stored(place, over, answer, now);
            }
            other @ (Outcome::Retry(..) | Outcome::Refused(_) | Outcome::Conflict(_)) => {
                self.ended(way, place, other, now, &mut effects);
            }
            // Makes no sense for a text: the portal may have it, so it is put once more.
            _ => {
                let failure = Failure::new(Code::BadAnswer).with("detail", "another answer");
                self.retry_later(way, place, failure, None, now, &mut effects);
            }
        }
        effects
    }

    /// What came of asking the portal to take the piece down.
    pub fn withdraw_done(
        &mut self,
        way: &mut Way,
        entry: &str,
        release: &str,
        outcome: Outcome,
        now: &Moment,
    ) -> Effects {
        let mut effects = Effects::default();
        let Some(place) = self.of_attempt(entry, release) else {
            return effects;
        };
        match outcome {
            Outcome::Withdrawn => {
                effects.link = way.answered(now.at);
                if let Some(entry) = self.entries.get_mut(place)
                    && entry.phase == Phase::Withdraw
                {
                    entry.rest(Phase::Withdrawn, None);
                }
                if self.mirror.is_some() {
                    self.learn(|mirror| mirror.state = "withdrawn".to_owned());
                }
            }
            Outcome::Refused(failure) | Outcome::Conflict(failure) => {
                effects.link = way.answered(now.at);
                self.not_taken_down(place, failure);
            }
            Outcome::Retry(failure, asked) => {
                self.retry_later(way, place, failure, asked, now, &mut effects);
            }
            _ => {
                let failure = Failure::new(Code::BadAnswer).with("detail", "another answer");
                self.retry_later(way, place, failure, None, now, &mut effects);
            }
        }
        effects
    }

    /// What came of fetching the portal's own text. `is_ours` tells whether a release was made by
    /// this desk for this draft.
    pub fn fetch_done(
        &mut self,
        way: &mut Way,
        outcome: Outcome,
        is_ours: impl FnOnce(&str) -> bool,
        now: &Moment,
    ) -> Effects {
        let mut effects = Effects::default();
        match outcome {
            Outcome::Fetched(fetched) => {
                effects.link = way.answered(now.at);
                let ours = fetched.release.as_deref().is_some_and(is_ours);
                effects.kept = self.fetched(*fetched, ours);
            }
            // There is nothing to be had; a person decides without seeing it.
            Outcome::Refused(_) | Outcome::Conflict(_) => {
                effects.link = way.answered(now.at);
                let mirror = self.mirror_mut();
                mirror.wanted = false;
                mirror.failures = 0;
                mirror.not_before = None;
            }
            Outcome::Retry(failure, asked) => {
                effects.link = true;
                if concerns_the_way(&failure.code) {
                    way_failed(way, failure, asked, now);
                } else if let Some(asked) = asked {
                    let mirror = self.mirror_mut();
                    let wait = later(now.at, pause_asked(Duration::ZERO, Some(asked)));
                    mirror.not_before = mirror.not_before.max(Some(wait));
                }
            }
            // The pause from the beginning of the attempt holds.
            _ => {}
        }
        effects
    }

    fn fetched(&mut self, fetched: Fetched, ours: bool) -> Option<Kept> {
        let held = fetched.release.filter(|_| ours).unwrap_or_default();
        self.learn(|mirror| {
            mirror.wanted = false;
            mirror.failures = 0;
            mirror.not_before = None;
            mirror.etag.clone_from(&fetched.etag);
            mirror.state.clone_from(&fetched.state);
            if !fetched.remote_id.is_empty() {
                mirror.remote_id = fetched.remote_id;
            }
            mirror.release.clone_from(&held);
            if ours {
                // What stood in the way was a text of our own: it may be replaced.
                mirror.base.clone_from(&fetched.etag);
                mirror.base_release.clone_from(&held);
            } else {
                mirror.theirs.clone_from(&fetched.etag);
            }
        });
        if ours {
            self.end_conflict();
            let seen = RemoteState {
                state: fetched.state,
                ..RemoteState::default()
            };
            self.apply(&seen, &held, false);
            // An older one of these is in nobody's way any more.
            let newest = self.entries.len().saturating_sub(1);
            for entry in self.entries.iter_mut().take(newest) {
                if entry.phase == Phase::Put && entry.reach == Reach::Never {
                    entry.rest(Phase::Superseded, None);
                }
            }
            return None;
        }
        Some(Kept {
            etag: fetched.etag,
            content: fetched.content,
        })
    }

    fn stored(
        &mut self,
        place: usize,
        over: Option<&str>,
        answer: Stored,
        now: &Moment,
    ) -> Option<NewReceipt> {
        let newer = self.has_newer(place);
        let entry = self.entries.get_mut(place)?;
        let files: Vec<(String, bool)> = entry
            .files
            .iter()
            .map(|file| (file.sha256.clone(), file.uploaded))
            .collect();
        let receipt = answer
            .receipt
            .as_ref()
            .map(|receipt| (receipt.release.as_str(), receipt.files.as_slice()));
        let verdict = judge_put(&entry.release, &files, &answer.missing, receipt);
        let holds_ours = receipt.is_none_or(|(held, _)| held.eq_ignore_ascii_case(&entry.release));
        let release = entry.release.clone();
        let edited = holds_ours && self.is_still_edited(&answer.etag, over);
        if edited {
            self.learn(|mirror| {
                // What a person agreed to replace meanwhile stays agreed.
                if mirror.base != mirror.etag {
                    mirror.base.clone_from(&answer.etag);
                    mirror.base_release = release;
                }
            });
        } else if holds_ours {
            self.learn(|mirror| {
                *mirror = Mirror {
                    remote_id: answer.remote_id.clone(),
                    url: answer.url.clone(),
                    base: answer.etag.clone(),
                    etag: answer.etag.clone(),
                    base_release: release.clone(),
                    release,
                    state: "received".to_owned(),
                    ..Mirror::default()
                };
            });
            self.end_conflict();
        }
        // A newer text of the same piece is not taken down for what was wished of an older one.
        let newest = place + 1 == self.entries.len();
        let entry = self.entries.get_mut(place)?;
        if let (PutVerdict::Received, Some(receipt)) = (&verdict, &answer.receipt) {
            // True whatever a person did meanwhile: the portal holds it.
            if matches!(
                entry.phase,
                Phase::Received | Phase::Published | Phase::Returned
            ) {
                return None;
            }
            // A person wants it away again: that is still to be done, also where it was thought never
            // to have arrived and a carrier has brought it meanwhile.
            if entry.phase == Phase::Withdrawn && !entry.reason.is_empty() && newest {
                entry.rest(Phase::Withdraw, None);
            } else if entry.phase != Phase::Withdraw {
                let note = edited.then(|| Failure::new(Code::ChangedOnPortal));
                entry.rest(Phase::Received, note);
            }
            return Some(NewReceipt {
                release: entry.release.clone(),
                remote_id: answer.remote_id,
                url: answer.url,
                received_at: receipt.received_at.clone(),
                files: receipt.files.clone(),
                signed: receipt.signed.clone(),
                key: receipt.key.clone(),
            });
        }
        if !matches!(entry.phase, Phase::Put | Phase::Files) {
            return None;
        }
        if holds_ours && newer {
            // It is settled that the portal has this text; the newer one can now replace it.
            entry.rest(Phase::Superseded, None);
            return None;
        }
        match verdict {
            PutVerdict::Received => {}
            PutVerdict::Missing { files, again } => {
                set_missing(entry, &files);
                if again {
                    let failure = Failure::new(Code::FileDiffers)
                        .with("sha256", files.first().cloned().unwrap_or_default());
                    blamed(entry, Phase::Files, failure, None, now);
                } else {
                    entry.go_on(Phase::Files, 0, None, None);
                }
            }
            PutVerdict::ReceiptDiffers => {
                let theirs = answer.receipt.map_or_else(String::new, |one| one.release);
                let failure = Failure::new(Code::ReceiptDiffers)
                    .with("ours", &entry.release)
                    .with("theirs", theirs);
                blamed(entry, Phase::Put, failure, None, now);
            }
            PutVerdict::NoReceipt => {
                let failure = Failure::new(Code::BadAnswer).with("detail", "no receipt");
                blamed(entry, Phase::Put, failure, None, now);
            }
        }
        None
    }

    /// A release that is there already is answered as it was the first time, even when the portal's
    /// editor changed the text since. We know of such a change, and did not name it in the put: so
    /// it stands.
    fn is_still_edited(&self, etag: &str, over: Option<&str>) -> bool {
        self.mirror.as_ref().is_some_and(|known| {
            known.release.is_empty()
                && !known.etag.is_empty()
                && over != Some(known.etag.as_str())
                && known.etag != etag
        })
    }

    /// Outcomes that mean the same for texts and files.
    pub(super) fn ended(
        &mut self,
        way: &mut Way,
        place: usize,
        outcome: Outcome,
        now: &Moment,
        effects: &mut Effects,
    ) {
        let (phase, failure) = match outcome {
            Outcome::Retry(failure, asked) => {
                return self.retry_later(way, place, failure, asked, now, effects);
            }
            Outcome::Refused(failure) => (Phase::Refused, failure),
            Outcome::Conflict(failure) => {
                self.learn(|mirror| {
                    if let Some(etag) = failure.params.get("etag") {
                        mirror.etag.clone_from(etag);
                    }
                    mirror.release = String::new();
                });
                let mirror = self.mirror_mut();
                if mirror.theirs != mirror.etag || mirror.etag.is_empty() {
                    self.want_theirs();
                }
                (Phase::Conflict, failure)
            }
            _ => return,
        };
        effects.link = way.answered(now.at);
        let newer = self.has_newer(place);
        let conflict = phase == Phase::Conflict;
        let Some(entry) = self.entries.get_mut(place) else {
            return;
        };
        // What was refused did not arrive by this attempt.
        if entry.reach == Reach::Trying {
            entry.reach = Reach::Never;
        }
        if !matches!(entry.phase, Phase::Put | Phase::Files) {
            return;
        }
        if newer {
            entry.rest(Phase::Superseded, None);
            if conflict {
                // The newer one meets the same text; what is fetched tells whether it is our own.
                self.stop_at_conflict(&failure);
            }
            return;
        }
        entry.rest(phase, Some(failure));
    }

    /// A text of ours is there again: what waited for a person goes on.
    fn end_conflict(&mut self) {
        for entry in &mut self.entries {
            if entry.phase == Phase::Conflict && entry.failure_code() != OLDER_ON_PORTAL {
                entry.rest(Phase::Put, None);
            }
        }
    }

    /// The newest entry does not run into a wall its elder already met.
    fn stop_at_conflict(&mut self, failure: &Failure) {
        if let Some(entry) = self.entries.last_mut()
            && entry.phase == Phase::Put
        {
            entry.rest(Phase::Conflict, Some(failure.clone()));
        }
    }

    pub(super) fn retry_later(
        &mut self,
        way: &mut Way,
        place: usize,
        failure: Failure,
        asked: Option<Duration>,
        now: &Moment,
        effects: &mut Effects,
    ) {
        effects.link = true;
        self.note_reach(place, never_reached(&failure.code));
        let Some(entry) = self.entries.get_mut(place) else {
            return;
        };
        if concerns_the_way(&failure.code) {
            // The way is at fault: all entries of the portal wait together and none is blamed.
            way_failed(way, failure.clone(), asked, now);
            if entry.phase.is_open() {
                // An answer that looks like somebody on the way may be the answer to this piece alone:
                // others go first when the way is tried again, and show whether it is open.
                let told = u32::from(may_be_of_one_piece(&failure.code));
                let failures = entry.failures.saturating_add(told);
                entry.go_on(entry.phase, failures, None, Some(failure));
            }
            return;
        }
        if is_trouble(&failure.code) {
            way.last_failure = Some(failure.clone());
        }
        if entry.phase.is_open() {
            blamed(entry, entry.phase, failure, asked, now);
        }
    }

    /// Whether the attempt that ended may have brought the text to the portal.
    fn note_reach(&mut self, place: usize, never: bool) {
        if let Some(entry) = self.entries.get_mut(place)
            && entry.reach == Reach::Trying
        {
            entry.reach = if never { Reach::Never } else { Reach::Maybe };
        }
    }

    /// The portal does not take it down: it stands where it stood, and says so.
    fn not_taken_down(&mut self, place: usize, failure: Failure) {
        let mirror = self.mirror.clone().unwrap_or_default();
        if let Some(entry) = self.entries.get_mut(place)
            && entry.phase == Phase::Withdraw
        {
            let complete =
                mirror.release == entry.release && !entry.files.iter().any(|file| file.missing);
            let phase = match mirror.state.as_str() {
                "published" if complete => Phase::Published,
                "received" | "returned" if complete => Phase::Received,
                _ => Phase::Refused,
            };
            entry.rest(phase, Some(failure));
        }
    }
}

fn way_failed(way: &mut Way, failure: Failure, asked: Option<Duration>, now: &Moment) {
    way.last_failure = Some(failure);
    // Nothing sets out while the way waits: what fails now travelled beside what failed before, and
    // both failed once.
    let waits = now.sleeps(way.not_before);
    let ours = match waits {
        Some(_) => Duration::ZERO,
        None => {
            way.failures = way.failures.saturating_add(1);
            pause(way.failures, now.random)
        }
    };
    way.not_before = waits.max(Some(later(now.at, pause_asked(ours, asked))));
}

/// Failures of the way that are read from an answer to one piece.
fn may_be_of_one_piece(code: &str) -> bool {
    [
        Code::CaptivePortal,
        Code::Credentials,
        Code::TooManyRequests,
        Code::NotAPortal,
    ]
    .iter()
    .any(|one| one.as_str() == code)
}

/// Counts a failure of the entry itself and lets it wait.
fn blamed(
    entry: &mut super::state::Entry,
    phase: Phase,
    failure: Failure,
    asked: Option<Duration>,
    now: &Moment,
) {
    let failures = entry.failures.saturating_add(1);
    let wait = pause_asked(pause(failures, now.random), asked);
    entry.go_on(phase, failures, Some(later(now.at, wait)), Some(failure));
}

/// Failures that say something about the link although one entry may be their cause.
fn is_trouble(code: &str) -> bool {
    [Code::Timeout, Code::ConnectionCut, Code::PortalDown]
        .iter()
        .any(|trouble| trouble.as_str() == code)
}

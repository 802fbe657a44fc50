//! How far the files of a text got.

use super::record::Effects;
use super::state::{Entry, Lane, Moment, Way};
use crate::error::{Code, Failure};
use crate::outbox::rules::Phase;
use crate::outbox::types::Outcome;

/// How far the upload of a file got.
#[derive(Clone, Copy, Debug)]
pub struct UploadMark<'a> {
    /// The entry.
    pub entry: &'a str,
    /// Its release.
    pub release: &'a str,
    /// SHA-256 of the file.
    pub sha256: &'a str,
    /// Where the upload is, in the courier's words; they may change while it goes on.
    pub upload_url: &'a str,
    /// Bytes the portal holds.
    pub offset: u64,
}

impl Lane {
    /// What came of uploading a file. The second value: bytes that had not been counted yet.
    pub fn upload_done(
        &mut self,
        way: &mut Way,
        entry: &str,
        release: &str,
        sha256: &str,
        outcome: Outcome,
        now: &Moment,
    ) -> (Effects, u64) {
        let mut effects = Effects::default();
        let mut sent = 0;
        let Some(place) = self.of_attempt(entry, release) else {
            return (effects, sent);
        };
        match outcome {
            Outcome::Uploaded => {
                effects.link = way.answered(now.at);
                sent = self.uploaded(way, place, sha256, now);
            }
            Outcome::UploadGone => {
                effects.link = way.answered(now.at);
                self.upload_gone(place, sha256, now);
            }
            other @ (Outcome::Retry(..) | Outcome::Refused(_) | Outcome::Conflict(_)) => {
                self.ended(way, place, other, now, &mut effects);
            }
            _ => {
                let failure = Failure::new(Code::BadAnswer).with("detail", "another answer");
                self.retry_later(way, place, failure, None, now, &mut effects);
            }
        }
        (effects, sent)
    }

    /// How far an upload got; the bytes that left since it was last known.
    pub fn upload_moved(&mut self, way: &mut Way, mark: &UploadMark<'_>, now: &Moment) -> u64 {
        let Some(entry) = self
            .of_attempt(mark.entry, mark.release)
            .and_then(|place| self.entries.get_mut(place))
        else {
            return 0;
        };
        let lost_before = lost(entry).is_some();
        let (open, began) = (entry.phase.is_open(), entry.moved_at);
        let Some(file) = entry.file_mut(mark.sha256) else {
            return 0;
        };
        // An upload begun anew is noted before its bytes move, with a smaller number than the old one.
        let before = file.offset;
        let offset = mark.offset.min(file.bytes);
        file.upload_url = mark.upload_url.to_owned();
        file.offset = offset;
        let sent = offset.saturating_sub(before);
        if sent > 0 {
            measure(way, sent, began, now);
            entry.moved_at = Some(now.at);
            // A cut connection that nevertheless carried bytes is not punished with a growing
            // pause.
            if open && !lost_before {
                entry.failures = 0;
                entry.interrupted = 0;
            }
        }
        sent
    }

    fn uploaded(&mut self, way: &mut Way, place: usize, sha256: &str, now: &Moment) -> u64 {
        let Some(entry) = self.entries.get_mut(place) else {
            return 0;
        };
        let began = entry.moved_at;
        let Some(file) = entry.file_mut(sha256) else {
            return 0;
        };
        let sent = file.left();
        file.missing = false;
        file.uploaded = true;
        file.offset = file.bytes;
        measure(way, sent, began, now);
        // Files travel side by side: the next one to arrive is measured from here.
        entry.moved_at = Some(now.at);
        if entry.phase == Phase::Files {
            let all_in = !entry.files.iter().any(|file| file.missing);
            // With the last file in, the text is put once more: its answer is the receipt.
            let phase = if all_in { Phase::Put } else { Phase::Files };
            // A file the portal had lost before counts as progress only once the portal stops
            // asking for it, or the two would turn in circles at full speed.
            let lost = (entry.failure_code() == Code::FileDiffers.as_str())
                .then(|| Failure::new(Code::FileDiffers).with("sha256", sha256));
            let failures = if lost.is_some() { entry.failures } else { 0 };
            entry.go_on(phase, failures, None, lost);
        }
        sent
    }

    fn upload_gone(&mut self, place: usize, sha256: &str, now: &Moment) {
        let Some(entry) = self.entries.get_mut(place) else {
            return;
        };
        if let Some(file) = entry.file_mut(sha256) {
            file.upload_url = String::new();
            file.offset = 0;
        }
        if matches!(entry.phase, Phase::Put | Phase::Files) {
            // The first time it simply begins anew; a portal that forgets every upload at once is
            // not asked again and again without a pause.
            let failures = entry.failures.saturating_add(1);
            let not_before = (entry.failures > 0).then(|| now.after(failures));
            let code = lost(entry).unwrap_or(Code::UploadForgotten);
            let failure = Failure::new(code).with("sha256", sha256);
            entry.go_on(entry.phase, failures, not_before, Some(failure));
        }
    }
}

/// What the portal did last to bytes that had reached it, when it lost them. Bytes that move again are then no progress:
/// over a slow link it would be sent the same file for ever, without a pause.
fn lost(entry: &Entry) -> Option<Code> {
    [Code::FileDiffers, Code::UploadForgotten]
        .into_iter()
        .find(|code| entry.failure_code() == code.as_str())
}

pub(super) fn set_missing(entry: &mut Entry, missing: &[String]) {
    for file in &mut entry.files {
        file.missing = missing
            .iter()
            .any(|one| one.eq_ignore_ascii_case(&file.sha256));
        // A file that was in and is missing again starts anew: its old upload led nowhere.
        if file.missing && file.uploaded {
            file.upload_url = String::new();
            file.offset = 0;
        }
    }
}

fn measure(way: &mut Way, sent: u64, began: Option<jiff::Timestamp>, now: &Moment) {
    if let Some(began) = began {
        let took = now.at.duration_since(began).as_millis();
        way.rate.observe(sent, i64::try_from(took).unwrap_or(0));
    }
}

//! Small files that travel beside the one whose turn it is.

use super::store::{self, lane, sent};
use super::types::UploadStep;
use crate::desk::Desk;
use crate::error::Result;

impl Desk {
    /// The other files of the same entry that the portal still misses and that are at most
    /// `longest` bytes long, smallest first: as many as fit with `step` into what may leave now,
    /// and none that waits for a person's yes. They belong to the attempt that was counted for
    /// `step`; what comes of each is recorded as a step of its own.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_beside(&self, step: &UploadStep, longest: u64) -> Result<Vec<UploadStep>> {
        let (mut files, wishes, consent) = self.read(|r| {
            let known = lane::load(r, &step.draft, &step.portal.id)?;
            let entry = known.entries.iter().find(|one| one.id == step.entry);
            let consent = entry.is_some_and(|one| one.consent);
            Ok((store::files(r, &step.entry)?, sent::wishes(r)?, consent))
        })?;
        files.retain(|file| {
            file.missing
                && file.bytes <= longest
                && file.sha256 != step.sha256
                && !wishes.asks(file.bytes, consent)
        });
        files.sort_by(|one, other| (one.bytes, &one.sha256).cmp(&(other.bytes, &other.sha256)));
        let mut left = step.allowance.map(|most| most.saturating_sub(step.length));
        Ok(files
            .into_iter()
            .take_while(|file| {
                let fits = left.is_none_or(|left| file.bytes <= left);
                left = left.map(|left| left.saturating_sub(file.bytes));
                fits
            })
            .map(|file| UploadStep {
                path: self.blobs.lend(&file.sha256),
                sha256: file.sha256,
                length: file.bytes,
                mime: file.mime,
                name: file.name,
                upload_url: None,
                ..step.clone()
            })
            .collect())
    }
}

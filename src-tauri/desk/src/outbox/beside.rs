//! Small files that travel beside the one whose turn it is.

use super::store;
use super::types::UploadStep;
use crate::desk::Desk;
use crate::error::Result;

impl Desk {
    /// The other files of the same entry that the portal still misses and that are at most
    /// `longest` bytes long, smallest first. They belong to the attempt that was counted for
    /// `step`; what comes of each is recorded as a step of its own.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn outbox_beside(&self, step: &UploadStep, longest: u64) -> Result<Vec<UploadStep>> {
        let mut files = self.read(|r| store::files(r, &step.entry))?;
        files.retain(|file| file.missing && file.bytes <= longest && file.sha256 != step.sha256);
        files.sort_by(|one, other| (one.bytes, &one.sha256).cmp(&(other.bytes, &other.sha256)));
        Ok(files
            .into_iter()
            .map(|file| UploadStep {
                path: self.blobs.path(&file.sha256),
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

//! Uploading for the desk: where it stands is written down while it runs, and a text that comes meanwhile goes first.

use std::{sync::Arc, time::Duration};

use qalam_desk::{
    Desk,
    outbox::{Outcome, UploadStep},
};
use tokio::sync::watch;

use super::{Courier, blocking};
use crate::contract::{FileToSend, UploadEnd, UploadStart};

/// How often the place of an upload is written down at most.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// How often an upload looks whether something more urgent came.
const LOOK_EVERY: Duration = Duration::from_secs(2);

impl Courier {
    /// Sends a file. `None` when it was left for a text that came meanwhile.
    pub(super) async fn upload(&mut self, step: &UploadStep) -> Option<Outcome> {
        let (contract, token, service) = match self.reach(&step.portal).await {
            Ok(reached) => reached,
            Err(trouble) => return Some(self.outcome(&step.portal.id, trouble)),
        };
        let file = FileToSend {
            sha256: step.sha256.clone(),
            path: step.path.clone(),
            length: step.length,
            mime: step.mime.clone(),
            name: step.name.clone(),
        };
        let start = UploadStart {
            noted: step.upload_url.clone(),
            wanted: step.upload_url.is_none(),
        };
        let mut habits = self
            .portals
            .get(&step.portal.id)
            .map(|known| known.habits)
            .unwrap_or_default();
        let (notes, noted) = watch::channel(None);
        let writing = tokio::spawn(write_notes(Arc::clone(&self.desk), step.clone(), noted));
        let mut note = |url: &str, offset: u64| {
            notes.send_replace(Some((url.to_owned(), offset)));
        };
        let end = {
            let sending = contract.upload(&token, &service, &file, start, &mut habits, &mut note);
            tokio::select! {
                end = sending => Some(end),
                () = self.something_new() => None,
            }
        };
        // What was noted last is at the desk before the outcome is.
        drop(notes);
        let _ = writing.await;
        if let Some(known) = self.portals.get_mut(&step.portal.id) {
            known.habits = habits;
        }
        Some(match end? {
            UploadEnd::Uploaded => Outcome::Uploaded,
            UploadEnd::Gone => Outcome::UploadGone,
            UploadEnd::Trouble(trouble) => self.outcome(&step.portal.id, trouble),
        })
    }

    /// Ends when more waits than did at the beginning: a release was approved, and its text goes before any file.
    async fn something_new(&self) {
        let count = || async {
            let counts = self.desk(Desk::outbox_counts).await;
            counts.map_or(u32::MAX, |counts| counts.waiting)
        };
        let before = count().await;
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let now = count().await;
            if now > before && now != u32::MAX {
                return;
            }
        }
    }
}

/// Writes the newest note down, at most once in [`NOTE_EVERY`], and the last one always.
async fn write_notes(
    desk: Arc<Desk>,
    step: UploadStep,
    mut noted: watch::Receiver<Option<(String, u64)>>,
) {
    while noted.changed().await.is_ok() {
        let note = noted.borrow_and_update().clone();
        let Some((url, offset)) = note else {
            continue;
        };
        let (desk, step) = (Arc::clone(&desk), step.clone());
        let written = blocking(move || desk.outbox_upload_progress(&step, &url, offset)).await;
        if let Err(error) = written {
            // The portal knows where it stands; only the screen shows an older number.
            tracing::warn!(%error, "progress not written");
        }
        let open = tokio::time::timeout(NOTE_EVERY, closed(&noted))
            .await
            .is_err();
        if !open && !noted.has_changed().unwrap_or(true) {
            return;
        }
    }
}

async fn closed<T>(noted: &watch::Receiver<T>) {
    // A clone has its own idea of what is new; it ends with the sender.
    let mut noted = noted.clone();
    while noted.changed().await.is_ok() {}
}

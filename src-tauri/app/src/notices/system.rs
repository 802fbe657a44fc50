//! Words of the system on Windows and macOS.

use std::sync::Arc;

use super::{Around, Notice};

/// The system's notices.
pub(super) struct System;

impl System {
    /// There is no way from a notice to the window here: the icon and a second start lead to it.
    pub(super) fn new(_: Arc<dyn Around>) -> Self {
        Self
    }

    /// Shows the notice.
    pub(super) fn show(&mut self, notice: &Notice) {
        let shown = notify_rust::Notification::new()
            .appname("Qalam")
            .summary(&notice.title)
            .body(&notice.text)
            .show();
        if let Err(error) = shown {
            tracing::info!(%error, "no notice on this system");
        }
    }

    /// These systems clear what they have shown themselves.
    pub(super) fn take_back(&mut self) {}
}

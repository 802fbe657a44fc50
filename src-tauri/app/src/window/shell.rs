//! What the commands may ask of the window.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use qalam_desk::Code;
use tauri::{AppHandle, Manager, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};

use super::tray::{self, Tray};
use super::{MAIN, practice};
use crate::failure::Failure;
use crate::shell::{ClosingAnswer, Shell, chosen_for_test, saved_for_test};

/// How long a closing window waits for the page to say that it heard. It may hang.
const LAST_WORDS: Duration = Duration::from_millis(1500);

/// The window around the commands.
#[derive(Default)]
pub(super) struct WindowShell {
    handle: OnceLock<AppHandle>,
    closing: Mutex<Closing>,
    answered: Condvar,
    tray: Mutex<Option<Tray>>,
    quitting: AtomicBool,
}

#[derive(Default, PartialEq, Eq)]
enum Closing {
    #[default]
    No,
    Asked,
    // The page stores what is left, or asks the person; that takes as long as it takes.
    Heard,
    Kept,
}

impl WindowShell {
    /// The window is there.
    pub(super) fn belongs_to(&self, handle: AppHandle) {
        let _ = self.handle.set(handle);
    }

    /// The icon beside the clock, while there is one.
    pub(super) fn tray(&self) -> MutexGuard<'_, Option<Tray>> {
        self.tray.lock().unwrap_or_else(|held| held.into_inner())
    }

    /// Whether the program is to end with its window, or says that it is.
    pub(super) fn quitting(&self) -> &AtomicBool {
        &self.quitting
    }

    /// Whether the program goes on without its window: its icon leads back to it.
    pub(super) fn stays(&self) -> bool {
        !self.quitting.load(Ordering::Relaxed) && self.tray().is_some()
    }

    /// The window is gone, or stays: it can be closed again.
    pub(super) fn closed(&self) {
        *self.closing.lock().unwrap_or_else(|held| held.into_inner()) = Closing::No;
    }

    /// Whether the window is going away. One that asks the person something first is still there.
    pub(super) fn is_going(&self) -> bool {
        let closing = self.closing.lock().unwrap_or_else(|held| held.into_inner());
        matches!(*closing, Closing::Asked | Closing::Kept)
    }

    /// Begins to close; false when that was begun before.
    pub(super) fn begin_closing(&self) -> bool {
        let mut closing = self.closing.lock().unwrap_or_else(|held| held.into_inner());
        let first = *closing == Closing::No;
        if first {
            *closing = Closing::Asked;
        }
        first
    }

    /// Waits until the page has stored everything. False when the person wants to stay.
    pub(super) fn wait_to_close(&self) -> bool {
        let closing = self.closing.lock().unwrap_or_else(|held| held.into_inner());
        let (closing, _) = self
            .answered
            .wait_timeout_while(closing, LAST_WORDS, |closing| *closing == Closing::Asked)
            .unwrap_or_else(|held| held.into_inner());
        let closing = self
            .answered
            .wait_while(closing, |closing| *closing == Closing::Heard)
            .unwrap_or_else(|held| held.into_inner());
        *closing != Closing::No
    }

    fn handle(&self) -> Result<&AppHandle, Failure> {
        self.handle
            .get()
            .ok_or_else(|| Failure::new(Code::Internal).because("no window yet"))
    }

    /// A dialog about files that belongs to the window.
    fn dialog(&self) -> Result<FileDialogBuilder<Wry>, Failure> {
        let handle = self.handle()?;
        let dialog = handle.dialog().file();
        Ok(match handle.get_webview_window(MAIN) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        })
    }
}

impl Shell for WindowShell {
    fn choose(&self, folder: bool) -> Result<Vec<PathBuf>, Failure> {
        if let Some(paths) = chosen_for_test() {
            return Ok(paths);
        }
        let dialog = self.dialog()?;
        let chosen = if folder {
            dialog.blocking_pick_folders()
        } else {
            dialog.blocking_pick_files()
        };
        Ok(chosen
            .unwrap_or_default()
            .into_iter()
            .filter_map(|path| path.into_path().ok())
            .collect())
    }

    fn save(&self, name: &str) -> Result<Option<PathBuf>, Failure> {
        if let Some(path) = saved_for_test(name) {
            return Ok(Some(path));
        }
        let chosen = self.dialog()?.set_file_name(name).blocking_save_file();
        Ok(chosen.and_then(|path| path.into_path().ok()))
    }

    fn show_practice(&self, url: &str) -> Result<(), Failure> {
        practice::show(self.handle()?, url)
    }

    fn has_tray(&self) -> bool {
        self.tray().is_some() || tray::host_is_there()
    }

    fn quit(&self) -> Result<(), Failure> {
        super::quit(self.handle()?, &self.quitting);
        Ok(())
    }

    fn left(&self) {
        let window = self
            .handle()
            .ok()
            .and_then(|handle| handle.get_webview_window(super::MAIN));
        if let Some(window) = window
            && let Err(error) = window.reload()
        {
            tracing::warn!(%error, "the page still shows the desk that was left");
        }
    }

    fn closing(&self, answer: ClosingAnswer) {
        let mut closing = self.closing.lock().unwrap_or_else(|held| held.into_inner());
        if matches!(*closing, Closing::Asked | Closing::Heard) {
            *closing = match answer {
                ClosingAnswer::Heard => Closing::Heard,
                ClosingAnswer::Kept => Closing::Kept,
                ClosingAnswer::Stay => Closing::No,
            };
            self.answered.notify_all();
        }
    }
}

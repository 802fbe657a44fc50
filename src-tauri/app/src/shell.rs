//! What a command may ask of the window around it, behind a seam: without a window, and in tests,
//! somebody else answers.

use std::path::PathBuf;

use qalam_desk::Code;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Failure;

/// The variable whose paths are chosen in the place of a dialog; only in builds for tests.
pub const TEST_CHOOSE: &str = "QALAM_TEST_CHOOSE";
/// The variable that names the folder new files go to in the place of a dialog; only in builds for
/// tests.
pub const TEST_SAVE: &str = "QALAM_TEST_SAVE";

/// The window around the commands.
pub trait Shell: Send + Sync {
    /// Lets the person choose files, or one or more folders. Empty when nothing was chosen.
    ///
    /// # Errors
    /// [`Code::UnknownCommand`] where nothing can be shown.
    fn choose(&self, folder: bool) -> Result<Vec<PathBuf>, Failure>;

    /// Lets the person say where a new file is to be written, `name` being proposed. `None` when
    /// nothing was chosen.
    ///
    /// # Errors
    /// [`Code::UnknownCommand`] where nothing can be shown.
    fn save(&self, name: &str) -> Result<Option<PathBuf>, Failure>;

    /// Shows an address of the practice portal in its own window.
    ///
    /// # Errors
    /// [`Code::UnknownCommand`] where nothing can be shown, [`Code::BadUrl`].
    fn show_practice(&self, url: &str) -> Result<(), Failure>;

    /// Whether the desktop shows an icon of the program beside its clock.
    fn has_tray(&self) -> bool {
        false
    }

    /// Ends the program, with its window's last words kept.
    ///
    /// # Errors
    /// [`Code::UnknownCommand`] where there is no window to end.
    fn quit(&self) -> Result<(), Failure> {
        Err(Failure::new(Code::UnknownCommand).with("name", "app.quit"))
    }

    /// Nobody is at the desk any more, and the page did not see to it: it begins anew.
    fn left(&self) {}

    /// What the page says to a window that wants to close.
    fn closing(&self, _answer: ClosingAnswer) {}
}

/// What a page says when its window is about to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClosingAnswer {
    /// It stores what is left, or asks the person.
    Heard,
    /// Everything is stored, or the person lets it go.
    Kept,
    /// The person wants to stay.
    Stay,
}

/// No window.
pub struct NoShell;

impl Shell for NoShell {
    fn choose(&self, _folder: bool) -> Result<Vec<PathBuf>, Failure> {
        match chosen_for_test() {
            Some(paths) => Ok(paths),
            None => Err(Failure::new(Code::UnknownCommand).with("name", "publications.choose")),
        }
    }

    fn save(&self, name: &str) -> Result<Option<PathBuf>, Failure> {
        match saved_for_test(name) {
            Some(path) => Ok(Some(path)),
            None => Err(Failure::new(Code::UnknownCommand).with("name", "files.save_as")),
        }
    }

    fn show_practice(&self, _url: &str) -> Result<(), Failure> {
        Err(Failure::new(Code::UnknownCommand).with("name", "practice.show"))
    }
}

/// The paths a test put in the place of a dialog, separated as in `PATH`.
#[must_use]
pub fn chosen_for_test() -> Option<Vec<PathBuf>> {
    if !cfg!(any(debug_assertions, feature = "serve")) {
        return None;
    }
    let value = std::env::var_os(TEST_CHOOSE)?;
    Some(
        std::env::split_paths(&value)
            .filter(|path| !path.as_os_str().is_empty())
            .collect(),
    )
}

/// Where a test puts a new file in the place of a dialog.
#[must_use]
pub fn saved_for_test(name: &str) -> Option<PathBuf> {
    if !cfg!(any(debug_assertions, feature = "serve")) {
        return None;
    }
    Some(PathBuf::from(std::env::var_os(TEST_SAVE)?).join(name))
}

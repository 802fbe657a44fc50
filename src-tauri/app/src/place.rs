//! Where a desk is when nobody says: the platform's folder for an app's data.

use std::path::PathBuf;

use qalam_desk::{Code, Error, Result};

/// The product's name among the apps of a machine; also in tauri.conf.json.
pub const IDENTIFIER: &str = "org.qalam.desk";
/// The variable naming the desk's folder.
pub const STORE: &str = "QALAM_STORE";

/// The desk's folder: the one given, else the one in `QALAM_STORE`, else the platform's.
///
/// # Errors
/// [`Code::BadArgument`] when the platform names no home either.
pub fn store(given: Option<PathBuf>) -> Result<PathBuf> {
    given
        .or_else(|| folder_in(STORE))
        .or_else(usual)
        .ok_or_else(|| Error::new(Code::BadArgument).with("name", "store"))
}

/// The platform's own place for the desk.
#[must_use]
pub fn usual() -> Option<PathBuf> {
    Some(data_folder()?.join(IDENTIFIER))
}

fn folder_in(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn data_folder() -> Option<PathBuf> {
    if cfg!(windows) {
        return folder_in("APPDATA");
    }
    let home = || folder_in("HOME");
    if cfg!(target_os = "macos") {
        return Some(home()?.join("Library/Application Support"));
    }
    // The XDG rules: a relative path there counts as none.
    folder_in("XDG_DATA_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| Some(home()?.join(".local/share")))
}

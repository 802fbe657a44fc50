//! The pause after wrong passphrases. It keeps a colleague from trying at the keyboard; who takes the
//! disk away is kept by the work each guess costs.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Result};

const FILE_NAME: &str = "locked.tries";
/// So many may be wrong before the first pause.
const FREE: u32 = 3;
/// No pause is longer, in seconds.
const LONGEST: i64 = 300;

#[derive(Default, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    /// Of the last one, in seconds since 1970.
    at: i64,
}

fn known(dir: &Path) -> Tries {
    fs::read(dir.join(FILE_NAME))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn pause(wrong: u32) -> i64 {
    match wrong.checked_sub(FREE) {
        None | Some(0) => 0,
        Some(more) => 1_i64.checked_shl(more).unwrap_or(LONGEST).min(LONGEST),
    }
}

/// Whether a passphrase may be tried now.
///
/// # Errors
/// [`Code::UnlockPaused`] with the seconds to wait.
pub(super) fn may_try(dir: &Path, now: Timestamp) -> Result<()> {
    let tries = known(dir);
    let pause = pause(tries.wrong);
    let since = now.as_second() - tries.at;
    // A clock that was put back must not lock anybody out.
    if (0..pause).contains(&since) {
        return Err(Error::new(Code::UnlockPaused).with("seconds", pause - since));
    }
    Ok(())
}

/// Notes a wrong one.
pub(super) fn count(dir: &Path, now: Timestamp) {
    let tries = Tries {
        wrong: known(dir).wrong.saturating_add(1),
        at: now.as_second(),
    };
    // Where this cannot be written, the work each guess costs still stands.
    if let Ok(bytes) = serde_json::to_vec(&tries) {
        let _ = fs::write(dir.join(FILE_NAME), bytes);
    }
}

/// The right one came.
pub(super) fn forget(dir: &Path) {
    let _ = fs::remove_file(dir.join(FILE_NAME));
}

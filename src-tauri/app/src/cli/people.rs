//! `profile ...` and `desk ...`: who works on this machine, and the locks of their desks.

use std::io::{self, Read as _};
use std::path::Path;

use jiff::Timestamp;
use qalam_desk::locked::{self, DeskKey};
use qalam_desk::{Code, Error};
use secrecy::SecretString;
use serde_json::json;

use super::Outcome;
use super::answer::Answer;
use super::args::{DeskLock, Profile};
use crate::app::App;
use crate::failure::Failure;
use crate::people::{self, NEW_PASSPHRASE, PASSPHRASE};
use crate::secrets::Wanted;
use crate::text::Words;

/// Longer lines on paper are none.
const MOST: u64 = 4096;

/// The key of the desk in `dir`, by the passphrase this process was given; `None` for a desk that is
/// not locked.
///
/// # Errors
/// [`Code::DeskLocked`] without a passphrase, and as [`locked::unlock`].
pub(super) fn key_of(dir: &Path) -> Result<Option<DeskKey>, Failure> {
    if locked::stage(dir)?.is_none() {
        return Ok(None);
    }
    Ok(Some(locked::unlock(
        dir,
        &given(PASSPHRASE)?,
        Timestamp::now(),
    )?))
}

fn given(variable: &str) -> Result<SecretString, Failure> {
    people::passphrase(variable)?.ok_or_else(|| Failure::new(Code::DeskLocked))
}

fn needed(variable: &str) -> Result<SecretString, Failure> {
    people::passphrase(variable)?
        .ok_or_else(|| Failure::new(Code::BadArgument).with("name", variable))
}

pub(super) fn profiles(wanted: Profile, machine: &Path, words: Words) -> Outcome {
    if let Profile::Add { name } = wanted {
        people::add(machine, &name)?;
    }
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for one in people::list(machine)? {
        let folder = people::folder(machine, &one.id)?;
        let is_locked = locked::stage(&folder)?.is_some();
        let state = if is_locked {
            "cli.desk_locked"
        } else {
            "cli.desk_open"
        };
        lines.push(format!(
            "{}  {}  {}  {}",
            one.id,
            one.name,
            words.plain(state),
            folder.display()
        ));
        rows.push(json!({
            "id": one.id, "name": one.name, "store": folder, "locked": is_locked,
        }));
    }
    Ok(lines
        .into_iter()
        .fold(Answer::of("people", &rows), Answer::line))
}

pub(super) fn desk(wanted: DeskLock, dir: &Path, secrets: Wanted, words: Words) -> Outcome {
    let mut paper = None;
    match wanted {
        DeskLock::State => {}
        DeskLock::Lock => {
            let passphrase = needed(PASSPHRASE)?;
            // Made if missing, and looked over, before anything is sealed.
            let app = App::open_with(dir, secrets.clone(), key_of(dir)?)?;
            let profile = app.desk.profile()?;
            drop(app);
            let (key, lines) = locked::lock(dir, &passphrase, &mut |_| {})?;
            if let Some(profile) = profile.filter(|_| people::scope(dir).is_empty()) {
                people::rename(dir, people::FIRST, &profile.name)?;
            }
            App::open_with(dir, secrets, Some(key))?.cover_secrets();
            paper = Some(lines);
        }
        DeskLock::Unlock => {
            let key = key_of(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
            App::open_with(dir, secrets, Some(key.clone()))?.bare_secrets()?;
            locked::open_for_good(dir, &key, &mut |_| {})?;
        }
        DeskLock::Passphrase => {
            let key = key_of(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
            locked::set_passphrase(dir, &key, &needed(NEW_PASSPHRASE)?)?;
        }
        DeskLock::Paper => {
            let key = key_of(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
            paper = Some(locked::new_paper(dir, &key)?);
        }
        DeskLock::Recover => {
            let mut lines = String::new();
            io::stdin()
                .take(MOST)
                .read_to_string(&mut lines)
                .map_err(|source| Error::io(source, Path::new("stdin")))?;
            let key = locked::recover(dir, &lines)?;
            locked::set_passphrase(dir, &key, &needed(NEW_PASSPHRASE)?)?;
        }
    }
    let is_locked = locked::stage(dir)?.is_some();
    let state = if is_locked {
        "cli.desk_locked"
    } else {
        "cli.desk_open"
    };
    let mut answer = Answer::of("locked", is_locked).line(words.plain(state));
    if let Some(lines) = paper {
        answer = answer
            .line(words.plain("cli.desk_paper"))
            .line(lines.trim().to_owned())
            .with("paper", lines);
    }
    Ok(answer)
}

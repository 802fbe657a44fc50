//! `profile ...` and `desk ...`: who works on this machine, and the locks of their desks.

use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use jiff::Timestamp;
use qalam_desk::locked::{self, DeskKey};
use qalam_desk::{Code, Error};
use secrecy::{ExposeSecret as _, SecretString};
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

/// The key of the desk in `dir`, by the passphrase this process was given or a person types; `None`
/// for a desk that is not locked.
///
/// # Errors
/// [`Code::DeskLocked`] without a passphrase, and as [`locked::unlock`].
pub(super) fn key_of(dir: &Path, words: Words) -> Result<Option<DeskKey>, Failure> {
    if locked::stage(dir)?.is_none() {
        return Ok(None);
    }
    let passphrase = match people::passphrase(PASSPHRASE)? {
        Some(given) => given,
        None => asked(words, "cli.ask_passphrase", Failure::new(Code::DeskLocked))?,
    };
    Ok(Some(locked::unlock(dir, &passphrase, Timestamp::now())?))
}

/// The passphrase a desk is to have from now on; a person types it twice.
fn chosen(variable: &str, words: Words) -> Result<SecretString, Failure> {
    if let Some(given) = people::passphrase(variable)? {
        return Ok(given);
    }
    let nobody = Failure::new(Code::BadArgument).with("name", variable);
    loop {
        let first = asked(words, "cli.ask_new_passphrase", nobody.clone())?;
        let again = asked(words, "cli.ask_again", nobody.clone())?;
        if first.expose_secret() == again.expose_secret() {
            return Ok(first);
        }
        eprintln!("{}", words.plain("cli.ask_differ"));
    }
}

/// Asks the person at the terminal, without showing what is typed; fails as `nobody` says where nobody
/// sits at one, or nothing is typed.
fn asked(words: Words, question: &str, nobody: Failure) -> Result<SecretString, Failure> {
    if !io::stdin().is_terminal() {
        return Err(nobody);
    }
    match rpassword::prompt_password(format!("{} ", words.plain(question))) {
        Ok(text) if !text.is_empty() => Ok(text.into()),
        _ => Err(nobody),
    }
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
            let before = key_of(dir, words)?;
            let passphrase = chosen(PASSPHRASE, words)?;
            // Made if missing, and looked over, before anything is sealed.
            let app = App::open_with(dir, secrets.clone(), before)?;
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
            let key = key_of(dir, words)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
            App::open_with(dir, secrets, Some(key.clone()))?.bare_secrets()?;
            locked::open_for_good(dir, &key, &mut |_| {})?;
        }
        DeskLock::Passphrase => {
            let key = key_of(dir, words)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
            locked::set_passphrase(dir, &key, &chosen(NEW_PASSPHRASE, words)?)?;
        }
        DeskLock::Paper => {
            let key = key_of(dir, words)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
            paper = Some(locked::new_paper(dir, &key)?);
        }
        DeskLock::Recover => {
            let mut lines = String::new();
            io::stdin()
                .take(MOST)
                .read_to_string(&mut lines)
                .map_err(|source| Error::io(source, Path::new("stdin")))?;
            let key = locked::recover(dir, &lines)?;
            locked::set_passphrase(dir, &key, &chosen(NEW_PASSPHRASE, words)?)?;
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

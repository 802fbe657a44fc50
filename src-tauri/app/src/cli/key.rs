//! `key ...`: only public halves are ever shown or written.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use qalam_desk::keys::KeyRow;
use qalam_desk::{Code, Error};
use qalam_proof::key::Ending;

use super::answer::Answer;
use super::args::{Key as Wanted, Why};
use super::{Here, Outcome};
use crate::failure::Failure;

/// Longest card or revocation, in bytes.
const MAX_CARD: u64 = 64 * 1024;

impl Here<'_> {
    pub(super) fn key(&self, wanted: Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::New { name, paper } => {
                let (key, lines) = desk.key_new(&name, paper)?;
                let mut answer = told(&key);
                if let Some(lines) = lines {
                    answer = answer.with("paper", &lines).line(lines);
                }
                Ok(answer)
            }
            Wanted::List => {
                let keys = desk.keys()?;
                let mut answer = Answer::of("keys", &keys);
                for key in &keys {
                    answer = answer.line(line(key));
                }
                Ok(answer)
            }
            Wanted::Export { name, to } => {
                write_new(&to, &desk.key_card(&name)?)?;
                Ok(Answer::of("file", &to).line(to.display().to_string()))
            }
            Wanted::Trust { file } => {
                let bytes = read_small(&file)?;
                let key = if bytes.starts_with(b"qalam-package/") {
                    desk.key_trust(&desk.package_card(&file)?)?
                } else if qalam_proof::key::Card::from_bytes(&bytes).is_ok() {
                    desk.key_trust(&bytes)?
                } else {
                    desk.key_take_revocation(&bytes)?
                };
                Ok(told(&key))
            }
            Wanted::Rotate { name } => Ok(told(&desk.key_rotate(&name)?)),
            Wanted::Revoke { name, why, to } => {
                let why = match why {
                    Why::Left => Ending::Left,
                    Why::Lost => Ending::Lost,
                };
                let key = desk.key_end(&name, why)?;
                if let Some(to) = &to
                    && let Some(revocation) = desk.key_revocation(&key.id)?
                {
                    write_new(to, &revocation)?;
                }
                Ok(told(&key))
            }
            Wanted::Recover { name } => {
                let mut lines = String::new();
                io::stdin()
                    .take(MAX_CARD)
                    .read_to_string(&mut lines)
                    .map_err(|source| Error::io(source, Path::new("stdin")))?;
                Ok(told(&desk.key_recover(&name, &lines)?))
            }
        }
    }
}

fn told(key: &KeyRow) -> Answer {
    Answer::of("key", key).line(line(key))
}

fn line(key: &KeyRow) -> String {
    format!(
        "{}  {}  {}  {}  {}",
        key.fingerprint, key.label, key.name, key.owner, key.ended
    )
}

/// The beginning of a file: enough for a card, and for telling a package.
fn read_small(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    Error::open_file(file)?
        .take(MAX_CARD)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, file))?;
    Ok(bytes)
}

fn write_new(to: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let made = fs::File::create_new(to).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => Error::new(Code::TargetNotEmpty).with("path", to.display()),
        _ => Error::io(source, to),
    });
    let mut file = made?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|source| Error::io(source, to).into())
}

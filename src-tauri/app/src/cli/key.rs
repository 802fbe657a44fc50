//! `key ...`: only public halves are ever shown or written.

use std::io::{self, Read as _};
use std::path::Path;

use qalam_desk::Error;
use qalam_desk::keys::KeyRow;
use qalam_proof::key::Ending;

use super::answer::Answer;
use super::args::{Key as Wanted, Why};
use super::{Here, Outcome};
use crate::keys::{MAX_CARD, trust, write_new};

impl Here<'_> {
    pub(super) fn key(&self, wanted: Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::New { name, paper } => {
                let (key, lines) = desk.key_new(&name, paper)?;
                Ok(made(&key, lines))
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
            Wanted::Trust { file } => Ok(told(&trust(self.app, &file)?)),
            Wanted::Rotate { name, paper } => {
                let (key, lines) = desk.key_rotate(&name, paper)?;
                Ok(made(&key, lines))
            }
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

fn made(key: &KeyRow, lines: Option<String>) -> Answer {
    match lines {
        Some(lines) => told(key).with("paper", &lines).line(lines),
        None => told(key),
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

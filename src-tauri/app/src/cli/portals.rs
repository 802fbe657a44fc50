//! `portal ...`.

use std::io::{BufRead, IsTerminal, Read};

use qalam_desk::Code;
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{PortalKind, PortalRow};
use qalam_desk::secrets::Secrets;
use qalam_portal::courier::{StepState, secret_name};
use secrecy::SecretString;

use super::answer::{Answer, Told};
use super::args::{KindWord, Portal as Wanted};
use super::{Here, Outcome};
use crate::failure::Failure;
use crate::portals;

/// The variable holding the password or token of a portal being added.
const PASSWORD: &str = "QALAM_PORTAL_PASSWORD";
/// No password or token is longer.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

impl Here<'_> {
    pub(super) fn portal(&self, wanted: Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::Add {
                name,
                url,
                kind,
                user,
            } => self.portal_add(name, url, kind, user),
            Wanted::List => {
                let rows = desk.portals_list()?;
                let mut answer = Answer::of("portals", &rows);
                for row in &rows {
                    answer = answer.line(line(row));
                }
                if rows.is_empty() {
                    answer = answer.line(self.say("cli.nothing_found", &[]));
                }
                Ok(answer)
            }
            Wanted::Test { name } => {
                let (row, failure) = portals::test(self.app, &name)?;
                Ok(match failure {
                    None => Answer::new(),
                    Some(failure) => Answer::failed(self.words, &failure),
                }
                .with("portal", &row)
                .line(line(&row)))
            }
            Wanted::Diagnose { name } => self.portal_diagnose(&name),
            Wanted::Remove { name } => {
                let row = desk.portal(&name)?;
                desk.portals_remove(&name)?;
                let answer = Answer::of("portal", &row)
                    .line(self.say("cli.portal_removed", &[("portal", &name)]));
                Ok(match self.app.secrets.delete(&secret_name(&row.id)) {
                    Ok(()) => answer,
                    Err(error) => answer.problem(Told::failure(self.words, &error.into())),
                })
            }
        }
    }

    fn portal_diagnose(&self, name: &str) -> Outcome {
        let found = portals::diagnose(self.app, name)?;
        let mut answer =
            Answer::of("diagnosis", &found).line(format!("{}  {}", found.portal, found.url));
        for step in &found.steps {
            let state = match step.state {
                StepState::Done => "done",
                StepState::Failed => "failed",
                StepState::Skipped => "skipped",
            };
            let mut line = format!(
                "  {}: {}",
                self.say(&format!("cli.step.{}", step.step), &[]),
                self.say(&format!("cli.step_{state}"), &[])
            );
            if let Some(millis) = step.millis {
                line.push_str(&format!("  {millis} ms"));
            }
            for value in step.found.values() {
                line.push_str(&format!("  {value}"));
            }
            answer = answer.line(line);
            if let Some(failure) = &step.failure {
                let failure = Failure::from(failure.clone());
                answer = answer.problem(Told::failure(self.words, &failure));
            }
        }
        Ok(answer)
    }

    fn portal_add(
        &self,
        name: String,
        url: String,
        kind: KindWord,
        user: Option<String>,
    ) -> Outcome {
        let secret = secret(PASSWORD)?;
        let guessed = kind == KindWord::Auto;
        let kind = match kind {
            KindWord::Auto => portals::guess_kind(self.app, &url)?,
            KindWord::Contract => PortalKind::Contract,
            KindWord::Wordpress => PortalKind::Wordpress,
        };
        let new = NewPortal {
            name,
            url,
            kind,
            user,
        };
        let row = portals::add(self.app, &new, secret.as_ref())?;
        let (row, failure) = portals::test(self.app, &row.name)?;
        match failure {
            None => Ok(Answer::of("portal", &row).line(line(&row))),
            // What it speaks could not be found out, so it is not kept.
            Some(failure) if guessed => {
                self.app.desk.portals_remove(&row.name)?;
                let _ = self.app.secrets.delete(&secret_name(&row.id));
                Err(failure)
            }
            // It is kept: a portal can be set up where there is no link to it.
            Some(failure) => Ok(Answer::of("portal", &row)
                .line(line(&row))
                .problem(Told::failure(self.words, &failure))),
        }
    }
}

/// The password or token: from the environment, else the first line of what is piped in.
pub(super) fn secret(variable: &str) -> Result<Option<SecretString>, Failure> {
    if let Some(secret) = std::env::var(variable).ok().filter(|text| !text.is_empty()) {
        return Ok(Some(SecretString::from(secret)));
    }
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut line = String::new();
    input
        .lock()
        .take(MAX_SECRET_BYTES)
        .read_line(&mut line)
        .map_err(|error| {
            Failure::new(Code::BadArgument)
                .with("name", "password")
                .because(error)
        })?;
    let line = line.trim_end_matches(['\r', '\n']);
    Ok((!line.is_empty()).then(|| SecretString::from(line)))
}

fn line(row: &PortalRow) -> String {
    format!("{}  {}  {}", row.name, row.kind.as_str(), row.url)
}

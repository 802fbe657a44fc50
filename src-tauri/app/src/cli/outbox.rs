//! `outbox ...`.

use qalam_desk::outbox::OutboxEntry;
use qalam_desk::{Code, Error};

use super::answer::{Answer, Told, bytes};
use super::args::{Outbox as Wanted, SendingWishes};
use super::{Here, Outcome};

impl Here<'_> {
    pub(super) fn outbox(&self, wanted: &Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::List => {}
            Wanted::Add { draft, portal } => desk.outbox_add(draft, portal)?,
            Wanted::Hold { id } => desk.outbox_hold(id)?,
            Wanted::Resume { id } => desk.outbox_resume(id)?,
            Wanted::Retry { id } => desk.outbox_retry(id)?,
            Wanted::Allow { id } => desk.outbox_allow(id)?,
            Wanted::Insist { id } => desk.outbox_insist(id)?,
            Wanted::Withdraw { id, reason } => desk.outbox_withdraw(id, reason)?,
            Wanted::Sending(wishes) => return self.sending(wishes),
        }
        let outbox = desk.outbox_list()?;
        let mut answer = Answer::of("entries", &outbox.entries).with("link", &outbox.link);
        for entry in &outbox.entries {
            answer = answer.line(line(entry));
            if let Some(wait) = &entry.waits {
                let until = wait.until.as_deref().unwrap_or_default();
                let said = self.say(&format!("outbox.wait.{}", wait.code), &[("until", &until)]);
                answer = answer.line(format!("    {said}"));
            }
            if let Some(reason) = &entry.reason {
                let told = Told::failure(self.words, &reason.clone().into());
                answer = answer.line(format!("    {}", told.message));
            }
        }
        if outbox.entries.is_empty() {
            answer = answer.line(self.say("cli.outbox_empty", &[]));
        }
        Ok(answer
            .with("estimate", outbox.estimate)
            .with("sending", &outbox.sending))
    }

    fn sending(&self, wanted: &SendingWishes) -> Outcome {
        let desk = &self.app.desk;
        let mut wishes = desk.outbox_sending()?.settings;
        if let Some(budget) = &wanted.budget {
            wishes.budget_bytes = number("budget", budget)?;
        }
        if let Some(period) = &wanted.period {
            wishes.budget_period = word("period", period)?;
        }
        if let Some(quiet) = &wanted.quiet {
            let hours = quiet.split_once('-').filter(|_| quiet != "none");
            wishes.quiet_from = hours.map(|(from, _)| from.to_owned());
            wishes.quiet_to = hours.map(|(_, to)| to.to_owned());
            if hours.is_none() && quiet != "none" {
                return Err(bad("quiet").into());
            }
        }
        if let Some(limit) = &wanted.ask_above {
            wishes.ask_above_bytes = number("ask-above", limit)?;
        }
        match wanted.metered.as_deref() {
            None => {}
            Some("yes") => wishes.metered = true,
            Some("no") => wishes.metered = false,
            Some(_) => return Err(bad("metered").into()),
        }
        if let Some(sends) = &wanted.metered_sends {
            wishes.metered_sends = word("metered-sends", sends)?;
        }
        let view = desk.outbox_set_sending(&wishes)?;
        let line = serde_json::to_string(&view.settings).unwrap_or_default();
        Ok(Answer::of("sending", &view).line(line))
    }
}

fn bad(name: &str) -> Error {
    Error::new(Code::BadArgument).with("name", name)
}

fn number(name: &str, text: &str) -> Result<Option<u64>, Error> {
    match text {
        "none" => Ok(None),
        text => text.parse().map(Some).map_err(|_| bad(name)),
    }
}

fn word<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, Error> {
    serde_json::from_value(text.into()).map_err(|_| bad(name))
}

fn line(entry: &OutboxEntry) -> String {
    format!(
        "{}  {:9}  {}  {}/{}  {}",
        entry.id,
        entry.state.as_str(),
        entry.portal,
        bytes(entry.bytes_sent),
        bytes(entry.bytes_total),
        entry.title
    )
}

//! `outbox ...`.

use qalam_desk::outbox::OutboxEntry;

use super::answer::{Answer, Told, bytes};
use super::args::Outbox as Wanted;
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
            Wanted::Withdraw { id } => desk.outbox_withdraw(id)?,
        }
        let outbox = desk.outbox_list()?;
        let mut answer = Answer::of("entries", &outbox.entries).with("link", &outbox.link);
        for entry in &outbox.entries {
            answer = answer.line(line(entry));
            if let Some(reason) = &entry.reason {
                let told = Told::failure(self.words, &reason.clone().into());
                answer = answer.line(format!("    {}", told.message));
            }
        }
        if outbox.entries.is_empty() {
            answer = answer.line(self.say("cli.outbox_empty", &[]));
        }
        Ok(answer)
    }
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

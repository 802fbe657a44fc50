//! `courier ...` and `handover ...`: other ways to a portal than this machine's own wire.

use std::path::Path;

use qalam_desk::packages::{CarriedRow, HandoverRow, ImportedReceipts, PackedEntry};
use serde_json::json;

use super::answer::{Answer, Told, bytes, exit};
use super::args::{Courier as Wanted, Handover};
use super::{Here, Outcome};
use crate::failure::Failure;
use crate::packages;

impl Here<'_> {
    pub(super) fn by_courier(&self, wanted: Wanted) -> Outcome {
        match wanted {
            Wanted::Export { to, portal, drafts } => self.courier_export(&to, portal, drafts),
            Wanted::Deliver { file, portal } => self.courier_deliver(&file, portal),
            Wanted::Receipts { to } => {
                let count = qalam_portal::packages::write_receipts(&self.app.desk, &to)?;
                let line = self.say(
                    "cli.courier_receipts",
                    &[("count", &count), ("path", &to.display())],
                );
                Ok(Answer::of("to", &to).with("packages", count).line(line))
            }
            Wanted::Import { file } => Ok(self.imported(&packages::import(self.app, &file)?)),
            Wanted::List => {
                let list = self.app.desk.packages_list()?;
                let mut answer =
                    Answer::of("packages", &list.packages).with("carried", &list.carried);
                for row in &list.packages {
                    answer = answer.line(format!("{}  {}  {}", row.id, row.portal, row.file));
                }
                for row in &list.carried {
                    answer = answer.line(line(row));
                }
                if list.packages.is_empty() && list.carried.is_empty() {
                    answer = answer.line(self.say("cli.nothing_found", &[]));
                }
                Ok(answer)
            }
            Wanted::Key { file, portal } => {
                let keys = qalam_portal::packages::keys_from_file(&file)?;
                self.app.desk.portals_set_courier_keys(&portal, &keys)?;
                let line = self.say("cli.courier_key", &[("portal", &portal)]);
                Ok(Answer::of("portal", self.app.desk.portal(&portal)?).line(line))
            }
        }
    }

    fn courier_export(&self, to: &Path, portal: Option<String>, drafts: Vec<String>) -> Outcome {
        let package = packages::export(self.app, to, portal, drafts)?;
        let line = self.say(
            "cli.courier_exported",
            &[
                ("count", &package.entries.len()),
                ("path", &package.file),
                ("size", &bytes(package.bytes)),
            ],
        );
        let problems: Vec<Told> = package.left.iter().map(|left| self.left(left)).collect();
        let mut answer = Answer::of("package", &package.id)
            .with("portal", &package.portal)
            .with("to", to)
            .with("sha256", &package.sha256)
            .with("bytes", package.bytes)
            .with("entries", &package.entries)
            .with("left", &package.left)
            .line(line);
        answer.problems = problems;
        Ok(answer)
    }

    fn left(&self, left: &PackedEntry) -> Told {
        let reason = left.reason.clone().unwrap_or_default();
        let mut told = Told::failure(self.words, &Failure::from(reason));
        told.subject.clone_from(&left.draft);
        told
    }

    fn courier_deliver(&self, file: &Path, portal: Option<String>) -> Outcome {
        let (row, wire) = packages::deliver(self.app, file, portal)?;
        let text = self.say(
            "cli.courier_delivered",
            &[("owner", &row.owner), ("portal", &row.portal)],
        );
        Ok(Answer::of("carried", &row).with("wire", wire).line(text))
    }

    fn imported(&self, imported: &ImportedReceipts) -> Answer {
        let of = |state: &str| {
            let matching = imported
                .entries
                .iter()
                .filter(|entry| entry.state.as_str() == state);
            matching.cloned().collect::<Vec<_>>()
        };
        let received = of("received");
        let mut answer = Answer::of("delivered", &received)
            .with("entries", &imported.entries)
            .with("packages", imported.packages)
            .with("foreign", imported.foreign)
            .with("unknown", imported.unknown)
            .line(self.say(
                "cli.courier_imported",
                &[
                    ("received", &received.len()),
                    ("refused", &of("refused").len()),
                    ("conflicts", &of("conflict").len()),
                ],
            ));
        for entry in &imported.entries {
            let Some(reason) = &entry.reason else {
                continue;
            };
            let mut failure = Failure::from(reason.clone());
            let name = failure.params.entry("name".to_owned()).or_default();
            if name.is_empty() {
                name.clone_from(&entry.title);
            }
            let mut told = Told::failure(self.words, &failure);
            told.subject.clone_from(&entry.draft);
            answer.problems.push(told);
        }
        for problem in &imported.problems {
            answer
                .problems
                .push(Told::failure(self.words, &Failure::from(problem.clone())));
        }
        answer
    }

    pub(super) fn handover(&self, wanted: Handover) -> Outcome {
        match wanted {
            Handover::Export { to, drafts, max_mb } => {
                let written = packages::hand_over(self.app, &to, drafts, max_mb)?;
                let line = self.say(
                    "cli.handover_exported",
                    &[("count", &written.items.len()), ("path", &to.display())],
                );
                let problems = written
                    .problems
                    .iter()
                    .map(|problem| Told::failure(self.words, &Failure::from(problem.clone())))
                    .collect();
                let mut answer = Answer::of("to", &to)
                    .with("items", &written.items)
                    .with("parts", &written.parts)
                    .line(line);
                answer.problems = problems;
                Ok(answer)
            }
            Handover::Import { from, portal } => {
                let taken = packages::take_over(self.app, &from, &portal)?;
                let arrived = taken.iter().filter(|one| one.failure.is_none()).count();
                let line = self.say(
                    "cli.handover_imported",
                    &[("count", &arrived), ("portal", &portal)],
                );
                let items: Vec<_> = taken
                    .iter()
                    .map(|one| {
                        let stored = one.stored.as_ref();
                        json!({
                            "draft": one.draft,
                            "release": one.release,
                            "title": one.title,
                            "url": stored.map(|stored| &stored.url),
                            "receipt": stored.and_then(|stored| stored.receipt.as_ref()),
                        })
                    })
                    .collect();
                let mut answer = Answer::of("items", items).line(line);
                for one in &taken {
                    let Some(failure) = &one.failure else {
                        continue;
                    };
                    let mut failure = Failure::from(failure.clone());
                    let name = failure.params.entry("name".to_owned()).or_default();
                    if name.is_empty() {
                        name.clone_from(&one.title);
                    }
                    let mut told = Told::failure(self.words, &failure);
                    told.subject.clone_from(&one.draft);
                    answer.problems.push(told);
                    answer.exit = Some(exit::PORTAL);
                }
                Ok(answer)
            }
            Handover::List => self.handovers(&self.app.desk.handover_list()?),
            Handover::Confirm { id, undo } => {
                self.handovers(&self.app.desk.handover_confirm(&id, !undo)?)
            }
        }
    }

    fn handovers(&self, rows: &[HandoverRow]) -> Outcome {
        let mut answer = Answer::of("handovers", rows);
        for row in rows {
            let at = row.confirmed_at.as_deref().unwrap_or("-");
            answer = answer.line(format!("{}  {}  {}  {}", row.id, row.title, row.place, at));
        }
        if rows.is_empty() {
            answer = answer.line(self.say("cli.nothing_found", &[]));
        }
        Ok(answer)
    }
}

fn line(row: &CarriedRow) -> String {
    format!(
        "{}  {}  {}  {}",
        row.package,
        row.portal,
        row.owner,
        row.state.as_str()
    )
}

//! `publications ...`.

use std::io::IsTerminal;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use qalam_desk::Code;
use qalam_desk::job::{IntakeItem, IntakeStatus, Job};
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::{Publication, PublicationQuery};
use serde_json::{Map, Value};

use super::answer::{Answer, Told, exit_of, value};
use super::args::Publications as Wanted;
use super::{Here, Outcome, fields};
use crate::failure::Failure;

impl Here<'_> {
    pub(super) fn publications(&self, wanted: Wanted, json: bool) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::Add {
                paths,
                dry_run,
                sheet,
                maps,
                fixes,
            } => {
                let read = sheet.as_deref().map(crate::sheets::read).transpose()?;
                let (answer, items) = self.add(&paths, dry_run, json)?;
                let Some(read) = read else { return Ok(answer) };
                self.described(answer, &read, &maps, &items, dry_run, fixes.as_deref())
            }
            Wanted::ExportSheet { to } => {
                crate::sheets::export(desk, self.words, &to)?;
                Ok(Answer::of("file", &to).line(to.display().to_string()))
            }
            Wanted::List {
                query,
                limit,
                after,
            } => {
                let page = desk.publications_list(&PublicationQuery {
                    query,
                    limit,
                    after,
                    ..PublicationQuery::default()
                })?;
                let mut answer = Answer::of("publications", &page.publications)
                    .with("next", &page.next)
                    .with("total", page.total);
                for row in &page.publications {
                    answer = answer.line(line(row));
                }
                if page.publications.is_empty() {
                    answer = answer.line(self.say("cli.nothing_found", &[]));
                }
                Ok(answer)
            }
            Wanted::Show { id } => {
                let opened = desk.publications_open(&id)?;
                Ok(Answer::of("publication", &opened.publication)
                    .with("drafts", &opened.drafts)
                    .line(line(&opened.publication)))
            }
            Wanted::Set { id, values } => {
                let values = values
                    .iter()
                    .map(|text| {
                        fields::pair(text).map(|(key, text)| (key.to_owned(), Value::from(text)))
                    })
                    .collect::<Result<Map<_, _>, _>>()?;
                let row = desk.publications_set(&id, &values)?;
                Ok(Answer::of("publication", &row).line(line(&row)))
            }
            Wanted::Text { id } => {
                let text = desk.publications_text(&id)?;
                Ok(Answer::of("text", &text).line(text.trim_end()))
            }
        }
    }

    fn add(
        &self,
        paths: &[PathBuf],
        dry_run: bool,
        json: bool,
    ) -> Result<(Answer, Vec<IntakeItem>), Failure> {
        let options = IntakeOptions {
            dry_run,
            ..IntakeOptions::default()
        };
        let bar = progress(json);
        let report = self
            .app
            .desk
            .intake_blocking(paths, options, &mut |job| show(&bar, job))?;
        bar.finish_and_clear();
        let tally = report.job.tally;
        let mut answer = Answer::of("tally", tally)
            .with(
                "items",
                report
                    .items
                    .iter()
                    .map(|item| self.told(item))
                    .collect::<Vec<_>>(),
            )
            .with("dry_run", dry_run)
            .line(self.say(
                "cli.tally",
                &[
                    ("seen", &tally.seen),
                    ("added", &tally.added),
                    ("same_bytes", &tally.same_bytes),
                    ("same_work", &tally.same_work),
                    ("skipped", &tally.skipped),
                    ("failed", &tally.failed),
                ],
            ));
        for problem in &report.job.problems {
            answer.problems.push(Told::problem(self.words, "", problem));
            // What stopped the job is a failure of the store, and the command ends as one.
            if let Some(code) = problem
                .params
                .get("code")
                .and_then(|code| code.parse::<Code>().ok())
            {
                let failure = Failure::new(code).with("file", &problem.subject);
                answer.problems.push(Told::failure(self.words, &failure));
                answer.exit = Some(exit_of(code.class()));
            }
        }
        for item in report.items.iter().filter(|item| is_news(item)) {
            for problem in &item.problems {
                answer
                    .problems
                    .push(Told::problem(self.words, &item.path, problem));
            }
        }
        Ok((answer, report.items))
    }

    /// An item with the sentences of its problems.
    fn told(&self, item: &IntakeItem) -> Value {
        let problems: Vec<Told> = item
            .problems
            .iter()
            .map(|problem| Told::problem(self.words, &item.path, problem))
            .collect();
        let mut told = value(item);
        if let Some(fields) = told.as_object_mut() {
            fields.insert("problems".to_owned(), value(problems));
        }
        told
    }
}

/// Whether the problems of an item are worth saying: hidden and temporary files are left out as a
/// matter of course, and what is here already was spoken of when it came.
fn is_news(item: &IntakeItem) -> bool {
    matches!(item.status, IntakeStatus::Added | IntakeStatus::Failed)
}

fn line(row: &Publication) -> String {
    let year = row.year.map(|year| year.to_string()).unwrap_or_default();
    format!(
        "{}  {year:4}  {}  {}",
        row.id,
        row.languages.join(","),
        row.title
    )
}

/// A bar on a terminal, nothing anywhere else.
fn progress(json: bool) -> ProgressBar {
    if json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn show(bar: &ProgressBar, job: &Job) {
    if let Some(total) = job.total {
        bar.set_length(u64::from(total));
    }
    bar.set_position(u64::from(job.tally.seen));
    bar.set_message(job.current.clone().unwrap_or_default());
}

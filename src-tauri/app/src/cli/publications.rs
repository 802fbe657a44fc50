//! `publications ...`.

use std::io::IsTerminal;
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use qalam_desk::Code;
use qalam_desk::job::{IntakeItem, IntakeStatus, Job};
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::likeness::{LikeRule, Likeness, MAX_LIKENESSES};
use qalam_desk::publications::slim::{SentFile, SlimChoice};
use qalam_desk::publications::{Publication, PublicationQuery};
use serde_json::{Map, Value};

use super::answer::{Answer, FindingTold, Told, bytes, exit_of, value};
use super::args::{Publications as Wanted, SameWork};
use super::{Here, Outcome, fields};
use crate::failure::Failure;

impl Here<'_> {
    pub(super) fn publications(&self, wanted: Wanted, json: bool) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::Add {
                paths,
                dry_run,
                same_work,
                sheet,
                maps,
                fixes,
            } => {
                let wished = sheet
                    .map(|sheet| self.wished(&sheet, &maps, fixes))
                    .transpose()?;
                let rule = rule(same_work);
                let (answer, items) = self.add(&paths, IntakeOptions { dry_run, rule }, json)?;
                Ok(match &wished {
                    Some(wished) => self.described(answer, wished, &items, dry_run),
                    None => answer,
                })
            }
            Wanted::ExportSheet { to } => {
                crate::sheets::export(desk, self.words, &to)?;
                Ok(Answer::of("file", &to).line(to.display().to_string()))
            }
            Wanted::Alike {
                numbers,
                settle: None,
                ..
            } => self.alike(&numbers),
            Wanted::Alike {
                numbers,
                settle: Some(by),
                dry_run,
            } => self.settle(rule(by), &numbers, dry_run),
            Wanted::Find { id, query, limit } => {
                let found = desk.search_inside(&id, &query, limit)?;
                let mut answer = Answer::of("pages", &found.pages).with("total", found.total);
                for one in &found.pages {
                    let page = one.page.map(|page| page.to_string()).unwrap_or_default();
                    let snippet = one.snippet.replace('\u{1}', "[").replace('\u{2}', "]");
                    answer = answer.line(format!("{page:>5}  {}", snippet.trim()));
                }
                if found.pages.is_empty() {
                    answer = answer.line(self.say("cli.nothing_found", &[]));
                }
                Ok(answer)
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
                let row = &opened.publication;
                let mut answer = Answer::of("publication", row)
                    .with("drafts", &opened.drafts)
                    .line(line(row));
                for (field, source) in &row.sources {
                    let sure = row.confidence.get(field);
                    let sure = sure.map(|sure| format!("  {sure}%")).unwrap_or_default();
                    answer = answer.line(format!("  {field}: {source}{sure}"));
                }
                for finding in row.findings() {
                    answer = answer.line(FindingTold::new(self.words, &finding).line());
                }
                Ok(answer)
            }
            Wanted::Slim { ids, choice } => {
                let choice = choice
                    .map(|word| {
                        SlimChoice::parse(&word).ok_or_else(|| {
                            Failure::new(Code::BadArgument).with("name", format!("--choice {word}"))
                        })
                    })
                    .transpose()?;
                let sent = desk.publications_slim(&ids, choice)?;
                let mut answer = Answer::of("publications", &sent);
                for one in &sent {
                    answer = answer.line(match &one.sent {
                        Some(sent) => self.saving(&one.publication, sent),
                        None => self.say("not_slimmed.not_wished", &[("name", &one.publication)]),
                    });
                }
                Ok(answer)
            }
            Wanted::Describe { ids } => {
                let mut rows = Vec::with_capacity(ids.len());
                let mut answer = Answer::new();
                for id in &ids {
                    let row = desk.publications_describe(id)?;
                    answer = answer.line(line(&row));
                    rows.push(row);
                }
                Ok(answer.with("publications", rows))
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

    /// What is sent in the place of a file, in words.
    pub(super) fn saving(&self, name: &str, sent: &SentFile) -> String {
        match &sent.report {
            Some(report) => self.say(
                "cli.slimmed",
                &[
                    ("name", &name),
                    ("after", &bytes(report.after)),
                    ("before", &bytes(report.before)),
                ],
            ),
            None => {
                let why = value(sent.why);
                let why = why.as_str().unwrap_or("no_gain");
                self.say(&format!("not_slimmed.{why}"), &[("name", &name)])
            }
        }
    }

    /// The undecided likely duplicates, or those named of them.
    fn alike(&self, numbers: &[i64]) -> Outcome {
        let mut page = self
            .app
            .desk
            .publications_likenesses(None, MAX_LIKENESSES)?;
        if !numbers.is_empty() {
            page.likenesses.retain(|one| numbers.contains(&one.seq));
        }
        let mut answer = Answer::of("likenesses", &page.likenesses).with("total", page.total);
        for one in &page.likenesses {
            answer = answer.line(likeness_line(one));
        }
        if page.likenesses.is_empty() {
            answer = answer.line(self.say("cli.nothing_found", &[]));
        }
        Ok(answer)
    }

    fn settle(&self, rule: LikeRule, numbers: &[i64], dry_run: bool) -> Outcome {
        let settled = self.app.desk.publications_settle(rule, numbers, dry_run)?;
        let mut answer = Answer::of("settled", &settled.rows).with("dry_run", dry_run);
        for row in &settled.rows {
            let outcome = value(row.outcome);
            answer = answer.line(format!(
                "{}  {}",
                outcome.as_str().unwrap_or_default(),
                likeness_line(&row.likeness)
            ));
        }
        if settled.rows.is_empty() {
            answer = answer.line(self.say("cli.nothing_found", &[]));
        }
        Ok(answer)
    }

    fn add(
        &self,
        paths: &[PathBuf],
        options: IntakeOptions,
        json: bool,
    ) -> Result<(Answer, Vec<IntakeItem>), Failure> {
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
            .with("dry_run", options.dry_run)
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

fn rule(word: SameWork) -> LikeRule {
    match word {
        SameWork::Ask => LikeRule::Ask,
        SameWork::KeepBoth => LikeRule::KeepBoth,
        SameWork::KeepNewest => LikeRule::KeepNewest,
        SameWork::Attach => LikeRule::Attach,
    }
}

fn likeness_line(one: &Likeness) -> String {
    format!(
        "{:>5}  {:13}  {} = {}",
        one.seq,
        one.kind.as_str(),
        one.publication_title,
        one.other_title
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

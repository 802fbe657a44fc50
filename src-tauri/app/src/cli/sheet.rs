//! `publications add --sheet`: what a sheet says of the files that came in with it.

use std::path::{Path, PathBuf};

use qalam_content::sheet::{Sheet, TARGETS, key};
use qalam_desk::Code;
use qalam_desk::job::IntakeItem;
use qalam_desk::publications::sheet::{Mapping, RowProblem, SheetReport};
use serde_json::{Value, json};

use super::answer::{Answer, Told, exit_of, value};
use super::{Here, fields};
use crate::failure::Failure;
use crate::sheets::{give_back, read, sentence, writable};

/// A sheet that was asked for, and where to write what is to be fixed in it.
pub(super) struct Wished {
    sheet: Sheet,
    mapping: Mapping,
    fixes: Option<PathBuf>,
}

impl Here<'_> {
    /// Reads what was asked for and looks whether it can be done, before anything is.
    pub(super) fn wished(
        &self,
        sheet: &Path,
        maps: &[String],
        fixes: Option<PathBuf>,
    ) -> Result<Wished, Failure> {
        let sheet = read(sheet)?;
        let mapping = self.mapping(&sheet, maps)?;
        fixes.as_deref().map(writable).transpose()?;
        Ok(Wished {
            sheet,
            mapping,
            fixes,
        })
    }

    /// Takes over, or only tries, what a sheet says of `items` and of publications that are here.
    /// What fails now is told beside what was done before.
    pub(super) fn described(
        &self,
        answer: Answer,
        wished: &Wished,
        items: &[IntakeItem],
        dry_run: bool,
    ) -> Answer {
        let desk = &self.app.desk;
        let (sheet, mapping) = (&wished.sheet, &wished.mapping);
        let report = if dry_run {
            desk.sheets_try(sheet, mapping, items)
        } else {
            desk.sheets_apply(sheet, mapping, items)
                .map(|(report, _)| report)
        };
        let report = match report {
            Ok(report) => report,
            Err(error) => return self.failed(answer, &error.into()),
        };
        let answer = self.sheet_told(answer, wished, &report);
        let given = wished
            .fixes
            .as_deref()
            .map(|to| give_back(desk, self.words, sheet, mapping, items, to));
        match given {
            Some(Err(failure)) => self.failed(answer, &failure),
            _ => answer,
        }
    }

    /// The answer with a failure that came after something was done.
    fn failed(&self, mut answer: Answer, failure: &Failure) -> Answer {
        answer.problems.push(Told::failure(self.words, failure));
        answer.exit = Some(exit_of(failure.class()));
        answer
    }

    fn sheet_told(&self, answer: Answer, wished: &Wished, report: &SheetReport) -> Answer {
        let (sheet, mapping) = (&wished.sheet, &wished.mapping);
        let tally = report.tally;
        let mut told = value(report);
        if let Some(rows) = told.get_mut("rows").and_then(Value::as_array_mut) {
            for (row, said) in rows.iter_mut().zip(&report.rows) {
                if let Some(row) = row.as_object_mut() {
                    let problems: Vec<Value> = said
                        .problems
                        .iter()
                        .map(|problem| self.row_problem(problem))
                        .collect();
                    row.insert("problems".to_owned(), Value::from(problems));
                }
            }
        }
        if let Some(told) = told.as_object_mut() {
            let columns: Vec<Value> = sheet
                .header
                .iter()
                .zip(mapping)
                .map(|(header, target)| json!({ "header": header, "target": target }))
                .collect();
            told.insert("columns".to_owned(), Value::from(columns));
            told.insert("problems".to_owned(), Value::from(Vec::<Value>::new()));
        }
        let mut answer = answer.with("sheet", told).line(self.say(
            "cli.sheet",
            &[
                ("rows", &tally.rows),
                ("changed", &tally.changed),
                ("same", &tally.same),
                ("to_fix", &tally.to_fix),
                ("cells", &tally.cells),
            ],
        ));
        for problem in &report.problems {
            answer.problems.push(Told::problem(self.words, "", problem));
        }
        for row in &report.rows {
            for problem in &row.problems {
                let mut told = Told::problem(self.words, &row.name, &problem.problem);
                told.message = sentence(self.words, problem);
                told.next.clear();
                answer.problems.push(told);
            }
        }
        answer
    }

    fn row_problem(&self, wrong: &RowProblem) -> Value {
        let told = Told::problem(self.words, "", &wrong.problem);
        json!({
            "field": wrong.field,
            "code": told.code,
            "subject": wrong.field,
            "message": told.message,
            "next": told.next,
            "near": wrong.near,
        })
    }

    /// What each column means: as proposed, and as said with `--map`.
    fn mapping(&self, sheet: &Sheet, maps: &[String]) -> Result<Mapping, Failure> {
        let mut mapping = self.app.desk.sheets_mapping(sheet)?;
        for text in maps {
            let (head, target) = fields::pair(text)?;
            let wrong = || Failure::new(Code::BadArgument).with("name", format!("--map {text}"));
            let at = sheet
                .header
                .iter()
                .position(|known| key(known) == key(head))
                .ok_or_else(wrong)?;
            if !target.is_empty() && !TARGETS.contains(&target) {
                return Err(wrong());
            }
            // A meaning stands for one column: the one that was named.
            for place in &mut mapping {
                if place.as_deref() == Some(target) {
                    *place = None;
                }
            }
            if let Some(place) = mapping.get_mut(at) {
                *place = (!target.is_empty()).then(|| target.to_owned());
            }
        }
        Ok(mapping)
    }
}

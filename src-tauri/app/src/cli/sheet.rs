//! `publications add --sheet`: what a sheet says of the files that came in with it.

use std::path::Path;

use qalam_content::sheet::{Sheet, TARGETS, key};
use qalam_desk::Code;
use qalam_desk::job::IntakeItem;
use qalam_desk::publications::sheet::{Mapping, RowProblem};
use serde_json::{Value, json};

use super::answer::{Answer, Told, value};
use super::{Here, Outcome, fields};
use crate::failure::Failure;
use crate::sheets::{give_back, sentence};

impl Here<'_> {
    /// Takes over, or only tries, what a sheet says of `items` and of publications that are here.
    pub(super) fn described(
        &self,
        answer: Answer,
        sheet: &Sheet,
        maps: &[String],
        items: &[IntakeItem],
        dry_run: bool,
        fixes: Option<&Path>,
    ) -> Outcome {
        let desk = &self.app.desk;
        let mapping = self.mapping(sheet, maps)?;
        let report = if dry_run {
            desk.sheets_try(sheet, &mapping, items)?
        } else {
            desk.sheets_apply(sheet, &mapping, items)?.0
        };
        if let Some(to) = fixes {
            give_back(desk, self.words, sheet, &mapping, items, to)?;
        }
        let tally = report.tally;
        let mut told = value(&report);
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
                .zip(&mapping)
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
        Ok(answer)
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

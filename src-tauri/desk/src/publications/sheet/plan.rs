//! Deciding what becomes of each row and each cell. Pure: the same sheet and the same publications
//! give the same answer, whether it is then done or only told.

use std::collections::{BTreeMap, BTreeSet};

use qalam_content::day::{has_hijri_mark, read_day, years_of_hijri};
use qalam_content::fold::fold;
use qalam_content::problem::Problem;
use qalam_content::sheet::{Sheet, SheetRow};
use serde_json::Value;

use super::super::bulk::{CellEdit, value_of};
use super::super::{Publication, terms, values};
use super::records::{Records, Target};
use super::tag::Tag;
use super::{CellReport, RowProblem, RowReport, RowStatus, SheetReport, code};
use crate::job::{IntakeItem, IntakeStatus};

/// Days since 1900 that Excel shows as a date of this or the last century.
const SERIAL_DAYS: std::ops::Range<i64> = 14_000..60_000;

/// What was decided.
pub(super) struct Planned {
    pub(super) report: SheetReport,
    /// The cells to change; empty ids where files are only about to come in.
    pub(super) edits: Vec<CellEdit>,
    /// For each row what it is known by when it comes back; empty without a publication.
    pub(super) tags: Vec<Option<Tag>>,
    /// What each column means.
    pub(super) mapping: Vec<Option<String>>,
}

pub(super) fn plan(
    sheet: &Sheet,
    mapping: &[Option<String>],
    records: &Records,
    items: &[IntakeItem],
    this_year: i32,
) -> Planned {
    let column = |target: &str| {
        mapping
            .iter()
            .position(|one| one.as_deref() == Some(target))
    };
    let keys = Keys {
        tag: column("qalam"),
        id: column("id"),
        hash: column("sha256"),
        file: column("file"),
    };
    let fields: Vec<(usize, &str)> = mapping
        .iter()
        .enumerate()
        .filter_map(|(at, target)| Some((at, target.as_deref()?)))
        .filter(|(_, target)| is_field(target))
        .collect();
    let mut planned = Planned {
        report: SheetReport {
            problems: sheet.problems.clone(),
            ..SheetReport::default()
        },
        edits: Vec::new(),
        tags: Vec::with_capacity(sheet.rows.len()),
        mapping: mapping.to_vec(),
    };
    if keys.none() && !sheet.rows.is_empty() {
        planned.report.problems.push(Problem::new(code::NO_KEY, ""));
    }
    let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
    for row in &sheet.rows {
        let mut said = row_plan(row, &keys, &fields, records, &mut seen, this_year);
        planned.edits.append(&mut said.edits);
        let tally = &mut planned.report.tally;
        tally.rows += 1;
        tally.cells += u32::try_from(said.report.changes.len()).unwrap_or(u32::MAX);
        *match said.report.status {
            RowStatus::Changed => &mut tally.changed,
            RowStatus::Same => &mut tally.same,
            RowStatus::ToFix => &mut tally.to_fix,
        } += 1;
        planned.report.rows.push(said.report);
        planned.tags.push(said.tag);
    }
    let spoken_of: BTreeSet<&str> = planned
        .report
        .rows
        .iter()
        .filter_map(|row| row.sha256.as_deref())
        .collect();
    let without_row = items
        .iter()
        .filter(|item| {
            matches!(
                item.status,
                IntakeStatus::Added | IntakeStatus::SameBytes | IntakeStatus::SameWork
            ) && item
                .sha256
                .as_deref()
                .is_none_or(|hash| !spoken_of.contains(hash))
        })
        .map(|item| item.path.clone())
        .collect();
    planned.report.without_row = without_row;
    planned
}

/// Whether a target is a fact rather than a key or a column of ours.
fn is_field(target: &str) -> bool {
    !matches!(target, "file" | "id" | "sha256" | "fix" | "qalam")
}

struct Keys {
    tag: Option<usize>,
    id: Option<usize>,
    hash: Option<usize>,
    file: Option<usize>,
}

impl Keys {
    fn none(&self) -> bool {
        self.tag.is_none() && self.id.is_none() && self.hash.is_none() && self.file.is_none()
    }
}

struct RowPlan {
    report: RowReport,
    edits: Vec<CellEdit>,
    tag: Option<Tag>,
}

fn cell(row: &SheetRow, at: Option<usize>) -> &str {
    at.and_then(|at| row.cells.get(at))
        .map_or("", String::as_str)
}

fn row_plan(
    row: &SheetRow,
    keys: &Keys,
    fields: &[(usize, &str)],
    records: &Records,
    seen: &mut BTreeMap<usize, u32>,
    this_year: i32,
) -> RowPlan {
    let mut report = RowReport {
        line: row.line,
        publication: None,
        sha256: None,
        name: called(row, keys, fields),
        status: RowStatus::ToFix,
        changes: Vec::new(),
        problems: row.problems.iter().map(of_row).collect(),
    };
    if !row.surplus.is_empty() {
        // Its cells have moved, and nobody knows from which on.
        return RowPlan {
            report,
            edits: Vec::new(),
            tag: None,
        };
    }
    let known = Tag::read(cell(row, keys.tag));
    let target = match joined(row, keys, known.as_ref(), records) {
        Ok(target) => target,
        Err(problem) => return left_alone(report, row, problem),
    };
    let at = match target {
        Target::Record(at) => at,
        Target::Copied(at) => {
            let copy = records.copies.get(at);
            report.sha256 = copy.map(|copy| copy.sha256.clone());
            let problem = Problem::new(code::ROW_COPY, "")
                .with("value", key_text(row, keys))
                .with("title", records.title(target));
            return left_alone(report, row, problem);
        }
    };
    let Some(record) = records.rows.get(at) else {
        return left_alone(report, row, Problem::new(code::ROW_WITHOUT_KEY, ""));
    };
    // The sums of a row that is about another publication now say nothing of this one.
    let known = known.filter(|tag| tag.publication == record.id);
    report.publication = (!record.id.is_empty()).then(|| record.id.clone());
    report.sha256 = Some(record.sha256.clone());
    if !record.title.is_empty() {
        report.name.clone_from(&record.title);
    }
    if let Some(other) = seen.get(&at) {
        let problem = Problem::new(code::ROW_TWICE, "").with("other", other);
        return left_alone(report, row, problem);
    }
    seen.insert(at, row.line);
    taken_over(report, row, fields, record, known.as_ref(), this_year)
}

/// What the cells of a row say about the publication it is about.
fn taken_over(
    mut report: RowReport,
    row: &SheetRow,
    fields: &[(usize, &str)],
    record: &Publication,
    known: Option<&Tag>,
    this_year: i32,
) -> RowPlan {
    let mut edits = Vec::new();
    let mut tag = Tag::of(&record.id);
    for (column, field) in fields {
        let text = cell(row, Some(*column));
        let mut changes = false;
        match said(record, field, text, known, this_year) {
            Said::Nothing => {}
            Said::Change(before, after) => {
                changes = true;
                edits.push(CellEdit {
                    publication: record.id.clone(),
                    field: (*field).to_owned(),
                    value: after.clone(),
                    base: Some(before.clone()),
                    origin: None,
                });
                report.changes.push(CellReport {
                    field: (*field).to_owned(),
                    before,
                    after,
                });
            }
            Said::Wrong(problem) => report.problems.push(problem),
        }
        if !changes {
            tag.note(field, text);
        }
    }
    report.status = match (report.problems.is_empty(), report.changes.is_empty()) {
        (false, _) => RowStatus::ToFix,
        (true, false) => RowStatus::Changed,
        (true, true) => RowStatus::Same,
    };
    RowPlan {
        report,
        edits,
        tag: (!record.id.is_empty()).then_some(tag),
    }
}

/// A row of which nothing is taken over, and why.
fn left_alone(mut report: RowReport, row: &SheetRow, problem: Problem) -> RowPlan {
    report
        .problems
        .push(of_row(&problem.with("line", row.line)));
    RowPlan {
        report,
        edits: Vec::new(),
        tag: None,
    }
}

fn of_row(problem: &Problem) -> RowProblem {
    RowProblem {
        field: String::new(),
        problem: problem.clone(),
        near: Vec::new(),
    }
}

/// The key of a row that people know the file by.
fn key_text<'a>(row: &'a SheetRow, keys: &Keys) -> &'a str {
    [keys.file, keys.hash]
        .into_iter()
        .map(|at| cell(row, at))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// What a row calls itself, for people.
fn called(row: &SheetRow, keys: &Keys, fields: &[(usize, &str)]) -> String {
    let title = fields
        .iter()
        .find(|(_, field)| *field == "title")
        .map(|(at, _)| *at);
    [title, keys.file, keys.id, keys.hash]
        .into_iter()
        .map(|at| cell(row, at))
        .find(|text| !text.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// What a row is about: what all keys that lead anywhere lead to. A key that leads nowhere, such as
/// a name the file has elsewhere, yields to the others.
fn joined(
    row: &SheetRow,
    keys: &Keys,
    tag: Option<&Tag>,
    records: &Records,
) -> Result<Target, Problem> {
    let tagged = tag.map_or("", |tag| tag.publication.as_str());
    let (id, hash, file) = (
        cell(row, keys.id),
        cell(row, keys.hash),
        cell(row, keys.file),
    );
    let ways = [
        (tagged, records.with_id(tagged)),
        (id, records.with_id(id)),
        (hash, records.with_hash(hash)),
        (file, records.with_file(file)),
    ];
    let mut tried = None;
    let mut meant: Option<(&str, BTreeSet<Target>)> = None;
    for (text, found) in ways {
        if found.is_empty() {
            // The last name is what people know it by.
            tried = Some(text).filter(|text| !text.is_empty()).or(tried);
            continue;
        }
        meant = Some(match meant {
            None => (text, found),
            Some((_, before)) => (text, agreed(text, &before, &found, records)?),
        });
    }
    match (meant, tried) {
        (Some((text, found)), _) => match (found.len(), found.first()) {
            (1, Some(only)) => Ok(*only),
            (count, _) => Err(Problem::new(code::ROW_AMBIGUOUS, "")
                .with("value", text)
                .with("count", count)),
        },
        (None, Some(text)) => Err(Problem::new(code::ROW_UNKNOWN, "").with("value", text)),
        (None, None) => Err(Problem::new(code::ROW_WITHOUT_KEY, "")),
    }
}

/// What a key leads to of what the surer ones before it lead to.
fn agreed(
    text: &str,
    before: &BTreeSet<Target>,
    found: &BTreeSet<Target>,
    records: &Records,
) -> Result<BTreeSet<Target>, Problem> {
    let both: BTreeSet<Target> = before
        .iter()
        .filter(|one| found.iter().any(|other| records.together(**one, *other)))
        .copied()
        .collect();
    if !both.is_empty() {
        return Ok(both);
    }
    let title = |of: &BTreeSet<Target>| of.first().map_or("", |one| records.title(*one)).to_owned();
    Err(Problem::new(code::ROW_KEYS_DIFFER, "")
        .with("value", text)
        .with("title", title(found))
        .with("other", title(before)))
}

enum Said {
    Nothing,
    Change(Value, Value),
    Wrong(RowProblem),
}

/// What a cell says about a record.
fn said(record: &Publication, field: &str, text: &str, tag: Option<&Tag>, this_year: i32) -> Said {
    let untouched = tag.is_some_and(|tag| tag.untouched(field, text));
    // An empty cell says nothing, unless somebody emptied it.
    if text.is_empty() && (untouched || !tag.is_some_and(|tag| tag.had(field))) {
        return Said::Nothing;
    }
    let Some(before) = value_of(record, field) else {
        return Said::Nothing;
    };
    let meant = terms::as_meant(field, &Value::from(as_field(field, text)));
    let mut after = record.clone();
    if values::set(&mut after, field, &meant, this_year).is_err() {
        return Said::Wrong(RowProblem {
            field: field.to_owned(),
            problem: Problem::new(code::BAD_VALUE, field)
                .with("field", field)
                .with("value", short(text)),
            near: near(field, text, this_year),
        });
    }
    match value_of(&after, field) {
        Some(after) if after != before && !untouched => Said::Change(before, after),
        _ => Said::Nothing,
    }
}

/// The text of a cell as its field is read: the year of a date. A year of the Hijri era alone stays
/// as it is: it lies in two years of ours.
fn as_field(field: &str, text: &str) -> String {
    if field != "year" {
        return text.to_owned();
    }
    if let Some(year) = read_day(text).and_then(|day| Some(day.get(..4)?.to_owned())) {
        return year;
    }
    if has_hijri_mark(text) || years_of_hijri(text).is_some() {
        return text.to_owned();
    }
    let folded = fold(text);
    let parts: Vec<&str> = folded
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let mut years = parts.iter().filter(|part| part.len() == 4);
    // "2019–2023" is two years, and nobody but the author knows which is meant.
    match (years.next(), years.next()) {
        (Some(year), None) if parts.iter().all(|part| part.len() <= 4) => (*year).to_owned(),
        _ => text.to_owned(),
    }
}

fn near(field: &str, text: &str, this_year: i32) -> Vec<String> {
    if field == "year" {
        if let Some(years) = years_of_hijri(text) {
            return years
                .filter(|year| *year <= this_year.saturating_add(1))
                .map(|year| year.to_string())
                .collect();
        }
        let folded = fold(text);
        let serial = folded.trim().parse::<i64>().ok();
        return serial
            .filter(|days| SERIAL_DAYS.contains(days))
            // Days of 365.25 from 1900 on give the right year but for a day at its turn.
            .map(|days| (1900 + (days * 100 - 100) / 36_525).to_string())
            .into_iter()
            .collect();
    }
    let parts = if field == "languages" {
        terms::language_parts(text)
    } else {
        vec![text]
    };
    parts
        .into_iter()
        .find_map(|part| match terms::read(field, part) {
            Some(terms::Reading::Near(near)) => Some(near),
            _ => None,
        })
        .unwrap_or_default()
}

fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

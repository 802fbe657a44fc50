//! Sheets that go out: the one that came, with what to fix, and all publications.

use qalam_content::sheet::{Sheet, SheetFormat, to_csv, to_xlsx};
use serde_json::Value;

use super::super::bulk::value_of;
use super::super::{Publication, terms};
use super::plan::Planned;
use super::tag::Tag;
use super::{RowProblem, RowReport};
use crate::error::{Error, Result};

/// What is said in a sheet, in somebody's language. The desk itself writes no sentence.
pub struct Speaker<'a> {
    /// The language.
    pub lang: &'a str,
    /// The head of a column.
    pub head: &'a dyn Fn(&str) -> String,
    /// What is to be put right.
    pub problem: &'a dyn Fn(&RowProblem) -> String,
}

/// Facts in the order they stand in a sheet.
const COLUMNS: &[&str] = &[
    "title",
    "corporate_author",
    "authors",
    "year",
    "languages",
    "publication_type",
    "licence",
    "pages",
    "doi",
    "isbn",
    "issn",
];

/// The sheet that came, with its two columns of ours at its end, or where they stood before.
pub(super) fn back(sheet: &Sheet, planned: &Planned, speaker: &Speaker<'_>) -> Result<Vec<u8>> {
    let mut header = sheet.header.clone();
    let mut place = |target: &str| {
        planned
            .mapping
            .iter()
            .position(|one| one.as_deref() == Some(target))
            .unwrap_or_else(|| {
                header.push((speaker.head)(target));
                header.len() - 1
            })
    };
    let (fix, known) = (place("fix"), place("qalam"));
    let width = header.len();
    let mut rows = vec![header];
    let mut marked = Vec::new();
    let none = RowReport {
        line: 0,
        publication: None,
        sha256: None,
        name: String::new(),
        status: super::RowStatus::Same,
        changes: Vec::new(),
        problems: Vec::new(),
    };
    for (at, row) in sheet.rows.iter().enumerate() {
        let report = planned.report.rows.get(at).unwrap_or(&none);
        let tag = planned.tags.get(at).and_then(Option::as_ref);
        let mut cells = row.cells.clone();
        cells.resize(width, String::new());
        if let Some(cell) = cells.get_mut(fix) {
            *cell = report
                .problems
                .iter()
                .map(|problem| (speaker.problem)(problem))
                .collect::<Vec<_>>()
                .join(" · ");
        }
        if let Some(cell) = cells.get_mut(known) {
            *cell = tag.map(Tag::text).unwrap_or_default();
        }
        rows.push(cells);
        marked.push(!report.problems.is_empty());
    }
    written(&rows, &marked, sheet.format, sheet.delimiter, speaker)
}

/// All publications as a sheet.
pub(super) fn all(
    records: &[Publication],
    format: SheetFormat,
    speaker: &Speaker<'_>,
) -> Result<Vec<u8>> {
    let mut header: Vec<String> = vec![(speaker.head)("file")];
    header.extend(COLUMNS.iter().map(|field| (speaker.head)(field)));
    header.push((speaker.head)("qalam"));
    let mut rows = vec![header];
    for record in records {
        let mut tag = Tag::of(&record.id);
        let mut cells = vec![record.name.clone()];
        for field in COLUMNS {
            let text = shown(record, field, speaker.lang);
            tag.note(field, &text);
            cells.push(text);
        }
        cells.push(tag.text());
        rows.push(cells);
    }
    written(&rows, &[], format, ',', speaker)
}

/// A fact as people write it in a cell.
fn shown(record: &Publication, field: &str, lang: &str) -> String {
    let name = |code: &str| terms::name(field, code, lang).unwrap_or_else(|| code.to_owned());
    match value_of(record, field) {
        Some(Value::String(text)) => name(&text),
        Some(Value::Array(parts)) => parts
            .iter()
            .filter_map(Value::as_str)
            .map(name)
            .collect::<Vec<_>>()
            .join("; "),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn written(
    rows: &[Vec<String>],
    marked: &[bool],
    format: SheetFormat,
    delimiter: char,
    speaker: &Speaker<'_>,
) -> Result<Vec<u8>> {
    match format {
        SheetFormat::Csv => Ok(to_csv(rows, delimiter)),
        SheetFormat::Workbook => to_xlsx(rows, marked, speaker.lang == "ar")
            .map_err(|error| Error::internal("a workbook was not written").because(error)),
    }
}

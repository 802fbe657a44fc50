//! Sheets that go out: the one that came, with what to fix, and all publications.

use qalam_content::sheet::{Sheet, SheetFormat, SheetRow, to_csv, to_xlsx};
use serde_json::Value;

use super::super::bulk::value_of;
use super::super::{Publication, terms};
use super::RowProblem;
use super::plan::Planned;
use super::tag::Tag;
use crate::error::{Code, Error, Result};

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
pub(super) const COLUMNS: &[&str] = &[
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
    if !sheet.is_whole() {
        // Saved over the one that came, it would take away what was not read.
        return Err(Error::new(Code::SheetCut));
    }
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
    let places = (place("fix"), place("qalam"));
    let width = header.len();
    let mut rows = sheet.above.clone();
    rows.push(header);
    let mut marked = Vec::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        let problems = planned
            .report
            .rows
            .get(at)
            .map_or(&[][..], |report| report.problems.as_slice());
        let tag = planned.tags.get(at).and_then(Option::as_ref);
        let fix: Vec<String> = problems.iter().map(speaker.problem).collect();
        rows.push(row_back(row, width, places, fix.join(" · "), tag));
        marked.push(!problems.is_empty());
    }
    written(
        &rows,
        sheet.above.len(),
        &marked,
        sheet.format,
        sheet.delimiter,
        speaker,
    )
}

/// A row as it goes back: its cells, `fix` and the tag at their places, and what is beyond the
/// columns behind ours, so that nothing of it is lost and it is said again when it returns.
fn row_back(
    row: &SheetRow,
    width: usize,
    (fix_at, tag_at): (usize, usize),
    fix: String,
    tag: Option<&Tag>,
) -> Vec<String> {
    let mut cells = row.cells.clone();
    cells.resize(width, String::new());
    let mut behind = row.surplus.clone();
    if let Some(cell) = cells.get_mut(fix_at) {
        let before = std::mem::replace(cell, fix);
        // In a row whose cells have moved, a word of the sheet's author may stand here.
        if !behind.is_empty() && !before.is_empty() && before != cell.trim() {
            behind.insert(0, before);
        }
    }
    // A row of which nothing was taken over is as unknown, or as known, as it was.
    if let (Some(cell), Some(tag)) = (cells.get_mut(tag_at), tag) {
        *cell = tag.text();
    }
    cells.append(&mut behind);
    cells
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
    written(&rows, 0, &[], format, ',', speaker)
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
    above: usize,
    marked: &[bool],
    format: SheetFormat,
    delimiter: char,
    speaker: &Speaker<'_>,
) -> Result<Vec<u8>> {
    match format {
        SheetFormat::Csv => Ok(to_csv(rows, delimiter)),
        SheetFormat::Workbook => to_xlsx(rows, above, marked, speaker.lang == "ar")
            .map_err(|error| Error::internal("a workbook was not written").because(error)),
    }
}

//! Tables people make in spreadsheets: read from CSV, XLSX, XLS and ODS, and written back.
//!
//! A sheet is a header and rows of texts. Whatever else a spreadsheet can hold is brought down to
//! that: a formula is its last result, a date is `2024-03-01`, a whole number has no fraction. What
//! cannot be brought down is said where it stands.

mod book;
mod columns;
mod csv;
mod decode;
mod write;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::limits::{MAX_CELL_CHARS, MAX_SHEET_BYTES, MAX_SHEET_COLUMNS, MAX_SHEET_ROWS};
use crate::problem::{Problem, code};
pub use columns::{TARGETS, key, propose};
pub use write::{to_csv, to_xlsx};

/// The kinds of files sheets come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SheetFormat {
    /// Text with a sign between cells.
    Csv,
    /// A workbook of a spreadsheet program: XLSX, XLS or ODS.
    Workbook,
}

/// A sheet as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// What kind of file it came in.
    pub format: SheetFormat,
    /// The sign between cells; a comma for workbooks.
    pub delimiter: char,
    /// How the text was encoded; empty for workbooks.
    pub encoding: String,
    /// The lines with text above the header: titles, dates of printing.
    pub above: Vec<Vec<String>>,
    /// The names of the columns, as written.
    pub header: Vec<String>,
    /// The rows below the header; rows without any text are left out.
    pub rows: Vec<SheetRow>,
    /// What a person should know about the sheet as a whole.
    pub problems: Vec<Problem>,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetRow {
    /// The row's number as spreadsheet programs show it; a line of text for CSV.
    pub line: u32,
    /// As many texts as the header has columns.
    pub cells: Vec<String>,
    /// What stands behind the last column, when any of it is text: then a sign inside a text
    /// probably cut it in two, and nobody can say which cell belongs to which column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub surplus: Vec<String>,
    /// What is wrong with the row as a row.
    pub problems: Vec<Problem>,
}

impl Sheet {
    /// Whether all of the file was read, so that a sheet written from this one loses nothing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let cut = |problems: &[Problem]| {
            problems
                .iter()
                .any(|problem| matches!(problem.code.as_str(), code::SHEET_CUT | code::TOO_LONG))
        };
        !cut(&self.problems) && !self.rows.iter().any(|row| cut(&row.problems))
    }
}

/// Reads a sheet. Never fails: what cannot be read is an empty sheet with the reason.
#[must_use]
pub fn read(name: &str, bytes: &[u8]) -> Sheet {
    if bytes.len() > MAX_SHEET_BYTES {
        return unread(Problem::new(code::TOO_LARGE, name).with("max", MAX_SHEET_BYTES));
    }
    let raw = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        book::read(name, bytes)
    } else {
        csv::read(name, bytes)
    };
    raw.into_sheet(name)
}

/// Whether a file of this name may be a sheet.
#[must_use]
pub fn may_be_sheet(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| {
        ["csv", "tsv", "tab", "xlsx", "xlsm", "xls", "ods"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// A sheet that could not be read, with the reason.
#[must_use]
pub fn unread(problem: Problem) -> Sheet {
    Sheet {
        format: SheetFormat::Csv,
        delimiter: ',',
        encoding: String::new(),
        above: Vec::new(),
        header: Vec::new(),
        rows: Vec::new(),
        problems: vec![problem],
    }
}

/// A sheet before its header is found.
struct Raw {
    format: SheetFormat,
    delimiter: char,
    encoding: String,
    rows: Vec<RawRow>,
    problems: Vec<Problem>,
}

#[derive(Default)]
struct RawRow {
    line: u32,
    cells: Vec<String>,
    problems: Vec<Problem>,
    /// There is text beyond the cells that are read of a row.
    cut: bool,
}

impl RawRow {
    fn has_text(&self) -> bool {
        self.cells.iter().any(|cell| !cell.trim().is_empty())
    }
}

/// How far down a header is looked for: above it stand titles and dates of printing.
const HEADER_ROWS: usize = 20;
/// Rows with text that a reader reads: what may stand above the header, the header, and one more
/// than is kept, so that the cut is noticed.
const ROWS_READ: usize = HEADER_ROWS + MAX_SHEET_ROWS + 1;

impl Raw {
    fn into_sheet(mut self, name: &str) -> Sheet {
        let cut = |what: &str, max: usize| {
            Problem::new(code::SHEET_CUT, name)
                .with("what", what)
                .with("max", max)
        };
        self.rows.retain(RawRow::has_text);
        let wide = self.rows.iter().any(|row| row.cut);
        let at = header_at(&self.rows);
        let mut rows = self.rows.into_iter();
        let above = rows
            .by_ref()
            .take(at)
            .map(|row| titled(&row.cells))
            .collect();
        let mut header = rows.next().map(|row| row.cells).unwrap_or_default();
        while header.last().is_some_and(|cell| cell.trim().is_empty()) {
            header.pop();
        }
        // Rows are held against the header as it stands, not as much as is kept of it.
        let width = header.len();
        header.truncate(MAX_SHEET_COLUMNS);
        if wide || width > header.len() {
            self.problems.push(cut("columns", MAX_SHEET_COLUMNS));
        }
        for cell in &mut header {
            *cell = tidy(cell);
        }
        let columns = header.len();
        let mut kept: Vec<SheetRow> = rows
            .by_ref()
            .take(MAX_SHEET_ROWS)
            .map(|row| squared(row, width, columns))
            .collect();
        if rows.next().is_some() {
            self.problems.push(cut("rows", MAX_SHEET_ROWS));
        }
        kept.retain(|row| {
            !row.problems.is_empty() || row.cells.iter().any(|cell| !cell.is_empty())
        });
        if header.is_empty() && self.problems.is_empty() {
            self.problems.push(Problem::new(code::EMPTY, name));
        }
        Sheet {
            format: self.format,
            delimiter: self.delimiter,
            encoding: self.encoding,
            above,
            header,
            rows: kept,
            problems: self.problems,
        }
    }
}

/// A line above the header, without the blank cells a spreadsheet fills it up with.
fn titled(cells: &[String]) -> Vec<String> {
    let mut cells: Vec<String> = cells.iter().map(|cell| tidy(cell)).collect();
    while cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    cells
}

/// The header is the row with the most words that name a column; without such words the first.
fn header_at(rows: &[RawRow]) -> usize {
    let mut best = (0, 0);
    for (at, row) in rows.iter().take(HEADER_ROWS).enumerate() {
        let known = propose(&row.cells, &|_| None).iter().flatten().count();
        if known > best.0 {
            best = (known, at);
        }
    }
    best.1
}

/// The row with as many cells as `columns` are kept of a header of `width` cells; more text than
/// the header has cells is surplus, which is said.
fn squared(row: RawRow, width: usize, columns: usize) -> SheetRow {
    let RawRow {
        line,
        mut cells,
        mut problems,
        cut: _,
    } = row;
    let count = cells.len();
    let mut surplus = cells.split_off(width.min(count));
    if surplus.iter().all(|cell| cell.trim().is_empty()) {
        surplus.clear();
    } else {
        problems.push(
            Problem::new(code::SHEET_ROW_LONG, "")
                .with("line", line)
                .with("count", count),
        );
    }
    cells.resize(columns, String::new());
    for cell in cells.iter_mut().chain(&mut surplus) {
        if cell.chars().count() > MAX_CELL_CHARS {
            *cell = cell.chars().take(MAX_CELL_CHARS).collect();
            problems.push(
                Problem::new(code::TOO_LONG, "")
                    .with("line", line)
                    .with("max", MAX_CELL_CHARS),
            );
        }
        *cell = tidy(cell);
    }
    while surplus.last().is_some_and(String::is_empty) {
        surplus.pop();
    }
    SheetRow {
        line,
        cells,
        surplus,
        problems,
    }
}

/// A cell as it is meant: clean, and without the sign that keeps it from being a formula.
fn tidy(cell: &str) -> String {
    let clean = clean(cell);
    match clean.strip_prefix(write::GUARD) {
        Some(guarded) if write::begins_as_formula(guarded) => guarded.trim().to_owned(),
        _ => clean,
    }
}

/// A cell without what is not seen: blanks around it, marks of direction, control characters.
fn clean(cell: &str) -> String {
    cell.chars()
        .filter(|c| !is_unseen(*c) || matches!(c, '\n' | '\t'))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Whether a character shows nothing: marks of direction, and control characters.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
        || c.is_control()
}

#[cfg(test)]
mod tests;

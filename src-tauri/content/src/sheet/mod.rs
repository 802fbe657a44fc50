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
    /// What is wrong with the row as a row.
    pub problems: Vec<Problem>,
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
}

/// How far down a header is looked for: above it stand titles and dates of printing.
const HEADER_ROWS: usize = 20;

impl Raw {
    fn into_sheet(mut self, name: &str) -> Sheet {
        self.rows
            .retain(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()));
        let at = header_at(&self.rows);
        let mut rows = self.rows.into_iter().skip(at);
        let mut header = rows.next().map(|row| row.cells).unwrap_or_default();
        while header.last().is_some_and(|cell| cell.trim().is_empty()) {
            header.pop();
        }
        if header.len() > MAX_SHEET_COLUMNS {
            header.truncate(MAX_SHEET_COLUMNS);
            self.problems.push(
                Problem::new(code::CUT_OFF, name)
                    .with("what", "columns")
                    .with("max", MAX_SHEET_COLUMNS),
            );
        }
        for cell in &mut header {
            *cell = tidy(cell);
        }
        let columns = header.len();
        let mut kept: Vec<SheetRow> = rows
            .by_ref()
            .take(MAX_SHEET_ROWS)
            .map(|row| squared(row, columns))
            .collect();
        if rows.next().is_some() {
            self.problems.push(
                Problem::new(code::CUT_OFF, name)
                    .with("what", "rows")
                    .with("max", MAX_SHEET_ROWS),
            );
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
            header,
            rows: kept,
            problems: self.problems,
        }
    }
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

/// The row with as many cells as the header; more than that is said unless it is empty.
fn squared(row: RawRow, columns: usize) -> SheetRow {
    let RawRow {
        line,
        mut cells,
        mut problems,
    } = row;
    if cells
        .iter()
        .skip(columns)
        .any(|cell| !cell.trim().is_empty())
    {
        problems.push(
            Problem::new(code::SHEET_ROW_LONG, "")
                .with("line", line)
                .with("count", cells.len()),
        );
    }
    cells.resize(columns, String::new());
    for cell in &mut cells {
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
    SheetRow {
        line,
        cells,
        problems,
    }
}

/// A cell without what is not seen: blanks around it, marks of direction, control characters.
fn tidy(cell: &str) -> String {
    let unseen = |c: char| {
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
            || (c.is_control() && !matches!(c, '\n' | '\t'))
    };
    cell.chars()
        .filter(|c| !unseen(*c))
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests;

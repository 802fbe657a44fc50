//! Workbooks of spreadsheet programs.

use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use super::{Raw, RawRow, SheetFormat, propose};
use crate::limits::{MAX_SHEET_COLUMNS, MAX_ZIP_ENTRY_BYTES};
use crate::problem::{Problem, code};

/// Sheets of one workbook that are looked at.
const MAX_SHEETS: usize = 20;

pub(super) fn read(name: &str, bytes: &[u8]) -> Raw {
    if let Some(problem) = swollen(name, bytes) {
        return empty(problem);
    }
    let mut book = match open_workbook_auto_from_rs(Cursor::new(bytes)) {
        Ok(book) => book,
        Err(calamine::Error::Xlsx(calamine::XlsxError::Password))
        | Err(calamine::Error::Ods(calamine::OdsError::Password))
        | Err(calamine::Error::Xls(calamine::XlsError::Password)) => {
            return empty(Problem::new(code::ENCRYPTED, name));
        }
        Err(error) => return empty(Problem::new(code::DAMAGED, name).with("detail", error)),
    };
    let mut best: Option<(usize, Raw)> = None;
    let mut failed = None;
    for sheet in book.sheet_names().into_iter().take(MAX_SHEETS) {
        let range = match book.worksheet_range(&sheet) {
            Ok(range) => range,
            Err(error) => {
                failed = Some(error.to_string());
                continue;
            }
        };
        let raw = rows_of(&range);
        let known = raw
            .rows
            .iter()
            .take(super::HEADER_ROWS)
            .map(|row| propose(&row.cells, &|_| None).iter().flatten().count())
            .max()
            .unwrap_or(0);
        // The sheet with the most words that name a column; the first of equals that holds anything.
        if best
            .as_ref()
            .is_none_or(|(most, raw)| known > *most || raw.rows.is_empty())
        {
            best = Some((known, raw));
        }
    }
    match best {
        Some((_, raw)) => raw,
        None => empty(Problem::new(code::DAMAGED, name).with("detail", failed.unwrap_or_default())),
    }
}

fn empty(problem: Problem) -> Raw {
    Raw {
        format: SheetFormat::Workbook,
        delimiter: ',',
        encoding: String::new(),
        rows: Vec::new(),
        problems: vec![problem],
    }
}

/// A container that says of itself that it grows beyond all reason.
fn swollen(name: &str, bytes: &[u8]) -> Option<Problem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut total: u64 = 0;
    for at in 0..archive.len() {
        let size = archive.by_index_raw(at).map_or(0, |entry| entry.size());
        total = total.saturating_add(size);
    }
    (total > 4 * MAX_ZIP_ENTRY_BYTES).then(|| Problem::new(code::ZIP_BOMB, name))
}

fn rows_of(range: &calamine::Range<Data>) -> Raw {
    let first = range.start().map_or(0, |(row, _)| row);
    let mut rows = Vec::new();
    for (at, cells) in range.rows().enumerate() {
        if rows.len() == super::ROWS_READ {
            break;
        }
        let mut row = RawRow {
            line: first
                .saturating_add(u32::try_from(at).unwrap_or(u32::MAX))
                .saturating_add(1),
            cut: cells
                .iter()
                .skip(MAX_SHEET_COLUMNS + 1)
                .any(|cell| !matches!(cell, Data::Empty)),
            ..RawRow::default()
        };
        for cell in cells.iter().take(MAX_SHEET_COLUMNS + 1) {
            match text(cell) {
                Ok(text) => row.cells.push(text),
                Err(error) => {
                    row.problems.push(
                        Problem::new(code::SHEET_FORMULA, "")
                            .with("line", row.line)
                            .with("value", &error),
                    );
                    row.cells.push(String::new());
                }
            }
        }
        if row.has_text() {
            rows.push(row);
        }
    }
    Raw {
        format: SheetFormat::Workbook,
        delimiter: ',',
        encoding: String::new(),
        rows,
        problems: Vec::new(),
    }
}

/// A cell as text; `Err` with what a formula gave instead of a result.
fn text(cell: &Data) -> Result<String, String> {
    Ok(match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Bool(yes) => yes.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Error(error) => return Err(error.to_string()),
    })
}

fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

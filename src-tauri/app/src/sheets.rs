//! Sheets of descriptions, between files, the desk and the sentences somebody reads.

use std::path::Path;

use qalam_content::sheet::{Sheet, SheetFormat};
use qalam_desk::imports::sheets::read_sheet;
use qalam_desk::job::IntakeItem;
use qalam_desk::publications::sheet::{Mapping, RowProblem, Speaker};
use qalam_desk::publications::terms;
use qalam_desk::{Desk, Error};

use crate::cli::Told;
use crate::failure::Failure;
use crate::text::{Params, Words};

/// Reads a sheet; one without a single column is a failure, with the reason.
///
/// # Errors
/// When the file cannot be opened or is no sheet.
pub(crate) fn read(path: &Path) -> Result<Sheet, Failure> {
    let sheet = read_sheet(path)?;
    if sheet.header.is_empty() {
        let why = sheet.problems.first();
        return Err(Failure::new(qalam_desk::Code::FileUnreadable)
            .with("name", path.file_name().unwrap_or_default().display())
            .because(why.map_or("", |problem| problem.code.as_str())));
    }
    Ok(sheet)
}

/// Runs `give` with what speaks the language of `words`.
pub(crate) fn speaking<R>(words: Words, give: impl FnOnce(&Speaker<'_>) -> R) -> R {
    give(&Speaker {
        lang: words.lang(),
        head: &|target| words.plain(&format!("cli.column.{target}")),
        problem: &|problem| sentence(words, problem),
    })
}

/// What is wrong, what was perhaps meant, what to do.
pub(crate) fn sentence(words: Words, wrong: &RowProblem) -> String {
    let told = Told::problem(words, "", &wrong.problem);
    let near: Vec<String> = wrong
        .near
        .iter()
        .map(|code| terms::name(&wrong.field, code, words.lang()).unwrap_or_else(|| code.clone()))
        .collect();
    let mut parts = vec![told.message];
    if near.is_empty() {
        parts.push(told.next);
    } else {
        let params = Params::from([("near".to_owned(), near.join(" · "))]);
        parts.push(words.say("problem.sheet_near", &params));
    }
    if !wrong.field.is_empty() {
        let head = words.plain(&format!("cli.column.{}", wrong.field));
        parts.insert(0, format!("{head}:"));
    }
    // In a cell of a spreadsheet the marks around values would be in the way.
    parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| part.replace(['\u{2068}', '\u{2069}'], ""))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Writes the sheet with what to fix to `to`.
pub(crate) fn give_back(
    desk: &Desk,
    words: Words,
    sheet: &Sheet,
    mapping: &Mapping,
    items: &[IntakeItem],
    to: &Path,
) -> Result<(), Failure> {
    let bytes = speaking(words, |speaker| {
        desk.sheets_give_back(sheet, mapping, items, speaker)
    })?;
    write(to, &bytes)
}

/// Writes all publications to `to`: CSV when its name ends so, else XLSX.
pub(crate) fn export(desk: &Desk, words: Words, to: &Path) -> Result<(), Failure> {
    let csv = to
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let format = if csv {
        SheetFormat::Csv
    } else {
        SheetFormat::Workbook
    };
    let bytes = speaking(words, |speaker| desk.sheets_export(format, speaker))?;
    write(to, &bytes)
}

/// Whether a file can be written at `to`, tried without leaving one there.
///
/// # Errors
/// What writing it would fail with.
pub(crate) fn writable(to: &Path) -> Result<(), Failure> {
    let there = to.exists();
    std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(to)
        .and_then(|_| {
            if there {
                Ok(())
            } else {
                std::fs::remove_file(to)
            }
        })
        .map_err(|source| Failure::from(Error::io(source, to)))
}

fn write(to: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(to, bytes).map_err(|source| Failure::from(Error::io(source, to)))
}

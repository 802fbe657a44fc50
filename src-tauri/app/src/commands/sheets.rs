//! Sheets of descriptions.

use std::path::PathBuf;

use qalam_desk::publications::bulk::CellEdit;
use qalam_desk::publications::sheet::{RowStatus, SheetLook, SheetReport};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;
use crate::sheets;
use crate::text::Words;

/// The most rows of a report that cross to the screen: those with something to fix first.
const MAX_ROWS: usize = 1_000;

/// Arguments of `sheets.look`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfSheet {
    /// The sheet.
    #[ts(type = "string")]
    file: PathBuf,
}

/// Arguments of `sheets.try` and `sheets.apply`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SheetWish {
    /// The sheet.
    #[ts(type = "string")]
    file: PathBuf,
    /// What each column means; columns beyond its end mean what was proposed.
    mapping: Vec<Option<String>>,
}

/// Arguments of `sheets.give_back`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct GiveBack {
    /// The sheet.
    #[ts(type = "string")]
    file: PathBuf,
    /// What each column means.
    mapping: Vec<Option<String>>,
    /// Where to write it.
    #[ts(type = "string")]
    to: PathBuf,
}

/// Arguments of `sheets.export`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportSheet {
    /// Where to write it.
    #[ts(type = "string")]
    to: PathBuf,
}

/// What a sheet came to, and how it is taken back.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SheetDone {
    /// What happened.
    report: SheetReport,
    /// The edits that take it back.
    undo: Vec<CellEdit>,
}

pub(super) fn look(app: &App, of: OfSheet) -> Result<SheetLook, Failure> {
    let sheet = sheets::read(&of.file)?;
    Ok(app.desk.sheets_look(&sheet)?)
}

pub(super) fn attempt(app: &App, wish: SheetWish) -> Result<SheetReport, Failure> {
    let sheet = sheets::read(&wish.file)?;
    Ok(shown(app.desk.sheets_try(&sheet, &wish.mapping, &[])?))
}

pub(super) fn apply(app: &App, wish: SheetWish) -> Result<SheetDone, Failure> {
    let sheet = sheets::read(&wish.file)?;
    let (report, edited) = app.desk.sheets_apply(&sheet, &wish.mapping, &[])?;
    Ok(SheetDone {
        report: shown(report),
        undo: edited.undo,
    })
}

pub(super) fn give_back(app: &App, wish: GiveBack) -> Result<Empty, Failure> {
    let sheet = sheets::read(&wish.file)?;
    sheets::give_back(&app.desk, words(app)?, &sheet, &wish.mapping, &[], &wish.to)?;
    Ok(Empty {})
}

pub(super) fn export(app: &App, wish: ExportSheet) -> Result<Empty, Failure> {
    sheets::export(&app.desk, words(app)?, &wish.to)?;
    Ok(Empty {})
}

fn words(app: &App) -> Result<Words, Failure> {
    let lang = app.desk.settings()?.display_lang;
    Ok(Words::of(&lang).unwrap_or_else(Words::of_machine))
}

/// The report with the rows a person looks at; the numbers count all.
fn shown(mut report: SheetReport) -> SheetReport {
    let order = |status: RowStatus| match status {
        RowStatus::ToFix => 0,
        RowStatus::Changed => 1,
        RowStatus::Same => 2,
    };
    report.rows.sort_by_key(|row| order(row.status));
    report.rows.retain(|row| row.status != RowStatus::Same);
    report.rows.truncate(MAX_ROWS);
    report
}

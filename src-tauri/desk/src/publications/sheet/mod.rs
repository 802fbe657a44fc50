//! Descriptions that come in a sheet: looked at, tried, done, given back with what to fix.
//!
//! Everything is decided by one pure function ([`plan`]): trying is deciding, doing is deciding
//! and writing what was decided, in one transaction. So what a trial says is what happens.

mod give;
mod plan;
mod records;
mod tag;

use std::collections::BTreeMap;

use qalam_content::problem::Problem;
use qalam_content::sheet::{Sheet, SheetFormat, key, propose};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::bulk::{self, Edited};
use super::values;
use crate::change::Action;
use crate::db::{ReadTx, WriteTx, facts};
use crate::desk::Desk;
use crate::error::Result;
use crate::job::IntakeItem;
pub use give::Speaker;
use plan::{Planned, plan};
use records::Records;

/// The fact that keeps what people said the heads of columns mean.
const HEADS: &str = "sheet_heads";
/// The most heads remembered; the fact is one small text.
const MAX_HEADS: usize = 500;
/// Values of a column that are shown while it is being matched.
const SAMPLES: usize = 3;

/// Codes of what is wrong with a row or a sheet. What is wrong with a value is `bad_value`.
pub mod code {
    /// No column says which publication a row is about.
    pub const NO_KEY: &str = "sheet_no_key";
    /// The row does not say which publication it is about; `line`.
    pub const ROW_WITHOUT_KEY: &str = "sheet_row_without_key";
    /// No publication or file is what the row says; `line`, `value`.
    pub const ROW_UNKNOWN: &str = "sheet_row_unknown";
    /// Several publications could be what the row says; `line`, `value`, `count`.
    pub const ROW_AMBIGUOUS: &str = "sheet_row_ambiguous";
    /// The columns that say which publication the row is about lead to different ones; `line`,
    /// `value` as one of them says, `title` to which it leads, `other` to which a surer one leads.
    pub const ROW_KEYS_DIFFER: &str = "sheet_row_keys_differ";
    /// The file is no publication of its own: it is the same work as one and was kept with it or
    /// left out for it; `line`, `value`, `title` of that publication.
    pub const ROW_COPY: &str = "sheet_row_copy";
    /// Another row before it is about the same publication; `line`, `other`.
    pub const ROW_TWICE: &str = "sheet_row_twice";
    /// The value is none of its list; `field`, `value`.
    pub const BAD_VALUE: &str = "bad_value";

    /// Every code above, for the test that each has its sentence.
    pub const ALL: &[&str] = &[
        NO_KEY,
        ROW_WITHOUT_KEY,
        ROW_UNKNOWN,
        ROW_AMBIGUOUS,
        ROW_KEYS_DIFFER,
        ROW_COPY,
        ROW_TWICE,
        BAD_VALUE,
    ];
}

/// A column and what it is taken to mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetColumn {
    /// Its head, as written.
    pub header: String,
    /// A few of its values.
    pub samples: Vec<String>,
    /// What it means: a field, `file`, `id`, `sha256`, `fix`, `qalam`; `None` for nothing.
    pub target: Option<String>,
}

/// A sheet before anything is done with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetLook {
    /// What kind of file it is.
    pub format: SheetFormat,
    /// How many rows it has.
    pub rows: u32,
    /// Its columns.
    pub columns: Vec<SheetColumn>,
    /// What a person should know about it.
    pub problems: Vec<Problem>,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// All it says is taken over.
    Changed,
    /// The desk says the same already.
    Same,
    /// Something in it has to be put right; the rest of it is taken over.
    ToFix,
}

/// One value a row changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct CellReport {
    /// The field.
    pub field: String,
    /// What the desk says.
    #[ts(type = "unknown")]
    pub before: Value,
    /// What the row says.
    #[ts(type = "unknown")]
    pub after: Value,
}

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowProblem {
    /// The field concerned; empty for the row.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
    /// What was perhaps meant: codes of the field's list, or years.
    pub near: Vec<String>,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RowReport {
    /// Its number in the file.
    pub line: u32,
    /// The publication; `None` without one, or while its file is only about to come in.
    pub publication: Option<String>,
    /// SHA-256 of the file it is about.
    pub sha256: Option<String>,
    /// Its title, or what the row calls it.
    pub name: String,
    /// How it ends.
    pub status: RowStatus,
    /// What it changes.
    pub changes: Vec<CellReport>,
    /// What is to be put right.
    pub problems: Vec<RowProblem>,
}

/// How rows end. `rows` is the sum of the next three, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetTally {
    /// Rows.
    pub rows: u32,
    /// Rows that are taken over.
    pub changed: u32,
    /// Rows that say what the desk says.
    pub same: u32,
    /// Rows with something to put right.
    pub to_fix: u32,
    /// Values that change.
    pub cells: u32,
}

/// What a sheet comes to, tried or done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct SheetReport {
    /// The numbers.
    pub tally: SheetTally,
    /// Every row, in order.
    pub rows: Vec<RowReport>,
    /// Files of the folder that no row is about.
    pub without_row: Vec<String>,
    /// What a person should know about the sheet as a whole.
    pub problems: Vec<Problem>,
}

/// What each column means, in order; shorter than the header, or empty, leaves the rest as proposed.
pub type Mapping = Vec<Option<String>>;

impl Desk {
    /// A sheet with what its columns probably mean, by their words and by what people said before.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn sheets_look(&self, sheet: &Sheet) -> Result<SheetLook> {
        let proposed = self.sheets_mapping(sheet)?;
        let columns = sheet
            .header
            .iter()
            .zip(proposed)
            .enumerate()
            .map(|(at, (header, target))| SheetColumn {
                header: header.clone(),
                samples: sheet
                    .rows
                    .iter()
                    .filter_map(|row| row.cells.get(at))
                    .filter(|cell| !cell.is_empty())
                    .take(SAMPLES)
                    .cloned()
                    .collect(),
                target,
            })
            .collect();
        Ok(SheetLook {
            format: sheet.format,
            rows: u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX),
            columns,
            problems: sheet.problems.clone(),
        })
    }

    /// What the columns of a sheet probably mean.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn sheets_mapping(&self, sheet: &Sheet) -> Result<Mapping> {
        let heads = self.read(heads)?;
        Ok(propose(&sheet.header, &|head| heads.get(head).cloned()))
    }

    /// What [`Desk::sheets_apply`] would do. `items` are the files of a folder that came, or would
    /// come, in with the sheet.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn sheets_try(
        &self,
        sheet: &Sheet,
        mapping: &Mapping,
        items: &[IntakeItem],
    ) -> Result<SheetReport> {
        Ok(self.sheets_plan(sheet, mapping, items)?.report)
    }

    /// Takes over what a sheet says, in one transaction, and remembers what its heads mean.
    ///
    /// # Errors
    /// What the database may fail with; then nothing is taken over.
    pub fn sheets_apply(
        &self,
        sheet: &Sheet,
        mapping: &Mapping,
        items: &[IntakeItem],
    ) -> Result<(SheetReport, Edited)> {
        self.write(Action::EditPublication, |tx| {
            let planned = planned(tx, sheet, mapping, items)?;
            let edited = bulk::edit_in(tx, &planned.edits)?;
            remember(tx, sheet, mapping)?;
            Ok((planned.report, edited))
        })
    }

    /// The same sheet with two more columns: what to fix, and one by which the sheet is known when
    /// it comes back, so that then only what was touched since counts. A CSV file stays one, any
    /// workbook becomes XLSX.
    ///
    /// # Errors
    /// [`Code::SheetCut`](crate::Code::SheetCut) when not all of it was read, or what the database
    /// may fail with.
    pub fn sheets_give_back(
        &self,
        sheet: &Sheet,
        mapping: &Mapping,
        items: &[IntakeItem],
        speaker: &Speaker<'_>,
    ) -> Result<Vec<u8>> {
        let planned = self.sheets_plan(sheet, mapping, items)?;
        give::back(sheet, &planned, speaker)
    }

    /// All publications as a sheet that can come back: XLSX, or CSV.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn sheets_export(&self, format: SheetFormat, speaker: &Speaker<'_>) -> Result<Vec<u8>> {
        let records = self.read(|r| Records::load(r, &[]))?;
        give::all(&records.rows, format, speaker)
    }

    fn sheets_plan(
        &self,
        sheet: &Sheet,
        mapping: &Mapping,
        items: &[IntakeItem],
    ) -> Result<Planned> {
        self.read(|r| planned(r, sheet, mapping, items))
    }
}

fn planned(
    r: &ReadTx<'_>,
    sheet: &Sheet,
    mapping: &Mapping,
    items: &[IntakeItem],
) -> Result<Planned> {
    let heads = heads(r)?;
    let mut full = propose(&sheet.header, &|head| heads.get(head).cloned());
    for (place, given) in full.iter_mut().zip(mapping) {
        place.clone_from(given);
    }
    let records = Records::load(r, items)?;
    Ok(plan(sheet, &full, &records, items, values::year_of(r.at())))
}

/// What people said the heads of columns mean.
fn heads(r: &ReadTx<'_>) -> Result<BTreeMap<String, String>> {
    Ok(facts::get(r, HEADS)?
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

fn remember(tx: &WriteTx<'_>, sheet: &Sheet, mapping: &Mapping) -> Result<()> {
    let before = heads(tx)?;
    let mut now = before.clone();
    for (head, target) in sheet.header.iter().zip(mapping) {
        now.insert(key(head), target.clone().unwrap_or_default());
    }
    now.remove("");
    if now == before || now.len() > MAX_HEADS {
        return Ok(());
    }
    facts::set(tx, HEADS, &serde_json::to_string(&now)?)
}

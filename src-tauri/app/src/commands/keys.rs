//! Keys that approvals are signed with.

use std::path::PathBuf;

use qalam_desk::keys::KeyRow;
use qalam_proof::key::Ending;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;
use crate::keys as files;

/// The keys this desk knows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct KeyList {
    keys: Vec<KeyRow>,
}

/// Arguments of `keys.create`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct NewKey {
    label: String,
    /// Also make a recovery key.
    paper: bool,
}

/// A key that was made.
#[derive(Clone, Debug, Serialize, TS)]
pub struct MadeKey {
    key: KeyRow,
    /// The lines of the recovery key, to be written down now: they are kept nowhere.
    paper: Option<String>,
}

/// Arguments of `keys.rotate`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RotateKey {
    key: String,
    /// Also make a new recovery key.
    paper: bool,
}

/// Arguments of `keys.export`: the card; of a key that ended, the statement that it did.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportKey {
    key: String,
    to: PathBuf,
}

/// Arguments of `keys.trust`: a card, a package, or a statement that a key ended.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct TrustFile {
    path: PathBuf,
}

/// Arguments of `keys.end`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct EndKey {
    key: String,
    /// It is lost, or in other hands; else the person left.
    lost: bool,
}

/// Arguments of `keys.recover`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RecoverKey {
    key: String,
    /// The lines on paper.
    lines: String,
}

pub(super) fn list(app: &App, _: Empty) -> Result<KeyList, Failure> {
    let keys = app.desk.keys()?;
    Ok(KeyList { keys })
}

pub(super) fn create(app: &App, of: NewKey) -> Result<MadeKey, Failure> {
    let (key, paper) = app.desk.key_new(&of.label, of.paper)?;
    Ok(MadeKey { key, paper })
}

pub(super) fn export(app: &App, of: ExportKey) -> Result<Empty, Failure> {
    let bytes = match app.desk.key_revocation(&of.key)? {
        Some(end) => end,
        None => app.desk.key_card(&of.key)?,
    };
    files::write_new(&of.to, &bytes)?;
    Ok(Empty {})
}

pub(super) fn trust(app: &App, of: TrustFile) -> Result<KeyRow, Failure> {
    files::trust(app, &of.path)
}

pub(super) fn look(app: &App, of: TrustFile) -> Result<KeyRow, Failure> {
    files::look(app, &of.path)
}

pub(super) fn rotate(app: &App, of: RotateKey) -> Result<MadeKey, Failure> {
    let (key, paper) = app.desk.key_rotate(&of.key, of.paper)?;
    Ok(MadeKey { key, paper })
}

pub(super) fn end(app: &App, of: EndKey) -> Result<KeyRow, Failure> {
    let why = if of.lost { Ending::Lost } else { Ending::Left };
    Ok(app.desk.key_end(&of.key, why)?)
}

pub(super) fn recover(app: &App, of: RecoverKey) -> Result<KeyRow, Failure> {
    Ok(app.desk.key_recover(&of.key, &of.lines)?)
}

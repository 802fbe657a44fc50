//! Packages somebody takes along, and folders an editor takes over.

use std::path::PathBuf;

use qalam_desk::packages::{
    CarriedRow, CourierList, ExportedPackage, HandoverRow, ImportedReceipts,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;
use crate::packages::{self, Handed};

/// Arguments of `files.save_as`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveAs {
    /// The name proposed.
    name: String,
}

/// Where a new file is to be written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ChosenPlace {
    /// The path; null when nothing was chosen.
    #[ts(type = "string | null")]
    path: Option<PathBuf>,
}

/// Arguments of `courier.export`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportArgs {
    /// The new file.
    #[ts(type = "string")]
    to: PathBuf,
    /// The portal; else the only one something waits for.
    #[ts(optional)]
    portal: Option<String>,
    /// Only these drafts.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<String>>")]
    drafts: Vec<String>,
}

/// Arguments of `courier.deliver`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeliverArgs {
    /// The package.
    #[ts(type = "string")]
    file: PathBuf,
    /// The portal; else the one it is sealed to.
    #[ts(optional)]
    portal: Option<String>,
}

/// Arguments of `courier.import`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ImportReceipts {
    /// The receipts.
    #[ts(type = "string")]
    file: PathBuf,
}

/// Arguments of `courier.receipts`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct WriteReceipts {
    /// The new file.
    #[ts(type = "string")]
    to: PathBuf,
}

/// What `courier.receipts` wrote.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct WrittenReceipts {
    /// Receipts of so many packages.
    packages: usize,
}

/// Arguments of `courier.key`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct KeyArgs {
    /// The portal.
    portal: String,
    /// The file its administrator gave out.
    #[ts(type = "string")]
    file: PathBuf,
}

/// Arguments of `handover.export`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct HandoverArgs {
    /// The new or empty folder; with `name`, any folder.
    #[ts(type = "string")]
    to: PathBuf,
    /// A new folder of this name within it takes the hand-over.
    #[ts(optional)]
    name: Option<String>,
    /// Only these drafts.
    #[serde(default)]
    #[ts(optional, as = "Option<Vec<String>>")]
    drafts: Vec<String>,
    /// Zips of at most so many MB in place of a folder.
    #[ts(optional, type = "number")]
    max_mb: Option<u64>,
}

/// Arguments of `handover.confirm`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConfirmArgs {
    /// The hand-over.
    id: String,
    /// The editor has it; false takes that back.
    has: bool,
}

/// Arguments of `handover.import`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct TakeOverArgs {
    /// The folder.
    #[ts(type = "string")]
    from: PathBuf,
    /// The portal that takes it.
    portal: String,
}

/// What became of a hand-over at a portal.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TakenOver {
    /// So many pieces are there.
    arrived: usize,
    /// Why others are not.
    problems: Vec<qalam_desk::Failure>,
}

/// The hand-overs.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Handovers {
    /// Newest first.
    handovers: Vec<HandoverRow>,
}

pub(super) fn save_as(app: &App, of: SaveAs) -> Result<ChosenPlace, Failure> {
    let path = app.shell.save(&of.name)?;
    Ok(ChosenPlace { path })
}

pub(super) fn list(app: &App, _: Empty) -> Result<CourierList, Failure> {
    Ok(app.desk.packages_list()?)
}

pub(super) fn export(app: &App, of: ExportArgs) -> Result<ExportedPackage, Failure> {
    packages::export(app, &of.to, of.portal, of.drafts)
}

pub(super) fn deliver(app: &App, of: DeliverArgs) -> Result<CarriedRow, Failure> {
    let (row, _) = packages::deliver(app, &of.file, of.portal)?;
    Ok(row)
}

pub(super) fn receipts(app: &App, of: WriteReceipts) -> Result<WrittenReceipts, Failure> {
    let packages = qalam_portal::packages::write_receipts(&app.desk, &of.to)?;
    Ok(WrittenReceipts { packages })
}

pub(super) fn import(app: &App, of: ImportReceipts) -> Result<ImportedReceipts, Failure> {
    packages::import(app, &of.file)
}

pub(super) fn key(app: &App, of: KeyArgs) -> Result<Empty, Failure> {
    let keys = qalam_portal::packages::keys_from_file(&of.file)?;
    app.desk.portals_set_courier_keys(&of.portal, &keys)?;
    Ok(Empty {})
}

pub(super) fn hand_over(app: &App, of: HandoverArgs) -> Result<Handed, Failure> {
    let to = match of.name {
        Some(name) => packages::new_folder(&of.to, &name)?,
        None => of.to,
    };
    packages::hand_over(app, &to, of.drafts, of.max_mb)
}

pub(super) fn take_over(app: &App, of: TakeOverArgs) -> Result<TakenOver, Failure> {
    let taken = packages::take_over(app, &of.from, &of.portal)?;
    let problems: Vec<_> = taken
        .iter()
        .filter_map(|one| {
            let mut failure = one.failure.clone()?;
            let name = failure.params.entry("name".to_owned()).or_default();
            if name.is_empty() {
                name.clone_from(&one.title);
            }
            Some(failure)
        })
        .collect();
    Ok(TakenOver {
        arrived: taken.len() - problems.len(),
        problems,
    })
}

pub(super) fn handovers(app: &App, _: Empty) -> Result<Handovers, Failure> {
    let handovers = app.desk.handover_list()?;
    Ok(Handovers { handovers })
}

pub(super) fn confirm(app: &App, of: ConfirmArgs) -> Result<Handovers, Failure> {
    let handovers = app.desk.handover_confirm(&of.id, of.has)?;
    Ok(Handovers { handovers })
}

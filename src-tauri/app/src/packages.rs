//! Packages and hand-overs with what the program around the desk adds: its secrets, its practice portal, a runtime.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use qalam_desk::Code;
use qalam_desk::packages::{CarriedRow, ExportedPackage, ImportedReceipts};
use qalam_desk::secrets::Secrets;
use qalam_portal::handover::{self, HandoverWish, ImportWish, Taken};
use qalam_portal::http::Wire;
use qalam_portal::packages::{self, DeliverWish, ExportWish};
use serde::Serialize;
use ts_rs::TS;

use crate::app::App;
use crate::background::wait_for;
use crate::failure::Failure;
use crate::proxy::http_options;

/// Parts smaller than this hold nothing but their own heads, in MB.
const MIN_PART_MB: u64 = 1;
/// E-mail with larger parts arrives nowhere, and a plain folder does better, in MB.
const MAX_PART_MB: u64 = 10_000;

fn secrets(app: &App) -> Arc<dyn Secrets> {
    app.secrets.clone()
}

/// Writes a package.
///
/// # Errors
/// As [`packages::export`].
pub fn export(
    app: &App,
    to: &Path,
    portal: Option<String>,
    drafts: Vec<String>,
) -> Result<ExportedPackage, Failure> {
    let wish = ExportWish {
        to: to.to_owned(),
        portal,
        drafts,
        practice_dir: Some(app.practice_folder()),
    };
    Ok(wait_for(packages::export(&app.desk, &secrets(app), wish))??)
}

/// Brings a package to its portal.
///
/// # Errors
/// As [`packages::deliver`].
pub fn deliver(
    app: &App,
    file: &Path,
    portal: Option<String>,
) -> Result<(CarriedRow, Wire), Failure> {
    let wish = DeliverWish {
        file: file.to_owned(),
        portal,
        practice_dir: Some(app.practice_folder()),
        http: http_options(app),
    };
    let delivered = wait_for(packages::deliver(&app.desk, &secrets(app), wish))?;
    delivered.map_err(|error| inspected(app, file, error.into()))
}

/// A refused file is kept on the desk, so that somebody can look at it when the stick is gone. Only
/// so many, and of a very large one only the beginning, where what it says of itself stands.
fn inspected(app: &App, file: &Path, failure: Failure) -> Failure {
    const KEPT: &[Code] = &[
        Code::PackageAltered,
        Code::PackageReplayed,
        Code::ReceiptsAltered,
    ];
    if KEPT.iter().any(|code| failure.code == code.as_str())
        && let Err(error) = keep(
            &app.desk.dir().join("refused"),
            file,
            app.desk.clock().now(),
        )
    {
        tracing::warn!(%error, "a refused file is not kept");
    }
    failure
}

fn keep(folder: &Path, file: &Path, at: jiff::Timestamp) -> std::io::Result<()> {
    const MOST: usize = 10;
    const LONGEST: u64 = 64 * 1024 * 1024;
    std::fs::create_dir_all(folder)?;
    let mut kept: Vec<PathBuf> = std::fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    // Their names begin with when they were kept.
    kept.sort();
    for old in kept.iter().rev().skip(MOST - 1) {
        std::fs::remove_file(old)?;
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let at = at.strftime("%Y%m%dT%H%M%S%.3f");
    let mut copy = std::fs::File::create_new(folder.join(format!("{at} {name}")))?;
    let mut whole = std::io::Read::take(std::fs::File::open(file)?, LONGEST);
    std::io::copy(&mut whole, &mut copy)?;
    Ok(())
}

/// Takes receipts back.
///
/// # Errors
/// As [`packages::import`].
pub fn import(app: &App, file: &Path) -> Result<ImportedReceipts, Failure> {
    packages::import(&app.desk, &*app.secrets, file)
        .map_err(|error| inspected(app, file, error.into()))
}

/// A piece in a hand-over.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandedItem {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Its title in its original language.
    pub title: String,
}

/// A zip of a hand-over.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HandoverPart {
    /// Where it is.
    pub file: String,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// A hand-over that was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Handed {
    /// The folder.
    pub to: String,
    /// The pieces in it.
    pub items: Vec<HandedItem>,
    /// The zips; empty for a plain folder.
    pub parts: Vec<HandoverPart>,
    /// Files that alone exceed the size of a part.
    pub problems: Vec<qalam_desk::Failure>,
}

/// How many hand-overs of one name a folder may hold.
const MOST_OF_A_NAME: u32 = 99;

/// A place within a folder that is not taken yet: `name`, or `name 2`, and so on.
///
/// # Errors
/// [`Code::BadArgument`] for what is no name of a folder, [`Code::TargetNotEmpty`].
pub fn new_folder(within: &Path, name: &str) -> Result<PathBuf, Failure> {
    let mut parts = Path::new(name).components();
    if !matches!(
        (parts.next(), parts.next()),
        (Some(Component::Normal(_)), None)
    ) {
        return Err(Failure::new(Code::BadArgument).with("name", "name"));
    }
    std::iter::once(name.to_owned())
        .chain((2..=MOST_OF_A_NAME).map(|number| format!("{name} {number}")))
        .map(|name| within.join(name))
        .find(|place| !place.exists())
        .ok_or_else(|| Failure::new(Code::TargetNotEmpty).with("path", within.display()))
}

/// Writes a hand-over.
///
/// # Errors
/// [`Code::BadArgument`] for a size no part can have; as [`handover::export`].
pub fn hand_over(
    app: &App,
    to: &Path,
    drafts: Vec<String>,
    max_mb: Option<u64>,
) -> Result<Handed, Failure> {
    if max_mb.is_some_and(|most| !(MIN_PART_MB..=MAX_PART_MB).contains(&most)) {
        return Err(Failure::new(Code::BadArgument).with("name", "max_mb"));
    }
    let wish = HandoverWish {
        to: to.to_owned(),
        drafts,
        part_bytes: max_mb.map(|most| most.saturating_mul(1_000_000)),
    };
    let done = handover::export(&app.desk, &wish)?;
    Ok(Handed {
        to: done.to.display().to_string(),
        items: done
            .items
            .into_iter()
            .map(|(draft, release, title)| HandedItem {
                draft,
                release,
                title,
            })
            .collect(),
        parts: done
            .parts
            .into_iter()
            .map(|(file, bytes)| HandoverPart {
                file: file.display().to_string(),
                bytes,
            })
            .collect(),
        problems: done.problems,
    })
}

/// Takes a hand-over into a portal.
///
/// # Errors
/// As [`handover::import`].
pub fn take_over(app: &App, from: &Path, portal: &str) -> Result<Vec<Taken>, Failure> {
    let wish = ImportWish {
        from: from.to_owned(),
        portal: portal.to_owned(),
        practice_dir: Some(app.practice_folder()),
        http: http_options(app),
    };
    Ok(wait_for(handover::import(&app.desk, &secrets(app), wish))??)
}

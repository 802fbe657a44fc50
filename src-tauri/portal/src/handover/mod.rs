//! Hand-over: approved releases as a folder that a person can read in any browser and a portal can take over.
//!
//! ```text
//! index.html               every piece in every language
//! note-{ar,en,fr}.txt      a short word to the editor
//! handover.json            what is in the folder (format qalam-handover/1)
//! SHA256SUMS               of every other file, as `sha256sum -c` reads it
//! 01-<title>/release.json  the exact bytes that were approved
//! 01-<title>/approval.json who approved exactly these bytes
//! 01-<title>/<lang>.html   the piece as readers will see it
//! 01-<title>/files/…       its files under readable names
//! ```
//!
//! Pages carry their style in themselves, no script and no font. Made for e-mail, the same folder comes in several zips
//! that are unpacked into one folder. Writing a hand-over proves nothing: it counts as arrived when a person says so.

mod import;
mod page;
mod parts;
mod words;
mod write;

use std::path::PathBuf;

use qalam_desk::error::Failure;
use serde::{Deserialize, Serialize};

pub use self::{
    import::{ImportWish, Taken, import},
    write::export,
};

/// The format of a hand-over.
pub const FORMAT: &str = "qalam-handover/1";
/// The file that describes a hand-over.
pub(crate) const MANIFEST: &str = "handover.json";
/// The checksums.
pub(crate) const SUMS: &str = "SHA256SUMS";

/// What is to be handed over.
#[derive(Clone, Debug, Default)]
pub struct HandoverWish {
    /// The new or empty folder.
    pub to: PathBuf,
    /// Only these drafts; empty is everything approved that has not arrived anywhere.
    pub drafts: Vec<String>,
    /// Zips of at most so many bytes in place of the folder's files.
    pub part_bytes: Option<u64>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverDone {
    /// The folder.
    pub to: PathBuf,
    /// Draft, release and title of each piece.
    pub items: Vec<(String, String, String)>,
    /// The zips with their lengths; empty for a plain folder.
    pub parts: Vec<(PathBuf, u64)>,
    /// Files that alone exceed the size of a part.
    pub problems: Vec<Failure>,
}

/// `handover.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: String,
    pub(crate) owner: String,
    pub(crate) made_at: String,
    pub(crate) items: Vec<ManifestItem>,
}

/// A piece in `handover.json`; paths are relative to the folder, with `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManifestItem {
    pub(crate) draft: String,
    pub(crate) release: String,
    pub(crate) folder: String,
    pub(crate) title: String,
    pub(crate) files: Vec<ManifestFile>,
}

/// A file in `handover.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManifestFile {
    pub(crate) sha256: String,
    pub(crate) path: String,
}

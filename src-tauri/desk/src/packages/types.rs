//! Packages, carried packages and hand-overs as the screens, the command line and the wire see them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::db::lent::Lent;
use crate::error::Failure;
use crate::outbox::{PortalRow, Receipt};

/// An approved release as it goes into a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The draft.
    pub draft: String,
    /// Its title, for people.
    pub title: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Length of the body of its put (see [`crate::Desk::packages_body`]).
    pub body_bytes: u64,
    /// The ETag it may replace at the portal; `None`: nothing a person here knows of is there.
    pub if_match: Option<String>,
    /// Older releases of ours that may have reached the portal unanswered; it may replace them too.
    pub after: Vec<String>,
    /// Its files, each hash once.
    pub files: Vec<ParcelFile>,
}

/// A file of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelFile {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// The true type.
    pub mime: String,
    /// Length in bytes.
    pub bytes: u64,
    /// Where the bytes are.
    pub path: Lent,
}

/// What may go into a package now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcels {
    /// The portal they are for.
    pub portal: PortalRow,
    /// State or institution whose desk this is.
    pub owner: String,
    /// Urgent ones first, then small before large.
    pub parcels: Vec<Parcel>,
    /// What cannot leave, and why: draft and failure.
    pub unfit: Vec<(String, Failure)>,
}

/// A package that is written and about to get its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPackage {
    /// Its id.
    pub id: String,
    /// The id of its portal.
    pub portal: String,
    /// The name it gets.
    pub file: String,
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The key the portal signs receipts with.
    pub verify: String,
    /// What is in it: draft and release hash.
    pub entries: Vec<(String, String)>,
}

/// What the portal says became of one piece of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It stored it.
    Stored {
        /// The ETag of what it holds.
        etag: String,
        /// What it calls the piece.
        remote_id: String,
        /// Where readers find it; may be empty.
        url: String,
        /// SHA-256 of the files it misses.
        missing: Vec<String>,
        /// Its statement of what it holds, when nothing is missing.
        receipt: Option<Receipt>,
    },
    /// It will not take it as it is.
    Refused(Failure),
    /// It holds something else; `release` and `etag` among the params when known.
    Conflict(Failure),
}

/// The portal's answer to a package, unsealed and verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageAnswer {
    /// The package.
    pub package: String,
    /// The id of the portal here.
    pub portal: String,
    /// Draft, release hash, and what became of it.
    pub words: Vec<(String, String, Word)>,
}

/// What became of a piece that went into a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ParcelState {
    /// Nothing is known yet.
    Travelling,
    /// The portal's receipt for exactly this release is here.
    Received,
    /// The portal has the text and misses files.
    Incomplete,
    /// The portal will not take it as it is.
    Refused,
    /// The portal holds something else; a person decides.
    Conflict,
    /// A newer release of ours had arrived before.
    Overtaken,
    /// The answer is older than what the portal has told since: the text is put once more.
    Outdated,
}

impl ParcelState {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Travelling => "travelling",
            Self::Received => "received",
            Self::Incomplete => "incomplete",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Overtaken => "overtaken",
            Self::Outdated => "outdated",
        }
    }

    pub(crate) fn parse(word: &str) -> Self {
        [
            Self::Received,
            Self::Incomplete,
            Self::Refused,
            Self::Conflict,
            Self::Overtaken,
            Self::Outdated,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
        .unwrap_or(Self::Travelling)
    }
}

/// A piece in a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackageEntry {
    /// The draft.
    pub draft: String,
    /// Its present title in its original language.
    pub title: String,
    /// SHA-256 of the release.
    pub release: String,
    /// What became of it.
    pub state: ParcelState,
    /// Why it was refused or is in conflict.
    pub reason: Option<Failure>,
}

/// A package of this desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackageRow {
    /// Its id.
    pub id: String,
    /// The portal's name.
    pub portal: String,
    /// The file it was written to.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// When it was made.
    pub created_at: String,
    /// When its receipts came.
    pub answered_at: Option<String>,
    /// What is in it.
    pub entries: Vec<PackageEntry>,
}

/// Where a package of somebody else stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CarriedState {
    /// It is being brought to the portal.
    UnderWay,
    /// The portal took it; its sealed receipts are here.
    Delivered,
    /// The portal refused it.
    Refused,
}

impl CarriedState {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnderWay => "under_way",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "delivered" => Self::Delivered,
            "refused" => Self::Refused,
            _ => Self::UnderWay,
        }
    }
}

/// A package this desk takes to a portal for somebody else (or for itself).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CarriedRow {
    /// SHA-256 of the file.
    pub sha256: String,
    /// The package's id.
    pub package: String,
    /// The portal's name on this desk.
    pub portal: String,
    /// Whose it is.
    pub owner: String,
    /// How many pieces it says it holds.
    pub entries: u32,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Where it stands.
    pub state: CarriedState,
    /// Why it was refused, or why it is not there yet.
    pub reason: Option<Failure>,
    /// When it came to this state.
    pub at: String,
    /// The place of an upload that goes on; not for screens.
    #[serde(skip)]
    #[ts(skip)]
    pub upload_url: Option<String>,
}

/// Packages of this desk, and those it takes along for others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CourierList {
    /// Of this desk, newest first.
    pub packages: Vec<PackageRow>,
    /// Of others, newest first.
    pub carried: Vec<CarriedRow>,
}

/// What came of recording an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Recorded {
    /// The pieces of this desk in it, as they now stand.
    pub entries: Vec<PackageEntry>,
    /// Pieces in it that this desk does not know.
    pub unknown: u32,
}

/// A release that was written out for an editor to take over by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HandoverRow {
    /// Its id.
    pub id: String,
    /// The draft.
    pub draft: String,
    /// The draft's present title in its original language.
    pub title: String,
    /// SHA-256 of the release.
    pub release: String,
    /// The folder it was written to last.
    pub place: String,
    /// When.
    pub made_at: String,
    /// When a person said that the editor has it; nothing else counts as arrived.
    pub confirmed_at: Option<String>,
    /// Who said so.
    pub confirmed_by: Option<String>,
}

/// A piece that was, or was not, put into a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PackedEntry {
    /// The draft.
    pub draft: String,
    /// Its present title in its original language.
    pub title: String,
    /// SHA-256 of the release; empty when none may leave.
    pub release: String,
    /// Bytes of its text and files.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Why it was left out.
    pub reason: Option<Failure>,
}

/// A package that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ExportedPackage {
    /// Its id.
    pub id: String,
    /// The portal's name.
    pub portal: String,
    /// The file.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What is in it.
    pub entries: Vec<PackedEntry>,
    /// What was left out, and why.
    pub left: Vec<PackedEntry>,
}

/// What taking receipts back gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ImportedReceipts {
    /// The pieces of this desk in them, as they now stand.
    pub entries: Vec<PackageEntry>,
    /// Answers to packages of this desk.
    pub packages: u32,
    /// Answers to packages of other desks; only those can read them.
    pub foreign: u32,
    /// Pieces in them that this desk does not know.
    pub unknown: u32,
    /// Answers that were not as the portal signed them; nothing of them was taken over.
    pub problems: Vec<Failure>,
}

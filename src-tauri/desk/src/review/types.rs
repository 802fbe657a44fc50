//! Releases and decisions as the screens and the command line see them.

use qalam_content::diff::Change;
use qalam_content::kind::Finding;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::outbox::OnPortal;

/// What became of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// Waits for a decision.
    InReview,
    /// Approved, and the newest approved one of its draft.
    Approved,
    /// Sent back with a reason.
    Returned,
    /// Withdrawn, or a newer one took its place.
    Superseded,
}

impl ReleaseState {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            ReleaseState::InReview => "in_review",
            ReleaseState::Approved => "approved",
            ReleaseState::Returned => "returned",
            ReleaseState::Superseded => "superseded",
        }
    }

    /// Reads the word for it; anything unknown counts as superseded.
    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "in_review" => ReleaseState::InReview,
            "approved" => ReleaseState::Approved,
            "returned" => ReleaseState::Returned,
            _ => ReleaseState::Superseded,
        }
    }
}

/// A release without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReleaseRow {
    /// SHA-256 of its canonical bytes.
    pub hash: String,
    /// The draft it froze.
    pub draft: String,
    /// Which submission of the draft it is, from 1.
    pub number: u32,
    /// When it was frozen.
    pub created_at: String,
    /// What became of it.
    pub state: ReleaseState,
    /// The name of who submitted it.
    pub submitted_by: String,
    /// The name of who decided.
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<String>,
    /// Why it was returned.
    pub reason: Option<String>,
    /// Length of the canonical bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// An approver's statement over one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Approval {
    /// SHA-256 of the release it covers.
    pub release: String,
    /// The approver's name.
    pub name: String,
    /// The approver's role.
    pub role: String,
    /// When it was said.
    pub at: String,
    /// Id of the key it is signed with.
    pub key: Option<String>,
    /// The signed statement (an envelope, JSON).
    pub signature: Option<String>,
}

/// One step in the life of a draft's releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReviewEvent {
    /// Its number in the audit trail.
    #[ts(type = "number")]
    pub seq: u64,
    /// Hash of the entry.
    pub hash: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// `submit`, `approve`, `return`, `withdraw`, `void` or `receive`.
    pub act: String,
    /// Who did it.
    pub by: String,
    /// Id of the key it was signed with; may be empty.
    pub key: String,
    /// When.
    pub at: String,
    /// The note or reason given; may be empty.
    pub words: String,
    /// SHA-256 of the signed statement or receipt; may be empty.
    pub proof: String,
}

/// What a piece is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Nothing was approved before: everything is new.
    Nothing,
    /// The release approved last.
    Approved,
    /// What a portal holds.
    Portal,
}

/// How one language version changed, word by word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageDiff {
    /// The language.
    pub lang: String,
    /// The title.
    pub title: Vec<Change>,
    /// The summary.
    pub summary: Vec<Change>,
    /// The body as readers see it: words, and what changed about how they stand there. Blocks are
    /// apart by an empty line; list signs and boxes are part of the text.
    pub body: Vec<Change>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FileChange {
    /// It was not there before.
    New,
    /// It is no longer there.
    Removed,
    /// Another file stands in its place.
    Replaced,
    /// The same bytes under another name, role, title or alternative text.
    Described,
    /// It is still there as it was.
    Same,
}

/// A file as a release names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReleaseFile {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its type.
    pub mime: String,
    /// Length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Number of pages, slides or sheets, once it was read.
    pub pages: Option<u32>,
    /// Its bytes are on this desk, so that its first page can be shown.
    pub here: bool,
}

/// A file and what became of it. Each file of either release is in one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileDiff {
    /// Its name, the newer one.
    pub name: String,
    /// What became of it.
    pub change: FileChange,
    /// The file as it was; `None` of a new one.
    pub before: Option<ReleaseFile>,
    /// The file as it is; `None` of one that was removed.
    pub after: Option<ReleaseFile>,
}

impl FileDiff {
    /// The file as it was and as it is, where it was and is.
    pub(super) fn sides(&mut self) -> impl Iterator<Item = &mut ReleaseFile> {
        self.before.iter_mut().chain(self.after.iter_mut())
    }
}

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldDiff {
    /// Key of the field; `areas` and, for a localized one, `<key>.<lang>` included.
    pub key: String,
    /// Its value before; null when it had none.
    #[ts(type = "unknown")]
    pub before: Value,
    /// Its value now; null when it has none.
    #[ts(type = "unknown")]
    pub after: Value,
}

/// What changed since the release approved last, or since what a portal holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReviewDiff {
    /// What it is compared with; nothing when what was asked for is not known here.
    pub against: Against,
    /// The portal that was asked for by name.
    pub portal: Option<String>,
    /// The portals that can be asked for, with what each holds.
    pub portals: Vec<OnPortal>,
    /// Language by language, the original first.
    pub languages: Vec<LanguageDiff>,
    /// File by file.
    pub files: Vec<FileDiff>,
    /// The fields that changed.
    pub fields: Vec<FieldDiff>,
    /// What people should know of the files before they leave, most serious first.
    pub warnings: Vec<Finding>,
}

//! Drafts as the screens and the command line see them.

use std::collections::BTreeMap;

use qalam_content::kind::Finding;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::readings::AttachmentRead;
use crate::outbox::ReceiptRow;
use crate::publications::slim::SentFile;
use crate::review::{LanguageDiff, ReleaseRow};

/// Where a piece stands, as people see it. Computed from facts in one place
/// ([`super::state`]) and stored nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In work: what it says now is in no release.
    Draft,
    /// A release of it waits for a decision.
    InReview,
    /// The approver sent it back with a reason.
    Returned,
    /// Approved as it is now, with nowhere to go.
    Approved,
    /// Approved and waiting to be sent.
    Waiting,
    /// On its way.
    Sending,
    /// Confirmed by a receipt of the portal.
    Received,
    /// Shown by the portal to its readers.
    Published,
    /// Refused by the portal, or sent back by its editor.
    Refused,
    /// Changed on the portal meanwhile; a person decides.
    Conflict,
}

impl State {
    /// Every state, in the order of a piece's life.
    pub const ALL: &'static [State] = &[
        State::Draft,
        State::InReview,
        State::Returned,
        State::Approved,
        State::Waiting,
        State::Sending,
        State::Received,
        State::Published,
        State::Refused,
        State::Conflict,
    ];

    /// The word for it in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::InReview => "in_review",
            State::Returned => "returned",
            State::Approved => "approved",
            State::Waiting => "waiting",
            State::Sending => "sending",
            State::Received => "received",
            State::Published => "published",
            State::Refused => "refused",
            State::Conflict => "conflict",
        }
    }

    /// Reads the word for it.
    pub fn parse(word: &str) -> Option<Self> {
        State::ALL
            .iter()
            .copied()
            .find(|state| state.as_str() == word)
    }
}

/// How complete a language version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LangState {
    /// Title, summary and body are there and belong to the present original.
    Full,
    /// The original changed since it was translated.
    Outdated,
    /// Something is missing.
    Partial,
}

/// A language of a draft and how complete it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LangMark {
    /// The language (BCP 47).
    pub lang: String,
    /// How complete it is.
    pub state: LangState,
}

/// How much of something is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// Files the portal has.
    pub done: u32,
    /// Files it needs.
    pub total: u32,
}

/// A draft in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftRow {
    /// Its id.
    pub id: String,
    /// Its content type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// The language of the original.
    pub lang: String,
    /// The title in that language.
    pub title: String,
    /// The first 160 characters of the summary in that language.
    pub summary: String,
    /// Its languages, the original first.
    pub languages: Vec<LangMark>,
    /// Where it stands.
    pub state: State,
    /// While it is sent: files done and needed.
    pub progress: Option<Progress>,
    /// When it was last changed.
    pub updated_at: String,
    /// It overtakes others.
    pub urgent: bool,
    /// Why it stands there: a code, or the words of whoever returned it.
    pub reason: Option<String>,
    /// In a list narrowed by words: the name of the file on it that has them, when none of its texts
    /// does.
    pub found_in: Option<String>,
}

/// One language version with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LanguageVersion {
    /// The language (BCP 47).
    pub lang: String,
    /// The revision this text is; the base of the next save.
    pub rev: String,
    /// The title.
    pub title: String,
    /// The summary.
    pub summary: String,
    /// The body in Markdown.
    pub body: String,
    /// The fields that differ by language.
    #[ts(type = "Record<string, unknown>")]
    pub fields: Map<String, Value>,
    /// Words in the body.
    pub words: u32,
    /// When it was saved.
    pub saved_at: String,
    /// The name of who saved it; empty before there was a profile.
    pub by: String,
}

/// In what role a file hangs on a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentRole {
    /// The publication itself.
    Publication,
    /// A picture in the text.
    Picture,
    /// A table of figures.
    Data,
    /// Something beside it.
    Supplement,
    /// The picture shown in lists.
    Cover,
}

impl AttachmentRole {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            AttachmentRole::Publication => "publication",
            AttachmentRole::Picture => "picture",
            AttachmentRole::Data => "data",
            AttachmentRole::Supplement => "supplement",
            AttachmentRole::Cover => "cover",
        }
    }

    /// Reads the word for it.
    pub fn parse(word: &str) -> Option<Self> {
        [
            AttachmentRole::Publication,
            AttachmentRole::Picture,
            AttachmentRole::Data,
            AttachmentRole::Supplement,
            AttachmentRole::Cover,
        ]
        .into_iter()
        .find(|role| role.as_str() == word)
    }
}

/// A file on a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Attachment {
    /// Its id.
    pub id: String,
    /// The draft it hangs on.
    pub draft: String,
    /// The publication it came from, if it did.
    pub publication: Option<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its file name.
    pub name: String,
    /// The true type of its bytes.
    pub mime: String,
    /// How many bytes it has.
    #[ts(type = "number")]
    pub bytes: u64,
    /// In what role it is there.
    pub role: AttachmentRole,
    /// Alternative text by language.
    pub alt: BTreeMap<String, String>,
    /// Title shown to readers; may be empty.
    pub title: String,
    /// Its place in the order, from 0.
    pub position: u32,
    /// What is sent in its place; `None` when it is sent itself, or that is not decided yet: it is
    /// when the draft is submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sent: Option<SentFile>,
    /// What reading it found; `None` until it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub read: Option<AttachmentRead>,
}

/// A draft with everything in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// Its content type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// The language of the original.
    pub primary_lang: String,
    /// Where it stands.
    pub state: State,
    /// Why it stands there: a code, or the words of whoever returned it.
    pub reason: Option<String>,
    /// It overtakes others.
    pub urgent: bool,
    /// When it was made.
    pub created_at: String,
    /// When it was last changed.
    pub updated_at: String,
    /// It lies in the trash.
    pub trashed: bool,
    /// The base of the next change of fields, areas and urgency.
    pub fields_rev: String,
    /// The fields that are the same in every language.
    #[ts(type = "Record<string, unknown>")]
    pub fields: Map<String, Value>,
    /// Thematic areas, the main one first.
    pub areas: Vec<String>,
    /// Its language versions, the original first.
    pub languages: Vec<LanguageVersion>,
    /// How complete each of them is, in the same order.
    pub marks: Vec<LangMark>,
    /// Its files, in order.
    pub attachments: Vec<Attachment>,
    /// The newest release of it.
    pub release: Option<ReleaseRow>,
    /// Why it was returned, while it is.
    pub return_reason: Option<String>,
    /// The newest receipt of a portal for any of its releases.
    pub last_delivery: Option<ReceiptRow>,
}

/// What a save answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Saved {
    /// The revision the text has now; the base of the next save.
    pub rev: String,
    /// Words in the body.
    pub words: u32,
    /// When it was saved.
    pub at: String,
    /// Where the piece stands now.
    pub state: State,
}

/// What a change of the fields answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldsSaved {
    /// The base of the next change.
    pub fields_rev: String,
    /// When it was saved.
    pub at: String,
    /// Where the piece stands now.
    pub state: State,
}

/// One kept revision in a history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevisionRow {
    /// Its id.
    pub rev: String,
    /// When it was saved.
    pub at: String,
    /// Who saved it.
    pub by: String,
    /// Words in the body.
    pub words: u32,
    /// The title then.
    pub title: String,
    /// It is the present text.
    pub current: bool,
    /// It met another text when it was saved and was kept beside it: it was never the present one.
    pub aside: bool,
    /// When it was last handed in for review, if it was.
    pub handed_at: Option<String>,
}

/// How the original changed since a translation was made from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SourceChange {
    /// The revision of the original that the translation follows.
    pub rev: String,
    /// When that revision was saved.
    pub at: String,
    /// What changed since, word by word, in the language of the original.
    pub diff: LanguageDiff,
}

/// What the checks beside the text say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Checked {
    /// What was found, the most serious first.
    pub findings: Vec<Finding>,
    /// Nothing stands in the way of a review.
    pub ready: bool,
}

/// One page of a list of drafts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftPage {
    /// The drafts, latest change first.
    pub drafts: Vec<DraftRow>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

/// How many drafts are in each group of the desk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeskCounts {
    /// Returned, refused, in conflict, or waiting for this person's decision.
    #[ts(type = "number")]
    pub needs_you: u64,
    /// In work.
    #[ts(type = "number")]
    pub in_work: u64,
    /// Waiting for somebody else or for a portal.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Received or published.
    #[ts(type = "number")]
    pub arrived: u64,
}

/// The desk as one looks at it in the morning: groups of at most 50 rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeskView {
    /// Returned, refused, in conflict, or waiting for this person's decision.
    pub needs_you: Vec<DraftRow>,
    /// In work.
    pub in_work: Vec<DraftRow>,
    /// Waiting for somebody else or for a portal.
    pub waiting: Vec<DraftRow>,
    /// Received or published.
    pub arrived: Vec<DraftRow>,
    /// How many there are in each group.
    pub counts: DeskCounts,
}

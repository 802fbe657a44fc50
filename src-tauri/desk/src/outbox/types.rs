//! The outbox and the portals as the screens, the command line and the courier see them.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::engine::{Estimate, Sending};
use crate::db::lent::Lent;
use crate::drafts::State;
use crate::error::Failure;

/// What kind of portal a destination is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PortalKind {
    /// The one inside this program, for practising.
    Practice,
    /// One that speaks the portal contract.
    Contract,
    /// A WordPress site.
    Wordpress,
}

impl PortalKind {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Contract => "contract",
            Self::Wordpress => "wordpress",
        }
    }

    /// Reads the word for it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Practice, Self::Contract, Self::Wordpress]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }
}

/// A destination. Its password or token is in the secrets, under its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PortalRow {
    /// Its id.
    pub id: String,
    /// Its name, chosen by a person.
    pub name: String,
    /// Its kind.
    pub kind: PortalKind,
    /// Its address, without a slash at the end.
    pub url: String,
    /// The account's name there.
    pub user: Option<String>,
    /// What it said it can do.
    #[ts(type = "Record<string, unknown>")]
    pub capabilities: Map<String, Value>,
    /// When it last answered.
    pub last_contact: Option<String>,
    /// Why it was not reached, while it is not.
    pub last_failure: Option<Failure>,
}

/// A portal's statement of what it stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReceiptRow {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release the portal holds.
    pub release: String,
    /// The portal's name.
    pub portal: String,
    /// What the portal calls the piece.
    pub remote_id: String,
    /// Where readers find it; may be empty.
    pub url: String,
    /// When the portal received it.
    pub received_at: String,
    /// SHA-256 of the files it holds with it.
    pub files: Vec<String>,
}

/// An approved release on its way to one portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutboxEntry {
    /// Its id.
    pub id: String,
    /// The draft.
    pub draft: String,
    /// The draft's present title in its original language.
    pub title: String,
    /// SHA-256 of the release.
    pub release: String,
    /// The portal's name.
    pub portal: String,
    /// `waiting`, `sending`, `received`, `published`, `refused` or `conflict`.
    pub state: State,
    /// A person keeps it back.
    pub held: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// When it is tried again, while it waits.
    pub next_attempt_at: Option<String>,
    /// Why it waits, was refused or is in conflict.
    pub reason: Option<Failure>,
    /// Bytes of its text and files.
    #[ts(type = "number")]
    pub bytes_total: u64,
    /// Bytes the portal has.
    #[ts(type = "number")]
    pub bytes_sent: u64,
    /// Its files.
    pub files_total: u32,
    /// Files the portal has.
    pub files_sent: u32,
    /// The portal's receipt.
    pub receipt: Option<ReceiptRow>,
    /// Why it does not leave at this moment, while it is open.
    pub waits: Option<Wait>,
    /// What is left of it, and how long that takes.
    pub estimate: Estimate,
    /// The portal is being asked to take it down.
    pub withdrawing: bool,
    /// The portal holds a text that is not ours, and it is here to be looked at.
    pub theirs: bool,
    /// It overtakes others.
    pub urgent: bool,
}

/// Why an entry waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Wait {
    /// `paused`, `held`, `waiting_for_yes`, `waiting_budget`, `waiting_quiet_hours`,
    /// `waiting_metered`, `waiting_older` or `waiting_next_try`.
    pub code: String,
    /// Until when; null until somebody changes it.
    pub until: Option<String>,
}

/// Wishes about sending, and how the budget stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SendingView {
    /// The wishes.
    pub settings: Sending,
    /// Bytes that left in the present period of the budget.
    #[ts(type = "number")]
    pub spent_bytes: u64,
    /// Bytes left of the budget; null without one.
    #[ts(type = "number | null")]
    pub left_bytes: Option<u64>,
    /// When the present period is over.
    pub period_ends: String,
    /// Until when nothing is sent for the hour's sake; null when it may be.
    pub quiet_until: Option<String>,
}

/// The outbox and the state of the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outbox {
    /// The entries.
    pub entries: Vec<OutboxEntry>,
    /// Whether the portal is reached.
    pub link: Link,
    /// All that is left to send and is not kept back, and how long that takes.
    pub estimate: Estimate,
    /// Wishes about sending.
    pub sending: SendingView,
}

/// How many entries there are of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutboxCounts {
    /// Open: waiting or on their way, held ones included.
    pub waiting: u32,
    /// Confirmed by a receipt, published or not.
    pub received: u32,
    /// Refused by the portal or sent back by its editor.
    pub refused: u32,
    /// Changed on the portal meanwhile.
    pub conflict: u32,
}

/// Whether the portal is reached, as the last real exchange showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// No exchange yet.
    Unknown,
    /// It answered.
    Reached,
    /// It was not reached.
    Failing,
}

/// The state of the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Link {
    /// Whether the portal is reached.
    pub state: LinkState,
    /// Why not.
    pub failure: Option<Failure>,
    /// When a portal last answered.
    pub at: Option<String>,
    /// Sending is paused by a person.
    pub paused: bool,
}

/// What the courier is to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Put the text.
    Put(PutStep),
    /// Upload one file, or the rest of it.
    Upload(UploadStep),
    /// Ask the portal to take a piece down.
    Withdraw(WithdrawStep),
    /// Fetch what the portal holds for a piece.
    Fetch(FetchStep),
    /// Nothing now.
    Idle {
        /// When there may be something without anybody doing anything; `None`: not by itself.
        next_at: Option<Timestamp>,
    },
}

/// Put the text of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutStep {
    /// The outbox entry.
    pub entry: String,
    /// Where to.
    pub portal: PortalRow,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// The exact body of the request.
    pub body: Vec<u8>,
    /// The ETag it may replace; `None`: there must be nothing yet.
    pub if_match: Option<String>,
    /// What the portal calls the piece, when it is known to hold one.
    pub remote_id: Option<String>,
}

/// Ask the portal to take a piece down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawStep {
    /// The outbox entry.
    pub entry: String,
    /// Where to.
    pub portal: PortalRow,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// What the portal calls the piece, when it is known.
    pub remote_id: Option<String>,
    /// Why, in the person's words.
    pub reason: String,
}

/// Fetch what the portal holds for a piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchStep {
    /// From where.
    pub portal: PortalRow,
    /// The draft, or the id the portal gave.
    pub draft: String,
    /// What the portal calls the piece, when it is known.
    pub remote_id: Option<String>,
}

/// Upload one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadStep {
    /// The outbox entry.
    pub entry: String,
    /// Where to.
    pub portal: PortalRow,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Where its bytes are.
    pub path: Lent,
    /// How many there are.
    pub length: u64,
    /// The true type.
    pub mime: String,
    /// Its file name.
    pub name: String,
    /// Where an upload of it was begun.
    pub upload_url: Option<String>,
    /// At most so many bytes may leave now; the rest waits for the next day or month.
    pub allowance: Option<u64>,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The portal answered a put with success.
    Stored {
        /// The ETag of what it holds now.
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
    /// The portal has the whole file and says its hash is right.
    Uploaded,
    /// The begun upload is gone; it starts anew.
    UploadGone,
    /// The portal took the piece down, or never had it.
    Withdrawn,
    /// What the portal holds.
    Fetched(Box<Fetched>),
    /// Try again later, at the earliest after the duration.
    Retry(Failure, Option<Duration>),
    /// The portal will not take it as it is.
    Refused(Failure),
    /// The portal holds a change we have not seen; `etag` among the params when known.
    Conflict(Failure),
}

/// What a portal holds for a piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The ETag of it.
    pub etag: String,
    /// What the portal calls the piece.
    pub remote_id: String,
    /// The release it is, byte for byte; `None` when the portal's own text replaced it.
    pub release: Option<String>,
    /// The portal's word for its state.
    pub state: String,
    /// The text in the form of a release (JSON); empty when the portal does not give it.
    pub content: String,
}

/// What a portal's list says of a piece that this desk may not know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteAbout {
    /// The draft, or the id the portal gave.
    pub draft: String,
    /// The title in the original language.
    pub title: String,
    /// Content type.
    pub content_type: String,
    /// State or institution it belongs to.
    pub owner: String,
    /// When it changed last, by the portal's clock.
    pub updated_at: String,
}

/// A portal's statement of what it stored, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// SHA-256 of the release it says it holds.
    pub release: String,
    /// SHA-256 of the files it says it holds.
    pub files: Vec<String>,
    /// When it received it.
    pub received_at: String,
    /// What it calls itself.
    pub portal: String,
    /// The envelope in which it signed this, as text; empty when it signs nothing.
    #[serde(default)]
    pub signed: String,
    /// The key that signature is of, in base64; filled in when it is verified.
    #[serde(default)]
    pub key: String,
}

/// What a portal's list of changes says about one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteState {
    /// The draft, by our id.
    pub draft: String,
    /// What the portal calls the piece.
    pub remote_id: String,
    /// The ETag of what it holds.
    pub etag: String,
    /// SHA-256 of the release it holds; `None` when the portal's own text replaced it.
    pub release: Option<String>,
    /// `received`, `published`, `returned`, `withdrawn` or `deleted`.
    pub state: String,
    /// Where readers find it; may be empty.
    pub url: String,
    /// What the portal's editor wrote; may be empty.
    pub comment: String,
}

/// A piece on a portal that this desk does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoteRow {
    /// The portal's name.
    pub portal: String,
    /// Its id there.
    pub item: String,
    /// The title in the original language.
    pub title: String,
    /// Content type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// State or institution it belongs to.
    pub owner: String,
    /// The portal's word for its state.
    pub state: String,
    /// Where readers find it; may be empty.
    pub url: String,
    /// When it changed last, by the portal's clock.
    pub updated_at: String,
    /// Its text was asked for and comes with the next connection.
    pub wanted: bool,
    /// Its text is here.
    pub here: bool,
}

/// What a person is to decide about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AskingKind {
    /// The portal's editor sent it back.
    Returned,
    /// The portal holds a text that is not ours.
    Changed,
    /// The portal refuses it, or our own copy is not fit to leave.
    Refused,
    /// A file is larger than what leaves without asking.
    Yes,
}

/// An entry that stays where it is until a person has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// The entry.
    pub entry: String,
    /// Its draft.
    pub draft: String,
    /// The draft's title in its first language.
    pub title: String,
    /// The portal, by name.
    pub portal: String,
    /// What is to be decided.
    pub kind: AskingKind,
}

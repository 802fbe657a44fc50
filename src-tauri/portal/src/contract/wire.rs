//! The shapes of the portal contract, as `assets/contract/openapi.yaml` describes them.
//!
//! Both ends use them: the adapter reads what it gets with these types, the practice portal answers with them.
//! Unknown members are ignored when reading, so a newer portal may add some.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The contract version this build speaks, the value of [`ServiceDocument::contract`].
pub const CONTRACT: &str = "qalam-portal/1";

/// Prefix of every problem type of the contract; the rest is the stable code.
pub const PROBLEM_PREFIX: &str = "urn:qalam:problem:";

/// Media type of a problem (RFC 9457).
pub const PROBLEM_JSON: &str = "application/problem+json";

/// `GET /v1`: what the portal is, speaks and bears.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ServiceDocument {
    /// Contract and major version, `qalam-portal/1`.
    pub contract: String,
    /// The portal's own name, shown to people.
    pub name: String,
    /// The probe's nonce, given back; proves that the portal answered and not a login page on the way.
    #[serde(default)]
    pub nonce: Option<String>,
    /// The portal's clock (RFC 3339 UTC). Informative: nothing is decided by it.
    pub time: String,
    /// Languages of the public site, BCP 47.
    pub languages: Vec<String>,
    /// Caps.
    pub limits: Limits,
    /// What the portal offers beyond the minimum, for example `withdrawal`.
    pub features: Vec<String>,
    /// Ways to prove who asks: `bearer`, `basic`, `device`.
    pub auth: Vec<String>,
    /// Where and how files are uploaded.
    pub uploads: UploadService,
    /// Version of each vocabulary by name.
    #[serde(default)]
    pub vocabularies: BTreeMap<String, String>,
    /// What courier packages are sealed to: an age recipient (X25519). Absent when the portal takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_key: Option<String>,
    /// What the receipts of packages are verified with: an Ed25519 key in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub courier_signing_key: Option<String>,
}

/// Caps of a portal.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Limits {
    /// Longest body of `PUT /v1/items/{id}`, in bytes.
    pub item_bytes: u64,
    /// Longest file, in bytes.
    pub file_bytes: u64,
    /// The only media types taken; `null` when all but [`Limits::refused_types`] are.
    #[serde(default)]
    pub file_types: Option<Vec<String>>,
    /// Media types never taken.
    #[serde(default)]
    pub refused_types: Vec<String>,
}

/// The upload service.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct UploadService {
    /// Where to create uploads, relative to the service document or absolute.
    pub url: String,
    /// tus version, `1.0.0`.
    pub version: String,
    /// tus extensions offered.
    pub extensions: Vec<String>,
    /// Seconds after which an upload nobody continues is forgotten.
    pub expires_seconds: u64,
}

/// `GET /v1/me`: the account behind the token.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Account {
    /// Stable id of the account.
    pub account: String,
    /// Its name, shown to people.
    pub name: String,
    /// The state (ISO 3166 alpha-2) or institution it may write for; `null` when not bound to one.
    #[serde(default)]
    pub owner: Option<String>,
    /// Roles at the portal.
    pub roles: Vec<String>,
    /// What it may do.
    pub rights: Rights,
}

/// Rights of an account.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Rights {
    /// May store releases and files.
    pub write: bool,
    /// May ask for withdrawal.
    pub withdraw: bool,
}

/// Body of `PUT /v1/items/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct PutItem {
    /// The canonical bytes of the release as text; hashed as they stand, UTF-8.
    pub release: String,
    /// Who approved exactly these bytes.
    pub approval: Approval,
}

/// The statement that a person approved a release.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Approval {
    /// Lower-case hex SHA-256 of the release bytes.
    pub release: String,
    /// Name of the approver.
    pub by: String,
    /// Role of the approver at the desk.
    pub role: String,
    /// When (RFC 3339 UTC).
    pub at: String,
    /// Signature envelope, or `null` when the desk does not sign yet.
    #[serde(default)]
    pub signature: Option<Value>,
}

/// States of an item at a portal.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// The text is in, files are missing.
    Incomplete,
    /// Text and all files are in; the editor has not decided.
    Received,
    /// Shown to the public.
    Published,
    /// Given back to its owner with a comment.
    Returned,
    /// Taken down at the owner's wish.
    Withdrawn,
    /// Removed by the portal.
    Deleted,
}

impl ItemState {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incomplete => "incomplete",
            Self::Received => "received",
            Self::Published => "published",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the word on the wire.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Incomplete,
            Self::Received,
            Self::Published,
            Self::Returned,
            Self::Withdrawn,
            Self::Deleted,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

/// Answer to `PUT /v1/items/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct StoredItem {
    /// The item's id at the portal (the draft's UUID).
    pub id: String,
    /// Strong ETag of the content now stored, quotes included, to be sent back in `If-Match`.
    pub etag: String,
    /// State at the portal.
    pub state: ItemState,
    /// Public address of the item.
    pub url: String,
    /// SHA-256 of each file the release names and the portal lacks.
    pub missing: Vec<String>,
    /// The portal's statement of what it stored; only when nothing is missing.
    #[serde(default)]
    pub receipt: Option<ItemReceipt>,
}

/// The portal's own statement of what it stored.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ItemReceipt {
    /// SHA-256 of the release bytes it stored.
    pub release: String,
    /// SHA-256 of the files it holds for this release, sorted.
    pub files: Vec<String>,
    /// When the last missing piece came in (RFC 3339 UTC, the portal's clock).
    pub received_at: String,
    /// The portal's name.
    pub portal: String,
    /// This, signed with the key the portal signs with (`courier_signing_key`): the envelope of a
    /// [`qalam_proof::receipt::Stored`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Value>,
}

impl From<ItemReceipt> for qalam_desk::outbox::Receipt {
    fn from(receipt: ItemReceipt) -> Self {
        let signed = receipt
            .signed
            .and_then(|signed| qalam_proof::canonical::canonicalize(&signed).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok());
        Self {
            release: receipt.release,
            files: receipt.files,
            received_at: receipt.received_at,
            portal: receipt.portal,
            signed: signed.unwrap_or_default(),
            key: String::new(),
        }
    }
}

/// An editor's remark.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Comment {
    /// When (RFC 3339 UTC, the portal's clock).
    pub at: String,
    /// Who.
    pub by: String,
    /// What, plain text.
    pub text: String,
}

/// `GET /v1/items/{id}` and the members of `GET /v1/items`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct RemoteItem {
    /// The draft's UUID.
    pub id: String,
    /// State and content owner.
    pub owner: String,
    /// Content type.
    #[serde(rename = "type")]
    pub kind: String,
    /// State at the portal.
    pub state: ItemState,
    /// Strong ETag of the content.
    pub etag: String,
    /// Hash of the last release stored.
    pub release: String,
    /// True when the portal's editor changed the content after that release.
    pub edited: bool,
    /// Title in the primary language, as the portal shows it.
    pub title: String,
    /// Public address.
    pub url: String,
    /// Last change of content or state (RFC 3339 UTC, the portal's clock).
    pub updated_at: String,
    /// Files still missing.
    pub missing: Vec<String>,
    /// Receipt of the last release, when complete.
    #[serde(default)]
    pub receipt: Option<ItemReceipt>,
    /// The editor's remarks, oldest first.
    pub comments: Vec<Comment>,
    /// The content as the portal holds it, in the form of a release; only for a single item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Value>,
}

/// `GET /v1/items`: changes after a cursor.
///
/// An entry that cannot be read costs none of the others: it is named in [`ItemPage::odd`].
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
#[serde(from = "ReadPage")]
pub struct ItemPage {
    /// Items changed since the cursor, oldest change first, each once.
    pub items: Vec<RemoteItem>,
    /// The cursor to ask with next time; opaque.
    pub next: String,
    /// True when more changes follow at once.
    pub more: bool,
    /// The entries that could not be read: their ids, as far as they have some, and why. Never sent.
    #[serde(skip)]
    pub odd: Vec<String>,
}

/// A page as it comes from a portal that is not trusted.
#[derive(Deserialize)]
struct ReadPage {
    items: Vec<Value>,
    next: String,
    more: bool,
}

impl From<ReadPage> for ItemPage {
    fn from(read: ReadPage) -> Self {
        let mut odd = Vec::new();
        let items = read.items.into_iter().filter_map(|entry| {
            RemoteItem::deserialize(&entry)
                .map_err(|why| odd.push(told(&entry, &why)))
                .ok()
        });
        Self {
            items: items.collect(),
            next: read.next,
            more: read.more,
            odd,
        }
    }
}

/// An entry that could not be read, in bounded length.
fn told(entry: &Value, why: &serde_json::Error) -> String {
    let id = entry.get("id").and_then(Value::as_str).unwrap_or("?");
    let id: String = id.chars().take(40).collect();
    let why: String = why.to_string().chars().take(160).collect();
    format!("{id}: {why}")
}

/// Body of `POST /v1/items/{id}/withdrawal`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Withdrawal {
    /// Why the owner wants it taken down.
    pub reason: String,
}

/// Body of `POST /v1/packages`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SubmitPackage {
    /// SHA-256 of the package's file, which was uploaded before.
    pub sha256: String,
}

/// A problem (RFC 9457). Members beyond the standard ones travel in `more`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ProblemBody {
    /// `urn:qalam:problem:<code>`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Short English name of the kind, for administrators.
    #[serde(default)]
    pub title: String,
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// What exactly, in English, for administrators.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Where in the body, when the body is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    /// Members of this kind of problem.
    #[serde(flatten)]
    pub more: BTreeMap<String, Value>,
}

/// One fault in a request body.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ProblemError {
    /// JSON Pointer (RFC 6901) into the body; inside `release` the pointer goes on into the release.
    pub pointer: String,
    /// What is wrong there, in English.
    pub detail: String,
}

impl ProblemBody {
    /// A problem that says nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            kind: String::new(),
            title: String::new(),
            status: 0,
            detail: String::new(),
            errors: Vec::new(),
            more: BTreeMap::new(),
        }
    }

    /// The stable code at the end of the type, when the type is one of the contract's.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.kind.strip_prefix(PROBLEM_PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_that_cannot_be_read_costs_none_of_the_others() {
        let good = json!({
            "id": "one", "owner": "XA", "type": "news", "state": "published", "etag": "\"1\"",
            "release": "00", "edited": false, "title": "Sample", "url": "", "updated_at": "",
            "missing": [], "comments": []
        });
        let with = |key: &str, value: Value| {
            let mut entry = good.clone();
            entry[key] = value;
            entry
        };
        let page = json!({
            "items": [
                with("state", json!("archived")),
                with("comments", json!("none")),
                17,
                with("id", json!(vec!["x"])),
                good,
                with("id", json!("y".repeat(9_000))).as_object().map(|entry| {
                    let mut entry = entry.clone();
                    entry.remove("etag");
                    entry
                }),
            ],
            "next": "6", "more": false
        });
        let page: ItemPage = serde_json::from_value(page).expect("a page");
        assert_eq!(page.items.len(), 1);
        assert_eq!((page.next.as_str(), page.more), ("6", false));
        assert_eq!(page.odd.len(), 5);
        assert!(page.odd[0].starts_with("one: ") && page.odd[0].contains("archived"));
        assert!(page.odd.iter().all(|odd| odd.chars().count() <= 202));
        let written = serde_json::to_value(&page).expect("written");
        assert!(written.get("odd").is_none());
    }
}

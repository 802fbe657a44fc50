//! Receipts: what a portal signed about what it stored, and how a desk keeps it.

use serde::{Deserialize, Serialize};

use crate::decision::Head;
use crate::envelope::{Envelope, Statement};
use crate::fault::{Fault, code};
use crate::key::PublicKey;

/// A portal's signed statement of what it stored.
///
/// With it the portal also vouches for where the desk's audit trail stood when the release was sent:
/// whoever rewrites what the trail said before would need the portal's key as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// Always [`Stored::FORMAT`].
    pub format: String,
    /// The portal's name for itself.
    pub portal: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release it holds.
    pub release: String,
    /// SHA-256 of the files it holds with it, sorted.
    pub files: Vec<String>,
    /// When it had everything, by its clock. Nothing is decided by it.
    pub received_at: String,
    /// Where the desk's audit trail stood, in the words of the desk; none when it did not say.
    pub trail: Option<Head>,
}

impl Statement for Stored {
    const TYPE: &'static str = "application/vnd.qalam.receipt+json";
    const FORMAT: &'static str = "qalam-portal-receipt/1";
    fn format(&self) -> &str {
        &self.format
    }
}

/// A receipt as the desk keeps it and its audit trail names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Always [`Receipt::FORMAT`].
    pub format: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release the portal says it holds.
    pub release: String,
    /// The portal's name at the desk.
    pub portal: String,
    /// What the portal calls the piece.
    pub remote_id: String,
    /// Where it shows it.
    pub url: String,
    /// When it had everything, in its words.
    pub received_at: String,
    /// SHA-256 of the files it holds.
    pub files: Vec<String>,
    /// The portal's key as the desk knew it, in base64; empty when the portal signs nothing.
    pub key: String,
    /// The envelope of [`Stored`], as text; empty when the portal signs nothing.
    pub signed: String,
}

impl Receipt {
    /// The value of `format`.
    pub const FORMAT: &'static str = "qalam-receipt/1";

    /// What the portal signed, once it says what the receipt says; nothing from a portal that does
    /// not sign.
    ///
    /// # Errors
    /// `key_invalid`, `envelope_invalid`, `signature_wrong`; `envelope_invalid` also for a statement
    /// about something else.
    pub fn statement(&self) -> Result<Option<(Stored, PublicKey)>, Fault> {
        if self.signed.is_empty() && self.key.is_empty() {
            return Ok(None);
        }
        let key = PublicKey::from_text(&self.key)?;
        let stored = stored(self.signed.as_bytes(), &key)?;
        let same = stored.draft == self.draft
            && stored.release == self.release
            && stored.files == self.files
            && stored.received_at == self.received_at;
        if same {
            Ok(Some((stored, key)))
        } else {
            Err(Fault::new(code::ENVELOPE_INVALID, "receipt"))
        }
    }
}

/// What a portal with this key signed.
///
/// # Errors
/// `envelope_invalid`, `signature_wrong`.
pub fn stored(envelope: &[u8], key: &PublicKey) -> Result<Stored, Fault> {
    Envelope::from_bytes(envelope)?.open(key)
}

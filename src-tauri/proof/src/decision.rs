//! What a person says about a release.

use serde::{Deserialize, Serialize};

use crate::batch::Share;
use crate::canonical;
use crate::envelope::{Envelope, Statement};
use crate::fault::Fault;
use crate::key::PublicKey;

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Handed in: this is what is to be decided about.
    Submit,
    /// Approved.
    Approve,
    /// Sent back, with a reason.
    Return,
    /// Taken back by those who handed it in.
    Withdraw,
}

impl Act {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Act::Submit => "submit",
            Act::Approve => "approve",
            Act::Return => "return",
            Act::Withdraw => "withdraw",
        }
    }
}

/// The last entry of an audit trail, as it was when something was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The desk whose trail it is.
    pub desk: String,
    /// The entry's number; 0 before the first.
    pub seq: u64,
    /// The entry's hash; that of [`crate::trail::NOTHING`] before the first.
    pub hash: String,
}

/// A signed statement about one release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Always [`Decision::FORMAT`].
    pub format: String,
    /// SHA-256 of the release.
    pub release: String,
    /// The draft it froze.
    pub draft: String,
    /// What is said.
    pub act: Act,
    /// Id of the key it is signed with.
    pub key: String,
    /// The person's name.
    pub name: String,
    /// The person's role at the desk.
    pub role: String,
    /// The state or institution the person speaks for.
    pub owner: String,
    /// When, by the clock of the desk. Nothing is decided by it.
    pub at: String,
    /// The note, comment or reason; may be empty.
    pub words: String,
    /// The urgent path was taken: a rule of the house was set aside, and the words say why.
    pub urgent: bool,
    /// How many approvals the rules of the house asked for.
    pub needed: u64,
    /// Where the audit trail of the desk stood.
    pub trail: Head,
    /// SHA-256 of the comments and answers that go with it ([`crate::comments`]). Not written when
    /// there are none, so statements from before there were comments are spelled as they were.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comments: String,
    /// How many releases one signature approved together ([`crate::batch`]); 1 for a statement of its
    /// own, of which it is no member.
    #[serde(skip, default = "alone")]
    pub together: u64,
}

const fn alone() -> u64 {
    1
}

impl Statement for Decision {
    const TYPE: &'static str = "application/vnd.qalam.decision+json";
    const FORMAT: &'static str = "qalam-decision/1";
    fn format(&self) -> &str {
        &self.format
    }
}

/// A signed decision in either of its forms: a statement of its own, or a share of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// A statement about one release.
    Alone(Envelope),
    /// A share of a statement about many.
    Shared(Share),
}

impl Signed {
    /// Reads either form; nothing is verified yet.
    ///
    /// # Errors
    /// `envelope_invalid`, also for any other spelling than ours.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        match canonical::from_bytes::<Share>(bytes) {
            Ok(share) => Ok(Signed::Shared(share)),
            Err(_) => Envelope::from_bytes(bytes).map(Signed::Alone),
        }
    }

    /// Id of the key that is said to have signed it; empty for none.
    #[must_use]
    pub fn signer(&self) -> &str {
        match self {
            Signed::Alone(envelope) => envelope.signers().next(),
            Signed::Shared(share) => share.signers().next(),
        }
        .unwrap_or_default()
    }

    /// The decision, once its signature is found to be of this key.
    ///
    /// # Errors
    /// `envelope_invalid` for another kind of statement and for a line that is not in the manifest,
    /// `signature_wrong`.
    pub fn open(&self, key: &PublicKey) -> Result<Decision, Fault> {
        match self {
            Signed::Alone(envelope) => envelope.open(key),
            Signed::Shared(share) => share.open(key),
        }
    }

    /// The decision, whoever signed it: never to be believed.
    ///
    /// # Errors
    /// `envelope_invalid`.
    pub fn peek(&self) -> Result<Decision, Fault> {
        match self {
            Signed::Alone(envelope) => envelope.peek(),
            Signed::Shared(share) => share.peek(),
        }
    }
}

//! What a person says about a release.

use serde::{Deserialize, Serialize};

use crate::envelope::Statement;

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
}

impl Statement for Decision {
    const TYPE: &'static str = "application/vnd.qalam.decision+json";
    const FORMAT: &'static str = "qalam-decision/1";
    fn format(&self) -> &str {
        &self.format
    }
}

//! What goes to a portal with a release, and what a portal can check of it by itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical;
use crate::decision::{Act, Head, Signed};
use crate::fault::{Fault, code};
use crate::key::{Card, PublicKey};

/// The `signature` of an approval on the wire.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// Signed decisions that approve the release: envelopes, or shares of a batch.
    pub approvals: Vec<Value>,
    /// Cards of the keys that signed them.
    pub keys: Vec<Value>,
    /// Where the desk's audit trail stands, for the portal's receipt; a desk may not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail: Option<Head>,
}

/// Who approved, as far as a portal can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approver {
    /// Id of the key.
    pub key: String,
    /// The name in the statement.
    pub name: String,
    /// What two persons compare by telephone.
    pub fingerprint: String,
}

impl Sent {
    /// Checks that every statement is signed by a key that came with it, approves exactly this release
    /// of this draft, and that there are as many keys as the statements ask for. Whose keys count is for
    /// the portal to say: anybody can make a key.
    ///
    /// # Errors
    /// `envelope_invalid`, `key_invalid`, `signature_wrong`, `not_approved`.
    pub fn check(&self, release: &str, draft: &str) -> Result<Vec<Approver>, Fault> {
        let mut keys: BTreeMap<String, PublicKey> = BTreeMap::new();
        for card in &self.keys {
            let key = Card::from_bytes(&canonical::canonicalize(card)?)?.public()?;
            keys.insert(key.id(), key);
        }
        let mut found = Vec::new();
        let mut different = BTreeSet::new();
        let mut needed = 1;
        let mut urgent = false;
        for bytes in &self.approvals {
            let signed = Signed::from_bytes(&canonical::canonicalize(bytes)?)?;
            let id = signed.signer().to_owned();
            let key = keys
                .get(&id)
                .ok_or_else(|| Fault::new(code::KEY_INVALID, &id))?;
            let said = signed.open(key)?;
            let fits = said.act == Act::Approve
                && said.key == id
                && said.release == release
                && said.draft == draft;
            if !fits {
                return Err(Fault::new(code::NOT_APPROVED, release));
            }
            needed = needed.max(said.needed);
            urgent |= said.urgent;
            if different.insert(id.clone()) {
                found.push(Approver {
                    key: id,
                    name: said.name,
                    fingerprint: key.fingerprint(),
                });
            }
        }
        let enough = !found.is_empty() && (urgent || different.len() as u64 >= needed);
        if enough {
            Ok(found)
        } else {
            Err(Fault::new(code::NOT_APPROVED, release))
        }
    }
}

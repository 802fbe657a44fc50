//! Signed statements: DSSE envelopes (github.com/secure-systems-lab/dsse, version 1) with Ed25519.
//!
//! What is signed is the statement's bytes together with their type, so a signature over one kind of
//! statement never passes for another. An envelope is written in canonical JSON and read in no other
//! spelling, so that every byte of it counts.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::fault::{Fault, code};
use crate::key::{PublicKey, SigningKey};

/// A kind of statement: its media type and the value of its `format`.
pub trait Statement: Serialize + DeserializeOwned {
    /// `payloadType` of the envelope.
    const TYPE: &'static str;
    /// The value `format` must have.
    const FORMAT: &'static str;
    /// Its `format`.
    fn format(&self) -> &str;
}

/// A signed statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The statement's bytes in base64.
    payload: String,
    /// What kind of statement it is.
    #[serde(rename = "payloadType")]
    payload_type: String,
    /// Who signed it, in the order of signing.
    signatures: Vec<Signed>,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Signed {
    /// Id of the key: see [`PublicKey::id`].
    keyid: String,
    /// 64 bytes in base64.
    sig: String,
}

/// The bytes a signature covers: DSSE's pre-authentication encoding.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "DSSEv1 {} {payload_type} {} ",
        payload_type.len(),
        payload.len()
    )
    .into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

impl Envelope {
    /// Signs a statement with each of the keys.
    ///
    /// # Errors
    /// `not_canonical` for a statement with fractions in it.
    pub fn sign<T: Statement>(statement: &T, keys: &[&SigningKey]) -> Result<Self, Fault> {
        let payload = canonical::to_bytes(statement)?;
        let signed = pae(T::TYPE, &payload);
        Ok(Self {
            payload: STANDARD.encode(&payload),
            payload_type: T::TYPE.to_owned(),
            signatures: keys
                .iter()
                .map(|key| Signed {
                    keyid: key.public().id(),
                    sig: STANDARD.encode(key.sign(&signed)),
                })
                .collect(),
        })
    }

    /// The envelope as it is stored and sent.
    ///
    /// # Errors
    /// Never in practice: an envelope holds texts only.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        canonical::to_bytes(self)
    }

    /// Reads an envelope; nothing is verified yet.
    ///
    /// # Errors
    /// `envelope_invalid`, also for any other spelling than ours.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        canonical::from_bytes(bytes)
            .map_err(|fault| Fault::new(code::ENVELOPE_INVALID, "").because(fault.detail))
    }

    /// Ids of the keys that are said to have signed it.
    pub fn signers(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|signed| signed.keyid.as_str())
    }

    /// The statement, once one of its signatures is found to be of this key.
    ///
    /// # Errors
    /// `envelope_invalid` for another kind of statement, `signature_wrong`.
    pub fn open<T: Statement>(&self, key: &PublicKey) -> Result<T, Fault> {
        let payload = self.payload()?;
        self.verify(key, &payload)?;
        self.read(&payload)
    }

    /// The statement, whoever signed it: for learning which key to ask for, and never to be believed.
    ///
    /// # Errors
    /// `envelope_invalid`.
    pub fn peek<T: Statement>(&self) -> Result<T, Fault> {
        self.read(&self.payload()?)
    }

    /// Whether this key signed it, and nothing else was put beside its signature.
    ///
    /// # Errors
    /// `envelope_invalid`, `signature_wrong`.
    pub fn signed_by(&self, key: &PublicKey) -> Result<(), Fault> {
        self.verify(key, &self.payload()?)
    }

    fn payload(&self) -> Result<Vec<u8>, Fault> {
        STANDARD
            .decode(&self.payload)
            .map_err(|error| Fault::new(code::ENVELOPE_INVALID, "payload").because(error))
    }

    fn read<T: Statement>(&self, payload: &[u8]) -> Result<T, Fault> {
        let invalid = |what: &str| Fault::new(code::ENVELOPE_INVALID, what);
        if self.payload_type != T::TYPE {
            return Err(invalid("payloadType"));
        }
        let statement: T = canonical::from_bytes(payload)
            .map_err(|fault| invalid("payload").because(fault.detail))?;
        if statement.format() == T::FORMAT {
            Ok(statement)
        } else {
            Err(invalid("format"))
        }
    }

    fn verify(&self, key: &PublicKey, payload: &[u8]) -> Result<(), Fault> {
        let id = key.id();
        let wrong = || Fault::new(code::SIGNATURE_WRONG, &id);
        let mut of_key = self.signatures.iter().filter(|signed| signed.keyid == id);
        let signed = of_key.next().ok_or_else(wrong)?;
        if of_key.next().is_some() {
            return Err(wrong());
        }
        let signature = STANDARD.decode(&signed.sig).map_err(|_| wrong())?;
        let bytes = pae(&self.payload_type, payload);
        if key.verifies(&bytes, &signature) {
            Ok(())
        } else {
            Err(wrong())
        }
    }
}

//! Sealing a package to one person, so that whoever carries it cannot read it.
//!
//! Beside the key to sign with everybody has one to be sealed to, derived from the same secret: the
//! public half is on the card, and whoever has the private half of the one has the other. The format
//! is that of age (age-encryption.org/v1, X25519).

use std::io::{BufReader, Read};
use std::str::FromStr as _;

use age::{DecryptError, Decryptor, x25519};
use bech32::{Bech32, Hrp};
use qalam_proof::envelope::Envelope;
use qalam_proof::key::{Card, SigningKey};
use sha2::{Digest as _, Sha256};

use super::store;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};

/// What the secret is hashed with.
const DERIVED: &[u8] = b"qalam-seal-key/1\0";
/// Before the 32 bytes of a private key, as age writes them.
const PRIVATE: &str = "age-secret-key-";
/// How every sealed file begins.
const SEALED: &[u8] = b"age-encryption.org/v1";

/// The key that opens what was sealed to whoever signs with this one.
pub(super) fn identity(key: &SigningKey) -> Result<x25519::Identity> {
    let bytes: [u8; 32] = Sha256::new()
        .chain_update(DERIVED)
        .chain_update(key.seed())
        .finalize()
        .into();
    // The reason must not quote the secret.
    let wrong = || Error::internal("a key to be sealed to cannot be made");
    let prefix = Hrp::parse(PRIVATE).map_err(|_| wrong())?;
    let text = bech32::encode::<Bech32>(prefix, &bytes).map_err(|_| wrong())?;
    x25519::Identity::from_str(&text.to_uppercase()).map_err(|_| wrong())
}

/// What a card says others may seal to; empty on one from before there was this.
pub(super) fn on_card(card: &[u8]) -> String {
    Envelope::from_bytes(card)
        .and_then(|envelope| envelope.peek::<Card>())
        .map(|card| card.sealing)
        .unwrap_or_default()
}

impl Desk {
    /// What to seal to for somebody known here, named by the id of their key.
    ///
    /// # Errors
    /// [`Code::UnknownKey`], [`Code::KeyUntrusted`], [`Code::KeyEnded`], [`Code::KeyCannotSeal`] for a
    /// card that names nothing to seal to.
    pub(crate) fn recipient(&self, key: &str) -> Result<x25519::Recipient> {
        let kept = self.read(|read| super::named(read, key))?;
        if !kept.row.ended.is_empty() {
            return Err(Error::new(Code::KeyEnded).with("key", &kept.row.name));
        }
        if kept.row.trusted_at.is_empty() {
            return Err(Error::new(Code::KeyUntrusted)
                .with("name", &kept.row.name)
                .with("fingerprint", &kept.row.fingerprint));
        }
        x25519::Recipient::from_str(&on_card(&kept.card))
            .map_err(|_| Error::new(Code::KeyCannotSeal).with("name", &kept.row.name))
    }

    /// The bytes of a file; of one that was sealed to a key of this desk what is in it.
    ///
    /// # Errors
    /// [`Code::SealedForOther`], [`Code::ReviewPackageInvalid`], and what the secrets fail with.
    pub(crate) fn unsealed(&self, file: std::fs::File, name: &str) -> Result<Box<dyn Read>> {
        let mut source = BufReader::new(file);
        let start = std::io::BufRead::fill_buf(&mut source)
            .map_err(|cause| Error::io(cause, std::path::Path::new(name)))?;
        if !start.starts_with(SEALED) {
            return Ok(Box::new(source));
        }
        let mut identities = Vec::new();
        for kept in self.read(store::all)? {
            if kept.row.ours && kept.row.ended.is_empty() {
                match self.signer(Some(&kept.row.id)) {
                    Ok(signer) => identities.push(identity(&signer.key)?),
                    Err(error) if error.code == Code::KeyGone => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let refused = |error: DecryptError| match error {
            DecryptError::NoMatchingKeys => Error::new(Code::SealedForOther).with("file", name),
            _ => Error::new(Code::ReviewPackageInvalid).with("file", name),
        };
        let opened = Decryptor::new(source)
            .map_err(refused)?
            .decrypt(identities.iter().map(|one| one as &dyn age::Identity))
            .map_err(refused)?;
        Ok(Box::new(opened))
    }
}

//! The way back: what the portal says became of a package, sealed to the desk that made it and signed by the portal.
//! Whoever carries it learns nothing from it and can change nothing in it.

use std::{
    io::{Read as _, Write as _},
    iter,
    str::FromStr as _,
};

use age::{DecryptError, Decryptor, Encryptor, x25519};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::format::verifying;
use crate::contract::wire::{ProblemBody, StoredItem};

/// The format of one sealed answer and of a file of them.
pub const FORMAT: &str = "qalam-receipts/1";
/// The family of formats; a version follows.
pub const FAMILY: &str = "qalam-receipts/";
const SIGNED: &[u8] = b"qalam-receipts/1 signature\0";
/// Longest opened answer: ten thousand pieces with their files.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A portal's answer to a package: readable by the desk that made it only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Always [`FORMAT`].
    pub format: String,
    /// The package.
    pub package: String,
    /// SHA-256 of the package's file.
    pub package_sha256: String,
    /// An age file (base64), sealed to the `reply_key` of the package, holding [`Answers`] as JSON.
    pub sealed: String,
    /// Ed25519 (base64) by the portal's signing key over `"qalam-receipts/1 signature\0"`, the two lines `package` and
    /// `package_sha256`, and the SHA-256 of the age file.
    pub signature: String,
}

/// Answers to several packages in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundles {
    /// Always [`FORMAT`].
    pub format: String,
    /// The answers.
    pub bundles: Vec<Bundle>,
}

/// What became of the pieces of a package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    /// The package.
    pub package: String,
    /// SHA-256 of the package's file.
    pub package_sha256: String,
    /// What the portal calls itself.
    pub portal: String,
    /// The pieces.
    pub items: Vec<ItemAnswer>,
}

/// What became of a piece: exactly one of `stored` and `problem`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemAnswer {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release that was in the package.
    pub release: String,
    /// The answer a put would have got.
    #[serde(default)]
    pub stored: Option<StoredItem>,
    /// The problem a put would have got.
    #[serde(default)]
    pub problem: Option<ProblemBody>,
}

/// Why an answer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is for another desk.
    #[error("sealed to another key")]
    Foreign,
    /// Not as the portal signed it, or not a sealed answer at all.
    #[error("not as it was signed: {0}")]
    Altered(String),
}

/// Seals and signs.
///
/// # Errors
/// When `reply_key` is no age recipient.
pub fn seal(answers: &Answers, reply_key: &str, signing: &SigningKey) -> Result<Bundle, String> {
    let recipient = x25519::Recipient::from_str(reply_key).map_err(str::to_owned)?;
    let text = serde_json::to_vec(answers).map_err(|error| error.to_string())?;
    let mut sealed = Vec::new();
    let mut writer = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        .map_err(|error| error.to_string())?
        .wrap_output(&mut sealed)
        .map_err(|error| error.to_string())?;
    writer
        .write_all(&text)
        .and_then(|()| writer.finish().map(|_| ()))
        .map_err(|error| error.to_string())?;
    let signed = signed(&answers.package, &answers.package_sha256, &sealed);
    Ok(Bundle {
        format: FORMAT.to_owned(),
        package: answers.package.clone(),
        package_sha256: answers.package_sha256.clone(),
        sealed: STANDARD.encode(&sealed),
        signature: STANDARD.encode(signing.sign(&signed).to_bytes()),
    })
}

/// Opens an answer with the key of the desk it is for; says nothing about who made it (see [`is_signed_by`]).
///
/// # Errors
/// [`Unusable`].
pub fn unseal(bundle: &Bundle, identity: &x25519::Identity) -> Result<Answers, Unusable> {
    let altered = |detail: &str| Unusable::Altered(detail.to_owned());
    if bundle.format != FORMAT {
        return Err(altered("format"));
    }
    let sealed = STANDARD
        .decode(&bundle.sealed)
        .map_err(|_| altered("base64"))?;
    let opened = Decryptor::new(sealed.as_slice())
        .map_err(|error| Unusable::Altered(error.to_string()))?
        .decrypt(iter::once(identity as &dyn age::Identity))
        .map_err(|error| match error {
            DecryptError::NoMatchingKeys => Unusable::Foreign,
            other => Unusable::Altered(other.to_string()),
        })?;
    let mut text = Vec::new();
    opened
        .take(MAX_BYTES)
        .read_to_end(&mut text)
        .map_err(|_| altered("sealed bytes"))?;
    let answers: Answers = serde_json::from_slice(&text).map_err(|_| altered("contents"))?;
    let whole = answers.package == bundle.package
        && answers.package_sha256 == bundle.package_sha256
        && answers
            .items
            .iter()
            .all(|item| item.stored.is_some() != item.problem.is_some());
    whole.then_some(answers).ok_or_else(|| altered("contents"))
}

/// Whether the portal with this key (Ed25519, base64) made the answer.
#[must_use]
pub fn is_signed_by(bundle: &Bundle, key: &str) -> bool {
    let parts = || {
        let key = verifying(key)?;
        let sealed = STANDARD.decode(&bundle.sealed).ok()?;
        let signature = STANDARD.decode(&bundle.signature).ok()?;
        let signature = Signature::from_bytes(&signature.try_into().ok()?);
        let signed = signed(&bundle.package, &bundle.package_sha256, &sealed);
        key.verify_strict(&signed, &signature).ok()
    };
    parts().is_some()
}

fn signed(package: &str, package_sha256: &str, sealed: &[u8]) -> Vec<u8> {
    let lines = format!("{package}\n{package_sha256}\n");
    [SIGNED, lines.as_bytes(), Sha256::digest(sealed).as_slice()].concat()
}

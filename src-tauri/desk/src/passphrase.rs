//! Bytes under a passphrase, in age's format with scrypt.

use std::io::{self, Read, Write};

use age::scrypt::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// More work than 2^20 rounds is not done for bytes that claim to need it.
const MAX_WORK_FACTOR: u8 = 20;

/// Why bytes did not open.
#[derive(Debug)]
pub enum Unopened {
    /// They are under another passphrase.
    WrongPassphrase,
    /// They are not as they were written; what the reader said.
    Damaged(String),
}

/// Seals bytes under a passphrase; each guess costs 2^`work_factor` rounds.
///
/// # Errors
/// What making random bytes may fail with.
pub fn seal(plain: &[u8], passphrase: SecretString, work_factor: u8) -> io::Result<Vec<u8>> {
    let mut recipient = Recipient::new(passphrase);
    recipient.set_work_factor(work_factor);
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(io::Error::other)?;
    let mut out = encryptor.wrap_output(Vec::new())?;
    out.write_all(plain)?;
    out.finish()
}

/// What [`seal`] sealed.
///
/// # Errors
/// [`Unopened`].
pub fn open(sealed: &[u8], passphrase: SecretString) -> Result<Zeroizing<Vec<u8>>, Unopened> {
    let damaged = |source: &dyn std::fmt::Display| Unopened::Damaged(source.to_string());
    let decryptor = Decryptor::new(sealed).map_err(|source| damaged(&source))?;
    let mut identity = Identity::new(passphrase);
    identity.set_max_work_factor(MAX_WORK_FACTOR);
    let mut reader = decryptor
        .decrypt(std::iter::once(&identity as &dyn age::Identity))
        .map_err(|source| match source {
            DecryptError::DecryptionFailed
            | DecryptError::KeyDecryptionFailed
            | DecryptError::NoMatchingKeys => Unopened::WrongPassphrase,
            other => damaged(&other),
        })?;
    let mut plain = Zeroizing::new(Vec::new());
    reader
        .read_to_end(&mut plain)
        .map_err(|source| damaged(&source))?;
    Ok(plain)
}

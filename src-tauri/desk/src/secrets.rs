//! Where passwords and tokens are kept: never in the database, never in a log.

use std::collections::BTreeMap;
use std::sync::Mutex;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::Result;

/// What kind of place holds the secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretsKind {
    /// The operating system's keyring.
    Keyring,
    /// An encrypted file, opened with a passphrase.
    File,
    /// A place that needs its passphrase first.
    Locked,
    /// No place at all.
    None,
}

/// A place for secrets. Names are chosen by the caller, e.g. `portal/<id>`.
pub trait Secrets: Send + Sync {
    /// The secret of this name, if there is one.
    ///
    /// # Errors
    /// [`crate::Code::SecretsLocked`], [`crate::Code::NoSecretStore`].
    fn get(&self, name: &str) -> Result<Option<SecretString>>;

    /// Keeps a secret, replacing an older one of the same name.
    ///
    /// # Errors
    /// As [`Secrets::get`], and what writing may fail with.
    fn set(&self, name: &str, secret: &SecretString) -> Result<()>;

    /// Forgets a secret; nothing happens when there is none.
    ///
    /// # Errors
    /// As [`Secrets::set`].
    fn delete(&self, name: &str) -> Result<()>;

    /// What kind of place this is now.
    fn kind(&self) -> SecretsKind;
}

/// Secrets that last as long as the program; for tests and for the practice portal's token.
#[derive(Default)]
pub struct MemorySecrets(Mutex<BTreeMap<String, SecretString>>);

impl Secrets for MemorySecrets {
    fn get(&self, name: &str) -> Result<Option<SecretString>> {
        let kept = self.0.lock().unwrap_or_else(|held| held.into_inner());
        Ok(kept.get(name).cloned())
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<()> {
        self.0
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .insert(name.to_owned(), SecretString::from(secret.expose_secret()));
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<()> {
        self.0
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .remove(name);
        Ok(())
    }

    fn kind(&self) -> SecretsKind {
        SecretsKind::Keyring
    }
}

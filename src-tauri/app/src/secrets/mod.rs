//! Where passwords and tokens are kept: the system's keyring, or an encrypted file where there is
//! none.

mod file;
mod keyring;
mod probe;

use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock, RwLockWriteGuard};
use std::time::Duration;

use qalam_desk::locked::{DeskKey, is_covered};
use qalam_desk::secrets::{Secrets, SecretsKind};
use qalam_desk::{Code, Error, Result};
use secrecy::SecretString;

pub use file::FileSecrets;
pub use keyring::KeyringSecrets;
use probe::Probe;

/// Name of the encrypted file in the desk's folder.
const FILE_NAME: &str = "secrets.age";
/// The variable holding the passphrase of the encrypted file.
pub const PASSPHRASE: &str = "QALAM_PASSPHRASE";

/// What the person asked for with `--secrets`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// The keyring; the file in the desk's folder on a machine that has none.
    #[default]
    Best,
    /// The keyring and nothing else.
    Keyring,
    /// The encrypted file at this path.
    File(PathBuf),
}

impl std::str::FromStr for Wanted {
    type Err = Error;

    /// Reads `keyring` or `file:PATH`.
    fn from_str(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == "keyring" => Ok(Self::Keyring),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(PathBuf::from(path))),
            _ => Err(Error::new(Code::BadArgument).with("name", "secrets")),
        }
    }
}

/// The place for this desk's secrets. Which one it is is found out on first use: asking the
/// keyring may take a moment, and starting must not wait for it.
pub struct Keeper {
    wanted: Wanted,
    file: Arc<FileSecrets>,
    keyring: Probe,
    /// What stands before every name: people who share a keyring have names of their own.
    scope: String,
    cover: RwLock<Cover>,
}

/// Whether secrets lie under the key of a locked desk.
#[derive(Default)]
enum Cover {
    /// As they are.
    #[default]
    None,
    /// Under this key.
    Key(DeskKey),
    /// Under a key that is not known now.
    Unknown,
}

impl Keeper {
    /// The place for the secrets of the desk in `store`. A passphrase in `QALAM_PASSPHRASE` opens
    /// the encrypted file, should it be needed.
    #[must_use]
    pub fn new(store: &Path, wanted: Wanted) -> Self {
        let path = match &wanted {
            Wanted::File(path) => path.clone(),
            Wanted::Best | Wanted::Keyring => store.join(FILE_NAME),
        };
        let passphrase = std::env::var(PASSPHRASE)
            .ok()
            .filter(|text| !text.is_empty())
            .map(SecretString::from);
        Self {
            wanted,
            file: Arc::new(FileSecrets::new(path, passphrase)),
            keyring: Probe::default(),
            scope: crate::people::scope(store),
            cover: RwLock::default(),
        }
    }

    /// From now on secrets are kept under the key of a locked desk; without it none can be read.
    pub fn covered_by(&self, key: Option<DeskKey>) {
        *self.hold() = key.map_or(Cover::Unknown, Cover::Key);
    }

    /// Forgets the key, and the passphrase of the encrypted file.
    pub fn forget(&self) {
        let mut cover = self.hold();
        if matches!(*cover, Cover::Key(_)) {
            *cover = Cover::Unknown;
        }
        self.file.lock();
    }

    /// Covers those of these secrets that lie open.
    ///
    /// # Errors
    /// As [`Secrets::get`] and [`Secrets::set`].
    pub fn cover(&self, names: &[String]) -> Result<()> {
        let place = self.place()?;
        for name in names {
            if let Some(secret) = place.get(&self.scoped(name))?
                && !is_covered(&secret)
            {
                self.set(name, &secret)?;
            }
        }
        Ok(())
    }

    /// Takes the covers off these secrets.
    ///
    /// # Errors
    /// As [`Secrets::get`] and [`Secrets::set`].
    pub fn bare(&self, names: &[String]) -> Result<()> {
        let place = self.place()?;
        for name in names {
            let scoped = self.scoped(name);
            if place.get(&scoped)?.is_some_and(|kept| is_covered(&kept))
                && let Some(secret) = self.get(name)?
            {
                place.set(&scoped, &secret)?;
            }
        }
        Ok(())
    }

    fn scoped(&self, name: &str) -> String {
        format!("{}{name}", self.scope)
    }

    fn hold(&self) -> RwLockWriteGuard<'_, Cover> {
        self.cover.write().unwrap_or_else(|held| held.into_inner())
    }

    fn key(&self) -> Result<Option<DeskKey>> {
        match &*self.cover.read().unwrap_or_else(|held| held.into_inner()) {
            Cover::None => Ok(None),
            Cover::Key(key) => Ok(Some(key.clone())),
            Cover::Unknown => Err(Error::new(Code::SecretsLocked)),
        }
    }

    /// What the person asked for.
    #[must_use]
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Opens the encrypted file with a passphrase; a file that does not exist yet is made with it.
    /// Nothing happens where the keyring is used.
    ///
    /// # Errors
    /// [`Code::WrongPassphrase`], [`Code::BadArgument`] for an empty one, and what writing may
    /// fail with.
    pub fn unlock(&self, passphrase: SecretString) -> Result<()> {
        match self.keyring() {
            Some(_) => Ok(()),
            None if self.wanted == Wanted::Keyring => Err(Error::new(Code::NoSecretStore)),
            None => self.file.unlock(passphrase),
        }
    }

    /// What kind of place this is, without waiting long: a keyring may first ask the person to open
    /// it. `late` is called once the answer is there, if it was not in time; until then the keyring
    /// is hoped for.
    pub fn kind_soon(
        &self,
        patience: Duration,
        late: impl FnOnce() + Send + 'static,
    ) -> SecretsKind {
        if matches!(self.wanted, Wanted::File(_)) {
            return self.file.kind();
        }
        match self.keyring.within(patience, late) {
            Some(_) => self.kind(),
            None => SecretsKind::Keyring,
        }
    }

    fn keyring(&self) -> Option<KeyringSecrets> {
        match self.wanted {
            Wanted::File(_) => None,
            Wanted::Best | Wanted::Keyring => self.keyring.answer(),
        }
    }

    fn place(&self) -> Result<Arc<dyn Secrets>> {
        match self.keyring() {
            Some(keyring) => Ok(Arc::new(keyring)),
            None if self.wanted == Wanted::Keyring => Err(Error::new(Code::NoSecretStore)),
            None => Ok(self.file.clone()),
        }
    }
}

impl Secrets for Keeper {
    fn get(&self, name: &str) -> Result<Option<SecretString>> {
        let key = self.key()?;
        let scoped = self.scoped(name);
        match self.place()?.get(&scoped)? {
            Some(kept) if is_covered(&kept) => key
                .and_then(|key| key.uncover(&scoped, &kept))
                .map(Some)
                .ok_or_else(|| Error::new(Code::SecretsLocked)),
            other => Ok(other),
        }
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<()> {
        let scoped = self.scoped(name);
        match self.key()? {
            Some(key) => self.place()?.set(&scoped, &key.cover(&scoped, secret)?),
            None => self.place()?.set(&scoped, secret),
        }
    }

    fn delete(&self, name: &str) -> Result<()> {
        self.place()?.delete(&self.scoped(name))
    }

    fn kind(&self) -> SecretsKind {
        self.place().map_or(SecretsKind::None, |place| place.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_asked_for() {
        assert_eq!("keyring".parse::<Wanted>().unwrap(), Wanted::Keyring);
        assert_eq!(
            "file:C:\\desk\\s.age".parse::<Wanted>().unwrap(),
            Wanted::File(PathBuf::from("C:\\desk\\s.age"))
        );
        for wrong in ["", "file", "file:", "vault:x"] {
            assert_eq!(
                wrong.parse::<Wanted>().unwrap_err().code,
                Code::BadArgument,
                "{wrong}"
            );
        }
    }
}

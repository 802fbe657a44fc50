//! Secrets in one file encrypted with a passphrase, for machines without a keyring.
//!
//! The file is age's format with a scrypt passphrase; inside is JSON, name to secret. Every change
//! writes a new file beside it and renames, under a lock that other processes respect too.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;

use qalam_desk::passphrase::{self, Unopened};
use qalam_desk::secrets::{Secrets, SecretsKind};
use qalam_desk::{Code, Error, Result};
use secrecy::{ExposeSecret, SecretString};

/// 2^15 rounds of scrypt: about a tenth of a second and 32 MiB on an office PC.
const WORK_FACTOR: u8 = 15;
/// No file of a few passwords is larger.
const MAX_BYTES: u64 = 1024 * 1024;

type Kept = BTreeMap<String, String>;

/// The encrypted file, locked until its passphrase is known.
pub struct FileSecrets {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    passphrase: Option<SecretString>,
    /// What the file held when it was last read, and how to see that it has changed since.
    read: Option<(Stamp, BTreeMap<String, SecretString>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    changed: Option<SystemTime>,
}

impl FileSecrets {
    /// The file at `path`, which need not exist yet. A passphrase given here is believed until it
    /// is used.
    #[must_use]
    pub fn new(path: PathBuf, passphrase: Option<SecretString>) -> Self {
        Self {
            path,
            state: Mutex::new(State {
                passphrase,
                read: None,
            }),
        }
    }

    /// Opens the file, or makes an empty one, with this passphrase.
    ///
    /// # Errors
    /// [`Code::WrongPassphrase`], [`Code::BadArgument`] for an empty passphrase, and what reading
    /// and writing may fail with.
    pub fn unlock(&self, passphrase: SecretString) -> Result<()> {
        if passphrase.expose_secret().is_empty() {
            return Err(Error::new(Code::BadArgument).with("name", "passphrase"));
        }
        let mut state = self.state();
        let before = state.passphrase.replace(passphrase);
        state.read = None;
        let opened = if self.path.exists() {
            self.read(&mut state).map(|_| ())
        } else {
            self.change(&mut state, |_| {})
        };
        if opened.is_err() {
            state.passphrase = before;
            state.read = None;
        }
        opened
    }

    /// Forgets the passphrase and what was read with it, unless the machine itself gave it.
    pub fn lock(&self) {
        let mut state = self.state();
        state.read = None;
        if std::env::var_os(super::PASSPHRASE).is_none() {
            state.passphrase = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn passphrase(&self, state: &State) -> Result<SecretString> {
        state.passphrase.clone().ok_or_else(|| {
            Error::new(if self.path.exists() {
                Code::SecretsLocked
            } else {
                Code::NoSecretStore
            })
        })
    }

    fn stamp(&self) -> Option<Stamp> {
        let facts = fs::metadata(&self.path).ok()?;
        Some(Stamp {
            bytes: facts.len(),
            changed: facts.modified().ok(),
        })
    }

    /// What the file holds, read anew only when it changed.
    fn read<'s>(&self, state: &'s mut State) -> Result<&'s BTreeMap<String, SecretString>> {
        let passphrase = self.passphrase(state)?;
        let now = self.stamp();
        let fresh = matches!((&state.read, now), (Some((then, _)), Some(now)) if *then == now);
        if !fresh {
            let kept = match now {
                Some(stamp) if stamp.bytes > MAX_BYTES => return Err(self.unreadable("too large")),
                Some(_) => self.decrypt(passphrase)?,
                None => BTreeMap::new(),
            };
            // A file that does not exist has a stamp of its own that no file ever has.
            let stamp = now.unwrap_or(Stamp {
                bytes: u64::MAX,
                changed: None,
            });
            state.read = Some((stamp, kept));
        }
        match &state.read {
            Some((_, kept)) => Ok(kept),
            None => Err(Error::internal("secrets were not read")),
        }
    }

    fn decrypt(&self, words: SecretString) -> Result<BTreeMap<String, SecretString>> {
        let bytes = fs::read(&self.path).map_err(|source| Error::io(source, &self.path))?;
        let text = passphrase::open(&bytes, words).map_err(|why| match why {
            Unopened::WrongPassphrase => Error::new(Code::WrongPassphrase),
            Unopened::Damaged(detail) => self.unreadable(detail),
        })?;
        // The parser's words may quote the text, so they are not passed on.
        let kept: Kept = serde_json::from_slice(&text).map_err(|_| self.unreadable("not ours"))?;
        Ok(kept
            .into_iter()
            .map(|(name, secret)| (name, SecretString::from(secret)))
            .collect())
    }

    fn unreadable(&self, detail: impl std::fmt::Display) -> Error {
        Error::new(Code::FileUnreadable)
            .with("name", self.path.display())
            .with("detail", detail)
    }

    /// Reads, changes and writes under the lock of all processes.
    fn change(
        &self,
        state: &mut State,
        change: impl FnOnce(&mut BTreeMap<String, SecretString>),
    ) -> Result<()> {
        let folder = self
            .path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|source| Error::io(source, folder))?;
        let lock_path = self.path.with_extension("lock");
        let lock = File::create(&lock_path).map_err(|source| Error::io(source, &lock_path))?;
        lock.lock()
            .map_err(|source| Error::io(source, &lock_path))?;
        let mut kept = self.read(state)?.clone();
        change(&mut kept);
        let passphrase = self.passphrase(state)?;
        let written = write(&self.path, folder, &kept, passphrase);
        state.read = None;
        written.map_err(|source| Error::io(source, &self.path))
    }
}

fn write(
    path: &Path,
    folder: &Path,
    kept: &BTreeMap<String, SecretString>,
    words: SecretString,
) -> io::Result<()> {
    let plain: BTreeMap<&str, &str> = kept
        .iter()
        .map(|(name, secret)| (name.as_str(), secret.expose_secret()))
        .collect();
    let text = SecretString::from(serde_json::to_string(&plain)?);
    let sealed = passphrase::seal(text.expose_secret().as_bytes(), words, WORK_FACTOR)?;
    // Temporary files of this crate are born readable by their owner only (0600 on Unix).
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&sealed)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

impl Secrets for FileSecrets {
    fn get(&self, name: &str) -> Result<Option<SecretString>> {
        let mut state = self.state();
        Ok(self.read(&mut state)?.get(name).cloned())
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<()> {
        let mut state = self.state();
        self.change(&mut state, |kept| {
            kept.insert(name.to_owned(), secret.clone());
        })
    }

    fn delete(&self, name: &str) -> Result<()> {
        let mut state = self.state();
        if !self.read(&mut state)?.contains_key(name) {
            return Ok(());
        }
        self.change(&mut state, |kept| {
            kept.remove(name);
        })
    }

    fn kind(&self) -> SecretsKind {
        if self.state().passphrase.is_some() {
            SecretsKind::File
        } else if self.path.exists() {
            SecretsKind::Locked
        } else {
            SecretsKind::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<SecretString> {
        Some(SecretString::from(text.to_owned()))
    }

    #[test]
    fn kept_over_processes_and_never_in_the_clear() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/secrets.age");
        let first = FileSecrets::new(path.clone(), words("correct horse"));
        let token = SecretString::from("t0ken-زائر".to_owned());
        first.set("portal/1", &token).unwrap();
        let second = FileSecrets::new(path.clone(), words("correct horse"));
        assert_eq!(
            second.get("portal/1").unwrap().unwrap().expose_secret(),
            "t0ken-زائر"
        );
        assert!(second.get("portal/2").unwrap().is_none());
        // What one process adds, the other sees and keeps.
        second.set("portal/2", &token).unwrap();
        assert!(first.get("portal/2").unwrap().is_some());
        first.delete("portal/1").unwrap();
        assert!(second.get("portal/1").unwrap().is_none());
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"age-encryption.org/v1"));
        assert!(!bytes.windows(5).any(|part| part == b"t0ken"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(
                fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    }

    #[test]
    fn locked_until_the_right_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.age");
        assert_eq!(
            FileSecrets::new(path.clone(), None).kind(),
            SecretsKind::None
        );
        FileSecrets::new(path.clone(), None)
            .unlock(SecretString::from("right".to_owned()))
            .unwrap();
        let kept = FileSecrets::new(path.clone(), None);
        assert_eq!(kept.kind(), SecretsKind::Locked);
        assert_eq!(kept.get("a").unwrap_err().code, Code::SecretsLocked);
        let wrong = kept
            .unlock(SecretString::from("wrong".to_owned()))
            .unwrap_err();
        assert_eq!(wrong.code, Code::WrongPassphrase);
        assert_eq!(kept.kind(), SecretsKind::Locked);
        kept.unlock(SecretString::from("right".to_owned())).unwrap();
        assert_eq!(kept.kind(), SecretsKind::File);
        fs::write(&path, b"not a file of ours").unwrap();
        let damaged = FileSecrets::new(path, words("right")).get("a").unwrap_err();
        assert_eq!(damaged.code, Code::FileUnreadable);
    }
}

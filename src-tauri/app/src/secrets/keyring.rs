//! The operating system's keyring.

use keyring::{Entry, Error as Trouble};
use qalam_desk::secrets::{Secrets, SecretsKind};
use qalam_desk::{Code, Error, Result};
use secrecy::{ExposeSecret, SecretString};

/// Under which name the system shows our entries.
const SERVICE: &str = "org.qalam.desk";

/// The keyring of this person on this machine, known to work.
#[derive(Clone, Copy, Debug)]
pub struct KeyringSecrets(());

impl KeyringSecrets {
    /// The keyring, when one is there: found out by writing, because a keyring that is locked or
    /// has no store answers politely to everything else. The answer holds for this process.
    #[must_use]
    pub fn probe() -> Option<Self> {
        // Two programs may probe at once; each has its own entry.
        let name = format!("probe/{}", std::process::id());
        let tried = Entry::new(SERVICE, &name).and_then(|entry| {
            entry.set_password("probe")?;
            let read = entry.get_password();
            entry.delete_credential()?;
            read
        });
        match tried {
            Ok(read) if read == "probe" => Some(Self(())),
            Ok(_) => None,
            Err(error) => {
                tracing::info!(%error, "no keyring on this machine");
                None
            }
        }
    }
}

fn entry(name: &str) -> Result<Entry> {
    Entry::new(SERVICE, name).map_err(told)
}

/// Values of a secret must not travel with an error, so only its words do.
fn told(trouble: Trouble) -> Error {
    let words = match &trouble {
        Trouble::BadEncoding(_) => "bad encoding".to_owned(),
        Trouble::BadDataFormat(..) => "bad data format".to_owned(),
        other => other.to_string(),
    };
    let code = match trouble {
        Trouble::NoDefaultStore | Trouble::NoStorageAccess(_) | Trouble::PlatformFailure(_) => {
            Code::NoSecretStore
        }
        _ => Code::Internal,
    };
    Error::new(code).with("detail", words)
}

impl Secrets for KeyringSecrets {
    fn get(&self, name: &str) -> Result<Option<SecretString>> {
        match entry(name)?.get_password() {
            Ok(secret) => Ok(Some(SecretString::from(secret))),
            Err(Trouble::NoEntry) => Ok(None),
            Err(trouble) => Err(told(trouble)),
        }
    }

    fn set(&self, name: &str, secret: &SecretString) -> Result<()> {
        entry(name)?
            .set_password(secret.expose_secret())
            .map_err(told)
    }

    fn delete(&self, name: &str) -> Result<()> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Trouble::NoEntry) => Ok(()),
            Err(trouble) => Err(told(trouble)),
        }
    }

    fn kind(&self) -> SecretsKind {
        SecretsKind::Keyring
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says something only where there is a keyring, as in a session of its own with one unlocked.
    #[test]
    fn kept_and_forgotten_where_there_is_a_keyring() {
        let Some(keyring) = KeyringSecrets::probe() else {
            return;
        };
        let name = format!("test/{}", std::process::id());
        keyring
            .set(&name, &SecretString::from("t0ken-زائر"))
            .unwrap();
        let kept = keyring.get(&name).unwrap().unwrap();
        assert_eq!(kept.expose_secret(), "t0ken-زائر");
        keyring.delete(&name).unwrap();
        keyring.delete(&name).unwrap();
        assert!(keyring.get(&name).unwrap().is_none());
    }
}

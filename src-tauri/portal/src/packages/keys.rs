//! The keys of a desk for packages: one to sign with, one that receipts are sealed to. Both live in the secrets.

use std::{fs::File, str::FromStr as _};

use age::x25519;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::SigningKey;
use qalam_desk::{
    Desk,
    error::{Code, Error, Result},
    secrets::Secrets,
};
use secrecy::{ExposeSecret as _, SecretString};

/// The keys of a desk.
pub struct DeskKeys {
    /// Signs packages.
    pub signing: SigningKey,
    /// Opens receipts.
    pub identity: x25519::Identity,
}

impl DeskKeys {
    /// The keys of this desk, made when there are none yet. Several programs may ask at once: the first one's keys
    /// hold for all.
    ///
    /// # Errors
    /// What the secrets and the disk fail with.
    pub fn of(desk: &Desk, secrets: &dyn Secrets) -> Result<Self> {
        let path = desk.dir().join("courier-keys.lock");
        let lock = File::create(&path).map_err(|source| Error::io(source, &path))?;
        lock.lock().map_err(|source| Error::io(source, &path))?;
        let id = desk.id()?;
        let [sign_name, reply_name] = secret_names(&id);
        let signing = match secrets.get(&sign_name)? {
            Some(secret) => signing_of(&secret)?,
            None => {
                let key = new_signing_key()?;
                let text = SecretString::from(STANDARD.encode(key.to_bytes()));
                secrets.set(&sign_name, &text)?;
                key
            }
        };
        let identity = match secrets.get(&reply_name)? {
            Some(secret) => x25519::Identity::from_str(secret.expose_secret()).map_err(broken)?,
            None => {
                let identity = x25519::Identity::generate();
                secrets.set(&reply_name, &identity.to_string())?;
                identity
            }
        };
        Ok(Self { signing, identity })
    }
}

/// The names under which the keys of the desk with this id are kept: for signing, and for receipts.
#[must_use]
pub fn secret_names(desk: &str) -> [String; 2] {
    [
        format!("courier/{desk}/signing"),
        format!("courier/{desk}/receipts"),
    ]
}

/// A new signing key.
///
/// # Errors
/// [`Code::Internal`] without a random source.
pub fn new_signing_key() -> Result<SigningKey> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|source| Error::internal(source.to_string()))?;
    Ok(SigningKey::from_bytes(&seed))
}

fn signing_of(secret: &SecretString) -> Result<SigningKey> {
    let seed = STANDARD
        .decode(secret.expose_secret())
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    seed.map(|seed| SigningKey::from_bytes(&seed))
        .ok_or_else(|| broken("signing key"))
}

/// The reason must not quote the secret.
fn broken(_: impl std::fmt::Display) -> Error {
    Error::new(Code::Internal).with("detail", "a key in the secrets cannot be read")
}

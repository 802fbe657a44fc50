//! The portal's own keys for packages, in a file of its folder.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    str::FromStr as _,
};

use age::x25519;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::SigningKey;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::{packages::keys::new_signing_key, practice::Error};

const FILE: &str = "courier-keys.json";

/// What packages are sealed to, and what their receipts are signed with.
pub struct PortalKeys {
    /// Opens packages.
    pub identity: x25519::Identity,
    /// Signs receipts.
    pub signing: SigningKey,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    identity: String,
    signing: String,
}

impl PortalKeys {
    /// The keys in `dir`, made when there are none. The caller owns the folder.
    ///
    /// # Errors
    /// Disk failures; [`Error::Store`] for a file that cannot be read as keys.
    pub fn of(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(FILE);
        let broken = || Error::Store("the keys for packages cannot be read".to_owned());
        match fs::read(&path) {
            Ok(text) => {
                let kept: Kept = serde_json::from_slice(&text).map_err(|_| broken())?;
                let seed = STANDARD.decode(&kept.signing).map_err(|_| broken())?;
                Ok(Self {
                    identity: x25519::Identity::from_str(&kept.identity).map_err(|_| broken())?,
                    signing: SigningKey::from_bytes(&seed.try_into().map_err(|_| broken())?),
                })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = Self {
                    identity: x25519::Identity::generate(),
                    signing: new_signing_key().map_err(|error| Error::Store(error.to_string()))?,
                };
                let kept = Kept {
                    identity: made.identity.to_string().expose_secret().to_owned(),
                    signing: STANDARD.encode(made.signing.to_bytes()),
                };
                let text =
                    serde_json::to_vec(&kept).map_err(|error| Error::Store(error.to_string()))?;
                // Born readable by its owner only, and never half-written.
                let mut early = tempfile::NamedTempFile::new_in(dir)?;
                early.write_all(&text)?;
                early.as_file().sync_all()?;
                early.persist(&path).map_err(|refused| refused.error)?;
                Ok(made)
            }
            Err(error) => Err(error.into()),
        }
    }
}

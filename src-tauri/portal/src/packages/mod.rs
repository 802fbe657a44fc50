//! Courier packages: an outbox that travels in somebody else's bag.
//!
//! A desk without a link writes its waiting releases into one sealed file ([`export`]); a desk with a link brings the
//! file to the portal without being able to read or alter it ([`deliver`]) and takes the portal's sealed answer back;
//! the first desk records that as if its own wire had carried it ([`import`]). Everything can be repeated.

mod deliver;
mod export;
pub mod format;
mod import;
pub mod keys;
pub mod receipts;

use std::{path::Path, str::FromStr as _};

use age::x25519;
use qalam_desk::{
    error::{Code, Error},
    packages::CourierKeys,
};
use serde::Deserialize;

pub use self::{
    deliver::{DeliverWish, deliver},
    export::{ExportWish, export},
    import::{import, write_receipts},
};
use crate::contract::Service;
use format::Fault;

/// Media type of a package.
pub const MIME: &str = "application/vnd.qalam.courier";

/// The keys for packages in a service document; `None` when the portal takes none, or names keys nobody can use.
#[must_use]
pub fn keys_of(service: &Service) -> Option<CourierKeys> {
    let document = &service.document;
    usable(CourierKeys {
        seal: document.courier_key.clone()?,
        verify: document.courier_signing_key.clone()?,
    })
}

fn usable(keys: CourierKeys) -> Option<CourierKeys> {
    let whole = x25519::Recipient::from_str(&keys.seal).is_ok()
        && format::verifying(&keys.verify).is_some();
    whole.then_some(keys)
}

/// The keys of a portal from a file its administrator gave out: the service document, or any JSON with its members
/// `courier_key` and `courier_signing_key`.
///
/// # Errors
/// [`Code::CourierKeyInvalid`], and what reading gives.
pub fn keys_from_file(path: &Path) -> Result<CourierKeys, Error> {
    #[derive(Deserialize)]
    struct Named {
        courier_key: String,
        courier_signing_key: String,
    }
    let invalid = || Error::new(Code::CourierKeyInvalid).with("file", path.display());
    let text = read_small(path, 1024 * 1024)?.ok_or_else(invalid)?;
    let named: Named = serde_json::from_slice(&text).map_err(|_| invalid())?;
    usable(CourierKeys {
        seal: named.courier_key,
        verify: named.courier_signing_key,
    })
    .ok_or_else(invalid)
}

/// A file of at most so many bytes; `None` for a longer one.
fn read_small(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Error> {
    use std::io::Read as _;
    let mut text = Vec::new();
    Error::open_file(path)?
        .take(most + 1)
        .read_to_end(&mut text)
        .map_err(|source| Error::io(source, path))?;
    Ok((text.len() as u64 <= most).then_some(text))
}

/// What is wrong with the package in a file, as the desk says it.
fn told(fault: Fault, path: &Path) -> Error {
    let of = |code: Code| Error::new(code).with("file", path.display());
    match fault {
        Fault::Invalid(detail) => of(Code::PackageInvalid).with("detail", detail),
        Fault::Version(version) => of(Code::PackageVersion).with("version", version),
        Fault::Truncated => of(Code::PackageTruncated),
        Fault::Altered(detail) => of(Code::PackageAltered).with("detail", detail),
        Fault::TooLarge { limit } => of(Code::PackageTooLarge).with("limit", limit),
        Fault::OtherPortal => of(Code::PackageOtherPortal).with("url", ""),
        Fault::Io(source) => Error::io(source, path),
    }
}

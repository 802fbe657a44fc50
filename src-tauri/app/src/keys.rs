//! Keys as files: cards that are given out, and what comes in from others.

use std::io::{self, Read as _, Write as _};
use std::path::Path;

use qalam_desk::keys::KeyRow;
use qalam_desk::{Code, Error};
use qalam_proof::key::Card;
use tempfile::NamedTempFile;

use crate::app::App;
use crate::failure::Failure;

/// Longest card or revocation, in bytes.
pub const MAX_CARD: u64 = 64 * 1024;

/// What a file says of a key.
enum Said {
    /// A card, of its own or of the sender of a package.
    Card(Vec<u8>),
    /// That a key ended.
    End(Vec<u8>),
}

fn read(app: &App, file: &Path) -> Result<Said, Failure> {
    let mut bytes = Vec::new();
    Error::open_file(file)?
        .take(MAX_CARD)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, file))?;
    Ok(if bytes.starts_with(b"qalam-package/") {
        Said::Card(app.desk.package_card(file)?)
    } else if Card::from_bytes(&bytes).is_ok() {
        Said::Card(bytes)
    } else {
        Said::End(bytes)
    })
}

/// What a file says of a key, before anything is done with it: the key, and why it ended if the file
/// says so.
///
/// # Errors
/// [`Code::KeyInvalid`], [`Code::UnknownKey`], [`Code::PathNotFound`].
pub fn look(app: &App, file: &Path) -> Result<KeyRow, Failure> {
    Ok(match read(app, file)? {
        Said::Card(card) => app.desk.key_look(&card)?,
        Said::End(end) => app.desk.key_look_at_end(&end)?,
    })
}

/// Trusts the key of a card or of the sender of a package, or learns that a key ended. To be called
/// once a person compared the fingerprint.
///
/// # Errors
/// [`Code::KeyInvalid`], [`Code::PathNotFound`], and as `Desk::key_trust`.
pub fn trust(app: &App, file: &Path) -> Result<KeyRow, Failure> {
    Ok(match read(app, file)? {
        Said::Card(card) => app.desk.key_trust(&card)?,
        Said::End(end) => app.desk.key_take_revocation(&end)?,
    })
}

/// Writes a file that is not there yet: whole, or not at all.
///
/// # Errors
/// [`Code::TargetNotEmpty`], and what writing fails with.
pub fn write_new(to: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let taken = || Error::new(Code::TargetNotEmpty).with("path", to.display());
    if to.exists() {
        return Err(taken().into());
    }
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
    let mut file = made.map_err(|source| Error::io(source, to))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|source| Error::io(source, to))?;
    match file.persist_noclobber(to) {
        Ok(_) => Ok(()),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Err(taken().into()),
        Err(failed) => Err(Error::io(failed.error, to).into()),
    }
}

//! The database as a whole: copies of it, and whether it is sound.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::blobs::sync_folder;
use super::{FILE_NAME, ReadTx, open};
use crate::error::{Code, Error, Result};
use crate::locked::Access;

/// Looks whether the database is whole; reads all of it.
///
/// # Errors
/// [`Code::DeskDamaged`].
pub(crate) fn quick_check(conn: &Connection) -> Result<()> {
    let verdict: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(Error::new(Code::DeskDamaged)
            .with("file", FILE_NAME)
            .with("detail", verdict))
    }
}

/// What SQLite finds wrong with the database, indexes included; empty when it is whole.
pub(crate) fn faults(read: &ReadTx<'_>) -> Result<Vec<String>> {
    let mut lines = read.conn().prepare("PRAGMA integrity_check(20)")?;
    let lines = lines.query_map([], |row| row.get::<_, String>(0))?;
    let mut faults = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    faults.retain(|line| line != "ok");
    Ok(faults)
}

/// How many drafts and publications there are, those in the trash included.
pub(crate) fn sizes(read: &ReadTx<'_>) -> Result<(u64, u64)> {
    Ok(read.conn().query_row(
        "SELECT (SELECT count(*) FROM draft), (SELECT count(*) FROM publication)",
        [],
        |row| {
            Ok((
                row.get::<_, i64>(0)?.cast_unsigned(),
                row.get::<_, i64>(1)?.cast_unsigned(),
            ))
        },
    )?)
}

/// Hash and length of every blob the database knows.
pub(crate) fn blob_rows(conn: &Connection) -> Result<Vec<(String, u64)>> {
    let mut rows = conn.prepare("SELECT sha256, bytes FROM blob ORDER BY sha256")?;
    let rows = rows.query_map([], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A number that differs from the last answer when another connection has committed meanwhile.
pub(crate) fn data_version(conn: &Connection) -> Result<i64> {
    Ok(conn
        .prepare_cached("PRAGMA data_version")?
        .query_row([], |row| row.get(0))?)
}

/// Writes a whole, compact copy of the database to a new file.
pub(crate) fn vacuum_into(conn: &Connection, to: &Path) -> Result<()> {
    let text = to
        .to_str()
        .ok_or_else(|| Error::new(Code::PathNotFound).with("path", to.display()))?;
    conn.execute("VACUUM INTO ?1", [text])?;
    make_durable(to)
}

/// Copies the database at `path` into the new file `to`, read in one way and written in the other;
/// whole, durable and without a log beside it when this returns. Nobody else may use it.
pub(crate) fn copy_whole(from: &Access, path: &Path, into: &Access, to: &Path) -> Result<()> {
    let wait = Duration::from_secs(10);
    let source = open::writer(from, path, wait)?;
    empty_log(&source)?;
    let (layer, reserve) = into.layer();
    let uri = format!(
        "file:{}?vfs={}&reserve={reserve}",
        address(to)?,
        layer.to_string_lossy()
    );
    source.execute("VACUUM INTO ?1", [uri])?;
    source.close().map_err(|(_, source)| Error::from(source))?;
    let copy = open::writer(into, to, wait)?;
    quick_check(&copy)?;
    empty_log(&copy)?;
    copy.close().map_err(|(_, source)| Error::from(source))?;
    // A log that stayed would be read into whatever takes the name of the old database.
    let log = PathBuf::from(format!("{}-wal", path.display()));
    if fs::metadata(&log).is_ok_and(|facts| facts.len() > 0) {
        return Err(Error::new(Code::DeskBusy));
    }
    make_durable(to)
}

/// Moves what is in the log into the database, as far as nobody reads it.
pub(crate) fn empty_log(conn: &Connection) -> Result<()> {
    Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

/// A path as it stands in an address (sqlite.org/uri.html).
fn address(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).map_err(|source| Error::io(source, path))?;
    let text = path
        .to_str()
        .ok_or_else(|| Error::new(Code::PathNotFound).with("path", path.display()))?;
    let mut out = String::new();
    if cfg!(windows) {
        out.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'\\' if cfg!(windows) => out.push('/'),
            b'%' | b'?' | b'#' | b'&' | b'=' => out.push_str(&format!("%{byte:02X}")),
            b if b.is_ascii() => out.push(char::from(b)),
            b => out.push_str(&format!("%{b:02X}")),
        }
    }
    Ok(out)
}

/// Opens a database file for reading only.
pub(crate) fn read_only(path: &Path) -> Result<Connection> {
    read_only_with(&Access::default(), path)
}

/// The same for a database of a desk that may be locked.
pub(crate) fn read_only_with(access: &Access, path: &Path) -> Result<Connection> {
    access.connect(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
}

/// Makes a file that was just written, and its name, durable.
pub(crate) fn make_durable(path: &Path) -> Result<()> {
    fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| Error::io(source, path))?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => sync_folder(folder),
        _ => Ok(()),
    }
}

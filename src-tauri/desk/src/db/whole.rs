//! The database as a whole: copies of it, and whether it is sound.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::blobs::sync_folder;
use super::{FILE_NAME, ReadTx};
use crate::error::{Code, Error, Result};

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

/// Opens a database file for reading only.
pub(crate) fn read_only(path: &Path) -> Result<Connection> {
    Ok(Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?)
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

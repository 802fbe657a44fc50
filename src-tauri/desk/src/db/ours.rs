//! Whether a database is a desk's. A database of another program that happens to have the name is
//! never taken over, and not touched while finding out.

use std::io::Read;
use std::path::Path;

use rusqlite::Connection;

use super::whole::read_only;
use crate::error::{Code, Error, Result};

/// Marks the database of a desk ("Qlmd"), in the place SQLite has for it; set by the first
/// migration.
const APPLICATION_ID: u32 = 0x516C_6D64;
/// Where the mark stands in the file (sqlite.org/fileformat2.html, section 1.3).
const MARK_AT: usize = 68;
/// Tables that together only a desk has, for desks made before the mark was.
const TABLES: [&str; 6] = [
    "counter",
    "draft",
    "fact",
    "language_version",
    "release",
    "revision",
];

/// Refuses a file at `path` that is the database of another program. No file, an empty one and
/// one that is no database at all are not its business.
///
/// # Errors
/// [`Code::NotADesk`], or what reading may fail with.
pub(crate) fn refuse_foreign(path: &Path) -> Result<()> {
    match mark_in_file(path)? {
        Some(APPLICATION_ID) | None => return Ok(()),
        // The mark may stand in the log beside the file: only SQLite can tell.
        Some(0) => {}
        Some(_) => return Err(foreign(path)),
    }
    let conn = read_only(path)?;
    match mark(&conn)? {
        APPLICATION_ID => Ok(()),
        0 if is_empty(&conn)? || has_our_tables(&conn)? => Ok(()),
        _ => Err(foreign(path)),
    }
}

/// Marks a desk made before the mark was.
pub(crate) fn claim(conn: &Connection) -> Result<()> {
    if mark(conn)? != APPLICATION_ID {
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    Ok(())
}

fn foreign(path: &Path) -> Error {
    Error::new(Code::NotADesk).with("file", path.display())
}

/// The mark in the file itself; `None` where there is no database.
fn mark_in_file(path: &Path) -> Result<Option<u32>> {
    let mut head = Vec::new();
    match std::fs::File::open(path) {
        Ok(file) => file
            .take(100)
            .read_to_end(&mut head)
            .map_err(|source| Error::io(source, path))?,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::io(source, path)),
    };
    if !head.starts_with(b"SQLite format 3\0") {
        return Ok(None);
    }
    let mark = head
        .get(MARK_AT..MARK_AT + 4)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes);
    Ok(mark)
}

fn mark(conn: &Connection) -> Result<u32> {
    let mark: i32 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    Ok(mark.cast_unsigned())
}

fn is_empty(conn: &Connection) -> Result<bool> {
    Ok(conn.query_row(
        "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)",
        [],
        |row| row.get(0),
    )?)
}

fn has_our_tables(conn: &Connection) -> Result<bool> {
    let mut known =
        conn.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?;
    for table in TABLES {
        if !known.exists([table])? {
            return Ok(false);
        }
    }
    Ok(true)
}

//! Connections and how they are set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::checkpoint::LAST_RESORT_PAGES;
use crate::error::Result;
use crate::locked::Access;

/// Statements kept prepared per connection; the product has about a hundred.
const STATEMENT_CACHE: usize = 160;

/// The connection that writes. A commit is on the disk when it returns (`synchronous = FULL`).
pub(crate) fn writer(access: &Access, path: &Path, busy: Duration) -> Result<Connection> {
    let conn = access.connect(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    prepare(&conn, busy)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "wal_autocheckpoint", LAST_RESORT_PAGES)?;
    // After a large intake the log shrinks back instead of staying as large as it once was.
    conn.pragma_update(None, "journal_size_limit", 32 * 1024 * 1024)?;
    Ok(conn)
}

/// A connection that cannot write.
pub(crate) fn reader(access: &Access, path: &Path, busy: Duration) -> Result<Connection> {
    let conn = access.connect(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    prepare(&conn, busy)?;
    // Opened for writing because a reader of a WAL may have to recover its index; nothing in it
    // can change a row from here on.
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn prepare(conn: &Connection, busy: Duration) -> Result<()> {
    conn.busy_timeout(busy)?;
    conn.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    crate::search::register(conn)?;
    Ok(())
}

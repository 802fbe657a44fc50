//! Single facts about the desk.

use rusqlite::OptionalExtension;

use super::{ReadTx, WriteTx};
use crate::error::Result;

/// The fact of this name, if it was noted.
pub(crate) fn get(read: &ReadTx<'_>, key: &str) -> Result<Option<String>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT value FROM fact WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

/// Notes a fact in the place of an older one.
pub(crate) fn set(tx: &WriteTx<'_>, key: &str, value: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO fact (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute([key, value])?;
    Ok(())
}

/// The next value of the counter that orders changes. It only ever grows.
pub(crate) fn count_change(tx: &WriteTx<'_>) -> Result<i64> {
    Ok(tx
        .conn()
        .prepare_cached(
            "INSERT INTO counter (name, value) VALUES ('change', 1)
             ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        )?
        .query_row([], |row| row.get(0))?)
}

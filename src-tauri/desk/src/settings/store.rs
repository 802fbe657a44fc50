//! The SQL of settings.

use serde_json::Value;

use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// Every setting that was made.
pub(super) fn all(read: &ReadTx<'_>) -> Result<Vec<(String, Value)>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT key, value FROM setting ORDER BY key")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a setting.
pub(super) fn set(tx: &WriteTx<'_>, key: &str, value: &Value) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO setting (key, value, updated_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE
               SET value = excluded.value, updated_at = excluded.updated_at",
        )?
        .execute((key, value.to_string(), tx.now()))?;
    Ok(())
}

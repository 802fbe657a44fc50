//! The SQL of wishes about sending and of what left.

use rusqlite::OptionalExtension;

use super::super::engine::{Moment, Sending, Usage};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// The setting the wishes are kept under.
const SETTING: &str = "sending";

/// The wishes about sending; none when nothing was set.
pub(crate) fn wishes(r: &ReadTx<'_>) -> Result<Sending> {
    let text: Option<String> = r
        .conn()
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([SETTING], |row| row.get(0))
        .optional()?;
    Ok(text
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

/// Keeps the wishes.
pub(crate) fn set_wishes(tx: &WriteTx<'_>, sending: &Sending) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO setting (key, value, updated_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE
               SET value = excluded.value, updated_at = excluded.updated_at",
        )?
        .execute([SETTING, &serde_json::to_string(sending)?, tx.now()])?;
    Ok(())
}

/// What left in the present month.
pub(crate) fn usage(r: &ReadTx<'_>, now: &Moment) -> Result<Usage> {
    let today = now.local.date();
    let mut statement = r
        .conn()
        .prepare_cached("SELECT day, bytes FROM sent WHERE day BETWEEN ?1 AND ?2")?;
    let rows = statement.query_map(
        [
            today.first_of_month().to_string(),
            today.last_of_month().to_string(),
        ],
        |row| {
            let day: String = row.get(0)?;
            Ok((day.parse().ok(), row.get::<_, i64>(1)?.cast_unsigned()))
        },
    )?;
    let mut usage = Usage::default();
    for row in rows {
        if let (Some(day), bytes) = row? {
            usage.0.insert(day, bytes);
        }
    }
    Ok(usage)
}

/// Counts bytes that leave.
pub(crate) fn count(tx: &WriteTx<'_>, now: &Moment, bytes: u64) -> Result<()> {
    if bytes == 0 {
        return Ok(());
    }
    tx.conn()
        .prepare_cached(
            "INSERT INTO sent (day, bytes) VALUES (?1, ?2)
             ON CONFLICT (day) DO UPDATE SET bytes = bytes + excluded.bytes",
        )?
        .execute((now.local.date().to_string(), bytes.cast_signed()))?;
    Ok(())
}

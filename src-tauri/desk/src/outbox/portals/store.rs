//! The SQL of the portals.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::super::types::{PortalKind, PortalRow};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Failure, Result};

const COLUMNS: &str = "id, name, kind, url, user, capabilities, last_contact, last_failure";

fn read(row: &Row<'_>) -> rusqlite::Result<PortalRow> {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    Ok(PortalRow {
        id: row.get(0)?,
        name: row.get(1)?,
        // An unknown kind comes from a newer program; the contract's probe then tells.
        kind: PortalKind::parse(&row.get::<_, String>(2)?).unwrap_or(PortalKind::Contract),
        url: row.get(3)?,
        user: filled(row.get(4)?),
        capabilities: serde_json::from_str(&row.get::<_, String>(5)?).unwrap_or_default(),
        last_contact: filled(row.get(6)?),
        last_failure: serde_json::from_str(&row.get::<_, String>(7)?).ok(),
    })
}

/// The portals, in the order they were added.
pub(crate) fn all(r: &ReadTx<'_>) -> Result<Vec<PortalRow>> {
    let mut statement = r.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM portal WHERE removed_at = '' ORDER BY seq"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The portal of this name, unless it was removed.
pub(crate) fn by_name(r: &ReadTx<'_>, name: &str) -> Result<Option<PortalRow>> {
    Ok(r.conn()
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM portal WHERE name = ?1 AND removed_at = ''"
        ))?
        .query_row([name], read)
        .optional()?)
}

/// The portal with this id, removed or not.
pub(crate) fn by_id(r: &ReadTx<'_>, id: &str) -> Result<Option<PortalRow>> {
    Ok(r.conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM portal WHERE id = ?1"))?
        .query_row([id], read)
        .optional()?)
}

/// A new portal.
pub(crate) fn insert(
    tx: &WriteTx<'_>,
    id: &str,
    name: &str,
    kind: PortalKind,
    url: &str,
    user: &str,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO portal (id, name, kind, url, user, capabilities, cursor, last_contact,
               last_failure, failures, not_before, added_at, removed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, '{}', '', '', '', 0, '', ?6, '')",
        )?
        .execute([id, name, kind.as_str(), url, user, tx.now()])?;
    Ok(())
}

/// Drafts and releases that are approved and never had a way: they were never in the outbox, or
/// were taken out of it with a portal that was removed.
pub(crate) fn approved_without_way(r: &ReadTx<'_>) -> Result<Vec<(String, String)>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT l.draft, l.hash FROM release l JOIN draft d ON d.id = l.draft
         WHERE l.state = 'approved' AND d.trashed_at = ''
           AND NOT EXISTS (SELECT 1 FROM outbox o JOIN portal p ON p.id = o.portal
                           WHERE o.draft = l.draft
                             AND NOT (o.phase = 'withdrawn' AND p.removed_at <> ''))
         ORDER BY l.seq",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Another address.
pub(crate) fn set_url(tx: &WriteTx<'_>, id: &str, url: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE portal SET url = ?2 WHERE id = ?1")?
        .execute([id, url])?;
    Ok(())
}

/// Another account.
pub(crate) fn set_user(tx: &WriteTx<'_>, id: &str, user: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE portal SET user = ?2 WHERE id = ?1")?
        .execute([id, user])?;
    Ok(())
}

/// What it is and can do.
pub(crate) fn set_capabilities(
    tx: &WriteTx<'_>,
    id: &str,
    kind: PortalKind,
    capabilities: &Map<String, Value>,
) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE portal SET kind = ?2, capabilities = ?3 WHERE id = ?1")?
        .execute([id, kind.as_str(), &serde_json::to_string(capabilities)?])?;
    Ok(())
}

/// It answered. Answers whether that was news beyond the time: it was failing or new.
pub(crate) fn note_contact(tx: &WriteTx<'_>, id: &str) -> Result<bool> {
    let news: bool = tx
        .conn()
        .prepare_cached("SELECT last_failure <> '' OR last_contact = '' FROM portal WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    tx.conn()
        .prepare_cached(
            "UPDATE portal SET last_contact = ?2, last_failure = '', failures = 0, not_before = ''
             WHERE id = ?1",
        )?
        .execute([id, tx.now()])?;
    Ok(news)
}

/// It was not reached. Answers how many times in a row.
pub(crate) fn note_failure(tx: &WriteTx<'_>, id: &str, failure: &Failure) -> Result<u32> {
    Ok(tx
        .conn()
        .prepare_cached(
            "UPDATE portal SET last_failure = ?2, failures = failures + 1 WHERE id = ?1
             RETURNING failures",
        )?
        .query_row([id, &serde_json::to_string(failure)?], |row| row.get(0))?)
}

/// Forgets its own pause.
pub(crate) fn wake_portal(tx: &WriteTx<'_>, id: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE portal SET not_before = '', failures = 0 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Forgets its pause and those of everything that waits for it.
pub(crate) fn wake(tx: &WriteTx<'_>, id: &str) -> Result<()> {
    wake_portal(tx, id)?;
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET not_before = '', failures = 0
             WHERE portal = ?1 AND phase IN ('put', 'files', 'withdraw')",
        )?
        .execute([id])?;
    Ok(())
}

/// Where its list of changes was last read to.
pub(crate) fn cursor(r: &ReadTx<'_>, id: &str) -> Result<String> {
    Ok(r.conn()
        .prepare_cached("SELECT cursor FROM portal WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?)
}

/// Where its list of changes was read to.
pub(crate) fn set_cursor(tx: &WriteTx<'_>, id: &str, cursor: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE portal SET cursor = ?2 WHERE id = ?1")?
        .execute(params![id, cursor])?;
    Ok(())
}

/// Removes it: what was open is taken out. Answers the drafts concerned.
pub(crate) fn remove(tx: &WriteTx<'_>, id: &str) -> Result<Vec<String>> {
    let drafts = {
        let mut statement = tx.conn().prepare_cached(
            "UPDATE outbox SET phase = 'withdrawn', attempt_at = '', not_before = '', failure = '',
               bytes_left = 0, turn = 0, updated_at = ?2
             WHERE portal = ?1 AND phase IN ('put', 'files', 'withdraw', 'refused', 'conflict')
             RETURNING draft",
        )?;
        let rows = statement.query_map([id, tx.now()], |row| row.get(0))?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    tx.conn()
        .prepare_cached("UPDATE portal SET removed_at = ?2 WHERE id = ?1")?
        .execute([id, tx.now()])?;
    Ok(drafts)
}

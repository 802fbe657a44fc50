//! The SQL of what portals hold beyond a lane: their own texts, and pieces this desk does not have.

use rusqlite::{OptionalExtension, params};

use super::super::engine::Kept;
use super::super::types::{RemoteAbout, RemoteRow};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// The part of a portal's text that it holds now.
pub(crate) const THEIRS: &str = "theirs";
/// The part that both sides started from.
pub(crate) const BASE: &str = "base";

/// Whether this is a draft of this desk.
pub(crate) fn knows_draft(r: &ReadTx<'_>, draft: &str) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM draft WHERE id = ?1)")?
        .query_row([draft], |row| row.get(0))?)
}

/// Whether this is a release of this draft, made by this desk.
pub(crate) fn knows_release(r: &ReadTx<'_>, draft: &str, release: &str) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM release WHERE hash = ?1 AND draft = ?2)")?
        .query_row([release, draft], |row| row.get(0))?)
}

/// A portal's text for a draft.
pub(crate) fn text(r: &ReadTx<'_>, portal: &str, draft: &str, part: &str) -> Result<Option<Kept>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT etag, content FROM remote_text
             WHERE portal = ?1 AND draft = ?2 AND part = ?3",
        )?
        .query_row([portal, draft, part], |row| {
            Ok(Kept {
                etag: row.get(0)?,
                content: row.get(1)?,
            })
        })
        .optional()?)
}

/// Keeps a portal's text in the place of an older one.
pub(crate) fn keep_text(
    tx: &WriteTx<'_>,
    portal: &str,
    draft: &str,
    part: &str,
    kept: &Kept,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO remote_text (portal, draft, part, etag, content)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute([portal, draft, part, &kept.etag, &kept.content])?;
    Ok(())
}

/// Lets a portal's text go.
pub(crate) fn forget_text(tx: &WriteTx<'_>, portal: &str, draft: &str, part: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM remote_text WHERE portal = ?1 AND draft = ?2 AND part = ?3")?
        .execute([portal, draft, part])?;
    Ok(())
}

/// What a portal's list told of a piece.
pub(crate) fn set_about(tx: &WriteTx<'_>, portal: &str, about: &RemoteAbout) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE mirror SET title = ?3, type = ?4, owner = ?5, updated_at = ?6
             WHERE portal = ?1 AND draft = ?2",
        )?
        .execute(params![
            portal,
            about.draft,
            about.title,
            about.content_type,
            about.owner,
            about.updated_at
        ])?;
    Ok(())
}

/// Another id for a piece the portal named itself.
pub(crate) fn rename(tx: &WriteTx<'_>, portal: &str, from: &str, to: &str) -> Result<()> {
    for sql in [
        "UPDATE mirror SET draft = ?3 WHERE portal = ?1 AND draft = ?2",
        "UPDATE remote_text SET draft = ?3 WHERE portal = ?1 AND draft = ?2",
    ] {
        tx.conn().prepare_cached(sql)?.execute([portal, from, to])?;
    }
    Ok(())
}

/// Pieces of a portal that this desk does not have, newest first.
pub(crate) fn strangers(r: &ReadTx<'_>, portal: &str, limit: u32) -> Result<Vec<RemoteRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT p.name, m.draft, m.title, m.type, m.owner, m.state, m.url, m.updated_at,
                m.wanted, m.theirs <> '' AND m.theirs = m.etag
         FROM mirror m JOIN portal p ON p.id = m.portal
         WHERE m.portal = ?1 AND m.state NOT IN ('deleted', 'withdrawn')
           AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.id = m.draft)
         ORDER BY m.updated_at DESC, m.draft LIMIT ?2",
    )?;
    let rows = statement.query_map(params![portal, limit], |row| {
        Ok(RemoteRow {
            portal: row.get(0)?,
            item: row.get(1)?,
            title: row.get(2)?,
            content_type: row.get(3)?,
            owner: row.get(4)?,
            state: row.get(5)?,
            url: row.get(6)?,
            updated_at: row.get(7)?,
            wanted: row.get(8)?,
            here: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Portals that hold a text for a draft that is not ours and is kept here.
pub(crate) fn portals_with_theirs(r: &ReadTx<'_>, draft: &str) -> Result<Vec<String>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT portal FROM mirror WHERE draft = ?1 AND theirs <> '' ORDER BY portal",
    )?;
    let rows = statement.query_map([draft], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

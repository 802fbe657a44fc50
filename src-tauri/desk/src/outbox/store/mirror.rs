//! The SQL of the mirror: our last knowledge of what portals hold.

use rusqlite::{OptionalExtension, params};

use super::EntryRow;
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// The ETag our next put of a draft may replace.
pub(crate) fn base(r: &ReadTx<'_>, portal: &str, draft: &str) -> Result<Option<String>> {
    Ok(r.conn()
        .prepare_cached("SELECT base FROM mirror WHERE portal = ?1 AND draft = ?2")?
        .query_row([portal, draft], |row| row.get::<_, String>(0))
        .optional()?
        .filter(|base| !base.is_empty()))
}

/// Whether we know that the portal holds this entry's release.
pub(crate) fn portal_holds(r: &ReadTx<'_>, entry: &EntryRow) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM mirror WHERE portal = ?1 AND draft = ?2 AND release = ?3)",
        )?
        .query_row([&entry.portal, &entry.draft, &entry.release], |row| {
            row.get(0)
        })?)
}

/// What a portal holds for a draft, as we now know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MirrorRow {
    pub(crate) remote_id: String,
    pub(crate) url: String,
    pub(crate) etag: String,
    pub(crate) base: String,
    pub(crate) release: String,
    pub(crate) state: String,
    pub(crate) comment: String,
}

/// Our last knowledge of what a portal holds for a draft.
pub(crate) fn mirror(r: &ReadTx<'_>, portal: &str, draft: &str) -> Result<Option<MirrorRow>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT remote_id, url, etag, base, release, state, comment
             FROM mirror WHERE portal = ?1 AND draft = ?2",
        )?
        .query_row([portal, draft], |row| {
            Ok(MirrorRow {
                remote_id: row.get(0)?,
                url: row.get(1)?,
                etag: row.get(2)?,
                base: row.get(3)?,
                release: row.get(4)?,
                state: row.get(5)?,
                comment: row.get(6)?,
            })
        })
        .optional()?)
}

/// Replaces our knowledge of what a portal holds for a draft.
pub(crate) fn set_mirror(
    tx: &WriteTx<'_>,
    portal: &str,
    draft: &str,
    row: &MirrorRow,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO mirror (portal, draft, remote_id, url, etag, base, release, state, comment,
               seen_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT (portal, draft) DO UPDATE SET remote_id = excluded.remote_id,
               url = excluded.url, etag = excluded.etag, base = excluded.base,
               release = excluded.release, state = excluded.state, comment = excluded.comment,
               seen_at = excluded.seen_at",
        )?
        .execute(params![
            portal,
            draft,
            row.remote_id,
            row.url,
            row.etag,
            row.base,
            row.release,
            row.state,
            row.comment,
            tx.now()
        ])?;
    Ok(())
}

/// A person decided that what the portal holds now may be replaced.
pub(crate) fn accept_theirs_as_base(tx: &WriteTx<'_>, portal: &str, draft: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE mirror SET base = etag WHERE portal = ?1 AND draft = ?2")?
        .execute([portal, draft])?;
    Ok(())
}

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

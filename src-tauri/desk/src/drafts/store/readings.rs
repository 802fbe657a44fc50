//! The SQL of what was read out of files on drafts.

use qalam_content::kind::FileReading;
use rusqlite::{OptionalExtension, params};

use crate::db::{ReadTx, WriteTx};
use crate::error::Result;
use crate::imports::Description;
use crate::publications::pages::{PER_PUBLICATION, Piece};
use crate::publications::store::reading_in;

/// A file nobody read yet.
pub(in crate::drafts) struct Waiting {
    /// SHA-256 of its bytes.
    pub(in crate::drafts) sha256: String,
    /// How many bytes it has.
    pub(in crate::drafts) bytes: u64,
    /// The name it has on a draft.
    pub(in crate::drafts) name: String,
}

/// The number of the attachment that came last; 0 when there never was one.
pub(in crate::drafts) fn last_attachment(read: &ReadTx<'_>) -> Result<i64> {
    Ok(read
        .conn()
        .prepare_cached("SELECT ifnull(max(seq), 0) FROM attachment")?
        .query_row([], |row| row.get(0))?)
}

/// Files that were not read, of one draft or of all, the latest attached first.
pub(in crate::drafts) fn waiting(read: &ReadTx<'_>, draft: Option<&str>) -> Result<Vec<Waiting>> {
    // Two statements: one that says "or all" looks at the files of every draft.
    let which = match draft {
        Some(_) => "a.draft = ?1",
        None => "?1 IS NULL",
    };
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT a.sha256, a.bytes, a.name, max(a.seq) AS latest FROM attachment a
         WHERE {which}
           AND NOT EXISTS (SELECT 1 FROM file_reading WHERE sha256 = a.sha256 AND whole = 1)
           AND NOT EXISTS (SELECT 1 FROM publication WHERE sha256 = a.sha256)
         GROUP BY a.sha256 ORDER BY latest DESC",
    ))?;
    let rows = rows.query_map([draft], |row| {
        Ok(Waiting {
            sha256: row.get(0)?,
            bytes: row.get::<_, i64>(1)?.cast_unsigned(),
            name: row.get(2)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What reading these bytes found, and the number of pages; `None` when they were not read.
pub(in crate::drafts) fn find(
    read: &ReadTx<'_>,
    sha256: &str,
) -> Result<Option<(FileReading, Option<u32>)>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT state, warnings, problems, pages FROM file_reading WHERE sha256 = ?1",
        )?
        .query_row([sha256], reading_in)
        .optional()?)
}

/// Begins to store what was read, in the place of what another reading left; the number of the row.
pub(in crate::drafts) fn begin(tx: &WriteTx<'_>, sha256: &str, found: &Description) -> Result<i64> {
    tx.conn()
        .prepare_cached("DELETE FROM file_reading WHERE sha256 = ?1")?
        .execute([sha256])?;
    Ok(tx
        .conn()
        .prepare_cached(
            "INSERT INTO file_reading (sha256, mime, state, pages, languages, problems, warnings,
                                       whole)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) RETURNING seq",
        )?
        .query_row(
            params![
                sha256,
                found.mime,
                found.state,
                found.pages,
                serde_json::to_string(&found.languages)?,
                serde_json::to_string(&found.problems)?,
                serde_json::to_string(&found.warnings)?,
            ],
            |row| row.get(0),
        )?)
}

/// Whether these bytes are read to their end.
pub(in crate::drafts) fn is_whole(read: &ReadTx<'_>, sha256: &str) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM file_reading WHERE sha256 = ?1 AND whole = 1)",
        )?
        .query_row([sha256], |row| row.get(0))?)
}

/// Whether the row of this number is still there.
pub(in crate::drafts) fn is_there(read: &ReadTx<'_>, seq: i64) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM file_reading WHERE seq = ?1)")?
        .query_row([seq], |row| row.get(0))?)
}

/// Stores a page and lets search know it.
pub(in crate::drafts) fn put_page(
    tx: &WriteTx<'_>,
    seq: i64,
    place: i64,
    piece: &Piece<'_>,
) -> Result<()> {
    let id = seq.saturating_mul(PER_PUBLICATION).saturating_add(place);
    tx.conn()
        .prepare_cached("INSERT INTO file_page (id, page, text) VALUES (?1, ?2, ?3)")?
        .execute(params![id, piece.page, piece.text])?;
    tx.conn()
        .prepare_cached("INSERT INTO file_search (rowid, text) VALUES (?1, ?2)")?
        .execute(params![id, piece.text])?;
    Ok(())
}

/// All pages are stored.
pub(in crate::drafts) fn end(tx: &WriteTx<'_>, seq: i64) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE file_reading SET whole = 1 WHERE seq = ?1")?
        .execute([seq])?;
    Ok(())
}

/// The drafts that have these bytes.
pub(in crate::drafts) fn drafts_with(read: &ReadTx<'_>, sha256: &str) -> Result<Vec<String>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT DISTINCT draft FROM attachment WHERE sha256 = ?1")?;
    let rows = rows.query_map([sha256], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Files a person took off drafts and may put back.
pub(in crate::drafts) mod detached {
    use super::*;
    use crate::drafts::types::Attachment;

    /// Remembers a file that was taken off its draft.
    pub(in crate::drafts) fn keep(tx: &WriteTx<'_>, file: &Attachment) -> Result<()> {
        tx.conn()
            .prepare_cached(
                "INSERT INTO detached (id, draft, sha256, session, attachment)
                 VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (id) DO NOTHING",
            )?
            .execute(params![
                file.id,
                file.draft,
                file.sha256,
                tx.session(),
                serde_json::to_string(file)?,
            ])?;
        Ok(())
    }

    /// One of them, which is forgotten.
    pub(in crate::drafts) fn take(tx: &WriteTx<'_>, id: &str) -> Result<Option<Attachment>> {
        let row: Option<String> = tx
            .conn()
            .prepare_cached("DELETE FROM detached WHERE id = ?1 RETURNING attachment")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        Ok(row.as_deref().map(serde_json::from_str).transpose()?)
    }

    /// The runs of the program that keep some.
    pub(in crate::drafts) fn sessions(read: &ReadTx<'_>) -> Result<Vec<String>> {
        let mut rows = read
            .conn()
            .prepare_cached("SELECT DISTINCT session FROM detached")?;
        let rows = rows.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Forgets those of a run beyond the latest `kept`; the hashes of their bytes.
    pub(in crate::drafts) fn forget(
        tx: &WriteTx<'_>,
        session: &str,
        kept: usize,
    ) -> Result<Vec<String>> {
        let mut rows = tx.conn().prepare_cached(
            "DELETE FROM detached WHERE session = ?1 AND seq NOT IN (
               SELECT seq FROM detached WHERE session = ?1 ORDER BY seq DESC LIMIT ?2)
             RETURNING sha256",
        )?;
        let kept = i64::try_from(kept).unwrap_or(i64::MAX);
        let rows = rows.query_map(params![session, kept], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

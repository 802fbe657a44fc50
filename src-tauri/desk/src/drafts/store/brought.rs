//! The SQL of what became of files that drafts were made from.

use rusqlite::{OptionalExtension, params};

use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// A row as it is stored.
#[derive(Clone, Debug)]
pub(in crate::drafts) struct Row {
    pub(in crate::drafts) name: String,
    pub(in crate::drafts) lang: String,
    pub(in crate::drafts) report: String,
    pub(in crate::drafts) story: String,
    pub(in crate::drafts) taken: String,
    pub(in crate::drafts) other: String,
    pub(in crate::drafts) asked: bool,
}

/// Stores what became of a file, in the place of what was known.
pub(in crate::drafts) fn put(tx: &WriteTx<'_>, draft: &str, row: &Row) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO brought_in (draft, name, lang, report, story, taken, other, asked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (draft) DO UPDATE SET report = excluded.report, story = excluded.story,
               taken = excluded.taken, other = excluded.other, asked = excluded.asked",
        )?
        .execute(params![
            draft, row.name, row.lang, row.report, row.story, row.taken, row.other, row.asked
        ])?;
    Ok(())
}

/// What became of the file a draft was made from.
pub(in crate::drafts) fn find(read: &ReadTx<'_>, draft: &str) -> Result<Option<Row>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT name, lang, report, story, taken, other, asked FROM brought_in WHERE draft = ?1",
        )?
        .query_row([draft], |row| {
            Ok(Row {
                name: row.get(0)?,
                lang: row.get(1)?,
                report: row.get(2)?,
                story: row.get(3)?,
                taken: row.get(4)?,
                other: row.get(5)?,
                asked: row.get(6)?,
            })
        })
        .optional()?)
}

/// Language, report and the other text of a draft whose tracked changes nobody has decided on.
pub(in crate::drafts) fn undecided(
    read: &ReadTx<'_>,
    draft: &str,
) -> Result<Option<(String, String, String)>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT lang, report, other FROM brought_in WHERE draft = ?1 AND asked")?
        .query_row([draft], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?)
}

/// The originals of drafts in other languages, latest changed first: draft, language, title, body.
/// Drafts that have `lang` already are not asked.
pub(in crate::drafts) fn others(
    read: &ReadTx<'_>,
    lang: &str,
    most: u32,
) -> Result<Vec<(String, String, String, String)>> {
    let mut rows = read.conn().prepare_cached(
        "SELECT d.id, d.primary_lang, r.title, r.body FROM draft d
         JOIN language_version v ON v.draft = d.id AND v.lang = d.primary_lang
         JOIN revision r ON r.seq = v.head
         WHERE d.trashed_at = '' AND d.primary_lang <> ?1
           AND NOT EXISTS (SELECT 1 FROM language_version o WHERE o.draft = d.id AND o.lang = ?1)
         ORDER BY d.changed DESC LIMIT ?2",
    )?;
    let rows = rows.query_map(params![lang, most], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

//! The SQL of revisions.

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value};

use super::json_map;
use crate::db::{ReadTx, WriteTx};
use crate::drafts::rules;
use crate::drafts::types::{LanguageVersion, RevisionRow};
use crate::error::{LanguageVersionText, Result};
use crate::profile::Actor;

/// A text to be stored as a revision.
pub(in crate::drafts) struct NewText<'a> {
    pub(in crate::drafts) lang: &'a str,
    pub(in crate::drafts) title: &'a str,
    pub(in crate::drafts) summary: &'a str,
    pub(in crate::drafts) body: &'a str,
    pub(in crate::drafts) fields: &'a Map<String, Value>,
    pub(in crate::drafts) words: u32,
}

/// How a new revision is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::drafts) enum Kept {
    /// The next save of its burst may take its place.
    Loose,
    /// As it is.
    Pinned,
    /// As it is, beside the texts that were once the present one.
    Aside,
}

/// Adds a revision; its `seq`.
pub(in crate::drafts) fn insert_revision(
    tx: &WriteTx<'_>,
    draft: &str,
    rev: &str,
    text: &NewText<'_>,
    actor: &Actor,
    kept: Kept,
) -> Result<i64> {
    Ok(tx
        .conn()
        .prepare_cached(
            "INSERT INTO revision (id, draft, lang, person, person_name, session, pinned, aside,
                                   burst_at, saved_at, words, sense, handed_at, title, summary,
                                   fields, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?14, ?8, ?8, ?9, ?15, '', ?10, ?11, ?12, ?13)",
        )?
        .insert(params![
            rev,
            draft,
            text.lang,
            actor.person,
            actor.name,
            tx.session(),
            kept != Kept::Loose,
            tx.now(),
            text.words,
            text.title,
            text.summary,
            serde_json::to_string(text.fields)?,
            text.body,
            kept == Kept::Aside,
            rules::sense(text.title, text.summary, text.body),
        ])?)
}

/// The revision that keeps exactly this text aside, if one does.
pub(in crate::drafts) fn kept_aside(
    read: &ReadTx<'_>,
    draft: &str,
    text: &NewText<'_>,
) -> Result<Option<String>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT id FROM revision WHERE draft = ?1 AND lang = ?2 AND aside AND title = ?3
               AND summary = ?4 AND fields = ?5 AND body = ?6 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row(
            params![
                draft,
                text.lang,
                text.title,
                text.summary,
                serde_json::to_string(text.fields)?,
                text.body
            ],
            |row| row.get(0),
        )
        .optional()?)
}

/// Gives a revision a new text and a new id.
pub(in crate::drafts) fn replace_revision(
    tx: &WriteTx<'_>,
    seq: i64,
    rev: &str,
    text: &NewText<'_>,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE revision SET id = ?2, saved_at = ?3, words = ?4, title = ?5, summary = ?6,
                                 fields = ?7, body = ?8, sense = ?9
             WHERE seq = ?1 AND pinned = 0",
        )?
        .execute(params![
            seq,
            rev,
            tx.now(),
            text.words,
            text.title,
            text.summary,
            serde_json::to_string(text.fields)?,
            text.body,
            rules::sense(text.title, text.summary, text.body),
        ])?;
    Ok(())
}

/// Makes sure a revision stays as it is, because something refers to it.
pub(crate) fn pin(tx: &WriteTx<'_>, seq: i64) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE revision SET pinned = 1 WHERE seq = ?1 AND pinned = 0")?
        .execute([seq])?;
    Ok(())
}

/// Makes sure the present revisions of a draft stay as they are.
pub(crate) fn pin_all(tx: &WriteTx<'_>, draft: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE revision SET pinned = 1 WHERE pinned = 0
               AND seq IN (SELECT head FROM language_version WHERE draft = ?1)",
        )?
        .execute([draft])?;
    Ok(())
}

/// Notes that the present texts of a draft were handed in: versions with a name of their own.
pub(crate) fn note_handed(tx: &WriteTx<'_>, draft: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE revision SET handed_at = ?2
             WHERE seq IN (SELECT head FROM language_version WHERE draft = ?1)",
        )?
        .execute([draft, tx.now()])?;
    Ok(())
}

/// The kept revisions of a language version, newest first.
pub(in crate::drafts) fn history(
    read: &ReadTx<'_>,
    draft: &str,
    lang: &str,
    limit: u32,
) -> Result<Vec<RevisionRow>> {
    let mut rows = read.conn().prepare_cached(
        "SELECT r.id, r.saved_at, r.person_name, r.words, r.title, r.aside, r.handed_at,
                EXISTS (SELECT 1 FROM language_version v WHERE v.head = r.seq)
         FROM revision r WHERE r.draft = ?1 AND r.lang = ?2 ORDER BY r.seq DESC LIMIT ?3",
    )?;
    let rows = rows.query_map(params![draft, lang, limit], |row| {
        Ok(RevisionRow {
            rev: row.get(0)?,
            at: row.get(1)?,
            by: row.get(2)?,
            words: row.get(3)?,
            title: row.get(4)?,
            aside: row.get(5)?,
            handed_at: Some(row.get(6)?).filter(|at: &String| !at.is_empty()),
            current: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A kept revision of a draft.
pub(in crate::drafts) struct RevisionText {
    pub(in crate::drafts) seq: i64,
    pub(in crate::drafts) text: LanguageVersion,
}

/// The text of a revision by its `seq`.
pub(in crate::drafts) fn revision_at(
    read: &ReadTx<'_>,
    seq: i64,
) -> Result<Option<LanguageVersion>> {
    let found: Option<(String, String)> = read
        .conn()
        .prepare_cached("SELECT id, draft FROM revision WHERE seq = ?1")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((rev, draft)) = found else {
        return Ok(None);
    };
    Ok(revision(read, &draft, &rev)?.map(|found| found.text))
}

pub(in crate::drafts) fn revision(
    read: &ReadTx<'_>,
    draft: &str,
    rev: &str,
) -> Result<Option<RevisionText>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT seq, lang, id, title, summary, body, fields, words, saved_at, person_name
             FROM revision WHERE id = ?1 AND draft = ?2",
        )?
        .query_row([rev, draft], |row| {
            Ok(RevisionText {
                seq: row.get(0)?,
                text: LanguageVersion {
                    lang: row.get(1)?,
                    rev: row.get(2)?,
                    title: row.get(3)?,
                    summary: row.get(4)?,
                    body: row.get(5)?,
                    fields: json_map(&row.get::<_, String>(6)?),
                    words: row.get(7)?,
                    saved_at: row.get(8)?,
                    by: row.get(9)?,
                },
            })
        })
        .optional()?)
}

/// The text of a revision, or, when a burst of writing has taken it up meanwhile, the last kept
/// one before it; an empty one when there is none.
pub(in crate::drafts) fn base_text(
    read: &ReadTx<'_>,
    draft: &str,
    lang: &str,
    rev: &str,
) -> Result<LanguageVersionText> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT id, title, summary, body FROM revision
             WHERE draft = ?1 AND lang = ?2 AND id <= ?3 AND (NOT aside OR id = ?3)
             ORDER BY id = ?3 DESC, seq DESC LIMIT 1",
        )?
        .query_row([draft, lang, rev], |row| {
            Ok(LanguageVersionText {
                rev: row.get(0)?,
                lang: lang.to_owned(),
                title: row.get(1)?,
                summary: row.get(2)?,
                body: row.get(3)?,
            })
        })
        .optional()?
        .unwrap_or_else(|| LanguageVersionText {
            lang: lang.to_owned(),
            ..LanguageVersionText::default()
        }))
}

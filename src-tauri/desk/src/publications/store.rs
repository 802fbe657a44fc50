//! The SQL of publications and of the intake's journal.

use qalam_content::kind::FileReading;
use rusqlite::{OptionalExtension, Row, params};
use serde::de::DeserializeOwned;

use super::likeness;
use super::pages::{self, Piece};
use super::same::title_key;
use super::slim::SlimChoice;
use super::{MAX_PAGE, Publication, PublicationPage, PublicationQuery, PublicationSort};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Code, Error, Result};
use crate::search::words::Query;

const COLUMNS: &str = "p.seq, p.id, p.sha256, p.name, p.path, p.bytes, p.mime, p.state, p.title, \
     p.authors, p.corporate_author, p.year, p.languages, p.pages, p.publication_type, p.licence, \
     p.doi, p.isbn, p.issn, p.text_chars, p.has_thumbnail, p.added_at, p.updated_at, p.origins, \
     p.problems, p.numbers, p.sources, p.confidence, p.warnings, p.slim, \
     (SELECT count(DISTINCT draft) FROM attachment a WHERE a.publication = p.id), \
     (SELECT newer FROM superseded s WHERE s.publication = p.id), \
     (SELECT count(*) FROM publication_copy c WHERE c.publication = p.id), \
     (SELECT count(*) FROM likeness l WHERE l.publication = p.id AND l.settled = '')";
/// How many columns those are.
const COLUMN_COUNT: usize = 34;

/// What the portal asks for and a person still has to say.
const MISSING: &str = "(p.publication_type = '' OR p.corporate_author = '' OR p.year IS NULL \
     OR p.languages = '[]' OR p.licence = '' OR json_extract(p.origins, '$.title') = 'name')";

/// Only those of which a newer edition is here, or only the others.
const SUPERSEDED: &str = " AND EXISTS (SELECT 1 FROM superseded s WHERE s.publication = p.id)";
const COUNTING: &str = " AND NOT EXISTS (SELECT 1 FROM superseded s WHERE s.publication = p.id)";

/// A value kept as JSON in a column.
pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            column,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<(i64, Publication)> {
    Ok((
        row.get(0)?,
        Publication {
            id: row.get(1)?,
            sha256: row.get(2)?,
            name: row.get(3)?,
            path: row.get(4)?,
            bytes: row.get::<_, i64>(5)?.cast_unsigned(),
            mime: row.get(6)?,
            state: row.get(7)?,
            title: row.get(8)?,
            authors: json(row, 9)?,
            corporate_author: row.get(10)?,
            year: row.get(11)?,
            languages: json(row, 12)?,
            pages: row.get(13)?,
            publication_type: row.get(14)?,
            licence: row.get(15)?,
            doi: row.get(16)?,
            isbn: row.get(17)?,
            issn: row.get(18)?,
            text_chars: row.get(19)?,
            has_thumbnail: row.get(20)?,
            added_at: row.get(21)?,
            updated_at: row.get(22)?,
            origins: json(row, 23)?,
            problems: json(row, 24)?,
            numbers: json(row, 25)?,
            sources: json(row, 26)?,
            confidence: json(row, 27)?,
            warnings: json(row, 28)?,
            slim: SlimChoice::parse(row.get_ref(29)?.as_str()?).unwrap_or_default(),
            attached_to: row.get(30)?,
            superseded_by: row.get(31)?,
            copies: row.get(32)?,
            open_likenesses: row.get(33)?,
        }
        .with_persons_first(),
    ))
}

/// One publication.
pub(crate) fn get(r: &ReadTx, id: &str) -> Result<Publication> {
    r.conn()
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM publication p WHERE p.id = ?1"
        ))?
        .query_row([id], read)
        .optional()?
        .map(|(_, found)| found)
        .ok_or_else(|| Error::not_found("publication", id))
}

/// The id of the publication with these bytes, as its file or as a further one.
pub(crate) fn with_bytes(r: &ReadTx, sha256: &str) -> Result<Option<String>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT id FROM publication WHERE sha256 = ?1
             UNION ALL SELECT publication FROM publication_copy WHERE sha256 = ?1
             LIMIT 1",
        )?
        .query_row([sha256], |row| row.get(0))
        .optional()?)
}

/// The publication of exactly these bytes, when there is a picture of its first page.
pub(crate) fn pictured(r: &ReadTx, sha256: &str) -> Result<Option<String>> {
    Ok(r.conn()
        .prepare_cached("SELECT id FROM publication WHERE sha256 = ?1 AND has_thumbnail = 1")?
        .query_row([sha256], |row| row.get(0))
        .optional()?)
}

/// What reading these bytes found, and their number of pages; `None` when they are no
/// publication's.
pub(crate) fn reading(r: &ReadTx, sha256: &str) -> Result<Option<(FileReading, Option<u32>)>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT state, warnings, problems, pages FROM publication WHERE sha256 = ?1",
        )?
        .query_row([sha256], reading_in)
        .optional()?)
}

/// A row of state, warnings, problems and number of pages, of whatever was read.
pub(crate) fn reading_in(row: &Row<'_>) -> rusqlite::Result<(FileReading, Option<u32>)> {
    let reading = FileReading {
        state: row.get(0)?,
        warnings: json(row, 1)?,
        problems: json(row, 2)?,
    };
    Ok((reading, row.get(3)?))
}

/// The text of a publication, pages separated by form feeds; empty when none could be read.
pub(crate) fn text(r: &ReadTx, id: &str) -> Result<String> {
    let mut statement = r.conn().prepare_cached(
        "SELECT g.page, g.text FROM publication p
         JOIN publication_page g ON g.id BETWEEN p.seq * 65536 AND p.seq * 65536 + 65535
         WHERE p.id = ?1 ORDER BY g.id",
    )?;
    let mut rows = statement.query([id])?;
    let mut pieces = Vec::new();
    while let Some(row) = rows.next()? {
        pieces.push(Piece {
            page: row.get(0)?,
            text: row.get::<_, String>(1)?.into(),
        });
    }
    Ok(pages::join(&pieces))
}

/// The drafts a publication is attached to, the latest changed first.
pub(crate) fn drafts_with(r: &ReadTx, id: &str) -> Result<Vec<String>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT DISTINCT d.id FROM attachment a JOIN draft d ON d.id = a.draft
         WHERE a.publication = ?1 ORDER BY d.changed DESC LIMIT 100",
    )?;
    let rows = statement.query_map([id], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Inserts a publication and its text.
pub(crate) fn insert(tx: &WriteTx, new: &Publication, text: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO publication (id, sha256, name, path, bytes, mime, state, title, title_key,
               authors, corporate_author, year, languages, pages, publication_type, licence, doi,
               isbn, issn, text_chars, has_thumbnail, added_at, updated_at, origins, problems,
               numbers, sources, confidence, warnings, slim)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
               ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30)",
        )?
        .execute(params![
            new.id,
            new.sha256,
            new.name,
            new.path,
            new.bytes.cast_signed(),
            new.mime,
            new.state,
            new.title,
            title_key(&new.title),
            serde_json::to_string(&new.authors)?,
            new.corporate_author,
            new.year,
            serde_json::to_string(&new.languages)?,
            new.pages,
            new.publication_type,
            new.licence,
            new.doi,
            new.isbn,
            new.issn,
            new.text_chars,
            new.has_thumbnail,
            tx.now(),
            tx.now(),
            serde_json::to_string(&new.origins)?,
            serde_json::to_string(&new.problems)?,
            serde_json::to_string(&new.numbers)?,
            serde_json::to_string(&new.sources)?,
            serde_json::to_string(&new.confidence)?,
            serde_json::to_string(&new.warnings)?,
            new.slim.as_str(),
        ])?;
    put_text(tx, tx.conn().last_insert_rowid(), text)
}

/// Stores the text of a publication, by its seq; search learns of it afterwards.
fn put_text(tx: &WriteTx, seq: i64, text: &str) -> Result<()> {
    let mut insert = tx
        .conn()
        .prepare_cached("INSERT INTO publication_page (id, page, text) VALUES (?1, ?2, ?3)")?;
    for (id, piece) in pages::cut(text) {
        insert.execute(params![
            seq * pages::PER_PUBLICATION + id,
            piece.page,
            piece.text
        ])?;
    }
    tx.conn()
        .prepare_cached("INSERT OR REPLACE INTO unindexed (publication, done) VALUES (?1, ?2)")?
        .execute([seq, seq * pages::PER_PUBLICATION])?;
    Ok(())
}

/// Stores what reading a file again found beside the values of [`update`], and its text instead of
/// the one before.
pub(crate) fn reread(tx: &WriteTx, changed: &Publication, text: &str) -> Result<()> {
    crate::search::forget_publication(tx, &changed.id)?;
    let seq: i64 = tx
        .conn()
        .prepare_cached(
            "UPDATE publication SET mime = ?2, state = ?3, text_chars = ?4, has_thumbnail = ?5,
               problems = ?6, sources = ?7, confidence = ?8, warnings = ?9
             WHERE id = ?1 RETURNING seq",
        )?
        .query_row(
            params![
                changed.id,
                changed.mime,
                changed.state,
                changed.text_chars,
                changed.has_thumbnail,
                serde_json::to_string(&changed.problems)?,
                serde_json::to_string(&changed.sources)?,
                serde_json::to_string(&changed.confidence)?,
                serde_json::to_string(&changed.warnings)?,
            ],
            |row| row.get(0),
        )?;
    tx.conn()
        .prepare_cached("DELETE FROM publication_page WHERE id BETWEEN ?1 AND ?2")?
        .execute([
            seq * pages::PER_PUBLICATION,
            (seq + 1) * pages::PER_PUBLICATION - 1,
        ])?;
    put_text(tx, seq, text)
}

/// Stores a changed description. Bytes, name and origin of the file stay, and so does what the
/// program said about its own values: a correction that is taken back finds it again.
pub(crate) fn update(tx: &WriteTx, changed: &Publication) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE publication SET title = ?2, title_key = ?3, authors = ?4,
               corporate_author = ?5, year = ?6, languages = ?7, pages = ?8,
               publication_type = ?9, licence = ?10, doi = ?11, isbn = ?12, issn = ?13,
               updated_at = ?14, origins = ?15, numbers = ?16
             WHERE id = ?1",
        )?
        .execute(params![
            changed.id,
            changed.title,
            title_key(&changed.title),
            serde_json::to_string(&changed.authors)?,
            changed.corporate_author,
            changed.year,
            serde_json::to_string(&changed.languages)?,
            changed.pages,
            changed.publication_type,
            changed.licence,
            changed.doi,
            changed.isbn,
            changed.issn,
            tx.now(),
            serde_json::to_string(&changed.origins)?,
            serde_json::to_string(&changed.numbers)?,
        ])?;
    likeness::store::sign_again(tx, changed)
}

/// Deletes a publication and what the journal knows of it, so that it can come in again.
pub(crate) fn delete(tx: &WriteTx, id: &str) -> Result<()> {
    for sql in [
        "DELETE FROM intake WHERE publication = ?1",
        "DELETE FROM likeness WHERE other = ?1",
        "DELETE FROM unindexed WHERE publication = (SELECT seq FROM publication WHERE id = ?1)",
        "DELETE FROM publication WHERE id = ?1",
    ] {
        tx.conn().prepare_cached(sql)?.execute([id])?;
    }
    Ok(())
}

/// The column a list is sorted by; never NULL, so that a cursor can stand on every row.
const fn sort_key(sort: PublicationSort) -> &'static str {
    match sort {
        PublicationSort::Added => "p.seq",
        PublicationSort::Title => "p.title_key",
        PublicationSort::Year => "ifnull(p.year, 0)",
        PublicationSort::Name => "p.name",
        PublicationSort::Bytes => "p.bytes",
        PublicationSort::PublicationType => "p.publication_type",
    }
}

/// One page of a list. The cursor is the sort key and `seq` of the last row, as JSON.
pub(crate) fn page(
    r: &ReadTx,
    wanted: &PublicationQuery,
    query: Option<&Query>,
) -> Result<PublicationPage> {
    let found = query
        .map(|query| crate::search::store::publications_with(r, query))
        .transpose()?
        .map(|seqs| serde_json::to_string(&seqs))
        .transpose()?;
    let mut filter = String::from("(?1 IS NULL OR p.seq IN (SELECT value FROM json_each(?1)))");
    match wanted.missing {
        Some(true) => filter.push_str(&format!(" AND {MISSING}")),
        Some(false) => filter.push_str(&format!(" AND NOT ifnull({MISSING}, 0)")),
        None => {}
    }
    match wanted.superseded {
        Some(true) => filter.push_str(SUPERSEDED),
        Some(false) => filter.push_str(COUNTING),
        None => {}
    }
    let total: u32 = r
        .conn()
        .prepare_cached(&format!(
            "SELECT count(*) FROM publication p WHERE {filter}"
        ))?
        .query_row([&found], |row| row.get(0))?;

    let key = sort_key(wanted.sort);
    let (direction, beyond) = if wanted.desc {
        ("DESC", "<")
    } else {
        ("ASC", ">")
    };
    let (after_key, after_seq) = match wanted.after.as_deref() {
        Some(cursor) => read_cursor(cursor)?,
        None => (rusqlite::types::Value::Null, None),
    };
    let limit = match wanted.limit {
        0 => 100,
        asked => asked.min(MAX_PAGE),
    };
    let sql = format!(
        "SELECT {COLUMNS}, {key} FROM publication p
         WHERE {filter} AND (?3 IS NULL OR ({key}, p.seq) {beyond} (?2, ?3))
         ORDER BY {key} {direction}, p.seq {direction}
         LIMIT ?4"
    );
    let mut statement = r.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![found, after_key, after_seq, i64::from(limit) + 1],
        |row| {
            let (seq, publication) = read(row)?;
            let key: rusqlite::types::Value = row.get(COLUMN_COUNT)?;
            Ok((seq, key, publication))
        },
    )?;
    let mut rows: Vec<(i64, rusqlite::types::Value, Publication)> =
        rows.collect::<rusqlite::Result<_>>()?;
    let more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if more {
        rows.pop();
    }
    let next = rows
        .last()
        .filter(|_| more)
        .map(|(seq, key, _)| cursor(key, *seq));
    Ok(PublicationPage {
        publications: rows.into_iter().map(|(_, _, row)| row).collect(),
        next,
        total,
    })
}

/// The ids of the publications that are found with these words.
pub(crate) fn found(r: &ReadTx, query: &Query) -> Result<Vec<String>> {
    let seqs = serde_json::to_string(&crate::search::store::publications_with(r, query)?)?;
    Ok(r.conn()
        .prepare_cached(
            "SELECT id FROM publication WHERE seq IN (SELECT value FROM json_each(?1))
             ORDER BY seq",
        )?
        .query_map([seqs], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?)
}

fn cursor(key: &rusqlite::types::Value, seq: i64) -> String {
    let key = match key {
        rusqlite::types::Value::Integer(number) => serde_json::json!(number),
        rusqlite::types::Value::Text(text) => serde_json::json!(text),
        _ => serde_json::Value::Null,
    };
    serde_json::json!([key, seq]).to_string()
}

fn read_cursor(cursor: &str) -> Result<(rusqlite::types::Value, Option<i64>)> {
    let bad = || Error::new(Code::BadCursor);
    let (key, seq): (serde_json::Value, i64) = serde_json::from_str(cursor).map_err(|_| bad())?;
    let key = match key {
        serde_json::Value::Number(number) => {
            rusqlite::types::Value::Integer(number.as_i64().ok_or_else(bad)?)
        }
        serde_json::Value::String(text) => rusqlite::types::Value::Text(text),
        _ => return Err(bad()),
    };
    Ok((key, Some(seq)))
}

/// How a file is recognised without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileSign {
    /// Where it is.
    pub(crate) path: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// When it was changed last, in nanoseconds since 1970, and where the system says it, when
    /// anything of it was.
    pub(crate) modified: String,
}

/// The publication that came of exactly this file before, as the journal knows it: id and hash.
pub(crate) fn journalled(r: &ReadTx, sign: &FileSign) -> Result<Option<(String, String)>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT p.id, p.sha256 FROM intake i
             JOIN publication p ON p.id = i.publication AND p.sha256 = i.sha256
             WHERE i.path = ?1 AND i.bytes = ?2 AND i.modified = ?3
               AND i.status IN ('added', 'same_bytes')",
        )?
        .query_row(
            params![sign.path, sign.bytes.cast_signed(), sign.modified],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?)
}

/// Whether somebody decided about exactly this file: it went through an intake, or was declined.
pub(crate) fn is_settled(r: &ReadTx, sign: &FileSign) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM intake WHERE path = ?1 AND bytes = ?2 AND modified = ?3)
                 OR EXISTS (SELECT 1 FROM watch_declined
                            WHERE path = ?1 AND bytes = ?2 AND modified = ?3)",
        )?
        .query_row(
            params![sign.path, sign.bytes.cast_signed(), sign.modified],
            |row| row.get(0),
        )?)
}

/// A person does not want this file, as it is now.
pub(crate) fn decline(tx: &WriteTx, sign: &FileSign) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO watch_declined (path, bytes, modified) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![sign.path, sign.bytes.cast_signed(), sign.modified])?;
    Ok(())
}

/// Writes into the journal what became of a file.
pub(crate) fn journal(
    tx: &WriteTx,
    sign: &FileSign,
    status: &str,
    publication: &str,
    sha256: &str,
    problems: &[qalam_content::problem::Problem],
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO intake (path, bytes, modified, status, publication, sha256, problems, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, modified = excluded.modified,
               status = excluded.status, publication = excluded.publication,
               sha256 = excluded.sha256, problems = excluded.problems, at = excluded.at",
        )?
        .execute(params![
            sign.path,
            sign.bytes.cast_signed(),
            sign.modified,
            status,
            publication,
            sha256,
            serde_json::to_string(problems)?,
            tx.now(),
        ])?;
    Ok(())
}

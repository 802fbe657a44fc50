//! The SQL of finding drafts by what is inside their files.

use rusqlite::params;

use super::HitText;
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;
use crate::search::words::Query;
use crate::search::{Candidate, HitKind, SearchRequest};

/// Files on drafts that answer the query, each with the page that answers best. Files that are
/// publications are found as such.
pub(crate) fn candidates(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    limit: u32,
) -> Result<Vec<Candidate>> {
    let mut statement = r.conn().prepare_cached(
        "WITH found AS MATERIALIZED (
           SELECT rowid AS id, bm25(file_search) AS score
           FROM file_search WHERE file_search MATCH ?1),
         best AS MATERIALIZED (
           SELECT id / 65536 AS seq, id, min(score) AS score FROM found GROUP BY id / 65536)
         SELECT d.seq, d.id, b.id, max(a.seq),
                b.score
                  * (1.0 + 1.0 / (1.0 + max(0.0, julianday(?2) - julianday(d.updated_at)) / 30.0))
                  AS score
         FROM best b
         JOIN file_reading f ON f.seq = b.seq
         JOIN attachment a ON a.sha256 = f.sha256
         JOIN draft d ON d.id = a.draft
         WHERE d.trashed_at = ''
           AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(f.languages) WHERE value = ?3))
           AND (?4 IS NULL OR d.type = ?4)
         GROUP BY d.seq, b.id
         ORDER BY score, d.seq DESC
         LIMIT ?5",
    )?;
    let rows = statement.query_map(
        params![
            query.to_fts(),
            r.now(),
            request.lang,
            request.content_type,
            limit
        ],
        |row| {
            Ok(Candidate {
                kind: HitKind::Draft,
                seq: row.get(0)?,
                id: row.get(1)?,
                piece: row.get(2)?,
                file: Some(row.get(3)?),
                score: row.get(4)?,
            })
        },
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a hit in a file shows: the title of the draft, the page of the file.
pub(crate) fn text_of(r: &ReadTx, piece: i64, attachment: i64) -> Result<HitText> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT v.title, json_extract(f.languages, '$[0]'), g.text, a.name,
                    ifnull(g.page, CASE WHEN f.mime = 'application/pdf' OR f.pages = 1 THEN 1 END)
             FROM attachment a
             JOIN draft d ON d.id = a.draft
             JOIN language_version l ON l.draft = d.id AND l.lang = d.primary_lang
             JOIN revision v ON v.seq = l.head
             JOIN file_page g ON g.id = ?1
             JOIN file_reading f ON f.seq = ?1 / 65536
             WHERE a.seq = ?2",
        )?
        .query_row([piece, attachment], |row| {
            Ok(HitText {
                title: row.get(0)?,
                lang: row.get(1)?,
                text: row.get(2)?,
                file: row.get(3)?,
                page: row.get(4)?,
            })
        })?)
}

/// Indexes the text of all files on drafts.
pub(crate) fn index_all(tx: &WriteTx) -> Result<()> {
    tx.conn().execute(
        "INSERT INTO file_search (rowid, text) SELECT id, text FROM file_page",
        [],
    )?;
    Ok(())
}

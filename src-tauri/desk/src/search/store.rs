//! The SQL of the search index.

use rusqlite::params;

use super::words::Query;
use super::{Candidate, HitKind, SearchRequest};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// What a hit shows.
pub(crate) struct HitText {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
}

/// Language versions that answer the query. More than `limit`, because several may belong to one
/// draft. A title counts eight times as much as the body; what was changed today counts twice as
/// much as what is old.
pub(crate) fn draft_candidates(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    limit: u32,
) -> Result<Vec<Candidate>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT v.seq, v.draft,
                bm25(draft_search, 8.0, 4.0, 1.0)
                  * (1.0 + 1.0 / (1.0 + max(0.0, julianday(?2) - julianday(d.updated_at)) / 30.0))
                  AS score
         FROM draft_search
         JOIN language_version v ON v.seq = draft_search.rowid
         JOIN draft d ON d.id = v.draft
         WHERE draft_search MATCH ?1
           AND d.trashed_at = ''
           AND (?3 IS NULL OR v.lang = ?3)
           AND (?4 IS NULL OR d.type = ?4)
         ORDER BY score, v.seq DESC
         LIMIT ?5",
    )?;
    let rows = statement.query_map(
        params![
            query.to_fts(),
            r.now(),
            request.lang,
            request.content_type,
            limit.saturating_mul(4)
        ],
        |row| {
            Ok(Candidate {
                kind: HitKind::Draft,
                seq: row.get(0)?,
                id: row.get(1)?,
                score: row.get(2)?,
            })
        },
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Publications that answer the query, weighed like drafts.
pub(crate) fn publication_candidates(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    limit: u32,
) -> Result<Vec<Candidate>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT p.seq, p.id,
                bm25(publication_search, 8.0, 4.0, 1.0)
                  * (1.0 + 1.0 / (1.0 + max(0.0, julianday(?2) - julianday(p.updated_at)) / 30.0))
                  AS score
         FROM publication_search
         JOIN publication p ON p.seq = publication_search.rowid
         WHERE publication_search MATCH ?1
           AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(p.languages) WHERE value = ?3))
         ORDER BY score, p.seq DESC
         LIMIT ?4",
    )?;
    let rows = statement.query_map(
        params![query.to_fts(), r.now(), request.lang, limit],
        |row| {
            Ok(Candidate {
                kind: HitKind::Publication,
                seq: row.get(0)?,
                id: row.get(1)?,
                score: row.get(2)?,
            })
        },
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The texts of a found row, from where they are kept; the index itself holds none.
pub(crate) fn text_of(r: &ReadTx, found: &Candidate) -> Result<HitText> {
    let sql = match found.kind {
        HitKind::Draft => {
            "SELECT r.title, v.lang, r.summary, r.body
             FROM language_version v JOIN revision r ON r.seq = v.head
             WHERE v.seq = ?1"
        }
        HitKind::Publication => {
            "SELECT p.title, json_extract(p.languages, '$[0]'), ifnull(t.text, ''), ''
             FROM publication p LEFT JOIN publication_text t ON t.publication = p.id
             WHERE p.seq = ?1"
        }
    };
    let (title, lang, mut text, body): (String, Option<String>, String, String) = r
        .conn()
        .prepare_cached(sql)?
        .query_row(params![found.seq], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&qalam_content::body::plain_text(&body));
    }
    Ok(HitText { title, text, lang })
}

/// Indexes the present text of language versions: all, or one of a draft.
pub(crate) fn index_versions(tx: &WriteTx, which: Option<(&str, &str)>) -> Result<()> {
    let seqs: Vec<i64> = match which {
        Some((draft, lang)) => tx
            .conn()
            .prepare_cached("SELECT seq FROM language_version WHERE draft = ?1 AND lang = ?2")?
            .query_map([draft, lang], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?,
        None => tx
            .conn()
            .prepare_cached("SELECT seq FROM language_version")?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?,
    };
    for seq in seqs {
        let (title, summary, body): (String, String, String) = tx
            .conn()
            .prepare_cached(
                "SELECT r.title, r.summary, r.body
                 FROM language_version v JOIN revision r ON r.seq = v.head
                 WHERE v.seq = ?1",
            )?
            .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let text = qalam_content::body::plain_text(&body);
        tx.conn()
            .prepare_cached(
                "INSERT OR REPLACE INTO draft_search (rowid, title, summary, body)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![seq, title, summary, text])?;
    }
    Ok(())
}

/// Indexes the present description and text of one publication, or of all. The file name and the
/// identifiers are found in the column of the authors.
pub(crate) fn index_publications(tx: &WriteTx, publication: Option<&str>) -> Result<()> {
    let sql = if publication.is_some() {
        "INSERT OR REPLACE INTO publication_search (rowid, title, authors, text)
         SELECT p.seq, p.title,
                (SELECT ifnull(group_concat(value, ', '), '') FROM json_each(p.authors))
                  || ', ' || p.corporate_author || ', ' || p.name
                  || ', ' || p.doi || ', ' || p.isbn || ', ' || p.issn,
                ifnull(t.text, '')
         FROM publication p LEFT JOIN publication_text t ON t.publication = p.id
         WHERE p.id = ?1"
    } else {
        "INSERT OR REPLACE INTO publication_search (rowid, title, authors, text)
         SELECT p.seq, p.title,
                (SELECT ifnull(group_concat(value, ', '), '') FROM json_each(p.authors))
                  || ', ' || p.corporate_author || ', ' || p.name
                  || ', ' || p.doi || ', ' || p.isbn || ', ' || p.issn,
                ifnull(t.text, '')
         FROM publication p LEFT JOIN publication_text t ON t.publication = p.id
         WHERE ?1 IS NULL"
    };
    tx.conn().prepare_cached(sql)?.execute([publication])?;
    Ok(())
}

/// Takes a publication out of the index.
pub(crate) fn forget_publication(tx: &WriteTx, publication: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "DELETE FROM publication_search
             WHERE rowid = (SELECT seq FROM publication WHERE id = ?1)",
        )?
        .execute([publication])?;
    Ok(())
}

/// Empties both indexes.
pub(crate) fn empty(tx: &WriteTx) -> Result<()> {
    tx.conn().execute("DELETE FROM draft_search", [])?;
    tx.conn().execute(
        "INSERT INTO publication_search (publication_search) VALUES ('delete-all')",
        [],
    )?;
    Ok(())
}

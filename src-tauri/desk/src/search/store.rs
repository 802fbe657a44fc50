//! The SQL of the search index.

pub(crate) mod files;

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};

use super::words::Query;
use super::{Candidate, HitKind, SearchRequest};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// The number of a page, if it has one, and its text.
pub(crate) type PageText = (Option<u32>, String);

/// What a hit shows.
pub(crate) struct HitText {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) lang: Option<String>,
    pub(crate) page: Option<u32>,
    pub(crate) file: Option<String>,
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
                piece: 0,
                file: None,
                score: row.get(2)?,
            })
        },
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The drafts of which a language version has all the words.
pub(crate) fn drafts_saying(r: &ReadTx, query: &Query) -> Result<Vec<String>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT DISTINCT v.draft FROM draft_search
         CROSS JOIN language_version v ON v.seq = draft_search.rowid
         WHERE draft_search MATCH ?1",
    )?;
    let rows = statement.query_map([query.to_fts()], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Publications that answer the query, weighed like drafts, each with the page that answers best, if
/// any does beside the title:
/// first those of which one page has all the words, then those that have them on several.
pub(crate) fn publication_candidates(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    limit: u32,
) -> Result<Vec<Candidate>> {
    let mut statement = r.conn().prepare_cached(
        "WITH found AS MATERIALIZED (
           SELECT rowid AS id, bm25(publication_search, 8.0, 4.0, 1.0) AS score
           FROM publication_search WHERE publication_search MATCH ?1),
         best AS MATERIALIZED (
           SELECT id / 65536 AS seq, min(score) AS score FROM found GROUP BY id / 65536),
         page AS MATERIALIZED (
           SELECT id / 65536 AS seq, id, min(score) FROM found WHERE id % 65536 > 0
           GROUP BY id / 65536)
         SELECT p.seq, p.id, ifnull(g.id, p.seq * 65536),
                b.score
                  * (1.0 + 1.0 / (1.0 + max(0.0, julianday(?2) - julianday(p.updated_at)) / 30.0))
                  AS score
         FROM best b JOIN publication p ON p.seq = b.seq LEFT JOIN page g ON g.seq = b.seq
         WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(p.languages) WHERE value = ?3)
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
                piece: row.get(2)?,
                file: None,
                score: row.get(3)?,
            })
        },
    )?;
    let mut found: Vec<Candidate> = rows.collect::<rusqlite::Result<_>>()?;
    if found.len() < usize::try_from(limit).unwrap_or(usize::MAX) && query.words() > 1 {
        let known: BTreeSet<i64> = found.iter().map(|one| one.seq).collect();
        for seq in publications_with(r, query)?.into_iter().rev() {
            if found.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
                break;
            }
            if !known.contains(&seq) {
                found.extend(scattered_in(r, query, request, seq)?);
            }
        }
    }
    Ok(found)
}

/// A publication that has the words, but not on one page: the page with the most of them.
fn scattered_in(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    seq: i64,
) -> Result<Option<Candidate>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT p.id, s.rowid FROM publication_search s JOIN publication p ON p.seq = ?2
             WHERE publication_search MATCH ?1
               AND s.rowid BETWEEN ?2 * 65536 AND ?2 * 65536 + 65535
               AND (?3 IS NULL OR EXISTS (SELECT 1 FROM json_each(p.languages) WHERE value = ?3))
             ORDER BY s.rank LIMIT 1",
        )?
        .query_row(params![query.to_fts_any(), seq, request.lang], |row| {
            Ok(Candidate {
                kind: HitKind::Publication,
                seq,
                id: row.get(0)?,
                piece: row.get(1)?,
                file: None,
                // After everything that has the words together.
                score: 0.0,
            })
        })
        .optional()?)
}

/// The publications (their seq) that have all the words, wherever in them.
pub(crate) fn publications_with(r: &ReadTx, query: &Query) -> Result<Vec<i64>> {
    with_all_words(
        r,
        "SELECT DISTINCT rowid / 65536 FROM publication_search WHERE publication_search MATCH ?1",
        query,
    )
}

/// What `sql` finds for each of the words.
fn with_all_words(r: &ReadTx, sql: &str, query: &Query) -> Result<Vec<i64>> {
    let mut common: Option<BTreeSet<i64>> = None;
    let mut statement = r.conn().prepare_cached(sql)?;
    for word in query.each_to_fts() {
        let rows = statement.query_map([word], |row| row.get(0))?;
        let with: BTreeSet<i64> = rows.collect::<rusqlite::Result<_>>()?;
        common = Some(match common {
            Some(before) => before.intersection(&with).copied().collect(),
            None => with,
        });
    }
    Ok(common.unwrap_or_default().into_iter().collect())
}

/// The pages of one publication that have all the words, or where none has, any of them, in their
/// order, and how many there are.
pub(crate) fn pages_with(
    r: &ReadTx,
    publication: &str,
    query: &Query,
    limit: u32,
) -> Result<(Vec<PageText>, u32)> {
    const RANGE: &str = "FROM publication p
         JOIN publication_search s ON s.rowid BETWEEN p.seq * 65536 + 1 AND p.seq * 65536 + 65535
         WHERE p.id = ?1 AND publication_search MATCH ?2";
    for words in [query.to_fts(), query.to_fts_any()] {
        let total: u32 = r
            .conn()
            .prepare_cached(&format!("SELECT count(*) {RANGE}"))?
            .query_row([publication, &words], |row| row.get(0))?;
        if total == 0 {
            continue;
        }
        let mut statement = r.conn().prepare_cached(&format!(
            "SELECT {PAGE}, g.text FROM
               (SELECT s.rowid AS id, p.mime AS mime, p.pages AS pages {RANGE}
                ORDER BY s.rowid LIMIT ?3) p
             JOIN publication_page g ON g.id = p.id ORDER BY g.id"
        ))?;
        let rows = statement.query_map(params![publication, words, limit], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        return Ok((rows.collect::<rusqlite::Result<_>>()?, total));
    }
    Ok((Vec::new(), 0))
}

/// The number of a page; what a PDF has without a page break stands on its first page.
const PAGE: &str = "ifnull(g.page, CASE WHEN p.mime = 'application/pdf' OR p.pages = 1 THEN 1 END)";

/// The texts of a found row, from where they are kept; the index itself holds none.
pub(crate) fn text_of(r: &ReadTx, found: &Candidate) -> Result<HitText> {
    let sql = match found.kind {
        HitKind::Draft => {
            "SELECT r.title, v.lang, r.summary, r.body, NULL
             FROM language_version v JOIN revision r ON r.seq = v.head
             WHERE v.seq = ?1 AND ?2 IS NOT NULL"
        }
        // Found by its title, a publication shows how it begins.
        HitKind::Publication => {
            "SELECT p.title, json_extract(p.languages, '$[0]'), ifnull(g.text, ''), '',
                    CASE WHEN ?2 % 65536 > 0
                      THEN ifnull(g.page, CASE WHEN p.mime = 'application/pdf' OR p.pages = 1 THEN 1 END)
                    END
             FROM publication p LEFT JOIN publication_page g ON g.id =
               (SELECT min(id) FROM publication_page WHERE id BETWEEN ?2 AND ?1 * 65536 + 65535)
             WHERE p.seq = ?1"
        }
    };
    let (title, lang, mut text, body, page): (String, Option<String>, String, String, Option<u32>) =
        r.conn()
            .prepare_cached(sql)?
            .query_row(params![found.seq, found.piece], |row| {
                Ok((
                    row.get(0)?,
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                ))
            })?;
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&qalam_content::body::plain_text(&body));
    }
    Ok(HitText {
        title,
        text,
        lang,
        page,
        file: None,
    })
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

/// Indexes the present description of one publication, or of all. The file name and the
/// identifiers are found in the column of the authors.
pub(crate) fn index_publications(tx: &WriteTx, publication: Option<&str>) -> Result<()> {
    // Two statements: one that says "or all" looks at every row.
    let which = match publication {
        Some(_) => "p.id = ?1",
        None => "?1 IS NULL",
    };
    tx.conn()
        .prepare_cached(&format!(
            "INSERT OR REPLACE INTO publication_search (rowid, title, authors, text)
             SELECT p.seq * 65536, p.title,
                    (SELECT ifnull(group_concat(value, ', '), '') FROM json_each(p.authors))
                      || ', ' || p.corporate_author || ', ' || p.name
                      || ', ' || p.doi || ', ' || p.isbn || ', ' || p.issn || ', '
                      || (SELECT ifnull(group_concat(value, ', '), '') FROM json_each(p.numbers)),
                    ''
             FROM publication p WHERE {which}",
        ))?
        .execute([publication])?;
    Ok(())
}

/// All pages of all publications are to be indexed.
pub(crate) fn unindex_all(tx: &WriteTx) -> Result<()> {
    tx.conn().execute(
        "INSERT OR REPLACE INTO unindexed (publication, done) SELECT seq, seq * 65536 FROM publication",
        [],
    )?;
    Ok(())
}

/// Whether pages wait to be indexed.
pub(crate) fn has_unindexed(r: &ReadTx) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM unindexed)")?
        .query_row([], |row| row.get(0))?)
}

/// Indexes pages that wait, up to about so many bytes of text. Answers whether more wait.
pub(crate) fn index_some(tx: &WriteTx, max_bytes: usize) -> Result<bool> {
    let mut left = max_bytes;
    loop {
        let waiting: Option<(i64, i64)> = tx
            .conn()
            .prepare_cached("SELECT publication, done FROM unindexed ORDER BY publication LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((publication, mut done)) = waiting else {
            return Ok(false);
        };
        if left == 0 {
            return Ok(true);
        }
        let end = publication.saturating_mul(65_536).saturating_add(65_535);
        let mut pages = tx.conn().prepare_cached(
            "SELECT id, text FROM publication_page WHERE id > ?1 AND id <= ?2 ORDER BY id",
        )?;
        let mut insert = tx.conn().prepare_cached(
            "INSERT INTO publication_search (rowid, title, authors, text) VALUES (?1, '', '', ?2)",
        )?;
        let mut rows = pages.query([done, end])?;
        let mut finished = true;
        while let Some(row) = rows.next()? {
            if left == 0 {
                finished = false;
                break;
            }
            let text = row.get_ref(1)?.as_str().unwrap_or_default();
            done = row.get(0)?;
            insert.execute(params![done, text])?;
            left = left.saturating_sub(text.len().max(1));
        }
        drop(rows);
        if finished {
            tx.conn()
                .prepare_cached("DELETE FROM unindexed WHERE publication = ?1")?
                .execute([publication])?;
        } else {
            tx.conn()
                .prepare_cached("UPDATE unindexed SET done = ?2 WHERE publication = ?1")?
                .execute([publication, done])?;
        }
    }
}

/// Takes a publication out of the index.
pub(crate) fn forget_publication(tx: &WriteTx, publication: &str) -> Result<()> {
    let seq: Option<i64> = tx
        .conn()
        .prepare_cached("SELECT seq FROM publication WHERE id = ?1")?
        .query_row([publication], |row| row.get(0))
        .optional()?;
    let Some(seq) = seq else { return Ok(()) };
    tx.conn()
        .prepare_cached(
            "DELETE FROM publication_search WHERE rowid BETWEEN ?1 * 65536 AND ?1 * 65536 + 65535",
        )?
        .execute([seq])?;
    Ok(())
}

/// Empties the indexes.
pub(crate) fn empty(tx: &WriteTx) -> Result<()> {
    tx.conn().execute("DELETE FROM draft_search", [])?;
    tx.conn().execute("DELETE FROM file_search", [])?;
    tx.conn().execute(
        "INSERT INTO publication_search (publication_search) VALUES ('delete-all')",
        [],
    )?;
    Ok(())
}

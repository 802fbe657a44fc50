//! The SQL of finding drafts by what is inside their files.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Row, params};
use serde_json::json;

use super::{HitText, publications_with, with_all_words};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;
use crate::search::words::Query;
use crate::search::{Candidate, HitKind, SearchRequest};

/// Of files whose best pages are `best` (`seq`, `id`, `score`) the drafts they are on. What was changed
/// today counts twice as much as what is old.
const ON_DRAFTS: &str = "SELECT d.seq, d.id, b.id, max(a.seq),
       b.score * (1.0 + 1.0 / (1.0 + max(0.0, julianday(?2) - julianday(d.updated_at)) / 30.0))
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
     LIMIT ?5";

/// Files on drafts that answer the query, each with the page that answers best: first those of which
/// one page has all the words, then those that have them on several. Files that are publications
/// are found as such.
pub(crate) fn candidates(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    limit: u32,
) -> Result<Vec<Candidate>> {
    let sql = format!(
        "WITH found AS MATERIALIZED (
           SELECT rowid AS id, bm25(file_search) AS score
           FROM file_search WHERE file_search MATCH ?1),
         best AS MATERIALIZED (
           SELECT id / 65536 AS seq, id, min(score) AS score FROM found GROUP BY id / 65536)
         {ON_DRAFTS}"
    );
    let mut statement = r.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![
            query.to_fts(),
            r.now(),
            request.lang,
            request.content_type,
            limit
        ],
        found,
    )?;
    let mut all: Vec<Candidate> = rows.collect::<rusqlite::Result<_>>()?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    if all.len() < most && query.words() > 1 {
        let known: BTreeSet<i64> = all.iter().map(|one| one.piece / 65_536).collect();
        for seq in files_with(r, query)?.into_iter().rev() {
            if all.len() >= most {
                break;
            }
            if !known.contains(&seq) {
                all.extend(scattered_in(r, query, request, seq)?);
            }
        }
    }
    all.truncate(most);
    Ok(all)
}

fn found(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        kind: HitKind::Draft,
        seq: row.get(0)?,
        id: row.get(1)?,
        piece: row.get(2)?,
        file: Some(row.get(3)?),
        score: row.get(4)?,
    })
}

/// The files (their seq) that have all the words, wherever in them.
fn files_with(r: &ReadTx, query: &Query) -> Result<Vec<i64>> {
    with_all_words(
        r,
        "SELECT DISTINCT rowid / 65536 FROM file_search WHERE file_search MATCH ?1",
        query,
    )
}

/// The drafts with a file that has all the words, wherever in it, each with the name of the first such file. Here a
/// publication that is on a draft is a file of it like any other.
pub(crate) fn drafts_with(r: &ReadTx, query: &Query) -> Result<BTreeMap<String, String>> {
    const OF_FILES: &str = "CROSS JOIN file_reading f ON f.seq = w.value
         CROSS JOIN attachment a ON a.sha256 = f.sha256";
    const OF_PUBLICATIONS: &str = "CROSS JOIN publication p ON p.seq = w.value
         CROSS JOIN attachment a ON a.publication = p.id";
    let mut found = BTreeMap::new();
    for (with, on) in [
        (files_with(r, query)?, OF_FILES),
        (publications_with(r, query)?, OF_PUBLICATIONS),
    ] {
        let sql =
            format!("SELECT a.draft, a.name FROM json_each(?1) w {on} ORDER BY a.position, a.seq");
        let mut statement = r.conn().prepare_cached(&sql)?;
        let rows = statement.query_map([json!(with).to_string()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        for row in rows {
            let (draft, name) = row?;
            found.entry(draft).or_insert(name);
        }
    }
    Ok(found)
}

/// The drafts with a file that has the words, but not on one page: the page with the most of them. They
/// come after everything that has the words together.
fn scattered_in(
    r: &ReadTx,
    query: &Query,
    request: &SearchRequest,
    seq: i64,
) -> Result<Vec<Candidate>> {
    let sql = format!(
        "WITH best AS MATERIALIZED (
           SELECT ?6 AS seq, rowid AS id, 0.0 AS score FROM file_search
           WHERE file_search MATCH ?1 AND rowid BETWEEN ?6 * 65536 AND ?6 * 65536 + 65535
           ORDER BY rank LIMIT 1)
         {ON_DRAFTS}"
    );
    let mut statement = r.conn().prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![
            query.to_fts_any(),
            r.now(),
            request.lang,
            request.content_type,
            -1,
            seq
        ],
        found,
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

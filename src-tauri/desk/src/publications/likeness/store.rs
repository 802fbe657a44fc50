//! The SQL of likely duplicates, further files and editions.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, Row, params};

use super::compare::{Facts, LikenessKind, Traits, Verdict};
use super::sketch::{of_bytes, to_bytes};
use super::{LikeRule, Likeness, PublicationCopy};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Error, Result};
use crate::publications::Publication;

/// The most works looked at that share a key with a new one.
const MAX_CANDIDATES: i64 = 400;

/// A publication that may be the same work as another.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) traits: Traits,
}

/// Notes by what a publication is recognised.
pub(crate) fn sign(tx: &WriteTx, id: &str, traits: &Traits, sketch: &[u32]) -> Result<()> {
    let seq = seq_of(tx, id)?;
    put_sketch(tx, id, sketch)?;
    insert_keys(tx, seq, traits)
}

/// Keeps how the text of a publication compares, after its file was read again.
pub(crate) fn sketch_again(tx: &WriteTx, id: &str, sketch: &[u32]) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM work_sketch WHERE publication = ?1")?
        .execute([id])?;
    put_sketch(tx, id, sketch)
}

fn put_sketch(tx: &WriteTx, id: &str, sketch: &[u32]) -> Result<()> {
    if !sketch.is_empty() {
        tx.conn()
            .prepare_cached("INSERT INTO work_sketch (publication, sketch) VALUES (?1, ?2)")?
            .execute(params![id, to_bytes(sketch)])?;
    }
    Ok(())
}

/// Notes anew by what a publication is recognised, after its description changed.
pub(crate) fn sign_again(tx: &WriteTx, publication: &Publication) -> Result<()> {
    let seq = seq_of(tx, &publication.id)?;
    let sketch = sketch_of(tx, &publication.id)?;
    tx.conn()
        .prepare_cached("DELETE FROM work_sign WHERE publication = ?1")?
        .execute([seq])?;
    insert_keys(tx, seq, &traits_of(publication, &sketch))
}

fn insert_keys(tx: &WriteTx, seq: i64, traits: &Traits) -> Result<()> {
    let mut insert = tx.conn().prepare_cached(
        "INSERT INTO work_sign (key, publication) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    )?;
    for key in traits.keys() {
        insert.execute([key, seq])?;
    }
    Ok(())
}

fn seq_of(r: &ReadTx, id: &str) -> Result<i64> {
    r.conn()
        .prepare_cached("SELECT seq FROM publication WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| Error::not_found("publication", id))
}

/// The sketch of a publication's text; empty without one.
pub(crate) fn sketch_of(r: &ReadTx, id: &str) -> Result<Vec<u32>> {
    Ok(r.conn()
        .prepare_cached("SELECT sketch FROM work_sketch WHERE publication = ?1")?
        .query_row([id], |row| row.get::<_, Vec<u8>>(0))
        .optional()?
        .map(|bytes| of_bytes(&bytes))
        .unwrap_or_default())
}

/// What a publication is recognised by.
pub(crate) fn traits_of(publication: &Publication, sketch: &[u32]) -> Traits {
    Traits::new(Facts {
        title: &publication.title,
        named: publication
            .origins
            .get("title")
            .is_some_and(|origin| origin == "name"),
        year: publication.year,
        doi: &publication.doi,
        isbn: &publication.isbn,
        languages: &publication.languages,
        sketch,
    })
}

/// The publications that share a key with these traits, oldest first.
pub(crate) fn candidates(r: &ReadTx, traits: &Traits) -> Result<Vec<Candidate>> {
    let keys = serde_json::to_string(&traits.keys())?;
    let mut statement = r.conn().prepare_cached(&format!(
        "{CANDIDATE} WHERE p.seq IN (SELECT w.publication FROM work_sign w
                         WHERE w.key IN (SELECT value FROM json_each(?1)) LIMIT ?2)
         ORDER BY p.seq"
    ))?;
    let rows = statement.query_map(params![keys, MAX_CANDIDATES], read_candidate)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One publication as others are compared with it.
pub(crate) fn candidate(r: &ReadTx, id: &str) -> Result<Candidate> {
    r.conn()
        .prepare_cached(&format!("{CANDIDATE} WHERE p.id = ?1"))?
        .query_row([id], read_candidate)
        .optional()?
        .ok_or_else(|| Error::not_found("publication", id))
}

const CANDIDATE: &str =
    "SELECT p.id, p.title, ifnull(json_extract(p.origins, '$.title') = 'name', 0), p.year,
            p.doi, p.isbn, p.languages, s.sketch
     FROM publication p LEFT JOIN work_sketch s ON s.publication = p.id";

fn read_candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let id: String = row.get(0)?;
    let title: String = row.get(1)?;
    let languages: Vec<String> =
        serde_json::from_str(&row.get::<_, String>(6)?).unwrap_or_default();
    let sketch = row
        .get::<_, Option<Vec<u8>>>(7)?
        .map(|bytes| of_bytes(&bytes))
        .unwrap_or_default();
    let traits = Traits::new(Facts {
        title: &title,
        named: row.get(2)?,
        year: row.get(3)?,
        doi: &row.get::<_, String>(4)?,
        isbn: &row.get::<_, String>(5)?,
        languages: &languages,
        sketch: &sketch,
    });
    Ok(Candidate { id, title, traits })
}

/// A piece on a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) portal: String,
    pub(crate) piece: String,
    pub(crate) title: String,
}

/// What the portals are known to have: titles of pieces, and which piece a file belongs to. The
/// practice portal does not count.
pub(crate) fn on_portals(r: &ReadTx) -> Result<(Vec<Piece>, BTreeMap<String, Piece>)> {
    let mut titles = Vec::new();
    let mut files = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut mirror = r.conn().prepare_cached(
        "SELECT m.portal, m.draft, m.title, ifnull(t.content, '')
         FROM mirror m
         JOIN portal p ON p.id = m.portal AND p.removed_at = '' AND p.kind <> 'practice'
         LEFT JOIN remote_text t ON t.portal = m.portal AND t.draft = m.draft
         ORDER BY m.portal, m.draft",
    )?;
    let mut rows = mirror.query([])?;
    while let Some(row) = rows.next()? {
        let mut piece = Piece {
            portal: row.get(0)?,
            piece: row.get(1)?,
            title: row.get(2)?,
        };
        let content: serde_json::Value =
            serde_json::from_str(&row.get::<_, String>(3)?).unwrap_or_default();
        if piece.title.is_empty() {
            let told = content
                .get("languages")
                .and_then(serde_json::Value::as_object)
                .and_then(|all| all.values().next()?.get("title")?.as_str());
            told.unwrap_or_default().clone_into(&mut piece.title);
        }
        let attached = content.get("attachments").and_then(|all| all.as_array());
        for sha256 in attached
            .into_iter()
            .flatten()
            .filter_map(|one| one.get("sha256")?.as_str())
        {
            files.insert(sha256.to_owned(), piece.clone());
        }
        if known.insert((piece.portal.clone(), piece.piece.clone())) && !piece.title.is_empty() {
            titles.push(piece);
        }
    }
    let mut sent = r.conn().prepare_cached(
        "SELECT DISTINCT f.sha256, c.portal, c.draft,
                ifnull((SELECT m.title FROM mirror m
                        WHERE m.portal = c.portal AND m.draft = c.draft), '')
         FROM receipt c
         JOIN release_file f ON f.release = c.release
         JOIN portal p ON p.id = c.portal AND p.removed_at = '' AND p.kind <> 'practice'",
    )?;
    let mut rows = sent.query([])?;
    while let Some(row) = rows.next()? {
        let piece = Piece {
            portal: row.get(1)?,
            piece: row.get(2)?,
            title: row.get(3)?,
        };
        files.entry(row.get(0)?).or_insert(piece);
    }
    Ok((titles, files))
}

/// What a likeness is noted with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewLikeness<'a> {
    pub(crate) publication: &'a str,
    pub(crate) other: &'a str,
    pub(crate) piece: Option<&'a Piece>,
    pub(crate) title: &'a str,
    pub(crate) verdict: &'a Verdict,
    pub(crate) settled: Option<LikeRule>,
}

/// Notes a likeness.
pub(crate) fn note(tx: &WriteTx, new: &NewLikeness<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO likeness (publication, other, portal, piece, title, kind, reasons, alike,
                                   settled, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            new.publication,
            new.other,
            new.piece.map_or("", |piece| piece.portal.as_str()),
            new.piece.map_or("", |piece| piece.piece.as_str()),
            new.title,
            new.verdict.kind.as_str(),
            serde_json::to_string(&new.verdict.reasons)?,
            new.verdict.alike,
            new.settled.map_or("", LikeRule::as_str),
            tx.now(),
        ])?;
    Ok(())
}

fn read_likeness(row: &Row<'_>) -> rusqlite::Result<Likeness> {
    let absent = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Likeness {
        seq: row.get(0)?,
        publication: row.get(1)?,
        publication_title: row.get(2)?,
        other: absent(row.get(3)?),
        portal: absent(row.get(4)?),
        piece: absent(row.get(5)?),
        other_title: row.get(6)?,
        kind: LikenessKind::parse(&row.get::<_, String>(7)?).unwrap_or(LikenessKind::SameWork),
        reasons: serde_json::from_str(&row.get::<_, String>(8)?).unwrap_or_default(),
        alike: row.get(9)?,
        settled: absent(row.get(10)?),
    })
}

const LIKENESS: &str = "SELECT l.seq, l.publication, p.title, l.other, l.portal, l.piece,
            ifnull(o.title, l.title), l.kind, l.reasons, l.alike, l.settled
     FROM likeness l JOIN publication p ON p.id = l.publication
     LEFT JOIN publication o ON o.id = l.other";

/// One likeness.
pub(crate) fn likeness(r: &ReadTx, seq: i64) -> Result<Likeness> {
    r.conn()
        .prepare_cached(&format!("{LIKENESS} WHERE l.seq = ?1"))?
        .query_row([seq], read_likeness)
        .optional()?
        .ok_or_else(|| Error::not_found("likeness", &seq.to_string()))
}

/// Undecided likenesses after `after`, oldest first.
pub(crate) fn open(r: &ReadTx, after: i64, limit: u32) -> Result<Vec<Likeness>> {
    let mut statement = r.conn().prepare_cached(&format!(
        "{LIKENESS} WHERE l.settled = '' AND l.seq > ?1 ORDER BY l.seq LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![after, limit], read_likeness)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All likenesses of a publication, from either side.
pub(crate) fn of_publication(r: &ReadTx, id: &str) -> Result<Vec<Likeness>> {
    let mut statement = r.conn().prepare_cached(&format!(
        "{LIKENESS} WHERE l.publication = ?1 OR l.other = ?1 ORDER BY l.seq LIMIT 100"
    ))?;
    let rows = statement.query_map([id], read_likeness)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many likenesses are undecided.
pub(crate) fn count_open(r: &ReadTx) -> Result<u32> {
    Ok(r.conn()
        .prepare_cached("SELECT count(*) FROM likeness WHERE settled = ''")?
        .query_row([], |row| row.get(0))?)
}

/// A likeness is decided.
pub(crate) fn settle(tx: &WriteTx, seq: i64, rule: LikeRule) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE likeness SET settled = ?2 WHERE seq = ?1")?
        .execute(params![seq, rule.as_str()])?;
    Ok(())
}

/// The edition that counts now: the publication itself, or the newest for which it stepped back.
pub(crate) fn current(r: &ReadTx, publication: &str) -> Result<String> {
    let mut statement = r
        .conn()
        .prepare_cached("SELECT newer FROM superseded WHERE publication = ?1")?;
    let mut at = publication.to_owned();
    // `supersede` makes no rounds, and leads the older ones straight to the newest.
    for _ in 0..16 {
        match statement.query_row([&at], |row| row.get(0)).optional()? {
            Some(newer) => at = newer,
            None => break,
        }
    }
    Ok(at)
}

/// A newer edition of a publication is here. Who was superseded by the older one is now by the
/// newer.
pub(crate) fn supersede(tx: &WriteTx, publication: &str, newer: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM superseded WHERE publication = ?1")?
        .execute([newer])?;
    tx.conn()
        .prepare_cached("UPDATE superseded SET newer = ?2 WHERE newer = ?1")?
        .execute([publication, newer])?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO superseded (publication, newer) VALUES (?1, ?2)
             ON CONFLICT (publication) DO UPDATE SET newer = excluded.newer",
        )?
        .execute([publication, newer])?;
    Ok(())
}

/// A publication counts again, whatever newer one is here.
pub(crate) fn reinstate(tx: &WriteTx, publication: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM superseded WHERE publication = ?1")?
        .execute([publication])?;
    Ok(())
}

/// Further files of a publication.
pub(crate) fn copies(r: &ReadTx, publication: &str) -> Result<Vec<PublicationCopy>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT sha256, name, path, bytes, mime, title, year, added_at
         FROM publication_copy WHERE publication = ?1 ORDER BY seq",
    )?;
    let rows = statement.query_map([publication], |row| {
        Ok(PublicationCopy {
            sha256: row.get(0)?,
            name: row.get(1)?,
            path: row.get(2)?,
            bytes: row.get::<_, i64>(3)?.cast_unsigned(),
            mime: row.get(4)?,
            title: row.get(5)?,
            year: row.get(6)?,
            added_at: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a further file with a publication; its blob must be there.
pub(crate) fn add_copy(tx: &WriteTx, publication: &str, copy: &PublicationCopy) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO publication_copy (publication, sha256, name, path, bytes, mime, title,
                                           year, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            publication,
            copy.sha256,
            copy.name,
            copy.path,
            copy.bytes.cast_signed(),
            copy.mime,
            copy.title,
            copy.year,
            tx.now(),
        ])?;
    Ok(())
}

/// What belonged to one publication belongs to another now: further files, the journal, editions
/// and questions about it.
pub(crate) fn move_to(tx: &WriteTx, from: &str, to: &str) -> Result<()> {
    for sql in [
        "UPDATE publication_copy SET publication = ?2 WHERE publication = ?1",
        "UPDATE intake SET publication = ?2 WHERE publication = ?1",
        "UPDATE superseded SET newer = ?2 WHERE newer = ?1 AND publication <> ?2",
        "UPDATE likeness SET other = ?2 WHERE other = ?1 AND publication <> ?2",
        "DELETE FROM likeness WHERE other = ?1 AND ?2 <> ''",
    ] {
        tx.conn().prepare_cached(sql)?.execute([from, to])?;
    }
    Ok(())
}

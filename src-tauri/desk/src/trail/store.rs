//! The SQL of the audit trail.

use qalam_proof::trail::{Entry, TRAIL_FORMAT};
use rusqlite::{OptionalExtension, Row, params};

use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

const COLUMNS: &str =
    "seq, hash, prev, desk, act, draft, release, person, name, key, at, words, proof";

fn read_row(row: &Row<'_>) -> rusqlite::Result<(Entry, String)> {
    let entry = Entry {
        format: TRAIL_FORMAT.to_owned(),
        seq: row.get::<_, i64>(0)?.cast_unsigned(),
        prev: row.get(2)?,
        desk: row.get(3)?,
        act: row.get(4)?,
        draft: row.get(5)?,
        release: row.get(6)?,
        person: row.get(7)?,
        name: row.get(8)?,
        key: row.get(9)?,
        at: row.get(10)?,
        words: row.get(11)?,
        proof: row.get(12)?,
    };
    Ok((entry, row.get(1)?))
}

/// Number and hash of the last entry.
pub(super) fn last(read: &ReadTx<'_>) -> Result<Option<(u64, String)>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?))
        })
        .optional()?)
}

/// Adds an entry.
pub(super) fn insert(tx: &WriteTx<'_>, entry: &Entry, hash: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(&format!(
            "INSERT INTO trail ({COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        ))?
        .execute(params![
            entry.seq.cast_signed(),
            hash,
            entry.prev,
            entry.desk,
            entry.act,
            entry.draft,
            entry.release,
            entry.person,
            entry.name,
            entry.key,
            entry.at,
            entry.words,
            entry.proof
        ])?;
    Ok(())
}

/// The entries with the hashes kept beside them, in order: all, or those about one draft.
pub(crate) fn entries(read: &ReadTx<'_>, draft: Option<&str>) -> Result<Vec<(Entry, String)>> {
    let of = if draft.is_some() {
        "draft = ?1"
    } else {
        "?1 IS NULL"
    };
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM trail WHERE {of} ORDER BY seq"
    ))?;
    let rows = rows.query_map([draft], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The number of the entry a proof belongs to.
pub(crate) fn place_of(read: &ReadTx<'_>, proof: &str) -> Result<Option<u64>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT min(seq) FROM trail WHERE proof = ?1 AND proof <> ''")?
        .query_row([proof], |row| row.get::<_, Option<i64>>(0))?
        .map(i64::cast_unsigned))
}

/// The number of the entry with which a release was handed in last.
pub(crate) fn handed_in_at(read: &ReadTx<'_>, release: &str) -> Result<Option<u64>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT max(seq) FROM trail WHERE release = ?1 AND release <> '' AND act = 'submit'",
        )?
        .query_row([release], |row| row.get::<_, Option<i64>>(0))?
        .map(i64::cast_unsigned))
}

/// The number of the entry that says that a key ended.
pub(crate) fn end_of(read: &ReadTx<'_>, key: &str) -> Result<Option<u64>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT min(seq) FROM trail WHERE key = ?1 AND act = 'key_end'")?
        .query_row([key], |row| row.get::<_, Option<i64>>(0))?
        .map(i64::cast_unsigned))
}

/// All receipts, as the trail names them.
pub(super) fn receipts(read: &ReadTx<'_>) -> Result<Vec<String>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT record FROM receipt ORDER BY seq")?;
    let rows = rows.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

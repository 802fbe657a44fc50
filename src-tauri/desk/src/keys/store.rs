//! The SQL of keys and of what was signed with them.

use rusqlite::{OptionalExtension, Row, params};

use super::KeyRow;
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

const COLUMNS: &str = "id, label, name, owner, public, recovery, follows, ours, trusted_at, ended,
    added_at, card, revocation";

/// A key with what proves it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) row: KeyRow,
    pub(crate) card: Vec<u8>,
    pub(crate) revocation: Vec<u8>,
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let card: Vec<u8> = row.get(11)?;
    Ok(Kept {
        row: KeyRow {
            id: row.get(0)?,
            label: row.get(1)?,
            name: row.get(2)?,
            owner: row.get(3)?,
            public: row.get(4)?,
            recovery: row.get(5)?,
            follows: row.get(6)?,
            ours: row.get(7)?,
            trusted_at: row.get(8)?,
            ended: row.get(9)?,
            added_at: row.get(10)?,
            fingerprint: String::new(),
            seals: !super::sealing::on_card(&card).is_empty(),
        }
        .with_fingerprint(),
        card,
        revocation: row.get(12)?,
    })
}

/// Every key, newest last.
pub(crate) fn all(read: &ReadTx<'_>) -> Result<Vec<Kept>> {
    let mut rows = read
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM signing_key ORDER BY seq"))?;
    let rows = rows.query_map([], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The key with this id.
pub(crate) fn find(read: &ReadTx<'_>, id: &str) -> Result<Option<Kept>> {
    Ok(read
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM signing_key WHERE id = ?1"))?
        .query_row([id], read_row)
        .optional()?)
}

/// Keeps a key that is not known yet.
pub(super) fn insert(tx: &WriteTx<'_>, key: &KeyRow, card: &[u8]) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO signing_key (id, label, name, owner, public, recovery, follows, ours,
               trusted_at, ended, added_at, card, revocation)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '', ?10, ?11, x'')
             ON CONFLICT (id) DO UPDATE SET trusted_at = excluded.trusted_at",
        )?
        .execute(params![
            key.id,
            key.label,
            key.name,
            key.owner,
            key.public,
            key.recovery,
            key.follows,
            key.ours,
            key.trusted_at,
            tx.now(),
            card
        ])?;
    Ok(())
}

/// Notes that a key ended.
pub(super) fn end(tx: &WriteTx<'_>, id: &str, why: &str, revocation: &[u8]) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE signing_key SET ended = ?2, revocation = ?3 WHERE id = ?1")?
        .execute(params![id, why, revocation])?;
    Ok(())
}

/// Keeps a signed statement about a release.
pub(crate) fn put_decision(
    tx: &WriteTx<'_>,
    hash: &str,
    release: &str,
    act: &str,
    key: &str,
    envelope: &[u8],
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO decision (hash, release, act, key, envelope)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (hash) DO NOTHING",
        )?
        .execute(params![hash, release, act, key, envelope])?;
    Ok(())
}

/// Signed statements with their hashes, in order: about one release, or all.
pub(crate) fn decisions(
    read: &ReadTx<'_>,
    release: Option<&str>,
) -> Result<Vec<(String, Vec<u8>)>> {
    let which = match release {
        Some(_) => "release = ?1",
        None => "?1 IS NULL",
    };
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT hash, envelope FROM decision WHERE {which} ORDER BY seq",
    ))?;
    let rows = rows.query_map([release], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether this key handed in any release of a draft.
pub(crate) fn handed_in(read: &ReadTx<'_>, draft: &str, key: &str) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM decision d JOIN release r ON r.hash = d.release
             WHERE r.draft = ?1 AND d.key = ?2 AND d.act = 'submit')",
        )?
        .query_row([draft, key], |row| row.get(0))?)
}

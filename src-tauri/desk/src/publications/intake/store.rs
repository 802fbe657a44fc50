//! The SQL of drops under way, and of what the journal of files must forget.

use rusqlite::params;

use crate::db::{ReadTx, WriteTx};
use crate::error::Result;
use crate::publications::likeness::LikeRule;

/// A drop that has not come to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dropped {
    /// Id of its job.
    pub(super) id: String,
    /// The run of the program that works on it.
    pub(super) session: String,
    /// What was dropped, as [`super::super::names::note_path`] notes it.
    pub(super) paths: Vec<String>,
    /// What is done about likely duplicates.
    pub(super) rule: LikeRule,
    /// A person holds it.
    pub(super) paused: bool,
}

/// Notes a drop before work on it begins.
pub(super) fn note_drop(
    tx: &WriteTx<'_>,
    id: &str,
    paths: &[String],
    rule: LikeRule,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO intake_drop (id, session, paths, rule, paused, at)
             VALUES (?1, ?2, ?3, ?4, 0, ?5)",
        )?
        .execute(params![
            id,
            tx.session(),
            serde_json::to_string(paths)?,
            rule.as_str(),
            tx.now()
        ])?;
    Ok(())
}

/// All drops under way, oldest first.
pub(super) fn drops(read: &ReadTx<'_>) -> Result<Vec<Dropped>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT id, session, paths, rule, paused FROM intake_drop ORDER BY id")?;
    let rows = rows.query_map([], |row| {
        Ok(Dropped {
            id: row.get(0)?,
            session: row.get(1)?,
            // What this program wrote can be read; anything else is a drop of nothing.
            paths: serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default(),
            rule: LikeRule::parse(&row.get::<_, String>(3)?),
            paused: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Takes a drop over from the run of a program that died. Answers whether it was still there.
pub(super) fn take_over(tx: &WriteTx<'_>, drop: &Dropped) -> Result<bool> {
    let taken = tx
        .conn()
        .prepare_cached("UPDATE intake_drop SET session = ?3 WHERE id = ?1 AND session = ?2")?
        .execute([&drop.id, &drop.session, tx.session()])?;
    Ok(taken > 0)
}

/// A person holds a drop, or lets it go on.
pub(super) fn hold(tx: &WriteTx<'_>, id: &str, paused: bool) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE intake_drop SET paused = ?2 WHERE id = ?1")?
        .execute(params![id, paused])?;
    Ok(())
}

/// A drop has come to its end.
pub(super) fn forget_drop(tx: &WriteTx<'_>, id: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM intake_drop WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Forgets that files with these bytes were finished: brought in again, they are read again.
pub(crate) fn forget_bytes(tx: &WriteTx<'_>, hashes: &[&String]) -> Result<()> {
    let mut delete = tx
        .conn()
        .prepare_cached("DELETE FROM intake WHERE sha256 = ?1")?;
    for sha256 in hashes {
        delete.execute([sha256])?;
    }
    Ok(())
}

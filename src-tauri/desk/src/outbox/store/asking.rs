//! The SQL of what stays where it is until a person has decided.

use rusqlite::Row;

use super::super::rules::{Phase, changed_there};
use super::super::types::{Asking, AskingKind};
use super::phase;
use crate::db::ReadTx;
use crate::error::{Failure, Result};

/// How many are read; whoever has so many to decide needs no longer list.
const MOST: u32 = 200;

/// Entries that wait for a person, newest first.
pub(crate) fn all(r: &ReadTx<'_>) -> Result<Vec<Asking>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT o.id, o.draft, ifnull(v.title, ''), p.name, o.phase, o.failure
         FROM outbox o
         JOIN portal p ON p.id = o.portal AND p.removed_at = ''
         JOIN draft d ON d.id = o.draft
         LEFT JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
         LEFT JOIN revision v ON v.seq = lv.head
         WHERE o.phase IN ('refused', 'returned', 'conflict')
            OR (o.phase IN ('received', 'published') AND o.failure <> '')
            -- Its turn has come, nobody holds it, and yet it is in no queue: it waits for a yes.
            OR (o.phase = 'files' AND o.held = 0 AND o.turn = 0
                AND NOT EXISTS (SELECT 1 FROM outbox older
                  WHERE older.draft = o.draft AND older.portal = o.portal AND older.seq < o.seq
                    AND older.phase IN ('put', 'files', 'withdraw')))
         ORDER BY o.seq DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([MOST], read)?;
    let found: Vec<Option<Asking>> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(found.into_iter().flatten().collect())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<Asking>> {
    let phase = phase(&row.get::<_, String>(4)?);
    let failure: String = row.get(5)?;
    let code = serde_json::from_str::<Failure>(&failure).map_or(String::new(), |one| one.code);
    let kind = match phase {
        Phase::Refused => AskingKind::Refused,
        Phase::Returned => AskingKind::Returned,
        Phase::Conflict => AskingKind::Changed,
        Phase::Files => AskingKind::Yes,
        phase if changed_there(phase, &code) => AskingKind::Changed,
        _ => return Ok(None),
    };
    Ok(Some(Asking {
        entry: row.get(0)?,
        draft: row.get(1)?,
        title: row.get(2)?,
        portal: row.get(3)?,
        kind,
    }))
}

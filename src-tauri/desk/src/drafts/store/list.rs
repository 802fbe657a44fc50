//! The SQL of lists of drafts.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value as Sql;
use serde_json::json;

use super::{HEAD, HEAD_JOINS, Head, read_head};
use crate::db::{ReadTx, WriteTx};
use crate::drafts::types::State;
use crate::error::Result;

/// What the name of a place's counter begins with.
const COUNTER: &str = "drafts_";

/// What a page is made of.
#[derive(Default)]
pub(in crate::drafts) struct Wish<'a> {
    /// Any of these states; all when empty.
    pub(in crate::drafts) states: BTreeSet<State>,
    /// Only this content type.
    pub(in crate::drafts) content_type: Option<&'a str>,
    /// Only these drafts.
    pub(in crate::drafts) among: Option<Vec<&'a String>>,
    /// Those in the trash instead of the others.
    pub(in crate::drafts) trashed: bool,
}

/// The next drafts that could be meant, at most `step` of those changed before `before`. Whether
/// one is in a wished state, only its [`Head`] says.
pub(in crate::drafts) fn candidates(
    read: &ReadTx<'_>,
    wish: &Wish<'_>,
    before: i64,
    step: i64,
) -> Result<Vec<Head>> {
    let text = |value: Option<&str>| value.map_or(Sql::Null, |text| Sql::Text(text.to_owned()));
    let among = wish.among.as_ref().map(|drafts| json!(drafts).to_string());
    let mut rows = read.conn().prepare_cached(&sql_of(wish))?;
    let rows = rows.query_map(
        [
            Sql::Integer(before),
            Sql::Integer(step),
            text(wish.content_type),
            text(among.as_deref()),
        ],
        read_head,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement for a wish. Drafts that are named lead, then wished states, at most `?2` for each;
/// without either, and in the trash, the order of changes does.
fn sql_of(wish: &Wish<'_>) -> String {
    let trash = if wish.trashed {
        "d.trashed_at <> ''"
    } else {
        "d.trashed_at = ''"
    };
    let (from, unnamed) = match wish.among {
        Some(_) => (
            "json_each(?4) named CROSS JOIN draft d ON d.id = named.value",
            "",
        ),
        None => ("draft d", "AND ?4 IS NULL"),
    };
    let found = format!(
        "d.changed < ?1 AND {trash} AND (?3 IS NULL OR d.type = ?3) {unnamed}
         ORDER BY d.changed DESC LIMIT ?2"
    );
    let mut places: Vec<String> = match wish.trashed {
        true => Vec::new(),
        false => (wish.states.iter())
            .map(|state| format!("d.place = '{}' AND", state.as_str()))
            .collect(),
    };
    if places.is_empty() {
        if wish.among.is_none() {
            return format!("SELECT {HEAD} FROM draft d {HEAD_JOINS} WHERE {found}");
        }
        places.push(String::new());
    }
    let lead: Vec<String> = places
        .iter()
        .map(|place| {
            format!("SELECT * FROM (SELECT d.seq, d.changed FROM {from} WHERE {place} {found})")
        })
        .collect();
    let lead = lead.join(" UNION ALL ");
    format!(
        "SELECT {HEAD} FROM (SELECT seq FROM ({lead}) ORDER BY changed DESC LIMIT ?2) lead
         CROSS JOIN draft d ON d.seq = lead.seq {HEAD_JOINS} ORDER BY d.changed DESC"
    )
}

/// How many drafts outside the trash have each place.
pub(in crate::drafts) fn counts(read: &ReadTx<'_>) -> Result<BTreeMap<State, u64>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT name, value FROM counter WHERE name >= ?1 AND name < ?1 || 'zz'")?;
    let rows = rows.query_map([COUNTER], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
    })?;
    let mut counts = BTreeMap::new();
    for row in rows {
        let (name, value) = row?;
        if let Some(state) = name.strip_prefix(COUNTER).and_then(State::parse) {
            counts.insert(state, u64::try_from(value).unwrap_or_default());
        }
    }
    Ok(counts)
}

/// Drafts whose place has to be computed.
pub(in crate::drafts) fn unplaced(read: &ReadTx<'_>) -> Result<Vec<String>> {
    let mut rows = read.conn().prepare_cached("SELECT draft FROM unplaced")?;
    let rows = rows.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Their places are computed.
pub(in crate::drafts) fn forget_unplaced(tx: &WriteTx<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM unplaced")?
        .execute([])?;
    Ok(())
}

/// Notes where lists find a draft.
pub(in crate::drafts) fn set_place(tx: &WriteTx<'_>, draft: &str, place: State) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE draft SET place = ?2 WHERE id = ?1 AND place <> ?2")?
        .execute([draft, place.as_str()])?;
    Ok(())
}

/// Every draft, those in the trash included, with its place.
pub(in crate::drafts) fn places(read: &ReadTx<'_>) -> Result<Vec<(String, String)>> {
    let mut rows = read
        .conn()
        .prepare("SELECT id, place FROM draft ORDER BY seq")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Counts the places anew. Gives how many counters were wrong.
pub(in crate::drafts) fn recount(tx: &WriteTx<'_>) -> Result<u64> {
    let known = counts(tx)?;
    let mut wrong = 0;
    for state in State::ALL {
        let there: i64 = tx
            .conn()
            .prepare_cached("SELECT count(*) FROM draft WHERE trashed_at = '' AND place = ?1")?
            .query_row([state.as_str()], |row| row.get(0))?;
        if known.get(state).copied().unwrap_or_default() != there.cast_unsigned() {
            wrong += 1;
            tx.conn()
                .prepare_cached(
                    "INSERT INTO counter (name, value) VALUES (?1, ?2)
                     ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )?
                .execute((format!("{COUNTER}{}", state.as_str()), there))?;
        }
    }
    Ok(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OpenOptions;
    use crate::desk::Desk;

    #[test]
    fn drafts_found_by_words_are_looked_up_and_no_others() {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
        for states in [BTreeSet::new(), BTreeSet::from([State::Draft])] {
            let wish = Wish {
                states,
                among: Some(Vec::new()),
                ..Wish::default()
            };
            let sql = format!("EXPLAIN QUERY PLAN {}", sql_of(&wish));
            let steps: Vec<String> = desk
                .read(|read| {
                    let mut rows = read.conn().prepare(&sql)?;
                    let rows = rows.query_map([const { None::<i64> }; 4], |row| row.get(3))?;
                    Ok(rows.collect::<rusqlite::Result<_>>()?)
                })
                .unwrap();
            assert!(
                steps.iter().any(|step| step.starts_with("SEARCH d ")),
                "{steps:?}"
            );
            assert!(
                !steps.iter().any(|step| step.starts_with("SCAN d")),
                "{steps:?}"
            );
        }
    }
}

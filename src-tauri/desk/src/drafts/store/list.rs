//! The SQL of lists of drafts.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;

use super::{HEAD, HEAD_JOINS, Head, read_head};
use crate::db::ReadTx;
use crate::drafts::types::{DeskCounts, State};
use crate::error::Result;

/// What a page is made of.
#[derive(Default)]
pub(in crate::drafts) struct Wish<'a> {
    /// Any of these states; all when empty.
    pub(in crate::drafts) states: BTreeSet<State>,
    /// Only this content type.
    pub(in crate::drafts) content_type: Option<&'a str>,
    /// Only those whose text answers this query of the full-text search.
    pub(in crate::drafts) words: Option<String>,
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
    let mut rows = read.conn().prepare_cached(&sql_of(wish))?;
    let rows = rows.query_map(
        [
            Sql::Integer(before),
            Sql::Integer(step),
            text(wish.content_type),
            text(wish.words.as_deref()),
        ],
        read_head,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement for a wish. States that few drafts are ever in lead the search; for the others
/// the order of changes does, because most rows it meets will do.
fn sql_of(wish: &Wish<'_>) -> String {
    let states = &wish.states;
    let mut conditions = vec![
        "d.changed < ?1",
        if wish.trashed {
            "d.trashed_at <> ''"
        } else {
            "d.trashed_at = ''"
        },
        "(?3 IS NULL OR d.type = ?3)",
    ];
    conditions.push(if wish.words.is_some() {
        "d.id IN (SELECT v.draft FROM draft_search s JOIN language_version v ON v.seq = s.rowid
                  WHERE draft_search MATCH ?4)"
    } else {
        "?4 IS NULL"
    });
    let rare = !states.is_empty() && states.iter().all(|state| lead_of(*state).is_some());
    let leads: BTreeSet<&str> = if rare {
        states.iter().filter_map(|state| lead_of(*state)).collect()
    } else {
        BTreeSet::new()
    };
    let any: BTreeSet<&str> = states.iter().map(|state| condition_of(*state)).collect();
    let any = any.into_iter().collect::<Vec<_>>().join(" OR ");
    let any = format!("({any})");
    if !states.is_empty() {
        conditions.push(&any);
    }
    let from = if leads.is_empty() {
        "draft d".to_owned()
    } else {
        let union = leads.into_iter().collect::<Vec<_>>().join(" UNION ");
        format!("({union}) lead CROSS JOIN draft d ON d.id = lead.draft")
    };
    let conditions = conditions.join(" AND ");
    format!(
        "SELECT {HEAD} FROM {from} {HEAD_JOINS} WHERE {conditions} ORDER BY d.changed DESC LIMIT ?2"
    )
}

/// The drafts that can be in a rare state; `None` for a common one.
const fn lead_of(state: State) -> Option<&'static str> {
    match state {
        State::InReview | State::Returned => {
            Some("SELECT draft FROM release WHERE state IN ('in_review', 'returned')")
        }
        State::Waiting | State::Sending => {
            Some("SELECT draft FROM outbox WHERE phase IN ('put', 'files', 'withdraw')")
        }
        State::Refused | State::Conflict => {
            Some("SELECT draft FROM outbox WHERE phase IN ('refused', 'returned', 'conflict')")
        }
        State::Draft | State::Approved | State::Received | State::Published => None,
    }
}

/// What is true of every draft in a state, though not only of those.
const fn condition_of(state: State) -> &'static str {
    match state {
        State::InReview => "p.state = 'in_review'",
        State::Returned => "p.state = 'returned'",
        State::Draft => "(p.state IS NULL AND (a.hash IS NULL OR d.content > a.content))",
        _ => "(p.state IS NULL AND d.content = a.content)",
    }
}

/// Counts through the indexes of releases and outbox, which are small or are read without their
/// rows. A draft edited since counts where its text belongs: among those in work.
pub(in crate::drafts) fn counts(read: &ReadTx<'_>, decides: bool) -> Result<DeskCounts> {
    let one = |sql: &str| -> Result<u64> {
        Ok(read
            .conn()
            .prepare_cached(sql)?
            .query_row([], |row| row.get::<_, i64>(0))?
            .cast_unsigned())
    };
    let total = one("SELECT count(*) FROM draft WHERE trashed_at = ''")?;
    let in_review = one(
        "SELECT count(*) FROM release p CROSS JOIN draft d ON d.id = p.draft
         WHERE p.state IN ('in_review', 'returned') AND p.state = 'in_review'
           AND d.trashed_at = ''",
    )?;
    let returned = one(
        "SELECT count(*) FROM release p CROSS JOIN draft d ON d.id = p.draft
         WHERE p.state IN ('in_review', 'returned') AND p.state = 'returned'
           AND d.trashed_at = ''",
    )?;
    // Approved, not edited since, nothing pending: by what the outbox says of them.
    let mut delivered = read.conn().prepare_cached(
        "SELECT count(*),
                count(*) FILTER (WHERE worst = 3), count(*) FILTER (WHERE worst = 1)
         FROM (SELECT (SELECT max(CASE WHEN o.phase IN ('conflict', 'refused', 'returned') THEN 3
                                       WHEN o.phase IN ('put', 'files', 'withdraw') THEN 2
                                       WHEN o.phase IN ('received', 'published') THEN 1
                                       ELSE 0 END)
                       FROM outbox o WHERE o.release = a.hash) AS worst
               FROM release a CROSS JOIN draft d ON d.id = a.draft
               WHERE a.state = 'approved' AND d.content = a.content AND d.trashed_at = ''
                 AND NOT EXISTS (SELECT 1 FROM release p WHERE p.draft = a.draft
                                 AND p.state IN ('in_review', 'returned')))",
    )?;
    let (approved, stuck, arrived) = delivered.query_row([], |row| {
        Ok((
            row.get::<_, i64>(0)?.cast_unsigned(),
            row.get::<_, i64>(1)?.cast_unsigned(),
            row.get::<_, i64>(2)?.cast_unsigned(),
        ))
    })?;
    let going = approved.saturating_sub(stuck).saturating_sub(arrived);
    Ok(DeskCounts {
        needs_you: returned + stuck + if decides { in_review } else { 0 },
        in_work: total.saturating_sub(in_review + returned + approved),
        waiting: going + if decides { 0 } else { in_review },
        arrived,
    })
}

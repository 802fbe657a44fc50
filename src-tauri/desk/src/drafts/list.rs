//! Lists of drafts, latest change first.
//!
//! A page costs what its rows cost: rows are found through the order of changes and never by
//! reading all of them, and no row needs its body. The database narrows a wish for certain states
//! down to what could be in them; whether a row is, only [`super::state`] says.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;
use serde::{Deserialize, Serialize};

use super::state::standing;
use super::store::{self, HEAD, HEAD_JOINS, Head};
use super::types::{DeskCounts, DeskView, DraftPage, DraftRow, State};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::profile;
use crate::search::words::Query;

/// The most rows one page holds.
pub const MAX_PAGE: u32 = 500;
/// The most rows a group of the desk shows.
const GROUP: u32 = 50;

/// Which drafts to list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DraftQuery {
    /// Only in this state.
    pub state: Option<State>,
    /// Only of this content type.
    #[serde(rename = "type")]
    pub content_type: Option<String>,
    /// Only those whose text has these words.
    pub query: Option<String>,
    /// Those in the trash instead of the others.
    pub trashed: bool,
    /// Where the page begins: `next` of the one before.
    pub after: Option<String>,
    /// At most so many; 0 is a sensible number.
    pub limit: u32,
}

impl Desk {
    /// One page of drafts.
    ///
    /// # Errors
    /// [`Code::BadCursor`], [`Code::EmptyQuery`] for a query without letters or digits.
    pub fn drafts_list(&self, wanted: &DraftQuery) -> Result<DraftPage> {
        let before = wanted.after.as_deref().map(read_cursor).transpose()?;
        let words = match wanted.query.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(query) => {
                Some(Query::read(query).ok_or_else(|| Error::new(Code::EmptyQuery))?.to_fts())
            }
        };
        let limit = match wanted.limit {
            0 => GROUP,
            asked => asked.min(MAX_PAGE),
        };
        let wish = Wish {
            states: wanted.state.map(|state| vec![state]).unwrap_or_default(),
            content_type: wanted.content_type.as_deref(),
            words,
            trashed: wanted.trashed,
        };
        self.read(|read| {
            let (heads, next) = page(read, &wish, before, limit)?;
            let drafts = heads.into_iter().map(|head| row(read, head)).collect::<Result<_>>()?;
            Ok(DraftPage {
                drafts,
                next: next.map(|changed| changed.to_string()),
            })
        })
    }

    /// The desk as one looks at it in the morning.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn drafts_desk(&self) -> Result<DeskView> {
        self.read(|read| {
            let decides = decides(read)?;
            let group = |states: &[State]| -> Result<Vec<DraftRow>> {
                let wish = Wish {
                    states: states.to_vec(),
                    ..Wish::default()
                };
                let (heads, _) = page(read, &wish, None, GROUP)?;
                heads.into_iter().map(|head| row(read, head)).collect()
            };
            Ok(DeskView {
                needs_you: group(needs_you(decides))?,
                in_work: group(&[State::Draft])?,
                waiting: group(waiting(decides))?,
                arrived: group(&[State::Received, State::Published])?,
                counts: counts(read, decides)?,
            })
        })
    }

    /// How many drafts are in each group of the desk.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn drafts_counts(&self) -> Result<DeskCounts> {
        self.read(|read| counts(read, decides(read)?))
    }
}

/// Whether a release in review waits for the person of this desk.
fn decides(read: &ReadTx<'_>) -> Result<bool> {
    Ok(profile::current(read)?.is_none_or(|profile| profile.role.may_decide()))
}

const fn needs_you(decides: bool) -> &'static [State] {
    if decides {
        &[State::Returned, State::Refused, State::Conflict, State::InReview]
    } else {
        &[State::Returned, State::Refused, State::Conflict]
    }
}

const fn waiting(decides: bool) -> &'static [State] {
    if decides {
        &[State::Approved, State::Waiting, State::Sending]
    } else {
        &[State::InReview, State::Approved, State::Waiting, State::Sending]
    }
}

/// The rows of these drafts, in the order given; ids that name none are left out.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn rows_of(read: &ReadTx<'_>, drafts: &[String]) -> Result<Vec<DraftRow>> {
    let mut rows = Vec::new();
    for draft in drafts {
        if let Some(head) = store::head(read, draft)? {
            rows.push(row(read, head)?);
        }
    }
    Ok(rows)
}

fn row(read: &ReadTx<'_>, head: Head) -> Result<DraftRow> {
    let standing = standing(&head.facts);
    let languages = store::languages(read, &head.id, &head.primary_lang)?;
    Ok(DraftRow {
        id: head.id,
        content_type: head.content_type,
        lang: head.primary_lang,
        title: languages.title,
        summary: languages.summary,
        languages: languages.marks,
        state: standing.state,
        progress: standing.progress,
        updated_at: head.updated_at,
        urgent: head.urgent,
        reason: standing.reason,
    })
}

/// What a page is made of.
#[derive(Default)]
struct Wish<'a> {
    /// Any of these states; all when empty.
    states: Vec<State>,
    content_type: Option<&'a str>,
    words: Option<String>,
    trashed: bool,
}

fn read_cursor(text: &str) -> Result<i64> {
    text.parse()
        .ok()
        .filter(|changed| *changed > 0)
        .ok_or_else(|| Error::new(Code::BadCursor))
}

/// So many drafts changed before `before`, and where the next page begins.
fn page(
    read: &ReadTx<'_>,
    wish: &Wish<'_>,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<Head>, Option<i64>)> {
    let states: BTreeSet<State> = wish.states.iter().copied().collect();
    let sql = sql_of(wish, &states);
    let mut before = before.unwrap_or(i64::MAX);
    let mut found = Vec::new();
    let wanted = limit as usize;
    // One more than asked tells whether there is a next page.
    let step = i64::from(limit) + 1;
    loop {
        let candidates = candidates(read, &sql, wish, before, step)?;
        let last = candidates.len() < step as usize;
        for head in candidates {
            before = head.changed;
            let head = store::with_deliveries(read, head)?;
            if states.is_empty() || states.contains(&standing(&head.facts).state) {
                if found.len() == wanted {
                    let next = found.last().map(|head: &Head| head.changed);
                    return Ok((found, next));
                }
                found.push(head);
            }
        }
        if last {
            return Ok((found, None));
        }
    }
}

fn candidates(
    read: &ReadTx<'_>,
    sql: &str,
    wish: &Wish<'_>,
    before: i64,
    step: i64,
) -> Result<Vec<Head>> {
    let text = |value: Option<&str>| value.map_or(Sql::Null, |text| Sql::Text(text.to_owned()));
    let mut rows = read.conn().prepare_cached(sql)?;
    let rows = rows.query_map(
        [
            Sql::Integer(before),
            Sql::Integer(step),
            text(wish.content_type),
            text(wish.words.as_deref()),
        ],
        store::read_head,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement for a wish. States that few drafts are ever in lead the search; for the others
/// the order of changes does, because most rows it meets will do.
fn sql_of(wish: &Wish<'_>, states: &BTreeSet<State>) -> String {
    let mut conditions = vec![
        "d.changed < ?1",
        if wish.trashed { "d.trashed_at <> ''" } else { "d.trashed_at = ''" },
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
            Some("SELECT draft FROM outbox WHERE phase IN ('put', 'files')")
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
fn counts(read: &ReadTx<'_>, decides: bool) -> Result<DeskCounts> {
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
                                       WHEN o.phase IN ('put', 'files') THEN 2
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

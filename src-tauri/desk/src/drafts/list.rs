//! Lists of drafts, latest change first.
//!
//! A page costs what its rows cost: rows are found through the order of changes, or through their
//! [place](super::place), and never by reading all of them, and no row needs its body. In which
//! state a row is, only [`super::state`] says.

use serde::{Deserialize, Serialize};

use super::state::standing;
use super::store::list::{Wish, candidates, counts};
use super::store::{self, Head};
use super::types::{DeskCounts, DeskView, DraftPage, DraftRow, State};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::profile;
use crate::search::{self, words::Query};

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
    /// Only those that have these words, in their text or in a file on them.
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
            Some(query) => Some(Query::read(query).ok_or_else(|| Error::new(Code::EmptyQuery))?),
        };
        let limit = match wanted.limit {
            0 => GROUP,
            asked => asked.min(MAX_PAGE),
        };
        self.read(|read| {
            let found = match &words {
                Some(words) => Some(search::drafts_with(read, words)?),
                None => None,
            };
            let wish = Wish {
                states: wanted.state.into_iter().collect(),
                content_type: wanted.content_type.as_deref(),
                among: found.as_ref().map(|found| found.keys().collect()),
                trashed: wanted.trashed,
            };
            let (heads, next) = page(read, &wish, before, limit)?;
            let drafts = heads
                .into_iter()
                .map(|head| {
                    let file = found.as_ref().and_then(|found| found.get(&head.id));
                    Ok(DraftRow {
                        found_in: file.cloned().flatten(),
                        ..row(read, head)?
                    })
                })
                .collect::<Result<_>>()?;
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
                    states: states.iter().copied().collect(),
                    ..Wish::default()
                };
                let (heads, _) = page(read, &wish, None, GROUP)?;
                heads.into_iter().map(|head| row(read, head)).collect()
            };
            Ok(DeskView {
                needs_you: group(needs_you(decides))?,
                in_work: group(IN_WORK)?,
                waiting: group(waiting(decides))?,
                arrived: group(ARRIVED)?,
                counts: counted(read, decides)?,
            })
        })
    }

    /// How many drafts are in each group of the desk.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn drafts_counts(&self) -> Result<DeskCounts> {
        self.read(|read| counted(read, decides(read)?))
    }
}

/// Whether a release in review waits for the person of this desk.
fn decides(read: &ReadTx<'_>) -> Result<bool> {
    Ok(profile::current(read)?.is_none_or(|profile| profile.role.may_decide()))
}

const IN_WORK: &[State] = &[State::Draft];
const ARRIVED: &[State] = &[State::Received, State::Published];

/// How many drafts are in each group.
fn counted(read: &ReadTx<'_>, decides: bool) -> Result<DeskCounts> {
    let counts = counts(read)?;
    let of = |states: &[State]| states.iter().filter_map(|state| counts.get(state)).sum();
    Ok(DeskCounts {
        needs_you: of(needs_you(decides)),
        in_work: of(IN_WORK),
        waiting: of(waiting(decides)),
        arrived: of(ARRIVED),
    })
}

const fn needs_you(decides: bool) -> &'static [State] {
    if decides {
        &[
            State::Returned,
            State::Refused,
            State::Conflict,
            State::InReview,
        ]
    } else {
        &[State::Returned, State::Refused, State::Conflict]
    }
}

const fn waiting(decides: bool) -> &'static [State] {
    if decides {
        &[State::Approved, State::Waiting, State::Sending]
    } else {
        &[
            State::InReview,
            State::Approved,
            State::Waiting,
            State::Sending,
        ]
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
        found_in: None,
    })
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
    let mut before = before.unwrap_or(i64::MAX);
    let mut found = Vec::new();
    let wanted = limit as usize;
    // One more than asked tells whether there is a next page.
    let step = i64::from(limit) + 1;
    loop {
        let candidates = candidates(read, wish, before, step)?;
        let last = candidates.len() < step as usize;
        for head in candidates {
            before = head.changed;
            let head = store::with_deliveries(read, head)?;
            if wish.states.is_empty() || wish.states.contains(&standing(&head.facts).state) {
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

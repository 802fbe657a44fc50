//! The SQL of the queue: the next step by index. What [`OutboxState::next`] finds by looking at
//! everything is found here in the same number of steps whether ten entries wait or ten thousand;
//! the simulation compares both.
//!
//! [`OutboxState::next`]: crate::outbox::engine::OutboxState::next

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::super::engine::{Class, Gate, Kind, Moment, Sending, Usage, class_of_fetch};
use super::super::rules::{PAUSE_ASKED_CAP, later};
use crate::clock::{parse, stamp};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// This entry goes next.
    Entry {
        draft: String,
        portal: String,
        seq: i64,
        allowance: Option<u64>,
    },
    /// This text is fetched next.
    Fetch { draft: String, portal: String },
    /// Nothing now.
    Idle(Option<Timestamp>),
}

/// Texts on their way to one portal: what waits behind them in their lanes is left aside.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct UnderWay<'a> {
    /// The portal's id.
    pub(crate) portal: &'a str,
    /// Their drafts.
    pub(crate) drafts: &'a [String],
}

/// A candidate of one class: what decides among those of the class, then what it is.
type Candidate = ((u32, u64, i64, String), Pick);

/// Ends the pauses that are over, and those that were written under another clock.
pub(crate) fn wake(tx: &WriteTx<'_>) -> Result<()> {
    let (now, end) = window(tx.at());
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET not_before = ''
             WHERE turn = 1 AND not_before <> '' AND (not_before <= ?1 OR not_before > ?2)",
        )?
        .execute([now, end])?;
    Ok(())
}

/// Whether a pause is over and not yet ended.
pub(crate) fn something_wakes(r: &ReadTx<'_>) -> Result<bool> {
    let (now, end) = window(r.at());
    Ok(r.conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE turn = 1 AND not_before <> ''
                            AND not_before <= ?1)
                 OR EXISTS (SELECT 1 FROM outbox WHERE turn = 1 AND not_before <> ''
                            AND not_before > ?2)",
        )?
        .query_row([now, end], |row| row.get(0))?)
}

fn window(at: Timestamp) -> (String, String) {
    (stamp(at), stamp(later(at, PAUSE_ASKED_CAP)))
}

/// What goes next; of the portal of this name only, when one is given.
pub(crate) fn pick(
    r: &ReadTx<'_>,
    only: Option<&str>,
    under_way: UnderWay<'_>,
    sending: &Sending,
    usage: &Usage,
    now: &Moment,
) -> Result<Pick> {
    let portals = portals(r, only)?;
    let mut wake: Option<Timestamp> = None;
    for class in Class::all() {
        if class.kind == Kind::Fetch && class != class_of_fetch() {
            continue;
        }
        let (allowance, shut) = match sending.gate(usage, class, now) {
            Gate::Open(allowance) => (allowance, None),
            Gate::Shut(_, None) => continue,
            Gate::Shut(_, until) => (None, until),
        };
        let mut best: Option<Candidate> = None;
        for (portal, not_before) in &portals {
            let late = now.sleeps(*not_before).max(shut);
            let found = ready(r, portal, under_way, class, allowance, now)?;
            if let (Some(found), None) = (&found, late) {
                if best.as_ref().is_none_or(|known| found.0 < known.0) {
                    best = Some(found.clone());
                }
                continue;
            }
            let at = match found {
                Some(_) => late,
                None => asleep(r, portal, class)?.map(|at| late.map_or(at, |late| late.max(at))),
            };
            let Some(at) = at else { continue };
            // The others of the class sleep at least as long as the way does.
            wake = Some(wake.map_or(at, |known| known.min(at)));
        }
        if let Some((_, pick)) = best {
            return Ok(pick);
        }
    }
    Ok(Pick::Idle(wake))
}

fn portals(r: &ReadTx<'_>, only: Option<&str>) -> Result<Vec<(String, Option<Timestamp>)>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT id, not_before FROM portal
         WHERE removed_at = '' AND (?1 IS NULL OR name = ?1) ORDER BY seq",
    )?;
    let rows = statement.query_map([only], |row| {
        Ok((row.get(0)?, parse(&row.get::<_, String>(1)?)))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn ready(
    r: &ReadTx<'_>,
    portal: &str,
    under_way: UnderWay<'_>,
    class: Class,
    allowance: Option<u64>,
    now: &Moment,
) -> Result<Option<Candidate>> {
    if class.kind == Kind::Fetch {
        let (now, end) = window(now.at);
        return Ok(r
            .conn()
            .prepare_cached(
                "SELECT draft, failures FROM mirror
                 WHERE portal = ?1 AND wanted = 1
                   AND (not_before = '' OR not_before <= ?2 OR not_before > ?3)
                 ORDER BY failures, draft LIMIT 1",
            )?
            .query_row([portal, &now, &end], |row| {
                let draft: String = row.get(0)?;
                let pick = Pick::Fetch {
                    draft: draft.clone(),
                    portal: portal.to_owned(),
                };
                Ok(((row.get(1)?, 0, 0, draft), pick))
            })
            .optional()?);
    }
    let aside: &[String] = match under_way.portal == portal {
        true => under_way.drafts,
        false => &[],
    };
    // Of a lane one entry moves, so one more row than lanes left aside is enough.
    let mut statement = r.conn().prepare_cached(
        "SELECT draft, seq, failures, next_bytes FROM outbox
         WHERE portal = ?1 AND deadly = ?2 AND calm = ?3 AND kind = ?4 AND insisted = ?5
           AND turn = 1 AND not_before = ''
         ORDER BY failures, next_bytes, seq LIMIT ?6",
    )?;
    let mut rows = statement.query(params![
        portal,
        class.deadly,
        !class.urgent.0,
        class.kind.as_number(),
        class.insisted.0,
        aside.len().cast_signed() + 1
    ])?;
    while let Some(row) = rows.next()? {
        let draft: String = row.get(0)?;
        if aside.contains(&draft) {
            continue;
        }
        let seq = row.get(1)?;
        let bytes = row.get::<_, i64>(3)?.cast_unsigned();
        let pick = Pick::Entry {
            draft,
            portal: portal.to_owned(),
            seq,
            allowance,
        };
        return Ok(Some(((row.get(2)?, bytes, seq, String::new()), pick)));
    }
    Ok(None)
}

/// When the first of a class that sleeps wakes.
fn asleep(r: &ReadTx<'_>, portal: &str, class: Class) -> Result<Option<Timestamp>> {
    let first: Option<String> = if class.kind == Kind::Fetch {
        r.conn()
            .prepare_cached("SELECT min(not_before) FROM mirror WHERE portal = ?1 AND wanted = 1")?
            .query_row([portal], |row| row.get(0))?
    } else {
        r.conn()
            .prepare_cached(
                "SELECT min(not_before) FROM outbox
                 WHERE portal = ?1 AND calm = ?2 AND kind = ?3 AND insisted = ?4
                   AND turn = 1 AND not_before <> ''",
            )?
            .query_row(
                params![
                    portal,
                    !class.urgent.0,
                    class.kind.as_number(),
                    class.insisted.0
                ],
                |row| row.get(0),
            )?
    };
    Ok(first.as_deref().and_then(parse))
}

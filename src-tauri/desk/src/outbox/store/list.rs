//! The SQL of what people see of the outbox: entries, receipts, counts.

use std::cmp::Reverse;

use rusqlite::{Row, params};

use super::super::engine::{Class, Estimate, Gate, Kind, Moment, Rate, Sending, Usage, waiting};
use super::super::rules::{Phase, changed_there, shown};
use super::super::types::{OutboxCounts, OutboxEntry, ReceiptRow, Wait};
use super::{FileRow, files, phase, sent};
use crate::clock::{parse, stamp};
use crate::db::ReadTx;
use crate::drafts::State;
use crate::error::Result;

/// How many entries a list shows.
const MAX_ENTRIES: u32 = 500;

/// The receipts, oldest first, without the first `after`.
pub(crate) fn receipts(r: &ReadTx<'_>, after: usize) -> Result<Vec<ReceiptRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT c.draft, c.release, p.name, c.remote_id, c.url, c.received_at, c.files
         FROM receipt c JOIN portal p ON p.id = c.portal ORDER BY c.seq LIMIT -1 OFFSET ?1",
    )?;
    let rows = statement.query_map([i64::try_from(after).unwrap_or(i64::MAX)], |row| {
        read_receipt(row, 0)
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read_receipt(row: &Row<'_>, first: usize) -> rusqlite::Result<ReceiptRow> {
    let files: String = row.get(first + 6)?;
    Ok(ReceiptRow {
        draft: row.get(first)?,
        release: row.get(first + 1)?,
        portal: row.get(first + 2)?,
        remote_id: row.get(first + 3)?,
        url: row.get(first + 4)?,
        received_at: row.get(first + 5)?,
        files: serde_json::from_str(&files).unwrap_or_default(),
    })
}

/// The outbox for people: open entries first, then newest first; without those that were taken
/// out or replaced. With `draft` only those of it.
pub(crate) fn entries(
    r: &ReadTx<'_>,
    draft: Option<&str>,
    sending: &Sending,
    paused: bool,
    now: &Moment,
) -> Result<Vec<OutboxEntry>> {
    let usage = sent::usage(r, now)?;
    let mut statement = r.conn().prepare_cached(
        "SELECT o.id, o.draft, ifnull(v.title, ''), o.release, p.name, o.phase, o.held, o.attempts,
                max(o.not_before, CASE WHEN o.phase IN ('put', 'files', 'withdraw') THEN p.not_before
                                       ELSE '' END),
                CASE WHEN o.failure <> '' OR o.phase NOT IN ('put', 'files', 'withdraw') THEN o.failure
                     ELSE p.last_failure END,
                l.bytes, o.attempt_at,
                c.draft, c.release, p.name, c.remote_id, c.url, c.received_at, c.files,
                o.consent, d.urgent, o.bytes_left, p.rate_bytes, p.rate_millis, o.turn,
                ifnull(m.theirs <> '' AND m.theirs = m.etag, 0), o.insisted
         FROM outbox o
         JOIN release l ON l.hash = o.release
         JOIN portal p ON p.id = o.portal
         JOIN draft d ON d.id = o.draft
         LEFT JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
         LEFT JOIN revision v ON v.seq = lv.head
         LEFT JOIN receipt c ON c.release = o.release AND c.portal = o.portal
         LEFT JOIN mirror m ON m.portal = o.portal AND m.draft = o.draft
         WHERE o.phase NOT IN ('withdrawn', 'superseded') AND (?2 IS NULL OR o.draft = ?2)
         ORDER BY o.phase IN ('put', 'files', 'withdraw') DESC, o.seq DESC
         LIMIT ?1",
    )?;
    let rows = statement.query_map(params![MAX_ENTRIES, draft], |row| {
        let held: bool = row.get(6)?;
        let next: String = row.get(8)?;
        let reason: String = row.get(9)?;
        let moving: bool = !row.get::<_, String>(11)?.is_empty();
        let receipt = match row.get::<_, Option<String>>(12)? {
            Some(_) => Some(read_receipt(row, 12)?),
            None => None,
        };
        let entry = OutboxEntry {
            id: row.get(0)?,
            draft: row.get(1)?,
            title: row.get(2)?,
            release: row.get(3)?,
            portal: row.get(4)?,
            state: State::Waiting,
            held,
            attempts: row.get(7)?,
            next_attempt_at: (!next.is_empty()).then_some(next),
            reason: serde_json::from_str(&reason).ok(),
            bytes_total: 0,
            bytes_sent: 0,
            files_total: 0,
            files_sent: 0,
            receipt,
            waits: None,
            estimate: Rate {
                bytes: row.get::<_, i64>(22)?.cast_unsigned(),
                millis: row.get::<_, i64>(23)?.cast_unsigned(),
            }
            .estimate(row.get::<_, i64>(21)?.cast_unsigned()),
            withdrawing: false,
            theirs: row.get(25)?,
            urgent: row.get(20)?,
        };
        Ok(Raw {
            entry,
            phase: phase(&row.get::<_, String>(5)?),
            moving,
            text_bytes: row.get::<_, i64>(10)?.cast_unsigned(),
            consent: row.get(19)?,
            insisted: row.get(26)?,
            first: row.get(24)?,
        })
    })?;
    let rows: Vec<Raw> = rows.collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|raw| {
            let files = files(r, &raw.entry.id)?;
            let waits = raw.waits(&files, sending, &usage, paused, now);
            let mut entry = counted(raw.entry, raw.phase, raw.moving, raw.text_bytes, &files);
            entry.waits = waits;
            entry.withdrawing = raw.phase == Phase::Withdraw;
            Ok(entry)
        })
        .collect()
}

/// A row before its files are counted.
struct Raw {
    entry: OutboxEntry,
    phase: Phase,
    moving: bool,
    text_bytes: u64,
    consent: bool,
    insisted: bool,
    /// It is the first of its draft and portal, and waits for no person.
    first: bool,
}

impl Raw {
    /// Why it does not leave at this moment.
    fn waits(
        &self,
        files: &[FileRow],
        sending: &Sending,
        usage: &Usage,
        paused: bool,
        now: &Moment,
    ) -> Option<Wait> {
        if !self.phase.is_open() || (self.moving && !self.entry.held && !paused) {
            return None;
        }
        let wait = |code: &str, until: Option<String>| {
            Some(Wait {
                code: code.to_owned(),
                until,
            })
        };
        if paused {
            return wait(waiting::PAUSED, None);
        }
        if self.entry.held {
            return wait(waiting::HELD, None);
        }
        let smallest = (self.phase == Phase::Files)
            .then(|| {
                files
                    .iter()
                    .filter(|file| file.missing)
                    .map(|file| file.bytes)
                    .min()
            })
            .flatten();
        if smallest.is_some_and(|bytes| sending.asks(bytes, self.consent)) {
            return wait(waiting::FOR_YES, None);
        }
        if !self.first {
            return wait(waiting::OLDER, None);
        }
        let kind = if smallest.is_some() {
            Kind::Upload
        } else {
            Kind::Text
        };
        let class = Class {
            deadly: false,
            urgent: Reverse(self.entry.urgent),
            kind,
            insisted: Reverse(self.insisted),
        };
        if let Gate::Shut(code, until) = sending.gate(usage, class, now) {
            return wait(code, until.map(stamp));
        }
        let next = self.entry.next_attempt_at.as_deref().and_then(parse);
        now.sleeps(next)
            .and_then(|at| wait(waiting::NEXT_TRY, Some(stamp(at))))
    }
}

/// All that is left to send and is not kept back. Several portals are served one after the other.
pub(crate) fn estimate(r: &ReadTx<'_>) -> Result<Estimate> {
    let mut statement = r.conn().prepare_cached(
        "SELECT p.rate_bytes, p.rate_millis,
                (SELECT ifnull(sum(o.bytes_left), 0) FROM outbox o
                 WHERE o.portal = p.id AND o.held = 0
                   AND o.phase IN ('put', 'files', 'withdraw'))
         FROM portal p WHERE p.removed_at = ''",
    )?;
    let rows = statement.query_map([], |row| {
        let rate = Rate {
            bytes: row.get::<_, i64>(0)?.cast_unsigned(),
            millis: row.get::<_, i64>(1)?.cast_unsigned(),
        };
        Ok(rate.estimate(row.get::<_, i64>(2)?.cast_unsigned()))
    })?;
    let mut all = Estimate {
        seconds: Some(0),
        ..Estimate::default()
    };
    for one in rows {
        let one = one?;
        if one.bytes_left == 0 {
            continue;
        }
        all.bytes_left += one.bytes_left;
        // What one portal's link does says nothing about another's: unknown stays unknown.
        all.seconds = all.seconds.zip(one.seconds).map(|(sum, more)| sum + more);
    }
    all.bytes_per_second = all
        .seconds
        .filter(|seconds| *seconds > 0)
        .map(|seconds| all.bytes_left / seconds);
    Ok(all)
}

/// Fills in what the phase and the files say.
fn counted(
    mut entry: OutboxEntry,
    phase: Phase,
    attempt_under_way: bool,
    text_bytes: u64,
    files: &[FileRow],
) -> OutboxEntry {
    let arrived = matches!(phase, Phase::Received | Phase::Published | Phase::Returned);
    let is_there =
        |file: &FileRow| arrived || (!file.missing && (file.uploaded || phase == Phase::Files));
    let begun = files
        .iter()
        .any(|file| file.uploaded || file.upload_offset > 0);
    let moving = attempt_under_way || begun;
    // The phases `shown` has no word for are not in the list.
    if let Some(state) = shown(phase, moving, entry.held).and_then(State::parse) {
        entry.state = state;
    }
    let failure = entry.reason.as_ref().map_or("", |one| one.code.as_str());
    if changed_there(phase, failure) {
        entry.state = State::Conflict;
    }
    if phase.is_open() {
        // A receipt from the time before this text was sent again says nothing about now.
        entry.receipt = None;
    } else {
        entry.next_attempt_at = None;
    }
    let text_is_there = arrived || phase == Phase::Files || files.iter().any(|file| file.uploaded);
    entry.bytes_total = text_bytes + files.iter().map(|file| file.bytes).sum::<u64>();
    entry.bytes_sent = if text_is_there { text_bytes } else { 0 }
        + files
            .iter()
            .map(|file| {
                if is_there(file) {
                    file.bytes
                } else {
                    file.upload_offset.min(file.bytes)
                }
            })
            .sum::<u64>();
    let count = |wanted: &dyn Fn(&&FileRow) -> bool| {
        u32::try_from(files.iter().filter(wanted).count()).unwrap_or(u32::MAX)
    };
    entry.files_total = count(&|_| true);
    entry.files_sent = count(&|file| is_there(file));
    entry
}

/// How many entries there are of each sort.
pub(crate) fn counts(r: &ReadTx<'_>) -> Result<OutboxCounts> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE phase IN ('put', 'files', 'withdraw')),
                    count(*) FILTER (WHERE phase IN ('received', 'published')),
                    count(*) FILTER (WHERE phase IN ('refused', 'returned')),
                    count(*) FILTER (WHERE phase = 'conflict')
             FROM outbox",
        )?
        .query_row([], |row| {
            Ok(OutboxCounts {
                waiting: row.get(0)?,
                received: row.get(1)?,
                refused: row.get(2)?,
                conflict: row.get(3)?,
            })
        })?)
}

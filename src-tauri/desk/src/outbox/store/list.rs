//! The SQL of what people see of the outbox: entries, receipts, counts.

use rusqlite::Row;

use super::super::rules::{Phase, shown};
use super::super::types::{OutboxCounts, OutboxEntry, ReceiptRow};
use super::{FileRow, files, phase};
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
/// out or replaced.
pub(crate) fn entries(r: &ReadTx<'_>) -> Result<Vec<OutboxEntry>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT o.id, o.draft, ifnull(v.title, ''), o.release, p.name, o.phase, o.held, o.attempts,
                max(o.not_before, CASE WHEN o.phase IN ('put', 'files') THEN p.not_before ELSE '' END),
                CASE WHEN o.failure <> '' OR o.phase NOT IN ('put', 'files') THEN o.failure
                     ELSE p.last_failure END,
                l.bytes, o.attempt_at,
                c.draft, c.release, p.name, c.remote_id, c.url, c.received_at, c.files
         FROM outbox o
         JOIN release l ON l.hash = o.release
         JOIN portal p ON p.id = o.portal
         JOIN draft d ON d.id = o.draft
         LEFT JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
         LEFT JOIN revision v ON v.seq = lv.head
         LEFT JOIN receipt c ON c.release = o.release AND c.portal = o.portal
         WHERE o.phase NOT IN ('withdrawn', 'superseded')
         ORDER BY o.phase IN ('put', 'files') DESC, o.seq DESC
         LIMIT ?1",
    )?;
    let rows = statement.query_map([MAX_ENTRIES], |row| {
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
        };
        let text_bytes = row.get::<_, i64>(10)?.cast_unsigned();
        Ok((entry, phase(&row.get::<_, String>(5)?), moving, text_bytes))
    })?;
    let rows: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|(entry, phase, moving, text_bytes)| {
            let files = files(r, &entry.id)?;
            Ok(counted(entry, phase, moving, text_bytes, &files))
        })
        .collect()
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
            "SELECT count(*) FILTER (WHERE phase IN ('put', 'files')),
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

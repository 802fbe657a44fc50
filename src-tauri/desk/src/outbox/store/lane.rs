//! The SQL of lanes: read whole, written where they changed.

use rusqlite::{OptionalExtension, Row, params};

use super::super::engine::{
    Entry, File, Lane, Mirror, Outlook, Rate, Reach, Sending, Way, outlook,
};
use super::phase;
use crate::clock::{parse, stamp};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Failure, Result};

/// All that is known of a draft at a portal.
pub(crate) fn load(r: &ReadTx<'_>, draft: &str, portal: &str) -> Result<Lane> {
    let urgent = r
        .conn()
        .prepare_cached("SELECT urgent FROM draft WHERE id = ?1")?
        .query_row([draft], |row| row.get(0))
        .optional()?;
    let mut entries: Vec<Entry> = {
        let mut statement = r.conn().prepare_cached(
            "SELECT o.seq, o.id, o.release, o.phase, o.held, o.consent, o.attempts, o.failures,
                    o.interrupted, o.reach, o.attempt_at, o.moved_at, o.not_before, o.failure,
                    o.reason, l.bytes, o.insisted
             FROM outbox o JOIN release l ON l.hash = o.release
             WHERE o.draft = ?1 AND o.portal = ?2 ORDER BY o.seq",
        )?;
        let rows = statement.query_map([draft, portal], read_entry)?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    let mut statement = r.conn().prepare_cached(
        "SELECT sha256, bytes, missing, uploaded, upload_url, upload_offset
         FROM outbox_file WHERE entry = ?1 ORDER BY sha256",
    )?;
    for entry in &mut entries {
        let rows = statement.query_map([&entry.id], |row| {
            Ok(File {
                sha256: row.get(0)?,
                bytes: row.get::<_, i64>(1)?.cast_unsigned(),
                missing: row.get(2)?,
                uploaded: row.get(3)?,
                upload_url: row.get(4)?,
                offset: row.get::<_, i64>(5)?.cast_unsigned(),
            })
        })?;
        entry.files = rows.collect::<rusqlite::Result<_>>()?;
    }
    Ok(Lane {
        draft: draft.to_owned(),
        portal: portal.to_owned(),
        urgent: urgent.unwrap_or(false),
        entries,
        mirror: mirror(r, portal, draft)?,
    })
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let time = |column| Ok::<_, rusqlite::Error>(parse(&row.get::<_, String>(column)?));
    Ok(Entry {
        seq: row.get(0)?,
        id: row.get(1)?,
        release: row.get(2)?,
        phase: phase(&row.get::<_, String>(3)?),
        held: row.get(4)?,
        consent: row.get(5)?,
        insisted: row.get(16)?,
        attempts: row.get(6)?,
        failures: row.get(7)?,
        interrupted: row.get(8)?,
        reach: Reach::from_number(row.get(9)?),
        attempt_at: time(10)?,
        moved_at: time(11)?,
        not_before: time(12)?,
        failure: failure(&row.get::<_, String>(13)?),
        reason: row.get(14)?,
        bytes: row.get::<_, i64>(15)?.cast_unsigned(),
        files: Vec::new(),
    })
}

fn mirror(r: &ReadTx<'_>, portal: &str, draft: &str) -> Result<Option<Mirror>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT remote_id, url, etag, base, release, state, comment, base_release, theirs,
                    wanted, failures, not_before, news
             FROM mirror WHERE portal = ?1 AND draft = ?2",
        )?
        .query_row([portal, draft], |row| {
            Ok(Mirror {
                remote_id: row.get(0)?,
                url: row.get(1)?,
                etag: row.get(2)?,
                base: row.get(3)?,
                release: row.get(4)?,
                state: row.get(5)?,
                comment: row.get(6)?,
                base_release: row.get(7)?,
                theirs: row.get(8)?,
                wanted: row.get(9)?,
                failures: row.get(10)?,
                not_before: parse(&row.get::<_, String>(11)?),
                news: row.get(12)?,
            })
        })
        .optional()?)
}

/// Writes down what a transition changed. With `anew` also places in the queue that follow from
/// changed wishes.
pub(crate) fn save(
    tx: &WriteTx<'_>,
    before: &Lane,
    after: &Lane,
    sending: &Sending,
    anew: bool,
) -> Result<()> {
    for gone in &before.entries {
        if !after.entries.iter().any(|entry| entry.id == gone.id) {
            tx.conn()
                .prepare_cached("DELETE FROM outbox WHERE id = ?1")?
                .execute([&gone.id])?;
        }
    }
    let (turn_before, turn) = (outlook(before, sending), outlook(after, sending));
    let moved = |known: Option<&Entry>, place: usize| {
        let was = turn_before
            .as_ref()
            .filter(|turn| turn.place.and_then(|at| before.entries.get(at)) == known);
        let is = turn.as_ref().filter(|turn| turn.place == Some(place));
        was.map(|turn| &turn.rank) != is.map(|turn| &turn.rank)
    };
    for (place, entry) in after.entries.iter().enumerate() {
        let turn = turn.as_ref().filter(|turn| turn.place == Some(place));
        let known = before.entries.iter().find(|one| one.id == entry.id);
        if known.is_none() {
            insert(tx, after, entry)?;
        }
        if known != Some(entry) || anew || moved(known, place) {
            update(tx, entry, turn)?;
        }
        for file in &entry.files {
            let old = known.and_then(|one| one.files.iter().find(|old| old.sha256 == file.sha256));
            if known.is_some() && old != Some(file) {
                update_file(tx, &entry.id, file)?;
            }
        }
    }
    match &after.mirror {
        Some(mirror) if before.mirror.as_ref() != Some(mirror) => put_mirror(tx, after, mirror),
        _ => Ok(()),
    }
}

fn insert(tx: &WriteTx<'_>, lane: &Lane, entry: &Entry) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO outbox (id, draft, release, portal, phase, held, consent, attempts,
               failures, interrupted, reach, attempt_at, moved_at, not_before, failure, reason,
               bytes_left, created_at, updated_at, turn, deadly, calm, kind, next_bytes,
               insisted)
             VALUES (?1, ?2, ?3, ?4, 'put', 0, 0, 0, 0, 0, 0, '', '', '', '', '', 0, ?5, ?5, 0, 0,
               0, 0, 0, 0)",
        )?
        .execute(params![
            entry.id,
            lane.draft,
            entry.release,
            lane.portal,
            tx.now()
        ])?;
    tx.conn()
        .prepare_cached(
            "INSERT OR IGNORE INTO outbox_file (entry, sha256, name, mime, bytes, missing, uploaded,
               upload_url, upload_offset)
             SELECT ?1, sha256, name, mime, bytes, 0, 0, '', 0
             FROM release_file WHERE release = ?2 ORDER BY position",
        )?
        .execute([&entry.id, &entry.release])?;
    Ok(())
}

fn update(tx: &WriteTx<'_>, entry: &Entry, turn: Option<&Outlook>) -> Result<()> {
    let time = |at: Option<jiff::Timestamp>| at.map(stamp).unwrap_or_default();
    let class = turn.map(|turn| turn.rank.class);
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET phase = ?2, held = ?3, consent = ?4, attempts = ?5, failures = ?6,
               interrupted = ?7, reach = ?8, attempt_at = ?9, moved_at = ?10, not_before = ?11,
               failure = ?12, reason = ?13, bytes_left = ?14, updated_at = ?15, turn = ?16,
               deadly = ?17, calm = ?18, kind = ?19, next_bytes = ?20, insisted = ?21
             WHERE id = ?1",
        )?
        .execute(params![
            entry.id,
            entry.phase.as_str(),
            entry.held,
            entry.consent,
            entry.attempts,
            entry.failures,
            entry.interrupted,
            entry.reach.as_number(),
            time(entry.attempt_at),
            time(entry.moved_at),
            time(entry.not_before),
            json(entry.failure.as_ref())?,
            entry.reason,
            entry.bytes_left().cast_signed(),
            tx.now(),
            turn.is_some(),
            class.is_some_and(|class| class.deadly),
            class.is_some_and(|class| !class.urgent.0),
            class.map_or(0, |class| class.kind.as_number()),
            turn.map_or(0, |turn| turn.rank.bytes).cast_signed(),
            entry.insisted,
        ])?;
    Ok(())
}

fn update_file(tx: &WriteTx<'_>, entry: &str, file: &File) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox_file SET missing = ?3, uploaded = ?4, upload_url = ?5,
               upload_offset = ?6
             WHERE entry = ?1 AND sha256 = ?2",
        )?
        .execute(params![
            entry,
            file.sha256,
            file.missing,
            file.uploaded,
            file.upload_url,
            file.offset.cast_signed()
        ])?;
    Ok(())
}

fn put_mirror(tx: &WriteTx<'_>, lane: &Lane, mirror: &Mirror) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO mirror (portal, draft, remote_id, url, etag, base, release, state, comment,
               seen_at, base_release, theirs, wanted, failures, not_before, news, title, type,
               owner, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, '', '',
               '', '')
             ON CONFLICT (portal, draft) DO UPDATE SET remote_id = excluded.remote_id,
               url = excluded.url, etag = excluded.etag, base = excluded.base,
               release = excluded.release, state = excluded.state, comment = excluded.comment,
               seen_at = excluded.seen_at, base_release = excluded.base_release,
               theirs = excluded.theirs, wanted = excluded.wanted, failures = excluded.failures,
               not_before = excluded.not_before, news = excluded.news",
        )?
        .execute(params![
            lane.portal,
            lane.draft,
            mirror.remote_id,
            mirror.url,
            mirror.etag,
            mirror.base,
            mirror.release,
            mirror.state,
            mirror.comment,
            tx.now(),
            mirror.base_release,
            mirror.theirs,
            mirror.wanted,
            mirror.failures,
            mirror.not_before.map(stamp).unwrap_or_default(),
            mirror.news,
        ])?;
    Ok(())
}

/// The way to a portal.
pub(crate) fn way(r: &ReadTx<'_>, portal: &str) -> Result<Way> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT not_before, failures, last_failure, last_contact, rate_bytes, rate_millis
             FROM portal WHERE id = ?1",
        )?
        .query_row([portal], |row| {
            Ok(Way {
                not_before: parse(&row.get::<_, String>(0)?),
                failures: row.get(1)?,
                last_failure: failure(&row.get::<_, String>(2)?),
                last_contact: parse(&row.get::<_, String>(3)?),
                rate: Rate {
                    bytes: row.get::<_, i64>(4)?.cast_unsigned(),
                    millis: row.get::<_, i64>(5)?.cast_unsigned(),
                },
            })
        })?)
}

/// Writes the way to a portal down, where it changed.
pub(crate) fn save_way(tx: &WriteTx<'_>, portal: &str, before: &Way, after: &Way) -> Result<()> {
    if before == after {
        return Ok(());
    }
    tx.conn()
        .prepare_cached(
            "UPDATE portal SET not_before = ?2, failures = ?3, last_failure = ?4,
               last_contact = ?5, rate_bytes = ?6, rate_millis = ?7
             WHERE id = ?1",
        )?
        .execute(params![
            portal,
            after.not_before.map(stamp).unwrap_or_default(),
            after.failures,
            json(after.last_failure.as_ref())?,
            after.last_contact.map(stamp).unwrap_or_default(),
            after.rate.bytes.cast_signed(),
            after.rate.millis.cast_signed(),
        ])?;
    Ok(())
}

/// Drafts and portals with something open.
pub(crate) fn open(r: &ReadTx<'_>) -> Result<Vec<(String, String)>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT DISTINCT draft, portal FROM outbox WHERE phase IN ('put', 'files', 'withdraw')",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn failure(text: &str) -> Option<Failure> {
    serde_json::from_str(text).ok()
}

fn json(failure: Option<&Failure>) -> Result<String> {
    Ok(match failure {
        Some(failure) => serde_json::to_string(failure)?,
        None => String::new(),
    })
}

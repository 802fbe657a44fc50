//! The SQL of the outbox: entries, their files, releases and receipts. What people see of it is in
//! [`list`], what portals hold in [`mirror`], the portals' own rows in `portals/store`.

pub(crate) mod list;
pub(crate) mod mirror;

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Row, params};

pub(crate) use super::portals::store::{
    all as portals, note_contact, note_failure, note_trouble, pause as pause_portal, set_cursor,
    wake_portal,
};
use super::rules::{EntryFacts, FileFacts, Phase};
use crate::clock::parse;
use crate::db::{ReadTx, WriteTx};
use crate::error::{Error, Failure, Result};
use crate::id::new_id;

/// An entry's own row.
#[derive(Clone, Debug)]
pub(crate) struct EntryRow {
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) draft: String,
    pub(crate) release: String,
    pub(crate) portal: String,
    pub(crate) phase: Phase,
    pub(crate) attempts: u32,
    pub(crate) failures: u32,
    /// The last failure's code, or empty.
    pub(crate) failure_code: String,
}

const ROW: &str = "o.seq, o.id, o.draft, o.release, o.portal, o.phase, o.attempts, o.failures, \
     CASE WHEN o.failure = '' THEN '' ELSE ifnull(o.failure ->> '$.code', '') END";

fn read_row(row: &Row<'_>) -> rusqlite::Result<EntryRow> {
    Ok(EntryRow {
        seq: row.get(0)?,
        id: row.get(1)?,
        draft: row.get(2)?,
        release: row.get(3)?,
        portal: row.get(4)?,
        phase: phase(&row.get::<_, String>(5)?),
        attempts: row.get(6)?,
        failures: row.get(7)?,
        failure_code: row.get(8)?,
    })
}

/// An unknown word comes from a newer program; a person should look.
pub(crate) fn phase(word: &str) -> Phase {
    Phase::parse(word).unwrap_or(Phase::Conflict)
}

/// One entry.
pub(crate) fn entry(r: &ReadTx<'_>, id: &str) -> Result<EntryRow> {
    r.conn()
        .prepare_cached(&format!("SELECT {ROW} FROM outbox o WHERE o.id = ?1"))?
        .query_row([id], read_row)
        .optional()?
        .ok_or_else(|| Error::not_found("entry", id))
}

/// The entry an attempt belongs to: the one it was made for, or the one that took its place.
pub(crate) fn entry_of_attempt(
    r: &ReadTx<'_>,
    id: &str,
    release: &str,
    portal: &str,
) -> Result<Option<EntryRow>> {
    Ok(r.conn()
        .prepare_cached(&format!(
            "SELECT {ROW} FROM outbox o WHERE o.id = ?1 OR (o.release = ?2 AND o.portal = ?3)
             ORDER BY o.id = ?1 DESC LIMIT 1"
        ))?
        .query_row([id, release, portal], read_row)
        .optional()?)
}

/// The entries of a draft for one portal, oldest first.
pub(crate) fn entries_of(r: &ReadTx<'_>, draft: &str, portal: &str) -> Result<Vec<EntryRow>> {
    let mut statement = r.conn().prepare_cached(&format!(
        "SELECT {ROW} FROM outbox o WHERE o.draft = ?1 AND o.portal = ?2 ORDER BY o.seq"
    ))?;
    let rows = statement.query_map([draft, portal], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The entries of a release, one per portal.
pub(crate) fn entries_of_release(r: &ReadTx<'_>, release: &str) -> Result<Vec<EntryRow>> {
    let mut statement = r.conn().prepare_cached(&format!(
        "SELECT {ROW} FROM outbox o WHERE o.release = ?1 ORDER BY o.seq"
    ))?;
    let rows = statement.query_map([release], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Whether a newer release of the same draft was ever put on its way to the same portal.
pub(crate) fn has_newer(r: &ReadTx<'_>, entry: &EntryRow) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE draft = ?1 AND portal = ?2 AND seq > ?3)",
        )?
        .query_row(params![entry.draft, entry.portal, entry.seq], |row| {
            row.get(0)
        })?)
}

/// The facts of all open entries; of one portal only when `portal` (a name) is given.
pub(crate) fn open_entries(r: &ReadTx<'_>, portal: Option<&str>) -> Result<Vec<EntryFacts>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT o.seq, o.id, o.draft, o.portal, o.phase, o.held, d.urgent, l.bytes, o.failures,
                o.interrupted, o.not_before, p.not_before
         FROM outbox o
         JOIN draft d ON d.id = o.draft
         JOIN release l ON l.hash = o.release
         JOIN portal p ON p.id = o.portal
         WHERE o.phase IN ('put', 'files') AND (?1 IS NULL OR p.name = ?1) AND p.removed_at = ''
         ORDER BY o.seq",
    )?;
    let rows = statement.query_map([portal], |row| {
        let id: String = row.get(1)?;
        Ok((
            id,
            EntryFacts {
                seq: row.get(0)?,
                draft: row.get(2)?,
                portal: row.get(3)?,
                phase: phase(&row.get::<_, String>(4)?),
                held: row.get(5)?,
                urgent: row.get(6)?,
                bytes: row.get::<_, i64>(7)?.cast_unsigned(),
                failures: row.get(8)?,
                interrupted: row.get(9)?,
                not_before: parse(&row.get::<_, String>(10)?),
                portal_not_before: parse(&row.get::<_, String>(11)?),
                files: Vec::new(),
            },
        ))
    })?;
    let rows: Vec<(String, EntryFacts)> = rows.collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|(id, mut facts)| {
            facts.files = files(r, &id)?
                .into_iter()
                .map(|file| FileFacts {
                    sha256: file.sha256,
                    bytes: file.bytes,
                    missing: file.missing,
                })
                .collect();
            Ok(facts)
        })
        .collect()
}

/// One file of an entry.
#[derive(Clone, Debug)]
pub(crate) struct FileRow {
    pub(crate) sha256: String,
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) bytes: u64,
    pub(crate) missing: bool,
    pub(crate) uploaded: bool,
    pub(crate) upload_url: String,
    pub(crate) upload_offset: u64,
}

/// The files of an entry.
pub(crate) fn files(r: &ReadTx<'_>, entry: &str) -> Result<Vec<FileRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT sha256, name, mime, bytes, missing, uploaded, upload_url, upload_offset
         FROM outbox_file WHERE entry = ?1 ORDER BY sha256",
    )?;
    let rows = statement.query_map([entry], |row| {
        Ok(FileRow {
            sha256: row.get(0)?,
            name: row.get(1)?,
            mime: row.get(2)?,
            bytes: row.get::<_, i64>(3)?.cast_unsigned(),
            missing: row.get(4)?,
            uploaded: row.get(5)?,
            upload_url: row.get(6)?,
            upload_offset: row.get::<_, i64>(7)?.cast_unsigned(),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A new entry with its files, at the end of the queue. An older entry of the same release and
/// portal (its text was approved before, then another, now it again) gives way to it; that it may
/// have been sent without an answer is remembered.
pub(crate) fn insert(tx: &WriteTx<'_>, draft: &str, release: &str, portal: &str) -> Result<()> {
    let known = entries_of_release(tx, release)?
        .into_iter()
        .find(|entry| entry.portal == portal);
    let mut attempts = 0;
    if let Some(known) = known {
        if known.phase == Phase::Put {
            attempts = known.attempts;
        }
        tx.conn()
            .prepare_cached("DELETE FROM outbox WHERE id = ?1")?
            .execute([&known.id])?;
    }
    let id = new_id();
    tx.conn()
        .prepare_cached(
            "INSERT INTO outbox (id, draft, release, portal, phase, held, attempts, failures,
               interrupted, attempt_at, not_before, failure, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, 'put', 0, ?5, 0, 0, '', '', '', ?6, ?6)",
        )?
        .execute(params![id, draft, release, portal, attempts, tx.now()])?;
    tx.conn()
        .prepare_cached(
            "INSERT OR IGNORE INTO outbox_file (entry, sha256, name, mime, bytes, missing, uploaded,
               upload_url, upload_offset)
             SELECT ?1, sha256, name, mime, bytes, 0, 0, '', 0
             FROM release_file WHERE release = ?2 ORDER BY position",
        )?
        .execute([id.as_str(), release])?;
    Ok(())
}

/// Keeps an entry back or lets it go.
pub(crate) fn set_held(tx: &WriteTx<'_>, entry: &str, held: bool) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE outbox SET held = ?2, updated_at = ?3 WHERE id = ?1")?
        .execute(params![entry, held, tx.now()])?;
    Ok(())
}

/// Moves an entry to a phase in which it is at rest, or on with a clean count. The failure is
/// kept only where it says why the entry stands there.
pub(crate) fn set_phase(
    tx: &WriteTx<'_>,
    entry: &str,
    phase: Phase,
    failure: Option<&Failure>,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET phase = ?2, failure = ?3, failures = 0, interrupted = 0,
               attempt_at = '', not_before = '', updated_at = ?4
             WHERE id = ?1",
        )?
        .execute(params![entry, phase.as_str(), json(failure)?, tx.now()])?;
    Ok(())
}

/// Opens an entry again at this phase, as if it were new.
pub(crate) fn restart(tx: &WriteTx<'_>, entry: &str, phase: Phase) -> Result<()> {
    set_phase(tx, entry, phase, None)?;
    set_held(tx, entry, false)
}

/// A failure that leaves the entry open: counted, and not tried before `not_before` ('' is now).
pub(crate) fn note_retry(
    tx: &WriteTx<'_>,
    entry: &str,
    phase: Phase,
    failures: u32,
    not_before: &str,
    failure: Option<&Failure>,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET phase = ?2, failures = ?3, not_before = ?4, failure = ?5,
               interrupted = 0, attempt_at = '', updated_at = ?6
             WHERE id = ?1",
        )?
        .execute(params![
            entry,
            phase.as_str(),
            failures,
            not_before,
            json(failure)?,
            tx.now()
        ])?;
    Ok(())
}

/// Counts an attempt before it is made. Should it end this program, the entry is not tried again
/// before `not_before`.
pub(crate) fn count_attempt(tx: &WriteTx<'_>, seq: i64, not_before: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET attempts = attempts + 1, interrupted = interrupted + 1,
               attempt_at = ?2, not_before = ?3, updated_at = ?2
             WHERE seq = ?1",
        )?
        .execute(params![seq, tx.now(), not_before])?;
    Ok(())
}

/// Forgets attempts that a program no longer running had begun: there is one courier per desk, so
/// when it asks for the next step, nothing else is under way.
pub(crate) fn forget_broken_attempts(tx: &WriteTx<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE outbox SET attempt_at = '' WHERE attempt_at <> ''")?
        .execute([])?;
    Ok(())
}

/// Which files the portal misses; it has the others.
pub(crate) fn set_missing(tx: &WriteTx<'_>, entry: &str, missing: &[String]) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE outbox_file SET missing = 0 WHERE entry = ?1")?
        .execute([entry])?;
    // A file that was in and is missing again starts anew: its old upload led nowhere.
    let mut update = tx.conn().prepare_cached(
        "UPDATE outbox_file SET missing = 1,
           upload_url = CASE WHEN uploaded THEN '' ELSE upload_url END,
           upload_offset = CASE WHEN uploaded THEN 0 ELSE upload_offset END
         WHERE entry = ?1 AND sha256 = ?2",
    )?;
    for sha256 in missing {
        update.execute([entry, sha256])?;
    }
    Ok(())
}

/// A file is in.
pub(crate) fn set_uploaded(tx: &WriteTx<'_>, entry: &str, sha256: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox_file SET missing = 0, uploaded = 1, upload_offset = bytes
             WHERE entry = ?1 AND sha256 = ?2",
        )?
        .execute([entry, sha256])?;
    Ok(())
}

/// Where the upload of a file stands.
pub(crate) fn set_upload(
    tx: &WriteTx<'_>,
    entry: &str,
    sha256: &str,
    url: &str,
    offset: u64,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox_file SET upload_url = ?3, upload_offset = ?4
             WHERE entry = ?1 AND sha256 = ?2",
        )?
        .execute(params![entry, sha256, url, offset.cast_signed()])?;
    Ok(())
}

/// There was progress: what is counted in a row begins anew.
pub(crate) fn forget_failures(tx: &WriteTx<'_>, entry: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE outbox SET failures = 0, interrupted = 0 WHERE id = ?1")?
        .execute([entry])?;
    Ok(())
}

/// Forgets all pauses.
pub(crate) fn wake_all(tx: &WriteTx<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET not_before = '', failures = 0 WHERE phase IN ('put', 'files')",
        )?
        .execute([])?;
    tx.conn()
        .prepare_cached("UPDATE portal SET not_before = '', failures = 0")?
        .execute([])?;
    Ok(())
}

/// An approved release: its frozen bytes and the approval over them.
pub(crate) struct ApprovedRow {
    pub(crate) canonical: Vec<u8>,
    pub(crate) by: String,
    pub(crate) role: String,
    pub(crate) at: String,
    /// Empty while approvals are not signed.
    pub(crate) signature: String,
}

/// The release as it was approved; `None` when no approval covers it.
pub(crate) fn approved(r: &ReadTx<'_>, release: &str) -> Result<Option<ApprovedRow>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT l.canonical, a.name, a.role, a.at, a.signature
             FROM release l JOIN approval a ON a.release = l.hash
             WHERE l.hash = ?1 AND l.state IN ('approved', 'superseded')",
        )?
        .query_row([release], |row| {
            Ok(ApprovedRow {
                canonical: row.get(0)?,
                by: row.get(1)?,
                role: row.get(2)?,
                at: row.get(3)?,
                signature: row.get(4)?,
            })
        })
        .optional()?)
}

/// The hash of the approved release of a draft.
pub(crate) fn approved_release(r: &ReadTx<'_>, draft: &str) -> Result<Option<String>> {
    Ok(r.conn()
        .prepare_cached("SELECT hash FROM release WHERE draft = ?1 AND state = 'approved'")?
        .query_row([draft], |row| row.get(0))
        .optional()?)
}

/// Keeps a receipt: one per release and portal, the newest delivery last.
pub(crate) fn insert_receipt(
    tx: &WriteTx<'_>,
    entry: &EntryRow,
    remote_id: &str,
    url: &str,
    received_at: &str,
    files: &[String],
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO receipt (draft, release, portal, remote_id, url, received_at,
               files)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            entry.draft,
            entry.release,
            entry.portal,
            remote_id,
            url,
            received_at,
            serde_json::to_string(files)?
        ])?;
    Ok(())
}

/// Ids of the portals open entries wait for.
pub(crate) fn portals_with_open_entries(r: &ReadTx<'_>) -> Result<BTreeSet<String>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT DISTINCT portal FROM outbox WHERE phase IN ('put', 'files') AND NOT held",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn json(failure: Option<&Failure>) -> Result<String> {
    Ok(match failure {
        Some(failure) => serde_json::to_string(failure)?,
        None => String::new(),
    })
}

//! The SQL of the outbox: what leaves and what proves it. Lanes are read and written in [`lane`], the
//! next step is found in [`turn`], what people see is in [`list`], what portals hold in [`mirror`],
//! the portals' own rows in `portals/store`.

pub(crate) mod asking;
pub(crate) mod lane;
pub(crate) mod list;
pub(crate) mod mirror;
pub(crate) mod sent;
pub(crate) mod turn;

use rusqlite::{OptionalExtension, params};

use super::engine::NewReceipt;
pub(crate) use super::portals::store::{all as portals, set_cursor, wake_portal};
use super::rules::Phase;
use crate::db::{ReadTx, WriteTx};
use crate::error::{Error, Result};
use crate::trail;
use qalam_proof::receipt::Receipt;

/// Draft and portal of an entry.
pub(crate) fn key_of(r: &ReadTx<'_>, entry: &str) -> Result<(String, String)> {
    r.conn()
        .prepare_cached("SELECT draft, portal FROM outbox WHERE id = ?1")?
        .query_row([entry], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or_else(|| Error::not_found("entry", entry))
}

/// An unknown word comes from a newer program; a person should look.
pub(crate) fn phase(word: &str) -> Phase {
    Phase::parse(word).unwrap_or(Phase::Conflict)
}

/// The entry of a release for a portal.
pub(crate) fn entry_of_release(
    r: &ReadTx<'_>,
    release: &str,
    portal: &str,
) -> Result<Option<String>> {
    Ok(r.conn()
        .prepare_cached("SELECT id FROM outbox WHERE release = ?1 AND portal = ?2")?
        .query_row([release, portal], |row| row.get(0))
        .optional()?)
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
    pub(crate) upload_offset: u64,
}

/// The files of an entry.
pub(crate) fn files(r: &ReadTx<'_>, entry: &str) -> Result<Vec<FileRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT sha256, name, mime, bytes, missing, uploaded, upload_offset
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
            upload_offset: row.get::<_, i64>(6)?.cast_unsigned(),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets attempts that a program no longer running had begun: there is one courier per desk, so
/// when it asks for the next step, nothing else is under way.
pub(crate) fn forget_broken_attempts(tx: &WriteTx<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE outbox SET attempt_at = '' WHERE attempt_at <> ''")?
        .execute([])?;
    Ok(())
}

/// Forgets all pauses.
pub(crate) fn wake_all(tx: &WriteTx<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE outbox SET not_before = '', failures = 0
             WHERE phase IN ('put', 'files', 'withdraw')",
        )?
        .execute([])?;
    tx.conn()
        .prepare_cached("UPDATE portal SET not_before = '', failures = 0")?
        .execute([])?;
    tx.conn()
        .prepare_cached("UPDATE mirror SET not_before = '', failures = 0 WHERE wanted = 1")?
        .execute([])?;
    Ok(())
}

/// An approved release: its frozen bytes and the approval over them.
pub(crate) struct ApprovedRow {
    pub(crate) canonical: Vec<u8>,
    pub(crate) by: String,
    pub(crate) role: String,
    pub(crate) at: String,
}

/// The release as it was approved; `None` when no approval covers it.
pub(crate) fn approved(r: &ReadTx<'_>, release: &str) -> Result<Option<ApprovedRow>> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT l.canonical, a.name, a.role, a.at
             FROM release l JOIN approval a ON a.release = l.hash
             WHERE l.hash = ?1 AND l.state IN ('approved', 'superseded')",
        )?
        .query_row([release], |row| {
            Ok(ApprovedRow {
                canonical: row.get(0)?,
                by: row.get(1)?,
                role: row.get(2)?,
                at: row.get(3)?,
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
    draft: &str,
    portal: &str,
    receipt: &NewReceipt,
) -> Result<()> {
    let record = record(tx, draft, portal, receipt)?;
    tx.conn()
        .prepare_cached(
            "INSERT OR REPLACE INTO receipt (draft, release, portal, remote_id, url, received_at,
               files, record)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            draft,
            receipt.release,
            portal,
            receipt.remote_id,
            receipt.url,
            receipt.received_at,
            serde_json::to_string(&receipt.files)?,
            record
        ])?;
    Ok(())
}

/// The receipt as the audit trail names it; a receipt that says something new gets its entry.
fn record(tx: &WriteTx<'_>, draft: &str, portal: &str, receipt: &NewReceipt) -> Result<String> {
    let name: String = tx
        .conn()
        .prepare_cached("SELECT name FROM portal WHERE id = ?1")?
        .query_row([portal], |row| row.get(0))?;
    let known: Option<String> = tx
        .conn()
        .prepare_cached("SELECT record FROM receipt WHERE release = ?1 AND portal = ?2")?
        .query_row([receipt.release.as_str(), portal], |row| row.get(0))
        .optional()?;
    let record = qalam_proof::canonical::to_bytes(&Receipt {
        format: Receipt::FORMAT.to_owned(),
        draft: draft.to_owned(),
        release: receipt.release.clone(),
        portal: name.clone(),
        remote_id: receipt.remote_id.clone(),
        url: receipt.url.clone(),
        received_at: receipt.received_at.clone(),
        files: receipt.files.clone(),
        key: receipt.key.clone(),
        signed: receipt.signed.clone(),
    })
    .ok()
    .and_then(|bytes| String::from_utf8(bytes).ok())
    .unwrap_or_default();
    if known.as_ref() != Some(&record) {
        trail::note(
            tx,
            &trail::Told {
                act: "receive",
                draft,
                release: &receipt.release,
                name: &name,
                words: &receipt.url,
                proof: &qalam_proof::canonical::hash(record.as_bytes()),
                ..trail::Told::default()
            },
        )?;
    }
    Ok(record)
}

/// Size of a release, and its files, each once.
pub(crate) fn sizes_of_release(r: &ReadTx<'_>, release: &str) -> Result<(u64, Vec<(String, u64)>)> {
    let bytes: i64 = r
        .conn()
        .prepare_cached("SELECT bytes FROM release WHERE hash = ?1")?
        .query_row([release], |row| row.get(0))?;
    let mut statement = r.conn().prepare_cached(
        "SELECT sha256, max(bytes) FROM release_file WHERE release = ?1 GROUP BY sha256
         ORDER BY sha256",
    )?;
    let rows = statement.query_map([release], |row| {
        Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
    })?;
    Ok((
        bytes.cast_unsigned(),
        rows.collect::<rusqlite::Result<_>>()?,
    ))
}

/// Whether something open waits for a portal and is not held back.
pub(crate) fn something_waits_for(r: &ReadTx<'_>, portal: &str) -> Result<bool> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
             WHERE portal = ?1 AND NOT held AND phase IN ('put', 'files', 'withdraw'))",
        )?
        .query_row([portal], |row| row.get(0))?)
}

/// The draft became urgent, or is no longer.
pub(crate) fn set_urgent(tx: &WriteTx<'_>, draft: &str, urgent: bool) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE outbox SET calm = ?2 WHERE draft = ?1 AND turn = 1")?
        .execute(params![draft, !urgent])?;
    Ok(())
}

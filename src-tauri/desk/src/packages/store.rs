//! The SQL of packages, carried packages and hand-overs.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::types::{
    CarriedRow, CarriedState, HandoverRow, NewPackage, PackageEntry, PackageRow, ParcelState,
};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Failure, Result};

/// How many rows a list shows.
const MAX_ROWS: u32 = 200;

/// An open entry that may go into a package.
pub(crate) struct OpenRow {
    pub(crate) draft: String,
    pub(crate) release: String,
    pub(crate) title: String,
    pub(crate) urgent: bool,
    pub(crate) files: u64,
}

/// The newest open entry of each draft for a portal, without those kept back.
pub(crate) fn open_rows(r: &ReadTx<'_>, portal: &str) -> Result<Vec<OpenRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT o.draft, o.release, ifnull(v.title, ''), d.urgent,
                (SELECT ifnull(sum(f.bytes), 0) FROM outbox_file f WHERE f.entry = o.id)
         FROM outbox o JOIN draft d ON d.id = o.draft
         LEFT JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
         LEFT JOIN revision v ON v.seq = lv.head
         WHERE o.portal = ?1 AND o.phase IN ('put', 'files') AND NOT o.held
           AND NOT EXISTS (SELECT 1 FROM outbox n
                           WHERE n.draft = o.draft AND n.portal = o.portal AND n.seq > o.seq)
         ORDER BY o.seq",
    )?;
    let rows = statement.query_map([portal], |row| {
        Ok(OpenRow {
            draft: row.get(0)?,
            release: row.get(1)?,
            title: row.get(2)?,
            urgent: row.get(3)?,
            files: row.get::<_, i64>(4)?.cast_unsigned(),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps members of what a portal said of itself.
pub(crate) fn merge_capabilities(
    tx: &WriteTx<'_>,
    portal: &str,
    members: &Map<String, Value>,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE portal SET capabilities = json_patch(capabilities, ?2) WHERE id = ?1",
        )?
        .execute([portal, &serde_json::to_string(members)?])?;
    Ok(())
}

/// A new package with its entries.
pub(crate) fn insert(tx: &WriteTx<'_>, new: &NewPackage) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO package (id, portal, file, sha256, bytes, verify, created_at, answered_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '')",
        )?
        .execute(params![
            new.id,
            new.portal,
            new.file,
            new.sha256,
            new.bytes.cast_signed(),
            new.verify,
            tx.now()
        ])?;
    Ok(())
}

/// A piece in a package; `seen` is how much was learned of it at the portal until now.
pub(crate) fn insert_entry(
    tx: &WriteTx<'_>,
    package: &str,
    draft: &str,
    release: &str,
    seen: u32,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO package_entry (package, draft, release, seen, state, failure)
             VALUES (?1, ?2, ?3, ?4, 'travelling', '')",
        )?
        .execute(params![package, draft, release, seen])?;
    Ok(())
}

/// How much had been learned of a piece when it was packed; `None` when this desk does not remember
/// packing it.
pub(crate) fn seen(r: &ReadTx<'_>, package: &str, draft: &str) -> Result<Option<u32>> {
    Ok(r.conn()
        .prepare_cached("SELECT seen FROM package_entry WHERE package = ?1 AND draft = ?2")?
        .query_row([package, draft], |row| row.get(0))
        .optional()?)
}

/// Forgets a package that never got its name.
pub(crate) fn remove(tx: &WriteTx<'_>, id: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM package WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

/// The id of the portal of a package and the key it signs with; `None` for a package this desk
/// does not remember.
pub(crate) fn portal_of(r: &ReadTx<'_>, id: &str) -> Result<Option<(String, String)>> {
    Ok(r.conn()
        .prepare_cached("SELECT portal, verify FROM package WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

/// The receipts of a package came.
pub(crate) fn set_answered(tx: &WriteTx<'_>, id: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE package SET answered_at = ?2 WHERE id = ?1 AND answered_at = ''")?
        .execute([id, tx.now()])?;
    Ok(())
}

/// What became of a piece of a package.
pub(crate) fn set_state(
    tx: &WriteTx<'_>,
    package: &str,
    draft: &str,
    state: ParcelState,
    failure: Option<&Failure>,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE package_entry SET state = ?3, failure = ?4 WHERE package = ?1 AND draft = ?2",
        )?
        .execute([package, draft, state.as_str(), &json(failure)?])?;
    Ok(())
}

/// The title of a draft in its original language.
pub(crate) fn title(r: &ReadTx<'_>, draft: &str) -> Result<String> {
    Ok(r.conn()
        .prepare_cached(
            "SELECT v.title FROM draft d
             JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
             JOIN revision v ON v.seq = lv.head WHERE d.id = ?1",
        )?
        .query_row([draft], |row| row.get(0))
        .optional()?
        .unwrap_or_default())
}

/// The packages of this desk, newest first.
pub(crate) fn packages(r: &ReadTx<'_>) -> Result<Vec<PackageRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT k.id, p.name, k.file, k.sha256, k.bytes, k.created_at, k.answered_at
         FROM package k JOIN portal p ON p.id = k.portal ORDER BY k.seq DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([MAX_ROWS], |row| {
        Ok(PackageRow {
            id: row.get(0)?,
            portal: row.get(1)?,
            file: row.get(2)?,
            sha256: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.cast_unsigned(),
            created_at: row.get(5)?,
            answered_at: filled(row.get(6)?),
            entries: Vec::new(),
        })
    })?;
    let mut packages: Vec<PackageRow> = rows.collect::<rusqlite::Result<_>>()?;
    let mut statement = r.conn().prepare_cached(
        "SELECT e.draft, ifnull(v.title, ''), e.release, e.state, e.failure
         FROM package_entry e JOIN draft d ON d.id = e.draft
         LEFT JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
         LEFT JOIN revision v ON v.seq = lv.head
         WHERE e.package = ?1 ORDER BY d.seq",
    )?;
    for package in &mut packages {
        let rows = statement.query_map([&package.id], |row| {
            Ok(PackageEntry {
                draft: row.get(0)?,
                title: row.get(1)?,
                release: row.get(2)?,
                state: ParcelState::parse(&row.get::<_, String>(3)?),
                reason: serde_json::from_str(&row.get::<_, String>(4)?).ok(),
            })
        })?;
        package.entries = rows.collect::<rusqlite::Result<_>>()?;
    }
    Ok(packages)
}

const CARRIED: &str =
    "sha256, package, portal, owner, entries, bytes, state, failure, at, upload_url";

fn read_carried(row: &Row<'_>) -> rusqlite::Result<CarriedRow> {
    Ok(CarriedRow {
        sha256: row.get(0)?,
        package: row.get(1)?,
        portal: row.get(2)?,
        owner: row.get(3)?,
        entries: row.get(4)?,
        bytes: row.get::<_, i64>(5)?.cast_unsigned(),
        state: CarriedState::parse(&row.get::<_, String>(6)?),
        reason: serde_json::from_str(&row.get::<_, String>(7)?).ok(),
        at: row.get(8)?,
        upload_url: filled(row.get(9)?),
    })
}

/// The packages taken along, newest first.
pub(crate) fn carried(r: &ReadTx<'_>) -> Result<Vec<CarriedRow>> {
    let mut statement = r.conn().prepare_cached(&format!(
        "SELECT {CARRIED} FROM carried ORDER BY at DESC, sha256 LIMIT ?1"
    ))?;
    let rows = statement.query_map([MAX_ROWS], read_carried)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One package taken along.
pub(crate) fn one_carried(r: &ReadTx<'_>, sha256: &str) -> Result<Option<CarriedRow>> {
    Ok(r.conn()
        .prepare_cached(&format!("SELECT {CARRIED} FROM carried WHERE sha256 = ?1"))?
        .query_row([sha256], read_carried)
        .optional()?)
}

/// Writes where a package taken along stands. Receipts that are there stay.
pub(crate) fn set_carried(tx: &WriteTx<'_>, row: &CarriedRow, receipts: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO carried (sha256, package, portal, owner, entries, bytes, state, upload_url,
               receipts, failure, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (sha256) DO UPDATE SET portal = excluded.portal,
               state = CASE WHEN carried.receipts <> '' THEN carried.state ELSE excluded.state END,
               upload_url = excluded.upload_url,
               receipts = CASE WHEN excluded.receipts <> '' THEN excluded.receipts
                               ELSE carried.receipts END,
               failure = CASE WHEN carried.receipts <> '' THEN '' ELSE excluded.failure END,
               at = excluded.at",
        )?
        .execute(params![
            row.sha256,
            row.package,
            row.portal,
            row.owner,
            row.entries,
            row.bytes.cast_signed(),
            row.state.as_str(),
            row.upload_url.as_deref().unwrap_or_default(),
            receipts,
            json(row.reason.as_ref())?,
            tx.now()
        ])?;
    Ok(())
}

/// The sealed receipts of all packages taken along, by package file.
pub(crate) fn receipts(r: &ReadTx<'_>) -> Result<BTreeMap<String, String>> {
    let mut statement = r
        .conn()
        .prepare_cached("SELECT sha256, receipts FROM carried WHERE receipts <> ''")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes that a release was written out for an editor; a confirmation given before stays.
pub(crate) fn note_handover(
    tx: &WriteTx<'_>,
    id: &str,
    draft: &str,
    release: &str,
    place: &str,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO handover (id, draft, release, place, made_at, confirmed_at, confirmed_by)
             VALUES (?1, ?2, ?3, ?4, ?5, '', '')
             ON CONFLICT (release) DO UPDATE SET place = excluded.place, made_at = excluded.made_at",
        )?
        .execute([id, draft, release, place, tx.now()])?;
    Ok(())
}

/// A person says that the editor has it (or takes that back: `at` and `by` empty). False when there
/// is no such hand-over.
pub(crate) fn confirm_handover(tx: &WriteTx<'_>, id: &str, at: &str, by: &str) -> Result<bool> {
    Ok(tx
        .conn()
        .prepare_cached("UPDATE handover SET confirmed_at = ?2, confirmed_by = ?3 WHERE id = ?1")?
        .execute([id, at, by])?
        > 0)
}

/// The hand-overs, newest first.
pub(crate) fn handovers(r: &ReadTx<'_>) -> Result<Vec<HandoverRow>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT h.id, h.draft, ifnull(v.title, ''), h.release, h.place, h.made_at, h.confirmed_at,
                h.confirmed_by
         FROM handover h JOIN draft d ON d.id = h.draft
         LEFT JOIN language_version lv ON lv.draft = d.id AND lv.lang = d.primary_lang
         LEFT JOIN revision v ON v.seq = lv.head
         ORDER BY h.made_at DESC, h.seq DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([MAX_ROWS], |row| {
        Ok(HandoverRow {
            id: row.get(0)?,
            draft: row.get(1)?,
            title: row.get(2)?,
            release: row.get(3)?,
            place: row.get(4)?,
            made_at: row.get(5)?,
            confirmed_at: filled(row.get(6)?),
            confirmed_by: filled(row.get(7)?),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Drafts and releases a hand-over holds when nothing is named: approved, and neither confirmed by
/// a portal's receipt nor by a person.
pub(crate) fn to_hand_over(r: &ReadTx<'_>) -> Result<Vec<(String, String)>> {
    let mut statement = r.conn().prepare_cached(
        "SELECT l.draft, l.hash FROM release l JOIN draft d ON d.id = l.draft
         WHERE l.state = 'approved' AND d.trashed_at = ''
           AND NOT EXISTS (SELECT 1 FROM receipt c WHERE c.release = l.hash)
           AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.release = l.hash AND h.confirmed_at <> '')
         ORDER BY l.seq",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn filled(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn json(failure: Option<&Failure>) -> Result<String> {
    Ok(match failure {
        Some(failure) => serde_json::to_string(failure)?,
        None => String::new(),
    })
}

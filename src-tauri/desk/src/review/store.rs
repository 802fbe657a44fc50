//! The SQL of releases and decisions.

use qalam_content::canonical::ReleaseAttachment;
use rusqlite::{OptionalExtension, Row, params};

use super::paper::SignedSheet;
use super::types::{Approval, ReleaseRow, ReleaseState};
use crate::db::{ReadTx, WriteTx};
use crate::error::Result;
use crate::profile::Profile;

const COLUMNS: &str = "hash, draft, number, created_at, state, submitted_by, decided_by,
    decided_at, reason, bytes";

fn read_row(row: &Row<'_>) -> rusqlite::Result<ReleaseRow> {
    let some = |index: usize| -> rusqlite::Result<Option<String>> {
        let text: String = row.get(index)?;
        Ok((!text.is_empty()).then_some(text))
    };
    Ok(ReleaseRow {
        hash: row.get(0)?,
        draft: row.get(1)?,
        number: row.get(2)?,
        created_at: row.get(3)?,
        state: ReleaseState::parse(row.get_ref(4)?.as_str()?),
        submitted_by: row.get(5)?,
        decided_by: some(6)?,
        decided_at: some(7)?,
        reason: some(8)?,
        bytes: row.get::<_, i64>(9)?.cast_unsigned(),
    })
}

/// The release with this hash.
pub(super) fn find(read: &ReadTx<'_>, hash: &str) -> Result<Option<ReleaseRow>> {
    Ok(read
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM release WHERE hash = ?1"))?
        .query_row([hash], read_row)
        .optional()?)
}

/// The release of a draft that waits for a decision or was returned.
pub(super) fn pending(read: &ReadTx<'_>, draft: &str) -> Result<Option<ReleaseRow>> {
    Ok(read
        .conn()
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM release
             WHERE draft = ?1 AND state IN ('in_review', 'returned')"
        ))?
        .query_row([draft], read_row)
        .optional()?)
}

/// The approved release of a draft.
pub(super) fn approved(read: &ReadTx<'_>, draft: &str) -> Result<Option<ReleaseRow>> {
    Ok(read
        .conn()
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM release WHERE draft = ?1 AND state = 'approved'"
        ))?
        .query_row([draft], read_row)
        .optional()?)
}

/// Every release that waits for a decision, in the order they were handed in.
pub(super) fn all_in_review(read: &ReadTx<'_>) -> Result<Vec<ReleaseRow>> {
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM release WHERE state = 'in_review' ORDER BY created_at, seq"
    ))?;
    let rows = rows.query_map([], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// All releases of a draft, newest first.
pub(super) fn all(read: &ReadTx<'_>, draft: &str) -> Result<Vec<ReleaseRow>> {
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM release WHERE draft = ?1 ORDER BY number DESC"
    ))?;
    let rows = rows.query_map([draft], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The canonical bytes of a release.
pub(super) fn canonical(read: &ReadTx<'_>, hash: &str) -> Result<Option<Vec<u8>>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT canonical FROM release WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?)
}

/// A release to be stored.
pub(super) struct NewRelease<'a> {
    pub(super) hash: &'a str,
    pub(super) draft: &'a str,
    pub(super) content: i64,
    pub(super) note: &'a str,
    pub(super) canonical: &'a [u8],
}

/// The number of the next submission of a draft.
fn next_number(read: &ReadTx<'_>, draft: &str) -> Result<u32> {
    Ok(read
        .conn()
        .prepare_cached("SELECT ifnull(max(number), 0) + 1 FROM release WHERE draft = ?1")?
        .query_row([draft], |row| row.get(0))?)
}

/// Stores a release in review; one with the same hash is taken up again under a new number.
pub(super) fn submit(tx: &WriteTx<'_>, new: &NewRelease<'_>, by: &Profile) -> Result<()> {
    let number = next_number(tx, new.draft)?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO release (hash, draft, number, content, state, created_at, submitter,
                                  submitted_by, note, decided_by, decided_at, reason, bytes,
                                  canonical)
             VALUES (?1, ?2, ?3, ?4, 'in_review', ?5, ?6, ?7, ?8, '', '', '', ?9, ?10)
             ON CONFLICT (hash) DO UPDATE SET number = excluded.number,
               content = excluded.content, state = excluded.state,
               created_at = excluded.created_at, submitter = excluded.submitter,
               submitted_by = excluded.submitted_by, note = excluded.note, decided_by = '',
               decided_at = '', reason = ''",
        )?
        .execute(params![
            new.hash,
            new.draft,
            number,
            new.content,
            tx.now(),
            by.person,
            by.name,
            new.note,
            i64::try_from(new.canonical.len()).unwrap_or(i64::MAX),
            new.canonical,
        ])?;
    Ok(())
}

/// Stores which files a release names, each with the hash of what it was made of.
pub(super) fn put_files<'a>(
    tx: &WriteTx<'_>,
    release: &str,
    files: impl Iterator<Item = (&'a ReleaseAttachment, &'a str)>,
) -> Result<()> {
    let mut insert = tx.conn().prepare_cached(
        "INSERT INTO release_file (release, position, sha256, name, mime, bytes, original)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (release, position) DO NOTHING",
    )?;
    for (position, (file, original)) in files.enumerate() {
        insert.execute(params![
            release,
            i64::try_from(position).unwrap_or(i64::MAX),
            file.sha256,
            file.name,
            file.mime,
            file.bytes.cast_signed(),
            original,
        ])?;
    }
    Ok(())
}

/// The name of a file of a release or a draft; `None` when neither has it.
pub(super) fn file_name(read: &ReadTx<'_>, sha256: &str) -> Result<Option<String>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT name FROM release_file WHERE sha256 = ?1
             UNION ALL SELECT name FROM attachment WHERE sha256 = ?1 LIMIT 1",
        )?
        .query_row([sha256], |row| row.get(0))
        .optional()?)
}

/// Notes that the draft says again exactly what this release says.
pub(super) fn set_content(tx: &WriteTx<'_>, hash: &str, content: i64) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE release SET content = ?2 WHERE hash = ?1")?
        .execute(params![hash, content])?;
    Ok(())
}

/// Gives a release another state, with who decided and why.
pub(super) fn decide(
    tx: &WriteTx<'_>,
    hash: &str,
    state: ReleaseState,
    by: Option<&Profile>,
    reason: &str,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE release SET state = ?2, reason = ?3,
               decided_by = CASE WHEN ?4 = '' THEN decided_by ELSE ?4 END,
               decided_at = CASE WHEN ?4 = '' THEN decided_at ELSE ?5 END
             WHERE hash = ?1",
        )?
        .execute(params![
            hash,
            state.as_str(),
            reason,
            by.map_or("", |by| by.name.as_str()),
            tx.now()
        ])?;
    Ok(())
}

/// Takes the place from the releases of a draft in this state.
pub(super) fn supersede(tx: &WriteTx<'_>, hash: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE release SET state = 'superseded' WHERE hash = ?1")?
        .execute([hash])?;
    Ok(())
}

/// Stores an approver's statement.
pub(super) fn put_approval(
    tx: &WriteTx<'_>,
    release: &str,
    by: &Profile,
    proof: &str,
) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO approval (release, person, name, role, at, signature)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (release) DO UPDATE SET person = excluded.person, name = excluded.name,
               role = excluded.role, at = excluded.at, signature = excluded.signature",
        )?
        .execute(params![
            release,
            by.person,
            by.name,
            by.role.as_str(),
            tx.now(),
            proof
        ])?;
    Ok(())
}

/// Whether a draft is another desk's, here for a decision only.
pub(crate) fn is_guest(read: &ReadTx<'_>, draft: &str) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM guest WHERE draft = ?1)")?
        .query_row([draft], |row| row.get(0))?)
}

/// Notes that a draft is another desk's.
pub(super) fn put_guest(tx: &WriteTx<'_>, draft: &str, package: &str, key: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO guest (draft, package, key, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (draft) DO UPDATE SET package = excluded.package, key = excluded.key,
               at = excluded.at",
        )?
        .execute(params![draft, package, key, tx.now()])?;
    Ok(())
}

/// Every release that counts or counted as approved.
pub(super) fn approved_ever(read: &ReadTx<'_>) -> Result<Vec<String>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT release FROM approval ORDER BY release")?;
    let rows = rows.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The receipts of a release, as the audit trail names them.
pub(super) fn receipts(read: &ReadTx<'_>, release: &str) -> Result<Vec<String>> {
    let mut rows = read
        .conn()
        .prepare_cached("SELECT record FROM receipt WHERE release = ?1 ORDER BY seq")?;
    let rows = rows.query_map([release], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The statement over a release.
pub(super) fn approval(read: &ReadTx<'_>, release: &str) -> Result<Option<Approval>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT a.release, a.name, a.role, a.at, d.key, d.envelope
             FROM approval a LEFT JOIN decision d ON d.hash = a.signature WHERE a.release = ?1",
        )?
        .query_row([release], |row| {
            let envelope: Option<Vec<u8>> = row.get(5)?;
            Ok(Approval {
                release: row.get(0)?,
                name: row.get(1)?,
                role: row.get(2)?,
                at: row.get(3)?,
                key: row.get(4)?,
                signature: envelope.and_then(|bytes| String::from_utf8(bytes).ok()),
            })
        })
        .optional()?)
}

/// Keeps a scan of a signed sheet.
pub(super) fn put_sheet(tx: &WriteTx<'_>, sheet: &SignedSheet) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO signed_sheet (release, sha256, name, mime, bytes, by, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            sheet.release,
            sheet.sha256,
            sheet.name,
            sheet.mime,
            sheet.bytes.cast_signed(),
            sheet.by,
            sheet.at
        ])?;
    Ok(())
}

/// The scans attached to a release, oldest first.
pub(super) fn sheets(read: &ReadTx<'_>, release: &str) -> Result<Vec<SignedSheet>> {
    let mut rows = read.conn().prepare_cached(
        "SELECT release, sha256, name, mime, bytes, by, at FROM signed_sheet
         WHERE release = ?1 ORDER BY seq",
    )?;
    let rows = rows.query_map([release], |row| {
        Ok(SignedSheet {
            release: row.get(0)?,
            sha256: row.get(1)?,
            name: row.get(2)?,
            mime: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.cast_unsigned(),
            by: row.get(5)?,
            at: row.get(6)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

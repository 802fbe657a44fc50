//! The SQL of files on drafts.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};

use crate::db::{ReadTx, WriteTx};
use crate::drafts::types::{Attachment, AttachmentRole};
use crate::error::Result;
use crate::id::new_id;

const COLUMNS: &str =
    "id, draft, publication, sha256, name, mime, bytes, role, alt, title, position";

fn read_row(row: &Row<'_>) -> rusqlite::Result<Attachment> {
    Ok(Attachment {
        id: row.get(0)?,
        draft: row.get(1)?,
        publication: row.get(2)?,
        sha256: row.get(3)?,
        name: row.get(4)?,
        mime: row.get(5)?,
        bytes: row.get::<_, i64>(6)?.cast_unsigned(),
        role: AttachmentRole::parse(row.get_ref(7)?.as_str()?)
            .unwrap_or(AttachmentRole::Supplement),
        alt: serde_json::from_str(row.get_ref(8)?.as_str()?).unwrap_or_default(),
        title: row.get(9)?,
        position: row.get(10)?,
        sent: None,
        read: None,
    })
}

/// The files on a draft, in order.
pub(in crate::drafts) fn of_draft(read: &ReadTx<'_>, draft: &str) -> Result<Vec<Attachment>> {
    let mut rows = read.conn().prepare_cached(&format!(
        "SELECT {COLUMNS} FROM attachment WHERE draft = ?1 ORDER BY position, seq"
    ))?;
    let rows = rows.query_map([draft], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One of them.
pub(in crate::drafts) fn find(read: &ReadTx<'_>, attachment: &str) -> Result<Option<Attachment>> {
    Ok(read
        .conn()
        .prepare_cached(&format!("SELECT {COLUMNS} FROM attachment WHERE id = ?1"))?
        .query_row([attachment], read_row)
        .optional()?)
}

/// Whether these bytes are on the draft in any role.
pub(in crate::drafts) fn has(read: &ReadTx<'_>, draft: &str, sha256: &str) -> Result<bool> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM attachment WHERE draft = ?1 AND sha256 = ?2)",
        )?
        .query_row([draft, sha256], |row| row.get(0))?)
}

/// Adds a file to a draft.
pub(in crate::drafts) fn insert(tx: &WriteTx<'_>, new: &Attachment) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO attachment (id, draft, publication, sha256, name, mime, bytes, role, alt,
                                     title, position, added_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            new.id,
            new.draft,
            new.publication,
            new.sha256,
            new.name,
            new.mime,
            new.bytes.cast_signed(),
            new.role.as_str(),
            serde_json::to_string(&new.alt)?,
            new.title,
            new.position,
            tx.now(),
        ])?;
    Ok(())
}

/// Changes role and words.
pub(in crate::drafts) fn update(
    tx: &WriteTx<'_>,
    attachment: &str,
    role: AttachmentRole,
    alt: &BTreeMap<String, String>,
    title: &str,
) -> Result<()> {
    tx.conn()
        .prepare_cached("UPDATE attachment SET role = ?2, alt = ?3, title = ?4 WHERE id = ?1")?
        .execute(params![
            attachment,
            role.as_str(),
            serde_json::to_string(alt)?,
            title
        ])?;
    Ok(())
}

/// Puts a file at another place in the order; the others close up.
pub(in crate::drafts) fn move_to(
    tx: &WriteTx<'_>,
    draft: &str,
    attachment: &str,
    position: usize,
) -> Result<()> {
    let mut order: Vec<String> = of_draft(tx, draft)?.into_iter().map(|one| one.id).collect();
    order.retain(|one| one != attachment);
    order.insert(position.min(order.len()), attachment.to_owned());
    let mut place = tx
        .conn()
        .prepare_cached("UPDATE attachment SET position = ?2 WHERE id = ?1")?;
    for (position, one) in order.iter().enumerate() {
        place.execute(params![one, i64::try_from(position).unwrap_or(i64::MAX)])?;
    }
    Ok(())
}

/// Takes a file off its draft.
pub(in crate::drafts) fn delete(tx: &WriteTx<'_>, attachment: &str) -> Result<()> {
    tx.conn()
        .prepare_cached("DELETE FROM attachment WHERE id = ?1")?
        .execute([attachment])?;
    Ok(())
}

/// A publication as it would be on a draft.
pub(in crate::drafts) fn from_publication(
    read: &ReadTx<'_>,
    publication: &str,
) -> Result<Option<Attachment>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT id, sha256, name, mime, bytes, title FROM publication WHERE id = ?1",
        )?
        .query_row([publication], |row| {
            Ok(Attachment {
                id: new_id(),
                draft: String::new(),
                publication: Some(row.get(0)?),
                sha256: row.get(1)?,
                name: row.get(2)?,
                mime: row.get(3)?,
                bytes: row.get::<_, i64>(4)?.cast_unsigned(),
                role: AttachmentRole::Publication,
                alt: BTreeMap::new(),
                title: row.get(5)?,
                position: 0,
                sent: None,
                read: None,
            })
        })
        .optional()?)
}

/// A stored blob as a picture on a draft, with the name and words it has on another.
pub(in crate::drafts) fn from_blob(read: &ReadTx<'_>, sha256: &str) -> Result<Option<Attachment>> {
    Ok(read
        .conn()
        .prepare_cached(
            "SELECT b.sha256, ifnull(a.name, ''), b.mime, b.bytes, ifnull(a.alt, '{}')
             FROM blob b LEFT JOIN attachment a ON a.sha256 = b.sha256
             WHERE b.sha256 = ?1 ORDER BY a.seq DESC LIMIT 1",
        )?
        .query_row([sha256], |row| {
            Ok(Attachment {
                id: new_id(),
                draft: String::new(),
                publication: None,
                sha256: row.get(0)?,
                name: row.get(1)?,
                mime: row.get(2)?,
                bytes: row.get::<_, i64>(3)?.cast_unsigned(),
                role: AttachmentRole::Picture,
                alt: serde_json::from_str(row.get_ref(4)?.as_str()?).unwrap_or_default(),
                title: String::new(),
                position: 0,
                sent: None,
                read: None,
            })
        })
        .optional()?)
}

//! What the practice portal holds per draft: SQL of items, releases and comments.

use qalam_proof::{
    decision::Head,
    envelope::{Envelope, Statement as _},
    key::SigningKey,
    receipt::Stored,
    sent::Sent,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::Deserialize as _;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::release::ReadRelease;
use crate::{
    contract::wire::{Approval, Comment, ItemReceipt, ItemState, RemoteItem, StoredItem},
    digest::hex,
    practice::{Error, Portal, db::Db},
};

/// The client's condition on a `PUT`.
#[derive(Clone, Debug)]
pub enum Condition {
    /// `If-None-Match: *`: only when nothing is there.
    Absent,
    /// `If-Match`: only when the content is still this revision.
    Match(String),
    /// From a package: nothing is there, or this revision, or one of these releases as it came.
    Ours {
        /// The revision.
        etag: Option<String>,
        /// The releases.
        after: Vec<String>,
    },
}

/// A release to be stored.
pub struct Incoming<'a> {
    /// The draft's UUID.
    pub id: &'a str,
    /// SHA-256 of `body`.
    pub hash: &'a str,
    /// The release as it came.
    pub body: &'a str,
    /// The approval as JSON.
    pub approval: &'a str,
    /// The release as read.
    pub read: &'a ReadRelease,
    /// Now, RFC 3339.
    pub at: &'a str,
}

/// What came of a `PUT`.
#[derive(Debug)]
pub enum Put {
    /// Stored now.
    Created(Item),
    /// A new revision of what was there.
    Revised(Item),
    /// The very release that is there already: nothing was done.
    Same(Item),
    /// The condition does not hold.
    Differs(Item),
    /// A revision was named and nothing was ever here.
    Nothing,
    /// The item was removed by the portal.
    Gone,
}

/// An item as stored.
#[derive(Clone, Debug)]
pub struct Item {
    /// The draft's UUID.
    pub id: String,
    /// Content owner.
    pub owner: String,
    /// Content type.
    pub kind: String,
    /// State.
    pub state: ItemState,
    /// ETag of the content now.
    pub etag: String,
    /// Hash of the newest release.
    pub release: String,
    /// ETag the content had when that release came.
    pub release_etag: String,
    /// The editor changed it since.
    pub edited: bool,
    /// Title in the primary language.
    pub title: String,
    /// Primary language.
    pub primary_lang: String,
    /// The content as JSON text.
    pub content: String,
    /// When it was complete.
    pub received_at: Option<String>,
    /// Its place in the change feed.
    pub change: i64,
    /// Last change.
    pub updated_at: String,
    /// Files named, sorted.
    pub files: Vec<String>,
    /// Files not held.
    pub missing: Vec<String>,
    /// The editor's remarks.
    pub comments: Vec<Comment>,
    /// Where the desk's audit trail stood when it sent the newest release, in its own words.
    pub trail: Option<Head>,
}

impl Item {
    /// The portal's signed statement of what it stored, when nothing is missing.
    pub fn receipt(&self, portal: &Portal) -> Option<ItemReceipt> {
        let received_at = self.received_at.clone()?;
        if !self.missing.is_empty() {
            return None;
        }
        let said = Stored {
            format: Stored::FORMAT.to_owned(),
            portal: portal.name.clone(),
            draft: self.id.clone(),
            release: self.release.clone(),
            files: self.files.clone(),
            received_at: received_at.clone(),
            trail: self.trail.clone(),
        };
        let key = SigningKey::from_seed(&portal.keys.signing.to_bytes());
        let signed = Envelope::sign(&said, &[&key]).ok()?;
        Some(ItemReceipt {
            release: said.release,
            files: said.files,
            received_at,
            portal: said.portal,
            signed: serde_json::to_value(signed).ok(),
        })
    }

    /// Its public address under `base`.
    pub fn url(&self, base: &str) -> String {
        let lang = match self.primary_lang.as_str() {
            lang @ ("en" | "fr" | "ar") => lang,
            _ => "en",
        };
        format!("{base}/{lang}/items/{}", self.id)
    }

    /// The answer to a `PUT`. It carries the ETag of the release, not of a later change by the editor:
    /// the same release again gets the same answer, and the next one then meets the editor's change as 412.
    pub fn stored(&self, portal: &Portal) -> StoredItem {
        StoredItem {
            id: self.id.clone(),
            etag: self.release_etag.clone(),
            state: self.state,
            url: self.url(&portal.base),
            missing: self.missing.clone(),
            receipt: self.receipt(portal),
        }
    }

    /// The item as the change feed shows it.
    pub fn remote(&self, portal: &Portal, with_content: bool) -> RemoteItem {
        RemoteItem {
            id: self.id.clone(),
            owner: self.owner.clone(),
            kind: self.kind.clone(),
            state: self.state,
            etag: self.etag.clone(),
            release: self.release.clone(),
            edited: self.edited,
            title: self.title.clone(),
            url: self.url(&portal.base),
            updated_at: self.updated_at.clone(),
            missing: self.missing.clone(),
            receipt: self.receipt(portal),
            comments: self.comments.clone(),
            content: if with_content {
                serde_json::from_str(&self.content).ok()
            } else {
                None
            },
        }
    }
}

/// Stores a release if the condition holds.
pub fn put(db: &Db, incoming: &Incoming<'_>, condition: &Condition) -> Result<Put, Error> {
    let mut connection = db.lock();
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let existing = find_in(&tx, incoming.id)?;
    if let Some(item) = existing {
        let deleted = item.state == ItemState::Deleted;
        let named = match condition {
            Condition::Absent => false,
            Condition::Match(_) => true,
            Condition::Ours { etag, .. } => etag.is_some(),
        };
        if deleted && named {
            return Ok(Put::Gone);
        }
        // Whoever names the editor's revision has seen it, and wants the release in its place.
        let over_edit = item.edited
            && match condition {
                Condition::Absent => false,
                Condition::Match(etag) => *etag == item.etag,
                Condition::Ours { etag, .. } => etag.as_ref() == Some(&item.etag),
            };
        if !deleted && item.release == incoming.hash && !over_edit {
            // The desk's trail has grown since; the receipt vouches for where it stands now.
            write_approval(&tx, incoming)?;
            let item = require(&tx, incoming.id)?;
            tx.commit()?;
            return Ok(Put::Same(item));
        }
        let holds = match condition {
            // Removed is absent: whoever puts it again knows of no revision here.
            Condition::Absent => deleted,
            Condition::Match(etag) => etag == "*" || *etag == item.etag,
            Condition::Ours { etag, after } => {
                (deleted && etag.is_none())
                    || etag.as_ref() == Some(&item.etag)
                    || (!item.edited && after.contains(&item.release))
            }
        };
        if !holds {
            return Ok(Put::Differs(item));
        }
        write_release(&tx, incoming, true)?;
        let item = require(&tx, incoming.id)?;
        tx.commit()?;
        return Ok(Put::Revised(item));
    }
    if matches!(condition, Condition::Match(_)) {
        return Ok(Put::Nothing);
    }
    write_release(&tx, incoming, false)?;
    let item = require(&tx, incoming.id)?;
    tx.commit()?;
    Ok(Put::Created(item))
}

fn write_release(tx: &Transaction<'_>, incoming: &Incoming<'_>, exists: bool) -> Result<(), Error> {
    let change = next_change(tx)?;
    let read = incoming.read;
    if exists {
        tx.execute(
            "UPDATE items SET owner = ?2, type = ?3, state = 'incomplete', revision = revision + 1,
                release = ?4, release_revision = revision + 1, title = ?5, primary_lang = ?6, content = ?7,
                received_at = NULL, change = ?8, updated_at = ?9 WHERE id = ?1",
            params![
                incoming.id,
                read.owner,
                read.kind,
                incoming.hash,
                read.title,
                read.primary_lang,
                incoming.body,
                change,
                incoming.at
            ],
        )?;
    } else {
        tx.execute(
            "INSERT INTO items (id, owner, type, state, revision, etag, release, release_revision, release_etag,
                title, primary_lang, content, received_at, change, created_at, updated_at)
             VALUES (?1, ?2, ?3, 'incomplete', 1, '', ?4, 1, '', ?5, ?6, ?7, NULL, ?8, ?9, ?9)",
            params![
                incoming.id,
                read.owner,
                read.kind,
                incoming.hash,
                read.title,
                read.primary_lang,
                incoming.body,
                change,
                incoming.at
            ],
        )?;
    }
    set_etag(tx, incoming.id, incoming.body)?;
    tx.execute(
        "UPDATE items SET release_etag = etag WHERE id = ?1",
        params![incoming.id],
    )?;
    write_approval(tx, incoming)?;
    tx.execute(
        "DELETE FROM item_files WHERE item = ?1",
        params![incoming.id],
    )?;
    for sha256 in &read.files {
        tx.execute(
            "INSERT INTO item_files (item, sha256) VALUES (?1, ?2)",
            params![incoming.id, sha256],
        )?;
    }
    complete_if_whole(tx, incoming.id, incoming.at)
}

/// Keeps a release with the newest word on its approval.
fn write_approval(tx: &Transaction<'_>, incoming: &Incoming<'_>) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO releases (item, hash, body, approval, stored_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (item, hash) DO UPDATE SET approval = excluded.approval",
        params![
            incoming.id,
            incoming.hash,
            incoming.body,
            incoming.approval,
            incoming.at
        ],
    )?;
    Ok(())
}

/// The ETag names content and revision: the same text in two revisions has two tags.
fn set_etag(tx: &Transaction<'_>, id: &str, content: &str) -> Result<(), Error> {
    let digest = hex(&Sha256::digest(content.as_bytes()));
    let short = digest.get(..16).unwrap_or_default();
    tx.execute(
        "UPDATE items SET etag = '\"' || revision || '-' || ?2 || '\"' WHERE id = ?1",
        params![id, short],
    )?;
    Ok(())
}

fn next_change(tx: &Transaction<'_>) -> Result<i64, Error> {
    Ok(tx.query_row(
        "UPDATE change_counter SET value = value + 1 WHERE one = 1 RETURNING value",
        [],
        |row| row.get(0),
    )?)
}

/// Whole is whole, whatever the editor decided meanwhile: the receipt must not wait for a state.
fn complete_if_whole(tx: &Transaction<'_>, id: &str, at: &str) -> Result<(), Error> {
    tx.execute(
        "UPDATE items SET received_at = ?2, updated_at = ?2,
            state = CASE WHEN state = 'incomplete' THEN 'received' ELSE state END
         WHERE id = ?1 AND received_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM item_files f WHERE f.item = ?1
            AND f.sha256 NOT IN (SELECT sha256 FROM files))",
        params![id, at],
    )?;
    Ok(())
}

/// Notes a file as held and completes the items which waited for it.
pub fn add_file(
    db: &Db,
    sha256: &str,
    bytes: u64,
    mime: &str,
    name: &str,
    at: &str,
) -> Result<(), Error> {
    let mut connection = db.lock();
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute(
        "INSERT INTO files (sha256, bytes, mime, name, stored_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (sha256) DO NOTHING",
        params![
            sha256,
            i64::try_from(bytes).unwrap_or(i64::MAX),
            mime,
            name,
            at
        ],
    )?;
    let waiting: Vec<String> = {
        let mut statement = tx.prepare(
            "SELECT i.id FROM items i JOIN item_files f ON f.item = i.id
             WHERE f.sha256 = ?1 AND i.received_at IS NULL ORDER BY i.id",
        )?;
        statement
            .query_map(params![sha256], |row| row.get(0))?
            .collect::<Result<_, _>>()?
    };
    for id in waiting {
        let change = next_change(&tx)?;
        tx.execute(
            "UPDATE items SET change = ?2 WHERE id = ?1",
            params![id, change],
        )?;
        complete_if_whole(&tx, &id, at)?;
    }
    tx.commit()?;
    Ok(())
}

/// A file held: length, media type and name.
pub fn file(db: &Db, sha256: &str) -> Result<Option<(u64, String, String)>, Error> {
    Ok(db
        .lock()
        .query_row(
            "SELECT bytes, mime, name FROM files WHERE sha256 = ?1",
            params![sha256],
            |row| {
                let bytes: i64 = row.get(0)?;
                Ok((u64::try_from(bytes).unwrap_or(0), row.get(1)?, row.get(2)?))
            },
        )
        .optional()?)
}

/// One item.
pub fn find(db: &Db, id: &str) -> Result<Option<Item>, Error> {
    find_in(&db.lock(), id)
}

/// Items changed after `since`, oldest change first, at most `limit`.
pub fn since(db: &Db, owner: Option<&str>, since: i64, limit: u32) -> Result<Vec<Item>, Error> {
    let connection = db.lock();
    let ids: Vec<String> = {
        let mut statement = connection.prepare(
            "SELECT id FROM items WHERE change > ?1 AND (?2 IS NULL OR owner = ?2) ORDER BY change LIMIT ?3",
        )?;
        statement
            .query_map(params![since, owner, limit], |row| row.get(0))?
            .collect::<Result<_, _>>()?
    };
    ids.iter().map(|id| require(&connection, id)).collect()
}

/// The newest items for the public list and the editor's, newest change first.
pub fn newest(db: &Db, kind: Option<&str>, limit: u32) -> Result<Vec<Item>, Error> {
    let connection = db.lock();
    let ids: Vec<String> = {
        let mut statement = connection.prepare(
            "SELECT id FROM items WHERE state <> 'deleted' AND (?1 IS NULL OR type = ?1)
             ORDER BY change DESC LIMIT ?2",
        )?;
        statement
            .query_map(params![kind, limit], |row| row.get(0))?
            .collect::<Result<_, _>>()?
    };
    ids.iter().map(|id| require(&connection, id)).collect()
}

/// The content types present, sorted.
pub fn kinds(db: &Db) -> Result<Vec<String>, Error> {
    let connection = db.lock();
    let mut statement = connection.prepare(
        "SELECT DISTINCT type FROM items WHERE state NOT IN ('deleted', 'withdrawn') ORDER BY type",
    )?;
    let kinds = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(kinds)
}

/// Sets the state, with a remark if one is given. False when there is no such item.
pub fn set_state(
    db: &Db,
    id: &str,
    state: ItemState,
    remark: Option<(&str, &str)>,
    at: &str,
) -> Result<bool, Error> {
    let mut connection = db.lock();
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let change = next_change(&tx)?;
    let changed = tx.execute(
        "UPDATE items SET state = ?2, change = ?3, updated_at = ?4 WHERE id = ?1 AND state <> 'deleted'",
        params![id, state.as_str(), change, at],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    if let Some((by, text)) = remark {
        tx.execute(
            "INSERT INTO comments (item, at, by, text) VALUES (?1, ?2, ?3, ?4)",
            params![id, at, by, text],
        )?;
    }
    tx.commit()?;
    Ok(true)
}

/// The editor changes the title of one language version: a new revision the desk does not know.
pub fn set_title(db: &Db, id: &str, lang: &str, title: &str, at: &str) -> Result<bool, Error> {
    let mut connection = db.lock();
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(item) = find_in(&tx, id)? else {
        return Ok(false);
    };
    let mut content: Value =
        serde_json::from_str(&item.content).map_err(|source| Error::Store(source.to_string()))?;
    let Some(place) = content.pointer_mut(&format!("/languages/{lang}/title")) else {
        return Ok(false);
    };
    *place = Value::String(title.to_owned());
    let text = content.to_string();
    let change = next_change(&tx)?;
    tx.execute(
        "UPDATE items SET content = ?2, revision = revision + 1, change = ?3, updated_at = ?4,
            title = CASE WHEN primary_lang = ?5 THEN ?6 ELSE title END WHERE id = ?1",
        params![id, text, change, at, lang, title],
    )?;
    set_etag(&tx, id, &text)?;
    tx.commit()?;
    Ok(true)
}

const COLUMNS: &str =
    "id, owner, type, state, etag, release, release_etag, revision <> release_revision,
    title, primary_lang, content, received_at, change, updated_at,
    (SELECT approval FROM releases WHERE releases.item = items.id AND releases.hash = items.release)";

fn item_of(row: &Row<'_>) -> rusqlite::Result<Item> {
    let state: String = row.get(3)?;
    let approval: Option<String> = row.get(14)?;
    Ok(Item {
        id: row.get(0)?,
        owner: row.get(1)?,
        kind: row.get(2)?,
        state: ItemState::parse(&state).unwrap_or(ItemState::Incomplete),
        etag: row.get(4)?,
        release: row.get(5)?,
        release_etag: row.get(6)?,
        edited: row.get(7)?,
        title: row.get(8)?,
        primary_lang: row.get(9)?,
        content: row.get(10)?,
        received_at: row.get(11)?,
        change: row.get(12)?,
        updated_at: row.get(13)?,
        files: Vec::new(),
        missing: Vec::new(),
        comments: Vec::new(),
        trail: approval.and_then(|approval| trail_of(&approval)),
    })
}

/// Where the desk's trail stood, in an approval as it came.
fn trail_of(approval: &str) -> Option<Head> {
    let approval: Approval = serde_json::from_str(approval).ok()?;
    Sent::deserialize(approval.signature?).ok()?.trail
}

fn find_in(connection: &Connection, id: &str) -> Result<Option<Item>, Error> {
    let found = connection
        .query_row(
            &format!("SELECT {COLUMNS} FROM items WHERE id = ?1"),
            params![id],
            item_of,
        )
        .optional()?;
    let Some(mut item) = found else {
        return Ok(None);
    };
    let mut statement = connection.prepare_cached(
        "SELECT f.sha256, h.sha256 IS NULL FROM item_files f LEFT JOIN files h ON h.sha256 = f.sha256
         WHERE f.item = ?1 ORDER BY f.sha256",
    )?;
    let mut rows = statement.query(params![id])?;
    while let Some(row) = rows.next()? {
        let sha256: String = row.get(0)?;
        if row.get::<_, bool>(1)? {
            item.missing.push(sha256.clone());
        }
        item.files.push(sha256);
    }
    let mut statement = connection
        .prepare_cached("SELECT at, by, text FROM comments WHERE item = ?1 ORDER BY number")?;
    item.comments = statement
        .query_map(params![id], |row| {
            Ok(Comment {
                at: row.get(0)?,
                by: row.get(1)?,
                text: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Some(item))
}

fn require(connection: &Connection, id: &str) -> Result<Item, Error> {
    find_in(connection, id)?.ok_or_else(|| Error::Store(format!("item {id} vanished")))
}

//! Uploads under way: SQL and the part files' bookkeeping.

use rusqlite::{OptionalExtension, Row, params};

use crate::practice::{Error, db::Db};

/// Where an upload stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UploadState {
    /// Bytes are awaited.
    Open,
    /// All bytes came and their hash is the declared one.
    Done,
    /// Expired, terminated, or its bytes were not the declared ones.
    Gone,
}

/// An upload as stored.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its id, the last part of its address.
    pub id: String,
    /// The declared hash.
    pub sha256: String,
    /// The declared media type.
    pub mime: String,
    /// The declared file name.
    pub name: String,
    /// The declared length in bytes.
    pub length: u64,
    /// Durable bytes.
    pub received: u64,
    /// A part to be joined with others; it has no hash of its own.
    pub part: bool,
    /// Where it stands.
    pub state: UploadState,
    /// When it is forgotten (RFC 3339 UTC).
    pub expires_at: String,
}

/// Notes a new upload.
pub fn create(db: &Db, upload: &Upload, at: &str) -> Result<(), Error> {
    db.lock().execute(
        "INSERT INTO uploads (id, sha256, mime, name, length, received, part, state, expires_at, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, 'open', ?7, ?8)",
        params![
            upload.id,
            upload.sha256,
            upload.mime,
            upload.name,
            signed(upload.length),
            upload.part,
            upload.expires_at,
            at
        ],
    )?;
    Ok(())
}

/// One upload; expired ones are reported as gone.
pub fn find(db: &Db, id: &str, at: &str) -> Result<Option<Upload>, Error> {
    let mut found = db
        .lock()
        .query_row(
            "SELECT id, sha256, mime, name, length, received, state, expires_at, part FROM uploads WHERE id = ?1",
            params![id],
            upload_of,
        )
        .optional()?;
    if let Some(upload) = &mut found
        && (upload.state == UploadState::Open || upload.part)
        && upload.expires_at.as_str() <= at
    {
        upload.state = UploadState::Gone;
    }
    Ok(found)
}

/// Notes how many bytes are durable and when the upload would now be forgotten.
pub fn set_received(db: &Db, id: &str, received: u64, expires_at: &str) -> Result<(), Error> {
    db.lock().execute(
        "UPDATE uploads SET received = ?2, expires_at = ?3 WHERE id = ?1 AND state = 'open'",
        params![id, signed(received), expires_at],
    )?;
    Ok(())
}

/// Ends an upload.
pub fn end(db: &Db, id: &str, state: UploadState) -> Result<(), Error> {
    db.lock().execute(
        "UPDATE uploads SET state = ?2, received = CASE WHEN ?2 = 'done' THEN length ELSE received END
         WHERE id = ?1",
        params![id, word(state)],
    )?;
    Ok(())
}

/// Ends every open upload (fault switch `expired_upload`) and returns their ids.
pub fn expire_all(db: &Db) -> Result<Vec<String>, Error> {
    take_gone(
        db,
        "UPDATE uploads SET state = 'gone' WHERE (state = 'open' OR part = 1) AND state <> 'gone' AND ?1 = ?1 RETURNING id",
        "",
    )
}

/// Ends uploads nobody continued and returns their ids, so that their bytes can go.
pub fn sweep(db: &Db, at: &str) -> Result<Vec<String>, Error> {
    take_gone(
        db,
        "UPDATE uploads SET state = 'gone' WHERE (state = 'open' OR part = 1) AND state <> 'gone' AND expires_at <= ?1 RETURNING id",
        at,
    )
}

fn take_gone(db: &Db, sql: &str, at: &str) -> Result<Vec<String>, Error> {
    let connection = db.lock();
    let mut statement = connection.prepare(sql)?;
    let ids = statement
        .query_map(params![at], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Takes the bytes of open uploads that are in their files beyond what was written down, as `length_of` finds them.
pub fn adopt(db: &Db, length_of: impl Fn(&str) -> Option<u64>) -> Result<(), Error> {
    let connection = db.lock();
    let mut statement =
        connection.prepare("SELECT id, received, length FROM uploads WHERE state = 'open'")?;
    let open: Vec<(String, i64, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (id, received, length) in open {
        let there = length_of(&id).map_or(0, signed).min(length);
        if there > received {
            connection.execute(
                "UPDATE uploads SET received = ?2 WHERE id = ?1",
                params![id, there],
            )?;
        }
    }
    Ok(())
}

fn upload_of(row: &Row<'_>) -> rusqlite::Result<Upload> {
    let length: i64 = row.get(4)?;
    let received: i64 = row.get(5)?;
    let state: String = row.get(6)?;
    Ok(Upload {
        id: row.get(0)?,
        sha256: row.get(1)?,
        mime: row.get(2)?,
        name: row.get(3)?,
        length: u64::try_from(length).unwrap_or(0),
        received: u64::try_from(received).unwrap_or(0),
        state: match state.as_str() {
            "open" => UploadState::Open,
            "done" => UploadState::Done,
            _ => UploadState::Gone,
        },
        expires_at: row.get(7)?,
        part: row.get(8)?,
    })
}

fn word(state: UploadState) -> &'static str {
    match state {
        UploadState::Open => "open",
        UploadState::Done => "done",
        UploadState::Gone => "gone",
    }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

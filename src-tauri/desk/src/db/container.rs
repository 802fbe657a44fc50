//! The file a backup is: an SQLite file of its own, holding the database and every blob.
//!
//! Parts are cut into pieces, because SQLite holds no value of more than a gigabyte. Only a whole
//! file calls itself a backup.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use qalam_content::canonical::hex;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::blobs::copy_hashing;
use super::whole::{make_durable, read_only};
use crate::error::{Code, Error, Result};

/// Marks a whole backup ("Qlmb"), in the place SQLite has for it.
const APPLICATION_ID: i32 = 0x516C_6D62;
const TABLES: &str = "
    CREATE TABLE part (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL) STRICT;
    CREATE TABLE piece (
      part TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (part, position)
    ) STRICT;";
/// Bytes in a piece.
const PIECE: usize = 4 * 1024 * 1024;

/// A backup being written.
pub(crate) struct Writing {
    conn: Connection,
}

impl Writing {
    /// Begins the new file `to`.
    ///
    /// # Errors
    /// What making a file there may fail with.
    pub(crate) fn begin(to: &Path) -> Result<Self> {
        // SQLite would say no more than that it could not open something.
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.exists()) {
            return Err(Error::new(Code::PathNotFound).with("path", folder.display()));
        }
        fs::File::create_new(to).map_err(|source| Error::io(source, to))?;
        let conn = Connection::open(to)?;
        // The file is worth nothing before it is whole, so it needs no journal of its own.
        conn.pragma_update(None, "journal_mode", "OFF")?;
        conn.pragma_update(None, "synchronous", "OFF")?;
        conn.execute_batch(TABLES)?;
        conn.execute_batch("BEGIN")?;
        Ok(Self { conn })
    }

    /// Adds a part; gives the hash of what was read.
    pub(crate) fn put(&self, name: &str, from: &mut dyn Read) -> Result<String> {
        put_part(&self.conn, name, from)
    }

    /// Ends the file at `to`, which is whole and on the disk when this returns.
    pub(crate) fn seal(self, to: &Path) -> Result<()> {
        self.conn.execute_batch("COMMIT")?;
        self.conn
            .pragma_update(None, "application_id", APPLICATION_ID)?;
        self.conn
            .close()
            .map_err(|(_, source)| Error::from(source))?;
        make_durable(to)
    }
}

/// A backup being read.
pub(crate) struct Reading {
    conn: Connection,
}

impl Reading {
    /// Opens a backup.
    ///
    /// # Errors
    /// [`Code::PathNotFound`], [`Code::NotAFile`]; [`Code::NotABackup`] for any other file, or one
    /// that was not written to its end.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let refuse = || Error::new(Code::NotABackup).with("file", path.display());
        Error::open_file(path)?;
        let conn = read_only(path).map_err(|_| refuse())?;
        let id: i64 = conn
            .query_row("PRAGMA application_id", [], |row| row.get(0))
            .map_err(|_| refuse())?;
        if id == i64::from(APPLICATION_ID) {
            Ok(Self { conn })
        } else {
            Err(refuse())
        }
    }

    /// Names and hashes of all parts.
    pub(crate) fn parts(&self) -> Result<Vec<(String, String)>> {
        let mut rows = self
            .conn
            .prepare("SELECT name, sha256 FROM part ORDER BY name")?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Writes a part to a file of its own and compares its hash.
    ///
    /// # Errors
    /// [`Code::BlobDamaged`], or what writing may fail with.
    pub(crate) fn get(&self, name: &str, sha256: &str, to: &Path) -> Result<()> {
        get_part(&self.conn, name, sha256, to)
    }
}

/// Adds a part in pieces; gives the hash of what was read.
fn put_part(out: &Connection, name: &str, from: &mut dyn Read) -> Result<String> {
    struct Pieces<'a> {
        statement: rusqlite::CachedStatement<'a>,
        name: &'a str,
        position: i64,
        held: Vec<u8>,
    }
    impl Pieces<'_> {
        fn store(&mut self) -> std::io::Result<()> {
            self.statement
                .execute((self.name, self.position, &self.held))
                .map_err(std::io::Error::other)?;
            self.position += 1;
            self.held.clear();
            Ok(())
        }
    }
    impl Write for Pieces<'_> {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.held.extend_from_slice(bytes);
            if self.held.len() >= PIECE {
                self.store()?;
            }
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            if self.held.is_empty() {
                Ok(())
            } else {
                self.store()
            }
        }
    }
    let mut pieces = Pieces {
        statement: out
            .prepare_cached("INSERT INTO piece (part, position, bytes) VALUES (?1, ?2, ?3)")?,
        name,
        position: 0,
        held: Vec::with_capacity(PIECE),
    };
    let (sha256, _) = copy_hashing(from, &mut pieces, name, u64::MAX)?;
    pieces
        .flush()
        .map_err(|source| Error::io(source, Path::new(name)))?;
    out.prepare_cached("INSERT INTO part (name, sha256) VALUES (?1, ?2)")?
        .execute((name, &sha256))?;
    Ok(sha256)
}

/// Writes a part to a file of its own and compares its hash.
fn get_part(from: &Connection, name: &str, sha256: &str, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(|source| Error::io(source, folder))?;
    }
    let mut file = fs::File::create(to).map_err(|source| Error::io(source, to))?;
    let mut hasher = Sha256::new();
    let mut pieces =
        from.prepare_cached("SELECT bytes FROM piece WHERE part = ?1 ORDER BY position")?;
    let mut rows = pieces.query([name])?;
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(0)?;
        hasher.update(&bytes);
        file.write_all(&bytes)
            .map_err(|source| Error::io(source, to))?;
    }
    file.sync_all().map_err(|source| Error::io(source, to))?;
    if hex(&hasher.finalize()) != sha256 {
        let _ = fs::remove_file(to);
        return Err(Error::new(Code::BlobDamaged).with("sha256", sha256));
    }
    Ok(())
}

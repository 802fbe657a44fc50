//! Backups, putting one back, and looking the whole desk over.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use qalam_content::canonical::hex;
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::change::Action;
use crate::db::blobs::{copy_hashing, sync_folder};
use crate::db::{FILE_NAME, migrate};
use crate::desk::{Desk, OpenOptions, quick_check};
use crate::error::{Code, Error, Result};
use crate::id::new_id;

/// Marks a whole backup ("Qlmb"), in the place SQLite has for it.
const APPLICATION_ID: i32 = 0x516C_6D62;
/// A backup is an SQLite file of its own: parts (the database, and each blob under its hash) cut
/// into pieces, because SQLite holds no value of more than a gigabyte.
const CONTAINER: &str = "
    CREATE TABLE part (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL) STRICT;
    CREATE TABLE piece (
      part TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (part, position)
    ) STRICT;";
/// Bytes in a piece.
const PIECE: usize = 4 * 1024 * 1024;

/// What looking the desk over found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StoreReport {
    /// Nothing is damaged or missing. Orphans alone do not make it false.
    pub ok: bool,
    /// Number of drafts, those in the trash included.
    #[ts(type = "number")]
    pub drafts: u64,
    /// Number of publications.
    #[ts(type = "number")]
    pub publications: u64,
    /// Number of blobs the database knows.
    #[ts(type = "number")]
    pub blobs: u64,
    /// Hashes of files that no row names: left over by a killed program, harmless.
    pub orphans: Vec<String>,
    /// Hashes of blobs whose file is gone.
    pub missing: Vec<String>,
    /// Hashes of blobs whose file holds other bytes.
    pub bad_hashes: Vec<String>,
    /// What SQLite says about the database itself; empty when it is whole.
    pub database: Vec<String>,
}

/// Writes a whole, compact copy of the database to a new file.
pub(crate) fn vacuum_into(conn: &Connection, to: &Path) -> Result<()> {
    let text = to
        .to_str()
        .ok_or_else(|| Error::new(Code::PathNotFound).with("path", to.display()))?;
    conn.execute("VACUUM INTO ?1", [text])?;
    make_durable(to)
}

impl Desk {
    /// Writes the whole desk, database and blobs, into the one new file `to`. The desk stays
    /// usable meanwhile. A killed backup leaves a file that [`Desk::restore`] refuses.
    ///
    /// # Errors
    /// [`Code::TargetNotEmpty`] when the file exists, [`Code::DiskFull`], or
    /// [`Code::BlobMissing`] and [`Code::BlobDamaged`] when the desk itself is not whole.
    pub fn backup_to(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(Error::new(Code::TargetNotEmpty).with("path", to.display()));
        }
        let copy = self.tmp().join(format!("{}.sqlite3", new_id()));
        vacuum_into(&self.extra_connection()?, &copy)?;
        let outcome = self.pack(&copy, to);
        // What is left in the folder for temporary files goes with it at the latest.
        let _ = fs::remove_file(&copy);
        if outcome.is_err() {
            let _ = fs::remove_file(to);
        }
        outcome
    }

    fn pack(&self, copy: &Path, to: &Path) -> Result<()> {
        let out = Connection::open(to)?;
        // The file is worth nothing before it is whole, so it needs no journal of its own.
        out.pragma_update(None, "journal_mode", "OFF")?;
        out.pragma_update(None, "synchronous", "OFF")?;
        out.execute_batch(CONTAINER)?;
        let tx = out.unchecked_transaction()?;
        let mut database = fs::File::open(copy).map_err(|source| Error::io(source, copy))?;
        put_part(&tx, FILE_NAME, &mut database)?;
        let rows = {
            let copy = read_only(copy)?;
            blob_rows(&copy)?
        };
        for (sha256, _) in rows {
            let mut bytes = self.blobs.open(&sha256)?;
            if put_part(&tx, &sha256, &mut bytes)? != sha256 {
                return Err(Error::new(Code::BlobDamaged).with("sha256", sha256));
            }
        }
        tx.commit()?;
        // Said last: only a whole file calls itself a backup.
        out.pragma_update(None, "application_id", APPLICATION_ID)?;
        out.close().map_err(|(_, source)| Error::from(source))?;
        make_durable(to)
    }

    /// Puts a backup made by [`Desk::backup_to`] into the new folder `into`, checking every hash
    /// and the database. The backup is left as it is.
    ///
    /// # Errors
    /// [`Code::NotABackup`], [`Code::TargetNotEmpty`], [`Code::DeskNewer`], [`Code::BlobDamaged`],
    /// or what reading and writing may fail with.
    pub fn restore(backup: &Path, into: &Path) -> Result<()> {
        let not_a_backup = || Error::new(Code::NotABackup).with("file", backup.display());
        if !backup.is_file() {
            return Err(not_a_backup());
        }
        let from = read_only(backup).map_err(|_| not_a_backup())?;
        let id: i64 = from
            .query_row("PRAGMA application_id", [], |row| row.get(0))
            .map_err(|_| not_a_backup())?;
        if id != i64::from(APPLICATION_ID) {
            return Err(not_a_backup());
        }
        refuse_occupied(into)?;
        let blobs = into.join("blobs");
        fs::create_dir_all(&blobs).map_err(|source| Error::io(source, &blobs))?;
        let parts: Vec<(String, String)> = {
            let mut rows = from.prepare("SELECT name, sha256 FROM part ORDER BY name")?;
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        for (name, sha256) in &parts {
            if name != FILE_NAME {
                let name = crate::id::parse_hash(name)?;
                let folder = blobs.join(name.get(..2).unwrap_or("00"));
                get_part(&from, &name, sha256, &folder.join(&name))?;
            }
        }
        let (_, sha256) = parts
            .iter()
            .find(|(name, _)| name == FILE_NAME)
            .ok_or_else(not_a_backup)?;
        // The database comes last and takes its name last: a folder without one is no desk, so a
        // killed restore is recognised and done again.
        let early = into.join("blobs").join(FILE_NAME);
        get_part(&from, FILE_NAME, sha256, &early)?;
        {
            let database = read_only(&early)?;
            crate::search::register(&database)?;
            migrate::refuse_newer(migrate::version_of(&database)?)?;
            quick_check(&database)?;
        }
        let target = into.join(FILE_NAME);
        fs::rename(&early, &target).map_err(|source| Error::io(source, &target))?;
        sync_folder(into)
    }

    /// Puts a backup back into a temporary folder, looks everything over there, and throws it
    /// away: whether the backup would help on the day it is needed.
    ///
    /// # Errors
    /// As [`Desk::restore`] and [`Desk::open`].
    pub fn rehearse(&self, backup: &Path) -> Result<StoreReport> {
        let into = self.tmp().join(new_id());
        let outcome = Desk::restore(backup, &into)
            .and_then(|()| Desk::open(&into, OpenOptions::default()))
            .and_then(|desk| desk.check());
        let _ = fs::remove_dir_all(&into);
        outcome
    }

    /// Looks everything over: the database page by page, every blob byte by byte.
    ///
    /// # Errors
    /// What reading may fail with; damage itself is in the report.
    pub fn check(&self) -> Result<StoreReport> {
        let mut report = StoreReport::default();
        let rows = self.read(|read| {
            let conn = read.conn();
            let mut lines = conn.prepare("PRAGMA integrity_check(20)")?;
            for line in lines.query_map([], |row| row.get::<_, String>(0))? {
                let line = line?;
                if line != "ok" {
                    report.database.push(line);
                }
            }
            let count = |sql: &str| -> Result<u64> {
                Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))?.cast_unsigned())
            };
            report.drafts = count("SELECT count(*) FROM draft")?;
            report.publications = count("SELECT count(*) FROM publication")?;
            blob_rows(conn)
        })?;
        report.blobs = rows.len() as u64;
        let mut known = BTreeSet::new();
        for (sha256, bytes) in rows {
            match self.blobs.rehash(&sha256) {
                Ok((found, length)) if found == sha256 && length == bytes => {}
                Ok(_) => report.bad_hashes.push(sha256.clone()),
                Err(error) if error.code == Code::BlobMissing => report.missing.push(sha256.clone()),
                Err(error) => return Err(error),
            }
            known.insert(sha256);
        }
        report.orphans = self.blobs.files()?.difference(&known).cloned().collect();
        report.ok = report.missing.is_empty()
            && report.bad_hashes.is_empty()
            && report.database.is_empty();
        Ok(report)
    }

    /// Removes blobs nothing refers to and files no row names. Gives how many files went.
    ///
    /// # Errors
    /// What the database and the file system may fail with.
    pub fn sweep(&self) -> Result<usize> {
        let hashes: Vec<String> = self
            .read(|read| blob_rows(read.conn()))?
            .into_iter()
            .map(|(sha256, _)| sha256)
            .collect();
        let mut gone = self.write(Action::Sweep, |tx| self.blobs.forget_unused(tx, &hashes))?;
        let known: BTreeSet<String> = hashes.into_iter().collect();
        gone.extend(self.blobs.files()?.difference(&known).cloned());
        self.write(Action::Sweep, |tx| self.blobs.remove_files(tx, &gone))?;
        Ok(gone.len())
    }

    /// Removes those of these blobs that nothing refers to any more: first the rows, then the
    /// files.
    pub(crate) fn drop_unused_blobs(&self, hashes: &[String]) -> Result<()> {
        let gone = self.write(Action::Sweep, |tx| self.blobs.forget_unused(tx, hashes))?;
        if gone.is_empty() {
            return Ok(());
        }
        self.write(Action::Sweep, |tx| self.blobs.remove_files(tx, &gone))
    }
}

fn blob_rows(conn: &Connection) -> Result<Vec<(String, u64)>> {
    let mut rows = conn.prepare("SELECT sha256, bytes FROM blob ORDER BY sha256")?;
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A folder that may take a desk: missing, empty, or left by a killed restore, which holds nothing
/// but blobs.
fn refuse_occupied(folder: &Path) -> Result<()> {
    let occupied = match fs::read_dir(folder) {
        Ok(mut entries) => {
            entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != "blobs"))
        }
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => false,
        Err(source) => return Err(Error::io(source, folder)),
    };
    if occupied {
        return Err(Error::new(Code::TargetNotEmpty).with("path", folder.display()));
    }
    Ok(())
}

fn read_only(path: &Path) -> Result<Connection> {
    Ok(Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?)
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
            if self.held.is_empty() { Ok(()) } else { self.store() }
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
    pieces.flush().map_err(|source| Error::io(source, Path::new(name)))?;
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
        file.write_all(&bytes).map_err(|source| Error::io(source, to))?;
    }
    file.sync_all().map_err(|source| Error::io(source, to))?;
    if hex(&hasher.finalize()) != sha256 {
        let _ = fs::remove_file(to);
        return Err(Error::new(Code::BlobDamaged).with("sha256", sha256));
    }
    Ok(())
}

fn make_durable(path: &Path) -> Result<()> {
    fs::File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|source| Error::io(source, path))?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => sync_folder(folder),
        _ => Ok(()),
    }
}

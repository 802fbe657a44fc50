//! The folder of blobs: bytes stored once under their SHA-256.
//!
//! The file is there before its row is, and the row is gone before the file is, so whatever
//! happens in between leaves at worst a file nobody asks for. Both the placing of a file and its
//! removal happen while the database's write lock is held; two programs can therefore never
//! remove and reuse the same bytes at once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use qalam_content::canonical::hex;
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempPath};

use super::lent::Lent;
use super::{ReadTx, WriteTx};
use crate::error::{Code, Error, Result};
use crate::locked::{self, Access, Bytes};

/// How many bytes are copied at a time.
const CHUNK: usize = 128 * 1024;
/// So much of a large file may wait to be written to the disk: the last sync, which nothing can
/// stop, then stays short.
const UNSYNCED: u64 = 16 * 1024 * 1024;

/// Where blobs live and where they are prepared; both on one file system.
#[derive(Clone, Debug)]
pub struct Blobs {
    dir: PathBuf,
    tmp: PathBuf,
    access: Access,
}

/// Bytes that are safely on the disk under a temporary name; gone when dropped unless
/// [placed](Blobs::place).
#[derive(Debug)]
pub struct Staged {
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// How many there are.
    pub bytes: u64,
    file: NamedTempFile,
    /// The same sealed, in a locked desk: what is placed. The open copy goes when this is dropped.
    sealed: Option<NamedTempFile>,
}

impl Staged {
    /// Where the bytes are now, for whoever wants to describe them.
    pub fn path(&self) -> &Path {
        self.file.path()
    }
}

/// A stored blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// How many there are.
    pub bytes: u64,
    /// True type found in the bytes.
    pub mime: String,
}

impl Blobs {
    /// The folder of blobs at `dir`, prepared in `tmp`.
    pub(crate) fn new(dir: PathBuf, tmp: PathBuf, access: Access) -> Self {
        Self { dir, tmp, access }
    }

    /// The file that holds the bytes with this hash, whether or not it is there; in a locked desk it
    /// holds them sealed, so it is read through [`Blobs::open`] and lent through [`Blobs::lend`]. The
    /// hash must be well-formed (see [`crate::id::parse_hash`]); anything else names no file.
    pub fn path(&self, sha256: &str) -> PathBuf {
        self.named(&self.access.name(sha256))
    }

    fn named(&self, name: &str) -> PathBuf {
        self.dir.join(name.get(..2).unwrap_or("00")).join(name)
    }

    /// The bytes with this hash at a path, for whoever must have one: a worker, the courier. In a
    /// locked desk that is a copy among the temporary files, made when the path is first asked for and
    /// gone with the last clone of the [`Lent`]; where it cannot be made there is nothing at the path.
    pub fn lend(&self, sha256: &str) -> Lent {
        Lent::of(self.clone(), sha256.to_owned())
    }

    /// Where the bytes with this hash are to be found, and the copy if one had to be made.
    pub(super) fn place_of(&self, sha256: &str) -> (PathBuf, Option<TempPath>) {
        if !self.access.is_sealed() {
            return (self.path(sha256), None);
        }
        match self.open_copy(sha256) {
            Ok(copy) => {
                let copy = copy.into_temp_path();
                (copy.to_path_buf(), Some(copy))
            }
            Err(error) => {
                tracing::warn!(%error, "a file could not be lent");
                (self.tmp.join("none").join(sha256), None)
            }
        }
    }

    fn open_copy(&self, sha256: &str) -> Result<NamedTempFile> {
        let mut bytes = self.open(sha256)?;
        let io = |source| Error::io(source, &self.tmp);
        fs::create_dir_all(&self.tmp).map_err(io)?;
        let mut file = NamedTempFile::new_in(&self.tmp).map_err(io)?;
        let (found, _) = copy_hashing(&mut bytes, file.as_file_mut(), sha256, u64::MAX)?;
        if found == sha256 {
            Ok(file)
        } else {
            Err(Error::new(Code::BlobDamaged).with("sha256", sha256))
        }
    }

    /// What is wrong with the file in the place of this hash, as far as its length tells.
    pub(crate) fn fault(&self, sha256: &str, bytes: u64) -> Option<Code> {
        match fs::metadata(self.path(sha256)) {
            Ok(found) if found.len() == self.access.length(bytes) => None,
            Ok(_) => Some(Code::BlobDamaged),
            Err(_) => Some(Code::BlobMissing),
        }
    }

    /// Opens the bytes with this hash for reading.
    ///
    /// # Errors
    /// [`Code::BadHash`], [`Code::BlobMissing`], [`Code::BlobDamaged`], or what reading may fail
    /// with.
    pub fn open(&self, sha256: &str) -> Result<Bytes> {
        let path = self.path(&crate::id::parse_hash(sha256)?);
        self.access
            .reading(&path)
            .map_err(|source| match source.kind() {
                std::io::ErrorKind::NotFound => {
                    Error::new(Code::BlobMissing).with("sha256", sha256)
                }
                std::io::ErrorKind::InvalidData => {
                    Error::new(Code::BlobDamaged).with("sha256", sha256)
                }
                _ => Error::io(source, &path),
            })
    }

    /// Copies bytes beside the blobs while hashing them; on the disk when this returns. `name`
    /// stands for the bytes in errors.
    ///
    /// # Errors
    /// [`Code::FileTooLarge`] beyond `limit` bytes, [`Code::DiskFull`], or what reading and
    /// writing may fail with.
    pub fn stage(&self, from: &mut dyn Read, name: &str, limit: u64) -> Result<Staged> {
        fs::create_dir_all(&self.tmp).map_err(|source| Error::io(source, &self.tmp))?;
        let mut file = NamedTempFile::new_in(&self.tmp)
            .map_err(|source| Error::io(source, Path::new(name)))?;
        let mut steady = Steady {
            file: file.as_file_mut(),
            unsynced: 0,
        };
        let io = |source| Error::io(source, Path::new(name));
        if !self.access.is_sealed() {
            let (sha256, bytes) = copy_hashing(from, &mut steady, name, limit)?;
            file.as_file().sync_all().map_err(io)?;
            return Ok(Staged {
                sha256,
                bytes,
                file,
                sealed: None,
            });
        }
        // Sealed on the way: what is placed later is on the disk now, and the open copy, which a
        // worker describes, need not be.
        let mut sealed = NamedTempFile::new_in(&self.tmp).map_err(io)?;
        let mut sealing = self.access.writing(sealed.as_file_mut()).map_err(io)?;
        let mut both = Both(file.as_file_mut(), &mut sealing);
        let (sha256, bytes) = copy_hashing(from, &mut both, name, limit)?;
        sealing.finish(&self.access.name(&sha256)).map_err(io)?;
        sealed.as_file().sync_all().map_err(io)?;
        Ok(Staged {
            sha256,
            bytes,
            file,
            sealed: Some(sealed),
        })
    }

    /// Copies a file beside the blobs while hashing it.
    ///
    /// # Errors
    /// As [`Blobs::stage`]; [`Code::PathNotFound`] when there is no such file, [`Code::NotAFile`]
    /// when it is something else.
    pub fn stage_file(&self, path: &Path, limit: u64) -> Result<Staged> {
        let mut from = Error::open_file(path)?;
        self.stage(&mut from, &path.display().to_string(), limit)
    }

    /// Whether a file of this length is in the place of this hash; damage within it is not seen.
    pub(crate) fn stands(&self, sha256: &str, bytes: u64) -> bool {
        fs::metadata(self.path(sha256)).is_ok_and(|found| found.len() == self.access.length(bytes))
    }

    /// Whether the bytes in the place of this hash are the ones it names; reads all of them.
    pub(crate) fn whole(&self, sha256: &str, bytes: u64) -> bool {
        self.stands(sha256, bytes) && self.rehash(sha256).is_ok_and(|(found, _)| found == sha256)
    }

    /// Moves staged bytes to their place and records them, as part of `tx`. Bytes that are
    /// already there and whole stay, and the staged copy is dropped; lost or damaged ones are
    /// replaced.
    ///
    /// # Errors
    /// [`Code::DiskFull`], or what the file system may fail with.
    pub fn place(&self, tx: &WriteTx<'_>, staged: Staged, mime: &str) -> Result<Blob> {
        let target = self.path(&staged.sha256);
        let there = self.whole(&staged.sha256, staged.bytes);
        let Staged {
            sha256,
            bytes,
            file,
            sealed,
        } = staged;
        if !there {
            let file = sealed.unwrap_or(file);
            let folder = target.parent().unwrap_or(&self.dir);
            if !folder.is_dir() {
                fs::create_dir_all(folder).map_err(|source| Error::io(source, folder))?;
                sync_folder(&self.dir)?;
            }
            let (kept, path) = file
                .keep()
                .map_err(|failed| Error::io(failed.error, &target))?;
            drop(kept);
            fs::rename(&path, &target).map_err(|source| Error::io(source, &target))?;
            sync_folder(folder)?;
        }
        tx.conn()
            .prepare_cached(
                "INSERT INTO blob (sha256, bytes, mime, added_at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (sha256) DO NOTHING",
            )?
            .execute((&sha256, bytes.cast_signed(), mime, tx.now()))?;
        Ok(Blob {
            sha256,
            bytes,
            mime: mime.to_owned(),
        })
    }

    /// What is known about the bytes with this hash.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn find(&self, read: &ReadTx<'_>, sha256: &str) -> Result<Option<Blob>> {
        Ok(read
            .conn()
            .prepare_cached("SELECT sha256, bytes, mime FROM blob WHERE sha256 = ?1")?
            .query_row([sha256], |row| {
                Ok(Blob {
                    sha256: row.get(0)?,
                    bytes: row.get::<_, i64>(1)?.cast_unsigned(),
                    mime: row.get(2)?,
                })
            })
            .optional()?)
    }

    /// Forgets the rows of those of these blobs that nothing refers to any more, and gives their
    /// hashes; their files are then [removed](Blobs::remove_files) in a later transaction.
    ///
    /// # Errors
    /// What the database may fail with.
    pub(crate) fn forget_unused(&self, tx: &WriteTx<'_>, hashes: &[String]) -> Result<Vec<String>> {
        let used = |sha256: &str| {
            format!(
                "(EXISTS (SELECT 1 FROM attachment WHERE sha256 = {sha256})
               OR EXISTS (SELECT 1 FROM publication WHERE sha256 = {sha256})
               OR EXISTS (SELECT 1 FROM publication_copy WHERE sha256 = {sha256})
               OR EXISTS (SELECT 1 FROM release_file
                          WHERE sha256 = {sha256} OR original = {sha256})
               OR EXISTS (SELECT 1 FROM signed_sheet WHERE sha256 = {sha256})
               OR EXISTS (SELECT 1 FROM detached WHERE sha256 = {sha256})
               OR EXISTS (SELECT 1 FROM outbox_file WHERE sha256 = {sha256}))"
            )
        };
        // An original and its copy for sending stay while either is needed.
        let mut part = tx.conn().prepare_cached(&format!(
            "DELETE FROM sent_copy AS c WHERE (c.sha256 = ?1 OR c.copy = ?1)
               AND NOT {} AND (c.copy IS NULL OR NOT {})
             RETURNING sha256, copy",
            used("c.sha256"),
            used("c.copy"),
        ))?;
        let mut delete = tx.conn().prepare_cached(&format!(
            "DELETE FROM blob WHERE sha256 = ?1 AND NOT {}
               AND NOT EXISTS (SELECT 1 FROM sent_copy WHERE sha256 = ?1 OR copy = ?1)",
            used("?1"),
        ))?;
        let mut forgotten = Vec::new();
        let mut left: Vec<String> = hashes.iter().rev().cloned().collect();
        while let Some(sha256) = left.pop() {
            let parted: Vec<(String, Option<String>)> = part
                .query_map([&sha256], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            for (original, copy) in parted {
                left.extend([Some(original), copy].into_iter().flatten());
                left.retain(|one| *one != sha256);
            }
            if delete.execute([&sha256])? > 0 {
                forgotten.push(sha256);
            }
        }
        Ok(forgotten)
    }

    /// Removes the files of blobs that have no row (any more); `tx` only holds the lock that keeps
    /// others from placing the same bytes meanwhile.
    ///
    /// # Errors
    /// What the database and the file system may fail with.
    pub(crate) fn remove_files(&self, tx: &WriteTx<'_>, hashes: &[String]) -> Result<()> {
        for sha256 in hashes {
            if self.find(tx, sha256)?.is_some() {
                continue;
            }
            let path = self.path(sha256);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io(source, &path));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The names of all files in the folder that none of these hashes names.
    ///
    /// # Errors
    /// What reading the folder may fail with.
    pub(crate) fn strays<'a>(
        &self,
        known: impl Iterator<Item = &'a String>,
    ) -> Result<Vec<String>> {
        let known: BTreeSet<String> = known.map(|sha256| self.access.name(sha256)).collect();
        let mut found = BTreeSet::new();
        for entry in walkdir::WalkDir::new(&self.dir).min_depth(2).max_depth(2) {
            let entry = entry.map_err(|source| {
                Error::new(Code::DiskFailed)
                    .with("file", self.dir.display())
                    .because(source)
            })?;
            let name = entry.file_name().to_string_lossy();
            let stem = name.strip_suffix(".sealed").unwrap_or(&name);
            if entry.file_type().is_file()
                && crate::id::parse_hash(stem).is_ok()
                && !known.contains(&*name)
            {
                found.insert(name.into_owned());
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Removes stray files; the write lock `_tx` holds keeps others from placing the same bytes
    /// meanwhile.
    ///
    /// # Errors
    /// What the file system may fail with.
    pub(crate) fn remove_strays(&self, _tx: &WriteTx<'_>, names: &[String]) -> Result<()> {
        for name in names {
            let path = self.named(name);
            fs::remove_file(&path).map_err(|source| Error::io(source, &path))?;
        }
        Ok(())
    }

    /// The file itself, for a backup: as it lies on the disk, with its name.
    ///
    /// # Errors
    /// [`Code::BlobMissing`], or what reading may fail with.
    pub(crate) fn as_it_lies(&self, sha256: &str) -> Result<(String, File)> {
        let name = self.access.name(sha256);
        let file = File::open(self.named(&name))
            .map_err(|_| Error::new(Code::BlobMissing).with("sha256", sha256))?;
        Ok((name, file))
    }

    /// The hash of the bytes that are in the place of this hash now.
    ///
    /// # Errors
    /// [`Code::BlobMissing`], or what reading may fail with.
    pub(crate) fn rehash(&self, sha256: &str) -> Result<(String, u64)> {
        let hashed = self
            .open(sha256)
            .and_then(|mut file| copy_hashing(&mut file, &mut std::io::sink(), sha256, u64::MAX));
        match hashed {
            // Sealed bytes that were altered open to nothing at all.
            Err(error) if error.code == Code::BlobDamaged || locked::is_altered(&error) => {
                Ok((String::new(), 0))
            }
            other => other,
        }
    }
}

/// Writes to two places at once.
struct Both<'a, A: Write, B: Write>(&'a mut A, &'a mut B);

impl<A: Write, B: Write> Write for Both<'_, A, B> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write_all(bytes)?;
        self.1.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()?;
        self.1.flush()
    }
}

/// Writes to a file and syncs it now and then.
struct Steady<'a> {
    file: &'a mut File,
    unsynced: u64,
}

impl Write for Steady<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.unsynced += written as u64;
        if self.unsynced >= UNSYNCED {
            self.file.sync_data()?;
            self.unsynced = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Copies everything from one to the other; the hash and the number of bytes.
pub(crate) fn copy_hashing(
    from: &mut dyn Read,
    to: &mut dyn Write,
    name: &str,
    limit: u64,
) -> Result<(String, u64)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; CHUNK];
    let mut total = 0_u64;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(source) if source.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(source) => return Err(Error::io(source, Path::new(name))),
        };
        let chunk = buffer.get(..read).unwrap_or_default();
        total = total.saturating_add(read as u64);
        if total > limit {
            return Err(Error::new(Code::FileTooLarge)
                .with("name", name)
                .with("limit", limit)
                .with("length", total));
        }
        hasher.update(chunk);
        to.write_all(chunk)
            .map_err(|source| Error::io(source, Path::new(name)))?;
    }
    Ok((hex(&hasher.finalize()), total))
}

/// Makes a folder's list of names durable; only Unix needs and allows it.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| Error::io(source, folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct FullDisk {
        room: usize,
    }

    impl Write for FullDisk {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            if self.room == 0 {
                return Err(std::io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.room);
            self.room -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_names_the_file() {
        let bytes = vec![7_u8; 300_000];
        let error = copy_hashing(
            &mut bytes.as_slice(),
            &mut FullDisk { room: 150_000 },
            "report.pdf",
            u64::MAX,
        )
        .unwrap_err();
        assert_eq!(error.code, Code::DiskFull);
        assert_eq!(
            error.params.get("file").map(String::as_str),
            Some("report.pdf")
        );
    }

    #[test]
    fn a_limit_holds_before_the_whole_is_read() {
        let error = copy_hashing(
            &mut std::io::repeat(1),
            &mut std::io::sink(),
            "endless",
            1_000_000,
        )
        .unwrap_err();
        assert_eq!(error.code, Code::FileTooLarge);
    }

    #[test]
    fn hashes_are_those_of_everyone_else() {
        let (sha256, bytes) =
            copy_hashing(&mut &b"abc"[..], &mut std::io::sink(), "abc", 3).unwrap();
        assert_eq!(bytes, 3);
        assert_eq!(
            sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}

//! Locking a desk, and opening it for good: file by file, each safe before its predecessor goes.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use secrecy::SecretString;

use super::cipher::{KEY, random};
use super::{
    Access, DeskKey, FILE_NAME as LOCK_FILE, FORMAT, LockFile, SEALED, Stage, begins_sealed,
    is_altered, last_of, pause, read_lock, to_paper, wrap, write_lock,
};
use crate::db::blobs::{copy_hashing, sync_folder};
use crate::db::whole::{copy_whole, make_durable};
use crate::db::{FILE_NAME as DATABASE, vfs};
use crate::desk::{Lock, lock_until};
use crate::error::{Code, Error, Result};
use crate::id::parse_hash;

/// How long the programs that still use the desk are waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the practice portal keeps beside the desk: exercises, in the open. They go when it is locked.
const EXERCISES: &str = "practice";

/// How far the locking or opening of a desk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turning {
    /// Bytes that are done.
    pub done: u64,
    /// Bytes there are.
    pub total: u64,
}

/// Hears how far it has come, after every file.
pub type Told<'a> = &'a mut dyn FnMut(Turning);

/// Locks the desk in `dir`, which no program may have open: everything in its folder is sealed. Gives
/// its key, and the lines for paper, which are kept nowhere. Cut off, it is finished by the next
/// opening of the desk.
///
/// # Errors
/// [`Code::PassphraseShort`], [`Code::DeskAlreadyLocked`], [`Code::DeskBusy`] while another program uses
/// the desk, [`Code::DiskFull`], or what the database and the file system may fail with.
pub fn lock(dir: &Path, passphrase: &SecretString, told: Told<'_>) -> Result<(DeskKey, String)> {
    let _alone = alone(dir)?;
    if read_lock(dir)?.is_some() {
        return Err(Error::new(Code::DeskAlreadyLocked));
    }
    let key = DeskKey(random::<KEY>()?);
    let (paper, lines) = to_paper(&key)?;
    let lock = LockFile {
        format: FORMAT.to_owned(),
        stage: Stage::Locking,
        passphrase: wrap(&key, passphrase)?,
        paper,
    };
    write_lock(dir, &lock)?;
    turn(dir, &key, told)?;
    Ok((key, lines))
}

/// Opens the desk in `dir` for good: nothing in it is sealed any more.
///
/// # Errors
/// [`Code::DeskNotLocked`], and as [`lock`].
pub fn open_for_good(dir: &Path, key: &DeskKey, told: Told<'_>) -> Result<()> {
    let _alone = alone(dir)?;
    let mut lock = read_lock(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
    if lock.stage == Stage::Locking {
        // First to its end: there is one way back, from a whole locked desk.
        turn(dir, key, told)?;
    }
    lock.stage = Stage::Opening;
    write_lock(dir, &lock)?;
    turn(dir, key, told)
}

/// Finishes what was cut off. The caller has the desk alone.
///
/// # Errors
/// As [`lock`].
pub(crate) fn finish(dir: &Path, key: &DeskKey) -> Result<()> {
    turn(dir, key, &mut |_| {})
}

fn alone(dir: &Path) -> Result<File> {
    let path = dir.join("lock");
    let file = File::options()
        .read(true)
        .write(true)
        .open(&path)
        .map_err(|source| Error::io(source, &path))?;
    lock_until(&file, &path, Lock::Exclusive, Instant::now() + PATIENCE)?;
    Ok(file)
}

fn turn(dir: &Path, key: &DeskKey, told: Told<'_>) -> Result<()> {
    let Some(mut lock) = read_lock(dir)? else {
        return Ok(());
    };
    let (from, to) = match lock.stage {
        Stage::Locked => return Ok(()),
        Stage::Locking => (Access::default(), Access::sealed(key)?),
        Stage::Opening => (Access::sealed(key)?, Access::default()),
    };
    let mut turning = Turner {
        dir,
        from,
        to,
        at: Turning { done: 0, total: 0 },
        told,
    };
    turning.all()?;
    match lock.stage {
        Stage::Opening => {
            let path = dir.join(LOCK_FILE);
            fs::remove_file(&path).map_err(|source| Error::io(source, &path))?;
            pause::forget(dir);
            sync_folder(dir)
        }
        _ => {
            lock.stage = Stage::Locked;
            write_lock(dir, &lock)
        }
    }
}

struct Turner<'a> {
    dir: &'a Path,
    from: Access,
    to: Access,
    at: Turning,
    told: Told<'a>,
}

impl Turner<'_> {
    fn all(&mut self) -> Result<()> {
        // Nobody else is here, so whatever lies among the temporary files belongs to the dead.
        let tmp = self.dir.join("tmp");
        remove_all(&tmp)?;
        fs::create_dir_all(&tmp).map_err(|source| Error::io(source, &tmp))?;
        let blobs: Vec<(PathBuf, u64)> = walkdir::WalkDir::new(self.dir.join("blobs"))
            .min_depth(2)
            .max_depth(2)
            .sort_by_file_name()
            .into_iter()
            .filter_map(|entry| {
                let entry = entry.ok()?;
                Some((entry.path().to_owned(), entry.metadata().ok()?.len()))
            })
            .collect();
        let thumbnails = listed(&self.dir.join("thumbnails"), "png");
        let mut databases = listed(&self.dir.join("backups"), "sqlite3");
        databases.push(self.dir.join(DATABASE));
        self.at.total = blobs.iter().map(|(_, bytes)| bytes).sum::<u64>()
            + thumbnails
                .iter()
                .chain(&databases)
                .map(|path| length(path))
                .sum::<u64>();
        (self.told)(self.at);
        for (path, bytes) in blobs {
            self.blob(&path)?;
            self.done(bytes);
        }
        for path in thumbnails {
            let bytes = length(&path);
            self.thumbnail(&path)?;
            self.done(bytes);
        }
        for path in databases {
            let bytes = length(&path);
            self.database(&path)?;
            self.done(bytes);
        }
        if self.to.is_sealed() {
            remove_all(&self.dir.join(EXERCISES))?;
        }
        remove_all(&tmp)?;
        fs::create_dir_all(&tmp).map_err(|source| Error::io(source, &tmp))
    }

    fn done(&mut self, bytes: u64) {
        self.at.done += bytes;
        (self.told)(self.at);
    }

    fn early(&self) -> PathBuf {
        self.dir.join("tmp").join("turning.new")
    }

    /// One blob: written anew beside, made durable, moved to its place; then the old file goes.
    fn blob(&mut self, path: &Path) -> Result<()> {
        let io = |source| Error::io(source, path);
        let is_sealed = path.extension().is_some_and(|end| end == SEALED);
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        // Turned before it was cut off, or none of ours.
        if parse_hash(&stem).is_err() || is_sealed != self.from.is_sealed() {
            return Ok(());
        }
        let early = self.early();
        let mut bytes = match self.from.reading(path) {
            Ok(bytes) => bytes,
            // Lost already: it stays as it is, and looking the desk over names it.
            Err(source) if source.kind() == std::io::ErrorKind::InvalidData => return Ok(()),
            Err(source) => return Err(io(source)),
        };
        let file = File::create(&early).map_err(|source| Error::io(source, &early))?;
        let mut writing = self.to.writing(file).map_err(io)?;
        let shown = path.display().to_string();
        let (sha256, _) = match copy_hashing(&mut bytes, &mut writing, &shown, u64::MAX) {
            Err(error) if self.from.is_sealed() && is_altered(&error) => return Ok(()),
            other => other?,
        };
        // A damaged blob is no worse afterwards: it stays under the name it has.
        let named = if self.from.is_sealed() {
            &sha256
        } else {
            &*stem
        };
        let name = self.to.name(named);
        let file = writing.finish(&name).map_err(io)?;
        file.sync_all().map_err(io)?;
        drop(file);
        let folder = self.dir.join("blobs").join(name.get(..2).unwrap_or("00"));
        fs::create_dir_all(&folder).map_err(io)?;
        fs::rename(&early, folder.join(&name)).map_err(io)?;
        sync_folder(&folder)?;
        fs::remove_file(path).map_err(io)?;
        // An empty folder would still tell how a file's hash began.
        if let Some(left) = path.parent() {
            let _ = fs::remove_dir(left);
        }
        Ok(())
    }

    fn thumbnail(&mut self, path: &Path) -> Result<()> {
        if begins_sealed(path) != self.from.is_sealed() {
            return Ok(());
        }
        let io = |source| Error::io(source, path);
        let mut plain = Vec::new();
        let read = self
            .from
            .reading(path)
            .and_then(|mut bytes| bytes.read_to_end(&mut plain));
        if read.is_err() && self.from.is_sealed() {
            // A small picture is made again from its file.
            return remove_all(path);
        }
        read.map_err(io)?;
        let early = self.early();
        let file = File::create(&early).map_err(io)?;
        let mut writing = self.to.writing(file).map_err(io)?;
        writing.write_all(&plain).map_err(io)?;
        writing
            .finish(&last_of(path))
            .and_then(|file| file.sync_all())
            .map_err(io)?;
        fs::rename(&early, path).map_err(io)
    }

    fn database(&mut self, path: &Path) -> Result<()> {
        if is_plain(path)? == self.from.is_sealed() {
            return Ok(());
        }
        let early = self.early();
        remove_all(&early)?;
        copy_whole(&self.from, path, &self.to, &early)?;
        (self.told)(self.at);
        fs::rename(&early, path).map_err(|source| Error::io(source, path))?;
        make_durable(path)
    }
}

/// Whether a database begins as SQLite's do; a sealed one begins with random bytes.
fn is_plain(path: &Path) -> Result<bool> {
    let mut head = [0; 16];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut head))
        .map_err(|source| Error::io(source, path))?;
    Ok(head == *vfs::PLAIN_MARK)
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |facts| facts.len())
}

fn listed(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|end| end == ending))
                .collect()
        })
        .unwrap_or_default();
    found.sort();
    found
}

fn remove_all(path: &Path) -> Result<()> {
    let gone = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match gone {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(source, path))
        }
        _ => Ok(()),
    }
}

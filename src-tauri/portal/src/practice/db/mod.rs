//! Opening the practice portal's store: one SQLite file, one folder of files by hash, one owner.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use super::Error;

/// The store: SQLite behind one lock (a training portal has one or two clients), files beside it.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

/// How often it is looked whether a folder is free, and the pause after each time that it was not.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

struct Inner {
    connection: Mutex<Connection>,
    dir: PathBuf,
    // Held as long as the store is open: a second owner of the folder is refused.
    _lock: File,
}

impl Db {
    /// Opens or makes the store in `dir`.
    ///
    /// # Errors
    /// [`Error::Taken`] when another process owns the folder; disk and SQLite failures.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        fs::create_dir_all(dir)?;
        fs::create_dir_all(dir.join("files"))?;
        fs::create_dir_all(dir.join("parts"))?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(dir.join("practice.lock"))?;
        take(&lock, || std::thread::sleep(BETWEEN_LOOKS))?;
        let mut connection = Connection::open(dir.join("practice.sqlite3"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        Migrations::new(vec![
            M::up(include_str!("schema.sql")),
            M::up(include_str!("packages.sql")),
        ])
        .to_latest(&mut connection)
        .map_err(|source| Error::Store(source.to_string()))?;
        let db = Self {
            inner: Arc::new(Inner {
                connection: Mutex::new(connection),
                dir: dir.to_owned(),
                _lock: lock,
            }),
        };
        db.adopt_parts()?;
        Ok(db)
    }

    /// What a killed portal had written is with the operating system, synced or not, until the machine itself stops.
    fn adopt_parts(&self) -> Result<(), Error> {
        let mark = self.inner.dir.join("boot");
        let now = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        if !now.is_empty() && fs::read_to_string(&mark).is_ok_and(|then| then == now) {
            let length_of = |id: &str| Some(fs::metadata(self.part_path(id)).ok()?.len());
            super::uploads::store::adopt(self, length_of)?;
        }
        fs::write(mark, now)?;
        Ok(())
    }

    /// The connection. A poisoned lock is taken over: each use is one transaction, so nothing half-done is left.
    pub fn lock(&self) -> MutexGuard<'_, Connection> {
        self.inner
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the bytes of a file are. `sha256` must be 64 lower-case hex digits (checked by the caller).
    pub fn file_path(&self, sha256: &str) -> PathBuf {
        let shelf = sha256.get(..2).unwrap_or("00");
        self.inner.dir.join("files").join(shelf).join(sha256)
    }

    /// Where the bytes of an upload under way are.
    pub fn part_path(&self, upload: &str) -> PathBuf {
        self.inner.dir.join("parts").join(upload)
    }

    /// Runs blocking work off the async threads.
    ///
    /// # Errors
    /// What `work` returns, or [`Error::Store`] when it died.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Db) -> Result<T, Error> + Send + 'static,
    {
        let db = self.clone();
        tokio::task::spawn_blocking(move || work(&db))
            .await
            .map_err(|source| Error::Store(source.to_string()))?
    }
}

/// Takes the lock of the folder. A program that was just killed may hold it a moment longer than it lives, so the one
/// that is started in its place looks a few times.
fn take(lock: &File, mut wait: impl FnMut()) -> Result<(), Error> {
    for _ in 0..LOOKS {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => wait(),
            Err(TryLockError::Error(source)) => return Err(source.into()),
        }
    }
    Err(Error::Taken)
}

/// Makes a rename in `dir` durable. Only Unix can sync a folder; Windows journals the rename itself.
pub fn sync_dir(dir: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_program_still_holds_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let held = Db::open(folder.path()).unwrap();
        assert!(matches!(Db::open(folder.path()), Err(Error::Taken)));
        let lock = File::open(folder.path().join("practice.lock")).unwrap();
        let mut held = Some(held);
        take(&lock, || drop(held.take())).unwrap();
    }
}

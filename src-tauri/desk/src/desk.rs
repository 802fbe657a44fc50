//! The desk: opening it, and the only doors for reading and writing.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicI64;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};

use crate::change::{Action, Changes, Subscribers};
use crate::clock::{Clock, SystemClock};
use crate::db::blobs::Blobs;
use crate::db::checkpoint::Checkpointer;
use crate::db::whole::{data_version, empty_log, quick_check};
use crate::db::{FILE_NAME, ReadTx, WriteTx, migrate, open, ours};
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::locked::{self, Access, DeskKey, Stage};
use crate::secrets::{MemorySecrets, Secrets};

/// Reading connections kept open for the next reader.
const IDLE_READERS: usize = 4;
/// How often a lock somebody else holds is tried again.
const LOCK_TRY: Duration = Duration::from_millis(20);

static SHORT_LIVED: OnceLock<Arc<MemorySecrets>> = OnceLock::new();

/// How to open a desk.
#[derive(Clone)]
pub struct OpenOptions {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// How long to wait for another program that works on the desk.
    pub busy_timeout: Duration,
    /// Where the private halves of keys lie.
    pub secrets: Arc<dyn Secrets>,
    /// The key of a locked desk; one that is not locked needs none.
    pub key: Option<DeskKey>,
}

impl Default for OpenOptions {
    /// The clock of the machine; ten seconds; secrets that last as long as the program, the same for
    /// all desks it opens.
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            busy_timeout: Duration::from_secs(10),
            secrets: SHORT_LIVED
                .get_or_init(|| Arc::new(MemorySecrets::default()))
                .clone(),
            key: None,
        }
    }
}

/// An open desk. Several programs, and several of these in one program, may have the same desk
/// open at once.
pub struct Desk {
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    busy_timeout: Duration,
    session: String,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) blobs: Blobs,
    pub(crate) jobs: crate::job::Jobs,
    pub(crate) watch: crate::publications::watch::Watch,
    /// The last attachment up to which all files on drafts were read; -1 before that is known.
    pub(crate) files_read: AtomicI64,
    /// Held by whoever reads files on drafts.
    pub(crate) reading: Mutex<()>,
    /// The first pages drawn last; held by whoever draws one.
    pub(crate) drawn: Mutex<crate::review::Drawn>,
    writer: Mutex<Connection>,
    checkpointer: Mutex<Checkpointer>,
    readers: Mutex<Vec<Connection>>,
    subscribers: Subscribers,
    // After the connections, which still need it to close.
    access: Access,
    // Last, so that it is let go after the connections are closed.
    presence: Presence,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

impl Desk {
    /// Opens the desk in `dir`, made if missing, brought to the present schema if older, and
    /// looked over if the last program using it did not close it.
    ///
    /// # Errors
    /// [`Code::NotADesk`], [`Code::DeskNewer`], [`Code::DeskBusy`], [`Code::DeskDamaged`],
    /// [`Code::DeskLocked`] without the key of a locked one, [`Code::MigrationFailed`], or what the file system may fail with.
    pub fn open(dir: &Path, options: OpenOptions) -> Result<Desk> {
        let OpenOptions {
            clock,
            busy_timeout,
            secrets,
            key,
        } = options;
        // Said before anything is made: what the system answers differs from case to case.
        if dir.exists() && !dir.is_dir() {
            return Err(Error::new(Code::NotAFolder).with("path", dir.display()));
        }
        ours::refuse_foreign(&dir.join(FILE_NAME))?;
        fs::create_dir_all(dir).map_err(|source| Error::io(source, dir))?;
        for part in ["blobs", "thumbnails", "tmp", "backups"] {
            let path = dir.join(part);
            fs::create_dir_all(&path).map_err(|source| Error::io(source, &path))?;
        }
        let session = new_id();
        let lock_path = dir.join("lock");
        let lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(|source| Error::io(source, &lock_path))?;
        let deadline = Instant::now() + busy_timeout;
        let (writer, access) = loop {
            lock_until(&lock, &lock_path, Lock::Shared, deadline)?;
            // Only now: it cannot be locked, or opened for good, while somebody uses it.
            let access = match (locked::stage(dir)?, &key) {
                (None, _) => Access::default(),
                (Some(_), None) => return Err(Error::new(Code::DeskLocked)),
                (Some(Stage::Locked), Some(key)) => Access::sealed(key)?,
                (Some(Stage::Locking | Stage::Opening), Some(key)) => {
                    // Cut off half-way: first to its end.
                    lock.unlock()
                        .map_err(|source| Error::io(source, &lock_path))?;
                    lock_until(&lock, &lock_path, Lock::Exclusive, deadline)?;
                    let outcome = locked::finish(dir, key);
                    lock.unlock()
                        .map_err(|source| Error::io(source, &lock_path))?;
                    outcome?;
                    continue;
                }
            };
            let path = dir.join(FILE_NAME);
            let mut writer = open::writer(&access, &path, busy_timeout)?;
            let version = migrate::version_of(&writer)?;
            migrate::refuse_newer(version)?;
            if version == migrate::VERSION {
                ours::claim(&writer)?;
                break (writer, access);
            }
            // Nobody else may have it open while its shape changes. Between the two locks another
            // program may do the same; the loop then finds the work done.
            lock.unlock()
                .map_err(|source| Error::io(source, &lock_path))?;
            lock_until(&lock, &lock_path, Lock::Exclusive, deadline)?;
            let outcome = migrate::refuse_newer(migrate::version_of(&writer)?)
                .and_then(|()| migrate::run(&mut writer, &dir.join("backups")));
            drop(writer);
            lock.unlock()
                .map_err(|source| Error::io(source, &lock_path))?;
            outcome?;
        };
        let tmp = dir.join("tmp");
        let dead = Dead::find(&tmp)?;
        if !dead.is_empty() {
            quick_check(&writer)?;
        }
        // Only now: as long as the database is not found whole, every opening looks again.
        dead.into_iter().for_each(Dead::clear);
        let presence = Presence::announce(&tmp, &session, lock)?;
        let desk = Desk {
            dir: dir.to_owned(),
            clock,
            busy_timeout,
            secrets,
            blobs: Blobs::new(dir.join("blobs"), presence.folder.clone(), access.clone()),
            jobs: crate::job::Jobs::default(),
            watch: crate::publications::watch::Watch::default(),
            files_read: AtomicI64::new(-1),
            reading: Mutex::new(()),
            drawn: Mutex::default(),
            session,
            writer: Mutex::new(writer),
            checkpointer: Mutex::new(Checkpointer::start(
                access.clone(),
                dir.join(FILE_NAME),
                busy_timeout,
            )),
            access,
            readers: Mutex::new(Vec::new()),
            subscribers: Subscribers::default(),
            presence,
        };
        desk.first_facts()?;
        desk.settle_places()?;
        desk.forget_detached()?;
        crate::search::rebuild_if_outdated(&desk)?;
        Ok(desk)
    }

    /// Says that this program is done with the desk, for one that ends without dropping it: a window
    /// whose threads still hold it. The next opening then need not look the database over.
    pub fn leave(&self) {
        self.presence.end();
    }

    /// Leaves a locked desk for good: its keys are gone from memory, and whatever still works with it
    /// fails at its next step. Nothing that was acknowledged is lost. One that is not locked is only
    /// [left](Desk::leave).
    pub fn shut(&self) {
        if self.access.is_sealed() {
            // What is in the log goes where it belongs while the keys are there; if not now, then at
            // the next opening.
            if let Err(error) = empty_log(&self.writer()) {
                tracing::debug!(%error, "the log stays");
            }
        }
        self.access.shut();
        self.readers
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .clear();
        self.leave();
    }

    /// Whether everything in the folder is sealed.
    pub fn is_locked(&self) -> bool {
        self.access.is_sealed()
    }

    /// The key, while a locked desk is open.
    pub fn key(&self) -> Option<DeskKey> {
        self.access.key()
    }

    /// How files of the desk are read and written.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// The desk's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where thumbnails are kept, one PNG per publication id.
    pub fn thumbnails(&self) -> PathBuf {
        self.dir.join("thumbnails")
    }

    /// A folder for temporary files of this run of the program; gone when the desk is closed.
    pub fn tmp(&self) -> &Path {
        &self.presence.folder
    }

    /// The clock of this desk.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The bytes stored under their hashes.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Hears of every change this desk commits from now on. Changes that other programs make are
    /// noticed by [`Desk::data_version`] instead.
    pub fn subscribe(&self) -> Receiver<Changes> {
        self.subscribers.subscribe()
    }

    /// Tells the listeners of something that changed without a write, such as a job's progress.
    pub fn announce(&self, changes: &Changes) {
        self.subscribers.publish(changes);
    }

    /// A number that differs from the last answer exactly when another program has committed to
    /// the desk meanwhile.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn data_version(&self) -> Result<i64> {
        data_version(&self.writer())
    }

    /// The door for reads: `look` sees the desk as it is at one moment.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        let idle = self
            .readers
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .pop();
        let mut conn = match idle {
            Some(conn) => conn,
            None => open::reader(&self.access, &self.dir.join(FILE_NAME), self.busy_timeout)?,
        };
        let outcome = {
            let tx = conn.transaction_with_behavior(TransactionBehavior::Deferred)?;
            look(&ReadTx::new(&tx, self.clock.now()))
        };
        let mut readers = self.readers.lock().unwrap_or_else(|held| held.into_inner());
        if readers.len() < IDLE_READERS {
            readers.push(conn);
        }
        outcome
    }

    /// The door for writes: names the action, runs it in one transaction that is on the disk when
    /// this returns, and tells the listeners what changed. When `act` fails, nothing was done.
    pub(crate) fn write<T>(
        &self,
        action: Action,
        act: impl FnOnce(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        let (value, changes) = {
            let mut writer = self.writer();
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut write = WriteTx::new(&tx, self.clock.now(), &self.session);
            let value = act(&mut write).inspect_err(|error| {
                tracing::debug!(?action, %error, "not written");
            })?;
            crate::drafts::place::settle(&write)?;
            let changes = write.into_changes();
            tx.commit()?;
            (value, changes)
        };
        tracing::trace!(?action, ?changes, "written");
        self.checkpointer
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .committed();
        self.subscribers.publish(&changes);
        Ok(value)
    }

    /// What `act` would do, with nothing of it kept and nobody told.
    pub(crate) fn rehearse_write<T>(
        &self,
        act: impl FnOnce(&mut WriteTx<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut writer = self.writer();
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut write = WriteTx::new(&tx, self.clock.now(), &self.session);
        let value = act(&mut write);
        tx.rollback()?;
        value
    }

    /// Whether the program whose run has this name still uses the desk.
    pub(crate) fn is_alive(&self, session: &str) -> bool {
        session == self.session || Presence::is_held(&self.dir.join("tmp"), session)
    }

    /// A connection of its own, for work that takes long and must not keep the others waiting.
    pub(crate) fn extra_connection(&self) -> Result<Connection> {
        open::writer(&self.access, &self.dir.join(FILE_NAME), self.busy_timeout)
    }

    /// The connection that writes, outside any transaction.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(|held| held.into_inner())
    }
}

/// Removes what programs that died left among the temporary files of the desk in `dir`. That they died
/// stays known: the next opening looks the database over.
pub(crate) fn clear_after_the_dead(dir: &Path) {
    let tmp = dir.join("tmp");
    for dead in Dead::find(&tmp).unwrap_or_default() {
        let _ = fs::remove_dir_all(dead.sign.with_extension(""));
    }
}

/// How much of the desk a lock asks for.
#[derive(Clone, Copy)]
pub(crate) enum Lock {
    /// Together with others.
    Shared,
    /// Alone.
    Exclusive,
}

pub(crate) fn lock_until(file: &File, path: &Path, lock: Lock, deadline: Instant) -> Result<()> {
    loop {
        let tried = match lock {
            Lock::Shared => file.try_lock_shared(),
            Lock::Exclusive => file.try_lock(),
        };
        match tried {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(LOCK_TRY);
            }
            Err(TryLockError::WouldBlock) => return Err(Error::new(Code::DeskBusy)),
            Err(TryLockError::Error(source)) => return Err(Error::io(source, path)),
        }
    }
}

/// A program's sign that it uses the desk: a locked file `tmp/<session>.open` and a folder
/// `tmp/<session>/` for its temporary files. A sign that nobody holds belongs to a program that
/// died.
struct Presence {
    folder: PathBuf,
    sign: PathBuf,
    held: Mutex<Option<File>>,
    // The shared lock of the whole desk; let go last.
    _lock: File,
}

impl Presence {
    /// Makes the sign, then the folder.
    fn announce(tmp: &Path, session: &str, lock: File) -> Result<Self> {
        let sign = tmp.join(format!("{session}.open"));
        // Locked before it has its name, so that nobody takes it for a dead one.
        let early = tmp.join(format!("{session}.new"));
        let held = File::create(&early).map_err(|source| Error::io(source, &early))?;
        held.lock().map_err(|source| Error::io(source, &early))?;
        fs::rename(&early, &sign).map_err(|source| Error::io(source, &sign))?;
        let folder = tmp.join(session);
        let presence = Self {
            folder,
            sign,
            held: Mutex::new(Some(held)),
            _lock: lock,
        };
        fs::create_dir_all(&presence.folder)
            .map_err(|source| Error::io(source, &presence.folder))?;
        Ok(presence)
    }
}

impl Presence {
    /// Takes the sign away. Nothing is lost when this fails: the next program then looks the
    /// database over.
    fn end(&self) {
        let _ = fs::remove_dir_all(&self.folder);
        self.held
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .take();
        let _ = fs::remove_file(&self.sign);
    }

    /// Whether somebody holds the sign of this run.
    fn is_held(tmp: &Path, session: &str) -> bool {
        let sign = tmp.join(format!("{session}.open"));
        File::options()
            .read(true)
            .write(true)
            .open(sign)
            .is_ok_and(|sign| matches!(sign.try_lock(), Err(TryLockError::WouldBlock)))
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.end();
    }
}

/// The sign of a program that died; held, so that nobody else clears up after it.
struct Dead {
    sign: PathBuf,
    held: File,
}

impl Dead {
    /// Every sign nobody holds.
    fn find(tmp: &Path) -> Result<Vec<Self>> {
        let entries = fs::read_dir(tmp).map_err(|source| Error::io(source, tmp))?;
        let mut found = Vec::new();
        for entry in entries.flatten() {
            let sign = entry.path();
            if sign.extension().is_none_or(|extension| extension != "open") {
                continue;
            }
            let Ok(held) = File::options().read(true).write(true).open(&sign) else {
                continue;
            };
            if held.try_lock().is_ok() {
                found.push(Self { sign, held });
            }
        }
        Ok(found)
    }

    /// Removes its temporary files, then the sign.
    fn clear(self) {
        let _ = fs::remove_dir_all(self.sign.with_extension(""));
        drop(self.held);
        let _ = fs::remove_file(&self.sign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafts::{NewDraft, SaveDraft, Text};

    #[test]
    fn a_full_disk_is_named_and_nothing_is_half_done() {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
        let draft = desk
            .drafts_create(NewDraft {
                content_type: "news".to_owned(),
                lang: "fr".to_owned(),
                ..NewDraft::default()
            })
            .unwrap();
        let pages: i64 = desk
            .writer()
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        desk.writer()
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
            .unwrap();
        let save = |body: &str| {
            desk.drafts_save(SaveDraft {
                draft: draft.id.clone(),
                lang: "fr".to_owned(),
                base: draft.languages[0].rev.clone(),
                text: Text::Markdown(body.to_owned()),
                ..SaveDraft::default()
            })
        };
        let error = save(&"Des mots. ".repeat(50_000)).unwrap_err();
        assert_eq!(error.code, Code::DiskFull);
        assert_eq!(
            error.params.get("file").map(String::as_str),
            Some(FILE_NAME)
        );
        assert_eq!(desk.drafts_open(&draft.id).unwrap(), draft);
        desk.writer()
            .query_row("PRAGMA max_page_count = 1000000", [], |_| Ok(()))
            .unwrap();
        save("Il y a de nouveau de la place.").unwrap();
    }

    #[test]
    fn a_failing_write_changes_nothing_and_tells_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
        let changes = desk.subscribe();
        let outcome: Result<()> = desk.write(Action::NoteFact, |tx| {
            crate::db::facts::set(tx, "probe", "1")?;
            tx.changed(crate::change::Topic::Settings, None);
            Err(Error::new(Code::Cancelled))
        });
        assert_eq!(outcome.unwrap_err().code, Code::Cancelled);
        assert_eq!(
            desk.read(|read| crate::db::facts::get(read, "probe"))
                .unwrap(),
            None
        );
        assert!(changes.try_recv().is_err());
    }

    #[test]
    fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
        let refused = desk.read(|read| Ok(read.conn().execute("DELETE FROM fact", [])?));
        assert_eq!(refused.unwrap_err().code, Code::AccessDenied);
    }
}

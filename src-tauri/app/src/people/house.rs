//! Who is at the desk: one person or nobody.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use jiff::Timestamp;
use qalam_desk::locked::{self, DeskKey, Turning};
use qalam_desk::{Code, Error, Result};
use secrecy::SecretString;

use super::presence::{Moment, Presence};
use super::{FIRST, folder, list, rename};
use crate::app::App;
use crate::failure::Failure;
use crate::secrets::Wanted;
use crate::shell::{NoShell, Shell};

/// How often is looked whether somebody is still here.
const LOOK: Duration = Duration::from_secs(5);
/// A page that is told to leave has so long to keep the last words; then it happens without it.
const GRACE: Duration = Duration::from_secs(30);

/// Hears that somebody sat down, with their open desk.
type Entered = Box<dyn Fn(&Arc<App>) + Send + Sync>;

/// A machine's folder and whoever is at the desk. Only one desk is open at a time.
pub struct House {
    machine: PathBuf,
    secrets: Wanted,
    shell: Arc<dyn Shell>,
    now: RwLock<Option<(String, Arc<App>)>>,
    /// Held by whoever changes who is here.
    door: Mutex<()>,
    entered: Mutex<Vec<Entered>>,
    /// A file that was given while nobody was here.
    given: Mutex<Option<PathBuf>>,
    /// How far a desk is locked or opened: bytes done, and all there are.
    turned: [AtomicU64; 2],
    presence: Mutex<Presence>,
}

impl House {
    /// The machine whose folder this is. Where one person works alone and unlocked their desk is open
    /// at once; else nobody is here until somebody [enters](House::enter).
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn open(machine: &Path, secrets: Wanted, shell: Arc<dyn Shell>) -> Result<Self> {
        let house = Self::empty(machine, secrets, shell);
        let people = list(machine)?;
        for one in &people {
            let dir = folder(machine, &one.id)?;
            if locked::stage(&dir)?.is_some() {
                locked::clear_copies(&dir);
            }
        }
        let alone = people.len() == 1;
        if alone && locked::stage(machine)?.is_none() {
            let app = house.app_of(machine, None)?;
            *house.write() = Some((FIRST.to_owned(), Arc::new(app)));
        }
        Ok(house)
    }

    /// A house with one open desk, for what works on a desk that is open already.
    #[must_use]
    pub fn with(app: Arc<App>) -> Self {
        let wanted = app.secrets.wanted().clone();
        let house = Self::empty(app.desk.dir(), wanted, Arc::new(NoShell));
        *house.write() = Some((FIRST.to_owned(), app));
        house
    }

    fn empty(machine: &Path, secrets: Wanted, shell: Arc<dyn Shell>) -> Self {
        Self {
            machine: machine.to_owned(),
            secrets,
            shell,
            now: RwLock::default(),
            door: Mutex::default(),
            entered: Mutex::default(),
            given: Mutex::default(),
            turned: Default::default(),
            presence: Mutex::new(Presence::begin(Moment::now())),
        }
    }

    /// The machine's folder.
    #[must_use]
    pub fn machine(&self) -> &Path {
        &self.machine
    }

    /// The open desk.
    ///
    /// # Errors
    /// [`Code::DeskLocked`] while nobody is here.
    pub fn app(&self) -> Result<Arc<App>, Failure> {
        self.here()
            .map(|(_, app)| app)
            .ok_or_else(|| Failure::new(Code::DeskLocked))
    }

    /// Who is here, with their desk.
    #[must_use]
    pub fn here(&self) -> Option<(String, Arc<App>)> {
        self.now
            .read()
            .unwrap_or_else(|held| held.into_inner())
            .clone()
    }

    /// A file that somebody opened with this program: shown to whoever is here, or comes next.
    pub fn give(&self, file: PathBuf) {
        match self.here() {
            Some((_, app)) => app.give(file),
            None => *self.given.lock().unwrap_or_else(|held| held.into_inner()) = Some(file),
        }
    }

    /// From now on `heard` hears of everybody who sits down, and at once of whoever is here.
    pub fn when_entered(&self, heard: impl Fn(&Arc<App>) + Send + Sync + 'static) {
        if let Some((_, app)) = self.here() {
            heard(&app);
        }
        self.entered
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .push(Box::new(heard));
    }

    /// Sits down at the desk of a person; whoever was here leaves first. A desk that is not locked
    /// needs no passphrase.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DeskLocked`] when a passphrase is needed, [`Code::DeskPassphraseWrong`],
    /// [`Code::UnlockPaused`], and as [`App::open`].
    pub fn enter(&self, id: &str, passphrase: Option<&SecretString>) -> Result<Arc<App>> {
        let _door = self.door();
        let dir = folder(&self.machine, id)?;
        let key = match (locked::stage(&dir)?, passphrase) {
            (None, _) => None,
            (Some(_), None) => return Err(Error::new(Code::DeskLocked)),
            (Some(_), Some(passphrase)) => {
                Some(locked::unlock(&dir, passphrase, Timestamp::now())?)
            }
        };
        self.sit_down(id, &dir, key)
    }

    /// Sits down by the lines on paper, and gives the desk another passphrase.
    ///
    /// # Errors
    /// [`Code::PaperMisread`], [`Code::PaperIncomplete`], [`Code::DeskPaperOther`],
    /// [`Code::PassphraseShort`], and as [`House::enter`].
    pub fn recover(&self, id: &str, lines: &str, passphrase: &SecretString) -> Result<Arc<App>> {
        let _door = self.door();
        let dir = folder(&self.machine, id)?;
        let key = locked::recover(&dir, lines)?;
        locked::set_passphrase(&dir, &key, passphrase)?;
        self.sit_down(id, &dir, Some(key))
    }

    /// Nobody is here any more: work in the background ends, keys are gone from memory. What was
    /// acknowledged is on the disk already.
    pub fn leave(&self) {
        let _door = self.door();
        self.stand_up();
    }

    /// The page says how long ago the person last did something; with `anew` that they were asked
    /// something first and are given the time once more. False when it is time to leave.
    pub fn seen(&self, quiet: Duration, anew: bool) -> bool {
        let Some(after) = self.leaves_after() else {
            return self.here().is_some();
        };
        let mut presence = self.presence();
        if anew {
            *presence = Presence::begin(Moment::now());
        }
        presence.heard(Moment::now(), quiet, after)
    }

    /// From now on nobody stays at a desk they left, whatever the page does: it may be hidden or hang.
    /// Ends with the house.
    pub fn watch(self: &Arc<Self>) {
        let house = Arc::downgrade(self);
        let started = std::thread::Builder::new()
            .name("presence".to_owned())
            .spawn(move || {
                while let Some(house) = house.upgrade() {
                    house.look(Moment::now());
                    drop(house);
                    std::thread::sleep(LOOK);
                }
            });
        if let Err(error) = started {
            tracing::error!(%error, "nobody looks whether somebody is still here");
        }
    }

    fn look(&self, now: Moment) {
        let over = |after: Duration| self.presence().is_over(now, after + GRACE);
        if self.leaves_after().is_some_and(over) {
            self.leave();
            self.shell.left();
        }
    }

    /// After how long without a sign whoever is here leaves; `None` where that is not wished, or
    /// leaving would not keep anybody out.
    fn leaves_after(&self) -> Option<Duration> {
        let (_, app) = self.here()?;
        let minutes = app.desk.settings().ok()?.lock_after;
        let keeps_out =
            app.desk.is_locked() || list(&self.machine).is_ok_and(|people| people.len() > 1);
        (minutes > 0 && keeps_out).then(|| Duration::from_secs(u64::from(minutes) * 60))
    }

    fn presence(&self) -> MutexGuard<'_, Presence> {
        self.presence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the desk of whoever is here; it is open again afterwards. Gives the lines for paper.
    ///
    /// # Errors
    /// As [`locked::lock`].
    pub fn lock(&self, passphrase: &SecretString) -> Result<String> {
        self.turn(|dir, _, told| {
            let (key, lines) = locked::lock(dir, passphrase, told)?;
            Ok((Some(key), lines))
        })
    }

    /// Takes the lock off the desk of whoever is here.
    ///
    /// # Errors
    /// [`Code::DeskPassphraseWrong`], [`Code::UnlockPaused`], and as [`locked::open_for_good`].
    pub fn open_for_good(&self, passphrase: &SecretString) -> Result<()> {
        let (_, app) = self.here().ok_or_else(|| Error::new(Code::DeskLocked))?;
        let dir = app.desk.dir().to_owned();
        let key = locked::unlock(&dir, passphrase, Timestamp::now())?;
        // While they can still be read: a secret without its cover is what an open desk has.
        app.bare_secrets()?;
        drop(app);
        self.turn(|dir, _, told| {
            locked::open_for_good(dir, &key, told)?;
            Ok((None, String::new()))
        })
        .map(drop)
    }

    /// How far the desk is locked or opened, while it is.
    #[must_use]
    pub fn turned(&self) -> Turning {
        let [done, total] = &self.turned;
        Turning {
            done: done.load(Ordering::Relaxed),
            total: total.load(Ordering::Relaxed),
        }
    }

    /// Leaves, has the files turned, and comes back, whatever became of it.
    fn turn(
        &self,
        act: impl FnOnce(
            &Path,
            Option<DeskKey>,
            &mut dyn FnMut(Turning),
        ) -> Result<(Option<DeskKey>, String)>,
    ) -> Result<String> {
        let _door = self.door();
        let (id, app) = self.here().ok_or_else(|| Error::new(Code::DeskLocked))?;
        let dir = app.desk.dir().to_owned();
        let before = app.desk.key();
        drop(app);
        self.stand_up();
        let [done, total] = &self.turned;
        let turned = act(&dir, before.clone(), &mut |at| {
            done.store(at.done, Ordering::Relaxed);
            total.store(at.total, Ordering::Relaxed);
        });
        done.store(0, Ordering::Relaxed);
        total.store(0, Ordering::Relaxed);
        match turned {
            Ok((key, lines)) => {
                self.sit_down(&id, &dir, key)?;
                Ok(lines)
            }
            Err(error) => {
                // The desk goes on as it was, or is finished by this opening.
                let _ = self.sit_down(&id, &dir, before);
                Err(error)
            }
        }
    }

    fn sit_down(&self, id: &str, dir: &Path, key: Option<DeskKey>) -> Result<Arc<App>> {
        self.stand_up();
        let app = Arc::new(self.app_of(dir, key)?);
        if let Some(profile) = app.desk.profile()? {
            rename(&self.machine, id, &profile.name)?;
        }
        *self.write() = Some((id.to_owned(), Arc::clone(&app)));
        *self.presence() = Presence::begin(Moment::now());
        app.cover_secrets();
        let given = self
            .given
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .take();
        if let Some(file) = given {
            app.give(file);
        }
        let entered = self.entered.lock().unwrap_or_else(|held| held.into_inner());
        for heard in entered.iter() {
            heard(&app);
        }
        Ok(app)
    }

    fn stand_up(&self) {
        let Some((_, app)) = self.write().take() else {
            return;
        };
        app.background.stop();
        app.secrets.forget();
        app.desk.shut();
    }

    fn app_of(&self, dir: &Path, key: Option<DeskKey>) -> Result<App> {
        let mut app = App::open_with(dir, self.secrets_of(dir), key)?;
        app.shell = Arc::clone(&self.shell);
        Ok(app)
    }

    /// A file for secrets that was named is the first person's; the others have theirs beside it.
    fn secrets_of(&self, dir: &Path) -> Wanted {
        match &self.secrets {
            Wanted::File(path) if dir != self.machine => {
                let name = dir.file_name().unwrap_or_default().to_string_lossy();
                let mut own = path.clone().into_os_string();
                own.push(format!(".{name}"));
                Wanted::File(own.into())
            }
            other => other.clone(),
        }
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Option<(String, Arc<App>)>> {
        self.now.write().unwrap_or_else(|held| held.into_inner())
    }

    fn door(&self) -> MutexGuard<'_, ()> {
        self.door.lock().unwrap_or_else(|held| held.into_inner())
    }
}

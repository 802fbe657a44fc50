//! What every command is given: the desk, its secrets, the work in the background, and the shell
//! around it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use qalam_desk::locked::{self, DeskKey};
use qalam_desk::secrets::{Secrets, SecretsKind};
use qalam_desk::{Changes, Desk, OpenOptions, Result, Topic};
use qalam_portal::courier::secret_name;
use qalam_portal::packages::keys::secret_names;

use crate::background::Background;
use crate::secrets::{Keeper, Wanted};
use crate::shell::{NoShell, Shell};

/// An open desk with everything around it.
pub struct App {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Where its passwords and tokens are.
    pub secrets: Arc<Keeper>,
    /// The practice portal and the courier, where this program runs them.
    pub background: Background,
    /// What only a window can do.
    pub shell: Arc<dyn Shell>,
    /// A file that somebody opened with this program, until a screen shows it.
    opened: Mutex<Option<PathBuf>>,
}

impl App {
    /// Opens the desk in `store`, with no window around it.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn open(store: &Path, secrets: Wanted) -> Result<Self> {
        Self::open_with(store, secrets, None)
    }

    /// Opens the desk in `store` with the key it is locked with, if it is.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn open_with(store: &Path, secrets: Wanted, key: Option<DeskKey>) -> Result<Self> {
        let secrets = Arc::new(Keeper::new(store, secrets));
        if locked::stage(store)?.is_some() {
            secrets.covered_by(key.clone());
        }
        let options = OpenOptions {
            secrets: secrets.clone(),
            key,
            ..OpenOptions::default()
        };
        let desk = Arc::new(Desk::open(store, options)?);
        Ok(Self {
            secrets,
            background: Background::new(),
            shell: Arc::new(NoShell),
            opened: Mutex::default(),
            desk,
        })
    }

    /// Names of the secrets this desk may have.
    fn secret_names(&self) -> Result<Vec<String>> {
        let mut names = self.desk.secret_names()?;
        let portals = self.desk.portals_list()?;
        names.extend(portals.iter().map(|portal| secret_name(&portal.id)));
        names.extend(secret_names(&self.desk.id()?));
        names.push(crate::proxy::SECRET.to_owned());
        Ok(names)
    }

    /// Covers what was kept before the desk was locked. What cannot be reached now is covered at the
    /// next opening.
    pub fn cover_secrets(&self) {
        if !self.desk.is_locked() || self.secrets.kind() == SecretsKind::Locked {
            return;
        }
        let covered = self
            .secret_names()
            .and_then(|names| self.secrets.cover(&names));
        if let Err(error) = covered {
            tracing::warn!(%error, "secrets are not covered yet");
        }
    }

    /// Takes the covers off, before the desk is opened for good.
    ///
    /// # Errors
    /// What the place for secrets may fail with.
    pub fn bare_secrets(&self) -> Result<()> {
        self.secrets.bare(&self.secret_names()?)
    }

    /// A file that somebody opened with this program: the screens hear of it.
    pub fn give(&self, file: PathBuf) {
        *self.opened() = Some(file);
        self.tell_opened();
    }

    /// The file that waits to be shown.
    #[must_use]
    pub fn given(&self) -> Option<PathBuf> {
        self.opened().clone()
    }

    /// Notes that a screen shows this file.
    pub fn shown(&self, file: &Path) {
        let mut opened = self.opened();
        if opened.as_deref() == Some(file) {
            *opened = None;
            drop(opened);
            self.tell_opened();
        }
    }

    fn opened(&self) -> MutexGuard<'_, Option<PathBuf>> {
        self.opened.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn tell_opened(&self) {
        self.desk.announce(&Changes {
            topics: BTreeSet::from([Topic::Opened]),
            ..Changes::default()
        });
    }

    /// Where the practice portal keeps its things.
    #[must_use]
    pub fn practice_folder(&self) -> PathBuf {
        self.desk.dir().join("practice")
    }
}

//! What every command is given: the desk, its secrets, the work in the background, and the shell
//! around it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use qalam_desk::{Desk, OpenOptions, Result};

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
}

impl App {
    /// Opens the desk in `store`, with no window around it.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn open(store: &Path, secrets: Wanted) -> Result<Self> {
        let secrets = Arc::new(Keeper::new(store, secrets));
        let options = OpenOptions {
            secrets: secrets.clone(),
            ..OpenOptions::default()
        };
        let desk = Arc::new(Desk::open(store, options)?);
        Ok(Self {
            secrets,
            background: Background::new(),
            shell: Arc::new(NoShell),
            desk,
        })
    }

    /// Where the practice portal keeps its things.
    #[must_use]
    pub fn practice_folder(&self) -> PathBuf {
        self.desk.dir().join("practice")
    }
}

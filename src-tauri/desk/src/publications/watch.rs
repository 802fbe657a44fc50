//! A folder that is looked into now and then: what is new in it is offered, never taken unasked.
//!
//! It is looked at, not listened to: changes on a network share are not announced to other
//! machines. A file is offered once two looks found it the same, so that none is taken while it is
//! being copied there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::intake::IntakeOptions;
use super::intake::reading::sign_of;
use super::likeness::LikeRule;
use super::store::{self, FileSign};
use super::walk::{name_of, walk};
use crate::change::{Action, Changes, Topic};
use crate::desk::Desk;
use crate::error::{Error, Result};

/// The most offered files that are told one by one.
const MAX_TOLD: usize = 1_000;

/// A new file in the watched folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OfferedFile {
    /// Where it is.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
}

/// What the watched folder has to offer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Offered {
    /// The folder; `None` while none is watched.
    pub folder: Option<String>,
    /// Whether it could be reached at the last look; `None` before the first.
    pub reached: Option<bool>,
    /// The first new files, in the order of their names.
    pub files: Vec<OfferedFile>,
    /// How many new files there are.
    pub total: u32,
}

/// What is remembered from one look to the next.
#[derive(Debug, Default)]
pub(crate) struct Watch(Mutex<Looked>);

#[derive(Debug, Default)]
struct Looked {
    folder: Option<PathBuf>,
    reached: Option<bool>,
    /// The files that are not known, as the last look found them, and whether the one before
    /// found them the same.
    found: BTreeMap<PathBuf, (FileSign, bool)>,
}

impl Watch {
    fn held(&self) -> MutexGuard<'_, Looked> {
        self.0.lock().unwrap_or_else(|held| held.into_inner())
    }
}

impl Looked {
    fn ready(&self) -> impl Iterator<Item = (&PathBuf, &FileSign)> {
        self.found
            .iter()
            .filter(|(_, (_, same))| *same)
            .map(|(path, (sign, _))| (path, sign))
    }
}

impl Desk {
    /// Looks into the watched folder, if there is one, and tells the listeners when what it offers
    /// changed. Takes as long as the folder takes; not for a thread that people wait for.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn publications_look(&self) -> Result<()> {
        let folder = self.settings()?.watch_folder.map(PathBuf::from);
        let reached = folder.as_deref().map(Path::is_dir);
        let mut found = BTreeMap::new();
        if let Some(folder) = folder.as_ref().filter(|_| reached == Some(true)) {
            for one in walk(std::slice::from_ref(folder), &|| false) {
                if one.left_out.is_none()
                    && let Ok(sign) = sign_of(&one.path)
                {
                    found.insert(one.path, (sign, false));
                }
            }
            let known = self.read(|r| {
                found
                    .iter()
                    .filter_map(|(path, (sign, _))| match store::is_settled(r, sign) {
                        Ok(true) => Some(Ok(path.clone())),
                        Ok(false) => None,
                        Err(error) => Some(Err(error)),
                    })
                    .collect::<Result<Vec<_>>>()
            })?;
            for path in known {
                found.remove(&path);
            }
        }
        let mut looked = self.watch.held();
        let before: Vec<PathBuf> = looked.ready().map(|(path, _)| path.clone()).collect();
        for (path, (sign, same)) in &mut found {
            *same = looked.found.get(path).is_some_and(|(then, _)| then == sign);
        }
        let was_reached = looked.reached;
        *looked = Looked {
            folder,
            reached,
            found,
        };
        let changed =
            was_reached != reached || !looked.ready().map(|(path, _)| path).eq(before.iter());
        drop(looked);
        if changed {
            self.announce(&Changes {
                topics: [Topic::Publications].into(),
                ..Changes::default()
            });
        }
        Ok(())
    }

    /// What the watched folder offered at the last look.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn publications_offered(&self) -> Result<Offered> {
        let folder = self.settings()?.watch_folder;
        let looked = self.watch.held();
        if looked.folder.as_deref() != folder.as_deref().map(Path::new) {
            // Chosen since; the next look tells.
            return Ok(Offered {
                folder,
                ..Offered::default()
            });
        }
        let files = looked
            .ready()
            .take(MAX_TOLD)
            .map(|(path, sign)| OfferedFile {
                path: path.display().to_string(),
                name: name_of(path),
                bytes: sign.bytes,
            })
            .collect();
        Ok(Offered {
            folder,
            reached: looked.reached,
            files,
            total: u32::try_from(looked.ready().count()).unwrap_or(u32::MAX),
        })
    }

    /// Takes offered files in, in the background: those named, or all when none is. Answers the
    /// job's id.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::Code::NotFound) when nothing named is offered; as [`Desk::intake`].
    pub fn publications_take_offered(
        self: &Arc<Self>,
        paths: &[PathBuf],
        rule: LikeRule,
    ) -> Result<String> {
        let wanted = self.offered_of(paths)?;
        let taken = wanted.iter().map(|(path, _)| path.clone()).collect();
        let job = self.intake(
            taken,
            IntakeOptions {
                dry_run: false,
                rule,
            },
        )?;
        let mut looked = self.watch.held();
        for (path, _) in &wanted {
            looked.found.remove(path);
        }
        Ok(job)
    }

    /// Offered files a person does not want: they are offered again only when they change.
    ///
    /// # Errors
    /// [`Code::NotFound`](crate::Code::NotFound) when nothing named is offered.
    pub fn publications_decline_offered(&self, paths: &[PathBuf]) -> Result<()> {
        let declined = self.offered_of(paths)?;
        self.write(Action::DeclineFile, |tx| {
            for (_, sign) in &declined {
                store::decline(tx, sign)?;
            }
            tx.changed(Topic::Publications, None);
            Ok(())
        })?;
        let mut looked = self.watch.held();
        for (path, _) in &declined {
            looked.found.remove(path);
        }
        Ok(())
    }

    fn offered_of(&self, paths: &[PathBuf]) -> Result<Vec<(PathBuf, FileSign)>> {
        let looked = self.watch.held();
        let wanted: Vec<(PathBuf, FileSign)> = looked
            .ready()
            .filter(|(path, _)| paths.is_empty() || paths.contains(path))
            .map(|(path, sign)| (path.clone(), sign.clone()))
            .collect();
        if wanted.is_empty() {
            let first = paths.first().map(|path| path.display().to_string());
            return Err(Error::not_found("offered", &first.unwrap_or_default()));
        }
        Ok(wanted)
    }
}

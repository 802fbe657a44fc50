//! Looking at files and copying them, ahead of everything else.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use qalam_content::limits::MAX_FILE_BYTES;
use qalam_content::problem::Problem;

use super::super::names;
use super::super::store::{self, FileSign};
use super::super::walk::{FoundPath, code, name_of};
use super::keep::same_bytes;
use super::line::{Ready, stops_the_job};
use crate::change::Action;
use crate::db::blobs::{Staged, copy_hashing};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{IntakeItem, IntakeStatus, JobHandle};

/// A file whose bytes are known and that waits for its description.
pub(super) struct Work {
    /// Where it came from.
    origin: PathBuf,
    /// The same, for people.
    pub(super) shown: String,
    pub(super) sign: FileSign,
    /// Its name as it is kept.
    pub(super) name: String,
    /// The name looked like another one.
    pub(super) misleading: bool,
    pub(super) sha256: String,
    pub(super) bytes: u64,
    /// The copy that will become the blob; `None` in a dry run.
    pub(super) staged: Option<Staged>,
}

impl Work {
    pub(super) fn path(&self) -> &Path {
        self.staged
            .as_ref()
            .map_or(self.origin.as_path(), Staged::path)
    }
}

/// What came of looking at a file.
pub(super) enum Prepared {
    /// It has ended, or waits for an earlier one.
    Ready(Ready),
    /// It is to be described.
    Work(Work),
}

/// Looks at files in the order of the walk.
pub(super) struct Reader<'a> {
    desk: &'a Desk,
    handle: &'a JobHandle,
    dry_run: bool,
    /// Hashes of files of this run that are being described or are in.
    issued: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(desk: &'a Desk, handle: &'a JobHandle, dry_run: bool) -> Self {
        Self {
            desk,
            handle,
            dry_run,
            issued: BTreeSet::new(),
        }
    }

    /// Looks at a file, copies it and learns its hash. `None` when cancelled.
    pub(super) fn prepare(&mut self, found: &FoundPath) -> Result<Option<Prepared>> {
        let ended = |item| Ok(Some(Prepared::Ready(Ready::Ended(Box::new(item), None))));
        let path = found.path.display().to_string();
        if let Some((status, problem)) = &found.left_out {
            return ended(IntakeItem::bare(path, *status).problem(problem.clone()));
        }
        let name = name_of(&found.path);
        let unreadable = |detail: String| {
            // A share that went away takes every file with it; a single file may just be gone.
            let code = if !found.root.exists() {
                code::FOLDER_GONE
            } else if std::fs::symlink_metadata(&found.path)
                .is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
            {
                code::FILE_GONE
            } else {
                code::FILE_UNREADABLE
            };
            ended(
                IntakeItem::bare(path.clone(), IntakeStatus::Failed).problem(
                    Problem::new(code, name.clone())
                        .with("detail", detail)
                        .with("folder", name_of(&found.root)),
                ),
            )
        };
        let sign = match sign_of(&found.path) {
            Ok(sign) => sign,
            Err(failed) => return unreadable(failed.to_string()),
        };
        // A file whose bytes the desk has lost is read again: bringing it in anew puts it right.
        if let Some((id, sha256)) = self.desk.read(|r| store::journalled(r, &sign))?
            && self.desk.blobs.stands(&sha256, sign.bytes)
        {
            return ended(same_bytes(path, &sign, Some(id), &sha256));
        }
        let copied = match self.copy(&found.path) {
            Ok(copied) => copied,
            Err(_) if self.handle.is_cancelled() => return Ok(None),
            Err(error) if stops_the_job(&error) => return Err(error),
            Err(error) => return unreadable(error.detail()),
        };
        match sign_of(&found.path) {
            Ok(after) if after == sign && copied.1 == sign.bytes => {}
            Ok(_) => {
                return ended(
                    IntakeItem::bare(path, IntakeStatus::Failed)
                        .problem(Problem::new(code::FILE_CHANGING, name)),
                );
            }
            Err(failed) => return unreadable(failed.to_string()),
        }
        let (sha256, bytes, staged) = copied;
        if !self.issued.insert(sha256.clone()) {
            let waiting = Ready::SameAsEarlier { path, sign, sha256 };
            return Ok(Some(Prepared::Ready(waiting)));
        }
        if let Some(id) = self.desk.read(|r| store::with_bytes(r, &sha256))? {
            if let Some(staged) = staged
                && !self.desk.blobs.whole(&sha256, bytes)
            {
                self.put_back(&sha256, staged)?;
            }
            let item = same_bytes(path, &sign, Some(id), &sha256);
            return Ok(Some(Prepared::Ready(Ready::Ended(
                Box::new(item),
                Some(sign),
            ))));
        }
        let clean = names::clean(&name);
        Ok(Some(Prepared::Work(Work {
            origin: found.path.clone(),
            shown: path,
            sign,
            name: clean.name,
            misleading: clean.misleading,
            sha256,
            bytes,
            staged,
        })))
    }

    /// Replaces the lost or damaged bytes of a publication that is here already.
    fn put_back(&self, sha256: &str, staged: Staged) -> Result<()> {
        self.desk.write(Action::AddPublication, |tx| {
            if let Some(known) = self.desk.blobs.find(tx, sha256)? {
                self.desk.blobs.place(tx, staged, &known.mime)?;
            }
            Ok(())
        })
    }

    fn copy(&self, path: &Path) -> Result<(String, u64, Option<Staged>)> {
        let file = Error::open_file(path)?;
        let mut file = Cancellable {
            inner: file,
            handle: self.handle,
        };
        let name = path.display().to_string();
        if self.dry_run {
            let (sha256, bytes) =
                copy_hashing(&mut file, &mut std::io::sink(), &name, MAX_FILE_BYTES)?;
            return Ok((sha256, bytes, None));
        }
        let staged = self.desk.blobs.stage(&mut file, &name, MAX_FILE_BYTES)?;
        Ok((staged.sha256.clone(), staged.bytes, Some(staged)))
    }
}

pub(crate) fn sign_of(path: &Path) -> std::io::Result<FileSign> {
    let metadata = std::fs::metadata(path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).map_or_else(
        |before| format!("-{}", before.duration().as_nanos()),
        |after| after.as_nanos().to_string(),
    );
    Ok(FileSign {
        path: names::path_key(path),
        bytes: metadata.len(),
        modified: format!("{modified}{}", status_changed(&metadata)),
    })
}

/// When anything of a file was changed last: programs can put back the time of its last change, as
/// many that copy do, but not this one.
#[cfg(unix)]
fn status_changed(metadata: &std::fs::Metadata) -> String {
    use std::os::unix::fs::MetadataExt;
    format!(" {}.{}", metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn status_changed(_metadata: &std::fs::Metadata) -> String {
    String::new()
}

/// A file that stops being readable when the job is cancelled.
struct Cancellable<'a> {
    inner: File,
    handle: &'a JobHandle,
}

impl Read for Cancellable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.handle.is_cancelled() {
            return Err(std::io::Error::other("cancelled"));
        }
        self.inner.read(buffer)
    }
}

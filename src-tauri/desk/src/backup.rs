//! Backups, putting one back, and looking the whole desk over.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::change::Action;
use crate::db::blobs::sync_folder;
use crate::db::container::{Reading, Writing};
use crate::db::whole::{
    blob_rows, faults, quick_check, read_only, read_only_with, sizes, vacuum_into,
};
use crate::db::{FILE_NAME, migrate, ours};
use crate::desk::{Desk, OpenOptions};
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::locked;
use crate::publications::intake::store::forget_bytes;

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
    /// What is wrong with the audit trail: the number of an entry and how it shows (`altered`,
    /// `unlinked`, `foreign`, `head_gone`); empty when it is as it was written.
    pub trail: Vec<String>,
    /// Approved releases that no signature of a trusted key covers, or whose bytes are others.
    pub unproven: Vec<String>,
    /// Places of drafts in lists, and counters, that were not what the facts say. They were put
    /// right.
    #[ts(type = "number")]
    pub healed: u64,
}

impl Desk {
    /// Writes the whole desk, database and blobs, into the one new file `to`. The desk stays
    /// usable meanwhile. A killed backup leaves a file that [`Desk::restore`] refuses.
    ///
    /// # Errors
    /// [`Code::TargetNotEmpty`] when the file exists, [`Code::PathNotFound`], [`Code::DiskFull`], or
    /// [`Code::BlobMissing`] and [`Code::BlobDamaged`] when the desk itself is not whole.
    pub fn backup_to(&self, to: &Path) -> Result<()> {
        if to.exists() {
            return Err(Error::new(Code::TargetNotEmpty).with("path", to.display()));
        }
        let copy = self.tmp().join(format!("{}.sqlite3", new_id()));
        vacuum_into(&self.extra_connection()?, &copy)?;
        let outcome = self.pack(&copy, to).map_err(|error| naming(error, to));
        // What is left in the folder for temporary files goes with it at the latest.
        let _ = fs::remove_file(&copy);
        if outcome.is_err() {
            // Not there before; see above.
            let _ = fs::remove_file(to);
        }
        outcome
    }

    fn pack(&self, copy: &Path, to: &Path) -> Result<()> {
        let backup = Writing::begin(to)?;
        let mut database = fs::File::open(copy).map_err(|source| Error::io(source, copy))?;
        backup.put(FILE_NAME, &mut database)?;
        if self.is_locked() {
            // Sealed as it lies: the copy is opened by what opens the desk now.
            let path = self.dir().join(locked::FILE_NAME);
            let mut lock = fs::File::open(&path).map_err(|source| Error::io(source, &path))?;
            backup.put(locked::FILE_NAME, &mut lock)?;
        }
        for (sha256, _) in blob_rows(&read_only_with(self.access(), copy)?)? {
            let damaged = || Error::new(Code::BlobDamaged).with("sha256", &sha256);
            let (name, mut bytes) = self.blobs.as_it_lies(&sha256)?;
            if self.is_locked() && self.blobs.rehash(&sha256)?.0 != sha256 {
                return Err(damaged());
            }
            let put = backup.put(&name, &mut bytes)?;
            if !self.is_locked() && put != sha256 {
                return Err(damaged());
            }
        }
        backup.seal(to)
    }

    /// Puts a backup made by [`Desk::backup_to`] into the new folder `into`, checking every hash
    /// and the database. The backup is left as it is.
    ///
    /// # Errors
    /// [`Code::PathNotFound`], [`Code::NotABackup`], [`Code::TargetNotEmpty`], [`Code::DeskNewer`],
    /// [`Code::BlobDamaged`], or what reading and writing may fail with.
    pub fn restore(backup: &Path, into: &Path) -> Result<()> {
        let from = Reading::open(backup)?;
        refuse_occupied(into)?;
        let blobs = into.join("blobs");
        fs::create_dir_all(&blobs).map_err(|source| Error::io(source, &blobs))?;
        let parts = from.parts()?;
        for (name, sha256) in &parts {
            if name != FILE_NAME && name != locked::FILE_NAME {
                crate::id::parse_hash(name.strip_suffix(".sealed").unwrap_or(name))?;
                let folder = blobs.join(name.get(..2).unwrap_or("00"));
                from.get(name, sha256, &folder.join(name))?;
            }
        }
        let lock = parts.iter().find(|(name, _)| name == locked::FILE_NAME);
        let (_, sha256) = parts
            .iter()
            .find(|(name, _)| name == FILE_NAME)
            .ok_or_else(|| Error::new(Code::NotABackup).with("file", backup.display()))?;
        // The database comes last and takes its name last: a folder without one is no desk, so a
        // killed restore is recognised and done again.
        let early = into.join("blobs").join(FILE_NAME);
        from.get(FILE_NAME, sha256, &early)?;
        if ours::refuse_foreign(&early).is_err() {
            return Err(Error::new(Code::NotABackup).with("file", backup.display()));
        }
        if let Some((name, sha256)) = lock {
            let early = into.join("blobs").join(name);
            from.get(name, sha256, &early)?;
            let target = into.join(name);
            fs::rename(&early, &target).map_err(|source| Error::io(source, &target))?;
        } else {
            // A locked one is looked over when it is opened: nobody can read it here.
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
            .and_then(|()| {
                let options = OpenOptions {
                    key: self.key(),
                    ..OpenOptions::default()
                };
                Desk::open(&into, options)
            })
            .and_then(|desk| desk.check());
        let _ = fs::remove_dir_all(&into);
        outcome
    }

    /// Looks everything over: the database page by page, every blob byte by byte. What can be put
    /// right from what is whole is: places in lists, and the journal of intakes, which forgets files
    /// whose bytes are lost, so that the same file brought in again is read again.
    ///
    /// # Errors
    /// What reading may fail with; damage itself is in the report.
    pub fn check(&self) -> Result<StoreReport> {
        let mut report = StoreReport::default();
        let rows = self.read(|read| {
            report.database = faults(read)?;
            (report.drafts, report.publications) = sizes(read)?;
            blob_rows(read.conn())
        })?;
        report.blobs = rows.len() as u64;
        let mut known = Vec::new();
        for (sha256, bytes) in rows {
            match self.blobs.rehash(&sha256) {
                Ok((found, length)) if found == sha256 && length == bytes => {}
                Ok(_) => report.bad_hashes.push(sha256.clone()),
                Err(error) if error.code == Code::BlobMissing => {
                    report.missing.push(sha256.clone())
                }
                Err(error) => return Err(error),
            }
            known.push(sha256);
        }
        let lost: Vec<&String> = report.missing.iter().chain(&report.bad_hashes).collect();
        if !lost.is_empty() {
            self.write(Action::Sweep, |tx| forget_bytes(tx, &lost))?;
        }
        if report.database.is_empty() {
            report.healed = self.heal_places()?;
        }
        report.orphans = self.blobs.strays(known.iter())?;
        report.trail = self
            .trail_breaks()?
            .into_iter()
            .map(|one| format!("{} {}", one.seq, one.kind.as_str()))
            .collect();
        report.unproven = self.unproven()?;
        report.ok = report.missing.is_empty()
            && report.bad_hashes.is_empty()
            && report.database.is_empty()
            && report.trail.is_empty()
            && report.unproven.is_empty();
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
        self.write(Action::Sweep, |tx| self.blobs.forget_unused(tx, &hashes))?;
        // What has no row (any more) is looked for anew while nobody can place anything.
        self.write(Action::Sweep, |tx| {
            let rows = blob_rows(tx.conn())?;
            let strays = self.blobs.strays(rows.iter().map(|(sha256, _)| sha256))?;
            self.blobs.remove_strays(tx, &strays)?;
            Ok(strays.len())
        })
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

/// SQLite's failures name the desk's database; those met while writing a backup concern its file.
fn naming(mut error: Error, to: &Path) -> Error {
    if let Some(file) = error
        .params
        .get_mut("file")
        .filter(|file| *file == FILE_NAME)
    {
        *file = to.display().to_string();
    }
    error
}

/// A folder that may take a desk: missing, empty, or left by a killed restore, which holds nothing
/// but blobs.
fn refuse_occupied(folder: &Path) -> Result<()> {
    let occupied = match fs::read_dir(folder) {
        Ok(mut entries) => entries.any(|entry| {
            entry.is_ok_and(|entry| {
                entry.file_name() != "blobs" && entry.file_name() != locked::FILE_NAME
            })
        }),
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => false,
        Err(source) => return Err(Error::io(source, folder)),
    };
    if occupied {
        return Err(Error::new(Code::TargetNotEmpty).with("path", folder.display()));
    }
    Ok(())
}

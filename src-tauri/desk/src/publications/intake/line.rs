//! The line every file goes through: looked at, copied, described, stored.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::{Duration, UNIX_EPOCH};

use qalam_content::limits::MAX_FILE_BYTES;
use qalam_content::problem::Problem;

use super::super::Publication;
use super::super::same::work_key;
use super::super::store::{self, FileSign};
use super::super::walk::{FoundPath, code, name_of};
use super::{IntakeOptions, Throttled};
use crate::change::Action;
use crate::db::WriteTx;
use crate::db::blobs::{Staged, copy_hashing};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::imports::worker::Describer;
use crate::imports::{Described, Description};
use crate::job::{IntakeItem, IntakeStatus, JobHandle};

/// So many files may be copied but not yet stored; bounds the temporary space.
const WINDOW: usize = 12;
/// The most workers describing at once.
const MAX_DESCRIBERS: usize = 4;
/// How often a wait looks whether the person cancelled.
const LOOK_UP: Duration = Duration::from_millis(50);

/// A file whose bytes are known and that waits for its description.
struct Work {
    /// Where it came from.
    origin: PathBuf,
    sign: FileSign,
    name: String,
    sha256: String,
    bytes: u64,
    /// The copy that will become the blob; `None` in a dry run.
    staged: Option<Staged>,
}

impl Work {
    fn path(&self) -> &Path {
        self.staged
            .as_ref()
            .map_or(self.origin.as_path(), Staged::path)
    }
}

/// A file on its way to the end.
enum Ready {
    /// It ended without a description. With a sign it goes into the journal.
    Ended(IntakeItem, Option<FileSign>),
    /// The same bytes as a file of this run that comes before it.
    SameAsEarlier(FileSign, String),
    /// Described; `None` when the job was cancelled meanwhile.
    Described(Work, Option<Box<Described>>),
}

/// The files of one run, on their way from the folder to the desk.
pub(super) struct Line<'a> {
    desk: &'a Desk,
    options: IntakeOptions,
    handle: &'a JobHandle,
    /// Hashes of files of this run that are being described or are in.
    issued: BTreeSet<String>,
    /// Files of this run that were left out as a work the desk has, by hash.
    same_works: BTreeMap<String, IntakeItem>,
    /// In a dry run: the works that would be in by now.
    would_be: Vec<WouldBe>,
}

struct WouldBe {
    title: String,
    work: String,
    doi: String,
    isbn: String,
}

type Numbered<T> = (usize, T);

impl<'a> Line<'a> {
    pub(super) fn new(desk: &'a Desk, options: IntakeOptions, handle: &'a JobHandle) -> Self {
        Self {
            desk,
            options,
            handle,
            issued: BTreeSet::new(),
            same_works: BTreeMap::new(),
            would_be: Vec::new(),
        }
    }

    /// Brings all files to their end, in the order given. Stops early when cancelled.
    pub(super) fn all(
        &mut self,
        found: &[FoundPath],
        finished: &mut dyn FnMut(&IntakeItem),
        told: &mut Throttled<'_>,
    ) -> Result<()> {
        let describers = std::thread::available_parallelism()
            .map_or(1, usize::from)
            .clamp(1, MAX_DESCRIBERS);
        let (to_describe, waiting) = sync_channel::<Numbered<Work>>(WINDOW);
        let (described, ready) = channel::<Numbered<Ready>>();
        let waiting = Mutex::new(waiting);
        let handle = self.handle;
        let over = AtomicBool::new(false);
        let tmp = self.desk.tmp().to_owned();
        std::thread::scope(|scope| {
            for number in 0..describers {
                let (waiting, over, described) = (&waiting, &over, described.clone());
                let thumbnail_to = tmp.join(format!("thumbnail-{}-{number}.png", new_id()));
                let stopped = || over.load(Ordering::Relaxed) || handle.is_cancelled();
                scope.spawn(move || describe_all(waiting, &described, thumbnail_to, &stopped));
            }
            drop(described);
            let outcome = self.feed_and_store(found, to_describe, &ready, finished, told);
            over.store(true, Ordering::Relaxed);
            outcome
        })
    }

    /// Copies files ahead and stores described ones, both in the order of the walk.
    fn feed_and_store(
        &mut self,
        found: &[FoundPath],
        to_describe: SyncSender<Numbered<Work>>,
        ready: &Receiver<Numbered<Ready>>,
        finished: &mut dyn FnMut(&IntakeItem),
        told: &mut Throttled<'_>,
    ) -> Result<()> {
        let mut early: BTreeMap<usize, Ready> = BTreeMap::new();
        let mut ahead = found.iter().enumerate().peekable();
        let mut next = 0_usize;
        while next < found.len() && !self.handle.is_cancelled() {
            while let Some((number, one)) = ahead.next_if(|(number, _)| *number < next + WINDOW) {
                match self.prepare(one)? {
                    Some(Prepared::Ready(ended)) => {
                        early.insert(number, ended);
                    }
                    Some(Prepared::Work(work)) => {
                        self.handle
                            .set_current(Some(one.path.display().to_string()));
                        if to_describe.send((number, work)).is_err() {
                            return Err(Error::internal("no describer is left"));
                        }
                    }
                    None => return Ok(()),
                }
                told.tell(false);
                // What is described already is stored before more is copied.
                while let Ok((number, one)) = ready.try_recv() {
                    early.insert(number, one);
                }
                if early.contains_key(&next) || self.handle.is_cancelled() {
                    break;
                }
            }
            if let Some(one) = early.remove(&next) {
                let Some(item) = self.store(one)? else {
                    return Ok(());
                };
                self.handle.finish_item(item.clone());
                finished(&item);
                next += 1;
                told.tell(false);
            } else {
                match ready.recv_timeout(LOOK_UP) {
                    Ok((number, one)) => {
                        early.insert(number, one);
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        return Err(Error::internal("no describer is left"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Looks at a file, copies it and learns its hash. `None` when cancelled.
    fn prepare(&mut self, found: &FoundPath) -> Result<Option<Prepared>> {
        let path = found.path.display().to_string();
        if let Some((status, problem)) = &found.left_out {
            let item = IntakeItem::bare(path, *status).problem(problem.clone());
            return Ok(Some(Prepared::Ready(Ready::Ended(item, None))));
        }
        let name = name_of(&found.path);
        let unreadable = |detail: String| {
            let problem = Problem::new(code::FILE_UNREADABLE, name.clone()).with("detail", detail);
            let item = IntakeItem::bare(path.clone(), IntakeStatus::Failed).problem(problem);
            Ok(Some(Prepared::Ready(Ready::Ended(item, None))))
        };
        let sign = match sign_of(&found.path) {
            Ok(sign) => sign,
            Err(failed) => return unreadable(failed.to_string()),
        };
        // A file whose bytes the desk has lost is read again: bringing it in anew puts it right.
        if let Some((id, sha256)) = self.desk.read(|r| store::journalled(r, &sign))?
            && self.desk.blobs.stands(&sha256, sign.bytes)
        {
            return Ok(Some(Prepared::Ready(Ready::Ended(
                same_bytes(&sign, Some(id), &sha256),
                None,
            ))));
        }
        let copied = match self.copy(&found.path) {
            Ok(copied) => copied,
            Err(_) if self.handle.is_cancelled() => return Ok(None),
            Err(error) if stops_the_job(&error) => return Err(error),
            Err(error) => return unreadable(error.detail()),
        };
        if sign_of(&found.path).ok().as_ref() != Some(&sign) || copied.1 != sign.bytes {
            let item = IntakeItem::bare(path, IntakeStatus::Failed)
                .problem(Problem::new(code::FILE_CHANGING, name));
            return Ok(Some(Prepared::Ready(Ready::Ended(item, None))));
        }
        let (sha256, bytes, staged) = copied;
        if !self.issued.insert(sha256.clone()) {
            return Ok(Some(Prepared::Ready(Ready::SameAsEarlier(sign, sha256))));
        }
        if let Some(id) = self.desk.read(|r| store::with_bytes(r, &sha256))? {
            if let Some(staged) = staged
                && !self.desk.blobs.whole(&sha256, bytes)
            {
                self.put_back(&sha256, staged)?;
            }
            let item = same_bytes(&sign, Some(id), &sha256);
            return Ok(Some(Prepared::Ready(Ready::Ended(item, Some(sign)))));
        }
        Ok(Some(Prepared::Work(Work {
            origin: found.path.clone(),
            sign,
            name,
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
        if self.options.dry_run {
            let (sha256, bytes) =
                copy_hashing(&mut file, &mut std::io::sink(), &name, MAX_FILE_BYTES)?;
            return Ok((sha256, bytes, None));
        }
        let staged = self.desk.blobs.stage(&mut file, &name, MAX_FILE_BYTES)?;
        Ok((staged.sha256.clone(), staged.bytes, Some(staged)))
    }

    /// Brings a file to its end. `None` when cancelled.
    fn store(&mut self, ready: Ready) -> Result<Option<IntakeItem>> {
        let item = match ready {
            Ready::Ended(item, None) => item,
            Ready::Ended(item, Some(sign)) => {
                self.note(&item, &sign)?;
                item
            }
            Ready::SameAsEarlier(sign, sha256) => {
                let id = self.desk.read(|r| store::with_bytes(r, &sha256))?;
                if let Some(left_out) = self.same_works.get(&sha256) {
                    let path = sign.path.clone();
                    let item = IntakeItem {
                        path,
                        ..left_out.clone()
                    };
                    self.note(&item, &sign)?;
                    item
                } else if id.is_none() && !self.options.dry_run {
                    // The earlier one did not get in after all; the same would meet this one.
                    IntakeItem::bare(sign.path.clone(), IntakeStatus::Failed).problem(Problem::new(
                        code::NOT_STORED,
                        name_of(Path::new(&sign.path)),
                    ))
                } else {
                    let item = same_bytes(&sign, id, &sha256);
                    self.note(&item, &sign)?;
                    item
                }
            }
            Ready::Described(_, None) => return Ok(None),
            Ready::Described(work, Some(described)) => {
                let path = work.sign.path.clone();
                let name = work.name.clone();
                let stored = if self.options.dry_run {
                    self.imagine(work, *described)
                } else {
                    self.keep(work, *described)
                };
                match stored {
                    Ok(item) => item,
                    Err(error) if stops_the_job(&error) => return Err(error),
                    Err(error) => IntakeItem::bare(path, IntakeStatus::Failed).problem(
                        Problem::new(code::NOT_STORED, name)
                            .with("code", error.code)
                            .with("detail", error.detail()),
                    ),
                }
            }
        };
        if item.status == IntakeStatus::SameWork
            && let Some(sha256) = &item.sha256
        {
            self.same_works.insert(sha256.clone(), item.clone());
        }
        Ok(Some(item))
    }

    fn note(&self, item: &IntakeItem, sign: &FileSign) -> Result<()> {
        if self.options.dry_run {
            return Ok(());
        }
        self.desk
            .write(Action::AddPublication, |tx| journal(tx, item, sign))
    }

    /// The one short transaction of a new publication.
    fn keep(&self, mut work: Work, mut described: Described) -> Result<IntakeItem> {
        let Some(staged) = work.staged.take() else {
            return Err(Error::internal("no copy"));
        };
        let id = new_id();
        // The small picture before the row: a row never promises one that is not there.
        let thumbnail_path = self.desk.thumbnail_path(&id);
        let has_thumbnail = described
            .thumbnail
            .take()
            .is_some_and(|png| write_whole(&thumbnail_path, &png).is_ok());
        let outcome = self.desk.write(Action::AddPublication, |tx| {
            // Another program, or another job, may have been faster.
            if let Some(known) = store::with_bytes(tx, &work.sha256)? {
                let item = same_bytes(&work.sign, Some(known), &work.sha256);
                journal(tx, &item, &work.sign)?;
                return Ok(item);
            }
            let description = &described.description;
            let same = store::same_work(
                tx,
                &description.title,
                description.year,
                description.doi.as_deref().unwrap_or_default(),
                description.isbn.as_deref().unwrap_or_default(),
            )?;
            let item = item_of(&work, description, has_thumbnail, same, self.options);
            if item.status == IntakeStatus::SameWork {
                journal(tx, &item, &work.sign)?;
                return Ok(item);
            }
            let item = IntakeItem {
                id: Some(id.clone()),
                ..item
            };
            self.desk.blobs.place(tx, staged, &description.mime)?;
            let publication = publication_of(&work, description, &item, &id);
            store::insert(tx, &publication, &description.text)?;
            crate::search::index_publication(tx, &id)?;
            journal(tx, &item, &work.sign)?;
            tx.changed_publication(&id);
            Ok(item)
        });
        let kept = outcome
            .as_ref()
            .is_ok_and(|item| item.status == IntakeStatus::Added);
        if has_thumbnail && !kept {
            let _ = std::fs::remove_file(&thumbnail_path);
        }
        outcome
    }

    /// What [`Line::keep`] would do.
    fn imagine(&mut self, work: Work, described: Described) -> Result<IntakeItem> {
        let description = &described.description;
        let doi = description.doi.clone().unwrap_or_default();
        let isbn = description.isbn.clone().unwrap_or_default();
        let key = work_key(&description.title, description.year);
        let known = self
            .desk
            .read(|r| store::same_work(r, &description.title, description.year, &doi, &isbn))?;
        let equal = |a: &str, b: &str| !a.is_empty() && a == b;
        let known = known.or_else(|| {
            self.would_be
                .iter()
                .find(|one| {
                    equal(&one.work, &key) || equal(&one.doi, &doi) || equal(&one.isbn, &isbn)
                })
                .map(|one| (String::new(), one.title.clone()))
        });
        let has_thumbnail = described.thumbnail.is_some();
        let item = item_of(&work, description, has_thumbnail, known, self.options);
        if item.status == IntakeStatus::Added {
            self.would_be.push(WouldBe {
                title: description.title.clone(),
                work: key,
                doi,
                isbn,
            });
        }
        Ok(item)
    }
}

enum Prepared {
    Ready(Ready),
    Work(Work),
}

fn describe_all(
    waiting: &Mutex<Receiver<Numbered<Work>>>,
    described: &Sender<Numbered<Ready>>,
    thumbnail_to: PathBuf,
    stopped: &dyn Fn() -> bool,
) {
    let mut describer = Describer::new(thumbnail_to);
    loop {
        let next = waiting
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .recv();
        let Ok((number, work)) = next else { return };
        let description = describer.describe(&work.name, work.path(), stopped);
        let ready = Ready::Described(work, description.map(Box::new));
        if described.send((number, ready)).is_err() {
            return;
        }
    }
}

/// Failures after which going on with the next file would only fail again.
fn stops_the_job(error: &Error) -> bool {
    matches!(
        error.code,
        Code::DiskFull | Code::DeskBusy | Code::DeskDamaged | Code::DeskNewer | Code::Internal
    )
}

fn sign_of(path: &Path) -> std::io::Result<FileSign> {
    let metadata = std::fs::metadata(path)?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH).map_or_else(
        |before| format!("-{}", before.duration().as_nanos()),
        |after| after.as_nanos().to_string(),
    );
    Ok(FileSign {
        path: path.display().to_string(),
        bytes: metadata.len(),
        modified,
    })
}

fn same_bytes(sign: &FileSign, id: Option<String>, sha256: &str) -> IntakeItem {
    IntakeItem {
        id,
        sha256: Some(sha256.to_owned()),
        bytes: sign.bytes,
        title: name_of(Path::new(&sign.path)),
        ..IntakeItem::bare(sign.path.clone(), IntakeStatus::SameBytes)
    }
}

fn journal(tx: &WriteTx, item: &IntakeItem, sign: &FileSign) -> Result<()> {
    store::journal(
        tx,
        sign,
        item.status.as_str(),
        item.id.as_deref().unwrap_or_default(),
        item.sha256.as_deref().unwrap_or_default(),
        &item.problems,
    )
}

fn item_of(
    work: &Work,
    description: &Description,
    thumbnail: bool,
    same: Option<(String, String)>,
    options: IntakeOptions,
) -> IntakeItem {
    let mut problems = description.problems.clone();
    let mut status = IntakeStatus::Added;
    let mut id = None;
    if let Some((publication, title)) = same {
        problems.push(
            Problem::new(code::MAYBE_SAME_WORK, work.name.clone())
                .with("publication", &publication)
                .with("title", title),
        );
        if options.skip_same_work {
            status = IntakeStatus::SameWork;
            id = Some(publication).filter(|id| !id.is_empty());
        }
    }
    IntakeItem {
        path: work.sign.path.clone(),
        status,
        id,
        sha256: Some(work.sha256.clone()),
        bytes: work.bytes,
        mime: Some(description.mime.clone()),
        title: description.title.clone(),
        authors: description.authors.clone(),
        year: description.year,
        languages: description.languages.clone(),
        pages: description.pages,
        doi: description.doi.clone(),
        isbn: description.isbn.clone(),
        issn: description.issn.clone(),
        text_chars: u32::try_from(description.text.chars().count()).unwrap_or(u32::MAX),
        thumbnail,
        problems,
    }
}

fn publication_of(
    work: &Work,
    description: &Description,
    item: &IntakeItem,
    id: &str,
) -> Publication {
    Publication {
        id: id.to_owned(),
        sha256: work.sha256.clone(),
        name: work.name.clone(),
        path: work.sign.path.clone(),
        bytes: work.bytes,
        mime: description.mime.clone(),
        state: description.state.clone(),
        title: description.title.clone(),
        authors: description.authors.clone(),
        corporate_author: String::new(),
        year: description.year,
        languages: description.languages.clone(),
        pages: description.pages,
        publication_type: String::new(),
        licence: String::new(),
        doi: description.doi.clone().unwrap_or_default(),
        isbn: description.isbn.clone().unwrap_or_default(),
        issn: description.issn.clone().unwrap_or_default(),
        text_chars: item.text_chars,
        has_thumbnail: item.thumbnail,
        added_at: String::new(),
        updated_at: String::new(),
        origins: description.origins.clone(),
        problems: item.problems.clone(),
        attached_to: 0,
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(&beside, path)
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

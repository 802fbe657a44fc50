//! Taking files in: a job that never loses a file and takes none in twice.
//!
//! One thread walks and copies, others describe the copied files, each through a worker process of
//! its own, and one more stores what is described, in the order of the walk, so that a dry run, a
//! real run and a run that goes on after a kill come to the same result. The desk's write lock is
//! held only for the short transaction that stores one finished file, and for those, as short, that
//! make search know its pages.
//!
//! What makes it safe to be killed anywhere: the bytes stand in a temporary file until the
//! transaction that places them and inserts the row; that row is unique by hash. The journal
//! (table `intake`) is written in the same transaction, so the next drop of the same folder does
//! not even read what is already in. The drop itself is noted too (table `intake_drop`), so that
//! the next start of the program goes on with it by itself ([`Desk::resume_intakes`]).

mod keep;
mod line;
pub(crate) mod reading;
pub(crate) mod store;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use qalam_content::problem::Problem;
use serde::{Deserialize, Serialize};

use super::likeness::LikeRule;
use super::names::{note_path, noted_path};
use super::walk::{code, walk};
use crate::change::{Action, Changes, Topic};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::id::new_id;
use crate::job::{IntakeItem, Job, JobHandle, JobKind, JobState};

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// How files are taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntakeOptions {
    /// Nothing is stored; the answer is what would happen.
    pub dry_run: bool,
    /// What is done with a file that is probably the same work as a publication.
    pub rule: LikeRule,
}

/// What an intake came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeReport {
    /// The job as it ended.
    pub job: Job,
    /// Every file, in the order of the walk.
    pub items: Vec<IntakeItem>,
}

impl Desk {
    /// Begins to take files and folders in, in the background; answers the job's id at once.
    ///
    /// # Errors
    /// [`Code::Internal`] when no thread could be started, or what noting the drop may fail with.
    ///
    /// [`Code::Internal`]: crate::Code::Internal
    pub fn intake(self: &Arc<Self>, paths: Vec<PathBuf>, options: IntakeOptions) -> Result<String> {
        let handle = self.begin_intake(&paths, options)?;
        self.work_aside(&handle, paths, options)?;
        Ok(handle.snapshot().id)
    }

    /// Goes on with the intakes of programs that died, each as a job of its own in the background.
    /// Gives the ids of the jobs.
    ///
    /// # Errors
    /// [`Code::Internal`] when no thread could be started, or what the database may fail with.
    ///
    /// [`Code::Internal`]: crate::Code::Internal
    pub fn resume_intakes(self: &Arc<Self>) -> Result<Vec<String>> {
        let mut jobs = Vec::new();
        for drop in self.read(store::drops)? {
            if self.is_alive(&drop.session) {
                continue;
            }
            if !self.write(Action::StartJob, |tx| store::take_over(tx, &drop))? {
                continue;
            }
            let options = IntakeOptions {
                dry_run: false,
                rule: drop.rule,
            };
            let paths = drop.paths.iter().map(|path| noted_path(path)).collect();
            let handle = self.new_job(drop.id.clone(), false);
            if drop.paused {
                handle.pause();
            }
            self.work_aside(&handle, paths, options)?;
            jobs.push(drop.id);
        }
        Ok(jobs)
    }

    fn work_aside(
        self: &Arc<Self>,
        handle: &Arc<JobHandle>,
        paths: Vec<PathBuf>,
        options: IntakeOptions,
    ) -> Result<()> {
        let desk = Arc::clone(self);
        let working = Arc::clone(handle);
        std::thread::Builder::new()
            .name("intake".to_owned())
            .spawn(move || {
                run(&desk, &paths, options, &working, &mut |_| {}, &mut |_| {});
            })
            .map(drop)
            .map_err(|failed| {
                handle.end(JobState::Failed);
                Error::internal("no thread for the intake").because(failed)
            })
    }

    /// Takes files and folders in and returns when all is done. `told` hears of progress a few
    /// times a second; [`Desk::jobs_cancel`] stops it from another thread.
    ///
    /// # Errors
    /// What noting the drop may fail with; whatever fails later is in the report.
    pub fn intake_blocking(
        &self,
        paths: &[PathBuf],
        options: IntakeOptions,
        told: &mut dyn FnMut(&Job),
    ) -> Result<IntakeReport> {
        let handle = self.begin_intake(paths, options)?;
        let mut items = Vec::new();
        run(
            self,
            paths,
            options,
            &handle,
            &mut |item| items.push(item.clone()),
            told,
        );
        Ok(IntakeReport {
            job: handle.snapshot(),
            items,
        })
    }

    /// Notes the drop, unless nothing is to be stored, and makes its job. The same drop left by a
    /// program that died is this one now.
    fn begin_intake(&self, paths: &[PathBuf], options: IntakeOptions) -> Result<Arc<JobHandle>> {
        let id = new_id();
        // What cannot be noted goes on by being dropped again.
        let names: Option<Vec<String>> = paths
            .iter()
            .map(|path| note_path(&std::path::absolute(path).ok()?))
            .collect();
        if let Some(names) = names.filter(|_| !options.dry_run) {
            self.write(Action::StartJob, |tx| {
                for left in store::drops(tx)? {
                    if left.paths == names && !self.is_alive(&left.session) {
                        store::forget_drop(tx, &left.id)?;
                    }
                }
                store::note_drop(tx, &id, &names, options.rule)
            })?;
        }
        Ok(self.new_job(id, options.dry_run))
    }

    fn new_job(&self, id: String, dry_run: bool) -> Arc<JobHandle> {
        let now = crate::clock::stamp(self.clock().now());
        let handle = Arc::new(JobHandle::begin(id, JobKind::Intake, dry_run, now));
        self.jobs.add(Arc::clone(&handle));
        handle
    }

    /// The jobs of this run of the program, oldest first.
    #[must_use]
    pub fn jobs_list(&self) -> Vec<Job> {
        self.jobs.snapshots()
    }

    /// The same without their files: an answer as small as the first, however long they work.
    pub fn jobs_brief(&self) -> Vec<Job> {
        self.jobs.briefs()
    }

    /// Holds a job: files in work are finished, no others are begun, also after the next start of
    /// the program.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn jobs_pause(&self, job: &str) -> Result<Job> {
        self.jobs_hold(job, true)
    }

    /// Lets a held job go on.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn jobs_resume(&self, job: &str) -> Result<Job> {
        self.jobs_hold(job, false)
    }

    fn jobs_hold(&self, job: &str, hold: bool) -> Result<Job> {
        let handle = self
            .jobs
            .find(job)
            .ok_or_else(|| Error::not_found("job", job))?;
        if hold {
            handle.pause();
        } else {
            handle.resume();
        }
        self.write(Action::AdvanceJob, |tx| {
            tx.changed(Topic::Jobs, None);
            store::hold(tx, job, hold)
        })?;
        Ok(handle.snapshot())
    }

    /// Asks a job to stop. What it finished stays; it has ended a moment later.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn jobs_cancel(&self, job: &str) -> Result<()> {
        self.jobs
            .find(job)
            .ok_or_else(|| Error::not_found("job", job))?
            .cancel();
        Ok(())
    }
}

fn run(
    desk: &Desk,
    paths: &[PathBuf],
    options: IntakeOptions,
    handle: &JobHandle,
    finished: &mut dyn FnMut(&IntakeItem),
    told: &mut dyn FnMut(&Job),
) {
    let mut told = Throttled {
        desk,
        handle,
        told,
        last: None,
    };
    told.tell(true);
    let found = walk(paths, &|| handle.is_cancelled());
    let bytes = found.iter().map(|one| one.bytes).sum();
    handle.set_total(u32::try_from(found.len()).unwrap_or(u32::MAX), bytes);
    told.tell(true);
    let outcome = line::all(desk, options, handle, &found, finished, &mut told);
    let state = match outcome {
        _ if handle.is_cancelled() => JobState::Cancelled,
        Ok(()) => JobState::Done,
        Err(error) => {
            tracing::warn!(%error, "intake stopped");
            handle.add_problem(
                Problem::new(
                    code::INTAKE_STOPPED,
                    error.params.get("file").cloned().unwrap_or_default(),
                )
                .with("code", error.code)
                .with("detail", error.detail()),
            );
            JobState::Failed
        }
    };
    // Whoever stopped it or is told why it failed decides anew; only a killed program's goes on.
    let id = handle.snapshot().id;
    let forgotten = desk.write(Action::FinishJob, |tx| store::forget_drop(tx, &id));
    if let Err(error) = forgotten {
        tracing::warn!(%error, "the drop stays noted");
    }
    handle.end(state);
    told.tell(true);
    // What a job that was stopped had stored, search has to know as well.
    if let Err(error) = crate::search::index_waiting(desk, &|| false) {
        tracing::warn!(%error, "the index waits for the next start");
    }
}

/// Tells of progress, but not too often.
struct Throttled<'a> {
    desk: &'a Desk,
    handle: &'a JobHandle,
    told: &'a mut dyn FnMut(&Job),
    last: Option<Instant>,
}

impl Throttled<'_> {
    fn tell(&mut self, now: bool) {
        if !now && self.last.is_some_and(|last| last.elapsed() < TELL_EVERY) {
            return;
        }
        self.last = Some(Instant::now());
        (self.told)(&self.handle.snapshot());
        self.desk.announce(&Changes {
            topics: BTreeSet::from([Topic::Jobs]),
            ..Changes::default()
        });
    }
}

//! Taking files in: a job that never loses a file and takes none in twice.
//!
//! One thread walks, copies and commits in the order of the walk, so that a dry run, a real run
//! and a run that goes on after a kill come to the same result; other threads describe the copied
//! files meanwhile, each through a worker process of its own. The desk's write lock is held only
//! for the short transaction that stores one finished file.
//!
//! What makes it safe to be killed anywhere: the bytes stand in a temporary file until the
//! transaction that places them and inserts the row; that row is unique by hash. The journal
//! (table `intake`) is written in the same transaction, so the next drop of the same folder does
//! not even read what is already in.

mod line;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use qalam_content::problem::Problem;
use serde::{Deserialize, Serialize};

use super::walk::{code, walk};
use crate::change::{Changes, Topic};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::id::new_id;
use crate::job::{IntakeItem, Job, JobHandle, JobKind, JobState};
use line::Line;

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

/// How files are taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntakeOptions {
    /// Nothing is stored; the answer is what would happen.
    pub dry_run: bool,
    /// A file that is probably the same work as a publication is left out; otherwise it is taken
    /// in and the likeness noted.
    pub skip_same_work: bool,
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
    /// [`Code::Internal`] when no thread could be started.
    pub fn intake(self: &Arc<Self>, paths: Vec<PathBuf>, options: IntakeOptions) -> Result<String> {
        let handle = self.begin_intake();
        let id = handle.snapshot().id;
        let desk = Arc::clone(self);
        let working = Arc::clone(&handle);
        std::thread::Builder::new()
            .name("intake".to_owned())
            .spawn(move || {
                run(&desk, &paths, options, &working, &mut |_| {}, &mut |_| {});
            })
            .map_err(|failed| {
                handle.end(JobState::Failed);
                Error::internal("no thread for the intake").because(failed)
            })?;
        Ok(id)
    }

    /// Takes files and folders in and returns when all is done. `told` hears of progress a few
    /// times a second; [`Desk::jobs_cancel`] stops it from another thread.
    ///
    /// # Errors
    /// None of its own: what fails is in the report.
    pub fn intake_blocking(
        &self,
        paths: &[PathBuf],
        options: IntakeOptions,
        told: &mut dyn FnMut(&Job),
    ) -> Result<IntakeReport> {
        let handle = self.begin_intake();
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

    fn begin_intake(&self) -> Arc<JobHandle> {
        let now = crate::clock::stamp(self.clock().now());
        let handle = Arc::new(JobHandle::begin(new_id(), JobKind::Intake, now));
        self.jobs.add(Arc::clone(&handle));
        handle
    }

    /// The jobs of this run of the program, oldest first.
    #[must_use]
    pub fn jobs_list(&self) -> Vec<Job> {
        self.jobs.snapshots()
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
    handle.set_total(u32::try_from(found.len()).unwrap_or(u32::MAX));
    told.tell(true);
    let outcome = Line::new(desk, options, handle).all(&found, finished, &mut told);
    match outcome {
        _ if handle.is_cancelled() => handle.end(JobState::Cancelled),
        Ok(()) => handle.end(JobState::Done),
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
            handle.end(JobState::Failed);
        }
    }
    told.tell(true);
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
            drafts: BTreeSet::new(),
        });
    }
}

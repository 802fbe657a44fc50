//! Work in the background that people can watch and stop.
//!
//! A job lives in memory: what it has finished is in the desk, and its journal there lets the next
//! run of the program go on where a killed one stopped (see `publications::intake`).

mod pace;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use qalam_content::problem::Problem;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use pace::Pace;

/// How many finished files a snapshot shows beside those with problems.
const LAST_ITEMS: usize = 50;
/// How many files with problems a snapshot shows; the tally counts all.
const MAX_PROBLEM_ITEMS: usize = 500;
/// How many ended jobs are remembered until the program ends.
const MAX_ENDED: usize = 20;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Takes files into the desk as publications.
    Intake,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// At work.
    Running,
    /// A person holds it; it goes on when told to.
    Paused,
    /// Everything was looked at.
    Done,
    /// A person stopped it; what was finished stays.
    Cancelled,
    /// The desk itself failed; the problems say how.
    Failed,
}

/// How files ended. `seen` is the sum of the others, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Tally {
    /// Files that were looked at to the end.
    pub seen: u32,
    /// New publications.
    pub added: u32,
    /// Files whose bytes the desk already has as a publication.
    pub same_bytes: u32,
    /// Files left out because the same work is already there.
    pub same_work: u32,
    /// Files that are no publications: hidden, temporary, empty, too large.
    pub skipped: u32,
    /// Files that could not be read or stored.
    pub failed: u32,
}

/// How one file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IntakeStatus {
    /// A new publication (in a dry run: it would be).
    Added,
    /// The desk has these bytes already.
    SameBytes,
    /// Left out because the same work is there.
    SameWork,
    /// Not a publication.
    Skipped,
    /// Could not be read or stored.
    Failed,
}

impl IntakeStatus {
    /// The word for it in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::SameBytes => "same_bytes",
            Self::SameWork => "same_work",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }

    /// Reads the word for it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Added,
            Self::SameBytes,
            Self::SameWork,
            Self::Skipped,
            Self::Failed,
        ]
        .into_iter()
        .find(|status| status.as_str() == word)
    }
}

impl Tally {
    /// Counts one more file.
    pub fn count(&mut self, status: IntakeStatus) {
        self.seen += 1;
        *match status {
            IntakeStatus::Added => &mut self.added,
            IntakeStatus::SameBytes => &mut self.same_bytes,
            IntakeStatus::SameWork => &mut self.same_work,
            IntakeStatus::Skipped => &mut self.skipped,
            IntakeStatus::Failed => &mut self.failed,
        } += 1;
    }

    /// Whether the numbers add up.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.seen == self.added + self.same_bytes + self.same_work + self.skipped + self.failed
    }
}

/// One file of an intake and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IntakeItem {
    /// Where it came from.
    pub path: String,
    /// How it ended.
    pub status: IntakeStatus,
    /// The publication: the new one, or the one that has the same bytes.
    pub id: Option<String>,
    /// SHA-256 of the bytes, once they were read.
    pub sha256: Option<String>,
    /// Size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// The true type.
    pub mime: Option<String>,
    /// The title found.
    pub title: String,
    /// The authors found.
    pub authors: Vec<String>,
    /// The responsible body found; empty without one.
    pub corporate_author: String,
    /// The year of publication found.
    pub year: Option<i32>,
    /// The languages of the text (BCP 47).
    pub languages: Vec<String>,
    /// Number of pages.
    pub pages: Option<u32>,
    /// DOI found.
    pub doi: Option<String>,
    /// ISBN found.
    pub isbn: Option<String>,
    /// ISSN found.
    pub issn: Option<String>,
    /// Characters of text that can be searched.
    pub text_chars: u32,
    /// Whether a thumbnail was made.
    pub thumbnail: bool,
    /// What a person should know about it.
    pub problems: Vec<Problem>,
}

impl IntakeItem {
    /// A file that ended like this before anything was learnt about it.
    #[must_use]
    pub fn bare(path: String, status: IntakeStatus) -> Self {
        Self {
            path,
            status,
            id: None,
            sha256: None,
            bytes: 0,
            mime: None,
            title: String::new(),
            authors: Vec::new(),
            corporate_author: String::new(),
            year: None,
            languages: Vec::new(),
            pages: None,
            doi: None,
            isbn: None,
            issn: None,
            text_chars: 0,
            thumbnail: false,
            problems: Vec::new(),
        }
    }

    /// The same file with one more thing a person should know.
    #[must_use]
    pub fn problem(mut self, problem: Problem) -> Self {
        self.problems.push(problem);
        self
    }
}

/// A job as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// It only finds out what would happen; nothing is stored.
    pub dry_run: bool,
    /// When it began (RFC 3339).
    pub started_at: String,
    /// The numbers so far.
    pub tally: Tally,
    /// How many files there are, once the folders were walked through.
    pub total: Option<u32>,
    /// Bytes of the files that are finished, whatever became of them.
    #[ts(type = "number")]
    pub bytes_done: u64,
    /// Bytes of all files, once the folders were walked through.
    #[ts(type = "number | null")]
    pub bytes_total: Option<u64>,
    /// How fast it is, measured over the last moments of work; `None` until it was measured.
    #[ts(type = "number | null")]
    pub bytes_per_second: Option<u64>,
    /// As above, in files.
    pub files_per_minute: Option<u32>,
    /// How long the rest will take at that rate, in seconds; `None` until it was measured.
    #[ts(type = "number | null")]
    pub seconds_left: Option<u64>,
    /// The file in work.
    pub current: Option<String>,
    /// How many files have problems.
    pub troubled: u32,
    /// Files with problems, and the last ones finished.
    pub items: Vec<IntakeItem>,
    /// What concerns the job as a whole.
    pub problems: Vec<Problem>,
}

/// The living side of a job: shared by those who work on it and those who watch.
#[derive(Debug)]
pub struct JobHandle {
    cancelled: AtomicBool,
    paused: Mutex<bool>,
    went_on: Condvar,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    job: Job,
    with_problems: Vec<IntakeItem>,
    last: VecDeque<IntakeItem>,
    pace: Pace,
}

impl JobHandle {
    /// A job that begins now.
    #[must_use]
    pub fn begin(id: String, kind: JobKind, dry_run: bool, started_at: String) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            paused: Mutex::new(false),
            went_on: Condvar::new(),
            inner: Mutex::new(Inner {
                job: Job {
                    id,
                    kind,
                    state: JobState::Running,
                    dry_run,
                    started_at,
                    tally: Tally::default(),
                    total: None,
                    bytes_done: 0,
                    bytes_total: None,
                    bytes_per_second: None,
                    files_per_minute: None,
                    seconds_left: None,
                    current: None,
                    troubled: 0,
                    items: Vec::new(),
                    problems: Vec::new(),
                },
                with_problems: Vec::new(),
                last: VecDeque::new(),
                pace: Pace::begin(),
            }),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|held| held.into_inner())
    }

    /// Asks it to stop; it does so within moments.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.went_on.notify_all();
    }

    /// Holds it: files in work are finished, no others are begun.
    pub fn pause(&self) {
        self.hold(true);
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.hold(false);
    }

    fn hold(&self, hold: bool) {
        *self.paused.lock().unwrap_or_else(|held| held.into_inner()) = hold;
        let mut inner = self.inner();
        let (from, to) = match hold {
            true => (JobState::Running, JobState::Paused),
            false => (JobState::Paused, JobState::Running),
        };
        if inner.job.state == from {
            inner.job.state = to;
            inner.pace.hold(hold);
        }
        drop(inner);
        self.went_on.notify_all();
    }

    /// Whether it is held.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        *self.paused.lock().unwrap_or_else(|held| held.into_inner())
    }

    /// Waits while it is held, until it goes on or is cancelled.
    pub fn wait_while_paused(&self) {
        let mut paused = self.paused.lock().unwrap_or_else(|held| held.into_inner());
        while *paused && !self.is_cancelled() {
            // A cancellation between the look and the wait would otherwise not be heard.
            paused = self
                .went_on
                .wait_timeout(paused, Duration::from_millis(50))
                .map_or_else(|held| held.into_inner().0, |(paused, _)| paused);
        }
    }

    /// Whether it was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// How it looks now.
    #[must_use]
    pub fn snapshot(&self) -> Job {
        let mut job = self.brief();
        let inner = self.inner();
        job.items = inner
            .with_problems
            .iter()
            .chain(inner.last.iter())
            .cloned()
            .collect();
        job
    }

    /// The same without its files: small, however many there are.
    #[must_use]
    pub fn brief(&self) -> Job {
        let inner = self.inner();
        let mut job = inner.job.clone();
        if matches!(job.state, JobState::Running | JobState::Paused) {
            let rate = inner.pace.rate();
            job.bytes_per_second = rate.map(|rate| rate.bytes_per_second);
            job.files_per_minute = rate.map(|rate| rate.files_per_minute);
            job.seconds_left = match (job.total, job.bytes_total) {
                (Some(files), Some(bytes)) => inner.pace.seconds_left(
                    files.saturating_sub(job.tally.seen),
                    bytes.saturating_sub(job.bytes_done),
                ),
                _ => None,
            };
        }
        job
    }

    /// One more file is finished; `bytes` is its size as the walk found it.
    pub fn finish_item(&self, item: IntakeItem, bytes: u64) {
        let mut inner = self.inner();
        inner.job.tally.count(item.status);
        inner.job.bytes_done = inner.job.bytes_done.saturating_add(bytes);
        inner.pace.finished(bytes);
        if item.problems.is_empty() && item.status != IntakeStatus::Failed {
            if inner.last.len() >= LAST_ITEMS {
                inner.last.pop_front();
            }
            inner.last.push_back(item);
        } else {
            inner.job.troubled += 1;
            if inner.with_problems.len() < MAX_PROBLEM_ITEMS {
                inner.with_problems.push(item);
            }
        }
    }

    /// The file it is looking at.
    pub fn set_current(&self, path: Option<String>) {
        self.inner().job.current = path;
    }

    /// How many files there are, and their bytes.
    pub fn set_total(&self, total: u32, bytes: u64) {
        let mut inner = self.inner();
        inner.job.total = Some(total);
        inner.job.bytes_total = Some(bytes);
    }

    /// Something that concerns the job as a whole.
    pub fn add_problem(&self, problem: Problem) {
        self.inner().job.problems.push(problem);
    }

    /// It has ended.
    pub fn end(&self, state: JobState) {
        let mut inner = self.inner();
        inner.job.state = state;
        inner.job.current = None;
    }
}

/// The jobs of one open desk, oldest first.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<Vec<Arc<JobHandle>>>);

impl Jobs {
    fn all(&self) -> MutexGuard<'_, Vec<Arc<JobHandle>>> {
        self.0.lock().unwrap_or_else(|held| held.into_inner())
    }

    /// Remembers a job; forgets the oldest ended ones beyond a few.
    pub fn add(&self, job: Arc<JobHandle>) {
        let mut all = self.all();
        all.push(job);
        let ended = |one: &Arc<JobHandle>| {
            !matches!(one.inner().job.state, JobState::Running | JobState::Paused)
        };
        let mut surplus = all.iter().filter(|one| ended(one)).count();
        all.retain(|one| {
            let drop_it = surplus > MAX_ENDED && ended(one);
            surplus -= usize::from(drop_it);
            !drop_it
        });
    }

    /// The job with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<JobHandle>> {
        self.all()
            .iter()
            .find(|one| one.inner().job.id == id)
            .cloned()
    }

    /// How all of them look now.
    #[must_use]
    pub fn snapshots(&self) -> Vec<Job> {
        let all: Vec<Arc<JobHandle>> = self.all().clone();
        all.iter().map(|one| one.snapshot()).collect()
    }

    /// The same without their files.
    #[must_use]
    pub fn briefs(&self) -> Vec<Job> {
        let all: Vec<Arc<JobHandle>> = self.all().clone();
        all.iter().map(|one| one.brief()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_add_up_and_snapshots_stay_small() {
        let job = JobHandle::begin("j".into(), JobKind::Intake, false, "t".into());
        for number in 0..200 {
            let status = match number % 5 {
                0 => IntakeStatus::Added,
                1 => IntakeStatus::SameBytes,
                2 => IntakeStatus::SameWork,
                3 => IntakeStatus::Skipped,
                _ => IntakeStatus::Failed,
            };
            assert_eq!(IntakeStatus::parse(status.as_str()), Some(status));
            let mut item = IntakeItem::bare(format!("{number}"), status);
            if number % 20 == 0 {
                item = item.problem(Problem::new("damaged", "x"));
            }
            job.finish_item(item, 2);
        }
        let seen = job.snapshot();
        assert!(seen.tally.adds_up());
        assert_eq!(
            (seen.tally.seen, seen.tally.added, seen.bytes_done),
            (200, 40, 400)
        );
        assert_eq!(seen.troubled, 50, "failed, or with a problem");
        assert_eq!(seen.items.len(), 50 + LAST_ITEMS);
        assert!(job.brief().items.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn the_tally_always_adds_up(
            statuses in proptest::collection::vec(0_usize..5, 0..300),
            total in 0_u32..400,
        ) {
            use IntakeStatus::{Added, Failed, SameBytes, SameWork, Skipped};
            let job = JobHandle::begin("j".into(), JobKind::Intake, false, "t".into());
            job.set_total(total, u64::from(total) * 7);
            for (seen, status) in statuses.iter().enumerate() {
                job.finish_item(
                    IntakeItem::bare(String::new(), [Added, SameBytes, SameWork, Skipped, Failed][*status]),
                    7,
                );
                let now = job.snapshot();
                proptest::prop_assert!(now.tally.adds_up());
                proptest::prop_assert_eq!(now.tally.seen as usize, seen + 1);
                proptest::prop_assert_eq!(now.bytes_done, 7 * (seen as u64 + 1));
                proptest::prop_assert!(now.seconds_left.is_none(), "nothing was measured yet");
            }
        }
    }

    #[test]
    fn a_held_job_waits_and_a_cancelled_one_does_not() {
        let job = Arc::new(JobHandle::begin(
            "j".into(),
            JobKind::Intake,
            false,
            "t".into(),
        ));
        job.pause();
        assert_eq!(job.snapshot().state, JobState::Paused);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| job.wait_while_paused());
            std::thread::sleep(Duration::from_millis(30));
            assert!(!waiting.is_finished());
            job.cancel();
        });
        job.resume();
        assert_eq!(job.snapshot().state, JobState::Running);
        job.end(JobState::Cancelled);
        job.pause();
        assert_eq!(
            job.snapshot().state,
            JobState::Cancelled,
            "what ended stays so"
        );
    }

    #[test]
    fn ended_jobs_are_forgotten_in_time() {
        let jobs = Jobs::default();
        for number in 0..60 {
            let job = Arc::new(JobHandle::begin(
                number.to_string(),
                JobKind::Intake,
                false,
                String::new(),
            ));
            if number != 3 {
                job.end(JobState::Done);
            }
            jobs.add(job);
        }
        assert!(jobs.find("3").is_some() && jobs.find("59").is_some());
        assert!(jobs.find("0").is_none());
        assert_eq!(jobs.snapshots().len(), MAX_ENDED + 1);
    }
}

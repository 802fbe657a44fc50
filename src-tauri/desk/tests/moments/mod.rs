//! An intake met at a certain moment, on fast machines and on slow ones.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use qalam_desk::Desk;
use qalam_desk::job::Job;
use qalam_desk::publications::intake::{IntakeOptions, IntakeReport};

/// How long a machine may take for what is certain to come.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Longer than the pause between two words of an intake: whoever hears each word for so long hears
/// of every file as soon as it is in.
pub const A_WORD: Duration = Duration::from_millis(250);

/// When the intake is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The files are counted, none is begun.
    Counted,
    /// The first file is read or waited for, whatever is heard next.
    Begun,
    /// Exactly one file is in.
    FirstIn,
}

impl Moment {
    fn is_now(self, job: &Job) -> bool {
        match self {
            Self::Counted => job.total.is_some(),
            Self::Begun => job.current.is_some(),
            Self::FirstIn => job.tally.seen == 1,
        }
    }
}

/// Takes the paths in and does `act` at the moment, while the intake itself waits for it. Gives the
/// job as it was then, and the end.
pub fn at(
    desk: &Desk,
    paths: &[PathBuf],
    moment: Moment,
    act: impl FnOnce(&str),
) -> (Job, IntakeReport) {
    let (mut act, mut then) = (Some(act), None);
    let report = desk
        .intake_blocking(paths, IntakeOptions::default(), &mut |job| {
            if then.is_some() {
                return;
            }
            if !moment.is_now(job) {
                std::thread::sleep(A_WORD);
            } else if let Some(act) = act.take() {
                then = Some(job.clone());
                act(&job.id);
            }
        })
        .unwrap();
    (then.unwrap(), report)
}

/// Begins to take the paths in on a thread of its own and holds the job at the moment. Gives its id
/// as soon as it is held.
pub fn held(desk: &Arc<Desk>, paths: &[PathBuf], moment: Moment) -> String {
    let (tell, told) = channel();
    let (working, paths) = (Arc::clone(desk), paths.to_vec());
    std::thread::spawn(move || {
        at(&working, &paths, moment, |job| {
            working.jobs_pause(job).unwrap();
            tell.send(job.to_owned()).unwrap();
        })
    });
    told.recv_timeout(PATIENCE).unwrap()
}

/// The job once it is as wished.
pub fn wait(desk: &Desk, id: &str, until: impl Fn(&Job) -> bool) -> Job {
    let began = Instant::now();
    loop {
        let jobs = desk.jobs_list();
        let now = jobs.into_iter().find(|one| one.id == id).unwrap();
        assert!(now.tally.adds_up());
        if until(&now) {
            return now;
        }
        assert!(began.elapsed() < PATIENCE, "{now:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

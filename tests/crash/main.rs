//! A child process is killed with SIGKILL at random moments of writing, intake, sending and bringing
//! in; the desk is opened again, and nothing that was acknowledged may be missing. 230 kills in all.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod child;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use qalam_desk::{Desk, OpenOptions};

/// Kills in each of the four kinds of work.
const EDITING: usize = 100;
const INTAKE: usize = 50;
const SENDING: usize = 50;
const BRINGING: usize = 30;

/// How long a child may take until its first sign of work, before it is killed all the same.
const PATIENCE: Duration = Duration::from_secs(60);

/// Small and seeded: a failing moment can be tried again with its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % below
    }
}

/// A child doing one kind of work, and every line it has printed so far.
struct Work {
    process: Child,
    lines: Arc<Mutex<Vec<String>>>,
    reader: std::thread::JoinHandle<()>,
}

impl Work {
    fn start(kind: &str, store: &Path, more: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["child::work", "--exact", "--nocapture", "--test-threads=1"])
            .env("QALAM_CRASH_CHILD", kind)
            .env("QALAM_CRASH_STORE", store)
            .env("QALAM_CRASH_MORE", more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&lines);
        let out = BufReader::new(process.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                seen.lock().unwrap().push(line);
            }
        });
        Self {
            process,
            lines,
            reader,
        }
    }

    /// Waits for the first sign of work, then kills after `pause`. Gives what was acknowledged.
    fn kill_after(mut self, pause: Duration) -> Vec<String> {
        let began = Instant::now();
        while self.acknowledged().next().is_none()
            && self.process.try_wait().unwrap().is_none()
            && began.elapsed() < PATIENCE
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(pause);
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.reader.join().unwrap();
        let lines = self.lines.lock().unwrap();
        lines.iter().filter_map(|l| acknowledgement(l)).collect()
    }

    fn acknowledged(&self) -> std::vec::IntoIter<String> {
        let lines = self.lines.lock().unwrap();
        lines
            .iter()
            .filter_map(|l| acknowledgement(l))
            .collect::<Vec<_>>()
            .into_iter()
    }
}

fn acknowledgement(line: &str) -> Option<String> {
    // The harness prints "test child::work ... " before our first line.
    line.split_once("done ").map(|(_, rest)| rest.to_owned())
}

fn open(store: &Path) -> Desk {
    Desk::open(store, OpenOptions::default()).unwrap()
}

fn whole(store: &Path) {
    let report = open(store).check().unwrap();
    assert!(report.ok, "the desk is not whole: {report:?}");
}

#[test]
fn nothing_written_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("desk");
    let draft = child::new_draft(&open(&store), "Killed while writing");
    let mut dice = Dice(0x51A7_0001);
    let mut last = 0;
    for round in 0..EDITING {
        let work = Work::start("edit", &store, &draft);
        let done = work.kill_after(Duration::from_millis(dice.roll(60)));
        if let Some(newest) = done.iter().filter_map(|n| n.parse::<u64>().ok()).max() {
            last = newest;
        }
        let found = child::counter(&open(&store), &draft);
        assert!(
            found >= last,
            "round {round}: word {last} was acknowledged, the desk holds {found}"
        );
        last = found;
    }
    // Each was killed only after it had written.
    assert!(last >= EDITING as u64, "the child hardly wrote: {last}");
    whole(&store);
}

#[test]
fn an_intake_killed_again_and_again_takes_every_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("files");
    child::make_files(&source, 600);
    let mut dice = Dice(0x51A7_0002);
    let mut store = folder.path().join("desk-0");
    let mut taken = BTreeSet::new();
    for round in 0..INTAKE {
        let work = Work::start("intake", &store, source.to_str().unwrap());
        taken.extend(work.kill_after(Duration::from_millis(dice.roll(120))));
        let have = child::publication_hashes(&open(&store));
        let missing: Vec<_> = taken.difference(&have).collect();
        assert!(
            missing.is_empty(),
            "round {round}: acknowledged and not there: {missing:?}"
        );
        if have.len() == 600 {
            // All in: the next rounds begin with an empty desk.
            store = folder.path().join(format!("desk-{round}-next"));
            taken.clear();
        }
    }
    let desk = open(&store);
    child::intake(&desk, &source, |_| {});
    assert_eq!(child::publication_hashes(&desk).len(), 600);
    // What is there is what an intake that nobody killed leaves.
    let quiet = open(&folder.path().join("desk-quiet"));
    child::intake(&quiet, &source, |_| {});
    let (killed, uninterrupted) = (child::what_is_there(&desk), child::what_is_there(&quiet));
    for (ours, theirs) in killed.iter().zip(&uninterrupted) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(killed.len(), uninterrupted.len());
    drop(desk);
    whole(&store);
}

#[test]
fn sending_killed_again_and_again_arrives_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("desk");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let practice = runtime.block_on(child::start_practice(&folder.path().join("portal")));
    let desk = open(&store);
    child::connect(&desk, &practice);
    let mut dice = Dice(0x51A7_0003);
    let mut drafts = Vec::new();
    for round in 0..SENDING {
        drafts.push(child::approved_draft(&desk, round));
        let work = Work::start("send", &store, &practice.token);
        let done = work.kill_after(Duration::from_millis(dice.roll(150)));
        for draft in done {
            assert!(
                child::received(&desk, &draft),
                "round {round}: {draft} was called received and is not"
            );
        }
    }
    runtime.block_on(child::send_all(Arc::new(open(&store)), &practice.token));
    for draft in &drafts {
        assert!(child::received(&desk, draft), "{draft} did not arrive");
    }
    runtime.block_on(child::exactly_once(&practice, &drafts));
    drop(desk);
    whole(&store);
}

#[test]
fn a_document_brought_in_is_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("desk");
    drop(open(&store));
    let mut dice = Dice(0x51A7_0004);
    let mut known = 0;
    for round in 0..BRINGING {
        let work = Work::start("bring", &store, "");
        let done = work.kill_after(Duration::from_millis(dice.roll(80)));
        let drafts = child::brought_whole(&open(&store));
        for draft in &done {
            assert!(drafts.contains(draft), "round {round}: {draft} is missing");
        }
        assert!(drafts.len() >= known + done.len(), "round {round}");
        known = drafts.len();
    }
    assert!(known >= BRINGING, "the child hardly brought anything in");
    whole(&store);
}

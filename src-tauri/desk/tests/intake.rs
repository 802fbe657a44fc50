//! Folders that change under an intake: files vanish, grow and come back, a share goes away.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use qalam_desk::job::{IntakeItem, IntakeStatus, Job, JobState, Tally};
use qalam_desk::publications::PublicationQuery;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::{Desk, OpenOptions};

fn open(dir: &Path) -> Arc<Desk> {
    Arc::new(Desk::open(dir, OpenOptions::default()).unwrap())
}

fn total(desk: &Desk) -> u32 {
    desk.publications_list(&PublicationQuery::default())
        .unwrap()
        .total
}

fn notes(folder: &Path, count: usize) {
    for number in 0..count {
        let path = folder.join(format!("{number:04}.txt"));
        std::fs::write(path, format!("Sample text number {number}.")).unwrap();
    }
}

fn job(desk: &Desk, id: &str) -> Job {
    let jobs = desk.jobs_list();
    jobs.into_iter().find(|one| one.id == id).unwrap()
}

fn wait(desk: &Desk, id: &str, until: impl Fn(&Job) -> bool) -> Job {
    let began = Instant::now();
    loop {
        let now = job(desk, id);
        assert!(now.tally.adds_up());
        if until(&now) {
            return now;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{now:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Begins to take the folder in and holds it once some files are in and it stands still.
fn held(desk: &Arc<Desk>, folder: &Path) -> (String, Tally) {
    let id = desk
        .intake(vec![folder.to_path_buf()], IntakeOptions::default())
        .unwrap();
    wait(desk, &id, |job| job.tally.seen > 0);
    desk.jobs_pause(&id).unwrap();
    let mut before = job(desk, &id).tally;
    loop {
        std::thread::sleep(Duration::from_millis(150));
        let now = job(desk, &id).tally;
        if now == before {
            return (id, now);
        }
        before = now;
    }
}

#[test]
fn a_share_that_goes_away_fails_the_rest_and_the_same_drop_brings_it() {
    let store = tempfile::tempdir().unwrap();
    let place = tempfile::tempdir().unwrap();
    let (share, away) = (place.path().join("share"), place.path().join("away"));
    std::fs::create_dir(&share).unwrap();
    notes(&share, 400);
    let desk = open(store.path());
    let (id, before) = held(&desk, &share);
    std::fs::rename(&share, &away).unwrap();
    desk.jobs_resume(&id).unwrap();
    let end = wait(&desk, &id, |job| job.state == JobState::Done);
    assert_eq!(end.tally.seen, 400);
    assert!(end.tally.failed > 0 && end.tally.added >= before.added);
    assert_eq!(end.tally.added + end.tally.failed, 400);
    let failed: Vec<&IntakeItem> = end
        .items
        .iter()
        .filter(|item| item.status == IntakeStatus::Failed)
        .collect();
    assert!(!failed.is_empty());
    for item in failed {
        assert_eq!(item.problems[0].code, "folder_gone");
    }
    std::fs::rename(&away, &share).unwrap();
    let again = desk
        .intake_blocking(
            std::slice::from_ref(&share),
            IntakeOptions::default(),
            &mut |_| {},
        )
        .unwrap();
    assert_eq!(again.job.tally.added, end.tally.failed);
    assert_eq!(again.job.tally.same_bytes, end.tally.added);
    assert_eq!(total(&desk), 400);
}

#[test]
fn files_that_vanish_or_change_say_so() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    notes(folder.path(), 300);
    let desk = open(store.path());
    let (id, _) = held(&desk, folder.path());
    std::fs::remove_file(folder.path().join("0299.txt")).unwrap();
    std::fs::write(folder.path().join("0298.txt"), "Another text altogether.").unwrap();
    desk.jobs_resume(&id).unwrap();
    let end = wait(&desk, &id, |job| job.state == JobState::Done);
    assert_eq!(
        end.tally,
        Tally {
            seen: 300,
            added: 299,
            failed: 1,
            ..Tally::default()
        }
    );
    let gone = end
        .items
        .iter()
        .find(|item| item.path.ends_with("0299.txt"));
    assert_eq!(gone.unwrap().problems[0].code, "file_gone");
}

#[test]
fn a_file_that_grows_while_it_is_read_is_not_taken() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("growing.txt");
    std::fs::write(&path, vec![b'x'; 30_000_000]).unwrap();
    let desk = open(store.path());
    let over = AtomicBool::new(false);
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = std::fs::File::options().append(true).open(&path).unwrap();
            while !over.load(Ordering::Relaxed) {
                file.write_all(b"more").unwrap();
            }
        });
        let report = desk.intake_blocking(
            &[folder.path().to_path_buf()],
            IntakeOptions::default(),
            &mut |_| {},
        );
        over.store(true, Ordering::Relaxed);
        report.unwrap()
    });
    assert_eq!(report.job.tally.failed, 1);
    assert_eq!(report.items[0].problems[0].code, "file_changing");
    assert_eq!(total(&desk), 0);
    let left: Vec<_> = std::fs::read_dir(desk.tmp()).unwrap().flatten().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_cancelled_intake_ends_within_moments_and_what_is_in_can_be_found() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    notes(folder.path(), 200);
    std::fs::write(folder.path().join("a large one.bin"), vec![7; 200_000_000]).unwrap();
    let desk = open(store.path());
    for pause in [0, 5, 40, 150] {
        let id = desk
            .intake(vec![folder.path().to_path_buf()], IntakeOptions::default())
            .unwrap();
        std::thread::sleep(Duration::from_millis(pause));
        let began = Instant::now();
        desk.jobs_cancel(&id).unwrap();
        let end = wait(&desk, &id, |job| job.state != JobState::Running);
        assert!(
            began.elapsed() < Duration::from_millis(1_000),
            "{:?}",
            began.elapsed()
        );
        assert!(matches!(end.state, JobState::Cancelled | JobState::Done));
    }
}

#[cfg(unix)]
#[test]
fn names_in_any_encoding_are_each_their_own() {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Two names a lossy reading makes one, of files of one size and one time.
    for (byte, text) in [(0xE8_u8, "One text."), (0xE9, "Two text.")] {
        let name = OsString::from_vec([b"caf".as_slice(), &[byte], b".txt"].concat());
        std::fs::write(folder.path().join(&name), text).unwrap();
        let file = std::fs::File::open(folder.path().join(name)).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
            .unwrap();
    }
    std::fs::write(
        folder.path().join("e\u{301}tude\u{202e}fdp.txt"),
        "Three text.",
    )
    .unwrap();
    std::fs::write(folder.path().join("étude.txt"), "Four text.").unwrap();
    std::fs::write(folder.path().join("AUX.txt"), "Five text.").unwrap();
    let desk = open(store.path());
    let take = || {
        desk.intake_blocking(
            &[folder.path().to_path_buf()],
            IntakeOptions::default(),
            &mut |_| {},
        )
        .unwrap()
    };
    assert_eq!(take().job.tally.added, 5);
    assert_eq!(take().job.tally.same_bytes, 5);
    let kept: BTreeMap<String, Vec<String>> = desk
        .publications_list(&PublicationQuery::default())
        .unwrap()
        .publications
        .into_iter()
        .map(|one| {
            let codes = one.problems.into_iter().map(|problem| problem.code);
            (one.name, codes.collect())
        })
        .collect();
    assert_eq!(kept["étudefdp.txt"], ["name_misleading"]);
    assert!(kept.contains_key("_AUX.txt") && kept.contains_key("étude.txt"));
}

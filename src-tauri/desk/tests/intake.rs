//! Folders that change under an intake: files vanish, grow and come back, a share goes away.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod moments;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use moments::{Moment, at, held, wait};
use qalam_desk::job::{IntakeItem, IntakeStatus, JobState, Tally};
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

#[test]
fn a_share_that_goes_away_fails_the_rest_and_the_same_drop_brings_it() {
    let store = tempfile::tempdir().unwrap();
    let place = tempfile::tempdir().unwrap();
    let (share, away) = (place.path().join("share"), place.path().join("away"));
    std::fs::create_dir(&share).unwrap();
    notes(&share, 400);
    let desk = open(store.path());
    let id = held(&desk, std::slice::from_ref(&share), Moment::FirstIn);
    std::fs::rename(&share, &away).unwrap();
    desk.jobs_resume(&id).unwrap();
    let end = wait(&desk, &id, |job| job.state == JobState::Done);
    assert_eq!(end.tally.seen, 400);
    assert!(end.tally.failed > 0 && end.tally.added > 0, "{end:?}");
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
    let id = held(&desk, &[folder.path().to_path_buf()], Moment::FirstIn);
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
    let (growing, grows) = channel();
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = std::fs::File::options().append(true).open(&path).unwrap();
            while !over.load(Ordering::Relaxed) {
                file.write_all(b"more").unwrap();
                let _ = growing.send(());
            }
        });
        grows.recv().unwrap();
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
fn a_cancelled_intake_begins_nothing_more_and_what_is_in_can_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let paths = [folder.path().to_path_buf()];
    notes(folder.path(), 200);
    // Read first, and long enough to be cancelled in the middle of it.
    std::fs::write(folder.path().join("000 large.bin"), vec![7; 200_000_000]).unwrap();
    for (moment, seen) in [
        (Moment::Counted, Some(0)),
        (Moment::Begun, None),
        (Moment::FirstIn, Some(1)),
    ] {
        let store = tempfile::tempdir().unwrap();
        let desk = open(store.path());
        let cancel = |job: &str| desk.jobs_cancel(job).unwrap();
        let (then, report) = at(&desk, &paths, moment, cancel);
        assert_eq!(report.job.state, JobState::Cancelled);
        assert_eq!(report.job.tally, then.tally, "{moment:?}");
        assert!(seen.is_none_or(|seen| then.tally.seen == seen), "{then:?}");
        assert_eq!(total(&desk), then.tally.added);
        let left: Vec<_> = std::fs::read_dir(desk.tmp()).unwrap().flatten().collect();
        assert!(left.is_empty(), "{moment:?}: {left:?}");
    }
}

#[cfg(unix)]
#[test]
fn only_equal_bytes_are_left_out_whatever_the_time_of_a_file_says() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    let write = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
            .unwrap();
    };
    let desk = open(store.path());
    let take = || {
        desk.intake_blocking(
            std::slice::from_ref(&path),
            IntakeOptions::default(),
            &mut |_| {},
        )
        .unwrap()
        .job
        .tally
    };
    write("One text.");
    assert_eq!(take().added, 1);
    assert_eq!(take().same_bytes, 1);
    write("Two text.");
    assert_eq!(take().added, 1, "as long as before, and of the same time");
}

#[cfg(unix)]
#[test]
fn a_link_in_a_folder_brings_nothing_in_from_elsewhere() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret.txt");
    std::fs::write(&secret, "Not for this folder.").unwrap();
    std::fs::write(folder.path().join("own.txt"), "Own text.").unwrap();
    std::os::unix::fs::symlink(&secret, folder.path().join("link.txt")).unwrap();
    let desk = open(store.path());
    let report = desk
        .intake_blocking(
            &[folder.path().to_path_buf()],
            IntakeOptions::default(),
            &mut |_| {},
        )
        .unwrap();
    assert_eq!((report.job.tally.added, report.job.tally.skipped), (1, 1));
    let left = report
        .items
        .iter()
        .find(|item| item.path.ends_with("link.txt"));
    assert_eq!(left.unwrap().problems[0].code, "link_not_followed");
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
    // A trial reads them as well as the real run does.
    let dry = IntakeOptions {
        dry_run: true,
        ..IntakeOptions::default()
    };
    let tried = desk
        .intake_blocking(&[folder.path().to_path_buf()], dry, &mut |_| {})
        .unwrap();
    let told = |items: &[qalam_desk::job::IntakeItem]| -> Vec<(String, Vec<String>)> {
        items
            .iter()
            .map(|item| {
                let codes = item.problems.iter().map(|problem| problem.code.clone());
                (item.title.clone(), codes.collect())
            })
            .collect()
    };
    let real = take();
    assert_eq!(told(&tried.items), told(&real.items));
    assert_eq!(real.job.tally.added, 5);
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

//! Taking files in and working with them, through the desk.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod moments;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use moments::{Moment, at, wait};
use qalam_desk::job::{IntakeStatus, Job, JobState, Tally};
use qalam_desk::publications::intake::{IntakeOptions, IntakeReport};
use qalam_desk::publications::likeness::LikeRule;
use qalam_desk::publications::{PublicationQuery, PublicationSort};
use qalam_desk::{Code, Desk, OpenOptions};
use serde_json::json;

fn open(dir: &Path) -> Arc<Desk> {
    Arc::new(Desk::open(dir, OpenOptions::default()).unwrap())
}

fn take_in(desk: &Desk, paths: &[PathBuf]) -> IntakeReport {
    take(desk, paths, IntakeOptions::default())
}

fn take(desk: &Desk, paths: &[PathBuf], options: IntakeOptions) -> IntakeReport {
    let mut last: Option<Job> = None;
    let report = desk
        .intake_blocking(paths, options, &mut |job| {
            assert!(job.tally.adds_up());
            last = Some(job.clone());
        })
        .unwrap();
    assert_eq!(last.unwrap().tally, report.job.tally);
    assert!(report.job.tally.adds_up());
    assert_eq!(report.items.len(), report.job.tally.seen as usize);
    report
}

/// A folder as libraries have them.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::create_dir_all(root.join("2024/.cache")).unwrap();
    for (name, content) in [
        (
            "a_report.txt",
            "The first sample report about immunization.",
        ),
        ("b.txt", "تقرير الوزارة النموذجية عن الصحة المدرسية."),
        (
            "copy of a_report.txt",
            "The first sample report about immunization.",
        ),
        (
            "2024/annual.md",
            "# Annual sample report\n\nMeasles and school health.",
        ),
        ("2024/.cache/x", "x"),
        (".DS_Store", "x"),
        ("empty.pdf", ""),
        ("~$letter.docx", "x"),
    ] {
        std::fs::write(root.join(name), content).unwrap();
    }
    folder
}

fn statuses(report: &IntakeReport) -> Vec<(String, IntakeStatus)> {
    report
        .items
        .iter()
        .map(|item| {
            let name = Path::new(&item.path).file_name().unwrap();
            (name.to_string_lossy().into_owned(), item.status)
        })
        .collect()
}

fn all(desk: &Desk) -> Vec<qalam_desk::publications::Publication> {
    desk.publications_list(&PublicationQuery::default())
        .unwrap()
        .publications
}

#[test]
fn a_folder_comes_in_once_and_every_file_is_accounted_for() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let folder = folder();
    let paths = [folder.path().to_path_buf()];
    let dry = take(
        &desk,
        &paths,
        IntakeOptions {
            dry_run: true,
            ..IntakeOptions::default()
        },
    );
    assert!(all(&desk).is_empty());
    let real = take_in(&desk, &paths);
    let expected = Tally {
        seen: 8,
        added: 3,
        same_bytes: 1,
        same_work: 0,
        skipped: 4,
        failed: 0,
    };
    assert_eq!(real.job.tally, expected);
    assert_eq!(real.job.state, JobState::Done);
    assert_eq!(real.job.total, Some(8));
    // What the dry run said is what happened, but for the ids.
    let without_ids = |report: &IntakeReport| {
        let mut items = report.items.clone();
        for item in &mut items {
            item.id = None;
        }
        items
    };
    assert_eq!(without_ids(&dry), without_ids(&real));
    assert!(statuses(&real).contains(&("copy of a_report.txt".into(), IntakeStatus::SameBytes)));
    let ids: Vec<_> = real
        .items
        .iter()
        .filter_map(|item| item.id.clone())
        .collect();
    assert_eq!(ids.len(), 4);

    let again = take_in(&desk, &paths);
    assert_eq!((again.job.tally.added, again.job.tally.same_bytes), (0, 4));
    // From elsewhere, without the help of the journal.
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("moved.txt");
    std::fs::copy(folder.path().join("b.txt"), &moved).unwrap();
    let again = take_in(&desk, &[moved]);
    assert_eq!(again.job.tally.same_bytes, 1);
    assert_eq!(all(&desk).len(), 3);
}

#[test]
fn a_changed_file_comes_in_and_a_removed_publication_can_come_back() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("note.txt");
    std::fs::write(&path, "first").unwrap();
    take_in(&desk, std::slice::from_ref(&path));
    std::fs::write(&path, "other").unwrap();
    assert_eq!(
        take_in(&desk, std::slice::from_ref(&path)).job.tally.added,
        1
    );
    let rows = all(&desk);
    assert_eq!(rows.len(), 2);
    let blob = desk.blob_path(&rows[1].sha256).unwrap();
    assert!(blob.exists());
    desk.publications_remove(&rows[1].id).unwrap();
    assert!(!blob.exists());
    assert_eq!(
        desk.publications_open(&rows[1].id).unwrap_err().code,
        Code::NotFound
    );
    assert_eq!(take_in(&desk, &[path]).job.tally.added, 1);
}

#[test]
fn what_cannot_be_read_is_told() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let report = take_in(&desk, &[store.path().join("absent")]);
    assert_eq!(report.job.tally.failed, 1);
    assert_eq!(report.items[0].problems[0].code, "path_not_found");
    assert_eq!(take_in(&desk, &[]).job.tally.seen, 0);
}

#[test]
fn a_job_can_be_watched_and_stopped_and_the_rest_comes_later() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let folder = tempfile::tempdir().unwrap();
    for number in 0..400 {
        let path = folder.path().join(format!("{number:03}.txt"));
        std::fs::write(path, format!("Sample text number {number}.")).unwrap();
    }
    let changes = desk.subscribe();
    let paths = [folder.path().to_path_buf()];
    let (then, report) = at(&desk, &paths, Moment::FirstIn, |job| {
        let watched = desk.jobs_list().into_iter().find(|one| one.id == job);
        assert_eq!(watched.unwrap().state, JobState::Running);
        desk.jobs_cancel(job).unwrap();
    });
    let stopped = report.job;
    assert_eq!(stopped.state, JobState::Cancelled);
    assert_eq!((stopped.tally, stopped.tally.seen), (then.tally, 1));
    assert_eq!(stopped.tally.added as usize, total(&desk));
    assert!(
        changes
            .try_iter()
            .any(|change| { change.topics.contains(&qalam_desk::Topic::Jobs) })
    );
    let rest = take_in(&desk, &paths);
    assert_eq!(rest.job.tally.added + stopped.tally.added, 400);
    assert_eq!(total(&desk), 400);
    assert_eq!(
        desk.jobs_cancel("nothing").unwrap_err().code,
        Code::NotFound
    );
}

fn total(desk: &Desk) -> usize {
    desk.publications_list(&PublicationQuery {
        limit: 1,
        ..PublicationQuery::default()
    })
    .unwrap()
    .total as usize
}

#[test]
fn two_jobs_on_the_same_folder_add_nothing_twice() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let other = open(store.path());
    let folder = tempfile::tempdir().unwrap();
    for number in 0..60 {
        let path = folder.path().join(format!("{number:03}.txt"));
        std::fs::write(path, format!("Sample text number {number}.")).unwrap();
    }
    let paths = [folder.path().to_path_buf()];
    let (one, two) = std::thread::scope(|scope| {
        let first = scope.spawn(|| take_in(&desk, &paths).job.tally);
        let second = scope.spawn(|| take_in(&other, &paths).job.tally);
        (first.join().unwrap(), second.join().unwrap())
    });
    assert_eq!(one.added + two.added, 60);
    assert_eq!(one.same_bytes + two.same_bytes, 60);
    assert_eq!(total(&desk), 60);
}

/// The program of `examples/intake.rs`, which cargo builds beside the tests; built here when only
/// some of the tests were.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let name = format!("intake{}", std::env::consts::EXE_SUFFIX);
    let folder = tests.parent().and_then(Path::parent).unwrap();
    let path = folder.join("examples").join(name);
    if !path.exists() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--package", "qalam-desk", "--example", "intake"])
            .status()
            .unwrap();
        assert!(built.success() && path.exists());
    }
    path
}

#[test]
fn a_killed_intake_is_finished_by_the_same_drop() {
    let program = program();
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..300 {
        let path = folder.path().join(format!("{number:03}.txt"));
        std::fs::write(path, format!("Sample text number {number}.")).unwrap();
    }
    let mut added = 0;
    for wait in [60, 120, 200] {
        let mut running = Command::new(&program)
            .arg(store.path())
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        running.kill().unwrap();
        running.wait().unwrap();
        let desk = open(store.path());
        let now = total(&desk);
        assert!(now >= added);
        added = now;
    }
    let desk = open(store.path());
    let rest = take_in(&desk, &[folder.path().to_path_buf()]);
    assert_eq!(rest.job.tally.added as usize + added, 300);
    assert_eq!(rest.job.tally.same_bytes as usize, added);
    assert_eq!(total(&desk), 300);
    let left: Vec<_> = std::fs::read_dir(desk.dir().join("blobs"))
        .unwrap()
        .flatten()
        .flat_map(|entry| std::fs::read_dir(entry.path()).unwrap().flatten())
        .collect();
    assert!(
        left.len() <= 301,
        "at most one file without a row is left behind"
    );
}

#[test]
fn a_killed_intake_goes_on_by_itself() {
    let program = program();
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..300 {
        let path = folder.path().join(format!("{number:03}.txt"));
        std::fs::write(path, format!("Sample text number {number}.")).unwrap();
    }
    let mut running = Command::new(&program)
        .arg(store.path())
        .arg(folder.path())
        .env("QALAM_INTAKE_HOLD", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    let mut out = BufReader::new(running.stdout.take().unwrap());
    out.read_line(&mut said).unwrap();
    assert_eq!(said, "held\n");
    let desk = open(store.path());
    // While the other program lives, the work is its own.
    assert!(desk.resume_intakes().unwrap().is_empty());
    running.kill().unwrap();
    running.wait().unwrap();
    let before = total(&desk);
    assert_eq!(before, 1, "killed when the first file was in");
    let other = open(store.path());
    let jobs = desk.resume_intakes().unwrap();
    assert_eq!(jobs.len(), 1);
    assert!(
        other.resume_intakes().unwrap().is_empty(),
        "one of them goes on"
    );
    let job = wait(&desk, &jobs[0], |job| job.state != JobState::Running);
    assert_eq!(job.state, JobState::Done);
    assert_eq!(job.tally.added as usize, 300 - before);
    assert_eq!(total(&desk), 300);
    assert!(desk.resume_intakes().unwrap().is_empty(), "it is finished");
}

#[test]
fn a_cancelled_intake_does_not_go_on_and_the_same_drop_takes_over_a_killed_one() {
    let store = tempfile::tempdir().unwrap();
    let folder = folder();
    let left = |desk: &Desk| -> i64 {
        rusqlite::Connection::open(desk.dir().join(qalam_desk::db::FILE_NAME))
            .unwrap()
            .query_row("SELECT count(*) FROM intake_drop", [], |row| row.get(0))
            .unwrap()
    };
    let desk = open(store.path());
    let job = desk
        .intake(vec![folder.path().to_path_buf()], IntakeOptions::default())
        .unwrap();
    desk.jobs_cancel(&job).unwrap();
    wait(&desk, &job, |job| job.state != JobState::Running);
    assert_eq!(left(&desk), 0);
    let note = |session: &str| {
        rusqlite::Connection::open(desk.dir().join(qalam_desk::db::FILE_NAME))
            .unwrap()
            .execute(
                "INSERT INTO intake_drop (id, session, paths, rule, paused, at)
                 VALUES (?1, ?1, ?2, 'ask', 0, '')",
                (session, json!([folder.path()]).to_string()),
            )
            .unwrap();
    };
    note("a-program-that-died");
    take_in(&desk, &[folder.path().to_path_buf()]);
    assert_eq!(left(&desk), 0);
    // A job that goes on is one like any other, and can be cancelled for good.
    note("another-that-died");
    let job = desk.resume_intakes().unwrap().remove(0);
    assert!(desk.jobs_list().iter().any(|one| one.id == job));
    desk.jobs_cancel(&job).unwrap();
    wait(&desk, &job, |job| job.state != JobState::Running);
    assert_eq!(left(&desk), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_asks_for_all_memory_costs_one_file() {
    let store = tempfile::tempdir().unwrap();
    let folder = folder();
    // Three kilobytes that unpack to two gigabytes.
    let greedy =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/hostile/greedy.pdf");
    std::fs::copy(greedy, folder.path().join("a greedy.pdf")).unwrap();
    let said = Command::new(program())
        .arg(store.path())
        .arg(folder.path())
        .env("QALAM_WORKER_MEMORY", "200000000")
        .output()
        .unwrap();
    assert!(said.status.success());
    let desk = open(store.path());
    let all = all(&desk);
    let greedy = all.iter().find(|one| one.name == "a greedy.pdf").unwrap();
    assert_eq!(greedy.state, "damaged");
    assert_eq!(greedy.problems[0].code, "took_too_much_memory");
    let others = all.iter().filter(|one| one.state == "readable").count();
    assert_eq!(others, 3, "the others were described");
}

#[test]
fn bytes_found_damaged_are_put_right_by_the_same_untouched_file() {
    let store = tempfile::tempdir().unwrap();
    let folder = folder();
    let desk = open(store.path());
    let paths = [folder.path().to_path_buf()];
    take_in(&desk, &paths);
    let sha256 = all(&desk)[0].sha256.clone();
    let blob = desk.blob_path(&sha256).unwrap();
    let mut bytes = std::fs::read(&blob).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&blob, bytes).unwrap();
    assert_eq!(desk.check().unwrap().bad_hashes, [sha256]);
    take_in(&desk, &paths);
    assert!(desk.check().unwrap().ok);
}

#[test]
fn a_worker_describes_what_the_desk_would() {
    let program = program();
    let folder = folder();
    let here = tempfile::tempdir().unwrap();
    let desk = open(here.path());
    take_in(&desk, &[folder.path().to_path_buf()]);
    let there = tempfile::tempdir().unwrap();
    let status = Command::new(program)
        .arg(there.path())
        .arg(folder.path())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let facts = |desk: &Desk| {
        all(desk)
            .into_iter()
            .map(|one| {
                (
                    one.sha256,
                    one.title,
                    one.mime,
                    one.text_chars,
                    one.languages,
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(facts(&desk), facts(&open(there.path())));
}

#[test]
fn reports_are_described_and_the_same_work_is_noticed() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pdf");
    let folder = tempfile::tempdir().unwrap();
    for name in ["annual-report-en.pdf", "dalil-ar.pdf", "damaged.pdf"] {
        std::fs::copy(fixtures.join(name), folder.path().join(name)).unwrap();
    }
    let mut again = std::fs::read(fixtures.join("annual-report-en.pdf")).unwrap();
    again.extend_from_slice(b"\n% saved once more\n");
    std::fs::write(folder.path().join("z again.pdf"), again).unwrap();
    let paths = [folder.path().to_path_buf()];
    for rule in [LikeRule::Ask, LikeRule::Attach] {
        let store = tempfile::tempdir().unwrap();
        let desk = open(store.path());
        let options = IntakeOptions {
            rule,
            dry_run: true,
        };
        let dry = take(&desk, &paths, options);
        let real = take(
            &desk,
            &paths,
            IntakeOptions {
                dry_run: false,
                ..options
            },
        );
        assert_eq!(dry.job.tally, real.job.tally);
        let tally = real.job.tally;
        let same = u32::from(rule == LikeRule::Attach);
        assert_eq!((tally.added, tally.same_work), (4 - same, same));
        let last = real.items.last().unwrap();
        assert_eq!(last.problems[0].code, "maybe_same_work");
        assert_eq!(last.title, real.items[0].title);
        let rows = all(&desk);
        let arabic = rows.iter().find(|row| row.name == "dalil-ar.pdf").unwrap();
        assert_eq!(arabic.languages, ["ar"]);
        assert!(arabic.has_thumbnail && desk.thumbnail_path(&arabic.id).exists());
        let damaged = rows.iter().find(|row| row.name == "damaged.pdf").unwrap();
        assert!(!damaged.problems.is_empty());
        let thumbnails = std::fs::read_dir(desk.thumbnails()).unwrap().count();
        assert_eq!(
            thumbnails,
            rows.iter().filter(|row| row.has_thumbnail).count()
        );
    }
}

#[test]
fn lists_are_sorted_paged_filtered_and_searched() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("cedar.txt", "vaccines for children"),
        ("Apple.txt", "الصحة المدرسية"),
        ("birch.txt", "school health"),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    take_in(&desk, &[folder.path().to_path_buf()]);
    let titles = |query: PublicationQuery| -> Vec<String> {
        desk.publications_list(&query)
            .unwrap()
            .publications
            .into_iter()
            .map(|one| one.name)
            .collect()
    };
    let by_title = PublicationQuery {
        sort: PublicationSort::Title,
        ..PublicationQuery::default()
    };
    assert_eq!(
        titles(by_title.clone()),
        ["Apple.txt", "birch.txt", "cedar.txt"]
    );
    for desc in [false, true] {
        let mut walked = Vec::new();
        let mut query = PublicationQuery {
            limit: 1,
            desc,
            ..by_title.clone()
        };
        loop {
            let page = desk.publications_list(&query).unwrap();
            assert_eq!(page.total, 3);
            walked.extend(page.publications.into_iter().map(|one| one.name));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        let mut expected = vec!["Apple.txt", "birch.txt", "cedar.txt"];
        if desc {
            expected.reverse();
        }
        assert_eq!(walked, expected);
    }
    let found = |typed: &str| {
        titles(PublicationQuery {
            query: Some(typed.into()),
            ..PublicationQuery::default()
        })
    };
    assert_eq!(found("صحه"), ["Apple.txt"]);
    assert_eq!(found("vacc"), ["cedar.txt"]);
    assert_eq!(found("birch"), ["birch.txt"]);
    assert_eq!(found("  ").len(), 3);
    assert!(found("\"*").is_empty());
    let error = desk
        .publications_list(&PublicationQuery {
            after: Some("nonsense".into()),
            ..PublicationQuery::default()
        })
        .unwrap_err();
    assert_eq!(error.code, Code::BadCursor);
}

#[test]
fn values_given_by_a_person_are_kept_and_used() {
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("final_FINAL2.txt"), "words inside").unwrap();
    take_in(&desk, &[folder.path().to_path_buf()]);
    let id = all(&desk).remove(0).id;
    let missing = |wanted: bool| {
        desk.publications_list(&PublicationQuery {
            missing: Some(wanted),
            ..PublicationQuery::default()
        })
        .unwrap()
        .total
    };
    assert_eq!((missing(true), missing(false)), (1, 0));
    let values = json!({
        "title": "National sample plan 2024",
        "year": "2024",
        "languages": "ar; fr".replace(';', ","),
        "corporate_author": "Sample Ministry of Health",
        "publication_type": "annual-report",
        "licence": "cc-by-nc-sa-3.0-igo",
        "authors": ["Unit A"],
    });
    let set = desk
        .publications_set(&id, values.as_object().unwrap())
        .unwrap();
    assert_eq!(
        (set.year, set.languages.as_slice()),
        (Some(2024), &["ar".to_owned(), "fr".to_owned()][..])
    );
    assert_eq!(set.origins["title"], "person");
    assert_eq!((missing(true), missing(false)), (0, 1));
    let nothing = desk.publications_set(
        &id,
        json!({"title": "Changed", "year": "x"})
            .as_object()
            .unwrap(),
    );
    assert_eq!(nothing.unwrap_err().code, Code::BadValue);
    assert_eq!(
        desk.publication(&id).unwrap().title,
        "National sample plan 2024"
    );

    let draft = desk
        .publications_bundle(std::slice::from_ref(&id), "fr")
        .unwrap();
    assert_eq!(draft.content_type, "publication");
    assert_eq!(draft.languages[0].title, "National sample plan 2024");
    assert_eq!(draft.fields["year"], 2024);
    assert_eq!(
        draft.fields["corporateAuthor"],
        json!(["Sample Ministry of Health"])
    );
    assert_eq!(draft.attachments.len(), 1);
    let opened = desk.publications_open(&id).unwrap();
    assert_eq!(opened.publication.attached_to, 1);
    assert_eq!(opened.drafts[0].id, draft.id);
    assert_eq!(
        desk.publications_remove(&id).unwrap_err().code,
        Code::PublicationAttached
    );
}

//! Likely duplicates, as a librarian meets them: found when files come in, decided one by one or by
//! a rule, with a preview that says what will happen.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod moments;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use moments::{Moment, held, wait};
use qalam_desk::job::{IntakeItem, IntakeStatus, JobState, Tally};
use qalam_desk::publications::intake::{IntakeOptions, IntakeReport};
use qalam_desk::publications::likeness::{LikeRule, LikenessKind, LikenessReason, SettleOutcome};
use qalam_desk::publications::{Publication, PublicationQuery};
use qalam_desk::search::{Scope, SearchRequest};
use qalam_desk::{Desk, OpenOptions};

fn open(dir: &Path) -> Arc<Desk> {
    Arc::new(Desk::open(dir, OpenOptions::default()).unwrap())
}

fn take(desk: &Desk, path: &Path, rule: LikeRule, dry_run: bool) -> IntakeReport {
    let options = IntakeOptions { dry_run, rule };
    desk.intake_blocking(&[path.to_path_buf()], options, &mut |job| {
        assert!(job.tally.adds_up());
    })
    .unwrap()
}

fn all(desk: &Desk) -> Vec<Publication> {
    desk.publications_list(&PublicationQuery::default())
        .unwrap()
        .publications
}

/// Sentences of plain English, of which no two seeds share many.
fn words(seed: u64, from: u64, to: u64) -> String {
    const WORDS: &str = "the health of children and mothers in villages is better when water is \
        clean nurses visit every house early teams bring vaccines against measles while schools \
        teach families how to cook safe food and doctors write down what they found about each \
        person who came with fever or cough during that season so the ministry can plan for next \
        year where new clinics should open first because roads are long";
    let all: Vec<&str> = WORDS.split_whitespace().collect();
    (from..to)
        .map(|n| {
            let mut x =
                n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ seed.wrapping_mul(0x94D0_49BB_1331_11EB);
            x ^= x >> 29;
            x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
            x ^= x >> 32;
            format!("{} ", all[usize::try_from(x % all.len() as u64).unwrap()])
        })
        .collect()
}

fn note(title: &str, text: &str) -> String {
    format!("# {title}\n\n{text}\n")
}

/// A guideline, saved once more, its second edition, two yearly reports, and two different works
/// under one title.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let guide = words(1, 0, 1_500);
    let revised = words(1, 300, 2_000);
    for (name, content) in [
        ("a guide.md", note("Sample guideline on malaria", &guide)),
        (
            "b same.md",
            note("Sample guideline on malaria", &format!("{guide} .")),
        ),
        (
            "c second.md",
            note("Sample guideline on malaria, second edition", &revised),
        ),
        (
            "d 2023.md",
            note("Annual sample report 2023", &words(2, 0, 900)),
        ),
        (
            "e 2024.md",
            note("Annual sample report 2024", &words(3, 0, 900)),
        ),
        (
            "f meeting.md",
            note("Report of the sample meeting", &words(4, 0, 900)),
        ),
        (
            "g meeting.md",
            note("Report of the sample meeting", &words(5, 0, 900)),
        ),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn outcomes(items: &[IntakeItem]) -> Vec<(IntakeStatus, Vec<String>)> {
    items
        .iter()
        .map(|item| {
            let codes = item.problems.iter().map(|one| one.code.clone()).collect();
            (item.status, codes)
        })
        .collect()
}

#[test]
fn likely_duplicates_are_asked_about_and_nothing_different_is_left_out() {
    let folder = folder();
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let report = take(&desk, folder.path(), LikeRule::Ask, false);
    assert_eq!(
        report.job.tally,
        Tally {
            seen: 7,
            added: 7,
            ..Tally::default()
        }
    );
    let open = desk.publications_likenesses(None, 0).unwrap();
    let kinds: Vec<_> = open
        .likenesses
        .iter()
        .map(|one| (one.publication_title.as_str(), one.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            ("Sample guideline on malaria", LikenessKind::SameWork),
            (
                "Sample guideline on malaria, second edition",
                LikenessKind::NewerEdition
            ),
        ]
    );
    assert_eq!(open.total, 2);
    let same = &open.likenesses[0];
    assert!(same.reasons.contains(&LikenessReason::Text) && same.alike.unwrap() > 90);
    assert_eq!(all(&desk)[1].open_likenesses, 1);
    // Paged like every list.
    let first = desk.publications_likenesses(None, 1).unwrap();
    let second = desk.publications_likenesses(first.next, 1).unwrap();
    assert_eq!(second.likenesses[0], open.likenesses[1]);
    assert_eq!(second.next, None);
}

#[test]
fn a_rule_does_in_the_real_run_what_the_preview_said() {
    for rule in [
        LikeRule::Ask,
        LikeRule::KeepBoth,
        LikeRule::KeepNewest,
        LikeRule::Attach,
    ] {
        let folder = folder();
        let store = tempfile::tempdir().unwrap();
        let desk = open(store.path());
        let dry = take(&desk, folder.path(), rule, true);
        assert!(all(&desk).is_empty());
        let real = take(&desk, folder.path(), rule, false);
        assert_eq!(dry.job.tally, real.job.tally, "{rule:?}");
        assert_eq!(outcomes(&dry.items), outcomes(&real.items), "{rule:?}");
        // Dropped again, nothing is added, whatever the rule.
        let again = take(&desk, folder.path(), rule, false);
        assert_eq!(again.job.tally.added, 0, "{rule:?}");
        assert!(desk.check().unwrap().ok);

        // What the rule did to files as they came, it does to files that are here.
        let other = tempfile::tempdir().unwrap();
        let later = open(other.path());
        take(&later, folder.path(), LikeRule::Ask, false);
        let preview = later.publications_settle(rule, &[], true).unwrap();
        assert_eq!(all(&later).len(), 7, "a preview does nothing");
        assert_eq!(later.publications_likenesses(None, 0).unwrap().total, 2);
        let settled = later.publications_settle(rule, &[], false).unwrap();
        assert_eq!(preview, settled, "{rule:?}");
        let names = |desk: &Desk| -> Vec<(String, bool, u32)> {
            all(desk)
                .into_iter()
                .map(|one| (one.name, one.superseded_by.is_some(), one.copies))
                .collect()
        };
        assert_eq!(names(&desk), names(&later), "{rule:?}");
        assert!(later.check().unwrap().ok);
    }
}

#[test]
fn of_three_editions_only_the_newest_counts_in_whatever_order_they_come() {
    // Both later ones are closest to the first.
    let text = |year| {
        let own = match year {
            2019 => String::new(),
            _ => words(year, 0, 60),
        };
        format!("{}{own}", words(7, 0, 200))
    };
    let years = [2019, 2021, 2023];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let folder = tempfile::tempdir().unwrap();
        for (at, index) in order.into_iter().enumerate() {
            let year = years[index];
            let edition = ["first", "second", "third"][index];
            let title = format!("Sample handbook of wells, {edition} edition");
            let page = note(&title, &text(year));
            std::fs::write(folder.path().join(format!("{at} {year}.md")), page).unwrap();
        }
        let newest = |desk: &Desk| -> Vec<String> {
            all(desk)
                .into_iter()
                .filter(|one| one.superseded_by.is_none())
                .map(|one| one.name)
                .collect()
        };
        let third = order.iter().position(|index| *index == 2).unwrap();
        let expected = vec![format!("{third} 2023.md")];

        let store = tempfile::tempdir().unwrap();
        let desk = open(store.path());
        let dry = take(&desk, folder.path(), LikeRule::KeepNewest, true);
        let real = take(&desk, folder.path(), LikeRule::KeepNewest, false);
        assert_eq!(outcomes(&dry.items), outcomes(&real.items), "{order:?}");
        assert_eq!(newest(&desk), expected, "{order:?}");
        assert_eq!(desk.publications_likenesses(None, 0).unwrap().total, 0);

        let store = tempfile::tempdir().unwrap();
        let later = open(store.path());
        take(&later, folder.path(), LikeRule::Ask, false);
        assert_eq!(newest(&later).len(), 3);
        later
            .publications_settle(LikeRule::KeepNewest, &[], false)
            .unwrap();
        assert_eq!(newest(&later), expected, "{order:?}");
        assert_eq!(later.publications_likenesses(None, 0).unwrap().total, 0);
    }
}

#[test]
fn editions_and_further_files() {
    let folder = folder();
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    take(&desk, folder.path(), LikeRule::Ask, false);
    let open = desk.publications_likenesses(None, 0).unwrap().likenesses;
    let (same, newer) = (&open[0], &open[1]);

    // There is no newest of two that say nothing about their order.
    let undecided = desk
        .publications_settle(LikeRule::KeepNewest, &[same.seq], false)
        .unwrap();
    assert_eq!(undecided.rows[0].outcome, SettleOutcome::Undecided);
    let superseded = desk
        .publications_settle(LikeRule::KeepNewest, &[newer.seq], false)
        .unwrap();
    assert_eq!(superseded.rows[0].outcome, SettleOutcome::Superseded);
    let counting = |superseded| {
        desk.publications_list(&PublicationQuery {
            superseded: Some(superseded),
            ..PublicationQuery::default()
        })
        .unwrap()
        .total
    };
    assert_eq!((counting(true), counting(false)), (1, 6));
    let older = newer.other.clone().unwrap();
    desk.publications_reinstate(&older).unwrap();
    assert_eq!(counting(true), 0);

    // The copy becomes a file of the first, findable by its bytes and safe from the sweep.
    let attached = desk
        .publications_settle(LikeRule::Attach, &[same.seq], false)
        .unwrap();
    assert_eq!(attached.rows[0].outcome, SettleOutcome::Attached);
    assert_eq!(all(&desk).len(), 6);
    let first = desk
        .publications_open(same.other.as_deref().unwrap())
        .unwrap();
    assert_eq!(first.copies.len(), 1);
    assert_eq!(first.copies[0].name, "b same.md");
    assert!(desk.blobs().open(&first.copies[0].sha256).is_ok());
    let again = take(
        &desk,
        &folder.path().join("b same.md"),
        LikeRule::Ask,
        false,
    );
    assert_eq!(again.items[0].status, IntakeStatus::SameBytes);
    assert_eq!(again.items[0].id, Some(first.publication.id.clone()));
    assert!(desk.check().unwrap().ok);
    desk.publications_remove(&first.publication.id).unwrap();
    assert!(desk.blobs().open(&first.copies[0].sha256).is_err());
    assert!(desk.check().unwrap().ok);
}

#[test]
fn words_are_found_on_their_page_and_across_pages() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/pdf");
    let folder = tempfile::tempdir().unwrap();
    let pages = [
        "measles in villages",
        "school health",
        "إدارةُ التمنيع والتلقيح",
    ];
    std::fs::write(folder.path().join("pages.csv"), pages.join("\u{c}")).unwrap();
    let pdf = std::fs::read_dir(fixtures)
        .unwrap()
        .flatten()
        .find(|one| one.file_name() == "annual-report-en.pdf");
    std::fs::copy(pdf.unwrap().path(), folder.path().join("report.pdf")).unwrap();
    let store = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    take(&desk, folder.path(), LikeRule::Ask, false);
    let search = |query: &str| {
        desk.search(&SearchRequest {
            query: query.into(),
            scope: Scope::Publications,
            ..SearchRequest::default()
        })
        .unwrap()
        .hits
    };
    let id = all(&desk)[0].id.clone();
    for (query, page) in [
        ("school", Some(2)),
        ("اداره تلقيح", Some(3)),
        // On two pages; the one with more of the words counts.
        ("villages measles school", Some(1)),
    ] {
        let hits = search(query);
        assert_eq!(hits.len(), 1, "{query}: {hits:?}");
        assert_eq!(
            (hits[0].id.as_str(), hits[0].page),
            (id.as_str(), page),
            "{query}"
        );
        assert!(hits[0].snippet.contains('\u{1}'), "{query}");
    }
    assert!(search("villages absent").is_empty());
    let inside = desk.search_inside(&id, "school", 0).unwrap();
    assert_eq!(inside.pages[0].page, Some(2));
    assert_eq!(
        inside.pages[0].snippet.replace(['\u{1}', '\u{2}'], "|"),
        "|school| health"
    );
    let any = desk.search_inside(&id, "school measles", 0).unwrap();
    assert_eq!((any.total, any.pages[0].page), (2, Some(1)));
    let report = all(&desk)
        .into_iter()
        .find(|one| one.name == "report.pdf")
        .unwrap();
    let text = desk.publications_text(&report.id).unwrap();
    let word = text
        .split_whitespace()
        .find(|word| word.len() > 6 && word.chars().all(char::is_alphabetic))
        .unwrap();
    assert!(
        desk.search_inside(&report.id, word, 0).unwrap().pages[0]
            .page
            .is_some()
    );
    // The list is filtered by all words, wherever they are.
    let page = desk
        .publications_list(&PublicationQuery {
            query: Some("villages school".into()),
            ..PublicationQuery::default()
        })
        .unwrap();
    assert_eq!(page.total, 1);
    desk.publications_remove(&id).unwrap();
    assert!(search("villages").is_empty());
}

#[test]
fn a_held_intake_waits_also_through_the_next_start_and_ends_as_if_it_never_had() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..120 {
        let path = folder.path().join(format!("{number:03}.txt"));
        std::fs::write(path, format!("Sample text number {number}.")).unwrap();
    }
    let desk = open(store.path());
    let paths = [folder.path().to_path_buf()];
    let job = held(&desk, &paths, Moment::Counted);
    std::thread::sleep(std::time::Duration::from_millis(400));
    let now = desk.jobs_list()[0].clone();
    assert_eq!(now.state, JobState::Paused);
    assert_eq!(now.tally, Tally::default(), "nothing moves");
    // As after a kill: another run of the program finds the drop of one that is gone.
    let file = store.path().join(qalam_desk::db::FILE_NAME);
    let connection = rusqlite::Connection::open(file).unwrap();
    connection
        .execute("UPDATE intake_drop SET session = 'gone'", [])
        .unwrap();
    let next = open(store.path());
    let jobs = next.resume_intakes().unwrap();
    assert_eq!(jobs, std::slice::from_ref(&job));
    assert_eq!(next.jobs_list()[0].state, JobState::Paused);
    next.jobs_resume(&job).unwrap();
    let end = wait(&next, &job, |job| job.state == JobState::Done);
    desk.jobs_cancel(&job).unwrap();
    assert_eq!(end.tally.seen, 120);
    assert_eq!(end.bytes_done, end.bytes_total.unwrap());
    assert_eq!(end.seconds_left, None);
    let total = next
        .publications_list(&PublicationQuery::default())
        .unwrap()
        .total;
    assert_eq!(total, 120);
}

#[test]
fn a_watched_folder_offers_what_is_new_once_it_stands_still() {
    let store = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let desk = open(store.path());
    let path = |name: &str| folder.path().join(name);
    let offered = |desk: &Desk| -> Vec<String> {
        let offered = desk.publications_offered().unwrap();
        offered.files.into_iter().map(|one| one.name).collect()
    };
    std::fs::write(path("known.txt"), "Known already.").unwrap();
    take(&desk, &path("known.txt"), LikeRule::Ask, false);
    desk.publications_look().unwrap();
    assert_eq!(desk.publications_offered().unwrap().folder, None);

    desk.set_setting("watch_folder", &folder.path().to_str().unwrap().into())
        .unwrap();
    assert!(
        desk.set_setting("watch_folder", &"relative".into())
            .is_err()
    );
    std::fs::write(path("one.txt"), "The first new file.").unwrap();
    std::fs::write(path("two.txt"), "The second new file.").unwrap();
    desk.publications_look().unwrap();
    assert!(offered(&desk).is_empty(), "it may still be growing");
    std::fs::write(path("two.txt"), "The second new file, longer.").unwrap();
    let changes = desk.subscribe();
    desk.publications_look().unwrap();
    assert_eq!(offered(&desk), ["one.txt"]);
    assert!(changes.try_recv().is_ok());
    desk.publications_look().unwrap();
    assert_eq!(offered(&desk), ["one.txt", "two.txt"]);

    desk.publications_decline_offered(&[path("two.txt")])
        .unwrap();
    let job = desk.publications_take_offered(&[], LikeRule::Ask).unwrap();
    assert!(offered(&desk).is_empty());
    wait(&desk, &job, |job| job.state == JobState::Done);
    for _ in 0..2 {
        desk.publications_look().unwrap();
    }
    assert!(offered(&desk).is_empty());
    assert!(
        desk.publications_take_offered(&[PathBuf::from("/nowhere")], LikeRule::Ask)
            .is_err()
    );
    // A declined file that changed is a new one.
    std::fs::write(path("two.txt"), "The second new file, rewritten.").unwrap();
    for _ in 0..2 {
        desk.publications_look().unwrap();
    }
    assert_eq!(offered(&desk), ["two.txt"]);
    drop(folder);
    desk.publications_look().unwrap();
    assert_eq!(desk.publications_offered().unwrap().reached, Some(false));
}

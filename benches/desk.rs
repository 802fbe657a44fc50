//! The desk in process: how long a keystroke takes to be durable, beside a bare SQLite commit in
//! the same run, and whether listing and opening stay the same with twenty times the drafts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

#[path = "../src-tauri/desk/tests/sending/mod.rs"]
mod sending;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion};
use qalam_desk::drafts::{DraftQuery, NewDraft, SaveDraft, Text};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::search::{Scope, SearchRequest};
use qalam_desk::{Desk, OpenOptions};

const SAVES: usize = 3_000;

fn open(at: &Path) -> Desk {
    Desk::open(at, OpenOptions::default()).unwrap()
}

fn piece(n: usize) -> NewDraft {
    NewDraft {
        content_type: "news".into(),
        lang: ["en", "fr", "ar"][n % 3].into(),
        title: format!("Piece number {n} about vaccination التطعيم"),
        summary: "A summary of the length people write: what happened, where, and why it matters to readers.".into(),
        body: include_str!("../tests/fixtures/texts/en.md").into(),
        areas: vec!["ta1".into()],
        fields: serde_json::from_value(
            serde_json::json!({ "eventDate": "2026-03-12", "place": "Sample City" }),
        )
        .unwrap(),
        ..NewDraft::default()
    }
}

/// A desk as it is after some years: most pieces approved or in work, a few waiting for somebody.
fn settled(desk: &Desk, count: usize) -> Vec<String> {
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        owner_kind: None,
        name: "Sample Person".into(),
        role: Role::Both,
        display_lang: "en".into(),
    })
    .unwrap();
    let ids = fill(desk, count);
    for (n, id) in ids.iter().enumerate().filter(|(n, _)| n % 10 < 6) {
        let release = desk.review_submit(id, "").unwrap();
        match n % 10 {
            0..=3 => drop(desk.review_approve(id, &release.hash).unwrap()),
            4 => drop(desk.review_return(id, "A date is missing.").unwrap()),
            _ => {}
        }
    }
    ids
}

fn fill(desk: &Desk, count: usize) -> Vec<String> {
    (0..count)
        .map(|n| desk.drafts_create(piece(n)).unwrap().id)
        .collect()
}

/// Saves of a real text and bare one-row commits, turn by turn, so that the machine's moods hit both.
fn keystroke_to_durable(folder: &Path) {
    let desk = open(&folder.join("keystroke"));
    fill(&desk, 1_000);
    let draft = desk.drafts_create(piece(0)).unwrap();
    let mut base = draft.languages[0].rev.clone();
    let bare = rusqlite::Connection::open(folder.join("bare.sqlite3")).unwrap();
    bare.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
    )
    .unwrap();
    let text = include_str!("../tests/fixtures/texts/en.md");
    let mut ours = Vec::with_capacity(SAVES);
    let mut floor = Vec::with_capacity(SAVES);
    for n in 0..SAVES {
        let body = format!("{text}\n\nword {n}\n");
        let start = Instant::now();
        bare.execute("INSERT INTO t (body) VALUES (?1)", [&body])
            .unwrap();
        floor.push(start.elapsed());
        let save = SaveDraft {
            draft: draft.id.clone(),
            lang: "en".into(),
            base,
            title: None,
            summary: None,
            text: Text::Markdown(body),
            fields: None,
            follows: false,
        };
        let start = Instant::now();
        base = desk.drafts_save(save).unwrap().rev;
        ours.push(start.elapsed());
    }
    let (ours, floor) = (Quantiles::of(ours), Quantiles::of(floor));
    println!("keystroke to durable, {SAVES} saves beside bare WAL/FULL commits of the same text:");
    println!("  save  p50 {:?}  p99 {:?}", ours.p50, ours.p99);
    println!("  bare  p50 {:?}  p99 {:?}", floor.p50, floor.p99);
    println!(
        "  ratio p50 {:.2}  p99 {:.2}",
        ours.p50.as_secs_f64() / floor.p50.as_secs_f64(),
        ours.p99.as_secs_f64() / floor.p99.as_secs_f64()
    );
}

struct Quantiles {
    p50: Duration,
    p99: Duration,
}

impl Quantiles {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self {
            p50: times[times.len() / 2],
            p99: times[times.len() * 99 / 100],
        }
    }
}

/// The ten-thousandth piece of the outbox beside the hundredth: begun, delivered, and the link told of
/// each time, as by a courier.
fn queue(folder: &Path) {
    const PIECES: usize = 60;
    println!("a piece of the outbox, {PIECES} times:");
    for count in [100, 10_000] {
        let desk = sending::queued(&folder.join(format!("queue-{count}")), count);
        let times = (0..PIECES)
            .map(|number| {
                let start = Instant::now();
                let step = desk.outbox_next().unwrap();
                let release = sending::put(step.clone()).release;
                let stored = sending::stored(&format!("e{number}"), &release, &[], &[]);
                desk.outbox_record(&step, stored).unwrap();
                desk.link().unwrap();
                start.elapsed()
            })
            .collect();
        let times = Quantiles::of(times);
        println!("  among {count}: p50 {:?}  p99 {:?}", times.p50, times.p99);
    }
}

fn growth(criterion: &mut Criterion, folder: &Path) {
    let mut group = criterion.benchmark_group("growth");
    group.sample_size(40);
    // The goal speaks of 100 drafts; 500 fill every group of the first screen, so that it shows as many rows as with 10,000.
    for count in [100, 500, 10_000] {
        let at = folder.join(format!("desk-{count}"));
        let ids = settled(&open(&at), count);
        group.bench_with_input(BenchmarkId::new("open_desk", count), &at, |b, at| {
            b.iter(|| black_box(open(at)))
        });
        let desk = open(&at);
        group.bench_function(BenchmarkId::new("home", count), |b| {
            b.iter(|| black_box(desk.drafts_desk().unwrap()))
        });
        group.bench_function(BenchmarkId::new("counts", count), |b| {
            b.iter(|| black_box(desk.drafts_counts().unwrap()))
        });
        group.bench_function(BenchmarkId::new("first_page", count), |b| {
            b.iter(|| {
                black_box(
                    desk.drafts_list(&DraftQuery {
                        limit: 50,
                        ..DraftQuery::default()
                    })
                    .unwrap(),
                )
            });
        });
        let middle = desk
            .drafts_list(&DraftQuery {
                limit: 50,
                ..DraftQuery::default()
            })
            .unwrap()
            .next;
        group.bench_function(BenchmarkId::new("next_page", count), |b| {
            b.iter(|| {
                black_box(
                    desk.drafts_list(&DraftQuery {
                        limit: 50,
                        after: middle.clone(),
                        ..DraftQuery::default()
                    })
                    .unwrap(),
                )
            });
        });
        // What the window asks for when a piece is opened: all that is known of it, and its text for the editor.
        group.bench_function(BenchmarkId::new("open_draft", count), |b| {
            let mut n = 0;
            b.iter(|| {
                n = (n + 7919) % ids.len();
                let draft = desk.drafts_open(&ids[n]).unwrap();
                black_box(
                    desk.drafts_document(&draft.id, &draft.primary_lang)
                        .unwrap(),
                )
            });
        });
        // The first half alone: a few rows of a random piece, where memory far away is most of the time.
        group.bench_function(BenchmarkId::new("draft_rows", count), |b| {
            let mut n = 0;
            b.iter(|| {
                n = (n + 7919) % ids.len();
                black_box(desk.drafts_open(&ids[n]).unwrap())
            });
        });
    }
    group.finish();
}

/// Searching as it is typed over `DRAFTS` pieces, beside a bare FTS5 table with the same texts and the same terms:
/// both look the word up, rank what has it and give the best twenty. The desk also gives titles and snippets.
fn search_as_you_type(folder: &Path) {
    const DRAFTS: usize = 50_000;
    const TERMS: [&str; 6] = [
        "vacc",
        "vaccination",
        "التطعيم",
        "number 4",
        "campaign chil",
        "zzz",
    ];
    let desk = open(&folder.join("search"));
    let bare = rusqlite::Connection::open(folder.join("bare.sqlite")).unwrap();
    bare.execute_batch("CREATE VIRTUAL TABLE bare USING fts5(title, summary, body)")
        .unwrap();
    fill(&desk, DRAFTS);
    bare.execute_batch("BEGIN").unwrap();
    for piece in (0..DRAFTS).map(piece) {
        bare.execute(
            "INSERT INTO bare (title, summary, body) VALUES (?1, ?2, ?3)",
            [&piece.title, &piece.summary, &piece.body],
        )
        .unwrap();
    }
    bare.execute_batch("COMMIT").unwrap();
    let mut by_terms = bare
        .prepare("SELECT rowid FROM bare WHERE bare MATCH ?1 ORDER BY rank LIMIT 20")
        .unwrap();
    for terms in TERMS {
        let request = SearchRequest {
            query: terms.to_owned(),
            scope: Scope::Drafts,
            lang: None,
            content_type: None,
            limit: 20,
        };
        let matching = terms
            .split(' ')
            .map(|word| format!("\"{word}\"*"))
            .collect::<Vec<_>>()
            .join(" ");
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..31 {
            let began = Instant::now();
            black_box(desk.search(&request).unwrap());
            ours.push(began.elapsed());
            let began = Instant::now();
            let rows: Vec<i64> = by_terms
                .query_map([&matching], |row| row.get(0))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            black_box(rows);
            theirs.push(began.elapsed());
        }
        ours.sort();
        theirs.sort();
        let (ours, theirs) = (ours[ours.len() / 2], theirs[theirs.len() / 2]);
        println!(
            "search {terms:?} in {DRAFTS} drafts: {ours:?} in the middle, bare FTS5 {theirs:?}, {:.2} times",
            ours.as_secs_f64() / theirs.as_secs_f64()
        );
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    // `cargo test --benches` and `--list` ask without wanting a measurement.
    if !std::env::args().any(|a| a == "--bench") {
        return;
    }
    keystroke_to_durable(folder.path());
    queue(folder.path());
    search_as_you_type(folder.path());
    let mut criterion = Criterion::default().configure_from_args();
    growth(&mut criterion, folder.path());
    criterion.final_summary();
}

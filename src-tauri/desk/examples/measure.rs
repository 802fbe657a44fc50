//! What taking files in costs, printed as lines of a name and a number for the benchmark.
//!
//! - `measure intake STORE PATH...`: one intake; beside it, another thread reads and writes the desk
//!   as a window does, and the longest it had to wait is told.
//! - `measure copy STORE FOLDER TO`: the same files taken in and, beside it, copied and synced.
//! - `measure growth STORE FOLDER COUNT`: many small files, in steps of five hundred.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use qalam_desk::drafts::{NewDraft, SaveDraft, Text};
use qalam_desk::imports::worker;
use qalam_desk::publications::PublicationQuery;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::search::SearchRequest;
use qalam_desk::{Desk, OpenOptions, Result};

/// How often the other thread asks for something.
const ASK_EVERY: Duration = Duration::from_millis(10);
/// Files in one step of growth.
const STEP: usize = 500;

#[allow(clippy::print_stdout)] // it is a program for a terminal
fn say(name: &str, value: impl std::fmt::Display) {
    println!("{name} {value}");
}

fn main() -> Result<()> {
    if worker::run_if_requested() {
        return Ok(());
    }
    worker::use_this_program();
    let mut arguments = std::env::args_os().skip(1);
    let what = arguments.next().unwrap_or_default();
    let rest: Vec<PathBuf> = arguments.map(PathBuf::from).collect();
    match (what.to_str(), rest.as_slice()) {
        (Some("intake"), [store, paths @ ..]) => intake(store, paths),
        (Some("copy"), [store, folder, to]) => copy(store, folder, to),
        (Some("growth"), [store, folder, count]) => {
            let count = count.to_string_lossy().parse().unwrap_or(10_000);
            growth(store, folder, count)
        }
        _ => Err(qalam_desk::Error::internal("intake, copy or growth")),
    }
}

fn take(desk: &Desk, paths: &[PathBuf]) -> Result<(Duration, u32)> {
    let began = Instant::now();
    let report = desk.intake_blocking(paths, IntakeOptions::default(), &mut |_| {})?;
    Ok((began.elapsed(), report.job.tally.added))
}

fn intake(store: &Path, paths: &[PathBuf]) -> Result<()> {
    let desk = Arc::new(Desk::open(store, OpenOptions::default())?);
    let over = AtomicBool::new(false);
    let (taken, mut reads, mut writes) = std::thread::scope(|scope| {
        let window = scope.spawn(|| as_a_window(&desk, &over));
        let taken = take(&desk, paths);
        over.store(true, Ordering::Relaxed);
        let (reads, writes) = window.join().unwrap_or_default();
        (taken, reads, writes)
    });
    let (took, added) = taken?;
    say("wall_ms", took.as_millis());
    say("added", added);
    for (name, times) in [("read", &mut reads), ("write", &mut writes)] {
        times.sort_unstable();
        say(&format!("{name}s"), times.len());
        let at = |share: usize| {
            times.get((times.len() * share / 1_000).min(times.len().saturating_sub(1)))
        };
        for (mark, share) in [("p50", 500), ("p99", 990), ("max", 1_000)] {
            let micros = at(share).map_or(0, Duration::as_micros);
            say(&format!("{name}_{mark}_us"), micros);
        }
    }
    if let Some(peak) = peak_kb() {
        say("peak_kb", peak);
    }
    Ok(())
}

/// Lists, searches and saves a draft, until `over`; how long each took.
fn as_a_window(desk: &Desk, over: &AtomicBool) -> (Vec<Duration>, Vec<Duration>) {
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    let draft = desk.drafts_create(NewDraft {
        content_type: "news".into(),
        lang: "en".into(),
        title: "Written while files come in".into(),
        ..NewDraft::default()
    });
    let Ok(draft) = draft else {
        return (reads, writes);
    };
    let mut base = draft
        .languages
        .first()
        .map(|version| version.rev.clone())
        .unwrap_or_default();
    for turn in 0_u32.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let began = Instant::now();
        match turn % 3 {
            0 => {
                let _ = desk.publications_list(&PublicationQuery::default());
                reads.push(began.elapsed());
            }
            1 => {
                let _ = desk.search(&SearchRequest {
                    query: "report chapter".into(),
                    ..SearchRequest::default()
                });
                reads.push(began.elapsed());
            }
            _ => {
                let saved = desk.drafts_save(SaveDraft {
                    draft: draft.id.clone(),
                    lang: "en".into(),
                    base: base.clone(),
                    text: Text::Markdown(format!("Saved {turn} times.")),
                    ..SaveDraft::default()
                });
                writes.push(began.elapsed());
                if let Ok(saved) = saved {
                    base = saved.rev;
                }
            }
        }
        std::thread::sleep(ASK_EVERY);
    }
    (reads, writes)
}

fn copy(store: &Path, folder: &Path, to: &Path) -> Result<()> {
    let desk = Desk::open(store, OpenOptions::default())?;
    let (took, _) = take(&desk, &[folder.to_path_buf()])?;
    say("intake_ms", took.as_millis());
    let began = Instant::now();
    let failed = |error| qalam_desk::Error::io(error, to);
    std::fs::create_dir_all(to).map_err(failed)?;
    for entry in std::fs::read_dir(folder).map_err(failed)?.flatten() {
        let target = to.join(entry.file_name());
        std::fs::copy(entry.path(), &target).map_err(failed)?;
        std::fs::File::open(&target)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
    }
    say("cp_ms", began.elapsed().as_millis());
    Ok(())
}

fn growth(store: &Path, folder: &Path, count: usize) -> Result<()> {
    let desk = Desk::open(store, OpenOptions::default())?;
    let failed = |error| qalam_desk::Error::io(error, folder);
    for step in 0..count.div_ceil(STEP) {
        let step_folder = folder.join(format!("{step:04}"));
        std::fs::create_dir_all(&step_folder).map_err(failed)?;
        for number in step * STEP..(step + 1) * STEP {
            let path = step_folder.join(format!("{number:06}.txt"));
            std::fs::write(path, note(number)).map_err(failed)?;
        }
        let (took, _) = take(&desk, &[step_folder])?;
        say(
            &format!("to_{}_us_each", (step + 1) * STEP),
            took.as_micros() / u128::try_from(STEP).unwrap_or(1),
        );
    }
    Ok(())
}

/// A note of about three thousand letters in words as they are spread in a language.
fn note(number: usize) -> String {
    let mut state = u64::try_from(number).unwrap_or(0) ^ 0x9E37_79B9_7F4A_7C15;
    let mut text = format!("Sample note number {number}\n\n");
    for _ in 0..450 {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let roll = state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40;
        // The square makes low numbers, the common words, frequent.
        let word = (roll * roll) >> 34;
        text.push_str(&format!("w{word:x} "));
    }
    text
}

/// The most memory this process ever held.
fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

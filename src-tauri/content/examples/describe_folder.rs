//! Describes every file of a folder, with text and thumbnail, and says how long that took and where
//! the time went: `cargo run --release -p qalam-content --example describe_folder FOLDER [THREADS]`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use qalam_content::readers;

struct Row {
    path: PathBuf,
    took: Duration,
    pages: u32,
    text: usize,
    has_thumbnail: bool,
    state: &'static str,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().expect("a folder");
    let threads: usize = args.next().map_or(2, |threads| threads.parse().unwrap());
    let mut paths = Vec::new();
    files(Path::new(&folder), &mut paths);
    paths.sort();
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let bytes = std::fs::read(path).unwrap();
                    let name = path.file_name().unwrap().to_string_lossy();
                    let began = Instant::now();
                    let reading = readers::describe(&name, bytes, Some(320));
                    rows.lock().unwrap().push(Row {
                        path: path.clone(),
                        took: began.elapsed(),
                        pages: reading.facts.pages.map_or(0, |pages| pages.value),
                        text: reading.facts.text.len(),
                        has_thumbnail: reading.thumbnail.is_some(),
                        state: reading.facts.state.as_str(),
                    });
                }
            });
        }
    });
    let wall = began.elapsed();
    let mut rows = rows.into_inner().unwrap();
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *states.entry(row.state).or_default() += 1;
    }
    println!(
        "{} files, {} pages, {} bytes of text, {} thumbnails, {states:?}",
        rows.len(),
        rows.iter().map(|row| row.pages).sum::<u32>(),
        rows.iter().map(|row| row.text).sum::<usize>(),
        rows.iter().filter(|row| row.has_thumbnail).count(),
    );
    println!(
        "wall {:.2} s with {threads} threads, {:.2} s of work",
        wall.as_secs_f64(),
        rows.iter().map(|row| row.took.as_secs_f64()).sum::<f64>()
    );
    rows.sort_by_key(|row| std::cmp::Reverse(row.took));
    for row in rows.iter().take(8) {
        println!(
            "{:>7.1} ms  {:>5} pages  {}",
            row.took.as_secs_f64() * 1e3,
            row.pages,
            row.path.display()
        );
    }
}

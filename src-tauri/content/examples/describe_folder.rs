//! Describes every PDF of a folder and says how long that took.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing
)]
use qalam_content::readers::pdf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut files: Vec<_> = std::fs::read_dir(&args[1])
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    let threads: usize = args.get(2).map_or(1, |t| t.parse().unwrap());
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let rows = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|s| {
        for _ in 0..threads {
            s.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = files.get(i) else { break };
                    let bytes = std::fs::read(path).unwrap();
                    let t = Instant::now();
                    let facts = pdf::describe(&bytes);
                    let a = t.elapsed();
                    let t = Instant::now();
                    let thumb = pdf::thumbnail(&bytes, 320);
                    let b = t.elapsed();
                    rows.lock().unwrap().push((
                        a,
                        b,
                        facts.pages.unwrap_or(0),
                        facts.text.len(),
                        thumb.is_some(),
                        path.clone(),
                    ));
                }
            });
        }
    });
    let rows = rows.into_inner().unwrap();
    let wall = began.elapsed();
    let a: f64 = rows.iter().map(|r| r.0.as_secs_f64()).sum();
    let b: f64 = rows.iter().map(|r| r.1.as_secs_f64()).sum();
    println!(
        "{} files, {} pages, {} text bytes: wall {:.2}s, describe {a:.2}s, thumbnail {b:.2}s",
        rows.len(),
        rows.iter().map(|r| r.2).sum::<u32>(),
        rows.iter().map(|r| r.3).sum::<usize>(),
        wall.as_secs_f64()
    );
    let mut by = rows.clone();
    by.sort_by_key(|r| std::cmp::Reverse(r.0));
    for r in by.iter().take(6) {
        println!("describe {:?} {:?} {}", r.0, r.5, r.2);
    }
    by.sort_by_key(|r| std::cmp::Reverse(r.1));
    for r in by.iter().take(6) {
        println!("thumb {:?} {:?}", r.1, r.5);
    }
}

//! Runs the simulation of sending: `simulate --runs N --seed S`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic)] // a tool of the developers

#[path = "../tests/simulation/mod.rs"]
mod simulation;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let value = |name: &str, default: u64| {
        args.iter()
            .position(|arg| arg == name)
            .and_then(|at| args.get(at + 1)?.parse().ok())
            .unwrap_or(default)
    };
    let (runs, first) = (value("--runs", 1_000_000), value("--seed", 1));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicU64::new(first);
    let failed: Mutex<Vec<(u64, String)>> = Mutex::new(Vec::new());
    // More than these are no news.
    let most = usize::try_from(value("--failures", 1)).unwrap_or(1);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(1_000, Ordering::Relaxed);
                    if from >= first + runs || failed.lock().unwrap().len() >= most {
                        return;
                    }
                    for seed in from..(from + 1_000).min(first + runs) {
                        if let Err(fault) = simulation::run_seed(seed) {
                            failed.lock().unwrap().push((seed, format!("{fault:?}")));
                        }
                    }
                }
            });
        }
    });
    let took = began.elapsed().as_secs_f64();
    let mut failed = failed.into_inner().unwrap();
    failed.sort_unstable();
    let done = next.load(Ordering::Relaxed).min(first + runs) - first;
    println!(
        "{done} runs, seeds {first} to {}, {threads} threads, {took:.1} s, {:.0} runs a second",
        first + done.saturating_sub(1),
        done as f64 / took
    );
    let Some((seed, _)) = failed.first() else {
        println!("All ended well.");
        return;
    };
    println!(
        "{} seeds failed: {:?}",
        failed.len(),
        failed.iter().take(20).collect::<Vec<_>>()
    );
    if let Some((fault, tape)) = simulation::shrunk(*seed) {
        let _ = simulation::tell(&tape);
        println!(
            "seed {seed}: {fault:?}; shortest tape of {} numbers:\n{tape:?}",
            tape.len()
        );
    }
    std::process::exit(1);
}

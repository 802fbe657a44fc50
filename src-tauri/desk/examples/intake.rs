//! Takes files into a desk and prints what became of them; can be its own worker.
//!
//! `cargo run -p qalam-desk --example intake -- STORE PATH...`
//!
//! With `QALAM_INTAKE_HOLD` it stops for good when the first file is in, and says so: whoever kills
//! it then has killed it in the middle.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use qalam_desk::imports::worker;
use qalam_desk::job::Job;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::{Desk, OpenOptions, Result};

#[allow(clippy::print_stdout)] // it is a program for a terminal
fn main() -> Result<()> {
    if worker::run_if_requested() {
        return Ok(());
    }
    worker::use_this_program();
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let store = arguments.next().unwrap_or_else(|| PathBuf::from("store"));
    let paths: Vec<PathBuf> = arguments.collect();
    let desk = Desk::open(&store, OpenOptions::default())?;
    let began = Instant::now();
    let hold = std::env::var_os("QALAM_INTAKE_HOLD").is_some();
    let mut told = |job: &Job| {
        if hold && job.tally.added > 0 {
            println!("held");
            loop {
                std::thread::park();
            }
        } else if hold {
            // Longer than the pause between two words, so that the next file is told of at once.
            std::thread::sleep(Duration::from_millis(250));
        }
    };
    let report = desk.intake_blocking(&paths, IntakeOptions::default(), &mut told)?;
    for item in &report.items {
        let problems: Vec<&str> = item.problems.iter().map(|one| one.code.as_str()).collect();
        println!(
            "{:?} {} {} {problems:?}",
            item.status, item.path, item.title
        );
    }
    println!("{:?} {:?}", report.job.tally, began.elapsed());
    Ok(())
}

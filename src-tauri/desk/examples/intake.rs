//! Takes files into a desk and prints what became of them; can be its own worker.
//!
//! `cargo run -p qalam-desk --example intake -- STORE PATH...`

use std::path::PathBuf;
use std::time::Instant;

use qalam_desk::imports::worker;
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
    let report = desk.intake_blocking(&paths, IntakeOptions::default(), &mut |_| {})?;
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

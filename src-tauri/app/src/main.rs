//! Qalam in a window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use qalam_app::cli::exit_of;
use qalam_app::failure::Failure;
use qalam_app::secrets::Wanted;
use qalam_app::text::Words;
use qalam_app::window::{Ended, NO_DISPLAY, display_is_there, run};
use qalam_app::{cli, place};
use qalam_desk::imports::worker;

/// Qalam in a window.
#[derive(Parser)]
#[command(name = "qalam", version)]
struct Args {
    /// The desk's folder.
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
    /// Where passwords are kept: keyring, or file:PATH.
    #[arg(long, value_name = "PLACE")]
    secrets: Option<Wanted>,
    /// A package to look into, as a double click gives it.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

fn main() -> ExitCode {
    if worker::run_if_requested() {
        return ExitCode::SUCCESS;
    }
    let args = Args::parse();
    cli::log_to_stderr();
    worker::use_this_program();
    let words = Words::of_machine();
    if !display_is_there() {
        return no_display(words);
    }
    let ended = place::store(args.store)
        .map_err(Failure::from)
        .and_then(|store| {
            // The window that is there already may have been started elsewhere.
            let file = args
                .file
                .map(|file| std::path::absolute(&file).unwrap_or(file));
            run(&store, args.secrets.unwrap_or_default(), words, file)
        });
    match ended {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::NoDisplay) => no_display(words),
        Err(failure) => {
            eprintln!("{}", words.say(&failure.code, &failure.params));
            ExitCode::from(exit_of(failure.class()))
        }
    }
}

fn no_display(words: Words) -> ExitCode {
    eprintln!("{}", words.plain("cli.no_display"));
    ExitCode::from(NO_DISPLAY)
}

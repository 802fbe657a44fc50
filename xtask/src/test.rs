//! `cargo xtask test`: every check and test, in the order in which they fail fastest.

use crate::shell::{Outcome, command, has, run, run_in};
use crate::{contract, setup, ui, wordpress};
use std::time::Instant;

/// The display the tests run on: one argument of `xvfb-run`, with its spaces.
pub const SCREEN: &str = "-screen 0 1366x900x24";

type Step = (&'static str, fn() -> Outcome);

const STEPS: &[Step] = &[
    ("setup", setup::for_tests),
    ("format", || run(&mut command("cargo fmt --all --check"))),
    ("deny", || {
        // Also what only other systems are built from, which no build here has brought.
        run(&mut command("cargo fetch --quiet --locked"))?;
        run(&mut command(
            "cargo deny --offline check --hide-inclusion-graph bans licenses sources",
        ))
    }),
    ("ui", || {
        ui::packages()?;
        run_in("ui", "npm run --silent check")?;
        run_in("ui", "npm run --silent test")?;
        ui::build()
    }),
    ("lint", || {
        run(&mut command(
            "cargo clippy --quiet --workspace --all-targets --features serve -- -D warnings",
        ))
    }),
    ("rust", rust),
    // A build of its own would take longer than it saves.
    ("simulate", || {
        tests_built()?;
        run(&mut command(
            "target/debug/examples/simulate --runs 1000000",
        ))
    }),
    ("contract", contract::contract),
    ("tus", contract::tus),
    ("wordpress", wordpress::test),
    ("browser", browser),
];

pub fn test(args: &[&str]) -> Outcome {
    if args.first() == Some(&"list") {
        for (name, _) in STEPS {
            println!("{name}");
        }
        return Ok(());
    }
    let began = Instant::now();
    for (name, step) in STEPS {
        if !args.is_empty() && !args.contains(name) {
            continue;
        }
        let start = Instant::now();
        eprintln!("\n== {name}");
        step()?;
        eprintln!("== {name}: {} s", start.elapsed().as_secs());
    }
    eprintln!("\nAll passed in {} s.", began.elapsed().as_secs());
    Ok(())
}

/// All Rust tests, the real window's and the real keyring's among them, under a display and a
/// session bus of their own.
fn rust() -> Outcome {
    ui::build()?;
    let runner = if has("cargo nextest --version") {
        "nextest run --no-fail-fast"
    } else {
        "test --no-fail-fast"
    };
    in_session(&format!("cargo {runner} --workspace --features serve"))
}

/// The pages in a real browser against the real core.
fn browser() -> Outcome {
    tests_built()?;
    run(&mut command("node tests/e2e/run.mjs"))
}

/// Exactly what the Rust tests build, so that nothing is built twice.
fn tests_built() -> Outcome {
    ui::build()?;
    run(&mut command(
        "cargo test --quiet --workspace --features serve --no-run",
    ))
}

/// Pictures of every screen, made in the real window.
pub fn screenshots() -> Outcome {
    setup::for_tests()?;
    ui::build()?;
    let folder = std::env::current_dir()
        .map_err(|e| e.to_string())?
        .join("out/screenshots");
    std::fs::create_dir_all(&folder)
        .map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    run(
        session("cargo test --features serve --test window -- --nocapture")
            .env("QALAM_SCREENSHOTS", &folder),
    )
}

fn in_session(line: &str) -> Outcome {
    run(&mut session(line))
}

fn session(line: &str) -> std::process::Command {
    if cfg!(target_os = "linux") {
        let mut command = command("xvfb-run -a --server-args");
        command.arg(SCREEN);
        command.args("dbus-run-session --".split_whitespace());
        command.args(line.split_whitespace());
        command
    } else {
        command(line)
    }
}

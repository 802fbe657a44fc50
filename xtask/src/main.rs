//! The project's commands: `cargo xtask run`, `cargo xtask test` and their smaller parts.
//!
//! They need nothing but Rust and Node on the machine. On Debian and its relatives they install
//! what is missing (as root or through sudo); elsewhere they say exactly what to install.

mod bench;
mod chance;
mod contract;
mod demo;
mod desk;
mod documents;
mod import;
mod intake;
mod link;
mod ordeal;
mod run;
mod setup;
mod shell;
mod simulate;
mod test;
mod ui;
mod wordpress;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask run [ARGS]    build what is missing, open Qalam in a window (ARGS go to the app);
                          without a display: do the main job through qalam-cli and print it
cargo xtask test [STEP]   every check and test, or one step (cargo xtask test list)
cargo xtask demo          the main job through qalam-cli on real files
cargo xtask bench [WHAT]  all benchmarks, or one of: desk proof locked window writing link import, intake [--peers] [FOLDER]
cargo xtask simulate [--runs N] [--seed S]
                          sending on bad days: N runs of the simulation from seed S on
cargo xtask ordeal [small] [--drafts N] [--bytes N] [--seed S]
                          into a real WordPress over a bad link, both ends killed at random moments
cargo xtask screenshots   pictures of every screen in out/screenshots
cargo xtask rustus        build a second tus server, which takes minutes, and test uploads to it
cargo xtask types         write ui/src/backend/wire.ts from the Rust types
cargo xtask wordpress [up|down|remove|status]
                          real WordPress sites on this machine, stock and with the companion plugin
cargo xtask setup         install what the two main commands need, and nothing else
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest: Vec<&str> = args.iter().skip(1).map(String::as_str).collect();
    let outcome = shell::at_root().and_then(|()| match args.first().map(String::as_str) {
        Some("run") => run::run(&rest),
        Some("test") => test::test(&rest),
        Some("demo") => demo::demo(),
        Some("bench") => bench::bench(&rest),
        Some("simulate") => simulate::simulate(&rest),
        Some("ordeal") => ordeal::ordeal(&rest),
        Some("screenshots") => test::screenshots(),
        Some("rustus") => contract::rustus(),
        Some("types") => ui::write_types(),
        Some("wordpress") => wordpress::wordpress(&rest),
        Some("setup") => setup::for_run().and_then(|()| setup::for_tests()),
        _ => {
            print!("{HELP}");
            Ok(())
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\n{message}");
            ExitCode::FAILURE
        }
    }
}

//! `cargo xtask run`: a person has Qalam open.

use crate::shell::{Outcome, command, run as execute};
use crate::{demo, setup, ui};

/// What the app answers when no display can be opened (`EX_UNAVAILABLE` of sysexits).
const NO_DISPLAY: i32 = 69;

pub fn run(args: &[&str]) -> Outcome {
    setup::for_run()?;
    ui::build()?;
    execute(&mut command(
        "cargo build --release --bin qalam --bin qalam-cli",
    ))?;
    if !display() {
        eprintln!(
            "No display here, so no window can open: doing the main job through qalam-cli instead.\n"
        );
        return demo::demo_with("target/release/qalam-cli".into());
    }
    let status = command("target/release/qalam")
        .args(args)
        .status()
        .map_err(|e| format!("target/release/qalam did not start: {e}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(NO_DISPLAY) => demo::demo_with("target/release/qalam-cli".into()),
        _ => Err(format!("Qalam ended with {status}")),
    }
}

fn display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

//! Running other programs, with the command shown and its failure named.

use std::path::Path;
use std::process::{Command, Stdio};

/// Every step answers with a sentence when it fails.
pub type Outcome<T = ()> = Result<T, String>;

/// Moves to the project's folder, wherever the command was called from.
pub fn at_root() -> Outcome {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().unwrap_or(here);
    std::env::set_current_dir(root).map_err(|e| format!("cannot enter {}: {e}", root.display()))
}

/// A command split at spaces; arguments that hold spaces are added with `.arg`.
pub fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or("true"));
    command.args(words);
    command
}

/// Runs a command to its end, showing it first.
pub fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    eprintln!("\x1b[2m$ {shown}\x1b[0m");
    let status = command
        .status()
        .map_err(|e| format!("`{shown}` did not start: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{shown}` failed ({status})"))
    }
}

/// Runs a command line in a folder.
pub fn run_in(folder: &str, line: &str) -> Outcome {
    run(command(line).current_dir(folder))
}

/// Runs a command line and gives back what it printed; its errors go to the terminal.
pub fn output(command: &mut Command) -> Outcome<String> {
    let shown = shown(command);
    let answer = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("`{shown}` did not start: {e}"))?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    if answer.status.success() {
        Ok(text)
    } else {
        Err(format!("`{shown}` failed ({})\n{text}", answer.status))
    }
}

/// Whether a program answers at all.
pub fn has(line: &str) -> bool {
    command(line)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|s| s.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

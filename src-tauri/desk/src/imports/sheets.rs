//! Reading sheets in a process of their own, as files are described in one: a workbook that eats
//! memory or never ends costs itself only.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use qalam_content::limits::MAX_SHEET_BYTES;
use qalam_content::problem::{Problem, code};
use qalam_content::sheet::{Sheet, read, unread};

use super::worker::{TOOK_TOO_LONG, TOOK_TOO_MUCH_MEMORY, VARIABLE};
use super::{memory, worker};
use crate::error::{Error, Result};

/// The value of [`VARIABLE`] that asks for a sheet.
pub(super) const ASKED: &str = "sheet";
/// The longest a sheet may be worked on; the largest take a few seconds.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// The longest answer, in bytes: every cell of the largest sheet that is read.
const MAX_ANSWER_BYTES: u64 = 256 * 1024 * 1024;

/// Reads the sheet at `path`.
///
/// # Errors
/// When the file cannot be opened; whatever is wrong inside is in the sheet.
pub fn read_sheet(path: &Path) -> Result<Sheet> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let mut bytes = Vec::new();
    Error::open_file(path)?
        .take(MAX_SHEET_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, path))?;
    Ok(match worker::program() {
        Some(program) => in_a_process(&program, &name, bytes),
        None => std::panic::catch_unwind(|| read(&name, &bytes))
            .unwrap_or_else(|_| unread(Problem::new(code::READER_FAILED, &name))),
    })
}

/// Works as such a process when started as one; answers whether it was.
pub(super) fn run_if_requested() -> bool {
    if std::env::var_os(VARIABLE).is_none_or(|value| value != ASKED) {
        return false;
    }
    memory::bound();
    let name = std::env::args().nth(2).unwrap_or_default();
    let mut bytes = Vec::new();
    if std::io::stdin().lock().read_to_end(&mut bytes).is_ok()
        && let Ok(answer) = serde_json::to_vec(&read(&name, &bytes))
    {
        // Nobody who left has to be told.
        let _ = std::io::stdout().lock().write_all(&answer);
    }
    true
}

fn in_a_process(program: &Path, name: &str, bytes: Vec<u8>) -> Sheet {
    let failed = |code: &str| unread(Problem::new(code, name));
    let mut command = Command::new(program);
    command
        .args(["worker", name])
        .env(VARIABLE, ASKED)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    worker::quietly(&mut command);
    let Ok(mut child) = command.spawn() else {
        return failed(code::READER_FAILED);
    };
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        let _ = child.kill();
        let _ = child.wait();
        return failed(code::READER_FAILED);
    };
    let (sender, answer) = channel();
    let started = std::thread::Builder::new()
        .name("sheet".to_owned())
        .spawn(move || {
            // A process that died reads no further; its silence says so below.
            let _ = input.write_all(&bytes);
            drop(input);
            let mut text = Vec::new();
            let read = output.take(MAX_ANSWER_BYTES).read_to_end(&mut text);
            let _ = sender.send(read.map(|_| text));
        });
    if started.is_err() {
        let _ = child.kill();
        let _ = child.wait();
        return failed(code::READER_FAILED);
    }
    let told = answer.recv_timeout(TIME_LIMIT);
    if told.is_err() {
        let _ = child.kill();
    }
    let status = child.wait();
    match told {
        Ok(Ok(text)) => serde_json::from_slice(&text).unwrap_or_else(|_| {
            failed(match status {
                Ok(status) if memory::ran_out(status) => TOOK_TOO_MUCH_MEMORY,
                _ => code::READER_FAILED,
            })
        }),
        Err(RecvTimeoutError::Timeout) => {
            unread(Problem::new(TOOK_TOO_LONG, name).with("seconds", TIME_LIMIT.as_secs()))
        }
        _ => failed(code::READER_FAILED),
    }
}

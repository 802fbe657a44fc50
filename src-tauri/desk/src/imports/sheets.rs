//! Reading sheets in a process of their own, as files are described in one: a workbook that eats
//! memory or never ends costs itself only.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use qalam_content::limits::MAX_SHEET_BYTES;
use qalam_content::problem::{Problem, code};
use qalam_content::sheet::{Sheet, read, unread};

use super::alone::{self, Question, Silence};
use super::bounds::{TOOK_TOO_LONG, TOOK_TOO_MUCH_MEMORY};
use super::worker;
use crate::error::{Error, Result};

/// The value of [`worker::VARIABLE`] that asks for a sheet.
const ASKED: &str = "sheet";
/// The longest a sheet may be worked on; the largest take a few seconds.
const TIME_LIMIT: Duration = Duration::from_secs(30);

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
        Some(program) => in_a_process(&program, &name, &bytes),
        None => std::panic::catch_unwind(|| read(&name, &bytes))
            .unwrap_or_else(|_| unread(Problem::new(code::READER_FAILED, &name))),
    })
}

/// Works as such a process when started as one; answers whether it was.
pub(super) fn run_if_requested() -> bool {
    alone::answer_if_asked(ASKED, |words, bytes, out| {
        let name = words.first().map(String::as_str).unwrap_or_default();
        Ok(serde_json::to_writer(out, &read(name, bytes))?)
    })
}

fn in_a_process(program: &Path, name: &str, bytes: &[u8]) -> Sheet {
    let question = Question {
        kind: ASKED,
        words: &[name],
        bytes,
        limit: TIME_LIMIT,
    };
    alone::ask(program, &question)
        .and_then(|text| serde_json::from_slice(&text).map_err(|_| Silence::Ended))
        .unwrap_or_else(|silence| {
            unread(match silence {
                Silence::Ended => Problem::new(code::READER_FAILED, name),
                Silence::TooMuchMemory => Problem::new(TOOK_TOO_MUCH_MEMORY, name),
                Silence::TooLong => {
                    Problem::new(TOOK_TOO_LONG, name).with("seconds", TIME_LIMIT.as_secs())
                }
            })
        })
}

//! The worker: the same program once more, describing one file at a time.
//!
//! A parser that crashes, hangs or asks for too much memory ends its own process; the desk notes it
//! on the file and goes on. The conversation is one JSON document per line, a [`Request`] in, an
//! [`Answer`] out, until the worker's input ends.
//!
//! A program that can be a worker calls [`run_if_requested`] first thing in `main`, and
//! [`use_this_program`] before it takes files in. Where nobody called it (tests), files are
//! described in the desk's own process.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use qalam_content::slim::{NotSlimmed, Report, Wish, for_sending};
use serde::{Deserialize, Serialize};

use super::describe::{Description, describe_owned};
use super::memory;

/// Set to `1` in the environment of a worker; the first argument `worker` means the same.
pub const VARIABLE: &str = "QALAM_WORKER";

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    /// The file's name, for its kind and its title.
    pub(super) name: String,
    /// Where its bytes are. As text a path may be none at all, see [`in_words`].
    #[serde(with = "in_words")]
    pub(super) path: PathBuf,
    /// Where to write the small picture, if one can be drawn, or the copy.
    pub(super) write_to: PathBuf,
    /// The memory it may take, in bytes.
    pub(super) memory: u64,
    /// The copy that is wished for, instead of a description.
    pub(super) wish: Option<Wish>,
}

/// Paths on the line between the desk and a worker, also those that are not UTF-8.
mod in_words {
    use std::path::{Path, PathBuf};

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::publications::names::{note_path, noted_path};

    pub(super) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
        note_path(path)
            .ok_or_else(|| serde::ser::Error::custom("a path that is no text"))?
            .serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
        Ok(noted_path(&String::deserialize(from)?))
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Answer {
    /// What was found; `None` when the bytes could not be read.
    pub(super) description: Option<Description>,
    /// Whether the small picture, or the copy, was written.
    pub(super) written: bool,
    /// What the copy is, or why there is none.
    pub(super) slimmed: Option<Result<Report, NotSlimmed>>,
    /// The memory the worker still holds, in bytes; 0 where the system does not say.
    pub(super) held: u64,
}

/// Whether this process was started as a worker.
#[must_use]
pub fn requested() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "1")
        || std::env::args_os()
            .nth(1)
            .is_some_and(|first| first == "worker")
}

/// Works as a worker until the input ends, when started as one. Answers whether it was; the
/// program then ends.
#[must_use]
pub fn run_if_requested() -> bool {
    if super::sheets::run_if_requested() || super::documents::run_if_requested() {
        return true;
    }
    if !requested() {
        return false;
    }
    memory::bound();
    memory::stand_back();
    serve(
        std::io::stdin().lock(),
        std::io::stdout().lock(),
        memory::allow,
    );
    true
}

/// Files are from now on described in a second process of the running program.
pub fn use_this_program() {
    if let Ok(program) = std::env::current_exe() {
        use_program(program);
    }
}

/// Like [`use_this_program`], with another program that can be a worker. The first call counts.
pub fn use_program(program: PathBuf) {
    PROGRAM.get_or_init(|| program);
}

/// The program workers are started from, where there is one.
pub(super) fn program() -> Option<PathBuf> {
    PROGRAM.get().cloned()
}

/// No console flashes up beside the window, and one that ran out of memory ends: finding the names for
/// a backtrace, which nobody would see, asks for more of it and may wait for itself for ever.
pub(super) fn quietly(command: &mut Command) {
    command
        .env("RUST_BACKTRACE", "0")
        .env("RUST_LIB_BACKTRACE", "0");
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        /// CREATE_NO_WINDOW.
        const NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(NO_WINDOW);
    }
}

fn serve(input: impl BufRead, mut output: impl Write, allow: fn(u64)) {
    for line in input.lines() {
        let Ok(line) = line else { return };
        let Ok(request) = serde_json::from_str::<Request>(&line) else {
            return;
        };
        allow(request.memory);
        let answer = answer(&request);
        let Ok(mut text) = serde_json::to_vec(&answer) else {
            return;
        };
        text.push(b'\n');
        if output
            .write_all(&text)
            .and_then(|()| output.flush())
            .is_err()
        {
            return;
        }
    }
}

fn answer(request: &Request) -> Answer {
    let mut answer = Answer {
        description: None,
        written: false,
        slimmed: None,
        held: 0,
    };
    let Ok(bytes) = std::fs::read(&request.path) else {
        return answer;
    };
    let write = |bytes: Vec<u8>| std::fs::write(&request.write_to, bytes).is_ok();
    if let Some(wish) = request.wish {
        let slimmed = for_sending(&bytes, wish);
        answer.slimmed = Some(slimmed.map(|slimmed| {
            answer.written = write(slimmed.bytes);
            slimmed.report
        }));
    } else {
        let described = describe_owned(&request.name, bytes);
        answer.written = described.thumbnail.is_some_and(write);
        answer.description = Some(described.description);
    }
    answer.held = memory::held();
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serves_requests_until_the_input_ends() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("note.txt");
        std::fs::write(&path, "A short note.").unwrap();
        let request = |path: PathBuf| {
            serde_json::to_string(&Request {
                name: "note.txt".into(),
                path,
                write_to: folder.path().join("t.png"),
                wish: None,
                memory: u64::MAX,
            })
            .unwrap()
        };
        let input = format!(
            "{}\n{}\n",
            request(path),
            request(folder.path().join("absent"))
        );
        let mut output = Vec::new();
        serve(input.as_bytes(), &mut output, |_| ());
        let answers: Vec<Answer> = String::from_utf8(output)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(answers.len(), 2);
        assert!(answers[0].description.is_some());
        assert!(answers[1].description.is_none());
    }
}

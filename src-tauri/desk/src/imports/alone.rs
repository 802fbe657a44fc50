//! One question to a process of its own: the program once more, with the bytes of a file as its
//! input. It answers and ends. Whatever eats memory or never ends costs itself only.

use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use super::bounds::{LOOK_UP, Patience};
use super::worker::VARIABLE;
use super::{memory, worker};

/// The longest answer, in bytes: every cell of the largest sheet, or a document with its pictures.
const MAX_ANSWER_BYTES: u64 = 256 * 1024 * 1024;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// It could not be started, or ended without one.
    Ended,
    /// It asked for more memory than it may have.
    TooMuchMemory,
    /// It was stopped.
    TooLong,
}

/// What somebody is asked.
pub(super) struct Question<'a> {
    /// The value of [`VARIABLE`] that asks it.
    pub(super) kind: &'a str,
    /// What belongs to it; the one asked finds them as its arguments, from the second on.
    pub(super) words: &'a [&'a str],
    /// The bytes of the file.
    pub(super) bytes: &'a [u8],
    /// The longest it may be worked on.
    pub(super) limit: Duration,
}

/// Asks the program.
pub(super) fn ask(program: &Path, question: &Question<'_>) -> Result<Vec<u8>, Silence> {
    let mut command = Command::new(program);
    command
        .arg("worker")
        .args(question.words)
        .env(VARIABLE, question.kind)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    worker::quietly(&mut command);
    let mut child = command.spawn().map_err(|error| {
        tracing::warn!(%error, "no worker could be started");
        Silence::Ended
    })?;
    let heard = match (child.stdin.take(), child.stdout.take()) {
        (Some(input), Some(output)) => hear(&mut child, question, input, output),
        _ => Err(Silence::Ended),
    };
    if heard.is_err() {
        // One that ended by itself cannot be killed; both are what we want.
        let _ = child.kill();
    }
    let status = child.wait();
    match heard {
        Ok(answer) if !answer.is_empty() => Ok(answer),
        Ok(_) if status.is_ok_and(memory::ran_out) => Err(Silence::TooMuchMemory),
        Ok(_) => Err(Silence::Ended),
        Err(silence) => Err(silence),
    }
}

fn hear(
    child: &mut Child,
    question: &Question<'_>,
    mut input: ChildStdin,
    output: ChildStdout,
) -> Result<Vec<u8>, Silence> {
    let (sender, answer) = channel();
    let patience = Patience::with(child, question.limit);
    std::thread::scope(|scope| {
        let conversation = std::thread::Builder::new()
            .name(question.kind.to_owned())
            .spawn_scoped(scope, move || {
                // Who died reads no further; the silence says so.
                let _ = input.write_all(question.bytes);
                drop(input);
                let mut told = Vec::new();
                let read = output.take(MAX_ANSWER_BYTES).read_to_end(&mut told);
                // Nobody who left has to be told.
                let _ = sender.send(read.map(|_| told));
            });
        let heard = loop {
            match answer.recv_timeout(LOOK_UP) {
                Ok(told) => break told.map_err(|_| Silence::Ended),
                Err(RecvTimeoutError::Timeout) if !patience.is_over(child) => {}
                Err(RecvTimeoutError::Timeout) => break Err(Silence::TooLong),
                Err(RecvTimeoutError::Disconnected) => break Err(Silence::Ended),
            }
        };
        if heard.is_err() && conversation.is_ok() {
            // It ends with the pipes, and the scope waits for it.
            let _ = child.kill();
        }
        heard
    })
}

/// Answers in a process that was started to answer questions of this kind: `answer` is given the
/// words that belong to it and the bytes, and writes. Says whether this is one.
pub(super) fn answer_if_asked(
    kind: &str,
    answer: impl FnOnce(&[String], &[u8], &mut dyn Write) -> std::io::Result<()>,
) -> bool {
    if std::env::var_os(VARIABLE).is_none_or(|value| value != kind) {
        return false;
    }
    memory::bound();
    let words: Vec<String> = std::env::args().skip(2).collect();
    let mut bytes = Vec::new();
    match std::io::stdin().lock().read_to_end(&mut bytes) {
        Ok(_) => {
            // Nobody who left has to be told.
            let mut out = BufWriter::new(std::io::stdout().lock());
            let _ = answer(&words, &bytes, &mut out).and_then(|()| out.flush());
        }
        // What the allocator does wherever else memory ends: how the asker knows.
        Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => std::process::abort(),
        Err(_) => {}
    }
    true
}

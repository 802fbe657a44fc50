//! The desk's side of the conversation with a [`worker`]: a process that is started, asked about one
//! file after the other, given up when it dies or takes too long, and replaced.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use qalam_content::limits::{MAX_ORDINARY_BYTES, MAX_WORKER_MEMORY, ORDINARY_WORKER_MEMORY};
use qalam_content::problem::{Problem, code};
use qalam_content::slim::{NotSlimmed, Report, Wish, for_sending};
use qalam_content::sniff::sniff;

use super::bounds::{
    LOOK_UP, Patience, TIME_LIMIT, TOOK_TOO_LONG, TOOK_TOO_MUCH_MEMORY, all_memory, time_for,
};
use super::describe::{Described, describe, describe_owned};
use super::memory;
use super::worker::{self, Answer, Request, VARIABLE, quietly};

/// The longest answer a worker may give, in bytes; it holds the text of a file.
const MAX_ANSWER_BYTES: u64 = 64 * 1024 * 1024;
/// A worker is replaced after so many files, so that what a parser leaks stays small.
const FILES_PER_WORKER: u32 = 200;
/// A worker that still holds so much after a file is replaced: the next file shall have the memory
/// it may have.
const MAX_HELD: u64 = ORDINARY_WORKER_MEMORY / 2;
/// How long a worker that said its last word may take to be gone; giving back much memory takes its
/// time on a busy machine, and only the end tells whether it had asked for too much.
const LAST_BREATH: Duration = Duration::from_secs(10);

/// Describes files, one after the other, through a worker process where there is one.
#[derive(Debug)]
pub struct Describer {
    program: Option<PathBuf>,
    /// Where the worker writes the small picture or the copy.
    write_to: PathBuf,
    time_limit: Duration,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    files: u32,
}

impl Drop for Running {
    fn drop(&mut self) {
        // A worker that already ended cannot be killed; both are what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

enum Waited {
    Answer(Box<Answer>),
    Ended,
    TooMuchMemory,
    TooLong,
    Cancelled,
}

impl Describer {
    /// A describer that may write one file, `write_to`, of its own.
    #[must_use]
    pub fn new(write_to: PathBuf) -> Self {
        Self {
            program: worker::program(),
            write_to,
            time_limit: TIME_LIMIT,
            running: None,
        }
    }

    /// Describes the file at `path`, called `name`. `None` when `cancelled` became true; that is
    /// noticed within a fraction of a second, whatever the parser does.
    pub fn describe(
        &mut self,
        name: &str,
        path: &Path,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Described> {
        if cancelled() {
            return None;
        }
        let Some(program) = self.program.clone() else {
            return Some(in_this_process(name, path));
        };
        let (waited, time_limit) = self.through(&program, name, path, None, cancelled);
        let finished = match waited {
            Waited::Answer(answer) => answer,
            other => {
                let _ = std::fs::remove_file(&self.write_to);
                return match other {
                    Waited::Cancelled => None,
                    Waited::TooLong => Some(unread(
                        name,
                        path,
                        Problem::new(TOOK_TOO_LONG, name).with("seconds", time_limit.as_secs()),
                    )),
                    Waited::TooMuchMemory => {
                        Some(unread(name, path, Problem::new(TOOK_TOO_MUCH_MEMORY, name)))
                    }
                    _ => Some(unread(name, path, Problem::new(code::READER_FAILED, name))),
                };
            }
        };
        let Some(description) = finished.description else {
            return Some(unread(name, path, Problem::new(code::DAMAGED, name)));
        };
        let thumbnail = finished
            .written
            .then(|| std::fs::read(&self.write_to).ok())
            .flatten();
        let _ = std::fs::remove_file(&self.write_to);
        Some(Described {
            description,
            thumbnail,
        })
    }

    /// Where the copy is that [`Describer::slim`] made.
    #[must_use]
    pub fn written(&self) -> &Path {
        &self.write_to
    }

    /// Makes the copy of the file at `path` that is wished for, at [`Describer::written`];
    /// whoever takes it from there removes it.
    ///
    /// # Errors
    /// Why there is none and the original is to be sent.
    pub fn slim(&mut self, path: &Path, wish: Wish) -> Result<Report, NotSlimmed> {
        let Some(program) = self.program.clone() else {
            let bytes = std::fs::read(path).map_err(|_| NotSlimmed::Unreadable)?;
            let slimmed = for_sending(&bytes, wish)?;
            return std::fs::write(&self.write_to, slimmed.bytes)
                .map(|()| slimmed.report)
                .map_err(|_| NotSlimmed::GaveUp);
        };
        match self.through(&program, "", path, Some(wish), &|| false).0 {
            Waited::Answer(answer) => match answer.slimmed {
                Some(Ok(report)) if answer.written => Ok(report),
                Some(Err(why)) => Err(why),
                _ => Err(NotSlimmed::Unreadable),
            },
            _ => Err(NotSlimmed::GaveUp),
        }
    }

    /// Has a worker answer about a file, first with the memory that is enough for nearly every
    /// file. The time it had is told with the answer.
    fn through(
        &mut self,
        program: &Path,
        name: &str,
        path: &Path,
        wish: Option<Wish>,
        cancelled: &dyn Fn() -> bool,
    ) -> (Waited, Duration) {
        let bytes = std::fs::metadata(path).map_or(0, |found| found.len());
        let time_limit = self.time_limit.min(time_for(bytes));
        let mut request = Request {
            name: name.to_owned(),
            path: path.to_owned(),
            write_to: self.write_to.clone(),
            memory: ORDINARY_WORKER_MEMORY,
            wish,
        };
        let mut waited = Waited::TooMuchMemory;
        if bytes <= MAX_ORDINARY_BYTES {
            waited = self.ask(program, &request, time_limit, cancelled);
        }
        let mut right = None;
        if matches!(waited, Waited::TooMuchMemory) {
            self.running = None;
            right = all_memory(cancelled);
            if right.is_none() {
                return (Waited::Cancelled, time_limit);
            }
            request.memory = MAX_WORKER_MEMORY;
            waited = self.ask(program, &request, time_limit, cancelled);
        }
        if !matches!(&waited, Waited::Answer(answer) if answer.held <= MAX_HELD) {
            self.running = None;
        }
        // Nobody else has all the memory before this worker gave it back.
        drop(right);
        (waited, time_limit)
    }

    fn ask(
        &mut self,
        program: &Path,
        request: &Request,
        time_limit: Duration,
        cancelled: &dyn Fn() -> bool,
    ) -> Waited {
        if self
            .running
            .as_ref()
            .is_some_and(|running| running.files >= FILES_PER_WORKER)
        {
            self.running = None;
        }
        let Ok(mut line) = serde_json::to_vec(request) else {
            return Waited::Ended;
        };
        line.push(b'\n');
        // A worker may have ended since the last file: the second one is fresh.
        for _ in 0..2 {
            let Some(running) = self.running_or_started(program) else {
                return Waited::Ended;
            };
            running.files += 1;
            if running
                .input
                .write_all(&line)
                .and_then(|()| running.input.flush())
                .is_ok()
            {
                return wait(running, time_limit, cancelled);
            }
            self.running = None;
        }
        Waited::Ended
    }

    fn running_or_started(&mut self, program: &Path) -> Option<&mut Running> {
        if self.running.is_none() {
            self.running = start(program);
        }
        self.running.as_mut()
    }
}

fn start(program: &Path) -> Option<Running> {
    let mut command = Command::new(program);
    command
        .arg("worker")
        .env(VARIABLE, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    quietly(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            tracing::warn!(%error, "no worker could be started");
            return None;
        }
    };
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        let _ = child.kill();
        let _ = child.wait();
        return None;
    };
    let (sender, answers) = channel();
    // Reads ahead so that a wait can have an end; it ends with the worker's output.
    let reading = std::thread::Builder::new()
        .name("worker-answers".to_owned())
        .spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let mut line = String::new();
                match (&mut output).take(MAX_ANSWER_BYTES).read_line(&mut line) {
                    Ok(read) if read > 0 && line.ends_with('\n') => {
                        if sender.send(line).is_err() {
                            return;
                        }
                    }
                    _ => return,
                }
            }
        });
    let running = Running {
        child,
        input,
        answers,
        files: 0,
    };
    reading.is_ok().then_some(running)
}

/// How a worker ended that said nothing more.
fn last_word(child: &mut Child) -> Waited {
    let began = Instant::now();
    while began.elapsed() < LAST_BREATH {
        match child.try_wait() {
            Ok(Some(status)) if memory::ran_out(status) => return Waited::TooMuchMemory,
            Ok(None) => std::thread::sleep(LOOK_UP / 4),
            _ => break,
        }
    }
    Waited::Ended
}

fn wait(running: &mut Running, time_limit: Duration, cancelled: &dyn Fn() -> bool) -> Waited {
    let patience = Patience::with(&running.child, time_limit);
    loop {
        match running.answers.recv_timeout(LOOK_UP) {
            Ok(line) => {
                return serde_json::from_str(&line)
                    .map_or(Waited::Ended, |answer| Waited::Answer(Box::new(answer)));
            }
            Err(RecvTimeoutError::Disconnected) => return last_word(&mut running.child),
            Err(RecvTimeoutError::Timeout) if cancelled() => return Waited::Cancelled,
            Err(RecvTimeoutError::Timeout) if patience.is_over(&running.child) => {
                return Waited::TooLong;
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn in_this_process(name: &str, path: &Path) -> Described {
    let Ok(bytes) = std::fs::read(path) else {
        return unread(name, path, Problem::new(code::DAMAGED, name));
    };
    std::panic::catch_unwind(|| describe_owned(name, bytes))
        .unwrap_or_else(|_| unread(name, path, Problem::new(code::READER_FAILED, name)))
}

/// What is known of a file that could not be parsed: its type by its first bytes, its name.
fn unread(name: &str, path: &Path, problem: Problem) -> Described {
    let mut head = Vec::new();
    if let Ok(file) = std::fs::File::open(path) {
        let _ = file.take(4096).read_to_end(&mut head);
    }
    let mut only_named = describe(name, &[]).description;
    only_named.mime = sniff(&head, None, name).mime;
    only_named.state = "damaged".to_owned();
    only_named.problems = vec![problem];
    Described {
        description: only_named,
        thumbnail: None,
    }
}

/// A program that another thread of this process is about to start cannot be started while this one
/// writes its own: until then the other's child holds it open as well.
#[cfg(all(test, unix))]
pub(super) static IN_TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn script(folder: &Path, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.join("program");
        std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[cfg(unix)]
    fn describer(folder: &Path, program: &str) -> Describer {
        Describer {
            program: Some(script(folder, program)),
            write_to: folder.join("t.png"),
            time_limit: Duration::from_secs(600),
            running: None,
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_worker_that_dies_or_hangs_costs_one_file() {
        let _turn = IN_TURN.lock();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a_report.pdf");
        std::fs::write(&file, "%PDF-1.7").unwrap();
        for (program, code) in [
            ("read line; exit 1", code::READER_FAILED),
            (
                "read line; echo nonsense; exec sleep 600",
                code::READER_FAILED,
            ),
            ("exec sleep 600", TOOK_TOO_LONG),
            ("while :; do :; done", TOOK_TOO_LONG),
            ("read line; kill -ABRT $$", TOOK_TOO_MUCH_MEMORY),
        ] {
            let mut describer = describer(folder.path(), program);
            if code == TOOK_TOO_LONG {
                describer.time_limit = Duration::from_millis(300);
            }
            let described = describer
                .describe("a_report.pdf", &file, &|| false)
                .unwrap()
                .description;
            assert_eq!(described.problems[0].code, code, "{program}");
            assert_eq!(described.title, "a report");
            assert_eq!(described.state, "damaged");
        }
    }

    #[cfg(unix)]
    #[test]
    fn cancelling_does_not_wait_for_the_parser() {
        let _turn = IN_TURN.lock();
        let folder = tempfile::tempdir().unwrap();
        // A parser that would take ten minutes, and as long a time in which it may.
        let mut describer = describer(folder.path(), "exec sleep 600");
        let looks = std::cell::Cell::new(0);
        let described = describer.describe("x", folder.path(), &|| {
            looks.set(looks.get() + 1);
            looks.get() > 3
        });
        assert!(described.is_none());
        assert!(describer.running.is_none(), "the worker is gone");
    }
}

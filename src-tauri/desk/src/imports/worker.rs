//! The worker: the same program once more, describing one file at a time.
//!
//! A parser that crashes, hangs or asks for too much memory ends its own process; the desk notes it
//! on the file and goes on. The conversation is one JSON document per line, a [`Request`] in, an
//! [`Answer`] out, until the worker's input ends.
//!
//! A program that can be a worker calls [`run_if_requested`] first thing in `main`, and
//! [`use_this_program`] before it takes files in. Where nobody called it (tests), files are
//! described in the desk's own process.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, OnceLock, TryLockError};
use std::time::{Duration, Instant};

use qalam_content::limits::{MAX_ORDINARY_BYTES, MAX_WORKER_MEMORY, ORDINARY_WORKER_MEMORY};
use qalam_content::problem::{Problem, code};
use qalam_content::slim::{NotSlimmed, Report, Wish, for_sending};
use qalam_content::sniff::sniff;
use serde::{Deserialize, Serialize};

use super::describe::{Described, Description, describe, describe_owned};
use super::memory;

/// Set to `1` in the environment of a worker; the first argument `worker` means the same.
pub const VARIABLE: &str = "QALAM_WORKER";
/// The longest a file may be worked on, however large. The largest reports take a few seconds.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);
/// The longest the smallest file may be worked on; files made to hang are small ones.
const LEAST_TIME: Duration = Duration::from_secs(10);
/// What each mebibyte adds to that.
const TIME_PER_MIB: Duration = Duration::from_secs(2);
/// So many times as long may pass until it has worked that long: other programs go before it.
const IDLE: u32 = 20;
/// How often a wait looks whether the person cancelled.
pub(super) const LOOK_UP: Duration = Duration::from_millis(40);
/// The longest answer a worker may give, in bytes; it holds the text of a file.
const MAX_ANSWER_BYTES: u64 = 64 * 1024 * 1024;
/// A worker is replaced after so many files, so that what a parser leaks stays small.
const FILES_PER_WORKER: u32 = 200;
/// A worker that still holds so much after a file is replaced: the next file shall have the memory
/// it may have.
const MAX_HELD: u64 = ORDINARY_WORKER_MEMORY / 2;

/// Problem code: reading was stopped at [`TIME_LIMIT`].
pub const TOOK_TOO_LONG: &str = "took_too_long";
/// Problem code: reading asked for more memory than a worker may have.
pub const TOOK_TOO_MUCH_MEMORY: &str = "took_too_much_memory";
/// How long a worker that said its last word may take to be gone; giving back much memory takes its
/// time on a busy machine, and only the end tells whether it had asked for too much.
const LAST_BREATH: Duration = Duration::from_secs(10);

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
/// Held by whoever's worker has all the memory a worker may have.
static GREEDY: Mutex<()> = Mutex::new(());

#[derive(Debug, Serialize, Deserialize)]
struct Request {
    /// The file's name, for its kind and its title.
    name: String,
    /// Where its bytes are.
    path: PathBuf,
    /// Where to write the small picture, if one can be drawn, or the copy.
    write_to: PathBuf,
    /// The memory it may take, in bytes.
    memory: u64,
    /// The copy that is wished for, instead of a description.
    wish: Option<Wish>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    /// What was found; `None` when the bytes could not be read.
    description: Option<Description>,
    /// Whether the small picture, or the copy, was written.
    written: bool,
    /// What the copy is, or why there is none.
    slimmed: Option<Result<Report, NotSlimmed>>,
    /// The memory the worker still holds, in bytes; 0 where the system does not say.
    held: u64,
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
            program: PROGRAM.get().cloned(),
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

/// The right to all the memory a worker may have, once nobody else has it. `None` when cancelled.
pub(super) fn all_memory(cancelled: &dyn Fn() -> bool) -> Option<MutexGuard<'static, ()>> {
    loop {
        match GREEDY.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) if cancelled() => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOOK_UP),
        }
    }
}

/// The longest a file of so many bytes may be worked on.
pub(super) fn time_for(bytes: u64) -> Duration {
    let mebibytes = u32::try_from(bytes >> 20).unwrap_or(u32::MAX);
    LEAST_TIME.saturating_add(TIME_PER_MIB.saturating_mul(mebibytes))
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

/// How long the system has let a worker work, where it can be asked: on a busy machine much less than
/// what passed, since workers stand back.
fn worked(child: &Child) -> Option<Duration> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    // The twelfth and thirteenth word after the name: its own time and the system's, in hundredths.
    let (_, after_name) = stat.rsplit_once(')')?;
    let words = after_name.split_whitespace().skip(11).take(2);
    let hundredths: u64 = words.filter_map(|word| word.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(hundredths.saturating_mul(10)))
}

/// How long a worker may go on.
pub(super) struct Patience {
    limit: Duration,
    began: Instant,
    worked: Duration,
}

impl Patience {
    /// For what `child` begins now.
    pub(super) fn with(child: &Child, limit: Duration) -> Self {
        Self {
            limit,
            began: Instant::now(),
            worked: worked(child).unwrap_or_default(),
        }
    }

    /// Whether it has worked for longer by now.
    pub(super) fn is_over(&self, child: &Child) -> bool {
        match worked(child) {
            Some(now) => {
                now.saturating_sub(self.worked) > self.limit
                    || self.began.elapsed() > self.limit.saturating_mul(IDLE)
            }
            None => self.began.elapsed() > self.limit,
        }
    }
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
pub(super) static IN_TURN: Mutex<()> = Mutex::new(());

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

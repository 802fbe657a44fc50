//! Reading documents that become drafts, in a process of their own: one that eats memory, crashes
//! its reader or never ends is a refusal with a name, and costs itself only.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use qalam_content::limits::{MAX_WORKER_MEMORY, ORDINARY_WORKER_MEMORY};
use qalam_content::problem::{Problem, code};
use qalam_content::readers::import::{Imported, TrackedWish, import_with};
use serde::{Deserialize, Serialize};

use super::alone::{self, Question, Silence};
use super::{bounds, memory, worker};

/// The value of [`worker::VARIABLE`] that asks for a document.
const ASKED: &str = "document";

/// Problem code: reading the document failed as no document should make it fail.
pub const NOT_READ: &str = "document_not_read";
/// Problem code: reading the document took longer than one may.
pub const TOO_LONG: &str = "document_too_long";
/// Problem code: reading the document asked for more memory than one may have.
pub const TOO_MUCH_MEMORY: &str = "document_too_much_memory";

/// What a document says, both ways where changes were tracked in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadDocument {
    /// As it was wished for.
    pub read: Imported,
    /// The other answer to the question of the tracked changes, with the pictures that only it has;
    /// `None` where there is no question.
    pub other: Option<Imported>,
}

/// A document somebody wants read.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Its file name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its language (BCP 47), where somebody knows it.
    pub lang: Option<&'a str>,
    /// Which text is wanted where changes were tracked.
    pub wish: TrackedWish,
}

/// Reads a document. It never fails: one that could not be read says why among its problems.
#[must_use]
pub fn read_document(asked: &Asked<'_>) -> ReadDocument {
    let limit = bounds::time_for(asked.bytes.len() as u64).min(bounds::TIME_LIMIT);
    match worker::program() {
        Some(program) => in_a_process(&program, asked, limit),
        None => std::panic::catch_unwind(|| both_ways(asked))
            .unwrap_or_else(|_| refused(Problem::new(NOT_READ, asked.name))),
    }
}

/// Works as such a process when started as one; answers whether it was.
pub(super) fn run_if_requested() -> bool {
    alone::answer_if_asked(ASKED, |words, bytes, out| {
        let word = |place: usize| words.get(place).map(String::as_str).unwrap_or_default();
        memory::allow(word(0).parse().unwrap_or(ORDINARY_WORKER_MEMORY));
        let document = both_ways(&Asked {
            name: word(3),
            bytes,
            lang: Some(word(2)).filter(|lang| !lang.is_empty()),
            wish: match word(1) {
                REJECT => TrackedWish::Reject,
                _ => TrackedWish::Accept,
            },
        });
        pack(document, out)
    })
}

const REJECT: &str = "reject";

fn both_ways(asked: &Asked<'_>) -> ReadDocument {
    let read_for = |wish| {
        let mut read = import_with(asked.name, asked.bytes, asked.lang, wish);
        for problem in &mut read.problems {
            // Of a file that is kept there is another next step.
            if problem.code == code::READER_FAILED {
                NOT_READ.clone_into(&mut problem.code);
            }
        }
        read
    };
    let read = read_for(asked.wish);
    let other = read.report.tracked.as_ref().map(|_| {
        let mut other = read_for(match asked.wish {
            TrackedWish::Accept => TrackedWish::Reject,
            TrackedWish::Reject => TrackedWish::Accept,
        });
        other
            .pictures
            .retain(|one| read.pictures.iter().all(|known| known.sha256 != one.sha256));
        other
    });
    ReadDocument { read, other }
}

fn in_a_process(program: &Path, asked: &Asked<'_>, limit: Duration) -> ReadDocument {
    let ask = |memory: u64| {
        let wish = match asked.wish {
            TrackedWish::Accept => "accept",
            TrackedWish::Reject => REJECT,
        };
        let memory = memory.to_string();
        let words = [
            memory.as_str(),
            wish,
            asked.lang.unwrap_or_default(),
            asked.name,
        ];
        let question = Question {
            kind: ASKED,
            words: &words,
            bytes: asked.bytes,
            limit,
        };
        alone::ask(program, &question)
    };
    let mut answer = ask(ORDINARY_WORKER_MEMORY);
    if answer == Err(Silence::TooMuchMemory) {
        // Nobody else has all the memory meanwhile.
        let right = bounds::all_memory(&|| false);
        answer = ask(MAX_WORKER_MEMORY);
        drop(right);
    }
    answer
        .and_then(|answer| unpacked(&answer).ok_or(Silence::Ended))
        .unwrap_or_else(|silence| {
            let problem = |code| Problem::new(code, asked.name);
            refused(match silence {
                Silence::Ended => problem(NOT_READ),
                Silence::TooMuchMemory => problem(TOO_MUCH_MEMORY),
                Silence::TooLong => problem(TOO_LONG).with("seconds", limit.as_secs()),
            })
        })
}

fn refused(problem: Problem) -> ReadDocument {
    ReadDocument {
        read: Imported {
            problems: vec![problem],
            ..Imported::default()
        },
        other: None,
    }
}

/// The answer on its way: the length of the words (eight bytes, little endian), the words as JSON
/// with the length of each picture, the bytes of the pictures.
#[derive(Serialize, Deserialize)]
struct Words {
    document: ReadDocument,
    pictures: Vec<usize>,
}

fn pictures(document: &mut ReadDocument) -> impl Iterator<Item = &mut Vec<u8>> {
    let other = document.other.as_mut().map(|other| &mut other.pictures);
    let all = document.read.pictures.iter_mut();
    all.chain(other.into_iter().flatten())
        .map(|picture| &mut picture.bytes)
}

fn pack(mut document: ReadDocument, out: &mut dyn Write) -> std::io::Result<()> {
    let bytes: Vec<Vec<u8>> = pictures(&mut document).map(std::mem::take).collect();
    let words = serde_json::to_vec(&Words {
        document,
        pictures: bytes.iter().map(Vec::len).collect(),
    })?;
    out.write_all(&(words.len() as u64).to_le_bytes())?;
    out.write_all(&words)?;
    bytes.iter().try_for_each(|bytes| out.write_all(bytes))
}

fn unpacked(packed: &[u8]) -> Option<ReadDocument> {
    let (length, rest) = packed.split_first_chunk()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let (words, mut rest) = rest.split_at_checked(length)?;
    let mut words: Words = serde_json::from_slice(words).ok()?;
    let mut lengths = words.pictures.into_iter();
    for picture in pictures(&mut words.document) {
        let (bytes, after) = rest.split_at_checked(lengths.next()?)?;
        *picture = bytes.to_vec();
        rest = after;
    }
    (rest.is_empty() && lengths.next().is_none()).then_some(words.document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_with_pictures_arrives_as_it_was_sent_and_a_cut_one_not_at_all() {
        let page = b"<h1>Title</h1><p>Words <img alt=\"one\" src=\"data:image/png;base64,iVBORw0KGgo\
            AAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==\"></p>";
        let document = both_ways(&Asked {
            name: "page.html",
            bytes: page,
            lang: None,
            wish: TrackedWish::Accept,
        });
        assert!(!document.read.pictures.is_empty(), "{document:?}");
        let mut sent = Vec::new();
        pack(document.clone(), &mut sent).unwrap();
        assert_eq!(unpacked(&sent).as_ref(), Some(&document));
        for cut in [0, 4, 20, sent.len() - 1] {
            assert_eq!(unpacked(sent.get(..cut).unwrap_or_default()), None);
        }
        assert_eq!(unpacked(&[sent.as_slice(), b"more"].concat()), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_dies_hangs_or_wants_too_much_is_a_refusal_with_a_name() {
        use std::os::unix::fs::PermissionsExt;

        let _turn = crate::imports::describer::IN_TURN.lock();
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        for (text, code) in [
            ("exit 1", NOT_READ),
            ("cat >/dev/null; echo nonsense", NOT_READ),
            ("cat >/dev/null; kill -ABRT $$", TOO_MUCH_MEMORY),
            ("while :; do :; done", TOO_LONG),
        ] {
            std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
            std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
            let limit = match code {
                TOO_LONG => Duration::from_millis(300),
                _ => Duration::from_secs(600),
            };
            let asked = Asked {
                name: "-a letter.docx",
                bytes: &[0; 200_000],
                lang: None,
                wish: TrackedWish::Accept,
            };
            let document = in_a_process(&program, &asked, limit);
            assert!(document.read.is_nothing() && document.other.is_none());
            assert_eq!(document.read.problems[0].code, code, "{text}");
            assert_eq!(document.read.problems[0].subject, "-a letter.docx");
        }
    }
}

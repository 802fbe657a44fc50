//! PDF: description, text and a picture of the first page.
//!
//! Everything goes through `hayro`. A file can make any parser fail; what fails here is one
//! page or one fact, never the caller. Hangs and deep recursion are outside what this package
//! can contain: callers give untrusted files to a worker process.

mod fonts;
mod glyphs;
mod lines;
mod metadata;
mod order;
mod readable;
mod risks;
mod shown;
mod thumbnail;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

pub(crate) use readable::declared_language;

use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::facts::{Facts, Found, Origin, PlaceKind, State, Warning, pages_of, warning};
use super::{judged, personal, tidy_title};
use crate::limits::{MAX_PARSE_BYTES, MAX_PDF_PAGES, MAX_TEXT_CHARS};
use crate::problem::{Problem, code};

/// Describes a PDF. Never fails and never panics, whatever the bytes are.
#[must_use]
pub fn describe(bytes: &[u8]) -> Facts {
    read(Arc::new(bytes.to_vec()), None).0
}

/// A PNG of the first page whose longer edge is `max_px` pixels; `None` when it cannot be drawn.
#[must_use]
pub fn thumbnail(bytes: &[u8], max_px: u32) -> Option<Vec<u8>> {
    if bytes.is_empty() || bytes.len() > MAX_PARSE_BYTES {
        return None;
    }
    let pdf = contained(|| Pdf::new(bytes.to_vec()).ok()).flatten()?;
    contained(|| thumbnail::first_page(&pdf, max_px)).flatten()
}

/// Describes a PDF and draws its first page, from one reading of the file.
#[must_use]
pub fn read(bytes: Arc<Vec<u8>>, thumbnail_px: Option<u32>) -> (Facts, Option<Vec<u8>>) {
    if bytes.is_empty() {
        return (
            Facts::only(State::Damaged, Problem::new(code::EMPTY, "")),
            None,
        );
    }
    if bytes.len() > MAX_PARSE_BYTES {
        let problem = Problem::new(code::TOO_LARGE, "").with("max", MAX_PARSE_BYTES);
        return (Facts::only(State::Damaged, problem), None);
    }
    let loaded = contained(|| Pdf::new(Arc::clone(&bytes)));
    let damaged = |code| (Facts::only(State::Damaged, Problem::new(code, "")), None);
    let pdf = match loaded {
        Some(Ok(pdf)) => pdf,
        Some(Err(LoadPdfError::Decryption(DecryptionError::InvalidEncryption))) => {
            return damaged(code::DAMAGED);
        }
        Some(Err(LoadPdfError::Decryption(_))) => return (locked(), None),
        Some(Err(LoadPdfError::Invalid)) if says_encrypted(&bytes) => return (locked(), None),
        Some(Err(LoadPdfError::Invalid)) => return damaged(code::DAMAGED),
        None => return damaged(code::READER_FAILED),
    };
    let Some((facts, cheap)) = contained(|| facts(&pdf)) else {
        return damaged(code::READER_FAILED);
    };
    let picture = thumbnail_px
        .filter(|_| cheap)
        .and_then(|px| contained(|| thumbnail::first_page(&pdf, px)).flatten());
    (facts, picture)
}

fn locked() -> Facts {
    let mut facts = Facts::only(State::Encrypted, Problem::new(code::ENCRYPTED, ""));
    facts.warnings.push(Warning::of_file(warning::PASSWORD));
    facts
}

/// Runs a piece of reading so that a failure inside the parser stays inside.
pub(super) fn contained<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// The facts, and whether the first page is cheap enough to be drawn.
fn facts(pdf: &Pdf) -> (Facts, bool) {
    let page_count = pdf.pages().len();
    if page_count == 0 {
        let problem = Problem::new(code::DAMAGED, "");
        return (Facts::only(State::Damaged, problem), false);
    }
    let mut problems = Vec::new();
    let mut read = read_pages(pdf, false, &mut problems);
    if read.order == order::Verdict::Backwards {
        // Some producers put the letters of a line from left to right as they are read.
        let mut again = Vec::new();
        let mirrored = read_pages(pdf, true, &mut again);
        if mirrored.order == order::Verdict::Logical {
            (read, problems) = (mirrored, again);
        }
    }
    let mut facts = Facts {
        state: State::Readable,
        pages: u32::try_from(page_count)
            .ok()
            .map(|pages| Found::new(pages, Origin::Counted, 100)),
        problems,
        ..Facts::default()
    };
    readable::settle(&mut facts, &mut read, page_count);
    let mut claims = contained(|| metadata::read(pdf)).unwrap_or_default();
    claims.set_title = read
        .largest
        .take()
        .and_then(|title| tidy_title(&title))
        .map(|title| {
            let sure = match title.split_whitespace().count() {
                3..=30 => 75,
                2 => 60,
                _ => 44,
            };
            Found::new(title, Origin::FirstPage, sure)
        });
    judged::judge(&mut facts, claims);
    facts.warnings = contained(|| risks::find(pdf)).unwrap_or_default();
    let pages =
        pages_of(&facts.text).map(|(number, page)| (PlaceKind::Page, number.to_string(), page));
    let personal = personal::find(pages);
    facts.warnings.extend(personal);
    if is_cut_off(pdf.data().as_ref()) {
        facts.state = State::Damaged;
        facts.problems.insert(0, Problem::new(code::DAMAGED, ""));
    }
    (facts, read.cheap)
}

/// Whether the end of the file is missing, as after a broken copy. What could still be read is
/// given, but nobody should publish it.
fn is_cut_off(bytes: &[u8]) -> bool {
    // Real files carry a few kilobytes of anything after their end.
    let tail = bytes
        .get(bytes.len().saturating_sub(8192)..)
        .unwrap_or(bytes);
    !tail.windows(9).any(|window| window == b"startxref")
}

/// Whether a file whose table of objects cannot be read says that it is encrypted: a trailer, which
/// itself never is, then names a dictionary of encryption (ISO 32000-1, 7.5.5).
fn says_encrypted(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"/Encrypt";
    bytes
        .windows(KEY.len() + 1)
        .enumerate()
        .filter(|(_, window)| window.starts_with(KEY))
        .any(|(at, _)| {
            // A reference to an object ("4 0 R") or a dictionary; not `/EncryptMetadata`.
            let value: Vec<u8> = bytes
                .get(at + KEY.len()..)
                .unwrap_or_default()
                .iter()
                .copied()
                .take(24)
                .skip_while(u8::is_ascii_whitespace)
                .collect();
            if value.starts_with(b"<<") {
                return true;
            }
            let mut words = value
                .split(u8::is_ascii_whitespace)
                .filter(|w| !w.is_empty());
            let number =
                |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
            number(words.next())
                && number(words.next())
                && words.next().is_some_and(|word| word.starts_with(b"R"))
        })
}

/// What the pages gave.
struct Pages {
    text: String,
    /// The largest type on the first page with text.
    largest: Option<String>,
    /// Glyphs without a readable character.
    unreadable: usize,
    /// Pages looked at.
    pages: usize,
    /// Whether Arabic came out in the order of reading.
    order: order::Verdict,
    /// Whether the first page can be drawn in bounded time.
    cheap: bool,
}

fn read_pages(pdf: &Pdf, mirrored: bool, problems: &mut Vec<Problem>) -> Pages {
    let mut read = Pages {
        text: String::new(),
        largest: None,
        unreadable: 0,
        pages: 0,
        order: order::Verdict::Logical,
        cheap: true,
    };
    let mut characters = 0usize;
    let mut failed = 0usize;
    let mut evidence = order::Evidence::default();
    let mut extractor = shown::Extractor::new(pdf);
    for (index, page) in pdf.pages().iter().enumerate() {
        if index >= MAX_PDF_PAGES || characters >= MAX_TEXT_CHARS {
            problems.push(
                Problem::new(code::CUT_OFF, "")
                    .with("what", "pages")
                    .with("max", index),
            );
            break;
        }
        read.pages += 1;
        if index > 0 {
            read.text.push('\u{c}');
        }
        let Some(glyphs) = contained(|| extractor.page(page)) else {
            failed += 1;
            // What the failed page left in the caches is not to be trusted.
            extractor = shown::Extractor::new(pdf);
            continue;
        };
        if index == 0 {
            read.cheap = glyphs.is_cheap();
        }
        read.unreadable += glyphs.unreadable;
        let lines = lines::assemble(glyphs.glyphs, mirrored);
        if read.largest.is_none() && index < 2 {
            read.largest = lines::largest(&lines);
        }
        let text = lines::text(&lines);
        evidence.add(&text);
        characters += text.chars().count();
        read.text.push_str(&text);
    }
    read.text.truncate(read.text.trim_end().len());
    read.order = evidence.verdict();
    if failed > 0 {
        problems.push(Problem::new(code::READER_FAILED, "").with("pages", failed));
    }
    read
}

#[cfg(test)]
mod tests;

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
mod shown;
mod thumbnail;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{identifiers, tidy_title};
use crate::lang;
use crate::limits::{IDENTIFIER_WINDOW_CHARS, MAX_PARSE_BYTES, MAX_PDF_PAGES, MAX_TEXT_CHARS};
use crate::problem::{Problem, code};
pub use thumbnail::thumbnail;

/// What can be done with the document.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum PdfState {
    /// It has text.
    Readable,
    /// Its pages are pictures, or its letters carry no readable text.
    Scanned,
    /// It asks for a password.
    Encrypted,
    /// It could not be read.
    Damaged,
}

/// Where a title was found.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TitleOrigin {
    /// The document's own properties.
    File,
    /// The largest type on the first page.
    FirstPage,
}

/// What a PDF says about itself.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct PdfFacts {
    /// What can be done with it.
    pub state: PdfState,
    /// Title, if found.
    pub title: Option<String>,
    /// Where the title was found.
    pub title_origin: Option<TitleOrigin>,
    /// Authors from the properties, in order.
    pub authors: Vec<String>,
    /// Year of publication: from the first pages when clear, else of the creation date.
    pub year: Option<i32>,
    /// True page count; `None` when unknown (encrypted, damaged).
    pub pages: Option<u32>,
    /// The text in reading order, pages separated by form feeds.
    pub text: String,
    /// Languages of the text, most used first, BCP 47.
    pub languages: Vec<String>,
    /// DOI, lower case, without resolver.
    pub doi: Option<String>,
    /// ISBN with a valid check digit, 13 digits without hyphens.
    pub isbn: Option<String>,
    /// ISSN with a valid check digit, `1234-567X`.
    pub issn: Option<String>,
    /// Findings.
    pub problems: Vec<Problem>,
}

impl PdfFacts {
    fn nothing(state: PdfState, problem: Problem) -> Self {
        Self {
            state,
            title: None,
            title_origin: None,
            authors: Vec::new(),
            year: None,
            pages: None,
            text: String::new(),
            languages: Vec::new(),
            doi: None,
            isbn: None,
            issn: None,
            problems: vec![problem],
        }
    }
}

/// Describes a PDF. Never fails and never panics, whatever the bytes are.
#[must_use]
pub fn describe(bytes: &[u8]) -> PdfFacts {
    if bytes.is_empty() {
        return PdfFacts::nothing(PdfState::Damaged, Problem::new(code::EMPTY, ""));
    }
    if bytes.len() > MAX_PARSE_BYTES {
        let problem = Problem::new(code::TOO_LARGE, "").with("max", MAX_PARSE_BYTES);
        return PdfFacts::nothing(PdfState::Damaged, problem);
    }
    contained(|| match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => facts(&pdf),
        Err(LoadPdfError::Decryption(DecryptionError::InvalidEncryption)) => {
            PdfFacts::nothing(PdfState::Damaged, Problem::new(code::DAMAGED, ""))
        }
        Err(LoadPdfError::Decryption(_)) => {
            PdfFacts::nothing(PdfState::Encrypted, Problem::new(code::ENCRYPTED, ""))
        }
        Err(LoadPdfError::Invalid) if says_encrypted(bytes) => {
            PdfFacts::nothing(PdfState::Encrypted, Problem::new(code::ENCRYPTED, ""))
        }
        Err(LoadPdfError::Invalid) => {
            PdfFacts::nothing(PdfState::Damaged, Problem::new(code::DAMAGED, ""))
        }
    })
    .unwrap_or_else(|| PdfFacts::nothing(PdfState::Damaged, Problem::new(code::READER_FAILED, "")))
}

/// Runs a piece of reading so that a failure inside the parser stays inside.
pub(super) fn contained<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

fn facts(pdf: &Pdf) -> PdfFacts {
    let page_count = pdf.pages().len();
    if page_count == 0 {
        return PdfFacts::nothing(PdfState::Damaged, Problem::new(code::DAMAGED, ""));
    }
    let mut facts = PdfFacts::nothing(PdfState::Readable, Problem::new("", ""));
    facts.problems.clear();
    facts.pages = u32::try_from(page_count).ok();

    let mut read = read_pages(pdf, &mut facts.problems);
    let about = contained(|| metadata::read(pdf)).unwrap_or_default();
    facts.text = std::mem::take(&mut read.text);
    facts.authors = about.authors;
    facts.languages = languages(&facts.text, about.lang.as_deref());

    // Direction marks split words and numbers for a search by pattern.
    let window: String = facts
        .text
        .chars()
        .filter(|c| !order::is_direction_mark(*c))
        .take(IDENTIFIER_WINDOW_CHARS)
        .collect();
    facts.doi = about.doi.or_else(|| identifiers::doi(&window));
    facts.isbn = identifiers::isbn(&window);
    facts.issn = identifiers::issn(&window);

    let first_page = window.split('\u{c}').next().unwrap_or_default();
    let latest = about.year.unwrap_or(2100) + 1;
    facts.year = identifiers::year(first_page, latest)
        .or_else(|| identifiers::published_year(&window, latest))
        .or(about.year);

    if let Some(title) = about.title {
        facts.title = Some(title);
        facts.title_origin = Some(TitleOrigin::File);
    } else if let Some(title) = read.largest.take().and_then(|title| tidy_title(&title)) {
        facts.title = Some(title);
        facts.title_origin = Some(TitleOrigin::FirstPage);
    }

    if !is_plausible(&facts.text) {
        // Letters whose code is not their character: a cipher helps nobody.
        facts.text.clear();
        facts.languages.clear();
        facts.title = facts
            .title
            .filter(|_| facts.title_origin == Some(TitleOrigin::File));
        facts.title_origin = facts.title_origin.filter(|_| facts.title.is_some());
        read.unreadable = usize::MAX;
    }
    let letters = facts.text.chars().filter(|c| c.is_alphabetic()).count();
    // A scan may carry a stamped page number or a watermark; a page of text has far more.
    if letters < 10 * read.pages.clamp(1, 20) {
        facts.state = PdfState::Scanned;
        let unreadable = read.unreadable > letters;
        facts.problems.push(if unreadable {
            Problem::new(code::TEXT_UNREADABLE, "").with("pages", read.pages)
        } else {
            Problem::new(code::SCANNED, "").with("pages", page_count)
        });
    } else if read.unreadable > letters / 4 {
        facts
            .problems
            .push(Problem::new(code::TEXT_UNREADABLE, "").with("pages", read.pages));
    }
    if is_cut_off(pdf.data().as_ref()) {
        facts.state = PdfState::Damaged;
        facts.problems.insert(0, Problem::new(code::DAMAGED, ""));
    }
    facts
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

/// Whether text in Latin letters can be words of a language. Fonts without a table of characters
/// give letters shifted by some number; vowels become rare then.
fn is_plausible(text: &str) -> bool {
    let (mut vowels, mut latin, mut letters) = (0usize, 0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        if c.is_ascii_alphabetic() {
            latin += 1;
            if matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') {
                vowels += 1;
            }
        }
    }
    latin < 60 || latin * 2 < letters || vowels * 100 >= latin * 27
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
}

fn read_pages(pdf: &Pdf, problems: &mut Vec<Problem>) -> Pages {
    let mut read = Pages {
        text: String::new(),
        largest: None,
        unreadable: 0,
        pages: 0,
    };
    let mut characters = 0usize;
    let mut failed = 0usize;
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
        read.unreadable += glyphs.unreadable;
        let lines = lines::assemble(glyphs.glyphs);
        if read.largest.is_none() && index < 2 {
            read.largest = lines::largest(&lines);
        }
        let text = lines::text(&lines);
        characters += text.chars().count();
        read.text.push_str(&text);
    }
    read.text.truncate(read.text.trim_end().len());
    if failed > 0 {
        problems.push(Problem::new(code::READER_FAILED, "").with("pages", failed));
    }
    read
}

/// Languages that make up at least a tenth of a text, most used first.
fn languages(text: &str, declared: Option<&str>) -> Vec<String> {
    let found = super::languages(text);
    if !found.is_empty() {
        return found;
    }
    // Too little text to tell: what the file declares, if it is a language at all.
    declared
        .map(|lang| {
            lang.split(['-', '_'])
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        })
        .filter(|lang| {
            (2..=3).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_lowercase())
        })
        .filter(|_| lang::first_strong(text).is_some())
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests;

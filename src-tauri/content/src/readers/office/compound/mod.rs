//! The old binary office files (.doc, .xls, .ppt), and new ones behind a password: compound files
//! with streams in folders.

mod bytes;
mod doc;
mod ppt;
mod properties;
mod xls;

use std::io::{Cursor, Read};

use cfb::CompoundFile;

use super::Draft;
use crate::problem::{Problem, code};
use crate::readers::facts::{Found, Origin, PlaceKind, warning};
use crate::readers::tidy_title;

/// The first bytes of every compound file.
pub(super) const HEAD: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Most bytes of one stream that are read (64 MiB).
const MAX_STREAM: u64 = 64 * 1024 * 1024;
/// Most folders and streams that are looked at.
const MAX_ENTRIES: usize = 20_000;

type File<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Reads a compound file; `None` when it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Draft> {
    let mut draft = Draft::new();
    let Ok(mut file) = CompoundFile::open(Cursor::new(bytes)) else {
        // A broken list of streams still shows its names.
        return holds_name(bytes, "EncryptedPackage").then(|| draft.locked());
    };
    let names: Vec<String> = file
        .walk()
        .take(MAX_ENTRIES)
        .map(|entry| entry.path().to_string_lossy().into_owned())
        .collect();
    let has = |name: &str| names.iter().any(|one| one == name);
    if has("/EncryptedPackage") || has("/EncryptedSummary") {
        return Some(draft.locked());
    }
    if let Some(bytes) = stream(&mut file, "/\u{5}SummaryInformation") {
        properties::summary(&bytes, &mut draft);
    }
    if let Some(bytes) = stream(&mut file, "/\u{5}DocumentSummaryInformation") {
        properties::document_summary(&bytes, &mut draft);
    }
    let encrypted = if has("/WordDocument") {
        let main = stream(&mut file, "/WordDocument")?;
        let table = if doc::uses_second_table(&main) {
            "/1Table"
        } else {
            "/0Table"
        };
        let table = stream(&mut file, table).unwrap_or_default();
        doc::read(&main, &table, &mut draft)
    } else if has("/PowerPoint Document") {
        let main = stream(&mut file, "/PowerPoint Document")?;
        let user = stream(&mut file, "/Current User").unwrap_or_default();
        ppt::read(&main, &user, &mut draft)
    } else if let Some(name) = ["/Workbook", "/Book"].into_iter().find(|name| has(name)) {
        let main = stream(&mut file, name)?;
        xls::read(&main, &mut draft)
    } else {
        draft
            .facts
            .problems
            .push(Problem::new(code::FORMAT_UNKNOWN, ""));
        draft.facts.state = crate::readers::facts::State::Other;
        false
    };
    if encrypted {
        return Some(draft.locked());
    }
    for name in &names {
        let lower = name.to_lowercase();
        let last = lower.rsplit('/').next().unwrap_or_default();
        if last == "_vba_project" {
            draft.warn(warning::MACROS, PlaceKind::File, "", 1);
        } else if last == "\u{1}ole10native" || last == "package" {
            let part = name.trim_start_matches('/');
            draft.warn(warning::EMBEDDED_FILE, PlaceKind::Part, part, 1);
        }
    }
    Some(draft)
}

/// The words of a .doc; `None` when it is none, or cannot be read.
pub(super) fn words(bytes: &[u8]) -> Option<doc::Words> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).ok()?;
    let main = stream(&mut file, "/WordDocument")?;
    let table = if doc::uses_second_table(&main) {
        "/1Table"
    } else {
        "/0Table"
    };
    let table = stream(&mut file, table)?;
    doc::words(&main, &table)
}

fn holds_name(bytes: &[u8], name: &str) -> bool {
    let needle: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    memchr::memmem::find(bytes, &needle).is_some()
}

fn stream(file: &mut File<'_>, name: &str) -> Option<Vec<u8>> {
    let stream = file.open_stream(name).ok()?;
    let mut out = Vec::new();
    // A damaged chain of sectors gives what can be had.
    let _ = stream.take(MAX_STREAM).read_to_end(&mut out);
    (!out.is_empty()).then_some(out)
}

/// What stands in the first line may be the title of a text without a style for it.
fn first_line_title(draft: &mut Draft) {
    let first = draft
        .facts
        .text
        .lines()
        .find(|line| line.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    if let Some(title) = first.and_then(tidy_title)
        && title.split_whitespace().count() <= 25
    {
        let is_sentence = title.ends_with(['.', ':', ',', '؟', '،']);
        let sure = if is_sentence { 30 } else { 55 };
        draft.claims.set_title = Some(Found::new(title, Origin::FirstPage, sure));
    }
}

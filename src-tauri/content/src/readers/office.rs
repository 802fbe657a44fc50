//! Office documents: core properties and text.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zip::ZipArchive;

use super::xml::{self, Piece};
use super::{is_junk_title, languages, split_authors, tidy_title};
use crate::limits::{
    MAX_PARSE_BYTES, MAX_TEXT_CHARS, MAX_ZIP_ENTRIES, MAX_ZIP_ENTRY_BYTES, MAX_ZIP_RATIO,
    MAX_ZIP_TOTAL_BYTES,
};
use crate::problem::{Problem, code};

/// What an office document says about itself.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct OfficeFacts {
    /// The container could be opened.
    pub readable: bool,
    /// The file asks for a password.
    pub encrypted: bool,
    /// Title, if given and not a program's default.
    pub title: Option<String>,
    /// Authors in order.
    pub authors: Vec<String>,
    /// Year of creation.
    pub year: Option<i32>,
    /// Pages or slides as the program counted them.
    pub pages: Option<u32>,
    /// The text, one paragraph, row or slide line per line.
    pub text: String,
    /// Languages of the text, BCP 47.
    pub languages: Vec<String>,
    /// Findings.
    pub problems: Vec<Problem>,
}

/// Describes a .docx, .xlsx, .pptx, .odt, .ods, .odp or .epub file.
#[must_use]
pub fn describe(bytes: &[u8]) -> OfficeFacts {
    let failed = |code: &str| OfficeFacts {
        problems: vec![Problem::new(code, "")],
        ..OfficeFacts::default()
    };
    if bytes.is_empty() {
        return failed(code::EMPTY);
    }
    if bytes.len() > MAX_PARSE_BYTES {
        return failed(code::TOO_LARGE);
    }
    if bytes.starts_with(&COMPOUND) {
        let encrypted = holds_utf16(bytes, "EncryptedPackage");
        let mut facts = failed(if encrypted {
            code::ENCRYPTED
        } else {
            code::FORMAT_NOT_SUPPORTED_YET
        });
        facts.encrypted = encrypted;
        return facts;
    }
    catch_unwind(AssertUnwindSafe(|| Container::open(bytes).map(read)))
        .unwrap_or_else(|_| Some(failed(code::READER_FAILED)))
        .unwrap_or_else(|| failed(code::DAMAGED))
}

/// The container of old binary office files, and of new ones behind a password.
const COMPOUND: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

fn holds_utf16(bytes: &[u8], text: &str) -> bool {
    let needle: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// A zip file read within the caps.
struct Container<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    unpacked: u64,
    problems: Vec<Problem>,
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut container = Self {
            archive,
            unpacked: 0,
            problems: Vec::new(),
        };
        if container.archive.len() > MAX_ZIP_ENTRIES {
            container.bomb("");
            container.unpacked = MAX_ZIP_TOTAL_BYTES;
        }
        Some(container)
    }

    fn bomb(&mut self, name: &str) {
        if !self
            .problems
            .iter()
            .any(|problem| problem.code == code::ZIP_BOMB)
        {
            self.problems.push(Problem::new(code::ZIP_BOMB, name));
        }
    }

    /// The bytes of an entry; `None` when it is absent, damaged or beyond a cap.
    fn entry(&mut self, name: &str) -> Option<Vec<u8>> {
        let index = self.archive.index_for_name(name)?;
        let left = MAX_ZIP_TOTAL_BYTES
            .saturating_sub(self.unpacked)
            .min(MAX_ZIP_ENTRY_BYTES);
        let mut out = Vec::new();
        let (read, packed) = {
            let entry = self.archive.by_index(index).ok()?;
            let packed = entry.compressed_size().max(1);
            // The size written in the file is a claim; what is unpacked is counted.
            let cap = left.min(packed.saturating_mul(MAX_ZIP_RATIO).max(1 << 20));
            let read = entry.take(cap + 1).read_to_end(&mut out).is_ok();
            (read, cap)
        };
        let length = u64::try_from(out.len()).unwrap_or(u64::MAX);
        self.unpacked = self.unpacked.saturating_add(length);
        if length > packed {
            self.bomb(name);
            return None;
        }
        (read || !out.is_empty()).then_some(out)
    }

    /// Names of entries that begin and end so, in the order of the numbers in them.
    fn names(&self, start: &str, end: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .archive
            .file_names()
            .flatten()
            .filter(|name| name.starts_with(start) && name.ends_with(end))
            .map(std::borrow::Cow::into_owned)
            .collect();
        names.sort_by_key(|name| {
            let digits: String = name.chars().filter(char::is_ascii_digit).take(9).collect();
            (digits.parse::<u32>().unwrap_or(0), name.clone())
        });
        names
    }

    fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }
}

fn read(mut container: Container<'_>) -> OfficeFacts {
    let mut facts = OfficeFacts {
        readable: true,
        ..OfficeFacts::default()
    };
    if container.has("word/document.xml") {
        open_xml(&mut container, &mut facts);
        let mut parts = vec!["word/document.xml".to_owned()];
        parts.extend(container.names("word/footnotes", ".xml"));
        parts.extend(container.names("word/endnotes", ".xml"));
        for part in parts {
            if let Some(bytes) = container.entry(&part) {
                let title = word_text(&bytes, &mut facts.text);
                facts.title = facts.title.take().or(title);
            }
        }
    } else if container.has("ppt/presentation.xml") {
        open_xml(&mut container, &mut facts);
        for part in container.names("ppt/slides/slide", ".xml") {
            if let Some(bytes) = container.entry(&part) {
                paragraphs(&bytes, b"t", b"p", &mut facts.text);
            }
        }
    } else if container.has("xl/workbook.xml") {
        open_xml(&mut container, &mut facts);
        sheets(&mut container, &mut facts.text);
    } else if container.has("content.xml") {
        let manifest = container.entry("META-INF/manifest.xml").unwrap_or_default();
        facts.encrypted = contains(&manifest, b"encryption-data");
        open_document(&mut container, &mut facts);
    } else if container.has("META-INF/container.xml") {
        book(&mut container, &mut facts);
    } else {
        facts.readable = false;
        facts.problems.push(Problem::new(code::FORMAT_UNKNOWN, ""));
    }
    if facts.encrypted {
        facts.text.clear();
        facts.problems.push(Problem::new(code::ENCRYPTED, ""));
    }
    facts.problems.append(&mut container.problems);
    if let Some((end, _)) = facts.text.char_indices().nth(MAX_TEXT_CHARS) {
        facts.text.truncate(end);
        facts.problems.push(
            Problem::new(code::CUT_OFF, "")
                .with("what", "text")
                .with("max", MAX_TEXT_CHARS),
        );
    }
    facts.languages = languages(&facts.text);
    facts
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// The properties of .docx, .pptx, .xlsx.
fn open_xml(container: &mut Container<'_>, facts: &mut OfficeFacts) {
    if let Some(bytes) = container.entry("docProps/core.xml") {
        properties(&bytes, facts);
    }
    if let Some(bytes) = container.entry("docProps/app.xml") {
        let mut name = Vec::new();
        xml::walk(&bytes, |piece| {
            match piece {
                Piece::Start(start) => name = start.local_name().as_ref().to_vec(),
                Piece::Text(text) if matches!(name.as_slice(), b"Pages" | b"Slides") => {
                    let count = text.trim().parse().ok().filter(|pages| *pages > 0);
                    facts.pages = facts.pages.or(count);
                }
                _ => {}
            }
            true
        });
    }
}

/// Dublin Core elements, in whatever part they stand.
fn properties(bytes: &[u8], facts: &mut OfficeFacts) {
    let mut name = Vec::new();
    let mut first_author = Vec::new();
    let mut authors = Vec::new();
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) => {
                name = start.local_name().as_ref().to_vec();
                if name == b"document-statistic"
                    && let Some(pages) = xml::attribute(start, b"page-count")
                {
                    facts.pages = facts
                        .pages
                        .or(pages.parse().ok().filter(|pages| *pages > 0));
                }
            }
            Piece::End(_) => name.clear(),
            Piece::Text(text) => match name.as_slice() {
                b"title" => {
                    let title = tidy_title(text).filter(|title| !is_junk_title(title));
                    facts.title = facts.title.take().or(title);
                }
                b"creator" => authors.extend(split_authors(text)),
                b"initial-creator" => first_author.extend(split_authors(text)),
                b"created" | b"creation-date" | b"date" => {
                    let year = text.trim().get(..4).and_then(|year| year.parse().ok());
                    facts.year = facts
                        .year
                        .or(year.filter(|year| (1985..=2200).contains(year)));
                }
                _ => {}
            },
        }
        true
    });
    // In OpenDocument the creator is whoever saved last.
    facts.authors = if first_author.is_empty() {
        authors
    } else {
        first_author
    };
}

/// Text of a word processor part: inserted text counts, deleted text and field codes do not.
/// Gives the first paragraph in the style "Title".
fn word_text(bytes: &[u8], out: &mut String) -> Option<String> {
    let mut in_text = false;
    let mut in_title = false;
    let mut title = String::new();
    let mut found = None;
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"t" => in_text = true,
                b"tab" => out.push('\t'),
                b"br" | b"cr" => out.push('\n'),
                b"pStyle" => {
                    in_title = xml::attribute(start, b"val").is_some_and(|style| {
                        matches!(style.as_str(), "Title" | "Titre" | "العنوان")
                    });
                }
                _ => {}
            },
            Piece::Text(text) if in_text => {
                out.push_str(text);
                if in_title {
                    title.push_str(text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"t" => in_text = false,
                b"p" => {
                    end_line(out);
                    if in_title && found.is_none() {
                        found = tidy_title(&title);
                    }
                    in_title = false;
                    title.clear();
                }
                _ => {}
            },
        }
        out.len() < MAX_TEXT_CHARS * 2
    });
    found
}

/// Text inside elements named `text`, a line for each `paragraph`.
fn paragraphs(bytes: &[u8], text: &[u8], paragraph: &[u8], out: &mut String) {
    let mut inside = false;
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) if start.local_name().as_ref() == text => inside = true,
            Piece::Text(part) if inside => out.push_str(part),
            Piece::End(name) if name == text => inside = false,
            Piece::End(name) if name == paragraph => end_line(out),
            _ => {}
        }
        out.len() < MAX_TEXT_CHARS * 2
    });
}

fn end_line(out: &mut String) {
    let length = out.trim_end_matches([' ', '\t']).len();
    out.truncate(length);
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

/// Text of the sheets: a line for each row, cells separated by tabs.
fn sheets(container: &mut Container<'_>, out: &mut String) {
    let mut shared: Vec<String> = Vec::new();
    if let Some(bytes) = container.entry("xl/sharedStrings.xml") {
        let mut current = String::new();
        let (mut inside, mut phonetic) = (false, false);
        xml::walk(&bytes, |piece| {
            match piece {
                Piece::Start(start) => match start.local_name().as_ref() {
                    b"t" => inside = true,
                    b"rPh" => phonetic = true,
                    _ => {}
                },
                Piece::Text(text) if inside && !phonetic => current.push_str(text),
                Piece::Text(_) => {}
                Piece::End(name) => match name {
                    b"t" => inside = false,
                    b"rPh" => phonetic = false,
                    b"si" => shared.push(std::mem::take(&mut current)),
                    _ => {}
                },
            }
            true
        });
    }
    for part in container.names("xl/worksheets/sheet", ".xml") {
        let Some(bytes) = container.entry(&part) else {
            continue;
        };
        let mut is_shared = false;
        let mut inside = false;
        xml::walk(&bytes, |piece| {
            match piece {
                Piece::Start(start) => match start.local_name().as_ref() {
                    b"c" => is_shared = xml::attribute(start, b"t").as_deref() == Some("s"),
                    b"v" | b"t" => inside = true,
                    _ => {}
                },
                Piece::Text(text) if inside => {
                    if is_shared {
                        let index = text.trim().parse::<usize>().ok();
                        out.push_str(
                            index
                                .and_then(|index| shared.get(index))
                                .map_or("", String::as_str),
                        );
                    } else {
                        out.push_str(text);
                    }
                }
                Piece::Text(_) => {}
                Piece::End(name) => match name {
                    b"v" | b"t" => inside = false,
                    b"c" => out.push('\t'),
                    b"row" => end_line(out),
                    _ => {}
                },
            }
            out.len() < MAX_TEXT_CHARS * 2
        });
    }
}

/// .odt, .ods, .odp: properties and text, without what tracked changes took out.
fn open_document(container: &mut Container<'_>, facts: &mut OfficeFacts) {
    if let Some(bytes) = container.entry("meta.xml") {
        properties(&bytes, facts);
    }
    let Some(bytes) = container.entry("content.xml") else {
        return;
    };
    let out = &mut facts.text;
    // How deep inside paragraphs and inside parts that are not text of the document.
    let (mut paragraph, mut hidden) = (0usize, 0usize);
    xml::walk(&bytes, |piece| {
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"tracked-changes" | b"annotation" => hidden += 1,
                b"p" | b"h" => paragraph += 1,
                b"s" | b"tab" if paragraph > 0 => out.push(' '),
                b"line-break" if paragraph > 0 => out.push('\n'),
                _ => {}
            },
            Piece::Text(text) if paragraph > 0 && hidden == 0 => out.push_str(text),
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"tracked-changes" | b"annotation" => hidden = hidden.saturating_sub(1),
                b"p" | b"h" => {
                    paragraph = paragraph.saturating_sub(1);
                    end_line(out);
                }
                _ => {}
            },
        }
        out.len() < MAX_TEXT_CHARS * 2
    });
}

/// .epub: the properties of the package and the text of its pages.
fn book(container: &mut Container<'_>, facts: &mut OfficeFacts) {
    for part in container.names("", ".opf").into_iter().take(1) {
        if let Some(bytes) = container.entry(&part) {
            properties(&bytes, facts);
        }
    }
    let mut pages = container.names("", ".xhtml");
    pages.extend(container.names("", ".html"));
    pages.extend(container.names("", ".htm"));
    for page in pages {
        let Some(bytes) = container.entry(&page) else {
            continue;
        };
        let out = &mut facts.text;
        let mut hidden = 0usize;
        xml::walk(&bytes, |piece| {
            match piece {
                Piece::Start(start) => {
                    if matches!(start.local_name().as_ref(), b"head" | b"script" | b"style") {
                        hidden += 1;
                    }
                }
                Piece::Text(text) if hidden == 0 => out.push_str(text),
                Piece::Text(_) => {}
                Piece::End(name) => match name {
                    b"head" | b"script" | b"style" => hidden = hidden.saturating_sub(1),
                    b"p" | b"div" | b"li" | b"h1" | b"h2" | b"h3" | b"h4" | b"tr" | b"br" => {
                        end_line(out);
                    }
                    _ => {}
                },
            }
            out.len() < MAX_TEXT_CHARS * 2
        });
    }
}

#[cfg(test)]
#[path = "office_tests.rs"]
mod tests;

//! Text documents brought in as drafts: Markdown, plain text, HTML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::front_matter::HeadEntry;
use super::mentions::{self, Mention};
use super::{dateline, html, office, text, tidy_title};
use crate::limits::{MAX_DOCUMENT_BYTES, MAX_IMPORT_BYTES, MAX_REPORT_PLACES};
use crate::problem::{Problem, code};
use crate::sniff::{self, Family};
use crate::{body, lang};

/// Place and date at the head of a news text.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Dateline {
    /// The place as written; `None` when not clear.
    pub place: Option<String>,
    /// ISO 8601 date; `None` when not clear.
    pub date: Option<String>,
    /// How sure, in per cent.
    pub confidence: u8,
}

/// A picture found inside a document; its place in the Markdown refers to `sha256`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct ImportedPicture {
    /// SHA-256 of the bytes.
    pub sha256: String,
    /// File name.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Alternative text found, or empty.
    pub alt: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Where in a document something was.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlace {
    /// Number of the paragraph, from 1; 0 for what belongs to the document as a whole.
    pub paragraph: u32,
    /// The heading above it, or empty.
    pub heading: String,
    /// A few of the words there, or empty.
    pub words: String,
}

/// Words that tell a place.
const PLACE_WORDS: usize = 8;
/// Longest piece of a text told as a place, in characters.
const PLACE_CHARS: usize = 80;

/// The first words of a text, as a place is told.
pub(super) fn few_words(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut few = String::new();
    for word in words.by_ref().take(PLACE_WORDS) {
        if !few.is_empty() {
            few.push(' ');
        }
        few.push_str(word);
    }
    let more = words.next().is_some();
    let cut = few.char_indices().nth(PLACE_CHARS).map(|(at, _)| at);
    if let Some(at) = cut {
        few.truncate(at);
    }
    if more || cut.is_some() {
        few.push('…');
    }
    few
}

/// What became of a part.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ImportFate {
    /// Kept in another form.
    Changed,
    /// Left out.
    Dropped,
}

/// One part that did not come in as it was.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct ImportNote {
    /// What became of it.
    pub fate: ImportFate,
    /// What it is, one of the words in the counts.
    pub what: String,
    /// Where it was.
    pub place: ImportPlace,
}

/// A remark that somebody made on the margin of a document. Remarks never enter the text.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportComment {
    /// Who made it, as written in the file.
    pub author: String,
    /// When, as written in the file, or empty.
    pub at: String,
    /// What it says.
    pub text: String,
    /// Whether it was marked as settled.
    pub resolved: bool,
    /// Where it stands; its words are those it is about.
    pub place: ImportPlace,
}

/// How text was changed under the eyes of the program that wrote the file.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TrackedKind {
    /// Text put in.
    Insertion,
    /// Text taken out.
    Deletion,
    /// Text put elsewhere.
    Move,
    /// The look of text.
    Formatting,
}

/// One tracked change.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct TrackedChange {
    /// Its kind.
    pub kind: TrackedKind,
    /// Who made it, as written in the file.
    pub author: String,
    /// When, as written in the file, or empty.
    pub at: String,
    /// Where; its words are those put in or taken out.
    pub place: ImportPlace,
}

/// Which text is taken where changes were tracked.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum TrackedWish {
    /// The text with the changes.
    #[default]
    Accept,
    /// The text before the changes.
    Reject,
}

/// The tracked changes of a document: a question for a person. Until it is answered, the text is
/// the one that `taken` names.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackedChanges {
    /// Insertions.
    pub insertions: u32,
    /// Deletions.
    pub deletions: u32,
    /// Text moved.
    pub moves: u32,
    /// Changes of looks only.
    pub formatting: u32,
    /// Which text was taken.
    pub taken: TrackedWish,
    /// The changes in order, up to a cap.
    pub changes: Vec<TrackedChange>,
}

/// What became of the parts of an imported document: counts by kind of part (`heading`, `list`,
/// `table`, `picture`, `link`, `script` ...), and where the parts are that did not come in as
/// they were.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Parts kept as they were, for example `{"heading": 3}`.
    pub kept: BTreeMap<String, u32>,
    /// Parts kept in another form.
    pub changed: BTreeMap<String, u32>,
    /// Parts left out.
    pub dropped: BTreeMap<String, u32>,
    /// Where parts were changed or left out, in order, up to a cap.
    pub places: Vec<ImportNote>,
    /// Remarks on the margin, in order.
    pub comments: Vec<ImportComment>,
    /// Tracked changes, if there are any.
    pub tracked: Option<TrackedChanges>,
}

impl ImportReport {
    /// Counts a part that was changed or left out, and remembers its place while there are not too
    /// many.
    pub(super) fn note(
        &mut self,
        fate: ImportFate,
        what: &str,
        place: impl FnOnce() -> ImportPlace,
    ) {
        let counts = match fate {
            ImportFate::Changed => &mut self.changed,
            ImportFate::Dropped => &mut self.dropped,
        };
        let count = counts.entry(what.to_owned()).or_insert(0);
        *count = count.saturating_add(1);
        if self.places.len() < MAX_REPORT_PLACES {
            self.places.push(ImportNote {
                fate,
                what: what.to_owned(),
                place: place(),
            });
        }
    }
}

impl ImportReport {
    /// Notes what is said at the head of a file and is not the title.
    fn note_head(&mut self, head: &[HeadEntry], title: Option<&str>) {
        for HeadEntry { key, words } in head {
            let is_title = key.eq_ignore_ascii_case("title")
                && title.is_some()
                && tidy_title(words).as_deref() == title;
            if is_title || words.is_empty() {
                continue;
            }
            self.note(ImportFate::Dropped, "front_matter", || ImportPlace {
                words: few_words(&format!("{key}: {words}")),
                ..ImportPlace::default()
            });
        }
    }
}

/// A document brought in. What is absent in the file is `None`, never guessed silently.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The title; it is taken out of the body.
    pub title: Option<String>,
    /// How sure the title is, in per cent; 0 without one.
    pub title_confidence: u8,
    /// Language of the text, if recognised or given.
    pub lang: Option<String>,
    /// How sure the language is, in per cent (100 when given by the caller, 0 when unknown).
    pub lang_confidence: u8,
    /// Place and date at its head; they also stay in the text.
    pub dateline: Option<Dateline>,
    /// The agency or office named as source.
    pub source: Option<String>,
    /// The author line.
    pub byline: Option<String>,
    /// Who made the pictures, where a line says so.
    pub photo_credit: Option<String>,
    /// Countries and organisations it names.
    pub mentions: Vec<Mention>,
    /// The body.
    pub markdown: String,
    /// Pictures it holds.
    pub pictures: Vec<ImportedPicture>,
    /// What was kept, changed and dropped.
    pub report: ImportReport,
    /// Findings.
    pub problems: Vec<Problem>,
}

impl Imported {
    /// Whether nothing was read; the problems say why.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.markdown.is_empty() && self.title.is_none() && !self.problems.is_empty()
    }
}

/// Reads a text document. The bytes decide on the format, `name` only between the kinds of text;
/// `lang_hint` (BCP 47) is believed when given. Where changes were tracked, the text with them is
/// taken, and the report asks.
#[must_use]
pub fn import(name: &str, bytes: &[u8], lang_hint: Option<&str>) -> Imported {
    import_with(name, bytes, lang_hint, TrackedWish::Accept)
}

/// The same, where a person said which text is wanted of one with tracked changes.
#[must_use]
pub fn import_with(
    name: &str,
    bytes: &[u8],
    lang_hint: Option<&str>,
    wish: TrackedWish,
) -> Imported {
    let refused = |problem: Problem| Imported {
        problems: vec![problem],
        ..Imported::default()
    };
    if bytes.is_empty() {
        return refused(Problem::new(code::EMPTY, name));
    }
    let unknown =
        |found: &str| refused(Problem::new(code::FORMAT_UNKNOWN, name).with("found", found));
    let head = bytes.get(..4096).unwrap_or(bytes);
    let sniffed = sniff::sniff(head, Some(bytes), name);
    // Documents hold pictures; text does not.
    let max = match sniffed.family {
        Family::Office => MAX_DOCUMENT_BYTES,
        _ => MAX_IMPORT_BYTES,
    };
    if bytes.len() > max {
        return refused(Problem::new(code::TOO_LARGE, name).with("max", max));
    }
    let mut imported = Imported::default();
    let read = match (sniffed.family, sniffed.extension.as_str()) {
        (Family::Text, "html") => html::read(bytes),
        (Family::Text, "md") => text::markdown(bytes),
        (Family::Text, "json" | "xml" | "csv" | "tsv") => {
            return unknown(&sniffed.extension);
        }
        (Family::Text, _) => text::plain(bytes),
        (Family::Office, extension) => match office::body::import(bytes, extension, wish) {
            Ok(read) => read,
            Err(problem) => {
                return refused(Problem {
                    subject: name.to_owned(),
                    ..problem
                });
            }
        },
        (Family::Pdf, extension) => {
            return refused(
                Problem::new(code::FORMAT_NOT_SUPPORTED_YET, name).with("found", extension),
            );
        }
        // A container whose first entry does not say what it is may still be a document.
        (_, extension) => match bytes.starts_with(b"PK\x03\x04") {
            true => match office::body::import(bytes, extension, wish) {
                Ok(read) => read,
                Err(problem) if problem.code != code::FORMAT_NOT_SUPPORTED_YET => {
                    return refused(Problem {
                        subject: name.to_owned(),
                        ..problem
                    });
                }
                Err(_) => return unknown(extension),
            },
            false => return unknown(extension),
        },
    };
    imported.report = read.report;
    imported.pictures = read.pictures;
    imported.problems = read.problems;
    if sniffed.lying {
        let claimed = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        imported.problems.push(
            Problem::new(code::TYPE_MISMATCH, name)
                .with("claimed", claimed)
                .with("found", &sniffed.mime),
        );
    }
    if read.title_taken {
        imported.title = read.title;
        imported.title_confidence = read.title_confidence;
        imported.markdown = read.markdown;
    } else {
        let (title, document) = take_title(body::to_document(&read.markdown), read.title);
        imported.title_confidence = if title.is_some() { 80 } else { 0 };
        imported.title = title;
        imported.markdown = match body::to_markdown(&document) {
            Ok(markdown) => markdown,
            Err(problem) => {
                imported.problems.push(problem);
                read.markdown
            }
        };
    }
    imported
        .report
        .note_head(&read.head, imported.title.as_deref());
    for (kind, count) in body::outline(&imported.markdown).counts {
        if kind != "html" {
            let kept = imported.report.kept.entry(kind.to_owned()).or_insert(0);
            *kept = kept.saturating_add(count);
        }
    }
    if let Some(tracked) = &imported.report.tracked {
        imported.problems.push(
            Problem::new(code::TRACKED_CHANGES, name)
                .with("insertions", tracked.insertions)
                .with("deletions", tracked.deletions)
                .with("moves", tracked.moves)
                .with("formatting", tracked.formatting),
        );
    }
    recognise(&mut imported, lang_hint, read.declared_lang.as_deref());
    imported
}

/// What a format gave.
#[derive(Default)]
pub(super) struct Read {
    pub(super) markdown: String,
    pub(super) title: Option<String>,
    /// The title is out of the text already.
    pub(super) title_taken: bool,
    /// How sure the title is, in per cent.
    pub(super) title_confidence: u8,
    /// What stood before the text, and is none of it.
    pub(super) head: Vec<HeadEntry>,
    /// The language the document says most of its letters are in.
    pub(super) declared_lang: Option<String>,
    pub(super) pictures: Vec<ImportedPicture>,
    pub(super) report: ImportReport,
    pub(super) problems: Vec<Problem>,
}

/// Takes the title out of a document: a heading at its very beginning, or a first paragraph that
/// says the same as the title the file declares. A declared title alone is taken too.
fn take_title(mut document: Value, declared: Option<String>) -> (Option<String>, Value) {
    let Some(blocks) = document.get_mut("content").and_then(Value::as_array_mut) else {
        return (declared, document);
    };
    let Some(first) = blocks.first() else {
        return (declared, document);
    };
    let text = tidy_title(&text::text_of(first));
    let kind = first
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let level = first.pointer("/attrs/level").and_then(Value::as_u64);
    let only_one = || {
        blocks
            .iter()
            .filter(|block| block.pointer("/attrs/level").and_then(Value::as_u64) == level)
            .count()
            == 1
    };
    let same = |title: &String| text.as_ref() == Some(title);
    let is_title = match kind {
        // A second heading of that level means that the first is a chapter, not the title,
        // unless it is a first-level one.
        "heading" => level == Some(1) || declared.as_ref().is_some_and(same) || only_one(),
        "paragraph" => declared.as_ref().is_some_and(same),
        _ => false,
    };
    if is_title && text.is_some() {
        blocks.remove(0);
        return (text, document);
    }
    (declared, document)
}

/// Language, dateline, source and byline.
fn recognise(imported: &mut Imported, lang_hint: Option<&str>, declared: Option<&str>) {
    let text = body::plain_text(&imported.markdown);
    match lang_hint {
        Some(hint) => {
            imported.lang = Some(hint.to_owned());
            imported.lang_confidence = 100;
        }
        None => {
            let sample = format!("{}\n{text}", imported.title.as_deref().unwrap_or_default());
            if let Some(found) = lang::detect(&sample) {
                imported.lang = Some(found.lang);
                imported.lang_confidence = found.confidence;
            }
            // What a document says of itself is often only the setting of the program.
            if imported.lang_confidence < 50
                && let Some(declared) = declared.and_then(|tag| tag.split('-').next())
                && (2..=3).contains(&declared.len())
            {
                imported.lang = Some(declared.to_lowercase());
                imported.lang_confidence = 50;
            }
        }
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    // A byline may stand before the dateline.
    for line in lines.iter().take(3) {
        if let Some((found, source)) = dateline::dateline(line) {
            imported.dateline = Some(found);
            imported.source = source;
            break;
        }
    }
    imported.byline = dateline::byline(&lines);
    imported.photo_credit = dateline::photo_credit(&lines);
    let whole = format!("{}\n{text}", imported.title.as_deref().unwrap_or_default());
    imported.mentions = mentions::mentions(&whole);
    imported.source = imported.source.take().or_else(|| dateline::source(&lines));
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

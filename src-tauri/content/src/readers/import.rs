//! Text documents brought in as drafts.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::problem::Problem;

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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// What became of the parts of an imported document: counts by kind of part.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Parts kept as they were, for example `{"heading": 3}`.
    pub kept: std::collections::BTreeMap<String, u32>,
    /// Parts kept in another form.
    pub changed: std::collections::BTreeMap<String, u32>,
    /// Parts left out.
    pub dropped: std::collections::BTreeMap<String, u32>,
}

/// A document brought in. What is absent in the file is `None`, never guessed silently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The title; it is taken out of the body.
    pub title: Option<String>,
    /// Language of the text, if recognised or given.
    pub lang: Option<String>,
    /// How sure the language is, in per cent (100 when given by the caller).
    pub lang_confidence: u8,
    /// Place and date at its head.
    pub dateline: Option<Dateline>,
    /// The agency or office named as source.
    pub source: Option<String>,
    /// The author line.
    pub byline: Option<String>,
    /// The body.
    pub markdown: String,
    /// Pictures it holds.
    pub pictures: Vec<ImportedPicture>,
    /// What was kept, changed and dropped.
    pub report: ImportReport,
    /// Findings.
    pub problems: Vec<Problem>,
}

/// Reads a text document. `name` decides between the text formats, `lang_hint` (BCP 47) is
/// believed when given.
#[must_use]
pub fn import(name: &str, bytes: &[u8], lang_hint: Option<&str>) -> Imported {
    let _ = (name, bytes, lang_hint);
    Imported { title: None, lang: None, lang_confidence: 0, dateline: None, source: None, byline: None, markdown: String::new(), pictures: Vec::new(), report: ImportReport::default(), problems: Vec::new() }
}

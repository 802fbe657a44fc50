//! Text documents brought in as drafts: Markdown, plain text, HTML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ts_rs::TS;

use super::decode::decode;
use super::{dateline, html, tidy_title};
use crate::limits::MAX_IMPORT_BYTES;
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

/// What became of the parts of an imported document: counts by kind of part (`heading`, `list`,
/// `table`, `picture`, `link`, `script` ...).
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Parts kept as they were, for example `{"heading": 3}`.
    pub kept: BTreeMap<String, u32>,
    /// Parts kept in another form.
    pub changed: BTreeMap<String, u32>,
    /// Parts left out.
    pub dropped: BTreeMap<String, u32>,
}

/// A document brought in. What is absent in the file is `None`, never guessed silently.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The title; it is taken out of the body.
    pub title: Option<String>,
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
    /// The body.
    pub markdown: String,
    /// Pictures it holds.
    pub pictures: Vec<ImportedPicture>,
    /// What was kept, changed and dropped.
    pub report: ImportReport,
    /// Findings. One of code `format_not_supported_yet`, `format_unknown`, `too_large` or `empty`
    /// means that nothing was read.
    pub problems: Vec<Problem>,
}

/// Reads a text document. The bytes decide on the format, `name` only between the kinds of text;
/// `lang_hint` (BCP 47) is believed when given.
#[must_use]
pub fn import(name: &str, bytes: &[u8], lang_hint: Option<&str>) -> Imported {
    let refused = |problem: Problem| Imported {
        problems: vec![problem],
        ..Imported::default()
    };
    if bytes.is_empty() {
        return refused(Problem::new(code::EMPTY, name));
    }
    if bytes.len() > MAX_IMPORT_BYTES {
        return refused(Problem::new(code::TOO_LARGE, name).with("max", MAX_IMPORT_BYTES));
    }
    let head = bytes.get(..4096).unwrap_or(bytes);
    let sniffed = sniff::sniff(head, Some(bytes), name);
    let mut imported = Imported::default();
    let read = match (sniffed.family, sniffed.extension.as_str()) {
        (Family::Text, "html") => html::read(bytes),
        (Family::Text, "md") => markdown(bytes),
        (Family::Text, "json" | "xml" | "csv" | "tsv") => {
            return refused(
                Problem::new(code::FORMAT_UNKNOWN, name).with("found", sniffed.extension),
            );
        }
        (Family::Text, _) => plain(bytes),
        (Family::Office | Family::Pdf, extension) => {
            return refused(
                Problem::new(code::FORMAT_NOT_SUPPORTED_YET, name).with("found", extension),
            );
        }
        _ => {
            return refused(
                Problem::new(code::FORMAT_UNKNOWN, name).with("found", sniffed.extension),
            );
        }
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
    let (title, document) = take_title(body::to_document(&read.markdown), read.title);
    imported.title = title;
    imported.markdown = match body::to_markdown(&document) {
        Ok(markdown) => markdown,
        Err(problem) => {
            imported.problems.push(problem);
            read.markdown
        }
    };
    for (kind, count) in body::outline(&imported.markdown).counts {
        if kind != "html" {
            imported.report.kept.insert(kind.to_owned(), count);
        }
    }
    recognise(&mut imported, lang_hint);
    imported
}

/// What a format gave.
#[derive(Default)]
pub(super) struct Read {
    pub(super) markdown: String,
    pub(super) title: Option<String>,
    pub(super) pictures: Vec<ImportedPicture>,
    pub(super) report: ImportReport,
    pub(super) problems: Vec<Problem>,
}

fn markdown(bytes: &[u8]) -> Read {
    let (text, problem) = decode(bytes, None);
    let (title, rest) = front_matter(&text);
    let mut read = Read {
        title,
        markdown: rest.to_owned(),
        problems: problem.into_iter().collect(),
        ..Read::default()
    };
    let remote = body::outline(rest)
        .pictures
        .iter()
        .filter(|picture| picture.sha256.is_none())
        .count();
    if remote > 0 {
        // They stay in the text as written, but are shown as links.
        read.report.changed.insert(
            "picture".to_owned(),
            u32::try_from(remote).unwrap_or(u32::MAX),
        );
    }
    read
}

/// The title of a YAML head, and the text after the head.
fn front_matter(text: &str) -> (Option<String>, &str) {
    let normal = text.trim_start_matches('\u{feff}');
    let Some(rest) = normal
        .strip_prefix("---\n")
        .or_else(|| normal.strip_prefix("---\r\n"))
    else {
        return (None, normal);
    };
    let Some((head, body)) = rest
        .split_once("\n---\n")
        .or_else(|| rest.split_once("\n---\r\n"))
    else {
        return (None, normal);
    };
    // Without a key it is two rules around text.
    if !head.lines().any(|line| line.contains(": ")) || head.len() > 8_192 {
        return (None, normal);
    }
    let title = head
        .lines()
        .find_map(|line| line.strip_prefix("title:"))
        .map(|title| title.trim().trim_matches(['"', '\'']))
        .and_then(tidy_title);
    (title, body)
}

/// Plain text: paragraphs, and lists where lines begin with a sign for one.
fn plain(bytes: &[u8]) -> Read {
    let (text, problem) = decode(bytes, None);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let has_blank_lines = text.contains("\n\n");
    let mut blocks: Vec<Value> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let mut items: Vec<Value> = Vec::new();
    let flush_items = |items: &mut Vec<Value>, blocks: &mut Vec<Value>| {
        if !items.is_empty() {
            blocks.push(json!({ "type": "bullet_list", "attrs": { "tight": true }, "content": std::mem::take(items) }));
        }
    };
    let flush_lines = |lines: &mut Vec<String>, blocks: &mut Vec<Value>| {
        if !lines.is_empty() {
            blocks.push(paragraph(&std::mem::take(lines).join(" ")));
        }
    };
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            flush_lines(&mut lines, &mut blocks);
            continue;
        }
        let item = ["• ", "· ", "- ", "* ", "– ", "▪ ", "◦ ", "●"]
            .iter()
            .find_map(|sign| line.strip_prefix(sign));
        if let Some(item) = item {
            flush_lines(&mut lines, &mut blocks);
            items.push(json!({ "type": "list_item", "content": [paragraph(item.trim())] }));
            continue;
        }
        flush_items(&mut items, &mut blocks);
        lines.push(line.to_owned());
        // Without blank lines every line is a paragraph of its own.
        if !has_blank_lines {
            flush_lines(&mut lines, &mut blocks);
        }
    }
    flush_lines(&mut lines, &mut blocks);
    flush_items(&mut items, &mut blocks);
    let mut problems: Vec<Problem> = problem.into_iter().collect();
    let document = json!({ "type": "doc", "content": blocks });
    let markdown = match body::to_markdown(&document) {
        Ok(markdown) => markdown,
        Err(problem) => {
            problems.push(problem);
            text
        }
    };
    // A short first line without a full stop, apart from a longer text, is its title.
    let mut paragraphs = blocks.iter().filter_map(text_of_paragraph);
    let title = match (paragraphs.next(), paragraphs.next()) {
        (Some(first), Some(second))
            if first.chars().count() <= 150
                && !first.ends_with(['.', '،', ',', ';', ':', '؛'])
                && second.chars().count() > first.chars().count() =>
        {
            tidy_title(&first)
        }
        _ => None,
    };
    Read {
        markdown,
        title,
        problems,
        ..Read::default()
    }
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })
}

fn text_of_paragraph(block: &Value) -> Option<String> {
    (block.get("type")? == "paragraph").then(|| text_of(block))
}

fn text_of(node: &Value) -> String {
    let own = node.get("text").and_then(Value::as_str).unwrap_or_default();
    let children = node.get("content").and_then(Value::as_array);
    children
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .fold(own.to_owned(), |text, child| text + &text_of(child))
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
    let text = tidy_title(&text_of(first));
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
fn recognise(imported: &mut Imported, lang_hint: Option<&str>) {
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
    imported.source = imported.source.take().or_else(|| dateline::source(&lines));
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;

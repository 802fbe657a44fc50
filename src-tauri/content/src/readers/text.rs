//! Texts without a form of their own: Markdown, and bare lines.

use serde_json::{Value, json};

use super::decode::decode;
use super::front_matter::front_matter;
use super::import::Read;
use super::plain_lists::plain_blocks;
use super::tidy_title;
use crate::body;
use crate::problem::Problem;

/// Markdown as it is; pictures of the net are told.
pub(super) fn markdown(bytes: &[u8]) -> Read {
    let (text, problem) = decode(bytes, None);
    let (head, rest) = front_matter(&text);
    let mut read = Read {
        title: head
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case("title"))
            .and_then(|entry| tidy_title(&entry.words)),
        head,
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

/// Plain text: paragraphs, and lists where lines begin with a sign or a number for one.
pub(super) fn plain(bytes: &[u8]) -> Read {
    let (text, problem) = decode(bytes, None);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let blocks = plain_blocks(&text);
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
    let first = blocks.first().and_then(text_of_paragraph);
    let title = match (first, blocks.iter().skip(1).find_map(text_of_paragraph)) {
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

pub(super) fn text_of_paragraph(block: &Value) -> Option<String> {
    (block.get("type")? == "paragraph").then(|| text_of(block))
}

pub(super) fn text_of(node: &Value) -> String {
    let own = node.get("text").and_then(Value::as_str).unwrap_or_default();
    let children = node.get("content").and_then(Value::as_array);
    children
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .fold(own.to_owned(), |text, child| text + &text_of(child))
}

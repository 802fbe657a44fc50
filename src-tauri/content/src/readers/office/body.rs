//! Word processor documents as bodies.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::container::Container;
use super::flow::{Flow, is_blank, text_of};
use super::{RTF, compound, docx, odt, old};
use crate::body;
use crate::body::tree::Block;
use crate::limits::MAX_BODY_CHARS;
use crate::problem::{Problem, code};
use crate::readers::import::{Read, TrackedWish};
use crate::readers::{is_junk_title, tidy_title};

/// Longest first line that can be a title, in characters.
const MAX_FIRST_LINE: usize = 150;
/// Blocks at the beginning among which the title may stand.
const HEAD_BLOCKS: usize = 8;

/// Reads a .docx or .odt document, and of an older one (.doc, .rtf) the words.
///
/// # Errors
/// A problem when nothing was read: `encrypted`, `damaged`, `format_not_supported_yet`.
pub(in crate::readers) fn import(
    bytes: &[u8],
    found: &str,
    wish: TrackedWish,
) -> Result<Read, Problem> {
    catch_unwind(AssertUnwindSafe(|| read(bytes, found, wish)))
        .unwrap_or_else(|_| Err(Problem::new(code::READER_FAILED, "")))
}

fn read(bytes: &[u8], found: &str, wish: TrackedWish) -> Result<Read, Problem> {
    if bytes.starts_with(&compound::HEAD) {
        // A document with a password comes in the container of the old formats.
        let locked = super::describe(bytes).state == crate::readers::facts::State::Encrypted;
        if locked {
            return Err(Problem::new(code::ENCRYPTED, ""));
        }
        return old::doc(bytes)
            .map(|(flow, blocks)| finished(flow, blocks))
            .ok_or_else(|| Problem::new(code::FORMAT_NOT_SUPPORTED_YET, "").with("found", found));
    }
    if bytes.starts_with(RTF) {
        let (flow, blocks) = old::rtf(bytes);
        return Ok(finished(flow, blocks));
    }
    let mut container = Container::open(bytes).ok_or_else(|| Problem::new(code::DAMAGED, ""))?;
    let main = docx::main_part(&mut container);
    let (mut flow, blocks) = if let Some(main) = main {
        docx::read(&mut container, &main, wish).ok_or_else(|| damaged(&container))?
    } else if odt::is_text(&mut container) {
        if odt::is_locked(&mut container) {
            return Err(Problem::new(code::ENCRYPTED, ""));
        }
        odt::read(&mut container, wish).ok_or_else(|| damaged(&container))?
    } else {
        return Err(Problem::new(code::FORMAT_NOT_SUPPORTED_YET, "").with("found", found));
    };
    flow.read.problems.append(&mut container.problems);
    Ok(finished(flow, blocks))
}

/// Why there is no text at all.
fn damaged(container: &Container<'_>) -> Problem {
    container
        .problems
        .first()
        .cloned()
        .unwrap_or_else(|| Problem::new(code::DAMAGED, ""))
}

fn finished(mut flow: Flow, mut blocks: Vec<Block>) -> Read {
    let (title, confidence) = take_title(&mut blocks, flow.titled.as_deref());
    flow.read.title = title;
    flow.read.title_confidence = confidence;
    flow.read.title_taken = true;
    flow.read.declared_lang = flow.said_language();
    blocks.append(&mut flow.notes);
    std::mem::take(&mut flow.inner).settle(&mut blocks, &mut flow.read.report);
    let copy = blocks.clone();
    flow.read.markdown = match body::from_blocks(blocks).or_else(|_| {
        // Without its structure more fits than with it.
        flow.read.problems.push(
            Problem::new(code::CUT_OFF, "")
                .with("what", "text")
                .with("max", MAX_BODY_CHARS),
        );
        body::from_blocks(plain_blocks(&copy))
    }) {
        Ok(markdown) => markdown,
        Err(problem) => {
            flow.read.problems.push(problem);
            String::new()
        }
    };
    let shown = body::blob_refs(&flow.read.markdown);
    flow.read
        .pictures
        .retain(|picture| shown.contains(&picture.sha256));
    flow.read
}

/// Takes the title out: a heading of the first level at the very beginning, or a first line that
/// stands apart from a longer text. Gives how sure that is, in per cent.
fn take_title(blocks: &mut Vec<Block>, titled: Option<&str>) -> (Option<String>, u8) {
    // What is set as the title is it, even below the name of the office.
    let set = titled.and_then(|titled| {
        blocks.iter().take(HEAD_BLOCKS).position(
            |block| matches!(block, Block::Heading { inlines, .. } if text_of(inlines) == titled),
        )
    });
    let at = set.unwrap_or_else(|| {
        blocks
            .iter()
            .position(|block| !matches!(block, Block::Rule))
            .unwrap_or(0)
    });
    let Some(first) = blocks.get(at) else {
        return (None, 0);
    };
    let confidence = match first {
        Block::Heading { .. } if set.is_some() => 98,
        Block::Heading { level, .. } => {
            let others = blocks.iter().skip(at + 1).any(
                |block| matches!(block, Block::Heading { level: other, .. } if other == level),
            );
            match (level, others) {
                (1, false) => 95,
                (1, true) => 80,
                (_, false) => 75,
                _ => return (None, 0),
            }
        }
        Block::Paragraph { inlines, .. } => {
            let text = text_of(inlines);
            let length = text.trim().chars().count();
            let next = blocks.iter().skip(at + 1).find_map(|block| match block {
                Block::Paragraph { inlines, .. } if !is_blank(inlines) => Some(text_of(inlines)),
                _ => None,
            });
            let stands_apart = (3..=MAX_FIRST_LINE).contains(&length)
                && !text
                    .trim()
                    .ends_with(['.', '،', ',', ';', ':', '؛', '!', '?', '؟'])
                && next.is_some_and(|next| next.chars().count() > length)
                && crate::readers::dateline::dateline(&text).is_none();
            if !stands_apart || is_junk_title(&text) {
                return (None, 0);
            }
            let is_strong = inlines
                .iter()
                .all(|inline| inline.marks.strong || is_blank(std::slice::from_ref(inline)));
            if is_strong { 80 } else { 65 }
        }
        _ => return (None, 0),
    };
    let text = match first {
        Block::Heading { inlines, .. } | Block::Paragraph { inlines, .. } => {
            // A note at a title would lose its mark, a link its address.
            let has_more = inlines.iter().any(|inline| {
                inline.marks.link.is_some()
                    || matches!(
                        inline.kind,
                        crate::body::tree::InlineKind::FootnoteReference(_)
                            | crate::body::tree::InlineKind::Image { .. }
                    )
            });
            (!has_more).then(|| text_of(inlines))
        }
        _ => None,
    };
    match text.and_then(|text| tidy_title(&text)) {
        Some(title) => {
            blocks.remove(at);
            (Some(title), confidence)
        }
        None => (None, 0),
    }
}

/// The words of a text without its structure, as much as a body may hold.
fn plain_blocks(blocks: &[Block]) -> Vec<Block> {
    let mut left = MAX_BODY_CHARS / 2;
    let mut out = Vec::new();
    for block in blocks {
        words_of(block, &mut left, &mut out);
    }
    out
}

fn words_of(block: &Block, left: &mut usize, out: &mut Vec<Block>) {
    let mut line = |inlines: &[crate::body::tree::Inline]| {
        let text: String = text_of(inlines).chars().take(*left).collect();
        *left = left.saturating_sub(text.chars().count() + 2);
        if !text.trim().is_empty() {
            out.push(Block::Paragraph {
                dir: None,
                inlines: vec![super::flow::plain(text)],
            });
        }
    };
    match block {
        Block::Paragraph { inlines, .. } | Block::Heading { inlines, .. } => line(inlines),
        Block::Table { rows, .. } => rows.iter().flatten().for_each(|cell| line(cell)),
        Block::Grid { rows, .. } => rows.iter().flatten().for_each(|cell| line(&cell.content)),
        Block::Code { text, .. } => line(&[super::flow::plain(text.clone())]),
        Block::Opaque { source } => line(&[super::flow::plain(body::plain_text(source))]),
        Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => {
            for block in blocks {
                words_of(block, left, out);
            }
        }
        Block::List { items, .. } => {
            for block in items.iter().flat_map(|item| &item.blocks) {
                words_of(block, left, out);
            }
        }
        Block::Rule => {}
    }
}

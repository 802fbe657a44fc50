//! The normal form of a document: what Markdown can hold, spelled one way.
//!
//! Reading gives it and writing starts from it, so that a document which was written and read
//! again is the same document.

use std::collections::HashSet;

use super::direction;
use super::engine;
use super::grid;
use super::inline;
use super::tree::{Align, Block, Inline, Item};

/// Brings a document into normal form.
pub(super) fn document(blocks: &mut Vec<Block>) {
    let mut labels = HashSet::new();
    collect_labels(blocks, &mut labels);
    container(blocks, &labels);
}

/// Footnote labels compare without regard to case and runs of spaces.
fn label_key(label: &str) -> String {
    label
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// A label that Markdown can carry.
fn clean_label(label: &str) -> String {
    let clean: String = label
        .trim()
        .chars()
        .map(|c| match c {
            '[' | ']' | '\\' | '`' | '<' | '>' | '|' | '*' | '_' | '~' | '&' | '!' | '@' | ':'
            | '^' => '-',
            c if c.is_whitespace() || c.is_control() => '-',
            c => c,
        })
        .collect();
    if clean.is_empty() {
        "note".to_owned()
    } else {
        clean
    }
}

fn collect_labels(blocks: &[Block], labels: &mut HashSet<String>) {
    for block in blocks {
        match block {
            // The engine does not look for definitions inside definitions.
            Block::Footnote { label, .. } => {
                labels.insert(label_key(&clean_label(label)));
            }
            Block::Quote { blocks, .. } => collect_labels(blocks, labels),
            Block::List { items, .. } => {
                for item in items {
                    collect_labels(&item.blocks, labels);
                }
            }
            _ => {}
        }
    }
}

/// Normalises the blocks of one place. Empty paragraphs are spacing, not content: they go,
/// unless one has to stand for an empty place (see [`filled`]).
fn container(blocks: &mut Vec<Block>, labels: &HashSet<String>) {
    for block in blocks.iter_mut() {
        normalise(block, labels);
    }
    blocks.retain(|block| match block {
        Block::Paragraph { inlines, .. } => !inlines.is_empty(),
        Block::List { items, .. } => !items.is_empty(),
        Block::Table { rows, aligns, .. } => !rows.is_empty() && !aligns.is_empty(),
        Block::Grid { rows, .. } => rows.iter().any(|row| !row.is_empty()),
        Block::Opaque { source } => {
            !source.trim().is_empty()
                && source.trim() != engine::SEPARATOR
                && source.trim() != engine::END_OF_LIST
        }
        _ => true,
    });
    grid::resolve(blocks);
    direction::resolve(blocks);
}

/// A place that must hold something.
fn filled(blocks: &mut Vec<Block>, labels: &HashSet<String>) {
    container(blocks, labels);
    if blocks.is_empty() {
        blocks.push(Block::empty());
    }
}

fn normalise(block: &mut Block, labels: &HashSet<String>) {
    let known = |label: &str| {
        let label = clean_label(label);
        labels.contains(&label_key(&label)).then_some(label)
    };
    match block {
        Block::Paragraph { inlines, .. } => inline::normalise(inlines, &known),
        Block::Heading { inlines, level, .. } => {
            *level = (*level).clamp(1, 6);
            inline::normalise(inlines, &known);
        }
        Block::Quote { blocks, .. } => filled(blocks, labels),
        Block::List {
            tight,
            items,
            start,
            ..
        } => {
            for item in items.iter_mut() {
                filled(&mut item.blocks, labels);
            }
            if let Some(start) = start {
                // Nine digits is what a list number may have.
                let last = u32::try_from(items.len()).unwrap_or(u32::MAX);
                *start = (*start).min(999_999_999u32.saturating_sub(last));
            }
            *tight = tightness(*tight, items);
        }
        Block::Code { info, text } => {
            *info = info
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect::<String>()
                .trim()
                .to_owned();
            *text = engine::clean(text)
                .chars()
                .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
                .collect();
        }
        Block::Rule => {}
        Block::Table { aligns, rows, .. } => table(aligns, rows, &known),
        Block::Grid { dir, rows } => {
            for cell in rows.iter_mut().flatten() {
                inline::normalise(&mut cell.content, &known);
            }
            // Without a cell it goes (see `container`).
            if let Some(settled) = grid::settled(*dir, std::mem::take(rows)) {
                *block = settled;
            }
        }
        Block::Footnote { label, blocks } => {
            *label = clean_label(label);
            filled(blocks, labels);
        }
        Block::Opaque { source } => {
            let clean = engine::clean(source).replace('\0', "\u{FFFD}");
            let start = clean
                .split_inclusive('\n')
                .take_while(|line| line.trim().is_empty())
                .map(str::len)
                .sum();
            *source = clean.get(start..).unwrap_or_default().trim_end().to_owned();
        }
    }
}

/// A list with nothing to put a blank line between is tight; one whose items hold what needs
/// blank lines is not.
fn tightness(tight: bool, items: &[Item]) -> bool {
    if items.iter().any(|item| needs_blank_lines(&item.blocks)) {
        return false;
    }
    let followed = items.split_last().map_or(&[][..], |(_, rest)| rest);
    if followed
        .iter()
        .any(|item| item.blocks.last().is_some_and(ends_blank))
    {
        return false;
    }
    tight || !has_gap(items)
}

/// Whether there is a place for the blank line that makes a list loose: between two items or
/// two blocks of an item. After a rule the engine does not count it.
fn has_gap(items: &[Item]) -> bool {
    let last = items.len().saturating_sub(1);
    items.iter().enumerate().any(|(index, item)| {
        let end = item.blocks.len().saturating_sub(1);
        item.blocks
            .iter()
            .enumerate()
            .any(|(at, block)| (index < last || at < end) && !ends_with_rule(block))
    })
}

/// Whether the last thing in a block is a rule.
fn ends_with_rule(block: &Block) -> bool {
    match block {
        Block::Rule => true,
        Block::Footnote { blocks, .. } => blocks.last().is_some_and(ends_with_rule),
        Block::List { items, .. } => items
            .last()
            .and_then(|item| item.blocks.last())
            .is_some_and(ends_with_rule),
        _ => false,
    }
}

/// Whether blocks can only be told apart by blank lines: wrappers of a direction stand between
/// them, and much HTML ends only there. The engine squeezes quotes inside tight lists too.
fn needs_blank_lines(blocks: &[Block]) -> bool {
    let last = blocks.len().saturating_sub(1);
    blocks.iter().enumerate().any(|(index, block)| {
        block.dir().is_some()
            || match block {
                Block::Opaque { source } => index < last && !ends_by_itself(source),
                Block::Table { .. } | Block::List { .. } => index < last && ends_blank(block),
                Block::Grid { .. } => true,
                // After a list inside a quote the engine forgets that it is in a tight list.
                Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => {
                    needs_blank_lines(blocks)
                        || blocks
                            .iter()
                            .any(|block| matches!(block, Block::List { .. }))
                }
                _ => false,
            }
    })
}

/// Whether a block ends with a table without body, whose end the engine takes for a blank line.
fn ends_blank(block: &Block) -> bool {
    match block {
        Block::Table { rows, .. } => rows.len() == 1,
        Block::List { items, .. } => items
            .last()
            .and_then(|item| item.blocks.last())
            .is_some_and(ends_blank),
        _ => false,
    }
}

/// HTML that ends with its own closing sign rather than with a blank line.
fn ends_by_itself(source: &str) -> bool {
    let start = source.trim_start().to_ascii_lowercase();
    ["<!", "<?", "<script", "<pre", "<style", "<textarea"]
        .iter()
        .any(|opening| start.starts_with(opening))
}

/// All rows as wide as the widest; a table's column has one alignment.
fn table(
    aligns: &mut Vec<Align>,
    rows: &mut [Vec<Vec<Inline>>],
    known: &dyn Fn(&str) -> Option<String>,
) {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    aligns.resize(width, Align::None);
    for row in rows {
        row.resize(width, Vec::new());
        for cell in row {
            inline::normalise(cell, known);
        }
    }
}

//! Paragraphs become blocks: entries become lists, neighbours of a kind one quote or one code.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::{Entry, Flow, Kind, Paragraph, Piece, is_blank, override_of, text_of, without_strong};
use crate::body::tree::{Block, Item};
use crate::lang::Direction;

/// The blocks of a flow.
pub(in super::super) fn blocks_of(pieces: Vec<Piece>, flow: &mut Flow) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Block(block) => blocks.push(block),
            Piece::Paragraph(paragraph) => match paragraph.kind {
                Kind::Quote => {
                    let mut inner = vec![block_of(paragraph, flow)];
                    inner.extend(following(&mut pieces, Kind::Quote).map(|p| block_of(p, flow)));
                    inner.retain(|block| !is_empty(block));
                    if !inner.is_empty() {
                        blocks.push(quote(inner));
                    }
                }
                Kind::Code => {
                    let mut text = text_of_lines(&paragraph);
                    for line in following(&mut pieces, Kind::Code) {
                        text.push('\n');
                        text.push_str(&text_of_lines(&line));
                    }
                    if !text.trim().is_empty() {
                        blocks.push(Block::Code {
                            info: String::new(),
                            text,
                        });
                    }
                }
                Kind::Body if paragraph.entry.is_some() => {
                    let mut run = vec![paragraph];
                    while let Some(Piece::Paragraph(next)) = pieces.peek() {
                        let is_entry = next.entry.is_some() && next.kind == Kind::Body;
                        // Empty paragraphs between entries are spacing.
                        let is_spacing = next.kind == Kind::Body && is_blank(&next.inlines);
                        if !is_entry && !is_spacing {
                            break;
                        }
                        if let Some(Piece::Paragraph(next)) = pieces.next()
                            && is_entry
                        {
                            run.push(next);
                        }
                    }
                    let mut run = run.into_iter().peekable();
                    while let Some(next) = run.peek() {
                        let level = next.entry.map_or(0, |entry| entry.level);
                        blocks.extend(lists(&mut run, level, flow));
                    }
                }
                _ => blocks.push(block_of(paragraph, flow)),
            },
        }
    }
    blocks.retain(|block| !is_empty(block));
    blocks
}

fn is_empty(block: &Block) -> bool {
    match block {
        Block::Paragraph { inlines, .. } | Block::Heading { inlines, .. } => is_blank(inlines),
        _ => false,
    }
}

/// The paragraphs of a kind that come next.
fn following<'p>(
    pieces: &'p mut Peekable<IntoIter<Piece>>,
    kind: Kind,
) -> impl Iterator<Item = Paragraph> + 'p {
    std::iter::from_fn(move || {
        let next = pieces.next_if(
            |piece| matches!(piece, Piece::Paragraph(paragraph) if paragraph.kind == kind),
        )?;
        match next {
            Piece::Paragraph(paragraph) => Some(paragraph),
            Piece::Block(_) => None,
        }
    })
}

fn text_of_lines(paragraph: &Paragraph) -> String {
    use crate::body::tree::InlineKind;
    paragraph
        .inlines
        .iter()
        .map(|inline| match &inline.kind {
            InlineKind::Text(text) => text.as_str(),
            InlineKind::HardBreak => "\n",
            _ => "",
        })
        .collect()
}

fn quote(mut blocks: Vec<Block>) -> Block {
    let dir = shared_direction(&blocks);
    if dir.is_some() {
        blocks.iter_mut().for_each(clear_direction);
    }
    Block::Quote { dir, blocks }
}

/// The block of one paragraph.
fn block_of(paragraph: Paragraph, flow: &mut Flow) -> Block {
    let mut inlines = paragraph.inlines;
    let dir = override_of(paragraph.rtl, &text_of(&inlines));
    match paragraph.kind {
        Kind::Heading(level) => {
            without_strong(&mut inlines);
            Block::Heading {
                dir,
                level: level.clamp(1, 6),
                inlines,
            }
        }
        Kind::Title => {
            without_strong(&mut inlines);
            let text = text_of(&inlines);
            if flow.titled.is_none() && !text.trim().is_empty() {
                flow.titled = Some(text);
            }
            Block::Heading {
                dir,
                level: 1,
                inlines,
            }
        }
        Kind::Rule => Block::Rule,
        Kind::Body | Kind::Quote | Kind::Code => Block::Paragraph { dir, inlines },
    }
}

/// Entries from one level on, as lists; further lists at the same level where numbers or signs
/// begin anew.
fn lists(run: &mut Peekable<IntoIter<Paragraph>>, level: usize, flow: &mut Flow) -> Vec<Block> {
    struct Open {
        start: Option<u32>,
        next: u32,
        items: Vec<Item>,
    }
    let mut done: Vec<Block> = Vec::new();
    let mut open: Option<Open> = None;
    let close = |open: &mut Option<Open>, done: &mut Vec<Block>| {
        if let Some(list) = open.take() {
            done.push(finished(list.start, list.items));
        }
    };
    while let Some(entry) = run.peek().and_then(|next| next.entry) {
        if entry.level < level {
            break;
        }
        if entry.level > level {
            let inner = lists(run, entry.level, flow);
            match open.as_mut().and_then(|list| list.items.last_mut()) {
                Some(item) => item.blocks.extend(inner),
                None => done.extend(inner),
            }
            continue;
        }
        let Some(paragraph) = run.next() else { break };
        let block = block_of(paragraph, flow);
        let Entry { number, first, .. } = entry;
        if !first && let Some(item) = open.as_mut().and_then(|list| list.items.last_mut()) {
            item.blocks.push(block);
            continue;
        }
        let goes_on = open.as_ref().is_some_and(|list| match number {
            Some(number) => list.start.is_some() && list.next == number,
            None => list.start.is_none(),
        });
        if !goes_on {
            close(&mut open, &mut done);
            open = Some(Open {
                start: number,
                next: number.unwrap_or(0),
                items: Vec::new(),
            });
        }
        if let Some(list) = &mut open {
            list.next = list.next.saturating_add(1);
            list.items.push(item(block));
        }
    }
    close(&mut open, &mut done);
    done
}

/// An entry; a box at its beginning makes it a task.
fn item(mut block: Block) -> Item {
    use crate::body::tree::InlineKind;
    let mut checked = None;
    if let Block::Paragraph { inlines, .. } = &mut block
        && let Some(first) = inlines.first_mut()
        && let InlineKind::Text(text) = &mut first.kind
    {
        for (sign, is_checked) in [('☐', false), ('☒', true), ('☑', true)] {
            if let Some(rest) = text.strip_prefix(sign)
                && (rest.is_empty() || rest.starts_with(char::is_whitespace))
            {
                *text = rest.trim_start().to_owned();
                checked = Some(is_checked);
                break;
            }
        }
    }
    Item {
        checked,
        blocks: vec![block],
    }
}

fn finished(start: Option<u32>, mut items: Vec<Item>) -> Block {
    let directions: Vec<Block> = items
        .iter()
        .flat_map(|item| item.blocks.iter().cloned())
        .collect();
    let dir = shared_direction(&directions);
    if dir.is_some() {
        for item in &mut items {
            item.blocks.iter_mut().for_each(clear_direction);
        }
    }
    Block::List {
        dir,
        start,
        tight: items.iter().all(|item| {
            item.blocks
                .iter()
                .filter(|block| matches!(block, Block::Paragraph { .. }))
                .count()
                <= 1
        }),
        items,
    }
}

/// The direction all blocks are turned to.
fn shared_direction(blocks: &[Block]) -> Option<Direction> {
    let mut all = blocks.iter().map(Block::dir);
    let first = all.next()??;
    all.all(|dir| dir == Some(first)).then_some(first)
}

fn clear_direction(block: &mut Block) {
    match block {
        Block::Paragraph { dir, .. }
        | Block::Heading { dir, .. }
        | Block::Quote { dir, .. }
        | Block::List { dir, .. }
        | Block::Table { dir, .. }
        | Block::Grid { dir, .. } => *dir = None,
        _ => {}
    }
}

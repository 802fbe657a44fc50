//! What a cell of a table holds, as the one line a cell of ours is: breaks where paragraphs were,
//! signs where lists were. For documents and pages alike.

use std::fmt::Display;

use crate::body;
use crate::body::tree::{Block, Inline, InlineKind, Marks};

/// A line that grows block by block.
#[derive(Debug, Default)]
pub(super) struct CellLine {
    inlines: Vec<Inline>,
}

impl CellLine {
    /// The line of these blocks.
    pub(super) fn of(blocks: Vec<Block>) -> Vec<Inline> {
        let mut line = Self::default();
        line.blocks(blocks);
        line.done()
    }

    /// Adds a paragraph, unless there is nothing in it to be seen.
    pub(super) fn paragraph(&mut self, mut inlines: Vec<Inline>) {
        if is_blank(&inlines) {
            return;
        }
        if !self.inlines.is_empty() {
            self.inlines.push(Inline {
                kind: InlineKind::HardBreak,
                marks: Marks::default(),
            });
        }
        self.inlines.append(&mut inlines);
    }

    /// Adds a block.
    pub(super) fn block(&mut self, block: Block) {
        match block {
            Block::Paragraph { inlines, .. } | Block::Heading { inlines, .. } => {
                self.paragraph(inlines);
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => self.blocks(blocks),
            Block::List { start, items, .. } => {
                for (index, item) in items.into_iter().enumerate() {
                    let number = start.map(|start| usize::try_from(start).unwrap_or(1) + index);
                    let mut inlines = vec![sign(number)];
                    inlines.extend(Self::of(item.blocks));
                    self.paragraph(inlines);
                }
            }
            Block::Table { rows, .. } => {
                rows.into_iter().for_each(|row| self.paragraph(beside(row)));
            }
            Block::Grid { rows, .. } => {
                for row in rows {
                    let cells = row.into_iter().map(|cell| cell.content).collect();
                    self.paragraph(beside(cells));
                }
            }
            Block::Code { text, .. } => self.paragraph(vec![plain(text)]),
            Block::Opaque { source } => {
                let words = body::plain_text(&source).replace('\n', " ");
                self.paragraph(vec![plain(words)]);
            }
            Block::Rule => {}
        }
    }

    /// What came together.
    pub(super) fn done(self) -> Vec<Inline> {
        self.inlines
    }

    fn blocks(&mut self, blocks: Vec<Block>) {
        blocks.into_iter().for_each(|block| self.block(block));
    }
}

/// What stands before an entry of a list.
pub(super) fn sign(number: Option<impl Display>) -> Inline {
    plain(number.map_or("• ".to_owned(), |number| format!("{number}. ")))
}

/// A piece of text without marks.
pub(super) fn plain(text: impl Into<String>) -> Inline {
    Inline {
        kind: InlineKind::Text(text.into()),
        marks: Marks::default(),
    }
}

/// Whether there is nothing to be seen.
pub(super) fn is_blank(inlines: &[Inline]) -> bool {
    inlines.iter().all(|inline| match &inline.kind {
        InlineKind::Text(text) => text.chars().all(char::is_whitespace),
        InlineKind::HardBreak => true,
        _ => false,
    })
}

/// The cells of a row of a table within the cell.
fn beside(row: Vec<Vec<Inline>>) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for cell in row.into_iter().filter(|cell| !is_blank(cell)) {
        if !inlines.is_empty() {
            inlines.push(plain(" · "));
        }
        inlines.extend(cell);
    }
    inlines
}

//! A body as a reader sees it, for comparing two of them: its text, and how each stretch of it
//! stands there. Signs of Markdown are in neither.

use std::collections::BTreeMap;
use std::ops::Range;

use super::read;
use super::tree::{Block, Inline, InlineKind, Item, Marks};
use crate::diff::Aspect;
use crate::lang::Direction;

/// How a stretch of text stands on the page; an aspect that is absent is as usual.
pub(crate) type Style = BTreeMap<Aspect, String>;

/// A text and how it stands there.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    /// The text; blocks are apart by an empty line.
    pub(crate) text: String,
    /// The stretches in order: where each ends (in bytes), and its style.
    pub(crate) runs: Vec<(usize, Style)>,
    /// Where each text of the tree stands (in bytes), in order.
    pub(crate) texts: Vec<Range<usize>>,
}

/// Reads a body.
pub(crate) fn shown(markdown: &str) -> Shown {
    let mut shown = Shown::default();
    shown.blocks(&read::document(markdown), &Style::new(), 0);
    shown
}

impl Shown {
    fn push(&mut self, text: &str, style: &Style) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(text);
        let end = self.text.len();
        match self.runs.last_mut() {
            Some((last, known)) if known == style => *last = end,
            _ => self.runs.push((end, style.clone())),
        }
    }

    /// Ends the block before, if there is one.
    fn apart(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.push("\n\n", &Style::new());
        }
    }

    fn blocks(&mut self, blocks: &[Block], around: &Style, depth: usize) {
        for block in blocks {
            self.block(block, around, depth);
        }
    }

    fn block(&mut self, block: &Block, around: &Style, depth: usize) {
        let mut style = around.clone();
        if let Some(dir) = block.dir() {
            let dir = match dir {
                Direction::Rtl => "rtl",
                Direction::Ltr => "ltr",
            };
            style.insert(Aspect::Direction, dir.to_owned());
        }
        let kind = |style: &mut Style, kind: &str| {
            style.insert(Aspect::Block, kind.to_owned());
        };
        match block {
            Block::Paragraph { inlines, .. } => self.line(inlines, &style),
            Block::Heading { level, inlines, .. } => {
                style.insert(Aspect::Heading, level.to_string());
                self.line(inlines, &style);
            }
            Block::Quote { blocks, .. } => {
                kind(&mut style, "quote");
                self.blocks(blocks, &style, depth);
            }
            Block::List { start, items, .. } => self.list(*start, items, &style, depth + 1),
            Block::Code { text, .. } => {
                kind(&mut style, "code");
                self.apart();
                self.push(text.trim_end(), &style);
            }
            Block::Rule => {
                self.apart();
                self.push("———", &style);
            }
            Block::Table { rows, .. } => {
                kind(&mut style, "table");
                for row in rows {
                    self.row(row.iter(), &style);
                }
            }
            Block::Grid { rows, .. } => {
                kind(&mut style, "table");
                for row in rows {
                    self.row(row.iter().map(|cell| &cell.content), &style);
                }
            }
            Block::Footnote { label, blocks } => {
                kind(&mut style, "footnote");
                self.apart();
                self.push(&format!("[{label}] "), &style);
                self.beside(blocks, &style, depth);
            }
            Block::Opaque { source } => {
                kind(&mut style, "source");
                self.apart();
                self.push(source.trim_end(), &style);
            }
        }
    }

    fn row<'b>(&mut self, cells: impl Iterator<Item = &'b Vec<Inline>>, style: &Style) {
        self.apart();
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                self.push(" | ", style);
            }
            self.inlines(cell, style);
        }
    }

    fn list(&mut self, start: Option<u32>, items: &[Item], around: &Style, depth: usize) {
        let mut style = around.clone();
        if depth > 1 {
            style.insert(Aspect::List, depth.to_string());
        }
        let mut number = start;
        for item in items {
            self.apart();
            let sign = match (item.checked, number) {
                (Some(true), _) => "☑ ".to_owned(),
                (Some(false), _) => "☐ ".to_owned(),
                (None, Some(number)) => format!("{number}. "),
                (None, None) => "• ".to_owned(),
            };
            self.push(&sign, &style);
            self.beside(&item.blocks, &style, depth);
            number = number.map(|number| number.saturating_add(1));
        }
    }

    /// Blocks, the first of which goes on in the line begun.
    fn beside(&mut self, blocks: &[Block], style: &Style, depth: usize) {
        let rest = match blocks.split_first() {
            Some((Block::Paragraph { inlines, dir: None }, rest)) => {
                self.inlines(inlines, style);
                rest
            }
            _ => blocks,
        };
        self.blocks(rest, style, depth);
    }

    fn line(&mut self, inlines: &[Inline], style: &Style) {
        self.apart();
        self.inlines(inlines, style);
    }

    fn inlines(&mut self, inlines: &[Inline], around: &Style) {
        for inline in inlines {
            let mut style = around.clone();
            mark(&inline.marks, &mut style);
            match &inline.kind {
                InlineKind::Text(text) => {
                    let start = self.text.len();
                    self.push(text, &style);
                    self.texts.push(start..self.text.len());
                }
                InlineKind::HardBreak => self.push("\n", around),
                InlineKind::Image { src, alt, .. } => {
                    style.insert(Aspect::Picture, src.clone());
                    // A picture without words still has its place in the text.
                    self.push(if alt.is_empty() { "\u{FFFC}" } else { alt }, &style);
                }
                InlineKind::FootnoteReference(label) => self.push(&format!("[{label}]"), &style),
                InlineKind::Opaque(source) => {
                    style.insert(Aspect::Block, "source".to_owned());
                    self.push(source, &style);
                }
            }
        }
    }
}

fn mark(marks: &Marks, style: &mut Style) {
    let emphasis: Vec<&str> = [
        (marks.strong, "strong"),
        (marks.em, "em"),
        (marks.strike, "strike"),
        (marks.code, "code"),
    ]
    .into_iter()
    .filter_map(|(set, name)| set.then_some(name))
    .collect();
    if !emphasis.is_empty() {
        style.insert(Aspect::Emphasis, emphasis.join(" "));
    }
    if let Some(link) = &marks.link {
        let title = if link.title.is_empty() {
            String::new()
        } else {
            format!(" ({})", link.title)
        };
        style.insert(Aspect::Link, format!("{}{title}", link.href));
    }
}

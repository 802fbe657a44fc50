//! Document to syntax tree, and the tree to Markdown.
//!
//! Texts are put into the tree escaped already, because the engine's own escaping knows neither
//! numeric entities nor line starts after a break. Places where Markdown would join two blocks,
//! or the engine's blank lines would end a list item, get an empty comment between them.

use std::cell::RefCell;

use comrak::Arena;
use comrak::nodes::{
    Ast, AstNode, ListDelimType, ListType, NodeCode, NodeCodeBlock, NodeFootnoteDefinition,
    NodeFootnoteReference, NodeHeading, NodeHtmlBlock, NodeLink, NodeList, NodeTable, NodeTaskItem,
    NodeValue, TableAlignment,
};

use super::engine::{self, SEPARATOR};
use super::escape::{self, Care, Place};
use super::grid::{self, Written};
use super::tree::{Align, Block, Inline, InlineKind, Item, Mark};
use crate::lang::Direction;

/// Formats a document; `care` says for each line how careful to be, in the order of the lines.
/// `None` if the engine failed.
pub(super) fn format(blocks: &[Block], care: &[Care]) -> Option<String> {
    engine::contained(|| {
        let arena = Arena::new();
        let mut writer = Writer {
            arena: &arena,
            care: care.iter(),
        };
        let root = writer.node(NodeValue::Document);
        writer.blocks(root, blocks, Spacing::Loose);
        let mut out = String::new();
        let options = engine::writing();
        comrak::format_commonmark_with_plugins(
            root,
            &options,
            &mut out,
            &comrak::options::Plugins::default(),
        )
        .ok()?;
        // A blank line inside a container carries the container's indentation; nobody needs it,
        // unless source kept verbatim has such lines of its own.
        Some(if blocks.iter().any(has_blank_lines_of_spaces) {
            out
        } else {
            trim_blank_lines(&out)
        })
    })?
}

/// Whether verbatim source in a block has lines of spaces only.
fn has_blank_lines_of_spaces(block: &Block) -> bool {
    let blank = |text: &str| {
        text.split('\n')
            .any(|line| !line.is_empty() && line.bytes().all(|byte| byte == b' '))
    };
    match block {
        Block::Code { text, .. } => blank(text),
        Block::Opaque { source } => blank(source),
        Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => {
            blocks.iter().any(has_blank_lines_of_spaces)
        }
        Block::List { items, .. } => items
            .iter()
            .any(|item| item.blocks.iter().any(has_blank_lines_of_spaces)),
        _ => false,
    }
}

/// Empties lines of spaces only.
fn trim_blank_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.bytes().all(|byte| matches!(byte, b' ' | b'\n')) {
            out.push('\n');
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Whether blank lines may stand between the blocks of a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spacing {
    Loose,
    Tight,
}

/// Where a line is, as far as writing it goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Paragraph,
    Heading,
    Cell,
}

struct Writer<'a, 'c> {
    arena: &'a Arena<'a>,
    care: std::slice::Iter<'c, Care>,
}

impl<'a> Writer<'a, '_> {
    fn node(&self, value: NodeValue) -> &'a AstNode<'a> {
        self.arena
            .alloc(AstNode::new(RefCell::new(Ast::new(value, (1, 1).into()))))
    }

    fn add(&self, parent: &'a AstNode<'a>, value: NodeValue) -> &'a AstNode<'a> {
        let node = self.node(value);
        parent.append(node);
        node
    }

    fn raw(&self, parent: &'a AstNode<'a>, text: &str) {
        self.add(parent, NodeValue::Raw(text.to_owned()));
    }

    fn html_block(&self, parent: &'a AstNode<'a>, literal: &str) {
        self.add(
            parent,
            NodeValue::HtmlBlock(NodeHtmlBlock {
                block_type: 6,
                // Without its line end: with one, the engine forgets the container's prefix.
                literal: literal.to_owned(),
            }),
        );
    }

    fn separator(&self, parent: &'a AstNode<'a>) {
        let paragraph = self.add(parent, NodeValue::Paragraph);
        self.raw(paragraph, SEPARATOR);
    }

    /// Writes the blocks of a place; neighbours with the same direction share one wrapper.
    fn blocks(&mut self, parent: &'a AstNode<'a>, blocks: &[Block], spacing: Spacing) {
        let mut open: Option<Direction> = None;
        let mut previous: Option<&Block> = None;
        for block in blocks {
            let dir = block.dir();
            if dir != open {
                if open.is_some() {
                    self.html_block(parent, "</div>");
                }
                if let Some(dir) = dir {
                    self.html_block(parent, &format!("<div dir=\"{}\">", dir.as_str()));
                }
                open = dir;
            }
            if spacing == Spacing::Tight
                && let Some(previous) = previous
                && joins(previous, block)
            {
                self.separator(parent);
            }
            self.block(parent, block, spacing);
            previous = Some(block);
        }
        if open.is_some() {
            self.html_block(parent, "</div>");
        }
    }

    fn block(&mut self, parent: &'a AstNode<'a>, block: &Block, spacing: Spacing) {
        match block {
            Block::Paragraph { inlines, .. } => {
                let node = self.add(parent, NodeValue::Paragraph);
                if inlines.is_empty() {
                    self.raw(node, SEPARATOR);
                }
                self.line(node, inlines, Line::Paragraph);
            }
            Block::Heading { level, inlines, .. } => {
                let node = self.add(
                    parent,
                    NodeValue::Heading(NodeHeading {
                        level: *level,
                        setext: false,
                        closed: false,
                    }),
                );
                self.line(node, inlines, Line::Heading);
            }
            Block::Quote { blocks, .. } => {
                let node = self.add(parent, NodeValue::BlockQuote);
                self.blocks(node, blocks, spacing);
            }
            Block::List {
                start,
                tight,
                items,
                ..
            } => self.list(parent, *start, *tight, items),
            Block::Code { info, text } => self.code(parent, info, text),
            Block::Rule => {
                self.add(parent, NodeValue::ThematicBreak);
            }
            Block::Table { aligns, rows, .. } => self.table(parent, aligns, rows),
            Block::Grid { rows, .. } => {
                for part in grid::written(rows) {
                    match part {
                        Written::Tags(tags) => self.html_block(parent, &tags),
                        Written::Line(inlines) => {
                            let node = self.add(parent, NodeValue::Paragraph);
                            self.line(node, inlines, Line::Paragraph);
                        }
                    }
                }
            }
            Block::Footnote { label, blocks } => {
                let node = self.add(
                    parent,
                    NodeValue::FootnoteDefinition(NodeFootnoteDefinition {
                        name: label.clone(),
                        total_references: 0,
                    }),
                );
                if blocks
                    .first()
                    .is_some_and(|first| first.dir().is_some() || code_or_apart(first))
                {
                    self.separator(node);
                }
                self.blocks(node, blocks, spacing);
            }
            Block::Opaque { source } => self.html_block(parent, source),
        }
    }

    fn list(&mut self, parent: &'a AstNode<'a>, start: Option<u32>, tight: bool, items: &[Item]) {
        let list = NodeList {
            list_type: if start.is_some() {
                ListType::Ordered
            } else {
                ListType::Bullet
            },
            start: usize::try_from(start.unwrap_or(1)).unwrap_or(1),
            delimiter: ListDelimType::Period,
            bullet_char: b'-',
            tight,
            is_task_list: items.iter().any(|item| item.checked.is_some()),
            ..NodeList::default()
        };
        let spacing = if tight {
            Spacing::Tight
        } else {
            Spacing::Loose
        };
        let node = self.add(parent, NodeValue::List(list));
        for item in items {
            let value = match item.checked {
                None => NodeValue::Item(list),
                Some(checked) => NodeValue::TaskItem(NodeTaskItem {
                    symbol: checked.then_some('x'),
                    symbol_sourcepos: (1, 1, 1, 1).into(),
                }),
            };
            let child = self.add(node, value);
            let wrapped = item
                .blocks
                .first()
                .is_some_and(|first| first.dir().is_some());
            let first_is_line = matches!(item.blocks.first(), Some(Block::Paragraph { .. }));
            if item.checked.is_some() && (!first_is_line || wrapped) {
                // The box of a task needs a line to stand in.
                self.separator(child);
                if spacing == Spacing::Tight
                    && item
                        .blocks
                        .first()
                        .is_some_and(|first| joins(&Block::empty(), first))
                {
                    self.separator(child);
                }
            } else if wrapped || item.blocks.first().is_some_and(begins_apart) {
                self.separator(child);
            }
            self.blocks(child, &item.blocks, spacing);
        }
    }

    fn code(&self, parent: &'a AstNode<'a>, info: &str, text: &str) {
        let literal = if text.is_empty() {
            String::new()
        } else {
            format!("{text}\n")
        };
        self.add(
            parent,
            NodeValue::CodeBlock(Box::new(NodeCodeBlock {
                fenced: true,
                fence_char: b'`',
                fence_length: 3,
                fence_offset: 0,
                info: info_string(info),
                literal,
                closed: true,
            })),
        );
    }

    fn table(&mut self, parent: &'a AstNode<'a>, aligns: &[Align], rows: &[Vec<Vec<Inline>>]) {
        let alignments = aligns
            .iter()
            .map(|align| match align {
                Align::None => TableAlignment::None,
                Align::Left => TableAlignment::Left,
                Align::Center => TableAlignment::Center,
                Align::Right => TableAlignment::Right,
            })
            .collect();
        let table = self.add(
            parent,
            NodeValue::Table(Box::new(NodeTable {
                alignments,
                num_columns: aligns.len(),
                num_rows: rows.len(),
                num_nonempty_cells: 0,
            })),
        );
        for (index, cells) in rows.iter().enumerate() {
            let row = self.add(table, NodeValue::TableRow(index == 0));
            for inlines in cells {
                let cell = self.add(row, NodeValue::TableCell);
                self.line(cell, inlines, Line::Cell);
            }
        }
    }

    fn line(&mut self, parent: &'a AstNode<'a>, inlines: &[Inline], line: Line) {
        let care = self.care.next().copied().unwrap_or_default();
        let pieces: Vec<(bool, &Inline)> = inlines
            .iter()
            .scan(line != Line::Cell, |at_start, inline| {
                let line_start = *at_start;
                *at_start = line == Line::Paragraph && inline.kind == InlineKind::HardBreak;
                Some((line_start, inline))
            })
            .collect();
        self.pieces(parent, &pieces, &[], line, care);
    }

    /// Nests marks: of those that begin here, the one that reaches furthest goes outermost.
    fn pieces(
        &self,
        parent: &'a AstNode<'a>,
        pieces: &[(bool, &Inline)],
        open: &[Mark],
        line: Line,
        care: Care,
    ) {
        let mut rest = pieces;
        while let Some((line_start, first)) = rest.first() {
            let reach = |mark: Mark| {
                rest.iter()
                    .take_while(|(_, piece)| first.marks.shares(&piece.marks, mark))
                    .count()
            };
            let mut widest: Option<(Mark, usize)> = None;
            for mark in Mark::ALL {
                if open.contains(&mark) || !first.marks.has(mark) {
                    continue;
                }
                let reach = reach(mark);
                if widest.is_none_or(|(_, so_far)| reach > so_far) {
                    widest = Some((mark, reach));
                }
            }
            let Some((mark, count)) = widest else {
                self.piece(parent, first, *line_start, line, care);
                rest = rest.get(1..).unwrap_or_default();
                continue;
            };
            let (inside, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            let mut open_inside = open.to_vec();
            open_inside.push(mark);
            self.mark(parent, mark, inside, &open_inside, line, care);
            rest = after;
        }
    }

    fn mark(
        &self,
        parent: &'a AstNode<'a>,
        mark: Mark,
        inside: &[(bool, &Inline)],
        open: &[Mark],
        line: Line,
        care: Care,
    ) {
        let (value, tag) = match mark {
            Mark::Link => {
                let link = inside
                    .first()
                    .and_then(|(_, piece)| piece.marks.link.clone());
                let link = link.unwrap_or_default();
                if care == Care::Usual
                    && let Some(source) = autolink(&link.href, &link.title, inside)
                {
                    return self.raw(parent, &source);
                }
                let value = NodeValue::Link(Box::new(node_link(&link.href, &link.title)));
                let node = self.add(parent, value);
                return self.pieces(node, inside, open, line, care);
            }
            Mark::Em => (NodeValue::Emph, "em"),
            Mark::Strong => (NodeValue::Strong, "strong"),
            Mark::Strike => (NodeValue::Strikethrough, "del"),
        };
        if care == Care::Usual {
            let node = self.add(parent, value);
            self.pieces(node, inside, open, line, care);
        } else {
            self.raw(parent, &format!("<{tag}>"));
            self.pieces(parent, inside, open, line, care);
            self.raw(parent, &format!("</{tag}>"));
        }
    }

    fn piece(
        &self,
        parent: &'a AstNode<'a>,
        piece: &Inline,
        line_start: bool,
        line: Line,
        care: Care,
    ) {
        let place = Place {
            line_start,
            heading: line == Line::Heading,
            care,
        };
        match &piece.kind {
            InlineKind::Text(text) if piece.marks.code => {
                if care == Care::Usual {
                    self.add(
                        parent,
                        NodeValue::Code(NodeCode {
                            num_backticks: 1,
                            literal: text.clone(),
                        }),
                    );
                } else {
                    let everything = Place {
                        care: Care::Everything,
                        ..place
                    };
                    let text = escape::text(text, everything);
                    self.raw(parent, &format!("<code>{text}</code>"));
                }
            }
            InlineKind::Text(text) => self.raw(parent, &escape::text(text, place)),
            InlineKind::HardBreak => {
                if line == Line::Paragraph {
                    self.add(parent, NodeValue::LineBreak);
                } else {
                    // A heading and a cell are one line of source.
                    self.raw(parent, "<br>");
                }
            }
            InlineKind::Image { src, alt, title } => {
                let node = self.add(parent, NodeValue::Image(Box::new(node_link(src, title))));
                let inside = Place {
                    line_start: false,
                    ..place
                };
                self.raw(node, &escape::text(alt, inside));
            }
            InlineKind::FootnoteReference(label) => {
                self.add(
                    parent,
                    NodeValue::FootnoteReference(Box::new(NodeFootnoteReference {
                        name: label.clone(),
                        texts: Vec::new(),
                        ref_num: 1,
                        ix: 1,
                    })),
                );
            }
            InlineKind::Opaque(source) => {
                if care == Care::Everything {
                    self.raw(parent, &escape::text(source, place));
                } else {
                    if care == Care::Tags && line_start && piece.marks.link.is_none() {
                        // A line that begins with a tag may be a block of HTML. An empty link is
                        // nothing to a reader and keeps it a line.
                        self.raw(parent, "[](#)");
                    }
                    self.raw(parent, source);
                }
            }
        }
    }
}

/// An info string as it stands after the fence; the engine writes it unchanged.
fn info_string(info: &str) -> String {
    let escaped = escape::ampersands(&info.replace('\\', "\\\\"));
    if escaped.starts_with(['`', '~']) {
        // Directly after the fence it would make the fence longer.
        format!(" {escaped}")
    } else {
        escaped
    }
}

fn node_link(url: &str, title: &str) -> NodeLink {
    NodeLink {
        url: escape::ampersands(url),
        title: escape::ampersands(title),
    }
}

/// `<https://…>` for a link that shows its own address.
fn autolink(href: &str, title: &str, inside: &[(bool, &Inline)]) -> Option<String> {
    let [(_, only)] = inside else { return None };
    let InlineKind::Text(text) = &only.kind else {
        return None;
    };
    let marks = &only.marks;
    if !title.is_empty() || marks.code || href.contains(['<', '>', '\\', '&', '|']) {
        return None;
    }
    let address = if href.starts_with("http://") || href.starts_with("https://") {
        href
    } else {
        href.strip_prefix("mailto:")?
    };
    (text == address && !text.contains(char::is_whitespace)).then(|| format!("<{text}>"))
}

/// Whether a block put directly under another would be read as part of it.
fn joins(previous: &Block, next: &Block) -> bool {
    match next {
        Block::Code { .. } | Block::Heading { .. } => false,
        // After a list the engine writes its own comment.
        Block::List { start, .. } => {
            start.is_some_and(|start| start != 1) && !matches!(previous, Block::List { .. })
        }
        Block::Quote { .. } => matches!(previous, Block::Quote { .. }),
        Block::Paragraph { .. } => !matches!(
            previous,
            Block::Heading { .. } | Block::Code { .. } | Block::Rule
        ),
        _ => true,
    }
}

/// Blocks the engine puts a blank line before at the beginning of a footnote.
fn code_or_apart(block: &Block) -> bool {
    matches!(block, Block::Code { .. }) || begins_apart(block)
}

/// Blocks the engine puts a blank line before, which would end a list item that begins with it.
fn begins_apart(block: &Block) -> bool {
    matches!(
        block,
        Block::Rule | Block::Table { .. } | Block::Grid { .. } | Block::Opaque { .. }
    )
}

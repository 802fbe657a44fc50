//! Markdown to document.

use comrak::nodes::{AstNode, ListType, NodeValue, TableAlignment};

use super::engine;
use super::json::table_fits;
use super::normal;
use super::tree::{Align, Block, Inline, InlineKind, Item, Link, Marks};
use crate::limits::{MAX_BODY_CHARS, MAX_DOC_NODES};

/// The document of a Markdown text, in normal form.
pub(crate) fn document(markdown: &str) -> Vec<Block> {
    let source = engine::clean(markdown);
    // Bytes are never fewer than characters, so counting is rarely needed.
    if source.len() > MAX_BODY_CHARS && source.chars().count() > MAX_BODY_CHARS {
        return whole(&source);
    }
    let parsed = engine::with_tree(&source, &engine::reading(), |_, root| {
        if root.descendants().take(MAX_DOC_NODES + 1).count() > MAX_DOC_NODES {
            return whole(&source);
        }
        top_blocks(root, &source)
    });
    let mut blocks = parsed.unwrap_or_else(|| whole(&source));
    normal::document(&mut blocks);
    blocks
}

/// The whole text as one opaque block: the last resort, which still loses nothing.
fn whole(source: &str) -> Vec<Block> {
    vec![Block::Opaque {
        source: source.to_owned(),
    }]
}

fn top_blocks<'a>(root: &'a AstNode<'a>, source: &str) -> Vec<Block> {
    let lines: Vec<&str> = source.split('\n').collect();
    let mut blocks = Vec::new();
    for node in root.children() {
        if fits(node) {
            block(node, &mut blocks);
        } else {
            // Top-level blocks start at the beginning of a line, so their source is whole lines:
            // from its first line to before the next block.
            let first = node.data().sourcepos.start.line;
            let end = node
                .next_sibling()
                .map_or(lines.len() + 1, |next| next.data().sourcepos.start.line);
            let slice = lines
                .get(first.saturating_sub(1)..end.saturating_sub(1))
                .unwrap_or_default();
            blocks.push(Block::Opaque {
                source: slice.join("\n"),
            });
        }
    }
    blocks
}

/// Whether a block is shallow and small enough to be taken apart.
fn fits<'a>(node: &'a AstNode<'a>) -> bool {
    engine::depth(node, engine::MAX_TREE_DEPTH) <= engine::MAX_TREE_DEPTH
        && node.descendants().all(|node| match &node.data().value {
            NodeValue::Table(table) => table_fits(table.num_columns, table.num_rows),
            _ => true,
        })
}

fn children<'a>(node: &'a AstNode<'a>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for child in node.children() {
        block(child, &mut blocks);
    }
    blocks
}

fn block<'a>(node: &'a AstNode<'a>, blocks: &mut Vec<Block>) {
    let data = node.data();
    match &data.value {
        NodeValue::Paragraph => blocks.push(Block::Paragraph {
            dir: None,
            inlines: inlines(node),
        }),
        NodeValue::Heading(heading) => blocks.push(Block::Heading {
            dir: None,
            level: heading.level,
            inlines: inlines(node),
        }),
        NodeValue::BlockQuote => blocks.push(Block::Quote {
            dir: None,
            blocks: children(node),
        }),
        NodeValue::List(list) => blocks.push(Block::List {
            dir: None,
            start: (list.list_type == ListType::Ordered)
                .then(|| u32::try_from(list.start).unwrap_or(1)),
            tight: list.tight,
            items: node.children().map(item).collect(),
        }),
        NodeValue::CodeBlock(code) => blocks.push(Block::Code {
            info: code.info.clone(),
            text: code
                .literal
                .strip_suffix('\n')
                .unwrap_or(&code.literal)
                .to_owned(),
        }),
        NodeValue::ThematicBreak => blocks.push(Block::Rule),
        NodeValue::Table(table) => blocks.push(Block::Table {
            dir: None,
            aligns: table.alignments.iter().map(align).collect(),
            rows: node
                .children()
                .map(|row| row.children().map(inlines).collect())
                .collect(),
        }),
        NodeValue::FootnoteDefinition(definition) => blocks.push(Block::Footnote {
            label: definition.name.clone(),
            blocks: children(node),
        }),
        NodeValue::HtmlBlock(html) => {
            if !engine::is_separator(&data.value) {
                blocks.push(Block::Opaque {
                    source: html.literal.clone(),
                });
            }
        }
        // No other block exists with the options of `engine`; if one did, its text stays.
        _ => {
            let inlines = inlines(node);
            if !inlines.is_empty() {
                blocks.push(Block::Paragraph { dir: None, inlines });
            }
        }
    }
}

fn item<'a>(node: &'a AstNode<'a>) -> Item {
    let checked = match &node.data().value {
        NodeValue::TaskItem(task) => Some(task.symbol.is_some()),
        _ => None,
    };
    Item {
        checked,
        blocks: children(node),
    }
}

fn align(alignment: &TableAlignment) -> Align {
    match alignment {
        TableAlignment::None => Align::None,
        TableAlignment::Left => Align::Left,
        TableAlignment::Center => Align::Center,
        TableAlignment::Right => Align::Right,
    }
}

fn inlines<'a>(node: &'a AstNode<'a>) -> Vec<Inline> {
    let mut out = Vec::new();
    for child in node.children() {
        inline(child, &Marks::default(), &mut out);
    }
    out
}

fn inline<'a>(node: &'a AstNode<'a>, marks: &Marks, out: &mut Vec<Inline>) {
    let data = node.data();
    let mut push = |kind: InlineKind, marks: &Marks| {
        out.push(Inline {
            kind,
            marks: marks.clone(),
        });
    };
    let mut inner = marks.clone();
    match &data.value {
        NodeValue::Text(text) => return push(InlineKind::Text(text.to_string()), marks),
        NodeValue::SoftBreak => return push(InlineKind::Text(" ".to_owned()), marks),
        NodeValue::LineBreak => return push(InlineKind::HardBreak, marks),
        NodeValue::Code(code) => {
            inner.code = true;
            return push(InlineKind::Text(code.literal.clone()), &inner);
        }
        NodeValue::HtmlInline(literal) => {
            if is_break(literal) {
                push(InlineKind::HardBreak, marks);
            } else if !engine::is_separator(&data.value) {
                push(InlineKind::Opaque(literal.clone()), marks);
            }
            return;
        }
        NodeValue::Image(image) => {
            return push(
                InlineKind::Image {
                    src: image.url.clone(),
                    alt: plain(node),
                    title: image.title.clone(),
                },
                marks,
            );
        }
        NodeValue::FootnoteReference(reference) => {
            return push(InlineKind::FootnoteReference(reference.name.clone()), marks);
        }
        NodeValue::Strong => inner.strong = true,
        NodeValue::Emph => inner.em = true,
        NodeValue::Strikethrough => inner.strike = true,
        NodeValue::Link(link) => {
            inner.link = Some(Link {
                href: link.url.clone(),
                title: link.title.clone(),
            });
        }
        _ => {}
    }
    for child in node.children() {
        inline(child, &inner, out);
    }
}

/// Whether a piece of HTML is a line break, the only way to break a line inside a table cell.
fn is_break(literal: &str) -> bool {
    matches!(literal, "<br>" | "<br/>" | "<br />" | "<BR>")
}

/// The text a reader sees of a node, as alternative texts are made.
fn plain<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for child in node.descendants().skip(1) {
        match &child.data().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::HtmlInline(literal) => text.push_str(literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

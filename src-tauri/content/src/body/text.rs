//! What a reader sees of a text, and what the checks need to know of it.

use std::collections::HashSet;

use comrak::nodes::{AstNode, NodeValue};
use unicode_segmentation::UnicodeSegmentation;

use super::engine;
use super::grid;
use super::html::{DRAFT, draft_of, stored};

/// The text without markup, one block per line.
pub(super) fn plain(markdown: &str) -> String {
    let source = engine::clean(markdown);
    engine::with_tree(&source, &engine::reading(), |_, root| {
        let mut out = String::with_capacity(source.len());
        for edge in root.traverse() {
            match edge {
                comrak::arena_tree::NodeEdge::Start(node) => enter(node, &mut out),
                comrak::arena_tree::NodeEdge::End(node) => {
                    let value = &node.data().value;
                    if matches!(value, NodeValue::TableCell) {
                        out.push(' ');
                    } else if value.block() && !out.is_empty() && !out.ends_with('\n') {
                        while out.ends_with(' ') {
                            out.pop();
                        }
                        out.push('\n');
                    }
                }
            }
        }
        out.truncate(out.trim_end().len());
        out
    })
    .unwrap_or(source)
}

fn enter<'a>(node: &'a AstNode<'a>, out: &mut String) {
    match &node.data().value {
        NodeValue::Text(text) => out.push_str(text),
        NodeValue::Code(code) => out.push_str(&code.literal),
        NodeValue::CodeBlock(code) => out.push_str(&code.literal),
        NodeValue::SoftBreak | NodeValue::LineBreak => out.push(' '),
        NodeValue::HtmlBlock(html) => out.push_str(visible(&html.literal).trim()),
        _ => {}
    }
}

/// The text of a piece of HTML.
fn visible(html: &str) -> String {
    // Without the allow-list, script and style would leave their text behind.
    let clean = super::sanitise(html);
    let mut out = String::with_capacity(clean.len());
    let mut tag: Option<String> = None;
    for c in clean.chars() {
        match (c, &mut tag) {
            ('<', _) => tag = Some(String::new()),
            ('>', Some(name)) => {
                // Rows and cells stay apart: the words of two are not one.
                match name.as_str() {
                    "/tr" => out.push('\n'),
                    "/td" | "/th" => out.push('\t'),
                    _ => {}
                }
                tag = None;
            }
            (c, Some(name)) if name.len() < 4 => name.push(c),
            (_, Some(_)) => {}
            (c, None) => out.push(c),
        }
    }
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{A0}")
        .replace("&amp;", "&")
}

/// Number of words of a plain text.
pub(super) fn count_words(text: &str) -> u32 {
    u32::try_from(text.unicode_words().count()).unwrap_or(u32::MAX)
}

/// Hashes of the stored pictures.
pub(super) fn blob_refs(markdown: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    outline(markdown)
        .pictures
        .into_iter()
        .filter_map(|picture| picture.sha256)
        .filter(|sha| seen.insert(sha.clone()))
        .collect()
}

/// Ids of the drafts linked to.
pub(super) fn draft_refs(markdown: &str) -> Vec<String> {
    if !markdown.contains(DRAFT) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    outline(markdown)
        .links
        .iter()
        .filter_map(|link| draft_of(link).map(str::to_owned))
        .filter(|id| seen.insert(id.clone()))
        .collect()
}

/// A picture in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    /// Hash of a stored picture; `None` for any other address.
    pub(crate) sha256: Option<String>,
    /// Its address.
    pub(crate) address: String,
    /// Its alternative text.
    pub(crate) alt: String,
}

/// What the checks look at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// Levels of the headings in order, with their text.
    pub(crate) headings: Vec<(u8, String)>,
    /// Pictures in order.
    pub(crate) pictures: Vec<Picture>,
    /// Addresses of links in order.
    pub(crate) links: Vec<String>,
    /// Kinds of blocks and marks with how often they occur.
    pub(crate) counts: std::collections::BTreeMap<&'static str, u32>,
}

/// Reads the outline of a text.
pub(crate) fn outline(markdown: &str) -> Outline {
    let source = engine::clean(markdown);
    engine::with_tree(&source, &engine::reading(), |_, root| {
        let mut outline = Outline::default();
        for node in root.descendants() {
            let data = node.data();
            let kind = match &data.value {
                NodeValue::Heading(heading) => {
                    outline.headings.push((heading.level, text_of(node)));
                    "heading"
                }
                NodeValue::Image(image) => {
                    outline.pictures.push(Picture {
                        sha256: stored(&image.url).and_then(|(hash, _)| hash_of(hash)),
                        address: image.url.clone(),
                        alt: text_of(node),
                    });
                    "picture"
                }
                NodeValue::Link(link) => {
                    outline.links.push(link.url.clone());
                    "link"
                }
                NodeValue::Paragraph => "paragraph",
                NodeValue::List(_) => "list",
                NodeValue::Table(_) => "table",
                NodeValue::BlockQuote => "quote",
                NodeValue::CodeBlock(_) => "code",
                NodeValue::FootnoteDefinition(_) => "footnote",
                NodeValue::Strong | NodeValue::Emph => "emphasis",
                // A table with merged cells is one table, and its tags are no HTML of their own.
                NodeValue::HtmlBlock(html) if grid::may_begin(&html.literal) => "table",
                NodeValue::HtmlBlock(html) if grid::is_part(&html.literal) => continue,
                NodeValue::HtmlBlock(_) | NodeValue::HtmlInline(_)
                    if !engine::is_separator(&data.value) =>
                {
                    "html"
                }
                _ => continue,
            };
            *outline.counts.entry(kind).or_insert(0) += 1;
        }
        outline
    })
    .unwrap_or_default()
}

pub(super) fn text_of<'a>(node: &'a AstNode<'a>) -> String {
    let mut text = String::new();
    for child in node.descendants() {
        match &child.data().value {
            NodeValue::Text(part) => text.push_str(part),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// A well-formed hash, in lower case.
fn hash_of(text: &str) -> Option<String> {
    (text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| text.to_ascii_lowercase())
}

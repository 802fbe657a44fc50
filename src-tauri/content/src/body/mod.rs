//! Bodies: Markdown, the editor's document and HTML, all through one engine.
//!
//! Markdown (CommonMark with tables, task lists, strikethrough, footnotes and autolinks) is what
//! is stored, compared, hashed and sent. The editor works on a JSON document; both directions
//! go through the syntax tree of comrak, so what the editor shows is what a reader gets. What
//! the document's schema has no place for is kept as an opaque node holding its exact source.

mod anchors;
mod build;
mod direction;
mod engine;
mod escape;
mod grid;
mod grid_html;
mod html;
mod inline;
mod isolate;
mod isolate_html;
mod json;
mod normal;
mod read;
mod replace;
mod shown;
mod text;
pub(crate) mod tree;
mod write;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::limits::MAX_BODY_CHARS;
use crate::problem::{Problem, code};

/// Gives the address a stored picture is shown under, for its SHA-256.
pub type PictureAddress<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Gives the address another draft is shown under, for its id.
pub type DraftAddress<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How to render.
#[derive(Default, Clone, Copy)]
pub struct HtmlOptions<'a> {
    /// Gives the address of a stored picture for its SHA-256; `None` leaves only its
    /// alternative text.
    pub picture: Option<PictureAddress<'a>>,
    /// Gives the address of another draft that the text links to (`qalam:draft/<id>`); `None`
    /// leaves only the link's words.
    pub draft: Option<DraftAddress<'a>>,
}

/// The editor document of a Markdown text. Never fails: what has no place in the schema, is too
/// deep or too large becomes opaque.
#[must_use]
pub fn to_document(markdown: &str) -> Value {
    let mut blocks = read::document(markdown);
    if blocks.is_empty() {
        blocks.push(tree::Block::empty());
    }
    json::to_value(&blocks)
}

/// The Markdown of an editor document. Reading it again gives the same document, up to what
/// Markdown cannot hold: empty paragraphs, spaces at the ends of lines and the like.
///
/// # Errors
/// `document_invalid` when the value does not have the agreed shape (the subject names the node
/// type), `too_deep`, `too_long` or `table_too_large` beyond the caps.
pub fn to_markdown(document: &Value) -> Result<String, Problem> {
    from_blocks(json::from_value(document)?)
}

/// The Markdown of blocks that a reader made.
///
/// # Errors
/// `document_invalid` when the engine failed, `too_long` beyond the cap.
pub(crate) fn from_blocks(blocks: Vec<tree::Block>) -> Result<String, Problem> {
    let markdown =
        write::markdown(blocks).ok_or_else(|| Problem::new(code::DOCUMENT_INVALID, "document"))?;
    if markdown.len() > MAX_BODY_CHARS && markdown.chars().count() > MAX_BODY_CHARS {
        return Err(Problem::new(code::TOO_LONG, "document").with("max", MAX_BODY_CHARS));
    }
    Ok(markdown)
}

/// Sanitised HTML of a Markdown text. Blocks without a direction of their own get `dir="auto"`;
/// code is always left to right.
#[must_use]
pub fn to_html(markdown: &str, options: &HtmlOptions<'_>) -> String {
    html::render(markdown, options)
}

/// HTML reduced to what a body may contain: no scripts, styles, frames or forms, no remote
/// pictures; links only to http, https, mailto and tel.
#[must_use]
pub fn sanitise(html: &str) -> String {
    html::sanitise(html)
}

/// The text a reader sees, one block per line, without any markup. For search, words, checks.
#[must_use]
pub fn plain_text(markdown: &str) -> String {
    text::plain(markdown)
}

/// Number of words a reader sees in a Markdown (or plain) text.
#[must_use]
pub fn words(markdown: &str) -> u32 {
    text::count_words(&text::plain(markdown))
}

/// The text of a body as a difference shows it: blocks apart by an empty line, with the signs of
/// lists and boxes, and no sign of Markdown. Comments are anchored in it.
#[must_use]
pub fn shown_text(markdown: &str) -> String {
    shown(markdown).text
}

/// SHA-256 hashes of the stored pictures a text refers to (`qalam:<sha256>`), each once, in
/// order of appearance.
#[must_use]
pub fn blob_refs(markdown: &str) -> Vec<String> {
    text::blob_refs(markdown)
}

/// Ids of the drafts a text links to (`qalam:draft/<id>`), each once, in order of appearance.
#[must_use]
pub fn draft_refs(markdown: &str) -> Vec<String> {
    text::draft_refs(markdown)
}

pub use replace::replaced;

pub(crate) use anchors::anchors;
pub(crate) use grid::fits as table_fits;
pub use html::DRAFT as DRAFT_ADDRESS;
pub(crate) use html::{MAX_NESTING, draft_of, nesting, nests_too_deep, sanitise_with_pictures};
pub(crate) use read::document as blocks;
pub(crate) use shown::{Shown, Style, shown};
pub(crate) use text::outline;

//! The one Markdown engine, with the one set of options.

use std::panic::{AssertUnwindSafe, catch_unwind};

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options};

/// A list that must not join the next one is closed with this comment by the writer.
pub(super) const END_OF_LIST: &str = "<!-- end list -->";
/// An empty comment the writer puts where Markdown would otherwise join two blocks or lose an
/// empty one. Reading drops it.
pub(super) const SEPARATOR: &str = "<!-- -->";

/// Deepest syntax tree that is walked. A little deeper than the deepest document, because marks
/// are levels in the tree and not in the document.
pub(super) const MAX_TREE_DEPTH: usize = crate::limits::MAX_DOC_DEPTH + 8;

/// Options for reading. Footnote definitions stay where they are written, so that the document
/// keeps them in place.
pub(super) fn reading() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.parse.leave_footnote_definitions = true;
    options
}

/// Options for writing Markdown.
pub(super) fn writing() -> Options<'static> {
    let mut options = reading();
    options.render.prefer_fenced = true;
    options
}

/// Options for rendering: definitions move to the end, raw HTML passes, since everything goes
/// through the allow-list afterwards. `sourcepos` is the renderer's hook for an attribute on
/// every block (see `html`).
pub(super) fn rendering() -> Options<'static> {
    let mut options = reading();
    options.parse.leave_footnote_definitions = false;
    options.render.r#unsafe = true;
    options.render.sourcepos = true;
    options
}

/// Line ends as the engine counts them.
pub(super) fn clean(markdown: &str) -> String {
    markdown
        .strip_prefix('\u{FEFF}')
        .unwrap_or(markdown)
        .replace("\r\n", "\n")
        .replace('\r', "\n")
}

/// Parses and gives the tree to `walk`. `None` if the engine failed on this text, which is
/// contained here: a text that cannot be parsed is still a text.
pub(super) fn with_tree<T>(
    markdown: &str,
    options: &Options<'_>,
    walk: impl for<'a> FnOnce(&'a Arena<'a>, &'a AstNode<'a>) -> T,
) -> Option<T> {
    contained(|| {
        let arena = Arena::new();
        let root = comrak::parse_document(&arena, markdown, options);
        walk(&arena, root)
    })
}

/// Runs the engine so that a failure inside it stays inside.
pub(super) fn contained<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

/// The level of the deepest node under `node`, which itself is level 1; stops counting beyond
/// `cap`.
pub(super) fn depth<'a>(node: &'a AstNode<'a>, cap: usize) -> usize {
    let mut deepest = 0;
    let mut level = 0usize;
    for edge in node.traverse() {
        match edge {
            comrak::arena_tree::NodeEdge::Start(_) => {
                level += 1;
                deepest = deepest.max(level);
                if deepest > cap {
                    return deepest;
                }
            }
            comrak::arena_tree::NodeEdge::End(_) => level = level.saturating_sub(1),
        }
    }
    deepest
}

/// Whether a node is one of the writer's comments, which mean nothing to a reader.
pub(super) fn is_separator(value: &NodeValue) -> bool {
    let literal = match value {
        NodeValue::HtmlBlock(block) => block.literal.trim(),
        NodeValue::HtmlInline(literal) => literal.trim(),
        _ => return false,
    };
    literal == SEPARATOR || literal == END_OF_LIST
}

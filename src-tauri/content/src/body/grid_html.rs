//! Tables with merged cells on their way to HTML.

use std::borrow::Cow;
use std::collections::HashMap;

use comrak::Arena;
use comrak::nodes::{AstNode, NodeValue};

use super::grid::{self, Found, Piece};
use super::html::strong_of;
use super::tree::Cell;
use crate::lang::Direction;

/// Puts the tables into the tree that are written as tags around lines (see `grid`): with a head,
/// a direction for the whole and for each cell, and the lines without the paragraphs they are in
/// Markdown. `chosen` tells the directions people chose, by the block that begins the table.
pub(super) fn tables<'a>(
    arena: &'a Arena<'a>,
    root: &'a AstNode<'a>,
    chosen: &HashMap<*const AstNode<'a>, Direction>,
) {
    let begins: Vec<&'a AstNode<'a>> = root
        .descendants()
        .filter(|node| matches!(&node.data().value, NodeValue::HtmlBlock(html) if grid::may_begin(&html.literal)))
        .collect();
    for begin in begins {
        if let Some(found) = found(begin) {
            let chosen = chosen.get(&std::ptr::from_ref(begin)).copied();
            table(arena, begin, found, chosen);
        }
    }
}

fn found<'a>(begin: &'a AstNode<'a>) -> Option<Found<Option<&'a AstNode<'a>>>> {
    let pieces = begin
        .following_siblings()
        .map(|node| match &node.data().value {
            NodeValue::HtmlBlock(html) => Piece::Html(Cow::Owned(html.literal.clone())),
            NodeValue::Paragraph => Piece::Line(Some(node)),
            _ => Piece::Other,
        });
    grid::found(pieces).filter(|found| grid::fits(&found.rows))
}

fn table<'a>(
    arena: &'a Arena<'a>,
    begin: &'a AstNode<'a>,
    found: Found<Option<&'a AstNode<'a>>>,
    chosen: Option<Direction>,
) {
    let taken: Vec<&'a AstNode<'a>> = begin.following_siblings().take(found.taken).collect();
    let rows = grid::laid_out(found.rows);
    let lines = rows.iter().flatten().filter_map(|cell| cell.content);
    let direction = chosen.or_else(|| lines.into_iter().find_map(strong_of));
    let raw = |tags: String| begin.insert_before(arena.alloc(AstNode::from(NodeValue::Raw(tags))));
    let heads = grid::head_rows(&rows);
    raw(direction.map_or("<table>".to_owned(), |direction| {
        format!("<table dir=\"{}\">", direction.as_str())
    }));
    for (index, row) in rows.iter().enumerate() {
        if index == 0 && heads > 0 {
            raw("\n<thead>".to_owned());
        }
        if index == heads {
            raw("\n<tbody>".to_owned());
        }
        raw("\n<tr>".to_owned());
        for cell in row {
            raw(opening(cell, index < heads));
            let line = cell.content.map(AstNode::children);
            for inline in line.into_iter().flatten().collect::<Vec<_>>() {
                begin.insert_before(inline);
            }
            raw(format!("</{}>", grid::name(cell)));
        }
        raw("\n</tr>".to_owned());
        if index + 1 == heads {
            raw("\n</thead>".to_owned());
        }
    }
    let end = if heads < rows.len() { "\n</tbody>" } else { "" };
    raw(format!("{end}\n</table>\n"));
    for node in taken {
        node.detach();
    }
}

/// The tag of a cell. A header beside a row says so; those of the head are the columns' anyway.
fn opening<T>(cell: &Cell<T>, in_head: bool) -> String {
    let scope = match (cell.header, in_head, cell.rows > 1) {
        (true, false, false) => " scope=\"row\"",
        (true, false, true) => " scope=\"rowgroup\"",
        _ => "",
    };
    format!(
        "\n<{}{}{scope} dir=\"auto\">",
        grid::name(cell),
        grid::attributes(cell)
    )
}

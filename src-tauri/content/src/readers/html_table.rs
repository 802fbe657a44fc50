//! Tables of pages: those of Markdown's own, those with merged cells and headers beside rows, and
//! those that only put things in their places.

use std::rc::Rc;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::{Element, Node};
use markup5ever_rcdom::NodeData;

use super::cell_line::CellLine;
use super::html_report::attribute;
use crate::body::tree::{Align, Block, Cell, Inline};
use crate::body::{self, from_blocks, table_fits};

/// What becomes of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Its cells are places on the page, not of a table: what is in them follows one another.
    Frame,
    /// It is larger than a body may hold: the same.
    TooLarge,
    /// A table.
    Table,
}

/// The Markdown of a table; what Markdown's own cannot hold becomes a grid.
pub(super) fn table(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let rows = rows(element.node);
    let mut markdown = String::from("\n\n");
    if let Some(caption) = children(element.node, "caption").first() {
        markdown.push_str(handlers.walk_children(caption).content.trim());
        markdown.push_str("\n\n");
    }
    if shape(element.node, &rows) != Shape::Table {
        for cell in rows.into_iter().flatten().filter_map(|cell| cell.content) {
            markdown.push_str(handlers.walk_children(&cell).content.trim());
            markdown.push_str("\n\n");
        }
        return Some(markdown.into());
    }
    let grid = needs_grid(&rows);
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            row.into_iter()
                .map(|cell| {
                    let mut cell = cell.map(|node| line(node, handlers));
                    // Where nothing is a header, Markdown's own table takes its first row for one.
                    cell.header |= !grid && index == 0;
                    cell
                })
                .collect()
        })
        .collect();
    markdown.push_str(&from_blocks(vec![Block::Grid { dir: None, rows }]).ok()?);
    markdown.push('\n');
    Some(markdown.into())
}

/// What a table loses, in the words of the report.
pub(super) fn losses(table: &Rc<Node>) -> Vec<&'static str> {
    let rows = rows(table);
    let holds = |wanted: &[&str]| {
        let mut cells = rows
            .iter()
            .flatten()
            .filter_map(|cell| cell.content.as_ref());
        cells.any(|cell| holds(cell, wanted))
    };
    match shape(table, &rows) {
        Shape::Frame => vec!["frame"],
        Shape::TooLarge => vec!["table_too_large"],
        Shape::Table => {
            let mut losses = Vec::new();
            if holds(&["table"]) {
                losses.push("nested_table_flattened");
            }
            if holds(&["ul", "ol"]) {
                losses.push("list_in_table");
            }
            losses
        }
    }
}

fn shape(table: &Rc<Node>, rows: &[Vec<Cell<Option<Rc<Node>>>>]) -> Shape {
    let mut cells = rows.iter().flatten();
    let alone = cells.clone().count() == 1;
    let headed = cells.clone().any(|cell| cell.header);
    let placed = cells.clone().any(|cell| {
        let inside = cell.content.as_ref();
        inside.is_some_and(|node| holds(node, &["table"]))
    });
    // One column or one row of whole blocks is a page, as mail programs build it.
    let stacked = (rows.len() == 1 || rows.iter().all(|row| row.len() < 2))
        && cells.any(|cell| {
            let inside = cell.content.as_ref();
            inside.is_some_and(|node| holds(node, &["h1", "h2", "h3", "h4", "ul", "ol", "hr"]))
        });
    let said = matches!(
        attribute(table, "role").as_deref(),
        Some("presentation" | "none")
    );
    if said || (!headed && (alone || placed || stacked)) {
        Shape::Frame
    } else if table_fits(rows) {
        Shape::Table
    } else {
        Shape::TooLarge
    }
}

/// Whether an element of one of these names is anywhere within.
fn holds(node: &Rc<Node>, wanted: &[&str]) -> bool {
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        let children = node.children.borrow();
        for child in children.iter() {
            if name(child).is_some_and(|name| wanted.contains(&name.as_str())) {
                return true;
            }
            ahead.push(Rc::clone(child));
        }
    }
    false
}

fn needs_grid<T>(rows: &[Vec<Cell<T>>]) -> bool {
    let merged = |cell: &Cell<T>| cell.columns > 1 || cell.rows > 1;
    rows.iter().enumerate().any(|(index, row)| {
        let headers = row.iter().filter(|cell| cell.header).count();
        row.iter().any(merged) || (headers > 0 && (index > 0 || headers < row.len()))
    })
}

/// The rows in the order in which they are shown, with the elements of their cells.
fn rows(table: &Rc<Node>) -> Vec<Vec<Cell<Option<Rc<Node>>>>> {
    let mut rows = Vec::new();
    let mut feet = Vec::new();
    for child in table.children.borrow().iter() {
        match name(child).as_deref() {
            Some("tr") => rows.push(row(child)),
            Some("thead" | "tbody") => rows.extend(children(child, "tr").iter().map(row)),
            Some("tfoot") => feet.extend(children(child, "tr").iter().map(row)),
            _ => {}
        }
    }
    rows.append(&mut feet);
    rows
}

fn row(row: &Rc<Node>) -> Vec<Cell<Option<Rc<Node>>>> {
    row.children.borrow().iter().filter_map(cell).collect()
}

fn cell(node: &Rc<Node>) -> Option<Cell<Option<Rc<Node>>>> {
    let header = match name(node)?.as_str() {
        "th" => true,
        "td" => false,
        _ => return None,
    };
    let span = |wanted: &str| {
        attribute(node, wanted)
            .and_then(|value| value.trim().parse().ok())
            .unwrap_or(1)
            .max(1)
    };
    Some(Cell {
        header,
        columns: span("colspan").min(1_000),
        rows: span("rowspan"),
        align: match attribute(node, "align").as_deref() {
            Some("left") => Align::Left,
            Some("center") => Align::Center,
            Some("right") => Align::Right,
            _ => Align::None,
        },
        content: Some(Rc::clone(node)),
    })
}

/// The name of an element.
pub(super) fn name(node: &Rc<Node>) -> Option<String> {
    match &node.data {
        NodeData::Element { name, .. } => Some(name.local.to_string()),
        _ => None,
    }
}

fn children(node: &Rc<Node>, wanted: &str) -> Vec<Rc<Node>> {
    node.children
        .borrow()
        .iter()
        .filter(|child| name(child).as_deref() == Some(wanted))
        .cloned()
        .collect()
}

/// What a cell holds, in one line with breaks.
fn line(cell: Option<Rc<Node>>, handlers: &dyn Handlers) -> Vec<Inline> {
    let Some(cell) = cell else {
        return Vec::new();
    };
    CellLine::of(body::blocks(handlers.walk_children(&cell).content.trim()))
}

#[cfg(test)]
mod tests {
    use crate::body::{HtmlOptions, to_document, to_html};

    fn markdown(html: &str) -> String {
        super::super::html::read(html.as_bytes()).markdown
    }

    #[test]
    fn merged_cells_and_headers_beside_rows_are_kept() {
        let html = "<table><caption>Doses</caption><thead><tr><th rowspan=2>Region</th><th colspan=2>Doses</th></tr><tr><th>first</th><th>second</th></tr></thead><tbody><tr><th>North</th><td><p>1</p><p><b>2</b></p></td><td><ul><li>a</li><li>b</li></ul></td></tr></tbody></table>";
        let markdown = markdown(html);
        let table = to_document(&markdown)["content"][1].clone();
        assert_eq!(table["type"], "table", "{markdown}");
        assert_eq!(table["content"][0]["content"][1]["attrs"]["colspan"], 2);
        assert_eq!(table["content"][2]["content"][0]["type"], "table_header");
        let shown = to_html(&markdown, &HtmlOptions::default());
        for wanted in [
            "Doses</p>",
            "<th rowspan=\"2\" dir=\"auto\">Region</th>",
            ">second</th>\n</tr>\n</thead>\n<tbody>",
            "<th scope=\"row\" dir=\"auto\">North</th>",
            "1<br>\n<strong>2</strong>",
            "• a<br>\n• b",
        ] {
            assert!(shown.contains(wanted), "{wanted}: {shown}");
        }
    }
    #[test]
    fn the_direction_of_a_table_is_kept_where_its_words_tell_another() {
        let table = |dir: &str, words: &str| {
            markdown(&format!(
                "<table dir={dir}><tr><th colspan=2>{words}</th></tr><tr><td>1</td><td>2</td></tr></table>"
            ))
        };
        assert!(!table("rtl", "نص").contains("<div"));
        assert!(!table("ltr", "text").contains("<div"));
        assert!(table("ltr", "نص").contains("<div dir=\"ltr\">"));
        assert!(table("rtl", "text").contains("<div dir=\"rtl\">"));
    }
}

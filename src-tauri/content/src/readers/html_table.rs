//! Tables of HTML that Markdown's own cannot hold: merged cells, and headers beside rows.

use std::rc::Rc;

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::{Element, Node};
use markup5ever_rcdom::NodeData;

use crate::body::tree::{Align, Block, Cell, Inline, InlineKind, Marks};
use crate::body::{self, from_blocks, table_fits};

/// The Markdown of a table with merged cells or with headers elsewhere than in its first row; any
/// other is left to who comes next.
pub(super) fn table(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let rows = rows(element.node);
    if !needs_grid(&rows) {
        return handlers.fallback(element);
    }
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|cell| cell.map(|node| line(node, handlers)))
                .collect()
        })
        .collect();
    if !table_fits(&rows) {
        return handlers.fallback(element);
    }
    let mut markdown = String::from("\n\n");
    if let Some(caption) = children(element.node, "caption").first() {
        markdown.push_str(handlers.walk_children(caption).content.trim());
        markdown.push_str("\n\n");
    }
    markdown.push_str(&from_blocks(vec![Block::Grid { dir: None, rows }]).ok()?);
    markdown.push('\n');
    Some(markdown.into())
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
    let NodeData::Element { name, attrs, .. } = &node.data else {
        return None;
    };
    let header = match &*name.local {
        "th" => true,
        "td" => false,
        _ => return None,
    };
    let attrs = attrs.borrow();
    let attribute = |wanted: &str| {
        attrs
            .iter()
            .find(|attr| &*attr.name.local == wanted)
            .map(|attr| attr.value.to_string())
    };
    let span = |wanted: &str| {
        attribute(wanted)
            .and_then(|value| value.trim().parse().ok())
            .unwrap_or(1)
            .max(1)
    };
    Some(Cell {
        header,
        columns: span("colspan").min(1_000),
        rows: span("rowspan"),
        align: match attribute("align").as_deref() {
            Some("left") => Align::Left,
            Some("center") => Align::Center,
            Some("right") => Align::Right,
            _ => Align::None,
        },
        content: Some(Rc::clone(node)),
    })
}

fn name(node: &Rc<Node>) -> Option<String> {
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
    let mut line = Vec::new();
    flatten(
        body::blocks(handlers.walk_children(&cell).content.trim()),
        &mut line,
    );
    line
}

fn flatten(blocks: Vec<Block>, line: &mut Vec<Inline>) {
    for block in blocks {
        match block {
            Block::Paragraph { inlines, .. } | Block::Heading { inlines, .. } => {
                push(inlines, line);
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => flatten(blocks, line),
            Block::List { start, items, .. } => {
                for (index, item) in items.into_iter().enumerate() {
                    let sign = start.map_or("• ".to_owned(), |start| {
                        format!("{}. ", usize::try_from(start).unwrap_or(1) + index)
                    });
                    let mut inside = Vec::new();
                    flatten(item.blocks, &mut inside);
                    let mut inlines = vec![words(sign)];
                    inlines.append(&mut inside);
                    push(inlines, line);
                }
            }
            Block::Table { rows, .. } => {
                rows.into_iter().for_each(|row| push(beside(row), line));
            }
            Block::Grid { rows, .. } => {
                for row in rows {
                    push(
                        beside(row.into_iter().map(|cell| cell.content).collect()),
                        line,
                    );
                }
            }
            Block::Code { text, .. } => push(vec![words(text)], line),
            Block::Opaque { source } => {
                push(vec![words(body::plain_text(&source))], line);
            }
            Block::Rule => {}
        }
    }
}

/// The cells of a row of a table within a cell.
fn beside(row: Vec<Vec<Inline>>) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for cell in row.into_iter().filter(|cell| !cell.is_empty()) {
        if !inlines.is_empty() {
            inlines.push(words(" · ".to_owned()));
        }
        inlines.extend(cell);
    }
    inlines
}

fn push(mut inlines: Vec<Inline>, line: &mut Vec<Inline>) {
    if inlines.is_empty() {
        return;
    }
    if !line.is_empty() {
        line.push(Inline {
            kind: InlineKind::HardBreak,
            marks: Marks::default(),
        });
    }
    line.append(&mut inlines);
}

fn words(text: String) -> Inline {
    Inline {
        kind: InlineKind::Text(text),
        marks: Marks::default(),
    }
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

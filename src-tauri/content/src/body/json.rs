//! The document as JSON, as the editor has it.

use serde_json::{Map, Value, json};

use super::grid;
use super::html::stored;
use super::tree::{Align, Block, Cell, Inline, InlineKind, Item, Link, Marks};
use crate::lang::Direction;
use crate::limits::{MAX_DOC_DEPTH, MAX_DOC_NODES, MAX_TABLE_CELLS, MAX_TABLE_COLUMNS};
use crate::problem::{Problem, code};

/// The JSON of a document.
pub(super) fn to_value(blocks: &[Block]) -> Value {
    node("doc", None, Some(blocks_to_values(blocks)))
}

fn node(kind: &str, attrs: Option<Value>, content: Option<Vec<Value>>) -> Value {
    let mut members = Map::new();
    members.insert("type".to_owned(), Value::from(kind));
    if let Some(attrs) = attrs
        && attrs.as_object().is_some_and(|attrs| !attrs.is_empty())
    {
        members.insert("attrs".to_owned(), attrs);
    }
    if let Some(content) = content
        && !content.is_empty()
    {
        members.insert("content".to_owned(), Value::Array(content));
    }
    Value::Object(members)
}

fn blocks_to_values(blocks: &[Block]) -> Vec<Value> {
    blocks.iter().map(block_to_value).collect()
}

fn with_dir(mut attrs: Value, dir: Option<Direction>) -> Option<Value> {
    if let (Some(dir), Some(members)) = (dir, attrs.as_object_mut()) {
        members.insert("dir".to_owned(), Value::from(dir.as_str()));
    }
    Some(attrs)
}

fn block_to_value(block: &Block) -> Value {
    match block {
        Block::Paragraph { dir, inlines } => node(
            "paragraph",
            with_dir(json!({}), *dir),
            Some(inlines_to_values(inlines)),
        ),
        Block::Heading {
            dir,
            level,
            inlines,
        } => node(
            "heading",
            with_dir(json!({ "level": level }), *dir),
            Some(inlines_to_values(inlines)),
        ),
        Block::Quote { dir, blocks } => node(
            "blockquote",
            with_dir(json!({}), *dir),
            Some(blocks_to_values(blocks)),
        ),
        Block::List {
            dir,
            start,
            tight,
            items,
        } => {
            let items = items.iter().map(item_to_value).collect();
            match start {
                None => node(
                    "bullet_list",
                    with_dir(json!({ "tight": tight }), *dir),
                    Some(items),
                ),
                Some(start) => node(
                    "ordered_list",
                    with_dir(json!({ "start": start, "tight": tight }), *dir),
                    Some(items),
                ),
            }
        }
        Block::Code { info, text } => {
            let content = if text.is_empty() {
                Vec::new()
            } else {
                vec![json!({ "type": "text", "text": text })]
            };
            node("code_block", Some(json!({ "info": info })), Some(content))
        }
        Block::Rule => node("horizontal_rule", None, None),
        Block::Table { dir, aligns, rows } => {
            let rows = rows
                .iter()
                .enumerate()
                .map(|(index, cells)| row_to_value(index == 0, aligns, cells))
                .collect();
            node("table", with_dir(json!({}), *dir), Some(rows))
        }
        Block::Grid { dir, rows } => {
            let rows = rows
                .iter()
                .map(|cells| {
                    node(
                        "table_row",
                        None,
                        Some(cells.iter().map(cell_to_value).collect()),
                    )
                })
                .collect();
            node("table", with_dir(json!({ "free": true }), *dir), Some(rows))
        }
        Block::Footnote { label, blocks } => node(
            "footnote_definition",
            Some(json!({ "label": label })),
            Some(blocks_to_values(blocks)),
        ),
        Block::Opaque { source } => node("opaque_block", Some(json!({ "source": source })), None),
    }
}

fn item_to_value(item: &Item) -> Value {
    let attrs = item.checked.map(|checked| json!({ "checked": checked }));
    node("list_item", attrs, Some(blocks_to_values(&item.blocks)))
}

fn row_to_value(header: bool, aligns: &[Align], cells: &[Vec<Inline>]) -> Value {
    let cells = cells
        .iter()
        .enumerate()
        .map(|(column, inlines)| {
            let align = aligns.get(column).copied().unwrap_or_default();
            cell_value(header, inlines, align, json!({}))
        })
        .collect();
    node("table_row", None, Some(cells))
}

fn cell_to_value(cell: &Cell) -> Value {
    let mut attrs = json!({});
    if let Some(members) = attrs.as_object_mut() {
        for (name, span) in [("colspan", cell.columns), ("rowspan", cell.rows)] {
            if span > 1 {
                members.insert(name.to_owned(), Value::from(span));
            }
        }
    }
    cell_value(cell.header, &cell.content, cell.align, attrs)
}

fn cell_value(header: bool, inlines: &[Inline], align: Align, mut attrs: Value) -> Value {
    let align = match align {
        Align::None => None,
        Align::Left => Some("left"),
        Align::Center => Some("center"),
        Align::Right => Some("right"),
    };
    if let (Some(align), Some(members)) = (align, attrs.as_object_mut()) {
        members.insert("align".to_owned(), Value::from(align));
    }
    let paragraph = node("paragraph", None, Some(inlines_to_values(inlines)));
    let kind = if header { "table_header" } else { "table_cell" };
    node(kind, Some(attrs), Some(vec![paragraph]))
}

fn inlines_to_values(inlines: &[Inline]) -> Vec<Value> {
    inlines.iter().map(inline_to_value).collect()
}

fn inline_to_value(inline: &Inline) -> Value {
    let mut value = match &inline.kind {
        InlineKind::Text(text) => json!({ "type": "text", "text": text }),
        InlineKind::HardBreak => json!({ "type": "hard_break" }),
        InlineKind::Image { src, alt, title } => {
            let size = stored(src).map_or("", |(_, size)| size);
            let address = match size {
                "" => src.as_str(),
                size => src
                    .strip_suffix(size)
                    .and_then(|src| src.strip_suffix('#'))
                    .unwrap_or(src),
            };
            let mut attrs = json!({ "src": address, "alt": alt, "title": title });
            if let (false, Some(members)) = (size.is_empty(), attrs.as_object_mut()) {
                members.insert("size".to_owned(), Value::from(size));
            }
            json!({ "type": "image", "attrs": attrs })
        }
        InlineKind::FootnoteReference(label) => {
            json!({ "type": "footnote_reference", "attrs": { "label": label } })
        }
        InlineKind::Opaque(source) => {
            json!({ "type": "opaque_inline", "attrs": { "source": source } })
        }
    };
    let marks = marks_to_values(&inline.marks);
    if !marks.is_empty()
        && let Some(members) = value.as_object_mut()
    {
        members.insert("marks".to_owned(), Value::Array(marks));
    }
    value
}

/// Marks in the order of the editor's schema.
fn marks_to_values(marks: &Marks) -> Vec<Value> {
    let mut values = Vec::new();
    if let Some(link) = &marks.link {
        let attrs = if link.title.is_empty() {
            json!({ "href": link.href })
        } else {
            json!({ "href": link.href, "title": link.title })
        };
        values.push(json!({ "type": "link", "attrs": attrs }));
    }
    for (set, name) in [
        (marks.strong, "strong"),
        (marks.em, "em"),
        (marks.strike, "strike"),
        (marks.code, "code"),
    ] {
        if set {
            values.push(json!({ "type": name }));
        }
    }
    values
}

/// Reads the editor's JSON.
///
/// # Errors
/// `document_invalid`, `too_deep`, `too_long`, `table_too_large`.
pub(super) fn from_value(value: &Value) -> Result<Vec<Block>, Problem> {
    if kind_of(value) != Some("doc") {
        return Err(invalid("doc"));
    }
    let mut reader = Reader { nodes: 0 };
    reader.blocks(value, 1)
}

fn invalid(what: &str) -> Problem {
    Problem::new(code::DOCUMENT_INVALID, what)
}

fn kind_of(value: &Value) -> Option<&str> {
    value.get("type").and_then(Value::as_str)
}

fn children(value: &Value) -> &[Value] {
    value
        .get("content")
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn attr<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value
        .get("attrs")
        .and_then(|attrs| attrs.get(name))
        .filter(|attr| !attr.is_null())
}

fn text_attr(value: &Value, name: &str) -> String {
    attr(value, name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn dir_attr(value: &Value) -> Option<Direction> {
    attr(value, "dir")
        .and_then(Value::as_str)
        .and_then(Direction::parse)
}

/// A whole number that may arrive spelled as a fraction (JavaScript has only one kind).
fn number_attr(value: &Value, name: &str) -> Option<i64> {
    let attr = attr(value, name)?;
    attr.as_i64().or_else(|| {
        let float = attr.as_f64()?;
        #[allow(clippy::cast_possible_truncation)]
        let whole = float as i64;
        Some(whole)
    })
}

struct Reader {
    nodes: usize,
}

impl Reader {
    fn count(&mut self, depth: usize) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > MAX_DOC_NODES {
            return Err(Problem::new(code::TOO_LONG, "document").with("max", MAX_DOC_NODES));
        }
        if depth > MAX_DOC_DEPTH {
            return Err(Problem::new(code::TOO_DEEP, "document").with("max", MAX_DOC_DEPTH));
        }
        Ok(())
    }

    fn blocks(&mut self, parent: &Value, depth: usize) -> Result<Vec<Block>, Problem> {
        children(parent)
            .iter()
            .map(|child| self.block(child, depth + 1))
            .collect()
    }

    fn block(&mut self, value: &Value, depth: usize) -> Result<Block, Problem> {
        self.count(depth)?;
        let kind = kind_of(value).ok_or_else(|| invalid("node"))?;
        let dir = dir_attr(value);
        Ok(match kind {
            "paragraph" => Block::Paragraph {
                dir,
                inlines: self.inlines(value, depth)?,
            },
            "heading" => Block::Heading {
                dir,
                level: u8::try_from(number_attr(value, "level").unwrap_or(2).clamp(1, 6))
                    .unwrap_or(2),
                inlines: self.inlines(value, depth)?,
            },
            "blockquote" => Block::Quote {
                dir,
                blocks: self.blocks(value, depth)?,
            },
            "bullet_list" | "ordered_list" => Block::List {
                dir,
                start: (kind == "ordered_list").then(|| {
                    let start = number_attr(value, "start").unwrap_or(1);
                    u32::try_from(start.clamp(0, 999_999_999)).unwrap_or(1)
                }),
                tight: attr(value, "tight")
                    .and_then(Value::as_bool)
                    .unwrap_or(true),
                items: children(value)
                    .iter()
                    .map(|child| self.item(child, depth + 1))
                    .collect::<Result<_, _>>()?,
            },
            "code_block" => Block::Code {
                info: text_attr(value, "info"),
                text: children(value)
                    .iter()
                    .filter_map(|child| child.get("text").and_then(Value::as_str))
                    .collect(),
            },
            "horizontal_rule" => Block::Rule,
            "table" => self.table(value, dir, depth)?,
            "footnote_definition" => Block::Footnote {
                label: text_attr(value, "label"),
                blocks: self.blocks(value, depth)?,
            },
            "opaque_block" => Block::Opaque {
                source: text_attr(value, "source"),
            },
            other => return Err(invalid(other)),
        })
    }

    fn item(&mut self, value: &Value, depth: usize) -> Result<Item, Problem> {
        self.count(depth)?;
        if kind_of(value) != Some("list_item") {
            return Err(invalid(kind_of(value).unwrap_or("node")));
        }
        Ok(Item {
            checked: attr(value, "checked").and_then(Value::as_bool),
            blocks: self.blocks(value, depth)?,
        })
    }

    /// A table as the editor has it. One that is not `free` is Markdown's own: its first row is
    /// the header, and the first row's alignments are the columns'.
    fn table(
        &mut self,
        value: &Value,
        dir: Option<Direction>,
        depth: usize,
    ) -> Result<Block, Problem> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for row in children(value) {
            self.count(depth + 1)?;
            if kind_of(row) != Some("table_row") {
                return Err(invalid(kind_of(row).unwrap_or("node")));
            }
            let cells = children(row)
                .iter()
                .map(|cell| self.cell(cell, depth))
                .collect::<Result<Vec<_>, _>>()?;
            if cells.iter().map(|cell| cell.columns).sum::<usize>() > MAX_TABLE_COLUMNS {
                return Err(
                    Problem::new(code::TABLE_TOO_LARGE, "table").with("max", MAX_TABLE_COLUMNS)
                );
            }
            rows.push(cells);
        }
        let merged = rows
            .iter()
            .flatten()
            .any(|cell| cell.columns > 1 || cell.rows > 1);
        let free = attr(value, "free")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        if merged || free {
            if !grid::fits(&rows) {
                return Err(
                    Problem::new(code::TABLE_TOO_LARGE, "table").with("max", MAX_TABLE_CELLS)
                );
            }
            return Ok(Block::Grid { dir, rows });
        }
        let aligns = rows
            .first()
            .map(|row| row.iter().map(|cell| cell.align).collect())
            .unwrap_or_default();
        let rows = rows
            .into_iter()
            .map(|row| row.into_iter().map(|cell| cell.content).collect())
            .collect();
        Ok(Block::Table { dir, aligns, rows })
    }

    fn cell(&mut self, cell: &Value, depth: usize) -> Result<Cell, Problem> {
        self.count(depth + 2)?;
        let header = match kind_of(cell) {
            Some("table_header") => true,
            Some("table_cell") => false,
            other => return Err(invalid(other.unwrap_or("node"))),
        };
        let mut content = Vec::new();
        for paragraph in children(cell) {
            if !content.is_empty() {
                content.push(Inline {
                    kind: InlineKind::HardBreak,
                    marks: Marks::default(),
                });
            }
            content.extend(self.inlines(paragraph, depth + 3)?);
        }
        let span = |name: &str, most: i64| {
            let span = number_attr(cell, name).unwrap_or(1).clamp(1, most);
            usize::try_from(span).unwrap_or(1)
        };
        Ok(Cell {
            header,
            columns: span("colspan", 1_000),
            rows: span("rowspan", 100_000),
            align: match attr(cell, "align").and_then(Value::as_str) {
                Some("left") => Align::Left,
                Some("center") => Align::Center,
                Some("right") => Align::Right,
                _ => Align::None,
            },
            content,
        })
    }

    fn inlines(&mut self, parent: &Value, depth: usize) -> Result<Vec<Inline>, Problem> {
        children(parent)
            .iter()
            .map(|child| {
                self.count(depth + 1)?;
                let kind = match kind_of(child).ok_or_else(|| invalid("node"))? {
                    "text" => InlineKind::Text(
                        child
                            .get("text")
                            .and_then(Value::as_str)
                            .unwrap_or_default()
                            .to_owned(),
                    ),
                    "hard_break" => InlineKind::HardBreak,
                    "image" => InlineKind::Image {
                        src: match text_attr(child, "size").as_str() {
                            "" => text_attr(child, "src"),
                            size => format!("{}#{size}", text_attr(child, "src")),
                        },
                        alt: text_attr(child, "alt"),
                        title: text_attr(child, "title"),
                    },
                    "footnote_reference" => {
                        InlineKind::FootnoteReference(text_attr(child, "label"))
                    }
                    "opaque_inline" => InlineKind::Opaque(text_attr(child, "source")),
                    other => return Err(invalid(other)),
                };
                Ok(Inline {
                    kind,
                    marks: marks(child)?,
                })
            })
            .collect()
    }
}

fn marks(value: &Value) -> Result<Marks, Problem> {
    let mut marks = Marks::default();
    let listed = value.get("marks").and_then(Value::as_array);
    for mark in listed.map_or(&[][..], Vec::as_slice) {
        match kind_of(mark) {
            Some("link") => {
                marks.link = Some(Link {
                    href: text_attr(mark, "href"),
                    title: text_attr(mark, "title"),
                });
            }
            Some("strong") => marks.strong = true,
            Some("em") => marks.em = true,
            Some("strike") => marks.strike = true,
            Some("code") => marks.code = true,
            other => return Err(invalid(other.unwrap_or("mark"))),
        }
    }
    Ok(marks)
}

/// Whether a table of this shape may exist.
pub(super) fn table_fits(columns: usize, rows: usize) -> bool {
    columns <= MAX_TABLE_COLUMNS && columns.saturating_mul(rows) <= MAX_TABLE_CELLS
}

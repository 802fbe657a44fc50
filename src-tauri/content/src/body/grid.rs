//! Tables that Markdown's own cannot hold: merged cells, and headers elsewhere than in the first
//! row.
//!
//! In Markdown such a table is the tags of an HTML table, each cell's line between blank lines:
//! CommonMark passes the tags through and reads the lines as Markdown, so a cell holds what a
//! line of a paragraph holds and there is no second parser. Exactly this shape is read as a table;
//! HTML of any other shape stays the source it is.

use std::borrow::Cow;

use super::json::table_fits;
use super::tree::{Align, Block, Cell, Inline};
use crate::lang::Direction;
use crate::limits::{MAX_TABLE_CELLS, MAX_TABLE_COLUMNS};

/// What stands at one place, as far as a table can go on through it.
pub(super) enum Piece<'s, T> {
    /// HTML standing alone.
    Html(Cow<'s, str>),
    /// One line of Markdown, the content of a cell.
    Line(T),
    /// Anything else.
    Other,
}

/// A table found among the blocks of a place: how many of them it takes, and its rows.
pub(super) struct Found<T> {
    pub(super) taken: usize,
    pub(super) rows: Vec<Vec<Cell<T>>>,
}

/// Whether a piece of HTML may be the beginning of a table.
pub(super) fn may_begin(source: &str) -> bool {
    let start = source.trim_start();
    start
        .get(..6)
        .is_some_and(|head| head.eq_ignore_ascii_case("<table"))
}

/// Whether a piece of HTML is only tags of the inside or the end of a table.
pub(super) fn is_part(source: &str) -> bool {
    let mut rest = source.trim();
    while let Some((tag, after)) = tag(rest) {
        if !matches!(
            tag.name.as_str(),
            "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th"
        ) {
            return false;
        }
        rest = after.trim_start();
    }
    rest.is_empty()
}

/// Reads a table that begins with the first of these pieces. `None` when they are no table, or
/// one with anything in it that a cell of ours cannot hold.
pub(super) fn found<'s, T: Default>(
    pieces: impl Iterator<Item = Piece<'s, T>>,
) -> Option<Found<T>> {
    let mut reader = Reader {
        state: State::Before,
        rows: Vec::new(),
        cells: 0,
    };
    for (index, piece) in pieces.enumerate() {
        match piece {
            Piece::Html(source) => {
                let mut rest = source.trim();
                while !rest.is_empty() {
                    let (tag, after) = tag(rest)?;
                    reader.tag(&tag)?;
                    rest = after.trim_start();
                }
            }
            Piece::Line(line) => reader.line(line)?,
            Piece::Other => return None,
        }
        if reader.state == State::After {
            return Some(Found {
                taken: index + 1,
                rows: reader.rows,
            });
        }
    }
    None
}

/// Where the reading of a table is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Before,
    Table,
    Section,
    /// In a row; whether that row is in a section.
    Row(bool),
    /// In a cell of a row; whether the cell may still get its line.
    Cell {
        section: bool,
        empty: bool,
    },
    After,
}

struct Reader<T> {
    state: State,
    rows: Vec<Vec<Cell<T>>>,
    cells: usize,
}

impl<T: Default> Reader<T> {
    fn tag(&mut self, tag: &Tag) -> Option<()> {
        self.state = match (self.state, tag.name.as_str(), tag.closing) {
            (State::Before, "table", false) if tag.plain() => State::Table,
            (State::Table, "thead" | "tbody" | "tfoot", false) if tag.plain() => State::Section,
            (State::Section, "thead" | "tbody" | "tfoot", true) => State::Table,
            (State::Table | State::Section, "tr", false) if tag.plain() => {
                self.rows.push(Vec::new());
                State::Row(self.state == State::Section)
            }
            (State::Row(section), name @ ("td" | "th"), false) => {
                self.cells += 1;
                if self.cells > MAX_TABLE_CELLS {
                    return None;
                }
                let cell = tag.cell(name == "th")?;
                self.rows.last_mut()?.push(cell);
                State::Cell {
                    section,
                    empty: true,
                }
            }
            (State::Cell { section, .. }, name @ ("td" | "th"), true) => {
                if (name == "th") != self.rows.last()?.last()?.header {
                    return None;
                }
                State::Row(section)
            }
            (State::Row(true), "tr", true) => State::Section,
            (State::Row(false), "tr", true) => State::Table,
            (State::Table, "table", true) if self.cells > 0 => State::After,
            _ => return None,
        };
        Some(())
    }

    fn line(&mut self, line: T) -> Option<()> {
        let State::Cell {
            section,
            empty: true,
        } = self.state
        else {
            return None;
        };
        self.rows.last_mut()?.last_mut()?.content = line;
        self.state = State::Cell {
            section,
            empty: false,
        };
        Some(())
    }
}

/// A tag of HTML.
struct Tag {
    name: String,
    closing: bool,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn plain(&self) -> bool {
        self.attributes.is_empty()
    }

    /// The cell a tag opens; `None` where it says what a cell of ours cannot.
    fn cell<T: Default>(&self, header: bool) -> Option<Cell<T>> {
        let mut cell = Cell {
            header,
            ..Cell::default()
        };
        for (name, value) in &self.attributes {
            match name.as_str() {
                "colspan" => cell.columns = value.parse().ok().filter(|n| *n > 0)?,
                "rowspan" => cell.rows = value.parse().ok().filter(|n| *n > 0)?,
                "align" => cell.align = align(value)?,
                _ => return None,
            }
        }
        Some(cell)
    }
}

fn align(value: &str) -> Option<Align> {
    match value {
        "left" => Some(Align::Left),
        "center" => Some(Align::Center),
        "right" => Some(Align::Right),
        _ => None,
    }
}

/// The tag a text begins with, and what follows it. Attributes are read in the one way they are
/// written: `name="value"`.
fn tag(text: &str) -> Option<(Tag, &str)> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>')?;
    let (body, after) = (inner.get(..end)?, inner.get(end + 1..)?);
    let (closing, body) = match body.strip_prefix('/') {
        Some(body) => (true, body),
        None => (false, body),
    };
    let name_end = body.find([' ', '\n', '\t']).unwrap_or(body.len());
    let name = body.get(..name_end)?.to_ascii_lowercase();
    let mut rest = body.get(name_end..)?.trim();
    let mut attributes = Vec::new();
    while !rest.is_empty() {
        let (attribute, following) = rest.split_once("=\"")?;
        let (value, following) = following.split_once('"')?;
        attributes.push((attribute.trim().to_ascii_lowercase(), value.to_owned()));
        rest = following.trim();
    }
    if closing && !attributes.is_empty() {
        return None;
    }
    Some((
        Tag {
            name,
            closing,
            attributes,
        },
        after,
    ))
}

/// Takes the tables among the blocks of one place for what they are.
pub(super) fn resolve(blocks: &mut Vec<Block>) {
    if !blocks
        .iter()
        .any(|block| matches!(block, Block::Opaque { source } if may_begin(source)))
    {
        return;
    }
    let mut all = std::mem::take(blocks);
    let mut at = 0;
    while let Some(block) = all.get(at) {
        if matches!(block, Block::Opaque { source } if may_begin(source))
            && let Some(found) = found_at(&all, at)
            && fits(&found.rows)
        {
            let mut line = |at: Option<usize>| match at.and_then(|at| all.get_mut(at)) {
                Some(Block::Paragraph { inlines, .. }) => std::mem::take(inlines),
                _ => Vec::new(),
            };
            let rows = found
                .rows
                .into_iter()
                .map(|row| row.into_iter().map(|cell| cell.map(&mut line)).collect())
                .collect();
            blocks.extend(settled(None, rows));
            at += found.taken;
            continue;
        }
        if let Some(block) = all.get_mut(at) {
            blocks.push(std::mem::replace(block, Block::Rule));
        }
        at += 1;
    }
}

/// The table that begins at a block; a cell's content is the place of its paragraph.
fn found_at(blocks: &[Block], at: usize) -> Option<Found<Option<usize>>> {
    found(
        blocks
            .iter()
            .enumerate()
            .skip(at)
            .map(|(at, block)| match block {
                Block::Opaque { source } => Piece::Html(Cow::Borrowed(source)),
                Block::Paragraph { dir: None, .. } => Piece::Line(Some(at)),
                _ => Piece::Other,
            }),
    )
}

/// Whether a table of this shape may exist.
pub(crate) fn fits<T>(rows: &[Vec<Cell<T>>]) -> bool {
    let covered = rows
        .iter()
        .flatten()
        .map(|cell| cell.columns.saturating_mul(cell.rows.min(rows.len())))
        .fold(0, usize::saturating_add);
    // What the cells cover bounds the work of finding out how wide they make the table.
    covered <= MAX_TABLE_CELLS && table_fits(width(rows), rows.len())
}

/// The block a table is: Markdown's own where that can hold it. `None` for a table without cells.
pub(super) fn settled(dir: Option<Direction>, rows: Vec<Vec<Cell>>) -> Option<Block> {
    let rows = laid_out(rows);
    if rows.is_empty() {
        return None;
    }
    let Some(aligns) = markdown_aligns(&rows) else {
        return Some(Block::Grid { dir, rows });
    };
    let rows = rows
        .into_iter()
        .map(|row| row.into_iter().map(|cell| cell.content).collect())
        .collect();
    Some(Block::Table { dir, aligns, rows })
}

/// The alignments of the columns, where Markdown's own table can hold these rows: no merged
/// cell, headers in the first row and only there, one alignment for each column.
fn markdown_aligns(rows: &[Vec<Cell>]) -> Option<Vec<Align>> {
    let aligns: Vec<Align> = rows.first()?.iter().map(|cell| cell.align).collect();
    let holds = rows.iter().enumerate().all(|(index, row)| {
        row.len() == aligns.len()
            && row.iter().zip(&aligns).all(|(cell, align)| {
                cell.columns == 1
                    && cell.rows == 1
                    && cell.header == (index == 0)
                    && cell.align == *align
            })
    });
    holds.then_some(aligns)
}

/// Rows in which every place of the table belongs to exactly one cell: missing cells are added,
/// cells that would lie over others or outside get narrower, and rows and columns in which no
/// cell begins go.
pub(super) fn laid_out<T: Default>(rows: Vec<Vec<Cell<T>>>) -> Vec<Vec<Cell<T>>> {
    let width = width(&rows);
    if width == 0 {
        return Vec::new();
    }
    let height = rows.len();
    let mut covered = vec![0usize; width];
    // Each cell with the column it begins in.
    let mut placed: Vec<Vec<(usize, Cell<T>)>> = Vec::with_capacity(height);
    for (index, row) in rows.into_iter().enumerate() {
        let header = !row.is_empty() && row.iter().all(|cell| cell.header);
        let mut cells = row.into_iter();
        let mut out = Vec::new();
        let mut column = 0;
        while column < width {
            if covered.get(column).is_some_and(|rows| *rows > 0) {
                column += 1;
                continue;
            }
            let mut cell = cells.next().unwrap_or_else(|| Cell {
                header,
                ..Cell::default()
            });
            cell.columns = cell.columns.clamp(1, free(&covered, column));
            cell.rows = cell.rows.clamp(1, height - index);
            let (start, end) = (column, column + cell.columns);
            for place in covered.get_mut(start..end).unwrap_or_default() {
                *place = cell.rows;
            }
            out.push((start, cell));
            column = end;
        }
        for place in &mut covered {
            *place = place.saturating_sub(1);
        }
        placed.push(out);
    }
    without_empty_columns(&mut placed, width);
    without_empty_rows(&mut placed);
    placed
        .into_iter()
        .map(|row| row.into_iter().map(|(_, cell)| cell).collect())
        .collect()
}

/// How many columns are free from `column` on; at least one.
fn free(covered: &[usize], column: usize) -> usize {
    covered
        .iter()
        .skip(column)
        .take_while(|rows| **rows == 0)
        .count()
        .max(1)
}

/// How many columns the cells take, when each stands at the first free place of its row.
fn width<T>(rows: &[Vec<Cell<T>>]) -> usize {
    let mut covered: Vec<usize> = Vec::new();
    for row in rows {
        let mut column = 0;
        for cell in row {
            while covered.get(column).is_some_and(|rows| *rows > 0) {
                column += 1;
            }
            let free = covered
                .iter()
                .skip(column)
                .take_while(|rows| **rows == 0)
                .count();
            // Beyond what is covered all is free.
            let open = column + free >= covered.len();
            let columns = if open {
                cell.columns.clamp(1, MAX_TABLE_COLUMNS)
            } else {
                cell.columns.clamp(1, free.max(1))
            };
            if covered.len() < column + columns {
                covered.resize(column + columns, 0);
            }
            for place in covered.iter_mut().skip(column).take(columns) {
                *place = cell.rows.max(1);
            }
            column += columns;
        }
        for place in &mut covered {
            *place = place.saturating_sub(1);
        }
    }
    covered.len()
}

fn without_empty_columns<T>(placed: &mut [Vec<(usize, Cell<T>)>], width: usize) {
    let mut begins = vec![false; width];
    for (column, _) in placed.iter().flatten() {
        if let Some(flag) = begins.get_mut(*column) {
            *flag = true;
        }
    }
    for (column, cell) in placed.iter_mut().flatten() {
        let within = begins.iter().skip(*column + 1).take(cell.columns - 1);
        cell.columns -= within.filter(|begins| !**begins).count();
    }
}

fn without_empty_rows<T>(placed: &mut Vec<Vec<(usize, Cell<T>)>>) {
    let empty: Vec<bool> = placed.iter().map(Vec::is_empty).collect();
    for (index, row) in placed.iter_mut().enumerate() {
        for (_, cell) in row {
            let within = empty.iter().skip(index + 1).take(cell.rows - 1);
            cell.rows -= within.filter(|empty| **empty).count();
        }
    }
    placed.retain(|row| !row.is_empty());
}

/// How many rows at the top are the table's head: rows of headers only, which no cell leaves
/// downwards.
pub(super) fn head_rows<T>(rows: &[Vec<Cell<T>>]) -> usize {
    let heads = rows
        .iter()
        .take_while(|row| row.iter().all(|cell| cell.header))
        .count();
    let inside = rows
        .iter()
        .take(heads)
        .enumerate()
        .all(|(index, row)| row.iter().all(|cell| index + cell.rows <= heads));
    if inside { heads } else { 0 }
}

/// The attributes of a cell's tag.
pub(super) fn attributes<T>(cell: &Cell<T>) -> String {
    let mut out = String::new();
    match cell.align {
        Align::None => {}
        Align::Left => out.push_str(" align=\"left\""),
        Align::Center => out.push_str(" align=\"center\""),
        Align::Right => out.push_str(" align=\"right\""),
    }
    if cell.columns > 1 {
        out.push_str(&format!(" colspan=\"{}\"", cell.columns));
    }
    if cell.rows > 1 {
        out.push_str(&format!(" rowspan=\"{}\"", cell.rows));
    }
    out
}

/// The name of a cell's element.
pub(super) fn name<T>(cell: &Cell<T>) -> &'static str {
    if cell.header { "th" } else { "td" }
}

/// The tags and lines a table is written as, in order.
pub(super) fn written(rows: &[Vec<Cell>]) -> Vec<Written<'_>> {
    let mut out = Vec::new();
    let mut tags = String::from("<table>");
    for row in rows {
        tags.push_str("\n<tr>");
        for cell in row {
            tags.push_str(&format!("\n<{}{}>", name(cell), attributes(cell)));
            if !cell.content.is_empty() {
                out.push(Written::Tags(std::mem::take(&mut tags)));
                out.push(Written::Line(&cell.content));
            }
            let break_before = if tags.is_empty() { "" } else { "\n" };
            tags.push_str(&format!("{break_before}</{}>", name(cell)));
        }
        tags.push_str("\n</tr>");
    }
    tags.push_str("\n</table>");
    out.push(Written::Tags(tags));
    out
}

/// A part of a written table.
pub(super) enum Written<'b> {
    /// Tags, one on a line, none of which is blank.
    Tags(String),
    /// What a cell holds.
    Line(&'b Vec<Inline>),
}

//! Tables: as the body has them; tables within tables as the HTML that readers see.

use super::super::super::cell_line::{CellLine, sign};
use super::{Flow, Paragraph, Piece, blocks_of, is_blank, override_of, text_of, without_strong};
use crate::body::table_fits;
use crate::body::tree::{self as body, Align, Block, Inline, InlineKind};
use crate::lang::{Direction, first_strong};
use crate::limits::{MAX_TABLE_CELLS, MAX_TABLE_COLUMNS};

/// A cell.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Cell {
    /// The first column it stands in, from 0.
    pub(in super::super) column: usize,
    /// How many columns it covers.
    pub(in super::super) columns: usize,
    /// How many rows it covers.
    pub(in super::super) rows: usize,
    pub(in super::super) pieces: Vec<Piece>,
}

/// A table on its way to a block.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Grid {
    pub(in super::super) rows: Vec<Vec<Cell>>,
    /// Rows at the top that are headers.
    pub(in super::super) header_rows: usize,
    /// Whether its columns run from right to left.
    pub(in super::super) rtl: Option<bool>,
}

impl Grid {
    /// The blocks a table becomes.
    pub(in super::super) fn blocks(mut self, flow: &mut Flow) -> Vec<Block> {
        let spans = self.cells().any(|cell| cell.columns > 1 || cell.rows > 1);
        if !spans {
            self.rows.retain(|row| !row.is_empty());
        }
        let width = self.width();
        if width == 0 {
            return Vec::new();
        }
        let words = self.words();
        // One cell is a frame around text, not a table.
        if let [row] = self.rows.as_mut_slice()
            && let [cell] = row.as_mut_slice()
        {
            flow.changed("frame", &words);
            return blocks_of(std::mem::take(&mut cell.pieces), flow);
        }
        if width > MAX_TABLE_COLUMNS || width * self.rows.len() > MAX_TABLE_CELLS {
            flow.changed("table_too_large", &words);
            let pieces = self.cells().flat_map(|cell| cell.pieces.clone()).collect();
            return blocks_of(pieces, flow);
        }
        let nests = self.cells().any(|cell| {
            cell.pieces.iter().any(|p| {
                matches!(
                    p,
                    Piece::Block(Block::Table { .. } | Block::Grid { .. } | Block::Opaque { .. })
                )
            })
        });
        // HTML has no footnotes of ours, and pictures in it would be lost from sight.
        let must_be_ours = self
            .cells()
            .any(|cell| cell.pieces.iter().any(needs_markdown));
        if nests && !must_be_ours {
            flow.changed("nested_table", &words);
            let count = flow.read.report.kept.entry("table".to_owned()).or_insert(0);
            *count = count.saturating_add(1);
            return vec![Block::Opaque {
                source: self.html(),
            }];
        }
        if nests {
            flow.changed("nested_table_flattened", &words);
        }
        if self.has_lists() {
            flow.changed("list_in_table", &words);
        }
        if spans {
            return self.merged(flow, &words);
        }
        vec![self.markdown(width)]
    }

    fn has_lists(&self) -> bool {
        self.cells().any(|cell| {
            cell.pieces
                .iter()
                .any(|piece| matches!(piece, Piece::Paragraph(p) if p.entry.is_some()))
        })
    }

    /// The table with its merged cells, and with headers where the document has them.
    fn merged(self, flow: &mut Flow, words: &str) -> Vec<Block> {
        let dir = self.direction();
        let heads = self.header_rows;
        let rows: Vec<Vec<body::Cell>> = self
            .rows
            .into_iter()
            .enumerate()
            .map(|(index, row)| {
                row.into_iter()
                    .map(|cell| {
                        // What ends a line from right to left is told differently by each program.
                        let align = shared_align(&cell.pieces)
                            .filter(|align| *align != Align::Left)
                            .unwrap_or_default();
                        let mut content = line_of(cell.pieces);
                        if index < heads {
                            without_strong(&mut content);
                        }
                        body::Cell {
                            header: index < heads,
                            columns: cell.columns.max(1),
                            rows: cell.rows.max(1),
                            align,
                            content,
                        }
                    })
                    .collect()
            })
            .collect();
        if table_fits(&rows) {
            return vec![Block::Grid { dir, rows }];
        }
        flow.changed("table_too_large", words);
        let paragraph = |cell: body::Cell| Block::Paragraph {
            dir: None,
            inlines: cell.content,
        };
        rows.into_iter().flatten().map(paragraph).collect()
    }

    fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.rows.iter().flatten()
    }

    fn width(&self) -> usize {
        self.cells()
            .map(|cell| cell.column.saturating_add(cell.columns))
            .max()
            .unwrap_or(0)
    }

    fn words(&self) -> String {
        let mut words = String::new();
        for cell in self.cells().take(6) {
            for piece in &cell.pieces {
                if let Piece::Paragraph(paragraph) = piece {
                    words.push_str(&text_of(&paragraph.inlines));
                    words.push(' ');
                }
            }
        }
        words
    }

    /// The direction to store: the columns' order, where the first letter tells another.
    fn direction(&self) -> Option<Direction> {
        let wanted = if self.rtl? {
            Direction::Rtl
        } else {
            Direction::Ltr
        };
        let first = self.first_letter()?;
        (first != wanted).then_some(wanted)
    }

    fn first_letter(&self) -> Option<Direction> {
        self.cells()
            .flat_map(|cell| &cell.pieces)
            .find_map(|piece| match piece {
                Piece::Paragraph(paragraph) => first_strong(&text_of(&paragraph.inlines)),
                Piece::Block(_) => None,
            })
    }

    fn markdown(self, width: usize) -> Block {
        let dir = self.direction();
        let aligns = (0..width).map(|column| self.align(column)).collect();
        let rows = self
            .rows
            .into_iter()
            .enumerate()
            .map(|(index, row)| {
                let mut cells: Vec<Vec<Inline>> = vec![Vec::new(); width];
                for cell in row {
                    if let Some(place) = cells.get_mut(cell.column) {
                        *place = line_of(cell.pieces);
                        if index == 0 {
                            without_strong(place);
                        }
                    }
                }
                cells
            })
            .collect();
        Block::Table { dir, aligns, rows }
    }

    /// The alignment all cells of a column share.
    fn align(&self, column: usize) -> Align {
        shared_align(
            self.cells()
                .filter(|cell| cell.column == column)
                .flat_map(|cell| &cell.pieces),
        )
        .unwrap_or_default()
    }

    /// The table as HTML. No line of it is blank, so Markdown takes it for one block.
    fn html(&self) -> String {
        let rtl = match self.rtl {
            Some(rtl) => rtl,
            None => self.first_letter() == Some(Direction::Rtl),
        };
        let table = if rtl { Direction::Rtl } else { Direction::Ltr };
        let mut out = format!("<table dir=\"{}\">\n", table.as_str());
        let heads = self.header_rows.min(self.rows.len());
        for (index, row) in self.rows.iter().enumerate() {
            if index == 0 && heads > 0 {
                out.push_str("<thead>\n");
            }
            if index == heads {
                out.push_str("<tbody>\n");
            }
            out.push_str("<tr>");
            for cell in row {
                let name = if index < heads { "th" } else { "td" };
                out.push_str(&format!("<{name}"));
                if cell.columns > 1 {
                    out.push_str(&format!(" colspan=\"{}\"", cell.columns));
                }
                if cell.rows > 1 {
                    out.push_str(&format!(" rowspan=\"{}\"", cell.rows));
                }
                out.push('>');
                cell_html(&cell.pieces, table, index < heads, &mut out);
                out.push_str(&format!("</{name}>"));
            }
            out.push_str("</tr>\n");
            if index + 1 == heads {
                out.push_str("</thead>\n");
            }
        }
        if heads < self.rows.len() {
            out.push_str("</tbody>\n");
        }
        out.push_str("</table>");
        out
    }
}

/// The alignment all paragraphs with words in them share.
fn shared_align<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> Option<Align> {
    let mut found: Option<Align> = None;
    let paragraphs = pieces.into_iter().filter_map(|piece| match piece {
        Piece::Paragraph(paragraph) if !is_blank(&paragraph.inlines) => Some(paragraph),
        _ => None,
    });
    for paragraph in paragraphs {
        let align = match (paragraph.centred, paragraph.at_end, paragraph.rtl) {
            (true, ..) => Align::Center,
            (_, true, Some(true)) => Align::Left,
            (_, true, _) => Align::Right,
            _ => Align::None,
        };
        if found.is_some_and(|found| found != align) {
            return None;
        }
        found = Some(align);
    }
    found
}

/// Whether a piece holds what only Markdown can say.
fn needs_markdown(piece: &Piece) -> bool {
    match piece {
        Piece::Paragraph(paragraph) => paragraph.inlines.iter().any(|inline| {
            matches!(
                inline.kind,
                InlineKind::FootnoteReference(_) | InlineKind::Image { .. }
            )
        }),
        Piece::Block(Block::Table { rows, .. }) => rows.iter().flatten().flatten().any(|inline| {
            matches!(
                inline.kind,
                InlineKind::FootnoteReference(_) | InlineKind::Image { .. }
            )
        }),
        Piece::Block(Block::Grid { rows, .. }) => rows.iter().flatten().any(|cell| {
            cell.content.iter().any(|inline| {
                matches!(
                    inline.kind,
                    InlineKind::FootnoteReference(_) | InlineKind::Image { .. }
                )
            })
        }),
        Piece::Block(_) => false,
    }
}

/// All of a cell in one line, with breaks.
fn line_of(pieces: Vec<Piece>) -> Vec<Inline> {
    let mut line = CellLine::default();
    for piece in pieces {
        match piece {
            Piece::Paragraph(paragraph) if is_blank(&paragraph.inlines) => {}
            Piece::Paragraph(paragraph) => {
                let mut inlines = Vec::new();
                if let Some(entry) = paragraph.entry.filter(|entry| entry.first) {
                    inlines.push(sign(entry.number));
                }
                inlines.extend(paragraph.inlines);
                line.paragraph(inlines);
            }
            Piece::Block(block) => line.block(block),
        }
    }
    line.done()
}

fn cell_html(pieces: &[Piece], table: Direction, header: bool, out: &mut String) {
    let shown: Vec<&Piece> = pieces
        .iter()
        .filter(|piece| match piece {
            Piece::Paragraph(paragraph) => !is_blank(&paragraph.inlines),
            Piece::Block(_) => true,
        })
        .collect();
    let alone = shown.len() == 1;
    let mut in_list: Option<&str> = None;
    for piece in shown {
        let wanted = match piece {
            Piece::Paragraph(Paragraph {
                entry: Some(entry), ..
            }) => Some(if entry.number.is_some() { "ol" } else { "ul" }),
            _ => None,
        };
        if in_list != wanted {
            if let Some(list) = in_list {
                out.push_str(&format!("</{list}>"));
            }
            if let Some(list) = wanted {
                let start = match piece {
                    Piece::Paragraph(Paragraph {
                        entry: Some(entry), ..
                    }) => entry.number.filter(|number| *number != 1),
                    _ => None,
                };
                match start {
                    Some(start) => out.push_str(&format!("<{list} start=\"{start}\">")),
                    None => out.push_str(&format!("<{list}>")),
                }
            }
            in_list = wanted;
        }
        match piece {
            Piece::Paragraph(paragraph) => {
                let mut inlines = paragraph.inlines.clone();
                if header {
                    without_strong(&mut inlines);
                }
                let text = text_of(&inlines);
                let direction = override_of(paragraph.rtl, &text)
                    .or_else(|| first_strong(&text))
                    .filter(|direction| *direction != table);
                let name = match (wanted, alone) {
                    (Some(_), _) => "li",
                    (None, true) if direction.is_none() => "",
                    _ => "p",
                };
                match (name, direction) {
                    ("", _) => {}
                    (name, Some(direction)) => {
                        out.push_str(&format!("<{name} dir=\"{}\">", direction.as_str()));
                    }
                    (name, None) => out.push_str(&format!("<{name}>")),
                }
                inlines.iter().for_each(|inline| inline_html(inline, out));
                if !name.is_empty() {
                    out.push_str(&format!("</{name}>"));
                }
            }
            Piece::Block(Block::Opaque { source }) => out.push_str(&source.replace('\n', "")),
            Piece::Block(Block::Table { rows, .. }) => {
                out.push_str("<table>");
                for row in rows {
                    out.push_str("<tr>");
                    for cell in row {
                        out.push_str("<td>");
                        cell.iter().for_each(|inline| inline_html(inline, out));
                        out.push_str("</td>");
                    }
                    out.push_str("</tr>");
                }
                out.push_str("</table>");
            }
            Piece::Block(Block::Grid { rows, .. }) => {
                out.push_str("<table>");
                for row in rows {
                    out.push_str("<tr>");
                    for cell in row {
                        out.push_str(&format!(
                            "<td colspan=\"{}\" rowspan=\"{}\">",
                            cell.columns, cell.rows
                        ));
                        cell.content
                            .iter()
                            .for_each(|inline| inline_html(inline, out));
                        out.push_str("</td>");
                    }
                    out.push_str("</tr>");
                }
                out.push_str("</table>");
            }
            Piece::Block(_) => {}
        }
    }
    if let Some(list) = in_list {
        out.push_str(&format!("</{list}>"));
    }
}

fn inline_html(inline: &Inline, out: &mut String) {
    let marks = &inline.marks;
    let tags: Vec<&str> = [
        (marks.strong, "strong"),
        (marks.em, "em"),
        (marks.strike, "del"),
        (marks.code, "code"),
    ]
    .into_iter()
    .filter_map(|(has, tag)| has.then_some(tag))
    .collect();
    if let Some(link) = &marks.link {
        out.push_str(&format!("<a href=\"{}\">", escaped(&link.href)));
    }
    for tag in &tags {
        out.push_str(&format!("<{tag}>"));
    }
    match &inline.kind {
        InlineKind::Text(text) => out.push_str(&escaped(text)),
        InlineKind::HardBreak => out.push_str("<br>"),
        InlineKind::Image { alt, .. } => out.push_str(&escaped(alt)),
        InlineKind::FootnoteReference(label) => out.push_str(&format!("[{}]", escaped(label))),
        InlineKind::Opaque(source) => out.push_str(source),
    }
    for tag in tags.iter().rev() {
        out.push_str(&format!("</{tag}>"));
    }
    if marks.link.is_some() {
        out.push_str("</a>");
    }
}

/// Text as HTML, in one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

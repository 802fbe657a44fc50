//! Paragraphs and tables, in the body, in notes, in cells and in boxes.

use super::super::flow::{
    Cell, Entry, Grid, Kind, Look, Paragraph, Piece, Role, is_blank, plain, text_of,
};
use super::Reader;
use super::choice::chosen;
use super::line::Around;
use super::numbering::Sign;
use super::parts::{switch, value};
use crate::readers::import::{TrackedKind, TrackedWish};
use crate::readers::xml_tree::{Element, Ns};

/// Longest row of a table that is believed, in columns.
const MAX_SPAN: usize = 1_000;

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// The pieces of a body, a note, a cell or a box.
    pub(super) fn story(&mut self, parent: Element<'t, 'a>) -> Vec<Piece> {
        self.depth += 1;
        let mut out = Vec::new();
        self.children(parent, &mut out);
        // A last paragraph whose end was taken away ends with the story.
        let left = std::mem::take(&mut self.carried);
        if !is_blank(&left) {
            out.push(Piece::Paragraph(Paragraph {
                inlines: left,
                ..Paragraph::default()
            }));
        }
        self.depth -= 1;
        out
    }

    fn children(&mut self, parent: Element<'t, 'a>, out: &mut Vec<Piece>) {
        for child in parent.children() {
            self.child(child, out);
        }
    }

    fn child(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        match element.name() {
            (Ns::W, "p") => self.paragraph(element, out),
            (Ns::W, "tbl") => self.table(element, out),
            (Ns::W, "sdt") => {
                let gallery = element
                    .child(Ns::W, "sdtPr")
                    .and_then(|properties| properties.find("docPartGallery"))
                    .and_then(|gallery| gallery.attribute("val"))
                    .unwrap_or_default();
                if gallery.eq_ignore_ascii_case("Table of Contents") {
                    self.flow.dropped("table_of_contents", "");
                    return;
                }
                if let Some(content) = element.child(Ns::W, "sdtContent") {
                    self.children(content, out);
                }
            }
            // Whole paragraphs put in or taken out.
            (Ns::W, "ins" | "moveTo") if self.flow.wish == TrackedWish::Accept => {
                self.children(element, out);
            }
            (Ns::W, "del" | "moveFrom") if self.flow.wish == TrackedWish::Reject => {
                self.children(element, out);
            }
            (Ns::W, "customXml" | "smartTag") => self.children(element, out),
            (Ns::W, "altChunk" | "subDoc") => self.flow.dropped("embedded_document", ""),
            (Ns::Mc, "AlternateContent") => {
                if let Some(form) = chosen(element) {
                    self.children(form, out);
                }
            }
            (Ns::M, "oMathPara" | "oMath") => {
                let line = super::super::formula::line(element);
                if !line.is_empty() {
                    self.flow.begin();
                    self.flow.changed("formula", &line);
                    out.push(Piece::Paragraph(Paragraph {
                        inlines: vec![plain(line)],
                        ..Paragraph::default()
                    }));
                }
            }
            (Ns::W, "commentRangeStart") => {
                if let Some(id) = element.attribute("id") {
                    self.ranges.insert(id, String::new());
                }
            }
            _ => {}
        }
    }

    /// The paragraphs inside, each once: those in boxes come with the paragraph their box is in.
    pub(super) fn only_paragraphs(&mut self, parent: Element<'t, 'a>, out: &mut Vec<Piece>) {
        for child in parent.children() {
            match child.name() {
                (Ns::W, "p") => self.paragraph(child, out),
                (Ns::Mc, "AlternateContent") => {
                    if let Some(form) = chosen(child) {
                        self.only_paragraphs(form, out);
                    }
                }
                _ => self.only_paragraphs(child, out),
            }
        }
    }

    fn paragraph(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        self.end_fields_before(element);
        let properties = element.child(Ns::W, "pPr");
        let style_id = properties.and_then(|properties| value(properties, "pStyle"));
        let style = self.styles.get(style_id.as_deref()).clone();
        let has_words = element.descendants().any(|inner| {
            inner.is(Ns::W, "t") || inner.is(Ns::W, "delText") || says_without_words(inner)
        });
        if has_words {
            self.flow.begin();
        }
        if style.role == Role::Contents {
            if has_words && !self.in_contents && self.is_shown() {
                self.flow.dropped("table_of_contents", "");
            }
            self.in_contents = true;
        } else if has_words {
            self.in_contents = false;
        }
        let outline = properties
            .and_then(|properties| value(properties, "outlineLvl"))
            .and_then(|level| level.parse().ok())
            .or(style.outline)
            .filter(|level| *level < 9);
        let kind = match (style.role, outline) {
            (Role::Heading(level), _) => Kind::Heading(level),
            (Role::Title, _) => Kind::Title,
            (Role::Quote, _) => Kind::Quote,
            (Role::Code, _) => Kind::Code,
            (_, Some(level)) => Kind::Heading(level.saturating_add(1)),
            _ => Kind::Body,
        };
        // What a heading looks like is the style's business here, too.
        self.look = match kind {
            Kind::Body => style.look.clone(),
            _ => Look {
                lang: style.look.lang.clone(),
                lang_cs: style.look.lang_cs.clone(),
                hidden: style.look.hidden,
                ..Look::default()
            },
        };
        if kind == Kind::Code {
            self.look.code = Some(false);
        }
        self.tracked_properties(element, properties);
        let mut line = std::mem::take(&mut self.carried);
        let before = std::mem::take(&mut self.line);
        if let Kind::Heading(_) | Kind::Title = kind {
            let words = super::words_of(element);
            self.flow.heading = super::super::flow::few_words(&words);
            let inside = element.descendants();
            let marks = inside.filter(|inner| inner.is(Ns::W, "bookmarkStart"));
            for name in marks.filter_map(|mark| mark.attribute("name")) {
                self.flow.inner.mark(name, &words);
            }
        }
        self.pieces(element, &Around::default());
        line.append(&mut self.line);
        self.line = before;
        let after = std::mem::take(&mut self.after);
        if style.role == Role::Contents {
            return;
        }
        if self.joins_next(properties) {
            self.carried = line;
            out.extend(after);
            return;
        }
        let is_rule = is_blank(&line)
            && properties
                .and_then(|properties| properties.child(Ns::W, "pBdr"))
                .is_some_and(|border| border.child(Ns::W, "bottom").is_some());
        if is_rule && after.is_empty() {
            out.push(Piece::Paragraph(Paragraph {
                kind: Kind::Rule,
                ..Paragraph::default()
            }));
            return;
        }
        let mut paragraph = Paragraph {
            kind,
            inlines: line,
            rtl: properties
                .and_then(|properties| switch(properties, "bidi"))
                .or(style.rtl)
                .or(Some(false)),
            ..Paragraph::default()
        };
        let align = properties
            .and_then(|properties| value(properties, "jc"))
            .or_else(|| style.align.clone());
        paragraph.centred = align.as_deref() == Some("center");
        paragraph.at_end = matches!(align.as_deref(), Some("right" | "end"));
        if !is_blank(&paragraph.inlines) {
            self.number(&mut paragraph, properties, &style);
        }
        if let Kind::Heading(level) = paragraph.kind
            && level > 6
        {
            let words = text_of(&paragraph.inlines);
            self.flow.changed("deep_heading", &words);
        }
        out.push(Piece::Paragraph(paragraph));
        out.extend(after);
    }

    /// Counts changes of a paragraph that no piece of its line tells.
    fn tracked_properties(
        &mut self,
        element: Element<'t, 'a>,
        properties: Option<Element<'t, 'a>>,
    ) {
        let Some(properties) = properties else {
            return;
        };
        if let Some(changed) = properties.child(Ns::W, "pPrChange") {
            self.flow.tracked(
                TrackedKind::Formatting,
                changed.attribute("author").unwrap_or_default(),
                changed.attribute("date").unwrap_or_default(),
                &super::words_of(element),
            );
        }
        let Some(mark) = properties.child(Ns::W, "rPr") else {
            return;
        };
        for (name, kind) in [
            ("ins", TrackedKind::Insertion),
            ("del", TrackedKind::Deletion),
        ] {
            let Some(change) = mark.child(Ns::W, name) else {
                continue;
            };
            // Where words of the paragraph changed as well, that tells it.
            let told = element.children().any(|child| child.is(Ns::W, name));
            let is_empty = !element.descendants().any(|inner| inner.is(Ns::W, "r"));
            if !told && !is_empty {
                self.flow.tracked(
                    kind,
                    change.attribute("author").unwrap_or_default(),
                    change.attribute("date").unwrap_or_default(),
                    "¶",
                );
            }
        }
    }

    /// Whether the end of a paragraph is taken away, by a change or by a first letter that has a
    /// paragraph of its own.
    fn joins_next(&self, properties: Option<Element<'t, 'a>>) -> bool {
        let Some(properties) = properties else {
            return false;
        };
        let is_drop_cap = properties
            .child(Ns::W, "framePr")
            .and_then(|frame| frame.attribute("dropCap"))
            .is_some_and(|kind| kind != "none");
        let taken = match self.flow.wish {
            TrackedWish::Accept => ["del", "moveFrom"],
            TrackedWish::Reject => ["ins", "moveTo"],
        };
        let is_taken = properties
            .child(Ns::W, "rPr")
            .is_some_and(|mark| taken.iter().any(|name| mark.child(Ns::W, name).is_some()));
        is_drop_cap || is_taken
    }

    /// The number or bullet of a paragraph.
    fn number(
        &mut self,
        paragraph: &mut Paragraph,
        properties: Option<Element<'t, 'a>>,
        style: &super::parts::Style,
    ) {
        let own = properties.and_then(|properties| properties.child(Ns::W, "numPr"));
        let list = own
            .and_then(|own| value(own, "numId"))
            .or_else(|| style.list.clone());
        let Some(list) = list.filter(|list| list != "0") else {
            return;
        };
        let level = own
            .and_then(|own| value(own, "ilvl"))
            .and_then(|level| level.parse().ok())
            .or(style.list_level)
            .or(match style.role {
                Role::Heading(level) => Some(usize::from(level).saturating_sub(1)),
                _ => None,
            })
            .unwrap_or(0);
        let Some(sign) = self.numbering.next(&list, level) else {
            return;
        };
        let is_heading = matches!(paragraph.kind, Kind::Heading(_) | Kind::Title);
        if is_heading || sign.has_words {
            if !sign.label.is_empty() {
                let words = format!("{} {}", sign.label, text_of(&paragraph.inlines));
                self.flow.changed_often("number_in_text", &words);
                paragraph
                    .inlines
                    .insert(0, plain(format!("{} ", sign.label)));
            }
            return;
        }
        if paragraph.kind != Kind::Body {
            return;
        }
        let Sign {
            number, is_plain, ..
        } = sign;
        if !is_plain {
            self.flow.changed_often("numbering", &sign.label);
        }
        paragraph.entry = Some(Entry {
            level,
            number,
            first: true,
        });
    }

    fn table(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        if self.depth > super::MAX_NESTING {
            return self.only_paragraphs(element, out);
        }
        let properties = element.child(Ns::W, "tblPr");
        for name in ["tblCaption", "tblDescription"] {
            let said = properties.and_then(|properties| value(properties, name));
            if let Some(words) = said.filter(|words| !words.trim().is_empty()) {
                self.flow.dropped("table_description", &words);
            }
        }
        let mut grid = Grid {
            rtl: Some(
                properties
                    .and_then(|properties| switch(properties, "bidiVisual"))
                    .unwrap_or(false),
            ),
            ..Grid::default()
        };
        let mut heads_go_on = true;
        self.rows(element, &mut grid, &mut heads_go_on);
        let mut flow = std::mem::take(&mut self.flow);
        let blocks = grid.blocks(&mut flow);
        self.flow = flow;
        out.extend(blocks.into_iter().map(Piece::Block));
    }

    fn rows(&mut self, parent: Element<'t, 'a>, grid: &mut Grid, heads_go_on: &mut bool) {
        for element in parent.children() {
            match element.name() {
                (Ns::W, "tr") => self.row(element, grid, heads_go_on),
                (Ns::W, "sdt") => {
                    if let Some(content) = element.child(Ns::W, "sdtContent") {
                        self.rows(content, grid, heads_go_on);
                    }
                }
                (Ns::W, "customXml" | "ins" | "moveTo") => self.rows(element, grid, heads_go_on),
                (Ns::Mc, "AlternateContent") => {
                    if let Some(form) = chosen(element) {
                        self.rows(form, grid, heads_go_on);
                    }
                }
                _ => {}
            }
        }
    }

    /// Tells of a row or a cell that was put in or taken out under tracking, by the names of these
    /// changes. Gives whether it is not to be read.
    fn is_taken_out(
        &mut self,
        element: Element<'t, 'a>,
        properties: Option<Element<'t, 'a>>,
        [put_in, taken_out]: [&str; 2],
    ) -> bool {
        for (name, kind, gone_with) in [
            (put_in, TrackedKind::Insertion, TrackedWish::Reject),
            (taken_out, TrackedKind::Deletion, TrackedWish::Accept),
        ] {
            let Some(change) = properties.and_then(|properties| properties.child(Ns::W, name))
            else {
                continue;
            };
            self.flow.tracked(
                kind,
                change.attribute("author").unwrap_or_default(),
                change.attribute("date").unwrap_or_default(),
                &super::words_of(element),
            );
            if self.flow.wish == gone_with {
                return true;
            }
        }
        false
    }

    fn row(&mut self, row: Element<'t, 'a>, grid: &mut Grid, heads_go_on: &mut bool) {
        let properties = row.child(Ns::W, "trPr");
        if self.is_taken_out(row, properties, ["ins", "del"]) {
            return;
        }
        let number = |name: &str| {
            properties
                .and_then(|properties| value(properties, name))
                .and_then(|count| count.parse::<usize>().ok())
                .unwrap_or(0)
                .min(MAX_SPAN)
        };
        let is_head =
            properties.and_then(|properties| switch(properties, "tblHeader")) == Some(true);
        let first = number("gridBefore");
        let mut column = first;
        let mut cells: Vec<Cell> = Vec::new();
        let mut all = Vec::new();
        cells_of(row, &mut all);
        let had_cells = !all.is_empty();
        for element in all {
            let properties = element.child(Ns::W, "tcPr");
            if self.is_taken_out(element, properties, ["cellIns", "cellDel"]) {
                continue;
            }
            let columns = properties
                .and_then(|properties| value(properties, "gridSpan"))
                .and_then(|span| span.parse::<usize>().ok())
                .unwrap_or(1)
                .clamp(1, MAX_SPAN);
            let merged = |name: &str| {
                properties
                    .and_then(|properties| properties.child(Ns::W, name))
                    .map(|merge| merge.attribute("val").as_deref() == Some("restart"))
            };
            let pieces = self.story(element);
            if merged("hMerge") == Some(false)
                && let Some(before) = cells.last_mut()
            {
                before.columns += columns;
                before.pieces.extend(pieces);
            } else if merged("vMerge") == Some(false)
                && let Some(above) = covering(&mut grid.rows, column)
            {
                above.rows += 1;
                above.pieces.extend(pieces);
            } else {
                cells.push(Cell {
                    column,
                    columns,
                    rows: 1,
                    pieces,
                });
            }
            column += columns;
        }
        if had_cells && column == first {
            // All of them were taken out.
            return;
        }
        *heads_go_on &= is_head;
        if *heads_go_on {
            grid.header_rows += 1;
        }
        grid.rows.push(cells);
    }
}

/// Whether this is something that is read though no words of a run say it.
pub(super) fn says_without_words(element: Element<'_, '_>) -> bool {
    matches!(
        element.name(),
        (Ns::W, "drawing" | "pict" | "object" | "sym" | "ffData") | (Ns::M, "t")
    )
}

/// The cells of a row, wherever wrappers keep them.
fn cells_of<'t, 'a>(row: Element<'t, 'a>, cells: &mut Vec<Element<'t, 'a>>) {
    for element in row.children() {
        match element.name() {
            (Ns::W, "tc") => cells.push(element),
            (Ns::W, "sdt") => {
                if let Some(content) = element.child(Ns::W, "sdtContent") {
                    cells_of(content, cells);
                }
            }
            (Ns::W, "customXml") => cells_of(element, cells),
            (Ns::Mc, "AlternateContent") => {
                if let Some(form) = chosen(element) {
                    cells_of(form, cells);
                }
            }
            _ => {}
        }
    }
}

/// The cell above that reaches down to the row being read.
fn covering(rows: &mut [Vec<Cell>], column: usize) -> Option<&mut Cell> {
    let height = rows.len();
    for (index, row) in rows.iter_mut().enumerate().rev() {
        if let Some(cell) = row.iter_mut().find(|cell| cell.column == column) {
            return (index + cell.rows == height).then_some(cell);
        }
    }
    None
}

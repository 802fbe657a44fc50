//! Paragraphs and tables of an OpenDocument text.

use super::super::flow::{
    Cell, Grid, Kind, Look, Paragraph, Piece, Role, few_words, is_blank, plain, text_of,
};
use super::{Around, Reader};
use crate::readers::xml_tree::{Element, Ns};

/// Most rows or cells that one stands for.
const MAX_REPEATED: usize = 1_000;
/// Most text that one cell or row becomes by being repeated, in bytes.
const MAX_REPEATED_BYTES: usize = 20_000;
/// Most cells of a row.
const MAX_COLUMNS: usize = 1_000;

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// The pieces of a body, a note, a cell or a box.
    pub(super) fn story(&mut self, parent: Element<'t, 'a>) -> Vec<Piece> {
        self.story_of(parent.children())
    }

    /// The same of what is in it.
    pub(super) fn story_of(&mut self, parts: impl Iterator<Item = Element<'t, 'a>>) -> Vec<Piece> {
        self.depth += 1;
        let mut out = Vec::new();
        for part in parts {
            self.child(part, &mut out);
        }
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

    pub(super) fn children(&mut self, parent: Element<'t, 'a>, out: &mut Vec<Piece>) {
        for child in parent.children() {
            self.child(child, out);
        }
    }

    pub(super) fn child(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        match element.name() {
            (Ns::Text, "p" | "h") => self.paragraph(element, out),
            (Ns::Text, "list") => self.list(element, None, out),
            (Ns::Text, "numbered-paragraph") => self.children(element, out),
            (Ns::Table, "table") => self.table(element, out),
            (Ns::Text, "section") => {
                let name = element.attribute("style-name");
                let is_hidden = element.attribute("display").as_deref() == Some("none")
                    || self.styles.get("section", name.as_deref()).is_hidden;
                if is_hidden {
                    let words = element.all_text();
                    self.flow.dropped("hidden_text", &words);
                    return;
                }
                if let Some(source) = element
                    .children()
                    .find(|child| matches!(child.name().1, "section-source" | "dde-source"))
                {
                    let target = source.attribute("href").unwrap_or_default();
                    self.flow.dropped("external_reference", &target);
                }
                self.children(element, out);
            }
            (
                Ns::Text,
                "table-of-content" | "illustration-index" | "table-index" | "object-index"
                | "user-index" | "alphabetical-index",
            ) => self.flow.dropped("table_of_contents", ""),
            (Ns::Text, "bibliography") => {
                if let Some(body) = element.child(Ns::Text, "index-body") {
                    self.children(body, out);
                }
            }
            (Ns::Text, "index-title") => self.children(element, out),
            (Ns::Text, "change-start") => {
                if let Some(id) = element.attribute("change-id") {
                    self.change_start(id);
                }
            }
            (Ns::Text, "change-end") => {
                if let Some(id) = element.attribute("change-id") {
                    self.change_end(&id);
                }
            }
            (Ns::Text, "change") => {
                if let Some(id) = element.attribute("change-id") {
                    self.change_between(&id, out);
                }
            }
            (Ns::Draw, _) => {
                self.frame(element, &Around::default());
                let line = std::mem::take(&mut self.line);
                if !is_blank(&line) {
                    out.push(Piece::Paragraph(Paragraph {
                        inlines: line,
                        ..Paragraph::default()
                    }));
                }
                out.append(&mut self.after);
            }
            (Ns::Office, "forms") => {
                for _ in element
                    .children()
                    .filter(|child| !child.name().1.is_empty())
                {
                    self.flow.dropped_often("active_control");
                }
            }
            (Ns::Office, "annotation") => self.piece(element, &Around::default()),
            _ => {}
        }
    }

    /// The paragraphs of an element, each once: those in frames come with the paragraph their frame
    /// is in.
    pub(super) fn only_paragraphs(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        match element.name() {
            (Ns::Text, "p" | "h") => self.paragraph(element, out),
            (Ns::Draw, _) | (Ns::Text, "section") | (Ns::Office, "annotation") => {
                self.child(element, out);
            }
            _ => {
                for child in element.children() {
                    self.only_paragraphs(child, out);
                }
            }
        }
    }

    fn paragraph(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        let name = element.attribute("style-name");
        let style = self.styles.get("paragraph", name.as_deref()).clone();
        let words = element.all_text();
        if !words.trim().is_empty() || element.find("image").is_some() {
            self.flow.begin();
        }
        let level = element.is(Ns::Text, "h").then(|| {
            element
                .attribute("outline-level")
                .and_then(|level| level.parse::<u8>().ok())
                .or(style.outline)
                .unwrap_or(1)
        });
        let kind = match (style.role, level) {
            (Role::Title, _) => Kind::Title,
            (_, Some(level)) => Kind::Heading(level),
            (Role::Heading(level), None) => Kind::Heading(level),
            (Role::Quote, None) => Kind::Quote,
            (Role::Code, None) => Kind::Code,
            _ => Kind::Body,
        };
        let look = match kind {
            Kind::Body => style.look.clone(),
            _ => Look {
                lang: style.look.lang.clone(),
                lang_cs: style.look.lang_cs.clone(),
                hidden: style.look.hidden,
                ..Look::default()
            },
        };
        if let Kind::Heading(_) | Kind::Title = kind {
            self.flow.heading = few_words(&words);
            let inside = element.descendants();
            let marks = inside.filter(|inner| {
                inner.is(Ns::Text, "bookmark") || inner.is(Ns::Text, "bookmark-start")
            });
            for name in marks.filter_map(|mark| mark.attribute("name")) {
                self.flow.inner.mark(name, &words);
            }
            // A heading may be named by its words, with its number before them.
            self.flow
                .inner
                .mark(format!("{}|outline", words.trim()), &words);
        }
        let look = match hides_itself(element) {
            true => Look {
                hidden: Some(true),
                ..look
            },
            false => look,
        };
        let before = std::mem::take(&mut self.line);
        self.pieces(element, &Around { look, link: None });
        let mut lines = std::mem::take(&mut self.finished);
        lines.push(std::mem::replace(&mut self.line, before));
        let after = std::mem::take(&mut self.after);
        if let Some(first) = lines.first_mut() {
            let carried = std::mem::take(&mut self.carried);
            first.splice(0..0, carried);
        }
        // The end of the paragraph belongs to an insertion that is left out.
        if !self.removed.is_empty()
            && let Some(last) = lines.pop()
        {
            self.carried = last;
        }
        let rtl = self.styles.rtl(&style);
        for line in lines {
            let is_rule = is_blank(&line) && style.has_line && after.is_empty();
            let mut paragraph = Paragraph {
                kind: if is_rule { Kind::Rule } else { kind },
                inlines: line,
                rtl,
                centred: style.align.as_deref() == Some("center"),
                at_end: matches!(style.align.as_deref(), Some("end" | "right")),
                ..Paragraph::default()
            };
            if let Kind::Heading(level) = kind {
                if !is_blank(&paragraph.inlines)
                    && let Some(label) = self.lists.of_heading(level)
                {
                    let words = format!("{label} {}", text_of(&paragraph.inlines));
                    self.flow.changed_often("number_in_text", &words);
                    paragraph.inlines.insert(0, plain(format!("{label} ")));
                }
                if level > 6 {
                    let words = text_of(&paragraph.inlines);
                    self.flow.changed("deep_heading", &words);
                }
            }
            out.push(Piece::Paragraph(paragraph));
        }
        out.extend(after);
    }

    fn table(&mut self, element: Element<'t, 'a>, out: &mut Vec<Piece>) {
        if self.depth > super::MAX_NESTING {
            return self.only_paragraphs(element, out);
        }
        for name in ["title", "desc"] {
            let said = element.child(Ns::Table, name).map(|said| said.all_text());
            if let Some(words) = said.filter(|words| !words.trim().is_empty()) {
                self.flow.dropped("table_description", &words);
            }
        }
        let name = element.attribute("style-name");
        let style = self.styles.get("table", name.as_deref()).clone();
        let mut grid = Grid {
            rtl: self.styles.rtl(&style),
            ..Grid::default()
        };
        self.rows(element, &mut grid, false);
        let mut flow = std::mem::take(&mut self.flow);
        let blocks = grid.blocks(&mut flow);
        self.flow = flow;
        out.extend(blocks.into_iter().map(Piece::Block));
    }

    fn rows(&mut self, parent: Element<'t, 'a>, grid: &mut Grid, in_head: bool) {
        for element in parent.children() {
            match element.name() {
                (Ns::Table, "table-row") => {
                    let times = repeated(element, "number-rows-repeated");
                    let cells = self.cells(element);
                    // Empty rows stand for the rest of a sheet.
                    let is_empty = cells.iter().all(|cell| cell.pieces.iter().all(is_nothing));
                    let times = if is_empty { 1 } else { believed(times, &cells) };
                    for _ in 0..times {
                        grid.rows.push(cells.clone());
                        if in_head {
                            grid.header_rows += 1;
                        }
                    }
                }
                (Ns::Table, "table-header-rows") => self.rows(element, grid, true),
                (Ns::Table, "table-rows" | "table-row-group") => self.rows(element, grid, in_head),
                (Ns::Text, "change" | "change-start" | "change-end") => {
                    self.child(element, &mut Vec::new());
                }
                _ => {}
            }
        }
    }

    fn cells(&mut self, row: Element<'t, 'a>) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        let mut column = 0usize;
        for element in row.children() {
            match element.name() {
                (Ns::Table, "table-cell") => {
                    let times = repeated(element, "number-columns-repeated");
                    let span = |name: &str| {
                        element
                            .attribute(name)
                            .and_then(|span| span.parse::<usize>().ok())
                            .unwrap_or(1)
                            .clamp(1, MAX_REPEATED)
                    };
                    let (columns, rows) =
                        (span("number-columns-spanned"), span("number-rows-spanned"));
                    let pieces = self.story(element);
                    let cell = Cell {
                        column,
                        columns,
                        rows,
                        pieces,
                    };
                    for _ in 0..believed(times, std::slice::from_ref(&cell)) {
                        if column >= MAX_COLUMNS {
                            break;
                        }
                        cells.push(Cell {
                            column,
                            ..cell.clone()
                        });
                        column += 1;
                    }
                }
                (Ns::Table, "covered-table-cell") => {
                    column += repeated(element, "number-columns-repeated");
                }
                _ => {}
            }
        }
        cells
    }
}

/// Whether a field of the paragraph hides it, as it stood when the document was saved.
fn hides_itself(paragraph: Element<'_, '_>) -> bool {
    paragraph.children().any(|child| {
        let own = child.is(Ns::Text, "hidden-paragraph")
            && child.attribute("is-hidden").as_deref() == Some("true");
        own || (matches!(child.name(), (Ns::Text, "span" | "a")) && hides_itself(child))
    })
}

fn repeated(element: Element<'_, '_>, name: &str) -> usize {
    element
        .attribute(name)
        .and_then(|times| times.parse::<usize>().ok())
        .unwrap_or(1)
        .clamp(1, MAX_REPEATED)
}

/// How often cells are repeated: often only where they are short, so that a small file does not
/// become a large text.
fn believed(times: usize, cells: &[Cell]) -> usize {
    let pieces = cells.iter().flat_map(|cell| &cell.pieces);
    let length: usize = pieces
        .map(|piece| match piece {
            Piece::Paragraph(paragraph) => text_of(&paragraph.inlines).len() + 8,
            Piece::Block(_) => MAX_REPEATED_BYTES,
        })
        .sum();
    times.min((MAX_REPEATED_BYTES / length.max(1)).max(1))
}

fn is_nothing(piece: &Piece) -> bool {
    match piece {
        Piece::Paragraph(paragraph) => is_blank(&paragraph.inlines),
        Piece::Block(_) => false,
    }
}

//! What stands in a line of an OpenDocument text.

use super::super::flow::{Look, Piece, address, blocks_of};
use super::{Around, Reader};
use crate::body::tree::{Block, Inline, InlineKind, Link, Marks};
use crate::readers::import::ImportComment;
use crate::readers::xml_tree::{Element, Ns};

/// Longest text of a stretch that is remembered, in bytes.
const MAX_RANGE: usize = 400;
/// Most blanks in a row that are believed.
const MAX_BLANKS: usize = 64;

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// Everything in an element that holds pieces of a line.
    pub(super) fn pieces(&mut self, parent: Element<'t, 'a>, around: &Around) {
        for child in parent.children() {
            self.piece(child, around);
        }
    }

    pub(super) fn piece(&mut self, element: Element<'t, 'a>, around: &Around) {
        let (ns, name) = element.name();
        match (ns, name) {
            (_, "") => self.text(element.text(), around),
            (Ns::Text, "span") => {
                let style = element.attribute("style-name");
                let look = self.styles.get("text", style.as_deref()).look.clone();
                let inner = Around {
                    look: look.over(&around.look),
                    link: around.link.clone(),
                };
                self.pieces(element, &inner);
            }
            (Ns::Text, "a") | (Ns::Draw, "a") => {
                let link = self.link(element);
                let inner = Around {
                    link,
                    // Links have a look of their own.
                    look: Look {
                        underline: Some(false),
                        ..around.look.clone()
                    },
                };
                self.pieces(element, &inner);
            }
            (Ns::Text, "s") => {
                let count = element
                    .attribute("c")
                    .and_then(|count| count.parse().ok())
                    .unwrap_or(1)
                    .min(MAX_BLANKS);
                self.put(&" ".repeat(count), around);
            }
            (Ns::Text, "tab") if !self.line.is_empty() => {
                self.flow.changed_often("tab", "");
                self.put(" ", around);
            }
            (Ns::Text, "line-break") if self.removed.is_empty() => {
                self.line.push(Inline {
                    kind: InlineKind::HardBreak,
                    marks: Marks::default(),
                });
            }
            (Ns::Text, "note") => self.note(element, around),
            (Ns::Text, "ruby") => {
                for part in element.children() {
                    if part.is(Ns::Text, "ruby-base") {
                        self.pieces(part, around);
                    } else if part.is(Ns::Text, "ruby-text") {
                        let words = part.all_text();
                        self.flow.changed("ruby", &words);
                        self.put(&format!(" ({})", words.trim()), around);
                    }
                }
            }
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
                    self.change_point(&id, around);
                }
            }
            (Ns::Office, "annotation") => self.remark(element),
            (Ns::Office, "annotation-end") => {
                let name = element.attribute("name").unwrap_or_default();
                if let Some((comment, about)) = self.remarks.remove(&name) {
                    self.flow.comment(comment, &about);
                }
            }
            (Ns::Draw, _) if self.removed.is_empty() => {
                self.frame(element, around);
            }
            (
                Ns::Text,
                "bookmark"
                | "bookmark-start"
                | "bookmark-end"
                | "reference-mark"
                | "reference-mark-start"
                | "reference-mark-end"
                | "soft-page-break",
            ) => {}
            (Ns::Text, mark) if mark.contains("-mark") && !mark.ends_with("-end") => {
                self.flow.dropped_often("index_mark");
            }
            (Ns::Text, "placeholder") => self.flow.dropped_often("placeholder"),
            // What it hides tells of itself.
            (Ns::Text, "hidden-paragraph") => {}
            (Ns::Text, "hidden-text")
                if element.attribute("is-hidden").as_deref() != Some("false") =>
            {
                let words = element
                    .attribute("string-value")
                    .unwrap_or_else(|| element.all_text());
                self.flow.dropped("hidden_text", &words);
            }
            (Ns::Text, "script") => self.flow.dropped("macro", ""),
            (Ns::Text, "execute-macro") => {
                self.flow.dropped("macro", "");
                self.pieces(element, around);
            }
            (Ns::Text, "dde-connection") => {
                self.flow.dropped("external_reference", "DDE");
                self.pieces(element, around);
            }
            (Ns::Text, "meta" | "meta-field" | "p" | "h") => self.pieces(element, around),
            // Fields: what they once gave is text.
            (Ns::Text, field) if !element.all_text().is_empty() => {
                self.flow.changed_often("field", field);
                self.pieces(element, around);
            }
            _ => {}
        }
    }

    fn link(&mut self, element: Element<'t, 'a>) -> Option<Link> {
        let target = element.attribute("href").unwrap_or_default();
        let title = element.attribute("title").unwrap_or_default();
        if let Some(mark) = target.strip_prefix('#') {
            let words = element.all_text();
            let mark = match mark.strip_suffix("|outline") {
                Some(_) => mark.trim_start_matches(|c: char| c.is_numeric() || c == '.'),
                None => mark,
            };
            return Some(self.flow.link_within(mark, &words, title));
        }
        match address(&target) {
            Some(href) => Some(Link { href, title }),
            None => {
                if !target.is_empty() {
                    self.flow.dropped("link", &target);
                }
                None
            }
        }
    }

    /// Text as it stands in the file: runs of white space are one blank.
    fn text(&mut self, text: &str, around: &Around) {
        let mut out = String::with_capacity(text.len());
        let mut after_blank = self.ends_blank();
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r') {
                if !after_blank {
                    out.push(' ');
                }
                after_blank = true;
            } else {
                out.push(c);
                after_blank = false;
            }
        }
        if !out.is_empty() {
            self.put(&out, around);
        }
    }

    /// Whether the line is at its beginning or ends with a blank.
    fn ends_blank(&self) -> bool {
        match self.line.last().map(|last| &last.kind) {
            None => self.carried.is_empty(),
            Some(InlineKind::Text(text)) => text.ends_with(' '),
            Some(InlineKind::HardBreak) => true,
            Some(_) => false,
        }
    }

    /// Puts text into the line.
    fn put(&mut self, text: &str, around: &Around) {
        let open = self.added.values_mut();
        for words in open.chain(self.remarks.values_mut().map(|(_, words)| words)) {
            if words.len() < MAX_RANGE {
                words.push_str(text);
            }
        }
        if !self.removed.is_empty() {
            return;
        }
        for inline in self.flow.words(text, &around.look, around.link.clone()) {
            if let (InlineKind::Text(text), Some(last)) = (&inline.kind, self.line.last_mut())
                && last.marks == inline.marks
                && let InlineKind::Text(before) = &mut last.kind
            {
                before.push_str(text);
            } else {
                self.line.push(inline);
            }
        }
    }

    fn note(&mut self, element: Element<'t, 'a>, around: &Around) {
        let Some(body) = element.child(Ns::Text, "note-body") else {
            return;
        };
        if !self.removed.is_empty() {
            return;
        }
        if around.look.hidden == Some(true) {
            return self.flow.dropped("hidden_text", &body.all_text());
        }
        if self.depth >= super::MAX_NESTING {
            return self.flow.dropped("footnote", &body.all_text());
        }
        let label = self.flow.next_note();
        let at = self.flow.notes.len();
        self.flow.notes.push(Block::Rule);
        let pieces: Vec<Piece> = self.apart(|reader| reader.story(body));
        let blocks = blocks_of(pieces, &mut self.flow);
        if element.attribute("note-class").as_deref() == Some("endnote") {
            self.flow.changed_often("endnote", "");
        }
        if let Some(place) = self.flow.notes.get_mut(at) {
            *place = Block::Footnote {
                label: label.clone(),
                blocks,
            };
        }
        self.line.push(Inline {
            kind: InlineKind::FootnoteReference(label),
            marks: Marks::default(),
        });
    }

    fn remark(&mut self, element: Element<'t, 'a>) {
        let said = |name: &str| {
            element
                .any_child(name)
                .map(|e| e.all_text())
                .unwrap_or_default()
        };
        let mut text = String::new();
        for child in element.children() {
            if child.name().0 == Ns::Text {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(child.all_text().trim());
            }
        }
        let comment = ImportComment {
            author: said("creator"),
            at: said("date"),
            text,
            resolved: element.attribute("resolved").as_deref() == Some("true"),
            ..ImportComment::default()
        };
        match element.attribute("name") {
            Some(name) => {
                self.remarks.insert(name, (comment, String::new()));
            }
            None => self.flow.comment(comment, ""),
        }
    }
}

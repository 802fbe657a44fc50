//! What stands in a line: runs, links, changes, fields.

use super::super::flow::{Look, symbol};
use super::super::formula;
use super::choice::{chosen, each};
use super::parts::look_of;
use super::{NoteKind, Reader};
use crate::body::tree::{Inline, InlineKind, Link, Marks};
use crate::readers::import::{TrackedKind, TrackedWish};
use crate::readers::xml_tree::{Element, Ns};

/// What is around a piece of a line.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) link: Option<Link>,
    /// Taken out by a change, as far as the wish goes.
    pub(super) gone: bool,
}

/// Longest text of a remark's stretch that is remembered, in bytes.
const MAX_RANGE: usize = 400;

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// Everything in an element that holds pieces of a line.
    pub(super) fn pieces(&mut self, parent: Element<'t, 'a>, around: &Around) {
        for child in parent.children() {
            self.piece(child, around);
        }
    }

    fn piece(&mut self, element: Element<'t, 'a>, around: &Around) {
        match element.name() {
            (Ns::W, "r") => self.run(element, around),
            (Ns::W, "hyperlink") => self.link(element, around),
            (Ns::W, "ins" | "moveTo") => self.change(element, around, TrackedWish::Reject),
            (Ns::W, "del" | "moveFrom") => self.change(element, around, TrackedWish::Accept),
            (Ns::W, "fldSimple") => {
                let instruction = element.attribute("instr").unwrap_or_default();
                let (link, left_out) = self.understood(&instruction);
                if !left_out {
                    let link = link.or_else(|| around.link.clone());
                    let gone = around.gone;
                    self.pieces(element, &Around { link, gone });
                }
            }
            (Ns::W, "sdt") => self.control(element, around),
            (Ns::W, "smartTag" | "customXml" | "dir" | "bdo" | "sdtContent" | "p") => {
                self.pieces(element, around);
            }
            (Ns::W, "commentRangeStart") => {
                if let Some(id) = element.attribute("id") {
                    self.ranges.insert(id, String::new());
                }
            }
            (Ns::M, "oMath" | "oMathPara") => {
                let line = formula::line(element);
                if !line.is_empty() && !around.gone && self.is_shown() {
                    self.flow.changed("formula", &line);
                    self.push(&line, &Marks::default());
                }
            }
            (Ns::Mc, "AlternateContent") => {
                if let Some(form) = chosen(element) {
                    self.pieces(form, around);
                }
            }
            // Parts of a run without their run.
            (Ns::W, "t" | "br" | "tab" | "sym" | "drawing" | "pict" | "object") => {
                let look = self.look.clone();
                self.part_of_run(element, &look, around);
            }
            _ => {}
        }
    }

    fn link(&mut self, element: Element<'t, 'a>, around: &Around) {
        let mut inner = around.clone();
        let title = element.attribute("tooltip").unwrap_or_default();
        let target = element.attribute("id").and_then(|id| {
            let relation = self.relation(&id)?;
            Some((relation.target.clone(), relation.outside))
        });
        match target {
            Some((target, true)) if !around.gone => {
                let target = match element.attribute("anchor") {
                    Some(anchor) if !target.contains('#') => format!("{target}#{anchor}"),
                    _ => target,
                };
                inner.link = self.link_to(&target, title);
            }
            Some(_) => {}
            None if !self.in_contents && !around.gone => {
                if let Some(mark) = element.attribute("anchor") {
                    let words = super::words_of(element);
                    inner.link = Some(self.flow.link_within(&mark, &words, title));
                }
            }
            None => {}
        }
        self.pieces(element, &inner);
    }

    /// A tracked change; it goes when the wish is `gone_with`.
    fn change(&mut self, element: Element<'t, 'a>, around: &Around, gone_with: TrackedWish) {
        let kind = match element.name().1 {
            "ins" => Some(TrackedKind::Insertion),
            "del" => Some(TrackedKind::Deletion),
            // Both ends of a move are one change.
            "moveTo" => Some(TrackedKind::Move),
            _ => None,
        };
        // A deletion inside of an insertion is told once.
        if let Some(kind) = kind
            && !self.in_contents
        {
            let words = changed_words(element);
            self.flow.tracked(
                kind,
                element.attribute("author").unwrap_or_default(),
                element.attribute("date").unwrap_or_default(),
                &words,
            );
        }
        let inner = Around {
            gone: around.gone || self.flow.wish == gone_with,
            link: around.link.clone(),
        };
        self.pieces(element, &inner);
    }

    /// A content control: its content, unless that is only a prompt.
    fn control(&mut self, element: Element<'t, 'a>, around: &Around) {
        let prompts = element.child(Ns::W, "sdtPr").is_some_and(|properties| {
            super::parts::switch(properties, "showingPlcHdr") == Some(true)
        });
        if prompts {
            self.flow.dropped_often("placeholder");
            return;
        }
        if let Some(content) = element.child(Ns::W, "sdtContent") {
            self.pieces(content, around);
        }
    }

    fn run(&mut self, run: Element<'t, 'a>, around: &Around) {
        let look = self.look_of(run, around.gone);
        for child in run.children() {
            self.part_of_run(child, &look, around);
        }
    }

    fn part_of_run(&mut self, element: Element<'t, 'a>, look: &Look, around: &Around) {
        match element.name() {
            (Ns::W, "fldChar") => self.field_sign(element, look, around),
            (Ns::W, "instrText") => self.instruct(&element.all_text()),
            (Ns::W, "commentReference") => self.remark(element),
            (Ns::W, "r") => self.run(element, around),
            (Ns::Mc, "AlternateContent") => {
                let parts = chosen(element).into_iter();
                for part in parts.flat_map(|form| form.children()) {
                    self.part_of_run(part, look, around);
                }
            }
            _ if around.gone || !self.is_shown() => {}
            (Ns::W, "t" | "delText") => self.words(&element.all_text(), look, around),
            (Ns::W, "tab" | "ptab") if !self.line.is_empty() => {
                self.flow.changed_often("tab", "");
                self.words(" ", look, around);
            }
            (Ns::W, "br") => match element.attribute("type").as_deref() {
                Some("page" | "column") => self.flow.dropped_often("page_break"),
                _ => self.break_line(),
            },
            (Ns::W, "cr") => self.break_line(),
            (Ns::W, "noBreakHyphen") => self.words("\u{2011}", look, around),
            (Ns::W, "softHyphen") => self.flow.dropped_often("soft_hyphen"),
            (Ns::W, "sym") => self.sign(element, look, around),
            (Ns::W, "footnoteReference") => self.reference(element, NoteKind::Foot, look),
            (Ns::W, "endnoteReference") => self.reference(element, NoteKind::End, look),
            (Ns::W, "drawing" | "pict" | "object") => self.drawing(element, around),
            (Ns::W, "ruby") => self.ruby(element, look, around),
            _ => {}
        }
    }

    /// A field begins, comes to its result, or ends.
    fn field_sign(&mut self, sign: Element<'t, 'a>, look: &Look, around: &Around) {
        match sign.attribute("fldCharType").as_deref() {
            Some("begin") => self.begin_field(sign),
            Some("separate") => self.field_result(sign),
            Some("end") => {
                let chosen = self.end_field(sign);
                if let Some(words) = chosen.filter(|_| !around.gone && self.is_shown()) {
                    self.words(&words, look, around);
                }
            }
            _ => {}
        }
    }

    /// Words with others above them.
    fn ruby(&mut self, ruby: Element<'t, 'a>, look: &Look, around: &Around) {
        if let Some(base) = ruby.child(Ns::W, "rubyBase") {
            self.pieces(base, around);
        }
        if let Some(above) = ruby.child(Ns::W, "rt") {
            let words = super::words_of(above);
            self.flow.changed("ruby", &words);
            self.words(&format!(" ({})", words.trim()), look, around);
        }
    }

    fn reference(&mut self, element: Element<'t, 'a>, kind: NoteKind, look: &Look) {
        if look.hidden == Some(true) {
            return;
        }
        if let Some(id) = element.attribute("id") {
            self.note(kind, &id, &Marks::default());
        }
    }

    fn break_line(&mut self) {
        self.line.push(Inline {
            kind: InlineKind::HardBreak,
            marks: Marks::default(),
        });
    }

    /// A sign of a symbol font.
    fn sign(&mut self, element: Element<'t, 'a>, look: &Look, around: &Around) {
        let font = element.attribute("font").unwrap_or_default();
        let code = element
            .attribute("char")
            .and_then(|code| u32::from_str_radix(&code, 16).ok())
            .unwrap_or(0);
        match symbol(&font, code) {
            Some(c) => self.words(&c.to_string(), look, around),
            None => {
                self.flow.changed("symbol", &format!("{font} {code:X}"));
                self.words("□", look, around);
            }
        }
    }

    /// How a run looks with all it inherits.
    fn look_of(&mut self, run: Element<'t, 'a>, gone: bool) -> Look {
        let Some(properties) = run.child(Ns::W, "rPr") else {
            return self.look.clone();
        };
        let mut look = look_of(properties);
        if let Some(changed) = properties.child(Ns::W, "rPrChange") {
            if !gone {
                self.flow.tracked(
                    TrackedKind::Formatting,
                    changed.attribute("author").unwrap_or_default(),
                    changed.attribute("date").unwrap_or_default(),
                    &super::words_of(run),
                );
            }
            if self.flow.wish == TrackedWish::Reject {
                look = changed.child(Ns::W, "rPr").map(look_of).unwrap_or_default();
            }
        }
        let style = super::parts::value(properties, "rStyle");
        if let Some(style) = style.and_then(|id| self.styles.character(&id)) {
            look = look.over(&style.look);
        }
        look.over(&self.look)
    }

    /// Text with the marks of its look.
    fn words(&mut self, text: &str, look: &Look, around: &Around) {
        let link = self.field_link().or_else(|| around.link.clone());
        if !text.trim().is_empty() {
            self.field_says();
        }
        for inline in self.flow.words(text, look, link) {
            match inline.kind {
                InlineKind::Text(text) => self.push(&text, &inline.marks),
                _ => self.line.push(inline),
            }
        }
    }

    /// Puts text into the line.
    pub(super) fn push(&mut self, text: &str, marks: &Marks) {
        for words in self.ranges.values_mut() {
            if words.len() < MAX_RANGE {
                words.push_str(text);
            }
        }
        if let Some(last) = self.line.last_mut()
            && last.marks == *marks
            && let InlineKind::Text(before) = &mut last.kind
        {
            before.push_str(text);
            return;
        }
        self.line.push(Inline {
            kind: InlineKind::Text(text.to_owned()),
            marks: marks.clone(),
        });
    }

    fn remark(&mut self, element: Element<'t, 'a>) {
        let Some(id) = element.attribute("id") else {
            return;
        };
        let about = self.ranges.remove(&id).unwrap_or_default();
        if let Some(comment) = self.comments.remove(&id) {
            self.flow.comment(comment, &about);
        }
    }
}

/// The words that were put in or taken out.
fn changed_words(element: Element<'_, '_>) -> String {
    let mut words = String::new();
    each(element, &mut |inner| {
        if inner.is(Ns::W, "t") || inner.is(Ns::W, "delText") {
            words.push_str(&inner.all_text());
        }
    });
    words
}

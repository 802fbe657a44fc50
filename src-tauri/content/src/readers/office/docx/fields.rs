//! Fields: what they once gave is text, what they would do is not.

use std::collections::HashMap;

use super::super::flow::address;
use super::Reader;
use super::choice::chosen;
use super::parts::{switch, value};
use crate::body::tree::Link;
use crate::readers::xml_tree::{Element, Ns};

/// Longest instruction that is remembered, in bytes.
const MAX_INSTRUCTION: usize = 4_096;

/// A field that has begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    span: Span,
    instruction: String,
    /// Its result is being read.
    in_result: bool,
    link: Option<Link>,
    /// Its result is left out.
    left_out: bool,
    /// What was chosen or ticked in a form; such a field has no result.
    filled_in: Option<String>,
}

/// Where a field comes to its result and where it ends, as places in the order of its part.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    separate: Option<u32>,
    end: u32,
}

/// The fields of a part by the place of their beginning.
pub(super) type Spans = HashMap<u32, Span>;

/// The fields of a part. What begins and never ends, or ends and never began, is none: a field
/// whose end was lost must not take the rest of the document with it.
pub(super) fn spans(part: Element<'_, '_>) -> Spans {
    let mut spans = Spans::new();
    gather(part, part.place(), &mut Vec::new(), &mut spans);
    spans
}

/// A field whose end has not come yet.
struct Begun {
    begin: u32,
    separate: Option<u32>,
    paragraph: u32,
}

fn gather(parent: Element<'_, '_>, paragraph: u32, begun: &mut Vec<Begun>, spans: &mut Spans) {
    for child in parent.children() {
        match child.name() {
            (Ns::W, "fldChar") => match child.attribute("fldCharType").as_deref() {
                Some("begin") => begun.push(Begun {
                    begin: child.place(),
                    separate: None,
                    paragraph,
                }),
                Some("separate") => {
                    if let Some(field) = begun.last_mut() {
                        field.separate.get_or_insert(child.place());
                    }
                }
                Some("end") => {
                    if let Some((begin, separate)) = ended(begun, paragraph) {
                        let end = child.place();
                        spans.insert(begin, Span { separate, end });
                    }
                }
                _ => {}
            },
            (Ns::W, "p") => gather(child, child.place(), begun, spans),
            // No field reaches out of a cell or a box.
            (Ns::W, "tc" | "txbxContent") => gather(child, paragraph, &mut Vec::new(), spans),
            (Ns::Mc, "AlternateContent") => {
                if let Some(form) = chosen(child) {
                    gather(form, paragraph, begun, spans);
                }
            }
            _ => gather(child, paragraph, begun, spans),
        }
    }
}

/// The field an end belongs to. One that has no result ends in its paragraph; where it does not,
/// its own end was lost, and this one is another's.
fn ended(begun: &mut Vec<Begun>, paragraph: u32) -> Option<(u32, Option<u32>)> {
    while let Some(field) = begun.pop() {
        if field.separate.is_some() || field.paragraph == paragraph {
            return Some((field.begin, field.separate));
        }
    }
    None
}

impl Reader<'_, '_, '_, '_> {
    /// Whether what is read now is to be shown.
    pub(super) fn is_shown(&self) -> bool {
        self.fields
            .iter()
            .all(|field| field.in_result && !field.left_out)
    }

    /// The link the fields around make.
    pub(super) fn field_link(&self) -> Option<Link> {
        self.fields
            .iter()
            .rev()
            .find_map(|field| field.link.clone())
    }

    pub(super) fn begin_field(&mut self, sign: Element<'_, '_>) {
        match self.spans.get(&sign.place()) {
            Some(span) => self.fields.push(Field {
                span: *span,
                filled_in: sign.child(Ns::W, "ffData").and_then(filled_in),
                ..Field::default()
            }),
            None => self.flow.changed_often("field", ""),
        }
    }

    /// A piece of the instruction of the innermost field.
    pub(super) fn instruct(&mut self, words: &str) {
        if let Some(field) = self.fields.last_mut()
            && !field.in_result
            && field.instruction.len() < MAX_INSTRUCTION
        {
            field.instruction.push_str(words);
        }
    }

    /// The instruction is over, the result begins.
    pub(super) fn field_result(&mut self, sign: Element<'_, '_>) {
        let place = Some(sign.place());
        if self.fields.last().is_some_and(|f| f.span.separate == place) {
            self.understand_field();
        }
    }

    /// Settles what the instruction of the innermost field means, if that is not known yet.
    fn understand_field(&mut self) {
        let unread = self.fields.last().filter(|field| !field.in_result);
        let Some(instruction) = unread.map(|field| field.instruction.clone()) else {
            return;
        };
        let (link, left_out) = self.understood(&instruction);
        if let Some(field) = self.fields.last_mut() {
            field.in_result = true;
            field.link = link;
            field.left_out = left_out;
        }
    }

    /// Words came: the result of the fields around says itself what was filled in.
    pub(super) fn field_says(&mut self) {
        for field in &mut self.fields {
            field.filled_in = None;
        }
    }

    /// Ends a field. Gives what a person filled in, where its result does not say it.
    pub(super) fn end_field(&mut self, sign: Element<'_, '_>) -> Option<String> {
        self.end_fields_before(sign);
        if self.fields.last()?.span.end != sign.place() {
            return None;
        }
        // A field may have no result at all.
        self.understand_field();
        self.fields.pop()?.filled_in
    }

    /// Ends the fields whose end stood in something that was left out.
    pub(super) fn end_fields_before(&mut self, element: Element<'_, '_>) {
        let place = element.place();
        self.fields.retain(|field| field.span.end >= place);
    }

    /// What an instruction means for its result: a link, or that it is left out.
    pub(super) fn understood(&mut self, instruction: &str) -> (Option<Link>, bool) {
        let words = words_of(instruction);
        let kind = words
            .first()
            .map(|word| word.to_ascii_uppercase())
            .unwrap_or_default();
        match kind.as_str() {
            "HYPERLINK" => (self.hyperlink(&words), false),
            "TOC" | "TOA" | "INDEX" => {
                self.flow.dropped("table_of_contents", "");
                (None, true)
            }
            "INCLUDEPICTURE" | "INCLUDETEXT" | "INCLUDE" | "LINK" | "DDE" | "DDEAUTO"
            | "DATABASE" | "IMPORT" | "EMBED" => {
                self.flow.dropped("external_reference", &kind);
                (None, false)
            }
            "MACROBUTTON" | "GOTOBUTTON" => {
                self.flow.dropped("macro", &kind);
                (None, false)
            }
            "XE" | "TC" | "TA" | "RD" => {
                self.flow.dropped_often("index_mark");
                (None, true)
            }
            "" => (None, false),
            _ => {
                self.flow.changed_often("field", &kind);
                (None, false)
            }
        }
    }

    fn hyperlink(&mut self, words: &[String]) -> Option<Link> {
        let mut target = None;
        let mut title = String::new();
        let mut inside = None;
        let mut rest = words.iter().skip(1);
        while let Some(word) = rest.next() {
            match word.as_str() {
                "\\l" => inside = rest.next(),
                "\\o" => title = rest.next().cloned().unwrap_or_default(),
                "\\t" => {
                    rest.next();
                }
                word if word.starts_with('\\') => {}
                word => {
                    target.get_or_insert_with(|| word.to_owned());
                }
            }
        }
        match target {
            Some(target) => self.link_to(&target, title),
            None => inside.map(|mark| self.flow.link_within(mark, "", title)),
        }
    }

    /// A link to a place outside; what no reader could follow is reported.
    pub(super) fn link_to(&mut self, target: &str, title: String) -> Option<Link> {
        match address(target) {
            Some(href) => Some(Link { href, title }),
            None => {
                self.flow.dropped("link", target);
                None
            }
        }
    }
}

/// The words of an instruction; those in quotes are one.
fn words_of(instruction: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in instruction.chars() {
        match c {
            '"' | '“' | '”' => {
                if quoted {
                    words.push(std::mem::take(&mut word));
                }
                quoted = !quoted;
            }
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// What was chosen from the list of a form, or its ticked or empty box.
fn filled_in(form: Element<'_, '_>) -> Option<String> {
    if let Some(list) = form.child(Ns::W, "ddList") {
        let number = |name| value(list, name).and_then(|number| number.parse::<usize>().ok());
        let at = number("result").or_else(|| number("default")).unwrap_or(0);
        let mut entries = list.children().filter(|entry| entry.is(Ns::W, "listEntry"));
        return entries.nth(at)?.attribute("val");
    }
    let tick = form.child(Ns::W, "checkBox")?;
    let ticked = switch(tick, "checked").or_else(|| switch(tick, "default"));
    Some(if ticked == Some(true) { "☒" } else { "☐" }.to_owned())
}

//! Fields: what they once gave is text, what they would do is not.

use super::super::flow::address;
use super::Reader;
use crate::body::tree::Link;

/// A field that has begun.
#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) instruction: String,
    /// Its result is being read.
    pub(super) in_result: bool,
    pub(super) link: Option<Link>,
    /// Its result is left out.
    pub(super) left_out: bool,
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

    pub(super) fn begin_field(&mut self) {
        self.fields.push(Field::default());
    }

    /// The instruction is over, the result begins.
    pub(super) fn field_result(&mut self) {
        let Some(field) = self.fields.last() else {
            return;
        };
        if field.in_result {
            return;
        }
        let (link, left_out) = self.understood(&field.instruction.clone());
        if let Some(field) = self.fields.last_mut() {
            field.in_result = true;
            field.link = link;
            field.left_out = left_out;
        }
    }

    pub(super) fn end_field(&mut self) {
        // A field may have no result at all.
        self.field_result();
        self.fields.pop();
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

//! How text looks, and what of it is said again in a body.

use super::{Flow, is_ordinal, lowered, plain, raised, symbol};
use crate::body::tree::{Inline, InlineKind, Link, Marks};
use crate::lang::{Direction, first_strong};

/// Raised or lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Height {
    Line,
    Raised,
    Lowered,
}

/// How a run looks, as far as it is said. `_cs` is for Arabic and other complex scripts.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Look {
    pub(in super::super) bold: Option<bool>,
    pub(in super::super) bold_cs: Option<bool>,
    pub(in super::super) italic: Option<bool>,
    pub(in super::super) italic_cs: Option<bool>,
    pub(in super::super) strike: Option<bool>,
    pub(in super::super) underline: Option<bool>,
    pub(in super::super) hidden: Option<bool>,
    pub(in super::super) height: Option<Height>,
    pub(in super::super) highlight: Option<bool>,
    pub(in super::super) code: Option<bool>,
    pub(in super::super) font: Option<String>,
    pub(in super::super) lang: Option<String>,
    pub(in super::super) lang_cs: Option<String>,
}

impl Look {
    /// This look, and what another says where this one says nothing.
    pub(in super::super) fn over(self, under: &Self) -> Self {
        Self {
            bold: self.bold.or(under.bold),
            bold_cs: self.bold_cs.or(under.bold_cs),
            italic: self.italic.or(under.italic),
            italic_cs: self.italic_cs.or(under.italic_cs),
            strike: self.strike.or(under.strike),
            underline: self.underline.or(under.underline),
            hidden: self.hidden.or(under.hidden),
            height: self.height.or(under.height),
            highlight: self.highlight.or(under.highlight),
            code: self.code.or(under.code),
            font: self.font.or_else(|| under.font.clone()),
            lang: self.lang.or_else(|| under.lang.clone()),
            lang_cs: self.lang_cs.or_else(|| under.lang_cs.clone()),
        }
    }
}

/// What a style is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) enum Role {
    #[default]
    Body,
    Title,
    Heading(u8),
    Quote,
    Code,
    Contents,
}

/// What a style is for, by its name. Word itself writes English names in every language; other
/// programs write those of their own.
pub(in super::super) fn role_of(name: &str) -> Role {
    let folded = crate::fold::fold(name);
    let digits = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: Option<u8> = folded
        .get(digits.len()..)
        .and_then(|digits| digits.parse().ok());
    let base = digits.trim();
    let one_of = |names: &[&str]| names.contains(&base);
    if let Some(level) = number {
        if one_of(&[
            "heading",
            "titre",
            "عنوان",
            "العنوان",
            "baslik",
            "judul",
            "uberschrift",
            "titulo",
            "kop",
            "cabecera",
            "заголовок",
            "encabezado",
            "rubrique",
        ]) {
            return if (1..=9).contains(&level) {
                Role::Heading(level)
            } else {
                Role::Body
            };
        }
        if one_of(&["toc", "tm", "contents", "table of contents", "icindekiler"]) {
            return Role::Contents;
        }
    }
    if one_of(&[
        "title",
        "titre",
        "العنوان",
        "عنوان",
        "titre principal",
        "konu basligi",
        "judul",
    ]) {
        return Role::Title;
    }
    if one_of(&[
        "quote",
        "intense quote",
        "quotations",
        "block text",
        "block quotation",
        "citation",
        "citation intense",
        "اقتباس",
        "اقتباس مكثف",
        "alinti",
        "kutipan",
    ]) {
        return Role::Quote;
    }
    if one_of(&[
        "html preformatted",
        "preformatted text",
        "source code",
        "code",
        "plain code",
        "texte preformate",
    ]) {
        return Role::Code;
    }
    if one_of(&["toc heading", "contents heading"]) {
        return Role::Contents;
    }
    Role::Body
}

impl Flow {
    /// Text with the marks of its look.
    pub(in super::super) fn words(
        &mut self,
        text: &str,
        look: &Look,
        link: Option<Link>,
    ) -> Vec<Inline> {
        if look.hidden == Some(true) {
            if !text.trim().is_empty() {
                self.dropped("hidden_text", text);
            }
            return Vec::new();
        }
        let is_right_to_left = first_strong(text) == Some(Direction::Rtl);
        let said = if is_right_to_left {
            look.lang_cs.as_deref()
        } else {
            look.lang.as_deref()
        };
        if let Some(lang) = said {
            self.letters_of(lang, text);
        }
        let (bold, italic) = if is_right_to_left {
            (look.bold_cs, look.italic_cs)
        } else {
            (look.bold, look.italic)
        };
        let mut marks = Marks {
            strong: bold == Some(true),
            em: italic == Some(true),
            strike: look.strike == Some(true),
            code: look.code == Some(true),
            link,
        };
        if look.underline == Some(true) && marks.link.is_none() && !text.trim().is_empty() {
            // On the web a line under words means a link.
            self.changed_often("underline", text);
            if !marks.strong {
                marks.em = true;
            }
        }
        if look.highlight == Some(true) && !text.trim().is_empty() {
            self.dropped("highlight", text);
        }
        let text = self.spelled(text, look);
        match look.height {
            Some(height @ (Height::Raised | Height::Lowered)) if !text.trim().is_empty() => {
                self.raised_or_lowered(&text, height, &marks)
            }
            _ => vec![marked(text, marks)],
        }
    }

    fn raised_or_lowered(&mut self, text: &str, height: Height, marks: &Marks) -> Vec<Inline> {
        let short = match height {
            Height::Raised => raised(text),
            _ => lowered(text),
        };
        if let Some(short) = short {
            return vec![marked(short, marks.clone())];
        }
        if height == Height::Raised && is_ordinal(text) {
            self.changed_often("raised", text);
            return vec![marked(text.to_owned(), marks.clone())];
        }
        let tag = if height == Height::Raised {
            "sup"
        } else {
            "sub"
        };
        let marks = marks.clone();
        let tagged = |source: String| Inline {
            kind: InlineKind::Opaque(source),
            marks: Marks {
                code: false,
                ..marks.clone()
            },
        };
        vec![
            tagged(format!("<{tag}>")),
            marked(text.to_owned(), marks.clone()),
            tagged(format!("</{tag}>")),
        ]
    }

    /// Text without what only paper needs, letters of symbol fonts as what they show.
    fn spelled(&mut self, text: &str, look: &Look) -> String {
        let odd = text
            .chars()
            .any(|c| c == '\u{AD}' || ('\u{F000}'..='\u{F0FF}').contains(&c));
        if !odd {
            return text.to_owned();
        }
        let font = look.font.clone().unwrap_or_default();
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '\u{AD}' => self.dropped_often("soft_hyphen"),
                '\u{F000}'..='\u{F0FF}' => match symbol(&font, u32::from(c)) {
                    Some(c) => out.push(c),
                    None => {
                        self.changed("symbol", &font);
                        out.push('□');
                    }
                },
                c => out.push(c),
            }
        }
        out
    }
}

fn marked(text: String, marks: Marks) -> Inline {
    Inline {
        marks,
        ..plain(text)
    }
}

//! What the readers of word processor documents share: the flow of paragraphs, and the report.

mod lists;
mod look;
mod pictures;
mod symbols;
mod tables;

use std::collections::BTreeMap;

use crate::body::tree::{Block, Inline, InlineKind, Link};
use crate::lang::{Direction, first_strong};
use crate::limits::MAX_REPORT_PLACES;
use crate::readers::import::{
    ImportComment, ImportFate, ImportPlace, Read, TrackedChange, TrackedKind, TrackedWish,
};
use crate::readers::inner_links::InnerLinks;
use unicode_bidi::{BidiClass, bidi_class};

pub(super) use crate::readers::cell_line::{is_blank, plain};
pub(super) use crate::readers::import::few_words;
pub(super) use lists::blocks_of;
pub(super) use look::{Height, Look, Role, role_of};
pub(super) use symbols::symbol;
pub(in crate::readers) use symbols::{is_ordinal, lowered, raised};
pub(super) use tables::{Cell, Grid};

/// What a paragraph is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Body,
    /// With its level from 1.
    Heading(u8),
    Title,
    Quote,
    Code,
    /// A line across the page.
    Rule,
}

/// A paragraph's place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Depth from 0.
    pub(super) level: usize,
    /// Its number; `None` for a bullet.
    pub(super) number: Option<u32>,
    /// False for a further paragraph of the same entry.
    pub(super) first: bool,
}

/// A paragraph on its way to a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) kind: Kind,
    pub(super) inlines: Vec<Inline>,
    /// The direction the document gives it; `None` where it says nothing.
    pub(super) rtl: Option<bool>,
    pub(super) entry: Option<Entry>,
    pub(super) centred: bool,
    pub(super) at_end: bool,
}

/// A piece of the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Paragraph(Paragraph),
    Block(Block),
}

/// What is gathered while a document is read.
#[derive(Default)]
pub(super) struct Flow {
    pub(super) read: Read,
    pub(super) wish: TrackedWish,
    /// Footnotes in the order of their references.
    pub(super) notes: Vec<Block>,
    /// Number of the paragraph being read.
    pub(super) paragraph: u32,
    /// The heading above it.
    pub(super) heading: String,
    /// What stands in the style of a title.
    pub(super) titled: Option<String>,
    /// Letters by the language the document says they are in.
    pub(super) letters: BTreeMap<String, usize>,
    /// Links to other places of the document.
    pub(super) inner: InnerLinks,
}

impl Flow {
    /// A link to another place of the document, by the mark there.
    pub(super) fn link_within(&mut self, mark: &str, words: &str, title: String) -> Link {
        let place = self.place(words);
        self.inner.link(mark, place, title)
    }

    /// The place of the paragraph being read.
    pub(super) fn place(&self, words: &str) -> ImportPlace {
        ImportPlace {
            paragraph: self.paragraph,
            heading: self.heading.clone(),
            words: few_words(words),
        }
    }

    fn note(&mut self, fate: ImportFate, what: &str, words: &str) {
        let place = self.place(words);
        self.read.report.note(fate, what, || place);
    }

    /// A part that came in in another form.
    pub(super) fn changed(&mut self, what: &str, words: &str) {
        self.note(ImportFate::Changed, what, words);
    }

    /// A part that was left out.
    pub(super) fn dropped(&mut self, what: &str, words: &str) {
        self.note(ImportFate::Dropped, what, words);
    }

    /// A part that was left out, of which there are so many that only the first has a place.
    pub(super) fn dropped_often(&mut self, what: &str) {
        match self.read.report.dropped.get_mut(what) {
            Some(count) => *count = count.saturating_add(1),
            None => self.dropped(what, ""),
        }
    }

    /// The same for a part in another form.
    pub(super) fn changed_often(&mut self, what: &str, words: &str) {
        match self.read.report.changed.get_mut(what) {
            Some(count) => *count = count.saturating_add(1),
            None => self.changed(what, words),
        }
    }

    /// A tracked change.
    pub(super) fn tracked(&mut self, kind: TrackedKind, author: String, at: String, words: &str) {
        let place = self.place(words);
        let tracked = self.read.report.tracked.get_or_insert_default();
        tracked.taken = self.wish;
        let count = match kind {
            TrackedKind::Insertion => &mut tracked.insertions,
            TrackedKind::Deletion => &mut tracked.deletions,
            TrackedKind::Move => &mut tracked.moves,
            TrackedKind::Formatting => &mut tracked.formatting,
        };
        *count = count.saturating_add(1);
        if tracked.changes.len() < MAX_REPORT_PLACES {
            tracked.changes.push(TrackedChange {
                kind,
                author,
                at,
                place,
            });
        }
    }

    /// A remark on the margin.
    pub(super) fn comment(&mut self, mut comment: ImportComment, about: &str) {
        if self.read.report.comments.len() < MAX_REPORT_PLACES {
            comment.place = self.place(about);
            self.read.report.comments.push(comment);
        }
        let count = self.read.report.dropped.entry("comment".to_owned());
        let count = count.or_insert(0);
        *count = count.saturating_add(1);
    }

    /// Begins a paragraph that has words.
    pub(super) fn begin(&mut self) {
        self.paragraph = self.paragraph.saturating_add(1);
    }

    /// The label of the next footnote.
    pub(super) fn next_note(&self) -> String {
        (self.notes.len() + 1).to_string()
    }

    /// Counts letters of a language.
    pub(super) fn letters_of(&mut self, lang: &str, text: &str) {
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        if letters > 0 && !lang.is_empty() {
            match self.letters.get_mut(lang) {
                Some(count) => *count += letters,
                None => {
                    self.letters.insert(lang.to_owned(), letters);
                }
            }
        }
    }

    /// The language most letters are said to be in.
    pub(super) fn said_language(&self) -> Option<String> {
        self.letters
            .iter()
            .max_by_key(|(_, letters)| **letters)
            .map(|(lang, _)| lang.clone())
    }
}

/// The words of a line.
pub(super) fn text_of(inlines: &[Inline]) -> String {
    inlines.iter().fold(String::new(), |mut text, inline| {
        match &inline.kind {
            InlineKind::Text(part) => text.push_str(part),
            InlineKind::HardBreak => text.push(' '),
            InlineKind::Image { alt, .. } => text.push_str(alt),
            _ => {}
        }
        text
    })
}

/// The direction to store with a paragraph: the document's, where the first letter tells another.
///
/// Right to left is always somebody's choice. Left to right is also what nobody chose, so it does
/// not turn a paragraph round that is mostly written from right to left.
pub(super) fn override_of(rtl: Option<bool>, text: &str) -> Option<Direction> {
    let first = first_strong(text)?;
    match (rtl?, first) {
        (true, Direction::Ltr) => Some(Direction::Rtl),
        (false, Direction::Rtl) if is_mostly_left_to_right(text) => Some(Direction::Ltr),
        _ => None,
    }
}

fn is_mostly_left_to_right(text: &str) -> bool {
    let (mut left, mut right) = (0usize, 0usize);
    for c in text.chars() {
        match bidi_class(c) {
            BidiClass::L => left += 1,
            BidiClass::R | BidiClass::AL => right += 1,
            _ => {}
        }
    }
    left > right
}

/// Takes a mark off where it says nothing: all of a heading is strong anyway.
pub(super) fn without_strong(inlines: &mut [Inline]) {
    let all = inlines.iter().all(|inline| {
        inline.marks.strong
            || match &inline.kind {
                InlineKind::Text(text) => text.trim().is_empty(),
                _ => true,
            }
    });
    if all {
        for inline in inlines {
            inline.marks.strong = false;
        }
    }
}

/// An address a link may have: what a reader of the web can follow. Others lead into the computer
/// the document came from, or do something.
pub(super) fn address(target: &str) -> Option<String> {
    let target: String = target
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .map(|c| {
            if c == ' ' {
                "%20".to_owned()
            } else {
                c.to_string()
            }
        })
        .collect();
    let known = ["http://", "https://", "mailto:", "tel:"];
    known
        .iter()
        .any(|scheme| {
            target
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
                && target.len() > scheme.len()
        })
        .then_some(target)
}

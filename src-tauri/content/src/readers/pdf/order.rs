//! From the order on the page to the order of reading.
//!
//! On paper Arabic runs right to left and numbers in it left to right. The pieces of a line come
//! here from left to right; what comes out is the order in which they are read. A piece is
//! whatever one glyph stands for, and is never turned inside: a ligature's letters are in
//! reading order already.

use unicode_bidi::{BidiClass, bidi_class};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::glyphs::Text;
use crate::readers::judged::is_direction_mark;

/// How a cluster takes part in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A letter written right to left.
    Right,
    /// A letter written left to right.
    Left,
    /// A digit.
    Digit,
    /// A sign that holds digits together: `.` `,` `/` `:`. A hyphen does not, beside Arabic.
    Joint,
    /// A sign that belongs to the digits beside it: `%` `$` `+`.
    Attached,
    /// Anything else.
    Neutral,
}

fn kind(cluster: &Text) -> Kind {
    let mut kind = Kind::Neutral;
    for c in cluster.chars() {
        kind = match class(c) {
            BidiClass::R | BidiClass::AL => return Kind::Right,
            BidiClass::L => return Kind::Left,
            BidiClass::EN | BidiClass::AN => Kind::Digit,
            BidiClass::CS if kind == Kind::Neutral => Kind::Joint,
            BidiClass::ES | BidiClass::ET if kind == Kind::Neutral => Kind::Attached,
            _ => kind,
        };
    }
    kind
}

/// The class of a character; looking up what most text is made of takes no search.
fn class(c: char) -> BidiClass {
    match c {
        'a'..='z'
        | 'A'..='Z'
        | '\u{C0}'..='\u{D6}'
        | '\u{D8}'..='\u{F6}'
        | '\u{F8}'..='\u{2B8}' => BidiClass::L,
        '0'..='9' => BidiClass::EN,
        ' ' => BidiClass::WS,
        _ => bidi_class(c),
    }
}

/// Before this no character is written right to left, and no mark is written over another.
const FIRST_MARK: char = '\u{300}';

/// Whether text is only marks that are written over or under a letter.
pub(super) fn is_mark(text: &Text) -> bool {
    match text {
        Text::One(c) => *c >= FIRST_MARK && bidi_class(*c) == BidiClass::NSM,
        Text::Many(many) => {
            !many.is_empty() && many.chars().all(|c| bidi_class(c) == BidiClass::NSM)
        }
    }
}

/// Letters written right to left minus those written left to right.
pub(super) fn balance(text: &Text) -> i64 {
    text.chars()
        .map(|c| match class(c) {
            BidiClass::R | BidiClass::AL => 1,
            BidiClass::L => -1,
            _ => 0,
        })
        .sum()
}

/// The text of a line whose clusters come from left to right.
pub(super) fn logical(clusters: &[Text], page_runs_right_to_left: bool) -> String {
    let is_plain = |text: &Text| text.chars().all(|c| c < FIRST_MARK);
    if !page_runs_right_to_left && clusters.iter().all(is_plain) {
        return finish(clusters.iter().flat_map(Text::chars));
    }
    let kinds: Vec<Kind> = clusters.iter().map(kind).collect();
    let turns = runs_right_to_left(clusters, &kinds, page_runs_right_to_left);
    let has_arabic = kinds.contains(&Kind::Right);
    if !turns && !has_arabic {
        return finish(clusters.iter().flat_map(Text::chars));
    }
    let pieces: Vec<(Kind, String)> = kinds
        .into_iter()
        .zip(clusters.iter().map(|cluster| cluster.chars().collect()))
        .collect();
    let text = if turns {
        right_to_left(pieces)
    } else {
        left_to_right(pieces)
    };
    mend_brackets(&finish(text.chars()))
}

/// The text of a line whose clusters stand in the order of reading already.
pub(super) fn as_it_stands(clusters: &[Text]) -> String {
    finish(clusters.iter().flat_map(Text::chars))
}

/// Whether Arabic text came out in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It did, or there is none.
    Logical,
    /// Letter by letter the wrong way round.
    Backwards,
    /// Some words one way, some the other: nobody could search in it.
    Undecidable,
}

/// Words that show which way round Arabic is. The article stands at the beginning of a word, and
/// the letters ة and ى only at its end.
#[derive(Default)]
pub(super) struct Evidence {
    forwards: usize,
    backwards: usize,
}

impl Evidence {
    pub(super) fn add(&mut self, text: &str) {
        if text.is_ascii() {
            return;
        }
        for word in text.split(|c: char| !c.is_alphabetic()) {
            if word.is_ascii() {
                continue;
            }
            let mut chars = word.chars();
            let (first, second) = (chars.next(), chars.next());
            let mut ends = word.chars().rev();
            let (last, last_but_one) = (ends.next(), ends.next());
            if word.chars().nth(3).is_none() {
                continue;
            }
            if (first, second) == (Some('ا'), Some('ل')) || matches!(last, Some('ة' | 'ى')) {
                self.forwards += 1;
            }
            if (last, last_but_one) == (Some('ا'), Some('ل')) || matches!(first, Some('ة' | 'ى'))
            {
                self.backwards += 1;
            }
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        if self.backwards < 12 || self.forwards > self.backwards * 4 {
            Verdict::Logical
        } else if self.backwards > self.forwards * 3 {
            Verdict::Backwards
        } else {
            Verdict::Undecidable
        }
    }
}

/// Which way a line runs. Its ends tell: a line is set from the edge its first word stands at,
/// and its full stop stands at the other.
fn runs_right_to_left(clusters: &[Text], kinds: &[Kind], page: bool) -> bool {
    let strong = |kind: &&Kind| matches!(kind, Kind::Right | Kind::Left);
    let first = kinds.iter().find(strong);
    let last = kinds.iter().rev().find(strong);
    let stops = |cluster: Option<&Text>| {
        cluster.is_some_and(|cluster| matches!(cluster, Text::One('.' | '?' | '!')))
    };
    match (first, last) {
        (None, _) | (_, None) => page && kinds.contains(&Kind::Digit),
        (Some(Kind::Left), Some(Kind::Left)) => {
            // A line of Arabic that begins and ends with Latin words has its stop on the left.
            page && kinds.contains(&Kind::Right)
                && stops(clusters.first())
                && !stops(clusters.last())
        }
        (Some(Kind::Right), Some(Kind::Right)) => true,
        _ => {
            let rights = kinds.iter().filter(|kind| **kind == Kind::Right).count();
            let lefts = kinds.iter().filter(|kind| **kind == Kind::Left).count();
            let left_stop = stops(clusters.first());
            let right_stop = stops(clusters.last());
            if left_stop == right_stop {
                page || rights >= lefts
            } else {
                left_stop
            }
        }
    }
}

/// A line that runs right to left: everything turns, and Latin and numbers turn back.
fn right_to_left(mut pieces: Vec<(Kind, String)>) -> String {
    pieces.reverse();
    let mut out = String::new();
    let mut index = 0;
    while index < pieces.len() {
        let end = left_stretch(&pieces, index);
        if end > index {
            for (_, text) in pieces.get(index..end).unwrap_or_default().iter().rev() {
                out.push_str(text);
            }
            index = end;
        } else {
            if let Some((_, text)) = pieces.get(index) {
                out.push_str(text);
            }
            index += 1;
        }
    }
    out
}

/// A line that runs left to right: only stretches of Arabic turn.
fn left_to_right(pieces: Vec<(Kind, String)>) -> String {
    let mut out = String::new();
    let mut index = 0;
    while index < pieces.len() {
        let Some((kind, text)) = pieces.get(index) else {
            break;
        };
        if *kind != Kind::Right {
            out.push_str(text);
            index += 1;
            continue;
        }
        // Up to the last Arabic letter before the next Latin one.
        let mut end = index + 1;
        for (offset, (kind, _)) in pieces.iter().enumerate().skip(index + 1) {
            match kind {
                Kind::Left => break,
                Kind::Right => end = offset + 1,
                _ => {}
            }
        }
        let stretch = pieces.get(index..end).unwrap_or_default().to_vec();
        out.push_str(&right_to_left(stretch));
        index = end;
    }
    out
}

/// The end of the stretch beginning at `index` that runs left to right inside a right-to-left
/// line; `index` itself if none begins there. Seen in turned order, so a stretch begins with what
/// stands rightmost.
fn left_stretch(pieces: &[(Kind, String)], index: usize) -> usize {
    let kind_at = |at: usize| pieces.get(at).map(|(kind, _)| *kind);
    match kind_at(index) {
        Some(Kind::Left | Kind::Digit) => {}
        // After Arabic a per cent sign turns with the line; after Latin it does not.
        Some(Kind::Attached)
            if kind_at(index + 1) == Some(Kind::Digit) && letter_follows(pieces, index) => {}
        _ => return index,
    }
    let mut end = index;
    let mut at = index;
    let mut has_letter = false;
    // Latin words with everything between them, or one number.
    while let Some(kind) = kind_at(at) {
        match kind {
            Kind::Right => break,
            Kind::Left => {
                has_letter = true;
                end = at + 1;
            }
            Kind::Digit => {
                let joined = at == end
                    || (at == end + 1 && kind_at(end) == Some(Kind::Joint))
                    || letter_follows(pieces, at);
                if !joined && end > index && !has_letter {
                    break;
                }
                if joined || has_letter {
                    end = at + 1;
                }
            }
            Kind::Attached | Kind::Joint | Kind::Neutral => {}
        }
        at += 1;
    }
    end
}

/// Whether a Latin letter comes before any Arabic one from here on: then a number belongs to a
/// stretch of Latin.
fn letter_follows(pieces: &[(Kind, String)], from: usize) -> bool {
    pieces
        .iter()
        .skip(from)
        .take(200)
        .find_map(|(kind, _)| match kind {
            Kind::Left => Some(true),
            Kind::Right => Some(false),
            _ => None,
        })
        .unwrap_or(false)
}

/// Some producers give the shape of a bracket, some its meaning, some both in one line. In a
/// right-to-left line they differ. Brackets come in pairs, so the first opens, the second closes,
/// and so on; an odd one is left as it is.
fn mend_brackets(text: &str) -> String {
    const PAIRS: [(char, char); 4] = [('(', ')'), ('[', ']'), ('«', '»'), ('‹', '›')];
    let mut out = text.to_owned();
    for (open, close) in PAIRS {
        let count = text.chars().filter(|c| *c == open || *c == close).count();
        if count == 0 || count % 2 == 1 {
            continue;
        }
        let mut opens = false;
        out = out
            .chars()
            .map(|c| {
                if c != open && c != close {
                    return c;
                }
                opens = !opens;
                if opens { open } else { close }
            })
            .collect();
    }
    out
}

/// Letters for their printed forms, single spaces, nothing invisible.
fn finish(text: impl Iterator<Item = char>) -> String {
    let mut out = String::with_capacity(text.size_hint().0);
    let mut space = true;
    for c in text {
        if c.is_ascii_graphic() {
            space = false;
            out.push(c);
            continue;
        }
        if is_direction_mark(c) || matches!(c, '\u{00AD}' | '\u{200B}' | '\u{FEFF}') {
            continue;
        }
        if c.is_whitespace() {
            if !space {
                out.push(' ');
            }
            space = true;
            continue;
        }
        space = false;
        if is_printed_form(c) {
            out.extend(std::iter::once(c).nfkc());
        } else {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    if out.is_ascii() || is_nfc_quick(out.chars()) == IsNormalized::Yes {
        out
    } else {
        out.nfc().collect()
    }
}

/// Arabic letters in their printed forms and Latin ligatures: shapes, not characters.
fn is_printed_form(c: char) -> bool {
    matches!(c, '\u{FB00}'..='\u{FB06}' | '\u{FB50}'..='\u{FDFB}' | '\u{FE70}'..='\u{FEFC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(visual: &str) -> String {
        logical(&visual.chars().map(Text::One).collect::<Vec<_>>(), true)
    }

    #[test]
    fn lines_are_read_in_their_order() {
        // Left: as it stands on paper from left to right.
        let cases = [
            ("Annual report 2026", "Annual report 2026"),
            ("(a) first (b) second", "(a) first (b) second"),
            ("ةحصلا ةرازو", "وزارة الصحة"),
            ("2026 ماع", "عام 2026"),
            ("٢٠٢٦ ماع", "عام ٢٠٢٦"),
            ("2023-2019 ةطخ", "خطة 2019-2023"),
            ("34-12-0800 فتاه", "هاتف 0800-12-34"),
            ("1/3 بقل", "لقب 1/3"),
            ("%12.5 ةبسن", "نسبة 12.5%"),
            ("COVID 19 ضرم", "مرض COVID 19"),
            ("COVID-19 ضرم", "مرض COVID-19"),
            ("World Health ةمظنم", "منظمة World Health"),
            ("the word ةحص means health.", "the word صحة means health."),
            ("٪٨٤", "٨٤٪"),
            ("( Measles ( ةبصحلا", "الحصبة ( Measles )"),
            ("(2026) ماع", "عام (2026)"),
            (")2026( ماع", "عام (2026)"),
            ("«معن» لاق", "قال «نعم»"),
            (".ةحصلا", "الصحة."),
        ];
        for (visual, expected) in cases {
            assert_eq!(line(visual), expected, "from {visual}");
        }
    }

    #[test]
    fn the_way_round_shows_in_words() {
        let way = |text: &str| {
            let mut evidence = Evidence::default();
            evidence.add(text);
            evidence.verdict()
        };
        let right = "الصحة العامة الوطنية المستشفى الرعاية الأولية ".repeat(4);
        let turned: String = right.chars().rev().collect();
        assert_eq!(way(&right), Verdict::Logical);
        assert_eq!(way(&turned), Verdict::Backwards);
        assert_eq!(way(&format!("{right}{turned}")), Verdict::Undecidable);
        assert_eq!(way("plain words"), Verdict::Logical);
    }

    #[test]
    fn a_ligature_is_not_turned_inside() {
        let clusters = ["م", "لا", "س"].map(Text::new);
        assert_eq!(logical(&clusters, false), "سلام");
        assert_eq!(line("ﺔﺤﺼﻟا"), "الصحة");
    }
}

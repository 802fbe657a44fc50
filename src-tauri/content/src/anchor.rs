//! Finding words of a text again when the text around them has changed.
//!
//! An anchor holds the words, a little of what stood around them, and where they began. The words
//! decide, then what stands around them, then the place. What cannot be told apart from a chance
//! likeness is not found: a comment says so rather than pointing at something else.

use std::ops::Range;

use qalam_proof::comments::CONTEXT;

/// Words and what stood around them.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The words.
    pub quote: &'a str,
    /// What stood before them.
    pub before: &'a str,
    /// What stood after them.
    pub after: &'a str,
    /// Where they began, in code points.
    pub start: u64,
}

/// So much of what stood around words must still stand there, in code points, for words that are
/// short enough to stand elsewhere by chance.
const ENOUGH: usize = 6;
/// From this length on words are found by themselves, in code points.
const LONG: usize = 16;

/// What stands around a stretch of a text: where it begins in code points, what is before it and
/// after it. `None` when the stretch is not one of the text.
#[must_use]
pub fn around<'a>(text: &'a str, range: &Range<usize>) -> Option<Words<'a>> {
    let (head, tail) = (text.get(..range.start)?, text.get(range.end..)?);
    let from = head.char_indices().rev().nth(CONTEXT - 1);
    let to = tail.char_indices().nth(CONTEXT);
    Some(Words {
        quote: text.get(range.clone())?,
        before: head.get(from.map_or(0, |(at, _)| at)..)?,
        after: tail.get(..to.map_or(tail.len(), |(at, _)| at))?,
        start: head.chars().count() as u64,
    })
}

/// Where the words stand in a text now, in bytes; `None` when they are gone.
#[must_use]
pub fn find(text: &str, words: &Words<'_>) -> Option<Range<usize>> {
    if words.quote.is_empty() {
        return None;
    }
    // Also where they overlap, as they do in "aaa".
    let exact = text
        .char_indices()
        .filter(|(at, _)| {
            text.get(*at..)
                .is_some_and(|rest| rest.starts_with(words.quote))
        })
        .map(|(at, _)| at..at + words.quote.len());
    let long = words.quote.chars().count() >= LONG;
    best(text, words, exact, long).or_else(|| {
        // The same words with other spaces or signs between them.
        let found = by_letters(text, words.quote);
        best(text, words, found.into_iter(), long)
    })
}

/// The candidate with the most of what stood around the words; of equal ones the nearest.
fn best(
    text: &str,
    words: &Words<'_>,
    candidates: impl Iterator<Item = Range<usize>>,
    long: bool,
) -> Option<Range<usize>> {
    let most = words.before.chars().count() + words.after.chars().count();
    let needed = if long { 0 } else { ENOUGH.min(most) };
    let (mut at_byte, mut at_char) = (0, 0_u64);
    candidates
        .filter_map(|range| {
            let head = text.get(..range.start)?;
            at_char += text.get(at_byte..range.start)?.chars().count() as u64;
            at_byte = range.start;
            let tail = text.get(range.end..)?;
            let before = same(head.chars().rev(), words.before.chars().rev());
            let after = same(tail.chars(), words.after.chars());
            let score = before + after;
            // Nothing stood around words that were the whole text.
            let whole = most == 0 && (head.is_empty() || tail.is_empty());
            let enough = score >= needed && (most > 0 || long || whole);
            enough.then_some((score, at_char.abs_diff(words.start), range))
        })
        .max_by(|(score, away, _), (other, further, _)| score.cmp(other).then(further.cmp(away)))
        .map(|(_, _, range)| range)
}

fn same(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(a, b)| a == b).count()
}

/// Where words that somebody marked on a page stand in the text behind it, in bytes. What a page
/// shows has other spaces and signs than the text, so only letters and digits are compared;
/// `before` is what the page shows before the words, and tells equal ones apart.
#[must_use]
pub fn marked(text: &str, quote: &str, before: &str) -> Option<Range<usize>> {
    let before: Vec<char> = letters(before).map(|(_, letter)| letter).collect();
    by_letters(text, quote)
        .into_iter()
        .enumerate()
        .max_by_key(|(order, range)| {
            let head = text.get(..range.start).unwrap_or_default();
            let shown = same(
                head.chars().rev().filter(|c| c.is_alphanumeric()),
                before.iter().rev().copied(),
            );
            (shown, std::cmp::Reverse(*order))
        })
        .map(|(_, range)| range)
}

/// How many times the letters of the words stand in the text before this place: which of several
/// equal words is meant, for a page that looks for them by their letters too.
#[must_use]
pub fn nth(text: &str, range: &Range<usize>) -> usize {
    let quote = text.get(range.clone()).unwrap_or_default();
    let earlier = |found: &Range<usize>| found.start < range.start;
    by_letters(text, quote).into_iter().filter(earlier).count()
}

fn letters(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, c)| c.is_alphanumeric())
}

/// Every stretch with the letters of the words; words without letters are looked for as they are.
fn by_letters(text: &str, quote: &str) -> Vec<Range<usize>> {
    let wanted: Vec<char> = letters(quote).map(|(_, letter)| letter).collect();
    let quote = quote.trim();
    if wanted.is_empty() {
        return match quote {
            "" => Vec::new(),
            signs => text
                .match_indices(signs)
                .map(|(at, found)| at..at + found.len())
                .collect(),
        };
    }
    let own: Vec<(usize, char)> = letters(text).collect();
    let lead = quote.find(char::is_alphanumeric).unwrap_or_default();
    let lead = quote.get(..lead).unwrap_or_default();
    let trail = quote.rfind(char::is_alphanumeric).unwrap_or_default();
    let trail: String = quote
        .get(trail..)
        .unwrap_or_default()
        .chars()
        .skip(1)
        .collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for window in own.windows(wanted.len()) {
        let fits = window
            .iter()
            .zip(&wanted)
            .all(|((_, own), letter)| own == letter);
        let (Some((start, _)), Some((end, last))) = (window.first(), window.last()) else {
            continue;
        };
        if !fits || found.last().is_some_and(|before| before.end > *start) {
            continue;
        }
        let end = end + last.len_utf8();
        // Signs at the ends belong to the words where they stand there too.
        let with = |text: &str, signs: &str, ends: fn(&str, &str) -> bool| {
            if ends(text, signs) { signs.len() } else { 0 }
        };
        let head = text.get(..*start).unwrap_or_default();
        let tail = text.get(end..).unwrap_or_default();
        let lead = with(head, lead, |text, signs| text.ends_with(signs));
        let trail = with(tail, &trail, |text, signs| text.starts_with(signs));
        found.push(start - lead..end + trail);
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "Measles is back.\n\nThe ministry opened a centre in the north. The ministry opened a centre in the south.\n\n• One\n\n• Two";

    fn anchor<'a>(text: &'a str, quote: &str, nth: usize) -> Words<'a> {
        let (at, found) = text.match_indices(quote).nth(nth).unwrap();
        around(text, &(at..at + found.len())).unwrap()
    }

    /// The quote and which of its occurrences is meant; the text as it is then; where it should be
    /// found, as the text up to it.
    #[test]
    fn words_are_found_again() {
        let cases: &[(&str, usize, String, Option<&str>)] = &[
            (
                "centre",
                1,
                TEXT.to_owned(),
                Some("The ministry opened a centre in the north. The ministry opened a "),
            ),
            (
                "centre",
                0,
                format!("New first words.\n\n{TEXT}"),
                Some("The ministry opened a "),
            ),
            // The first of two equal sentences went: the second is found, the first is not made up.
            (
                "south",
                0,
                TEXT.replace("The ministry opened a centre in the north. ", ""),
                Some("in the "),
            ),
            ("north", 0, TEXT.replace("north", "west"), None),
            // A short word whose surroundings went stands elsewhere by chance.
            ("in", 0, "Born in 1990.".to_owned(), None),
            // Long words speak for themselves.
            (
                "ministry opened a centre in the north",
                0,
                "Then the ministry opened a centre in the north!".to_owned(),
                Some("Then the "),
            ),
            // Other spaces and signs.
            (
                "Measles is back.",
                0,
                "Measles,  is back. Yes.".to_owned(),
                Some(""),
            ),
            (
                "One",
                0,
                TEXT.replace("south.\n\n•", "south:\n\n1."),
                Some("south:\n\n1. "),
            ),
        ];
        for (quote, which, now, wanted) in cases {
            let words = anchor(TEXT, quote, *which);
            let found = find(now, &words).map(|range| now[..range.start].to_owned());
            let fits = match (&found, wanted) {
                (Some(found), Some(wanted)) => found.ends_with(wanted),
                (None, None) => true,
                _ => false,
            };
            assert!(fits, "{quote} in {now:?}: {found:?}");
        }
    }

    #[test]
    fn a_mark_on_a_page_is_found_in_the_text() {
        let of = |quote: &str, before: &str| {
            marked(TEXT, quote, before).map(|range| TEXT[range].to_owned())
        };
        assert_eq!(
            of("back.The  ministry", "Measles is ").as_deref(),
            Some("back.\n\nThe ministry")
        );
        assert_eq!(
            of("One Two", "the south. ").as_deref(),
            Some("One\n\n• Two")
        );
        assert_eq!(of("Three", ""), None);
        assert_eq!(of(" ", ""), None);
        assert_eq!(of("•", "").as_deref(), Some("•"));
        let second = marked(TEXT, "centre", "north. The ministry opened a ").unwrap();
        assert_eq!(nth(TEXT, &second), 1);
        let first = marked(TEXT, "centre", "").unwrap();
        assert_eq!(nth(TEXT, &first), 0);
    }

    proptest! {
        /// Whatever is put in before or behind the words and their surroundings, they are found.
        #[test]
        fn edits_elsewhere_move_the_place(
            text in "[a-zçé ,.\u{627}-\u{64a}]{80,160}",
            at in 0_usize..60, length in 1_usize..12,
            front in "[a-z \u{627}]{0,40}", back in "\\PC{0,40}",
        ) {
            let chars: Vec<char> = text.chars().collect();
            let quote: String = chars[at..at + length].iter().collect();
            let start: String = chars[..at].iter().collect();
            let range = start.len()..start.len() + quote.len();
            let words = around(&text, &range).unwrap();
            prop_assert_eq!(words.quote, quote.as_str());
            prop_assert_eq!(find(&text, &words), Some(range.clone()));
            let now = format!("{text}{back}");
            prop_assert_eq!(find(&now, &words), Some(range.clone()));
            if at >= CONTEXT {
                let now = format!("{front}{text}");
                let found = find(&now, &words).unwrap();
                prop_assert_eq!(&now[found], words.quote);
            }
        }

        /// Anything may be looked for in anything.
        #[test]
        fn nothing_goes_wrong(text in "\\PC{0,60}", quote in "\\PC{0,10}", before in "\\PC{0,10}", start in any::<u64>()) {
            let words = Words { quote: &quote, before: &before, after: &before, start };
            for found in [find(&text, &words), marked(&text, &quote, &before)].into_iter().flatten() {
                prop_assert!(text.get(found.clone()).is_some());
                prop_assert!(nth(&text, &found) <= text.len());
            }
        }
    }
}

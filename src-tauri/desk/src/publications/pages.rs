//! A publication's text, page by page.

use std::borrow::Cow;

/// How far apart the ids of two publications' pages are; no file has more pages that are read.
pub(crate) const PER_PUBLICATION: i64 = 65_536;
/// A text without pages is cut into pieces of about this many bytes, so that a search finds the
/// place in a book without reading the book.
const PIECE_BYTES: usize = 8 * 1024;
/// What stands between two pages in a whole text.
const PAGE_BREAK: char = '\u{c}';

/// A page, or a piece of a text without pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    /// The number of the page, from 1; `None` in a text without pages.
    pub(crate) page: Option<u32>,
    /// Its text.
    pub(crate) text: Cow<'a, str>,
}

/// Cuts a text at its form feeds, or where it has none into pieces; each with its place, from 1.
/// Blank pages are left out.
pub(crate) fn cut(text: &str) -> Vec<(i64, Piece<'_>)> {
    let piece = |page, text| Piece {
        page,
        text: Cow::Borrowed(text),
    };
    if text.contains(PAGE_BREAK) {
        return (1..PER_PUBLICATION)
            .zip(text.split(PAGE_BREAK))
            .filter(|(_, text)| !text.is_empty())
            .map(|(place, text)| (place, piece(u32::try_from(place).ok(), text)))
            .collect();
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    for place in 1..PER_PUBLICATION {
        if rest.is_empty() {
            break;
        }
        let last = place == PER_PUBLICATION - 1;
        let (now, later) = rest.split_at(if last { rest.len() } else { piece_end(rest) });
        pieces.push((place, piece(None, now)));
        rest = later;
    }
    pieces
}

/// Puts the pieces of [`cut`] together again; only blank pages at the end are lost.
pub(crate) fn join(pieces: &[Piece<'_>]) -> String {
    let mut whole = String::new();
    let mut page = 1;
    for piece in pieces {
        while let Some(wanted) = piece.page
            && page < wanted
        {
            whole.push(PAGE_BREAK);
            page += 1;
        }
        whole.push_str(&piece.text);
    }
    whole
}

/// Where a piece ends: after a paragraph, else after a word.
fn piece_end(text: &str) -> usize {
    if text.len() <= PIECE_BYTES {
        return text.len();
    }
    let mut most = PIECE_BYTES;
    while !text.is_char_boundary(most) {
        most += 1;
    }
    let head = text.get(..most).unwrap_or(text);
    head.rfind("\n\n")
        .filter(|at| *at > most / 2)
        .map(|at| at + 2)
        .or_else(|| {
            head.char_indices()
                .rev()
                .find(|(_, c)| c.is_whitespace())
                .map(|(at, c)| at + c.len_utf8())
        })
        .unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(text: &str) -> String {
        let pieces: Vec<Piece<'_>> = cut(text).into_iter().map(|(_, piece)| piece).collect();
        join(&pieces)
    }

    #[test]
    fn pages_keep_their_numbers() {
        let numbers: Vec<(i64, Option<u32>)> = cut("\u{c}two\u{c}\u{c}four\u{c}")
            .into_iter()
            .map(|(place, piece)| (place, piece.page))
            .collect();
        assert_eq!(numbers, [(2, Some(2)), (4, Some(4))]);
        assert_eq!(
            whole("\u{c}two\u{c}\u{c}four\u{c}"),
            "\u{c}two\u{c}\u{c}four"
        );
        let long = "كلمة وأخرى ".repeat(5_000);
        assert!(cut(&long).len() > 5 && cut(&long).iter().all(|(_, one)| one.page.is_none()));
    }

    proptest! {
        #[test]
        fn nothing_but_blank_ends_is_lost(text in "[a-z \\n\u{c}\u{644}]{0,200}", times in 1_usize..200) {
            let text = text.repeat(times);
            prop_assert_eq!(whole(&text), text.trim_end_matches(PAGE_BREAK));
        }
    }
}

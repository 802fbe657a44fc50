//! The piece of a text that shows why it was found.

use std::collections::BTreeSet;

use qalam_content::fold::fold_with_offsets;

use super::words::Query;

/// Stands before a matching word.
pub const MARK_START: char = '\u{1}';
/// Stands after a matching word.
pub const MARK_END: char = '\u{2}';

/// Length of a snippet, in bytes of the text; Arabic letters take two.
const WIDTH_BYTES: usize = 240;
/// So much of it may come before the first match.
const LEAD_BYTES: usize = 80;
/// The text is read in pieces of about this size, so that an early match in a book costs little.
const PIECE_BYTES: usize = 16 * 1024;
/// After the first match, so much more is read in the hope of a place that answers more words.
const LOOK_FURTHER_BYTES: usize = 64 * 1024;

#[derive(Clone, Copy)]
struct Match {
    start: usize,
    end: usize,
    word: usize,
}

/// The best short piece of `text` for `query`, with each matching word between [`MARK_START`] and
/// [`MARK_END`]. Without a match, the beginning of the text.
#[must_use]
pub fn snippet(text: &str, query: &Query) -> String {
    let matches = matches(text, query);
    let start = best_start(&matches);
    cut(text, start, &matches)
}

fn matches(text: &str, query: &Query) -> Vec<Match> {
    let mut found: Vec<Match> = Vec::new();
    let mut base = 0_usize;
    while let Some(rest) = text.get(base..).filter(|rest| !rest.is_empty()) {
        let enough = found
            .first()
            .is_some_and(|first| base > first.start + LOOK_FURTHER_BYTES);
        if enough {
            break;
        }
        let end = rest
            .char_indices()
            .skip_while(|(at, _)| *at < PIECE_BYTES)
            .find(|(_, character)| character.is_whitespace())
            .map_or(rest.len(), |(at, _)| at);
        for token in fold_with_offsets(rest.get(..end).unwrap_or(rest)) {
            if let Some(word) = query.matched_by(&token) {
                found.push(Match {
                    start: base + token.start,
                    end: base + token.end,
                    word,
                });
            }
        }
        base += end.max(1);
        while !text.is_char_boundary(base) {
            base += 1;
        }
    }
    found
}

/// The first match after which most different words of the query follow closely.
fn best_start(matches: &[Match]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (position, first) in matches.iter().enumerate() {
        let words: BTreeSet<usize> = matches
            .iter()
            .skip(position)
            .take_while(|one| one.end <= first.start + WIDTH_BYTES - LEAD_BYTES)
            .map(|one| one.word)
            .collect();
        if best.is_none_or(|(count, _)| words.len() > count) {
            best = Some((words.len(), first.start));
        }
    }
    best.map(|(_, start)| start)
}

fn cut(text: &str, first_match: Option<usize>, matches: &[Match]) -> String {
    let wanted = first_match.unwrap_or(0).saturating_sub(LEAD_BYTES);
    let from = if wanted == 0 {
        0
    } else {
        let limit = first_match.unwrap_or(wanted);
        word_start(text, wanted, limit)
    };
    let to = word_end(text, from + WIDTH_BYTES);
    let mut out = String::new();
    if from > 0 {
        out.push('…');
    }
    let mut at = from;
    for one in matches
        .iter()
        .filter(|one| one.start >= from && one.end <= to)
    {
        // One character can be several words (ﷺ); it is marked once.
        if one.start < at {
            continue;
        }
        push_plain(&mut out, text.get(at..one.start));
        out.push(MARK_START);
        push_plain(&mut out, text.get(one.start..one.end));
        out.push(MARK_END);
        at = one.end;
    }
    push_plain(&mut out, text.get(at..to));
    if to < text.len() {
        out.push('…');
    }
    out
}

/// Copies a piece with its white space as single blanks and without characters that would read as
/// marks.
fn push_plain(out: &mut String, piece: Option<&str>) {
    for character in piece.unwrap_or_default().chars() {
        if character.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !character.is_control() {
            out.push(character);
        }
    }
}

/// The first beginning of a word at or after `at`, or `limit`.
fn word_start(text: &str, at: usize, limit: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    text.get(at..limit)
        .and_then(|piece| {
            piece
                .char_indices()
                .find(|(_, character)| character.is_whitespace())
                .map(|(offset, character)| at + offset + character.len_utf8())
        })
        .unwrap_or(limit)
}

/// The end of the word around `at`, but never far beyond it.
fn word_end(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let mut at = at;
    while !text.is_char_boundary(at) {
        at += 1;
    }
    text.get(at..)
        .and_then(|rest| {
            rest.char_indices()
                .take_while(|(offset, _)| *offset < LEAD_BYTES)
                .find(|(_, character)| character.is_whitespace())
                .map(|(offset, _)| at + offset)
        })
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, typed: &str) -> String {
        snippet(text, &Query::read(typed).unwrap())
            .replace(MARK_START, "[")
            .replace(MARK_END, "]")
    }

    #[test]
    fn marks_the_original_letters() {
        assert_eq!(
            of("وزارة الصحة: إدارةُ التمنيع", "اداره"),
            "وزارة الصحة: [إدارةُ] التمنيع"
        );
        assert_eq!(of("سنة ٢٠٢٦ م", "2026"), "سنة [٢٠٢٦] م");
        assert_eq!(of("Un café noir", "CAFE"), "Un [café] noir");
        assert_eq!(of("دليل المعلم", "معلم"), "دليل [المعلم]");
        assert_eq!(of("two  lines\nof text", "lin"), "two [lines] of text");
    }

    #[test]
    fn shows_the_place_where_most_words_meet() {
        let text = format!(
            "vaccine {} here the vaccine for children arrives {}",
            "filler ".repeat(200),
            "more ".repeat(200)
        );
        let shown = of(&text, "vaccine children");
        assert!(shown.starts_with('…') && shown.ends_with('…'), "{shown}");
        assert!(shown.contains("[vaccine] for [children]"), "{shown}");
    }

    #[test]
    fn without_a_match_the_beginning() {
        assert_eq!(of("short text", "absent"), "short text");
        assert_eq!(of("", "absent"), "");
    }

    #[test]
    fn late_matches_in_long_texts() {
        let text = format!("{}النهاية ٱلأخيرة", "كلمة ".repeat(50_000));
        assert!(of(&text, "الاخيره").ends_with("[ٱلأخيرة]"));
    }
}

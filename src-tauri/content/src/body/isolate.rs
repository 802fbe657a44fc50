//! Stretches of a line that must run by themselves: an address, a telephone number, a dose in an
//! Arabic line. The bidirectional algorithm takes each for several runs and draws what stands at
//! their edges on the wrong side.
//!
//! The editor decides the same (`ui/src/editor/isolate.ts`); both are held to one table,
//! `tests/fixtures/isolates/cases.json`. The stored text has no sign of it.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use crate::lang::Direction;

/// A stretch, in bytes, and the way it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Isolate {
    pub(super) range: Range<usize>,
    pub(super) dir: Direction,
}

const DIGIT: &str = "[0-9\u{660}-\u{669}\u{6f0}-\u{6f9}]";
const UNIT: &str = "(?:µg|mcg|mg|kg|g|mL|ml|dL|dl|L|l|mmHg|mmol|mm|cm|km|m|IU|°C|°F|kbit|Mbit|KB|MB|GB|TB|USD|EUR|min|h|s)";
const FILE_END: &str = "(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|csv|txt|zip|jpe?g|png|gif|webp|mp3|mp4|html?|md|json|xml)";
const URL: &str = r#"(?:https?://|www\.)[^\s<>"«»“”،؛]+"#;

/// A line longer than any person writes is left as it is.
const MAX_LINE: usize = 4_000;

fn phone() -> String {
    format!(
        r"(?:(?:\+|00){DIGIT}{{1,3}}(?:[ .\u{{a0}}-]?\(?{DIGIT}{{1,5}}\)?){{2,6}}|\(?0{DIGIT}{{1,4}}\)?(?:[ -]{DIGIT}{{2,5}}){{2,5}})"
    )
}

/// What is one word for people in a line that runs this way, and several runs for the algorithm.
fn pattern(base: Direction) -> Option<&'static Regex> {
    static RTL: OnceLock<Option<Regex>> = OnceLock::new();
    static LTR: OnceLock<Option<Regex>> = OnceLock::new();
    let make = |parts: &[String]| Regex::new(&parts.join("|")).ok();
    match base {
        Direction::Rtl => RTL.get_or_init(|| {
            make(&[
                URL.to_owned(),
                r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+".to_owned(),
                format!(r"[A-Za-z0-9][A-Za-z0-9_.-]*(?: ?\([0-9]+\))?\.{FILE_END}"),
                "[0-9]{4}-[0-9]{2}-[0-9]{2}".to_owned(),
                phone(),
                r"(?:US\$|[$€£]) ?[0-9][0-9.,]*[0-9]|(?:US\$|[$€£]) ?[0-9]".to_owned(),
                format!(r"[+−±-]?[0-9](?:[0-9.,]*[0-9])?[ \u{{a0}}]?{UNIT}(?:/{UNIT})?"),
                "[#@.~][A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?".to_owned(),
                r"[A-Za-z][A-Za-z0-9]*(?:\+\+?|#|\*+)".to_owned(),
            ])
        }),
        Direction::Ltr => LTR.get_or_init(|| {
            make(&[
                URL.to_owned(),
                phone(),
                "[#@][\u{620}-\u{6d3}][\u{620}-\u{6d3}\u{660}-\u{669}\u{6f0}-\u{6f9}0-9_]*"
                    .to_owned(),
            ])
        }),
    }
    .as_ref()
}

/// Which stretches of a line must run by themselves; `base` is the way the line runs.
pub(super) fn isolates(text: &str, base: Direction) -> Vec<Isolate> {
    if text.len() > MAX_LINE * 4
        || !text.chars().any(|c| foreign(c, base))
        || text.chars().count() > MAX_LINE
    {
        return Vec::new();
    }
    let found = whole(text, base);
    let stretches = runs(text, base);
    let mut all: Vec<Isolate> = Vec::new();
    for (index, run) in stretches.iter().enumerate() {
        let listed = run.listed || stretches.get(index + 1).is_some_and(|next| next.listed);
        let numbered = base == Direction::Ltr && before_number(text, run.range.end);
        if !(listed || numbered) {
            continue;
        }
        let mut range = run.range.clone();
        for one in &found {
            if !overlap(&one.range, &range) {
                continue;
            }
            range = range.start.min(one.range.start)..range.end.max(one.range.end);
        }
        all.push(Isolate {
            range,
            dir: match base {
                Direction::Rtl => Direction::Ltr,
                Direction::Ltr => Direction::Rtl,
            },
        });
    }
    let alone: Vec<Isolate> = found
        .into_iter()
        .filter(|one| !all.iter().any(|run| overlap(&one.range, &run.range)))
        .collect();
    all.extend(alone);
    all.sort_by_key(|one| one.range.start);
    all
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && a.end > b.start
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{5ff}' | '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6ef}' | '\u{6fa}'..='\u{7bf}' | '\u{8a0}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !matches!(c, '\u{6f0}'..='\u{6f9}')
}

fn is_ltr(c: char) -> bool {
    c.is_ascii_alphabetic()
        || matches!(c, '\u{aa}' | '\u{b5}' | '\u{ba}' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2b8}' | '\u{370}'..='\u{58f}' | '\u{1e00}'..='\u{1fff}')
}

fn is_eastern_digit(c: char) -> bool {
    matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

fn strong(c: char) -> Option<Direction> {
    if is_rtl(c) {
        Some(Direction::Rtl)
    } else if is_ltr(c) {
        Some(Direction::Ltr)
    } else {
        None
    }
}

/// Whether a character could give a line that runs this way anything to isolate.
fn foreign(c: char, base: Direction) -> bool {
    match base {
        Direction::Rtl => c.is_ascii_alphanumeric() || is_eastern_digit(c),
        Direction::Ltr => is_rtl(c) || is_eastern_digit(c),
    }
}

fn whole(text: &str, base: Direction) -> Vec<Isolate> {
    let Some(pattern) = pattern(base) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(hit) = pattern.find_at(text, at) {
        let address = hit.as_str().starts_with("http") || hit.as_str().starts_with("www.");
        let words = if address {
            without_end(hit.as_str())
        } else {
            hit.as_str()
        };
        let range = hit.start()..hit.start() + words.len();
        let before = text
            .get(..range.start)
            .and_then(|text| text.chars().next_back());
        let after = text.get(range.end..).and_then(|text| text.chars().next());
        let cut = before.is_some_and(char::is_alphanumeric)
            || (!address && after.is_some_and(char::is_alphanumeric));
        if cut || words.is_empty() {
            let first = hit.as_str().chars().next().map_or(1, char::len_utf8);
            at = hit.start() + first;
            continue;
        }
        at = range.end;
        if base == Direction::Rtl || words.chars().any(|c| is_rtl(c) || is_eastern_digit(c)) {
            let mut chars = words.chars();
            let tag = matches!(chars.next(), Some('#' | '@')) && chars.next().is_some_and(is_rtl);
            found.push(Isolate {
                range,
                dir: if tag { Direction::Rtl } else { Direction::Ltr },
            });
        }
    }
    found
}

/// Leaves out what ends a sentence or a bracket that was opened before the address.
fn without_end(address: &str) -> &str {
    let mut rest = address;
    while let Some(last) = rest.chars().next_back() {
        let count = |sign: char| rest.chars().filter(|c| *c == sign).count();
        let ends = matches!(
            last,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '’' | '…' | ']'
        ) || (last == ')' && count(')') > count('('));
        if !ends {
            break;
        }
        rest = rest.get(..rest.len() - last.len_utf8()).unwrap_or_default();
    }
    rest
}

struct Run {
    range: Range<usize>,
    /// A sign of the line's own language stands between this run and the one before, and no word.
    listed: bool,
}

/// The stretches of the other script, from their first letter to their last letter or digit.
fn runs(text: &str, base: Direction) -> Vec<Run> {
    let separates = |c: char| match base {
        Direction::Rtl => matches!(c, '،' | '؛'),
        Direction::Ltr => matches!(c, ',' | ';'),
    };
    let mut found: Vec<Run> = Vec::new();
    let mut open: Option<Range<usize>> = None;
    let (mut separated, mut word) = (false, true);
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let way = strong(c);
        let ends = way == Some(base) || separates(c);
        if ends && let Some(range) = open.take() {
            found.push(Run {
                range,
                listed: separated && !word,
            });
            (separated, word) = (false, false);
        }
        match way {
            Some(way) if way == base => (separated, word) = (false, true),
            Some(_) => open = Some(open.map_or(at, |open| open.start)..end),
            None if separates(c) => separated = true,
            None => {
                if base == Direction::Rtl
                    && (c.is_ascii_digit() || is_eastern_digit(c))
                    && let Some(open) = &mut open
                {
                    open.end = end;
                }
            }
        }
    }
    if let Some(range) = open {
        found.push(Run {
            range,
            listed: separated && !word,
        });
    }
    found
}

/// In a line from left to right a number after Arabic words is drawn before them.
fn before_number(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    let signs = rest
        .bytes()
        .take_while(|byte| matches!(byte, b' ' | b',' | b';' | b'('))
        .count();
    let number = rest.as_bytes().get(signs).is_some_and(u8::is_ascii_digit);
    (1..=3).contains(&signs) && number && rest.chars().find_map(strong) != Some(Direction::Rtl)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Case {
        base: Direction,
        text: String,
        isolates: Vec<String>,
    }

    #[test]
    fn the_table_holds() {
        let cases: Vec<Case> = serde_json::from_str(include_str!(
            "../../../../tests/fixtures/isolates/cases.json"
        ))
        .unwrap();
        assert!(cases.len() > 30);
        for case in cases {
            let found: Vec<&str> = isolates(&case.text, case.base)
                .into_iter()
                .map(|one| &case.text[one.range])
                .collect();
            assert_eq!(found, case.isolates, "{}", case.text);
        }
    }
}

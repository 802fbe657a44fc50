//! Whether what was read from the pages is text.

use super::Pages;
use super::order::Verdict;
use crate::lang;
use crate::problem::{Problem, code};
use crate::readers::facts::{Facts, State};

/// Puts the text of the pages into the facts if it is one, and says so if it is not.
pub(super) fn settle(facts: &mut Facts, read: &mut Pages, page_count: usize) {
    facts.text = std::mem::take(&mut read.text);
    let mut unreadable = read.unreadable;
    if !is_plausible(&facts.text) || read.order != Verdict::Logical {
        // Letters whose code is not their character, or whose order nobody can tell: a cipher
        // helps nobody.
        facts.text.clear();
        read.largest = None;
        unreadable = usize::MAX;
    }
    let letters = facts.text.chars().filter(|c| c.is_alphabetic()).count();
    let problem = |code, pages: usize| Problem::new(code, "").with("pages", pages);
    // A scan may carry a stamped page number or a watermark; a page of text has far more.
    if letters < 10 * read.pages.clamp(1, 20) {
        facts.state = State::Scanned;
        facts.problems.push(if read.order != Verdict::Logical {
            problem(code::ORDER_UNDECIDABLE, read.pages)
        } else if unreadable > letters {
            problem(code::TEXT_UNREADABLE, read.pages)
        } else {
            problem(code::SCANNED, page_count)
        });
    } else if unreadable > letters / 4 {
        facts
            .problems
            .push(problem(code::TEXT_UNREADABLE, read.pages));
    }
}

/// Whether text in Latin letters can be words of a language. Fonts without a table of characters
/// give letters shifted by some number; vowels become rare then.
fn is_plausible(text: &str) -> bool {
    let (mut vowels, mut latin, mut letters) = (0usize, 0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        if c.is_ascii_alphabetic() {
            latin += 1;
            if matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y') {
                vowels += 1;
            }
        }
    }
    latin < 60 || latin * 2 < letters || vowels * 100 >= latin * 27
}

/// Whether a declared language is one, and its primary part.
pub(crate) fn declared_language(declared: &str, text: &str) -> Option<String> {
    let lang = declared
        .split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_one = (2..=3).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_lowercase());
    (is_one && lang::first_strong(text).is_some()).then_some(lang)
}

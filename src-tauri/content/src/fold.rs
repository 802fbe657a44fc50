//! Folding for search: what a reader means, not what was typed.
//!
//! Characters are decomposed for compatibility (so the presentation forms found in PDF files
//! become letters), harakat, tatweel and diacritics are dropped, the letters Arabic writers
//! mix up are made one, digits become ASCII, everything is lower-case. The same function folds
//! the indexed text and the query. Offsets always point into the original text.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// Changes whenever folding gives another result for some text: an index built with another
/// version must be built again.
pub const FOLD_VERSION: u32 = 1;

/// One word of a text, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldedToken {
    /// The folded word.
    pub text: String,
    /// Byte offset of its first character in the original text.
    pub start: usize,
    /// Byte offset after its last character, with the marks belonging to it.
    pub end: usize,
}

/// Folds a whole text; what is neither letter nor digit nor a dropped mark stays as it is
/// (apart from its compatibility form).
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_char(c, &mut |folded| out.push(folded));
    }
    out
}

/// Folds a text into words with their place in it. A word is a run of letters and digits after
/// folding; offsets never go backwards.
#[must_use]
pub fn fold_with_offsets(text: &str) -> Vec<FoldedToken> {
    let mut tokens: Vec<FoldedToken> = Vec::new();
    for_each_token(text, |token| tokens.push(token));
    tokens
}

/// Like [`fold_with_offsets`] without collecting: gives each word to `sink` in order.
pub fn for_each_token(text: &str, mut sink: impl FnMut(FoldedToken)) {
    let mut open: Option<FoldedToken> = None;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        let mut produced = false;
        fold_char(c, &mut |folded| {
            produced = true;
            let inside = folded.is_alphanumeric() || (open.is_some() && is_combining_mark(folded));
            if inside {
                let token = open.get_or_insert_with(|| FoldedToken {
                    text: String::new(),
                    start,
                    end,
                });
                token.text.push(folded);
                token.end = end;
            } else if let Some(token) = open.take() {
                sink(token);
            }
        });
        if !produced && let Some(token) = open.as_mut() {
            // A dropped mark or tatweel belongs to the word before it.
            token.end = end;
        }
    }
    if let Some(token) = open {
        sink(token);
    }
}

/// Gives the folded characters of one character: none, one or several.
fn fold_char(c: char, sink: &mut impl FnMut(char)) {
    if c.is_ascii() {
        sink(c.to_ascii_lowercase());
        return;
    }
    // The base letter's fate is the same for any mark, so decomposing one character at a time
    // equals normalising the text and is free of look-ahead.
    decompose_compatible(c, |part| {
        if dropped(part) {
            return;
        }
        for lower in part.to_lowercase() {
            decompose_compatible(lower, |last| {
                if !dropped(last) {
                    unify(last, sink);
                }
            });
        }
    });
}

/// Makes letters one that readers take for the same.
fn unify(c: char, sink: &mut impl FnMut(char)) {
    match c {
        // Arabic: alef wasla and maqsura, ta marbuta, and the Persian and Urdu letter forms
        // which keyboards mix with the Arabic ones. Hamza carriers are gone by decomposition.
        'ٱ' | 'ٲ' | 'ٳ' => sink('ا'),
        'ى' | 'ی' | 'ې' | 'ے' => sink('ي'),
        'ة' | 'ہ' | 'ھ' | 'ۃ' | 'ە' => sink('ه'),
        'ک' | 'ڪ' => sink('ك'),
        '\u{0660}'..='\u{0669}' => sink(digit(c, 0x0660)),
        '\u{06F0}'..='\u{06F9}' => sink(digit(c, 0x06F0)),
        // Latin letters that no decomposition takes apart.
        'ß' => {
            sink('s');
            sink('s');
        }
        'æ' => {
            sink('a');
            sink('e');
        }
        'œ' => {
            sink('o');
            sink('e');
        }
        'ø' => sink('o'),
        'ł' => sink('l'),
        'đ' | 'ð' => sink('d'),
        'ı' => sink('i'),
        'ς' => sink('σ'),
        other => sink(other),
    }
}

/// The ASCII digit of a digit counted from `zero`.
fn digit(c: char, zero: u32) -> char {
    char::from_digit((c as u32).wrapping_sub(zero), 10).unwrap_or(c)
}

/// Marks and invisible characters that carry no meaning for search.
fn dropped(c: char) -> bool {
    matches!(c,
        // Latin, Greek, Cyrillic diacritics.
        '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}'
        // Arabic: honorific signs, harakat, small letters, Quranic marks, tatweel.
        | '\u{0610}'..='\u{061A}' | '\u{064B}'..='\u{065F}' | '\u{0670}'
        | '\u{06D6}'..='\u{06DC}' | '\u{06DF}'..='\u{06E4}' | '\u{06E7}' | '\u{06E8}'
        | '\u{06EA}'..='\u{06ED}' | '\u{08CA}'..='\u{08E1}' | '\u{08E3}'..='\u{08FF}'
        | '\u{0640}'
        // Hebrew points.
        | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}'
        | '\u{05C5}' | '\u{05C7}'
        // Soft hyphen, joiners, direction marks, byte order mark, variation selectors.
        | '\u{00AD}' | '\u{061C}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn arabic_spellings_meet() {
        let cases: Vec<(String, String)> =
            serde_json::from_str(include_str!("../../../tests/fixtures/folding/cases.json"))
                .unwrap();
        for (text, expected) in &cases {
            let folded = fold(text);
            assert!(folded.ends_with(expected), "{text} gave {folded}");
        }
    }

    #[test]
    fn offsets_point_into_the_original() {
        let text = "وزارةُ الصِّحَّة، 2026";
        let tokens = fold_with_offsets(text);
        let found: Vec<(&str, &str)> = tokens
            .iter()
            .map(|t| (t.text.as_str(), text.get(t.start..t.end).unwrap()))
            .collect();
        assert_eq!(
            found,
            [("وزاره", "وزارةُ"), ("الصحه", "الصِّحَّة"), ("2026", "2026")]
        );
    }

    #[test]
    fn one_character_can_be_several_words() {
        let tokens = fold_with_offsets("ﷺ");
        assert_eq!(tokens.len(), 4);
        assert!(tokens.iter().all(|t| t.start == 0 && t.end == 3));
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in "\\PC{0,60}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn tokens_lie_in_order_on_boundaries(text in ".{0,80}") {
            let mut last = 0;
            for token in fold_with_offsets(&text) {
                prop_assert!(token.start >= last.min(token.start));
                prop_assert!(token.start < token.end && token.end <= text.len());
                prop_assert!(text.get(token.start..token.end).is_some());
                prop_assert!(!token.text.is_empty());
                last = token.start;
            }
        }

        #[test]
        fn arabic_marks_never_change_a_word(word in "[ابتثجحخدذرزسشصضطظعغفقكلمنهوي]{1,12}", marks in proptest::collection::vec("[\u{064B}-\u{0652}\u{0640}]", 12)) {
            let mut marked = String::new();
            for (letter, mark) in word.chars().zip(marks.iter()) {
                marked.push(letter);
                marked.push_str(mark);
            }
            prop_assert_eq!(fold(&marked), fold(&word));
        }
    }
}

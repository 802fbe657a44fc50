//! What changed between two texts, word by word.

mod body;

pub use body::bodies;

use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, capture_diff_slices};
use ts_rs::TS;
use unicode_segmentation::UnicodeSegmentation;

use crate::limits::MAX_DIFF_WORDS;

/// Whether a run of words stayed, came or went.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// In both texts.
    Same,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
}

/// A run of words with one fate. All `same` and `removed` runs together are the old text,
/// all `same` and `added` runs the new one.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The fate.
    pub kind: ChangeKind,
    /// The text with its spaces.
    pub text: String,
    /// For a `same` run of a body: what changed about how it stands there. Absent when nothing did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Note>>", optional)]
    pub notes: Vec<Note>,
}

/// How words can stand in a body.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Aspect {
    /// In a heading; its level, `1` to `6`.
    Heading,
    /// In a list within a list; how deep, from `2`.
    List,
    /// In a block of its own kind: `quote`, `code`, `table`, `footnote`, or `source` for what is
    /// kept as it is written.
    Block,
    /// With a direction a person chose: `rtl` or `ltr`.
    Direction,
    /// Marked, any of `strong`, `em`, `strike` and `code`, with spaces between.
    Emphasis,
    /// A link; its address, and its title in brackets.
    Link,
    /// A picture; its address. The words are its alternative text, U+FFFC where it has none.
    Picture,
}

impl Aspect {
    /// Every aspect.
    pub const ALL: &'static [Aspect] = &[
        Aspect::Heading,
        Aspect::List,
        Aspect::Block,
        Aspect::Direction,
        Aspect::Emphasis,
        Aspect::Link,
        Aspect::Picture,
    ];
}

/// One thing that changed about words that stayed.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What changed.
    pub what: Aspect,
    /// How it was; empty for as usual.
    pub before: String,
    /// How it is; empty for as usual.
    pub after: String,
}

/// Compares two texts by words. Where a stretch of more than [`MAX_DIFF_WORDS`] words changed it
/// is compared by lines instead, so that time stays proportional to the length.
#[must_use]
pub fn words(old: &str, new: &str) -> Vec<Change> {
    let mut out = Changes::default();
    let prefix = common_prefix(old, new);
    let (old_rest, new_rest) = (tail(old, prefix), tail(new, prefix));
    let suffix = common_suffix(old_rest, new_rest);
    let old_middle = head(old_rest, old_rest.len() - suffix);
    let new_middle = head(new_rest, new_rest.len() - suffix);

    out.push(ChangeKind::Same, head(old, prefix));
    let old_words = split_words(old_middle);
    let new_words = split_words(new_middle);
    if old_words.len().max(new_words.len()) > MAX_DIFF_WORDS {
        compare(&split_lines(old_middle), &split_lines(new_middle), &mut out);
    } else {
        compare(&old_words, &new_words, &mut out);
    }
    out.push(ChangeKind::Same, tail(old_rest, old_rest.len() - suffix));
    out.flush();
    out.changes
}

/// Words, and what lies between them, so that the pieces together are the text.
fn split_words(text: &str) -> Vec<&str> {
    text.split_word_bounds().collect()
}

fn split_lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn compare(old: &[&str], new: &[&str], out: &mut Changes) {
    // This variant bounds its work on difficult inputs.
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    for op in ops {
        for change in op.iter_changes(old, new) {
            let kind = match change.tag() {
                ChangeTag::Equal => ChangeKind::Same,
                ChangeTag::Delete => ChangeKind::Removed,
                ChangeTag::Insert => ChangeKind::Added,
            };
            out.push(kind, change.value());
        }
    }
}

/// Collects changes. Spaces alone between two changed words count as changed with them: a
/// phrase replaced reads better than word-by-word replacements.
#[derive(Default)]
struct Changes {
    changes: Vec<Change>,
    removed: String,
    added: String,
    /// Unchanged space after a change, not yet known to stand between two.
    space: String,
}

impl Changes {
    fn push(&mut self, kind: ChangeKind, text: &str) {
        if text.is_empty() {
            return;
        }
        let changing = !(self.removed.is_empty() && self.added.is_empty());
        match kind {
            ChangeKind::Same if changing && is_space_in_line(text) => self.space.push_str(text),
            ChangeKind::Same => {
                self.flush();
                self.same(text);
            }
            ChangeKind::Removed | ChangeKind::Added => {
                let space = std::mem::take(&mut self.space);
                self.removed.push_str(&space);
                self.added.push_str(&space);
                if kind == ChangeKind::Removed {
                    self.removed.push_str(text);
                } else {
                    self.added.push_str(text);
                }
            }
        }
    }

    fn same(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.changes.last_mut() {
            Some(last) if last.kind == ChangeKind::Same => last.text.push_str(text),
            _ => self.changes.push(Change {
                kind: ChangeKind::Same,
                text: text.to_owned(),
                notes: Vec::new(),
            }),
        }
    }

    fn flush(&mut self) {
        for (kind, text) in [
            (ChangeKind::Removed, std::mem::take(&mut self.removed)),
            (ChangeKind::Added, std::mem::take(&mut self.added)),
        ] {
            if !text.is_empty() {
                self.changes.push(Change {
                    kind,
                    text,
                    notes: Vec::new(),
                });
            }
        }
        let space = std::mem::take(&mut self.space);
        self.same(&space);
    }
}

fn is_space_in_line(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() && c != '\n')
}

/// Length in bytes of the words both texts begin with.
fn common_prefix(old: &str, new: &str) -> usize {
    let mut length = 0;
    let mut boundary = 0;
    for ((index, a), b) in old.char_indices().zip(new.chars()) {
        if a != b {
            break;
        }
        length = index + a.len_utf8();
        if a.is_whitespace() {
            boundary = length;
        }
    }
    if length == old.len() && length == new.len() {
        length
    } else {
        boundary
    }
}

/// Length in bytes of the words both texts end with.
fn common_suffix(old: &str, new: &str) -> usize {
    let mut length = 0;
    let mut boundary = 0;
    for (a, b) in old.chars().rev().zip(new.chars().rev()) {
        if a != b {
            break;
        }
        if a.is_whitespace() {
            boundary = length;
        }
        length += a.len_utf8();
    }
    if length == old.len() && length == new.len() {
        length
    } else {
        boundary
    }
}

fn head(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or(text)
}

fn tail(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn side(changes: &[Change], without: ChangeKind) -> String {
        changes
            .iter()
            .filter(|change| change.kind != without)
            .map(|change| change.text.as_str())
            .collect()
    }

    #[test]
    fn words_are_the_unit() {
        let show = |old: &str, new: &str| {
            words(old, new)
                .iter()
                .map(|change| match change.kind {
                    ChangeKind::Same => change.text.clone(),
                    ChangeKind::Added => format!("[+{}]", change.text),
                    ChangeKind::Removed => format!("[-{}]", change.text),
                })
                .collect::<String>()
        };
        let cases = [
            ("", "", ""),
            ("a", "a", "a"),
            ("", "a", "[+a]"),
            (
                "the ministry said",
                "the minister said",
                "the [-ministry][+minister] said",
            ),
            (
                "أعلنت وزارة الصحة اليوم",
                "أعلنت وزارةُ الصحة أمس",
                "أعلنت [-وزارة][+وزارةُ] الصحة [-اليوم][+أمس]",
            ),
            ("one two", "one two three", "one two[+ three]"),
            ("a b c d", "a x y d", "a [-b c][+x y] d"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(show(old, new), expected);
        }
    }

    #[test]
    fn long_texts_are_compared_as_well() {
        let old: String = (0..40_000).map(|n| format!("w{} ", n % 977)).collect();
        let new: String = (0..40_000)
            .map(|n| format!("w{} ", (n * 7) % 983))
            .collect();
        let changes = words(&old, &new);
        assert_eq!(side(&changes, ChangeKind::Added), old);
        assert_eq!(side(&changes, ChangeKind::Removed), new);
    }

    proptest! {
        #[test]
        fn both_texts_are_in_the_changes(old in "(\\PC|[ابت ]|\n){0,60}", new in "(\\PC|[ابت ]|\n){0,60}") {
            let changes = words(&old, &new);
            prop_assert_eq!(side(&changes, ChangeKind::Added), old);
            prop_assert_eq!(side(&changes, ChangeKind::Removed), new);
        }
    }
}

//! What changed between two bodies, as a reader sees them.

use super::{Aspect, Change, ChangeKind, Note, words};
use crate::body::{Shown, Style, shown};

/// Compares two bodies in Markdown: their words, and, where the words stayed, how they stand
/// there. No sign of Markdown is in the answer; blocks are apart by an empty line.
#[must_use]
pub fn bodies(old: &str, new: &str) -> Vec<Change> {
    let (old, new) = (shown(old), shown(new));
    let (mut before, mut after) = (Styles::of(&old), Styles::of(&new));
    let mut found: Vec<Change> = Vec::new();
    for change in words(&old.text, &new.text) {
        match change.kind {
            ChangeKind::Removed => {
                before.skip(change.text.len());
                found.push(change);
            }
            ChangeKind::Added => {
                after.skip(change.text.len());
                found.push(change);
            }
            ChangeKind::Same => {
                let mut rest = change.text.as_str();
                while !rest.is_empty() {
                    let length = rest.len().min(before.left()).min(after.left());
                    // A style ends at the end of a character on both sides, so this cut does too.
                    let Some((text, behind)) = rest.split_at_checked(length.max(1)) else {
                        break;
                    };
                    same(&mut found, text, notes(before.style(), after.style()));
                    before.skip(text.len());
                    after.skip(text.len());
                    rest = behind;
                }
            }
        }
    }
    found
}

/// Adds a run of words that stayed to the one before it where both have the same notes.
fn same(found: &mut Vec<Change>, text: &str, notes: Vec<Note>) {
    match found.last_mut() {
        Some(last) if last.kind == ChangeKind::Same && last.notes == notes => {
            last.text.push_str(text);
        }
        _ => found.push(Change {
            kind: ChangeKind::Same,
            text: text.to_owned(),
            notes,
        }),
    }
}

fn notes(before: Option<&Style>, after: Option<&Style>) -> Vec<Note> {
    if before == after {
        return Vec::new();
    }
    let of = |style: Option<&Style>, what| {
        style
            .and_then(|style| style.get(&what))
            .cloned()
            .unwrap_or_default()
    };
    Aspect::ALL
        .iter()
        .map(|what| Note {
            what: *what,
            before: of(before, *what),
            after: of(after, *what),
        })
        .filter(|note| note.before != note.after)
        .collect()
}

/// The styles of a text, walked through from its beginning.
struct Styles<'a> {
    runs: std::slice::Iter<'a, (usize, Style)>,
    run: Option<&'a (usize, Style)>,
    at: usize,
}

impl<'a> Styles<'a> {
    fn of(shown: &'a Shown) -> Self {
        let mut runs = shown.runs.iter();
        let run = runs.next();
        Self { runs, run, at: 0 }
    }

    fn style(&self) -> Option<&'a Style> {
        self.run.map(|(_, style)| style)
    }

    /// Bytes until the style changes.
    fn left(&self) -> usize {
        self.run
            .map_or(usize::MAX, |(end, _)| end.saturating_sub(self.at))
    }

    fn skip(&mut self, bytes: usize) {
        self.at += bytes;
        while self.run.is_some_and(|(end, _)| *end <= self.at) {
            self.run = self.runs.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The answer in one line: `[-gone]`, `[+come]`, `{text|aspect:before>after}`.
    fn told(old: &str, new: &str) -> String {
        bodies(old, new)
            .iter()
            .map(|change| match change.kind {
                ChangeKind::Added => format!("[+{}]", change.text),
                ChangeKind::Removed => format!("[-{}]", change.text),
                ChangeKind::Same if change.notes.is_empty() => change.text.clone(),
                ChangeKind::Same => {
                    let notes: Vec<String> = change
                        .notes
                        .iter()
                        .map(|note| format!("{:?}:{}>{}", note.what, note.before, note.after))
                        .collect();
                    format!("{{{}|{}}}", change.text, notes.join(","))
                }
            })
            .collect()
    }

    #[test]
    fn changes_of_form_alone_are_told() {
        let cases = [
            ("same *text*", "same *text*", "same text"),
            (
                "a word here",
                "a **word** here",
                "a {word|Emphasis:>strong} here",
            ),
            (
                "a **word** here",
                "a *word* here",
                "a {word|Emphasis:strong>em} here",
            ),
            (
                "## Title\n\ntext",
                "### Title\n\ntext",
                "{Title|Heading:2>3}\n\ntext",
            ),
            (
                "see [this page](https://a.example/)",
                "see [this page](https://b.example/)",
                "see {this page|Link:https://a.example/>https://b.example/}",
            ),
            (
                "![a map](qalam:aa)",
                "![a map](qalam:bb)",
                "{a map|Picture:qalam:aa>qalam:bb}",
            ),
            ("![](qalam:aa)", "", "[-\u{FFFC}]"),
            ("one\n\n> two", "one\n\ntwo", "one\n\n{two|Block:quote>}"),
            ("- a\n- b", "1. a\n2. b", "[-•][+1.] a\n\n[-•][+2.] b"),
            ("- a\n- b", "- a\n  - b", "• a\n\n{• b|List:>2}"),
            ("- [ ] a", "- [x] a", "[-☐][+☑] a"),
            (
                "نص",
                "<div dir=\"ltr\">\n\nنص\n\n</div>",
                "{نص|Direction:>ltr}",
            ),
            ("one **two** x", "one *three* x", "one [-two][+three] x"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(told(old, new), expected, "{old:?} -> {new:?}");
        }
    }

    proptest! {
        #[test]
        fn both_texts_are_in_the_changes(
            old in "([a-c ]|[اب ]|\n\n|[*]{1,2}|# |- |> |`|[\\[\\]()!]){0,40}",
            new in "([a-c ]|[اب ]|\n\n|[*]{1,2}|# |- |> |`|[\\[\\]()!]){0,40}",
        ) {
            let changes = bodies(&old, &new);
            let side = |without: ChangeKind| -> String {
                changes.iter().filter(|c| c.kind != without).map(|c| c.text.as_str()).collect()
            };
            prop_assert_eq!(side(ChangeKind::Added), shown(&old).text);
            prop_assert_eq!(side(ChangeKind::Removed), shown(&new).text);
            for change in &changes {
                prop_assert!(change.kind == ChangeKind::Same || change.notes.is_empty());
            }
            // Nothing is told exactly when nothing can be seen to differ.
            let told = changes.iter().any(|c| c.kind != ChangeKind::Same || !c.notes.is_empty());
            let (one, two) = (shown(&old), shown(&new));
            prop_assert_eq!(told, (one.text, one.runs) != (two.text, two.runs));
        }
    }
}

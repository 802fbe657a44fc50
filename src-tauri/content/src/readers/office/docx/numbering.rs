//! Numbers of lists and headings, counted as a word processor counts them.

use std::collections::{HashMap, HashSet};

use super::parts::value;
use crate::readers::xml_tree::{Element, Ns, Tree};

/// Levels a list can have.
const LEVELS: usize = 9;

#[derive(Clone, Debug, Default)]
struct Level {
    format: String,
    /// What stands before an entry: `%1.` and the like.
    text: String,
    start: u32,
}

#[derive(Clone, Debug, Default)]
struct Numbers {
    /// The list that does the counting; several may share one.
    counted_by: String,
    levels: Vec<Level>,
    restarts: HashMap<usize, u32>,
}

/// All lists of a document, and how far they have counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    by_id: HashMap<String, Numbers>,
    counters: HashMap<String, [Option<u32>; LEVELS]>,
    restarted: HashSet<(String, usize)>,
}

/// What stands before an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    /// `None` for a bullet.
    pub(super) number: Option<u32>,
    /// As a reader sees it.
    pub(super) label: String,
    /// Nothing but the number and signs around it: Markdown says the same.
    pub(super) is_plain: bool,
    /// Words belong to it: `Article 3`.
    pub(super) has_words: bool,
}

impl Numbering {
    pub(super) fn read(text: &str) -> Self {
        let tree = Tree::read(text);
        let mut numbering = Self::default();
        let Some(root) = tree.root().child(Ns::W, "numbering") else {
            return numbering;
        };
        let mut drafts: HashMap<String, Vec<Level>> = HashMap::new();
        // A list may borrow its levels from the one that a style names.
        let mut links: HashMap<String, String> = HashMap::new();
        let mut styles: HashMap<String, String> = HashMap::new();
        for element in root.children() {
            if element.is(Ns::W, "abstractNum")
                && let Some(id) = element.attribute("abstractNumId")
            {
                if let Some(link) = value(element, "numStyleLink") {
                    links.insert(id.clone(), link);
                }
                if let Some(style) = value(element, "styleLink") {
                    styles.insert(style, id.clone());
                }
                drafts.insert(id, levels(element));
            }
        }
        for element in root.children() {
            if !element.is(Ns::W, "num") {
                continue;
            }
            let (Some(id), Some(mut draft)) =
                (element.attribute("numId"), value(element, "abstractNumId"))
            else {
                continue;
            };
            if let Some(linked) = links.get(&draft).and_then(|link| styles.get(link)) {
                draft.clone_from(linked);
            }
            let mut numbers = Numbers {
                levels: drafts.get(&draft).cloned().unwrap_or_default(),
                counted_by: draft,
                restarts: HashMap::new(),
            };
            for over in element.children().filter(|e| e.is(Ns::W, "lvlOverride")) {
                let at: usize = over
                    .attribute("ilvl")
                    .and_then(|level| level.parse().ok())
                    .unwrap_or(0);
                if let Some(start) =
                    value(over, "startOverride").and_then(|start| start.parse().ok())
                {
                    numbers.restarts.insert(at, start);
                }
                if let (Some(level), Some(place)) =
                    (over.child(Ns::W, "lvl"), numbers.levels.get_mut(at))
                {
                    *place = level_of(level);
                }
            }
            numbering.by_id.insert(id, numbers);
        }
        numbering
    }

    /// Counts an entry. `None` when it is no entry at all.
    pub(super) fn next(&mut self, id: &str, level: usize) -> Option<Sign> {
        let numbers = self.by_id.get(id)?;
        let level = level.min(LEVELS - 1);
        let of_level = numbers.levels.get(level)?;
        if of_level.format == "bullet" {
            return Some(Sign {
                number: None,
                label: String::new(),
                is_plain: true,
                has_words: false,
            });
        }
        let counters = self
            .counters
            .entry(numbers.counted_by.clone())
            .or_insert([None; LEVELS]);
        let restart = numbers
            .restarts
            .get(&level)
            .filter(|_| self.restarted.insert((id.to_owned(), level)));
        for (at, counter) in counters.iter_mut().enumerate() {
            let start = || numbers.levels.get(at).map_or(1, |level| level.start);
            if at < level {
                counter.get_or_insert_with(start);
            } else if at == level {
                *counter = Some(match (restart, *counter) {
                    (Some(restart), _) => *restart,
                    (None, Some(count)) => count.saturating_add(1),
                    (None, None) => start(),
                });
            } else {
                *counter = None;
            }
        }
        if of_level.format == "none" && of_level.text.trim().is_empty() {
            return None;
        }
        let mut label = of_level.text.clone();
        for (at, counter) in counters.iter().enumerate() {
            let sign = format!("%{}", at + 1);
            if label.contains(&sign) {
                let format = numbers.levels.get(at).map_or("", |l| l.format.as_str());
                label = label.replace(&sign, &written(counter.unwrap_or(1), format));
            }
        }
        let number = counters.get(level).copied().flatten();
        let words = of_level.text.split('%').any(|part| {
            part.chars()
                .skip_while(char::is_ascii_digit)
                .any(char::is_alphabetic)
        });
        let own = format!("%{}", level + 1);
        let bare = of_level.text.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '.' | ')' | '(' | '-' | '–' | ':')
        });
        Some(Sign {
            number,
            label: label.trim().to_owned(),
            is_plain: bare == own && is_digits(&of_level.format),
            has_words: words || of_level.format == "none",
        })
    }
}

fn levels(element: Element<'_, '_>) -> Vec<Level> {
    let mut levels = vec![Level::default(); LEVELS];
    for level in element.children().filter(|e| e.is(Ns::W, "lvl")) {
        let at: usize = level
            .attribute("ilvl")
            .and_then(|level| level.parse().ok())
            .unwrap_or(0);
        if let Some(place) = levels.get_mut(at) {
            *place = level_of(level);
        }
    }
    levels
}

fn level_of(level: Element<'_, '_>) -> Level {
    Level {
        format: value(level, "numFmt").unwrap_or_else(|| "decimal".to_owned()),
        text: value(level, "lvlText").unwrap_or_default(),
        start: value(level, "start")
            .and_then(|start| start.parse().ok())
            .unwrap_or(1),
    }
}

/// Whether numbers of this form are digits, in whatever script.
fn is_digits(format: &str) -> bool {
    matches!(
        format,
        "decimal" | "decimalZero" | "hindiNumbers" | "arabicIndic" | "" | "thaiNumbers"
    )
}

/// A number as a list writes it.
pub(in super::super) fn written(number: u32, format: &str) -> String {
    let letters = |alphabet: &str| -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        let Some(at) = usize::try_from(number).ok().and_then(|n| n.checked_sub(1)) else {
            return number.to_string();
        };
        let length = alphabet.len().max(1);
        let times = (at / length + 1).min(10);
        alphabet
            .get(at % length)
            .map_or_else(|| number.to_string(), |c| c.to_string().repeat(times))
    };
    match format {
        "lowerLetter" | "a" => letters("abcdefghijklmnopqrstuvwxyz"),
        "upperLetter" | "A" => letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "arabicAlpha" => letters("أبتثجحخدذرزسشصضطظعغفقكلمنهوي"),
        "arabicAbjad" => letters("أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"),
        "lowerRoman" | "i" => roman(number).to_lowercase(),
        "upperRoman" | "I" => roman(number),
        "decimalZero" => format!("{number:02}"),
        "hindiNumbers" | "arabicIndic" => number
            .to_string()
            .chars()
            .map(|c| {
                c.to_digit(10)
                    .and_then(|digit| char::from_u32(0x660 + digit))
                    .unwrap_or(c)
            })
            .collect(),
        "none" => String::new(),
        _ => number.to_string(),
    }
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number > 4999 {
        return number.to_string();
    }
    let mut left = number;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            out.push_str(sign);
            left -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_lists_write_them() {
        for (number, format, expected) in [
            (28, "lowerLetter", "bb"),
            (4, "upperRoman", "IV"),
            (2, "arabicAbjad", "ب"),
            (12, "hindiNumbers", "١٢"),
            (7, "decimalZero", "07"),
            (0, "upperLetter", "0"),
            (4_000_000_000, "lowerRoman", "4000000000"),
        ] {
            assert_eq!(written(number, format), expected);
        }
    }
}

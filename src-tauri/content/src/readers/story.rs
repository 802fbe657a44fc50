//! Whether two texts in different languages tell the same story.
//!
//! Nothing is translated: what stays the same in every language is compared (dates, numbers,
//! countries, organisations, pictures, names in Latin letters).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::mentions::{MentionKind, mentions};
use crate::{body, day, fold};

/// What a text shares with its translations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// Each sign with its weight in tenths.
    signs: BTreeMap<String, u32>,
    words: u32,
}

/// How far two stories are the same.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct Sameness {
    /// How sure, in per cent.
    pub confidence: u8,
    /// Dates both have (ISO 8601).
    pub dates: Vec<String>,
    /// Numbers both have.
    pub numbers: Vec<String>,
    /// Countries and organisations both name, by id.
    pub names: Vec<String>,
}

/// Under this nobody is asked.
pub const ENOUGH: u8 = 55;
/// Characters of a text that are looked at.
const WINDOW: usize = 40_000;

impl Story {
    /// The signs of a text.
    #[must_use]
    pub fn of(title: &str, markdown: &str) -> Self {
        let text = format!("{title}\n{}", body::plain_text(markdown));
        let text: String = text.chars().take(WINDOW).collect();
        let mut story = Self {
            words: body::words(&text),
            ..Self::default()
        };
        // A Hijri day may be another one in the next country.
        for day in text.lines().flat_map(day::written).filter(|day| !day.hijri) {
            story.signs.insert(format!("d:{}", day.iso), 30);
        }
        for number in numbers(&text) {
            let digits = number.chars().filter(char::is_ascii_digit).count();
            // Small numbers are written as words, years stand everywhere.
            let is_year = digits == 4 && number.starts_with(['1', '2']) && !number.contains('.');
            let weight = match digits {
                _ if is_year => 5,
                0 | 1 => continue,
                2 => 12,
                _ => 25,
            };
            story.signs.insert(format!("n:{number}"), weight);
        }
        for mention in mentions(&text) {
            let weight = match mention.kind {
                MentionKind::Country => 12,
                MentionKind::Organisation => 20,
            };
            story.signs.insert(format!("m:{}", mention.id), weight);
        }
        for sha in body::blob_refs(markdown) {
            story.signs.insert(format!("p:{sha}"), 40);
        }
        story
    }

    /// Compares two texts.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Sameness {
        let mut same = Sameness::default();
        let (mut shared, mut kinds) = (0u32, std::collections::BTreeSet::new());
        for (sign, weight) in &self.signs {
            if !other.signs.contains_key(sign) {
                continue;
            }
            shared += weight;
            let (kind, value) = sign.split_once(':').unwrap_or(("", sign));
            kinds.insert(kind);
            match kind {
                "d" => same.dates.push(value.to_owned()),
                "n" => same.numbers.push(value.to_owned()),
                "m" => same.names.push(value.to_owned()),
                _ => {}
            }
        }
        let all = |story: &Self| story.signs.values().sum::<u32>();
        let total = all(self) + all(other);
        let (short, long) = (self.words.min(other.words), self.words.max(other.words));
        // One sign is chance, and a note is no translation of a report.
        if total == 0 || shared < 50 || kinds.len() < 2 || short.saturating_mul(3) < long {
            return same;
        }
        let per_cent = shared.saturating_mul(200) / total;
        same.confidence = u8::try_from(per_cent.min(97)).unwrap_or(97);
        same
    }
}

/// Numbers as they are in every language: digits without what groups them.
pub(crate) fn numbers(text: &str) -> Vec<String> {
    let folded = fold::fold(text);
    let chars: Vec<char> = folded.chars().collect();
    let mut numbers = Vec::new();
    let mut at = 0;
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    while at < chars.len() {
        if !digit(at) {
            at += 1;
            continue;
        }
        let mut number = String::new();
        loop {
            while let Some(c) = chars.get(at).filter(|c| c.is_ascii_digit()) {
                number.push(*c);
                at += 1;
            }
            let three = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
            let groups = number.chars().count() <= 3 || !number.contains('.');
            match chars.get(at) {
                Some(',' | '.' | ' ' | '\u{A0}' | '\u{202F}' | '٬' | '،' | '’' | '\'')
                    if three && groups =>
                {
                    at += 1
                }
                Some(',' | '.' | '٫') if digit(at + 1) && !number.contains('.') => {
                    number.push('.');
                    at += 1;
                }
                _ => break,
            }
        }
        numbers.push(number);
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "Rabat, 12 November 2026 – The Sample Ministry of Health of Morocco and the World Health Organization vaccinated 1,250,000 children in 82 provinces, 94.5 per cent of those under five. The campaign lasted 14 days.";
    const FR: &str = "Rabat, le 12 novembre 2026 – Le ministère de la Santé (exemple) du Maroc et l’Organisation mondiale de la Santé ont vacciné 1 250 000 enfants dans 82 provinces, soit 94,5 % des moins de cinq ans. La campagne a duré 14 jours.";
    const AR: &str = "الرباط، ١٢ نونبر ٢٠٢٦ – لقّحت وزارة الصحة (نموذج) بالمغرب ومنظمة الصحة العالمية ١٬٢٥٠٬٠٠٠ طفل في ٨٢ إقليما، أي ٩٤٫٥ في المائة ممن هم دون الخامسة. ودامت الحملة ١٤ يوما.";

    #[test]
    fn numbers_are_the_same_in_every_language() {
        for text in [
            "1,250,000 and 94.5",
            "1 250 000 et 94,5",
            "١٬٢٥٠٬٠٠٠ و ٩٤٫٥",
        ] {
            assert_eq!(numbers(text), ["1250000", "94.5"], "{text}");
        }
    }

    #[test]
    fn the_same_story_is_known_and_another_is_not() {
        for (one, other) in [(EN, FR), (EN, AR), (FR, AR)] {
            let same = Story::of("", one).compare(&Story::of("", other));
            assert!(same.confidence >= 80, "{same:?}");
            assert_eq!(same.dates, ["2026-11-12"]);
        }
        for other in [
            "Rabat, 12 November 2026 – The Sample Ministry of Health of Morocco opened a hospital with 340 beds in a mountain town, the third this year.",
            "Amman, 3 March 2025 – Jordan and the World Health Organization trained 45 nurses in 6 centres.",
        ] {
            let same = Story::of("", FR).compare(&Story::of("", other));
            assert!(same.confidence < ENOUGH, "{same:?}");
        }
    }
}

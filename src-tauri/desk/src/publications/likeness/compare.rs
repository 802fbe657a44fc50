//! Whether two files are the same work in other bytes, or editions of it.
//!
//! Nothing here is sure, so nothing is done on its word alone: it makes a question for a person, or
//! for the rule a person chose. A wrong "same" costs more than a missed one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::sketch::{alike, keys, mix};
use super::title::{self, Title};

/// From here on two texts are the same text.
const SAME_TEXT: f32 = 0.85;
/// From here on one text was made of the other, whatever their titles say.
const MADE_OF_IT: f32 = 0.5;
/// Below this, two texts under one title have nothing to do with each other.
const OTHER_TEXT: f32 = 0.1;

/// What two works are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LikenessKind {
    /// The same work in other bytes: another format, saved once more.
    SameWork,
    /// The publication is a newer edition of the other.
    NewerEdition,
    /// The publication is an older edition of the other.
    OlderEdition,
    /// A portal has a piece about it, or the file itself.
    OnPortal,
}

impl LikenessKind {
    /// The word for it in the database and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameWork => "same_work",
            Self::NewerEdition => "newer_edition",
            Self::OlderEdition => "older_edition",
            Self::OnPortal => "on_portal",
        }
    }

    /// Reads the word for it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::SameWork,
            Self::NewerEdition,
            Self::OlderEdition,
            Self::OnPortal,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == word)
    }
}

/// Why two works are taken for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LikenessReason {
    /// The same DOI.
    Doi,
    /// The same ISBN.
    Isbn,
    /// The same title, but for edition and year.
    Title,
    /// The same year of publication.
    Year,
    /// Much of the text is the same.
    Text,
    /// The same bytes: the file is part of a piece there.
    Bytes,
}

/// What a work is recognised by.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Traits {
    title: Title,
    /// The title was made of the file's name.
    named: bool,
    year: Option<i32>,
    doi: String,
    isbn: String,
    languages: Vec<String>,
    sketch: Vec<u32>,
}

/// What [`Traits`] are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) title: &'a str,
    pub(crate) named: bool,
    pub(crate) year: Option<i32>,
    pub(crate) doi: &'a str,
    pub(crate) isbn: &'a str,
    pub(crate) languages: &'a [String],
    pub(crate) sketch: &'a [u32],
}

/// What was found out about two works.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Verdict {
    pub(crate) kind: LikenessKind,
    pub(crate) reasons: Vec<LikenessReason>,
    /// How much of the text is the same, in per cent.
    pub(crate) alike: Option<u8>,
}

impl Verdict {
    /// The stronger of two: identifiers, then equal text, then titles.
    pub(crate) fn strength(&self) -> (usize, u8) {
        let sure = self
            .reasons
            .iter()
            .filter(|reason| matches!(reason, LikenessReason::Doi | LikenessReason::Isbn))
            .count();
        (sure, self.alike.unwrap_or(0))
    }
}

impl Traits {
    pub(crate) fn new(facts: Facts<'_>) -> Self {
        Self {
            title: title::read(facts.title),
            named: facts.named,
            year: facts.year,
            doi: facts.doi.to_owned(),
            isbn: facts.isbn.to_owned(),
            languages: facts.languages.to_vec(),
            sketch: facts.sketch.to_vec(),
        }
    }

    /// The keys under which works like this one are found; two works that share none are not
    /// compared.
    pub(crate) fn keys(&self) -> Vec<i64> {
        let word = |kind: u64, text: &str| -> Option<u64> {
            (!text.is_empty()).then(|| {
                text.chars()
                    .fold(mix(kind), |all, c| mix(all ^ u64::from(u32::from(c))))
            })
        };
        let mut all: Vec<i64> = [
            word(1, &self.doi),
            word(2, &self.isbn),
            word(3, &self.title.bare),
        ]
        .into_iter()
        .flatten()
        .chain(keys(&self.sketch))
        .map(u64::cast_signed)
        .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What this work, the newcomer, is to another one. `None` for two different works.
    pub(crate) fn against(&self, other: &Self) -> Option<Verdict> {
        let text = alike(&self.sketch, &other.sketch);
        let equal = |a: &str, b: &str| !a.is_empty() && a == b;
        let mut reasons = Vec::new();
        if equal(&self.doi, &other.doi) {
            reasons.push(LikenessReason::Doi);
        }
        if equal(&self.isbn, &other.isbn) {
            reasons.push(LikenessReason::Isbn);
        }
        let identified = !reasons.is_empty();
        let same_title = equal(&self.title.bare, &other.title.bare);
        if same_title {
            reasons.push(LikenessReason::Title);
        }
        let same_year = self.year.is_some() && self.year == other.year;
        if same_year {
            reasons.push(LikenessReason::Year);
        }
        if text.is_some_and(|text| text >= MADE_OF_IT) {
            reasons.push(LikenessReason::Text);
        }

        // A yearly report is not an edition of last year's, however much of the text was kept.
        let serial = !self.title.years.is_empty()
            && !other.title.years.is_empty()
            && self.title.years != other.title.years;
        // A translation is a work of its own on a portal.
        let translated = !self.languages.is_empty()
            && !other.languages.is_empty()
            && !self
                .languages
                .iter()
                .any(|lang| other.languages.contains(lang));
        // Names of files are no titles, and one title may have two texts.
        let titled = same_title && !self.named && !other.named;
        let is = match text {
            _ if translated => false,
            Some(text) if text >= SAME_TEXT => true,
            _ if serial => false,
            _ if identified => true,
            Some(text) if text >= MADE_OF_IT => true,
            Some(text) => titled && text >= OTHER_TEXT,
            None => titled && (same_year || self.edition_differs(other)),
        };
        is.then(|| Verdict {
            kind: self.kind(other, serial),
            reasons,
            alike: text.map(per_cent),
        })
    }

    fn edition_differs(&self, other: &Self) -> bool {
        matches!((self.title.edition, other.title.edition), (a, b) if a != b)
            || matches!((self.year, other.year), (Some(a), Some(b)) if a != b)
    }

    /// What this work is to another one of which it is known that they are editions of one work.
    pub(crate) fn order(&self, other: &Self) -> LikenessKind {
        self.kind(other, false)
    }

    fn kind(&self, other: &Self, serial: bool) -> LikenessKind {
        use std::cmp::Ordering::{Equal, Greater, Less};
        if serial {
            return LikenessKind::SameWork;
        }
        let by_edition = match (self.title.edition, other.title.edition) {
            (None, None) => Equal,
            // The first edition does not call itself one.
            (ours, theirs) => ours.unwrap_or(1).cmp(&theirs.unwrap_or(1)),
        };
        let by_year = match (self.year, other.year) {
            (Some(ours), Some(theirs)) => ours.cmp(&theirs),
            _ => Equal,
        };
        match (by_edition, by_year) {
            (Greater, _) | (Equal, Greater) => LikenessKind::NewerEdition,
            (Less, _) | (Equal, Less) => LikenessKind::OlderEdition,
            (Equal, Equal) => LikenessKind::SameWork,
        }
    }
}

fn per_cent(share: f32) -> u8 {
    // A share lies between 0 and 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let whole = (share * 100.0).round() as u8;
    whole.min(100)
}

#[cfg(test)]
mod tests {
    use super::super::sketch::sketch;
    use super::*;

    fn words(from: u64, to: u64) -> String {
        (from..to)
            .map(|n| format!("word{} ", mix(n) % 9_000))
            .collect()
    }

    fn traits(title: &str, year: Option<i32>, text: &str) -> Traits {
        Traits::new(Facts {
            title,
            named: false,
            year,
            doi: "",
            isbn: "",
            languages: &["en".to_owned()],
            sketch: &sketch(text),
        })
    }

    #[test]
    fn works_are_told_apart() {
        use LikenessKind::{NewerEdition, OlderEdition, SameWork};
        let text = words(0, 3_000);
        let revised = words(600, 3_900);
        let other = words(50_000, 53_000);
        let guide = "Guideline on malaria in villages";
        for (ours, theirs, kind) in [
            // Saved once more, and in another format.
            (
                (guide, Some(2024), &text),
                (guide, Some(2024), &text),
                Some(SameWork),
            ),
            (
                (guide, None, &text),
                ("Something else entirely", None, &text),
                Some(SameWork),
            ),
            // Editions.
            (
                (guide, Some(2024), &revised),
                (guide, Some(2019), &text),
                Some(NewerEdition),
            ),
            (
                (guide, Some(2019), &text),
                (guide, Some(2024), &revised),
                Some(OlderEdition),
            ),
            (
                (
                    "Guideline on malaria in villages, 2nd edition",
                    None,
                    &revised,
                ),
                (guide, None, &text),
                Some(NewerEdition),
            ),
            // Yearly reports are not editions of each other.
            (
                ("Annual health report 2024", Some(2024), &revised),
                ("Annual health report 2023", Some(2023), &text),
                None,
            ),
            // One title, two works.
            (
                ("Report of the meeting", Some(2024), &text),
                ("Report of the meeting", Some(2024), &other),
                None,
            ),
            (
                (guide, Some(2024), &text),
                ("Another guideline", Some(2024), &other),
                None,
            ),
        ] {
            let found =
                traits(ours.0, ours.1, ours.2).against(&traits(theirs.0, theirs.1, theirs.2));
            assert_eq!(
                found.map(|verdict| verdict.kind),
                kind,
                "{ours:.60?} {theirs:.60?}"
            );
        }
    }

    #[test]
    fn scans_are_compared_by_what_is_said_about_them() {
        let scan = |title: &str, year| traits(title, year, "");
        let guide = "Guideline on malaria in villages";
        let same = scan(guide, Some(2020))
            .against(&scan(guide, Some(2020)))
            .unwrap();
        assert_eq!(same.kind, LikenessKind::SameWork);
        assert_eq!(same.reasons, [LikenessReason::Title, LikenessReason::Year]);
        assert_eq!(same.alike, None);
        assert!(scan(guide, None).against(&scan(guide, None)).is_none());
        assert_eq!(
            scan(guide, Some(2021))
                .against(&scan(guide, Some(2020)))
                .unwrap()
                .kind,
            LikenessKind::NewerEdition
        );
    }

    #[test]
    fn identifiers_and_languages() {
        let text = words(0, 500);
        let sketch = sketch(&text);
        let with = |isbn, lang: &str, title| {
            Traits::new(Facts {
                title,
                named: true,
                year: None,
                doi: "",
                isbn,
                languages: &[lang.to_owned()],
                sketch: &sketch,
            })
        };
        let one = with("9789241564816", "en", "a");
        let found = one.against(&with("9789241564816", "en", "b")).unwrap();
        assert!(found.reasons.contains(&LikenessReason::Isbn));
        assert!(one.against(&with("9789241564816", "fr", "a")).is_none());
        let keys = one.keys();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(keys.len(), 17);
    }
}

//! What a title says about the work and about the edition.

use std::collections::BTreeSet;

use super::super::same::title_key;

/// Titles of fewer letters ("Report") say too little to call two files the same work.
const MIN_LETTERS: usize = 8;

/// A title, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Title {
    /// Its folded words without years and without words about the edition or the state of the
    /// file; empty when too little is left to know a work by.
    pub(super) bare: String,
    /// The years in it: of a yearly report, which one it is.
    pub(super) years: BTreeSet<i32>,
    /// The edition it names.
    pub(super) edition: Option<u32>,
}

/// Words for editions by number, folded; French and Arabic beside English.
const ORDINALS: &[(&str, u32)] = &[
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("premiere", 1),
    ("deuxieme", 2),
    ("seconde", 2),
    ("troisieme", 3),
    ("quatrieme", 4),
    ("cinquieme", 5),
    ("الاولي", 1),
    ("الثانيه", 2),
    ("الثالثه", 3),
    ("الرابعه", 4),
    ("الخامسه", 5),
];
/// Words that say that a number or an ordinal beside them is an edition's.
const EDITION: &[&str] = &[
    "edition",
    "ed",
    "edn",
    "version",
    "ver",
    "revision",
    "rev",
    "طبعه",
    "الطبعه",
    "اصدار",
    "الاصدار",
    "نسخه",
    "النسخه",
];
/// Words about a file and not about a work.
const STATE: &[&str] = &[
    "final",
    "finale",
    "draft",
    "copy",
    "copie",
    "revised",
    "updated",
    "revisee",
    "corrige",
    "web",
    "print",
    "lowres",
    "نهائي",
    "نهاييه",
    "مسوده",
    "منقحه",
];

/// The folded words of a title or a file's name without years and without words about the edition or
/// the state of the file. Few words may be left, or none: enough to compare the files of one piece.
pub(crate) fn work_words(title: &str) -> String {
    take_apart(title).bare
}

/// Takes a title apart.
pub(super) fn read(title: &str) -> Title {
    let mut read = take_apart(title);
    if read.bare.chars().filter(|c| c.is_alphanumeric()).count() < MIN_LETTERS {
        read.bare.clear();
    }
    read
}

fn take_apart(title: &str) -> Title {
    let key = title_key(title);
    let words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let mut read = Title::default();
    let mut bare: Vec<&str> = Vec::new();
    let speaks_of_edition = |at: usize| -> bool {
        let beside = |at: Option<usize>| {
            at.and_then(|at| words.get(at))
                .is_some_and(|word| EDITION.contains(word))
        };
        beside(at.checked_sub(1)) || beside(at.checked_add(1))
    };
    for (at, word) in words.iter().enumerate() {
        if let Some(year) = year(word) {
            read.years.insert(year);
        } else if let Some(number) = edition_number(word).filter(|_| speaks_of_edition(at)) {
            read.edition = Some(number);
        } else if let Some(number) = word
            .strip_prefix('v')
            .and_then(|number| number.parse().ok())
            .filter(|number| (1..100).contains(number))
        {
            read.edition = Some(number);
        } else if let Some(number) = numbered_state(word) {
            // "FINAL2" is the second of its kind.
            read.edition = read.edition.or(number);
        } else if !EDITION.contains(word) {
            bare.push(word);
        }
    }
    read.bare = bare.join(" ");
    read
}

fn year(word: &str) -> Option<i32> {
    let year: i32 = word.parse().ok().filter(|_| word.len() == 4)?;
    (1900..2100).contains(&year).then_some(year)
}

fn edition_number(word: &str) -> Option<u32> {
    if let Some((_, number)) = ORDINALS.iter().find(|(ordinal, _)| ordinal == &word) {
        return Some(*number);
    }
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let ending = word.get(digits.len()..).unwrap_or_default();
    let ordinal = matches!(
        ending,
        "" | "st" | "nd" | "rd" | "th" | "e" | "eme" | "re" | "er"
    );
    digits
        .parse()
        .ok()
        .filter(|number| ordinal && (1..100).contains(number))
}

/// Whether a word only tells of the state of a file, and the number behind it.
fn numbered_state(word: &str) -> Option<Option<u32>> {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    STATE.contains(&letters).then(|| {
        word.get(letters.len()..)
            .and_then(|digits| digits.parse().ok())
            .filter(|number| *number < 100)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_years_and_states_are_told_apart_from_the_work() {
        for (title, bare, years, edition) in [
            (
                "Guideline on Malaria, 2nd edition",
                "guideline on malaria",
                &[][..],
                Some(2),
            ),
            (
                "Guideline on Malaria – Third Edition",
                "guideline on malaria",
                &[],
                Some(3),
            ),
            (
                "Guide du paludisme, 2e édition",
                "guide du paludisme",
                &[],
                Some(2),
            ),
            (
                "Guide du paludisme. Deuxième édition revisée",
                "guide du paludisme",
                &[],
                Some(2),
            ),
            (
                "دليل مكافحة الملاريا، الطبعة الثانية",
                "دليل مكافحه الملاريا",
                &[],
                Some(2),
            ),
            ("Annual Report 2024", "annual report", &[2024], None),
            ("Sample plan v3 FINAL", "sample plan", &[], Some(3)),
            ("Sample plan final_FINAL2", "sample plan", &[], Some(2)),
            (
                "Bulletin No. 12 of the week",
                "bulletin no 12 of the week",
                &[],
                None,
            ),
            ("Report", "", &[], None),
        ] {
            let read = read(title);
            assert_eq!(read.bare, bare, "{title}");
            assert_eq!(
                read.years.iter().copied().collect::<Vec<_>>(),
                years,
                "{title}"
            );
            assert_eq!(read.edition, edition, "{title}");
        }
    }
}

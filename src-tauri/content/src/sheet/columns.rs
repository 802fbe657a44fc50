//! Which column means what, by the words of its head.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::fold::fold_with_offsets;

/// What a column can mean. `file`, `id` and `sha256` say which publication a row is about; `fix`
/// and `qalam` are the columns a sheet is given back with; the others are facts.
pub const TARGETS: &[&str] = &[
    "file",
    "id",
    "sha256",
    "title",
    "corporate_author",
    "authors",
    "year",
    "languages",
    "pages",
    "publication_type",
    "licence",
    "doi",
    "isbn",
    "issn",
    "fix",
    "qalam",
];

/// How much a head must be like a known word to be taken for it, of 1.
const LIKENESS: f64 = 0.84;

type Words = BTreeMap<String, Vec<String>>;

fn words() -> &'static Words {
    static FILE: OnceLock<Words> = OnceLock::new();
    FILE.get_or_init(|| {
        // The file is part of the program; a test reads it.
        let read: Words = serde_json::from_str(include_str!(
            "../../../../assets/vocabularies/sheet_columns.json"
        ))
        .unwrap_or_default();
        read.into_iter()
            .map(|(target, words)| (target, words.iter().map(|word| key(word)).collect()))
            .collect()
    })
}

/// A head as it is compared: folded words, one blank between.
#[must_use]
pub fn key(head: &str) -> String {
    fold_with_offsets(head)
        .into_iter()
        .map(|token| token.text)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What each column probably means; each meaning once. `remembered` knows what a person said a head
/// (as [`key`] writes it) means: an empty text for nothing.
#[must_use]
pub fn propose(
    header: &[String],
    remembered: &dyn Fn(&str) -> Option<String>,
) -> Vec<Option<String>> {
    let mut proposed: Vec<Option<String>> = vec![None; header.len()];
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut open: Vec<(usize, String)> = Vec::new();
    for (at, head) in header.iter().enumerate() {
        let head = key(head);
        match remembered(&head) {
            Some(target) if target.is_empty() => {}
            Some(target) if TARGETS.contains(&target.as_str()) => {
                if taken.insert(target.clone())
                    && let Some(place) = proposed.get_mut(at)
                {
                    *place = Some(target);
                }
            }
            _ if head.is_empty() => {}
            _ => open.push((at, head)),
        }
    }
    // The surest first, whatever their order in the sheet.
    let mut ways: Vec<(f64, usize, &str)> = Vec::new();
    for (at, head) in &open {
        for (target, known) in words() {
            let best = known
                .iter()
                .map(|word| likeness(head, word))
                .fold(0.0, f64::max);
            if best >= LIKENESS {
                ways.push((best, *at, target.as_str()));
            }
        }
    }
    ways.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    for (_, at, target) in ways {
        if let Some(place) = proposed.get_mut(at)
            && place.is_none()
            && taken.insert(target.to_owned())
        {
            *place = Some(target.to_owned());
        }
    }
    proposed
}

fn likeness(head: &str, word: &str) -> f64 {
    if head == word {
        return 1.0;
    }
    // "Title of the document" begins with the word, "Titre (fr)" as well.
    let rest = head.strip_prefix(word);
    if word.chars().count() >= 4 && rest.is_some_and(|rest| rest.starts_with(' ')) {
        return 0.9;
    }
    // Short words are one slip away from each other.
    if word.chars().count() < 5 {
        return 0.0;
    }
    strsim::normalized_damerau_levenshtein(head, word)
}

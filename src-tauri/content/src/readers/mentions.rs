//! Countries and organisations of our vocabularies that a text mentions, in whatever language.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::fold;

/// What is mentioned.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum MentionKind {
    /// A state, by ISO 3166 alpha-2.
    Country,
    /// An organisation, by its id in the vocabulary.
    Organisation,
}

/// Something of our vocabularies that a text names.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it is.
    pub kind: MentionKind,
    /// Its id.
    pub id: String,
    /// How often it is named.
    pub times: u32,
    /// How sure, in per cent: a short acronym may mean something else.
    pub confidence: u8,
}

struct Name {
    kind: MentionKind,
    /// Empty for a name that is none of ours and has one of ours inside it.
    id: String,
    words: String,
    confidence: u8,
}

/// Names of other states in which one of ours stands.
const OTHERS: &[&str] = &[
    "South Sudan",
    "Soudan du Sud",
    "جنوب السودان",
    "Equatorial Guinea",
    "Guinée équatoriale",
    "غينيا الاستوائية",
    "Papua New Guinea",
    "Papouasie-Nouvelle-Guinée",
    "بابوا غينيا الجديدة",
];

/// Names that are common words as well, folded: "financial", "diameter", and Amman without its
/// mark.
const UNSURE: &[&str] = &["مالي", "قطر", "عمان", "تشاد"];
/// How sure such a one is at most, in per cent.
const UNSURE_AT_MOST: u8 = 60;

/// All names in the three languages, folded; longer ones first.
fn names() -> &'static [Name] {
    static NAMES: OnceLock<Vec<Name>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = Vec::new();
        let states = include_str!("../../../../assets/vocabularies/member_states.json");
        let bodies = include_str!("../../../../assets/vocabularies/institutions.json");
        for (text, lists, key, kind) in [
            (
                states,
                ["members", "observers"],
                "iso2",
                MentionKind::Country,
            ),
            (
                bodies,
                ["institutions", "partners"],
                "id",
                MentionKind::Organisation,
            ),
        ] {
            let all: Value = serde_json::from_str(text).unwrap_or_default();
            let entries = lists
                .iter()
                .filter_map(|list| all.get(list)?.as_array())
                .flatten();
            for entry in entries {
                let Some(id) = entry.get(key).and_then(Value::as_str) else {
                    continue;
                };
                for (field, confidence) in
                    [("name", 95), ("aliases", 90), ("aka", 75), ("acronym", 80)]
                {
                    let mut found = Vec::new();
                    texts(entry.get(field), &mut found);
                    for name in found {
                        let words = words_of(name);
                        let letters = words.chars().filter(|c| c.is_alphabetic()).count();
                        // Two letters are a word somewhere.
                        if letters >= 3 {
                            let unsure = UNSURE.contains(&words.as_str());
                            names.push(Name {
                                kind,
                                id: id.to_owned(),
                                words: format!(" {words} "),
                                confidence: if unsure { UNSURE_AT_MOST } else { confidence },
                            });
                        }
                    }
                }
            }
        }
        names.extend(OTHERS.iter().map(|other| Name {
            kind: MentionKind::Country,
            id: String::new(),
            words: format!(" {} ", words_of(other)),
            confidence: 0,
        }));
        names.sort_by_key(|name| std::cmp::Reverse(name.words.len()));
        names
    })
}

/// Arabic first words of the names of states.
fn first_words() -> &'static BTreeSet<String> {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        names()
            .iter()
            .filter(|name| name.kind == MentionKind::Country)
            .filter_map(|name| name.words.split_whitespace().next())
            .filter(|word| !word.is_ascii())
            .map(str::to_owned)
            .collect()
    })
}

/// A state without an article after what is written together with it: "وسوريا", "وبمصر".
fn bare_state(word: &str) -> &str {
    let states = first_words();
    if states.contains(word) {
        return word;
    }
    ["و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل"]
        .iter()
        .filter_map(|before| word.strip_prefix(before))
        .find(|rest| states.contains(*rest))
        .unwrap_or(word)
}

fn texts<'v>(value: Option<&'v Value>, out: &mut Vec<&'v str>) {
    match value {
        Some(Value::String(text)) => out.push(text),
        Some(Value::Array(all)) => all.iter().for_each(|one| texts(Some(one), out)),
        Some(Value::Object(all)) => all.values().for_each(|one| texts(Some(one), out)),
        _ => {}
    }
}

fn words_of(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    fold::for_each_token(text, |token| {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(bare(&token.text));
    });
    words
}

/// An Arabic word without what is written together with it: "والمغرب", "بالمغرب" are "المغرب".
fn bare(word: &str) -> &str {
    let mut bare = word;
    // One or two of them: "وبالأردن".
    for before in ["وب", "وك", "فب", "و", "ف", "ب", "ك"] {
        if let Some(rest) = word.strip_prefix(before)
            && rest.starts_with("ال")
            && rest.chars().count() >= 5
        {
            bare = rest;
            break;
        }
    }
    // The article itself comes and goes: "للمغرب", "المغرب".
    bare.strip_prefix("لل")
        .or_else(|| bare.strip_prefix("ال"))
        .filter(|rest| rest.chars().count() >= 3)
        .unwrap_or(bare)
}

/// Acronyms count where they are written as such.
fn capitals(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() >= 2 && !word.chars().any(char::is_lowercase))
        .map(fold::fold)
        .collect()
}

/// The words of a text that are written with a capital, folded.
fn capitalised(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    fold::for_each_token(text, |token| {
        let first = text.get(token.start..).and_then(|rest| rest.chars().next());
        if first.is_some_and(|first| !first.is_lowercase()) {
            words.insert(token.text);
        }
    });
    words
}

/// What a text mentions, most often named first.
#[must_use]
pub fn mentions(text: &str) -> Vec<Mention> {
    // Written with its mark, the capital of Jordan is not the state that folding makes of it.
    let text = &text.replace("عمّان", "");
    // Two blanks between words: what is taken out of the middle leaves its neighbours theirs.
    let mut words = String::with_capacity(text.len() * 2);
    for word in words_of(text).split(' ') {
        words.push(' ');
        words.push_str(bare_state(word));
        words.push(' ');
    }
    let capitals = capitals(text);
    let capitalised = capitalised(text);
    let mut found: BTreeMap<(MentionKind, &str), (u32, u8)> = BTreeMap::new();
    for name in names() {
        let wanted = format!(" {} ", name.words.trim().replace(' ', "  "));
        let times = memchr::memmem::find_iter(words.as_bytes(), wanted.as_bytes()).count();
        if times == 0 {
            continue;
        }
        let plain = name.words.trim();
        let is_acronym = name.confidence <= 80 && plain.is_ascii() && !plain.contains(' ');
        if is_acronym && !capitals.contains(plain) {
            continue;
        }
        let first = plain.split(' ').next().unwrap_or_default();
        if name.kind == MentionKind::Country && !capitalised.contains(first) && first.is_ascii() {
            continue;
        }
        // A longer name is not the shorter one inside it as well.
        words = words.replace(&wanted, "  ");
        if name.id.is_empty() {
            continue;
        }
        let entry = found.entry((name.kind, &name.id)).or_insert((0, 0));
        entry.0 = entry.0.max(u32::try_from(times).unwrap_or(u32::MAX));
        entry.1 = entry.1.max(name.confidence);
    }
    let mut mentions: Vec<Mention> = found
        .into_iter()
        .map(|((kind, id), (times, confidence))| Mention {
            kind,
            id: id.to_owned(),
            times,
            confidence,
        })
        .collect();
    mentions.sort_by(|a, b| {
        b.times
            .cmp(&a.times)
            .then_with(|| (a.kind, &a.id).cmp(&(b.kind, &b.id)))
    });
    mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_three_languages() {
        for (text, expected) in [
            (
                "The WHO works with Morocco and Jordan.",
                vec!["JO", "MA", "who"],
            ),
            (
                "L’OMS travaille avec le Maroc et la Jordanie.",
                vec!["JO", "MA", "who"],
            ),
            (
                "تعمل منظمة الصحة العالمية مع المغرب وبالأردن.",
                vec!["JO", "MA", "who"],
            ),
            ("Who was there? Nobody from the omission.", vec![]),
            (
                "شاركت مصر وسوريا ونيجيريا وتونس وليبيا ولتركيا وباكستان ولبنان.",
                vec!["EG", "LB", "LY", "NG", "PK", "SY", "TN", "TR"],
            ),
            // The capital of Jordan, written with its mark.
            ("أعلنت الوزارة في عمّان عن حملة.", vec![]),
            // Other states, and words of other languages.
            ("South Sudan, Papua New Guinea and جنوب السودان", vec![]),
            (
                "Les équipes de Guinée-Bissau et de Guinée équatoriale",
                vec!["GW"],
            ),
            ("Kurum mali yılda sudan bulaşan hastalıkları yazdı.", vec![]),
            ("Mali and the Sudan", vec!["ML", "SD"]),
        ] {
            let mut found: Vec<String> = mentions(text).into_iter().map(|m| m.id).collect();
            found.sort();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_name_that_is_a_common_word_is_not_sure() {
        for (text, id) in [
            ("قدمت الوزارة دعم مالي", "ML"),
            ("يبلغ قطر الأنبوب مترا", "QA"),
            ("في عمان اليوم", "OM"),
        ] {
            let found = mentions(text);
            let one = found.iter().find(|one| one.id == id).unwrap();
            assert!(one.confidence <= UNSURE_AT_MOST, "{text}");
        }
        // Named in full, or in another language, it is.
        assert!(mentions("Doha, Qatar")[0].confidence >= 90);
    }
}

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
    id: String,
    words: String,
    confidence: u8,
}

/// All names in the three languages, folded.
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
                            names.push(Name {
                                kind,
                                id: id.to_owned(),
                                words: format!(" {words} "),
                                confidence,
                            });
                        }
                    }
                }
            }
        }
        names
    })
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

/// What a text mentions, most often named first.
#[must_use]
pub fn mentions(text: &str) -> Vec<Mention> {
    let words = format!(" {} ", words_of(text).replace(' ', "  "));
    let capitals = capitals(text);
    let mut found: BTreeMap<(MentionKind, &str), (u32, u8)> = BTreeMap::new();
    for name in names() {
        let wanted = name.words.trim().replace(' ', "  ");
        let wanted = format!(" {wanted} ");
        let times = memchr::memmem::find_iter(words.as_bytes(), wanted.as_bytes()).count();
        if times == 0 {
            continue;
        }
        let is_acronym = name.confidence <= 80
            && name.words.trim().is_ascii()
            && !name.words.trim().contains(' ');
        if is_acronym && !capitals.contains(name.words.trim()) {
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
        ] {
            let mut found: Vec<String> = mentions(text).into_iter().map(|m| m.id).collect();
            found.sort();
            assert_eq!(found, expected, "{text}");
        }
    }
}

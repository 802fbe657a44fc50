//! The bodies that publish: institutions of the vocabulary, and ministries by the words they are
//! named with in the languages of the member states.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

use crate::fold::fold_with_offsets;

/// Longest name of a body, in characters.
const MAX_NAME: usize = 120;
/// Shortest name that is looked for inside a text; shorter ones are acronyms or too common.
const MIN_LOOKED_FOR: usize = 12;

/// A body of the vocabulary: its name as written, and folded.
struct Body {
    name: String,
    key: String,
}

fn bodies() -> &'static [Body] {
    static BODIES: OnceLock<Vec<Body>> = OnceLock::new();
    BODIES.get_or_init(|| {
        let shipped = include_str!("../../../../assets/vocabularies/institutions.json");
        let shipped: Value = serde_json::from_str(shipped).unwrap_or_default();
        let mut bodies = Vec::new();
        for list in ["institutions", "partners"] {
            let entries = shipped.get(list).and_then(Value::as_array);
            for name in entries
                .into_iter()
                .flatten()
                .filter_map(|entry| entry.get("name").and_then(Value::as_object))
                .flat_map(|names| names.values())
                .filter_map(Value::as_str)
                .filter(|name| name.chars().count() >= MIN_LOOKED_FOR)
            {
                bodies.push(Body {
                    key: key(name),
                    name: name.to_owned(),
                });
            }
        }
        // The longest first: a regional office before its organisation.
        bodies.sort_by_key(|body| std::cmp::Reverse(body.key.len()));
        bodies
    })
}

fn key(text: &str) -> String {
    fold_with_offsets(text)
        .into_iter()
        .map(|word| word.text)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Names of ministries, from the word for ministry to the end of the name. What belongs to the
/// name is bounded: a sentence that mentions a ministry goes on.
fn ministry() -> Option<&'static Regex> {
    static MINISTRY: OnceLock<Option<Regex>> = OnceLock::new();
    MINISTRY
        .get_or_init(|| {
            Regex::new(
                r"(?x)
                (?:(?:Sample|Federal|National|State|Royal)\s+)*Ministry\s+of\s+(?:\p{Lu}[\w’'-]*|and|of|the|for|&|,)(?:\s+(?:\p{Lu}[\w’'-]*|and|of|the|for|&|,\s*\p{Lu}[\w’'-]*))*
                |(?:\p{Lu}[\w’'-]*\s+){0,3}(?:Health|Population|Welfare)\s+Ministry\b
                |Ministère\s+(?:de\s+la|de\s+l[’']\s?|du|des|de)\s*(?:[Ss]anté|[Pp]opulation|\p{Lu}[\w’'-]*)(?:\s+(?:\p{Lu}[\w’'-]*|et|de|la|du|des|publique|sociale|sociales|l[’']\p{L}+))*
                |(?:نموذج\s+)?وزارة\s+الصحة(?:\s+(?:العامة|والسكان|العمومية|والحماية|الاجتماعية|والبيئة|ووقاية|المجتمع|والتعليم|الطبي|والرعاية|الاتحادية|والوقاية|وتنمية))*(?:\s*\(نموذج\))?
                |\p{Lu}[\w’'-]*(?:\s+\p{Lu}[\w’'-]*)?\s+Bakanlığı
                |T\.?C\.?\s+Sağlık\s+Bakanlığı
                |Kementerian\s+Kesihatan(?:\s+\p{Lu}\w+)*
                |Kementerian\s+Kesehatan(?:\s+(?:RI|\p{Lu}\w+))*
                |وزارت\s+(?:بهداشت|صحت|صحت\s+عامه)(?:[،\s]+(?:درمان|و|آموزش|پزشکی|عامه))*
                |Министерство\s+здравоохранения(?:\s+\p{Lu}\w+)*
                |Sog[‘'ʻ’]liqni\s+saqlash\s+vazirligi
                |Ministério\s+da\s+Saúde(?:\s+de\s+\p{Lu}\w+)?
                ",
            )
            .ok()
        })
        .as_ref()
}

/// Whether a name is of a body rather than of a person.
pub(super) fn is_body(name: &str) -> bool {
    if ministry().is_some_and(|ministry| ministry.is_match(name)) {
        return true;
    }
    let name_key = key(name);
    if bodies().iter().any(|body| name_key == body.key) {
        return true;
    }
    const WORDS: [&str; 41] = [
        "ministry",
        "ministere",
        "ministerio",
        "organization",
        "organisation",
        "committee",
        "comite",
        "institute",
        "institut",
        "center",
        "centre",
        "agency",
        "agence",
        "office",
        "department",
        "departement",
        "direction",
        "directorate",
        "university",
        "universite",
        "bank",
        "fund",
        "fonds",
        "council",
        "conseil",
        "association",
        "federation",
        "commission",
        "programme",
        "project",
        "team",
        "group",
        "society",
        "foundation",
        "وزاره",
        "منظمه",
        "مركز",
        "المجلس",
        "هيئه",
        "مديريه",
        "bakanligi",
    ];
    name_key.split(' ').any(|word| WORDS.contains(&word))
}

/// The body a first page names, with its place: at most the name of one, the one that stands
/// highest; a ministry before an institution it works with.
pub(super) fn on_page(page: &str) -> Option<String> {
    let mut of_vocabulary: Option<(usize, &Body)> = None;
    for line in page.lines().take(120).filter(|line| may_sign(line)) {
        let found = ministry().and_then(|ministry| ministry.find(line));
        if let Some(found) = found {
            // In a sentence a ministry is mentioned; on a line of its own it signs.
            let around = line
                .chars()
                .count()
                .saturating_sub(found.as_str().chars().count());
            if around <= 40 {
                return Some(shortened(found.as_str()));
            }
        }
    }
    let page_key = key(page.get(..floor(page, 6_000)).unwrap_or(page));
    for body in bodies() {
        if let Some(at) = page_key.find(&body.key)
            && of_vocabulary.is_none_or(|(first, _)| at < first)
        {
            of_vocabulary = Some((at, body));
        }
    }
    of_vocabulary.map(|(_, body)| body.name.clone())
}

/// Parts of the words for a ministry; a line without any of them need not be looked at.
fn may_sign(line: &str) -> bool {
    const STEMS: [&str; 9] = [
        "inist",
        "INIST",
        "akanl",
        "ementerian",
        "وزار",
        "azirlig",
        "инистерств",
        "MINIST",
        "وزارت",
    ];
    STEMS.iter().any(|stem| line.contains(stem))
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn shortened(name: &str) -> String {
    let name = name.trim_end_matches([',', ' ', '،']);
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while words.last().is_some_and(|word| {
        matches!(
            *word,
            "and" | "of" | "the" | "for" | "&" | "et" | "de" | "la" | "و"
        )
    }) {
        words.pop();
    }
    words.join(" ").chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_sign_their_first_page() {
        let cases = [
            (
                "Sample Ministry of Health\nAnnual report",
                Some("Sample Ministry of Health"),
            ),
            (
                "Ministry of Health and Population\nPlan",
                Some("Ministry of Health and Population"),
            ),
            (
                "Ministère de la Santé publique\nPlan",
                Some("Ministère de la Santé publique"),
            ),
            (
                "وزارة الصحة والسكان\nالتقرير السنوي",
                Some("وزارة الصحة والسكان"),
            ),
            ("T.C. Sağlık Bakanlığı\n2020", Some("T.C. Sağlık Bakanlığı")),
            (
                "Guidelines\nWorld Health Organization",
                Some("World Health Organization"),
            ),
            ("A note about nothing", None),
            (
                "It was then that the Ministry of Health of the country decided that schools would open again in autumn.",
                None,
            ),
        ];
        for (page, expected) in cases {
            assert_eq!(on_page(page).as_deref(), expected, "{page}");
        }
    }

    #[test]
    fn people_are_not_bodies() {
        for body in [
            "World Health Organization",
            "Sample Ministry of Health",
            "وزارة الصحة",
            "Second Office",
        ] {
            assert!(is_body(body), "{body}");
        }
        for person in ["First Author", "Family, Given", "فلان الفلاني"] {
            assert!(!is_body(person), "{person}");
        }
    }
}

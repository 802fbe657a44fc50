//! What people write for a term of a list: its code, its name in any of the three languages, a
//! name of a language in its own letters, or nearly one of these.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use qalam_content::fold::fold;
use qalam_content::kind::Registry;
use serde_json::Value;

use super::same::title_key;
use crate::vocab;

/// How much two names must be alike to be proposed, of 1.
const LIKENESS: f64 = 0.72;
/// The most terms proposed for one text.
const MAX_PROPOSALS: usize = 3;
/// Texts longer than this are sentences, not terms; characters.
const MAX_TERM_CHARS: usize = 120;

/// What a text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// This term, by its code.
    Exact(String),
    /// Probably one of these, the likeliest first. Empty: nothing is like it.
    Near(Vec<String>),
}

/// A list of terms with the names they are known by.
struct Terms(Vec<Term>);

struct Term {
    code: String,
    /// Its name by language.
    shown: BTreeMap<String, String>,
    /// Folded names, the code among them.
    names: Vec<String>,
}

impl Terms {
    /// From codes, their names by language, and further names.
    fn new(entries: impl Iterator<Item = (String, BTreeMap<String, String>, Vec<String>)>) -> Self {
        Self(
            entries
                .map(|(code, shown, more)| {
                    let mut known: Vec<String> = shown
                        .values()
                        .chain(&more)
                        .chain([&code])
                        .map(|name| title_key(name))
                        .filter(|name| !name.is_empty())
                        .collect();
                    known.sort_unstable();
                    known.dedup();
                    Term {
                        code,
                        shown,
                        names: known,
                    }
                })
                .collect(),
        )
    }

    fn read(&self, text: &str) -> Reading {
        let wanted = title_key(text);
        if wanted.is_empty() || text.chars().count() > MAX_TERM_CHARS {
            return Reading::Near(Vec::new());
        }
        if let Some(term) = self.0.iter().find(|term| term.names.contains(&wanted)) {
            return Reading::Exact(term.code.clone());
        }
        let mut near: Vec<(f64, &str)> = self
            .0
            .iter()
            .map(|term| {
                let best = term
                    .names
                    .iter()
                    .map(|name| likeness(&wanted, name))
                    .fold(0.0, f64::max);
                (best, term.code.as_str())
            })
            .filter(|(likeness, _)| *likeness >= LIKENESS)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        Reading::Near(
            near.into_iter()
                .take(MAX_PROPOSALS)
                .map(|(_, code)| code.to_owned())
                .collect(),
        )
    }
}

/// How much two folded names are alike: by their letters, or because one holds the other's words.
fn likeness(a: &str, b: &str) -> f64 {
    let letters = strsim::normalized_damerau_levenshtein(a, b);
    let (short, long): (Vec<&str>, Vec<&str>) = if a.len() <= b.len() {
        (a.split(' ').collect(), b.split(' ').collect())
    } else {
        (b.split(' ').collect(), a.split(' ').collect())
    };
    let held = short.iter().all(|word| long.contains(word));
    // "Annual report 2024" holds "annual report"; a single short word says too little.
    let enough = short.iter().map(|word| word.chars().count()).sum::<usize>() >= 4;
    if held && enough {
        letters.max(0.8)
    } else {
        letters
    }
}

fn names_of(names: Option<&Value>) -> BTreeMap<String, String> {
    names
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(lang, name)| Some((lang.clone(), name.as_str()?.to_owned())))
        .collect()
}

fn listed(file: &str, list: &str) -> Terms {
    let parsed: Value = vocab::text(file)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let entries = parsed.get(list).and_then(Value::as_array);
    Terms::new(entries.into_iter().flatten().filter_map(|entry| {
        let own = entry.get("own").into_iter();
        let also = entry.get("also").and_then(Value::as_array);
        let mut more: Vec<String> = own
            .chain(also.into_iter().flatten())
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect();
        let shown = names_of(entry.get("name"));
        more.extend(
            shown
                .get("ar")
                .into_iter()
                .flat_map(|name| adjectives(name)),
        );
        Some((entry.get("id")?.as_str()?.to_owned(), shown, more))
    }))
}

/// The words people write for an Arabic name with the article (`العربية`): without it, and of the
/// other gender (`عربية`, `عربي`, `العربي`).
fn adjectives(name: &str) -> Vec<String> {
    let Some(bare) = name.strip_prefix("ال").filter(|bare| !bare.contains(' ')) else {
        return Vec::new();
    };
    let mut found = vec![bare.to_owned()];
    if let Some(short) = bare.strip_suffix('ة') {
        found.extend([short.to_owned(), format!("ال{short}")]);
    }
    found
}

fn languages() -> &'static Terms {
    static LIST: OnceLock<Terms> = OnceLock::new();
    LIST.get_or_init(|| listed("languages", "languages"))
}

fn licences() -> &'static Terms {
    static LIST: OnceLock<Terms> = OnceLock::new();
    LIST.get_or_init(|| listed("licences", "licences"))
}

fn kinds() -> &'static Terms {
    static LIST: OnceLock<Terms> = OnceLock::new();
    LIST.get_or_init(|| {
        let vocabulary = Registry::builtin().vocabularies.get("publicationType");
        Terms::new(
            vocabulary
                .into_iter()
                .flat_map(|list| &list.items)
                .map(|term| {
                    let names = serde_json::to_value(&term.label).ok();
                    (term.code.clone(), names_of(names.as_ref()), Vec::new())
                }),
        )
    })
}

/// The name of a term of the list of `field` in `lang`; `None` for fields without a list and codes
/// without a name.
#[must_use]
pub fn name(field: &str, code: &str, lang: &str) -> Option<String> {
    let list = match field {
        "languages" => languages(),
        "licence" => licences(),
        "publication_type" => kinds(),
        _ => return None,
    };
    let term = list.0.iter().find(|term| term.code == code)?;
    term.shown.get(lang).or(term.shown.get("en")).cloned()
}

/// Which term of the list of `field` a text means; `None` for fields without a list.
#[must_use]
pub fn read(field: &str, text: &str) -> Option<Reading> {
    match field {
        "languages" => Some(language(text)),
        "licence" => Some(licences().read(text)),
        "publication_type" => Some(kinds().read(text)),
        _ => None,
    }
}

fn language(text: &str) -> Reading {
    match languages().read(text) {
        Reading::Near(near) => match vocab::language(&fold_tag(text)) {
            // A tag of a language without a name here, or with a region.
            Ok(tag) if text.trim().chars().count() <= 3 || text.contains(['-', '_']) => {
                Reading::Exact(tag)
            }
            _ => Reading::Near(near),
        },
        exact => exact,
    }
}

fn fold_tag(text: &str) -> String {
    text.trim().replace('_', "-")
}

/// The parts of a text that names several languages.
#[must_use]
pub fn language_parts(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text
        .split(['\n', ';', ',', '/', '+', '&', '؛', '،'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    // "ar fr" and "ar-fr" are two tags; "Kurdî Kurmancî" is one name.
    if let [one] = parts.as_slice()
        && matches!(language(one), Reading::Near(_))
    {
        let words: Vec<&str> = one
            .split_whitespace()
            .filter(|word| !["and", "et", "و"].contains(&fold(word).as_str()))
            .collect();
        if words.len() > 1
            && words
                .iter()
                .all(|word| matches!(language(word), Reading::Exact(_)))
        {
            return words;
        }
    }
    parts
}

/// The value a person means: names of terms become their codes. What is no name of a term stays
/// as it is, to be refused with its own words.
#[must_use]
pub fn as_meant(field: &str, value: &Value) -> Value {
    let Value::String(text) = value else {
        return value.clone();
    };
    if text.trim().is_empty() {
        return value.clone();
    }
    match field {
        "languages" => language_parts(text)
            .into_iter()
            .map(|part| match language(part) {
                Reading::Exact(code) => Value::from(code),
                Reading::Near(_) => Value::from(part),
            })
            .collect(),
        "licence" | "publication_type" => match read(field, text) {
            Some(Reading::Exact(code)) => Value::from(code),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn terms_are_known_by_code_and_by_name_in_three_languages() {
        for (field, text, meant) in [
            ("publication_type", "Annual report", json!("annual-report")),
            ("publication_type", "RAPPORT ANNUEL", json!("annual-report")),
            ("publication_type", "تقرير سنوى", json!("annual-report")),
            ("publication_type", "annual-report", json!("annual-report")),
            ("publication_type", "poem", json!("poem")),
            ("licence", "Attribution 4.0", json!("cc-by-4.0")),
            ("licence", "CC BY 4.0", json!("cc-by-4.0")),
            ("languages", "Arabic; French", json!(["ar", "fr"])),
            ("languages", "العربية، الفرنسية", json!(["ar", "fr"])),
            ("languages", "Türkçe", json!(["tr"])),
            ("languages", "عربي", json!(["ar"])),
            ("languages", "انجليزي", json!(["en"])),
            ("languages", "إنكليزية", json!(["en"])),
            ("languages", "فرنسي؛ تركي", json!(["fr", "tr"])),
            ("languages", "Farsi", json!(["fa"])),
            ("languages", "eng; ARA", json!(["en", "ar"])),
            ("languages", "ar fr", json!(["ar", "fr"])),
            ("languages", "arabe et français", json!(["ar", "fr"])),
            ("languages", "AR/EN", json!(["ar", "en"])),
            ("languages", "pt-BR", json!(["pt-BR"])),
            ("languages", "Martian", json!(["Martian"])),
            ("languages", "", json!("")),
            ("title", "Arabic", json!("Arabic")),
        ] {
            assert_eq!(as_meant(field, &json!(text)), meant, "{field} {text}");
        }
    }

    #[test]
    fn what_is_nearly_a_term_is_proposed() {
        let near = |field: &str, text: &str| match read(field, text) {
            Some(Reading::Near(near)) => near,
            other => panic!("{other:?}"),
        };
        assert_eq!(near("publication_type", "Anual reprot"), ["annual-report"]);
        assert_eq!(
            near("publication_type", "Annual report 2024"),
            ["annual-report"]
        );
        assert_eq!(near("languages", "Arabick"), ["ar"]);
        assert_eq!(near("languages", "franças"), ["fr"]);
        assert!(near("publication_type", "a poem about the sea").is_empty());
    }
}

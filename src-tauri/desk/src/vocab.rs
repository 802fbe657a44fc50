//! The lists the product ships with: member states, institutions, thematic areas, licences.
//!
//! They are data with versions, never literals in code; `assets/vocabularies` holds them.

use std::sync::OnceLock;

use qalam_content::kind::Registry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::error::{Code, Error, Result};
use crate::profile::OwnerKind;

/// Every list, by the name it is asked for.
const FILES: &[(&str, &str)] = &[
    (
        "content_types",
        include_str!("../../../assets/vocabularies/content_types.json"),
    ),
    (
        "indicators",
        include_str!("../../../assets/vocabularies/indicators.json"),
    ),
    (
        "institutions",
        include_str!("../../../assets/vocabularies/institutions.json"),
    ),
    (
        "languages",
        include_str!("../../../assets/vocabularies/languages.json"),
    ),
    (
        "licences",
        include_str!("../../../assets/vocabularies/licences.json"),
    ),
    (
        "member_states",
        include_str!("../../../assets/vocabularies/member_states.json"),
    ),
    (
        "thematic_areas",
        include_str!("../../../assets/vocabularies/thematic_areas.json"),
    ),
];

/// Somebody content can belong to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Owner {
    /// ISO 3166 alpha-2 of a state, acronym of an institution.
    pub code: String,
    /// State or institution.
    pub kind: OwnerKind,
    /// Its name in English, the key for sorting where no other is known.
    pub name_en: String,
    /// Its name in French.
    pub name_fr: String,
    /// Its name in Arabic.
    pub name_ar: String,
}

/// A list as the text it ships as; `None` for a name that does not exist.
pub fn text(name: &str) -> Option<&'static str> {
    FILES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, text)| *text)
}

/// The names of the lists.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// Every owner: member states, observer states, institutions and partners, in that order.
pub fn owners() -> &'static [Owner] {
    static OWNERS: OnceLock<Vec<Owner>> = OnceLock::new();
    OWNERS.get_or_init(|| {
        let states = parsed("member_states");
        let institutions = parsed("institutions");
        let mut owners = Vec::new();
        for list in ["members", "observers"] {
            owners.extend(
                entries(&states, list).filter_map(|entry| {
                    owner(entry, entry.get("iso2")?.as_str()?, OwnerKind::State)
                }),
            );
        }
        for list in ["institutions", "partners"] {
            owners.extend(entries(&institutions, list).filter_map(|entry| {
                let id = entry.get("id")?.as_str()?.to_uppercase();
                let acronym = entry.pointer("/acronym/en").and_then(Value::as_str);
                owner(entry, acronym.unwrap_or(&id), OwnerKind::Institution)
            }));
        }
        owners
    })
}

/// The owner with this code, in any case of letters; `kind` when the caller knows it.
pub(crate) fn find_owner(code: &str, kind: Option<OwnerKind>) -> Option<(String, OwnerKind)> {
    owners()
        .iter()
        .find(|owner| {
            owner.code.eq_ignore_ascii_case(code.trim())
                && kind.is_none_or(|kind| kind == owner.kind)
        })
        .map(|owner| (owner.code.clone(), owner.kind))
}

/// The ids of the thematic areas, in their order.
pub fn areas() -> &'static [String] {
    static AREAS: OnceLock<Vec<String>> = OnceLock::new();
    AREAS.get_or_init(|| {
        entries(&parsed("thematic_areas"), "thematic_areas")
            .filter_map(|entry| Some(entry.get("id")?.as_str()?.to_owned()))
            .collect()
    })
}

/// Refuses what is not a content type of this product.
///
/// # Errors
/// [`Code::UnknownType`].
pub(crate) fn check_type(content_type: &str) -> Result<()> {
    match Registry::builtin().content_type(content_type) {
        Some(_) => Ok(()),
        None => Err(Error::new(Code::UnknownType).with("type", content_type)),
    }
}

/// The language tag in its usual spelling (`AR` becomes `ar`, `zh-hant` `zh-Hant`). A code of three
/// letters becomes that of two where the language has one, as BCP 47 asks (`ara` becomes `ar`).
///
/// # Errors
/// [`Code::BadLanguage`] for what is not a BCP 47 tag of language, script and region.
pub(crate) fn language(tag: &str) -> Result<String> {
    let refuse =
        || Error::new(Code::BadLanguage).with("lang", tag.chars().take(40).collect::<String>());
    let mut parts = tag.trim().split('-');
    let first = parts.next().unwrap_or_default();
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|b| b.is_ascii_alphabetic()) {
        return Err(refuse());
    }
    let first = first.to_ascii_lowercase();
    let mut usual = two_letters(&first).map_or(first.clone(), str::to_owned);
    for part in parts {
        let letters = part.bytes().all(|b| b.is_ascii_alphabetic());
        usual.push('-');
        match part.len() {
            2 if letters => usual.push_str(&part.to_ascii_uppercase()),
            3 if part.bytes().all(|b| b.is_ascii_digit()) => usual.push_str(part),
            4 if letters => {
                let mut letters = part.chars();
                usual.extend(letters.next().map(|c| c.to_ascii_uppercase()));
                usual.push_str(&letters.as_str().to_ascii_lowercase());
            }
            _ => return Err(refuse()),
        }
    }
    Ok(usual)
}

/// The code of two letters of a language named by one of three.
fn two_letters(code: &str) -> Option<&'static str> {
    static CODES: OnceLock<Value> = OnceLock::new();
    CODES
        .get_or_init(|| {
            parsed("languages")
                .get_mut("three_letters")
                .map(Value::take)
                .unwrap_or_default()
        })
        .get(code)
        .and_then(Value::as_str)
}

fn parsed(name: &str) -> Value {
    // The files are part of the program; a test reads every one of them.
    text(name)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}

fn entries<'a>(file: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    file.get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn owner(entry: &Value, code: &str, kind: OwnerKind) -> Option<Owner> {
    let name = |lang: &str| entry.get("name")?.get(lang)?.as_str().map(str::to_owned);
    let name_en = name("en")?;
    Some(Owner {
        code: code.to_owned(),
        kind,
        name_fr: name("fr").unwrap_or_else(|| name_en.clone()),
        name_ar: name("ar").unwrap_or_else(|| name_en.clone()),
        name_en,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_can_be_read() {
        for name in names() {
            assert!(parsed(name).is_object(), "{name}");
        }
        assert_eq!(areas().len(), 6);
        assert!(owners().len() > 100);
    }

    #[test]
    fn owners_are_found_by_their_codes() {
        let state = |code: &str| (code.to_owned(), OwnerKind::State);
        assert_eq!(find_owner("ma", None), Some(state("MA")));
        assert_eq!(find_owner("TR", Some(OwnerKind::State)), Some(state("TR")));
        assert_eq!(
            find_owner("sesric", None),
            Some(("SESRIC".to_owned(), OwnerKind::Institution))
        );
        assert_eq!(find_owner("TR", Some(OwnerKind::Institution)), None);
        assert_eq!(find_owner("Atlantis", None), None);
    }

    #[test]
    fn languages_get_their_usual_spelling() {
        for (given, usual) in [
            ("ar", "ar"),
            ("AR", "ar"),
            ("zh-hant", "zh-Hant"),
            ("fr-ma", "fr-MA"),
            ("es-419", "es-419"),
            ("eng", "en"),
            ("ARA", "ar"),
            ("fra", "fr"),
            ("fre-MA", "fr-MA"),
            ("zgh", "zgh"),
            ("kmr", "kmr"),
        ] {
            assert_eq!(language(given).unwrap(), usual);
        }
        for bad in ["", "a", "english", "ar_MA", "ar-", "ar-x-y", "٠٠"] {
            assert_eq!(language(bad).unwrap_err().code, Code::BadLanguage, "{bad}");
        }
    }
}

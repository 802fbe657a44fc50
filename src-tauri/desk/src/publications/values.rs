//! Which values a publication's description can take.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use qalam_content::kind::Registry;
use qalam_content::limits::{MAX_AUTHORS, MAX_NUMBERS, MAX_TITLE_CHARS};
use qalam_content::readers::identifiers::is_doi;
use serde_json::Value;

use super::Publication;
use crate::error::{Code, Error, Result};
use crate::vocab;

/// Nothing that is delivered to a portal was published before. A number up to 1500 is a year of
/// the Hijri era.
const FIRST_YEAR: i32 = 1501;
/// The longest of the short texts (licence, identifiers), in characters.
const MAX_SHORT_CHARS: usize = 200;

/// The year of a moment, UTC.
#[must_use]
pub fn year_of(at: Timestamp) -> i32 {
    i32::from(at.to_zoned(TimeZone::UTC).year())
}

/// Sets one field. Texts are accepted for every field, lists in them separated by `;` (authors) or
/// `,` (languages), so that a command line and a spreadsheet can say everything; `null` or an empty
/// text takes the value away.
///
/// # Errors
/// [`Code::UnknownField`], [`Code::BadValue`].
pub fn set(
    publication: &mut Publication,
    field: &str,
    value: &Value,
    this_year: i32,
) -> Result<()> {
    let bad = || Error::new(Code::BadValue).with("field", field);
    match field {
        "title" => {
            let title = text(value).ok_or_else(bad)?;
            if title.is_empty() || title.chars().count() > MAX_TITLE_CHARS {
                return Err(bad());
            }
            publication.title = title;
        }
        "authors" => publication.authors = list(value, ';', MAX_AUTHORS).ok_or_else(bad)?,
        "languages" => {
            publication.languages = list(value, ',', 20)
                .ok_or_else(bad)?
                .iter()
                .map(|tag| vocab::language(tag).map_err(|_| bad()))
                .collect::<Result<_>>()?;
        }
        "corporate_author" => publication.corporate_author = short(value, 500).ok_or_else(bad)?,
        "licence" => {
            let licence = short(value, MAX_SHORT_CHARS).ok_or_else(bad)?;
            if !licence.is_empty() && !licences().any(|known| known == licence) {
                return Err(bad());
            }
            publication.licence = licence;
        }
        "publication_type" => {
            publication.publication_type = publication_type(value).ok_or_else(bad)?;
        }
        "year" => {
            publication.year = match number(value).ok_or_else(bad)? {
                Some(year) => Some(
                    i32::try_from(year)
                        .ok()
                        .filter(|year| (FIRST_YEAR..=this_year.saturating_add(1)).contains(year))
                        .ok_or_else(bad)?,
                ),
                None => None,
            };
        }
        "pages" => {
            publication.pages = match number(value).ok_or_else(bad)? {
                Some(pages) => Some(
                    u32::try_from(pages)
                        .ok()
                        .filter(|pages| (1..=100_000).contains(pages))
                        .ok_or_else(bad)?,
                ),
                None => None,
            };
        }
        "doi" => {
            let doi = short(value, MAX_SHORT_CHARS)
                .ok_or_else(bad)?
                .to_lowercase();
            let bare = doi
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_start_matches("dx.")
                .trim_start_matches("doi.org/")
                .trim_start_matches("doi:")
                .trim();
            if !(bare.is_empty() || is_doi(bare)) {
                return Err(bad());
            }
            publication.doi = bare.to_owned();
        }
        "isbn" => {
            let isbn = short(value, MAX_SHORT_CHARS).ok_or_else(bad)?;
            publication.isbn = if isbn.is_empty() {
                isbn
            } else {
                isbn_13(&isbn).ok_or_else(bad)?
            };
        }
        "issn" => {
            let issn = short(value, MAX_SHORT_CHARS).ok_or_else(bad)?;
            publication.issn = if issn.is_empty() {
                issn
            } else {
                issn_8(&issn).ok_or_else(bad)?
            };
        }
        "numbers" => publication.numbers = list(value, ';', MAX_NUMBERS).ok_or_else(bad)?,
        _ => return Err(Error::new(Code::UnknownField).with("field", field)),
    }
    Ok(())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

fn short(value: &Value, max_chars: usize) -> Option<String> {
    text(value).filter(|text| text.chars().count() <= max_chars)
}

fn list(value: &Value, separator: char, max: usize) -> Option<Vec<String>> {
    let parts: Vec<String> = match value {
        Value::Array(parts) => parts
            .iter()
            .map(|part| part.as_str().and_then(|_| short(part, MAX_TITLE_CHARS)))
            .collect::<Option<_>>()?,
        other => text(other)?
            .split([separator, '؛', '،'].as_slice())
            .map(|part| part.trim().to_owned())
            .collect(),
    };
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (parts.len() <= max).then_some(parts)
}

/// `Some(None)` takes the number away.
fn number(value: &Value) -> Option<Option<i64>> {
    match value {
        Value::Number(number) => number.as_i64().map(Some),
        other => {
            let text = qalam_content::fold::fold(&text(other)?);
            if text.is_empty() {
                return Some(None);
            }
            text.parse().ok().map(Some)
        }
    }
}

/// A code of the vocabulary of publication types, or nothing.
fn publication_type(value: &Value) -> Option<String> {
    let code = short(value, MAX_SHORT_CHARS)?;
    let known = Registry::builtin()
        .vocabularies
        .get("publicationType")
        .is_some_and(|vocabulary| vocabulary.items.iter().any(|term| term.code == code));
    (code.is_empty() || known).then_some(code)
}

/// The ids of the licences the product ships with.
fn licences() -> impl Iterator<Item = &'static str> {
    static FILE: OnceLock<Value> = OnceLock::new();
    FILE.get_or_init(|| {
        vocab::text("licences")
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    })
    .get("licences")
    .and_then(Value::as_array)
    .into_iter()
    .flatten()
    .filter_map(|licence| licence.get("id")?.as_str())
}

fn digits(text: &str) -> String {
    qalam_content::fold::fold(text)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// The 13 digits of an ISBN whose check digit is right; ten digits become thirteen. The number of
/// any other goods is none.
fn isbn_13(text: &str) -> Option<String> {
    let text = digits(text.trim_start_matches("ISBN").trim_start_matches("isbn"));
    let values: Vec<u32> = text
        .chars()
        .enumerate()
        .map(|(at, c)| match (at, c) {
            (9, 'X') => Some(10),
            (_, c) => c.to_digit(10),
        })
        .collect::<Option<_>>()?;
    match values.len() {
        13 if text.starts_with("978") || text.starts_with("979") => {
            let sum: u32 = values
                .iter()
                .enumerate()
                .map(|(at, value)| value * if at % 2 == 0 { 1 } else { 3 })
                .sum();
            (sum.is_multiple_of(10) && !text.contains('X')).then_some(text)
        }
        10 => {
            let sum: u32 = values.iter().zip((1..=10).rev()).map(|(v, w)| v * w).sum();
            if !sum.is_multiple_of(11) {
                return None;
            }
            let stem = format!("978{}", text.get(..9)?);
            let sum: u32 = stem
                .chars()
                .filter_map(|c| c.to_digit(10))
                .enumerate()
                .map(|(at, value)| value * if at % 2 == 0 { 1 } else { 3 })
                .sum();
            Some(format!("{stem}{}", (10 - sum % 10) % 10))
        }
        _ => None,
    }
}

/// `1234-567X` when the check digit is right.
fn issn_8(text: &str) -> Option<String> {
    let text = digits(text.trim_start_matches("ISSN").trim_start_matches("issn"));
    let values: Vec<u32> = text
        .chars()
        .enumerate()
        .map(|(at, c)| match (at, c) {
            (7, 'X') => Some(10),
            (_, c) => c.to_digit(10),
        })
        .collect::<Option<_>>()?;
    let sum: u32 = values.iter().zip((1..=8).rev()).map(|(v, w)| v * w).sum();
    (values.len() == 8 && sum.is_multiple_of(11))
        .then(|| Some(format!("{}-{}", text.get(..4)?, text.get(4..)?)))
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn blank() -> Publication {
        serde_json::from_value(json!({
            "id": "", "sha256": "", "name": "", "path": "", "bytes": 0, "mime": "", "state": "other",
            "title": "t", "authors": [], "corporate_author": "", "year": null, "languages": [],
            "pages": null, "publication_type": "", "licence": "", "doi": "", "isbn": "", "issn": "",
            "text_chars": 0, "has_thumbnail": false, "added_at": "", "updated_at": "",
            "origins": {}, "problems": [], "attached_to": 0
        }))
        .unwrap()
    }

    #[test]
    fn values_are_read_generously_and_kept_strictly() {
        for (field, value, kept) in [
            ("title", json!("  A   title "), json!("A title")),
            (
                "authors",
                json!("Ministry A; Unit B"),
                json!(["Ministry A", "Unit B"]),
            ),
            ("authors", json!(["One", " "]), json!(["One"])),
            (
                "authors",
                json!("وحدة أ؛ وحدة ب"),
                json!(["وحدة أ", "وحدة ب"]),
            ),
            ("languages", json!("ar, fr"), json!(["ar", "fr"])),
            ("year", json!("٢٠٢٤"), json!(2024)),
            ("year", json!(2024), json!(2024)),
            ("year", json!(""), json!(null)),
            ("pages", json!(12), json!(12)),
            (
                "doi",
                json!("https://doi.org/10.1000/XYZ"),
                json!("10.1000/xyz"),
            ),
            ("isbn", json!("978-92-4-156481-6"), json!("9789241564816")),
            ("isbn", json!("0-306-40615-2"), json!("9780306406157")),
            ("isbn", json!("0-8044-2957-X"), json!("9780804429573")),
            ("doi", json!("doi:10.1000.10/a_b"), json!("10.1000.10/a_b")),
            (
                "languages",
                json!("eng, ARA, fre"),
                json!(["en", "ar", "fr"]),
            ),
            ("issn", json!("0317-8471"), json!("0317-8471")),
            ("issn", json!(null), json!("")),
            (
                "numbers",
                json!("SMH/EPI/24.1; A/12"),
                json!(["SMH/EPI/24.1", "A/12"]),
            ),
            (
                "licence",
                json!("cc-by-nc-sa-3.0-igo"),
                json!("cc-by-nc-sa-3.0-igo"),
            ),
        ] {
            let mut publication = blank();
            set(&mut publication, field, &value, 2026).unwrap();
            let stored = serde_json::to_value(&publication).unwrap();
            assert_eq!(stored.get(field), Some(&kept), "{field} {value}");
        }
    }

    #[test]
    fn wrong_values_are_refused() {
        for (field, value) in [
            ("title", json!("")),
            ("title", json!("x".repeat(400))),
            ("year", json!(2099)),
            ("year", json!("soon")),
            ("pages", json!(0)),
            ("languages", json!("arabic language")),
            ("doi", json!("not a doi")),
            ("isbn", json!("9789241564817")),
            ("issn", json!("0317-8470")),
            ("issn", json!("X317-8471")),
            ("isbn", json!("0X00000009")),
            ("isbn", json!("4006381333931")),
            ("isbn", json!("97803064061X7")),
            ("doi", json!("10.1/")),
            ("doi", json!("10./x")),
            ("doi", json!("10.1000/")),
            ("doi", json!("10.1000/a b")),
            ("year", json!(1445)),
            ("year", json!("١٤٤٢")),
            ("year", json!("1445 هـ")),
            ("authors", json!({"a": 1})),
            ("licence", json!("mine")),
            ("publication_type", json!("no such type")),
        ] {
            let failed = set(&mut blank(), field, &value, 2026).unwrap_err();
            assert_eq!(failed.code, Code::BadValue, "{field} {value}");
        }
        let failed = set(&mut blank(), "sha256", &json!("x"), 2026).unwrap_err();
        assert_eq!(failed.code, Code::UnknownField);
    }
}

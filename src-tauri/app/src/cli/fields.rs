//! Fields as they are written on a command line: `key=value`.

use std::io::Read;
use std::path::Path;

use qalam_content::day::{read_day, read_day_in_words};
use qalam_content::kind::{FieldSpec, Registry};
use qalam_content::limits::MAX_IMPORT_BYTES;
use qalam_desk::{Code, Error, Result};
use serde_json::{Map, Value};

/// The key and the value of `key=value`.
///
/// # Errors
/// [`Code::BadArgument`] without a key or an equals sign.
pub fn pair(text: &str) -> Result<(&str, &str)> {
    text.split_once('=')
        .map(|(key, value)| (key.trim(), value.trim()))
        .filter(|(key, _)| !key.is_empty())
        .ok_or_else(|| Error::new(Code::BadArgument).with("name", text))
}

/// The value of a field as its type wants it: numbers and truth values where they belong, lists
/// where the field holds several (JSON, or separated by commas), text otherwise.
pub fn read(content_type: &str, key: &str, text: &str) -> Value {
    let spec = Registry::builtin()
        .fields(content_type)
        .into_iter()
        .find(|spec| spec.key == key);
    if text.starts_with(['[', '{'])
        && let Ok(mut value) = serde_json::from_str(text)
    {
        if let (Some(spec), Value::Object(ends)) = (spec, &mut value)
            && spec.value_type == "dateRange"
        {
            for end in ends.values_mut() {
                if let Value::String(text) = end {
                    *text = day(text);
                }
            }
        }
        return value;
    }
    match spec {
        Some(spec) if holds_several(spec) => text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| one(spec, part))
            .collect(),
        Some(spec) => one(spec, text),
        None => Value::from(text),
    }
}

fn one(spec: &FieldSpec, text: &str) -> Value {
    match spec.value_type.as_str() {
        "integer" | "year" | "boolean" | "number" | "decimal" => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
        }
        "date" | "partialDate" => day(text).into(),
        // Months may have the letter as well.
        "dateTime" => match text
            .rsplit_once('T')
            .filter(|(_, time)| time.starts_with(|c: char| c.is_ascii_digit()))
        {
            Some((date, time)) => format!("{}T{time}", day(date)).into(),
            None => Value::from(text),
        },
        _ => Value::from(text),
    }
}

/// A day as it is stored, in digits or in words, of whichever calendar it is; what is no whole day
/// stays as it is.
fn day(text: &str) -> String {
    read_day(text)
        .or_else(|| read_day_in_words(text))
        .unwrap_or_else(|| text.to_owned())
}

fn holds_several(spec: &FieldSpec) -> bool {
    let most = spec.cardinality.rsplit("..").next().unwrap_or_default();
    most == "n" || most.parse::<u32>().is_ok_and(|most| most > 1)
}

/// All fields given, in order.
///
/// # Errors
/// As [`pair`].
pub fn all(content_type: &str, given: &[String]) -> Result<Map<String, Value>> {
    given
        .iter()
        .map(|text| {
            let (key, value) = pair(text)?;
            Ok((key.to_owned(), read(content_type, key, value)))
        })
        .collect()
}

/// Whether each language has its own value of this field.
pub fn is_localized(content_type: &str, key: &str) -> bool {
    Registry::builtin()
        .fields(content_type)
        .into_iter()
        .any(|spec| spec.key == key && spec.localized)
}

/// A text from a file, or from standard input for `-`.
///
/// # Errors
/// [`Code::PathNotFound`], [`Code::NotAFile`], [`Code::FileTooLarge`], [`Code::FileUnreadable`] for what is no UTF-8.
pub fn text_from(path: &Path) -> Result<String> {
    let named = |code| Error::new(code).with("name", path.display());
    let mut bytes = Vec::new();
    let most = MAX_IMPORT_BYTES as u64 + 1;
    let mut length = 0;
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        let file = Error::open_file(path)?;
        length = file.metadata().map_or(0, |facts| facts.len());
        file.take(most).read_to_end(&mut bytes)
    };
    read.map_err(|source| Error::io(source, path))?;
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(named(Code::FileTooLarge)
            .with("limit", MAX_IMPORT_BYTES)
            .with("length", length.max(bytes.len() as u64)));
    }
    let text =
        String::from_utf8(bytes).map_err(|source| named(Code::FileUnreadable).because(source))?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_take_the_shape_of_their_field() {
        let cases = [
            ("news", "eventDate", "2026-03-12", json!("2026-03-12")),
            ("news", "place", "Sample City", json!("Sample City")),
            ("news", "keywords", "a, b", json!(["a", "b"])),
            ("publication", "year", "2024", json!(2024)),
            ("publication", "languages", "ar", json!(["ar"])),
            ("publication", "documentNumber", "123", json!("123")),
            (
                "success_story",
                "period",
                r#"{"from":"2026-01-01"}"#,
                json!({"from": "2026-01-01"}),
            ),
            ("event", "participants", "45", json!(45)),
            // Days of either calendar, in any digits.
            ("news", "eventDate", "1447-09-20", json!("2026-03-09")),
            ("news", "eventDate", "٢٠ / ٩ / ١٤٤٧ هـ", json!("2026-03-09")),
            ("news", "eventDate", "٢٠٢٦-٠٣-٠٩", json!("2026-03-09")),
            ("news", "eventDate", "soon", json!("soon")),
            // In words, as the importer reads them.
            ("event", "startDate", "15 رمضان 1447", json!("2026-03-04")),
            ("event", "startDate", "3 mars 2027", json!("2027-03-03")),
            ("event", "startDate", "March 3, 2027", json!("2027-03-03")),
            ("event", "startDate", "3 mars", json!("3 mars")),
            (
                "news",
                "publishNotBefore",
                "3 Temmuz 2026T10:30",
                json!("2026-07-03T10:30"),
            ),
            (
                "news",
                "publishNotBefore",
                "3 Temmuz 2026",
                json!("3 Temmuz 2026"),
            ),
            ("news", "eventDate", "", json!("")),
            (
                "news",
                "publishNotBefore",
                "1447-09-20T10:30",
                json!("2026-03-09T10:30"),
            ),
            (
                "news",
                "publishNotBefore",
                "2026-03-09T10:30",
                json!("2026-03-09T10:30"),
            ),
            ("project", "startDate", "2026", json!("2026")),
            (
                "success_story",
                "period",
                r#"{"from":"1447-09-20","to":"2026"}"#,
                json!({"from": "2026-03-09", "to": "2026"}),
            ),
        ];
        for (kind, key, text, wanted) in cases {
            assert_eq!(read(kind, key, text), wanted, "{kind}.{key}");
        }
        assert!(pair("no equals").is_err());
        assert!(pair("=x").is_err());
        assert_eq!(pair("a = b=c").unwrap(), ("a", "b=c"));
    }
}

//! The rules of single fields.

use serde_json::Value;

use super::check::{CheckInput, Finding, LanguageInput, Severity, finding};
use super::registry::{FieldSpec, Registry};
use crate::readers::identifiers;

/// Whether a value says nothing.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        // An unticked box is an answer to a question but not a consent.
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The role of attachments that fill a file field.
pub(super) fn role_of(key: &str) -> Option<&'static str> {
    match key {
        "files" => Some("publication"),
        "dataFile" => Some("data"),
        "coverImage" => Some("cover"),
        "attachments" => Some("supplement"),
        _ => None,
    }
}

/// Whether a field is filled, in the original's language where it is localized.
pub(super) fn filled(
    spec: &FieldSpec,
    input: &CheckInput<'_>,
    primary: Option<&LanguageInput<'_>>,
) -> bool {
    if let Some(role) = role_of(&spec.key)
        && input.attachments.iter().any(|found| found.role == role)
    {
        return true;
    }
    let value = if spec.localized {
        primary.and_then(|version| version.fields.get(&spec.key))
    } else {
        input.fields.get(&spec.key)
    };
    value.is_some_and(|value| !is_empty(value))
}

/// Whether the condition of a conditional field holds. Known forms: `key != value`,
/// `key == value`, `key is empty`, `key is filled`, names set by other fields, joined by `or`.
pub(super) fn holds(condition: &str, specs: &[&FieldSpec], input: &CheckInput<'_>) -> bool {
    condition
        .split(" or ")
        .any(|clause| clause_holds(clause.trim(), specs, input))
}

fn clause_holds(clause: &str, specs: &[&FieldSpec], input: &CheckInput<'_>) -> bool {
    let value_of = |key: &str| input.fields.get(key.trim());
    let text_of = |key: &str| value_of(key).and_then(Value::as_str).unwrap_or_default();
    if let Some((key, value)) = clause.split_once("!=") {
        // Nothing chosen yet is not another choice: the field itself is missing first.
        return !text_of(key).is_empty() && text_of(key) != value.trim();
    }
    if let Some((key, value)) = clause.split_once("==") {
        return text_of(key) == value.trim();
    }
    if let Some(key) = clause.strip_suffix("is empty") {
        return value_of(key).is_none_or(is_empty);
    }
    if let Some(key) = clause.strip_suffix("is filled") {
        return value_of(key).is_some_and(|value| !is_empty(value));
    }
    specs
        .iter()
        .filter(|spec| spec.rules.sets.as_deref() == Some(clause))
        .any(|spec| {
            let filled = |fields: &serde_json::Map<String, Value>| {
                fields.get(&spec.key).is_some_and(|value| !is_empty(value))
            };
            filled(input.fields) || input.languages.iter().any(|version| filled(version.fields))
        })
}

/// Length rules of a text.
pub(super) fn lengths(spec: &FieldSpec, text: &str, lang: Option<&str>, found: &mut Vec<Finding>) {
    let length = text.trim().chars().count();
    if let Some(max) = spec.rules.max_length
        && length > usize::try_from(max).unwrap_or(usize::MAX)
    {
        found.push(
            Finding::new(finding::TEXT_TOO_LONG, Severity::Error, &spec.key)
                .in_lang(lang)
                .with("max", max)
                .with("length", length),
        );
    }
    if let Some(min) = spec.rules.min_length
        && length < usize::try_from(min).unwrap_or(0)
    {
        found.push(
            Finding::new(finding::TEXT_TOO_SHORT, Severity::Warning, &spec.key)
                .in_lang(lang)
                .with("min", min)
                .with("length", length),
        );
    }
}

/// How many values a field may have: `1..3`.
pub(super) fn cardinality(
    spec: &FieldSpec,
    count: usize,
    lang: Option<&str>,
    found: &mut Vec<Finding>,
) {
    let (min, max) = spec
        .cardinality
        .split_once("..")
        .unwrap_or((&spec.cardinality, &spec.cardinality));
    if let Ok(max) = max.parse::<usize>()
        && count > max
    {
        found.push(
            Finding::new(finding::TOO_MANY_VALUES, Severity::Error, &spec.key)
                .in_lang(lang)
                .with("max", max)
                .with("count", count),
        );
    }
    if let Ok(min) = min.parse::<usize>()
        && count < min
        && count > 0
    {
        found.push(
            Finding::new(finding::TOO_FEW_VALUES, Severity::Error, &spec.key)
                .in_lang(lang)
                .with("min", min)
                .with("count", count),
        );
    }
}

/// All rules of a value that is not empty.
pub(super) fn value(
    spec: &FieldSpec,
    value: &Value,
    lang: Option<&str>,
    input: &CheckInput<'_>,
    registry: &Registry,
    found: &mut Vec<Finding>,
) {
    let many = spec.cardinality.ends_with('n')
        || spec
            .cardinality
            .split_once("..")
            .is_some_and(|(_, max)| max.parse::<usize>().is_ok_and(|max| max > 1));
    match value {
        Value::Array(items) if many => {
            let items: Vec<&Value> = items.iter().filter(|item| !is_empty(item)).collect();
            cardinality(spec, items.len(), lang, found);
            for item in items {
                single(spec, item, lang, input, registry, found);
            }
        }
        _ => single(spec, value, lang, input, registry, found),
    }
}

fn single(
    spec: &FieldSpec,
    value: &Value,
    lang: Option<&str>,
    input: &CheckInput<'_>,
    registry: &Registry,
    found: &mut Vec<Finding>,
) {
    let invalid = || {
        let shown = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Finding::new(finding::VALUE_INVALID, Severity::Error, &spec.key)
            .in_lang(lang)
            .with("value", shown)
    };
    if let Some(text) = value.as_str() {
        let text = text.trim();
        lengths(spec, text, lang, found);
        if let Some(pattern) = &spec.rules.pattern
            && regex::Regex::new(pattern).is_ok_and(|pattern| !pattern.is_match(text))
        {
            found.push(invalid());
        }
        if let Some(name) = &spec.vocabulary
            && let Some(vocabulary) = registry.vocabularies.get(name)
            && spec.value_type == "enum"
            && !vocabulary.items.iter().any(|term| term.code == text)
        {
            found.push(
                Finding::new(finding::VALUE_UNKNOWN, Severity::Error, &spec.key)
                    .in_lang(lang)
                    .with("value", text),
            );
        }
        if !has_form(&spec.value_type, text) {
            found.push(invalid());
        }
        dates(spec, text, input, found);
    }
    if matches!(spec.value_type.as_str(), "integer" | "year") {
        match number(value) {
            None => {
                if value.as_str().is_none() || spec.value_type == "integer" {
                    found.push(invalid());
                }
            }
            Some(number) => range(spec, number, lang, input, found),
        }
    }
}

/// Whether a text has the form of its type; types without one accept anything.
fn has_form(value_type: &str, text: &str) -> bool {
    match value_type {
        "date" => date_parts(text) == Some(3),
        "partialDate" => date_parts(text).is_some(),
        "dateTime" => text
            .split_once('T')
            .is_some_and(|(date, time)| date_parts(date) == Some(3) && is_time(time)),
        "time" => is_time(text),
        "year" => date_parts(text) == Some(1),
        "url" | "link" => is_web_address(text),
        "isbn" => identifiers::isbn(text).is_some(),
        "issn" => identifiers::issn(text).is_some(),
        "doi" => identifiers::doi(text).is_some(),
        _ => true,
    }
}

fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
}

fn range(
    spec: &FieldSpec,
    number: i64,
    lang: Option<&str>,
    input: &CheckInput<'_>,
    found: &mut Vec<Finding>,
) {
    let this_year = input
        .today
        .and_then(|today| today.get(..4))
        .and_then(|year| year.parse::<i64>().ok());
    let ahead = match (spec.rules.max_years_ahead, this_year) {
        (Some(ahead), Some(year)) => Some(year + ahead),
        _ => None,
    };
    let max = spec.rules.max.or(ahead);
    let below = spec.rules.min.is_some_and(|min| number < min)
        || (spec.value_type == "integer" && number < 0);
    if below || max.is_some_and(|max| number > max) {
        let mut outside = Finding::new(finding::OUT_OF_RANGE, Severity::Error, &spec.key)
            .in_lang(lang)
            .with("value", number)
            .with("min", spec.rules.min.unwrap_or(0));
        if let Some(max) = max {
            outside = outside.with("max", max);
        }
        found.push(outside);
    }
}

/// Dates that must not lie before or after another.
fn dates(spec: &FieldSpec, text: &str, input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    let other = |key: &Option<String>| {
        let key = key.clone()?;
        let value = input.fields.get(&key)?.as_str()?.trim().to_owned();
        (!value.is_empty()).then_some((key, value))
    };
    // ISO dates compare as text; a partial one compares over the part both have.
    let compare = |a: &str, b: &str| {
        let length = a.len().min(b.len());
        a.get(..length).cmp(&b.get(..length))
    };
    for (rule, wrong) in [
        (&spec.rules.not_before, std::cmp::Ordering::Less),
        (&spec.rules.not_after, std::cmp::Ordering::Greater),
    ] {
        if let Some((key, value)) = other(rule)
            && compare(text, &value) == wrong
        {
            found.push(
                Finding::new(finding::DATE_ORDER, Severity::Error, &spec.key).with("other", key),
            );
        }
    }
}

/// How many parts an ISO date has: year, month, day; `None` when it is not one.
fn date_parts(text: &str) -> Option<usize> {
    let parts: Vec<&str> = text.split('-').collect();
    let numbers: Vec<u32> = parts
        .iter()
        .map(|part| {
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| part.parse().ok())
                .flatten()
        })
        .collect::<Option<_>>()?;
    let widths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    match (numbers.as_slice(), widths.as_slice()) {
        ([1..=9999], [4]) => Some(1),
        ([1..=9999, 1..=12], [4, 2]) => Some(2),
        ([year, month @ 1..=12, day], [4, 2, 2]) if *year > 0 => {
            (1..=days_in(*year, *month)).contains(day).then_some(3)
        }
        _ => None,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// `14:30`, with optional seconds and zone.
fn is_time(text: &str) -> bool {
    let two = |from: usize, below: u32| {
        text.get(from..from + 2)
            .and_then(|part| part.parse::<u32>().ok())
            .is_some_and(|part| part < below)
    };
    two(0, 24) && text.get(2..3) == Some(":") && two(3, 60)
}

fn is_web_address(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('.') && !host.starts_with('.') && !text.contains(char::is_whitespace)
    })
}

/// Whether an address is only part of one, which says something only beside the page it stood on.
pub(super) fn is_relative(address: &str) -> bool {
    let before_path = address.split(['/', '?', '#']).next().unwrap_or_default();
    !address.is_empty() && !address.starts_with('#') && !before_path.contains(':')
}

/// Whether a reader can follow an address from anywhere.
pub(super) fn is_followable(address: &str) -> bool {
    is_web_address(address)
        || ["mailto:", "tel:"].iter().any(|scheme| {
            address
                .strip_prefix(scheme)
                .is_some_and(|rest| !rest.is_empty())
        })
}

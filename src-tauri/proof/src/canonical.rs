//! The frozen form of a piece: the release and its canonical bytes.
//!
//! A release is what is reviewed, approved, sent and received, always under the hash of these
//! bytes. The bytes are JSON in the canonical form of RFC 8785 (sorted keys, no spaces), with
//! one restriction: numbers are integers within ±2^53, because fractions are where canonical
//! forms of different languages disagree. A fraction is written as a string.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::fault::{Fault, code};

/// The value of `format` in a release of this version.
pub const RELEASE_FORMAT: &str = "qalam-release/1";

/// A piece of content as it is approved and sent. Fields marked never to leave the desk are
/// not in it.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Release {
    /// Always [`RELEASE_FORMAT`].
    pub format: String,
    /// Id of the draft, UUIDv7 in lower case.
    pub draft: String,
    /// Content type id.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Owner: ISO 3166 alpha-2 of the state or acronym of the institution.
    pub owner: String,
    /// BCP 47 code of the original's language.
    pub primary_lang: String,
    /// Thematic areas, in the order chosen.
    pub areas: Vec<String>,
    /// Fields that are the same in every language.
    pub fields: Map<String, Value>,
    /// Language versions by BCP 47 code.
    pub languages: BTreeMap<String, ReleaseLanguage>,
    /// Attached files in their order.
    pub attachments: Vec<ReleaseAttachment>,
}

/// One language version inside a release.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct ReleaseLanguage {
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// Body in Markdown.
    pub body: String,
    /// Fields that differ by language.
    pub fields: Map<String, Value>,
}

/// One attached file inside a release; the bytes travel separately under their hash.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct ReleaseAttachment {
    /// SHA-256 of the bytes, lower-case hex.
    pub sha256: String,
    /// File name shown to readers.
    pub name: String,
    /// Media type found in the bytes.
    pub mime: String,
    /// Length in bytes.
    pub bytes: u64,
    /// `publication`, `picture`, `data`, `supplement` or `cover`.
    pub role: String,
    /// Title shown to readers; may be empty.
    pub title: String,
    /// Alternative text by language.
    pub alt: BTreeMap<String, String>,
}

impl Release {
    /// The canonical bytes.
    ///
    /// # Errors
    /// `not_canonical` when a field holds a fraction or a number beyond ±2^53; the subject is
    /// the path to it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        to_bytes(self)
    }

    /// Reads a release back from its bytes, which must be exactly canonical.
    ///
    /// # Errors
    /// `release_invalid` when the bytes are not JSON of the right shape and format, or not in
    /// canonical form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let release: Self = from_bytes(bytes)
            .map_err(|fault| Fault::new(code::RELEASE_INVALID, "").because(fault.detail))?;
        if release.format == RELEASE_FORMAT {
            Ok(release)
        } else {
            Err(Fault::new(code::RELEASE_INVALID, "").because("format"))
        }
    }
}

/// The canonical bytes of a value with a fixed shape.
///
/// # Errors
/// `not_canonical`, as [`canonicalize`].
pub fn to_bytes<T: Serialize>(value: &T) -> Result<Vec<u8>, Fault> {
    let value = serde_json::to_value(value)
        .map_err(|error| Fault::new(code::NOT_CANONICAL, "").because(error))?;
    canonicalize(&value)
}

/// Reads a value of a fixed shape from bytes, which must be exactly its canonical ones. Reading and
/// writing again must give the same bytes: this refuses unknown members, doubled keys and any other
/// spelling of the same meaning at once.
///
/// # Errors
/// `not_canonical`.
pub fn from_bytes<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, Fault> {
    let value: T = serde_json::from_slice(bytes)
        .map_err(|error| Fault::new(code::NOT_CANONICAL, "").because(error))?;
    if to_bytes(&value)? == bytes {
        Ok(value)
    } else {
        Err(Fault::new(code::NOT_CANONICAL, "").because("another spelling"))
    }
}

/// SHA-256 of bytes as lower-case hex.
#[must_use]
pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex of bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 0x0f] {
            out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    out
}

/// Canonical JSON bytes of any value.
///
/// # Errors
/// `not_canonical` for a fraction or an integer beyond ±2^53; the subject is the path to it.
pub fn canonicalize(value: &Value) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut path = String::new();
    write_value(value, &mut path, &mut out)?;
    Ok(out)
}

/// Largest integer every JSON reader keeps exactly.
const MAX_INTEGER: i64 = 1 << 53;

fn write_value(value: &Value, path: &mut String, out: &mut Vec<u8>) -> Result<(), Fault> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let integer = integer_of(number)
                .ok_or_else(|| Fault::new(code::NOT_CANONICAL, path.clone()).because(number))?;
            out.extend_from_slice(integer.to_string().as_bytes());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                let length = path.len();
                path.push('/');
                path.push_str(&index.to_string());
                write_value(item, path, out)?;
                path.truncate(length);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            // RFC 8785 sorts by UTF-16 code units, which differs from bytes beyond U+FFFF.
            let mut keys: Vec<(&String, &Value)> = members.iter().collect();
            keys.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push(b'{');
            for (index, (key, item)) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_string(key, out);
                out.push(b':');
                let length = path.len();
                path.push('/');
                path.push_str(key);
                write_value(item, path, out)?;
                path.truncate(length);
            }
            out.push(b'}');
        }
    }
    Ok(())
}

/// The exact integer a number stands for, if it is one and within range.
fn integer_of(number: &serde_json::Number) -> Option<i64> {
    let integer = if let Some(integer) = number.as_i64() {
        integer
    } else {
        let float = number.as_f64()?;
        if float.fract() != 0.0 || float.abs() > 9_007_199_254_740_992.0 {
            return None;
        }
        // A whole number spelled as a fraction (5.0) is the same JSON number.
        #[allow(clippy::cast_possible_truncation)]
        let whole = float as i64;
        whole
    };
    (-MAX_INTEGER..=MAX_INTEGER)
        .contains(&integer)
        .then_some(integer)
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{08}' => out.extend_from_slice(b"\\b"),
            '\u{09}' => out.extend_from_slice(b"\\t"),
            '\u{0A}' => out.extend_from_slice(b"\\n"),
            '\u{0C}' => out.extend_from_slice(b"\\f"),
            '\u{0D}' => out.extend_from_slice(b"\\r"),
            c if (c as u32) < 0x20 => {
                out.extend_from_slice(format!("\\u{:04x}", c as u32).as_bytes());
            }
            c => {
                let mut buffer = [0u8; 4];
                out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn release() -> Release {
        Release {
            format: RELEASE_FORMAT.to_owned(),
            draft: "01890000-0000-7000-8000-000000000001".to_owned(),
            content_type: "news".to_owned(),
            owner: "XX".to_owned(),
            primary_lang: "ar".to_owned(),
            areas: vec!["ta1".to_owned()],
            fields: json!({"year": 2026, "eventDate": "2026-11-21"})
                .as_object()
                .cloned()
                .unwrap(),
            languages: BTreeMap::from([(
                "ar".to_owned(),
                ReleaseLanguage {
                    title: "حملة \"التلقيح\"".to_owned(),
                    summary: "سطر\nثان".to_owned(),
                    body: "**نص**\n".to_owned(),
                    fields: Map::new(),
                },
            )]),
            attachments: vec![ReleaseAttachment {
                sha256: "0".repeat(64),
                name: "plan.pdf".to_owned(),
                mime: "application/pdf".to_owned(),
                bytes: 12,
                role: "publication".to_owned(),
                title: String::new(),
                alt: BTreeMap::new(),
            }],
        }
    }

    /// The bytes and the hash are a promise: approvals of every version rest on them.
    #[test]
    fn golden_bytes_and_hash() {
        let bytes = release().to_bytes().unwrap();
        let expected = concat!(
            "{\"areas\":[\"ta1\"],\"attachments\":[{\"alt\":{},\"bytes\":12,\"mime\":\"application/pdf\",",
            "\"name\":\"plan.pdf\",\"role\":\"publication\",\"sha256\":\"",
            "0000000000000000000000000000000000000000000000000000000000000000",
            "\",\"title\":\"\"}],\"draft\":\"01890000-0000-7000-8000-000000000001\",",
            "\"fields\":{\"eventDate\":\"2026-11-21\",\"year\":2026},\"format\":\"qalam-release/1\",",
            "\"languages\":{\"ar\":{\"body\":\"**نص**\\n\",\"fields\":{},\"summary\":\"سطر\\nثان\",",
            "\"title\":\"حملة \\\"التلقيح\\\"\"}},\"owner\":\"XX\",\"primary_lang\":\"ar\",\"type\":\"news\"}"
        );
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
        assert_eq!(Release::from_bytes(&bytes).unwrap(), release());
    }

    #[test]
    fn golden_canonical_json() {
        let cases = [
            // The sorting example of RFC 8785.
            (
                json!({"\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"}),
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
            ),
            (
                json!({"b": [true, false, null, -0, 5.0, 9007199254740992_i64], "a": "\u{8}\u{c}\u{1f}\u{7f}/\\\""}),
                "{\"a\":\"\\b\\f\\u001f\u{7f}/\\\\\\\"\",\"b\":[true,false,null,0,5,9007199254740992]}",
            ),
            (json!({}), "{}"),
        ];
        for (value, expected) in cases {
            assert_eq!(
                String::from_utf8(canonicalize(&value).unwrap()).unwrap(),
                expected
            );
        }
        assert_eq!(
            hash(b"{}"),
            "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
        );
    }

    #[test]
    fn fractions_are_refused_with_their_place() {
        let fault = canonicalize(&json!({"budget": {"amount": 1.5}})).unwrap_err();
        assert_eq!(
            (fault.code, fault.subject.as_str()),
            ("not_canonical", "/budget/amount")
        );
        assert!(canonicalize(&json!(9_007_199_254_740_993_i64)).is_err());
        assert!(canonicalize(&json!(1e300)).is_err());
        assert!(canonicalize(&json!(u64::MAX)).is_err());
    }

    #[test]
    fn other_spellings_are_not_a_release() {
        let bytes = release().to_bytes().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for other in [
            text.replace("{\"areas\"", "{ \"areas\""),
            text.replace("qalam-release/1", "qalam-release/2"),
            text.replace("\"owner\":\"XX\"", "\"owner\":\"XX\",\"own\":1"),
            text.replace("\"owner\":\"XX\"", "\"owner\":\"XY\",\"owner\":\"XX\""),
            text.replace("/", "\\/"),
            String::new(),
        ] {
            assert_eq!(
                Release::from_bytes(other.as_bytes()).unwrap_err().code,
                "release_invalid"
            );
        }
    }

    proptest! {
        #[test]
        fn canonical_form_is_stable(keys in proptest::collection::vec(("\\PC{0,6}", any::<i32>(), "\\PC{0,6}"), 0..8)) {
            let mut members = Map::new();
            for (key, number, text) in &keys {
                members.insert(key.clone(), json!([number, text]));
            }
            let bytes = canonicalize(&Value::Object(members.clone())).unwrap();
            let read: Value = serde_json::from_slice(&bytes).unwrap();
            prop_assert_eq!(canonicalize(&read).unwrap(), bytes);
        }
    }
}

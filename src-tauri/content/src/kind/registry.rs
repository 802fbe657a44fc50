//! The registry of content types, read from the vocabulary file the product ships with.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A word in the interface languages.
pub type Labels = BTreeMap<String, String>;

/// When a field must be filled.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Required {
    /// To keep a draft.
    Draft,
    /// Before review.
    Submit,
    /// Before review, when [`Rules::required_when`] holds.
    Conditional,
    /// Never.
    #[default]
    #[serde(other)]
    No,
}

/// Rules a value must keep.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(default)]
pub struct Rules {
    /// Longest text in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Shortest text in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    /// A simple pattern the text must match as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Media types accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mime: Vec<String>,
    /// Largest file in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u64>,
    /// What a file must bring along (`alt_text`, `credit`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Condition under which a conditional field is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_when: Option<String>,
    /// Key of a date this one must not come before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before: Option<String>,
    /// Key of a date this one must not come after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<String>,
    /// Smallest number or year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest number or year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// How many years after this one a year may lie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_years_ahead: Option<i64>,
    /// Name of a condition that holds when this field is filled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sets: Option<String>,
    /// The value stays in the desk and is never part of a release.
    pub never_sync: bool,
}

/// One field of a content type.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct FieldSpec {
    /// Key in the field map.
    pub key: String,
    /// Its name.
    #[serde(default)]
    pub label: Labels,
    /// A sentence of help.
    #[serde(default)]
    pub help: Labels,
    /// Type of its value: `text`, `date`, `enum` ...
    #[serde(rename = "type", default)]
    pub value_type: String,
    /// When it must be filled.
    #[serde(default)]
    pub required: Required,
    /// `1`, `0..1`, `1..3`, `0..n`.
    #[serde(default)]
    pub cardinality: String,
    /// Each language version has its own value.
    #[serde(default)]
    pub localized: bool,
    /// Name of the vocabulary its values come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vocabulary: Option<String>,
    /// Where its first value comes from: `profile`, `today` ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto: Option<String>,
    /// Rules of its value.
    #[serde(default)]
    pub rules: Rules,
}

/// A content type.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct ContentType {
    /// Id: `news`, `event` ...
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: Labels,
    /// Its name for many.
    #[serde(default)]
    pub plural: Labels,
    /// A sentence on when to choose it.
    #[serde(default)]
    pub when_to_use: Labels,
    /// Section of the portal it goes to, where one is known.
    #[serde(default)]
    pub portal_section: Option<String>,
    /// Keys of the fields asked for first.
    #[serde(default)]
    pub asked_at_submit: Vec<String>,
    /// Keys of the fields that get their first value from the profile.
    #[serde(default)]
    pub prefilled: Vec<String>,
    /// Keys of the common fields it does not have.
    #[serde(default)]
    pub omit_common: Vec<String>,
    /// Its own fields.
    #[serde(default)]
    pub fields: Vec<FieldSpec>,
}

/// A term of a vocabulary.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Term {
    /// Its code.
    pub code: String,
    /// Its name.
    #[serde(default)]
    pub label: Labels,
}

/// A list of terms.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// The terms in their order.
    #[serde(default)]
    pub items: Vec<Term>,
}

/// All content types and their vocabularies.
#[derive(Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Registry {
    /// Version of the file, a date.
    #[serde(default)]
    pub version: String,
    /// Fields every type has unless it omits them.
    #[serde(default)]
    pub common_fields: Vec<FieldSpec>,
    /// The types in their order.
    #[serde(default)]
    pub types: Vec<ContentType>,
    /// Vocabularies by name.
    #[serde(default)]
    pub vocabularies: BTreeMap<String, Vocabulary>,
}

/// The field of a language version that says that a machine translated it.
pub const MACHINE_TRANSLATED: &str = "machineTranslated";

impl Registry {
    /// The registry this product ships with.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Registry> = OnceLock::new();
        // A broken file would leave a desk without types; a test keeps it whole.
        BUILTIN.get_or_init(|| {
            let shipped = include_str!("../../../../assets/vocabularies/content_types.json");
            let mut shipped: Value = serde_json::from_str(shipped).unwrap_or_default();
            drop_nulls(&mut shipped);
            serde_json::from_value(shipped).unwrap_or_default()
        })
    }

    /// The label of a term in a language, falling back to English and then to the code.
    #[must_use]
    pub fn label<'a>(&'a self, vocabulary: &str, code: &'a str, lang: &str) -> &'a str {
        self.vocabularies
            .get(vocabulary)
            .and_then(|vocabulary| vocabulary.items.iter().find(|term| term.code == code))
            .and_then(|term| term.label.get(lang).or_else(|| term.label.get("en")))
            .map_or(code, String::as_str)
    }

    /// A type by its id.
    #[must_use]
    pub fn content_type(&self, id: &str) -> Option<&ContentType> {
        self.types.iter().find(|kind| kind.id == id)
    }

    /// All fields of a type: the common ones it keeps, then its own. A field of its own replaces
    /// a common one of the same key. Empty for an unknown type.
    #[must_use]
    pub fn fields(&self, content_type: &str) -> Vec<&FieldSpec> {
        let Some(kind) = self.content_type(content_type) else {
            return Vec::new();
        };
        let own = |key: &str| kind.fields.iter().any(|field| field.key == key);
        self.common_fields
            .iter()
            .filter(|field| !kind.omit_common.contains(&field.key) && !own(&field.key))
            .chain(kind.fields.iter())
            .collect()
    }

    /// What readers of a language version are told above its text when a machine translated it; in
    /// English where the language has no words for it here.
    #[must_use]
    pub fn machine_notice(
        &self,
        fields: &serde_json::Map<String, Value>,
        lang: &str,
    ) -> Option<&str> {
        let told = fields.get(MACHINE_TRANSLATED)?.as_bool()?;
        let field = self
            .common_fields
            .iter()
            .find(|field| told && field.key == MACHINE_TRANSLATED)?;
        let label = field.label.get(lang).or_else(|| field.label.get("en"))?;
        Some(label.as_str())
    }

    /// What a field is called, in English where a language has no name for it here. Fields of several types that share
    /// a key share a name; `None` for a key no type has.
    #[must_use]
    pub fn field_label(&self, key: &str, lang: &str) -> Option<&str> {
        let field = self
            .common_fields
            .iter()
            .chain(self.types.iter().flat_map(|kind| &kind.fields))
            .find(|field| field.key == key)?;
        let label = field.label.get(lang).or_else(|| field.label.get("en"))?;
        Some(label.as_str())
    }

    /// Takes out of a field map what must never leave the desk.
    pub fn retain_sendable(&self, content_type: &str, fields: &mut serde_json::Map<String, Value>) {
        for field in self.fields(content_type) {
            if field.rules.never_sync {
                fields.shift_remove(&field.key);
            }
        }
    }
}

/// An absent value is written as `null` in the file; here it is simply not there.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_whole() {
        let registry = Registry::builtin();
        assert_eq!(registry.types.len(), 10);
        assert!(registry.common_fields.len() > 10);
        for kind in &registry.types {
            for lang in ["en", "fr", "ar"] {
                assert!(kind.name.contains_key(lang), "{} in {lang}", kind.id);
            }
            let fields = registry.fields(&kind.id);
            for key in &kind.asked_at_submit {
                assert!(
                    fields.iter().any(|field| field.key == *key),
                    "{}.{key}",
                    kind.id
                );
            }
            for field in fields {
                assert!(!field.value_type.is_empty(), "{}.{}", kind.id, field.key);
                if let Some(pattern) = &field.rules.pattern {
                    assert!(regex::Regex::new(pattern).is_ok(), "{pattern}");
                }
            }
        }
        assert_eq!(registry.label("eventMode", "online", "fr"), "En ligne");
        assert_eq!(registry.label("eventMode", "unheard", "fr"), "unheard");
    }

    #[test]
    fn readers_are_told_of_a_machine() {
        let registry = Registry::builtin();
        let told = |value: Value, lang| {
            let mut fields = serde_json::Map::new();
            fields.insert(MACHINE_TRANSLATED.to_owned(), value);
            registry.machine_notice(&fields, lang)
        };
        assert_eq!(told(Value::Bool(true), "ar"), Some("تُرجم هذا النص آليا"));
        assert_eq!(told(Value::Bool(true), "tr"), told(Value::Bool(true), "en"));
        assert_eq!(told(Value::Bool(false), "en"), None);
    }

    #[test]
    fn own_fields_replace_common_ones() {
        let registry = Registry::builtin();
        let fields = registry.fields("publication");
        assert_eq!(
            fields.iter().filter(|field| field.key == "licence").count(),
            1
        );
        assert!(registry.fields("nothing").is_empty());
    }

    #[test]
    fn what_must_not_leave_is_taken_out() {
        let mut fields = serde_json::Map::new();
        fields.insert("internalNote".to_owned(), Value::from("for us"));
        fields.insert("eventDate".to_owned(), Value::from("2026-11-21"));
        Registry::builtin().retain_sendable("news", &mut fields);
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["eventDate"]);
    }
}

//! Pure decisions about drafts: what fits, what a save does, how complete a translation is.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use qalam_content::kind::Registry;
use qalam_content::limits;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::types::LangState;
use crate::error::{Code, Error, Result};
use crate::vocab;

/// Longest title that is stored, in characters. What a portal takes is a matter of the checks.
pub const MAX_TITLE_CHARS: usize = 1_000;
/// Longest summary that is stored, in characters.
pub const MAX_SUMMARY_CHARS: usize = 10_000;
/// Most bytes the fields of a draft, or of one language of it, may have as JSON.
pub const MAX_FIELDS_BYTES: usize = 512 * 1024;
/// Most files on one draft.
pub const MAX_ATTACHMENTS: usize = qalam_content::limits::MAX_IMPORT_PICTURES;
/// Saves within this time after the first of a burst may become one revision.
pub const BURST: SignedDuration = SignedDuration::from_secs(120);

/// Fields of the registry that live elsewhere in a draft and are not among its `fields`.
pub const ELSEWHERE: &[&str] = &[
    "title",
    "summary",
    "body",
    "primaryLanguage",
    "thematicAreas",
    "attachments",
];

/// What a save does to the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The text is as it was: nothing is stored.
    Nothing,
    /// The newest revision takes the new text.
    InNewest,
    /// A new revision is added.
    AsNew,
}

/// What the decision about a save needs to know about the newest revision.
#[derive(Clone, Debug)]
pub(crate) struct Newest<'a> {
    pub(crate) rev: &'a str,
    pub(crate) person: &'a str,
    pub(crate) session: &'a str,
    pub(crate) pinned: bool,
    pub(crate) burst_at: Option<Timestamp>,
    /// The text is the same as the one to save.
    pub(crate) same_text: bool,
}

/// Decides about a save that started from `base`; `None` when the text was changed meanwhile.
///
/// Saving the very text the desk already holds is no conflict, from whatever base: a save that is
/// repeated because its answer was lost does nothing.
pub(crate) fn keep(
    newest: &Newest<'_>,
    base: &str,
    person: &str,
    session: &str,
    now: Timestamp,
) -> Option<Keep> {
    if newest.same_text {
        return Some(Keep::Nothing);
    }
    if newest.rev != base {
        return None;
    }
    let in_burst = newest.burst_at.is_some_and(|began| {
        let since = now.duration_since(began);
        // A clock that was set back ends a burst.
        since >= SignedDuration::ZERO && since < BURST
    });
    let same_hand = newest.person == person && newest.session == session;
    Some(if in_burst && same_hand && !newest.pinned {
        Keep::InNewest
    } else {
        Keep::AsNew
    })
}

/// Refuses texts that are longer than what is stored.
pub(crate) fn check_lengths(title: &str, summary: &str, body: &str) -> Result<()> {
    let fits = |code, text: &str, limit: usize| {
        // Bytes are never fewer than characters; most texts need no count.
        if text.len() <= limit {
            return Ok(());
        }
        let length = text.chars().count();
        if length <= limit {
            return Ok(());
        }
        Err(Error::new(code).with("limit", limit).with("length", length))
    };
    fits(Code::TitleTooLong, title, MAX_TITLE_CHARS)?;
    fits(Code::SummaryTooLong, summary, MAX_SUMMARY_CHARS)?;
    fits(Code::BodyTooLong, body, limits::MAX_BODY_CHARS)
}

/// A title or summary as it is stored: one line for a title, without the spaces around it.
pub(crate) fn tidy_title(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a field key belongs to every language or to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// The same in every language.
    Draft,
    /// Each language has its own.
    Language,
}

/// Where a field of this content type lives.
///
/// # Errors
/// [`Code::UnknownField`] for a key the type does not have or that lives elsewhere in the draft.
pub(crate) fn place_of(content_type: &str, key: &str) -> Result<Where> {
    let unknown = || {
        Error::new(Code::UnknownField)
            .with("field", key)
            .with("type", content_type)
    };
    if ELSEWHERE.contains(&key) {
        return Err(unknown());
    }
    let spec = Registry::builtin()
        .fields(content_type)
        .into_iter()
        .find(|spec| spec.key == key)
        .ok_or_else(unknown)?;
    Ok(if spec.localized {
        Where::Language
    } else {
        Where::Draft
    })
}

/// The fields as they are stored: known ones of this place only, without empty values.
///
/// # Errors
/// [`Code::UnknownField`], [`Code::FieldsTooLarge`].
pub(crate) fn tidy_fields(
    content_type: &str,
    place: Where,
    fields: Map<String, Value>,
) -> Result<Map<String, Value>> {
    let mut kept = Map::new();
    for (key, value) in fields {
        if place_of(content_type, &key)? != place {
            return Err(Error::new(Code::UnknownField)
                .with("field", key)
                .with("type", content_type));
        }
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !empty {
            kept.insert(key, value);
        }
    }
    kept.sort_keys();
    let length = serde_json::to_string(&kept)?.len();
    if length > MAX_FIELDS_BYTES {
        return Err(Error::new(Code::FieldsTooLarge)
            .with("limit", MAX_FIELDS_BYTES)
            .with("length", length));
    }
    Ok(kept)
}

/// Divides fields into those of the draft and those of a language.
///
/// # Errors
/// [`Code::UnknownField`].
pub(crate) fn divide_fields(
    content_type: &str,
    fields: Map<String, Value>,
) -> Result<(Map<String, Value>, Map<String, Value>)> {
    let (mut draft, mut language) = (Map::new(), Map::new());
    for (key, value) in fields {
        match place_of(content_type, &key)? {
            Where::Draft => draft.insert(key, value),
            Where::Language => language.insert(key, value),
        };
    }
    Ok((draft, language))
}

/// The areas as they are stored: known ones, each once, in the order given.
///
/// # Errors
/// [`Code::UnknownArea`].
pub(crate) fn tidy_areas(areas: &[String]) -> Result<Vec<String>> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for area in areas {
        if !vocab::areas().contains(area) {
            return Err(Error::new(Code::UnknownArea).with("area", area));
        }
        if seen.insert(area) {
            kept.push(area.clone());
        }
    }
    Ok(kept)
}

/// A hash over the words of a text, whatever white space stands between them: two texts of the same
/// sense ask nothing new of a translator. Fields are no part of it.
pub(crate) fn sense(title: &str, summary: &str, body: &str) -> String {
    let mut hash = Sha256::new();
    for part in [title, summary, body] {
        for word in part.split_whitespace() {
            hash.update(word.as_bytes());
            hash.update(b" ");
        }
        hash.update([0]);
    }
    qalam_content::canonical::hex(&hash.finalize())
}

/// What the mark of a language needs to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Completeness {
    pub(crate) has_title: bool,
    pub(crate) has_summary: bool,
    pub(crate) has_body: bool,
    /// The original has a body.
    pub(crate) original_has_body: bool,
    /// It is a translation of an original that changed since.
    pub(crate) source_changed: bool,
}

/// How complete a language version is.
pub(crate) fn mark(facts: Completeness) -> LangState {
    let whole =
        facts.has_title && facts.has_summary && (facts.has_body || !facts.original_has_body);
    if !whole {
        LangState::Partial
    } else if facts.source_changed {
        LangState::Outdated
    } else {
        LangState::Full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_000_000).unwrap()
    }

    fn newest(age: i64) -> Newest<'static> {
        Newest {
            rev: "r1",
            person: "p",
            session: "s",
            pinned: false,
            burst_at: now().checked_sub(SignedDuration::from_secs(age)).ok(),
            same_text: false,
        }
    }

    #[test]
    fn saves_of_one_burst_become_one_revision() {
        let keep = |newest: Newest<'_>| super::keep(&newest, "r1", "p", "s", now());
        assert_eq!(keep(newest(0)), Some(Keep::InNewest));
        assert_eq!(keep(newest(119)), Some(Keep::InNewest));
        assert_eq!(keep(newest(120)), Some(Keep::AsNew));
        assert_eq!(keep(newest(-5)), Some(Keep::AsNew));
        assert_eq!(
            keep(Newest {
                pinned: true,
                ..newest(1)
            }),
            Some(Keep::AsNew)
        );
        assert_eq!(
            keep(Newest {
                person: "q",
                ..newest(1)
            }),
            Some(Keep::AsNew)
        );
        assert_eq!(
            keep(Newest {
                session: "t",
                ..newest(1)
            }),
            Some(Keep::AsNew)
        );
        assert_eq!(
            keep(Newest {
                burst_at: None,
                ..newest(1)
            }),
            Some(Keep::AsNew)
        );
    }

    #[test]
    fn a_stale_base_is_a_conflict_unless_the_text_is_the_same() {
        assert_eq!(super::keep(&newest(1), "r0", "p", "s", now()), None);
        let same = Newest {
            same_text: true,
            ..newest(1)
        };
        assert_eq!(
            super::keep(&same, "r0", "p", "s", now()),
            Some(Keep::Nothing)
        );
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let title = "ع".repeat(MAX_TITLE_CHARS);
        assert!(check_lengths(&title, "", "").is_ok());
        let error = check_lengths(&format!("{title}ع"), "", "").unwrap_err();
        assert_eq!(error.code, Code::TitleTooLong);
    }

    #[test]
    fn fields_have_their_places() {
        assert_eq!(place_of("news", "eventDate").unwrap(), Where::Draft);
        assert_eq!(place_of("news", "keywords").unwrap(), Where::Language);
        for key in ["title", "thematicAreas", "nothing", "organisers"] {
            assert_eq!(
                place_of("news", key).unwrap_err().code,
                Code::UnknownField,
                "{key}"
            );
        }
        let mut fields = Map::new();
        fields.insert("partners".to_owned(), Value::Array(Vec::new()));
        fields.insert("eventDate".to_owned(), "2026-11-21".into());
        let kept = tidy_fields("news", Where::Draft, fields).unwrap();
        assert_eq!(kept.len(), 1);
    }

    #[test]
    fn areas_are_known_and_stand_once() {
        let areas = |list: &[&str]| {
            tidy_areas(
                &list
                    .iter()
                    .map(|area| (*area).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(areas(&["ta2", "ta1", "ta2"]).unwrap(), ["ta2", "ta1"]);
        assert_eq!(areas(&["ta9"]).unwrap_err().code, Code::UnknownArea);
    }
}

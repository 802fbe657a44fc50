//! A sample piece to learn with, in the language of the screens.

use qalam_desk::drafts::{Draft, NewDraft};
use serde_json::{Map, Value};

use super::Empty;
use crate::app::App;
use crate::failure::Failure;

const TEXTS: [(&str, &str); 3] = [
    ("en", include_str!("../../../../assets/sample/en.md")),
    ("fr", include_str!("../../../../assets/sample/fr.md")),
    ("ar", include_str!("../../../../assets/sample/ar.md")),
];

/// The second area: prevention.
const AREA: &str = "ta2";

pub(super) fn create(app: &App, _: Empty) -> Result<Draft, Failure> {
    let lang = app.desk.settings()?.display_lang;
    let today = qalam_desk::clock::stamp(app.desk.clock().now());
    let day = today.get(..10).unwrap_or_default();
    Ok(app.desk.drafts_create(sample(&lang, day))?)
}

/// The sample as it begins; English where there is none in `lang`.
fn sample(lang: &str, day: &str) -> NewDraft {
    let [english, ..] = TEXTS;
    let (lang, text) = TEXTS
        .into_iter()
        .find(|(known, _)| *known == lang)
        .unwrap_or(english);
    let (head, body) = text.split_once("\n---\n").unwrap_or(("", text));
    let value = |key: &str| {
        head.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .unwrap_or_default()
            .to_owned()
    };
    let mut fields = Map::new();
    fields.insert("eventDate".to_owned(), Value::from(day));
    fields.insert("place".to_owned(), Value::from(value("place")));
    NewDraft {
        content_type: "news".to_owned(),
        lang: lang.to_owned(),
        title: value("title"),
        summary: value("summary"),
        body: body.to_owned(),
        fields,
        areas: vec![AREA.to_owned()],
        urgent: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_in_every_language() {
        for (lang, _) in TEXTS {
            let new = sample(lang, "2026-11-21");
            assert_eq!(new.lang, lang);
            assert!(
                new.title.len() > 20 && new.summary.len() > 60 && new.body.len() > 800,
                "{lang}"
            );
            assert!(!new.body.contains("title:"), "{lang}");
            assert!(
                new.fields
                    .values()
                    .all(|value| value.as_str().is_some_and(|text| !text.is_empty()))
            );
        }
    }
}

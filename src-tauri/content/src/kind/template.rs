//! What a piece of each type answers: questions to begin with, in the languages of the interface.

use crate::body;

macro_rules! templates {
    ($($kind:literal),* $(,)?) => {
        /// Type, language, Markdown.
        const TEMPLATES: &[(&str, &str, &str)] = &[$(
            ($kind, "en", include_str!(concat!("../../../../assets/templates/", $kind, ".en.md"))),
            ($kind, "fr", include_str!(concat!("../../../../assets/templates/", $kind, ".fr.md"))),
            ($kind, "ar", include_str!(concat!("../../../../assets/templates/", $kind, ".ar.md"))),
        )*];
    };
}

templates!(
    "announcement",
    "best_practice",
    "event",
    "news",
    "programme",
    "project",
    "publication",
    "statistics",
    "success_story",
    "training",
);

/// The questions a piece of this type answers, as Markdown; `None` where there are none in this
/// language.
#[must_use]
pub fn template(content_type: &str, lang: &str) -> Option<&'static str> {
    let lang = lang.split(['-', '_']).next().unwrap_or_default();
    TEMPLATES
        .iter()
        .find(|(kind, of, _)| *kind == content_type && of.eq_ignore_ascii_case(lang))
        .map(|(_, _, text)| *text)
}

/// The questions of the template that still stand in a text.
pub(super) fn unanswered(content_type: &str, lang: &str, body: &str) -> Vec<String> {
    let Some(template) = template(content_type, lang) else {
        return Vec::new();
    };
    let text = body::plain_text(body);
    let lines: std::collections::HashSet<&str> = text.lines().map(str::trim).collect();
    template
        .lines()
        .map(str::trim)
        .filter(|line| line.ends_with(['?', '؟']) && lines.contains(line))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Registry;

    #[test]
    fn every_type_has_its_questions_in_three_languages() {
        for kind in &Registry::builtin().types {
            for lang in ["en", "fr", "ar"] {
                let text = template(&kind.id, lang).unwrap_or_default();
                assert!(
                    !unanswered(&kind.id, lang, text).is_empty(),
                    "{} {lang}",
                    kind.id
                );
                assert_eq!(
                    body::to_markdown(&body::to_document(text)).unwrap().trim(),
                    text.trim(),
                    "{} {lang}",
                    kind.id
                );
            }
        }
        assert_eq!(template("news", "tr"), None);
    }

    #[test]
    fn an_answer_takes_the_place_of_its_question() {
        let text = "Who did what, where and when?\n\n## Background\n\nIt began in May.\n";
        assert_eq!(
            unanswered("news", "en", text),
            ["Who did what, where and when?"]
        );
    }
}

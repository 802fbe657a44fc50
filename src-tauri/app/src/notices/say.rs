//! The sentences of a notice.

use qalam_desk::outbox::AskingKind;

use super::{Needs, Notice};
use crate::text::{Params, Words};

/// How many are named; the others are counted.
const NAMED: usize = 3;

/// Everything that is new, as one word.
pub(super) fn notice(words: Words, new: &Needs) -> Notice {
    let portal = |name: &str| match name {
        "practice" => words.plain("background.practice"),
        name => name.to_owned(),
    };
    let mut lines: Vec<String> = new
        .entries
        .iter()
        .map(|one| {
            let key = match one.kind {
                AskingKind::Returned => "background.notice.returned",
                AskingKind::Changed => "background.notice.changed",
                AskingKind::Refused => "background.notice.refused",
                AskingKind::Yes => "background.notice.yes",
            };
            let title = match one.title.trim() {
                "" => "…",
                title => title,
            };
            let values = [("title", title.to_owned()), ("portal", portal(&one.portal))];
            words.say(key, &params(values))
        })
        .collect();
    let pieces = lines.len();
    for (name, failure) in &new.portals {
        let mut values = failure.params.clone();
        values.entry("portal".to_owned()).or_insert(portal(name));
        values.entry("host".to_owned()).or_insert(portal(name));
        let next = words.find(&format!("{}.next", failure.code), &values);
        let said = words.say(&failure.code, &values);
        lines.push(
            [Some(said), next]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(words.say(
            "background.notice.more",
            &params([("count", more.to_string())]),
        ));
    }
    let title = match pieces {
        0 => words.plain("background.notice.portal"),
        count => words.say(
            "background.notice.pieces",
            &params([("count", count.to_string())]),
        ),
    };
    Notice {
        title,
        text: lines.join("\n"),
        open: None,
    }
}

fn params<const N: usize>(values: [(&str, String); N]) -> Params {
    values
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use qalam_desk::outbox::Asking;
    use qalam_desk::{Code, Failure};

    fn asking(title: &str, kind: AskingKind) -> Asking {
        Asking {
            entry: title.to_owned(),
            draft: title.to_owned(),
            title: title.to_owned(),
            portal: "practice".to_owned(),
            kind,
        }
    }

    #[test]
    fn many_things_are_one_notice_in_every_language() {
        let kinds = [
            AskingKind::Returned,
            AskingKind::Changed,
            AskingKind::Refused,
            AskingKind::Yes,
        ];
        let needs = Needs {
            entries: (0..9)
                .map(|n| asking(&format!("T{n}"), kinds[n % 4]))
                .collect(),
            portals: vec![("portal".to_owned(), Failure::new(Code::Credentials))],
        };
        for lang in crate::text::LANGS {
            let notice = notice(Words::of(lang).unwrap(), &needs);
            assert_eq!(
                notice.text.lines().count(),
                NAMED + 1,
                "{lang}: {}",
                notice.text
            );
            let all = format!("{}\n{}", notice.title, notice.text);
            assert!(!all.contains("background."), "{lang}: {all}");
            assert!(
                all.contains('9') && all.contains("T0") && all.contains("T2"),
                "{lang}: {all}"
            );
            assert!(!all.contains("T3"), "{lang}: {all}");
        }
    }

    #[test]
    fn a_portal_that_wants_a_login_is_named() {
        let failure = Failure::new(Code::SecretMissing);
        let needs = Needs {
            entries: Vec::new(),
            portals: vec![("Sample Portal".to_owned(), failure)],
        };
        let notice = notice(Words::of("en").unwrap(), &needs);
        assert!(notice.text.contains("Sample Portal"), "{}", notice.text);
        assert!(!notice.title.is_empty());
    }
}

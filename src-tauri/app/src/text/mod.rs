//! The sentences of the command line, of the icon, of notices, of proofs and of sheets for signing, from the same files the screens
//! read.

mod icu;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use icu::Params;

/// The languages there are sentences in.
pub const LANGS: [&str; 3] = ["en", "fr", "ar"];

type Messages = BTreeMap<String, String>;

const FILES: [(&str, [&str; 6]); 3] = [
    (
        "en",
        [
            include_str!("../../../../ui/locales/en/errors.json"),
            include_str!("../../../../ui/locales/en/cli.json"),
            include_str!("../../../../ui/locales/en/outbox.json"),
            include_str!("../../../../ui/locales/en/background.json"),
            include_str!("../../../../ui/locales/en/verify.json"),
            include_str!("../../../../ui/locales/en/signoff.json"),
        ],
    ),
    (
        "fr",
        [
            include_str!("../../../../ui/locales/fr/errors.json"),
            include_str!("../../../../ui/locales/fr/cli.json"),
            include_str!("../../../../ui/locales/fr/outbox.json"),
            include_str!("../../../../ui/locales/fr/background.json"),
            include_str!("../../../../ui/locales/fr/verify.json"),
            include_str!("../../../../ui/locales/fr/signoff.json"),
        ],
    ),
    (
        "ar",
        [
            include_str!("../../../../ui/locales/ar/errors.json"),
            include_str!("../../../../ui/locales/ar/cli.json"),
            include_str!("../../../../ui/locales/ar/outbox.json"),
            include_str!("../../../../ui/locales/ar/background.json"),
            include_str!("../../../../ui/locales/ar/verify.json"),
            include_str!("../../../../ui/locales/ar/signoff.json"),
        ],
    ),
];

/// What stands before the keys of each file: codes as they are, the others as the screens address
/// them.
const PREFIXES: [&str; 6] = ["", "cli.", "outbox.", "background.", "verify.", "signoff."];

/// One of the languages of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(&'static str);

impl Words {
    /// The words of a language tag such as `ar` or `fr-TN`; `None` when there are none.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        LANGS
            .into_iter()
            .find(|lang| lang.eq_ignore_ascii_case(primary))
            .map(Self)
    }

    /// The words of the language this machine is set to; English when there are none.
    #[must_use]
    pub fn of_machine() -> Self {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(std::env::var_os)
            .find(|value| !value.is_empty())
            .and_then(|value| Self::of(&value.to_string_lossy()))
            .unwrap_or(Self("en"))
    }

    /// The language.
    #[must_use]
    pub fn lang(self) -> &'static str {
        self.0
    }

    /// The sentence `key` with its values; the key itself where there is no such sentence.
    #[must_use]
    pub fn say(self, key: &str, params: &Params) -> String {
        self.find(key, params).unwrap_or_else(|| key.to_owned())
    }

    /// The sentence `key` without values.
    #[must_use]
    pub fn plain(self, key: &str) -> String {
        self.say(key, &Params::new())
    }

    /// The sentence `key` with its values, if there is one.
    #[must_use]
    pub fn find(self, key: &str, params: &Params) -> Option<String> {
        messages(self.0)?
            .get(key)
            .map(|message| icu::format(message, self.0, params))
    }
}

fn messages(lang: &str) -> Option<&'static Messages> {
    static ALL: OnceLock<BTreeMap<&'static str, Messages>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        FILES
            .iter()
            .map(|(lang, files)| {
                let mut messages = Messages::new();
                for (file, prefix) in files.iter().zip(PREFIXES) {
                    // Whether the files can be read is a test; a broken one leaves its keys.
                    let read = serde_json::from_str::<Messages>(file).unwrap_or_default();
                    messages.extend(
                        read.into_iter()
                            .map(|(key, text)| (format!("{prefix}{key}"), text)),
                    );
                }
                (*lang, messages)
            })
            .collect()
    });
    all.get(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_can_be_read_and_say_the_same_things() {
        for index in 0..PREFIXES.len() {
            let mut known: Option<Vec<String>> = None;
            for (lang, files) in FILES {
                let messages: Messages = serde_json::from_str(files[index]).unwrap();
                let keys: Vec<String> = messages.into_keys().collect();
                assert_eq!(known.get_or_insert_with(|| keys.clone()), &keys, "{lang}");
            }
        }
    }

    #[test]
    fn languages_are_found_by_tag() {
        assert_eq!(Words::of("fr_TN.UTF-8").map(Words::lang), Some("fr"));
        assert_eq!(Words::of("AR").map(Words::lang), Some("ar"));
        assert_eq!(Words::of("C.UTF-8"), None);
    }
}

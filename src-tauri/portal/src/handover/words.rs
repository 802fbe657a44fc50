//! The sentences of a hand-over, from the same files as all others of the product.

use std::{collections::BTreeMap, sync::OnceLock};

use crate::practice::site::{html::escape, words::Lang};

type Messages = BTreeMap<String, String>;

fn messages(lang: Lang) -> &'static Messages {
    static ALL: OnceLock<[Messages; 3]> = OnceLock::new();
    let [en, fr, ar] = ALL.get_or_init(|| {
        [
            include_str!("../../../../ui/locales/en/handover.json"),
            include_str!("../../../../ui/locales/fr/handover.json"),
            include_str!("../../../../ui/locales/ar/handover.json"),
        ]
        .map(|text| serde_json::from_str(text).unwrap_or_default())
    });
    match lang {
        Lang::En => en,
        Lang::Fr => fr,
        Lang::Ar => ar,
    }
}

/// A sentence as plain text. An unknown key shows as itself, so that a test can find it.
pub fn plain(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    let text = messages(lang).get(key).map_or(key, String::as_str);
    values.iter().fold(text.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

/// A sentence as HTML; each value is escaped and isolated.
pub fn html(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    let text = escape(messages(lang).get(key).map_or(key, String::as_str));
    values.iter().fold(text, |text, (name, value)| {
        text.replace(
            &format!("{{{name}}}"),
            &format!("<bdi>{}</bdi>", escape(value)),
        )
    })
}

/// The language a page in `lang` speaks.
pub fn of(lang: &str) -> Lang {
    let main = lang.split('-').next().unwrap_or_default();
    Lang::parse(main).unwrap_or(Lang::En)
}

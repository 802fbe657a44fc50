//! The sentences of the practice portal's pages, from the same files as all others of the product.

use std::{collections::BTreeMap, sync::OnceLock};

use qalam_content::{kind::Registry, lang::Direction};

use super::html::escape;

/// A language of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
    /// Arabic.
    Ar,
}

impl Lang {
    /// All, in the order of the language switch.
    pub const ALL: [Self; 3] = [Self::Ar, Self::En, Self::Fr];

    /// The code in addresses and on the page.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Ar => "ar",
        }
    }

    /// Its own name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
            Self::Ar => "العربية",
        }
    }

    /// `rtl` or `ltr`.
    pub fn dir(self) -> &'static str {
        dir_of(self.code())
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The first known language of an `Accept-Language` header.
    pub fn preferred(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|part| {
                let tag = part.split(';').next().unwrap_or_default().trim();
                Self::parse(tag.split('-').next().unwrap_or_default())
            })
            .next()
            .unwrap_or(Self::En)
    }
}

/// Writing direction of a language, as HTML says it.
pub fn dir_of(lang: &str) -> &'static str {
    match qalam_content::lang::direction_of_lang(lang) {
        Direction::Rtl => "rtl",
        Direction::Ltr => "ltr",
    }
}

type Messages = BTreeMap<String, String>;

fn messages(lang: Lang) -> &'static Messages {
    static ALL: OnceLock<[Messages; 3]> = OnceLock::new();
    let [en, fr, ar] = ALL.get_or_init(|| {
        [
            include_str!("../../../../../ui/locales/en/practice.json"),
            include_str!("../../../../../ui/locales/fr/practice.json"),
            include_str!("../../../../../ui/locales/ar/practice.json"),
        ]
        .map(|text| serde_json::from_str(text).unwrap_or_default())
    });
    match lang {
        Lang::En => en,
        Lang::Fr => fr,
        Lang::Ar => ar,
    }
}

/// A sentence, escaped for HTML. An unknown key shows as itself, so that a test can find it.
pub fn say(lang: Lang, key: &str) -> String {
    escape(messages(lang).get(key).map_or(key, String::as_str))
}

/// A sentence with values. Each value is escaped and isolated, so that a Latin name inside Arabic stays whole.
pub fn say_with(lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(say(lang, key), |text, (name, value)| {
        text.replace(
            &format!("{{{name}}}"),
            &format!("<bdi>{}</bdi>", escape(value)),
        )
    })
}

/// The name of a content type, escaped; the bare code when it is not known.
pub fn kind_name(lang: Lang, kind: &str) -> String {
    let named = Registry::builtin()
        .content_type(kind)
        .and_then(|found| found.name.get(lang.code()));
    escape(named.map_or(kind, String::as_str))
}

/// The name of an owner, not escaped; the bare code when it is not known.
pub fn owner_name(lang: Lang, code: &str) -> &str {
    let named = qalam_desk::vocab::owners()
        .iter()
        .find(|owner| owner.code.eq_ignore_ascii_case(code));
    let name = named.map(|owner| match lang {
        Lang::En => owner.name_en.as_str(),
        Lang::Fr => owner.name_fr.as_str(),
        Lang::Ar => owner.name_ar.as_str(),
    });
    name.filter(|name| !name.is_empty()).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_languages_say_the_same_things() {
        let keys = |lang| messages(lang).keys().collect::<Vec<_>>();
        assert!(!keys(Lang::En).is_empty());
        assert_eq!(keys(Lang::En), keys(Lang::Fr));
        assert_eq!(keys(Lang::En), keys(Lang::Ar));
        let places = |text: &str| {
            let mut found: Vec<&str> = text
                .split('{')
                .skip(1)
                .filter_map(|rest| rest.split('}').next())
                .collect();
            found.sort_unstable();
            found.join(",")
        };
        for (key, text) in messages(Lang::En) {
            for lang in [Lang::Fr, Lang::Ar] {
                let other = messages(lang)
                    .get(key)
                    .map(String::as_str)
                    .unwrap_or_default();
                assert_eq!(places(text), places(other), "{key}");
            }
        }
    }

    #[test]
    fn values_are_escaped_and_isolated() {
        assert_eq!(
            say_with(Lang::En, "item.owner", &[("owner", "<b>")]),
            "From <bdi>&lt;b&gt;</bdi>"
        );
    }

    #[test]
    fn the_preferred_language_is_the_first_known_one() {
        for (header, lang) in [
            ("tr-TR,fr;q=0.8,en;q=0.5", Lang::Fr),
            ("ar-SA", Lang::Ar),
            ("", Lang::En),
        ] {
            assert_eq!(Lang::preferred(header), lang);
        }
    }
}

//! Languages and writing direction.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use unicode_bidi::{BidiClass, bidi_class};

/// Writing direction of a block or a language.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Left to right: Latin, Cyrillic.
    Ltr,
    /// Right to left: Arabic, Persian, Urdu.
    Rtl,
}

impl Direction {
    /// The value of the HTML `dir` attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }

    /// Reads `ltr` or `rtl` in any case; anything else is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("ltr") {
            Some(Self::Ltr)
        } else if text.eq_ignore_ascii_case("rtl") {
            Some(Self::Rtl)
        } else {
            None
        }
    }
}

/// The direction of the first strong character, as `dir="auto"` decides it; `None` when the
/// text has only digits, signs and spaces.
#[must_use]
pub fn first_strong(text: &str) -> Option<Direction> {
    text.chars().find_map(|c| match bidi_class(c) {
        BidiClass::L => Some(Direction::Ltr),
        BidiClass::R | BidiClass::AL => Some(Direction::Rtl),
        _ => None,
    })
}

/// The direction a BCP 47 language is written in; unknown ones count as left to right.
#[must_use]
pub fn direction_of_lang(lang: &str) -> Direction {
    let mut parts = lang.split(['-', '_']);
    let primary = parts.next().unwrap_or_default().to_ascii_lowercase();
    // A script subtag decides over the language: "ms-Arab", "ur-Latn".
    for part in parts {
        if part.len() == 4 {
            return match part.to_ascii_lowercase().as_str() {
                "arab" | "aran" | "hebr" | "thaa" | "syrc" | "nkoo" | "adlm" => Direction::Rtl,
                _ => Direction::Ltr,
            };
        }
    }
    match primary.as_str() {
        "ar" | "fa" | "ur" | "ps" | "sd" | "ug" | "ckb" | "dv" | "he" | "yi" | "ks" | "prs"
        | "nqo" | "arc" | "syr" => Direction::Rtl,
        _ => Direction::Ltr,
    }
}

/// A guessed language.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// BCP 47 code, two letters.
    pub lang: String,
    /// How sure, in per cent (1 to 100). Under 50 nobody should act on it without asking.
    pub confidence: u8,
}

/// Fewest letters on which a guess is made at all.
const MIN_LETTERS: usize = 20;
/// Letters looked at; more do not make the guess better.
const MAX_LETTERS: usize = 6_000;

/// The languages content arrives in. A guess outside this list is noise in practice.
const ALLOWED: &[(whatlang::Lang, &str)] = &[
    (whatlang::Lang::Ara, "ar"),
    (whatlang::Lang::Eng, "en"),
    (whatlang::Lang::Fra, "fr"),
    (whatlang::Lang::Tur, "tr"),
    (whatlang::Lang::Ind, "id"),
    (whatlang::Lang::Pes, "fa"),
    (whatlang::Lang::Urd, "ur"),
    (whatlang::Lang::Ben, "bn"),
    (whatlang::Lang::Aze, "az"),
    (whatlang::Lang::Uzb, "uz"),
    (whatlang::Lang::Tuk, "tk"),
    (whatlang::Lang::Rus, "ru"),
    (whatlang::Lang::Por, "pt"),
    (whatlang::Lang::Spa, "es"),
];

/// Guesses the language of a text; `None` under twenty letters or when nothing fits.
#[must_use]
pub fn detect(text: &str) -> Option<Detected> {
    let sample: String = text
        .chars()
        .filter(|c| c.is_alphabetic() || c.is_whitespace())
        .take(MAX_LETTERS)
        .collect();
    let (mut arabic, mut other, mut persian, mut urdu) = (0usize, 0usize, 0usize, 0usize);
    for c in sample.chars().filter(|c| c.is_alphabetic()) {
        if matches!(bidi_class(c), BidiClass::AL) {
            arabic += 1;
            match c {
                'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' => persian += 1,
                'ٹ' | 'ڈ' | 'ڑ' | 'ے' | 'ں' | 'ھ' | 'ہ' | 'ۓ' => urdu += 1,
                _ => {}
            }
        } else {
            other += 1;
        }
    }
    let letters = arabic + other;
    if letters < MIN_LETTERS {
        return None;
    }
    if let Some(lang) = by_own_letters(&sample, arabic) {
        return Some(Detected {
            lang: lang.to_owned(),
            confidence: 80,
        });
    }
    // The script decides first: trigrams alone confuse short Arabic with Persian and Urdu,
    // while their own letters tell them apart with certainty.
    if arabic * 2 > letters {
        let lang = if urdu * 100 > arabic * 4 {
            "ur"
        } else if persian * 100 > arabic * 4 {
            "fa"
        } else {
            "ar"
        };
        let confidence = if letters < 60 { 80 } else { 95 };
        return Some(Detected {
            lang: lang.to_owned(),
            confidence,
        });
    }
    let allowed: Vec<whatlang::Lang> = ALLOWED.iter().map(|(lang, _)| *lang).collect();
    let found = whatlang::Detector::with_allowlist(allowed).detect(&sample)?;
    let (_, code) = ALLOWED.iter().find(|(lang, _)| *lang == found.lang())?;
    let sure = (found.confidence().clamp(0.0, 1.0) * 100.0).round();
    // Short texts make trigrams overconfident.
    let cap = match () {
        () if !has_common_words(&sample, code) => 45.0,
        () if letters < 60 => 60.0,
        () => 99.0,
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let confidence = sure.min(cap).max(1.0) as u8;
    Some(Detected {
        lang: (*code).to_owned(),
        confidence,
    })
}

/// Languages in Arabic letters that no trigram here knows, by the letters only they have.
fn by_own_letters(sample: &str, arabic: usize) -> Option<&'static str> {
    const OWN: [(&str, &str); 4] = [
        ("ug", "ۇۈۋڭ"),
        ("ps", "ټډړږښځڅېۍګڼ"),
        ("sd", "ڪ۾ڄڃڇٿڀٻڦڳڱ"),
        ("ckb", "ێڕڵۆ"),
    ];
    OWN.iter().find_map(|(lang, own)| {
        let count = sample.chars().filter(|c| own.contains(*c)).count();
        // A name from there does not make the text one of that language.
        (arabic > 0 && count >= 2 && count * 100 > arabic * 2).then_some(*lang)
    })
}

/// Whether a text has any of the words that no text of its language does without. Trigrams give
/// Albanian as French and Somali as Indonesian, with all certainty.
fn has_common_words(sample: &str, lang: &str) -> bool {
    let (common, from): (&[&str], usize) = match lang {
        "en" => (
            &[
                "the", "of", "and", "to", "in", "for", "is", "on", "with", "that", "by", "at",
                "from", "as", "are", "was", "were", "has", "have", "be", "a",
            ],
            12,
        ),
        "fr" => (
            &[
                "le", "la", "les", "des", "du", "et", "une", "un", "dans", "pour", "par", "sur",
                "au", "aux", "est", "que", "qui", "avec", "de", "l", "d",
            ],
            12,
        ),
        "es" => (
            &[
                "el", "la", "los", "las", "del", "de", "y", "en", "una", "un", "para", "por",
                "con", "que", "se", "al", "su",
            ],
            12,
        ),
        "pt" => (
            &[
                "o", "os", "as", "do", "da", "dos", "das", "de", "em", "uma", "um", "para", "por",
                "com", "que", "no", "na", "ao",
            ],
            12,
        ),
        "id" => (
            &[
                "dan", "di", "yang", "untuk", "dengan", "dari", "pada", "dalam", "ini", "itu",
                "akan", "telah", "oleh", "tidak", "ke", "adalah", "para", "kepada", "serta",
                "bagi",
            ],
            12,
        ),
        // Endings do there what words do elsewhere.
        "tr" => (
            &[
                "ve", "bir", "bu", "için", "ile", "de", "da", "olarak", "olan", "gibi", "en",
                "çok", "sonra", "kadar", "her", "ise",
            ],
            24,
        ),
        _ => return true,
    };
    let words: Vec<String> = sample.split_whitespace().map(str::to_lowercase).collect();
    words.len() < from || words.iter().any(|word| common.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_nobody_here_knows_are_not_sure() {
        for (text, expected) in [
            (
                "Ministria e Shëndetësisë hapi një spital të ri në kryeqytet për të gjithë qytetarët e vendit.",
                None,
            ),
            (
                "Wasaaradda caafimaadka ayaa maanta furtay isbitaal cusub oo ku yaal magaalada caasimadda ah.",
                None,
            ),
            (
                "د روغتیا وزارت نن په پلازمېنه کې د ټولو خلکو لپاره یو نوی روغتون پرانیست او ښه خدمت یې وړاندې کړ.",
                Some("ps"),
            ),
            (
                "صحت کاتي اڄ ڪراچي ۾ سڀني ماڻهن لاءِ هڪ نئين اسپتال کولي آهي.",
                Some("sd"),
            ),
            (
                "وەزارەتی تەندروستی ئەمڕۆ نەخۆشخانەیەکی نوێی بۆ هەموو هاووڵاتیان کردەوە.",
                Some("ckb"),
            ),
        ] {
            let found = detect(text).unwrap();
            match expected {
                Some(lang) => assert_eq!(found.lang, lang, "{text}"),
                None => assert!(found.confidence < 50, "{text} {found:?}"),
            }
        }
    }

    #[test]
    fn first_strong_ignores_digits_and_signs() {
        let cases = [
            ("", None),
            ("2026 — 12%", None),
            ("٢٠٢٦", None),
            ("«صحة» health", Some(Direction::Rtl)),
            ("1. Health صحة", Some(Direction::Ltr)),
        ];
        for (text, expected) in cases {
            assert_eq!(first_strong(text), expected, "{text}");
        }
    }

    #[test]
    fn direction_follows_language_and_script() {
        let cases = [
            ("ar", Direction::Rtl),
            ("ar-EG", Direction::Rtl),
            ("fr", Direction::Ltr),
            ("ms-Arab", Direction::Rtl),
            ("ur-Latn", Direction::Ltr),
            ("", Direction::Ltr),
        ];
        for (lang, expected) in cases {
            assert_eq!(direction_of_lang(lang), expected, "{lang}");
        }
    }

    #[test]
    fn detects_the_languages_content_arrives_in() {
        let cases = [
            (
                "أطلقت وزارة الصحة حملة وطنية للتلقيح ضد الحصبة في جميع المحافظات",
                "ar",
            ),
            (
                "Le ministère de la Santé a lancé une campagne nationale de vaccination contre la rougeole dans toutes les régions du pays",
                "fr",
            ),
            (
                "The Ministry of Health launched a national vaccination campaign against measles in all the regions of the country",
                "en",
            ),
            (
                "Sağlık Bakanlığı ülkenin bütün bölgelerinde kızamığa karşı ulusal bir aşı kampanyası başlattı",
                "tr",
            ),
            (
                "وزارت بهداشت کمپین ملی واکسیناسیون علیه سرخک را در همه استان‌های کشور آغاز کرد",
                "fa",
            ),
            (
                "وزارت صحت نے ملک کے تمام علاقوں میں خسرہ کے خلاف قومی مہم شروع کی ہے اور بچوں کو ٹیکے لگائے گئے",
                "ur",
            ),
        ];
        for (text, expected) in cases {
            let found = detect(text).map(|found| found.lang);
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        assert_eq!(detect("Santé"), None);
    }
}

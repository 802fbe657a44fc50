//! Reading foreign files. Every reader takes bytes and gives a value with problems, whatever
//! the bytes are.

mod bodies;
mod cell_line;
pub(crate) mod dateline;
mod decode;
pub mod describe;
pub mod facts;
mod front_matter;
mod html;
mod html_marks;
mod html_raised;
mod html_report;
mod html_table;
pub mod identifiers;
pub mod import;
pub mod imprint;
mod inner_links;
mod judged;
pub mod mentions;
pub mod named;
pub mod office;
pub mod own_numbers;
pub mod pdf;
mod people;
pub(crate) mod personal;
pub mod picture;
mod plain_lists;
pub mod story;
mod text;
mod xml;
mod xml_tree;
pub mod years;

pub(crate) use decode::{decode as decode_text, guess as guess_encoding};
pub use describe::{Reading, describe};
pub use import::{Dateline, ImportReport, Imported, ImportedPicture, import};

use std::collections::BTreeMap;

use crate::lang;
use crate::limits::MAX_TITLE_CHARS;
use facts::{Found, Origin};

/// A title in one line: no controls, single spaces, not longer than the cap. `None` when nothing
/// speaks in it.
fn tidy_title(title: &str) -> Option<String> {
    let clean: String = title
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'))
        .collect();
    let mut tidy = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = tidy.char_indices().nth(MAX_TITLE_CHARS) {
        tidy.truncate(end);
    }
    let letters = tidy.chars().filter(|c| c.is_alphabetic()).count();
    (letters >= 3).then_some(tidy)
}

/// Titles that programs put in without being asked: file names, "Untitled", "Microsoft Word - ".
fn is_junk_title(title: &str) -> bool {
    let lower = title.trim().to_lowercase();
    let starts = [
        "microsoft word",
        "microsoft powerpoint",
        "microsoft excel",
        "untitled",
        "sans titre",
        "document",
        "powerpoint presentation",
        "présentation powerpoint",
        "slide ",
        "diapositive ",
        "عرض تقديمي",
        "مستند",
        "بدون عنوان",
        "layout ",
        "print",
        "scan",
        "img_",
        "page ",
        "file:",
        "http:",
        "https:",
        "new microsoft",
        "title",
        "no title",
        "cover",
        "template",
        "book1",
        "presentation",
        "adobe photoshop",
        "(anonymous)",
        "unknown",
        "blank",
    ];
    let ends = [
        ".doc", ".docx", ".pdf", ".indd", ".qxd", ".qxp", ".ppt", ".pptx", ".xls", ".xlsx", ".odt",
        ".rtf", ".tif", ".tiff", ".jpg", ".png", ".ai", ".cdr", ".pub", ".fm", ".tex", ".dvi",
        ".html", ".htm", ".txt", ".wpd", ".pmd", ".eps", ".ps",
    ];
    let words = lower.split_whitespace().count();
    // "Document de politique nationale" is a title, "Document1" is not.
    let named = starts.iter().any(|start| lower.starts_with(start))
        && (words <= 2 || lower.starts_with("microsoft ") || lower.contains("://"));
    let file_like = ends.iter().any(|end| lower.ends_with(end))
        || lower.contains('\\')
        || (words == 1 && (lower.contains('_') || lower.chars().any(|c| c.is_ascii_digit())));
    named || file_like || lower.contains('\u{FFFD}')
}

/// Characters of a sample whose language is guessed.
const SAMPLE_CHARS: usize = 1_200;
/// Samples taken from a long text, spread evenly.
const SAMPLES: usize = 24;

/// Pieces of a text, spread evenly over it.
fn samples(text: &str) -> Vec<&str> {
    let step = text.len().div_ceil(SAMPLES).max(SAMPLE_CHARS);
    let mut at = 0;
    let mut samples = Vec::new();
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let end = rest
            .char_indices()
            .nth(SAMPLE_CHARS)
            .map_or(rest.len(), |(end, _)| end);
        samples.push(rest.get(..end).unwrap_or_default());
        at += step.max(end);
        while at < text.len() && !text.is_char_boundary(at) {
            at += 1;
        }
    }
    samples
}

/// Languages that make up at least a tenth of a text, most used first.
fn languages(text: &str) -> Vec<String> {
    let samples = samples(text);
    let mut weights: BTreeMap<String, usize> = BTreeMap::new();
    let mut total = 0usize;
    for sample in samples {
        // Mixed pages count for both scripts: each is guessed by itself.
        let (arabic, other): (String, String) = split_scripts(sample);
        for part in [arabic, other] {
            let letters = part.chars().filter(|c| c.is_alphabetic()).count();
            if letters >= 40
                && let Some(found) = lang::detect(&part)
                && found.confidence >= 40
                && !is_latin(&part, &found.lang)
            {
                *weights.entry(found.lang).or_insert(0) += letters;
                total += letters;
            }
        }
    }
    let mut ranked: Vec<(String, usize)> = weights
        .into_iter()
        .filter(|(_, weight)| weight * 10 >= total)
        .collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ranked.into_iter().map(|(lang, _)| lang).collect()
}

/// The languages of a text, or what the file declares where there is too little text to tell.
fn said_languages(text: &str, declared: Option<&str>) -> Option<Found<Vec<String>>> {
    let found = languages(text);
    if !found.is_empty() {
        let sure = match text.len() {
            4_000.. => 97,
            600.. => 90,
            _ => 75,
        };
        return Some(Found::new(found, Origin::Text, sure));
    }
    declared
        .and_then(|declared| pdf::declared_language(declared, text))
        .map(|lang| Found::new(vec![lang], Origin::Properties, 50))
}

/// Whether a text taken for a Romance language is Latin: quoted, or what designers fill pages with.
fn is_latin(text: &str, lang: &str) -> bool {
    use whatlang::Lang::{Fra, Lat, Por, Spa};
    matches!(lang, "fr" | "es" | "pt")
        && whatlang::Detector::with_allowlist(vec![Lat, Fra, Spa, Por])
            .detect(text)
            .is_some_and(|found| found.lang() == Lat)
}

/// The words in Arabic script and the others.
fn split_scripts(text: &str) -> (String, String) {
    let (mut arabic, mut other) = (String::new(), String::new());
    for word in text.split_whitespace() {
        let part = match lang::first_strong(word) {
            Some(lang::Direction::Rtl) => &mut arabic,
            _ => &mut other,
        };
        part.push_str(word);
        part.push(' ');
    }
    (arabic, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_titles_are_known() {
        for junk in [
            "Microsoft Word - plan final.doc",
            "untitled",
            "Document1",
            "final_FINAL2",
            "scan0001",
            "C:\\x\\y",
            "rapport.indd",
            "PowerPoint Presentation",
        ] {
            assert!(is_junk_title(junk), "{junk}");
        }
        for good in [
            "Document de politique nationale de santé",
            "National Plan 2020",
            "الخطة الوطنية",
            "Cover of health insurance in rural areas",
            "Guidelines",
        ] {
            assert!(!is_junk_title(good), "{good}");
        }
    }

    #[test]
    fn mixed_texts_have_both_languages() {
        let arabic = "أطلقت وزارة الصحة حملة وطنية للتلقيح ضد الحصبة في جميع المحافظات ".repeat(5);
        let french = "Le ministère de la Santé a lancé une campagne nationale de vaccination contre la rougeole. ".repeat(3);
        assert_eq!(languages(&format!("{arabic}\n{french}")), ["ar", "fr"]);
        assert!(languages("12 34").is_empty());
        let filling = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. ".repeat(3);
        assert!(languages(&filling).is_empty());
    }
}

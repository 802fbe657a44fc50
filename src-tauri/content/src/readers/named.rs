//! What a file's name tells: little, and asked last.

use std::sync::OnceLock;

use regex::Regex;

use super::{is_junk_title, tidy_title};

/// A file name as a title: without extension, `_` and runs of `-` read as blanks. Never empty for
/// a name that is not.
#[must_use]
pub fn title(name: &str) -> String {
    let stem = stem(name);
    // In a name without blanks hyphens stand for them: `annual-report-2024`.
    let hyphens = !stem.contains([' ', '_']) && stem.matches('-').count() >= 2;
    let spaced: String = stem
        .chars()
        .map(|c| {
            if c == '_' || c.is_control() || (hyphens && c == '-') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    joined
        .chars()
        .take(crate::limits::MAX_TITLE_CHARS)
        .collect()
}

/// Whether a name was given by a person to say what is inside, and not by a scanner or a camera.
pub(super) fn speaks(name: &str) -> bool {
    let title = title(name);
    let words = title
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| word.chars().count() >= 4)
        .count();
    words >= 2 && tidy_title(&title).is_some_and(|title| !is_junk_title(&title))
}

fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.chars().count() <= 5 => stem,
        _ => name,
    }
}

/// The only year in a name.
pub(super) fn year(name: &str, latest: i32) -> Option<i32> {
    static YEAR: OnceLock<Option<Regex>> = OnceLock::new();
    let year = YEAR
        .get_or_init(|| Regex::new(r"(?:^|[^\d])((?:19|20)\d\d)(?:$|[^\d])").ok())
        .as_ref()?;
    // Separators are shared by neighbours: one blank between two years must not hide the second.
    let spread: String = stem(name)
        .chars()
        .flat_map(|c| [c, if c.is_ascii_digit() { '\0' } else { c }])
        .filter(|c| *c != '\0')
        .collect();
    let mut found: Vec<i32> = year
        .captures_iter(&spread)
        .filter_map(|captures| captures.get(1)?.as_str().parse().ok())
        .filter(|year| (1950..=latest).contains(year))
        .collect();
    found.sort_unstable();
    found.dedup();
    match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_titles() {
        for (name, expected) in [
            ("annual_report_2024.pdf", "annual report 2024"),
            ("final_FINAL2.pdf", "final FINAL2"),
            ("تقرير_سنوي.pdf", "تقرير سنوي"),
            ("visits-by-region-2021.ods", "visits by region 2021"),
            ("COVID-19 plan.pdf", "COVID-19 plan"),
            (".pdf", ".pdf"),
            ("no extension", "no extension"),
            ("v1.2 draft of everything", "v1.2 draft of everything"),
        ] {
            assert_eq!(title(name), expected);
        }
    }

    #[test]
    fn names_tell_a_year_when_it_is_the_only_one() {
        for (name, expected) in [
            ("annual_report_2024.pdf", Some(2024)),
            ("plan 2019-2023.pdf", None),
            ("scan20240301.pdf", None),
            ("2021.pdf", Some(2021)),
            ("2031.pdf", None),
        ] {
            assert_eq!(year(name, 2026), expected, "{name}");
        }
        assert!(speaks("National health accounts 2024.pdf") && !speaks("scan0001.pdf"));
    }
}

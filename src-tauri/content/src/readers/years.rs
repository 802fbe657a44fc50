//! The year of publication, as title pages and imprints give it.

use super::identifiers::ascii_digit;
use crate::fold::fold_with_offsets;

/// Words that announce the year of publication.
const PUBLISHED: [&str; 15] = [
    "©",
    "(c)",
    "copyright",
    "published",
    "publié",
    "edition",
    "édition",
    "publication date",
    "date de publication",
    "parution",
    "نشر",
    "طبعة",
    "حقوق",
    "yayın",
    "diterbitkan",
];

/// Finds a year after a copyright sign or a word for "published", up to `latest`. Of a copyright
/// over several years the last counts.
#[must_use]
pub fn announced_year(text: &str, latest: i32) -> Option<i32> {
    let lower = text.to_lowercase();
    let of_span = lower
        .lines()
        .filter(|line| {
            ["©", "(c)", "copyright"]
                .iter()
                .any(|sign| line.contains(sign))
        })
        .find_map(|line| ranges(line, latest).first().map(|(_, to)| *to));
    of_span.or_else(|| {
        years(&lower, latest)
            .into_iter()
            .find(|(_, before)| PUBLISHED.iter().any(|word| before.contains(word)))
            .map(|(year, _)| year)
    })
}

/// Spans of years in a line: "2019-2023", "1998–2003".
fn ranges(line: &str, latest: i32) -> Vec<(i32, i32)> {
    let digits: String = line
        .chars()
        .map(|c| match c {
            '–' | '—' | '‐' | '-' => '-',
            _ => ascii_digit(c).unwrap_or(c),
        })
        .collect();
    let mut found = Vec::new();
    for (at, _) in digits.match_indices('-') {
        let before = digits.get(..at).unwrap_or_default().trim_end();
        let after = digits.get(at + 1..).unwrap_or_default().trim_start();
        let from = before
            .char_indices()
            .rev()
            .nth(3)
            .and_then(|(start, _)| before.get(start..)?.parse::<i32>().ok());
        let to = after
            .char_indices()
            .nth(4)
            .map_or(Some(after), |(end, _)| after.get(..end))
            .and_then(|year| year.parse::<i32>().ok());
        if let (Some(from), Some(to)) = (from, to)
            && (1950..=latest).contains(&from)
            && (from..=latest).contains(&to)
        {
            found.push((from, to));
        }
    }
    found
}

/// Months as they stand before the year of a date, folded.
const MONTHS: [&str; 60] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "يناير",
    "فبراير",
    "مارس",
    "ابريل",
    "مايو",
    "يونيو",
    "يوليو",
    "اغسطس",
    "سبتمبر",
    "اكتوبر",
    "نوفمبر",
    "ديسمبر",
    "كانون",
    "شباط",
    "اذار",
    "نيسان",
    "ايار",
    "حزيران",
    "تموز",
    "اب",
    "ايلول",
    "تشرين",
    "الاول",
    "الثاني",
    "ocak",
    "subat",
    "mart",
    "nisan",
    "mayis",
    "haziran",
    "temmuz",
    "agustos",
    "eylul",
    "ekim",
    "kasim",
    "aralik",
];

/// The year of a date that stands alone on a line of a title page: "March 2021", "12 mars 2021",
/// "2021". `None` when several lines say different years.
#[must_use]
pub fn dated_year(first_page: &str, latest: i32) -> Option<i32> {
    let mut found: Vec<i32> = Vec::new();
    for line in first_page.lines().take(80) {
        found.extend(whole_date(line, latest));
        let in_line = years(line, latest);
        let [(year, _)] = in_line.as_slice() else {
            continue;
        };
        let others = fold_with_offsets(line)
            .into_iter()
            .map(|word| word.text)
            .filter(|word| word.parse::<i32>().ok() != Some(*year));
        let only_date = others.take(6).all(|word| {
            MONTHS.contains(&word.as_str())
                || (word.len() <= 4 && word.chars().any(|c| c.is_ascii_digit()))
        });
        if only_date {
            found.push(*year);
        }
    }
    found.dedup();
    match found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// The year of a date in figures (`2021/03/04`, `04.03.2021`) on a short line.
fn whole_date(line: &str, latest: i32) -> Option<i32> {
    if line.chars().count() > 60 {
        return None;
    }
    line.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | ';'))
        .find_map(|word| {
            let digits: String = word
                .trim_end_matches('.')
                .chars()
                .map(|c| match c {
                    '–' | '—' | '.' | '-' => '/',
                    _ => ascii_digit(c).unwrap_or(c),
                })
                .collect();
            let parts: Vec<&str> = digits.split('/').collect();
            let [first, month, last] = parts.as_slice() else {
                return None;
            };
            let (year, day) = if first.len() == 4 {
                (first, last)
            } else {
                (last, first)
            };
            let (day, month): (u32, u32) = (day.parse().ok()?, month.parse().ok()?);
            // Which of the two is the day differs by country.
            let is_date = (1..=31).contains(&day)
                && (1..=31).contains(&month)
                && day.min(month) <= 12
                && year.len() == 4;
            let year: i32 = year.parse().ok()?;
            (is_date && (1950..=latest).contains(&year)).then_some(year)
        })
}

/// The year of publication as a title page gives it: announced, or the only year on it.
#[must_use]
pub fn year(first_page: &str, latest: i32) -> Option<i32> {
    if let Some(year) = announced_year(first_page, latest) {
        return Some(year);
    }
    let years = years(first_page, latest);
    let mut different: Vec<i32> = years.iter().map(|(year, _)| *year).collect();
    different.sort_unstable();
    different.dedup();
    match different.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// Years from 1950 on with the characters before them.
fn years(text: &str, latest: i32) -> Vec<(i32, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while index < chars.len() {
        let digits: String = chars
            .get(index..)
            .unwrap_or_default()
            .iter()
            .map_while(|c| ascii_digit(*c))
            .take(9)
            .collect();
        if digits.len() == 4
            && let Ok(year) = digits.parse::<i32>()
            && (1950..=latest).contains(&year)
            && is_alone(&chars, index)
        {
            let from = index.saturating_sub(30);
            let before = chars.get(from..index).unwrap_or_default().iter().collect();
            found.push((year, before));
        }
        index += digits.chars().count().max(1);
    }
    found
}

/// Whether the number is not part of a longer code: `2026/1999-4`, `ABC-2019`, `1.2020`.
fn is_alone(chars: &[char], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|at| chars.get(at));
    let after = chars.get(index + 4);
    let glued = |c: Option<&char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '–' | '_' | ':'))
    };
    let before_glued = glued(before);
    let after_glued =
        after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '–' | '_'));
    !before_glued && !after_glued
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_on_lines_of_their_own_count() {
        let cases = [
            (
                "National plan 2019-2023\nafter the census of 2014\nMarch 2019",
                Some(2019),
            ),
            ("Plan\n12 mars 2021", Some(2021)),
            ("الخطة\nكانون الثاني ٢٠٢٠", Some(2020)),
            ("A style option\n2001/11/08", Some(2001)),
            ("A manual\n03/08/2017 (V1.3)", Some(2017)),
            ("call 12/345/2019", None),
            ("2018\n2019", None),
            ("Report of the year 2018 on water", None),
        ];
        for (page, expected) in cases {
            assert_eq!(dated_year(page, 2026), expected, "{page}");
        }
        assert_eq!(
            announced_year("Copyright © 1998–2003 Sample Office", 2026),
            Some(2003)
        );
    }

    #[test]
    fn a_year_is_taken_only_when_clear() {
        let cases = [
            (
                "Annual report\n© Sample Ministry of Health 2023",
                Some(2023),
            ),
            ("National plan 2019-2023\nPublished in 2020", Some(2020)),
            ("National plan 2019-2023", None),
            ("Report for 2018 and 2019", None),
            ("التقرير السنوي ٢٠٢١", Some(2021)),
            ("ISO 9001, tel. 2021555", None),
            ("WHO/HIS/2016.12 dated 2031", None),
        ];
        for (text, expected) in cases {
            assert_eq!(year(text, 2027), expected, "{text}");
        }
    }
}

//! Years on title pages, and how they stand there. What announces them is of the imprint.

use super::identifiers::ascii_digit;
use super::imprint::names_other_work;
use crate::fold::fold_with_offsets;

/// Spans of years in a line: "2019-2023", "1998–2003".
pub(super) fn ranges(line: &str, latest: i32) -> Vec<(i32, i32)> {
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
        let [YearAt { year, .. }] = in_line.as_slice() else {
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

/// How a year stands in a text, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// As the end of a date at the end of a short line: "Sample City, 5 March 2020".
    Dated,
    /// Outside of sentences.
    Alone,
    /// Inside a sentence, which may tell of anything.
    Passing,
}

/// The only year on a page, up to `latest`, and how it stands there at its best. `None` when there
/// are several.
#[must_use]
pub fn only_year(page: &str, latest: i32) -> Option<(i32, Stand)> {
    let found = years(page, latest);
    let year = found.first()?.year;
    let best = found.iter().map(|at| stand(page, at)).min()?;
    found
        .iter()
        .all(|at| at.year == year)
        .then_some((year, best))
}

/// A year and where it stands in its text, in bytes.
pub(super) struct YearAt {
    pub(super) year: i32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Years from 1950 on that stand for themselves, in their order.
pub(super) fn years(text: &str, latest: i32) -> Vec<YearAt> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| ascii_digit(c).is_some()) {
        let from = rest.get(at..).unwrap_or_default();
        let digits: String = from.chars().map_while(ascii_digit).take(9).collect();
        let length: usize = from.chars().take(digits.len()).map(char::len_utf8).sum();
        let start = text.len() - from.len();
        let end = start + length;
        rest = text.get(end..).unwrap_or_default();
        if digits.len() == 4
            && let Ok(year) = digits.parse::<i32>()
            && (1950..=latest).contains(&year)
            && is_alone(text, start, end)
        {
            found.push(YearAt { year, start, end });
        }
    }
    found
}

/// Characters of a line that are looked at on either side of a year.
const LINE_REACH: usize = 200;

/// What stands before and after a year on its part of a line; signs cut a line into parts.
pub(super) fn line_of<'a>(text: &'a str, at: &YearAt) -> (&'a str, &'a str) {
    let cut = |c: char| matches!(c, '\n' | '\r' | '\u{c}' | '\t' | '·' | '|' | '•');
    let before = text.get(..at.start).unwrap_or_default();
    let after = text.get(at.end..).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .take(LINE_REACH)
        .take_while(|(_, c)| !cut(*c))
        .last()
        .map_or(before.len(), |(start, _)| start);
    let end = after
        .char_indices()
        .take(LINE_REACH)
        .find(|(_, c)| cut(*c))
        .map_or_else(
            || {
                after
                    .char_indices()
                    .nth(LINE_REACH)
                    .map_or(after.len(), |(end, _)| end)
            },
            |(end, _)| end,
        );
    (
        before.get(start..).unwrap_or_default(),
        after.get(..end).unwrap_or_default(),
    )
}

/// Lines of more words than this are of running text.
const LINE_WORDS: usize = 9;
/// A line that ends as a sentence does has at least so many words before the year.
const SENTENCE_WORDS: usize = 5;

/// How a year stands on its line.
pub(super) fn stand(text: &str, at: &YearAt) -> Stand {
    let (before, after) = line_of(text, at);
    let words_before: Vec<String> = fold_with_offsets(before)
        .into_iter()
        .map(|word| word.text)
        .collect();
    let rest = after.trim_start_matches(|c: char| c.is_whitespace() || ",،;:)".contains(c));
    let rest = ["م", "AD", "CE"]
        .iter()
        .find_map(|era| {
            rest.strip_prefix(era)
                .filter(|rest| !rest.starts_with(char::is_alphabetic))
        })
        .unwrap_or(rest)
        .trim();
    let goes_on = rest
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() && !c.is_uppercase());
    let words = words_before.len() + rest.split_whitespace().count();
    // The line is broken inside a sentence.
    let wraps = rest.is_empty()
        && words_before.len() >= SENTENCE_WORDS
        && text
            .get(at.end + after.len()..)
            .unwrap_or_default()
            .trim_start()
            .starts_with(char::is_lowercase);
    let ends = rest.starts_with(['.', '؛']) && words_before.len() >= SENTENCE_WORDS;
    if goes_on || wraps || ends || words > LINE_WORDS || names_other_work(before) {
        return Stand::Passing;
    }
    let of_date = words_before
        .last()
        .is_some_and(|word| MONTHS.contains(&word.as_str()));
    if of_date && rest.is_empty() {
        Stand::Dated
    } else {
        Stand::Alone
    }
}

/// Whether the number is not part of a longer code: `2026/1999-4`, `ABC-2019`, `1.2020`.
fn is_alone(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|text| text.chars().next_back());
    let mut after = text.get(end..).unwrap_or_default().chars();
    let is_glue = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '–' | '_');
    let before_glued = before.is_some_and(|c| is_glue(c) || matches!(c, '.' | ':'));
    let after_glued = match after.next() {
        // The mark of the Gregorian era.
        Some('م') => after.next().is_some_and(is_glue),
        other => other.is_some_and(is_glue),
    };
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
    }

    #[test]
    fn a_year_is_taken_only_when_clear() {
        let cases = [
            (
                "Annual report\n© Sample Ministry of Health 2023",
                Some((2023, Stand::Alone)),
            ),
            ("National plan 2019-2023", None),
            ("Report for 2018 and 2019", None),
            ("التقرير السنوي ٢٠٢١", Some((2021, Stand::Alone))),
            ("التقرير السنوي ٢٠٢١م", Some((2021, Stand::Alone))),
            ("ISO 9001, tel. 2021555", None),
            ("WHO/HIS/2016.12 dated 2031", None),
            ("Ankara, Haziran 2020", Some((2020, Stand::Dated))),
            (
                "Distr. générale, 18 octobre 2019",
                Some((2019, Stand::Dated)),
            ),
            (
                "The centre was founded in 1962 by the ministry.",
                Some((1962, Stand::Passing)),
            ),
            (
                "These rules apply article 5 of law 12 of 1998\non public health",
                Some((1998, Stand::Passing)),
            ),
            (
                "تأسس المركز سنة ١٩٦٢ بقرار من الوزارة",
                Some((1962, Stand::Passing)),
            ),
            (
                "as it was said in the census of 2014.",
                Some((2014, Stand::Passing)),
            ),
            ("Replaces the manual of 2012", Some((2012, Stand::Passing))),
            (
                "In use since 2019 only\nManual 2019",
                Some((2019, Stand::Alone)),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(only_year(text, 2027), expected, "{text}");
        }
    }
}

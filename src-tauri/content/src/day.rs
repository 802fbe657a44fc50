//! Days as people write them: in any digits, in the order of any country, of the Gregorian or the
//! Umm al-Qura calendar. The years of the two in our time are far apart, so the year tells which
//! one is meant. The window reads days in digits alike (`ui/src/screens/editor/fields/values.ts`).

mod words;

use std::ops::RangeInclusive;

pub use words::read_day_in_words;
pub(crate) use words::{Written, written};

/// The first year of the table, of the Hijri era.
const FIRST_YEAR: i64 = 1300;
/// Up to this year (2077) a number alone is a year of the Hijri era.
const LAST_ALONE: i64 = 1500;
/// The first day of that year (12 November 1882), counted from the first of January 1970.
const FIRST_DAY: i64 = -31_826;
/// The months of the years 1300 to 1600 as the Umm al-Qura calendar has them: a bit each, the first
/// month the highest of twelve; set for 30 days, not set for 29.
const MONTHS: [u16; 301] = [
    0xaaa, 0xd54, 0xec9, 0x6d4, 0x6ea, 0x36c, 0xaad, 0x555, 0x6a9, 0x792, 0xba9, 0x5d4, 0xada,
    0x55c, 0xd2d, 0x695, 0x74a, 0xb54, 0xb6a, 0x5ad, 0x4ae, 0xa4f, 0x517, 0x68b, 0x6a5, 0xad5,
    0x2d6, 0x95b, 0x49d, 0xa4d, 0xd26, 0xd95, 0x5ac, 0x9b6, 0x2ba, 0xa5b, 0x52b, 0xa95, 0x6ca,
    0xae9, 0x2f4, 0x976, 0x2b6, 0x956, 0xaca, 0xba4, 0xbd2, 0x5d9, 0x2dc, 0x96d, 0x54d, 0xaa5,
    0xb52, 0xba5, 0x5b4, 0x9b6, 0x557, 0x297, 0x54b, 0x6a3, 0x752, 0xb65, 0x56a, 0xaab, 0x52b,
    0xc95, 0xd4a, 0xda5, 0x5ca, 0xad6, 0x957, 0x4ab, 0x94b, 0xaa5, 0xb52, 0xb6a, 0x575, 0x276,
    0x8b7, 0x45b, 0x555, 0x5a9, 0x5b4, 0x9da, 0x4dd, 0x26e, 0x936, 0xaaa, 0xd54, 0xdb2, 0x5d5,
    0x2da, 0x95b, 0x4ab, 0xa55, 0xb49, 0xb64, 0xb71, 0x5b4, 0xab5, 0xa55, 0xd25, 0xe92, 0xec9,
    0x6d4, 0xae9, 0x96b, 0x4ab, 0xa93, 0xd49, 0xda4, 0xdb2, 0xab9, 0x4ba, 0xa5b, 0x52b, 0xa95,
    0xb2a, 0xb55, 0x55c, 0x4bd, 0x23d, 0x91d, 0xa95, 0xb4a, 0xb5a, 0x56d, 0x2b6, 0x93b, 0x49b,
    0x655, 0x6a9, 0x754, 0xb6a, 0x56c, 0xaad, 0x555, 0xb29, 0xb92, 0xba9, 0x5d4, 0xada, 0x55a,
    0xaab, 0x595, 0x749, 0x764, 0xbaa, 0x5b5, 0x2b6, 0xa56, 0xe4d, 0xb25, 0xb52, 0xb6a, 0x5ad,
    0x2ae, 0x92f, 0x497, 0x64b, 0x6a5, 0x6ac, 0xad6, 0x55d, 0x49d, 0xa4d, 0xd16, 0xd95, 0x5aa,
    0x5b5, 0x2da, 0x95b, 0x4ad, 0x595, 0x6ca, 0x6e4, 0xaea, 0x4f5, 0x2b6, 0x956, 0xaaa, 0xb54,
    0xbd2, 0x5d9, 0x2ea, 0x96d, 0x4ad, 0xa95, 0xb4a, 0xba5, 0x5b2, 0x9b5, 0x4d6, 0xa97, 0x547,
    0x693, 0x749, 0xb55, 0x56a, 0xa6b, 0x52b, 0xa8b, 0xd46, 0xda3, 0x5ca, 0xad6, 0x4db, 0x26b,
    0x94b, 0xaa5, 0xb52, 0xb69, 0x575, 0x176, 0x8b7, 0x25b, 0x52b, 0x565, 0x5b4, 0x9da, 0x4ed,
    0x16d, 0x8b6, 0xaa6, 0xd52, 0xda9, 0x5d4, 0xada, 0x95b, 0x4ab, 0x653, 0x729, 0x762, 0xba9,
    0x5b2, 0xab5, 0x555, 0xb25, 0xd92, 0xec9, 0x6d2, 0xae9, 0x56b, 0x4ab, 0xa55, 0xd29, 0xd54,
    0xdaa, 0x9b5, 0x4ba, 0xa3b, 0x49b, 0xa4d, 0xaaa, 0xad5, 0x2da, 0x95d, 0x45e, 0xa2e, 0xc9a,
    0xd55, 0x6b2, 0x6b9, 0x4ba, 0xa5d, 0x52d, 0xa95, 0xb52, 0xba8, 0xbb4, 0x5b9, 0x2da, 0x95a,
    0xb4a, 0xda4, 0xed1, 0x6e8, 0xb6a, 0x56d, 0x535, 0x695, 0xd4a, 0xda8, 0xdd4, 0x6da, 0x55b,
    0x29d, 0x62b, 0xb15, 0xb4a, 0xb95, 0x5aa, 0xaae, 0x92e, 0xc8f, 0x527, 0x695, 0x6aa, 0xad6,
    0x55d, 0x29d,
];

/// The day a text names, as ISO 8601 has it (`2026-03-09`). `None` when it is no whole day.
#[must_use]
pub fn read_day(text: &str) -> Option<String> {
    let text: String = text.trim().chars().map(latin_digit).collect();
    let (text, hijri) = without_era(&text);
    let parts: Vec<&str> = text.split(['-', '/', '.']).map(str::trim).collect();
    let [first, month, last] = parts.as_slice() else {
        return None;
    };
    let (year, day) = if first.len() == 4 {
        (first, last)
    } else {
        (last, first)
    };
    let digits = |part: &str, most: usize| {
        let all = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        (all && part.len() <= most)
            .then(|| part.parse::<i64>().ok())
            .flatten()
    };
    if year.len() != 4 {
        return None;
    }
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    if !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let (year, month, day) =
        match MONTHS.get(usize::try_from(year - FIRST_YEAR).unwrap_or(usize::MAX)) {
            Some(_) => gregorian(year, month, day)?,
            // Of the Hijri era by its own word, and of no year anybody writes about.
            None if hijri => return None,
            None => (year, month, (day <= days_in(year, month)).then_some(day)?),
        };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// The Gregorian years in which the year of the Hijri era lies that a text names: by the era's mark
/// (`1445 هـ`), or because nobody writes of a Gregorian year 1300 to 1500. When the text names one
/// of them as well (`1445 هـ / 2024 م`) only that one. `None` for texts that name no such year, or
/// several years.
#[must_use]
pub fn years_of_hijri(text: &str) -> Option<RangeInclusive<i32>> {
    let text: String = text.trim().chars().map(latin_digit).collect();
    let years: Vec<i64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| part.len() == 4)
        .filter_map(|part| part.parse().ok())
        .collect();
    let year_of = |(year, _, _): (i64, i64, i64)| i32::try_from(year).ok();
    let spanned = |year: i64| -> Option<RangeInclusive<i32>> {
        let first = year_of(gregorian(year, 1, 1)?)?;
        let last = gregorian(year, 12, 30).or_else(|| gregorian(year, 12, 29))?;
        Some(first..=year_of(last)?)
    };
    let is_hijri = |year: &i64| (FIRST_YEAR..=LAST_ALONE).contains(year);
    match years.as_slice() {
        [year] if is_hijri(year) => spanned(*year),
        [one, other] => {
            let (hijri, ours) = if is_hijri(one) {
                (one, other)
            } else {
                (other, one)
            };
            let ours = i32::try_from(*ours).ok()?;
            is_hijri(hijri)
                .then(|| spanned(*hijri))
                .flatten()
                .filter(|years| years.contains(&ours))
                .map(|_| ours..=ours)
        }
        _ => None,
    }
}

/// Whether a number in a text ends with the mark of the Hijri era: `1445 هـ`, `1445 AH`.
#[must_use]
pub fn has_hijri_mark(text: &str) -> bool {
    let text: String = text.trim().chars().map(latin_digit).collect();
    let (number, marked) = without_era(&text);
    marked && number.trim_end().ends_with(|c: char| c.is_ascii_digit())
}

/// A digit of any script a number may be typed in here as the digit of ASCII.
fn latin_digit(c: char) -> char {
    let value = match c {
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
        _ => return c,
    };
    char::from_digit(value, 10).unwrap_or(c)
}

/// The text without the letters of the Hijri era behind it, and whether they were there.
fn without_era(text: &str) -> (&str, bool) {
    let text = text.trim_end_matches('.');
    let plain = ["هـ", "ه", "AH", "ah", "H", "h"]
        .iter()
        .find_map(|era| text.strip_suffix(era));
    // A tatweel may be typed more than once.
    plain.map_or((text, false), |plain| {
        (plain.trim_end_matches(['ـ', 'ه', ' ']), true)
    })
}

/// The day of the Gregorian calendar that a day of the Hijri era is; `None` for a month that has no
/// such day.
fn gregorian(year: i64, month: i64, day: i64) -> Option<(i64, i64, i64)> {
    let length = |months: u16, month: i64| 29 + i64::from(months >> (12 - month) & 1);
    let whole: i64 = MONTHS
        .iter()
        .take(usize::try_from(year - FIRST_YEAR).ok()?)
        .map(|months| 29 * 12 + i64::from(months.count_ones()))
        .sum();
    let months = *MONTHS.get(usize::try_from(year - FIRST_YEAR).ok()?)?;
    if day > length(months, month) {
        return None;
    }
    let before: i64 = (1..month).map(|month| length(months, month)).sum();
    Some(civil(FIRST_DAY + whole + before + day - 1))
}

/// The day that is so many days after another one, both as ISO 8601 has them.
pub(crate) fn shifted(iso: &str, days: i64) -> Option<String> {
    let mut parts = iso.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (
        parts.next()?.ok()?,
        parts.next()?.ok()?,
        parts.next()?.ok()?,
    );
    // Years begin in March, as below.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5 + day - 1;
    let count = year.div_euclid(400) * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let (year, month, day) = civil(count - 719_468 + days);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// Year, month and day of a day counted from the first of January 1970.
fn civil(day: i64) -> (i64, i64, i64) {
    // Years begin in March here, so that a leap day is the last of its year; eras have 400 years.
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// How many days a month of the Gregorian calendar has.
fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_both_calendars_are_read() {
        let cases = [
            ("2026-03-09", Some("2026-03-09")),
            ("٢٠٢٦/٣/٩", Some("2026-03-09")),
            ("9.3.2026", Some("2026-03-09")),
            ("2024-02-29", Some("2024-02-29")),
            ("2026-02-29", None),
            ("1447-09-20", Some("2026-03-09")),
            ("1448-01-01", Some("2026-06-16")),
            ("١/١/١٤٤٨ هـ", Some("2026-06-16")),
            ("۱۴۴۸/۱/۱", Some("2026-06-16")),
            ("1.1.1448 AH", Some("2026-06-16")),
            ("1/1/1448 ه.", Some("2026-06-16")),
            ("1300-01-01", Some("1882-11-12")),
            ("1600-12-30", Some("2174-11-25")),
            ("1448-01-31", None),
            ("1448-13-01", None),
            ("1447-00-01", None),
            ("2026-03-09 AH", None),
            ("1448", None),
            ("1448-01", None),
            ("1448-001-01", None),
            ("48-01-01", None),
            ("soon", None),
            ("", None),
        ];
        for (text, day) in cases {
            assert_eq!(read_day(text).as_deref(), day, "{text}");
        }
    }

    #[test]
    fn a_year_of_the_hijri_era_lies_in_one_or_two_of_ours() {
        let cases = [
            ("1445 هـ", Some(2023..=2024)),
            ("١٤٤٢", Some(2020..=2021)),
            ("1429 AH", Some(2008..=2008)),
            ("رمضان 1445", Some(2023..=2024)),
            ("1445 هـ / 2024 م", Some(2024..=2024)),
            ("2023/1445", Some(2023..=2023)),
            ("1445 هـ / 2019 م", None),
            ("1444-1445", None),
            ("2024 م", None),
            ("2024 AH", None),
            ("1299", None),
            ("14451", None),
            ("", None),
        ];
        for (text, years) in cases {
            assert_eq!(years_of_hijri(text), years, "{text}");
        }
        for (text, marked) in [
            ("١٤٤٥هـ", true),
            ("2024 AH", true),
            ("1445", false),
            ("2024 March", false),
            ("هـ", false),
        ] {
            assert_eq!(has_hijri_mark(text), marked, "{text}");
        }
    }

    #[test]
    fn a_day_is_shifted_over_the_ends_of_months() {
        for (day, days, wanted) in [
            ("2026-03-04", 1, "2026-03-05"),
            ("2026-03-01", -1, "2026-02-28"),
            ("2024-02-28", 1, "2024-02-29"),
            ("2026-12-31", 1, "2027-01-01"),
            ("2026-01-01", -1, "2025-12-31"),
        ] {
            assert_eq!(shifted(day, days).as_deref(), Some(wanted), "{day}");
        }
    }

    #[test]
    fn a_hijri_day_follows_the_one_before() {
        let mut days = Vec::new();
        for year in 1300..=1600 {
            for month in 1..=12 {
                days.extend((1..=30).filter_map(|day| gregorian(year, month, day)));
            }
        }
        for pair in days.windows(2) {
            let [(year, month, day), next] = pair else {
                panic!()
            };
            let wanted = match (*day < days_in(*year, *month), *month < 12) {
                (true, _) => (*year, *month, day + 1),
                (false, true) => (*year, month + 1, 1),
                (false, false) => (year + 1, 1, 1),
            };
            assert_eq!(*next, wanted);
        }
    }
}

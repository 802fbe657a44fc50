//! Days as a text names them: in words of the languages news arrives in, of the Gregorian or the
//! Hijri calendar.
//!
//! Only what is written clearly is a day: one without a year, or one that could be read two ways,
//! is none.

use super::{FIRST_YEAR, days_in, gregorian};
use crate::fold::{self, FoldedToken};

/// Months by their folded names, in the languages news arrives in. Arabic has three sets of
/// names.
const MONTHS: &[(&str, u32)] = &[
    ("january", 1),
    ("jan", 1),
    ("janvier", 1),
    ("يناير", 1),
    ("جانفي", 1),
    ("كانون الثاني", 1),
    ("ocak", 1),
    ("januari", 1),
    ("february", 2),
    ("feb", 2),
    ("fevrier", 2),
    ("فبراير", 2),
    ("فيفري", 2),
    ("شباط", 2),
    ("subat", 2),
    ("februari", 2),
    ("march", 3),
    ("mar", 3),
    ("mars", 3),
    ("مارس", 3),
    ("اذار", 3),
    ("mart", 3),
    ("maret", 3),
    ("april", 4),
    ("apr", 4),
    ("avril", 4),
    ("ابريل", 4),
    ("افريل", 4),
    ("نيسان", 4),
    ("nisan", 4),
    ("may", 5),
    ("mai", 5),
    ("مايو", 5),
    ("ماي", 5),
    ("ايار", 5),
    ("mayis", 5),
    ("mei", 5),
    ("june", 6),
    ("jun", 6),
    ("juin", 6),
    ("يونيو", 6),
    ("جوان", 6),
    ("يونيه", 6),
    ("حزيران", 6),
    ("haziran", 6),
    ("juni", 6),
    ("july", 7),
    ("jul", 7),
    ("juillet", 7),
    ("يوليو", 7),
    ("جويليه", 7),
    ("يوليوز", 7),
    ("يوليه", 7),
    ("تموز", 7),
    ("temmuz", 7),
    ("juli", 7),
    ("august", 8),
    ("aug", 8),
    ("aout", 8),
    ("اغسطس", 8),
    ("اوت", 8),
    ("غشت", 8),
    ("اب", 8),
    ("agustos", 8),
    ("agustus", 8),
    ("september", 9),
    ("sep", 9),
    ("sept", 9),
    ("septembre", 9),
    ("سبتمبر", 9),
    ("شتنبر", 9),
    ("ايلول", 9),
    ("eylul", 9),
    ("october", 10),
    ("oct", 10),
    ("octobre", 10),
    ("اكتوبر", 10),
    ("تشرين الاول", 10),
    ("ekim", 10),
    ("oktober", 10),
    ("november", 11),
    ("nov", 11),
    ("novembre", 11),
    ("نوفمبر", 11),
    ("نونبر", 11),
    ("تشرين الثاني", 11),
    ("kasim", 11),
    ("december", 12),
    ("dec", 12),
    ("decembre", 12),
    ("ديسمبر", 12),
    ("دجنبر", 12),
    ("كانون الاول", 12),
    ("aralik", 12),
    ("desember", 12),
];

/// Months of the Hijri year by their folded names, in Arabic and as they are spelled in Latin
/// letters most often.
const HIJRI_MONTHS: &[(&str, i64)] = &[
    ("محرم", 1),
    ("المحرم", 1),
    ("محرم الحرام", 1),
    ("muharram", 1),
    ("mouharram", 1),
    ("صفر", 2),
    ("safar", 2),
    ("ربيع الاول", 3),
    ("rabi al awwal", 3),
    ("rabi i", 3),
    ("ربيع الاخر", 4),
    ("ربيع الثاني", 4),
    ("rabi al thani", 4),
    ("rabi al akhir", 4),
    ("rabi ii", 4),
    ("جمادي الاولي", 5),
    ("جمادي الاول", 5),
    ("jumada al ula", 5),
    ("jumada i", 5),
    ("جمادي الاخره", 6),
    ("جمادي الثانيه", 6),
    ("جمادي الثاني", 6),
    ("jumada al akhirah", 6),
    ("jumada ii", 6),
    ("رجب", 7),
    ("rajab", 7),
    ("شعبان", 8),
    ("shaban", 8),
    ("sha ban", 8),
    ("chaabane", 8),
    ("رمضان", 9),
    ("رمضان المبارك", 9),
    ("ramadan", 9),
    ("ramadhan", 9),
    ("ramazan", 9),
    ("شوال", 10),
    ("shawwal", 10),
    ("chaoual", 10),
    ("ذو القعده", 11),
    ("ذي القعده", 11),
    ("dhu al qadah", 11),
    ("dhul qadah", 11),
    ("ذو الحجه", 12),
    ("ذي الحجه", 12),
    ("dhu al hijjah", 12),
    ("dhul hijjah", 12),
];
/// Words and signs of an era behind a year, folded: of the Hijri one first.
const ERAS: [&[&str]; 2] = [
    &["ه", "هجري", "هجريه", "ah", "h"],
    &["م", "ميلادي", "ميلاديه"],
];

/// A day that stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// Byte offset of its first character.
    pub(crate) start: usize,
    /// Byte offset after its last character, with the sign of its era.
    pub(crate) end: usize,
    /// The day as ISO 8601 has it.
    pub(crate) iso: String,
    /// Written in the Hijri calendar, whose months begin a day earlier or later from one country
    /// to the next.
    pub(crate) hijri: bool,
}

/// The day that a text names in words and nothing else (`3 mars 2027`, `15 رمضان 1447 هـ`), as ISO
/// 8601 has it. `None` when it is no whole day.
#[must_use]
pub fn read_day_in_words(text: &str) -> Option<String> {
    let text = text.trim();
    let mut days = written(text).into_iter();
    let day = days.next().filter(|_| days.next().is_none())?;
    let rest = text.get(day.end..)?;
    (day.start == 0 && rest.chars().all(|c| c.is_ascii_punctuation() || c == 'ـ'))
        .then_some(day.iso)
}

/// All days in a text in their order; none overlaps another.
pub(crate) fn written(text: &str) -> Vec<Written> {
    let tokens = fold::fold_with_offsets(text);
    let line = Line {
        text,
        tokens: &tokens,
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let next = line
            .gregorian_at(at)
            .map(|day| (day, false))
            .or_else(|| Some((line.hijri_at(at)?, true)));
        if let Some(((last, iso), hijri)) = next
            && let (Some(first), Some(end)) = (tokens.get(at), tokens.get(last))
        {
            found.push(Written {
                start: first.start,
                end: end.end,
                iso,
                hijri,
            });
            at = last;
        }
        at += 1;
    }
    found
}

/// The words of a text.
struct Line<'t> {
    text: &'t str,
    tokens: &'t [FoldedToken],
}

impl Line<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).map(|token| token.text.as_str())
    }

    /// A number and its digits; an ordinal counts as one.
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let token = self.word(at)?;
        let digits = ["st", "nd", "rd", "th", "er"]
            .iter()
            .find_map(|ending| token.strip_suffix(ending))
            .unwrap_or(token);
        Some((digits.parse().ok()?, digits.len()))
    }

    fn day(&self, at: usize) -> Option<u32> {
        self.number(at)
            .filter(|(day, length)| (1..=31).contains(day) && *length <= 2)
            .map(|(day, _)| day)
    }

    /// A year of four digits within bounds, and the last word of it: `2026م` and `2026 م` are one.
    fn year(
        &self,
        at: usize,
        era: &[&str],
        years: std::ops::RangeInclusive<i64>,
    ) -> Option<(i64, usize)> {
        let token = self.word(at)?;
        let digits = token.trim_end_matches(|c: char| !c.is_ascii_digit());
        let sign = token.get(digits.len()..)?;
        let year = digits.parse().ok()?;
        if digits.len() != 4 || !years.contains(&year) || !sign.is_empty() && !era.contains(&sign) {
            return None;
        }
        let apart = sign.is_empty() && self.word(at + 1).is_some_and(|word| era.contains(&word));
        Some((year, at + usize::from(apart)))
    }

    /// A month of up to three words, with how many words it took.
    fn month<T: Copy>(&self, at: usize, months: &[(&str, T)]) -> Option<(T, usize)> {
        let mut name = String::new();
        let mut found = None;
        for length in 1..=3 {
            let Some(word) = self.word(at + length - 1) else {
                break;
            };
            if length > 1 {
                name.push(' ');
            }
            name.push_str(word);
            found = months
                .iter()
                .find(|(month, _)| *month == name)
                .map(|(_, number)| (*number, length))
                .or(found);
        }
        found
    }

    /// The day that begins at a word, with the last word of it.
    fn gregorian_at(&self, at: usize) -> Option<(usize, String)> {
        let year_at = |at| {
            self.year(at, ERAS[1], 1950..=2150)
                .map(|(year, last)| (u32::try_from(year).unwrap_or(0), last))
        };
        // 12 November 2026 — also "12 من نوفمبر 2026" and both Arabic names "نوفمبر / تشرين الثاني".
        if let Some(day) = self.day(at) {
            let skip = usize::from(matches!(self.word(at + 1), Some("من" | "of" | "de")));
            if let Some((month, length)) = self.month(at + 1 + skip, MONTHS) {
                let mut next = at + 1 + skip + length;
                if let Some((second, more)) = self.month(next, MONTHS)
                    && second == month
                {
                    next += more;
                }
                if let Some((year, last)) = year_at(next)
                    && let Some(date) = iso(year, month, day)
                {
                    return Some((last, date));
                }
            }
        }
        // November 12, 2026
        if let Some((month, length)) = self.month(at, MONTHS)
            && let Some(day) = self.day(at + length)
            && let Some((year, last)) = year_at(at + length + 1)
            && let Some(date) = iso(year, month, day)
        {
            return Some((last, date));
        }
        // 2026-11-12, 2026/11/12
        if let (Some((year, _)), Some((month, _)), Some((day, _))) =
            (year_at(at), self.number(at + 1), self.number(at + 2))
            && joined(self.text, self.tokens, at)
            && let Some(date) = iso(year, month, day)
        {
            return Some((at + 2, date));
        }
        // 25/11/2026: only when it cannot be read the other way round.
        let (first, second) = (self.day(at)?, self.day(at + 1)?);
        let (year, last) = year_at(at + 2)?;
        let (day, month) = if first > 12 || first == second {
            (first, second)
        } else if second > 12 {
            (second, first)
        } else {
            return None;
        };
        let date = iso(year, month, day).filter(|_| joined(self.text, self.tokens, at))?;
        Some((last, date))
    }

    /// 15 رمضان 1447, with the last word of it.
    fn hijri_at(&self, at: usize) -> Option<(usize, String)> {
        let day = self.day(at)?;
        // "15 من شهر رمضان".
        let skip = (1..=2)
            .take_while(|next| matches!(self.word(at + next), Some("من" | "of" | "شهر")))
            .count();
        let (month, length) = self.month(at + 1 + skip, HIJRI_MONTHS)?;
        let years = FIRST_YEAR..=FIRST_YEAR + 300;
        let (year, last) = self.year(at + 1 + skip + length, ERAS[0], years)?;
        let (year, month, day) = gregorian(year, month, i64::from(day))?;
        Some((last, format!("{year:04}-{month:02}-{day:02}")))
    }
}

/// A day that exists, as ISO 8601 has it.
fn iso(year: u32, month: u32, day: u32) -> Option<String> {
    let exists = (1..=12).contains(&month)
        && day >= 1
        && i64::from(day) <= days_in(i64::from(year), i64::from(month));
    exists.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Whether three numbers are held together by single signs.
fn joined(text: &str, tokens: &[FoldedToken], index: usize) -> bool {
    [index, index + 1].iter().all(|at| {
        let (Some(one), Some(next)) = (tokens.get(*at), tokens.get(at + 1)) else {
            return false;
        };
        text.get(one.end..next.start)
            .is_some_and(|between| matches!(between.trim(), "/" | "-" | "."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_words_are_read() {
        let cases = [
            ("3 mars 2027", Some("2027-03-03")),
            ("1er août 2026", Some("2026-08-01")),
            ("March 3, 2027", Some("2027-03-03")),
            ("12 Kasım 2026", Some("2026-11-12")),
            ("4 مارس 2026م", Some("2026-03-04")),
            ("4 مارس 2026 م", Some("2026-03-04")),
            ("٤ آذار ٢٠٢٦", Some("2026-03-04")),
            ("15 رمضان 1447", Some("2026-03-04")),
            ("15 رمضان 1447هـ", Some("2026-03-04")),
            ("١٥ من شهر رمضان ١٤٤٧ هـ", Some("2026-03-04")),
            ("١٥ شهر رمضان ١٤٤٧ هـ.", Some("2026-03-04")),
            ("1 محرم الحرام 1448", Some("2026-06-16")),
            ("15 Ramadan 1447 AH", Some("2026-03-04")),
            // No whole day, no such day, two days, a day and more.
            ("3 mars", None),
            ("31 رمضان 1447", None),
            ("31 November 2026", None),
            ("03/04/2026", None),
            ("15 رمضان 1447هـ الموافق 4 مارس 2026", None),
            ("3 March 2027 in the capital", None),
            ("soon", None),
            ("", None),
        ];
        for (text, day) in cases {
            assert_eq!(read_day_in_words(text).as_deref(), day, "{text}");
        }
    }

    #[test]
    fn days_of_both_calendars_stand_in_one_line() {
        let text = "في 15 رمضان 1447هـ الموافق 4 مارس 2026م، ثم 5 مايو 2026 و03/04/2026";
        let found: Vec<(String, bool, &str)> = written(text)
            .into_iter()
            .map(|day| (day.iso, day.hijri, text.get(day.start..day.end).unwrap()))
            .collect();
        let wanted = [
            ("2026-03-04", true, "15 رمضان 1447هـ"),
            ("2026-03-04", false, "4 مارس 2026م"),
            ("2026-05-05", false, "5 مايو 2026"),
        ];
        assert_eq!(
            found,
            wanted.map(|(iso, hijri, part)| (iso.to_owned(), hijri, part))
        );
    }
}

//! Dates as people write them in running text, in the languages news arrives in.

use crate::fold;

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

/// The first full date in a text: where it begins and ends in bytes, and its ISO form.
pub(crate) fn find_date(text: &str) -> Option<(usize, usize, String)> {
    let tokens = fold::fold_with_offsets(text);
    let word = |index: usize| tokens.get(index).map(|token| token.text.as_str());
    let number = |index: usize| -> Option<(u32, usize)> {
        let token = word(index)?;
        let digits = token
            .strip_suffix("st")
            .or_else(|| token.strip_suffix("nd"))
            .or_else(|| token.strip_suffix("rd"))
            .or_else(|| token.strip_suffix("th"))
            .or_else(|| token.strip_suffix("er"))
            .unwrap_or(token);
        Some((digits.parse().ok()?, digits.len()))
    };
    let day_at =
        |index| number(index).filter(|(day, length)| (1..=31).contains(day) && *length <= 2);
    let year_at =
        |index| number(index).filter(|(year, length)| (1950..=2150).contains(year) && *length == 4);
    // A month of one or two words, with how many words it took.
    let month_at = |index: usize| -> Option<(u32, usize)> {
        let one = word(index)?;
        let two = word(index + 1).map(|next| format!("{one} {next}"));
        let find = |name: &str| {
            MONTHS
                .iter()
                .find(|(month, _)| *month == name)
                .map(|(_, n)| *n)
        };
        two.as_deref()
            .and_then(find)
            .map(|month| (month, 2))
            .or_else(|| find(one).map(|month| (month, 1)))
    };
    let found = |first: usize, last: usize, year: u32, month: u32, day: u32| {
        let start = tokens.get(first)?.start;
        let end = tokens.get(last)?.end;
        is_date(year, month, day).then(|| (start, end, format!("{year:04}-{month:02}-{day:02}")))
    };
    for index in 0..tokens.len() {
        // 12 November 2026 — also "12 من نوفمبر 2026" and both Arabic names "نوفمبر / تشرين الثاني".
        if let Some((day, _)) = day_at(index) {
            let skip = usize::from(matches!(word(index + 1), Some("من" | "of" | "de")));
            if let Some((month, length)) = month_at(index + 1 + skip) {
                let mut at = index + 1 + skip + length;
                if let Some((second, more)) = month_at(at)
                    && second == month
                {
                    at += more;
                }
                if let Some((year, _)) = year_at(at)
                    && let Some(date) = found(index, at, year, month, day)
                {
                    return Some(date);
                }
            }
        }
        // November 12, 2026
        if let Some((month, length)) = month_at(index)
            && let Some((day, _)) = day_at(index + length)
            && let Some((year, _)) = year_at(index + length + 1)
            && let Some(date) = found(index, index + length + 1, year, month, day)
        {
            return Some(date);
        }
        // 2026-11-12, 2026/11/12
        if let (Some((year, _)), Some((month, _)), Some((day, _))) =
            (year_at(index), number(index + 1), number(index + 2))
            && joined(text, &tokens, index)
            && let Some(date) = found(index, index + 2, year, month, day)
        {
            return Some(date);
        }
        // 25/11/2026: only when it cannot be read the other way round.
        if let (Some((first, _)), Some((second, _)), Some((year, _))) =
            (day_at(index), day_at(index + 1), year_at(index + 2))
            && joined(text, &tokens, index)
        {
            let (day, month) = if first > 12 || first == second {
                (first, second)
            } else if second > 12 {
                (second, first)
            } else {
                continue;
            };
            if let Some(date) = found(index, index + 2, year, month, day) {
                return Some(date);
            }
        }
    }
    None
}

/// Whether three numbers are held together by single signs.
fn joined(text: &str, tokens: &[fold::FoldedToken], index: usize) -> bool {
    [index, index + 1].iter().all(|at| {
        let (Some(one), Some(next)) = (tokens.get(*at), tokens.get(at + 1)) else {
            return false;
        };
        text.get(one.end..next.start)
            .is_some_and(|between| matches!(between.trim(), "/" | "-" | "."))
    })
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    let days = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

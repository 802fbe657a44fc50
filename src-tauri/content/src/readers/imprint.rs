//! The year an imprint announces: after a copyright sign, or after a word for publishing or for an
//! edition. Of several the one cataloguers record counts: the year of the latest edition, not that
//! of a reprint.

use std::sync::OnceLock;

use super::years::{Stand, YearAt, line_of, ranges, stand, years};
use crate::fold::fold;

/// A year that is announced once, or each time the same.
const CLEAR: u8 = 83;
/// The last edition, where the earlier ones are named as such.
const LAST_EDITION: u8 = 75;
/// The likeliest of several years.
const LIKELIEST: u8 = 60;
/// A proposal.
const PROPOSED: u8 = 45;

/// Characters between a word and the year it announces.
const REACH: usize = 30;
/// Of a copyright the holder's name stands between the sign and the year.
const COPYRIGHT_REACH: usize = 90;

/// What the word before a year says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The first edition; there may be others.
    First,
    Edition,
    Published,
    Copyright,
    /// Something about it was made new; alone this tells nothing about publishing.
    Revised,
    /// The same edition printed once more.
    Reprint,
    /// The year of another work.
    Other,
}

/// Words with what they say. Of two that end together the longer one counts.
const WORDS: [(&str, Role); 64] = [
    ("first published", Role::First),
    ("originally published", Role::First),
    ("first printed", Role::First),
    ("first edition", Role::First),
    ("1st edition", Role::First),
    ("première édition", Role::First),
    ("1re édition", Role::First),
    ("1ère édition", Role::First),
    ("première publication", Role::First),
    ("première parution", Role::First),
    ("الطبعة الأولى", Role::First),
    ("نشر لأول مرة", Role::First),
    ("birinci baskı", Role::First),
    ("edisi pertama", Role::First),
    ("edition", Role::Edition),
    ("édition", Role::Edition),
    ("طبعة", Role::Edition),
    ("published", Role::Published),
    ("publication date", Role::Published),
    ("date of publication", Role::Published),
    ("year of publication", Role::Published),
    ("publié", Role::Published),
    ("parution", Role::Published),
    ("date de parution", Role::Published),
    ("date de publication", Role::Published),
    ("année de publication", Role::Published),
    ("نشر", Role::Published),
    ("تاريخ النشر", Role::Published),
    ("سنة النشر", Role::Published),
    ("عام النشر", Role::Published),
    ("yayın", Role::Published),
    ("diterbitkan", Role::Published),
    ("©", Role::Copyright),
    ("(c)", Role::Copyright),
    ("copyright", Role::Copyright),
    ("حقوق", Role::Copyright),
    ("revised", Role::Revised),
    ("updated", Role::Revised),
    ("révisé", Role::Revised),
    ("mis à jour", Role::Revised),
    ("mise à jour", Role::Revised),
    ("منقحة", Role::Revised),
    ("محدثة", Role::Revised),
    ("reprint", Role::Reprint),
    ("reprinted", Role::Reprint),
    ("impression", Role::Reprint),
    ("réimpression", Role::Reprint),
    ("réimprimé", Role::Reprint),
    ("tirage", Role::Reprint),
    ("إعادة طبع", Role::Reprint),
    ("إعادة طباعة", Role::Reprint),
    ("أعيد طبع", Role::Reprint),
    ("أعيد طبعه", Role::Reprint),
    ("أعيدت طباعته", Role::Reprint),
    ("cetak ulang", Role::Reprint),
    ("replaces", Role::Other),
    ("supersedes", Role::Other),
    ("adapted from", Role::Other),
    ("translated from", Role::Other),
    ("remplace", Role::Other),
    ("adapté de", Role::Other),
    ("traduit de", Role::Other),
    ("يحل محل", Role::Other),
    ("تحل محل", Role::Other),
];

fn words() -> &'static [(String, Role)] {
    static FOLDED: OnceLock<Vec<(String, Role)>> = OnceLock::new();
    FOLDED.get_or_init(|| {
        WORDS
            .iter()
            .map(|(word, role)| (fold(word), *role))
            .collect()
    })
}

struct Announced {
    year: i32,
    role: Role,
    /// Years of one list ("© 2005, 2018") carry the same number.
    list: usize,
    /// It stands inside a sentence that tells of a publication.
    told: bool,
}

/// The year an imprint announces, up to `latest`, and how sure that is, in per cent (under 50: a
/// proposal). `None` when no year is announced, or only years of other works.
#[must_use]
pub fn announced_year(text: &str, latest: i32) -> Option<(i32, u8)> {
    let mut found = announcements(text, latest);
    let reprint = max(&found, |one| one.role == Role::Reprint);
    if found.iter().all(|one| one.role == Role::Reprint) {
        // When its edition came out is not said.
        return reprint.map(|year| (year, PROPOSED));
    }
    found.retain(|one| one.role != Role::Reprint && one.role != Role::Other);
    let is_own = |one: &Announced| one.role != Role::Revised;
    if !found.iter().any(is_own) {
        return None;
    }
    if found.iter().any(|one| is_own(one) && !one.told) {
        found.retain(|one| !one.told);
        decide(&found)
    } else {
        decide(&found).map(|(year, sure)| (year, sure.min(PROPOSED)))
    }
}

fn max(found: &[Announced], which: impl Fn(&Announced) -> bool) -> Option<i32> {
    found
        .iter()
        .filter(|one| which(one))
        .map(|one| one.year)
        .max()
}

/// Which of the own years counts.
fn decide(found: &[Announced]) -> Option<(i32, u8)> {
    let of = |role: Role| max(found, |one| one.role == role);
    let last = max(found, |_| true)?;
    if found.iter().all(|one| one.year == last) {
        return Some((last, CLEAR));
    }
    if let Some(revised) = of(Role::Revised).filter(|revised| *revised == last) {
        return Some((revised, LIKELIEST));
    }
    if let Some(edition) = of(Role::Edition) {
        let published = of(Role::Published).filter(|published| *published > edition);
        let year = published.unwrap_or(edition);
        let plain = published.is_none() && year == last;
        return Some((year, if plain { LAST_EDITION } else { LIKELIEST }));
    }
    let of_published: Vec<&Announced> = found
        .iter()
        .filter(|one| one.role == Role::Published)
        .collect();
    if let Some(published) = of(Role::Published) {
        // Of several that are only published, some may be other works.
        let same = of_published.iter().all(|one| one.year == published);
        return Some((published, if same { LIKELIEST } else { PROPOSED }));
    }
    let one_list = found
        .first()
        .is_some_and(|first| found.iter().all(|one| one.list == first.list));
    Some((last, if one_list { CLEAR } else { LIKELIEST }))
}

/// Every year with a word before it that announces it, in their order.
fn announcements(text: &str, latest: i32) -> Vec<Announced> {
    let mut found: Vec<Announced> = Vec::new();
    let mut from = 0;
    let mut open = None;
    for at in years(text, latest) {
        let before = text.get(from..at.start).unwrap_or_default();
        from = at.end;
        open = match (continues(before), open) {
            (true, Some(known)) => Some(known),
            _ => role(text, before, &at).map(|(role, told)| (role, told, found.len())),
        };
        if let Some((role, told, list)) = open {
            found.push(Announced {
                year: at.year,
                role,
                list,
                told,
            });
        }
    }
    for line in text.lines() {
        let folded = fold(line);
        let span = ["©", "(c)", "copyright"]
            .iter()
            .any(|sign| folded.contains(sign))
            .then(|| ranges(line, latest).into_iter().map(|(_, to)| to).max())
            .flatten();
        if let Some(year) = span {
            let list = usize::MAX - found.len();
            found.push(Announced {
                year,
                role: Role::Copyright,
                list,
                told: false,
            });
        }
    }
    found
}

/// Whether only the sign of a list stands between two years.
fn continues(between: &str) -> bool {
    let plain = between.trim_matches(|c: char| c.is_whitespace() || ",،;؛&".contains(c));
    between.chars().count() < 8 && matches!(fold(plain).as_str(), "" | "and" | "et" | "و" | "ve")
}

/// What the nearest word before a year says of it, and whether it does so inside a sentence.
fn role(text: &str, before: &str, at: &YearAt) -> Option<(Role, bool)> {
    let near: String = before
        .chars()
        .rev()
        .take(COPYRIGHT_REACH)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let near = fold(&near);
    let (start, word, role) = words()
        .iter()
        .filter_map(|(word, role)| Some((begin(&near, word)?, word, *role)))
        .max_by_key(|(start, word, _)| (start + word.len(), word.len()))?;
    let between = near.get(start + word.len()..).unwrap_or_default();
    let far = between.chars().count();
    let reaches = match role {
        Role::Copyright => far <= REACH || !between.contains(['\n', '\u{c}']),
        Role::Other => true,
        _ => far <= REACH,
    };
    if !reaches {
        return None;
    }
    let (line, _) = line_of(text, at);
    if names_other_work(line) {
        return Some((Role::Other, false));
    }
    let lead = near.get(..start).unwrap_or_default();
    let told = role != Role::Copyright && !opens(lead, role) && stand(text, at) == Stand::Passing;
    Some((role, told))
}

/// Where the last of a word begins in a folded text. Arabic words carry their article.
fn begin(folded: &str, word: &str) -> Option<usize> {
    folded
        .rmatch_indices(word)
        .map(|(start, _)| start)
        .find(|start| {
            let before = folded
                .get(..*start)
                .and_then(|before| before.chars().next_back());
            !word.starts_with(|c: char| c.is_ascii_alphabetic())
                || before.is_none_or(|c| !c.is_alphanumeric())
        })
}

/// Whether the words before a year on its line speak of a work that this one follows.
pub(super) fn names_other_work(line: &str) -> bool {
    let folded = fold(line);
    words()
        .iter()
        .any(|(word, role)| *role == Role::Other && begin(&folded, word).is_some())
}

/// Whether a word begins its line or its sentence, as those of imprints do. Before "edition" its
/// number may stand.
fn opens(lead: &str, role: Role) -> bool {
    let lead = lead
        .rsplit(['\n', '\u{c}', '.', ',', '،', ';', ':', '(', '·', '|', '•'])
        .next()
        .unwrap_or_default();
    // What is glued to the word is its article.
    let lead = lead.trim_end_matches(char::is_alphanumeric);
    let most = if role == Role::Edition { 2 } else { 0 };
    lead.split_whitespace().count() <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_edition_counts() {
        let cases = [
            ("First published 2005\nThird edition 2018", Some((2018, 75))),
            (
                "First edition 2005\nSecond edition 2012\nThird edition 2018",
                Some((2018, 75)),
            ),
            (
                "First published 2005, reprinted 2011, third edition 2018",
                Some((2018, 75)),
            ),
            (
                "Première édition 2005\nTroisième édition 2018",
                Some((2018, 75)),
            ),
            ("الطبعة الأولى ٢٠٠٥\nالطبعة الثالثة ٢٠١٨", Some((2018, 75))),
            ("الطبعة الأولى، ٢٠٢٢", Some((2022, 83))),
            ("First published 2005\nRevised 2018", Some((2018, 60))),
            (
                "First published 2005\n© Sample Office 2018",
                Some((2018, 60)),
            ),
            ("Published 2005\nPublished 2018", Some((2018, 45))),
            (
                "Second edition 2015\n© Sample Office 2016",
                Some((2015, 60)),
            ),
            ("© 2009 Sample Body\nThird edition 2018", Some((2018, 75))),
        ];
        for (text, expected) in cases {
            assert_eq!(announced_year(text, 2026), expected, "{text}");
        }
    }

    #[test]
    fn a_reprint_is_no_edition() {
        let cases = [
            ("Reprinted 2019 (first published 2018)", Some((2018, 83))),
            (
                "First published 2005. Reprinted 2011, 2014",
                Some((2005, 83)),
            ),
            ("Réimpression 2019\nPremière édition 2018", Some((2018, 83))),
            ("الطبعة الأولى ٢٠١٨\nأعيد طبعه ٢٠٢٠", Some((2018, 83))),
            ("Reprinted 2019", Some((2019, 45))),
        ];
        for (text, expected) in cases {
            assert_eq!(announced_year(text, 2026), expected, "{text}");
        }
    }

    #[test]
    fn the_last_year_of_a_copyright_counts() {
        let cases = [
            ("© 2005, 2018", Some((2018, 83))),
            ("© 2005, 2012 and 2018 Sample Office", Some((2018, 83))),
            ("Copyright © 1998–2003 Sample Office", Some((2003, 83))),
            (
                "© Sample Body 2009\n© Sample Ministry 2020",
                Some((2020, 60)),
            ),
            (
                "© Sample Ministry of Health and Population of the Coast 2020",
                Some((2020, 83)),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(announced_year(text, 2026), expected, "{text}");
        }
    }

    #[test]
    fn what_a_sentence_tells_is_no_imprint() {
        let cases = [
            (
                "The first strategy was published in 2012 and guided all our work.",
                Some((2012, 45)),
            ),
            (
                "The first strategy was published in 2012 and guided our work.\nPublished in 2020",
                Some((2020, 83)),
            ),
            ("This manual replaces the second edition of 2012", None),
            (
                "تحل هذه الوثيقة محل سابقتها\nنشر سنة ٢٠٠٩",
                Some((2009, 83)),
            ),
            ("an expedition of 2012 to the coast", None),
            ("Published in 2020\nData of 2023", Some((2020, 83))),
            (
                "Published by the Sample Ministry in 2012 in two languages",
                Some((2012, 83)),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(announced_year(text, 2026), expected, "{text}");
        }
    }
}

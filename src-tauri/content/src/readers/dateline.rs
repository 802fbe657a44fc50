//! News texts: place and date at the head, source and author line.
//!
//! Only what is written clearly is recognised. A date without a year, or one that could be read
//! two ways, is no date.

use super::mentions::{MentionKind, mentions};
use crate::readers::Dateline;
use crate::{day, fold};

/// Characters in which a dateline stands.
const HEAD: usize = 120;

/// Recognises the head of a news text: `Rabat, 12 November 2026 (Agency) – …`. Gives it with the
/// source in brackets.
pub(super) fn dateline(first_paragraph: &str) -> Option<(Dateline, Option<String>)> {
    let head = head_of(first_paragraph)?;
    let Brackets {
        outside,
        source,
        held_date,
    } = take_brackets(head);
    let days = day::written(&outside);
    // Where the day stands in both calendars, ours is the same in every country.
    let found = days.iter().find(|day| !day.hijri).or(days.first());
    let place_text = match days.first() {
        Some(first) => outside.get(..first.start).unwrap_or_default(),
        None => outside.as_str(),
    };
    if found.is_some() && begins_with(place_text, TERMS) {
        // "Until 31 December 2026: …" is a term, not the day of the news.
        return None;
    }
    let place = place_of(place_text, found.is_some());
    // "World Health Day (7 April 2026) –": a date that explains what stands before it.
    let place = place.filter(|place| !held_date || is_all_capitals(&place.name));
    let date = found.map(|day| day.iso.clone());
    let confidence = match (&place, &date, &source) {
        (Some(place), Some(_), _) if place.set_off => 95,
        (Some(_), Some(_), _) => 80,
        (Some(place), None, Some(source)) if !names_an_office(&place.name, source) => 75,
        (None, Some(_), _) => 70,
        // A few words before a dash are not a place by themselves, unless written as one.
        (Some(place), None, None) if is_all_capitals(&place.name) => 60,
        _ => return None,
    };
    Some((
        Dateline {
            place: place.map(|place| place.name),
            date,
            confidence,
        },
        source,
    ))
}

/// Words that make of a date a term: something begins or ends there. Folded.
const TERMS: &[&str] = &[
    "until",
    "till",
    "since",
    "from",
    "by",
    "before",
    "after",
    "starting",
    "depuis",
    "des",
    "du",
    "jusqu",
    "avant",
    "apres",
    "hingga",
    "sejak",
    "sebelum",
    "حتي",
    "منذ",
    "من",
    "قبل",
    "بعد",
    "لغايه",
    "الي",
    "ابتداء",
    "اعتبارا",
];

/// Words before a date that are no place. Folded.
const NO_PLACE: &[&str] = &[
    "le",
    "la",
    "on",
    "the",
    "in",
    "published",
    "updated",
    "posted",
    "date",
    "dated",
    "publie",
    "mis",
    "fait",
    "في",
    "يوم",
    "بتاريخ",
    "نشر",
    "تاريخ",
    "pada",
    "tanggal",
    "tarih",
];

fn begins_with(text: &str, words: &[&str]) -> bool {
    fold::fold_with_offsets(text)
        .first()
        .is_some_and(|first| words.contains(&first.text.as_str()))
}

/// "WHO (Geneva) –", "وزارة الصحة (الأردن) –": an office and where it is, or a person and from
/// where, not a place and an agency.
fn names_an_office(place: &str, source: &str) -> bool {
    let names = |text: &str, kind| mentions(text).iter().any(|one| one.kind == kind);
    let office = ["ministry", "ministere", "وزاره", "kementerian", "bakanligi"];
    names(place, MentionKind::Organisation)
        || names(source, MentionKind::Country)
        || fold::fold_with_offsets(place)
            .iter()
            .any(|word| office.contains(&word.text.as_str()))
}

/// The part before the dash or colon that separates a dateline from the text.
fn head_of(paragraph: &str) -> Option<&str> {
    let end = paragraph
        .char_indices()
        .nth(HEAD)
        .map_or(paragraph.len(), |(index, _)| index);
    let window = paragraph.get(..end)?;
    let cut = [
        " – ", " — ", " - ", "– ", "— ", " –", " —", "- ", ": ", " : ",
    ]
    .iter()
    .filter_map(|separator| window.find(separator))
    .min()?;
    let head = window.get(..cut)?.trim();
    (!head.is_empty() && !head.contains(['.', '!', '?', '؟']) || !day::written(head).is_empty())
        .then_some(head)
}

/// A head without its brackets, and what stood in them.
struct Brackets {
    outside: String,
    source: Option<String>,
    held_date: bool,
}

/// Takes out what stands in brackets; it names the source unless it is a date.
fn take_brackets(head: &str) -> Brackets {
    let parts = head
        .split_once('(')
        .and_then(|(before, rest)| Some((before, rest.split_once(')')?)));
    let Some((before, (inside, after))) = parts else {
        return Brackets {
            outside: head.to_owned(),
            source: None,
            held_date: false,
        };
    };
    if !day::written(inside).is_empty() {
        return Brackets {
            outside: format!("{before} {inside} {after}"),
            source: None,
            held_date: true,
        };
    }
    let source = inside.trim();
    let source = (!source.is_empty() && source.chars().count() <= 60).then(|| source.to_owned());
    Brackets {
        outside: format!("{before} {after}"),
        source,
        held_date: false,
    }
}

/// A place as it stands at the head of a news text.
struct Place {
    name: String,
    /// A comma, a word like "on", or capitals tell it from what follows.
    set_off: bool,
}

/// A place: a few words of letters.
fn place_of(text: &str, date_follows: bool) -> Option<Place> {
    const EDGES: [char; 7] = [',', '،', '/', '-', '–', '(', ':'];
    let mut place = text.trim().trim_matches(EDGES).trim();
    let mut set_off = !date_follows || text.trim_end().ends_with(EDGES);
    // "Rabat, le 12 novembre": the article belongs to the date, as does the weekday.
    if date_follows {
        set_off |= place.contains([',', '،', '/']);
        place = place
            .split([',', '،', '/'])
            .next()
            .unwrap_or_default()
            .trim();
        for word in [" le", " on", " في", " يوم"] {
            if let Some(rest) = place.strip_suffix(word) {
                place = rest.trim();
                set_off = true;
            }
        }
    }
    let words = place.split_whitespace().count();
    let letters = place.chars().filter(|c| c.is_alphabetic()).count();
    let fits = (1..=4).contains(&words)
        && letters >= 2
        && place.chars().count() <= 40
        && !place.chars().any(char::is_numeric)
        && place.chars().all(|c| {
            c.is_alphanumeric()
                || c.is_whitespace()
                || matches!(c, '-' | '\'' | '’' | '.' | ',' | '،')
                || is_mark(c)
        });
    // Scripts with capitals write a place with one.
    let capital = place
        .chars()
        .next()
        .is_some_and(|first| !first.is_lowercase());
    // "La Paz" and "Le Caire" begin like a date does, but do not end there.
    let none = begins_with(place, NO_PLACE) && (words == 1 || !begins_with(place, &["le", "la"]));
    (fits && capital && !none && !is_weekday(place)).then(|| Place {
        name: place.to_owned(),
        set_off: set_off || is_all_capitals(place),
    })
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_all_capitals(place: &str) -> bool {
    place.chars().any(char::is_uppercase) && !place.chars().any(char::is_lowercase)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 21] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "الاثنين",
        "الثلاثاء",
        "الاربعاء",
        "الخميس",
        "الجمعه",
        "السبت",
        "الاحد",
    ];
    let folded = fold::fold(word);
    let folded = folded.trim_start_matches("le ").trim();
    DAYS.iter()
        .any(|day| folded == *day || folded == format!("يوم {day}"))
}

/// Longest line that can be a byline or a source.
const MAX_LINE: usize = 90;

/// The author line among the first or last lines: `By …`, `Par …`, `بقلم: …`.
pub(super) fn byline(lines: &[&str]) -> Option<String> {
    let starts = [
        "by ",
        "by: ",
        "par ",
        "par : ",
        "par: ",
        "author: ",
        "auteur : ",
        "auteur: ",
    ];
    let arabic = ["بقلم", "اعداد", "كتب", "كتبت", "تحرير"];
    edges(lines, 3)
        .find_map(|line| named(line, &starts, &arabic))
        .filter(|name| {
            let words = name.split_whitespace().count();
            (1..=6).contains(&words) && !name.ends_with('.')
        })
}

/// The source among the first or last lines: `Source: …`, `المصدر: …`.
pub(super) fn source(lines: &[&str]) -> Option<String> {
    let starts = ["source: ", "source : ", "sources: ", "sources : "];
    edges(lines, 4).find_map(|line| named(line, &starts, &["المصدر"]))
}

/// Who made the pictures, on a line that says so: `Photo: …`, `Crédit photo : …`, `الصورة: …`.
pub(super) fn photo_credit(lines: &[&str]) -> Option<String> {
    let starts = [
        "photo: ",
        "photo : ",
        "photos: ",
        "photos : ",
        "photo credit: ",
        "photo by ",
        "credit: ",
        "credit photo : ",
        "photo de : ",
        "foto: ",
        "fotograf: ",
    ];
    let arabic = ["الصوره", "تصوير", "صوره", "الصور", "عدسه", "مصدر الصوره"];
    lines.iter().find_map(|line| {
        // "Crédit" folds to what stands in the list.
        let plain = line.replace(['é', 'É'], "e");
        named(&plain, &starts, &arabic)
    })
}

fn edges<'a>(lines: &'a [&'a str], count: usize) -> impl Iterator<Item = &'a str> {
    let first = lines.iter().take(count);
    let last = lines
        .iter()
        .skip(count.max(lines.len().saturating_sub(count)));
    first.chain(last).copied()
}

/// What follows one of the words at the beginning of a short line.
fn named(line: &str, latin: &[&str], arabic: &[&str]) -> Option<String> {
    let line = line.trim();
    if line.chars().count() > MAX_LINE {
        return None;
    }
    let lower = line.to_lowercase();
    // Lower-casing keeps the length of the words looked for, which are ASCII.
    let rest = latin
        .iter()
        .find(|start| lower.starts_with(**start))
        .and_then(|start| line.get(start.len()..))
        .or_else(|| {
            // In Arabic the colon tells the word from the beginning of a sentence.
            let (head, rest) = line.split_once([':', '：'])?;
            let folded = fold::fold(head.trim());
            arabic.iter().any(|word| folded == *word).then_some(rest)
        })?
        .trim();
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_datelines_are_recognised() {
        let cases = [
            (
                "Rabat, 12 November 2026 (Agency) – The ministry opened",
                Some("Rabat"),
                Some("2026-11-12"),
                Some("Agency"),
            ),
            (
                "RABAT, November 12, 2026 — The ministry",
                Some("RABAT"),
                Some("2026-11-12"),
                None,
            ),
            (
                "Rabat, le 1er août 2026 - Le ministère",
                Some("Rabat"),
                Some("2026-08-01"),
                None,
            ),
            (
                "الرباط، 12 نوفمبر 2026 (وكالة) – أعلنت الوزارة",
                Some("الرباط"),
                Some("2026-11-12"),
                Some("وكالة"),
            ),
            (
                "الرباط في ١٢ نونبر ٢٠٢٦ - أعلنت",
                Some("الرباط"),
                Some("2026-11-12"),
                None,
            ),
            (
                "عمان، الخميس 12 تشرين الثاني 2026: أعلنت",
                Some("عمان"),
                Some("2026-11-12"),
                None,
            ),
            (
                "بغداد (واع) – أعلنت الوزارة",
                Some("بغداد"),
                None,
                Some("واع"),
            ),
            (
                "Kuala Lumpur, 25/11/2026 – Text",
                Some("Kuala Lumpur"),
                Some("2026-11-25"),
                None,
            ),
            (
                "12 November 2026 – The ministry",
                None,
                Some("2026-11-12"),
                None,
            ),
            ("DHAKA – The ministry", Some("DHAKA"), None, None),
        ];
        for (text, place, date, source) in cases {
            let (found, from) = dateline(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.place.as_deref(), place, "{text}");
            assert_eq!(found.date.as_deref(), date, "{text}");
            assert_eq!(from.as_deref(), source, "{text}");
            assert!(found.confidence >= 60);
        }
    }

    #[test]
    fn a_word_before_a_date_is_no_place() {
        for text in [
            "Le 3 mars 2026 – Le ministère a ouvert un centre.",
            "On 3 March 2026 – The ministry opened a centre.",
            "Published 30 June 2026 - The ministry opened a centre.",
            "World Health Day (7 April 2026) – The ministry opened a centre.",
            "The campaign (3 March 2026) – The ministry opened a centre.",
            "في 3 مارس 2026 – افتتحت الوزارة مركزا.",
        ] {
            let (found, _) = dateline(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.place, None, "{text}");
            assert!(found.date.is_some() && found.confidence <= 70, "{text}");
        }
        for text in [
            "Until 31 December 2026: free vaccination for all children.",
            "Du 3 mars 2026 : la vaccination est gratuite.",
            "Since 3 March 2026 - the centres are open.",
            "حتى 31 ديسمبر 2026: التطعيم مجاني.",
            "منذ 3 مارس 2026 – المراكز مفتوحة.",
            "Minister of Health (Jordan) – the centres are open.",
            "WHO (Geneva) – the centres are open.",
            "وزارة الصحة (الأردن) – المراكز مفتوحة.",
        ] {
            assert!(dateline(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_place_is_sure_where_it_is_set_off_from_the_date() {
        for (text, confidence) in [
            ("Le Caire, le 3 mars 2026 – Un centre.", 95),
            ("RABAT 3 March 2026 – A centre.", 95),
            ("الرباط في 3 مارس 2026 – افتتحت الوزارة مركزا.", 95),
            ("Polio 3 March 2026 – A centre.", 80),
        ] {
            let (found, _) = dateline(text).unwrap_or_else(|| panic!("{text}"));
            assert!(found.place.is_some(), "{text}");
            assert_eq!(found.confidence, confidence, "{text}");
        }
    }

    #[test]
    fn unclear_heads_are_none() {
        for text in [
            "The ministry opened a campaign in Rabat on 12 November 2026.",
            "The campaign – the third this year – begins",
            "Health for all: a new plan",
            "Rabat, 03/04/2026",
            "Rabat, 12 November – no year",
            "",
            "في إطار التعاون – وقعت الوزارة",
        ] {
            let found =
                dateline(text).filter(|(line, _)| line.date.is_some() || line.confidence >= 75);
            assert_eq!(found, None, "{text}");
        }
    }

    #[test]
    fn bylines_and_sources_are_lines_of_their_own() {
        let lines = [
            "Title",
            "By Sample Author",
            "Text.",
            "Source: Sample Agency",
        ];
        assert_eq!(byline(&lines).as_deref(), Some("Sample Author"));
        assert_eq!(source(&lines).as_deref(), Some("Sample Agency"));
        assert_eq!(
            source(&["المصدر: وكالة نموذجية"]).as_deref(),
            Some("وكالة نموذجية")
        );
        for (line, credit) in [
            ("Photo: Sample Agency", Some("Sample Agency")),
            ("Crédit photo : Agence exemple", Some("Agence exemple")),
            ("تصوير: مكتب نموذجي", Some("مكتب نموذجي")),
            ("The photo shows a ward.", None),
        ] {
            assert_eq!(photo_credit(&[line]).as_deref(), credit, "{line}");
        }
        assert_eq!(
            byline(&["By the end of the year, the ministry will have opened ten centres."]),
            None
        );
    }
}

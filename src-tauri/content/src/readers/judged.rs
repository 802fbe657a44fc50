//! Which of the things a file says about itself are believed, and how far.

use std::collections::BTreeSet;

use super::facts::{Facts, Found, Origin, pages_of};
use super::years::Stand;
use super::{bodies, identifiers, imprint, own_numbers, people, said_languages, years};
use crate::fold::fold_with_offsets;
use crate::limits::IDENTIFIER_WINDOW_CHARS;

/// Pages at the beginning in which a publication says what it is.
const FRONT_PAGES: usize = 5;
/// Characters of a first page that are looked at; a text without pages is one long page.
const FIRST_PAGE_CHARS: usize = 4_000;

/// Marks that steer direction and are invisible.
pub(super) fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// What a file declares about itself, cleaned.
#[derive(Default)]
pub(super) struct Claims {
    /// Titles with where they stand.
    pub(super) titles: Vec<(String, Origin)>,
    /// What is set as the title: the largest type, the style of a title.
    pub(super) set_title: Option<Found<String>>,
    /// Authors, people and bodies mixed.
    pub(super) authors: Option<(Vec<String>, Origin)>,
    pub(super) publisher: Option<Found<String>>,
    /// When the file was made, and where that stands.
    pub(super) made: Option<(i32, Origin)>,
    pub(super) lang: Option<String>,
    pub(super) doi: Option<Found<String>>,
}

/// Fills in what can be told from the text of a file and its claims. `facts.text` is there.
pub(super) fn judge(facts: &mut Facts, claims: Claims) {
    // Direction marks split words and numbers for a search by pattern.
    let window: String = facts
        .text
        .split('\u{c}')
        .take(FRONT_PAGES)
        .flat_map(|page| page.chars().chain(std::iter::once('\u{c}')))
        .filter(|c| !is_direction_mark(*c))
        .take(IDENTIFIER_WINDOW_CHARS)
        .collect();
    let first_page = window.split('\u{c}').next().unwrap_or_default();
    let first_page: String = first_page.chars().take(FIRST_PAGE_CHARS).collect();
    title(facts, &claims, &window);
    who(facts, &claims, &first_page, &window);
    year(facts, &claims, &first_page, &window);
    facts.languages = said_languages(&facts.text, claims.lang.as_deref());
    numbers(facts, claims, &window);
}

fn words(text: &str) -> BTreeSet<String> {
    fold_with_offsets(text)
        .into_iter()
        .map(|word| word.text)
        .collect()
}

/// The part of the words of a title that stand on the first pages, in per cent.
fn shown(title: &str, front: &BTreeSet<String>) -> usize {
    let words = words(title);
    let there = words.iter().filter(|word| front.contains(*word)).count();
    there * 100 / words.len().max(1)
}

/// A declared title is believed when the first pages show it. One they do not show is of a
/// template, or of the document that was typed over; then what is set as the title speaks.
fn title(facts: &mut Facts, claims: &Claims, window: &str) {
    let front = words(window);
    let mut best: Option<(usize, Found<String>)> = None;
    for (title, origin) in &claims.titles {
        let share = shown(title, &front);
        if best.as_ref().is_none_or(|(known, _)| share > *known) {
            let sure = match share {
                80.. => 95,
                50.. => 75,
                _ => 45,
            };
            best = Some((share, Found::new(title.clone(), *origin, sure)));
        }
    }
    facts.title = match (best, claims.set_title.clone()) {
        (Some((share, declared)), Some(set))
            if share < 50 && set.confidence > declared.confidence =>
        {
            Some(set)
        }
        (Some((_, declared)), _) => Some(declared),
        (None, set) => set,
    };
}

/// People and bodies.
fn who(facts: &mut Facts, claims: &Claims, first_page: &str, window: &str) {
    let (names, origin) = claims
        .authors
        .clone()
        .unwrap_or((Vec::new(), Origin::Properties));
    let (of_bodies, people): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| bodies::is_body(name));
    if !people.is_empty() {
        let front = words(window);
        let there = people.iter().all(|name| shown(name, &front) >= 60);
        // The account the computer was set up with, more often than not.
        let sure = if there { 92 } else { 45 };
        facts.authors = Some(Found::new(people, origin, sure));
    } else if let Some(names) = people::on_page(first_page) {
        facts.authors = Some(Found::new(names, Origin::Text, 60));
    }
    facts.corporate_author = of_bodies
        .into_iter()
        .next()
        .map(|name| Found::new(name, origin, 85))
        .or_else(|| claims.publisher.clone())
        .or_else(|| bodies::on_page(first_page).map(|name| Found::new(name, Origin::Text, 75)));
}

/// Of less than this nobody should be sure without a look.
const SURE: u8 = 50;

fn year(facts: &mut Facts, claims: &Claims, first_page: &str, window: &str) {
    let made = claims.made.map(|(year, _)| year);
    let latest = made.map_or(crate::limits::LATEST_YEAR, |made| made + 1);
    let agreed = |year: i32, sure: u8| match made {
        Some(made) if sure >= 70 && (made - year).abs() <= 1 => (sure + 12).min(95),
        _ => sure,
    };
    let first_page = own_numbers::before_references(first_page);
    let found = years::dated_year(first_page, latest)
        .map(|year| (year, 85))
        .or_else(|| imprint::announced_year(first_page, latest))
        .or_else(|| only_year(first_page, latest, made));
    let of_text = found
        .filter(|(_, sure)| *sure >= SURE)
        .or_else(|| {
            window.split('\u{c}').find_map(|page| {
                let page = own_numbers::before_references(page);
                imprint::announced_year(page, latest)
                    .filter(|(_, sure)| *sure >= SURE)
                    .map(|(year, sure)| (year, sure.min(75)))
            })
        })
        .or(found);
    facts.year = match (of_text, claims.made) {
        (Some((year, sure)), _) => Some(Found::new(year, Origin::Text, agreed(year, sure))),
        // The year of the file, not of the work: a proposal.
        (None, Some((made, origin))) => Some(Found::new(made, origin, 40)),
        (None, None) => None,
    };
}

/// The only year of a page. One named in a sentence far from the year the file was made is of
/// something else; one that stands for itself may be the year of what the text is about.
fn only_year(page: &str, latest: i32, made: Option<i32>) -> Option<(i32, u8)> {
    let (year, stand) = years::only_year(page, latest)?;
    let is_near = made.is_none_or(|made| (made - year).abs() <= 1);
    match stand {
        Stand::Dated => Some((year, 70)),
        Stand::Alone => Some((year, if is_near { 70 } else { 45 })),
        Stand::Passing => is_near.then_some((year, 45)),
    }
}

fn numbers(facts: &mut Facts, claims: Claims, window: &str) {
    let last_page = facts
        .text
        .rsplit('\u{c}')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|c| !is_direction_mark(*c))
        .take(6_000)
        .collect::<String>();
    facts.doi = claims
        .doi
        .or_else(|| own_numbers::own_doi(window).map(|doi| Found::new(doi, Origin::Text, 85)));
    let of_text = |(number, sure): (String, u8)| Found::new(number, Origin::Text, sure);
    facts.isbn = own_numbers::own_isbn(window, &last_page).map(of_text);
    facts.issn = own_numbers::own_issn(window, &last_page).map(of_text);
    let front: String = pages_of(window)
        .take(2)
        .map(|(_, page)| page)
        .collect::<Vec<_>>()
        .join("\n");
    facts.numbers = identifiers::document_numbers(&front)
        .into_iter()
        .map(|number| Found::new(number, Origin::Text, 80))
        .collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str, made: Option<i32>) -> Facts {
        let mut facts = Facts {
            text: text.to_owned(),
            ..Facts::default()
        };
        let claims = Claims {
            made: made.map(|year| (year, Origin::Info)),
            ..Claims::default()
        };
        judge(&mut facts, claims);
        facts
    }

    #[test]
    fn a_year_in_passing_is_not_the_documents() {
        let new = Some(2026);
        let cases = [
            (
                "Rules for clinics\nThese rules apply article 5 of law 12 of 1998 on public health.",
                new,
                (2026, 40),
            ),
            (
                "Guide\nThe centre was founded in 1962 by the ministry and serves the north.",
                new,
                (2026, 40),
            ),
            (
                "دليل\nتأسس المركز سنة ١٩٦٢ بقرار من وزارة الصحة",
                new,
                (2026, 40),
            ),
            (
                "Review\nText of it.\nReferences\n1. Smith J. The Journal, 2019.",
                new,
                (2026, 40),
            ),
            (
                "Review\nPublished\nBibliographie :\n1. X. Publié 2019",
                new,
                (2026, 40),
            ),
            ("Annual report 2019\nof the sample office", new, (2019, 45)),
            ("Annual report 2025", new, (2025, 82)),
            ("Report\nSample City, October 2016", new, (2016, 70)),
            ("Report\n© Sample Office 2016", new, (2016, 83)),
            ("Annual report 2019", None, (2019, 70)),
            (
                "Guide\nIt applies law 12 of 1998 on health.",
                None,
                (1998, 45),
            ),
            (
                "Guide\nSince the law of 1998 on health.\u{c}Second edition 2024",
                new,
                (2024, 75),
            ),
            ("Guide\nReprinted 2024", new, (2024, 45)),
            (
                "Guide\nFirst published 2005\n© Sample Office 2025",
                new,
                (2025, 60),
            ),
        ];
        for (text, made, expected) in cases {
            let year = facts(text, made)
                .year
                .map(|year| (year.value, year.confidence));
            assert_eq!(year, Some(expected), "{text}");
        }
    }
}

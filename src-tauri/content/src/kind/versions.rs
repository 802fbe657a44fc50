//! Checks of what stands in the texts: their languages, figures, people.

use std::collections::BTreeSet;

use super::check::{CheckInput, Finding, LanguageInput, Severity, finding};
use super::template;
use crate::lang::Detected;
use crate::readers::facts::{PlaceKind, warning};
use crate::readers::{personal, story};
use crate::{body, day, fold, lang};

/// Letters from which on a guess at the language is worth a warning.
const ENOUGH_LETTERS: usize = 60;
/// Letters of a paragraph that are looked at.
const PARAGRAPH_WINDOW: usize = 600;
/// From here on a guess at the language is told, in per cent.
const SURE: u8 = 90;
/// Most findings of one kind for one version: after so many the text as a whole is meant.
const MOST: usize = 5;
/// Characters of a paragraph that name it.
const NAME_CHARS: usize = 60;

/// What is said in the text of one version.
pub(super) fn text(version: &LanguageInput<'_>, input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    let plain = body::plain_text(version.body);
    language(version, &plain, found);
    for question in template::unanswered(input.content_type, version.lang, version.body) {
        found.push(
            in_body(version, finding::TEMPLATE_LEFT, Severity::Warning).with("text", question),
        );
    }
    let one = std::iter::once((PlaceKind::Page, String::new(), plain.as_str()));
    for told in personal::find(one) {
        let code = match told.code.as_str() {
            warning::PHONE_NUMBERS => finding::PERSONAL_PHONES,
            warning::EMAIL_ADDRESSES => finding::PERSONAL_EMAILS,
            warning::IDENTITY_NUMBERS => finding::PERSONAL_IDENTITIES,
            _ => finding::PERSONAL_PATIENTS,
        };
        found.push(in_body(version, code, Severity::Warning).with("count", told.count));
    }
}

/// A text, or some of its paragraphs, in another language than the version's.
fn language(version: &LanguageInput<'_>, plain: &str, found: &mut Vec<Finding>) {
    let mut sample = plain.to_owned();
    if letters(&sample) < ENOUGH_LETTERS {
        sample = format!("{} {} {sample}", version.title, version.summary);
    }
    if let Some(other) = other_language(&sample, version.lang) {
        found.push(
            in_body(version, finding::OTHER_LANGUAGE, Severity::Warning)
                .with("found", &other.lang)
                .with("confidence", other.confidence),
        );
        return;
    }
    let others = plain.lines().filter_map(|line| {
        let start: String = line.chars().take(PARAGRAPH_WINDOW).collect();
        Some((line, other_language(&start, version.lang)?))
    });
    for (line, other) in others.take(MOST) {
        found.push(
            in_body(version, finding::PARAGRAPH_LANGUAGE, Severity::Warning)
                .with("text", beginning(line))
                .with("found", &other.lang)
                .with("confidence", other.confidence),
        );
    }
}

fn other_language(text: &str, expected: &str) -> Option<Detected> {
    if letters(text) < ENOUGH_LETTERS {
        return None;
    }
    lang::detect(text).filter(|found| {
        found.confidence >= SURE && primary_subtag(&found.lang) != primary_subtag(expected)
    })
}

/// Figures that stand in the original and not in a translation, or the other way round.
pub(super) fn figures(input: &CheckInput<'_>, found: &mut Vec<Finding>) {
    let written = |version: &&LanguageInput<'_>| !version.body.trim().is_empty();
    let Some(original) = input
        .languages
        .iter()
        .filter(written)
        .find(|version| version.lang == input.primary_lang)
    else {
        return;
    };
    let expected = Figures::of(original);
    for version in input.languages.iter().filter(written) {
        if version.lang == original.lang {
            continue;
        }
        let there = Figures::of(version);
        for (code, figures) in [
            (finding::NUMBERS_MISSING, expected.without(&there)),
            (finding::NUMBERS_ADDED, there.without(&expected)),
        ] {
            let Some(first) = figures.first() else {
                continue;
            };
            found.push(
                in_body(version, code, Severity::Warning)
                    .with("numbers", figures.join(" · "))
                    .with("number", first),
            );
        }
    }
}

/// The figures of a version as every language has them.
struct Figures {
    /// Numbers of more than one digit: smaller ones are often written as words.
    numbers: BTreeSet<String>,
    /// Dates, each with what it may mean: `12/11/2026` is one of two days.
    dates: Vec<Vec<String>>,
}

impl Figures {
    fn of(version: &LanguageInput<'_>) -> Self {
        let text = format!(
            "{}\n{}\n{}",
            version.title,
            version.summary,
            body::plain_text(version.body)
        );
        let mut figures = Self {
            numbers: BTreeSet::new(),
            dates: Vec::new(),
        };
        for line in text.lines() {
            let mut read_to = 0;
            for day in day::written(line) {
                figures.read(line.get(read_to..day.start).unwrap_or_default());
                read_to = day.end;
                figures.dates.push(readings(day));
            }
            figures.read(line.get(read_to..).unwrap_or_default());
        }
        let long = |number: &String| number.chars().filter(char::is_ascii_digit).count() > 1;
        figures.numbers.retain(long);
        figures
    }

    /// Reads a text without dates in words.
    fn read(&mut self, text: &str) {
        let mut others = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            match date_in_digits(word) {
                Some(readings) => self.dates.push(readings),
                None => others.push_str(word),
            }
            others.push(' ');
        }
        self.numbers.extend(story::numbers(&others));
    }

    /// What is here and not there, at most [`MOST`].
    fn without(&self, other: &Self) -> Vec<String> {
        let told = |readings: &&Vec<String>| {
            !other
                .dates
                .iter()
                .flatten()
                .any(|date| readings.contains(date))
        };
        let dates = self
            .dates
            .iter()
            .filter(told)
            .filter_map(|readings| readings.first());
        self.numbers
            .difference(&other.numbers)
            .chain(dates)
            .take(MOST)
            .cloned()
            .collect()
    }
}

/// The days that a date in words may mean: of the Hijri calendar, whose months begin when the moon
/// is seen, the one before and the one after as well.
fn readings(day: day::Written) -> Vec<String> {
    let (before, after) = match day.hijri {
        true => (day::shifted(&day.iso, -1), day::shifted(&day.iso, 1)),
        false => (None, None),
    };
    std::iter::once(day.iso)
        .chain(before)
        .chain(after)
        .collect()
}

/// The days that a date in digits may mean: `2026-11-12`, `12/11/2026`, `١٢.١١.٢٠٢٦`.
fn date_in_digits(word: &str) -> Option<Vec<String>> {
    let folded = fold::fold(word);
    let digits = folded.trim_matches(|c: char| !c.is_ascii_digit());
    let parts: Vec<u32> = digits
        .split(['/', '-', '.'])
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [a, b, c] = *parts.as_slice() else {
        return None;
    };
    let day = |year: u32, month: u32, day: u32| {
        let fits =
            (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then(|| format!("{year}-{month:02}-{day:02}"))
    };
    let readings: Vec<String> = [day(a, b, c), day(c, b, a), day(c, a, b)]
        .into_iter()
        .flatten()
        .collect();
    (!readings.is_empty()).then_some(readings)
}

fn in_body(version: &LanguageInput<'_>, code: &str, severity: Severity) -> Finding {
    Finding::new(code, severity, "body").in_lang(Some(version.lang))
}

/// The first words of a paragraph, to name it and to find it.
fn beginning(line: &str) -> String {
    let line = line.trim();
    let end = line
        .char_indices()
        .nth(NAME_CHARS)
        .map_or(line.len(), |(index, _)| index);
    line.get(..end).unwrap_or(line).trim_end().to_owned()
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphabetic()).count()
}

fn primary_subtag(lang: &str) -> String {
    lang.split(['-', '_'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

//! One door for every kind of file: bytes and a name in, facts and a small picture out.

use std::sync::Arc;

use super::facts::{Facts, Found, Origin, State};
use super::{
    bodies, decode, import, judged, named, office, pdf, personal, picture, said_languages,
};
use crate::body;
use crate::limits::{LATEST_YEAR, MAX_HEADINGS, MAX_PARSE_BYTES, MAX_TEXT_CHARS};
use crate::problem::{Problem, code};
use crate::readers::facts::{PlaceKind, pages_of};
use crate::sniff::{Family, Sniffed, sniff};

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its true type.
    pub sniffed: Sniffed,
    /// What it says about itself. Every file has a title, if only of its name.
    pub facts: Facts,
    /// A PNG of its first page or of the picture it is.
    pub thumbnail: Option<Vec<u8>>,
}

/// Describes a file. `name` is its file name, without folder; `thumbnail_px` the longer edge of
/// the small picture, if one is wanted. It never fails: what could not be learnt is absent, and
/// the problems say why.
#[must_use]
pub fn describe(name: &str, bytes: Vec<u8>, thumbnail_px: Option<u32>) -> Reading {
    let bytes = Arc::new(bytes);
    let head = bytes.get(..4096.min(bytes.len())).unwrap_or_default();
    let sniffed = sniff(head, Some(&bytes), name);
    let (mut facts, thumbnail) = if bytes.len() > MAX_PARSE_BYTES {
        let problem = Problem::new(code::TOO_LARGE, name).with("max", MAX_PARSE_BYTES);
        (Facts::only(State::Other, problem), None)
    } else {
        match sniffed.family {
            Family::Pdf => pdf::read(Arc::clone(&bytes), thumbnail_px),
            Family::Office => (office::describe(&bytes), None),
            Family::Picture => (
                picture::facts(&bytes),
                thumbnail_px.and_then(|px| picture::thumbnail(&bytes, px)),
            ),
            Family::Text => (of_text(name, &sniffed.mime, &bytes), None),
            Family::Other => (Facts::default(), None),
        }
    };
    finish(name, &sniffed, &mut facts);
    Reading {
        sniffed,
        facts,
        thumbnail,
    }
}

fn of_text(name: &str, mime: &str, bytes: &[u8]) -> Facts {
    let mut facts = Facts {
        state: State::Readable,
        ..Facts::default()
    };
    if matches!(mime, "text/plain" | "text/markdown" | "text/html") {
        let imported = import::import(name, bytes, None);
        let body = body::plain_text(&imported.markdown);
        let title = imported.title.unwrap_or_default();
        facts.text = if title.is_empty() {
            body
        } else {
            format!("{title}\n{body}")
        };
        facts.problems = imported.problems;
        // A text often begins with the name of who signs it.
        let title = match bodies::on_page(&title) {
            Some(body) if title.starts_with(&body) && title.len() > body.len() + 8 => {
                title.replacen(&body, "", 1).trim().to_owned()
            }
            _ => title,
        };
        let claims = judged::Claims {
            set_title: (!title.is_empty()).then(|| Found::new(title, Origin::FirstPage, 70)),
            authors: imported.byline.map(|byline| (vec![byline], Origin::Text)),
            lang: imported.lang,
            ..judged::Claims::default()
        };
        judged::judge(&mut facts, claims);
    } else {
        let (text, problem) = decode::decode(bytes, None);
        facts.text = text;
        facts.problems.extend(problem);
        facts.languages = said_languages(&facts.text, None);
    }
    let pages =
        pages_of(&facts.text).map(|(number, page)| (PlaceKind::Page, number.to_string(), page));
    facts.warnings = personal::find(pages);
    facts
}

/// What holds for every kind: what the name tells, the name in every problem, caps.
fn finish(name: &str, sniffed: &Sniffed, facts: &mut Facts) {
    if sniffed.lying {
        let told = facts
            .problems
            .iter()
            .any(|problem| problem.code == code::TYPE_MISMATCH);
        if !told {
            let claimed = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            facts.problems.push(
                Problem::new(code::TYPE_MISMATCH, name)
                    .with("claimed", claimed)
                    .with("found", &sniffed.mime),
            );
        }
    }
    for problem in &mut facts.problems {
        // Every problem names its file; a reader of bytes alone does not know the name.
        if problem.subject.is_empty() {
            name.clone_into(&mut problem.subject);
        }
    }
    if facts.title.is_none() {
        let sure = if named::speaks(name) { 35 } else { 5 };
        facts.title = Some(Found::new(named::title(name), Origin::Name, sure));
    }
    let made = facts
        .year
        .as_ref()
        .filter(|year| matches!(year.origin, Origin::Info | Origin::Properties))
        .map(|year| year.value);
    if facts.year.is_none() || made.is_some() {
        // The year in a name was given by a person; the year of a file is of its last saving.
        let latest = made.map_or(LATEST_YEAR, |made| made + 1);
        if let Some(year) = named::year(name, latest) {
            let sure = if made == Some(year) { 80 } else { 60 };
            facts.year = Some(Found::new(year, Origin::Name, sure));
        }
    }
    facts.headings.truncate(MAX_HEADINGS);
    if let Some((cut, _)) = facts.text.char_indices().nth(MAX_TEXT_CHARS) {
        facts.text.truncate(cut);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_gets_a_title_and_a_type() {
        let reading = describe("odd_name.bin", vec![0, 1, 2, 3], Some(100));
        let title = reading.facts.title.unwrap();
        assert_eq!(
            (title.value.as_str(), title.origin),
            ("odd name", Origin::Name)
        );
        assert_eq!(reading.facts.state, State::Other);
        assert!(!reading.sniffed.mime.is_empty());
    }

    #[test]
    fn a_name_tells_the_year_of_a_text_without_one() {
        let text = b"The number of visits to health centres rose in all regions.".to_vec();
        let facts = describe("visits 2022.txt", text, None).facts;
        let year = facts.year.unwrap();
        assert_eq!((year.value, year.origin), (2022, Origin::Name));
    }
}

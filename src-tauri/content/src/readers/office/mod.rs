//! Office documents: properties, headings and text, and what in them should not leave unseen.

pub(super) mod body;
mod book;
mod compound;
mod container;
mod docx;
mod flow;
mod formula;
mod odt;
mod old;
mod open_document;
mod open_xml;
mod rich_text;
mod sheets;
mod slides;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::facts::{Facts, Found, Origin, PlaceKind, State, Warning, pages_of, warning};
use super::xml::{self, Piece};
use super::{is_junk_title, judged, people, personal, tidy_title};
use crate::limits::{MAX_PARSE_BYTES, MAX_TEXT_CHARS, MAX_WARNINGS};
use crate::problem::{Problem, code};
use container::Container;
pub(super) use flow::{is_ordinal, lowered, raised};

/// The first bytes of every rich text.
const RTF: &[u8] = b"{\\rtf";

/// Describes a .docx, .xlsx, .pptx, .odt, .ods, .odp, .epub, .doc, .xls, .ppt or .rtf file.
#[must_use]
pub fn describe(bytes: &[u8]) -> Facts {
    let failed = |code: &str| Facts::only(State::Damaged, Problem::new(code, ""));
    if bytes.is_empty() {
        return failed(code::EMPTY);
    }
    if bytes.len() > MAX_PARSE_BYTES {
        return failed(code::TOO_LARGE);
    }
    let read = catch_unwind(AssertUnwindSafe(|| {
        if bytes.starts_with(&compound::HEAD) {
            return compound::read(bytes);
        }
        if bytes.starts_with(RTF) {
            return Some(rich_text::read(bytes));
        }
        Container::open(bytes).map(zipped)
    }));
    match read {
        Ok(Some(draft)) => draft.finished(),
        Ok(None) => failed(code::DAMAGED),
        Err(_) => failed(code::READER_FAILED),
    }
}

/// What the readers of this folder fill in.
#[derive(Default)]
struct Draft {
    facts: Facts,
    claims: judged::Claims,
    /// Names of the pages where they are sheets.
    sheets: Vec<String>,
    /// A container of a kind that is not read here.
    unknown: bool,
}

impl Draft {
    fn new() -> Self {
        let mut draft = Self::default();
        draft.facts.state = State::Readable;
        draft
    }

    /// Ends a page, slide or sheet.
    fn end_page(&mut self) {
        end_line(&mut self.facts.text);
        self.facts.text.push('\u{c}');
    }

    fn is_full(&self) -> bool {
        self.facts.text.len() >= MAX_TEXT_CHARS * 2
    }

    fn warn(&mut self, code: &str, kind: PlaceKind, place: impl Into<String>, count: u32) {
        if count > 0 && self.facts.warnings.len() < MAX_WARNINGS {
            self.facts
                .warnings
                .push(Warning::at(code, kind, place, count));
        }
    }

    fn locked(mut self) -> Self {
        self.facts.state = State::Encrypted;
        self.facts.text.clear();
        self.facts.headings.clear();
        self.facts.problems.push(Problem::new(code::ENCRYPTED, ""));
        self.warn(warning::PASSWORD, PlaceKind::File, "", 1);
        self
    }

    fn title(&mut self, text: &str) {
        let title = tidy_title(text).filter(|title| !is_junk_title(title));
        if let Some(title) = title
            && self.claims.titles.is_empty()
        {
            self.claims.titles.push((title, Origin::Properties));
        }
    }

    fn authors(&mut self, text: &str) {
        let names = people::split(text);
        if !names.is_empty() && self.claims.authors.is_none() {
            self.claims.authors = Some((names, Origin::Properties));
        }
    }

    /// The year of a date that begins with it.
    fn made(&mut self, date: &str) {
        let year = date.trim().get(..4).and_then(|year| year.parse().ok());
        if let Some(year) = year.filter(|year| (1985..=2200).contains(year))
            && self.claims.made.is_none()
        {
            self.claims.made = Some((year, Origin::Properties));
        }
    }

    fn pages(&mut self, count: &str) {
        let count = count.trim().parse().ok().filter(|pages| *pages > 0);
        if let Some(count) = count
            && self.facts.pages.is_none()
        {
            // The program's own count, as of its last saving.
            self.facts.pages = Some(Found::new(count, Origin::Properties, 85));
        }
    }

    fn heading(&mut self, text: &str) {
        if let Some(heading) = tidy_title(text)
            && self.facts.headings.len() < crate::limits::MAX_HEADINGS
        {
            self.facts.headings.push(heading);
        }
    }

    fn finished(mut self) -> Facts {
        if self.unknown {
            return Facts::only(State::Damaged, Problem::new(code::FORMAT_UNKNOWN, ""));
        }
        let text = &mut self.facts.text;
        text.truncate(text.trim_end_matches(['\u{c}', ' ', '\t']).len());
        if let Some((end, _)) = text.char_indices().nth(MAX_TEXT_CHARS) {
            text.truncate(end);
            self.facts.problems.push(
                Problem::new(code::CUT_OFF, "")
                    .with("what", "text")
                    .with("max", MAX_TEXT_CHARS),
            );
        }
        if self.claims.set_title.is_none()
            && let Some(first) = self.facts.headings.first()
        {
            self.claims.set_title = Some(Found::new(first.clone(), Origin::FirstPage, 55));
        }
        judged::judge(&mut self.facts, self.claims);
        let sheets = self.sheets;
        let places = pages_of(&self.facts.text).map(|(number, page)| {
            let name = usize::try_from(number - 1)
                .ok()
                .and_then(|at| sheets.get(at));
            match name {
                Some(name) => (PlaceKind::Sheet, name.clone(), page),
                None => (PlaceKind::Page, number.to_string(), page),
            }
        });
        let personal = personal::find(places);
        self.facts.warnings.extend(personal);
        self.facts
    }
}

fn zipped(mut container: Container<'_>) -> Draft {
    let mut draft = Draft::new();
    if container.has("word/document.xml") {
        open_xml::word(&mut container, &mut draft);
    } else if container.has("ppt/presentation.xml") {
        slides::read(&mut container, &mut draft);
    } else if container.has("xl/workbook.xml") || container.has("xl/workbook.bin") {
        sheets::read(&mut container, &mut draft);
    } else if container.has("content.xml") {
        let manifest = container.entry("META-INF/manifest.xml").unwrap_or_default();
        if memchr::memmem::find(&manifest, b"encryption-data").is_some() {
            return draft.locked();
        }
        open_document::read(&mut container, &mut draft);
    } else if container.has("META-INF/container.xml") {
        book::read(&mut container, &mut draft);
    } else {
        draft.unknown = true;
    }
    draft.facts.problems.append(&mut container.problems);
    draft
}

/// Dublin Core elements, in whatever part they stand.
fn properties(bytes: &[u8], draft: &mut Draft) {
    let mut name = Vec::new();
    let (mut first_author, mut author) = (String::new(), String::new());
    let (mut created, mut dated) = (None::<String>, None::<String>);
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) => {
                name = start.local_name().as_ref().to_vec();
                if name == b"document-statistic"
                    && let Some(pages) = xml::attribute(start, b"page-count")
                {
                    draft.pages(&pages);
                }
            }
            Piece::End(_) => name.clear(),
            Piece::Text(text) => match name.as_slice() {
                b"title" => draft.title(text),
                b"creator" => add_name(&mut author, text),
                b"initial-creator" => add_name(&mut first_author, text),
                b"language" if draft.claims.lang.is_none() => {
                    draft.claims.lang = Some(text.trim().to_owned());
                }
                b"publisher" if super::bodies::is_body(text) => {
                    draft.claims.publisher =
                        tidy_title(text).map(|name| Found::new(name, Origin::Properties, 80));
                }
                b"created" | b"creation-date" => {
                    created = Some(text.to_owned());
                }
                b"date" => dated = Some(text.to_owned()),
                _ => {}
            },
        }
        true
    });
    for date in [created, dated].into_iter().flatten() {
        draft.made(&date);
    }
    // In OpenDocument the creator is whoever saved last.
    draft.authors(if first_author.is_empty() {
        &author
    } else {
        &first_author
    });
}

fn add_name(names: &mut String, name: &str) {
    if !names.is_empty() {
        names.push(';');
    }
    names.push_str(name);
}

/// Ends a line: no blanks at its end, no empty ones.
fn end_line(out: &mut String) {
    let length = out.trim_end_matches([' ', '\t']).len();
    out.truncate(length);
    if !out.is_empty() && !out.ends_with(['\n', '\u{c}']) {
        out.push('\n');
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod generated;

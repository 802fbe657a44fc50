//! .xlsx: one page of text for each sheet, a line for each row, cells separated by tabs.

use super::open_xml::{about, relations, risks};
use super::{Container, Draft, end_line};
use crate::readers::facts::{Found, Origin, PlaceKind, warning};
use crate::readers::xml::{self, Piece};

pub(super) fn read(container: &mut Container<'_>, draft: &mut Draft) {
    about(container, draft);
    let shared = shared_texts(container);
    let mut hidden = Vec::new();
    let listed = in_order(container, &mut hidden);
    let mut count = 0u32;
    for (name, part) in listed {
        let Some(bytes) = container.entry(&part) else {
            continue;
        };
        count += 1;
        draft.sheets.push(name);
        sheet(&bytes, &shared, draft);
        draft.end_page();
        if draft.is_full() {
            break;
        }
    }
    if count > 0 {
        draft.facts.pages = Some(Found::new(count, Origin::Counted, 100));
    }
    for name in hidden {
        draft.warn(warning::HIDDEN_CONTENT, PlaceKind::Sheet, name, 1);
    }
    risks(container, draft, "xl");
    for part in container.names("xl/externalLinks/", ".xml") {
        draft.warn(warning::REMOTE_CONTENT, PlaceKind::Part, part, 1);
    }
}

/// Sheets with their names, as the workbook lists them; by their numbers where it does not.
fn in_order(container: &mut Container<'_>, hidden: &mut Vec<String>) -> Vec<(String, String)> {
    let targets = relations(container, "xl", "workbook.xml");
    let mut parts = Vec::new();
    if let Some(bytes) = container.entry("xl/workbook.xml") {
        xml::walk(&bytes, |piece| {
            if let Piece::Start(start) = piece
                && start.local_name().as_ref() == b"sheet"
            {
                let name = xml::attribute(start, b"name").unwrap_or_default();
                if xml::attribute(start, b"state").is_some_and(|state| state != "visible") {
                    hidden.push(name.clone());
                }
                if let Some(target) = xml::attribute(start, b"id").and_then(|id| targets.get(&id)) {
                    parts.push((name, target.clone()));
                }
            }
            true
        });
    }
    if parts.is_empty() {
        parts = container
            .names("xl/worksheets/sheet", ".xml")
            .into_iter()
            .map(|part| (String::new(), part))
            .collect();
    }
    parts
}

fn shared_texts(container: &mut Container<'_>) -> Vec<String> {
    let mut shared: Vec<String> = Vec::new();
    let Some(bytes) = container.entry("xl/sharedStrings.xml") else {
        return shared;
    };
    let mut current = String::new();
    let (mut inside, mut phonetic) = (false, false);
    xml::walk(&bytes, |piece| {
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"t" => inside = true,
                b"rPh" => phonetic = true,
                _ => {}
            },
            Piece::Text(text) if inside && !phonetic => current.push_str(text),
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"t" => inside = false,
                b"rPh" => phonetic = false,
                b"si" => shared.push(std::mem::take(&mut current)),
                _ => {}
            },
        }
        true
    });
    shared
}

fn sheet(bytes: &[u8], shared: &[String], draft: &mut Draft) {
    let mut is_shared = false;
    let mut inside = false;
    xml::walk(bytes, |piece| {
        let out = &mut draft.facts.text;
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"c" => is_shared = xml::attribute(start, b"t").as_deref() == Some("s"),
                b"v" | b"t" => inside = true,
                _ => {}
            },
            Piece::Text(text) if inside => {
                if is_shared {
                    let index = text.trim().parse::<usize>().ok();
                    out.push_str(
                        index
                            .and_then(|index| shared.get(index))
                            .map_or("", String::as_str),
                    );
                } else {
                    out.push_str(text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"v" | b"t" => inside = false,
                b"c" => out.push('\t'),
                b"row" => end_line(out),
                _ => {}
            },
        }
        !draft.is_full()
    });
}

//! .pptx: one page of text for each slide, in the order they are shown.

use super::open_xml::{about, count, relations, risks};
use super::{Container, Draft, end_line};
use crate::readers::facts::{Found, Origin, PlaceKind, warning};
use crate::readers::tidy_title;
use crate::readers::xml::{self, Piece};

pub(super) fn read(container: &mut Container<'_>, draft: &mut Draft) {
    about(container, draft);
    let mut hidden = 0u32;
    let mut slides = 0u32;
    for part in in_order(container) {
        let Some(bytes) = container.entry(&part) else {
            continue;
        };
        slides += 1;
        if slide(&bytes, draft) {
            hidden += 1;
        }
        draft.end_page();
        if draft.is_full() {
            break;
        }
    }
    if slides > 0 {
        draft.facts.pages = Some(Found::new(slides, Origin::Counted, 100));
    }
    if let Some(first) = draft.facts.headings.first() {
        draft.claims.set_title =
            tidy_title(first).map(|title| Found::new(title, Origin::FirstPage, 75));
    }
    draft.warn(warning::HIDDEN_CONTENT, PlaceKind::File, "", hidden);
    let mut comments = 0u32;
    for part in container.names("ppt/comments/", ".xml") {
        if let Some(bytes) = container.entry(&part) {
            comments += count(&bytes, &[b"cm"]);
        }
    }
    draft.warn(warning::COMMENTS, PlaceKind::File, "", comments);
    risks(container, draft, "ppt");
}

/// The slides as the presentation lists them; by their numbers where it does not.
fn in_order(container: &mut Container<'_>) -> Vec<String> {
    let targets = relations(container, "ppt", "presentation.xml");
    let mut parts = Vec::new();
    if let Some(bytes) = container.entry("ppt/presentation.xml") {
        xml::walk(&bytes, |piece| {
            if let Piece::Start(start) = piece
                && start.local_name().as_ref() == b"sldId"
            {
                // It has an `id` of its own beside the one of the relation.
                let target = start
                    .attributes()
                    .flatten()
                    .filter(|attribute| attribute.key.local_name().as_ref() == b"id")
                    .find_map(|attribute| targets.get(&*String::from_utf8_lossy(&attribute.value)));
                parts.extend(target.cloned());
            }
            true
        });
    }
    if parts.is_empty() {
        parts = container.names("ppt/slides/slide", ".xml");
    }
    parts
}

/// The text of a slide; says whether it is hidden.
fn slide(bytes: &[u8], draft: &mut Draft) -> bool {
    let mut hidden = false;
    let (mut in_text, mut in_title) = (false, false);
    let mut title = String::new();
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"sld" => hidden = xml::attribute(start, b"show").as_deref() == Some("0"),
                b"ph" => {
                    in_title = xml::attribute(start, b"type")
                        .is_some_and(|kind| matches!(kind.as_str(), "title" | "ctrTitle"));
                }
                b"t" => in_text = true,
                _ => {}
            },
            Piece::Text(text) if in_text => {
                draft.facts.text.push_str(text);
                if in_title {
                    title.push_str(text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"t" => in_text = false,
                b"br" => title.push(' '),
                b"p" => {
                    end_line(&mut draft.facts.text);
                    title.push(' ');
                }
                b"sp" => {
                    if in_title {
                        draft.heading(&title);
                    }
                    in_title = false;
                    title.clear();
                }
                _ => {}
            },
        }
        !draft.is_full()
    });
    hidden
}

//! .docx, and what the three Open XML formats share: properties, relations, risky parts.

use std::collections::HashMap;

use super::{Container, Draft, end_line, properties};
use crate::readers::facts::{Found, Origin, PlaceKind, warning};
use crate::readers::tidy_title;
use crate::readers::xml::{self, Piece};

/// The properties of .docx, .pptx, .xlsx.
pub(super) fn about(container: &mut Container<'_>, draft: &mut Draft) {
    if let Some(bytes) = container.entry("docProps/core.xml") {
        properties(&bytes, draft);
    }
    if let Some(bytes) = container.entry("docProps/app.xml") {
        let mut name = Vec::new();
        xml::walk(&bytes, |piece| {
            match piece {
                Piece::Start(start) => name = start.local_name().as_ref().to_vec(),
                Piece::Text(text) if matches!(name.as_slice(), b"Pages" | b"Slides") => {
                    draft.pages(text);
                }
                _ => {}
            }
            true
        });
    }
}

/// Parts that do more than hold text: macros, other files, things loaded from elsewhere.
/// `folder` is `word`, `ppt` or `xl`.
pub(super) fn risks(container: &mut Container<'_>, draft: &mut Draft, folder: &str) {
    for part in container.names("", "vbaProject.bin") {
        draft.warn(warning::MACROS, PlaceKind::Part, part, 1);
    }
    for inside in ["embeddings/", "activeX/"] {
        for part in container.names(&format!("{folder}/{inside}"), "") {
            let is_list = part.ends_with(".rels") || part.ends_with('/');
            // A chart keeps its numbers as a sheet inside; it is part of the document.
            let is_chart = part.contains("Microsoft_Excel_Sheet") && has_charts(container, folder);
            if !is_list && !is_chart {
                draft.warn(warning::EMBEDDED_FILE, PlaceKind::Part, part, 1);
            }
        }
    }
    let mut remote = 0u32;
    for part in container.names(&format!("{folder}/"), ".rels") {
        let Some(bytes) = container.entry(&part) else {
            continue;
        };
        xml::walk(&bytes, |piece| {
            if let Piece::Start(start) = piece {
                let outside = xml::attribute(start, b"TargetMode").as_deref() == Some("External");
                let kind = xml::attribute(start, b"Type").unwrap_or_default();
                // A link is followed by a person; the others are fetched on opening.
                let fetched = [
                    "/attachedTemplate",
                    "/oleObject",
                    "/frame",
                    "/image",
                    "/subDocument",
                ]
                .iter()
                .any(|end| kind.ends_with(end));
                if outside && fetched {
                    remote += 1;
                }
            }
            true
        });
    }
    draft.warn(warning::REMOTE_CONTENT, PlaceKind::File, "", remote);
    let mut comments = 0u32;
    for part in container.names(&format!("{folder}/comments"), ".xml") {
        if let Some(bytes) = container.entry(&part) {
            comments += count(&bytes, &[b"comment", b"cm", b"threadedComment"]);
        }
    }
    draft.warn(warning::COMMENTS, PlaceKind::File, "", comments);
}

fn has_charts(container: &Container<'_>, folder: &str) -> bool {
    !container
        .names(&format!("{folder}/charts/"), ".xml")
        .is_empty()
}

/// How many elements of these names there are.
pub(super) fn count(bytes: &[u8], names: &[&[u8]]) -> u32 {
    let mut count = 0u32;
    xml::walk(bytes, |piece| {
        if let Piece::Start(start) = piece
            && names.contains(&start.local_name().as_ref())
        {
            count = count.saturating_add(1);
        }
        true
    });
    count
}

/// Targets of a part's relations by their id, as paths inside the container.
pub(super) fn relations(
    container: &mut Container<'_>,
    folder: &str,
    part: &str,
) -> HashMap<String, String> {
    let mut targets = HashMap::new();
    let Some(bytes) = container.entry(&format!("{folder}/_rels/{part}.rels")) else {
        return targets;
    };
    xml::walk(&bytes, |piece| {
        if let Piece::Start(start) = piece
            && let (Some(id), Some(target)) = (
                xml::attribute(start, b"Id"),
                xml::attribute(start, b"Target"),
            )
        {
            let path = match target.strip_prefix('/') {
                Some(whole) => whole.to_owned(),
                None => format!("{folder}/{target}"),
            };
            targets.insert(id, path);
        }
        true
    });
    targets
}

/// What a paragraph style is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Title,
    Heading,
}

/// Styles that are titles or headings. Their names are English in every language of Word; their
/// ids are not.
fn styles(container: &mut Container<'_>) -> HashMap<String, Style> {
    let mut found = HashMap::new();
    let Some(bytes) = container.entry("word/styles.xml") else {
        return found;
    };
    let mut id = String::new();
    xml::walk(&bytes, |piece| {
        if let Piece::Start(start) = piece {
            match start.local_name().as_ref() {
                b"style" => id = xml::attribute(start, b"styleId").unwrap_or_default(),
                b"name" => {
                    let name = xml::attribute(start, b"val")
                        .unwrap_or_default()
                        .to_lowercase();
                    let style = if name == "title" {
                        Some(Style::Title)
                    } else if name.starts_with("heading ") {
                        Some(Style::Heading)
                    } else {
                        None
                    };
                    if let Some(style) = style {
                        found.insert(id.clone(), style);
                    }
                }
                _ => {}
            }
        }
        true
    });
    found
}

/// .docx
pub(super) fn word(container: &mut Container<'_>, draft: &mut Draft) {
    about(container, draft);
    let styles = styles(container);
    let mut parts = vec!["word/document.xml".to_owned()];
    parts.extend(container.names("word/footnotes", ".xml"));
    parts.extend(container.names("word/endnotes", ".xml"));
    let mut changes = 0;
    for part in parts {
        if let Some(bytes) = container.entry(&part) {
            changes += word_text(&bytes, &styles, draft);
        }
    }
    draft.warn(warning::TRACKED_CHANGES, PlaceKind::File, "", changes);
    risks(container, draft, "word");
}

/// Text of a word processor part: inserted text counts, deleted text and field codes do not.
/// Gives the number of tracked changes.
fn word_text(bytes: &[u8], styles: &HashMap<String, Style>, draft: &mut Draft) -> u32 {
    let mut in_text = false;
    let mut style: Option<Style> = None;
    let mut paragraph = String::new();
    let mut changes = 0u32;
    // Text of a drawing stands twice, for new programs and for old ones.
    let mut fallback = 0usize;
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"Fallback" => fallback += 1,
                b"t" => in_text = true,
                b"ins" | b"del" | b"moveFrom" | b"moveTo" => changes = changes.saturating_add(1),
                b"tab" => draft.facts.text.push('\t'),
                b"br" if xml::attribute(start, b"type").as_deref() == Some("page") => {
                    draft.end_page();
                }
                b"br" | b"cr" => draft.facts.text.push('\n'),
                b"lastRenderedPageBreak" => {
                    let at_end = draft.facts.text.ends_with('\u{c}');
                    if !at_end && !draft.facts.text.is_empty() {
                        draft.end_page();
                    }
                }
                b"pStyle" => {
                    let id = xml::attribute(start, b"val").unwrap_or_default();
                    style = styles.get(&id).copied().or(match id.as_str() {
                        "Title" | "Titre" | "العنوان" => Some(Style::Title),
                        "Heading1" | "Titre1" => Some(Style::Heading),
                        _ => None,
                    });
                }
                _ => {}
            },
            Piece::Text(text) if in_text && fallback == 0 => {
                draft.facts.text.push_str(text);
                if style.is_some() {
                    paragraph.push_str(text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"Fallback" => fallback = fallback.saturating_sub(1),
                b"t" => in_text = false,
                b"p" => {
                    end_line(&mut draft.facts.text);
                    match style.take() {
                        Some(Style::Title) if draft.claims.set_title.is_none() => {
                            draft.claims.set_title = tidy_title(&paragraph)
                                .map(|title| Found::new(title, Origin::FirstPage, 88));
                        }
                        Some(Style::Heading) => draft.heading(&paragraph),
                        _ => {}
                    }
                    paragraph.clear();
                }
                _ => {}
            },
        }
        !draft.is_full()
    });
    changes
}

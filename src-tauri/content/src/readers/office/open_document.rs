//! .odt, .ods, .odp: properties and text, without what tracked changes took out.

use super::{Container, Draft, end_line, properties};
use crate::readers::facts::{Found, Origin, PlaceKind, warning};
use crate::readers::tidy_title;
use crate::readers::xml::{self, Piece};

pub(super) fn read(container: &mut Container<'_>, draft: &mut Draft) {
    if let Some(bytes) = container.entry("meta.xml") {
        properties(&bytes, draft);
    }
    if let Some(bytes) = container.entry("content.xml") {
        content(&bytes, draft);
    }
    // A document without macros has these libraries too; then they hold no module.
    let modules = container
        .names("Basic/", ".xml")
        .into_iter()
        .chain(container.names("Scripts/", ""))
        .filter(|part| {
            !part.ends_with('/')
                && !part.ends_with("script-lb.xml")
                && !part.ends_with("script-lc.xml")
                && !part.ends_with("dialog-lb.xml")
                && !part.ends_with("dialog-lc.xml")
        });
    for part in modules {
        draft.warn(warning::MACROS, PlaceKind::Part, part, 1);
    }
    for part in container.names("Object ", "") {
        // An object is a folder of parts, or one file of another program.
        let is_file = !part.contains('/');
        if is_file {
            draft.warn(warning::EMBEDDED_FILE, PlaceKind::Part, part, 1);
        }
    }
}

/// The style of a title, in LibreOffice's own templates; automatic styles name it as their parent.
fn is_title(style: &str, automatic: &[String]) -> bool {
    style == "Title" || automatic.iter().any(|name| name == style)
}

fn content(bytes: &[u8], draft: &mut Draft) {
    // How deep inside paragraphs and inside parts that are not text of the document.
    let (mut paragraph, mut hidden) = (0usize, 0usize);
    let mut automatic: Vec<String> = Vec::new();
    let (mut changes, mut comments, mut remote) = (0u32, 0u32, 0u32);
    let mut slides = 0u32;
    let mut in_title_frame = false;
    // Only in a spreadsheet tables are pages; tables may stand in cells.
    let (mut in_workbook, mut tables) = (false, 0usize);
    let (mut heading, mut title) = (false, false);
    let mut collected = String::new();
    let mut hidden_sheets: Vec<String> = Vec::new();
    let mut hidden_styles: Vec<String> = Vec::new();
    let mut style_name = String::new();
    xml::walk(bytes, |piece| {
        match piece {
            Piece::Start(start) => match start.local_name().as_ref() {
                b"tracked-changes" => hidden += 1,
                b"changed-region" => changes = changes.saturating_add(1),
                b"annotation" => {
                    hidden += 1;
                    comments = comments.saturating_add(1);
                }
                b"style" => {
                    style_name = xml::attribute(start, b"name").unwrap_or_default();
                    if xml::attribute(start, b"parent-style-name").as_deref() == Some("Title") {
                        automatic.push(style_name.clone());
                    }
                }
                b"table-properties"
                    if xml::attribute(start, b"display").as_deref() == Some("false") =>
                {
                    hidden_styles.push(style_name.clone());
                }
                b"frame" => {
                    in_title_frame = xml::attribute(start, b"class").as_deref() == Some("title");
                }
                b"page" => slides = slides.saturating_add(1),
                b"spreadsheet" => in_workbook = true,
                b"table" if in_workbook => {
                    tables += 1;
                    if tables == 1 {
                        let name = xml::attribute(start, b"name").unwrap_or_default();
                        let style = xml::attribute(start, b"style-name").unwrap_or_default();
                        if hidden_styles.contains(&style) {
                            hidden_sheets.push(name.clone());
                        }
                        draft.sheets.push(name);
                    }
                }
                b"p" | b"h" => {
                    paragraph += 1;
                    heading = start.local_name().as_ref() == b"h" || in_title_frame;
                    title = xml::attribute(start, b"style-name")
                        .is_some_and(|style| is_title(&style, &automatic));
                    collected.clear();
                }
                b"soft-page-break" if hidden == 0 && !draft.facts.text.is_empty() => {
                    draft.end_page()
                }
                b"s" | b"tab" if paragraph > 0 => draft.facts.text.push(' '),
                b"line-break" if paragraph > 0 => {
                    draft.facts.text.push('\n');
                    collected.push(' ');
                }
                b"image" | b"object" | b"object-ole" => {
                    let outside = xml::attribute(start, b"href")
                        .is_some_and(|href| href.starts_with("http") || href.starts_with("file:"));
                    if outside {
                        remote = remote.saturating_add(1);
                    }
                }
                _ => {}
            },
            Piece::Text(text) if paragraph > 0 && hidden == 0 => {
                draft.facts.text.push_str(text);
                if heading || title {
                    collected.push_str(text);
                }
            }
            Piece::Text(_) => {}
            Piece::End(name) => match name {
                b"tracked-changes" | b"annotation" => hidden = hidden.saturating_sub(1),
                b"p" | b"h" => {
                    paragraph = paragraph.saturating_sub(1);
                    end_line(&mut draft.facts.text);
                    if title && draft.claims.set_title.is_none() {
                        draft.claims.set_title = tidy_title(&collected)
                            .map(|title| Found::new(title, Origin::FirstPage, 85));
                    } else if heading {
                        draft.heading(&collected);
                    }
                    (heading, title) = (false, false);
                }
                b"frame" => in_title_frame = false,
                b"page" => draft.end_page(),
                b"table" if in_workbook => {
                    tables = tables.saturating_sub(1);
                    if tables == 0 {
                        draft.end_page();
                    }
                }
                _ => {}
            },
        }
        !draft.is_full()
    });
    let sheets = u32::try_from(draft.sheets.len()).unwrap_or(u32::MAX);
    let counted = slides.max(sheets);
    if counted > 0 {
        draft.facts.pages = Some(Found::new(counted, Origin::Counted, 100));
    }
    draft.warn(warning::TRACKED_CHANGES, PlaceKind::File, "", changes);
    draft.warn(warning::COMMENTS, PlaceKind::File, "", comments);
    draft.warn(warning::REMOTE_CONTENT, PlaceKind::File, "", remote);
    for name in hidden_sheets {
        draft.warn(warning::HIDDEN_CONTENT, PlaceKind::Sheet, name, 1);
    }
}

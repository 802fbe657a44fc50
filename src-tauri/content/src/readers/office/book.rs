//! .epub: the properties of the package and the text of its pages.

use super::{Container, Draft, end_line, properties};
use crate::readers::xml::{self, Piece};

pub(super) fn read(container: &mut Container<'_>, draft: &mut Draft) {
    for part in container.names("", ".opf").into_iter().take(1) {
        if let Some(bytes) = container.entry(&part) {
            properties(&bytes, draft);
        }
    }
    let mut pages = container.names("", ".xhtml");
    pages.extend(container.names("", ".html"));
    pages.extend(container.names("", ".htm"));
    for page in pages {
        let Some(bytes) = container.entry(&page) else {
            continue;
        };
        let mut hidden = 0usize;
        let mut heading: Option<String> = None;
        xml::walk(&bytes, |piece| {
            match piece {
                Piece::Start(start) => match start.local_name().as_ref() {
                    b"head" | b"script" | b"style" => hidden += 1,
                    b"h1" | b"h2" => heading = Some(String::new()),
                    _ => {}
                },
                Piece::Text(text) if hidden == 0 => {
                    draft.facts.text.push_str(text);
                    if let Some(heading) = &mut heading {
                        heading.push_str(text);
                    }
                }
                Piece::Text(_) => {}
                Piece::End(name) => match name {
                    b"head" | b"script" | b"style" => hidden = hidden.saturating_sub(1),
                    b"p" | b"div" | b"li" | b"h1" | b"h2" | b"h3" | b"h4" | b"tr" | b"br" => {
                        end_line(&mut draft.facts.text);
                        if matches!(name, b"h1" | b"h2")
                            && let Some(heading) = heading.take()
                        {
                            draft.heading(&heading);
                        }
                    }
                    _ => {}
                },
            }
            !draft.is_full()
        });
        draft.end_page();
        if draft.is_full() {
            break;
        }
    }
}

//! A walk through XML of unknown origin: within a depth, entities resolved, nothing external.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::limits::MAX_XML_DEPTH;

/// A piece of XML. Names are without their prefix.
pub(super) enum Piece<'a> {
    /// An element begins; for an empty element [`Piece::End`] follows at once.
    Start(&'a BytesStart<'a>),
    /// Text between tags; neighbouring pieces are joined.
    Text(&'a str),
    /// An element ends.
    End(&'a [u8]),
}

/// Walks until the end, an error, or until `sink` says false. Gives whether the end was reached.
pub(super) fn walk(bytes: &[u8], mut sink: impl FnMut(Piece<'_>) -> bool) -> bool {
    let mut reader = Reader::from_reader(bytes);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    let mut buffer = Vec::new();
    let mut text = String::new();
    let mut depth = 0usize;
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(_) => return false,
        };
        match &event {
            Event::Text(part) => {
                text.push_str(&String::from_utf8_lossy(part));
                continue;
            }
            Event::CData(part) => {
                text.push_str(&String::from_utf8_lossy(part));
                continue;
            }
            Event::GeneralRef(reference) => {
                match reference.resolve_char_ref() {
                    Ok(Some(c)) => text.push(c),
                    _ => text.push_str(named(reference)),
                }
                continue;
            }
            _ => {}
        }
        if !text.is_empty() {
            let goes_on = sink(Piece::Text(&text));
            text.clear();
            if !goes_on {
                return false;
            }
        }
        let goes_on = match &event {
            Event::Start(start) => {
                depth += 1;
                depth <= MAX_XML_DEPTH && sink(Piece::Start(start))
            }
            Event::Empty(start) => {
                sink(Piece::Start(start)) && sink(Piece::End(start.local_name().as_ref()))
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                sink(Piece::End(end.local_name().as_ref()))
            }
            Event::Eof => return true,
            _ => true,
        };
        if !goes_on {
            return false;
        }
    }
}

/// The five entities XML knows; others are of a document type nobody reads.
pub(super) fn named(name: &[u8]) -> &'static str {
    match name {
        b"amp" => "&",
        b"lt" => "<",
        b"gt" => ">",
        b"quot" => "\"",
        b"apos" => "'",
        b"nbsp" => "\u{A0}",
        _ => " ",
    }
}

/// The value of an attribute by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    start
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .map(|attribute| {
            let raw = String::from_utf8_lossy(&attribute.value).into_owned();
            quick_xml::escape::unescape(&raw).map_or(raw.clone(), std::borrow::Cow::into_owned)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> (String, bool) {
        let mut out = String::new();
        let whole = walk(xml.as_bytes(), |piece| {
            match piece {
                Piece::Start(start) => {
                    out.push('<');
                    out.push_str(&String::from_utf8_lossy(start.local_name().as_ref()));
                }
                Piece::Text(text) => out.push_str(&format!("[{text}]")),
                Piece::End(_) => out.push('>'),
            }
            true
        });
        (out, whole)
    }

    #[test]
    fn text_is_joined_and_entities_are_resolved() {
        assert_eq!(
            texts("<a>x &amp; &#1589;<b/>y</a>"),
            ("<a[x & ص]<b>[y]>".to_owned(), true)
        );
        assert_eq!(texts("<w:t>1</w:t>").0, "<t[1]>");
        assert!(!texts(&"<a>".repeat(300)).1);
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;\">]><a>&c;</a>";
        assert_eq!(texts(bomb).0, "<a[ ]>");
    }
}

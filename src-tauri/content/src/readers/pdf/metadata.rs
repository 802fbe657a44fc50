//! What a PDF declares: the information dictionary and the XMP packet.

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, Stream, String as PdfString};

use crate::limits::MAX_AUTHORS;
use crate::readers::facts::{Found, Origin};
use crate::readers::judged::Claims;
use crate::readers::xml::{self, Piece};
use crate::readers::{bodies, identifiers, is_junk_title, people, tidy_title};

/// What the information dictionary and the XMP packet claim, cleaned.
pub(super) fn read(pdf: &Pdf) -> Claims {
    let declared = pdf.metadata();
    let text = |bytes: &Option<Box<[u8]>>| bytes.as_deref().map(decode_text);
    let catalog: Option<Dict<'_>> = pdf.xref().get(pdf.xref().root_id());
    let packet = catalog
        .as_ref()
        .and_then(|catalog| catalog.get::<Stream<'_>>("Metadata"))
        .and_then(|stream| stream.decoded().ok().map(|bytes| xmp(&bytes)))
        .unwrap_or_default();
    let good = |title: String| tidy_title(&title).filter(|title| !is_junk_title(title));
    let year = declared
        .creation_date
        .as_ref()
        .or(declared.modification_date.as_ref())
        .map(|date| i32::from(date.year))
        .filter(|year| (1985..=2200).contains(year));
    let lang = catalog
        .and_then(|catalog| catalog.get::<PdfString<'_>>("Lang"))
        .map(|lang| decode_text(lang.as_bytes()))
        .or(packet.lang);
    let titles = [
        (text(&declared.title), Origin::Info),
        (packet.title, Origin::Xmp),
    ]
    .into_iter()
    .filter_map(|(title, origin)| Some((good(title?)?, origin)))
    .collect();
    let of_info: Vec<String> = text(&declared.author)
        .map(|author| people::split(&author))
        .unwrap_or_default();
    let of_xmp: Vec<String> = packet
        .creators
        .iter()
        .flat_map(|name| people::split(name))
        .take(MAX_AUTHORS)
        .collect();
    let authors = [(of_info, Origin::Info), (of_xmp, Origin::Xmp)]
        .into_iter()
        .find(|(names, _)| !names.is_empty());
    Claims {
        titles,
        set_title: None,
        authors,
        publisher: packet
            .publisher
            .and_then(|name| tidy_title(&name))
            .filter(|name| bodies::is_body(name))
            .map(|name| Found::new(name, Origin::Xmp, 80)),
        made: year.map(|year| (year, Origin::Info)),
        lang,
        doi: packet
            .doi
            .map(|doi| Found::new(doi, Origin::Xmp, 95))
            .or_else(|| {
                let subject = text(&declared.subject)?;
                identifiers::doi(&subject).map(|doi| Found::new(doi, Origin::Info, 90))
            }),
    }
}

/// A text string: UTF-16 or UTF-8 by its mark, else the PDF's own encoding.
pub(super) fn decode_text(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|pair| {
            let pair: [u8; 2] = pair.try_into().ok()?;
            Some(read(pair))
        });
        char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{FFFD}'))
            .collect::<String>()
    };
    let text = if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        utf16(rest, u16::from_be_bytes)
    } else if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        utf16(rest, u16::from_le_bytes)
    } else if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        String::from_utf8_lossy(rest).into_owned()
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        // Many producers write UTF-8 without saying so; PDF's own encoding is rarely valid UTF-8
        // beyond ASCII.
        text.to_owned()
    } else {
        bytes.iter().map(|byte| own_encoding(*byte)).collect()
    };
    // Language escapes inside UTF-16 strings are not text.
    strip_language_escapes(&text)
}

fn strip_language_escapes(text: &str) -> String {
    if !text.contains('\u{1b}') {
        return text.to_owned();
    }
    let mut inside = false;
    text.chars()
        .filter(|c| {
            if *c == '\u{1b}' {
                inside = !inside;
                return false;
            }
            !inside
        })
        .collect()
}

/// PDFDocEncoding: Latin-1 with typographic signs in the gaps.
fn own_encoding(byte: u8) -> char {
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 32] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}',
    ];
    match byte {
        0x18..=0x1F => LOW.get(usize::from(byte - 0x18)).copied(),
        0x80..=0x9F => HIGH.get(usize::from(byte - 0x80)).copied(),
        0xA0 => Some('€'),
        _ => None,
    }
    .unwrap_or(char::from(byte))
}

/// What an XMP packet says.
#[derive(Default)]
struct Packet {
    title: Option<String>,
    creators: Vec<String>,
    publisher: Option<String>,
    lang: Option<String>,
    doi: Option<String>,
}

/// Longest packet read; the padding of real ones stays below.
const MAX_PACKET: usize = 1 << 20;

fn xmp(bytes: &[u8]) -> Packet {
    let mut packet = Packet::default();
    let head = bytes.get(..MAX_PACKET).unwrap_or(bytes);
    let mut path: Vec<Vec<u8>> = Vec::new();
    xml::walk(head, |piece| {
        match piece {
            Piece::Start(start) => path.push(start.local_name().as_ref().to_vec()),
            Piece::End(_) => {
                path.pop();
            }
            Piece::Text(value) => {
                let inside = |name: &[u8]| path.iter().any(|part| part == name);
                let value = value.trim();
                if value.is_empty() {
                } else if inside(b"title") {
                    packet.title.get_or_insert(value.to_owned());
                } else if inside(b"creator") {
                    packet.creators.push(value.to_owned());
                } else if inside(b"publisher") {
                    packet.publisher.get_or_insert(value.to_owned());
                } else if inside(b"language") {
                    packet.lang.get_or_insert(value.to_owned());
                } else if inside(b"doi") || inside(b"identifier") {
                    packet.doi = packet.doi.take().or_else(|| identifiers::doi(value));
                }
            }
        }
        true
    });
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_in_their_encodings() {
        let cases: [(&[u8], &str); 5] = [
            (b"plain", "plain"),
            (&[0xFE, 0xFF, 0x06, 0x35, 0x06, 0x2D], "صح"),
            (&[0xEF, 0xBB, 0xBF, 0xC3, 0xA9], "é"),
            (&[0x53, 0x61, 0x6E, 0x74, 0xE9, 0x85], "Santé–"),
            ("é".as_bytes(), "é"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(decode_text(bytes), expected);
        }
    }

    #[test]
    fn a_packet_is_read() {
        let packet = xmp("<x:xmpmeta xmlns:x='a'><rdf:RDF xmlns:rdf='b'><rdf:Description xmlns:dc='c'><dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Plan &amp; خطة</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>A B</rdf:li><rdf:li>C D</rdf:li></rdf:Seq></dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>".as_bytes());
        assert_eq!(packet.title.as_deref(), Some("Plan & خطة"));
        assert_eq!(packet.creators, ["A B", "C D"]);
        assert!(xmp(b"<broken").title.is_none());
    }
}

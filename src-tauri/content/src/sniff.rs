//! The true type of a file, from its bytes.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use file_format::FileFormat;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a file is for us.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// A PDF document.
    Pdf,
    /// A word processor, spreadsheet, presentation or e-book file.
    Office,
    /// A picture this product can show: JPEG, PNG, WebP.
    Picture,
    /// Text a person could read in an editor: plain, Markdown, HTML, CSV.
    Text,
    /// Anything else.
    Other,
}

/// What the bytes say about a file.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Sniffed {
    /// Media type.
    pub mime: String,
    /// Usual extension without a dot, lower case; empty when unknown.
    pub extension: String,
    /// What it is for us.
    pub family: Family,
    /// The name's extension promises another type than the bytes are.
    pub lying: bool,
}

/// Bytes at the beginning in which the head of a PDF may stand.
const PDF_HEAD: usize = 1024;
/// Most bytes given to the reader of containers.
const MAX_CONTAINER_BYTES: usize = crate::limits::MAX_PARSE_BYTES;

/// Tells the type from the first bytes (4 KiB are enough), the whole file when at hand
/// (containers need it), and the name, which decides only between kinds of text.
#[must_use]
pub fn sniff(head: &[u8], whole: Option<&[u8]>, name: &str) -> Sniffed {
    let claimed = extension_of(name);
    let found = from_bytes(head, whole, &claimed);
    let lying = !claimed.is_empty() && !agrees(&claimed, found);
    let (mime, extension, family) = found;
    Sniffed {
        mime: mime.to_owned(),
        extension: extension.to_owned(),
        family,
        lying,
    }
}

type Found = (&'static str, &'static str, Family);

const UNKNOWN: Found = ("application/octet-stream", "", Family::Other);

/// Types by their extension; the first of a media type is its usual one.
const KNOWN: &[(&str, &str, Family)] = &[
    ("pdf", "application/pdf", Family::Pdf),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Family::Office,
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Family::Office,
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Family::Office,
    ),
    (
        "odt",
        "application/vnd.oasis.opendocument.text",
        Family::Office,
    ),
    (
        "ods",
        "application/vnd.oasis.opendocument.spreadsheet",
        Family::Office,
    ),
    (
        "odp",
        "application/vnd.oasis.opendocument.presentation",
        Family::Office,
    ),
    ("epub", "application/epub+zip", Family::Office),
    ("doc", "application/msword", Family::Office),
    ("xls", "application/vnd.ms-excel", Family::Office),
    ("ppt", "application/vnd.ms-powerpoint", Family::Office),
    ("rtf", "application/rtf", Family::Office),
    ("jpg", "image/jpeg", Family::Picture),
    ("jpeg", "image/jpeg", Family::Picture),
    ("png", "image/png", Family::Picture),
    ("webp", "image/webp", Family::Picture),
    ("gif", "image/gif", Family::Other),
    ("tif", "image/tiff", Family::Other),
    ("tiff", "image/tiff", Family::Other),
    ("bmp", "image/bmp", Family::Other),
    ("svg", "image/svg+xml", Family::Other),
    ("heic", "image/heic", Family::Other),
    ("md", "text/markdown", Family::Text),
    ("markdown", "text/markdown", Family::Text),
    ("html", "text/html", Family::Text),
    ("htm", "text/html", Family::Text),
    ("csv", "text/csv", Family::Text),
    ("tsv", "text/tab-separated-values", Family::Text),
    ("json", "application/json", Family::Text),
    ("xml", "application/xml", Family::Text),
    ("txt", "text/plain", Family::Text),
    ("zip", "application/zip", Family::Other),
    ("mp4", "video/mp4", Family::Other),
    ("mp3", "audio/mpeg", Family::Other),
    (
        "exe",
        "application/vnd.microsoft.portable-executable",
        Family::Other,
    ),
];

fn by_extension(extension: &str) -> Option<Found> {
    KNOWN
        .iter()
        .find(|(known, ..)| *known == extension)
        .map(|(known, mime, family)| (*mime, *known, *family))
}

/// The extension of a name, lower case.
fn extension_of(name: &str) -> String {
    name.rsplit_once('.')
        .map(|(_, extension)| extension.trim().to_lowercase())
        .filter(|extension| extension.chars().count() <= 8 && !extension.contains(['/', '\\']))
        .unwrap_or_default()
}

fn from_bytes(head: &[u8], whole: Option<&[u8]>, claimed: &str) -> Found {
    // Readers accept a PDF whose head is not at the very beginning.
    let start = head.get(..PDF_HEAD).unwrap_or(head);
    if start.windows(5).any(|window| window == b"%PDF-") && !start.starts_with(b"<") {
        return by_extension("pdf").unwrap_or(UNKNOWN);
    }
    if let Some(text) = text_kind(whole.unwrap_or(head), head, claimed) {
        return text;
    }
    // The head of a container says only that it is one; the name tells which of its kind.
    let is_zip = head.starts_with(b"PK\x03\x04");
    if is_zip && whole.is_none() && ZIPPED.contains(&claimed) {
        return by_extension(claimed).unwrap_or(UNKNOWN);
    }
    let format = match whole.filter(|bytes| bytes.len() <= MAX_CONTAINER_BYTES) {
        // The readers of containers are foreign code on foreign bytes.
        Some(bytes) => catch_unwind(AssertUnwindSafe(|| {
            FileFormat::from_reader(Cursor::new(bytes)).ok()
        }))
        .ok()
        .flatten(),
        None => None,
    }
    .unwrap_or_else(|| FileFormat::from_bytes(head));
    let office = match format {
        FileFormat::OfficeOpenXmlDocument => "docx",
        FileFormat::OfficeOpenXmlSpreadsheet => "xlsx",
        FileFormat::OfficeOpenXmlPresentation => "pptx",
        FileFormat::OpendocumentText => "odt",
        FileFormat::OpendocumentSpreadsheet => "ods",
        FileFormat::OpendocumentPresentation => "odp",
        FileFormat::ElectronicPublication => "epub",
        FileFormat::MicrosoftWordDocument => "doc",
        FileFormat::MicrosoftExcelSpreadsheet => "xls",
        FileFormat::MicrosoftPowerpointPresentation => "ppt",
        // A container whose inside is not known: the name may say which of its kind it is, as
        // a password hides the rest.
        FileFormat::CompoundFileBinary
            if matches!(claimed, "doc" | "xls" | "ppt" | "docx" | "xlsx" | "pptx") =>
        {
            claimed
        }
        _ => "",
    };
    if let Some(found) = by_extension(office) {
        return found;
    }
    // The formats' own names live as long as the program.
    let mime = KNOWN
        .iter()
        .find(|(_, mime, _)| *mime == format.media_type())
        .map(|(extension, mime, family)| (*mime, *extension, *family));
    mime.or_else(|| by_extension(format.extension()))
        .filter(|(_, _, family)| *family != Family::Text)
        .or_else(|| by_extension("zip").filter(|_| is_zip))
        .unwrap_or(UNKNOWN)
}

/// Extensions of formats that are zip files.
const ZIPPED: [&str; 7] = ["docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"];

/// The kind of a text, if the bytes are text.
fn text_kind(bytes: &[u8], head: &[u8], claimed: &str) -> Option<Found> {
    if !is_text(bytes.get(..64 * 1024).unwrap_or(bytes)) {
        return None;
    }
    let start = String::from_utf8_lossy(head.get(..2048).unwrap_or(head)).to_lowercase();
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("{\\rtf") {
        return by_extension("rtf");
    }
    let has_html = ["<!doctype html", "<html", "<head", "<body"]
        .iter()
        .any(|tag| start.contains(tag));
    if has_html && start.starts_with('<') {
        return by_extension("html");
    }
    if start.starts_with("<?xml") || start.starts_with("<svg") {
        return by_extension(if start.contains("<svg") { "svg" } else { "xml" });
    }
    by_extension(claimed)
        .filter(|(_, _, family)| *family == Family::Text)
        .or_else(|| by_extension("txt"))
}

/// Whether bytes are text in some encoding: no control characters but those of text.
fn is_text(bytes: &[u8]) -> bool {
    if bytes.is_empty() {
        return false;
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return bytes.len() >= 4;
    }
    let odd = bytes
        .iter()
        .filter(|byte| matches!(byte, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F))
        .count();
    if odd > 0 {
        return false;
    }
    // Without controls it may still be a picture's head; those signatures are beyond ASCII.
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character cut at the end of the window.
        Err(error) if error.valid_up_to() + 4 > bytes.len() => true,
        Err(_) => {
            let high = bytes.iter().filter(|byte| **byte >= 0x80).count();
            let spaces = bytes
                .iter()
                .filter(|byte| matches!(byte, b' ' | b'\n'))
                .count();
            // Text in an old encoding still has words.
            spaces * 30 >= bytes.len() && high < bytes.len()
        }
    }
}

/// Whether an extension fits what was found.
fn agrees(claimed: &str, found: Found) -> bool {
    let (mime, extension, family) = found;
    if claimed == extension {
        return true;
    }
    match by_extension(claimed) {
        Some((claimed_mime, _, claimed_family)) => {
            claimed_mime == mime
                // Any text may be called by any text's name.
                || (family == Family::Text && claimed_family == Family::Text)
        }
        // An extension nobody knows promises nothing, unless the file is a program.
        None => extension != "exe",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn pack(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for (name, text) in entries {
            writer.start_file(*name, stored).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn types_come_from_bytes() {
        let docx = pack(&[
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<x/>"),
        ]);
        let odt = pack(&[
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", "<x/>"),
        ]);
        let cases: Vec<(&[u8], &str, &str, Family, bool)> = vec![
            (b"%PDF-1.7\n", "a.pdf", "pdf", Family::Pdf, false),
            (b"junk\n%PDF-1.4\n\x00", "a.pdf", "pdf", Family::Pdf, false),
            (b"%PDF-1.7\n", "a.docx", "pdf", Family::Pdf, true),
            (
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
                "a.png",
                "png",
                Family::Picture,
                false,
            ),
            (
                b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
                "a.pdf",
                "png",
                Family::Picture,
                true,
            ),
            (
                b"\xFF\xD8\xFF\xE0\0\x10JFIF\0",
                "a.JPEG",
                "jpg",
                Family::Picture,
                false,
            ),
            (b"# Title\n\ntext", "a.md", "md", Family::Text, false),
            (b"just text", "README", "txt", Family::Text, false),
            ("نص عربي".as_bytes(), "a.txt", "txt", Family::Text, false),
            (
                b"<!DOCTYPE html><html><body>x",
                "a.htm",
                "html",
                Family::Text,
                false,
            ),
            (
                b"<!DOCTYPE html><html><body>x",
                "a.pdf",
                "html",
                Family::Text,
                true,
            ),
            (b"a,b\n1,2\n", "a.csv", "csv", Family::Text, false),
            (b"{\\rtf1\\ansi", "a.doc", "rtf", Family::Office, true),
            (
                b"\xC7\xE1\xD5\xCD\xC9 \xC7\xE1\xDA\xC7\xE3\xC9 \n",
                "a.txt",
                "txt",
                Family::Text,
                false,
            ),
            (&docx, "a.docx", "docx", Family::Office, false),
            (&docx, "a.pdf", "docx", Family::Office, true),
            (&odt, "a.odt", "odt", Family::Office, false),
            (
                b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF",
                "a.pdf",
                "",
                Family::Other,
                true,
            ),
            (b"\0\x01\x02\x03", "a.bin", "", Family::Other, false),
            (b"", "a.pdf", "", Family::Other, true),
        ];
        for (bytes, name, extension, family, lying) in cases {
            let found = sniff(bytes, Some(bytes), name);
            if !extension.is_empty() {
                assert_eq!(found.extension, extension, "{name} {bytes:?}");
            }
            assert_eq!(found.family, family, "{name} {found:?}");
            assert_eq!(found.lying, lying, "{name} {found:?}");
        }
    }

    #[test]
    fn the_head_alone_is_enough_for_most() {
        let docx = pack(&[
            ("[Content_Types].xml", "<Types/>"),
            ("word/document.xml", "<x/>"),
        ]);
        let found = sniff(docx.get(..60).unwrap(), None, "a.docx");
        assert_eq!((found.extension.as_str(), found.lying), ("docx", false));
    }
}

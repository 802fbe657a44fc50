//! What in a PDF does more than show pages: scripts, programs it starts, files inside it.

use std::collections::BTreeMap;

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, Name, Object, String as PdfString};

use super::metadata::decode_text;
use crate::limits::{MAX_PDF_OBJECTS, MAX_WARNINGS};
use crate::readers::facts::{PlaceKind, Warning, warning};

/// Words that have to stand somewhere in a file before its objects are looked through one by one.
/// They stand openly, or inside an object stream.
const SIGNS: [&[u8]; 9] = [
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/EmbeddedFile",
    b"/Filespec",
    b"/SubmitForm",
    b"/ImportData",
    b"/RichMedia",
    b"/GoToE",
];

/// Finds what a person should know about, each with how often.
pub(super) fn find(pdf: &Pdf) -> Vec<Warning> {
    let mut counts: BTreeMap<(&'static str, String), u32> = BTreeMap::new();
    let bytes: &[u8] = pdf.data().as_ref();
    // Objects may be packed; only then does reading them all tell more than the bytes do.
    let packed = holds(bytes, b"/ObjStm");
    if packed || SIGNS.iter().any(|sign| holds(bytes, sign)) {
        for object in pdf.objects().into_iter().take(MAX_PDF_OBJECTS) {
            let dict = match &object {
                Object::Dict(dict) => dict,
                Object::Stream(stream) => stream.dict(),
                _ => continue,
            };
            // Most objects are fonts, pages and pictures.
            if SIGNS.iter().any(|sign| holds(dict.data(), sign)) {
                look(dict, &mut counts);
            }
        }
    }
    counts
        .into_iter()
        .take(MAX_WARNINGS)
        .map(|((code, place), count)| {
            let kind = if place.is_empty() {
                PlaceKind::File
            } else {
                PlaceKind::Part
            };
            Warning::at(code, kind, place, count)
        })
        .collect()
}

fn holds(bytes: &[u8], sign: &[u8]) -> bool {
    memchr::memmem::find(bytes, sign).is_some()
}

fn look(dict: &Dict<'_>, counts: &mut BTreeMap<(&'static str, String), u32>) {
    let mut count = |code: &'static str, place: String| {
        *counts.entry((code, place)).or_insert(0) += 1;
    };
    let name = |key: &[u8]| dict.get::<Name<'_>>(key).map(|name| name.as_ref().to_vec());
    match name(b"S").as_deref() {
        Some(b"JavaScript") => count(warning::SCRIPT, String::new()),
        Some(b"Launch" | b"ImportData") => count(warning::LAUNCH, String::new()),
        Some(b"SubmitForm") => count(warning::REMOTE_CONTENT, String::new()),
        _ => {}
    }
    match name(b"Type").as_deref() {
        Some(b"EmbeddedFile") => count(warning::EMBEDDED_FILE, String::new()),
        Some(b"Filespec" | b"F") if dict.contains_key(&b"EF"[..]) => {
            let text = dict
                .get::<PdfString<'_>>(&b"UF"[..])
                .or_else(|| dict.get::<PdfString<'_>>(&b"F"[..]))
                .map(|name| decode_text(name.as_bytes()))
                .unwrap_or_default();
            let name: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
            if !name.is_empty() {
                count(warning::EMBEDDED_FILE, name);
            }
        }
        _ => {}
    }
    if name(b"Subtype").as_deref() == Some(b"RichMedia") {
        count(warning::EMBEDDED_FILE, String::new());
    }
}

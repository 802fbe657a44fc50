#![no_main]
//! Any XML as the parts of a .docx that is brought in: parts stand one after the other, with a byte
//! between them that no text has.
use libfuzzer_sys::fuzz_target;

#[path = "stored.rs"]
mod stored;

const PARTS: [&str; 7] = [
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/footnotes.xml",
    "word/comments.xml",
    "word/_rels/document.xml.rels",
    "word/header1.xml",
];

fuzz_target!(|bytes: &[u8]| {
    let parts: Vec<(&str, &[u8])> = PARTS.into_iter().zip(bytes.split(|byte| *byte == 0xFF)).collect();
    stored::holds("a.docx", &stored::zip(&parts));
});

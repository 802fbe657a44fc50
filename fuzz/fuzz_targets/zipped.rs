#![no_main]
//! Any text as the main part of each office format in a zip: the sums of a zip file would hide the
//! XML from a fuzzer.
use libfuzzer_sys::fuzz_target;
use qalam_content::readers::office;

#[path = "stored.rs"]
mod stored;

fuzz_target!(|bytes: &[u8]| {
    for name in ["word/document.xml", "content.xml", "xl/workbook.xml", "ppt/presentation.xml", "META-INF/container.xml"] {
        let _ = office::describe(&stored::zip(&[(name, bytes)]));
    }
});

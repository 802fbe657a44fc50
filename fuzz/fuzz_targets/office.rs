#![no_main]
//! Any bytes as an office file, most often an old binary one or rich text.
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = qalam_content::readers::office::describe(bytes);
    let name = if bytes.len() % 2 == 0 { "a.doc" } else { "a.xls" };
    let _ = qalam_content::sniff::sniff(bytes.get(..64).unwrap_or(bytes), Some(bytes), name);
});

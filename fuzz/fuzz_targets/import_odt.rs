#![no_main]
//! Any XML as the parts of an .odt that is brought in.
use libfuzzer_sys::fuzz_target;

#[path = "stored.rs"]
mod stored;

fuzz_target!(|bytes: &[u8]| {
    let mut parts: Vec<(&str, &[u8])> = vec![("mimetype", b"application/vnd.oasis.opendocument.text")];
    parts.extend(["content.xml", "styles.xml", "Object 1/content.xml"].into_iter().zip(bytes.split(|byte| *byte == 0xFF)));
    stored::holds("a.odt", &stored::zip(&parts));
});

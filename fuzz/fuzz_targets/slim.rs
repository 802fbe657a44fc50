#![no_main]
//! Any bytes as a document or picture to be made smaller: a copy shows the same or there is none.
use libfuzzer_sys::fuzz_target;
use qalam_content::slim;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(copy) = slim::pdf(bytes) {
        assert!(copy.bytes.len() < bytes.len());
    }
    let _ = slim::picture(bytes, slim::PictureRule { max_edge: 64, quality: 60 });
});

#![no_main]
//! Any bytes as a picture; what was cleaned must be clean.
use libfuzzer_sys::fuzz_target;
use qalam_content::readers::picture;

fuzz_target!(|bytes: &[u8]| {
    let _ = picture::facts(bytes);
    if let Some(clean) = picture::without_metadata(bytes) {
        assert!(picture::without_metadata(&clean).is_none());
        assert!(picture::facts(&clean).warnings.is_empty());
    }
});

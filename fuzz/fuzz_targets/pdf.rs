#![no_main]
//! Any bytes as a PDF document.
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = qalam_content::readers::pdf::read(bytes.to_vec().into(), Some(64));
});

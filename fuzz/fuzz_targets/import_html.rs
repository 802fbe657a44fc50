#![no_main]
//! Any bytes as a web page that is brought in.
use libfuzzer_sys::fuzz_target;

#[path = "stored.rs"]
#[allow(dead_code)]
mod stored;

fuzz_target!(|bytes: &[u8]| {
    let page = [b"<!DOCTYPE html><html><body>", bytes].concat();
    stored::holds("a.html", &page);
});

#![no_main]
//! Any bytes as text under several names, through the one door.
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "b.html", "c.md", "d.csv", "report 2020.xyz"] {
        let _ = qalam_content::readers::describe(name, bytes.to_vec(), None);
    }
});

#![no_main]
//! Any text as the main part of each office format in a zip: the sums of a zip file would hide the
//! XML from a fuzzer.
use libfuzzer_sys::fuzz_target;
use qalam_content::readers::office;

/// A zip file with one stored part.
fn stored(name: &str, part: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in part {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let (crc, length) = ((!crc).to_le_bytes(), (part.len() as u32).to_le_bytes());
    let name_length = (name.len() as u16).to_le_bytes();
    let mut out = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".to_vec();
    out.extend([crc, length, length].concat());
    out.extend(name_length);
    out.extend([0, 0]);
    out.extend(name.as_bytes());
    out.extend(part);
    let start = (out.len() as u32).to_le_bytes();
    let mut central = b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0".to_vec();
    central.extend([crc, length, length].concat());
    central.extend(name_length);
    central.extend([0; 16]);
    central.extend(name.as_bytes());
    out.extend(&central);
    out.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend((central.len() as u32).to_le_bytes());
    out.extend(start);
    out.extend([0, 0]);
    out
}

fuzz_target!(|bytes: &[u8]| {
    for name in ["word/document.xml", "content.xml", "xl/workbook.xml", "ppt/presentation.xml", "META-INF/container.xml"] {
        let _ = office::describe(&stored(name, bytes));
    }
});

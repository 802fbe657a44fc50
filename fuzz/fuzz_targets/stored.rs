//! Zip files with stored parts: the sums of a zip file would hide the XML from a fuzzer.

fn crc(part: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in part {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    (!crc).to_le_bytes()
}

/// A zip file with these parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut central) = (Vec::new(), Vec::new());
    for (name, part) in parts {
        let start = (out.len() as u32).to_le_bytes();
        let length = (part.len() as u32).to_le_bytes();
        let sums = [crc(part), length, length].concat();
        let name_length = (name.len() as u16).to_le_bytes();
        out.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        out.extend(&sums);
        out.extend(name_length);
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(*part);
        central.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        central.extend(&sums);
        central.extend(name_length);
        central.extend([0; 12]);
        central.extend(start);
        central.extend(name.as_bytes());
    }
    let start = (out.len() as u32).to_le_bytes();
    out.extend(&central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    let count = (parts.len() as u16).to_le_bytes();
    out.extend([count, count].concat());
    out.extend((central.len() as u32).to_le_bytes());
    out.extend(start);
    out.extend([0, 0]);
    out
}

/// Reads a document both ways and holds the result to what every import promises: the text is
/// stable, and nothing in it acts.
#[allow(dead_code)]
pub fn holds(name: &str, bytes: &[u8]) {
    use qalam_content::body;
    use qalam_content::readers::import::{TrackedWish, import_with};
    for wish in [TrackedWish::Accept, TrackedWish::Reject] {
        let read = import_with(name, bytes, None, wish);
        assert!(!read.is_nothing() || !read.problems.is_empty());
        let html = body::to_html(&read.markdown, &body::HtmlOptions::default()).to_lowercase();
        for act in ["<script", "<iframe", "javascript:", " onerror=", "<style"] {
            let shown = html.replace("&lt;", "");
            assert!(!shown.contains(act) || read.markdown.to_lowercase().contains(act), "{act}");
        }
        if let Ok(again) = body::to_markdown(&body::to_document(&read.markdown)) {
            assert_eq!(again, read.markdown);
        }
        for picture in &read.pictures {
            assert!(read.markdown.contains(&picture.sha256));
        }
    }
}

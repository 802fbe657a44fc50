//! Files that can be made smaller, made here: a wasteful document and a photograph.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// A document as old programs wrote it: nothing compressed, and objects nothing points to.
pub fn wasteful(lines: usize) -> Vec<u8> {
    let mut content = String::new();
    for line in 0..lines {
        content.push_str(&format!(
            "BT /F 10 Tf 40 {} Td (Line {line} says \\(the same\\) as every other line does) Tj ET\n",
            800 - line % 60 * 12
        ));
    }
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/Odd#20Name(a\\)b)>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        "<</Title(National plan for water)/CreationDate(D:20190304100000Z)>>".to_owned(),
        format!("<</Unused({})>>", "x".repeat(2_000)),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut table = String::new();
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = out.len();
    out.extend_from_slice(
        format!("xref\n0 8\n0000000000 65535 f \n{table}trailer\n<</Size 8/Root 1 0 R/Info 6 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    out
}

/// A photograph that compresses as badly as one.
pub fn photograph(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (x * 7 % 251) as u8,
            (y * 5 % 241) as u8,
            ((x + y) % 239) as u8,
        ])
    });
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

use super::*;
use crate::readers;

fn labelled(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

/// A document as old programs wrote it: nothing compressed, and objects nothing points to.
fn wasteful() -> Vec<u8> {
    let mut content = String::new();
    for line in 0..60 {
        content.push_str(&format!(
            "BT /F 10 Tf 40 {} Td (Line {line} says \\(the same\\) as every other line does) Tj ET\n",
            800 - line * 12
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

#[test]
fn a_wasteful_document_gets_smaller_and_shows_the_same() {
    let before = wasteful();
    let slimmed = pdf(&before).unwrap();
    assert!(
        slimmed.bytes.len() * 3 < before.len(),
        "{}",
        slimmed.bytes.len()
    );
    assert!(slimmed.report.lossless);
    let (one, picture) = readers::pdf::read(before.into(), Some(300));
    let (other, same_picture) = readers::pdf::read(slimmed.bytes.clone().into(), Some(300));
    assert_eq!(one, other);
    assert_eq!(picture, same_picture);
    assert!(one.text.contains("Line 59 says (the same) as every other"));
    assert_eq!(pdf(&slimmed.bytes), Err(NotSlimmed::NoGain));
}

#[test]
fn what_must_stay_as_it_is_stays() {
    let locked = String::from_utf8(wasteful())
        .unwrap()
        .replace("/Info 6 0 R", "/Encrypt 6 0 R");
    assert_eq!(pdf(locked.as_bytes()), Err(NotSlimmed::Encrypted));
    let signed = String::from_utf8(wasteful())
        .unwrap()
        .replace("/Unused", "/ByteRange");
    assert_eq!(pdf(signed.as_bytes()), Err(NotSlimmed::Signed));
    assert_eq!(pdf(b"no document"), Err(NotSlimmed::Unreadable));
}

#[test]
fn real_documents_are_the_same_or_left_alone() {
    for name in [
        "pdf/dalil-ar.pdf",
        "pdf/annual-report-en.pdf",
        "labelled/dalil-lo.pdf",
        "labelled/paper.pdf",
    ] {
        let before = labelled(name);
        match pdf(&before) {
            Ok(slimmed) => {
                let (one, picture) = readers::pdf::read(before.into(), Some(300));
                let (other, same_picture) = readers::pdf::read(slimmed.bytes.into(), Some(300));
                assert_eq!(one, other, "{name}");
                assert_eq!(picture, same_picture, "{name}");
            }
            Err(why) => assert_eq!(why, NotSlimmed::NoGain, "{name}"),
        }
    }
}

#[test]
fn photographs_are_made_smaller() {
    let photograph = RgbImage::from_fn(900, 600, |x, y| {
        Rgb([
            (x * 7 % 251) as u8,
            (y * 5 % 241) as u8,
            ((x + y) % 239) as u8,
        ])
    });
    let mut jpeg = Cursor::new(Vec::new());
    photograph.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let rule = PictureRule {
        max_edge: 300,
        quality: 70,
    };
    let slimmed = picture(jpeg.get_ref(), rule).unwrap();
    assert_eq!(slimmed.report.size_before, Some((900, 600)));
    assert_eq!(slimmed.report.size_after, Some((300, 200)));
    assert_eq!(readers::picture::describe(&slimmed.bytes).width, 300);
    assert_eq!(
        picture(&slimmed.bytes, rule).map(drop),
        Err(NotSlimmed::NoGain)
    );
    assert_eq!(
        picture(b"nothing", rule).map(drop),
        Err(NotSlimmed::Unreadable)
    );
}

use super::samples::{photograph, wasteful};
use super::*;
use crate::readers;

fn labelled(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
    std::fs::read(format!("{folder}/{name}")).unwrap()
}

#[test]
fn a_wasteful_document_gets_smaller_and_shows_the_same() {
    let before = wasteful(60);
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
    let locked = String::from_utf8(wasteful(60))
        .unwrap()
        .replace("/Info 6 0 R", "/Encrypt 6 0 R");
    assert_eq!(pdf(locked.as_bytes()), Err(NotSlimmed::Encrypted));
    let signed = String::from_utf8(wasteful(60))
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
    let rule = PictureRule {
        max_edge: 300,
        quality: 70,
    };
    let slimmed = picture(&photograph(900, 600), rule).unwrap();
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

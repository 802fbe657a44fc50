//! Every office format as LibreOffice writes it is read: what it is, its text by page, slide or
//! sheet in both scripts, and its properties.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use qalam_content::readers::describe;
use qalam_content::readers::facts::{Facts, State};

fn read(name: &str) -> (String, Facts) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/office");
    let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
    let reading = describe(name, bytes, None);
    assert_eq!(reading.facts.state, State::Readable, "{name}");
    assert!(
        reading.facts.problems.is_empty(),
        "{name}: {:?}",
        reading.facts.problems
    );
    (reading.sniffed.mime, reading.facts)
}

fn holds(name: &str, facts: &Facts, wanted: &[&str]) {
    let mut rest = facts.text.as_str();
    for one in wanted {
        let Some((_, after)) = rest.split_once(one) else {
            panic!(
                "{name}: {one} is not there, or not in its place: {:?}",
                facts.text
            )
        };
        rest = after;
    }
}

#[test]
fn sheets() {
    for (name, mime) in [
        ("visits.xls", "application/vnd.ms-excel"),
        (
            "visits.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            "visits.ods",
            "application/vnd.oasis.opendocument.spreadsheet",
        ),
    ] {
        let (found, facts) = read(name);
        assert_eq!(found, mime, "{name}");
        let wanted = [
            "Region",
            "Visits in 2022",
            "زيارات",
            "North",
            "120",
            "الشمال",
            "95.5",
            "\u{c}",
            "Counted by the sample ministry",
        ];
        holds(name, &facts, &wanted);
        assert_eq!(facts.pages.unwrap().value, 2, "{name}");
    }
}

#[test]
fn slides() {
    for (name, mime) in [
        ("school-health.ppt", "application/vnd.ms-powerpoint"),
        (
            "school-health.pptx",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        (
            "school-health.odp",
            "application/vnd.oasis.opendocument.presentation",
        ),
    ] {
        let (found, facts) = read(name);
        assert_eq!(found, mime, "{name}");
        let wanted = [
            "School health in 2023",
            "The sample ministry visits every school.",
            "Trois équipes par région.",
            "\u{c}",
            "الصحة المدرسية",
            "تزور الوزارة النموذجية كل مدرسة.",
        ];
        holds(name, &facts, &wanted);
        assert_eq!(facts.pages.unwrap().value, 2, "{name}");
        assert_eq!(
            facts.title.unwrap().value,
            "School health in 2023",
            "{name}"
        );
    }
}

#[test]
fn texts() {
    for (name, mime) in [
        ("guide.doc", "application/msword"),
        (
            "guide.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("guide.odt", "application/vnd.oasis.opendocument.text"),
        ("guide.rtf", "application/rtf"),
    ] {
        let (found, facts) = read(name);
        assert_eq!(found, mime, "{name}");
        let wanted = [
            "The sample ministry describes how a school is visited.",
            "تصف الوزارة النموذجية كيف تزار المدارس",
        ];
        holds(name, &facts, &wanted);
        assert_eq!(
            facts.title.unwrap().value,
            "Guide for school nurses",
            "{name}"
        );
    }
}

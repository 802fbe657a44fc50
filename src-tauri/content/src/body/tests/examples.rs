use std::collections::BTreeSet;

use super::*;

#[derive(serde::Deserialize)]
struct Example {
    from: String,
    markdown: String,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!(
        "../../../../../tests/fixtures/commonmark/examples.json"
    ))
    .unwrap()
}

/// What readers see: white space is one space, also inside what a text keeps apart by line ends.
fn shown(markdown: &str) -> String {
    seen(&to_html(markdown, &HtmlOptions::default()))
}

/// Examples after which the markup is another, each for a reason of the editor's; what stands there
/// to read is the same.
const OTHERWISE: [(&str, &[u32]); 5] = [
    // Emphasis is there or not: twice as much, or in another order, looks the same.
    (
        "CommonMark",
        &[
            169, 371, 375, 391, 409, 410, 411, 419, 420, 421, 427, 428, 429, 434, 463, 465, 466,
            467, 468, 470,
        ],
    ),
    ("cmark-gfm extensions", &[24]),
    // A link to nowhere is no link; white space around the words of a title means nothing.
    ("CommonMark", &[198, 202, 486, 487, 488, 489, 569]),
    // The description of a picture is words.
    ("CommonMark", &[522, 575, 577, 578, 579, 587, 591]),
    // A line that begins with a tag stays a line by an empty link before it.
    ("CommonMark", &[618, 645, 646]),
];

/// Every example of both specifications goes through the editor's document and shows the same
/// afterwards, and going through again changes no letter.
#[test]
fn every_example_shows_the_same_after_the_editor() {
    let examples = examples();
    assert!(examples.len() > 720, "{}", examples.len());
    let known: BTreeSet<String> = OTHERWISE
        .iter()
        .flat_map(|(from, numbers)| numbers.iter().map(move |number| format!("{from} {number}")))
        .collect();
    let mut otherwise = BTreeSet::new();
    for Example { from, markdown } in examples {
        let written = to_markdown(&to_document(&markdown)).unwrap();
        assert_eq!(
            to_markdown(&to_document(&written)).unwrap(),
            written,
            "{from} does not settle\n{markdown}"
        );
        let (before, after) = (shown(&markdown), shown(&written));
        if before == after {
            continue;
        }
        assert!(
            known.contains(&from),
            "{from}\n{markdown}\n--- {before}\n+++ {after}"
        );
        let words = |text: &str| plain_text(text).split_whitespace().collect::<String>();
        assert_eq!(words(&written), words(&markdown), "{from}");
        otherwise.insert(from);
    }
    assert_eq!(otherwise, known, "the list says more than is so");
}

/// A large document: the three sample texts one after the other, until they are as long as a long
/// report.
#[test]
fn a_long_document_shows_the_same_after_the_editor() {
    let blocks: Vec<String> = [
        include_str!("../../../../../tests/fixtures/texts/ar.md"),
        include_str!("../../../../../tests/fixtures/texts/en.md"),
        include_str!("../../../../../tests/fixtures/texts/fr.md"),
    ]
    .iter()
    .map(|text| (*text).to_owned())
    .collect();
    let mut long = String::new();
    while long.chars().count() < 200_000 {
        for block in &blocks {
            long.push_str(block);
            long.push_str("\n\n");
        }
    }
    let written = to_markdown(&to_document(&long)).unwrap();
    assert_eq!(shown(&written), shown(&long));
    assert_eq!(to_markdown(&to_document(&written)).unwrap(), written);
}

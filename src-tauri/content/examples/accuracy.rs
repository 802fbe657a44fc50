//! How often what is found in labelled documents is right: precision and recall for each field.
//!
//! `cargo run --release -p qalam-content --example accuracy [LABELS...]`, each a `labels.json`
//! beside its documents, or `debian.json=FOLDER`, where FOLDER holds Debian packages unpacked
//! (`apt-get download PACKAGE`, `dpkg -x PACKAGE_*.deb FOLDER/PACKAGE`). A label that is null says that the document does not tell; a value found
//! there is wrong. In the score a wrong value costs twice what a right one earns, a missing one
//! nothing.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::path::Path;

use qalam_content::fold::fold_with_offsets;
use qalam_content::readers::facts::{Facts, Found, Origin};
use qalam_content::readers::{self};
use serde_json::Value;

/// Values less sure than this are proposals; a person is asked before they count.
const SURE: u8 = 50;

#[derive(Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missing: u32,
    rightly_absent: u32,
}

fn sorted(values: &[String]) -> String {
    let mut values = values.to_vec();
    values.sort();
    values.join(",")
}

fn key(text: &str) -> String {
    let words: Vec<String> = fold_with_offsets(text)
        .into_iter()
        .map(|word| word.text)
        .collect();
    words.join(" ")
}

fn text<T: ToString>(found: &Option<Found<T>>, least: u8) -> Option<String> {
    found
        .as_ref()
        .filter(|found| found.confidence >= least)
        .map(|found| found.value.to_string())
}

fn found(facts: &Facts, field: &str, least: u8) -> Option<String> {
    match field {
        "title" => text(&facts.title, least),
        "year" => text(&facts.year, least),
        "doi" => text(&facts.doi, least),
        "isbn" => text(&facts.isbn, least),
        "issn" => text(&facts.issn, least),
        "corporate_author" => text(&facts.corporate_author, least),
        "languages" => facts
            .languages
            .as_ref()
            .map(|languages| sorted(&languages.value)),
        "numbers" => {
            let numbers: Vec<String> = facts.numbers.iter().map(|one| one.value.clone()).collect();
            (!numbers.is_empty()).then(|| sorted(&numbers))
        }
        _ => None,
    }
}

fn labelled(label: &Value, field: &str) -> Option<Option<String>> {
    Some(match label.get(field)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(list) if list.is_empty() => None,
        Value::Array(list) => {
            let list: Vec<String> = list
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
            Some(sorted(&list))
        }
        other => Some(other.to_string()),
    })
}

fn main() {
    let mut lists: Vec<String> = std::env::args().skip(1).collect();
    if lists.is_empty() {
        lists.push("tests/fixtures/labelled/labels.json".to_owned());
    }
    const FIELDS: [&str; 8] = [
        "title",
        "year",
        "languages",
        "doi",
        "isbn",
        "issn",
        "numbers",
        "corporate_author",
    ];
    let mut tallies: BTreeMap<(usize, &str), Tally> = BTreeMap::new();
    let mut documents = 0;
    for list in &lists {
        let (list, folder) = match list.split_once('=') {
            Some((list, folder)) => (list, Path::new(folder)),
            None => (
                list.as_str(),
                Path::new(list).parent().unwrap_or(Path::new(".")),
            ),
        };
        let labels: Vec<Value> = serde_json::from_slice(&std::fs::read(list).unwrap()).unwrap();
        for label in labels {
            let file = label["file"].as_str().unwrap();
            let Ok(bytes) = std::fs::read(folder.join(file)) else {
                println!("absent: {file}");
                continue;
            };
            documents += 1;
            let name = file.rsplit('/').next().unwrap_or(file);
            let facts = readers::describe(name, bytes, None).facts;
            if let Some(state) = label["state"].as_str()
                && facts.state.as_str() != state
            {
                println!("{file}: state {} instead of {state}", facts.state.as_str());
            }
            for (at, field) in FIELDS.into_iter().enumerate() {
                // A label without the field does not judge it.
                let Some(expected) = labelled(&label, field) else {
                    continue;
                };
                let said = found(&facts, field, SURE).filter(|_| {
                    // A name of a file is no claim about its title.
                    field != "title"
                        || expected.is_some()
                        || facts
                            .title
                            .as_ref()
                            .is_some_and(|title| title.origin != Origin::Name)
                });
                let tally = tallies.entry((at, field)).or_default();
                match (&said, &expected) {
                    (Some(said), Some(expected)) if key(said) == key(expected) => tally.right += 1,
                    (Some(said), expected) => {
                        tally.wrong += 1;
                        println!("{file}: {field} is {said:?}, not {expected:?}");
                    }
                    (None, Some(expected)) => {
                        tally.missing += 1;
                        let low = found(&facts, field, 1);
                        println!("{file}: {field} {expected:?} missing (proposed {low:?})");
                    }
                    (None, None) => tally.rightly_absent += 1,
                }
            }
        }
    }
    println!("\n{documents} documents; values of at least {SURE} per cent confidence");
    println!("field             right wrong missing rightly-absent  precision recall  score");
    for ((_, field), tally) in tallies {
        let share = |part: u32, whole: u32| {
            if whole == 0 {
                1.0
            } else {
                f64::from(part) / f64::from(whole)
            }
        };
        let labelled = tally.right + tally.missing + tally.wrong;
        println!(
            "{field:<17} {:>5} {:>5} {:>7} {:>14}  {:>9.3} {:>6.3} {:>6.3}",
            tally.right,
            tally.wrong,
            tally.missing,
            tally.rightly_absent,
            share(tally.right, tally.right + tally.wrong),
            share(tally.right, labelled),
            (f64::from(tally.right) - 2.0 * f64::from(tally.wrong)) / f64::from(labelled.max(1)),
        );
    }
}

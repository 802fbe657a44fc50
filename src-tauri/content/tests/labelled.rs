//! The labelled documents: nothing that is said with confidence may be wrong.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use qalam_content::readers::describe;
use serde_json::Value;

#[test]
fn what_is_said_of_labelled_documents_is_right() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/labelled");
    let labels = std::fs::read(format!("{folder}/labels.json")).unwrap();
    let labels: Vec<Value> = serde_json::from_slice(&labels).unwrap();
    assert!(labels.len() > 30);
    let (mut wrong, mut titles) = (Vec::new(), 0);
    for label in &labels {
        let name = label["file"].as_str().unwrap();
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        let facts = describe(name, bytes, None).facts;
        if facts.state.as_str() != label["state"] {
            wrong.push(format!("{name}: state {}", facts.state.as_str()));
        }
        let mut judge = |field: &str, said: Option<(String, u8)>| {
            let Some((said, _)) = said.filter(|(_, sure)| *sure >= 50) else {
                return;
            };
            let expected = match &label[field] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            if said != expected {
                wrong.push(format!("{name}: {field} is {said:?}, not {expected:?}"));
            } else if field == "title" {
                titles += 1;
            }
        };
        judge("title", facts.title.map(|one| (one.value, one.confidence)));
        let year = facts.year;
        judge(
            "year",
            year.map(|one| (one.value.to_string(), one.confidence)),
        );
        judge("doi", facts.doi.map(|one| (one.value, one.confidence)));
        judge("isbn", facts.isbn.map(|one| (one.value, one.confidence)));
        judge("issn", facts.issn.map(|one| (one.value, one.confidence)));
        let body = facts.corporate_author;
        judge(
            "corporate_author",
            body.map(|one| (one.value, one.confidence)),
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(titles * 10 >= labels.len() * 8, "{titles} titles");
}

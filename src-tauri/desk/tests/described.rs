//! What the description of a file says reaches the record, a person's word outranks it, and what
//! should not leave unseen is named before anything leaves.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail loudly

use std::path::{Path, PathBuf};

use qalam_desk::drafts::NewDraft;
use qalam_desk::profile::NewProfile;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::{Publication, PublicationQuery};
use qalam_desk::{Desk, OpenOptions};
use serde_json::json;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

fn take_in(desk: &Desk, path: PathBuf) -> Publication {
    desk.intake_blocking(&[path], IntakeOptions::default(), &mut |_| ())
        .unwrap();
    let page = desk
        .publications_list(&PublicationQuery::default())
        .unwrap();
    page.publications.last().unwrap().clone()
}

fn open(folder: &Path) -> Desk {
    Desk::open(folder, OpenOptions::default()).unwrap()
}

#[test]
fn origins_confidences_numbers_and_bodies_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let row = take_in(&desk, Path::new(FIXTURES).join("labelled/who-emc.pdf"));
    assert!(!row.numbers.is_empty(), "{row:?}");
    for field in ["title", "numbers", "pages"] {
        assert!(row.sources.contains_key(field), "{field}");
        assert!((1..=100).contains(&row.confidence[field]), "{field}");
    }
    let of_body = take_in(&desk, Path::new(FIXTURES).join("labelled/taqrir.pdf"));
    assert!(!of_body.corporate_author.is_empty());
    assert!(of_body.confidence.contains_key("corporate_author"));
}

#[test]
fn a_persons_word_outranks_reading_the_file_again() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let found = take_in(&desk, Path::new(FIXTURES).join("pdf/annual-report-en.pdf"));
    let values = json!({"title": "The title a person gave", "year": 2001});
    let said = desk
        .publications_set(&found.id, values.as_object().unwrap())
        .unwrap();
    assert_eq!(said.sources["title"], "person");
    assert!(!said.confidence.contains_key("title"));

    let again = desk.publications_describe(&found.id).unwrap();
    assert_eq!(again.title, "The title a person gave");
    assert_eq!(again.year, Some(2001));
    assert_eq!(again.origins["year"], "person");
    assert_eq!(again.languages, found.languages);
    assert_eq!(again.confidence["languages"], found.confidence["languages"]);
    assert_eq!(
        desk.publications_text(&found.id).unwrap().len(),
        desk.publications_open(&found.id).unwrap().text.len(),
    );
    let hits = desk.publications_find("The title a person gave").unwrap();
    assert_eq!(hits, std::slice::from_ref(&found.id));

    // Taken back, the program's value is as sure as it was.
    let edits =
        [("title", json!(found.title)), ("year", json!(found.year))].map(|(field, value)| {
            serde_json::from_value(json!({
                "publication": found.id, "field": field, "value": value,
                "origin": found.origins[field],
            }))
            .unwrap()
        });
    let back = desk.publications_edit(&edits).unwrap().changed.remove(0);
    assert_eq!(back.sources, found.sources);
    assert_eq!(back.confidence, found.confidence);
}

#[test]
fn what_should_not_leave_unseen_is_named_at_every_door() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        name: "Focal point".into(),
        role: qalam_desk::profile::Role::Both,
        owner_kind: None,
        display_lang: "en".into(),
    })
    .unwrap();
    let list = folder.path().join("list.csv");
    let mut rows = String::from("name,identity number,phone,diagnosis\n");
    for n in 0..40 {
        rows.push_str(&format!("patient {n},10{n:08},+9665{n:08},measles\n"));
    }
    std::fs::write(&list, rows).unwrap();
    let row = take_in(&desk, list);
    assert!(!row.warnings.is_empty());
    let draft = desk
        .drafts_create(NewDraft {
            content_type: "news".into(),
            lang: "en".into(),
            title: "A campaign against measles began in all regions of the country".into(),
            summary: "Teams of the sample ministry visit schools and markets. ".repeat(3),
            body: "Teams of the sample ministry visit schools and markets. ".repeat(20),
            areas: vec!["ta1".into()],
            fields: json!({"eventDate": "2026-01-01", "place": "The capital"})
                .as_object()
                .unwrap()
                .clone(),
            ..NewDraft::default()
        })
        .unwrap();
    desk.attachments_add(&draft.id, std::slice::from_ref(&row.id), None)
        .unwrap();
    let checked = desk.drafts_check(&draft.id).unwrap();
    let holds = |findings: &[qalam_content::kind::Finding]| {
        findings
            .iter()
            .any(|one| one.code.starts_with("file_holds_") && one.params["name"] == "list.csv")
    };
    assert!(holds(&checked.findings), "{:?}", checked.findings);
    assert!(checked.ready, "{:?}", checked.findings);
    let release = desk.review_submit(&draft.id, "").unwrap();
    assert!(holds(&desk.review_warnings(&release.hash).unwrap()));
    assert!(holds(&desk.review_diff(&draft.id, None).unwrap().warnings));
}

//! Many cells of the table of publications at once, through the desk.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

use std::sync::Arc;

use qalam_desk::publications::bulk::CellEdit;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::{Publication, PublicationQuery};
use qalam_desk::{Desk, OpenOptions};
use serde_json::{Value, json};

fn all(desk: &Desk) -> Vec<Publication> {
    desk.publications_list(&PublicationQuery::default())
        .unwrap()
        .publications
}

fn cell(publication: &str, field: &str, value: Value) -> CellEdit {
    CellEdit {
        publication: publication.to_owned(),
        field: field.to_owned(),
        value,
        base: None,
        origin: None,
    }
}

fn desk_with_files() -> (tempfile::TempDir, Arc<Desk>, Vec<String>) {
    let store = tempfile::tempdir().unwrap();
    let desk = Arc::new(Desk::open(store.path(), OpenOptions::default()).unwrap());
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.txt", "The first sample report about immunization."),
        ("b.txt", "تقرير الوزارة النموذجية عن الصحة المدرسية."),
        (
            "c.md",
            "# Annual sample report\n\nMeasles and school health.",
        ),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    desk.intake_blocking(
        &[folder.path().to_path_buf()],
        IntakeOptions::default(),
        &mut |_| {},
    )
    .unwrap();
    let ids = all(&desk).into_iter().map(|row| row.id).collect();
    (store, desk, ids)
}

#[test]
fn what_can_be_changed_is_and_the_rest_is_refused_with_its_reason() {
    let (_store, desk, ids) = desk_with_files();
    let before = all(&desk);
    let done = desk
        .publications_edit(&[
            cell(&ids[0], "languages", json!("Arabic; French")),
            cell(&ids[0], "publication_type", json!("Rapport annuel")),
            cell(&ids[0], "year", json!("soon")),
            cell(&ids[1], "year", json!("٢٠٢٤")),
            cell(&ids[1], "sha256", json!("x")),
            cell("01940000-0000-7000-8000-000000000001", "year", json!(2024)),
            CellEdit {
                base: Some(json!(1999)),
                ..cell(&ids[2], "year", json!(2024))
            },
            // Already so: neither a change nor a refusal.
            cell(&ids[2], "title", json!(before[2].title)),
        ])
        .unwrap();
    assert_eq!(done.cells, 3);
    assert_eq!(done.changed.len(), 2);
    assert_eq!(done.changed[0].languages, ["ar", "fr"]);
    assert_eq!(done.changed[0].publication_type, "annual-report");
    assert_eq!(done.changed[0].origins["languages"], "person");
    assert_eq!(done.changed[1].year, Some(2024));
    let refused: Vec<_> = done
        .refused
        .iter()
        .map(|one| (one.field.as_str(), one.failure.code.as_str()))
        .collect();
    assert_eq!(
        refused,
        [
            ("year", "bad_value"),
            ("sha256", "unknown_field"),
            ("year", "not_found"),
            ("year", "value_changed")
        ]
    );
    assert_eq!(done.refused[0].failure.params["value"], "soon");

    // Taking it back leaves no trace of a person, doing it again does.
    let undone = desk.publications_edit(&done.undo).unwrap();
    assert!(undone.refused.is_empty());
    let origins = |rows: &[Publication]| {
        rows.iter()
            .map(|row| (row.title.clone(), row.year, row.origins.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(origins(&all(&desk)), origins(&before));
    let again = desk.publications_edit(&undone.undo).unwrap();
    assert_eq!(again.changed[0].publication_type, "annual-report");
}

#[test]
fn a_cell_changed_twice_goes_back_to_its_first_value() {
    let (_store, desk, ids) = desk_with_files();
    let first = all(&desk)[0].title.clone();
    let done = desk
        .publications_edit(&[
            cell(&ids[0], "title", json!("One sample title")),
            cell(&ids[0], "title", json!("Another sample title")),
        ])
        .unwrap();
    assert_eq!(done.changed[0].title, "Another sample title");
    let undone = desk.publications_edit(&done.undo).unwrap();
    assert!(undone.refused.is_empty(), "{:?}", undone.refused);
    assert_eq!(all(&desk)[0].title, first);
}

#[test]
fn changes_name_the_publications_and_words_are_found_at_once() {
    let (_store, desk, ids) = desk_with_files();
    let heard = desk.subscribe();
    desk.publications_edit(&[cell(&ids[1], "title", json!("Cholera preparedness plan"))])
        .unwrap();
    let changes = heard.try_recv().unwrap();
    assert_eq!(
        changes.publications.into_iter().collect::<Vec<_>>(),
        [ids[1].as_str()]
    );
    assert_eq!(
        desk.publications_find("cholera").unwrap(),
        [ids[1].as_str()]
    );
    assert!(desk.publications_find("  ").unwrap().is_empty());
    let rows = desk
        .publications_rows(&[ids[2].clone(), "gone".to_owned(), ids[0].clone()])
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].id, ids[2]);
}

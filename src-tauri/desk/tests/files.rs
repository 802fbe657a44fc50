//! Files put on a draft without having been publications are read all the same: what should not
//! leave unseen is named, and their words lead to the draft.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // a test may fail loudly

use std::path::Path;

use qalam_content::kind::Finding;
use qalam_desk::drafts::{Attachment, Draft, DraftQuery, NewAttachment, NewDraft, State};
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::review::FileChange;
use qalam_desk::search::{Hit, HitKind, Scope, SearchRequest};
use qalam_desk::{Code, Desk, OpenOptions};
use serde_json::json;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");

fn open(folder: &Path) -> Desk {
    let desk = Desk::open(folder, OpenOptions::default()).unwrap();
    desk.set_profile(&NewProfile {
        owner: "MA".to_owned(),
        owner_kind: None,
        name: "Sample Person".to_owned(),
        role: Role::Both,
        display_lang: "en".to_owned(),
    })
    .unwrap();
    desk
}

fn piece(desk: &Desk) -> Draft {
    desk.drafts_create(NewDraft {
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
    .unwrap()
}

fn attach(desk: &Desk, draft: &Draft, fixture: &str) -> Attachment {
    desk.attachments_add_file(
        &draft.id,
        &Path::new(FIXTURES).join(fixture),
        NewAttachment::default(),
    )
    .unwrap()
}

fn holds_list(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|one| one.code.starts_with("file_holds_") && one.params["name"] == "list.csv")
}

fn with_list(desk: &Desk) -> Draft {
    let mut rows = String::from("name,phone,e-mail\n");
    for number in 0..40 {
        rows.push_str(&format!(
            "Person {number},+212 6 61 23 45 {number:02},person{number}@example.org\n"
        ));
    }
    let draft = piece(desk);
    let new = NewAttachment {
        name: "list.csv".into(),
        ..NewAttachment::default()
    };
    desk.attachments_add_bytes(&draft.id, rows.as_bytes(), new)
        .unwrap();
    draft
}

fn hits(desk: &Desk, query: &str) -> Vec<Hit> {
    desk.search(&SearchRequest {
        query: query.into(),
        scope: Scope::Drafts,
        ..SearchRequest::default()
    })
    .unwrap()
    .hits
}

#[test]
fn what_an_attached_file_holds_is_named_beside_the_text_and_before_it_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let draft = with_list(&desk);
    assert!(!holds_list(&desk.drafts_check(&draft.id).unwrap().findings));
    assert_eq!(desk.attachments_read(None, &|| true).unwrap(), 0, "held");
    assert_eq!(desk.attachments_read(None, &|| false).unwrap(), 1);
    assert_eq!(desk.attachments_read(None, &|| false).unwrap(), 0, "once");
    let checked = desk.drafts_check(&draft.id).unwrap();
    assert!(holds_list(&checked.findings), "{:?}", checked.findings);
    let file = &desk.drafts_open(&draft.id).unwrap().attachments[0];
    assert!(holds_list(&file.read.as_ref().unwrap().findings));
    let release = desk.review_submit(&draft.id, "").unwrap();
    assert!(holds_list(&desk.review_warnings(&release.hash).unwrap()));
}

#[test]
fn a_file_nobody_read_is_read_when_its_draft_is_submitted() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let draft = with_list(&desk);
    let release = desk.review_submit(&draft.id, "").unwrap();
    assert!(holds_list(&desk.review_warnings(&release.hash).unwrap()));
    assert!(holds_list(
        &desk.review_diff(&draft.id, None).unwrap().warnings
    ));
    let approved = desk.review_approve(&draft.id, &release.hash).unwrap();
    assert!(holds_list(&desk.review_warnings(&approved.hash).unwrap()));
}

#[test]
fn files_of_before_are_read_by_the_next_program() {
    let folder = tempfile::tempdir().unwrap();
    let draft = with_list(&open(folder.path()));
    let desk = open(folder.path());
    assert_eq!(desk.attachments_read(None, &|| false).unwrap(), 1);
    assert!(holds_list(&desk.drafts_check(&draft.id).unwrap().findings));
}

#[test]
fn a_draft_is_found_by_the_words_in_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let draft = piece(&desk);
    let report = attach(&desk, &draft, "pdf/annual-report-en.pdf");
    attach(&desk, &draft, "pdf/dalil-ar.pdf");
    attach(&desk, &draft, "office/guide.docx");
    assert_eq!(
        desk.attachments_read(Some(&draft.id), &|| false).unwrap(),
        3
    );
    let text = "households paid";
    let found = hits(&desk, text);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    assert_eq!((found[0].kind, &found[0].id), (HitKind::Draft, &draft.id));
    assert_eq!(found[0].file.as_deref(), Some("annual-report-en.pdf"));
    assert_eq!(found[0].page, Some(3));
    assert!(found[0].snippet.contains('\u{1}'));
    assert_eq!(found[0].title, draft.languages[0].title);
    // Words on different pages of a file as well, after those on one; and never those of two files.
    let scattered = hits(&desk, "laboratory households");
    assert_eq!(scattered.len(), 1, "{scattered:?}");
    assert_eq!(scattered[0].file.as_deref(), Some("annual-report-en.pdf"));
    assert!(hits(&desk, "households الصحه").is_empty());
    // Arabic is found as people type it.
    let arabic = hits(&desk, "الصحه");
    assert_eq!(
        arabic[0].file.as_deref(),
        Some("dalil-ar.pdf"),
        "{arabic:?}"
    );

    // What is taken off is not found, and what is put back is.
    desk.attachments_remove(&report.id).unwrap();
    assert!(hits(&desk, text).is_empty());
    desk.attachments_put_back(&report.id).unwrap();
    assert_eq!(hits(&desk, text).len(), 1);
    desk.drafts_trash(&draft.id).unwrap();
    assert!(hits(&desk, text).is_empty());
    desk.drafts_untrash(&draft.id).unwrap();

    // With the bytes goes what was read in them.
    desk.attachments_remove(&report.id).unwrap();
    drop(desk);
    let desk = open(folder.path());
    assert!(hits(&desk, text).is_empty());
    assert!(desk.check().unwrap().ok);
}

/// The list of drafts finds what the search finds, whatever else it is narrowed by, and says where.
#[test]
fn the_list_finds_a_draft_by_the_words_in_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let draft = piece(&desk);
    let plain = piece(&desk);
    attach(&desk, &draft, "pdf/dalil-ar.pdf");
    let report = attach(&desk, &draft, "pdf/annual-report-en.pdf");
    desk.attachments_read(None, &|| false).unwrap();
    let listed = |query: DraftQuery| -> Vec<(String, Option<String>)> {
        let page = desk.drafts_list(&query).unwrap();
        assert_eq!(page.next, None);
        let rows = page.drafts.into_iter();
        rows.map(|row| (row.id, row.found_in)).collect()
    };
    let words = |query: &str| DraftQuery {
        query: Some(query.to_owned()),
        ..DraftQuery::default()
    };
    let in_file = |file: &str| vec![(draft.id.clone(), Some(file.to_owned()))];
    for (query, file) in [
        ("households paid", "annual-report-en.pdf"),
        ("laboratory households", "annual-report-en.pdf"),
        ("housEHO", "annual-report-en.pdf"),
        ("الصحه", "dalil-ar.pdf"),
    ] {
        assert_eq!(listed(words(query)), in_file(file), "{query}");
    }
    // Never words of two files; and where the text has the words, no file is named.
    assert_eq!(listed(words("households الصحه")), []);
    assert_eq!(
        listed(words("measles")),
        [(draft.id.clone(), None), (plain.id.clone(), None)]
    );
    // Together with everything else a list is narrowed by.
    for (state, content_type, found) in [
        (Some(State::Draft), Some("news"), true),
        (Some(State::Draft), Some("event"), false),
        (Some(State::InReview), None, false),
        (None, Some("news"), true),
    ] {
        let query = DraftQuery {
            state,
            content_type: content_type.map(str::to_owned),
            ..words("households")
        };
        assert_eq!(
            listed(query).len(),
            usize::from(found),
            "{state:?} {content_type:?}"
        );
    }
    // Page by page.
    let first = desk
        .drafts_list(&DraftQuery {
            limit: 1,
            ..words("measles")
        })
        .unwrap();
    let second = listed(DraftQuery {
        after: first.next,
        ..words("measles")
    });
    assert_eq!(first.drafts[0].id, draft.id);
    assert_eq!(second, [(plain.id.clone(), None)]);
    // In the trash it is found as well; a file that was taken off leads nowhere.
    desk.drafts_trash(&draft.id).unwrap();
    assert_eq!(listed(words("households")), []);
    let trash = DraftQuery {
        trashed: true,
        ..words("households")
    };
    assert_eq!(listed(trash), in_file("annual-report-en.pdf"));
    desk.drafts_untrash(&draft.id).unwrap();
    desk.attachments_remove(&report.id).unwrap();
    assert_eq!(listed(words("households")), []);
}

/// A publication on a draft leads to it as any file does.
#[test]
fn the_list_finds_a_draft_by_the_words_in_its_publications() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let file = Path::new(FIXTURES).join("pdf/annual-report-en.pdf");
    desk.intake_blocking(&[file], IntakeOptions::default(), &mut |_| {})
        .unwrap();
    let publication = desk
        .search(&SearchRequest {
            query: "households".into(),
            ..SearchRequest::default()
        })
        .unwrap()
        .hits[0]
        .id
        .clone();
    let draft = piece(&desk);
    let query = DraftQuery {
        query: Some("households paid".to_owned()),
        ..DraftQuery::default()
    };
    assert!(desk.drafts_list(&query).unwrap().drafts.is_empty());
    desk.attachments_add(&draft.id, &[publication], None)
        .unwrap();
    let found = desk.drafts_list(&query).unwrap().drafts;
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].found_in.as_deref(),
        Some("annual-report-en.pdf"),
        "{:?}",
        found[0]
    );
}

#[test]
fn who_approves_sees_the_first_pages_of_files_that_came_and_of_files_that_went() {
    let folder = tempfile::tempdir().unwrap();
    let desk = open(folder.path());
    let draft = piece(&desk);
    let named = |name: &str| NewAttachment {
        name: name.to_owned(),
        ..NewAttachment::default()
    };
    let add = |name: &str, fixture: &str| {
        let bytes = std::fs::read(Path::new(FIXTURES).join(fixture)).unwrap();
        desk.attachments_add_bytes(&draft.id, &bytes, named(name))
            .unwrap()
    };
    let old = add("report-draft.pdf", "pdf/annual-report-en.pdf");
    let gone = add("guide.docx", "office/guide.docx");
    desk.attachments_add_bytes(&draft.id, b"name,number\nx,1\n", named("table.csv"))
        .unwrap();
    let first = desk.review_submit(&draft.id, "").unwrap();
    desk.review_approve(&draft.id, &first.hash).unwrap();
    desk.attachments_remove(&old.id).unwrap();
    desk.attachments_remove(&gone.id).unwrap();
    let new = add("report_final.pdf", "pdf/dalil-ar.pdf");
    let list = desk
        .attachments_add_bytes(&draft.id, b"region\nnorth\n", named("regions.csv"))
        .unwrap();
    desk.review_submit(&draft.id, "").unwrap();

    let files = desk.review_diff(&draft.id, None).unwrap().files;
    let told: Vec<(&str, FileChange)> = files
        .iter()
        .map(|file| (file.name.as_str(), file.change))
        .collect();
    assert_eq!(
        told,
        [
            ("table.csv", FileChange::Same),
            ("report_final.pdf", FileChange::Replaced),
            ("regions.csv", FileChange::New),
            ("guide.docx", FileChange::Removed),
        ]
    );
    let (before, after) = (files[1].before.as_ref(), files[1].after.as_ref());
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!((&before.sha256, before.bytes), (&old.sha256, old.bytes));
    assert_eq!((&after.sha256, after.bytes), (&new.sha256, new.bytes));
    assert!(before.pages > Some(0) && after.pages > Some(0));
    assert!(before.here && after.here);

    let pages: Vec<Vec<u8>> = [&old.sha256, &new.sha256, &old.sha256]
        .map(|sha256| desk.first_page(sha256).unwrap())
        .into();
    assert!(pages.iter().all(|page| page.starts_with(b"\x89PNG")));
    assert_ne!(pages[0], pages[1]);
    assert_eq!(pages[0], pages[2]);
    // Nothing can be drawn of a table, asked once or again; of unknown bytes nothing is known.
    for sha256 in [&list.sha256, &list.sha256, &"0".repeat(64)] {
        let refused = desk.first_page(sha256).unwrap_err();
        assert_eq!(refused.code, Code::NotFound, "{sha256}");
    }
    // Bytes that went astray are said to be away.
    std::fs::remove_file(desk.blob_path(&gone.sha256).unwrap()).unwrap();
    let files = desk.review_diff(&draft.id, None).unwrap().files;
    assert!(!files[3].before.as_ref().unwrap().here);
    assert_eq!(
        desk.first_page(&gone.sha256).unwrap_err().code,
        Code::BlobMissing
    );
}

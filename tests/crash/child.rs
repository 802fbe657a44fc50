//! What the killed children do, and what the parent looks at afterwards.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use qalam_content::body::blob_refs;
use qalam_desk::drafts::{BringIn, DraftQuery, NewAttachment, NewDraft, SaveDraft, Text};
use qalam_desk::outbox::PortalKind;
use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::profile::{NewProfile, Role};
use qalam_desk::publications::PublicationQuery;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::search::SearchRequest;
use qalam_desk::secrets::{MemorySecrets, Secrets};
use qalam_desk::{Desk, OpenOptions};
use qalam_portal::courier::{Courier, CourierOptions, secret_name};
use qalam_portal::practice::{self, Practice, PracticeOptions};

/// Where a portal's token is kept; the child knows it by the environment only.
const PORTAL: &str = "portal";

/// Run by the parent in a process of its own; does nothing in an ordinary test run.
#[test]
fn work() {
    let Ok(kind) = std::env::var("QALAM_CRASH_CHILD") else {
        return;
    };
    let store = PathBuf::from(std::env::var("QALAM_CRASH_STORE").unwrap());
    let more = std::env::var("QALAM_CRASH_MORE").unwrap();
    let desk = Desk::open(&store, OpenOptions::default()).unwrap();
    match kind.as_str() {
        "edit" => edit(&desk, &more),
        "intake" => intake(&desk, Path::new(&more), done),
        "send" => send(Arc::new(desk), &more),
        "bring" => bring(&desk),
        other => panic!("no such work: {other}"),
    }
}

/// Tells the parent that something is on the disk. One line, flushed.
fn done(what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\ndone {what}").unwrap();
    out.flush().unwrap();
}

/// Types on and on, each save with the next number, acknowledged only after it returned.
fn edit(desk: &Desk, draft: &str) {
    let mut version = desk.drafts_open(draft).unwrap().languages.remove(0);
    let mut number = counter(desk, draft);
    loop {
        number += 1;
        let saved = desk
            .drafts_save(SaveDraft {
                draft: draft.to_owned(),
                lang: version.lang.clone(),
                base: version.rev.clone(),
                title: None,
                summary: None,
                text: Text::Markdown(format!("word {number}\n\nكلمة وأخرى\n")),
                fields: None,
                follows: false,
            })
            .unwrap();
        version.rev = saved.rev;
        done(&number.to_string());
    }
}

/// The number in the newest saved text.
pub fn counter(desk: &Desk, draft: &str) -> u64 {
    let body = &desk.drafts_open(draft).unwrap().languages[0].body;
    body.lines()
        .next()
        .and_then(|l| l.strip_prefix("word "))
        .map_or(0, |n| n.parse().unwrap())
}

/// Brings in one document after the other.
fn bring(desk: &Desk) {
    let bytes = std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/word/letter.docx"),
    )
    .unwrap();
    loop {
        let brought = desk.drafts_bring_in(&BringIn {
            name: "letter.docx",
            bytes: &bytes,
            content_type: "news",
            ..BringIn::default()
        });
        done(&brought.unwrap().draft.unwrap().id);
    }
}

/// The drafts, each with its report and every picture its text shows.
pub fn brought_whole(desk: &Desk) -> BTreeSet<String> {
    let mut drafts = BTreeSet::new();
    let mut after = None;
    loop {
        let page = desk
            .drafts_list(&DraftQuery {
                after,
                ..DraftQuery::default()
            })
            .unwrap();
        for row in page.drafts {
            let draft = desk.drafts_open(&row.id).unwrap();
            assert!(desk.drafts_brought(&row.id).unwrap().is_some());
            let shown = blob_refs(&draft.languages[0].body);
            assert!(!shown.is_empty());
            for sha256 in shown {
                assert!(draft.attachments.iter().any(|one| one.sha256 == sha256));
                assert!(desk.blob_path(&sha256).unwrap().exists());
            }
            drafts.insert(row.id);
        }
        after = page.next;
        if after.is_none() {
            return drafts;
        }
    }
}

pub fn new_draft(desk: &Desk, title: &str) -> String {
    desk.drafts_create(NewDraft {
        content_type: "announcement".into(),
        lang: "en".into(),
        title: title.into(),
        summary:
            "Everything that was acknowledged is still there after the power failed, word for word."
                .into(),
        areas: vec!["ta1".into()],
        fields: serde_json::from_value(
            serde_json::json!({ "kind": "notice", "validFrom": "2026-03-01" }),
        )
        .unwrap(),
        ..NewDraft::default()
    })
    .unwrap()
    .id
}

/// Files that differ, a few of them PDF.
pub fn make_files(folder: &Path, count: usize) {
    std::fs::create_dir_all(folder).unwrap();
    let pdf = std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pdf/plan-national-fr.pdf"),
    )
    .unwrap();
    for n in 0..count {
        if n % 40 == 0 {
            let mut bytes = pdf.clone();
            bytes.extend_from_slice(format!("\n% copy {n}\n").as_bytes());
            std::fs::write(folder.join(format!("{n:04}.pdf")), bytes).unwrap();
        } else {
            std::fs::write(
                folder.join(format!("{n:04}.txt")),
                format!("Notice number {n}\n\nText of notice {n}.\n"),
            )
            .unwrap();
        }
    }
}

/// Takes the folder in, telling each file that is in.
pub fn intake(desk: &Desk, folder: &Path, mut told: impl FnMut(&str)) {
    let mut last = BTreeSet::new();
    desk.intake_blocking(
        &[folder.to_path_buf()],
        IntakeOptions::default(),
        &mut |job| {
            for item in &job.items {
                if let (Some(_), Some(sha256)) = (&item.id, &item.sha256)
                    && last.insert(sha256.clone())
                {
                    told(sha256);
                }
            }
        },
    )
    .unwrap();
}

pub fn publication_hashes(desk: &Desk) -> BTreeSet<String> {
    let mut hashes = BTreeSet::new();
    let mut after = None;
    loop {
        let page = desk
            .publications_list(&PublicationQuery {
                after,
                limit: 200,
                ..PublicationQuery::default()
            })
            .unwrap();
        for one in page.publications {
            assert!(hashes.insert(one.sha256), "the same bytes twice");
        }
        after = page.next;
        if after.is_none() {
            return hashes;
        }
    }
}

/// Everything an intake leaves behind that people can see: descriptions, texts, questions, and what
/// search finds.
pub fn what_is_there(desk: &Desk) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = None;
    loop {
        let page = desk
            .publications_list(&PublicationQuery {
                after,
                limit: 200,
                ..PublicationQuery::default()
            })
            .unwrap();
        for one in page.publications {
            let text = desk.publications_text(&one.id).unwrap();
            let opened = desk.publications_open(&one.id).unwrap();
            let alike: Vec<_> = opened
                .likenesses
                .iter()
                .map(|like| {
                    (
                        &like.publication_title,
                        &like.other_title,
                        like.kind,
                        like.alike,
                    )
                })
                .collect();
            let problems: Vec<_> = one.problems.iter().map(|problem| &problem.code).collect();
            assert_eq!(one.has_thumbnail, desk.thumbnail_path(&one.id).exists());
            let (title, year, languages, pages) = (&one.title, one.year, &one.languages, one.pages);
            let name = &one.name;
            all.push(format!(
                "{name} {title} {year:?} {languages:?} {pages:?} {problems:?} {alike:?} {text}"
            ));
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    for query in ["notice 77", "plan national", "santé"] {
        let found = desk
            .search(&SearchRequest {
                query: query.into(),
                limit: 200,
                ..SearchRequest::default()
            })
            .unwrap();
        let mut hits: Vec<String> = found
            .hits
            .iter()
            .map(|hit| format!("{query}: {} {:?} {}", hit.title, hit.page, hit.snippet))
            .collect();
        hits.sort();
        all.extend(hits);
    }
    all
}

pub async fn start_practice(dir: &Path) -> Practice {
    practice::start(PracticeOptions::in_dir(dir)).await.unwrap()
}

pub fn connect(desk: &Desk, practice: &Practice) {
    desk.set_profile(&NewProfile {
        owner: "TR".into(),
        owner_kind: None,
        name: "Sample Focal Point".into(),
        role: Role::Both,
        display_lang: "en".into(),
    })
    .unwrap();
    desk.portals_add(&NewPortal {
        name: PORTAL.into(),
        url: practice.url.clone(),
        kind: PortalKind::Contract,
        user: None,
    })
    .unwrap();
}

/// A piece with a file, submitted and approved.
pub fn approved_draft(desk: &Desk, round: usize) -> String {
    let draft = new_draft(desk, &format!("Notice number {round}"));
    let bytes = format!("Annex of notice {round}\n").repeat(4_000);
    desk.attachments_add_bytes(
        &draft,
        bytes.as_bytes(),
        NewAttachment {
            name: format!("annex-{round}.txt"),
            ..NewAttachment::default()
        },
    )
    .unwrap();
    let release = desk.review_submit(&draft, "").unwrap();
    desk.review_approve(&draft, &release.hash).unwrap();
    draft
}

fn courier(desk: Arc<Desk>, token: &str) -> Courier {
    let secrets = Arc::new(MemorySecrets::default());
    let portal = desk.portal(PORTAL).unwrap();
    secrets
        .set(&secret_name(&portal.id), &token.into())
        .unwrap();
    Courier::new(desk, secrets, CourierOptions::default()).unwrap()
}

/// Sends, telling each piece whose receipt is on the disk.
fn send(desk: Arc<Desk>, token: &str) {
    let watched = Arc::clone(&desk);
    let changes = desk.subscribe();
    std::thread::spawn(move || {
        let mut told = BTreeSet::new();
        for _ in changes {
            for receipt in watched.outbox_receipts(0).unwrap() {
                if told.insert(receipt.draft.clone()) {
                    done(&receipt.draft);
                }
            }
        }
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(send_all(desk, token));
    // The parent decides when this ends.
    std::thread::sleep(Duration::from_secs(600));
}

pub async fn send_all(desk: Arc<Desk>, token: &str) {
    desk.outbox_send_now().unwrap();
    let run = courier(desk, token)
        .run_until_empty(Some(Duration::from_secs(300)))
        .await
        .unwrap();
    assert!(run.empty, "not everything was sent: {run:?}");
}

pub fn received(desk: &Desk, draft: &str) -> bool {
    desk.outbox_list()
        .unwrap()
        .entries
        .iter()
        .any(|e| e.draft == draft && e.receipt.as_ref().is_some_and(|r| r.release == e.release))
}

/// The portal's own list holds each piece once, complete.
pub async fn exactly_once(practice: &Practice, drafts: &[String]) {
    let url = format!("{}/v1/items?limit=1000", practice.url);
    // The client needs a crypto provider even for plain HTTP on loopback.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer: serde_json::Value = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(url)
        .bearer_auth(&practice.token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let items = answer["items"].as_array().unwrap();
    let ids: BTreeSet<&str> = items.iter().map(|i| i["id"].as_str().unwrap()).collect();
    assert_eq!(
        items.len(),
        drafts.len(),
        "the portal holds another number of pieces: {answer}"
    );
    assert_eq!(ids, drafts.iter().map(String::as_str).collect());
}

//! What is sent in the place of a file: made smaller, without where a picture was taken, frozen in
//! the release under its own hash; the original stays.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;
#[path = "../../content/tests/samples/mod.rs"]
mod samples;

use std::path::PathBuf;
use std::time::Duration;

use common::office::{Office, Room, some_file};
use qalam_content::readers::picture;
use qalam_content::slim::NotSlimmed;
use qalam_desk::drafts::{AttachmentRole, Draft, NewAttachment, NewDraft};
use qalam_desk::publications::PublicationQuery;
use qalam_desk::publications::intake::IntakeOptions;
use qalam_desk::publications::slim::SlimChoice;
use serde_json::json;

const FOR_LONG: Duration = Duration::from_secs(60);

/// A photograph that says where it was taken and that it is to be turned.
fn photograph(width: u32, height: u32) -> Vec<u8> {
    let plain = samples::photograph(width, height);
    let exif: &[u8] = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\
        \x88\x25\0\x04\0\0\0\x01\0\0\0\x26\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0\0\0\0\0";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let mut out = vec![0xFF, 0xD8, 0xFF, 0xE1, length[0], length[1]];
    out.extend_from_slice(exif);
    out.extend_from_slice(&plain[2..]);
    assert_eq!(picture::facts(&out).warnings[0].code, "position");
    out
}

fn draft(office: &Office) -> String {
    let new = NewDraft {
        content_type: "announcement".into(),
        lang: "ar".into(),
        title: "دعوة مع ملفات".into(),
        summary: "تعلن وزارة الصحة (نموذج) عن دعوة مفتوحة لجميع المهتمين بالصحة العامة.".into(),
        body: "نص تجريبي للإعلان الموجه إلى الجمهور.".into(),
        fields: json!({"kind": "call", "validFrom": "2026-11-21", "organisation": "SESRIC"})
            .as_object()
            .unwrap()
            .clone(),
        areas: vec!["ta1".into()],
        ..NewDraft::default()
    };
    office.desk.drafts_create(new).unwrap().id
}

fn publication(office: &Office, path: PathBuf) -> String {
    office
        .desk
        .intake_blocking(&[path], IntakeOptions::default(), &mut |_| ())
        .unwrap();
    let page = office
        .desk
        .publications_list(&PublicationQuery::default())
        .unwrap();
    page.publications.last().unwrap().id.clone()
}

/// The bytes the portal holds under this hash.
async fn held(room: &Room, sha256: &str) -> Option<Vec<u8>> {
    let folder = room.dir.path().join("portal");
    let mut left = vec![folder];
    while let Some(at) = left.pop() {
        for entry in std::fs::read_dir(at).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                left.push(path);
            } else if path.file_name().unwrap().to_string_lossy() == sha256 {
                return std::fs::read(path).ok();
            }
        }
    }
    None
}

fn file<'a>(draft: &'a Draft, name: &str) -> &'a qalam_desk::drafts::Attachment {
    draft
        .attachments
        .iter()
        .find(|file| file.name == name)
        .unwrap()
}

/// The desk as the next start of the program finds it: what was taken off can be put back until then.
fn restarted(room: &Room, office: Office) -> Office {
    drop(office);
    room.desk("one")
}

#[tokio::test(flavor = "multi_thread")]
async fn smaller_copies_arrive_and_the_originals_stay() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let at = |name: &str| room.dir.path().join(name);
    std::fs::write(at("report.pdf"), samples::wasteful(6_000)).unwrap();
    std::fs::write(at("visit.jpg"), photograph(2_400, 1_600)).unwrap();
    std::fs::write(at("map.jpg"), photograph(300, 200)).unwrap();
    let noise = some_file(&room, "noise.pdf", 300_000);
    let report = publication(&office, at("report.pdf"));
    let visit = publication(&office, at("visit.jpg"));
    let map = publication(&office, at("map.jpg"));
    let id = draft(&office);
    office
        .desk
        .attachments_add(
            &id,
            &[report.clone(), visit.clone(), map],
            Some(AttachmentRole::Supplement),
        )
        .unwrap();
    office
        .desk
        .attachments_add_file(&id, &noise, NewAttachment::default())
        .unwrap();
    let hash = office.approve(&id);
    let opened = office.desk.drafts_open(&id).unwrap();

    // What is said of each: what was saved, or why not.
    let sent = |name: &str| file(&opened, name).sent.clone().unwrap();
    let document = sent("report.pdf");
    assert!(document.bytes * 3 < file(&opened, "report.pdf").bytes);
    assert!(document.report.unwrap().lossless);
    let photograph = sent("visit.jpg");
    let said = photograph.report.clone().unwrap();
    assert_eq!(said.size_after, Some((1_067, 1_600)), "it is turned");
    assert!(said.cleaned);
    assert!(
        sent("map.jpg").report.unwrap().cleaned,
        "small, but cleaned"
    );
    assert_eq!(sent("noise.pdf").why, Some(NotSlimmed::Unreadable));
    assert_eq!(sent("noise.pdf").sha256, sent("noise.pdf").original);

    // The release names what is sent, and that is what arrives.
    let (_, canonical) = office.desk.review_release(&hash).unwrap();
    let canonical: serde_json::Value = serde_json::from_slice(&canonical).unwrap();
    for file in canonical["attachments"].as_array().unwrap() {
        let sent = sent(file["name"].as_str().unwrap());
        assert_eq!(file["sha256"], sent.sha256.as_str());
        assert_eq!(file["bytes"], sent.bytes);
    }
    let run = office.courier().run_until_empty(Some(FOR_LONG)).await;
    assert!(run.unwrap().empty);
    assert_eq!(office.state(&hash), "received");
    for name in ["visit.jpg", "map.jpg"] {
        let arrived = held(&room, &sent(name).sha256).await.expect(name);
        assert!(picture::facts(&arrived).warnings.is_empty(), "{name}");
        let seen = picture::describe(&arrived);
        assert!(seen.width < seen.height, "{name} stays turned");
        assert!(held(&room, &sent(name).original).await.is_none(), "{name}");
    }
    assert!(held(&room, &document.sha256).await.is_some());

    // The originals stay, and nothing is left lying about.
    for name in ["report.pdf", "visit.jpg", "map.jpg"] {
        let original = office.desk.blobs().open(&sent(name).original);
        assert_eq!(
            original.unwrap().length().unwrap(),
            file(&opened, name).bytes
        );
    }
    let check = office.desk.check().unwrap();
    assert!(check.ok && check.orphans.is_empty(), "{check:?}");
    assert_eq!(office.desk.sweep().unwrap(), 0);
    assert!(office.desk.check().unwrap().ok);

    // Submitting the same again is the same release.
    assert_eq!(office.desk.review_submit(&id, "").unwrap().hash, hash);
    let diff = office.desk.review_diff(&id, None).unwrap();
    assert!(diff.files.iter().all(|file| json!(file.change) == "same"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_copy_warns_of_what_it_still_holds() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let at = |name: &str| room.dir.path().join(name);
    let lines = String::from_utf8(samples::wasteful(6_000)).unwrap();
    let mut lines = lines.split(r"says \(the same\) as every other");
    let mut people = lines.next().unwrap().to_owned();
    for (number, rest) in lines.enumerate() {
        // As long as what stood there: places in the file stay true.
        people.push_str(&format!("+21266{number:07} p{number:05}@example.org{rest}"));
    }
    std::fs::write(at("people.pdf"), people).unwrap();
    std::fs::write(at("visit.jpg"), photograph(300, 200)).unwrap();
    let ids = [
        publication(&office, at("people.pdf")),
        publication(&office, at("visit.jpg")),
    ];
    let id = draft(&office);
    office.desk.attachments_add(&id, &ids, None).unwrap();
    let hash = office.desk.review_submit(&id, "").unwrap().hash;
    let opened = office.desk.drafts_open(&id).unwrap();
    let [people, visit] = ["people.pdf", "visit.jpg"].map(|name| file(&opened, name));
    for one in [people, visit] {
        assert_ne!(one.sent.as_ref().unwrap().sha256, one.sha256, "a copy goes");
    }
    let warnings = office.desk.review_warnings(&hash).unwrap();
    let of = |name: &str| {
        let named = warnings
            .iter()
            .filter(|one| one.params.get("name").is_some_and(|of| of == name));
        named.map(|one| one.code.as_str()).collect::<Vec<_>>()
    };
    assert!(
        of("people.pdf")
            .iter()
            .any(|code| code.starts_with("file_holds_")),
        "{warnings:?}"
    );
    assert!(of("visit.jpg").is_empty(), "the place is out: {warnings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_choice_counts_before_the_rule() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let path = room.dir.path().join("report.pdf");
    std::fs::write(&path, samples::wasteful(6_000)).unwrap();
    let report = publication(&office, path);
    let id = draft(&office);
    office
        .desk
        .attachments_add(&id, std::slice::from_ref(&report), None)
        .unwrap();
    let one = std::slice::from_ref(&report);
    let told = office.desk.publications_slim(one, None).unwrap().remove(0);
    assert!(told.sent.unwrap().report.is_some());
    office
        .desk
        .publications_slim(one, Some(SlimChoice::Never))
        .unwrap();
    let opened = office.desk.attachments_prepare(&id).unwrap();
    assert_eq!(opened.attachments[0].sent, None);

    let never = json!({"pdf": false, "pictures": false, "max_edge": 1600, "quality": 80});
    office.desk.set_setting("slim", &never).unwrap();
    office
        .desk
        .publications_slim(one, Some(SlimChoice::Rule))
        .unwrap();
    assert_eq!(
        office.desk.attachments_prepare(&id).unwrap().attachments[0].sent,
        None
    );
    office
        .desk
        .publications_slim(one, Some(SlimChoice::Always))
        .unwrap();
    let opened = office.desk.attachments_prepare(&id).unwrap();
    assert!(opened.attachments[0].sent.is_some());

    // With the last that needs it, the copy goes too.
    office
        .desk
        .attachments_remove(&opened.attachments[0].id)
        .unwrap();
    office.desk.publications_remove(&report).unwrap();
    let office = restarted(&room, office);
    let check = office.desk.check().unwrap();
    assert!(check.ok && check.orphans.is_empty());
    assert_eq!(check.blobs, 0);
    assert!(
        office
            .desk
            .set_setting("slim", &json!({"max_edge": 1}))
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_in_the_text_is_made_smaller_when_it_is_put_there() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let id = draft(&office);
    let large = photograph(2_400, 1_600);
    let new = || NewAttachment {
        name: "visit.jpg".into(),
        role: Some(AttachmentRole::Picture),
        ..NewAttachment::default()
    };
    let shown = office
        .desk
        .attachments_add_bytes(&id, &large, new())
        .unwrap();
    let opened = office.desk.drafts_open(&id).unwrap();
    let sent = opened.attachments[0].sent.clone().unwrap();
    assert_eq!(sent.sha256, shown.sha256);
    assert_ne!(sent.original, shown.sha256);
    assert!(shown.bytes < large.len() as u64);
    assert_eq!(
        office
            .desk
            .blobs()
            .open(&sent.original)
            .unwrap()
            .length()
            .unwrap(),
        large.len() as u64
    );
    assert_eq!(office.desk.sweep().unwrap(), 0);
    // The same picture again is the same file.
    office
        .desk
        .attachments_add_bytes(&id, &large, new())
        .unwrap();
    assert_eq!(office.desk.drafts_open(&id).unwrap().attachments.len(), 1);
    office.desk.attachments_remove(&shown.id).unwrap();
    let office = restarted(&room, office);
    assert_eq!(office.desk.check().unwrap().blobs, 0);
}

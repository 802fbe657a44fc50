//! Files on drafts, and the bytes behind them.

use std::collections::BTreeMap;
use std::fs;

use qalam_desk::Code;
use qalam_desk::drafts::{AttachmentChange, AttachmentRole, NewAttachment, NewDraft};

use crate::{Room, open, rev, write};

/// The smallest picture there is: one grey PNG pixel.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x68, 0x00, 0x00, 0x00,
    0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];

fn named(name: &str) -> NewAttachment {
    NewAttachment {
        name: name.to_owned(),
        ..NewAttachment::default()
    }
}

#[test]
fn bytes_are_stored_once_and_removed_after_their_last_use() {
    let room = Room::ready();
    let (one, two) = (room.news("Un"), room.news("Deux"));
    let add = |draft: &str, name: &str| {
        room.desk
            .attachments_add_bytes(draft, b"the same words", named(name))
            .unwrap()
    };
    let first = add(&one.id, "C:\\dossier\\rapport.txt");
    assert_eq!(first.name, "rapport.txt");
    assert_eq!(first.role, AttachmentRole::Supplement);
    let again = add(&one.id, "copie.txt");
    assert_eq!(
        again.id, first.id,
        "the same bytes in the same role stay once"
    );
    let second = add(&two.id, "copie.txt");
    let path = room.desk.blob_path(&first.sha256).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"the same words");
    assert_eq!(room.desk.check().unwrap().blobs, 1);
    room.desk.attachments_remove(&first.id).unwrap();
    assert!(path.exists());
    let left = room.desk.attachments_remove(&second.id).unwrap();
    assert!(left.attachments.is_empty());
    // They may be put back while the program runs, and are gone once it ended.
    assert!(path.exists());
    let Room { dir, clock, desk } = room;
    drop(desk);
    let desk = open(dir.path(), &clock).unwrap();
    assert!(!path.exists());
    let late = desk.attachments_put_back(&second.id).unwrap_err();
    assert_eq!(late.code, Code::NotFound);
    let report = desk.check().unwrap();
    assert!(report.ok && report.orphans.is_empty() && report.blobs == 0);
}

#[test]
fn a_released_file_stays_when_the_draft_lets_it_go() {
    let room = Room::ready();
    let draft = room.complete("Un centre ouvre");
    let file = room
        .desk
        .attachments_add_bytes(&draft.id, b"name,number\nx,1\n", named("table.csv"))
        .unwrap();
    assert_eq!(file.role, AttachmentRole::Data);
    let release = room.desk.review_submit(&draft.id, "").unwrap();
    room.desk.attachments_remove(&file.id).unwrap();
    assert!(room.desk.blob_path(&file.sha256).unwrap().exists());
    let (_, bytes) = room.desk.review_release(&release.hash).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains(&file.sha256));
    let diff = room.desk.review_diff(&draft.id, None).unwrap();
    assert_eq!(diff.files.len(), 1);
}

#[test]
fn a_picture_in_the_text_cannot_be_taken_away() {
    let room = Room::ready();
    let draft = room.news("Avec image");
    let picture = room
        .desk
        .attachments_add_bytes(&draft.id, PIXEL, named("photo.png"))
        .unwrap();
    assert_eq!(picture.role, AttachmentRole::Picture);
    assert_eq!(picture.mime, "image/png");
    let body = format!("![Une photo](qalam:{})", picture.sha256);
    let saved = write(&room.desk, &draft.id, "fr", &rev(&draft, "fr"), &body).unwrap();
    let refused = room.desk.attachments_remove(&picture.id);
    assert_eq!(refused.unwrap_err().code, Code::AttachmentInText);
    // Copied into another draft, the picture comes along.
    let other = room.news("Copie");
    write(&room.desk, &other.id, "fr", &rev(&other, "fr"), &body).unwrap();
    let other = room.desk.drafts_open(&other.id).unwrap();
    assert_eq!(other.attachments.len(), 1);
    assert_eq!(other.attachments[0].name, "photo.png");
    write(&room.desk, &draft.id, "fr", &saved.rev, "Sans image.").unwrap();
    room.desk.attachments_remove(&picture.id).unwrap();
    assert!(room.desk.blob_path(&picture.sha256).unwrap().exists());
}

#[test]
fn roles_words_and_order_can_be_changed() {
    let room = Room::ready();
    let draft = room.news("Ordre");
    let ids: Vec<String> = ["a", "b", "c"]
        .iter()
        .map(|name| {
            let bytes = name.repeat(10);
            room.desk
                .attachments_add_bytes(&draft.id, bytes.as_bytes(), named(&format!("{name}.txt")))
                .unwrap()
                .id
        })
        .collect();
    let changed = room
        .desk
        .attachments_set(
            &ids[2],
            AttachmentChange {
                role: Some(AttachmentRole::Data),
                alt: Some(BTreeMap::from([
                    ("AR".to_owned(), " صورة ".to_owned()),
                    ("fr".to_owned(), " ".to_owned()),
                ])),
                title: Some(" Table ".to_owned()),
                position: Some(0),
            },
        )
        .unwrap();
    let names: Vec<&str> = changed
        .attachments
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["c.txt", "a.txt", "b.txt"]);
    let first = &changed.attachments[0];
    assert_eq!(
        first.alt,
        BTreeMap::from([("ar".to_owned(), "صورة".to_owned())])
    );
    assert_eq!(
        (first.title.as_str(), first.role),
        ("Table", AttachmentRole::Data)
    );
}

#[test]
fn what_cannot_be_attached_leaves_nothing_behind() {
    let room = Room::ready();
    let draft = room.news("Refus");
    let add = |bytes: &[u8], role| {
        room.desk
            .attachments_add_bytes(
                &draft.id,
                bytes,
                NewAttachment {
                    role,
                    ..named("x.png")
                },
            )
            .unwrap_err()
            .code
    };
    assert_eq!(add(b"", None), Code::FileEmpty);
    assert_eq!(
        add(b"no picture at all", Some(AttachmentRole::Picture)),
        Code::PictureNotSupported
    );
    let missing = room.desk.attachments_add_file(
        &draft.id,
        &room.dir.path().join("nothing.pdf"),
        NewAttachment::default(),
    );
    assert_eq!(missing.unwrap_err().code, Code::PathNotFound);
    let nobody = room
        .desk
        .attachments_add_bytes(&qalam_desk::id::new_id(), b"x", named("x.txt"));
    assert_eq!(nobody.unwrap_err().code, Code::NotFound);
    let report = room.desk.check().unwrap();
    assert!(report.ok && report.orphans.is_empty());
    assert_eq!(fs::read_dir(room.desk.tmp()).unwrap().count(), 0);
}

#[test]
fn files_come_from_paths_too() {
    let room = Room::ready();
    let draft = room
        .desk
        .drafts_create(NewDraft {
            content_type: "publication".to_owned(),
            lang: "ar".to_owned(),
            ..NewDraft::default()
        })
        .unwrap();
    let path = room.dir.path().join("تقرير.txt");
    fs::write(&path, "نص").unwrap();
    let file = room
        .desk
        .attachments_add_file(&draft.id, &path, NewAttachment::default())
        .unwrap();
    assert_eq!(file.name, "تقرير.txt");
    assert_eq!(file.bytes, 4);
    assert!(path.exists());
}

#[test]
fn what_was_taken_off_is_put_back_as_it_was() {
    let room = Room::ready();
    let draft = room.news("Trois fichiers");
    let ids: Vec<String> = ["un", "deux", "trois"]
        .map(|word| {
            room.desk
                .attachments_add_bytes(&draft.id, word.as_bytes(), named(&format!("{word}.txt")))
                .unwrap()
                .id
        })
        .to_vec();
    let words = AttachmentChange {
        role: Some(AttachmentRole::Data),
        title: Some("Le deuxième".to_owned()),
        ..AttachmentChange::default()
    };
    let before = room.desk.attachments_set(&ids[1], words).unwrap();
    let left = room.desk.attachments_remove(&ids[1]).unwrap();
    assert_eq!(left.attachments.len(), 2);
    let back = room.desk.attachments_put_back(&ids[1]).unwrap();
    assert_eq!(back.attachments, before.attachments);
    assert_eq!(
        room.desk.attachments_put_back(&ids[1]).unwrap(),
        back,
        "once is enough"
    );

    // The same bytes attached anew stay once.
    room.desk.attachments_remove(&ids[0]).unwrap();
    let anew = room
        .desk
        .attachments_add_bytes(&draft.id, b"un", named("un.txt"))
        .unwrap();
    let back = room.desk.attachments_put_back(&ids[0]).unwrap();
    assert_eq!(back.attachments.len(), 3);
    assert!(back.attachments.iter().any(|file| file.id == anew.id));
}

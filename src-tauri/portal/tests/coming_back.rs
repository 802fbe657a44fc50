//! What portals say and change comes back, through a real courier and a real portal: withdrawal,
//! conflicts settled by a person, pieces adopted by another desk.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;

use std::collections::BTreeMap;

use common::office::{Editor, Office, Room, rewrite, some_file};
use qalam_content::diff::ChangeKind;
use qalam_content::merge::{Fate, Side};
use qalam_desk::Code;
use qalam_desk::outbox::SettleWith;

async fn fetch(office: &Office) {
    let mut courier = office.courier();
    courier.fetch().await.expect("news");
    courier.run_once().await.expect("run");
}

const TITLE_OF_EDITOR: &[(&str, &str)] = &[
    ("action", "title"),
    ("lang", "ar"),
    ("text", "عنوان المحرر"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_delivered_piece_is_withdrawn_at_the_portal() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let (draft, hash) = office.approved("دعوة", &[]);
    office.send(3).await;
    let entry = office.entry(&hash);
    assert_eq!(
        office.desk.outbox_withdraw(&entry.id, "").unwrap_err().code,
        Code::ReasonNeeded
    );
    office
        .desk
        .outbox_withdraw(&entry.id, "أرقام غير صحيحة")
        .expect("asked");
    assert!(office.entry(&hash).withdrawing);
    // The portal stalls once; it is asked again.
    room.portal.faults.set("503*1").expect("fault");
    office.send(6).await;
    let item = &room.held().await.items[0];
    assert_eq!(
        (item.id.as_str(), item.state.as_str()),
        (draft.as_str(), "withdrawn")
    );
    let entries = office.desk.outbox_list().expect("outbox").entries;
    assert!(entries.is_empty(), "{entries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_seen_by_part_and_settled() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let (draft, _) = office.approved("دعوة", &[]);
    office.send(3).await;
    let editor = Editor::enter(&room.portal).await;
    editor.decide(&draft, TITLE_OF_EDITOR).await;
    rewrite(&office, &draft, "نص جديد للإعلان الموجه إلى الجمهور.");
    let second = office.approve(&draft);
    office.send(3).await;
    assert_eq!(office.state(&second), "conflict");
    assert!(
        office.entry(&second).theirs,
        "their text is here to be looked at"
    );

    let view = office.desk.conflicts_open(&draft, None).expect("conflict");
    assert!(view.has_base && !view.theirs_only);
    let fates: BTreeMap<&str, Fate> = view
        .parts
        .iter()
        .filter(|part| part.fate != Fate::Unchanged)
        .map(|part| (part.key.as_str(), part.fate))
        .collect();
    assert_eq!(
        fates,
        BTreeMap::from([("title.ar", Fate::Theirs), ("body.ar.0", Fate::Ours)])
    );
    let how = SettleWith::Parts {
        choices: BTreeMap::new(),
    };
    let marks = &view.marks["title.ar"];
    assert!(marks.ours.iter().all(|run| run.kind == ChangeKind::Same));
    let new: String = (marks.theirs.iter())
        .filter(|run| run.kind != ChangeKind::Removed)
        .map(|run| run.text.as_str())
        .collect();
    assert_eq!(new, "عنوان المحرر");
    let shown = office
        .desk
        .conflicts_preview(&draft, None, &BTreeMap::new(), &|_| None)
        .expect("preview");
    assert_eq!(shown[0].title, "عنوان المحرر");
    assert!(shown[0].body.html.contains("نص جديد"), "{shown:?}");
    let stale = office.desk.conflicts_settle(&draft, None, "another", &how);
    assert_eq!(stale.unwrap_err().code, Code::Conflict);
    let merged = office
        .desk
        .conflicts_settle(&draft, None, &view.seen, &how)
        .expect("settled");
    assert_eq!(
        merged.state.as_str(),
        "draft",
        "it has to be reviewed again"
    );
    let text = &merged.languages[0];
    assert_eq!(text.title, "عنوان المحرر");
    assert!(text.body.starts_with("نص جديد"), "{}", text.body);
    let history = office
        .desk
        .drafts_history(&draft, Some("ar"))
        .expect("history");
    assert!(history.len() >= 2, "nothing is overwritten");

    let third = office.approve(&draft);
    office.send(3).await;
    assert_eq!(office.state(&third), "received");
    let item = &room.held().await.items[0];
    assert_eq!(
        (item.release.as_str(), item.edited),
        (third.as_str(), false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ours_or_theirs_as_a_whole() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let (draft, hash) = office.approved("دعوة", &[]);
    office.send(3).await;
    let editor = Editor::enter(&room.portal).await;
    editor.decide(&draft, TITLE_OF_EDITOR).await;
    fetch(&office).await;
    // Nothing of ours waits, and a person is told all the same.
    assert_eq!(office.reason(&hash), "changed_on_portal");
    assert_eq!(office.state(&hash), "conflict");
    let view = office
        .desk
        .conflicts_open(&draft, Some("portal"))
        .expect("view");
    assert!(view.theirs_only);
    office
        .desk
        .conflicts_settle(&draft, None, &view.seen, &SettleWith::Ours)
        .expect("settled");
    office.send(3).await;
    assert_eq!(office.state(&hash), "received");
    assert!(!room.held().await.items[0].edited);

    editor.decide(&draft, TITLE_OF_EDITOR).await;
    fetch(&office).await;
    let view = office.desk.conflicts_open(&draft, None).expect("view");
    let choices = view
        .parts
        .iter()
        .map(|part| (part.key.clone(), Side::Theirs))
        .collect();
    let taken = office
        .desk
        .conflicts_settle(&draft, None, &view.seen, &SettleWith::Parts { choices })
        .expect("settled");
    assert_eq!(taken.languages[0].title, "عنوان المحرر");
    assert_eq!(office.state(&hash), "received", "nothing is left to settle");
    assert_eq!(
        office.desk.conflicts_open(&draft, None).unwrap_err().code,
        Code::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_desk_adopts_a_piece_and_revises_it_offline() {
    let room = Room::new("").await;
    let first = room.desk("one");
    let file = some_file(&room, "annex.pdf", 20_000);
    let (item, _) = first.approved("دعوة", &[&file]);
    first.send(5).await;
    let second = room.desk("two");
    fetch(&second).await;
    let listed = second.desk.remote_list(None).expect("list");
    assert_eq!(listed.len(), 1);
    assert_eq!(
        (listed[0].item.as_str(), listed[0].title.as_str()),
        (item.as_str(), "دعوة")
    );
    assert!(!listed[0].here && !listed[0].wanted);
    assert_eq!(
        second.desk.remote_adopt("portal", &item).unwrap_err().code,
        Code::NotFound
    );
    second
        .desk
        .remote_fetch("portal", std::slice::from_ref(&item))
        .expect("asked");
    assert!(second.desk.remote_list(None).expect("list")[0].wanted);
    second.send(2).await;
    assert!(second.desk.remote_list(None).expect("list")[0].here);

    // From here on without the portal.
    let adopted = second.desk.remote_adopt("portal", &item).expect("adopted");
    assert_eq!(adopted.draft.id, item);
    assert_eq!(adopted.left_out, ["annex.pdf"]);
    assert_eq!(adopted.draft.languages[0].title, "دعوة");
    assert!(second.desk.remote_list(None).expect("list").is_empty());
    rewrite(&second, &item, "نص منقح للإعلان الموجه إلى الجمهور.");
    let revised = second.approve(&item);
    second.send(3).await;
    assert_eq!(second.state(&revised), "received");
    assert_eq!(room.held().await.items.len(), 1, "the same piece");

    // The first desk hears that its text was replaced, and shows both.
    fetch(&first).await;
    let view = first.desk.conflicts_open(&item, None).expect("both texts");
    assert!(view.theirs_only);
}

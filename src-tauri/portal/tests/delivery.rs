//! Two desks and a portal in one process: whatever goes wrong on the way, every approved piece arrives exactly once.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{fs, sync::Arc, time::Duration};

use common::{
    impatient,
    office::{Editor, Office, Room, rewrite, some_file},
    patient,
};
use qalam_desk::{
    Desk, OpenOptions,
    profile::{NewProfile, Role},
    secrets::MemorySecrets,
};
use qalam_portal::{
    courier::{self, Courier, CourierOptions, test_portal},
    practice::{self, PracticeOptions},
};
use serde_json::json;

const FOR_LONG: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn two_desks_deliver_side_by_side() {
    let room = Room::new("").await;
    let shared = some_file(&room, "shared.pdf", 300_000);
    let own = some_file(&room, "own.pdf", 100_000);
    let (one, two) = (room.desk("one"), room.desk("two"));
    let first = one.approved("دعوة أولى", &[&shared, &own]).1;
    let second = two.approved("دعوة ثانية", &[&shared]).1;
    let third = two.approved("دعوة ثالثة", &[]).1;
    let (mut a, mut b) = (one.courier(), two.courier());
    let (a, b) = tokio::join!(
        a.run_until_empty(Some(FOR_LONG)),
        b.run_until_empty(Some(FOR_LONG))
    );
    assert!(a.expect("one").empty && b.expect("two").empty);
    assert_eq!(one.state(&first), "received");
    assert_eq!(two.state(&second), "received");
    assert_eq!(two.state(&third), "received");
    let receipt = one.entry(&first).receipt.expect("receipt");
    assert_eq!(receipt.release, first);
    assert_eq!(receipt.files.len(), 2);
    let page = room.held().await;
    assert_eq!(page.items.len(), 3);
    assert!(page.items.iter().all(|item| item.missing.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_courier_per_desk() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let hash = office.approved("دعوة", &[]).1;
    let mut first = office.courier();
    let again = Courier::new(
        Arc::clone(&office.desk),
        Arc::clone(&office.secrets),
        CourierOptions::default(),
    );
    assert!(matches!(again, Err(courier::Error::Busy)));
    let watcher =
        Arc::new(Desk::open(&room.dir.path().join("one"), OpenOptions::default()).expect("desk"));
    let (run, emptied) = tokio::join!(
        first.run_until_empty(Some(FOR_LONG)),
        courier::wait_until_empty(&watcher, None, Some(FOR_LONG))
    );
    assert!(run.expect("run").empty);
    assert!(emptied.expect("watched"));
    assert_eq!(office.state(&hash), "received");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_courier_goes_on_at_the_byte() {
    // Slow on every stream: however many there are, the file is far from through at the kill.
    let room = Room::new("trickle=100000").await;
    let file = some_file(&room, "large.pdf", 24_000_000);
    let office = room.desk("one");
    let hash = office.approved("تقرير كبير", &[&file]).1;
    {
        let mut courier = office.courier();
        let well_begun = async {
            while office.entry(&hash).bytes_sent < 1_500_000 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            run = courier.run_until_empty(None) => panic!("to be killed in the middle: {run:?}"),
            () = well_begun => {}
        }
    }
    assert_eq!(office.state(&hash), "sending");
    let noted = office.entry(&hash).bytes_sent;
    drop(office);
    room.portal.faults.clear();

    let office = room.desk("one");
    let mut courier = office.courier();
    let run = courier.run_until_empty(Some(FOR_LONG)).await.expect("run");
    assert!(run.empty, "{run:?}");
    assert_eq!(office.state(&hash), "received");
    assert!(run.wire.resumed_bytes > 1_000_000, "{run:?}");
    assert!(
        run.wire.resumed_bytes + 400_000 > noted,
        "of {noted} bytes noted only what was on the line is lost: {run:?}"
    );
    let file_bytes = fs::metadata(&file).expect("file").len();
    assert!(
        run.wire.payload_bytes < file_bytes - run.wire.resumed_bytes + 10_000,
        "no byte went twice: {run:?}"
    );
    let page = room.held().await;
    assert_eq!(page.items.len(), 1);
    assert_eq!(
        page.items[0].receipt.as_ref().expect("receipt").release,
        hash
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_whose_files_came_later_is_not_sent_again() {
    let text = {
        let room = Room::new("").await;
        let office = room.desk("one");
        office.approved("دعوة", &[]);
        let mut courier = office.courier();
        let run = courier.run_until_empty(Some(FOR_LONG)).await.expect("run");
        run.wire.payload_bytes
    };
    let room = Room::new("").await;
    let file = some_file(&room, "one.pdf", 150_000);
    let office = room.desk("one");
    let hash = office.approved("دعوة", &[&file]).1;
    let mut courier = office.courier();
    let run = courier.run_until_empty(Some(FOR_LONG)).await.expect("run");
    assert_eq!(office.state(&hash), "received");
    assert_eq!(office.entry(&hash).receipt.expect("receipt").release, hash);
    let file = fs::metadata(&file).expect("file").len();
    assert!(
        run.wire.payload_bytes - file < text * 3 / 2,
        "the text went twice: {run:?}, {text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_goes_wrong_it_arrives_once() {
    for faults in [
        "cut_mid_body=300*2",
        "cut_mid_body=40000*6",
        "stall=30",
        "stall=30*2",
        "answer_lost",
        "answer_lost*5",
        "duplicate_answer*5",
        "status_500*4",
        "status_503=1*3",
        "401*2",
        "slow=40",
        "expired_upload",
        "expired_upload*3",
        "captive*4",
        "wrong_clock",
        "lie_hash*2",
        "answer_lost*2,cut_mid_body=20000*3,status_500*2,expired_upload,captive*2",
    ] {
        let room = Room::new("").await;
        let file = some_file(&room, "one.pdf", 150_000);
        let mut office = room.desk("one");
        office.http = impatient();
        room.portal.faults.set(faults).expect("faults");
        let (draft, hash) = office.approved("دعوة مفتوحة", &[&file]);
        let plain = office.approved("دعوة بلا ملفات", &[]).1;
        office.send(25).await;
        assert_eq!(
            office.state(&hash),
            "received",
            "{faults}: {:?}",
            office.entry(&hash)
        );
        assert_eq!(office.state(&plain), "received", "{faults}");
        assert_eq!(
            office.entry(&hash).receipt.expect("receipt").release,
            hash,
            "{faults}"
        );
        let page = room.held().await;
        assert_eq!(page.items.len(), 2, "{faults}: nothing twice");
        let item = page
            .items
            .iter()
            .find(|item| item.id == draft)
            .expect("item");
        assert_eq!(item.release, hash, "{faults}");
        assert!(item.missing.is_empty(), "{faults}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_pass_says_why_and_blocks_nothing() {
    for (faults, state, code) in [
        ("401", "waiting", "credentials"),
        ("403", "refused", "rights"),
        ("413", "refused", "too_large_for_portal"),
        ("500", "waiting", "portal_down"),
        ("503", "waiting", "portal_down"),
        ("captive", "waiting", "captive_portal"),
        ("lie_hash", "waiting", "receipt_differs"),
        ("lie_signature", "waiting", "receipt_unproven"),
        ("answer_lost*always", "waiting", "connection_cut"),
    ] {
        let room = Room::new(faults).await;
        let office = room.desk("one");
        let hash = office.approved("دعوة", &[]).1;
        office.send(3).await;
        let shown = office.state(&hash);
        assert!(
            shown == state || (state == "waiting" && shown == "sending"),
            "{faults}: {shown}"
        );
        assert_eq!(office.reason(&hash), code, "{faults}");
        assert!(
            office.entry(&hash).receipt.is_none(),
            "{faults}: never called delivered"
        );
        room.portal.faults.clear();
        office
            .desk
            .outbox_retry(&office.entry(&hash).id)
            .expect("retry");
        office.send(5).await;
        assert_eq!(office.state(&hash), "received", "{faults}: in the end");
        assert_eq!(room.held().await.items.len(), 1, "{faults}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_not_there_is_named_and_waited_for() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let hash = office.approved("دعوة", &[]).1;
    let (dir, token, url) = (
        room.dir.path().join("portal"),
        room.portal.token.clone(),
        room.portal.url.clone(),
    );
    room.portal.stop().await;
    office.send(2).await;
    assert_eq!(office.reason(&hash), "portal_not_reached");
    let again = practice::start(PracticeOptions::in_dir(dir))
        .await
        .expect("again");
    assert_eq!((&again.token, &again.url), (&token, &url));
    // This time with the real pauses.
    let mut courier = office.courier();
    let run = courier.run_until_empty(Some(FOR_LONG)).await.expect("run");
    assert!(run.empty);
    assert_eq!(office.state(&hash), "received");
    again.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_editors_decisions_come_back_and_a_change_is_a_conflict() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let (draft, hash) = office.approved("دعوة", &[]);
    let mut courier = office.courier();
    courier.run_once().await.expect("run");
    assert_eq!(office.state(&hash), "received");

    let editor = Editor::enter(&room.portal).await;
    editor.decide(&draft, &[("action", "publish")]).await;
    assert_eq!(courier.fetch().await.expect("news"), 1);
    assert_eq!(office.state(&hash), "published");
    assert_eq!(courier.fetch().await.expect("no news"), 0);

    editor
        .decide(&draft, &[("action", "return"), ("text", "أضيفوا المصدر")])
        .await;
    courier.fetch().await.expect("news");
    let entry = office.entry(&hash);
    assert_eq!(
        entry.reason.expect("reason").params["comment"],
        "أضيفوا المصدر"
    );

    // The next release takes the place of what was returned.
    rewrite(&office, &draft, "نص جديد مع المصدر.");
    let second = office.approve(&draft);
    courier.run_once().await.expect("run");
    assert_eq!(office.state(&second), "received");

    // The editor changes the title meanwhile: the one after meets it.
    editor
        .decide(
            &draft,
            &[
                ("action", "title"),
                ("lang", "ar"),
                ("text", "عنوان المحرر"),
            ],
        )
        .await;
    rewrite(&office, &draft, "نص ثالث مع المصدر.");
    let third = office.approve(&draft);
    courier.run_once().await.expect("run");
    assert_eq!(office.state(&third), "conflict");
    assert_eq!(office.reason(&third), "changed_on_portal");
    // A person decides that ours counts.
    office
        .desk
        .outbox_retry(&office.entry(&third).id)
        .expect("decided");
    courier.run_once().await.expect("run");
    assert_eq!(
        office.state(&third),
        "received",
        "{:?}",
        office.entry(&third)
    );
    let page = room.held().await;
    assert_eq!(page.items.len(), 1);
    assert!(!page.items[0].edited);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_overtakes_a_long_upload() {
    let room = Room::new("trickle=100000").await;
    let file = some_file(&room, "large.pdf", 30_000_000);
    let office = room.desk("one");
    let large = office.approved("تقرير كبير", &[&file]).1;
    let mut courier = office.courier();
    let running = tokio::spawn(async move { courier.run_until_empty(Some(FOR_LONG)).await });
    while office.entry(&large).bytes_sent < 1_000_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let text = office.approved("خبر عاجل", &[]).1;
    while office.state(&text) != "received" {
        assert_eq!(
            office.state(&large),
            "sending",
            "the text waits for the file"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(office.state(&large), "sending");
    room.portal.faults.clear();
    let run = running.await.expect("task").expect("run");
    assert!(run.empty);
    assert_eq!(office.state(&large), "received");
    assert!(run.wire.resumed_bytes > 0, "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_portal_of_a_desk_is_found_by_its_address_file() {
    let dir = tempfile::tempdir().expect("folder");
    let desk = Arc::new(Desk::open(dir.path(), OpenOptions::default()).expect("desk"));
    desk.set_profile(&NewProfile {
        owner: "MA".into(),
        owner_kind: None,
        name: "Sample Officer".into(),
        role: Role::Both,
        display_lang: "ar".into(),
    })
    .expect("profile");
    desk.portals_set_practice("http://127.0.0.1:1")
        .expect("practice row");
    let office = Office {
        desk,
        secrets: Arc::new(MemorySecrets::default()),
        http: patient(),
    };
    let hash = office.approved("دعوة", &[]).1;
    office.send(1).await;
    assert_eq!(office.reason(&hash), "portal_not_reached");
    let portal = practice::start(PracticeOptions::in_dir(dir.path().join("practice")))
        .await
        .expect("portal");
    office.desk.outbox_send_now().expect("now");
    office.send(1).await;
    assert_eq!(office.state(&hash), "received");
    let (row, found) = test_portal(&office.desk, &office.secrets, None, patient(), "practice")
        .await
        .expect("asked");
    assert_eq!(found.expect("found").name, "Practice portal");
    assert_eq!(row.capabilities["resumable"], json!(true));
    portal.stop().await;
    let (row, found) = test_portal(&office.desk, &office.secrets, None, patient(), "practice")
        .await
        .expect("asked");
    assert!(found.is_err());
    assert_eq!(
        row.last_failure.expect("failure").code,
        "portal_not_reached"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_courier_that_stays_hears_of_approvals_and_decisions() {
    let room = Room::new("").await;
    let office = room.desk("one");
    let stop = tokio_util::sync::CancellationToken::new();
    let options = CourierOptions {
        http: patient(),
        pull_every: Duration::from_millis(500),
        ..CourierOptions::default()
    };
    let mut courier = Courier::new(
        Arc::clone(&office.desk),
        Arc::clone(&office.secrets),
        options,
    )
    .expect("courier");
    let mut link = courier.bell().link();
    let halt = stop.clone();
    let running = tokio::spawn(async move { courier.run_forever(halt).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Approved through another hand on the same desk.
    let other = room.desk("one");
    let (draft, hash) = other.approved("دعوة", &[]);
    eventually("received", || office.state(&hash) == "received").await;
    link.wait_for(|link| {
        link.as_ref()
            .is_some_and(|link| link.state == qalam_desk::outbox::LinkState::Reached)
    })
    .await
    .expect("reached");
    let editor = Editor::enter(&room.portal).await;
    editor.decide(&draft, &[("action", "publish")]).await;
    eventually("published", || office.state(&hash) == "published").await;
    stop.cancel();
    running.await.expect("stopped");
}

async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < FOR_LONG, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

//! Packages: a desk without a wire, another with one, and a portal. Whatever is done to the file on the way, what the
//! portal holds is what the first desk approved, once.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use common::{
    carry::{brought, met, packed, taken_back},
    office::{Editor, Office, Room, rewrite, some_file},
};
use qalam_desk::{
    Code,
    outbox::PortalKind,
    packages::{CarriedState, ParcelState, courier_keys},
};
use qalam_portal::{http::Wire, packages::import};
use tokio::{runtime::Runtime, task::JoinHandle};

const MARKER: &str = "علامةسرية-marker-only-the-portal-may-read";

/// Every file below a folder that holds these bytes.
fn holding(folder: &Path, marker: &[u8]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(holding(&path, marker));
        } else if fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(marker.len()).any(|part| part == marker))
        {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn there_and_back_in_somebody_elses_bag() {
    let room = Room::new("").await;
    let (origin, courier, second) = (
        met(&room, "origin").await,
        met(&room, "courier").await,
        met(&room, "second").await,
    );
    let file = room.dir.path().join("annex.pdf");
    fs::write(
        &file,
        format!("%PDF-1.7\n{MARKER}\n{}", "x".repeat(300_000)),
    )
    .expect("file");
    let (draft, hash) = origin.approved(MARKER, &[&file]);
    let (_, plain) = origin.approved("دعوة بلا ملفات", &[]);
    let package = room.dir.path().join("outbox.qalam-courier");
    let exported = packed(&origin, &package).await.expect("exported");
    assert_eq!(exported.entries.len(), 2);
    assert!(exported.left.is_empty());
    assert_eq!(exported.bytes, fs::metadata(&package).expect("file").len());
    // It neither overwrites nor pretends that anything arrived.
    let again = packed(&origin, &package).await.expect_err("exists");
    assert_eq!(again.code, Code::TargetNotEmpty);
    assert_eq!(origin.state(&hash), "waiting");

    let (carried, wire) = brought(&courier, &package).await.expect("delivered");
    assert_eq!(carried.state, CarriedState::Delivered);
    assert!(wire.payload_bytes >= exported.bytes);
    let page = room.held().await;
    assert_eq!(page.items.len(), 2);
    assert!(page.items.iter().all(|item| item.missing.is_empty()));
    for secret in [MARKER, &room.portal.token] {
        let found = holding(&room.dir.path().join("courier"), secret.as_bytes());
        assert!(found.is_empty(), "{found:?}");
        assert!(
            !fs::read(&package)
                .expect("package")
                .windows(secret.len())
                .any(|part| part == secret.as_bytes())
        );
    }

    // A second carrier of the same file sends no byte of it and gets the same answer.
    let (_, wire) = brought(&second, &package).await.expect("delivered again");
    assert_eq!(wire.payload_bytes, 77, "only the question: {wire:?}");
    assert_eq!(room.held().await.next, page.next);

    let receipts = room.dir.path().join("receipts.json");
    let back = taken_back(&origin, &courier, &receipts).expect("imported");
    assert_eq!((back.packages, back.foreign, back.unknown), (1, 0, 0));
    assert!(
        back.entries
            .iter()
            .all(|entry| entry.state == ParcelState::Received)
    );
    assert_eq!(origin.state(&hash), "received");
    assert_eq!(origin.state(&plain), "received");
    let receipt = origin.entry(&hash).receipt.expect("receipt");
    assert_eq!((receipt.draft, receipt.files.len()), (draft.clone(), 1));
    let listed = origin.desk.packages_list().expect("list");
    assert!(listed.packages[0].answered_at.is_some());
    assert_eq!(
        courier.desk.packages_list().expect("list").carried,
        [carried]
    );
    let again = taken_back(&origin, &second, &receipts).expect("again");
    assert_eq!(again.entries, back.entries);
    assert_eq!(origin.desk.outbox_receipts(0).expect("receipts").len(), 2);

    // The courier cannot read them; nobody else's receipts are taken.
    let foreign = import(&courier.desk, &*courier.secrets, &receipts).expect_err("foreign");
    assert_eq!(foreign.code, Code::ReceiptsForeign);
    assert!(holding(&room.dir.path().join("courier"), draft.as_bytes()).is_empty());

    // What the desk learned in this way serves the next release on the wire.
    rewrite(&origin, &draft, "نص جديد بعد التسليم بالحقيبة.");
    let newer = origin.approve(&draft);
    origin.send(10).await;
    assert_eq!(origin.state(&newer), "received");
    let late = packed(&origin, &room.dir.path().join("late"))
        .await
        .expect_err("nothing");
    assert_eq!(late.code, Code::NothingToExport);
}

/// Carries the package in a program of its own, which is ended without a word once `over` says so. What it carried, if it
/// came to its end before.
fn killed(
    office: &Office,
    package: &Path,
    over: impl Fn() -> bool + Send + 'static,
) -> JoinHandle<Option<Wire>> {
    let (office, package) = (office.clone(), package.to_owned());
    tokio::task::spawn_blocking(move || {
        let program = Runtime::new().expect("runtime");
        let watch = async {
            while !over() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        // Dropped, the program still ends the writes that it is in the middle of, as a system does.
        program.block_on(async {
            tokio::select! {
                done = brought(&office, &package) => done.ok().map(|(_, wire)| wire),
                () = watch => None,
            }
        })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_carrier_goes_on_at_the_byte() {
    let room = Room::new("").await;
    let file = some_file(&room, "large.pdf", 6_000_000);
    let origin = met(&room, "origin").await;
    origin.approved("تقرير كبير", &[&file]);
    let package = room.dir.path().join("large.qalam-courier");
    let exported = packed(&origin, &package).await.expect("exported");
    let courier = met(&room, "courier").await;
    room.portal.faults.set("trickle=200000").expect("faults");
    // Bytes the desk has written down as held: the last of the four numbers of each part.
    let desk = Arc::clone(&courier.desk);
    let noted = move || -> u64 {
        let carried = desk.packages_list().expect("list").carried;
        let place = carried.first().and_then(|row| row.upload_url.clone());
        let place: serde_json::Value =
            serde_json::from_str(&place.unwrap_or_default()).unwrap_or_default();
        let parts = place["parts"].as_array().cloned().unwrap_or_default();
        parts.iter().filter_map(|part| part[3].as_u64()).sum()
    };
    let over = {
        let noted = noted.clone();
        move || noted() >= 1_000_000
    };
    let ended = killed(&courier, &package, over).await.expect("killed");
    assert!(ended.is_none(), "killed in the middle: {ended:?}");
    let there = noted();
    room.portal.faults.clear();
    let (_, wire) = brought(&courier, &package).await.expect("delivered");
    assert!(wire.resumed_bytes >= there, "{there}: {wire:?}");
    // Besides the package only the question whether it is there, now and then.
    let questions = wire.payload_bytes + wire.resumed_bytes - exported.bytes;
    assert_eq!(questions % 77, 0, "no byte went twice: {wire:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_couriers_killed_again_and_again_deliver_once() {
    const KILLS: usize = 8;
    let room = Room::new("").await;
    let file = some_file(&room, "large.pdf", 6_000_000);
    let origin = met(&room, "origin").await;
    let (_, hash) = origin.approved("تقرير كبير", &[&file]);
    let package = room.dir.path().join("large.qalam-courier");
    packed(&origin, &package).await.expect("exported");
    let couriers = [met(&room, "one").await, met(&room, "two").await];
    room.portal
        .faults
        .set("trickle=1000000,answer_lost*2,cut_mid_body=30000*3")
        .expect("faults");
    let (one, two) = (&couriers[0], &couriers[1]);
    let parts = room.dir.path().join("portal/parts");
    let half_way = move || -> u64 {
        let parts = fs::read_dir(&parts).into_iter().flatten().flatten();
        parts
            .filter_map(|part| Some(part.metadata().ok()?.len()))
            .sum()
    };
    // Killed whenever so many bytes more are there, and in the end let go on. Gives what was ever noted of the way.
    let work = async |office: &Office, step: u64| {
        let mut noted = String::new();
        for round in 0..60 {
            let (half_way, at) = (half_way.clone(), half_way() + step);
            let over = move || round < KILLS && half_way() >= at;
            if killed(office, &package, over)
                .await
                .expect("a try")
                .is_some()
            {
                return noted;
            }
            let carried = office.desk.packages_list().expect("list").carried;
            noted.extend(carried.into_iter().filter_map(|row| row.upload_url));
        }
        panic!("never delivered");
    };
    let (of_one, of_two) = tokio::join!(work(one, 300_000), work(two, 500_000));
    room.portal.faults.clear();
    let page = room.held().await;
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].release, hash);
    let receipts = room.dir.path().join("receipts");
    for courier in [one, two] {
        taken_back(&origin, courier, &receipts).expect("imported");
        assert_eq!(origin.state(&hash), "received");
    }
    assert_eq!(origin.desk.outbox_receipts(0).expect("receipts").len(), 1);
    // Begun again and again, an upload goes on where it stood: of all parts that either ever noted, those of the one who
    // came too late are left half-way, once each, and they expire.
    let length = fs::metadata(&package).expect("package").len();
    let left: u64 = fs::read_dir(room.dir.path().join("portal/parts"))
        .expect("parts")
        .flatten()
        .filter(|part| {
            let id = part.path().file_stem().expect("id").display().to_string();
            of_one.contains(&id) || of_two.contains(&id)
        })
        .map(|part| part.metadata().expect("a part").len())
        .sum();
    assert!(left <= length, "left half-way: {left} of {length}");
}

#[tokio::test(flavor = "multi_thread")]
async fn newer_and_older_packages_and_the_wire_at_once_end_with_the_newest() {
    for order in [[0, 1], [1, 0]] {
        let room = Room::new("").await;
        let (origin, courier) = (met(&room, "origin").await, met(&room, "courier").await);
        let (draft, first) = origin.approved("دعوة", &[]);
        let paths = [room.dir.path().join("a"), room.dir.path().join("b")];
        packed(&origin, &paths[0]).await.expect("first");
        rewrite(&origin, &draft, "نص ثان أطول من الأول.");
        let second = origin.approve(&draft);
        let exported = packed(&origin, &paths[1]).await.expect("second");
        assert_eq!(exported.entries.len(), 1);
        for place in order {
            brought(&courier, &paths[place]).await.expect("delivered");
        }
        let page = room.held().await;
        assert_eq!(
            (page.items.len(), page.items[0].release.as_str()),
            (1, second.as_str())
        );
        let back = taken_back(&origin, &courier, &room.dir.path().join("r")).expect("imported");
        let state = |hash: &str| {
            back.entries
                .iter()
                .find(|entry| entry.release == hash)
                .unwrap()
                .state
        };
        assert_eq!(state(&second), ParcelState::Received, "{order:?}");
        assert!(matches!(
            state(&first),
            ParcelState::Received | ParcelState::Overtaken
        ));
        assert_eq!(origin.state(&second), "received");
        origin.send(5).await;
        assert_eq!(origin.desk.outbox_counts().expect("counts").waiting, 0);
        assert_eq!(origin.desk.outbox_counts().expect("counts").conflict, 0);
        rewrite(&origin, &draft, "نص ثالث على الخط.");
        let third = origin.approve(&draft);
        origin.send(5).await;
        assert_eq!(origin.state(&third), "received", "{order:?}");
    }
    // Packed, then sent from here after all, with a newer release on top: the late package changes nothing.
    let room = Room::new("").await;
    let (origin, courier) = (met(&room, "origin").await, met(&room, "courier").await);
    let (draft, first) = origin.approved("دعوة", &[]);
    let path = room.dir.path().join("a");
    packed(&origin, &path).await.expect("packed");
    rewrite(&origin, &draft, "نص ثان.");
    let second = origin.approve(&draft);
    origin.send(10).await;
    assert_eq!(origin.state(&second), "received");
    brought(&courier, &path).await.expect("delivered late");
    assert_eq!(room.held().await.items[0].release, second);
    let back = taken_back(&origin, &courier, &room.dir.path().join("r")).expect("imported");
    assert_eq!(
        (back.entries[0].release.as_str(), back.entries[0].state),
        (first.as_str(), ParcelState::Overtaken)
    );
    assert_eq!(origin.desk.outbox_counts().expect("counts").conflict, 0);
    rewrite(&origin, &draft, "نص ثالث.");
    let third = origin.approve(&draft);
    origin.send(5).await;
    assert_eq!(origin.state(&third), "received");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editors_change_is_a_conflict_for_a_person() {
    let room = Room::new("").await;
    let (origin, courier) = (met(&room, "origin").await, met(&room, "courier").await);
    let (draft, _) = origin.approved("دعوة", &[]);
    origin.send(5).await;
    rewrite(&origin, &draft, "نص ثان.");
    let second = origin.approve(&draft);
    let path = room.dir.path().join("a");
    packed(&origin, &path).await.expect("packed");
    let editor = Editor::enter(&room.portal).await;
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
    brought(&courier, &path).await.expect("delivered");
    let back = taken_back(&origin, &courier, &room.dir.path().join("r")).expect("imported");
    assert_eq!(back.entries[0].state, ParcelState::Conflict);
    assert_eq!(origin.state(&second), "conflict");
    assert_eq!(room.held().await.items[0].title, "عنوان المحرر");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_before_the_portal_took_it_down_is_out_of_date() {
    let room = Room::new("").await;
    let (origin, courier) = (met(&room, "origin").await, met(&room, "courier").await);
    let (draft, first) = origin.approved("دعوة", &[]);
    let path = room.dir.path().join("a");
    packed(&origin, &path).await.expect("packed");
    brought(&courier, &path).await.expect("delivered");
    let editor = Editor::enter(&room.portal).await;
    editor.decide(&draft, &[("action", "remove")]).await;
    // The desk hears of that first.
    let heard = origin.courier().fetch().await.expect("pulled");
    assert_eq!(heard, 1);
    let back = taken_back(&origin, &courier, &room.dir.path().join("r")).expect("imported");
    assert_eq!(back.entries[0].state, ParcelState::Outdated);
    assert_ne!(origin.state(&first), "received");
    // It is put once more, and its receipt is true.
    origin.send(5).await;
    assert_eq!(origin.state(&first), "received");
    assert_eq!(room.held().await.items[0].release, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_portals_keys_nothing_is_packed() {
    let room = Room::new("").await;
    let office = room.desk("origin");
    office.approved("دعوة", &[]);
    let to = room.dir.path().join("a");
    let error = packed(&office, &to).await.expect_err("no key");
    assert_eq!(error.code, Code::CourierKeyMissing);
    assert!(!to.exists());
    // The service document, fetched by a machine with a link and brought on a stick, is enough.
    met(&room, "with a link").await;
    let document = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("client")
        .get(format!("{}/v1", room.portal.url))
        .send()
        .await
        .expect("answer")
        .bytes()
        .await
        .expect("bytes");
    let keys = room.dir.path().join("keys.json");
    fs::write(&keys, &document).expect("write");
    let learned = qalam_portal::packages::keys_from_file(&keys).expect("keys");
    office
        .desk
        .portals_set_courier_keys("portal", &learned)
        .expect("kept");
    // What a portal says of itself at a contact does not make them forgotten.
    let row = office
        .desk
        .portals_set_capabilities("portal", PortalKind::Contract, &serde_json::Map::new())
        .expect("noted");
    assert_eq!(courier_keys(&row), Some(learned));
    packed(&office, &to).await.expect("packed");
    fs::write(
        &keys,
        "{\"courier_key\":\"age1x\",\"courier_signing_key\":\"\"}",
    )
    .expect("write");
    let error = qalam_portal::packages::keys_from_file(&keys).expect_err("bad");
    assert_eq!(error.code, Code::CourierKeyInvalid);
}

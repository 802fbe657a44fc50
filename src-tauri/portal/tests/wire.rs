//! The adapter against the practice portal: each thing that can go wrong gets its verdict, and what may pass passes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{fs, time::Duration};

use common::{Bench, impatient, new_id, patient, release};
use qalam_portal::{
    contract::{Contract, FileToSend, Habits, SMALL, UploadEnd, UploadStart},
    http::{Class, Http, Wire},
    practice::{self, FaultKind, PracticeOptions},
};
use secrecy::SecretString;

#[tokio::test]
async fn a_probe_names_who_answered() {
    let bench = Bench::start("").await;
    assert_eq!(bench.service().await.document.name, "Practice portal");
    assert_eq!(
        bench
            .contract
            .me(&bench.token)
            .await
            .expect("account")
            .account,
        "practice"
    );
    for (faults, code) in [
        ("captive", "captive_portal"),
        ("500", "portal_down"),
        ("503", "portal_down"),
    ] {
        bench.portal.faults.set(faults).expect("faults");
        let trouble = bench.contract.probe().await.expect_err(faults);
        assert_eq!(trouble.failure.code, code, "{faults}");
    }
    bench.portal.faults.clear();
    let wrong = SecretString::from("wrong");
    let trouble = bench.contract.me(&wrong).await.expect_err("wrong token");
    assert_eq!(trouble.failure.code, "credentials");
}

#[tokio::test]
async fn nobody_there_is_named() {
    let http = Http::new(patient()).expect("client");
    // A port that no program is given by chance.
    let nobody = Contract::at(http.clone(), "http://127.0.0.1:9").expect("address");
    let trouble = nobody.probe().await.expect_err("nobody");
    assert_eq!(trouble.failure.code, "portal_not_reached");
    assert_eq!(trouble.class, Class::Retry(None));
    let unknown = Contract::at(http, "http://portal.invalid").expect("address");
    let trouble = unknown.probe().await.expect_err("no such name");
    assert!(
        [
            "name_lookup",
            "no_link",
            "proxy",
            "portal_down",
            "captive_portal",
            "rights"
        ]
        .contains(&trouble.failure.code.as_str()),
        "{trouble:?}"
    );
}

#[tokio::test]
async fn refusals_and_pauses_have_their_codes() {
    let bench = Bench::start("").await;
    let service = bench.service().await;
    let id = new_id();
    let release = release(&id, "عنوان", &[]);
    let hasty = Http::new(impatient()).expect("client");
    let hasty = Contract::at(hasty, &bench.portal.url).expect("address");
    for (faults, code, class) in [
        ("401", "credentials", Class::Retry(None)),
        ("403", "rights", Class::Refused),
        ("413", "too_large_for_portal", Class::Refused),
        ("500", "portal_down", Class::Retry(None)),
        (
            "503=7",
            "portal_down",
            Class::Retry(Some(Duration::from_secs(7))),
        ),
        ("captive", "captive_portal", Class::Retry(None)),
        ("answer_lost", "connection_cut", Class::Retry(None)),
        ("cut_mid_body=10", "connection_cut", Class::Retry(None)),
        ("stall=20", "timeout", Class::Retry(None)),
    ] {
        bench.portal.faults.set(faults).expect("faults");
        let contract = match faults.starts_with("stall") {
            true => &hasty,
            false => &bench.contract,
        };
        let trouble = contract
            .put(&bench.token, &id, &release.body, None, &service)
            .await
            .expect_err(faults);
        assert_eq!(trouble.failure.code, code, "{faults}: {trouble:?}");
        assert_eq!(trouble.class, class, "{faults}");
        let told = format!("{trouble:?}");
        assert!(
            !told.contains(&bench.portal.token),
            "the token stays out of failures"
        );
    }
    bench.portal.faults.clear();
    let stored = bench
        .contract
        .put(&bench.token, &id, &release.body, None, &service)
        .await
        .expect("stored in the end");
    assert_eq!(stored.receipt.expect("receipt").release, release.hash);
    let page = bench
        .contract
        .changes(&bench.token, None, None)
        .await
        .expect("changes");
    assert_eq!(page.items.len(), 1, "stored once, whatever happened");
}

#[tokio::test]
async fn a_repeated_write_makes_no_second_item() {
    let bench = Bench::start("duplicate_answer*3").await;
    let service = bench.service().await;
    let id = new_id();
    let first = release(&id, "عنوان", &[]);
    for _ in 0..3 {
        let stored = bench
            .contract
            .put(&bench.token, &id, &first.body, None, &service)
            .await
            .expect("stored");
        assert_eq!(stored.receipt.expect("receipt").release, first.hash);
    }
    let page = bench
        .contract
        .changes(&bench.token, None, None)
        .await
        .expect("changes");
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn another_revision_is_a_conflict_and_a_lost_item_is_not() {
    let bench = Bench::start("").await;
    let service = bench.service().await;
    let id = new_id();
    let (one, two) = (release(&id, "أول", &[]), release(&id, "ثان", &[]));
    let put = async |body: &[u8], etag: Option<&str>| {
        bench
            .contract
            .put(&bench.token, &id, body, etag, &service)
            .await
    };
    let stored = put(&one.body, None).await.expect("stored");
    let trouble = put(&two.body, None).await.expect_err("another is there");
    assert_eq!(trouble.class, Class::Conflict);
    assert_eq!(trouble.failure.code, "changed_on_portal");
    assert_eq!(trouble.failure.params["etag"], stored.etag);
    assert_eq!(trouble.failure.params["release"], one.hash);
    let revised = put(&two.body, Some(&stored.etag)).await.expect("revised");
    assert_ne!(revised.etag, stored.etag);
    let trouble = put(&one.body, Some(&stored.etag)).await.expect_err("stale");
    assert_eq!(trouble.class, Class::Conflict);

    // A portal that was set up anew holds nothing: the release goes there as a new one.
    let fresh = Bench::start("").await;
    let stored = fresh
        .contract
        .put(&fresh.token, &id, &two.body, Some(&revised.etag), &service)
        .await
        .expect("stored anew");
    assert_eq!(stored.receipt.expect("receipt").release, two.hash);
}

async fn upload(
    bench: &Bench,
    file: &FileToSend,
    from: Option<String>,
) -> (UploadEnd, Option<String>) {
    let service = bench.service().await;
    let mut seen = None;
    let mut note = |url: &str, _: u64| seen = Some(url.to_owned());
    let end = bench
        .contract
        .upload(
            &bench.token,
            &service,
            file,
            UploadStart {
                noted: from,
                ..UploadStart::default()
            },
            &mut Habits::default(),
            &mut note,
        )
        .await;
    (end, seen)
}

/// Sends `file` while three requests are cut after `CUT` bytes, from the moment on when so many bytes are sent. What
/// arrived is ours.
async fn upload_with_cuts(bench: &Bench, file: &FileToSend, from: u64) -> Wire {
    let cuts = format!("cut_mid_body={CUT}*3");
    let begin = async {
        while bench.http.totals().now().payload_bytes < from {
            tokio::task::yield_now().await;
        }
        bench.portal.faults.set(&cuts).expect("faults");
    };
    let ((end, _), ()) = tokio::join!(upload(bench, file, None), begin);
    assert_eq!(end, UploadEnd::Uploaded(None));
    assert_eq!(bench.portal.faults.spec(), "", "all three struck");
    let kept = bench
        .dir
        .path()
        .join("practice/files")
        .join(&file.sha256[..2])
        .join(&file.sha256);
    assert_eq!(
        fs::read(kept).expect("kept"),
        fs::read(&file.path).expect("ours")
    );
    bench.http.totals().now()
}

const CUT: u64 = 100_000;

#[tokio::test]
async fn an_upload_survives_cuts_within_one_call() {
    // The opening, 290 KB in requests that each begin their part, is over; longer parts are on their way.
    let bench = Bench::start("").await;
    let file = bench.file(3, 4_000_000);
    let wire = upload_with_cuts(&bench, &file, 400_000).await;
    // Each part goes on at the very byte at which it was cut: nothing that arrived leaves again. What left besides never
    // arrived, and is no more than the rest of a part, which is a sixteenth of the file at most.
    assert_eq!(wire.resumed_bytes, 3 * CUT, "{wire:?}");
    let rest = file.length / 16 - CUT;
    assert!(wire.payload_bytes <= file.length + 3 * rest, "{wire:?}");
}

#[tokio::test]
async fn a_cut_at_the_opening_costs_the_parts_under_way() {
    let bench = Bench::start("").await;
    let file = bench.file(13, 4_000_000);
    let wire = upload_with_cuts(&bench, &file, 0).await;
    // A part that travels with its own beginning has no address yet by which to go on, so it is sent whole again: it is
    // that short (`SMALL`) because this is what it may cost.
    assert_eq!(wire.resumed_bytes, 0, "{wire:?}");
    assert!(wire.payload_bytes <= file.length + 3 * SMALL, "{wire:?}");
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stood_after_a_restart() {
    // So slow that the end of the program comes first on any machine.
    let mut bench = Bench::start("trickle=1000000").await;
    let file = bench.file(4, 30_000_000);
    let service = bench.service().await;
    // The program is killed in the middle: its future is dropped.
    let mut seen: Option<String> = None;
    {
        let mut note = |url: &str, _: u64| seen = Some(url.to_owned());
        let mut habits = Habits::default();
        let well_begun = async {
            while bench.http.totals().now().payload_bytes < 2_000_000 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let going = bench.contract.upload(
            &bench.token,
            &service,
            &file,
            UploadStart::default(),
            &mut habits,
            &mut note,
        );
        tokio::select! {
            end = going => panic!("to be killed in the middle: {end:?}"),
            () = well_begun => {}
        }
    }
    let url = seen.expect("begun");
    // The portal is restarted too.
    let dir = bench.dir.path().join("practice");
    bench.portal.stop().await;
    let address = practice::Address::read(&dir).expect("address");
    // The last streams may hold the place for a moment longer.
    let mut tries = 0;
    bench.portal = loop {
        match practice::start(PracticeOptions::in_dir(&dir)).await {
            Ok(portal) => break portal,
            Err(practice::Error::Taken) if tries < 50 => tries += 1,
            Err(error) => panic!("not started again: {error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(bench.portal.url, address.url, "the port is kept");
    assert_eq!(bench.portal.token, address.token);
    let http = Http::new(patient()).expect("client");
    let contract = Contract::at(http.clone(), &bench.portal.url).expect("address");
    let service = contract.probe().await.expect("service");
    let end = contract
        .upload(
            &bench.token,
            &service,
            &file,
            UploadStart {
                noted: Some(url),
                ..UploadStart::default()
            },
            &mut Habits::default(),
            &mut |_, _| {},
        )
        .await;
    assert_eq!(end, UploadEnd::Uploaded(None));
    let wire = http.totals().now();
    assert_eq!(
        wire.payload_bytes + wire.resumed_bytes,
        file.length,
        "every byte either was there or was sent once: {wire:?}"
    );
}

#[tokio::test]
async fn a_forgotten_upload_is_begun_anew() {
    let bench = Bench::start("").await;
    let file = bench.file(5, 300_000);
    let gone = format!("{}/v1/uploads/{}", bench.portal.url, new_id());
    let (end, url) = upload(&bench, &file, Some(gone)).await;
    assert_eq!(end, UploadEnd::Uploaded(None));
    assert!(url.is_some());
    let other = bench.file(6, 300_000);
    bench.portal.faults.set("expired_upload").expect("faults");
    let (end, url) = upload(&bench, &other, None).await;
    assert_eq!(end, UploadEnd::Gone);
    let (end, _) = upload(&bench, &other, url).await;
    assert_eq!(end, UploadEnd::Uploaded(None));
}

#[tokio::test]
async fn a_file_that_is_there_is_not_sent() {
    let bench = Bench::start("").await;
    let file = bench.file(7, 200_000);
    assert_eq!(
        upload(&bench, &file, None).await.0,
        UploadEnd::Uploaded(None)
    );
    let before = bench.http.totals().now().payload_bytes;
    assert_eq!(
        upload(&bench, &file, None).await.0,
        UploadEnd::Uploaded(None)
    );
    assert_eq!(bench.http.totals().now().payload_bytes, before);
}

/// What brings the last bytes of a piece is answered with how the piece stands, as far as the answer has room for it.
#[tokio::test]
async fn the_last_file_brings_the_receipt() {
    for length in [0, 40_000, 1_000_000] {
        let bench = Bench::start("").await;
        let service = bench.service().await;
        let files = [bench.file(21, 10_000), bench.file(22, length)];
        let id = new_id();
        let release = release(&id, "two files", &[&files[0], &files[1]]);
        let put = bench
            .contract
            .put(&bench.token, &id, &release.body, None, &service)
            .await
            .expect("put");
        assert!(put.receipt.is_none());
        let ends = async |item: &str| {
            let mut ends = Vec::new();
            for file in &files {
                let start = UploadStart {
                    item: Some(item.to_owned()),
                    wanted: true,
                    ..UploadStart::default()
                };
                let (contract, token) = (&bench.contract, &bench.token);
                let (mut habits, mut note) = (Habits::default(), |_: &str, _: u64| {});
                let end = contract.upload(token, &service, file, start, &mut habits, &mut note);
                ends.push(end.await);
            }
            ends
        };
        let ends = ends(&id).await;
        assert_eq!(ends[0], UploadEnd::Uploaded(None), "one is missing");
        let UploadEnd::Uploaded(Some(told)) = &ends[1] else {
            panic!("{length}: {ends:?}");
        };
        let asked = bench.contract.item(&bench.token, &id).await.expect("item");
        assert_eq!(told.id, id);
        assert_eq!(told.etag, asked.etag);
        assert!(told.missing.is_empty());
        assert_eq!(
            told.receipt.as_ref().expect("receipt").release,
            asked.release
        );
    }
}

#[tokio::test]
async fn a_damaged_copy_of_ours_does_not_leave() {
    let bench = Bench::start("").await;
    let file = bench.file(8, 200_000);
    fs::write(&file.path, b"spoiled").expect("spoil");
    let (end, _) = upload(&bench, &file, None).await;
    let UploadEnd::Trouble(trouble) = end else {
        panic!("{end:?}");
    };
    assert_eq!(trouble.failure.code, "blob_damaged");
    assert_eq!(trouble.class, Class::Refused);
    assert_eq!(bench.http.totals().now().payload_bytes, 0);
    fs::remove_file(&file.path).expect("remove");
    let (end, _) = upload(&bench, &file, None).await;
    assert!(matches!(end, UploadEnd::Trouble(trouble) if trouble.failure.code == "blob_missing"));
}

#[tokio::test]
async fn what_the_portal_does_not_take_is_not_sent() {
    let bench = Bench::start("").await;
    let mut file = bench.file(9, 1_000);
    file.mime = "application/x-msdownload".to_owned();
    let (end, _) = upload(&bench, &file, None).await;
    assert!(matches!(end, UploadEnd::Trouble(trouble) if trouble.failure.code == "type_refused"));
    assert_eq!(bench.http.totals().now().payload_bytes, 0);
}

#[tokio::test]
async fn the_door_is_for_this_machine_and_this_token_only() {
    let bench = Bench::start("").await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("client");
    let get = |path: &str| client.get(format!("{}{path}", bench.portal.url));
    let status = async |request: reqwest::RequestBuilder| {
        request.send().await.expect("answer").status().as_u16()
    };
    assert_eq!(status(get("/v1/me")).await, 401);
    assert_eq!(status(get("/v1").header("host", "evil.example")).await, 421);
    assert_eq!(
        status(get("/en/").header("origin", "https://evil.example")).await,
        421
    );
    assert_eq!(status(get("/nowhere/at/all")).await, 404);
    let listen = "0.0.0.0:0".parse().expect("address");
    let mut open = PracticeOptions::in_dir(bench.dir.path().join("open"));
    open.listen = listen;
    assert!(matches!(
        practice::start(open).await,
        Err(practice::Error::NotLoopback(_))
    ));
    let second = PracticeOptions::in_dir(bench.dir.path().join("practice"));
    assert!(matches!(
        practice::start(second).await,
        Err(practice::Error::Taken)
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let file = bench.dir.path().join("practice/address.json");
        let mode = fs::metadata(file)
            .expect("address file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(FaultKind::all().count(), 16);
}

#[tokio::test]
async fn a_decision_before_the_last_file_does_not_cost_the_receipt() {
    let bench = Bench::start("").await;
    let service = bench.service().await;
    let file = bench.file(12, 50_000);
    let id = new_id();
    let piece = release(&id, "عنوان", &[&file]);
    let put = async || {
        bench
            .contract
            .put(&bench.token, &id, &piece.body, None, &service)
            .await
            .expect("stored")
    };
    assert_eq!(put().await.missing, std::slice::from_ref(&file.sha256));
    let editor = common::office::Editor::enter(&bench.portal).await;
    editor
        .decide(&id, &[("action", "return"), ("text", "أضيفوا المصدر")])
        .await;
    assert_eq!(
        upload(&bench, &file, None).await.0,
        UploadEnd::Uploaded(None)
    );
    let stored = put().await;
    assert_eq!(stored.receipt.expect("receipt").release, piece.hash);
    assert_eq!(stored.state.as_str(), "returned");
}

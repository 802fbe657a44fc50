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
    time::Duration,
};

use common::{
    impatient,
    office::{Editor, Office, Room, rewrite, some_file},
};
use qalam_desk::{
    Code,
    error::Error,
    packages::{
        CarriedRow, CarriedState, ExportedPackage, ImportedReceipts, ParcelState, courier_keys,
    },
};
use qalam_portal::{
    courier::test_portal,
    handover,
    http::Wire,
    packages::{
        DeliverWish, ExportWish, deliver, export,
        format::{
            self, Contents, ContentsEntry, Fault, Head, HeadEntry, Writing, inspect, key_text,
        },
        import,
        keys::{DeskKeys, new_signing_key},
        write_receipts,
    },
    practice::{self, PracticeOptions},
};

const MARKER: &str = "علامةسرية-marker-only-the-portal-may-read";

/// A desk that has met the portal once.
async fn met(room: &Room, name: &str) -> Office {
    let office = room.desk(name);
    let (_, found) = test_portal(&office.desk, &office.secrets, None, impatient(), "portal")
        .await
        .expect("desk");
    found.expect("portal");
    office
}

async fn packed(office: &Office, to: &Path) -> Result<ExportedPackage, Error> {
    let wish = ExportWish {
        to: to.to_owned(),
        ..ExportWish::default()
    };
    export(&office.desk, &office.secrets, wish).await
}

async fn brought(office: &Office, file: &Path) -> Result<(CarriedRow, Wire), Error> {
    let wish = DeliverWish {
        file: file.to_owned(),
        http: impatient(),
        ..DeliverWish::default()
    };
    deliver(&office.desk, &office.secrets, wish).await
}

fn taken_back(office: &Office, from: &Office, to: &Path) -> Result<ImportedReceipts, Error> {
    let _ = fs::remove_file(to);
    write_receipts(&from.desk, to)?;
    import(&office.desk, &*office.secrets, to)
}

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

#[tokio::test(flavor = "multi_thread")]
async fn any_byte_changed_or_missing_is_noticed_everywhere() {
    let room = Room::new("").await;
    let (origin, courier) = (met(&room, "origin").await, met(&room, "courier").await);
    origin.approved("دعوة صغيرة", &[]);
    let package = room.dir.path().join("small.qalam-courier");
    packed(&origin, &package).await.expect("exported");
    let whole = fs::read(&package).expect("package");
    let changed = room.dir.path().join("changed");
    let mut names = std::collections::BTreeMap::new();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&changed, &bytes).expect("write");
        let fault = inspect(&changed, u64::MAX).expect_err("a changed byte");
        let name = format!("{fault:?}")
            .split(['(', ' '])
            .next()
            .unwrap()
            .to_owned();
        *names.entry(name).or_insert(0) += 1;
    }
    assert!(names["Altered"] > whole.len() * 9 / 10, "{names:?}");
    assert!(
        names
            .keys()
            .all(|name| ["Altered", "Truncated", "Version", "Invalid"].contains(&name.as_str())),
        "{names:?}"
    );
    for length in 0..whole.len() {
        fs::write(&changed, &whole[..length]).expect("write");
        let fault = inspect(&changed, u64::MAX).expect_err("a missing byte");
        assert!(matches!(fault, Fault::Truncated), "{length}: {fault:?}");
    }
    fs::write(&changed, [whole.as_slice(), b"x"].concat()).expect("write");
    assert!(matches!(
        inspect(&changed, u64::MAX),
        Err(Fault::Altered(_))
    ));

    // The courier says so before a byte is sent, by name.
    let refused = async |bytes: Vec<u8>| {
        fs::write(&changed, bytes).expect("write");
        brought(&courier, &changed).await.expect_err("refused").code
    };
    let mut bytes = whole.clone();
    let last = bytes.len() - 1;
    bytes[last - 200] ^= 1;
    assert_eq!(refused(bytes.clone()).await, Code::PackageAltered);
    assert_eq!(
        refused(whole[..last].to_vec()).await,
        Code::PackageTruncated
    );
    assert_eq!(refused(Vec::new()).await, Code::PackageTruncated);
    let newer = [b"qalam-courier/2\n".as_slice(), &whole[16..]].concat();
    assert_eq!(refused(newer).await, Code::PackageVersion);
    assert_eq!(refused(b"%PDF-1.7".to_vec()).await, Code::PackageInvalid);

    // The portal does not rely on couriers.
    for at in (0..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        let problem = handed_in(&room, bytes).await.expect_err("refused");
        assert!(problem.starts_with("package_"), "{at}: {problem}");
    }
    for length in (0..whole.len()).step_by(97) {
        let problem = handed_in(&room, whole[..length].to_vec())
            .await
            .expect_err("refused");
        assert_eq!(problem, "package_truncated", "{length}");
    }
    assert!(room.held().await.items.is_empty());
    handed_in(&room, whole).await.expect("the whole one");
    assert_eq!(room.held().await.items.len(), 1);
}

/// Puts bytes into the portal as a file and hands them in as a package. The problem's code when it is refused.
async fn handed_in(room: &Room, bytes: Vec<u8>) -> Result<serde_json::Value, String> {
    use base64::Engine as _;
    use sha2::Digest as _;
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("client");
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let sha256 = qalam_portal::digest::hex(&sha2::Sha256::digest(&bytes));
    let url = &room.portal.url;
    let token = &room.portal.token;
    let created = client
        .post(format!("{url}/v1/uploads"))
        .bearer_auth(token)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", bytes.len())
        .header("upload-metadata", format!("sha256 {}", base64(&sha256)))
        .send()
        .await
        .expect("created");
    let place = created.headers()["location"]
        .to_str()
        .expect("text")
        .to_owned();
    if !bytes.is_empty() {
        let sent = client
            .patch(place)
            .bearer_auth(token)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", 0)
            .header("content-type", "application/offset+octet-stream")
            .body(bytes)
            .send()
            .await
            .expect("sent");
        assert_eq!(sent.status(), 204);
    }
    let answer = client
        .post(format!("{url}/v1/packages"))
        .bearer_auth(token)
        .json(&serde_json::json!({"sha256": sha256}))
        .send()
        .await
        .expect("answer");
    let good = answer.status().is_success();
    let value: serde_json::Value = answer.json().await.expect("json");
    if good {
        return Ok(value);
    }
    let kind = value["type"].as_str().expect("type");
    Err(kind.trim_start_matches("urn:qalam:problem:").to_owned())
}

/// A package made by hand.
struct Forged {
    head: Head,
    contents: Contents,
    signing: ed25519_dalek::SigningKey,
}

impl Forged {
    fn new(office: &Office, room: &Room) -> Self {
        let (draft, release) = office.approved("دعوة", &[]);
        let row = office.desk.portal("portal").expect("portal");
        let keys = DeskKeys::of(&office.desk, &*office.secrets).expect("keys");
        let body = office.desk.packages_body(&release).expect("body").len() as u64;
        let signing = new_signing_key().expect("key");
        Self {
            head: Head {
                package: common::new_id(),
                owner: "MA".into(),
                portal: row.url.clone(),
                seal_key: courier_keys(&row).expect("keys").seal,
                sign_key: key_text(&signing.verifying_key()),
                reply_key: keys.identity.to_public().to_string(),
                made_at: "2026-11-21T10:00:00.000Z".into(),
                entries: vec![HeadEntry {
                    draft: draft.clone(),
                    release: release.clone(),
                    bytes: body,
                }],
                content_bytes: 0,
                payload: 0,
            },
            contents: Contents {
                head: String::new(),
                token: room.portal.token.clone(),
                entries: vec![ContentsEntry {
                    draft,
                    release,
                    body,
                    if_match: None,
                    after: Vec::new(),
                    files: Vec::new(),
                }],
                files: Vec::new(),
            },
            signing,
        }
    }

    fn bytes(&self, office: &Office, room: &Room) -> Vec<u8> {
        let path = room.dir.path().join("forged");
        let mut out = fs::File::create(&path).expect("file");
        let writing = Writing {
            head: self.head.clone(),
            contents: self.contents.clone(),
            signing: &self.signing,
        };
        let mut body = |entry: &ContentsEntry| {
            let body = office.desk.packages_body(&entry.release).expect("body");
            Ok(body)
        };
        format::write(writing, &mut out, &mut body, &mut |_| {
            Err(std::io::ErrorKind::NotFound.into())
        })
        .expect("written");
        fs::read(&path).expect("forged")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_it_says_is_refused_by_name() {
    let room = Room::new("").await;
    let origin = met(&room, "origin").await;
    let other = practice::start(PracticeOptions::in_dir(room.dir.path().join("other")))
        .await
        .expect("portal");

    // A stranger's key, without an account.
    let mut forged = Forged::new(&origin, &room);
    forged.contents.token = "guessed".into();
    let stranger = forged.bytes(&origin, &room);
    assert_eq!(
        handed_in(&room, stranger.clone()).await,
        Err("package_key_unknown".into())
    );
    // The same key once proven is known, even when the token has changed since.
    forged.contents.token = room.portal.token.clone();
    handed_in(&room, forged.bytes(&origin, &room))
        .await
        .expect("proven");
    let mut later = Forged::new(&origin, &room);
    later.signing = forged.signing.clone();
    later.head.sign_key = forged.head.sign_key.clone();
    later.contents.token = "rotated".into();
    handed_in(&room, later.bytes(&origin, &room))
        .await
        .expect("known key");

    // Other bytes under a name that was used: sealing again gives other bytes.
    let replayed = forged.bytes(&origin, &room);
    assert_eq!(
        handed_in(&room, replayed).await,
        Err("package_replayed".into())
    );
    // A head of one's own over somebody else's sealed contents.
    let whole = Forged::new(&origin, &room).bytes(&origin, &room);
    let mut thief = Forged::new(&origin, &room);
    let line_end = whole[16..].iter().position(|byte| *byte == b'\n').unwrap() + 16;
    let mut head: Head = serde_json::from_slice(&whole[16..line_end]).expect("head");
    thief.head.sign_key.clone_into(&mut head.sign_key);
    let mut stolen = whole[..16].to_vec();
    stolen.extend(serde_json::to_vec(&head).expect("json"));
    stolen.extend(&whole[line_end..whole.len() - 64]);
    {
        use ed25519_dalek::Signer as _;
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(&stolen);
        let signed = [b"qalam-courier/1 signature\0".as_slice(), &digest].concat();
        stolen.extend(thief.signing.sign(&signed).to_bytes());
    }
    assert_eq!(
        handed_in(&room, stolen).await,
        Err("package_invalid".into())
    );
    // For another portal.
    let mut forged = Forged::new(&origin, &room);
    forged.head.seal_key = age::x25519::Identity::generate().to_public().to_string();
    let bytes = forged.bytes(&origin, &room);
    assert_eq!(
        handed_in(&room, bytes.clone()).await,
        Err("package_other_portal".into())
    );
    fs::write(room.dir.path().join("elsewhere"), bytes).expect("write");
    let error = brought(&origin, &room.dir.path().join("elsewhere"))
        .await
        .expect_err("other");
    assert_eq!(error.code, Code::PackageOtherPortal);
    // Larger than anything taken, by its own words.
    let mut forged = Forged::new(&origin, &room);
    forged.head.entries = vec![forged.head.entries[0].clone(); 10_001];
    assert_eq!(
        handed_in(&room, forged.bytes(&origin, &room)).await,
        Err("package_too_large".into())
    );
    // Pieces of another owner, and pieces the head does not name.
    let mut forged = Forged::new(&origin, &room);
    forged.head.owner = "XX".into();
    handed_in(&room, forged.bytes(&origin, &room))
        .await
        .expect("read");
    let mut forged = Forged::new(&origin, &room);
    forged.head.entries[0].draft = common::new_id();
    assert_eq!(
        handed_in(&room, forged.bytes(&origin, &room)).await,
        Err("package_invalid".into())
    );
    let mut forged = Forged::new(&origin, &room);
    forged.contents.entries[0].files = vec!["0".repeat(64)];
    assert_eq!(
        handed_in(&room, forged.bytes(&origin, &room)).await,
        Err("package_invalid".into())
    );

    assert_eq!(
        room.held().await.items.len(),
        2,
        "only what two keys proved"
    );
    // What was refused is kept.
    use sha2::Digest as _;
    let sha256 = qalam_portal::digest::hex(&sha2::Sha256::digest(&stranger));
    let kept = room
        .dir
        .path()
        .join("portal/files")
        .join(&sha256[..2])
        .join(&sha256);
    assert_eq!(fs::read(kept).expect("kept"), stranger);
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_couriers_killed_again_and_again_deliver_once() {
    let room = Room::new("").await;
    let file = some_file(&room, "large.pdf", 6_000_000);
    let origin = met(&room, "origin").await;
    let (_, hash) = origin.approved("تقرير كبير", &[&file]);
    let package = room.dir.path().join("large.qalam-courier");
    packed(&origin, &package).await.expect("exported");
    let couriers = [met(&room, "one").await, met(&room, "two").await];
    room.portal
        .faults
        .set("trickle=5000000,answer_lost*2,cut_mid_body=900000*3")
        .expect("faults");
    let (one, two) = (&couriers[0], &couriers[1]);
    let work = async |office: &Office, pause: u64| {
        for round in 0..60 {
            let kill = Duration::from_millis(pause + round * 40);
            let done = tokio::time::timeout(kill, brought(office, &package)).await;
            if matches!(done, Ok(Ok(_))) {
                return;
            }
        }
        panic!("never delivered");
    };
    tokio::join!(work(one, 350), work(two, 470));
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
    let left: Vec<_> = fs::read_dir(room.dir.path().join("portal/parts"))
        .expect("parts")
        .flatten()
        .collect();
    assert!(
        left.len() <= 2,
        "only what carriers left half-way: {left:?}"
    );
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
async fn receipts_that_were_touched_are_not_believed() {
    let room = Room::new("").await;
    let (origin, courier) = (met(&room, "origin").await, met(&room, "courier").await);
    let (_, hash) = origin.approved("دعوة", &[]);
    let path = room.dir.path().join("a");
    packed(&origin, &path).await.expect("packed");
    assert_eq!(
        write_receipts(&courier.desk, &room.dir.path().join("none"))
            .expect_err("none")
            .code,
        Code::NoReceipts
    );
    brought(&courier, &path).await.expect("delivered");
    let receipts = room.dir.path().join("r");
    write_receipts(&courier.desk, &receipts).expect("written");
    let whole = fs::read(&receipts).expect("read");
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 7);
        fs::write(&receipts, &bytes).expect("write");
        let Err(error) = import(&origin.desk, &*origin.secrets, &receipts) else {
            panic!("{at}: {}", String::from_utf8_lossy(&bytes));
        };
        assert!(
            error.code.as_str().starts_with("receipts_"),
            "{at}: {error}"
        );
        assert_ne!(origin.state(&hash), "received");
    }
    for text in ["", "{}", "[]", "{\"format\":\"qalam-receipts/1\"}"] {
        fs::write(&receipts, text).expect("write");
        let error = import(&origin.desk, &*origin.secrets, &receipts).expect_err(text);
        assert_eq!(error.code, Code::ReceiptsInvalid);
    }
    fs::write(&receipts, "{\"format\":\"qalam-receipts/9\"}").expect("write");
    let error = import(&origin.desk, &*origin.secrets, &receipts).expect_err("version");
    assert_eq!(error.code, Code::ReceiptsVersion);
    fs::write(&receipts, &whole).expect("write");
    import(&origin.desk, &*origin.secrets, &receipts).expect("whole");
    assert_eq!(origin.state(&hash), "received");
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
    // The service document, brought on a stick, is enough.
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
    packed(&office, &to).await.expect("packed");
    fs::write(
        &keys,
        "{\"courier_key\":\"age1x\",\"courier_signing_key\":\"\"}",
    )
    .expect("write");
    let error = qalam_portal::packages::keys_from_file(&keys).expect_err("bad");
    assert_eq!(error.code, Code::CourierKeyInvalid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_is_read_by_people_and_taken_over_by_a_portal() {
    let room = Room::new("").await;
    let (origin, other) = (met(&room, "origin").await, met(&room, "other").await);
    let file = some_file(&room, "annex.pdf", 200_000);
    let large = some_file(&room, "large.pdf", 900_000);
    let (draft, hash) = origin.approved("دعوة <b>مفتوحة</b>: 100% \"نص\"", &[&file, &large]);
    rewrite(
        &origin,
        &draft,
        "نص\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n",
    );
    let hash_two = origin.approve(&draft);
    assert_ne!(hash, hash_two);
    let to = room.dir.path().join("hand over");
    let wish = handover::HandoverWish {
        to: to.clone(),
        ..Default::default()
    };
    let done = handover::export(&origin.desk, &wish).expect("exported");
    assert_eq!(done.items[0].1, hash_two);
    let index = fs::read_to_string(to.join("index.html")).expect("index");
    for part in ["lang=\"ar\" dir=\"rtl\"", "lang=\"fr\"", "&lt;b&gt;"] {
        assert!(index.contains(part), "{part}: {index}");
    }
    let folder = fs::read_dir(&to)
        .expect("folder")
        .flatten()
        .find(|entry| entry.path().is_dir())
        .expect("piece")
        .path();
    let page = fs::read_to_string(folder.join("ar.html")).expect("page");
    assert!(page.contains("<html lang=\"ar\" dir=\"rtl\">"));
    for bad in [
        "<script",
        "javascript:",
        "alert(1)</",
        "http://",
        "https://",
    ] {
        assert!(!page.contains(bad), "{bad}: {page}");
    }
    assert!(page.contains("href=\"files/annex.pdf\"") && page.contains(&hash_two));
    let release = fs::read(folder.join("release.json")).expect("release");
    assert_eq!(qalam_content::canonical::hash(&release), hash_two);
    // Writing it proves nothing: a person says when it arrived.
    assert_eq!(origin.state(&hash_two), "waiting");
    let row = origin.desk.handover_list().expect("list")[0].clone();
    assert_eq!(
        (row.release.as_str(), row.confirmed_at),
        (hash_two.as_str(), None)
    );
    let rows = origin
        .desk
        .handover_confirm(&row.id, true)
        .expect("confirmed");
    assert_eq!(rows[0].confirmed_by.as_deref(), Some("Sample Officer"));
    assert_eq!(origin.state(&hash_two), "waiting");
    let nothing = handover::export(
        &origin.desk,
        &handover::HandoverWish {
            to: room.dir.path().join("again"),
            ..Default::default()
        },
    );
    assert_eq!(
        nothing.expect_err("nothing left").code,
        Code::NothingToExport
    );

    // The same items in a portal, however often.
    let import_wish = || handover::ImportWish {
        from: to.clone(),
        portal: "portal".into(),
        http: impatient(),
        ..Default::default()
    };
    for _ in 0..2 {
        let taken = handover::import(&other.desk, &other.secrets, import_wish())
            .await
            .expect("taken");
        let receipt = taken[0]
            .stored
            .as_ref()
            .and_then(|stored| stored.receipt.clone())
            .expect("receipt");
        assert_eq!(
            (receipt.release.as_str(), receipt.files.len()),
            (hash_two.as_str(), 2)
        );
    }
    assert_eq!(room.held().await.items.len(), 1);
    // What was changed, is missing or points elsewhere is refused before anything is sent.
    let annex = folder.join("files/annex.pdf");
    let whole = fs::read(&annex).expect("annex");
    fs::write(&annex, b"other").expect("write");
    let error = handover::import(&other.desk, &other.secrets, import_wish())
        .await
        .expect_err("changed");
    assert_eq!(error.code, Code::HandoverDamaged);
    fs::remove_file(&annex).expect("gone");
    let error = handover::import(&other.desk, &other.secrets, import_wish())
        .await
        .expect_err("missing");
    assert_eq!(error.code, Code::HandoverDamaged);
    fs::write(&annex, whole).expect("write");
    let sums = fs::read_to_string(to.join("SHA256SUMS")).expect("sums");
    fs::write(
        to.join("SHA256SUMS"),
        format!("{sums}{}  ../origin/desk.sqlite3\n", "0".repeat(64)),
    )
    .expect("write");
    let error = handover::import(&other.desk, &other.secrets, import_wish())
        .await
        .expect_err("outside");
    assert_eq!(error.code, Code::HandoverDamaged);
    assert_eq!(
        handover::import(
            &other.desk,
            &other.secrets,
            handover::ImportWish {
                from: room.dir.path().to_owned(),
                ..import_wish()
            }
        )
        .await
        .expect_err("none")
        .code,
        Code::HandoverInvalid
    );

    // In parts for e-mail; what cannot fit is named and has its own.
    let zips = room.dir.path().join("zips");
    let done = handover::export(
        &origin.desk,
        &handover::HandoverWish {
            to: zips.clone(),
            drafts: vec![draft],
            part_bytes: Some(500_000),
        },
    )
    .expect("zips");
    assert_eq!(done.parts.len(), 2);
    assert!(done.parts[0].1 <= 500_000);
    assert_eq!(done.problems[0].params["name"], "large.pdf");
    let unpacked = room.dir.path().join("unpacked");
    for (part, _) in &done.parts {
        let status = std::process::Command::new("python3")
            .args(["-m", "zipfile", "-e"])
            .args([part, &unpacked])
            .status()
            .expect("python3");
        assert!(status.success());
    }
    let taken = handover::import(
        &other.desk,
        &other.secrets,
        handover::ImportWish {
            from: unpacked.clone(),
            ..import_wish()
        },
    )
    .await
    .expect("taken");
    assert!(taken[0].failure.is_none());
    let sums = std::process::Command::new("sha256sum")
        .args(["-c", "--quiet", "SHA256SUMS"])
        .current_dir(&unpacked)
        .status();
    assert!(sums.is_ok_and(|status| status.success()));
}

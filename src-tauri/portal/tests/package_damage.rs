//! Packages and receipts that are not what they were made as: each is refused by its own name, and nothing of it counts.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::fs;

use common::{
    carry::{brought, handed_in, met, packed},
    office::{Office, Room},
};
use qalam_desk::{Code, packages::courier_keys};
use qalam_portal::packages::{
    format::{self, Contents, ContentsEntry, Fault, Head, HeadEntry, Writing, inspect, key_text},
    import,
    keys::{DeskKeys, new_signing_key},
    write_receipts,
};

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
    let thief = Forged::new(&origin, &room);
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

//! Files on their way, where the cases look at single requests.

use std::path::{Path, PathBuf};

use qalam_portal::contract::{FileToSend, Habits, UploadEnd, UploadStart};
use reqwest::Method;

use crate::{
    cases::{LANGS, TEXT, file, received},
    common::{file_in, new_id, release},
    peer::{Inner, Peer, piece},
};

/// A file of the contract's, with other bytes in each run.
fn to_send(peer: &Peer, seed: u64, length: usize) -> FileToSend {
    let path = file(peer, seed, length);
    let bytes = std::fs::read(&path).expect("file");
    let (sha256, length) = qalam_portal::digest::of_reader(&mut bytes.as_slice()).expect("memory");
    FileToSend {
        sha256,
        path: path.into(),
        length,
        mime: "application/pdf".to_owned(),
        name: "ملحق annex.pdf".to_owned(),
    }
}

/// What brings the last bytes of a piece is answered with how the piece stands, and that is what it says when asked
/// later. A portal tells it where the answer has room: a file that came with the beginning of its upload, or out of
/// parts. Everywhere else the sender asks.
pub async fn tells_with_the_last_file(peer: &Peer) {
    let Some((contract, token)) = peer.contract().await else {
        let office = peer.office("one");
        let files = [file(peer, 11, 9_000), file(peer, 12, 1_000_000)];
        let (_, release) = piece(&office, "دعوة بلا خبر", TEXT, &[&files[0], &files[1]]);
        office.send(6).await;
        received(&office, &release);
        return;
    };
    let service = contract.probe().await.expect("service");
    let offers = |extension: &str| {
        let offered = &service.document.uploads.extensions;
        offered.iter().any(|one| one == extension)
    };
    let send = async |file: &FileToSend, item: &str| {
        let start = UploadStart {
            item: Some(item.to_owned()),
            wanted: true,
            ..UploadStart::default()
        };
        let mut habits = Habits::default();
        let mut note = |_: &str, _: u64| {};
        contract
            .upload(&token, &service, file, start, &mut habits, &mut note)
            .await
    };
    for (length, by) in [
        (0, "creation-with-upload"),
        (40_000, "creation-with-upload"),
        (1_000_000, "concatenation"),
    ] {
        let first = to_send(peer, 13, 10_000);
        let last = match length {
            // Wherever they are from, these bytes are the same.
            0 => file_in(&peer.dir.path().join("empty.pdf"), 0, 0),
            length => to_send(peer, 14, length),
        };
        let id = new_id();
        let sent = release(&id, "دعوة وملفان", &[&first, &last]);
        let put = contract
            .put(&token, &id, &sent.body, None, &service)
            .await
            .expect("stored");
        assert!(put.receipt.is_none(), "{length}");
        let end = send(&first, &id).await;
        assert_eq!(end, UploadEnd::Uploaded(None), "one is missing: {length}");
        let end = send(&last, &id).await;
        let asked = contract
            .stored(&token, &id, &sent.hash)
            .await
            .expect("item")
            .expect("ours");
        let told = match end {
            UploadEnd::Uploaded(told) => told,
            // A site takes no kind of file that it cannot see, and nothing can be seen of an empty one.
            UploadEnd::Trouble(trouble) if length == 0 && matches!(peer.inner, Inner::Site(_)) => {
                assert_eq!(trouble.failure.code, "type_refused");
                assert_eq!(asked.missing, [last.sha256]);
                continue;
            }
            end => panic!("{length}: {end:?}"),
        };
        let receipt = asked.receipt.as_ref().expect("receipt");
        assert_eq!(receipt.release, sent.hash, "{length}");
        match told {
            Some(told) => assert_eq!(*told, asked, "{length}"),
            None => assert!(!offers(by), "{length}: nothing was told"),
        }
    }
    if let Inner::Site(site) = &peer.inner {
        // And the courier takes it for its receipt: after the parts were joined nothing is asked about the piece.
        let office = peer.office("one");
        let large = file(peer, 15, 1_000_000);
        let (draft, release) = piece(&office, "دعوة وملف من أجزاء", TEXT, &[&large]);
        let before = peer.way.asked().await.len();
        office.send(6).await;
        received(&office, &release);
        let asked = peer.way.asked().await.split_off(before);
        let joined = asked
            .iter()
            .rposition(|line| line.starts_with("POST ") && line.ends_with("/uploads"))
            .expect("joined");
        let item = format!("/items/{draft}");
        let after: Vec<&String> = (asked[joined..].iter())
            .filter(|line| line.contains(&item))
            .collect();
        assert!(after.is_empty(), "{}: {after:?}", site.name);
    }
}

/// A host with two workers, both of them taken by parts on their way: its web server turns the other streams away. One
/// goes on, and the file arrives with the attempt it began with, once.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_host_gets_one_stream() {
    let Some(peer) = Peer::open(Some("small-companion")).await else {
        return;
    };
    let office = peer.office("one");
    let seed = u64::from_str_radix(&new_id().replace('-', "")[18..], 16).expect("hex");
    let large = file(&peer, seed, 3_000_000);
    let (draft, release) = piece(&office, "دعوة وموقع صغير", TEXT, &[&large]);
    peer.way.stand_until_turned_away(2);
    office.send(1).await;
    assert!(peer.way.turned_away());
    received(&office, &release);
    peer.once(&draft, LANGS).await;
    // The bytes are unlike those of any other run, and so is the name.
    let path = format!("wp/v2/media?search=file-{seed}&context=edit");
    let (_, list) = peer.site().ask("admin", Method::GET, &path, None).await;
    assert_eq!(list.as_array().expect("list").len(), 1, "{list}");
}

/// Many small files side by side are too many for it as well; all of them arrive.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_host_gets_many_small_files() {
    let Some(peer) = Peer::open(Some("small-companion")).await else {
        return;
    };
    let office = peer.office("one");
    let files: Vec<PathBuf> = (20..32).map(|seed| file(&peer, seed, 30_000)).collect();
    let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let (draft, release) = piece(&office, "دعوة وملفات كثيرة", TEXT, &paths);
    peer.way.stand_until_turned_away(2);
    office.send(3).await;
    assert!(peer.way.turned_away());
    received(&office, &release);
    peer.once(&draft, LANGS).await;
}

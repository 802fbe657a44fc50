//! A hand-over is for people first; a portal can take it over all the same.
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
    carry::met,
    office::{Room, rewrite, some_file},
    patient,
};
use qalam_desk::Code;
use qalam_portal::handover;

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
        Code::NothingToHandOver
    );

    // The same items in a portal, however often.
    let import_wish = || handover::ImportWish {
        from: to.clone(),
        portal: "portal".into(),
        http: patient(),
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

/// A link to another piece leads to its page where that is in the same folder, and is only its words elsewhere. The
/// approved bytes name the piece itself.
#[tokio::test(flavor = "multi_thread")]
async fn pieces_of_a_hand_over_lead_to_each_other() {
    let room = Room::new("").await;
    let office = met(&room, "office").await;
    let (other, _) = office.approved("القطعة المشار إليها", &[]);
    let (left_out, _) = office.approved("قطعة لا تسلم", &[]);
    let (draft, _) = office.approved("قطعة تشير إلى أخرى", &[]);
    rewrite(
        &office,
        &draft,
        &format!(
            "انظر [**السابقة**](qalam:draft/{other}) و[غيرها](qalam:draft/{left_out}) و[هذه](qalam:draft/{draft}) \
             في الموقع نفسه.\n"
        ),
    );
    let hash = office.approve(&draft);
    let to = room.dir.path().join("folder");
    let wish = handover::HandoverWish {
        to: to.clone(),
        drafts: vec![draft, other.clone()],
        ..Default::default()
    };
    handover::export(&office.desk, &wish).expect("exported");
    let mut folders: Vec<_> = fs::read_dir(&to)
        .expect("folder")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let linking = folders
        .iter()
        .find(|folder| folder.to_string_lossy().contains("تشير"))
        .expect("the piece that links");
    let page = fs::read_to_string(linking.join("ar.html")).expect("page");
    assert!(page.contains("وغيرها و<a"), "only words: {page}");
    for bad in ["qalam:draft", &left_out] {
        assert!(!page.contains(bad), "{bad}: {page}");
    }
    let (before, _) = page
        .split_once("<strong>السابقة</strong></a>")
        .unwrap_or_else(|| panic!("no link: {page}"));
    let (_, address) = before.rsplit_once("href=\"").expect("address");
    let address = address.split('"').next().expect("address");
    // As a browser that opened the page from the disk goes there.
    let there = url::Url::from_file_path(linking.join("ar.html"))
        .expect("path")
        .join(address)
        .expect("address")
        .to_file_path()
        .expect("path");
    let there = fs::read_to_string(&there).unwrap_or_else(|error| panic!("{error}: {there:?}"));
    assert!(there.contains("<h1>القطعة المشار إليها</h1>"), "{there}");
    let release = fs::read(linking.join("release.json")).expect("release");
    assert_eq!(qalam_content::canonical::hash(&release), hash);
    let release = String::from_utf8(release).expect("text");
    assert!(
        release.contains(&format!("(qalam:draft/{other})")),
        "{release}"
    );
}

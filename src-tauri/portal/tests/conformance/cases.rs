//! The cases. Each stands for a promise a user relies on, whatever the portal.

use std::path::PathBuf;

use qalam_portal::courier::{guess_kind, test_portal};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    common::{
        file_in, new_id,
        office::{Editor, Office},
        patient,
    },
    peer::{Inner, Peer, again, piece},
};

pub use crate::uploads::tells_with_the_last_file;

pub const LANGS: &[&str] = &["ar", "en", "fr"];
pub const TEXT: &str = "نص تجريبي للإعلان الموجه إلى الجمهور في جميع المحافظات.";

pub fn file(peer: &Peer, seed: u64, length: usize) -> PathBuf {
    let path = peer.dir.path().join(format!("file-{seed}.pdf"));
    // Random in each run: a site that stays up must not know the bytes from the run before.
    let salt = u64::from_str_radix(&new_id().replace('-', "")[16..], 16).expect("hex");
    file_in(&path, seed ^ salt, length);
    path
}

pub fn received(office: &Office, release: &str) {
    let entry = office.entry(release);
    assert_eq!(entry.state.as_str(), "received", "{:?}", entry.reason);
    assert_eq!(entry.receipt.expect("receipt").release, release);
}

async fn tested(peer: &Peer, office: &Office) -> Value {
    let (row, found) = test_portal(&office.desk, &office.secrets, None, patient(), "portal")
        .await
        .expect("asked");
    found.unwrap_or_else(|trouble| panic!("{trouble:?}"));
    assert!(!peer.way.url.is_empty());
    Value::Object(row.capabilities)
}

pub async fn declares_what_it_can(peer: &Peer) {
    let office = peer.office("one");
    let told = tested(peer, &office).await;
    let limits: Vec<&str> = told["limits"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let kind = guess_kind(patient(), peer.url()).await.expect("kind");
    match &peer.inner {
        Inner::Practice(_) => {
            assert_eq!(told["resumable"], true);
            assert_eq!(kind.as_str(), "contract");
        }
        Inner::Site(site) => {
            assert_eq!(kind.as_str(), "wordpress");
            assert_eq!(
                told["depth"],
                if site.companion { "companion" } else { "stock" }
            );
            assert_eq!(told["resumable"], site.companion);
            assert_eq!(told["comments"], site.companion);
            for limit in [
                "no_resume",
                "files_public_at_once",
                "receipt_by_reading_back",
                "no_comments",
                "conflict_window",
            ] {
                assert_eq!(
                    limits.contains(&limit),
                    !site.companion,
                    "{limit}: {limits:?}"
                );
            }
            assert!(!limits.contains(&"no_upload"));
        }
    }
}

pub async fn delivers_every_language(peer: &Peer) {
    let office = peer.office("one");
    let (draft, release) = piece(&office, "دعوة مفتوحة للجميع", TEXT, &[]);
    office.send(2).await;
    received(&office, &release);
    for copy in peer.once(&draft, LANGS).await {
        assert!(
            matches!(copy.status.as_str(), "pending" | "received"),
            "never published by us: {copy:?}"
        );
        if copy.lang == "ar" {
            assert_eq!(copy.title, "دعوة مفتوحة للجميع");
            assert!(copy.text.contains(TEXT));
        }
    }
}

pub async fn delivers_files_whole(peer: &Peer) {
    let office = peer.office("one");
    let (one, two) = (file(peer, 1, 300_000), file(peer, 2, 9_000));
    let (draft, release) = piece(&office, "دعوة مع ملفات", TEXT, &[&one, &two]);
    office.send(6).await;
    received(&office, &release);
    assert_eq!(
        office.entry(&release).receipt.expect("receipt").files.len(),
        2
    );
    let copies = peer.once(&draft, LANGS).await;
    let Inner::Site(site) = &peer.inner else {
        return;
    };
    // The pages name the files, and what lies there has the approved bytes.
    let text = &copies[0].text;
    let addresses: Vec<&str> = text
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|address| address.starts_with(&site.url))
        .collect();
    assert_eq!(addresses.len(), 2, "{text}");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("client");
    for address in addresses {
        let bytes = client
            .get(address)
            .send()
            .await
            .expect("file")
            .bytes()
            .await
            .expect("bytes");
        let ours = [&one, &two]
            .iter()
            .any(|path| std::fs::read(path).expect("file") == bytes);
        assert!(ours, "{address}");
    }
}

pub async fn says_the_same_again(peer: &Peer) {
    let office = peer.office("one");
    let (draft, release) = piece(&office, "دعوة تتكرر", TEXT, &[]);
    office.send(2).await;
    received(&office, &release);
    let before = peer.once(&draft, LANGS).await;
    // Another PC of the same ministry with the same desk, restored from a backup taken before it was sent.
    let other = peer.office("one");
    let row = other.desk.portal("portal").expect("row");
    assert_eq!(row.name, "portal");
    other.desk.outbox_add(&draft, "portal").expect("added");
    other.send(2).await;
    let after = peer.once(&draft, LANGS).await;
    assert_eq!(before.len(), after.len());
    assert_eq!(before[0].id, after[0].id);
}

pub async fn survives_lost_answers(peer: &Peer) {
    let office = peer.office("one");
    let file = file(peer, 3, 60_000);
    let (draft, release) = piece(&office, "دعوة وإجابة ضائعة", TEXT, &[&file]);
    for lost in [1, 2, 1, 3] {
        match &peer.inner {
            Inner::Practice(portal) => portal
                .faults
                .set(&format!("answer_lost*{lost}"))
                .expect("fault"),
            Inner::Site(_) => peer.way.lose_answers(lost),
        }
        office.send(2).await;
        let _ = office.desk.outbox_send_now();
    }
    peer.way.lose_answers(0);
    office.send(12).await;
    assert!(peer.way.lost_all());
    received(&office, &release);
    peer.once(&draft, LANGS).await;
}

/// Two PCs on copies of one desk, at the same moment.
pub async fn makes_one_of_many(peer: &Peer) {
    let office = peer.office("one");
    let (draft, release) = piece(&office, "دعوة من ستة حواسيب", TEXT, &[]);
    let copies: Vec<Office> = (0..6)
        .map(|number| {
            let name = format!("copy-{number}");
            let backup = peer.dir.path().join(format!("{name}.backup"));
            office.desk.backup_to(&backup).expect("backup");
            qalam_desk::Desk::restore(&backup, &peer.dir.path().join(&name)).expect("restored");
            peer.office(&name)
        })
        .collect();
    let mut running = Vec::new();
    for copy in copies {
        running.push(tokio::spawn(async move {
            copy.send(12).await;
            copy
        }));
    }
    for copy in running {
        let copy = copy.await.expect("courier");
        received(&copy, &release);
    }
    peer.once(&draft, LANGS).await;
}

pub async fn settles_cut_uploads(peer: &Peer) {
    let office = peer.office("one");
    let told = tested(peer, &office).await;
    let large = file(peer, 4, 4_000_000);
    let (draft, release) = piece(&office, "دعوة وملف كبير", TEXT, &[&large]);
    match &peer.inner {
        Inner::Practice(portal) => portal.faults.set("cut_mid_body=2500000").expect("fault"),
        Inner::Site(_) => {
            peer.way.cut_after(2_500_000);
        }
    }
    let mut courier = office.courier();
    let mut run = courier.run_once().await.expect("run");
    for _ in 0..12 {
        if run.empty {
            break;
        }
        office.desk.outbox_send_now().expect("now");
        run = courier.run_once().await.expect("run");
    }
    received(&office, &release);
    if let Inner::Site(site) = &peer.inner
        && !site.companion
    {
        // Nothing half stays in the media library.
        let sha256 = &office.entry(&release).receipt.expect("receipt").files[0];
        let path = format!("wp/v2/media?slug=qalam-{sha256},qalam-{sha256}-2&context=edit");
        let (_, list) = site.ask("admin", Method::GET, &path, None).await;
        assert_eq!(list.as_array().expect("list").len(), 1, "{list}");
        assert_eq!(list[0]["media_details"]["filesize"], 4_000_000);
    }
    if told["resumable"] == false {
        assert_eq!(run.wire.resumed_bytes, 0);
    }
    peer.once(&draft, LANGS).await;
}

pub async fn takes_a_newer_release(peer: &Peer) {
    let office = peer.office("one");
    let (draft, first) = piece(&office, "دعوة تتجدد", TEXT, &[]);
    office.send(2).await;
    received(&office, &first);
    let second = again(
        &office,
        &draft,
        "نص ثان للإعلان الموجه إلى الجمهور في جميع المحافظات.",
    );
    office.send(3).await;
    received(&office, &second);
    let copies = peer.once(&draft, LANGS).await;
    assert!(copies[0].text.contains("نص ثان"), "{:?}", copies[0]);
}

pub async fn tells_of_changes(peer: &Peer) {
    let office = peer.office("one");
    let (draft, first) = piece(&office, "دعوة يغيرها المحرر", TEXT, &[]);
    office.send(2).await;
    received(&office, &first);
    peer.retitle(&draft, "عنوان المحرر").await;
    let second = again(
        &office,
        &draft,
        "نص ثان للإعلان الموجه إلى الجمهور في جميع المحافظات.",
    );
    office.send(2).await;
    assert_eq!(
        office.state(&second),
        "conflict",
        "{:?}",
        office.entry(&second)
    );
    assert_eq!(office.reason(&second), "changed_on_portal");
    let copies = peer.once(&draft, LANGS).await;
    assert_eq!(copies[0].title, "عنوان المحرر", "nothing was overwritten");
    // A person decides that ours counts.
    office
        .desk
        .outbox_retry(&office.entry(&second).id)
        .expect("decided");
    office.send(3).await;
    received(&office, &second);
    let copies = peer.once(&draft, LANGS).await;
    assert_eq!(copies[0].title, "دعوة يغيرها المحرر");
}

pub async fn brings_decisions_back(peer: &Peer) {
    let office = peer.office("one");
    let told = tested(peer, &office).await;
    let (draft, release) = piece(&office, "دعوة تنشر", TEXT, &[]);
    office.send(2).await;
    received(&office, &release);
    let mut courier = office.courier();
    courier.fetch().await.expect("news");
    peer.publish(&draft).await;
    courier.fetch().await.expect("news");
    assert_eq!(
        office.state(&release),
        "published",
        "{:?}",
        office.entry(&release)
    );
    // Publishing alone is no conflict for the next release.
    let second = again(
        &office,
        &draft,
        "نص ثان للإعلان الموجه إلى الجمهور في جميع المحافظات.",
    );
    drop(courier);
    office.send(3).await;
    received(&office, &second);
    peer.give_back(&draft, "أضيفوا المصدر").await;
    let mut courier = office.courier();
    courier.fetch().await.expect("news");
    let entry = office.entry(&second);
    let reason = entry.reason.unwrap_or_else(|| panic!("{:?}", entry.state));
    assert_eq!(reason.code, "returned_by_portal");
    let comment = if told["comments"] == false {
        ""
    } else {
        "أضيفوا المصدر"
    };
    assert_eq!(reason.params["comment"], comment);
    drop(courier);
    let third = again(
        &office,
        &draft,
        "نص ثالث للإعلان الموجه إلى الجمهور مع المصدر.",
    );
    office.send(3).await;
    received(&office, &third);
    let copies = peer.once(&draft, LANGS).await;
    assert!(
        copies.iter().all(|copy| copy.status != "publish"),
        "{copies:?}"
    );
}

/// What an editor threw away is not made again behind their back.
pub async fn minds_the_trash(peer: &Peer) {
    let Inner::Site(site) = &peer.inner else {
        return;
    };
    let office = peer.office("one");
    let (draft, first) = piece(&office, "دعوة في السلة", TEXT, &[]);
    office.send(2).await;
    received(&office, &first);
    for copy in site.copies(&draft).await {
        let path = format!("{}/{}", site.route(), copy.id);
        let (status, _) = site.ask("editor", Method::DELETE, &path, None).await;
        assert_eq!(status, 200);
    }
    let second = again(
        &office,
        &draft,
        "نص ثان للإعلان الموجه إلى الجمهور في جميع المحافظات.",
    );
    office.send(2).await;
    assert_eq!(
        office.state(&second),
        "conflict",
        "{:?}",
        office.entry(&second)
    );
    let copies = peer.once(&draft, LANGS).await;
    assert!(
        copies.iter().all(|copy| copy.status == "trash"),
        "{copies:?}"
    );
}

pub async fn names_wrong_credentials(peer: &Peer) {
    let office = peer.office_of("one", "author", Some("wrong wrong wrong"));
    let (draft, release) = piece(&office, "دعوة بلا حق", TEXT, &[]);
    office.send(1).await;
    assert_eq!(office.reason(&release), "credentials");
    let (_, found) = test_portal(&office.desk, &office.secrets, None, patient(), "portal")
        .await
        .expect("asked");
    assert_eq!(found.expect_err("refused").failure.code, "credentials");
    let right = peer.office("one");
    right.desk.outbox_send_now().expect("now");
    right.send(4).await;
    received(&right, &release);
    peer.once(&draft, LANGS).await;
}

pub async fn names_what_it_refuses(peer: &Peer) {
    let Inner::Site(_) = &peer.inner else { return };
    let office = peer.office("one");
    let strange = peer.dir.path().join("strange.epub");
    std::fs::write(&strange, b"not a kind of file this site takes").expect("file");
    let (_, refused) = piece(&office, "دعوة وملف غريب", TEXT, &[&strange]);
    let (_, plain) = piece(&office, "دعوة بلا ملف", TEXT, &[]);
    office.send(4).await;
    assert_eq!(
        office.state(&refused),
        "refused",
        "{:?}",
        office.entry(&refused)
    );
    let reason = office.entry(&refused).reason.expect("reason");
    assert_eq!(reason.code, "type_refused");
    assert_eq!(reason.params["name"], "strange.epub");
    received(&office, &plain);
}

/// Everything a text can hold arrives as it was written.
pub async fn keeps_the_text(peer: &Peer) {
    let body = include_str!("torture.md");
    let office = peer.office("one");
    let (draft, release) = piece(
        &office,
        "عنوان < و > و & و [gallery] و \"اقتباس\"",
        body,
        &[],
    );
    office.send(2).await;
    received(&office, &release);
    let copies = peer.once(&draft, LANGS).await;
    let Inner::Site(site) = &peer.inner else {
        return;
    };
    for word in [
        "a &lt; 5 &gt; 3",
        "AT&amp;T",
        "&#091;gallery]",
        "☑",
        "☐",
        "<table",
        "dir=\"rtl\"",
    ] {
        assert!(copies[0].text.contains(word), "{word}: {}", copies[0].text);
    }
    for gone in ["<script", "<bdi", "<input", "onclick"] {
        assert!(!copies[0].text.contains(gone), "{gone}");
    }
    // And readers see it so: no shortcode runs, no paragraph is invented.
    let path = format!("{}/{}?context=edit", site.route(), copies[0].id);
    let (_, post) = site.ask("editor", Method::GET, &path, None).await;
    let shown = post["content"]["rendered"].as_str().expect("rendered");
    assert!(
        shown.contains("[gallery]") || shown.contains("&#091;gallery]"),
        "{shown}"
    );
    assert!(!shown.contains("<p></p>"), "{shown}");
}

/// A link to another piece leads to its page once readers can see that, and is only its words until then. What was
/// approved names the piece itself.
pub async fn leads_to_other_pieces(peer: &Peer) {
    let office = peer.office("one");
    let (other, first) = piece(&office, "القطعة المشار إليها", TEXT, &[]);
    let absent = new_id();
    let body = format!(
        "{TEXT}\n\nانظر [الإعلان **السابق**](qalam:draft/{other}) و[إعلان غائب](qalam:draft/{absent}).\n"
    );
    let (draft, second) = piece(&office, "قطعة تشير إلى أخرى", &body, &[]);
    office.send(4).await;
    received(&office, &first);
    received(&office, &second);
    peer.publish(&draft).await;
    let words = "الإعلان <strong>السابق</strong>";
    let without_a_page = |page: &str| {
        assert!(
            page.contains(words) && page.contains("وإعلان غائب"),
            "{page}"
        );
        for bad in ["qalam:draft", "qalam.invalid", &absent] {
            assert!(!page.contains(bad), "{bad}: {page}");
        }
    };
    let page = peer.page(&draft, "ar").await.expect("published");
    without_a_page(&page);
    match &peer.inner {
        Inner::Practice(_) => {
            // It shows what waits for its editor as well.
            let text = &peer.once(&draft, LANGS).await[0].text;
            assert!(text.contains(&format!("(qalam:draft/{other})")), "{text}");
        }
        Inner::Site(site) => {
            assert_eq!(link(&page, words), None, "nobody could follow it: {page}");
            assert_eq!(peer.page(&other, "ar").await, None);
            peer.publish(&other).await;
            if !site.companion {
                // A site as it comes has nobody who would look again: the text says it when it is sent the next time.
                let page = peer.page(&draft, "ar").await.expect("published");
                assert_eq!(link(&page, words), None);
                let third = again(&office, &draft, &format!("{body}\nنص آخر.\n"));
                office.send(4).await;
                received(&office, &third);
            }
        }
    }
    let page = peer.page(&draft, "ar").await.expect("published");
    without_a_page(&page);
    let address = link(&page, words).unwrap_or_else(|| panic!("no link: {page}"));
    let (status, there) = peer.follow(&address).await;
    assert_eq!(status, 200, "{address}");
    assert!(there.contains("القطعة المشار إليها"), "{address}: {there}");
    assert!(!there.contains(words), "{address} is the other one");

    // What is taken down is only words again, where the page is put together whenever it is shown.
    match &peer.inner {
        Inner::Practice(portal) => {
            let editor = Editor::enter(portal).await;
            editor.decide(&other, &[("action", "remove")]).await;
        }
        Inner::Site(site) => {
            for copy in site.copies(&other).await {
                site.edit(&copy.id, json!({"status": "draft"})).await;
            }
            if !site.companion {
                return;
            }
        }
    }
    let page = peer.page(&draft, "ar").await.expect("published");
    without_a_page(&page);
    assert_eq!(link(&page, words), None, "{page}");
}

/// The address of the link with exactly these words.
fn link(page: &str, words: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!("{words}</a>"))?;
    let (_, tag) = before.rsplit_once("<a ")?;
    let (_, address) = tag.split_once("href=\"")?;
    Some(
        address
            .split('"')
            .next()?
            .replace("&#038;", "&")
            .replace("&amp;", "&"),
    )
}

pub async fn takes_back(peer: &Peer) {
    let Inner::Site(site) = &peer.inner else {
        return;
    };
    let office = peer.office("one");
    let (draft, release) = piece(&office, "دعوة تسحب", TEXT, &[]);
    office.send(2).await;
    received(&office, &release);
    let http = qalam_portal::http::Http::new(patient()).expect("client");
    let password = secrecy::SecretString::from(site.password("author").to_owned());
    let connected =
        qalam_portal::wordpress::Site::connect(&http, &peer.way.url, "author", &password)
            .await
            .expect("connected");
    if let Some(url) = connected.companion_url() {
        let contract = qalam_portal::contract::Contract::at(http, url.as_str()).expect("address");
        contract
            .withdraw(connected.token(), &draft, "خطأ في الأرقام")
            .await
            .expect("asked");
    } else {
        connected.withdraw(&draft).await.expect("withdrawn");
        connected.withdraw(&draft).await.expect("and again");
    }
    let copies = peer.once(&draft, LANGS).await;
    assert!(
        copies
            .iter()
            .all(|copy| matches!(copy.status.as_str(), "trash" | "draft")),
        "{copies:?}"
    );
}

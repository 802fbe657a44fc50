//! WordPress as it really is: each case is a habit of real sites that would lose, double or distort something.
//!
//! | habit | case |
//! |---|---|
//! | Without HTTPS no application passwords; a wrong one is no error on public routes | `what_is_not_a_usable_site_is_named`, `cases::names_wrong_credentials` |
//! | 401 is the login, 403 the right; `code` counts before the status (500 for a type, 400 for a size) | `a_reader_is_refused_at_once`, `wordpress::api` (`codes_count_before_statuses`), `cases::names_what_it_refuses` |
//! | A contributor loses a post that was published and may upload nothing | `a_contributor_is_told_the_limits_and_kept_to_them` |
//! | Unknown terms and fields are dropped with a 200 | `terms_that_vanish_are_asked_for_anew` |
//! | 413 is a page for people; PHP's smaller limits do not hold for raw bodies | `too_large_is_refused_and_what_php_would_refuse_passes` |
//! | The same POST makes a second post; two at once get one slug | `cases::survives_lost_answers`, `cases::makes_one_of_many`, `plugin::parallel_creates_make_one_item` |
//! | A slug may be changed, and is another in the trash | `a_changed_address_makes_no_second_post`, `cases::minds_the_trash` |
//! | No ETag; times of whole seconds | `a_save_in_the_same_moment_is_told`, `cases::tells_of_changes` |
//! | Deletions are not listed | `what_was_deleted_for_good_is_noticed` |
//! | Markup is dropped without a word, and text with it; plugins rewrite | `cases::keeps_the_text`, `wordpress::html` (`what_wordpress_would_drop_is_never_sent`), `a_text_the_site_rewrites_is_told` |
//! | Content-Range is ignored and a fragment stored as the file | `a_fragment_in_the_library_is_not_taken_for_the_file` |
//! | Content-MD5 is read as hex | `the_site_checks_our_sum` |
//! | Files again get another name; long and Arabic names fail | `the_same_file_goes_once_and_its_name_does_not_matter`, `wordpress::media` (`names_are_plain_and_short`) |
//! | A file of a waiting post is public | `files_of_waiting_pieces` |
//! | No links without `/wp-json` | `plain_links_work_too` |
//! | Web servers keep bodies back, and a cut costs them | `a_cut_upload_goes_on_at_the_byte` |
//! | One language a post | `cases::delivers_every_language`, `the_plugin_adopts_what_stock_delivery_made` |
//! | PHP gives an empty object back as an empty list | `plugin::empty_members_stay_objects` |

use std::path::PathBuf;

use axum::{Router, http::header, response::IntoResponse, routing::any};
use qalam_portal::{
    contract::FileToSend,
    courier::test_portal,
    http::{Http, Trouble},
    wordpress::{Site, discover},
};
use reqwest::{Client, Method, StatusCode};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::{
    common::{file_in, new_id, office::Office, patient, release},
    peer::{self, Peer, again, piece},
};

const STOCK: [&str; 2] = ["debian", "second"];
const COMPANION: [&str; 2] = ["debian-companion", "second-companion"];
const TEXT: &str = "نص تجريبي للإعلان الموجه إلى الجمهور في جميع المحافظات.";
const SECOND: &str = "نص ثان للإعلان الموجه إلى الجمهور في جميع المحافظات.";

async fn peers(names: [&str; 2]) -> Vec<Peer> {
    let mut peers = Vec::new();
    for name in names {
        peers.extend(Peer::open(Some(name)).await);
    }
    peers
}

async fn connect(peer: &Peer, login: &str) -> Result<Site, Trouble> {
    let http = Http::new(patient()).expect("client");
    let password = SecretString::from(peer.site().password(login).to_owned());
    Site::connect(&http, peer.url(), login, &password).await
}

fn some_file(peer: &Peer, name: &str, length: usize) -> PathBuf {
    let path = peer.dir.path().join(name);
    let salt = u64::from_str_radix(&new_id().replace('-', "")[16..], 16).expect("hex");
    file_in(&path, salt, length);
    path
}

fn raw_file(peer: &Peer, length: usize) -> FileToSend {
    let path = peer.dir.path().join(new_id());
    let salt = u64::from_str_radix(&new_id().replace('-', "")[16..], 16).expect("hex");
    file_in(&path, salt, length)
}

fn received(office: &Office, release: &str) {
    let entry = office.entry(release);
    assert_eq!(entry.state.as_str(), "received", "{:?}", entry.reason);
}

async fn media(site: &peer::Site, sha256: &str) -> Vec<Value> {
    let path = format!("wp/v2/media?slug=qalam-{sha256},qalam-{sha256}-2&context=edit");
    let (status, list) = site.ask("admin", Method::GET, &path, None).await;
    assert_eq!(status, 200);
    list.as_array().expect("list").clone()
}

/// Unknown ids of terms are dropped with a 200.
#[tokio::test(flavor = "multi_thread")]
async fn terms_that_vanish_are_asked_for_anew() {
    for peer in peers(STOCK).await {
        let office = peer.office("one");
        let (draft, first) = piece(&office, "دعوة ووسوم", TEXT, &[]);
        let mut courier = office.courier();
        courier.run_once().await.expect("run");
        received(&office, &first);
        let site = peer.site();
        let tags = "wp/v2/tags?slug=lang-ar,announcement-ar&_fields=id";
        let (_, list) = site.ask("admin", Method::GET, tags, None).await;
        let list = list.as_array().expect("tags").clone();
        assert_eq!(list.len(), 2);
        for tag in list {
            let path = format!("wp/v2/tags/{}?force=true", tag["id"]);
            assert_eq!(site.ask("admin", Method::DELETE, &path, None).await.0, 200);
        }
        let second = again(&office, &draft, SECOND);
        for _ in 0..4 {
            courier.run_once().await.expect("run");
            office.desk.outbox_send_now().expect("now");
        }
        received(&office, &second);
        let (_, list) = site.ask("admin", Method::GET, tags, None).await;
        assert_eq!(list.as_array().expect("tags").len(), 2, "made again");
    }
}

/// What a site's own plugin makes of a text is noticed, told, and never called received.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_the_site_rewrites_is_told() {
    for peer in peers(STOCK).await {
        let office = peer.office("one");
        let (_, release) = piece(
            &office,
            "دعوة يغيرها الموقع",
            &format!("{TEXT} REWRITTEN-BY-THE-SITE"),
            &[],
        );
        office.send(2).await;
        let entry = office.entry(&release);
        assert_eq!(entry.state.as_str(), "refused");
        let reason = entry.reason.expect("reason");
        assert_eq!(reason.code, "portal_changed_text");
        assert_eq!(
            (
                reason.params["lang"].as_str(),
                reason.params["part"].as_str()
            ),
            ("ar", "body")
        );
        assert!(reason.params["theirs"].contains("rewritten"), "{reason:?}");
        assert!(entry.receipt.is_none());
    }
}

/// Editors change addresses; contributors cannot set one at all. The mark finds the post.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_address_makes_no_second_post() {
    for peer in peers(STOCK).await {
        let office = peer.office("one");
        let (draft, first) = piece(&office, "دعوة وعنوان جديد", TEXT, &[]);
        office.send(2).await;
        received(&office, &first);
        for copy in peer.once(&draft, &["ar", "en", "fr"]).await {
            peer.site()
                .edit(&copy.id, json!({"slug": format!("another-{}", copy.id)}))
                .await;
        }
        let second = again(&office, &draft, SECOND);
        office.send(2).await;
        received(&office, &second);
        peer.once(&draft, &["ar", "en", "fr"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contributor_is_told_the_limits_and_kept_to_them() {
    for peer in peers(STOCK).await {
        let limits = connect(&peer, "contributor")
            .await
            .expect("connected")
            .limits();
        assert!(
            limits.contains(&"no_upload") && limits.contains(&"no_revision_once_published"),
            "{limits:?}"
        );
        let office = peer.office_of("one", "contributor", None);
        let (draft, plain) = piece(&office, "دعوة من مساهم", TEXT, &[]);
        let file = some_file(&peer, "report.pdf", 5_000);
        let (_, with_file) = piece(&office, "دعوة من مساهم وملف", TEXT, &[&file]);
        peer.way.lose_answers(2);
        office.send(5).await;
        received(&office, &plain);
        peer.once(&draft, &["ar", "en", "fr"]).await;
        assert_eq!(office.state(&with_file), "refused");
        assert_eq!(office.reason(&with_file), "rights");
        peer.publish(&draft).await;
        office.courier().fetch().await.expect("news");
        assert_eq!(office.state(&plain), "published");
        let second = again(&office, &draft, SECOND);
        office.send(2).await;
        peer.once(&draft, &["ar", "en", "fr"]).await;
        assert_eq!(
            office.reason(&second),
            "rights",
            "{:?}",
            office.entry(&second)
        );
    }
}

/// Beyond the web server's limit there is a 413 with a page for people; PHP's smaller limits do not count for us.
#[tokio::test(flavor = "multi_thread")]
async fn too_large_is_refused_and_what_php_would_refuse_passes() {
    for peer in peers(STOCK).await {
        let site = connect(&peer, "author").await.expect("connected");
        let draft = new_id();
        let fits = raw_file(&peer, 5_000_000);
        site.upload(&draft, &fits)
            .await
            .expect("beyond PHP's limits");
        let large = raw_file(&peer, 14_000_000);
        let trouble = site.upload(&draft, &large).await.expect_err("too large");
        assert_eq!(trouble.failure.code, "too_large_for_portal", "{trouble:?}");
        assert!(media(peer.site(), &large.sha256).await.is_empty());
    }
}

/// A part of a file sent with Content-Range is stored as if it were the file; so is any other damage nobody checks.
#[tokio::test(flavor = "multi_thread")]
async fn a_fragment_in_the_library_is_not_taken_for_the_file() {
    for peer in peers(STOCK).await {
        let site = peer.site();
        let file = raw_file(&peer, 50_000);
        let bytes = std::fs::read(&file.path).expect("file");
        let fragment = bytes[..20_000].to_vec();
        let mark = format!(
            "<!-- qalam:file sha256={} bytes=50000 seen=- -->",
            file.sha256
        );
        let answer = Client::builder()
            .no_proxy()
            .build()
            .expect("client")
            .post(format!("{}/wp-json/wp/v2/media", site.url))
            .query(&[
                ("slug", format!("qalam-{}", file.sha256)),
                ("description", mark),
            ])
            .basic_auth("author", Some(site.password("author")))
            .header("content-type", "application/pdf")
            .header("content-range", "bytes 0-19999/50000")
            .header("content-disposition", "attachment; filename=\"part.pdf\"")
            .body(fragment)
            .send()
            .await
            .expect("answer");
        assert_eq!(answer.status(), 201, "stored as a whole file");
        let connected = connect(&peer, "author").await.expect("connected");
        connected.upload(&new_id(), &file).await.expect("replaced");
        let held = media(site, &file.sha256).await;
        assert_eq!(held.len(), 1);
        let address = held[0]["source_url"].as_str().expect("address");
        let stored = Client::builder()
            .no_proxy()
            .build()
            .expect("client")
            .get(address)
            .send()
            .await
            .expect("file")
            .bytes()
            .await
            .expect("bytes");
        assert_eq!(stored, bytes);
    }
}

/// Content-MD5 is read as hex; a wrong one is 412, which is no conflict.
#[tokio::test(flavor = "multi_thread")]
async fn the_site_checks_our_sum() {
    for peer in peers(STOCK).await {
        let site = peer.site();
        let ask = |sum: &str| {
            Client::builder()
                .no_proxy()
                .build()
                .expect("client")
                .post(format!("{}/wp-json/wp/v2/media", site.url))
                .basic_auth("author", Some(site.password("author")))
                .header("content-type", "application/pdf")
                .header("content-disposition", "attachment; filename=\"sum.pdf\"")
                .header("content-md5", sum)
                .body("%PDF-1.7 abc")
                .send()
        };
        let wrong = ask("00000000000000000000000000000000")
            .await
            .expect("answer");
        assert_eq!(wrong.status(), StatusCode::PRECONDITION_FAILED);
        let body: Value =
            serde_json::from_slice(&wrong.bytes().await.expect("body")).expect("json");
        assert_eq!(body["code"], "rest_upload_hash_mismatch");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_goes_once_and_its_name_does_not_matter() {
    for peer in peers(STOCK).await {
        let office = peer.office("one");
        let shared = some_file(
            &peer,
            &format!("{} 2026 (نهائي).pdf", "تقرير".repeat(20)),
            40_000,
        );
        let (_, one) = piece(&office, "دعوة أولى وملف", TEXT, &[&shared]);
        let (_, two) = piece(&office, "دعوة ثانية والملف نفسه", TEXT, &[&shared]);
        office.send(8).await;
        received(&office, &one);
        received(&office, &two);
        let sha256 = office.entry(&one).receipt.expect("receipt").files[0].clone();
        assert_eq!(media(peer.site(), &sha256).await.len(), 1);
    }
}

/// Stock: the file is public while its post waits, and that is stated. With the plugin its address cannot be guessed and
/// no list shows it.
#[tokio::test(flavor = "multi_thread")]
async fn files_of_waiting_pieces() {
    for (names, stock) in [(STOCK, true), (COMPANION, false)] {
        for peer in peers(names).await {
            let connected = connect(&peer, "author").await.expect("connected");
            assert_eq!(connected.limits().contains(&"files_public_at_once"), stock);
            let office = peer.office("one");
            let name = format!("secret-{}.pdf", new_id());
            let file = some_file(&peer, &name, 7_000);
            let (draft, release) = piece(&office, "دعوة وملف ينتظر", TEXT, &[&file]);
            office.send(6).await;
            received(&office, &release);
            let site = peer.site();
            let copies = peer.once(&draft, &["ar", "en", "fr"]).await;
            let address = copies[0]
                .text
                .split("href=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .find(|address| address.starts_with(&site.url))
                .expect("address")
                .to_owned();
            let client = Client::builder().no_proxy().build().expect("client");
            assert_eq!(
                client.get(&address).send().await.expect("file").status(),
                200
            );
            let hidden = address.contains("/qalam-")
                && address
                    .split("/qalam-")
                    .nth(1)
                    .is_some_and(|rest| rest.len() > 16);
            assert_eq!(hidden && !stock, !stock, "{address}");
            let list = client
                .get(format!(
                    "{}/wp-json/wp/v2/media?search={}",
                    site.url,
                    &name[..20]
                ))
                .send()
                .await
                .expect("list")
                .bytes()
                .await
                .expect("list");
            assert_eq!(
                list.as_ref(),
                b"[]",
                "nobody is shown the file of a waiting piece"
            );
        }
    }
}

/// Between our look and our write an editor saves. Their words stay among the revisions, and a person is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_save_in_the_same_moment_is_told() {
    for peer in peers(STOCK).await {
        let office = peer.office("one");
        let (draft, first) = piece(&office, "دعوة في اللحظة نفسها", TEXT, &[]);
        office.send(2).await;
        received(&office, &first);
        // WordPress keeps a revision from the first change on.
        let second = again(&office, &draft, SECOND);
        office.send(2).await;
        received(&office, &second);
        let third = again(
            &office,
            &draft,
            "نص ثالث للإعلان الموجه إلى الجمهور في جميع المحافظات.",
        );
        let mut holding = peer.way.hold("POST /wp-json/wp/v2/posts/").await;
        let sending = office.send(1);
        let editing = async {
            let go = holding.recv().await.expect("held");
            let copies = peer.copies(&draft).await;
            let ar = copies.iter().find(|copy| copy.lang == "ar").expect("copy");
            peer.site()
                .edit(
                    &ar.id,
                    json!({"content": format!("{} كلمة المحرر", ar.text)}),
                )
                .await;
            go.send(()).expect("going");
        };
        tokio::join!(sending, editing);
        assert_eq!(
            office.state(&third),
            "conflict",
            "{:?}",
            office.entry(&third)
        );
        let reason = office.entry(&third).reason.expect("reason");
        assert_ne!(reason.params["revision"], "");
        let copies = peer.copies(&draft).await;
        let id = &copies
            .iter()
            .find(|copy| copy.lang == "ar")
            .expect("copy")
            .id;
        let path = format!(
            "wp/v2/posts/{id}/revisions/{}?context=edit",
            reason.params["revision"]
        );
        let (_, revision) = peer.site().ask("editor", Method::GET, &path, None).await;
        assert!(
            revision["content"]["raw"]
                .as_str()
                .expect("text")
                .contains("كلمة المحرر"),
            "{revision}"
        );
    }
}

/// WordPress lists no deletions.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_for_good_is_noticed() {
    for peer in peers(STOCK).await {
        let office = peer.office("one");
        let (draft, first) = piece(&office, "دعوة تحذف", TEXT, &[]);
        office.send(2).await;
        received(&office, &first);
        let connected = connect(&peer, "author").await.expect("connected");
        let known = [draft.clone()];
        let mut cursor = None;
        loop {
            let page = connected
                .changes(cursor.as_deref(), &known)
                .await
                .expect("page");
            assert!(
                !page
                    .items
                    .iter()
                    .any(|item| item.id == draft && item.state.as_str() == "deleted")
            );
            let done = !page.more || Some(&page.next) == cursor.as_ref();
            cursor = Some(page.next);
            if done {
                break;
            }
        }
        for copy in peer.copies(&draft).await {
            let path = format!("wp/v2/posts/{}?force=true", copy.id);
            assert_eq!(
                peer.site()
                    .ask("editor", Method::DELETE, &path, None)
                    .await
                    .0,
                200
            );
        }
        let page = connected
            .changes(cursor.as_deref(), &known)
            .await
            .expect("page");
        let item = page
            .items
            .iter()
            .find(|item| item.id == draft)
            .expect("told");
        assert_eq!(item.state.as_str(), "deleted");
    }
}

/// Sites without pretty links, and those that hide `/wp-json`.
#[tokio::test(flavor = "multi_thread")]
async fn plain_links_work_too() {
    for peer in peers(STOCK).await {
        peer.way.hide("/wp-json").await;
        let found = discover(&Http::new(patient()).expect("client"), peer.url())
            .await
            .expect("found");
        assert!(found.plain_links);
        let office = peer.office("one");
        let file = some_file(&peer, "report.pdf", 5_000);
        let (draft, release) = piece(&office, "دعوة بروابط بسيطة", TEXT, &[&file]);
        office.send(6).await;
        received(&office, &release);
        peer.once(&draft, &["ar", "en", "fr"]).await;
    }
}

/// With the plugin a cut costs no more than the parts that were under way, whether the web server hands bodies on or
/// keeps them back.
#[tokio::test(flavor = "multi_thread")]
async fn a_cut_upload_goes_on_at_the_byte() {
    for peer in peers(COMPANION).await {
        let office = peer.office("one");
        let file = some_file(&peer, "large.pdf", 6_000_000);
        let (_, release) = piece(&office, "دعوة وملف يتوقف", TEXT, &[&file]);
        // The text with its three languages goes first.
        peer.way.cut_after(4_000_000);
        let mut courier = office.courier();
        let mut run = courier.run_once().await.expect("run");
        let mut runs = 1;
        while !run.empty && runs < 10 {
            office.desk.outbox_send_now().expect("now");
            run = courier.run_once().await.expect("run");
            runs += 1;
        }
        received(&office, &release);
        assert!(peer.way.was_cut());
        eprintln!("{}: {run:?}", peer.site().name);
        let again = run.wire.payload_bytes.saturating_sub(6_000_000);
        // At most eight parts of some 50 kB are under way.
        assert!(again < 450_000, "{}: {run:?}", peer.site().name);
    }
}

/// A piece that went out before the plugin was there goes on as the same post.
#[tokio::test(flavor = "multi_thread")]
async fn the_plugin_adopts_what_stock_delivery_made() {
    for peer in peers(COMPANION).await {
        let site = peer.site();
        let id = new_id();
        let mark =
            format!("<p>x</p>\n<!-- qalam:item draft={id} lang=ar release=r primary=1 sum=s -->");
        let post =
            json!({"title": "t", "content": mark, "status": "pending", "slug": format!("{id}-ar")});
        let (status, made) = site
            .ask("author", Method::POST, "wp/v2/posts", Some(post))
            .await;
        assert_eq!(status, 201);
        let sent = release(&id, "دعوة", &[]);
        let answer = Client::builder()
            .no_proxy()
            .build()
            .expect("client")
            .put(format!("{}/wp-json/qalam/v1/items/{id}", site.url))
            .basic_auth("author", Some(site.password("author")))
            .header("if-none-match", "*")
            .header("content-type", "application/json")
            .body(sent.body)
            .send()
            .await
            .expect("answer");
        assert_eq!(answer.status(), 201);
        let path = format!("wp/v2/qalam-news/{}?context=edit", made["id"]);
        let (status, post) = site.ask("editor", Method::GET, &path, None).await;
        assert_eq!(status, 200, "the same post, of our type");
        assert_eq!(post["meta"]["qalam_release"], sent.hash);
    }
}

/// Something between us and the site, or a site that is not set up for us.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_usable_site_is_named() {
    let answer = |status: StatusCode, kind: &'static str, body: &'static str| {
        let make =
            move || async move { (status, [(header::CONTENT_TYPE, kind)], body).into_response() };
        Router::new().fallback(any(make))
    };
    let page = "<html>login</html>";
    let no_passwords = r#"{"name":"Sample","namespaces":["wp/v2"],"authentication":[]}"#;
    for (router, code) in [
        (answer(StatusCode::OK, "text/html", page), "captive_portal"),
        (
            answer(StatusCode::NOT_FOUND, "text/html", page),
            "not_a_portal",
        ),
        (
            answer(StatusCode::OK, "application/json", r#"{"other":1}"#),
            "not_a_portal",
        ),
        (
            answer(StatusCode::INTERNAL_SERVER_ERROR, "text/html", page),
            "portal_down",
        ),
        (
            Router::new()
                .route(
                    "/wp-json/",
                    any(move || async move {
                        ([(header::CONTENT_TYPE, "application/json")], no_passwords)
                    }),
                )
                .fallback(any(|| async {
                    (
                        StatusCode::UNAUTHORIZED,
                        [(header::CONTENT_TYPE, "application/json")],
                        r#"{"code":"rest_not_logged_in","message":"","data":{"status":401}}"#,
                    )
                })),
            "app_passwords_off",
        ),
    ] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let http = Http::new(patient()).expect("client");
        let password = SecretString::from("x".to_owned());
        let trouble = Site::connect(&http, &url, "author", &password)
            .await
            .expect_err(code);
        assert_eq!(trouble.failure.code, code, "{trouble:?}");
    }
}

/// An account without the right to write is refused when it is connected, not when the first piece is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_is_refused_at_once() {
    for peer in peers(STOCK).await {
        let office = peer.office_of("one", "subscriber", None);
        let (_, found) = test_portal(&office.desk, &office.secrets, None, patient(), "portal")
            .await
            .expect("asked");
        assert_eq!(found.expect_err("refused").failure.code, "rights");
    }
}

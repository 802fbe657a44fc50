//! The practice portal's pages: right direction, nothing runs, nothing leaks.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use common::{Bench, new_id, release, release_with};
use qalam_portal::contract::{Habits, UploadEnd, UploadStart};
use reqwest::Client;

async fn page(client: &Client, url: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let answer = client.get(url).send().await.expect("answer");
    let status = answer.status().as_u16();
    let headers = answer.headers().clone();
    (status, headers, answer.text().await.expect("text"))
}

#[tokio::test]
async fn a_piece_is_shown_in_its_direction_and_harmless() {
    let bench = Bench::start("").await;
    let service = bench.service().await;
    let client = Client::builder().no_proxy().build().expect("client");
    let base = &bench.portal.url;
    let (status, headers, empty) = page(&client, &format!("{base}/ar/")).await;
    assert_eq!(status, 200);
    assert!(empty.contains("<html lang=\"ar\" dir=\"rtl\">"));
    let policy = headers["content-security-policy"].to_str().expect("text");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"));

    let id = new_id();
    let file = bench.file(1, 60_000);
    let piece = release(&id, "عنوان <img src=x onerror=alert(1)>", &[&file]);
    bench
        .contract
        .put(&bench.token, &id, &piece.body, None, &service)
        .await
        .expect("stored");
    let (_, _, waiting) = page(&client, &format!("{base}/ar/items/{id}")).await;
    assert!(waiting.contains("class=\"mark incomplete\""));
    let end = bench
        .contract
        .upload(
            &bench.token,
            &service,
            &file,
            UploadStart::default(),
            &mut Habits::default(),
            &mut |_, _| {},
        )
        .await;
    assert_eq!(end, UploadEnd::Uploaded(None));
    for lang in ["ar", "en", "fr"] {
        for path in [
            format!("{base}/{lang}/"),
            format!("{base}/{lang}/items/{id}"),
        ] {
            let (status, _, html) = page(&client, &path).await;
            assert_eq!(status, 200, "{path}");
            assert!(!html.contains("<img src=x"), "{path}: the title is escaped");
            assert!(!html.contains("<script"), "{path}: nothing runs");
            assert!(html.contains("class=\"mark received\""), "{path}");
            assert!(!html.contains(&bench.portal.token), "{path}");
            assert!(
                !html.contains("practice."),
                "{path}: every sentence is there"
            );
        }
    }
    let (_, _, item) = page(&client, &format!("{base}/en/items/{id}")).await;
    assert!(item.contains("<article lang=\"ar\" dir=\"rtl\">"));
    assert!(item.contains("<strong>مهم</strong>"), "{item}");
    assert!(item.contains(&format!("/files/{}", file.sha256)));
    let (status, _, _) = page(&client, &format!("{base}/en/items/{}", new_id())).await;
    assert_eq!(status, 404);
    let (_, _, filtered) = page(&client, &format!("{base}/en/?type=event")).await;
    assert!(!filtered.contains(&id));
    let (_, headers, style) = page(&client, &format!("{base}/assets/site.css")).await;
    assert_eq!(headers["content-type"], "text/css; charset=utf-8");
    for address in style.split("url(\"").skip(1) {
        let (path, _) = address.split_once('"').expect("closed");
        let (status, headers, _) = page(&client, &format!("{base}{path}")).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(headers["content-type"], "font/woff2");
    }

    let bytes = client
        .get(format!("{base}/files/{}", file.sha256))
        .send()
        .await
        .expect("file");
    assert_eq!(bytes.headers()["content-type"], "application/pdf");
    assert!(
        bytes.headers()["content-security-policy"]
            .to_str()
            .expect("text")
            .contains("sandbox")
    );
    assert_eq!(
        bytes.bytes().await.expect("bytes"),
        std::fs::read(&file.path).expect("ours")
    );
}

/// Whoever reads a text that a machine translated is told so above it.
#[tokio::test]
async fn a_machines_translation_says_so() {
    let bench = Bench::start("").await;
    let service = bench.service().await;
    let client = Client::builder().no_proxy().build().expect("client");
    let base = &bench.portal.url;
    let mut seen = Vec::new();
    for fields in [
        serde_json::json!({}),
        serde_json::json!({"machineTranslated": true}),
    ] {
        let id = new_id();
        let piece = release_with(&id, "عنوان", &[], &fields);
        bench
            .contract
            .put(&bench.token, &id, &piece.body, None, &service)
            .await
            .expect("stored");
        let (_, _, html) = page(&client, &format!("{base}/ar/items/{id}")).await;
        seen.push(html);
    }
    let words = qalam_content::kind::Registry::builtin()
        .machine_notice(
            serde_json::json!({"machineTranslated": true})
                .as_object()
                .expect("fields"),
            "ar",
        )
        .expect("words");
    assert!(!seen[0].contains(words), "a person wrote it");
    assert_eq!(seen[1].matches(words).count(), 1);
    assert!(seen[1].find(words) < seen[1].find("class=\"body\""));
}

#[tokio::test]
async fn the_editors_desk_is_for_whoever_has_the_link() {
    let bench = Bench::start("").await;
    let client = Client::builder().no_proxy().build().expect("client");
    let base = &bench.portal.url;
    for path in ["/editor/en/", "/editor?key=wrong&lang=en"] {
        let (status, headers, html) = page(&client, &format!("{base}{path}")).await;
        assert_eq!(status, 403, "{path}");
        assert!(!headers.contains_key("set-cookie"));
        assert!(!html.contains("form_key"));
    }
    let refused = client
        .post(format!("{base}/editor/en/items/{}", new_id()))
        .form(&[("form_key", "guess"), ("action", "publish")])
        .send()
        .await
        .expect("answer");
    assert_eq!(refused.status(), 403);
}

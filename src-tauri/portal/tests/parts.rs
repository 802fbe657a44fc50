//! Uploads in parts, and small ones in one request: the portal's side of tus, and what the adapter makes of it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::Bench;
use qalam_portal::contract::{FileToSend, Habits, UploadEnd, UploadStart};
use reqwest::{Client, Method, RequestBuilder, Response};
use secrecy::ExposeSecret as _;
use sha2::Digest as _;

const BYTES: &str = "application/offset+octet-stream";

struct Raw {
    bench: Bench,
    client: Client,
}

impl Raw {
    async fn start() -> Self {
        Self {
            bench: Bench::start("").await,
            client: Client::builder().no_proxy().build().expect("client"),
        }
    }

    fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("method");
        self.client
            .request(method, format!("{}{path}", self.bench.portal.url))
            .bearer_auth(self.bench.token.expose_secret())
            .header("tus-resumable", "1.0.0")
    }

    /// Begins a part with these bytes in the same request; gives its path.
    async fn part(&self, declared: usize, bytes: &[u8]) -> String {
        let answer = self
            .ask("POST", "/v1/uploads")
            .header("upload-concat", "partial")
            .header("upload-length", declared)
            .header("content-type", BYTES)
            .body(bytes.to_vec())
            .send()
            .await
            .expect("answer");
        assert_eq!(answer.status(), 201);
        assert_eq!(header(&answer, "upload-offset"), bytes.len().to_string());
        let place = header(&answer, "location");
        place
            .strip_prefix(&self.bench.portal.url)
            .expect("own origin")
            .to_owned()
    }

    async fn join(&self, parts: &[&str], hash: &str) -> u16 {
        let answer = self
            .ask("POST", "/v1/uploads")
            .header("upload-concat", format!("final;{}", parts.join(" ")))
            .header(
                "upload-metadata",
                format!("sha256 {}", STANDARD.encode(hash)),
            )
            .send()
            .await
            .expect("answer");
        answer.status().as_u16()
    }

    async fn status(&self, method: &str, path: &str) -> u16 {
        let answer = self.ask(method, path).send().await.expect("answer");
        answer.status().as_u16()
    }
}

fn header(answer: &Response, name: &str) -> String {
    let value = answer.headers().get(name);
    value.map_or_else(String::new, |value| {
        value.to_str().expect("text").to_owned()
    })
}

fn hash(bytes: &[u8]) -> String {
    qalam_portal::digest::hex(&sha2::Sha256::digest(bytes))
}

#[tokio::test]
async fn parts_are_joined_in_the_order_they_are_named() {
    let raw = Raw::start().await;
    let second = raw.part(5, b"world").await;
    let first = raw.part(6, b"hello ").await;
    let whole = hash(b"hello world");
    assert_eq!(
        raw.join(&[&second, &first], &whole).await,
        460,
        "another order, other bytes"
    );
    assert_eq!(raw.join(&[&first, &second], &whole).await, 201);
    assert_eq!(raw.status("HEAD", &format!("/v1/files/{whole}")).await, 200);
    assert_eq!(raw.status("HEAD", &first).await, 410, "parts are forgotten");
    assert_eq!(raw.join(&[&first, &second], &whole).await, 410);
}

#[tokio::test]
async fn what_is_no_part_or_not_whole_is_not_joined() {
    let raw = Raw::start().await;
    let whole = raw.part(5, b"whole").await;
    let begun = raw.part(9, b"beg").await;
    let want = hash(b"wholewhole");
    for parts in [
        vec![begun.as_str()],
        vec![whole.as_str(), whole.as_str()],
        vec![],
    ] {
        assert_eq!(raw.join(&parts, &want).await, 400, "{parts:?}");
    }
    assert_eq!(raw.join(&["/v1/uploads/none"], &want).await, 404);
    let answer = raw.ask("HEAD", &begun).send().await.expect("answer");
    assert_eq!(header(&answer, "upload-concat"), "partial");
    assert_eq!(header(&answer, "upload-offset"), "3");
    // A part alone never becomes a file.
    let alone = hash(b"whole");
    assert_eq!(raw.status("HEAD", &format!("/v1/files/{alone}")).await, 404);
}

async fn send(bench: &Bench, file: &FileToSend, habits: &mut Habits) -> UploadEnd {
    let service = bench.service().await;
    let start = UploadStart {
        wanted: true,
        ..UploadStart::default()
    };
    bench
        .contract
        .upload(&bench.token, &service, file, start, habits, &mut |_, _| {})
        .await
}

fn kept(bench: &Bench, file: &FileToSend) -> Vec<u8> {
    let shelf = bench
        .dir
        .path()
        .join("practice/files")
        .join(&file.sha256[..2]);
    fs::read(shelf.join(&file.sha256)).expect("kept")
}

#[tokio::test]
async fn a_large_file_goes_in_parts_and_arrives_whole() {
    let bench = Bench::start("").await;
    let file = bench.file(31, 5_000_000);
    let mut notes = Vec::new();
    let service = bench.service().await;
    let end = bench
        .contract
        .upload(
            &bench.token,
            &service,
            &file,
            UploadStart::default(),
            &mut Habits::default(),
            &mut |text, _| notes.push(text.to_owned()),
        )
        .await;
    assert_eq!(end, UploadEnd::Uploaded);
    assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
    assert!(
        notes
            .iter()
            .any(|note| note.matches("/v1/uploads/").count() > 3),
        "{notes:?}"
    );
    assert_eq!(
        fs::read_dir(bench.dir.path().join("practice/parts"))
            .expect("parts")
            .count(),
        0
    );
}

#[tokio::test]
async fn a_small_file_costs_one_request() {
    let bench = Bench::start("").await;
    let file = bench.file(32, 40_000);
    let before = bench.http.totals().now().requests;
    assert_eq!(
        send(&bench, &file, &mut Habits::default()).await,
        UploadEnd::Uploaded
    );
    // The service document was asked for by the test.
    assert_eq!(bench.http.totals().now().requests - before, 2);
    assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
}

#[tokio::test]
async fn cuts_cost_no_part_that_arrived() {
    for faults in [
        "cut_mid_body=100000*6",
        "answer_lost*3",
        "cut_mid_body=20000*2,answer_lost*4",
    ] {
        let bench = Bench::start(faults).await;
        let file = bench.file(33, 3_000_000);
        let end = send(&bench, &file, &mut Habits::default()).await;
        assert_eq!(end, UploadEnd::Uploaded, "{faults}");
        assert_eq!(
            kept(&bench, &file),
            fs::read(&file.path).expect("ours"),
            "{faults}"
        );
    }
}

#[tokio::test]
async fn a_small_file_whose_answer_was_lost_is_not_sent_twice() {
    let bench = Bench::start("answer_lost").await;
    let file = bench.file(34, 40_000);
    assert_eq!(
        send(&bench, &file, &mut Habits::default()).await,
        UploadEnd::Uploaded
    );
    assert_eq!(bench.http.totals().now().payload_bytes, 40_000);
}

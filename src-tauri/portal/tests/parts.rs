//! Uploads in parts, and small ones in one request: the portal's side of tus, and what the adapter makes of it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;
#[path = "parts/line.rs"]
mod line;

use std::{
    fs,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{Bench, impatient, patient};
use line::Line;
use qalam_portal::{
    contract::{Contract, FileToSend, Habits, UploadEnd, UploadStart},
    http::{Http, HttpOptions},
};
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

/// Who asks for the whole while the last bytes of a part are on their way gets it when they are there.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_still_coming_is_waited_for() {
    let raw = Raw::start().await;
    let first = raw.part(6, b"hello ").await;
    let second = raw.part(5, b"wo").await;
    let (more, mut pieces) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    let body = async_stream::stream! {
        while let Some(piece) = pieces.recv().await {
            yield Ok::<_, std::io::Error>(piece);
        }
    };
    let coming = raw
        .ask("PATCH", &second)
        .header("upload-offset", "2")
        .header("content-type", BYTES)
        .body(reqwest::Body::wrap_stream(body))
        .send();
    let whole = hash(b"hello world");
    let parts = [first.as_str(), second.as_str()];
    let asked = async {
        more.send(b"r".to_vec()).await.expect("taken");
        let id = second.rsplit('/').next().expect("id");
        let written = raw.bench.dir.path().join("practice/parts").join(id);
        while fs::metadata(&written).expect("part").len() < 3 {
            tokio::task::yield_now().await;
        }
        let joining = raw.join(&parts, &whole);
        let rest = async {
            more.send(b"ld".to_vec()).await.expect("taken");
            drop(more);
        };
        tokio::join!(joining, rest).0
    };
    let (came, joined) = tokio::join!(coming, asked);
    assert_eq!(came.expect("answer").status(), 204);
    assert_eq!(joined, 201);
    assert_eq!(raw.status("HEAD", &format!("/v1/files/{whole}")).await, 200);
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
    assert_eq!(end, UploadEnd::Uploaded(None));
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
        UploadEnd::Uploaded(None)
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
        assert_eq!(end, UploadEnd::Uploaded(None), "{faults}");
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
        UploadEnd::Uploaded(None)
    );
    assert_eq!(bench.http.totals().now().payload_bytes, 40_000);
}

/// What is asked again and again while the link is away begins nothing: each lost beginning would leave an upload behind
/// that nobody knows.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_away_leaves_no_uploads_behind() {
    // One upload; the six that a larger file begins at once and the two that are begun ahead, each of which may lose its
    // own beginning.
    for (length, lost) in [(300_000, 1), (3_000_000, 6 + 2)] {
        let bench = Bench::start("").await;
        let line = Line::to(&bench.portal.url).await;
        // Several times shorter than the link is away, and longer than a busy machine is silent.
        let options = HttpOptions {
            idle: Duration::from_secs(3),
            ..patient()
        };
        let http = Http::new(options).expect("client");
        let contract = Contract::at(http, &line.url).expect("address");
        let service = contract.probe().await.expect("service");
        let file = bench.file(35, length);
        line.dumb.store(true, Ordering::SeqCst);
        let (dumb, begun) = (Arc::clone(&line.dumb), Arc::clone(&line.begun));
        let away = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(9)).await;
            // Later ones may be begun once more for good reasons: a part that is late is sent beside.
            let lost = begun.load(Ordering::SeqCst);
            dumb.store(false, Ordering::SeqCst);
            lost
        });
        let start = UploadStart {
            wanted: true,
            ..UploadStart::default()
        };
        let end = contract
            .upload(
                &bench.token,
                &service,
                &file,
                start,
                &mut Habits::default(),
                &mut |_, _| {},
            )
            .await;
        assert_eq!(end, UploadEnd::Uploaded(None));
        assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
        let begun = away.await.expect("away");
        assert!((1..=lost).contains(&begun), "{begun} begun, {lost} at most");
    }
}

/// At the end of a file one stream stands still and the others have nothing to do: its part is sent beside it.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_late_at_the_end_is_sent_beside() {
    let bench = Bench::start("").await;
    let line = Line::to(&bench.portal.url).await;
    line.one_stops_at.store(1_900_000, Ordering::SeqCst);
    let http = Http::new(patient()).expect("client");
    let contract = Contract::at(http, &line.url).expect("address");
    let service = contract.probe().await.expect("service");
    let file = bench.file(39, 2_000_000);
    let mut noted = String::new();
    let end = contract
        .upload(
            &bench.token,
            &service,
            &file,
            UploadStart::default(),
            &mut Habits::default(),
            &mut |text, _| text.clone_into(&mut noted),
        )
        .await;
    assert_eq!(end, UploadEnd::Uploaded(None));
    assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
    assert_eq!(
        line.one_stops_at.load(Ordering::SeqCst),
        0,
        "one stood still"
    );
    let parts = noted.matches("/v1/uploads/").count();
    let begun = line.begun.load(Ordering::SeqCst);
    // Each part, the one begun once more, and what joins them: twice, when the other part was asked for already. (What
    // stood still may have been its beginning.)
    assert!(
        (parts + 1..=parts + 3).contains(&begun),
        "{begun} begun, {parts} parts"
    );
}

/// The answer to joining got lost, and the program ended: what was noted names parts that are gone by now.
#[tokio::test]
async fn a_file_that_was_joined_is_not_sent_again() {
    let bench = Bench::start("").await;
    let file = bench.file(38, 2_000_000);
    let service = bench.service().await;
    let send = async |noted: Option<String>| {
        let mut last = String::new();
        let start = UploadStart {
            noted,
            ..UploadStart::default()
        };
        let (mut habits, mut note) = (Habits::default(), |text: &str, _: u64| {
            text.clone_into(&mut last)
        });
        let end = bench
            .contract
            .upload(&bench.token, &service, &file, start, &mut habits, &mut note)
            .await;
        assert_eq!(end, UploadEnd::Uploaded(None));
        last
    };
    let noted = send(None).await;
    assert!(noted.matches("/v1/uploads/").count() > 3, "{noted}");
    let before = bench.http.totals().now().payload_bytes;
    send(Some(noted)).await;
    assert_eq!(bench.http.totals().now().payload_bytes, before);
}

/// The portal is asked for the whole when the last bytes have left: no answer to a part is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_answers_are_not_waited_for() {
    let bench = Bench::start("").await;
    let line = Line::to(&bench.portal.url).await;
    line.answers_stop_at.store(2_010_000, Ordering::SeqCst);
    let http = Http::new(patient()).expect("client");
    let contract = Contract::at(http, &line.url).expect("address");
    let service = contract.probe().await.expect("service");
    let file = bench.file(40, 2_000_000);
    let end = contract
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
    assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
    assert_eq!(line.answers_stop_at.load(Ordering::SeqCst), 0, "joined");
}

/// A site with few workers turns away what comes side by side: one request at a time gets through.
#[tokio::test]
async fn a_portal_that_turns_streams_away_gets_one() {
    let bench = Bench::start("").await;
    let file = bench.file(36, 2_000_000);
    let mut habits = Habits::default();
    bench.portal.faults.set("trickle=300000").expect("faults");
    let begin = async {
        while bench.http.totals().now().payload_bytes < 300_000 {
            tokio::task::yield_now().await;
        }
        bench.portal.faults.set("503*4").expect("faults");
    };
    let (end, ()) = tokio::join!(send(&bench, &file, &mut habits), begin);
    assert_eq!(end, UploadEnd::Uploaded(None));
    assert!(habits.alone.at(tokio::time::Instant::now()));
    assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
    // The next file knows.
    let next = bench.file(37, 1_000_000);
    let before = bench.http.totals().now().requests;
    assert_eq!(
        send(&bench, &next, &mut habits).await,
        UploadEnd::Uploaded(None)
    );
    let asked = bench.http.totals().now().requests - before;
    assert!(asked <= 4, "{asked} requests for one stream");
    assert_eq!(kept(&bench, &next), fs::read(&next.path).expect("ours"));
}

/// A small host that answers one request at a time lets the others wait in silence: one stream goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_lets_streams_wait_in_silence_gets_one() {
    let bench = Bench::start("").await;
    let line = Line::to(&bench.portal.url).await;
    let options = HttpOptions {
        away: Duration::from_secs(1),
        ..impatient()
    };
    let http = Http::new(options).expect("client");
    let contract = Contract::at(http.clone(), &line.url).expect("address");
    let service = contract.probe().await.expect("service");
    let file = bench.file(41, 2_000_000);
    // Slow enough that whoever comes last waits for longer than anybody is waited for.
    bench.portal.faults.set("trickle=200000").expect("faults");
    let mut habits = Habits::default();
    let end = async {
        let start = UploadStart {
            wanted: true,
            ..UploadStart::default()
        };
        contract
            .upload(
                &bench.token,
                &service,
                &file,
                start,
                &mut habits,
                &mut |_, _| {},
            )
            .await
    };
    let begin = async {
        while http.totals().now().payload_bytes < 300_000 {
            tokio::task::yield_now().await;
        }
        line.one_worker.store(true, Ordering::SeqCst);
    };
    let (end, ()) = tokio::join!(end, begin);
    assert_eq!(end, UploadEnd::Uploaded(None));
    assert!(habits.alone.at(tokio::time::Instant::now()));
    assert_eq!(kept(&bench, &file), fs::read(&file.path).expect("ours"));
}

//! Portals that never take the bytes of a file: named, left to the outbox's pauses, and not asked without an end.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use common::{file_in, patient};
use qalam_portal::{
    contract::{Contract, Habits, SMALL, UploadEnd, UploadStart},
    http::{Class, Http, Trouble},
};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

const SERVICE: &str = r#"{"contract":"qalam-portal/1","name":"Peer","nonce":"NONCE","time":"2026-11-21T10:00:00Z",
"languages":["en"],"limits":{"item_bytes":1000000,"file_bytes":100000000},"features":[],"auth":["bearer"],
"uploads":{"url":"/v1/uploads","version":"1.0.0","extensions":["creation","creation-with-upload"],"expires_seconds":0}}"#;

const BEGUN: &str = "HTTP/1.1 201 Created\r\nlocation: /v1/uploads/1\r\nupload-offset: 0\r\ncontent-length: 0\r\n\r\n";
const CUT: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";

/// What a portal says to the beginning of an upload, to its bytes from offset 0 on, and to bytes after these; it holds
/// none whenever it is asked.
#[derive(Clone, Copy)]
struct Sayings {
    post: &'static str,
    first: &'static str,
    later: &'static str,
}

async fn serve(stream: TcpStream, sayings: Sayings, asked: Arc<AtomicUsize>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let Ok(byte) = stream.read_u8().await else {
                return;
            };
            head.push(byte);
        }
        let head = String::from_utf8(head).expect("text").to_lowercase();
        let field = |name: &str| {
            head.lines()
                .find_map(|line| line.strip_prefix(name))
                .map_or(0, |value| value.trim().parse::<u64>().expect("number"))
        };
        let length = field("content-length:");
        tokio::io::copy(&mut (&mut stream).take(length), &mut tokio::io::sink())
            .await
            .expect("body");
        asked.fetch_add(1, Ordering::Relaxed);
        let answer = match head.split(' ').next().unwrap_or_default() {
            "get" => {
                let nonce = head
                    .split("nonce=")
                    .nth(1)
                    .and_then(|rest| rest.split(' ').next());
                let body = SERVICE.replace("NONCE", nonce.unwrap_or_default());
                format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                )
            }
            "post" => sayings.post.to_owned(),
            "patch" if field("upload-offset:") == 0 => sayings.first.to_owned(),
            "patch" => sayings.later.to_owned(),
            "head" if head.starts_with("head /v1/uploads") => {
                "HTTP/1.1 200 OK\r\nupload-offset: 0\r\n\r\n".to_owned()
            }
            "head" => "HTTP/1.1 404 Not Found\r\n\r\n".to_owned(),
            _ => "HTTP/1.1 204 No Content\r\n\r\n".to_owned(),
        };
        if stream.write_all(answer.as_bytes()).await.is_err() || answer == CUT {
            return;
        }
    }
}

/// What came of a file of so many bytes, and the requests that it took.
async fn send(bytes: usize, sayings: Sayings) -> (Trouble, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let address = listener.local_addr().expect("address");
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, sayings, Arc::clone(&count)));
        }
    });
    let dir = tempfile::tempdir().expect("folder");
    let file = file_in(&dir.path().join("f.pdf"), 3, bytes);
    let http = Http::new(patient()).expect("client");
    let portal = Contract::at(http, &format!("http://{address}")).expect("address");
    let service = portal.probe().await.expect("service");
    let (token, mut habits) = (SecretString::from("t"), Habits::default());
    let start = UploadStart::default();
    let mut note = |_: &str, _: u64| {};
    let sending = portal.upload(&token, &service, &file, start, &mut habits, &mut note);
    match tokio::time::timeout(Duration::from_secs(30), sending).await {
        Ok(UploadEnd::Trouble(trouble)) => (trouble, asked.load(Ordering::Relaxed)),
        Ok(end) => panic!("{end:?}"),
        Err(_) => panic!("no end after {} requests", asked.load(Ordering::Relaxed)),
    }
}

#[tokio::test]
async fn a_portal_that_takes_no_byte_is_named_and_not_asked_without_an_end() {
    let nothing = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let elsewhere =
        "HTTP/1.1 201 Created\r\nlocation: http://127.0.0.9:9/1\r\ncontent-length: 0\r\n\r\n";
    let differs = "HTTP/1.1 409 Conflict\r\ncontent-length: 0\r\n\r\n";
    let version = "HTTP/1.1 412 Precondition Failed\r\ncontent-length: 0\r\n\r\n";
    let one = "HTTP/1.1 204 No Content\r\nupload-offset: 1\r\n\r\n";
    let small = usize::try_from(SMALL).expect("small");
    let large = small + 1;
    let post = |post| Sayings {
        post,
        first: differs,
        later: differs,
    };
    let patch = |first, later| Sayings {
        post: BEGUN,
        first,
        later,
    };
    for (name, bytes, sayings, code) in [
        ("an empty success", small, post(nothing), "bad_answer"),
        ("another host", small, post(elsewhere), "bad_answer"),
        ("a cut answer, small", small, post(CUT), "connection_cut"),
        ("a cut answer, large", large, post(CUT), "connection_cut"),
        ("409 to the beginning", small, post(differs), "bad_answer"),
        ("412 to the beginning", large, post(version), "bad_answer"),
        (
            "409 to the bytes",
            large,
            patch(differs, differs),
            "bad_answer",
        ),
        (
            "a byte given back",
            large,
            patch(one, differs),
            "bad_answer",
        ),
        (
            "a byte given back, cut",
            large,
            patch(one, CUT),
            "connection_cut",
        ),
    ] {
        let (trouble, asked) = send(bytes, sayings).await;
        assert_eq!(trouble.failure.code, code, "{name}: {trouble:?}");
        assert_eq!(trouble.class, Class::Retry(None), "{name}");
        assert!(asked < 20, "{name}: {asked} requests");
    }
}

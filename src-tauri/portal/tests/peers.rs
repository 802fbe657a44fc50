//! Strange peers: an untrusted certificate, proxies that say no, a server in front that cuts, one that forgets.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use common::{file_in, patient};
use qalam_portal::{
    contract::{Contract, Habits, UploadEnd, UploadStart},
    http::{Class, Http, HttpOptions},
};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

fn portal(url: &str, options: HttpOptions) -> Contract {
    Contract::at(Http::new(options).expect("client"), url).expect("address")
}

/// Listens and gives every connection to `serve`.
async fn listen<F, S>(serve: F) -> SocketAddr
where
    F: Fn(TcpStream) -> S + Send + 'static,
    S: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

/// The head of a request, and what was read of its body.
async fn head(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            return Some((String::from_utf8(bytes).ok()?, body));
        }
        let count = stream.read(&mut buffer).await.ok()?;
        if count == 0 {
            return None;
        }
        bytes.extend_from_slice(&buffer[..count]);
    }
}

fn value(head: &str, name: &str) -> Option<u64> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .and_then(|(_, value)| value.trim().parse().ok())
}

async fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let text = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(text.as_bytes()).await;
}

#[tokio::test]
async fn an_untrusted_certificate_is_named() {
    use tokio_rustls::{TlsAcceptor, rustls};
    let certificate = include_bytes!("fixtures/self-signed.der").to_vec().into();
    let key = include_bytes!("fixtures/self-signed.key.der").to_vec();
    // Makes sure that the cryptography is installed.
    let client = portal("https://127.0.0.1:1", patient());
    drop(client);
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            rustls::pki_types::PrivateKeyDer::Pkcs8(key.into()),
        )
        .expect("certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let address = listen(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let _ = acceptor.accept(stream).await;
        }
    })
    .await;
    let trouble = portal(&format!("https://{address}"), patient())
        .probe()
        .await
        .expect_err("not trusted");
    assert_eq!(trouble.failure.code, "certificate", "{trouble:?}");
    assert_eq!(trouble.class, Class::Retry(None));
}

#[tokio::test]
async fn a_proxy_that_says_no_is_named() {
    for (status, code) in [
        ("407 Proxy Authentication Required", "proxy_login"),
        ("503 Service Unavailable", "proxy"),
    ] {
        let proxy = listen(move |mut stream| async move {
            if head(&mut stream).await.is_some() {
                answer(&mut stream, status, "", "").await;
            }
        })
        .await;
        let options = HttpOptions {
            proxy: Some(format!("http://{proxy}")),
            ..patient()
        };
        let trouble = portal("https://portal.example", options)
            .probe()
            .await
            .expect_err(status);
        assert_eq!(trouble.failure.code, code, "{trouble:?}");
    }
    let options = HttpOptions {
        proxy: Some("http://127.0.0.1:9".to_owned()),
        ..patient()
    };
    let trouble = portal("https://portal.example", options)
        .probe()
        .await
        .expect_err("no proxy there");
    assert_eq!(trouble.failure.code, "proxy", "{trouble:?}");
}

const SERVICE: &str = r#"{"contract":"qalam-portal/1","name":"Peer","nonce":"NONCE","time":"2026-11-21T10:00:00Z",
"languages":["en"],"limits":{"item_bytes":1000000,"file_bytes":100000000},"features":[],"auth":["bearer"],
"uploads":{"url":"/v1/uploads","version":"1.0.0","extensions":["creation"],"expires_seconds":0}}"#;

fn service_for(head: &str) -> String {
    let nonce = head
        .split("nonce=")
        .nth(1)
        .and_then(|rest| rest.split([' ', '&']).next())
        .unwrap_or_default();
    SERVICE.replace("NONCE", nonce)
}

#[tokio::test]
async fn a_server_in_front_that_takes_only_small_bodies_is_understood() {
    let address = listen(|mut stream| async move {
        let Some((head, _)) = head(&mut stream).await else {
            return;
        };
        if head.starts_with("GET /v1?") {
            let json = service_for(&head);
            return answer(
                &mut stream,
                "200 OK",
                "content-type: application/json\r\n",
                &json,
            )
            .await;
        }
        let page = "<html><h1>413 Request Entity Too Large</h1></html>";
        answer(
            &mut stream,
            "413 Too Large",
            "content-type: text/html\r\n",
            page,
        )
        .await;
        // As real ones do: the rest of the body is read for a while, so that the answer is not lost.
        let mut rest = vec![0; 65_536];
        while matches!(stream.read(&mut rest).await, Ok(count) if count > 0) {}
    })
    .await;
    let portal = portal(&format!("http://{address}"), patient());
    let service = portal.probe().await.expect("service");
    let trouble = portal
        .put(
            &SecretString::from("t"),
            &common::new_id(),
            &vec![b'x'; 900_000],
            None,
            &service,
        )
        .await
        .expect_err("too large");
    assert_eq!(trouble.failure.code, "too_large_for_portal");
    assert_eq!(trouble.class, Class::Refused);
}

/// A tus server that keeps a request's bytes only when all of them came, behind something that cuts long requests.
#[tokio::test]
async fn a_portal_that_forgets_cut_requests_gets_bounded_ones() {
    const LONGEST: u64 = 4_000_000;
    let kept = Arc::new(Mutex::new(Vec::<u8>::new()));
    let cuts = Arc::new(AtomicU32::new(0));
    let (store, counted) = (Arc::clone(&kept), Arc::clone(&cuts));
    let address = listen(move |mut stream| {
        let (store, counted) = (Arc::clone(&store), Arc::clone(&counted));
        async move {
            let Some((head, mut body)) = head(&mut stream).await else {
                return;
            };
            let offset = || {
                let held = store.lock().expect("store").len();
                format!("upload-offset: {held}\r\n")
            };
            if head.starts_with("GET /v1?") {
                let json = service_for(&head);
                answer(
                    &mut stream,
                    "200 OK",
                    "content-type: application/json\r\n",
                    &json,
                )
                .await;
            } else if head.starts_with("HEAD /v1/files/") {
                answer(&mut stream, "404 Not Found", "", "").await;
            } else if head.starts_with("POST") {
                answer(
                    &mut stream,
                    "201 Created",
                    "location: /v1/uploads/1\r\n",
                    "",
                )
                .await;
            } else if head.starts_with("HEAD") {
                answer(&mut stream, "200 OK", &offset(), "").await;
            } else {
                let length = value(&head, "content-length").expect("length");
                let mut buffer = vec![0; 65_536];
                while (body.len() as u64) < length {
                    if length > LONGEST && body.len() > 2_000_000 {
                        counted.fetch_add(1, Ordering::SeqCst);
                        return;
                    }
                    match stream.read(&mut buffer).await {
                        Ok(count) if count > 0 => body.extend_from_slice(&buffer[..count]),
                        _ => return,
                    }
                    // A link of some megabytes a second.
                    tokio::time::sleep(Duration::from_millis(8)).await;
                }
                store.lock().expect("store").extend_from_slice(&body);
                answer(&mut stream, "204 No Content", &offset(), "").await;
            }
        }
    })
    .await;
    let dir = tempfile::tempdir().expect("folder");
    let file = file_in(&dir.path().join("f.pdf"), 11, 9_000_000);
    let options = HttpOptions {
        idle: Duration::from_secs(20),
        ..patient()
    };
    let portal = portal(&format!("http://{address}"), options);
    let service = portal.probe().await.expect("service");
    let mut habits = Habits::default();
    let token = SecretString::from("t");
    let mut end = UploadEnd::Gone;
    // The outbox would come back after a pause.
    for _ in 0..4 {
        let start = UploadStart {
            noted: Some(format!("http://{address}/v1/uploads/1")),
            ..UploadStart::default()
        };
        end = portal
            .upload(&token, &service, &file, start, &mut habits, &mut |_, _| {})
            .await;
        if end == UploadEnd::Uploaded(None) {
            break;
        }
        // What this peer bears is less than a guess from the rate; each further cut halves it.
    }
    assert_eq!(
        end,
        UploadEnd::Uploaded(None),
        "{habits:?}, cuts {}",
        cuts.load(Ordering::SeqCst)
    );
    assert!(habits.bounded.is_some());
    assert_eq!(
        *kept.lock().expect("store"),
        std::fs::read(&file.path).expect("ours")
    );
}

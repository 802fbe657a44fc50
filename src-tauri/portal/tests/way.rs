//! The way to a portal and portals that mean no good: real encryption, proxies, names and clocks on loopback, and
//! answers that are too long, of the wrong kind, or about something else.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{
    net::SocketAddr,
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::patient;
use qalam_portal::{
    contract::{Contract, FileToSend, Habits, UploadEnd, UploadStart},
    http::{Http, HttpOptions},
};
use rcgen::{CertificateParams, DnType, Issuer, KeyPair};
use secrecy::SecretString;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, rustls};

const SERVICE: &str = r#"{"contract":"qalam-portal/1","name":"Peer","nonce":"NONCE","time":"2026-11-21T10:00:00Z",
"languages":["en"],"limits":{"item_bytes":1000000,"file_bytes":100000000},"features":[],"auth":["bearer"],
"uploads":{"url":"/v1/uploads","version":"1.0.0","extensions":["creation"],"expires_seconds":0}}"#;

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

async fn head<S: AsyncRead + Unpin>(stream: &mut S) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Answers every request with the service document, its nonce given back.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    while let Some(head) = head(&mut stream).await {
        let nonce = head
            .split("nonce=")
            .nth(1)
            .and_then(|rest| rest.split([' ', '&']).next())
            .unwrap_or_default();
        let body = SERVICE.replace("NONCE", nonce);
        let text = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(text.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// An authority of a test, as a ministry's inspecting proxy has one.
struct Authority {
    key: KeyPair,
    params: CertificateParams,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().expect("key");
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Sample inspection authority");
        let pem = params.self_signed(&key).expect("certificate").pem();
        Self { key, params, pem }
    }

    /// A server's acceptor, with a certificate for `localhost` valid in these years.
    fn acceptor(&self, from: i32, to: i32) -> TlsAcceptor {
        let key = KeyPair::generate().expect("key");
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("name");
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 1, 1);
        let issuer = Issuer::from_params(&self.params, &self.key);
        let certificate = params.signed_by(&key, &issuer).expect("certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .expect("certificate");
        TlsAcceptor::from(Arc::new(config))
    }
}

async fn tls_server(acceptor: TlsAcceptor) -> SocketAddr {
    listen(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                serve(stream).await;
            }
        }
    })
    .await
}

/// Runs in a process of its own: the system's trust store is read from the environment.
#[tokio::test]
#[ignore = "called by the tests below with an environment of its own"]
async fn probe_and_tell() {
    let url = std::env::var("PROBE_URL").expect("address");
    let http = Http::new(patient()).expect("client");
    let portal = Contract::at(http.clone(), &url).expect("address");
    match portal.probe().await {
        Ok(_) => {
            let shown = http.handshake(&url.parse().expect("address")).await;
            let issuer = shown.expect("encrypted").expect("issuer");
            println!("told=reached,by:{}", issuer.replace(' ', "_"));
        }
        Err(trouble) => println!("told={}", trouble.failure.code),
    }
}

async fn told_by(trusted: &str, port: u16) -> String {
    let dir = tempfile::tempdir().expect("folder");
    let store = dir.path().join("store.pem");
    std::fs::write(&store, trusted).expect("store");
    let me = std::env::current_exe().expect("this program");
    let mut command = Command::new(me);
    command
        .args(["--exact", "probe_and_tell", "--ignored", "--nocapture"])
        .env("SSL_CERT_FILE", &store)
        .env("PROBE_URL", format!("https://localhost:{port}"))
        .env_remove("SSL_CERT_DIR");
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .expect("thread")
        .expect("run");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = text
        .split("told=")
        .nth(1)
        .unwrap_or_else(|| panic!("{text}"));
    told.split_whitespace().next().expect("word").to_owned()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_judged_by_the_systems_store_and_a_wrong_clock_is_named() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    for (from, to, trusted, told) in [
        // An inspecting proxy whose authority the ministry put into the system's store.
        (
            2020,
            2090,
            &ours.pem,
            "reached,by:Sample_inspection_authority",
        ),
        (2020, 2090, &theirs.pem, "certificate"),
        // No certificate is issued for the future: this machine's clock is behind.
        (2088, 2090, &ours.pem, "clock_wrong"),
        // Nor does a portal live for years with one that ended: this machine's clock is ahead.
        (2018, 2020, &ours.pem, "clock_wrong"),
    ] {
        let server = tls_server(ours.acceptor(from, to)).await;
        assert_eq!(told_by(trusted, server.port()).await, told, "{from}-{to}");
    }
}

/// A proxy that wants this login, connects wherever it is asked to, and notes what it was asked for.
async fn proxy(
    login: Option<&'static str>,
    to: SocketAddr,
) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let address = listen(move |mut stream| {
        let noted = Arc::clone(&noted);
        async move {
            let Some(head) = head(&mut stream).await else {
                return;
            };
            noted.lock().expect("notes").push(head.clone());
            let allowed = login.is_none_or(|login| {
                head.to_ascii_lowercase().contains("proxy-authorization:")
                    && head.contains(&STANDARD.encode(login))
            });
            if !allowed {
                let no = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
                let _ = stream.write_all(no.as_bytes()).await;
                return;
            }
            let mut inner = TcpStream::connect(to).await.expect("portal");
            if head.starts_with("CONNECT") {
                let yes = "HTTP/1.1 200 Connection established\r\n\r\n";
                let _ = stream.write_all(yes.as_bytes()).await;
            } else {
                let _ = inner.write_all(head.as_bytes()).await;
            }
            let _ = copy_bidirectional(&mut stream, &mut inner).await;
        }
    })
    .await;
    (address, seen)
}

#[tokio::test]
async fn a_proxy_gets_its_login_and_only_its_own() {
    let portal = listen(serve).await;
    let (address, seen) = proxy(Some("office:geheim"), portal).await;
    let probe = async |proxy: String| {
        let options = HttpOptions {
            proxy: Some(proxy),
            ..patient()
        };
        let http = Http::new(options).expect("client");
        let portal = Contract::at(http, "http://portal.example").expect("address");
        portal
            .me(&SecretString::from("portal-token"))
            .await
            .err()
            .map(|trouble| trouble.failure.code)
    };
    let told = probe(format!("http://{address}")).await;
    assert_eq!(told.as_deref(), Some("proxy_login"));
    // The answer is the service document, which is no account: but it came through.
    let told = probe(format!("http://office:geheim@{address}")).await;
    assert_eq!(told.as_deref(), Some("bad_answer"));
    let heads = seen.lock().expect("notes").clone();
    assert!(
        heads
            .iter()
            .all(|head| head.starts_with("GET http://portal.example/v1/me ")),
        "{heads:?}"
    );

    let (address, seen) = proxy(Some("office:geheim"), portal).await;
    let options = HttpOptions {
        proxy: Some(format!("http://office:geheim@{address}")),
        // Nobody there speaks: this is waited out.
        connect: Duration::from_secs(5),
        ..patient()
    };
    let portal = Contract::at(
        Http::new(options).expect("client"),
        "https://portal.example",
    );
    // Behind the tunnel nobody speaks TLS, which is not the proxy's fault.
    let trouble = portal.expect("address").probe().await.expect_err("no TLS");
    assert_eq!(trouble.failure.code, "portal_not_reached", "{trouble:?}");
    let heads = seen.lock().expect("notes").clone();
    assert!(
        heads[0].starts_with("CONNECT portal.example:443 "),
        "{heads:?}"
    );
    assert!(!heads[0].contains("portal-token"));
}

#[tokio::test]
async fn names_that_lead_nowhere_and_families_that_are_dead() {
    let portal = listen(serve).await;
    let at =
        |url: String| Contract::at(Http::new(patient()).expect("client"), &url).expect("address");
    // `localhost` is ::1 first on most machines, and this portal listens on 127.0.0.1 only.
    at(format!("http://localhost:{}", portal.port()))
        .probe()
        .await
        .expect("reached");
    let trouble = at("http://no-such-name.invalid".to_owned())
        .probe()
        .await
        .expect_err("no name");
    assert!(
        ["name_lookup", "no_link"].contains(&trouble.failure.code.as_str()),
        "{trouble:?}"
    );
}

/// A portal that answers everything with the same.
async fn liar(status: &'static str, headers: &'static str, body: &'static [u8]) -> Contract {
    let address = listen(move |mut stream| async move {
        if head(&mut stream).await.is_some() {
            let text = format!("HTTP/1.1 {status}\r\n{headers}connection: close\r\n\r\n");
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.write_all(body).await;
        }
    })
    .await;
    Contract::at(
        Http::new(patient()).expect("client"),
        &format!("http://{address}"),
    )
    .expect("address")
}

#[tokio::test]
async fn answers_of_the_wrong_kind_are_named_and_followed_nowhere() {
    let json = "content-type: application/json\r\n";
    for (status, headers, body, code) in [
        (
            "200 OK",
            "content-type: text/html\r\n",
            &b"<html>Welcome, please log in</html>"[..],
            "captive_portal",
        ),
        ("200 OK", json, b"{\"account\": 7}", "bad_answer"),
        ("200 OK", json, b"\xff\xfe\x00", "bad_answer"),
        ("200 OK", json, b"", "bad_answer"),
        (
            "302 Found",
            "location: http://login.example/\r\n",
            b"",
            "captive_portal",
        ),
        (
            "302 Found",
            "location: file:///etc/passwd\r\n",
            b"",
            "captive_portal",
        ),
        (
            "511 Network Authentication Required",
            "content-type: text/html\r\n",
            b"<p>",
            "captive_portal",
        ),
        (
            "200 OK",
            "content-type: application/json\r\ncontent-encoding: gzip\r\n",
            b"not packed",
            "bad_answer",
        ),
    ] {
        let portal = liar(status, headers, body).await;
        let trouble = portal.me(&SecretString::from("t")).await.expect_err(code);
        assert_eq!(
            trouble.failure.code, code,
            "{status} {headers}: {trouble:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_cut() {
    let address = listen(|mut stream| async move {
        if head(&mut stream).await.is_none() {
            return;
        }
        let text = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        let _ = stream.write_all(text.as_bytes()).await;
        let chunk = format!("10000\r\n{}\r\n", "[".repeat(0x10000));
        while stream.write_all(chunk.as_bytes()).await.is_ok() {}
    })
    .await;
    let http = Http::new(patient()).expect("client");
    let portal = Contract::at(http.clone(), &format!("http://{address}")).expect("address");
    let token = SecretString::from("t");
    let asked = portal.me(&token);
    let trouble = tokio::time::timeout(Duration::from_secs(120), asked)
        .await
        .expect("an end")
        .expect_err("no account");
    assert_eq!(trouble.failure.code, "bad_answer");
    assert!(
        http.totals().now().bytes_in < 40_000_000,
        "{:?}",
        http.totals().now()
    );
}

#[tokio::test]
async fn a_bomb_unpacks_to_no_more_than_an_answer_may_have() {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packer.write_all(&vec![b' '; 1024 * 1024]).expect("packed");
    }
    let bomb: &'static [u8] = packer.finish().expect("packed").leak();
    let portal = liar(
        "200 OK",
        "content-type: application/json\r\ncontent-encoding: gzip\r\n",
        bomb,
    )
    .await;
    let trouble = portal
        .me(&SecretString::from("t"))
        .await
        .expect_err("a bomb");
    assert_eq!(trouble.failure.code, "bad_answer");
}

/// A portal that sends the bytes of a file elsewhere, with the token: they do not go.
#[tokio::test]
async fn bytes_and_token_go_to_the_portal_only() {
    let elsewhere = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&elsewhere);
    let thief = listen(move |mut stream| {
        let noted = Arc::clone(&noted);
        async move {
            if let Some(head) = head(&mut stream).await {
                noted.lock().expect("notes").push(head);
            }
        }
    })
    .await;
    let address = listen(move |mut stream| async move {
        while let Some(head) = head(&mut stream).await {
            let answer = if head.starts_with("GET /v1?") {
                let nonce = head.split("nonce=").nth(1).and_then(|rest| rest.split(' ').next());
                let body = SERVICE.replace("NONCE", nonce.unwrap_or_default());
                format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
            } else if head.starts_with("HEAD /v1/files") {
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned()
            } else {
                format!("HTTP/1.1 201 Created\r\nlocation: http://{thief}/v1/uploads/1\r\ncontent-length: 0\r\n\r\n")
            };
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    })
    .await;
    let dir = tempfile::tempdir().expect("folder");
    let file: FileToSend = common::file_in(&dir.path().join("f.pdf"), 3, 100_000);
    let portal = Contract::at(
        Http::new(patient()).expect("client"),
        &format!("http://{address}"),
    );
    let portal = portal.expect("address");
    let service = portal.probe().await.expect("service");
    let end = portal
        .upload(
            &SecretString::from("t"),
            &service,
            &file,
            UploadStart::default(),
            &mut Habits::default(),
            &mut |_, _| {},
        )
        .await;
    assert!(matches!(end, UploadEnd::Trouble(trouble) if trouble.failure.code == "bad_answer"));
    assert!(
        elsewhere.lock().expect("notes").is_empty(),
        "nothing went there"
    );
}

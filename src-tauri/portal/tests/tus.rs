//! Our client against tus servers of other hands: killed and begun again while bytes move, our own program ended
//! half-way, small files in one request, parts joined. What is looked at in the end is the file on the server's disk.
//!
//! `cargo xtask test tus` says where the servers are; without them nothing is tested here.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{
    fs,
    net::{SocketAddr, TcpListener as StdListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use common::file_in;
use qalam_portal::{
    contract::{Contract, FileToSend, Habits, Service, UploadEnd, UploadStart},
    digest::of_reader,
    http::{Ask, Http, HttpOptions, Method, Url, Wire},
};
use secrecy::SecretString;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Mutex,
};

/// How a server is started: its program, its folder, its port.
type Start = fn(&str, &Path, u16) -> Command;

/// A tus server of another hand.
#[derive(Clone)]
struct Peer {
    name: &'static str,
    start: Start,
    program: String,
    /// What came before a cut is kept.
    keeps: bool,
}

/// Those that are on this machine.
fn peers() -> Vec<Peer> {
    let known: [(&'static str, &str, bool, Start); 2] = [
        (
            "@tus/server",
            "QALAM_TUS_NODE",
            true,
            |script, data, port| {
                let mut command = Command::new("node");
                command.arg(script).arg(data).arg(port.to_string());
                command
            },
        ),
        (
            "rustus",
            "QALAM_TUS_RUSTUS",
            false,
            |program, data, port| {
                let mut command = Command::new(program);
                command
                    .args(["--host", "127.0.0.1", "--port", &port.to_string()])
                    .args(["--url", "/files", "--max-body-size", "20971520"])
                    .arg("--data-dir")
                    .arg(data)
                    .arg("--info-dir")
                    .arg(data.with_extension("info"));
                command
            },
        ),
    ];
    let found: Vec<Peer> = known
        .into_iter()
        .filter_map(|(name, variable, keeps, start)| {
            let program = std::env::var(variable).ok()?;
            Some(Peer {
                name,
                start,
                program,
                keeps,
            })
        })
        .collect();
    if found.is_empty() {
        eprintln!("No tus server of another hand here: `cargo xtask test tus`.");
    }
    found
}

/// A server in a folder of its own, reached through a line of some megabytes a second that counts what passes.
struct Site {
    peer: Peer,
    dir: tempfile::TempDir,
    port: u16,
    server: Arc<Mutex<Child>>,
    line: SocketAddr,
    passed: Arc<AtomicU64>,
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Ok(mut server) = self.server.try_lock() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }
}

fn spawn(peer: &Peer, dir: &Path, port: u16) -> Child {
    let data = dir.join("data");
    fs::create_dir_all(&data).expect("folder");
    fs::create_dir_all(data.with_extension("info")).expect("folder");
    (peer.start)(&peer.program, &data, port)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect(peer.name)
}

/// A port that stays free while the server is away: below those the system gives out by chance, and another one for
/// each process.
fn port() -> u16 {
    static GIVEN: AtomicU64 = AtomicU64::new(0);
    loop {
        let next = u64::from(std::process::id()) * 8 + GIVEN.fetch_add(1, Ordering::SeqCst);
        let port = 10_000 + u16::try_from(next % 20_000).expect("small");
        if StdListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

async fn answers(port: u16) {
    for _ in 0..1_200 {
        if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nothing answers at {port}");
}

impl Site {
    async fn start(peer: &Peer) -> Self {
        let dir = tempfile::tempdir().expect("folder");
        let port = port();
        let server = Arc::new(Mutex::new(spawn(peer, dir.path(), port)));
        answers(port).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
        let line = listener.local_addr().expect("address");
        let passed = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&passed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, port, Arc::clone(&counted)));
            }
        });
        Self {
            peer: peer.clone(),
            dir,
            port,
            server,
            line,
            passed,
        }
    }

    /// Ends the server without a word and begins it anew a moment later.
    async fn kill(&self) {
        let mut server = self.server.lock().await;
        server.kill().expect("kill");
        server.wait().expect("ended");
        tokio::time::sleep(Duration::from_millis(700)).await;
        *server = spawn(&self.peer, self.dir.path(), self.port);
    }

    async fn passed(&self, bytes: u64) {
        while self.passed.load(Ordering::SeqCst) < bytes {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn client(&self) -> (Contract, Http) {
        let http = Http::new(HttpOptions {
            idle: Duration::from_secs(6),
            ..HttpOptions::default()
        })
        .expect("client");
        let contract = Contract::at(http.clone(), &format!("http://{}", self.line));
        (contract.expect("address"), http)
    }

    /// What the server says of itself, in the words of the contract.
    async fn service(&self) -> Service {
        let (_, http) = self.client();
        let uploads = Url::parse(&format!("http://{}/files", self.line)).expect("address");
        let ask = Ask::new(Method::OPTIONS, uploads.clone()).header("tus-resumable", "1.0.0");
        let answer = http.send(ask, Arc::default()).await.expect("options");
        let extensions: Vec<String> = answer
            .header("tus-extension")
            .expect("extensions")
            .split(',')
            .map(|one| one.trim().to_owned())
            .collect();
        let document = json!({
            "contract": "qalam-portal/1", "name": self.peer.name, "time": "2026-11-22T10:00:00Z", "languages": ["en"],
            "limits": {"item_bytes": 1_000_000, "file_bytes": 100_000_000, "file_types": null, "refused_types": []},
            "features": [], "auth": ["bearer"],
            "uploads": {"url": uploads.as_str(), "version": "1.0.0", "extensions": extensions, "expires_seconds": 0},
        });
        Service {
            document: serde_json::from_value(document).expect("document"),
            uploads,
        }
    }

    /// Uploads as the outbox does: what was noted is given back, and a lost way is tried again.
    async fn upload(
        &self,
        service: &Service,
        file: &FileToSend,
        noted: Option<String>,
    ) -> (Wire, Habits) {
        let (contract, http) = self.client();
        let mut habits = Habits::default();
        let mut noted = noted;
        for _ in 0..8 {
            let start = UploadStart {
                noted: noted.clone(),
                wanted: true,
                ..UploadStart::default()
            };
            let mut note = |text: &str, _: u64| noted = Some(text.to_owned());
            let token = SecretString::from("token");
            let end = contract
                .upload(&token, service, file, start, &mut habits, &mut note)
                .await;
            match end {
                UploadEnd::Uploaded(_) => return (http.totals().now(), habits),
                UploadEnd::Gone => noted = None,
                UploadEnd::Trouble(trouble) => {
                    eprintln!("{}: {trouble:?}", self.peer.name);
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
        panic!("{}: not uploaded", self.peer.name);
    }

    /// Whether the file is on the server's disk, once, as it is here.
    fn holds(&self, file: &FileToSend) -> bool {
        let mut found = 0;
        let mut folders = vec![self.dir.path().join("data")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("folder") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if same(&path, file) {
                    found += 1;
                }
            }
        }
        found == 1
    }

    fn file(&self, seed: u64, length: usize) -> FileToSend {
        file_in(&self.dir.path().join("ours.pdf"), seed, length)
    }
}

fn same(path: &PathBuf, file: &FileToSend) -> bool {
    let mut source = fs::File::open(path).expect("file");
    let (sha256, length) = of_reader(&mut source).expect("file");
    length == file.length && sha256 == file.sha256
}

/// Both directions of a connection; towards the server some 8 MB a second.
async fn carry(client: TcpStream, port: u16, counted: Arc<AtomicU64>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else {
        return;
    };
    let (mut from, mut back) = client.into_split();
    let (mut answers, mut to) = server.into_split();
    let there = async {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(count) = from.read(&mut buffer).await
            && count > 0
        {
            if to.write_all(&buffer[..count]).await.is_err() {
                return;
            }
            counted.fetch_add(count as u64, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let _ = to.shutdown().await;
    };
    let and_back = async {
        let _ = tokio::io::copy(&mut answers, &mut back).await;
    };
    // A server that is killed ends the connection for the client too.
    tokio::select! {
        () = async { tokio::join!(there, std::future::pending::<()>()); } => {}
        () = and_back => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_half_way_is_gone_on_with() {
    for peer in peers() {
        let site = Site::start(&peer).await;
        let service = site.service().await;
        let file = site.file(21, 12_000_000);
        let kills = async {
            for at in [3_000_000, 7_000_000] {
                site.passed(at).await;
                site.kill().await;
                answers(site.port).await;
            }
        };
        let ((wire, habits), ()) = tokio::join!(site.upload(&service, &file, None), kills);
        assert!(site.holds(&file), "{}: {wire:?} {habits:?}", peer.name);
        if peer.keeps {
            // What was on its way at a kill goes again, and nothing else.
            let passed = site.passed.load(Ordering::SeqCst);
            assert!(
                passed < 12_000_000 + 2 * 1_500_000,
                "{}: {passed}",
                peer.name
            );
            assert!(wire.resumed_bytes >= 3_000_000, "{}: {wire:?}", peer.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_end_half_way_is_gone_on_from() {
    for peer in peers() {
        let site = Site::start(&peer).await;
        let service = site.service().await;
        let file = site.file(22, 12_000_000);
        let (contract, _) = site.client();
        let noted = Arc::new(std::sync::Mutex::new(None));
        let first = {
            let (service, file, noted) = (service.clone(), file.clone(), Arc::clone(&noted));
            tokio::spawn(async move {
                let mut note = |text: &str, _: u64| {
                    *noted.lock().expect("note") = Some(text.to_owned());
                };
                let start = UploadStart {
                    wanted: true,
                    ..UploadStart::default()
                };
                let token = SecretString::from("token");
                let mut habits = Habits::default();
                contract
                    .upload(&token, &service, &file, start, &mut habits, &mut note)
                    .await
            })
        };
        site.passed(5_000_000).await;
        first.abort();
        let _ = first.await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let noted = noted.lock().expect("note").clone();
        assert!(noted.is_some(), "{}: nothing noted", peer.name);
        let (wire, _) = site.upload(&service, &file, noted).await;
        assert!(site.holds(&file), "{}: {wire:?}", peer.name);
        if peer.keeps {
            assert!(wire.resumed_bytes >= 3_500_000, "{}: {wire:?}", peer.name);
            assert!(wire.payload_bytes <= 8_500_000, "{}: {wire:?}", peer.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_small_file_travels_in_one_request() {
    for peer in peers() {
        let site = Site::start(&peer).await;
        let service = site.service().await;
        let file = site.file(23, 20_000);
        let (wire, _) = site.upload(&service, &file, None).await;
        assert!(site.holds(&file), "{}: {wire:?}", peer.name);
        assert_eq!(wire.requests, 1, "{}: {wire:?}", peer.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_are_joined_where_the_server_joins_them() {
    for peer in peers() {
        let site = Site::start(&peer).await;
        let service = site.service().await;
        let extensions = &service.document.uploads.extensions;
        if !extensions.iter().any(|one| one == "concatenation") {
            eprintln!("{} joins no parts", peer.name);
            continue;
        }
        let file = site.file(24, 6_000_000);
        let (wire, habits) = site.upload(&service, &file, None).await;
        assert!(site.holds(&file), "{}: {wire:?} {habits:?}", peer.name);
        assert!(habits.streams.is_some(), "{}: {habits:?}", peer.name);
        assert!(!habits.no_parts, "{}: {habits:?}", peer.name);
    }
}

//! What the tests of this package share: a portal in a temporary folder, releases, files.
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod carry;
pub mod office;

use std::{fs, path::PathBuf, time::Duration};

use qalam_portal::{
    contract::{Contract, FileToSend, Service},
    digest::{hex, of_reader},
    http::{Http, HttpOptions},
    practice::{self, Practice, PracticeOptions},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use socket2::{Domain, Socket, Type};

/// How a practice portal in a folder that is still empty is started: at a port that stays its own, also while it is
/// stopped. A socket that is bound and never listens keeps it from everybody who asks for any port.
pub fn practice_in(dir: impl Into<PathBuf>) -> PracticeOptions {
    let mut options = PracticeOptions::in_dir(dir);
    if cfg!(target_os = "linux") {
        let keeper = Socket::new(Domain::IPV4, Type::STREAM, None).expect("socket");
        keeper.set_reuse_address(true).expect("shared");
        keeper.bind(&options.listen.into()).expect("port");
        let kept = keeper.local_addr().expect("address");
        options.listen = kept.as_socket().expect("address");
        // Until the test ends.
        std::mem::forget(keeper);
    }
    options
}

/// A practice portal in a folder of its own, with a client.
pub struct Bench {
    pub portal: Practice,
    pub http: Http,
    pub contract: Contract,
    pub token: SecretString,
    pub dir: tempfile::TempDir,
}

/// More patience than any machine needs.
pub fn patient() -> HttpOptions {
    HttpOptions {
        connect: Duration::from_secs(60),
        idle: Duration::from_secs(60),
        ..HttpOptions::default()
    }
}

/// Short patience, for tests of stalls only: a busy machine is silent for as long now and then.
pub fn impatient() -> HttpOptions {
    HttpOptions {
        connect: Duration::from_millis(800),
        idle: Duration::from_millis(1_200),
        ..HttpOptions::default()
    }
}

impl Bench {
    pub async fn start(faults: &str) -> Self {
        let dir = tempfile::tempdir().expect("folder");
        let mut options = practice_in(dir.path().join("practice"));
        options.faults = faults.parse().expect("faults");
        let portal = practice::start(options).await.expect("practice portal");
        let http = Http::new(patient()).expect("client");
        let contract = Contract::at(http.clone(), &portal.url).expect("address");
        let token = SecretString::from(portal.token.clone());
        Self {
            portal,
            http,
            contract,
            token,
            dir,
        }
    }

    pub async fn service(&self) -> Service {
        self.contract.probe().await.expect("service document")
    }

    /// A file of `length` bytes that compress badly and repeat nowhere.
    pub fn file(&self, seed: u64, length: usize) -> FileToSend {
        file_in(
            &self.dir.path().join(format!("file-{seed}.pdf")),
            seed,
            length,
        )
    }
}

/// Writes a file of `length` bytes that repeat nowhere.
pub fn file_in(path: &PathBuf, seed: u64, length: usize) -> FileToSend {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    fs::write(path, &bytes).expect("file");
    let (sha256, length) = of_reader(&mut bytes.as_slice()).expect("memory");
    FileToSend {
        sha256,
        path: path.clone().into(),
        length,
        mime: "application/pdf".to_owned(),
        name: "تقرير annual.pdf".to_owned(),
    }
}

/// A draft id.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// A release and its hash.
pub struct Release {
    pub hash: String,
    pub body: Vec<u8>,
}

/// A release with its approval, as a desk sends it.
pub fn release(id: &str, title: &str, files: &[&FileToSend]) -> Release {
    release_with(id, title, files, &json!({}))
}

/// The same with fields of its language version.
pub fn release_with(id: &str, title: &str, files: &[&FileToSend], fields: &Value) -> Release {
    let attachments: Vec<Value> = files
        .iter()
        .map(|file| {
            json!({"sha256": file.sha256, "name": file.name, "mime": file.mime, "bytes": file.length,
                "role": "publication", "title": "", "alt": {}})
        })
        .collect();
    let release = json!({
        "areas": ["ta1"], "attachments": attachments, "draft": id, "fields": {}, "format": "qalam-release/1",
        "languages": {"ar": {"body": "نص **مهم**.\n\n<script>alert(1)</script>\n", "fields": fields, "summary": "ملخص", "title": title}},
        "owner": "SN", "primary_lang": "ar", "type": "news",
    });
    let text = release.to_string();
    let hash = hex(&Sha256::digest(text.as_bytes()));
    let body = json!({
        "release": text,
        "approval": {"release": hash, "by": "Sample approver", "role": "approver",
            "at": "2026-11-21T10:00:00.000Z", "signature": null},
    });
    Release {
        hash,
        body: body.to_string().into_bytes(),
    }
}

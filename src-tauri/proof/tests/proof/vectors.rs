//! Golden vectors: bytes and hashes that are a promise, since approvals of every version rest on
//! them. `tests/proof/reproduce.py` reaches the same from the specification alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qalam_proof::canonical::{self, hex};
use qalam_proof::envelope::pae;
use qalam_proof::paper;
use serde_json::{Value, json};

use crate::{batch, card, comments, key, release, story};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/proof")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn vectors() -> Value {
    let mut plain = release();
    plain.attachments.clear();
    plain.areas.clear();
    plain.languages.remove("fr");
    let releases: Vec<Value> = [("whole", release()), ("without files", plain)]
        .into_iter()
        .map(|(name, release)| {
            let bytes = release.to_bytes().unwrap();
            json!({
                "name": name,
                "value": serde_json::to_value(&release).unwrap(),
                "canonical": text(&bytes),
                "sha256": canonical::hash(&bytes),
            })
        })
        .collect();
    let order = json!({"\u{20ac}": 1, "\r": [true, false, null], "\u{fb33}": -5, "1": "\u{7f}", "\u{1f600}": {}, "\u{f6}": "\u{8}\u{c}\t\"\\/"});
    let keys: Vec<Value> = [1_u8, 2, 0xfe]
        .into_iter()
        .map(|n| {
            let public = key(n).public();
            json!({
                "seed": hex(&key(n).seed()),
                "public": public.to_text(),
                "id": public.id(),
                "fingerprint": public.fingerprint(),
                "paper": paper::write(&key(n).seed()),
            })
        })
        .collect();
    let story = story();
    let trail: Vec<Value> = story
        .trail
        .entries
        .iter()
        .map(|entry| json!({"entry": entry, "sha256": entry.hash().unwrap()}))
        .collect();
    json!({
        "canonical": {"value": order, "bytes": text(&canonical::canonicalize(&order).unwrap())},
        "releases": releases,
        "keys": keys,
        "pae": {
            "type": "http://example.com/HelloWorld",
            "payload": "hello world",
            "bytes": text(&pae("http://example.com/HelloWorld", b"hello world")),
        },
        "card": text(&card(&key(1), "Sample Officer")),
        "decisions": story.parts.iter()
            .filter(|(kind, _, _)| *kind == qalam_proof::package::PartKind::Decision)
            .map(|(_, _, bytes)| json!({"envelope": text(bytes), "sha256": canonical::hash(bytes)}))
            .collect::<Vec<_>>(),
        "receipts": story.parts.iter()
            .filter(|(kind, _, _)| *kind == qalam_proof::package::PartKind::Receipt)
            .map(|(_, _, bytes)| json!({"record": text(bytes), "sha256": canonical::hash(bytes)}))
            .collect::<Vec<_>>(),
        "commented": commented(),
        "shares": batch::shares(7).iter().map(|share| {
            let bytes = share.to_bytes().unwrap();
            json!({"share": text(&bytes), "sha256": canonical::hash(&bytes)})
        }).collect::<Vec<_>>(),
        "trail": trail,
        "package": STANDARD.encode(story.pack()),
    })
}

fn commented() -> Value {
    let (_, said, bytes) = comments::returned();
    json!({
        "comments": text(&bytes),
        "sha256": canonical::hash(&bytes),
        "decision": text(&said),
    })
}

#[test]
fn the_vectors_are_as_they_were() {
    let path = folder().join("vectors.json");
    let now = serde_json::to_string_pretty(&vectors()).unwrap() + "\n";
    if std::env::var_os("QALAM_NEW_VECTORS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(
        vectors(),
        kept,
        "what was approved before would no longer verify"
    );
}

/// Another program, written from the specification, finds the same hashes and signatures.
#[test]
fn another_program_reproduces_them() {
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    let done = Command::new("python3")
        .arg(folder().join("reproduce.py"))
        .arg(folder().join("vectors.json"))
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
}

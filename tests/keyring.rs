//! Secrets in a real Secret Service (gnome-keyring on a session bus of its own), and the plain
//! word where none answers. A secret stands nowhere in the desk's folder.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const CLI: &str = env!("CARGO_BIN_EXE_qalam-cli");

struct Practice(Child, Value);

impl Practice {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(CLI)
            .args(["practice", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said = serde_json::from_str(&line).unwrap();
        Self(child, said)
    }

    fn said(&self, key: &str) -> &str {
        self.1[key].as_str().unwrap()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| {
        panic!(
            "{e}\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

fn holds(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .any(|path| {
            if path.is_dir() {
                return holds(&path, needle);
            }
            std::fs::read(&path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|w| w == needle))
        })
}

#[test]
fn a_portal_s_token_lives_in_the_keyring_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let practice = Practice::start(&folder.path().join("portal"));
    let store = folder.path().join("desk");
    // One bus, one unlocked keyring, two processes one after the other.
    let script = "printf password | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1\n\
         QALAM_PORTAL_PASSWORD=\"$TOKEN\" \"$CLI\" --json --secrets keyring --store \"$STORE\" portal add training \"$URL\" --kind contract >\"$OUT/add.json\"\n\
         \"$CLI\" --json --secrets keyring --store \"$STORE\" portal test training >\"$OUT/test.json\"\n\
         \"$CLI\" --json --secrets keyring --store \"$STORE\" stats >\"$OUT/stats.json\"\n";
    let status = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script])
        .env("CLI", CLI)
        .env("STORE", &store)
        .env("OUT", folder.path())
        .env("URL", practice.said("url"))
        .env("TOKEN", practice.said("token"))
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("XDG_RUNTIME_DIR", folder.path())
        .env_remove("QALAM_PASSPHRASE")
        .status()
        .unwrap();
    let said = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(folder.path().join(name)).unwrap())
            .unwrap_or(Value::Null)
    };
    assert_eq!(said("add.json")["ok"], true, "{}", said("add.json"));
    assert_eq!(said("test.json")["ok"], true, "{}", said("test.json"));
    assert_eq!(
        said("stats.json")["secrets"],
        "keyring",
        "{}",
        said("stats.json")
    );
    assert!(status.success());
    assert!(
        !holds(&store, practice.said("token").as_bytes()),
        "the token stands in the desk's folder"
    );
}

#[test]
fn where_no_keyring_answers_it_is_said_plainly() {
    let folder = tempfile::tempdir().unwrap();
    let practice = Practice::start(&folder.path().join("portal"));
    let output = Command::new(CLI)
        .args(["--json", "--store"])
        .arg(folder.path().join("desk"))
        .args([
            "portal",
            "add",
            "training",
            practice.said("url"),
            "--kind",
            "contract",
        ])
        .env("QALAM_PORTAL_PASSWORD", practice.said("token"))
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .env("XDG_RUNTIME_DIR", folder.path())
        .env_remove("QALAM_PASSPHRASE")
        .output()
        .unwrap();
    let answer = json(&output);
    assert_eq!(answer["ok"], false, "{answer}");
    let problem = &answer["problems"][0];
    assert_eq!(problem["code"], "no_secret_store", "{answer}");
    assert!(
        problem["next"]
            .as_str()
            .is_some_and(|next| next.contains("QALAM_PASSPHRASE") || next.contains("file:")),
        "{answer}"
    );
}

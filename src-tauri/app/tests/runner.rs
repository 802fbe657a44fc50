//! Runs the built `qalam-cli` on a desk of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use socket2::{Domain, Socket, Type};

/// A desk in a temporary folder.
pub struct Desk {
    pub home: tempfile::TempDir,
}

/// What a command answered.
pub struct Said {
    pub code: i32,
    pub json: Value,
    pub stderr: String,
}

impl Said {
    /// The answer of a command that must have done everything.
    pub fn done(self) -> Value {
        assert_eq!(self.code, 0, "{}\n{}", self.json, self.stderr);
        assert_eq!(self.json["ok"], true, "{}", self.json);
        assert_eq!(
            self.json["problems"],
            serde_json::json!([]),
            "{}",
            self.json
        );
        self.json
    }

    /// The code of the first problem of a command that must have ended with `code`.
    pub fn refused(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.json, self.stderr);
        assert_eq!(self.json["ok"], false, "{}", self.json);
        let problem = &self.json["problems"][0];
        for key in ["code", "subject", "message", "next"] {
            assert!(problem[key].is_string(), "{key} in {problem}");
        }
        assert!(!problem["message"].as_str().unwrap().is_empty());
        problem["code"].as_str().unwrap().to_owned()
    }
}

impl Desk {
    pub fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// A desk that belongs to somebody who writes and approves.
    pub fn with_profile() -> Self {
        let desk = Self::new();
        desk.run(&[
            "init",
            "--owner",
            "TR",
            "--name",
            "Sample Focal Point",
            "--role",
            "both",
        ])
        .done();
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file beside the desk.
    pub fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qalam-cli"));
        command
            .arg("--store")
            .arg(self.path("desk"))
            .arg("--secrets")
            .arg(format!("file:{}", self.path("secrets.age").display()))
            .env("QALAM_PASSPHRASE", "only for this test")
            .env("LANG", "en_US.UTF-8")
            .env_remove("LC_ALL")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[], "")
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)], input: &str) -> Said {
        let mut command = self.command();
        command.arg("--json").args(args).envs(env.iter().copied());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let json = serde_json::from_str(&stdout)
            .unwrap_or_else(|error| panic!("{args:?}: {error}\n{stdout}\n{stderr}"));
        Said {
            code: output.status.code().unwrap(),
            json,
            stderr,
        }
    }

    /// A news piece that is ready for review.
    pub fn ready_piece(&self) -> String {
        let body = self.file(
            "body.md",
            "The teams of the Sample Ministry of Health came **back**.\n",
        );
        let made = self
            .run(&[
                "draft", "new", "--type", "news", "--lang", "en",
                "--title", "Mobile teams reach the northern villages",
                "--summary", "Six mobile teams of the Sample Ministry of Health vaccinated children in forty-two villages.",
                "--body-file", &body, "--area", "ta2",
                "--field", "eventDate=2026-03-12", "--field", "place=Sample City",
            ])
            .done();
        made["draft"]["id"].as_str().unwrap().to_owned()
    }
}

/// A port that stays free for whom it is told, also between two programs: a socket that is bound and
/// never listens keeps it from everybody who asks for any port.
fn kept_port() -> SocketAddr {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    if !cfg!(target_os = "linux") {
        return any;
    }
    let keeper = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    keeper.set_reuse_address(true).unwrap();
    keeper.bind(&any.into()).unwrap();
    let kept = keeper.local_addr().unwrap().as_socket().unwrap();
    // Until the test ends.
    std::mem::forget(keeper);
    kept
}

/// A practice portal run by `qalam-cli practice`.
pub struct Practice {
    child: Child,
    pub url: String,
    pub token: String,
}

impl Practice {
    pub fn start(data: &Path, more: &[&str]) -> Self {
        // The port of a portal that is started again is still its own.
        let here = match data.exists() {
            true => "127.0.0.1:0".to_owned(),
            false => kept_port().to_string(),
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_qalam-cli"))
            .args(["practice", "--listen", &here, "--data"])
            .arg(data)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        Self {
            child,
            url: text("url"),
            token: text("token"),
        }
    }

    /// Ends it as a system does, and gives its exit code.
    #[cfg(unix)]
    pub fn end(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! A desk driven through its command line, and the bytes that are sent from it.

use crate::chance::Chance;
use crate::shell::{Outcome, output};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Of the secrets of every such desk.
pub const PASSPHRASE: &str = "only for the practice desk";
/// What makes somebody who writes and approves.
pub const BOTH: [&str; 7] = [
    "init",
    "--owner",
    "TR",
    "--name",
    "Sample Focal Point",
    "--role",
    "both",
];

/// A desk and its command line.
pub struct Desk {
    pub cli: PathBuf,
    /// The folder of desk, secrets and whatever is sent.
    pub at: PathBuf,
}

impl Desk {
    /// The answer as data.
    pub fn ask(&self, args: &[&str]) -> Outcome<String> {
        output(self.command(&["--json"]).args(args))
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.cli);
        command
            .arg("--store")
            .arg(self.at.join("desk"))
            .arg("--secrets")
            .arg(format!("file:{}", self.at.join("secrets").display()))
            .args(args)
            .env("QALAM_PASSPHRASE", PASSPHRASE)
            .stdin(Stdio::null());
        command
    }

    /// Has a draft approved; gives the hash of its release.
    pub fn approve(&self, draft: &str) -> Outcome<String> {
        self.ask(&["review", "submit", draft])?;
        let answer = self.ask(&["review", "approve", draft])?;
        between(&answer, "\"hash\":\"", "\"").ok_or_else(|| format!("no release in {answer}"))
    }
}

/// The text from one mark to another.
pub fn between(text: &str, from: &str, to: &str) -> Option<String> {
    let (_, rest) = text.split_once(from)?;
    Some(rest.split_once(to)?.0.to_owned())
}

/// Writes bytes that cannot be compressed, behind the beginning of a PDF.
pub fn noise(path: &Path, seed: u64, length: u64) -> Outcome {
    let write = || {
        let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
        file.write_all(b"%PDF-1.7\n")?;
        let mut chance = Chance::new(seed);
        let mut left = length.saturating_sub(9);
        let mut block = [0_u8; 4096];
        while left > 0 {
            for eight in block.chunks_exact_mut(8) {
                eight.copy_from_slice(&chance.next().to_le_bytes());
            }
            let some = usize::try_from(left).map_or(block.len(), |left| left.min(block.len()));
            file.write_all(block.get(..some).unwrap_or_default())?;
            left -= some as u64;
        }
        file.flush()
    };
    write().map_err(|e: std::io::Error| format!("{}: {e}", path.display()))
}

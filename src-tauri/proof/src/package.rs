//! Packages (`.qalam`): a release with what belongs to it, sealed by who made it.
//!
//! ```text
//! qalam-package/1\n
//! {head}\n              canonical JSON, one line
//! part part part        the bytes of the head's parts, in their order, nothing between
//! {seal}                a signed statement over the SHA-256 of the two lines before the parts
//! ```
//!
//! The head names the length and the hash of each part, so the seal covers all bytes, and each is hashed once.
//! Everything is streamed: files go to a sink as they come, and count for nothing before the seal at
//! the end was verified. Names of files are labels and never paths.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::canonical::{self, hex};
use crate::envelope::{Envelope, Statement};
use crate::fault::{Fault, code};
use crate::key::{Card, PublicKey, SigningKey};

/// The first line of every package of every version.
const MAGIC: &str = "qalam-package/";
/// The first line of a package that was sealed to one person (age).
const SEALED: &[u8] = b"age-encryption.org/v1";
/// The version this program writes and reads.
const VERSION: &str = "1";
/// Longest head, in bytes.
pub const MAX_HEAD: u64 = 4 * 1024 * 1024;
/// Longest part that is not a file, in bytes.
pub const MAX_PART: u64 = 64 * 1024 * 1024;
/// All parts that are not files together, in bytes.
pub const MAX_PARTS: u64 = 256 * 1024 * 1024;
/// Longest seal, in bytes.
const MAX_SEAL: u64 = 64 * 1024;
const CHUNK: usize = 256 * 1024;

/// What a package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A release is asked to be decided about.
    Review,
    /// A decision comes back.
    Decision,
    /// What is approved, for whoever wants to check it.
    Proof,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// The canonical bytes of the release.
    Release,
    /// Those of the release approved before, for comparing.
    Base,
    /// A signed decision.
    Decision,
    /// A card of a key.
    Key,
    /// The end of a key.
    Revocation,
    /// The trail: a canonical JSON array of lines.
    Trail,
    /// Comments that a decision names by their hash.
    Comments,
    /// A portal's receipt.
    Receipt,
    /// A scan of a sheet signed by hand, whose hash is in the trail.
    Sheet,
    /// The bytes of an attached file.
    File,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// A label; never a path.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What a package says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageHead {
    /// What it is for.
    pub purpose: Purpose,
    /// Its id, UUIDv7.
    pub id: String,
    /// When it was made, by the clock of the desk. Nothing is decided by it.
    pub made_at: String,
    /// Id of the key it is sealed with; its card is among the parts.
    pub key: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// SHA-256 of the release approved before, or empty.
    pub base: String,
    /// Title in the original language, for people.
    pub title: String,
    /// The ask, or what is said with it.
    pub words: String,
    /// The parts, in the order of their bytes.
    pub parts: Vec<Part>,
}

/// The statement at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seal {
    format: String,
    /// Id of the package.
    package: String,
    /// SHA-256 of the two lines before the parts.
    head: String,
}

impl Statement for Seal {
    const TYPE: &'static str = "application/vnd.qalam.seal+json";
    const FORMAT: &'static str = "qalam-seal/1";
    fn format(&self) -> &str {
        &self.format
    }
}

/// A package that was read from end to end and is as it was sealed.
#[derive(Clone, Debug)]
pub struct Package {
    /// What it says of itself.
    pub head: PackageHead,
    /// Its parts, files without their bytes.
    pub parts: Vec<(Part, Vec<u8>)>,
    /// The card of the key it is sealed with. Whether that key is trusted is another question.
    pub sender: Card,
}

impl Package {
    /// The bytes of the parts of a kind.
    pub fn of(&self, kind: PartKind) -> impl Iterator<Item = &[u8]> {
        self.parts
            .iter()
            .filter(move |(part, _)| part.kind == kind)
            .map(|(_, bytes)| bytes.as_slice())
    }
}

/// Writes a package; `bytes_of` gives the bytes of each part, which must be as the head says.
///
/// # Errors
/// What writing fails with; `InvalidData` when a part is not as the head says.
pub fn write<W: Write>(
    mut out: W,
    head: &PackageHead,
    key: &SigningKey,
    mut bytes_of: impl FnMut(usize, &Part) -> io::Result<Box<dyn Read>>,
) -> io::Result<()> {
    let mut lines = format!("{MAGIC}{VERSION}\n").into_bytes();
    lines.append(&mut canonical::to_bytes(head).map_err(io::Error::other)?);
    lines.push(b'\n');
    out.write_all(&lines)?;
    for (number, part) in head.parts.iter().enumerate() {
        let mut source = bytes_of(number, part)?.take(part.bytes.saturating_add(1));
        let mut hasher = Sha256::new();
        let mut copied = 0_u64;
        let mut chunk = vec![0_u8; CHUNK];
        loop {
            let length = source.read(&mut chunk)?;
            let Some(bytes) = chunk.get(..length).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            hasher.update(bytes);
            copied += length as u64;
            out.write_all(bytes)?;
        }
        if copied != part.bytes || hex(&hasher.finalize()) != part.sha256 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                part.sha256.clone(),
            ));
        }
    }
    let seal = Seal {
        format: Seal::FORMAT.to_owned(),
        package: head.id.clone(),
        head: hex(&Sha256::digest(&lines)),
    };
    let seal = Envelope::sign(&seal, &[key])
        .and_then(|seal| seal.to_bytes())
        .map_err(io::Error::other)?;
    out.write_all(&seal)?;
    out.flush()
}

/// Reads a package from end to end. Bytes of files go to `sink` piece by piece; what it was given
/// must be thrown away when this fails.
///
/// # Errors
/// `package_invalid`, `package_version`, `package_truncated`, `package_altered`,
/// `package_too_large`, `unreadable`.
pub fn read<R: Read>(
    source: R,
    mut sink: impl FnMut(&Part, &[u8]) -> io::Result<()>,
) -> Result<Package, Fault> {
    let mut source = Reader::new(source);
    let first = source.line(64)?;
    if first == SEALED {
        return Err(Fault::new(code::PACKAGE_SEALED, ""));
    }
    let version = std::str::from_utf8(&first)
        .ok()
        .and_then(|line| line.strip_prefix(MAGIC))
        .ok_or_else(|| Fault::new(code::PACKAGE_INVALID, ""))?;
    if version != VERSION {
        return Err(Fault::new(code::PACKAGE_VERSION, version));
    }
    let line = source.line(MAX_HEAD)?;
    let head: PackageHead = canonical::from_bytes(&line)
        .map_err(|fault| Fault::new(code::PACKAGE_INVALID, "head").because(fault.detail))?;
    let kept: u64 = head
        .parts
        .iter()
        .filter(|part| part.kind != PartKind::File)
        .map(|part| part.bytes)
        .fold(0, u64::saturating_add);
    if kept > MAX_PARTS {
        return Err(Fault::new(code::PACKAGE_TOO_LARGE, MAX_PARTS));
    }
    let sealed = hex(&source.hasher.clone().finalize());
    let mut parts = Vec::with_capacity(head.parts.len());
    for part in &head.parts {
        let bytes = source.part(part, &mut sink)?;
        parts.push((part.clone(), bytes));
    }
    let seal = source.rest()?;
    let altered = |what: &str| Fault::new(code::PACKAGE_ALTERED, what);
    let sender = parts
        .iter()
        .filter(|(part, _)| part.kind == PartKind::Key)
        .filter_map(|(_, bytes)| Card::from_bytes(bytes).ok())
        .find(|card| card.public().is_ok_and(|key| key.id() == head.key))
        .ok_or_else(|| altered("key"))?;
    let key: PublicKey = sender.public()?;
    let seal: Seal = Envelope::from_bytes(&seal)
        .and_then(|seal| seal.open(&key))
        .map_err(|fault| altered("seal").because(fault))?;
    if seal.head != sealed || seal.package != head.id {
        return Err(altered("seal"));
    }
    Ok(Package {
        head,
        parts,
        sender,
    })
}

struct Reader<R> {
    inner: io::BufReader<R>,
    // Of the lines.
    hasher: Sha256,
}

impl<R: Read> Reader<R> {
    fn new(inner: R) -> Self {
        Self {
            inner: io::BufReader::with_capacity(CHUNK, inner),
            hasher: Sha256::new(),
        }
    }

    /// A line without its end.
    fn line(&mut self, most: u64) -> Result<Vec<u8>, Fault> {
        let mut line = Vec::new();
        let limit = most.saturating_add(1);
        io::BufRead::read_until(&mut self.inner.by_ref().take(limit), b'\n', &mut line)
            .map_err(unreadable)?;
        self.hasher.update(&line);
        if line.pop() == Some(b'\n') {
            Ok(line)
        } else if line.len() as u64 >= most {
            Err(Fault::new(code::PACKAGE_INVALID, "head"))
        } else {
            Err(Fault::new(code::PACKAGE_TRUNCATED, ""))
        }
    }

    fn part(
        &mut self,
        part: &Part,
        sink: &mut impl FnMut(&Part, &[u8]) -> io::Result<()>,
    ) -> Result<Vec<u8>, Fault> {
        let is_file = part.kind == PartKind::File;
        if !is_file && part.bytes > MAX_PART {
            return Err(Fault::new(code::PACKAGE_TOO_LARGE, MAX_PART));
        }
        let mut hasher = Sha256::new();
        let mut kept = Vec::new();
        let mut left = part.bytes;
        let mut chunk = vec![0_u8; usize::try_from(left).unwrap_or(CHUNK).clamp(1, CHUNK)];
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(CHUNK).min(chunk.len());
            let room = chunk.get_mut(..most).unwrap_or_default();
            let length = self.inner.read(room).map_err(unreadable)?;
            if length == 0 {
                return Err(Fault::new(code::PACKAGE_TRUNCATED, ""));
            }
            let bytes = chunk.get(..length).unwrap_or_default();
            hasher.update(bytes);
            if is_file {
                sink(part, bytes).map_err(unreadable)?;
            } else {
                kept.extend_from_slice(bytes);
            }
            left -= length as u64;
        }
        if hex(&hasher.finalize()) == part.sha256 {
            Ok(kept)
        } else {
            Err(Fault::new(code::PACKAGE_ALTERED, &part.name))
        }
    }

    fn rest(&mut self) -> Result<Vec<u8>, Fault> {
        let mut rest = Vec::new();
        self.inner
            .by_ref()
            .take(MAX_SEAL + 1)
            .read_to_end(&mut rest)
            .map_err(unreadable)?;
        match rest.last() {
            Some(b'}') if rest.len() as u64 <= MAX_SEAL => Ok(rest),
            Some(_) if rest.first() != Some(&b'{') || rest.len() as u64 > MAX_SEAL => {
                Err(Fault::new(code::PACKAGE_ALTERED, "seal"))
            }
            _ => Err(Fault::new(code::PACKAGE_TRUNCATED, "")),
        }
    }
}

fn unreadable(error: io::Error) -> Fault {
    Fault::new(code::UNREADABLE, "").because(error)
}

//! The courier package: one file that anybody can carry, only one portal can read, and nobody can alter.
//!
//! ```text
//! "qalam-courier/1\n"            which format
//! head \n                        one line of JSON, readable by the carrier: ids, hashes and lengths, nothing of the content
//! payload                        an age file sealed to the portal's X25519 key, head.payload bytes
//! signature                      64 bytes, Ed25519 by head.sign_key over "qalam-courier/1 signature\0" and the SHA-256
//!                                of everything before
//! ```
//!
//! Inside the payload, without any compression: the length of the contents in four bytes (big endian), the contents as
//! JSON, the bodies of the puts, the files, one after the other in the order of the contents. The contents name the
//! SHA-256 of the head line, so that neither can be put with another; they hold the token that proves the account.
//!
//! Everything is streamed: a package of any size takes the same memory. Nothing grows when it is opened, so the length
//! of the file bounds all that comes out of it.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, BufReader, Read, Seek as _, SeekFrom, Write},
    path::Path,
    rc::Rc,
    str::FromStr as _,
};

use age::{DecryptError, Decryptor, Encryptor, x25519};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digest::hex;

/// The family of formats; a version follows.
const FAMILY: &[u8] = b"qalam-courier/";
/// The first line of this version.
const MAGIC: &[u8] = b"qalam-courier/1\n";
/// What is signed begins with it, so that no signature over anything else can stand here.
const SIGNED: &[u8] = b"qalam-courier/1 signature\0";
/// Length of the signature at the end.
const SIGNATURE: u64 = 64;
/// Longest head line.
const MAX_HEAD: u64 = 4 * 1024 * 1024;
/// Longest contents.
const MAX_CONTENTS: u32 = 16 * 1024 * 1024;
/// Most pieces in a package.
pub const MAX_ENTRIES: usize = 10_000;
/// Most files in a package.
const MAX_FILES: usize = 100_000;
/// Bytes age encrypts at once, and what it adds to each.
const AGE_CHUNK: u64 = 64 * 1024;
const AGE_TAG: u64 = 16;
/// Longest opening of an age file for one recipient.
const MAX_AGE_HEAD: u64 = 4 * 1024;
/// Bytes moved at once.
const CHUNK: usize = 64 * 1024;

/// What anybody may read of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its id, UUIDv7.
    pub package: String,
    /// State or institution whose desk made it.
    pub owner: String,
    /// Address of the portal it is for.
    pub portal: String,
    /// The key of the portal it is sealed to (age recipient).
    pub seal_key: String,
    /// The key of the desk that signed it (Ed25519, base64).
    pub sign_key: String,
    /// What the receipts are to be sealed to (age recipient).
    pub reply_key: String,
    /// When it was made (RFC 3339 UTC). Informative.
    pub made_at: String,
    /// The pieces.
    pub entries: Vec<HeadEntry>,
    /// Bytes inside the payload.
    pub content_bytes: u64,
    /// Bytes of the payload.
    pub payload: u64,
}

/// A piece, as anybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadEntry {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Bytes of its text and files.
    pub bytes: u64,
}

/// What only the portal reads first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// SHA-256 of the head line.
    pub head: String,
    /// The token of the account at the portal.
    pub token: String,
    /// The pieces, in the order of the head and of their bodies.
    pub entries: Vec<ContentsEntry>,
    /// The files, in the order of their bytes; each hash once.
    pub files: Vec<ContentsFile>,
}

/// A piece for the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentsEntry {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Length of the body of its put.
    pub body: u64,
    /// The ETag it may replace.
    pub if_match: Option<String>,
    /// Releases of the same desk it may replace.
    pub after: Vec<String>,
    /// SHA-256 of its files.
    pub files: Vec<String>,
}

/// A file for the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentsFile {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its name.
    pub name: String,
    /// Media type.
    pub mime: String,
    /// Length.
    pub bytes: u64,
}

/// What is wrong with a package.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// No package at all.
    #[error("not a package: {0}")]
    Invalid(String),
    /// A version this program does not know.
    #[error("version {0}")]
    Version(String),
    /// The end is missing.
    #[error("the end is missing")]
    Truncated,
    /// It is not as it was signed.
    #[error("not as it was signed: {0}")]
    Altered(String),
    /// Larger than the limit, in bytes or pieces.
    #[error("beyond {limit}")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Sealed to another key.
    #[error("sealed to another key")]
    OtherPortal,
    /// The disk failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What a file must hold so that a package can be written from it.
pub struct Writing<'a> {
    /// The head; `content_bytes` and `payload` are filled in here.
    pub head: Head,
    /// The contents; `head` is filled in here.
    pub contents: Contents,
    /// Signs it.
    pub signing: &'a SigningKey,
}

/// A written package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}

/// Writes a package to `out`. `body` gives the body of the put at a place of the contents; `file` opens the bytes of a
/// file.
///
/// # Errors
/// What reading and writing gives; `InvalidData` when a body or a file is not as the contents say.
pub fn write(
    writing: Writing<'_>,
    out: &mut File,
    body: &mut dyn FnMut(&ContentsEntry) -> io::Result<Vec<u8>>,
    file: &mut dyn FnMut(&ContentsFile) -> io::Result<File>,
) -> io::Result<Written> {
    let Writing {
        mut head,
        mut contents,
        signing,
    } = writing;
    let recipient = x25519::Recipient::from_str(&head.seal_key).map_err(invalid_data)?;
    // A hash has the same length whatever it is, so the contents' length is known before the head is.
    contents.head = hex(&[0; 32]);
    let length = serde_json::to_vec(&contents)?.len() as u64;
    let bodies: u64 = contents.entries.iter().map(|entry| entry.body).sum();
    let files: u64 = contents.files.iter().map(|file| file.bytes).sum();
    head.content_bytes = 4 + length + bodies + files;
    let sink = Sink(Rc::new(RefCell::new(Out {
        file: out,
        hash: Sha256::new(),
        bytes: 0,
        held: Some(Vec::new()),
    })));
    // Age writes its opening at once; it waits in memory, because the head tells its length.
    let mut sealed = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient))
        .map_err(io::Error::other)?
        .wrap_output(sink.clone())?;
    let opening = sink.release();
    head.payload = opening.len() as u64 + sealed_length(head.content_bytes);
    let line = serde_json::to_vec(&head)?;
    contents.head = hex(&Sha256::digest(&line));
    let text = serde_json::to_vec(&contents)?;
    let mut plain = sink.clone();
    plain.write_all(MAGIC)?;
    plain.write_all(&line)?;
    plain.write_all(b"\n")?;
    plain.write_all(&opening)?;

    sealed.write_all(
        &u32::try_from(text.len())
            .map_err(invalid_data)?
            .to_be_bytes(),
    )?;
    sealed.write_all(&text)?;
    for entry in &contents.entries {
        let bytes = body(entry)?;
        if bytes.len() as u64 != entry.body {
            return Err(invalid_data("a text changed its length"));
        }
        sealed.write_all(&bytes)?;
    }
    for wanted in &contents.files {
        let mut source = file(wanted)?;
        let found = copy(&mut source, &mut sealed, wanted.bytes)?;
        if found != wanted.sha256 {
            return Err(invalid_data(&wanted.sha256));
        }
    }
    sealed.finish()?;
    let digest = sink.0.borrow().hash.clone().finalize();
    let signature = signing.sign(&[SIGNED, digest.as_slice()].concat());
    plain.write_all(&signature.to_bytes())?;
    let inner = sink.0.borrow();
    inner.file.sync_all()?;
    Ok(Written {
        sha256: hex(&inner.hash.clone().finalize()),
        bytes: inner.bytes,
    })
}

fn invalid_data(detail: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail.to_string())
}

/// Copies exactly `bytes` bytes; the SHA-256 of them. More or fewer are `InvalidData`.
fn copy(from: &mut dyn Read, to: &mut dyn Write, bytes: u64) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; CHUNK];
    let mut left = bytes;
    let mut source = from.take(bytes.saturating_add(1));
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let chunk = buffer.get(..count).unwrap_or_default();
        left = left
            .checked_sub(count as u64)
            .ok_or_else(|| invalid_data("longer than it was"))?;
        hash.update(chunk);
        to.write_all(chunk)?;
    }
    if left > 0 {
        return Err(invalid_data("shorter than it was"));
    }
    Ok(hex(&hash.finalize()))
}

/// Length of what age makes of so many bytes, without its opening.
fn sealed_length(plain: u64) -> u64 {
    plain.saturating_add(plain.div_ceil(AGE_CHUNK).max(1).saturating_mul(AGE_TAG))
}

/// Where a package goes while it is written: held back first, then to the file, hashed on the way.
struct Out<'a> {
    file: &'a mut File,
    hash: Sha256,
    bytes: u64,
    held: Option<Vec<u8>>,
}

#[derive(Clone)]
struct Sink<'a>(Rc<RefCell<Out<'a>>>);

impl Sink<'_> {
    fn release(&self) -> Vec<u8> {
        self.0.borrow_mut().held.take().unwrap_or_default()
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut out = self.0.borrow_mut();
        if let Some(held) = &mut out.held {
            held.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        out.file.write_all(bytes)?;
        out.hash.update(bytes);
        out.bytes = out.bytes.saturating_add(bytes.len() as u64);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.borrow_mut().file.flush()
    }
}

/// A package that was read from end to end and is as it was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Its head.
    pub head: Head,
    /// SHA-256 of the head line.
    head_sha256: String,
    /// SHA-256 of the whole file.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
    payload_at: u64,
}

/// Reads a package from end to end and verifies its signature. Nothing is decrypted: this is all a carrier can do.
///
/// # Errors
/// All of [`Fault`] but `OtherPortal`; `limit` is the most bytes the file may have.
pub fn inspect(path: &Path, limit: u64) -> Result<Sound, Fault> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    if bytes > limit {
        return Err(Fault::TooLarge { limit });
    }
    let mut source = Hashing {
        from: BufReader::with_capacity(CHUNK, file),
        hash: Sha256::new(),
    };
    let mut magic = Vec::new();
    source
        .by_ref()
        .take(MAGIC.len() as u64)
        .read_to_end(&mut magic)?;
    if magic != MAGIC {
        return Err(foreign(&magic));
    }
    let line = read_line(&mut source)?;
    let head_sha256 = hex(&Sha256::digest(&line));
    // Whoever wrote the first line wrote a head that can be read.
    let head: Head =
        serde_json::from_slice(&line).map_err(|error| Fault::Altered(error.to_string()))?;
    if head.entries.len() > MAX_ENTRIES {
        return Err(Fault::TooLarge {
            limit: MAX_ENTRIES as u64,
        });
    }
    let payload_at = (MAGIC.len() + line.len() + 1) as u64;
    let end = payload_at.saturating_add(head.payload);
    if bytes < end.saturating_add(SIGNATURE) {
        return Err(Fault::Truncated);
    }
    let rest = head.payload.checked_sub(sealed_length(head.content_bytes));
    if bytes > end.saturating_add(SIGNATURE) || rest.is_none_or(|rest| rest > MAX_AGE_HEAD) {
        return Err(Fault::Altered("lengths".to_owned()));
    }
    let mut buffer = vec![0_u8; CHUNK];
    let mut payload = source.by_ref().take(head.payload);
    let mut left = head.payload;
    loop {
        let count = payload.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        left = left.saturating_sub(count as u64);
    }
    let digest = source.hash.clone().finalize();
    let mut signature = [0_u8; 64];
    if left > 0 || source.read_exact(&mut signature).is_err() {
        return Err(Fault::Truncated);
    }
    verifying(&head.sign_key)
        .ok_or_else(|| Fault::Altered("key".to_owned()))?
        .verify_strict(
            &[SIGNED, digest.as_slice()].concat(),
            &Signature::from_bytes(&signature),
        )
        .map_err(|_| Fault::Altered("signature".to_owned()))?;
    Ok(Sound {
        head,
        head_sha256,
        sha256: hex(&source.hash.finalize()),
        bytes,
        payload_at,
    })
}

/// An Ed25519 key in base64.
#[must_use]
pub fn verifying(text: &str) -> Option<VerifyingKey> {
    let bytes = STANDARD.decode(text).ok()?;
    VerifyingKey::from_bytes(&bytes.try_into().ok()?).ok()
}

/// An Ed25519 key as base64.
#[must_use]
pub fn key_text(key: &VerifyingKey) -> String {
    STANDARD.encode(key.as_bytes())
}

fn foreign(start: &[u8]) -> Fault {
    if MAGIC.starts_with(start) {
        return Fault::Truncated;
    }
    match start.strip_prefix(FAMILY) {
        Some(version) => {
            let version = version
                .split(|byte| *byte == b'\n')
                .next()
                .unwrap_or_default();
            Fault::Version(String::from_utf8_lossy(version).into_owned())
        }
        None => Fault::Invalid("another format".to_owned()),
    }
}

fn read_line(source: &mut impl Read) -> Result<Vec<u8>, Fault> {
    let mut line = Vec::new();
    let mut one = [0_u8; 1];
    loop {
        match source.read(&mut one) {
            Ok(0) => return Err(Fault::Truncated),
            Ok(_) if one == *b"\n" => return Ok(line),
            Ok(_) => line.extend_from_slice(&one),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if line.len() as u64 > MAX_HEAD {
            return Err(Fault::TooLarge { limit: MAX_HEAD });
        }
    }
}

struct Hashing<R> {
    from: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

/// The inside of a package, being read.
pub struct Opened {
    /// The contents.
    pub contents: Contents,
    rest: Box<dyn Read>,
}

impl Opened {
    /// The next bytes, exactly so many, into `to`; their SHA-256. First the bodies, then the files.
    ///
    /// # Errors
    /// [`Fault::Truncated`], [`Fault::Altered`], [`Fault::Io`].
    pub fn next(&mut self, to: &mut dyn Write, bytes: u64) -> Result<String, Fault> {
        let mut hash = Sha256::new();
        let mut buffer = vec![0_u8; CHUNK];
        let mut left = bytes;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
            let count = self
                .rest
                .read(buffer.get_mut(..most).unwrap_or_default())
                .map_err(unsealed)?;
            if count == 0 {
                return Err(Fault::Truncated);
            }
            let chunk = buffer.get(..count).unwrap_or_default();
            hash.update(chunk);
            to.write_all(chunk)?;
            left = left.saturating_sub(count as u64);
        }
        Ok(hex(&hash.finalize()))
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// [`Fault::Invalid`] when something does.
    pub fn end(mut self) -> Result<(), Fault> {
        match self.rest.read(&mut [0_u8; 1]).map_err(unsealed)? {
            0 => Ok(()),
            _ => Err(Fault::Invalid("something follows".to_owned())),
        }
    }
}

/// What age says while it decrypts: the bytes are not those that were sealed.
fn unsealed(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Fault::Truncated,
        io::ErrorKind::InvalidData => Fault::Altered("sealed bytes".to_owned()),
        _ => Fault::Io(error),
    }
}

/// Opens a sound package with the key it is sealed to, and reads and checks its contents.
///
/// # Errors
/// [`Fault::OtherPortal`] when it is sealed to another key; [`Fault::Invalid`] when the contents do not fit the head.
pub fn open(path: &Path, sound: &Sound, identity: &x25519::Identity) -> Result<Opened, Fault> {
    if sound.head.seal_key != identity.to_public().to_string() {
        return Err(Fault::OtherPortal);
    }
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(sound.payload_at))?;
    // Age looks for the end of its opening for as long as it has to; ours is short.
    let mut start = Vec::new();
    (&file).take(MAX_AGE_HEAD).read_to_end(&mut start)?;
    if !start.windows(5).any(|part| part == b"\n--- ") {
        return Err(Fault::Invalid("not sealed".to_owned()));
    }
    file.seek(SeekFrom::Start(sound.payload_at))?;
    let payload = BufReader::with_capacity(CHUNK, file).take(sound.head.payload);
    let sealed = Decryptor::new(payload).map_err(refused)?;
    let mut rest = sealed
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(refused)?;
    let mut length = [0_u8; 4];
    rest.read_exact(&mut length).map_err(unsealed)?;
    let length = u32::from_be_bytes(length);
    if length > MAX_CONTENTS {
        return Err(Fault::TooLarge {
            limit: u64::from(MAX_CONTENTS),
        });
    }
    let mut text = Vec::new();
    rest.by_ref()
        .take(u64::from(length))
        .read_to_end(&mut text)
        .map_err(unsealed)?;
    // The parser's words may quote the text, which holds a token.
    let contents: Contents =
        serde_json::from_slice(&text).map_err(|_| Fault::Invalid("contents".to_owned()))?;
    fits(sound, &contents, u64::from(length))?;
    Ok(Opened {
        contents,
        rest: Box::new(rest),
    })
}

fn refused(error: DecryptError) -> Fault {
    match error {
        DecryptError::NoMatchingKeys => Fault::OtherPortal,
        DecryptError::Io(error) => unsealed(error),
        other => Fault::Invalid(other.to_string()),
    }
}

/// Head and contents say the same.
fn fits(sound: &Sound, contents: &Contents, length: u64) -> Result<(), Fault> {
    let no = |detail: &str| Err(Fault::Invalid(detail.to_owned()));
    if contents.head != sound.head_sha256 {
        return no("the contents of another head");
    }
    if contents.files.len() > MAX_FILES {
        return Err(Fault::TooLarge {
            limit: MAX_FILES as u64,
        });
    }
    let same = contents.entries.len() == sound.head.entries.len()
        && contents
            .entries
            .iter()
            .zip(&sound.head.entries)
            .all(|(inner, outer)| inner.draft == outer.draft && inner.release == outer.release);
    if !same {
        return no("other pieces than the head names");
    }
    let sum = |bytes: &mut dyn Iterator<Item = u64>| bytes.fold(0_u64, u64::saturating_add);
    let told = 4_u64
        .saturating_add(length)
        .saturating_add(sum(&mut contents.entries.iter().map(|entry| entry.body)))
        .saturating_add(sum(&mut contents.files.iter().map(|file| file.bytes)));
    if told != sound.head.content_bytes {
        return no("lengths");
    }
    let mut hashes: Vec<&str> = contents
        .files
        .iter()
        .map(|file| file.sha256.as_str())
        .collect();
    hashes.sort_unstable();
    if hashes.windows(2).any(|pair| pair.first() == pair.last()) {
        return no("a file twice");
    }
    let whole = contents
        .entries
        .iter()
        .flat_map(|entry| &entry.files)
        .all(|sha256| hashes.binary_search(&sha256.as_str()).is_ok());
    if !whole {
        return no("a file is missing");
    }
    Ok(())
}

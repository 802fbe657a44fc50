//! A desk that is locked: everything in its folder sealed under one random key.
//!
//! The key stands in `locked.json` twice, under the person's passphrase (scrypt, in age's format) and
//! under the lines on paper. Changing the passphrase writes that file anew and nothing else. Locking a
//! desk, and opening it for good, go file by file and are finished by whoever opens the desk next with
//! the key, wherever they were cut off.

pub(crate) mod cipher;
mod pause;
mod turn;

use std::ffi::CString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Arc, RwLock};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use qalam_proof::paper;
use rusqlite::{Connection, OpenFlags};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::db::vfs::Vfs;
use crate::db::whole::make_durable;
use crate::error::{Code, Error, Result};
use crate::passphrase::{self, Unopened};
use cipher::{KEY, MARK, Sealing, Secret, derive, random};

pub use cipher::Unsealing;

pub(crate) use turn::finish;
pub use turn::{Turning, lock, open_for_good};

/// The file that says that a desk is locked, and holds its key under the passphrase and the lines.
pub(crate) const FILE_NAME: &str = "locked.json";
const FORMAT: &str = "qalam-locked/1";
/// 2^16 rounds of scrypt: about a quarter of a second and 64 MiB on an office PC, for each guess.
const WORK_FACTOR: u8 = 16;
/// Fewer characters than this are guessed in an afternoon.
const SHORTEST: usize = 8;
/// What covers a secret begins with this; nothing else kept there does.
const COVERED: &str = "qalam-sealed:";

/// How far the locking of a desk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Some files are sealed and some are not yet.
    Locking,
    /// Everything is sealed.
    Locked,
    /// Some files are open again and some are not yet.
    Opening,
}

#[derive(Clone, Serialize, Deserialize)]
struct LockFile {
    format: String,
    stage: Stage,
    passphrase: String,
    paper: String,
}

/// The key of a locked desk. Whoever has it reads everything; it is forgotten when dropped.
#[derive(Clone)]
pub struct DeskKey(Secret);

impl std::fmt::Debug for DeskKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeskKey")
    }
}

impl DeskKey {
    /// A secret as it lies in the keyring of a locked desk: readable with this key only.
    ///
    /// # Errors
    /// [`Code::Internal`] when the system gives no random bytes.
    pub fn cover(&self, name: &str, secret: &SecretString) -> Result<SecretString> {
        let sealed = cipher::seal(
            &derive(&self.0, "secrets"),
            secret.expose_secret().as_bytes(),
            name.as_bytes(),
        )?;
        Ok(format!("{COVERED}{}", STANDARD.encode(sealed)).into())
    }

    /// The secret under such a cover; `None` when another key covers it.
    pub fn uncover(&self, name: &str, kept: &SecretString) -> Option<SecretString> {
        let sealed = kept.expose_secret().strip_prefix(COVERED)?;
        let sealed = STANDARD.decode(sealed).ok()?;
        let plain = cipher::unseal(&derive(&self.0, "secrets"), &sealed, name.as_bytes())?;
        Some(String::from_utf8(plain.to_vec()).ok()?.into())
    }
}

/// Whether a kept secret is covered by the key of some desk.
#[must_use]
pub fn is_covered(kept: &SecretString) -> bool {
    kept.expose_secret().starts_with(COVERED)
}

/// How far the desk in `dir` is locked; `None` for one that anybody can open.
///
/// # Errors
/// [`Code::DeskDamaged`] when the file about it cannot be read.
pub fn stage(dir: &Path) -> Result<Option<Stage>> {
    Ok(read_lock(dir)?.map(|lock| lock.stage))
}

/// Removes the open copies of files that a program left behind when it died: nothing is to be readable
/// while a locked desk waits for its passphrase.
pub fn clear_copies(dir: &Path) {
    crate::desk::clear_after_the_dead(dir);
}

/// The key of the desk in `dir`, by its passphrase. Wrong ones are counted, and after a few of them the
/// next try has to wait, longer each time; nothing is ever destroyed.
///
/// # Errors
/// [`Code::DeskPassphraseWrong`], [`Code::UnlockPaused`] with the seconds to wait,
/// [`Code::DeskNotLocked`], [`Code::DeskDamaged`].
pub fn unlock(dir: &Path, passphrase: &SecretString, now: Timestamp) -> Result<DeskKey> {
    let lock = read_lock(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
    pause::may_try(dir, now)?;
    match unwrap(&lock.passphrase, passphrase) {
        Ok(key) => {
            pause::forget(dir);
            Ok(key)
        }
        Err(error) => {
            if error.code == Code::DeskPassphraseWrong {
                pause::count(dir, now);
            }
            Err(error)
        }
    }
}

/// The key of the desk in `dir`, by the lines on paper.
///
/// # Errors
/// [`Code::PaperMisread`], [`Code::PaperIncomplete`], [`Code::DeskPaperOther`] for the lines of another
/// desk, [`Code::DeskNotLocked`], [`Code::DeskDamaged`].
pub fn recover(dir: &Path, lines: &str) -> Result<DeskKey> {
    let lock = read_lock(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
    let paper = paper_key(&paper::read(lines).map_err(crate::keys::misread)?);
    let sealed = STANDARD.decode(&lock.paper).map_err(|_| damaged())?;
    let key = cipher::unseal(&paper, &sealed, b"desk")
        .and_then(|key| <[u8; KEY]>::try_from(key.as_slice()).ok())
        .ok_or_else(|| Error::new(Code::DeskPaperOther))?;
    pause::forget(dir);
    Ok(DeskKey(key.into()))
}

/// Gives the desk in `dir` another passphrase. The old one opens nothing any more, except backups made
/// before.
///
/// # Errors
/// [`Code::PassphraseShort`], [`Code::DeskNotLocked`], and what writing may fail with.
pub fn set_passphrase(dir: &Path, key: &DeskKey, passphrase: &SecretString) -> Result<()> {
    let mut lock = read_lock(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
    lock.passphrase = wrap(key, passphrase)?;
    write_lock(dir, &lock)
}

/// New lines on paper for the desk in `dir`; older ones open nothing any more, except backups made
/// before.
///
/// # Errors
/// [`Code::DeskNotLocked`], and what writing may fail with.
pub fn new_paper(dir: &Path, key: &DeskKey) -> Result<String> {
    let mut lock = read_lock(dir)?.ok_or_else(|| Error::new(Code::DeskNotLocked))?;
    let (sealed, lines) = to_paper(key)?;
    lock.paper = sealed;
    write_lock(dir, &lock)?;
    Ok(lines)
}

fn damaged() -> Error {
    Error::new(Code::DeskDamaged)
        .with("file", FILE_NAME)
        .with("detail", "not as it was written")
}

fn read_lock(dir: &Path) -> Result<Option<LockFile>> {
    let path = dir.join(FILE_NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::io(source, &path)),
    };
    let lock: LockFile = serde_json::from_slice(&bytes).map_err(|_| damaged())?;
    if lock.format == FORMAT {
        Ok(Some(lock))
    } else {
        Err(damaged())
    }
}

/// Written beside and renamed: there is always one whole file.
fn write_lock(dir: &Path, lock: &LockFile) -> Result<()> {
    let path = dir.join(FILE_NAME);
    let early = dir.join("locked.new");
    let bytes = serde_json::to_vec_pretty(lock)?;
    fs::write(&early, bytes).map_err(|source| Error::io(source, &early))?;
    make_durable(&early)?;
    fs::rename(&early, &path).map_err(|source| Error::io(source, &path))?;
    make_durable(&path)
}

fn wrap(key: &DeskKey, words: &SecretString) -> Result<String> {
    if words.expose_secret().chars().count() < SHORTEST {
        return Err(Error::new(Code::PassphraseShort).with("least", SHORTEST));
    }
    passphrase::seal(key.0.as_slice(), words.clone(), WORK_FACTOR)
        .map(|sealed| STANDARD.encode(sealed))
        .map_err(|source| Error::internal(source.to_string()))
}

fn unwrap(wrapped: &str, words: &SecretString) -> Result<DeskKey> {
    let bytes = STANDARD.decode(wrapped).map_err(|_| damaged())?;
    let key = passphrase::open(&bytes, words.clone()).map_err(|why| match why {
        Unopened::WrongPassphrase => Error::new(Code::DeskPassphraseWrong),
        Unopened::Damaged(_) => damaged(),
    })?;
    let key = <[u8; KEY]>::try_from(key.as_slice()).map_err(|_| damaged())?;
    Ok(DeskKey(key.into()))
}

fn paper_key(bytes: &[u8; KEY]) -> Secret {
    derive(&Secret::new(*bytes), "paper")
}

fn to_paper(key: &DeskKey) -> Result<(String, String)> {
    let bytes = random::<KEY>()?;
    let sealed = cipher::seal(&paper_key(&bytes), key.0.as_slice(), b"desk")?;
    Ok((STANDARD.encode(sealed), paper::write(&bytes)))
}

/// How the files of a desk are read and written: as they are, or sealed. Clones share it, and all of
/// them fail once it is [shut](Access::shut).
#[derive(Clone, Default)]
pub(crate) struct Access(Option<Arc<Sealed>>);

struct Sealed {
    vfs: Vfs,
    keys: RwLock<Option<Keys>>,
}

#[derive(Clone)]
struct Keys {
    desk: DeskKey,
    files: Secret,
    names: Secret,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Access").field(&self.is_sealed()).finish()
    }
}

impl Access {
    /// That of a locked desk, with its key.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub(crate) fn sealed(key: &DeskKey) -> Result<Self> {
        Ok(Self(Some(Arc::new(Sealed {
            vfs: Vfs::register(&key.0)?,
            keys: RwLock::new(Some(Keys {
                desk: key.clone(),
                files: derive(&key.0, "files"),
                names: derive(&key.0, "names"),
            })),
        }))))
    }

    /// Whether files are sealed.
    pub(crate) fn is_sealed(&self) -> bool {
        self.0.is_some()
    }

    /// The key of the desk, while it is open; `None` for one that needs none.
    pub(crate) fn key(&self) -> Option<DeskKey> {
        self.keys().ok().flatten().map(|keys| keys.desk)
    }

    /// Forgets the keys, whoever still works with the desk.
    pub(crate) fn shut(&self) {
        if let Some(sealed) = &self.0 {
            sealed.vfs.shut();
            *sealed.keys.write().unwrap_or_else(|held| held.into_inner()) = None;
        }
    }

    fn keys(&self) -> Result<Option<Keys>> {
        match &self.0 {
            None => Ok(None),
            Some(sealed) => sealed
                .keys
                .read()
                .unwrap_or_else(|held| held.into_inner())
                .clone()
                .map(Some)
                .ok_or_else(|| Error::new(Code::DeskLocked)),
        }
    }

    /// Opens the database at `path`.
    pub(crate) fn connect(&self, path: &Path, flags: OpenFlags) -> Result<Connection> {
        Ok(match &self.0 {
            None => Connection::open_with_flags(path, flags)?,
            Some(sealed) => Connection::open_with_flags_and_vfs(path, flags, sealed.vfs.name())?,
        })
    }

    /// The layer a copy of the database is written through, and the bytes it keeps free in each page.
    pub(crate) fn layer(&self) -> (CString, usize) {
        match &self.0 {
            None => (
                CString::new(crate::db::vfs::plain_name()).unwrap_or_default(),
                0,
            ),
            Some(sealed) => (sealed.vfs.name().to_owned(), crate::db::vfs::RESERVE),
        }
    }

    /// The name of the file that holds what is named by `sha256`: in a locked desk not even that says
    /// which file of the world it is.
    pub(crate) fn name(&self, sha256: &str) -> String {
        match self.keys() {
            Ok(None) => sha256.to_owned(),
            Ok(Some(keys)) => {
                let name = derive(&keys.names, sha256);
                format!(
                    "{}.{SEALED}",
                    qalam_content::canonical::hex(name.as_slice())
                )
            }
            Err(_) => format!("{}.{SEALED}", "0".repeat(64)),
        }
    }

    /// The length of the file that holds so many bytes.
    pub(crate) fn length(&self, bytes: u64) -> u64 {
        if self.is_sealed() {
            cipher::sealed_length(bytes)
        } else {
            bytes
        }
    }

    /// Reads a file of the desk.
    pub(crate) fn reading(&self, path: &Path) -> io::Result<Bytes> {
        let file = fs::File::open(path)?;
        Ok(match self.keys().map_err(io::Error::other)? {
            None => Bytes::Plain(file),
            Some(keys) => {
                let sealed = Unsealing::open(file, &last_of(path), &keys.files)?;
                Bytes::Sealed(Box::new(sealed))
            }
        })
    }

    /// Writes to a file of the desk; whole after [`Writing::finish`].
    pub(crate) fn writing<W: Write>(&self, to: W) -> io::Result<Writing<W>> {
        match self.keys().map_err(io::Error::other)? {
            None => Ok(Writing::Plain(to)),
            Some(keys) => Sealing::begin(to, &keys.files).map(|to| Writing::Sealed(Box::new(to))),
        }
    }

    /// Writes a small file of the desk whole, beside and renamed.
    pub(crate) fn write_small(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let beside = path.with_extension("new");
        let mut to = self.writing(Vec::new())?;
        to.write_all(bytes)?;
        fs::write(&beside, to.finish(&last_of(path))?)?;
        fs::rename(&beside, path)
    }
}

/// The name of a file in its folder, which its sealed bytes are bound to.
fn last_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Whether bytes could not be read because they are not as they were sealed.
pub(crate) fn is_altered(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<io::Error>())
        .is_some_and(|source| {
            matches!(
                source.kind(),
                io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
            )
        })
}

/// What the name of a sealed file ends with.
pub(crate) const SEALED: &str = "sealed";

/// A file of the desk being written.
pub(crate) enum Writing<W: Write> {
    Plain(W),
    Sealed(Box<Sealing<W>>),
}

impl<W: Write> Writing<W> {
    /// Writes the end; `name` is what the file will be called in its folder.
    pub(crate) fn finish(self, name: &str) -> io::Result<W> {
        match self {
            Writing::Plain(to) => Ok(to),
            Writing::Sealed(to) => to.finish(name),
        }
    }
}

impl<W: Write> Write for Writing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Writing::Plain(to) => to.write(bytes),
            Writing::Sealed(to) => to.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Writing::Plain(to) => to.flush(),
            Writing::Sealed(to) => to.flush(),
        }
    }
}

/// The bytes of a file of the desk, wherever one begins to read.
#[derive(Debug)]
pub enum Bytes {
    /// As they are on the disk.
    Plain(fs::File),
    /// Sealed on the disk, opened on the way.
    Sealed(Box<Unsealing>),
}

impl Bytes {
    /// How many there are.
    ///
    /// # Errors
    /// What the file system may fail with.
    pub fn length(&self) -> io::Result<u64> {
        match self {
            Bytes::Plain(file) => Ok(file.metadata()?.len()),
            Bytes::Sealed(file) => Ok(file.length()),
        }
    }
}

impl Read for Bytes {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Bytes::Plain(file) => file.read(out),
            Bytes::Sealed(file) => file.read(out),
        }
    }
}

impl io::Seek for Bytes {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        match self {
            Bytes::Plain(file) => file.seek(to),
            Bytes::Sealed(file) => file.seek(to),
        }
    }
}

/// Whether a file begins as sealed ones do.
fn begins_sealed(path: &Path) -> bool {
    let mut head = [0; MARK.len()];
    fs::File::open(path).is_ok_and(|mut file| file.read_exact(&mut head).is_ok() && head == *MARK)
}

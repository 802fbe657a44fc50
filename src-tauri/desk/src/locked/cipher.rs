//! How the bytes of a locked desk are written: one key, and from it one for each purpose; XChaCha20
//! with Poly1305 for everything.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// Bytes in a key.
pub(crate) const KEY: usize = 32;
/// Bytes that prove a piece unaltered.
pub(crate) const TAG: usize = 16;
/// Bytes that make each writing with a key its own.
pub(crate) const NONCE: usize = 24;
/// What a sealed file begins with.
pub(crate) const MARK: &[u8; 16] = b"qalam-sealed/1\n\0";
/// Random bytes in a file's head; the rest of a piece's nonce is its number.
const PREFIX: usize = 16;
const HEAD: usize = MARK.len() + PREFIX;
/// Bytes of the file in one piece.
const PIECE: usize = 64 * 1024;
/// In the number of the last piece: a file cut off between two pieces is told by it.
const LAST: u64 = 1 << 63;

/// Forgotten when dropped.
pub(crate) type Secret = Zeroizing<[u8; KEY]>;

/// Random bytes for a key.
///
/// # Errors
/// [`Code::Internal`](crate::Code::Internal) when the system gives none.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes).map_err(|source| Error::internal(source.to_string()))?;
    Ok(bytes)
}

/// The key for one purpose. `key` is random and of one length, so a plain hash of both is enough.
pub(crate) fn derive(key: &Secret, purpose: &str) -> Secret {
    let mut hash = Sha256::new();
    hash.update(b"qalam locked desk/1 ");
    hash.update(key.as_slice());
    hash.update(purpose.as_bytes());
    Zeroizing::new(hash.finalize().into())
}

/// The cipher with this key.
pub(crate) fn cipher(key: &Secret) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.as_slice().into())
}

/// Seals a few bytes: the nonce, what was sealed, its tag.
///
/// # Errors
/// As [`random`].
pub(crate) fn seal(key: &Secret, plain: &[u8], about: &[u8]) -> Result<Vec<u8>> {
    let nonce = random::<NONCE>()?;
    let mut out = Vec::with_capacity(NONCE + plain.len() + TAG);
    out.extend_from_slice(&*nonce);
    let mut body = plain.to_vec();
    let tag = cipher(key)
        .encrypt_in_place_detached(XNonce::from_slice(&*nonce), about, &mut body)
        .map_err(|_| Error::internal("too long to seal"))?;
    out.append(&mut body);
    out.extend_from_slice(&tag);
    Ok(out)
}

/// What [`seal`] sealed; `None` with another key, or when a bit of it changed.
pub(crate) fn unseal(key: &Secret, sealed: &[u8], about: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE)?;
    let (body, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
    let mut body = Zeroizing::new(body.to_vec());
    cipher(key)
        .decrypt_in_place_detached(
            XNonce::from_slice(nonce),
            about,
            &mut body,
            Tag::from_slice(tag),
        )
        .ok()?;
    Some(body)
}

fn nonce_of(prefix: &[u8; PREFIX], number: u64) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    let (head, tail) = nonce.split_at_mut(PREFIX);
    head.copy_from_slice(prefix);
    tail.copy_from_slice(&number.to_be_bytes());
    nonce
}

/// The length of the file that so many bytes become.
pub(crate) fn sealed_length(plain: u64) -> u64 {
    let pieces = plain.div_ceil(PIECE as u64).max(1);
    HEAD as u64 + plain + pieces * TAG as u64
}

/// Seals what is written to it. Nothing is whole before [`Sealing::finish`].
pub(crate) struct Sealing<W: Write> {
    to: W,
    cipher: XChaCha20Poly1305,
    prefix: [u8; PREFIX],
    number: u64,
    held: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealing<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// What writing may fail with.
    pub(crate) fn begin(mut to: W, key: &Secret) -> io::Result<Self> {
        let mut prefix = [0; PREFIX];
        getrandom::fill(&mut prefix).map_err(io::Error::other)?;
        to.write_all(MARK)?;
        to.write_all(&prefix)?;
        Ok(Self {
            to,
            cipher: cipher(key),
            prefix,
            number: 0,
            held: Zeroizing::new(Vec::with_capacity(PIECE)),
        })
    }

    fn piece(&mut self, mark: u64, about: &[u8]) -> io::Result<()> {
        let nonce = nonce_of(&self.prefix, self.number | mark);
        let tag = self
            .cipher
            .encrypt_in_place_detached(XNonce::from_slice(&nonce), about, &mut self.held)
            .map_err(|_| io::Error::other("too long to seal"))?;
        self.to.write_all(&self.held)?;
        self.to.write_all(&tag)?;
        self.held.clear();
        self.number += 1;
        Ok(())
    }

    /// Writes the end, which is bound to the name the file will lie under, known only now; gives back
    /// what was written to. The last piece's nonce begins as every other's of the file, so all of them
    /// are bound with it.
    ///
    /// # Errors
    /// What writing may fail with.
    pub(crate) fn finish(mut self, name: &str) -> io::Result<W> {
        self.piece(LAST, name.as_bytes())?;
        self.to.flush()?;
        Ok(self.to)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The last piece is known only when nothing follows it.
        if self.held.len() == PIECE && !bytes.is_empty() {
            self.piece(0, b"")?;
        }
        let taken = bytes.len().min(PIECE - self.held.len());
        self.held
            .extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a sealed file, from any place in it.
pub struct Unsealing {
    file: File,
    cipher: XChaCha20Poly1305,
    prefix: [u8; PREFIX],
    name: String,
    length: u64,
    at: u64,
    held: Zeroizing<Vec<u8>>,
    holds: Option<u64>,
}

impl std::fmt::Debug for Unsealing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unsealing")
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

fn altered() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not as it was sealed")
}

impl Unsealing {
    /// Opens the file that lies under this name, and reads its end: whole, and no other.
    ///
    /// # Errors
    /// `InvalidData` for a file of another kind, another name or without its end, and what reading may
    /// fail with.
    pub(crate) fn open(mut file: File, name: &str, key: &Secret) -> io::Result<Self> {
        let mut head = [0; HEAD];
        file.read_exact(&mut head).map_err(|_| altered())?;
        let (mark, rest) = head.split_at(MARK.len());
        let prefix = rest.try_into().map_err(|_| altered())?;
        let body = file.metadata()?.len().saturating_sub(HEAD as u64);
        let pieces = body.div_ceil((PIECE + TAG) as u64);
        let length = body.checked_sub(pieces * TAG as u64);
        let length = length.filter(|_| mark == MARK && pieces > 0);
        let mut opened = Self {
            file,
            cipher: cipher(key),
            prefix,
            name: name.to_owned(),
            length: length.ok_or_else(altered)?,
            at: 0,
            held: Zeroizing::default(),
            holds: None,
        };
        opened.fetch(opened.last())?;
        Ok(opened)
    }

    /// The number of the last piece.
    fn last(&self) -> u64 {
        self.length.saturating_sub(1) / PIECE as u64
    }

    /// How many bytes were sealed.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    fn fetch(&mut self, number: u64) -> io::Result<()> {
        if self.holds == Some(number) {
            return Ok(());
        }
        self.holds = None;
        let from = number * PIECE as u64;
        let bytes = usize::try_from((self.length - from).min(PIECE as u64)).unwrap_or(PIECE);
        let place = HEAD as u64 + number * (PIECE + TAG) as u64;
        self.file.seek(SeekFrom::Start(place))?;
        self.held.resize(bytes, 0);
        self.file.read_exact(&mut self.held)?;
        let mut tag = [0; TAG];
        self.file.read_exact(&mut tag)?;
        let (mark, about) = if number == self.last() {
            (LAST, self.name.as_bytes())
        } else {
            (0, b"".as_slice())
        };
        let nonce = nonce_of(&self.prefix, number | mark);
        self.cipher
            .decrypt_in_place_detached(
                XNonce::from_slice(&nonce),
                about,
                &mut self.held,
                Tag::from_slice(&tag),
            )
            .map_err(|_| altered())?;
        self.holds = Some(number);
        Ok(())
    }
}

impl Read for Unsealing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || out.is_empty() {
            return Ok(0);
        }
        self.fetch(self.at / PIECE as u64)?;
        let within = usize::try_from(self.at % PIECE as u64).unwrap_or(0);
        let left = self.held.get(within..).unwrap_or_default();
        let taken = left.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..taken), left.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for Unsealing {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(key: &Secret, plain: &[u8]) -> Vec<u8> {
        let mut sealing = Sealing::begin(Vec::new(), key).unwrap();
        sealing.write_all(plain).unwrap();
        sealing.finish("name").unwrap()
    }

    fn opened(key: &Secret, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        let mut plain = Vec::new();
        Unsealing::open(file, "name", key)?.read_to_end(&mut plain)?;
        Ok(plain)
    }

    #[test]
    fn what_is_sealed_is_read_from_any_place() {
        let key = random::<KEY>().unwrap();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7] {
            let plain: Vec<u8> = (0..length)
                .map(|n| u8::try_from(n % 251).unwrap())
                .collect();
            let bytes = sealed(&key, &plain);
            assert_eq!(bytes.len() as u64, sealed_length(length as u64), "{length}");
            assert_eq!(opened(&key, &bytes).unwrap(), plain, "{length}");
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&bytes).unwrap();
            file.rewind().unwrap();
            let mut reading = Unsealing::open(file, "name", &key).unwrap();
            let from = length / 2;
            reading.seek(SeekFrom::Start(from as u64)).unwrap();
            let mut rest = Vec::new();
            reading.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, plain[from..], "{length}");
        }
    }

    #[test]
    fn whatever_was_altered_or_cut_off_is_found() {
        let key = random::<KEY>().unwrap();
        let plain = vec![7; 2 * PIECE];
        let bytes = sealed(&key, &plain);
        for at in [0, 20, HEAD, HEAD + PIECE, bytes.len() - 1] {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(opened(&key, &other).is_err(), "{at}");
        }
        for length in [0, HEAD, HEAD + 5, HEAD + PIECE + TAG, bytes.len() - 1] {
            assert!(opened(&key, &bytes[..length]).is_err(), "{length}");
        }
        assert!(opened(&random::<KEY>().unwrap(), &bytes).is_err());
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        file.rewind().unwrap();
        assert!(Unsealing::open(file, "another name", &key).is_err());
        let few = seal(&key, b"a few", b"about").unwrap();
        assert_eq!(**unseal(&key, &few, b"about").unwrap(), *b"a few");
        assert!(unseal(&key, &few, b"other").is_none());
    }
}

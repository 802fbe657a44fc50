//! What is sealed in a database and its log, and how.

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use chacha20poly1305::aead::AeadInPlace;
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};

use super::{Kind, RESERVE};
use crate::locked::cipher::{NONCE, Secret, cipher, derive};

/// The only size of page there is; SQLite's own.
pub(super) const PAGE: usize = 4096;
const WAL_HEAD: u64 = 32;
const FRAME_HEAD: usize = 24;
const FRAME: u64 = (FRAME_HEAD + PAGE) as u64;
/// Where in a frame's head the checksum stands.
const CHECKSUM: usize = 16;
/// What asks for the shape of a database file reads at most so much of its beginning.
pub(super) const FILE_HEAD: usize = 100;

/// The keys for both.
pub(super) struct Pages {
    cipher: XChaCha20Poly1305,
    pads: Secret,
}

/// A part of a file that is sealed as one.
pub(super) struct Part {
    pub(super) from: u64,
    pub(super) length: usize,
    pub(super) what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Page,
    /// The head of the log: numbers only, as they are.
    LogHead,
    FrameHead,
    FramePage,
}

pub(super) fn part_at(kind: Kind, at: u64) -> Part {
    if kind == Kind::Database {
        return Part {
            from: at - at % PAGE as u64,
            length: PAGE,
            what: What::Page,
        };
    }
    if at < WAL_HEAD {
        return Part {
            from: 0,
            length: 32,
            what: What::LogHead,
        };
    }
    let within = (at - WAL_HEAD) % FRAME;
    let frame = at - within;
    if within < FRAME_HEAD as u64 {
        Part {
            from: frame,
            length: FRAME_HEAD,
            what: What::FrameHead,
        }
    } else {
        Part {
            from: frame + FRAME_HEAD as u64,
            length: PAGE,
            what: What::FramePage,
        }
    }
}

/// What a page's tag covers beside it: which kind of file, and where in it.
fn place(part: &Part) -> [u8; 9] {
    let mut place = [0; 9];
    if let Some((kind, from)) = place.split_first_mut() {
        *kind = if part.what == What::Page { b'd' } else { b'w' };
        from.copy_from_slice(&part.from.to_be_bytes());
    }
    place
}

impl Pages {
    pub(super) fn new(key: &Secret) -> Self {
        Self {
            cipher: cipher(&derive(key, "pages")),
            pads: derive(key, "pads"),
        }
    }

    /// Covers or uncovers the checksum in a frame's head. Offset, salts and page name the pad: the
    /// salts are others each time the log begins anew.
    fn pad(&self, part: &Part, head: &mut [u8]) {
        let mut nonce = [0; NONCE];
        let (place, rest) = nonce.split_at_mut(8);
        place.copy_from_slice(&part.from.to_be_bytes());
        if let Some(named) = head.get(..CHECKSUM) {
            rest.copy_from_slice(named);
        }
        if let Some(checksum) = head.get_mut(CHECKSUM..) {
            XChaCha20::new(self.pads.as_slice().into(), (&nonce).into()).apply_keystream(checksum);
        }
    }

    /// Seals a part, each time with a nonce of its own; false when that cannot be done.
    pub(super) fn seal(&self, part: &Part, bytes: &mut [u8]) -> bool {
        self.turn(part, bytes, |page, nonce, tag| {
            if getrandom::fill(nonce).is_err() {
                return false;
            }
            let nonce = XNonce::from_slice(nonce);
            let sealed = (self.cipher).encrypt_in_place_detached(nonce, &place(part), page);
            sealed.map(|made| tag.copy_from_slice(&made)).is_ok()
        })
    }

    /// Opens what was sealed in this place; false when it is anything else.
    pub(super) fn unseal(&self, part: &Part, bytes: &mut [u8]) -> bool {
        self.turn(part, bytes, |page, nonce, tag| {
            let opened = self.cipher.decrypt_in_place_detached(
                XNonce::from_slice(nonce),
                &place(part),
                page,
                Tag::from_slice(tag),
            );
            // SQLite's checksums cover what it left free, as zeros.
            nonce.fill(0);
            tag.fill(0);
            opened.is_ok()
        })
    }

    /// Does to the page, with the places of its nonce and tag; heads are numbers and checksums only.
    fn turn(
        &self,
        part: &Part,
        bytes: &mut [u8],
        act: impl FnOnce(&mut [u8], &mut [u8], &mut [u8]) -> bool,
    ) -> bool {
        match part.what {
            What::LogHead => true,
            What::FrameHead => {
                self.pad(part, bytes);
                true
            }
            What::Page | What::FramePage => bytes
                .split_at_mut_checked(PAGE - RESERVE)
                .and_then(|(page, free)| Some((page, free.split_at_mut_checked(NONCE)?)))
                .is_some_and(|(page, (nonce, tag))| act(page, nonce, tag)),
        }
    }
}

/// The beginning of every database of ours, for who only asks for its shape while the first page is
/// half written; the page itself then comes from the log.
pub(super) fn shape() -> [u8; FILE_HEAD] {
    let mut head = [0; FILE_HEAD];
    let known: &[(usize, &[u8])] = &[
        (0, b"SQLite format 3\0"),
        (16, &[0x10, 0x00, 2, 2, RESERVE as u8, 64, 32, 32]),
    ];
    for (at, bytes) in known {
        if let Some(place) = head.get_mut(*at..*at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }
    head
}

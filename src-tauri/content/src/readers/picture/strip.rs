//! The parts of a picture file, and the same file without those that tell about people and
//! places. Nothing is decoded, so nothing is lost.

use super::exif::{self, Hidden};

/// A part of a picture file that tells something beside the picture.
enum Told<'a> {
    /// EXIF, from its TIFF header on.
    Exif(&'a [u8]),
    /// An XMP packet.
    Xmp(&'a [u8]),
    /// Other texts: captions, comments, the history of an editor, a second picture.
    Other,
}

/// A picture file cut into what stays and what tells something.
struct Parted<'a> {
    kind: Kind,
    /// What stays, in its order.
    kept: Vec<&'a [u8]>,
    told: Vec<Told<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Jpeg,
    Png,
    Webp,
}

fn parted(bytes: &[u8]) -> Option<Parted<'_>> {
    if bytes.starts_with(&[0xFF, 0xD8]) {
        jpeg(bytes)
    } else if bytes.starts_with(&[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A]) {
        png(bytes)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        webp(bytes)
    } else {
        None
    }
}

/// What the hidden properties say.
pub(super) fn hidden(bytes: &[u8]) -> Hidden {
    let mut found = Hidden {
        orientation: 1,
        ..Hidden::default()
    };
    for told in parted(bytes).into_iter().flat_map(|parted| parted.told) {
        match told {
            Told::Exif(tiff) => {
                let has_position = found.has_position;
                found = exif::read(tiff);
                found.has_position |= has_position;
            }
            Told::Xmp(packet) => {
                found.has_position |= memchr::memmem::find(packet, b"GPSLatitude").is_some();
            }
            Told::Other => {}
        }
    }
    found
}

/// Whether anything is told beyond how the picture is to be turned.
pub(super) fn has_more_than_orientation(bytes: &[u8]) -> bool {
    parted(bytes).is_some_and(|parted| parted.tells_more())
}

impl Parted<'_> {
    fn tells_more(&self) -> bool {
        self.told.iter().any(|told| match told {
            Told::Exif(tiff) => !exif::read(tiff).only_orientation,
            Told::Xmp(_) | Told::Other => true,
        })
    }
}

/// The file without what is told, except how the picture is to be turned. `None` when nothing
/// more is told.
pub(super) fn cleaned(bytes: &[u8]) -> Option<Vec<u8>> {
    let parted = parted(bytes)?;
    if !parted.tells_more() {
        return None;
    }
    let turn = parted.told.iter().find_map(|told| match told {
        Told::Exif(tiff) => Some(exif::read(tiff).orientation),
        _ => None,
    });
    let turn = turn.filter(|turn| *turn != 1);
    let mut out = Vec::with_capacity(bytes.len());
    match parted.kind {
        Kind::Jpeg => {
            out.extend_from_slice(&[0xFF, 0xD8]);
            if let Some(turn) = turn {
                let tiff = exif::only_orientation(turn);
                out.extend_from_slice(&[0xFF, 0xE1]);
                let length = u16::try_from(tiff.len() + 8).ok()?;
                out.extend_from_slice(&length.to_be_bytes());
                out.extend_from_slice(b"Exif\0\0");
                out.extend_from_slice(&tiff);
            }
            parted
                .kept
                .iter()
                .for_each(|part| out.extend_from_slice(part));
        }
        Kind::Png => {
            let mut kept = parted.kept.iter();
            // The signature and the head come first.
            kept.by_ref()
                .take(2)
                .for_each(|part| out.extend_from_slice(part));
            if let Some(turn) = turn {
                png_part(&mut out, *b"eXIf", &exif::only_orientation(turn))?;
            }
            kept.for_each(|part| out.extend_from_slice(part));
        }
        Kind::Webp => {
            out.extend_from_slice(b"RIFF\0\0\0\0WEBP");
            for part in &parted.kept {
                let from = out.len();
                out.extend_from_slice(part);
                if part.starts_with(b"VP8X")
                    && let Some(flags) = out.get_mut(from + 8)
                {
                    // The head says which other parts there are.
                    *flags &= !0x0C;
                    if turn.is_some() {
                        *flags |= 0x08;
                    }
                }
            }
            if let Some(turn) = turn {
                let tiff = exif::only_orientation(turn);
                out.extend_from_slice(b"EXIF");
                out.extend_from_slice(&u32::try_from(tiff.len()).ok()?.to_le_bytes());
                out.extend_from_slice(&tiff);
            }
            let size = u32::try_from(out.len() - 8).ok()?.to_le_bytes();
            out.get_mut(4..8)?.copy_from_slice(&size);
        }
    }
    Some(out)
}

/// Segments up to the end of the picture; `None` when that is missing.
fn jpeg(bytes: &[u8]) -> Option<Parted<'_>> {
    let mut parted = Parted {
        kind: Kind::Jpeg,
        kept: Vec::new(),
        told: Vec::new(),
    };
    let mut at = 2;
    loop {
        if bytes.get(at) != Some(&0xFF) {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Filling before a marker.
            0xFF => at += 1,
            // The end; what comes after is another picture or rubbish.
            0xD9 => {
                parted.kept.push(bytes.get(at..at + 2)?);
                if bytes.len() > at + 2 {
                    parted.told.push(Told::Other);
                }
                return Some(parted);
            }
            // Markers without a length.
            0x01 | 0xD0..=0xD7 => {
                parted.kept.push(bytes.get(at..at + 2)?);
                at += 2;
            }
            _ => {
                let length: [u8; 2] = bytes.get(at + 2..at + 4)?.try_into().ok()?;
                let end = at + 2 + usize::from(u16::from_be_bytes(length));
                let segment = bytes.get(at..end)?;
                let body = segment.get(4..).unwrap_or_default();
                match marker {
                    0xE1 if body.starts_with(b"Exif\0") => {
                        parted
                            .told
                            .push(Told::Exif(body.get(6..).unwrap_or_default()));
                    }
                    0xE1 if body.starts_with(b"http://ns.adobe.com/") => {
                        parted.told.push(Told::Xmp(body));
                    }
                    // Captions with places, comments, lists of further pictures.
                    0xE1 | 0xED | 0xFE => parted.told.push(Told::Other),
                    0xE2 if !body.starts_with(b"ICC_PROFILE") => parted.told.push(Told::Other),
                    0xE3..=0xEC | 0xEF => parted.told.push(Told::Other),
                    _ => parted.kept.push(segment),
                }
                at = end;
                if marker == 0xDA {
                    let scan = bytes.get(at..)?;
                    let length = scan_length(scan);
                    parted.kept.push(scan.get(..length)?);
                    at += length;
                }
            }
        }
    }
}

/// Length of the packed picture data up to the next marker.
fn scan_length(scan: &[u8]) -> usize {
    let mut at = 0;
    while let Some(step) = scan.get(at..).and_then(|rest| memchr::memchr(0xFF, rest)) {
        match scan.get(at + step + 1) {
            Some(0x00 | 0xD0..=0xD7) => at += step + 2,
            _ => return at + step,
        }
    }
    scan.len()
}

fn png(bytes: &[u8]) -> Option<Parted<'_>> {
    let mut parted = Parted {
        kind: Kind::Png,
        kept: vec![bytes.get(..8)?],
        told: Vec::new(),
    };
    let mut at = 8;
    loop {
        let length: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        let chunk = bytes.get(at..end)?;
        let body = chunk.get(8..8 + length)?;
        match chunk.get(4..8)? {
            b"eXIf" => parted.told.push(Told::Exif(body)),
            b"iTXt" if body.starts_with(b"XML:com.adobe.xmp") => parted.told.push(Told::Xmp(body)),
            b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => parted.told.push(Told::Other),
            b"IEND" => {
                parted.kept.push(chunk);
                if bytes.len() > end {
                    parted.told.push(Told::Other);
                }
                return Some(parted);
            }
            _ => parted.kept.push(chunk),
        }
        at = end;
    }
}

fn png_part(out: &mut Vec<u8>, name: [u8; 4], body: &[u8]) -> Option<()> {
    out.extend_from_slice(&u32::try_from(body.len()).ok()?.to_be_bytes());
    let from = out.len();
    out.extend_from_slice(&name);
    out.extend_from_slice(body);
    let sum = crc32(out.get(from..)?);
    out.extend_from_slice(&sum.to_be_bytes());
    Some(())
}

/// The sum PNG puts behind each part (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

/// Whether every part of a WebP picture ends within the file. True of other pictures.
pub(super) fn fits(bytes: &[u8]) -> bool {
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    !is_webp || webp(bytes).is_some()
}

fn webp(bytes: &[u8]) -> Option<Parted<'_>> {
    let mut parted = Parted {
        kind: Kind::Webp,
        kept: Vec::new(),
        told: Vec::new(),
    };
    let mut at = 12;
    while at + 8 <= bytes.len() {
        let length: [u8; 4] = bytes.get(at + 4..at + 8)?.try_into().ok()?;
        let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
        let end = at.checked_add(8)?.checked_add(length)?;
        // Parts begin at even places; the last may lack its filling.
        let padded = (end + length % 2).min(bytes.len());
        let chunk = bytes.get(at..padded)?;
        let body = bytes.get(at + 8..end)?;
        match chunk.get(..4)? {
            b"EXIF" => {
                let tiff = body.strip_prefix(b"Exif\0\0").unwrap_or(body);
                parted.told.push(Told::Exif(tiff));
            }
            b"XMP " => parted.told.push(Told::Xmp(body)),
            _ => parted.kept.push(chunk),
        }
        at = end + length % 2;
    }
    Some(parted)
}

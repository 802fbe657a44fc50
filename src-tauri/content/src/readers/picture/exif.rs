//! EXIF: a small TIFF file inside a picture. Only what matters here is read.

/// What a picture's hidden properties say.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden {
    /// How the picture is to be turned, 1 to 8; 1 is as it is.
    pub(super) orientation: u16,
    /// It says where it was taken.
    pub(super) has_position: bool,
    /// The year it was taken.
    pub(super) year: Option<i32>,
    pub(super) artist: Option<String>,
    pub(super) title: Option<String>,
    /// It says nothing but how the picture is to be turned.
    pub(super) only_orientation: bool,
}

const TITLE: u16 = 0x010E;
const ORIENTATION: u16 = 0x0112;
const CHANGED: u16 = 0x0132;
const ARTIST: u16 = 0x013B;
const MORE: u16 = 0x8769;
const POSITION: u16 = 0x8825;
const TAKEN: u16 = 0x9003;
/// Most entries of one list; cameras write some sixty.
const MAX_ENTRIES: u16 = 1_000;

/// Texts cameras put where a title belongs.
pub(super) fn is_of_a_camera(title: &str) -> bool {
    let lower = title.to_lowercase();
    lower.contains("camera")
        || [
            "olympus", "samsung", "sony dsc", "minolta", "kodak", "default", "ascii",
        ]
        .iter()
        .any(|name| lower.starts_with(name))
}

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl<'a> Tiff<'a> {
    fn u16(&self, at: usize) -> Option<u16> {
        let part: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little {
            u16::from_le_bytes(part)
        } else {
            u16::from_be_bytes(part)
        })
    }

    fn usize(&self, at: usize) -> Option<usize> {
        let part: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let value = if self.little {
            u32::from_le_bytes(part)
        } else {
            u32::from_be_bytes(part)
        };
        usize::try_from(value).ok()
    }

    /// Places of the entries of a list, and the place of the next list (0 when there is none).
    fn entries(&self, at: usize) -> Option<(Vec<usize>, usize)> {
        let count = self.u16(at)?.min(MAX_ENTRIES);
        let first = at.checked_add(2)?;
        let places = (0..usize::from(count))
            .map(|index| first + index * 12)
            .collect();
        let next = self.usize(first + usize::from(count) * 12).unwrap_or(0);
        Some((places, next))
    }

    fn text(&self, entry: usize) -> Option<String> {
        let count = self.usize(entry + 4)?.min(1_000);
        let at = if count <= 4 {
            entry + 8
        } else {
            self.usize(entry + 8)?
        };
        let raw: &'a [u8] = self.bytes.get(at..at.checked_add(count)?)?;
        let text = String::from_utf8_lossy(raw);
        let text = text.trim_matches(['\0', ' ']).to_owned();
        (!text.is_empty()).then_some(text)
    }
}

/// Reads a TIFF header and its lists. What cannot be read is absent.
pub(super) fn read(bytes: &[u8]) -> Hidden {
    let mut hidden = Hidden {
        orientation: 1,
        ..Hidden::default()
    };
    let little = bytes.starts_with(b"II");
    if !little && !bytes.starts_with(b"MM") {
        return hidden;
    }
    let tiff = Tiff { bytes, little };
    let Some((entries, next)) = tiff.usize(4).and_then(|at| tiff.entries(at)) else {
        return hidden;
    };
    hidden.only_orientation = next == 0
        && entries
            .iter()
            .all(|entry| tiff.u16(*entry) == Some(ORIENTATION));
    let mut taken: Option<String> = None;
    for entry in entries {
        match tiff.u16(entry) {
            Some(TITLE) => hidden.title = tiff.text(entry),
            Some(ARTIST) => hidden.artist = tiff.text(entry),
            Some(CHANGED) => taken = taken.or_else(|| tiff.text(entry)),
            Some(ORIENTATION) => {
                hidden.orientation = tiff
                    .u16(entry + 8)
                    .filter(|turn| (1..=8).contains(turn))
                    .unwrap_or(1);
            }
            Some(POSITION) => {
                let list = tiff.usize(entry + 8).and_then(|at| tiff.entries(at));
                // The version of the list alone is no position.
                hidden.has_position = list.is_some_and(|(entries, _)| {
                    entries
                        .iter()
                        .any(|entry| tiff.u16(*entry).is_some_and(|tag| (1..=6).contains(&tag)))
                });
            }
            Some(MORE) => {
                let list = tiff.usize(entry + 8).and_then(|at| tiff.entries(at));
                let found = list.into_iter().flat_map(|(entries, _)| entries);
                for inner in found {
                    if tiff.u16(inner) == Some(TAKEN) {
                        taken = tiff.text(inner).or(taken.take());
                    }
                }
            }
            _ => {}
        }
    }
    hidden.year = taken
        .and_then(|date| date.get(..4)?.parse().ok())
        .filter(|year| (1990..=2200).contains(year));
    hidden
}

/// EXIF that says only how the picture is to be turned.
pub(super) fn only_orientation(turn: u16) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    tiff.extend_from_slice(&turn.to_be_bytes());
    tiff.extend_from_slice(&[0; 6]);
    tiff
}

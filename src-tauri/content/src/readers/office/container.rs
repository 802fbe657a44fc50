//! Office files are zip files: their parts, unpacked within the caps.

use std::io::{Cursor, Read};

use encoding_rs::Encoding;
use zip::ZipArchive;

use crate::limits::{MAX_ZIP_ENTRIES, MAX_ZIP_ENTRY_BYTES, MAX_ZIP_RATIO, MAX_ZIP_TOTAL_BYTES};
use crate::problem::{Problem, code};

/// A zip file read within the caps.
pub(super) struct Container<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    unpacked: u64,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Container<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let mut container = Self {
            archive,
            unpacked: 0,
            problems: Vec::new(),
        };
        if container.archive.len() > MAX_ZIP_ENTRIES {
            container.bomb("");
            container.unpacked = MAX_ZIP_TOTAL_BYTES;
        }
        Some(container)
    }

    fn bomb(&mut self, name: &str) {
        if !self
            .problems
            .iter()
            .any(|problem| problem.code == code::ZIP_BOMB)
        {
            self.problems.push(Problem::new(code::ZIP_BOMB, name));
        }
    }

    /// The bytes of an entry, XML as UTF-8; `None` when it is absent, damaged or beyond a cap.
    pub(super) fn entry(&mut self, name: &str) -> Option<Vec<u8>> {
        let index = self.archive.index_for_name(name)?;
        let left = MAX_ZIP_TOTAL_BYTES
            .saturating_sub(self.unpacked)
            .min(MAX_ZIP_ENTRY_BYTES);
        let mut out = Vec::new();
        let (read, packed) = {
            let entry = self.archive.by_index(index).ok()?;
            let packed = entry.compressed_size().max(1);
            // The size written in the file is a claim; what is unpacked is counted.
            let cap = left.min(packed.saturating_mul(MAX_ZIP_RATIO).max(1 << 20));
            let read = entry.take(cap + 1).read_to_end(&mut out).is_ok();
            (read, cap)
        };
        let length = u64::try_from(out.len()).unwrap_or(u64::MAX);
        self.unpacked = self.unpacked.saturating_add(length);
        if length > packed {
            self.bomb(name);
            return None;
        }
        if name.ends_with(".xml") || name.ends_with(".rels") {
            out = as_utf8(out);
        }
        (read || !out.is_empty()).then_some(out)
    }

    /// Names of entries that begin and end so, in the order of the numbers in them.
    pub(super) fn names(&self, start: &str, end: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .archive
            .file_names()
            .flatten()
            .filter(|name| name.starts_with(start) && name.ends_with(end))
            .map(std::borrow::Cow::into_owned)
            .collect();
        names.sort_by_key(|name| {
            let digits: String = name.chars().filter(char::is_ascii_digit).take(9).collect();
            (digits.parse::<u32>().unwrap_or(0), name.clone())
        });
        names
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }
}

/// XML may begin with a mark of its order of bytes, and be in UTF-16 (ECMA-376 part 2, 8.1.4): no reader of ours need know.
fn as_utf8(xml: Vec<u8>) -> Vec<u8> {
    match Encoding::for_bom(&xml) {
        Some((encoding, mark)) => {
            let rest = xml.get(mark..).unwrap_or_default();
            let text = encoding.decode_without_bom_handling(rest).0;
            text.into_owned().into_bytes()
        }
        None => xml,
    }
}

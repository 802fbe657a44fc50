//! Pictures of a document become files of the draft.

use super::Flow;
use crate::body::tree::{Inline, InlineKind, Marks};
use crate::canonical;
use crate::limits::{MAX_IMPORT_PICTURES, MAX_PICTURE_BYTES};
use crate::readers::import::ImportedPicture;
use crate::sniff::{self, Family};

impl Flow {
    /// A picture of the document, or its alternative text where it cannot be shown.
    pub(in super::super) fn picture(
        &mut self,
        bytes: Option<Vec<u8>>,
        alt: &str,
    ) -> Option<Inline> {
        let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(bytes) = bytes else {
            self.dropped("picture", &alt);
            return words_for(&alt);
        };
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_PICTURE_BYTES {
            self.dropped("picture_too_large", &alt);
            return words_for(&alt);
        }
        let found = sniff::sniff(bytes.get(..4096).unwrap_or(&bytes), Some(&bytes), "");
        if found.family != Family::Picture {
            self.dropped("picture_format", &alt);
            return words_for(&alt);
        }
        let sha256 = canonical::hash(&bytes);
        let is_new = self
            .read
            .pictures
            .iter()
            .all(|known| known.sha256 != sha256);
        if is_new && self.read.pictures.len() >= MAX_IMPORT_PICTURES {
            self.dropped("picture_too_many", &alt);
            return words_for(&alt);
        }
        let known = self
            .read
            .pictures
            .iter_mut()
            .find(|known| known.sha256 == sha256);
        match known {
            Some(known) => {
                if known.alt.is_empty() {
                    known.alt.clone_from(&alt);
                }
            }
            None => self.read.pictures.push(ImportedPicture {
                name: format!(
                    "{}.{}",
                    sha256.get(..12).unwrap_or(&sha256),
                    found.extension
                ),
                sha256: sha256.clone(),
                mime: found.mime,
                alt: alt.clone(),
                bytes,
            }),
        }
        Some(Inline {
            kind: InlineKind::Image {
                src: format!("qalam:{sha256}"),
                alt,
                title: String::new(),
            },
            marks: Marks::default(),
        })
    }
}

/// What a picture says, where it cannot be shown.
fn words_for(alt: &str) -> Option<Inline> {
    (!alt.is_empty()).then(|| super::plain(format!("[{alt}]")))
}

//! Signed sheets: scans of paper that somebody signed by hand, kept with the approval.

use std::path::Path;

use qalam_content::sniff::sniff;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{handed_in, note_review, package::name_of, store};
use crate::change::Action;
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::{drafts, id, profile, trail};

/// Longest scan, in bytes: it lies in memory while a proof is checked.
const MAX_SCAN: u64 = 32 * 1024 * 1024;
/// What a scanner makes.
const SCANS: &[&str] = &["application/pdf", "image/jpeg", "image/png", "image/tiff"];

/// A scan of a signed sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignedSheet {
    /// SHA-256 of the release it was signed for.
    pub release: String,
    /// SHA-256 of its bytes; the audit trail holds it.
    pub sha256: String,
    /// The name of the file.
    pub name: String,
    /// Its true type.
    pub mime: String,
    /// Its length.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Who attached it.
    pub by: String,
    /// When.
    pub at: String,
}

impl Desk {
    /// Attaches a scan of the signed sheet to a draft's newest release. Its hash goes into the audit
    /// trail; the same scan again changes nothing.
    ///
    /// # Errors
    /// [`Code::NotHandedIn`], [`Code::ScanType`] for what no scanner makes, [`Code::NoProfile`], and
    /// what reading and the disk fail with.
    pub fn review_attach_sheet(&self, draft: &str, file: &Path) -> Result<SignedSheet> {
        let draft = id::parse(draft)?;
        let name = name_of(file);
        self.read(|read| handed_in(read, &draft))?;
        let mut head = Vec::new();
        let mut source = std::io::Read::take(Error::open_file(file)?, 4096);
        std::io::Read::read_to_end(&mut source, &mut head)
            .map_err(|cause| Error::io(cause, file))?;
        let mime = sniff(&head, None, &name).mime;
        if !SCANS.contains(&mime.as_str()) {
            return Err(Error::new(Code::ScanType).with("name", &name));
        }
        let staged = self.blobs.stage_file(file, MAX_SCAN)?;
        self.write(Action::Approve, |tx| {
            drafts::writable(tx, &draft)?;
            let by = profile::required(tx)?;
            let release = handed_in(tx, &draft)?.hash;
            let sheet = SignedSheet {
                release: release.clone(),
                sha256: staged.sha256.clone(),
                name: name.clone(),
                mime: mime.clone(),
                bytes: staged.bytes,
                by: by.name.clone(),
                at: tx.now().to_owned(),
            };
            if let Some(known) = sheets(tx, &release)?
                .into_iter()
                .find(|known| known.sha256 == sheet.sha256)
            {
                return Ok(known);
            }
            self.blobs.place(tx, staged, &mime)?;
            store::put_sheet(tx, &sheet)?;
            trail::note(
                tx,
                &trail::Told {
                    act: "sheet",
                    draft: &draft,
                    release: &release,
                    person: &by.person,
                    name: &by.name,
                    words: &name,
                    proof: &sheet.sha256,
                    ..trail::Told::default()
                },
            )?;
            note_review(tx, &draft)?;
            Ok(sheet)
        })
    }

    /// The scans attached to a draft's releases, oldest first.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn review_sheets(&self, draft: &str) -> Result<Vec<SignedSheet>> {
        let draft = id::parse(draft)?;
        self.read(|read| {
            let mut found = Vec::new();
            for release in store::all(read, &draft)?.into_iter().rev() {
                found.extend(sheets(read, &release.hash)?);
            }
            Ok(found)
        })
    }
}

/// The scans attached to a release.
pub(super) fn sheets(read: &ReadTx<'_>, release: &str) -> Result<Vec<SignedSheet>> {
    store::sheets(read, release)
}

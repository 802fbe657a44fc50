//! Review packages: a release to an approver elsewhere, the decision back, a proof for anybody.

mod take;

use std::io::{self, Cursor, Read};
use std::path::Path;

use qalam_content::canonical::{self, Release};
use qalam_proof::Fault;
use qalam_proof::fault::code;
use qalam_proof::package::{self, PackageHead, Part, PartKind, Purpose};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use ts_rs::TS;

use super::evidence::gather;
use super::types::ReleaseState;
use super::{canonical_of, handed_in, store};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::keys;

pub use take::Imported;

/// A package that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Exported {
    /// `review`, `decision` or `proof`.
    pub purpose: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Length of the file.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Names of files that are in it by their hash only.
    pub absent: Vec<String>,
}

impl Desk {
    /// Writes a package about the newest release of a draft to the new file `to`: a request while it
    /// is in review, the decision back on the desk of an approver elsewhere, a proof once it is
    /// approved. With `files` the attached files are in it.
    ///
    /// # Errors
    /// [`Code::NotHandedIn`] for a draft without a release, [`Code::TargetNotEmpty`], and what signing
    /// and writing fail with.
    pub fn review_export(
        &self,
        draft: &str,
        to: &Path,
        words: &str,
        files: bool,
    ) -> Result<Exported> {
        self.review_export_sealed(draft, to, words, files, None)
    }

    /// The same, sealed so that only the person with this key (and this desk) can open it.
    ///
    /// # Errors
    /// As [`Desk::review_export`]; [`Code::UnknownKey`], [`Code::KeyUntrusted`], [`Code::KeyEnded`],
    /// [`Code::KeyCannotSeal`].
    pub fn review_export_sealed(
        &self,
        draft: &str,
        to: &Path,
        words: &str,
        files: bool,
        reader: Option<&str>,
    ) -> Result<Exported> {
        let draft = id::parse(draft)?;
        let reader = reader.map(|key| self.recipient(key)).transpose()?;
        if to.exists() {
            return Err(Error::new(Code::TargetNotEmpty).with("path", to.display()));
        }
        let signer = self.signer(None)?;
        let (mut head, mut bodies, frozen, sheets) = self.read(|read| {
            let row = handed_in(read, &draft)?;
            let purpose = match row.state {
                ReleaseState::InReview => Purpose::Review,
                _ if store::is_guest(read, &draft)? => Purpose::Decision,
                ReleaseState::Approved => Purpose::Proof,
                ReleaseState::Returned | ReleaseState::Superseded => {
                    return Err(Error::new(Code::NotInReview).with("release", &row.hash));
                }
            };
            let base = store::approved(read, &draft)?.filter(|base| base.hash != row.hash);
            let evidence = gather(read, &draft, &row.hash)?;
            let frozen = super::read_release(read, &row.hash)?;
            let mut bodies = vec![(PartKind::Release, evidence.release)];
            if purpose == Purpose::Review
                && let Some(base) = &base
            {
                bodies.push((PartKind::Base, canonical_of(read, &base.hash)?));
            }
            let mut cards = evidence.cards;
            let own = keys::store::find(read, &signer.id)?.map(|kept| kept.card);
            cards.extend(own.filter(|card| !cards.contains(card)));
            let lines = canonical::to_bytes(&evidence.trail)
                .map_err(|fault| Error::internal(fault.to_string()))?;
            let all = |kind, list: Vec<Vec<u8>>| list.into_iter().map(move |body| (kind, body));
            bodies.extend(all(PartKind::Key, cards));
            bodies.extend(all(PartKind::Revocation, evidence.revocations));
            bodies.extend(all(PartKind::Decision, evidence.decisions));
            // What author and approver wrote to each other is nobody else's.
            if purpose != Purpose::Proof {
                bodies.extend(all(PartKind::Comments, evidence.comments));
            }
            bodies.push((PartKind::Trail, lines));
            bodies.extend(all(PartKind::Receipt, evidence.receipts));
            let head = PackageHead {
                purpose,
                id: new_id(),
                made_at: read.now().to_owned(),
                key: signer.id.clone(),
                draft: draft.clone(),
                release: row.hash,
                base: base.map(|base| base.hash).unwrap_or_default(),
                title: title(&frozen),
                words: words.trim().to_owned(),
                parts: Vec::new(),
            };
            let sheets = super::paper::sheets(read, &head.release)?;
            Ok((head, bodies, frozen, sheets))
        })?;
        head.parts = bodies
            .iter()
            .map(|(kind, body)| Part {
                kind: *kind,
                name: String::new(),
                bytes: body.len() as u64,
                sha256: canonical::hash(body),
            })
            .collect();
        let mut absent = Vec::new();
        let wanted = files && head.purpose != Purpose::Decision;
        for file in &frozen.attachments {
            if wanted && self.blobs.stands(&file.sha256, file.bytes) {
                let part = Part {
                    kind: PartKind::File,
                    name: file.name.clone(),
                    bytes: file.bytes,
                    sha256: file.sha256.clone(),
                };
                if !head.parts.iter().any(|one| one.sha256 == part.sha256) {
                    head.parts.push(part);
                }
            } else {
                absent.push(file.name.clone());
            }
        }
        // What was signed by hand belongs to what proves the approval.
        if head.purpose == Purpose::Proof {
            for sheet in &sheets {
                if self.blobs.stands(&sheet.sha256, sheet.bytes) {
                    head.parts.push(Part {
                        kind: PartKind::Sheet,
                        name: sheet.name.clone(),
                        bytes: sheet.bytes,
                        sha256: sheet.sha256.clone(),
                    });
                } else {
                    absent.push(sheet.name.clone());
                }
            }
        }
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let mut out = NamedTempFile::new_in(folder).map_err(|source| Error::io(source, to))?;
        let bytes_of = |number: usize, part: &Part| match bodies.get_mut(number) {
            Some((_, body)) => Ok(Box::new(Cursor::new(std::mem::take(body))) as Box<dyn Read>),
            None => {
                let file = self.blobs.open(&part.sha256).map_err(io::Error::other)?;
                Ok(Box::new(file) as Box<dyn Read>)
            }
        };
        let file = io::BufWriter::new(out.as_file_mut());
        let written = match &reader {
            None => package::write(file, &head, &signer.key, bytes_of),
            Some(reader) => {
                let own = self.recipient(&signer.id)?;
                let readers = [reader, &own].map(|one| one as &dyn age::Recipient);
                sealed(file, readers, |out| {
                    package::write(out, &head, &signer.key, bytes_of)
                })
            }
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(Error::new(Code::BlobDamaged).with("sha256", error));
            }
            done => done.map_err(|source| Error::io(source, to))?,
        }
        out.as_file()
            .sync_all()
            .map_err(|source| Error::io(source, to))?;
        let bytes = out
            .as_file()
            .metadata()
            .map(|facts| facts.len())
            .unwrap_or_default();
        out.persist_noclobber(to)
            .map_err(|failed| Error::io(failed.error, to))?;
        Ok(Exported {
            purpose: word(head.purpose).to_owned(),
            draft,
            release: head.release,
            bytes,
            absent,
        })
    }
}

/// Writes through a seal that only these can open.
fn sealed<W: io::Write>(
    out: W,
    readers: [&dyn age::Recipient; 2],
    write: impl FnOnce(&mut age::stream::StreamWriter<W>) -> io::Result<()>,
) -> io::Result<()> {
    let seal = age::Encryptor::with_recipients(readers.into_iter()).map_err(io::Error::other)?;
    let mut out = seal.wrap_output(out)?;
    write(&mut out)?;
    out.finish()?.flush()
}

/// The last name of a path.
pub(super) fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

pub(super) const fn word(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Review => "review",
        Purpose::Decision => "decision",
        Purpose::Proof => "proof",
    }
}

pub(super) fn title(release: &Release) -> String {
    let text = release.languages.get(&release.primary_lang);
    text.map(|text| text.title.clone()).unwrap_or_default()
}

fn broken(file: &str, check: &str) -> Error {
    Error::new(Code::ProofBroken)
        .with("file", file)
        .with("check", check)
}

pub(super) fn refused(fault: &Fault, file: &str) -> Error {
    let error = match fault.code {
        code::PACKAGE_INVALID | code::PACKAGE_TRUNCATED => Code::ReviewPackageInvalid,
        code::PACKAGE_ALTERED => Code::ReviewPackageAltered,
        code::PACKAGE_VERSION => Code::PackageVersion,
        code::PACKAGE_TOO_LARGE => Code::PackageTooLarge,
        // What was sealed and altered on its way cannot be read to its end.
        code::UNREADABLE => Code::ReviewPackageAltered,
        _ => return broken(file, fault.code),
    };
    Error::new(error)
        .with("file", file)
        .with("version", &fault.subject)
        .with("limit", &fault.subject)
}

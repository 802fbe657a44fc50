//! Files on drafts.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use qalam_content::limits;
use qalam_content::sniff::{Family, Sniffed, sniff};
use serde::{Deserialize, Serialize};

use super::readings::{AttachmentRead, reading};
use super::rules::MAX_ATTACHMENTS;
use super::store::{self, attachments as rows, readings::detached};
use super::types::{Attachment, AttachmentRole, Draft};
use super::{editable, note_change, open_in};
use crate::change::{Action, Topic};
use crate::db::blobs::{Blobs, Staged};
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::publications::slim;
use crate::settings;
use crate::vocab;

/// How much of a file is looked at to tell its type.
const HEAD_BYTES: usize = 8 * 1024;
/// Files up to this size are looked at as a whole to tell their type.
const WHOLE_BYTES: u64 = 16 * 1024 * 1024;
/// How many files taken off drafts can be put back.
const MAX_DETACHED: usize = 50;

/// A file to be put on a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewAttachment {
    /// Its file name.
    pub name: String,
    /// In what role; told from its type when absent.
    pub role: Option<AttachmentRole>,
    /// Alternative text by language.
    pub alt: BTreeMap<String, String>,
    /// Title shown to readers.
    pub title: String,
}

/// A change of a file on a draft. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AttachmentChange {
    /// In what role.
    pub role: Option<AttachmentRole>,
    /// Alternative text by language, all of it.
    pub alt: Option<BTreeMap<String, String>>,
    /// Title shown to readers.
    pub title: Option<String>,
    /// Its new place in the order, from 0.
    pub position: Option<u32>,
}

impl Desk {
    /// Puts publications on a draft; those already there stay once.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DraftTrashed`], [`Code::TooManyAttachments`].
    pub fn attachments_add(
        &self,
        draft: &str,
        publications: &[String],
        role: Option<AttachmentRole>,
    ) -> Result<Draft> {
        let draft = id::parse(draft)?;
        self.write(Action::AddAttachment, |tx| {
            editable(tx, &draft)?;
            attach_publications_in(tx, &draft, publications, role)?;
            open_in(tx, &draft)
        })
    }

    /// Puts a file on a draft. Its bytes are copied; the file itself is not touched.
    ///
    /// # Errors
    /// [`Code::PathNotFound`], [`Code::NotAFile`], [`Code::FileTooLarge`], [`Code::FileEmpty`],
    /// [`Code::PictureNotSupported`], [`Code::DiskFull`], [`Code::NotFound`],
    /// [`Code::DraftTrashed`], [`Code::TooManyAttachments`].
    pub fn attachments_add_file(
        &self,
        draft: &str,
        path: &Path,
        mut new: NewAttachment,
    ) -> Result<Attachment> {
        if new.name.is_empty() {
            new.name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
        }
        let staged = self.blobs.stage_file(path, limits::MAX_FILE_BYTES)?;
        self.attach_staged(draft, staged, new)
    }

    /// Puts bytes on a draft, such as a pasted picture.
    ///
    /// # Errors
    /// As [`Desk::attachments_add_file`].
    pub fn attachments_add_bytes(
        &self,
        draft: &str,
        bytes: &[u8],
        new: NewAttachment,
    ) -> Result<Attachment> {
        let staged = self
            .blobs
            .stage(&mut &*bytes, &new.name, limits::MAX_FILE_BYTES)?;
        self.attach_staged(draft, staged, new)
    }

    /// Changes the role, the words or the place of a file on a draft.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DraftTrashed`], [`Code::BadLanguage`].
    pub fn attachments_set(&self, attachment: &str, change: AttachmentChange) -> Result<Draft> {
        let attachment = id::parse(attachment)?;
        self.write(Action::EditAttachment, |tx| {
            let known = required(tx, &attachment)?;
            editable(tx, &known.draft)?;
            let alt = match change.alt {
                Some(alt) => tidy_alt(alt)?,
                None => known.alt.clone(),
            };
            let title = change
                .title
                .as_deref()
                .map_or(known.title.as_str(), str::trim);
            rows::update(
                tx,
                &attachment,
                change.role.unwrap_or(known.role),
                &alt,
                title,
            )?;
            if let Some(position) = change.position {
                rows::move_to(tx, &known.draft, &attachment, position as usize)?;
            }
            note_change(tx, &known.draft, true)?;
            open_in(tx, &known.draft)
        })
    }

    /// Takes a file off a draft. It can be [put back](Desk::attachments_put_back) while this program
    /// runs; after that bytes nothing else needs are removed.
    ///
    /// # Errors
    /// [`Code::AttachmentInText`] while a text shows the picture; [`Code::NotFound`],
    /// [`Code::DraftTrashed`].
    pub fn attachments_remove(&self, attachment: &str) -> Result<Draft> {
        let attachment = id::parse(attachment)?;
        let (draft, unused) = self.write(Action::RemoveAttachment, |tx| {
            let known = required(tx, &attachment)?;
            let head = editable(tx, &known.draft)?;
            for version in store::versions(tx, &known.draft, &head.primary_lang)? {
                if version.body.contains(&known.sha256) {
                    return Err(Error::new(Code::AttachmentInText)
                        .with("name", &known.name)
                        .with("lang", version.lang));
                }
            }
            rows::delete(tx, &attachment)?;
            detached::keep(tx, &known)?;
            let unused = detached::forget(tx, tx.session(), MAX_DETACHED)?;
            if known.publication.is_some() {
                tx.changed(Topic::Publications, None);
            }
            note_change(tx, &known.draft, true)?;
            Ok((open_in(tx, &known.draft)?, unused))
        })?;
        self.drop_unused_blobs(&unused)?;
        Ok(draft)
    }

    /// Puts a file back that was taken off its draft by mistake: with its words, in its role and
    /// place. What is there already stays as it is.
    ///
    /// # Errors
    /// [`Code::NotFound`] when it was not taken off in this run of the program, or too many were
    /// since; [`Code::DraftTrashed`], [`Code::TooManyAttachments`].
    pub fn attachments_put_back(&self, attachment: &str) -> Result<Draft> {
        let attachment = id::parse(attachment)?;
        self.write(Action::AddAttachment, |tx| {
            if let Some(there) = rows::find(tx, &attachment)? {
                return open_in(tx, &there.draft);
            }
            let mut file = detached::take(tx, &attachment)?
                .ok_or_else(|| Error::not_found("attachment", &attachment))?;
            editable(tx, &file.draft)?;
            // The publication may be gone; the file is not.
            if let Some(publication) = &file.publication
                && rows::from_publication(tx, publication)?.is_none()
            {
                file.publication = None;
            }
            if file.publication.is_some() {
                tx.changed(Topic::Publications, None);
            }
            let (draft, place) = (file.draft.clone(), file.position as usize);
            let added = add(tx, file)?;
            // The same bytes may have been attached anew meanwhile.
            if added.id == attachment {
                rows::move_to(tx, &draft, &added.id, place)?;
            }
            open_in(tx, &draft)
        })
    }

    /// Forgets what programs that ended had taken off drafts, with the bytes nothing else needs.
    pub(crate) fn forget_detached(&self) -> Result<()> {
        for session in self.read(detached::sessions)? {
            if !self.is_alive(&session) {
                let unused = self.write(Action::Sweep, |tx| detached::forget(tx, &session, 0))?;
                self.drop_unused_blobs(&unused)?;
            }
        }
        Ok(())
    }

    /// Puts staged bytes on a draft.
    fn attach_staged(&self, draft: &str, staged: Staged, new: NewAttachment) -> Result<Attachment> {
        let draft = id::parse(draft)?;
        let ready = self.ready_file(staged, new)?;
        self.write(Action::AddAttachment, |tx| {
            editable(tx, &draft)?;
            ready.put_on(tx, &self.blobs, &draft)
        })
    }

    /// All that is done before a file is put on a draft: tells its type, makes pictures smaller and
    /// cleans them of hidden properties.
    pub(super) fn ready_file(&self, staged: Staged, new: NewAttachment) -> Result<ReadyFile> {
        let name = tidy_name(&new.name);
        let alt = tidy_alt(new.alt)?;
        if staged.bytes == 0 {
            return Err(Error::new(Code::FileEmpty).with("name", name));
        }
        let sniffed = sniff_staged(&staged, &name)?;
        let role = new.role.unwrap_or(match sniffed.family {
            Family::Picture => AttachmentRole::Picture,
            _ if is_table(&sniffed) => AttachmentRole::Data,
            _ => AttachmentRole::Supplement,
        });
        let shown = matches!(role, AttachmentRole::Picture | AttachmentRole::Cover);
        if shown && sniffed.family != Family::Picture {
            return Err(Error::new(Code::PictureNotSupported)
                .with("name", name)
                .with("mime", sniffed.mime));
        }
        let shown = match shown {
            true => self.for_showing(staged, &sniffed.mime, &name)?,
            false => slim::Shown::itself(staged),
        };
        Ok(ReadyFile {
            shown,
            mime: sniffed.mime,
            name,
            role,
            alt,
            title: new.title.trim().to_owned(),
        })
    }
}

/// A file that only has to be put on a draft.
pub(super) struct ReadyFile {
    shown: slim::Shown,
    mime: String,
    name: String,
    role: AttachmentRole,
    alt: BTreeMap<String, String>,
    title: String,
}

impl ReadyFile {
    /// The hash of the bytes that will be stored; not always that of the bytes given.
    pub(super) fn sha256(&self) -> &str {
        self.shown.sha256()
    }

    /// Stores file, row and attachment.
    pub(super) fn put_on(self, tx: &WriteTx<'_>, blobs: &Blobs, draft: &str) -> Result<Attachment> {
        let blob = self.shown.place(tx, blobs, &self.mime)?;
        add(
            tx,
            Attachment {
                id: new_id(),
                draft: draft.to_owned(),
                publication: None,
                sha256: blob.sha256,
                name: self.name,
                mime: blob.mime,
                bytes: blob.bytes,
                role: self.role,
                alt: self.alt,
                title: self.title,
                position: 0,
                sent: None,
                read: None,
            },
        )
    }
}

/// The files on a draft, in order.
pub(super) fn of_draft(read: &ReadTx<'_>, draft: &str) -> Result<Vec<Attachment>> {
    let mut files = rows::of_draft(read, draft)?;
    if files.is_empty() {
        return Ok(files);
    }
    let rule = settings::current(read)?.slim;
    for file in &mut files {
        file.sent = if slim::is_shown(file) {
            slim::store::sent_as(read, &file.sha256)?
        } else {
            let choice = slim::store::choice(read, &file.sha256)?;
            let wished = slim::wish(&file.mime, file.bytes, choice, &rule);
            slim::store::sent(read, &file.sha256, wished.as_ref())?
        };
        file.read = reading(read, &file.sha256)?
            .map(|(found, pages)| AttachmentRead::new(&file.name, &found, pages));
    }
    Ok(files)
}

/// Puts publications on a draft inside a transaction; those already there stay once.
///
/// # Errors
/// [`Code::NotFound`], [`Code::TooManyAttachments`].
pub(crate) fn attach_publications_in(
    tx: &WriteTx<'_>,
    draft: &str,
    publications: &[String],
    role: Option<AttachmentRole>,
) -> Result<()> {
    for publication in publications {
        let publication = id::parse(publication)?;
        let mut attachment = rows::from_publication(tx, &publication)?
            .ok_or_else(|| Error::not_found("publication", &publication))?;
        draft.clone_into(&mut attachment.draft);
        attachment.role = role.unwrap_or(AttachmentRole::Publication);
        add(tx, attachment)?;
        tx.changed(Topic::Publications, None);
    }
    Ok(())
}

/// Puts a stored blob on a draft inside a transaction, at the end; bytes that are there in the
/// same role stay once.
///
/// # Errors
/// [`Code::TooManyAttachments`].
pub(crate) fn add(tx: &WriteTx<'_>, mut attachment: Attachment) -> Result<Attachment> {
    let there = rows::of_draft(tx, &attachment.draft)?;
    if let Some(known) = there
        .iter()
        .find(|known| known.sha256 == attachment.sha256 && known.role == attachment.role)
    {
        return Ok(known.clone());
    }
    if there.len() >= MAX_ATTACHMENTS {
        return Err(Error::new(Code::TooManyAttachments).with("limit", MAX_ATTACHMENTS));
    }
    attachment.position = there.last().map_or(0, |last| last.position + 1);
    rows::insert(tx, &attachment)?;
    note_change(tx, &attachment.draft, true)?;
    Ok(attachment)
}

/// Makes attachments of pictures that a text shows but the draft does not have, as after copying
/// text from another draft. Hashes the desk does not know are left to the checks.
pub(super) fn adopt_pictures(tx: &WriteTx<'_>, draft: &str, refs: &[String]) -> Result<()> {
    for sha256 in refs {
        if rows::has(tx, draft, sha256)? {
            continue;
        }
        let Some(mut picture) = rows::from_blob(tx, sha256)? else {
            continue;
        };
        draft.clone_into(&mut picture.draft);
        add(tx, picture)?;
    }
    Ok(())
}

fn required(read: &ReadTx<'_>, attachment: &str) -> Result<Attachment> {
    rows::find(read, attachment)?.ok_or_else(|| Error::not_found("attachment", attachment))
}

fn sniff_staged(staged: &Staged, name: &str) -> Result<Sniffed> {
    let io = |source| Error::io(source, staged.path());
    let mut head = Vec::new();
    let mut file = File::open(staged.path()).map_err(io)?;
    if staged.bytes <= WHOLE_BYTES {
        file.read_to_end(&mut head).map_err(io)?;
        return Ok(sniff(
            head.get(..HEAD_BYTES).unwrap_or(&head),
            Some(&head),
            name,
        ));
    }
    file.take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(io)?;
    Ok(sniff(&head, None, name))
}

fn is_table(sniffed: &Sniffed) -> bool {
    matches!(
        sniffed.extension.as_str(),
        "csv" | "tsv" | "xlsx" | "xls" | "ods"
    )
}

fn tidy_name(name: &str) -> String {
    // Names come from other systems too: whatever stands before a slash of either kind is no name.
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(limits::MAX_NAME_CHARS)
        .collect();
    name.trim().to_owned()
}

fn tidy_alt(alt: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    let mut kept = BTreeMap::new();
    for (lang, text) in alt {
        let text = text.trim();
        if !text.is_empty() {
            kept.insert(vocab::language(&lang)?, text.to_owned());
        }
    }
    Ok(kept)
}

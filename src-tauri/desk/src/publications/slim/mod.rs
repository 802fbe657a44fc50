//! Smaller copies for sending: which file gets one, making it in a worker, and what it saves.
//!
//! The original stays as it came. A copy is made before a draft is submitted, so that the release
//! freezes the hash of what is sent; where none can be made the original goes, and the reason is
//! kept. Of pictures the place they were taken at is left out in any case.

pub(crate) mod store;

use qalam_content::limits::{LEAST_SLIMMED_BYTES, MAX_FILE_BYTES, MAX_PICTURE_BYTES};
use qalam_content::slim::{NotSlimmed, PictureRule, Report, Wish, clean};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::change::{Action, Topic};
use crate::db::WriteTx;
use crate::db::blobs::{Blob, Blobs, Staged};
use crate::desk::Desk;
use crate::drafts::{Attachment, AttachmentRole, Draft};
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::imports::describer::Describer;

/// Which files are made smaller for sending, unless a person says otherwise of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct SlimRule {
    /// PDF documents, without losing anything.
    pub pdf: bool,
    /// Pictures.
    pub pictures: bool,
    /// The longest edge a picture keeps, in pixels (320 to 16384).
    pub max_edge: u32,
    /// JPEG quality of pictures, in per cent (30 to 100).
    pub quality: u8,
}

impl Default for SlimRule {
    fn default() -> Self {
        let PictureRule { max_edge, quality } = PictureRule::default();
        Self {
            pdf: true,
            pictures: true,
            max_edge,
            quality,
        }
    }
}

impl SlimRule {
    /// Whether its numbers lie within their bounds.
    #[must_use]
    pub fn makes_sense(&self) -> bool {
        (320..=16_384).contains(&self.max_edge) && (30..=100).contains(&self.quality)
    }

    fn of_pictures(&self) -> PictureRule {
        PictureRule {
            max_edge: self.max_edge,
            quality: self.quality,
        }
    }
}

/// What a person says about one publication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SlimChoice {
    /// As the setting says.
    #[default]
    Rule,
    /// A smaller copy is sent, whatever the setting says.
    Always,
    /// The file is sent as it is; of a picture the hidden properties are left out still.
    Never,
}

impl SlimChoice {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// Reads the word for it.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Rule, Self::Always, Self::Never]
            .into_iter()
            .find(|one| one.as_str() == word)
    }
}

/// What is sent in the place of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SentFile {
    /// SHA-256 of the file as it came.
    pub original: String,
    /// SHA-256 of what is sent: of the copy, or of the file itself.
    pub sha256: String,
    /// Bytes of what is sent.
    #[ts(type = "number")]
    pub bytes: u64,
    /// What was done and saved; `None` when the file goes as it is.
    pub report: Option<Report>,
    /// Why the file goes as it is.
    pub why: Option<NotSlimmed>,
}

/// What is to be sent of a publication, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SentPublication {
    /// The publication.
    pub publication: String,
    /// What a person said.
    pub choice: SlimChoice,
    /// What is sent; `None` when the file itself is and nothing was wished for.
    pub sent: Option<SentFile>,
}

/// What is wished for a file of this type and size.
#[must_use]
pub fn wish(mime: &str, bytes: u64, choice: SlimChoice, rule: &SlimRule) -> Option<Wish> {
    let asked = |by_rule: bool| match choice {
        SlimChoice::Always => true,
        SlimChoice::Never => false,
        SlimChoice::Rule => by_rule && bytes >= LEAST_SLIMMED_BYTES,
    };
    match mime {
        "application/pdf" => asked(rule.pdf).then_some(Wish::Pdf),
        "image/jpeg" | "image/png" | "image/webp" if asked(rule.pictures) => {
            Some(Wish::Picture(rule.of_pictures()))
        }
        "image/jpeg" | "image/png" | "image/webp" => Some(Wish::Clean),
        _ => None,
    }
}

/// A copy to be made.
struct ToMake {
    sha256: String,
    wish: Wish,
}

impl Desk {
    /// Says of publications whether smaller copies of them are sent, makes those that are wished
    /// for, and tells what they save. `None` leaves what was said before.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DiskFull`].
    pub fn publications_slim(
        &self,
        publications: &[String],
        choice: Option<SlimChoice>,
    ) -> Result<Vec<SentPublication>> {
        let rule = self.settings()?.slim;
        let mut done = Vec::with_capacity(publications.len());
        for publication in publications {
            if let Some(choice) = choice {
                self.write(Action::EditPublication, |tx| {
                    store::choose(tx, publication, choice)?;
                    tx.changed_publication(publication);
                    tx.changed(Topic::Drafts, None);
                    Ok(())
                })?;
            }
            let found = self.publication(publication)?;
            let wished = wish(&found.mime, found.bytes, found.slim, &rule);
            if let Some(wish) = wished {
                self.make_copies(vec![ToMake {
                    sha256: found.sha256.clone(),
                    wish,
                }])?;
            }
            let sent = self.read(|r| store::sent(r, &found.sha256, wished.as_ref()))?;
            done.push(SentPublication {
                publication: found.id,
                choice: found.slim,
                sent,
            });
        }
        Ok(done)
    }

    /// Makes the copies that are to be sent of a draft's files, where there are none yet, and reads
    /// those nobody read; its files then say what is sent in their place, and what is in them.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::DiskFull`].
    pub fn attachments_prepare(&self, draft: &str) -> Result<Draft> {
        let draft = id::parse(draft)?;
        let rule = self.settings()?.slim;
        self.attachments_read(Some(&draft), &|| false)?;
        let opened = self.drafts_open(&draft)?;
        let mut wanted = Vec::new();
        for file in opened.attachments.iter().filter(|file| !is_shown(file)) {
            let choice = self.read(|r| store::choice(r, &file.sha256))?;
            if let Some(wish) = wish(&file.mime, file.bytes, choice, &rule) {
                wanted.push(ToMake {
                    sha256: file.sha256.clone(),
                    wish,
                });
            }
        }
        if self.make_copies(wanted)? {
            return self.drafts_open(&draft);
        }
        Ok(opened)
    }

    /// Makes those of these copies that are not there; whether there were any.
    fn make_copies(&self, wanted: Vec<ToMake>) -> Result<bool> {
        let mut describer = Describer::new(self.tmp().join(format!("copy-{}", new_id())));
        let mut any = false;
        for ToMake { sha256, wish } in wanted {
            if self.read(|r| store::is_made(r, &sha256, &wish))? {
                continue;
            }
            any = true;
            let made = self.slimmed(&mut describer, &sha256, wish);
            let staged = match &made {
                Ok(_) => Some(self.blobs.stage_file(describer.written(), MAX_FILE_BYTES)?),
                Err(_) => None,
            };
            let _ = std::fs::remove_file(describer.written());
            self.write(Action::SlimFile, |tx| {
                let Some(original) = self.blobs.find(tx, &sha256)? else {
                    return Ok(());
                };
                let copy = match staged {
                    Some(staged) => Some(self.blobs.place(tx, staged, &original.mime)?),
                    None => None,
                };
                let before = store::note(tx, &sha256, &wish, copy.as_ref(), &made)?;
                tx.changed(Topic::Drafts, None);
                if let Some(before) = before {
                    // Its file goes with the next sweep.
                    self.blobs.forget_unused(tx, &[before])?;
                }
                Ok(())
            })?;
        }
        Ok(any)
    }

    fn slimmed(
        &self,
        describer: &mut Describer,
        sha256: &str,
        wish: Wish,
    ) -> std::result::Result<Report, NotSlimmed> {
        let path = self.blobs.lend(sha256);
        let made = describer.slim(&path, wish);
        // Where a picture was taken is left out even if it could not be made smaller; that reads
        // nothing but the heads of its parts.
        if made == Err(NotSlimmed::GaveUp) && !matches!(wish, Wish::Pdf) {
            let bytes = std::fs::read(&path).map_err(|_| NotSlimmed::Unreadable)?;
            let cleaned = clean(&bytes).ok_or(NotSlimmed::GaveUp)?;
            std::fs::write(describer.written(), cleaned.bytes).map_err(|_| NotSlimmed::GaveUp)?;
            return Ok(cleaned.report);
        }
        made
    }
}

/// The bytes of a picture that is shown, on their way to a draft.
pub(crate) struct Shown {
    staged: Staged,
    /// The original a smaller copy was made of, with what was wished and done.
    made_of: Option<(Staged, Wish, Report)>,
}

impl Shown {
    /// A file as it is.
    pub(crate) fn itself(staged: Staged) -> Self {
        Self {
            staged,
            made_of: None,
        }
    }

    /// The hash it will be stored under.
    pub(crate) fn sha256(&self) -> &str {
        &self.staged.sha256
    }

    /// Stores the picture, and the original beside it.
    ///
    /// # Errors
    /// What the database and the disk may fail with.
    pub(crate) fn place(self, tx: &WriteTx<'_>, blobs: &Blobs, mime: &str) -> Result<Blob> {
        let copy = blobs.place(tx, self.staged, mime)?;
        if let Some((original, wish, report)) = self.made_of {
            let original = blobs.place(tx, original, mime)?;
            store::note(tx, &original.sha256, &wish, Some(&copy), &Ok(report))?;
        }
        Ok(copy)
    }
}

impl Desk {
    /// A picture as it is shown and sent: smaller where the setting says so, and without hidden
    /// properties in any case.
    ///
    /// # Errors
    /// [`Code::FileTooLarge`] when it cannot be made to fit, [`Code::DiskFull`].
    pub(crate) fn for_showing(&self, staged: Staged, mime: &str, name: &str) -> Result<Shown> {
        let mut rule = self.settings()?.slim;
        // What is too large as it is has to be made smaller.
        let too_large = staged.bytes > MAX_PICTURE_BYTES;
        rule.pictures |= too_large;
        let wished = wish(mime, staged.bytes, SlimChoice::Rule, &rule);
        if let Some(wish @ Wish::Picture(_)) = wished {
            let mut describer = Describer::new(self.tmp().join(format!("copy-{}", new_id())));
            if let Ok(report) = describer.slim(staged.path(), wish) {
                let copy = self.blobs.stage_file(describer.written(), MAX_FILE_BYTES);
                let _ = std::fs::remove_file(describer.written());
                let copy = copy?;
                if copy.bytes <= MAX_PICTURE_BYTES {
                    return Ok(Shown {
                        staged: copy,
                        made_of: Some((staged, wish, report)),
                    });
                }
            }
        }
        if too_large {
            return Err(Error::new(Code::FileTooLarge)
                .with("name", name)
                .with("limit", MAX_PICTURE_BYTES)
                .with("length", staged.bytes));
        }
        let bytes =
            std::fs::read(staged.path()).map_err(|source| Error::io(source, staged.path()))?;
        Ok(Shown::itself(match clean(&bytes) {
            Some(clean) => self
                .blobs
                .stage(&mut clean.bytes.as_slice(), name, MAX_FILE_BYTES)?,
            None => staged,
        }))
    }
}

/// Whether a picture is shown in the text or in lists. Those are copies already: made when they
/// were put on the draft, because texts name them by their hash.
pub(crate) fn is_shown(file: &Attachment) -> bool {
    matches!(file.role, AttachmentRole::Picture | AttachmentRole::Cover)
}

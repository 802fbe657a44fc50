//! Publications: files with their description, usable on their own or attached to drafts.

mod again;
pub mod bulk;
mod bundle;
pub mod intake;
pub mod likeness;
pub(crate) mod names;
pub(crate) mod pages;
pub mod same;
pub mod sheet;
pub mod slim;
pub(crate) mod store;
pub mod terms;
pub mod values;
pub mod walk;
pub mod watch;

use std::collections::BTreeMap;

use qalam_content::kind::{FileReading, Finding, file_findings};
use qalam_content::problem::Problem;
use qalam_content::readers::facts::Warning;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use crate::change::Action;
use crate::desk::Desk;
use crate::drafts::DraftRow;
use crate::error::{Code, Error, Result};
use crate::search::words::Query;
use likeness::{Likeness, PublicationCopy};
use slim::{SentFile, SlimChoice};

/// The most rows one page of the list holds.
pub const MAX_PAGE: u32 = 500;
/// How much of a publication's text is shown with it, in characters.
pub const SHOWN_TEXT_CHARS: usize = 20_000;

/// The origin of what a person said.
pub(crate) const PERSON: &str = "person";

/// A file with its description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Publication {
    /// Its id.
    pub id: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its file name.
    pub name: String,
    /// Where it came from.
    pub path: String,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Its true type.
    pub mime: String,
    /// `readable`, `scanned`, `encrypted`, `damaged` or `other`.
    #[ts(type = "'readable' | 'scanned' | 'encrypted' | 'damaged' | 'other'")]
    pub state: String,
    /// Its title.
    pub title: String,
    /// Its authors, in order.
    pub authors: Vec<String>,
    /// The body responsible for it.
    pub corporate_author: String,
    /// Year of publication.
    pub year: Option<i32>,
    /// Languages of its text (BCP 47).
    pub languages: Vec<String>,
    /// Number of pages.
    pub pages: Option<u32>,
    /// Its type, a code of the vocabulary `publicationType`, or empty.
    pub publication_type: String,
    /// Its licence, or empty.
    pub licence: String,
    /// DOI, or empty.
    pub doi: String,
    /// ISBN, or empty.
    pub isbn: String,
    /// ISSN, or empty.
    pub issn: String,
    /// Document numbers (`WHO/EMC/97.1`), in the order they were found.
    #[serde(default)]
    pub numbers: Vec<String>,
    /// Characters of text that can be searched.
    pub text_chars: u32,
    /// Whether there is a thumbnail.
    pub has_thumbnail: bool,
    /// When it came in.
    pub added_at: String,
    /// When its description changed last.
    pub updated_at: String,
    /// Where a value came from: field to `file`, `first_page`, `name` or `person`.
    #[ts(type = "Record<string, 'file' | 'first_page' | 'name' | 'person'>")]
    pub origins: BTreeMap<String, String>,
    /// Where a value came from, exactly: field to a name of
    /// [`Origin`](qalam_content::readers::facts::Origin), or `person`.
    #[serde(default)]
    #[ts(
        type = "Record<string, 'info' | 'xmp' | 'properties' | 'exif' | 'first_page' | 'text' | 'counted' | 'name' | 'person'>"
    )]
    pub sources: BTreeMap<String, String>,
    /// How sure a value is that the program found, in per cent
    /// ([`Found`](qalam_content::readers::facts::Found)): under 50 somebody should look before it
    /// is sent. A value a person gave has none.
    #[serde(default)]
    pub confidence: BTreeMap<String, u8>,
    /// What a person should know before the file leaves the desk.
    #[serde(default)]
    pub warnings: Vec<Warning>,
    /// Whether a smaller copy of it is sent.
    #[serde(default)]
    pub slim: SlimChoice,
    /// What a person should know about it.
    pub problems: Vec<Problem>,
    /// To how many drafts it is attached.
    pub attached_to: u32,
    /// The newer edition that counts instead of it.
    pub superseded_by: Option<String>,
    /// How many further files of the same work are kept with it.
    #[serde(default)]
    pub copies: u32,
    /// How many undecided questions there are whether it is the same work as another.
    #[serde(default)]
    pub open_likenesses: u32,
}

impl Publication {
    /// What a person should know before its file leaves, most serious first.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let reading = FileReading {
            state: self.state.clone(),
            warnings: self.warnings.clone(),
            problems: self.problems.clone(),
        };
        file_findings([(self.name.as_str(), &reading)])
    }

    /// A person's word outranks what the program found: its source is the person, and how sure the
    /// program was of another value means nothing.
    fn with_persons_first(mut self) -> Self {
        for (field, origin) in &self.origins {
            if origin == PERSON {
                self.confidence.remove(field);
                self.sources.insert(field.clone(), PERSON.to_owned());
            }
        }
        self
    }
}

/// What a list of publications is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PublicationSort {
    /// The order they came in.
    #[default]
    Added,
    /// Folded title.
    Title,
    /// Year; without a year first.
    Year,
    /// File name.
    Name,
    /// Size.
    Bytes,
    /// Publication type.
    PublicationType,
}

/// Which publications, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublicationQuery {
    /// Only those that are found with these words.
    pub query: Option<String>,
    /// What to sort by.
    pub sort: PublicationSort,
    /// From the end.
    pub desc: bool,
    /// Only those where something the portal asks for is missing (`Some(true)`) or nothing is.
    pub missing: Option<bool>,
    /// Only those of which a newer edition is here (`Some(true)`) or none is.
    pub superseded: Option<bool>,
    /// The cursor of the page before.
    pub after: Option<String>,
    /// At most so many; 0 is a sensible number.
    pub limit: u32,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PublicationPage {
    /// The rows.
    pub publications: Vec<Publication>,
    /// The cursor of the next page, unless this is the last.
    pub next: Option<String>,
    /// How many there are on all pages together.
    pub total: u32,
}

/// A publication with the beginning of its text and the drafts it is attached to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct OpenedPublication {
    /// The publication.
    pub publication: Publication,
    /// The first [`SHOWN_TEXT_CHARS`] characters of its text.
    pub text: String,
    /// The drafts it is attached to.
    pub drafts: Vec<DraftRow>,
    /// What is sent in its place, once that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sent: Option<SentFile>,
    /// Further files of the same work.
    pub copies: Vec<PublicationCopy>,
    /// What it is like, decided or not.
    pub likenesses: Vec<Likeness>,
}

impl Desk {
    /// One page of the publications.
    ///
    /// # Errors
    /// [`Code::BadCursor`] for a cursor that is not of such a list.
    pub fn publications_list(&self, wanted: &PublicationQuery) -> Result<PublicationPage> {
        let words = wanted
            .query
            .as_deref()
            .filter(|typed| !typed.trim().is_empty())
            .map(Query::read);
        let query = match words {
            // Typed, but nothing to search for: nothing can match.
            Some(None) => {
                return Ok(PublicationPage {
                    publications: Vec::new(),
                    next: None,
                    total: 0,
                });
            }
            Some(Some(query)) => Some(query),
            None => None,
        };
        self.read(|r| store::page(r, wanted, query.as_ref()))
    }

    /// A publication with the beginning of its text.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn publications_open(&self, publication: &str) -> Result<OpenedPublication> {
        let rule = self.settings()?.slim;
        self.read(|r| {
            let found = store::get(r, publication)?;
            let text = store::text(r, publication)?;
            let shown = text
                .char_indices()
                .nth(SHOWN_TEXT_CHARS)
                .and_then(|(end, _)| text.get(..end))
                .unwrap_or(&text)
                .to_owned();
            let wished = slim::wish(&found.mime, found.bytes, found.slim, &rule);
            let sent = slim::store::sent(r, &found.sha256, wished.as_ref())?;
            let drafts = bundle::draft_rows(r, &store::drafts_with(r, publication)?)?;
            Ok(OpenedPublication {
                publication: found,
                text: shown,
                drafts,
                sent,
                copies: likeness::store::copies(r, publication)?,
                likenesses: likeness::store::of_publication(r, publication)?,
            })
        })
    }

    /// A publication without its text.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn publication(&self, publication: &str) -> Result<Publication> {
        self.read(|r| store::get(r, publication))
    }

    /// The whole text read out of a publication.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn publications_text(&self, publication: &str) -> Result<String> {
        self.read(|r| {
            store::get(r, publication)?;
            store::text(r, publication)
        })
    }

    /// Sets values of the description; each then counts as given by a person. All or none are set.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::UnknownField`], [`Code::BadValue`].
    pub fn publications_set(
        &self,
        publication: &str,
        values: &Map<String, Value>,
    ) -> Result<Publication> {
        self.write(Action::EditPublication, |tx| {
            let mut changed = store::get(tx, publication)?;
            let this_year = values::year_of(tx.at());
            for (field, value) in values {
                values::set(&mut changed, field, value, this_year)?;
                changed.origins.insert(field.clone(), PERSON.to_owned());
            }
            store::update(tx, &changed)?;
            crate::search::index_publication(tx, publication)?;
            tx.changed_publication(publication);
            store::get(tx, publication)
        })
    }

    /// Removes a publication: its row first, then its bytes if nothing else needs them.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::PublicationAttached`] while drafts hold it.
    pub fn publications_remove(&self, publication: &str) -> Result<()> {
        let orphans = self.write(Action::RemovePublication, |tx| {
            let found = store::get(tx, publication)?;
            if found.attached_to > 0 {
                return Err(Error::new(Code::PublicationAttached).with("count", found.attached_to));
            }
            let mut bytes = vec![found.sha256];
            for copy in likeness::store::copies(tx, publication)? {
                bytes.push(copy.sha256);
            }
            crate::search::forget_publication(tx, publication)?;
            store::delete(tx, publication)?;
            tx.changed_publication(publication);
            self.blobs.forget_unused(tx, &bytes)
        })?;
        // The row is gone for good; a file that stays behind is only a file nobody asks for.
        let _ = std::fs::remove_file(self.thumbnail_path(publication));
        if !orphans.is_empty() {
            self.write(Action::Sweep, |tx| self.blobs.remove_files(tx, &orphans))?;
        }
        Ok(())
    }

    /// The small picture of a publication, if it has one.
    ///
    /// # Errors
    /// What reading may fail with.
    pub fn thumbnail(&self, publication: &str) -> std::io::Result<crate::locked::Bytes> {
        self.access().reading(&self.thumbnail_path(publication))
    }

    /// Where the thumbnail of a publication is, if it has one.
    #[must_use]
    pub fn thumbnail_path(&self, publication: &str) -> std::path::PathBuf {
        // An id that is not one must not name a file elsewhere.
        let name = crate::id::parse(publication).unwrap_or_default();
        self.thumbnails().join(format!("{name}.png"))
    }
}

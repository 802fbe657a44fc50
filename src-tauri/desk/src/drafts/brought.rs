//! Documents brought in as drafts: what became of their parts stays with the draft, tracked
//! changes are a question that can be answered either way at any time, and a text that tells the
//! same story as another draft is offered as its translation.

use std::collections::BTreeSet;

use qalam_content::kind::Registry;
use qalam_content::readers::import::{
    ImportReport, Imported, ImportedPicture, TrackedWish, import_with,
};
use qalam_content::readers::story::{ENOUGH, Sameness, Story};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::store::{self, brought as rows};
use super::{
    AttachmentRole, Draft, NewAttachment, NewDraft, SaveDraft, Text, open_in, version_in, writable,
};
use crate::change::{Action, Topic};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id;

/// Under this share a recognised language is asked about, in per cent.
const SURE: u8 = 50;
/// Most drafts that a text is compared with, the latest changed.
const COMPARED: u32 = 300;

/// A document to bring in.
#[derive(Clone, Debug, Default)]
pub struct BringIn<'a> {
    /// Its file name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The content type of the draft.
    pub content_type: &'a str,
    /// Its language, where somebody knows it.
    pub lang: Option<&'a str>,
    /// Which text is wanted where changes were tracked; `None` takes the text with them and asks.
    pub tracked: Option<TrackedWish>,
}

/// What a document became.
#[derive(Clone, Debug)]
pub struct BroughtIn {
    /// What was read; its problems say what there is to know.
    pub read: Imported,
    /// The draft; `None` when nothing could be read.
    pub draft: Option<Draft>,
    /// The language is a guess.
    pub lang_unsure: bool,
    /// Another draft that tells the same.
    pub same_story: Option<SameStory>,
}

/// A draft in another language that tells the same story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SameStory {
    /// The other draft.
    pub draft: String,
    /// The language of its original.
    pub lang: String,
    /// Its title.
    pub title: String,
    /// What both have, and how sure that is.
    pub shared: Sameness,
}

/// What became of the file a draft was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Brought {
    /// Name of the file.
    pub name: String,
    /// Language of the version it became.
    pub lang: String,
    /// What was kept, changed and left out.
    pub report: ImportReport,
    /// A draft it may be a translation of.
    pub same_story: Option<SameStory>,
    /// Which text is taken where changes were tracked.
    pub taken: TrackedWish,
    /// Nobody has said yet which text is wanted.
    pub asked: bool,
}

impl Desk {
    /// Makes a draft of a document, with its pictures and a report that stays with it.
    ///
    /// # Errors
    /// What [`Desk::drafts_create`] and [`Desk::attachments_add_bytes`] fail with. A document that
    /// cannot be read is no error: the answer has no draft.
    pub fn drafts_bring_in(&self, wanted: &BringIn<'_>) -> Result<BroughtIn> {
        let wish = wanted.tracked.unwrap_or_default();
        let read = import_with(wanted.name, wanted.bytes, wanted.lang, wish);
        if read.is_nothing() {
            return Ok(BroughtIn {
                read,
                draft: None,
                lang_unsure: false,
                same_story: None,
            });
        }
        let (lang, lang_unsure) = match &read.lang {
            Some(lang) if read.lang_confidence >= SURE => (lang.clone(), false),
            Some(lang) => (lang.clone(), true),
            None => (self.settings()?.display_lang, true),
        };
        // Both answers are kept, so that the question can be answered without the file.
        let other = read.report.tracked.as_ref().map(|_| {
            let other = match wish {
                TrackedWish::Accept => TrackedWish::Reject,
                TrackedWish::Reject => TrackedWish::Accept,
            };
            import_with(wanted.name, wanted.bytes, wanted.lang, other)
        });
        let draft = self.drafts_create(NewDraft {
            fields: fields_of(&read, wanted.content_type),
            content_type: wanted.content_type.to_owned(),
            lang,
            title: read.title.clone().unwrap_or_default(),
            body: read.markdown.clone(),
            ..NewDraft::default()
        })?;
        let mut known = BTreeSet::new();
        let pictures = read
            .pictures
            .iter()
            .chain(other.iter().flat_map(|other| &other.pictures));
        for picture in pictures {
            if known.insert(picture.sha256.clone()) {
                self.add_picture(&draft, picture)?;
            }
        }
        let same_story = self.same_story(&draft, &read)?;
        self.write(Action::Import, |tx| {
            rows::put(
                tx,
                &draft.id,
                &rows::Row {
                    name: wanted.name.to_owned(),
                    lang: draft.primary_lang.clone(),
                    report: stored(&read.report)?,
                    story: same_story.as_ref().map_or(Ok(String::new()), stored)?,
                    taken: word(wish).to_owned(),
                    other: other
                        .as_ref()
                        .map(|other| other.markdown.clone())
                        .unwrap_or_default(),
                    asked: other.is_some() && wanted.tracked.is_none(),
                },
            )
        })?;
        let draft = self.drafts_open(&draft.id)?;
        Ok(BroughtIn {
            read,
            draft: Some(draft),
            lang_unsure,
            same_story,
        })
    }

    fn add_picture(&self, draft: &Draft, picture: &ImportedPicture) -> Result<()> {
        let mut new = NewAttachment {
            name: picture.name.clone(),
            role: Some(AttachmentRole::Picture),
            ..NewAttachment::default()
        };
        if !picture.alt.is_empty() {
            new.alt
                .insert(draft.primary_lang.clone(), picture.alt.clone());
        }
        self.attachments_add_bytes(&draft.id, &picture.bytes, new)?;
        Ok(())
    }

    /// The draft in another language that tells most surely the same.
    fn same_story(&self, draft: &Draft, read: &Imported) -> Result<Option<SameStory>> {
        let lang = &draft.primary_lang;
        let others = self.read(|read| rows::others(read, &draft.id, lang, COMPARED))?;
        let story = Story::of(read.title.as_deref().unwrap_or_default(), &read.markdown);
        Ok(others
            .into_iter()
            .map(|(draft, lang, title, body)| SameStory {
                shared: story.compare(&Story::of(&title, &body)),
                draft,
                lang,
                title,
            })
            .filter(|same| same.shared.confidence >= ENOUGH)
            .max_by_key(|same| same.shared.confidence))
    }

    /// What became of the file a draft was made from; `None` when it was made otherwise.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn drafts_brought(&self, draft: &str) -> Result<Option<Brought>> {
        let draft = id::parse(draft)?;
        self.read(|read| {
            store::required_head(read, &draft)?;
            rows::find(read, &draft)?.map(told).transpose()
        })
    }

    /// Answers the question of the tracked changes. The other text stays, so that the answer can
    /// be another one later; what was written meanwhile stays in the history.
    ///
    /// # Errors
    /// [`Code::NotFound`] where there is no such question; what [`Desk::drafts_save`] fails with.
    pub fn drafts_settle_tracked(&self, draft: &str, wish: TrackedWish) -> Result<Draft> {
        let draft = id::parse(draft)?;
        let (row, version) = self.read(|read| {
            let row =
                rows::find(read, &draft)?.ok_or_else(|| Error::not_found("brought_in", &draft))?;
            let version = version_in(read, &draft, &row.lang)?;
            Ok((row, version))
        })?;
        let mut row = row;
        if row.taken != word(wish) {
            self.drafts_save(SaveDraft {
                draft: draft.clone(),
                lang: row.lang.clone(),
                base: version.rev,
                title: None,
                summary: None,
                text: Text::Markdown(std::mem::take(&mut row.other)),
                fields: None,
                follows: false,
            })?;
            row.other = version.body;
            word(wish).clone_into(&mut row.taken);
        }
        row.asked = false;
        self.write(Action::Import, |tx| {
            rows::put(tx, &draft, &row)?;
            tx.changed(Topic::Drafts, Some(&draft));
            open_in(tx, &draft)
        })
    }

    /// Makes the text of a draft the version in its language of another draft that tells the same,
    /// with its pictures. The draft itself goes to the trash, from where it can be taken back.
    ///
    /// # Errors
    /// [`Code::LanguageExists`] where the other has that language; [`Code::NotFound`]; what adding
    /// a language and a file fails with.
    pub fn drafts_join(&self, draft: &str, into: &str) -> Result<Draft> {
        let from = self.drafts_open(draft)?;
        let into = id::parse(into)?;
        let version = self.read(|read| version_in(read, &from.id, &from.primary_lang))?;
        self.read(|read| {
            if store::version(read, &into, &from.primary_lang)?.is_some() {
                return Err(Error::new(Code::LanguageExists).with("lang", &from.primary_lang));
            }
            Ok(())
        })?;
        self.write(Action::EditDraft, |tx| writable(tx, &into).map(|_| ()))?;
        let there = self.drafts_open(&into)?;
        let held: BTreeSet<&str> = there
            .attachments
            .iter()
            .map(|a| a.sha256.as_str())
            .collect();
        for file in from
            .attachments
            .iter()
            .filter(|file| !held.contains(file.sha256.as_str()))
        {
            let path = self.blob_path(&file.sha256)?;
            self.attachments_add_file(
                &into,
                &path,
                NewAttachment {
                    name: file.name.clone(),
                    role: Some(file.role),
                    alt: file.alt.clone(),
                    title: file.title.clone(),
                },
            )?;
        }
        let joined = self.drafts_add_language(&into, &from.primary_lang, None)?;
        let base = joined
            .languages
            .iter()
            .find(|one| one.lang == from.primary_lang)
            .map(|one| one.rev.clone())
            .ok_or_else(|| Error::new(Code::LanguageMissing))?;
        self.drafts_save(SaveDraft {
            draft: into.clone(),
            lang: from.primary_lang.clone(),
            base,
            title: Some(version.title),
            summary: Some(version.summary),
            text: Text::Markdown(version.body),
            fields: Some(version.fields),
            follows: true,
        })?;
        self.drafts_trash(&from.id)?;
        self.drafts_open(&into)
    }
}

fn word(wish: TrackedWish) -> &'static str {
    match wish {
        TrackedWish::Accept => "accept",
        TrackedWish::Reject => "reject",
    }
}

fn stored<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(Code::Internal).because(error))
}

fn told(row: rows::Row) -> Result<Brought> {
    let damaged = |error| Error::new(Code::Internal).because(error);
    Ok(Brought {
        report: serde_json::from_str(&row.report).map_err(damaged)?,
        same_story: match row.story.as_str() {
            "" => None,
            story => Some(serde_json::from_str(story).map_err(damaged)?),
        },
        taken: if row.taken == word(TrackedWish::Reject) {
            TrackedWish::Reject
        } else {
            TrackedWish::Accept
        },
        name: row.name,
        lang: row.lang,
        asked: row.asked,
    })
}

/// What the head of a news text says, where the content type has a field for it.
fn fields_of(read: &Imported, content_type: &str) -> Map<String, Value> {
    let mut found = Map::new();
    // A field for several is left to a person.
    let known = |key: &str| {
        Registry::builtin()
            .fields(content_type)
            .into_iter()
            .any(|spec| spec.key == key && !spec.cardinality.ends_with('n'))
    };
    let Some(dateline) = &read.dateline else {
        return found;
    };
    for (key, text) in [("place", &dateline.place), ("eventDate", &dateline.date)] {
        if let Some(text) = text.as_deref().filter(|_| known(key)) {
            found.insert(key.to_owned(), Value::from(text));
        }
    }
    found
}

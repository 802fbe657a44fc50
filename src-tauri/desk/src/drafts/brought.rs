//! Documents brought in as drafts: what became of their parts stays with the draft, tracked
//! changes are a question that can be answered either way at any time, and a text that tells the
//! same story as another draft is offered as its translation.

use std::collections::BTreeMap;

use qalam_content::body;
use qalam_content::kind::{Finding, Registry, Severity};
use qalam_content::limits;
use qalam_content::readers::import::{ImportReport, Imported, TrackedWish};
use qalam_content::readers::story::{ENOUGH, Sameness, Story};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::attachments::ReadyFile;
use super::rules::MAX_ATTACHMENTS;
use super::store::{self, attachments as files, brought as rows};
use super::{
    Attachment, AttachmentRole, Draft, NewAttachment, NewDraft, Ready, SaveDraft, Text,
    add_language_in, attachments, create_in, editable, open_in, save_in, trash_in, version_in,
    writable,
};
use crate::change::{Action, Topic};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::imports::documents::{Asked, ReadDocument, read_document};
use crate::vocab;

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
    /// Makes a draft of a document, with its pictures and a report that stays with it: all of it or
    /// nothing.
    ///
    /// # Errors
    /// What [`Desk::drafts_create`] and [`Desk::attachments_add_bytes`] fail with. A document that
    /// cannot be read is no error: the answer has no draft.
    pub fn drafts_bring_in(&self, wanted: &BringIn<'_>) -> Result<BroughtIn> {
        let wish = wanted.tracked.unwrap_or_default();
        // Both answers are kept, so that the question can be answered without the file.
        let ReadDocument {
            mut read,
            mut other,
        } = read_document(&Asked {
            name: wanted.name,
            bytes: wanted.bytes,
            lang: wanted.lang,
            wish,
        });
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
        let lang = vocab::language(&lang)?;
        let mut pictures = self.ready_pictures(&mut read, &lang)?;
        if let Some(other) = &mut other {
            pictures.extend(self.ready_pictures(other, &lang)?);
            pictures.truncate(MAX_ATTACHMENTS);
        }
        let same_story = self.same_story(&lang, &read)?;
        let row = rows::Row {
            name: wanted.name.to_owned(),
            lang: lang.clone(),
            report: stored(&read.report)?,
            story: same_story.as_ref().map_or(Ok(String::new()), stored)?,
            taken: word(wish).to_owned(),
            asked: other.is_some() && wanted.tracked.is_none(),
            other: other.map(|other| other.markdown).unwrap_or_default(),
        };
        let draft = self.write(Action::Import, |tx| {
            let draft = create_in(
                tx,
                NewDraft {
                    fields: fields_of(&read, wanted.content_type),
                    content_type: wanted.content_type.to_owned(),
                    lang,
                    title: read.title.clone().unwrap_or_default(),
                    body: read.markdown.clone(),
                    ..NewDraft::default()
                },
            )?;
            for picture in pictures {
                picture.put_on(tx, &self.blobs, &draft)?;
            }
            rows::put(tx, &draft, &row)?;
            open_in(tx, &draft)
        })?;
        Ok(BroughtIn {
            read,
            draft: Some(draft),
            lang_unsure,
            same_story,
        })
    }

    /// The pictures of a document, each once and ready to be put on a draft; the text then names
    /// them by what they became.
    fn ready_pictures(&self, read: &mut Imported, lang: &str) -> Result<Vec<ReadyFile>> {
        let mut ready = Vec::new();
        for picture in &read.pictures {
            let mut new = NewAttachment {
                name: picture.name.clone(),
                role: Some(AttachmentRole::Picture),
                ..NewAttachment::default()
            };
            if !picture.alt.is_empty() {
                new.alt.insert(lang.to_owned(), picture.alt.clone());
            }
            let limit = limits::MAX_FILE_BYTES;
            let staged = self
                .blobs
                .stage(&mut picture.bytes.as_slice(), &new.name, limit)?;
            ready.push(self.ready_file(staged, new)?);
        }
        for (picture, ready) in read.pictures.iter().zip(&ready) {
            if picture.sha256 != ready.sha256() {
                read.markdown = read.markdown.replace(&picture.sha256, ready.sha256());
            }
        }
        Ok(ready)
    }

    /// The draft in another language that tells most surely the same.
    fn same_story(&self, lang: &str, read: &Imported) -> Result<Option<SameStory>> {
        let others = self.read(|read| rows::others(read, lang, COMPARED))?;
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
        self.write(Action::Import, |tx| {
            let mut row =
                rows::find(tx, &draft)?.ok_or_else(|| Error::not_found("brought_in", &draft))?;
            editable(tx, &draft)?;
            if row.taken != word(wish) {
                let version = version_in(tx, &draft, &row.lang)?;
                let other = std::mem::replace(&mut row.other, version.body);
                save_in(
                    tx,
                    Ready::of(SaveDraft {
                        draft: draft.clone(),
                        lang: row.lang.clone(),
                        base: version.rev,
                        text: Text::Markdown(other),
                        ..SaveDraft::default()
                    })?,
                )??;
                word(wish).clone_into(&mut row.taken);
            }
            row.asked = false;
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
        let (draft, into) = (id::parse(draft)?, id::parse(into)?);
        self.write(Action::Import, |tx| {
            let lang = writable(tx, &draft)?.primary_lang;
            let version = version_in(tx, &draft, &lang)?;
            let base = add_language_in(tx, &into, &lang, None)?;
            let held = files::of_draft(tx, &into)?;
            for file in files::of_draft(tx, &draft)? {
                if held.iter().all(|one| one.sha256 != file.sha256) {
                    let (id, draft) = (new_id(), into.clone());
                    attachments::add(tx, Attachment { id, draft, ..file })?;
                }
            }
            save_in(
                tx,
                Ready::of(SaveDraft {
                    draft: into.clone(),
                    lang,
                    base,
                    title: Some(version.title),
                    summary: Some(version.summary),
                    text: Text::Markdown(version.body),
                    fields: Some(version.fields),
                    follows: true,
                })?,
            )??;
            trash_in(tx, &draft)?;
            tx.changed(Topic::Publications, None);
            open_in(tx, &into)
        })
    }
}

/// A question of tracked changes that nobody has answered, for whoever hands the draft in. `text`
/// are the words where the two texts first differ, as the draft has them.
pub(super) fn findings(read: &ReadTx<'_>, draft: &Draft) -> Result<Option<Finding>> {
    let Some((lang, report, other)) = rows::undecided(read, &draft.id)? else {
        return Ok(None);
    };
    let report: ImportReport = serde_json::from_str(&report).map_err(damaged)?;
    let count = report.tracked.map_or(0, |tracked| {
        [tracked.insertions, tracked.deletions, tracked.moves]
            .into_iter()
            .fold(0_u32, u32::saturating_add)
    });
    let mut params = BTreeMap::from([("count".to_owned(), count.to_string())]);
    let version = draft.languages.iter().find(|version| version.lang == lang);
    if let Some(words) = version.and_then(|version| first_difference(&version.body, &other)) {
        params.insert("text".to_owned(), words);
    }
    Ok(Some(Finding {
        code: "tracked_changes_open".to_owned(),
        severity: Severity::Warning,
        field: "body".to_owned(),
        lang: Some(lang),
        params,
    }))
}

/// The words of the first paragraph of `ours` that `theirs` has otherwise, or of the one before a
/// paragraph that only `theirs` has.
fn first_difference(ours: &str, theirs: &str) -> Option<String> {
    let (ours, theirs) = (body::plain_text(ours), body::plain_text(theirs));
    let words = |text: &str| -> Vec<String> {
        let words = text.lines().map(str::trim);
        words
            .filter(|words| !words.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (ours, theirs) = (words(&ours), words(&theirs));
    let same = ours
        .iter()
        .zip(&theirs)
        .take_while(|(ours, theirs)| ours == theirs)
        .count();
    if same == ours.len() && same == theirs.len() {
        return None;
    }
    let only_theirs = theirs.get(same).is_some() && ours.get(same) == theirs.get(same + 1);
    let at = if only_theirs {
        same.saturating_sub(1)
    } else {
        same
    };
    ours.get(at).or(ours.last()).cloned()
}

fn damaged(error: serde_json::Error) -> Error {
    Error::new(Code::Internal).because(error)
}

fn word(wish: TrackedWish) -> &'static str {
    match wish {
        TrackedWish::Accept => "accept",
        TrackedWish::Reject => "reject",
    }
}

fn stored<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(damaged)
}

fn told(row: rows::Row) -> Result<Brought> {
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

/// From here on, in per cent, what was recognised is put into fields.
const SURE_FOR_A_FIELD: u8 = 90;

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
    // What is not sure stands in the report, for a person to take.
    let Some(dateline) = read
        .dateline
        .as_ref()
        .filter(|it| it.confidence >= SURE_FOR_A_FIELD)
    else {
        return found;
    };
    for (key, text) in [("place", &dateline.place), ("eventDate", &dateline.date)] {
        if let Some(text) = text.as_deref().filter(|_| known(key)) {
            found.insert(key.to_owned(), Value::from(text));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn the_place_of_a_change_is_in_the_text_as_it_is() {
        let cases = [
            // Words put in, taken out, a paragraph put in, one taken out, the first, the last.
            ("A\n\nB **new**\n\nC\n", "A\n\nB\n\nC\n", Some("B new")),
            ("A\n\nB\n\nC\n", "A\n\nB old\n\nC\n", Some("B")),
            ("A\n\nB\n\nC\n", "A\n\nC\n", Some("B")),
            ("A\n\nC\n", "A\n\nB\n\nC\n", Some("A")),
            ("C\n", "B\n\nC\n", Some("C")),
            ("A\n\nB\n", "A\n\nB\n\nC\n", Some("B")),
            // In looks only, or nothing to lead to.
            ("A\n", "**A**\n", None),
            ("", "A\n", None),
        ];
        for (ours, theirs, words) in cases {
            assert_eq!(
                first_difference(ours, theirs).as_deref(),
                words,
                "{ours:?} {theirs:?}"
            );
        }
    }
}

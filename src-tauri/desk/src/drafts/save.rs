//! Saving texts and fields: the path of every keystroke.

use qalam_content::body;
use qalam_content::problem::{Problem, code};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::rules::{self, Keep, Newest, Where};
use super::store::{self, Kept, NewText};
use super::types::{FieldsSaved, LanguageVersion, Saved};
use super::{attachments, editable, note_change, state_of};
use crate::change::{Action, Topic};
use crate::clock;
use crate::db::WriteTx;
use crate::desk::Desk;
use crate::error::{Code, Conflict, Error, LanguageVersionText, Result};
use crate::id::{self, new_id};
use crate::{outbox, profile, search};

/// The body of a save.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// It stays as it is.
    #[default]
    Unchanged,
    /// Markdown.
    Markdown(String),
    /// The editor's document.
    Document(Value),
}

/// A save of one language version. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveDraft {
    /// The draft.
    pub draft: String,
    /// The language version.
    pub lang: String,
    /// The revision this text started from.
    pub base: String,
    /// The title.
    pub title: Option<String>,
    /// The summary.
    pub summary: Option<String>,
    /// The body.
    pub text: Text,
    /// The fields that differ by language, all of them.
    pub fields: Option<Map<String, Value>>,
    /// A translation: this text follows the original as it is now.
    pub follows: bool,
}

/// A change of what is the same in every language. What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveFields {
    /// The draft.
    pub draft: String,
    /// The `fields_rev` this change started from.
    pub base: String,
    /// The fields, all of them.
    pub fields: Option<Map<String, Value>>,
    /// Thematic areas, the main one first.
    pub areas: Option<Vec<String>>,
    /// It overtakes others.
    pub urgent: Option<bool>,
}

impl Desk {
    /// Saves one language version. The text is on the disk when this returns.
    ///
    /// # Errors
    /// [`Code::Conflict`] with all three texts when the text was changed since `base`; both texts
    /// are then revisions of their own, so whichever a person chooses, the other stays;
    /// [`Code::BadDocument`], [`Code::UnknownField`], that a text is too long,
    /// [`Code::LanguageMissing`], [`Code::DraftTrashed`], [`Code::NotFound`].
    pub fn drafts_save(&self, save: SaveDraft) -> Result<Saved> {
        // All that needs no database is done before its lock is taken.
        let save = Ready::of(save)?;
        self.write(Action::EditDraft, |tx| save_in(tx, save))?
    }

    /// Saves what is the same in every language.
    ///
    /// # Errors
    /// [`Code::Conflict`] without texts when it was changed since `base`;
    /// [`Code::UnknownField`], [`Code::UnknownArea`], [`Code::FieldsTooLarge`],
    /// [`Code::DraftTrashed`], [`Code::NotFound`].
    pub fn drafts_set_fields(&self, save: SaveFields) -> Result<FieldsSaved> {
        let draft = id::parse(&save.draft)?;
        self.write(Action::EditFields, |tx| {
            let head = editable(tx, &draft)?;
            let known = store::fields(tx, &draft)?;
            let fields = match save.fields {
                Some(fields) => rules::tidy_fields(&head.content_type, Where::Draft, fields)?,
                None => known.fields.clone(),
            };
            let areas = match &save.areas {
                Some(areas) => rules::tidy_areas(areas)?,
                None => known.areas.clone(),
            };
            let urgent = save.urgent.unwrap_or(head.urgent);
            let content = fields != known.fields || areas != known.areas;
            if !content && urgent == head.urgent {
                return Ok(FieldsSaved {
                    fields_rev: known.rev,
                    at: head.updated_at.clone(),
                    state: super::state::standing(&head.facts).state,
                });
            }
            if known.rev != save.base {
                return Err(Error::new(Code::Conflict)
                    .with("draft", &draft)
                    .with("base", &save.base)
                    .with("theirs", &known.rev));
            }
            let rev = new_id();
            store::set_fields(tx, &draft, &rev, &fields, &areas, urgent)?;
            if urgent != head.urgent {
                outbox::note_urgent(tx, &draft, urgent)?;
            }
            note_change(tx, &draft, content)?;
            Ok(FieldsSaved {
                fields_rev: rev,
                at: tx.now().to_owned(),
                state: state_of(tx, &draft)?,
            })
        })
    }
}

/// A save whose text was read and counted.
pub(crate) struct Ready {
    draft: String,
    base: String,
    lang: String,
    title: Option<String>,
    summary: Option<String>,
    markdown: Option<String>,
    counted: Option<(u32, Vec<String>)>,
    fields: Option<Map<String, Value>>,
    follows: bool,
}

impl Ready {
    /// Reads and counts, and looks whether a text is too long.
    pub(crate) fn of(save: SaveDraft) -> Result<Self> {
        let markdown = match save.text {
            Text::Unchanged => None,
            Text::Markdown(markdown) => Some(markdown),
            Text::Document(document) => {
                Some(body::to_markdown(&document).map_err(|problem| not_a_document(&problem))?)
            }
        };
        let ready = Self {
            draft: id::parse(&save.draft)?,
            base: id::parse(&save.base)?,
            lang: save.lang,
            title: save.title.as_deref().map(rules::tidy_title),
            summary: save.summary.map(|summary| summary.trim().to_owned()),
            counted: markdown
                .as_deref()
                .map(|markdown| (body::words(markdown), body::blob_refs(markdown))),
            markdown,
            fields: save.fields,
            follows: save.follows,
        };
        rules::check_lengths(
            ready.title.as_deref().unwrap_or_default(),
            ready.summary.as_deref().unwrap_or_default(),
            ready.markdown.as_deref().unwrap_or_default(),
        )?;
        Ok(ready)
    }
}

/// Saves inside a transaction. The outcome lies inside: a conflict is an answer, and what it keeps is committed.
pub(crate) fn save_in(tx: &WriteTx<'_>, save: Ready) -> Result<Result<Saved>> {
    let head = editable(tx, &save.draft)?;
    let lang = save.lang.as_str();
    let version = store::version(tx, &save.draft, lang)?.ok_or_else(|| {
        Error::new(Code::LanguageMissing)
            .with("lang", lang)
            .with("draft", &save.draft)
    })?;
    let known = &version.text;
    let fields = match save.fields {
        Some(fields) => rules::tidy_fields(&head.content_type, Where::Language, fields)?,
        None => known.fields.clone(),
    };
    let text = NewText {
        lang,
        title: save.title.as_deref().unwrap_or(&known.title),
        summary: save.summary.as_deref().unwrap_or(&known.summary),
        body: save.markdown.as_deref().unwrap_or(&known.body),
        fields: &fields,
        words: save
            .counted
            .as_ref()
            .map_or(known.words, |(words, _)| *words),
    };
    let actor = profile::actor(tx)?;
    let newest = Newest {
        rev: &known.rev,
        person: &version.person,
        session: &version.session,
        pinned: version.pinned,
        burst_at: clock::parse(&version.burst_at),
        same_text: same_text(known, &text),
    };
    let keep = rules::keep(&newest, &save.base, &actor.person, tx.session(), tx.at());
    let rev = match keep {
        None => {
            store::pin(tx, version.head)?;
            let kept = keep_aside(tx, &save.draft, &text, &actor)?;
            tx.changed(Topic::Drafts, Some(&save.draft));
            return Ok(Err(conflict(
                tx,
                &save.draft,
                &save.base,
                kept,
                known,
                &text,
            )?));
        }
        Some(Keep::Nothing) => {
            return Ok(Ok(Saved {
                rev: known.rev.clone(),
                words: known.words,
                at: known.saved_at.clone(),
                state: super::state::standing(&head.facts).state,
            }));
        }
        Some(Keep::InNewest) => {
            let rev = new_id();
            store::replace_revision(tx, version.head, &rev, &text)?;
            rev
        }
        Some(Keep::AsNew) => {
            let rev = new_id();
            let seq = store::insert_revision(tx, &save.draft, &rev, &text, &actor, Kept::Loose)?;
            store::set_head(tx, &save.draft, lang, seq)?;
            rev
        }
    };
    // Words put into an empty version belong to what the original says by now. Later ones
    // may mend anything: that they follow a change is for whoever wrote them to say.
    let begun = known.title.is_empty() && known.summary.is_empty() && known.body.is_empty();
    if lang != head.primary_lang && (save.follows || begun) {
        store::follow(tx, &save.draft, lang, &head.primary_lang)?;
    }
    if let Some((_, refs)) = &save.counted {
        attachments::adopt_pictures(tx, &save.draft, refs)?;
    }
    search::index_language(tx, &save.draft, lang)?;
    note_change(tx, &save.draft, true)?;
    Ok(Ok(Saved {
        rev,
        words: text.words,
        at: tx.now().to_owned(),
        state: state_of(tx, &save.draft)?,
    }))
}

fn same_text(known: &LanguageVersion, text: &NewText<'_>) -> bool {
    known.title == text.title
        && known.summary == text.summary
        && known.body == text.body
        && known.fields == *text.fields
}

/// Keeps a text that met another one; its revision. The same text that meets again is kept once.
fn keep_aside(
    tx: &WriteTx<'_>,
    draft: &str,
    text: &NewText<'_>,
    actor: &profile::Actor,
) -> Result<String> {
    if let Some(kept) = store::kept_aside(tx, draft, text)? {
        return Ok(kept);
    }
    let rev = new_id();
    store::insert_revision(tx, draft, &rev, text, actor, Kept::Aside)?;
    Ok(rev)
}

fn conflict(
    tx: &WriteTx<'_>,
    draft: &str,
    base: &str,
    kept: String,
    theirs: &LanguageVersion,
    yours: &NewText<'_>,
) -> Result<Error> {
    let mut error = Error::new(Code::Conflict)
        .with("draft", draft)
        .with("lang", yours.lang)
        .with("yours", &kept)
        .with("theirs", &theirs.rev)
        .with("base", base);
    error.conflict = Some(Box::new(Conflict {
        yours: LanguageVersionText {
            rev: kept,
            lang: yours.lang.to_owned(),
            title: yours.title.to_owned(),
            summary: yours.summary.to_owned(),
            body: yours.body.to_owned(),
        },
        theirs: LanguageVersionText {
            rev: theirs.rev.clone(),
            lang: theirs.lang.clone(),
            title: theirs.title.clone(),
            summary: theirs.summary.clone(),
            body: theirs.body.clone(),
        },
        base: store::base_text(tx, draft, yours.lang, base)?,
    }));
    Ok(error)
}

fn not_a_document(problem: &Problem) -> Error {
    let code = match problem.code.as_str() {
        code::TOO_LONG => Code::BodyTooLong,
        _ => Code::BadDocument,
    };
    let mut error = Error::new(code).with("detail", &problem.code);
    error.params.extend(problem.params.clone());
    error
}

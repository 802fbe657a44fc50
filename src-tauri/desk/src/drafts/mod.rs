//! Drafts: pieces of content in work.
//!
//! A draft has a content type, fields, thematic areas and one or more language versions. Every
//! stored text is a revision; a save names the revision it started from, and a text that was
//! changed meanwhile is never overwritten.

mod adopt;
mod attachments;
mod brought;
mod history;
mod list;
pub(crate) mod place;
pub(crate) mod readings;
pub mod rules;
mod save;
pub mod state;
pub(crate) mod store;
mod types;

pub(crate) use adopt::{adopt_in, refresh_in};
pub(crate) use attachments::attach_publications_in;
pub use attachments::{AttachmentChange, NewAttachment};
pub use brought::{BringIn, Brought, BroughtIn, SameStory};
pub use list::DraftQuery;
pub(crate) use list::rows_of;
pub use readings::AttachmentRead;
pub(crate) use save::{Ready, save_in};
pub use save::{SaveDraft, SaveFields, Text};
pub use types::{
    Attachment, AttachmentRole, Checked, DeskCounts, DeskView, Draft, DraftPage, DraftRow,
    FieldsSaved, LangMark, LangState, LanguageVersion, Progress, RevisionRow, Saved, SourceChange,
    State,
};

use std::collections::BTreeMap;

use qalam_content::body::{self, DRAFT_ADDRESS, HtmlOptions};
use qalam_content::kind::{
    AttachmentInput, CheckInput, LanguageInput, Linked, Registry, Severity, check,
};
use qalam_content::lang::{Direction, direction_of_lang};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::change::{Action, Topic};
use crate::db::lent::Lent;
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::profile::{self, OwnerKind};
use crate::{review, search, vocab};
use rules::Where;
use store::Kept;

/// What a new draft begins with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewDraft {
    /// Content type id.
    #[serde(rename = "type")]
    pub content_type: String,
    /// The language of the original (BCP 47).
    pub lang: String,
    /// The title; may be empty.
    pub title: String,
    /// The summary; may be empty.
    pub summary: String,
    /// The body in Markdown; may be empty.
    pub body: String,
    /// Fields of either kind; they are put where they belong.
    pub fields: Map<String, Value>,
    /// Thematic areas, the main one first.
    pub areas: Vec<String>,
    /// It overtakes others.
    pub urgent: bool,
}

/// A language version as readers will see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendered {
    /// Sanitised HTML of the body.
    pub html: String,
    /// The direction of the language.
    pub dir: Direction,
}

impl Desk {
    /// Makes a draft in one language. Fields whose first value follows from the profile or the
    /// day are filled in.
    ///
    /// # Errors
    /// [`Code::UnknownType`], [`Code::BadLanguage`], [`Code::UnknownField`],
    /// [`Code::UnknownArea`], or that a text is too long.
    pub fn drafts_create(&self, new: NewDraft) -> Result<Draft> {
        self.write(Action::CreateDraft, |tx| {
            let id = create_in(tx, new)?;
            open_in(tx, &id)
        })
    }

    /// The draft with everything in it.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn drafts_open(&self, draft: &str) -> Result<Draft> {
        let draft = id::parse(draft)?;
        self.read(|read| open_in(read, &draft))
    }

    /// The editor's document of one language version, and the revision it is.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::LanguageMissing`].
    pub fn drafts_document(&self, draft: &str, lang: &str) -> Result<(String, Value)> {
        let version = self.version_of(draft, lang)?;
        Ok((version.rev, body::to_document(&version.body)))
    }

    /// The body of one language version in Markdown.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::LanguageMissing`].
    pub fn drafts_text(&self, draft: &str, lang: &str) -> Result<String> {
        Ok(self.version_of(draft, lang)?.body)
    }

    /// One language version as readers will see it. `picture` gives the address of a stored
    /// picture for its hash.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::LanguageMissing`].
    pub fn drafts_render(
        &self,
        draft: &str,
        lang: &str,
        picture: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Rendered> {
        Ok(rendered(&self.version_of(draft, lang)?, picture))
    }

    /// Adds a language to a draft, empty or beginning with the text of `copy_from`.
    ///
    /// # Errors
    /// [`Code::LanguageExists`], [`Code::LanguageMissing`] for `copy_from`, [`Code::BadLanguage`],
    /// [`Code::DraftTrashed`], [`Code::NotFound`].
    pub fn drafts_add_language(
        &self,
        draft: &str,
        lang: &str,
        copy_from: Option<&str>,
    ) -> Result<Draft> {
        let (draft, lang) = (id::parse(draft)?, vocab::language(lang)?);
        self.write(Action::AddLanguage, |tx| {
            add_language_in(tx, &draft, &lang, copy_from)?;
            open_in(tx, &draft)
        })
    }

    /// The checks beside the text.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn drafts_check(&self, draft: &str) -> Result<Checked> {
        let draft = id::parse(draft)?;
        let today = self.today();
        self.read(|read| checked(read, &open_in(read, &draft)?, &today))
    }

    /// Puts a draft into the trash, from where it can be taken back at any time.
    ///
    /// # Errors
    /// [`Code::DraftInReview`] and [`Code::DraftSending`] while others wait for it or a portal is
    /// about to get it; [`Code::NotFound`].
    pub fn drafts_trash(&self, draft: &str) -> Result<()> {
        let draft = id::parse(draft)?;
        self.write(Action::TrashDraft, |tx| trash_in(tx, &draft))
    }

    /// Takes a draft back out of the trash.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn drafts_untrash(&self, draft: &str) -> Result<()> {
        let draft = id::parse(draft)?;
        self.write(Action::UntrashDraft, |tx| {
            if store::required_head(tx, &draft)?.trashed {
                store::set_trashed(tx, &draft, false)?;
                note_change(tx, &draft, false)?;
            }
            Ok(())
        })
    }

    /// The bytes of an attachment or any stored picture, at a path.
    ///
    /// # Errors
    /// [`Code::BadHash`].
    pub fn blob_path(&self, sha256: &str) -> Result<Lent> {
        Ok(self.blobs.lend(&id::parse_hash(sha256)?))
    }

    /// The type and length of stored bytes; `None` for a hash the desk does not know.
    ///
    /// # Errors
    /// [`Code::BadHash`].
    pub fn blob(&self, sha256: &str) -> Result<Option<crate::db::blobs::Blob>> {
        let sha256 = id::parse_hash(sha256)?;
        self.read(|read| self.blobs.find(read, &sha256))
    }

    /// Today by this desk's clock, as ISO date in UTC.
    pub(crate) fn today(&self) -> String {
        day_of(self.clock().now())
    }

    fn version_of(&self, draft: &str, lang: &str) -> Result<LanguageVersion> {
        let draft = id::parse(draft)?;
        self.read(|read| {
            store::required_head(read, &draft)?;
            version_in(read, &draft, lang)
        })
    }
}

/// A text as readers will see it. `picture` gives the address of a stored picture for its hash.
#[must_use]
pub fn rendered(text: &LanguageVersion, picture: &dyn Fn(&str) -> Option<String>) -> Rendered {
    rendered_body(&text.body, &text.lang, picture)
}

/// What is known of the drafts the texts of one link to.
fn linked(read: &ReadTx<'_>, draft: &Draft) -> Result<BTreeMap<String, Linked>> {
    let mut known = BTreeMap::new();
    for version in &draft.languages {
        for id in body::draft_refs(&version.body) {
            if id == draft.id {
                known.insert(id, Linked::Itself);
                continue;
            }
            let Some(head) = store::head(read, &id)?.filter(|head| !head.trashed) else {
                continue;
            };
            let leaves = !head.approved.is_empty() || store::is_on_a_portal(read, &id)?;
            let what = if leaves {
                Linked::Leaves
            } else {
                let texts = store::versions(read, &id, &head.primary_lang)?;
                let title = texts.into_iter().next().map(|text| text.title);
                Linked::Waits(title.unwrap_or_default())
            };
            known.insert(id, what);
        }
    }
    Ok(known)
}

/// A body in a language as readers will see it.
pub(crate) fn rendered_body(
    markdown: &str,
    lang: &str,
    picture: &dyn Fn(&str) -> Option<String>,
) -> Rendered {
    let options = HtmlOptions {
        picture: Some(picture),
        draft: Some(&|id| Some(format!("{DRAFT_ADDRESS}{id}"))),
    };
    Rendered {
        html: body::to_html(markdown, &options),
        dir: direction_of_lang(lang),
    }
}

fn day_of(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

/// What the checks find in a draft.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn checked(read: &ReadTx<'_>, draft: &Draft, today: &str) -> Result<Checked> {
    let mut found = BTreeMap::new();
    for attachment in &draft.attachments {
        if let Some((reading, _)) = readings::reading(read, &attachment.sha256)? {
            found.insert(attachment.sha256.as_str(), reading);
        }
    }
    let input = CheckInput {
        content_type: &draft.content_type,
        primary_lang: &draft.primary_lang,
        areas: &draft.areas,
        fields: &draft.fields,
        languages: draft
            .languages
            .iter()
            .filter(|version| {
                !review::rules::is_blank(version) || version.lang == draft.primary_lang
            })
            .map(|version| LanguageInput {
                lang: &version.lang,
                title: &version.title,
                summary: &version.summary,
                body: &version.body,
                fields: &version.fields,
            })
            .collect(),
        attachments: draft
            .attachments
            .iter()
            .map(|attachment| AttachmentInput {
                sha256: &attachment.sha256,
                name: &attachment.name,
                mime: &attachment.mime,
                bytes: attachment.bytes,
                role: attachment.role.as_str(),
                alt: &attachment.alt,
                reading: found.get(attachment.sha256.as_str()),
            })
            .collect(),
        linked: linked(read, draft)?,
        today: Some(today),
    };
    let mut findings = check(&input);
    findings.extend(brought::findings(read, draft)?);
    findings.extend(review::comment_findings(read, &draft.id)?);
    findings.sort_by_key(|finding| finding.severity);
    let ready = !findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(Checked { findings, ready })
}

/// Makes a draft inside a transaction; its id.
///
/// # Errors
/// As [`Desk::drafts_create`].
pub(crate) fn create_in(tx: &WriteTx<'_>, new: NewDraft) -> Result<String> {
    vocab::check_type(&new.content_type)?;
    let lang = vocab::language(&new.lang)?;
    let title = rules::tidy_title(&new.title);
    rules::check_lengths(&title, &new.summary, &new.body)?;
    let (mut fields, localized) = rules::divide_fields(&new.content_type, new.fields)?;
    let profile = profile::current(tx)?;
    fill_in(
        &new.content_type,
        profile.as_ref(),
        &day_of(tx.at()),
        &mut fields,
    );
    let fields = rules::tidy_fields(&new.content_type, Where::Draft, fields)?;
    let localized = rules::tidy_fields(&new.content_type, Where::Language, localized)?;
    let areas = rules::tidy_areas(&new.areas)?;
    let (id, rev) = (new_id(), new_id());
    store::insert_draft(
        tx,
        &store::NewHead {
            id: &id,
            content_type: &new.content_type,
            primary_lang: &lang,
            urgent: new.urgent,
            fields_rev: &new_id(),
            fields: &fields,
            areas: &areas,
        },
    )?;
    let head = store::insert_revision(
        tx,
        &id,
        &rev,
        &store::NewText {
            lang: &lang,
            title: &title,
            summary: new.summary.trim(),
            body: &new.body,
            fields: &localized,
            words: body::words(&new.body),
        },
        &profile::actor(tx)?,
        // What a draft began with stays in its history, if there was anything.
        if new.body.is_empty() {
            Kept::Loose
        } else {
            Kept::Pinned
        },
    )?;
    store::insert_version(tx, &id, &lang, head, None)?;
    search::index_language(tx, &id, &lang)?;
    tx.changed(Topic::Drafts, Some(&id));
    Ok(id)
}

/// Adds a language inside a transaction; the revision it begins with.
///
/// # Errors
/// As [`Desk::drafts_add_language`].
fn add_language_in(
    tx: &WriteTx<'_>,
    draft: &str,
    lang: &str,
    copy_from: Option<&str>,
) -> Result<String> {
    let head = editable(tx, draft)?;
    if store::version(tx, draft, lang)?.is_some() {
        return Err(Error::new(Code::LanguageExists).with("lang", lang));
    }
    let text = match copy_from {
        Some(from) => Some(version_in(tx, draft, from)?),
        None => None,
    };
    let text = text.as_ref();
    let empty = Map::new();
    let rev = new_id();
    let seq = store::insert_revision(
        tx,
        draft,
        &rev,
        &store::NewText {
            lang,
            title: text.map_or("", |text| &text.title),
            summary: text.map_or("", |text| &text.summary),
            body: text.map_or("", |text| &text.body),
            fields: text.map_or(&empty, |text| &text.fields),
            words: text.map_or(0, |text| text.words),
        },
        &profile::actor(tx)?,
        Kept::Loose,
    )?;
    let source = store::head_of(tx, draft, &head.primary_lang)?;
    if let Some(source) = source {
        store::pin(tx, source)?;
    }
    store::insert_version(tx, draft, lang, seq, source)?;
    note_change(tx, draft, true)?;
    search::index_language(tx, draft, lang)?;
    Ok(rev)
}

/// Puts a draft into the trash inside a transaction.
///
/// # Errors
/// As [`Desk::drafts_trash`].
fn trash_in(tx: &WriteTx<'_>, draft: &str) -> Result<()> {
    let head = store::required_head(tx, draft)?;
    if head.trashed {
        return Ok(());
    }
    let in_review = head
        .facts
        .pending
        .is_some_and(|pending| pending.state == review::ReleaseState::InReview);
    if in_review {
        return Err(Error::new(Code::DraftInReview).with("draft", draft));
    }
    if store::is_leaving(tx, draft)? {
        return Err(Error::new(Code::DraftSending).with("draft", draft));
    }
    store::set_trashed(tx, draft, true)?;
    note_change(tx, draft, false)
}

/// Fills in the fields whose first value follows from the profile or the day.
fn fill_in(
    content_type: &str,
    profile: Option<&profile::Profile>,
    today: &str,
    fields: &mut Map<String, Value>,
) {
    for spec in Registry::builtin().fields(content_type) {
        let Some(auto) = spec.auto.as_deref() else {
            continue;
        };
        if spec.localized
            || fields.contains_key(&spec.key)
            || rules::ELSEWHERE.contains(&spec.key.as_str())
        {
            continue;
        }
        let of_owner = |kind| {
            profile
                .filter(|profile| profile.owner_kind == kind)
                .map(|profile| Value::from(profile.owner.as_str()))
        };
        let value = match (auto, spec.value_type.as_str()) {
            ("today", _) => Some(Value::from(today)),
            ("profile", "country") => of_owner(OwnerKind::State),
            ("profile", "org") => of_owner(OwnerKind::Institution),
            // A value out of the field's own list, such as "scheduled".
            (word, "enum") => Some(Value::from(word)),
            _ => None,
        };
        if let Some(value) = value {
            let several =
                spec.cardinality.ends_with(['n', '3', '9']) || spec.cardinality.ends_with("10");
            let value = if several {
                Value::Array(vec![value])
            } else {
                value
            };
            fields.insert(spec.key.clone(), value);
        }
    }
}

/// A draft with everything in it.
pub(crate) fn open_in(read: &ReadTx<'_>, draft: &str) -> Result<Draft> {
    let head = store::required_head(read, draft)?;
    let fields = store::fields(read, draft)?;
    let standing = state::standing(&head.facts);
    let return_reason = match &head.facts.pending {
        Some(pending) if pending.state == review::ReleaseState::Returned => {
            Some(pending.reason.clone())
        }
        _ => None,
    };
    Ok(Draft {
        languages: store::versions(read, draft, &head.primary_lang)?,
        marks: store::languages(read, draft, &head.primary_lang)?.marks,
        attachments: attachments::of_draft(read, draft)?,
        release: review::newest(read, draft)?,
        last_delivery: store::last_receipt(read, draft)?,
        id: head.id,
        content_type: head.content_type,
        primary_lang: head.primary_lang,
        state: standing.state,
        reason: standing.reason,
        urgent: head.urgent,
        created_at: fields.created_at,
        updated_at: head.updated_at,
        trashed: head.trashed,
        fields_rev: fields.rev,
        fields: fields.fields,
        areas: fields.areas,
        return_reason,
    })
}

/// A draft that may be changed.
///
/// # Errors
/// [`Code::NotFound`], [`Code::DraftTrashed`].
pub(crate) fn writable(read: &ReadTx<'_>, draft: &str) -> Result<store::Head> {
    let head = store::required_head(read, draft)?;
    if head.trashed {
        return Err(Error::new(Code::DraftTrashed).with("draft", draft));
    }
    Ok(head)
}

/// A draft whose content may be changed at this desk.
///
/// # Errors
/// As [`writable`]; [`Code::GuestDraft`] for a piece that is here for a decision only.
pub(crate) fn editable(read: &ReadTx<'_>, draft: &str) -> Result<store::Head> {
    let head = writable(read, draft)?;
    if crate::review::is_guest(read, draft)? {
        return Err(Error::new(Code::GuestDraft).with("draft", draft));
    }
    Ok(head)
}

/// Whether there is a draft of this id, in the trash or not.
pub(crate) fn exists(read: &ReadTx<'_>, draft: &str) -> Result<bool> {
    match store::required_head(read, draft) {
        Ok(_) => Ok(true),
        Err(error) if error.code == Code::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Notes that a draft changed; `content` says whether a release of it would now be another one.
pub(crate) fn note_change(tx: &WriteTx<'_>, draft: &str, content: bool) -> Result<()> {
    store::touch(tx, draft, content)?;
    tx.changed(Topic::Drafts, Some(draft));
    Ok(())
}

/// Where a draft stands now.
pub(crate) fn state_of(read: &ReadTx<'_>, draft: &str) -> Result<State> {
    Ok(state::standing(&store::required_head(read, draft)?.facts).state)
}

fn version_in(read: &ReadTx<'_>, draft: &str, lang: &str) -> Result<LanguageVersion> {
    store::version(read, draft, lang)?
        .map(|version| version.text)
        .ok_or_else(|| {
            Error::new(Code::LanguageMissing)
                .with("lang", lang)
                .with("draft", draft)
        })
}

//! Drafts.

use std::io::Read;
use std::path::{Path, PathBuf};

use qalam_content::kind::template;
use qalam_content::lang::Direction;
use qalam_content::limits::MAX_DOCUMENT_BYTES;
use qalam_content::problem::Problem;
use qalam_content::readers::import::TrackedWish;
use qalam_desk::drafts::{
    BringIn, Brought, Checked, DeskView, Draft, DraftPage, DraftQuery, FieldsSaved,
    LanguageVersion, NewDraft, Rendered, RevisionRow, SaveDraft, SaveFields, Saved, SourceChange,
    State, Text, rendered,
};
use qalam_desk::review::LanguageDiff;
use qalam_desk::{Code, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;

/// Arguments of `drafts.create`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CreateDraft {
    #[serde(rename = "type")]
    content_type: String,
    lang: String,
    #[ts(optional)]
    title: Option<String>,
    /// Begin with the questions a piece of this type answers.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    template: bool,
}

/// Arguments of commands about one draft.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfDraft {
    pub(super) draft: String,
}

/// Arguments of commands about one language version.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfLanguage {
    pub(super) draft: String,
    pub(super) lang: String,
}

/// Arguments of `drafts.list`.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(default)]
pub struct ListDrafts {
    #[ts(optional)]
    state: Option<State>,
    #[serde(rename = "type")]
    #[ts(optional)]
    content_type: Option<String>,
    #[ts(optional)]
    query: Option<String>,
    #[ts(optional)]
    trashed: Option<bool>,
    #[ts(optional)]
    after: Option<String>,
    limit: u32,
}

/// Arguments of `drafts.save`. The body comes as the editor's document or as Markdown; null in
/// both leaves it as it is.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveText {
    draft: String,
    lang: String,
    base: String,
    title: String,
    summary: String,
    #[serde(default)]
    #[ts(type = "unknown")]
    document: Value,
    markdown: Option<String>,
    #[ts(type = "Record<string, unknown>")]
    fields: Map<String, Value>,
}

/// Arguments of `drafts.set_fields`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetFields {
    draft: String,
    base: String,
    #[ts(type = "Record<string, unknown>")]
    fields: Map<String, Value>,
    areas: Vec<String>,
    urgent: bool,
}

/// Arguments of `drafts.add_language`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AddLanguage {
    draft: String,
    lang: String,
    #[ts(optional)]
    copy_from: Option<String>,
}

/// Arguments of commands about one kept revision.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfRevision {
    draft: String,
    rev: String,
}

/// The editor's document of one language version.
#[derive(Clone, Debug, Serialize, TS)]
pub struct EditorDocument {
    /// The revision it is; the base of the next save.
    rev: String,
    /// The document.
    #[ts(type = "unknown")]
    document: Value,
}

/// The history of one language version.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Revisions {
    /// The kept revisions, newest first.
    revisions: Vec<RevisionRow>,
}

/// One kept revision.
#[derive(Clone, Debug, Serialize, TS)]
pub struct EarlierText {
    /// The text, as it is stored.
    text: LanguageVersion,
    /// The text, as readers would see it.
    rendered: RenderedText,
}

/// One language version as readers will see it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RenderedText {
    /// Sanitised HTML of the body; pictures are `qalam:<sha256>`.
    html: String,
    /// The direction of the language.
    dir: Direction,
}

pub(super) fn create(app: &App, new: CreateDraft) -> Result<Draft, Failure> {
    let body = match new.template {
        true => template(&new.content_type, &new.lang).unwrap_or_default(),
        false => "",
    };
    Ok(app.desk.drafts_create(NewDraft {
        body: body.to_owned(),
        content_type: new.content_type,
        lang: new.lang,
        title: new.title.unwrap_or_default(),
        ..NewDraft::default()
    })?)
}

pub(super) fn open(app: &App, of: OfDraft) -> Result<Draft, Failure> {
    Ok(app.desk.drafts_open(&of.draft)?)
}

pub(super) fn list(app: &App, wanted: ListDrafts) -> Result<DraftPage, Failure> {
    Ok(app.desk.drafts_list(&DraftQuery {
        state: wanted.state,
        content_type: wanted.content_type,
        query: wanted.query,
        trashed: wanted.trashed.unwrap_or(false),
        after: wanted.after,
        limit: wanted.limit,
    })?)
}

pub(super) fn desk(app: &App, _: Empty) -> Result<DeskView, Failure> {
    Ok(app.desk.drafts_desk()?)
}

pub(super) fn save(app: &App, save: SaveText) -> Result<Saved, Failure> {
    let text = match (save.markdown, save.document) {
        (Some(markdown), Value::Null) => Text::Markdown(markdown),
        (None, Value::Null) => Text::Unchanged,
        (None, document) => Text::Document(document),
        (Some(_), _) => return Err(Failure::new(Code::BadArgument).with("name", "markdown")),
    };
    Ok(app.desk.drafts_save(SaveDraft {
        draft: save.draft,
        lang: save.lang,
        base: save.base,
        title: Some(save.title),
        summary: Some(save.summary),
        text,
        fields: Some(save.fields),
        follows: false,
    })?)
}

pub(super) fn set_fields(app: &App, save: SetFields) -> Result<FieldsSaved, Failure> {
    Ok(app.desk.drafts_set_fields(SaveFields {
        draft: save.draft,
        base: save.base,
        fields: Some(save.fields),
        areas: Some(save.areas),
        urgent: Some(save.urgent),
    })?)
}

pub(super) fn document(app: &App, of: OfLanguage) -> Result<EditorDocument, Failure> {
    let (rev, document) = app.desk.drafts_document(&of.draft, &of.lang)?;
    Ok(EditorDocument { rev, document })
}

pub(super) fn add_language(app: &App, new: AddLanguage) -> Result<Draft, Failure> {
    Ok(app
        .desk
        .drafts_add_language(&new.draft, &new.lang, new.copy_from.as_deref())?)
}

pub(super) fn check(app: &App, of: OfDraft) -> Result<Checked, Failure> {
    Ok(app.desk.drafts_check(&of.draft)?)
}

pub(super) fn history(app: &App, of: OfLanguage) -> Result<Revisions, Failure> {
    let revisions = app.desk.drafts_history(&of.draft, Some(&of.lang))?;
    Ok(Revisions { revisions })
}

pub(super) fn revision(app: &App, of: OfRevision) -> Result<EarlierText, Failure> {
    let text = app.desk.drafts_revision(&of.draft, &of.rev)?;
    let rendered = shown(rendered(&text, &address));
    Ok(EarlierText { text, rendered })
}

pub(super) fn restore(app: &App, of: OfRevision) -> Result<Draft, Failure> {
    Ok(app.desk.drafts_restore(&of.draft, &of.rev)?)
}

/// Arguments of `drafts.compare`: two kept revisions of one language version.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CompareRevisions {
    draft: String,
    from: String,
    to: String,
}

/// How the original changed since a translation was made; null when it did not.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SinceTranslated {
    change: Option<SourceChange>,
}

pub(super) fn compare(app: &App, of: CompareRevisions) -> Result<LanguageDiff, Failure> {
    Ok(app.desk.drafts_compare(&of.draft, &of.from, &of.to)?)
}

pub(super) fn source(app: &App, of: OfLanguage) -> Result<SinceTranslated, Failure> {
    let change = app.desk.drafts_source(&of.draft, &of.lang)?;
    Ok(SinceTranslated { change })
}

pub(super) fn follow(app: &App, of: OfLanguage) -> Result<Empty, Failure> {
    app.desk.drafts_follow(&of.draft, &of.lang)?;
    Ok(Empty {})
}

pub(super) fn trash(app: &App, of: OfDraft) -> Result<Empty, Failure> {
    app.desk.drafts_trash(&of.draft)?;
    Ok(Empty {})
}

pub(super) fn untrash(app: &App, of: OfDraft) -> Result<Empty, Failure> {
    app.desk.drafts_untrash(&of.draft)?;
    Ok(Empty {})
}

pub(super) fn render(app: &App, of: OfLanguage) -> Result<RenderedText, Failure> {
    Ok(shown(
        app.desk.drafts_render(&of.draft, &of.lang, &address)?,
    ))
}

/// The page knows by which door it came and so where pictures are: it puts the addresses in.
pub(super) fn address(sha256: &str) -> Option<String> {
    Some(format!("qalam:{sha256}"))
}

pub(super) fn shown(rendered: Rendered) -> RenderedText {
    RenderedText {
        html: rendered.html,
        dir: rendered.dir,
    }
}

/// Arguments of `drafts.bring_in`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BringInFile {
    #[ts(type = "string")]
    path: PathBuf,
    #[serde(rename = "type")]
    content_type: String,
    #[ts(optional)]
    lang: Option<String>,
}

/// What became of a file that was brought in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BroughtInFile {
    /// The draft; null when nothing could be read.
    draft: Option<String>,
    /// Why, and what there is to know.
    problems: Vec<Problem>,
    /// The language is a guess.
    lang_unsure: bool,
}

/// What became of the file of a draft; null when it was made otherwise.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BroughtOfDraft {
    /// The report with its questions.
    brought: Option<Brought>,
}

/// Arguments of `drafts.settle_tracked`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SettleTracked {
    draft: String,
    wish: TrackedWish,
}

/// Arguments of `drafts.join`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct JoinDrafts {
    draft: String,
    into: String,
}

pub(super) fn bring_in(app: &App, file: BringInFile) -> Result<BroughtInFile, Failure> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = bytes_of(&file.path)?;
    let brought = app.desk.drafts_bring_in(&BringIn {
        name: &name,
        bytes: &bytes,
        content_type: &file.content_type,
        lang: file.lang.as_deref(),
        tracked: None,
    })?;
    Ok(BroughtInFile {
        draft: brought.draft.map(|draft| draft.id),
        problems: brought.read.problems,
        lang_unsure: brought.lang_unsure,
    })
}

pub(super) fn brought(app: &App, of: OfDraft) -> Result<BroughtOfDraft, Failure> {
    Ok(BroughtOfDraft {
        brought: app.desk.drafts_brought(&of.draft)?,
    })
}

pub(super) fn settle_tracked(app: &App, answer: SettleTracked) -> Result<Draft, Failure> {
    Ok(app.desk.drafts_settle_tracked(&answer.draft, answer.wish)?)
}

pub(super) fn join(app: &App, of: JoinDrafts) -> Result<Draft, Failure> {
    Ok(app.desk.drafts_join(&of.draft, &of.into)?)
}

/// The bytes of a document, one more than the reader takes, so that it is the reader who says what
/// is too large.
pub(crate) fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    Error::open_file(path)?
        .take(MAX_DOCUMENT_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, path))?;
    Ok(bytes)
}

//! Handing in, comparing, deciding.

use std::path::PathBuf;

use qalam_desk::review::{
    Exported, Imported, Look, ReleaseRow, ReviewDiff, ReviewEvent, SignedSheet, Signing, Standing,
    Verification,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::drafts::{OfDraft, OfLanguage, RenderedText, address, shown};
use crate::app::App;
use crate::failure::Failure;
use crate::signoff;
use crate::text::Words;

/// Arguments of `review.submit`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct Submit {
    draft: String,
    #[ts(optional)]
    note: Option<String>,
}

/// Arguments of `review.approve`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct Approve {
    draft: String,
    release: String,
    /// Label or id of the key; the newest of this desk when absent.
    #[ts(optional)]
    key: Option<String>,
    /// A comment; the reason, on the urgent path.
    #[ts(optional)]
    words: Option<String>,
    /// Set four eyes or a second signature aside.
    #[ts(optional)]
    urgent: Option<bool>,
}

/// Arguments of `review.trail`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct TrailOf {
    #[ts(optional)]
    draft: Option<String>,
}

/// The audit trail.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TrailRead {
    /// The entries, in order.
    entries: Vec<ReviewEvent>,
    /// Hash of the last entry of the whole trail.
    head: String,
}

/// Arguments of `review.export`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportReview {
    draft: String,
    to: PathBuf,
    words: String,
    files: bool,
    /// Id of the key of the only person who may open it; anybody when absent.
    #[ts(optional)]
    reader: Option<String>,
}

/// Arguments of `review.sheet`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct WriteSheet {
    draft: String,
    /// Language of its words.
    lang: String,
    to: PathBuf,
}

/// A sheet that was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SheetWritten {
    /// Length of the file.
    #[ts(type = "number")]
    bytes: u64,
}

/// A package on this PC.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfPackage {
    path: PathBuf,
}

/// One language of a release, as readers will see it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReleaseShown {
    title: String,
    summary: String,
    body: RenderedText,
}

/// Arguments of `review.return`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SendBack {
    draft: String,
    reason: String,
}

pub(super) fn submit(app: &App, of: Submit) -> Result<ReleaseRow, Failure> {
    let note = of.note.unwrap_or_default();
    Ok(app.desk.review_submit(&of.draft, &note)?)
}

pub(super) fn approve(app: &App, of: Approve) -> Result<ReleaseRow, Failure> {
    Ok(app.desk.review_sign(&Signing {
        draft: &of.draft,
        release: &of.release,
        key: of.key.as_deref(),
        words: of.words.as_deref().unwrap_or_default(),
        urgent: of.urgent.unwrap_or_default(),
    })?)
}

pub(super) fn trail(app: &App, of: TrailOf) -> Result<TrailRead, Failure> {
    Ok(TrailRead {
        entries: app.desk.review_trail(of.draft.as_deref())?,
        head: app.desk.trail(None)?.head.hash,
    })
}

pub(super) fn verify(app: &App, of: OfDraft) -> Result<Verification, Failure> {
    Ok(app.desk.review_verify(&of.draft)?)
}

pub(super) fn verify_file(app: &App, of: OfPackage) -> Result<Verification, Failure> {
    Ok(app.desk.review_verify_file(&of.path)?)
}

pub(super) fn export(app: &App, of: ExportReview) -> Result<Exported, Failure> {
    let done = app.desk.review_export_sealed(
        &of.draft,
        &of.to,
        &of.words,
        of.files,
        of.reader.as_deref(),
    )?;
    Ok(done)
}

pub(super) fn sheet(app: &App, of: WriteSheet) -> Result<SheetWritten, Failure> {
    let words = Words::of(&of.lang).unwrap_or_else(Words::of_machine);
    let bytes = signoff::write(app, &of.draft, words, &of.to)?;
    Ok(SheetWritten { bytes })
}

pub(super) fn standing(app: &App, of: OfDraft) -> Result<Standing, Failure> {
    Ok(app.desk.review_standing(&of.draft)?)
}

pub(super) fn text(app: &App, of: OfLanguage) -> Result<ReleaseShown, Failure> {
    let text = app.desk.review_text(&of.draft, &of.lang, &address)?;
    Ok(ReleaseShown {
        title: text.title,
        summary: text.summary,
        body: shown(text.body),
    })
}

pub(super) fn look(app: &App, of: OfPackage) -> Result<Look, Failure> {
    Ok(app.desk.review_look(&of.path)?)
}

pub(super) fn import(app: &App, of: OfPackage) -> Result<Imported, Failure> {
    Ok(app.desk.review_import(&of.path)?)
}

pub(super) fn send_back(app: &App, of: SendBack) -> Result<ReleaseRow, Failure> {
    Ok(app.desk.review_return(&of.draft, &of.reason)?)
}

pub(super) fn withdraw(app: &App, of: OfDraft) -> Result<Option<ReleaseRow>, Failure> {
    Ok(app.desk.review_withdraw(&of.draft)?)
}

/// Arguments of `review.diff`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DiffOf {
    draft: String,
    /// The portal whose text it is compared with; the release approved last when absent.
    #[ts(optional)]
    portal: Option<String>,
}

pub(super) fn diff(app: &App, of: DiffOf) -> Result<ReviewDiff, Failure> {
    Ok(app.desk.review_diff(&of.draft, of.portal.as_deref())?)
}

/// Arguments of `review.attach_sheet`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AttachSheet {
    draft: String,
    /// The scan.
    #[ts(type = "string")]
    path: PathBuf,
}

/// The scans of signed sheets of a draft.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SheetList {
    /// Oldest first.
    sheets: Vec<SignedSheet>,
}

pub(super) fn attach_sheet(app: &App, of: AttachSheet) -> Result<SignedSheet, Failure> {
    Ok(app.desk.review_attach_sheet(&of.draft, &of.path)?)
}

pub(super) fn sheets(app: &App, of: OfDraft) -> Result<SheetList, Failure> {
    let sheets = app.desk.review_sheets(&of.draft)?;
    Ok(SheetList { sheets })
}

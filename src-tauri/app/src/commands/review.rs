//! Handing in, comparing, deciding.

use qalam_desk::review::{ReleaseRow, ReviewDiff};
use serde::Deserialize;
use ts_rs::TS;

use super::drafts::OfDraft;
use crate::app::App;
use crate::failure::Failure;

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
    let release = app.desk.review_approve(&of.draft, &of.release)?;
    Ok(release)
}

pub(super) fn send_back(app: &App, of: SendBack) -> Result<ReleaseRow, Failure> {
    Ok(app.desk.review_return(&of.draft, &of.reason)?)
}

pub(super) fn withdraw(app: &App, of: OfDraft) -> Result<Option<ReleaseRow>, Failure> {
    Ok(app.desk.review_withdraw(&of.draft)?)
}

pub(super) fn diff(app: &App, of: OfDraft) -> Result<ReviewDiff, Failure> {
    Ok(app.desk.review_diff(&of.draft)?)
}

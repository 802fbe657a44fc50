//! Many approvals under one signature.

use qalam_desk::review::{BatchRow, BatchSigning, ReleaseRow};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;

/// Everything in review, exceptions first.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchTable {
    rows: Vec<BatchRow>,
}

/// One piece to be approved with others.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BatchPiece {
    draft: String,
    /// SHA-256 of the release in review.
    release: String,
}

/// Arguments of `review.approve_batch`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ApproveBatch {
    pieces: Vec<BatchPiece>,
    /// Label or id of the key; the newest of this desk when absent.
    #[ts(optional)]
    key: Option<String>,
    /// A comment.
    #[ts(optional)]
    words: Option<String>,
}

/// What was approved together.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BatchApproved {
    /// The releases, in the order they were named.
    releases: Vec<ReleaseRow>,
}

pub(super) fn table(app: &App, _: Empty) -> Result<BatchTable, Failure> {
    let rows = app.desk.review_batch()?;
    Ok(BatchTable { rows })
}

pub(super) fn approve(app: &App, of: ApproveBatch) -> Result<BatchApproved, Failure> {
    let pieces: Vec<(String, String)> = of
        .pieces
        .into_iter()
        .map(|piece| (piece.draft, piece.release))
        .collect();
    let releases = app.desk.review_sign_batch(&BatchSigning {
        pieces: &pieces,
        key: of.key.as_deref(),
        words: of.words.as_deref().unwrap_or_default(),
    })?;
    Ok(BatchApproved { releases })
}

//! Comments and suggestions on the text of a release, and answers to them.

use qalam_desk::Code;
use qalam_desk::review::{CommentRow, NewComment};
use qalam_proof::comments::AnswerAct;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use super::drafts::OfDraft;
use crate::app::App;
use crate::failure::Failure;

/// The comments on a draft.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CommentList {
    /// In the order they were written.
    comments: Vec<CommentRow>,
}

/// Arguments of `review.comment`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct WriteComment {
    draft: String,
    lang: String,
    /// `title`, `summary` or `body`.
    place: String,
    /// The marked words, as the page shows them.
    quote: String,
    /// What the page shows before them.
    before: String,
    /// What is said; may be empty beside a suggestion.
    words: String,
    /// What should stand there instead.
    #[ts(optional)]
    suggestion: Option<String>,
}

/// A comment that was written.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CommentWritten {
    comment: String,
}

/// One comment.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfComment {
    comment: String,
}

/// Arguments of `review.answer`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AnswerComment {
    comment: String,
    /// `say`, `accept`, `resolve` or `reopen`.
    act: String,
    /// What is said; may be empty when something is done.
    words: String,
}

pub(super) fn list(app: &App, of: OfDraft) -> Result<CommentList, Failure> {
    let comments = app.desk.review_comments(&of.draft)?;
    Ok(CommentList { comments })
}

pub(super) fn write(app: &App, of: WriteComment) -> Result<CommentWritten, Failure> {
    let comment = app.desk.review_comment(&NewComment {
        draft: &of.draft,
        lang: &of.lang,
        place: &of.place,
        quote: &of.quote,
        before: &of.before,
        words: &of.words,
        suggestion: of.suggestion.as_deref(),
    })?;
    Ok(CommentWritten { comment })
}

pub(super) fn remove(app: &App, of: OfComment) -> Result<Empty, Failure> {
    app.desk.review_uncomment(&of.comment)?;
    Ok(Empty {})
}

pub(super) fn answer(app: &App, of: AnswerComment) -> Result<Empty, Failure> {
    let act = AnswerAct::parse(&of.act)
        .ok_or_else(|| Failure::new(Code::BadArgument).with("name", "act"))?;
    app.desk.review_answer(&of.comment, act, &of.words)?;
    Ok(Empty {})
}

//! `review comments`, `review comment`, `review answer`.

use qalam_desk::review::{CommentRow, CommentState, NewComment};
use qalam_proof::comments::AnswerAct;

use super::answer::{Answer, value};
use super::{Here, Outcome};

/// An answer as the command line gives it.
pub(super) const fn act(accept: bool, resolve: bool, reopen: bool) -> AnswerAct {
    match (accept, resolve, reopen) {
        (true, _, _) => AnswerAct::Accept,
        (_, true, _) => AnswerAct::Resolve,
        (_, _, true) => AnswerAct::Reopen,
        _ => AnswerAct::Say,
    }
}

impl Here<'_> {
    pub(super) fn comments(&self, draft: &str) -> Outcome {
        let comments = self.app.desk.review_comments(draft)?;
        let open = (comments.iter()).filter(|one| one.state == CommentState::Open);
        let mut answer = Answer::of("comments", &comments).with("open", open.count());
        for line in comments.iter().flat_map(lines) {
            answer = answer.line(line);
        }
        Ok(answer)
    }

    pub(super) fn comment(&self, new: &NewComment<'_>, lang: Option<&str>) -> Outcome {
        let lang = match lang {
            Some(lang) => lang.to_owned(),
            None => self.app.desk.drafts_open(new.draft)?.primary_lang,
        };
        let comment = self.app.desk.review_comment(&NewComment {
            lang: &lang,
            ..new.clone()
        })?;
        Ok(Answer::of("comment", &comment).line(comment))
    }
}

/// A comment for a terminal; what has no place in the text any more is marked with a cross.
fn lines(comment: &CommentRow) -> Vec<String> {
    let state = value(comment.state);
    let place = if comment.in_draft.is_some() {
        " "
    } else {
        "×"
    };
    let mut lines = vec![format!(
        "{}  {:8} {place} {} {}  {}: \u{2068}{}\u{2069}",
        comment.id,
        state.as_str().unwrap_or_default(),
        comment.lang,
        comment.place,
        comment.by,
        comment.quote
    )];
    if !comment.words.is_empty() {
        lines.push(format!("    {}", comment.words));
    }
    if let Some(suggestion) = &comment.suggestion {
        lines.push(format!("    -> {suggestion}"));
    }
    for answer in &comment.answers {
        lines.push(format!(
            "    {} {}  {}",
            answer.by, answer.act, answer.words
        ));
    }
    lines
}

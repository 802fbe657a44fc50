//! What people wrote about words of a text, beside a decision about it.
//!
//! A decision names these by their hash, so they are signed with it and yet stay where they belong:
//! they travel between author and approver, and never to a portal.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::canonical;
use crate::fault::{Fault, code};

/// The value of `format`.
pub const COMMENTS_FORMAT: &str = "qalam-comments/1";
/// Most comments and most answers in one of these.
pub const MAX_COMMENTS: usize = 2_000;
/// Longest quote, in code points.
pub const MAX_QUOTE: usize = 4_000;
/// Longest comment, suggestion or answer, in code points.
pub const MAX_WORDS: usize = 10_000;
/// So much of the text on either side of a quote goes with it, in code points.
pub const CONTEXT: usize = 32;

/// Which part of a language version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The title.
    Title,
    /// The summary.
    Summary,
    /// The body, as a reader sees it: no sign of Markdown, blocks apart by an empty line.
    Body,
}

impl Place {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Place::Title => "title",
            Place::Summary => "summary",
            Place::Body => "body",
        }
    }

    /// The place of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Place::Title, Place::Summary, Place::Body]
            .into_iter()
            .find(|place| place.as_str() == word)
    }
}

/// Words of a text that can be found again when the text around them has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The language version, BCP 47.
    pub lang: String,
    /// The part of it.
    pub place: Place,
    /// Where the words began when they were marked, in code points.
    pub start: u64,
    /// The words.
    pub quote: String,
    /// What stood before them, at most [`CONTEXT`].
    pub before: String,
    /// What stood after them, at most [`CONTEXT`].
    pub after: String,
}

/// A comment, or a suggestion, on words of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Its id, UUIDv7.
    pub id: String,
    /// The words it is about.
    pub anchor: Anchor,
    /// What is said about them; may be empty beside a suggestion.
    pub words: String,
    /// What should stand there instead; null for a comment alone.
    pub suggestion: Option<String>,
}

/// What an answer does to a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerAct {
    /// Nothing: something is said.
    Say,
    /// The suggestion was taken into the text.
    Accept,
    /// It is settled.
    Resolve,
    /// It is open again.
    Reopen,
}

impl AnswerAct {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            AnswerAct::Say => "say",
            AnswerAct::Accept => "accept",
            AnswerAct::Resolve => "resolve",
            AnswerAct::Reopen => "reopen",
        }
    }

    /// The act of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            AnswerAct::Say,
            AnswerAct::Accept,
            AnswerAct::Resolve,
            AnswerAct::Reopen,
        ]
        .into_iter()
        .find(|act| act.as_str() == word)
    }
}

/// An answer to a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its own id, UUIDv7.
    pub id: String,
    /// The comment, which may have travelled with another decision.
    pub to: String,
    /// What it does.
    pub act: AnswerAct,
    /// What is said; may be empty when it does something.
    pub words: String,
}

/// What somebody wrote before deciding or handing in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comments {
    /// Always [`COMMENTS_FORMAT`].
    pub format: String,
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release that the decision is about.
    pub release: String,
    /// New comments, in the order they were written.
    pub comments: Vec<Comment>,
    /// Answers, in the order they were given.
    pub answers: Vec<Answer>,
}

impl Comments {
    /// The canonical bytes, which the decision names by their SHA-256.
    ///
    /// # Errors
    /// `not_canonical` for a position beyond 2^53.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Fault> {
        canonical::to_bytes(self)
    }

    /// Reads them back from exactly those bytes.
    ///
    /// # Errors
    /// `comments_invalid`, also for an id used twice, for nothing said, and beyond the limits.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let invalid = |what: &str| Fault::new(code::COMMENTS_INVALID, what);
        let read: Self =
            canonical::from_bytes(bytes).map_err(|fault| invalid("").because(fault.detail))?;
        if read.format != COMMENTS_FORMAT {
            return Err(invalid("format"));
        }
        if read.comments.len() > MAX_COMMENTS || read.answers.len() > MAX_COMMENTS {
            return Err(invalid("count"));
        }
        let within =
            |text: &str, most: usize| text.len() <= most * 4 && text.chars().count() <= most;
        let mut ids = BTreeSet::new();
        for comment in &read.comments {
            let anchor = &comment.anchor;
            let suggestion = comment.suggestion.as_deref();
            let fits = !anchor.quote.is_empty()
                && within(&anchor.quote, MAX_QUOTE)
                && within(&anchor.before, CONTEXT)
                && within(&anchor.after, CONTEXT)
                && within(&comment.words, MAX_WORDS)
                && within(suggestion.unwrap_or_default(), MAX_WORDS)
                && !(comment.words.is_empty() && suggestion.is_none());
            if !fits || !ids.insert(&comment.id) {
                return Err(invalid("comment"));
            }
        }
        for answer in &read.answers {
            let empty = answer.act == AnswerAct::Say && answer.words.is_empty();
            if empty || !within(&answer.words, MAX_WORDS) || !ids.insert(&answer.id) {
                return Err(invalid("answer"));
            }
        }
        Ok(read)
    }
}

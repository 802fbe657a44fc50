//! Comments and suggestions on words of a text, and answers to them.
//!
//! They wait at the desk where they were written until its person decides or hands in; then they go
//! along, signed with the decision ([`qalam_proof::comments`]). Where they belong in the text of
//! today is computed each time ([`qalam_content::anchor`]).

mod bundle;
pub(super) mod store;

use std::collections::BTreeMap;

use qalam_content::anchor::{self, Words};
use qalam_content::body;
use qalam_content::canonical::Release;
use qalam_content::kind::{Finding, Severity};
use qalam_proof::comments::{Anchor, AnswerAct, MAX_QUOTE, MAX_WORDS, Place};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{approver, in_review, newest, read_release};
use crate::change::{Action, Topic};
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::drafts::{self, Draft, Ready, SaveDraft, Text};
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::profile;

pub(super) use bundle::{bundle, give, take};

/// How a comment stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CommentState {
    /// It waits for somebody.
    #[default]
    Open,
    /// Its suggestion was taken into the text.
    Accepted,
    /// It is settled.
    Resolved,
}

/// Where the words of a comment stand in a text as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommentStanding {
    /// The words as they stand there.
    pub quote: String,
    /// How many times they stand there before, compared by letters and digits alone.
    pub nth: usize,
    /// Where they begin, in bytes, for ordering.
    pub at: usize,
}

/// An answer to a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerRow {
    /// Its id.
    pub id: String,
    /// `say`, `accept`, `resolve` or `reopen`.
    pub act: String,
    /// What was said; may be empty.
    pub words: String,
    /// The name of who answered.
    pub by: String,
    /// When, by the clock of that desk.
    pub at: String,
    /// It went with a decision; before that it is known here only.
    pub given: bool,
}

/// A comment on words of a text, with its answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CommentRow {
    /// Its id.
    pub id: String,
    /// SHA-256 of the release it was written about.
    pub release: String,
    /// The language version.
    pub lang: String,
    /// `title`, `summary` or `body`.
    pub place: String,
    /// The words it is about, as they were.
    pub quote: String,
    /// What is said about them; may be empty beside a suggestion.
    pub words: String,
    /// What should stand there instead.
    pub suggestion: Option<String>,
    /// The name of who wrote it.
    pub by: String,
    /// When, by the clock of that desk.
    pub at: String,
    /// It went with a decision; before that it is known here only, and can be taken away.
    pub given: bool,
    /// How it stands.
    pub state: CommentState,
    /// The answers, in order.
    pub answers: Vec<AnswerRow>,
    /// Where its words stand in the draft as it is now; null when they are gone.
    pub in_draft: Option<CommentStanding>,
    /// Where they stand in the newest release; null when they are gone.
    pub in_release: Option<CommentStanding>,
    /// What stood around the words; for finding them again.
    #[serde(skip)]
    pub(super) anchor: Option<Anchor>,
}

/// Words that somebody marked, and what is said about them.
#[derive(Clone, Debug, Default)]
pub struct NewComment<'a> {
    /// The draft, whose release is in review.
    pub draft: &'a str,
    /// The language version.
    pub lang: &'a str,
    /// `title`, `summary` or `body`.
    pub place: &'a str,
    /// The marked words, as a page shows them.
    pub quote: &'a str,
    /// What the page shows before them, as far as it tells equal words apart.
    pub before: &'a str,
    /// What is said.
    pub words: &'a str,
    /// What should stand there instead.
    pub suggestion: Option<&'a str>,
}

impl Desk {
    /// Writes a comment on words of the release in review; gives its id. It goes with the next
    /// decision of this desk about the draft.
    ///
    /// # Errors
    /// [`Code::NotApprover`], [`Code::NotInReview`], [`Code::LanguageMissing`], [`Code::QuoteGone`]
    /// for words the text does not have, [`Code::BadArgument`] for nothing said or too much.
    pub fn review_comment(&self, new: &NewComment<'_>) -> Result<String> {
        let draft = id::parse(new.draft)?;
        let bad = |name: &str| Error::new(Code::BadArgument).with("name", name);
        let place = Place::parse(new.place).ok_or_else(|| bad("place"))?;
        let words = new.words.trim();
        if words.is_empty() && new.suggestion.is_none() || too_long(words, MAX_WORDS) {
            return Err(bad("words"));
        }
        if too_long(new.suggestion.unwrap_or_default(), MAX_WORDS) {
            return Err(bad("suggestion"));
        }
        self.write(Action::Comment, |tx| {
            let by = approver(tx)?;
            let release = in_review(tx, &draft, None)?.hash;
            let text = Texts::of_release(&read_release(tx, &release)?)
                .get(new.lang, place)
                .ok_or_else(|| {
                    Error::new(Code::LanguageMissing)
                        .with("lang", new.lang)
                        .with("draft", &draft)
                })?;
            let gone = || Error::new(Code::QuoteGone).with("quote", new.quote);
            let found = anchor::marked(&text, new.quote, new.before).ok_or_else(gone)?;
            let around = anchor::around(&text, &found).ok_or_else(gone)?;
            if too_long(around.quote, MAX_QUOTE) {
                return Err(bad("quote"));
            }
            let comment = qalam_proof::comments::Comment {
                id: new_id(),
                anchor: Anchor {
                    lang: new.lang.to_owned(),
                    place,
                    start: around.start,
                    quote: around.quote.to_owned(),
                    before: around.before.to_owned(),
                    after: around.after.to_owned(),
                },
                words: words.to_owned(),
                suggestion: new.suggestion.map(str::to_owned),
            };
            let from = store::From {
                draft: &draft,
                release: &release,
                name: &by.name,
                at: tx.now(),
                decision: None,
            };
            store::put(tx, &comment, &from)?;
            tx.changed(Topic::Review, Some(&draft));
            Ok(comment.id)
        })
    }

    /// Takes a comment away that went with no decision yet.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::CommentGiven`].
    pub fn review_uncomment(&self, comment: &str) -> Result<()> {
        let comment = id::parse(comment)?;
        self.write(Action::Comment, |tx| {
            let (draft, given) = store::of(tx, &comment)?;
            if given {
                return Err(Error::new(Code::CommentGiven));
            }
            store::remove(tx, &comment)?;
            tx.changed(Topic::Review, Some(&draft));
            Ok(())
        })
    }

    /// The comments on a draft, in the order they were written, each with where its words stand now.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn review_comments(&self, draft: &str) -> Result<Vec<CommentRow>> {
        let draft = id::parse(draft)?;
        let (mut rows, opened, release) = self.read(|read| {
            let opened = drafts::open_in(read, &draft)?;
            let rows = store::all(read, &draft)?;
            let release = match newest(read, &draft)? {
                Some(row) if !rows.is_empty() => Some(read_release(read, &row.hash)?),
                _ => None,
            };
            Ok((rows, opened, release))
        })?;
        let mut now = Texts::of_draft(&opened);
        let mut frozen = release.as_ref().map(Texts::of_release);
        for row in &mut rows {
            let Some(anchor) = row.anchor.take() else {
                continue;
            };
            row.in_draft = now.standing(&anchor);
            row.in_release = frozen.as_mut().and_then(|texts| texts.standing(&anchor));
        }
        Ok(rows)
    }

    /// Answers a comment. With [`AnswerAct::Accept`] its suggestion becomes an edit of the draft: a
    /// new revision, as any other. The answer goes with the next handing in or decision.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::BadArgument`] for nothing said; for accepting [`Code::QuoteGone`],
    /// [`Code::SuggestionByHand`], and what saving a draft fails with.
    pub fn review_answer(&self, comment: &str, act: AnswerAct, words: &str) -> Result<()> {
        let comment = id::parse(comment)?;
        let words = words.trim();
        if act == AnswerAct::Say && words.is_empty() || too_long(words, MAX_WORDS) {
            return Err(Error::new(Code::BadArgument).with("name", "words"));
        }
        self.write(Action::Comment, |tx| {
            let (draft, _) = store::of(tx, &comment)?;
            if act == AnswerAct::Accept && !accept(tx, &draft, &comment)? {
                return Ok(());
            }
            let by = profile::required(tx)?;
            let answer = qalam_proof::comments::Answer {
                id: new_id(),
                to: comment,
                act,
                words: words.to_owned(),
            };
            let from = store::From {
                draft: &draft,
                release: "",
                name: &by.name,
                at: tx.now(),
                decision: None,
            };
            store::put_answer(tx, &answer, &from)?;
            tx.changed(Topic::Review, Some(&draft));
            tx.changed(Topic::Drafts, Some(&draft));
            Ok(())
        })
    }
}

/// Puts a suggestion into the text; false when that was done before. (What it says instead may hold the words it was about:
/// put in twice, they would be there twice.)
fn accept(tx: &WriteTx<'_>, draft: &str, comment: &str) -> Result<bool> {
    let row = store::all(tx, draft)?
        .into_iter()
        .find(|row| row.id == comment)
        .ok_or_else(|| Error::not_found("comment", comment))?;
    if row.state == CommentState::Accepted {
        return Ok(false);
    }
    let draft = drafts::open_in(tx, draft)?;
    let by_hand = || Error::new(Code::SuggestionByHand);
    let (Some(anchor), Some(suggestion)) = (row.anchor, row.suggestion) else {
        return Err(by_hand());
    };
    let version = draft
        .languages
        .iter()
        .find(|version| version.lang == anchor.lang)
        .ok_or_else(|| {
            Error::new(Code::LanguageMissing)
                .with("lang", &anchor.lang)
                .with("draft", &draft.id)
        })?;
    let mut save = SaveDraft {
        draft: draft.id.clone(),
        lang: anchor.lang.clone(),
        base: version.rev.clone(),
        ..SaveDraft::default()
    };
    let gone = || Error::new(Code::QuoteGone).with("quote", &anchor.quote);
    let line = |text: &str| {
        let found = anchor::find(text, &words_of(&anchor)).ok_or_else(gone)?;
        let mut text = text.to_owned();
        text.replace_range(found, &suggestion);
        Ok::<String, Error>(text)
    };
    match anchor.place {
        Place::Title => save.title = Some(line(&version.title)?),
        Place::Summary => save.summary = Some(line(&version.summary)?),
        Place::Body => {
            let shown = body::shown_text(&version.body);
            let found = anchor::find(&shown, &words_of(&anchor)).ok_or_else(gone)?;
            let body = body::replaced(&version.body, &found, &suggestion);
            save.text = Text::Markdown(body.ok_or_else(by_hand)?);
        }
    }
    drafts::save_in(tx, Ready::of(save)?)??;
    Ok(true)
}

/// What stands open, for whoever hands the draft in again: one finding for each part of a language.
pub(crate) fn findings(read: &ReadTx<'_>, draft: &str) -> Result<Vec<Finding>> {
    let mut open: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in store::all(read, draft)? {
        if row.given && row.state == CommentState::Open {
            *open.entry((row.lang, row.place)).or_default() += 1;
        }
    }
    Ok(open
        .into_iter()
        .map(|((lang, place), count)| Finding {
            code: "comments_open".to_owned(),
            severity: Severity::Warning,
            field: place,
            lang: Some(lang),
            params: BTreeMap::from([("count".to_owned(), count.to_string())]),
        })
        .collect())
}

/// How a comment stands after these acts.
fn state_after<'a>(acts: impl Iterator<Item = &'a str>) -> CommentState {
    acts.fold(CommentState::Open, |state, act| match act {
        "accept" => CommentState::Accepted,
        "resolve" => CommentState::Resolved,
        "reopen" => CommentState::Open,
        _ => state,
    })
}

fn too_long(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().count() > most
}

fn words_of(anchor: &Anchor) -> Words<'_> {
    Words {
        quote: &anchor.quote,
        before: &anchor.before,
        after: &anchor.after,
        start: anchor.start,
    }
}

/// The texts in which comments are anchored; a body is read when it is first asked for.
struct Texts<'a> {
    /// Title, summary and Markdown by language.
    languages: BTreeMap<&'a str, (&'a str, &'a str, &'a str)>,
    bodies: BTreeMap<String, String>,
}

impl<'a> Texts<'a> {
    fn of_release(release: &'a Release) -> Self {
        Self::of(release.languages.iter().map(|(lang, text)| {
            let parts = (
                text.title.as_str(),
                text.summary.as_str(),
                text.body.as_str(),
            );
            (lang.as_str(), parts)
        }))
    }

    fn of_draft(draft: &'a Draft) -> Self {
        Self::of(draft.languages.iter().map(|text| {
            let parts = (
                text.title.as_str(),
                text.summary.as_str(),
                text.body.as_str(),
            );
            (text.lang.as_str(), parts)
        }))
    }

    fn of(languages: impl Iterator<Item = (&'a str, (&'a str, &'a str, &'a str))>) -> Self {
        Self {
            languages: languages.collect(),
            bodies: BTreeMap::new(),
        }
    }

    fn get(&mut self, lang: &str, place: Place) -> Option<String> {
        let (title, summary, markdown) = *self.languages.get(lang)?;
        Some(match place {
            Place::Title => title.to_owned(),
            Place::Summary => summary.to_owned(),
            Place::Body => match self.bodies.get(lang) {
                Some(body) => body.clone(),
                None => {
                    let shown = body::shown_text(markdown);
                    self.bodies.insert(lang.to_owned(), shown.clone());
                    shown
                }
            },
        })
    }

    fn standing(&mut self, anchor: &Anchor) -> Option<CommentStanding> {
        let text = self.get(&anchor.lang, anchor.place)?;
        let found = anchor::find(&text, &words_of(anchor))?;
        Some(CommentStanding {
            quote: text.get(found.clone())?.to_owned(),
            nth: anchor::nth(&text, &found),
            at: found.start,
        })
    }
}

/// Notes that comments of a draft came or went with a decision.
fn changed(tx: &WriteTx<'_>, draft: &str) {
    tx.changed(Topic::Review, Some(draft));
}

//! The SQL of comments and their answers.

use std::collections::BTreeMap;

use qalam_proof::comments::{Anchor, Answer, AnswerAct, Comment, Place};
use rusqlite::{OptionalExtension, Row, params};

use super::{AnswerRow, CommentRow, state_after};
use crate::db::{ReadTx, WriteTx};
use crate::error::{Error, Result};

/// Who wrote something, when and about what; with the decision it came with, if it did.
pub(super) struct From<'a> {
    pub(super) draft: &'a str,
    pub(super) release: &'a str,
    pub(super) name: &'a str,
    pub(super) at: &'a str,
    pub(super) decision: Option<&'a str>,
}

/// Keeps a comment; one that is here already stays.
pub(super) fn put(tx: &WriteTx<'_>, comment: &Comment, from: &From<'_>) -> Result<()> {
    let anchor = &comment.anchor;
    tx.conn()
        .prepare_cached(
            "INSERT INTO comment (id, draft, release, lang, place, start, quote, ahead, behind, words,
               suggests, suggestion, name, at, given, decision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            comment.id,
            from.draft,
            from.release,
            anchor.lang,
            anchor.place.as_str(),
            anchor.start.cast_signed(),
            anchor.quote,
            anchor.before,
            anchor.after,
            comment.words,
            comment.suggestion.is_some(),
            comment.suggestion.as_deref().unwrap_or_default(),
            from.name,
            from.at,
            from.decision.is_some(),
            from.decision.unwrap_or_default(),
        ])?;
    Ok(())
}

/// Keeps an answer; one that is here already stays.
pub(super) fn put_answer(tx: &WriteTx<'_>, answer: &Answer, from: &From<'_>) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO comment_answer (id, comment, draft, act, words, name, at, given, decision)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            answer.id,
            answer.to,
            from.draft,
            answer.act.as_str(),
            answer.words,
            from.name,
            from.at,
            from.decision.is_some(),
            from.decision.unwrap_or_default(),
        ])?;
    Ok(())
}

/// The draft of a comment, and whether it went with a decision.
pub(super) fn of(read: &ReadTx<'_>, comment: &str) -> Result<(String, bool)> {
    read.conn()
        .prepare_cached("SELECT draft, given FROM comment WHERE id = ?1")?
        .query_row([comment], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or_else(|| Error::not_found("comment", comment))
}

/// Forgets a comment and what was answered to it.
pub(super) fn remove(tx: &WriteTx<'_>, comment: &str) -> Result<()> {
    for sql in [
        "DELETE FROM comment_answer WHERE comment = ?1",
        "DELETE FROM comment WHERE id = ?1",
    ] {
        tx.conn().prepare_cached(sql)?.execute([comment])?;
    }
    Ok(())
}

/// The comments on a draft with their answers, in the order they came.
pub(super) fn all(read: &ReadTx<'_>, draft: &str) -> Result<Vec<CommentRow>> {
    let mut answers: BTreeMap<String, Vec<AnswerRow>> = BTreeMap::new();
    let mut rows = read.conn().prepare_cached(
        "SELECT comment, id, act, words, name, at, given FROM comment_answer
         WHERE draft = ?1 ORDER BY seq",
    )?;
    let rows = rows.query_map([draft], |row| {
        let answer = AnswerRow {
            id: row.get(1)?,
            act: row.get(2)?,
            words: row.get(3)?,
            by: row.get(4)?,
            at: row.get(5)?,
            given: row.get(6)?,
        };
        Ok((row.get(0)?, answer))
    })?;
    for row in rows {
        let (comment, answer): (String, AnswerRow) = row?;
        answers.entry(comment).or_default().push(answer);
    }
    let mut rows = read.conn().prepare_cached(
        "SELECT id, lang, place, start, quote, ahead, behind, words, suggests, suggestion, release,
           name, at, given
         FROM comment WHERE draft = ?1 ORDER BY seq",
    )?;
    let rows = rows.query_map([draft], |row| {
        let comment = read_comment(row)?;
        let answers = answers.remove(&comment.id).unwrap_or_default();
        Ok(CommentRow {
            release: row.get(10)?,
            lang: comment.anchor.lang.clone(),
            place: comment.anchor.place.as_str().to_owned(),
            quote: comment.anchor.quote.clone(),
            words: comment.words,
            suggestion: comment.suggestion,
            by: row.get(11)?,
            at: row.get(12)?,
            given: row.get(13)?,
            state: state_after(answers.iter().map(|answer| answer.act.as_str())),
            answers,
            in_draft: None,
            in_release: None,
            anchor: Some(comment.anchor),
            id: comment.id,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn read_comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    let suggests: bool = row.get(8)?;
    let suggestion: String = row.get(9)?;
    Ok(Comment {
        id: row.get(0)?,
        anchor: Anchor {
            lang: row.get(1)?,
            place: Place::parse(row.get_ref(2)?.as_str()?).unwrap_or(Place::Body),
            start: row.get::<_, i64>(3)?.cast_unsigned(),
            quote: row.get(4)?,
            before: row.get(5)?,
            after: row.get(6)?,
        },
        words: row.get(7)?,
        suggestion: suggests.then_some(suggestion),
    })
}

/// The comments that went with no decision yet.
pub(super) fn waiting(read: &ReadTx<'_>, draft: &str) -> Result<Vec<Comment>> {
    let mut rows = read.conn().prepare_cached(
        "SELECT id, lang, place, start, quote, ahead, behind, words, suggests, suggestion
         FROM comment WHERE draft = ?1 AND given = 0 ORDER BY seq",
    )?;
    let rows = rows.query_map([draft], read_comment)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The answers that went with no decision yet, to comments that did: what nobody else has seen needs
/// no answer elsewhere before it goes.
pub(super) fn waiting_answers(read: &ReadTx<'_>, draft: &str) -> Result<Vec<Answer>> {
    let mut rows = read.conn().prepare_cached(
        "SELECT id, comment, act, words FROM comment_answer
         WHERE draft = ?1 AND given = 0 ORDER BY seq",
    )?;
    let rows = rows.query_map([draft], |row| {
        Ok(Answer {
            id: row.get(0)?,
            to: row.get(1)?,
            act: AnswerAct::parse(row.get_ref(2)?.as_str()?).unwrap_or(AnswerAct::Say),
            words: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes that the waiting comments went with a decision.
pub(super) fn give(tx: &WriteTx<'_>, draft: &str, decision: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE comment SET given = 1, decision = ?2 WHERE draft = ?1 AND given = 0",
        )?
        .execute([draft, decision])?;
    Ok(())
}

/// Notes that the waiting answers went with a decision.
pub(super) fn give_answers(tx: &WriteTx<'_>, draft: &str, decision: &str) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "UPDATE comment_answer SET given = 1, decision = ?2 WHERE draft = ?1 AND given = 0",
        )?
        .execute([draft, decision])?;
    Ok(())
}

/// Keeps what a decision names, so that its proof can be given on.
pub(super) fn put_document(tx: &WriteTx<'_>, hash: &str, bytes: &[u8]) -> Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO comments_document (sha256, bytes) VALUES (?1, ?2)
             ON CONFLICT (sha256) DO NOTHING",
        )?
        .execute(params![hash, bytes])?;
    Ok(())
}

/// What a decision names.
pub(in crate::review) fn document(read: &ReadTx<'_>, hash: &str) -> Result<Option<Vec<u8>>> {
    Ok(read
        .conn()
        .prepare_cached("SELECT bytes FROM comments_document WHERE sha256 = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?)
}

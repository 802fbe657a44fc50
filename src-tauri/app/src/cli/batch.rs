//! `review batch`: what awaits approval, exceptions first, and one signature under many.

use qalam_desk::Code;
use qalam_desk::review::{BatchRow, BatchSigning};

use super::answer::{Answer, FindingTold, Told};
use super::{Here, Outcome};
use crate::failure::Failure;

/// What is asked of the table.
pub(super) struct Wanted<'a> {
    /// Only these drafts; all when there are none.
    pub(super) ids: &'a [String],
    /// Sign.
    pub(super) approve: bool,
    /// Everything without remarks.
    pub(super) all: bool,
    pub(super) key: Option<&'a str>,
    pub(super) words: &'a str,
}

impl Here<'_> {
    pub(super) fn batch(&self, wanted: &Wanted<'_>) -> Outcome {
        let mut rows = self.app.desk.review_batch()?;
        for id in wanted.ids {
            if !rows.iter().any(|row| row.draft == *id) {
                return Err(Failure::new(Code::NotInReview)
                    .with("draft", id)
                    .with("release", ""));
            }
        }
        if !wanted.ids.is_empty() {
            rows.retain(|row| wanted.ids.contains(&row.draft));
        }
        if wanted.all {
            rows.retain(|row| row.refused.is_none() && row.findings.is_empty());
        }
        if !wanted.approve {
            let mut answer = Answer::of("pieces", &rows);
            for row in &rows {
                answer = self.batch_lines(answer, row);
            }
            return Ok(answer);
        }
        // Whoever means everything says so.
        if wanted.ids.is_empty() && !wanted.all {
            return Err(Failure::new(Code::BadArgument).with("name", "--all"));
        }
        let pieces: Vec<(String, String)> = rows
            .into_iter()
            .map(|row| (row.draft, row.release))
            .collect();
        let done = self.app.desk.review_sign_batch(&BatchSigning {
            pieces: &pieces,
            key: wanted.key,
            words: wanted.words,
        })?;
        let mut answer = Answer::of("releases", &done);
        for row in &done {
            answer = answer.line(format!(
                "{}  {}  {}",
                row.hash,
                row.draft,
                row.state.as_str()
            ));
        }
        Ok(answer)
    }

    fn batch_lines(&self, answer: Answer, row: &BatchRow) -> Answer {
        let mut answer = answer.line(format!(
            "{}  {:12}  \u{2068}{}\u{2069}  {}",
            row.draft, row.content_type, row.title, row.submitted_by
        ));
        if let Some(refused) = &row.refused {
            let told = Told::new(self.words, "", &refused.code, "", &refused.params);
            answer = answer.line(format!("    × {}", told.message));
        }
        for finding in &row.findings {
            answer = answer.line(format!(
                "    {}",
                FindingTold::new(self.words, finding).line()
            ));
        }
        answer
    }
}

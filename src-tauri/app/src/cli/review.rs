//! `review ...`.

use qalam_content::diff::{Change, ChangeKind};
use qalam_desk::Code;
use qalam_desk::review::{ReleaseRow, ReleaseState, ReviewDiff};
use serde_json::json;

use super::answer::{Answer, FindingTold};
use super::args::Review as Wanted;
use super::{Here, Outcome};
use crate::failure::Failure;

impl Here<'_> {
    pub(super) fn review(&self, wanted: Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::Submit { id, note } => {
                let release = desk.review_submit(&id, note.as_deref().unwrap_or_default())?;
                self.released_with_warnings(&release)
            }
            Wanted::Diff { id } => {
                let diff = desk.review_diff(&id)?;
                let mut answer = Answer::of("diff", &diff);
                for line in lines(&diff) {
                    answer = answer.line(line);
                }
                Ok(answer)
            }
            Wanted::Return { id, reason } => Ok(self.released(&desk.review_return(&id, &reason)?)),
            Wanted::Approve { id, release } => self.approve(&id, release),
            Wanted::Withdraw { id } => {
                let left = desk.review_withdraw(&id)?;
                Ok(Answer::of("release", &left).line(self.say("cli.withdrawn", &[])))
            }
            Wanted::Trail { id } => {
                let entries = desk.review_trail(id.as_deref())?;
                let mut answer = Answer::of("entries", &entries);
                for entry in &entries {
                    answer = answer.line(format!(
                        "{}  {:8}  {}  {}  {}",
                        entry.at, entry.act, entry.release, entry.by, entry.words
                    ));
                }
                Ok(answer)
            }
        }
    }

    fn approve(&self, id: &str, release: Option<String>) -> Outcome {
        let desk = &self.app.desk;
        let release = match release {
            Some(hash) => hash,
            None => desk
                .drafts_open(id)?
                .release
                .filter(|row| matches!(row.state, ReleaseState::InReview | ReleaseState::Approved))
                .map(|row| row.hash)
                .ok_or_else(|| Failure::new(Code::NotInReview).with("release", ""))?,
        };
        let row = desk.review_approve(id, &release)?;
        let approval = desk.review_approval(&row.hash)?;
        // Approvals are not signed with a key yet: the place for it is there and empty.
        let said = approval.map(|said| {
            json!({
                "release": said.release,
                "key": null,
                "name": said.name,
                "role": said.role,
                "at": said.at,
                "signature": said.signature,
            })
        });
        Ok(self.released_with_warnings(&row)?.with("approval", said))
    }

    /// A release that goes on, and what should not leave unseen.
    fn released_with_warnings(&self, release: &ReleaseRow) -> Outcome {
        let warnings = self.app.desk.review_warnings(&release.hash)?;
        let told: Vec<FindingTold> = warnings
            .iter()
            .map(|finding| FindingTold::new(self.words, finding))
            .collect();
        let draft = self.app.desk.drafts_open(&release.draft)?;
        let mut answer = self.released(release);
        let mut sent = Vec::new();
        for file in &draft.attachments {
            if let Some(one) = &file.sent {
                answer = answer.line(self.saving(&file.name, one));
                sent.push(one);
            }
        }
        answer = answer.with("sent", &sent);
        for one in &told {
            answer = answer.line(one.line());
        }
        Ok(answer.with("warnings", told))
    }

    fn released(&self, release: &ReleaseRow) -> Answer {
        Answer::of("release", release).line(format!(
            "{}  {}  {}",
            release.hash,
            release.number,
            release.state.as_str()
        ))
    }
}

/// The difference for a terminal: what went in [-…-], what came in {+…+}, what stayed but stands
/// there otherwise in {~…|aspect: before -> after~}.
fn lines(diff: &ReviewDiff) -> Vec<String> {
    let mut lines = Vec::new();
    for lang in &diff.languages {
        lines.push(format!("== {}", lang.lang));
        for part in [&lang.title, &lang.summary, &lang.body] {
            let text: String = part.iter().map(marked).collect();
            if !text.trim().is_empty() {
                lines.push(text);
            }
        }
    }
    for file in &diff.files {
        lines.push(format!(
            "{}  {}",
            super::answer::value(file.change)
                .as_str()
                .unwrap_or_default(),
            file.name
        ));
    }
    for field in &diff.fields {
        lines.push(format!(
            "{}: {} -> {}",
            field.key, field.before, field.after
        ));
    }
    lines
}

fn marked(change: &Change) -> String {
    match change.kind {
        ChangeKind::Same if change.notes.is_empty() => change.text.clone(),
        ChangeKind::Same => {
            let notes: Vec<String> = change
                .notes
                .iter()
                .map(|note| {
                    let what = super::answer::value(note.what);
                    let what = what.as_str().unwrap_or_default();
                    format!("{what}: {} -> {}", note.before, note.after)
                })
                .collect();
            format!("{{~{}|{}~}}", change.text, notes.join(", "))
        }
        ChangeKind::Added => format!("{{+{}+}}", change.text),
        ChangeKind::Removed => format!("[-{}-]", change.text),
    }
}

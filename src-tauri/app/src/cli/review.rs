//! `review ...`.

use qalam_content::diff::{Change, ChangeKind};
use std::path::Path;

use qalam_desk::outbox::Holds;
use qalam_desk::review::{NewComment, ReleaseRow, ReleaseState, ReviewDiff, Signing, Verification};
use qalam_desk::{Code, id};
use serde_json::json;

use super::answer::{Answer, FindingTold, Told, exit};
use super::args::Review as Wanted;
use super::{Here, Outcome};
use crate::failure::Failure;
use crate::signoff;

impl Here<'_> {
    pub(super) fn review(&self, wanted: Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::Submit { id, note } => {
                let release = desk.review_submit(&id, note.as_deref().unwrap_or_default())?;
                self.released_with_warnings(&release)
            }
            Wanted::Diff { id, portal } => {
                let diff = desk.review_diff(&id, portal.as_deref())?;
                let mut answer = Answer::of("diff", &diff);
                if let Some(line) = self.compared_with(&diff) {
                    answer = answer.line(line);
                }
                for line in lines(&diff) {
                    answer = answer.line(line);
                }
                Ok(answer)
            }
            Wanted::Return { id, reason } => Ok(self.released(&desk.review_return(&id, &reason)?)),
            Wanted::Approve {
                id,
                release,
                key,
                comment,
                urgent,
            } => self.approve(
                release,
                &Signing {
                    draft: &id,
                    release: "",
                    key: key.as_deref(),
                    words: comment.as_deref().unwrap_or_default(),
                    urgent,
                },
            ),
            Wanted::Batch {
                ids,
                approve,
                all,
                key,
                comment,
            } => self.batch(&super::batch::Wanted {
                ids: &ids,
                approve,
                all,
                key: key.as_deref(),
                words: comment.as_deref().unwrap_or_default(),
            }),
            Wanted::Withdraw { id } => {
                let left = desk.review_withdraw(&id)?;
                Ok(Answer::of("release", &left).line(self.say("cli.withdrawn", &[])))
            }
            Wanted::Comments { id } => self.comments(&id),
            Wanted::Comment {
                id,
                lang,
                place,
                quote,
                before,
                words,
                suggest,
            } => self.comment(
                &NewComment {
                    draft: &id,
                    lang: "",
                    place: place.as_str(),
                    quote: &quote,
                    before: &before,
                    words: &words,
                    suggestion: suggest.as_deref(),
                },
                lang.as_deref(),
            ),
            Wanted::Answer {
                comment,
                words,
                accept,
                resolve,
                reopen,
            } => {
                let act = super::comments::act(accept, resolve, reopen);
                desk.review_answer(&comment, act, &words)?;
                Ok(Answer::of("comment", &comment).line(comment))
            }
            Wanted::Trail { id } => {
                let entries = desk.review_trail(id.as_deref())?;
                let head = desk.trail(None)?.head;
                let mut answer = Answer::of("entries", &entries).with("head", head);
                for entry in &entries {
                    answer = answer.line(format!(
                        "{}  {:8}  {}  {}  {}",
                        entry.at, entry.act, entry.release, entry.by, entry.words
                    ));
                }
                Ok(answer)
            }
            Wanted::Export {
                id,
                to,
                note,
                seal_to,
                without_files,
            } => {
                let note = note.unwrap_or_default();
                let done =
                    desk.review_export_sealed(&id, &to, &note, !without_files, seal_to.as_deref())?;
                let line = format!("{}  {}  {}", done.release, done.purpose, to.display());
                Ok(Answer::of("package", &done).with("file", &to).line(line))
            }
            Wanted::Sheet { id, to } => {
                let bytes = signoff::write(self.app, &id, self.words, &to)?;
                Ok(Answer::of("file", &to)
                    .with("bytes", bytes)
                    .line(to.display().to_string()))
            }
            Wanted::AttachSheet { id, file } => {
                let sheet = desk.review_attach_sheet(&id, &file)?;
                let line = format!("{}  {}", sheet.sha256, sheet.name);
                Ok(Answer::of("sheet", &sheet).line(line))
            }
            Wanted::Import { file } => {
                let done = desk.review_import(&file)?;
                let state = done.release.state.as_str();
                let line = format!("{}  {}  {}  {state}", done.draft, done.purpose, done.title);
                Ok(Answer::of("imported", &done)
                    .with("release", &done.release)
                    .line(line))
            }
            Wanted::Verify { what } => {
                // What looks like an id is one, unless a file is called so.
                let file = Path::new(&what);
                let found = match id::parse(&what) {
                    Ok(id) if !file.exists() => desk.review_verify(&id)?,
                    _ => desk.review_verify_file(file)?,
                };
                Ok(self.verified(&found))
            }
            Wanted::Rules {
                four_eyes,
                two_signatures,
                urgent_path,
            } => {
                let before = desk.settings()?.approval;
                let mut rules = before.clone();
                rules.four_eyes = four_eyes.unwrap_or(rules.four_eyes);
                rules.urgent_path = urgent_path.unwrap_or(rules.urgent_path);
                if let Some(types) = two_signatures {
                    rules.two_signatures = types
                        .split(',')
                        .map(|one| one.trim().to_owned())
                        .filter(|one| !one.is_empty())
                        .collect();
                }
                if rules != before {
                    desk.set_setting("approval", &super::answer::value(&rules))?;
                }
                Ok(Answer::of("rules", &rules).line(super::answer::value(&rules).to_string()))
            }
        }
    }

    /// What a portal holds that a piece is compared with, or why it cannot be.
    fn compared_with(&self, diff: &ReviewDiff) -> Option<String> {
        let name = diff.portal.as_ref()?;
        let stands = diff.portals.iter().find(|one| one.portal == *name)?;
        let holds = match stands.holds {
            Holds::Ours if !stands.published => "ours_held",
            Holds::Theirs if !stands.published => "theirs_held",
            Holds::Ours => "ours",
            Holds::Theirs => "theirs",
            Holds::Nothing if stands.looked_at.is_none() => "never",
            Holds::Nothing => "nothing",
            Holds::TakenDown => "taken_down",
            Holds::NotFetched => "not_fetched",
        };
        let mut line = self.say(&format!("outbox.on_portal.{holds}"), &[("portal", name)]);
        if let Some(at) = &stands.looked_at {
            line.push(' ');
            line += &self.say("outbox.on_portal.looked", &[("time", at)]);
        }
        Some(line)
    }

    fn verified(&self, found: &Verification) -> Answer {
        let checks: Vec<serde_json::Value> = found
            .checks
            .iter()
            .map(|check| {
                let message = self
                    .words
                    .say(&format!("verify.{}", check.code), &check.params);
                json!({
                    "code": check.code,
                    "outcome": check.outcome,
                    "params": check.params,
                    "message": message,
                })
            })
            .collect();
        let mut answer = Answer::of("valid", found.valid)
            .with("release", &found.release)
            .with("checks", &checks);
        for check in &checks {
            let part = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            answer = answer.line(format!("{:5} {}", part("outcome"), part("message")));
        }
        if !found.valid {
            let bad = found.checks.iter().find(|check| check.outcome == "bad");
            let check = bad.map_or("", |check| check.code.as_str());
            let failure = Failure::new(Code::ProofBroken)
                .with("file", "")
                .with("check", check);
            answer = answer.problem(Told::failure(self.words, &failure));
            answer.exit = Some(exit::RULE);
        }
        answer
    }

    fn approve(&self, release: Option<String>, signing: &Signing<'_>) -> Outcome {
        let desk = &self.app.desk;
        let release = match release {
            Some(hash) => hash,
            None => desk
                .drafts_open(signing.draft)?
                .release
                .filter(|row| matches!(row.state, ReleaseState::InReview | ReleaseState::Approved))
                .map(|row| row.hash)
                .ok_or_else(|| Failure::new(Code::NotInReview).with("release", ""))?,
        };
        let row = desk.review_sign(&Signing {
            release: &release,
            ..*signing
        })?;
        let approval = desk.review_approval(&row.hash)?;
        let said = approval.map(|said| {
            json!({
                "release": said.release,
                "key": said.key,
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
        let former = file.before.as_ref().filter(|one| one.name != file.name);
        lines.push(format!(
            "{}  {}{}",
            super::answer::value(file.change)
                .as_str()
                .unwrap_or_default(),
            former.map_or(String::new(), |one| format!("{} -> ", one.name)),
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

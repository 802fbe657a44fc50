//! `import`: text files become drafts, with a report of what was kept, changed and dropped.

use std::path::Path;

use qalam_content::problem::code;
use qalam_content::readers::import::TrackedWish;
use qalam_desk::drafts::BringIn;
use serde_json::{Value, json};

use super::answer::{Answer, Told, exit, value};
use super::args::{Import, TrackedChoice};
use super::{Here, Outcome};
use crate::commands::drafts::bytes_of;
use crate::failure::Failure;

/// How sure what a line of its own says is, in per cent.
const SAID: u8 = 85;

impl Here<'_> {
    pub(super) fn import(&self, wanted: Import) -> Outcome {
        let mut drafts = Vec::new();
        let mut answer = Answer::new();
        let mut refused = None;
        for file in &wanted.files {
            let mut problems = Vec::new();
            match self.import_one(file, &wanted, &mut problems) {
                Ok(Some(draft)) => {
                    let said =
                        |key: &str| draft.get(key).and_then(Value::as_str).unwrap_or_default();
                    answer = answer.line(format!(
                        "{}  {}  {}",
                        said("id"),
                        said("lang"),
                        said("title")
                    ));
                    drafts.push(draft);
                }
                Ok(None) => refused = Some(exit::RULE),
                Err(failure) => {
                    let told = Told::failure(self.words, &failure);
                    refused = Some(super::exit_of(failure.class()));
                    problems.push(Told {
                        subject: file.display().to_string(),
                        ..told
                    });
                }
            }
            answer.problems.extend(problems);
        }
        if drafts.is_empty() {
            answer.exit = refused;
        }
        Ok(answer.with("drafts", drafts))
    }

    /// The draft made of one file; `None` when nothing in it could be read.
    fn import_one(
        &self,
        file: &Path,
        wanted: &Import,
        problems: &mut Vec<Told>,
    ) -> Result<Option<Value>, Failure> {
        let about = file.display().to_string();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let tracked = wanted.tracked.map(|choice| match choice {
            TrackedChoice::Accept => TrackedWish::Accept,
            TrackedChoice::Reject => TrackedWish::Reject,
        });
        let brought = self.app.desk.drafts_bring_in(&BringIn {
            name: &name,
            bytes: &bytes_of(file)?,
            content_type: &wanted.content_type,
            lang: wanted.lang.as_deref(),
            tracked,
        })?;
        let read = &brought.read;
        problems.extend(
            read.problems
                .iter()
                // Who chose has answered.
                .filter(|problem| problem.code != code::TRACKED_CHANGES || wanted.tracked.is_none())
                .map(|problem| Told::problem(self.words, &about, problem)),
        );
        let Some(draft) = &brought.draft else {
            return Ok(None);
        };
        if brought.lang_unsure {
            problems.push(self.unsure_language(&about, &draft.primary_lang));
        }
        let same = brought.same_story.as_ref();
        Ok(Some(json!({
            "id": draft.id,
            "type": draft.content_type,
            "lang": draft.primary_lang,
            "lang_confidence": read.lang_confidence,
            "path": about,
            "title": read.title,
            "title_confidence": read.title_confidence,
            "dateline": read.dateline,
            "source": read.source,
            "byline": read.byline,
            "attachments": draft.attachments,
            "report": value(&read.report),
            "photo_credit": read.photo_credit,
            "mentions": value(&read.mentions),
            "same_story_as": same.map(|same| &same.draft),
            // How sure each of the facts above is, in per cent.
            "confidence": {
                "title": read.title.is_some().then_some(read.title_confidence),
                "lang": read.lang_confidence,
                "dateline": read.dateline.as_ref().map(|dateline| dateline.confidence),
                "source": read.source.is_some().then_some(SAID),
                "byline": read.byline.is_some().then_some(SAID),
                "photo_credit": read.photo_credit.is_some().then_some(SAID),
                "same_story_as": same.map(|same| same.shared.confidence),
            },
            "same_story": same.map(value),
        })))
    }

    fn unsure_language(&self, about: &str, lang: &str) -> Told {
        let params = [
            ("name".to_owned(), about.to_owned()),
            ("lang".to_owned(), lang.to_owned()),
        ];
        let params = params.into();
        Told {
            code: "language_unsure".to_owned(),
            subject: about.to_owned(),
            message: self.words.say("cli.language_unsure", &params),
            next: self.words.say("cli.language_unsure.next", &params),
        }
    }
}

//! `import`: text files become drafts, with a report of what was kept, changed and dropped.

use std::io::Read;
use std::path::Path;

use qalam_content::limits::MAX_DOCUMENT_BYTES;
use qalam_content::problem::code;
use qalam_content::readers::import::{Imported, TrackedWish, import_with};
use qalam_desk::Error;
use qalam_desk::drafts::{AttachmentRole, NewAttachment, NewDraft};
use serde_json::{Map, Value, json};

use super::answer::{Answer, Told, exit, value};
use super::args::{Import, TrackedChoice};
use super::{Here, Outcome, fields};
use crate::failure::Failure;

/// Under this share a recognised language is asked about, in per cent.
const SURE: u8 = 50;

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
        let wish = match wanted.tracked {
            Some(TrackedChoice::Reject) => TrackedWish::Reject,
            _ => TrackedWish::Accept,
        };
        let read = import_with(&name, &bytes_of(file)?, wanted.lang.as_deref(), wish);
        problems.extend(
            read.problems
                .iter()
                // Who chose has answered.
                .filter(|problem| problem.code != code::TRACKED_CHANGES || wanted.tracked.is_none())
                .map(|problem| Told::problem(self.words, &about, problem)),
        );
        if read.is_nothing() {
            return Ok(None);
        }
        let lang = match &read.lang {
            Some(lang) if read.lang_confidence >= SURE => lang.clone(),
            guess => {
                let lang = match guess {
                    Some(lang) => lang.clone(),
                    None => self.app.desk.settings()?.display_lang,
                };
                problems.push(self.unsure_language(&about, &lang));
                lang
            }
        };
        let draft = self.app.desk.drafts_create(NewDraft {
            fields: fields_of(&read, &wanted.content_type),
            content_type: wanted.content_type.clone(),
            lang,
            title: read.title.clone().unwrap_or_default(),
            body: read.markdown.clone(),
            ..NewDraft::default()
        })?;
        for picture in &read.pictures {
            let mut new = NewAttachment {
                name: picture.name.clone(),
                role: Some(AttachmentRole::Picture),
                ..NewAttachment::default()
            };
            if !picture.alt.is_empty() {
                new.alt
                    .insert(draft.primary_lang.clone(), picture.alt.clone());
            }
            self.app
                .desk
                .attachments_add_bytes(&draft.id, &picture.bytes, new)?;
        }
        let draft = self.app.desk.drafts_open(&draft.id)?;
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
            // Comparing with other drafts is a person's work for now.
            "same_story_as": Value::Null,
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

/// What the head of a news text says, where the content type has a field for it.
fn fields_of(read: &Imported, content_type: &str) -> Map<String, Value> {
    let mut found = Map::new();
    let known = |key: &str| {
        qalam_content::kind::Registry::builtin()
            .fields(content_type)
            .into_iter()
            .any(|spec| spec.key == key)
    };
    let Some(dateline) = &read.dateline else {
        return found;
    };
    for (key, text) in [("place", &dateline.place), ("eventDate", &dateline.date)] {
        if let Some(text) = text.as_deref().filter(|_| known(key)) {
            found.insert(key.to_owned(), fields::read(content_type, key, text));
        }
    }
    found
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    // One more than the reader takes, so that it is the reader who says what is too large.
    let most = MAX_DOCUMENT_BYTES as u64 + 1;
    Error::open_file(file)?
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, file))?;
    Ok(bytes)
}

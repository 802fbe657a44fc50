//! `draft ...` and `attach`.

use std::path::Path;

use qalam_desk::drafts::{
    AttachmentChange, AttachmentRole, Draft, DraftQuery, LanguageVersion, NewAttachment, NewDraft,
    SaveDraft, SaveFields, State, Text,
};
use qalam_desk::{Code, id};
use serde_json::{Map, Value};

use super::answer::{Answer, FindingTold};
use super::args::{Attach, Draft as Wanted, DraftEdit, DraftList, DraftNew};
use super::{Here, Outcome, fields};
use crate::failure::Failure;

impl Here<'_> {
    pub(super) fn draft(&self, wanted: Wanted) -> Outcome {
        let desk = &self.app.desk;
        match wanted {
            Wanted::New(new) => self.draft_new(new),
            Wanted::Edit(edit) => self.draft_edit(&edit),
            Wanted::List(list) => self.draft_list(list),
            Wanted::Show { id, rev: None } => Ok(self.shown(&desk.drafts_open(&id)?)),
            Wanted::Show { id, rev: Some(rev) } => {
                let text = desk.drafts_revision(&id, &rev)?;
                Ok(Answer::of("revision", &text)
                    .line(format!("{}  {}", text.lang, text.title))
                    .line(text.body.trim_end()))
            }
            Wanted::Text(of) => {
                let markdown = desk.drafts_text(&of.id, &of.lang)?;
                Ok(Answer::of("markdown", &markdown).line(markdown.trim_end()))
            }
            Wanted::Render(of) => {
                let address = |sha256: &str| Some(format!("qalam:{sha256}"));
                let rendered = desk.drafts_render(&of.id, &of.lang, &address)?;
                Ok(Answer::of("html", &rendered.html)
                    .with("dir", rendered.dir)
                    .line(rendered.html.trim_end()))
            }
            Wanted::Check { id } => self.draft_check(&id),
            Wanted::History { id, lang } => {
                let revisions = desk.drafts_history(&id, lang.as_deref())?;
                let mut answer = Answer::of("revisions", &revisions);
                for row in &revisions {
                    answer = answer.line(format!(
                        "{}  {}  {}  {}",
                        row.rev, row.at, row.words, row.by
                    ));
                }
                Ok(answer)
            }
            Wanted::Restore { id, rev } => Ok(self.shown(&desk.drafts_restore(&id, &rev)?)),
            Wanted::Trash { id } => {
                desk.drafts_trash(&id)?;
                Ok(self.shown(&desk.drafts_open(&id)?))
            }
            Wanted::Untrash { id } => {
                desk.drafts_untrash(&id)?;
                Ok(self.shown(&desk.drafts_open(&id)?))
            }
        }
    }

    fn shown(&self, draft: &Draft) -> Answer {
        let title = original(draft)
            .map(|version| version.title.as_str())
            .unwrap_or_default();
        Answer::of("draft", draft).line(format!(
            "{}  {}  {}  {title}",
            draft.id,
            draft.content_type,
            draft.state.as_str()
        ))
    }

    fn draft_new(&self, new: DraftNew) -> Outcome {
        let body = match &new.body_file {
            Some(path) => fields::text_from(path)?,
            None => String::new(),
        };
        let draft = self.app.desk.drafts_create(NewDraft {
            fields: fields::all(&new.content_type, &new.fields)?,
            content_type: new.content_type,
            lang: new.lang,
            title: new.title,
            summary: new.summary.unwrap_or_default(),
            body,
            areas: new.areas,
            urgent: new.urgent,
        })?;
        Ok(self.shown(&draft))
    }

    fn draft_edit(&self, edit: &DraftEdit) -> Outcome {
        let desk = &self.app.desk;
        let mut draft = desk.drafts_open(&edit.id)?;
        let lang = edit
            .lang
            .clone()
            .unwrap_or_else(|| draft.primary_lang.clone());
        let body = edit
            .body_file
            .as_deref()
            .map(fields::text_from)
            .transpose()?;
        let (localized, common) = split(&draft.content_type, &edit.fields)?;
        if find(&draft, &lang).is_none() {
            draft = desk.drafts_add_language(&draft.id, &lang, None)?;
        }
        let version = find(&draft, &lang)
            .ok_or_else(|| Failure::new(Code::LanguageMissing).with("lang", &lang))?;
        let texts = edit.title.is_some() || edit.summary.is_some() || body.is_some();
        if texts || !localized.is_empty() || edit.base.is_some() {
            desk.drafts_save(SaveDraft {
                draft: draft.id.clone(),
                lang: version.lang.clone(),
                base: edit.base.clone().unwrap_or_else(|| version.rev.clone()),
                title: edit.title.clone(),
                summary: edit.summary.clone(),
                text: body.map_or(Text::Unchanged, Text::Markdown),
                fields: (!localized.is_empty()).then(|| merged(&version.fields, localized)),
                follows: texts,
            })?;
        }
        if !common.is_empty() || !edit.areas.is_empty() || edit.urgent.is_some() {
            desk.drafts_set_fields(SaveFields {
                draft: draft.id.clone(),
                base: draft.fields_rev.clone(),
                fields: (!common.is_empty()).then(|| merged(&draft.fields, common)),
                areas: (!edit.areas.is_empty()).then(|| edit.areas.clone()),
                urgent: edit.urgent,
            })?;
        }
        Ok(self.shown(&desk.drafts_open(&edit.id)?))
    }

    fn draft_list(&self, list: DraftList) -> Outcome {
        let state = match &list.state {
            Some(word) => Some(State::parse(word).ok_or_else(|| {
                Failure::new(Code::BadArgument).with("name", format!("--state {word}"))
            })?),
            None => None,
        };
        let page = self.app.desk.drafts_list(&DraftQuery {
            state,
            content_type: list.content_type,
            query: None,
            trashed: list.trashed,
            after: list.after,
            limit: list.limit,
        })?;
        let mut answer = Answer::of("drafts", &page.drafts).with("next", &page.next);
        for row in &page.drafts {
            answer = answer.line(format!(
                "{}  {:9}  {}  {}",
                row.id,
                row.state.as_str(),
                row.lang,
                row.title
            ));
        }
        if page.drafts.is_empty() {
            answer = answer.line(self.say("cli.nothing_found", &[]));
        }
        Ok(answer)
    }

    fn draft_check(&self, id: &str) -> Outcome {
        self.app.desk.attachments_read(Some(id), &|| false)?;
        let checked = self.app.desk.drafts_check(id)?;
        let findings: Vec<FindingTold> = checked
            .findings
            .iter()
            .map(|finding| FindingTold::new(self.words, finding))
            .collect();
        let mut answer = Answer::of("findings", &findings).with("ready", checked.ready);
        for told in &findings {
            answer = answer.line(told.line());
        }
        let key = if checked.ready {
            "cli.ready"
        } else {
            "cli.not_ready"
        };
        Ok(answer.line(self.say(key, &[])))
    }

    pub(super) fn attach(&self, wanted: Attach) -> Outcome {
        let desk = &self.app.desk;
        let role = match &wanted.role {
            Some(word) => Some(AttachmentRole::parse(word).ok_or_else(|| {
                Failure::new(Code::BadArgument).with("name", format!("--role {word}"))
            })?),
            None => None,
        };
        let mut draft = desk.drafts_open(&wanted.draft)?;
        let mut alt = std::collections::BTreeMap::new();
        if let Some(text) = wanted.alt {
            alt.insert(draft.primary_lang.clone(), text);
        }
        for file in &wanted.files {
            match publication_named(file) {
                Some(publication) => {
                    draft =
                        desk.attachments_add(&draft.id, std::slice::from_ref(&publication), role)?;
                    let added = draft
                        .attachments
                        .iter()
                        .find(|attachment| attachment.publication.as_deref() == Some(&publication));
                    if let Some(added) = added.filter(|_| !alt.is_empty()) {
                        let change = AttachmentChange {
                            alt: Some(alt.clone()),
                            ..AttachmentChange::default()
                        };
                        draft = desk.attachments_set(&added.id, change)?;
                    }
                }
                None => {
                    let new = NewAttachment {
                        role,
                        alt: alt.clone(),
                        ..NewAttachment::default()
                    };
                    desk.attachments_add_file(&draft.id, file, new)?;
                }
            }
        }
        desk.attachments_read(Some(&draft.id), &|| false)?;
        draft = desk.drafts_open(&draft.id)?;
        let told: Vec<FindingTold> = draft
            .attachments
            .iter()
            .flat_map(|attachment| attachment.read.iter().flat_map(|read| &read.findings))
            .map(|finding| FindingTold::new(self.words, finding))
            .collect();
        let mut answer = Answer::of("attachments", &draft.attachments).with("warnings", &told);
        for attachment in &draft.attachments {
            answer = answer.line(format!(
                "{}  {:11}  {}",
                attachment.id,
                attachment.role.as_str(),
                attachment.name
            ));
        }
        for told in &told {
            answer = answer.line(told.line());
        }
        Ok(answer)
    }
}

/// What is no file but looks like an id is the id of a publication.
fn publication_named(file: &Path) -> Option<String> {
    if file.exists() {
        return None;
    }
    id::parse(file.to_str()?).ok()
}

fn original(draft: &Draft) -> Option<&LanguageVersion> {
    find(draft, &draft.primary_lang)
}

fn find<'a>(draft: &'a Draft, lang: &str) -> Option<&'a LanguageVersion> {
    draft
        .languages
        .iter()
        .find(|version| version.lang.eq_ignore_ascii_case(lang))
}

type Fields = Map<String, Value>;

/// The fields of the language, and those of the whole draft.
fn split(content_type: &str, given: &[String]) -> Result<(Fields, Fields), Failure> {
    let all = fields::all(content_type, given)?;
    Ok(all
        .into_iter()
        .partition(|(key, _)| fields::is_localized(content_type, key)))
}

/// The known fields with the given ones in their place; an empty text takes a field away.
fn merged(known: &Fields, given: Fields) -> Fields {
    let mut all = known.clone();
    for (key, value) in given {
        if value.as_str().is_some_and(str::is_empty) {
            all.shift_remove(&key);
        } else {
            all.insert(key, value);
        }
    }
    all
}

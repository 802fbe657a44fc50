//! A piece that a portal holds becomes a draft.

use qalam_content::body;
use qalam_content::canonical::Release;
use qalam_content::kind::Registry;
use serde_json::{Map, Value};

use super::rules::{self, Where};
use super::store::{self, attachments as rows};
use super::types::{Attachment, AttachmentRole};
use crate::change::Topic;
use crate::db::WriteTx;
use crate::db::blobs::Blobs;
use crate::error::{Code, Error, Result};
use crate::id::new_id;
use crate::{profile, search, vocab};

/// Makes a draft of a release, under its own id. What a field or an area of this desk cannot hold is
/// left out, as are files whose bytes are not here; the names of those files are the answer.
///
/// # Errors
/// [`Code::UnknownType`], [`Code::BadLanguage`], or that a text is too long.
pub(crate) fn adopt_in(
    tx: &WriteTx<'_>,
    blobs: &Blobs,
    id: &str,
    release: &Release,
) -> Result<Vec<String>> {
    let kind = release.content_type.as_str();
    vocab::check_type(kind)?;
    let primary = vocab::language(&release.primary_lang)?;
    if !release.languages.contains_key(&release.primary_lang) {
        return Err(Error::new(Code::BadLanguage).with("lang", &release.primary_lang));
    }
    store::insert_draft(
        tx,
        &store::NewHead {
            id,
            content_type: kind,
            primary_lang: &primary,
            urgent: false,
            fields_rev: &new_id(),
            fields: &known(kind, Where::Draft, &release.fields),
            areas: &areas_of(release),
        },
    )?;
    lay(tx, blobs, id, release)
}

/// Gives a draft that is here for a decision only the content of the release that is asked about now.
///
/// # Errors
/// As [`adopt_in`].
pub(crate) fn refresh_in(
    tx: &WriteTx<'_>,
    blobs: &Blobs,
    id: &str,
    release: &Release,
) -> Result<Vec<String>> {
    let fields = known(&release.content_type, Where::Draft, &release.fields);
    store::set_fields(tx, id, &new_id(), &fields, &areas_of(release), false)?;
    for file in rows::of_draft(tx, id)? {
        rows::delete(tx, &file.id)?;
    }
    let left_out = lay(tx, blobs, id, release)?;
    store::touch(tx, id, true)?;
    Ok(left_out)
}

fn areas_of(release: &Release) -> Vec<String> {
    release
        .areas
        .iter()
        .filter(|area| rules::tidy_areas(std::slice::from_ref(area)).is_ok())
        .cloned()
        .collect()
}

/// Puts the texts and files of a release on a draft.
fn lay(tx: &WriteTx<'_>, blobs: &Blobs, id: &str, release: &Release) -> Result<Vec<String>> {
    let kind = release.content_type.as_str();
    let actor = profile::actor(tx)?;
    let mut source = None;
    // The original first: the others were made from it.
    let others = release
        .languages
        .keys()
        .filter(|lang| **lang != release.primary_lang);
    for lang in std::iter::once(&release.primary_lang).chain(others) {
        let Some(text) = release.languages.get(lang) else {
            continue;
        };
        let lang = vocab::language(lang)?;
        let title = rules::tidy_title(&text.title);
        rules::check_lengths(&title, &text.summary, &text.body)?;
        let head = store::insert_revision(
            tx,
            id,
            &new_id(),
            &store::NewText {
                lang: &lang,
                title: &title,
                summary: text.summary.trim(),
                body: &text.body,
                fields: &known(kind, Where::Language, &text.fields),
                words: body::words(&text.body),
            },
            &actor,
            store::Kept::Pinned,
        )?;
        if store::version(tx, id, &lang)?.is_some() {
            store::set_head(tx, id, &lang, head)?;
        } else {
            store::insert_version(tx, id, &lang, head, source)?;
        }
        source = source.or(Some(head));
        search::index_language(tx, id, &lang)?;
    }
    let mut left_out = Vec::new();
    let mut position = 0;
    for file in &release.attachments {
        if blobs.find(tx, &file.sha256)?.is_none() {
            left_out.push(file.name.clone());
            continue;
        }
        rows::insert(
            tx,
            &Attachment {
                id: new_id(),
                draft: id.to_owned(),
                publication: None,
                sha256: file.sha256.clone(),
                name: file.name.clone(),
                mime: file.mime.clone(),
                bytes: file.bytes,
                role: AttachmentRole::parse(&file.role).unwrap_or(AttachmentRole::Supplement),
                alt: file.alt.clone(),
                title: file.title.clone(),
                position,
                sent: None,
                read: None,
            },
        )?;
        position += 1;
    }
    tx.changed(Topic::Drafts, Some(id));
    Ok(left_out)
}

/// The fields that stand in this place and have a value this desk takes.
fn known(kind: &str, place: Where, fields: &Map<String, Value>) -> Map<String, Value> {
    let specs = Registry::builtin().fields(kind);
    fields
        .iter()
        .filter(|(key, _)| specs.iter().any(|spec| spec.key == **key))
        .filter_map(|(key, value)| {
            let one = Map::from_iter([(key.clone(), value.clone())]);
            rules::tidy_fields(kind, place, one).ok()
        })
        .flatten()
        .collect()
}

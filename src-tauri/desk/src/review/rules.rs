//! Pure decisions about releases: what is frozen, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use qalam_content::canonical::{RELEASE_FORMAT, Release, ReleaseAttachment, ReleaseLanguage};
use qalam_content::diff;
use qalam_content::kind::Registry;
use serde_json::{Map, Value};

use super::files;
use super::types::{Against, FieldDiff, LanguageDiff, ReviewDiff};
use crate::drafts::{Attachment, AttachmentRole, Draft, LanguageVersion};

/// Whether nobody has written anything in this language yet. Such a version is no part of a
/// release.
pub(crate) fn is_blank(version: &LanguageVersion) -> bool {
    version.title.trim().is_empty()
        && version.summary.trim().is_empty()
        && version.body.trim().is_empty()
        && version.fields.is_empty()
}

/// The draft as it would be reviewed, approved and sent. What must never leave the desk stays out.
pub(crate) fn freeze(draft: &Draft, owner: &str) -> Release {
    let registry = Registry::builtin();
    let sendable = |fields: &Map<String, Value>| {
        let mut fields = fields.clone();
        registry.retain_sendable(&draft.content_type, &mut fields);
        without_fractions_in(&mut fields);
        fields
    };
    Release {
        format: RELEASE_FORMAT.to_owned(),
        draft: draft.id.clone(),
        content_type: draft.content_type.clone(),
        owner: owner.to_owned(),
        primary_lang: draft.primary_lang.clone(),
        areas: draft.areas.clone(),
        fields: sendable(&draft.fields),
        languages: draft
            .languages
            .iter()
            .filter(|version| version.lang == draft.primary_lang || !is_blank(version))
            .map(|version| {
                let language = ReleaseLanguage {
                    title: version.title.clone(),
                    summary: version.summary.clone(),
                    body: version.body.clone(),
                    fields: sendable(&version.fields),
                };
                (version.lang.clone(), language)
            })
            .collect(),
        attachments: draft
            .attachments
            .iter()
            .map(|attachment| ReleaseAttachment {
                // What is sent counts, not what it was made of.
                sha256: (attachment.sent.as_ref())
                    .map_or(&attachment.sha256, |sent| &sent.sha256)
                    .clone(),
                name: attachment.name.clone(),
                mime: attachment.mime.clone(),
                bytes: (attachment.sent.as_ref()).map_or(attachment.bytes, |sent| sent.bytes),
                role: attachment.role.as_str().to_owned(),
                title: attachment.title.clone(),
                alt: attachment.alt.clone(),
            })
            .collect(),
    }
}

/// The draft as it was when this was frozen, for whoever looks at what is decided about. What never
/// enters a release is as it is now.
pub(crate) fn thaw(draft: Draft, release: &Release) -> Draft {
    let languages = release
        .languages
        .iter()
        .map(|(lang, text)| LanguageVersion {
            lang: lang.clone(),
            rev: String::new(),
            title: text.title.clone(),
            summary: text.summary.clone(),
            body: text.body.clone(),
            fields: text.fields.clone(),
            words: 0,
            saved_at: String::new(),
            by: String::new(),
        })
        .collect();
    let attachments = release
        .attachments
        .iter()
        .map(|file| {
            let sent = |one: &&Attachment| {
                let sent = one.sent.as_ref().map(|sent| &sent.sha256);
                sent.unwrap_or(&one.sha256) == &file.sha256
            };
            let known = draft.attachments.iter().find(sent);
            Attachment {
                id: String::new(),
                draft: draft.id.clone(),
                publication: None,
                // The original of a copy, where it is known: its findings are the copy's.
                sha256: known.map_or(&file.sha256, |one| &one.sha256).clone(),
                name: file.name.clone(),
                mime: file.mime.clone(),
                bytes: file.bytes,
                role: AttachmentRole::parse(&file.role).unwrap_or(AttachmentRole::Supplement),
                alt: file.alt.clone(),
                title: file.title.clone(),
                position: 0,
                sent: None,
                read: None,
            }
        })
        .collect();
    Draft {
        content_type: release.content_type.clone(),
        primary_lang: release.primary_lang.clone(),
        areas: release.areas.clone(),
        fields: release.fields.clone(),
        languages,
        attachments,
        ..draft
    }
}

fn without_fractions_in(fields: &mut Map<String, Value>) {
    for (_, value) in fields.iter_mut() {
        without_fractions(value);
    }
}

/// Canonical bytes hold no fractions, because programs write them differently: they become texts.
fn without_fractions(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = number
                .as_i64()
                .is_some_and(|whole| whole.unsigned_abs() <= 1 << 53);
            if !whole {
                *value = Value::String(number.to_string());
            }
        }
        Value::Array(list) => list.iter_mut().for_each(without_fractions),
        Value::Object(map) => without_fractions_in(map),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// What changed between two releases; `before` is `None` when there is nothing to compare with.
pub(crate) fn compare(before: Option<&Release>, after: &Release) -> ReviewDiff {
    ReviewDiff {
        against: if before.is_some() {
            Against::Approved
        } else {
            Against::Nothing
        },
        portal: None,
        portals: Vec::new(),
        languages: languages(before, after),
        files: files::compare(before, after),
        fields: fields(before, after),
        warnings: Vec::new(),
    }
}

fn languages(before: Option<&Release>, after: &Release) -> Vec<LanguageDiff> {
    let before = before.map(|release| &release.languages);
    let mut langs: Vec<&String> = vec![&after.primary_lang];
    let others: BTreeSet<&String> = after
        .languages
        .keys()
        .chain(before.into_iter().flat_map(BTreeMap::keys))
        .filter(|lang| **lang != after.primary_lang)
        .collect();
    langs.extend(others);
    langs
        .into_iter()
        .map(|lang| {
            let old = before.and_then(|languages| languages.get(lang));
            let new = after.languages.get(lang);
            let both =
                |part: fn(&ReleaseLanguage) -> &str| (old.map_or("", part), new.map_or("", part));
            let words = |part| {
                let (old, new) = both(part);
                diff::words(old, new)
            };
            let (old_body, new_body) = both(|language| &language.body);
            LanguageDiff {
                lang: lang.clone(),
                title: words(|language| &language.title),
                summary: words(|language| &language.summary),
                body: diff::bodies(old_body, new_body),
            }
        })
        .collect()
}

/// Every field of a release under one key each; those of a language as `<key>.<lang>`.
fn flat(release: &Release) -> BTreeMap<String, Value> {
    let mut flat: BTreeMap<String, Value> = release
        .fields
        .iter()
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    flat.insert("areas".to_owned(), Value::from(release.areas.clone()));
    for (lang, language) in &release.languages {
        for (key, value) in &language.fields {
            flat.insert(format!("{key}.{lang}"), value.clone());
        }
    }
    flat
}

fn fields(before: Option<&Release>, after: &Release) -> Vec<FieldDiff> {
    let old = before.map(flat).unwrap_or_default();
    let new = flat(after);
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let before = old.get(key).cloned().unwrap_or_default();
            let after = new.get(key).cloned().unwrap_or_default();
            (before != after).then(|| FieldDiff {
                key: key.clone(),
                before,
                after,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::review::FileChange;

    fn release(areas: &[&str], languages: &[(&str, &str)], files: &[&str]) -> Release {
        Release {
            format: RELEASE_FORMAT.to_owned(),
            draft: "d".to_owned(),
            content_type: "news".to_owned(),
            owner: "MA".to_owned(),
            primary_lang: "fr".to_owned(),
            areas: areas.iter().map(|area| (*area).to_owned()).collect(),
            fields: Map::new(),
            languages: languages
                .iter()
                .map(|(lang, title)| {
                    let language = ReleaseLanguage {
                        title: (*title).to_owned(),
                        summary: String::new(),
                        body: String::new(),
                        fields: Map::new(),
                    };
                    ((*lang).to_owned(), language)
                })
                .collect(),
            attachments: files
                .iter()
                .map(|name| ReleaseAttachment {
                    sha256: format!("hash of {name}"),
                    name: (*name).to_owned(),
                    mime: "application/pdf".to_owned(),
                    bytes: 1,
                    role: "supplement".to_owned(),
                    title: String::new(),
                    alt: BTreeMap::new(),
                })
                .collect(),
        }
    }

    #[test]
    fn two_releases_are_compared_part_by_part() {
        let old = release(
            &["ta1"],
            &[("fr", "Un"), ("ar", "واحد")],
            &["a.pdf", "b.pdf"],
        );
        let new = release(
            &["ta2"],
            &[("fr", "Un"), ("en", "One")],
            &["b.pdf", "c.pdf"],
        );
        let found = compare(Some(&old), &new);
        assert_eq!(found.against, Against::Approved);
        let langs: Vec<&str> = found
            .languages
            .iter()
            .map(|one| one.lang.as_str())
            .collect();
        assert_eq!(langs, ["fr", "ar", "en"]);
        let files: Vec<(&str, FileChange)> = found
            .files
            .iter()
            .map(|one| (one.name.as_str(), one.change))
            .collect();
        assert_eq!(
            files,
            [
                ("b.pdf", FileChange::Same),
                ("c.pdf", FileChange::New),
                ("a.pdf", FileChange::Removed)
            ]
        );
        assert_eq!(found.fields.len(), 1);
        assert_eq!(found.fields[0].key, "areas");
        assert_eq!(compare(None, &new).against, Against::Nothing);
    }

    #[test]
    fn fractions_become_texts() {
        let mut value = json!({"a": 1.5, "b": [2, 1e300], "c": {"d": 9_007_199_254_740_993_i64}});
        without_fractions(&mut value);
        assert_eq!(
            value,
            json!({"a": "1.5", "b": [2, "1e+300"], "c": {"d": "9007199254740993"}})
        );
    }
}

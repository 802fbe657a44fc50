//! The history of a language version and going back in it.

use super::store::{self, Kept, NewText};
use super::types::{Draft, LanguageVersion, RevisionRow, SourceChange};
use super::{editable, note_change, open_in, rules, version_in};
use crate::change::Action;
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use crate::id::{self, new_id};
use crate::review::LanguageDiff;
use crate::{profile, search};
use qalam_content::diff;

/// The most revisions a history shows.
const MAX_HISTORY: u32 = 1_000;

impl Desk {
    /// The kept revisions of a language version, newest first; of the original's language when
    /// none is named.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`], [`crate::Code::LanguageMissing`].
    pub fn drafts_history(&self, draft: &str, lang: Option<&str>) -> Result<Vec<RevisionRow>> {
        let draft = id::parse(draft)?;
        self.read(|read| {
            let head = store::required_head(read, &draft)?;
            let lang = lang.unwrap_or(&head.primary_lang);
            version_in(read, &draft, lang)?;
            store::history(read, &draft, lang, MAX_HISTORY)
        })
    }

    /// The text of one kept revision, for looking at it before it is restored.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`].
    pub fn drafts_revision(&self, draft: &str, rev: &str) -> Result<LanguageVersion> {
        let (draft, rev) = (id::parse(draft)?, id::parse(rev)?);
        self.read(|read| {
            store::required_head(read, &draft)?;
            Ok(store::revision(read, &draft, &rev)?
                .ok_or_else(|| Error::not_found("revision", &rev))?
                .text)
        })
    }

    /// How two kept revisions of one language version differ, word by word, from the first to the
    /// second.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`], also for a revision of another language.
    pub fn drafts_compare(&self, draft: &str, from: &str, to: &str) -> Result<LanguageDiff> {
        let old = self.drafts_revision(draft, from)?;
        let new = self.drafts_revision(draft, to)?;
        if old.lang != new.lang {
            return Err(Error::not_found("revision", to));
        }
        Ok(difference(&old, &new))
    }

    /// How the original changed since this translation was made from it; `None` when nothing but
    /// white space did, for the original itself, and for a version that follows no revision.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`], [`crate::Code::LanguageMissing`].
    pub fn drafts_source(&self, draft: &str, lang: &str) -> Result<Option<SourceChange>> {
        let draft = id::parse(draft)?;
        let texts = self.read(|read| {
            let head = store::required_head(read, &draft)?;
            let version = store::version(read, &draft, lang)?.ok_or_else(|| {
                Error::new(Code::LanguageMissing)
                    .with("lang", lang)
                    .with("draft", &draft)
            })?;
            if lang == head.primary_lang {
                return Ok(None);
            }
            let Some(source) = version.source else {
                return Ok(None);
            };
            let source = store::revision_at(read, source)?;
            let original = version_in(read, &draft, &head.primary_lang)?;
            Ok(source.map(|source| (source, original)))
        })?;
        Ok(texts
            .filter(|(source, original)| sense_of(source) != sense_of(original))
            .map(|(source, original)| SourceChange {
                diff: difference(&source, &original),
                rev: source.rev,
                at: source.saved_at,
            }))
    }

    /// Says that a translation follows the original as it is now.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`], [`crate::Code::LanguageMissing`], [`crate::Code::DraftTrashed`].
    pub fn drafts_follow(&self, draft: &str, lang: &str) -> Result<()> {
        let draft = id::parse(draft)?;
        self.write(Action::FollowSource, |tx| {
            let head = editable(tx, &draft)?;
            version_in(tx, &draft, lang)?;
            if lang != head.primary_lang {
                store::follow(tx, &draft, lang, &head.primary_lang)?;
                note_change(tx, &draft, false)?;
            }
            Ok(())
        })
    }

    /// Makes the text of a kept revision the present one again, as a new revision; nothing of the
    /// history is lost.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`], [`crate::Code::DraftTrashed`].
    pub fn drafts_restore(&self, draft: &str, rev: &str) -> Result<Draft> {
        let (draft, rev) = (id::parse(draft)?, id::parse(rev)?);
        self.write(Action::RestoreRevision, |tx| {
            editable(tx, &draft)?;
            let old = store::revision(tx, &draft, &rev)?
                .ok_or_else(|| Error::not_found("revision", &rev))?;
            let (seq, old) = (old.seq, old.text);
            let replaced = store::head_of(tx, &draft, &old.lang)?;
            if replaced == Some(seq) {
                return open_in(tx, &draft);
            }
            let text = NewText {
                lang: &old.lang,
                title: &old.title,
                summary: &old.summary,
                body: &old.body,
                fields: &old.fields,
                words: old.words,
            };
            if let Some(replaced) = replaced {
                store::pin(tx, replaced)?;
            }
            store::pin(tx, seq)?;
            let actor = profile::actor(tx)?;
            let seq = store::insert_revision(tx, &draft, &new_id(), &text, &actor, Kept::Pinned)?;
            store::set_head(tx, &draft, &old.lang, seq)?;
            search::index_language(tx, &draft, &old.lang)?;
            note_change(tx, &draft, true)?;
            open_in(tx, &draft)
        })
    }
}

fn sense_of(text: &LanguageVersion) -> String {
    rules::sense(&text.title, &text.summary, &text.body)
}

fn difference(old: &LanguageVersion, new: &LanguageVersion) -> LanguageDiff {
    LanguageDiff {
        lang: new.lang.clone(),
        title: diff::words(&old.title, &new.title),
        summary: diff::words(&old.summary, &new.summary),
        body: diff::bodies(&old.body, &new.body),
    }
}

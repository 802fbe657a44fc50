//! The history of a language version and going back in it.

use super::store::{self, Kept, NewText};
use super::types::{Draft, LanguageVersion, RevisionRow};
use super::{editable, note_change, open_in, version_in};
use crate::change::Action;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::id::{self, new_id};
use crate::{profile, search};

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

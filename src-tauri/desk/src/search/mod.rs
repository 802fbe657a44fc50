//! Finding drafts, publications and the text inside files.
//!
//! The index is derived: [`rebuild_if_outdated`] makes it anew from the texts whenever the folding
//! of words changed. Whoever changes a text calls the matching `index_…` in the same transaction.

pub mod snippet;
pub(crate) mod store;
pub mod tokenizer;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use qalam_content::fold::FOLD_VERSION;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::change::Action;
use crate::db::{ReadTx, WriteTx, facts};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};
use snippet::snippet;
use store::files;
pub use tokenizer::register;
use words::Query;

/// Changes when words are cut or joined otherwise than before with the same folding.
const WORDS_VERSION: u32 = 2;
/// The name of the fact that tells how the index was made.
const VERSION_FACT: &str = "fold_version";
/// The most hits one search gives.
pub const MAX_HITS: u32 = 200;

/// Where to look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Texts of drafts.
    Drafts,
    /// Publications and the text inside them.
    Publications,
    /// Both.
    #[default]
    All,
}

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchRequest {
    /// What the person typed.
    pub query: String,
    /// Where to look.
    pub scope: Scope,
    /// Only this language (BCP 47).
    pub lang: Option<String>,
    /// Only drafts of this content type.
    pub content_type: Option<String>,
    /// At most so many hits; 0 is a sensible number.
    pub limit: u32,
}

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HitKind {
    /// A draft.
    Draft,
    /// A publication.
    Publication,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it was found, with `\u{1}` before and `\u{2}` after each matching word.
    pub snippet: String,
    /// The language it was found in, when one is known.
    pub lang: Option<String>,
    /// The page of the file the snippet is from, when it has pages.
    pub page: Option<u32>,
    /// The name of the file on the draft that the snippet is from; `None` when it is from a text of
    /// the draft, or the hit is a publication.
    pub file: Option<String>,
}

/// A page of a publication that answers a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundPage {
    /// Its number; `None` in a file without pages.
    pub page: Option<u32>,
    /// Why it was found, marked as in [`Hit::snippet`].
    pub snippet: String,
}

/// Where in a publication words were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FoundPages {
    /// The first of them, in the order of the file.
    pub pages: Vec<FoundPage>,
    /// How many there are.
    pub total: u32,
}

/// What a search gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Found {
    /// The hits, best and most recent first.
    pub hits: Vec<Hit>,
    /// How long it took, in microseconds.
    #[ts(type = "number")]
    pub took_us: u64,
}

/// A found row before its text is read. Lower scores are better.
pub(crate) struct Candidate {
    pub(crate) kind: HitKind,
    pub(crate) seq: i64,
    pub(crate) id: String,
    /// Of a publication, or of a file on a draft: the row of the index that answers best.
    pub(crate) piece: i64,
    /// The file on the draft (its seq) that answers, when it is not the draft itself.
    pub(crate) file: Option<i64>,
    pub(crate) score: f64,
}

impl Desk {
    /// Searches drafts and publications. All words must be there, the last one may be unfinished;
    /// a draft is found once, in the language or the file that answers best. Trashed drafts are not found.
    ///
    /// # Errors
    /// [`Code::EmptyQuery`] when there is no letter or digit in the query.
    pub fn search(&self, request: &SearchRequest) -> Result<Found> {
        let began = Instant::now();
        let query = Query::read(&request.query).ok_or_else(|| Error::new(Code::EmptyQuery))?;
        let limit = match request.limit {
            0 => 50,
            asked => asked.min(MAX_HITS),
        };
        let hits = self.read(|r| find(r, request, &query, limit))?;
        let took_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        Ok(Found { hits, took_us })
    }

    /// The pages of one publication that have the words of a query: all of them, or where no page
    /// has all, any of them.
    ///
    /// # Errors
    /// [`Code::EmptyQuery`], [`Code::NotFound`].
    pub fn search_inside(&self, publication: &str, query: &str, limit: u32) -> Result<FoundPages> {
        let query = Query::read(query).ok_or_else(|| Error::new(Code::EmptyQuery))?;
        let limit = match limit {
            0 => 50,
            asked => asked.min(MAX_HITS),
        };
        self.read(|r| {
            crate::publications::store::get(r, publication)?;
            let (pages, total) = store::pages_with(r, publication, &query, limit)?;
            let pages = pages
                .into_iter()
                .map(|(page, text)| FoundPage {
                    page,
                    snippet: snippet(&text, &query),
                })
                .collect();
            Ok(FoundPages { pages, total })
        })
    }
}

fn find(r: &ReadTx, request: &SearchRequest, query: &Query, limit: u32) -> Result<Vec<Hit>> {
    let mut candidates = Vec::new();
    if request.scope != Scope::Publications {
        candidates.extend(store::draft_candidates(r, query, request, limit)?);
        candidates.extend(files::candidates(r, query, request, limit)?);
    }
    if request.scope != Scope::Drafts && request.content_type.is_none() {
        candidates.extend(store::publication_candidates(r, query, request, limit)?);
    }
    candidates.sort_by(|a, b| a.score.total_cmp(&b.score).then_with(|| b.seq.cmp(&a.seq)));
    let mut known = BTreeSet::new();
    candidates.retain(|one| known.insert(one.id.clone()));
    candidates.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    candidates
        .iter()
        .map(|one| {
            let text = match one.file {
                Some(file) => files::text_of(r, one.piece, file)?,
                None => store::text_of(r, one)?,
            };
            Ok(Hit {
                kind: one.kind,
                id: one.id.clone(),
                snippet: snippet(&text.text, query),
                title: text.title,
                lang: text.lang,
                page: text.page,
                file: text.file,
            })
        })
        .collect()
}

/// The drafts that answer a query, those in the trash included: by a text of their own (`None`), or by a file on them,
/// with its name.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn drafts_with(r: &ReadTx, query: &Query) -> Result<BTreeMap<String, Option<String>>> {
    let mut found: BTreeMap<String, Option<String>> = files::drafts_with(r, query)?
        .into_iter()
        .map(|(draft, name)| (draft, Some(name)))
        .collect();
    for draft in store::drafts_saying(r, query)? {
        found.insert(draft, None);
    }
    Ok(found)
}

/// Brings the index of one language version to its present text.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn index_language(tx: &WriteTx, draft: &str, lang: &str) -> Result<()> {
    store::index_versions(tx, Some((draft, lang)))
}

/// Brings the index of a publication to its present description. Its text is indexed afterwards, by
/// [`index_waiting`].
///
/// # Errors
/// What the database may fail with.
pub(crate) fn index_publication(tx: &WriteTx, publication: &str) -> Result<()> {
    store::index_publications(tx, Some(publication))
}

/// Takes a publication out of the index; to be called before its row is deleted.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn forget_publication(tx: &WriteTx, publication: &str) -> Result<()> {
    store::forget_publication(tx, publication)
}

/// So much text is indexed in one transaction; others who want to write wait no longer than for it.
pub(crate) const INDEX_BYTES: usize = 96 * 1024;

/// Between two such transactions somebody who waits for the lock gets it.
pub(crate) const BREATH: std::time::Duration = std::time::Duration::from_millis(1);

/// Indexes the pages that wait, in short transactions, until none does or `stopped`. Several
/// programs may do so at once; a program that died is helped out by the next one that opens the
/// desk.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn index_waiting(desk: &Desk, stopped: &dyn Fn() -> bool) -> Result<()> {
    while !stopped() && desk.write(Action::Reindex, |tx| store::index_some(tx, INDEX_BYTES))? {
        // The lock goes to whoever asks first, and that would be us again.
        std::thread::sleep(BREATH);
    }
    Ok(())
}

fn version() -> String {
    format!("{FOLD_VERSION}.{WORDS_VERSION}")
}

/// Makes the index anew when it was made with another folding. Cheap when it was not.
///
/// # Errors
/// What the database may fail with.
pub(crate) fn rebuild_if_outdated(desk: &Desk) -> Result<()> {
    let current = |r: &ReadTx| Ok(facts::get(r, VERSION_FACT)?.as_deref() == Some(&version()));
    if !desk.read(current)? {
        desk.write(Action::Reindex, |tx| {
            store::empty(tx)?;
            store::index_versions(tx, None)?;
            store::index_publications(tx, None)?;
            store::unindex_all(tx)?;
            files::index_all(tx)?;
            facts::set(tx, VERSION_FACT, &version())
        })?;
    }
    if desk.read(store::has_unindexed)? {
        index_waiting(desk, &|| false)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OpenOptions;
    use crate::drafts::NewDraft;

    #[test]
    fn an_index_of_an_older_folding_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
        desk.drafts_create(NewDraft {
            content_type: "news".into(),
            lang: "ar".into(),
            title: "حملة التلقيح".into(),
            ..NewDraft::default()
        })
        .unwrap();
        let found = |desk: &Desk| {
            desk.search(&SearchRequest {
                query: "تلقيح".into(),
                ..SearchRequest::default()
            })
            .unwrap()
            .hits
            .len()
        };
        assert_eq!(found(&desk), 1);
        desk.write(Action::Reindex, |tx| {
            store::empty(tx)?;
            facts::set(tx, VERSION_FACT, "0.0")
        })
        .unwrap();
        assert_eq!(found(&desk), 0);
        drop(desk);
        let desk = Desk::open(dir.path(), OpenOptions::default()).unwrap();
        assert_eq!(found(&desk), 1);
    }
}

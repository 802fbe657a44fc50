//! The last stage: one short transaction for each file that is new.

use std::collections::BTreeMap;
use std::path::Path;

use qalam_content::problem::Problem;

use super::super::Publication;
use super::super::likeness::compare::{Facts, Traits, Verdict};
use super::super::likeness::store::{self as likenesses, Candidate, NewLikeness, Piece};
use super::super::likeness::{LikeRule, LikenessKind, OnPortals, PublicationCopy, most_alike};
use super::super::slim::SlimChoice;
use super::super::store::{self, FileSign};
use super::super::walk::{code, name_of};
use super::IntakeOptions;
use super::line::{Ready, stops_the_job};
use super::reading::Work;
use crate::change::Action;
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::id::new_id;
use crate::imports::{Described, Description};
use crate::job::{IntakeItem, IntakeStatus};
use crate::search::{INDEX_BYTES, index_waiting};

/// Stores what was described, or in a dry run says what storing would come to.
pub(super) struct Keeper<'a> {
    desk: &'a Desk,
    options: IntakeOptions,
    portals: OnPortals,
    /// Files of this run that were left out or became further files, by hash.
    not_new: BTreeMap<String, IntakeItem>,
    /// In a dry run: the works that would be in by now.
    would_be: Vec<Candidate>,
    /// In a dry run: which works share a key.
    would_be_keys: BTreeMap<i64, Vec<usize>>,
    /// In a dry run: which work would have stepped back for which, by their ids.
    would_be_newer: BTreeMap<String, String>,
    /// Bytes of text that search does not know yet.
    unindexed: usize,
}

/// What is done with a described file.
enum Decision<'c> {
    /// A new publication.
    Add,
    /// A new publication, and the older edition steps back.
    AddInsteadOf(&'c Candidate),
    /// The newer edition is here: left out.
    LeaveOut(&'c Candidate),
    /// Kept as a further file of another publication.
    Attach(&'c Candidate),
}

/// What a described file is like.
struct Alike<'c> {
    work: Option<(Candidate, Verdict)>,
    portal: Option<(&'c Piece, Verdict)>,
}

impl<'a> Keeper<'a> {
    pub(super) fn begin(desk: &'a Desk, options: IntakeOptions) -> Result<Self> {
        Ok(Self {
            desk,
            options,
            portals: desk.read(OnPortals::load)?,
            not_new: BTreeMap::new(),
            would_be: Vec::new(),
            would_be_keys: BTreeMap::new(),
            would_be_newer: BTreeMap::new(),
            unindexed: 0,
        })
    }

    /// Makes search know what came in: all of it, or when enough has come together to be worth a
    /// transaction.
    pub(super) fn index(&mut self, all: bool) -> Result<()> {
        if self.unindexed > 0 && (all || self.unindexed >= INDEX_BYTES) {
            self.unindexed = 0;
            index_waiting(self.desk, &|| false)?;
        }
        Ok(())
    }

    /// Brings a file to its end. `None` when cancelled.
    pub(super) fn store(&mut self, ready: Ready) -> Result<Option<IntakeItem>> {
        let item = match ready {
            Ready::Stopped(error) => return Err(error),
            Ready::Described(_, None) => return Ok(None),
            Ready::Ended(item, None) => *item,
            Ready::Ended(item, Some(sign)) => {
                self.note(&item, &sign)?;
                *item
            }
            Ready::SameAsEarlier { path, sign, sha256 } => {
                let item = self.same_as_earlier(path, &sign, &sha256)?;
                if item.status != IntakeStatus::Failed {
                    self.note(&item, &sign)?;
                }
                item
            }
            Ready::Described(work, Some(described)) => {
                let path = work.shown.clone();
                let name = work.name.clone();
                let stored = if self.options.dry_run {
                    self.imagine(&work, &described)
                } else {
                    self.keep(*work, *described)
                };
                match stored {
                    Ok(item) => item,
                    Err(error) if stops_the_job(&error) => return Err(error),
                    Err(error) => IntakeItem::bare(path, IntakeStatus::Failed).problem(
                        Problem::new(code::NOT_STORED, name)
                            .with("code", error.code)
                            .with("detail", error.detail()),
                    ),
                }
            }
        };
        if item.status == IntakeStatus::SameWork
            && let Some(sha256) = &item.sha256
        {
            self.not_new.insert(sha256.clone(), item.clone());
        }
        self.index(false)?;
        Ok(Some(item))
    }

    fn same_as_earlier(&self, path: String, sign: &FileSign, sha256: &str) -> Result<IntakeItem> {
        if let Some(earlier) = self.not_new.get(sha256) {
            return Ok(IntakeItem {
                path,
                ..earlier.clone()
            });
        }
        let id = self.desk.read(|r| store::with_bytes(r, sha256))?;
        if id.is_none() && !self.options.dry_run {
            // The earlier one did not get in after all; the same would meet this one.
            let problem = Problem::new(code::NOT_STORED, name_of(Path::new(&path)));
            return Ok(IntakeItem::bare(path, IntakeStatus::Failed).problem(problem));
        }
        Ok(same_bytes(path, sign, id, sha256))
    }

    fn note(&self, item: &IntakeItem, sign: &FileSign) -> Result<()> {
        if self.options.dry_run {
            return Ok(());
        }
        self.desk
            .write(Action::AddPublication, |tx| journal(tx, item, sign))
    }

    /// The one short transaction of a new publication.
    fn keep(&mut self, mut work: Work, mut described: Described) -> Result<IntakeItem> {
        let Some(staged) = work.staged.take() else {
            return Err(Error::internal("no copy"));
        };
        let id = new_id();
        // The small picture before the row: a row never promises one that is not there.
        let thumbnail_path = self.desk.thumbnail_path(&id);
        let has_thumbnail = described.thumbnail.take().is_some_and(|png| {
            self.desk
                .access()
                .write_small(&thumbnail_path, &png)
                .is_ok()
        });
        let description = &described.description;
        let traits = traits_of(description);
        let outcome = self.desk.write(Action::AddPublication, |tx| {
            // Another program, or another job, may have been faster.
            if let Some(known) = store::with_bytes(tx, &work.sha256)? {
                let item = same_bytes(work.shown.clone(), &work.sign, Some(known), &work.sha256);
                journal(tx, &item, &work.sign)?;
                return Ok(item);
            }
            let candidates = likenesses::candidates(tx, &traits)?;
            let alike = self.alike(tx, &work, description, &traits, &candidates)?;
            let decision = decide(self.options.rule, &alike);
            let mut item = item_of(&work, description, has_thumbnail, &alike);
            match &decision {
                Decision::LeaveOut(other) => {
                    item.status = IntakeStatus::SameWork;
                    item.id = Some(other.id.clone());
                }
                Decision::Attach(other) => {
                    item.status = IntakeStatus::SameWork;
                    item.id = Some(other.id.clone());
                    self.desk.blobs.place(tx, staged, &description.mime)?;
                    likenesses::add_copy(tx, &other.id, &copy_of(&work, description))?;
                    tx.changed_publication(&other.id);
                }
                Decision::Add | Decision::AddInsteadOf(_) => {
                    item.id = Some(id.clone());
                    self.desk.blobs.place(tx, staged, &description.mime)?;
                    let publication = publication_of(&work, description, &item, &id);
                    store::insert(tx, &publication, &description.text)?;
                    likenesses::sign(tx, &id, &traits, &description.sketch)?;
                    crate::search::index_publication(tx, &id)?;
                    self.note_likenesses(tx, &id, &alike)?;
                    if let Decision::AddInsteadOf(older) = &decision {
                        likenesses::supersede(tx, &older.id, &id)?;
                        tx.changed_publication(&older.id);
                    }
                    tx.changed_publication(&id);
                }
            }
            journal(tx, &item, &work.sign)?;
            Ok(item)
        });
        let kept = outcome
            .as_ref()
            .is_ok_and(|item| item.status == IntakeStatus::Added);
        if kept {
            self.unindexed += description.text.len();
        } else if has_thumbnail {
            let _ = std::fs::remove_file(&thumbnail_path);
        }
        outcome
    }

    /// What [`Keeper::keep`] would do.
    fn imagine(&mut self, work: &Work, described: &Described) -> Result<IntakeItem> {
        let description = &described.description;
        let traits = traits_of(description);
        let mut candidates = self
            .desk
            .read(|r: &ReadTx| likenesses::candidates(r, &traits))?;
        let mut known: Vec<usize> = traits
            .keys()
            .iter()
            .filter_map(|key| self.would_be_keys.get(key))
            .flatten()
            .copied()
            .collect();
        known.sort_unstable();
        known.dedup();
        candidates.extend(
            known
                .iter()
                .filter_map(|at| self.would_be.get(*at))
                .cloned(),
        );
        let alike = self
            .desk
            .read(|r| self.alike(r, work, description, &traits, &candidates))?;
        let decision = decide(self.options.rule, &alike);
        let mut item = item_of(work, description, described.thumbnail.is_some(), &alike);
        match decision {
            Decision::LeaveOut(other) | Decision::Attach(other) => {
                item.status = IntakeStatus::SameWork;
                item.id = Some(other.id.clone()).filter(|id| would_be_at(id).is_none());
            }
            Decision::Add | Decision::AddInsteadOf(_) => {
                let id = would_be_id(self.would_be.len());
                if let Decision::AddInsteadOf(older) = &decision {
                    self.would_be_newer.insert(older.id.clone(), id.clone());
                }
                for key in traits.keys() {
                    let with = self.would_be_keys.entry(key).or_default();
                    with.push(self.would_be.len());
                }
                self.would_be.push(Candidate {
                    id,
                    title: description.title.clone(),
                    traits,
                });
            }
        }
        Ok(item)
    }

    fn alike(
        &self,
        r: &ReadTx,
        work: &Work,
        description: &Description,
        traits: &Traits,
        candidates: &[Candidate],
    ) -> Result<Alike<'_>> {
        let mut alike = most_alike(traits, candidates).map(|(other, is)| (other.clone(), is));
        // What stepped back for a newer edition does not say what is newest.
        if self.options.rule == LikeRule::KeepNewest
            && let Some((other, verdict)) = &mut alike
            && let Some(current) = self.current(r, &other.id)?
        {
            verdict.kind = traits.order(&current.traits);
            *other = current;
        }
        Ok(Alike {
            work: alike,
            portal: self
                .portals
                .find(&work.sha256, &description.title, is_named(description)),
        })
    }

    /// The edition for which another one stepped back, if it did; in a dry run, as it would be by now.
    fn current(&self, r: &ReadTx, id: &str) -> Result<Option<Candidate>> {
        let mut at = id.to_owned();
        loop {
            if would_be_at(&at).is_none() {
                at = likenesses::current(r, &at)?;
            }
            match self.would_be_newer.get(&at) {
                Some(newer) => at.clone_from(newer),
                None => break,
            }
        }
        if at == id {
            return Ok(None);
        }
        match would_be_at(&at) {
            Some(index) => Ok(self.would_be.get(index).cloned()),
            None => likenesses::candidate(r, &at).map(Some),
        }
    }

    fn note_likenesses(&self, tx: &WriteTx, id: &str, alike: &Alike<'_>) -> Result<()> {
        // Two that have no order are not settled by asking for the newest.
        let settles = |kind: LikenessKind| match self.options.rule {
            LikeRule::KeepBoth => true,
            LikeRule::KeepNewest => kind == LikenessKind::NewerEdition,
            LikeRule::Ask | LikeRule::Attach => false,
        };
        if let Some((other, verdict)) = &alike.work {
            likenesses::note(
                tx,
                &NewLikeness {
                    publication: id,
                    other: &other.id,
                    piece: None,
                    title: &other.title,
                    verdict,
                    settled: Some(self.options.rule).filter(|_| settles(verdict.kind)),
                },
            )?;
        }
        if let Some((piece, verdict)) = &alike.portal {
            likenesses::note(
                tx,
                &NewLikeness {
                    publication: id,
                    other: "",
                    piece: Some(piece),
                    title: &piece.title,
                    verdict,
                    settled: Some(self.options.rule).filter(|_| settles(verdict.kind)),
                },
            )?;
        }
        Ok(())
    }
}

/// What a work of a dry run is called: no stored one has such an id.
fn would_be_id(index: usize) -> String {
    format!("?{index}")
}

fn would_be_at(id: &str) -> Option<usize> {
    id.strip_prefix('?')?.parse().ok()
}

/// What the rule says about a file that is like another one.
fn decide<'c>(rule: LikeRule, alike: &'c Alike<'_>) -> Decision<'c> {
    match (rule, &alike.work) {
        (LikeRule::KeepNewest, Some((other, verdict))) => match verdict.kind {
            LikenessKind::NewerEdition => Decision::AddInsteadOf(other),
            LikenessKind::OlderEdition => Decision::LeaveOut(other),
            LikenessKind::SameWork | LikenessKind::OnPortal => Decision::Add,
        },
        (LikeRule::Attach, Some((other, _))) => Decision::Attach(other),
        _ => Decision::Add,
    }
}

fn is_named(description: &Description) -> bool {
    description
        .origins
        .get("title")
        .is_some_and(|origin| origin == "name")
}

fn traits_of(description: &Description) -> Traits {
    Traits::new(Facts {
        title: &description.title,
        named: is_named(description),
        year: description.year,
        doi: description.doi.as_deref().unwrap_or_default(),
        isbn: description.isbn.as_deref().unwrap_or_default(),
        languages: &description.languages,
        sketch: &description.sketch,
    })
}

/// The same bytes as publication `id`.
pub(super) fn same_bytes(
    path: String,
    sign: &FileSign,
    id: Option<String>,
    sha256: &str,
) -> IntakeItem {
    IntakeItem {
        id,
        sha256: Some(sha256.to_owned()),
        bytes: sign.bytes,
        title: name_of(Path::new(&path)),
        ..IntakeItem::bare(path, IntakeStatus::SameBytes)
    }
}

fn journal(tx: &WriteTx, item: &IntakeItem, sign: &FileSign) -> Result<()> {
    store::journal(
        tx,
        sign,
        item.status.as_str(),
        item.id.as_deref().unwrap_or_default(),
        item.sha256.as_deref().unwrap_or_default(),
        &item.problems,
    )
}

fn item_of(
    work: &Work,
    description: &Description,
    thumbnail: bool,
    alike: &Alike<'_>,
) -> IntakeItem {
    let mut problems = description.problems.clone();
    if work.misleading {
        problems.push(Problem::new(code::NAME_MISLEADING, work.name.clone()));
    }
    if let Some((other, verdict)) = &alike.work {
        let code = match verdict.kind {
            LikenessKind::NewerEdition => code::NEWER_EDITION,
            LikenessKind::OlderEdition => code::OLDER_EDITION,
            LikenessKind::SameWork | LikenessKind::OnPortal => code::MAYBE_SAME_WORK,
        };
        let reasons: Vec<String> = verdict
            .reasons
            .iter()
            .filter_map(|reason| Some(serde_json::to_value(reason).ok()?.as_str()?.to_owned()))
            .collect();
        problems.push(
            Problem::new(code, work.name.clone())
                .with("publication", &other.id)
                .with("title", &other.title)
                .with("reasons", reasons.join(" ")),
        );
    }
    if let Some((piece, _)) = &alike.portal {
        problems.push(
            Problem::new(code::ON_PORTAL, work.name.clone())
                .with("piece", &piece.piece)
                .with("title", &piece.title),
        );
    }
    IntakeItem {
        path: work.shown.clone(),
        status: IntakeStatus::Added,
        id: None,
        sha256: Some(work.sha256.clone()),
        bytes: work.bytes,
        mime: Some(description.mime.clone()),
        title: description.title.clone(),
        authors: description.authors.clone(),
        corporate_author: description.corporate_author.clone().unwrap_or_default(),
        year: description.year,
        languages: description.languages.clone(),
        pages: description.pages,
        doi: description.doi.clone(),
        isbn: description.isbn.clone(),
        issn: description.issn.clone(),
        text_chars: text_chars(description),
        thumbnail,
        problems,
    }
}

fn text_chars(description: &Description) -> u32 {
    u32::try_from(description.text.chars().count()).unwrap_or(u32::MAX)
}

fn copy_of(work: &Work, description: &Description) -> PublicationCopy {
    PublicationCopy {
        sha256: work.sha256.clone(),
        name: work.name.clone(),
        path: work.shown.clone(),
        bytes: work.bytes,
        mime: description.mime.clone(),
        title: description.title.clone(),
        year: description.year,
        added_at: String::new(),
    }
}

fn publication_of(
    work: &Work,
    description: &Description,
    item: &IntakeItem,
    id: &str,
) -> Publication {
    Publication {
        id: id.to_owned(),
        sha256: work.sha256.clone(),
        name: work.name.clone(),
        path: work.shown.clone(),
        bytes: work.bytes,
        mime: description.mime.clone(),
        state: description.state.clone(),
        title: description.title.clone(),
        authors: description.authors.clone(),
        corporate_author: description.corporate_author.clone().unwrap_or_default(),
        year: description.year,
        languages: description.languages.clone(),
        pages: description.pages,
        publication_type: String::new(),
        licence: String::new(),
        doi: description.doi.clone().unwrap_or_default(),
        isbn: description.isbn.clone().unwrap_or_default(),
        issn: description.issn.clone().unwrap_or_default(),
        numbers: description.numbers.clone(),
        text_chars: item.text_chars,
        has_thumbnail: item.thumbnail,
        added_at: String::new(),
        updated_at: String::new(),
        origins: description.origins.clone(),
        sources: description.sources.clone(),
        confidence: description.confidence.clone(),
        warnings: description.warnings.clone(),
        slim: SlimChoice::Rule,
        problems: item.problems.clone(),
        attached_to: 0,
        superseded_by: None,
        copies: 0,
        open_likenesses: 0,
    }
}

//! Likely duplicates: found before anything is added, decided by a person or by a rule a person
//! chose. Only equal bytes are ever left out without asking.

pub(crate) mod compare;
pub mod sketch;
pub(crate) mod store;
mod title;

pub(crate) use title::work_words;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use compare::{LikenessKind, LikenessReason};

use self::compare::{Traits, Verdict};
use self::store::{Candidate, Piece};
use super::same::title_key;
use super::store as publications;
use crate::change::{Action, Topic};
use crate::db::{ReadTx, WriteTx};
use crate::desk::Desk;
use crate::error::{Code, Error, Result};

/// The most likenesses one page or one decision holds.
pub const MAX_LIKENESSES: u32 = 1_000;

/// What is done about a likely duplicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LikeRule {
    /// Both are kept and the question stays open.
    #[default]
    Ask,
    /// Both are kept; they are different works.
    KeepBoth,
    /// The newer edition counts, the older one stays out of the way. Without an order between the
    /// two the question stays open.
    KeepNewest,
    /// The newcomer becomes a further file of the publication that was here first.
    Attach,
}

impl LikeRule {
    /// The word for it in the database, in JSON and on a command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::KeepBoth => "keep_both",
            Self::KeepNewest => "keep_newest",
            Self::Attach => "attach",
        }
    }

    /// Reads the word for it; [`LikeRule::Ask`] for any other.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        [Self::KeepBoth, Self::KeepNewest, Self::Attach]
            .into_iter()
            .find(|rule| rule.as_str() == word)
            .unwrap_or_default()
    }
}

/// A publication that is probably the same work as another one, or as a piece on a portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Likeness {
    /// Its number, by which it is decided.
    #[ts(type = "number")]
    pub seq: i64,
    /// The publication that came later.
    pub publication: String,
    /// Its title.
    pub publication_title: String,
    /// The publication that was here first.
    pub other: Option<String>,
    /// The portal that has it, when it is about a piece there.
    pub portal: Option<String>,
    /// The id of the piece on that portal.
    pub piece: Option<String>,
    /// Title of the other publication or of the piece.
    pub other_title: String,
    /// What the two are to each other.
    pub kind: LikenessKind,
    /// Why they are taken for the same.
    pub reasons: Vec<LikenessReason>,
    /// How much of the text is the same, in per cent; `None` when one has no text.
    pub alike: Option<u8>,
    /// The rule a person decided by, once one did.
    pub settled: Option<String>,
}

/// One page of undecided likenesses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LikenessPage {
    /// Oldest first.
    pub likenesses: Vec<Likeness>,
    /// Where the next page begins, unless this is the last.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
    /// How many are undecided in all.
    pub total: u32,
}

/// A further file of a publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PublicationCopy {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its file name.
    pub name: String,
    /// Where it came from.
    pub path: String,
    /// Its size in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// Its true type.
    pub mime: String,
    /// The title found in it.
    pub title: String,
    /// The year found in it.
    pub year: Option<i32>,
    /// When it came in.
    pub added_at: String,
}

/// How one likeness was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SettleOutcome {
    /// Both stay as they are.
    KeptBoth,
    /// The older edition is out of the way.
    Superseded,
    /// The newcomer is a further file of the other now.
    Attached,
    /// The rule says nothing about these two; a person has to.
    Undecided,
    /// A draft holds the newcomer, which can therefore not become a further file.
    Held,
    /// It was decided before.
    AlreadySettled,
}

/// What a decision did, or in a preview would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettleRow {
    /// The likeness as it was before.
    pub likeness: Likeness,
    /// What became of it.
    pub outcome: SettleOutcome,
}

/// What a rule did to several likenesses, or in a preview would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settled {
    /// One by one, in the order asked for.
    pub rows: Vec<SettleRow>,
}

/// The work that is most like these traits, of those given; the oldest among equals.
pub(crate) fn most_alike<'c>(
    traits: &Traits,
    candidates: impl IntoIterator<Item = &'c Candidate>,
) -> Option<(&'c Candidate, Verdict)> {
    let mut best: Option<(&Candidate, Verdict)> = None;
    for one in candidates {
        if let Some(verdict) = traits.against(&one.traits)
            && best
                .as_ref()
                .is_none_or(|(_, known)| verdict.strength() > known.strength())
        {
            best = Some((one, verdict));
        }
    }
    best
}

/// What portals are known to have, looked up by title and by file.
#[derive(Debug, Default)]
pub(crate) struct OnPortals {
    titles: std::collections::BTreeMap<String, Piece>,
    files: std::collections::BTreeMap<String, Piece>,
}

impl OnPortals {
    pub(crate) fn load(r: &ReadTx) -> Result<Self> {
        let (titles, files) = store::on_portals(r)?;
        let titles = titles
            .into_iter()
            .map(|piece| (title_key(&piece.title), piece))
            .filter(|(key, _)| key.chars().filter(|c| c.is_alphanumeric()).count() >= 8)
            .collect();
        Ok(Self { titles, files })
    }

    /// The piece that has this file, or whose title is this one.
    pub(crate) fn find(&self, sha256: &str, title: &str, named: bool) -> Option<(&Piece, Verdict)> {
        let verdict = |reason| Verdict {
            kind: LikenessKind::OnPortal,
            reasons: vec![reason],
            alike: None,
        };
        if let Some(piece) = self.files.get(sha256) {
            return Some((piece, verdict(LikenessReason::Bytes)));
        }
        // The name of a file is no title.
        let piece = self.titles.get(&title_key(title)).filter(|_| !named)?;
        Some((piece, verdict(LikenessReason::Title)))
    }
}

impl Desk {
    /// Undecided likenesses, oldest first; `after` is `next` of the page before.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn publications_likenesses(&self, after: Option<i64>, limit: u32) -> Result<LikenessPage> {
        let limit = match limit {
            0 => 100,
            asked => asked.min(MAX_LIKENESSES),
        };
        self.read(|r| {
            let mut likenesses = store::open(r, after.unwrap_or(0), limit.saturating_add(1))?;
            let more = u32::try_from(likenesses.len()).unwrap_or(u32::MAX) > limit;
            if more {
                likenesses.pop();
            }
            Ok(LikenessPage {
                next: likenesses.last().filter(|_| more).map(|last| last.seq),
                likenesses,
                total: store::count_open(r)?,
            })
        })
    }

    /// Decides likenesses by a rule: those named, or all undecided ones when none is. A preview does
    /// all of it and takes it back, so that its outcome is the real one.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::BadArgument`] for more than [`MAX_LIKENESSES`].
    pub fn publications_settle(
        &self,
        rule: LikeRule,
        likenesses: &[i64],
        preview: bool,
    ) -> Result<Settled> {
        if likenesses.len() > usize::try_from(MAX_LIKENESSES).unwrap_or(usize::MAX) {
            return Err(Error::new(Code::BadArgument).with("name", "likenesses"));
        }
        let mut rows = Vec::new();
        let mut removed = Vec::new();
        let outcome = self.write(Action::SettleLikeness, |tx| {
            let wanted = if likenesses.is_empty() {
                let open = store::open(tx, 0, MAX_LIKENESSES)?;
                open.into_iter().map(|one| one.seq).collect()
            } else {
                likenesses.to_vec()
            };
            for seq in wanted {
                // An earlier one may have taken the publication, and its questions, away.
                let likeness = match store::likeness(tx, seq) {
                    Err(error) if error.code == Code::NotFound && !rows.is_empty() => continue,
                    found => found?,
                };
                let (outcome, gone) = decide(tx, rule, &likeness)?;
                removed.extend(gone);
                rows.push(SettleRow { likeness, outcome });
            }
            tx.changed(Topic::Publications, None);
            if preview {
                return Err(Error::new(Code::Cancelled));
            }
            Ok(())
        });
        match outcome {
            Err(error) if preview && error.code == Code::Cancelled => return Ok(Settled { rows }),
            other => other?,
        }
        for id in removed {
            // A picture nobody asks for any more.
            let _ = std::fs::remove_file(self.thumbnail_path(&id));
        }
        Ok(Settled { rows })
    }

    /// A superseded publication counts again.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn publications_reinstate(&self, publication: &str) -> Result<()> {
        self.write(Action::SettleLikeness, |tx| {
            publications::get(tx, publication)?;
            store::reinstate(tx, publication)?;
            tx.changed_publication(publication);
            Ok(())
        })
    }
}

/// Decides one likeness; gives the publication that is gone by it.
fn decide(
    tx: &WriteTx,
    rule: LikeRule,
    likeness: &Likeness,
) -> Result<(SettleOutcome, Option<String>)> {
    if likeness.settled.is_some() {
        return Ok((SettleOutcome::AlreadySettled, None));
    }
    let other = likeness.other.as_deref();
    let outcome = match (rule, likeness.kind, other) {
        (LikeRule::Ask, ..) => SettleOutcome::Undecided,
        (LikeRule::KeepBoth, ..) => SettleOutcome::KeptBoth,
        (
            LikeRule::KeepNewest,
            LikenessKind::NewerEdition | LikenessKind::OlderEdition,
            Some(other),
        ) => keep_newest(tx, likeness, other)?,
        (LikeRule::Attach, _, Some(other)) => {
            let newcomer = publications::get(tx, &likeness.publication)?;
            if newcomer.attached_to > 0 {
                return Ok((SettleOutcome::Held, None));
            }
            attach(tx, &newcomer, other)?;
            return Ok((SettleOutcome::Attached, Some(newcomer.id)));
        }
        _ => SettleOutcome::Undecided,
    };
    if outcome != SettleOutcome::Undecided {
        store::settle(tx, likeness.seq, rule)?;
    }
    Ok((outcome, None))
}

/// Of two editions the newer one counts. What stepped back before speaks through the edition it
/// stepped back for, so that of three only the newest is left, whatever they came after.
fn keep_newest(tx: &WriteTx, likeness: &Likeness, other: &str) -> Result<SettleOutcome> {
    let ours = store::current(tx, &likeness.publication)?;
    let theirs = store::current(tx, other)?;
    if ours == theirs {
        return Ok(SettleOutcome::Superseded);
    }
    let kind = if ours == likeness.publication && theirs == other {
        likeness.kind
    } else {
        let (ours, theirs) = (store::candidate(tx, &ours)?, store::candidate(tx, &theirs)?);
        ours.traits.order(&theirs.traits)
    };
    match kind {
        LikenessKind::NewerEdition => store::supersede(tx, &theirs, &ours)?,
        LikenessKind::OlderEdition => store::supersede(tx, &ours, &theirs)?,
        LikenessKind::SameWork | LikenessKind::OnPortal => return Ok(SettleOutcome::Undecided),
    }
    Ok(SettleOutcome::Superseded)
}

/// Makes a publication a further file of another one.
fn attach(tx: &WriteTx, newcomer: &super::Publication, other: &str) -> Result<()> {
    publications::get(tx, other)?;
    store::move_to(tx, &newcomer.id, other)?;
    crate::search::forget_publication(tx, &newcomer.id)?;
    publications::delete(tx, &newcomer.id)?;
    store::add_copy(
        tx,
        other,
        &PublicationCopy {
            sha256: newcomer.sha256.clone(),
            name: newcomer.name.clone(),
            path: newcomer.path.clone(),
            bytes: newcomer.bytes,
            mime: newcomer.mime.clone(),
            title: newcomer.title.clone(),
            year: newcomer.year,
            added_at: newcomer.added_at.clone(),
        },
    )
}

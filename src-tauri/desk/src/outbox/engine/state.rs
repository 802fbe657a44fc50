//! What the engine knows: values, and the few rules that belong to a single one of them.

use jiff::Timestamp;
use jiff::civil;

use super::rate::Rate;
use crate::error::Failure;
use crate::outbox::rules::{PAUSE_ASKED_CAP, Phase, later, pause};

/// A moment, as a transition sees it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time.
    pub at: Timestamp,
    /// The same time on the clock of the place; quiet hours and budgets follow it.
    pub local: civil::DateTime,
    /// A uniformly drawn number, for the jitter of pauses.
    pub random: u64,
}

impl Moment {
    /// Whether a pause until `until` still lasts. A pause that would last longer than any we make
    /// was written under another clock, and is over.
    #[must_use]
    pub fn sleeps(&self, until: Option<Timestamp>) -> Option<Timestamp> {
        until.filter(|until| *until > self.at && *until <= later(self.at, PAUSE_ASKED_CAP))
    }

    /// The end of a pause after so many failures in a row.
    #[must_use]
    pub fn after(&self, failures: u32) -> Timestamp {
        later(self.at, pause(failures, self.random))
    }
}

/// Whether a text may have reached the portal without our knowing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// No attempt got further than this machine and the way.
    #[default]
    Never,
    /// The first attempt that may reach it has no answer yet.
    Trying,
    /// An attempt may have reached it.
    Maybe,
}

impl Reach {
    /// The number kept in the database.
    #[must_use]
    pub const fn as_number(self) -> u8 {
        match self {
            Self::Never => 0,
            Self::Trying => 1,
            Self::Maybe => 2,
        }
    }

    /// Reads the number kept in the database.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        match number {
            0 => Self::Never,
            1 => Self::Trying,
            _ => Self::Maybe,
        }
    }
}

/// One file of an entry's release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// The portal said it lacks it, and it was not uploaded since.
    pub missing: bool,
    /// It was uploaded for this entry.
    pub uploaded: bool,
    /// Where an upload of it was begun; empty when none was.
    pub upload_url: String,
    /// How many of its bytes the portal holds.
    pub offset: u64,
}

impl File {
    /// Bytes that still have to leave.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.bytes.saturating_sub(self.offset)
    }
}

/// An approved release on its way to one portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the queue; 0 until it has one.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Where it stands.
    pub phase: Phase,
    /// A person keeps it back.
    pub held: bool,
    /// A person said yes to its large files.
    pub consent: bool,
    /// A person wants it sent whatever the wishes about sending say.
    pub insisted: bool,
    /// Attempts so far.
    pub attempts: u32,
    /// Failures in a row since the last progress.
    pub failures: u32,
    /// Attempts in a row whose outcome was never recorded.
    pub interrupted: u32,
    /// Whether its text may have reached the portal.
    pub reach: Reach,
    /// When the attempt under way began.
    pub attempt_at: Option<Timestamp>,
    /// When it was last known how many bytes had left.
    pub moved_at: Option<Timestamp>,
    /// Not to be tried before.
    pub not_before: Option<Timestamp>,
    /// Why it stands where it stands.
    pub failure: Option<Failure>,
    /// Why a person wants it taken down; empty unless one does.
    pub reason: String,
    /// Size of the canonical release.
    pub bytes: u64,
    /// Its files.
    pub files: Vec<File>,
}

impl Entry {
    /// Moves to a phase with a clean count.
    pub(super) fn rest(&mut self, phase: Phase, failure: Option<Failure>) {
        self.phase = phase;
        self.failure = failure;
        self.failures = 0;
        self.interrupted = 0;
        self.attempt_at = None;
        self.not_before = None;
    }

    /// Stays open after an answer, to go on at `not_before`.
    pub(super) fn go_on(
        &mut self,
        phase: Phase,
        failures: u32,
        not_before: Option<Timestamp>,
        failure: Option<Failure>,
    ) {
        self.phase = phase;
        self.failures = failures;
        self.interrupted = 0;
        self.attempt_at = None;
        self.not_before = not_before;
        self.failure = failure;
    }

    /// The smallest file the portal lacks.
    #[must_use]
    pub fn smallest_missing(&self) -> Option<&File> {
        self.files
            .iter()
            .filter(|file| file.missing)
            .min_by_key(|file| (file.bytes, file.sha256.as_str()))
    }

    /// Bytes of text and files that still have to leave before the receipt can come.
    #[must_use]
    pub fn bytes_left(&self) -> u64 {
        match self.phase {
            // Nothing answered yet: the portal may have every file, or none.
            Phase::Put if !self.files.iter().any(|file| file.uploaded) => {
                self.bytes + self.files.iter().map(File::left).sum::<u64>()
            }
            Phase::Put | Phase::Files => self
                .files
                .iter()
                .filter(|file| file.missing)
                .map(File::left)
                .sum(),
            _ => 0,
        }
    }

    pub(super) fn file_mut(&mut self, sha256: &str) -> Option<&mut File> {
        self.files.iter_mut().find(|file| file.sha256 == sha256)
    }

    /// The code of the last failure, or nothing.
    pub(super) fn failure_code(&self) -> &str {
        self.failure
            .as_ref()
            .map_or("", |failure| failure.code.as_str())
    }
}

/// Our last knowledge of what a portal holds for a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirror {
    /// What the portal calls the piece.
    pub remote_id: String,
    /// Where readers find it.
    pub url: String,
    /// The ETag last seen.
    pub etag: String,
    /// The ETag our next put may replace: of a state we put there or a person accepted.
    pub base: String,
    /// The release of ours it holds; empty when unknown or not ours.
    pub release: String,
    /// The portal's word for its state.
    pub state: String,
    /// What the portal's editor wrote.
    pub comment: String,
    /// The release of ours it held last: what both sides started from.
    pub base_release: String,
    /// The ETag of the portal's own text that is kept here; empty when none is.
    pub theirs: String,
    /// The portal's own text is wanted and not here yet.
    pub wanted: bool,
    /// Failures in a row of fetching it.
    pub failures: u32,
    /// Not to be fetched before.
    pub not_before: Option<Timestamp>,
    /// How often something was learned of what stands there. Where two ETags look alike, as of what was deleted twice,
    /// it tells an answer from before such news from one that comes after it.
    pub news: u32,
}

impl Mirror {
    /// Whether both tell of the same thing at the portal, and allow a put over the same.
    pub(super) fn stands_as(&self, other: &Self) -> bool {
        self.etag == other.etag
            && self.base == other.base
            && self.release == other.release
            && self.state == other.state
    }
}

/// One draft at one portal: every release that was put on its way, oldest first, and what the
/// portal holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// The draft.
    pub draft: String,
    /// The portal.
    pub portal: String,
    /// The author marked the draft urgent.
    pub urgent: bool,
    /// Its entries, oldest first.
    pub entries: Vec<Entry>,
    /// What the portal holds; `None` when nothing is known.
    pub mirror: Option<Mirror>,
}

impl Lane {
    /// Nothing known yet.
    #[must_use]
    pub fn new(draft: &str, portal: &str) -> Self {
        Self {
            draft: draft.to_owned(),
            portal: portal.to_owned(),
            ..Self::default()
        }
    }

    /// The entry an attempt belongs to: the one it was made for, or the one that took its place.
    pub(super) fn of_attempt(&self, entry: &str, release: &str) -> Option<usize> {
        self.entries
            .iter()
            .position(|one| one.id == entry)
            .or_else(|| self.entries.iter().position(|one| one.release == release))
    }

    /// Where an entry stands in the lane.
    pub(super) fn place_of(&self, entry: &str) -> Option<usize> {
        self.entries.iter().position(|one| one.id == entry)
    }

    /// Whether a newer release was ever put on its way.
    pub(super) fn has_newer(&self, place: usize) -> bool {
        place + 1 < self.entries.len()
    }

    /// Whether we know that the portal holds this release.
    pub(super) fn portal_holds(&self, release: &str) -> bool {
        self.mirror
            .as_ref()
            .is_some_and(|mirror| mirror.release == release)
    }

    /// The ETag our next put may replace.
    #[must_use]
    pub fn base(&self) -> Option<String> {
        self.mirror
            .as_ref()
            .map(|mirror| mirror.base.clone())
            .filter(|base| !base.is_empty())
    }

    pub(super) fn mirror_mut(&mut self) -> &mut Mirror {
        self.mirror.get_or_insert_with(Mirror::default)
    }

    /// Notes something about what stands at the portal, and counts it if it was not known.
    pub(super) fn learn(&mut self, change: impl FnOnce(&mut Mirror)) {
        let known = self.mirror.clone().unwrap_or_default();
        let mirror = self.mirror_mut();
        change(mirror);
        mirror.news = known
            .news
            .saturating_add(u32::from(!mirror.stands_as(&known)));
    }
}

/// The way to one portal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// Nothing goes to it before.
    pub not_before: Option<Timestamp>,
    /// Failures of the way in a row.
    pub failures: u32,
    /// Why it was not reached, while it is not.
    pub last_failure: Option<Failure>,
    /// When it last answered.
    pub last_contact: Option<Timestamp>,
    /// How fast bytes went to it lately.
    pub rate: Rate,
}

impl Way {
    /// It answered. True when that is news beyond the time.
    pub(super) fn answered(&mut self, at: Timestamp) -> bool {
        let news = self.last_failure.is_some() || self.last_contact.is_none();
        self.last_contact = Some(at);
        self.last_failure = None;
        self.failures = 0;
        self.not_before = None;
        news
    }
}

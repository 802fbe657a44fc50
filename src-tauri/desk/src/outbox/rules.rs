//! The small rules of the outbox: phases, pauses, what a receipt proves, what a failure is about.
//!
//! Nothing here reads a clock, a database or a random source. What is made of them is in
//! [`super::engine`].

use std::time::Duration;

use jiff::Timestamp;

use crate::error::Code;

/// The first pause after a failure; it doubles with every further one.
pub const PAUSE_BASE: Duration = Duration::from_secs(2);
/// The longest pause we choose ourselves. Trying never ends, it only becomes rare.
pub const PAUSE_CAP: Duration = Duration::from_secs(30 * 60);
/// The longest pause a portal may ask for; beyond it we would rather ask again.
pub const PAUSE_ASKED_CAP: Duration = Duration::from_secs(24 * 60 * 60);
/// So many attempts in a row without a recorded answer mean that the attempt itself may be what
/// ends the program: such an entry steps behind all others.
pub const INTERRUPTED_LIMIT: u32 = 2;

/// Where an entry stands. This is the stored fact; the state people see is [`shown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The text has to be put (again): nothing answered yet, or all files are in and the receipt
    /// is still missing.
    Put,
    /// The portal has the text and misses files.
    Files,
    /// The portal's receipt for exactly this release is here.
    Received,
    /// The portal shows it to its readers.
    Published,
    /// The portal's editor sent it back with a comment.
    Returned,
    /// The portal refuses it, or our own copy is not fit to leave.
    Refused,
    /// The portal holds a change we have not seen; a person decides.
    Conflict,
    /// A person wants it taken down, and the portal has yet to be asked.
    Withdraw,
    /// A person took it out of the outbox, and the portal does not show it.
    Withdrawn,
    /// A newer approved release of the same draft took its place.
    Superseded,
}

impl Phase {
    /// The word kept in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Files => "files",
            Self::Received => "received",
            Self::Published => "published",
            Self::Returned => "returned",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Withdraw => "withdraw",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    /// Reads the word kept in the database.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Put,
            Self::Files,
            Self::Received,
            Self::Published,
            Self::Returned,
            Self::Refused,
            Self::Conflict,
            Self::Withdraw,
            Self::Withdrawn,
            Self::Superseded,
        ]
        .into_iter()
        .find(|phase| phase.as_str() == word)
    }

    /// Whether the courier still has work with it.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Put | Self::Files | Self::Withdraw)
    }
}

/// Whether a delivered text was changed on the portal since: a person is to look at it, so people see
/// it as a conflict. `failure` is the code noted beside the phase; empty without one.
#[must_use]
pub fn changed_there(phase: Phase, failure: &str) -> bool {
    matches!(phase, Phase::Received | Phase::Published) && failure == Code::ChangedOnPortal.as_str()
}

/// The pause before the next attempt after `failures` failures in a row (at least 1): a random
/// part of 2 s × 2^failures, at most 30 minutes, so that desks cut off together do not come back
/// together. `random` is any uniformly drawn number.
#[must_use]
pub fn pause(failures: u32, random: u64) -> Duration {
    let factor = 1_u32.checked_shl(failures.min(20)).unwrap_or(u32::MAX);
    let window = PAUSE_BASE.saturating_mul(factor).min(PAUSE_CAP);
    let millis = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(random % millis.saturating_add(1))
}

/// The pause when the portal asked for one itself (`Retry-After`): never shorter than asked, within
/// [`PAUSE_ASKED_CAP`].
#[must_use]
pub fn pause_asked(ours: Duration, asked: Option<Duration>) -> Duration {
    asked.map_or(ours, |asked| asked.min(PAUSE_ASKED_CAP).max(ours))
}

/// A time that much later; the far end of time when it cannot be counted.
#[must_use]
pub fn later(now: Timestamp, pause: Duration) -> Timestamp {
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

/// What the portal's answer to a put means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutVerdict {
    /// The receipt is for this release and covers all its files.
    Received,
    /// These files of ours have to be uploaded. `again`: at least one of them had been uploaded
    /// before, so the portal lost it and going on at full speed could turn in circles.
    Missing {
        /// SHA-256 of the files.
        files: Vec<String>,
        /// One of them was uploaded before.
        again: bool,
    },
    /// The receipt names another release, or leaves files out: it proves nothing.
    ReceiptDiffers,
    /// Neither a receipt nor anything we could do to get one.
    NoReceipt,
}

/// Compares the portal's words with ours. Hashes are compared without regard to letter case.
///
/// `files`: the distinct hashes of the release's attachments, each with whether it was uploaded
/// before.
#[must_use]
pub fn judge_put(
    release: &str,
    files: &[(String, bool)],
    missing: &[String],
    receipt: Option<(&str, &[String])>,
) -> PutVerdict {
    let named =
        |list: &[String], sha256: &str| list.iter().any(|one| one.eq_ignore_ascii_case(sha256));
    if let Some((held, covered)) = receipt {
        let complete = held.eq_ignore_ascii_case(release)
            && files.iter().all(|(sha256, _)| named(covered, sha256))
            && !files.iter().any(|(sha256, _)| named(missing, sha256));
        return if complete {
            PutVerdict::Received
        } else {
            PutVerdict::ReceiptDiffers
        };
    }
    let wanted: Vec<&(String, bool)> = files
        .iter()
        .filter(|(sha256, _)| named(missing, sha256))
        .collect();
    if wanted.is_empty() {
        return PutVerdict::NoReceipt;
    }
    PutVerdict::Missing {
        again: wanted.iter().any(|(_, uploaded)| *uploaded),
        files: wanted
            .into_iter()
            .map(|(sha256, _)| sha256.clone())
            .collect(),
    }
}

/// The word people see for an entry: `waiting`, `sending`, `received`, `published`, `refused` or
/// `conflict`; `None` when it is no longer part of the outbox.
///
/// `moving`: an attempt is under way, or bytes of it are already there.
#[must_use]
pub const fn shown(phase: Phase, moving: bool, held: bool) -> Option<&'static str> {
    match phase {
        Phase::Put | Phase::Files if moving && !held => Some("sending"),
        Phase::Put | Phase::Files | Phase::Withdraw => Some("waiting"),
        Phase::Received => Some("received"),
        Phase::Published => Some("published"),
        // The editor's comment is the reason; what helps is a corrected release.
        Phase::Refused | Phase::Returned => Some("refused"),
        Phase::Conflict => Some("conflict"),
        Phase::Withdrawn | Phase::Superseded => None,
    }
}

/// Codes of failures that concern the way to the portal, not the entry: all entries of that portal
/// wait together, and none is blamed. A portal's own failure (5xx), a timeout and a cut connection
/// are not among them: one entry may be what causes them, and must not hold up the others.
pub const OF_THE_WAY: &[Code] = &[
    Code::NoLink,
    Code::CaptivePortal,
    Code::NameLookup,
    Code::Proxy,
    Code::ProxyLogin,
    Code::Certificate,
    Code::ClockWrong,
    Code::PortalNotReached,
    Code::Credentials,
    Code::TooManyRequests,
    Code::NotAPortal,
    Code::AppPasswordsOff,
    Code::SecretsLocked,
    Code::SecretMissing,
    Code::NoSecretStore,
];

/// Whether a failure concerns the way to the portal (see [`OF_THE_WAY`]).
#[must_use]
pub fn concerns_the_way(code: &str) -> bool {
    OF_THE_WAY.iter().any(|one| one.as_str() == code)
}

/// Codes of failures after which the portal surely got nothing of what was sent.
const NEVER_REACHED: &[Code] = &[
    Code::NoLink,
    Code::NameLookup,
    Code::ProxyLogin,
    Code::Certificate,
    Code::PortalNotReached,
    Code::Credentials,
    Code::TooManyRequests,
    Code::SecretsLocked,
    Code::SecretMissing,
    Code::NoSecretStore,
];

/// Whether the portal surely got nothing of what was sent.
#[must_use]
pub fn never_reached(code: &str) -> bool {
    NEVER_REACHED.iter().any(|one| one.as_str() == code)
}

#[cfg(test)]
mod tests;

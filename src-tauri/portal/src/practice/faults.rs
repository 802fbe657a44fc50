//! Fault switches: what goes wrong on the way, at will, for tests and for trainers.
//!
//! A specification is a comma-separated list of `name[=value][*times]`, for example `answer_lost*2,slow=300`.
//! `times` is how often a fault strikes before it is spent; `*always` never ends. Without it, faults which model an
//! accident strike once and faults which model a state last until cleared (see [`FaultKind`]).

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

/// The faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The connection is cut after `value` bytes of a request body (default 65,536). Accident.
    CutMidBody,
    /// A request with a body is left without an answer for `value` seconds (default 3,600). Accident.
    Stall,
    /// A write is done and its answer never arrives. Accident.
    AnswerLost,
    /// Something on the way sends a write twice; the client sees the second answer. Accident.
    DuplicateAnswer,
    /// 500. State.
    Status500,
    /// 503, with `Retry-After: value` when a value is given. State.
    Status503,
    /// 401: the token is not known. State.
    Status401,
    /// 403: the account lacks the right. State.
    Status403,
    /// 413: the text or file is longer than taken, which is `value` bytes (default half of what comes). State.
    Status413,
    /// Every request waits `value` milliseconds (default 500). State.
    Slow,
    /// Request bodies are read at `value` bytes a second (default 16,384). State.
    Trickle,
    /// Uploads under way are forgotten when the next one is asked for or continued. Accident.
    ExpiredUpload,
    /// A login page answers instead of the portal. State.
    Captive,
    /// Receipts name another release than the one stored. State.
    LieHash,
    /// Receipts are signed with another key than the portal's. State.
    LieSignature,
    /// The portal's clock is `value` days behind (default 3,650). State.
    WrongClock,
}

const NAMES: &[(&str, FaultKind)] = &[
    ("cut_mid_body", FaultKind::CutMidBody),
    ("stall", FaultKind::Stall),
    ("answer_lost", FaultKind::AnswerLost),
    ("duplicate_answer", FaultKind::DuplicateAnswer),
    ("status_500", FaultKind::Status500),
    ("status_503", FaultKind::Status503),
    ("status_401", FaultKind::Status401),
    ("status_403", FaultKind::Status403),
    ("status_413", FaultKind::Status413),
    ("slow", FaultKind::Slow),
    ("trickle", FaultKind::Trickle),
    ("expired_upload", FaultKind::ExpiredUpload),
    ("captive", FaultKind::Captive),
    ("lie_hash", FaultKind::LieHash),
    ("lie_signature", FaultKind::LieSignature),
    ("wrong_clock", FaultKind::WrongClock),
];

impl FaultKind {
    /// The name used in specifications.
    #[must_use]
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(_, kind)| *kind)
    }

    /// True for faults that strike once unless told otherwise.
    #[must_use]
    pub fn is_accident(self) -> bool {
        matches!(
            self,
            Self::CutMidBody
                | Self::Stall
                | Self::AnswerLost
                | Self::DuplicateAnswer
                | Self::ExpiredUpload
        )
    }
}

/// One switched-on fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub kind: FaultKind,
    /// Its number, meaning by kind.
    pub value: Option<u64>,
    /// How often it still strikes; `None` until cleared.
    pub times: Option<u32>,
}

/// A word in a fault specification that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("fault {0:?} is not known")]
pub struct UnknownFault(pub String);

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownFault(spec.to_owned());
        let (head, times) = match spec.split_once('*') {
            Some((head, times)) => (head, Some(times.trim())),
            None => (spec, None),
        };
        let (name, value) = match head.split_once('=') {
            Some((name, value)) => {
                let value = value.trim().parse().map_err(|_| unknown())?;
                (name.trim(), Some(value))
            }
            None => (head.trim(), None),
        };
        // "503" and "500" are what a trainer types.
        let kind = NAMES
            .iter()
            .find(|(known, _)| *known == name || known.strip_prefix("status_") == Some(name))
            .map(|(_, kind)| *kind)
            .ok_or_else(unknown)?;
        let times = match times {
            Some("always") => None,
            Some(times) => Some(times.parse().map_err(|_| unknown())?),
            None => kind.is_accident().then_some(1),
        };
        Ok(Self { kind, value, times })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        if let Some(value) = self.value {
            write!(f, "={value}")?;
        }
        match self.times {
            Some(times) => write!(f, "*{times}"),
            None => f.write_str("*always"),
        }
    }
}

/// The switches of a running practice portal; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    on: Arc<Mutex<Vec<Fault>>>,
}

impl FromStr for Faults {
    type Err = UnknownFault;

    fn from_str(spec: &str) -> Result<Self, Self::Err> {
        let faults = Self::default();
        faults.set(spec)?;
        Ok(faults)
    }
}

impl Faults {
    /// Replaces all switches by those in `spec`; an empty one clears them.
    ///
    /// # Errors
    /// A word that is not understood; the switches stay as they were.
    pub fn set(&self, spec: &str) -> Result<(), UnknownFault> {
        let new = spec
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(Fault::from_str)
            .collect::<Result<Vec<_>, _>>()?;
        *self.on.lock().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Switches everything off.
    pub fn clear(&self) {
        self.on
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// What is switched on, as a specification.
    #[must_use]
    pub fn spec(&self) -> String {
        let on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        on.iter()
            .map(Fault::to_string)
            .collect::<Vec<_>>()
            .join(",")
    }

    /// True when `kind` strikes now; counts the strike. Gives its value.
    pub(crate) fn strike(&self, kind: FaultKind) -> Option<Option<u64>> {
        let mut on = self.on.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = on.iter_mut().find(|fault| fault.kind == kind)?;
        let value = fault.value;
        match &mut fault.times {
            None => {}
            Some(times) => *times = times.saturating_sub(1),
        }
        on.retain(|fault| fault.times != Some(0));
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_are_read_back_as_written() {
        for (spec, means) in [
            ("answer_lost", "answer_lost*1"),
            ("answer_lost*2, slow=300", "answer_lost*2,slow=300*always"),
            ("503=5*3", "status_503=5*3"),
            ("cut_mid_body=1000*always", "cut_mid_body=1000*always"),
            ("", ""),
        ] {
            let faults: Faults = spec.parse().expect(spec);
            assert_eq!(faults.spec(), means);
            assert_eq!(faults.spec().parse::<Faults>().expect(means).spec(), means);
        }
        assert!("answer_lots".parse::<Faults>().is_err());
        assert!("slow=fast".parse::<Faults>().is_err());
    }

    #[test]
    fn a_spent_fault_strikes_no_more() {
        let faults: Faults = "answer_lost*2,401".parse().expect("spec");
        assert!(faults.strike(FaultKind::AnswerLost).is_some());
        assert!(faults.strike(FaultKind::AnswerLost).is_some());
        assert!(faults.strike(FaultKind::AnswerLost).is_none());
        for _ in 0..5 {
            assert!(faults.strike(FaultKind::Status401).is_some());
        }
    }
}

//! One word of the system when something needs a person: never one per file, never twice for the
//! same, and none while the person looks at the window anyway.

#[cfg(target_os = "linux")]
mod bus;
mod say;
#[cfg(not(target_os = "linux"))]
mod system;

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::time::Duration;

use qalam_desk::outbox::{Asking, AskingKind};
use qalam_desk::{Code, Desk, Failure, Result};

#[cfg(target_os = "linux")]
use bus::System;
#[cfg(not(target_os = "linux"))]
use system::System;

use crate::text::Words;

/// How long what comes together is gathered into one word.
const GATHER: Duration = Duration::from_secs(3);

/// Failures of the way that stay until a person does something.
const OF_THE_WAY: &[Code] = &[
    Code::Credentials,
    Code::Rights,
    Code::AppPasswordsOff,
    Code::SecretsLocked,
    Code::NoSecretStore,
    Code::SecretMissing,
    Code::CaptivePortal,
    Code::ProxyLogin,
    Code::Certificate,
    Code::ClockWrong,
];

/// What the system is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Notice {
    title: String,
    text: String,
    /// What stands on the way to the window, where there is one.
    open: Option<String>,
}

/// Something that needs a person, told from everything else that does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// An entry, and what is to be decided.
    Entry(String, AskingKind),
    /// A portal that is not reached until somebody acts, and why.
    Portal(String, String),
}

/// What needs a person at this moment.
#[derive(Default)]
struct Needs {
    entries: Vec<Asking>,
    portals: Vec<(String, Failure)>,
}

impl Needs {
    fn of(desk: &Desk) -> Result<Self> {
        let portals = desk.portals_list()?.into_iter();
        Ok(Self {
            entries: desk.outbox_asking()?,
            portals: portals
                .filter_map(|row| Some((row.name, row.last_failure?)))
                .filter(|(_, failure)| OF_THE_WAY.iter().any(|code| failure.code == code.as_str()))
                .collect(),
        })
    }

    fn names(&self) -> BTreeSet<Need> {
        let entries = self.entries.iter().map(entry_need);
        entries
            .chain(self.portals.iter().map(portal_need))
            .collect()
    }

    /// Only what is not among these.
    fn without(mut self, known: &BTreeSet<Need>) -> Self {
        self.entries.retain(|one| !known.contains(&entry_need(one)));
        self.portals
            .retain(|one| !known.contains(&portal_need(one)));
        self
    }

    fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.portals.is_empty()
    }
}

fn entry_need(asking: &Asking) -> Need {
    Need::Entry(asking.entry.clone(), asking.kind)
}

fn portal_need((portal, failure): &(String, Failure)) -> Need {
    Need::Portal(portal.clone(), failure.code.clone())
}

/// What happens around the words: whether the person sees the desk anyway, and the way to it.
pub trait Around: Send + Sync + 'static {
    /// Whether nothing is said now, since the person sees it or another program of the desk says it.
    fn quiet(&self) -> bool;

    /// Whether a word can lead to the desk's window.
    fn has_way(&self) -> bool {
        false
    }

    /// Shows the window, because the person followed a word to it.
    fn open(&self) {}
}

/// Watches a desk and tells, on a thread of its own. What needs a person already is not told again.
pub struct Notices(Sender<()>);

impl Notices {
    /// Begins to watch. Ends when this value and all its copies are gone.
    #[must_use]
    pub fn begin(desk: &Arc<Desk>, around: Arc<dyn Around>) -> Self {
        let (knock, heard) = channel();
        let desk = Arc::downgrade(desk);
        let started = std::thread::Builder::new()
            .name("notices".to_owned())
            .spawn(move || run(&desk, &heard, &around));
        if let Err(error) = started {
            tracing::error!(%error, "no thread for notices");
        }
        Self(knock)
    }

    /// Something changed on the desk.
    pub fn changed(&self) {
        let _ = self.0.send(());
    }
}

fn run(desk: &Weak<Desk>, heard: &Receiver<()>, around: &Arc<dyn Around>) {
    let mut system = System::new(Arc::clone(around));
    let mut known = match desk.upgrade().map(|desk| Needs::of(&desk)) {
        Some(Ok(needs)) => needs.names(),
        _ => BTreeSet::new(),
    };
    while heard.recv().is_ok() {
        if !gathered(heard) {
            return;
        }
        let Some(desk) = desk.upgrade() else { return };
        match news(&desk, &mut known, &**around) {
            Ok(Some(notice)) => system.show(&notice),
            // What was told is settled: the word about it goes as well.
            Ok(None) if known.is_empty() => system.take_back(),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "what needs a person is not known"),
        }
    }
}

/// Waits until what belongs together has come. False when nobody will knock any more.
fn gathered(heard: &Receiver<()>) -> bool {
    let end = std::time::Instant::now() + GATHER;
    loop {
        let left = end.saturating_duration_since(std::time::Instant::now());
        match heard.recv_timeout(left) {
            Ok(()) if !left.is_zero() => {}
            Ok(()) | Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// What is new since it was last asked, in words; nothing when nobody wants or needs to hear it.
fn news(desk: &Desk, known: &mut BTreeSet<Need>, around: &dyn Around) -> Result<Option<Notice>> {
    let needs = Needs::of(desk)?;
    let before = std::mem::replace(known, needs.names());
    let new = needs.without(&before);
    let settings = desk.settings()?;
    if new.is_empty() || !settings.notices || around.quiet() {
        return Ok(None);
    }
    let words = Words::of(&settings.display_lang).unwrap_or_else(Words::of_machine);
    let mut notice = say::notice(words, &new);
    notice.open = around
        .has_way()
        .then(|| words.plain("background.notice.open"));
    Ok(Some(notice))
}

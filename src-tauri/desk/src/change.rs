//! What was done and what it changed, so that screens read again only what is no longer true.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Names every write to the desk. Appears in the log and nowhere else; a write without a name does
/// not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Action {
    SetProfile,
    SetSetting,
    NoteFact,
    CreateDraft,
    EditDraft,
    EditFields,
    AddLanguage,
    RestoreRevision,
    FollowSource,
    TrashDraft,
    UntrashDraft,
    AddAttachment,
    EditAttachment,
    RemoveAttachment,
    AddPublication,
    EditPublication,
    SlimFile,
    ReadFile,
    RemovePublication,
    SettleLikeness,
    DeclineFile,
    Import,
    StartJob,
    AdvanceJob,
    FinishJob,
    Submit,
    Approve,
    Return,
    Withdraw,
    Enqueue,
    BeginAttempt,
    RecordOutcome,
    HoldEntry,
    ResumeEntry,
    RetryEntry,
    WithdrawEntry,
    PauseSending,
    NoteRemote,
    NoteLink,
    AddPortal,
    EditPortal,
    RemovePortal,
    Reindex,
    Sweep,
    NotePackage,
    RecordPackage,
    NoteCarried,
    NoteHandover,
    EditKey,
    TakePackage,
    Comment,
}

/// A region of the desk that a screen may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Drafts, their texts, fields and attachments.
    Drafts,
    /// Publications and their descriptions.
    Publications,
    /// Releases and decisions.
    Review,
    /// The outbox and receipts.
    Outbox,
    /// The portals and their accounts.
    Portals,
    /// Settings and the profile.
    Settings,
    /// Work in the background.
    Jobs,
    /// Whether the portal is reached.
    Link,
    /// A file that was given to the program to open.
    Opened,
}

impl Topic {
    /// Every topic.
    pub const ALL: &'static [Topic] = &[
        Topic::Drafts,
        Topic::Publications,
        Topic::Review,
        Topic::Outbox,
        Topic::Portals,
        Topic::Settings,
        Topic::Jobs,
        Topic::Link,
        Topic::Opened,
    ];
}

/// What one write changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Changes {
    /// The regions that are no longer as they were.
    pub topics: BTreeSet<Topic>,
    /// The drafts concerned; empty with [`Topic::Drafts`] means any draft.
    pub drafts: BTreeSet<String>,
    /// The publications concerned; empty with [`Topic::Publications`] means any.
    pub publications: BTreeSet<String>,
}

impl Changes {
    /// Everything may have changed; said when another program wrote to the desk.
    pub fn everything() -> Self {
        Self {
            topics: Topic::ALL.iter().copied().collect(),
            drafts: BTreeSet::new(),
            publications: BTreeSet::new(),
        }
    }

    /// Both together. Naming nothing of a region means any of it, and swallows what was named.
    pub fn join(&mut self, more: Changes) {
        let any = |changes: &Changes, topic: Topic, named: &BTreeSet<String>| {
            changes.topics.contains(&topic) && named.is_empty()
        };
        let any_draft =
            any(self, Topic::Drafts, &self.drafts) || any(&more, Topic::Drafts, &more.drafts);
        let any_publication = any(self, Topic::Publications, &self.publications)
            || any(&more, Topic::Publications, &more.publications);
        self.topics.extend(more.topics);
        self.drafts.extend(more.drafts);
        self.publications.extend(more.publications);
        if any_draft {
            self.drafts.clear();
        }
        if any_publication {
            self.publications.clear();
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.topics.is_empty()
    }
}

/// Everyone who wants to hear of changes.
#[derive(Debug, Default)]
pub(crate) struct Subscribers(Mutex<Vec<Sender<Changes>>>);

impl Subscribers {
    /// A new listener; it hears every change committed from now on.
    pub(crate) fn subscribe(&self) -> Receiver<Changes> {
        let (sender, receiver) = channel();
        self.0
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .push(sender);
        receiver
    }

    /// Tells every listener and forgets those that are gone.
    pub(crate) fn publish(&self, changes: &Changes) {
        if changes.is_empty() {
            return;
        }
        self.0
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .retain(|listener| listener.send(changes.clone()).is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(topic: Topic, drafts: &[&str], publications: &[&str]) -> Changes {
        let named = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        Changes {
            topics: BTreeSet::from([topic]),
            drafts: named(drafts),
            publications: named(publications),
        }
    }

    #[test]
    fn joined_changes_name_all_or_mean_any() {
        let mut all = of(Topic::Publications, &[], &["a"]);
        all.join(of(Topic::Publications, &[], &["b"]));
        all.join(of(Topic::Drafts, &["d"], &[]));
        assert_eq!(all.publications.len(), 2);
        assert_eq!(all.drafts.len(), 1);
        all.join(of(Topic::Publications, &[], &[]));
        assert!(all.publications.is_empty());
        assert_eq!(all.drafts.len(), 1);
        all.join(of(Topic::Publications, &[], &["c"]));
        assert!(all.publications.is_empty());
    }
}

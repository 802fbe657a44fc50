//! A portal of the contract on a bad day.

use std::collections::{BTreeMap, BTreeSet};

use qalam_desk::outbox::{Fetched, Outcome, Receipt, RemoteState};
use qalam_desk::{Code, Failure};

/// The portal's own editor, as the author of a text.
pub const EDITOR: usize = usize::MAX;

/// What a portal holds for a draft.
#[derive(Clone, Debug)]
pub struct Item {
    pub draft: usize,
    pub etag: u64,
    /// The ETag it had when that release came.
    pub release_etag: u64,
    /// The release it was last stored from.
    pub release: String,
    /// Whose text it is.
    pub author: usize,
    pub state: &'static str,
    /// The portal's editor changed it since.
    pub edited: bool,
    pub files: Vec<usize>,
    pub change: u64,
}

/// A request to store a release.
#[derive(Clone, Debug)]
pub struct Put {
    pub desk: usize,
    pub draft: usize,
    pub release: String,
    pub if_match: Option<String>,
    pub files: Vec<usize>,
}

/// What became of it.
pub struct Answer {
    pub outcome: Outcome,
    /// The text it replaced: its ETag and author.
    pub replaced: Option<(u64, usize)>,
}

#[derive(Clone, Debug, Default)]
pub struct Portal {
    pub items: Vec<Item>,
    pub files: BTreeSet<usize>,
    pub uploads: Vec<(u64, usize, u64)>,
    /// How often a release was really put in place.
    pub placed: Vec<String>,
    /// What was answered to packages, each word as in a [`super::bags::Reply`].
    pub packages: BTreeMap<String, Vec<(usize, String, Outcome, bool)>>,
    counter: u64,
}

impl Portal {
    fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub fn find(&mut self, draft: usize) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.draft == draft)
    }

    /// As the contract says: the same release is answered the same way, whatever `if_match` says.
    pub fn put(&mut self, put: &Put) -> Answer {
        let known = self.items.iter().position(|item| item.draft == put.draft);
        let there = known.filter(|at| self.items[*at].state != "deleted");
        let same = there.is_some_and(|at| {
            let item = &self.items[at];
            // Whoever names the editor's revision wants the release in its place.
            let over_edit = item.edited && put.if_match == Some(item.etag.to_string());
            item.release == put.release && !over_edit
        });
        if same {
            return self.same(put);
        }
        let etag = there.map(|at| self.items[at].etag.to_string());
        // A portal that holds nothing refuses If-Match; the adapter then puts without it.
        let fits = match (&etag, &put.if_match) {
            (Some(etag), Some(wanted)) => etag == wanted,
            (Some(_), None) => false,
            (None, _) => true,
        };
        if fits {
            return self.store(put, known, there);
        }
        let failure = Failure::new(Code::ChangedOnPortal);
        Answer {
            outcome: Outcome::Conflict(failure.with("etag", etag.unwrap_or_default())),
            replaced: None,
        }
    }

    /// The same for a release from a package: nothing is there, or the revision it names, or an older text of its desk as
    /// it came.
    pub fn put_from_bag(&mut self, put: &Put, after: &[String]) -> Answer {
        let known = self.items.iter().position(|item| item.draft == put.draft);
        let conflict = |failure: Failure| Answer {
            outcome: Outcome::Conflict(failure),
            replaced: None,
        };
        if let Some(item) = known.map(|at| &self.items[at]) {
            let deleted = item.state == "deleted";
            if deleted && put.if_match.is_some() {
                return conflict(Failure::new(Code::ChangedOnPortal).with("gone", "true"));
            }
            let named = put.if_match.as_deref() == Some(item.etag.to_string().as_str());
            if !deleted && item.release == put.release && !(item.edited && named) {
                return self.same(put);
            }
            if !deleted && !named && (item.edited || !after.contains(&item.release)) {
                let failure = Failure::new(Code::ChangedOnPortal)
                    .with("etag", item.etag)
                    .with("release", &item.release);
                return conflict(failure);
            }
        }
        let there = known.filter(|at| self.items[*at].state != "deleted");
        self.store(put, known, there)
    }

    fn same(&mut self, put: &Put) -> Answer {
        Answer {
            outcome: self.stored(put.draft),
            replaced: None,
        }
    }

    fn store(&mut self, put: &Put, known: Option<usize>, there: Option<usize>) -> Answer {
        let replaced = there.map(|at| (self.items[at].etag, self.items[at].author));
        self.placed.push(put.release.clone());
        let etag = self.count();
        let item = Item {
            draft: put.draft,
            etag,
            release_etag: etag,
            release: put.release.clone(),
            author: put.desk,
            state: "received",
            edited: false,
            files: put.files.clone(),
            change: self.count(),
        };
        match known {
            Some(at) => self.items[at] = item,
            None => self.items.push(item),
        }
        Answer {
            outcome: self.stored(put.draft),
            replaced,
        }
    }

    fn stored(&mut self, draft: usize) -> Outcome {
        let files = self.files.clone();
        let item = self.find(draft).unwrap();
        let missing: Vec<String> = item
            .files
            .iter()
            .filter(|file| !files.contains(file))
            .map(|file| file_name(*file))
            .collect();
        Outcome::Stored {
            etag: item.release_etag.to_string(),
            remote_id: format!("item {draft}"),
            url: String::new(),
            receipt: missing.is_empty().then(|| Receipt {
                release: item.release.clone(),
                files: item.files.iter().map(|file| file_name(*file)).collect(),
                ..Receipt::default()
            }),
            missing,
        }
    }

    pub fn withdraw(&mut self, draft: usize) {
        let change = self.count();
        if let Some(item) = self.find(draft).filter(|item| item.state != "deleted") {
            item.state = "withdrawn";
            item.change = change;
        }
    }

    pub fn fetch(&mut self, draft: usize) -> Outcome {
        match self.find(draft).filter(|item| item.state != "deleted") {
            None => Outcome::Refused(Failure::new(Code::PortalRefused)),
            Some(item) => Outcome::Fetched(Box::new(Fetched {
                etag: item.etag.to_string(),
                remote_id: format!("item {draft}"),
                release: (!item.edited).then(|| item.release.clone()),
                state: item.state.to_owned(),
                content: "{}".to_owned(),
            })),
        }
    }

    /// States that changed after `cursor`, oldest first, and the new cursor.
    pub fn feed(&self, cursor: u64) -> (Vec<(usize, RemoteState)>, u64) {
        let mut items: Vec<&Item> = self
            .items
            .iter()
            .filter(|item| item.change > cursor)
            .collect();
        items.sort_by_key(|item| item.change);
        let next = items.last().map_or(cursor, |item| item.change);
        let states = items.into_iter().map(|item| {
            let state = RemoteState {
                draft: String::new(),
                remote_id: format!("item {}", item.draft),
                etag: item.etag.to_string(),
                release: (!item.edited && item.state != "deleted").then(|| item.release.clone()),
                state: item.state.to_owned(),
                url: String::new(),
                comment: String::new(),
            };
            (item.draft, state)
        });
        (states.collect(), next)
    }

    /// What its editor does.
    pub fn edit(&mut self, at: usize, deed: u32, moves_etag: bool) {
        let (etag, change) = (self.count(), self.count());
        let Some(item) = self
            .items
            .get_mut(at)
            .filter(|item| item.state != "deleted")
        else {
            return;
        };
        item.change = change;
        match deed {
            0 => item.state = "published",
            1 => item.state = "returned",
            2 => {
                item.author = EDITOR;
                item.edited = true;
                item.etag = etag;
            }
            3 => item.state = "withdrawn",
            _ => item.state = "deleted",
        }
        if moves_etag {
            item.etag = etag;
            if !item.edited {
                item.release_etag = etag;
            }
        }
    }

    /// Restored from a copy: what changed since then is as it was; all of it is told anew. What
    /// came since then stays.
    pub fn roll_back(&mut self, to: &Portal) {
        for item in &mut self.items {
            if let Some(old) = to.items.iter().find(|old| old.draft == item.draft) {
                *item = old.clone();
            }
        }
        for at in 0..self.items.len() {
            self.items[at].change = self.count();
        }
        self.uploads.clear();
        self.packages.clear();
    }
}

pub fn file_name(file: usize) -> String {
    format!("f{file}")
}

/// Sizes differ, so that one order of files is the right one.
pub fn file_bytes(file: usize) -> u64 {
    [40, 900, 30_000, 700_000][file % 4] + file as u64
}

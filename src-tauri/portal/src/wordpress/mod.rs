//! WordPress as a portal, in two depths that are found out when it is connected.
//!
//! **With the companion plugin** (`assets/wordpress/qalam-companion`) the site speaks the portal contract below
//! `/wp-json/qalam/v1`, and [`crate::contract::Contract`] does the work; only the credentials differ, and the rendered
//! text travels beside the release ([`companion`]).
//!
//! **Stock** WordPress knows posts, tags and media and none of our ids. So each language version becomes one post, found
//! again by a slug and by a [`mark`] at the end of its text, and what is stored is read back after every write. What
//! "received" means there: every post's stored title, summary and text were read back and equal what was sent, and of
//! every file the bytes were downloaded again and have the approved SHA-256. The site itself states nothing, and the
//! bytes of the release are not on it: the receipt is our own reading. No post is ever sent with the status `publish`.
//!
//! Limits a person must know of are [`Site::limits`]: codes, kept with the portal, whose sentences are in `ui/locales`.

mod api;
mod changes;
pub mod companion;
mod connect;
pub mod html;
mod judge;
pub mod mark;
mod media;
mod posts;
mod put;
mod terms;
mod withdraw;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::SecretString;

pub use self::connect::{Answered, discover};
use crate::http::{Http, Url};

/// Which depth a site offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// WordPress as it is.
    Stock,
    /// WordPress with the companion plugin.
    Companion,
}

impl Depth {
    /// The word kept with the portal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stock => "stock",
            Self::Companion => "companion",
        }
    }
}

/// The account and what it may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Its number on the site.
    pub id: u64,
    /// Its name as people see it.
    pub name: String,
    /// Its roles.
    pub roles: Vec<String>,
    /// The capabilities it has.
    pub can: Vec<String>,
}

impl Account {
    /// Whether it has a capability.
    #[must_use]
    pub fn may(&self, capability: &str) -> bool {
        self.can.iter().any(|one| one == capability)
    }
}

/// A connected site; clones share what was learnt.
#[derive(Clone, Debug)]
pub struct Site {
    http: Http,
    answered: Answered,
    token: SecretString,
    account: Account,
    learnt: Arc<Mutex<Learnt>>,
}

/// What need not be asked twice while the program runs.
#[derive(Debug, Default)]
struct Learnt {
    /// Ids of terms by taxonomy and slug; `None`: the site has none and lets us make none.
    terms: BTreeMap<(&'static str, String), Option<u64>>,
}

impl Site {
    /// How deep the site goes with us.
    #[must_use]
    pub fn depth(&self) -> Depth {
        self.answered.depth()
    }

    /// The site's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.answered.name
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Name and password, for the contract's client.
    #[must_use]
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// Where the companion's contract is.
    #[must_use]
    pub fn companion_url(&self) -> Option<Url> {
        (self.depth() == Depth::Companion)
            .then(|| self.answered.root.join("qalam").ok())
            .flatten()
    }

    /// Codes of what a person should know before relying on this site, in the order of weight.
    #[must_use]
    pub fn limits(&self) -> Vec<&'static str> {
        let mut limits = Vec::new();
        match self.depth() {
            Depth::Companion => limits.extend(["revision_unpublishes", "request_size_unknown"]),
            Depth::Stock => {
                limits.extend([
                    "no_resume",
                    "request_size_unknown",
                    "files_public_at_once",
                    "receipt_by_reading_back",
                    "no_comments",
                    "conflict_window",
                    "languages_as_posts",
                    "types_as_tags",
                ]);
                if self.account.may("edit_published_posts") {
                    limits.push("revision_public_at_once");
                } else {
                    limits.push("no_revision_once_published");
                }
                if !self.account.may("edit_others_posts") {
                    limits.push("own_posts_only");
                }
            }
        }
        if !self.account.may("upload_files") {
            limits.insert(0, "no_upload");
        }
        limits
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

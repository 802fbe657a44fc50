//! The portals: where approved releases go.

pub(crate) mod store;

use serde_json::{Map, Value};

use super::types::{PortalKind, PortalRow};
use super::{enqueue_for, told};
use crate::change::{Action, Topic};
use crate::db::ReadTx;
use crate::desk::Desk;
use crate::error::{Code, Error, Failure, Result};
use crate::id::new_id;
use crate::packages::{COURIER_KEY, SIGNING_KEY};

/// The name of the practice portal.
pub const PRACTICE: &str = "practice";
/// The longest name, in characters.
const MAX_NAME_CHARS: usize = 60;
/// The longest address, in characters.
const MAX_URL_CHARS: usize = 2_000;

/// What makes a portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPortal {
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// Its kind.
    pub kind: PortalKind,
    /// The account's name there.
    pub user: Option<String>,
}

impl Desk {
    /// The portals, in the order they were added.
    ///
    /// # Errors
    /// What the database may fail with.
    pub fn portals_list(&self) -> Result<Vec<PortalRow>> {
        self.read(store::all)
    }

    /// The portal of this name.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portal(&self, name: &str) -> Result<PortalRow> {
        self.read(|r| by_name(r, name))
    }

    /// Adds a portal. Releases that were approved before there was any portal at all go to it.
    ///
    /// # Errors
    /// [`Code::BadArgument`] for an empty or overlong name, [`Code::BadUrl`],
    /// [`Code::PortalExists`].
    pub fn portals_add(&self, new: &NewPortal) -> Result<PortalRow> {
        let name = new.name.trim();
        if name.is_empty()
            || name.chars().count() > MAX_NAME_CHARS
            || name.chars().any(char::is_control)
        {
            return Err(Error::new(Code::BadArgument).with("name", "name"));
        }
        let url = clean_url(&new.url)?;
        self.write(Action::AddPortal, |tx| {
            if store::by_name(tx, name)?.is_some() {
                return Err(Error::new(Code::PortalExists).with("portal", name));
            }
            let id = new_id();
            let user = new.user.as_deref().unwrap_or_default().trim();
            store::insert(tx, &id, name, new.kind, &url, user)?;
            for (draft, release) in store::approved_without_way(tx)? {
                enqueue_for(tx, &draft, &release, &id)?;
                told(tx, &draft);
            }
            tx.changed(Topic::Portals, None);
            tx.changed(Topic::Link, None);
            by_id(tx, &id)
        })
    }

    /// The practice portal, added or moved to this address.
    ///
    /// # Errors
    /// [`Code::BadUrl`].
    pub fn portals_set_practice(&self, url: &str) -> Result<PortalRow> {
        let url = clean_url(url)?;
        let known = self.read(|r| store::by_name(r, PRACTICE))?;
        match known {
            Some(known) if known.url == url => Ok(known),
            Some(known) => self.portals_set_url(&known.name, &url),
            None => self.portals_add(&NewPortal {
                name: PRACTICE.to_owned(),
                url,
                kind: PortalKind::Practice,
                user: None,
            }),
        }
    }

    /// Moves a portal to another address; what waits for it is tried again at once.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], [`Code::BadUrl`].
    pub fn portals_set_url(&self, name: &str, url: &str) -> Result<PortalRow> {
        let url = clean_url(url)?;
        self.edit(name, |tx, portal| {
            store::set_url(tx, &portal.id, &url)?;
            store::wake(tx, &portal.id)
        })
    }

    /// Changes the account's name at a portal; what waits for it is tried again at once.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portals_set_user(&self, name: &str, user: Option<&str>) -> Result<PortalRow> {
        self.edit(name, |tx, portal| {
            store::set_user(tx, &portal.id, user.unwrap_or_default().trim())?;
            store::wake(tx, &portal.id)
        })
    }

    /// Notes what a portal said it can do, and that it answered.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portals_set_capabilities(
        &self,
        name: &str,
        kind: PortalKind,
        capabilities: &Map<String, Value>,
    ) -> Result<PortalRow> {
        self.edit(name, |tx, portal| {
            // A courier asks after every failure: what failed keeps its growing pause. The keys for
            // packages may have come in a file from its administrator: no contact forgets them.
            let mut told = capabilities.clone();
            for key in [COURIER_KEY, SIGNING_KEY] {
                if let Some(known) = portal.capabilities.get(key) {
                    told.entry(key).or_insert_with(|| known.clone());
                }
            }
            store::set_capabilities(tx, &portal.id, kind, &told)?;
            store::note_contact(tx, &portal.id).map(|_| ())
        })
    }

    /// Notes that a portal answered outside the outbox.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portals_note_contact(&self, name: &str) -> Result<PortalRow> {
        self.edit(name, |tx, portal| {
            store::note_contact(tx, &portal.id).map(|_| ())
        })
    }

    /// Notes why a portal was not reached outside the outbox.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portals_note_failure(&self, name: &str, failure: &Failure) -> Result<PortalRow> {
        self.edit(name, |tx, portal| {
            store::note_failure(tx, &portal.id, failure).map(|_| ())
        })
    }

    /// Where a portal's list of changes was last read to; empty before the first time.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`].
    pub fn portals_cursor(&self, name: &str) -> Result<String> {
        self.read(|r| {
            let portal = by_name(r, name)?;
            store::cursor(r, &portal.id)
        })
    }

    /// Removes a portal: what waits for it is taken out of the outbox; receipts stay.
    ///
    /// # Errors
    /// [`Code::UnknownPortal`], [`Code::PracticePortalStays`].
    pub fn portals_remove(&self, name: &str) -> Result<()> {
        self.write(Action::RemovePortal, |tx| {
            let portal = by_name(tx, name)?;
            if portal.kind == PortalKind::Practice {
                return Err(Error::new(Code::PracticePortalStays));
            }
            for draft in store::remove(tx, &portal.id)? {
                told(tx, &draft);
            }
            tx.changed(Topic::Portals, None);
            tx.changed(Topic::Link, None);
            Ok(())
        })
    }

    fn edit(
        &self,
        name: &str,
        change: impl FnOnce(&crate::db::WriteTx<'_>, &PortalRow) -> Result<()>,
    ) -> Result<PortalRow> {
        self.write(Action::EditPortal, |tx| {
            let portal = by_name(tx, name)?;
            change(tx, &portal)?;
            tx.changed(Topic::Portals, None);
            tx.changed(Topic::Link, None);
            by_id(tx, &portal.id)
        })
    }
}

/// The portal of this name.
pub(crate) fn by_name(r: &ReadTx<'_>, name: &str) -> Result<PortalRow> {
    store::by_name(r, name)?.ok_or_else(|| Error::new(Code::UnknownPortal).with("portal", name))
}

/// The portal with this id, removed or not.
pub(crate) fn by_id(r: &ReadTx<'_>, id: &str) -> Result<PortalRow> {
    store::by_id(r, id)?.ok_or_else(|| Error::new(Code::UnknownPortal).with("portal", id))
}

/// An address that can be used: http or https, a host, no account in it, nothing behind `#`;
/// without slashes at the end.
///
/// # Errors
/// [`Code::BadUrl`].
pub fn clean_url(url: &str) -> Result<String> {
    let bad = || Error::new(Code::BadUrl).with("url", url.chars().take(200).collect::<String>());
    let url = url.trim();
    if url.chars().count() > MAX_URL_CHARS
        || url.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(bad());
    }
    let (scheme, rest) = url.split_once("://").ok_or_else(bad)?;
    let scheme = scheme.to_ascii_lowercase();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.chars().all(|c| c.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    let usable = matches!(scheme.as_str(), "http" | "https")
        && !name.is_empty()
        && !host.contains('@')
        && !rest.contains(['#', '?', '\\']);
    if !usable {
        return Err(bad());
    }
    Ok(format!("{scheme}://{}", rest.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (given, kept) in [
            ("https://portal.example/", "https://portal.example"),
            (" HTTP://127.0.0.1:8080/api/ ", "http://127.0.0.1:8080/api"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(clean_url(given).unwrap(), kept);
        }
        for bad in [
            "",
            "portal.example",
            "ftp://portal.example",
            "https://",
            "https://user:secret@portal.example",
            "https://portal.example/?a=b",
            "https://portal.example/#x",
            "https://por tal.example",
        ] {
            assert_eq!(clean_url(bad).unwrap_err().code, Code::BadUrl, "{bad}");
        }
    }
}

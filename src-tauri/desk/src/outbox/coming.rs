//! Coming back: what portals say about pieces.

use super::engine::Lane;
use super::store::{self, lane, mirror, sent};
use super::types::{RemoteAbout, RemoteRow, RemoteState};
use super::{portals, told};
use crate::change::{Action, Topic};
use crate::desk::Desk;
use crate::error::Result;

/// How many pieces of one portal a list shows.
const MAX_ROWS: u32 = 500;

impl Desk {
    /// Records what a portal says about pieces, and where its list was read to. Answers how many
    /// states of pieces of this desk were new. Pieces this desk does not have are remembered: they
    /// can be adopted.
    ///
    /// # Errors
    /// [`crate::Code::UnknownPortal`], and what the database may fail with.
    pub fn outbox_record_remote(
        &self,
        portal: &str,
        states: &[RemoteState],
        cursor: Option<&str>,
    ) -> Result<u32> {
        self.write(Action::NoteRemote, |tx| {
            let portal = portals::by_name(tx, portal)?;
            let wishes = sent::wishes(tx)?;
            let mut new = 0;
            for seen in states {
                let is_ours = match &seen.release {
                    Some(release) => mirror::knows_release(tx, &seen.draft, release)?,
                    None => false,
                };
                let before = lane::load(tx, &seen.draft, &portal.id)?;
                let mut after: Lane = before.clone();
                let is_news = after.remote(seen, is_ours);
                if after != before {
                    lane::save(tx, &before, &after, &wishes, false)?;
                }
                if !is_news {
                    continue;
                }
                if mirror::knows_draft(tx, &seen.draft)? {
                    new += 1;
                    told(tx, &seen.draft);
                } else {
                    tx.changed(Topic::Outbox, None);
                }
            }
            if let Some(cursor) = cursor {
                store::set_cursor(tx, &portal.id, cursor)?;
            }
            Ok(new)
        })
    }

    /// Records what a portal's list tells about pieces beyond their states. Called after
    /// [`Desk::outbox_record_remote`] for the same pieces.
    ///
    /// # Errors
    /// [`crate::Code::UnknownPortal`], and what the database may fail with.
    pub fn outbox_record_about(&self, portal: &str, about: &[RemoteAbout]) -> Result<()> {
        self.write(Action::NoteRemote, |tx| {
            let portal = portals::by_name(tx, portal)?;
            for one in about {
                mirror::set_about(tx, &portal.id, one)?;
            }
            if !about.is_empty() {
                tx.changed(Topic::Outbox, None);
            }
            Ok(())
        })
    }

    /// Pieces on portals that this desk does not have, newest first; of one portal, or of all.
    ///
    /// # Errors
    /// [`crate::Code::UnknownPortal`].
    pub fn remote_list(&self, portal: Option<&str>) -> Result<Vec<RemoteRow>> {
        self.read(|r| {
            let wanted = match portal {
                Some(name) => vec![portals::by_name(r, name)?],
                None => store::portals(r)?,
            };
            let mut rows = Vec::new();
            for portal in wanted {
                rows.extend(mirror::strangers(r, &portal.id, MAX_ROWS)?);
            }
            Ok(rows)
        })
    }

    /// Asks for the texts of pieces this desk does not have; they come with the next connection.
    ///
    /// # Errors
    /// [`crate::Code::UnknownPortal`].
    pub fn remote_fetch(&self, portal: &str, items: &[String]) -> Result<()> {
        self.write(Action::NoteRemote, |tx| {
            let portal = portals::by_name(tx, portal)?;
            let wishes = sent::wishes(tx)?;
            for item in items {
                let before = lane::load(tx, item, &portal.id)?;
                if before.mirror.is_some() {
                    let mut after = before.clone();
                    after.want_theirs();
                    lane::save(tx, &before, &after, &wishes, false)?;
                }
            }
            tx.changed(Topic::Outbox, None);
            Ok(())
        })
    }
}

//! What each portal holds of a piece, as far as this desk knows, for whoever compares with it.

use qalam_content::canonical::Release;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::conflicts;
use super::engine::Mirror;
use super::store::{self, lane, mirror};
use super::types::{PortalKind, PortalRow};
use crate::db::ReadTx;
use crate::error::Result;
use crate::review;

/// How a portal stands to a piece.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OnPortal {
    /// The portal's name.
    pub portal: String,
    /// What it holds.
    pub holds: Holds,
    /// Readers see it there.
    pub published: bool,
    /// When the desk last heard of the portal; `None` when it never did.
    pub looked_at: Option<String>,
}

/// What a portal holds of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// Nothing this desk knows of.
    Nothing,
    /// It held the piece, and it is taken down.
    TakenDown,
    /// A release of this desk.
    Ours,
    /// A text that was changed there, and is kept here.
    Theirs,
    /// A text that was changed there, and was not fetched yet.
    NotFetched,
}

/// Every portal that pieces go to, or that is known to have this one.
pub(crate) fn on_portals(r: &ReadTx<'_>, draft: &str) -> Result<Vec<OnPortal>> {
    let portals = store::portals(r)?;
    let real = portals.iter().any(|one| one.kind != PortalKind::Practice);
    let mut found = Vec::new();
    for portal in portals {
        let known = lane::load(r, draft, &portal.id)?.mirror;
        if known.is_none() && real && portal.kind == PortalKind::Practice {
            continue;
        }
        found.push(OnPortal {
            holds: holds(r, draft, &portal, known.as_ref())?,
            published: known.is_some_and(|mirror| mirror.state == "published"),
            portal: portal.name,
            looked_at: portal.last_contact,
        });
    }
    Ok(found)
}

/// The text that a portal holds of a draft; `None` unless it is here.
///
/// # Errors
/// [`crate::Code::UnknownPortal`]; [`crate::Code::BadAnswer`] when the portal's own cannot be read.
pub(crate) fn text_on(r: &ReadTx<'_>, draft: &str, portal: &str) -> Result<Option<Release>> {
    let portal = super::portals::by_name(r, portal)?;
    let Some(known) = lane::load(r, draft, &portal.id)?.mirror else {
        return Ok(None);
    };
    match holds(r, draft, &portal, Some(&known))? {
        Holds::Ours => review::read_release(r, &known.release).map(Some),
        Holds::Theirs => kept(r, draft, &portal, &known)?
            .map(|text| conflicts::read(&text))
            .transpose(),
        Holds::Nothing | Holds::TakenDown | Holds::NotFetched => Ok(None),
    }
}

fn holds(r: &ReadTx<'_>, draft: &str, portal: &PortalRow, known: Option<&Mirror>) -> Result<Holds> {
    Ok(match known {
        Some(mirror) if mirror.is_down() => Holds::TakenDown,
        Some(mirror) if !mirror.release.is_empty() => Holds::Ours,
        Some(mirror) if mirror.etag.is_empty() => Holds::Nothing,
        Some(mirror) if kept(r, draft, portal, mirror)?.is_some() => Holds::Theirs,
        Some(_) => Holds::NotFetched,
        None => Holds::Nothing,
    })
}

/// The portal's own text, if the one it holds now is kept here: in question, or settled already.
fn kept(r: &ReadTx<'_>, draft: &str, portal: &PortalRow, known: &Mirror) -> Result<Option<String>> {
    for part in [mirror::THEIRS, mirror::BASE] {
        let text = mirror::text(r, &portal.id, draft, part)?;
        if let Some(text) = text.filter(|text| text.etag == known.etag) {
            return Ok(Some(text.content));
        }
    }
    Ok(None)
}

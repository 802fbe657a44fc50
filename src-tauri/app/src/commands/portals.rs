//! The portals and their accounts.

use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{PortalKind, PortalRow};
use qalam_desk::secrets::Secrets;
use qalam_portal::courier::{Diagnosis, secret_name};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use super::person::SecretText;
use crate::app::App;
use crate::failure::Failure;

/// The portals.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Portals {
    /// In the order they were added.
    portals: Vec<PortalRow>,
}

/// Arguments of `portals.add`.
#[derive(Deserialize, TS)]
pub struct AddPortal {
    name: String,
    url: String,
    /// Absent: what speaks at the address is found out.
    #[ts(optional)]
    kind: Option<PortalKind>,
    #[ts(optional)]
    user: Option<String>,
    #[ts(optional, type = "string")]
    secret: Option<SecretText>,
}

/// Arguments of commands about one portal.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfPortal {
    name: String,
}

pub(super) fn list(app: &App, _: Empty) -> Result<Portals, Failure> {
    let portals = app.desk.portals_list()?;
    Ok(Portals { portals })
}

pub(super) fn add(app: &App, new: AddPortal) -> Result<PortalRow, Failure> {
    let kind = match new.kind {
        Some(kind) => kind,
        None => crate::portals::guess_kind(app, &new.url)?,
    };
    let portal = NewPortal {
        name: new.name,
        url: new.url,
        kind,
        user: new.user,
    };
    let secret = new.secret.map(|SecretText(secret)| secret);
    crate::portals::add(app, &portal, secret.as_ref())
}

pub(super) fn test(app: &App, of: OfPortal) -> Result<PortalRow, Failure> {
    // A portal that was not reached is no failure of the command: the row says why.
    let (row, _) = crate::portals::test(app, &of.name)?;
    Ok(row)
}

pub(super) fn diagnose(app: &App, of: OfPortal) -> Result<Diagnosis, Failure> {
    crate::portals::diagnose(app, &of.name)
}

pub(super) fn remove(app: &App, of: OfPortal) -> Result<Empty, Failure> {
    let row = app.desk.portal(&of.name)?;
    app.desk.portals_remove(&of.name)?;
    // A keyring that does not answer must not keep the portal alive.
    if let Err(error) = app.secrets.delete(&secret_name(&row.id)) {
        tracing::warn!(%error, "the portal's secret stays in its place");
    }
    Ok(Empty {})
}

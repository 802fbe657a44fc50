//! Setting up a portal: what the window and the command line both do.

use std::sync::Arc;

use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{PortalKind, PortalRow};
use qalam_desk::secrets::Secrets;
use qalam_portal::courier;
use qalam_portal::courier::{secret_name, test_portal};
use qalam_portal::http::HttpOptions;
use secrecy::SecretString;

use crate::app::App;
use crate::failure::Failure;

/// Adds a portal with its password or token. Nothing is asked of the portal: it may be far away.
///
/// # Errors
/// As `Desk::portals_add`, and what keeping the secret may fail with; then nothing was added.
pub fn add(
    app: &App,
    new: &NewPortal,
    secret: Option<&SecretString>,
) -> Result<PortalRow, Failure> {
    let row = app.desk.portals_add(new)?;
    if let Some(secret) = secret
        && let Err(error) = app.secrets.set(&secret_name(&row.id), secret)
    {
        app.desk.portals_remove(&row.name)?;
        return Err(error.into());
    }
    Ok(row)
}

/// What speaks at an address.
///
/// # Errors
/// `bad_url`, `not_a_portal`, and all failures of the way.
pub fn guess_kind(url: &str) -> Result<PortalKind, Failure> {
    let url = qalam_desk::outbox::portals::clean_url(url)?;
    crate::background::wait_for(courier::guess_kind(HttpOptions::default(), &url))?
        .map_err(|trouble| trouble.failure.into())
}

/// Asks a portal who it is and who we are to it. A portal that is not reached is no failure: the
/// row carries it, and so does the second value.
///
/// # Errors
/// `unknown_portal`, and what the desk may fail with.
pub fn test(app: &App, name: &str) -> Result<(PortalRow, Option<Failure>), Failure> {
    let secrets: Arc<dyn Secrets> = app.secrets.clone();
    let folder = app.practice_folder();
    let (row, found) = crate::background::wait_for(test_portal(
        &app.desk,
        &secrets,
        Some(&folder),
        HttpOptions::default(),
        name,
    ))??;
    Ok((row, found.err().map(|trouble| trouble.failure.into())))
}

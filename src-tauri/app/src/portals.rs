//! Setting up a portal: what the window and the command line both do.

use std::sync::Arc;

use qalam_desk::outbox::portals::NewPortal;
use qalam_desk::outbox::{PortalKind, PortalRow};
use qalam_desk::secrets::Secrets;
use qalam_portal::courier::{self, Diagnosis, diagnose_portal, secret_name, test_portal};
use secrecy::SecretString;

use crate::app::App;
use crate::failure::Failure;
use crate::proxy::http_options;

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
pub fn guess_kind(app: &App, url: &str) -> Result<PortalKind, Failure> {
    let url = qalam_desk::outbox::portals::clean_url(url)?;
    crate::background::wait_for(courier::guess_kind(http_options(app), &url))?
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
        http_options(app),
        name,
    ))??;
    Ok((row, found.err().map(|trouble| trouble.failure.into())))
}

/// Walks the way to a portal step by step: name, connection, encryption, answer, login, clock, rate. What fails is part of
/// the answer.
///
/// # Errors
/// `unknown_portal`, and what the desk may fail with.
pub fn diagnose(app: &App, name: &str) -> Result<Diagnosis, Failure> {
    let secrets: Arc<dyn Secrets> = app.secrets.clone();
    let folder = app.practice_folder();
    Ok(crate::background::wait_for(diagnose_portal(
        &app.desk,
        &secrets,
        Some(&folder),
        http_options(app),
        name,
    ))??)
}

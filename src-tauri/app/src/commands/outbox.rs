//! What waits to be sent.

use qalam_desk::outbox::Outbox;
use serde::Deserialize;
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;

/// Arguments of commands about one entry.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfEntry {
    entry: String,
}

/// Arguments of `outbox.pause`.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
pub struct Pause {
    paused: bool,
}

pub(super) fn list(app: &App, _: Empty) -> Result<Outbox, Failure> {
    Ok(app.desk.outbox_list()?)
}

pub(super) fn hold(app: &App, of: OfEntry) -> Result<Empty, Failure> {
    app.desk.outbox_hold(&of.entry)?;
    Ok(Empty {})
}

pub(super) fn resume(app: &App, of: OfEntry) -> Result<Empty, Failure> {
    app.desk.outbox_resume(&of.entry)?;
    Ok(Empty {})
}

pub(super) fn retry(app: &App, of: OfEntry) -> Result<Empty, Failure> {
    app.desk.outbox_retry(&of.entry)?;
    Ok(Empty {})
}

pub(super) fn withdraw(app: &App, of: OfEntry) -> Result<Empty, Failure> {
    app.desk.outbox_withdraw(&of.entry)?;
    Ok(Empty {})
}

pub(super) fn send_now(app: &App, _: Empty) -> Result<Empty, Failure> {
    app.desk.outbox_send_now()?;
    Ok(Empty {})
}

pub(super) fn pause(app: &App, of: Pause) -> Result<Empty, Failure> {
    app.desk.outbox_pause(of.paused)?;
    Ok(Empty {})
}

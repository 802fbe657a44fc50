//! What waits to be sent.

use std::collections::BTreeMap;

use qalam_content::merge::Side;
use qalam_desk::drafts::Draft;
use qalam_desk::outbox::engine::Sending;
use qalam_desk::outbox::{
    Adopted, ConflictView, Outbox, OutboxEntry, RemoteRow, SendingView, SettleWith,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use super::drafts::{OfDraft, RenderedText, address, shown};
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

/// Arguments of `outbox.withdraw`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct WithdrawEntry {
    entry: String,
    /// Why; needed when the portal has to be asked to take the piece down.
    #[ts(optional)]
    reason: Option<String>,
}

/// Arguments of `conflicts.open`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfConflict {
    draft: String,
    #[ts(optional)]
    portal: Option<String>,
}

/// How far one draft is at each portal.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Entries {
    /// The entries, open ones first.
    entries: Vec<OutboxEntry>,
}

/// Arguments of `conflicts.preview`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PreviewConflict {
    draft: String,
    #[ts(optional)]
    portal: Option<String>,
    /// Choices by the key of the part. What is not named is as proposed.
    choices: BTreeMap<String, Side>,
}

/// A piece as it would become.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Preview {
    /// Its languages, the original first.
    languages: Vec<PreviewedLanguage>,
}

/// One language of a piece as it would become.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PreviewedLanguage {
    /// The language.
    lang: String,
    /// The title.
    title: String,
    /// The summary.
    summary: String,
    /// The body.
    body: RenderedText,
}

/// Arguments of `conflicts.settle`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct Settle {
    draft: String,
    #[ts(optional)]
    portal: Option<String>,
    /// What `conflicts.open` said was compared.
    seen: String,
    how: SettleWith,
}

/// Arguments of `remote.list`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OfRemote {
    #[ts(optional)]
    portal: Option<String>,
}

/// Pieces on portals that this desk does not have.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Remote {
    /// Newest first, portal by portal.
    items: Vec<RemoteRow>,
}

/// Arguments of `remote.fetch`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RemoteItems {
    portal: String,
    items: Vec<String>,
}

/// Arguments of `remote.adopt`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RemoteItem {
    portal: String,
    item: String,
}

pub(super) fn list(app: &App, _: Empty) -> Result<Outbox, Failure> {
    Ok(app.desk.outbox_list()?)
}

pub(super) fn of(app: &App, of: OfDraft) -> Result<Entries, Failure> {
    let entries = app.desk.outbox_of(&of.draft)?;
    Ok(Entries { entries })
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

pub(super) fn allow(app: &App, of: OfEntry) -> Result<Empty, Failure> {
    app.desk.outbox_allow(&of.entry)?;
    Ok(Empty {})
}

pub(super) fn insist(app: &App, of: OfEntry) -> Result<Empty, Failure> {
    app.desk.outbox_insist(&of.entry)?;
    Ok(Empty {})
}

pub(super) fn withdraw(app: &App, of: WithdrawEntry) -> Result<Empty, Failure> {
    let reason = of.reason.unwrap_or_default();
    app.desk.outbox_withdraw(&of.entry, &reason)?;
    Ok(Empty {})
}

pub(super) fn sending(app: &App, _: Empty) -> Result<SendingView, Failure> {
    Ok(app.desk.outbox_sending()?)
}

pub(super) fn set_sending(app: &App, wishes: Sending) -> Result<SendingView, Failure> {
    Ok(app.desk.outbox_set_sending(&wishes)?)
}

pub(super) fn open_conflict(app: &App, of: OfConflict) -> Result<ConflictView, Failure> {
    Ok(app.desk.conflicts_open(&of.draft, of.portal.as_deref())?)
}

pub(super) fn preview_conflict(app: &App, of: PreviewConflict) -> Result<Preview, Failure> {
    let portal = of.portal.as_deref();
    let languages = app
        .desk
        .conflicts_preview(&of.draft, portal, &of.choices, &address)?
        .into_iter()
        .map(|one| PreviewedLanguage {
            lang: one.lang,
            title: one.title,
            summary: one.summary,
            body: shown(one.body),
        })
        .collect();
    Ok(Preview { languages })
}

pub(super) fn settle_conflict(app: &App, to: Settle) -> Result<Draft, Failure> {
    let portal = to.portal.as_deref();
    Ok(app
        .desk
        .conflicts_settle(&to.draft, portal, &to.seen, &to.how)?)
}

pub(super) fn remote_list(app: &App, of: OfRemote) -> Result<Remote, Failure> {
    let items = app.desk.remote_list(of.portal.as_deref())?;
    Ok(Remote { items })
}

pub(super) fn remote_fetch(app: &App, of: RemoteItems) -> Result<Empty, Failure> {
    app.desk.remote_fetch(&of.portal, &of.items)?;
    Ok(Empty {})
}

pub(super) fn remote_adopt(app: &App, of: RemoteItem) -> Result<Adopted, Failure> {
    Ok(app.desk.remote_adopt(&of.portal, &of.item)?)
}

pub(super) fn send_now(app: &App, _: Empty) -> Result<Empty, Failure> {
    app.desk.outbox_send_now()?;
    Ok(Empty {})
}

pub(super) fn pause(app: &App, of: Pause) -> Result<Empty, Failure> {
    app.desk.outbox_pause(of.paused)?;
    Ok(Empty {})
}

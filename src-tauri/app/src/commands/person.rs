//! The person, the settings, and what every screen needs to know.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use qalam_desk::outbox::Link;
use qalam_desk::profile::{NewProfile, OwnerKind, Profile, Role};
use qalam_desk::secrets::SecretsKind;
use qalam_desk::settings::Settings;
use qalam_desk::{Changes, Topic};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;
use crate::shell::ClosingAnswer;

/// How long the screens wait to hear where passwords are kept.
const PATIENCE: Duration = Duration::from_millis(120);

/// What the page says to a window that is about to close.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, TS)]
pub struct SayClosing {
    /// Whether it may.
    pub answer: ClosingAnswer,
}

/// What every screen needs to know.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AppState {
    /// Version of the program.
    pub version: String,
    /// The desk's folder.
    pub store: String,
    /// The person, once said.
    pub profile: Option<Profile>,
    /// What the person chose.
    pub settings: Settings,
    /// The desk is sealed on the disk and wants a passphrase.
    pub locked: bool,
    /// What kind of place holds passwords and tokens.
    pub secrets: SecretsKind,
    /// Address of the practice portal, while it runs.
    pub practice_url: Option<String>,
    /// Whether the portal is reached.
    pub link: Link,
    /// How much there is to do.
    pub counts: Counts,
}

/// How much there is to do, in pieces.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, TS)]
pub struct Counts {
    /// Waiting for this person.
    #[ts(type = "number")]
    pub needs_you: u64,
    /// Waiting to be sent, or on their way.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Confirmed by a portal.
    #[ts(type = "number")]
    pub received: u64,
}

/// Arguments of `profile.set`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetProfile {
    owner: String,
    owner_kind: OwnerKind,
    name: String,
    role: Role,
    display_lang: String,
}

/// Arguments of `settings.set`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetSetting {
    key: String,
    #[ts(type = "unknown")]
    value: Value,
}

/// Arguments of `secrets.unlock`.
#[derive(Deserialize, TS)]
pub struct Unlock {
    #[ts(type = "string")]
    passphrase: SecretText,
}

/// A secret that arrives and never leaves.
pub(crate) struct SecretText(pub(crate) SecretString);

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(SecretString::from(text)))
    }
}

pub(super) fn state(app: &App, _: Empty) -> Result<AppState, Failure> {
    let desk = &app.desk;
    let drafts = desk.drafts_counts()?;
    let outbox = desk.outbox_counts()?;
    Ok(AppState {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        store: desk.dir().display().to_string(),
        profile: desk.profile()?,
        settings: desk.settings()?,
        locked: desk.is_locked(),
        secrets: secrets_kind(app),
        practice_url: app.background.practice_url(),
        link: desk.link()?,
        counts: Counts {
            needs_you: drafts.needs_you,
            waiting: u64::from(outbox.waiting),
            received: u64::from(outbox.received),
        },
    })
}

/// The screens do not wait for a keyring that first asks the person something.
fn secrets_kind(app: &App) -> SecretsKind {
    let desk = Arc::downgrade(&app.desk);
    app.secrets.kind_soon(PATIENCE, move || {
        if let Some(desk) = desk.upgrade() {
            desk.announce(&Changes {
                topics: [Topic::Settings].into(),
                ..Changes::default()
            });
        }
    })
}

pub(super) fn closing(app: &App, said: SayClosing) -> Result<Empty, Failure> {
    app.shell.closing(said.answer);
    Ok(Empty {})
}

pub(super) fn set_profile(app: &App, new: SetProfile) -> Result<AppState, Failure> {
    app.desk.set_profile(&NewProfile {
        owner: new.owner,
        owner_kind: Some(new.owner_kind),
        name: new.name,
        role: new.role,
        display_lang: new.display_lang,
    })?;
    state(app, Empty {})
}

pub(super) fn set_setting(app: &App, new: SetSetting) -> Result<AppState, Failure> {
    app.desk.set_setting(&new.key, &new.value)?;
    state(app, Empty {})
}

pub(super) fn unlock(app: &App, with: Unlock) -> Result<AppState, Failure> {
    app.secrets.unlock(with.passphrase.0)?;
    // What waited for a password goes on.
    app.desk.outbox_send_now()?;
    state(app, Empty {})
}

/// A file that somebody opened with this program.
#[derive(Clone, Debug, Serialize, TS)]
pub struct OpenedFile {
    /// Its path; null when none waits to be shown.
    #[ts(type = "string | null")]
    path: Option<PathBuf>,
}

/// Arguments of `app.opened_shown`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShownFile {
    #[ts(type = "string")]
    path: PathBuf,
}

pub(super) fn opened(app: &App, _: Empty) -> Result<OpenedFile, Failure> {
    Ok(OpenedFile { path: app.given() })
}

pub(super) fn opened_shown(app: &App, of: ShownFile) -> Result<Empty, Failure> {
    app.shown(&of.path);
    Ok(Empty {})
}

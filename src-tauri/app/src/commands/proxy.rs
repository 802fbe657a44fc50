//! The proxy.

use qalam_desk::settings::Proxy;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Empty;
use super::person::SecretText;
use crate::app::App;
use crate::failure::Failure;
use crate::proxy;

/// How connections leave this PC, and what is known about it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ProxyView {
    /// What the person chose.
    pub(crate) proxy: Proxy,
    /// A password is kept for it.
    pub(crate) has_password: bool,
    /// The script of this network that says which proxy to use, where nobody here can read it.
    pub(crate) script: Option<String>,
}

/// Arguments of `proxy.set`.
#[derive(Deserialize, TS)]
pub struct SetProxy {
    proxy: Proxy,
    /// Absent: the one that is kept, as long as address and user stay.
    #[ts(optional, type = "string")]
    password: Option<SecretText>,
}

/// What is known.
pub(crate) fn view(app: &App) -> Result<ProxyView, Failure> {
    Ok(ProxyView {
        proxy: app.desk.settings()?.proxy,
        has_password: proxy::has_password(app),
        script: proxy::unread_script(),
    })
}

pub(super) fn state(app: &App, _: Empty) -> Result<ProxyView, Failure> {
    view(app)
}

pub(super) fn set(app: &App, to: SetProxy) -> Result<ProxyView, Failure> {
    let password = to.password.map(|SecretText(password)| password);
    proxy::choose(app, &to.proxy, password.as_ref())?;
    view(app)
}

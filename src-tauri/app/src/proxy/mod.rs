//! The proxy for an address: as a person chose it, or as the system answers.
//!
//! Networks may give their proxy by a script (PAC). Nothing here runs such a script: the desktop does
//! where it can, and is asked over the session bus; elsewhere the script is named, so that a person can
//! enter the proxy by hand.

#[cfg(target_os = "linux")]
mod desktop;
mod script;

use std::sync::Arc;

use qalam_desk::Desk;
use qalam_desk::secrets::Secrets;
use qalam_desk::settings::{Proxy, ProxyMode};
use qalam_portal::http::{FindProxy, HttpOptions, ProxyChoice, ProxyFinder};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::failure::Failure;

/// The name of the proxy's password among the secrets.
pub(crate) const SECRET: &str = "proxy";

/// The client's options on this desk.
#[must_use]
pub fn http_options(app: &App) -> HttpOptions {
    HttpOptions {
        find_proxy: Some(ProxyFinder(Arc::new(Finder {
            desk: Arc::clone(&app.desk),
            secrets: app.secrets.clone(),
        }))),
        ..HttpOptions::default()
    }
}

/// Keeps what a person chose. Without a password the one before stays, as long as address and user do.
///
/// # Errors
/// `bad_proxy`, and what keeping the password may fail with.
pub fn choose(app: &App, proxy: &Proxy, password: Option<&SecretString>) -> Result<(), Failure> {
    let before = app.desk.settings()?.proxy;
    let mut proxy = proxy.clone();
    // As people write it.
    proxy.address = proxy.address.trim().trim_end_matches('/').to_owned();
    proxy.user = proxy.user.trim().to_owned();
    if !proxy.address.is_empty() && !proxy.address.contains("://") {
        proxy.address.insert_str(0, "http://");
    }
    let value = serde_json::json!(proxy);
    let other = (&before.address, &before.user) != (&proxy.address, &proxy.user);
    app.desk.set_setting("proxy", &value)?;
    match password {
        Some(password) => app.secrets.set(SECRET, password)?,
        // A password goes only to the proxy it was given for.
        None if other => app.secrets.delete(SECRET)?,
        None => {}
    }
    // What waited for the way goes on.
    Ok(app.desk.outbox_send_now()?)
}

/// Whether a password is kept for the proxy.
#[must_use]
pub fn has_password(app: &App) -> bool {
    matches!(app.secrets.get(SECRET), Ok(Some(_)))
}

/// The script of this network, where nobody here can read it.
#[must_use]
pub fn unread_script() -> Option<String> {
    if environment_speaks() {
        return None;
    }
    #[cfg(target_os = "linux")]
    if desktop::answers() {
        return None;
    }
    script::of_system()
}

struct Finder {
    desk: Arc<Desk>,
    secrets: Arc<dyn Secrets>,
}

impl FindProxy for Finder {
    fn find(&self, url: &str) -> ProxyChoice {
        let Ok(settings) = self.desk.settings() else {
            return ProxyChoice::Environment;
        };
        match settings.proxy.mode {
            ProxyMode::Direct => ProxyChoice::Direct,
            ProxyMode::Manual => self.manual(&settings.proxy),
            ProxyMode::System => of_system(url),
        }
    }

    fn unread_script(&self) -> Option<String> {
        let mode = self.desk.settings().ok()?.proxy.mode;
        if mode == ProxyMode::System {
            unread_script()
        } else {
            None
        }
    }
}

impl Finder {
    fn manual(&self, proxy: &Proxy) -> ProxyChoice {
        let Some((scheme, rest)) = proxy.address.split_once("://") else {
            return ProxyChoice::Environment;
        };
        if proxy.user.is_empty() {
            return ProxyChoice::Through(proxy.address.clone());
        }
        // Without its password the proxy says that it wants a login, which is the truth.
        let password = self.secrets.get(SECRET).ok().flatten();
        let password = password
            .as_ref()
            .map_or("", |secret| secret.expose_secret());
        let (user, password) = (escaped(&proxy.user), escaped(password));
        ProxyChoice::Through(format!("{scheme}://{user}:{password}@{rest}"))
    }
}

/// A part of an address, whatever characters it has.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// Somebody who sets a proxy in the environment means it.
fn environment_speaks() -> bool {
    ["http_proxy", "https_proxy", "all_proxy"]
        .iter()
        .any(|name| {
            [(*name).to_owned(), name.to_uppercase()]
                .iter()
                .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
        })
}

fn of_system(url: &str) -> ProxyChoice {
    if environment_speaks() {
        return ProxyChoice::Environment;
    }
    #[cfg(target_os = "linux")]
    return desktop::proxy_for(url).map_or(ProxyChoice::Environment, |found| choice(&found));
    #[cfg(not(target_os = "linux"))]
    {
        let _ = url;
        ProxyChoice::Environment
    }
}

/// The first proxy of an answer that can be used.
#[cfg(target_os = "linux")]
fn choice(found: &[String]) -> ProxyChoice {
    for one in found {
        match one.split_once("://") {
            Some(("direct", _)) => return ProxyChoice::Direct,
            Some(("http" | "https", place)) => {
                return ProxyChoice::Through(format!("http://{place}"));
            }
            Some(("socks" | "socks5" | "socks5h", place)) => {
                return ProxyChoice::Through(format!("socks5h://{place}"));
            }
            _ => {}
        }
    }
    ProxyChoice::Environment
}

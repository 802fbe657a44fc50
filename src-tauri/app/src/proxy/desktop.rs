//! What the desktop answers: it knows the proxy a person chose there, and runs the network's script.

use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};

use super::script;

/// A desktop that does not answer in this time is not waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// Whom to ask: name, path, interface. The first is there on every desktop with portals, the second
/// runs a script for programs of GNOME.
const RESOLVER: [&str; 3] = [
    "org.freedesktop.portal.Desktop",
    "/org/freedesktop/portal/desktop",
    "org.freedesktop.portal.ProxyResolver",
];
const RUNNER: [&str; 3] = [
    "org.gtk.GLib.PACRunner",
    "/org/gtk/GLib/PACRunner",
    "org.gtk.GLib.PACRunner",
];

/// The proxies for an address, the best first; `None` where nobody can be asked.
pub(super) fn proxy_for(url: &str) -> Option<Vec<String>> {
    let bus = bus()?;
    asked(&bus, RESOLVER, &(url,)).or_else(|| {
        let script = script::of_system()?;
        asked(&bus, RUNNER, &(script.as_str(), url))
    })
}

/// Whether anybody here runs scripts.
pub(super) fn answers() -> bool {
    proxy_for("https://portal.invalid/").is_some()
}

fn bus() -> Option<Connection> {
    Builder::session()
        .and_then(|builder| builder.method_timeout(PATIENCE).build())
        .ok()
}

fn asked<B>(bus: &Connection, of: [&str; 3], about: &B) -> Option<Vec<String>>
where
    B: serde::Serialize + zbus::zvariant::DynamicType,
{
    let [name, path, interface] = of;
    let found = Proxy::new(bus, name, path, interface)
        .and_then(|resolver| resolver.call::<_, _, Vec<String>>("Lookup", about));
    found
        .inspect_err(|error| tracing::debug!(%error, name, "no answer about proxies"))
        .ok()
        .filter(|found| !found.is_empty())
}

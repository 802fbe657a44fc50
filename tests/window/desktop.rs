//! A small desktop of our own on a session bus of its own: a place for icons, a server of
//! notifications, and the close button of a window.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zbus::blocking::{Connection, Proxy, connection::Builder};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// An entry of a menu: its number, what is known of it, and the entries below.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// What the server was told to show.
#[derive(Clone, Debug)]
pub struct Shown {
    pub replaces: u32,
    pub title: String,
    pub text: String,
    pub actions: Vec<String>,
}

#[derive(Clone, Default)]
struct Notifications(Arc<Mutex<Vec<Shown>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        ["body", "body-markup", "actions"].map(str::to_owned).into()
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the shape is the specification's"
    )]
    fn notify(
        &self,
        _program: String,
        replaces: u32,
        _icon: String,
        title: String,
        text: String,
        actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap();
        shown.push(Shown {
            replaces,
            title,
            text,
            actions,
        });
        if replaces == 0 { 41 } else { replaces }
    }

    fn close_notification(&self, _id: u32) {}

    #[zbus(signal)]
    async fn action_invoked(at: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}

#[derive(Clone, Default)]
struct Watcher(Arc<Mutex<Vec<String>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(
        &self,
        #[zbus(header)] header: zbus::message::Header<'_>,
        service: String,
    ) {
        // Either a name on the bus, or only a path at the sender.
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let at = if service.starts_with('/') {
            format!("{sender}{service}")
        } else {
            format!("{service}/StatusNotifierItem")
        };
        self.0.lock().unwrap().push(at);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// The bus with what is on it. Ends with it.
pub struct Desktop {
    bus: Child,
    pub address: String,
    connection: Connection,
    notifications: Notifications,
    watcher: Watcher,
}

impl Desktop {
    /// A desktop that shows notifications and, with `icons`, icons.
    pub fn start(icons: bool) -> Self {
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon (Debian package dbus)");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        let (notifications, watcher) = (Notifications::default(), Watcher::default());
        let mut builder = Builder::address(address.as_str())
            .unwrap()
            .serve_at("/org/freedesktop/Notifications", notifications.clone())
            .unwrap()
            .name("org.freedesktop.Notifications")
            .unwrap();
        if icons {
            builder = builder
                .serve_at("/StatusNotifierWatcher", watcher.clone())
                .unwrap()
                .name("org.kde.StatusNotifierWatcher")
                .unwrap();
        }
        Self {
            bus,
            address,
            connection: builder.build().unwrap(),
            notifications,
            watcher,
        }
    }

    pub fn shown(&self) -> Vec<Shown> {
        self.notifications.0.lock().unwrap().clone()
    }

    pub fn icons(&self) -> Vec<String> {
        self.watcher.0.lock().unwrap().clone()
    }

    /// Clicks on the notice that stands.
    pub fn click_notice(&self) {
        self.connection
            .emit_signal(
                None::<&str>,
                "/org/freedesktop/Notifications",
                "org.freedesktop.Notifications",
                "ActionInvoked",
                &(41_u32, "default"),
            )
            .unwrap();
    }

    /// What the menu of the first icon says, and where each entry is.
    pub fn menu(&self) -> Vec<(i32, String)> {
        let (name, path) = self.menu_place();
        let menu = Proxy::new(&self.connection, name, path, "com.canonical.dbusmenu").unwrap();
        let _: bool = menu.call("AboutToShow", &(0_i32,)).unwrap();
        let (_, (_, _, entries)): (u32, Entry) = menu
            .call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new()))
            .unwrap();
        entries
            .into_iter()
            .map(|entry| {
                let (id, facts, _): Entry = entry.try_into().unwrap();
                let label = facts
                    .get("label")
                    .and_then(|label| String::try_from(label.clone()).ok());
                (id, label.unwrap_or_default())
            })
            .collect()
    }

    /// Chooses the entry of the menu that says `label`.
    pub fn choose(&self, label: &str) {
        let (id, _) = self
            .menu()
            .into_iter()
            .find(|(_, said)| said.replace('_', "") == label)
            .unwrap_or_else(|| panic!("no {label} in {:?}", self.menu()));
        let (name, path) = self.menu_place();
        let menu = Proxy::new(&self.connection, name, path, "com.canonical.dbusmenu").unwrap();
        let _: () = menu
            .call("Event", &(id, "clicked", Value::from(0_i32), 0_u32))
            .unwrap();
    }

    fn menu_place(&self) -> (String, OwnedObjectPath) {
        let icons = self.icons();
        let (name, path) = icons[0].split_once('/').unwrap();
        let icon = Proxy::new(
            &self.connection,
            name.to_owned(),
            format!("/{path}"),
            "org.kde.StatusNotifierItem",
        )
        .unwrap();
        let menu = icon.get_property::<OwnedObjectPath>("Menu").unwrap();
        (name.to_owned(), menu)
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.bus.kill();
        let _ = self.bus.wait();
    }
}

/// Waits for something to come to pass.
pub fn until(what: &str, mut found: impl FnMut() -> bool) {
    let began = Instant::now();
    while !found() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "did not happen: {what}"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Presses the close button that a window manager would draw on the window of this program.
pub fn press_close(pid: u32) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/press_close.py");
    let pressed = Command::new("python3")
        .arg(script)
        .arg(pid.to_string())
        .status();
    assert!(
        pressed.is_ok_and(|status| status.success()),
        "no window to close"
    );
}

/// Whether a program shows a window.
pub fn has_window(pid: u32) -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/press_close.py");
    Command::new("python3")
        .arg(script)
        .args([&pid.to_string(), "look"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

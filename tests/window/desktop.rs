//! A small desktop of our own on a session bus of its own: a place for icons, a server of
//! notifications, and the close button of a window.

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use zbus::blocking::{Connection, Proxy, connection::Builder};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::bus::{Bus, NOTICE, Notifications, Shown, Word};

/// An entry of a menu: its number, what is known of it, and the entries below.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

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
    pub bus: Bus,
    connection: Connection,
    notifications: Notifications,
    watcher: Watcher,
}

impl Desktop {
    /// A desktop that shows notifications and, with `icons`, icons.
    pub fn start(icons: bool) -> Self {
        let bus = Bus::start();
        let notifications = Notifications::that_can(&["body", "body-markup", "actions"]);
        let watcher = Watcher::default();
        let mut builder = Builder::address(bus.address.as_str())
            .unwrap()
            .serve_at(Notifications::PATH, notifications.clone())
            .unwrap()
            .name(Notifications::NAME)
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
            connection: builder.build().unwrap(),
            notifications,
            watcher,
        }
    }

    pub fn told(&self) -> Vec<Word> {
        self.notifications.told()
    }

    pub fn shown(&self) -> Vec<Shown> {
        self.notifications.shown()
    }

    pub fn icons(&self) -> Vec<String> {
        self.watcher.0.lock().unwrap().clone()
    }

    /// Clicks on the notice that stands.
    pub fn click_notice(&self) {
        self.connection
            .emit_signal(
                None::<&str>,
                Notifications::PATH,
                Notifications::NAME,
                "ActionInvoked",
                &(NOTICE, "default"),
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

/// Waits for something to come to pass.
pub fn until(what: &str, mut found: impl FnMut() -> bool) {
    let began = Instant::now();
    while !found() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
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

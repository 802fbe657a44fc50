//! A session bus of a test's own, and a server of notifications on it that notes what it is told.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

/// A bus, ended when dropped.
pub struct Bus {
    daemon: Child,
    /// What programs are told in `DBUS_SESSION_BUS_ADDRESS`.
    pub address: String,
}

impl Bus {
    pub fn start() -> Self {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon (Debian package dbus)");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        Self {
            daemon,
            address: address.trim().to_owned(),
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// The number of every notice that takes the place of none.
pub const NOTICE: u32 = 41;

/// What the server was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Show(Shown),
    TakeBack(u32),
}

/// A notice that is to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub replaces: u32,
    pub title: String,
    pub text: String,
    pub actions: Vec<String>,
}

/// The server. Clones share what was told.
#[derive(Clone)]
pub struct Notifications {
    can: &'static [&'static str],
    told: Arc<Mutex<Vec<Word>>>,
}

impl Notifications {
    /// Where it is on the bus.
    pub const PATH: &str = "/org/freedesktop/Notifications";
    /// Its name there, and that of its interface.
    pub const NAME: &str = "org.freedesktop.Notifications";

    /// A server that can do this much.
    pub fn that_can(can: &'static [&'static str]) -> Self {
        Self {
            can,
            told: Arc::default(),
        }
    }

    pub fn told(&self) -> Vec<Word> {
        self.told.lock().unwrap().clone()
    }

    pub fn shown(&self) -> Vec<Shown> {
        let told = self.told().into_iter();
        told.filter_map(|word| match word {
            Word::Show(shown) => Some(shown),
            Word::TakeBack(_) => None,
        })
        .collect()
    }
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        self.can.iter().map(|one| (*one).to_owned()).collect()
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
        self.told.lock().unwrap().push(Word::Show(Shown {
            replaces,
            title,
            text,
            actions,
        }));
        if replaces == 0 { NOTICE } else { replaces }
    }

    fn close_notification(&self, id: u32) {
        self.told.lock().unwrap().push(Word::TakeBack(id));
    }

    #[zbus(signal)]
    async fn action_invoked(at: &SignalEmitter<'_>, id: u32, action: &str) -> zbus::Result<()>;
}

/// The text without the signs that hold a foreign name in its direction.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|sign| !('\u{2066}'..='\u{2069}').contains(sign))
        .collect()
}

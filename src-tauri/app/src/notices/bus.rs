//! Words of the system on free desktops: `org.freedesktop.Notifications` on the session bus.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, MessageIterator, Proxy};
use zbus::zvariant::Value;
use zbus::{MatchRule, message};

use super::{Around, Notice};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// A desktop that does not answer in this time is not waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a click on the notice itself is called.
const CLICK: &str = "default";

/// The desktop, asked for when there is first something to say.
pub(super) struct System {
    connection: Option<Connection>,
    /// The notice that stands, 0 when none does.
    standing: Arc<AtomicU32>,
    around: Arc<dyn Around>,
}

impl System {
    /// Nothing is asked yet.
    pub(super) fn new(around: Arc<dyn Around>) -> Self {
        Self {
            connection: None,
            standing: Arc::new(AtomicU32::new(0)),
            around,
        }
    }

    /// Shows the notice in the place of the one before.
    pub(super) fn show(&mut self, notice: &Notice) {
        if let Err(error) = self.try_to_show(notice) {
            tracing::info!(%error, "no notice on this desktop");
            // Another bus, or another desktop, may be there next time.
            self.connection = None;
        }
    }

    fn try_to_show(&mut self, notice: &Notice) -> zbus::Result<()> {
        let connection = self.connected()?;
        let desktop = Proxy::new(&connection, NAME, PATH, NAME)?;
        let can: Vec<String> = desktop.call("GetCapabilities", &())?;
        let can = |ability: &str| can.iter().any(|one| one == ability);
        let text = if can("body-markup") {
            without_markup(&notice.text)
        } else {
            notice.text.clone()
        };
        let open = notice.open.as_deref().filter(|_| can("actions"));
        let actions: Vec<&str> = open.map(|open| vec![CLICK, open]).unwrap_or_default();
        let hints = HashMap::from([
            ("desktop-entry", Value::from("qalam")),
            ("category", Value::from("transfer")),
        ]);
        let id: u32 = desktop.call(
            "Notify",
            &(
                "Qalam",
                self.standing.load(Ordering::Relaxed),
                "qalam",
                notice.title.as_str(),
                text.as_str(),
                actions,
                hints,
                -1_i32,
            ),
        )?;
        self.standing.store(id, Ordering::Relaxed);
        Ok(())
    }

    /// Takes back what stands: there is nothing left to decide.
    pub(super) fn take_back(&mut self) {
        let id = self.standing.swap(0, Ordering::Relaxed);
        let Some(connection) = self.connection.as_ref().filter(|_| id != 0) else {
            return;
        };
        let gone = Proxy::new(connection, NAME, PATH, NAME)
            .and_then(|desktop| desktop.call::<_, _, ()>("CloseNotification", &(id,)));
        if let Err(error) = gone {
            tracing::info!(%error, "a notice stays");
        }
    }

    fn connected(&mut self) -> zbus::Result<Connection> {
        if let Some(connection) = &self.connection {
            return Ok(connection.clone());
        }
        let connection = Builder::session()?.method_timeout(PATIENCE).build()?;
        if self.around.has_way() {
            follow(
                &connection,
                Arc::clone(&self.standing),
                Arc::clone(&self.around),
            )?;
        }
        self.connection = Some(connection.clone());
        Ok(connection)
    }
}

/// Goes the way to the window when the person clicks on the notice.
fn follow(
    connection: &Connection,
    standing: Arc<AtomicU32>,
    around: Arc<dyn Around>,
) -> zbus::Result<()> {
    let rule = MatchRule::builder()
        .msg_type(message::Type::Signal)
        .interface(NAME)?
        .member("ActionInvoked")?
        .build();
    let clicks = MessageIterator::for_match_rule(rule, connection, None)?;
    std::thread::Builder::new()
        .name("clicks".to_owned())
        .spawn(move || {
            for click in clicks.flatten() {
                let said = click.body().deserialize::<(u32, String)>();
                let stands = standing.load(Ordering::Relaxed);
                if said.is_ok_and(|(id, action)| id == stands && action == CLICK) {
                    around.open();
                }
            }
        })
        .map_err(|error| zbus::Error::InputOutput(Arc::new(error)))?;
    Ok(())
}

/// Titles are other people's text: a desktop that reads markup gets none.
fn without_markup(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

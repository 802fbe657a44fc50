//! What goes on without the window.

use qalam_desk::{Changes, Topic};
use serde::Serialize;
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;
use crate::service::{Sending, Service};

/// What can go on without the window here.
#[derive(Clone, Debug, Serialize, TS)]
pub struct WithoutWindow {
    /// The desktop shows an icon of the program, so sending may go on when the window is closed.
    tray: bool,
    /// The service that sends; null where this system has no place for one.
    service: Option<Service>,
}

pub(super) fn state(app: &App, _: Empty) -> Result<WithoutWindow, Failure> {
    let service = Sending::of(app).map(|sending| sending.state()).ok();
    Ok(WithoutWindow {
        tray: app.shell.has_tray(),
        service: service.filter(|one| one.possible || one.installed),
    })
}

pub(super) fn install(app: &App, _: Empty) -> Result<WithoutWindow, Failure> {
    Sending::of(app)?.install()?;
    told(app);
    state(app, Empty {})
}

pub(super) fn remove(app: &App, _: Empty) -> Result<WithoutWindow, Failure> {
    Sending::of(app)?.remove()?;
    told(app);
    state(app, Empty {})
}

fn told(app: &App) {
    app.desk.announce(&Changes {
        topics: [Topic::Settings].into(),
        ..Changes::default()
    });
}

pub(super) fn quit(app: &App, _: Empty) -> Result<Empty, Failure> {
    app.shell.quit()?;
    Ok(Empty {})
}

//! The small icon beside the clock, while sending goes on without the window: what waits, the way
//! back to the window, and the way out.

use std::sync::Arc;

use qalam_desk::Desk;
use tauri::menu::{Menu, MenuBuilder, MenuItem, MenuItemBuilder};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use super::quietly;
use super::shell::WindowShell;
use crate::app::App;
use crate::people::House;
use crate::text::{Params, Words};

const ID: &str = "desk";
const OPEN: &str = "open";
const WAITING: &str = "waiting";
const PAUSE: &str = "pause";
const QUIT: &str = "quit";

/// The icon with the words of its menu.
pub(super) struct Tray {
    icon: TrayIcon,
    open: MenuItem<Wry>,
    waiting: MenuItem<Wry>,
    pause: MenuItem<Wry>,
    quit: MenuItem<Wry>,
    said: Said,
}

/// What the menu says.
#[derive(Clone, PartialEq, Eq)]
struct Said {
    words: Words,
    waiting: u32,
    paused: bool,
}

impl Said {
    fn of(desk: &Desk) -> qalam_desk::Result<Self> {
        let lang = desk.settings()?.display_lang;
        Ok(Self {
            words: Words::of(&lang).unwrap_or_else(Words::of_machine),
            waiting: desk.outbox_counts()?.waiting,
            paused: desk.link()?.paused,
        })
    }

    fn waiting(&self) -> String {
        if self.paused {
            return self.words.plain("background.tray.paused");
        }
        let count = Params::from([("count".to_owned(), self.waiting.to_string())]);
        self.words.say("background.tray.waiting", &count)
    }

    fn pause(&self) -> String {
        self.words.plain(if self.paused {
            "background.tray.resume"
        } else {
            "background.tray.pause"
        })
    }
}

/// Puts the icon there, takes it away, or lets it say what is true now: as the person wishes and
/// the desktop can. Called off the main thread; asks the desktop.
pub(super) fn refresh(handle: &AppHandle, shell: &Arc<WindowShell>) {
    // Nobody is at the desk: nothing is sent, and the icon leads back to the window all the same.
    let Some((_, app)) = handle.state::<Arc<House>>().here() else {
        return;
    };
    let wanted = app.desk.settings().is_ok_and(|found| found.keep_sending);
    if !wanted {
        drop(shell.tray().take());
        return;
    }
    let said = match Said::of(&app.desk) {
        Ok(said) => said,
        Err(error) => return tracing::warn!(%error, "the icon says what it said"),
    };
    if let Some(tray) = &mut *shell.tray() {
        if tray.said != said {
            tray.say(said);
        }
        return;
    }
    if !host_is_there() {
        return;
    }
    let (on_main, shell) = (handle.clone(), Arc::clone(shell));
    let _ = handle.run_on_main_thread(move || {
        // Asked for twice at once, there is still one.
        if shell.tray().is_some() {
            return;
        }
        // A desktop that shows icons may still lack the library that draws them.
        let made = quietly(|| make(&on_main, &app, &shell, said));
        match made {
            Some(Ok(tray)) => *shell.tray() = Some(tray),
            Some(Err(error)) => tracing::warn!(%error, "no icon"),
            None => tracing::warn!("no icon: libayatana-appindicator is not installed"),
        }
    });
}

fn make(
    handle: &AppHandle,
    app: &App,
    shell: &Arc<WindowShell>,
    said: Said,
) -> tauri::Result<Tray> {
    let item = |id: &str, text: String| MenuItemBuilder::with_id(id, text).build(handle);
    let open = item(OPEN, said.words.plain("background.tray.open"))?;
    let waiting = MenuItemBuilder::with_id(WAITING, said.waiting())
        .enabled(false)
        .build(handle)?;
    let pause = item(PAUSE, said.pause())?;
    let quit = item(QUIT, said.words.plain("background.tray.quit"))?;
    let menu: Menu<Wry> = MenuBuilder::new(handle)
        .items(&[&open, &waiting])
        .separator()
        .items(&[&pause, &quit])
        .build()?;
    let (of_menu, of_icon) = (Arc::clone(shell), Arc::clone(shell));
    let mut builder = TrayIconBuilder::with_id(ID)
        .menu(&menu)
        .tooltip("Qalam")
        .show_menu_on_left_click(false)
        // The system's own place for it is shared between people.
        .temp_dir_path(app.desk.dir().join("window"))
        .on_menu_event(move |handle, event| chosen(handle, &of_menu, event.id().as_ref()))
        .on_tray_icon_event(move |icon, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                super::show(icon.app_handle(), &of_icon);
            }
        });
    if let Some(picture) = handle.default_window_icon() {
        builder = builder.icon(picture.clone());
    }
    Ok(Tray {
        icon: builder.build(handle)?,
        open,
        waiting,
        pause,
        quit,
        said,
    })
}

fn chosen(handle: &AppHandle, shell: &Arc<WindowShell>, id: &str) {
    match id {
        OPEN => super::show(handle, shell),
        QUIT => super::quit(handle, shell.quitting()),
        PAUSE => {
            let Some((_, app)) = handle.state::<Arc<House>>().here() else {
                return;
            };
            tauri::async_runtime::spawn_blocking(move || {
                let turned = app
                    .desk
                    .link()
                    .and_then(|link| app.desk.outbox_pause(!link.paused));
                if let Err(error) = turned {
                    tracing::warn!(%error, "sending goes on as it did");
                }
            });
        }
        _ => {}
    }
}

impl Tray {
    fn say(&mut self, said: Said) {
        let told = [
            self.open.set_text(said.words.plain("background.tray.open")),
            self.waiting.set_text(said.waiting()),
            self.pause.set_text(said.pause()),
            self.quit.set_text(said.words.plain("background.tray.quit")),
        ];
        if let Some(error) = told.into_iter().find_map(Result::err) {
            tracing::warn!(%error, "the icon says what it said");
        }
        self.said = said;
    }
}

impl Drop for Tray {
    fn drop(&mut self) {
        // The handle keeps a copy of its own.
        self.icon.app_handle().remove_tray_by_id(ID);
    }
}

/// Whether this desktop shows icons of programs: on free desktops somebody has to say so on the
/// session bus.
#[cfg(target_os = "linux")]
pub(super) fn host_is_there() -> bool {
    use std::time::Duration;
    use zbus::blocking::connection::Builder;
    use zbus::blocking::{Proxy, fdo::DBusProxy};

    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let ask = || -> zbus::Result<bool> {
        let bus = Builder::session()?
            .method_timeout(Duration::from_secs(2))
            .build()?;
        // Asked for by name first, so that nothing is started by the question.
        if !DBusProxy::new(&bus)?.name_has_owner(WATCHER.try_into()?)? {
            return Ok(false);
        }
        let watcher = Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER)?;
        watcher.get_property("IsStatusNotifierHostRegistered")
    };
    ask().unwrap_or_else(|error| {
        tracing::info!(%error, "no session bus");
        false
    })
}

#[cfg(not(target_os = "linux"))]
pub(super) fn host_is_there() -> bool {
    true
}

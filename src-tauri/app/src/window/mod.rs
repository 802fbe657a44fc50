//! The window: the pages of `ui/dist`, the one command they may call, and what they hear.
//!
//! Tauri stays in this folder.

mod practice;
mod scheme;
mod shell;
mod spelling;
mod tray;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::thread::JoinHandle;

use qalam_desk::settings::Theme;
use qalam_desk::{Changes, Topic};
use serde_json::Value;
use tauri::utils::config::Color;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{
    AppHandle, Builder, Emitter, Manager, RunEvent, State, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder, WindowEvent,
};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

use crate::app::App;
use crate::entrance::{Entrance, First, enter};
use crate::events;
use crate::failure::Failure;
use crate::notices::{Around, Notices};
use crate::people::{House, dispatch};
use crate::secrets::Wanted;
use crate::text::Words;
use shell::WindowShell;

/// The label of the one window that may call the desk; also in tauri.conf.json.
const MAIN: &str = "main";
/// What the program answers when no display can be opened (`EX_UNAVAILABLE` of sysexits).
pub const NO_DISPLAY: u8 = 69;

/// Set when starting is measured: the program says `ready` on standard error once a person could
/// begin.
const START_MARK: &str = "QALAM_START_MARK";
/// Two frames after the first screen has words, its first paint is behind us.
const SAY_READY: &str = "(function look() {
  requestAnimationFrame(() => {
    const place = document.querySelector('main');
    if (!place || !place.innerText.trim()) return look();
    requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'ready'; }));
  });
})();";

/// How the window ended.
pub enum Ended {
    /// As it should.
    Well,
    /// No display could be opened.
    NoDisplay,
}

/// Whether there can be a window at all, as far as that is known without trying.
#[must_use]
pub fn display_is_there() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The desk as this program opened it; `None` when another window shows it already.
type Opened = Option<(Arc<House>, First)>;

/// Opens the desk in `store` and shows it until the person closes the window, or quits where sending
/// goes on without it. A desk that another window shows is shown there, and so is `file`.
///
/// # Errors
/// What opening the desk may fail with, after the person was told.
pub fn run(
    store: &Path,
    secrets: Wanted,
    words: Words,
    file: Option<PathBuf>,
) -> Result<Ended, Failure> {
    spare_the_machine();
    let shell = Arc::new(WindowShell::default());
    // The desk is opened while the system makes the window ready.
    let opening = {
        let (store, shell) = (store.to_owned(), shell.clone());
        std::thread::spawn(move || -> Result<Opened, Failure> {
            let house = House::open(&store, secrets, shell)?;
            std::fs::create_dir_all(house.machine())
                .map_err(|source| qalam_desk::Error::io(source, house.machine()))?;
            Ok(match enter(house.machine(), file.as_deref())? {
                Entrance::First(first) => {
                    let house = Arc::new(house);
                    if let Some(file) = file {
                        house.give(file);
                    }
                    Some((house, first))
                }
                Entrance::Shown => None,
            })
        })
    };
    let unopened = Arc::new(Mutex::new(None));
    let built = quietly(|| build(opening, &unopened, &shell, words));
    match built {
        Some(Ok(built)) => {
            let of_end = Arc::clone(&shell);
            built.run_return(move |handle, event| match event {
                // The last window is gone; the icon stays.
                RunEvent::ExitRequested {
                    code: None, api, ..
                } if of_end.stays() => api.prevent_exit(),
                RunEvent::Exit => {
                    if let Some(house) = handle.try_state::<Arc<House>>() {
                        house.leave();
                    }
                }
                // Here the system does not start a second program: it tells the first.
                #[cfg(target_os = "macos")]
                RunEvent::Opened { urls } => {
                    if let Some(house) = handle.try_state::<Arc<House>>()
                        && let Some(file) = urls.iter().find_map(|url| url.to_file_path().ok())
                    {
                        house.give(file);
                    }
                }
                _ => {}
            });
        }
        Some(Err(error)) => {
            tracing::error!(%error, "no window");
            return Ok(Ended::NoDisplay);
        }
        None => return Ok(Ended::NoDisplay),
    }
    let failure = unopened.lock().unwrap_or_else(|held| held.into_inner());
    match failure.clone() {
        Some(failure) => Err(failure),
        None => Ok(Ended::Well),
    }
}

/// Where there is no graphics card, pages are drawn without the detour through one, and GTK does not
/// load the software stand-in for one only to ask what it can do: the window is there sooner and
/// takes a third less memory. Whoever set one of the two has their own reasons; both are left alone.
#[cfg(target_os = "linux")]
fn spare_the_machine() {
    const CARDLESS: [(&str, &str); 2] = [
        ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
        ("GDK_GL", "disable"),
    ];
    let has_card = std::fs::read_dir("/dev/dri").is_ok_and(|mut cards| {
        cards.any(|card| {
            card.is_ok_and(|card| card.file_name().as_encoded_bytes().starts_with(b"renderD"))
        })
    });
    let is_said = CARDLESS
        .iter()
        .any(|(name, _)| std::env::var_os(name).is_some());
    if has_card || is_said {
        return;
    }
    for (name, value) in CARDLESS {
        // SAFETY: called first of all by `run`, before this program has a second thread that could
        // read the environment at the same time.
        #[allow(unsafe_code)]
        unsafe {
            std::env::set_var(name, value);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn spare_the_machine() {}

/// What `act` gives; `None` when it panics, as the window's libraries do without a display.
fn quietly<T>(act: impl FnOnce() -> T) -> Option<T> {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(
        |panic| tracing::warn!(%panic, "starting the window"),
    ));
    let outcome = catch_unwind(AssertUnwindSafe(act)).ok();
    std::panic::set_hook(loud);
    outcome
}

fn build(
    opening: JoinHandle<Result<Opened, Failure>>,
    unopened: &Arc<Mutex<Option<Failure>>>,
    shell: &Arc<WindowShell>,
    words: Words,
) -> tauri::Result<tauri::App> {
    let (of_setup, of_events) = (Arc::clone(shell), Arc::clone(shell));
    let unopened = Arc::clone(unopened);
    Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![call])
        .register_asynchronous_uri_scheme_protocol("qalam", |context, request, responder| {
            let house = Arc::clone(&context.app_handle().state::<Arc<House>>());
            let ours = context.webview_label() == MAIN;
            let path = request.uri().path().to_owned();
            tauri::async_runtime::spawn_blocking(move || {
                responder.respond(scheme::answer(&house, ours, &path));
            });
        })
        .on_window_event(move |window, event| heard(&of_events, window, event))
        .setup(move |built| {
            let opened = opening
                .join()
                .unwrap_or_else(|_| Err(Failure::new(qalam_desk::Code::Internal)));
            match opened {
                Ok(Some((house, first))) => {
                    built.manage(Arc::clone(&house));
                    let handle = built.handle();
                    open_main(handle, &house, &of_setup)?;
                    of_setup.belongs_to(handle.clone());
                    quit_when_told(handle, &of_setup);
                    let (called, shell) = (handle.clone(), of_setup);
                    first.when_called(move |file| {
                        let there = !shell.is_going();
                        if there {
                            if let Some(file) = file {
                                house.give(file);
                            }
                            show(&called, &shell);
                        }
                        there
                    });
                    built.manage(first);
                }
                Ok(None) => built.handle().exit(0),
                Err(failure) => {
                    say_why(built.handle(), words, &failure);
                    *unopened.lock().unwrap_or_else(|held| held.into_inner()) = Some(failure);
                }
            }
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// The system ends a session by asking every program to end: the last words are kept.
#[cfg(unix)]
fn quit_when_told(handle: &AppHandle, shell: &Arc<WindowShell>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (handle, shell) = (handle.clone(), Arc::clone(shell));
    tauri::async_runtime::spawn(async move {
        let (Ok(mut end), Ok(mut hang_up)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::hangup()),
        ) else {
            return;
        };
        // More than once: a person may have wanted to stay.
        loop {
            tokio::select! {
                _ = end.recv() => {}
                _ = hang_up.recv() => {}
            }
            quit(&handle, shell.quitting());
        }
    });
}

#[cfg(not(unix))]
fn quit_when_told(_: &AppHandle, _: &Arc<WindowShell>) {}

/// Ends the program: through its window, which keeps its last words, where there is one.
fn quit(handle: &AppHandle, quitting: &AtomicBool) {
    quitting.store(true, Ordering::Relaxed);
    match handle.get_webview_window(MAIN) {
        Some(window) => {
            let _ = window.close();
        }
        None => handle.exit(0),
    }
}

/// Shows the window; a new one where it was closed and sending went on.
fn show(handle: &AppHandle, shell: &Arc<WindowShell>) {
    let (handle, shell) = (handle.clone(), Arc::clone(shell));
    tauri::async_runtime::spawn_blocking(move || {
        let shown = match handle.get_webview_window(MAIN) {
            Some(window) => window
                .unminimize()
                .and_then(|()| window.show())
                .and_then(|()| window.set_focus()),
            None => {
                let house = Arc::clone(&handle.state::<Arc<House>>());
                open_main(&handle, &house, &shell).map(drop)
            }
        };
        if let Err(error) = shown {
            tracing::error!(%error, "the window does not show itself");
        }
    });
}

/// The window, as notices are concerned with it.
struct Front {
    handle: AppHandle,
    shell: Arc<WindowShell>,
}

impl Around for Front {
    fn quiet(&self) -> bool {
        self.handle
            .get_webview_window(MAIN)
            .is_some_and(|window| window.is_focused().unwrap_or(false))
    }

    fn has_way(&self) -> bool {
        true
    }

    fn open(&self) {
        show(&self.handle, &self.shell);
    }
}

/// The one command of the pages. Commands block, so each runs on a thread that may.
#[tauri::command]
async fn call(house: State<'_, Arc<House>>, name: String, args: Value) -> Result<Value, Failure> {
    let house = Arc::clone(&house);
    tauri::async_runtime::spawn_blocking(move || dispatch(&house, &name, args))
        .await
        .unwrap_or_else(|error| Err(Failure::new(qalam_desk::Code::Internal).because(error)))
}

fn open_main(
    handle: &AppHandle,
    house: &House,
    shell: &Arc<WindowShell>,
) -> tauri::Result<WebviewWindow> {
    let of_page = Arc::clone(shell);
    let theme = house
        .here()
        .and_then(|(_, app)| app.desk.settings().ok())
        .map(|settings| settings.theme)
        .unwrap_or_default();
    let asked = match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    };
    let mut builder = WebviewWindowBuilder::new(handle, MAIN, WebviewUrl::App("index.html".into()))
        .title("Qalam")
        .inner_size(1240.0, 780.0)
        .min_inner_size(760.0, 520.0)
        .prevent_overflow()
        .center()
        .theme(asked)
        .visible(false)
        .data_directory(house.machine().join("window"))
        .general_autofill_enabled(false)
        .on_navigation(is_our_page)
        .on_page_load(move |window, load| {
            if let PageLoadEvent::Finished = load.event() {
                after_the_page(window.app_handle(), &of_page);
            }
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false);
    if std::env::var_os(START_MARK).is_some() {
        builder = builder
            .initialization_script(SAY_READY)
            .on_document_title_changed(|_, title| {
                if title == "ready" {
                    eprintln!("ready");
                }
            });
    }
    let window = builder.build()?;
    // The paper of the pages, so that nothing flashes before they are painted.
    let dark = asked.or(window.theme().ok()) == Some(tauri::Theme::Dark);
    let paper = if dark {
        Color(16, 22, 18, 255)
    } else {
        Color(251, 250, 246, 255)
    };
    let _ = window.set_background_color(Some(paper));
    spelling::switch_on(&window);
    window.show()?;
    Ok(window)
}

/// Pages of our own only: nothing a person clicks takes this window anywhere else.
fn is_our_page(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        "about" => url.path() == "blank",
        _ => false,
    }
}

/// What must not delay the first screen: hearing of changes, the practice portal, the courier, words
/// of the system, the icon.
fn after_the_page(handle: &AppHandle, shell: &Arc<WindowShell>) {
    static ONCE: Once = Once::new();
    let house = Arc::clone(&handle.state::<Arc<House>>());
    let (handle, shell) = (handle.clone(), Arc::clone(shell));
    ONCE.call_once(|| {
        house.watch();
        house.when_entered(move |app| somebody_is_here(&handle, &shell, app));
    });
}

/// What goes on beside the screens while somebody is at the desk.
fn somebody_is_here(handle: &AppHandle, shell: &Arc<WindowShell>, app: &Arc<App>) {
    let front = Front {
        handle: handle.clone(),
        shell: Arc::clone(shell),
    };
    let notices = Notices::begin(&app.desk, Arc::new(front));
    let (of_icon, icon_of) = (handle.clone(), Arc::clone(shell));
    tauri::async_runtime::spawn_blocking(move || tray::refresh(&of_icon, &icon_of));
    let (handle, shell) = (handle.clone(), Arc::clone(shell));
    events::watch(&app.desk, move |changes: Changes| {
        let concerns = |topics: &[Topic]| topics.iter().any(|one| changes.topics.contains(one));
        if concerns(&[Topic::Outbox, Topic::Portals, Topic::Link]) {
            notices.changed();
        }
        if concerns(&[Topic::Outbox, Topic::Link, Topic::Settings]) {
            tray::refresh(&handle, &shell);
        }
        let _ = handle.emit_to(MAIN, "changes", changes);
    });
    if let Err(failure) = app.background.start(app) {
        tracing::error!(?failure, "no work in the background");
    }
}

fn heard(shell: &Arc<WindowShell>, window: &tauri::Window, event: &WindowEvent) {
    if window.label() != MAIN {
        return;
    }
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            if !shell.begin_closing() {
                return;
            }
            let _ = window.emit_to(MAIN, "closing", ());
            let (shell, window) = (Arc::clone(shell), window.clone());
            tauri::async_runtime::spawn_blocking(move || {
                if shell.wait_to_close() {
                    let _ = window.destroy();
                } else {
                    shell.quitting().store(false, Ordering::Relaxed);
                }
            });
        }
        // The practice portal's window does not keep the program alive; the icon does.
        WindowEvent::Destroyed if shell.stays() => {
            shell.closed();
            practice::close(window.app_handle());
            // A locked desk does not stay open behind a closed window.
            if let Some(house) = window.try_state::<Arc<House>>()
                && house.here().is_some_and(|(_, app)| app.desk.is_locked())
            {
                house.leave();
            }
        }
        WindowEvent::Destroyed => window.app_handle().exit(0),
        _ => {}
    }
}

/// Tells in a small window of its own why the desk cannot be opened, and ends the program with it.
fn say_why(handle: &AppHandle, words: Words, failure: &Failure) {
    let mut text = words.say(&failure.code, &failure.params);
    if let Some(next) = words.find(&format!("{}.next", failure.code), &failure.params) {
        text.push_str("\n\n");
        text.push_str(&next);
    }
    let ending = handle.clone();
    handle
        .dialog()
        .message(text)
        .title("Qalam")
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(0));
}

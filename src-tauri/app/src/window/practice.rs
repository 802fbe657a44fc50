//! The practice portal's own window: an ordinary browser without a way to the desk.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qalam_desk::Code;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

use crate::failure::Failure;
use crate::people::House;

/// Its label; no capability names it.
const LABEL: &str = "practice";

/// Shows `url`, an address of the practice portal, in the portal's window. Nothing there leads to
/// another origin.
pub(super) fn show(handle: &AppHandle, url: &str) -> Result<(), Failure> {
    let url: Url = url
        .parse()
        .map_err(|error| Failure::new(Code::BadUrl).with("url", url).because(error))?;
    if let Some(window) = handle.get_webview_window(LABEL) {
        return window
            .navigate(url)
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus())
            .map_err(internal);
    }
    let home = url.origin();
    let house = Arc::clone(&handle.state::<Arc<House>>());
    let folder = house.machine().join("window");
    let editor = EditorsDoor {
        house,
        handle: handle.clone(),
        opened: AtomicBool::new(false),
    };
    WebviewWindowBuilder::new(handle, LABEL, WebviewUrl::External(url))
        .title("Qalam")
        .inner_size(1040.0, 720.0)
        .min_inner_size(480.0, 400.0)
        .prevent_overflow()
        .data_directory(folder)
        .general_autofill_enabled(false)
        .on_navigation(move |to| to.origin() == home && !editor.opens_for(to))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .build()
        .map_err(internal)?;
    Ok(())
}

/// Closes the portal's window, if there is one.
pub(super) fn close(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window(LABEL) {
        let _ = window.close();
    }
}

/// The link to the editor's desk: on this PC the trainer needs no key of their own.
struct EditorsDoor {
    house: Arc<House>,
    handle: AppHandle,
    opened: AtomicBool,
}

impl EditorsDoor {
    /// Whether the first step to the editor's desk is taken here, with the key; the window then
    /// keeps it.
    fn opens_for(&self, to: &Url) -> bool {
        let wants = to.path().starts_with("/editor") && to.query().is_none();
        if !wants || self.opened.load(Ordering::Relaxed) {
            return false;
        }
        let lang = to.path().split('/').nth(2).unwrap_or_default();
        let Some((_, app)) = self.house.here() else {
            return false;
        };
        let door = app
            .background
            .practice_editor_url(lang)
            .or_else(|| app.background.practice_editor_url("en"));
        let Some(door) = door.and_then(|door| door.parse::<Url>().ok()) else {
            return false;
        };
        self.opened.store(true, Ordering::Relaxed);
        let handle = self.handle.clone();
        // Not from within the window's own question.
        tauri::async_runtime::spawn(async move {
            if let Some(window) = handle.get_webview_window(LABEL) {
                let _ = window.navigate(door);
            }
        });
        true
    }
}

fn internal(error: tauri::Error) -> Failure {
    Failure::new(Code::Internal).because(error)
}

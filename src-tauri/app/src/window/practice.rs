//! The practice portal's own window: an ordinary browser without a way to the desk.

use qalam_desk::Code;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder};

use crate::failure::Failure;

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
    let folder = handle
        .state::<std::sync::Arc<crate::app::App>>()
        .desk
        .dir()
        .join("window");
    WebviewWindowBuilder::new(handle, LABEL, WebviewUrl::External(url))
        .title("Qalam")
        .inner_size(1040.0, 720.0)
        .min_inner_size(480.0, 400.0)
        .prevent_overflow()
        .data_directory(folder)
        .general_autofill_enabled(false)
        .on_navigation(move |to| to.origin() == home)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .build()
        .map_err(internal)?;
    Ok(())
}

fn internal(error: tauri::Error) -> Failure {
    Failure::new(Code::Internal).because(error)
}

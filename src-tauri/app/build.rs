//! Makes the window's configuration part of the program. The command line needs nothing of it.

fn main() {
    #[cfg(feature = "window")]
    window();
}

/// Reads tauri.conf.json, and lets the page call the one command `call` and nothing else.
#[cfg(feature = "window")]
fn window() {
    println!("cargo:rerun-if-changed=ui/dist");
    if !std::path::Path::new("ui/dist/index.html").exists() {
        eprintln!(
            "The window shows ui/dist, which is not there yet: run `npm ci && npm run build` in ui/."
        );
        std::process::exit(1);
    }
    let attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new().commands(&["call"]));
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("tauri.conf.json cannot be used: {error:#}");
        std::process::exit(1);
    }
}

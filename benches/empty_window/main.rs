//! An empty Tauri window: the floor that start time and idle memory are measured against.
//! It says `ready` on standard error when its page has been painted, as the app does under
//! `QALAM_START_MARK`.

fn main() -> Result<(), tauri::Error> {
    tauri::Builder::default()
        .setup(|app| {
            tauri::WebviewWindowBuilder::new(app, "main", tauri::WebviewUrl::default())
                .inner_size(1280.0, 800.0)
                .on_document_title_changed(|_, title| {
                    if title == "ready" {
                        eprintln!("ready");
                    }
                })
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!(
            "benches/empty_window/tauri.conf.json"
        ))
}

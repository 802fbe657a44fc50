//! Spelling in the window: the webview marks words that its dictionaries do not have.
//!
//! On Windows and macOS the system's webview does so by itself, in the languages the system knows.
//! WebKitGTK asks to be switched on, with the dictionaries it may use; what is not installed is left
//! out, and nothing is ever fetched. Whether words are marked at all is a setting, which the page
//! carries out (`spellcheck` on its root), so it takes effect while one writes.

use tauri::WebviewWindow;

/// Switches spelling on where the webview waits for that.
pub(super) fn switch_on(window: &WebviewWindow) {
    #[cfg(target_os = "linux")]
    {
        use webkit2gtk::{WebContextExt, WebViewExt};
        let languages = installed(std::path::Path::new("/usr/share"));
        if languages.is_empty() {
            return;
        }
        // A window without marks is a window all the same.
        let _ = window.with_webview(move |webview| {
            if let Some(context) = webview.inner().context() {
                let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
                context.set_spell_checking_languages(&languages);
                context.set_spell_checking_enabled(true);
            }
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window;
}

/// The dictionaries of the languages we write in that are installed below `share`, one for each
/// language, in the order in which a word is looked for. Each dictionary more makes more misspelt words
/// pass, so not all of them are taken.
#[cfg(target_os = "linux")]
fn installed(share: &std::path::Path) -> Vec<String> {
    let names: Vec<String> = ["hunspell", "myspell/dicts", "myspell"]
        .iter()
        .filter_map(|folder| std::fs::read_dir(share.join(folder)).ok())
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|file| {
            let name = file.file_name().into_string().ok()?;
            name.strip_suffix(".dic").map(str::to_owned)
        })
        .collect();
    // The usual one of a language first, then any.
    [("ar", "ar"), ("fr", "fr_FR"), ("en", "en_GB")]
        .iter()
        .filter_map(|(lang, usual)| {
            let mut of_lang: Vec<&String> = names
                .iter()
                .filter(|name| name.split(['_', '-']).next() == Some(lang))
                .collect();
            of_lang.sort_by_key(|name| (name.as_str() != *usual, name.as_str()));
            of_lang.first().map(|name| (*name).clone())
        })
        .collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn one_dictionary_of_each_language_is_taken() {
        let share = tempfile::tempdir().unwrap();
        let folder = share.path().join("hunspell");
        std::fs::create_dir(&folder).unwrap();
        assert!(installed(share.path()).is_empty());
        for name in ["en_US", "en_GB", "fr", "ar", "de_DE"] {
            std::fs::write(folder.join(format!("{name}.dic")), "").unwrap();
            std::fs::write(folder.join(format!("{name}.aff")), "").unwrap();
        }
        assert_eq!(installed(share.path()), ["ar", "fr", "en_GB"]);
    }
}

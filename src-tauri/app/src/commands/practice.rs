//! Finding things, and looking at the practice portal.

use qalam_desk::Code;
use qalam_desk::search::{Found, Scope, SearchRequest};
use serde::Deserialize;
use ts_rs::TS;

use super::Empty;
use crate::app::App;
use crate::failure::Failure;

/// Arguments of `search`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct Search {
    query: String,
    #[serde(rename = "in")]
    scope: Scope,
    limit: u32,
}

/// Arguments of `practice.show`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowPractice {
    #[ts(optional)]
    path: Option<String>,
}

pub(super) fn search(app: &App, wanted: Search) -> Result<Found, Failure> {
    Ok(app.desk.search(&SearchRequest {
        query: wanted.query,
        scope: wanted.scope,
        limit: wanted.limit,
        ..SearchRequest::default()
    })?)
}

pub(super) fn show(app: &App, of: ShowPractice) -> Result<Empty, Failure> {
    let base = app
        .background
        .practice_url()
        .ok_or_else(|| Failure::new(Code::PortalDown).with("status", "practice"))?;
    let lang = app.desk.settings()?.display_lang;
    let url = address(&base, of.path.as_deref(), &lang)
        .ok_or_else(|| Failure::new(Code::BadUrl).with("url", of.path.unwrap_or_default()))?;
    app.shell.show_practice(&url)?;
    Ok(Empty {})
}

/// The address of a page of the practice portal: a path there, a whole address there (as receipts
/// hold them), or its first page in the language of the screens.
fn address(base: &str, path: Option<&str>, lang: &str) -> Option<String> {
    match path.map(str::trim).filter(|path| !path.is_empty()) {
        None => Some(format!("{base}/{lang}/")),
        Some(path) if path.starts_with('/') && !path.starts_with("//") => {
            Some(format!("{base}{path}"))
        }
        Some(url) => {
            let rest = url.strip_prefix(base)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| url.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_practice_portal() {
        let base = "http://127.0.0.1:4711";
        let shown = |path| address(base, path, "ar");
        assert_eq!(shown(None).unwrap(), "http://127.0.0.1:4711/ar/");
        assert_eq!(shown(Some("/fr/x")).unwrap(), "http://127.0.0.1:4711/fr/x");
        assert_eq!(
            shown(Some("http://127.0.0.1:4711/x")).unwrap(),
            "http://127.0.0.1:4711/x"
        );
        for wrong in [
            "//evil.example/",
            "http://127.0.0.1:47110/",
            "https://evil.example/",
            "javascript:0",
        ] {
            assert_eq!(shown(Some(wrong)), None, "{wrong}");
        }
    }
}

//! Making HTML text. Everything that came from elsewhere goes through [`escape`].

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use super::words::{Lang, say};

/// Nothing but our own style, pictures and fonts; no script at all.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Text made harmless for element content and quoted attributes.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// Which page of the two areas this is, for the navigation and the language switch.
pub struct Frame<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Title, escaped.
    pub title: &'a str,
    /// The rest of the address after the language, for the language switch, e.g. `items/…`.
    pub path: &'a str,
    /// The editor's desk rather than the public site.
    pub editor: bool,
}

/// A whole page around `main` (which is HTML).
pub fn page(status: StatusCode, frame: &Frame<'_>, main: &str) -> Response {
    let lang = frame.lang;
    let area = if frame.editor { "/editor" } else { "" };
    let mut switch = String::new();
    for other in Lang::ALL {
        let current = if other == lang {
            " aria-current=\"page\""
        } else {
            ""
        };
        switch.push_str(&format!(
            "<a href=\"{area}/{code}/{path}\" lang=\"{code}\" dir=\"{dir}\" hreflang=\"{code}\"{current}>{name}</a>",
            code = other.code(),
            dir = other.dir(),
            path = escape(frame.path),
            name = other.own_name(),
        ));
    }
    let link = |href: String, key: &str, here: bool| {
        let current = if here { " aria-current=\"true\"" } else { "" };
        format!("<a href=\"{href}\"{current}>{}</a>", say(lang, key))
    };
    let text = format!(
        "<!doctype html>\n<html lang=\"{code}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · {site}</title>\n<link rel=\"stylesheet\" href=\"/assets/site.css\">\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">{skip}</a>\n\
         <header><a class=\"name\" href=\"/{code}/\">{site}</a>\n<nav>{items}{editor}</nav>\n\
         <nav class=\"languages\" aria-label=\"{languages}\">{switch}</nav></header>\n\
         <main id=\"main\">\n{main}\n</main>\n<footer><p>{about}</p></footer>\n</body>\n</html>\n",
        code = lang.code(),
        dir = lang.dir(),
        title = frame.title,
        site = say(lang, "site.name"),
        skip = say(lang, "site.skip"),
        items = link(format!("/{}/", lang.code()), "nav.items", !frame.editor),
        editor = link(
            format!("/editor/{}/", lang.code()),
            "nav.editor",
            frame.editor
        ),
        languages = say(lang, "site.languages"),
        about = say(lang, "site.about"),
    );
    let mut response = (status, Html(text)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

//! The small public site in three languages, so that a learner sees where a piece has gone.

pub mod html;
pub(crate) mod item;
pub mod words;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use tokio_util::io::ReaderStream;

use self::{
    html::{Frame, escape, page},
    words::{Lang, dir_of, kind_name, owner_name, say, say_with},
};
use super::{
    Portal,
    answer::Problem,
    items::{release::is_hash, store, store::Item},
};
use crate::contract::wire::ItemState;

/// Items on the list page.
const SHOWN: u32 = 200;

/// Routes of the site.
pub fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/", get(home))
        .route("/{lang}/", get(list))
        .route("/{lang}/items/{id}", get(item::show))
        .route("/files/{sha256}", get(file))
        .route("/files/{sha256}/{name}", get(named_file))
        .route("/assets/{name}", get(asset))
}

async fn home(headers: HeaderMap) -> Redirect {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    Redirect::to(&format!("/{}/", Lang::preferred(wanted).code()))
}

#[derive(Deserialize)]
struct Filter {
    #[serde(rename = "type")]
    kind: Option<String>,
}

async fn list(
    State(portal): State<Arc<Portal>>,
    Path(lang): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let Some(lang) = Lang::parse(&lang) else {
        return Ok(not_found(Lang::En));
    };
    let wanted = filter.kind.filter(|kind| !kind.is_empty());
    let asked = wanted.clone();
    let (items, kinds) = portal
        .db
        .run(move |db| {
            Ok((
                store::newest(db, asked.as_deref(), SHOWN)?,
                store::kinds(db)?,
            ))
        })
        .await?;
    let shown: Vec<&Item> = items
        .iter()
        .filter(|item| item.state != ItemState::Withdrawn)
        .collect();
    let mut main = format!("<h1>{}</h1>", say(lang, "list.title"));
    if !kinds.is_empty() {
        main.push_str(&filter_bar(lang, &kinds, wanted.as_deref()));
    }
    if shown.is_empty() {
        main.push_str(&format!(
            "<p class=\"empty\">{}</p>",
            say(lang, "list.empty")
        ));
    } else {
        let count = shown.len().to_string();
        main.push_str(&format!(
            "<p class=\"quiet\">{}</p><ul class=\"list\">",
            say_with(lang, "list.count", &[("count", &count)])
        ));
        for item in shown {
            main.push_str(&row(lang, item));
        }
        main.push_str("</ul>");
    }
    let title = say(lang, "list.title");
    Ok(page(
        StatusCode::OK,
        &Frame {
            lang,
            title: &title,
            path: "",
            editor: false,
        },
        &main,
    ))
}

fn filter_bar(lang: Lang, kinds: &[String], chosen: Option<&str>) -> String {
    let mut bar = format!(
        "<nav class=\"filter\" aria-label=\"{}\"><a href=\"/{}/\"{}>{}</a>",
        say(lang, "list.filter"),
        lang.code(),
        if chosen.is_none() {
            " aria-current=\"true\""
        } else {
            ""
        },
        say(lang, "list.all"),
    );
    for kind in kinds {
        let current = if chosen == Some(kind) {
            " aria-current=\"true\""
        } else {
            ""
        };
        bar.push_str(&format!(
            "<a href=\"/{}/?type={}\"{current}>{}</a>",
            lang.code(),
            escape(kind),
            kind_name(lang, kind),
        ));
    }
    bar.push_str("</nav>");
    bar
}

fn row(lang: Lang, item: &Item) -> String {
    let version = item::Version::best(item, lang.code());
    format!(
        "<li><p class=\"kind\">{kind} · <bdi>{owner}</bdi></p>\
         <h2><a href=\"/{code}/items/{id}\" lang=\"{version_lang}\" dir=\"{dir}\">{title}</a></h2>\
         <p lang=\"{version_lang}\" dir=\"{dir}\">{summary}</p>\
         <p class=\"foot\">{mark} <time>{day}</time> {languages}</p></li>",
        kind = kind_name(lang, &item.kind),
        owner = escape(owner_name(lang, &item.owner)),
        code = lang.code(),
        id = escape(&item.id),
        version_lang = escape(&version.lang),
        dir = dir_of(&version.lang),
        title = escape(&version.title),
        summary = escape(&version.summary),
        mark = state_mark(lang, item),
        day = escape(item.updated_at.get(..10).unwrap_or_default()),
        languages = item::language_marks(item),
    )
}

/// State as a shape, a word and a quiet colour.
pub fn state_mark(lang: Lang, item: &Item) -> String {
    let state = item.state.as_str();
    let edited = if item.edited {
        format!(
            " <span class=\"mark edited\">{}</span>",
            say(lang, "state.edited")
        )
    } else {
        String::new()
    };
    format!(
        "<span class=\"mark {state}\">{}</span>{edited}",
        say(lang, &format!("state.{state}"))
    )
}

/// The languages an item has.
pub fn item_languages(item: &Item) -> Vec<String> {
    item::languages(item)
}

/// The title of an item in a language.
pub fn item_title(item: &Item, lang: &str) -> String {
    item::Version::best(item, lang).title
}

/// The page for what is not there.
pub fn not_found(lang: Lang) -> Response {
    let title = say(lang, "item.not_found");
    let main = format!(
        "<h1>{title}</h1><p>{}</p><p><a href=\"/{}/\">{}</a></p>",
        say(lang, "item.not_found.next"),
        lang.code(),
        say(lang, "item.back"),
    );
    page(
        StatusCode::NOT_FOUND,
        &Frame {
            lang,
            title: &title,
            path: "",
            editor: false,
        },
        &main,
    )
}

async fn named_file(
    state: State<Arc<Portal>>,
    Path((sha256, _name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    file(state, Path(sha256)).await
}

async fn file(
    State(portal): State<Arc<Portal>>,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    if !is_hash(&sha256) {
        return Ok(not_found(Lang::En));
    }
    let hash = sha256.clone();
    let found = portal.db.run(move |db| store::file(db, &hash)).await?;
    let Some((bytes, mime, _)) = found else {
        return Ok(not_found(Lang::En));
    };
    let source = tokio::fs::File::open(portal.db.file_path(&sha256)).await?;
    let mut response =
        Body::from_stream(ReaderStream::with_capacity(source, 64 * 1024)).into_response();
    let headers = response.headers_mut();
    let set = |headers: &mut HeaderMap, name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(headers, header::CONTENT_LENGTH, &bytes.to_string());
    // Foreign bytes under our own address: shown only as what cannot run, offered for saving otherwise.
    let viewable = mime == "application/pdf"
        || ["image/png", "image/jpeg", "image/webp", "image/gif"].contains(&mime.as_str());
    if viewable {
        set(headers, header::CONTENT_TYPE, &mime);
    } else {
        set(headers, header::CONTENT_TYPE, "application/octet-stream");
        set(headers, header::CONTENT_DISPOSITION, "attachment");
    }
    set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    );
    set(headers, header::ETAG, &format!("\"{sha256}\""));
    Ok(response)
}

async fn asset(Path(name): Path<String>) -> Response {
    let (mime, bytes): (&str, &'static [u8]) = match name.as_str() {
        "site.css" => ("text/css; charset=utf-8", include_bytes!("site.css")),
        other => match super::fonts::by_name(other) {
            Some(bytes) => ("font/woff2", bytes),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let mut response = bytes.into_response();
    if let Ok(mime) = HeaderValue::from_str(mime) {
        response.headers_mut().insert(header::CONTENT_TYPE, mime);
    }
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=3600"),
    );
    response
}

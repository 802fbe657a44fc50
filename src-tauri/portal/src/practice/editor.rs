//! The editor's desk: a trainer publishes, returns with a remark, changes a title or removes an item.
//!
//! It opens with a link that carries the editor's key; the key then lives in a cookie which scripts and other sites
//! cannot use. Each form repeats a second key made from it.

use std::sync::Arc;

use axum::{
    Form, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{
    Portal,
    answer::Problem,
    door::{cookie, same_secret},
    items::{
        parse_id,
        store::{self, Item},
    },
    site::{
        html::{Frame, escape, page},
        item_languages, item_title, state_mark,
        words::{Lang, dir_of, kind_name, say, say_with},
    },
    time,
};
use crate::{contract::wire::ItemState, digest::hex};

const COOKIE: &str = "qalam_editor";
const SHOWN: u32 = 200;

/// Routes of the editor's desk.
pub fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/editor", get(enter))
        .route("/editor/{lang}/", get(desk))
        .route("/editor/{lang}/items/{id}", post(decide))
}

/// The key made from another for a purpose: the cookie never holds the portal's token.
pub fn derive(key: &str, purpose: &str) -> String {
    hex(&Sha256::digest(
        format!("qalam practice {purpose} {key}").as_bytes(),
    ))
}

#[derive(Deserialize)]
struct Login {
    key: Option<String>,
    lang: Option<String>,
}

async fn enter(State(portal): State<Arc<Portal>>, Query(login): Query<Login>) -> Response {
    let lang = login
        .lang
        .as_deref()
        .and_then(Lang::parse)
        .unwrap_or(Lang::En);
    let mut response = Redirect::to(&format!("/editor/{}/", lang.code())).into_response();
    if login
        .key
        .is_some_and(|key| same_secret(&key, &portal.editor_key))
    {
        let value = format!(
            "{COOKIE}={}; Path=/editor; HttpOnly; SameSite=Strict",
            portal.editor_key
        );
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(header::SET_COOKIE, value);
        }
        // A cookie set while following a link from elsewhere is not sent along with that same navigation.
        let forward = format!("0; url=/editor/{}/", lang.code());
        if let Ok(forward) = HeaderValue::from_str(&forward) {
            let headers = response.headers_mut();
            headers.remove(header::LOCATION);
            headers.insert(header::REFRESH, forward);
        }
        *response.status_mut() = StatusCode::OK;
    }
    response
}

fn is_editor(portal: &Portal, headers: &HeaderMap) -> bool {
    cookie(headers, COOKIE).is_some_and(|key| same_secret(key, &portal.editor_key))
}

async fn desk(
    State(portal): State<Arc<Portal>>,
    Path(lang): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let lang = Lang::parse(&lang).unwrap_or(Lang::En);
    if !is_editor(&portal, &headers) {
        return Ok(closed(lang));
    }
    render(&portal, lang, StatusCode::OK, None).await
}

fn closed(lang: Lang) -> Response {
    let title = say(lang, "editor.login");
    let main = format!("<h1>{title}</h1><p>{}</p>", say(lang, "editor.login.next"));
    page(StatusCode::FORBIDDEN, &frame(lang, &title), &main)
}

fn frame(lang: Lang, title: &str) -> Frame<'_> {
    Frame {
        lang,
        title,
        path: "",
        editor: true,
    }
}

async fn render(
    portal: &Portal,
    lang: Lang,
    status: StatusCode,
    trouble: Option<&str>,
) -> Result<Response, Problem> {
    let items = portal.db.run(|db| store::newest(db, None, SHOWN)).await?;
    let form_key = derive(&portal.editor_key, "form");
    let title = say(lang, "editor.title");
    let mut main = format!("<h1>{title}</h1><p>{}</p>", say(lang, "editor.about"));
    if let Some(key) = trouble {
        main.push_str(&format!(
            "<p class=\"trouble\" role=\"alert\">{}</p>",
            say(lang, key)
        ));
    }
    if items.is_empty() {
        main.push_str(&format!(
            "<p class=\"empty\">{}</p>",
            say(lang, "editor.empty")
        ));
    }
    main.push_str("<ul class=\"list\">");
    for item in &items {
        main.push_str(&card(lang, item, &form_key));
    }
    main.push_str("</ul>");
    Ok(page(status, &frame(lang, &title), &main))
}

fn card(lang: Lang, item: &Item, form_key: &str) -> String {
    let id = escape(&item.id);
    let form = |action: &str, inner: &str| {
        format!(
            "<form method=\"post\" action=\"/editor/{}/items/{id}\">\
             <input type=\"hidden\" name=\"form_key\" value=\"{form_key}\">\
             <input type=\"hidden\" name=\"action\" value=\"{action}\">{inner}</form>",
            lang.code()
        )
    };
    let mut forms = String::new();
    if !matches!(item.state, ItemState::Published | ItemState::Incomplete) {
        forms.push_str(&form(
            "publish",
            &format!(
                "<button class=\"main\">{}</button>",
                say(lang, "editor.publish")
            ),
        ));
    }
    forms.push_str(&form(
        "return",
        &format!(
            "<label><span>{}</span><textarea name=\"text\" rows=\"2\" dir=\"auto\"></textarea></label><button>{}</button>",
            say(lang, "editor.remark"),
            say(lang, "editor.return")
        ),
    ));
    for code in item_languages(item) {
        let name =
            Lang::parse(&code).map_or_else(|| code.clone(), |_| say(lang, &format!("lang.{code}")));
        forms.push_str(&form(
            "title",
            &format!(
                "<input type=\"hidden\" name=\"lang\" value=\"{code}\"><label><span>{label}</span>\
                 <input name=\"text\" value=\"{title}\" lang=\"{code}\" dir=\"{dir}\"></label><button>{button}</button>",
                code = escape(&code),
                dir = dir_of(&code),
                title = escape(&item_title(item, &code)),
                label = say_with(lang, "editor.new_title", &[("lang", &name)]),
                button = say(lang, "editor.change_title"),
            ),
        ));
    }
    forms.push_str(&form(
        "remove",
        &format!(
            "<button class=\"quiet\">{}</button>",
            say(lang, "editor.remove")
        ),
    ));
    format!(
        "<li><p class=\"kind\">{kind} · <bdi>{owner}</bdi></p>\
         <h2><a href=\"/{code}/items/{id}\" dir=\"auto\">{title}</a></h2>\
         <p class=\"foot\">{mark}</p><div class=\"forms\">{forms}</div></li>",
        kind = kind_name(lang, &item.kind),
        owner = escape(&item.owner),
        code = lang.code(),
        title = escape(&item.title),
        mark = state_mark(lang, item),
    )
}

#[derive(Deserialize)]
struct Decision {
    form_key: String,
    action: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    lang: String,
}

async fn decide(
    State(portal): State<Arc<Portal>>,
    Path((lang, id)): Path<(String, String)>,
    headers: HeaderMap,
    Form(decision): Form<Decision>,
) -> Result<Response, Problem> {
    let lang = Lang::parse(&lang).unwrap_or(Lang::En);
    if !is_editor(&portal, &headers)
        || !same_secret(&decision.form_key, &derive(&portal.editor_key, "form"))
    {
        return Ok(closed(lang));
    }
    let id = parse_id(&id)?;
    let text = decision.text.trim().to_owned();
    let missing = match decision.action.as_str() {
        "return" if text.is_empty() => Some("editor.need_remark"),
        "title" if text.is_empty() => Some("editor.need_title"),
        _ => None,
    };
    if missing.is_some() {
        return render(&portal, lang, StatusCode::UNPROCESSABLE_ENTITY, missing).await;
    }
    let editor = say(lang, "editor.name");
    portal
        .db
        .run(move |db| {
            let at = time::stamp(time::now());
            match decision.action.as_str() {
                "publish" => store::set_state(db, &id, ItemState::Published, None, &at),
                "return" => {
                    store::set_state(db, &id, ItemState::Returned, Some((&editor, &text)), &at)
                }
                "title" => store::set_title(db, &id, &decision.lang, &text, &at),
                "remove" => store::set_state(db, &id, ItemState::Deleted, None, &at),
                _ => Ok(false),
            }
        })
        .await?;
    Ok(Redirect::to(&format!("/editor/{}/", lang.code())).into_response())
}

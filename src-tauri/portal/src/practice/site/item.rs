//! The page of one item.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use qalam_content::{
    body::{HtmlOptions, draft_refs, to_html},
    kind::Registry,
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    html::{Frame, escape, page},
    not_found, state_mark,
    words::{Lang, dir_of, kind_name, owner_name, say, say_with},
};
use crate::{
    contract::wire::ItemState,
    practice::{
        Portal,
        answer::Problem,
        items::{
            parse_id,
            release::is_hash,
            store::{self, Item},
        },
    },
};

/// One language version of an item.
pub struct Version {
    /// Its language.
    pub lang: String,
    /// Title.
    pub title: String,
    /// Summary.
    pub summary: String,
    /// Body in Markdown.
    pub body: String,
    /// Fields of this language.
    pub fields: serde_json::Map<String, Value>,
}

impl Version {
    /// The version in `lang`, or the original.
    pub fn best(item: &Item, lang: &str) -> Self {
        let content: Value = serde_json::from_str(&item.content).unwrap_or_default();
        Self::of(&content, lang)
            .or_else(|| Self::of(&content, &item.primary_lang))
            .unwrap_or_else(|| Self {
                lang: item.primary_lang.clone(),
                title: item.title.clone(),
                summary: String::new(),
                body: String::new(),
                fields: serde_json::Map::new(),
            })
    }

    fn of(content: &Value, lang: &str) -> Option<Self> {
        let version = content.get("languages")?.get(lang)?;
        let text = |key| {
            version
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        Some(Self {
            lang: lang.to_owned(),
            title: text("title"),
            summary: text("summary"),
            body: text("body"),
            fields: version
                .get("fields")
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        })
    }
}

/// The languages an item has.
pub fn languages(item: &Item) -> Vec<String> {
    let content: Value = serde_json::from_str(&item.content).unwrap_or_default();
    content
        .get("languages")
        .and_then(Value::as_object)
        .map(|languages| languages.keys().cloned().collect())
        .unwrap_or_default()
}

/// The languages as small marks.
pub fn language_marks(item: &Item) -> String {
    languages(item)
        .iter()
        .map(|lang| {
            format!(
                "<span class=\"lang\">{}</span>",
                escape(&lang.to_uppercase())
            )
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Which version to show.
#[derive(Deserialize)]
pub struct Wanted {
    version: Option<String>,
}

/// `GET /{lang}/items/{id}`.
pub async fn show(
    State(portal): State<Arc<Portal>>,
    Path((lang, id)): Path<(String, String)>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let Some(lang) = Lang::parse(&lang) else {
        return Ok(not_found(Lang::En));
    };
    let Ok(id) = parse_id(&id) else {
        return Ok(not_found(lang));
    };
    let found = portal.db.run(move |db| store::find(db, &id)).await?;
    let Some(item) =
        found.filter(|item| !matches!(item.state, ItemState::Deleted | ItemState::Withdrawn))
    else {
        return Ok(not_found(lang));
    };
    let chosen = wanted.version.as_deref().unwrap_or(lang.code());
    let version = Version::best(&item, chosen);
    let others = links(&portal, lang, &version).await?;
    let title = escape(&version.title);
    let path = format!("items/{}", item.id);
    Ok(page(
        StatusCode::OK,
        &Frame {
            lang,
            title: &title,
            path: &path,
            editor: false,
        },
        &article(lang, &item, &version, &others, wanted.version.is_some()),
    ))
}

/// The pages of the pieces that a text links to and that are here.
async fn links(
    portal: &Arc<Portal>,
    lang: Lang,
    version: &Version,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut pages = BTreeMap::new();
    for draft in draft_refs(&version.body) {
        let Ok(id) = parse_id(&draft) else { continue };
        let found = portal.db.run(move |db| store::find(db, &id)).await?;
        if let Some(item) =
            found.filter(|item| !matches!(item.state, ItemState::Deleted | ItemState::Withdrawn))
        {
            pages.insert(draft, format!("/{}/items/{}", lang.code(), item.id));
        }
    }
    Ok(pages)
}

fn article(
    lang: Lang,
    item: &Item,
    version: &Version,
    others: &BTreeMap<String, String>,
    asked: bool,
) -> String {
    let own = |name: &str| {
        format!(
            "<p><a href=\"/{}/\">{}</a></p>",
            lang.code(),
            say(lang, name)
        )
    };
    let mut main = own("item.back");
    main.push_str(&format!("<p class=\"foot\">{}</p>", state_mark(lang, item)));
    if version.lang != lang.code() && !asked {
        main.push_str(&format!(
            "<p class=\"notice\">{}</p>",
            say(lang, "item.other_lang")
        ));
    }
    main.push_str(&versions(lang, item, version));
    let picture = |sha256: &str| is_hash(sha256).then(|| format!("/files/{sha256}"));
    let body = to_html(
        &version.body,
        &HtmlOptions {
            picture: Some(&picture),
            draft: Some(&|draft| others.get(draft).cloned()),
        },
    );
    main.push_str(&format!(
        "<article lang=\"{code}\" dir=\"{dir}\"><p class=\"kind\">{kind}</p><h1>{title}</h1>\
         <p class=\"lead\">{summary}</p>{notice}<div class=\"body\">{body}</div></article>",
        notice = Registry::builtin()
            .machine_notice(&version.fields, &version.lang)
            .map(|words| format!("<p class=\"notice\">{}</p>", escape(words)))
            .unwrap_or_default(),
        code = escape(&version.lang),
        dir = dir_of(&version.lang),
        kind = kind_name(Lang::parse(&version.lang).unwrap_or(lang), &item.kind),
        title = escape(&version.title),
        summary = escape(&version.summary),
    ));
    main.push_str(&files(lang, item, &version.lang));
    main.push_str(&about(lang, item));
    main
}

fn versions(lang: Lang, item: &Item, shown: &Version) -> String {
    let all = languages(item);
    if all.len() < 2 {
        return String::new();
    }
    let mut bar = format!(
        "<nav class=\"filter\" aria-label=\"{}\">",
        say(lang, "item.versions")
    );
    for code in all {
        let current = if code == shown.lang {
            " aria-current=\"true\""
        } else {
            ""
        };
        let name =
            Lang::parse(&code).map_or_else(|| code.clone(), |known| known.own_name().to_owned());
        bar.push_str(&format!(
            "<a href=\"/{page}/items/{id}?version={code}\" lang=\"{code}\" dir=\"{dir}\"{current}>{name}</a>",
            page = lang.code(),
            id = escape(&item.id),
            code = escape(&code),
            dir = dir_of(&code),
            name = escape(&name),
        ));
    }
    bar.push_str("</nav>");
    bar
}

fn files(lang: Lang, item: &Item, version: &str) -> String {
    let content: Value = serde_json::from_str(&item.content).unwrap_or_default();
    let attachments = content
        .get("attachments")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut rows = String::new();
    for attachment in &attachments {
        let text = |key| {
            attachment
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        // Pictures stand in the text.
        if text("role") == "picture" {
            continue;
        }
        let sha256 = text("sha256");
        let title = match text("title") {
            "" => text("name"),
            title => title,
        };
        let alt = attachment
            .pointer(&format!("/alt/{version}"))
            .and_then(Value::as_str)
            .unwrap_or_default();
        let bytes = attachment.get("bytes").and_then(Value::as_u64).unwrap_or(0);
        let size = size(bytes);
        if item.missing.iter().any(|missing| missing == sha256) {
            rows.push_str(&format!(
                "<li><bdi>{}</bdi> <span class=\"mark incomplete\">{}</span></li>",
                escape(title),
                say(lang, "item.file_missing"),
            ));
        } else {
            rows.push_str(&format!(
                "<li><a href=\"/files/{}\" download=\"{}\"><bdi>{}</bdi></a> <span class=\"quiet\" dir=\"ltr\">{size}</span> <span>{}</span></li>",
                escape(sha256),
                escape(text("name")),
                escape(title),
                escape(alt),
            ));
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<section><h2>{}</h2><ul class=\"files\">{rows}</ul></section>",
        say(lang, "item.files")
    )
}

/// A size in words of a hundred years: no language needs another form.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} kB", bytes / 1_024),
        _ => format!(
            "{}.{} MB",
            bytes / 1_048_576,
            bytes % 1_048_576 * 10 / 1_048_576
        ),
    }
}

fn about(lang: Lang, item: &Item) -> String {
    let content: Value = serde_json::from_str(&item.content).unwrap_or_default();
    let mut facts = format!(
        "<p>{}</p>",
        say_with(
            lang,
            "item.owner",
            &[("owner", owner_name(lang, &item.owner))]
        )
    );
    let areas: Vec<String> = content
        .get("areas")
        .and_then(Value::as_array)
        .map(|areas| {
            areas
                .iter()
                .filter_map(Value::as_str)
                .map(|area| area_name(lang, area))
                .collect()
        })
        .unwrap_or_default();
    if !areas.is_empty() {
        facts.push_str(&format!(
            "<p>{}: {}</p>",
            say(lang, "item.areas"),
            areas.join(" · ")
        ));
    }
    if let Some(at) = &item.received_at {
        let short = at.get(..16).unwrap_or(at).replace('T', " ");
        facts.push_str(&format!(
            "<p>{}</p>",
            say_with(lang, "item.received_at", &[("at", &short)])
        ));
    }
    facts.push_str(&format!(
        "<p>{}: <code dir=\"ltr\">{}</code></p>",
        say(lang, "item.fingerprint"),
        escape(item.release.get(..16).unwrap_or(&item.release)),
    ));
    let mut remarks = String::new();
    if !item.comments.is_empty() {
        remarks.push_str(&format!("<h2>{}</h2>", say(lang, "item.comments")));
        for comment in &item.comments {
            remarks.push_str(&format!(
                "<blockquote dir=\"auto\"><p>{}</p></blockquote>",
                escape(&comment.text)
            ));
        }
    }
    format!("<section class=\"about\">{remarks}{facts}</section>")
}

/// The name of a thematic area, escaped; the bare id when it is not known.
pub(crate) fn area_name(lang: Lang, area: &str) -> String {
    let named = area_names().get(&(area.to_owned(), lang.code()));
    escape(named.map_or(area, String::as_str))
}

/// Names of the thematic areas by id and language.
fn area_names() -> &'static BTreeMap<(String, &'static str), String> {
    static NAMES: OnceLock<BTreeMap<(String, &'static str), String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let text = include_str!("../../../../../assets/vocabularies/thematic_areas.json");
        let file: Value = serde_json::from_str(text).unwrap_or_default();
        let areas = file.get("thematic_areas").and_then(Value::as_array);
        areas
            .into_iter()
            .flatten()
            .flat_map(|area| {
                Lang::ALL.into_iter().filter_map(|lang| {
                    let id = area.get("id")?.as_str()?;
                    let name = area.get("name")?.get(lang.code())?.as_str()?;
                    Some(((id.to_owned(), lang.code()), name.to_owned()))
                })
            })
            .collect()
    })
}

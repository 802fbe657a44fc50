//! The pages of a hand-over.

use std::collections::BTreeMap;

use qalam_content::{
    body::{HtmlOptions, to_html},
    canonical::{Release, ReleaseLanguage},
    kind::{MACHINE_TRANSLATED, Registry},
};
use serde_json::Value;

use super::{
    ManifestItem,
    words::{html, of},
};
use crate::{
    contract::wire::Approval,
    practice::site::{
        html::escape,
        item::{area_name, size},
        words::{Lang, dir_of, kind_name, owner_name},
    },
};

/// Everything a page needs for its looks: logical properties, so that right-to-left pages are right.
const STYLE: &str = "body{max-width:46rem;margin:0 auto;padding:1.5rem;\
    font:1.05rem/1.7 \"Segoe UI\",\"Noto Sans\",\"Noto Naskh Arabic\",Tahoma,sans-serif;color:#1c2b33;background:#fff}\
    h1{line-height:1.3}a{color:#0b5c7a}nav a{margin-inline-end:1rem}.lead{font-size:1.15em}\
    .quiet,footer{color:#556}img{max-width:100%;height:auto}\
    table{border-collapse:collapse}td,th{border:1px solid #99a;padding:.3em .6em}\
    dt{font-weight:600}dd{margin-inline-start:1.5rem}code{overflow-wrap:anywhere}\
    blockquote{margin-inline:0;padding-inline-start:1rem;border-inline-start:3px solid #99a}\
    section.note{margin-block:1.5rem}@media print{nav{display:none}}";

/// A piece about to be written.
pub(super) struct Piece<'a> {
    /// What the manifest says of it.
    pub(super) item: &'a ManifestItem,
    /// The release.
    pub(super) release: &'a Release,
    /// Who approved it.
    pub(super) approval: &'a Approval,
    /// The file names inside `files/` by hash.
    pub(super) names: &'a BTreeMap<String, String>,
    /// The folders of the other pieces by draft, with the languages each has a page in.
    pub(super) others: &'a BTreeMap<String, (String, Vec<String>)>,
}

fn whole(lang: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; object-src 'none'; frame-src 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n",
        lang = escape(lang),
        dir = dir_of(lang),
        title = escape(title),
    )
}

/// The index page: a word in three languages, then every piece in every language.
pub(super) fn index(owner: &str, parts: usize, pieces: &[(ManifestItem, Release)]) -> String {
    let mut body = String::new();
    for lang in Lang::ALL {
        body.push_str(&format!(
            "<section class=\"note\" lang=\"{code}\" dir=\"{dir}\"><h1>{title}</h1><p>{intro}</p><p>{take}</p>{unpack}\
             <p>{answer}</p></section>\n",
            code = lang.code(),
            dir = lang.dir(),
            title = html(lang, "title", &[("owner", owner_name(lang, owner))]),
            intro = html(lang, "intro", &[("owner", owner_name(lang, owner))]),
            take = html(lang, "note.take", &[]),
            unpack = if parts > 1 {
                let count = parts.to_string();
                format!("<p>{}</p>", html(lang, "note.parts", &[("count", &count)]))
            } else {
                String::new()
            },
            answer = html(lang, "note.answer", &[]),
        ));
    }
    let heads: Vec<String> = Lang::ALL
        .iter()
        .map(|lang| {
            format!(
                "<span lang=\"{}\">{}</span>",
                lang.code(),
                html(*lang, "index.pieces", &[])
            )
        })
        .collect();
    body.push_str(&format!("<h2>{}</h2>\n<ol>\n", heads.join(" · ")));
    for (item, release) in pieces {
        body.push_str("<li>");
        for (code, version) in &release.languages {
            body.push_str(&format!(
                "<p lang=\"{code}\" dir=\"{dir}\"><a href=\"{href}/{code}.html\">{title}</a> <span class=\"quiet\">{name}</span></p>",
                code = escape(code),
                dir = dir_of(code),
                href = address(&item.folder),
                title = escape(shown(version)),
                name = own_name(code),
            ));
        }
        body.push_str("</li>\n");
    }
    body.push_str("</ol>");
    whole("en", &format!("{owner} · {}", super::FORMAT), &body)
}

fn shown(version: &ReleaseLanguage) -> &str {
    match version.title.as_str() {
        "" => "…",
        title => title,
    }
}

fn own_name(code: &str) -> String {
    Lang::parse(code).map_or_else(|| escape(code), |known| known.own_name().to_owned())
}

/// The page of one piece in one language.
pub(super) fn item(piece: &Piece<'_>, code: &str, version: &ReleaseLanguage) -> String {
    let lang = of(code);
    let release = piece.release;
    let picture = |sha256: &str| {
        let name = piece.names.get(sha256)?;
        Some(format!("files/{}", address(name)))
    };
    let other = |draft: &str| {
        let (folder, langs) = piece.others.get(draft)?;
        let lang = langs.iter().find(|lang| *lang == code).or(langs.first())?;
        Some(format!("../{}/{lang}.html", address(folder)))
    };
    let text = to_html(
        &version.body,
        &HtmlOptions {
            picture: Some(&picture),
            draft: Some(&other),
        },
    );
    let notice = Registry::builtin()
        .machine_notice(&version.fields, code)
        .map(|words| format!("<p><em>{}</em></p>\n", escape(words)))
        .unwrap_or_default();
    let mut body = format!(
        "<nav><a href=\"../index.html\">{}</a>{}</nav>\n\
         <article><p class=\"quiet\">{}</p><h1>{}</h1><p class=\"lead\">{}</p>\n{notice}{text}</article>\n",
        html(lang, "item.back", &[]),
        versions(release, code),
        kind_name(lang, &release.content_type),
        escape(&version.title),
        escape(&version.summary),
    );
    body.push_str(&files(lang, piece, code));
    body.push_str(&details(lang, release, version));
    let at = piece.approval.at.get(..10).unwrap_or(&piece.approval.at);
    body.push_str(&format!(
        "<footer><p>{}</p><p>{}</p><p>{}: <code dir=\"ltr\">{}</code></p></footer>",
        html(
            lang,
            "item.owner",
            &[("owner", owner_name(lang, &release.owner))]
        ),
        html(
            lang,
            "item.approved",
            &[("by", &piece.approval.by), ("at", at)]
        ),
        html(lang, "item.fingerprint", &[]),
        escape(&piece.item.release),
    ));
    whole(code, &version.title, &body)
}

fn versions(release: &Release, shown: &str) -> String {
    release
        .languages
        .keys()
        .filter(|code| *code != shown)
        .map(|code| {
            format!(
                "<a href=\"{code}.html\" lang=\"{code}\" dir=\"{}\">{}</a>",
                dir_of(code),
                own_name(code),
                code = escape(code),
            )
        })
        .collect()
}

fn files(lang: Lang, piece: &Piece<'_>, code: &str) -> String {
    let mut rows = String::new();
    for attachment in &piece.release.attachments {
        let Some(name) = piece.names.get(&attachment.sha256) else {
            continue;
        };
        let title = match attachment.title.as_str() {
            "" => attachment.name.as_str(),
            title => title,
        };
        let alt = attachment.alt.get(code).map_or("", String::as_str);
        rows.push_str(&format!(
            "<li><a href=\"files/{}\"><bdi>{}</bdi></a> <span class=\"quiet\" dir=\"ltr\">{}</span> {}</li>",
            address(name),
            escape(title),
            size(attachment.bytes),
            escape(alt),
        ));
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<section><h2>{}</h2><ul>{rows}</ul></section>\n",
        html(lang, "item.files", &[])
    )
}

fn details(lang: Lang, release: &Release, version: &ReleaseLanguage) -> String {
    let mut rows = String::new();
    if !release.areas.is_empty() {
        let names: Vec<String> = release
            .areas
            .iter()
            .map(|area| area_name(lang, area))
            .collect();
        rows.push_str(&format!(
            "<dt>{}</dt><dd>{}</dd>",
            html(lang, "item.areas", &[]),
            names.join(" · ")
        ));
    }
    let specs = Registry::builtin().fields(&release.content_type);
    for (key, value) in release.fields.iter().chain(&version.fields) {
        let value = told(value);
        // That a machine translated it is told above the text.
        if value.is_empty() || key == MACHINE_TRANSLATED {
            continue;
        }
        let label = specs
            .iter()
            .find(|spec| spec.key == *key)
            .and_then(|spec| spec.label.get(lang.code()));
        rows.push_str(&format!(
            "<dt>{}</dt><dd dir=\"auto\">{}</dd>",
            escape(label.map_or(key.as_str(), String::as_str)),
            escape(&value),
        ));
    }
    if rows.is_empty() {
        return String::new();
    }
    format!(
        "<section><h2>{}</h2><dl>{rows}</dl></section>\n",
        html(lang, "item.details", &[])
    )
}

/// A value as a person reads it.
fn told(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values
            .iter()
            .map(told)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        Value::Object(members) => members
            .iter()
            .map(|(key, value)| format!("{key}: {}", told(value)))
            .collect::<Vec<_>>()
            .join(" · "),
        other => other.to_string(),
    }
}

/// A relative path as an address.
fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

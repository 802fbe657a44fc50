//! A release as the HTML of posts, in words that WordPress stores unchanged for every role.
//!
//! For authors WordPress filters what it stores (kses): elements and attributes outside its list vanish, bare `<` takes
//! text with it, `&#91;` becomes `&#091;`. What is sent here is a fixed point of that filter, so that what is read back
//! can be compared byte for byte. The text stands in an HTML block, which keeps WordPress from inventing paragraphs.

use std::collections::BTreeMap;

use qalam_content::{
    body::{HtmlOptions, to_html},
    canonical::{Release, ReleaseLanguage},
    kind::{MACHINE_TRANSLATED, Registry},
    lang::direction_of_lang,
};
use serde_json::Value;

use super::mark::{Mark, sum};

/// What is sent as one post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The title as HTML text.
    pub title: String,
    /// The summary as HTML text.
    pub summary: String,
    /// The text without a mark.
    pub text: String,
}

impl Rendered {
    /// The text with its mark.
    #[must_use]
    pub fn marked(&self, release: &Release, hash: &str, lang: &str) -> String {
        let mark = Mark {
            draft: release.draft.clone(),
            lang: lang.to_owned(),
            release: hash.to_owned(),
            primary: lang == release.primary_lang,
            sum: sum(&self.title, &self.summary, &self.text),
        };
        format!("{}\n{}", self.text, mark.write())
    }
}

/// Renders one language version. `files`: where the files that are on the site have their address, by SHA-256;
/// `drafts`: where other pieces have theirs, by draft. A link to a piece without one is only its words.
#[must_use]
pub fn render(
    release: &Release,
    lang: &str,
    version: &ReleaseLanguage,
    files: &BTreeMap<String, String>,
    drafts: &BTreeMap<String, String>,
) -> Rendered {
    let picture = |sha256: &str| files.get(sha256).cloned();
    let body = to_html(
        &version.body,
        &HtmlOptions {
            picture: Some(&picture),
            draft: Some(&|draft| drafts.get(draft).cloned()),
        },
    );
    let inner = format!(
        "{}{body}{}{}",
        notice(lang, version),
        facts(release, lang, version),
        attached(release, lang, files)
    );
    Rendered {
        title: escape(version.title.trim()),
        summary: escape(version.summary.trim()),
        text: format!(
            "<!-- wp:html -->\n<div lang=\"{lang}\" dir=\"{}\">\n{}</div>\n<!-- /wp:html -->",
            direction_of_lang(lang).as_str(),
            fit(&inner)
        ),
    }
}

/// Text as HTML text. A bare `<` would take the rest with it, and `[` could begin a shortcode.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '[' => out.push_str("&#091;"),
            // Trimmed or folded by some filter of WordPress.
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The fields of the piece as a list of names and values, in the order of the content type.
fn facts(release: &Release, lang: &str, version: &ReleaseLanguage) -> String {
    let registry = Registry::builtin();
    let mut rows = String::new();
    for field in registry.fields(&release.content_type) {
        // Told above the text.
        if field.key == MACHINE_TRANSLATED {
            continue;
        }
        let value = version
            .fields
            .get(&field.key)
            .or_else(|| release.fields.get(&field.key));
        let Some(value) = value else { continue };
        let word = |code: &str| match &field.vocabulary {
            Some(vocabulary) => registry.label(vocabulary, code, lang).to_owned(),
            None => code.to_owned(),
        };
        let shown = words(value, &word);
        if shown.is_empty() {
            continue;
        }
        let label = field.label.get(lang).or_else(|| field.label.get("en"));
        rows.push_str(&format!(
            "<dt>{}</dt><dd dir=\"auto\">{}</dd>\n",
            escape(label.map_or(field.key.as_str(), String::as_str)),
            escape(&shown)
        ));
    }
    if rows.is_empty() {
        return rows;
    }
    format!("<dl>\n{rows}</dl>\n")
}

/// What readers are told above a text that a machine translated.
fn notice(lang: &str, version: &ReleaseLanguage) -> String {
    Registry::builtin()
        .machine_notice(&version.fields, lang)
        .map(|words| format!("<p><em>{}</em></p>\n", escape(words)))
        .unwrap_or_default()
}

/// A value in words: members of lists and objects side by side.
fn words(value: &Value, word: &dyn Fn(&str) -> String) -> String {
    match value {
        Value::Null | Value::Bool(false) => String::new(),
        Value::Bool(true) => "✓".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => word(text),
        Value::Array(values) => joined(values.iter(), word),
        Value::Object(members) => joined(members.values(), word),
    }
}

fn joined<'v>(values: impl Iterator<Item = &'v Value>, word: &dyn Fn(&str) -> String) -> String {
    values
        .map(|value| words(value, word))
        .filter(|words| !words.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// The files as links; those that are not on the site yet by name only. Pictures stand in the text.
fn attached(release: &Release, lang: &str, files: &BTreeMap<String, String>) -> String {
    let mut rows = String::new();
    for file in &release.attachments {
        if file.role == "picture" {
            continue;
        }
        let title = if file.title.trim().is_empty() {
            &file.name
        } else {
            &file.title
        };
        let title = escape(title.trim());
        match files.get(&file.sha256) {
            Some(address) => rows.push_str(&format!(
                "<li dir=\"auto\"><a href=\"{}\">{title}</a></li>\n",
                escape(address).replace('"', "&quot;")
            )),
            None => rows.push_str(&format!("<li dir=\"auto\">{title}</li>\n")),
        }
    }
    if rows.is_empty() {
        return rows;
    }
    format!("<ul lang=\"{lang}\">\n{rows}</ul>\n")
}

/// Elements of our allow-list that WordPress drops for authors, and what stands for them.
fn stands_for(name: &str) -> Option<&'static str> {
    match name {
        // A `dir` isolates in every browser, as the element would.
        "bdi" => Some("span dir=\"auto\""),
        "time" => Some("span"),
        _ => None,
    }
}

/// Rewrites clean HTML (as the one renderer writes it) into what WordPress keeps as it is.
#[must_use]
pub fn fit(html: &str) -> String {
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some((text, tail)) = rest.split_once('<') {
        push_text(text, &mut out);
        let Some((tag, after)) = split_tag(tail) else {
            // The renderer escapes bare signs; one that is left is text.
            out.push_str("&lt;");
            rest = tail;
            continue;
        };
        push_tag(tag, &mut out);
        rest = after;
    }
    push_text(rest, &mut out);
    out
}

/// A tag up to its `>`; one inside a quoted value does not end it.
fn split_tag(tail: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (index, c) in tail.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => {
                return Some((tail.get(..index)?, tail.get(index.checked_add(1)?..)?));
            }
            _ => {}
        }
    }
    None
}

fn push_text(text: &str, out: &mut String) {
    out.push_str(&text.replace('[', "&#091;"));
}

fn push_tag(tag: &str, out: &mut String) {
    let (slash, inside) = match tag.strip_prefix('/') {
        Some(inside) => ("/", inside),
        None => ("", tag),
    };
    let name_end = inside
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(inside.len());
    let (name, attributes) = inside.split_at_checked(name_end).unwrap_or((inside, ""));
    match name {
        "wbr" => {}
        "input" if attributes.contains("checked") => out.push('☑'),
        "input" => out.push('☐'),
        _ => match (stands_for(name), slash) {
            (Some(_), "/") => out.push_str("</span>"),
            (Some(other), _) => {
                out.push('<');
                out.push_str(other);
                for kept in ["lang", "dir"] {
                    if !other.contains(kept)
                        && let Some(value) = attribute(attributes, kept)
                    {
                        out.push_str(&format!(" {kept}=\"{value}\""));
                    }
                }
                out.push('>');
            }
            (None, _) => {
                out.push('<');
                out.push_str(slash);
                out.push_str(name);
                out.push_str(&attributes.replace('[', "&#091;"));
                out.push('>');
            }
        },
    }
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = attributes.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wordpress_would_drop_is_never_sent() {
        for (given, sent) in [
            (
                "<p>a <bdi>b</bdi></p>",
                "<p>a <span dir=\"auto\">b</span></p>",
            ),
            (
                "<time datetime=\"2026\" lang=\"fr\">x</time>",
                "<span lang=\"fr\">x</span>",
            ),
            ("a<wbr>b", "ab"),
            (
                "<li><input type=\"checkbox\" checked=\"\" disabled=\"\"> x</li>",
                "<li>☑ x</li>",
            ),
            (
                "<p>[gallery] &lt; &amp;</p>",
                "<p>&#091;gallery] &lt; &amp;</p>",
            ),
            (
                "<a href=\"https://x.example/?a=[1>2]\">y</a>",
                "<a href=\"https://x.example/?a=&#091;1>2]\">y</a>",
            ),
        ] {
            assert_eq!(fit(given), sent);
        }
        assert_eq!(escape("a < b & [c]\n"), "a &lt; b &amp; &#091;c] ");
    }

    #[test]
    fn readers_are_told_of_a_machines_translation_once() {
        let mut version = ReleaseLanguage {
            title: "Sample".to_owned(),
            summary: String::new(),
            body: "Text.\n".to_owned(),
            fields: serde_json::Map::new(),
        };
        let told = |version: &ReleaseLanguage, lang: &str| {
            let release: Release = serde_json::from_value(serde_json::json!({
                "format": "qalam-release/1", "draft": "0198a000-0000-7000-8000-000000000001",
                "type": "news", "owner": "SN", "primary_lang": lang, "areas": [], "fields": {},
                "languages": {}, "attachments": [],
            }))
            .expect("release");
            render(&release, lang, version, &BTreeMap::new(), &BTreeMap::new()).text
        };
        assert!(!told(&version, "fr").contains("<em>"), "a person wrote it");
        version
            .fields
            .insert(MACHINE_TRANSLATED.to_owned(), Value::Bool(true));
        for lang in ["en", "fr", "ar"] {
            let words = Registry::builtin()
                .machine_notice(&version.fields, lang)
                .expect("words")
                .to_owned();
            let text = told(&version, lang);
            assert_eq!(text.matches(words.as_str()).count(), 1, "{text}");
            assert!(text.find(words.as_str()) < text.find("Text."), "{text}");
        }
    }
}

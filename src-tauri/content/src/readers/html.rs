//! HTML to Markdown: sanitised first, then converted, with direction kept and a count of what
//! was left out.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BulletListMarker, HeadingStyle, Options};
use htmd::{Element, HtmlToMarkdown, Node};
use markup5ever_rcdom::NodeData;

use super::ImportedPicture;
use super::decode::decode;
use super::html_marks;
use super::html_report::{self, attribute};
use super::html_table::name;
use super::import::Read;
use super::inner_links::InnerLinks;
use super::tidy_title;
use crate::body::{self, nesting, sanitise_with_pictures};
use crate::canonical;
use crate::lang::{Direction, first_strong};
use crate::limits::{MAX_DOC_DEPTH, MAX_IMPORT_PICTURES, MAX_PICTURE_BYTES};
use crate::problem::{Problem, code};
use crate::sniff;

/// Reads an HTML document.
pub(super) fn read(bytes: &[u8]) -> Read {
    let (text, problem) = decode(bytes, declared_encoding(bytes).as_deref());
    let mut read = Read {
        problems: problem.into_iter().collect(),
        ..Read::default()
    };
    let mut named = BTreeMap::new();
    if body::nests_too_deep(&text) {
        // It is shown as its source.
        let problem = Problem::new(code::TOO_DEEP, "");
        read.problems.push(problem.with("max", body::MAX_NESTING));
    } else {
        let page = html_report::look_over(&text, &mut read.report);
        read.title = tidy_title(&page.title);
        named = page.named;
    }
    // The pictures, and how many more there were than a draft can have.
    let pictures: Arc<Mutex<(Vec<ImportedPicture>, u32)>> = Arc::default();
    let collected = Arc::clone(&pictures);
    let clean = sanitise_with_pictures(&text, move |address| {
        let picture = embedded(address)?;
        let stored = format!("qalam:{}", picture.sha256);
        if let Ok(mut collected) = collected.lock() {
            let (pictures, more) = &mut *collected;
            if pictures.iter().all(|known| known.sha256 != picture.sha256) {
                if pictures.len() >= MAX_IMPORT_PICTURES {
                    *more = more.saturating_add(1);
                    return None;
                }
                pictures.push(picture);
            }
        }
        Some(stored)
    });
    let (found, more) = pictures
        .lock()
        .map(|mut collected| std::mem::take(&mut *collected))
        .unwrap_or_default();
    read.pictures = found;
    if more > 0 {
        let dropped = &mut read.report.dropped;
        dropped.insert("picture_too_many".to_owned(), more);
    }
    let converted = if nesting(&clean) > MAX_DOC_DEPTH * 4 {
        None
    } else {
        catch_unwind(AssertUnwindSafe(|| converted(&clean).ok()))
            .ok()
            .flatten()
    };
    read.markdown = match converted {
        Some(markdown) => markdown,
        None => {
            read.problems
                .push(Problem::new(code::TOO_DEEP, "").with("max", MAX_DOC_DEPTH * 4));
            body::plain_text(&clean)
        }
    };
    if read.markdown.contains("](#") {
        let mut blocks = body::blocks(&read.markdown);
        InnerLinks::written(&mut blocks, named).settle(&mut blocks, &mut read.report);
        if let Ok(markdown) = body::from_blocks(blocks) {
            read.markdown = markdown;
        }
    }
    let outline = body::outline(&read.markdown);
    for picture in &mut read.pictures {
        if let Some(shown) = outline
            .pictures
            .iter()
            .find(|shown| shown.sha256.as_ref() == Some(&picture.sha256))
        {
            picture.alt.clone_from(&shown.alt);
        }
    }
    read
}

fn converted(html: &str) -> std::io::Result<String> {
    let converter = converter();
    let page = converter.html_to_tree(html)?;
    html_marks::settle(&page);
    Ok(converter.tree_to_markdown(&page))
}

fn converter() -> HtmlToMarkdown {
    HtmlToMarkdown::builder()
        .options(Options {
            heading_style: HeadingStyle::Atx,
            bullet_list_marker: BulletListMarker::Dash,
            ul_bullet_spacing: 1,
            ol_number_spacing: 1,
            ..Options::default()
        })
        .add_handler(vec!["input"], ticked)
        .add_handler(
            vec!["b", "strong", "i", "em", "s", "del", "sup", "sub"],
            tagged,
        )
        .add_handler(vec!["table"], super::html_table::table)
        .add_handler(
            vec![
                "p",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "blockquote",
                "ul",
                "ol",
                "table",
            ],
            |handlers: &dyn Handlers, element: Element<'_>| {
                let direction = element
                    .attrs
                    .iter()
                    .find(|attr| &*attr.name.local == "dir")
                    .and_then(|attr| Direction::parse(&attr.value));
                let end = match element.tag {
                    "ul" | "ol" => end_of_list(element.node),
                    _ => "",
                };
                let node = element.node;
                let mut result = handlers.fallback(element)?;
                if let Some(direction) = direction
                    // The automatic one is usually the one written; only another is kept.
                    && first_letter(node).is_some_and(|found| found != direction)
                {
                    result.content = format!(
                        "\n\n<div dir=\"{}\">\n\n{}\n\n</div>\n\n",
                        direction.as_str(),
                        result.content.trim()
                    );
                }
                result.content.push_str(end);
                Some(result)
            },
        )
        .build()
}

/// What stands behind a list so that the next one stays a list of its own, because Markdown takes two neighbours for one.
/// Where nothing follows that could be taken so it means nothing, and goes when the text is read.
fn end_of_list(list: &Rc<Node>) -> &'static str {
    let mut around = parent_of(list);
    while let Some(node) = around {
        if name(&node).as_deref() == Some("li") {
            // Blank lines would spread out the list around it.
            return if another_follows(list) {
                "\n<!-- end list -->\n"
            } else {
                ""
            };
        }
        around = parent_of(&node);
    }
    "\n\n<!-- end list -->\n\n"
}

/// Whether the next that is shown beside a list is a list.
fn another_follows(list: &Rc<Node>) -> bool {
    let Some(parent) = parent_of(list) else {
        return false;
    };
    let beside = parent.children.borrow();
    let mut after = beside
        .iter()
        .skip_while(|node| !Rc::ptr_eq(node, list))
        .skip(1)
        .filter(|node| match &node.data {
            NodeData::Text { contents } => !contents.borrow().trim().is_empty(),
            NodeData::Element { .. } => true,
            _ => false,
        });
    let next = after.next().and_then(name);
    matches!(next.as_deref(), Some("ul" | "ol"))
}

pub(super) fn parent_of(node: &Rc<Node>) -> Option<Rc<Node>> {
    let parent = node.parent.take();
    let found = parent.as_ref().and_then(Weak::upgrade);
    node.parent.set(parent);
    found
}

/// The direction of the first letter in an element.
fn first_letter(node: &Rc<Node>) -> Option<Direction> {
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        let found = match &node.data {
            NodeData::Text { contents } => first_strong(&contents.borrow()),
            _ => attribute(&node, "alt").and_then(|alt| first_strong(&alt)),
        };
        if found.is_some() {
            return found;
        }
        ahead.extend(node.children.borrow().iter().rev().map(Rc::clone));
    }
    None
}

/// A mark as the tag that the body reads as that mark. Markdown's own signs are none beside some
/// letters: `**Note:**text` shows its stars.
fn tagged(handlers: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let tag = match element.tag {
        "b" => "strong",
        "i" => "em",
        "s" => "del",
        tag => tag,
    };
    let content = handlers.walk_children(element.node).content;
    let words = content.trim();
    if words.is_empty() || words.contains("\n\n") {
        return Some(content.into());
    }
    let (before, rest) = content.split_at(content.len() - content.trim_start().len());
    let after = rest.get(words.len()..).unwrap_or_default();
    Some(format!("{before}<{tag}>{words}</{tag}>{after}").into())
}

/// The box of a task; whatever else can be filled in is left out.
fn ticked(_: &dyn Handlers, element: Element<'_>) -> Option<HandlerResult> {
    let has = |name: &str, value: Option<&str>| {
        element.attrs.iter().any(|attr| {
            &*attr.name.local == name && value.is_none_or(|value| &*attr.value == value)
        })
    };
    let sign = match (has("type", Some("checkbox")), has("checked", None)) {
        (false, _) => "",
        (true, true) => "[x] ",
        (true, false) => "[ ] ",
    };
    Some(sign.to_owned().into())
}

/// The encoding a document names in its head.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..2048).unwrap_or(bytes)).to_lowercase();
    let (_, rest) = head.split_once("charset=")?;
    let label: String = rest
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    (!label.is_empty()).then_some(label)
}

/// A picture written into the document.
fn embedded(address: &str) -> Option<ImportedPicture> {
    let (head, data) = address.strip_prefix("data:image/")?.split_once(',')?;
    if !head.ends_with(";base64") {
        return None;
    }
    let packed: Vec<u8> = data
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    if u64::try_from(packed.len()).ok()? > MAX_PICTURE_BYTES * 4 / 3 + 4 {
        return None;
    }
    let bytes = STANDARD.decode(packed).ok()?;
    let found = sniff::sniff(bytes.get(..4096).unwrap_or(&bytes), Some(&bytes), "");
    if found.family != sniff::Family::Picture {
        return None;
    }
    let sha256 = canonical::hash(&bytes);
    Some(ImportedPicture {
        name: format!(
            "{}.{}",
            sha256.get(..12).unwrap_or(&sha256),
            found.extension
        ),
        sha256,
        mime: found.mime,
        alt: String::new(),
        bytes,
    })
}

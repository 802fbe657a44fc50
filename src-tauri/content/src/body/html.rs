//! Markdown to HTML that is safe to show.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use ammonia::Builder;
use comrak::nodes::{AstNode, NodeCodeBlock, NodeValue, Sourcepos};

use super::direction::{self, Fate, Sign};
use super::{HtmlOptions, anchors, engine, isolate_html};
use crate::lang::{Direction, first_strong};
use crate::limits::MAX_BODY_CHARS;

/// The address of a stored picture begins with this.
pub(super) const STORED: &str = "qalam:";

/// Widths in pixels of pictures that are shown smaller than the text is wide, by the word behind
/// their address (`qalam:<sha256>#small`).
const WIDTHS: [(&str, u16); 2] = [("small", 240), ("medium", 480)];

/// The hash and the size in the address of a stored picture; the size is empty for one as wide as
/// it is, or as the text. `None` for any other address.
pub(super) fn stored(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix(STORED)?;
    match rest.split_once('#') {
        Some((hash, size)) if WIDTHS.iter().any(|(word, _)| *word == size) => Some((hash, size)),
        _ => Some((rest, "")),
    }
}

/// The address of a link to another draft begins with this; the draft's id follows.
pub const DRAFT: &str = "qalam:draft/";

/// The draft a link leads to.
pub(crate) fn draft_of(address: &str) -> Option<&str> {
    let id = address.strip_prefix(DRAFT)?;
    let well_formed = id.len() == 36
        && id.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        });
    well_formed.then_some(id)
}

/// The renderer writes the source position on every block when asked to. It is its only hook
/// for an attribute on all of them, so positions stand for directions here: line 1 is `auto`,
/// 2 `rtl`, 3 `ltr`; position 0 writes nothing.
pub(super) const DIRECTIONS: [(usize, &str); 3] = [(1, "auto"), (2, "rtl"), (3, "ltr")];

/// Sanitised HTML of a Markdown text.
pub(super) fn render(markdown: &str, options: &HtmlOptions<'_>) -> String {
    let source = engine::clean(markdown);
    if source.len() > MAX_BODY_CHARS && source.chars().count() > MAX_BODY_CHARS {
        return preformatted(&source);
    }
    let rendering = engine::rendering();
    let html = engine::with_tree(&source, &rendering, |arena, root| {
        flatten_deep_blocks(root, &source);
        let mut addresses = pictures(root, options);
        draft_links(root, options, &mut addresses);
        anchors::mark(arena, root);
        captions(arena, root);
        directions(arena, root);
        let mut html = String::new();
        comrak::format_html_with_plugins(
            root,
            &rendering,
            &mut html,
            &comrak::options::Plugins::default(),
        )
        .ok()?;
        Some((html, addresses))
    });
    match html.flatten() {
        Some((html, addresses)) => {
            let shown = move |stored: &str| addresses.get(stored).cloned();
            let html = write_directions(&html);
            clean(&allow_list(Some(Box::new(shown))), &write_widths(&html))
        }
        None => preformatted(&source),
    }
}

/// The text as it is, for what cannot be rendered.
fn preformatted(source: &str) -> String {
    let end = source
        .char_indices()
        .nth(MAX_BODY_CHARS)
        .map_or(source.len(), |(index, _)| index);
    let text = source.get(..end).unwrap_or(source);
    format!("<pre dir=\"auto\">{}</pre>\n", escape(text))
}

/// Text as HTML text.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// Shows blocks nested beyond reason as their source: browsers and sanitisers are slow on them.
fn flatten_deep_blocks<'a>(root: &'a AstNode<'a>, source: &str) {
    let mut lines: Option<Vec<&str>> = None;
    for node in root.children() {
        if engine::depth(node, engine::MAX_TREE_DEPTH) <= engine::MAX_TREE_DEPTH {
            continue;
        }
        let lines = lines.get_or_insert_with(|| source.split('\n').collect());
        let first = node.data().sourcepos.start.line;
        let end = node
            .next_sibling()
            .map_or(lines.len() + 1, |next| next.data().sourcepos.start.line);
        let slice = lines
            .get(first.saturating_sub(1)..end.saturating_sub(1))
            .unwrap_or_default();
        while let Some(child) = node.first_child() {
            child.detach();
        }
        node.data_mut().value = NodeValue::CodeBlock(Box::new(NodeCodeBlock {
            fenced: true,
            fence_char: b'`',
            fence_length: 3,
            fence_offset: 0,
            info: String::new(),
            literal: slice.join("\n"),
            closed: true,
        }));
    }
}

/// Looks up the addresses of stored pictures. Any other picture becomes a link to it, or its
/// alternative text: showing a piece must not tell anybody that it was looked at.
fn pictures<'a>(root: &'a AstNode<'a>, options: &HtmlOptions<'_>) -> HashMap<String, String> {
    let mut addresses = HashMap::new();
    for node in root.descendants() {
        let mut data = node.data_mut();
        let NodeValue::Image(image) = &data.value else {
            continue;
        };
        if let Some((sha256, _)) = stored(&image.url) {
            match options.picture.and_then(|address| address(sha256)) {
                Some(address) => {
                    addresses.insert(image.url.clone(), address);
                }
                None => data.value = NodeValue::Raw(String::new()),
            }
            continue;
        }
        let remote = image.url.starts_with("http://") || image.url.starts_with("https://");
        let inside_link = node
            .ancestors()
            .skip(1)
            .any(|node| matches!(&node.data().value, NodeValue::Link(_)));
        let value = if !remote || inside_link {
            NodeValue::Raw(String::new())
        } else if node.first_child().is_none() {
            // Without alternative text the address is all there is to show.
            NodeValue::Raw(escape(&image.url))
        } else {
            NodeValue::Link(image.clone())
        };
        data.value = value;
    }
    addresses
}

/// Looks up the addresses of other drafts. A link to one that has none is only its words.
fn draft_links<'a>(
    root: &'a AstNode<'a>,
    options: &HtmlOptions<'_>,
    addresses: &mut HashMap<String, String>,
) {
    for node in root.descendants() {
        let mut data = node.data_mut();
        let NodeValue::Link(link) = &data.value else {
            continue;
        };
        if !link.url.starts_with(DRAFT) {
            continue;
        }
        let address =
            draft_of(&link.url).and_then(|draft| options.draft.and_then(|address| address(draft)));
        match address {
            Some(address) => {
                addresses.insert(link.url.clone(), address);
            }
            None => data.value = NodeValue::Raw(String::new()),
        }
    }
}

/// Puts the title of a stored picture that stands alone below it, where every reader sees it.
fn captions<'a>(arena: &'a comrak::Arena<'a>, root: &'a AstNode<'a>) {
    for node in root.descendants() {
        let alone = node.previous_sibling().is_none()
            && node.next_sibling().is_none()
            && node
                .parent()
                .is_some_and(|parent| matches!(parent.data().value, NodeValue::Paragraph));
        let caption = match &node.data().value {
            NodeValue::Image(image)
                if alone && image.url.starts_with(STORED) && !image.title.trim().is_empty() =>
            {
                format!("<br><small>{}</small>", escape(image.title.trim()))
            }
            _ => continue,
        };
        node.insert_after(arena.alloc(AstNode::from(NodeValue::Raw(caption))));
    }
}

/// Sets the direction of every block, as positions (see [`DIRECTIONS`]).
fn directions<'a>(arena: &'a comrak::Arena<'a>, root: &'a AstNode<'a>) {
    let mut chosen: HashMap<*const AstNode<'a>, Direction> = HashMap::new();
    let mut wrappers: Vec<&'a AstNode<'a>> = Vec::new();
    for node in root.descendants() {
        if node.first_child().is_some() && node.data().value.block() {
            wrapped_children(node, &mut chosen, &mut wrappers);
        }
    }
    for wrapper in wrappers {
        wrapper.detach();
    }
    isolate_html::lines(arena, root, &chosen);
    super::grid_html::tables(arena, root, &chosen);
    for node in root.descendants() {
        let line = match &node.data().value {
            NodeValue::CodeBlock(_) => 3,
            NodeValue::ThematicBreak | NodeValue::TableRow(_) => 0,
            value if !value.block() => 0,
            value => {
                let holds_blocks = holds_blocks(value);
                let chosen = chosen.get(&std::ptr::from_ref(node)).copied();
                match chosen.or_else(|| holds_blocks.then(|| strong_of(node)).flatten()) {
                    Some(Direction::Rtl) => 2,
                    Some(Direction::Ltr) => 3,
                    None if holds_blocks => 0,
                    None => 1,
                }
            }
        };
        node.data_mut().sourcepos = if line == 0 {
            Sourcepos::from((0, 0, 0, 0))
        } else {
            Sourcepos::from((line, 1, line, 1))
        };
    }
}

/// `dir="auto"` looks only at text outside of elements that have a direction of their own. All blocks have one here, so
/// on what holds blocks it would always say left to right, and an Arabic table would stand the wrong way round.
fn holds_blocks(value: &NodeValue) -> bool {
    matches!(
        value,
        NodeValue::Table(_)
            | NodeValue::List(_)
            | NodeValue::Item(_)
            | NodeValue::TaskItem(_)
            | NodeValue::BlockQuote
            | NodeValue::FootnoteDefinition(_)
    )
}

/// The direction of the first letter inside a block.
pub(super) fn strong_of<'a>(node: &'a AstNode<'a>) -> Option<Direction> {
    node.descendants()
        .find_map(|inner| match &inner.data().value {
            NodeValue::Text(text) => first_strong(text),
            NodeValue::Code(code) => first_strong(&code.literal),
            _ => None,
        })
}

/// Finds the direction wrappers among the children of a block.
fn wrapped_children<'a>(
    parent: &'a AstNode<'a>,
    chosen: &mut HashMap<*const AstNode<'a>, Direction>,
    wrappers: &mut Vec<&'a AstNode<'a>>,
) {
    let signs: Vec<Sign> = parent
        .children()
        .map(|child| match &child.data().value {
            NodeValue::HtmlBlock(html) => direction::sign(&html.literal),
            _ => Sign::None,
        })
        .collect();
    if signs.iter().all(|sign| *sign == Sign::None) {
        return;
    }
    for (child, fate) in parent.children().zip(direction::fates(&signs)) {
        match fate {
            Fate::Wrapper => wrappers.push(child),
            Fate::Content(Some(direction)) => {
                chosen.insert(std::ptr::from_ref(child), direction);
            }
            Fate::Content(None) => {}
        }
    }
}

/// Turns the positions into `dir` attributes.
fn write_directions(html: &str) -> String {
    let mut out = Cow::Borrowed(html);
    for (line, dir) in DIRECTIONS {
        let position = format!("data-sourcepos=\"{line}:1-{line}:1\"");
        if out.contains(&position) {
            out = Cow::Owned(out.replace(&position, &format!("dir=\"{dir}\"")));
        }
    }
    out.into_owned()
}

/// Gives pictures with a size their width, which every site shows; the ratio stays.
fn write_widths(html: &str) -> Cow<'_, str> {
    const START: &str = "src=\"qalam:";
    if !html.contains(START) {
        return Cow::Borrowed(html);
    }
    let mut out = String::with_capacity(html.len() + 64);
    let mut rest = html;
    while let Some(at) = rest.find(START) {
        let (before, address) = rest.split_at(at + START.len());
        out.push_str(before);
        let end = address.find('"').map_or(address.len(), |end| end + 1);
        let (address, after) = address.split_at(end);
        out.push_str(address);
        let size = address
            .trim_end_matches('"')
            .split_once('#')
            .map(|(_, size)| size);
        let width = size.and_then(|size| WIDTHS.iter().find(|(word, _)| *word == size));
        if let Some((_, width)) = width {
            out.push_str(&format!(" width=\"{width}\""));
        }
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// HTML reduced to the allow-list; stored pictures keep their `qalam:` address.
pub(super) fn sanitise(html: &str) -> String {
    static ALLOWED: OnceLock<Builder<'static>> = OnceLock::new();
    clean(ALLOWED.get_or_init(|| allow_list(None)), html)
}

/// The same for a page that is read: `stored` gives the address a picture has from now on; without
/// one it goes. What is called bold or slanting keeps its style, which may say that it is neither.
pub(crate) fn sanitise_with_pictures(
    html: &str,
    stored: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> String {
    let mut list = allow_list(Some(Box::new(stored)));
    for tag in ["b", "strong", "i", "em"] {
        list.add_tag_attributes(tag, ["style"]);
    }
    clean(&list, html)
}

/// Deepest nesting of elements given to the sanitiser, whose time grows with its square.
pub(crate) const MAX_NESTING: usize = 600;

/// Whether HTML nests deeper than the sanitiser takes; it is then shown as its source.
pub(crate) fn nests_too_deep(html: &str) -> bool {
    nesting(html) > MAX_NESTING
}

/// Applies the list. HTML that nests beyond reason is shown as its source.
fn clean(list: &Builder<'_>, html: &str) -> String {
    if nests_too_deep(html) {
        return preformatted(html);
    }
    list.clean(html).to_string()
}

/// How deep elements nest, as far as that can be told without a parser. Elements that close by
/// themselves do not count.
pub(crate) fn nesting(html: &str) -> usize {
    const FLAT: [&[u8]; 20] = [
        b"br", b"hr", b"img", b"wbr", b"col", b"input", b"meta", b"link", b"p", b"li", b"td",
        b"th", b"tr", b"dt", b"dd", b"option", b"source", b"area", b"base", b"embed",
    ];
    let bytes = html.as_bytes();
    let (mut level, mut deepest) = (0usize, 0usize);
    for (index, byte) in bytes.iter().enumerate() {
        if *byte != b'<' {
            continue;
        }
        let closing = bytes.get(index + 1) == Some(&b'/');
        let start = index + 1 + usize::from(closing);
        let name: Vec<u8> = bytes
            .get(start..)
            .unwrap_or_default()
            .iter()
            .take(8)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .map(u8::to_ascii_lowercase)
            .collect();
        if name.is_empty() || FLAT.contains(&name.as_slice()) {
            continue;
        }
        if closing {
            level = level.saturating_sub(1);
        } else {
            level += 1;
            deepest = deepest.max(level);
        }
    }
    deepest
}

/// Gives the address a picture is shown under for the one it has.
type Addresses = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// What a body may contain. The one list for everything that is ever shown.
fn allow_list(addresses: Option<Addresses>) -> Builder<'static> {
    let tags = HashSet::from([
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]);
    let attributes = HashMap::from([
        ("a", HashSet::from(["href", "title", "id"])),
        (
            "img",
            HashSet::from(["src", "alt", "title", "width", "height"]),
        ),
        ("input", HashSet::from(["type", "checked", "disabled"])),
        ("li", HashSet::from(["id", "value"])),
        ("ol", HashSet::from(["start", "reversed", "type"])),
        ("td", HashSet::from(["align", "colspan", "rowspan"])),
        (
            "th",
            HashSet::from(["align", "colspan", "rowspan", "scope"]),
        ),
        ("col", HashSet::from(["span"])),
        ("colgroup", HashSet::from(["span"])),
        ("time", HashSet::from(["datetime"])),
        ("details", HashSet::from(["open"])),
    ]);
    let classes = HashMap::from([
        ("section", HashSet::from(["footnotes"])),
        ("sup", HashSet::from(["footnote-ref"])),
        ("a", HashSet::from(["footnote-backref"])),
    ]);
    let mut builder = Builder::default();
    builder
        .tags(tags)
        // What stands in a page's head is shown nowhere.
        .clean_content_tags(HashSet::from(["script", "style", "title"]))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["dir", "lang"]))
        .allowed_classes(classes)
        .url_schemes(HashSet::from([
            "http", "https", "mailto", "tel", "qalam", "data",
        ]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true)
        .attribute_filter(move |tag, name, value| attribute(tag, name, value, addresses.as_ref()));
    builder
}

/// Decides on values of attributes the list lets through.
fn attribute<'v>(
    tag: &str,
    name: &str,
    value: &'v str,
    addresses: Option<&Addresses>,
) -> Option<Cow<'v, str>> {
    let keep = match (tag, name) {
        ("a", "href") if value.starts_with(DRAFT) => {
            return addresses.and_then(|address| address(value)).map(Cow::Owned);
        }
        ("a", "href") => {
            // Within the page, or to a whole address. Part of an address meant something in the
            // document the text came from and would lead astray here.
            value.starts_with('#') || has_scheme(value, &["http:", "https:", "mailto:", "tel:"])
        }
        // Pictures of this desk only: a remote one would tell its host who looked.
        ("img", "src") => {
            return match addresses {
                Some(address) => address(value).map(Cow::Owned),
                None => value.starts_with(STORED).then_some(Cow::Borrowed(value)),
            };
        }
        (_, "id") => value.starts_with("fn") || value.starts_with(anchors::ON_A_PAGE),
        (_, "dir") => matches!(value, "auto" | "ltr" | "rtl"),
        ("input", "type") => value == "checkbox",
        _ => true,
    };
    keep.then_some(Cow::Borrowed(value))
}

fn has_scheme(value: &str, schemes: &[&str]) -> bool {
    schemes.iter().any(|scheme| {
        value
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

//! What of a page does not come in as it was, and where it stood: looked up in the page as it
//! came, before anything is taken out of it.

use std::collections::BTreeMap;
use std::rc::Rc;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Node, NodeData, RcDom};

use super::import::{ImportFate, ImportPlace, ImportReport, few_words};
use super::{html_raised, html_table};

/// What a page says of itself.
#[derive(Default)]
pub(super) struct Page {
    /// What its head calls it, or empty.
    pub(super) title: String,
    /// The words of the headings that have a name to be linked to, by that name.
    pub(super) named: BTreeMap<String, String>,
}

/// Notes in `report` what the page `html` loses.
pub(super) fn look_over(html: &str, report: &mut ImportReport) -> Page {
    let page = parse_document(RcDom::default(), ParseOpts::default()).one(html);
    html_raised::raise(&page.document);
    let mut reader = Reader {
        report,
        paragraph: 0,
        heading: String::new(),
        page: Page::default(),
    };
    // The last one is looked at next. A page nests deeper than a stack of calls may.
    let mut ahead: Vec<(Rc<Node>, Within)> = vec![(Rc::clone(&page.document), Within::default())];
    while let Some((node, within)) = ahead.pop() {
        let Some(within) = reader.enter(&node, within) else {
            continue;
        };
        let children = node.children.borrow();
        ahead.extend(
            children
                .iter()
                .rev()
                .map(|child| (Rc::clone(child), within)),
        );
    }
    reader.page
}

/// What an element stands in.
#[derive(Clone, Copy, Default)]
struct Within {
    /// A form, which is told once.
    form: bool,
    /// The number the next entry of the list has; `None` in a list without numbers.
    numbered: bool,
}

struct Reader<'r> {
    report: &'r mut ImportReport,
    paragraph: u32,
    heading: String,
    page: Page,
}

impl Reader<'_> {
    /// Looks at a node. `None` when nothing in it comes along.
    fn enter(&mut self, node: &Rc<Node>, mut within: Within) -> Option<Within> {
        let Some(name) = html_table::name(node) else {
            return Some(within);
        };
        let name = name.as_str();
        if is_paragraph(name, node) {
            self.paragraph = self.paragraph.saturating_add(1);
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let words = words(node);
                self.heading = few_words(&words);
                let inside = node.children.borrow();
                let named = inside.iter().chain([node]);
                for name in named
                    .filter_map(|node| attribute(node, "id").or_else(|| attribute(node, "name")))
                {
                    self.page.named.insert(name, words.clone());
                }
            }
            // That of a drawing is met nowhere: drawings are left out.
            "title" if self.page.title.is_empty() => self.page.title = words(node),
            "script" | "style" => return self.dropped(name, String::new()),
            "iframe" | "object" | "embed" => return self.dropped("frame", named(node)),
            "video" | "audio" => return self.dropped(name, named(node)),
            "svg" | "canvas" => return self.dropped("drawing", words(node)),
            "math" => return self.dropped("formula", words(node)),
            // The words of a form come along, what can be filled in does not.
            "form" => {
                self.note(ImportFate::Dropped, "form", || words(node));
                within.form = true;
            }
            "button" | "select" | "textarea" => {
                if !within.form {
                    self.note(ImportFate::Dropped, "form", || words(node));
                }
                return None;
            }
            "img" => {
                let address = attribute(node, "src").unwrap_or_default();
                if !address.starts_with("data:image/") {
                    self.note(ImportFate::Dropped, "picture", || named(node));
                }
            }
            "mark" => self.note(ImportFate::Dropped, "highlight", || words(node)),
            "ruby" => self.note(ImportFate::Changed, "ruby", || words(node)),
            "sup" | "sub" if html_raised::comes_into_line(node) => {
                self.note(ImportFate::Changed, "raised", || words(node));
            }
            "ol" => {
                if !counts_simply(node) {
                    self.note(ImportFate::Changed, "numbering", || words(node));
                }
                within.numbered = true;
            }
            "ul" => within.numbered = false,
            // A number that a person gave to an entry.
            "li" if within.numbered && attribute(node, "value").is_some() => {
                self.note(ImportFate::Changed, "numbering", || words(node));
            }
            "table" => {
                for loss in html_table::losses(node) {
                    self.note(ImportFate::Changed, loss, || words(node));
                }
            }
            _ => {}
        }
        Some(within)
    }

    /// Notes what is left out with all it holds.
    fn dropped(&mut self, what: &str, words: String) -> Option<Within> {
        self.note(ImportFate::Dropped, what, || words);
        None
    }

    fn note(&mut self, fate: ImportFate, what: &str, words: impl FnOnce() -> String) {
        let (paragraph, heading) = (self.paragraph, &self.heading);
        self.report.note(fate, what, || ImportPlace {
            paragraph,
            heading: heading.clone(),
            words: few_words(&words()),
        });
    }
}

/// Whether an element is a paragraph of its own for whoever counts them.
fn is_paragraph(name: &str, node: &Rc<Node>) -> bool {
    let may = |name: &str| {
        matches!(
            name,
            "p" | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
                | "li"
                | "td"
                | "th"
                | "pre"
                | "dt"
                | "dd"
                | "figcaption"
                | "caption"
        )
    };
    let holds_one = || {
        let children = node.children.borrow();
        let mut names = children.iter().filter_map(html_table::name);
        names.any(|name| may(&name) || matches!(name.as_str(), "ul" | "ol" | "table" | "div"))
    };
    may(name) && (name == "li" || !holds_one())
}

/// Whether a list counts 1, 2, 3, from wherever it begins.
fn counts_simply(list: &Rc<Node>) -> bool {
    let sign = attribute(list, "type").unwrap_or_default();
    let style = attribute(list, "style").unwrap_or_default().to_lowercase();
    let named = style.split_once("list-style").map_or("", |(_, rest)| rest);
    let named = named.split(';').next().unwrap_or_default();
    let other = ["alpha", "latin", "roman", "greek", "abjad", "none"];
    matches!(sign.trim(), "" | "1")
        && attribute(list, "reversed").is_none()
        && !other.iter().any(|sign| named.contains(sign))
}

pub(super) fn attribute(node: &Rc<Node>, wanted: &str) -> Option<String> {
    let NodeData::Element { attrs, .. } = &node.data else {
        return None;
    };
    let attrs = attrs.borrow();
    let found = attrs.iter().find(|attr| &*attr.name.local == wanted)?;
    Some(found.value.to_string())
}

/// What something that shows no words is called.
fn named(node: &Rc<Node>) -> String {
    ["alt", "title", "aria-label"]
        .iter()
        .filter_map(|name| attribute(node, name))
        .find(|words| !words.trim().is_empty())
        .unwrap_or_default()
}

/// Enough of the words of an element to tell it by.
fn words(node: &Rc<Node>) -> String {
    const ENOUGH: usize = 400;
    let mut out = String::new();
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        if out.len() > ENOUGH {
            break;
        }
        if let NodeData::Text { contents } = &node.data {
            out.push_str(&contents.borrow());
        }
        if html_table::name(&node).is_some_and(|name| is_paragraph(&name, &node) || name == "br") {
            out.push(' ');
        }
        let children = node.children.borrow();
        ahead.extend(children.iter().rev().map(Rc::clone));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::import::{Imported, import};
    use super::ImportFate;
    use crate::body::to_document;

    /// What is told of a page: fate, part, paragraph, heading above, words.
    fn told(read: &Imported) -> Vec<(ImportFate, &str, u32, &str, &str)> {
        let notes = read.report.places.iter();
        notes
            .map(|note| {
                let place = &note.place;
                let (heading, words) = (place.heading.as_str(), place.words.as_str());
                (
                    note.fate,
                    note.what.as_str(),
                    place.paragraph,
                    heading,
                    words,
                )
            })
            .collect()
    }

    #[test]
    fn what_is_lost_is_told_with_its_place_and_what_is_kept_is_kept() {
        use ImportFate::{Changed, Dropped};
        let page = "<html><head><title>Sample ministry, news</title><style>p{}</style></head><body>\
            <p>First words.</p><h2>التوزيع</h2>\
            <table><tr><th rowspan=2>Region<th colspan=2>Doses</tr><tr><th>first<th>second</tr>\
            <tr><th>North<td><ul><li>a<li>b</ul><td>2</tr></table>\
            <ol type=a start=3><li>third<li>fourth</ol><ul><li>x<ol><li>y</ol></ul><p>Then:</p>\
            <ul><li><input type=checkbox checked>done<li><input type=checkbox>open</ul>\
            <h2>Rest</h2><img src='https://example.org/map.png' alt='A map'>\
            <form>Your name <input name=n><button>Send</button></form>\
            <iframe src='https://example.org' title='A film'></iframe><!-- nobody sees it --></body></html>";
        let read = import("page.html", page.as_bytes(), None);
        assert_eq!(
            told(&read),
            [
                (Dropped, "style", 0, "", ""),
                (
                    Changed,
                    "list_in_table",
                    2,
                    "التوزيع",
                    "Region Doses first second North a b 2"
                ),
                (Changed, "numbering", 10, "التوزيع", "third fourth"),
                (Dropped, "picture", 18, "Rest", "A map"),
                (Dropped, "form", 18, "Rest", "Your name Send"),
                (Dropped, "frame", 18, "Rest", "A film"),
            ],
            "{}",
            read.markdown
        );
        assert_eq!(read.title.as_deref(), Some("Sample ministry, news"));
        let document = to_document(&read.markdown);
        let table = &document["content"][2];
        assert_eq!(
            table["content"][0]["content"][1]["attrs"]["colspan"], 2,
            "{}",
            read.markdown
        );
        for kept in [
            "3. third\n4. fourth",
            "- x\n  1. y",
            "- [x] done\n- [ ] open",
            "• a",
            "• b",
        ] {
            assert!(read.markdown.contains(kept), "{kept}: {}", read.markdown);
        }
    }

    /// A mail is a page of tables that only put things in their places.
    #[test]
    fn places_on_a_page_are_no_tables() {
        let mail = "<table role=presentation width=600><tr><td><h1>Campaign opens</h1></td></tr>\
            <tr><td><table><tr><td><p>One.</p><p>Two.</p></td><td><ul><li>a</li></ul></td></tr></table></td></tr>\
            <tr><td><table><tr><th>District</th><th>Doses</th></tr><tr><td>North</td><td>1,200</td></tr></table>\
            </td></tr></table><table><tr><td>Only this.</td></tr></table>";
        let read = import("mail.html", mail.as_bytes(), None);
        assert_eq!(
            read.markdown,
            "One.\n\nTwo.\n\n- a\n\n| District | Doses |\n| --- | --- |\n| North | 1,200 |\n\nOnly this.\n"
        );
        assert_eq!(read.title.as_deref(), Some("Campaign opens"));
        assert_eq!(read.report.changed.get("frame"), Some(&3));
        assert_eq!(read.report.kept.get("table"), Some(&1));
    }

    #[test]
    fn links_within_a_page_lead_to_its_headings() {
        let page = "<html><body><p><a href='#b'>b</a>, <a href='#c'>c</a> and <a href='#p'>p</a>.</p><h2 id=b>Part two</h2>\
            <p id=p>Words.</p><h2><a name=c></a>Part three</h2><p>More.</p></body></html>";
        let read = import("a.html", page.as_bytes(), None);
        assert!(
            read.markdown
                .starts_with("[b](#part-two), [c](#part-three) and p.\n"),
            "{}",
            read.markdown
        );
        assert_eq!(
            told(&read),
            [(ImportFate::Changed, "internal_link", 0, "", "p")]
        );
    }

    #[test]
    fn tables_keep_what_a_table_can_hold() {
        let cases = [
            // Without headers, lists and tables within, merged beyond its own size.
            (
                "<tr><td>a<td>b</tr><tr><td>1<td>2</tr>",
                "| a | b |\n| --- | --- |\n| 1 | 2 |\n",
                "",
            ),
            (
                "<tr><th>a<th>b</tr><tr><td><ol start=2><li>x<li>y</ol><td>1</tr>",
                "| a | b |\n| --- | --- |\n| 2. x<br>3. y | 1 |\n",
                "list_in_table",
            ),
            (
                "<tr><th>a<th>b</tr><tr><td><table><tr><td>x<td>y</tr></table><td>1</tr>",
                "| a | b |\n| --- | --- |\n| x · y | 1 |\n",
                "nested_table_flattened",
            ),
            (
                "<tr><th>a<th>b</tr><tr><td colspan=2 rowspan=0>1</tr>",
                "colspan=\"2\"",
                "",
            ),
        ];
        for (rows, wanted, lost) in cases {
            let page = format!("<html><body><p>Words.</p><table>{rows}</table></body></html>");
            let read = import("a.html", page.as_bytes(), None);
            assert!(read.markdown.contains(wanted), "{rows}: {}", read.markdown);
            let losses: Vec<&str> = read.report.changed.keys().map(String::as_str).collect();
            assert_eq!(losses.join(" "), lost, "{rows}");
        }
        let wide = "<td>w</td>".repeat(201);
        let page = format!("<html><body><p>Words.</p><table><tr>{wide}</tr></table></body></html>");
        let read = import("a.html", page.as_bytes(), None);
        assert_eq!(read.report.changed.get("table_too_large"), Some(&1));
        assert_eq!(read.markdown.matches('w').count(), 201, "no word is lost");
    }
}

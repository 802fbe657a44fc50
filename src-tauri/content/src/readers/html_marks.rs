//! The marks of a page brought to where a body can say them: a mark or a link around whole blocks goes
//! into the lines of each.

use std::collections::HashSet;
use std::mem;
use std::rc::Rc;

use htmd::Node;
use markup5ever_rcdom::NodeData;

use super::html::parent_of;
use super::html_raised::{comes_into_line, raise};
use super::html_report::attribute;
use super::html_table::name;
use crate::limits::MAX_BODY_CHARS;

/// Brings the marks of a page to their places.
pub(super) fn settle(page: &Rc<Node>) {
    raise(page);
    let broken = broken(page);
    let mut addresses_left = MAX_BODY_CHARS;
    let mut ahead = vec![Place::new(page)];
    while let Some(place) = ahead.pop() {
        place.settle(&broken, &mut addresses_left, &mut ahead);
    }
}

/// The marks that a body has, as indexes; a link stands around the others.
const LINK: usize = 0;
const STRONG: usize = 1;
const EMPHASIS: usize = 2;
const STRIKE: usize = 3;

/// For each mark the element that makes it.
type Marks = [Option<Rc<Node>>; 4];

fn mark(node: &Rc<Node>) -> Option<usize> {
    match name(node)?.as_str() {
        "a" => attribute(node, "href").map(|_| LINK),
        "b" | "strong" => Some(STRONG),
        "i" | "em" => Some(EMPHASIS),
        "s" | "del" => Some(STRIKE),
        _ => None,
    }
}

/// Whether an element says that it is not what its name says. What word processors in a browser put
/// on the clipboard stands in such a one.
fn is_plain(node: &Rc<Node>, mark: usize) -> bool {
    let Some(style) = attribute(node, "style") else {
        return false;
    };
    let style = style.to_ascii_lowercase();
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .any(|(name, value)| match (mark, name.trim(), value.trim()) {
            (STRONG, "font-weight", value) => {
                matches!(value, "normal" | "lighter" | "100" | "200" | "300" | "400")
            }
            (EMPHASIS, "font-style", value) => value == "normal",
            _ => false,
        })
}

/// An element whose lines get their marks.
struct Place {
    node: Rc<Node>,
    /// Marks that are to be put into its lines.
    around: Marks,
    /// Marks that stand around it already.
    on: [bool; 4],
    /// Whether it stands in code, where no sign is a mark.
    code: bool,
}

impl Place {
    fn new(node: &Rc<Node>) -> Self {
        Self {
            node: Rc::clone(node),
            around: Marks::default(),
            on: [false; 4],
            code: false,
        }
    }

    fn settle(
        self,
        broken: &HashSet<*const Node>,
        addresses_left: &mut usize,
        next: &mut Vec<Self>,
    ) {
        let mut lines = Lines {
            node: &self.node,
            around: Marks::default(),
            line: Vec::new(),
            settled: Vec::new(),
            addresses_left,
        };
        let with = |children: Vec<Rc<Node>>, around: &Marks| {
            let children = children.into_iter().rev();
            children
                .map(|child| (child, around.clone()))
                .collect::<Vec<_>>()
        };
        let mut ahead = with(self.node.children.take(), &self.around);
        while let Some((child, mut around)) = ahead.pop() {
            let is_broken = broken.contains(&Rc::as_ptr(&child));
            let mark = mark(&child);
            if self.dissolves(&child, mark, is_broken, &around) {
                if let Some(mark) = mark
                    && let Some(place) = around.get_mut(mark)
                    && !self.is_needless(&child, mark)
                    && (place.is_none() || mark == LINK)
                {
                    *place = Some(Rc::clone(&child));
                }
                ahead.extend(with(child.children.take(), &around));
                continue;
            }
            let mut inner = Self::new(&child);
            inner.on = self.on;
            inner.code = self.code || is_named(&child, &["code"]);
            if is_broken || is_block(&child) || is_named(&child, &["input"]) {
                inner.around = within(&child, around);
                lines.block(child);
            } else {
                for (on, mark) in inner.on.iter_mut().zip(&around) {
                    *on |= mark.is_some();
                }
                if let Some(on) = mark.and_then(|mark| inner.on.get_mut(mark)) {
                    *on = true;
                }
                lines.inline(child, around);
            }
            if !inner.node.children.borrow().is_empty() {
                next.push(inner);
            }
        }
        lines.end();
    }

    /// Whether only what is in an element stays, with its mark put further in.
    fn dissolves(
        &self,
        node: &Rc<Node>,
        mark: Option<usize>,
        is_broken: bool,
        around: &Marks,
    ) -> bool {
        match mark {
            Some(mark) => {
                is_broken
                    || self.is_needless(node, mark)
                    || around.get(mark).is_some_and(Option::is_some)
            }
            // The converter takes the ends of lines off what stands in a span.
            None if is_named(node, &["span"]) => is_broken,
            None => is_named(node, &["sup", "sub"]) && (is_broken || comes_into_line(node)),
        }
    }

    /// Whether a mark says nothing where it stands.
    fn is_needless(&self, node: &Rc<Node>, mark: usize) -> bool {
        self.on.get(mark) == Some(&true) || is_plain(node, mark) || (self.code && mark != LINK)
    }
}

/// The marks that go into a block; some blocks have some already, or none at all.
fn within(block: &Rc<Node>, mut around: Marks) -> Marks {
    match name(block).as_deref() {
        Some("pre") => return Marks::default(),
        Some("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th") => around[STRONG] = None,
        _ => {}
    }
    around
}

/// The children of an element as they are put together again.
struct Lines<'a> {
    node: &'a Rc<Node>,
    /// The marks of the line that is being gathered.
    around: Marks,
    line: Vec<Rc<Node>>,
    settled: Vec<Rc<Node>>,
    /// How many bytes of addresses may still be repeated: a body holds no more.
    addresses_left: &'a mut usize,
}

impl Lines<'_> {
    fn inline(&mut self, child: Rc<Node>, around: Marks) {
        let address = |mark: &Option<Rc<Node>>| mark.as_ref().map(Rc::as_ptr);
        if !around
            .iter()
            .map(address)
            .eq(self.around.iter().map(address))
        {
            self.end_of_line();
            self.around = around;
        }
        self.line.push(child);
    }

    fn block(&mut self, child: Rc<Node>) {
        self.end_of_line();
        adopt(self.node, vec![child], &mut self.settled);
    }

    fn end_of_line(&mut self) {
        let mut line = mem::take(&mut self.line);
        let marks = mem::take(&mut self.around);
        if line.iter().any(speaks) {
            for (kind, mark) in marks.iter().enumerate().rev() {
                let Some(mark) = mark else {
                    continue;
                };
                if kind == LINK && !self.may_repeat(mark) {
                    continue;
                }
                let around = Node::new(mark.data.clone());
                let mut inside = Vec::with_capacity(line.len());
                adopt(&around, line, &mut inside);
                around.children.replace(inside);
                line = vec![around];
            }
        }
        adopt(self.node, line, &mut self.settled);
    }

    fn may_repeat(&mut self, link: &Rc<Node>) -> bool {
        let length = ["href", "title"]
            .iter()
            .filter_map(|name| attribute(link, name))
            .fold(0, |sum: usize, value| sum.saturating_add(value.len()));
        let left = self.addresses_left.checked_sub(length);
        *self.addresses_left = left.unwrap_or(0);
        left.is_some()
    }

    fn end(mut self) {
        self.end_of_line();
        self.node.children.replace(mem::take(&mut self.settled));
    }
}

/// Puts nodes under an element that is about to hold them.
pub(super) fn adopt(parent: &Rc<Node>, children: Vec<Rc<Node>>, into: &mut Vec<Rc<Node>>) {
    for child in children {
        child.parent.set(Some(Rc::downgrade(parent)));
        into.push(child);
    }
}

/// Whether a node shows something.
fn speaks(node: &Rc<Node>) -> bool {
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        match &node.data {
            NodeData::Text { contents } if !contents.borrow().trim().is_empty() => return true,
            NodeData::Element { .. } if is_named(&node, &["img"]) => return true,
            _ => ahead.extend(node.children.borrow().iter().map(Rc::clone)),
        }
    }
    false
}

/// The elements around a block or an empty line, and the breaks that make the empty line.
fn broken(page: &Rc<Node>) -> HashSet<*const Node> {
    let mut broken = HashSet::new();
    let mut last_break: Option<Rc<Node>> = None;
    let mut ahead = vec![Rc::clone(page)];
    while let Some(node) = ahead.pop() {
        if is_block(&node) {
            last_break = None;
            break_open(parent_of(&node), &mut broken);
        } else if is_named(&node, &["br"]) {
            if let Some(last) = last_break.replace(Rc::clone(&node)) {
                break_open(Some(last), &mut broken);
                break_open(Some(Rc::clone(&node)), &mut broken);
            }
        } else if is_named(&node, &["img", "input"])
            || matches!(&node.data, NodeData::Text { contents } if !contents.borrow().trim().is_empty())
        {
            last_break = None;
        }
        ahead.extend(node.children.borrow().iter().rev().map(Rc::clone));
    }
    broken
}

/// Remembers a node and all around it.
fn break_open(mut node: Option<Rc<Node>>, broken: &mut HashSet<*const Node>) {
    while let Some(at) = node {
        if !broken.insert(Rc::as_ptr(&at)) {
            return;
        }
        node = parent_of(&at);
    }
}

/// Whether a node is an element of one of these names.
pub(super) fn is_named(node: &Rc<Node>, names: &[&str]) -> bool {
    matches!(&node.data, NodeData::Element { name, .. } if names.contains(&&*name.local))
}

/// Whether a node is an element that stands apart from the lines around it.
pub(super) fn is_block(node: &Rc<Node>) -> bool {
    is_named(
        node,
        &[
            "address",
            "article",
            "aside",
            "blockquote",
            "caption",
            "center",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "li",
            "main",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "summary",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "ul",
        ],
    )
}

#[cfg(test)]
pub(super) mod tests {
    use crate::body::{self, HtmlOptions, to_document, to_html, to_markdown};
    use crate::readers::import::import;

    /// What a page becomes, which is read again as it was written, also through the HTML.
    pub(in crate::readers) fn markdown(html: &str) -> String {
        let page = format!("<html><body><h1>Title</h1><p>Words.</p>{html}</body></html>");
        let read = import("a.html", page.as_bytes(), Some("en"));
        let again = to_markdown(&to_document(&read.markdown)).expect("written");
        assert_eq!(again, read.markdown, "{html}");
        let shown = to_html(&read.markdown, &HtmlOptions::default());
        let back = import(
            "b.html",
            format!("<h1>Title</h1>{shown}").as_bytes(),
            Some("en"),
        );
        assert_eq!(back.markdown, read.markdown, "{html}\n{shown}");
        let markdown = read.markdown.trim_end();
        markdown
            .strip_prefix("Words.\n\n")
            .unwrap_or(markdown)
            .to_owned()
    }

    #[test]
    fn a_mark_around_blocks_is_in_each_of_them() {
        let cases = [
            (
                "<a href='http://x.example/n'><h2>Card heading</h2><p>Card text</p></a>",
                "## [Card heading](http://x.example/n)\n\n[Card text](http://x.example/n)",
            ),
            (
                "<b style='font-weight:normal' id='docs-internal-guid-7'><p>Para one.</p><ul><li><p>item</p></li></ul></b>",
                "Para one.\n\n- item",
            ),
            (
                "<b><p>One.</p><div dir=rtl>WHO</div><p dir=rtl>WHO</p></b>",
                "**One.**\n\n**WHO**\n\n<div dir=\"rtl\">\n\n**WHO**\n\n</div>",
            ),
            ("<b>a<br><br>b</b>", "**a**\n\n**b**"),
            ("<b>a<i><br></i> <br>b</b>", "**a**\n\n**b**"),
            ("<p><b>a<br>b</b></p>", "**a\\\nb**"),
            (
                "<em><ul><li>a</li><li><b>b</b> c</li></ul></em>",
                "- *a*\n- ***b** c*",
            ),
            (
                "<b>Aims: <ul><li>a<ol><li>b</li></ol></li><li><input type=checkbox>c</li></ul> and <i>more</i></b>",
                "**Aims:**\n\n- **a**\n  1. **b**\n- [ ] **c**\n\n**and *more***",
            ),
            (
                "<i><b><h2>Head</h2><p>x <b>y</b></p></b></i><pre><code>z</code></pre>",
                "## *Head*\n\n***x y***\n\n```\nz\n```",
            ),
            (
                "<strong><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table></strong>",
                "| a | b |\n| --- | --- |\n| **1** | **2** |",
            ),
            (
                "<div><b><span>x<p>y</p></span></b> z</div>",
                "**x**\n\n**y**\n\nz",
            ),
        ];
        for (html, wanted) in cases {
            assert_eq!(markdown(html), wanted, "{html}");
        }
    }

    #[test]
    fn a_mark_is_one_beside_any_letter() {
        let cases = [
            (
                "<p><b>Note:</b>text <b>(a)</b>b</p>",
                "<strong>Note:</strong>text <strong>(a)</strong>b",
            ),
            ("<p><b>ملاحظة:</b>نص</p>", "<strong>ملاحظة:</strong>نص"),
            ("<p>m<b> x <b>y</b></b>z</p>", "m **x y**z"),
            ("<p>a<b> </b>b</p>", "a b"),
            (
                "<p>a <del>gone</del> and <s>old</s></p>",
                "a ~~gone~~ and ~~old~~",
            ),
            (
                "<p><code><b>x</b><sup>y</sup></code> <i>*</i></p>",
                "`xy` *\\**",
            ),
            ("<p dir=rtl><b>نص</b> WHO</p>", "**نص** WHO"),
            (
                "<p><i style='font-style: normal'>a</i> <b style='color:red'>b</b> <strong style='font-weight: 400;'>c</strong></p>",
                "a **b** c",
            ),
        ];
        for (html, wanted) in cases {
            assert_eq!(markdown(html), wanted, "{html}");
        }
    }

    #[test]
    fn many_marks_around_many_blocks_end_soon() {
        let deep = "<b><i><s><a href='http://x.example'><div>".repeat(30);
        let page = format!("<html>{deep}{}", "<p>word</p>".repeat(20_000));
        let read = import("a.html", page.as_bytes(), Some("en"));
        assert!(body::plain_text(&read.markdown).contains("word"));
        // A long address is not repeated without end.
        let long = format!("http://x.example/{}", "x".repeat(100_000));
        let page = format!(
            "<html><a href='{long}'><div>{}</div></a>",
            "<p>word</p>".repeat(300)
        );
        let read = import("a.html", page.as_bytes(), Some("en"));
        assert!(read.markdown.len() < 6_000_000, "{}", read.markdown.len());
    }
}

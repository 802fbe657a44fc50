//! XML of unknown origin as a tree: what a word processor writes refers to and fro.
//!
//! Within a depth and a number of nodes, entities resolved, nothing external. Nodes borrow from
//! the text they were read from.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::xml::named;
use crate::limits::{MAX_XML_DEPTH, MAX_XML_NODES};
use crate::problem::{Problem, code};

/// What a name belongs to, as far as the readers tell names apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ns {
    /// WordprocessingML.
    W,
    /// DrawingML.
    A,
    /// Office Math.
    M,
    /// VML.
    V,
    /// Markup compatibility.
    Mc,
    /// OpenDocument text.
    Text,
    /// OpenDocument tables.
    Table,
    /// OpenDocument drawings.
    Draw,
    /// OpenDocument itself.
    Office,
    /// Anything else.
    Other,
}

/// The kind of a vocabulary by its address, in the spellings of both editions of the standards.
fn by_address(address: &str) -> Option<Ns> {
    const KNOWN: [(&str, Ns); 13] = [
        ("/wordprocessingml/2006/main", Ns::W),
        ("/ooxml/wordprocessingml/main", Ns::W),
        ("/drawingml/2006/main", Ns::A),
        ("/ooxml/drawingml/main", Ns::A),
        ("/officeDocument/2006/math", Ns::M),
        ("/ooxml/officeDocument/math", Ns::M),
        (":vml", Ns::V),
        ("/markup-compatibility/2006", Ns::Mc),
        ("opendocument:xmlns:text:1.0", Ns::Text),
        ("opendocument:xmlns:table:1.0", Ns::Table),
        ("opendocument:xmlns:drawing:1.0", Ns::Draw),
        ("opendocument:xmlns:office:1.0", Ns::Office),
        ("http://", Ns::Other),
    ];
    KNOWN
        .iter()
        .find(|(end, _)| address.ends_with(end))
        .map(|(_, ns)| *ns)
        .or_else(|| (address.contains("://") || address.contains(':')).then_some(Ns::Other))
}

/// The kind by the prefix everybody uses, where the address says nothing.
fn by_prefix(prefix: &str) -> Ns {
    match prefix {
        "w" => Ns::W,
        "a" => Ns::A,
        "m" => Ns::M,
        "v" => Ns::V,
        "mc" => Ns::Mc,
        "text" => Ns::Text,
        "table" => Ns::Table,
        "draw" => Ns::Draw,
        "office" => Ns::Office,
        _ => Ns::Other,
    }
}

struct Node<'a> {
    ns: Ns,
    /// Without its prefix; empty for text.
    name: &'a str,
    attributes: &'a str,
    text: String,
    first_child: u32,
    next: u32,
}

/// A tree of elements and texts.
pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    /// False when the text ends in the middle, is not well formed, or goes beyond a cap.
    pub(super) whole: bool,
    /// What was well formed goes beyond a cap.
    is_cut: bool,
}

const NONE: u32 = u32::MAX;

impl<'a> Tree<'a> {
    /// Reads a tree. What was read before an error stays.
    pub(super) fn read(xml: &'a str) -> Self {
        let mut tree = Tree {
            nodes: vec![Node {
                ns: Ns::Other,
                name: "",
                attributes: "",
                text: String::new(),
                first_child: NONE,
                next: NONE,
            }],
            whole: false,
            is_cut: false,
        };
        tree.fill(xml);
        tree
    }

    fn fill(&mut self, xml: &'a str) {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        // The element that is open at each depth, with the last of its children.
        let mut open: Vec<(u32, u32)> = vec![(0, NONE)];
        // Elements below the deepest level that is kept.
        let mut too_deep = 0usize;
        let mut was_too_deep = false;
        let mut prefixes: Vec<(usize, &'a str, Ns)> = Vec::new();
        let mut text = String::new();
        while let Ok(event) = reader.read_event() {
            match &event {
                Event::Text(part) => {
                    if too_deep == 0 {
                        text.push_str(&String::from_utf8_lossy(part));
                    }
                    continue;
                }
                Event::CData(part) => {
                    if too_deep == 0 {
                        text.push_str(&String::from_utf8_lossy(part));
                    }
                    continue;
                }
                Event::GeneralRef(reference) => {
                    if too_deep == 0 {
                        match reference.resolve_char_ref() {
                            Ok(Some(c)) => text.push(c),
                            _ => text.push_str(named(reference)),
                        }
                    }
                    continue;
                }
                _ => {}
            }
            if !text.is_empty() {
                let text = std::mem::take(&mut text);
                self.add(&mut open, Ns::Other, "", "", text);
            }
            match event {
                Event::Start(start) | Event::Empty(start) if too_deep > 0 => {
                    // Counted only where an end will come.
                    if is_open(xml, reader.buffer_position()) {
                        too_deep += 1;
                    }
                    drop(start);
                }
                Event::Start(start) => {
                    let end = usize_of(reader.buffer_position()).saturating_sub(1);
                    let raw = xml.get(end.saturating_sub(start.len())..end);
                    if open.len() > MAX_XML_DEPTH {
                        too_deep = 1;
                        was_too_deep = true;
                        continue;
                    }
                    let Some(raw) = raw else { break };
                    let index = self.element(raw, &mut open, &mut prefixes);
                    open.push((index, NONE));
                }
                Event::Empty(start) => {
                    let end = usize_of(reader.buffer_position()).saturating_sub(2);
                    let raw = xml.get(end.saturating_sub(start.len())..end);
                    let Some(raw) = raw else { break };
                    self.element(raw, &mut open, &mut prefixes);
                    let depth = open.len();
                    prefixes.retain(|(at, ..)| *at < depth);
                }
                Event::End(_) if too_deep > 0 => too_deep -= 1,
                Event::End(_) if open.len() > 1 => {
                    open.pop();
                    let depth = open.len();
                    prefixes.retain(|(at, ..)| *at < depth);
                }
                Event::Eof => {
                    let has_ended = open.len() == 1;
                    self.whole = has_ended && !was_too_deep;
                    self.is_cut = has_ended && was_too_deep;
                    return;
                }
                _ => {}
            }
            if self.nodes.len() > MAX_XML_NODES {
                self.is_cut = true;
                break;
            }
        }
        if !text.is_empty() {
            self.add(&mut open, Ns::Other, "", "", text);
        }
    }

    fn element(
        &mut self,
        raw: &'a str,
        open: &mut [(u32, u32)],
        prefixes: &mut Vec<(usize, &'a str, Ns)>,
    ) -> u32 {
        let cut = raw
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(raw.len());
        let (full, attributes) = raw.split_at_checked(cut).unwrap_or((raw, ""));
        if attributes.contains("xmlns") {
            for (key, address) in Pairs(attributes) {
                let prefix = match key.strip_prefix("xmlns") {
                    Some("") => "",
                    Some(rest) => match rest.strip_prefix(':') {
                        Some(prefix) => prefix,
                        None => continue,
                    },
                    None => continue,
                };
                if let Some(ns) = by_address(address) {
                    prefixes.push((open.len(), prefix, ns));
                }
            }
        }
        let (prefix, name) = full.split_once(':').unwrap_or(("", full));
        let ns = prefixes
            .iter()
            .rev()
            .find(|(_, known, _)| *known == prefix)
            .map_or_else(|| by_prefix(prefix), |(.., ns)| *ns);
        self.add(open, ns, name, attributes, String::new())
    }

    fn add(
        &mut self,
        open: &mut [(u32, u32)],
        ns: Ns,
        name: &'a str,
        attributes: &'a str,
        text: String,
    ) -> u32 {
        let index = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node {
            ns,
            name,
            attributes,
            text,
            first_child: NONE,
            next: NONE,
        });
        if let Some((parent, last)) = open.last_mut() {
            if *last == NONE {
                if let Some(parent) = self.nodes.get_mut(usize_of(u64::from(*parent))) {
                    parent.first_child = index;
                }
            } else if let Some(before) = self.nodes.get_mut(usize_of(u64::from(*last))) {
                before.next = index;
            }
            *last = index;
        }
        index
    }

    /// Why the tree is not whole: the text is longer than is read, or damaged. `None` when it is.
    pub(super) fn problem(&self) -> Option<Problem> {
        let why = match (self.whole, self.is_cut) {
            (true, _) => return None,
            (false, true) => code::CUT_OFF,
            (false, false) => code::DAMAGED,
        };
        Some(Problem::new(why, ""))
    }

    /// What stands at the top.
    pub(super) fn root(&self) -> Element<'_, 'a> {
        Element {
            tree: self,
            index: 0,
        }
    }
}

/// Names and values of the attributes in a tag; stops where they are not well formed.
struct Pairs<'a>(&'a str);

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, rest) = self.0.split_once('=')?;
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, rest) = rest.get(1..)?.split_once(quote)?;
        self.0 = rest;
        Some((key.trim(), value))
    }
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Whether the tag that ends here has an end of its own.
fn is_open(xml: &str, end: u64) -> bool {
    usize_of(end)
        .checked_sub(2)
        .and_then(|at| xml.as_bytes().get(at))
        != Some(&b'/')
}

/// An element or a text of a tree.
#[derive(Clone, Copy)]
pub(super) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    index: u32,
}

impl<'t, 'a> Element<'t, 'a> {
    fn node(&self) -> Option<&'t Node<'a>> {
        self.tree.nodes.get(usize_of(u64::from(self.index)))
    }

    /// Which of the vocabularies its name is of, and the name. A text has the name `""`.
    pub(super) fn name(&self) -> (Ns, &'a str) {
        self.node()
            .map_or((Ns::Other, ""), |node| (node.ns, node.name))
    }

    /// Its place in the order of the document, among all elements and texts of its tree.
    pub(super) fn place(&self) -> u32 {
        self.index
    }

    /// Whether it has this name.
    pub(super) fn is(&self, ns: Ns, name: &str) -> bool {
        self.name() == (ns, name)
    }

    /// Its own text, when it is a text.
    pub(super) fn text(&self) -> &'t str {
        self.node().map_or("", |node| node.text.as_str())
    }

    /// What it holds, in order.
    pub(super) fn children(&self) -> impl Iterator<Item = Element<'t, 'a>> + use<'t, 'a> {
        let tree = self.tree;
        let mut next = self.node().map_or(NONE, |node| node.first_child);
        std::iter::from_fn(move || {
            if next == NONE {
                return None;
            }
            let element = Element { tree, index: next };
            next = element.node().map_or(NONE, |node| node.next);
            Some(element)
        })
    }

    /// The first child of a name.
    pub(super) fn child(&self, ns: Ns, name: &str) -> Option<Element<'t, 'a>> {
        self.children().find(|child| child.is(ns, name))
    }

    /// The first child of a name, whatever vocabulary it is of.
    pub(super) fn any_child(&self, name: &str) -> Option<Element<'t, 'a>> {
        self.children().find(|child| child.name().1 == name)
    }

    /// The value of an attribute by its name without prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let attributes = self.node()?.attributes;
        if !attributes.contains(name) {
            return None;
        }
        Pairs(attributes)
            .find(|(key, _)| key.rsplit_once(':').map_or(*key, |(_, local)| local) == name)
            .map(|(_, value)| {
                quick_xml::escape::unescape(value)
                    .map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
            })
    }

    /// Itself and everything inside, in order.
    pub(super) fn descendants(&self) -> Descendants<'t, 'a> {
        Descendants {
            tree: self.tree,
            path: vec![(self.index, true)],
        }
    }

    /// The first element of a name inside.
    pub(super) fn find(&self, name: &str) -> Option<Element<'t, 'a>> {
        self.descendants().find(|inner| inner.name().1 == name)
    }

    /// All text inside.
    pub(super) fn all_text(&self) -> String {
        self.descendants().fold(String::new(), |mut text, inner| {
            text.push_str(inner.text());
            text
        })
    }
}

/// A walk over elements and texts in the order of the document.
pub(super) struct Descendants<'t, 'a> {
    tree: &'t Tree<'a>,
    /// What comes next at each depth; at the top only the element itself, without what follows.
    path: Vec<(u32, bool)>,
}

impl<'t, 'a> Iterator for Descendants<'t, 'a> {
    type Item = Element<'t, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (index, is_top) = loop {
            match self.path.pop()? {
                (NONE, _) => {}
                found => break found,
            }
        };
        let element = Element {
            tree: self.tree,
            index,
        };
        let node = element.node()?;
        if !is_top {
            self.path.push((node.next, false));
        }
        self.path.push((node.first_child, false));
        Some(element)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(element: Element<'_, '_>) -> String {
        if element.name().1.is_empty() && !element.text().is_empty() {
            return format!("[{}]", element.text());
        }
        let inner: String = element.children().map(shape).collect();
        format!("<{}{inner}>", element.name().1)
    }

    #[test]
    fn trees_are_read_whole() {
        let tree =
            Tree::read("<w:a w:val='x &amp; y' r:id=\"3\">t<w:b/>&#1589;&lt;<w:c>d</w:c></w:a>");
        assert!(tree.whole);
        assert_eq!(shape(tree.root()), "<<a[t]<b>[ص<]<c[d]>>>");
        let a = tree.root().child(Ns::W, "a").unwrap();
        assert_eq!(a.attribute("val").unwrap(), "x & y");
        assert_eq!(a.attribute("id").unwrap(), "3");
        assert_eq!(a.attribute("i"), None);
        assert_eq!(tree.root().all_text(), "tص<d");
        assert_eq!(a.descendants().count(), 6);
    }

    #[test]
    fn vocabularies_are_told_by_address_then_by_prefix() {
        let tree = Tree::read(
            "<x:document xmlns:x='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:w='urn:mine'><x:p/><w:p/><a:p/><y xmlns='http://purl.oclc.org/ooxml/drawingml/main'><z/></y><z/></x:document>",
        );
        let document = tree.root().child(Ns::W, "document").unwrap();
        let found: Vec<Ns> = document.descendants().map(|e| e.name().0).collect();
        assert_eq!(
            found,
            [Ns::W, Ns::W, Ns::Other, Ns::A, Ns::A, Ns::A, Ns::Other]
        );
    }

    #[test]
    fn damaged_and_endless_trees_end() {
        let deep = Tree::read(&"<a>".repeat(100_000)).nodes.len();
        assert!(deep <= MAX_XML_DEPTH + 2, "{deep}");
        let deep = format!("{}x{}<b/>", "<a>".repeat(400), "</a>".repeat(400));
        let tree = Tree::read(&deep);
        assert!(!tree.whole && tree.root().any_child("b").is_some());
        let why = |tree: &Tree<'_>| tree.problem().map(|problem| problem.code);
        assert_eq!(why(&tree).as_deref(), Some(code::CUT_OFF));
        assert_eq!(why(&Tree::read("<a><b/></a>")), None);
        let broken = [
            "<a><b>text</b><c x='",
            "<a><b>text",
            "<a><b>text</b><!-- ",
            &"<a>".repeat(400),
        ];
        for broken in broken {
            assert_eq!(
                why(&Tree::read(broken)).as_deref(),
                Some(code::DAMAGED),
                "{broken}"
            );
        }
        let bomb = "<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;'>]><a>&c;</a>";
        assert_eq!(Tree::read(bomb).root().all_text(), " ");
        let cut = Tree::read("<a><b>text</b><c x='");
        assert!(!cut.whole);
        assert_eq!(cut.root().all_text(), "text");
    }
}

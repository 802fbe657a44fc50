//! Links within a text: each heading has an address, formed as Markdown readers everywhere form it, so
//! the same link works on a page of ours and wherever the Markdown itself is shown.

use std::collections::BTreeSet;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Anchorizer, Arena};

use super::text::text_of;

/// Stands before the address on a page, which has names of its own.
pub(super) const ON_A_PAGE: &str = "part-";

/// The addresses of headings with these words, in order; without the sign before them.
pub(crate) fn anchors<'w>(headings: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    let mut anchorizer = Anchorizer::new();
    headings
        .into_iter()
        .map(|words| anchorizer.anchorize(words))
        .collect()
}

/// Gives headings that the text links to a mark to go to.
pub(super) fn mark<'a>(arena: &'a Arena<'a>, root: &'a AstNode<'a>) {
    let links: Vec<&'a AstNode<'a>> = root
        .descendants()
        .filter(|node| within(node).is_some())
        .collect();
    if links.is_empty() {
        return;
    }
    let wanted: BTreeSet<String> = links.iter().filter_map(|node| within(node)).collect();
    let headings: Vec<&'a AstNode<'a>> = root
        .descendants()
        .filter(|node| matches!(node.data().value, NodeValue::Heading(_)))
        .collect();
    let words: Vec<String> = headings.iter().map(|node| text_of(node)).collect();
    let mut found = BTreeSet::new();
    for (heading, anchor) in headings
        .iter()
        .zip(anchors(words.iter().map(String::as_str)))
    {
        if wanted.contains(&anchor) {
            let mark = NodeValue::Raw(format!("<a id=\"{ON_A_PAGE}{anchor}\"></a>"));
            heading.prepend(arena.alloc(AstNode::from(mark)));
            found.insert(anchor);
        }
    }
    for link in links {
        let Some(anchor) = within(link).filter(|anchor| found.contains(anchor)) else {
            continue;
        };
        if let NodeValue::Link(link) = &mut link.data_mut().value {
            link.url = format!("#{ON_A_PAGE}{anchor}");
        }
    }
}

/// Where within the text a link leads.
fn within<'a>(node: &'a AstNode<'a>) -> Option<String> {
    match &node.data().value {
        NodeValue::Link(link) => link.url.strip_prefix('#').map(str::to_owned),
        _ => None,
    }
}

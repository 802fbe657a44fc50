//! Raised and lowered signs of a page: those with characters of their own become these.

use std::rc::Rc;

use htmd::Node;
use markup5ever_rcdom::NodeData;

use super::html::parent_of;
use super::html_marks::{adopt, is_block, is_named};
use super::html_table::name;
use super::office::{is_ordinal, lowered, raised};

/// Gives raised and lowered signs that have characters of their own these characters.
pub(super) fn raise(page: &Rc<Node>) {
    let mut ahead = vec![Rc::clone(page)];
    while let Some(node) = ahead.pop() {
        let inside = node.children.take();
        let mut settled = Vec::with_capacity(inside.len());
        for child in inside {
            if becomes_signs(&child) {
                adopt(&node, child.children.take(), &mut settled);
            } else {
                settled.push(child);
            }
        }
        ahead.extend(settled.iter().map(Rc::clone));
        node.children.replace(settled);
    }
}

/// Writes the text of a raised or lowered element in signs of their own, if all of it has some.
fn becomes_signs(node: &Rc<Node>) -> bool {
    let spelled: fn(&str) -> Option<String> = match name(node).as_deref() {
        Some("sup") => raised,
        Some("sub") => lowered,
        _ => return false,
    };
    let mut texts = Vec::new();
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        for child in node.children.borrow().iter() {
            match &child.data {
                NodeData::Text { contents } => {
                    texts.push((Rc::clone(child), contents.borrow().trim().to_owned()))
                }
                NodeData::Element { .. } if is_simple(child) => ahead.push(Rc::clone(child)),
                NodeData::Comment { .. } => {}
                _ => return false,
            }
        }
    }
    texts.retain(|(_, text)| !text.is_empty());
    // Signs that all have a character are few; each piece is looked up by itself.
    let signs: Option<Vec<String>> = texts.iter().map(|(_, text)| spelled(text)).collect();
    let Some(signs) = signs.filter(|signs| !signs.is_empty()) else {
        return false;
    };
    for ((node, text), signs) in texts.iter().zip(signs) {
        if let NodeData::Text { contents } = &node.data {
            let written = contents.borrow().replace(text.as_str(), &signs);
            contents.replace(written.into());
        }
    }
    true
}

/// Whether an element stands in a line and is neither raised nor a picture.
fn is_simple(node: &Rc<Node>) -> bool {
    name(node).is_some_and(|name| {
        matches!(
            name.as_str(),
            "a" | "b" | "strong" | "i" | "em" | "span" | "small" | "u" | "bdi" | "font"
        )
    })
}

/// Whether what a raised or lowered element holds is words in the line afterwards: the end of an
/// ordinal, whole blocks, or words of code. Else it stays as it was, or its signs are others.
pub(super) fn comes_into_line(node: &Rc<Node>) -> bool {
    let Some(name) = name(node) else {
        return false;
    };
    let around = std::iter::successors(parent_of(node), parent_of);
    (name == "sup" && is_ordinal(&short_text(node)))
        || holds_block(node)
        || around
            .take(MAX_AROUND)
            .any(|around| is_named(&around, &["code"]))
}

/// How far up code is looked for around a raised sign.
const MAX_AROUND: usize = 8;

fn holds_block(node: &Rc<Node>) -> bool {
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        let children = node.children.borrow();
        if children.iter().any(is_block) {
            return true;
        }
        ahead.extend(children.iter().map(Rc::clone));
    }
    false
}

/// The text of an element, as far as the longest ending of an ordinal reaches.
fn short_text(node: &Rc<Node>) -> String {
    let mut text = String::new();
    let mut ahead = vec![Rc::clone(node)];
    while let Some(node) = ahead.pop() {
        if text.len() > 32 {
            break;
        }
        if let NodeData::Text { contents } = &node.data {
            text.push_str(&contents.borrow());
        }
        ahead.extend(node.children.borrow().iter().rev().map(Rc::clone));
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::readers::html_marks::tests::markdown;
    use crate::readers::import::import;

    #[test]
    fn raised_and_lowered_signs_stay_so() {
        let cases = [
            // The page, its text, and whether the report says that something is in the line now.
            (
                "10<sup>6</sup> m<sup>2</sup>, 10<sup>-6</sup>, CO<sub>2</sub>",
                "10⁶ m², 10⁻⁶, CO₂",
                0,
            ),
            ("note<sup><a href='#fn1'>3</a></sup>", "note³", 0),
            (
                "x<sup>n+1</sup> and H<sub>i</sub>",
                "x<sup>n+1</sup> and H<sub>i</sub>",
                0,
            ),
            ("x<sup> a<sup>2</sup> </sup>y", "x <sup>a²</sup> y", 0),
            (
                "le 1<sup>er</sup> mai, 2<sup>nd</sup>",
                "le 1er mai, 2nd",
                2,
            ),
            ("a<sup><br>b</sup>", "a\\\n<sup>b</sup>", 0),
            ("<sup>a<div>b</div></sup>", "a\n\nb", 1),
            (
                "<b>m<sup>2</sup> m<sup>k</sup></b>",
                "**m² m<sup>k</sup>**",
                0,
            ),
        ];
        for (html, wanted, told) in cases {
            let html = format!("<div>{html}</div>");
            assert_eq!(markdown(&html), wanted, "{html}");
            let read = import("a.html", format!("<html>{html}").as_bytes(), None);
            assert_eq!(
                read.report.changed.get("raised").copied().unwrap_or(0),
                told,
                "{html}"
            );
        }
        // A heading is found by its words as they are now.
        let page =
            "<html><p><a href='#a'>Go</a>.</p><h2 id=a>CO<sub>2</sub> plan</h2><p>Words.</p>";
        let read = import("a.html", page.as_bytes(), None);
        assert!(
            read.markdown.starts_with("[Go](#co-plan)")
                || read.markdown.starts_with("[Go](#co₂-plan)"),
            "{}",
            read.markdown
        );
    }
}

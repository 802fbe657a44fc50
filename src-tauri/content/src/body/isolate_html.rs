//! What must run by itself in a line, on its way to HTML.

use std::collections::HashMap;

use comrak::Arena;
use comrak::nodes::{AstNode, NodeValue};

use super::isolate;
use crate::lang::{Direction, first_strong};

/// Puts what must run by itself in a line (see `isolate`) into an element with a direction. Not into
/// `bdi`: some sites take that out.
pub(super) fn lines<'a>(
    arena: &'a Arena<'a>,
    root: &'a AstNode<'a>,
    chosen: &HashMap<*const AstNode<'a>, Direction>,
) {
    let lines: Vec<&'a AstNode<'a>> = root
        .descendants()
        .filter(|node| {
            matches!(
                &node.data().value,
                NodeValue::Paragraph | NodeValue::Heading(_) | NodeValue::TableCell
            )
        })
        .collect();
    for line in lines {
        let mut text = String::new();
        // Where each text of the line begins in the whole.
        let mut texts: Vec<(usize, &'a AstNode<'a>)> = Vec::new();
        for node in line.descendants().skip(1) {
            match &node.data().value {
                NodeValue::Text(part) => {
                    texts.push((text.len(), node));
                    text.push_str(part);
                }
                NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
                NodeValue::Code(_) | NodeValue::HtmlInline(_) | NodeValue::Image(_) => {
                    text.push('\u{fffc}');
                }
                _ => {}
            }
        }
        let chosen = chosen.get(&std::ptr::from_ref(line)).copied();
        let base = chosen
            .or_else(|| first_strong(&text))
            .unwrap_or(Direction::Ltr);
        let isolates = isolate::isolates(&text, base);
        if !isolates.is_empty() {
            for (start, node) in texts {
                divide(arena, node, start, &isolates);
            }
        }
    }
}

/// Divides a text, which begins at `start` of its line, at the isolates that are within it.
fn divide<'a>(
    arena: &'a Arena<'a>,
    node: &'a AstNode<'a>,
    start: usize,
    isolates: &[isolate::Isolate],
) {
    let text = match &node.data().value {
        NodeValue::Text(text) => text.to_string(),
        _ => return,
    };
    let put = |value: NodeValue| node.insert_before(arena.alloc(AstNode::from(value)));
    let words = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or_default();
        if !part.is_empty() {
            put(NodeValue::Text(part.to_owned().into()));
        }
    };
    let mut at = 0;
    for one in isolates {
        let within = one.range.start >= start && one.range.end <= start + text.len();
        if !within {
            continue;
        }
        let (from, to) = (one.range.start - start, one.range.end - start);
        words(at, from);
        put(NodeValue::Raw(format!(
            "<span dir=\"{}\">",
            one.dir.as_str()
        )));
        words(from, to);
        put(NodeValue::Raw("</span>".to_owned()));
        at = to;
    }
    if at > 0 {
        words(at, text.len());
        node.detach();
    }
}

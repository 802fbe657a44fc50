//! Tracked changes of an OpenDocument text.

use std::collections::HashMap;

use super::super::flow::Piece;
use super::{Around, Reader};
use crate::readers::import::{TrackedKind, TrackedWish};
use crate::readers::xml_tree::{Element, Ns};

/// A change, as the list at the beginning of the text tells it.
#[derive(Clone)]
pub(super) struct Change<'t, 'a> {
    kind: TrackedKind,
    author: String,
    at: String,
    /// What was taken out.
    content: Element<'t, 'a>,
}

/// The list of changes.
pub(super) fn read<'t, 'a>(body: Element<'t, 'a>) -> HashMap<String, Change<'t, 'a>> {
    let mut changes = HashMap::new();
    for region in body
        .children()
        .filter(|child| child.is(Ns::Text, "tracked-changes"))
        .flat_map(|list| list.children())
    {
        let Some(id) = region.attribute("id") else {
            continue;
        };
        let found = region.children().find_map(|child| {
            let kind = match child.name().1 {
                "insertion" => TrackedKind::Insertion,
                "deletion" => TrackedKind::Deletion,
                "format-change" => TrackedKind::Formatting,
                _ => return None,
            };
            Some((kind, child))
        });
        let Some((kind, content)) = found else {
            continue;
        };
        let said = |name: &str| content.find(name).map(|e| e.all_text()).unwrap_or_default();
        changes.insert(
            id,
            Change {
                kind,
                author: said("creator"),
                at: said("date"),
                content,
            },
        );
    }
    changes
}

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// A change begins: its words are read between here and its end.
    pub(super) fn change_start(&mut self, id: String) {
        let Some(change) = self.changes.get(&id) else {
            return;
        };
        if change.kind == TrackedKind::Insertion && self.flow.wish == TrackedWish::Reject {
            self.removed.insert(id.clone());
        }
        self.added.insert(id, String::new());
    }

    pub(super) fn change_end(&mut self, id: &str) {
        self.removed.remove(id);
        let words = self.added.remove(id).unwrap_or_default();
        self.tell(id, &words);
    }

    fn tell(&mut self, id: &str, words: &str) {
        if let Some(change) = self.changes.get(id) {
            let (kind, author, at) = (change.kind, change.author.clone(), change.at.clone());
            self.flow.tracked(kind, author, at, words);
        }
    }

    /// The place of something taken out, in a line.
    pub(super) fn change_point(&mut self, id: &str, around: &Around) {
        let Some(content) = self.deleted(id) else {
            return;
        };
        if self.flow.wish == TrackedWish::Accept {
            return;
        }
        let lines: Vec<Element<'t, 'a>> = content
            .children()
            .filter(|child| matches!(child.name(), (Ns::Text, "p" | "h")))
            .collect();
        for (index, line) in lines.into_iter().enumerate() {
            // The end of a paragraph was taken out as well.
            if index > 0 {
                let full = std::mem::take(&mut self.line);
                self.finished.push(full);
            }
            self.pieces(line, around);
        }
    }

    /// The same between paragraphs.
    pub(super) fn change_between(&mut self, id: &str, out: &mut Vec<Piece>) {
        if let Some(content) = self.deleted(id)
            && self.flow.wish == TrackedWish::Reject
        {
            self.children(content, out);
        }
    }

    /// What was taken out; told where it was, once: it must not hold itself.
    fn deleted(&mut self, id: &str) -> Option<Element<'t, 'a>> {
        let change = self.changes.get(id)?;
        if change.kind != TrackedKind::Deletion {
            return None;
        }
        let content = change.content;
        let mut words = String::new();
        for child in content.children() {
            if child.name().1 != "change-info" {
                words.push_str(&child.all_text());
                words.push(' ');
            }
        }
        self.tell(id, &words);
        self.changes.remove(id);
        Some(content)
    }
}

//! Footnotes, endnotes and remarks on the margin.

use std::collections::{HashMap, HashSet};

use super::super::Container;
use super::super::flow::{Piece, blocks_of};
use super::fields::spans;
use super::parts::part;
use super::{NoteKind, Reader, words_of};
use crate::body::tree::{Block, Inline, InlineKind, Marks};
use crate::readers::import::ImportComment;
use crate::readers::xml_tree::{Ns, Tree};

/// The parts beside the text that belong to places in it.
pub(super) struct Margins {
    pub(super) footnotes: String,
    pub(super) endnotes: String,
    pub(super) comments: HashMap<String, ImportComment>,
}

impl Margins {
    pub(super) fn read(
        container: &mut Container<'_>,
        of_kind: &dyn Fn(&str, &str) -> String,
    ) -> Self {
        let mut text =
            |kind: &str, usual: &str| part(container, &of_kind(kind, usual)).unwrap_or_default();
        let footnotes = text("footnotes", "word/footnotes.xml");
        let endnotes = text("endnotes", "word/endnotes.xml");
        let comments = text("comments", "word/comments.xml");
        let extended = text("commentsExtended", "word/commentsExtended.xml");
        Self {
            footnotes,
            endnotes,
            comments: comments_of(&comments, &extended),
        }
    }
}

fn comments_of(comments: &str, extended: &str) -> HashMap<String, ImportComment> {
    let tree = Tree::read(extended);
    let done: HashSet<String> = tree
        .root()
        .descendants()
        .filter(|element| element.name().1 == "commentEx")
        .filter(|element| matches!(element.attribute("done").as_deref(), Some("1" | "true")))
        .filter_map(|element| element.attribute("paraId"))
        .collect();
    let tree = Tree::read(comments);
    let mut found = HashMap::new();
    for comment in tree.root().descendants().filter(|e| e.is(Ns::W, "comment")) {
        let Some(id) = comment.attribute("id") else {
            continue;
        };
        let resolved = comment
            .descendants()
            .filter(|element| element.is(Ns::W, "p"))
            .filter_map(|paragraph| paragraph.attribute("paraId"))
            .any(|paragraph| done.contains(&paragraph));
        found.insert(
            id,
            ImportComment {
                author: comment.attribute("author").unwrap_or_default(),
                at: comment.attribute("date").unwrap_or_default(),
                text: words_of(comment)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
                resolved,
                ..ImportComment::default()
            },
        );
    }
    found
}

impl Reader<'_, '_, '_, '_> {
    /// A reference to a note: the note is read where it is first referred to.
    pub(super) fn note(&mut self, kind: NoteKind, id: &str, marks: &Marks) {
        let key = (kind, id.to_owned());
        if let Some(label) = self.labels.get(&key).cloned() {
            return self.refer(label, marks);
        }
        let Some(note) = self.notes.get(&key).copied() else {
            return;
        };
        if self.depth >= super::MAX_NESTING {
            return self.flow.dropped("footnote", &words_of(note));
        }
        let label = self.flow.next_note();
        self.labels.insert(key, label.clone());
        // Its place is taken now, so that notes have the order of their references.
        let at = self.flow.notes.len();
        self.flow.notes.push(Block::Rule);
        let own = match kind {
            NoteKind::Foot => std::mem::take(&mut self.note_relations[0]),
            NoteKind::End => std::mem::take(&mut self.note_relations[1]),
        };
        let main = std::mem::replace(&mut self.relations, own);
        let spans = std::mem::replace(&mut self.spans, spans(note));
        let pieces: Vec<Piece> = self.apart(|reader| reader.story(note));
        self.spans = spans;
        let own = std::mem::replace(&mut self.relations, main);
        match kind {
            NoteKind::Foot => self.note_relations[0] = own,
            NoteKind::End => self.note_relations[1] = own,
        }
        let blocks = blocks_of(pieces, &mut self.flow);
        if kind == NoteKind::End {
            self.flow.changed_often("endnote", "");
        }
        if let Some(place) = self.flow.notes.get_mut(at) {
            *place = Block::Footnote {
                label: label.clone(),
                blocks,
            };
        }
        self.refer(label, marks);
    }

    fn refer(&mut self, label: String, marks: &Marks) {
        self.line.push(Inline {
            kind: InlineKind::FootnoteReference(label),
            marks: Marks {
                link: None,
                ..marks.clone()
            },
        });
    }
}

//! .docx as a body.

mod choice;
mod drawings;
mod fields;
mod line;
mod notes;
mod numbering;
mod parts;
mod story;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use super::Container;
use super::flow::{Flow, Piece, blocks_of};
use crate::readers::import::{ImportComment, TrackedWish};
use crate::readers::xml_tree::{Element, Ns, Tree};
use fields::{Field, Spans};
use notes::Margins;
use numbering::Numbering;
use parts::{Relation, Relations, Styles, part, relations};

pub(super) use numbering::written as written_number;

/// The path of the text inside the container, when this is a word processor document.
pub(super) fn main_part(container: &mut Container<'_>) -> Option<String> {
    let named = relations(container, "")
        .into_values()
        .find(|relation| relation.kind == "officeDocument" && !relation.outside)
        .map(|relation| relation.target)
        .filter(|path| container.has(path));
    if let Some(path) = named {
        let is_text = !path.starts_with("xl/") && !path.starts_with("ppt/");
        return is_text.then_some(path);
    }
    container
        .has("word/document.xml")
        .then(|| "word/document.xml".to_owned())
}

/// Reads a document. `None` when its text is not there.
pub(super) fn read(
    container: &mut Container<'_>,
    main: &str,
    wish: TrackedWish,
) -> Option<(Flow, Vec<crate::body::tree::Block>)> {
    let text = part(container, main)?;
    let tree = Tree::read(&text);
    let body = tree.root().find("body")?;
    let main_relations = relations(container, main);
    let of_kind = |kind: &str, usual: &str| {
        main_relations
            .values()
            .find(|relation| relation.kind == kind && !relation.outside)
            .map_or_else(|| usual.to_owned(), |relation| relation.target.clone())
    };
    let styles = part(container, &of_kind("styles", "word/styles.xml"))
        .map(|text| Styles::read(&text))
        .unwrap_or_default();
    let numbering = part(container, &of_kind("numbering", "word/numbering.xml"))
        .map(|text| Numbering::read(&text))
        .unwrap_or_default();
    let margins = Margins::read(container, &of_kind);
    let footnotes = Tree::read(&margins.footnotes);
    let endnotes = Tree::read(&margins.endnotes);
    let mut notes = HashMap::new();
    for (tree, kind) in [(&footnotes, NoteKind::Foot), (&endnotes, NoteKind::End)] {
        let name = if kind == NoteKind::Foot {
            "footnote"
        } else {
            "endnote"
        };
        for note in tree.root().descendants().filter(|e| e.is(Ns::W, name)) {
            if let Some(id) = note.attribute("id") {
                notes.insert((kind, id), note);
            }
        }
    }
    let note_relations = [
        relations(container, &of_kind("footnotes", "word/footnotes.xml")),
        relations(container, &of_kind("endnotes", "word/endnotes.xml")),
    ];
    let mut flow = Flow {
        wish,
        ..Flow::default()
    };
    let problem = [&tree, &footnotes, &endnotes]
        .iter()
        .find_map(|part| part.problem());
    flow.read.problems.extend(problem);
    let mut reader = Reader {
        flow,
        container,
        styles,
        numbering,
        notes,
        labels: HashMap::new(),
        relations: main_relations,
        note_relations,
        comments: margins.comments,
        ranges: HashMap::new(),
        spans: fields::spans(body),
        fields: Vec::new(),
        line: Vec::new(),
        carried: Vec::new(),
        after: Vec::new(),
        look: super::flow::Look::default(),
        depth: 0,
        in_contents: false,
    };
    let pieces: Vec<Piece> = reader.story(body);
    reader.leftovers(main);
    let mut flow = reader.flow;
    let blocks = blocks_of(pieces, &mut flow);
    Some((flow, blocks))
}

/// Where a note stands in print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum NoteKind {
    Foot,
    End,
}

/// A document while it is read.
struct Reader<'c, 'z, 't, 'a> {
    flow: Flow,
    container: &'c mut Container<'z>,
    styles: Styles,
    numbering: Numbering,
    notes: HashMap<(NoteKind, String), Element<'t, 'a>>,
    /// Labels of notes that were referred to already.
    labels: HashMap<(NoteKind, String), String>,
    relations: Relations,
    note_relations: [Relations; 2],
    comments: HashMap<String, ImportComment>,
    /// The words of remarks whose stretch of text is open.
    ranges: HashMap<String, String>,
    /// The fields of the part being read.
    spans: Spans,
    /// Those that are open.
    fields: Vec<Field>,
    /// The line being read.
    line: Vec<crate::body::tree::Inline>,
    /// What a paragraph whose end was taken away leaves to the next.
    carried: Vec<crate::body::tree::Inline>,
    /// What stands in boxes and comes after the paragraph.
    after: Vec<Piece>,
    /// How the paragraph's style has its text look.
    look: super::flow::Look,
    /// How deep boxes, notes and tables are in each other.
    depth: usize,
    /// Inside of a table of contents.
    in_contents: bool,
}

/// Boxes in boxes, tables in tables: beyond this only their text is read.
const MAX_NESTING: usize = 12;

impl Reader<'_, '_, '_, '_> {
    fn relation(&self, id: &str) -> Option<&Relation> {
        self.relations.get(id)
    }

    /// Reads something that stands apart from the line being read.
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let line = std::mem::take(&mut self.line);
        let carried = std::mem::take(&mut self.carried);
        let after = std::mem::take(&mut self.after);
        let fields = std::mem::take(&mut self.fields);
        let look = std::mem::take(&mut self.look);
        let result = read(self);
        self.line = line;
        self.carried = carried;
        self.after = after;
        self.fields = fields;
        self.look = look;
        result
    }

    /// What the document has beside its text, and what was never referred to.
    fn leftovers(&mut self, main: &str) {
        self.flow.paragraph = 0;
        self.flow.heading.clear();
        let mut left: Vec<ImportComment> = self.comments.drain().map(|(_, c)| c).collect();
        left.sort_by(|a, b| (&a.at, &a.text).cmp(&(&b.at, &b.text)));
        for comment in left {
            self.flow.comment(comment, "");
        }
        let folder = main.rsplit_once('/').map_or("word", |(folder, _)| folder);
        for (start, what) in [("header", "header"), ("footer", "footer")] {
            for name in self.container.names(&format!("{folder}/{start}"), ".xml") {
                let text = part(self.container, &name).unwrap_or_default();
                let tree = Tree::read(&text);
                let words = words_of(tree.root());
                if !words.trim().is_empty() {
                    self.flow.dropped(what, &words);
                }
            }
        }
        if !self.container.names("", "vbaProject.bin").is_empty() {
            self.flow.dropped("macro", "");
        }
        for name in self.container.names(&format!("{folder}/activeX/"), ".xml") {
            self.flow.dropped("active_control", &name);
        }
        let settings = relations(self.container, &format!("{folder}/settings.xml"));
        for relation in settings.values().filter(|relation| relation.outside) {
            if relation.kind == "attachedTemplate" {
                self.flow.dropped("linked_template", &relation.target);
            }
        }
    }
}

/// The words of a part, without codes of fields.
fn words_of(element: Element<'_, '_>) -> String {
    let mut words = String::new();
    choice::each(element, &mut |inner| {
        if inner.is(Ns::W, "t") {
            words.push_str(&inner.all_text());
        } else if inner.is(Ns::W, "p") || inner.is(Ns::W, "tab") {
            words.push(' ');
        }
    });
    words
}

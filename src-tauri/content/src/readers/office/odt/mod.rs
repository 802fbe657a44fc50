//! .odt as a body.

mod changes;
mod frames;
mod line;
mod lists;
mod story;
mod styles;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use super::Container;
use super::flow::{Flow, Look, Piece, blocks_of};
use crate::body::tree::{Block, Inline};
use crate::readers::decode::decode;
use crate::readers::import::{ImportComment, TrackedWish};
use crate::readers::xml_tree::{Element, Ns, Tree};
use changes::Change;
use lists::Lists;
use styles::Styles;

/// Whether the container holds an OpenDocument text.
pub(super) fn is_text(container: &mut Container<'_>) -> bool {
    let Some(kind) = container.entry("mimetype") else {
        return container.has("content.xml");
    };
    let kind = String::from_utf8_lossy(&kind);
    container.has("content.xml") && kind.contains("opendocument.text")
}

/// Whether it asks for a password.
pub(super) fn is_locked(container: &mut Container<'_>) -> bool {
    container
        .entry("META-INF/manifest.xml")
        .is_some_and(|manifest| memchr::memmem::find(&manifest, b"encryption-data").is_some())
}

fn part(container: &mut Container<'_>, path: &str) -> Option<String> {
    let bytes = container.entry(path)?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => decode(error.as_bytes(), None).0,
    })
}

/// Reads a document. `None` when its text is not there.
pub(super) fn read(container: &mut Container<'_>, wish: TrackedWish) -> Option<(Flow, Vec<Block>)> {
    let text = part(container, "content.xml")?;
    let tree = Tree::read(&text);
    let body = tree
        .root()
        .descendants()
        .find(|element| element.is(Ns::Office, "text"))?;
    let common = part(container, "styles.xml").unwrap_or_default();
    let common = Tree::read(&common);
    let styles = Styles::read(&[common.root(), tree.root()]);
    let lists = Lists::read(&[common.root(), tree.root()]);
    let mut flow = Flow {
        wish,
        ..Flow::default()
    };
    flow.read.problems.extend(tree.problem());
    let mut reader = Reader {
        flow,
        container,
        styles,
        lists,
        changes: changes::read(body),
        removed: HashSet::new(),
        added: HashMap::new(),
        remarks: HashMap::new(),
        line: Vec::new(),
        finished: Vec::new(),
        carried: Vec::new(),
        after: Vec::new(),
        depth: 0,
    };
    let pieces = reader.story(body);
    reader.leftovers(common.root(), tree.root());
    let mut flow = reader.flow;
    let blocks = blocks_of(pieces, &mut flow);
    Some((flow, blocks))
}

/// A document while it is read.
struct Reader<'c, 'z, 't, 'a> {
    flow: Flow,
    container: &'c mut Container<'z>,
    styles: Styles,
    lists: Lists,
    changes: HashMap<String, Change<'t, 'a>>,
    /// Insertions that are being left out.
    removed: HashSet<String>,
    /// Words of the insertions that are open.
    added: HashMap<String, String>,
    /// Remarks whose stretch of text is open, with its words.
    remarks: HashMap<String, (ImportComment, String)>,
    line: Vec<Inline>,
    /// Lines of the paragraph being read that are full because an end of a paragraph came back.
    finished: Vec<Vec<Inline>>,
    /// What a paragraph whose end was taken away leaves to the next.
    carried: Vec<Inline>,
    /// What stands in frames and comes after the paragraph.
    after: Vec<Piece>,
    depth: usize,
}

/// Frames in frames, tables in tables: beyond this only their text is read.
const MAX_NESTING: usize = 12;

/// What is around a piece of a line.
#[derive(Clone, Debug, Default)]
struct Around {
    look: Look,
    link: Option<crate::body::tree::Link>,
}

impl Reader<'_, '_, '_, '_> {
    /// Reads something that stands apart from the line being read.
    fn apart<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let line = std::mem::take(&mut self.line);
        let finished = std::mem::take(&mut self.finished);
        let carried = std::mem::take(&mut self.carried);
        let after = std::mem::take(&mut self.after);
        let result = read(self);
        self.line = line;
        self.finished = finished;
        self.carried = carried;
        self.after = after;
        result
    }

    /// What the document has beside its text.
    fn leftovers(&mut self, common: Element<'_, '_>, content: Element<'_, '_>) {
        self.flow.paragraph = 0;
        self.flow.heading.clear();
        let mut open: Vec<(ImportComment, String)> =
            self.remarks.drain().map(|(_, remark)| remark).collect();
        open.sort_by(|a, b| (&a.0.at, &a.0.text).cmp(&(&b.0.at, &b.0.text)));
        for (comment, about) in open {
            self.flow.comment(comment, &about);
        }
        for element in common.descendants() {
            let (_, name) = element.name();
            let what = match name {
                "header" | "header-left" | "header-first" => "header",
                "footer" | "footer-left" | "footer-first" => "footer",
                _ => continue,
            };
            let words = element.all_text();
            if !words.trim().is_empty() {
                self.flow.dropped(what, &words);
            }
        }
        let has_code = content
            .descendants()
            .any(|e| e.is(Ns::Office, "script") || e.name().1 == "event-listener");
        let libraries = self.container.names("Basic/", ".xml").len()
            + self.container.names("Scripts/", "").len();
        if has_code || libraries > 0 {
            self.flow.dropped("macro", "");
        }
    }
}

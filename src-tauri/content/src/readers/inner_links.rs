//! Links from one place of a document to another. What leads to a heading leads there in the text as
//! well; what leads elsewhere is only its words, and the report says so.

use std::collections::BTreeMap;

use super::import::{ImportFate, ImportPlace, ImportReport, few_words};
use crate::body::anchors;
use crate::body::tree::{Block, Inline, InlineKind, Link};

/// What is known of them while a document is read.
#[derive(Debug, Default)]
pub(super) struct InnerLinks {
    /// The words of the heading at each mark of the document, by its name.
    marks: BTreeMap<String, String>,
    /// The mark each link leads to, and where the link stands. The address of a link is its
    /// number here until all headings are known.
    links: Vec<(String, ImportPlace)>,
}

impl InnerLinks {
    /// The links to marks that are written in blocks already.
    pub(super) fn written(blocks: &mut [Block], marks: BTreeMap<String, String>) -> Self {
        let mut found = Self::default();
        for (name, words) in marks {
            found.mark(name, &words);
        }
        lines(blocks, &mut |line, _| {
            for inline in line {
                let words = match &inline.kind {
                    InlineKind::Text(text) => few_words(text),
                    _ => String::new(),
                };
                let Some(link) = &mut inline.marks.link else {
                    continue;
                };
                if let Some(mark) = link.href.strip_prefix('#').map(str::to_owned) {
                    let place = ImportPlace {
                        words,
                        ..ImportPlace::default()
                    };
                    *link = found.link(&mark, place, std::mem::take(&mut link.title));
                }
            }
        });
        found
    }

    /// Remembers that a heading with these words is marked.
    pub(super) fn mark(&mut self, name: String, words: &str) {
        self.marks.insert(name, tidy(words));
    }

    /// A link to a mark, which may come later.
    pub(super) fn link(&mut self, mark: &str, place: ImportPlace, title: String) -> Link {
        self.links.push((mark.to_owned(), place));
        Link {
            href: format!("#{}", self.links.len() - 1),
            title,
        }
    }

    /// Gives each link its address, or makes it words.
    pub(super) fn settle(self, blocks: &mut [Block], report: &mut ImportReport) {
        if self.links.is_empty() {
            return;
        }
        let mut headings = Vec::new();
        lines(blocks, &mut |line, heading| {
            if heading {
                headings.push(text_of(line));
            }
        });
        let addresses = anchors(headings.iter().map(String::as_str));
        let headings: Vec<String> = headings.iter().map(|words| tidy(words)).collect();
        let mut settled = Vec::new();
        for (name, place) in self.links {
            let words = self.marks.get(&name).cloned();
            let at = words.and_then(|words| {
                let exact = headings.iter().position(|heading| *heading == words);
                // A number may stand before the words of the heading.
                exact.or_else(|| {
                    headings
                        .iter()
                        .position(|heading| heading.ends_with(&words))
                })
            });
            let address = at
                .and_then(|at| addresses.get(at))
                .filter(|address| !address.is_empty());
            if address.is_none() {
                report.note(ImportFate::Changed, "internal_link", || place);
            }
            settled.push(address.map(|address| format!("#{address}")));
        }
        lines(blocks, &mut |line, _| {
            for inline in line {
                let link = inline.marks.link.as_mut();
                let number = link
                    .as_ref()
                    .and_then(|link| link.href.strip_prefix('#')?.parse::<usize>().ok());
                let Some(address) = number.and_then(|number| settled.get(number)) else {
                    continue;
                };
                match (link, address) {
                    (Some(link), Some(address)) => link.href.clone_from(address),
                    _ => inline.marks.link = None,
                }
            }
        });
    }
}

/// Goes through the lines of blocks, in order; says which are headings.
fn lines(blocks: &mut [Block], look: &mut impl FnMut(&mut Vec<Inline>, bool)) {
    for block in blocks {
        match block {
            Block::Paragraph { inlines, .. } => look(inlines, false),
            Block::Heading { inlines, .. } => look(inlines, true),
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => lines(blocks, look),
            Block::List { items, .. } => {
                for item in items {
                    lines(&mut item.blocks, look);
                }
            }
            Block::Table { rows, .. } => {
                rows.iter_mut().flatten().for_each(|line| look(line, false));
            }
            Block::Grid { rows, .. } => {
                let cells = rows.iter_mut().flatten();
                cells.for_each(|cell| look(&mut cell.content, false));
            }
            Block::Code { .. } | Block::Rule | Block::Opaque { .. } => {}
        }
    }
}

fn text_of(line: &[Inline]) -> String {
    line.iter().fold(String::new(), |mut text, inline| {
        match &inline.kind {
            InlineKind::Text(part) => text.push_str(part),
            InlineKind::Image { alt, .. } => text.push_str(alt),
            InlineKind::HardBreak => text.push(' '),
            _ => {}
        }
        text
    })
}

fn tidy(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! The words of older documents (.doc, .rtf). Their form is lost, and the report says so.

use super::compound;
use super::flow::{Flow, plain};
use super::rich_text;
use crate::body::tree::Block;
use crate::problem::{Problem, code};
use crate::readers::import::ImportComment;

/// The words of a .doc: paragraphs, then text boxes and notes; `None` when there are none.
pub(super) fn doc(bytes: &[u8]) -> Option<(Flow, Vec<Block>)> {
    let words = compound::words(bytes)?;
    let mut flow = formless();
    let mut blocks = Vec::new();
    paragraphs(&words.text, &mut flow, &mut blocks);
    for _ in 0..words.things {
        flow.dropped_often("picture");
    }
    for (text, what) in [
        (&words.boxes, "text_box"),
        (&words.notes, "note_as_paragraph"),
    ] {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            flow.changed(what, line);
        }
        paragraphs(text, &mut flow, &mut blocks);
    }
    if let Some(line) = words.edges.lines().find(|line| !line.trim().is_empty()) {
        flow.dropped("header", line);
    }
    for line in words.remarks.lines().map(str::trim) {
        if !line.is_empty() {
            let comment = ImportComment {
                text: line.to_owned(),
                ..ImportComment::default()
            };
            flow.comment(comment, "");
        }
    }
    Some((flow, blocks))
}

/// The words of a rich text: paragraphs.
pub(super) fn rtf(bytes: &[u8]) -> (Flow, Vec<Block>) {
    let draft = rich_text::read(bytes);
    let mut flow = formless();
    let mut blocks = Vec::new();
    paragraphs(&draft.facts.text, &mut flow, &mut blocks);
    let count = |word: &[u8]| memchr::memmem::find_iter(bytes, word).count();
    // Programs write a picture twice, for newer and older readers.
    let shapes = count(b"{\\*\\shppict");
    let pictures = if shapes > 0 {
        shapes
    } else {
        count(b"{\\pict")
    };
    for (count, what) in [
        (pictures, "picture"),
        (count(b"\\objdata"), "embedded_object"),
        (count(b"{\\*\\annotation"), "comment"),
        (count(b"{\\header"), "header"),
        (count(b"{\\footer"), "footer"),
        (count(b"{\\field"), "field_code"),
        (count(b"\\deleted "), "deleted_words"),
    ] {
        for _ in 0..count {
            flow.dropped_often(what);
        }
    }
    (flow, blocks)
}

fn formless() -> Flow {
    let mut flow = Flow::default();
    flow.changed("old_format", "");
    flow.read.problems.push(Problem::new(code::FORM_LOST, ""));
    flow
}

/// Each line is a paragraph; the cells of a row stand beside each other.
fn paragraphs(text: &str, flow: &mut Flow, blocks: &mut Vec<Block>) {
    for line in text.split(['\n', '\u{c}']) {
        let cells: Vec<String> = line
            .split('\t')
            .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|cell| !cell.is_empty())
            .collect();
        if cells.is_empty() {
            continue;
        }
        flow.begin();
        if cells.len() > 1 {
            flow.changed_often("row_as_line", line);
        }
        blocks.push(Block::Paragraph {
            dir: None,
            inlines: vec![plain(cells.join(" | "))],
        });
    }
}

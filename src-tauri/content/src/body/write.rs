//! Document to Markdown.
//!
//! The document becomes a syntax tree and the engine formats it (see `build`). What was written
//! is read back and compared: a line that came back different is written again with more care. So
//! what is stored is what the author saw.

use super::build::format;
use super::escape::Care;
use super::normal;
use super::read;
use super::tree::{Block, Inline, InlineKind};

/// The Markdown of a document. `None` only if the engine itself failed.
pub(super) fn markdown(mut blocks: Vec<Block>) -> Option<String> {
    normal::document(&mut blocks);
    if let [Block::Opaque { source }] = blocks.as_slice()
        && read::document(source) == blocks
    {
        return Some(format!("{source}\n"));
    }
    settle_opaque(&mut blocks);
    normal::document(&mut blocks);
    if blocks.is_empty() {
        return Some(String::new());
    }
    let mut written = String::new();
    // One round is enough for anything the normal form covers. If Markdown still reads it
    // otherwise, what it reads is written, so that the text is stable at least.
    for _ in 0..3 {
        let read_back;
        (written, read_back) = attempt(&blocks)?;
        if read_back == blocks {
            break;
        }
        blocks = read_back;
    }
    Some(written)
}

/// Writes a document with as much care as it takes, and gives what is read back.
fn attempt(blocks: &[Block]) -> Option<(String, Vec<Block>)> {
    let mut care = vec![Care::Usual; lines(blocks).len()];
    loop {
        let written = format(blocks, &care)?;
        let read_back = read::document(&written);
        if read_back == blocks {
            return Some((written, read_back));
        }
        let (ours, theirs) = (lines(blocks), lines(&read_back));
        let same_shape = ours.len() == theirs.len();
        let mut theirs = theirs.into_iter();
        let mut improved = false;
        for (level, line) in care.iter_mut().zip(ours) {
            let differs = theirs.next() != Some(line);
            if (differs || !same_shape) && *level < Care::Everything {
                *level = level.more();
                improved = true;
            }
        }
        if !improved {
            return Some((written, read_back));
        }
    }
}

/// The lines of a document in the order they are written.
fn lines(blocks: &[Block]) -> Vec<&Vec<Inline>> {
    fn collect<'b>(blocks: &'b [Block], out: &mut Vec<&'b Vec<Inline>>) {
        for block in blocks {
            match block {
                Block::Paragraph { inlines, .. } | Block::Heading { inlines, .. } => {
                    out.push(inlines);
                }
                Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => {
                    collect(blocks, out);
                }
                Block::List { items, .. } => {
                    for item in items {
                        collect(&item.blocks, out);
                    }
                }
                Block::Table { rows, .. } => out.extend(rows.iter().flatten()),
                Block::Grid { rows, .. } => out.extend(
                    rows.iter()
                        .flatten()
                        .map(|cell| &cell.content)
                        .filter(|line| !line.is_empty()),
                ),
                Block::Code { .. } | Block::Rule | Block::Opaque { .. } => {}
            }
        }
    }
    let mut out = Vec::new();
    collect(blocks, &mut out);
    out
}

/// Source that is ordinary Markdown becomes the blocks it means; HTML that is never closed gets
/// its end, because it would swallow everything after it.
fn settle_opaque(blocks: &mut Vec<Block>) {
    let mut out = Vec::with_capacity(blocks.len());
    for mut block in blocks.drain(..) {
        match &mut block {
            Block::Opaque { source } => {
                out.extend(settled(source));
                continue;
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => settle_opaque(blocks),
            Block::List { items, .. } => {
                for item in items {
                    settle_opaque(&mut item.blocks);
                }
            }
            _ => {}
        }
        out.push(block);
    }
    *blocks = out;
}

/// What ends HTML that a blank line does not end.
const HTML_ENDS: [&str; 8] = [
    "",
    "-->",
    "?>",
    ">",
    "]]>",
    "</script>",
    "</style>",
    "</textarea></pre>",
];

fn settled(source: &str) -> Vec<Block> {
    for end in HTML_ENDS {
        let closed = if end.is_empty() {
            source.to_owned()
        } else {
            format!("{source}\n{end}")
        };
        // A paragraph after it must stay a paragraph.
        let mut read_back = read::document(&format!("{closed}\n\n.\n"));
        if read_back.pop() != Some(probe()) {
            continue;
        }
        if end.is_empty() {
            return read_back;
        }
        if let [Block::Opaque { .. }] = read_back.as_slice() {
            return read_back;
        }
    }
    vec![Block::Code {
        info: "html".to_owned(),
        text: source.to_owned(),
    }]
}

fn probe() -> Block {
    Block::Paragraph {
        dir: None,
        inlines: vec![Inline {
            kind: InlineKind::Text(".".to_owned()),
            marks: super::tree::Marks::default(),
        }],
    }
}

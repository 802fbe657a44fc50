//! The normal form of a line.

use super::tree::{Inline, InlineKind, Mark, Marks};

/// Brings the pieces of a line into normal form. `known` gives the spelling of a footnote label
/// that is defined, `None` for one that is not.
pub(super) fn normalise(inlines: &mut Vec<Inline>, known: &dyn Fn(&str) -> Option<String>) {
    let mut pieces = std::mem::take(inlines);
    for piece in &mut pieces {
        clean(piece, known);
    }
    pieces.retain(|piece| match &piece.kind {
        InlineKind::Text(text) => !text.is_empty(),
        InlineKind::Opaque(source) => !source.is_empty(),
        _ => true,
    });
    resolve_tags(&mut pieces);
    merge(&mut pieces);
    trim_line_edges(&mut pieces);
    for mark in Mark::ALL {
        trim_mark_edges(&mut pieces, mark);
    }
    merge(&mut pieces);
    *inlines = pieces;
}

fn clean(piece: &mut Inline, known: &dyn Fn(&str) -> Option<String>) {
    if let Some(link) = &mut piece.marks.link {
        link.href = clean_address(&link.href);
        link.title = clean_text(&link.title).trim().to_owned();
    }
    // A link to nowhere is no link, a picture without an address only its words.
    if piece
        .marks
        .link
        .as_ref()
        .is_some_and(|link| link.href.is_empty())
    {
        piece.marks.link = None;
    }
    if let InlineKind::Image { src, alt, .. } = &piece.kind
        && src.trim().is_empty()
    {
        piece.kind = InlineKind::Text(alt.clone());
    }
    if !matches!(piece.kind, InlineKind::Text(_)) {
        piece.marks.code = false;
    }
    match &mut piece.kind {
        InlineKind::Text(text) => *text = clean_text(text),
        InlineKind::HardBreak => {}
        InlineKind::Image { src, alt, title } => {
            *src = clean_address(src);
            *alt = clean_text(alt).trim().to_owned();
            *title = clean_text(title).trim().to_owned();
        }
        InlineKind::FootnoteReference(label) => match known(label) {
            Some(label_as_defined) => *label = label_as_defined,
            // A reference to nothing is only its text.
            None => piece.kind = InlineKind::Text(format!("[^{label}]")),
        },
        InlineKind::Opaque(source) => {
            *source = source.replace(['\n', '\r'], " ").replace('\0', "\u{FFFD}");
        }
    }
}

/// Text without what cannot stand in a line: control characters go, any line end or tab is a
/// space.
fn clean_text(text: &str) -> String {
    if !text.chars().any(|c| c.is_control() || is_line_separator(c)) {
        return text.to_owned();
    }
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' => Some(' '),
            '\0' => Some('\u{FFFD}'),
            c if is_line_separator(c) => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

fn is_line_separator(c: char) -> bool {
    matches!(c, '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// An address as it can be written: no spaces and no control characters.
fn clean_address(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for c in address.trim().chars() {
        match c {
            c if c.is_control() => {}
            c if c.is_whitespace() => {
                let mut buffer = [0u8; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// The tags the writer uses where Markdown's signs would not be recognised. Exactly these,
/// without attributes, because they render to exactly what the signs render to.
const TAGS: [(&str, &str, Tag); 4] = [
    ("<strong>", "</strong>", Tag::Strong),
    ("<em>", "</em>", Tag::Em),
    ("<del>", "</del>", Tag::Strike),
    ("<code>", "</code>", Tag::Code),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Strong,
    Em,
    Strike,
    Code,
}

/// Turns balanced pairs of those tags into marks.
fn resolve_tags(pieces: &mut Vec<Inline>) {
    if !pieces
        .iter()
        .any(|piece| matches!(&piece.kind, InlineKind::Opaque(source) if opening(source).is_some()))
    {
        return;
    }
    let mut open: Vec<(usize, Tag)> = Vec::new();
    let mut pairs: Vec<(usize, usize, Tag)> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let InlineKind::Opaque(source) = &piece.kind else {
            continue;
        };
        if let Some(tag) = opening(source) {
            open.push((index, tag));
        } else if let Some(tag) = closing(source)
            && open.last().is_some_and(|(_, last)| *last == tag)
            && let Some((start, _)) = open.pop()
        {
            pairs.push((start, index, tag));
        }
    }
    // Beyond a sane nesting the tags stay what they are; it also keeps this linear.
    if pairs.len() > 1 && open.len() + deepest(&pairs) > 16 {
        return;
    }
    let mut gone = vec![false; pieces.len()];
    for (start, end, tag) in pairs {
        for index in [start, end] {
            if let Some(flag) = gone.get_mut(index) {
                *flag = true;
            }
        }
        for piece in pieces.iter_mut().take(end).skip(start + 1) {
            match tag {
                Tag::Strong => piece.marks.strong = true,
                Tag::Em => piece.marks.em = true,
                Tag::Strike => piece.marks.strike = true,
                Tag::Code => {
                    if matches!(piece.kind, InlineKind::Text(_)) {
                        piece.marks.code = true;
                    }
                }
            }
        }
    }
    let mut flags = gone.iter();
    pieces.retain(|_| !flags.next().copied().unwrap_or(false));
}

fn deepest(pairs: &[(usize, usize, Tag)]) -> usize {
    let mut edges: Vec<(usize, bool)> = pairs
        .iter()
        .flat_map(|(start, end, _)| [(*start, true), (*end, false)])
        .collect();
    edges.sort_unstable();
    let (mut level, mut deepest) = (0usize, 0usize);
    for (_, opens) in edges {
        if opens {
            level += 1;
            deepest = deepest.max(level);
        } else {
            level = level.saturating_sub(1);
        }
    }
    deepest
}

fn opening(source: &str) -> Option<Tag> {
    TAGS.iter()
        .find(|(open, ..)| *open == source)
        .map(|(.., tag)| *tag)
}

fn closing(source: &str) -> Option<Tag> {
    TAGS.iter()
        .find(|(_, close, _)| *close == source)
        .map(|(.., tag)| *tag)
}

/// Joins neighbouring texts with the same marks.
fn merge(pieces: &mut Vec<Inline>) {
    let mut out: Vec<Inline> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        if let InlineKind::Text(text) = &piece.kind
            && let Some(last) = out.last_mut()
            && last.marks == piece.marks
            && let InlineKind::Text(so_far) = &mut last.kind
        {
            so_far.push_str(text);
            continue;
        }
        out.push(piece);
    }
    *pieces = out;
}

/// Spaces at the beginning and end of a line and line breaks at the end of a block mean nothing.
fn trim_line_edges(pieces: &mut Vec<Inline>) {
    loop {
        match pieces.last_mut() {
            Some(Inline {
                kind: InlineKind::HardBreak,
                ..
            }) => {
                pieces.pop();
            }
            Some(Inline {
                kind: InlineKind::Text(text),
                marks,
            }) if !marks.code => {
                let length = text.trim_end_matches(' ').len();
                if length == text.len() {
                    break;
                }
                text.truncate(length);
                if !text.is_empty() {
                    break;
                }
                pieces.pop();
            }
            _ => break,
        }
    }
    // The beginning of every line: at the start and after each break; and before each break.
    let mut at_start = true;
    for piece in pieces.iter_mut() {
        match &mut piece.kind {
            InlineKind::HardBreak => at_start = true,
            InlineKind::Text(text) if !piece.marks.code && at_start => {
                let trimmed = text.trim_start_matches(' ').len();
                text.drain(..text.len() - trimmed);
                at_start = text.is_empty();
            }
            _ => at_start = false,
        }
    }
    let mut at_end = false;
    for piece in pieces.iter_mut().rev() {
        match &mut piece.kind {
            InlineKind::HardBreak => at_end = true,
            InlineKind::Text(text) if !piece.marks.code && at_end => {
                let length = text.trim_end_matches(' ').len();
                text.truncate(length);
                at_end = text.is_empty();
            }
            _ => at_end = false,
        }
    }
    pieces.retain(|piece| !matches!(&piece.kind, InlineKind::Text(text) if text.is_empty()));
}

/// Whether a piece has nothing to emphasise: blank text or a line break.
fn is_blank(piece: &Inline) -> bool {
    match &piece.kind {
        InlineKind::Text(text) => !piece.marks.code && text.chars().all(char::is_whitespace),
        InlineKind::HardBreak => true,
        _ => false,
    }
}

/// Takes a mark off the spaces and breaks at the edges of each stretch that carries it: nobody
/// sees emphasis on a space, and Markdown does not recognise it there.
fn trim_mark_edges(pieces: &mut Vec<Inline>, mark: Mark) {
    if !pieces.iter().any(|piece| piece.marks.has(mark)) {
        return;
    }
    let mut out: Vec<Inline> = Vec::with_capacity(pieces.len() + 4);
    let mut run: Vec<Inline> = Vec::new();
    for piece in pieces.drain(..) {
        let goes_on = run
            .last()
            .is_some_and(|last| last.marks.shares(&piece.marks, mark));
        if !goes_on {
            close_run(&mut run, mark, &mut out);
        }
        if piece.marks.has(mark) {
            run.push(piece);
        } else {
            out.push(piece);
        }
    }
    close_run(&mut run, mark, &mut out);
    *pieces = out;
}

fn close_run(run: &mut Vec<Inline>, mark: Mark, out: &mut Vec<Inline>) {
    let without = |mut piece: Inline| {
        piece.marks.clear(mark);
        piece
    };
    let mut tail: Vec<Inline> = Vec::new();
    while run.last().is_some_and(is_blank) {
        if let Some(piece) = run.pop() {
            tail.push(without(piece));
        }
    }
    if let Some(last) = run.last_mut()
        && let Some((kept, blank)) = split_end(last)
    {
        tail.push(without(text_piece(blank, &last.marks)));
        last.kind = InlineKind::Text(kept);
    }
    let mut at_start = true;
    for piece in run.drain(..) {
        if at_start && is_blank(&piece) {
            out.push(without(piece));
            continue;
        }
        if at_start && let Some((blank, kept)) = split_start(&piece) {
            out.push(without(text_piece(blank, &piece.marks)));
            out.push(text_piece(kept, &piece.marks));
        } else {
            out.push(piece);
        }
        at_start = false;
    }
    out.extend(tail.into_iter().rev());
}

fn text_piece(text: String, marks: &Marks) -> Inline {
    Inline {
        kind: InlineKind::Text(text),
        marks: marks.clone(),
    }
}

fn plain_text(piece: &Inline) -> Option<&str> {
    match &piece.kind {
        InlineKind::Text(text) if !piece.marks.code => Some(text),
        _ => None,
    }
}

/// Text and the blank at its end, if it has one.
fn split_end(piece: &Inline) -> Option<(String, String)> {
    let text = plain_text(piece)?;
    let kept = text.trim_end();
    let blank = text.get(kept.len()..)?;
    (!blank.is_empty()).then(|| (kept.to_owned(), blank.to_owned()))
}

/// The blank at the beginning of a text and the rest, if it has one.
fn split_start(piece: &Inline) -> Option<(String, String)> {
    let text = plain_text(piece)?;
    let kept = text.trim_start();
    let blank = text.get(..text.len() - kept.len())?;
    (!blank.is_empty()).then(|| (blank.to_owned(), kept.to_owned()))
}

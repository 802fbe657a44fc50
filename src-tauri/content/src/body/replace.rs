//! Other words in the place of some of a body's, with everything around them as it was.

use std::ops::Range;

use super::tree::{Block, Inline, InlineKind};
use super::{from_blocks, read, shown};

/// The body with `with` in the place of a stretch of its shown text ([`super::shown_text`], in
/// bytes). `None` where the stretch is more than words within one block: an end of a paragraph, the
/// sign of a list, a picture, code of several lines, or what is kept as it is written.
#[must_use]
pub fn replaced(markdown: &str, range: &Range<usize>, with: &str) -> Option<String> {
    let spans = shown(markdown).texts;
    let overlap = |span: &Range<usize>| {
        let (from, to) = (span.start.max(range.start), span.end.min(range.end));
        (from < to).then_some(from..to)
    };
    let covered: usize = spans
        .iter()
        .filter_map(overlap)
        .map(|part| part.len())
        .sum();
    if range.is_empty() || covered != range.len() {
        return None;
    }
    let line = with.split_whitespace().collect::<Vec<_>>().join(" ");
    // Spaces at the ends are part of the words; the others are one each, as on a page.
    let space = |found: bool| if found { " " } else { "" };
    let inner = !line.is_empty();
    let mut words = Some(format!(
        "{}{line}{}",
        space(inner && with.starts_with(char::is_whitespace)),
        space(inner && with.ends_with(char::is_whitespace))
    ));
    let mut blocks = read::document(markdown);
    let mut spans = spans.into_iter();
    let mut whole = true;
    each_text(&mut blocks, &mut |text| {
        let Some(span) = spans.next() else {
            whole = false;
            return;
        };
        let Some(part) = overlap(&span) else { return };
        let within = part.start - span.start..part.end - span.start;
        if text.len() != span.len() || text.get(within.clone()).is_none() {
            whole = false;
            return;
        }
        text.replace_range(within, &words.take().unwrap_or_default());
    });
    if !whole {
        return None;
    }
    from_blocks(blocks).ok()
}

/// Every text of the blocks, in the order in which they are shown; texts that became empty go.
fn each_text(blocks: &mut [Block], act: &mut impl FnMut(&mut String)) {
    for block in blocks {
        match block {
            Block::Paragraph { inlines, .. } | Block::Heading { inlines, .. } => {
                in_line(inlines, act);
            }
            Block::Quote { blocks, .. } | Block::Footnote { blocks, .. } => each_text(blocks, act),
            Block::List { items, .. } => {
                for item in items {
                    each_text(&mut item.blocks, act);
                }
            }
            Block::Table { rows, .. } => {
                for cell in rows.iter_mut().flatten() {
                    in_line(cell, act);
                }
            }
            Block::Grid { rows, .. } => {
                for cell in rows.iter_mut().flatten() {
                    in_line(&mut cell.content, act);
                }
            }
            Block::Code { .. } | Block::Rule | Block::Opaque { .. } => {}
        }
    }
}

fn in_line(inlines: &mut Vec<Inline>, act: &mut impl FnMut(&mut String)) {
    for inline in inlines.iter_mut() {
        if let InlineKind::Text(text) = &mut inline.kind {
            act(text);
        }
    }
    inlines.retain(|inline| !matches!(&inline.kind, InlineKind::Text(text) if text.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::super::shown_text;
    use super::*;

    #[test]
    fn words_are_replaced_where_they_stand() {
        let cases: &[(&str, &str, &str, Option<&str>)] = &[
            ("One two three.\n", "two", "2", Some("One 2 three.\n")),
            (
                "One **two** three.\n",
                "two",
                "2",
                Some("One **2** three.\n"),
            ),
            ("One **two** three.\n", "One two", "1", Some("1 three.\n")),
            (
                "# A head\n\nText [here](https://who.int).\n",
                "here",
                "there",
                Some("# A head\n\nText [there](https://who.int).\n"),
            ),
            ("- one\n- two\n", "two", "second", Some("- one\n- second\n")),
            ("> said\n", "said", "was said", Some("> was said\n")),
            (
                "| a | b |\n| --- | --- |\n| c | d |\n",
                "d",
                "e",
                Some("| a | b |\n| --- | --- |\n| c | e |\n"),
            ),
            ("One two.\n", " two", "", Some("One.\n")),
            // What looks like Markdown in a suggestion is words.
            ("One two.\n", "two", "*2*", Some("One \\*2\\*.\n")),
            ("One two.\n", "two", "2\nand 3", Some("One 2 and 3.\n")),
            ("حملة تلقيح\n", "تلقيح", "تحصين", Some("حملة تحصين\n")),
            // More than words of one block.
            ("One.\n\nTwo.\n", "One.\n\nTwo", "1", None),
            ("- one\n- two\n", "• two", "2", None),
            ("```\ncode\n```\n", "code", "c", None),
        ];
        for (markdown, quote, with, wanted) in cases {
            let text = shown_text(markdown);
            let at = text.find(quote).unwrap();
            let found = replaced(markdown, &(at..at + quote.len()), with);
            assert_eq!(found.as_deref(), *wanted, "{markdown:?} {quote:?}");
        }
        assert_eq!(replaced("One.\n", &(0..0), "x"), None);
        assert_eq!(replaced("One.\n", &(0..99), "x"), None);
        assert_eq!(replaced("é\n", &(1..2), "x"), None);
    }
}

use proptest::prelude::*;

use super::super::normal;
use super::super::tree::{Align, Block, Cell, Inline, InlineKind, Item, Link, Marks};
use super::super::{json, read, write};
use super::*;
use crate::lang::Direction;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z ]{1,8}",
        4 => "[ابتثجحخدرسصعقلمنهوية ]{1,8}",
        3 => "[!-/:-@\\[-`{-~ a1]{1,5}",
        1 => "[0-9]{1,3}[.)]? ?",
        1 => prop::sample::select(vec!["www.who.int", "https://a.b/c", "a@b.org", "&amp;", "&#35;", "قال:", "«نعم»", "- x", "# h", "| a |", "[^n]", "[x](y)", "<b>", "</div>", "---", "\u{a0}", "***", "~~", "`", "\\"]).prop_map(str::to_owned),
    ]
}

fn marks() -> impl Strategy<Value = Marks> {
    (
        prop::option::weighted(
            0.15,
            (
                "(https://a\\.b/[a-z&;()]{0,4}|[a-z|\\\\<>]{0,3})",
                "[a-z\"&; ]{0,3}",
            ),
        ),
        prop::bool::weighted(0.25),
        prop::bool::weighted(0.25),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(link, strong, em, strike, code)| Marks {
            link: link.map(|(href, title)| Link { href, title }),
            strong,
            em,
            strike,
            code,
        })
}

fn inline() -> impl Strategy<Value = Inline> {
    let kind = prop_oneof![
        12 => text().prop_map(InlineKind::Text),
        1 => Just(InlineKind::HardBreak),
        1 => (text(), "(qalam:[0-9a-f]{4}|https://x\\.y/[a-z()]{0,3})").prop_map(|(alt, src)| InlineKind::Image { src, alt, title: String::new() }),
        1 => Just(InlineKind::FootnoteReference("n".to_owned())),
        1 => prop::sample::select(vec!["<span>", "</span>", "<b>", "<!-- c -->"]).prop_map(|s| InlineKind::Opaque(s.to_owned())),
    ];
    (kind, marks()).prop_map(|(kind, marks)| Inline { kind, marks })
}

fn inlines() -> impl Strategy<Value = Vec<Inline>> {
    prop::collection::vec(inline(), 0..5)
}

fn dir() -> impl Strategy<Value = Option<Direction>> {
    prop_oneof![8 => Just(None), 1 => Just(Some(Direction::Rtl)), 1 => Just(Some(Direction::Ltr))]
}

fn cell() -> impl Strategy<Value = Cell> {
    (
        prop::bool::weighted(0.3),
        1usize..4,
        1usize..4,
        prop::sample::select(vec![Align::None, Align::None, Align::Center, Align::Right]),
        prop_oneof![1 => Just(Vec::new()), 3 => inlines()],
    )
        .prop_map(|(header, columns, rows, align, content)| Cell {
            header,
            columns,
            rows,
            align,
            content,
        })
}

fn grid() -> impl Strategy<Value = Block> {
    let rows = prop::collection::vec(prop::collection::vec(cell(), 0..4), 0..4);
    (dir(), rows).prop_map(|(dir, rows)| Block::Grid { dir, rows })
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        8 => (dir(), inlines()).prop_map(|(dir, inlines)| Block::Paragraph { dir, inlines }),
        2 => (dir(), 1u8..7, inlines()).prop_map(|(dir, level, inlines)| Block::Heading { dir, level, inlines }),
        1 => ("[a-z`~&; ]{0,4}", "[a-z`~\n\t #-]{0,8}").prop_map(|(info, text)| Block::Code { info, text }),
        1 => Just(Block::Rule),
        1 => (dir(), prop::collection::vec(prop::collection::vec(inlines(), 1..3), 1..3)).prop_map(|(dir, rows)| Block::Table { dir, aligns: vec![Align::Left], rows }),
        1 => grid(),
        1 => prop::sample::select(vec!["<div>x</div>", "<!-- c -->", "<hr>", "<p>\nraw\n</p>", "<table>\n<tr>\n<td>", "</td>\n</tr>\n</table>", "<table><tr><td colspan=\"2\">x</td></tr></table>"]).prop_map(|s| Block::Opaque { source: s.to_owned() }),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let inner = prop::collection::vec(inner, 0..4);
        prop_oneof![
            2 => (dir(), inner.clone()).prop_map(|(dir, blocks)| Block::Quote { dir, blocks }),
            4 => (dir(), prop::option::of(0u32..12), any::<bool>(), prop::collection::vec((prop::option::weighted(0.3, any::<bool>()), inner.clone()), 1..3)).prop_map(|(dir, start, tight, items)| Block::List {
                dir, start, tight,
                items: items.into_iter().map(|(checked, blocks)| Item { checked, blocks }).collect(),
            }),
            1 => inner.prop_map(|blocks| Block::Footnote { label: "n".to_owned(), blocks }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("CASES").map_or(256, |n| n.parse().unwrap()), ..ProptestConfig::default() })]

    /// One line of anything survives exactly.
    #[test]
    fn a_line_survives(inlines in inlines()) {
        let mut blocks = vec![
            Block::Paragraph { dir: None, inlines },
            Block::Footnote { label: "n".to_owned(), blocks: vec![Block::Rule] },
        ];
        normal::document(&mut blocks);
        let written = write::markdown(blocks.clone()).unwrap();
        prop_assert_eq!(read::document(&written), blocks, "{}", written);
    }

    #[test]
    fn a_cell_survives(cell in inlines(), other in inlines()) {
        let mut blocks = vec![Block::Table { dir: None, aligns: vec![], rows: vec![vec![cell], vec![other]] }];
        normal::document(&mut blocks);
        let written = write::markdown(blocks.clone()).unwrap();
        prop_assert_eq!(read::document(&written), blocks, "{}", written);
    }

    /// A table with merged cells survives, and every place of it belongs to one cell.
    #[test]
    fn a_grid_survives(grid in grid()) {
        let mut blocks = vec![
            grid,
            Block::Footnote { label: "n".to_owned(), blocks: vec![Block::Rule] },
        ];
        normal::document(&mut blocks);
        let written = write::markdown(blocks.clone()).unwrap();
        prop_assert_eq!(read::document(&written), blocks.clone(), "{}", written);
        let html = to_html(&written, &HtmlOptions::default());
        prop_assert_eq!(html.matches("<tr>").count() > 0, !matches!(blocks.first(), Some(Block::Footnote { .. })));
        let Some(Block::Grid { rows, .. }) = blocks.first() else { return Ok(()) };
        let areas: usize = rows.iter().flatten().map(|cell| cell.columns * cell.rows).sum();
        prop_assert_eq!(areas % rows.len(), 0);
    }

    /// A whole document survives through JSON and Markdown.
    #[test]
    fn a_document_survives(mut blocks in prop::collection::vec(block(), 0..5)) {
        normal::document(&mut blocks);
        let through_json = json::from_value(&json::to_value(&blocks)).unwrap();
        prop_assert_eq!(&through_json, &blocks);
        let written = write::markdown(blocks.clone()).unwrap();
        prop_assert_eq!(read::document(&written), blocks, "{}", written);
    }

    #[test]
    fn normal_form_is_a_fixed_point(mut blocks in prop::collection::vec(block(), 0..4)) {
        normal::document(&mut blocks);
        let mut again = blocks.clone();
        normal::document(&mut again);
        prop_assert_eq!(again, blocks);
    }

    /// Any text at all: nothing fails, and what was written once stays.
    #[test]
    fn any_text_settles(markdown in "(\\PC|\n){0,80}") {
        let written = to_markdown(&to_document(&markdown)).unwrap();
        prop_assert_eq!(to_markdown(&to_document(&written)).unwrap(), written);
        let _ = to_html(&markdown, &HtmlOptions::default());
        let _ = plain_text(&markdown);
    }

    /// No word is lost on the way through the editor.
    #[test]
    fn words_survive(markdown in "([-*+>#|`~_:=\\n ]|a|b|1\\.|\\[\\^n\\]|\\[|\\]|\\(|\\)|!|\\\\|ن|\n\n){0,40}") {
        let written = to_markdown(&to_document(&markdown)).unwrap();
        let words = |text: &str| plain_text(text).split_whitespace().collect::<String>();
        prop_assert_eq!(words(&written), words(&markdown), "{:?} -> {:?}", markdown, written);
    }

    #[test]
    fn markdown_like_text_settles(markdown in "([-*+>#|`~_:=!<\\[\\]()^ \n]|a|b|1\\.|\\[\\^n\\]|<b>|</b>|<div>|&amp;|\\\\|ن){0,40}") {
        let written = to_markdown(&to_document(&markdown)).unwrap();
        let again = to_markdown(&to_document(&written)).unwrap();
        prop_assert_eq!(&again, &written, "from {:?}", markdown);
        let clean = to_html(&markdown, &HtmlOptions::default());
        prop_assert_eq!(sanitise(&clean), clean.clone());
    }
}

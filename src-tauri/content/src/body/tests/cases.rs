use super::*;

/// Everyday and awkward Markdown. Each must come back as the same document and the same HTML.
const CASES: &[&str] = &[
    "",
    "A line.",
    "Two\nlines of one paragraph.",
    "First.\n\nSecond.",
    "# Title\n\n## حملة التلقيح\n\n### Vaccination ضد الحصبة",
    "Setext\n===\n\nTwo\n---",
    "# Trailing hashes \\#\\#",
    "#hashtag is not a heading",
    "# ",
    "Hard\\\nbreak and two  \nspaces",
    "الوزارة أعلنت\\\nعن الحملة",
    "*em* **strong** ***both*** ~~gone~~ `code`",
    "**قال الوزير:** إن الحملة",
    "**نص**نص **نص** نص*نص*نص",
    "a**b**c *d*e **f *g* h** *i **j** k*",
    "**a *b***",
    "***a** b*",
    "*a **b***",
    "snake_case_word and _em_ and 2 * 3 * 4",
    "1\\. not a list\n\n\\- nor this\n\n\\+ nor this\n\n\\# nor this\n\n\\> nor this",
    "2026. A year at the start would be a list",
    "[link](https://example.org/a_b?c=d&e=f \"Title\")",
    "[link](<https://example.org/with space>)",
    "[brackets \\[1\\]](https://example.org/(x))",
    "[**bold** and `code`](https://example.org)",
    "[ref] and [text][ref]\n\n[ref]: https://example.org 'T'",
    "<https://example.org/x> and <info@example.org>",
    "https://example.org/path?x=1&y=2, www.example.org. and info@example.org",
    "\\https://example.org www\\.example.org a\\@b.org",
    "![وصف الصورة](qalam:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 \"عنوان\")",
    "[![alt](qalam:00)](https://example.org)",
    "!\\[not a picture\\](x) and wow!",
    "AT&T R&D &amp;copy; &copy; &lt;b&gt; &#35; &nbsp;x",
    "a < b > c <3 <b>raw</b> <!-- note --> <br> <br/>x",
    "<strong>a:</strong>b <em>c</em> <del>d</del> <code>e|f</code>",
    "`` a`b `` ` ` `` `x` `` `a\\|b`",
    "- one\n- two\n- three",
    "- one\n\n- two",
    "- one\n  - nested\n    - deeper\n- two",
    "- one\n\n  second paragraph\n\n- two",
    "* stars\n+ plus\n- dash",
    "1. one\n2. two\n10. ten",
    "5. five\n6. six",
    "0. zero",
    "1) paren\n2) paren",
    "9. nine\n10. ten\n    - nested",
    "- a\n\n  2. b",
    "- a\n  - \n- b",
    "- \n- b",
    "-\n",
    "- - a\n  - b",
    "- # heading\n- > quote\n- ```\n  code\n  ```",
    "- ***\n- a",
    "- a\n  ***\n- b",
    "- | a |\n  | - |\n  | b |",
    "- a\n\n      indented code",
    "- [ ] todo\n- [x] done\n- plain",
    "1. [ ] todo\n2. [x] done",
    "- [ ]\n- \\[ \\] text",
    "- [x] a\n  - [ ] b",
    "> quote\n> more\n>\n> > nested",
    "> - list\n>   in quote\n\n> second quote",
    ">",
    "> ```\n> code\n> ```",
    "```rust\nfn main() {}\n```",
    "~~~\n```\n~~~",
    "````info with `backtick\n```\n````",
    "~~~info `tick` ~\nx\n~~~",
    "``` a&amp;b \\* \nx\n```",
    "    indented\n\n    code",
    "```\n\n\n```",
    "```\n```",
    "```\nunclosed",
    "| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 |",
    "| الاسم | العدد |\n|:--|--:|\n| **طنجة** | ١٢٣ |\n| a \\| b | `c \\| d` |",
    "| a |\n|---|\n| x<br>y |",
    "|  |\n|---|\n|  |",
    "| a\\\\ | [x](y\\|z) |\n|---|---|",
    "Text\n| a | b |\n|---|---|\nafter",
    "a | b\n\\---|---",
    "Text[^1] and[^note].\n\n[^1]: First.\n\n[^note]: Second\n\n    with two paragraphs.",
    "[^1] twice[^1]\n\n[^1]: - a\n    - b",
    "nothing[^x] defined",
    "[^unused]: Never referred to.",
    "***\n\n---\n\n___",
    "<div>\nraw\n</div>\n\nafter",
    "<!-- a\n\ncomment -->\n\nafter",
    "<table><tr><td>raw</td></tr></table>",
    "- <div>x</div>\n- b",
    "<div dir=\"rtl\">\n\nنص English\n\n</div>",
    "<div dir=\"rtl\">\n\na\n\n- b\n\n```\ncode\n```\n\n> c\n\n</div>\n\nd",
    "<div dir='ltr'>\n\na\n\n<div dir=rtl>\n\nb\n\n</div>\n\n</div>",
    "<div dir=\"rtl\">\n\nnever closed",
    "</div>",
    "- <div dir=\"rtl\">\n\n  a\n\n  </div>\n- b",
    "> <div dir=\"ltr\">\n>\n> نص\n>\n> </div>",
    "| a |\n|---|\n\n<div dir=\"rtl\">\n\n| a |\n|---|\n| b |\n\n</div>",
    "a\u{a0}b \u{200f}c\u{200e} \u{2067}نص\u{2069}",
    "السلام عليكم ورحمة الله، 50% من الأطفال (تحت 5 سنوات) — «اقتباس» و\"quote\".",
    "قال: **«نعم»**، ثم *ذهب*.",
    "Prix : 5 € l’unité – « citation »…",
    "1\\) a\n\n12\\. b",
    "line\\\n\\- not list\\\n\\# no heading\\\n\\=== no setext",
    "a\\\n1\\. b\\\n\\> c",
    "\\`\\*\\_\\{\\}\\[\\]\\(\\)\\#\\+\\-\\.\\!\\|\\~\\\\",
    "trailing backslash \\",
    "tab\there",
    "* a\n\n  > b\n\n  c\n* d",
    "- a\n  > b\n- c",
    "- a\n\n\n  b\n\n\n- c",
    "para\n- list right after\n\npara\n1. ordered right after",
    "- list\n\n<!-- end list -->\n\n- another",
    "- list\n\n      code in list\n\n```\nfence\n```",
    "1. a\n\n   ```\n   b\n   ```\n\n2. c",
];

#[test]
fn what_is_read_is_written_and_read_again() {
    for case in CASES {
        let written = round(case);
        assert_eq!(
            seen(&to_html(&written, &HtmlOptions::default())),
            seen(&to_html(case, &HtmlOptions::default())),
            "another HTML\n--- source\n{case}\n--- written\n{written}"
        );
    }
}

/// Shapes the engine's formatter or reader has a special way with. They may come back with more
/// or fewer blank lines, but must settle at once and keep their text.
const ODD_SHAPES: &[&str] = &[
    "- > - a\n- b",
    "- | a |\n  | - |\n- b",
    "- - ***\n\n- b",
    "- ***\n\n- b",
    "- a\n  | a |\n  | - |\n  # A",
    "> [^n]: # h\n\n[^n]",
    "> [^n]:\n>     ```\n>     x\n>     ```\n\n[^n]",
    "- [^n]:\n      ***\n\n  A [^n]",
    "![^](qalam:00) [^a](x)",
    "<span>\\\nx",
    "*a <em>b* c</em>",
    "| a | b\n|---|---\n| `x\\|y` | \\| z",
    "- ```\n   \n  ```",
    "1. a\n1. b\n\n\n1. c",
    "***a*b** c*d",
    "[a]( 'title')",
    "<https://a.b/c?d=e&f;g>",
];

#[test]
fn odd_shapes_settle_and_lose_nothing() {
    for case in ODD_SHAPES {
        let written = round(case);
        assert_eq!(
            seen(&plain_text(&written)),
            seen(&plain_text(case)),
            "{case}\n{written}"
        );
    }
}

#[test]
fn ordinary_text_stays_readable() {
    let cases = [
        (
            "Hello, world! It costs 5 % (or more) - yes.",
            "Hello, world! It costs 5 % (or more) - yes.\n",
        ),
        ("**قال:** نعم", "**قال:** نعم\n"),
        ("R&D at 5 < 6", "R&D at 5 < 6\n"),
        ("snake_case", "snake_case\n"),
        ("- a\n- b", "- a\n- b\n"),
        ("https://example.org", "<https://example.org>\n"),
        (
            "<div dir=\"rtl\">\n\nنص\n\n</div>",
            "<div dir=\"rtl\">\n\nنص\n\n</div>\n",
        ),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "| a | b |\n| --- | --- |\n| 1 | 2 |\n",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(round(source), expected);
    }
}

#[test]
fn signs_without_effect_become_tags() {
    // The closing sign after punctuation and before a letter is not one for Markdown.
    let document = serde_json::json!({"type": "doc", "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "قال:", "marks": [{"type": "strong"}]},
        {"type": "text", "text": "نعم"},
    ]}]});
    let written = to_markdown(&document).unwrap();
    assert_eq!(written, "<strong>قال:</strong>نعم\n");
    assert_eq!(to_document(&written), document);
}

#[test]
fn the_shape_is_the_agreed_one() {
    let document = to_document(
        "# T\n\n- [x] a\n\n3. b\n\n| h |\n|:-:|\n| c |\n\nx[^1] [l](u \"t\") ![a](qalam:ff)\n\n[^1]: n\n\n<hr>\n",
    );
    let expected = serde_json::json!({"type": "doc", "content": [
        {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "T"}]},
        {"type": "bullet_list", "attrs": {"tight": true}, "content": [
            {"type": "list_item", "attrs": {"checked": true}, "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "a"}]}]}]},
        {"type": "ordered_list", "attrs": {"start": 3, "tight": true}, "content": [
            {"type": "list_item", "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "b"}]}]}]},
        {"type": "table", "content": [
            {"type": "table_row", "content": [{"type": "table_header", "attrs": {"align": "center"},
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": "h"}]}]}]},
            {"type": "table_row", "content": [{"type": "table_cell", "attrs": {"align": "center"},
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": "c"}]}]}]}]},
        {"type": "paragraph", "content": [
            {"type": "text", "text": "x"},
            {"type": "footnote_reference", "attrs": {"label": "1"}},
            {"type": "text", "text": " "},
            {"type": "text", "text": "l", "marks": [{"type": "link", "attrs": {"href": "u", "title": "t"}}]},
            {"type": "text", "text": " "},
            {"type": "image", "attrs": {"src": "qalam:ff", "alt": "a", "title": ""}}]},
        {"type": "footnote_definition", "attrs": {"label": "1"}, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": "n"}]}]},
        {"type": "opaque_block", "attrs": {"source": "<hr>"}},
    ]});
    assert_eq!(document, expected);
    assert_eq!(
        to_document(""),
        serde_json::json!({"type": "doc", "content": [{"type": "paragraph"}]})
    );
}

#[test]
fn foreign_shapes_are_refused_with_a_code() {
    let cases = [
        (serde_json::json!(null), "document_invalid"),
        (serde_json::json!({"type": "paragraph"}), "document_invalid"),
        (
            serde_json::json!({"type": "doc", "content": [{"type": "video"}]}),
            "document_invalid",
        ),
        (
            serde_json::json!({"type": "doc", "content": [{"type": "bullet_list", "content": [{"type": "paragraph"}]}]}),
            "document_invalid",
        ),
    ];
    for (value, expected) in cases {
        assert_eq!(to_markdown(&value).unwrap_err().code, expected);
    }
    let mut deep = serde_json::json!({"type": "paragraph"});
    for _ in 0..60 {
        deep = serde_json::json!({"type": "blockquote", "content": [deep]});
    }
    let deep = serde_json::json!({"type": "doc", "content": [deep]});
    assert_eq!(to_markdown(&deep).unwrap_err().code, "too_deep");
}

#[test]
fn merged_cells_of_a_table_stay() {
    let cell = |text: &str, attrs: serde_json::Value| {
        serde_json::json!({"type": "table_cell", "attrs": attrs, "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": text}]}]})
    };
    let document = serde_json::json!({"type": "doc", "content": [{"type": "table", "content": [
        {"type": "table_row", "content": [cell("a", serde_json::json!({"colspan": 2})), cell("b", serde_json::json!({"rowspan": 2}))]},
        {"type": "table_row", "content": [cell("c", serde_json::json!({})), cell("d", serde_json::json!({}))]},
        {"type": "table_row", "content": [cell("e", serde_json::json!({})), cell("f", serde_json::json!({})), cell("g", serde_json::json!({}))]},
    ]}]});
    assert_eq!(
        to_markdown(&document).unwrap(),
        "<table>\n<tr>\n<td colspan=\"2\">\n\na\n\n</td>\n<td rowspan=\"2\">\n\nb\n\n</td>\n</tr>\n<tr>\n<td>\n\nc\n\n</td>\n<td>\n\nd\n\n</td>\n</tr>\n<tr>\n<td>\n\ne\n\n</td>\n<td>\n\nf\n\n</td>\n<td>\n\ng\n\n</td>\n</tr>\n</table>\n"
    );
}

#[test]
fn deep_and_long_texts_stay_whole() {
    let mut case = ">".repeat(5_000) + " x\n\nafter";
    let document = to_document(&case);
    let blocks = document["content"].as_array().unwrap();
    assert_eq!(blocks[0]["type"], "opaque_block");
    assert_eq!(blocks[1]["type"], "paragraph");
    round(&case);
    case = "*a ".repeat(3_000) + &"b* ".repeat(3_000);
    round(&case);
    case = "- ".repeat(90) + "x";
    round(&case);
    case = "x".repeat(crate::limits::MAX_BODY_CHARS + 1);
    let document = to_document(&case);
    assert_eq!(document["content"][0]["type"], "opaque_block");
    assert_eq!(to_markdown(&document).unwrap_err().code, "too_long");
}

#[test]
fn html_that_never_closes_does_not_swallow_what_follows() {
    for source in [
        "<!-- open",
        "<pre>\nopen",
        "<?php",
        "<script>\nx",
        "<![CDATA[ x",
    ] {
        let document = serde_json::json!({"type": "doc", "content": [
            {"type": "opaque_block", "attrs": {"source": source}},
            {"type": "paragraph", "content": [{"type": "text", "text": "after"}]},
        ]});
        let written = to_markdown(&document).unwrap();
        let read = to_document(&written);
        let last = read["content"].as_array().unwrap().last().unwrap();
        assert_eq!(last["content"][0]["text"], "after", "{written}");
        round(&written);
    }
}

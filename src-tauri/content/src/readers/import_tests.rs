use super::*;

#[test]
fn a_news_text_is_recognised() {
    let text = "حملة وطنية للتلقيح\n\nالرباط، 12 نوفمبر 2026 (وكالة نموذجية) – أعلنت وزارة الصحة (نموذج) عن إطلاق حملة وطنية للتلقيح ضد الحصبة في جميع الأقاليم.\n\n• هدف أول\n• هدف ثان\n\nبقلم: محرر نموذجي\n";
    let imported = import("khabar.txt", text.as_bytes(), None);
    assert_eq!(imported.title.as_deref(), Some("حملة وطنية للتلقيح"));
    assert_eq!(imported.lang.as_deref(), Some("ar"));
    assert!(imported.lang_confidence >= 80);
    let dateline = imported.dateline.unwrap();
    assert_eq!(
        (dateline.place.as_deref(), dateline.date.as_deref()),
        (Some("الرباط"), Some("2026-11-12"))
    );
    assert_eq!(imported.source.as_deref(), Some("وكالة نموذجية"));
    assert_eq!(imported.byline.as_deref(), Some("محرر نموذجي"));
    assert!(imported.markdown.starts_with("الرباط، 12"));
    assert!(imported.markdown.contains("- هدف أول\n- هدف ثان"));
    assert_eq!(imported.report.kept.get("list"), Some(&1));
    assert!(imported.problems.is_empty());
}

#[test]
fn plain_text_is_not_read_as_markdown() {
    let imported = import(
        "a.txt",
        b"# not a heading *really*\n\nsecond paragraph that is somewhat longer, see <b>",
        None,
    );
    assert_eq!(
        crate::body::plain_text(&imported.markdown).lines().last(),
        Some("second paragraph that is somewhat longer, see <b>")
    );
    assert_eq!(imported.title.as_deref(), Some("# not a heading *really*"));
}

#[test]
fn markdown_keeps_what_it_has() {
    let text = "---\ntitle: \"From the head\"\ndate: 2026-01-01\n---\n## Part\n\nText **bold**[^1]\n\n## Other\n\n[^1]: Note\n";
    let imported = import("a.md", text.as_bytes(), Some("en"));
    assert_eq!(imported.title.as_deref(), Some("From the head"));
    assert_eq!(
        imported.markdown,
        "## Part\n\nText **bold**[^1]\n\n## Other\n\n[^1]:\n    Note\n"
    );
    assert_eq!(
        (imported.lang.as_deref(), imported.lang_confidence),
        (Some("en"), 100)
    );
    let titled = import("a.md", b"# The title\n\nText\n\n# Another\n", None);
    assert_eq!(titled.title.as_deref(), Some("The title"));
    assert_eq!(titled.lang, None);
}

#[test]
fn the_head_of_a_markdown_file_is_told_and_a_rule_is_none() {
    let told = |read: &Imported| {
        let notes = read.report.places.iter();
        notes
            .map(|note| format!("{:?} {}: {}", note.fate, note.what, note.place.words))
            .collect::<Vec<_>>()
    };
    let ruled = "---\n\nPress release: for Monday.\n\nThe hospital will open for all the people.\n\n---\n\nContact the press office of the ministry.\n";
    let read = import("a.md", ruled.as_bytes(), None);
    assert_eq!(read.markdown.replace("-----", "---"), ruled);
    assert!(told(&read).is_empty());
    let titled = "---\ntitle: Plan\nauthor: Press office (sample)\ndate: 2026-01-01\ndraft:\n---\n";
    let read = import(
        "a.md",
        format!("{titled}## Part\n\nText\n\n## Other\n").as_bytes(),
        None,
    );
    assert_eq!(read.title.as_deref(), Some("Plan"));
    let others = [
        "Dropped front_matter: author: Press office (sample)",
        "Dropped front_matter: date: 2026-01-01",
    ];
    assert_eq!(told(&read), others);
    // The heading of the text is its title; then the one at the head is told as well.
    let read = import(
        "a.md",
        format!("{titled}# The plan\n\nText\n").as_bytes(),
        None,
    );
    assert_eq!(read.title.as_deref(), Some("The plan"));
    assert_eq!(told(&read)[0], "Dropped front_matter: title: Plan");
    assert_eq!(told(&read)[1..], others);
}

#[test]
fn html_is_cleaned_and_counted() {
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let html = format!(
        "<!DOCTYPE html><html dir=rtl><head><meta charset=utf-8><title>عنوان الصفحة</title><style>p{{}}</style></head><body><h1>عنوان الصفحة</h1><script>alert(1)</script><p dir=rtl>نص <b>غامق</b> و<a href='https://example.org'>رابط</a></p><p dir=rtl>English first</p><img alt=وصف src='data:image/png;base64,{png}'><img src='https://example.org/x.png'><table><tr><th>أ</th><th>ب</th></tr><tr><td>1</td><td>2</td></tr></table><ul><li>x<li>y</ul></body></html>"
    );
    let imported = import("page.html", html.as_bytes(), None);
    assert_eq!(imported.title.as_deref(), Some("عنوان الصفحة"));
    assert!(
        imported
            .markdown
            .contains("نص **غامق** و[رابط](https://example.org)"),
        "{}",
        imported.markdown
    );
    assert!(
        imported
            .markdown
            .contains("<div dir=\"rtl\">\n\nEnglish first\n\n</div>"),
        "{}",
        imported.markdown
    );
    assert!(
        imported.markdown.contains("| 1 | 2 |"),
        "{}",
        imported.markdown
    );
    assert!(!imported.markdown.contains("alert"));
    assert_eq!(imported.pictures.len(), 1);
    let picture = &imported.pictures[0];
    assert_eq!(
        (picture.mime.as_str(), picture.alt.as_str()),
        ("image/png", "وصف")
    );
    assert!(
        imported
            .markdown
            .contains(&format!("![وصف](qalam:{})", picture.sha256))
    );
    let dropped = &imported.report.dropped;
    assert_eq!(
        (
            dropped.get("script"),
            dropped.get("style"),
            dropped.get("picture")
        ),
        (Some(&1), Some(&1), Some(&1))
    );
    assert_eq!(imported.report.kept.get("table"), Some(&1));
}

#[test]
fn other_formats_are_refused_by_name() {
    let cases: [(&str, &[u8], &str); 4] = [
        ("a.pdf", b"%PDF-1.7", "format_not_supported_yet"),
        ("a.txt", b"", "empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "format_unknown"),
        ("a.json", b"{\"a\": 1}", "format_unknown"),
    ];
    for (name, bytes, expected) in cases {
        let imported = import(name, bytes, None);
        assert_eq!(imported.problems[0].code, expected, "{name}");
        assert_eq!(imported.markdown, "");
    }
}

#[test]
fn the_title_of_a_drawing_is_not_the_title_of_the_page() {
    let icon = "<svg><title>Facebook icon</title><path d='M0 0'/></svg>";
    let words = "<p>The hospital opens for all the people today.</p><h2>A</h2><h2>B</h2>";
    for (page, title) in [
        (format!("<html><body>{icon}{words}</body></html>"), None),
        (
            format!("<html><head><title>Our &amp; your page</title></head><body>{icon}{words}"),
            Some("Our & your page"),
        ),
        (
            format!("<html><body>{icon}<h1>Hospital opens</h1>{words}"),
            Some("Hospital opens"),
        ),
    ] {
        let read = import("a.html", page.as_bytes(), None);
        assert_eq!(read.title.as_deref(), title, "{page}");
    }
}

#[test]
fn hostile_html_ends() {
    let deep = format!("<!DOCTYPE html><body>{}x", "<div>".repeat(20_000));
    let imported = import("a.html", deep.as_bytes(), None);
    assert!(imported.markdown.contains('x'));
}

proptest::proptest! {
    #[test]
    fn what_a_page_becomes_is_read_as_it_is_written(html in "(<(a href='http://x.example'|b|i|del|sup|sub|p|div|ul|li|h2|br|code|span|pre|td|table|tr)>|</(a|b|i|del|sup|p|div|ul|li|table)>|<a href='#x'>|[a-z2 *.]|ن|&lt;){0,40}") {
        let page = format!("<html><h1>Title</h1><p>Words.</p>{html}");
        let read = import("a.html", page.as_bytes(), Some("en"));
        let again = body::to_markdown(&body::to_document(&read.markdown)).unwrap();
        proptest::prop_assert_eq!(&again, &read.markdown);
        let count = |text: &str, sign: char| text.matches(sign).count();
        let shown = body::plain_text(&read.markdown);
        proptest::prop_assert!(count(&shown, '*') <= count(&html, '*'), "{}", read.markdown);
    }

    #[test]
    fn any_bytes_give_something(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), html in "(<[a-z]{1,4}>|</[a-z]{1,4}>|[a-z ]|ن|<|&){0,40}") {
        let _ = import("a.txt", &bytes, None);
        let _ = import("a.md", &bytes, None);
        let _ = import("a.html", format!("<html>{html}").as_bytes(), None);
    }
}

#[test]
fn pictures_beyond_what_a_draft_can_have_are_counted_and_left_out() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    let png = STANDARD
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        .unwrap();
    let mut page = String::from("<p>An album of the week, with words.</p>");
    for n in 0..103_u8 {
        // What stands behind the end makes each one another.
        let picture = STANDARD.encode([png.as_slice(), &[n]].concat());
        page.push_str(&format!(
            "<p><img alt=\"No {n}\" src=\"data:image/png;base64,{picture}\"></p>"
        ));
    }
    let read = import("album.html", page.as_bytes(), Some("en"));
    assert_eq!(read.pictures.len(), 100);
    assert_eq!(read.report.dropped.get("picture_too_many"), Some(&3));
    assert_eq!(body::blob_refs(&read.markdown).len(), 100);
}

#[test]
fn older_documents_give_their_words_and_say_that_the_form_is_lost() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/office");
    for name in ["guide.doc", "guide.rtf"] {
        let bytes = std::fs::read(format!("{folder}/{name}")).unwrap();
        let read = import(name, &bytes, None);
        assert_eq!(
            read.title.as_deref(),
            Some("Guide for school nurses"),
            "{name}: {read:#?}"
        );
        assert!(read.markdown.contains("how a school is visited."));
        assert!(read.markdown.contains("تصف الوزارة النموذجية"));
        assert_eq!(read.report.changed.get("old_format"), Some(&1));
        assert!(
            read.problems
                .iter()
                .any(|problem| problem.code == code::FORM_LOST)
        );
    }
    // Words in a container that is none of ours are refused with a next step.
    let read = import(
        "guide.xls",
        &std::fs::read(format!("{folder}/visits.xls")).unwrap(),
        None,
    );
    assert!(read.is_nothing());
}

#[test]
fn a_rich_text_names_what_it_leaves_out() {
    let text = br#"{\rtf1\ansi\ansicpg1252{\header Draft}\headery720{\fonttbl{\f0 Arial;}}Before.\par{\field{\*\fldinst HYPERLINK "https://x.example"}{\fldrslt the plan}}\par
\trowd one\cell two\cell\row {\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict 89504e47}}{\deleted gone}\par After.}"#;
    let read = import("a.rtf", text, Some("en"));
    assert!(read.markdown.contains("the plan"), "{}", read.markdown);
    assert!(read.markdown.contains("one | two") || read.markdown.contains("one \\| two"));
    assert!(!read.markdown.contains("gone") && !read.markdown.contains("x.example"));
    let dropped = &read.report.dropped;
    for what in ["header", "field_code", "picture", "deleted_words"] {
        assert_eq!(dropped.get(what), Some(&1), "{what}: {dropped:?}");
    }
}

/// Two lists beside each other stay two, through the document and the HTML as well, however a page puts them.
#[test]
fn neighbouring_lists_stay_apart() {
    let lists = |markdown: &str| {
        fn count(block: &serde_json::Value, out: &mut Vec<(String, usize)>) {
            let kind = block["type"].as_str().unwrap_or_default();
            let content = block["content"].as_array().cloned().unwrap_or_default();
            if kind.ends_with("_list") {
                out.push((kind.to_owned(), content.len()));
            }
            content.iter().for_each(|block| count(block, out));
        }
        let mut out = Vec::new();
        count(&body::to_document(markdown), &mut out);
        out
    };
    let (bullets, numbers) = ("bullet_list", "ordered_list");
    for (page, wanted) in [
        (
            "<ul><li>a</li><li>b</li></ul><ul><li>c</li></ul>",
            vec![(bullets, 2), (bullets, 1)],
        ),
        (
            "<ol><li>a</li></ol>\n<ol><li>b</li><li>c</li></ol><ol start=5><li>d</li></ol>",
            vec![(numbers, 1), (numbers, 2), (numbers, 1)],
        ),
        (
            "<ul><li>a</li></ul><ol><li>b</li></ol><ul><li>c</li></ul>",
            vec![(bullets, 1), (numbers, 1), (bullets, 1)],
        ),
        (
            "<div><ul><li>a</li></ul></div><p></p><section><div><ul><li>b</li></ul></div></section>",
            vec![(bullets, 1), (bullets, 1)],
        ),
        (
            "<ul dir=rtl><li>WHO</li></ul><ul dir=rtl><li>FAO</li></ul>",
            vec![(bullets, 1), (bullets, 1)],
        ),
        (
            "<blockquote><ul><li>a</li></ul><ul><li>b</li></ul></blockquote>",
            vec![(bullets, 1), (bullets, 1)],
        ),
        (
            "<ul><li>a<ul><li>x</li></ul> <ul><li>y</li></ul></li><li>b<ol><li>z</li></ol></li></ul>",
            vec![(bullets, 2), (bullets, 1), (bullets, 1), (numbers, 1)],
        ),
    ] {
        let page = format!("<h1>Title</h1><p>Words.</p>{page}<p>More.</p>");
        let read = import("a.html", page.as_bytes(), None);
        let found = lists(&read.markdown);
        let found: Vec<(&str, usize)> = found
            .iter()
            .map(|(kind, items)| (kind.as_str(), *items))
            .collect();
        assert_eq!(found, wanted, "{page}\n{}", read.markdown);
        // What is written is what is read, and what readers get has as many lists.
        let again = body::to_markdown(&body::to_document(&read.markdown)).expect("written");
        assert_eq!(again, read.markdown, "{page}");
        let html = body::to_html(&read.markdown, &body::HtmlOptions::default());
        let shown = html.matches("<ul").count() + html.matches("<ol").count();
        assert_eq!(shown, wanted.len(), "{html}");
        assert!(!html.contains("end list"), "{html}");
        // And its HTML brought in again is the same text.
        let back = import("b.html", format!("<h1>Title</h1>{html}").as_bytes(), None);
        assert_eq!(back.markdown, read.markdown, "{html}");
    }
    // A list that stands alone has no sign of it, and stays tight.
    let alone = "<p>a</p><ul><li>b<ul><li>c</li></ul></li><li>d</li></ul><p>e</p>";
    let read = import("a.html", alone.as_bytes(), None);
    assert_eq!(read.markdown, "a\n\n- b\n  - c\n- d\n\ne\n");
}

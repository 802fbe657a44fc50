use super::*;

fn html(markdown: &str) -> String {
    to_html(markdown, &HtmlOptions::default())
}

#[test]
fn blocks_have_a_direction() {
    let cases = [
        ("نص", "<p dir=\"auto\">نص</p>\n"),
        ("# A", "<h1 dir=\"auto\">A</h1>\n"),
        ("- a", "<ul dir=\"ltr\">\n<li dir=\"ltr\">a</li>\n</ul>\n"),
        ("- نص", "<ul dir=\"rtl\">\n<li dir=\"rtl\">نص</li>\n</ul>\n"),
        (
            "| ا | b |\n|---|---|\n| c | 1 |",
            "<table dir=\"rtl\">\n<thead>\n<tr>\n<th dir=\"auto\">ا</th>\n<th dir=\"auto\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td dir=\"auto\">c</td>\n<td dir=\"auto\">1</td>\n</tr>\n</tbody>\n</table>\n",
        ),
        (
            "> a",
            "<blockquote dir=\"ltr\">\n<p dir=\"auto\">a</p>\n</blockquote>\n",
        ),
        ("```\nx\n```", "<pre dir=\"ltr\"><code>x\n</code></pre>\n"),
        (
            "<div dir=\"rtl\">\n\nEnglish\n\n</div>\n\nx",
            "<p dir=\"rtl\">English</p>\n<p dir=\"auto\">x</p>\n",
        ),
        (
            "**a** *b*",
            "<p dir=\"auto\"><strong>a</strong> <em>b</em></p>\n",
        ),
    ];
    for (source, expected) in cases {
        assert_eq!(html(source), expected);
    }
}

#[test]
fn nothing_active_or_remote_comes_through() {
    let cases = [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<iframe src=https://example.org></iframe>",
        "<img src=https://example.org/x.png onerror=alert(1)>",
        "![x](https://example.org/x.png)",
        "![x](javascript:alert(1))",
        "![x](data:image/png;base64,AAAA)",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](vbscript:x)",
        "[x](&#106;avascript:alert(1))",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<a href=\" java\nscript:alert(1)\">x</a>",
        "<form action=https://example.org><input type=text name=x></form>",
        "<p onclick=alert(1) style=\"background:url(https://example.org)\">x</p>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "<link rel=stylesheet href=https://example.org>",
        "<base href=https://example.org>",
        "<meta http-equiv=refresh content=0>",
        "<object data=x></object><embed src=x><video src=x></video><audio src=x></audio>",
        "<img src=http://127.0.0.1:9/x>",
        "<img srcset=\"https://example.org/x 2x\">",
        "<p data-sourcepos=\"1:1-1:1\" class=x id=body>x</p>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    ];
    for case in cases {
        for clean in [html(case), sanitise(case)] {
            let lower = clean.to_lowercase();
            for bad in [
                "<script",
                "<style",
                "<iframe",
                "<form",
                "onerror",
                "onclick",
                "=\"javascript:",
                "=\"vbscript:",
                "src=\"http",
                "=\"data:",
                "<svg",
                "<math",
                "<link",
                "<base",
                "<meta",
                "<object",
                "<embed",
                "<video",
                "<audio",
                "style=",
                "srcset",
                "type=\"text\"",
                "id=\"body\"",
                "data-",
            ] {
                assert!(!lower.contains(bad), "{bad} in {clean} from {case}");
            }
        }
    }
}

#[test]
fn links_that_lead_somewhere_stay() {
    for address in [
        "https://example.org/",
        "http://example.org/",
        "mailto:a@example.org",
        "tel:+212500000000",
    ] {
        let shown = html(&format!("[x]({address})"));
        assert!(shown.contains(&format!("href=\"{address}\"")), "{shown}");
    }
    for part in [
        "/relative",
        "page.html",
        "../up",
        "//host/x",
        "?q=1",
        "page.html#part",
    ] {
        assert!(!html(&format!("[x]({part})")).contains("href"), "{part}");
    }
    assert!(html("[x](#part)").contains("href=\"#part\""));
    let notes = html("a[^1]\n\n[^1]: b");
    assert!(
        notes.contains("href=\"#fn-1\"") && notes.contains("id=\"fn-1\""),
        "{notes}"
    );
}

#[test]
fn stored_pictures_get_the_address_asked_for() {
    let sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let address = |asked: &str| {
        (asked == sha).then(|| format!("http://127.0.0.1:4000/blob/{asked}?a=1&b=\"2\""))
    };
    let options = HtmlOptions {
        picture: Some(&address),
        ..HtmlOptions::default()
    };
    let shown = to_html(&format!("![وصف](qalam:{sha} \"t\")"), &options);
    assert_eq!(
        shown,
        format!(
            "<p dir=\"auto\"><img src=\"http://127.0.0.1:4000/blob/{sha}?a=1&amp;b=&quot;2&quot;\" alt=\"وصف\" title=\"t\"><br><small>t</small></p>\n"
        )
    );
    let unknown = to_html("![only words](qalam:00)", &options);
    assert_eq!(unknown, "<p dir=\"auto\">only words</p>\n");
    // A remote picture is offered as a link.
    let remote = html("![a map](https://example.org/m.png)");
    assert!(remote.contains("<a href=\"https://example.org/m.png\"") && remote.contains("a map"));
}

#[test]
fn plain_text_is_what_a_reader_sees() {
    let cases = [
        ("# A\n\n**b** c\n\n- d\n- e", "A\nb c\nd\ne"),
        ("| a | b |\n|---|---|\n| c | d |", "a b\nc d"),
        ("[x](https://example.org) ![alt](qalam:00)", "x alt"),
        ("<div>raw <b>text</b><script>no</script></div>", "raw text"),
        ("a\\\nb\nc", "a b c"),
        ("<div dir=\"rtl\">\n\nنص\n\n</div>", "نص"),
    ];
    for (source, expected) in cases {
        assert_eq!(plain_text(source), expected, "{source}");
    }
    assert_eq!(
        words("أطلقت **الوزارة** حملة l'eau [x](https://example.org) 2026"),
        6
    );
    assert_eq!(words(""), 0);
}

#[test]
fn blob_refs_are_listed_once_in_order() {
    let (a, b) = ("a".repeat(64), "B".repeat(64));
    let text = format!(
        "![x](qalam:{b}) ![y](qalam:{a})\n\n| ![z](qalam:{a}) |\n|---|\n\n`![no](qalam:{a})` ![bad](qalam:12)"
    );
    assert_eq!(blob_refs(&text), [b.to_lowercase(), a]);
}

#[test]
fn a_picture_that_stands_alone_has_its_words_below() {
    let sha = "0".repeat(64);
    let address = |_: &str| Some("p.png".to_owned());
    let options = HtmlOptions {
        picture: Some(&address),
        ..HtmlOptions::default()
    };
    let html = |markdown: &str| to_html(markdown, &options);
    let alone = html(&format!("![a](qalam:{sha} \"The <north> team\")"));
    assert!(
        alone.contains("<small>The &lt;north&gt; team</small>"),
        "{alone}"
    );
    assert!(alone.contains("p.png"), "{alone}");
    for other in [
        format!("see ![a](qalam:{sha} \"words\")"),
        format!("![a](qalam:{sha})"),
        "![a](https://x.example/p.png \"words\")".to_owned(),
    ] {
        let shown = html(&other);
        assert!(!shown.contains("<small>"), "{shown}");
    }
}

#[test]
fn merged_cells_are_a_table_for_everybody() {
    let markdown = "<table>\n<tr>\n<th colspan=\"2\">\n\nالحملة **2025**\n\n</th>\n</tr>\n<tr>\n<td rowspan=\"2\">\n\n[a](https://a.b) note[^1]\n\n</td>\n<td align=\"center\">\n</td>\n</tr>\n<tr>\n<td>\n\nb\n\n</td>\n</tr>\n</table>\n\n[^1]:\n    N.\n";
    let document = to_document(markdown);
    let table = &document["content"][0];
    assert_eq!(table["type"], "table");
    assert_eq!(table["attrs"]["free"], true);
    assert_eq!(table["content"][0]["content"][0]["attrs"]["colspan"], 2);
    assert_eq!(to_markdown(&document).unwrap(), markdown);
    let html = html(markdown);
    assert!(
        html.starts_with(
            "<table dir=\"rtl\">\n<thead>\n<tr>\n<th colspan=\"2\" dir=\"auto\">الحملة <strong>2025</strong></th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td rowspan=\"2\" dir=\"auto\"><a href=\"https://a.b\" rel=\"noopener noreferrer\">a</a> note<sup"
        ),
        "{html}"
    );
    assert!(
        html.contains("<td align=\"center\" dir=\"auto\"></td>"),
        "{html}"
    );
    assert!(!html.contains("<p dir=\"auto\">b"), "{html}");
    assert_eq!(plain_text(markdown), "الحملة 2025\na note\nb\nN.");
}

#[test]
fn a_table_of_html_that_is_more_than_ours_stays_its_source() {
    for source in [
        "<table class=\"x\">\n<tr>\n<td>\n\na\n\n</td>\n</tr>\n</table>\n",
        "<table>\n<tr>\n<td onclick=\"x\">\n\na\n\n</td>\n</tr>\n</table>\n",
        "<table>\n<tr>\n<td>\n\na\n\nb\n\n</td>\n</tr>\n</table>\n",
        "<table>\n<tr>\n<td>\n\n- a\n\n</td>\n</tr>\n</table>\n",
        "<table>\n<tr>\n<td>a</td>\n</tr>\n</table>\n",
        "<table>\n<tr>\n<td>\n\na\n",
    ] {
        let document = to_document(source);
        assert!(
            document["content"]
                .as_array()
                .unwrap()
                .iter()
                .all(|block| block["type"] != "table"),
            "{source}"
        );
        assert_eq!(
            seen(&html(&to_markdown(&document).unwrap())),
            seen(&html(source)),
            "{source}"
        );
    }
}

/// Written by hand in another order, a table whose cells could stand in one of Markdown's becomes
/// one, and readers see no difference.
#[test]
fn a_table_without_merged_cells_is_markdowns_own() {
    let source = "<table>\n<thead>\n<tr>\n<th>\n\na\n\n</th>\n</tr>\n</thead>\n<tr>\n<td>\n\nb\n\n</td>\n</tr>\n</table>\n";
    let written = to_markdown(&to_document(source)).unwrap();
    assert_eq!(written, "| a |\n| --- |\n| b |\n");
    assert_eq!(seen(&html(&written)), seen(&html(source)));
}

#[test]
fn a_link_to_another_draft_is_its_page_or_its_words() {
    let id = "0197a1b2-0000-7000-8000-000000000001";
    let markdown = format!("See [the **other**](qalam:draft/{id}), [bad](qalam:draft/x).\n");
    assert_eq!(draft_refs(&markdown), [id]);
    assert_eq!(
        html(&markdown),
        "<p dir=\"auto\">See the <strong>other</strong>, bad.</p>\n"
    );
    let page = |draft: &str| Some(format!("/en/items/{draft}"));
    let options = HtmlOptions {
        draft: Some(&page),
        ..HtmlOptions::default()
    };
    assert_eq!(
        to_html(&markdown, &options),
        format!(
            "<p dir=\"auto\">See <a href=\"/en/items/{id}\" rel=\"noopener noreferrer\">the <strong>other</strong></a>, bad.</p>\n"
        )
    );
    // Raw HTML gets no address of its own.
    assert!(!html("<a href=\"qalam:draft/x\">x</a>").contains("href"));
}

#[test]
fn a_link_within_the_text_finds_its_heading() {
    let shown = html(
        "[go](#الأهداف-والوسائل) [twice](#a-b-1) [gone](#c)\n\n# الأهداف والوسائل\n\n## A *B*\n\n## A b!\n",
    );
    for part in [
        "href=\"#part-%D8%A7%D9%84%D8%A3%D9%87%D8%AF%D8%A7%D9%81-%D9%88%D8%A7%D9%84%D9%88%D8%B3%D8%A7%D8%A6%D9%84\"",
        "<h1 dir=\"auto\"><a id=\"part-الأهداف-والوسائل\"",
        "href=\"#part-a-b-1\"",
        "<h2 dir=\"auto\">A <em>B</em></h2>",
        "<h2 dir=\"auto\"><a id=\"part-a-b-1\"",
        "href=\"#c\"",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    // Nobody else may name a place on the page.
    assert!(!html("<a id=\"top\">x</a>").contains("id="));
}

#[test]
fn a_picture_keeps_its_size() {
    let sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let address = |_: &str| Some("/p.png".to_owned());
    let options = HtmlOptions {
        picture: Some(&address),
        ..HtmlOptions::default()
    };
    for (size, width) in [
        ("#small", " width=\"240\""),
        ("#medium", " width=\"480\""),
        ("", ""),
    ] {
        let markdown = format!("![a](qalam:{sha}{size})\n");
        let document = to_document(&markdown);
        let attrs = &document["content"][0]["content"][0]["attrs"];
        assert_eq!(attrs["src"], format!("qalam:{sha}"));
        assert_eq!(
            attrs["size"].as_str().unwrap_or_default(),
            size.trim_start_matches('#')
        );
        assert_eq!(to_markdown(&document).unwrap(), markdown);
        assert_eq!(blob_refs(&markdown), [sha]);
        assert_eq!(
            to_html(&markdown, &options),
            format!("<p dir=\"auto\"><img src=\"/p.png\"{width} alt=\"a\"></p>\n")
        );
    }
}

#[test]
fn what_runs_by_itself_is_told_to_the_browser() {
    assert_eq!(
        html("للاتصال **+90 312 123 45 67** أو [info@health.example](mailto:info@health.example)."),
        "<p dir=\"auto\">للاتصال <strong><span dir=\"ltr\">+90 312 123 45 67</span></strong> أو <a href=\"mailto:info@health.example\" rel=\"noopener noreferrer\"><span dir=\"ltr\">info@health.example</span></a>.</p>\n"
    );
    assert_eq!(
        html("| أ |\n|---|\n| الجرعة 50 mg |"),
        "<table dir=\"rtl\">\n<thead>\n<tr>\n<th dir=\"auto\">أ</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td dir=\"auto\">الجرعة <span dir=\"ltr\">50 mg</span></td>\n</tr>\n</tbody>\n</table>\n"
    );
    // In a line that runs the other way by a person's choice, and in plain English.
    assert_eq!(html("Dose 50 mg"), "<p dir=\"auto\">Dose 50 mg</p>\n");
    assert_eq!(
        html("<div dir=\"rtl\">\n\nDose 50 mg\n\n</div>"),
        "<p dir=\"rtl\">Dose <span dir=\"ltr\">50 mg</span></p>\n"
    );
}

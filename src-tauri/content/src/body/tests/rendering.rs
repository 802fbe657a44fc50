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

use super::*;
use std::time::Instant;

/// Texts made to be slow. Each must end in seconds even here, unoptimised.
#[test]
fn hostile_texts_end_soon() {
    let n = 60_000;
    let cases: Vec<(&str, String)> = vec![
        ("quotes", ">".repeat(n)),
        ("quotes in lines", "> > > > > > > >\n".repeat(n / 16)),
        ("lists", "- ".repeat(n / 2)),
        ("stars", "*".repeat(n)),
        ("emphasis", "*a ".repeat(n / 3)),
        ("emphasis mixed", "*a **b ".repeat(n / 7)),
        ("brackets", "[".repeat(n)),
        ("links", "[a](".repeat(n / 4)),
        ("images", "![".repeat(n / 2)),
        ("ticks", (1..350).map(|k| "`".repeat(k) + "a").collect()),
        ("tags", "<div>".repeat(n / 5)),
        ("tags in lines", "<div>\n\n".repeat(n / 7)),
        ("wrappers", "<div dir=rtl>\n\n".repeat(n / 15)),
        (
            "closed wrappers",
            "<div dir=rtl>\n\n".repeat(2_000) + &"</div>\n\n".repeat(2_000),
        ),
        ("inline tags", "a <strong>".repeat(n / 10)),
        (
            "closed tags",
            "a <b>".repeat(n / 20) + &"</b>".repeat(n / 20),
        ),
        ("comments", "<!--".repeat(n / 4)),
        ("entities", "&amp".repeat(n / 4)),
        (
            "footnotes",
            (0..3_000)
                .map(|k| format!("[^{k}]\n\n[^{k}]: x\n\n"))
                .collect(),
        ),
        (
            "references",
            (0..3_000)
                .map(|k| format!("[{k}]: x\n"))
                .collect::<String>()
                + &"[1]".repeat(3_000),
        ),
        (
            "table",
            format!("|{}\n|{}\n", "a|".repeat(5_000), "-|".repeat(5_000)),
        ),
        ("rows", format!("|a|b|\n|-|-|\n{}", "|x|\n".repeat(8_000))),
        ("spaces", format!("a{}b", " ".repeat(n))),
        ("breaks", "a\\\n".repeat(n / 3)),
        ("addresses", "a@".repeat(n / 2)),
        ("www", "www.".repeat(n / 4)),
        ("tildes", "~a~~".repeat(n / 4)),
    ];
    for (name, text) in cases {
        let started = Instant::now();
        let document = to_document(&text);
        let read = started.elapsed();
        let written = to_markdown(&document);
        let wrote = started.elapsed();
        let _ = to_html(&text, &HtmlOptions::default());
        let shown = started.elapsed();
        let _ = plain_text(&text);
        let all = started.elapsed();
        assert!(
            all.as_secs() < 30,
            "{name}: read {read:?}, written {wrote:?} ({}), shown {shown:?}, all {all:?}",
            written.is_ok()
        );
        println!("{name}: read {read:?}, written {wrote:?}, shown {shown:?}, all {all:?}");
    }
}

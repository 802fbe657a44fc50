mod cases;
mod examples;
mod generated;
mod rendering;
mod speed;

use super::*;

/// HTML with the differences that no reader sees taken out: runs of spaces.
fn seen(html: &str) -> String {
    let mut out = String::new();
    let mut space = true;
    for c in html.chars() {
        if matches!(c, ' ' | '\n' | '\t') {
            if !space {
                out.push(' ');
            }
            space = true;
        } else {
            out.push(c);
            space = false;
        }
    }
    out.replace("> <", "><")
        .replace("> ", ">")
        .replace(" <", "<")
}

/// Writes what was read, and gives it if it is stable.
fn round(markdown: &str) -> String {
    let document = to_document(markdown);
    let written = to_markdown(&document).unwrap();
    assert_eq!(
        to_document(&written),
        document,
        "the document changed\n--- source\n{markdown}\n--- written\n{written}"
    );
    let again = to_markdown(&to_document(&written)).unwrap();
    assert_eq!(again, written, "not idempotent for\n{markdown}");
    written
}

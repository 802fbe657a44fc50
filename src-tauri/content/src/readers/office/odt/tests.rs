use std::io::{Cursor, Write};

use crate::readers::import::{Imported, TrackedWish, import, import_with};
use zip::write::SimpleFileOptions;

const ODT: &[u8] = include_bytes!("../../../../../../tests/fixtures/word/letter.odt");
const DOCX: &[u8] = include_bytes!("../../../../../../tests/fixtures/word/letter.docx");

fn file(styles: &str, body: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let content = format!(
        "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0'><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_str()),
    ] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read(styles: &str, body: &str) -> Imported {
    import("a.odt", &file(styles, body), Some("en"))
}

#[test]
fn a_letter_says_the_same_in_both_formats() {
    let odt = import("letter.odt", ODT, None);
    let docx = import("letter.docx", DOCX, None);
    assert_eq!(odt.markdown, docx.markdown);
    assert_eq!(
        odt.markdown,
        include_str!("../../../../../../tests/fixtures/word/letter.md")
    );
    for imported in [&odt, &docx] {
        assert_eq!(imported.title.as_deref(), Some("Sample measles campaign"));
        assert_eq!(imported.pictures.len(), 1);
        assert_eq!(imported.pictures[0].alt, "A green box as a sample");
        let report = &imported.report;
        assert_eq!(report.kept.get("table"), Some(&2));
        assert_eq!(report.changed.get("merged_cells"), None);
        assert_eq!(report.changed.get("text_box"), Some(&1));
        assert_eq!(report.dropped.get("hidden_text"), Some(&1));
        let tracked = report.tracked.as_ref().unwrap();
        assert_eq!((tracked.insertions, tracked.deletions), (1, 1));
        let [comment] = report.comments.as_slice() else {
            panic!("{report:?}")
        };
        assert_eq!(
            (
                comment.author.as_str(),
                comment.text.as_str(),
                comment.place.words.as_str(),
                comment.place.heading.as_str(),
            ),
            ("Reviewer Office", "Is this number final?", "in all", "Aims")
        );
    }
    for (name, bytes) in [("letter.odt", ODT), ("letter.docx", DOCX)] {
        let before = import_with(name, bytes, None, TrackedWish::Reject);
        assert!(
            before
                .markdown
                .contains("It reaches twenty districts in all."),
            "{}",
            before.markdown
        );
    }
}

#[test]
fn changes_across_paragraphs_have_both_answers() {
    let body = "<text:tracked-changes>\
        <text:changed-region text:id='d'><text:deletion><office:change-info/><text:p> b</text:p><text:p>c </text:p></text:deletion></text:changed-region>\
        <text:changed-region text:id='i'><text:insertion><office:change-info/></text:insertion></text:changed-region></text:tracked-changes>\
        <text:p>a<text:change text:change-id='d'/>d.</text:p><text:p>e <text:change-start text:change-id='i'/>new</text:p><text:p>more <text:change-end text:change-id='i'/>f.</text:p>";
    let bytes = file("", body);
    assert_eq!(
        import_with("a.odt", &bytes, None, TrackedWish::Accept).markdown,
        "ad.\n\ne new\n\nmore f.\n"
    );
    assert_eq!(
        import_with("a.odt", &bytes, None, TrackedWish::Reject).markdown,
        "a b\n\nc d.\n\ne f.\n"
    );
}

#[test]
fn sections_frames_and_fields_are_settled() {
    let imported = read(
        "<style:style style:name='hid' style:family='section'><style:section-properties text:display='none'/></style:style>",
        "<text:p>Seen <text:page-number>3</text:page-number>, and<text:s text:c='3'/>more.</text:p>\
         <text:section text:style-name='hid'><text:p>hidden part</text:p></text:section>\
         <text:section><text:section-source xlink:href='http://example.org/x.odt'/><text:p>Kept part.</text:p></text:section>\
         <text:table-of-content><text:index-body><text:p>Aims 3</text:p></text:index-body></text:table-of-content>\
         <text:p><draw:frame><draw:image xlink:href='http://example.org/p.png'/><svg:title>Map</svg:title></draw:frame> after.</text:p>\
         <text:p><text:script>x()</text:script><text:a xlink:href='../other.odt'>link</text:a> end.</text:p>",
    );
    assert_eq!(
        imported.markdown,
        "Seen 3, and   more.\n\nKept part.\n\n\\[Map\\] after.\n\nlink end.\n"
    );
    for what in [
        "hidden_text",
        "external_reference",
        "table_of_contents",
        "remote_picture",
        "macro",
        "link",
    ] {
        assert_eq!(imported.report.dropped.get(what), Some(&1), "{what}");
    }
}

#[test]
fn repeated_cells_stay_within_reason() {
    let wide = "<table:table><table:table-row table:number-rows-repeated='99999999'><table:table-cell table:number-columns-repeated='99999999'><text:p>abcdefgh</text:p></table:table-cell></table:table-row></table:table>";
    let imported = read("", wide);
    assert!(imported.markdown.len() < 2_000_000);
    let nested = "<text:list><text:list-item>".repeat(3_000);
    let _ = read("", &format!("{nested}<text:p>x</text:p>"));
    for length in (0..ODT.len()).step_by(97) {
        let _ = import("a.odt", &ODT[..length], None);
    }
}

#[test]
fn what_hides_itself_is_left_out_and_told() {
    let hides = |hidden: &str| {
        format!("<text:hidden-paragraph text:condition='x' text:is-hidden='{hidden}'/>")
    };
    let note = "<text:note><text:note-body><text:p>a note</text:p></text:note-body></text:note>";
    // A paragraph, what it gives, the hidden words that are told.
    let cases: [(String, &str, &[&str]); 6] = [
        (format!("Not for all.{}", hides("true")), "", &["Not for all."]),
        (
            format!("<text:span>Not{note}{}</text:span>", hides("true")),
            "",
            &["Not", "a note"],
        ),
        (format!("For all.{}", hides("false")), "For all.\n\n", &[]),
        (
            "For <text:hidden-text text:is-hidden='true' text:string-value='nobody'/>all.".to_owned(),
            "For all.\n\n",
            &["nobody"],
        ),
        (
            "For <text:hidden-text text:string-value='nobody'/>all.".to_owned(),
            "For all.\n\n",
            &["nobody"],
        ),
        (
            "For <text:hidden-text text:is-hidden='false' text:string-value='us '>us </text:hidden-text>all.".to_owned(),
            "For us all.\n\n",
            &[],
        ),
    ];
    for (paragraph, expected, hidden) in cases {
        let body =
            format!("<text:p>First.</text:p><text:p>{paragraph}</text:p><text:p>Last.</text:p>");
        let imported = read("", &body);
        assert_eq!(imported.markdown, format!("First.\n\n{expected}Last.\n"));
        let told = imported.report.places.iter();
        let told = told.filter(|note| note.what == "hidden_text");
        let told: Vec<&str> = told.map(|note| note.place.words.as_str()).collect();
        assert_eq!(told, hidden, "{paragraph}");
    }
}

#[test]
fn what_is_said_of_a_table_is_told() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let imported = read(
        "",
        &format!(
            "<table:table><table:title>Counts</table:title><table:desc>By district</table:desc><table:table-row>{}{}</table:table-row></table:table>",
            cell("a"),
            cell("b")
        ),
    );
    assert_eq!(imported.report.dropped.get("table_description"), Some(&2));
    assert_eq!(imported.report.places[1].place.words, "By district");
}

#[test]
fn frames_in_frames_keep_their_words_once() {
    let framed =
        |inside: &str| format!("<draw:frame><draw:text-box>{inside}</draw:text-box></draw:frame>");
    let mut body = "<text:p>Deep words.</text:p>".to_owned();
    for level in 0..30 {
        body = format!("<text:p>Level {level}.{}</text:p>", framed(&body));
    }
    let mut expected: Vec<String> = (0..30)
        .rev()
        .map(|level| format!("Level {level}."))
        .collect();
    expected.push("Deep words.\n".to_owned());
    assert_eq!(read("", &body).markdown, expected.join("\n\n"));
    // As deep as can be, each shape with words and a shape.
    let mut body = "<text:p>Deep words.</text:p>".to_owned();
    for level in 0..110 {
        body = format!("<text:p>{level} <draw:g>{body}<draw:frame/></draw:g></text:p>");
    }
    let imported = read("", &body);
    for words in ["Deep words.", "50"] {
        assert_eq!(imported.markdown.matches(words).count(), 1, "{words}");
    }
    let shape = "<draw:g><draw:frame><draw:text-box><text:p>Inner.</text:p></draw:text-box></draw:frame><text:p>Outer.</text:p></draw:g>";
    let imported = read("", &format!("<text:p>Text.{shape}</text:p>"));
    assert_eq!(imported.markdown, "Text.\n\nInner.\n\nOuter.\n");
    let mut table = format!(
        "<text:p><office:annotation><text:p>A remark</text:p></office:annotation>{}</text:p>",
        framed("<text:p>Deep words.</text:p>")
    );
    for _ in 0..16 {
        table = format!(
            "<table:table><table:table-row><table:table-cell>{table}</table:table-cell><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        );
    }
    let imported = read("", &table);
    assert_eq!(imported.markdown.matches("Deep words.").count(), 1);
    assert!(
        !imported.markdown.contains("remark"),
        "{}",
        imported.markdown
    );
    assert_eq!(imported.report.comments.len(), 1);
}

#[test]
fn broken_files_are_damaged_and_deletions_do_not_hold_themselves() {
    let imported = read("", "<text:p>words</text:p><text:p");
    assert_eq!(imported.markdown, "words\n");
    assert_eq!(imported.problems[0].code, "damaged");
    let region = |id: u8, holds: u8| {
        let point = format!("<text:change text:change-id='d{holds}'/>").repeat(2);
        format!(
            "<text:changed-region text:id='d{id}'><text:deletion><text:p>{id} {point}</text:p></text:deletion></text:changed-region>"
        )
    };
    // Each holds the next one twice, and the last one the first.
    let regions: String = (0..40).map(|id| region(id, (id + 1) % 40)).collect();
    let body = format!(
        "<text:tracked-changes>{regions}</text:tracked-changes><text:p>a <text:change text:change-id='d0'/>b.</text:p>"
    );
    let before = import_with("a.odt", &file("", &body), None, TrackedWish::Reject);
    assert!(
        before.markdown.starts_with("a 0 1 2 "),
        "{}",
        before.markdown
    );
    assert_eq!(before.report.tracked.unwrap().deletions, 40);
}

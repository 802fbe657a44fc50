use super::*;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn pack(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const CORE: &str = "<cp:coreProperties xmlns:cp='a' xmlns:dc='b' xmlns:dcterms='c'><dc:title>الخطة الوطنية &amp; Plan</dc:title><dc:creator>Sample Ministry of Health; Second Office</dc:creator><dcterms:created>2021-03-04T10:00:00Z</dcterms:created></cp:coreProperties>";

#[test]
fn word_files_are_described() {
    let facts = describe(&pack(&[
        ("[Content_Types].xml", "<Types/>"),
        ("docProps/core.xml", CORE),
        (
            "docProps/app.xml",
            "<Properties><Pages>12</Pages></Properties>",
        ),
        (
            "word/document.xml",
            "<w:document xmlns:w='x'><w:body><w:p><w:r><w:t>وزارة الصحة</w:t></w:r></w:p><w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t xml:space='preserve'>new </w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText><w:t>text</w:t></w:r></w:p></w:body></w:document>",
        ),
    ]));
    assert_eq!((facts.state, facts.problems.len()), (State::Readable, 0));
    assert_eq!(facts.title.unwrap().value, "الخطة الوطنية & Plan");
    assert_eq!(
        facts.corporate_author.unwrap().value,
        "Sample Ministry of Health"
    );
    assert_eq!(
        (facts.year.unwrap().value, facts.pages.unwrap().value),
        (2021, 12)
    );
    assert_eq!(facts.text, "وزارة الصحة\nnew text\n");
    let codes: Vec<_> = facts
        .warnings
        .iter()
        .map(|w| (w.code.as_str(), w.count))
        .collect();
    assert_eq!(codes, [("tracked_changes", 2)]);
}

#[test]
fn sheets_slides_and_open_documents_give_their_text() {
    let sheet = describe(&pack(&[
        ("xl/workbook.xml", "<workbook/>"),
        (
            "xl/sharedStrings.xml",
            "<sst><si><t>Name</t></si><si><r><t>A</t></r><r><t>B</t></r></si></sst>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row><c t='s'><v>0</v></c><c><v>5</v></c></row><row><c t='s'><v>1</v></c><c t='inlineStr'><is><t>x</t></is></c><c t='s'><v>99</v></c></row></sheetData></worksheet>",
        ),
    ]));
    assert_eq!(sheet.text, "Name\t5\nAB\tx\n");
    let slides = describe(&pack(&[
        ("ppt/presentation.xml", "<p/>"),
        (
            "ppt/slides/slide10.xml",
            "<p:sld><a:p><a:r><a:t>ten</a:t></a:r></a:p></p:sld>",
        ),
        (
            "ppt/slides/slide2.xml",
            "<p:sld><a:p><a:r><a:t>two</a:t></a:r></a:p></p:sld>",
        ),
    ]));
    assert_eq!(slides.text, "two\n\u{c}ten\n");
    let text = describe(&pack(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        (
            "meta.xml",
            "<office:meta><meta:initial-creator>First Office</meta:initial-creator><dc:creator>Last Office</dc:creator><meta:document-statistic meta:page-count='3'/></office:meta>",
        ),
        (
            "content.xml",
            "<office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h>Title</text:h><text:p>a<text:s/>b<text:span>c</text:span></text:p></office:text>",
        ),
    ]));
    assert_eq!(text.text, "Title\na bc\n");
    assert_eq!(text.headings, ["Title"]);
    assert_eq!(text.corporate_author.unwrap().value, "First Office");
    assert_eq!(text.pages.unwrap().value, 3);
}

#[test]
fn locked_damaged_and_unknown_files_are_named() {
    let mut locked = compound::HEAD.to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let facts = describe(&locked);
    assert_eq!(facts.state, State::Encrypted);
    assert_eq!(facts.problems[0].code, "encrypted");
    assert_eq!(facts.warnings[0].code, "password");
    assert_eq!(describe(&compound::HEAD).problems[0].code, "damaged");
    assert_eq!(describe(b"PK\x03\x04broken").problems[0].code, "damaged");
    assert_eq!(
        describe(&pack(&[("a.txt", "x")])).problems[0].code,
        "format_unknown"
    );
    assert_eq!(describe(b"").problems[0].code, "empty");
    let odt = describe(&pack(&[
        ("content.xml", "<x/>"),
        (
            "META-INF/manifest.xml",
            "<m><manifest:encryption-data/></m>",
        ),
    ]));
    assert_eq!(odt.state, State::Encrypted);
}

#[test]
fn a_bomb_does_not_go_off() {
    let zeros = "<w:t>".to_owned() + &" ".repeat(80 * 1024 * 1024) + "</w:t>";
    let facts = describe(&pack(&[("word/document.xml", &zeros)]));
    assert_eq!(facts.problems[0].code, "zip_bomb");
}

#[test]
fn cut_files_never_panic() {
    let whole = pack(&[
        ("docProps/core.xml", CORE),
        ("word/document.xml", "<w:p><w:t>a</w:t></w:p>"),
    ]);
    for length in 0..whole.len() {
        let _ = describe(&whole[..length]);
    }
}

#[test]
fn what_should_not_leave_unseen_is_told() {
    let codes = |facts: &Facts| -> Vec<(String, String)> {
        facts
            .warnings
            .iter()
            .map(|w| (w.code.clone(), w.place.clone()))
            .collect()
    };
    let of = |code: &str, place: &str| (code.to_owned(), place.to_owned());
    let word = describe(&pack(&[
        (
            "word/document.xml",
            "<w:p><w:t>text of a letter</w:t></w:p>",
        ),
        ("word/vbaProject.bin", "x"),
        ("word/embeddings/oleObject1.bin", "x"),
        (
            "word/comments.xml",
            "<w:comments><w:comment/><w:comment/></w:comments>",
        ),
        (
            "word/_rels/settings.xml.rels",
            "<Relationships><Relationship Id='a' Type='x/attachedTemplate' Target='http://x' TargetMode='External'/><Relationship Id='b' Type='x/hyperlink' Target='http://y' TargetMode='External'/></Relationships>",
        ),
    ]));
    assert_eq!(
        codes(&word),
        [
            of("macros", "word/vbaProject.bin"),
            of("embedded_file", "word/embeddings/oleObject1.bin"),
            of("remote_content", ""),
            of("comments", ""),
        ]
    );
    let rows: String = (1..6)
        .map(|n| format!("<row><c t='inlineStr'><is><t>First Person</t></is></c><c><v>{n}{n}</v></c><c t='inlineStr'><is><t>12/03/2020 Measles</t></is></c></row>"))
        .collect();
    let sheet = describe(&pack(&[
        (
            "xl/workbook.xml",
            "<workbook xmlns:r='r'><sheets><sheet name='Summary' r:id='a'/><sheet name='Line list' state='hidden' r:id='b'/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='a' Target='worksheets/one.xml'/><Relationship Id='b' Target='/xl/worksheets/two.xml'/></Relationships>",
        ),
        (
            "xl/worksheets/one.xml",
            "<worksheet><row><c><v>1</v></c></row></worksheet>",
        ),
        (
            "xl/worksheets/two.xml",
            &format!(
                "<worksheet><row><c t='inlineStr'><is><t>Patient name</t></is></c><c t='inlineStr'><is><t>Age</t></is></c><c t='inlineStr'><is><t>Diagnosis</t></is></c></row>{rows}</worksheet>"
            ),
        ),
    ]));
    assert_eq!(
        codes(&sheet),
        [
            of("hidden_content", "Line list"),
            of("patient_list", "Line list")
        ]
    );
    assert_eq!(sheet.pages.unwrap().value, 2);
}

#[test]
fn rich_text_is_read() {
    let facts = describe(
        b"{\\rtf1\\ansi\\ansicpg1256{\\fonttbl{\\f0 Arial;}}{\\info{\\title National plan}{\\author Second Office}{\\creatim\\yr2019\\mo3}}\\uc1 National plan\\par \\u1575?\\u1604?\\u1589?\\'cd\\'c9 {\\*\\secret x}\\par end\\page two}",
    );
    assert_eq!(
        facts.text,
        "National plan\n\u{627}\u{644}\u{635}\u{62d}\u{629}\nend\n\u{c}two\n"
    );
    assert_eq!(facts.title.unwrap().value, "National plan");
    assert_eq!(facts.year.unwrap().value, 2019);
}

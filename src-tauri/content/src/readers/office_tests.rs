use super::*;
use std::io::Write;
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
    assert!(facts.readable && facts.problems.is_empty());
    assert_eq!(facts.title.as_deref(), Some("الخطة الوطنية & Plan"));
    assert_eq!(
        facts.authors,
        ["Sample Ministry of Health", "Second Office"]
    );
    assert_eq!((facts.year, facts.pages), (Some(2021), Some(12)));
    assert_eq!(facts.text, "وزارة الصحة\nnew text\n");
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
    assert_eq!(slides.text, "two\nten\n");
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
    assert_eq!(
        (text.authors, text.pages),
        (vec!["First Office".to_owned()], Some(3))
    );
}

#[test]
fn locked_damaged_and_unknown_files_are_named() {
    let mut locked = COMPOUND.to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let facts = describe(&locked);
    assert!(facts.encrypted);
    assert_eq!(facts.problems[0].code, "encrypted");
    assert_eq!(
        describe(&COMPOUND).problems[0].code,
        "format_not_supported_yet"
    );
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
    assert!(odt.encrypted);
}

#[test]
fn a_bomb_does_not_go_off() {
    let zeros = "<w:t>".to_owned() + &" ".repeat(80 * 1024 * 1024) + "</w:t>";
    let started = std::time::Instant::now();
    let facts = describe(&pack(&[("word/document.xml", &zeros)]));
    assert_eq!(facts.problems[0].code, "zip_bomb");
    assert!(started.elapsed().as_secs() < 30);
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

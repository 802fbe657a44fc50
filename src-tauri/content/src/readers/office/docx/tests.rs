mod losses;

use std::io::{Cursor, Write};

use crate::readers::import::{ImportFate, Imported, TrackedWish, import, import_with};
use zip::write::SimpleFileOptions;

const W: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0P\x0f\0\x03\x86\x01\x80Z4}k\0\0\0\0IEND\xaeB`\x82";

fn pack(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn file(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document {W}><w:body>{body}</w:body></w:document>");
    let mut entries: Vec<(&str, &[u8])> = vec![
        (
            "[Content_Types].xml",
            b"<Types><Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>",
        ),
        ("word/document.xml", document.as_bytes()),
        ("word/media/image1.png", PNG),
    ];
    entries.extend(parts.iter().map(|(name, text)| (*name, text.as_bytes())));
    pack(&entries)
}

fn read_with(body: &str, parts: &[(&str, &str)], wish: TrackedWish) -> Imported {
    import_with("a.docx", &file(body, parts), Some("en"), wish)
}

fn read(body: &str, parts: &[(&str, &str)]) -> Imported {
    read_with(body, parts, TrackedWish::Accept)
}

/// A paragraph with properties.
fn p(properties: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"
    )
}

#[track_caller]
fn gives(body: &str, parts: &[(&str, &str)], expected: &str) -> Imported {
    // A rule above keeps the first line from being the title.
    let body = format!(
        "<w:p><w:pPr><w:pBdr><w:bottom w:val='single'/></w:pBdr></w:pPr></w:p><w:p><w:r><w:t>First, a sentence.</w:t></w:r></w:p>{body}"
    );
    let imported = read(&body, parts);
    let rest = imported
        .markdown
        .strip_prefix("-----\n\nFirst, a sentence.\n\n")
        .unwrap_or(&imported.markdown);
    assert_eq!(rest.trim_end(), expected.trim_end(), "{imported:#?}");
    imported
}

const STYLES: &str = "<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>\
<w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/></w:style>\
<w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/><w:rPr><w:b/></w:rPr></w:style>\
<w:style w:type='paragraph' w:styleId='Titre2'><w:name w:val='heading 2'/><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:rPr><w:b/><w:bCs/></w:rPr></w:style>\
<w:style w:type='paragraph' w:styleId='Mine'><w:name w:val='Own part'/><w:basedOn w:val='Titre2'/></w:style>\
<w:style w:type='paragraph' w:styleId='AR'><w:name w:val='عنوان 3'/></w:style>\
<w:style w:type='paragraph' w:styleId='Q'><w:name w:val='Quote'/></w:style>\
<w:style w:type='paragraph' w:styleId='C'><w:name w:val='HTML Preformatted'/></w:style>\
<w:style w:type='paragraph' w:styleId='Rtl'><w:name w:val='Arabic'/><w:pPr><w:bidi/></w:pPr></w:style>\
<w:style w:type='paragraph' w:styleId='TOC1'><w:name w:val='toc 1'/></w:style>\
<w:style w:type='character' w:styleId='B'><w:name w:val='Strong'/><w:rPr><w:b/></w:rPr></w:style></w:styles>";

const NUMBERS: &str = "<w:numbering xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>\
<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:start w:val='3'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='bullet'/><w:lvlText w:val='-'/></w:lvl></w:abstractNum>\
<w:abstractNum w:abstractNumId='2'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/><w:lvlText w:val='المادة %1:'/></w:lvl></w:abstractNum>\
<w:abstractNum w:abstractNumId='3'><w:lvl w:ilvl='0'><w:numFmt w:val='lowerLetter'/><w:lvlText w:val='%1)'/></w:lvl><w:lvl w:ilvl='1'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.%2'/></w:lvl></w:abstractNum>\
<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num><w:num w:numId='2'><w:abstractNumId w:val='2'/></w:num><w:num w:numId='3'><w:abstractNumId w:val='3'/></w:num>\
<w:num w:numId='4'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride></w:num></w:numbering>";

fn item(list: u8, level: u8, text: &str) -> String {
    p(
        &format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr>"),
        text,
    )
}

#[test]
fn styles_say_what_a_paragraph_is() {
    let style = |id: &str| format!("<w:pStyle w:val='{id}'/>");
    let body = [
        p("", "Sample ministry"),
        p(&style("T"), "The title of it"),
        p(&style("Titre2"), "By style"),
        p(&style("Mine"), "By what it is based on"),
        p(&style("AR"), "باسم عربي"),
        p("<w:outlineLvl w:val='3'/>", "By outline"),
        p(&style("Q"), "Said one."),
        p(&style("Q"), "Said two."),
        p(&style("C"), "a = *b*"),
        p(&style("C"), "c"),
        p(&style("TOC1"), "By style\t4"),
    ]
    .concat();
    let imported = read(&body, &[("word/styles.xml", STYLES)]);
    assert_eq!(imported.title.as_deref(), Some("The title of it"));
    assert_eq!(imported.title_confidence, 98);
    assert_eq!(
        imported.markdown,
        "Sample ministry\n\n## By style\n\n## By what it is based on\n\n### باسم عربي\n\n#### By outline\n\n> Said one.\n> \n> Said two.\n\n```\na = *b*\nc\n```\n"
    );
    assert_eq!(imported.report.dropped.get("table_of_contents"), Some(&1));
}

/// A run with properties.
fn r(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>")
}

#[test]
fn marks_follow_the_script_of_the_words() {
    let runs = [
        r("<w:b/>", "bold"),
        r("", " and "),
        r("<w:rStyle w:val='B'/><w:i/>", "both"),
        r("<w:b/>", " عربي"),
        r("<w:b/><w:bCs/>", " غامق"),
        r("<w:b w:val='0'/>", " x "),
        r("<w:strike/>", "gone"),
        r("<w:vanish/>", "secret"),
        r("<w:u w:val='single'/>", " under"),
        r("<w:vertAlign w:val='superscript'/>", "2"),
        r("<w:vertAlign w:val='subscript'/>", "max"),
    ]
    .concat();
    let imported = gives(
        &format!("<w:p>{runs}</w:p>"),
        &[("word/styles.xml", STYLES)],
        "**bold** and ***both*** عربي **غامق** x ~~gone~~ *under*²<sub>max</sub>",
    );
    assert_eq!(imported.report.dropped.get("hidden_text"), Some(&1));
    let place = &imported.report.places[0];
    assert_eq!(
        (place.fate, place.what.as_str(), place.place.paragraph),
        (ImportFate::Dropped, "hidden_text", 2)
    );
    assert_eq!(place.place.words, "secret");
    assert_eq!(imported.report.changed.get("underline"), Some(&1));
}

#[test]
fn lists_nest_and_go_on_counting() {
    let body = [
        item(1, 0, "three"),
        item(1, 1, "inner"),
        item(1, 1, "inner too"),
        item(1, 0, "four"),
        p("", "Between."),
        item(1, 0, "five"),
        item(4, 0, "seven"),
        item(2, 0, "الأولى"),
        item(3, 0, "a"),
        item(3, 1, "deep"),
    ]
    .concat();
    let imported = gives(
        &body,
        &[("word/numbering.xml", NUMBERS)],
        "3. three\n   - inner\n   - inner too\n4. four\n\nBetween.\n\n5. five\n\n<!-- end list -->\n\n7. seven\n\nالمادة 1: الأولى\n\n1. a\n   1. deep\n",
    );
    assert_eq!(imported.report.changed.get("numbering"), Some(&2));
    assert_eq!(imported.report.changed.get("number_in_text"), Some(&1));
}

#[test]
fn direction_is_stored_where_letters_tell_another() {
    let body = [
        p("<w:bidi/>", "WHO مع الوزارة"),
        p("<w:bidi/>", "الوزارة مع WHO"),
        p("", "الوزارة"),
        p("", "الصحة is the Arabic word for health"),
        p("<w:pStyle w:val='Rtl'/>", "UN: نص"),
        p("<w:bidi/>", "12 %"),
    ]
    .concat();
    gives(
        &body,
        &[("word/styles.xml", STYLES)],
        "<div dir=\"rtl\">\n\nWHO مع الوزارة\n\n</div>\n\nالوزارة مع WHO\n\nالوزارة\n\n<div dir=\"ltr\">\n\nالصحة is the Arabic word for health\n\n</div>\n\n<div dir=\"rtl\">\n\nUN: نص\n\n</div>\n\n12 %\n",
    );
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|cell| {
            let (properties, text) = cell.split_once('|').unwrap_or(("", cell));
            format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", p("", text))
        })
        .collect();
    format!("<w:tr>{cells}</w:tr>")
}

#[test]
fn tables_keep_their_cells() {
    let plain = format!(
        "<w:tbl>{}{}</w:tbl>",
        row(&["Name", "Count"]),
        row(&["A &lt; B", "1"])
    );
    gives(
        &plain,
        &[],
        "| Name | Count |\n| --- | --- |\n| A < B | 1 |\n",
    );
    let merged = format!(
        "<w:tbl><w:tblPr><w:bidiVisual/></w:tblPr>{}{}{}</w:tbl>",
        row(&[
            "<w:gridSpan w:val='2'/>|رأس",
            "<w:vMerge w:val='restart'/>|جانب"
        ]),
        row(&["a", "b", "<w:vMerge/>|"]),
        row(&["c", "d", "e &amp; f"])
    );
    let imported = gives(
        &merged,
        &[],
        "<table>\n<tr>\n<td colspan=\"2\">\n\nرأس\n\n</td>\n<td rowspan=\"2\">\n\nجانب\n\n</td>\n</tr>\n<tr>\n<td>\n\na\n\n</td>\n<td>\n\nb\n\n</td>\n</tr>\n<tr>\n<td>\n\nc\n\n</td>\n<td>\n\nd\n\n</td>\n<td>\n\ne & f\n\n</td>\n</tr>\n</table>\n",
    );
    assert_eq!(imported.report.kept.get("table"), Some(&1));
    assert!(imported.report.changed.is_empty());
    let shown = crate::body::to_html(&imported.markdown, &crate::body::HtmlOptions::default());
    assert!(
        shown.contains(
            "<table dir=\"rtl\">\n<tbody>\n<tr>\n<td colspan=\"2\" dir=\"auto\">رأس</td>\n<td rowspan=\"2\" dir=\"auto\">جانب</td>"
        ),
        "{shown}"
    );
    // A table that runs from right to left though it begins with Latin letters.
    let turned = format!(
        "<w:tbl><w:tblPr><w:bidiVisual/></w:tblPr>{}{}</w:tbl>",
        row(&["a", "b"]),
        row(&["c", "d"])
    );
    gives(
        &turned,
        &[],
        "<div dir=\"rtl\">\n\n| a | b |\n| --- | --- |\n| c | d |\n\n</div>\n",
    );
    // A frame.
    let framed = format!("<w:tbl>{}</w:tbl>", row(&["Only words."]));
    let imported = gives(&framed, &[], "Only words.\n");
    assert_eq!(imported.report.changed.get("frame"), Some(&1));
}

const RELATIONS: &str = "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
<Relationship Id='l1' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink' Target='https://example.org/a b' TargetMode='External'/>\
<Relationship Id='l2' Type='x/hyperlink' Target='javascript:alert(1)' TargetMode='External'/>\
<Relationship Id='l3' Type='x/hyperlink' Target='file:///C:/secret.docx' TargetMode='External'/>\
<Relationship Id='p1' Type='x/image' Target='media/image1.png'/>\
<Relationship Id='p2' Type='x/image' Target='https://example.org/track.png' TargetMode='External'/>\
<Relationship Id='p3' Type='x/image' Target='media/none.emf'/></Relationships>";

#[test]
fn links_lead_where_a_reader_can_follow() {
    let link = |id: &str, text: &str| {
        format!(
            "<w:hyperlink r:id='{id}'>{}</w:hyperlink> ",
            r("<w:u w:val='single'/>", text)
        )
    };
    let body = format!(
        "<w:p>{}{}{}<w:hyperlink w:anchor='part'>{}</w:hyperlink></w:p>\
         <w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"https://example.org/f\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>{}<w:r><w:fldChar w:fldCharType='end'/></w:r>{}</w:p>\
         <w:p><w:fldSimple w:instr=' DDEAUTO excel &quot;x&quot; '>{}</w:fldSimple></w:p>",
        link("l1", "one"),
        link("l2", "two"),
        link("l3", "three"),
        r("", "four"),
        r("", "field"),
        r("", " after"),
        r("", "result")
    );
    let imported = gives(
        &body,
        &[("word/_rels/document.xml.rels", RELATIONS)],
        "[one](https://example.org/a%20b)twothreefour\n\n[field](https://example.org/f) after\n\nresult\n"
            .replace("twothreefour", "*twothree*four")
            .as_str(),
    );
    assert_eq!(imported.report.dropped.get("link"), Some(&2));
    assert_eq!(imported.report.dropped.get("external_reference"), Some(&1));
    assert_eq!(imported.report.changed.get("internal_link"), Some(&1));
}

#[test]
fn links_within_lead_to_their_heading_wherever_it_comes() {
    let to = |mark: &str, text: &str| {
        format!(
            "<w:hyperlink w:anchor='{mark}'>{}</w:hyperlink>{}",
            r("", text),
            r("", ", ")
        )
    };
    let field = format!(
        "<w:fldSimple w:instr=' HYPERLINK \\l &quot;_Ref2&quot; '>{}</w:fldSimple>",
        r("", "field")
    );
    let marked = |level: &str, mark: &str, text: &str| {
        format!(
            "<w:p><w:pPr><w:outlineLvl w:val='{level}'/></w:pPr><w:bookmarkStart w:id='1' w:name='{mark}'/>{}<w:bookmarkEnd w:id='1'/></w:p>",
            r("", text)
        )
    };
    let body = format!(
        "<w:p>{}{}{}{field}</w:p>{}{}<w:p><w:bookmarkStart w:id='2' w:name='there'/>{}</w:p>{}",
        to("_Ref1", "aims"),
        to("there", "words"),
        to("nowhere", "nothing"),
        marked("0", "_Ref1", "الأهداف"),
        marked("1", "_Ref3", "Means"),
        r("", "A paragraph."),
        marked("1", "_Ref2", "Money, first"),
    );
    let imported = gives(
        &body,
        &[],
        "[aims](#الأهداف), words, nothing, [field](#money-first)\n\n# الأهداف\n\n## Means\n\nA paragraph.\n\n## Money, first\n",
    );
    assert_eq!(imported.report.changed.get("internal_link"), Some(&2));
    let told = imported
        .report
        .places
        .iter()
        .map(|note| note.place.words.as_str());
    assert_eq!(told.collect::<Vec<_>>(), ["words", "nothing"]);
}

fn picture(id: &str, attribute: &str, alt: &str) -> String {
    format!(
        "<w:r><w:drawing><wp:inline xmlns:wp='x:wp'><wp:docPr id='1' name='P' descr='{alt}'/><a:graphic xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'><a:graphicData><pic:pic xmlns:pic='x:pic'><pic:blipFill><a:blip r:{attribute}='{id}'/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
}

#[test]
fn pictures_come_along_and_nothing_is_fetched() {
    let body = format!(
        "<w:p>{}{}</w:p><w:p>{}{}{}</w:p>",
        picture("p1", "embed", "صورة خضراء"),
        r("", " shown"),
        picture("p2", "link", "counter"),
        picture("p3", "embed", ""),
        r("", " end")
    );
    let imported = read(&body, &[("word/_rels/document.xml.rels", RELATIONS)]);
    let [only] = imported.pictures.as_slice() else {
        panic!("{imported:#?}")
    };
    assert_eq!(
        (only.alt.as_str(), only.mime.as_str()),
        ("صورة خضراء", "image/png")
    );
    assert_eq!(
        imported.markdown,
        format!(
            "![صورة خضراء](qalam:{}) shown\n\n\\[counter\\] end\n",
            only.sha256
        )
    );
    assert_eq!(imported.report.dropped.get("remote_picture"), Some(&1));
    assert_eq!(imported.report.dropped.get("picture"), Some(&1));
    assert!(!imported.markdown.contains("example.org"));
}

#[test]
fn notes_are_footnotes_and_end_with_the_text() {
    let notes = format!(
        "<w:footnotes {W}><w:footnote w:type='separator' w:id='-1'><w:p/></w:footnote><w:footnote w:id='2'><w:p><w:r><w:footnoteRef/></w:r>{}</w:p></w:footnote></w:footnotes>",
        r("", " The note.")
    );
    let ends = format!(
        "<w:endnotes {W}><w:endnote w:id='2'><w:p>{}</w:p></w:endnote></w:endnotes>",
        r("", "At the end.")
    );
    let body = format!(
        "<w:p>{}<w:r><w:footnoteReference w:id='2'/></w:r>{}<w:r><w:endnoteReference w:id='2'/></w:r></w:p>",
        r("", "Text"),
        r("", " and more")
    );
    let imported = gives(
        &body,
        &[("word/footnotes.xml", &notes), ("word/endnotes.xml", &ends)],
        "Text[^1] and more[^2]\n\n[^1]:\n    The note.\n\n[^2]:\n    At the end.\n",
    );
    assert_eq!(imported.report.changed.get("endnote"), Some(&1));
}

const CHANGED: &str = "<w:p><w:r><w:t>It has </w:t></w:r><w:del w:id='1' w:author='First Office' w:date='2026-11-01T00:00:00Z'><w:r><w:delText>ten</w:delText></w:r></w:del><w:ins w:id='2' w:author='Second Office'><w:r><w:t>twelve</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> rooms, </w:t></w:r><w:moveFrom w:id='3'><w:r><w:t>all new, </w:t></w:r></w:moveFrom><w:r><w:t>for patients</w:t></w:r><w:moveTo w:id='3'><w:r><w:t>, all new</w:t></w:r></w:moveTo><w:r><w:rPr><w:b/><w:rPrChange w:id='5'><w:rPr/></w:rPrChange></w:rPr><w:t>.</w:t></w:r></w:p>\
<w:p><w:pPr><w:rPr><w:del w:id='6'/></w:rPr></w:pPr><w:r><w:t>One </w:t></w:r></w:p><w:p><w:r><w:t>line.</w:t></w:r></w:p>";

#[test]
fn tracked_changes_are_a_question_with_both_answers() {
    let with = read_with(CHANGED, &[], TrackedWish::Accept);
    assert_eq!(
        with.markdown,
        "It has twelve rooms, for patients, all new<strong>.</strong>\n\nOne line.\n"
    );
    let before = read_with(CHANGED, &[], TrackedWish::Reject);
    assert_eq!(
        before.markdown,
        "It has ten rooms, all new, for patients.\n\nOne\n\nline.\n"
    );
    for (imported, taken) in [(with, TrackedWish::Accept), (before, TrackedWish::Reject)] {
        let tracked = imported.report.tracked.unwrap();
        assert_eq!(
            (
                tracked.insertions,
                tracked.deletions,
                tracked.moves,
                tracked.formatting
            ),
            (1, 2, 1, 1)
        );
        assert_eq!(tracked.taken, taken);
        assert_eq!(tracked.changes[0].author, "First Office");
        assert_eq!(tracked.changes[0].place.words, "ten");
        assert!(
            imported
                .problems
                .iter()
                .any(|p| p.code == "tracked_changes")
        );
    }
}

#[test]
fn remarks_are_listed_with_their_place() {
    let comments = format!(
        "<w:comments {W} xmlns:w14='x:w14'><w:comment w:id='0' w:author='Reviewer Office' w:date='2026-11-03T10:00:00Z'><w:p w14:paraId='AA'><w:r><w:t>Sure of it?</w:t></w:r></w:p></w:comment><w:comment w:id='1' w:author='Other'><w:p w14:paraId='BB'><w:r><w:t>Done</w:t></w:r></w:p></w:comment></w:comments>"
    );
    let extended = "<w15:commentsEx xmlns:w15='x:w15'><w15:commentEx w15:paraId='BB' w15:done='1'/></w15:commentsEx>";
    let body = format!(
        "{}<w:p>{}<w:commentRangeStart w:id='0'/>{}<w:commentRangeEnd w:id='0'/><w:r><w:commentReference w:id='0'/></w:r></w:p>",
        p("<w:outlineLvl w:val='0'/>", "Numbers"),
        r("", "It reaches "),
        r("", "thirty districts")
    );
    let imported = read(
        &body,
        &[
            ("word/comments.xml", &comments),
            ("word/commentsExtended.xml", extended),
        ],
    );
    let [first, second] = imported.report.comments.as_slice() else {
        panic!("{imported:#?}")
    };
    assert_eq!(
        (first.author.as_str(), first.text.as_str(), first.resolved),
        ("Reviewer Office", "Sure of it?", false)
    );
    assert_eq!(
        (
            first.place.paragraph,
            first.place.heading.as_str(),
            first.place.words.as_str()
        ),
        (2, "Numbers", "thirty districts")
    );
    assert!(second.resolved && second.place.paragraph == 0);
    assert!(!imported.markdown.contains("Sure"));
}

#[test]
fn boxes_fields_and_prompts_are_settled() {
    let body = format!(
        "<w:p>{}<mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:Choice Requires='wps'><w:r><w:drawing><wps:txbx xmlns:wps='x:wps'><w:txbxContent>{}</w:txbxContent></wps:txbx></w:drawing></w:r></mc:Choice><mc:Fallback><w:r><w:pict><v:textbox xmlns:v='urn:schemas-microsoft-com:vml'><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r></mc:Fallback></mc:AlternateContent></w:p>\
         <w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt><w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt><w:smartTag>{}</w:smartTag></w:p>\
         <w:p><w:r><w:t>co\u{AD}operate</w:t><w:softHyphen/><w:noBreakHyphen/><w:t>x</w:t><w:br/><w:t>next</w:t><w:br w:type='page'/><w:sym w:font='Wingdings' w:char='F0FC'/></w:r></w:p>\
         <w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
        r("", "Before"),
        p("", "In the box."),
        p("", "In the box."),
        r("", "Click here"),
        r("", "chosen"),
        r("", " tagged"),
        p("", "1 Aims 3")
    );
    let imported = gives(
        &body,
        &[
            (
                "word/header1.xml",
                &format!("<w:hdr {W}>{}</w:hdr>", p("", "Draft of the office")),
            ),
            ("word/vbaProject.bin", "x"),
            (
                "word/_rels/settings.xml.rels",
                "<Relationships><Relationship Id='a' Type='x/attachedTemplate' Target='http://example.org/t.dotm' TargetMode='External'/></Relationships>",
            ),
        ],
        "Before\n\nIn the box.\n\nchosen tagged\n\ncooperate\u{2011}x\\\nnext✓\n",
    );
    let dropped: Vec<(&str, u32)> = imported
        .report
        .dropped
        .iter()
        .map(|(what, count)| (what.as_str(), *count))
        .collect();
    assert_eq!(
        dropped,
        [
            ("header", 1),
            ("linked_template", 1),
            ("macro", 1),
            ("page_break", 1),
            ("placeholder", 1),
            ("soft_hyphen", 2),
            ("table_of_contents", 1)
        ]
    );
    assert_eq!(imported.report.changed.get("text_box"), Some(&1));
}

#[test]
fn other_names_and_editions_are_read() {
    // The strict edition, another prefix, another name of the main part.
    let strict = pack(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", b"<Relationships><Relationship Id='a' Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' Target='/word/document2.xml'/></Relationships>"),
        ("word/document2.xml", "<x:document xmlns:x='http://purl.oclc.org/ooxml/wordprocessingml/main'><x:body><x:p><x:r><x:t>وزارة الصحة.</x:t></x:r></x:p></x:body></x:document>".as_bytes()),
    ]);
    assert_eq!(import("a.docx", &strict, None).markdown, "وزارة الصحة.\n");
}

#[test]
fn hostile_files_end_and_say_so() {
    let code = |bytes: &[u8]| {
        import("a.docx", bytes, None)
            .problems
            .first()
            .map(|problem| problem.code.clone())
    };
    let zeros = format!("<w:t>{}</w:t>", " ".repeat(80 * 1024 * 1024));
    assert_eq!(
        code(&pack(&[("word/document.xml", zeros.as_bytes())])).as_deref(),
        Some("zip_bomb")
    );
    let entity = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY y 'yyyy'><!ENTITY z '&y;&y;&y;'>]>";
    let document = format!(
        "{entity}<w:document {W}><w:body><w:p><w:r><w:t>a&x;b&z;</w:t></w:r></w:p></w:body></w:document>"
    );
    let imported = import(
        "a.docx",
        &pack(&[("word/document.xml", document.as_bytes())]),
        None,
    );
    assert_eq!(imported.markdown, "a b\n");
    // Tables in tables in tables.
    let mut deep = p("", "core");
    for _ in 0..2_000 {
        deep = format!("<w:tbl><w:tr><w:tc>{deep}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>");
    }
    let imported = read(&deep, &[]);
    assert!(
        imported.problems.iter().any(|p| p.code == "cut_off"),
        "{:?}",
        imported.problems
    );
    let mut deep = p("", "core");
    for _ in 0..40 {
        deep = format!("<w:tbl><w:tr><w:tc>{deep}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>");
    }
    let imported = read(&deep, &[]);
    assert!(imported.markdown.contains("core"), "{imported:#?}");
    // Lists of a hundred thousand entries, levels beyond reason, styles that inherit in a ring.
    let many: String = (0..3_000)
        .map(|n| item(1, u8::try_from(n % 40).unwrap(), "x"))
        .collect();
    let listed = read(&many, &[("word/numbering.xml", NUMBERS)]);
    assert!(
        listed.markdown.contains('x'),
        "{:?} {:?}",
        listed.problems,
        listed.markdown.len()
    );
    let ring = "<w:styles xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:style w:type='paragraph' w:styleId='a'><w:basedOn w:val='b'/></w:style><w:style w:type='paragraph' w:styleId='b'><w:basedOn w:val='a'/></w:style></w:styles>";
    assert_eq!(
        read(
            &p("<w:pStyle w:val='a'/>", "ring."),
            &[("word/styles.xml", ring)]
        )
        .markdown,
        "ring.\n"
    );
    // Longer than a body may be: as much as fits, and it says so.
    let long = p(
        "",
        &(0..330_000)
            .map(|n| format!("word{} ", n * 7 % 1_000))
            .collect::<String>(),
    );
    let imported = read(&long, &[]);
    assert!(
        imported.markdown.len() > 900_000 && imported.problems.iter().any(|p| p.code == "cut_off")
    );
    let whole = file(&p("", "x"), &[]);
    for length in (0..whole.len()).step_by(7) {
        let _ = import("a.docx", &whole[..length], None);
    }
}

#[test]
fn parts_may_begin_with_a_mark_of_their_bytes() {
    let types = "<Types><Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>";
    let document = format!(
        "<?xml version='1.0'?><w:document {W}><w:body>{}</w:body></w:document>",
        p("", "Text نص")
    );
    let utf8 = |text: &str| format!("\u{feff}{text}").into_bytes();
    let little = |text: &str| -> Vec<u8> {
        let text = format!("\u{feff}{text}");
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let big = |text: &str| -> Vec<u8> {
        let text = format!("\u{feff}{text}");
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    };
    for marked in [utf8 as fn(&str) -> Vec<u8>, little, big] {
        let bytes = pack(&[
            ("[Content_Types].xml", &marked(types)),
            ("word/document.xml", &marked(&document)),
        ]);
        let imported = import_with("a.docx", &bytes, None, TrackedWish::Accept);
        assert_eq!(imported.markdown.trim_end(), "Text نص");
        assert!(imported.problems.is_empty(), "{:?}", imported.problems);
    }
}

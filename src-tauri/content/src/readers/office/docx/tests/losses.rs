//! What once vanished without a word, or was told untruly.

use super::*;

/// A sign of a field.
fn sign(kind: &str) -> String {
    format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>")
}

fn instruction(words: &str) -> String {
    format!("<w:r><w:instrText> {words} </w:instrText></w:r>")
}

fn line(runs: &[&str]) -> String {
    format!("<w:p>{}</w:p>", runs.concat())
}

#[test]
fn a_field_without_an_end_takes_nothing_with_it() {
    let [begin, separate, end] = ["begin", "separate", "end"].map(sign);
    let [date, contents, page] = ["DATE", "TOC \\o", "PAGEREF x"].map(instruction);
    let link = instruction("HYPERLINK \"https://example.org/a\"");
    let (words, more) = (r("", "words"), r("", " more"));
    let cell = |inside: &str| {
        format!(
            "<w:tbl><w:tr><w:tc>{inside}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
            p("", "b")
        )
    };
    // What stands before `Last.`, what it gives, and fields that are told.
    let cases: [(String, &str, Option<u32>); 13] = [
        (line(&[&begin, &date]), "", Some(1)),
        (line(&[&begin, &contents]), "", Some(1)),
        (
            line(&[&begin, &contents, &separate, &words]),
            "words",
            Some(1),
        ),
        (line(&[&begin, &link, &separate, &words]), "words", Some(1)),
        (
            cell(&line(&[&words, &begin, &date])),
            "| words | b |\n| --- | --- |",
            Some(1),
        ),
        // The end of another one, and ends without a beginning.
        (
            [
                line(&[&begin, &date]),
                p("", "Between."),
                line(&[&begin, &date, &separate, &words, &end]),
            ]
            .concat(),
            "Between.\n\nwords",
            Some(2),
        ),
        (
            [
                line(&[&begin, &date]),
                p("", "Between."),
                line(&[&end, &words]),
            ]
            .concat(),
            "Between.\n\nwords",
            Some(1),
        ),
        (
            [
                line(&[&begin, &date]),
                cell(&line(&[&separate, &words, &end])),
            ]
            .concat(),
            "| words | b |\n| --- | --- |",
            Some(1),
        ),
        (line(&[&end, &separate, &words]), "words", None),
        // Whole ones are what they were, over paragraphs and within each other.
        (
            [
                line(&[&begin, &contents, &separate, &words]),
                line(&[&begin, &page, &separate, &more, &end]),
                line(&[&words, &end, &more]),
            ]
            .concat(),
            "more",
            Some(1),
        ),
        (
            [
                line(&[&begin, &contents, &separate, &words]),
                line(&[&begin, &page]),
                line(&[&end, &more]),
            ]
            .concat(),
            "more",
            Some(1),
        ),
        (
            line(&[&begin, &link, &separate, &words, &end, &more]),
            "[words](https://example.org/a) more",
            None,
        ),
        // Its end stands in something that is left out.
        (
            line(&[
                &begin,
                &contents,
                &separate,
                "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>",
                &end,
                "</w:sdtContent></w:sdt>",
            ]),
            "",
            None,
        ),
    ];
    for (body, expected, told) in cases {
        let all = gives(
            &format!("{body}{}", p("", "Last.")),
            &[],
            format!("{expected}\n\nLast.").trim_start(),
        );
        assert_eq!(all.report.changed.get("field").copied(), told, "{body}");
    }
    // Notes and boxes have fields of their own.
    let notes = format!(
        "<w:footnotes {W}><w:footnote w:id='2'>{}{}</w:footnote></w:footnotes>",
        line(&[&begin, &date]),
        p("", "The note.")
    );
    let boxed = format!(
        "<w:r><w:pict><w:txbxContent>{}{}</w:txbxContent></w:pict></w:r>",
        line(&[&begin, &date]),
        p("", "Boxed.")
    );
    let body = [
        line(&[
            &begin,
            &link,
            &separate,
            &words,
            "<w:r><w:footnoteReference w:id='2'/></w:r>",
            &boxed,
            &end,
        ]),
        p("", "Last."),
    ]
    .concat();
    gives(
        &body,
        &[("word/footnotes.xml", &notes)],
        "[words](https://example.org/a)[^1]\n\nBoxed.\n\nLast.\n\n[^1]:\n    The note.",
    );
}

const MC: &str = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'";

fn forms(requires: &str, choice: &str, fallback: &str) -> String {
    format!(
        "<mc:AlternateContent {MC}><mc:Choice Requires='{requires}'>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )
}

#[test]
fn of_several_forms_one_is_read() {
    let emoji = "<w16se:symEx xmlns:w16se='x:s' w16se:font='Segoe UI Emoji' w16se:char='1F60A'/>";
    let t = |text: &str| format!("<w:t>{text}</w:t>");
    let run =
        |inside: &str| format!("<w:p><w:r><w:t xml:space='preserve'>a </w:t>{inside}</w:r></w:p>");
    let drawn = |shape: &str, text: &str| {
        format!(
            "<w:drawing><{shape}><w:txbxContent>{}</w:txbxContent></{shape}></w:drawing>",
            p("", text)
        )
    };
    let cases = [
        (run(&forms("w16se", emoji, &t("😊"))), "a 😊"),
        (run(&forms("w14", &t("new"), &t("old"))), "a new"),
        (run(&forms("w14 w16zz", &t("new"), &t("old"))), "a old"),
        (run(&forms("w14", " ", &t("old"))), "a old"),
        (run(&forms("w16zz", &t("new"), "")), "a new"),
        (
            run(&forms("w14", &forms("w16zz", "", &t("deep")), &t("old"))),
            "a deep",
        ),
        (
            run(&forms("wps", &drawn("wps", "Box."), &drawn("v", "Box."))),
            "a\n\nBox.",
        ),
        (
            run(&forms(
                "wpi",
                &drawn("wpi", "Ink."),
                &drawn("v", "Old ink."),
            )),
            "a\n\nOld ink.",
        ),
        (
            run(&format!(
                "<w:drawing>{}</w:drawing>",
                forms(
                    "am3d",
                    "<am3d:model3d/>",
                    &format!("<w:txbxContent>{}</w:txbxContent>", p("", "Flat."))
                )
            )),
            "a\n\nFlat.",
        ),
        // In a line, between paragraphs, between rows.
        (
            line(&[&forms("w16zz", "<x/>", &r("", "old")), &r("", " end")]),
            "old end",
        ),
        (forms("w16zz", "<x/>", &p("", "Old.")), "Old."),
        (forms("w14", "", &p("", "Old.")), "Old."),
        (forms("w14", &p("", "New."), &p("", "Old.")), "New."),
        (
            format!(
                "<w:tbl>{}{}</w:tbl>",
                row(&["a", "b"]),
                forms("w16zz", "<x/>", &row(&["c", "d"]))
            ),
            "| a | b |\n| --- | --- |\n| c | d |",
        ),
    ];
    for (body, expected) in cases {
        gives(&body, &[], expected);
    }
    // Words in both forms are told once, too.
    let heading = format!(
        "<w:p><w:pPr><w:outlineLvl w:val='0'/></w:pPr><w:r>{}</w:r></w:p><w:p><w:r><w:br w:type='page'/><w:t>x</w:t></w:r></w:p>",
        forms("w14", &t("Aims"), &t("Aims"))
    );
    let imported = gives(&heading, &[], "# Aims\n\nx");
    assert_eq!(imported.report.places[0].place.heading, "Aims");
}

#[test]
fn forms_keep_what_was_filled_in() {
    let field = |form: &str, kind: &str, result: &str| {
        format!(
            "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:name w:val='x'/>{form}</w:ffData></w:fldChar></w:r>{}{}{result}{}",
            instruction(kind),
            sign("separate"),
            sign("end")
        )
    };
    let list = |chosen: &str| {
        format!(
            "<w:ddList>{chosen}<w:listEntry w:val='Health'/><w:listEntry w:val='التعليم'/></w:ddList>"
        )
    };
    let tick = |state: &str| format!("<w:checkBox><w:sizeAuto/>{state}</w:checkBox>");
    let cases = [
        (list("<w:result w:val='1'/>"), "التعليم"),
        (list("<w:default w:val='1'/>"), "التعليم"),
        (list(""), "Health"),
        (list("<w:result w:val='7'/>"), ""),
        (tick("<w:default w:val='0'/><w:checked/>"), "☒"),
        (tick("<w:default w:val='1'/><w:checked w:val='0'/>"), "☐"),
        (tick("<w:default w:val='1'/>"), "☒"),
        (tick("<w:default w:val='0'/>"), "☐"),
    ];
    for (form, expected) in cases {
        let body = line(&[&r("", "It is: "), &field(&form, "FORM", ""), &r("", ".")]);
        let imported = gives(&body, &[], &format!("It is: {expected}."));
        assert_eq!(imported.report.changed.get("field"), Some(&1));
    }
    // A program that writes the choice as a result has said it.
    let said = field(&list(""), "FORMDROPDOWN", &r("", "Health"));
    gives(&line(&[&said]), &[], "Health");
    // Nothing comes out of what is not shown.
    let gone = format!("<w:del w:id='1'>{}</w:del>", field(&list(""), "FORM", ""));
    gives(&line(&[&r("", "x"), &gone]), &[], "x");
}

#[test]
fn broken_parts_are_damaged_and_long_ones_cut_off() {
    let code = |document: String, notes: &str| {
        let entries = [
            ("word/document.xml", document.as_bytes()),
            ("word/footnotes.xml", notes.as_bytes()),
        ];
        let read = import("a.docx", &pack(&entries), None);
        assert!(read.markdown.contains("words"), "{read:#?}");
        read.problems.first().map(|problem| problem.code.clone())
    };
    let open = format!("<w:document {W}><w:body>{}", p("", "words"));
    let whole = format!("{open}</w:body></w:document>");
    assert_eq!(code(open.clone(), ""), Some("damaged".to_owned()));
    assert_eq!(
        code(format!("{open}<w:p><w:r w:x='"), ""),
        Some("damaged".to_owned())
    );
    assert_eq!(
        code(whole.clone(), "<w:footnotes><w:footnote w:id='2'>"),
        Some("damaged".to_owned())
    );
    assert_eq!(code(whole, ""), None);
    let deep = format!("{}{}", "<w:x>".repeat(300), "</w:x>".repeat(300));
    assert_eq!(
        code(format!("{open}{deep}</w:body></w:document>"), ""),
        Some("cut_off".to_owned())
    );
}

#[test]
fn cells_put_in_and_taken_out_are_changes() {
    let table = format!(
        "<w:tbl>{}{}{}</w:tbl>",
        row(&["a", "<w:cellDel w:id='1' w:author='Office'/>|b", "c"]),
        row(&["d", "e", "<w:cellIns w:id='2'/>|f"]),
        row(&["<w:cellDel w:id='3'/>|g", "<w:cellDel w:id='4'/>|h"]),
    );
    let with = read_with(&table, &[], TrackedWish::Accept);
    assert_eq!(
        with.markdown,
        "| a | c |  |\n| --- | --- | --- |\n| d | e | f |\n"
    );
    let before = read_with(&table, &[], TrackedWish::Reject);
    assert_eq!(
        before.markdown,
        "| a | b | c |\n| --- | --- | --- |\n| d | e |  |\n| g | h |  |\n"
    );
    for imported in [with, before] {
        let tracked = imported.report.tracked.unwrap();
        assert_eq!((tracked.insertions, tracked.deletions), (1, 3));
        assert_eq!(tracked.changes[0].author, "Office");
        assert_eq!(tracked.changes[0].place.words.trim(), "b");
    }
}

#[test]
fn what_is_said_of_a_table_is_told() {
    let table = format!(
        "<w:tbl><w:tblPr><w:tblCaption w:val='Counts'/><w:tblDescription w:val='By district'/></w:tblPr>{}</w:tbl>",
        row(&["a", "b"])
    );
    let imported = gives(&table, &[], "| a | b |\n| --- | --- |");
    let told = imported.report.places.iter();
    let told: Vec<_> = told
        .map(|note| (note.what.as_str(), note.place.words.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("table_description", "Counts"),
            ("table_description", "By district")
        ]
    );
}

#[test]
fn boxes_in_boxes_keep_their_words_once() {
    let boxed = |inside: &str| {
        let content = format!("<w:txbxContent>{inside}</w:txbxContent>");
        forms("wps", &format!("<w:drawing>{content}</w:drawing>"), "")
    };
    let mut body = p("", "Deep words.");
    for level in 0..30 {
        body = format!(
            "<w:p><w:r><w:t>Level {level}.</w:t>{}</w:r></w:p>",
            boxed(&body)
        );
    }
    let levels: Vec<String> = (0..30)
        .rev()
        .map(|level| format!("Level {level}."))
        .collect();
    let imported = gives(
        &body,
        &[],
        &format!("{}\n\nDeep words.", levels.join("\n\n")),
    );
    assert_eq!(imported.report.changed.get("text_box"), Some(&30));
    // As deep as can be.
    let mut body = p("", "Deep words.");
    for _ in 0..60 {
        body =
            format!("<w:p><w:r><w:pict><w:txbxContent>{body}</w:txbxContent></w:pict></w:r></w:p>");
    }
    gives(&body, &[], "Deep words.");
    // A box with no words but a sign.
    let sign = "<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r></w:p>";
    gives(
        &line(&[&r("", "x"), &format!("<w:r>{}</w:r>", boxed(sign))]),
        &[],
        "x\n\n✓",
    );
    // Tables too deep for cells, with boxes in them.
    let mut table = line(&[&format!("<w:r>{}</w:r>", boxed(&p("", "Deep words.")))]);
    for _ in 0..16 {
        table = format!(
            "<w:tbl><w:tr><w:tc>{table}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
            p("", "x")
        );
    }
    let imported = read(&table, &[]);
    assert_eq!(
        imported.markdown.matches("Deep words.").count(),
        1,
        "{}",
        imported.markdown
    );
}

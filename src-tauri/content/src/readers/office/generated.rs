//! Documents made of a small model, written as .docx and as .odt, come back with the same model.

use std::io::{Cursor, Write};

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use zip::write::SimpleFileOptions;

use crate::body;
use crate::readers::import::import;

/// A word and whether it is strong and slanted.
type Word = (String, bool, bool);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Heading(u8, Vec<Word>),
    /// Words, whether somebody set it from right to left, and a note at its end.
    Paragraph(Vec<Word>, bool, Option<String>),
    /// Whether it is numbered, and the entries with their depth.
    List(bool, Vec<(usize, Vec<Word>)>),
    /// Of several cells: one alone is a frame around text.
    Table(Vec<Vec<String>>),
}

fn plain_word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "district",
        "doses",
        "WHO",
        "الوزارة",
        "حملة",
        "إقليم",
        "santé",
        "l’école",
        "2026",
        "٢٠",
        "1.",
        "2)",
        "-",
        "+",
        "#",
        "*a*",
        "_b_",
        "|",
        "<b>",
        "&amp;",
        "a<b",
        "[x]",
        "(y)",
        "`c`",
        "~~d~~",
        "\\",
        "![p](q)",
        "www",
        "$",
        "!",
        ">",
        "====",
        "---",
        ":::",
        "x|y",
        "[^1]",
        "&",
        "\"q\"",
        "it's",
        "a*b",
        "snake_case",
        "\\*",
        "😀",
        "m²",
        "\u{200f}يمين",
    ])
    .prop_map(str::to_owned)
}

fn words(most: usize) -> impl Strategy<Value = Vec<Word>> {
    // The first word has letters: a line of signs alone may well be something else.
    let first = prop::sample::select(vec!["district", "الوزارة", "santé"]);
    (
        first,
        vec((plain_word(), any::<bool>(), any::<bool>()), 0..most),
    )
        .prop_map(|(first, mut rest)| {
            rest.insert(0, (first.to_owned(), false, false));
            rest
        })
}

fn unmarked(most: usize) -> impl Strategy<Value = Vec<Word>> {
    words(most).prop_map(|words| {
        words
            .into_iter()
            .map(|(word, ..)| (word, false, false))
            .collect()
    })
}

fn text() -> impl Strategy<Value = String> {
    unmarked(4).prop_map(|words| joined(&words))
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        (1..=6_u8, unmarked(5)).prop_map(|(level, words)| Part::Heading(level, words)),
        (
            words(8),
            any::<bool>(),
            proptest::option::weighted(0.2, text())
        )
            .prop_map(|(words, rtl, note)| Part::Paragraph(words, rtl, note)),
        (any::<bool>(), vec((0..3_usize, words(4)), 1..6)).prop_map(|(numbered, mut entries)| {
            let mut above = 0;
            for (at, (level, _)) in entries.iter_mut().enumerate() {
                *level = if at == 0 { 0 } else { (*level).min(above + 1) };
                above = *level;
            }
            Part::List(numbered, entries)
        }),
        (2..4_usize, 2..4_usize).prop_flat_map(|(width, height)| {
            vec(vec(text(), width..=width), height..=height).prop_map(Part::Table)
        }),
    ]
}

/// Parts, with a paragraph after each list and table, so that none runs into the next.
fn parts() -> impl Strategy<Value = Vec<Part>> {
    vec((part(), text()), 1..7).prop_map(|parts| {
        let mut all = Vec::new();
        for (part, between) in parts {
            let ends = matches!(part, Part::List(..) | Part::Table(_));
            all.push(part);
            if ends {
                all.push(Part::Paragraph(vec![(between, false, false)], false, None));
            }
        }
        all
    })
}

fn joined(words: &[Word]) -> String {
    let words: Vec<&str> = words.iter().map(|(word, ..)| word.as_str()).collect();
    words.join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn zipped(entries: &[(&str, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // An OpenDocument file says what it is in a first part that is not packed.
    let as_it_is = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in entries {
        writer.start_file(*name, as_it_is).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TITLE: &str = "The title of it";

fn docx(parts: &[Part]) -> Vec<u8> {
    const W: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";
    let run = |(word, strong, em): &Word| {
        let mut look = String::new();
        for (is, sign) in [(strong, "b"), (em, "i")] {
            if *is {
                look.push_str(&format!("<w:{sign}/><w:{sign}Cs/>"));
            }
        }
        let word = escaped(word);
        format!("<w:r><w:rPr>{look}</w:rPr><w:t>{word}</w:t></w:r>")
    };
    let space = "<w:r><w:t xml:space='preserve'> </w:t></w:r>";
    let line = |words: &[Word]| words.iter().map(run).collect::<Vec<_>>().join(space);
    let paragraph = |look: &str, inside: &str| format!("<w:p><w:pPr>{look}</w:pPr>{inside}</w:p>");
    let (mut out, mut notes, mut numbers) = (String::new(), String::new(), String::new());
    let (mut note_count, mut list_count) = (1, 0);
    out.push_str(&paragraph(
        "<w:pStyle w:val='T'/>",
        &format!("<w:r><w:t>{TITLE}</w:t></w:r>"),
    ));
    for part in parts {
        match part {
            Part::Heading(level, words) => {
                out.push_str(&paragraph(
                    &format!("<w:pStyle w:val='H{level}'/>"),
                    &line(words),
                ));
            }
            Part::Paragraph(words, rtl, note) => {
                let mut inside = line(words);
                if let Some(note) = note {
                    note_count += 1;
                    inside.push_str(&format!(
                        "<w:r><w:footnoteReference w:id='{note_count}'/></w:r>"
                    ));
                    let note = escaped(note);
                    notes.push_str(&format!(
                        "<w:footnote w:id='{note_count}'><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote>"
                    ));
                }
                out.push_str(&paragraph(if *rtl { "<w:bidi/>" } else { "" }, &inside));
            }
            Part::List(numbered, entries) => {
                list_count += 1;
                let kind = if *numbered { 2 } else { 1 };
                numbers.push_str(&format!(
                    "<w:num w:numId='{list_count}'><w:abstractNumId w:val='{kind}'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>"
                ));
                for (level, words) in entries {
                    let look = format!(
                        "<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list_count}'/></w:numPr>"
                    );
                    out.push_str(&paragraph(&look, &line(words)));
                }
            }
            Part::Table(rows) => {
                out.push_str("<w:tbl>");
                for (at, row) in rows.iter().enumerate() {
                    let head = if at == 0 {
                        "<w:trPr><w:tblHeader/></w:trPr>"
                    } else {
                        ""
                    };
                    let cells: String = row
                        .iter()
                        .map(|cell| {
                            format!(
                                "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>",
                                escaped(cell)
                            )
                        })
                        .collect();
                    out.push_str(&format!("<w:tr>{head}{cells}</w:tr>"));
                }
                out.push_str("</w:tbl>");
            }
        }
    }
    let level = |format: &str, text: &str| -> String {
        (0..3)
            .map(|level| {
                let text = text.replace('1', &(level + 1).to_string());
                format!("<w:lvl w:ilvl='{level}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{text}'/></w:lvl>")
            })
            .collect()
    };
    let headings: String = (1..=6)
        .map(|level| format!("<w:style w:type='paragraph' w:styleId='H{level}'><w:name w:val='heading {level}'/></w:style>"))
        .collect();
    zipped(&[
        (
            "[Content_Types].xml",
            "<Types><Override PartName='/word/document.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'/></Types>".to_owned(),
        ),
        ("word/document.xml", format!("<w:document {W}><w:body>{out}</w:body></w:document>")),
        (
            "word/styles.xml",
            format!("<w:styles {W}><w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>{headings}</w:styles>"),
        ),
        (
            "word/numbering.xml",
            format!(
                "<w:numbering {W}><w:abstractNum w:abstractNumId='1'>{}</w:abstractNum><w:abstractNum w:abstractNumId='2'>{}</w:abstractNum>{numbers}</w:numbering>",
                level("bullet", "-"),
                level("decimal", "%1."),
            ),
        ),
        ("word/footnotes.xml", format!("<w:footnotes {W}>{notes}</w:footnotes>")),
        (
            "word/_rels/document.xml.rels",
            format!(
                "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{}</Relationships>",
                ["styles", "numbering", "footnotes"]
                    .map(|part| format!("<Relationship Id='{part}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{part}' Target='{part}.xml'/>"))
                    .concat(),
            ),
        ),
    ])
}

fn odt(parts: &[Part]) -> Vec<u8> {
    let run = |(word, strong, em): &Word| {
        let word = escaped(word);
        match (strong, em) {
            (false, false) => word,
            (true, false) => format!("<text:span text:style-name='B'>{word}</text:span>"),
            (false, true) => format!("<text:span text:style-name='I'>{word}</text:span>"),
            (true, true) => format!("<text:span text:style-name='BI'>{word}</text:span>"),
        }
    };
    let line = |words: &[Word]| words.iter().map(run).collect::<Vec<_>>().join(" ");
    let mut out = format!("<text:p text:style-name='Title'>{TITLE}</text:p>");
    let mut note_count = 0;
    for part in parts {
        match part {
            Part::Heading(level, words) => out.push_str(&format!(
                "<text:h text:outline-level='{level}'>{}</text:h>",
                line(words)
            )),
            Part::Paragraph(words, rtl, note) => {
                let style = if *rtl { " text:style-name='R'" } else { "" };
                let note = note.as_ref().map_or(String::new(), |note| {
                    note_count += 1;
                    format!(
                        "<text:note text:id='n{note_count}' text:note-class='footnote'><text:note-citation>{note_count}</text:note-citation><text:note-body><text:p>{}</text:p></text:note-body></text:note>",
                        escaped(note)
                    )
                });
                out.push_str(&format!("<text:p{style}>{}{note}</text:p>", line(words)));
            }
            Part::List(numbered, entries) => {
                let style = if *numbered { "N" } else { "L" };
                let mut open = 0;
                for (at, (level, words)) in entries.iter().enumerate() {
                    if at > 0 && *level < open {
                        out.push_str(&"</text:list-item></text:list>".repeat(open - level));
                    }
                    if at == 0 || *level > open {
                        out.push_str(&format!(
                            "<text:list text:style-name='{style}'><text:list-item>"
                        ));
                    } else {
                        out.push_str("</text:list-item><text:list-item>");
                    }
                    open = *level;
                    out.push_str(&format!("<text:p>{}</text:p>", line(words)));
                }
                out.push_str(&"</text:list-item></text:list>".repeat(open + 1));
            }
            Part::Table(rows) => {
                out.push_str("<table:table>");
                for (at, row) in rows.iter().enumerate() {
                    let cells: String = row
                        .iter()
                        .map(|cell| {
                            format!(
                                "<table:table-cell><text:p>{}</text:p></table:table-cell>",
                                escaped(cell)
                            )
                        })
                        .collect();
                    let row = format!("<table:table-row>{cells}</table:table-row>");
                    out.push_str(&match at {
                        0 => format!("<table:table-header-rows>{row}</table:table-header-rows>"),
                        _ => row,
                    });
                }
                out.push_str("</table:table>");
            }
        }
    }
    const SPACES: &str = "xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
        xmlns:table='urn:oasis:names:tc:opendocument:xmlns:table:1.0' xmlns:style='urn:oasis:names:tc:opendocument:xmlns:style:1.0' \
        xmlns:fo='urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0'";
    const BOLD: &str = "fo:font-weight='bold' style:font-weight-complex='bold'";
    const SLANTED: &str = "fo:font-style='italic' style:font-style-complex='italic'";
    let look = |name: &str, look: &str| {
        format!(
            "<style:style style:name='{name}' style:family='text'><style:text-properties {look}/></style:style>"
        )
    };
    let levels = |of: &str| -> String {
        (1..=3)
            .map(|level| of.replace('#', &level.to_string()))
            .collect()
    };
    let styles = [
        look("B", BOLD),
        look("I", SLANTED),
        look("BI", &format!("{BOLD} {SLANTED}")),
        "<style:style style:name='R' style:family='paragraph'><style:paragraph-properties style:writing-mode='rl-tb'/></style:style>".to_owned(),
        format!("<text:list-style style:name='L'>{}</text:list-style>", levels("<text:list-level-style-bullet text:level='#' text:bullet-char='-'/>")),
        format!("<text:list-style style:name='N'>{}</text:list-style>", levels("<text:list-level-style-number text:level='#' style:num-format='1' style:num-suffix='.'/>")),
    ]
    .concat();
    zipped(&[
        (
            "mimetype",
            "application/vnd.oasis.opendocument.text".to_owned(),
        ),
        (
            "content.xml",
            format!(
                "<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{out}</office:text></office:body></office:document-content>"
            ),
        ),
        (
            "styles.xml",
            format!(
                "<office:document-styles {SPACES}><office:styles><style:style style:name='Title' style:family='paragraph'/></office:styles></office:document-styles>"
            ),
        ),
    ])
}

/// What of a part can be compared: one line a block, each word with the signs of its marks.
fn told(parts: &[Part]) -> Vec<String> {
    let shown = |words: &[Word]| -> String {
        words
            .iter()
            .flat_map(|(word, strong, em)| word.split(' ').map(|word| marked(word, *strong, *em)))
            .collect()
    };
    let mut out = Vec::new();
    let mut notes = Vec::new();
    for part in parts {
        match part {
            Part::Heading(level, words) => out.push(format!("heading {level}:{}", shown(words))),
            Part::Paragraph(words, rtl, note) => {
                let side = if *rtl { "rtl" } else { "any" };
                out.push(format!(
                    "{side}:{}{}",
                    shown(words),
                    if note.is_some() { " *" } else { "" }
                ));
                notes.extend(
                    note.as_ref()
                        .map(|note| format!("note:{}", shown(&[(note.clone(), false, false)]))),
                );
            }
            Part::List(numbered, entries) => {
                let kind = if *numbered { "number" } else { "bullet" };
                out.extend(
                    entries
                        .iter()
                        .map(|(level, words)| format!("{kind} {level}:{}", shown(words))),
                );
            }
            Part::Table(rows) => out.extend(rows.iter().map(|row| {
                let cells: Vec<String> = row
                    .iter()
                    .map(|cell| shown(&[(cell.clone(), false, false)]))
                    .collect();
                format!("row:{}", cells.join(" /"))
            })),
        }
    }
    out.extend(notes);
    out
}

fn marked(word: &str, strong: bool, em: bool) -> String {
    format!(
        " {word}{}{}",
        if strong { "!" } else { "" },
        if em { "/" } else { "" }
    )
}

/// The same of a document of the editor. `rtl` of a block is what a reader sees.
fn found(document: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let mut notes = Vec::new();
    for block in document["content"].as_array().into_iter().flatten() {
        let side = if block["attrs"]["dir"].is_string() {
            "said"
        } else {
            "any"
        };
        match block["type"].as_str().unwrap() {
            "heading" => out.push(format!(
                "heading {}:{}",
                block["attrs"]["level"],
                line(block)
            )),
            "paragraph" => out.push(format!("{side}:{}", line(block))),
            "bullet_list" | "ordered_list" => list(block, 0, &mut out),
            "table" => {
                for row in block["content"].as_array().unwrap() {
                    let cells: Vec<String> = row["content"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|cell| line(&cell["content"][0]))
                        .collect();
                    out.push(format!("row:{}", cells.join(" /")));
                }
            }
            "footnote_definition" => notes.push(format!("note:{}", line(&block["content"][0]))),
            other => out.push(format!("{other}: {block}")),
        }
    }
    out.extend(notes);
    out
}

fn list(block: &Value, level: usize, out: &mut Vec<String>) {
    let kind = if block["type"] == "ordered_list" {
        "number"
    } else {
        "bullet"
    };
    for item in block["content"].as_array().unwrap() {
        for inside in item["content"].as_array().unwrap() {
            match inside["type"].as_str().unwrap() {
                "paragraph" => out.push(format!("{kind} {level}:{}", line(inside))),
                _ => list(inside, level + 1, out),
            }
        }
    }
}

fn line(block: &Value) -> String {
    // Letters with their marks first: one word may lie in several pieces.
    let mut letters: Vec<(char, bool, bool)> = Vec::new();
    let mut note = false;
    for inline in block["content"].as_array().into_iter().flatten() {
        let is = |mark: &str| {
            let marks = inline["marks"].as_array().into_iter().flatten();
            marks.into_iter().any(|one| one["type"] == mark)
        };
        match inline["type"].as_str().unwrap() {
            "text" => letters.extend(
                inline["text"]
                    .as_str()
                    .unwrap()
                    .chars()
                    .map(|c| (c, is("strong"), is("em"))),
            ),
            "footnote_reference" => note = true,
            other => letters.extend(format!(" {{{other}}} ").chars().map(|c| (c, false, false))),
        }
    }
    let mut out = String::new();
    for word in letters
        .split(|(c, ..)| *c == ' ')
        .filter(|word| !word.is_empty())
    {
        let text: String = word.iter().map(|(c, ..)| c).collect();
        out.push_str(&marked(
            &text,
            word.iter().all(|one| one.1),
            word.iter().all(|one| one.2),
        ));
    }
    out.push_str(if note { " *" } else { "" });
    out
}

/// A direction is stored where the first letter tells another one: right to left is somebody's
/// choice; left to right, which is also what nobody chose, where most letters run so.
fn expected(told: Vec<String>) -> Vec<String> {
    let is_right = |c: char| c == '\u{200f}' || (c.is_alphabetic() && c >= '\u{590}');
    let is_left = |c: char| c.is_alphabetic() && c < '\u{590}';
    told.into_iter()
        .map(|line| {
            let Some((side @ ("rtl" | "any"), rest)) = line.split_once(':') else {
                return line;
            };
            let begins_left = rest
                .chars()
                .find(|c| is_left(*c) || is_right(*c))
                .is_some_and(is_left);
            let count = |is: &dyn Fn(char) -> bool| rest.chars().filter(|c| is(*c)).count();
            let said = match side {
                "rtl" => begins_left,
                _ => !begins_left && count(&is_left) > count(&is_right),
            };
            format!("{}:{rest}", if said { "said" } else { "any" })
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_comes_back(parts in parts()) {
        let wanted = expected(told(&parts));
        for (name, bytes) in [("a.docx", docx(&parts)), ("a.odt", odt(&parts))] {
            let read = import(name, &bytes, Some("en"));
            prop_assert_eq!(read.title.as_deref(), Some(TITLE));
            prop_assert_eq!(&found(&body::to_document(&read.markdown)), &wanted, "{}\n{}", name, read.markdown);
            prop_assert!(read.report.changed.is_empty() && read.report.dropped.is_empty(), "{}: {:?}", name, read.report);
            prop_assert!(read.problems.is_empty(), "{}: {:?}", name, read.problems);
            let kept = |what: &str| read.report.kept.get(what).copied().unwrap_or_default() as usize;
            let count = |is: fn(&Part) -> bool| parts.iter().filter(|part| is(part)).count();
            prop_assert_eq!(kept("heading"), count(|part| matches!(part, Part::Heading(..))));
            prop_assert_eq!(kept("table"), count(|part| matches!(part, Part::Table(_))));
        }
    }
}

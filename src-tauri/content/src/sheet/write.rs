//! Sheets written for people: CSV as Excel reads it, and workbooks.

use std::borrow::Cow;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

/// What stands before a text that a spreadsheet program would take for a formula. Whoever reads a
/// sheet takes it off again.
pub(super) const GUARD: char = '\'';

/// Whether a text would be a formula, were it not for the guards before it: what somebody else
/// wrote into a title must not be worked out on an editor's PC.
pub(super) fn begins_as_formula(text: &str) -> bool {
    text.trim_start_matches(|c: char| c == GUARD || c.is_whitespace() || super::is_unseen(c))
        // The wide signs count in spreadsheet programs that are set to Chinese or Japanese.
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Digits with a sign before and at most one point or comma inside: it is what it says.
fn is_signed_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        && digits.matches(['.', ',']).count() <= 1
}

/// A cell of a CSV file, which has no other way to say that something is text.
fn guarded(cell: &str) -> Cow<'_, str> {
    if begins_as_formula(cell) && !is_signed_number(cell) {
        Cow::Owned(format!("{GUARD}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A sheet as CSV: UTF-8 with the mark Excel knows it by, lines ended as on Windows, and no cell a
/// formula.
#[must_use]
pub fn to_csv(rows: &[Vec<String>], delimiter: char) -> Vec<u8> {
    let mut out = String::from('\u{FEFF}');
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                out.push(delimiter);
            }
            let cell = guarded(cell);
            let must = |c: char| c == delimiter || matches!(c, '"' | '\n' | '\r');
            if cell.contains(must) || cell.starts_with(' ') || cell.ends_with(' ') {
                out.push('"');
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            } else {
                out.push_str(&cell);
            }
        }
        out.push_str("\r\n");
    }
    out.into_bytes()
}

/// A sheet as XLSX: its header, below `above` other lines, stays in sight, `marked` rows (counted
/// from the one after the header) stand out, and an Arabic one begins at the right.
///
/// # Errors
/// When the container cannot be written, which in memory does not happen.
pub fn to_xlsx(
    rows: &[Vec<String>],
    above: usize,
    marked: &[bool],
    rtl: bool,
) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    let mut put = |name: &str, text: &str| -> std::io::Result<()> {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())
    };
    put("[Content_Types].xml", CONTENT_TYPES)?;
    put("_rels/.rels", RELATIONS)?;
    put("xl/workbook.xml", WORKBOOK)?;
    put("xl/_rels/workbook.xml.rels", WORKBOOK_RELATIONS)?;
    put("xl/styles.xml", STYLES)?;
    put(
        "xl/worksheets/sheet1.xml",
        &worksheet(rows, above, marked, rtl),
    )?;
    Ok(zip.finish()?.into_inner())
}

fn worksheet(rows: &[Vec<String>], above: usize, marked: &[bool], rtl: bool) -> String {
    let columns = rows.get(above).map_or(1, Vec::len).max(1);
    let fixed = above + 1;
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView workbookViewId=\"0\"",
    );
    if rtl {
        out.push_str(" rightToLeft=\"1\"");
    }
    out.push_str(&format!(
        "><pane ySplit=\"{fixed}\" topLeftCell=\"A{}\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols><col min=\"1\" max=\"{columns}\" width=\"26\" customWidth=\"1\"/></cols><sheetData>",
        fixed + 1
    ));
    for (at, row) in rows.iter().enumerate() {
        let style = match at.checked_sub(fixed) {
            None if at == above => 1,
            None => 0,
            Some(below) if marked.get(below).copied().unwrap_or(false) => 2,
            Some(_) => 0,
        };
        out.push_str(&format!("<row r=\"{}\">", at + 1));
        for (column, cell) in row.iter().enumerate() {
            if cell.is_empty() && style == 0 {
                continue;
            }
            // A workbook says itself what is text; only a guard of the text's own needs one more.
            let cell = match super::clean(cell).starts_with(GUARD) {
                true => guarded(cell),
                false => Cow::Borrowed(cell.as_str()),
            };
            let place = format!("{}{}", letters(column), at + 1);
            if at >= fixed && is_number(&cell) {
                out.push_str(&format!("<c r=\"{place}\" s=\"{style}\"><v>{cell}</v></c>"));
            } else {
                out.push_str(&format!(
                    "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escaped(&cell)
                ));
            }
        }
        out.push_str("</row>");
    }
    out.push_str("</sheetData></worksheet>");
    out
}

/// A whole number that a spreadsheet writes as it stands here.
fn is_number(cell: &str) -> bool {
    (1..=9).contains(&cell.len())
        && cell.bytes().all(|byte| byte.is_ascii_digit())
        && (cell == "0" || !cell.starts_with('0'))
}

/// `0` is `A`, `26` is `AA`.
fn letters(mut column: usize) -> String {
    let mut name = Vec::new();
    loop {
        let letter = u8::try_from(column % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        match (column / 26).checked_sub(1) {
            Some(next) => column = next,
            None => break,
        }
    }
    name.iter().rev().collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' | '\t' => out.push(c),
            // XML knows no other control characters, and no halves of pairs.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            c => out.push(c),
        }
    }
    out
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Publications" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Plain; the header; a row with something to fix.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFDF3DC"/><bgColor indexed="64"/></patternFill></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="0" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/></cellXfs></styleSheet>"#;

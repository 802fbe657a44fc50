//! .doc ([MS-DOC]): the text is in pieces, some of one byte a character, some of two.

use super::bytes::{narrow, u16_at, u32_at, usize_at, wide};
use crate::limits::MAX_TEXT_CHARS;
use crate::readers::office::{Draft, end_line};

/// Most pieces of a text; a document saved over itself for years has some ten thousand.
const MAX_PIECES: usize = 200_000;

/// Which of the two streams holds the table of pieces.
pub(super) fn uses_second_table(main: &[u8]) -> bool {
    u16_at(main, 0x0A).is_some_and(|flags| flags & 0x0200 != 0)
}

/// Reads the text; says whether it asks for a password.
pub(super) fn read(main: &[u8], table: &[u8], draft: &mut Draft) -> bool {
    let flags = u16_at(main, 0x0A).unwrap_or_default();
    if flags & 0x0100 != 0 {
        return true;
    }
    let text = pieces(main, table).unwrap_or_default();
    plain(&text, draft);
    super::first_line_title(draft);
    false
}

/// The words of a document, by where they stand in it.
#[derive(Default)]
pub(in super::super) struct Words {
    /// The text itself, a paragraph a line, the cells of tables apart by tabs.
    pub(in super::super) text: String,
    /// Footnotes and endnotes.
    pub(in super::super) notes: String,
    /// Heads and feet of pages.
    pub(in super::super) edges: String,
    /// Remarks on the margin.
    pub(in super::super) remarks: String,
    /// Text boxes.
    pub(in super::super) boxes: String,
    /// Pictures and other things that stood in the text.
    pub(in super::super) things: u32,
}

/// Reads the words; `None` when there are none, or a password is asked for.
pub(super) fn words(main: &[u8], table: &[u8]) -> Option<Words> {
    if u16_at(main, 0x0A)? & 0x0100 != 0 {
        return None;
    }
    let all = pieces(main, table)?;
    let mut rest = all.chars();
    // In this order they follow each other; the lengths stand in the head of the file.
    let mut part = |at: usize| -> String {
        let length = usize_at(main, at).unwrap_or_default();
        rest.by_ref().take(length).collect()
    };
    let (text, notes, edges) = (part(0x4C), part(0x50), part(0x54));
    let _macros = part(0x58);
    let (remarks, ends, boxes) = (part(0x5C), part(0x60), part(0x64));
    let things = text.chars().filter(|c| matches!(c, '\u{1}' | '\u{8}'));
    Some(Words {
        things: u32::try_from(things.count()).unwrap_or(u32::MAX),
        text: lines(&text),
        notes: lines(&notes) + &lines(&ends),
        edges: lines(&edges),
        remarks: lines(&remarks),
        boxes: lines(&boxes),
    })
}

fn lines(text: &str) -> String {
    let mut draft = Draft::new();
    plain(text, &mut draft);
    draft.facts.text.replace('\u{c}', "\n")
}

fn pieces(main: &[u8], table: &[u8]) -> Option<String> {
    let at = usize_at(main, 0x01A2)?;
    let length = usize_at(main, 0x01A6)?;
    let mut rest = table.get(at..at.checked_add(length)?)?;
    let plc = loop {
        match rest.first()? {
            // Properties of pieces, passed by.
            1 => {
                let skipped = usize::from(u16_at(rest, 1)?);
                rest = rest.get(3usize.checked_add(skipped)?..)?;
            }
            2 => {
                let length = usize_at(rest, 1)?;
                break rest.get(5..)?.get(..length)?;
            }
            _ => return None,
        }
    };
    let count = (plc.len().checked_sub(4)? / 12).min(MAX_PIECES);
    let mut text = String::new();
    for index in 0..count {
        let from = usize_at(plc, index * 4)?;
        let to = usize_at(plc, index * 4 + 4)?;
        let chars = to.checked_sub(from)?;
        let place = u32_at(plc, (count + 1) * 4 + index * 8 + 2)?;
        let is_narrow = place & 0x4000_0000 != 0;
        let place = usize::try_from(place & 0x3FFF_FFFF).ok()?;
        let piece = if is_narrow {
            let start = place / 2;
            main.get(start..start.checked_add(chars)?).map(narrow)
        } else {
            main.get(place..place.checked_add(chars.checked_mul(2)?)?)
                .map(wide)
        };
        // A piece outside the file is lost; the others are not.
        text.push_str(&piece.unwrap_or_default());
        if text.len() > MAX_TEXT_CHARS * 2 {
            break;
        }
    }
    Some(text)
}

/// Characters that steer become lines and pages; codes of fields are not text.
fn plain(text: &str, draft: &mut Draft) {
    // For each open field whether its code is over and its result began.
    let mut fields: Vec<bool> = Vec::new();
    for c in text.chars() {
        match c {
            '\u{13}' => fields.push(false),
            '\u{14}' => {
                if let Some(result) = fields.last_mut() {
                    *result = true;
                }
            }
            '\u{15}' => drop(fields.pop()),
            _ if fields.iter().any(|result| !result) => {}
            '\r' | '\u{b}' => end_line(&mut draft.facts.text),
            '\u{7}' => draft.facts.text.push('\t'),
            '\u{c}' => draft.end_page(),
            '\t' => draft.facts.text.push('\t'),
            '\u{1e}' => draft.facts.text.push('-'),
            '\u{a0}' => draft.facts.text.push(' '),
            c if c.is_control() || c == '\u{FFFD}' => {}
            c => draft.facts.text.push(c),
        }
    }
    end_line(&mut draft.facts.text);
}

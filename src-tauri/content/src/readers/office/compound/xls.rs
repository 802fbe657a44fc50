//! .xls ([MS-XLS]): a stream of records; texts stand once in a shared table.

use std::fmt::Write;

use super::bytes::{narrow, u16_at, u32_at, u64_at, usize_at, wide};
use crate::readers::facts::{Found, Origin, PlaceKind, warning};
use crate::readers::office::{Draft, end_line};

const FORMULA: u16 = 0x06;
const END: u16 = 0x0A;
const PASSWORD: u16 = 0x2F;
const CONTINUE: u16 = 0x3C;
const SHEET: u16 = 0x85;
const NUMBERS: u16 = 0xBD;
const SHARED: u16 = 0xFC;
const SHARED_TEXT: u16 = 0xFD;
const NUMBER: u16 = 0x203;
const TEXT: u16 = 0x204;
const RESULT: u16 = 0x207;
const SHORT_NUMBER: u16 = 0x27E;
const BEGIN: u16 = 0x809;
/// Most texts in the shared table.
const MAX_SHARED: usize = 2_000_000;

/// Reads the text; says whether it asks for a password.
pub(super) fn read(main: &[u8], draft: &mut Draft) -> bool {
    let mut names: Vec<String> = Vec::new();
    let mut shared: Vec<String> = Vec::new();
    let mut at = 0usize;
    // The first substream is the workbook's own, then one for each sheet.
    let mut substream = 0usize;
    let mut row = None;
    while let (Some(kind), Some(length)) = (u16_at(main, at), u16_at(main, at + 2)) {
        let from = at + 4;
        let to = from.saturating_add(usize::from(length));
        let body = main.get(from..to.min(main.len())).unwrap_or_default();
        at = to;
        match kind {
            PASSWORD => return true,
            BEGIN => {
                substream += 1;
                row = None;
            }
            END if substream > 1 => draft.end_page(),
            SHEET => {
                let name = short_text(body.get(6..).unwrap_or_default());
                if body.get(4).is_some_and(|state| state & 3 != 0) {
                    draft.warn(warning::HIDDEN_CONTENT, PlaceKind::Sheet, name.clone(), 1);
                }
                names.push(name);
            }
            SHARED => {
                let mut parts = vec![body];
                // Long tables go on in further records.
                while u16_at(main, at) == Some(CONTINUE) {
                    let length = usize::from(u16_at(main, at + 2).unwrap_or_default());
                    let from = at + 4;
                    parts.push(main.get(from..from + length).unwrap_or_default());
                    at = from + length;
                }
                shared = shared_texts(&parts);
            }
            SHARED_TEXT | NUMBER | SHORT_NUMBER | NUMBERS | TEXT | FORMULA => {
                let now = u16_at(body, 0);
                if row != now {
                    end_line(&mut draft.facts.text);
                    row = now;
                }
                cell(kind, body, &shared, &mut draft.facts.text);
            }
            RESULT => {
                draft.facts.text.push_str(&long_text(body));
                draft.facts.text.push('\t');
            }
            _ => {}
        }
        if draft.is_full() {
            break;
        }
    }
    if let Ok(count) = u32::try_from(names.len())
        && count > 0
    {
        draft.facts.pages = Some(Found::new(count, Origin::Counted, 100));
    }
    draft.sheets = names;
    false
}

fn cell(kind: u16, body: &[u8], shared: &[String], out: &mut String) {
    match kind {
        SHARED_TEXT => {
            let text = usize_at(body, 6).and_then(|index| shared.get(index));
            out.push_str(text.map_or("", String::as_str));
        }
        TEXT => out.push_str(&long_text(body.get(6..).unwrap_or_default())),
        NUMBER => number(u64_at(body, 6).map(f64::from_bits), out),
        SHORT_NUMBER => number(u32_at(body, 6).map(short_number), out),
        NUMBERS => {
            let mut at = 6;
            // The last two bytes are the last column.
            while at + 6 <= body.len() {
                number(u32_at(body, at).map(short_number), out);
                out.push('\t');
                at += 6;
            }
            return;
        }
        // The result of a formula; a text follows in a record of its own.
        FORMULA => match u16_at(body, 12) {
            Some(0xFFFF) => return,
            _ => number(u64_at(body, 6).map(f64::from_bits), out),
        },
        _ => {}
    }
    out.push('\t');
}

fn number(value: Option<f64>, out: &mut String) {
    if let Some(value) = value.filter(|value| value.is_finite()) {
        let _ = write!(out, "{value}");
    }
}

/// A number in four bytes: an integer or the upper half of a float, perhaps in hundredths.
fn short_number(raw: u32) -> f64 {
    let value = if raw & 2 != 0 {
        f64::from(raw.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(raw & 0xFFFF_FFFC) << 32)
    };
    if raw & 1 != 0 { value / 100.0 } else { value }
}

/// A text with its length in one byte.
fn short_text(bytes: &[u8]) -> String {
    let (Some(count), Some(flags)) = (bytes.first(), bytes.get(1)) else {
        return String::new();
    };
    chars(
        bytes.get(2..).unwrap_or_default(),
        usize::from(*count),
        *flags,
    )
}

/// A text with its length in two bytes.
fn long_text(bytes: &[u8]) -> String {
    let (Some(count), Some(flags)) = (u16_at(bytes, 0), bytes.get(2)) else {
        return String::new();
    };
    chars(
        bytes.get(3..).unwrap_or_default(),
        usize::from(count),
        *flags,
    )
}

fn chars(bytes: &[u8], count: usize, flags: u8) -> String {
    if flags & 1 != 0 {
        wide(bytes.get(..count * 2).unwrap_or(bytes))
    } else {
        narrow(bytes.get(..count).unwrap_or(bytes))
    }
}

/// A reader over records that belong together.
struct Parts<'p> {
    parts: &'p [&'p [u8]],
    part: usize,
    at: usize,
}

impl<'p> Parts<'p> {
    fn left(&self) -> &'p [u8] {
        self.parts
            .get(self.part)
            .and_then(|part| part.get(self.at..))
            .unwrap_or_default()
    }

    fn next_part(&mut self) -> bool {
        self.part += 1;
        self.at = 0;
        self.part < self.parts.len()
    }

    fn byte(&mut self) -> Option<u8> {
        while self.left().is_empty() {
            if !self.next_part() {
                return None;
            }
        }
        let byte = self.left().first().copied();
        self.at += 1;
        byte
    }

    fn number(&mut self, bytes: usize) -> Option<usize> {
        let mut value = 0usize;
        for place in 0..bytes {
            value |= usize::from(self.byte()?) << (8 * place);
        }
        Some(value)
    }

    fn skip(&mut self, mut bytes: usize) {
        while bytes > 0 {
            let here = self.left().len().min(bytes);
            self.at += here;
            bytes -= here;
            if bytes > 0 && !self.next_part() {
                return;
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        let mut count = self.number(2)?;
        let mut flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let mut text = String::new();
        while count > 0 {
            let width = if flags & 1 != 0 { 2 } else { 1 };
            let here = (self.left().len() / width).min(count);
            text.push_str(&chars(self.left(), here, flags));
            self.at += here * width;
            count -= here;
            if count > 0 {
                if !self.next_part() {
                    return None;
                }
                // A text that goes on in the next record says anew how wide it is.
                flags = self.byte()?;
            }
        }
        self.skip(runs.saturating_mul(4));
        self.skip(extra);
        Some(text)
    }
}

fn shared_texts(parts: &[&[u8]]) -> Vec<String> {
    let mut reader = Parts {
        parts,
        part: 0,
        at: 0,
    };
    let _ = reader.number(4);
    let count = reader.number(4).unwrap_or(0).min(MAX_SHARED);
    let mut texts = Vec::new();
    for _ in 0..count {
        match reader.text() {
            Some(text) => texts.push(text),
            None => break,
        }
    }
    texts
}

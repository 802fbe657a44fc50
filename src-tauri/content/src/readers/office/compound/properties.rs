//! Property sets of compound files ([MS-OLEPS]): title, author, dates, counts.

use encoding_rs::Encoding;

use super::bytes::{u16_at, u32_at, u64_at, usize_at, wide};
use crate::readers::facts::{Found, Origin};
use crate::readers::office::Draft;

/// Most properties read of one set.
const MAX_PROPERTIES: usize = 256;

enum Value {
    Text(String),
    Number(u32),
    /// Hundreds of nanoseconds since 1601.
    Time(u64),
}

/// Title, author, creation time and page count.
pub(super) fn summary(bytes: &[u8], draft: &mut Draft) {
    for (id, value) in set(bytes) {
        match (id, value) {
            (2, Value::Text(text)) => draft.title(&text),
            (4, Value::Text(text)) => draft.authors(&text),
            (12, Value::Time(time)) => draft.made(&year(time).to_string()),
            (14, Value::Number(pages)) => draft.pages(&pages.to_string()),
            _ => {}
        }
    }
}

/// The company and the number of slides.
pub(super) fn document_summary(bytes: &[u8], draft: &mut Draft) {
    for (id, value) in set(bytes) {
        match (id, value) {
            (7, Value::Number(slides)) => draft.pages(&slides.to_string()),
            (15, Value::Text(company)) if crate::readers::bodies::is_body(&company) => {
                draft.claims.publisher = crate::readers::tidy_title(&company)
                    .map(|name| Found::new(name, Origin::Properties, 70));
            }
            _ => {}
        }
    }
}

/// The year of a time; an average year is exact enough except at midnight of New Year.
fn year(time: u64) -> u64 {
    const PER_YEAR: u64 = 315_569_520_000_000;
    1601 + time / PER_YEAR
}

fn set(bytes: &[u8]) -> Vec<(u32, Value)> {
    read(bytes).unwrap_or_default()
}

fn read(bytes: &[u8]) -> Option<Vec<(u32, Value)>> {
    let start = usize_at(bytes, 44)?;
    let section = bytes.get(start..)?;
    let count = usize_at(section, 4)?.min(MAX_PROPERTIES);
    let places: Vec<(u32, usize)> = (0..count)
        .filter_map(|index| {
            let at = 8 + index * 8;
            Some((u32_at(section, at)?, usize_at(section, at + 4)?))
        })
        .collect();
    // Property 1 names the encoding of the others.
    let page = places
        .iter()
        .find(|(id, _)| *id == 1)
        .and_then(|(_, at)| u16_at(section, at.checked_add(4)?))
        .unwrap_or(1252);
    Some(
        places
            .into_iter()
            .filter_map(|(id, at)| Some((id, value(section, at, page)?)))
            .collect(),
    )
}

fn value(section: &[u8], at: usize, page: u16) -> Option<Value> {
    let kind = u16_at(section, at)?;
    let body = at.checked_add(4)?;
    match kind {
        3 => Some(Value::Number(u32_at(section, body)?)),
        0x40 => Some(Value::Time(u64_at(section, body)?)),
        0x1E | 0x1F => {
            let count = usize_at(section, body)?;
            let length = if kind == 0x1F {
                count.checked_mul(2)?
            } else {
                count
            };
            let from = body.checked_add(4)?;
            let raw = section.get(from..from.checked_add(length.min(4_096))?)?;
            let text = if kind == 0x1F || page == 1200 {
                wide(raw)
            } else {
                encoding(page)
                    .decode_without_bom_handling(raw)
                    .0
                    .into_owned()
            };
            Some(Value::Text(text.trim_end_matches('\0').to_owned()))
        }
        _ => None,
    }
}

fn encoding(page: u16) -> &'static Encoding {
    let label = match page {
        65001 => "utf-8".to_owned(),
        874 | 1250..=1258 => format!("windows-{page}"),
        _ => "windows-1252".to_owned(),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

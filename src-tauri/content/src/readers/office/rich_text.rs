//! .rtf: a text with groups and control words.

use encoding_rs::{Encoding, WINDOWS_1252};

use super::{Draft, end_line};
use crate::limits::MAX_TEXT_CHARS;
use crate::readers::facts::{PlaceKind, warning};

/// Deepest nesting of groups.
const MAX_DEPTH: usize = 500;

/// What text in a group is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Text,
    Title,
    Author,
    Dropped,
}

#[derive(Clone, Copy)]
struct Group {
    use_of: Use,
    /// Characters that stand for the one given as Unicode, for old programs.
    fallback: usize,
}

pub(super) fn read(bytes: &[u8]) -> Draft {
    let mut draft = Draft::new();
    let mut groups: Vec<Group> = Vec::new();
    let mut group = Group {
        use_of: Use::Text,
        fallback: 1,
    };
    let mut encoding: &'static Encoding = WINDOWS_1252;
    let (mut title, mut author) = (String::new(), String::new());
    // Bytes in the document's encoding waiting to be characters.
    let mut pending: Vec<u8> = Vec::new();
    let mut skip = 0usize;
    let mut at = 0usize;
    let (mut objects, mut year) = (0u32, None);
    while let Some(byte) = bytes.get(at).copied() {
        at += 1;
        let steers = matches!(byte, b'{' | b'}' | b'\\');
        if steers && bytes.get(at) != Some(&b'\'') {
            flush(
                &mut pending,
                encoding,
                group.use_of,
                &mut draft,
                &mut title,
                &mut author,
            );
        }
        match byte {
            b'{' => {
                if groups.len() < MAX_DEPTH {
                    groups.push(group);
                }
            }
            b'}' => {
                if let Some(before) = groups.pop() {
                    group = before;
                }
            }
            b'\r' | b'\n' => {}
            b'\\' => {
                let (word, parameter, next) = control(bytes, at);
                at = next;
                match word {
                    b"'" => {
                        let code = bytes
                            .get(at..at + 2)
                            .and_then(|hex| std::str::from_utf8(hex).ok())
                            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
                        at += 2;
                        if skip > 0 {
                            skip -= 1;
                        } else {
                            pending.extend(code);
                        }
                    }
                    b"u" => {
                        let code = parameter.unwrap_or(0);
                        let unit = u32::try_from(if code < 0 { code + 65_536 } else { code });
                        if let Some(c) = unit.ok().and_then(char::from_u32) {
                            push(c, group.use_of, &mut draft, &mut title, &mut author);
                        }
                        skip = group.fallback;
                    }
                    b"uc" => group.fallback = usize::try_from(parameter.unwrap_or(1)).unwrap_or(1),
                    b"ansicpg" => {
                        let label = format!("windows-{}", parameter.unwrap_or(1252));
                        encoding = Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252);
                    }
                    b"par" | b"line" | b"row" if group.use_of == Use::Text => {
                        end_line(&mut draft.facts.text);
                    }
                    b"page" | b"sect" if group.use_of == Use::Text => draft.end_page(),
                    b"tab" | b"cell" => {
                        push('\t', group.use_of, &mut draft, &mut title, &mut author)
                    }
                    b"~" => push(' ', group.use_of, &mut draft, &mut title, &mut author),
                    b"{" | b"}" | b"\\" => {
                        let c = word.first().map_or(' ', |byte| char::from(*byte));
                        push(c, group.use_of, &mut draft, &mut title, &mut author);
                    }
                    b"title" => group.use_of = Use::Title,
                    b"author" => group.use_of = Use::Author,
                    b"objdata" => {
                        objects += 1;
                        group.use_of = Use::Dropped;
                    }
                    b"yr" if year.is_none() => year = parameter,
                    b"*" | b"fonttbl" | b"colortbl" | b"stylesheet" | b"info" | b"pict"
                    | b"header" | b"footer" | b"themedata" | b"datastore" | b"listtable"
                    | b"fldinst" | b"headerl" | b"headerr" | b"footerl" | b"footerr"
                    | b"deleted"
                        if group.use_of == Use::Text =>
                    {
                        group.use_of = Use::Dropped;
                    }
                    _ => {}
                }
            }
            _ if skip > 0 => skip -= 1,
            _ => pending.push(byte),
        }
        if draft.facts.text.len() > MAX_TEXT_CHARS * 2 {
            break;
        }
    }
    flush(
        &mut pending,
        encoding,
        group.use_of,
        &mut draft,
        &mut title,
        &mut author,
    );
    end_line(&mut draft.facts.text);
    draft.title(&title);
    draft.authors(&author);
    if let Some(year) = year {
        draft.made(&year.to_string());
    }
    draft.warn(warning::EMBEDDED_FILE, PlaceKind::File, "", objects);
    draft
}

fn push(c: char, use_of: Use, draft: &mut Draft, title: &mut String, author: &mut String) {
    match use_of {
        Use::Text => draft.facts.text.push(c),
        Use::Title => title.push(c),
        Use::Author => author.push(c),
        Use::Dropped => {}
    }
}

fn flush(
    pending: &mut Vec<u8>,
    encoding: &'static Encoding,
    use_of: Use,
    draft: &mut Draft,
    title: &mut String,
    author: &mut String,
) {
    // Text is gathered as far as it goes; letters of two bytes must not be cut.
    if pending.is_empty() {
        return;
    }
    if use_of != Use::Dropped {
        for c in encoding.decode_without_bom_handling(pending).0.chars() {
            push(c, use_of, draft, title, author);
        }
    }
    pending.clear();
}

/// A control word from `at` on: its letters, its number, and where it ends.
fn control(bytes: &[u8], at: usize) -> (&[u8], Option<i32>, usize) {
    let letters = bytes
        .get(at..)
        .unwrap_or_default()
        .iter()
        .take(32)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    if letters == 0 {
        let end = at.saturating_add(1);
        return (bytes.get(at..end).unwrap_or_default(), None, end);
    }
    let mut end = at + letters;
    let word = bytes.get(at..end).unwrap_or_default();
    let digits = bytes
        .get(end..)
        .unwrap_or_default()
        .iter()
        .take(11)
        .enumerate()
        .take_while(|(index, byte)| byte.is_ascii_digit() || (*index == 0 && **byte == b'-'))
        .count();
    let parameter = bytes
        .get(end..end + digits)
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| digits.parse().ok());
    end += digits;
    // One blank after a word belongs to it.
    if bytes.get(end) == Some(&b' ') {
        end += 1;
    }
    (word, parameter, end)
}

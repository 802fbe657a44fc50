//! The text of a CSV file, whatever made it.

use encoding_rs::{Encoding, UTF_8};

use crate::problem::{Problem, code};
use crate::readers::{decode_text, guess_encoding};

/// Of the lines with letters beyond ASCII, so many of ten must be UTF-8 for the file to count as
/// such with lines of another hand pasted into it.
const MOSTLY: usize = 6;

/// The text, the name of its encoding, and what was guessed; `name` is the sheet's.
pub(super) fn decode(name: &str, bytes: &[u8]) -> (String, String, Option<Problem>) {
    if Encoding::for_bom(bytes).is_some()
        || std::str::from_utf8(bytes).is_ok()
        || bytes.contains(&0)
    {
        let (text, problem) = decode_text(bytes, None);
        let encoding = problem
            .as_ref()
            .and_then(|problem| problem.params.get("encoding").cloned())
            .or_else(|| Encoding::for_bom(bytes).map(|(encoding, _)| encoding.name().to_owned()))
            .unwrap_or_else(|| UTF_8.name().to_owned());
        let problem = problem.map(|problem| Problem {
            subject: name.to_owned(),
            ..problem
        });
        return (text, encoding, problem);
    }
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let foreign = |line: &&&[u8]| !line.is_ascii();
    let all = lines.iter().filter(foreign).count();
    let whole = lines
        .iter()
        .filter(foreign)
        .filter(|line| std::str::from_utf8(line).is_ok())
        .count();
    if whole > 0 && whole * 10 >= all * MOSTLY {
        let odd: Vec<u8> = lines
            .iter()
            .filter(|line| std::str::from_utf8(line).is_err())
            .flat_map(|line| line.iter().copied())
            .collect();
        let encoding = guess_encoding(&odd);
        let mut text = String::with_capacity(bytes.len());
        for line in lines {
            match std::str::from_utf8(line) {
                Ok(line) => text.push_str(line),
                Err(_) => text.push_str(&encoding.decode_without_bom_handling(line).0),
            }
        }
        let problem = Problem::new(code::SHEET_ENCODINGS, name)
            .with("encoding", encoding.name())
            .with("count", all - whole);
        return (text, UTF_8.name().to_owned(), Some(problem));
    }
    let encoding = guess_encoding(bytes);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let problem = Problem::new(code::ENCODING_UNSURE, name).with("encoding", encoding.name());
    (text.into_owned(), encoding.name().to_owned(), Some(problem))
}

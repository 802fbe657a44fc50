//! A key on paper: 32 bytes as digits, with check digits at the end of each line.
//!
//! Four lines of four groups of five digits; a group is 16 bits, big endian. A line ends with two
//! check digits: the line's number and its twenty digits, read as one decimal number, times 100, plus
//! the check digits, leave 1 when divided by 97 (ISO 7064, as in bank account numbers), so a digit
//! misread, two that changed places, and lines that changed places are found, and the line is named.
//! Digits can be typed on every keyboard and may be those of Arabic or Persian.

use crate::fault::{Fault, code};
use crate::key::KEY_BYTES;

const GROUPS_IN_LINE: usize = 4;
const DIGITS_IN_GROUP: usize = 5;
const LINES: usize = 4;
const DIGITS_IN_LINE: usize = GROUPS_IN_LINE * DIGITS_IN_GROUP;

/// The lines for these bytes, one after the other.
#[must_use]
pub fn write(bytes: &[u8; KEY_BYTES]) -> String {
    let mut lines = Vec::with_capacity(LINES);
    for (number, line) in bytes.chunks(GROUPS_IN_LINE * 2).enumerate() {
        let groups: Vec<String> = line
            .chunks_exact(2)
            .map(|pair| match pair {
                [high, low] => format!("{:05}", u16::from_be_bytes([*high, *low])),
                _ => String::new(),
            })
            .collect();
        let check = check_digits(number, &groups.concat());
        lines.push(format!("{} {check:02}", groups.join(" ")));
    }
    lines.join("\n")
}

/// Reads the lines back. Whatever is no digit counts for nothing, so how they are broken and what
/// stands between the groups does not matter.
///
/// # Errors
/// `paper_length`; `paper_line` with the line that was misread.
pub fn read(text: &str) -> Result<[u8; KEY_BYTES], Fault> {
    let digits: String = text.chars().filter_map(digit).collect();
    let all = digits.as_bytes();
    if all.len() != LINES * (DIGITS_IN_LINE + 2) {
        return Err(Fault::new(code::PAPER_LENGTH, all.len()));
    }
    let mut bytes = Vec::with_capacity(KEY_BYTES);
    for (number, line) in all.chunks(DIGITS_IN_LINE + 2).enumerate() {
        let misread = || Fault::new(code::PAPER_LINE, number + 1);
        let (groups, check) = line.split_at_checked(DIGITS_IN_LINE).ok_or_else(misread)?;
        let groups = std::str::from_utf8(groups).map_err(|_| misread())?;
        let check: u128 = std::str::from_utf8(check)
            .ok()
            .and_then(|check| check.parse().ok())
            .ok_or_else(misread)?;
        if check != check_digits(number, groups) {
            return Err(misread());
        }
        for group in groups.as_bytes().chunks(DIGITS_IN_GROUP) {
            let group: u16 = std::str::from_utf8(group)
                .ok()
                .and_then(|group| group.parse().ok())
                .ok_or_else(misread)?;
            bytes.extend_from_slice(&group.to_be_bytes());
        }
    }
    bytes
        .try_into()
        .map_err(|_| Fault::new(code::PAPER_LENGTH, 0))
}

fn check_digits(line: usize, digits: &str) -> u128 {
    let number: u128 = format!("{}{digits}00", line + 1).parse().unwrap_or(0);
    98 - number % 97
}

/// The digit a character stands for, in Latin, Arabic or Persian.
fn digit(c: char) -> Option<char> {
    let value = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => u32::from(c) - 0x660,
        '\u{6f0}'..='\u{6f9}' => u32::from(c) - 0x6f0,
        _ => return None,
    };
    char::from_digit(value, 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_misread_digit_is_found_and_its_line_named() {
        let bytes: [u8; 32] = std::array::from_fn(|n| u8::try_from(n * 7 % 251).unwrap());
        let text = write(&bytes);
        assert_eq!(text.lines().count(), 4);
        assert_eq!(read(&text).unwrap(), bytes);
        let arabic: String = text
            .chars()
            .map(|c| {
                c.to_digit(10)
                    .map_or(c, |d| char::from_u32(0x660 + d).unwrap())
            })
            .collect();
        assert_eq!(read(&arabic.replace('\n', " ")).unwrap(), bytes);
        for (at, old) in text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            for new in ('0'..='9').filter(|new| *new != old) {
                let mut wrong = text.clone();
                wrong.replace_range(at..=at, &new.to_string());
                let line =
                    text[..at].lines().count().max(1) + usize::from(text[..at].ends_with('\n'));
                let fault = read(&wrong).unwrap_err();
                assert_eq!(
                    (fault.code, fault.subject),
                    ("paper_line", line.to_string())
                );
            }
        }
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(1, 2);
        assert_eq!(read(&lines.join("\n")).unwrap_err().code, "paper_line");
        lines.pop();
        assert_eq!(read(&lines.join("\n")).unwrap_err().code, "paper_length");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes: [u8; 32]) {
            prop_assert_eq!(read(&write(&bytes)).unwrap(), bytes);
        }
    }
}

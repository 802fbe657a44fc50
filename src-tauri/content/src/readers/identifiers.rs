//! Identifiers of publications: DOI, ISBN, ISSN with their check digits, document numbers.

use std::sync::OnceLock;

use regex::Regex;

use super::judged::is_direction_mark;
use crate::limits::MAX_NUMBERS;

/// Finds the first DOI in a text, lower case and without the resolver's address.
#[must_use]
pub fn doi(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let mut from = 0;
    while let Some(at) = lower.get(from..)?.find("10.") {
        let start = from + at;
        from = start + 3;
        let starts_word = lower
            .get(..start)
            .and_then(|before| before.chars().next_back())
            .is_none_or(|c| !c.is_ascii_alphanumeric() && c != '.');
        if !starts_word {
            continue;
        }
        let rest = lower.get(start..)?;
        let Some((slash, _)) = rest.char_indices().take(16).find(|(_, c)| *c == '/') else {
            continue;
        };
        let (Some(prefix), Some(suffix)) = (rest.get(..slash), rest.get(slash + 1..)) else {
            continue;
        };
        if !is_doi_prefix(prefix) {
            continue;
        }
        let suffix: String = suffix
            .chars()
            .take(200)
            .take_while(|c| {
                c.is_ascii_graphic()
                    && !matches!(c, '"' | '<' | '>' | '{' | '}' | '|' | '\\' | '^' | '`')
            })
            .collect();
        let suffix = trim_doi_end(&suffix);
        if !suffix.is_empty() {
            return Some(format!("{prefix}/{suffix}"));
        }
    }
    None
}

/// Whether the part of a DOI before its slash can be one: `10.` and a number of four digits or more.
fn is_doi_prefix(prefix: &str) -> bool {
    let registrant = prefix.strip_prefix("10.").unwrap_or_default();
    (4..=9).contains(&registrant.len())
        && registrant
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        && registrant.bytes().take(4).all(|byte| byte.is_ascii_digit())
}

/// Whether a whole text, without resolver, can be a DOI. More signs are allowed than where one is
/// looked for in a sentence: `<` and `>` stand in old ones.
#[must_use]
pub fn is_doi(text: &str) -> bool {
    text.split_once('/').is_some_and(|(prefix, suffix)| {
        is_doi_prefix(prefix)
            && suffix.chars().any(char::is_alphanumeric)
            && !suffix
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || is_direction_mark(c))
    })
}

/// Punctuation after a DOI belongs to the sentence, unless a bracket was opened inside it.
fn trim_doi_end(suffix: &str) -> &str {
    let mut end = suffix;
    loop {
        let Some(last) = end.chars().next_back() else {
            return end;
        };
        let cut = match last {
            '.' | ',' | ';' | ':' | '\'' | '!' | '?' => true,
            ')' => end.matches('(').count() < end.matches(')').count(),
            ']' => end.matches('[').count() < end.matches(']').count(),
            _ => false,
        };
        if !cut {
            return end;
        }
        end = end.get(..end.len() - last.len_utf8()).unwrap_or_default();
    }
}

/// Finds the first ISBN with a right check digit; 13 digits. An ISBN-10 is converted. Without
/// the word "ISBN" before it only the 978/979 form counts.
#[must_use]
pub fn isbn(text: &str) -> Option<String> {
    candidates(text, 13)
        .chain(candidates(text, 10))
        .find_map(|candidate| {
            let bare = candidate.digits.len() == text.trim().replace(['-', ' '], "").len();
            match candidate.digits.len() {
                13 => isbn13(&candidate.digits),
                10 if candidate.announced("ISBN") || bare => isbn10(&candidate.digits),
                _ => None,
            }
        })
}

/// Finds the first ISSN with a right check digit, `1234-567X`. Only after the word "ISSN",
/// unless the whole text is the number: any two numbers with a hyphen look like one.
#[must_use]
pub fn issn(text: &str) -> Option<String> {
    candidates(text, 8).find_map(|candidate| {
        let bare = candidate.digits.len() == text.trim().replace(['-', ' '], "").len();
        if !candidate.announced("ISSN") && !bare {
            return None;
        }
        issn8(&candidate.digits)
    })
}

pub(super) fn issn8(digits: &str) -> Option<String> {
    let sum: u32 = digits
        .chars()
        .zip((1..=8).rev())
        .map(|(c, weight)| digit_value(c) * weight)
        .sum();
    (sum.is_multiple_of(11)).then(|| {
        let (head, tail) = digits.split_at_checked(4).unwrap_or((digits, ""));
        format!("{head}-{tail}")
    })
}

pub(super) struct Candidate<'a> {
    pub(super) digits: String,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
}

impl Candidate<'_> {
    /// Whether the word stands shortly before the number.
    fn announced(&self, word: &str) -> bool {
        let start = self
            .before
            .char_indices()
            .rev()
            .nth(24)
            .map_or(0, |(index, _)| index);
        self.before
            .get(start..)
            .is_some_and(|near| near.to_uppercase().contains(word))
    }
}

/// Runs of exactly `length` digits (the last may be X), with single hyphens or spaces inside.
/// Arabic-Indic digits count.
pub(super) fn candidates(text: &str, length: usize) -> impl Iterator<Item = Candidate<'_>> {
    let starts: Vec<usize> = text
        .char_indices()
        .scan(' ', |previous, (index, c)| {
            let start = ascii_digit(c).is_some() && ascii_digit(*previous).is_none();
            *previous = c;
            Some(start.then_some(index))
        })
        .flatten()
        .collect();
    starts.into_iter().filter_map(move |start| {
        let before = text.get(..start)?;
        // The rest of a longer number is not a number: of a wrong ISBN-13 the end may be a right
        // ISBN-10.
        let mut back = before.chars().rev();
        if matches!(back.next(), Some('-' | ' ' | '\u{2010}'..='\u{2013}'))
            && length < 13
            && back.next().is_some_and(|c| ascii_digit(c).is_some())
        {
            return None;
        }
        let mut digits = String::new();
        let mut separator = false;
        let mut end = start;
        for (at, c) in text.get(start..)?.char_indices() {
            if let Some(digit) = ascii_digit(c) {
                if digits.len() == length {
                    return None;
                }
                digits.push(digit);
                end = start + at + c.len_utf8();
                separator = false;
            } else if matches!(c, 'x' | 'X') && digits.len() + 1 == length && length != 13 {
                digits.push('X');
                end = start + at + 1;
                break;
            } else if matches!(c, '-' | ' ' | '\u{2010}'..='\u{2013}' | '\u{00AD}') && !separator {
                if digits.len() == length {
                    break;
                }
                separator = true;
            } else {
                break;
            }
        }
        let after = text.get(end..)?;
        (digits.len() == length).then_some(Candidate {
            digits,
            before,
            after,
        })
    })
}

pub(super) fn ascii_digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '\u{0660}'..='\u{0669}' => char::from_digit(c as u32 - 0x0660, 10),
        '\u{06F0}'..='\u{06F9}' => char::from_digit(c as u32 - 0x06F0, 10),
        _ => None,
    }
}

fn digit_value(c: char) -> u32 {
    if c == 'X' {
        10
    } else {
        c.to_digit(10).unwrap_or(0)
    }
}

pub(super) fn isbn13(digits: &str) -> Option<String> {
    if !digits.starts_with("978") && !digits.starts_with("979") {
        return None;
    }
    let sum: u32 = digits
        .chars()
        .enumerate()
        .map(|(index, c)| digit_value(c) * if index % 2 == 0 { 1 } else { 3 })
        .sum();
    sum.is_multiple_of(10).then(|| digits.to_owned())
}

pub(super) fn isbn10(digits: &str) -> Option<String> {
    let sum: u32 = digits
        .chars()
        .zip((1..=10).rev())
        .map(|(c, weight)| digit_value(c) * weight)
        .sum();
    if !sum.is_multiple_of(11) {
        return None;
    }
    let mut long = format!("978{}", digits.get(..9)?);
    let sum: u32 = long
        .chars()
        .enumerate()
        .map(|(index, c)| digit_value(c) * if index % 2 == 0 { 1 } else { 3 })
        .sum();
    long.push(char::from_digit((10 - sum % 10) % 10, 10)?);
    Some(long)
}

/// Beginnings of the document numbers of the United Nations, the Organisation of Islamic
/// Cooperation and the World Health Organization with its regions.
fn number_pattern() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    PATTERN
        .get_or_init(|| {
            Regex::new(
                r"(?x)(?:^|[\s(\[:;,«])(
                (?:WHO|OMS|WHA|EB|EM|EUR|AFR|SEA|WPR|PAHO|UNICEF|UNFPA|UNEP|FAO|OIC|OCI|ICHM|SESRIC|COMCEC|ICESCO|IARC|UNAIDS|IOM|ICFM|IS)
                (?:[-_/.][A-Z0-9]+(?:\.[A-Z0-9]+)*(?:\(\d+\))?)*/[A-Z0-9]*\d[A-Z0-9.]*(?:[-/.][A-Z0-9]+(?:\.[0-9]+)*(?:\(\d+\))?)*
                |WH[AO]\d{1,3}\.\d{1,3}
                |EB\d{2,3}(?:/\d+)?(?:\.R\d+)?
                |EM/RC\d+/[A-Z0-9./]*\d
                |A/(?:RES/|HRC/|CN\.\d+/|C\.\d+/)?\d{1,3}/(?:L\.)?\d+(?:/(?:Add|Rev|Corr)\.\d+)?
                |S/(?:RES/)?(?:19|20)\d\d/\d+
                |E/(?:CN\.\d+/|RES/|C\.\d+/)?(?:19|20)\d\d/\d+
                |CD\d{2}/\d+ | CSP\d{2}/\d+
                )(?:$|[\s)\],;.»:])",
            )
            .ok()
        })
        .as_ref()
}

/// Document numbers (`WHO/EMC/97.1`, `A/RES/74/2`, `OIC/ICHM-6/2017`), in their order, each once.
#[must_use]
pub fn document_numbers(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let Some(pattern) = number_pattern() else {
        return found;
    };
    for line in text.lines() {
        let mut from = 0;
        while let Some(captures) = line.get(from..).and_then(|rest| pattern.captures(rest)) {
            let Some(number) = captures.get(1) else { break };
            let clean = number.as_str().trim_end_matches(['.', '-', '/']);
            if clean.bytes().any(|b| b.is_ascii_digit()) && !found.iter().any(|one| one == clean) {
                found.push(clean.to_owned());
            }
            // The sign after one number may stand before the next.
            from += number.end().max(1);
            if found.len() == MAX_NUMBERS {
                return found;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dois_are_found_in_sentences() {
        let cases = [
            (
                "https://doi.org/10.1016/S0140-6736(20)30183-5.",
                Some("10.1016/s0140-6736(20)30183-5"),
            ),
            (
                "(doi: 10.2471/BLT.19.237636).",
                Some("10.2471/blt.19.237636"),
            ),
            ("version 10.2 / 3", None),
            ("1510.1234/abc", None),
            ("10.1000/", None),
        ];
        for (text, expected) in cases {
            assert_eq!(doi(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_need_their_check_digit() {
        assert_eq!(isbn("ISBN 978-92-4-156539-1 (print)").as_deref(), None);
        assert_eq!(
            isbn("ISBN: 978-0-306-40615-7").as_deref(),
            Some("9780306406157")
        );
        assert_eq!(isbn("ISBN 0-306-40615-2").as_deref(), Some("9780306406157"));
        assert_eq!(isbn("ISBN 978-92-4-156548-9").as_deref(), None);
        assert_eq!(isbn("call 0306406152 now").as_deref(), None);
        assert_eq!(isbn("0306406152").as_deref(), Some("9780306406157"));
        assert_eq!(
            isbn("ISBN ٩٧٨-٠-٣٠٦-٤٠٦١٥-٧").as_deref(),
            Some("9780306406157")
        );
        assert_eq!(issn("ISSN 0378-5955").as_deref(), Some("0378-5955"));
        assert_eq!(issn("ISSN 2434-561x").as_deref(), Some("2434-561X"));
        assert_eq!(issn("ISSN 0378-5954").as_deref(), None);
        assert_eq!(issn("in 2019-2024").as_deref(), None);
    }

    #[test]
    fn a_doi_has_a_number_and_a_name() {
        for (text, is) in [
            ("10.1000/xyz", true),
            ("10.1000.10/123", true),
            (
                "10.1002/(sici)1096-8644(199601)99:1<1::aid-x>3.0.co;2-1",
                true,
            ),
            ("10.1/", false),
            ("10./x", false),
            ("10.1/x", false),
            ("10.1000/", false),
            ("10.1000/.", false),
            ("10.1000/a b", false),
            ("10.1234567890/x", false),
            ("1000/x", false),
        ] {
            assert_eq!(is_doi(text), is, "{text}");
        }
    }

    #[test]
    fn document_numbers_are_found() {
        let cases: [(&str, &[&str]); 7] = [
            ("WHO/EMC/97.1 Distr.: General", &["WHO/EMC/97.1"]),
            (
                "Resolution A/RES/74/2 and WHA72.4",
                &["A/RES/74/2", "WHA72.4"],
            ),
            (
                "(OIC/ICHM-6/2017/REP.FINAL)",
                &["OIC/ICHM-6/2017/REP.FINAL"],
            ),
            ("WHO-EM/CSR/012/E", &["WHO-EM/CSR/012/E"]),
            ("EB148/7", &["EB148/7"]),
            ("and/or 24/7, TCP/IP, A/B tests, 12/2020", &[]),
            ("WHO/UNICEF joint report", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(document_numbers(text), expected, "{text}");
        }
    }
}

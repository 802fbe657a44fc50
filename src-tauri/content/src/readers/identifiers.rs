//! Identifiers of publications: DOI, ISBN, ISSN, with their check digits.

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
        let registrant = prefix.strip_prefix("10.").unwrap_or_default();
        let plausible = (4..=9).contains(&registrant.len())
            && registrant
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
            && registrant.bytes().take(4).all(|byte| byte.is_ascii_digit());
        if !plausible {
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
        let digits = &candidate.digits;
        let sum: u32 = digits
            .chars()
            .zip((1..=8).rev())
            .map(|(c, weight)| digit_value(c) * weight)
            .sum();
        (sum.is_multiple_of(11)).then(|| {
            let (head, tail) = digits.split_at_checked(4).unwrap_or((digits, ""));
            format!("{head}-{tail}")
        })
    })
}

struct Candidate<'a> {
    digits: String,
    before: &'a str,
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
fn candidates(text: &str, length: usize) -> impl Iterator<Item = Candidate<'_>> {
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
        let mut digits = String::new();
        let mut separator = false;
        for c in text.get(start..)?.chars() {
            if let Some(digit) = ascii_digit(c) {
                if digits.len() == length {
                    return None;
                }
                digits.push(digit);
                separator = false;
            } else if matches!(c, 'x' | 'X') && digits.len() + 1 == length && length != 13 {
                digits.push('X');
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
        (digits.len() == length).then_some(Candidate { digits, before })
    })
}

fn ascii_digit(c: char) -> Option<char> {
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

fn isbn13(digits: &str) -> Option<String> {
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

fn isbn10(digits: &str) -> Option<String> {
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

/// Words that announce the year of publication.
const PUBLISHED: [&str; 10] = [
    "©",
    "(c)",
    "copyright",
    "published",
    "publié",
    "edition",
    "édition",
    "نشر",
    "طبعة",
    "حقوق",
];

/// Finds a year after a copyright sign or a word for "published", up to `latest`.
#[must_use]
pub fn published_year(text: &str, latest: i32) -> Option<i32> {
    years(text, latest)
        .into_iter()
        .find(|(_, before)| {
            let near = before.to_lowercase();
            PUBLISHED.iter().any(|word| near.contains(word))
        })
        .map(|(year, _)| year)
}

/// The year of publication as a title page gives it: announced, or the only year on it.
#[must_use]
pub fn year(first_page: &str, latest: i32) -> Option<i32> {
    if let Some(year) = published_year(first_page, latest) {
        return Some(year);
    }
    let years = years(first_page, latest);
    let mut different: Vec<i32> = years.iter().map(|(year, _)| *year).collect();
    different.sort_unstable();
    different.dedup();
    match different.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// Years from 1950 on with the characters before them.
fn years(text: &str, latest: i32) -> Vec<(i32, String)> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut index = 0;
    while index < chars.len() {
        let digits: String = chars
            .get(index..)
            .unwrap_or_default()
            .iter()
            .map_while(|c| ascii_digit(*c))
            .take(9)
            .collect();
        if digits.len() == 4
            && let Ok(year) = digits.parse::<i32>()
            && (1950..=latest).contains(&year)
            && is_alone(&chars, index)
        {
            let from = index.saturating_sub(30);
            let before = chars.get(from..index).unwrap_or_default().iter().collect();
            found.push((year, before));
        }
        index += digits.chars().count().max(1);
    }
    found
}

/// Whether the number is not part of a longer code: `2026/1999-4`, `ABC-2019`, `1.2020`.
fn is_alone(chars: &[char], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|at| chars.get(at));
    let after = chars.get(index + 4);
    let glued = |c: Option<&char>| {
        c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_' | ':'))
    };
    let before_glued = glued(before);
    let after_glued = after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '_'));
    !before_glued && !after_glued
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
    fn a_year_is_taken_only_when_clear() {
        let cases = [
            (
                "Annual report\n© Sample Ministry of Health 2023",
                Some(2023),
            ),
            ("National plan 2019-2023\nPublished in 2020", Some(2020)),
            ("National plan 2019-2023", None),
            ("Report for 2018 and 2019", None),
            ("التقرير السنوي ٢٠٢١", Some(2021)),
            ("ISO 9001, tel. 2021555", None),
            ("WHO/HIS/2016.12 dated 2031", None),
        ];
        for (text, expected) in cases {
            assert_eq!(year(text, 2027), expected, "{text}");
        }
    }
}

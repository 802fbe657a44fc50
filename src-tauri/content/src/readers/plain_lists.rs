//! The blocks of a plain text: paragraphs, and lists of lines that begin with a sign or a number.

use std::mem;

use serde_json::{Value, json};

/// Signs of a list without numbers.
const SIGNS: [&str; 8] = ["• ", "· ", "- ", "* ", "– ", "▪ ", "◦ ", "●"];

/// Least length of a line that is taken to go on because the program that wrote it breaks its lines,
/// in characters. E-mails are broken at 72 or so, between words.
const LEAST_BROKEN_LINE: usize = 55;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind<'t> {
    Blank,
    Text,
    /// An entry and its words.
    Bullet(&'t str),
    /// An entry with its number, the sign behind the number, and its words.
    Number(u32, char, &'t str),
}

/// A line of the text.
#[derive(Clone, Copy, Debug)]
struct Line<'t> {
    /// Without the spaces around it.
    text: &'t str,
    /// How many spaces stand before it.
    indent: usize,
    kind: Kind<'t>,
    /// Whether it goes on with the entry above, because the next entry comes after it.
    within: bool,
}

/// The blocks of a plain text with line feeds, as an editor document has them.
pub(super) fn plain_blocks(text: &str) -> Vec<Value> {
    let has_blank_lines = text.contains("\n\n");
    let mut lines: Vec<Line<'_>> = text.lines().map(line).collect();
    settle_numbers(&mut lines, has_blank_lines);
    let mut blocks = Blocks::default();
    // The length of the line before, where it is of an entry, and how far in the entry begins.
    let mut entry = None;
    for line in lines {
        let length = line.text.chars().count();
        entry = match line.kind {
            Kind::Blank => {
                blocks.end_paragraph();
                None
            }
            Kind::Bullet(words) => {
                blocks.entry(None, words);
                Some((length, line.indent))
            }
            Kind::Number(number, _, words) => {
                blocks.entry(Some(number), words);
                Some((length, line.indent))
            }
            Kind::Text => {
                let goes_on = entry.filter(|(before, indent)| {
                    line.indent > *indent
                        || line.within
                        || (has_blank_lines && *before >= LEAST_BROKEN_LINE)
                });
                if let Some((_, indent)) = goes_on {
                    blocks.go_on(line.text);
                    Some((length, indent))
                } else {
                    blocks.text(line.text);
                    // Without blank lines every line is a paragraph of its own.
                    if !has_blank_lines {
                        blocks.end_paragraph();
                    }
                    None
                }
            }
        };
    }
    blocks.end()
}

fn line(line: &str) -> Line<'_> {
    let text = line.trim();
    let kind = if text.is_empty() {
        Kind::Blank
    } else if let Some(words) = SIGNS.iter().find_map(|sign| text.strip_prefix(sign)) {
        Kind::Bullet(words.trim())
    } else {
        numbered(text).unwrap_or(Kind::Text)
    };
    Line {
        text,
        indent: line.chars().take_while(|c| c.is_whitespace()).count(),
        kind,
        within: false,
    }
}

/// A line that begins as an entry with a number does: `1.`, `1)`, `١-`.
fn numbered(text: &str) -> Option<Kind<'_>> {
    let mut number = 0;
    let mut rest = text;
    let mut digits = 0;
    while let Some(digit) = rest.chars().next().and_then(digit) {
        digits += 1;
        if digits > 3 {
            return None;
        }
        number = number * 10 + digit;
        rest = rest.get(rest.chars().next()?.len_utf8()..)?;
    }
    if digits == 0 {
        return None;
    }
    let spaced = rest.strip_prefix([' ', '\u{a0}']);
    let rest = spaced.unwrap_or(rest);
    let sign = rest.chars().next().filter(|c| "-.)–".contains(*c))?;
    let rest = rest.get(sign.len_utf8()..)?;
    let words = rest.trim_start();
    let first = words.chars().next()?;
    // Arabic words often follow without a space; `3-year`, `1.5` and `10.30` are no entries.
    let begins = words.len() < rest.len() || ('\u{620}'..='\u{64a}').contains(&first);
    // `12 - 15 March` are days.
    let is_span = spaced.is_some() && digit(first).is_some();
    (begins && !is_span).then_some(Kind::Number(number, sign, words))
}

fn digit(c: char) -> Option<u32> {
    match c {
        '٠'..='٩' => Some(u32::from(c) - u32::from('٠')),
        '۰'..='۹' => Some(u32::from(c) - u32::from('۰')),
        c => c.to_digit(10),
    }
}

/// Makes text of the numbers that count nothing: an entry has one before or after it that is the
/// next in order, with nothing between them but what belongs to the first.
fn settle_numbers(lines: &mut [Line<'_>], has_blank_lines: bool) {
    let mut counted = vec![false; lines.len()];
    // The entry that may go on, and whether a blank line came since.
    let mut open: Option<(usize, u32, char)> = None;
    let mut indent = 0;
    let mut apart = false;
    let mut within = Vec::new();
    for at in 0..lines.len() {
        let Some(line) = lines.get(at).copied() else {
            break;
        };
        match line.kind {
            Kind::Number(number, sign, _) => {
                if let Some((before, last, same)) = open
                    && (last + 1, same) == (number, sign)
                {
                    for at in [before, at] {
                        if let Some(counted) = counted.get_mut(at) {
                            *counted = true;
                        }
                    }
                    for at in within.drain(..) {
                        if let Some(line) = lines.get_mut::<usize>(at) {
                            line.within = true;
                        }
                    }
                }
                open = Some((at, number, sign));
                indent = line.indent;
                apart = false;
                within.clear();
            }
            Kind::Blank => apart = true,
            Kind::Text if !apart && (line.indent > indent || has_blank_lines) => within.push(at),
            Kind::Text | Kind::Bullet(_) => open = None,
        }
    }
    for (line, counted) in lines.iter_mut().zip(counted) {
        if matches!(line.kind, Kind::Number(..)) && !counted {
            line.kind = Kind::Text;
        }
    }
}

/// Blocks as they are put together.
#[derive(Default)]
struct Blocks {
    blocks: Vec<Value>,
    paragraph: Vec<String>,
    /// The entries of the list that is open.
    entries: Vec<String>,
    /// The number the open list begins with; `None` for one without numbers.
    start: Option<u32>,
}

impl Blocks {
    fn text(&mut self, text: &str) {
        self.end_list();
        self.paragraph.push(text.to_owned());
    }

    fn entry(&mut self, number: Option<u32>, words: &str) {
        self.end_paragraph();
        let count = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let next = self.start.map(|start| start.saturating_add(count));
        if !self.entries.is_empty() && next != number {
            self.end_list();
        }
        if self.entries.is_empty() {
            self.start = number;
        }
        self.entries.push(words.to_owned());
    }

    /// More words of the last entry.
    fn go_on(&mut self, text: &str) {
        if let Some(entry) = self.entries.last_mut() {
            entry.push(' ');
            entry.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        if !self.paragraph.is_empty() {
            self.blocks
                .push(paragraph(&mem::take(&mut self.paragraph).join(" ")));
        }
    }

    fn end_list(&mut self) {
        let entries = mem::take(&mut self.entries);
        if entries.is_empty() {
            return;
        }
        let items: Vec<Value> = entries
            .iter()
            .map(|words| json!({ "type": "list_item", "content": [paragraph(words)] }))
            .collect();
        self.blocks.push(match self.start {
            Some(start) => json!({
                "type": "ordered_list",
                "attrs": { "start": start, "tight": true },
                "content": items,
            }),
            None => json!({
                "type": "bullet_list",
                "attrs": { "tight": true },
                "content": items,
            }),
        });
    }

    fn end(mut self) -> Vec<Value> {
        self.end_paragraph();
        self.end_list();
        self.blocks
    }
}

fn paragraph(text: &str) -> Value {
    json!({ "type": "paragraph", "content": [{ "type": "text", "text": text }] })
}

#[cfg(test)]
mod tests {
    use crate::readers::import::import;

    #[test]
    fn numbers_make_a_list_where_they_count() {
        let cases = [
            (
                "Aims:\n1- one\n2- two\nEnd",
                "Aims:\n\n1. one\n2. two\n\nEnd\n",
            ),
            (
                "الأهداف:\n١- هدف أول\n٢- هدف ثان\n٣-هدف ثالث\n",
                "الأهداف:\n\n1. هدف أول\n2. هدف ثان\n3. هدف ثالث\n",
            ),
            (
                "Aims:\n\n4) one\n\n5) two\n\n۶) three",
                "Aims:\n\n4. one\n5. two\n6. three\n",
            ),
            ("1 - one\n2 - two", "1. one\n2. two\n"),
            // An entry goes on where it is indented, where the next comes, where the line is full.
            (
                "Aims of all\n\n1. one that\ngoes on\n2. two\n   goes on\n3. three of which the line is as long as lines of e-mails are\nand goes on\n\nEnd.",
                "Aims of all\n\n1. one that goes on\n2. two goes on\n3. three of which the line is as long as lines of e-mails are and goes on\n\nEnd.\n",
            ),
            (
                "- one\n  goes on\n- two\nEnd",
                "- one goes on\n- two\n\nEnd\n",
            ),
            (" - one\n goes on\n", "- one\n\ngoes on\n"),
            // Not in order, not beside each other, spans, measures, years.
            ("1. one\n3. three", "1\\. one\n\n3\\. three\n"),
            ("1. one\n2) two", "1\\. one\n\n2\\) two\n"),
            (
                "1. Health\nWords.\n2. Schools\nWords.",
                "1\\. Health\n\nWords.\n\n2\\. Schools\n\nWords.\n",
            ),
            (
                "12 - 15 March: north\n13 - 16 March: south",
                "12 - 15 March: north\n\n13 - 16 March: south\n",
            ),
            ("12 - 15 March", "12 - 15 March\n"),
            (
                "2026 - a year\n2027 - a year",
                "2026 - a year\n\n2027 - a year\n",
            ),
            ("1.5 litres\n2.5 litres", "1.5 litres\n\n2.5 litres\n"),
            ("3-year plan\n4-year plan", "3-year plan\n\n4-year plan\n"),
            // Two lists beside each other.
            (
                "1. a\n2. b\n1. c\n2. d\n- e",
                "1. a\n2. b\n\n<!-- end list -->\n\n1. c\n2. d\n\n<!-- end list -->\n\n- e\n",
            ),
        ];
        for (text, wanted) in cases {
            let read = import(
                "a.txt",
                format!("Sample words of a text first\n{text}").as_bytes(),
                Some("en"),
            );
            let found = read
                .markdown
                .trim_start_matches("Sample words of a text first")
                .trim_start();
            assert_eq!(found, wanted, "{text}");
            let again = import("a.md", read.markdown.as_bytes(), Some("en"));
            assert_eq!(again.markdown, read.markdown, "{text}");
        }
    }

    #[test]
    fn what_stands_under_a_list_is_no_title() {
        let read = import(
            "a.txt",
            "1) one\n2) two\n\nA short line\n\nA longer line follows here.".as_bytes(),
            Some("en"),
        );
        assert_eq!(read.title, None);
    }

    #[test]
    fn signs_that_part_words_leave_a_space() {
        let read = import("a.txt", "one\u{b}two\u{c}three\u{85}four".as_bytes(), None);
        assert_eq!(read.markdown, "one two three four\n");
    }
}

//! Cells of a text: which sign stands between them, where a quoted cell ends, and what to do when
//! it never does.

use super::{Raw, RawRow, SheetFormat, decode};
use crate::limits::{MAX_CELL_CHARS, MAX_SHEET_COLUMNS};
use crate::problem::{Problem, code};

/// The signs that stand between cells, the likelier first where two do equally well.
const DELIMITERS: [char; 6] = [';', ',', '\t', '|', '؛', '،'];
/// So many rows tell which sign it is.
const LOOKED_AT: usize = 60;

pub(super) fn read(name: &str, bytes: &[u8]) -> Raw {
    let (text, encoding, problem) = decode::decode(name, bytes);
    let (told, rest) = told_delimiter(&text);
    let delimiter = told.unwrap_or_else(|| likeliest(rest));
    let mut rows = Vec::new();
    let mut problems: Vec<Problem> = problem.into_iter().collect();
    let skipped = u32::from(told.is_some());
    let mut cells = Cells::new(rest, delimiter, 1 + skipped);
    for row in cells.by_ref() {
        if rows.len() == super::ROWS_READ {
            break;
        }
        if row.has_text() {
            rows.push(row);
        }
    }
    if let Some(line) = cells.open_quote {
        problems.push(Problem::new(code::SHEET_QUOTE_OPEN, name).with("line", line));
    }
    Raw {
        format: SheetFormat::Csv,
        delimiter,
        encoding,
        rows,
        problems,
    }
}

/// Excel's own line above the header: `sep=;`.
fn told_delimiter(text: &str) -> (Option<char>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let told = first
        .trim_end_matches('\r')
        .strip_prefix("sep=")
        .and_then(|sign| sign.chars().next());
    match told {
        Some(sign) => (Some(sign), rest),
        None => (None, text),
    }
}

/// The sign that cuts the first rows into the most columns most alike.
fn likeliest(text: &str) -> char {
    let score = |delimiter: char| {
        let widths: Vec<usize> = Cells::new(text, delimiter, 1)
            .take(LOOKED_AT)
            .filter(|row| row.cells.iter().any(|cell| !cell.trim().is_empty()))
            .map(|row| row.cells.len())
            .collect();
        let mut sorted = widths.clone();
        sorted.sort_unstable();
        let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(1);
        if usual < 2 {
            return 0;
        }
        let alike = widths.iter().filter(|width| **width == usual).count();
        // Being alike weighs more than being many: commas stand in titles, too.
        alike * 1000 / widths.len().max(1) + usual.min(40)
    };
    let mut best = (0, ',');
    for delimiter in DELIMITERS {
        let reached = score(delimiter);
        if reached > best.0 {
            best = (reached, delimiter);
        }
    }
    best.1
}

/// Rows of cells, one after the other.
struct Cells<'a> {
    rest: &'a str,
    delimiter: char,
    line: u32,
    /// The line of the first quote that is never closed.
    open_quote: Option<u32>,
}

enum End {
    Cell,
    Row,
}

impl<'a> Cells<'a> {
    fn new(text: &'a str, delimiter: char, line: u32) -> Self {
        Self {
            rest: text,
            delimiter,
            line,
            open_quote: None,
        }
    }

    /// A quoted cell, when it ends where one can be believed to end.
    fn quoted(&mut self) -> Option<String> {
        let inside = self.rest.strip_prefix('"')?;
        let mut cell = String::new();
        let mut lines = 0;
        let mut letters = inside.char_indices().peekable();
        let mut count = 0;
        while let Some((at, letter)) = letters.next() {
            count += 1;
            if count > MAX_CELL_CHARS {
                return None;
            }
            match letter {
                '"' if letters.peek().is_some_and(|(_, next)| *next == '"') => {
                    cell.push('"');
                    letters.next();
                }
                '"' => {
                    self.rest = inside.get(at + 1..).unwrap_or_default();
                    self.line += lines;
                    return Some(cell);
                }
                '\r' => {}
                '\n' => {
                    lines += 1;
                    cell.push('\n');
                }
                other => cell.push(other),
            }
        }
        None
    }

    /// The rest of a cell up to its end, which is passed.
    fn plain(&mut self, cell: &mut String) -> End {
        let stop = |c: char| c == self.delimiter || c == '\n' || c == '\r';
        let at = self.rest.find(stop).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at_checked(at).unwrap_or((self.rest, ""));
        cell.push_str(text);
        let mut letters = rest.chars();
        let end = match letters.next() {
            Some(sign) if sign == self.delimiter => End::Cell,
            Some('\r') => {
                let after = letters.as_str();
                if let Some(after) = after.strip_prefix('\n') {
                    letters = after.chars();
                }
                End::Row
            }
            _ => End::Row,
        };
        self.rest = letters.as_str();
        end
    }
}

impl Iterator for Cells<'_> {
    type Item = RawRow;

    fn next(&mut self) -> Option<RawRow> {
        if self.rest.is_empty() {
            return None;
        }
        let mut row = RawRow {
            line: self.line,
            ..RawRow::default()
        };
        loop {
            let mut cell = String::new();
            if self.rest.starts_with('"') {
                match self.quoted() {
                    Some(text) => cell = text,
                    // Never closed: the sign is a letter like others, and the row ends with its line.
                    None => {
                        self.open_quote.get_or_insert(self.line);
                        row.problems
                            .push(Problem::new(code::SHEET_QUOTE_OPEN, "").with("line", self.line));
                    }
                }
            }
            let end = self.plain(&mut cell);
            // Bounded, whatever the line holds; one more cell shows that there were more.
            if row.cells.len() <= MAX_SHEET_COLUMNS {
                row.cells.push(cell);
            } else {
                row.cut |= !cell.trim().is_empty();
            }
            if matches!(end, End::Row) {
                self.line = self.line.saturating_add(1);
                return Some(row);
            }
        }
    }
}

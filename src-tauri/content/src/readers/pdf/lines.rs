//! Glyphs to lines of text.

use std::collections::HashMap;

use super::glyphs::{Glyph, Text};
use super::order;
use crate::readers::bodies;

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Its text in logical order.
    pub(super) text: String,
    /// Its largest font size that carries letters.
    pub(super) size: f64,
    /// Baseline, and the way it runs.
    pub(super) y: f64,
    pub(super) turn: u8,
}

/// Glyphs on one baseline close to each other, in the order of drawing.
struct Segment {
    glyphs: Vec<Glyph>,
    x: f64,
    end: f64,
    y: f64,
    size: f64,
    turn: u8,
}

/// Gap, in font sizes, up to which glyphs belong to one line. Wide enough for justified text,
/// narrower than the space between columns.
const MAX_GAP: f64 = 1.6;
/// Gap, in font sizes, from which on two words are apart.
const WORD_GAP: f64 = 0.2;
/// How far baselines of one line may differ, in font sizes: superscripts, uneven scans.
const BASELINE: f64 = 0.45;
/// Segments on one baseline looked at when joining; tables have fewer columns.
const MAX_NEIGHBOURS: usize = 64;

/// Puts glyphs together to lines, in the order in which the lines were begun: producers draw in
/// reading order, and sorting by place would mix columns. `mirrored` files have letters from left
/// to right as they are read, whatever their script.
pub(super) fn assemble(mut glyphs: Vec<Glyph>, mirrored: bool) -> Vec<Line> {
    join_marks(&mut glyphs);
    let balance: i64 = glyphs.iter().map(|glyph| order::balance(&glyph.text)).sum();
    let mut segments: Vec<Segment> = Vec::new();
    // Segments by baseline, so that a word drawn later finds its line without a search.
    let mut by_baseline: HashMap<(u8, i64), Vec<usize>> = HashMap::new();
    let mut last: Option<usize> = None;
    for glyph in glyphs {
        let continued = last.filter(|index| {
            segments
                .get(*index)
                .is_some_and(|segment| segment.takes(&glyph))
        });
        let found = continued.or_else(|| {
            let row = row_of(&glyph);
            (row - 1..=row + 1).find_map(|row| {
                by_baseline
                    .get(&(glyph.turn, row))?
                    .iter()
                    .rev()
                    .take(MAX_NEIGHBOURS)
                    .copied()
                    .find(|index| {
                        segments
                            .get(*index)
                            .is_some_and(|segment| segment.takes(&glyph))
                    })
            })
        });
        match found.and_then(|index| Some((index, segments.get_mut(index)?))) {
            Some((index, segment)) => {
                segment.add(glyph);
                last = Some(index);
            }
            None => {
                let index = segments.len();
                by_baseline
                    .entry((glyph.turn, row_of(&glyph)))
                    .or_default()
                    .push(index);
                segments.push(Segment::new(glyph));
                last = Some(index);
            }
        }
    }
    segments
        .into_iter()
        .filter_map(|segment| segment.into_line(balance > 0, mirrored))
        .collect()
}

/// Gives marks to their letters. A mark is drawn beside its letter in time: before it where the
/// producer draws from left to right, after it where it draws in reading order. Its place alone
/// does not tell, since narrow letters stand closer than a mark is wide.
fn join_marks(glyphs: &mut Vec<Glyph>) {
    if !glyphs.iter().any(|glyph| order::is_mark(&glyph.text)) {
        return;
    }
    let mut letters: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    let mut marks: Vec<Glyph> = Vec::new();
    for glyph in glyphs.drain(..) {
        if order::is_mark(&glyph.text) {
            marks.push(glyph);
            continue;
        }
        let next = letters.len();
        letters.push(glyph);
        give_marks(&mut marks, &mut letters, next);
    }
    let end = letters.len();
    give_marks(&mut marks, &mut letters, end);
    *glyphs = letters;
}

/// Gives waiting marks to the letter before or after them.
fn give_marks(marks: &mut Vec<Glyph>, letters: &mut [Glyph], next: usize) {
    for mark in marks.drain(..) {
        let before = next.checked_sub(1);
        let fits = |index: Option<usize>| {
            index
                .and_then(|index| letters.get(index))
                .is_some_and(|letter| {
                    letter.turn == mark.turn
                        && (letter.y - mark.y).abs() < letter.size
                        && (mark.x - letter.end).max(letter.x - mark.end) < letter.size * 0.5
                        && letter.text.chars().any(char::is_alphabetic)
                })
        };
        let draws_rightwards = match (before.and_then(|at| letters.get(at)), letters.get(next)) {
            (Some(before), Some(after)) => after.x >= before.x,
            (None, Some(_)) => true,
            _ => false,
        };
        let (likely, other) = if draws_rightwards {
            (Some(next), before)
        } else {
            (before, Some(next))
        };
        let chosen = [likely, other]
            .into_iter()
            .find(|index| fits(*index))
            .flatten();
        if let Some(letter) = chosen.and_then(|index| letters.get_mut(index)) {
            letter.text = letter.text.with(&mark.text);
        }
        // A mark without a letter near it is dirt of the page.
    }
}

/// Baselines in rows of four points.
fn row_of(glyph: &Glyph) -> i64 {
    #[allow(clippy::cast_possible_truncation)]
    let row = (glyph.y / 4.0).round().clamp(-1e9, 1e9) as i64;
    row
}

impl Segment {
    fn new(glyph: Glyph) -> Self {
        Self {
            x: glyph.x,
            end: glyph.end,
            y: glyph.y,
            size: glyph.size,
            turn: glyph.turn,
            glyphs: vec![glyph],
        }
    }

    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = (glyph.x - self.end).max(self.x - glyph.end);
        self.turn == glyph.turn
            && (self.y - glyph.y).abs() < size * BASELINE
            && gap < size * MAX_GAP
    }

    fn add(&mut self, glyph: Glyph) {
        self.x = self.x.min(glyph.x);
        self.end = self.end.max(glyph.end);
        if glyph.size > self.size {
            // Small type joins the baseline of the large, not the other way round.
            self.size = glyph.size;
            self.y = glyph.y;
        }
        self.glyphs.push(glyph);
    }

    fn into_line(mut self, page_runs_right_to_left: bool, mirrored: bool) -> Option<Line> {
        self.glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut clusters: Vec<Text> = Vec::with_capacity(self.glyphs.len() + self.glyphs.len() / 4);
        let mut previous: Option<Glyph> = None;
        let mut size = 0.0f64;
        for glyph in self.glyphs {
            if let Some(before) = &previous {
                let same_again = before.text == glyph.text
                    && (glyph.x - before.x).abs() < glyph.size * 0.08
                    && !glyph.text.is_blank();
                if same_again {
                    // Bold faked by drawing twice.
                    continue;
                }
                let spaced = before
                    .text
                    .chars()
                    .next_back()
                    .is_some_and(char::is_whitespace)
                    || glyph.text.chars().next().is_some_and(char::is_whitespace);
                if !spaced && glyph.x - before.end > before.size.min(glyph.size) * WORD_GAP {
                    clusters.push(Text::One(' '));
                }
            }
            if glyph.text.chars().any(char::is_alphanumeric) {
                size = size.max(glyph.size);
            }
            clusters.push(glyph.text.clone());
            previous = Some(glyph);
        }
        let text = if mirrored {
            order::as_it_stands(&clusters)
        } else {
            order::logical(&clusters, page_runs_right_to_left)
        };
        (!text.is_empty()).then_some(Line {
            text,
            size: if size > 0.0 { size } else { self.size },
            y: self.y,
            turn: self.turn,
        })
    }
}

/// The text of lines. Lines of one baseline (table cells, columns) stay on one line of text only
/// if they follow each other.
pub(super) fn text(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut previous: Option<&Line> = None;
    for line in lines {
        if let Some(before) = previous {
            let same_row = before.turn == line.turn
                && (before.y - line.y).abs() < before.size.min(line.size) * 0.3;
            out.push(if same_row { ' ' } else { '\n' });
        }
        out.push_str(&line.text);
        previous = Some(line);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Lines a title may have.
const MAX_TITLE_LINES: usize = 5;

/// The largest type of a page: the first lines that are as large as the largest, following each
/// other. A line that only names a body or a date is not a title.
pub(super) fn largest(lines: &[Line]) -> Option<String> {
    let speaks = |line: &Line| {
        line.turn == 0 && line.text.chars().filter(|c| c.is_alphabetic()).count() >= 3
    };
    let mut sizes: Vec<f64> = lines
        .iter()
        .filter(|line| speaks(line))
        .map(|line| line.size)
        .collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    sizes.dedup();
    // Looked at from the largest down: only few lines are worth asking whose name they are.
    let largest = sizes.into_iter().take(MAX_TITLE_LINES).find(|size| {
        lines
            .iter()
            .any(|line| line.size >= *size && speaks(line) && !is_signature(&line.text))
    })?;
    let speaks = |line: &Line| speaks(line) && !is_signature(&line.text);
    let is_large = |line: &Line| line.size > largest * 0.92 && line.size < largest * 1.09;
    let mut title = String::new();
    let begun = lines
        .iter()
        .skip_while(|line| !(is_large(line) && speaks(line)))
        .take(MAX_TITLE_LINES)
        .take_while(|line| is_large(line));
    for line in begun {
        if !title.is_empty() {
            title.push(' ');
        }
        title.push_str(&line.text);
    }
    Some(title)
}

/// Whether a line names who publishes rather than what: a short line that is a body's name.
fn is_signature(text: &str) -> bool {
    text.split_whitespace().count() <= 8
        && bodies::on_page(text).is_some_and(|body| {
            let rest = text.chars().count().saturating_sub(body.chars().count());
            rest <= 6
        })
}

//! The glyphs of a page with their places and characters.

use std::rc::Rc;

use hayro::kurbo::Point;

use crate::limits::{MAX_DRAWN_OPERATORS, MAX_DRAWN_PIXELS};

/// The characters a glyph stands for, in logical order. Nearly always one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    One(char),
    Many(Rc<str>),
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Self::One(only),
            _ => Self::Many(text.into()),
        }
    }

    pub(super) fn chars(&self) -> impl DoubleEndedIterator<Item = char> + '_ {
        let (one, many) = match self {
            Self::One(c) => (Some(*c), ""),
            Self::Many(text) => (None, &**text),
        };
        one.into_iter().chain(many.chars())
    }

    pub(super) fn push_to(&self, out: &mut String) {
        match self {
            Self::One(c) => out.push(*c),
            Self::Many(text) => out.push_str(text),
        }
    }

    /// The text with more after it.
    pub(super) fn with(&self, more: &Self) -> Self {
        let mut text = String::new();
        self.push_to(&mut text);
        more.push_to(&mut text);
        Self::Many(text.into())
    }

    pub(super) fn is_blank(&self) -> bool {
        self.chars().all(char::is_whitespace)
    }

    /// Whether the characters say anything: private and replacement characters do not.
    pub(super) fn is_readable(&self) -> bool {
        let bad = |c: char| {
            matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{F0000}'..='\u{10FFFF}')
                || (c.is_control() && !c.is_whitespace())
        };
        *self != Self::Many("".into()) && !self.chars().any(bad)
    }
}

/// One drawn sign in the frame of its own line: x runs along the line, y down the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    /// The characters it stands for.
    pub(super) text: Text,
    /// Left end along the line.
    pub(super) x: f64,
    /// Right end along the line.
    pub(super) end: f64,
    /// Baseline.
    pub(super) y: f64,
    /// Font size in points.
    pub(super) size: f64,
    /// Which way the line runs, in quarter turns.
    pub(super) turn: u8,
}

/// What a page gave.
#[derive(Default)]
pub(super) struct PageGlyphs {
    /// In the order of drawing.
    pub(super) glyphs: Vec<Glyph>,
    /// How many had no readable character.
    pub(super) unreadable: usize,
    /// Operators of its content.
    pub(super) operators: usize,
    /// Pixels of the pictures on it, before they are made smaller.
    pub(super) pixels: u64,
}

impl PageGlyphs {
    /// Whether the page can be drawn in a second or two.
    pub(super) fn is_cheap(&self) -> bool {
        self.operators <= MAX_DRAWN_OPERATORS && self.pixels <= MAX_DRAWN_PIXELS
    }
}

/// Puts a glyph into the frame of its line. `None` for places that are not numbers.
pub(super) fn placed(text: Text, origin: Point, end: Point, up: Point) -> Option<Glyph> {
    let size = (up - origin).hypot();
    if !size.is_finite() || size < 0.1 || !origin.x.is_finite() || !origin.y.is_finite() {
        return None;
    }
    let along = end - origin;
    let turn = if along.hypot() < 1e-9 {
        // No advance: a mark; it stands as its letters do.
        quarter(origin.y - up.y, up.x - origin.x)
    } else {
        quarter(along.x, along.y)
    };
    let (x0, y) = turned(origin, turn);
    let (x1, _) = turned(end, turn);
    Some(Glyph {
        text,
        x: x0.min(x1),
        end: x0.max(x1),
        y,
        size,
        turn,
    })
}

/// The quarter turn closest to a direction.
fn quarter(x: f64, y: f64) -> u8 {
    if x.abs() >= y.abs() {
        if x >= 0.0 { 0 } else { 2 }
    } else if y > 0.0 {
        1
    } else {
        3
    }
}

/// A point seen from a line running in that direction.
fn turned(point: Point, turn: u8) -> (f64, f64) {
    match turn {
        0 => (point.x, point.y),
        1 => (point.y, -point.x),
        2 => (-point.x, -point.y),
        _ => (-point.y, point.x),
    }
}

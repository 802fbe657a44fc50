//! The glyphs of a page with their places and characters.

use hayro::hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{Dict, String as PdfString};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{BezPath, Point, Rect};

use super::metadata::decode_text;
use crate::limits::MAX_PAGE_GLYPHS;

/// One drawn sign in the frame of its own line: x runs along the line, y down the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    /// The characters it stands for, in logical order.
    pub(super) text: String,
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
}

/// Reads the glyphs of pages of one file; fonts are kept between pages.
pub(super) struct Extractor<'a> {
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
    _pdf: &'a Pdf,
}

impl<'a> Extractor<'a> {
    pub(super) fn new(pdf: &'a Pdf) -> Self {
        Self {
            cache: InterpreterCache::new(),
            settings: InterpreterSettings::default(),
            _pdf: pdf,
        }
    }

    pub(super) fn page(&mut self, page: &Page<'a>) -> PageGlyphs {
        let (width, height) = page.render_dimensions();
        let target = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            target,
            &self.cache,
            page.xref(),
            self.settings.clone(),
        );
        let mut reader = Reader::default();
        interpret_page(page, &mut context, &mut reader);
        reader.found
    }
}

/// A device that keeps glyphs and draws nothing.
#[derive(Default)]
struct Reader {
    found: PageGlyphs,
    /// Open marked content; for a sequence with replacement text, what it stands for.
    marked: Vec<Option<Replacement>>,
    seen: usize,
}

/// Text a producer gives for a sequence of glyphs, which then count as one.
struct Replacement {
    text: String,
    /// Index of the glyph that stands for all, once one was drawn.
    at: Option<usize>,
}

impl Reader {
    fn add(&mut self, mut glyph: Glyph) {
        let replacement = self.marked.iter_mut().rev().find_map(Option::as_mut);
        if let Some(replacement) = replacement {
            if let Some(first) = replacement.at.and_then(|at| self.found.glyphs.get_mut(at)) {
                let same_line = first.turn == glyph.turn
                    && (first.y - glyph.y).abs() < first.size.max(glyph.size) * 0.6;
                if same_line {
                    first.x = first.x.min(glyph.x);
                    first.end = first.end.max(glyph.end);
                }
                return;
            }
            replacement.at = Some(self.found.glyphs.len());
            glyph.text.clone_from(&replacement.text);
        } else if !is_readable(&glyph.text) {
            self.found.unreadable += 1;
            return;
        }
        self.found.glyphs.push(glyph);
    }
}

/// Whether characters say anything: private and replacement characters do not.
fn is_readable(text: &str) -> bool {
    !text.is_empty()
        && !text.chars().any(|c| {
            matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '\u{F0000}'..='\u{10FFFF}')
                || (c.is_control() && !c.is_whitespace())
        })
}

impl<'a> Device<'a> for Reader {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &Rect) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        // An outlined glyph is drawn twice, filled and stroked; the filled one is enough unless
        // it is the only one.
        if matches!(mode, DrawMode::Stroke(_)) && self.repeats(run, &props) {
            return;
        }
        for glyph in run.glyphs() {
            self.seen += 1;
            if self.seen > MAX_PAGE_GLYPHS {
                return;
            }
            let place = props.transform * glyph.transform();
            let advance = match &**glyph {
                FontGlyph::Outline(outline) => outline.advance_width(),
                FontGlyph::Type3(type3) => type3.advance_width(),
            };
            let origin = place * Point::ZERO;
            let end = place * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
            let up = place * Point::new(0.0, 1000.0);
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => String::new(),
            };
            if let Some(glyph) = placed(text, origin, end, up) {
                self.add(glyph);
            }
        }
    }

    fn begin_marked_content(&mut self, _tag: &[u8], properties: Option<&Dict<'_>>) {
        let text = properties
            .and_then(|properties| properties.get::<PdfString<'_>>("ActualText"))
            .map(|text| decode_text(text.as_bytes()))
            // Empty replacement text hides an ornament; it is not worth losing letters over.
            .filter(|text| !text.trim().is_empty());
        self.marked
            .push(text.map(|text| Replacement { text, at: None }));
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }
}

impl Reader {
    /// Whether a run begins where the last one ended up beginning: the same letters again.
    fn repeats(&self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>) -> bool {
        let (Some(first), count) = (run.glyphs().first(), run.glyphs().len()) else {
            return false;
        };
        let origin = (props.transform * first.transform()) * Point::ZERO;
        let Some(start) = self.found.glyphs.len().checked_sub(count) else {
            return false;
        };
        self.found.glyphs.get(start).is_some_and(|glyph| {
            let (x, y) = turned(origin, glyph.turn);
            (glyph.x - x).abs() < 0.5 && (glyph.y - y).abs() < 0.5
        })
    }
}

/// Puts a glyph into the frame of its line. `None` for places that are not numbers.
fn placed(text: String, origin: Point, end: Point, up: Point) -> Option<Glyph> {
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

//! Setting a sheet: paragraphs in their own direction, rules, boxes and the code, page by page.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::fontique::{Blob, FontInfoOverride, FontWeight};
use parley::layout::{Alignment, AlignmentOptions, Layout, Line};
use parley::style::{FontFamily, FontFamilyName, LineHeight, StyleProperty};
use parley::{BaseDirection, FontContext, LayoutContext};

use super::code::Code;

/// A4, in points.
const PAGE: (f32, f32) = (595.28, 841.89);
/// On every side.
const MARGIN: f32 = 48.0;
/// For the foot, above the lower margin.
const FOOT: f32 = 20.0;
/// What text is as wide as.
pub const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
const BOTTOM: f32 = PAGE.1 - MARGIN - FOOT;

/// The families of our own fonts, and under what names they are asked for.
const FAMILIES: [&str; 2] = ["Sheet Latin", "Sheet Arabic"];
const FONTS: [(&str, f32, &[u8]); 4] = [
    (
        "Sheet Latin",
        400.0,
        include_bytes!("../../../../assets/fonts/vazirmatn-latin-400-normal.woff2"),
    ),
    (
        "Sheet Latin",
        700.0,
        include_bytes!("../../../../assets/fonts/vazirmatn-latin-700-normal.woff2"),
    ),
    (
        "Sheet Arabic",
        400.0,
        include_bytes!("../../../../assets/fonts/vazirmatn-arabic-400-normal.woff2"),
    ),
    (
        "Sheet Arabic",
        700.0,
        include_bytes!("../../../../assets/fonts/vazirmatn-arabic-700-normal.woff2"),
    ),
];

/// How a paragraph is set.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Size in points.
    pub size: f32,
    /// Bold.
    pub bold: bool,
    /// Said quietly.
    pub quiet: bool,
    /// Its own direction: right to left, left to right, or as its first letter says.
    pub rtl: Option<bool>,
}

impl Style {
    /// Plain text of a size.
    pub const fn of(size: f32) -> Self {
        Self {
            size,
            bold: false,
            quiet: false,
            rtl: None,
        }
    }

    /// The same, bold.
    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same, quiet.
    pub const fn quiet(self) -> Self {
        Self {
            quiet: true,
            ..self
        }
    }

    /// The same, in this direction.
    pub const fn rtl(self, rtl: bool) -> Self {
        Self {
            rtl: Some(rtl),
            ..self
        }
    }
}

/// What stands at a place of a page.
enum Mark {
    Line {
        text: Rc<str>,
        set: Rc<Layout<()>>,
        number: usize,
        quiet: bool,
        /// Left end of the paragraph and the baseline.
        at: (f32, f32),
    },
    Rule {
        from: f32,
        to: f32,
        y: f32,
    },
    Square {
        x: f32,
        y: f32,
        side: f32,
    },
    Code {
        code: Code,
        x: f32,
        y: f32,
        side: f32,
    },
}

/// A sheet while it is set, from above.
pub struct Setting {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    pages: Vec<Vec<Mark>>,
    y: f32,
    /// The sheet reads from the right.
    rtl: bool,
}

impl Setting {
    /// An empty sheet that reads in this direction.
    ///
    /// # Errors
    /// When our own fonts cannot be read, with the reason.
    pub fn new(rtl: bool) -> Result<Self, String> {
        // Fonts of the machine stand in for scripts ours do not have.
        let mut fonts = FontContext::new();
        for (family, weight, packed) in FONTS {
            let font = wuff::decompress_woff2(packed).map_err(|error| format!("{error:?}"))?;
            fonts.collection.register_fonts(
                Blob::from(font),
                Some(FontInfoOverride {
                    family_name: Some(family),
                    weight: Some(FontWeight::new(weight)),
                    ..FontInfoOverride::default()
                }),
            );
        }
        Ok(Self {
            fonts,
            layouts: LayoutContext::new(),
            pages: vec![Vec::new()],
            y: MARGIN,
            rtl,
        })
    }

    /// Leaves room, not at the top of a page.
    pub fn space(&mut self, height: f32) {
        if self.y > MARGIN {
            self.y += height;
        }
    }

    /// Goes on on the next page unless there is room for so much.
    pub fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = MARGIN;
        }
    }

    /// A paragraph over the whole width.
    pub fn paragraph(&mut self, text: &str, style: Style) {
        self.column(text, style, 0.0..WIDTH);
    }

    /// A paragraph between two distances from the side the sheet is read from.
    pub fn column(&mut self, text: &str, style: Style, within: Range<f32>) {
        let width = within.end - within.start;
        let left = self.left(within);
        let (text, set) = self.set(text, style, width);
        for (number, line) in set.lines().enumerate() {
            let height = line.metrics().line_height;
            self.keep(height);
            self.mark(Mark::Line {
                at: (left, self.y + ascent(&line)),
                text: Rc::clone(&text),
                set: Rc::clone(&set),
                number,
                quiet: style.quiet,
            });
            self.y += height;
        }
    }

    /// Columns beside each other, each with its distances; the highest tells where it goes on.
    pub fn beside(&mut self, columns: &[(&str, Style, Range<f32>)]) {
        let heights = columns
            .iter()
            .map(|(text, style, within)| self.height(text, *style, within.end - within.start));
        let height = heights.fold(0.0, f32::max);
        self.keep(height);
        let top = self.y;
        for (text, style, within) in columns {
            self.y = top;
            self.column(text, *style, within.clone());
        }
        self.y = top + height;
    }

    /// How high a paragraph is.
    pub fn height(&mut self, text: &str, style: Style, width: f32) -> f32 {
        let (_, set) = self.set(text, style, width);
        set.lines().map(|line| line.metrics().line_height).sum()
    }

    /// A rule between two distances from the side the sheet is read from.
    pub fn rule(&mut self, within: Range<f32>) {
        let left = self.left(within.clone());
        let to = left + (within.end - within.start);
        self.mark(Mark::Rule {
            from: left,
            to,
            y: self.y,
        });
    }

    /// A box to tick at a distance from the side the sheet is read from; nothing moves on.
    pub fn square(&mut self, at: f32, side: f32) {
        let x = self.left(at..at + side);
        self.mark(Mark::Square { x, y: self.y, side });
    }

    /// The code at a distance; nothing moves on.
    pub fn code(&mut self, code: Code, at: f32, side: f32) {
        let x = self.left(at..at + side);
        self.mark(Mark::Code {
            code,
            x,
            y: self.y,
            side,
        });
    }

    /// Where the next thing goes, from above.
    pub fn place(&self) -> f32 {
        self.y
    }

    /// Goes down to there, when it is not there yet.
    pub fn down_to(&mut self, y: f32) {
        self.y = self.y.max(y);
    }

    /// The finished document: `foot` is what stands under a page, by its number and how many there are.
    ///
    /// # Errors
    /// When it cannot be written, with the reason.
    pub fn finish(
        mut self,
        title: &str,
        lang: &str,
        foot: &dyn Fn(usize, usize) -> String,
    ) -> Result<Vec<u8>, String> {
        let count = self.pages.len();
        let rtl = self.rtl;
        for number in 0..count {
            let style = Style::of(8.0).quiet().rtl(rtl);
            let (text, set) = self.set(&foot(number + 1, count), style, WIDTH);
            let lines = set.lines().enumerate();
            let marks = lines.map(|(number, line)| Mark::Line {
                at: (MARGIN, BOTTOM + FOOT - 8.0 + ascent(&line)),
                text: Rc::clone(&text),
                set: Rc::clone(&set),
                number,
                quiet: true,
            });
            let marks: Vec<Mark> = marks.collect();
            if let Some(page) = self.pages.get_mut(number) {
                page.extend(marks);
            }
        }
        let mut document = Document::new();
        document.set_metadata(
            Metadata::new()
                .title(title.to_owned())
                .language(lang.to_owned()),
        );
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or("page")?;
        let mut fonts = BTreeMap::new();
        for marks in &self.pages {
            let mut page = document.start_page_with(settings.clone());
            let mut surface = page.surface();
            for mark in marks {
                draw(&mut surface, mark, &mut fonts)?;
            }
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| format!("{error:?}"))
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// The left end of what lies between two distances from the side the sheet is read from.
    fn left(&self, within: Range<f32>) -> f32 {
        if self.rtl {
            PAGE.0 - MARGIN - within.end
        } else {
            MARGIN + within.start
        }
    }

    fn set(&mut self, text: &str, style: Style, width: f32) -> (Rc<str>, Rc<Layout<()>>) {
        let mut builder = self
            .layouts
            .ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.set_base_direction(match style.rtl {
            Some(true) => BaseDirection::Rtl,
            Some(false) => BaseDirection::Ltr,
            None => BaseDirection::Auto,
        });
        let families: Vec<FontFamilyName<'_>> = FAMILIES
            .iter()
            .map(|name| FontFamilyName::Named((*name).into()))
            .collect();
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(families.into())));
        builder.push_default(StyleProperty::FontSize(style.size));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(
            1.45,
        )));
        let weight = if style.bold { 700.0 } else { 400.0 };
        builder.push_default(StyleProperty::FontWeight(FontWeight::new(weight)));
        let mut set: Layout<()> = builder.build(text);
        set.break_all_lines(Some(width));
        // Everything stands on the side the sheet is read from, whatever its own direction is.
        let side = if self.rtl {
            Alignment::Right
        } else {
            Alignment::Left
        };
        set.align(side, AlignmentOptions::default());
        (Rc::from(text), Rc::new(set))
    }
}

/// From the top of a line to its baseline.
fn ascent(line: &Line<'_, ()>) -> f32 {
    let metrics = line.metrics();
    metrics.baseline - metrics.block_min_coord
}

fn ink(quiet: bool) -> Fill {
    Fill {
        paint: luma::Color::new(if quiet { 90 } else { 0 }).into(),
        ..Fill::default()
    }
}

fn stroke() -> Stroke {
    Stroke {
        paint: luma::Color::new(120).into(),
        width: 0.7,
        ..Stroke::default()
    }
}

type Fonts = BTreeMap<(u64, u32), Font>;

fn draw(surface: &mut Surface<'_>, mark: &Mark, fonts: &mut Fonts) -> Result<(), String> {
    match mark {
        Mark::Line {
            text,
            set,
            number,
            quiet,
            at,
        } => {
            surface.set_fill(Some(ink(*quiet)));
            surface.set_stroke(None);
            let line = set.get(*number).ok_or("line")?;
            draw_line(surface, &line, text, *at, fonts)
        }
        Mark::Rule { from, to, y } => {
            let mut path = PathBuilder::new();
            path.move_to(*from, *y);
            path.line_to(*to, *y);
            outline(surface, path)
        }
        Mark::Square { x, y, side } => {
            let mut path = PathBuilder::new();
            path.push_rect(Rect::from_xywh(*x, *y, *side, *side).ok_or("square")?);
            outline(surface, path)
        }
        Mark::Code { code, x, y, side } => {
            surface.set_fill(Some(ink(false)));
            surface.set_stroke(None);
            let dot = side / f32::from(code.side());
            let mut path = PathBuilder::new();
            for (column, row) in code.dark() {
                let (left, top) = (x + dot * f32::from(column), y + dot * f32::from(row));
                path.push_rect(Rect::from_xywh(left, top, dot, dot).ok_or("code")?);
            }
            surface.draw_path(&path.finish().ok_or("code")?);
            Ok(())
        }
    }
}

fn outline(surface: &mut Surface<'_>, path: PathBuilder) -> Result<(), String> {
    surface.set_fill(None);
    surface.set_stroke(Some(stroke()));
    surface.draw_path(&path.finish().ok_or("path")?);
    Ok(())
}

/// One line, run by run from the left. Each glyph carries the characters it stands for, so that the
/// text can be searched and read aloud in its order.
fn draw_line(
    surface: &mut Surface<'_>,
    line: &Line<'_, ()>,
    text: &str,
    at: (f32, f32),
    fonts: &mut Fonts,
) -> Result<(), String> {
    let mut x = at.0 + line.metrics().offset;
    for run in line.runs() {
        let data = run.font();
        let (bytes, id) = data.data.clone().into_raw_parts();
        let font = match fonts.get(&(id, data.index)) {
            Some(font) => font.clone(),
            None => {
                let font = Font::new(bytes.into(), data.index).ok_or("font")?;
                fonts.insert((id, data.index), font.clone());
                font
            }
        };
        let size = run.font_size();
        let begin = x;
        let mut glyphs: Vec<KrillaGlyph> = Vec::new();
        // What a ligature goes on with stands after it in the text: left of it in Arabic.
        let mut further = 0;
        for cluster in run.visual_clusters() {
            let mut range = cluster.text_range();
            if cluster.is_ligature_continuation() {
                match glyphs.last_mut() {
                    _ if run.is_rtl() => further = further.max(range.end),
                    Some(glyph) => glyph.text_range.end = range.end,
                    None => {}
                }
                continue;
            }
            range.end = range.end.max(further);
            further = 0;
            for glyph in cluster.glyphs() {
                glyphs.push(KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    glyph.advance / size,
                    glyph.x / size,
                    glyph.y / size,
                    0.0,
                    range.clone(),
                    None,
                ));
                x += glyph.advance;
            }
        }
        if !glyphs.is_empty() {
            surface.draw_glyphs(
                Point::from_xy(begin, at.1),
                &glyphs,
                font,
                text,
                size,
                false,
            );
        }
    }
    Ok(())
}

//! The fonts of a file, and what each code of a font stands for, looked up once.

use std::collections::HashMap;
use std::rc::Rc;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_syntax::object::{Dict, ObjectIdentifier};
use hayro_font::{Font, FontCache, FontGlyph, StandardFont, UNITS_PER_EM};

use super::glyphs::Text;

/// A code of a font.
#[derive(Clone)]
pub(super) struct Code {
    /// What it stands for; `None` when the font does not say.
    pub(super) text: Option<Text>,
    /// How far the next glyph stands, in font sizes.
    pub(super) advance: (f64, f64),
    /// Where the glyph stands from the pen, in font sizes: not at it in vertical writing.
    pub(super) shift: (f64, f64),
}

/// A font with the codes met so far.
pub(super) struct Known<'a> {
    font: Font<'a>,
    codes: HashMap<u32, Code>,
    /// Most fonts have codes of one byte.
    low: Vec<Option<Code>>,
    pub(super) horizontal: bool,
}

impl<'a> Known<'a> {
    fn new(font: Font<'a>) -> Self {
        Self {
            horizontal: font.is_horizontal(),
            font,
            codes: HashMap::new(),
            low: vec![None; 256],
        }
    }

    /// The next code of a string and how many bytes it has (at least one).
    pub(super) fn read(&self, bytes: &[u8], at: usize) -> (u32, usize) {
        let (code, length) = self.font.read_code(bytes, at);
        (code, length.max(1))
    }

    pub(super) fn code(&mut self, code: u32) -> Code {
        let low = usize::try_from(code).unwrap_or(usize::MAX);
        if let Some(Some(known)) = self.low.get(low) {
            return known.clone();
        }
        if low >= self.low.len()
            && let Some(known) = self.codes.get(&code)
        {
            return known.clone();
        }
        let looked_up = self.look_up(code);
        if let Some(place) = self.low.get_mut(low) {
            *place = Some(looked_up.clone());
        } else {
            self.codes.insert(code, looked_up.clone());
        }
        looked_up
    }

    fn look_up(&self, code: u32) -> Code {
        let unicode = match self.font.glyph(self.font.map_code(code), code) {
            FontGlyph::Outline(outline) => outline.as_unicode(),
            FontGlyph::Type3(drawn) => drawn.as_unicode(),
        };
        let text = match unicode {
            Some(BfString::Char(c)) => Some(Text::One(c)),
            Some(BfString::String(text)) => Some(Text::new(&text)),
            None => None,
        };
        let em = f64::from(UNITS_PER_EM);
        let advance = self.font.code_advance(code);
        let shift = self.font.origin_displacement(code);
        Code {
            text: text.filter(Text::is_readable),
            advance: (advance.x / em, advance.y / em),
            shift: (shift.x / em, shift.y / em),
        }
    }
}

/// A font in use; a number, so that states of a page are cheap to keep.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct FontId(usize);

/// All fonts of a file.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    settings: InterpreterSettings,
    known: Vec<Known<'a>>,
    by_object: HashMap<ObjectIdentifier, Option<FontId>>,
    by_data: HashMap<Rc<[u8]>, Option<FontId>>,
    standard: Option<Option<FontId>>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new() -> Self {
        Self {
            cache: FontCache::new(),
            settings: InterpreterSettings::default(),
            known: Vec::new(),
            by_object: HashMap::new(),
            by_data: HashMap::new(),
            standard: None,
        }
    }

    pub(super) fn get(&mut self, id: FontId) -> Option<&mut Known<'a>> {
        self.known.get_mut(id.0)
    }

    fn add(&mut self, font: Option<Font<'a>>) -> Option<FontId> {
        let font = font?;
        self.known.push(Known::new(font));
        Some(FontId(self.known.len() - 1))
    }

    /// The font a dictionary describes.
    pub(super) fn of(&mut self, dict: &Dict<'a>) -> Option<FontId> {
        let object = dict.obj_id();
        if let Some(object) = object
            && let Some(found) = self.by_object.get(&object)
        {
            return *found;
        }
        if object.is_none()
            && let Some(found) = self.by_data.get(dict.data())
        {
            return *found;
        }
        let font = self.cache.font(
            dict,
            &self.settings.font_resolver,
            &self.settings.cmap_resolver,
        );
        let id = self.add(font);
        match object {
            Some(object) => drop(self.by_object.insert(object, id)),
            None => drop(self.by_data.insert(dict.data().into(), id)),
        }
        id
    }

    /// What viewers take when a page names no font.
    pub(super) fn standard(&mut self) -> Option<FontId> {
        if let Some(found) = self.standard {
            return found;
        }
        let font = self
            .cache
            .standard_font(StandardFont::Helvetica, &self.settings.font_resolver);
        let id = self.add(font);
        self.standard = Some(id);
        id
    }
}

//! What a page shows as text: a walk over its operators that looks at text only and draws nothing.

use std::collections::{HashMap, HashSet};

use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::content::{Instruction, UntypedIter};
use hayro::hayro_syntax::object::{
    Array, Dict, MaybeRef, Name, Object, ObjectIdentifier, Stream, String as PdfString,
};
use hayro::hayro_syntax::page::{Page, Resources};
use hayro::kurbo::{Affine, Point};

use super::fonts::{FontId, Fonts};
use super::glyphs::{PageGlyphs, Text, placed};
use super::metadata::decode_text;
use crate::limits::{MAX_PAGE_BYTES, MAX_PAGE_GLYPHS, MAX_PAGE_OPERATORS};

/// Deepest nesting of forms inside forms.
const MAX_FORMS: usize = 24;
/// Most saved states; a page that saves more never restores them.
const MAX_STATES: usize = 512;

/// Reads the glyphs of pages of one file; fonts are kept between pages.
pub(super) struct Extractor<'a> {
    fonts: Fonts<'a>,
    /// Layers that are switched off.
    hidden: HashSet<ObjectIdentifier>,
}

impl<'a> Extractor<'a> {
    pub(super) fn new(pdf: &'a Pdf) -> Self {
        Self {
            fonts: Fonts::new(),
            hidden: hidden_layers(pdf),
        }
    }

    pub(super) fn page(&mut self, page: &Page<'a>) -> PageGlyphs {
        let place = Affine::new(page.initial_transform(true).as_coeffs());
        let mut walk = Walk {
            fonts: &mut self.fonts,
            hidden: &self.hidden,
            found: PageGlyphs::default(),
            marked: Vec::new(),
            seen: 0,
            operators: 0,
            state: State::new(place),
        };
        match contents(page).as_slice() {
            [] => {}
            [only] => {
                if let Ok(bytes) = only.decoded_data() {
                    walk.content(&bytes, page.resources(), 0);
                }
            }
            parts => {
                // Producers may cut content anywhere, even inside a text object.
                let mut whole = Vec::new();
                for bytes in parts.iter().flat_map(Stream::decoded_data) {
                    whole.extend_from_slice(&bytes);
                    whole.push(b' ');
                    if whole.len() > MAX_PAGE_BYTES {
                        break;
                    }
                }
                walk.content(&whole, page.resources(), 0);
            }
        }
        if let Some(annotations) = page.raw().get::<Array<'_>>(&b"Annots"[..]) {
            for annotation in annotations.iter::<Dict<'_>>().take(2_000) {
                walk.state = State::new(place);
                walk.annotation(&annotation, page.resources());
            }
        }
        walk.found.operators = walk.operators;
        walk.found
    }
}

/// The parts of a page's content.
fn contents<'a>(page: &Page<'a>) -> Vec<Stream<'a>> {
    if let Some(one) = page.raw().get::<Stream<'_>>(&b"Contents"[..]) {
        return vec![one];
    }
    page.raw()
        .get::<Array<'_>>(&b"Contents"[..])
        .map(|parts| parts.iter::<Stream<'_>>().take(10_000).collect())
        .unwrap_or_default()
}

fn hidden_layers(pdf: &Pdf) -> HashSet<ObjectIdentifier> {
    let mut hidden = HashSet::new();
    let Some(layers) = pdf
        .xref()
        .get::<Dict<'_>>(pdf.xref().root_id())
        .and_then(|catalog| catalog.get::<Dict<'_>>(&b"OCProperties"[..]))
    else {
        return hidden;
    };
    let Some(shown_at_first) = layers.get::<Dict<'_>>(&b"D"[..]) else {
        return hidden;
    };
    let refs = |array: Option<Array<'_>>| -> Vec<ObjectIdentifier> {
        array
            .map(|array| {
                array
                    .raw_iter()
                    .filter_map(|item| match item {
                        MaybeRef::Ref(reference) => Some(reference.into()),
                        MaybeRef::NotRef(_) => None,
                    })
                    .collect()
            })
            .unwrap_or_default()
    };
    if shown_at_first
        .get::<Name<'_>>(&b"BaseState"[..])
        .is_some_and(|name| name.as_ref() == b"OFF")
    {
        hidden.extend(refs(layers.get::<Array<'_>>(&b"OCGs"[..])));
    }
    for on in refs(shown_at_first.get::<Array<'_>>(&b"ON"[..])) {
        hidden.remove(&on);
    }
    hidden.extend(refs(shown_at_first.get::<Array<'_>>(&b"OFF"[..])));
    hidden
}

/// What matters of the state of a page to text on it.
#[derive(Clone)]
struct State {
    place: Affine,
    font: Option<FontId>,
    /// The font was named and could not be read: better no text than wrong text.
    mute: bool,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    text: Affine,
    line: Affine,
}

impl State {
    fn new(place: Affine) -> Self {
        Self {
            place,
            font: None,
            mute: false,
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            text: Affine::IDENTITY,
            line: Affine::IDENTITY,
        }
    }
}

/// A marked part of the content.
enum Marked {
    Plain,
    /// Text a producer gives for a sequence of glyphs, which then count as one, and the index of
    /// the glyph that stands for all, once one was drawn.
    Replaced(Text, Option<usize>),
    /// On a layer that is switched off.
    Hidden,
}

struct Walk<'w, 'a> {
    fonts: &'w mut Fonts<'a>,
    hidden: &'w HashSet<ObjectIdentifier>,
    found: PageGlyphs,
    marked: Vec<Marked>,
    seen: usize,
    operators: usize,
    state: State,
}

impl<'a> Walk<'_, 'a> {
    fn content(&mut self, bytes: &[u8], resources: &Resources<'a>, depth: usize) {
        let mut saved: Vec<State> = Vec::new();
        let mut fonts: HashMap<Vec<u8>, (Option<FontId>, bool)> = HashMap::new();
        let mut operators = UntypedIter::new(bytes);
        while let Some(operator) = operators.next() {
            self.operators += 1;
            if self.operators > MAX_PAGE_OPERATORS || self.seen > MAX_PAGE_GLYPHS {
                return;
            }
            match &**operator.operator {
                b"q" if saved.len() < MAX_STATES => saved.push(self.state.clone()),
                b"Q" => {
                    if let Some(state) = saved.pop() {
                        // The text matrices are not part of what is saved.
                        let (text, line) = (self.state.text, self.state.line);
                        self.state = State {
                            text,
                            line,
                            ..state
                        };
                    }
                }
                b"cm" => {
                    if let Some(matrix) = matrix(&operator) {
                        self.state.place *= matrix;
                    }
                }
                b"Tf" => self.font(&operator, resources, &mut fonts),
                b"gs" => self.graphics_state(&operator, resources),
                b"BT" => {
                    self.state.text = Affine::IDENTITY;
                    self.state.line = Affine::IDENTITY;
                }
                b"Tm" => {
                    if let Some(matrix) = matrix(&operator) {
                        self.state.text = matrix;
                        self.state.line = matrix;
                    }
                }
                b"Td" => self.next_line(number(&operator, 0), number(&operator, 1)),
                b"TD" => {
                    self.state.leading = -number(&operator, 1);
                    self.next_line(number(&operator, 0), number(&operator, 1));
                }
                b"T*" => self.next_line(0.0, -self.state.leading),
                b"Tc" => self.state.letter_space = number(&operator, 0),
                b"Tw" => self.state.word_space = number(&operator, 0),
                b"Tz" => self.state.stretch = number(&operator, 0) / 100.0,
                b"TL" => self.state.leading = number(&operator, 0),
                b"Ts" => self.state.rise = number(&operator, 0),
                b"Tj" => self.show_operand(&operator, 0),
                b"'" => {
                    self.next_line(0.0, -self.state.leading);
                    self.show_operand(&operator, 0);
                }
                b"\"" => {
                    self.state.word_space = number(&operator, 0);
                    self.state.letter_space = number(&operator, 1);
                    self.next_line(0.0, -self.state.leading);
                    self.show_operand(&operator, 2);
                }
                b"TJ" => {
                    if let Some(Object::Array(parts)) = operator.operands().next() {
                        for part in parts.iter::<Object<'_>>() {
                            match part {
                                Object::String(text) => self.show(text.as_bytes()),
                                Object::Number(number) => self.adjust(number.as_f64()),
                                _ => {}
                            }
                        }
                    }
                }
                b"Do" => {
                    let form = match operator.operands().next() {
                        Some(Object::Name(name)) => resources.get_x_object(name),
                        _ => None,
                    };
                    if let Some(form) = form {
                        self.form(&form, resources, depth);
                    }
                }
                b"BMC" => self.marked.push(Marked::Plain),
                b"BDC" => {
                    let marked = self.begin_marked(&operator, resources);
                    self.marked.push(marked);
                }
                b"EMC" => {
                    self.marked.pop();
                }
                _ => {}
            }
        }
    }

    fn font(
        &mut self,
        operator: &Instruction<'_, '_>,
        resources: &Resources<'a>,
        fonts: &mut HashMap<Vec<u8>, (Option<FontId>, bool)>,
    ) {
        self.state.size = number(operator, 1);
        let Some(Object::Name(name)) = operator.operands().next() else {
            return;
        };
        let key: &[u8] = name.as_ref();
        let (font, mute) = match fonts.get(key) {
            Some(found) => *found,
            None => {
                let dict = resources.fonts.get::<Dict<'a>>(key);
                let font = match &dict {
                    Some(dict) => self.fonts.of(dict),
                    None => self.fonts.standard(),
                };
                let found = (font, dict.is_some() && font.is_none());
                fonts.insert(key.to_vec(), found);
                found
            }
        };
        self.state.font = font;
        self.state.mute = mute;
    }

    /// A graphics state may name a font; few do.
    fn graphics_state(&mut self, operator: &Instruction<'_, '_>, resources: &Resources<'a>) {
        let Some(Object::Name(name)) = operator.operands().next() else {
            return;
        };
        let Some(font) = resources
            .get_ext_g_state(name)
            .and_then(|state| state.get::<Array<'_>>(&b"Font"[..]))
        else {
            return;
        };
        let mut parts = font.iter::<Object<'_>>();
        if let (Some(Object::Dict(dict)), Some(Object::Number(size))) = (parts.next(), parts.next())
        {
            self.state.font = self.fonts.of(&dict);
            self.state.mute = self.state.font.is_none();
            self.state.size = size.as_f64();
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.state.line *= Affine::translate((x, y));
        self.state.text = self.state.line;
    }

    /// Space between parts of a line, in thousandths of the font size, backwards.
    fn adjust(&mut self, thousandths: f64) {
        let horizontal = match self.state.font.and_then(|font| self.fonts.get(font)) {
            Some(font) => font.horizontal,
            None => true,
        };
        let along = -thousandths / 1000.0 * self.state.size;
        self.advance(if horizontal {
            (along * self.state.stretch, 0.0)
        } else {
            (0.0, along)
        });
    }

    fn advance(&mut self, by: (f64, f64)) {
        self.state.text *= Affine::translate(by);
    }

    fn show_operand(&mut self, operator: &Instruction<'_, '_>, index: usize) {
        if let Some(Object::String(text)) = operator.operands().nth(index) {
            self.show(text.as_bytes());
        }
    }

    fn show(&mut self, bytes: &[u8]) {
        if self.state.mute {
            return;
        }
        let Some(id) = self.state.font.or_else(|| self.fonts.standard()) else {
            return;
        };
        let hidden = self
            .marked
            .iter()
            .any(|marked| matches!(marked, Marked::Hidden));
        let size = self.state.size;
        let base = self.state.place;
        let mut at = 0;
        while at < bytes.len() {
            let Some(font) = self.fonts.get(id) else {
                return;
            };
            let horizontal = font.horizontal;
            let (code, length) = font.read(bytes, at);
            let about = font.code(code);
            at += length;
            self.seen += 1;
            if self.seen > MAX_PAGE_GLYPHS {
                return;
            }
            let state = &self.state;
            if !hidden {
                let whole = base * state.text;
                let width = size * state.stretch;
                let (sx, sy) = (about.shift.0 * width, about.shift.1 * size + state.rise);
                let origin = whole * Point::new(sx, sy);
                let end =
                    whole * Point::new(sx + about.advance.0 * width, sy + about.advance.1 * size);
                let up = whole * Point::new(sx, sy + size);
                self.add(about.text, origin, end, up);
            }
            let state = &self.state;
            let space = state.letter_space
                + if code == 32 && length == 1 {
                    state.word_space
                } else {
                    0.0
                };
            let by = if horizontal {
                ((about.advance.0 * size + space) * state.stretch, 0.0)
            } else {
                (0.0, about.advance.1 * size + space)
            };
            self.advance(by);
        }
    }

    fn add(&mut self, text: Option<Text>, origin: Point, end: Point, up: Point) {
        let replacement = self
            .marked
            .iter_mut()
            .rev()
            .find_map(|marked| match marked {
                Marked::Replaced(text, at) => Some((text, at)),
                _ => None,
            });
        if let Some((replacement, at)) = replacement {
            let Some(glyph) = placed(replacement.clone(), origin, end, up) else {
                return;
            };
            if let Some(first) = at.and_then(|at| self.found.glyphs.get_mut(at)) {
                let same_line = first.turn == glyph.turn
                    && (first.y - glyph.y).abs() < first.size.max(glyph.size) * 0.6;
                if same_line {
                    first.x = first.x.min(glyph.x);
                    first.end = first.end.max(glyph.end);
                }
                return;
            }
            *at = Some(self.found.glyphs.len());
            self.found.glyphs.push(glyph);
            return;
        }
        match text {
            Some(text) => {
                if let Some(glyph) = placed(text, origin, end, up) {
                    self.found.glyphs.push(glyph);
                }
            }
            None => self.found.unreadable += 1,
        }
    }

    fn begin_marked(
        &mut self,
        operator: &Instruction<'_, '_>,
        resources: &Resources<'a>,
    ) -> Marked {
        let mut operands = operator.operands();
        let is_layer = matches!(operands.next(), Some(Object::Name(tag)) if tag.as_ref() == b"OC");
        let replacement = |text: Option<PdfString<'_>>| {
            text.map(|text| decode_text(text.as_bytes()))
                // Empty replacement text hides an ornament; it is not worth losing letters over.
                .filter(|text| !text.trim().is_empty())
                .map_or(Marked::Plain, |text| {
                    Marked::Replaced(Text::new(&text), None)
                })
        };
        match operands.next() {
            Some(Object::Name(name)) => {
                let key: &[u8] = name.as_ref();
                if is_layer
                    && resources
                        .properties
                        .get_ref(key)
                        .is_some_and(|layer| self.hidden.contains(&layer.into()))
                {
                    return Marked::Hidden;
                }
                replacement(
                    resources
                        .properties
                        .get::<Dict<'_>>(key)
                        .and_then(|dict| dict.get::<PdfString<'_>>(&b"ActualText"[..])),
                )
            }
            Some(Object::Dict(dict)) => replacement(dict.get::<PdfString<'_>>(&b"ActualText"[..])),
            _ => Marked::Plain,
        }
    }

    /// A form: content of its own with its own place and resources. Pictures are passed by.
    fn form(&mut self, form: &Stream<'a>, resources: &Resources<'a>, depth: usize) {
        let dict = form.dict();
        let is_form = dict
            .get::<Name<'_>>(&b"Subtype"[..])
            .is_some_and(|kind| kind.as_ref() == b"Form");
        let is_hidden = dict
            .get_ref(&b"OC"[..])
            .is_some_and(|layer| self.hidden.contains(&layer.into()));
        if !is_form {
            let side = |key: &[u8]| u64::from(dict.get::<u32>(key).unwrap_or(0));
            self.found.pixels = self
                .found
                .pixels
                .saturating_add(side(b"Width").saturating_mul(side(b"Height")));
        }
        if !is_form || is_hidden || depth >= MAX_FORMS {
            return;
        }
        let Ok(bytes) = form.decoded_data() else {
            return;
        };
        let before = self.state.clone();
        if let Some(matrix) = dict.get::<[f64; 6]>(&b"Matrix"[..]) {
            self.state.place *= Affine::new(matrix);
        }
        let own = dict.get::<Dict<'_>>(&b"Resources"[..]).map(Resources::new);
        let open = self.marked.len();
        self.content(&bytes, own.as_ref().unwrap_or(resources), depth + 1);
        self.marked.truncate(open);
        self.state = before;
    }

    /// What a form field or a stamp shows.
    fn annotation(&mut self, annotation: &Dict<'a>, resources: &Resources<'a>) {
        const UNSEEN: u32 = 1 << 1 | 1 << 5;
        let flags = annotation.get::<u32>(&b"F"[..]).unwrap_or(0);
        // A link has a frame and no text.
        let is_link = annotation
            .get::<Name<'_>>(&b"Subtype"[..])
            .is_some_and(|kind| kind.as_ref() == b"Link");
        if flags & UNSEEN != 0 || is_link {
            return;
        }
        let appearance = annotation
            .get::<Dict<'_>>(&b"AP"[..])
            .and_then(|appearances| appearances.get::<Object<'_>>(&b"N"[..]));
        let Some(Object::Stream(stream)) = appearance else {
            return;
        };
        let Some(rect) = annotation.get::<[f64; 4]>(&b"Rect"[..]) else {
            return;
        };
        let boxed = stream
            .dict()
            .get::<[f64; 4]>(&b"BBox"[..])
            .unwrap_or([0.0; 4]);
        let [left, bottom, ..] = rect;
        let [box_left, box_bottom, ..] = boxed;
        self.state.place *= Affine::translate((left - box_left, bottom - box_bottom));
        self.form(&stream, resources, 0);
    }
}

fn number(operator: &Instruction<'_, '_>, index: usize) -> f64 {
    match operator.operands().nth(index) {
        Some(Object::Number(number)) => number.as_f64(),
        _ => 0.0,
    }
}

fn matrix(operator: &Instruction<'_, '_>) -> Option<Affine> {
    let mut numbers = [0.0; 6];
    let mut operands = operator.operands();
    for place in &mut numbers {
        match operands.next() {
            Some(Object::Number(number)) => *place = number.as_f64(),
            _ => return None,
        }
    }
    Some(Affine::new(numbers))
}

//! .ppt ([MS-PPT]): records inside records; the text of placeholders stands in the list of slides,
//! the other text in the slides themselves.

use super::bytes::{narrow, u16_at, u32_at, usize_at, wide};
use crate::readers::facts::{Found, Origin};
use crate::readers::office::{Draft, end_line};
use crate::readers::tidy_title;

const SLIDE: u16 = 1006;
const SLIDE_BEGINS: u16 = 1011;
const MAIN_MASTER: u16 = 1016;
const NOTES: u16 = 1008;
const TEXT_HEADER: u16 = 3999;
const TEXT_WIDE: u16 = 4000;
const TEXT_NARROW: u16 = 4008;
const LIST_OF_SLIDES: u16 = 4080;
/// Deepest nesting of records.
const MAX_DEPTH: usize = 16;
/// Most slides; more are no presentation.
const MAX_SLIDES: usize = 5_000;

#[derive(Default)]
struct Slides {
    /// Text of each slide from the list.
    listed: Vec<String>,
    /// Text of each slide from itself.
    drawn: Vec<String>,
    /// The first text with the kind of a title on each slide.
    titles: Vec<String>,
    next_is_title: bool,
}

/// Reads the text; says whether it asks for a password.
pub(super) fn read(main: &[u8], user: &[u8], draft: &mut Draft) -> bool {
    if u32_at(user, 12) == Some(0xF3D1_C4DF) {
        return true;
    }
    let mut slides = Slides::default();
    records(main, 0, Place::Elsewhere, &mut slides);
    let count = slides.listed.len().max(slides.drawn.len());
    for index in 0..count {
        for text in [slides.listed.get(index), slides.drawn.get(index)] {
            let text = text.map(String::as_str).unwrap_or_default();
            draft.facts.text.push_str(text);
            end_line(&mut draft.facts.text);
        }
        draft.end_page();
    }
    if let Ok(count) = u32::try_from(count)
        && count > 0
    {
        draft.facts.pages = Some(Found::new(count, Origin::Counted, 95));
    }
    for title in &slides.titles {
        draft.heading(title);
    }
    draft.claims.set_title = slides
        .titles
        .first()
        .and_then(|title| tidy_title(title))
        .map(|title| Found::new(title, Origin::FirstPage, 70));
    false
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    List,
    Slide,
    Elsewhere,
}

fn records(bytes: &[u8], depth: usize, place: Place, slides: &mut Slides) {
    let mut at = 0usize;
    while let (Some(head), Some(kind), Some(length)) = (
        u16_at(bytes, at),
        u16_at(bytes, at + 2),
        usize_at(bytes, at + 4),
    ) {
        let from = at + 8;
        let to = from.saturating_add(length).min(bytes.len());
        let body = bytes.get(from..to).unwrap_or_default();
        let is_container = head & 0xF == 0xF;
        let instance = head >> 4;
        if is_container {
            let inner = match kind {
                LIST_OF_SLIDES if instance == 0 => Some(Place::List),
                LIST_OF_SLIDES | MAIN_MASTER | NOTES => None,
                SLIDE => {
                    if slides.drawn.len() < MAX_SLIDES {
                        slides.drawn.push(String::new());
                    }
                    Some(Place::Slide)
                }
                _ => Some(place),
            };
            if let Some(inner) = inner
                && depth < MAX_DEPTH
            {
                records(body, depth + 1, inner, slides);
            }
        } else {
            match kind {
                SLIDE_BEGINS if place == Place::List && slides.listed.len() < MAX_SLIDES => {
                    slides.listed.push(String::new());
                }
                // 0 and 6 are titles.
                TEXT_HEADER => slides.next_is_title = matches!(u32_at(body, 0), Some(0 | 6)),
                TEXT_WIDE => slides.add(place, &wide(body)),
                TEXT_NARROW => slides.add(place, &narrow(body)),
                _ => {}
            }
        }
        at = to.max(from);
    }
}

impl Slides {
    fn add(&mut self, place: Place, text: &str) {
        let text: String = text
            .chars()
            .map(|c| if matches!(c, '\r' | '\u{b}') { '\n' } else { c })
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let pages = match place {
            Place::List => &mut self.listed,
            Place::Slide => &mut self.drawn,
            Place::Elsewhere => return,
        };
        let Some(page) = pages.last_mut() else { return };
        page.push_str(&text);
        end_line(page);
        if std::mem::take(&mut self.next_is_title) {
            self.titles.push(text.replace('\n', " "));
        }
    }
}

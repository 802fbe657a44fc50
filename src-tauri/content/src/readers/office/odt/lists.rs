//! Lists of an OpenDocument text, and how they count.

use std::collections::HashMap;

use super::super::docx::written_number;
use super::super::flow::{Entry, Kind, Piece, plain, text_of};
use super::Reader;
use crate::readers::xml_tree::{Element, Ns};

/// Levels a list can have.
const LEVELS: usize = 10;

#[derive(Clone, Debug, Default)]
struct Level {
    /// `None` for bullets.
    format: Option<String>,
    before: String,
    after: String,
    start: u32,
    /// How many levels its number shows.
    shown: usize,
}

/// All styles of lists, and how far lists have counted.
#[derive(Debug, Default)]
pub(super) struct Lists {
    styles: HashMap<String, Vec<Level>>,
    outline: Vec<Level>,
    counters: HashMap<String, [Option<u32>; LEVELS]>,
}

impl Lists {
    pub(super) fn read(roots: &[Element<'_, '_>]) -> Self {
        let mut lists = Self::default();
        for root in roots {
            for element in root.descendants() {
                match element.name() {
                    (Ns::Text, "list-style") => {
                        if let Some(name) = element.attribute("name") {
                            lists.styles.insert(name, levels(element));
                        }
                    }
                    (Ns::Text, "outline-style") => lists.outline = levels(element),
                    _ => {}
                }
            }
        }
        lists
    }

    /// Counts an entry of a list; gives its number and its label. `None` is a bullet.
    fn next(
        &mut self,
        style: &str,
        level: usize,
        start: Option<u32>,
    ) -> Option<(u32, String, bool)> {
        let levels = if style.is_empty() {
            &self.outline
        } else {
            self.styles.get(style)?
        };
        counted(&mut self.counters, style, levels, level, start)
    }

    /// The number of a heading, where headings are numbered.
    pub(super) fn of_heading(&mut self, level: u8) -> Option<String> {
        let (_, label, _) = self.next("", usize::from(level).saturating_sub(1), None)?;
        (!label.is_empty()).then_some(label)
    }

    /// A list begins anew.
    fn restart(&mut self, style: &str, level: usize) {
        if let Some(counters) = self.counters.get_mut(style) {
            for counter in counters.iter_mut().skip(level) {
                *counter = None;
            }
        }
    }
}

fn counted(
    all: &mut HashMap<String, [Option<u32>; LEVELS]>,
    style: &str,
    levels: &[Level],
    level: usize,
    start: Option<u32>,
) -> Option<(u32, String, bool)> {
    let level = level.min(LEVELS - 1);
    let of_level = levels.get(level)?;
    let format = of_level.format.as_deref()?;
    let counters = all.entry(style.to_owned()).or_insert([None; LEVELS]);
    for (at, counter) in counters.iter_mut().enumerate() {
        let first = || levels.get(at).map_or(1, |level| level.start);
        if at < level {
            counter.get_or_insert_with(first);
        } else if at == level {
            *counter =
                Some(start.unwrap_or_else(|| counter.map_or_else(first, |n| n.saturating_add(1))));
        } else {
            *counter = None;
        }
    }
    if format.is_empty() {
        return Some((0, String::new(), true));
    }
    let number = counters.get(level).copied().flatten()?;
    let from = (level + 1).saturating_sub(of_level.shown.max(1));
    let parts: Vec<String> = counters
        .iter()
        .enumerate()
        .take(level + 1)
        .skip(from)
        .filter_map(|(at, count)| {
            let format = levels.get(at)?.format.as_deref().unwrap_or("1");
            Some(written_number((*count)?, format))
        })
        .collect();
    let label = format!("{}{}{}", of_level.before, parts.join("."), of_level.after);
    let is_plain = of_level.shown <= 1
        && matches!(format, "1" | "١" | "١, ٢, ٣, ...")
        && !of_level.before.chars().any(char::is_alphabetic)
        && !of_level.after.chars().any(char::is_alphabetic);
    Some((number, label.trim().to_owned(), is_plain))
}

fn levels(element: Element<'_, '_>) -> Vec<Level> {
    let mut levels = vec![Level::default(); LEVELS];
    for level in element.children() {
        let name = level.name().1;
        if !name.contains("level-style") {
            continue;
        }
        let at = level
            .attribute("level")
            .and_then(|at| at.parse::<usize>().ok())
            .and_then(|at| at.checked_sub(1));
        if let Some(place) = at.and_then(|at| levels.get_mut(at)) {
            let is_number = matches!(name, "list-level-style-number" | "outline-level-style");
            *place = Level {
                format: is_number.then(|| level.attribute("num-format").unwrap_or_default()),
                before: level.attribute("num-prefix").unwrap_or_default(),
                after: level.attribute("num-suffix").unwrap_or_default(),
                start: level
                    .attribute("start-value")
                    .and_then(|start| start.parse().ok())
                    .unwrap_or(1),
                shown: level
                    .attribute("display-levels")
                    .and_then(|shown| shown.parse().ok())
                    .unwrap_or(1),
            };
        }
    }
    levels
}

/// A list around what is read.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    style: String,
    level: usize,
}

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// A list with all its levels.
    pub(super) fn list(
        &mut self,
        element: Element<'t, 'a>,
        around: Option<&Inside>,
        out: &mut Vec<Piece>,
    ) {
        let style = element
            .attribute("style-name")
            .or_else(|| around.map(|around| around.style.clone()))
            .unwrap_or_default();
        let level = around.map_or(0, |around| around.level + 1);
        let goes_on = element.attribute("continue-numbering").as_deref() == Some("true")
            || element.attribute("continue-list").is_some();
        // A deeper list begins anew under every entry, a top one everywhere but where it says.
        if !goes_on && !style.is_empty() {
            self.lists.restart(&style, level);
        }
        let inside = Inside {
            style,
            level: level.min(LEVELS - 1),
        };
        for item in element.children() {
            match item.name() {
                (Ns::Text, "list-item") => self.item(item, &inside, out, false),
                (Ns::Text, "list-header") => self.item(item, &inside, out, true),
                _ => {}
            }
        }
    }

    fn item(
        &mut self,
        item: Element<'t, 'a>,
        inside: &Inside,
        out: &mut Vec<Piece>,
        unnumbered: bool,
    ) {
        let start = item
            .attribute("start-value")
            .and_then(|start| start.parse().ok());
        let mut first = !unnumbered;
        for child in item.children() {
            if child.is(Ns::Text, "list") {
                self.list(child, Some(inside), out);
                continue;
            }
            let before = out.len();
            self.child(child, out);
            let mut rest = out.split_off(before);
            for piece in &mut rest {
                if let Piece::Paragraph(paragraph) = piece {
                    if super::super::flow::is_blank(&paragraph.inlines) {
                        continue;
                    }
                    self.number(paragraph, inside, first, start);
                    first = false;
                }
            }
            out.append(&mut rest);
        }
    }

    fn number(
        &mut self,
        paragraph: &mut super::super::flow::Paragraph,
        inside: &Inside,
        first: bool,
        start: Option<u32>,
    ) {
        let entry = |number| Entry {
            level: inside.level,
            number,
            first,
        };
        if !first {
            if paragraph.kind == Kind::Body {
                paragraph.entry = Some(entry(None));
            }
            return;
        }
        let sign = self.lists.next(&inside.style, inside.level, start);
        match (paragraph.kind, sign) {
            (Kind::Heading(_) | Kind::Title, Some((_, label, _))) if !label.is_empty() => {
                let words = format!("{label} {}", text_of(&paragraph.inlines));
                self.flow.changed_often("number_in_text", &words);
                paragraph.inlines.insert(0, plain(format!("{label} ")));
            }
            (Kind::Body, Some((_, label, _))) if label.is_empty() => {}
            (Kind::Body, Some((number, label, is_plain))) => {
                let has_words = label
                    .split(|c: char| !c.is_alphabetic())
                    .any(|word| word.chars().count() > 2)
                    && !is_plain;
                if has_words {
                    let words = format!("{label} {}", text_of(&paragraph.inlines));
                    self.flow.changed_often("number_in_text", &words);
                    paragraph.inlines.insert(0, plain(format!("{label} ")));
                    return;
                }
                if !is_plain {
                    self.flow.changed_often("numbering", &label);
                }
                paragraph.entry = Some(entry(Some(number)));
            }
            (Kind::Body, None) => paragraph.entry = Some(entry(None)),
            _ => {}
        }
    }
}

//! Pictures, text boxes, charts, diagrams, embedded objects.

use super::super::flow::{Cell, Entry, Grid, Paragraph, Piece, plain};
use super::Reader;
use super::choice::chosen;
use super::line::Around;
use super::parts::part;
use super::story::says_without_words;
use crate::readers::xml_tree::{Element, Ns, Tree};

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// A drawing of any age.
    pub(super) fn drawing(&mut self, element: Element<'t, 'a>, around: &Around) {
        if around.gone || !self.is_shown() {
            return;
        }
        if element.is(Ns::W, "object") {
            let name = element
                .find("OLEObject")
                .and_then(|object| object.attribute("ProgID"))
                .unwrap_or_default();
            self.flow.dropped("embedded_object", &name);
        }
        let alt = element
            .find("docPr")
            .map(alternative_text)
            .unwrap_or_default();
        self.shapes(element, &alt, around);
    }

    fn shapes(&mut self, element: Element<'t, 'a>, alt: &str, around: &Around) {
        for child in element.children() {
            match child.name() {
                (Ns::W, "txbxContent") => self.text_box(child),
                (Ns::A, "blip") => self.blip(child, alt, around),
                (Ns::V, "imagedata") => {
                    let alt = if alt.is_empty() {
                        child.attribute("title").unwrap_or_default()
                    } else {
                        alt.to_owned()
                    };
                    match child.attribute("id") {
                        Some(id) => self.show(&id, &alt, around),
                        None => {
                            if child.attribute("href").is_some() || child.attribute("src").is_some()
                            {
                                self.flow.dropped("remote_picture", &alt);
                            }
                        }
                    }
                }
                (Ns::Mc, "AlternateContent") => {
                    if let Some(form) = chosen(child) {
                        self.shapes(form, alt, around);
                    }
                }
                (_, "chart") => {
                    if let Some(id) = child.attribute("id") {
                        self.chart(&id, alt);
                    }
                }
                (_, "relIds") => {
                    if let Some(id) = child.attribute("dm") {
                        self.diagram(&id);
                    }
                }
                (_, "pic") => {
                    let own = child
                        .find("cNvPr")
                        .map(alternative_text)
                        .filter(|own| !own.is_empty())
                        .unwrap_or_else(|| alt.to_owned());
                    self.shapes(child, &own, around);
                }
                (Ns::V, "rect") if child.attribute("hr").is_some() => {
                    self.after.push(Piece::Paragraph(Paragraph {
                        kind: super::super::flow::Kind::Rule,
                        ..Paragraph::default()
                    }));
                }
                (Ns::V, "shape" | "rect" | "oval" | "roundrect" | "group") => {
                    let own = child
                        .attribute("alt")
                        .filter(|own| !own.is_empty())
                        .unwrap_or_else(|| alt.to_owned());
                    self.shapes(child, &own, around);
                }
                (Ns::V, "textpath") => {
                    // Words drawn as a picture, as old watermarks and headlines are.
                    let words = child.attribute("string").unwrap_or_default();
                    self.flow.dropped("drawn_words", &words);
                }
                (_, "control") => self.flow.dropped_often("active_control"),
                _ => self.shapes(child, alt, around),
            }
        }
    }

    fn text_box(&mut self, content: Element<'t, 'a>) {
        let words = super::words_of(content);
        if words.trim().is_empty() && !content.descendants().any(says_without_words) {
            return;
        }
        self.flow.changed("text_box", &words);
        let pieces = self.apart(|reader| {
            if reader.depth < super::MAX_NESTING {
                return reader.story(content);
            }
            let mut paragraphs = Vec::new();
            reader.only_paragraphs(content, &mut paragraphs);
            paragraphs
        });
        self.after.extend(pieces);
    }

    fn blip(&mut self, blip: Element<'t, 'a>, alt: &str, around: &Around) {
        if let Some(id) = blip.attribute("embed") {
            self.show(&id, alt, around);
        } else if blip.attribute("link").is_some() {
            self.flow.dropped("remote_picture", alt);
            self.words_for(alt);
        }
    }

    /// A picture of the container.
    fn show(&mut self, id: &str, alt: &str, around: &Around) {
        let Some(relation) = self.relation(id).cloned() else {
            self.flow.dropped("picture", alt);
            return self.words_for(alt);
        };
        if relation.outside {
            self.flow.dropped("remote_picture", alt);
            return self.words_for(alt);
        }
        let bytes = self.container.entry(&relation.target);
        if let Some(mut inline) = self.flow.picture(bytes, alt) {
            inline.marks.link = self.field_link().or_else(|| around.link.clone());
            self.line.push(inline);
        }
    }

    fn words_for(&mut self, alt: &str) {
        if !alt.is_empty() {
            self.line.push(plain(format!("[{alt}]")));
        }
    }

    /// The numbers of a chart, as a table.
    fn chart(&mut self, id: &str, alt: &str) {
        let text = self
            .relation(id)
            .filter(|relation| !relation.outside)
            .map(|relation| relation.target.clone())
            .and_then(|path| part(self.container, &path));
        let Some(text) = text else {
            return self.flow.dropped("chart", alt);
        };
        let (title, rows) = chart_rows(&Tree::read(&text));
        let title = if title.is_empty() {
            alt.to_owned()
        } else {
            title
        };
        if rows.len() < 2 {
            self.flow.dropped("chart", &title);
            return self.words_for(&title);
        }
        self.flow.changed("chart", &title);
        if !title.is_empty() {
            self.after.push(Piece::Paragraph(Paragraph {
                inlines: vec![plain(title)],
                ..Paragraph::default()
            }));
        }
        let grid = Grid {
            header_rows: 1,
            rows: rows
                .into_iter()
                .map(|row| {
                    row.into_iter()
                        .enumerate()
                        .map(|(column, text)| Cell {
                            column,
                            columns: 1,
                            rows: 1,
                            pieces: vec![Piece::Paragraph(Paragraph {
                                inlines: vec![plain(text)],
                                ..Paragraph::default()
                            })],
                        })
                        .collect()
                })
                .collect(),
            rtl: None,
        };
        let blocks = grid.blocks(&mut self.flow);
        self.after.extend(blocks.into_iter().map(Piece::Block));
    }

    /// The words of a diagram, as a list.
    fn diagram(&mut self, id: &str) {
        let text = self
            .relation(id)
            .filter(|relation| !relation.outside)
            .map(|relation| relation.target.clone())
            .and_then(|path| part(self.container, &path));
        let Some(text) = text else {
            return self.flow.dropped("diagram", "");
        };
        let tree = Tree::read(&text);
        let entries: Vec<String> = tree
            .root()
            .descendants()
            .filter(|element| element.name().1 == "pt")
            .map(|point| {
                point
                    .descendants()
                    .filter(|inner| inner.is(Ns::A, "t"))
                    .map(|inner| inner.all_text())
                    .collect::<String>()
            })
            .filter(|words| !words.trim().is_empty())
            .collect();
        match entries.first() {
            Some(first) => self.flow.changed("diagram", first),
            None => self.flow.dropped("diagram", ""),
        }
        self.after.extend(entries.into_iter().map(|words| {
            Piece::Paragraph(Paragraph {
                inlines: vec![plain(words)],
                entry: Some(Entry {
                    level: 0,
                    number: None,
                    first: true,
                }),
                ..Paragraph::default()
            })
        }));
    }
}

/// What somebody wrote for those who do not see a picture.
fn alternative_text(properties: Element<'_, '_>) -> String {
    let text = properties
        .attribute("descr")
        .filter(|text| !text.trim().is_empty())
        .or_else(|| properties.attribute("title"))
        .unwrap_or_default();
    // Programs say when they made it up themselves.
    let mut lines: Vec<&str> = text.lines().collect();
    lines.retain(|line| {
        !["generated", "générée automatiquement", "تلقائي"]
            .iter()
            .any(|word| line.contains(word) && line.split_whitespace().count() <= 5)
    });
    lines.join(" ").trim().to_owned()
}

/// Most rows and columns of a chart that are told.
const MAX_CHART: usize = 200;

/// The title of a chart, and its numbers: a row of names, then one row per category.
fn chart_rows(tree: &Tree<'_>) -> (String, Vec<Vec<String>>) {
    let Some(chart) = tree.root().find("chart") else {
        return (String::new(), Vec::new());
    };
    let words = |element: Element<'_, '_>| -> String {
        element
            .descendants()
            .filter(|inner| matches!(inner.name().1, "t" | "v"))
            .map(|inner| inner.all_text())
            .collect()
    };
    let title = chart.any_child("title").map(words).unwrap_or_default();
    let points = |element: Element<'_, '_>| -> Vec<(usize, String)> {
        element
            .descendants()
            .filter(|inner| inner.name().1 == "pt")
            .filter_map(|point| Some((point.attribute("idx")?.parse().ok()?, words(point))))
            .filter(|(at, _)| *at < MAX_CHART)
            .collect()
    };
    let mut head = vec![String::new()];
    let mut rows: Vec<Vec<String>> = Vec::new();
    let all: Vec<_> = chart
        .descendants()
        .filter(|inner| inner.name().1 == "ser")
        .take(MAX_CHART)
        .collect();
    let width = all.len() + 1;
    for (column, series) in all.into_iter().enumerate() {
        head.push(series.any_child("tx").map(words).unwrap_or_default());
        let names = series.any_child("cat").or_else(|| series.any_child("xVal"));
        let values = series.any_child("val").or_else(|| series.any_child("yVal"));
        let mut put = |at: usize, column: usize, text: String| {
            if rows.len() <= at {
                rows.resize(at + 1, vec![String::new(); width]);
            }
            if let Some(place) = rows.get_mut(at).and_then(|row| row.get_mut(column)) {
                *place = text;
            }
        };
        for (at, name) in names.map(points).unwrap_or_default() {
            put(at, 0, name);
        }
        for (at, value) in values.map(points).unwrap_or_default() {
            put(at, column + 1, value);
        }
    }
    rows.insert(0, head);
    (title.trim().to_owned(), rows)
}

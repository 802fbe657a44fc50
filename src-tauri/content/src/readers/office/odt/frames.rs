//! Pictures, text boxes and objects of an OpenDocument text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::flow::{Paragraph, Piece, plain};
use super::super::formula;
use super::{Around, Reader, part};
use crate::readers::xml_tree::{Element, Ns, Tree};

impl<'t, 'a> Reader<'_, '_, 't, 'a> {
    /// A frame or shape with what is in it.
    pub(super) fn frame(&mut self, element: Element<'t, 'a>, around: &Around) {
        if element.is(Ns::Draw, "a") {
            return self.piece(element, around);
        }
        let said = |name: &str| {
            element
                .any_child(name)
                .map(|part| part.all_text())
                .filter(|text| !text.trim().is_empty())
        };
        let alt = said("desc").or_else(|| said("title")).unwrap_or_default();
        let mut has_picture = false;
        for child in element.children() {
            match child.name() {
                (Ns::Draw, "image")
                    // Further ones are the same picture for other programs.
                    if !has_picture => {
                        has_picture = self.image(child, &alt, around);
                    }
                (Ns::Draw, "text-box") => self.text_box(&child.children().collect::<Vec<_>>()),
                (Ns::Draw, "object") => has_picture |= self.object(child, &alt),
                (Ns::Draw, "object-ole" | "plugin" | "applet" | "floating-frame") => {
                    self.flow.dropped("embedded_object", &alt);
                }
                (Ns::Draw, "frame" | "g" | "custom-shape" | "rect" | "ellipse" | "a") => {
                    self.frame(child, around);
                }
                (Ns::Draw, "control") => self.flow.dropped_often("active_control"),
                _ => {}
            }
        }
        // Words in a shape, without what was read just now.
        let words = element
            .children()
            .filter(|child| child.name().0 == Ns::Text);
        self.text_box(&words.collect::<Vec<_>>());
    }

    fn text_box(&mut self, parts: &[Element<'t, 'a>]) {
        let words: String = parts
            .iter()
            .filter(|child| matches!(child.name().0, Ns::Text | Ns::Table | Ns::Draw))
            .map(|child| child.all_text() + " ")
            .collect();
        let has_picture = parts.iter().any(|part| part.find("image").is_some());
        if words.trim().is_empty() && !has_picture {
            return;
        }
        if !has_picture {
            self.flow.changed("text_box", &words);
        }
        let pieces = self.apart(|reader| {
            if reader.depth < super::MAX_NESTING {
                return reader.story_of(parts.iter().copied());
            }
            let mut paragraphs = Vec::new();
            for part in parts {
                reader.only_paragraphs(*part, &mut paragraphs);
            }
            paragraphs
        });
        self.after.extend(pieces);
    }

    fn image(&mut self, image: Element<'t, 'a>, alt: &str, around: &Around) -> bool {
        let target = image.attribute("href").unwrap_or_default();
        let bytes = if target.is_empty() {
            image.any_child("binary-data").and_then(|data| {
                let packed: String = data
                    .all_text()
                    .chars()
                    .filter(|c| !c.is_ascii_whitespace())
                    .collect();
                STANDARD.decode(packed).ok()
            })
        } else if target.contains("://") || target.starts_with("//") || target.starts_with("../") {
            self.flow.dropped("remote_picture", alt);
            if !alt.is_empty() {
                self.line.push(plain(format!("[{alt}]")));
            }
            return true;
        } else {
            let path = target.trim_start_matches("./");
            // What stands for an object is not a picture of its own.
            if path.starts_with("ObjectReplacements/") {
                return false;
            }
            self.container.entry(path)
        };
        if let Some(mut inline) = self.flow.picture(bytes, alt) {
            inline.marks.link.clone_from(&around.link);
            self.line.push(inline);
        }
        true
    }

    /// A document inside of the document: formulas are told, others left out.
    fn object(&mut self, object: Element<'t, 'a>, alt: &str) -> bool {
        let math = object
            .find("math")
            .map(formula::line)
            .filter(|line| !line.is_empty())
            .or_else(|| {
                let target = object.attribute("href")?;
                let folder = target
                    .trim_start_matches("./")
                    .trim_end_matches('/')
                    .to_owned();
                let text = part(self.container, &format!("{folder}/content.xml"))?;
                let tree = Tree::read(&text);
                let math = tree.root().any_child("math")?;
                let line = formula::line(math);
                (!line.is_empty()).then_some(line)
            });
        match math {
            Some(line) => {
                self.flow.changed("formula", &line);
                self.line.push(plain(line));
            }
            None => {
                self.flow.dropped("embedded_object", alt);
                if !alt.is_empty() {
                    self.after.push(Piece::Paragraph(Paragraph {
                        inlines: vec![plain(format!("[{alt}]"))],
                        ..Paragraph::default()
                    }));
                }
            }
        }
        true
    }
}

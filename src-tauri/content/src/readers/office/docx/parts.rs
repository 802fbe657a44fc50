//! The parts of a .docx beside its text: relations, styles, numbering.

use std::collections::HashMap;

use super::super::Container;
use super::super::flow::{Height, Look, Role, role_of};
use crate::readers::decode::decode;
use crate::readers::xml_tree::{Element, Ns, Tree};

/// Where a relation leads.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// A path inside the container, or an address outside.
    pub(super) target: String,
    pub(super) outside: bool,
    /// The last part of its type: `image`, `hyperlink`, `footnotes` ...
    pub(super) kind: String,
}

pub(super) type Relations = HashMap<String, Relation>;

/// A part as text.
pub(super) fn part(container: &mut Container<'_>, path: &str) -> Option<String> {
    let bytes = container.entry(path)?;
    Some(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => decode(error.as_bytes(), None).0,
    })
}

/// The relations of a part.
pub(super) fn relations(container: &mut Container<'_>, path: &str) -> Relations {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let prefix = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let Some(text) = part(container, &format!("{prefix}_rels/{name}.rels")) else {
        return Relations::new();
    };
    let tree = Tree::read(&text);
    tree.root()
        .descendants()
        .filter(|element| element.name().1 == "Relationship")
        .filter_map(|element| {
            let target = element.attribute("Target")?;
            let outside = element
                .attribute("TargetMode")
                .is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
            let kind = element.attribute("Type").unwrap_or_default();
            let target = if outside {
                target
            } else {
                inside(&prefix, &target)
            };
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            Some((
                element.attribute("Id")?,
                Relation {
                    target,
                    outside,
                    kind,
                },
            ))
        })
        .collect()
}

/// A target as a path from the top of the container.
fn inside(prefix: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut steps: Vec<&str> = prefix.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The value of a switch such as `<w:b/>` or `<w:b w:val="0"/>`.
pub(super) fn switch(parent: Element<'_, '_>, name: &str) -> Option<bool> {
    let element = parent.child(Ns::W, name)?;
    Some(!matches!(
        element.attribute("val").as_deref(),
        Some("0" | "false" | "off" | "none")
    ))
}

/// The `w:val` of a child.
pub(super) fn value(parent: Element<'_, '_>, name: &str) -> Option<String> {
    parent.child(Ns::W, name)?.attribute("val")
}

/// What an `rPr` says of a run.
pub(super) fn look_of(properties: Element<'_, '_>) -> Look {
    let mut look = Look {
        bold: switch(properties, "b"),
        bold_cs: switch(properties, "bCs"),
        italic: switch(properties, "i"),
        italic_cs: switch(properties, "iCs"),
        strike: switch(properties, "strike").or_else(|| switch(properties, "dstrike")),
        underline: switch(properties, "u"),
        hidden: switch(properties, "vanish"),
        highlight: switch(properties, "highlight"),
        ..Look::default()
    };
    look.height = value(properties, "vertAlign").map(|val| match val.as_str() {
        "superscript" => Height::Raised,
        "subscript" => Height::Lowered,
        _ => Height::Line,
    });
    if let Some(fonts) = properties.child(Ns::W, "rFonts") {
        look.font = fonts
            .attribute("ascii")
            .or_else(|| fonts.attribute("hAnsi"));
    }
    if let Some(lang) = properties.child(Ns::W, "lang") {
        look.lang = lang.attribute("val");
        look.lang_cs = lang.attribute("bidi");
    }
    look
}

/// A style with all it inherits.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    pub(super) role: Role,
    pub(super) look: Look,
    pub(super) rtl: Option<bool>,
    pub(super) align: Option<String>,
    /// Outline level from 0; 9 is body text.
    pub(super) outline: Option<u8>,
    pub(super) list: Option<String>,
    pub(super) list_level: Option<usize>,
    based_on: Option<String>,
    is_default: bool,
    is_paragraph: bool,
}

/// All styles by their id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    /// What a paragraph without a style has.
    pub(super) default: Style,
}

/// How far styles inherit from each other.
const MAX_INHERITANCE: usize = 16;

impl Styles {
    pub(super) fn read(text: &str) -> Self {
        let tree = Tree::read(text);
        let mut own: HashMap<String, Style> = HashMap::new();
        let mut all = Style::default();
        let Some(styles) = tree.root().child(Ns::W, "styles") else {
            return Self::default();
        };
        for style in styles.children() {
            if style.is(Ns::W, "docDefaults") {
                if let Some(properties) = style.find("rPr") {
                    all.look = look_of(properties);
                    // Everything being bold says nothing.
                    all.look.bold = None;
                    all.look.bold_cs = None;
                }
                if let Some(properties) = style.find("pPr") {
                    all.rtl = switch(properties, "bidi");
                }
            }
            if style.is(Ns::W, "style")
                && let Some(id) = style.attribute("styleId")
            {
                own.insert(id, Self::one(style));
            }
        }
        let mut by_id = HashMap::new();
        for id in own.keys() {
            by_id.insert(id.clone(), inherited(id, &own, &all));
        }
        let default = own
            .iter()
            .find(|(_, style)| style.is_default && style.is_paragraph)
            .and_then(|(id, _)| by_id.get(id))
            .cloned()
            .unwrap_or(all);
        Self { by_id, default }
    }

    fn one(style: Element<'_, '_>) -> Style {
        let name = value(style, "name").unwrap_or_default();
        let id = style.attribute("styleId").unwrap_or_default();
        let is_paragraph = style.attribute("type").as_deref() != Some("character");
        let role = match role_of(&name) {
            Role::Body => role_of(&id),
            role => role,
        };
        let mut found = Style {
            role: if is_paragraph { role } else { Role::Body },
            based_on: value(style, "basedOn"),
            is_default: matches!(
                style.attribute("default").as_deref(),
                Some("1" | "true" | "on")
            ),
            is_paragraph,
            ..Style::default()
        };
        if let Some(properties) = style.child(Ns::W, "rPr") {
            found.look = look_of(properties);
        }
        if !is_paragraph {
            let name = name.to_lowercase();
            if [
                "code",
                "verbatim",
                "source text",
                "typewriter",
                "keyboard",
                "sample",
            ]
            .iter()
            .any(|word| name.contains(word))
            {
                found.look.code = Some(true);
            }
        }
        if let Some(properties) = style.child(Ns::W, "pPr") {
            found.rtl = switch(properties, "bidi");
            found.align = value(properties, "jc");
            found.outline = value(properties, "outlineLvl").and_then(|level| level.parse().ok());
            if let Some(numbers) = properties.child(Ns::W, "numPr") {
                found.list = value(numbers, "numId");
                found.list_level = value(numbers, "ilvl").and_then(|level| level.parse().ok());
            }
        }
        found
    }

    pub(super) fn get(&self, id: Option<&str>) -> &Style {
        id.and_then(|id| self.by_id.get(id))
            .unwrap_or(&self.default)
    }

    /// A style that must be there: a run without one has none.
    pub(super) fn character(&self, id: &str) -> Option<&Style> {
        self.by_id.get(id)
    }
}

fn inherited(id: &str, own: &HashMap<String, Style>, all: &Style) -> Style {
    let mut style = own.get(id).cloned().unwrap_or_default();
    let mut next = style.based_on.clone();
    for _ in 0..MAX_INHERITANCE {
        let Some(under) = next.as_ref().and_then(|id| own.get(id)) else {
            break;
        };
        if style.role == Role::Body {
            style.role = under.role;
        }
        style.look = style.look.over(&under.look);
        style.rtl = style.rtl.or(under.rtl);
        style.align = style.align.or_else(|| under.align.clone());
        style.outline = style.outline.or(under.outline);
        style.list = style.list.or_else(|| under.list.clone());
        style.list_level = style.list_level.or(under.list_level);
        next.clone_from(&under.based_on);
    }
    if style.is_paragraph {
        style.look = style.look.over(&all.look);
        style.rtl = style.rtl.or(all.rtl);
    }
    style
}

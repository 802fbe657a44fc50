//! Styles of an OpenDocument text, with what they inherit.

use std::collections::HashMap;

use super::super::flow::{Height, Look, Role, role_of};
use crate::readers::xml_tree::Element;

/// A style.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    pub(super) role: Role,
    pub(super) look: Look,
    pub(super) rtl: Option<bool>,
    pub(super) align: Option<String>,
    pub(super) outline: Option<u8>,
    pub(super) list: Option<String>,
    /// A section or a text that is not shown.
    pub(super) is_hidden: bool,
    /// A line below an empty paragraph.
    pub(super) has_line: bool,
    parent: Option<String>,
}

/// All styles, by family and name.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_name: HashMap<(String, String), Style>,
    /// Whether pages run from right to left.
    page_rtl: bool,
    nothing: Style,
}

/// How far styles inherit from each other.
const MAX_INHERITANCE: usize = 16;

impl Styles {
    pub(super) fn read(roots: &[Element<'_, '_>]) -> Self {
        let mut own: HashMap<(String, String), Style> = HashMap::new();
        let mut page_rtl = None;
        for root in roots {
            for element in root.descendants() {
                match element.name().1 {
                    "style" => {
                        if let (Some(family), Some(name)) =
                            (element.attribute("family"), element.attribute("name"))
                        {
                            let style = one(element, &name);
                            own.insert((family, name), style);
                        }
                    }
                    "default-style" => {
                        if let Some(family) = element.attribute("family") {
                            let style = one(element, "");
                            own.insert((family, String::new()), style);
                        }
                    }
                    "page-layout-properties" if page_rtl.is_none() => {
                        page_rtl = element
                            .attribute("writing-mode")
                            .and_then(|mode| is_rtl(&mode));
                    }
                    _ => {}
                }
            }
        }
        let by_name = own
            .keys()
            .map(|key| (key.clone(), inherited(key, &own)))
            .collect();
        Self {
            by_name,
            page_rtl: page_rtl.unwrap_or(false),
            nothing: Style::default(),
        }
    }

    pub(super) fn get(&self, family: &str, name: Option<&str>) -> &Style {
        let of = |name: &str| self.by_name.get(&(family.to_owned(), name.to_owned()));
        name.and_then(of)
            .or_else(|| of(""))
            .unwrap_or(&self.nothing)
    }

    /// The direction of a paragraph or table of a style.
    pub(super) fn rtl(&self, style: &Style) -> Option<bool> {
        style.rtl.or(Some(self.page_rtl))
    }
}

fn inherited(key: &(String, String), own: &HashMap<(String, String), Style>) -> Style {
    let (family, name) = key;
    let mut style = own.get(key).cloned().unwrap_or_default();
    let mut next = style.parent.clone();
    let default = (family.clone(), String::new());
    for step in 0..=MAX_INHERITANCE {
        let under = match &next {
            Some(parent) if step < MAX_INHERITANCE => own.get(&(family.clone(), parent.clone())),
            _ if name.is_empty() || family == "text" => None,
            _ => own.get(&default),
        };
        let Some(under) = under else { break };
        if style.role == Role::Body {
            style.role = under.role;
        }
        style.look = style.look.over(&under.look);
        style.rtl = style.rtl.or(under.rtl);
        style.align = style.align.or_else(|| under.align.clone());
        style.outline = style.outline.or(under.outline);
        style.list = style.list.or_else(|| under.list.clone());
        style.is_hidden |= under.is_hidden;
        if next.is_none() {
            break;
        }
        next.clone_from(&under.parent);
    }
    style
}

fn is_rtl(mode: &str) -> Option<bool> {
    match mode {
        "rl-tb" | "rl" | "tb-rl" => Some(true),
        "lr-tb" | "lr" | "tb-lr" => Some(false),
        _ => None,
    }
}

fn one(element: Element<'_, '_>, name: &str) -> Style {
    let shown = element
        .attribute("display-name")
        .unwrap_or_else(|| name.replace("_20_", " "));
    let mut style = Style {
        role: role_of(&shown),
        parent: element
            .attribute("parent-style-name")
            .filter(|parent| !parent.is_empty()),
        outline: element
            .attribute("default-outline-level")
            .and_then(|level| level.parse().ok()),
        list: element.attribute("list-style-name"),
        ..Style::default()
    };
    if element.attribute("family").as_deref() == Some("text") {
        style.role = Role::Body;
        let shown = shown.to_lowercase();
        if ["source text", "code", "teletype", "user entry", "example"]
            .iter()
            .any(|word| shown.contains(word))
        {
            style.look.code = Some(true);
        }
    }
    for properties in element.children() {
        match properties.name().1 {
            "text-properties" => {
                let code = style.look.code;
                style.look = look_of(properties);
                style.look.code = code;
                style.is_hidden |= style.look.hidden == Some(true);
            }
            "paragraph-properties" | "table-properties" => {
                if let Some(mode) = properties.attribute("writing-mode") {
                    style.rtl = is_rtl(&mode);
                }
                style.align = style.align.or_else(|| properties.attribute("text-align"));
                style.has_line = properties
                    .attribute("border-bottom")
                    .is_some_and(|border| border != "none");
            }
            "section-properties" => {
                style.is_hidden |= properties.attribute("display").as_deref() == Some("none");
            }
            _ => {}
        }
    }
    style
}

fn look_of(properties: Element<'_, '_>) -> Look {
    let bold = |name: &str| {
        properties.attribute(name).map(|weight| {
            weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600)
        })
    };
    let italic = |name: &str| {
        properties
            .attribute(name)
            .map(|style| matches!(style.as_str(), "italic" | "oblique"))
    };
    let line = |name: &str| properties.attribute(name).map(|style| style != "none");
    Look {
        bold: bold("font-weight"),
        bold_cs: bold("font-weight-complex"),
        italic: italic("font-style"),
        italic_cs: italic("font-style-complex"),
        strike: line("text-line-through-style").or_else(|| line("text-line-through-type")),
        underline: line("text-underline-style"),
        hidden: properties
            .attribute("display")
            .map(|display| display == "none"),
        height: properties.attribute("text-position").map(|position| {
            let first = position.split_whitespace().next().unwrap_or_default();
            let percent = first.trim_end_matches('%').parse::<f32>().unwrap_or(0.0);
            if first == "super" || percent > 0.0 {
                Height::Raised
            } else if first == "sub" || percent < 0.0 {
                Height::Lowered
            } else {
                Height::Line
            }
        }),
        highlight: properties
            .attribute("background-color")
            .map(|colour| colour != "transparent" && !colour.eq_ignore_ascii_case("#ffffff")),
        code: None,
        font: properties
            .attribute("font-name")
            .or_else(|| properties.attribute("font-family")),
        lang: properties
            .attribute("language")
            .filter(|lang| lang != "none"),
        lang_cs: properties
            .attribute("language-complex")
            .filter(|lang| lang != "none"),
    }
}

//! Formulas as a line of text.

use super::flow::{lowered, raised};
use crate::readers::xml_tree::Element;

/// What a formula says, in one line: fractions with a stroke, roots with their sign. For Office
/// Math and for MathML.
pub(super) fn line(element: Element<'_, '_>) -> String {
    written(element, 0)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Deeper formulas are told without their structure.
const MAX_DEPTH: usize = 60;

fn written(element: Element<'_, '_>, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return element.all_text();
    }
    let (_, name) = element.name();
    if name.is_empty() {
        // Office writes text in `t` alone, where blanks count.
        return element.text().to_owned();
    }
    let of = |name: &str| {
        element
            .any_child(name)
            .map(|part| written(part, depth + 1))
            .unwrap_or_default()
    };
    let all = || -> Vec<String> {
        element
            .children()
            .filter(|child| !child.name().1.is_empty())
            .map(|child| written(child, depth + 1))
            .collect()
    };
    let sign = |name: &str, usual: &str| {
        element
            .children()
            .find(|child| child.name().1.ends_with("Pr"))
            .and_then(|properties| properties.any_child(name))
            .map_or(Some(usual.to_owned()), |sign| sign.attribute("val"))
            .unwrap_or_default()
    };
    match name {
        "f" => format!("{}/{}", bracketed(&of("num")), bracketed(&of("den"))),
        "sSup" => format!("{}{}", of("e"), above(&of("sup"))),
        "sSub" => format!("{}{}", of("e"), below(&of("sub"))),
        "sSubSup" => format!("{}{}{}", of("e"), below(&of("sub")), above(&of("sup"))),
        "sPre" => format!("{}{}{}", below(&of("sub")), above(&of("sup")), of("e")),
        "rad" => {
            let degree = of("deg");
            let degree = if degree.trim().is_empty() {
                String::new()
            } else {
                raised(degree.trim()).unwrap_or_else(|| format!("[{degree}]"))
            };
            format!("{degree}√{}", bracketed(&of("e")))
        }
        "nary" => format!(
            "{}{}{} {}",
            sign("chr", "∫"),
            below(&of("sub")),
            above(&of("sup")),
            of("e")
        ),
        "d" => {
            let parts: Vec<String> = element
                .children()
                .filter(|child| child.name().1 == "e")
                .map(|child| written(child, depth + 1))
                .collect();
            format!(
                "{}{}{}",
                sign("begChr", "("),
                parts.join(&sign("sepChr", "|")),
                sign("endChr", ")")
            )
        }
        "func" => format!("{} {}", of("fName"), bracketed(&of("e"))),
        "m" | "mtable" => format!("[{}]", all().join("; ")),
        "mr" | "mtr" => all().join(", "),
        "limLow" | "limUpp" => format!("{}{}", of("e"), below(&of("lim"))),
        // MathML
        "mfrac" => two(&all(), |a, b| format!("{}/{}", bracketed(a), bracketed(b))),
        "msup" | "mover" => two(&all(), |a, b| format!("{a}{}", above(b))),
        "msub" | "munder" => two(&all(), |a, b| format!("{a}{}", below(b))),
        "msubsup" | "munderover" => match all().as_slice() {
            [base, low, high] => format!("{base}{}{}", below(low), above(high)),
            parts => parts.concat(),
        },
        "msqrt" => format!("√{}", bracketed(&all().concat())),
        "annotation" | "annotation-xml" => String::new(),
        _ if name.ends_with("Pr") => String::new(),
        "t" | "mi" | "mn" | "mo" | "mtext" => element.all_text(),
        _ => all().concat(),
    }
}

fn two(parts: &[String], join: impl Fn(&str, &str) -> String) -> String {
    match parts {
        [one, other] => join(one, other),
        parts => parts.concat(),
    }
}

/// In brackets where it is more than one sign or number.
fn bracketed(text: &str) -> String {
    let text = text.trim();
    let simple = text.chars().all(char::is_alphanumeric) || text.chars().count() <= 1;
    if simple {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

fn above(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    raised(text).unwrap_or_else(|| format!("^{}", bracketed(text)))
}

fn below(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        return String::new();
    }
    lowered(text).unwrap_or_else(|| format!("_{}", bracketed(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readers::xml_tree::Tree;

    #[test]
    fn formulas_are_lines() {
        for (xml, expected) in [
            (
                "<m:oMath><m:r><m:t>R</m:t></m:r><m:sSub><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sub><m:r><m:t>0</m:t></m:r></m:sub></m:sSub><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
                "Rx₀(a+b)/2",
            ),
            (
                "<m:oMath><m:rad><m:deg/><m:e><m:r><m:t>n</m:t></m:r></m:e></m:rad><m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>i=1</m:t></m:r></m:sub><m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>i</m:t></m:r></m:e></m:nary></m:oMath>",
                "√n∑_(i=1)^n i",
            ),
            (
                "<math><mfrac><mi>a</mi><mn>2</mn></mfrac><msup><mi>x</mi><mn>2</mn></msup></math>",
                "a/2x²",
            ),
        ] {
            assert_eq!(
                line(Tree::read(xml).root().children().next().unwrap()),
                expected
            );
        }
    }
}

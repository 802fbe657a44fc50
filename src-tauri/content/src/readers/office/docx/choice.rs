//! One content in several forms: which of them is read.

use crate::readers::xml_tree::{Element, Ns};

/// Prefixes of the vocabularies whose content is read here, as programs write them in `Requires`.
/// What adds looks or numbers to them alone loses nothing either.
const UNDERSTOOD: [&str; 17] = [
    "w", "wp", "a", "pic", "c", "dgm", "r", "m", "v", "o", "w10", "wps", "wpg", "wpc", "wp14",
    "w14", "w15",
];

/// The form of an `mc:AlternateContent` that is read: the first choice whose vocabularies are all
/// understood, else what its writer put there for programs that do not. Where that says nothing, a
/// choice with something unknown in it is better than no words at all.
pub(super) fn chosen<'t, 'a>(alternatives: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    let choices = || {
        alternatives
            .children()
            .filter(|child| child.is(Ns::Mc, "Choice") && holds_something(*child))
    };
    choices()
        .find(|choice| {
            let required = choice.attribute("Requires").unwrap_or_default();
            required
                .split_whitespace()
                .all(|prefix| UNDERSTOOD.contains(&prefix))
        })
        .or_else(|| {
            alternatives
                .child(Ns::Mc, "Fallback")
                .filter(|fallback| holds_something(*fallback))
        })
        .or_else(|| choices().next())
}

fn holds_something(element: Element<'_, '_>) -> bool {
    element.children().any(|child| !child.name().1.is_empty())
}

/// Shows an element and everything inside in order, of each alternative only the form that is
/// read.
pub(super) fn each<'t, 'a>(element: Element<'t, 'a>, see: &mut dyn FnMut(Element<'t, 'a>)) {
    see(element);
    if element.is(Ns::Mc, "AlternateContent") {
        if let Some(form) = chosen(element) {
            each(form, see);
        }
        return;
    }
    for child in element.children() {
        each(child, see);
    }
}

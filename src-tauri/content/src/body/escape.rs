//! Text written so that Markdown reads it as text.
//!
//! Only what would be taken for a sign is escaped: a stored text stays readable for people and
//! for portals that show it raw. The writer reads back what it wrote and escapes everything
//! where these rules were not enough.

/// How careful to be with one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Care {
    /// Markdown's signs, as few escapes as the rules allow.
    #[default]
    Usual,
    /// HTML tags instead of emphasis signs, for places where the signs are not recognised
    /// (`**كلمة:**كلمة`).
    Tags,
    /// Also every ASCII sign escaped, and opaque sources as text.
    Everything,
}

impl Care {
    /// The next level, if there is one.
    pub(super) fn more(self) -> Self {
        match self {
            Self::Usual => Self::Tags,
            Self::Tags | Self::Everything => Self::Everything,
        }
    }
}

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// It begins a line of source.
    pub(super) line_start: bool,
    /// It is in a heading, where a closing run of `#` would be dropped.
    pub(super) heading: bool,
    pub(super) care: Care,
}

/// Escapes a text.
pub(super) fn text(text: &str, place: Place) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (index, c) in chars.iter().copied().enumerate() {
        if place.care >= Care::Tags && c == '|' {
            out.push_str("&#124;");
            continue;
        }
        let escape = if place.care == Care::Everything {
            c.is_ascii_punctuation()
        } else {
            needs_escape(&chars, index, c, place)
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn needs_escape(chars: &[char], index: usize, c: char, place: Place) -> bool {
    if !c.is_ascii_punctuation() {
        return false;
    }
    let next = chars.get(index + 1).copied();
    let previous = index
        .checked_sub(1)
        .and_then(|index| chars.get(index))
        .copied();
    let first = place.line_start && index == 0;
    match c {
        '\\' | '`' | '*' | '[' | ']' | '~' => true,
        '_' => {
            !(previous.is_some_and(char::is_alphanumeric)
                && next.is_some_and(char::is_alphanumeric))
        }
        '!' => next.is_none_or(|next| next == '['),
        '<' => {
            next.is_none_or(|next| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'))
        }
        '&' => next.is_none() || entity_like(chars.get(index + 1..).unwrap_or_default()),
        '#' => place.heading || first,
        '>' | '|' | '=' | '+' | '-' => first,
        // At the beginning of a link or an alternative text it would make a footnote.
        '^' => index == 0,
        ':' => first || (next == Some('/') && chars.get(index + 2) == Some(&'/')),
        // Addresses written as text stay text.
        '@' => {
            previous.is_some_and(|c| !c.is_whitespace()) && next.is_some_and(|c| !c.is_whitespace())
        }
        '.' | ')' => {
            (place.line_start
                && number_before(chars, index)
                && next.is_none_or(char::is_whitespace))
                || (c == '.' && www_before(chars, index))
        }
        _ => false,
    }
}

/// Whether the characters before `index` are one to nine digits from the start.
fn number_before(chars: &[char], index: usize) -> bool {
    (1..=9).contains(&index)
        && chars
            .get(..index)
            .is_some_and(|digits| digits.iter().all(char::is_ascii_digit))
}

/// Whether the three characters before `index` are `www`.
fn www_before(chars: &[char], index: usize) -> bool {
    index
        .checked_sub(3)
        .and_then(|start| chars.get(start..index))
        .is_some_and(|letters| letters.iter().all(|c| matches!(c, 'w' | 'W')))
}

/// Longest name of an entity, with room to spare.
const MAX_ENTITY: usize = 40;

/// Whether what follows an ampersand makes it an entity.
fn entity_like(rest: &[char]) -> bool {
    for (index, c) in rest.iter().take(MAX_ENTITY).enumerate() {
        match c {
            ';' => return index > 0,
            '#' if index == 0 => {}
            c if c.is_ascii_alphanumeric() => {}
            _ => return false,
        }
    }
    false
}

/// An address, title or info string whose ampersands are not read as entities. The engine
/// escapes the rest of it but not those.
pub(super) fn ampersands(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 8);
    for (index, c) in chars.iter().copied().enumerate() {
        out.push(c);
        if c == '&' && entity_like(chars.get(index + 1..).unwrap_or_default()) {
            out.push_str("amp;");
        }
    }
    out
}

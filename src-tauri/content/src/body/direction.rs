//! Direction overrides: `<div dir="rtl">` … `</div>` around blocks.

use super::tree::Block;
use crate::lang::Direction;

/// What a block is for the direction of its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// Opens a wrapper.
    Open(Direction),
    /// Closes one.
    Close,
    /// An ordinary block.
    None,
}

/// What becomes of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is one end of a wrapper and goes.
    Wrapper,
    /// It is content, with the direction of the innermost wrapper around it.
    Content(Option<Direction>),
}

/// The sign of a piece of HTML standing alone.
pub(super) fn sign(source: &str) -> Sign {
    if let Some(direction) = opening(source) {
        Sign::Open(direction)
    } else if is_closing(source) {
        Sign::Close
    } else {
        Sign::None
    }
}

/// Matches openings with closings. A wrapper that does not close among its siblings, or a
/// closing without an opening, is content.
pub(super) fn fates(signs: &[Sign]) -> Vec<Fate> {
    let mut open: Vec<usize> = Vec::new();
    let mut matched = vec![false; signs.len()];
    for (index, sign) in signs.iter().enumerate() {
        match sign {
            Sign::Open(_) => open.push(index),
            Sign::Close => {
                if let Some(start) = open.pop() {
                    for end in [start, index] {
                        if let Some(flag) = matched.get_mut(end) {
                            *flag = true;
                        }
                    }
                }
            }
            Sign::None => {}
        }
    }
    let mut inside: Vec<Direction> = Vec::new();
    signs
        .iter()
        .zip(matched)
        .map(|(sign, matched)| match sign {
            Sign::Open(direction) if matched => {
                inside.push(*direction);
                Fate::Wrapper
            }
            Sign::Close if matched => {
                inside.pop();
                Fate::Wrapper
            }
            _ => Fate::Content(inside.last().copied()),
        })
        .collect()
}

/// Takes wrappers among the blocks of one place for what they mean.
pub(super) fn resolve(blocks: &mut Vec<Block>) {
    let signs: Vec<Sign> = blocks
        .iter()
        .map(|block| match block {
            Block::Opaque { source } => sign(source),
            _ => Sign::None,
        })
        .collect();
    if signs.iter().all(|sign| *sign == Sign::None) {
        return;
    }
    let mut fates = fates(&signs).into_iter();
    blocks.retain_mut(|block| match fates.next() {
        Some(Fate::Wrapper) => false,
        Some(Fate::Content(Some(direction))) => {
            block.set_dir(direction);
            true
        }
        _ => true,
    });
}

/// The direction of `<div dir="…">` standing alone.
fn opening(source: &str) -> Option<Direction> {
    let inner = source.trim().strip_prefix('<')?.strip_suffix('>')?;
    let rest = strip_prefix_ignore_case(inner, "div")?;
    if !rest.starts_with([' ', '\t', '\n']) {
        return None;
    }
    let rest = strip_prefix_ignore_case(rest.trim(), "dir")?.trim_start();
    let value = rest.strip_prefix('=')?.trim();
    let value = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value);
    Direction::parse(value)
}

/// Whether this is `</div>` standing alone.
fn is_closing(source: &str) -> bool {
    source
        .trim()
        .strip_prefix("</")
        .and_then(|rest| strip_prefix_ignore_case(rest, "div"))
        .is_some_and(|rest| rest.trim() == ">")
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) {
        text.get(prefix.len()..)
    } else {
        None
    }
}

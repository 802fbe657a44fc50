//! Copies of files for sending: pictures resized and without hidden properties, PDF documents
//! packed again without losing anything. The original is never touched; a copy that is not clearly
//! smaller is none, unless it leaves out where a picture was taken.

mod pdf;
mod pdf_write;
mod picture;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::readers::picture::without_metadata;

pub use pdf::pdf;
pub use picture::{PictureRule, picture};

/// Least saving worth another copy, in per cent.
pub const LEAST_SAVING: usize = 5;

/// A smaller copy and what was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slimmed {
    /// The bytes of the copy.
    pub bytes: Vec<u8>,
    /// What was done.
    pub report: Report,
}

/// What was done to a file.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Bytes before.
    #[ts(type = "number")]
    pub before: u64,
    /// Bytes after.
    #[ts(type = "number")]
    pub after: u64,
    /// Whether every pixel and letter is the same as before.
    pub lossless: bool,
    /// Whether hidden properties (place, camera, time) are left out.
    #[serde(default)]
    pub cleaned: bool,
    /// Width and height before, for pictures.
    pub size_before: Option<(u32, u32)>,
    /// Width and height after, for pictures.
    pub size_after: Option<(u32, u32)>,
}

/// Why there is no smaller copy.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum NotSlimmed {
    /// It could not be read whole.
    Unreadable,
    /// It asks for a password; packing it anew would take that away.
    Encrypted,
    /// It is signed; any change would break the signature.
    Signed,
    /// It is larger than is worked on.
    TooLarge,
    /// The copy would be hardly smaller.
    NoGain,
    /// The copy did not show the same; it was thrown away.
    Differs,
    /// Making it took too long or too much memory.
    GaveUp,
}

/// What is wished for a file before it is sent.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// A PDF document packed again.
    Pdf,
    /// A smaller picture without hidden properties, turned as the original is seen.
    Picture(PictureRule),
    /// The same picture without hidden properties, turned as the original is.
    Clean,
}

impl Wish {
    /// What tells one wish from another, to know whether a copy was made for it.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Pdf => "pdf".to_owned(),
            Self::Picture(rule) => format!("picture {} {}", rule.max_edge, rule.quality),
            Self::Clean => "clean".to_owned(),
        }
    }
}

/// The copy that is wished for.
///
/// # Errors
/// Why there is none and the original is as good.
pub fn for_sending(bytes: &[u8], wish: Wish) -> Result<Slimmed, NotSlimmed> {
    match wish {
        Wish::Pdf => pdf(bytes),
        Wish::Picture(rule) => picture(bytes, rule).or_else(|why| clean(bytes).ok_or(why)),
        Wish::Clean => clean(bytes).ok_or(NotSlimmed::NoGain),
    }
}

/// A picture without hidden properties; `None` when it has none.
#[must_use]
pub fn clean(bytes: &[u8]) -> Option<Slimmed> {
    let clean = without_metadata(bytes)?;
    let mut report = report(bytes.len(), clean.len(), true);
    report.cleaned = true;
    Some(Slimmed {
        bytes: clean,
        report,
    })
}

fn is_worth_it(before: usize, after: usize) -> bool {
    after.saturating_mul(100) <= before.saturating_mul(100 - LEAST_SAVING)
}

fn report(before: usize, after: usize, lossless: bool) -> Report {
    let count = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
    Report {
        before: count(before),
        after: count(after),
        lossless,
        cleaned: false,
        size_before: None,
        size_after: None,
    }
}

#[cfg(test)]
#[path = "../../tests/samples/mod.rs"]
mod samples;
#[cfg(test)]
mod tests;

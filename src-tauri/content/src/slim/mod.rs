//! Smaller copies of files for sending: pictures resized, PDF documents packed again without
//! losing anything. The original is never touched; a copy that is not clearly smaller is none.

mod pdf;
mod pdf_write;
mod picture;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
        size_before: None,
        size_after: None,
    }
}

#[cfg(test)]
mod tests;

//! What is wrong with bytes that should prove something.

use std::fmt;

/// Codes of faults.
pub mod code {
    /// A number or a spelling that the canonical form does not have.
    pub const NOT_CANONICAL: &str = "not_canonical";
    /// Bytes that are no release.
    pub const RELEASE_INVALID: &str = "release_invalid";
    /// Bytes that are no signed statement of the kind expected.
    pub const ENVELOPE_INVALID: &str = "envelope_invalid";
    /// A signature that does not fit.
    pub const SIGNATURE_WRONG: &str = "signature_wrong";
    /// Bytes that are no comments.
    pub const COMMENTS_INVALID: &str = "comments_invalid";
    /// Statements that do not approve what they came with, or too few of them.
    pub const NOT_APPROVED: &str = "not_approved";
    /// Bytes that are no key.
    pub const KEY_INVALID: &str = "key_invalid";
    /// A key as it stands on paper, with a line that was misread: the subject is the line, from 1.
    pub const PAPER_LINE: &str = "paper_line";
    /// A key as it stands on paper, with lines missing or too many.
    pub const PAPER_LENGTH: &str = "paper_length";
    /// A file that is no package.
    pub const PACKAGE_INVALID: &str = "package_invalid";
    /// A package that is sealed to one person, who alone can open it.
    pub const PACKAGE_SEALED: &str = "package_sealed";
    /// A package of a version this program does not know: the subject is the version.
    pub const PACKAGE_VERSION: &str = "package_version";
    /// The end of a package is missing.
    pub const PACKAGE_TRUNCATED: &str = "package_truncated";
    /// A package that is not as it was sealed.
    pub const PACKAGE_ALTERED: &str = "package_altered";
    /// A package or a part of it beyond the limits.
    pub const PACKAGE_TOO_LARGE: &str = "package_too_large";
    /// The file could not be read.
    pub const UNREADABLE: &str = "unreadable";
}

/// A fault: a code, what it is about, and a detail for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// One of [`code`].
    pub code: &'static str,
    /// What it is about; may be empty.
    pub subject: String,
    /// For the log; may be empty.
    pub detail: String,
}

impl Fault {
    /// A fault about `subject`.
    pub fn new(code: &'static str, subject: impl fmt::Display) -> Self {
        Self {
            code,
            subject: subject.to_string(),
            detail: String::new(),
        }
    }

    /// With a detail for the log.
    #[must_use]
    pub fn because(mut self, detail: impl fmt::Display) -> Self {
        self.detail = detail.to_string();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.code, self.subject, self.detail)
    }
}

impl std::error::Error for Fault {}

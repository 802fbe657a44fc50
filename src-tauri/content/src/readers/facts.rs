//! What a reader found out about a file, how sure it is, and where each value came from.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::problem::Problem;

/// What can be done with a file. None of them is an error: every one is something a person can
/// act on.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It has text.
    Readable,
    /// Its pages are pictures, or its letters carry no text that can be read.
    Scanned,
    /// It asks for a password.
    Encrypted,
    /// It could not be read.
    Damaged,
    /// It has no text by its nature: a picture, a film, a program.
    #[default]
    Other,
}

impl State {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Readable => "readable",
            Self::Scanned => "scanned",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::Other => "other",
        }
    }
}

/// Where a value came from.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The information dictionary of a PDF.
    Info,
    /// An XMP packet.
    Xmp,
    /// The properties of an office document.
    Properties,
    /// The hidden properties of a picture.
    Exif,
    /// The largest type on the first page, or the paragraph in the style of a title.
    FirstPage,
    /// The text of the first pages or of the last.
    Text,
    /// Counted or computed from the whole file.
    Counted,
    /// The file's name.
    Name,
}

impl Origin {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Xmp => "xmp",
            Self::Properties => "properties",
            Self::Exif => "exif",
            Self::FirstPage => "first_page",
            Self::Text => "text",
            Self::Counted => "counted",
            Self::Name => "name",
        }
    }
}

/// A value with its origin and how sure it is.
///
/// Confidence is in per cent. 100 is counted. 90 and more: two places agree, or a check digit
/// does. 70: one good place. 50: a place that is wrong as often as right for this kind of value.
/// Under 50 nobody should send it without a look.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
    /// How sure, in per cent (1 to 100).
    pub confidence: u8,
}

impl<T> Found<T> {
    /// A value with its origin and confidence.
    pub fn new(value: T, origin: Origin, confidence: u8) -> Self {
        Self {
            value,
            origin,
            confidence,
        }
    }
}

/// What a file says about itself.
#[derive(Serialize, Deserialize, TS, Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What can be done with it.
    pub state: State,
    /// Its title.
    pub title: Option<Found<String>>,
    /// The people who wrote it, in order.
    pub authors: Option<Found<Vec<String>>>,
    /// The body responsible for it: a ministry, an institution.
    pub corporate_author: Option<Found<String>>,
    /// Year of publication, as far as it can be told from the year the file was made.
    pub year: Option<Found<i32>>,
    /// Languages of the text, most used first (BCP 47).
    pub languages: Option<Found<Vec<String>>>,
    /// Pages, slides or sheets.
    pub pages: Option<Found<u32>>,
    /// DOI, lower case, without resolver.
    pub doi: Option<Found<String>>,
    /// ISBN with a valid check digit, 13 digits without hyphens.
    pub isbn: Option<Found<String>>,
    /// ISSN with a valid check digit, `1234-567X`.
    pub issn: Option<Found<String>>,
    /// Document numbers (`WHO/EMC/97.1`, `A/RES/74/2`), in the order they were found.
    pub numbers: Vec<Found<String>>,
    /// Headings in their order, the first of the document first.
    pub headings: Vec<String>,
    /// The text in reading order; pages, slides and sheets are separated by form feeds
    /// ([`pages_of`]).
    pub text: String,
    /// What a person should know before the file leaves the desk.
    pub warnings: Vec<Warning>,
    /// What went wrong or could not be read.
    pub problems: Vec<Problem>,
}

impl Facts {
    /// Nothing but a state and why.
    #[must_use]
    pub fn only(state: State, problem: Problem) -> Self {
        Self {
            state,
            problems: vec![problem],
            ..Self::default()
        }
    }
}

/// The pages of a text, from 1 on.
pub fn pages_of(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.split('\u{c}'))
}

/// What kind of place a warning is about.
#[derive(Serialize, Deserialize, TS, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// The whole file.
    File,
    /// A page or slide, by its number.
    Page,
    /// A sheet, by its name.
    Sheet,
    /// A part inside the file, by its name.
    Part,
}

/// Something a person should know before a file leaves the desk. It carries a code; the sentence
/// is in the interface's locales under `warning.<code>`.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Stable snake_case code, one of [`warning::ALL`].
    pub code: String,
    /// What kind of place it is about.
    pub place_kind: PlaceKind,
    /// The page number, sheet or part; empty for the whole file.
    pub place: String,
    /// How many were found there, at least 1.
    pub count: u32,
}

impl Warning {
    /// A warning about the whole file.
    #[must_use]
    pub fn of_file(code: &str) -> Self {
        Self::at(code, PlaceKind::File, "", 1)
    }

    /// A warning about a place.
    pub fn at(code: &str, place_kind: PlaceKind, place: impl Into<String>, count: u32) -> Self {
        Self {
            code: code.to_owned(),
            place_kind,
            place: place.into(),
            count,
        }
    }
}

/// Codes of warnings.
pub mod warning {
    /// It holds programs that run when it is opened.
    pub const MACROS: &str = "macros";
    /// Another file is inside it.
    pub const EMBEDDED_FILE: &str = "embedded_file";
    /// A PDF holds a script.
    pub const SCRIPT: &str = "script";
    /// Opening or clicking starts a program or sends something.
    pub const LAUNCH: &str = "launch";
    /// It loads something from elsewhere when it is opened.
    pub const REMOTE_CONTENT: &str = "remote_content";
    /// It asks for a password.
    pub const PASSWORD: &str = "password";
    /// It says where a picture was taken.
    pub const POSITION: &str = "position";
    /// Changes that were neither accepted nor rejected.
    pub const TRACKED_CHANGES: &str = "tracked_changes";
    /// Comments of reviewers.
    pub const COMMENTS: &str = "comments";
    /// Sheets, rows or slides that are not shown.
    pub const HIDDEN_CONTENT: &str = "hidden_content";
    /// Telephone numbers that look private: mobile numbers, or many of them.
    pub const PHONE_NUMBERS: &str = "phone_numbers";
    /// E-mail addresses of people.
    pub const EMAIL_ADDRESSES: &str = "email_addresses";
    /// Numbers that look like national identity or insurance numbers.
    pub const IDENTITY_NUMBERS: &str = "identity_numbers";
    /// Lines that look like a list of patients.
    pub const PATIENT_LIST: &str = "patient_list";

    /// Every code above, for the test that each has its sentence.
    pub const ALL: &[&str] = &[
        MACROS,
        EMBEDDED_FILE,
        SCRIPT,
        LAUNCH,
        REMOTE_CONTENT,
        PASSWORD,
        POSITION,
        TRACKED_CHANGES,
        COMMENTS,
        HIDDEN_CONTENT,
        PHONE_NUMBERS,
        EMAIL_ADDRESSES,
        IDENTITY_NUMBERS,
        PATIENT_LIST,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_counted_from_one() {
        let pages: Vec<_> = pages_of("a\u{c}\u{c}b").collect();
        assert_eq!(pages, [(1, "a"), (2, ""), (3, "b")]);
    }
}

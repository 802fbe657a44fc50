//! Findings about content.
//!
//! A problem is data, not a failure: the value beside it is still the best that could be had.
//! It carries a code and parameters; the sentence a person reads is in the interface's locales.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One finding about a piece of content or a foreign file.
#[derive(Serialize, Deserialize, TS, Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable snake_case code, one of the constants of [`code`].
    pub code: String,
    /// What it is about: a file name, a field key, a page ("page 3"), or empty.
    pub subject: String,
    /// Values for the sentence in the locales.
    pub params: BTreeMap<String, String>,
}

impl Problem {
    /// A problem without parameters.
    #[must_use]
    pub fn new(code: &str, subject: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            subject: subject.into(),
            params: BTreeMap::new(),
        }
    }

    /// The same problem with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }
}

/// The codes this package produces.
pub mod code {
    /// The document nests deeper than [`crate::limits::MAX_DOC_DEPTH`].
    pub const TOO_DEEP: &str = "too_deep";
    /// The text is longer than a cap; `max` says which.
    pub const TOO_LONG: &str = "too_long";
    /// The file is larger than a cap; `max` in bytes.
    pub const TOO_LARGE: &str = "too_large";
    /// A table is wider or longer than a cap.
    pub const TABLE_TOO_LARGE: &str = "table_too_large";
    /// An editor document does not have the agreed shape.
    pub const DOCUMENT_INVALID: &str = "document_invalid";
    /// A value cannot be written canonically (a fraction, a number out of range).
    pub const NOT_CANONICAL: &str = "not_canonical";
    /// Bytes claiming to be a release are not one.
    pub const RELEASE_INVALID: &str = "release_invalid";
    /// The format is known and will be read by a later version.
    pub const FORMAT_NOT_SUPPORTED_YET: &str = "format_not_supported_yet";
    /// Of an older format the words were read, and not their form.
    pub const FORM_LOST: &str = "form_lost";
    /// The format is not one this reader reads.
    pub const FORMAT_UNKNOWN: &str = "format_unknown";
    /// The name says one type and the bytes another; `claimed`, `found`.
    pub const TYPE_MISMATCH: &str = "type_mismatch";
    /// Some bytes did not fit the text encoding and were replaced.
    pub const ENCODING_UNSURE: &str = "encoding_unsure";
    /// The file has no content.
    pub const EMPTY: &str = "empty";
    /// The file is damaged and could not be read.
    pub const DAMAGED: &str = "damaged";
    /// The file asks for a password.
    pub const ENCRYPTED: &str = "encrypted";
    /// The pages are pictures without text.
    pub const SCANNED: &str = "scanned";
    /// The file has letters that carry no readable text (`pages`).
    pub const TEXT_UNREADABLE: &str = "text_unreadable";
    /// The file has Arabic letters whose order cannot be told (`pages`).
    pub const ORDER_UNDECIDABLE: &str = "order_undecidable";
    /// Reading stopped at a cap; the rest was not looked at. `what`, `max`.
    pub const CUT_OFF: &str = "cut_off";
    /// A container unpacks to far more than it should.
    pub const ZIP_BOMB: &str = "zip_bomb";
    /// A picture has more pixels than [`crate::limits::MAX_PICTURE_PIXELS`].
    pub const PICTURE_TOO_LARGE: &str = "picture_too_large";
    /// A picture could not be decoded.
    pub const PICTURE_UNREADABLE: &str = "picture_unreadable";
    /// A part was dropped while importing; `what`, `count`.
    pub const PART_DROPPED: &str = "part_dropped";
    /// A library failed on this file; it was contained and the file counts as damaged.
    pub const READER_FAILED: &str = "reader_failed";

    /// Changes were tracked in a document, and nobody has said yet which text is wanted;
    /// `insertions`, `deletions`, `moves`, `formatting`.
    pub const TRACKED_CHANGES: &str = "tracked_changes";

    /// A row of a sheet has more cells than the header has columns; `line`, `count`.
    pub const SHEET_ROW_LONG: &str = "sheet_row_long";
    /// A sheet has more rows or columns than are read of one; `what` (`rows`, `columns`), `max`.
    pub const SHEET_CUT: &str = "sheet_cut";
    /// A quote in a sheet is opened and never closed; `line`.
    pub const SHEET_QUOTE_OPEN: &str = "sheet_quote_open";
    /// Lines of a sheet are encoded otherwise than the rest; `encoding`, `count`.
    pub const SHEET_ENCODINGS: &str = "sheet_encodings";
    /// A formula of a sheet gives no result but an error; `line`, `value`.
    pub const SHEET_FORMULA: &str = "sheet_formula";

    /// Every code above, for the test that each has its sentence.
    pub const ALL: &[&str] = &[
        TOO_DEEP,
        TOO_LONG,
        TOO_LARGE,
        TABLE_TOO_LARGE,
        DOCUMENT_INVALID,
        NOT_CANONICAL,
        RELEASE_INVALID,
        FORMAT_NOT_SUPPORTED_YET,
        FORM_LOST,
        FORMAT_UNKNOWN,
        TYPE_MISMATCH,
        ENCODING_UNSURE,
        EMPTY,
        DAMAGED,
        ENCRYPTED,
        SCANNED,
        TEXT_UNREADABLE,
        ORDER_UNDECIDABLE,
        CUT_OFF,
        ZIP_BOMB,
        PICTURE_TOO_LARGE,
        PICTURE_UNREADABLE,
        PART_DROPPED,
        READER_FAILED,
        TRACKED_CHANGES,
        SHEET_ROW_LONG,
        SHEET_CUT,
        SHEET_QUOTE_OPEN,
        SHEET_ENCODINGS,
        SHEET_FORMULA,
    ];
}

//! Content types, their fields, and the checks before review.

mod check;
mod field;
mod files;
mod registry;
mod template;
mod versions;

pub use check::{
    AttachmentInput, CheckInput, FileReading, Finding, LanguageInput, Linked, Severity, check,
    finding,
};
pub use files::file_findings;
pub use registry::MACHINE_TRANSLATED;
pub use registry::{ContentType, FieldSpec, Labels, Registry, Required, Rules, Term, Vocabulary};
pub use template::template;

//! Content types, their fields, and the checks before review.

mod check;
mod field;
mod registry;

pub use check::{AttachmentInput, CheckInput, Finding, LanguageInput, Severity, check, finding};
pub use registry::{ContentType, FieldSpec, Labels, Registry, Required, Rules, Term, Vocabulary};

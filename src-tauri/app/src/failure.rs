//! A failed command as it crosses to whoever called: a code, what its sentence needs, and a detail
//! for the administrator. The sentence itself is in `ui/locales`.

use std::collections::BTreeMap;

use qalam_content::kind::Finding;
use qalam_desk::{Class, Code, Conflict, Error};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a command answers when it did not succeed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "CallFailure")]
pub struct Failure {
    /// Stable name of the failure.
    pub code: String,
    /// What the sentence for the code needs.
    pub params: BTreeMap<String, String>,
    /// Technical detail, without secrets; may be empty.
    pub detail: String,
    /// Both texts of a save that met a newer one; only with the code `conflict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub conflict: Option<Box<Conflict>>,
    /// What stands in the way of a review; only with the code `not_ready`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Finding>>")]
    pub findings: Vec<Finding>,
}

impl Failure {
    /// A failure with a code of the desk.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self::from(Error::new(code))
    }

    /// The same failure with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }

    /// The same failure with a technical detail.
    #[must_use]
    pub fn because(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = detail.to_string();
        self
    }

    /// Which kind of answer it is; a code only a portal knows counts as the portal's.
    #[must_use]
    pub fn class(&self) -> Class {
        self.code.parse().map_or(Class::Portal, Code::class)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let detail = error.detail();
        Self {
            code: error.code.as_str().to_owned(),
            params: error.params,
            detail,
            conflict: error.conflict,
            findings: error.findings,
        }
    }
}

impl From<qalam_desk::Failure> for Failure {
    fn from(failure: qalam_desk::Failure) -> Self {
        Self {
            code: failure.code,
            params: failure.params,
            detail: failure.detail,
            conflict: None,
            findings: Vec::new(),
        }
    }
}

//! Problems as answers (RFC 9457).

use std::collections::BTreeMap;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::Error;
use crate::contract::wire::{PROBLEM_JSON, PROBLEM_PREFIX, ProblemBody, ProblemError};

/// A problem to be answered.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    body: Box<ProblemBody>,
    headers: HeaderMap,
}

impl Problem {
    /// A problem of kind `code` with its short English name.
    pub fn new(status: StatusCode, code: &str, title: &str) -> Self {
        Self {
            status,
            body: Box::new(ProblemBody {
                kind: format!("{PROBLEM_PREFIX}{code}"),
                title: title.to_owned(),
                status: status.as_u16(),
                detail: String::new(),
                errors: Vec::new(),
                more: BTreeMap::new(),
            }),
            headers: HeaderMap::new(),
        }
    }

    /// What exactly.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.body.detail = detail.into();
        self
    }

    /// Where in the body.
    pub fn errors(mut self, errors: Vec<ProblemError>) -> Self {
        self.body.errors = errors;
        self
    }

    /// A member of this kind of problem.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.body.more.insert(key.to_owned(), value.into());
        self
    }

    /// A header beside the body.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// What the web framework refuses by itself (another media type, a body or a query that cannot be read), as a problem.
pub async fn as_problem(response: Response) -> Response {
    let plain = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    if !plain || !status.is_client_error() {
        return response;
    }
    let text = axum::body::to_bytes(response.into_body(), 4_096).await;
    let detail = String::from_utf8_lossy(&text.unwrap_or_default()).into_owned();
    Problem::new(
        status,
        "body_invalid",
        "The request is not as the contract says",
    )
    .detail(detail)
    .into_response()
}

impl Problem {
    /// The stable code.
    pub fn code(&self) -> &str {
        self.body.code().unwrap_or_default()
    }

    /// True when the portal itself failed, which says nothing about what was asked.
    pub fn is_own(&self) -> bool {
        self.status.is_server_error()
    }
}

impl From<Problem> for ProblemBody {
    fn from(problem: Problem) -> Self {
        *problem.body
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "practice portal");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The portal failed",
        )
        .detail(error.to_string())
    }
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Error::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let text = serde_json::to_string(&self.body).unwrap_or_default();
        let mut response = (
            self.status,
            [(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON))],
            text,
        )
            .into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}

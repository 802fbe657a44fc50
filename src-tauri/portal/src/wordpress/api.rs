//! Requests to the REST API, and what its refusals mean. The code in an answer counts before its status: several of
//! WordPress's statuses mislead.

use std::sync::Arc;

use http::header::HeaderMap;
use qalam_desk::error::{Code, Failure};
use serde_json::Value;

use super::{Answered, Site};
use crate::http::{Answer, Ask, Class, Http, Method, Payload, Progress, Trouble, trouble_of};

/// A good answer.
pub(super) struct Reply {
    pub(super) value: Value,
    pub(super) headers: HeaderMap,
}

impl Reply {
    /// The members of a list.
    pub(super) fn list(&self) -> &[Value] {
        self.value.as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// How many there are in all (`X-WP-Total`).
    pub(super) fn total(&self) -> Option<u64> {
        self.headers.get("x-wp-total")?.to_str().ok()?.parse().ok()
    }
}

impl Site {
    /// Asks below `/wp/v2`.
    pub(super) async fn get(&self, route: &str, query: &[(&str, &str)]) -> Result<Reply, Trouble> {
        self.call(Method::GET, route, query, None).await
    }

    /// Asks for one thing that may be gone.
    pub(super) async fn find(
        &self,
        route: &str,
        query: &[(&str, &str)],
    ) -> Result<Option<Reply>, Trouble> {
        match self.get(route, query).await {
            Ok(reply) => Ok(Some(reply)),
            Err(trouble) if is_gone(&trouble) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Sends JSON below `/wp/v2`.
    pub(super) async fn post(
        &self,
        route: &str,
        query: &[(&str, &str)],
        body: &Value,
    ) -> Result<Reply, Trouble> {
        self.call(Method::POST, route, query, Some(body)).await
    }

    /// Deletes below `/wp/v2`; what is gone already counts as deleted.
    pub(super) async fn delete(&self, route: &str, force: bool) -> Result<(), Trouble> {
        let query: &[(&str, &str)] = if force { &[("force", "true")] } else { &[] };
        match self.call(Method::DELETE, route, query, None).await {
            Ok(_) => Ok(()),
            Err(trouble) if is_gone(&trouble) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    async fn call(
        &self,
        method: Method,
        route: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, Trouble> {
        let mut ask = Ask::new(
            method,
            self.answered.route(&format!("wp/v2/{route}"), query)?,
        );
        if let Some(body) = body {
            ask = ask.header("content-type", "application/json");
            ask.payload = Payload::Bytes(serde_json::to_vec(body).unwrap_or_default().into());
        }
        ask.token = Some(self.token.clone());
        self.send(ask, &Arc::default()).await
    }

    /// Sends any request and reads the JSON of a good answer.
    pub(super) async fn send(&self, ask: Ask, progress: &Arc<Progress>) -> Result<Reply, Trouble> {
        exchange(&self.http, &self.answered, ask, progress).await
    }
}

pub(super) async fn exchange(
    http: &Http,
    site: &Answered,
    ask: Ask,
    progress: &Arc<Progress>,
) -> Result<Reply, Trouble> {
    let answer = http.send(ask, Arc::clone(progress)).await?;
    if !answer.status.is_success() || answer.is_page() {
        return Err(trouble(&answer, site));
    }
    match serde_json::from_slice(&answer.body) {
        Ok(value) => Ok(Reply {
            value,
            headers: answer.headers,
        }),
        Err(source) => {
            let mut trouble = Trouble::retry(Failure::new(Code::BadAnswer).with("detail", source));
            trouble.status = Some(answer.status.as_u16());
            Err(trouble)
        }
    }
}

/// The meaning of an answer that is not the one hoped for.
pub(super) fn trouble(answer: &Answer, site: &Answered) -> Trouble {
    let status = answer.status.as_u16();
    let own = answer
        .header("location")
        .and_then(|place| site.root.join(place).ok())
        .is_some_and(|place| place.origin() == site.root.origin());
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let code = body.get("code").and_then(Value::as_str);
    let mut trouble = code
        .and_then(|code| by_code(code, status))
        .unwrap_or_else(|| trouble_of(answer, own));
    if let Some(code) = code {
        let message = body
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        trouble.failure.detail = format!("HTTP {status} {code}: {message}");
        trouble.problem = Some(code.to_owned());
        if trouble.failure.code == Code::PortalRefused.as_str() {
            trouble.failure = trouble.failure.with("detail", message);
        }
        if let Some(id) = body.pointer("/data/term_id").and_then(Value::as_u64) {
            trouble.failure = trouble.failure.with("term_id", id);
        }
    }
    if matches!(
        trouble.failure.code.as_str(),
        "portal_down" | "not_a_portal"
    ) {
        trouble.failure = trouble
            .failure
            .with("host", site.root.host_str().unwrap_or_default())
            .with("url", &site.root);
    }
    trouble.status = Some(status);
    trouble
}

fn by_code(code: &str, status: u16) -> Option<Trouble> {
    let refused = |code: Code| Some(Trouble::refused(Failure::new(code)));
    let retry = |code: Code| Some(Trouble::retry(Failure::new(code)));
    match code {
        // Answered with 500, and no repetition will help: the ending or the bytes are of a kind the site refuses.
        "rest_upload_sideload_error" => refused(Code::TypeRefused),
        // Answered with 500 or 400: longer than PHP takes.
        "rest_upload_unknown_error"
        | "rest_upload_no_content_disposition"
        | "rest_upload_file_too_big"
        | "rest_upload_limited_space" => refused(Code::TooLargeForPortal),
        "rest_upload_hash_mismatch" => retry(Code::FileDiffers),
        // Names that would be too long are never sent; what is left is a database in trouble.
        "db_insert_error" | "db_update_error" | "internal_server_error" => {
            let failure = Failure::new(Code::PortalDown).with("status", status);
            Some(Trouble::retry(failure))
        }
        "rest_no_route" => retry(Code::NotAPortal),
        // 401 is about who asks, 403 about what they may; the codes are many and plugins add their own.
        _ if status == 401 => retry(Code::Credentials),
        _ if status == 403 => refused(Code::Rights),
        _ if status < 500 && status != 429 && status != 413 => refused(Code::PortalRefused),
        _ => None,
    }
}

/// Whether the thing asked for is not there (any more).
pub(super) fn is_gone(trouble: &Trouble) -> bool {
    matches!(
        trouble.problem.as_deref(),
        Some("rest_post_invalid_id" | "rest_already_trashed" | "rest_term_invalid")
    )
}

/// Whether the account lacks the right; the caller can do without.
pub(super) fn is_denied(trouble: &Trouble) -> bool {
    trouble.status == Some(403) && trouble.class == Class::Refused
}

/// A member as text; empty when it is none.
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A member as a number; 0 when it is none.
pub(super) fn number(value: &Value, pointer: &str) -> u64 {
    value
        .pointer(pointer)
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_before_statuses() {
        for (code, status, wanted, class) in [
            (
                "rest_upload_sideload_error",
                500,
                Code::TypeRefused,
                Class::Refused,
            ),
            (
                "rest_upload_unknown_error",
                500,
                Code::TooLargeForPortal,
                Class::Refused,
            ),
            (
                "rest_upload_no_content_disposition",
                400,
                Code::TooLargeForPortal,
                Class::Refused,
            ),
            (
                "rest_upload_hash_mismatch",
                412,
                Code::FileDiffers,
                Class::Retry(None),
            ),
            ("db_insert_error", 400, Code::PortalDown, Class::Retry(None)),
            (
                "internal_server_error",
                500,
                Code::PortalDown,
                Class::Retry(None),
            ),
            (
                "rest_not_logged_in",
                401,
                Code::Credentials,
                Class::Retry(None),
            ),
            ("a_plugins_own", 401, Code::Credentials, Class::Retry(None)),
            ("rest_cannot_create", 403, Code::Rights, Class::Refused),
            (
                "rest_invalid_param",
                400,
                Code::PortalRefused,
                Class::Refused,
            ),
            ("rest_no_route", 404, Code::NotAPortal, Class::Retry(None)),
        ] {
            let trouble = by_code(code, status).expect(code);
            assert_eq!(trouble.failure.code, wanted.as_str(), "{code}");
            assert_eq!(trouble.class, class, "{code}");
        }
        assert!(by_code("whatever", 502).is_none());
    }
}

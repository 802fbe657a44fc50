//! The practice portal's clock: the machine's. Nothing is decided by it but when an upload is forgotten.

use std::time::Duration;

use jiff::Timestamp;

/// A moment, RFC 3339 UTC with milliseconds.
pub fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// `span` after `at`; the far end of time when that overflows.
pub fn after(at: Timestamp, span: Duration) -> Timestamp {
    at.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// A moment as HTTP headers write it (IMF-fixdate).
pub fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

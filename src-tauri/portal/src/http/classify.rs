//! Naming the culprit: what a failed exchange or a foreign answer means, and what to do about it.

use std::{error::Error as StdError, io, time::Duration};

use qalam_desk::error::{Code, Failure};

use super::{Answer, connect::ConnectFailed, resolve::has_way_out};
use crate::contract::wire::{PROBLEM_JSON, ProblemBody};

/// The longest life of a certificate that browsers accept, in seconds (398 days, CA/Browser Forum). A portal whose
/// certificate ended longer ago would have been closed to everybody: it is this machine whose clock is ahead.
const LONGEST_CERTIFICATE: u64 = 398 * 86_400;

/// What the outbox does about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Try again; not before the pause, when the portal named one.
    Retry(Option<Duration>),
    /// This piece will not be taken as it is; others go on.
    Refused,
    /// The portal holds something else: a person decides.
    Conflict,
}

/// A failure with its consequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// What failed, as the desk remembers it.
    pub failure: Failure,
    /// What to do about it.
    pub class: Class,
    /// The problem's own code when the portal gave one.
    pub problem: Option<String>,
    /// The status, when there was an answer.
    pub status: Option<u16>,
}

impl Trouble {
    /// Something that may pass.
    #[must_use]
    pub fn retry(failure: Failure) -> Self {
        Self::of(failure, Class::Retry(None))
    }

    /// Something that will not pass by itself.
    #[must_use]
    pub fn refused(failure: Failure) -> Self {
        Self::of(failure, Class::Refused)
    }

    fn of(failure: Failure, class: Class) -> Self {
        Self {
            failure,
            class,
            problem: None,
            status: None,
        }
    }

    pub(super) fn timeout(host: &str) -> Self {
        Self::retry(Failure::new(Code::Timeout).with("host", host))
    }

    pub(super) fn disk(error: &io::Error) -> Self {
        let code = match error.kind() {
            io::ErrorKind::NotFound => Code::BlobMissing,
            _ => Code::DiskFailed,
        };
        Self::retry(Failure::new(code).detail(error))
    }

    /// True when the answer was the portal's own, whatever it said.
    #[must_use]
    pub fn was_answered(&self) -> bool {
        self.status.is_some() && self.failure.code != Code::CaptivePortal.as_str()
    }
}

/// The meaning of an exchange that did not end in an answer.
pub(super) fn transport(
    error: &(dyn StdError + Send + Sync + 'static),
    host: &str,
    near: bool,
) -> Trouble {
    let detail = chain(error);
    let failure =
        |code: Code| Trouble::retry(Failure::new(code).with("host", host).detail(&detail));
    let or_no_link = |code: Code| {
        if !near && !has_way_out() {
            failure(Code::NoLink)
        } else {
            failure(code)
        }
    };
    if let Some(failed) = find::<ConnectFailed>(error) {
        return match failed {
            ConnectFailed::Lookup(_) => or_no_link(Code::NameLookup),
            ConnectFailed::Way(_) | ConnectFailed::Late => or_no_link(Code::PortalNotReached),
            ConnectFailed::Proxy(_) => failure(Code::Proxy),
            ConnectFailed::ProxyLogin => failure(Code::ProxyLogin),
            ConnectFailed::Tls(source) => failure(tls(source)),
            ConnectFailed::Address(_) => failure(Code::NotAPortal),
        };
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(
            io::ErrorKind::NetworkDown
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::HostUnreachable,
        ) => or_no_link(Code::PortalNotReached),
        Some(io::ErrorKind::TimedOut) => failure(Code::Timeout),
        _ => failure(Code::ConnectionCut),
    }
}

/// What kept an encrypted connection from coming about.
fn tls(error: &io::Error) -> Code {
    use rustls::CertificateError as Fault;
    match find_inside::<rustls::Error>(error) {
        Some(rustls::Error::InvalidCertificate(fault)) => match fault {
            // Nobody issues certificates for the future: it is this machine whose clock is behind.
            Fault::NotValidYet | Fault::NotValidYetContext { .. } => Code::ClockWrong,
            Fault::ExpiredContext { time, not_after }
                if time.as_secs().saturating_sub(not_after.as_secs()) > LONGEST_CERTIFICATE =>
            {
                Code::ClockWrong
            }
            _ => Code::Certificate,
        },
        Some(rustls::Error::NoCertificatesPresented) => Code::Certificate,
        _ => Code::PortalNotReached,
    }
}

/// The meaning of an answer which is not the one hoped for. The problem's code counts before the status.
pub fn answer(answer: &Answer, own_origin: bool) -> Trouble {
    let status = answer.status.as_u16();
    let problem = problem_of(answer);
    let code = problem.as_ref().and_then(|problem| problem.code());
    let mut trouble = match code {
        Some(code) => by_problem(code, status, problem.as_ref()),
        None => None,
    }
    .unwrap_or_else(|| by_status(answer, status, own_origin));
    if let Some(problem) = &problem {
        if trouble.failure.detail.is_empty() {
            trouble.failure.detail = detail_of(problem);
        }
        trouble.problem = code.map(str::to_owned);
    }
    if trouble.failure.detail.is_empty() {
        trouble.failure.detail = format!("HTTP {status}");
    }
    if let Class::Retry(None) = trouble.class {
        trouble.class = Class::Retry(retry_after(answer));
    }
    trouble.status = Some(status);
    trouble
}

/// The meaning of a problem that did not come as an answer of its own.
pub fn problem(problem: &ProblemBody) -> Trouble {
    let code = problem.code().unwrap_or_default();
    let mut trouble = by_problem(code, problem.status, Some(problem)).unwrap_or_else(|| {
        Trouble::refused(Failure::new(Code::PortalRefused).with("detail", detail_of(problem)))
    });
    trouble.problem = Some(code.to_owned());
    trouble
}

fn by_problem(code: &str, status: u16, problem: Option<&ProblemBody>) -> Option<Trouble> {
    let more = |key: &str| {
        problem
            .and_then(|problem| problem.more.get(key))
            .map(|value| match value.as_str() {
                Some(text) => text.to_owned(),
                None => value.to_string(),
            })
            .unwrap_or_default()
    };
    Some(match code {
        "credentials" => Trouble::retry(Failure::new(Code::Credentials)),
        "rights" => Trouble::refused(Failure::new(Code::Rights)),
        "too_large" => {
            Trouble::refused(Failure::new(Code::TooLargeForPortal).with("limit", more("limit")))
        }
        "type_refused" => {
            Trouble::refused(Failure::new(Code::TypeRefused).with("mime", more("mime")))
        }
        "approval_mismatch" | "approval_invalid" => {
            Trouble::refused(Failure::new(Code::ApprovalRejected))
        }
        "release_invalid" | "body_invalid" | "id_invalid" => {
            let detail = problem.map(detail_of).unwrap_or_default();
            Trouble::refused(Failure::new(Code::PortalRefused).with("detail", detail))
        }
        "precondition_failed" => Trouble::of(
            Failure::new(Code::ChangedOnPortal)
                .with("etag", more("etag"))
                .with("release", more("release"))
                .with("edited", more("edited")),
            Class::Conflict,
        ),
        "item_gone" => Trouble::of(
            Failure::new(Code::ChangedOnPortal)
                .with("etag", "")
                .with("gone", "true"),
            Class::Conflict,
        ),
        "checksum_mismatch" | "digest_mismatch" => Trouble::retry(Failure::new(Code::FileDiffers)),
        "body_cut" => Trouble::retry(Failure::new(Code::ConnectionCut)),
        "unavailable" | "internal" => {
            Trouble::retry(Failure::new(Code::PortalDown).with("status", status))
        }
        "too_many_requests" => Trouble::retry(Failure::new(Code::TooManyRequests)),
        _ => return None,
    })
}

fn by_status(answer: &Answer, status: u16, own_origin: bool) -> Trouble {
    let refused = |code: Code| Trouble::refused(Failure::new(code));
    let retry = |code: Code| Trouble::retry(Failure::new(code));
    match status {
        // A success we could not read: a page where data belongs is somebody on the way.
        200..=299 if answer.is_page() => retry(Code::CaptivePortal),
        200..=299 => retry(Code::BadAnswer),
        300..=399 if own_origin => retry(Code::BadAnswer),
        300..=399 | 511 => retry(Code::CaptivePortal),
        401 => retry(Code::Credentials),
        403 => refused(Code::Rights),
        407 => retry(Code::ProxyLogin),
        408 => retry(Code::Timeout),
        409 => refused(Code::ApprovalRejected),
        410 | 412 => Trouble::of(
            Failure::new(Code::ChangedOnPortal)
                .with("etag", answer.header("etag").unwrap_or_default()),
            Class::Conflict,
        ),
        413 => refused(Code::TooLargeForPortal),
        415 => refused(Code::TypeRefused),
        404 => retry(Code::NotAPortal),
        425 | 429 => {
            let mut trouble = retry(Code::TooManyRequests);
            let pause = retry_after(answer).unwrap_or(Duration::from_secs(60));
            trouble.failure = trouble.failure.with("seconds", pause.as_secs());
            trouble.class = Class::Retry(Some(pause));
            trouble
        }
        460 | 417 => retry(Code::FileDiffers),
        // Somebody holds it for a moment: an upload whose cut request has not ended at the server yet.
        423 => Trouble::retry(Failure::new(Code::PortalDown).with("status", status)),
        400..=499 => Trouble::refused(
            Failure::new(Code::PortalRefused).with("detail", format!("HTTP {status}")),
        ),
        _ => Trouble::retry(Failure::new(Code::PortalDown).with("status", status)),
    }
}

fn problem_of(answer: &Answer) -> Option<ProblemBody> {
    answer
        .header("content-type")
        .filter(|kind| kind.starts_with(PROBLEM_JSON))?;
    serde_json::from_slice(&answer.body).ok()
}

fn detail_of(problem: &ProblemBody) -> String {
    let mut text = problem.title.clone();
    if !problem.detail.is_empty() {
        text = format!("{text}: {}", problem.detail);
    }
    for error in problem.errors.iter().take(5) {
        text = format!("{text}; {} {}", error.pointer, error.detail);
    }
    text
}

/// The pause a portal asks for: seconds, or a date measured against the portal's own clock, never ours.
#[must_use]
pub fn retry_after(answer: &Answer) -> Option<Duration> {
    let value = answer.header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let then = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
    let now = jiff::fmt::rfc2822::parse(answer.header("date")?)
        .ok()?
        .timestamp();
    Duration::try_from(then.duration_since(now)).ok()
}

fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        source = cause.source();
    }
    text
}

fn find<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    let mut source = Some(error);
    while let Some(cause) = source {
        if let Some(found) = cause.downcast_ref::<E>() {
            return Some(found);
        }
        source = cause.source();
    }
    None
}

/// Like [`find`], and also looks into input/output errors, which hide what they wrap from their chain.
fn find_inside<'e, E: StdError + 'static>(error: &'e (dyn StdError + 'static)) -> Option<&'e E> {
    let mut source = Some(error);
    while let Some(cause) = source {
        if let Some(found) = cause.downcast_ref::<E>() {
            return Some(found);
        }
        if let Some(inner) = cause
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
            && let Some(found) = find_inside::<E>(inner)
        {
            return Some(found);
        }
        source = cause.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        Answer {
            status: http::StatusCode::from_u16(status).expect("status"),
            headers: headers
                .iter()
                .map(|(name, value)| {
                    (
                        http::header::HeaderName::from_static(name),
                        value.parse().expect("value"),
                    )
                })
                .collect(),
            body: body.to_owned().into(),
        }
    }

    #[test]
    fn foreign_answers_name_their_culprit() {
        let html = &[("content-type", "text/html; charset=utf-8")][..];
        let none = &[][..];
        for (status, headers, code, class) in [
            (200, html, Code::CaptivePortal, Class::Retry(None)),
            (200, none, Code::BadAnswer, Class::Retry(None)),
            (302, none, Code::CaptivePortal, Class::Retry(None)),
            (511, html, Code::CaptivePortal, Class::Retry(None)),
            (401, none, Code::Credentials, Class::Retry(None)),
            (403, html, Code::Rights, Class::Refused),
            (407, html, Code::ProxyLogin, Class::Retry(None)),
            (412, none, Code::ChangedOnPortal, Class::Conflict),
            (413, html, Code::TooLargeForPortal, Class::Refused),
            (415, none, Code::TypeRefused, Class::Refused),
            (422, none, Code::PortalRefused, Class::Refused),
            (500, html, Code::PortalDown, Class::Retry(None)),
            (502, none, Code::PortalDown, Class::Retry(None)),
        ] {
            let trouble = answer(&given(status, headers, ""), false);
            assert_eq!(trouble.failure.code, code.as_str(), "{status}");
            assert_eq!(trouble.class, class, "{status}");
        }
    }

    #[test]
    fn the_problem_counts_before_the_status() {
        let body =
            r#"{"type":"urn:qalam:problem:too_large","title":"Longer","status":500,"limit":7}"#;
        let trouble = answer(&given(500, &[("content-type", PROBLEM_JSON)], body), true);
        assert_eq!(trouble.failure.code, "too_large_for_portal");
        assert_eq!(
            trouble.failure.params.get("limit").map(String::as_str),
            Some("7")
        );
        assert_eq!(trouble.class, Class::Refused);
    }

    #[test]
    fn a_pause_is_measured_by_the_portals_clock() {
        let seconds = given(503, &[("retry-after", "7")], "");
        assert_eq!(retry_after(&seconds), Some(Duration::from_secs(7)));
        let date = given(
            503,
            &[
                ("date", "Wed, 21 Oct 2015 07:28:00 GMT"),
                ("retry-after", "Wed, 21 Oct 2015 07:29:30 GMT"),
            ],
            "",
        );
        assert_eq!(retry_after(&date), Some(Duration::from_secs(90)));
        assert_eq!(
            answer(&seconds, true).class,
            Class::Retry(Some(Duration::from_secs(7)))
        );
    }
}

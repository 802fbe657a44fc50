//! The way to a portal, step by step, as data for a page that an administrator can print.
//!
//! Nothing is changed at the desk or at the portal, and no secret is among the answers.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use qalam_desk::{
    Desk,
    error::{Code, Error as DeskError, Failure},
    outbox::{PortalKind, PortalRow},
    secrets::Secrets,
};
use secrecy::SecretString;
use serde::Serialize;
use tokio::time::Instant;
use ts_rs::TS;

use super::{
    blocking, practice_dir,
    reach::{at, locate, look},
};
use crate::{
    contract::Contract,
    http::{Ask, Http, HttpOptions, Method, Trouble, Url},
    wordpress::discover,
};

/// A clock that is further off than this spoils certificates sooner or later.
const CLOCK: i64 = 5 * 60;
/// The first bytes of a connection say nothing about its rate; so many are sent to measure it.
const SAMPLE_BYTES: usize = 96 * 1024;

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It works.
    Done,
    /// Here it ends.
    Failed,
    /// It was not tried: a step before failed, or it does not apply.
    Skipped,
}

/// One step on the way to a portal.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DiagnosisStep {
    /// Which.
    #[ts(
        type = r#""address" | "proxy" | "lookup" | "connection" | "tls" | "portal" | "login" | "clock" | "rate""#
    )]
    pub step: String,
    /// What became of it.
    pub state: StepState,
    /// How long it took, in milliseconds.
    #[ts(type = "number | null")]
    pub millis: Option<u64>,
    /// What was found: `addresses`, `address`, `proxy`, `script` (of
    /// the network, unread), `issuer` (of the certificate), `name`, `seconds` (our clock less the portal's),
    /// `bytes_per_second`.
    pub found: BTreeMap<String, String>,
    /// Why it failed.
    pub failure: Option<Failure>,
}

/// The whole way.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Diagnosis {
    /// The portal's name at the desk.
    pub portal: String,
    /// Where it is.
    pub url: String,
    /// When it was tried (RFC 3339 UTC, this machine's clock).
    pub at: String,
    /// In the order of the way.
    pub steps: Vec<DiagnosisStep>,
}

/// The names of the steps, in the order of the way.
pub const STEPS: [&str; 9] = [
    "address",
    "proxy",
    "lookup",
    "connection",
    "tls",
    "portal",
    "login",
    "clock",
    "rate",
];

struct Walk {
    steps: Vec<DiagnosisStep>,
}

impl Walk {
    fn done(&mut self, step: &str, took: Option<Duration>, found: &[(&str, String)]) {
        self.note(step, StepState::Done, took, found, None);
    }

    fn failed(&mut self, step: &str, took: Option<Duration>, failure: Failure) {
        self.note(step, StepState::Failed, took, &[], Some(failure));
    }

    fn skipped(&mut self, step: &str) {
        self.note(step, StepState::Skipped, None, &[], None);
    }

    fn note(
        &mut self,
        step: &str,
        state: StepState,
        took: Option<Duration>,
        found: &[(&str, String)],
        failure: Option<Failure>,
    ) {
        self.steps.push(DiagnosisStep {
            step: step.to_owned(),
            state,
            millis: took.map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
            found: found
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
            failure,
        });
    }
}

/// Walks the way to a portal. What fails is a step of the answer; what comes after it is skipped.
///
/// # Errors
/// `unknown_portal`, and what the desk fails with.
pub async fn diagnose_portal(
    desk: &Arc<Desk>,
    secrets: &Arc<dyn Secrets>,
    practice_folder: Option<&PathBuf>,
    http: HttpOptions,
    name: &str,
) -> Result<Diagnosis, DeskError> {
    let (asked, of) = (Arc::clone(desk), name.to_owned());
    let row = blocking(move || asked.portal(&of)).await?;
    let client =
        Http::new(http).map_err(|source| DeskError::new(Code::Internal).because(source))?;
    let dir = practice_dir(desk, practice_folder);
    let mut walk = Walk { steps: Vec::new() };
    let url = walk.all(desk, &client, &row, secrets, dir).await;
    for step in STEPS {
        if !walk.steps.iter().any(|known| known.step == step) {
            walk.skipped(step);
        }
    }
    walk.steps
        .sort_by_key(|known| STEPS.iter().position(|step| *step == known.step));
    Ok(Diagnosis {
        portal: row.name,
        url: url.unwrap_or(row.url),
        at: desk.clock().now().to_string(),
        steps: walk.steps,
    })
}

impl Walk {
    /// Gives the address, when there is one.
    async fn all(
        &mut self,
        desk: &Arc<Desk>,
        http: &Http,
        row: &PortalRow,
        secrets: &Arc<dyn Secrets>,
        dir: PathBuf,
    ) -> Option<String> {
        let located = locate(row, secrets, dir.clone()).await;
        // A missing secret is the login's fault; the way can be tried without.
        let (text, token) = match located {
            Ok((url, token)) => (url, Some(token)),
            Err(trouble) if row.kind == PortalKind::Practice => {
                self.failed("address", None, trouble.failure);
                return None;
            }
            Err(trouble) => {
                self.failed("login", None, trouble.failure);
                (row.url.clone(), None)
            }
        };
        let Some(url) = Url::parse(&text).ok().filter(Url::has_host) else {
            let failure = Failure::new(Code::NotAPortal).with("url", &text);
            self.failed("address", None, failure);
            return None;
        };
        self.done("address", None, &[]);
        if !self.way(http, &url).await {
            return Some(text);
        }
        if !self.portal(http, row, secrets, dir, token.is_some()).await {
            return Some(text);
        }
        self.clock(desk, http, &url).await;
        match token {
            Some(token) if row.kind != PortalKind::Wordpress => {
                self.rate(http, &text, &token).await;
            }
            _ => self.skipped("rate"),
        }
        Some(text)
    }

    /// Name, connection and encryption.
    async fn way(&mut self, http: &Http, url: &Url) -> bool {
        let proxy = http.proxy_of(url).await;
        match (&proxy, http.unread_script().await) {
            (Some(proxy), _) => self.done("proxy", None, &[("proxy", proxy.clone())]),
            // Should the way end further on, this is why.
            (None, Some(script)) => self.done("proxy", None, &[("script", script)]),
            (None, None) => self.skipped("proxy"),
        }
        let began = Instant::now();
        if proxy.is_none() {
            match http.look_up(url).await {
                Ok(addresses) => self.done(
                    "lookup",
                    Some(began.elapsed()),
                    &[("addresses", addresses.join(", "))],
                ),
                Err(trouble) => {
                    self.failed("lookup", Some(began.elapsed()), trouble.failure);
                    return false;
                }
            }
        }
        let began = Instant::now();
        match http.dial(url).await {
            Ok(address) => self.done("connection", Some(began.elapsed()), &[("address", address)]),
            Err(trouble) => {
                let step = match trouble.failure.code.as_str() {
                    "proxy" | "proxy_login" => {
                        self.steps.retain(|known| known.step != "proxy");
                        "proxy"
                    }
                    _ => "connection",
                };
                self.failed(step, Some(began.elapsed()), trouble.failure);
                return false;
            }
        }
        if url.scheme() != "https" {
            return true;
        }
        let began = Instant::now();
        match http.handshake(url).await {
            Ok(issuer) => {
                let found: Vec<_> = issuer.into_iter().map(|name| ("issuer", name)).collect();
                self.done("tls", Some(began.elapsed()), &found);
            }
            Err(trouble) => {
                self.failed("tls", Some(began.elapsed()), trouble.failure);
                return false;
            }
        }
        true
    }

    /// Whether the portal itself answers, and knows us.
    async fn portal(
        &mut self,
        http: &Http,
        row: &PortalRow,
        secrets: &Arc<dyn Secrets>,
        dir: PathBuf,
        with_secret: bool,
    ) -> bool {
        let began = Instant::now();
        if !with_secret {
            let name = match row.kind {
                PortalKind::Wordpress => discover(http, &row.url).await.map(|_| None),
                _ => match at(http, &row.url) {
                    Ok(contract) => contract.probe().await.map(|told| Some(told.document.name)),
                    Err(trouble) => Err(trouble),
                },
            };
            return match name {
                Ok(name) => {
                    let found: Vec<_> = name.into_iter().map(|name| ("name", name)).collect();
                    self.done("portal", Some(began.elapsed()), &found);
                    true
                }
                Err(trouble) => {
                    self.failed("portal", Some(began.elapsed()), trouble.failure);
                    false
                }
            };
        }
        let found = look(http, row, secrets, dir).await;
        let took = Some(began.elapsed());
        match found {
            Ok(found) => {
                self.done("portal", took, &[("name", found.name)]);
                self.done("login", None, &[]);
                true
            }
            Err(trouble) if about_login(&trouble) => {
                self.done("portal", took, &[]);
                self.failed("login", None, trouble.failure);
                true
            }
            Err(trouble) => {
                self.failed("portal", took, trouble.failure);
                false
            }
        }
    }

    /// Our clock against the portal's, as its answers show it.
    async fn clock(&mut self, desk: &Arc<Desk>, http: &Http, url: &Url) {
        let began = Instant::now();
        let answer = http
            .send(Ask::new(Method::GET, url.clone()), Arc::default())
            .await;
        let took = began.elapsed();
        let Some(theirs) = answer.ok().and_then(|answer| {
            let date = answer.header("date")?.to_owned();
            Some(jiff::fmt::rfc2822::parse(&date).ok()?.timestamp())
        }) else {
            return self.skipped("clock");
        };
        let seconds = desk
            .clock()
            .now()
            .as_second()
            .saturating_sub(theirs.as_second());
        if seconds.abs() > CLOCK {
            let failure = Failure::new(Code::ClockWrong)
                .with("host", url.host_str().unwrap_or_default())
                .with("seconds", seconds);
            return self.failed("clock", Some(took), failure);
        }
        self.done("clock", Some(took), &[("seconds", seconds.to_string())]);
    }

    /// How quickly bytes leave. They are a part that is never joined, and taken back at once.
    async fn rate(&mut self, http: &Http, url: &str, token: &SecretString) {
        let Ok(contract) = Contract::at(http.clone(), url) else {
            return self.skipped("rate");
        };
        match contract.rate(token, SAMPLE_BYTES).await {
            Ok(Some(rate)) => {
                let found = [("bytes_per_second", format!("{rate:.0}"))];
                self.done("rate", None, &found);
            }
            Ok(None) => self.skipped("rate"),
            Err(trouble) => self.failed("rate", None, trouble.failure),
        }
    }
}

fn about_login(trouble: &Trouble) -> bool {
    [
        Code::Credentials,
        Code::Rights,
        Code::SecretMissing,
        Code::SecretsLocked,
        Code::NoSecretStore,
    ]
    .iter()
    .any(|code| trouble.failure.code == code.as_str())
}

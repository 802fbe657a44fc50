//! Credentials in a header, and downloads that are hashed and not kept.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{StatusCode, header::HeaderMap};
use http_body_util::BodyExt as _;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::{Ask, Broken, Http, Progress, Trouble};
use crate::digest::hex;

/// How a name and a password begin when they stand in place of a bearer token. No token holds a blank.
const BASIC: &str = "Basic ";

/// A name and a password as one secret that goes where a bearer token would (RFC 7617).
#[must_use]
pub fn basic(user: &str, password: &SecretString) -> SecretString {
    let pair = format!("{user}:{}", password.expose_secret());
    SecretString::from(format!("{BASIC}{}", STANDARD.encode(pair)))
}

/// The value of `Authorization`.
pub(super) fn authorization(token: &SecretString) -> String {
    let text = token.expose_secret();
    if text.starts_with(BASIC) {
        return text.to_owned();
    }
    format!("Bearer {text}")
}

/// What a download turned out to be.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// SHA-256 of the body, lower-case hex.
    pub sha256: String,
    /// Bytes of the body.
    pub length: u64,
}

impl Fetched {
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Http {
    /// Reads a body of any length and keeps its hash only. It is asked for as it is stored, without compression.
    ///
    /// # Errors
    /// When no answer came, or not all of it.
    pub async fn digest(&self, ask: Ask) -> Result<Fetched, Trouble> {
        let url = ask.url.clone();
        let started = Instant::now();
        self.totals.request();
        let fetched = self
            .digested(ask.header("accept-encoding", "identity"))
            .await;
        self.totals.spent(started.elapsed());
        fetched.map_err(|broken| self.told(broken, &url))
    }

    async fn digested(&self, ask: Ask) -> Result<Fetched, Broken> {
        let (head, mut body) = self.asked(ask, &Progress::shared()).await?.into_parts();
        let (mut hash, mut length) = (Sha256::new(), 0_u64);
        loop {
            let frame = tokio::time::timeout(self.options.idle, body.frame())
                .await
                .map_err(|_| Broken::Stalled)?;
            let Some(frame) = frame else { break };
            let frame = frame.map_err(|error| Broken::Wire(Box::new(error)))?;
            if let Ok(chunk) = frame.into_data() {
                hash.update(&chunk);
                length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(0));
            }
        }
        Ok(Fetched {
            status: head.status,
            headers: head.headers,
            sha256: hex(&hash.finalize()),
            length,
        })
    }
}

//! Credentials in a header, and downloads that are hashed and not kept.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{StatusCode, header, header::HeaderMap, header::HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::{Ask, Http, Trouble, classify, head_length, is_loopback};
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
        let started = Instant::now();
        let host = ask.url.host_str().unwrap_or_default().to_owned();
        let near = is_loopback(&ask.url);
        self.totals.request(head_length(&ask));
        let fetched = self.fetch(ask, near).await;
        self.totals.spent(started.elapsed());
        fetched.map_err(|error| {
            error.map_or_else(
                || Trouble::timeout(&host),
                |error| classify::transport(&error, &host, near),
            )
        })
    }

    async fn fetch(&self, ask: Ask, near: bool) -> Result<Fetched, Option<reqwest::Error>> {
        let client = if near { &self.loopback } else { &self.world };
        let mut request = client
            .request(ask.method, ask.url)
            .headers(ask.headers)
            .header(header::ACCEPT_ENCODING, "identity");
        if let Some(token) = ask.token
            && let Ok(mut value) = HeaderValue::from_str(&authorization(&token))
        {
            value.set_sensitive(true);
            request = request.header(header::AUTHORIZATION, value);
        }
        let idle = self.options.idle;
        let mut answer = tokio::time::timeout(self.options.connect.max(idle), request.send())
            .await
            .map_err(|_| None)?
            .map_err(Some)?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let (mut hash, mut length) = (Sha256::new(), 0_u64);
        loop {
            let chunk = tokio::time::timeout(idle, answer.chunk())
                .await
                .map_err(|_| None)?
                .map_err(Some)?;
            let Some(chunk) = chunk else { break };
            self.totals.received(chunk.len());
            hash.update(&chunk);
            length = length.saturating_add(u64::try_from(chunk.len()).unwrap_or(0));
        }
        Ok(Fetched {
            status,
            headers,
            sha256: hex(&hash.finalize()),
            length,
        })
    }
}

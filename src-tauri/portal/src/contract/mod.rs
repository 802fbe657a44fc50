//! The adapter for portals of the contract (`assets/contract/openapi.yaml`), the practice portal among them.
//!
//! It knows no desk: plain values go in, plain values or a [`Trouble`] come out. The token is given with each call and
//! not kept.

mod packages;
mod upload;
pub mod wire;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use qalam_desk::error::{Code, Failure};
use secrecy::SecretString;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use self::packages::Submitted;
pub(crate) use self::upload::crowded;
pub use self::upload::{
    Alone, BEGINS_WITH, FileToSend, Habits, SMALL, UploadEnd, UploadStart, WORTH_PARTS,
};
use self::wire::{
    Account, CONTRACT, ItemPage, ItemState, RemoteItem, ServiceDocument, StoredItem, Withdrawal,
};
use crate::{
    digest::hex,
    http::{Answer, Ask, Class, Http, Method, Payload, Progress, Trouble, Url, trouble_of},
};

/// A portal of the contract at an address.
#[derive(Clone, Debug)]
pub struct Contract {
    http: Http,
    base: Url,
}

/// What a probe found.
#[derive(Clone, Debug)]
pub struct Service {
    /// What the portal says of itself.
    pub document: ServiceDocument,
    /// Where uploads are made.
    pub uploads: Url,
}

/// A service document is asked for again after so long; a round trip less for everything that is sent meanwhile.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// A portal whose editor has to take a piece down is asked again after so long.
const ASKED_AGAIN: Duration = Duration::from_secs(3600);

/// Of the answer to a withdrawal: how the piece stands.
#[derive(Deserialize)]
struct Standing {
    state: ItemState,
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    at: String,
    base: String,
    document: ServiceDocument,
}

impl Service {
    /// What is kept so that the next run needs not ask; `portal` is where it was found.
    #[must_use]
    pub fn to_remember(&self, portal: &Contract, now: Timestamp) -> Value {
        let mut document = self.document.clone();
        document.nonce = None;
        serde_json::to_value(Remembered {
            at: now.to_string(),
            base: portal.base.to_string(),
            document,
        })
        .unwrap_or_default()
    }
}

/// An address that cannot be one of a portal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the address of a portal")]
pub struct BadAddress(pub String);

impl Contract {
    /// A portal at `url`: `https://portal.example`, with or without a path and with or without `/v1` at its end.
    ///
    /// # Errors
    /// When `url` is not an absolute http or https address.
    pub fn at(http: Http, url: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(url.to_owned());
        let trimmed = url.trim().trim_end_matches('/');
        let trimmed = trimmed.strip_suffix("/v1").unwrap_or(trimmed);
        let base = Url::parse(&format!("{trimmed}/")).map_err(|_| bad())?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err(bad());
        }
        // Credentials in an address end in logs.
        if !base.username().is_empty() || base.password().is_some() {
            return Err(bad());
        }
        Ok(Self { http, base })
    }

    /// The host, for messages.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Asks for the service document and makes sure that the portal itself answered.
    ///
    /// # Errors
    /// `captive_portal` when something else answered, `not_a_portal`, and all failures of the way.
    pub async fn probe(&self) -> Result<Service, Trouble> {
        let nonce = nonce();
        let mut url = self.url("v1")?;
        url.query_pairs_mut().append_pair("nonce", &nonce);
        let answer = self.ask(Ask::new(Method::GET, url)).await?;
        if !answer.status.is_success() || answer.is_page() {
            return Err(self.trouble(&answer));
        }
        let document: ServiceDocument = serde_json::from_slice(&answer.body)
            .map_err(|source| self.not_a_portal(&source.to_string()))?;
        if document.contract != CONTRACT {
            return Err(self.not_a_portal(&document.contract));
        }
        if document.nonce.as_deref() != Some(nonce.as_str()) {
            return Err(Trouble::retry(
                Failure::new(Code::CaptivePortal).detail("nonce"),
            ));
        }
        self.service(document)
    }

    fn service(&self, document: ServiceDocument) -> Result<Service, Trouble> {
        let uploads = self
            .base
            .join("v1/")
            .and_then(|place| place.join(&document.uploads.url))
            .map_err(|source| self.not_a_portal(&source.to_string()))?;
        self.same_origin(&uploads)?;
        Ok(Service { document, uploads })
    }

    /// A service as [`Service::to_remember`] wrote it down, unless that is too long ago or was another portal's.
    #[must_use]
    pub fn remembered(&self, written: &Value, now: Timestamp) -> Option<Service> {
        let written: Remembered = serde_json::from_value(written.clone()).ok()?;
        let age = now.duration_since(written.at.parse::<Timestamp>().ok()?);
        let fresh = !age.is_negative() && age.unsigned_abs() < REMEMBERED;
        let ours = written.base == self.base.as_str() && written.document.contract == CONTRACT;
        if !fresh || !ours {
            return None;
        }
        self.service(written.document).ok()
    }

    /// The account behind the token.
    ///
    /// # Errors
    /// `credentials`, and all failures of the way.
    pub async fn me(&self, token: &SecretString) -> Result<Account, Trouble> {
        let mut ask = Ask::new(Method::GET, self.url("v1/me")?);
        ask.token = Some(token.clone());
        let answer = self.ask(ask).await?;
        self.read(&answer)
    }

    /// Stores a release: `body` exactly as the desk made it.
    ///
    /// # Errors
    /// See [`crate::http::Class`]; `changed_on_portal` is a conflict.
    pub async fn put(
        &self,
        token: &SecretString,
        item: &str,
        body: &[u8],
        if_match: Option<&str>,
        service: &Service,
    ) -> Result<StoredItem, Trouble> {
        let limit = service.document.limits.item_bytes;
        if u64::try_from(body.len()).unwrap_or(u64::MAX) > limit {
            return Err(Trouble::refused(
                Failure::new(Code::TooLargeForPortal)
                    .with("limit", limit)
                    .with("name", ""),
            ));
        }
        let stored = self.put_once(token, item, body, if_match).await;
        match stored {
            // The portal never held it, or lost it altogether: nobody's change can be overwritten.
            Err(trouble)
                if if_match.is_some()
                    && trouble.problem.as_deref() == Some("precondition_failed")
                    && trouble
                        .failure
                        .params
                        .get("etag")
                        .is_some_and(|etag| etag == "null") =>
            {
                self.put_once(token, item, body, None).await
            }
            other => other,
        }
    }

    async fn put_once(
        &self,
        token: &SecretString,
        item: &str,
        body: &[u8],
        if_match: Option<&str>,
    ) -> Result<StoredItem, Trouble> {
        let mut ask = Ask::new(Method::PUT, self.url(&format!("v1/items/{item}"))?)
            .header("content-type", "application/json");
        ask = match if_match {
            Some(etag) => ask.header("if-match", etag),
            None => ask.header("if-none-match", "*"),
        };
        ask.token = Some(token.clone());
        ask.payload = Payload::Bytes(body.to_vec().into());
        let answer = self.ask(ask).await?;
        let stored: StoredItem = self.read(&answer)?;
        if stored.id != item {
            return Err(Trouble::retry(
                Failure::new(Code::BadAnswer).with("detail", "another item was answered"),
            ));
        }
        Ok(stored)
    }

    /// Items changed since a cursor; `None` from the beginning.
    ///
    /// # Errors
    /// All failures of the way; `bad_answer`.
    pub async fn changes(
        &self,
        token: &SecretString,
        owner: Option<&str>,
        since: Option<&str>,
    ) -> Result<ItemPage, Trouble> {
        let mut url = self.url("v1/items")?;
        {
            let mut query = url.query_pairs_mut();
            if let Some(owner) = owner {
                query.append_pair("owner", owner);
            }
            query.append_pair("since", since.unwrap_or_default());
        }
        let mut ask = Ask::new(Method::GET, url);
        ask.token = Some(token.clone());
        let answer = self.ask(ask).await?;
        self.read(&answer)
    }

    /// One item, with its content as the portal holds it.
    ///
    /// # Errors
    /// All failures of the way; `bad_answer`.
    pub async fn item(&self, token: &SecretString, item: &str) -> Result<RemoteItem, Trouble> {
        let ask = Ask::new(Method::GET, self.url(&format!("v1/items/{item}"))?);
        self.item_by(token, item, ask).await
    }

    /// What the portal says of a release that it holds: the same as to its [`Self::put`], without sending it again.
    /// `None` when it holds another, or its editor changed it.
    ///
    /// # Errors
    /// All failures of the way; `bad_answer`.
    pub async fn stored(
        &self,
        token: &SecretString,
        item: &str,
        release: &str,
    ) -> Result<Option<StoredItem>, Trouble> {
        let ask = Ask::new(Method::GET, self.url(&format!("v1/items/{item}"))?)
            .header("prefer", "return=minimal");
        let found = self.item_by(token, item, ask).await?;
        let same = found.release == release && !found.edited;
        Ok(same.then_some(StoredItem {
            id: found.id,
            etag: found.etag,
            state: found.state,
            url: found.url,
            missing: found.missing,
            receipt: found.receipt,
        }))
    }

    async fn item_by(
        &self,
        token: &SecretString,
        item: &str,
        mut ask: Ask,
    ) -> Result<RemoteItem, Trouble> {
        ask.token = Some(token.clone());
        let answer = self.ask(ask).await?;
        let found: RemoteItem = self.read(&answer)?;
        if found.id != item {
            return Err(Trouble::retry(
                Failure::new(Code::BadAnswer).with("detail", "another item was answered"),
            ));
        }
        Ok(found)
    }

    /// Asks the portal to take an item down.
    ///
    /// # Errors
    /// See [`crate::http::Class`].
    pub async fn withdraw(
        &self,
        token: &SecretString,
        item: &str,
        reason: &str,
    ) -> Result<(), Trouble> {
        let body = serde_json::to_vec(&Withdrawal {
            reason: reason.to_owned(),
        })
        .unwrap_or_default();
        let mut ask = Ask::new(
            Method::POST,
            self.url(&format!("v1/items/{item}/withdrawal"))?,
        )
        .header("content-type", "application/json");
        ask.token = Some(token.clone());
        ask.payload = Payload::Bytes(body.into());
        let answer = self.ask(ask).await?;
        // A portal may ask its editor first: the state tells what was done.
        match self.read::<Standing>(&answer)?.state {
            ItemState::Withdrawn | ItemState::Deleted => Ok(()),
            _ => {
                let mut pending = Trouble::retry(Failure::new(Code::WithdrawalPending));
                pending.class = Class::Retry(Some(ASKED_AGAIN));
                Err(pending)
            }
        }
    }

    /// Whether the portal holds these bytes already, from anybody.
    ///
    /// # Errors
    /// All failures of the way.
    pub async fn has_file(
        &self,
        token: &SecretString,
        sha256: &str,
        length: u64,
    ) -> Result<bool, Trouble> {
        let mut ask = Ask::new(Method::HEAD, self.url(&format!("v1/files/{sha256}"))?);
        ask.token = Some(token.clone());
        let answer = self.ask(ask).await?;
        match answer.status.as_u16() {
            // A login page answers 200 to anything; these bytes have a known length.
            200 if answer.is_page() && answer.header("repr-digest").is_none() => {
                Err(self.trouble(&answer))
            }
            200 | 204 => Ok(answer
                .header("content-length")
                .and_then(|value| value.parse::<u64>().ok())
                .is_none_or(|told| told == length)),
            404 | 405 | 410 => Ok(false),
            _ => Err(self.trouble(&answer)),
        }
    }

    async fn ask(&self, ask: Ask) -> Result<Answer, Trouble> {
        self.http.send(ask, Arc::new(Progress::default())).await
    }

    fn read<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Trouble> {
        if !answer.status.is_success() || answer.is_page() {
            return Err(self.trouble(answer));
        }
        serde_json::from_slice(&answer.body).map_err(|source| {
            let mut trouble = Trouble::retry(Failure::new(Code::BadAnswer).with("detail", source));
            trouble.status = Some(answer.status.as_u16());
            trouble
        })
    }

    fn trouble(&self, answer: &Answer) -> Trouble {
        let own = answer
            .header("location")
            .and_then(|place| self.base.join(place).ok())
            .is_some_and(|place| place.origin() == self.base.origin());
        let mut trouble = trouble_of(answer, own);
        if matches!(
            trouble.failure.code.as_str(),
            "portal_down" | "not_a_portal" | "timeout"
        ) {
            trouble.failure = trouble
                .failure
                .with("host", self.host())
                .with("url", self.base.as_str());
        }
        trouble
    }

    fn not_a_portal(&self, detail: &str) -> Trouble {
        Trouble::retry(
            Failure::new(Code::NotAPortal)
                .with("url", self.base.as_str())
                .detail(detail),
        )
    }

    fn url(&self, path: &str) -> Result<Url, Trouble> {
        self.base
            .join(path)
            .map_err(|source| self.not_a_portal(&source.to_string()))
    }

    /// The token goes to the portal and nowhere else, whatever the portal names.
    fn same_origin(&self, url: &Url) -> Result<(), Trouble> {
        if url.origin() == self.base.origin() {
            return Ok(());
        }
        Err(Trouble::retry(
            Failure::new(Code::BadAnswer).with("detail", "an address at another host"),
        ))
    }
}

/// 128 random bits; a failing random source gives a constant, which only weakens the probe.
fn nonce() -> String {
    let mut bytes = [0_u8; 16];
    if getrandom::fill(&mut bytes).is_err() {
        tracing::warn!("no random source");
    }
    hex(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_type_them() {
        let http = Http::new(crate::http::HttpOptions::default()).expect("client");
        for (typed, base) in [
            ("https://portal.example", "https://portal.example/"),
            (" https://portal.example/v1/ ", "https://portal.example/"),
            (
                "http://127.0.0.1:8080/health/",
                "http://127.0.0.1:8080/health/",
            ),
        ] {
            let portal = Contract::at(http.clone(), typed).expect(typed);
            assert_eq!(portal.base.as_str(), base);
        }
        for typed in [
            "portal",
            "ftp://portal.example",
            "https://me:secret@portal.example",
        ] {
            assert!(Contract::at(http.clone(), typed).is_err(), "{typed}");
        }
    }
}

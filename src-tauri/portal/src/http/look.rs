//! The way to an address, step by step, for a diagnosis.

use http::Uri;
use hyper_util::rt::TokioIo;
use tower_service::Service as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::{Http, Trouble, Url, classify, connect, is_loopback};

/// A certificate is written by strangers; no more of a name is shown.
const ISSUER_CHARS: usize = 120;

impl Http {
    /// The proxy that serves an address, without its login.
    pub async fn proxy_of(&self, url: &Url) -> Option<String> {
        let target: Uri = url.as_str().parse().ok()?;
        let proxy = self.proxies.of(&target).await?;
        Some(format!(
            "{}:{}",
            proxy.uri().host()?,
            proxy.uri().port_u16().unwrap_or(80)
        ))
    }

    /// The script of this network that says which proxy to use, where nobody here can read it.
    pub async fn unread_script(&self) -> Option<String> {
        self.proxies.unread_script().await
    }

    /// The addresses of a host.
    ///
    /// # Errors
    /// `name_lookup`, `no_link`.
    pub async fn look_up(&self, url: &Url) -> Result<Vec<String>, Trouble> {
        let (host, port) = place(url);
        let found = connect::look_up(&host, port).await;
        let found = found.map_err(|error| classify::transport(&error, &host, is_loopback(url)))?;
        Ok(found
            .iter()
            .map(|address| address.ip().to_string())
            .collect())
    }

    /// Connects, through the proxy when there is one, without encryption. Gives the address that answered.
    ///
    /// # Errors
    /// `portal_not_reached`, `proxy`, `proxy_login`, `no_link`, `timeout`.
    pub async fn dial(&self, url: &Url) -> Result<String, Trouble> {
        if let Some(proxy) = self.proxy_of(url).await {
            // The proxy connects; what it says shows with the first encrypted connection or request.
            let mut plain = url.clone();
            let _ = plain.set_scheme("http");
            self.connect(&plain).await?;
            return Ok(proxy);
        }
        let (host, port) = place(url);
        let dialled = tokio::time::timeout(self.options.connect, connect::dial(&host, port)).await;
        let stream = dialled
            .unwrap_or(Err(connect::ConnectFailed::Late))
            .map_err(|error| classify::transport(&error, &host, is_loopback(url)))?;
        let address = stream.peer_addr().map(|peer| peer.ip().to_string());
        Ok(address.unwrap_or_default())
    }

    /// Makes an encrypted connection, as a request would. Gives who issued the portal's certificate: an inspecting
    /// network issues its own.
    ///
    /// # Errors
    /// `certificate`, `clock_wrong`, and what [`Http::dial`] fails with.
    pub async fn handshake(&self, url: &Url) -> Result<Option<String>, Trouble> {
        let line = self.connect(url).await?;
        Ok(line.inner().certificate().and_then(issuer))
    }

    async fn connect(&self, url: &Url) -> Result<TokioIo<connect::Line>, Trouble> {
        let host = url.host_str().unwrap_or_default();
        let told = |error| classify::transport(&error, host, is_loopback(url));
        let target: Uri = url
            .as_str()
            .parse()
            .map_err(|_| told(connect::ConnectFailed::Address("no address")))?;
        self.connector.clone().call(target).await.map_err(told)
    }
}

/// The issuer's organisation, else its name, as a certificate has it.
fn issuer(certificate: &[u8]) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let issuer = certificate.issuer();
    let mut names = issuer
        .iter_organization()
        .chain(issuer.iter_common_name())
        .filter_map(|name| name.as_str().ok());
    let name = names.find(|name| !name.trim().is_empty())?;
    Some(name.chars().take(ISSUER_CHARS).collect())
}

fn place(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    (bare.to_owned(), url.port_or_known_default().unwrap_or(80))
}

//! Making a connection: name lookup, both families of addresses, the proxy, TLS, and the settings of the socket.
//!
//! Every way to fail has its own word ([`ConnectFailed`]), because what a person has to do differs.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use http::Uri;
use hyper_util::{
    client::{
        legacy::connect::{Connected, Connection, proxy::SocksV5},
        proxy::matcher::Intercept,
    },
    rt::TokioIo,
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf},
    net::TcpStream,
    time::sleep,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls};

use super::{
    counted::{Counted, HeldBack},
    proxy::Proxies,
    spare::Spares,
    totals::Totals,
};

/// The head start of one address over the next (RFC 8305).
const HEAD_START: Duration = Duration::from_millis(250);
/// After so long every address is tried afresh: the system's own repetitions become rare too quickly on a link that
/// comes and goes.
const AFRESH: Duration = Duration::from_secs(3);
/// Without an acknowledgement for so long a connection is given up; resuming costs less than the system's patience.
pub(super) const UNACKNOWLEDGED: Duration = Duration::from_secs(7);
/// A silent connection is asked whether it lives after so long, and then this often.
const ALIVE_AFTER: Duration = Duration::from_secs(5);
const ALIVE_EVERY: Duration = Duration::from_secs(2);
/// Bytes the system may hold back unsent, where it can be told: what is handed over is then nearly what is sent.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 4 * 1024;
/// Longest answer of a proxy to `CONNECT`.
const PROXY_HEAD: usize = 16 * 1024;

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ConnectFailed {
    /// The name was not found, or nobody could be asked.
    #[error("name lookup failed")]
    Lookup(#[source] io::Error),
    /// Nobody listens, or no way leads there.
    #[error("no connection")]
    Way(#[source] io::Error),
    /// Nobody answered in time.
    #[error("no connection in time")]
    Late,
    /// The proxy is not reached or says no.
    #[error("proxy: {0}")]
    Proxy(String),
    /// The proxy asks for a login.
    #[error("the proxy asks for a login")]
    ProxyLogin,
    /// No encrypted connection.
    #[error("tls")]
    Tls(#[source] io::Error),
    /// The address itself.
    #[error("address: {0}")]
    Address(&'static str),
}

/// True when the address is this machine.
pub(super) fn is_near(target: &Uri) -> bool {
    target.host().is_some_and(|host| {
        host == "localhost"
            || host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback())
    })
}

/// The connector of the client.
#[derive(Clone)]
pub(super) struct Connector {
    proxies: Proxies,
    tls: TlsConnector,
    patience: Duration,
    totals: Arc<Totals>,
    held_back: HeldBack,
    spares: Spares,
}

impl Connector {
    /// # Errors
    /// When the system's trust store cannot be used.
    pub(super) fn new(
        proxies: Proxies,
        patience: Duration,
        totals: Arc<Totals>,
        held_back: HeldBack,
    ) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            proxies,
            tls: TlsConnector::from(Arc::new(config)),
            patience,
            totals,
            held_back,
            spares: Spares::default(),
        })
    }

    /// Connections made ahead.
    pub(super) fn spares(&self) -> &Spares {
        &self.spares
    }

    pub(super) async fn connect(self, target: Uri) -> Result<TokioIo<Line>, ConnectFailed> {
        let patience = self.patience;
        tokio::time::timeout(patience, self.way(target))
            .await
            .map_err(|_| ConnectFailed::Late)?
    }

    /// Connects, and takes one of those made ahead when it comes about sooner: the first packet of this one may be lost.
    pub(super) async fn first_of_all(self, target: Uri) -> Result<TokioIo<Line>, ConnectFailed> {
        let spares = self.spares.clone();
        let mut own = self.connect(target.clone()).boxed();
        tokio::select! {
            biased;
            made = &mut own => made,
            spare = spares.next(&target) => {
                tokio::spawn(async move {
                    if let Ok(line) = own.await {
                        spares.keep(&target, line).await;
                    }
                });
                Ok(spare)
            }
        }
    }

    async fn way(self, target: Uri) -> Result<TokioIo<Line>, ConnectFailed> {
        let (host, port, secret) = parts(&target)?;
        let Some(proxy) = self.proxies.of(&target).await else {
            let (stream, took) = dial_measured(&host, port).await?;
            self.totals.connected(took);
            let plain = self.counted(stream);
            return self.dress(plain, &host, secret).await;
        };
        let (proxy_host, proxy_port, _) = parts(proxy.uri())?;
        if proxy
            .uri()
            .scheme_str()
            .is_some_and(|scheme| scheme.starts_with("socks5"))
        {
            let plain = self.through_socks(&proxy, target).await?;
            return self.dress(plain, &host, secret).await;
        }
        let stream = dial(&proxy_host, proxy_port).await.map_err(|error| {
            let detail = match &error {
                ConnectFailed::Lookup(source) | ConnectFailed::Way(source) => {
                    format!("{error}: {source}")
                }
                other => other.to_string(),
            };
            ConnectFailed::Proxy(detail)
        })?;
        let mut plain = self.counted(stream);
        if !secret {
            // The whole address is asked of the proxy; its login goes with each request.
            return Ok(TokioIo::new(Line {
                way: Way::Plain(plain),
                proxied: true,
            }));
        }
        tunnel(&mut plain, &host, port, &proxy).await?;
        self.dress(plain, &host, secret).await
    }

    async fn through_socks(
        &self,
        proxy: &Intercept,
        target: Uri,
    ) -> Result<Counted, ConnectFailed> {
        use tower_service::Service as _;
        let mut socks = SocksV5::new(proxy.uri().clone(), Dialler);
        if let Some((user, password)) = proxy.raw_auth() {
            socks = socks.with_auth(user.to_owned(), password.to_owned());
        }
        let stream = socks
            .call(target)
            .await
            .map_err(|error| ConnectFailed::Proxy(error.to_string()))?;
        Ok(self.counted(stream.into_inner()))
    }

    fn counted(&self, stream: TcpStream) -> Counted {
        Counted::new(stream, Arc::clone(&self.totals), self.held_back.clone())
    }

    async fn dress(
        &self,
        plain: Counted,
        host: &str,
        secret: bool,
    ) -> Result<TokioIo<Line>, ConnectFailed> {
        let way = if secret {
            let name = rustls::pki_types::ServerName::try_from(host.to_owned())
                .map_err(|_| ConnectFailed::Address("no name for a certificate"))?;
            let stream = self.tls.connect(name, plain).await;
            Way::Tls(Box::new(stream.map_err(ConnectFailed::Tls)?))
        } else {
            Way::Plain(plain)
        };
        Ok(TokioIo::new(Line {
            way,
            proxied: false,
        }))
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Line>;
    type Error = ConnectFailed;
    type Future = BoxFuture<'static, Result<TokioIo<Line>, ConnectFailed>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectFailed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        match self.spares.take(&target) {
            Some(spare) => std::future::ready(Ok(spare)).boxed(),
            None => self.clone().first_of_all(target).boxed(),
        }
    }
}

/// Connects to whatever address a SOCKS proxy has.
#[derive(Clone)]
struct Dialler;

impl tower_service::Service<Uri> for Dialler {
    type Response = TokioIo<TcpStream>;
    type Error = ConnectFailed;
    type Future = BoxFuture<'static, Result<TokioIo<TcpStream>, ConnectFailed>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectFailed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, proxy: Uri) -> Self::Future {
        async move {
            let (host, port, _) = parts(&proxy)?;
            Ok(TokioIo::new(dial(&host, port).await?))
        }
        .boxed()
    }
}

/// Host, port, and whether TLS is asked for.
fn parts(target: &Uri) -> Result<(String, u16, bool), ConnectFailed> {
    let host = target
        .host()
        .ok_or(ConnectFailed::Address("no host"))?
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    let secret = target.scheme_str() == Some("https");
    let usual = match target.scheme_str() {
        Some("https") => 443,
        Some(scheme) if scheme.starts_with("socks") => 1080,
        _ => 80,
    };
    Ok((host, target.port_u16().unwrap_or(usual), secret))
}

/// The addresses of a host, the families taking turns, the system's favourite first.
pub(super) async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectFailed> {
    let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(ConnectFailed::Lookup)?
        .collect();
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turns = Vec::new();
    loop {
        let (one, other) = (first.next(), second.next());
        if one.is_none() && other.is_none() {
            break;
        }
        turns.extend(one.into_iter().chain(other));
    }
    if turns.is_empty() {
        let none = io::Error::new(io::ErrorKind::NotFound, "no address");
        return Err(ConnectFailed::Lookup(none));
    }
    Ok(turns)
}

/// The first connection that comes about. A dead family of addresses costs a quarter of a second.
pub(super) async fn dial(host: &str, port: u16) -> Result<TcpStream, ConnectFailed> {
    Ok(dial_measured(host, port).await?.0)
}

/// The same, and how long the connection itself took.
async fn dial_measured(host: &str, port: u16) -> Result<(TcpStream, Duration), ConnectFailed> {
    let addresses = look_up(host, port).await?;
    let mut tries = FuturesUnordered::new();
    let mut waiting = addresses.iter();
    if let Some(address) = waiting.next() {
        tries.push(attempt(*address).boxed());
    }
    let afresh = sleep(AFRESH);
    tokio::pin!(afresh);
    loop {
        tokio::select! {
            biased;
            done = tries.next(), if !tries.is_empty() => match done {
                Some(Ok(stream)) => return Ok(stream),
                Some(Err(error)) => {
                    if let Some(address) = waiting.next() {
                        tries.push(attempt(*address).boxed());
                    } else if tries.is_empty() {
                        return Err(ConnectFailed::Way(error));
                    }
                }
                None => {}
            },
            () = sleep(HEAD_START), if waiting.len() > 0 => {
                if let Some(address) = waiting.next() {
                    tries.push(attempt(*address).boxed());
                }
            }
            () = &mut afresh => {
                afresh.as_mut().reset(tokio::time::Instant::now() + AFRESH);
                tries = addresses.iter().map(|address| attempt(*address).boxed()).collect();
            }
        }
    }
}

async fn attempt(address: SocketAddr) -> io::Result<(TcpStream, Duration)> {
    let began = tokio::time::Instant::now();
    let stream = TcpStream::connect(address).await?;
    settle(&stream);
    Ok((stream, began.elapsed()))
}

/// What cannot be set is left: a slower notice of a dead link, nothing worse.
fn settle(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_nodelay(true);
    let alive = TcpKeepalive::new()
        .with_time(ALIVE_AFTER)
        .with_interval(ALIVE_EVERY);
    let _ = socket.set_tcp_keepalive(&alive);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        let _ = socket.set_tcp_notsent_lowat(UNSENT);
    }
}

async fn tunnel(
    stream: &mut Counted,
    host: &str,
    port: u16,
    proxy: &Intercept,
) -> Result<(), ConnectFailed> {
    let broken = |error: io::Error| ConnectFailed::Proxy(error.to_string());
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.to_owned()
    };
    let mut head = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n");
    if let Some(login) = login_of(proxy) {
        head.push_str(&format!("Proxy-Authorization: {login}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).await.map_err(broken)?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        // Byte by byte: what follows the head belongs to the portal.
        let byte = stream.read_u8().await.map_err(broken)?;
        answer.push(byte);
        if answer.len() > PROXY_HEAD {
            return Err(ConnectFailed::Proxy("an endless answer".to_owned()));
        }
    }
    let text = String::from_utf8_lossy(&answer);
    let status = text.lines().next().unwrap_or_default();
    match status.split_whitespace().nth(1) {
        Some(code) if code.starts_with('2') => Ok(()),
        Some("407") => Err(ConnectFailed::ProxyLogin),
        _ => Err(ConnectFailed::Proxy(status.to_owned())),
    }
}

/// The value of `Proxy-Authorization`, when the proxy's address holds a login.
pub(super) fn login_of(proxy: &Intercept) -> Option<String> {
    if let Some(value) = proxy.basic_auth() {
        return value.to_str().ok().map(str::to_owned);
    }
    let (user, password) = proxy.raw_auth()?;
    let login = STANDARD.encode(format!("{user}:{password}"));
    Some(format!("Basic {login}"))
}

/// A connection to a portal or a proxy.
pub(super) struct Line {
    way: Way,
    proxied: bool,
}

enum Way {
    Plain(Counted),
    Tls(Box<TlsStream<Counted>>),
}

impl Line {
    fn counted(&self) -> &Counted {
        match &self.way {
            Way::Plain(stream) => stream,
            Way::Tls(stream) => stream.get_ref().0,
        }
    }

    /// Whether the other side has not ended it. What it sent unasked (a ticket of TLS) stays unread.
    pub(super) fn stands(&self) -> bool {
        self.counted().stands()
    }

    /// The certificate that was shown (DER).
    pub(super) fn certificate(&self) -> Option<&[u8]> {
        match &self.way {
            Way::Plain(_) => None,
            Way::Tls(stream) => {
                let (_, session) = stream.get_ref();
                session.peer_certificates()?.first().map(AsRef::as_ref)
            }
        }
    }
}

impl Connection for Line {
    fn connected(&self) -> Connected {
        let written = self.counted().written();
        Connected::new().proxy(self.proxied).extra(written)
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Way::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Way::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_flush(context),
            Way::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.way {
            Way::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Way::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

//! Making a connection: name lookup, both families of addresses, the proxy, TLS, and the settings of the socket.
//!
//! Every way to fail has its own word ([`ConnectFailed`]), because what a person has to do differs.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
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
    sync::Notify,
    time::sleep,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls};

use super::{proxy::Proxies, spare::Spares, totals::Totals};

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
/// `MSG_EOR`, nothing is appended to the packet that these bytes end, and `MSG_NOSIGNAL`.
const APART: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
    0x4080
} else {
    0
};
/// Bytes given to the system at once.
const MOST_AT_ONCE: usize = 4 * 1024;
/// Sizes of a connection's buffer, once it is not left to the system; Linux takes no smaller one.
const SMALL_BUFFER: usize = 2304;
/// What the packet that a buffer takes beyond its bound counts for (half of it, as the size is doubled), and somewhat
/// less: rounding must not cost a packet.
const ONE_MORE: usize = 1000;
const LARGE_BUFFER: usize = 1024 * 1024;
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

/// How many bytes a connection may have on their way; shared by all connections of a client.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldBack(Arc<AtomicUsize>);

impl HeldBack {
    /// `None` is what the system can bear.
    pub(super) fn set(&self, bytes: Option<u64>) {
        let bytes = bytes.map_or(0, |bytes| {
            usize::try_from(bytes).unwrap_or(usize::MAX).max(1)
        });
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// Bytes that a connection has given to the system; goes with the connection to whoever uses it.
#[derive(Clone, Debug, Default)]
pub(super) struct Written(Arc<(AtomicU64, Notify)>);

impl Written {
    /// How many so far.
    pub(super) fn bytes(&self) -> u64 {
        self.0.0.load(Ordering::Relaxed)
    }

    fn add(&self, bytes: usize) {
        let (count, more) = &*self.0;
        count.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        more.notify_waiters();
    }

    /// Ends when it has written so many.
    pub(super) async fn reach(&self, bytes: u64) {
        loop {
            let more = self.0.1.notified();
            if self.bytes() >= bytes {
                return;
            }
            more.await;
        }
    }
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
    async fn first_of_all(self, target: Uri) -> Result<TokioIo<Line>, ConnectFailed> {
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
        Counted {
            stream,
            totals: Arc::clone(&self.totals),
            held_back: self.held_back.clone(),
            holds: 0,
            written: Written::default(),
            at_once: MOST_AT_ONCE,
        }
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

/// A connection that counts what goes over it.
pub(super) struct Counted {
    stream: TcpStream,
    totals: Arc<Totals>,
    held_back: HeldBack,
    // What was last told to the system; 0 is its own choice.
    holds: usize,
    // Bytes given to the system at once.
    at_once: usize,
    written: Written,
}

impl Counted {
    /// The system's buffer of a connection holds what is unsent and what is unacknowledged, so its size bounds both.
    fn hold_back(&mut self) {
        let wanted = self.held_back.0.load(Ordering::Relaxed);
        if wanted == self.holds {
            return;
        }
        // Small changes are not worth a call.
        let small = wanted.abs_diff(self.holds) < self.holds / 8;
        if small && wanted != 0 {
            return;
        }
        self.holds = wanted;
        self.at_once = match wanted {
            0 => MOST_AT_ONCE,
            // Written apart, they are sent apart: whole packets, or the last of each would be a short one. A part of what
            // the buffer takes, so that it is filled to its bound and not beyond.
            some => whole_packets(&self.stream, (some / 8).min(MOST_AT_ONCE)),
        };
        let bytes = match wanted {
            0 => LARGE_BUFFER,
            // Linux takes twice the number, counts its own bookkeeping (2,304 bytes for a packet of 1,448), and takes one
            // packet more while a byte is free.
            bytes if cfg!(target_os = "linux") => (bytes / 5 * 4)
                .saturating_sub(ONE_MORE)
                .clamp(SMALL_BUFFER, LARGE_BUFFER),
            bytes => bytes.clamp(SMALL_BUFFER, LARGE_BUFFER),
        };
        let _ = SockRef::from(&self.stream).set_send_buffer_size(bytes);
    }
}

/// As many whole packets as fit into so many bytes, one at least.
fn whole_packets(stream: &TcpStream, bytes: usize) -> usize {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if let Ok(packet) = SockRef::from(stream).tcp_mss()
        && let Ok(packet) = usize::try_from(packet)
        && packet > 0
    {
        return (bytes / packet).max(1).saturating_mul(packet);
    }
    let _ = stream;
    bytes.max(1)
}

/// Writes so that the size of the buffer holds. Linux appends what is written to the last packet that has not left, up
/// to 64 KiB and whatever the size of the buffer; only what begins a packet is weighed against it.
fn write_apart(
    stream: &TcpStream,
    context: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    loop {
        std::task::ready!(stream.poll_write_ready(context))?;
        let written = stream.try_io(tokio::io::Interest::WRITABLE, || {
            SockRef::from(stream).send_with_flags(bytes, APART)
        });
        match written {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            written => return Poll::Ready(written),
        }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.totals
            .received(buffer.filled().len().saturating_sub(before));
        polled
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.hold_back();
        // What the system takes at once it holds back; a little suffices to keep a line busy.
        let bytes = bytes.get(..self.at_once).unwrap_or(bytes);
        let polled = match self.holds {
            0 => Pin::new(&mut self.stream).poll_write(context, bytes),
            _ => write_apart(&self.stream, context, bytes),
        };
        if let Poll::Ready(Ok(count)) = polled {
            self.totals.wrote(count);
            self.written.add(count);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
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
        match self.counted().stream.peek(&mut [0]).now_or_never() {
            None => true,
            Some(read) => read.is_ok_and(|bytes| bytes > 0),
        }
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
        let written = self.counted().written.clone();
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

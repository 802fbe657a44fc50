//! One client for everything that goes over a wire: proxies and trust store of the system, no total time limit, a watch
//! on stalled bytes, caps on answers, and failures that name the culprit.

mod classify;
mod connect;
mod counted;
mod fetch;
mod look;
mod progress;
mod proxy;
mod resolve;
mod spare;
mod totals;

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use http::{
    Request, StatusCode, Uri,
    header::{self, HeaderMap, HeaderValue},
};
use http_body_util::{BodyExt as _, Empty, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;
use hyper_util::{
    client::legacy::{
        Client, Error as ClientFailed,
        connect::{CaptureConnection, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use qalam_desk::error::{Code, Failure};
use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    time::Instant,
};

use self::{
    connect::{Connector, login_of},
    counted::HeldBack,
    fetch::authorization,
    proxy::Proxies,
};
pub use http::Method;
pub use url::Url;

pub use self::{
    classify::{Class, Trouble, answer as trouble_of, problem as trouble_of_problem, retry_after},
    fetch::{Fetched, basic},
    progress::Progress,
    proxy::{FindProxy, ProxyChoice, ProxyFinder},
    totals::{Totals, Wire},
};

/// Longest answer read into memory.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Bytes handed to the connection at once: small enough that "handed over" stays near "sent" on a slow link.
const CHUNK_BYTES: usize = 2 * 1024;
/// Bytes the client itself holds back of a body (the least that its HTTP library takes).
const BUFFERED: usize = 8 * 1024;
/// The slowest link we wait for, in bytes a second, once all bytes are with the operating system.
const SLOWEST: u64 = 4 * 1024;
/// What the operating system may hold back of an upload, in bytes, where it cannot be told.
const HELD_BACK: u64 = if cfg!(any(target_os = "linux", target_os = "android")) {
    64 * 1024
} else {
    1024 * 1024
};
/// A connection nobody uses is kept for so long: a new one costs a round trip and a slow start.
const IDLE_CONNECTION: Duration = Duration::from_secs(60);
/// The least a moving answer brings, in bytes a second, after its first minute: one byte now and then is no answer.
const SLOWEST_ANSWER: u64 = 512;
/// No answer takes longer: on the slowest link we plan for, it is more than a megabyte. One portal that
/// trickles must not hold up what goes to others.
const LONGEST_ANSWER: Duration = Duration::from_secs(300);
/// A body that moved before stands still for so long at most. Where the system itself watches the acknowledgements
/// (see `connect`), this is only for a server that does not read.
const STILL: Duration = if cfg!(any(target_os = "linux", target_os = "android")) {
    Duration::from_secs(25)
} else {
    Duration::from_secs(8)
};
/// Bytes read from disk at once.
const READ_BYTES: usize = 256 * 1024;
/// Who asks.
const AGENT: &str = concat!("Qalam/", env!("CARGO_PKG_VERSION"));

type Outgoing = UnsyncBoxBody<Bytes, std::io::Error>;

/// Patience of the client.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// For a connection to be made.
    pub connect: Duration,
    /// Without a single byte moving in either direction.
    pub idle: Duration,
    /// For a link that went away under an upload, before the outbox's pauses take over.
    pub away: Duration,
    /// A proxy to be used in place of the system's, as an address.
    pub proxy: Option<String>,
    /// Who knows what a person or the system chose.
    pub find_proxy: Option<ProxyFinder>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(45),
            away: Duration::from_secs(60),
            proxy: None,
            find_proxy: None,
        }
    }
}

/// The client.
#[derive(Clone)]
pub struct Http {
    client: Client<Connector, Outgoing>,
    proxies: Proxies,
    options: HttpOptions,
    totals: Arc<Totals>,
    held_back: HeldBack,
    // The same that the client uses, to walk the way step by step.
    connector: Connector,
}

/// What a request carries.
#[derive(Clone, Debug, Default)]
pub enum Payload {
    /// Nothing.
    #[default]
    Nothing,
    /// Bytes in memory.
    Bytes(Bytes),
    /// A stretch of a file on disk, `from` inclusive, `to` exclusive.
    File {
        /// The file.
        path: PathBuf,
        /// First byte.
        from: u64,
        /// Byte after the last.
        to: u64,
    },
}

impl Payload {
    fn length(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::File { from, to, .. } => to.saturating_sub(*from),
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Method.
    pub method: Method,
    /// Address.
    pub url: Url,
    /// Headers besides the credentials.
    pub headers: HeaderMap,
    /// The bearer token, or name and password as [`basic`] makes them one.
    pub token: Option<SecretString>,
    /// The body.
    pub payload: Payload,
}

impl Ask {
    /// A request without headers, token and body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            token: None,
            payload: Payload::Nothing,
        }
    }

    /// With a header; a value that cannot be one is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Bytes,
}

impl Answer {
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// True when the body says it is a web page.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.header("content-type").is_some_and(|kind| {
            kind.trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
    }
}

/// A client that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The system's trust store cannot be used.
    #[error("trust store: {0}")]
    Trust(#[from] rustls::Error),
    /// The proxy's address is none.
    #[error("the address of the proxy")]
    Proxy,
}

impl Http {
    /// Makes the client.
    ///
    /// # Errors
    /// When the system's trust store or the given proxy cannot be used.
    pub fn new(options: HttpOptions) -> Result<Self, ClientError> {
        // An error means that another part of the program installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if let Some(proxy) = &options.proxy
            && Url::parse(proxy).is_err()
        {
            return Err(ClientError::Proxy);
        }
        let totals = Arc::new(Totals::default());
        let proxies = Proxies::new(options.proxy.as_deref(), options.find_proxy.clone());
        let held_back = HeldBack::default();
        let connector = Connector::new(
            proxies.clone(),
            options.connect,
            Arc::clone(&totals),
            held_back.clone(),
        )?;
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_CONNECTION)
            // What is handed to the connection is nearly what the system has: stalls show, and cuts lose little.
            .http1_max_buf_size(BUFFERED)
            .build(connector.clone());
        Ok(Self {
            client,
            proxies,
            options,
            totals,
            held_back,
            connector,
        })
    }

    /// Lets each connection have at most so many bytes on their way that are not acknowledged; `None` leaves it to the
    /// system.
    pub fn hold_back(&self, bytes: Option<u64>) {
        self.held_back.set(bytes);
    }

    /// Makes so many connections to where this address is, beside whatever else happens; requests that begin within
    /// seconds take them. One that does not come about is none.
    pub fn open_ahead(&self, url: &Url, count: usize) {
        let Ok(target) = url.as_str().parse::<Uri>() else {
            return;
        };
        for _ in 0..count {
            let (connector, target) = (self.connector.clone(), target.clone());
            tokio::spawn(async move {
                let spares = connector.spares().clone();
                if let Ok(line) = connector.connect(target.clone()).await {
                    spares.keep(&target, line).await;
                }
            });
        }
    }

    /// Ends the connections that were made ahead and that nobody took.
    pub fn close_spares(&self) {
        self.connector.spares().clear();
    }

    /// What went over the wire so far.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// How long an upload under way waits for its link.
    pub(crate) fn away(&self) -> Duration {
        self.options.away
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When no answer came; an answer of any status is an answer.
    pub async fn send(&self, ask: Ask, progress: Arc<Progress>) -> Result<Answer, Trouble> {
        let started = Instant::now();
        let url = ask.url.clone();
        self.totals.request();
        let outcome = self.exchange(ask, &progress).await;
        self.totals.sent(progress.newly_sent(outcome.is_ok()));
        self.totals.spent(started.elapsed());
        outcome.map_err(|broken| self.told(broken, &url))
    }

    fn told(&self, broken: Broken, url: &Url) -> Trouble {
        let host = url.host_str().unwrap_or_default();
        match broken {
            Broken::Address => Trouble::retry(
                Failure::new(Code::NotAPortal)
                    .with("url", host)
                    .detail("no address"),
            ),
            Broken::Wire(error) => classify::transport(error.as_ref(), host, is_loopback(url)),
            Broken::Stalled => Trouble::timeout(host),
            Broken::Disk(error) => Trouble::disk(&error),
        }
    }

    async fn exchange(&self, ask: Ask, progress: &Arc<Progress>) -> Result<Answer, Broken> {
        let (head, body) = self.asked(ask, progress).await?.into_parts();
        let body = self.read(body).await?;
        Ok(Answer {
            status: head.status,
            body: unpacked(&head.headers, body),
            headers: head.headers,
        })
    }

    /// Sends a request; gives the answer with its body still to be read.
    async fn asked(
        &self,
        ask: Ask,
        progress: &Arc<Progress>,
    ) -> Result<http::Response<hyper::body::Incoming>, Broken> {
        let length = ask.payload.length();
        let target: Uri = ask.url.as_str().parse().map_err(|_| Broken::Address)?;
        let login = match ask.url.scheme() {
            "http" => self.proxies.of(&target).await,
            _ => None,
        }
        .and_then(|proxy| login_of(&proxy));
        let has_body = !matches!(ask.payload, Payload::Nothing)
            || matches!(ask.method, Method::POST | Method::PUT | Method::PATCH);
        // Shared with the body, which comes to be before the request has a connection.
        let captured = Arc::new(OnceLock::new());
        let hand = hand(
            Arc::clone(progress),
            Arc::clone(&self.totals),
            Arc::clone(&captured),
        );
        let body = body_of(ask.payload, hand).await.map_err(Broken::Disk)?;
        let mut request = Request::new(body);
        let _ = captured.set(capture_connection(&mut request));
        *request.method_mut() = ask.method;
        *request.uri_mut() = target;
        *request.headers_mut() = ask.headers;
        let headers = request.headers_mut();
        let mut set = |name: header::HeaderName, value: &str, secret: bool| {
            if let Ok(mut value) = HeaderValue::from_str(value) {
                value.set_sensitive(secret);
                headers.insert(name, value);
            }
        };
        set(header::USER_AGENT, AGENT, false);
        if let Some(token) = ask.token {
            set(header::AUTHORIZATION, &authorization(&token), true);
        }
        if let Some(login) = login {
            set(header::PROXY_AUTHORIZATION, &login, true);
        }
        if has_body {
            set(header::CONTENT_LENGTH, &length.to_string(), false);
        }
        let packed = HeaderValue::from_static("gzip");
        headers.entry(header::ACCEPT_ENCODING).or_insert(packed);
        let wire = |error: ClientFailed| Broken::Wire(Box::new(error));
        let sending = self.client.request(request);
        tokio::pin!(sending);
        loop {
            tokio::select! {
                answer = &mut sending => return answer.map_err(wire),
                () = tokio::time::sleep(Duration::from_millis(250)) => {
                    if progress.still_for() > self.patience(progress, length) {
                        return Err(Broken::Stalled);
                    }
                }
            }
        }
    }

    async fn read(&self, mut incoming: hyper::body::Incoming) -> Result<Bytes, Broken> {
        let began = Instant::now();
        let mut body = Vec::new();
        loop {
            let frame = tokio::time::timeout(self.options.idle, incoming.frame())
                .await
                .map_err(|_| Broken::Stalled)?;
            let Some(frame) = frame else { break };
            let frame = frame.map_err(|error| Broken::Wire(Box::new(error)))?;
            let Ok(chunk) = frame.into_data() else {
                continue;
            };
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES {
                // Nothing in the contract is that long; what is cut here will not be understood.
                break;
            }
            let seconds = u64::try_from(body.len()).unwrap_or(u64::MAX) / SLOWEST_ANSWER;
            let most = Duration::from_secs(seconds.saturating_add(60)).min(LONGEST_ANSWER);
            if began.elapsed() > most {
                return Err(Broken::Stalled);
            }
        }
        Ok(body.into())
    }

    /// While bytes are still ours to give, silence is a stall. Afterwards the operating system may have much to send.
    fn patience(&self, progress: &Progress, length: u64) -> Duration {
        let handed = progress.handed();
        if handed < length {
            if handed == 0 {
                return self.options.connect.max(self.options.idle);
            }
            // On the slowest links bytes leave in lumps: what was waited for before is waited for again.
            let lumps = progress.longest_wait().saturating_mul(3);
            return STILL.max(lumps).min(self.options.idle);
        }
        let behind = handed.min(HELD_BACK) / SLOWEST;
        self.options
            .idle
            .saturating_add(Duration::from_secs(behind))
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

enum Broken {
    Address,
    Wire(Box<dyn std::error::Error + Send + Sync>),
    Stalled,
    Disk(std::io::Error),
}

/// Unpacks an answer, never to more than an answer may have.
fn unpacked(headers: &HeaderMap, body: Bytes) -> Bytes {
    let packed = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if !packed {
        return body;
    }
    let mut whole = Vec::new();
    let most = u64::try_from(ANSWER_BYTES).unwrap_or(u64::MAX);
    let mut source = std::io::Read::take(flate2::read::GzDecoder::new(body.as_ref()), most);
    // What cannot be unpacked will not be understood; that is said where it is read.
    let _ = std::io::Read::read_to_end(&mut source, &mut whole);
    whole.into()
}

/// True when the address is this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// What a piece of a body passes on its way to the connection.
fn hand(
    progress: Arc<Progress>,
    totals: Arc<Totals>,
    captured: Arc<OnceLock<CaptureConnection>>,
) -> impl Fn(std::io::Result<Bytes>) -> std::io::Result<Frame<Bytes>> + Send + 'static {
    move |piece| {
        if let Ok(piece) = &piece {
            if let Some(captured) = captured.get() {
                progress.goes_over(captured);
            }
            progress.hand(piece.len());
            totals.sent(progress.newly_sent(false));
        }
        piece.map(Frame::data)
    }
}

async fn body_of(
    payload: Payload,
    hand: impl Fn(std::io::Result<Bytes>) -> std::io::Result<Frame<Bytes>> + Send + 'static,
) -> std::io::Result<Outgoing> {
    Ok(match payload {
        Payload::Nothing => Empty::new().map_err(|never| match never {}).boxed_unsync(),
        Payload::Bytes(bytes) => StreamBody::new(pieces(bytes).map(hand)).boxed_unsync(),
        Payload::File { path, from, to } => {
            let mut file = tokio::fs::File::open(&path).await?;
            file.seek(std::io::SeekFrom::Start(from)).await?;
            let source = stretch(file, to.saturating_sub(from));
            StreamBody::new(source.map(hand)).boxed_unsync()
        }
    })
}

fn pieces(mut bytes: Bytes) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    async_stream::stream! {
        while !bytes.is_empty() {
            yield Ok(bytes.split_to(bytes.len().min(CHUNK_BYTES)));
        }
    }
}

fn stretch(
    file: tokio::fs::File,
    length: u64,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    async_stream::try_stream! {
        // Read far more at once than is handed over at once: the disk is asked seldom.
        let mut source = tokio::io::BufReader::with_capacity(READ_BYTES, file.take(length));
        loop {
            let mut piece = vec![0; CHUNK_BYTES];
            let count = source.read(&mut piece).await?;
            if count == 0 {
                break;
            }
            piece.truncate(count);
            yield Bytes::from(piece);
        }
    }
}

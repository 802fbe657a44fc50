//! One client for everything that goes over a wire: proxies and trust store of the system, no total time limit, a watch
//! on stalled bytes, caps on answers, and failures that name the culprit.

mod classify;
mod resolve;
mod totals;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::body::Bytes;
use futures_util::Stream;
use reqwest::{
    Client, Method, StatusCode, Url,
    header::{self, HeaderMap, HeaderValue},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{
    io::{AsyncReadExt as _, AsyncSeekExt as _},
    time::Instant,
};

pub use self::{
    classify::{Class, Trouble, answer as trouble_of, problem as trouble_of_problem, retry_after},
    totals::{Totals, Wire},
};

/// Longest answer read into memory.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Bytes handed to the connection at once: small enough that "handed over" stays near "sent" on a slow link.
const CHUNK_BYTES: usize = 32 * 1024;
/// The slowest link we wait for, in bytes a second, once all bytes are with the operating system.
const SLOWEST: u64 = 4 * 1024;
/// What the operating system may hold back of an upload, in bytes.
const HELD_BACK: u64 = 1024 * 1024;

/// Patience of the client.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// For a connection to be made.
    pub connect: Duration,
    /// Without a single byte moving in either direction.
    pub idle: Duration,
    /// A proxy to be used in place of the system's, as an address.
    pub proxy: Option<String>,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(45),
            proxy: None,
        }
    }
}

/// The client.
#[derive(Clone, Debug)]
pub struct Http {
    world: Client,
    // A proxy has nothing to do with this machine's own portal.
    loopback: Client,
    options: HttpOptions,
    totals: Arc<Totals>,
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
    /// The bearer token.
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

/// How far a request body has gone; shared with whoever shows progress.
#[derive(Debug)]
pub struct Progress {
    handed: AtomicU64,
    moved: Mutex<Instant>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            handed: AtomicU64::new(0),
            moved: Mutex::new(Instant::now()),
        }
    }
}

impl Progress {
    /// Bytes of the body handed to the connection.
    pub fn handed(&self) -> u64 {
        self.handed.load(Ordering::Relaxed)
    }

    fn hand(&self, bytes: usize) {
        self.handed
            .fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn still_for(&self) -> Duration {
        self.moved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed()
    }
}

impl Http {
    /// Makes the client.
    ///
    /// # Errors
    /// When the system's trust store or proxy settings cannot be used.
    pub fn new(options: HttpOptions) -> Result<Self, reqwest::Error> {
        // An error means that another part of the program installed it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(concat!("Qalam/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(options.connect)
                .pool_idle_timeout(Duration::from_secs(30))
                // A portal does not move; a login page on the way does. Following would also carry the token along.
                .redirect(reqwest::redirect::Policy::none())
                .dns_resolver(Arc::new(resolve::Lookup))
        };
        let world = match &options.proxy {
            Some(proxy) => builder().proxy(reqwest::Proxy::all(proxy)?),
            None => builder(),
        };
        Ok(Self {
            world: world.build()?,
            loopback: builder().no_proxy().build()?,
            options,
            totals: Arc::default(),
        })
    }

    /// What went over the wire so far.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When no answer came; an answer of any status is an answer.
    pub async fn send(&self, ask: Ask, progress: Arc<Progress>) -> Result<Answer, Trouble> {
        let started = Instant::now();
        let host = ask.url.host_str().unwrap_or_default().to_owned();
        let near = is_loopback(&ask.url);
        let length = ask.payload.length();
        let has_body = !matches!(ask.payload, Payload::Nothing);
        self.totals.request(head_length(&ask));
        let outcome = self.exchange(ask, near, length, has_body, &progress).await;
        if has_body {
            self.totals.sent(progress.handed().min(length));
        }
        self.totals.spent(started.elapsed());
        outcome.map_err(|broken| match broken {
            Broken::Wire(error) => classify::transport(&error, &host, near),
            Broken::Stalled => Trouble::timeout(&host),
            Broken::Disk(error) => Trouble::disk(&error),
        })
    }

    async fn exchange(
        &self,
        ask: Ask,
        near: bool,
        length: u64,
        has_body: bool,
        progress: &Arc<Progress>,
    ) -> Result<Answer, Broken> {
        let client = if near { &self.loopback } else { &self.world };
        let mut request = client.request(ask.method, ask.url).headers(ask.headers);
        if let Some(token) = ask.token {
            let text = format!("Bearer {}", token.expose_secret());
            if let Ok(mut value) = HeaderValue::from_str(&text) {
                value.set_sensitive(true);
                request = request.header(header::AUTHORIZATION, value);
            }
        }
        if has_body {
            let body = body_of(ask.payload, Arc::clone(progress))
                .await
                .map_err(Broken::Disk)?;
            request = request.header(header::CONTENT_LENGTH, length).body(body);
        }
        let mut answer = {
            let sending = request.send();
            tokio::pin!(sending);
            loop {
                tokio::select! {
                    answer = &mut sending => break answer.map_err(Broken::Wire)?,
                    () = tokio::time::sleep(Duration::from_millis(250)) => {
                        if progress.still_for() > self.patience(progress.handed(), length) {
                            return Err(Broken::Stalled);
                        }
                    }
                }
            }
        };
        let status = answer.status();
        let headers = std::mem::take(answer.headers_mut());
        let mut body = Vec::new();
        loop {
            let chunk = tokio::time::timeout(self.options.idle, answer.chunk())
                .await
                .map_err(|_| Broken::Stalled)?
                .map_err(Broken::Wire)?;
            let Some(chunk) = chunk else { break };
            self.totals.received(chunk.len());
            body.extend_from_slice(&chunk);
            if body.len() > ANSWER_BYTES {
                // Nothing in the contract is that long; what is cut here will not be understood.
                break;
            }
        }
        Ok(Answer {
            status,
            headers,
            body: body.into(),
        })
    }

    /// While bytes are still ours to give, silence is a stall. Afterwards the operating system may have much to send.
    fn patience(&self, handed: u64, length: u64) -> Duration {
        let connecting = self.options.connect.max(self.options.idle);
        if handed < length {
            return if handed == 0 {
                connecting
            } else {
                self.options.idle
            };
        }
        let behind = handed.min(HELD_BACK) / SLOWEST;
        self.options
            .idle
            .saturating_add(Duration::from_secs(behind))
    }
}

enum Broken {
    Wire(reqwest::Error),
    Stalled,
    Disk(std::io::Error),
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

fn head_length(ask: &Ask) -> usize {
    let headers: usize = ask
        .headers
        .iter()
        .map(|(name, value)| {
            name.as_str()
                .len()
                .saturating_add(value.len())
                .saturating_add(4)
        })
        .sum();
    headers
        .saturating_add(ask.url.as_str().len())
        .saturating_add(64)
}

async fn body_of(payload: Payload, progress: Arc<Progress>) -> std::io::Result<reqwest::Body> {
    Ok(match payload {
        Payload::Nothing => reqwest::Body::from(Vec::new()),
        Payload::Bytes(bytes) => reqwest::Body::wrap_stream(pieces(bytes, progress)),
        Payload::File { path, from, to } => {
            let mut file = tokio::fs::File::open(&path).await?;
            file.seek(std::io::SeekFrom::Start(from)).await?;
            reqwest::Body::wrap_stream(stretch(file, to.saturating_sub(from), progress))
        }
    })
}

fn pieces(
    mut bytes: Bytes,
    progress: Arc<Progress>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    async_stream::stream! {
        while !bytes.is_empty() {
            let piece = bytes.split_to(bytes.len().min(CHUNK_BYTES));
            progress.hand(piece.len());
            yield Ok(piece);
        }
    }
}

fn stretch(
    file: tokio::fs::File,
    length: u64,
    progress: Arc<Progress>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    async_stream::try_stream! {
        let mut source = file.take(length);
        loop {
            let mut piece = Vec::with_capacity(CHUNK_BYTES);
            let count = (&mut source)
                .take(u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX))
                .read_to_end(&mut piece)
                .await?;
            if count == 0 {
                break;
            }
            progress.hand(count);
            yield Bytes::from(piece);
        }
    }
}

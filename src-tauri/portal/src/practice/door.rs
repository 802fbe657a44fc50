//! The front door: connections that can be cut, who may come in, and the fault switches.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    serve::{IncomingStream, Listener},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::StreamExt as _;
use sha2::{Digest, Sha256};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::Sleep,
};

use super::{Portal, answer::Problem, faults::FaultKind, items, limits, uploads};

/// A listener whose connections can be cut from a handler.
pub struct Door(pub TcpListener);

/// What a thin line may hold that nobody read yet, in bytes: what is not across is with the sender.
const THIN: usize = 16 * 1024;
/// A thin line brings bytes so often.
const LUMP: Duration = Duration::from_millis(50);

/// A connection with its switches.
pub struct Line {
    stream: TcpStream,
    cut: Cut,
    // Until then a thin line brings nothing.
    pause: Option<Pin<Box<Sleep>>>,
    thin: bool,
}

/// The switches of a connection.
#[derive(Clone, Debug, Default)]
pub struct Cut {
    thrown: Arc<AtomicBool>,
    // Bytes a second; 0 is what the line bears.
    pace: Arc<AtomicU64>,
}

impl Cut {
    /// Cuts the connection: nothing goes in or out any more.
    pub fn now(&self) {
        self.thrown.store(true, Ordering::SeqCst);
    }

    /// From now on it brings so many bytes a second; 0 is what it bears.
    fn pace(&self, bytes: u64) {
        self.pace.store(bytes, Ordering::SeqCst);
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        let line = Line {
            stream,
            cut: Cut::default(),
            pause: None,
            thin: false,
        };
        (line, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().cut.clone()
    }
}

impl Line {
    fn whole(&self) -> io::Result<()> {
        if self.cut.thrown.load(Ordering::SeqCst) {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Err(error) = self.whole() {
            return Poll::Ready(Err(error));
        }
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        let pace = self.cut.pace.load(Ordering::SeqCst);
        if pace == 0 {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        if !self.thin {
            self.thin = true;
            SockRef::from(&self.stream).set_recv_buffer_size(THIN)?;
        }
        let lump = u128::from(pace) * LUMP.as_millis() / 1_000;
        let room = usize::try_from(lump).unwrap_or(usize::MAX).max(1);
        let room = room.min(buffer.remaining());
        let mut some = ReadBuf::new(buffer.initialize_unfilled_to(room));
        ready!(Pin::new(&mut self.stream).poll_read(context, &mut some))?;
        let came = some.filled().len();
        buffer.advance(came);
        let micros = u64::try_from(came).unwrap_or(0).saturating_mul(1_000_000) / pace;
        self.pause = Some(Box::pin(tokio::time::sleep(Duration::from_micros(micros))));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Err(error) = self.whole() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Err(error) = self.whole() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Refuses requests meant for another host: a page in a browser may point its own name at this machine
/// (DNS rebinding), but it cannot choose the Host header.
pub async fn only_loopback(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let known = |value: &HeaderValue| {
        let text = value.to_str().unwrap_or_default();
        let host = text.strip_prefix("http://").unwrap_or(text);
        ["127.0.0.1", "localhost", "[::1]"]
            .iter()
            .any(|name| host == format!("{name}:{}", portal.port))
    };
    let headers = request.headers();
    let host = headers.get(header::HOST).is_some_and(known);
    // "null" is what a sandboxed page sends; a same-site form sends our own origin.
    let origin = headers.get(header::ORIGIN).is_none_or(known);
    if host && origin {
        let mut response = next.run(request).await;
        let headers = response.headers_mut();
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        return response;
    }
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host_unknown",
        "The practice portal answers on this machine only",
    )
    .into_response()
}

/// Asks for the bearer token.
pub async fn only_with_token(
    State(portal): State<Arc<Portal>>,
    request: Request,
    next: Next,
) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if given.is_some_and(|given| same_secret(given, &portal.token)) {
        return next.run(request).await;
    }
    unauthorised().into_response()
}

/// Compares secrets by their hashes, so that time tells nothing about the place of the first difference.
pub fn same_secret(given: &str, wanted: &str) -> bool {
    Sha256::digest(given.as_bytes()) == Sha256::digest(wanted.as_bytes())
}

fn unauthorised() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "credentials",
        "The token is not known",
    )
    .header(header::WWW_AUTHENTICATE, "Bearer")
}

/// The fault switches, in front of every call of the contract.
pub async fn faults(
    State(portal): State<Arc<Portal>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response {
    let faults = portal.faults.clone();
    let probe = request.uri().path() == "/v1";
    let writes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let has_body = match *request.method() {
        Method::PUT | Method::PATCH => true,
        // An upload whose bytes come along with its beginning.
        Method::POST => {
            request.headers().get(header::CONTENT_TYPE) == Some(&uploads::OFFSET_STREAM)
        }
        _ => false,
    };
    if let Some(value) = faults.strike(FaultKind::Slow) {
        tokio::time::sleep(Duration::from_millis(value.unwrap_or(500))).await;
    }
    if faults.strike(FaultKind::Captive).is_some() {
        return captive_page();
    }
    if let Some(problem) = refused(&portal, probe, &request) {
        return problem.into_response();
    }
    if has_body && let Some(value) = faults.strike(FaultKind::Stall) {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(value.unwrap_or(3_600))) => {}
            () = portal.closing.cancelled() => {}
        }
        cut.now();
        return StatusCode::NO_CONTENT.into_response();
    }
    let request = if has_body && let Some(value) = faults.strike(FaultKind::CutMidBody) {
        cut_after(request, value.unwrap_or(65_536), cut.clone())
    } else {
        request
    };
    let thin = has_body
        .then(|| faults.strike(FaultKind::Trickle))
        .flatten();
    cut.pace(thin.map_or(0, |value| value.unwrap_or(16_384).max(1)));
    let item_write = *request.method() == Method::PUT;
    let item_answer = item_write || request.uri().path().starts_with("/v1/items/");
    // Nothing on the way repeats a long upload.
    let short = *request.method() != Method::PATCH;
    let mut response = if writes && short && faults.strike(FaultKind::DuplicateAnswer).is_some() {
        twice(request, next).await
    } else {
        next.run(request).await
    };
    if item_write && response.status().is_success() {
        if faults.strike(FaultKind::LieHash).is_some() {
            response = change_receipt(response, |receipt| {
                receipt.insert("release".to_owned(), "0".repeat(64).into());
            })
            .await;
        }
        if let Some(days) = faults.strike(FaultKind::WrongClock) {
            response = change_receipt(response, |receipt| {
                let back = Duration::from_secs(days.unwrap_or(3_650).saturating_mul(86_400));
                let then = super::time::now().checked_sub(back).unwrap_or_default();
                receipt.insert("received_at".to_owned(), super::time::stamp(then).into());
            })
            .await;
        }
    }
    if item_answer
        && response.status().is_success()
        && faults.strike(FaultKind::LieSignature).is_some()
    {
        response = change_receipt(response, |receipt| {
            let signed = receipt
                .get_mut("signed")
                .and_then(|signed| signed.get_mut("signatures"));
            if let Some(signatures) = signed {
                let sig = STANDARD.encode([7_u8; 64]);
                *signatures = serde_json::json!([{ "keyid": "0".repeat(64), "sig": sig }]);
            }
        })
        .await;
    }
    if writes && faults.strike(FaultKind::AnswerLost).is_some() {
        cut.now();
    }
    response
}

fn refused(portal: &Portal, probe: bool, request: &Request) -> Option<Problem> {
    let faults = &portal.faults;
    if faults.strike(FaultKind::Status500).is_some() {
        return Some(Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "The portal failed",
        ));
    }
    if let Some(value) = faults.strike(FaultKind::Status503) {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "unavailable",
            "The portal is being maintained",
        );
        return Some(match value {
            Some(seconds) => problem.header(header::RETRY_AFTER, &seconds.to_string()),
            None => problem,
        });
    }
    // The service document is open to all.
    if probe {
        return None;
    }
    if faults.strike(FaultKind::Status401).is_some() {
        return Some(unauthorised());
    }
    if faults.strike(FaultKind::Status403).is_some() {
        return Some(Problem::new(
            StatusCode::FORBIDDEN,
            "rights",
            "The account may not do this",
        ));
    }
    let stores = *request.method() == Method::PUT
        || (*request.method() == Method::POST && request.uri().path() == "/v1/uploads");
    if stores && let Some(value) = faults.strike(FaultKind::Status413) {
        return Some(items::too_large(
            value.unwrap_or_else(|| too_little(request)),
        ));
    }
    None
}

/// A limit that this very request exceeds.
fn too_little(request: &Request) -> u64 {
    let number = |name: &str| {
        let value = request.headers().get(name)?.to_str().ok()?;
        value.parse::<u64>().ok()
    };
    let sent = number("upload-length").or_else(|| number("content-length"));
    (sent.unwrap_or_default() / 2).max(1)
}

/// What hotels and airports answer: success, and not what was asked for.
fn captive_page() -> Response {
    (
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        "<!doctype html><title>Welcome</title><form action=/login><input name=room></form>",
    )
        .into_response()
}

fn cut_after(request: Request, bytes: u64, cut: Cut) -> Request {
    let (parts, body) = request.into_parts();
    let at_end = cut.clone();
    let mut left = bytes;
    let stream = body.into_data_stream().map(move |chunk| {
        let chunk = chunk?;
        let length = u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        if left == 0 {
            return Err(axum::Error::new(io::Error::from(
                io::ErrorKind::ConnectionReset,
            )));
        }
        if length >= left {
            cut.now();
            let kept = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
            left = 0;
            return Ok(chunk.slice(..kept));
        }
        left = left.saturating_sub(length);
        Ok(chunk)
    });
    // The stream must not end as if the body were whole; a shorter body is cut at its end.
    let stream = stream.chain(futures_util::stream::once(async move {
        at_end.now();
        Err(axum::Error::new(io::Error::from(
            io::ErrorKind::ConnectionReset,
        )))
    }));
    Request::from_parts(parts, Body::from_stream(stream))
}

/// Runs a write twice, as a proxy does which repeats a request it thinks lost.
async fn twice(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let cap = usize::try_from(limits::ITEM_BYTES).unwrap_or(usize::MAX);
    let Ok(bytes) = axum::body::to_bytes(body, cap).await else {
        return items::too_large(limits::ITEM_BYTES).into_response();
    };
    let again = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let first = next
        .clone()
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    drop(first);
    next.run(again).await
}

async fn change_receipt(
    response: Response,
    change: impl FnOnce(&mut serde_json::Map<String, serde_json::Value>),
) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, limits::SMALL_BYTES)
        .await
        .unwrap_or_default();
    let mut value: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if let Some(receipt) = value
        .get_mut("receipt")
        .and_then(serde_json::Value::as_object_mut)
    {
        change(receipt);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(value.to_string()))
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

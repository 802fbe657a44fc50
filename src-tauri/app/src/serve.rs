//! The same commands on loopback HTTP, for browser tests and for working on the interface. Not in
//! builds for people.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as InPath, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use qalam_desk::{Changes, Code};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::broadcast;

use crate::events;
use crate::failure::Failure;
use crate::files::picture;
use crate::people::{House, dispatch};

/// Bodies may carry a picture as base64.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;
/// The policy of the window (tauri.conf.json), with this origin in the place of the bridge.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

struct Served {
    house: Arc<House>,
    pages: PathBuf,
    token: String,
    changes: broadcast::Sender<Changes>,
}

/// A server that listens and is about to answer.
pub struct Server {
    listener: TcpListener,
    router: Router,
    /// Where a browser finds it, the token included.
    pub url: String,
}

/// Listens on `listen`, a loopback address, and serves the pages in `pages`.
///
/// # Errors
/// [`Code::BadArgument`] for an address that is not loopback, and what listening may fail with.
pub async fn listen(
    house: Arc<House>,
    listen: SocketAddr,
    pages: PathBuf,
) -> Result<Server, Failure> {
    if !listen.ip().is_loopback() {
        return Err(Failure::new(Code::BadArgument).with("name", "listen"));
    }
    let cannot = |error: std::io::Error| {
        Failure::new(Code::BadArgument)
            .with("name", "listen")
            .because(error)
    };
    let listener = TcpListener::bind(listen).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let token = token()?;
    let url = format!("http://{address}/#token={token}");
    let (changes, _) = broadcast::channel(256);
    house.watch();
    let told = changes.clone();
    house.when_entered(move |app| {
        let told = told.clone();
        events::watch(&app.desk, move |changes| {
            let _ = told.send(changes);
        });
    });
    let served = Arc::new(Served {
        house,
        pages,
        token,
        changes,
    });
    let guarded = Router::new()
        .route("/call/{name}", post(call))
        .route("/events", get(heard))
        .route("/blob/{sha256}", get(shown))
        .route("/first-page/{sha256}", get(shown))
        .route("/thumbnail/{publication}", get(shown))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(Arc::clone(&served), with_token));
    let router = Router::new()
        .merge(guarded)
        .fallback(page)
        .layer(from_fn_with_state(address, from_this_machine))
        .with_state(served);
    Ok(Server {
        listener,
        router,
        url,
    })
}

impl Server {
    /// Answers until the program ends.
    ///
    /// # Errors
    /// What the listener may fail with.
    pub async fn serve(self) -> Result<(), Failure> {
        axum::serve(self.listener, self.router)
            .await
            .map_err(|error| Failure::new(Code::Internal).because(error))
    }
}

fn token() -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::new(Code::Internal).because(error))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A page of another site can make a browser ask this address under another name; it is refused.
async fn from_this_machine(
    State(own): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let own = [own.to_string(), format!("localhost:{}", own.port())];
    if host.is_some_and(|host| own.iter().any(|own| own == host)) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

async fn with_token(State(served): State<Arc<Served>>, request: Request, next: Next) -> Response {
    if shown_token(request.headers()).is_some_and(|token| token == served.token) {
        next.run(request).await
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

/// The token in the header of a call, or in the cookie of a picture or of the events.
fn shown_token(headers: &HeaderMap) -> Option<&str> {
    if let Some(header) = headers.get(AUTHORIZATION) {
        return header.to_str().ok()?.strip_prefix("Bearer ");
    }
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix("qalam_token="))
}

async fn call(
    State(served): State<Arc<Served>>,
    InPath(name): InPath<String>,
    body: Bytes,
) -> Response {
    let house = Arc::clone(&served.house);
    let done = tokio::task::spawn_blocking(move || {
        let args = if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).map_err(|error| {
                Failure::new(Code::BadArgument)
                    .with("name", "args")
                    .because(error)
            })?
        };
        dispatch(&house, &name, args)
    })
    .await
    .unwrap_or_else(|error| Err(Failure::new(Code::Internal).because(error)));
    match done {
        Ok(reply) => Json(reply).into_response(),
        Err(failure) => (StatusCode::UNPROCESSABLE_ENTITY, Json(failure)).into_response(),
    }
}

async fn heard(
    State(served): State<Arc<Served>>,
) -> Sse<impl futures_util::Stream<Item = Result<Event, Infallible>>> {
    let mut changes = served.changes.subscribe();
    let stream = async_stream::stream! {
        loop {
            let changes = match changes.recv().await {
                Ok(changes) => changes,
                // Too slow to hear each: everything may be different.
                Err(broadcast::error::RecvError::Lagged(_)) => Changes::everything(),
                Err(broadcast::error::RecvError::Closed) => return,
            };
            if let Ok(event) = Event::default().event("changes").json_data(changes) {
                yield Ok(event);
            }
        }
    };
    Sse::new(stream).keep_alive(KeepAlive::default())
}

async fn shown(State(served): State<Arc<Served>>, uri: Uri) -> Response {
    let house = Arc::clone(&served.house);
    let found = tokio::task::spawn_blocking(move || {
        picture(&house.app()?.desk, uri.path()).map_err(Failure::from)
    })
    .await;
    match found {
        Ok(Ok(picture)) => (
            [
                (CONTENT_TYPE, picture.mime),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (CACHE_CONTROL, picture.cache_control()),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            ],
            picture.bytes,
        )
            .into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn page(State(served): State<Arc<Served>>, uri: Uri) -> Response {
    let asked = match uri.path() {
        "/" => "index.html",
        path => path.trim_start_matches('/'),
    };
    let path = Path::new(asked);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !inside {
        return StatusCode::NOT_FOUND.into_response();
    }
    match tokio::fs::read(served.pages.join(path)).await {
        Ok(bytes) => (
            [
                (CONTENT_TYPE, mime_of(path)),
                (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (CACHE_CONTROL, "no-cache"),
                (CONTENT_SECURITY_POLICY, POLICY),
            ],
            bytes,
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn mime_of(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

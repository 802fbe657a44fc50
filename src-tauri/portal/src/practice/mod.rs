//! The practice portal: a portal of the contract on this machine, to learn with and to test against.
//!
//! It has its own folder and its own store; the desk knows it only by address and token. It listens on loopback only,
//! asks for a bearer token, and shows what it received as a small public site with an editor's desk.

mod address;
mod answer;
mod db;
mod door;
mod editor;
pub mod faults;
mod fonts;
pub(crate) mod items;
pub mod limits;
mod packages;
mod service;
pub(crate) mod site;
mod time;
mod uploads;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{Arc, Weak},
    time::Duration,
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware,
    routing::{get, head, post, put},
};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower_http::compression::{CompressionLayer, Predicate, predicate::SizeAbove};

pub use self::{
    address::Address,
    faults::{Fault, FaultKind, Faults, UnknownFault},
};
use self::{
    db::Db,
    door::{Cut, Door},
};

/// Answers from this size on, in bytes, are packed.
const PACKED_FROM: u64 = 256;

/// Why the practice portal cannot be opened or failed inside.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process has this practice portal open; its address is in the address file.
    #[error("the practice portal of this folder is open already")]
    Taken,
    /// It listens on loopback addresses only.
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// Disk or network failure.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// SQLite failure.
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    /// Anything else inside the store.
    #[error("store: {0}")]
    Store(String),
}

/// How to start a practice portal.
#[derive(Clone, Debug)]
pub struct PracticeOptions {
    /// Its folder, made if missing; one running portal per folder.
    pub dir: PathBuf,
    /// Where to listen; a loopback address. Port 0 takes the port used last time if it is free, else any.
    pub listen: SocketAddr,
    /// The token clients must show; `None` takes the one used last time, else a random one.
    pub token: Option<String>,
    /// Switches that make things go wrong.
    pub faults: Faults,
}

impl PracticeOptions {
    /// A portal in `dir` on a port and with a token of its own choice, without faults.
    #[must_use]
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            token: None,
            faults: Faults::default(),
        }
    }
}

/// What the handlers share.
pub(crate) struct Portal {
    db: Db,
    /// `http://127.0.0.1:port`, without a slash at the end.
    base: String,
    port: u16,
    name: String,
    token: String,
    editor_key: String,
    faults: Faults,
    writers: uploads::Writers,
    keys: packages::PortalKeys,
    /// One package is read at a time.
    packages: tokio::sync::Mutex<()>,
    /// Ends what would go on without an end when the portal stops.
    closing: CancellationToken,
}

/// A running practice portal. Dropping it without [`Practice::stop`] ends it without waiting for answers under way.
pub struct Practice {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The token clients must show.
    pub token: String,
    /// The fault switches, to be changed while it runs.
    pub faults: Faults,
    editor_key: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    closing: CancellationToken,
    // Only to see when the last handler let go.
    inside: Weak<Portal>,
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Opens the folder, listens, and writes the address file.
///
/// # Errors
/// [`Error::Taken`] when the folder is open elsewhere, [`Error::NotLoopback`], disk and network failures.
pub async fn start(options: PracticeOptions) -> Result<Practice, Error> {
    if !options.listen.ip().is_loopback() {
        return Err(Error::NotLoopback(options.listen));
    }
    let dir = options.dir.clone();
    let (db, keys, last) = tokio::task::spawn_blocking(move || {
        let db = Db::open(&dir)?;
        let keys = packages::PortalKeys::of(&dir)?;
        Ok::<_, Error>((db, keys, Address::read(&dir)))
    })
    .await
    .map_err(|source| Error::Store(source.to_string()))??;
    let listener = listen(options.listen, last.as_ref()).await?;
    let local = listener.local_addr()?;
    let token = match (options.token, last) {
        (Some(token), _) => token,
        (None, Some(last)) => last.token,
        (None, None) => random_key()?,
    };
    let base = format!("http://{local}");
    let address = Address {
        url: base.clone(),
        token: token.clone(),
    };
    let dir = options.dir.clone();
    tokio::task::spawn_blocking(move || address.write(&dir))
        .await
        .map_err(|source| Error::Store(source.to_string()))??;
    let editor_key = editor::derive(&token, "editor");
    let portal = Arc::new(Portal {
        db,
        base: base.clone(),
        port: local.port(),
        name: "Practice portal".to_owned(),
        token: token.clone(),
        editor_key: editor_key.clone(),
        faults: options.faults.clone(),
        writers: uploads::Writers::default(),
        keys,
        packages: tokio::sync::Mutex::new(()),
        closing: CancellationToken::new(),
    });
    let (closing, inside) = (portal.closing.clone(), Arc::downgrade(&portal));
    let (stop, mut stopped) = watch::channel(false);
    let app = routes(portal).into_make_service_with_connect_info::<Cut>();
    let serving = tokio::spawn(async move {
        let mut stopped_too = stopped.clone();
        let server = axum::serve(Door(listener), app).with_graceful_shutdown(async move {
            let _ = stopped.wait_for(|stop| *stop).await;
        });
        // Answers under way get a moment; a client that never reads its answer does not hold the portal open.
        let patience = async {
            let _ = stopped_too.wait_for(|stop| *stop).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
        };
        tokio::select! {
            outcome = server => {
                if let Err(error) = outcome {
                    tracing::error!(%error, "practice portal ended");
                }
            }
            () = patience => {}
        }
    });
    Ok(Practice {
        url: base,
        token,
        faults: options.faults,
        editor_key,
        stop,
        serving,
        closing,
        inside,
    })
}

impl Practice {
    /// The address that opens the editor's desk in `lang` (`en`, `fr`, `ar`). It carries a key: not for logs.
    #[must_use]
    pub fn editor_url(&self, lang: &str) -> String {
        format!("{}/editor?lang={lang}&key={}", self.url, self.editor_key)
    }

    /// Stops listening, lets answers under way finish for a moment, closes the store.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        if let Err(error) = self.serving.await {
            tracing::error!(%error, "practice portal ended badly");
        }
        self.closing.cancel();
        // The folder is free for the next one when this returns.
        for _ in 0..200 {
            if self.inside.strong_count() == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tracing::warn!("a connection still holds the practice portal");
    }

    /// Waits until it ends by itself (it does so only when its listener fails).
    pub async fn ended(&mut self) {
        let _ = (&mut self.serving).await;
    }
}

async fn listen(wanted: SocketAddr, last: Option<&Address>) -> Result<TcpListener, Error> {
    if wanted.port() == 0
        && let Some(port) = last.and_then(Address::port)
        && let Ok(listener) = TcpListener::bind(SocketAddr::new(wanted.ip(), port)).await
    {
        return Ok(listener);
    }
    Ok(TcpListener::bind(wanted).await?)
}

/// 256 random bits as text.
fn random_key() -> Result<String, Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|source| Error::Store(source.to_string()))?;
    Ok(crate::digest::hex(&bytes))
}

/// Packs JSON answers for whoever unpacks them: they say many hashes, and receipts say them twice.
fn packed() -> CompressionLayer<impl Predicate> {
    let json = |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| {
        (headers.get(header::CONTENT_TYPE))
            .is_some_and(|kind| kind.as_bytes() == b"application/json")
    };
    CompressionLayer::new().compress_when(SizeAbove::new(PACKED_FROM).and(json))
}

fn routes(portal: Arc<Portal>) -> Router {
    let guarded = Router::new()
        .route("/v1/me", get(service::me))
        .route("/v1/items", get(items::list))
        .route("/v1/items/{id}", put(items::put).get(items::get))
        .route("/v1/items/{id}/withdrawal", post(items::withdraw))
        .route("/v1/files/{sha256}", head(uploads::head_file))
        .route("/v1/packages", post(packages::submit))
        .route(
            "/v1/uploads",
            post(uploads::create).options(uploads::options),
        )
        .route(
            "/v1/uploads/{id}",
            head(uploads::head)
                .patch(uploads::patch)
                .delete(uploads::terminate)
                .options(uploads::options),
        )
        .route("/v1/vocabularies/{name}", get(service::vocabulary))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&portal),
            door::only_with_token,
        ));
    let contract = Router::new()
        .route("/v1", get(service::document))
        .merge(guarded)
        .method_not_allowed_fallback(service::method_unknown)
        .layer(middleware::map_response(answer::as_problem))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&portal),
            door::faults,
        ))
        .layer(packed());
    Router::new()
        .merge(contract)
        .merge(site::routes())
        .merge(editor::routes())
        .fallback(service::address_unknown)
        // Bodies that may be long are capped where they are read.
        .layer(DefaultBodyLimit::max(limits::SMALL_BYTES))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&portal),
            door::only_loopback,
        ))
        .with_state(portal)
}

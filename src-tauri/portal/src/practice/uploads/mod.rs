//! `/v1/uploads` (tus 1.0: creation, creation with upload, expiration, checksum, concatenation, termination) and
//! `/v1/files`.
//!
//! What counts is durable: the part file is synced before its length is written down, and a whole file counts only
//! after its bytes were hashed again from disk.

mod concat;
mod receive;
pub mod store;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio_util::sync::CancellationToken;

use self::store::{Upload, UploadState};
use super::{Portal, answer::Problem, faults::FaultKind, items, limits, time};
use crate::contract::wire::StoredItem;

/// tus version spoken.
pub const TUS_VERSION: &str = "1.0.0";
/// tus extensions offered.
pub const TUS_EXTENSIONS: &[&str] = &[
    "creation",
    "creation-with-upload",
    "expiration",
    "checksum",
    "termination",
    "concatenation",
    "concatenation-unfinished",
];
/// Media type of the bytes of an upload.
pub const OFFSET_STREAM: HeaderValue = HeaderValue::from_static("application/offset+octet-stream");

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");
const UPLOAD_FOR: HeaderName = HeaderName::from_static("upload-for");
const UPLOAD_CONCAT: HeaderName = HeaderName::from_static("upload-concat");
const REPR_DIGEST: HeaderName = HeaderName::from_static("repr-digest");

/// One writer per upload: a newcomer tells the old one to stop and waits until it has written down what it has.
#[derive(Default)]
pub struct Writers {
    by_upload: Mutex<HashMap<String, Arc<Writer>>>,
}

struct Writer {
    stop: Mutex<CancellationToken>,
    busy: tokio::sync::Mutex<()>,
}

impl Writers {
    fn of(&self, id: &str) -> Arc<Writer> {
        let mut writers = self
            .by_upload
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Idle ones are dropped here, so the map stays as small as the number of uploads under way.
        writers.retain(|_, writer| Arc::strong_count(writer) > 1);
        Arc::clone(writers.entry(id.to_owned()).or_insert_with(|| {
            Arc::new(Writer {
                stop: Mutex::new(CancellationToken::new()),
                busy: tokio::sync::Mutex::new(()),
            })
        }))
    }
}

impl Writer {
    /// Ends when nobody writes.
    async fn idle(&self) {
        drop(self.busy.lock().await);
    }

    /// Tells whoever writes now to stop; gives the token for the one who comes next.
    fn take_over(&self, closing: &CancellationToken) -> CancellationToken {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        stop.cancel();
        *stop = closing.child_token();
        stop.clone()
    }
}

/// `OPTIONS /v1/uploads`.
pub async fn options() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    set(headers, TUS_RESUMABLE, TUS_VERSION);
    set(headers, HeaderName::from_static("tus-version"), TUS_VERSION);
    set(
        headers,
        HeaderName::from_static("tus-extension"),
        &TUS_EXTENSIONS.join(","),
    );
    set(
        headers,
        HeaderName::from_static("tus-max-size"),
        &limits::FILE_BYTES.to_string(),
    );
    set(
        headers,
        HeaderName::from_static("tus-checksum-algorithm"),
        "sha256",
    );
    response
}

/// `POST /v1/uploads`.
pub async fn create(
    State(portal): State<Arc<Portal>>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    check_version(headers)?;
    let part = match concat::wish(headers)? {
        concat::Wish::Join(parts) => return concat::join(&portal, headers, &parts).await,
        concat::Wish::Part => true,
        concat::Wish::Whole => false,
    };
    let length = number(headers, &UPLOAD_LENGTH).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "upload_invalid",
            "Upload-Length is required",
        )
    })?;
    let upload = declared(headers, length, part)?;
    begin(&portal, &upload).await?;
    let asked_for = headers.get(UPLOAD_FOR).cloned();
    let brings = headers.get(header::CONTENT_TYPE) == Some(&OFFSET_STREAM);
    let offset = if brings {
        let sum = checksum(headers)?;
        Some(write(&portal, &upload.id, 0, request.into_body(), sum).await?)
    } else {
        None
    };
    if length == 0 && offset.is_none() {
        // No PATCH will follow for an empty file.
        receive::finish(&portal, &upload).await?;
    }
    let whole = !part && offset.unwrap_or(0) == length;
    let item = match whole {
        true => waiting(&portal, asked_for.as_ref()).await,
        false => None,
    };
    let mut response = begun(&portal, &upload.id, item.as_ref());
    if let Some(offset) = offset {
        set(response.headers_mut(), UPLOAD_OFFSET, &offset.to_string());
    }
    Ok(response)
}

/// The upload that the headers declare. A part needs no hash: the whole has one.
fn declared(headers: &HeaderMap, length: u64, part: bool) -> Result<Upload, Problem> {
    if length > limits::FILE_BYTES {
        return Err(items::too_large(limits::FILE_BYTES));
    }
    let metadata = metadata(headers)?;
    let sha256 = metadata
        .get("sha256")
        .filter(|hash| items::release::is_hash(hash))
        .cloned();
    if sha256.is_none() && !part {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "upload_invalid",
            "Upload-Metadata lacks sha256 in lower-case hex",
        ));
    }
    let mime = metadata
        .get("mime")
        .cloned()
        .unwrap_or_else(|| "application/octet-stream".to_owned());
    if limits::REFUSED_TYPES.contains(&mime.as_str()) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "type_refused",
            "The portal does not take this type of file",
        )
        .with("mime", mime));
    }
    Ok(Upload {
        id: uuid::Uuid::new_v4().to_string(),
        sha256: sha256.unwrap_or_default(),
        mime,
        name: metadata.get("filename").cloned().unwrap_or_default(),
        length,
        received: 0,
        part,
        state: UploadState::Open,
        expires_at: expiry(),
    })
}

async fn begin(portal: &Portal, upload: &Upload) -> Result<(), Problem> {
    let kept = upload.clone();
    let at = time::stamp(time::now());
    portal
        .db
        .run(move |db| {
            for id in store::sweep(db, &at)? {
                remove_part(db, &id);
            }
            store::create(db, &kept, &at)
        })
        .await?;
    Ok(())
}

/// How the item stands that waited for the file, once it lacks nothing more: its sender need not ask.
async fn waiting(portal: &Portal, asked_for: Option<&HeaderValue>) -> Option<StoredItem> {
    let id = items::parse_id(asked_for?.to_str().ok()?).ok()?;
    let found = portal.db.run(move |db| items::store::find(db, &id)).await;
    let item = found.ok()??;
    let stored = item.stored(portal);
    (stored.receipt.is_some() && !item.edited).then_some(stored)
}

fn begun(portal: &Portal, id: &str, item: Option<&StoredItem>) -> Response {
    let mut response = match item {
        Some(item) => (StatusCode::CREATED, Json(item)).into_response(),
        None => StatusCode::CREATED.into_response(),
    };
    let headers = response.headers_mut();
    set(headers, TUS_RESUMABLE, TUS_VERSION);
    let place = format!("{}/v1/uploads/{id}", portal.base);
    set(headers, header::LOCATION, &place);
    set(headers, UPLOAD_EXPIRES, &http_expiry());
    response
}

/// `HEAD /v1/uploads/{id}`: where the upload stands.
pub async fn head(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    expire_by_fault(&portal).await?;
    let writer = portal.writers.of(&id);
    // The client asks because its connection broke: the old writer may not have noticed yet.
    writer.take_over(&portal.closing);
    let _quiet = writer.busy.lock().await;
    let upload = find(&portal, &id).await?;
    if upload.state == UploadState::Open && upload.received == upload.length {
        // All bytes are here, but the portal died before it could say so.
        receive::finish(&portal, &upload).await?;
    }
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    set(headers, TUS_RESUMABLE, TUS_VERSION);
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, UPLOAD_OFFSET, &upload.received.to_string());
    set(headers, UPLOAD_LENGTH, &upload.length.to_string());
    if upload.part {
        set(headers, UPLOAD_CONCAT, "partial");
    }
    Ok(response)
}

/// `PATCH /v1/uploads/{id}`: bytes from an offset on.
pub async fn patch(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    check_version(headers)?;
    if headers.get(header::CONTENT_TYPE) != Some(&OFFSET_STREAM) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "upload_invalid",
            "Content-Type must be application/offset+octet-stream",
        ));
    }
    let from = number(headers, &UPLOAD_OFFSET).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "upload_invalid",
            "Upload-Offset is required",
        )
    })?;
    let checksum = checksum(headers)?;
    expire_by_fault(&portal).await?;
    let offset = write(&portal, &id, from, request.into_body(), checksum).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    set(headers, TUS_RESUMABLE, TUS_VERSION);
    set(headers, UPLOAD_OFFSET, &offset.to_string());
    set(headers, UPLOAD_EXPIRES, &http_expiry());
    Ok(response)
}

/// Appends a body to an upload that stands at `from`; gives where it stands then.
async fn write(
    portal: &Arc<Portal>,
    id: &str,
    from: u64,
    body: Body,
    checksum: Option<Vec<u8>>,
) -> Result<u64, Problem> {
    let (portal, id) = (Arc::clone(portal), id.to_owned());
    let writer = portal.writers.of(&id);
    let stop = writer.take_over(&portal.closing);
    // In a task of its own: when the connection dies, the answer is dropped, but what came is still written down.
    let work = tokio::spawn(async move {
        let _busy = writer.busy.lock().await;
        let upload = find(&portal, &id).await?;
        if upload.received != from || upload.state == UploadState::Done {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "offset_differs",
                "The upload stands at another offset",
            )
            .with("offset", upload.received)
            .header(UPLOAD_OFFSET, &upload.received.to_string()));
        }
        receive::receive(&portal, &upload, body, checksum, &stop).await
    });
    work.await
        .map_err(|source| super::Error::Store(source.to_string()))?
}

/// `DELETE /v1/uploads/{id}`.
pub async fn terminate(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    check_version(&headers)?;
    let writer = portal.writers.of(&id);
    writer.take_over(&portal.closing);
    let _quiet = writer.busy.lock().await;
    let upload = find(&portal, &id).await?;
    portal
        .db
        .run(move |db| {
            store::end(db, &upload.id, UploadState::Gone)?;
            remove_part(db, &upload.id);
            Ok(())
        })
        .await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set(response.headers_mut(), TUS_RESUMABLE, TUS_VERSION);
    Ok(response)
}

/// `HEAD /v1/files/{sha256}`: does the portal hold these bytes.
pub async fn head_file(
    State(portal): State<Arc<Portal>>,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let not_found = || {
        Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "The portal lacks this file",
        )
    };
    if !items::release::is_hash(&sha256) {
        return Err(not_found());
    }
    let hash = sha256.clone();
    let found = portal
        .db
        .run(move |db| items::store::file(db, &hash))
        .await?;
    let (bytes, mime, _) = found.ok_or_else(not_found)?;
    let mut response = StatusCode::OK.into_response();
    let headers = response.headers_mut();
    set(headers, header::CONTENT_LENGTH, &bytes.to_string());
    set(headers, header::CONTENT_TYPE, &mime);
    if let Some(digest) = crate::digest::unhex(&sha256) {
        set(
            headers,
            REPR_DIGEST,
            &format!("sha-256=:{}:", STANDARD.encode(digest)),
        );
    }
    Ok(response)
}

async fn find(portal: &Portal, id: &str) -> Result<Upload, Problem> {
    let id = id.to_owned();
    let found = portal
        .db
        .run(move |db| store::find(db, &id, &time::stamp(time::now())))
        .await?;
    match found {
        None => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "No such upload",
        )),
        Some(upload) if upload.state == UploadState::Gone => Err(Problem::new(
            StatusCode::GONE,
            "upload_gone",
            "The upload was forgotten",
        )),
        Some(upload) => Ok(upload),
    }
}

async fn expire_by_fault(portal: &Portal) -> Result<(), Problem> {
    if portal.faults.strike(FaultKind::ExpiredUpload).is_none() {
        return Ok(());
    }
    portal
        .db
        .run(|db| {
            for id in store::expire_all(db)? {
                remove_part(db, &id);
            }
            Ok(())
        })
        .await?;
    Ok(())
}

fn remove_part(db: &super::db::Db, id: &str) {
    // Left-over bytes harm nobody; they are overwritten or swept next time.
    if let Err(error) = std::fs::remove_file(db.part_path(id))
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a part file stays");
    }
}

/// When an upload touched now is forgotten (RFC 3339).
fn expiry() -> String {
    time::stamp(time::after(
        time::now(),
        Duration::from_secs(limits::UPLOAD_EXPIRES),
    ))
}

fn http_expiry() -> String {
    time::http_date(time::after(
        time::now(),
        Duration::from_secs(limits::UPLOAD_EXPIRES),
    ))
}

fn check_version(headers: &HeaderMap) -> Result<(), Problem> {
    if headers
        .get(TUS_RESUMABLE)
        .is_some_and(|value| value == TUS_VERSION)
    {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::PRECONDITION_FAILED,
        "tus_version",
        "Tus-Resumable: 1.0.0 is required",
    )
    .header(HeaderName::from_static("tus-version"), TUS_VERSION))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

/// `Upload-Metadata`: comma-separated `key base64(value)`.
fn metadata(headers: &HeaderMap) -> Result<HashMap<String, String>, Problem> {
    let invalid = || {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "upload_invalid",
            "Upload-Metadata cannot be read",
        )
    };
    let Some(value) = headers.get(UPLOAD_METADATA) else {
        return Ok(HashMap::new());
    };
    let mut pairs = HashMap::new();
    for pair in value.to_str().map_err(|_| invalid())?.split(',') {
        let mut words = pair.split_whitespace();
        let (Some(key), value, None) = (words.next(), words.next(), words.next()) else {
            return Err(invalid());
        };
        let bytes = STANDARD
            .decode(value.unwrap_or_default())
            .map_err(|_| invalid())?;
        pairs.insert(
            key.to_owned(),
            String::from_utf8(bytes).map_err(|_| invalid())?,
        );
    }
    Ok(pairs)
}

fn checksum(headers: &HeaderMap) -> Result<Option<Vec<u8>>, Problem> {
    let Some(value) = headers.get(UPLOAD_CHECKSUM) else {
        return Ok(None);
    };
    let decoded = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(algorithm, _)| *algorithm == "sha256")
        .and_then(|(_, digest)| STANDARD.decode(digest.trim()).ok())
        .filter(|digest| digest.len() == 32);
    decoded.map(Some).ok_or_else(|| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "upload_invalid",
            "Upload-Checksum must be sha256 and base64",
        )
    })
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

//! `/v1/items`: storing releases, telling states, withdrawal.

pub mod release;
pub mod store;

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use qalam_proof::sent::Sent;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use self::store::{Condition, Incoming, Item, Put};
use super::{Portal, answer::Problem, db::Db, limits, time};
use crate::{
    contract::wire::{ItemPage, ItemState, ProblemError, PutItem, StoredItem, Withdrawal},
    digest::hex,
};

/// Items of one page of the change feed.
const PAGE: u32 = 100;
/// The longest name of an owner, and the longest reason, in characters.
const OWNER_CHARS: usize = 40;
const REASON_CHARS: usize = 2_000;

/// `PUT /v1/items/{id}`.
pub async fn put(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let id = parse_id(&id)?;
    let condition = condition_of(&headers)?;
    let body = read_body(request, limits::ITEM_BYTES).await?;
    let put = read_put(&body)?;
    let (created, item) = portal
        .db
        .run(move |db| Ok(accept(db, &id, put, None, &condition)))
        .await??;
    let status = if created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(stored(&portal, status, &item))
}

/// Reads the body of a put.
pub fn read_put(body: &[u8]) -> Result<PutItem, Problem> {
    serde_json::from_slice(body).map_err(|source| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "body_invalid",
            "The body is not as the contract says",
        )
        .detail(source.to_string())
    })
}

/// Stores a release, of this owner only when one is given. True with an item that was not there before.
pub fn accept(
    db: &Db,
    id: &str,
    put: PutItem,
    owner: Option<&str>,
    condition: &Condition,
) -> Result<(bool, Item), Problem> {
    let hash = hex(&Sha256::digest(put.release.as_bytes()));
    if put.approval.release != hash {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "approval_mismatch",
            "The approval is for another release",
        )
        .with("computed", hash)
        .errors(vec![ProblemError {
            pointer: "/approval/release".to_owned(),
            detail: "is not the SHA-256 of /release".to_owned(),
        }]));
    }
    let read = release::read(id, &put.release).map_err(invalid)?;
    if owner.is_some_and(|owner| owner != read.owner) {
        return Err(invalid(vec![ProblemError {
            pointer: "/release/owner".to_owned(),
            detail: "is another's".to_owned(),
        }]));
    }
    // A desk that signs is held to it; one that does not yet says so with null.
    if let Some(signature) = &put.approval.signature {
        let sent = Sent::deserialize(signature).map_err(|source| unproven(source.to_string()))?;
        sent.check(&hash, id)
            .map_err(|fault| unproven(fault.to_string()))?;
    }
    let approval = serde_json::to_string(&put.approval).unwrap_or_default();
    let at = time::stamp(time::now());
    let incoming = Incoming {
        id,
        hash: &hash,
        body: &put.release,
        approval: &approval,
        read: &read,
        at: &at,
    };
    match store::put(db, &incoming, condition)? {
        Put::Created(item) => Ok((true, item)),
        Put::Revised(item) | Put::Same(item) => Ok((false, item)),
        Put::Differs(item) => Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            "The portal holds another revision",
        )
        .with("etag", item.etag.clone())
        .with("release", item.release.clone())
        .with("edited", item.edited)
        .header(header::ETAG, &item.etag)),
        Put::Nothing => Err(Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "precondition_failed",
            "The portal holds nothing under this id",
        )
        .with("etag", serde_json::Value::Null)),
        Put::Gone => Err(gone()),
    }
}

fn unproven(detail: String) -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "approval_invalid",
        "The approval does not stand for this release",
    )
    .detail(detail)
    .errors(vec![ProblemError {
        pointer: "/approval/signature".to_owned(),
        detail: "does not approve /release".to_owned(),
    }])
}

fn invalid(errors: Vec<ProblemError>) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "release_invalid",
        "The release cannot be read",
    )
    .errors(errors)
}

/// `GET` and `HEAD /v1/items/{id}`.
pub async fn get(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let item = require(&portal, &id).await?;
    let whole = !prefers_minimal(&headers);
    let mut response = Json(item.remote(&portal, whole)).into_response();
    set_etag(&mut response, &item.etag);
    if !whole {
        let applied = HeaderValue::from_static("return=minimal");
        response.headers_mut().insert("preference-applied", applied);
    }
    Ok(response)
}

/// Whether the content is not asked for (RFC 7240).
fn prefers_minimal(headers: &HeaderMap) -> bool {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case("return=minimal"))
}

/// Query of the change feed.
#[derive(Deserialize)]
pub struct Since {
    owner: Option<String>,
    since: Option<String>,
}

/// The change behind a cursor, written as we write it.
fn number_of(cursor: &str) -> Option<i64> {
    let number: u32 = cursor.parse().ok()?;
    (number.to_string() == cursor).then(|| i64::from(number))
}

/// `GET /v1/items?owner=&since=`.
pub async fn list(
    State(portal): State<Arc<Portal>>,
    Query(query): Query<Since>,
) -> Result<Json<ItemPage>, Problem> {
    let since = match query.since.as_deref() {
        None | Some("") => 0,
        Some(cursor) => number_of(cursor).ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "cursor_invalid",
                "The cursor is not one of ours",
            )
        })?,
    };
    if let Some(owner) = &query.owner
        && !(2..=OWNER_CHARS).contains(&owner.chars().count())
    {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "owner_invalid",
            "No owner has such a name",
        ));
    }
    let owner = query.owner;
    let items = portal
        .db
        .run(move |db| store::since(db, owner.as_deref(), since, PAGE + 1))
        .await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = items.len() > page;
    let items: Vec<Item> = items.into_iter().take(page).collect();
    let next = items.last().map_or(since, |item| item.change).to_string();
    let items = items
        .iter()
        .map(|item| item.remote(&portal, false))
        .collect();
    Ok(Json(ItemPage {
        items,
        next,
        more,
        odd: Vec::new(),
    }))
}

/// `POST /v1/items/{id}/withdrawal`. The practice portal takes the item down at once.
pub async fn withdraw(
    State(portal): State<Arc<Portal>>,
    Path(id): Path<String>,
    Json(withdrawal): Json<Withdrawal>,
) -> Result<Response, Problem> {
    let item = require(&portal, &id).await?;
    if !(1..=REASON_CHARS).contains(&withdrawal.reason.chars().count()) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "body_invalid",
            "The reason is missing or too long",
        ));
    }
    if item.state != ItemState::Withdrawn {
        let id = item.id.clone();
        let owner = item.owner.clone();
        portal
            .db
            .run(move |db| {
                let at = time::stamp(time::now());
                let remark = Some((owner.as_str(), withdrawal.reason.as_str()));
                store::set_state(db, &id, ItemState::Withdrawn, remark, &at)
            })
            .await?;
    }
    let item = require(&portal, &item.id).await?;
    Ok(Json(item.remote(&portal, false)).into_response())
}

async fn require(portal: &Portal, id: &str) -> Result<Item, Problem> {
    let id = parse_id(id)?;
    let item = portal.db.run(move |db| store::find(db, &id)).await?;
    match item {
        None => Err(Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "The portal holds nothing under this id",
        )),
        Some(item) if item.state == ItemState::Deleted => Err(gone()),
        Some(item) => Ok(item),
    }
}

fn gone() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "item_gone",
        "The portal removed this item",
    )
}

fn stored(portal: &Portal, status: StatusCode, item: &Item) -> Response {
    let body: StoredItem = item.stored(portal);
    let mut response = (status, Json(&body)).into_response();
    set_etag(&mut response, &body.etag);
    response
}

fn set_etag(response: &mut Response, etag: &str) {
    if let Ok(value) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// Ids are UUIDs in lower case; anything else is refused before it meets a path or a query.
pub fn parse_id(id: &str) -> Result<String, Problem> {
    match uuid::Uuid::try_parse(id) {
        Ok(uuid) if uuid.hyphenated().to_string() == id => Ok(id.to_owned()),
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "id_invalid",
            "The id is not a UUID in lower case",
        )),
    }
}

fn condition_of(headers: &HeaderMap) -> Result<Condition, Problem> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    match (text(header::IF_NONE_MATCH), text(header::IF_MATCH)) {
        (Some("*"), None) => Ok(Condition::Absent),
        (None, Some(etag)) if is_etag(etag) => Ok(Condition::Match(etag.to_owned())),
        (None, None) => Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "precondition_required",
            "If-None-Match: * or If-Match is required",
        )),
        _ => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "precondition_invalid",
            "Give either If-None-Match: * or If-Match with one strong ETag",
        )),
    }
}

fn is_etag(text: &str) -> bool {
    text.strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .is_some_and(|inner| !inner.is_empty() && !inner.contains('"'))
}

/// Reads a request body up to `cap` bytes.
pub async fn read_body(request: Request<Body>, cap: u64) -> Result<axum::body::Bytes, Problem> {
    let declared = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<u64>().ok());
    if declared.is_some_and(|length| length > cap) {
        return Err(too_large(cap));
    }
    let cap_usize = usize::try_from(cap).unwrap_or(usize::MAX);
    axum::body::to_bytes(request.into_body(), cap_usize)
        .await
        .map_err(|source| {
            let mut cause: Option<&dyn std::error::Error> = Some(&source);
            while let Some(error) = cause {
                if error.is::<axum::extract::rejection::LengthLimitError>()
                    || error.to_string() == "length limit exceeded"
                {
                    return too_large(cap);
                }
                cause = error.source();
            }
            Problem::new(StatusCode::BAD_REQUEST, "body_cut", "The body ended early")
        })
}

/// 413 with the cap.
pub fn too_large(cap: u64) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "Longer than the portal takes",
    )
    .with("limit", cap)
}

//! `/v1`, `/v1/me`, `/v1/vocabularies/{name}`, and what is not there.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Portal, answer::Problem, limits, time, uploads};
use crate::{
    contract::wire::{Account, CONTRACT, Limits, Rights, ServiceDocument, UploadService},
    digest::hex,
    packages::format::key_text,
};

/// The longest nonce given back, in characters.
const NONCE_CHARS: usize = 128;

const VOCABULARIES: &[(&str, &str)] = &[
    (
        "content_types",
        include_str!("../../../../assets/vocabularies/content_types.json"),
    ),
    (
        "thematic_areas",
        include_str!("../../../../assets/vocabularies/thematic_areas.json"),
    ),
    (
        "licences",
        include_str!("../../../../assets/vocabularies/licences.json"),
    ),
];

/// Query of the service document.
#[derive(Deserialize)]
pub struct Probe {
    nonce: Option<String>,
}

/// `GET /v1`.
pub async fn document(
    State(portal): State<Arc<Portal>>,
    Query(Probe { nonce }): Query<Probe>,
) -> Result<Response, Problem> {
    let long = |nonce: &String| nonce.chars().count() > NONCE_CHARS;
    if nonce.as_ref().is_some_and(long) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "nonce_invalid",
            "The nonce is too long",
        ));
    }
    let document = ServiceDocument {
        contract: CONTRACT.to_owned(),
        name: portal.name.clone(),
        nonce,
        time: time::stamp(time::now()),
        languages: ["ar", "en", "fr"].map(str::to_owned).to_vec(),
        limits: Limits {
            item_bytes: limits::ITEM_BYTES,
            file_bytes: limits::FILE_BYTES,
            file_types: None,
            refused_types: limits::REFUSED_TYPES
                .iter()
                .map(ToString::to_string)
                .collect(),
        },
        features: ["changes", "comments", "packages", "withdrawal"]
            .map(str::to_owned)
            .to_vec(),
        auth: vec!["bearer".to_owned()],
        uploads: UploadService {
            url: format!("{}/v1/uploads", portal.base),
            version: uploads::TUS_VERSION.to_owned(),
            extensions: uploads::TUS_EXTENSIONS
                .iter()
                .map(ToString::to_string)
                .collect(),
            expires_seconds: limits::UPLOAD_EXPIRES,
        },
        vocabularies: VOCABULARIES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), version_of(text)))
            .collect::<BTreeMap<_, _>>(),
        courier_key: Some(portal.keys.identity.to_public().to_string()),
        courier_signing_key: Some(key_text(&portal.keys.signing.verifying_key())),
    };
    let mut response = Json(document).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `GET /v1/me`. Learners write for any owner.
pub async fn me() -> Json<Account> {
    Json(Account {
        account: "practice".to_owned(),
        name: "Practice account".to_owned(),
        owner: None,
        roles: vec!["focal_point".to_owned()],
        rights: Rights {
            write: true,
            withdraw: true,
        },
    })
}

/// `GET /v1/vocabularies/{name}`, 304 when the client has it.
pub async fn vocabulary(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let (_, text) = VOCABULARIES
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not_found", "No such vocabulary"))?;
    let digest = hex(&Sha256::digest(text.as_bytes()));
    let etag = format!("\"{}\"", digest.get(..16).unwrap_or_default());
    let known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.to_str().is_ok_and(|value| value == etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], *text).into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    Ok(response)
}

/// 404 for an address the portal does not have.
pub async fn address_unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "not_found", "No such address")
}

/// 405.
pub async fn method_unknown() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_unknown",
        "The address does not know this method",
    )
}

fn version_of(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .and_then(|value| {
            value
                .get("version")
                .and_then(|version| version.as_str().map(str::to_owned))
        })
        .unwrap_or_default()
}

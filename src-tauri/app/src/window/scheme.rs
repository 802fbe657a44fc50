//! `qalam://localhost/blob/<sha256>`, `/first-page/<sha256>` and `/thumbnail/<publication>`: the desk's
//! pictures for the pages of the main window.

use qalam_desk::Code;
use tauri::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use tauri::http::{Response, StatusCode};

use crate::files::picture;
use crate::people::House;

/// The answer to a request; `ours` says that the main window asked.
pub(super) fn answer(house: &House, ours: bool, path: &str) -> Response<Vec<u8>> {
    if !ours {
        return refusal(StatusCode::FORBIDDEN);
    }
    match house
        .app()
        .map_err(|_| Code::NotFound)
        .and_then(|app| picture(&app.desk, path).map_err(|error| error.code))
    {
        Ok(picture) => Response::builder()
            .header(CONTENT_TYPE, picture.mime)
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(CACHE_CONTROL, picture.cache_control())
            .header(CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")
            .body(picture.bytes)
            .unwrap_or_else(|_| refusal(StatusCode::INTERNAL_SERVER_ERROR)),
        Err(code) => refusal(match code {
            Code::BadHash | Code::BadId => StatusCode::BAD_REQUEST,
            Code::NotFound | Code::BlobMissing | Code::PathNotFound => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }),
    }
}

fn refusal(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

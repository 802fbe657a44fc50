//! tus concatenation: parts that were uploaded side by side become one file.

use std::{fs::File, io, sync::Arc};

use axum::{
    http::{HeaderMap, StatusCode},
    response::Response,
};

use super::{
    Problem, UPLOAD_CONCAT, UPLOAD_FOR, begin, begun, declared, receive, remove_part,
    store::{self, Upload, UploadState},
    waiting,
};
use crate::practice::{Error, Portal};

/// More parts than this are no file of ours.
const MOST_PARTS: usize = 1_000;

/// What kind of upload a client begins.
pub enum Wish {
    /// A file.
    Whole,
    /// A part of one.
    Part,
    /// A file out of the parts with these ids.
    Join(Vec<String>),
}

/// Reads `Upload-Concat`: `partial`, or `final;` and the addresses of the parts in their order.
pub fn wish(headers: &HeaderMap) -> Result<Wish, Problem> {
    let Some(value) = headers.get(UPLOAD_CONCAT) else {
        return Ok(Wish::Whole);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "partial" {
        return Ok(Wish::Part);
    }
    let parts: Vec<String> = text
        .strip_prefix("final;")
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|place| place.rsplit('/').next())
        .map(str::to_owned)
        .collect();
    if parts.is_empty() || parts.len() > MOST_PARTS {
        return Err(invalid("Upload-Concat cannot be read"));
    }
    Ok(Wish::Join(parts))
}

/// Joins parts. Once the whole has its hash, the parts are forgotten.
pub async fn join(
    portal: &Arc<Portal>,
    headers: &HeaderMap,
    ids: &[String],
) -> Result<Response, Problem> {
    let mut parts: Vec<Upload> = Vec::with_capacity(ids.len());
    for id in ids {
        // Its last bytes may be on their way.
        portal.writers.of(id).idle().await;
        let part = super::find(portal, id).await?;
        let twice = parts.iter().any(|known| known.id == part.id);
        if !part.part || part.state != UploadState::Done || twice {
            return Err(invalid("A part is not whole").with("part", id.clone()));
        }
        parts.push(part);
    }
    let length = parts.iter().map(|part| part.length).sum();
    let upload = declared(headers, length, false)?;
    begin(portal, &upload).await?;
    let whole = upload.clone();
    let sources = parts.clone();
    portal
        .db
        .run(move |db| {
            let mut target = File::create(db.part_path(&whole.id))?;
            for part in &sources {
                io::copy(&mut File::open(db.part_path(&part.id))?, &mut target)?;
            }
            target.sync_all()?;
            store::set_received(db, &whole.id, whole.length, &super::expiry())
        })
        .await?;
    receive::finish(portal, &upload).await?;
    portal
        .db
        .run(move |db| {
            for part in &parts {
                store::end(db, &part.id, UploadState::Gone)?;
                remove_part(db, &part.id);
            }
            Ok::<_, Error>(())
        })
        .await?;
    let item = waiting(portal, headers.get(UPLOAD_FOR)).await;
    Ok(begun(portal, &upload.id, item.as_ref()))
}

fn invalid(title: &str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "upload_invalid", title)
}

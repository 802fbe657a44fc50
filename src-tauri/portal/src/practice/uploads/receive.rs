//! Taking the bytes of one `PATCH`.

use std::{io::SeekFrom, time::Duration};

use axum::{body::Body, http::StatusCode};
use futures_util::StreamExt as _;
use sha2::{Digest, Sha256};
use tokio::{
    fs::{File, OpenOptions},
    io::{AsyncSeekExt as _, AsyncWriteExt as _},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    expiry, remove_part,
    store::{self, Upload, UploadState},
};
use crate::{
    digest,
    practice::{Error, Portal, answer::Problem, db, items, time},
};

/// Bytes are made durable and written down at least this often, so that a killed portal forgets little.
const DURABLE_EVERY: Duration = Duration::from_secs(1);

/// Appends `body` to `upload` and returns the new offset. What came before a cut stays, unless a checksum covers it.
pub async fn receive(
    portal: &Portal,
    upload: &Upload,
    body: Body,
    checksum: Option<Vec<u8>>,
    stop: &CancellationToken,
) -> Result<u64, Problem> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(portal.db.part_path(&upload.id))
        .await?;
    file.set_len(upload.received).await?;
    file.seek(SeekFrom::Start(upload.received)).await?;
    let mut received = upload.received;
    let mut noted = Instant::now();
    let mut noting: Option<tokio::task::JoinHandle<()>> = None;
    let mut hash = checksum.as_ref().map(|_| Sha256::new());
    let mut stream = body.into_data_stream();
    let mut cut = false;
    loop {
        let chunk = tokio::select! {
            biased;
            () = stop.cancelled() => { cut = true; break; }
            chunk = stream.next() => chunk,
        };
        let bytes = match chunk {
            None => break,
            Some(Ok(bytes)) => bytes,
            Some(Err(_)) => {
                cut = true;
                break;
            }
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if received.saturating_add(length) > upload.length {
            note(portal, upload, &mut file, received, hash.is_none()).await?;
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "upload_invalid",
                "More bytes than Upload-Length",
            ));
        }
        file.write_all(&bytes).await?;
        received = received.saturating_add(length);
        if let Some(hash) = &mut hash {
            hash.update(&bytes);
        } else if noted.elapsed() >= DURABLE_EVERY
            && noting.as_ref().is_none_or(|one| one.is_finished())
        {
            // Beside the reading: a slow disk must not keep bytes waiting in the connection, where a cut loses them.
            file.flush().await?;
            noting = Some(note_beside(
                portal,
                upload,
                file.try_clone().await?,
                received,
            ));
            noted = Instant::now();
        }
    }
    if let Some(noting) = noting {
        let _ = noting.await;
    }
    if let (Some(hash), Some(wanted)) = (hash, &checksum)
        && (cut || hash.finalize().as_slice() != wanted.as_slice())
    {
        file.set_len(upload.received).await?;
        return Err(if cut { body_cut() } else { checksum_mismatch() });
    }
    note(portal, upload, &mut file, received, true).await?;
    if cut {
        return Err(body_cut());
    }
    if received == upload.length {
        drop(file);
        finish(portal, upload).await?;
    }
    Ok(received)
}

fn body_cut() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "body_cut", "The body ended early")
}

/// 460, the status tus defines for a checksum that does not hold.
fn checksum_mismatch() -> Problem {
    let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
    Problem::new(
        status,
        "checksum_mismatch",
        "The bytes are not those of Upload-Checksum",
    )
}

/// Makes what is written durable and notes it, while more comes in. What fails here is done again at the end.
fn note_beside(
    portal: &Portal,
    upload: &Upload,
    file: File,
    received: u64,
) -> tokio::task::JoinHandle<()> {
    let (db, id) = (portal.db.clone(), upload.id.clone());
    tokio::spawn(async move {
        if file.sync_data().await.is_ok() {
            let noted = db.run(move |db| store::set_received(db, &id, received, &expiry()));
            if let Err(error) = noted.await {
                tracing::warn!(%error, "progress not noted");
            }
        }
    })
}

async fn note(
    portal: &Portal,
    upload: &Upload,
    file: &mut File,
    received: u64,
    counts: bool,
) -> Result<(), Error> {
    if !counts {
        return Ok(());
    }
    file.flush().await?;
    file.sync_data().await?;
    let id = upload.id.clone();
    portal
        .db
        .run(move |db| store::set_received(db, &id, received, &expiry()))
        .await
}

/// Hashes the whole file from disk; only the declared bytes become a file of the portal. A part just waits for the
/// others.
pub async fn finish(portal: &Portal, upload: &Upload) -> Result<(), Problem> {
    let upload = upload.clone();
    if upload.part {
        let end = move |db: &db::Db| store::end(db, &upload.id, UploadState::Done);
        return Ok(portal.db.run(end).await?);
    }
    let whole = portal
        .db
        .run(move |db| {
            let part = db.part_path(&upload.id);
            let place = db.file_path(&upload.sha256);
            // Killed after the rename and before the rows: the file is in its place already.
            let moved = !part.exists() && place.exists();
            let source_path = if moved { &place } else { &part };
            let mut source = std::fs::OpenOptions::new()
                .create(!moved)
                .truncate(false)
                .read(true)
                .write(true)
                .open(source_path)?;
            let (hash, bytes) = digest::of_reader(&mut source)?;
            if hash != upload.sha256 || bytes != upload.length {
                store::end(db, &upload.id, UploadState::Gone)?;
                remove_part(db, &upload.id);
                return Ok(false);
            }
            source.sync_all()?;
            drop(source);
            if !moved && let Some(shelf) = place.parent() {
                std::fs::create_dir_all(shelf)?;
                std::fs::rename(&part, &place)?;
                db::sync_dir(shelf)?;
            }
            // File before row: a kill in between leaves a file nobody names, never a row without its file.
            items::store::add_file(
                db,
                &upload.sha256,
                upload.length,
                &upload.mime,
                &upload.name,
                &time::stamp(time::now()),
            )?;
            store::end(db, &upload.id, UploadState::Done)?;
            Ok(true)
        })
        .await?;
    if whole {
        Ok(())
    } else {
        let status = StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST);
        Err(Problem::new(
            status,
            "digest_mismatch",
            "The whole file is not the declared one",
        ))
    }
}

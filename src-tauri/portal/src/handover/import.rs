//! Taking a hand-over into a portal of the contract.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read as _,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use qalam_content::canonical::{self, Release};
use qalam_desk::{
    Desk,
    error::{Code, Error, Failure, Result},
    secrets::Secrets,
};
use secrecy::SecretString;

use super::{FORMAT, MANIFEST, Manifest, ManifestItem, SUMS};
use crate::{
    contract::{
        Contract, FileToSend, Habits, Service, UploadEnd, UploadStart,
        wire::{Approval, PutItem, StoredItem},
    },
    courier::{blocking, practice_dir, reach},
    digest::of_reader,
    http::{Http, HttpOptions, Trouble},
};

/// No text of a hand-over is longer.
const MAX_TEXT: u64 = 64 * 1024 * 1024;
/// How often an upload begins anew because the portal forgot it.
const FRESH_STARTS: u32 = 3;

/// Which hand-over goes where.
#[derive(Clone, Debug, Default)]
pub struct ImportWish {
    /// The folder.
    pub from: PathBuf,
    /// The portal's name on this desk.
    pub portal: String,
    /// The practice portal's folder; `None` is `practice` in the desk's folder.
    pub practice_dir: Option<PathBuf>,
    /// Patience of the client.
    pub http: HttpOptions,
}

/// What became of a piece.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The draft.
    pub draft: String,
    /// SHA-256 of the release.
    pub release: String,
    /// Its title.
    pub title: String,
    /// The portal's answer; its receipt says what it holds.
    pub stored: Option<StoredItem>,
    /// Why it was not taken.
    pub failure: Option<Failure>,
}

/// Checks a hand-over from end to end and puts its pieces into a portal. Nothing that is there is overwritten: another
/// release of a piece is a conflict. The same hand-over again changes nothing.
///
/// # Errors
/// [`Code::HandoverInvalid`], [`Code::HandoverDamaged`], [`Code::UnknownPortal`]; failures of the way as their codes. A
/// piece the portal refuses is no error: the others go on.
pub async fn import(
    desk: &Arc<Desk>,
    secrets: &Arc<dyn Secrets>,
    wish: ImportWish,
) -> Result<Vec<Taken>> {
    let (from, asked, name) = (wish.from.clone(), Arc::clone(desk), wish.portal.clone());
    let (pieces, portal) = blocking(move || {
        let portal = asked.portal(&name)?;
        Ok((read(&from)?, portal))
    })
    .await?;
    let http = Http::new(wish.http.clone())
        .map_err(|source| Error::new(Code::Internal).because(source))?;
    let dir = practice_dir(desk, wish.practice_dir.as_ref());
    let reached = async {
        let (url, token) = reach::locate(&portal, secrets, dir).await?;
        let contract = reach::at(&http, &url)?;
        let service = contract.probe().await?;
        Ok::<_, Trouble>((contract, token, service))
    };
    let (contract, token, service) = reached.await.map_err(told)?;
    let mut all = Vec::new();
    for piece in pieces {
        let outcome = put(&contract, &token, &service, &piece).await;
        let (stored, failure) = match outcome {
            Ok(stored) => (Some(stored), None),
            Err(trouble) if matches!(trouble.class, crate::http::Class::Retry(_)) => {
                return Err(told(trouble));
            }
            Err(trouble) => (None, Some(trouble.failure)),
        };
        all.push(Taken {
            draft: piece.item.draft,
            release: piece.item.release,
            title: piece.item.title,
            stored,
            failure,
        });
    }
    Ok(all)
}

fn told(trouble: Trouble) -> Error {
    let code = trouble.failure.code.parse().unwrap_or(Code::PortalRefused);
    let mut error = Error::new(code).because(trouble.failure.detail);
    error.params = trouble.failure.params;
    error
}

/// A piece that was found whole.
struct Found {
    item: ManifestItem,
    body: Vec<u8>,
    files: Vec<FileToSend>,
}

async fn put(
    contract: &Contract,
    token: &SecretString,
    service: &Service,
    piece: &Found,
) -> std::result::Result<StoredItem, Trouble> {
    let draft = &piece.item.draft;
    let mut stored = contract
        .put(token, draft, &piece.body, None, service)
        .await?;
    if stored.missing.is_empty() {
        return Ok(stored);
    }
    for file in &piece.files {
        if !stored.missing.contains(&file.sha256) {
            continue;
        }
        let mut starts = 0;
        loop {
            let end = contract
                .upload(
                    token,
                    service,
                    file,
                    UploadStart::default(),
                    &mut Habits::default(),
                    &mut |_, _| {},
                )
                .await;
            starts += 1;
            match end {
                UploadEnd::Uploaded(_) => break,
                UploadEnd::Gone if starts < FRESH_STARTS => {}
                UploadEnd::Gone => {
                    return Err(Trouble::retry(
                        Failure::new(Code::BadAnswer).with("detail", "the upload is gone"),
                    ));
                }
                UploadEnd::Trouble(trouble) => return Err(trouble),
            }
        }
    }
    stored = contract
        .put(token, draft, &piece.body, None, service)
        .await?;
    Ok(stored)
}

/// Reads a hand-over and compares every hash before anything of it counts.
fn read(from: &Path) -> Result<Vec<Found>> {
    let invalid = || Error::new(Code::HandoverInvalid).with("path", from.display());
    if !from.join(MANIFEST).is_file() {
        return Err(invalid());
    }
    let manifest: Manifest =
        serde_json::from_slice(&text(from, MANIFEST)?).map_err(|_| invalid())?;
    if manifest.format != FORMAT {
        return Err(invalid());
    }
    let sums = text(from, SUMS)?;
    let sums = String::from_utf8(sums).map_err(|_| invalid())?;
    let mut known = BTreeMap::new();
    for line in sums.lines() {
        let (sha256, path) = line.split_once("  ").ok_or_else(invalid)?;
        let place = inside(from, path)?;
        let mut file = File::open(&place).map_err(|_| damaged(path))?;
        let (found, bytes) = of_reader(&mut file).map_err(|source| Error::io(source, &place))?;
        if found != sha256 {
            return Err(damaged(path));
        }
        known.insert(path.to_owned(), (found, bytes));
    }
    manifest
        .items
        .into_iter()
        .map(|item| piece(from, item, &known))
        .collect()
}

fn piece(
    from: &Path,
    item: ManifestItem,
    known: &BTreeMap<String, (String, u64)>,
) -> Result<Found> {
    let path = format!("{}/release.json", item.folder);
    let bytes = text(from, &path)?;
    if canonical::hash(&bytes) != item.release {
        return Err(damaged(&path));
    }
    let release = Release::from_bytes(&bytes).map_err(|_| damaged(&path))?;
    let body_text = String::from_utf8(bytes).map_err(|_| damaged(&path))?;
    let path = format!("{}/approval.json", item.folder);
    let approval: Approval =
        serde_json::from_slice(&text(from, &path)?).map_err(|_| damaged(&path))?;
    let body = serde_json::to_vec(&PutItem {
        release: body_text,
        approval,
    })?;
    let mut files = Vec::new();
    for attachment in &release.attachments {
        let file = item
            .files
            .iter()
            .find(|file| file.sha256 == attachment.sha256)
            .ok_or_else(|| damaged(&attachment.name))?;
        // The sums are a list anybody can write; the release is not.
        match known.get(&file.path) {
            Some((sha256, bytes)) if *sha256 == attachment.sha256 => files.push(FileToSend {
                sha256: sha256.clone(),
                path: inside(from, &file.path)?.into(),
                length: *bytes,
                mime: attachment.mime.clone(),
                name: attachment.name.clone(),
            }),
            _ => return Err(damaged(&file.path)),
        }
    }
    Ok(Found { item, body, files })
}

fn damaged(path: &str) -> Error {
    Error::new(Code::HandoverDamaged).with("path", path)
}

fn text(from: &Path, path: &str) -> Result<Vec<u8>> {
    let place = inside(from, path)?;
    let file = File::open(&place).map_err(|_| damaged(path))?;
    let mut bytes = Vec::new();
    file.take(MAX_TEXT + 1)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, &place))?;
    if bytes.len() as u64 > MAX_TEXT {
        return Err(damaged(path));
    }
    Ok(bytes)
}

/// The place of a path that must stay inside the folder and be a file.
fn inside(from: &Path, path: &str) -> Result<PathBuf> {
    let stays = !path.is_empty()
        && !path.contains(['\\', ':'])
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    let place = from.join(path);
    // A link or a device is no part of a hand-over.
    let is_file = || place.symlink_metadata().is_ok_and(|found| found.is_file());
    if stays && is_file() {
        return Ok(place);
    }
    Err(damaged(path))
}

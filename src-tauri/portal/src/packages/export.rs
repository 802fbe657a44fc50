//! Writing a package.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use qalam_desk::db::lent::Lent;
use qalam_desk::{
    Desk,
    clock::stamp,
    error::{Code, Error, Failure, Result},
    id::new_id,
    outbox::PortalKind,
    packages::{ExportedPackage, NewPackage, PackedEntry, Parcel, Parcels, courier_keys},
    secrets::Secrets,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    format::{self, Contents, ContentsEntry, ContentsFile, Head, HeadEntry, MAX_ENTRIES, Writing},
    keys::DeskKeys,
};
use crate::{
    courier::{blocking, practice_dir, reach},
    http::HttpOptions,
};

/// What is to be written where.
#[derive(Clone, Debug, Default)]
pub struct ExportWish {
    /// The new file.
    pub to: PathBuf,
    /// The portal; `None` is the only one something waits for that takes packages.
    pub portal: Option<String>,
    /// Only these drafts; empty is all that waits.
    pub drafts: Vec<String>,
    /// The practice portal's folder; `None` is `practice` in the desk's folder.
    pub practice_dir: Option<PathBuf>,
}

/// What the head and the contents may add to the pieces, in bytes.
const ROOM: u64 = 1024 * 1024;

/// Writes what waits for a portal into one sealed file. What waits goes on waiting here too: whichever way is first
/// delivers it, and the other then changes nothing.
///
/// # Errors
/// [`Code::TargetNotEmpty`] when the file exists, [`Code::CourierKeyMissing`] when the portal's keys are not known here,
/// [`Code::NothingToExport`], [`Code::SecretMissing`], and what desk, secrets and disk fail with.
pub async fn export(
    desk: &Arc<Desk>,
    secrets: &Arc<dyn Secrets>,
    wish: ExportWish,
) -> Result<ExportedPackage> {
    let (asked, drafts, portal) = (Arc::clone(desk), wish.drafts.clone(), wish.portal.clone());
    let mut parcels = blocking(move || {
        let portal = match portal {
            Some(portal) => portal,
            None => only_portal(&asked)?,
        };
        asked.packages_parcels(&portal, &drafts)
    })
    .await?;
    if parcels.portal.kind == PortalKind::Practice && courier_keys(&parcels.portal).is_none() {
        // It is on this machine: it can be asked although nothing was ever sent to it.
        let folder = wish.practice_dir.as_ref();
        let (name, patience) = (&parcels.portal.name, HttpOptions::default());
        parcels.portal = reach::test_portal(desk, secrets, folder, patience, name)
            .await?
            .0;
    }
    let dir = practice_dir(desk, wish.practice_dir.as_ref());
    let (_, token) = reach::locate(&parcels.portal, secrets, dir)
        .await
        .map_err(|trouble| {
            let code = trouble.failure.code.parse().unwrap_or(Code::Internal);
            let mut error = Error::new(code);
            error.params = trouble.failure.params;
            error
        })?;
    let (desk, secrets) = (Arc::clone(desk), Arc::clone(secrets));
    blocking(move || write(&desk, &*secrets, parcels, &token, &wish.to)).await
}

/// The one portal that something waits for and whose keys are known.
fn only_portal(desk: &Desk) -> Result<String> {
    let waiting: BTreeSet<String> = desk
        .outbox_list()?
        .entries
        .into_iter()
        .filter(|entry| matches!(entry.state.as_str(), "waiting" | "sending"))
        .map(|entry| entry.portal)
        .collect();
    let mut able: Vec<String> = desk
        .portals_list()?
        .into_iter()
        .filter(|row| waiting.contains(&row.name) && courier_keys(row).is_some())
        .map(|row| row.name)
        .collect();
    match (able.pop(), able.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(Error::new(Code::BadArgument).with("name", "portal")),
        (None, _) => match waiting.into_iter().next() {
            // Writing names what is missing.
            Some(portal) => Ok(portal),
            None => Err(Error::new(Code::NothingToExport).with("portal", "")),
        },
    }
}

fn write(
    desk: &Desk,
    secrets: &dyn Secrets,
    parcels: Parcels,
    token: &SecretString,
    to: &Path,
) -> Result<ExportedPackage> {
    let Parcels {
        portal,
        owner,
        parcels,
        unfit,
    } = parcels;
    let theirs = courier_keys(&portal)
        .ok_or_else(|| Error::new(Code::CourierKeyMissing).with("portal", &portal.name))?;
    if to.exists() {
        return Err(Error::new(Code::TargetNotEmpty).with("path", to.display()));
    }
    let keys = DeskKeys::of(desk, secrets)?;
    let limit = portal
        .capabilities
        .get("file_bytes")
        .and_then(serde_json::Value::as_u64)
        .unwrap_or(u64::MAX);
    let (packed, mut left) = choose(parcels, limit);
    left.extend(unfit.into_iter().map(|(draft, failure)| PackedEntry {
        draft,
        title: String::new(),
        release: String::new(),
        bytes: 0,
        reason: Some(failure),
    }));
    if packed.is_empty() {
        return Err(Error::new(Code::NothingToExport).with("portal", &portal.name));
    }
    let id = new_id();
    let entries: Vec<PackedEntry> = packed.iter().map(|parcel| told(parcel, None)).collect();
    let (contents, paths) = contents(&packed, token);
    let writing = Writing {
        head: Head {
            package: id.clone(),
            owner,
            portal: portal.url.clone(),
            seal_key: theirs.seal,
            sign_key: format::key_text(&keys.signing.verifying_key()),
            reply_key: keys.identity.to_public().to_string(),
            made_at: stamp(desk.clock().now()),
            entries: entries
                .iter()
                .map(|entry| HeadEntry {
                    draft: entry.draft.clone(),
                    release: entry.release.clone(),
                    bytes: entry.bytes,
                })
                .collect(),
            content_bytes: 0,
            payload: 0,
        },
        contents,
        signing: &keys.signing,
    };
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let io = |source: io::Error| Error::io(source, to);
    // Beside its place, so that it gets its name at once and never half-written; gone again when this fails.
    let mut early = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    let mut failed = None;
    let written = format::write(
        writing,
        early.as_file_mut(),
        &mut |entry| {
            desk.packages_body(&entry.release).map_err(|error| {
                failed = Some(error);
                io::ErrorKind::Other.into()
            })
        },
        &mut |file| match paths.iter().find(|(sha256, _)| *sha256 == file.sha256) {
            Some((_, path)) => fs::File::open(path),
            None => Err(io::ErrorKind::NotFound.into()),
        },
    );
    let written = match (written, failed) {
        (_, Some(error)) => return Err(error),
        (Ok(written), None) => written,
        (Err(source), None) => return Err(unwritten(source, to)),
    };
    let row = NewPackage {
        id: id.clone(),
        portal: portal.id.clone(),
        file: to.display().to_string(),
        sha256: written.sha256.clone(),
        bytes: written.bytes,
        verify: theirs.verify,
        entries: entries
            .iter()
            .map(|entry| (entry.draft.clone(), entry.release.clone()))
            .collect(),
    };
    // Noted first: a package nobody knows of must not travel.
    desk.packages_note(&row)?;
    if let Err(refused) = early.persist_noclobber(to) {
        desk.packages_forget(&id)?;
        return Err(match refused.error.kind() {
            io::ErrorKind::AlreadyExists => {
                Error::new(Code::TargetNotEmpty).with("path", to.display())
            }
            _ => io(refused.error),
        });
    }
    sync_folder(folder);
    Ok(ExportedPackage {
        id,
        portal: portal.name,
        file: row.file,
        sha256: written.sha256,
        bytes: written.bytes,
        entries,
        left,
    })
}

/// A stored file that is not what it was is ours to say; anything else is the place written to.
fn unwritten(source: io::Error, to: &Path) -> Error {
    match source.kind() {
        io::ErrorKind::InvalidData => {
            Error::new(Code::BlobDamaged).with("sha256", source.to_string())
        }
        io::ErrorKind::NotFound => Error::new(Code::BlobMissing).with("sha256", ""),
        _ => Error::io(source, to),
    }
}

/// What fits into one file, in the order given; files shared by pieces count once.
fn choose(parcels: Vec<Parcel>, limit: u64) -> (Vec<Parcel>, Vec<PackedEntry>) {
    let mut packed: Vec<Parcel> = Vec::new();
    let mut left = Vec::new();
    let mut total = ROOM;
    let mut files = BTreeSet::new();
    for parcel in parcels {
        let new: u64 = parcel
            .files
            .iter()
            .filter(|file| !files.contains(&file.sha256))
            .map(|file| file.bytes)
            .fold(parcel.body_bytes, u64::saturating_add);
        // What sealing adds is a part in four thousand.
        let after = total.saturating_add(new).saturating_add(new / 2048);
        if after > limit || packed.len() >= MAX_ENTRIES {
            let failure = Failure::new(Code::PackageFull)
                .with("name", &parcel.title)
                .with("limit", limit);
            left.push(told(&parcel, Some(failure)));
            continue;
        }
        total = after;
        files.extend(parcel.files.iter().map(|file| file.sha256.clone()));
        packed.push(parcel);
    }
    (packed, left)
}

fn told(parcel: &Parcel, reason: Option<Failure>) -> PackedEntry {
    PackedEntry {
        draft: parcel.draft.clone(),
        title: parcel.title.clone(),
        release: parcel.release.clone(),
        bytes: parcel
            .files
            .iter()
            .map(|file| file.bytes)
            .fold(parcel.body_bytes, u64::saturating_add),
        reason,
    }
}

/// The contents, and where the bytes of their files are.
fn contents(packed: &[Parcel], token: &SecretString) -> (Contents, Vec<(String, Lent)>) {
    let mut known = BTreeSet::new();
    let mut files = Vec::new();
    let mut paths = Vec::new();
    for file in packed.iter().flat_map(|parcel| &parcel.files) {
        if known.insert(file.sha256.clone()) {
            files.push(ContentsFile {
                sha256: file.sha256.clone(),
                name: file.name.clone(),
                mime: file.mime.clone(),
                bytes: file.bytes,
            });
            paths.push((file.sha256.clone(), file.path.clone()));
        }
    }
    let entries = packed
        .iter()
        .map(|parcel| ContentsEntry {
            draft: parcel.draft.clone(),
            release: parcel.release.clone(),
            body: parcel.body_bytes,
            if_match: parcel.if_match.clone(),
            after: parcel.after.clone(),
            files: parcel
                .files
                .iter()
                .map(|file| file.sha256.clone())
                .collect(),
        })
        .collect();
    let contents = Contents {
        head: String::new(),
        token: token.expose_secret().to_owned(),
        entries,
        files,
    };
    (contents, paths)
}

/// Makes the new name durable where a system allows it; sticks that do not are no reason to fail.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = folder;
}

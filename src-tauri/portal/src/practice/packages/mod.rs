//! `/v1/packages`: reading courier packages.
//!
//! A package is read from end to end before anything of it counts: first its signature, then its contents into files
//! beside the others, every hash compared. Only then files and items are stored, the items exactly as `PUT /v1/items`
//! stores them. Killed anywhere in between, the package is read again and ends the same.

mod keys;
mod store;

use std::{
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

pub use self::keys::PortalKeys;
use self::store::Noted;
use super::{
    Portal,
    answer::Problem,
    db::{Db, sync_dir},
    door::same_secret,
    items::{self, store::Condition},
    limits, time,
};
use crate::{
    contract::wire::{ProblemBody, PutItem, SubmitPackage},
    packages::{
        format::{self, ContentsEntry, Fault, Opened, Sound},
        receipts::{Answers, ItemAnswer, seal},
    },
};

/// The account of all learners.
const ACCOUNT: &str = "practice";
/// How long a request waits for its package to be read; then the client asks again.
const PATIENCE: Duration = Duration::from_secs(20);

/// `POST /v1/packages`.
pub async fn submit(
    State(portal): State<Arc<Portal>>,
    Json(submitted): Json<SubmitPackage>,
) -> Result<Response, Problem> {
    let sha256 = submitted.sha256;
    if !items::release::is_hash(&sha256) {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "body_invalid",
            "sha256 is not 64 lower-case hex digits",
        ));
    }
    // In a task of its own: a package of gigabytes outlives the connection that asked for it.
    let work = tokio::spawn(async move {
        let _alone = portal.packages.lock().await;
        let at_work = Arc::clone(&portal);
        tokio::task::spawn_blocking(move || answer(&at_work, &sha256))
            .await
            .map_err(|source| super::Error::Store(source.to_string()))?
    });
    match tokio::time::timeout(PATIENCE, work).await {
        Err(_) => {
            let mut response = StatusCode::ACCEPTED.into_response();
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            Ok(response)
        }
        Ok(done) => {
            let text = done.map_err(|source| super::Error::Store(source.to_string()))??;
            Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
        }
    }
}

/// The sealed answer to a package, given now or before.
fn answer(portal: &Portal, sha256: &str) -> Result<String, Problem> {
    let db = &portal.db;
    let path = db.file_path(sha256);
    if let Some(receipts) = store::answered(db, sha256)? {
        // A second carrier may have brought the file once more.
        drop_file(db, sha256, &path)?;
        return Ok(receipts);
    }
    if items::store::file(db, sha256)?.is_none() {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "package_missing",
            "The portal lacks the file of this package",
        ));
    }
    let mut noted = Noted {
        sha256: sha256.to_owned(),
        package: String::new(),
        key: String::new(),
        receipts: String::new(),
        problem: String::new(),
    };
    let outcome = read(portal, &path, &mut noted);
    if let Err(refusal) = &outcome {
        noted.problem = refusal.code().to_owned();
    }
    if let Ok(receipts) = &outcome {
        noted.receipts.clone_from(receipts);
    }
    store::note(db, &noted, &time::stamp(time::now()))?;
    if outcome.is_ok() {
        drop_file(db, sha256, &path)?;
    }
    outcome
}

fn drop_file(db: &Db, sha256: &str, path: &Path) -> Result<(), Problem> {
    if store::forget_file(db, sha256)? && path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

fn read(portal: &Portal, path: &Path, noted: &mut Noted) -> Result<String, Problem> {
    let db = &portal.db;
    let sound = format::inspect(path, limits::FILE_BYTES).map_err(refused)?;
    let head = &sound.head;
    noted.package.clone_from(&head.package);
    noted.key.clone_from(&head.sign_key);
    items::parse_id(&head.package).map_err(|_| refused(Fault::Invalid("id".to_owned())))?;
    if store::other_bytes(db, &head.package, &noted.sha256)? {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "package_replayed",
            "Other bytes arrived under the name of this package before",
        )
        .with("package", head.package.clone()));
    }
    let mut opened = format::open(path, &sound, &portal.keys.identity).map_err(refused)?;
    prove(portal, &sound, &opened.contents.token)?;
    let staged = Staged::read(db, &mut opened)?;
    let contents = opened.contents.clone();
    opened.end().map_err(refused)?;
    // From here on nothing can be wrong with the package itself.
    let refused_file = |sha256: &String| {
        contents
            .files
            .iter()
            .find(|file| file.sha256 == *sha256)
            .filter(|file| limits::REFUSED_TYPES.contains(&file.mime.as_str()))
    };
    for (number, file) in contents.files.iter().enumerate() {
        if refused_file(&file.sha256).is_none() {
            staged.keep(db, number, file)?;
        }
    }
    let mut at = 0;
    let mut answered = Vec::new();
    for entry in &contents.entries {
        let body = staged.body(at, entry.body)?;
        at += entry.body;
        let outcome = match entry.files.iter().find_map(refused_file) {
            Some(file) => Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "type_refused",
                "The portal does not take this type of file",
            )
            .with("mime", file.mime.clone())
            .with("name", file.name.clone())),
            None => take(portal, &head.owner, entry, &body),
        };
        let (stored, problem) = match outcome {
            Ok(item) => (Some(item.stored(portal)), None),
            // A failure of the portal is no word about the piece.
            Err(problem) if problem.is_own() => return Err(problem),
            Err(problem) => (None, Some(ProblemBody::from(problem))),
        };
        answered.push(ItemAnswer {
            draft: entry.draft.clone(),
            release: entry.release.clone(),
            stored,
            problem,
        });
    }
    let answers = Answers {
        package: head.package.clone(),
        package_sha256: noted.sha256.clone(),
        portal: portal.name.clone(),
        items: answered,
    };
    let bundle = seal(&answers, &head.reply_key, &portal.keys.signing)
        .map_err(|detail| refused(Fault::Invalid(detail)))?;
    serde_json::to_string(&bundle).map_err(|source| super::Error::Store(source.to_string()).into())
}

/// The key is known, or the token proves it and it is known from now on.
fn prove(portal: &Portal, sound: &Sound, token: &str) -> Result<(), Problem> {
    let key = &sound.head.sign_key;
    if store::account(&portal.db, key)?.is_some() {
        return Ok(());
    }
    if same_secret(token, &portal.token) {
        store::register(&portal.db, key, ACCOUNT, &time::stamp(time::now()))?;
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::FORBIDDEN,
        "package_key_unknown",
        "Neither the key nor the account of this package is known",
    )
    .with("package", sound.head.package.clone()))
}

/// Stores one piece as a put would.
fn take(
    portal: &Portal,
    owner: &str,
    entry: &ContentsEntry,
    body: &[u8],
) -> Result<items::store::Item, Problem> {
    let id = items::parse_id(&entry.draft)?;
    let put: PutItem = items::read_put(body)?;
    if put.approval.release != entry.release {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "approval_mismatch",
            "The approval is for another release",
        ));
    }
    let condition = Condition::Ours {
        etag: entry.if_match.clone(),
        after: entry.after.clone(),
    };
    let (_, item) = items::accept(&portal.db, &id, put, Some(owner), &condition)?;
    Ok(item)
}

/// The inside of a package on disk, beside uploads under way. One package is read at a time, and the next one takes the
/// same names, so a killed portal leaves nothing that grows.
struct Staged<'a> {
    db: &'a Db,
    files: usize,
}

impl<'a> Staged<'a> {
    fn read(db: &'a Db, opened: &mut Opened) -> Result<Self, Problem> {
        let mut staged = Self { db, files: 0 };
        let (entries, files) = (
            opened.contents.entries.clone(),
            opened.contents.files.clone(),
        );
        let mut bodies = File::create(staged.place("bodies"))?;
        for entry in &entries {
            if entry.body > limits::ITEM_BYTES {
                return Err(refused(Fault::TooLarge {
                    limit: limits::ITEM_BYTES,
                }));
            }
            opened.next(&mut bodies, entry.body).map_err(refused)?;
        }
        for (number, file) in files.iter().enumerate() {
            if !items::release::is_hash(&file.sha256) {
                return Err(refused(Fault::Invalid("a hash".to_owned())));
            }
            let mut to = File::create(staged.place(&number.to_string()))?;
            staged.files = number + 1;
            if opened.next(&mut to, file.bytes).map_err(refused)? != file.sha256 {
                return Err(refused(Fault::Invalid("the bytes of a file".to_owned())));
            }
            to.sync_all()?;
        }
        Ok(staged)
    }

    fn place(&self, name: &str) -> std::path::PathBuf {
        self.db.part_path(&format!("package-{name}"))
    }

    fn body(&self, at: u64, length: u64) -> Result<Vec<u8>, Problem> {
        let mut file = File::open(self.place("bodies"))?;
        file.seek(SeekFrom::Start(at))?;
        let mut body = Vec::new();
        file.take(length).read_to_end(&mut body)?;
        Ok(body)
    }

    /// Moves a file to its place among the others; the file is there before its row.
    fn keep(&self, db: &Db, number: usize, file: &format::ContentsFile) -> Result<(), Problem> {
        let place = db.file_path(&file.sha256);
        if let Some(shelf) = place.parent() {
            fs::create_dir_all(shelf)?;
            fs::rename(self.place(&number.to_string()), &place)?;
            sync_dir(shelf)?;
        }
        let at = time::stamp(time::now());
        items::store::add_file(db, &file.sha256, file.bytes, &file.mime, &file.name, &at)?;
        Ok(())
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        let numbers = (0..self.files).map(|number| number.to_string());
        for name in numbers.chain(["bodies".to_owned()]) {
            let _ = fs::remove_file(self.place(&name));
        }
    }
}

fn refused(fault: Fault) -> Problem {
    let unfit =
        |code: &str, title: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, title);
    match fault {
        Fault::Invalid(detail) => {
            unfit("package_invalid", "The file is no package that can be read").detail(detail)
        }
        Fault::Version(version) => {
            unfit("package_version", "The version of the package is not known")
                .with("version", version)
        }
        Fault::Truncated => unfit("package_truncated", "The end of the package is missing"),
        Fault::Altered(detail) => {
            unfit("package_altered", "The package is not as it was signed").detail(detail)
        }
        Fault::TooLarge { limit } => Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "package_too_large",
            "The package or a part of it is larger than the portal takes",
        )
        .with("limit", limit),
        Fault::OtherPortal => unfit("package_other_portal", "The package is for another portal"),
        Fault::Io(source) => source.into(),
    }
}

//! Pictures of the desk as the pages may show them: only true pictures, whatever a name claims.

use std::io::Read;

use qalam_content::limits::MAX_FILE_BYTES;
use qalam_content::sniff::sniff;
use qalam_desk::{Code, Desk, Error, Result, id};

/// The picture types a page may be given. SVG is not among them: it is a program.
const PICTURES: &[&str] = &["image/png", "image/jpeg", "image/webp", "image/gif"];

/// A picture and how long a page may keep it.
pub struct Picture {
    /// Its true type.
    pub mime: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The address names the bytes themselves, so they never change.
    pub forever: bool,
}

impl Picture {
    /// The value of `Cache-Control`.
    #[must_use]
    pub fn cache_control(&self) -> &'static str {
        if self.forever {
            "private, max-age=31536000, immutable"
        } else {
            "private, no-cache"
        }
    }
}

/// The picture at `/blob/<sha256>`, `/first-page/<sha256>` or `/thumbnail/<publication>`.
///
/// # Errors
/// [`Code::NotFound`] for any other address and for what is not a picture, [`Code::BadHash`],
/// [`Code::BadId`], [`Code::BlobMissing`], and what reading may fail with.
pub fn picture(desk: &Desk, path: &str) -> Result<Picture> {
    if let Some(sha256) = path.strip_prefix("/blob/") {
        let file = desk.blobs().open(&id::parse_hash(sha256)?)?;
        return read(file, path, true);
    }
    if let Some(sha256) = path.strip_prefix("/first-page/") {
        return read(desk.first_page(sha256)?.as_slice(), path, true);
    }
    if let Some(publication) = path.strip_prefix("/thumbnail/") {
        let file = desk
            .thumbnail(&id::parse(publication)?)
            .map_err(|_| nothing(path))?;
        return read(file, path, false);
    }
    Err(nothing(path))
}

fn read(file: impl Read, path: &str, forever: bool) -> Result<Picture> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|source| Error::io(source, std::path::Path::new(path)))?;
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let found = sniff(head, Some(&bytes), "");
    let mime = PICTURES
        .iter()
        .find(|mime| found.mime == **mime)
        .ok_or_else(|| nothing(path))?;
    Ok(Picture {
        mime,
        bytes,
        forever,
    })
}

fn nothing(path: &str) -> Error {
    Error::new(Code::NotFound)
        .with("kind", "picture")
        .with("id", path)
}

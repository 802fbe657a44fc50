//! Files as media: sent whole with their MD5, then downloaded again and hashed, because WordPress says nothing about
//! the bytes it stored.

use std::{collections::BTreeMap, io::Read as _, sync::Arc};

use md5::{Digest as _, Md5};
use qalam_content::canonical::Release;
use qalam_desk::error::{Code, Failure};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Site,
    api::{number, text},
    mark::FileMark,
    put::release_files,
};
use crate::{
    contract::FileToSend,
    digest::hex,
    http::{Ask, Fetched, Method, Payload, Progress, Trouble, Url},
};

/// Members of members cannot be asked for here, unlike with posts.
const FIELDS: &str = "id,slug,source_url,description";
/// Addresses asked for in one request.
const AT_ONCE: usize = 40;
/// Longest file name sent, in characters: WordPress fails on long ones and leaves the file behind.
const NAME_CHARS: usize = 80;

/// A file the site holds, seen with the approved hash.
#[derive(Clone, Debug)]
pub(super) struct Held {
    /// Its address.
    pub(super) url: String,
}

/// A file as the site tells it.
struct Medium {
    id: u64,
    slug: String,
    url: String,
    mark: Option<FileMark>,
}

impl Medium {
    fn read(value: &Value) -> Self {
        Self {
            id: number(value, "/id"),
            slug: text(value, "/slug").to_owned(),
            url: text(value, "/source_url").to_owned(),
            mark: FileMark::read(text(value, "/description/raw")),
        }
    }
}

fn slug_of(sha256: &str) -> String {
    format!("qalam-{sha256}")
}

impl Site {
    /// The files of a release that the site holds with the right bytes.
    pub(super) async fn files(&self, release: &Release) -> Result<BTreeMap<String, Held>, Trouble> {
        let mut held = BTreeMap::new();
        let wanted = release_files(release);
        for some in wanted.chunks(AT_ONCE) {
            for medium in self.media(some).await? {
                let Some(mark) = medium.mark.clone() else {
                    continue;
                };
                if slug_of(&mark.sha256) == medium.slug
                    && self.proven(&medium, &mark).await?.is_some()
                {
                    held.insert(mark.sha256, Held { url: medium.url });
                }
            }
        }
        Ok(held)
    }

    async fn media(&self, sha256: &[String]) -> Result<Vec<Medium>, Trouble> {
        if sha256.is_empty() {
            return Ok(Vec::new());
        }
        let slugs = sha256
            .iter()
            .map(|one| slug_of(one))
            .collect::<Vec<_>>()
            .join(",");
        let reply = self
            .get(
                "media",
                &[
                    ("slug", &slugs),
                    ("context", "edit"),
                    ("per_page", "100"),
                    ("_fields", FIELDS),
                ],
            )
            .await?;
        Ok(reply.list().iter().map(Medium::read).collect())
    }

    /// The mark of a file whose bytes are known to be right: unchanged since they were last read, or read now.
    async fn proven(&self, medium: &Medium, mark: &FileMark) -> Result<Option<FileMark>, Trouble> {
        let url = self.file_url(&medium.url)?;
        if !mark.seen.is_empty() {
            let head = self
                .http
                .digest(Ask::new(Method::HEAD, url.clone()))
                .await?;
            if head.status.is_success() && look_of(&head, mark.bytes) == mark.seen {
                return Ok(Some(mark.clone()));
            }
        }
        let whole = self.http.digest(Ask::new(Method::GET, url)).await?;
        if !whole.status.is_success() || whole.sha256 != mark.sha256 || whole.length != mark.bytes {
            return Ok(None);
        }
        let mark = FileMark {
            seen: look_of(&whole, mark.bytes),
            ..mark.clone()
        };
        let body = json!({"description": mark.write()});
        self.post(&format!("media/{}", medium.id), &[("_fields", "id")], &body)
            .await?;
        Ok(Some(mark))
    }

    /// Sends a file whole, or finds that the site has it, and reads it back.
    ///
    /// # Errors
    /// `type_refused`, `too_large_for_portal`, `file_differs` when what is stored has another hash, and what
    /// [`crate::http::Class`] says of all others. Whatever fails, nothing half stays that counts as the file.
    pub async fn upload(&self, draft: &str, file: &FileToSend) -> Result<(), Trouble> {
        let known = self.media(std::slice::from_ref(&file.sha256)).await?;
        let mut spoilt = Vec::new();
        for medium in known {
            let mark = medium
                .mark
                .clone()
                .filter(|mark| mark.sha256 == file.sha256);
            let Some(mark) = mark else { continue };
            if self.proven(&medium, &mark).await?.is_some() {
                return Ok(());
            }
            spoilt.push(medium.id);
        }
        for id in spoilt {
            // Ours by its mark, and not the bytes it says: bytes of media cannot be replaced, only removed.
            self.delete(&format!("media/{id}"), true).await?;
        }
        let md5 = whole_on_disk(file).await?;
        let post = self.posts(draft, &[]).await?;
        let post = post.primary().map(|post| post.id.to_string());
        let made = self.send_file(file, &md5, post.as_deref()).await?;
        let mark = FileMark {
            sha256: file.sha256.clone(),
            bytes: file.length,
            seen: String::new(),
        };
        if made.slug != slug_of(&file.sha256) {
            // Another PC was faster; one copy is enough.
            self.delete(&format!("media/{}", made.id), true).await?;
            return Err(Trouble::retry(
                Failure::new(Code::FileDiffers)
                    .with("sha256", &file.sha256)
                    .with("name", &file.name)
                    .detail("sent twice at once"),
            ));
        }
        if self.proven(&made, &mark).await?.is_some() {
            return Ok(());
        }
        self.delete(&format!("media/{}", made.id), true).await?;
        Err(Trouble::retry(
            Failure::new(Code::FileDiffers)
                .with("sha256", &file.sha256)
                .with("name", &file.name)
                .detail("what is stored is not what was sent"),
        ))
    }

    async fn send_file(
        &self,
        file: &FileToSend,
        md5: &str,
        post: Option<&str>,
    ) -> Result<Medium, Trouble> {
        let slug = slug_of(&file.sha256);
        let mark = FileMark {
            sha256: file.sha256.clone(),
            bytes: file.length,
            seen: String::new(),
        }
        .write();
        let mut query = vec![
            ("title", file.name.as_str()),
            ("slug", &slug),
            ("description", &mark),
            ("context", "edit"),
            ("_fields", FIELDS),
        ];
        if let Some(post) = post {
            query.push(("post", post));
        }
        let url = self.answered.route("wp/v2/media", &query)?;
        let disposition = format!("attachment; filename=\"{}\"", safe_name(file));
        let mut ask = Ask::new(Method::POST, url)
            .header("content-type", &file.mime)
            .header("content-disposition", &disposition)
            // WordPress reads it as hex, not as RFC 1864 wrote it.
            .header("content-md5", md5);
        ask.token = Some(self.token.clone());
        ask.payload = Payload::File {
            path: file.path.to_path_buf(),
            from: 0,
            to: file.length,
        };
        let reply = self.send(ask, &Arc::new(Progress::default())).await;
        let reply = reply.map_err(|mut trouble| {
            trouble.failure = trouble.failure.with("name", &file.name);
            if trouble.failure.code == Code::TypeRefused.as_str() {
                trouble.failure = trouble.failure.with("mime", &file.mime);
            }
            if trouble.failure.code == Code::TooLargeForPortal.as_str() {
                // Nobody tells where the limit is, only that this was beyond it.
                trouble.failure = trouble.failure.with("limit", "");
            }
            trouble
        })?;
        Ok(Medium::read(&reply.value))
    }

    /// The site gives addresses unencoded. The file may lie on another host, so no secret goes along.
    fn file_url(&self, url: &str) -> Result<Url, Trouble> {
        self.answered
            .root
            .join(url)
            .map_err(|source| Trouble::retry(Failure::new(Code::BadAnswer).with("detail", source)))
    }
}

/// What a web server says of a file as long as it is the same file; empty when it says too little.
fn look_of(fetched: &Fetched, bytes: u64) -> String {
    let length = fetched
        .header("content-length")
        .and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length != bytes) {
        return String::new();
    }
    let told = fetched
        .header("etag")
        .or_else(|| fetched.header("last-modified"));
    told.unwrap_or_default()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(80)
        .collect()
}

/// A name of plain letters, digits and dashes with the file's ending: what else there is gets mangled on some sites. The
/// real name is the title.
fn safe_name(file: &FileToSend) -> String {
    let (stem, ending) = match file.name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().all(|c| c.is_ascii_alphanumeric()) => {
            (stem, format!(".{}", ending.to_ascii_lowercase()))
        }
        _ => (file.name.as_str(), String::new()),
    };
    let mut name = String::new();
    for c in stem.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
        if name.len() >= NAME_CHARS {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    let short: String = file.sha256.chars().take(8).collect();
    if name.is_empty() {
        format!("file-{short}{ending}")
    } else {
        format!("{name}-{short}{ending}")
    }
}

/// Hashes the file before its first byte leaves; gives its MD5 in hex.
async fn whole_on_disk(file: &FileToSend) -> Result<String, Trouble> {
    let path = file.path.clone();
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<(String, String, u64)> {
        let mut source = std::fs::File::open(path)?;
        let (mut md5, mut sha256, mut length) = (Md5::new(), Sha256::new(), 0_u64);
        let mut buffer = vec![0_u8; 64 * 1024];
        loop {
            let count = source.read(&mut buffer)?;
            if count == 0 {
                return Ok((hex(&md5.finalize()), hex(&sha256.finalize()), length));
            }
            let bytes = buffer.get(..count).unwrap_or_default();
            md5.update(bytes);
            sha256.update(bytes);
            length = length.saturating_add(u64::try_from(count).unwrap_or(0));
        }
    })
    .await;
    let failure = |code: Code| {
        Failure::new(code)
            .with("sha256", &file.sha256)
            .with("name", &file.name)
    };
    match read {
        Ok(Ok((md5, sha256, length))) if sha256 == file.sha256 && length == file.length => Ok(md5),
        Ok(Ok(_)) => Err(Trouble::refused(failure(Code::BlobDamaged))),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Trouble::refused(failure(Code::BlobMissing)))
        }
        Ok(Err(error)) => Err(Trouble::retry(failure(Code::DiskFailed).detail(error))),
        Err(error) => Err(Trouble::retry(
            Failure::new(Code::Internal).with("detail", error),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_short() {
        for (name, safe) in [
            ("تقرير annual (final).PDF", "annual-final-abababab.pdf"),
            ("تقرير.pdf", "file-abababab.pdf"),
            ("no ending", "no-ending-abababab"),
            ("../../x\".php", "x-abababab.php"),
        ] {
            let file = FileToSend {
                sha256: "ab".repeat(32),
                path: std::path::PathBuf::new().into(),
                length: 0,
                mime: String::new(),
                name: name.into(),
            };
            assert_eq!(safe_name(&file), safe);
        }
        let long = FileToSend {
            sha256: "ab".repeat(32),
            path: std::path::PathBuf::new().into(),
            length: 0,
            mime: String::new(),
            name: format!("{}.pdf", "x".repeat(300)),
        };
        assert!(safe_name(&long).len() < 100);
    }
}

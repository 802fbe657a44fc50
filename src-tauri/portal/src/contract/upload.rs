//! Sending a file over tus 1.0: streamed from disk, resumed at the byte the portal names.
//!
//! Peers differ: 400 is taken for 412 and 415, 417 for 460; an upload that is gone (404, 410) is begun anew; a portal
//! that keeps nothing of a cut request gets bounded requests from then on.

use std::{path::PathBuf, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use qalam_desk::error::{Code, Failure};
use reqwest::{Method, Url};
use secrecy::SecretString;
use tokio::time::Instant;

use super::{Contract, Service};
use crate::{
    digest,
    http::{Answer, Ask, Class, Payload, Progress, Trouble},
};

const TUS: &str = "1.0.0";
/// A cut that cost less tells nothing about what the portal keeps.
const TELLING_LOSS: u64 = 512 * 1024;
/// Seconds a bounded request should last: long enough that the round trip hardly counts.
const BOUNDED_SECONDS: u64 = 10;
const BOUNDED_MIN: u64 = 256 * 1024;
const BOUNDED_MAX: u64 = 8 * 1024 * 1024;
/// Rounds without a byte of progress before the outbox's pauses take over.
const FRUITLESS_ROUNDS: u32 = 2;

/// A file on its way.
#[derive(Clone, Debug)]
pub struct FileToSend {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Where they are.
    pub path: PathBuf,
    /// How many.
    pub length: u64,
    /// Media type.
    pub mime: String,
    /// Name shown to people.
    pub name: String,
}

/// How a portal behaved so far; kept in memory by whoever calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Longest request body, for a portal that forgets cut ones.
    pub bounded: Option<u64>,
}

/// Where an upload begins.
#[derive(Clone, Debug, Default)]
pub struct UploadStart {
    /// Address of an upload begun earlier.
    pub upload_url: Option<String>,
}

/// What came of an upload.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadEnd {
    /// The portal holds the whole file.
    Uploaded,
    /// The upload begun earlier is worth nothing; forget its address.
    Gone,
    /// It did not come to an end.
    Trouble(Trouble),
}

impl From<Trouble> for UploadEnd {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// What an exchange about an upload in progress said.
enum Stand {
    /// The portal has this many bytes.
    At(u64),
    /// The portal does not know the upload any more.
    Gone,
}

impl Contract {
    /// Sends `file`. `note` is called with the upload's address and the bytes handed over: when the upload begins, and
    /// about once a second while bytes move; it must not block for long.
    pub async fn upload(
        &self,
        token: &SecretString,
        service: &Service,
        file: &FileToSend,
        start: UploadStart,
        habits: &mut Habits,
        note: &mut (dyn FnMut(&str, u64) + Send),
    ) -> UploadEnd {
        match self
            .upload_inner(token, service, file, start, habits, note)
            .await
        {
            Ok(end) => end,
            Err(trouble) => UploadEnd::Trouble(trouble),
        }
    }

    async fn upload_inner(
        &self,
        token: &SecretString,
        service: &Service,
        file: &FileToSend,
        start: UploadStart,
        habits: &mut Habits,
        note: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<UploadEnd, Trouble> {
        allowed(service, file)?;
        let mut known = None;
        if let Some(url) = start
            .upload_url
            .as_deref()
            .and_then(|url| self.own_url(url))
        {
            match self.stand(token, &url).await? {
                Stand::At(offset) if offset <= file.length => {
                    self.http.totals().resumed(offset);
                    known = Some((url, offset));
                }
                // Beyond our end: an upload of something else.
                Stand::At(_) | Stand::Gone => {}
            }
        }
        let resumed_whole = known
            .as_ref()
            .is_some_and(|(_, offset)| *offset == file.length);
        let (url, offset) = match known {
            Some(known) => known,
            None => {
                if self.has_file(token, &file.sha256, file.length).await? {
                    return Ok(UploadEnd::Uploaded);
                }
                whole_on_disk(file).await?;
                (self.create(token, service, file).await?, 0)
            }
        };
        note(url.as_str(), offset);
        if resumed_whole {
            // All bytes were there before; whether they counted is the portal's to say.
            return Ok(
                match self.has_file(token, &file.sha256, file.length).await? {
                    true => UploadEnd::Uploaded,
                    false => UploadEnd::Gone,
                },
            );
        }
        self.stream(token, file, &url, offset, habits, note).await
    }

    /// Streams the rest, round by round, until the portal has it or no round brings a byte.
    async fn stream(
        &self,
        token: &SecretString,
        file: &FileToSend,
        url: &Url,
        mut offset: u64,
        habits: &mut Habits,
        note: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<UploadEnd, Trouble> {
        let mut fruitless = 0_u32;
        while offset < file.length {
            let to = habits.bounded.map_or(file.length, |most| {
                file.length.min(offset.saturating_add(most))
            });
            let began = Instant::now();
            let progress = Arc::new(Progress::default());
            let outcome = self
                .patch(token, file, url, offset..to, &progress, note)
                .await;
            let trouble = match outcome {
                Ok(Stand::At(now)) if now > offset && now <= file.length => {
                    offset = now;
                    fruitless = 0;
                    note(url.as_str(), offset);
                    continue;
                }
                Ok(Stand::At(now)) => Trouble::retry(
                    Failure::new(Code::BadAnswer)
                        .with("detail", format!("offset {now} after {offset}")),
                ),
                Ok(Stand::Gone) => return Ok(UploadEnd::Gone),
                Err(trouble) => trouble,
            };
            if !resumable(&trouble) {
                return Ok(self.give_up(file, trouble).await);
            }
            // The portal alone knows what arrived. When it cannot be asked, the outbox waits and asks later.
            let Ok(stand) = self.stand(token, url).await else {
                return Err(trouble);
            };
            let Stand::At(now) = stand else {
                return Ok(UploadEnd::Gone);
            };
            let handed = progress.handed();
            if now == offset {
                habits.bounded = match habits.bounded {
                    Some(most) => Some((most / 2).max(BOUNDED_MIN)),
                    None if handed >= TELLING_LOSS => Some(bound(handed, began.elapsed())),
                    None => None,
                };
            }
            if now <= offset {
                fruitless = fruitless.saturating_add(1);
                if fruitless >= FRUITLESS_ROUNDS {
                    return Err(trouble);
                }
            } else {
                fruitless = 0;
                self.http.totals().resumed(now.saturating_sub(offset));
            }
            // An offset behind ours means that the portal lost bytes: go on where it stands.
            offset = now;
            note(url.as_str(), offset);
        }
        Ok(UploadEnd::Uploaded)
    }

    async fn create(
        &self,
        token: &SecretString,
        service: &Service,
        file: &FileToSend,
    ) -> Result<Url, Trouble> {
        let metadata = [
            ("sha256", file.sha256.as_str()),
            ("filename", file.name.as_str()),
            ("mime", file.mime.as_str()),
            // The usual name for the same thing, for servers that do not know ours.
            ("filetype", file.mime.as_str()),
        ]
        .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
        .join(",");
        let mut ask = Ask::new(Method::POST, service.uploads.clone())
            .header("tus-resumable", TUS)
            .header("upload-length", &file.length.to_string())
            .header("upload-metadata", &metadata);
        ask.token = Some(token.clone());
        let answer = self.ask(ask).await?;
        if answer.status.as_u16() != 201 {
            return Err(self.trouble(&answer));
        }
        let url = answer
            .header("location")
            .and_then(|place| service.uploads.join(place).ok())
            .ok_or_else(|| {
                Trouble::retry(Failure::new(Code::BadAnswer).with("detail", "no Location"))
            })?;
        self.same_origin(&url)?;
        Ok(url)
    }

    async fn stand(&self, token: &SecretString, url: &Url) -> Result<Stand, Trouble> {
        let mut ask = Ask::new(Method::HEAD, url.clone()).header("tus-resumable", TUS);
        ask.token = Some(token.clone());
        let answer = self.ask(ask).await?;
        if answer.status.is_success()
            && let Some(offset) = offset_of(&answer)
        {
            return Ok(Stand::At(offset));
        }
        match answer.status.as_u16() {
            400 | 404 | 410 | 412 | 460 => Ok(Stand::Gone),
            _ => Err(self.trouble(&answer)),
        }
    }

    async fn patch(
        &self,
        token: &SecretString,
        file: &FileToSend,
        url: &Url,
        range: std::ops::Range<u64>,
        progress: &Arc<Progress>,
        note: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<Stand, Trouble> {
        let mut ask = Ask::new(Method::PATCH, url.clone())
            .header("tus-resumable", TUS)
            .header("upload-offset", &range.start.to_string())
            .header("content-type", "application/offset+octet-stream");
        ask.token = Some(token.clone());
        ask.payload = Payload::File {
            path: file.path.clone(),
            from: range.start,
            to: range.end,
        };
        let sending = self.http.send(ask, Arc::clone(progress));
        tokio::pin!(sending);
        let mut noted = 0;
        let answer = loop {
            tokio::select! {
                answer = &mut sending => break answer?,
                () = tokio::time::sleep(Duration::from_secs(1)) => {
                    let handed = progress.handed();
                    if handed > noted {
                        noted = handed;
                        note(url.as_str(), range.start.saturating_add(handed));
                    }
                }
            }
        };
        match answer.status.as_u16() {
            200 | 204 if !answer.is_page() => {
                Ok(Stand::At(offset_of(&answer).unwrap_or(range.end)))
            }
            404 | 410 => Ok(Stand::Gone),
            _ => Err(self.trouble(&answer)),
        }
    }

    /// After a refusal of the bytes themselves: are ours still the ones we promised?
    async fn give_up(&self, file: &FileToSend, trouble: Trouble) -> UploadEnd {
        if trouble.failure.code == Code::FileDiffers.as_str() {
            return match whole_on_disk(file).await {
                // Ours are right: the way or the portal spoiled them. Begin again.
                Ok(()) => UploadEnd::Gone,
                Err(damaged) => UploadEnd::Trouble(damaged),
            };
        }
        UploadEnd::Trouble(trouble)
    }

    fn own_url(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        (url.origin() == self.base.origin()).then_some(url)
    }
}

/// What the portal says it does not take is not sent.
fn allowed(service: &Service, file: &FileToSend) -> Result<(), Trouble> {
    let limits = &service.document.limits;
    if file.length > limits.file_bytes {
        return Err(Trouble::refused(
            Failure::new(Code::TooLargeForPortal)
                .with("name", &file.name)
                .with("limit", limits.file_bytes),
        ));
    }
    let named = |list: &[String]| {
        list.iter()
            .any(|kind| kind.eq_ignore_ascii_case(&file.mime))
    };
    let taken = limits.file_types.as_deref().is_none_or(named);
    if !taken || named(&limits.refused_types) {
        return Err(Trouble::refused(
            Failure::new(Code::TypeRefused)
                .with("name", &file.name)
                .with("mime", &file.mime),
        ));
    }
    Ok(())
}

/// Hashes the file before its first byte leaves: a damaged copy costs a minute here and hours on a slow link.
async fn whole_on_disk(file: &FileToSend) -> Result<(), Trouble> {
    let path = file.path.clone();
    let read = tokio::task::spawn_blocking(move || {
        let mut source = std::fs::File::open(path)?;
        digest::of_reader(&mut source)
    })
    .await;
    let damaged = |code: Code, detail: &str| {
        Trouble::refused(
            Failure::new(code)
                .with("sha256", &file.sha256)
                .with("name", &file.name)
                .detail(detail),
        )
    };
    match read {
        Ok(Ok((sha256, length))) if sha256 == file.sha256 && length == file.length => Ok(()),
        Ok(Ok(_)) => Err(damaged(Code::BlobDamaged, "")),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(damaged(Code::BlobMissing, ""))
        }
        Ok(Err(error)) => Err(Trouble::retry(
            Failure::new(Code::DiskFailed)
                .with("file", &file.sha256)
                .detail(error),
        )),
        Err(error) => Err(Trouble::retry(
            Failure::new(Code::Internal).with("detail", error),
        )),
    }
}

/// Whether asking the portal where it stands and going on makes sense.
fn resumable(trouble: &Trouble) -> bool {
    if trouble.problem.as_deref() == Some("offset_differs") || trouble.status == Some(409) {
        return true;
    }
    matches!(trouble.class, Class::Retry(None))
        && [Code::ConnectionCut, Code::Timeout, Code::BadAnswer]
            .iter()
            .any(|code| trouble.failure.code == code.as_str())
}

fn offset_of(answer: &Answer) -> Option<u64> {
    answer.header("upload-offset")?.trim().parse().ok()
}

/// The longest request for a portal that forgets cut ones: what the link carries in some seconds.
fn bound(handed: u64, took: Duration) -> u64 {
    let seconds = took.as_secs().max(1);
    (handed / seconds)
        .saturating_mul(BOUNDED_SECONDS)
        .clamp(BOUNDED_MIN, BOUNDED_MAX)
}

//! Sending a file over tus 1.0: streamed from disk, resumed at the byte the portal names, in several parts side by side
//! where the portal joins them and the link needs it.
//!
//! Peers differ: 400 is taken for 412 and 415, 417 for 460; an upload that is gone (404, 410) is begun anew; a portal
//! that keeps nothing of a cut request gets bounded requests from then on; one that cannot join parts gets none.

mod alone;
mod gauge;
mod late;
mod plan;
mod shared;
mod streams;
mod tus;

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use qalam_desk::db::lent::Lent;
use qalam_desk::error::{Code, Failure};
use secrecy::SecretString;
use tokio::time::Instant;

pub use self::alone::Alone;
use self::{plan::Plan, tus::Stand};
use super::{Contract, Service, wire::StoredItem};
use crate::{
    digest,
    http::{Class, Trouble, Url},
};

/// Files up to this size, in bytes, travel in the request that begins their upload: a round trip counts more than what a cut
/// loses.
pub const SMALL: u64 = 64 * 1024;
/// Files from this size on, in bytes, are worth parts.
pub const WORTH_PARTS: u64 = 512 * 1024;
/// Connections that a file in parts begins with: its streams, and two on which coming parts are begun.
pub const BEGINS_WITH: usize = gauge::FIRST as usize + 2;

/// Rounds in which the portal was there and took no byte, before the outbox's pauses take over.
const FRUITLESS_ROUNDS: u32 = 2;

/// A file on its way.
#[derive(Clone, Debug)]
pub struct FileToSend {
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Where they are.
    pub path: Lent,
    /// How many.
    pub length: u64,
    /// Media type.
    pub mime: String,
    /// Name shown to people.
    pub name: String,
}

/// How a portal and the way to it behaved so far; kept in memory by whoever calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Longest request body, for a portal that forgets cut ones.
    pub bounded: Option<u64>,
    /// Streams that served the link best.
    pub streams: Option<u32>,
    /// The portal failed to join parts although it offers it.
    pub no_parts: bool,
    /// Whether the portal turned requests away while several ran side by side, and is taken to serve one at a time.
    pub alone: Alone,
}

/// Where an upload begins.
#[derive(Clone, Debug, Default)]
pub struct UploadStart {
    /// The item that waits for the file: with its last one the portal may tell at once how the item stands.
    pub item: Option<String>,
    /// What was noted of an upload begun earlier.
    pub noted: Option<String>,
    /// The portal said a moment ago that it lacks the file; it is not asked again.
    pub wanted: bool,
}

/// What came of an upload.
#[derive(Clone, Debug, PartialEq)]
pub enum UploadEnd {
    /// The portal holds the whole file; and what it said of the item that lacks nothing more with it, if it did.
    Uploaded(Option<Box<StoredItem>>),
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

/// Notes where an upload stands: what to give back as [`UploadStart::noted`], and the bytes handed over.
pub type Note<'n> = &'n mut (dyn FnMut(&str, u64) + Send);

/// What all exchanges about one file need.
#[derive(Clone, Copy)]
struct Errand<'e> {
    token: &'e SecretString,
    service: &'e Service,
    file: &'e FileToSend,
    /// The item that waits for it.
    item: Option<&'e str>,
}

impl Contract {
    /// Sends `file`. `note` is called when the upload begins and about once a second while bytes move; it must not
    /// block for long.
    pub async fn upload(
        &self,
        token: &SecretString,
        service: &Service,
        file: &FileToSend,
        start: UploadStart,
        habits: &mut Habits,
        note: Note<'_>,
    ) -> UploadEnd {
        let errand = Errand {
            token,
            service,
            file,
            item: start.item.as_deref(),
        };
        match self.upload_inner(errand, &start, habits, note).await {
            Ok(UploadEnd::Trouble(trouble)) | Err(trouble) => UploadEnd::Trouble(of_bytes(trouble)),
            Ok(end) => end,
        }
    }

    /// How long the shortest exchange takes.
    pub async fn round_trip(&self, token: &SecretString, service: &Service) -> Option<Duration> {
        let asked = Instant::now();
        self.ping(token, service).await.ok()?;
        Some(asked.elapsed())
    }

    /// Connects ahead for so many uploads side by side.
    pub fn open_ahead(&self, count: usize) {
        self.http.open_ahead(&self.base, count);
    }

    /// Sees to it that so many uploads side by side fill the line and do not choke it, from what was measured: bytes
    /// that left in a time, and a round trip.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a rate"
    )]
    pub fn pace(&self, bytes: u64, took: Duration, round_trip: Duration, streams: u32) {
        let rate = bytes as f64 / took.as_secs_f64().max(0.001);
        let each = gauge::plain_share(rate, round_trip.as_secs_f64(), streams.max(1)) as u64;
        self.http.hold_back(Some(each));
    }

    /// Bytes given to all connections so far.
    pub fn written(&self) -> u64 {
        self.http.totals().now().bytes_out
    }

    /// The same before anything was measured: many young connections would fill every queue on the way.
    pub fn pace_unmeasured(&self) {
        self.http.hold_back(Some(gauge::PLAIN_AT_FIRST));
    }

    /// From now on the system has its own choice.
    pub fn no_pace(&self) {
        self.http.hold_back(None);
        self.http.close_spares();
    }

    async fn upload_inner(
        &self,
        errand: Errand<'_>,
        start: &UploadStart,
        habits: &mut Habits,
        note: Note<'_>,
    ) -> Result<UploadEnd, Trouble> {
        let Errand {
            token,
            service,
            file,
            ..
        } = errand;
        allowed(service, file)?;
        let noted = start
            .noted
            .as_deref()
            .and_then(|text| Plan::read(text, file.length, &self.base));
        let known = match noted {
            Some(plan) => self.known(errand, plan).await?,
            None => None,
        };
        if let Some(plan) = known {
            if plan.complete() {
                // All bytes were there before; whether they counted, or were joined, is the portal's to say.
                if self.has_file(token, &file.sha256, file.length).await? {
                    return Ok(UploadEnd::Uploaded(None));
                }
                if !plan.joined {
                    return Ok(UploadEnd::Gone);
                }
            }
            return self.run(errand, plan, habits, note).await;
        }
        if !start.wanted && self.has_file(token, &file.sha256, file.length).await? {
            return Ok(UploadEnd::Uploaded(None));
        }
        whole_on_disk(file).await?;
        if file.length <= SMALL && offers(service, "creation-with-upload") {
            return self.small(errand, habits, note).await;
        }
        let in_parts = file.length >= WORTH_PARTS
            && offers(service, "concatenation")
            && !habits.no_parts
            && !habits.alone.at(Instant::now());
        let plan = if in_parts {
            Plan::joined(file.length)
        } else {
            Plan::whole(file.length, None)
        };
        self.run(errand, plan, habits, note).await
    }

    /// Asks where the parts stand. `None` when nothing of the upload is left.
    async fn known(&self, errand: Errand<'_>, mut plan: Plan) -> Result<Option<Plan>, Trouble> {
        let asked = plan
            .parts
            .iter()
            .enumerate()
            .filter(|(_, part)| part.url.is_some() && !(plan.joined && part.whole()))
            .filter_map(|(index, part)| Some((index, part.url.clone()?)));
        let asked: Vec<(usize, Url)> = asked.collect();
        let stands: Vec<(usize, Result<Stand, Trouble>)> = stream::iter(asked)
            .map(|(index, url)| async move { (index, self.stand(errand.token, &url).await) })
            .buffer_unordered(8)
            .collect()
            .await;
        for (index, stand) in stands {
            let stand = stand?;
            let Some(part) = plan.parts.get_mut(index) else {
                continue;
            };
            match stand {
                Stand::At(offset) if offset <= part.length() => part.held = offset,
                // Beyond its end: an upload of something else.
                Stand::At(_) | Stand::Gone => {
                    part.url = None;
                    part.held = 0;
                }
            }
        }
        self.http.totals().resumed(plan.held());
        let begun = plan.parts.iter().any(|part| part.url.is_some());
        Ok(begun.then_some(plan))
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
}

fn offers(service: &Service, extension: &str) -> bool {
    let uploads = &service.document.uploads;
    uploads.extensions.iter().any(|one| one == extension)
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

/// A portal judges an approval, or what it changed, when it is given the text. The same status to bytes speaks of the
/// upload (an offset, a version, a lock): that may pass, and nobody has to approve or decide anything.
fn of_bytes(mut trouble: Trouble) -> Trouble {
    let says_so = matches!(
        trouble.problem.as_deref(),
        Some("approval_mismatch" | "approval_invalid")
    );
    let of_the_text = [Code::ApprovalRejected, Code::ChangedOnPortal]
        .iter()
        .any(|code| trouble.failure.code == code.as_str());
    if of_the_text && !says_so {
        trouble.failure = Failure::new(Code::BadAnswer).detail(&trouble.failure.detail);
        trouble.class = Class::Retry(None);
    }
    trouble
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

/// Whether the portal has too much to do: a small site serves few requests at once, and turns the others away, or has the
/// web server before it do so (502, 504) or the host that counts its processes (508).
pub(crate) fn crowded(trouble: &Trouble) -> bool {
    // One that names a longer time is not there at all.
    let soon = match trouble.class {
        Class::Retry(asked) => asked.is_none_or(|asked| asked <= Duration::from_secs(5)),
        _ => false,
    };
    soon && matches!(trouble.status, Some(429 | 502..=504 | 508))
}

/// Whether the link itself is gone for the moment, or nobody listens at its other end just now.
fn way_gone(trouble: &Trouble) -> bool {
    trouble.status.is_none()
        && [
            Code::ConnectionCut,
            Code::Timeout,
            Code::PortalNotReached,
            Code::NoLink,
            Code::NameLookup,
        ]
        .iter()
        .any(|code| trouble.failure.code == code.as_str())
}

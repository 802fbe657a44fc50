//! The single exchanges of tus 1.0, and patience with a link that is away for a while.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use qalam_desk::error::{Code, Failure};
use secrecy::SecretString;
use tokio::time::{Instant, sleep_until};

use super::{
    Errand, FRUITLESS_ROUNDS, Habits, Note, UploadEnd, offers, plan::Plan, resumable, way_gone,
};
use crate::{
    contract::{Contract, Service, wire::StoredItem},
    http::{Answer, Ask, Method, Payload, Progress, Trouble, Url},
};

const TUS: &str = "1.0.0";
const OFFSET_STREAM: &str = "application/offset+octet-stream";
/// While the link is away, a new attempt begins this often; the older ones may still succeed.
const KNOCK: Duration = Duration::from_millis(1_000);
/// So many attempts run at once: as many as begin while the first waits for its connection.
const KNOCKS: usize = 10;
/// After a failure that came at once (a server that is being restarted refuses), the next attempt waits so long.
const AGAIN: Duration = Duration::from_millis(300);

/// What an exchange about an upload in progress said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// The portal has this many bytes.
    At(u64),
    /// The portal does not know the upload any more.
    Gone,
}

/// What kind of upload is begun.
pub(super) enum Kind<'k> {
    /// One for the whole file.
    Whole,
    /// One for a stretch of it.
    Partial(u64),
    /// The whole file, out of these parts.
    Final(&'k [Url]),
}

/// What the portal said to the beginning of an upload.
pub(super) struct Created {
    /// Its address.
    pub(super) url: Url,
    /// Bytes that are kept.
    pub(super) at: u64,
    /// How the item stands that lacks nothing more with this file.
    pub(super) stored: Option<Box<StoredItem>>,
}

impl Contract {
    /// Begins an upload, with these bytes of the file at once, or joins parts.
    pub(super) async fn create(
        &self,
        errand: Errand<'_>,
        kind: Kind<'_>,
        along: Option<std::ops::Range<u64>>,
        progress: &Arc<Progress>,
    ) -> Result<Created, Trouble> {
        let mut ask = self.creation(errand, &kind);
        if let (Some(item), Kind::Whole | Kind::Final(_)) = (errand.item, &kind) {
            ask = ask.header("upload-for", item);
        }
        if let Some(stretch) = along {
            ask = ask.header("content-type", OFFSET_STREAM);
            ask.payload = Payload::File {
                path: errand.file.path.to_path_buf(),
                from: stretch.start,
                to: stretch.end,
            };
        }
        let answer = self.http.send(ask, Arc::clone(progress)).await?;
        let url = self.created(errand, &answer)?;
        Ok(Created {
            url,
            at: offset_of(&answer).unwrap_or(0),
            // Whatever else a body says is not meant for us, and nothing is lost with it.
            stored: serde_json::from_slice::<StoredItem>(&answer.body)
                .ok()
                .filter(|stored| errand.item == Some(&stored.id))
                .map(Box::new),
        })
    }

    fn creation(&self, errand: Errand<'_>, kind: &Kind<'_>) -> Ask {
        let file = errand.file;
        let metadata = || {
            [
                ("sha256", file.sha256.as_str()),
                ("filename", file.name.as_str()),
                ("mime", file.mime.as_str()),
                // The usual name for the same thing, for servers that do not know ours.
                ("filetype", file.mime.as_str()),
            ]
            .map(|(key, value)| format!("{key} {}", STANDARD.encode(value)))
            .join(",")
        };
        let ask =
            Ask::new(Method::POST, errand.service.uploads.clone()).header("tus-resumable", TUS);
        let mut ask = match kind {
            Kind::Whole => ask
                .header("upload-length", &file.length.to_string())
                .header("upload-metadata", &metadata()),
            Kind::Partial(length) => ask
                .header("upload-length", &length.to_string())
                .header("upload-concat", "partial"),
            Kind::Final(parts) => {
                let named: Vec<&str> = parts
                    .iter()
                    .map(|part| match part.origin() == self.base.origin() {
                        true => part.path(),
                        false => part.as_str(),
                    })
                    .collect();
                ask.header("upload-concat", &format!("final;{}", named.join(" ")))
                    .header("upload-metadata", &metadata())
            }
        };
        ask.token = Some(errand.token.clone());
        ask
    }

    fn created(&self, errand: Errand<'_>, answer: &Answer) -> Result<Url, Trouble> {
        if answer.status.as_u16() != 201 {
            return Err(self.trouble(answer));
        }
        let url = answer
            .header("location")
            .and_then(|place| errand.service.uploads.join(place).ok())
            .ok_or_else(|| {
                Trouble::retry(Failure::new(Code::BadAnswer).with("detail", "no Location"))
            })?;
        self.same_origin(&url)?;
        Ok(url)
    }

    /// A small file in the request that begins its upload.
    pub(super) async fn small(
        &self,
        errand: Errand<'_>,
        habits: &mut Habits,
        note: Note<'_>,
    ) -> Result<UploadEnd, Trouble> {
        let file = errand.file;
        let since = Instant::now();
        let mut fruitless = 0_u32;
        loop {
            let progress = Arc::default();
            let whole = Some(0..file.length);
            let trouble = match self.create(errand, Kind::Whole, whole, &progress).await {
                Ok(created) if created.at == file.length => {
                    return Ok(UploadEnd::Uploaded(created.stored));
                }
                Ok(Created { url, at, .. }) => {
                    // A portal that took the beginning of the upload and not the bytes.
                    let mut plan = Plan::whole(file.length, Some(url));
                    if let Some(part) = plan.parts.first_mut() {
                        part.held = at.min(file.length);
                    }
                    return self.run(errand, plan, habits, note).await;
                }
                Err(trouble) => trouble,
            };
            if !resumable(&trouble) && !way_gone(&trouble) {
                return Ok(self.give_up(file, trouble).await);
            }
            // The bytes may be there although the answer is not.
            let left = self.http.away().saturating_sub(since.elapsed());
            let there = self
                .knock(left, &trouble, || {
                    self.has_file(errand.token, &file.sha256, file.length)
                })
                .await?;
            if there {
                return Ok(UploadEnd::Uploaded(None));
            }
            // A portal that is there and never takes the bytes is left to the outbox's pauses.
            fruitless = fruitless.saturating_add(1);
            if fruitless > FRUITLESS_ROUNDS || since.elapsed() > self.http.away() {
                return Err(trouble);
            }
        }
    }

    pub(super) async fn stand(&self, token: &SecretString, url: &Url) -> Result<Stand, Trouble> {
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

    /// Measures how quickly bytes leave, in bytes a second. They are a part of nothing and taken back at once. `None`
    /// when the portal offers no such part.
    ///
    /// # Errors
    /// All failures of the way.
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    pub async fn rate(&self, token: &SecretString, bytes: usize) -> Result<Option<f64>, Trouble> {
        let service = self.probe().await?;
        let needed = ["concatenation", "creation-with-upload", "termination"];
        if !needed.iter().all(|extension| offers(&service, extension)) {
            return Ok(None);
        }
        let send = async |bytes: usize| {
            let mut ask = Ask::new(Method::POST, service.uploads.clone())
                .header("tus-resumable", TUS)
                .header("upload-concat", "partial")
                .header("upload-length", &bytes.to_string())
                .header("content-type", OFFSET_STREAM);
            ask.token = Some(token.clone());
            ask.payload = Payload::Bytes(vec![0x51; bytes].into());
            let began = Instant::now();
            let answer = self.ask(ask).await?;
            let took = began.elapsed();
            if answer.status.as_u16() != 201 {
                return Err(self.trouble(&answer));
            }
            let place = answer
                .header("location")
                .and_then(|place| service.uploads.join(place).ok());
            if let Some(url) = place.filter(|url| self.same_origin(url).is_ok()) {
                let mut end = Ask::new(Method::DELETE, url).header("tus-resumable", TUS);
                end.token = Some(token.clone());
                let _ = self.ask(end).await;
            }
            Ok(took)
        };
        // What a short one takes is the round trip.
        let short = send(1).await?;
        let long = send(bytes).await?;
        let seconds = long.saturating_sub(short).as_secs_f64().max(0.001);
        Ok(Some(bytes as f64 / seconds))
    }

    /// The shortest exchange there is.
    pub(super) async fn ping(
        &self,
        token: &SecretString,
        service: &Service,
    ) -> Result<(), Trouble> {
        let ask = Ask::new(Method::OPTIONS, service.uploads.clone());
        let mut ask = ask.header("tus-resumable", TUS);
        ask.token = Some(token.clone());
        self.ask(ask).await.map(|_| ())
    }

    pub(super) async fn patch(
        &self,
        errand: Errand<'_>,
        url: &Url,
        offset: u64,
        stretch: std::ops::Range<u64>,
        progress: &Arc<Progress>,
    ) -> Result<Stand, Trouble> {
        let mut ask = Ask::new(Method::PATCH, url.clone())
            .header("tus-resumable", TUS)
            .header("upload-offset", &offset.to_string())
            .header("content-type", OFFSET_STREAM);
        ask.token = Some(errand.token.clone());
        let length = stretch.end.saturating_sub(stretch.start);
        ask.payload = Payload::File {
            path: errand.file.path.to_path_buf(),
            from: stretch.start,
            to: stretch.end,
        };
        let answer = self.http.send(ask, Arc::clone(progress)).await?;
        match answer.status.as_u16() {
            200 | 204 if !answer.is_page() => Ok(Stand::At(
                offset_of(&answer).unwrap_or(offset.saturating_add(length)),
            )),
            404 | 410 => Ok(Stand::Gone),
            _ => Err(self.trouble(&answer)),
        }
    }

    /// Asks until somebody answers. A new attempt begins every moment, because the system's own repetitions come ever
    /// more seldom and would sleep through the return of the link.
    pub(super) async fn knock<T, F, A>(
        &self,
        patience: Duration,
        first: &Trouble,
        ask: F,
    ) -> Result<T, Trouble>
    where
        F: Fn() -> A,
        A: Future<Output = Result<T, Trouble>>,
    {
        let until = Instant::now() + patience.max(KNOCK);
        let mut last = first.clone();
        let mut under_way = FuturesUnordered::new();
        under_way.push(ask());
        let mut next = Instant::now() + KNOCK;
        loop {
            tokio::select! {
                biased;
                answer = under_way.next(), if !under_way.is_empty() => match answer {
                    Some(Ok(found)) => return Ok(found),
                    Some(Err(trouble)) if way_gone(&trouble) => {
                        last = trouble;
                        if under_way.is_empty() {
                            next = next.min(Instant::now() + AGAIN);
                        }
                    }
                    Some(Err(trouble)) => return Err(trouble),
                    None => {}
                },
                () = sleep_until(next), if under_way.len() < KNOCKS => {
                    under_way.push(ask());
                    next = Instant::now() + KNOCK;
                }
                () = sleep_until(until) => return Err(last),
            }
        }
    }
}

fn offset_of(answer: &Answer) -> Option<u64> {
    answer.header("upload-offset")?.trim().parse().ok()
}

//! Running an upload: so many streams as the link bears, each taking part after part, each resuming by itself.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use qalam_desk::error::{Code, Failure};
use tokio::time::Instant;

use super::{
    Errand, FRUITLESS_ROUNDS, Habits, Note, UploadEnd,
    gauge::{FIRST, MOST},
    offers,
    plan::Plan,
    resumable,
    shared::{Shared, Turn, lock},
    tus::{Created, Kind, Stand},
    way_gone,
};
use crate::{
    contract::Contract,
    http::{Trouble, Url},
};

/// A cut that cost less tells nothing about what the portal keeps.
const TELLING_LOSS: u64 = 256 * 1024;
/// Seconds a bounded request should last: long enough that the round trip hardly counts.
const BOUNDED_SECONDS: u64 = 10;
const BOUNDED_MIN: u64 = 256 * 1024;
const BOUNDED_MAX: u64 = 8 * 1024 * 1024;
/// How often the link is measured.
const LOOK: Duration = Duration::from_millis(250);
/// How often a round trip is measured beside the streams.
const PING: Duration = Duration::from_secs(4);
/// So many requests may wait for their answers beside the streams.
const WAITING: u32 = 4;
const CROWDED_PAUSE: Duration = Duration::from_secs(1);
/// How often the place of the upload is noted.
const NOTE: Duration = Duration::from_secs(1);

/// How a stream ended that did not come to the end of its part.
enum Stopped {
    /// The parts are worth nothing.
    Gone,
    /// The portal does not do what it offers.
    NoParts,
    Trouble(Trouble),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl Contract {
    /// Sends what is missing of the plan, and joins the parts.
    pub(super) async fn run(
        &self,
        errand: Errand<'_>,
        plan: Plan,
        habits: &mut Habits,
        note: Note<'_>,
    ) -> Result<UploadEnd, Trouble> {
        let first = if plan.joined && !habits.alone.at(Instant::now()) {
            habits.streams.unwrap_or(FIRST)
        } else {
            1
        };
        let shared = Shared::new(plan, first, *habits);
        if let Some(took) = self.http.totals().nearest() {
            lock(&shared.gauge).connected(took);
        }
        let (stopped, joined) = {
            let (streams, ahead) = (
                self.streams(errand, &shared, note),
                self.join_ahead(errand, &shared),
            );
            tokio::pin!(streams, ahead);
            tokio::select! {
                biased;
                Some(joined) = &mut ahead => (Ok(()), Some(joined)),
                stopped = &mut streams => match stopped {
                    Ok(()) if shared.asked() => (Ok(()), ahead.await),
                    stopped => (stopped, None),
                },
            }
        };
        self.no_pace();
        *habits = *lock(&shared.habits);
        let plan = lock(&shared.plan).clone();
        let noted = plan.write(&self.base);
        if plan.parts.iter().any(|part| part.url.is_some()) {
            note(&noted, plan.held());
        }
        if plan.joined {
            habits.streams = Some(lock(&shared.gauge).streams());
        }
        tracing::debug!(since = ?shared.began.elapsed(), "streams ended");
        match stopped {
            Ok(()) if joined.is_some() => {
                Ok(UploadEnd::Uploaded(joined.and_then(|joined| joined.stored)))
            }
            Ok(()) if plan.joined => self.join(errand, &shared, &plan, habits).await,
            Ok(()) => Ok(UploadEnd::Uploaded(None)),
            Err(Stopped::Gone) => Ok(UploadEnd::Gone),
            Err(Stopped::NoParts) => {
                habits.no_parts = true;
                let whole = Plan::whole(errand.file.length, None);
                Box::pin(self.run(errand, whole, habits, note)).await
            }
            Err(Stopped::Trouble(trouble)) => Ok(self.give_up(errand.file, trouble).await),
        }
    }

    async fn streams(
        &self,
        errand: Errand<'_>,
        shared: &Shared,
        note: Note<'_>,
    ) -> Result<(), Stopped> {
        let most = if lock(&shared.plan).joined { MOST } else { 1 };
        let tasks = if most > 1 { most + WAITING } else { 1 };
        let mut streams: FuturesUnordered<_> =
            (0..tasks).map(|_| self.stream(errand, shared)).collect();
        if most > 1 {
            self.http.hold_back(Some(shared.on_the_way()));
        }
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let pings = self.pings(errand, shared);
        let (one, other) = (self.ahead(errand, shared), self.ahead(errand, shared));
        let ahead = futures_util::future::join(one, other);
        tokio::pin!(pings, ahead);
        let mut noted = (Instant::now(), 0);
        loop {
            let at_once = tokio::select! {
                ended = streams.next() => match ended {
                    Some(Ok(())) => continue,
                    Some(Err(stopped)) => return Err(stopped),
                    None => return Ok(()),
                },
                () = &mut pings, if most > 1 => false,
                _ = &mut ahead, if most > 1 => false,
                () = shared.begun.notified() => true,
                _ = look.tick() => false,
            };
            shared.measure();
            if most > 1 {
                self.http.hold_back(Some(shared.on_the_way()));
            }
            let (text, held) = {
                let plan = lock(&shared.plan);
                (plan.write(&self.base), plan.held())
            };
            let total = held
                .saturating_add(shared.under_way())
                .min(errand.file.length);
            if at_once || (noted.0.elapsed() >= NOTE && total > noted.1) {
                note(&text, total);
                noted = (Instant::now(), total);
            }
        }
    }

    /// Looks every now and then how long a short exchange takes beside the streams. Never ends.
    async fn pings(&self, errand: Errand<'_>, shared: &Shared) {
        // The first one connects, before there is a queue.
        let asked = Instant::now();
        if self.ping(errand.token, errand.service).await.is_ok() {
            lock(&shared.gauge).round_trip(asked.elapsed());
        }
        tokio::time::sleep(PING / 4).await;
        loop {
            let asked = Instant::now();
            if self.ping(errand.token, errand.service).await.is_ok() {
                lock(&shared.gauge).loaded_round_trip(asked.elapsed());
            }
            let pause = match shared.began.elapsed() < PING {
                true => PING / 8,
                // On a long way a queue changes slowly, and each look costs bytes.
                false => (PING / 6).max(lock(&shared.gauge).shortest().unwrap_or_default() * 2),
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Begins the uploads of coming parts, so that no stream waits a round trip for its next one. Never ends.
    async fn ahead(&self, errand: Errand<'_>, shared: &Shared) {
        loop {
            let changed = shared.changed.notified();
            let Some(index) = (!shared.alone())
                .then(|| lock(&shared.plan).ahead())
                .flatten()
            else {
                changed.await;
                continue;
            };
            // What fails here is tried again, and told, by the stream that takes the part.
            let _ = self.begin(errand, shared, index, true).await;
            if let Some(part) = lock(&shared.plan).parts.get_mut(index) {
                part.busy = false;
            }
            shared.changed.notify_waiters();
        }
    }

    /// One stream: part after part, while so many are wanted.
    async fn stream(&self, errand: Errand<'_>, shared: &Shared) -> Result<(), Stopped> {
        loop {
            let changed = shared.changed.notified();
            if lock(&shared.plan).complete() {
                return Ok(());
            }
            let Some((index, turn)) = shared.take() else {
                let late = lock(&shared.late).pop();
                match late {
                    Some(late) => self.beside(errand, shared, late).await,
                    None => changed.await,
                }
                continue;
            };
            // Room for one begun ahead.
            shared.changed.notify_waiters();
            let began = Instant::now();
            let mut done = tokio::select! {
                done = self.part(errand, shared, index, turn) => done,
                () = shared.whole(index) => Ok(()),
            };
            if let Err(Stopped::Trouble(trouble)) = &done
                && shared.had_no_room(trouble)
                && shared.one_at_a_time(began)
            {
                tracing::debug!(index, since = ?shared.began.elapsed(), "one stream");
                tokio::time::sleep(CROWDED_PAUSE).await;
                done = Ok(());
            }
            if let Some(part) = lock(&shared.plan).parts.get_mut(index) {
                part.busy = false;
            }
            shared.changed.notify_waiters();
            done?;
        }
    }

    /// Sends once more, in one request, a part that another stream is late with. Whoever comes first wins; what fails
    /// here is told there.
    async fn beside(&self, errand: Errand<'_>, shared: &Shared, index: usize) {
        if !offers(errand.service, "creation-with-upload") {
            return;
        }
        let Some(part) = lock(&shared.plan).parts.get(index).cloned() else {
            return;
        };
        tracing::debug!(index, since = ?shared.began.elapsed(), "part sent beside");
        let progress = shared.begin(None);
        let kind = Kind::Partial(part.length());
        let created = tokio::select! {
            created = self.create(errand, kind, Some(part.from..part.to), &progress) => created,
            () = shared.whole(index) => return,
        };
        if let Ok(Created { url, at, .. }) = created
            && at == part.length()
        {
            if let Some(part) = lock(&shared.plan).parts.get_mut(index) {
                part.url = Some(url);
                part.held = at;
            }
            shared.begun.notify_one();
            shared.changed.notify_waiters();
        }
    }

    /// One part, from where it stands to its end.
    async fn part(
        &self,
        errand: Errand<'_>,
        shared: &Shared,
        index: usize,
        turn: Turn<'_>,
    ) -> Result<(), Stopped> {
        let mut turn = Some(turn);
        let Some((part, joined)) = ({
            let plan = lock(&shared.plan);
            plan.parts
                .get(index)
                .map(|part| (part.clone(), plan.joined))
        }) else {
            return Ok(());
        };
        let (url, mut at) = match part.url.clone() {
            Some(url) => (url, part.held),
            None => self.begin(errand, shared, index, joined).await?,
        };
        let length = part.length();
        tracing::debug!(index, at, length, since = ?shared.began.elapsed(), "part");
        let mut fruitless = 0_u32;
        // Only what was never held before is progress: a portal may take and lose the same bytes for ever.
        let mut furthest = at;
        while at < length {
            let most = lock(&shared.habits).bounded;
            let to = most.map_or(length, |most| length.min(at.saturating_add(most)));
            let began = Instant::now();
            let progress = shared.begin(Some(index));
            let stretch = part.from.saturating_add(at)..part.from.saturating_add(to);
            let patch = self.patch(errand, &url, at, stretch, &progress);
            let outcome = match to == length {
                true => {
                    shared
                        .until_sent(
                            &mut turn,
                            index,
                            (&progress, length.saturating_sub(at)),
                            patch,
                        )
                        .await
                }
                false => patch.await,
            };
            let handed = progress.handed();
            drop(progress);
            let trouble = match outcome {
                Ok(Stand::At(now)) if now > at && now <= length => {
                    at = now;
                    if at > furthest {
                        (furthest, fruitless) = (at, 0);
                    }
                    shared.held(index, &url, at);
                    continue;
                }
                Ok(Stand::At(now)) => Trouble::retry(
                    Failure::new(Code::BadAnswer)
                        .with("detail", format!("offset {now} after {at}")),
                ),
                Ok(Stand::Gone) => return Err(Stopped::Gone),
                Err(trouble) => trouble,
            };
            tracing::debug!(index, at, handed, code = %trouble.failure.code, detail = %trouble.failure.detail, since = ?shared.began.elapsed(), "stream broken");
            if !resumable(&trouble) && !way_gone(&trouble) {
                return Err(trouble.into());
            }
            lock(&shared.gauge).interrupted(shared.began.elapsed());
            let now = match self.where_it_stands(errand, shared, &url, &trouble).await? {
                Stand::At(now) if now <= length => now,
                Stand::At(_) | Stand::Gone => return Err(Stopped::Gone),
            };
            tracing::debug!(index, handed, kept = now.saturating_sub(at), since = ?shared.began.elapsed(), "stream goes on");
            shared.sent_again(handed.saturating_sub(now.saturating_sub(at)));
            if now == at {
                let mut habits = lock(&shared.habits);
                habits.bounded = match habits.bounded {
                    Some(most) => Some((most / 2).max(BOUNDED_MIN)),
                    None if handed >= TELLING_LOSS => Some(bound(handed, began.elapsed())),
                    None => None,
                };
            }
            if now > furthest {
                (furthest, fruitless) = (now, 0);
            } else {
                fruitless = fruitless.saturating_add(1);
                if fruitless > FRUITLESS_ROUNDS {
                    return Err(trouble.into());
                }
            }
            self.http.totals().resumed(now.saturating_sub(at));
            // An offset behind ours means that the portal lost bytes: go on where it stands.
            at = now;
            shared.held(index, &url, at);
        }
        Ok(())
    }

    async fn begin(
        &self,
        errand: Errand<'_>,
        shared: &Shared,
        index: usize,
        joined: bool,
    ) -> Result<(Url, u64), Stopped> {
        let Some(part) = lock(&shared.plan).parts.get(index).cloned() else {
            return Err(Stopped::Gone);
        };
        let along = joined && part.opening && offers(errand.service, "creation-with-upload");
        let create = || {
            let kind = match joined {
                true => Kind::Partial(part.length()),
                false => Kind::Whole,
            };
            let bytes = along.then_some(part.from..part.to);
            let asked = Instant::now();
            async move {
                let progress = shared.begin(Some(index));
                let created = self.create(errand, kind, bytes, &progress).await;
                drop(progress);
                if created.is_ok() && !along {
                    lock(&shared.gauge).round_trip(asked.elapsed());
                }
                created
            }
        };
        let since = Instant::now();
        let mut fruitless = 0_u32;
        let Created { url, at, .. } = loop {
            match create().await {
                Ok(created) => break created,
                // What knocks carries no bytes and leaves no upload behind. A portal that answers it and never the
                // beginning of an upload is not asked without an end.
                Err(trouble)
                    if way_gone(&trouble)
                        && fruitless < FRUITLESS_ROUNDS
                        && since.elapsed() < self.http.away() =>
                {
                    fruitless = fruitless.saturating_add(1);
                    let knock = || self.ping(errand.token, errand.service);
                    self.knock(self.http.away(), &trouble, knock).await?;
                }
                // What it offers and cannot do (501 is what a widespread server says).
                Err(trouble) if joined && matches!(trouble.status, Some(400 | 404 | 501)) => {
                    return Err(Stopped::NoParts);
                }
                Err(trouble) => return Err(trouble.into()),
            }
        };
        let at = at.min(part.length());
        shared.answered();
        if let Some(part) = lock(&shared.plan).parts.get_mut(index) {
            part.url = Some(url.clone());
            part.held = at;
        }
        shared.begun.notify_one();
        Ok((url, at))
    }

    /// The portal alone knows what arrived. While it is away, one stream knocks and the others wait.
    async fn where_it_stands(
        &self,
        errand: Errand<'_>,
        shared: &Shared,
        url: &Url,
        trouble: &Trouble,
    ) -> Result<Stand, Trouble> {
        let failed = Instant::now();
        let ask = || self.stand(errand.token, url);
        {
            let _door = shared.door.lock().await;
            let back = *lock(&shared.answered) > failed;
            if !back {
                let stand = self.knock(self.http.away(), trouble, ask).await?;
                shared.answered();
                return Ok(stand);
            }
        }
        match ask().await {
            Err(again) if way_gone(&again) => self.knock(self.http.away(), &again, ask).await,
            other => other,
        }
    }

    /// Joins the parts when their last bytes have left, at a portal that waits for them: an answer that is lost then costs
    /// nothing. `None` when that failed.
    async fn join_ahead(&self, errand: Errand<'_>, shared: &Shared) -> Option<Created> {
        if !offers(errand.service, "concatenation-unfinished") {
            return None;
        }
        let parts = shared.all_left().await;
        let joined = self
            .create(errand, Kind::Final(&parts), None, &Arc::default())
            .await;
        tracing::debug!(ok = joined.is_ok(), since = ?shared.began.elapsed(), "joined ahead");
        shared.asked_for(None);
        joined.ok()
    }

    async fn join(
        &self,
        errand: Errand<'_>,
        shared: &Shared,
        plan: &Plan,
        habits: &mut Habits,
    ) -> Result<UploadEnd, Trouble> {
        let parts = plan.addresses();
        let file = errand.file;
        for _ in 0..=FRUITLESS_ROUNDS {
            let trouble = match self
                .create(errand, Kind::Final(&parts), None, &Arc::default())
                .await
            {
                Ok(joined) => return Ok(UploadEnd::Uploaded(joined.stored)),
                Err(trouble) => trouble,
            };
            match trouble.status {
                Some(404 | 410) => {
                    // An answer that was lost may have said that they are joined.
                    let there = self
                        .has_file(errand.token, &file.sha256, file.length)
                        .await?;
                    return Ok(match there {
                        true => UploadEnd::Uploaded(None),
                        false => UploadEnd::Gone,
                    });
                }
                Some(400 | 403 | 405 | 501) => {
                    habits.no_parts = true;
                    return Ok(UploadEnd::Gone);
                }
                _ => {}
            }
            if !resumable(&trouble) && !way_gone(&trouble) {
                return Ok(self.give_up(file, trouble).await);
            }
            // The answer may be lost although the parts were joined.
            let there = self
                .knock(self.http.away(), &trouble, || {
                    self.has_file(errand.token, &file.sha256, file.length)
                })
                .await?;
            if there {
                return Ok(UploadEnd::Uploaded(None));
            }
            shared.answered();
        }
        Ok(UploadEnd::Gone)
    }
}

/// The longest request for a portal that forgets cut ones: what the link carries in some seconds.
fn bound(handed: u64, took: Duration) -> u64 {
    let seconds = took.as_secs().max(1);
    (handed / seconds)
        .saturating_mul(BOUNDED_SECONDS)
        .clamp(BOUNDED_MIN, BOUNDED_MAX)
}

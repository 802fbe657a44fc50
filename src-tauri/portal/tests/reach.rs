//! A courier that stays notices by itself that a portal is back: by asking ever less often, and at once when the
//! machine's links change. The desk's clock stands still here, so no pause of the outbox ever ends by itself.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use common::{
    office::{Office, Room},
    patient,
};
use jiff::Timestamp;
use qalam_desk::{clock::Clock, outbox::LinkState};
use qalam_portal::{
    courier::{Courier, CourierOptions},
    practice::{self, Practice, PracticeOptions},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_795_000_000).expect("time")
    }
}

/// The last number of this machine's address.
static HERE: AtomicU8 = AtomicU8::new(1);

fn here() -> Vec<IpAddr> {
    vec![[192, 168, 1, HERE.load(Ordering::SeqCst)].into()]
}

async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..1_200 {
        if done() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}

/// An office whose portal is away, and a courier that found out: its try has ended, not only begun.
async fn cut_off(knock: Duration) -> (TempDir, Office, String, CancellationToken) {
    let Room { dir, portal } = Room::new("").await;
    let office = Office::open_at(&dir.path().join("one"), &portal, Arc::new(Still));
    let hash = office.approved("بلاغ", &[]).1;
    portal.stop().await;
    let options = CourierOptions {
        http: patient(),
        knock,
        addresses: here,
        ..CourierOptions::default()
    };
    let mut courier = Courier::new(
        Arc::clone(&office.desk),
        Arc::clone(&office.secrets),
        options,
    )
    .expect("courier");
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::spawn(async move { courier.run_forever(stopped).await });
    until("failing", || {
        office.desk.link().expect("link").state == LinkState::Failing
            && office.entry(&hash).reason.is_some()
    })
    .await;
    (dir, office, hash, stop)
}

async fn back(dir: &TempDir) -> Practice {
    practice::start(PracticeOptions::in_dir(dir.path().join("portal")))
        .await
        .expect("portal")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_back_is_found_by_asking() {
    let (dir, office, hash, stop) = cut_off(Duration::from_millis(500)).await;
    let _portal = back(&dir).await;
    until("received", || office.state(&hash) == "received").await;
    assert_eq!(office.desk.link().expect("link").state, LinkState::Reached);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_link_is_a_reason_to_ask_at_once() {
    let (dir, office, hash, stop) = cut_off(Duration::from_secs(3_600)).await;
    let _portal = back(&dir).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_ne!(office.state(&hash), "received", "nobody told the courier");
    HERE.store(2, Ordering::SeqCst);
    until("received", || office.state(&hash) == "received").await;
    stop.cancel();
}

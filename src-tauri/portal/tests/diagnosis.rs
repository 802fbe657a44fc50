//! The way to a portal, looked at step by step: where each kind of trouble shows, and what is told of the rest.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use std::sync::Arc;

use common::{
    office::{Office, Room},
    patient,
};
use jiff::{SignedDuration, Timestamp};
use qalam_desk::{
    clock::Clock,
    outbox::{PortalKind, portals::NewPortal},
};
use qalam_portal::{
    courier::{Diagnosis, StepState, diagnose_portal, secret_name},
    http::HttpOptions,
};
use secrecy::SecretString;

/// What stands in the way.
#[derive(Default)]
struct Trouble {
    faults: &'static str,
    url: Option<&'static str>,
    token: Option<&'static str>,
    no_token: bool,
    proxy: Option<&'static str>,
    stopped: bool,
    clock_off: i64,
}

/// A clock that somebody set wrong, by so many seconds.
struct Wrong(i64);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0)
    }
}

async fn look(trouble: Trouble) -> Diagnosis {
    let Room { dir, portal } = Room::new(trouble.faults).await;
    let clock = Arc::new(Wrong(trouble.clock_off));
    let office = Office::open_at(&dir.path().join("one"), &portal, clock);
    let row = office
        .desk
        .portals_add(&NewPortal {
            name: "looked at".into(),
            url: trouble.url.unwrap_or(&portal.url).into(),
            kind: PortalKind::Contract,
            user: None,
        })
        .expect("portal");
    if !trouble.no_token {
        let token = trouble.token.unwrap_or(&portal.token).to_owned();
        office
            .secrets
            .set(&secret_name(&row.id), &SecretString::from(token))
            .expect("secret");
    }
    let mut portal = Some(portal);
    if trouble.stopped
        && let Some(portal) = portal.take()
    {
        portal.stop().await;
    }
    let options = HttpOptions {
        proxy: trouble.proxy.map(str::to_owned),
        ..patient()
    };
    diagnose_portal(
        &office.desk,
        &Arc::clone(&office.secrets),
        None,
        options,
        "looked at",
    )
    .await
    .expect("diagnosis")
}

/// The steps that came off, and the one that failed with its code.
fn told(found: &Diagnosis) -> String {
    let words: Vec<String> = found
        .steps
        .iter()
        .filter_map(|step| match (step.state, &step.failure) {
            (StepState::Done, _) => Some(step.step.clone()),
            (StepState::Failed, Some(failure)) => Some(format!("{}!{}", step.step, failure.code)),
            _ => None,
        })
        .collect();
    words.join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trouble_shows_at_its_step() {
    let well = "address lookup connection portal login clock rate";
    let cases = [
        (Trouble::default(), well),
        (
            Trouble {
                stopped: true,
                ..Trouble::default()
            },
            "address lookup connection!portal_not_reached",
        ),
        (
            Trouble {
                url: Some("http://portal.invalid"),
                ..Trouble::default()
            },
            "address lookup!name_lookup",
        ),
        (
            Trouble {
                url: Some("http://portal.invalid"),
                proxy: Some("http://127.0.0.1:9"),
                ..Trouble::default()
            },
            "address proxy!proxy",
        ),
        (
            Trouble {
                faults: "captive",
                ..Trouble::default()
            },
            "address lookup connection portal!captive_portal",
        ),
        (
            Trouble {
                clock_off: -86_400,
                ..Trouble::default()
            },
            "address lookup connection portal login clock!clock_wrong rate",
        ),
        (
            Trouble {
                token: Some("another"),
                ..Trouble::default()
            },
            "address lookup connection portal login!credentials clock rate!credentials",
        ),
        (
            Trouble {
                no_token: true,
                ..Trouble::default()
            },
            "address lookup connection portal login!secret_missing clock",
        ),
    ];
    for (trouble, expected) in cases {
        let found = look(trouble).await;
        assert_eq!(told(&found), expected, "{found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_is_told_and_no_secret_is() {
    let found = look(Trouble {
        token: Some("a-token-nobody-may-see"),
        ..Trouble::default()
    })
    .await;
    let step = |name: &str| {
        let mut steps = found.steps.iter();
        steps.find(|step| step.step == name).expect("step")
    };
    assert_eq!(step("lookup").found["addresses"], "127.0.0.1");
    assert_eq!(step("connection").found["address"], "127.0.0.1");
    assert!(step("clock").found.contains_key("seconds"));
    let text = serde_json::to_string(&found).expect("text");
    assert!(!text.contains("a-token-nobody-may-see"), "{text}");
}

//! Texts that travel beside one another: each arrives once, and none is held up by another.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod common;
#[path = "texts/gate.rs"]
mod gate;

use axum::http::StatusCode;
use common::office::{Editor, Office, Room, rewrite};
use gate::{FOR_LONG, Gate, Rule};
use tokio_util::sync::CancellationToken;

/// A desk whose texts pass a gate.
struct Scene {
    room: Room,
    gate: Gate,
    office: Office,
    /// Drafts and releases, in the order in which they go.
    texts: Vec<(String, String)>,
}

impl Scene {
    async fn of(texts: usize, rule: Rule) -> Self {
        let room = Room::new("").await;
        let gate = Gate::to(&room.portal).await;
        gate.rule(rule);
        let office = room.desk("one");
        office
            .desk
            .portals_set_url("portal", &gate.url)
            .expect("url");
        // All of one length: the older goes first.
        let texts = (0..texts)
            .map(|number| office.approved(&format!("نص رقم {number:02}"), &[]))
            .collect();
        Self {
            room,
            gate,
            office,
            texts,
        }
    }

    async fn run(&self) {
        let mut courier = self.office.courier();
        let run = courier.run_until_empty(Some(FOR_LONG)).await.expect("run");
        assert!(run.empty, "{run:?}");
    }

    /// Each is there with a receipt and nothing is there twice.
    async fn all_arrived_but(&self, other: Option<usize>) {
        for (place, (draft, release)) in self.texts.iter().enumerate() {
            if Some(place) == other {
                continue;
            }
            let entry = self.office.entry(release);
            assert_eq!(entry.state.as_str(), "received", "{place}: {entry:?}");
            assert_eq!(&entry.receipt.expect("receipt").release, release);
            let held = self.room.held().await;
            let items = held.items.iter().filter(|item| item.id == *draft);
            let releases: Vec<&String> = items.map(|item| &item.release).collect();
            assert_eq!(releases, [release], "{place}");
        }
    }

    fn attempts(&self) -> Vec<u32> {
        let attempts = |(_, release): &(String, String)| self.office.entry(release).attempts;
        self.texts.iter().map(attempts).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_texts_travel_two_at_once_and_arrive_once() {
    let scene = Scene::of(20, Rule::InPairs(20)).await;
    scene.run().await;
    scene.all_arrived_but(None).await;
    let seen = scene.gate.seen();
    assert_eq!(seen.texts.len(), 20, "each was sent once");
    assert_eq!(seen.most, 2);
    assert!(
        !seen.texts[0].company,
        "nobody knew whether the portal is there"
    );
    let came: Vec<&String> = seen.texts[..2].iter().map(|one| &one.draft).collect();
    assert!(came.contains(&&scene.texts[0].0), "the oldest first");
    assert_eq!(scene.attempts(), [1; 20]);
    assert_eq!(scene.room.held().await.items.len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_turns_the_second_away_gets_one_at_a_time() {
    for status in [429, 502, 503, 504, 508] {
        let status = StatusCode::from_u16(status).expect("status");
        let scene = Scene::of(8, Rule::OneAtATime(status, 8)).await;
        scene.run().await;
        scene.all_arrived_but(None).await;
        let seen = scene.gate.seen();
        assert_eq!(seen.turned_away(), 1, "{status}: and never again");
        assert_eq!(seen.texts.len(), 9, "{status}: once more, alone");
        assert_eq!(scene.attempts(), [1; 8], "{status}: nothing failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_that_is_down_for_all_fails_each_once() {
    let scene = Scene::of(3, Rule::Open).await;
    let mut courier = scene.office.courier();
    // The first arrives; then the portal is down.
    for (_, release) in &scene.texts[1..] {
        let entry = scene.office.entry(release).id;
        scene.office.desk.outbox_hold(&entry).expect("held");
    }
    courier.run_once().await.expect("run");
    for (_, release) in &scene.texts[1..] {
        let entry = scene.office.entry(release).id;
        scene.office.desk.outbox_resume(&entry).expect("resumed");
    }
    scene.room.portal.faults.set("503").expect("fault");
    courier.run_once().await.expect("run");
    assert_eq!(scene.attempts(), [1, 1, 1]);
    for (_, release) in &scene.texts[1..] {
        assert_eq!(scene.office.reason(release), "portal_down");
    }
    scene.room.portal.faults.clear();
    drop(courier);
    scene.office.send(3).await;
    scene.all_arrived_but(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_text_beside_a_good_one_blocks_nobody() {
    for bad in [1, 2] {
        let scene = Scene::of(5, Rule::InPairs(5)).await;
        scene.gate.refuse(&scene.texts[bad].0);
        scene.run().await;
        scene.all_arrived_but(Some(bad)).await;
        let (draft, release) = &scene.texts[bad];
        assert_eq!(scene.office.state(release), "refused");
        assert_eq!(scene.office.reason(release), "too_large_for_portal");
        let seen = scene.gate.seen();
        assert!(
            seen.texts
                .iter()
                .any(|one| one.draft == *draft && one.company)
        );
        assert_eq!(seen.texts.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_beside_a_good_text_is_its_own() {
    for changed in [1, 2] {
        let mut scene = Scene::of(4, Rule::Open).await;
        scene.run().await;
        let draft = scene.texts[changed].0.clone();
        let editor = Editor::enter(&scene.room.portal).await;
        let title = [
            ("action", "title"),
            ("lang", "ar"),
            ("text", "عنوان المحرر"),
        ];
        editor.decide(&draft, &title).await;
        for (draft, release) in &mut scene.texts {
            rewrite(&scene.office, draft, "نص جديد مع المصدر.");
            *release = scene.office.approve(draft);
        }
        scene.gate.rule(Rule::InPairs(4));
        scene.run().await;
        scene.all_arrived_but(Some(changed)).await;
        let release = &scene.texts[changed].1;
        assert_eq!(scene.office.state(release), "conflict");
        assert_eq!(scene.office.reason(release), "changed_on_portal");
        let seen = scene.gate.seen();
        let came = seen.texts.iter().find(|one| one.draft == draft);
        assert!(came.expect("it came").company);
        // A person decides that ours counts.
        scene.gate.rule(Rule::Open);
        let entry = scene.office.entry(release).id;
        scene.office.desk.outbox_retry(&entry).expect("decided");
        scene.run().await;
        scene.all_arrived_but(None).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_under_way_when_the_program_ends_arrive_once() {
    for rule in [Rule::NoAnswers, Rule::Shut] {
        for asked_to_stop in [false, true] {
            let scene = Scene::of(5, rule).await;
            let mut courier = scene.office.courier();
            if asked_to_stop {
                let stop = CancellationToken::new();
                let two = async {
                    scene.gate.until(|seen| seen.there() == 2).await;
                    stop.cancel();
                };
                tokio::join!(courier.run_forever(stop.clone()), two);
            } else {
                tokio::select! {
                    run = courier.run_until_empty(None) => panic!("{run:?}"),
                    () = scene.gate.until(|seen| seen.there() == 2) => {}
                }
            }
            drop(courier);
            assert_eq!(scene.attempts(), [1, 1, 1, 0, 0], "counted, not answered");
            scene.gate.rule(Rule::Open);
            scene.office.desk.outbox_send_now().expect("now");
            scene.run().await;
            scene.all_arrived_but(None).await;
            assert_eq!(scene.attempts(), [1, 2, 2, 1, 1], "{rule:?}");
            // Either may be what ended the program.
            let seen = scene.gate.seen();
            let broken = |draft: &String| scene.texts[1..3].iter().any(|(one, _)| one == draft);
            assert!(
                seen.texts
                    .iter()
                    .all(|one| !(broken(&one.draft) && one.company)),
                "{seen:?}"
            );
        }
    }
}

//! Lists find drafts through their places; places are what the facts say.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qalam_desk::db::FILE_NAME;
use qalam_desk::drafts::{DraftQuery, DraftRow, State};
use qalam_desk::outbox::PortalKind;
use qalam_desk::outbox::portals::NewPortal;
use rusqlite::Connection;

use crate::{Room, rev, write};

const PHASES: [&str; 9] = [
    "put",
    "files",
    "received",
    "published",
    "returned",
    "refused",
    "conflict",
    "withdrawn",
    "superseded",
];

/// Something that changes a fact about one of a few drafts.
#[derive(Clone, Debug)]
enum Step {
    New,
    Edit(usize),
    Submit(usize),
    Approve(usize),
    Return(usize),
    Withdraw(usize),
    Trash(usize),
    Untrash(usize),
    /// As the courier, or another program, would leave the entries of a draft.
    Entry(usize, usize, bool, bool),
    File(usize, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let draft = || 0..4_usize;
    prop_oneof![
        Just(Step::New),
        draft().prop_map(Step::Edit),
        draft().prop_map(Step::Submit),
        draft().prop_map(Step::Submit),
        draft().prop_map(Step::Approve),
        draft().prop_map(Step::Approve),
        draft().prop_map(Step::Return),
        draft().prop_map(Step::Withdraw),
        draft().prop_map(Step::Trash),
        draft().prop_map(Step::Untrash),
        (draft(), 0..PHASES.len(), any::<bool>(), any::<bool>())
            .prop_map(|(draft, phase, held, moving)| Step::Entry(draft, phase, held, moving)),
        (draft(), any::<bool>()).prop_map(|(draft, there)| Step::File(draft, there)),
    ]
}

fn raw(room: &Room) -> Connection {
    Connection::open(room.dir.path().join(FILE_NAME)).unwrap()
}

/// Every draft, found without its place.
fn everything(room: &Room) -> Vec<DraftRow> {
    let query = DraftQuery {
        limit: 500,
        ..DraftQuery::default()
    };
    room.desk.drafts_list(&query).unwrap().drafts
}

/// Lists and counts give what looking at every draft gives.
fn compare(room: &Room) {
    let all = everything(room);
    let mut counted: BTreeMap<State, u64> = BTreeMap::new();
    for row in &all {
        *counted.entry(row.state).or_default() += 1;
    }
    let of = |states: &[State]| -> u64 { states.iter().filter_map(|s| counted.get(s)).sum() };
    let counts = room.desk.drafts_counts().unwrap();
    assert_eq!(
        (
            counts.needs_you,
            counts.in_work,
            counts.waiting,
            counts.arrived
        ),
        (
            of(&[
                State::Returned,
                State::Refused,
                State::Conflict,
                State::InReview
            ]),
            of(&[State::Draft]),
            of(&[State::Approved, State::Waiting, State::Sending]),
            of(&[State::Received, State::Published]),
        )
    );
    for state in State::ALL {
        let query = DraftQuery {
            state: Some(*state),
            limit: 500,
            ..DraftQuery::default()
        };
        let found = room.desk.drafts_list(&query).unwrap().drafts;
        let expected: Vec<DraftRow> = all.iter().filter(|r| r.state == *state).cloned().collect();
        assert_eq!(found, expected, "{state:?}");
    }
}

fn act(room: &Room, drafts: &mut Vec<String>, step: &Step) {
    let id = |index: &usize| drafts.get(index % drafts.len().max(1)).cloned();
    let desk = &room.desk;
    // What a rule refuses changes nothing, which is as good a case as any other.
    match step {
        Step::New => drafts.push(room.complete("Un centre ouvre").id),
        Step::Edit(index) => {
            if let Some(id) = id(index) {
                let draft = desk.drafts_open(&id).unwrap();
                room.wait(1);
                let body = format!("{} Encore.", draft.languages[0].body);
                let _ = write(desk, &id, "fr", &rev(&draft, "fr"), &body);
            }
        }
        Step::Submit(index) => drop(id(index).map(|id| desk.review_submit(&id, ""))),
        Step::Approve(index) => {
            if let Some(id) = id(index)
                && let Some(release) = desk.drafts_open(&id).unwrap().release
            {
                let _ = desk.review_approve(&id, &release.hash);
            }
        }
        Step::Return(index) => drop(id(index).map(|id| desk.review_return(&id, "Trop long."))),
        Step::Withdraw(index) => drop(id(index).map(|id| desk.review_withdraw(&id))),
        Step::Trash(index) => drop(id(index).map(|id| desk.drafts_trash(&id))),
        Step::Untrash(index) => drop(id(index).map(|id| desk.drafts_untrash(&id))),
        Step::Entry(index, phase, held, moving) => {
            if let Some(id) = id(index) {
                raw(room)
                    .execute(
                        "UPDATE outbox SET phase = ?2, held = ?3, attempt_at = ?4 WHERE draft = ?1",
                        (&id, PHASES[*phase], held, if *moving { "2026" } else { "" }),
                    )
                    .unwrap();
            }
        }
        Step::File(index, there) => {
            if let Some(id) = id(index) {
                raw(room)
                    .execute(
                        "UPDATE outbox_file SET uploaded = ?2
                         WHERE entry IN (SELECT id FROM outbox WHERE draft = ?1)",
                        (&id, there),
                    )
                    .unwrap();
            }
        }
    }
}

fn with_portal() -> Room {
    let room = Room::ready();
    room.desk
        .portals_add(&NewPortal {
            name: "sample".into(),
            url: "https://sample.example/".into(),
            kind: PortalKind::Contract,
            user: None,
        })
        .unwrap();
    room
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn places_are_what_the_facts_say(steps in proptest::collection::vec(step(), 1..40)) {
        let room = with_portal();
        let mut drafts = Vec::new();
        for step in steps {
            act(&room, &mut drafts, &step);
            // What another program changed is placed with the next write.
            room.desk.drafts_set_fields(qalam_desk::drafts::SaveFields {
                draft: room.news("Un autre").id,
                ..Default::default()
            }).unwrap();
            compare(&room);
        }
        prop_assert_eq!(room.desk.check().unwrap().healed, 0);
    }
}

#[test]
fn places_that_went_wrong_are_found_and_put_right() {
    let room = with_portal();
    let drafts: Vec<String> = (0..3)
        .map(|_| room.complete("Un centre ouvre").id)
        .collect();
    room.desk.review_submit(&drafts[0], "").unwrap();
    raw(&room)
        .execute_batch(
            "UPDATE draft SET place = 'published' WHERE place = 'draft';
             UPDATE counter SET value = 77 WHERE name = 'drafts_in_review';",
        )
        .unwrap();
    let counts = room.desk.drafts_counts().unwrap();
    assert_eq!((counts.needs_you, counts.in_work), (77, 0));
    // A row is never shown for what it is not.
    let query = DraftQuery {
        state: Some(State::Published),
        ..DraftQuery::default()
    };
    assert!(room.desk.drafts_list(&query).unwrap().drafts.is_empty());
    let report = room.desk.check().unwrap();
    assert!(report.ok);
    assert_eq!(report.healed, 3, "two places and a counter");
    compare(&room);
    assert_eq!(room.desk.check().unwrap().healed, 0);
}

#[test]
fn lists_read_no_more_rows_than_they_show() {
    let room = with_portal();
    for _ in 0..40 {
        room.news("Un titre");
    }
    let conn = raw(&room);
    let plan = |sql: &str| -> String {
        let mut rows = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = rows.query_map([], |row| row.get::<_, String>(3)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    };
    let led = plan(
        "SELECT seq FROM draft WHERE trashed_at = '' AND place = 'draft' AND changed < 99
         ORDER BY changed DESC LIMIT 9",
    );
    assert!(
        led.contains("draft_by_place (place=? AND changed<?)"),
        "{led}"
    );
    assert!(!led.contains("TEMP B-TREE"), "{led}");
}

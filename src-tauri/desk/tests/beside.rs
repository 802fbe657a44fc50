//! Texts that travel beside one another: which may, and in which order.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // a test may fail loudly

mod sending;

use std::sync::Arc;

use jiff::SignedDuration;
use qalam_desk::clock::TestClock;
use qalam_desk::outbox::engine::{BudgetPeriod, Sending};
use qalam_desk::outbox::{PutStep, Step};
use qalam_desk::{Code, Desk};
use sending::{add_portal, approve, draft, open, put, ready, retry, stored};

/// Approved texts of one length, oldest first.
fn texts(desk: &Desk, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| {
            let piece = draft(desk, &format!("Call {number}"), &[], false);
            approve(desk, &piece);
            piece
        })
        .collect()
}

fn beside(desk: &Desk, under_way: &[&PutStep]) -> Option<PutStep> {
    let drafts: Vec<String> = under_way.iter().map(|step| step.draft.clone()).collect();
    let portal = &under_way[0].portal.id;
    desk.outbox_text_beside(portal, &drafts, None).unwrap()
}

fn record(desk: &Desk, step: PutStep) {
    let outcome = stored("1", &step.release, &[], &[]);
    desk.outbox_record(&Step::Put(step), outcome).unwrap();
}

#[test]
fn texts_set_out_beside_one_another_in_their_turn_and_are_answered_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let desk = ready(dir.path(), &clock);
    let pieces = texts(&desk, 3);
    let first = put(desk.outbox_next().unwrap());
    let second = beside(&desk, &[&first]).unwrap();
    let third = beside(&desk, &[&first, &second]).unwrap();
    let went = [&first, &second, &third].map(|step| step.draft.clone());
    assert_eq!(went.as_slice(), pieces);
    assert_eq!(beside(&desk, &[&first, &second, &third]), None);
    for step in [second, third, first] {
        record(&desk, step);
    }
    assert!(
        pieces
            .iter()
            .all(|piece| sending::state(&desk, piece) == "received")
    );
}

/// An attempt notes a pause for the case that it ends the program; that is over long before an answer comes over a bad
/// link.
#[test]
fn a_text_does_not_set_out_beside_itself() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let desk = ready(dir.path(), &clock);
    let pieces = texts(&desk, 2);
    let first = put(desk.outbox_next().unwrap());
    clock.advance(SignedDuration::from_mins(1));
    let second = beside(&desk, &[&first]).unwrap();
    assert_eq!([&first.draft, &second.draft], [&pieces[0], &pieces[1]]);
    clock.advance(SignedDuration::from_mins(1));
    assert_eq!(beside(&desk, &[&first, &second]), None);
}

/// Something done to a desk with these pieces.
type Act = fn(&Desk, &[String]);

/// Whatever goes first is waited for: nothing is begun out of its turn, and nothing that may not leave.
#[test]
fn what_goes_next_and_is_no_text_to_the_same_portal_is_not_overtaken() {
    let before: [(&str, Act); 5] = [
        ("paused", |desk, _| desk.outbox_pause(true).unwrap()),
        ("the others held", |desk, pieces| {
            for piece in &pieces[1..] {
                let entry = desk.outbox_of(piece).unwrap().remove(0).id;
                desk.outbox_hold(&entry).unwrap();
            }
        }),
        ("no budget", |desk, _| {
            let wishes = Sending {
                budget_bytes: Some(1),
                budget_period: BudgetPeriod::Day,
                ..Sending::default()
            };
            desk.outbox_set_sending(&wishes).unwrap();
        }),
        ("an urgent one to another portal", |desk, _| {
            let piece = draft(desk, "Alert", &[], true);
            add_portal(desk, "second");
            let release = approve(desk, &piece);
            // To the other portal only.
            let entry = desk.outbox_entry_of(&release, "portal").unwrap().unwrap();
            desk.outbox_withdraw(&entry, "").unwrap();
        }),
        ("a piece to be taken down", |desk, _| {
            let piece = draft(desk, "Mistake", &[], true);
            let release = approve(desk, &piece);
            let step = put(desk.outbox_next().unwrap());
            assert_eq!(step.release, release);
            let entry = step.entry.clone();
            record(desk, step);
            desk.outbox_withdraw(&entry, "a mistake").unwrap();
        }),
    ];
    for (what, act) in before {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::default());
        let desk = ready(dir.path(), &clock);
        let pieces = texts(&desk, 3);
        let first = put(desk.outbox_next().unwrap());
        act(&desk, &pieces);
        assert_eq!(beside(&desk, &[&first]), None, "{what}");
        let attempts = |piece: &String| desk.outbox_of(piece).unwrap()[0].attempts;
        assert_eq!(
            pieces.iter().map(attempts).collect::<Vec<_>>(),
            [1, 0, 0],
            "{what}"
        );
    }
}

#[test]
fn a_text_whose_attempt_ended_without_a_word_travels_alone() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let desk = ready(dir.path(), &clock);
    let pieces = texts(&desk, 2);
    let first = put(desk.outbox_next().unwrap());
    beside(&desk, &[&first]).unwrap();
    // The program ends under both, and begins again.
    drop(desk);
    let desk = open(dir.path(), &clock);
    desk.outbox_send_now().unwrap();
    let first = put(desk.outbox_next().unwrap());
    assert_eq!(first.draft, pieces[0]);
    assert_eq!(beside(&desk, &[&first]), None, "it may be what ended it");
    record(&desk, first);
    let second = put(desk.outbox_next().unwrap());
    assert_eq!(second.draft, pieces[1]);
    assert_eq!(beside(&desk, &[&second]), None, "or this one");
    record(&desk, second);
    // Others keep each other company.
    let pieces = texts(&desk, 2);
    let third = put(desk.outbox_next().unwrap());
    assert_eq!(beside(&desk, &[&third]).unwrap().draft, pieces[1]);
}

#[test]
fn a_way_that_failed_under_two_texts_failed_once() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::default());
    let desk = ready(dir.path(), &clock);
    texts(&desk, 2);
    let first = put(desk.outbox_next().unwrap());
    let second = beside(&desk, &[&first]).unwrap();
    let failed = |step| {
        desk.outbox_record(&Step::Put(step), retry(Code::NoLink))
            .unwrap()
    };
    failed(first);
    let Step::Idle { next_at: once } = desk.outbox_next().unwrap() else {
        panic!("the way waits");
    };
    failed(second);
    let Step::Idle { next_at: twice } = desk.outbox_next().unwrap() else {
        panic!("the way waits");
    };
    assert_eq!(once, twice, "the same pause");
}

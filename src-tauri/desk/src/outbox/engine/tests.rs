use std::cmp::Reverse;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::error::{Code, Failure};
use crate::outbox::rules::Phase;
use crate::outbox::types::{Fetched, Outcome, Receipt, RemoteState};

fn at(second: i64) -> Moment {
    let at = Timestamp::from_second(1_795_255_200 + second).unwrap();
    Moment {
        at,
        local: at.to_zoned(jiff::tz::TimeZone::UTC).datetime(),
        random: 0x7fff_ffff,
    }
}

fn add(state: &mut OutboxState, draft: &str, release: &str, files: &[(&str, u64)]) {
    let new = NewEntry {
        id: format!("entry of {release}"),
        release: release.to_owned(),
        bytes: 1000,
        files: files
            .iter()
            .map(|(sha256, bytes)| ((*sha256).to_owned(), *bytes))
            .collect(),
    };
    state.made.insert(release.to_owned());
    state.lane(draft, "p").enqueue(new);
    state.queue();
}

fn order(state: &mut OutboxState, now: &Moment) -> Order {
    match state.next(now) {
        Next::Do(order) => order,
        idle => panic!("{idle:?}"),
    }
}

fn stored(etag: &str, release: &str, missing: &[&str], files: &[&str]) -> Outcome {
    let list = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    Outcome::Stored {
        etag: etag.to_owned(),
        remote_id: "r".to_owned(),
        url: String::new(),
        missing: list(missing),
        receipt: missing.is_empty().then(|| Receipt {
            release: release.to_owned(),
            files: list(files),
            received_at: String::new(),
            portal: "p".to_owned(),
            ..Receipt::default()
        }),
    }
}

fn phase(state: &mut OutboxState, draft: &str) -> Phase {
    state.lane(draft, "p").entries.last().unwrap().phase
}

#[test]
fn text_before_files_small_before_large_urgent_before_all() {
    let mut state = OutboxState::default();
    add(
        &mut state,
        "a",
        "ra",
        &[("large", 9_000_000), ("small", 10)],
    );
    let put = order(&mut state, &at(0));
    state.record(&put, stored("1", "ra", &["large", "small"], &[]), &at(0));
    add(&mut state, "b", "rb", &[]);
    assert_eq!(order(&mut state, &at(0)).draft, "b");
    let small = order(&mut state, &at(0));
    assert!(matches!(&small.kind, OrderKind::Upload { sha256, .. } if sha256 == "small"));
    state.record(&small, Outcome::Uploaded, &at(0));
    add(&mut state, "c", "rc", &[]);
    state.lane("a", "p").urgent = true;
    let large = order(&mut state, &at(0));
    assert!(matches!(&large.kind, OrderKind::Upload { sha256, .. } if sha256 == "large"));
    assert_eq!(order(&mut state, &at(0)).draft, "c");
}

/// Over a slow link bytes are seen to move each time: that is no progress while the portal keeps none of them.
#[test]
fn a_portal_that_forgets_every_upload_is_named_and_gets_pauses() {
    let mut state = OutboxState::default();
    add(&mut state, "a", "ra", &[("file", 500_000)]);
    let put = order(&mut state, &at(0));
    state.record(&put, stored("1", "ra", &["file"], &[]), &at(0));
    let mut second = 0;
    for round in 1..=6 {
        let upload = order(&mut state, &at(second));
        state.moved(&upload, "u", 0, &at(second));
        state.moved(&upload, "u", 250_000, &at(second + 5));
        second += 10;
        state.record(&upload, Outcome::UploadGone, &at(second));
        let entry = &state.lane("a", "p").entries[0];
        assert_eq!(entry.failure_code(), Code::UploadForgotten.as_str());
        let until = entry.not_before;
        let pause = until.map_or(0, |until| until.as_second() - at(second).at.as_second());
        assert_eq!(entry.failures, round, "the window of the pauses grows");
        assert_eq!(
            pause == 0,
            round == 1,
            "once it simply begins anew: {pause}"
        );
        second += pause + 1;
    }
    let upload = order(&mut state, &at(second));
    state.record(&upload, Outcome::Uploaded, &at(second));
    assert_eq!(state.lane("a", "p").entries[0].failure_code(), "");
}

#[test]
fn one_piece_that_gets_the_answer_of_a_gate_lets_the_others_pass() {
    for code in [
        Code::CaptivePortal,
        Code::Credentials,
        Code::TooManyRequests,
        Code::NotAPortal,
    ] {
        let mut state = OutboxState::default();
        add(&mut state, "a", "ra", &[]);
        add(&mut state, "b", "rb", &[]);
        let first = order(&mut state, &at(0));
        assert_eq!(first.draft, "a");
        state.record(&first, Outcome::Retry(Failure::new(code), None), &at(0));
        let second = order(&mut state, &at(24 * 3600));
        assert_eq!(second.draft, "b", "{code:?}");
    }
}

#[test]
fn what_a_carrier_brought_after_a_withdrawal_is_withdrawn_at_the_portal() {
    let mut state = OutboxState::default();
    add(&mut state, "d", "r", &[]);
    let put = order(&mut state, &at(0));
    let lost = Outcome::Retry(Failure::new(Code::Timeout), None);
    state.record(&put, lost, &at(0));
    let reason = "Figures have to be checked.";
    state.lane("d", "p").withdraw("entry of r", reason).unwrap();
    let asked = order(&mut state, &at(30));
    state.record(&asked, Outcome::Withdrawn, &at(30));
    assert_eq!(state.lane("d", "p").entries[0].phase, Phase::Withdrawn);
    state.record(&put, stored("1", "r", &[], &[]), &at(60));
    assert_eq!(state.lane("d", "p").entries[0].phase, Phase::Withdraw);
    let next = order(&mut state, &at(120));
    assert_eq!(next.kind, OrderKind::Withdraw(reason.to_owned()));
}

#[test]
fn a_text_that_may_have_arrived_is_withdrawn_at_the_portal() {
    let reason = "Figures have to be checked.";
    for (name, outcome, asked) in [
        ("not sent at all", None, false),
        (
            "surely not reached",
            Some(Outcome::Retry(Failure::new(Code::NameLookup), None)),
            false,
        ),
        (
            "answer lost",
            Some(Outcome::Retry(Failure::new(Code::Timeout), None)),
            true,
        ),
        ("files missing", Some(stored("1", "r", &["f"], &[])), true),
        ("arrived", Some(stored("1", "r", &[], &["f"])), true),
    ] {
        let mut state = OutboxState::default();
        add(&mut state, "d", "r", &[("f", 9)]);
        if let Some(outcome) = outcome {
            let put = order(&mut state, &at(0));
            state.record(&put, outcome, &at(0));
        }
        let lane = state.lane("d", "p");
        let refused = lane.withdraw("entry of r", "");
        assert_eq!(
            refused,
            if asked {
                Err(Refusal::ReasonNeeded)
            } else {
                Ok(())
            },
            "{name}"
        );
        state.lane("d", "p").withdraw("entry of r", reason).unwrap();
        if asked {
            let order = order(&mut state, &at(60));
            assert_eq!(order.kind, OrderKind::Withdraw(reason.to_owned()), "{name}");
            // Tried again like everything else.
            let failed = Outcome::Retry(Failure::new(Code::PortalDown), None);
            state.record(&order, failed, &at(60));
            assert!(matches!(state.next(&at(60)), Next::Idle(Some(_))), "{name}");
            let order = self::order(&mut state, &at(7200));
            state.record(&order, Outcome::Withdrawn, &at(7200));
        }
        assert_eq!(phase(&mut state, "d"), Phase::Withdrawn, "{name}");
        assert_eq!(state.next(&at(9000)), Next::Idle(None), "{name}");
    }
}

#[test]
fn our_own_older_text_in_the_way_is_no_conflict() {
    let mut state = OutboxState::default();
    add(&mut state, "d", "r1", &[]);
    let put = order(&mut state, &at(0));
    state.record(&put, stored("e1", "r1", &[], &[]), &at(0));
    add(&mut state, "d", "r2", &[]);
    let put = order(&mut state, &at(1));
    // The portal was restored from a copy: the same text under another ETag.
    let conflict = Failure::new(Code::ChangedOnPortal).with("etag", "e0");
    state.record(&put, Outcome::Conflict(conflict), &at(1));
    assert_eq!(phase(&mut state, "d"), Phase::Conflict);
    let fetch = order(&mut state, &at(2));
    assert_eq!(fetch.kind, OrderKind::Fetch);
    let fetched = Fetched {
        etag: "e0".to_owned(),
        release: Some("r1".to_owned()),
        state: "received".to_owned(),
        ..Fetched::default()
    };
    state.record(&fetch, Outcome::Fetched(Box::new(fetched)), &at(2));
    assert_eq!(
        order(&mut state, &at(3)).kind,
        OrderKind::Put(Some("e0".to_owned()))
    );
}

#[test]
fn what_portals_say_becomes_a_state() {
    let seen = |release: Option<&str>, state: &str, etag: &str| RemoteState {
        draft: "d".to_owned(),
        remote_id: "r".to_owned(),
        etag: etag.to_owned(),
        release: release.map(str::to_owned),
        state: state.to_owned(),
        ..RemoteState::default()
    };
    for (name, said, ours, expected, code) in [
        (
            "published",
            seen(Some("r2"), "published", "e2"),
            true,
            Phase::Published,
            "",
        ),
        (
            "returned",
            seen(Some("r2"), "returned", "e2"),
            true,
            Phase::Returned,
            "returned_by_portal",
        ),
        (
            "changed",
            seen(None, "published", "x"),
            false,
            Phase::Published,
            "changed_on_portal",
        ),
        (
            "taken down",
            seen(Some("r2"), "withdrawn", "e2"),
            true,
            Phase::Returned,
            "taken_down_by_portal",
        ),
        (
            "removed",
            seen(None, "deleted", ""),
            false,
            Phase::Returned,
            "taken_down_by_portal",
        ),
        (
            "older again",
            seen(Some("r1"), "received", "e1"),
            true,
            Phase::Conflict,
            "older_on_portal",
        ),
    ] {
        let mut state = OutboxState::default();
        for (release, etag) in [("r1", "e1"), ("r2", "e2")] {
            add(&mut state, "d", release, &[]);
            let put = order(&mut state, &at(0));
            state.record(&put, stored(etag, release, &[], &[]), &at(0));
        }
        assert!(state.lane("d", "p").remote(&said, ours), "{name}");
        assert!(
            !state.lane("d", "p").remote(&said, ours),
            "{name}: no news twice"
        );
        let entry = state.lane("d", "p").entries.last().unwrap().clone();
        let found = entry.failure.map_or(String::new(), |failure| failure.code);
        assert_eq!((entry.phase, found.as_str()), (expected, code), "{name}");
    }
}

#[test]
fn wishes_about_sending() {
    let wishes = Sending {
        budget_bytes: Some(1_000),
        budget_period: BudgetPeriod::Day,
        quiet_from: Some("22:00".to_owned()),
        quiet_to: Some("06:30".to_owned()),
        ask_above_bytes: Some(500),
        metered: true,
        metered_sends: MeteredSends::UpToLimit,
    };
    assert_eq!(wishes.fault(), None);
    let moment = |hour: i8, minute: i8| {
        let local = date(2026, 11, 30).at(hour, minute, 0, 0);
        Moment {
            at: local.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp(),
            local,
            random: 0,
        }
    };
    let mut usage = Usage::default();
    usage.count(&moment(10, 0), 400);
    let class = |kind, urgent, insisted| Class {
        deadly: false,
        urgent: Reverse(urgent),
        kind,
        insisted: Reverse(insisted),
    };
    let files = |wishes: &Sending, now: &Moment| {
        let insisted = wishes.gate(&usage, class(Kind::Upload, false, true), now);
        assert_eq!(
            insisted,
            Gate::Open(None),
            "nothing keeps what a person insists on"
        );
        wishes.gate(&usage, class(Kind::Upload, true, false), now)
    };
    assert_eq!(files(&wishes, &moment(10, 0)), Gate::Open(Some(600)));
    let end = |day: i8, hour: i8, minute: i8| {
        let end = date(2026, 11, 29)
            .at(hour, minute, 0, 0)
            .checked_add(jiff::Span::new().days(day));
        Some(
            end.unwrap()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .unwrap()
                .timestamp(),
        )
    };
    assert_eq!(
        files(&wishes, &moment(23, 0)),
        Gate::Shut(waiting::QUIET_HOURS, end(2, 6, 30))
    );
    assert_eq!(
        files(&wishes, &moment(5, 0)),
        Gate::Shut(waiting::QUIET_HOURS, end(1, 6, 30))
    );
    assert_eq!(
        wishes.gate(&usage, class(Kind::Text, true, false), &moment(5, 0)),
        Gate::Open(None)
    );
    assert!(matches!(
        wishes.gate(&usage, class(Kind::Text, false, false), &moment(5, 0)),
        Gate::Shut(..)
    ));
    let text_only = Sending {
        metered_sends: MeteredSends::Text,
        ..wishes.clone()
    };
    assert_eq!(
        files(&text_only, &moment(10, 0)),
        Gate::Shut(waiting::METERED, None)
    );
    let spent = Sending {
        budget_bytes: Some(400),
        budget_period: BudgetPeriod::Month,
        ..wishes.clone()
    };
    assert_eq!(
        files(&spent, &moment(10, 0)),
        Gate::Shut(waiting::BUDGET, end(2, 0, 0))
    );
    assert!(wishes.asks(501, false) && !wishes.asks(500, false) && !wishes.asks(501, true));
    for bad in ["24:00", "7:00", "x", "12:60"] {
        let bad = Sending {
            quiet_from: Some(bad.to_owned()),
            ..wishes.clone()
        };
        assert_eq!(bad.fault(), Some("quiet_from"));
    }
}

#[test]
fn times_are_promised_only_when_measured() {
    let mut rate = Rate::default();
    assert_eq!(rate.estimate(1000).seconds, None);
    rate.observe(10_000, 1_000);
    assert_eq!(rate.per_second(), None, "too few bytes");
    rate.observe(90_000, 9_000);
    assert_eq!(rate.estimate(100_000).seconds, Some(10));
    // A machine that slept, and a clock set back, measure nothing.
    rate.observe(1, 5 * 60 * 60 * 1000);
    rate.observe(1_000_000, -5);
    assert_eq!(rate.per_second(), Some(10_000));
    // A faster link shows within the window.
    for _ in 0..40 {
        rate.observe(1_000_000, 10_000);
    }
    assert!(rate.per_second().unwrap() > 80_000);
}

#[test]
fn a_pause_written_under_another_clock_is_over() {
    let mut state = OutboxState::default();
    add(&mut state, "d", "r", &[]);
    let far = at(400_000_000);
    let put = order(&mut state, &far);
    state.record(
        &put,
        Outcome::Retry(Failure::new(Code::PortalDown), None),
        &far,
    );
    assert!(matches!(state.next(&at(0)), Next::Do(_)));
}

#[test]
fn sides_are_compared_by_name() {
    for (base, ours, theirs, expected) in [
        (Some("a"), Some("a"), Some("a"), Comparison::Same),
        (Some("a"), Some("b"), Some("b"), Comparison::Same),
        (Some("a"), Some("b"), Some("a"), Comparison::OursNewer),
        (Some("a"), Some("a"), Some("b"), Comparison::TheirsNewer),
        (Some("a"), Some("b"), Some("c"), Comparison::Conflict),
        (Some("a"), None, Some("c"), Comparison::Conflict),
        (None, Some("b"), None, Comparison::OursNewer),
        (None, Some("b"), Some("c"), Comparison::Conflict),
    ] {
        assert_eq!(
            compare(base, ours, theirs),
            expected,
            "{base:?} {ours:?} {theirs:?}"
        );
    }
}

proptest! {
    #[test]
    fn nothing_leaves_before_its_time(
        entries in proptest::collection::vec((any::<bool>(), any::<bool>(), 0_i64..100, 0_u64..5, 0_u32..4), 0..12),
        now in 0_i64..100,
    ) {
        let mut state = OutboxState::default();
        for (n, (held, urgent, wait, bytes, failures)) in entries.iter().enumerate() {
            let draft = format!("draft {}", n % 5);
            add(&mut state, &draft, &format!("release {n}"), &[]);
            let lane = state.lane(&draft, "p");
            lane.urgent = *urgent;
            let entry = lane.entries.last_mut().unwrap();
            entry.held = *held;
            entry.bytes = *bytes;
            entry.failures = *failures;
            entry.not_before = Some(at(*wait).at);
        }
        let before = state.clone();
        match state.next(&at(now)) {
            Next::Do(order) => {
                let lane = before.lanes.iter().find(|lane| lane.draft == order.draft).unwrap();
                let entry = lane.entries.iter().find(|entry| entry.id == order.entry).unwrap();
                prop_assert!(!entry.held && entry.not_before.unwrap() <= at(now).at);
                let older_open = lane.entries.iter().take_while(|one| one.id != entry.id).any(|one| one.phase.is_open());
                prop_assert!(!older_open);
            }
            Next::Idle(Some(wake)) => prop_assert!(wake > at(now).at),
            Next::Idle(None) => {
                for lane in &before.lanes {
                    let first = lane.entries.iter().find(|one| one.phase.is_open());
                    prop_assert!(first.is_none_or(|one| one.held));
                }
            }
        }
    }
}
